package dev.holdfast.verify.baselines;

import dev.holdfast.model.Classifier;
import dev.holdfast.model.Rows;

/**
 * A linear classifier f(x) = w·x + c that was trained on the demonstrations of one task, in float64: what a transformer
 * that learns in context is compared with.
 *
 * @param w d entries
 * @param c the intercept, never penalised
 */
public record LinearFit(double[] w, double c) {

    /**
     * The difference of the class means, with the plane half-way between them: w = μ₊ − μ₋, c = −w·(μ₊ + μ₋)/2.
     *
     * @param x demonstrations of both classes
     * @param y their labels, −1 or +1
     */
    public static LinearFit meanDifference(Rows x, int[] y) {
        float[] rows = x.toArray();
        int d = x.features();
        double[] positive = mean(rows, d, y, 1);
        double[] negative = mean(rows, d, y, -1);
        double[] w = new double[d];
        double c = 0;
        for (int j = 0; j < d; j++) {
            w[j] = positive[j] - negative[j];
            c -= w[j] * (positive[j] + negative[j]) / 2;
        }
        return new LinearFit(w, c);
    }

    private static double[] mean(float[] x, int d, int[] y, int label) {
        double[] sum = new double[d];
        int count = 0;
        for (int n = 0; n < y.length; n++) {
            if (y[n] == label) {
                count++;
                for (int j = 0; j < d; j++) {
                    sum[j] += x[n * d + j];
                }
            }
        }
        if (count == 0) {
            throw new IllegalArgumentException("y has no label " + label + ", expected both classes");
        }
        for (int j = 0; j < d; j++) {
            sum[j] /= count;
        }
        return sum;
    }

    /**
     * Ridge regression of the labels: the least (1/N) Σ_n (y_n − f(x_n))²/2 + (λ/2)‖w‖².
     *
     * @param lambda λ, greater than 0
     */
    public static LinearFit ridge(Rows x, int[] y, double lambda) {
        return fit(new Risk(Risk.Loss.SQUARED, x, y, lambda, 0));
    }

    /**
     * Logistic regression, trained against an adversary of ℓ∞ radius ε: the least
     * (1/N) Σ_n log(1 + exp(−(y_n f(x_n) − ε‖w‖₁))) + (λ/2)‖w‖². The worst perturbation is taken in closed form; ε = 0
     * is logistic regression as usual.
     *
     * @param lambda λ, greater than 0
     * @param epsilon ε, finite, at least 0
     */
    public static LinearFit logistic(Rows x, int[] y, double lambda, double epsilon) {
        return fit(new Risk(Risk.Loss.LOGISTIC, x, y, lambda, epsilon));
    }

    private static LinearFit fit(Risk risk) {
        double[] v = OrthantDescent.minimise(risk);
        double[] w = new double[risk.features()];
        System.arraycopy(v, 0, w, 0, w.length);
        return new LinearFit(w, v[w.length]);
    }

    /** The same classifier, w rounded to floats, with the certificates of all classifiers. */
    public Classifier classifier() {
        float[] rounded = new float[w.length];
        for (int j = 0; j < rounded.length; j++) {
            rounded[j] = (float) w[j];
        }
        return Classifier.of(rounded, c);
    }
}
