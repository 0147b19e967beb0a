package dev.holdfast.model.depth;

import java.util.Arrays;

/**
 * Layers in closed form that reach the robust Bayes classifier once there are as many as directions: Lemma B.7 of the
 * source. In the basis of S's eigenvectors all but the last make of each eigenvalue s two numbers, a_l(s) and b_l(s), and
 * w is b_L(s) times μ there. Layer l settles one of the eigenvalues that are left: a(s) is 0 there for good and b(s) a small
 * multiple of what it is to be, and the last layer, which has one eigenvalue left, takes all to C/(s + τ).
 *
 * <p>What is not settled yet grows as the cube of what it was, layer by layer: a theorem's witness.
 */
public final class ExplicitTuple {
    private final double[] s;
    private final double[] squares;
    private final double tau;
    private final double goal;

    /** @param tau τ, at least 0 */
    public ExplicitTuple(Population population, double tau) {
        double[] mean = population.mean();
        double[] variances = population.variances();
        this.tau = tau;
        this.s = new double[mean.length];
        this.squares = new double[mean.length];
        double sum = 1;
        for (int i = 0; i < mean.length; i++) {
            eigenvalue(mean, variances, i);
            sum += mean[i] * mean[i] / (variances[i] + tau);
        }
        this.goal = sum;
    }

    /**
     * The eigenvalue of S = Σ + μμᵀ from variance i on, where 1 + Σ_j μ_j²/(σ_j − s) is 0, and the square of μ's part in
     * its direction.
     */
    private void eigenvalue(double[] mean, double[] variances, int i) {
        int r = mean.length;
        double low = 0;
        double high = 0;
        for (int j = 0; j < r; j++) {
            high += mean[j] * mean[j];
        }
        if (i + 1 < r) {
            high = Math.min(high, variances[i + 1] - variances[i]);
        }
        while (true) {
            double middle = low + (high - low) / 2;
            if (middle == low || middle == high) {
                break;
            }
            if (1 + sum(mean, variances, i, middle, 1) < 0) {
                low = middle;
            } else {
                high = middle;
            }
        }
        double beyond = low > 0 ? low : high;
        s[i] = variances[i] + beyond;
        squares[i] = 1 / sum(mean, variances, i, beyond, 2);
    }

    /** Σ_j μ_j²/(σ_j − σ_i − beyond)^power. */
    private static double sum(double[] mean, double[] variances, int i, double beyond, int power) {
        double sum = 0;
        for (int j = 0; j < mean.length; j++) {
            double distance = variances[j] - variances[i] - beyond;
            sum += mean[j] * mean[j] / (power == 1 ? distance : distance * distance);
        }
        return sum;
    }

    /**
     * The layers, p_x, p_y, q_x and q_y of each; those that are not needed are 0. Where double cannot hold them, some are
     * infinite or NaN.
     *
     * @param depth at least the number of directions
     */
    public double[] layers(int depth) {
        // the share of b that is settled first: small enough that no divisor is next to 0
        double share = 1;
        double[] layers = layers(depth, share);
        while (layers == null && share > 0x1p-1000) {
            share /= 2;
            layers = layers(depth, share);
        }
        if (layers == null) {
            layers = new double[] {Double.NaN};
        }
        return layers;
    }

    /** With c = share · C, or {@code null} where a divisor 1 + s b is within ½ of 0. */
    private double[] layers(int depth, double share) {
        int r = s.length;
        double[] layers = new double[4 * depth];
        double[] a = new double[r];
        double[] b = new double[r];
        boolean[] settled = new boolean[r];
        Arrays.fill(a, 1);
        for (int l = 0; l < r; l++) {
            int k = least(a, settled);
            double divisor = 1 + s[k] * b[k];
            if (Math.abs(divisor) < 0.5) {
                return null;
            }
            if (l == r - 1) {
                last(layers, l, a[k], b, k, share);
                return layers;
            }
            double kappa = -1 / (s[k] * a[k] * a[k]);
            double eta = (share * goal / (s[k] + tau) - b[k]) / (a[k] * a[k] * divisor);
            for (int i = 0; i < r; i++) {
                b[i] += eta * a[i] * a[i] * (1 + s[i] * b[i]);
                a[i] *= 1 + kappa * s[i] * a[i] * a[i];
            }
            a[k] = 0;
            settled[k] = true;
            layers[4 * l] = kappa;
            layers[4 * l + 1] = eta;
            layers[4 * l + 2] = 1;
        }
        return layers;
    }

    private int least(double[] a, boolean[] settled) {
        int least = -1;
        for (int i = 0; i < s.length; i++) {
            if (!settled[i] && (least < 0 || s[i] * a[i] * a[i] < s[least] * a[least] * a[least])) {
                least = i;
            }
        }
        return least;
    }

    private void last(double[] layers, int l, double a, double[] b, int k, double share) {
        double g = 1;
        for (int i = 0; i < s.length; i++) {
            g += squares[i] * b[i] * (s[i] * b[i] + 2);
        }
        layers[4 * l + 1] = 1;
        layers[4 * l + 2] = (goal / (s[k] + tau) - b[k] / share) / (a * a * (1 + s[k] * b[k]));
        layers[4 * l + 3] = (1 / share - 1) / g;
    }
}
