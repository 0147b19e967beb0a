package dev.holdfast.verify.model;

import dev.holdfast.model.GaussianMixture;
import dev.holdfast.verify.reference.Reference;
import java.util.Random;

/** Gaussian mixtures for tests, and how far rounding moves their errors. */
final class Mixtures {
    private static final double U = 0x1p-53;
    /** Of Φ in double, as it says. */
    private static final double NORMAL = 1e-13;

    private Mixtures() {}

    /** Of r features with variances that differ, and up to two more that say nothing; ε√d is below ‖μ‖, and 0 at times. */
    static GaussianMixture random(Random random, int r) {
        int d = r + random.nextInt(3);
        double[] mean = new double[d];
        double[] variances = new double[d];
        double square = 0;
        for (int i = 0; i < d; i++) {
            mean[i] = i < r ? (random.nextBoolean() ? 1 : -1) * (0.25 + random.nextDouble()) : 0;
            variances[i] = Math.pow(2, random.nextInt(5) - 2) * (1 + random.nextDouble());
            square += mean[i] * mean[i];
        }
        double share = random.nextInt(5) == 0 ? 0 : random.nextDouble() * 0.95;
        return GaussianMixture.of(mean, variances, share * Math.sqrt(square / d));
    }

    static double[] weights(Random random, int d) {
        double[] w = new double[d];
        for (int i = 0; i < d; i++) {
            w[i] = random.nextGaussian();
        }
        return w;
    }

    /**
     * How far {@link GaussianMixture#error} is at most from the error of w: Φ's own error, and that of its argument, a
     * difference of two sums over a root, times the greatest density.
     */
    static double rounding(GaussianMixture mixture, double[] w, double attack) {
        double[] mean = mixture.mean();
        double[] variances = mixture.variances();
        double size = 0;
        double variance = 0;
        double square = 0;
        for (int i = 0; i < w.length; i++) {
            size += Math.abs(mean[i] * w[i]);
            variance += variances[i] * w[i] * w[i];
            square += w[i] * w[i];
        }
        double argument = (size + attack * Math.sqrt(square)) / Math.sqrt(variance);
        return NORMAL + Reference.gamma(2 * w.length + 12, U) * argument / Math.sqrt(2 * Math.PI);
    }
}
