package dev.holdfast.model;

import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;

/**
 * Samples: {@code rows} rows of {@code d} features each, demonstrations or queries.
 *
 * <p>{@link #copyOf} copies; {@link #view} does not, so that a large set is never held twice: whoever gives the array
 * leaves it alone while the view is in use. Features and rows may have names.
 */
public final class Rows {
    /** No JVM has arrays of more than 2³¹ − 9 elements for certain. */
    private static final int MOST_FEATURES = Integer.MAX_VALUE - 9;

    private final float[] x;
    private final int offset;
    private final int stride;
    private final int rows;
    private final int d;
    /** d, or none. */
    private final List<String> featureNames;
    /** One a row, or none. */
    private final List<String> rowNames;

    private Rows(float[] x, int offset, int stride, int rows, int d) {
        this(x, offset, stride, rows, d, List.of(), List.of());
    }

    private Rows(float[] x, int offset, int stride, int rows, int d, List<String> featureNames, List<String> rowNames) {
        this.x = x;
        this.offset = offset;
        this.stride = stride;
        this.rows = rows;
        this.d = d;
        this.featureNames = featureNames;
        this.rowNames = rowNames;
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

    /**
     * A copy of the given rows.
     *
     * @param x at least one row, all of the same length, at least 1
     */
    public static Rows copyOf(List<float[]> x) {
        return copyOf(x.toArray(new float[0][]));
    }

    /**
     * A copy of the given rows, each number rounded to the nearest float: what is learnt, answered and certified from
     * them is about the rounded ones.
     *
     * @param x at least one row, all of the same length, at least 1; a finite number beyond the floats is refused
     */
    public static Rows copyOf(double[]... x) {
        float[][] rounded = new float[x.length][];
        for (int n = 0; n < x.length; n++) {
            rounded[n] = new float[x[n].length];
            for (int j = 0; j < x[n].length; j++) {
                rounded[n][j] = (float) x[n][j];
                if (Float.isInfinite(rounded[n][j]) && Double.isFinite(x[n][j])) {
                    throw new IllegalArgumentException(
                            "x[" + n + "][" + j + "] = " + x[n][j] + ", expected a number in the range of floats");
                }
            }
        }
        return copyOf(rounded);
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

    /**
     * The same rows, whose features have names. Whatever learns from them keeps these, and refuses queries whose
     * features have other names, or the same in another order.
     *
     * @param features d names, all different; a copy is kept
     */
    public Rows named(List<String> features) {
        return new Rows(x, offset, stride, rows, d, checkedNames(features, d), rowNames);
    }

    /**
     * The same rows with names of their own, by which errors call them.
     *
     * @param names one a row; a copy is kept
     */
    public Rows withRowNames(List<String> names) {
        if (names.size() != rows) {
            throw new IllegalArgumentException("names.size() = " + names.size() + ", expected one a row, " + rows);
        }
        return new Rows(x, offset, stride, rows, d, featureNames, List.copyOf(names));
    }

    /** Rows of another array, without gaps, with the names of these. */
    Rows likeThese(float[] out) {
        return new Rows(out, 0, d, rows, d, featureNames, rowNames);
    }

    /** A copy of the names of d features; throws unless all differ. */
    static List<String> checkedNames(List<String> features, int d) {
        if (features.size() != d) {
            throw new IllegalArgumentException("features.size() = " + features.size() + ", expected " + d);
        }
        Set<String> seen = new HashSet<>();
        int j = 0;
        for (String name : features) {
            if (name == null || !seen.add(name)) {
                throw new IllegalArgumentException(
                        "features[" + j + "] = " + name + ", expected a name unlike those before it");
            }
            j++;
        }
        return List.copyOf(features);
    }

    /** Throws unless arrays of one float a feature, and one more, can be. */
    static void checkFeatureCount(int d) {
        atLeast("d", d, 1);
        if (d > MOST_FEATURES) {
            throw new IllegalArgumentException("d = " + d + ", expected at most " + MOST_FEATURES);
        }
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

    /** The features' names, d, or none if they have none; unmodifiable. */
    public List<String> featureNames() {
        return featureNames;
    }

    /** The rows' names, one each, or none if they have none; unmodifiable. */
    public List<String> rowNames() {
        return rowNames;
    }

    /** A view of the first rows of these. */
    public Rows first(int count) {
        if (count < 0 || count > rows) {
            throw new IllegalArgumentException("count = " + count + ", expected 0.." + rows);
        }
        return new Rows(x, offset, stride, count, d, featureNames,
                rowNames.isEmpty() ? rowNames : rowNames.subList(0, count));
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
                return new IllegalArgumentException("x has " + value + " in " + place(n, j)
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

    /**
     * The error for the first entry of rows to learn from that is too great, or else for the result that overflowed.
     */
    IllegalArgumentException tooLarge(String overflowed) {
        checkMagnitude(State.GREATEST_FEATURE);
        return notFinite(overflowed);
    }

    /** The error for the first entry that is not finite; or, if all are, for the result that overflowed. */
    IllegalArgumentException notFinite(String overflowed) {
        for (int n = 0; n < rows; n++) {
            for (int j = 0; j < d; j++) {
                float value = x[start(n) + j];
                if (!Float.isFinite(value)) {
                    return new IllegalArgumentException(
                            "x has " + value + " in " + place(n, j) + ", expected a finite number");
                }
            }
        }
        return new IllegalArgumentException("x is too large: " + overflowed + " overflowed");
    }

    /** Where an entry is, in words, by names if there are any. */
    private String place(int n, int j) {
        return "row " + n + name(rowNames, n) + ", feature " + j + name(featureNames, j);
    }

    private static String name(List<String> names, int i) {
        return names.isEmpty() ? "" : " (" + names.get(i) + ")";
    }

    /** Throws unless these rows have {@code expected} features. */
    void checkFeatures(int expected) {
        if (d != expected) {
            throw new IllegalArgumentException("x has " + d + " features a row, expected " + expected);
        }
    }

    /** Throws unless these rows have as many features and, if both have names, the same in the same order. */
    void checkFeatures(int expected, List<String> names) {
        checkFeatures(expected);
        if (featureNames.isEmpty() || names.isEmpty() || featureNames.equals(names)) {
            return;
        }
        for (int j = 0; j < d; j++) {
            if (!featureNames.get(j).equals(names.get(j))) {
                throw new IllegalArgumentException("x has the name " + featureNames.get(j) + " for feature " + j
                        + ", expected " + names.get(j) + ": rows need the features that were learnt, in that order");
            }
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
