package dev.holdfast.model;

import dev.holdfast.kernel.AdversarialGradient;
import dev.holdfast.kernel.LinearAttention;
import java.math.BigDecimal;

/** f(x) = w·x + c in double, and a value of it whose sign is that of the exact sum. */
final class LinearFunction {
    /** How near to the exact value {@link #certain} is, relatively: with more error the sum is taken exactly. */
    static final double PRECISION = 0x1p-24;

    private final float[] w;
    private final double c;
    private final double norm2;

    /** Keeps {@code w}. */
    LinearFunction(float[] w, double c) {
        this.w = w;
        this.c = c;
        this.norm2 = AdversarialGradient.norm2(w, w.length);
    }

    /** Not a copy. */
    float[] w() {
        return w;
    }

    double c() {
        return c;
    }

    /**
     * A number between 0 and f(x), 0 only where f(x) is, and within {@link #PRECISION} of it, relatively; but for a few
     * units of 2⁻⁵³, which {@link Adversary} has in its slack. Not finite if x is not.
     */
    double certain(float[] x) {
        double f = LinearAttention.score(x, 0, w.length, w, c);
        // the kernel's bound by Cauchy–Schwarz; 60 roundings more than it counts pay for those of the bound itself
        double error = (w.length / 8 + 64) * 0x1p-53
                * (norm2 * AdversarialGradient.norm2(x, w.length) + Math.abs(c));
        if (error <= PRECISION * Math.abs(f)) {
            return f - Math.copySign(error, f);
        }
        return Double.isFinite(f) ? exact(x) : f;
    }

    private double exact(float[] x) {
        BigDecimal sum = new BigDecimal(c);
        for (int j = 0; j < w.length; j++) {
            // a product of two floats is exact in double, and never too small for it
            sum = sum.add(new BigDecimal((double) w[j] * x[j]));
        }
        return sum.doubleValue();
    }
}
