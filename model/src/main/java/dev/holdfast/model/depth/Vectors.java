package dev.holdfast.model.depth;

/** Sums over vectors, in plain order. */
public final class Vectors {
    private Vectors() {}

    /** x·y. */
    static double dot(double[] x, double[] y) {
        double sum = 0;
        for (int i = 0; i < x.length; i++) {
            sum += x[i] * y[i];
        }
        return sum;
    }

    /** ‖v‖₂, without overflow on the way. */
    public static double length(double[] v) {
        double scale = 0;
        for (double entry : v) {
            scale = Math.max(scale, Math.abs(entry));
        }
        if (scale == 0) {
            return 0;
        }
        double sum = 0;
        for (double entry : v) {
            sum += (entry / scale) * (entry / scale);
        }
        return scale * Math.sqrt(sum);
    }
}
