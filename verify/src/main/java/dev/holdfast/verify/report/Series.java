package dev.holdfast.verify.report;

/**
 * A line of a figure, and a band around it; the arrays are not copied.
 *
 * @param name in a figure, names that are the same up to a comma share a colour
 * @param x finite
 * @param y as long as x; the line has a gap where it is NaN
 * @param low as long as x, or {@code null} without a band
 * @param high as long as x, or {@code null} without a band
 */
public record Series(String name, double[] x, double[] y, double[] low, double[] high) {
    public Series {
        if (y.length != x.length) {
            throw wrong(name, "y", y, x);
        }
        if ((low == null) != (high == null)) {
            throw new IllegalArgumentException("series " + name + ": low or high alone, expected both or neither");
        }
        if (low != null && low.length != x.length) {
            throw wrong(name, "low", low, x);
        }
        if (high != null && high.length != x.length) {
            throw wrong(name, "high", high, x);
        }
    }

    private static IllegalArgumentException wrong(String name, String what, double[] array, double[] x) {
        return new IllegalArgumentException(
                "series " + name + ": " + what + ".length = " + array.length + ", expected " + x.length + " as of x");
    }
}
