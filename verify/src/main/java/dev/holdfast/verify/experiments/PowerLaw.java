package dev.holdfast.verify.experiments;

/**
 * y ∝ x^exponent, fitted to points by least squares of ln y against ln x.
 *
 * @param exponent the fitted slope
 * @param half half of its 95 % interval, by Student's t of the points' scatter about the line
 */
public record PowerLaw(double exponent, double half) {
    private static final double LEVEL = 0.95;

    /**
     * Fits.
     *
     * @param x positive, not all equal
     * @param y positive, one for each x; at least three points
     */
    public static PowerLaw fit(double[] x, double[] y) {
        int count = x.length;
        if (count < 3 || y.length != count) {
            throw new IllegalArgumentException("x.length = " + count + " and y.length = " + y.length
                    + ", expected the same number, at least 3");
        }
        double[] u = logarithms("x", x);
        double[] v = logarithms("y", y);
        double meanU = mean(u);
        double meanV = mean(v);
        double squares = 0;
        double products = 0;
        for (int i = 0; i < count; i++) {
            squares += (u[i] - meanU) * (u[i] - meanU);
            products += (u[i] - meanU) * (v[i] - meanV);
        }
        if (squares == 0) {
            throw new IllegalArgumentException("x has one value alone, expected several");
        }
        double slope = products / squares;
        double scatter = 0;
        for (int i = 0; i < count; i++) {
            double off = v[i] - meanV - slope * (u[i] - meanU);
            scatter += off * off;
        }
        double standardError = Math.sqrt(scatter / (count - 2) / squares);
        return new PowerLaw(slope, Distributions.student(LEVEL, count - 2) * standardError);
    }

    private static double[] logarithms(String name, double[] values) {
        double[] out = new double[values.length];
        for (int i = 0; i < out.length; i++) {
            if (!(values[i] > 0) || values[i] == Double.POSITIVE_INFINITY) {
                throw new IllegalArgumentException(
                        name + "[" + i + "] = " + values[i] + ", expected a finite number, greater than 0");
            }
            out[i] = StrictMath.log(values[i]);
        }
        return out;
    }

    private static double mean(double[] values) {
        double sum = 0;
        for (double value : values) {
            sum += value;
        }
        return sum / values.length;
    }
}
