package dev.holdfast.bench;

import java.util.SplittableRandom;

/** Inputs: integers from −2 to 2, for which most operations are exact, the same in every run. */
final class Numbers {
    /** Random numbers are drawn once and dealt in pieces, each from a random place on: streams are gigabytes long. */
    private static final int POOL = 1 << 16;

    private static final int PIECE = POOL / 2;

    private final SplittableRandom random = new SplittableRandom(1);
    private final float[] pool = new float[POOL];

    Numbers() {
        for (int i = 0; i < POOL; i++) {
            pool[i] = random.nextInt(5) - 2;
        }
    }

    float[] floats(int length) {
        float[] values = new float[length];
        for (int i = 0; i < length; i += PIECE) {
            System.arraycopy(pool, random.nextInt(POOL - PIECE + 1), values, i, Math.min(PIECE, length - i));
        }
        return values;
    }

    double[] doubles(int length) {
        float[] floats = floats(length);
        double[] values = new double[length];
        for (int i = 0; i < length; i++) {
            values[i] = floats[i];
        }
        return values;
    }

    /** From 0 to 4. */
    byte[] bytes(int length) {
        float[] floats = floats(length);
        byte[] values = new byte[length];
        for (int i = 0; i < length; i++) {
            values[i] = (byte) (floats[i] + 2);
        }
        return values;
    }

    /** −1 or +1. */
    float[] labels(int length) {
        float[] values = new float[length];
        for (int i = 0; i < length; i++) {
            values[i] = random.nextBoolean() ? 1 : -1;
        }
        return values;
    }
}
