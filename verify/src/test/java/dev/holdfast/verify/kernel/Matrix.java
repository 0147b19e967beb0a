package dev.holdfast.verify.kernel;

import java.util.Arrays;
import java.util.Random;

/**
 * A matrix somewhere inside an array: what lies before, between and after its rows is poison, which turns every sum
 * that touches it into NaN, and which shows every write that should not have been.
 */
record Matrix(float[] array, int offset, int stride, int rows, int columns) {
    /** How entries are drawn. */
    enum Entries {
        SMALL_INTEGERS,
        NORMAL,
        CANCELLING,
        HOSTILE,
        HUGE,
        /** Their products with {@link #DAMPING} underflow to −0, or to a subnormal. */
        UNDERFLOWING,
        DAMPING;

        /**
         * For the other factors of a product: it would leave the range of float if all of them were huge, and would be
         * far below it if all were subnormal.
         */
        Entries tamed() {
            return this == HUGE ? NORMAL : this == UNDERFLOWING ? DAMPING : this;
        }

        float next(Random random) {
            return switch (this) {
                case SMALL_INTEGERS -> random.nextInt(7) - 3;
                case NORMAL -> (float) random.nextGaussian();
                // neighbours nearly cancel, and what is left is far below either
                case CANCELLING -> (random.nextBoolean() ? 1 : -1) * (1 + 0x1p-20f * random.nextInt(3));
                case HOSTILE -> switch (random.nextInt(6)) {
                    case 0 -> 0f;
                    case 1 -> -0f;
                    case 2 -> Float.MIN_VALUE * (random.nextInt(2000) - 1000);
                    case 3 -> 1e6f * (float) random.nextGaussian();
                    case 4 -> 1e-6f * (float) random.nextGaussian();
                    default -> (float) random.nextGaussian();
                };
                // beside neighbours of ordinary size
                case HUGE -> (random.nextBoolean() ? 1e15f : 1) * (float) random.nextGaussian();
                case UNDERFLOWING -> Float.MIN_VALUE * (1 + random.nextInt(2));
                case DAMPING -> random.nextInt(50) == 0 ? -0.75f : -0.25f;
            };
        }
    }

    static Matrix draw(Random random, Entries entries, int rows, int columns) {
        int stride = columns + random.nextInt(4);
        return draw(random, entries, random.nextInt(5), stride, rows, columns);
    }

    /** Rows that all start at one place of a line of the cache, whichever it is. */
    static Matrix drawLines(Random random, Entries entries, int rows, int columns) {
        int stride = (columns + 15 & -16) + 16 * random.nextInt(2);
        return draw(random, entries, random.nextInt(20), stride, rows, columns);
    }

    private static Matrix draw(Random random, Entries entries, int offset, int stride, int rows, int columns) {
        Matrix tight = poison(offset, stride, rows, columns);
        // whether a vector may be read beyond the last rows must not matter
        float[] array = Arrays.copyOf(tight.array, tight.array.length + 64 * random.nextInt(2));
        Arrays.fill(array, tight.array.length, array.length, Float.NaN);
        Matrix matrix = new Matrix(array, tight.offset, stride, rows, columns);
        for (int i = 0; i < rows; i++) {
            for (int j = 0; j < columns; j++) {
                matrix.array[matrix.offset + i * stride + j] = entries.next(random);
            }
        }
        return matrix;
    }

    static Matrix poison(int offset, int stride, int rows, int columns) {
        float[] array = new float[offset + rows * stride + 3];
        Arrays.fill(array, Float.NaN);
        return new Matrix(array, offset, stride, rows, columns);
    }

    double[][] doubles() {
        double[][] out = new double[rows][columns];
        for (int i = 0; i < rows; i++) {
            for (int j = 0; j < columns; j++) {
                out[i][j] = array[offset + i * stride + j];
            }
        }
        return out;
    }

    float[][] floats() {
        float[][] out = new float[rows][];
        for (int i = 0; i < rows; i++) {
            out[i] = Arrays.copyOfRange(array, offset + i * stride, offset + i * stride + columns);
        }
        return out;
    }

    double[][] magnitudes() {
        return magnitudes(doubles());
    }

    static double[][] magnitudes(double[][] values) {
        return Arrays.stream(values).map(Matrix::magnitudes).toArray(double[][]::new);
    }

    static double[] magnitudes(double[] values) {
        return Arrays.stream(values).map(Math::abs).toArray();
    }

    /** Whether everything outside the rows is still poison. */
    boolean isIntact() {
        for (int k = 0; k < array.length; k++) {
            int row = Math.floorDiv(k - offset, Math.max(stride, 1));
            boolean inside = k >= offset && row < rows && k - offset - row * stride < columns;
            if (!inside && !Float.isNaN(array[k])) {
                return false;
            }
        }
        return true;
    }

    static float[] vector(Random random, Entries entries, int length) {
        float[] vector = new float[length];
        for (int j = 0; j < length; j++) {
            vector[j] = entries.next(random);
        }
        return vector;
    }

    static float[] labels(Random random, int length) {
        float[] y = new float[length];
        for (int n = 0; n < length; n++) {
            y[n] = random.nextBoolean() ? 1 : -1;
        }
        return y;
    }

    /** The values from {@code offset} on, with poison before and after them. */
    static float[] amidPoison(float[] values, int offset) {
        float[] array = new float[offset + values.length + 3];
        Arrays.fill(array, Float.NaN);
        System.arraycopy(values, 0, array, offset, values.length);
        return array;
    }

    static double[] doubles(float[] values) {
        double[] out = new double[values.length];
        for (int j = 0; j < out.length; j++) {
            out[j] = values[j];
        }
        return out;
    }
}
