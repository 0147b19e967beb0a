package dev.holdfast.verify.reference;

import java.math.BigDecimal;
import java.math.MathContext;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * N = Σ ω, the mean and the scatter Σ ω (x − mean)(x − mean)ᵀ of weighted rows, as fast moments sum them: rows wait for
 * a block of 1024, blocks join by the formulas of Chan, Golub and LeVeque. The numbers themselves are exact but for 80
 * decimal digits; beside each runs a bound of what an implementation in floats and doubles may have made of it.
 *
 * <p>With u = 2⁻²⁴ for floats and v = 2⁻⁵³ for doubles and γ_k(u) = k u/(1 − k u):
 *
 * <ul>
 * <li>Variances of a block of n rows: their mean m̂ in double is within γ_{n+1}(v) mean|x| of theirs; deviations from m̂
 *     are rounded once, squares once, their sum n times, so that Σ δ² is within γ_{n+4}(v) Σ δ², and what its correction
 *     (Σ δ)²/n takes off within γ_{2n+6}(v) (Σ |δ|)²/n. The corrected mean is within γ_{n+3}(v) Σ|δ|/n + v |m|.
 * <li>Moments of a block: deviations δ from a float near the mean are rounded once in float. A Gram matrix of them is
 *     within γ_{min(n,256)+1}(u) Σ |δ_i δ_j|, the bound of the kernel, with 2 roundings of the factors: γ_{k}(u) with
 *     k = min(n, 256) + 4. So is the product of sums that is taken off, twice as often. In units of the greatest
 *     deviation nothing underflows but what is 2⁻¹⁴⁹ of it.
 * <li>A join rounds each of its sums and products once in double: 8 of them for an entry.
 * </ul>
 */
public final class CentredSums {
    private static final MathContext DIGITS = new MathContext(80);
    private static final int BLOCK = 1024;
    private static final double FLOAT = 0x1p-24;
    private static final double DOUBLE = 0x1p-53;
    /** Bounds are summed in double: less than so many roundings, all upwards by this. */
    private static final double UP = 1 + 0x1p-30;

    private final int d;
    private final boolean products;
    private final List<float[]> waiting = new ArrayList<>();
    private BigDecimal size = BigDecimal.ZERO;
    private double sizeError;
    private BigDecimal[] mean;
    private double[] meanError;
    /** d × d, the diagonal alone where there are no products. */
    private BigDecimal[][] scatter;

    private double[][] scatterError;

    /** @param products whether all of the scatter is summed, in floats, or its diagonal, in doubles */
    public CentredSums(int d, boolean products) {
        this.d = d;
        this.products = products;
        this.mean = zeros(d);
        this.meanError = new double[d];
        this.scatter = new BigDecimal[d][];
        for (int i = 0; i < d; i++) {
            scatter[i] = zeros(d);
        }
        this.scatterError = new double[d][d];
    }

    private static BigDecimal[] zeros(int length) {
        BigDecimal[] zeros = new BigDecimal[length];
        Arrays.fill(zeros, BigDecimal.ZERO);
        return zeros;
    }

    /** Adds a row of weight 1. */
    public void add(float[] x) {
        if (waiting.size() == BLOCK) {
            join();
        }
        waiting.add(x);
    }

    /** Multiplies all weights. */
    public void fade(double factor) {
        join();
        BigDecimal by = new BigDecimal(factor);
        size = size.multiply(by, DIGITS);
        sizeError = up(sizeError * factor + DOUBLE * size.doubleValue());
        for (int i = 0; i < d; i++) {
            for (int j = 0; j < d; j++) {
                scatter[i][j] = scatter[i][j].multiply(by, DIGITS);
                scatterError[i][j] = up(scatterError[i][j] * factor + DOUBLE * magnitude(scatter[i][j]));
            }
        }
    }

    /** Adds the rows of another. */
    public void merge(CentredSums other) {
        other.join();
        join();
        join(other);
    }

    private static double up(double bound) {
        return bound * UP;
    }

    private static double magnitude(BigDecimal value) {
        return Math.abs(value.doubleValue());
    }

    private static double gamma(double k, double u) {
        return k * u / (1 - k * u);
    }

    private void join() {
        if (!waiting.isEmpty()) {
            join(block());
            waiting.clear();
        }
    }

    private CentredSums block() {
        int n = waiting.size();
        CentredSums block = new CentredSums(d, products);
        block.size = BigDecimal.valueOf(n);
        // Σ |δ|, for deviations from the centre that is taken, wherever that lies between its bounds
        double[] deviations = new double[d];
        double[][] deviation = new double[n][d];
        double[] greatest = new double[d];
        for (int j = 0; j < d; j++) {
            BigDecimal sum = BigDecimal.ZERO;
            double magnitudes = 0;
            for (float[] x : waiting) {
                sum = sum.add(new BigDecimal(x[j]));
                magnitudes += Math.abs(x[j]);
            }
            block.mean[j] = sum.divide(block.size, DIGITS);
            double shift = up(gamma(n + 1, DOUBLE) * magnitudes / n
                    + (products ? FLOAT * (magnitude(block.mean[j]) + magnitudes * 0x1p-40) + Float.MIN_VALUE : 0));
            for (int k = 0; k < n; k++) {
                BigDecimal from = new BigDecimal(waiting.get(k)[j]).subtract(block.mean[j]);
                deviation[k][j] = up(magnitude(from) + shift);
                deviations[j] += deviation[k][j];
                greatest[j] = Math.max(greatest[j], deviation[k][j]);
            }
            double rounding = products
                    ? gamma(Math.min(n, 256) + 4, FLOAT)
                    : gamma(n + 3, DOUBLE);
            block.meanError[j] = up(rounding * deviations[j] / n + 2 * DOUBLE * magnitude(block.mean[j])
                    + (products ? greatest[j] * 0x1p-140 : 0) + Double.MIN_VALUE);
        }
        for (int i = 0; i < d; i++) {
            for (int j = 0; j < d; j++) {
                if (i != j && !products) {
                    continue;
                }
                BigDecimal sum = BigDecimal.ZERO;
                double magnitudes = 0;
                for (int k = 0; k < n; k++) {
                    float[] x = waiting.get(k);
                    sum = sum.add(new BigDecimal(x[i]).subtract(block.mean[i])
                            .multiply(new BigDecimal(x[j]).subtract(block.mean[j])), DIGITS);
                    magnitudes += deviation[k][i] * deviation[k][j];
                }
                double taken = deviations[i] * deviations[j] / n;
                block.scatter[i][j] = sum;
                double k = Math.min(n, 256) + 4;
                block.scatterError[i][j] = products
                        ? up(gamma(k, FLOAT) * magnitudes + gamma(2 * k + 2, FLOAT) * taken
                                + 4 * n * 0x1p-140 * greatest[i] * greatest[j])
                        : up(gamma(n + 4, DOUBLE) * magnitudes + gamma(2 * n + 6, DOUBLE) * taken
                                + n * Double.MIN_VALUE);
            }
        }
        return block;
    }

    /** δ is the difference of the means; N_a N_b/(N_a + N_b) of δδᵀ joins the scatters. */
    private void join(CentredSums other) {
        if (other.size.signum() == 0) {
            return;
        }
        BigDecimal total = size.add(other.size, DIGITS);
        BigDecimal share = other.size.divide(total, DIGITS);
        BigDecimal between = size.multiply(share, DIGITS);
        boolean first = size.signum() == 0;
        // N, M, their sum and quotient, and the product with N
        double relative = first ? 0
                : up(2 * sizeError / size.doubleValue() + 2 * other.sizeError / other.size.doubleValue() + 4 * DOUBLE);
        BigDecimal[] delta = new BigDecimal[d];
        double[] deltaError = new double[d];
        for (int j = 0; j < d; j++) {
            delta[j] = other.mean[j].subtract(mean[j]);
            deltaError[j] = up(meanError[j] + other.meanError[j] + DOUBLE * magnitude(delta[j])
                    + DOUBLE * (meanError[j] + other.meanError[j]));
            mean[j] = mean[j].add(share.multiply(delta[j]), DIGITS);
            double moved = share.doubleValue() * (magnitude(delta[j]) + deltaError[j]);
            meanError[j] = first ? other.meanError[j]
                    : up(meanError[j] + share.doubleValue() * deltaError[j] + (relative + 2 * DOUBLE) * moved
                            + DOUBLE * (magnitude(mean[j]) + meanError[j] + moved));
        }
        for (int i = 0; i < d; i++) {
            for (int j = 0; j < d; j++) {
                if (i != j && !products) {
                    continue;
                }
                double b = between.doubleValue();
                double di = magnitude(delta[i]) + deltaError[i];
                double dj = magnitude(delta[j]) + deltaError[j];
                double product = b * di * dj;
                double error = b * (deltaError[i] * dj + deltaError[j] * di) + (relative + 3 * DOUBLE) * product;
                double all = magnitude(scatter[i][j]) + scatterError[i][j] + magnitude(other.scatter[i][j])
                        + other.scatterError[i][j] + product;
                scatter[i][j] = scatter[i][j].add(other.scatter[i][j])
                        .add(between.multiply(delta[i]).multiply(delta[j]), DIGITS);
                scatterError[i][j] =
                        up(scatterError[i][j] + other.scatterError[i][j] + error + 3 * DOUBLE * all
                                + Double.MIN_VALUE);
            }
        }
        size = total;
        sizeError = up(sizeError + other.sizeError + DOUBLE * total.doubleValue());
    }

    /** The mean of feature j, but for 80 digits. */
    public BigDecimal mean(int j) {
        join();
        return mean[j];
    }

    /** What the mean of feature j may be wrong by. */
    public double meanError(int j) {
        join();
        return meanError[j];
    }

    /** The scatter of features i and j, but for 80 digits. */
    public BigDecimal scatter(int i, int j) {
        join();
        return scatter[i][j];
    }

    /** What the scatter of features i and j may be wrong by. */
    public double scatterError(int i, int j) {
        join();
        return scatterError[i][j];
    }

    /**
     * Throws an {@link AssertionError} unless these numbers are within the bounds.
     *
     * @param found d × d, or its diagonal where there are no products
     */
    public void check(double foundSize, double[] foundMean, double[] found) {
        join();
        within("size", size, foundSize, sizeError);
        for (int i = 0; i < d; i++) {
            within("mean " + i, mean[i], foundMean[i], meanError[i]);
            if (!products) {
                within("scatter " + i, scatter[i][i], found[i], scatterError[i][i]);
            }
            for (int j = 0; products && j < d; j++) {
                within("scatter " + i + ", " + j, scatter[i][j], found[i * d + j], scatterError[i][j]);
            }
        }
    }

    private static void within(String what, BigDecimal expected, double found, double bound) {
        if (new BigDecimal(found).subtract(expected).abs().compareTo(new BigDecimal(bound)) > 0) {
            throw new AssertionError(what + " = " + found + ", expected " + expected.doubleValue() + " within " + bound);
        }
    }
}
