package dev.holdfast.verify.experiments;

/** Distribution functions, with the same bits on every machine. */
public final class Distributions {
    /** Φ is 0 or 1 to the last bit of 1 from here on. */
    private static final double FAR = 9;

    private Distributions() {}

    /**
     * Φ(x) = P(Z ≤ x) of a standard normal Z, within 10⁻¹³: ½ + φ(x) Σ_k x^(2k+1)/(1·3·5⋯(2k+1)), whose terms have one
     * sign. Fewer than 250 of them count, and each has three roundings, which with those of φ make the error.
     *
     * <p>Source: G. Marsaglia, "Evaluating the Normal Distribution", Journal of Statistical Software 11, 2004.
     */
    public static double normal(double x) {
        if (Double.isNaN(x)) {
            throw new IllegalArgumentException("x = NaN, expected a number");
        }
        if (Math.abs(x) >= FAR) {
            return x < 0 ? 0 : 1;
        }
        double term = x;
        double sum = 0;
        for (int k = 1; sum + term != sum; k += 2) {
            sum += term;
            term *= x * x / (k + 2);
        }
        return 0.5 + sum * StrictMath.exp(-x * x / 2) / Math.sqrt(2 * Math.PI);
    }

    /**
     * The t with P(|T| ≤ t) = {@code probability} of Student's T, by bisection.
     *
     * @param probability 0 to below 1
     * @param degrees degrees of freedom, at least 1
     */
    public static double student(double probability, int degrees) {
        if (!(probability >= 0 && probability < 1)) {
            throw new IllegalArgumentException("probability = " + probability + ", expected 0 to below 1");
        }
        if (degrees < 1) {
            throw new IllegalArgumentException("degrees = " + degrees + ", expected at least 1");
        }
        double low = 0;
        double high = Math.PI / 2;
        for (double angle = high / 2; angle > low && angle < high; angle = (low + high) / 2) {
            if (within(angle, degrees) < probability) {
                low = angle;
            } else {
                high = angle;
            }
        }
        return Math.sqrt(degrees) * StrictMath.tan(low);
    }

    /**
     * P(|T| ≤ √ν tan θ), a sum of powers of cos θ.
     *
     * <p>Source: M. Abramowitz and I. Stegun, Handbook of Mathematical Functions, 26.7.3 and 26.7.4.
     */
    private static double within(double angle, int degrees) {
        double cos = StrictMath.cos(angle);
        boolean odd = degrees % 2 == 1;
        double term = odd ? cos : 1;
        double sum = 0;
        for (int k = odd ? 3 : 2; k <= degrees; k += 2) {
            sum += term;
            term *= cos * cos * (k - 1) / k;
        }
        double share = StrictMath.sin(angle) * sum;
        return odd ? (angle + share) * 2 / Math.PI : share;
    }
}
