package dev.holdfast.model.certificate;

import dev.holdfast.kernel.AdversarialGradient;
import dev.holdfast.kernel.LinearAttention;
import java.math.BigDecimal;

/** f(x) = w·x + c, as a value of it whose sign is that of the exact sum. */
public final class LinearFunction {
    /** What {@link #certain} may lose of the exact value, relatively. */
    public static final double LOSS = 0x1p-23;

    private final float[] w;
    private final double c;
    private final double norm1;

    /** Keeps {@code w}. */
    public LinearFunction(float[] w, double c) {
        this.w = w;
        this.c = c;
        this.norm1 = AdversarialGradient.norm1(w, w.length);
    }

    /** Not a copy. */
    public float[] w() {
        return w;
    }

    public double norm1() {
        return norm1;
    }

    /**
     * A number between 0 and f(x), 0 only where f(x) is, that lacks {@link #LOSS} of it at most; an exact sum is
     * rounded to nearest, however, for which {@link Adversary} has room in its slack. NaN if x is not finite.
     *
     * @param x d features from {@code o} on; read
     */
    public double certain(float[] x, int o) {
        double f = LinearAttention.certainScore(x, o, w.length, w, norm1, c);
        return Double.isNaN(f) ? exact(x, o) : f;
    }

    /** {@link AdversarialGradient#cornerScore} of this function. */
    double cornerScore(float[] x, float[] edge, float[] b, double[] v, float theta, double[] moving) {
        return AdversarialGradient.cornerScore(x, 0, w.length, edge, b, v, theta, w, norm1, c, moving);
    }

    private double exact(float[] x, int o) {
        BigDecimal sum = new BigDecimal(c);
        for (int j = 0; j < w.length; j++) {
            // a product of two floats is exact in double, and never too small for it
            double product = (double) w[j] * x[o + j];
            if (!Double.isFinite(product)) {
                return Double.NaN;
            }
            sum = sum.add(new BigDecimal(product));
        }
        return sum.doubleValue();
    }
}
