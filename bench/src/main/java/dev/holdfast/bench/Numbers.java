package dev.holdfast.bench;

import java.util.SplittableRandom;

/** Inputs: integers from −2 to 2, for which most operations are exact, the same in every run. */
final class Numbers {
    private final SplittableRandom random = new SplittableRandom(1);

    float next() {
        return random.nextInt(5) - 2;
    }

    float[] floats(int length) {
        float[] values = new float[length];
        for (int i = 0; i < length; i++) {
            values[i] = next();
        }
        return values;
    }

    double[] doubles(int length) {
        double[] values = new double[length];
        for (int i = 0; i < length; i++) {
            values[i] = next();
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
