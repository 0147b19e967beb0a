package dev.holdfast.model;

import java.util.Objects;

/**
 * Samples: {@code rows} rows of {@code d} features each, demonstrations or queries.
 *
 * <p>{@link #copyOf} copies; {@link #view} does not, so that a large set is never held twice: whoever gives the array
 * leaves it alone while the view is in use.
 */
public final class Rows {
    private final float[] x;
    private final int offset;
    private final int stride;
    private final int rows;
    private final int d;

    private Rows(float[] x, int offset, int stride, int rows, int d) {
        this.x = x;
        this.offset = offset;
        this.stride = stride;
        this.rows = rows;
        this.d = d;
    }

    /**
     * A copy of the given rows.
     *
     * @param x at least one row, all of the same length, at least 1
     */
    public static Rows copyOf(float[]... x) {
        if (x.length == 0) {
            throw new IllegalArgumentException("x has 0 rows, expected at least 1");
        }
        int d = x[0].length;
        if (d == 0) {
            throw new IllegalArgumentException("x[0].length = 0, expected at least 1");
        }
        float[] copy = new float[Math.multiplyExact(x.length, d)];
        for (int n = 0; n < x.length; n++) {
            if (x[n].length != d) {
                throw new IllegalArgumentException(
                        "x[" + n + "].length = " + x[n].length + ", expected " + d + " as x[0] has");
            }
            System.arraycopy(x[n], 0, copy, n * d, d);
        }
        return new Rows(copy, 0, d, x.length, d);
    }

    /** A view of a row-major array: row n is x[n·d] … x[n·d+d−1], and the array holds whole rows. */
    public static Rows view(float[] x, int d) {
        atLeast("d", d, 1);
        if (x.length % d != 0) {
            throw new IllegalArgumentException("x.length = " + x.length + ", expected a multiple of d = " + d);
        }
        return new Rows(x, 0, d, x.length / d, d);
    }

    /**
     * A view of a part of an array: row n starts at {@code offset + n·stride}.
     *
     * @param offset start of the first row
     * @param stride distance between the starts of two rows, at least d
     * @param rows number of rows, 0 or more
     * @param d number of features, at least 1
     */
    public static Rows view(float[] x, int offset, int stride, int rows, int d) {
        Objects.requireNonNull(x, "x");
        atLeast("offset", offset, 0);
        atLeast("rows", rows, 0);
        atLeast("d", d, 1);
        atLeast("stride", stride, d);
        long end = rows == 0 ? offset : offset + (rows - 1L) * stride + d;
        if (end > x.length) {
            throw new IllegalArgumentException("x.length = " + x.length + ", expected at least " + end + " for "
                    + rows + " rows " + stride + " apart from offset " + offset);
        }
        return new Rows(x, offset, stride, rows, d);
    }

    static void atLeast(String name, int value, int least) {
        if (value < least) {
            throw new IllegalArgumentException(name + " = " + value + ", expected at least " + least);
        }
    }

    /** Number of rows. */
    public int rows() {
        return rows;
    }

    /** Number of features of a row, d. */
    public int features() {
        return d;
    }

    /** A view of the first rows of these. */
    public Rows first(int count) {
        if (count < 0 || count > rows) {
            throw new IllegalArgumentException("count = " + count + ", expected 0.." + rows);
        }
        return new Rows(x, offset, stride, count, d);
    }

    /** A copy, rows × d, row-major without gaps; owned by the caller. */
    public float[] toArray() {
        float[] copy = new float[Math.multiplyExact(rows, d)];
        for (int n = 0; n < rows; n++) {
            System.arraycopy(x, start(n), copy, n * d, d);
        }
        return copy;
    }

    float[] array() {
        return x;
    }

    int offset() {
        return offset;
    }

    int stride() {
        return stride;
    }

    /** Start of row n in {@link #array}. */
    int start(int n) {
        return offset + n * stride;
    }

    /** Copies row n to {@code row}, d entries, and returns it. */
    float[] copy(int n, float[] row) {
        System.arraycopy(x, start(n), row, 0, d);
        return row;
    }

    /** Throws unless every entry is finite and at most {@code most} in magnitude. */
    void checkMagnitude(float most) {
        for (int n = 0; n < rows; n++) {
            if (!isWithin(x, start(n), d, most)) {
                throw tooGreat(n, most);
            }
        }
    }

    /** Branches that are never taken cost less than a chain of maxima. */
    private static boolean isWithin(float[] x, int o, int d, float most) {
        for (int j = o; j < o + d; j++) {
            if (!(Math.abs(x[j]) <= most)) {
                return false;
            }
        }
        return true;
    }

    private IllegalArgumentException tooGreat(int n, float most) {
        for (int j = 0; j < d; j++) {
            float value = x[start(n) + j];
            if (!Float.isFinite(value)) {
                return notFinite("");
            }
            if (Math.abs(value) > most) {
                return new IllegalArgumentException("x has " + value + " in row " + n + ", feature " + j
                        + ", expected a number of magnitude at most " + most);
            }
        }
        throw new AssertionError("row " + n);
    }

    /** {@link #copy}; throws if an entry is not finite. */
    float[] copyFinite(int n, float[] row) {
        for (float entry : copy(n, row)) {
            if (!Float.isFinite(entry)) {
                throw notFinite("a feature");
            }
        }
        return row;
    }

    /** The error for the first entry that is not finite; or, if all are, for the result that overflowed. */
    IllegalArgumentException notFinite(String overflowed) {
        for (int n = 0; n < rows; n++) {
            for (int j = 0; j < d; j++) {
                float value = x[start(n) + j];
                if (!Float.isFinite(value)) {
                    return new IllegalArgumentException(
                            "x has " + value + " in row " + n + ", feature " + j + ", expected a finite number");
                }
            }
        }
        return new IllegalArgumentException("x is too large: " + overflowed + " overflowed");
    }

    /** Throws unless these rows have {@code expected} features. */
    void checkFeatures(int expected) {
        if (d != expected) {
            throw new IllegalArgumentException("x has " + d + " features a row, expected " + expected);
        }
    }

    /** The labels as floats; throws unless there is one of −1 or +1 for every row. */
    float[] labels(int[] y) {
        checkLabels("y.length", y.length);
        float[] labels = new float[rows];
        for (int n = 0; n < rows; n++) {
            // no text is made of a label before it is needed
            labels[n] = y[n] == 1 || y[n] == -1 ? y[n] : checkedLabel("y[" + n + "]", y[n]);
        }
        return labels;
    }

    /** Throws unless there is one label for every row. */
    void checkLabels(String name, int labels) {
        if (labels != rows) {
            throw new IllegalArgumentException(name + " = " + labels + ", expected one label a row, " + rows);
        }
    }

    static float checkedLabel(String name, int y) {
        if (y != 1 && y != -1) {
            throw new IllegalArgumentException(name + " = " + y + ", expected -1 or +1");
        }
        return y;
    }

    @Override
    public String toString() {
        return rows + " rows of " + d + " features " + Shown.of(rows, n -> Shown.of(d, j -> x[start(n) + j]));
    }
}
