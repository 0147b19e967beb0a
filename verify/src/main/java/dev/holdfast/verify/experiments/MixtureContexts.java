package dev.holdfast.verify.experiments;

import dev.holdfast.kernel.RandomStreams;
import dev.holdfast.model.DeepTransformer;
import dev.holdfast.model.GaussianMixture;
import dev.holdfast.model.Learner;
import dev.holdfast.model.Rows;
import dev.holdfast.model.State;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;

/**
 * Contexts of a mixture, as states that every learner reads. Context t is the same whoever asks, from whatever thread.
 *
 * <p>Each demonstration (x, y) stands there with its mirror image (−x, −y). That changes neither S̄ = (1/N) Σ x xᵀ nor
 * m̄ = (1/N) Σ y x, which are all that a transformer of the family reads, and makes the means of the classes ±m̄, so that
 * robust Bayes has no intercept, as the mixture's own has none.
 *
 * @param demonstrations N, without the mirror images
 */
public record MixtureContexts(GaussianMixture mixture, int demonstrations, long seed) {
    /** Demonstrations that are drawn at a time. */
    public static final int BLOCK = 512;

    /** Context {@code t} of the task whose U is the identity. */
    State<Integer> state(int t) {
        return state(t, null);
    }

    /**
     * Context {@code t}, with the same draws.
     *
     * @param u U, d rows of d numbers, or {@code null} for the identity
     */
    State<Integer> state(int t, double[][] u) {
        int d = mixture.features();
        int[] stream = new int[RandomStreams.STATE];
        RandomStreams.start(seed, t, stream);
        State<Integer> state = State.moments(d, List.of(1, -1));
        for (int n = 0; n < demonstrations; n += BLOCK) {
            int rows = Math.min(BLOCK, demonstrations - n);
            float[] x = new float[rows * d];
            RandomStreams.normals(stream, x, 0, x.length);
            place(x);
            if (u != null) {
                turn(x, u);
            }
            state.addAll(Rows.view(x, d), Collections.nCopies(rows, 1));
            for (int i = 0; i < x.length; i++) {
                x[i] = -x[i];
            }
            state.addAll(Rows.view(x, d), Collections.nCopies(rows, -1));
        }
        return state;
    }

    /** From standard normal numbers to a ~ N(μ, Σ). */
    private void place(float[] x) {
        double[] mean = mixture.mean();
        double[] variances = mixture.variances();
        for (int i = 0; i < x.length; i++) {
            int j = i % mean.length;
            x[i] = (float) (mean[j] + Math.sqrt(variances[j]) * x[i]);
        }
    }

    /** Each row a becomes U a. */
    private static void turn(float[] x, double[][] u) {
        int d = u.length;
        for (int row = 0; row < x.length; row += d) {
            double[] a = doubles(Arrays.copyOfRange(x, row, row + d));
            for (int i = 0; i < d; i++) {
                x[row + i] = (float) dot(u[i], a);
            }
        }
    }

    private static double dot(double[] v, double[] w) {
        double sum = 0;
        for (int i = 0; i < v.length; i++) {
            sum += v[i] * w[i];
        }
        return sum;
    }

    /** A uniformly drawn orthogonal matrix (Haar): the rows of one of normal numbers, made orthogonal in their order. */
    double[][] rotation(int t) {
        int d = mixture.features();
        int[] stream = new int[RandomStreams.STATE];
        RandomStreams.start(seed + 1, t, stream);
        float[] row = new float[d];
        double[][] u = new double[d][];
        for (int i = 0; i < d; i++) {
            RandomStreams.normals(stream, row, 0, d);
            u[i] = doubles(row);
            // once more, since the first pass leaves what its roundings made
            for (int pass = 0; pass < 2; pass++) {
                for (int j = 0; j < i; j++) {
                    double share = dot(u[i], u[j]);
                    for (int k = 0; k < d; k++) {
                        u[i][k] -= share * u[j][k];
                    }
                }
                double length = Math.sqrt(dot(u[i], u[i]));
                for (int k = 0; k < d; k++) {
                    u[i][k] /= length;
                }
            }
        }
        return u;
    }

    /** Exact accuracy of what {@code learner} reads from a context, clean and against the mixture's adversary. */
    double[] accuracy(Learner learner, State<Integer> context) {
        double[] w = weights(learner, context);
        return new double[] {1 - mixture.error(w, 0), 1 - mixture.error(w, mixture.radius())};
    }

    /**
     * Weights of what {@code learner} reads from a context, or zeros, with which every answer counts as wrong, where a
     * transformer of several layers makes no classifier of it: its weights are too large for floats. Of ten layers its
     * polynomial has a degree of thousands, and some context may lie outside of those that pretraining met.
     */
    static double[] weights(Learner learner, State<Integer> context) {
        try {
            return doubles(learner.learn(context).weights());
        } catch (IllegalStateException e) {
            if (!(learner instanceof DeepTransformer)) {
                throw e;
            }
            return new double[context.features()];
        }
    }

    static double[] doubles(float[] w) {
        double[] copy = new double[w.length];
        for (int i = 0; i < w.length; i++) {
            copy[i] = w[i];
        }
        return copy;
    }
}
