package dev.holdfast.verify.fuzz;

/** Numbers read from an input, one after the other; zeros behind its end. */
public final class Numbers {
    private static final float[] SPECIAL = {Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY, Float.MAX_VALUE,
        -Float.MAX_VALUE, Float.MIN_VALUE, -Float.MIN_VALUE, Float.MIN_NORMAL, -0f, 0x1p48f, -0x1p48f, 0x1.000002p48f,
        0x1p-75f, 0x1p63f, -0x1.fffffep126f, 16777217f};

    private final byte[] input;
    private int at;

    public Numbers(byte[] input) {
        this.input = input;
    }

    private int next() {
        return at < input.length ? Byte.toUnsignedInt(input[at++]) : 0;
    }

    /** 0 … bound − 1, for a bound of at most 256. */
    public int below(int bound) {
        return next() % bound;
    }

    /** Any float: of few bits by one byte, what is special by one, others by more. */
    public float any() {
        int kind = next();
        if (kind < 144) {
            return (kind - 72) / 16f;
        }
        if (kind < 176) {
            return SPECIAL[kind % SPECIAL.length];
        }
        if (kind < 208) {
            return Float.intBitsToFloat(next() << 24 | next() << 16 | next() << 8 | next());
        }
        float magnitude = Math.scalb(1 + (next() << 8 | next()) / 65536f, next() - 149);
        return kind % 2 == 0 ? magnitude : -magnitude;
    }

    /** A finite float of exponents −24 … 24. */
    public float moderate() {
        float value = any();
        int exponent = Math.getExponent(value);
        if (value == 0) {
            return value;
        }
        return Math.abs(exponent) <= 24
                ? value
                : Math.copySign(1 + (Float.floatToRawIntBits(value) & 0xffff) / 65536f, value);
    }

    public float[] any(int count) {
        float[] values = new float[count];
        for (int i = 0; i < count; i++) {
            values[i] = any();
        }
        return values;
    }

    public float[] moderate(int count) {
        float[] values = new float[count];
        for (int i = 0; i < count; i++) {
            values[i] = moderate();
        }
        return values;
    }

    /** −1 or +1 each. */
    public int[] labels(int count) {
        int[] y = new int[count];
        for (int n = 0; n < count; n++) {
            y[n] = below(2) == 0 ? 1 : -1;
        }
        return y;
    }
}
