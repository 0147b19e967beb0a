package dev.holdfast.model.depth;

import java.util.Arrays;

/**
 * The limit of endlessly many demonstrations of a Gaussian mixture, where S̄ = S = Σ + μμᵀ and m̄ = μ, in the directions
 * that matter: one for each of the r distinct variances whose features μ touches, that of μ's part there. All that a
 * transformer of the family makes of the limit is in their span, and looks in this basis as if there were r features.
 */
public final class Population {
    private final double[] fullMean;
    /** Of each feature its direction, −1 where μ is 0. */
    private final int[] direction;
    private final double[] mean;
    private final double[] variances;

    /**
     * @param mean μ, d entries, not all 0; kept, not changed
     * @param variances Σ's diagonal, d positive entries; read
     */
    public Population(double[] mean, double[] variances) {
        int d = mean.length;
        double[] distinct = new double[d];
        int touched = 0;
        for (int i = 0; i < d; i++) {
            if (mean[i] != 0) {
                distinct[touched++] = variances[i];
            }
        }
        this.fullMean = mean;
        this.variances = Arrays.stream(distinct, 0, touched).distinct().sorted().toArray();
        this.mean = new double[this.variances.length];
        this.direction = new int[d];
        for (int i = 0; i < d; i++) {
            direction[i] = mean[i] == 0 ? -1 : Arrays.binarySearch(this.variances, variances[i]);
            if (direction[i] >= 0) {
                this.mean[direction[i]] = hypotenuse(this.mean[direction[i]], mean[i]);
            }
        }
    }

    /** Without over- and underflow, and the same bits everywhere. */
    private static double hypotenuse(double a, double b) {
        double scale = Math.max(Math.abs(a), Math.abs(b));
        return scale * Math.sqrt((a / scale) * (a / scale) + (b / scale) * (b / scale));
    }

    /** r, the number of directions. */
    public int size() {
        return mean.length;
    }

    /** The length of μ's part in each direction, r positive numbers; not to be changed. */
    public double[] mean() {
        return mean;
    }

    /** Its variance, r ascending numbers; not to be changed. */
    public double[] variances() {
        return variances;
    }

    /** Weights of all d features from those of the directions; owned by the caller. */
    public double[] spread(double[] w) {
        double[] all = new double[fullMean.length];
        for (int i = 0; i < all.length; i++) {
            if (direction[i] >= 0) {
                all[i] = w[direction[i]] * (fullMean[i] / mean[direction[i]]);
            }
        }
        return all;
    }

    /** [S μ; μᵀ 1], what the first layer sees, (r+1) × (r+1), of the features divided by {@code unit}. */
    double[] start(double unit) {
        int r = mean.length;
        int n = r + 1;
        double[] start = new double[n * n];
        for (int i = 0; i < r; i++) {
            for (int j = 0; j < r; j++) {
                start[i * n + j] = (mean[i] / unit) * (mean[j] / unit);
            }
            start[i * n + i] += variances[i] / unit / unit;
            start[i * n + r] = mean[i] / unit;
            start[r * n + i] = mean[i] / unit;
        }
        start[n * n - 1] = 1;
        return start;
    }
}
