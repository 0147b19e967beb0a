package dev.holdfast.bench;

import java.util.Arrays;

/**
 * What a peer should return for a whole task with adversarial weights, by plain sums in double. A path from an input
 * to a result has at most n + 2(d+1) + 2 roundings up to w, in any order of products, and d + 3 behind it; each costs
 * at most one part in 2²⁴ of the sum of the magnitudes.
 */
final class ExpectedTask {
    private static final double HALF_ULP = 0x1p-24;

    private final float[] queries;
    private final float[] labels;
    private final double epsilon;
    private final int d;
    private final double gamma;
    private final double[] w;

    /** Σ of the magnitudes of w_j's terms. */
    private final double[] magnitudes;

    ExpectedTask(float[] x, float[] y, float[] queries, float[] labels, float epsilon) {
        this.queries = queries;
        this.labels = labels;
        this.epsilon = epsilon;
        d = x.length / y.length;
        int roundings = y.length + 3 * (d + 1) + 4;
        gamma = roundings * HALF_ULP / (1 - roundings * HALF_ULP);
        w = classifier(x, y);
        magnitudes = classifier(magnitudes(x), magnitudes(y));
    }

    private double[] classifier(float[] x, float[] y) {
        double[] sums = new double[d];
        for (int row = 0; row < y.length; row++) {
            double s = y[row];
            for (int j = 0; j < d; j++) {
                s += x[row * d + j];
            }
            for (int j = 0; j < d; j++) {
                sums[j] += s * x[row * d + j] / y.length;
            }
        }
        return sums;
    }

    private static float[] magnitudes(float[] values) {
        float[] magnitudes = values.clone();
        for (int i = 0; i < values.length; i++) {
            magnitudes[i] = Math.abs(values[i]);
        }
        return magnitudes;
    }

    void check(float[] scores, float[] attacked, float[] robustScores) {
        double norm = Arrays.stream(w).map(Math::abs).sum();
        double price = Arrays.stream(magnitudes).sum() * epsilon;
        for (int i = 0; i < labels.length; i++) {
            double f = 0;
            double magnitude = 0;
            for (int j = 0; j < d; j++) {
                double q = queries[i * d + j];
                f += w[j] * q;
                magnitude += magnitudes[j] * Math.abs(q);
                // where w_j is within its error of 0, its sign may differ
                if (Math.abs(w[j]) > gamma * magnitudes[j]) {
                    double step = epsilon * labels[i] * Math.signum(w[j]);
                    check("attacked", i * d + j, attacked[i * d + j], q - step, HALF_ULP * Math.abs(q - step));
                }
            }
            check("score", i, scores[i], f, gamma * magnitude);
            check("robust score", i, robustScores[i], labels[i] * f - epsilon * norm, gamma * (magnitude + price));
        }
    }

    private static void check(String name, int index, double actual, double expected, double bound) {
        if (!(Math.abs(actual - expected) <= bound)) {
            throw new IllegalStateException(
                    name + " " + index + " = " + actual + ", expected " + expected + " within " + bound);
        }
    }
}
