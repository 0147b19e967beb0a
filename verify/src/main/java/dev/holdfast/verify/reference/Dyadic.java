package dev.holdfast.verify.reference;

import java.math.BigInteger;

/**
 * The exact number m·2^e. Every finite float and double is one, and sums and products of them are again, so that a
 * claim about rounding errors can be checked without any rounding. One number has many forms: {@link #compareTo} tells
 * whether two are the same, {@link #equals} does not.
 */
public record Dyadic(BigInteger m, int e) implements Comparable<Dyadic> {
    /** The number 0. */
    public static final Dyadic ZERO = new Dyadic(BigInteger.ZERO, 0);

    /** The exact value of a finite float or double. */
    public static Dyadic of(double value) {
        if (!Double.isFinite(value)) {
            throw new IllegalArgumentException("value = " + value + ", expected a finite number");
        }
        long bits = Double.doubleToLongBits(value);
        int exponent = (int) (bits >>> 52 & 0x7ff);
        long fraction = bits & (1L << 52) - 1;
        long m = exponent == 0 ? fraction : fraction | 1L << 52;
        if (m == 0) {
            return ZERO;
        }
        int zeros = Long.numberOfTrailingZeros(m);
        m >>= zeros;
        return new Dyadic(BigInteger.valueOf(bits < 0 ? -m : m), Math.max(exponent, 1) - 1075 + zeros);
    }

    /** The exact values of floats. */
    public static Dyadic[] of(float[] values) {
        Dyadic[] out = new Dyadic[values.length];
        for (int j = 0; j < out.length; j++) {
            out[j] = of(values[j]);
        }
        return out;
    }

    /** The exact values of the rows of a matrix. */
    public static Dyadic[][] of(float[][] rows) {
        Dyadic[][] out = new Dyadic[rows.length][];
        for (int n = 0; n < out.length; n++) {
            out[n] = of(rows[n]);
        }
        return out;
    }

    /** this + other. */
    public Dyadic plus(Dyadic other) {
        if (m.signum() == 0) {
            return other;
        }
        if (other.m.signum() == 0) {
            return this;
        }
        int least = Math.min(e, other.e);
        return new Dyadic(m.shiftLeft(e - least).add(other.m.shiftLeft(other.e - least)), least);
    }

    /** this − other. */
    public Dyadic minus(Dyadic other) {
        return plus(new Dyadic(other.m.negate(), other.e));
    }

    /** this · other. */
    public Dyadic times(Dyadic other) {
        return new Dyadic(m.multiply(other.m), e + other.e);
    }

    /** this · value. */
    public Dyadic times(double value) {
        return times(of(value));
    }

    /** |this|. */
    public Dyadic abs() {
        return m.signum() < 0 ? new Dyadic(m.negate(), e) : this;
    }

    @Override
    public int compareTo(Dyadic other) {
        return minus(other).m.signum();
    }
}
