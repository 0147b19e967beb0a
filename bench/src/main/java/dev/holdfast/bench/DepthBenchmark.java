package dev.holdfast.bench;

import dev.holdfast.bench.peers.OpenBlasDepth;
import dev.holdfast.model.Classifier;
import dev.holdfast.model.DeepTransformer;
import dev.holdfast.model.Rows;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;

/**
 * Classifiers of transformers of several layers: from moments by any P and Q, and by the family with powers of C or by
 * products with vectors alone; and by the family from rows. OpenBLAS has S̄ and rows in double; Holdfast reads them from a
 * state and from floats.
 */
@OutputTimeUnit(TimeUnit.MICROSECONDS)
public class DepthBenchmark extends ModelBenchmark {
    @Param({"100", "1000"})
    int rows;

    @Param({"2", "10"})
    int depth;

    Rows x;
    int[] y;
    dev.holdfast.model.State<Integer> state;
    DeepTransformer full;
    DeepTransformer family;
    DeepTransformer vectors;
    OpenBlasDepth fullPeer;
    OpenBlasDepth familyPeer;
    OpenBlasDepth vectorsPeer;
    OpenBlasDepth rowsPeer;
    private float[] features;
    private double[] second;

    /**
     * Rows of ±μ and pairs that cancel: all means are integers, and all sums of floats are exact. Numbers of a layer are such
     * that each at most doubles what reaches it.
     */
    @Override
    void prepare() {
        Numbers numbers = new Numbers();
        features = numbers.floats(rows * d);
        float[] mu = numbers.floats(d);
        y = new int[rows];
        for (int n = 0; n < rows; n++) {
            y[n] = n / 2 % 2 == 0 ? 1 : -1;
            for (int j = 0; j < d; j++) {
                features[n * d + j] = y[n] * mu[j] + (n % 2 == 0 ? features[n * d + j] : -features[(n - 1) * d + j]
                        + y[n] * mu[j]);
            }
        }
        x = Rows.view(features, d);
        state = dev.holdfast.model.State.moments(d, List.of(1, -1));
        state.addAll(x, Arrays.stream(y).boxed().toList());
        state.fade(1);
        double small = 1.0 / (4 * d);
        family = DeepTransformer.family(d, Collections.nCopies(depth, new DeepTransformer.Layer(-1, 1, small, 0)));
        vectors = DeepTransformer.family(d, Collections.nCopies(depth, new DeepTransformer.Layer(0, -1, small, 0)));
        int size = d + 1;
        float[][] bigP = new float[depth][];
        float[][] bigQ = new float[depth][];
        for (int l = 0; l < depth; l++) {
            bigP[l] = scaled(numbers.floats(size * size), 1f / (8 * d));
            bigQ[l] = scaled(numbers.floats(size * size), 1f / (8 * d));
        }
        full = DeepTransformer.full(List.of(bigP), List.of(bigQ));
        peers(small, doubles(bigP), doubles(bigQ));
    }

    private static float[] scaled(float[] values, float factor) {
        for (int i = 0; i < values.length; i++) {
            values[i] *= factor;
        }
        return values;
    }

    private static double[][] doubles(float[]... arrays) {
        double[][] out = new double[arrays.length][arrays[0].length];
        for (int l = 0; l < out.length; l++) {
            for (int i = 0; i < out[l].length; i++) {
                out[l][i] = arrays[l][i];
            }
        }
        return out;
    }

    /** What the peers return is held to what Holdfast does, which its tests hold to the recursion on tokens. */
    private void peers(double small, double[][] bigP, double[][] bigQ) {
        int size = d + 1;
        double[] wide = doubles(features)[0];
        double[] m = new double[d];
        second = new double[d * d];
        double[] g = new double[size * size];
        for (int n = 0; n < rows; n++) {
            for (int i = 0; i < d; i++) {
                m[i] += y[n] * wide[n * d + i];
                for (int j = 0; j < d; j++) {
                    second[i * d + j] += wide[n * d + i] * wide[n * d + j];
                }
            }
        }
        for (int i = 0; i < d; i++) {
            m[i] /= rows;
            for (int j = 0; j < d; j++) {
                second[i * d + j] /= rows;
                g[i * size + j] = second[i * d + j];
            }
            g[i * size + d] = m[i];
            g[d * size + i] = m[i];
        }
        g[size * size - 1] = 1;
        fullPeer = OpenBlasDepth.full(size, bigP, bigQ, g);
        familyPeer = OpenBlasDepth.family(d, depth, -small, small, second, m);
        vectorsPeer = OpenBlasDepth.family(d, depth, 0, -small, second, m);
        rowsPeer = OpenBlasDepth.rows(d, depth, -small, wide, m);
        check("full", full(), fullPeer);
        check("family", family(), familyPeer);
        check("vectors", vectors(), vectorsPeer);
        check("rows", rows(), rowsPeer);
    }

    /** One rounding to float of w, and far less by doubles: of ten layers' products less than 2⁻³⁰ of the longest. */
    private void check(String name, Classifier learnt, OpenBlasDepth peer) {
        peer.run();
        double[] w = doubles(learnt.weights())[0];
        double greatest = Arrays.stream(w).map(Math::abs).max().orElseThrow();
        double[] bounds = Arrays.stream(w).map(each -> 0x1p-23 * Math.abs(each) + 0x1p-30 * greatest).toArray();
        new Expected(w, bounds).check(name, Arrays.copyOf(peer.result(), d));
    }

    /** Any P and Q, from a state of moments. */
    @Benchmark
    public Classifier full() {
        return full.learn(state);
    }

    /** The family with p_x q_x ≠ 0, from a state of moments. */
    @Benchmark
    public Classifier family() {
        return family.learn(state);
    }

    /** The family with p_x = 0, from a state of moments. */
    @Benchmark
    public Classifier vectors() {
        return vectors.learn(state);
    }

    /** The family with p_x = 0, from rows. */
    @Benchmark
    public Classifier rows() {
        return vectors.learn(x, y);
    }

    /** OpenBLAS, native memory. */
    @Benchmark
    public void openblasFull() {
        fullPeer.run();
    }

    /** OpenBLAS, native memory. */
    @Benchmark
    public void openblasFamily() {
        familyPeer.run();
    }

    /** OpenBLAS, native memory. */
    @Benchmark
    public void openblasVectors() {
        vectorsPeer.run();
    }

    /** OpenBLAS, native memory. */
    @Benchmark
    public void openblasRows() {
        rowsPeer.run();
    }

    /** The limit of {@link #vectors}: S̄ is read once for every layer but the last. */
    @Benchmark
    public double readMoments() {
        double sum = 0;
        for (int l = 1; l < depth; l++) {
            sum += Streams.read(second);
        }
        return sum;
    }

    /** The limit of {@link #rows}: rows are read once for m̄ and once for every layer but the last. */
    @Benchmark
    public double readRows() {
        double sum = 0;
        for (int l = 0; l < depth; l++) {
            sum += Streams.read(features);
        }
        return sum;
    }
}
