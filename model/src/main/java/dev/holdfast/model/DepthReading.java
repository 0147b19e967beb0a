package dev.holdfast.model;

import dev.holdfast.model.archive.Hash;
import dev.holdfast.model.archive.Product;
import dev.holdfast.model.depth.FamilyRecursion;
import dev.holdfast.model.depth.GeneralRecursion;
import dev.holdfast.model.depth.ScatterMap;
import dev.holdfast.model.sums.ClassMoments;
import java.util.Arrays;
import java.util.Optional;

/**
 * One reading of a state by a {@link DeepTransformer}: m̄ = (1/N) Σ y x and S̄ = (1/N) Σ x xᵀ of a split's demonstrations,
 * from the means and scatters of their classes. Belongs to one thread.
 */
final class DepthReading {
    private final DeepTransformer transformer;
    private final State<?> now;
    private final ClassMoments moments;
    private final int d;
    /** The classes that {@link #all} is of: one-vs-rest has the same for every class. */
    private int[] classes;

    private All all;

    /** What does not depend on labels: N, the point that rows are counted from, and S̄ about it. */
    private record All(double n, float[] mean, ScatterMap second) {}

    /** @param now that nobody else has hold of */
    DepthReading(DeepTransformer transformer, State<?> now) {
        this.transformer = transformer;
        this.now = now;
        this.moments = now.momentsFor(transformer.name());
        this.d = now.features();
    }

    Classifier classifier(Split split) {
        MomentReading.checkNotEmpty(now, split);
        All of = all(split);
        double[] m = new double[d];
        add(split.plus(), 1, of, m);
        add(split.minus(), -1, of, m);
        return classifier(transformer, of.n, of.mean, m, weights(of, m));
    }

    private void add(int[] side, int label, All of, double[] m) {
        double[] mean = new double[d];
        for (int c : side) {
            moments.of(c).mean(mean);
            double share = label * (moments.of(c).size() / of.n);
            for (int j = 0; j < d; j++) {
                m[j] += share * (mean[j] - of.mean[j]);
            }
        }
    }

    private All all(Split split) {
        int[] sorted = split.all();
        Arrays.sort(sorted);
        if (!Arrays.equals(sorted, classes)) {
            classes = sorted;
            all = all(sorted, transformer.isCentred() ? MomentReading.alignment(now, split).mean() : new float[d]);
        }
        return all;
    }

    private All all(int[] of, float[] mean) {
        double n = 0;
        double[][] scatters = new double[of.length][];
        double[] sizes = new double[of.length];
        double[] deltas = new double[Math.multiplyExact(of.length, d)];
        double[] delta = new double[d];
        for (int k = 0; k < of.length; k++) {
            scatters[k] = moments.of(of[k]).scatter();
            sizes[k] = moments.of(of[k]).size();
            n += sizes[k];
            moments.of(of[k]).mean(delta);
            for (int j = 0; j < d; j++) {
                deltas[k * d + j] = delta[j] - mean[j];
            }
        }
        ScatterMap second = new ScatterMap(d, scatters, sizes, deltas);
        return new All(n, mean, of.length > 2 ? second.joined() : second);
    }

    private double[] weights(All of, double[] m) {
        return transformer.layers().isEmpty()
                ? Arrays.copyOf(recursion(transformer, of.second.dense(), m).lastRow(), d)
                : FamilyRecursion.weights(transformer.numbers(), of.second, m);
    }

    /** That of layers which are given in full. */
    static GeneralRecursion recursion(DeepTransformer transformer, double[] second, double[] m) {
        int d = m.length;
        int size = d + 1;
        double[] g = new double[Math.multiplyExact(size, size)];
        for (int i = 0; i < d; i++) {
            System.arraycopy(second, i * d, g, i * size, d);
            g[i * size + d] = m[i];
            g[d * size + i] = m[i];
        }
        g[d * size + d] = 1;
        float[][] bigP = transformer.matrices().stream().map(LinearTransformer::givenP).toArray(float[][]::new);
        float[][] bigQ = transformer.matrices().stream().map(LinearTransformer::givenQ).toArray(float[][]::new);
        return new GeneralRecursion(bigP, bigQ, g, size);
    }

    /** Keeps the arrays. */
    static Classifier classifier(DeepTransformer transformer, double n, float[] mean, double[] m, double[] weights) {
        int d = m.length;
        float[] w = new float[d];
        for (int j = 0; j < d; j++) {
            w[j] = (float) weights[j];
            if (!Float.isFinite(w[j])) {
                throw new IllegalStateException("w[" + j + "] = " + weights[j] + ", expected a number that is finite as a"
                        + " float: demonstrations or weights are too large for " + transformer.depth() + " layers");
            }
        }
        Alignment centring = Alignment.centring(mean);
        return new Classifier(w, centring.intercept(w), centring, null,
                () -> new Classifier.Origin(n, new Hash().add(n).add(m).add(weights).hex(),
                        "deep-transformer:" + transformer.hash(), transformer.provenance(), Product.NAME));
    }
}
