package dev.holdfast.kernel;

import java.util.Arrays;

/**
 * Σ_n x_n x_nᵀ of a block of rows, without any rounding, at the cost of a few matrix products in double.
 *
 * <p>Every column is scaled by a power of two to less than 1 and cut into digits of 23 bits: x_nj = 2^{E_j} Σ_s q_s,nj, where
 * q_s is a multiple of 2^{−22−23s} and at most 2^{−23s}, whether or not floats of one column are of like magnitudes: most
 * blocks need two digits, small integers one. A sum over up to {@value #ROWS} rows of products of two digits has less than 53
 * bits, and so has the sum of the up to three products whose places add up to the same: each is exact in double, in any
 * order. What they come to goes to {@link ExactSums}, once a block and not once a row. Where three digits do not do, rows are
 * added one by one.
 */
public final class ExactProducts {
    /** Rows of a block, at most. */
    public static final int ROWS = 128;

    /** Bits of a digit, the sign's included: two of them are 2⁴⁴ units at most, and 128 rows of three products 1.5·2⁵². */
    private static final int BITS = 23;
    private static final int DIGITS = 3;
    /** Fewer rows than this are faster one by one. */
    public static final int FEW = 12;
    /** Rows are filled up to a multiple of this by zeros, so that digits lie in whole vectors. */
    private static final int LANES = 8;

    // parts of the work arrays
    private static final int SCALED = 0;
    /** Digits, the most significant ones first, each as rows of d. */
    private static final int FORWARD = 1;
    /** The same, the least significant ones first: products whose places add up to p are one product of longer matrices. */
    private static final int BACKWARD = 2;
    private static final int PRODUCT = 3;
    private static final int PACKED = 4;
    private static final int ENTRIES = 5;
    /** 2^{E_j}. */
    private static final int POWERS = 6;

    private ExactProducts() {}

    /**
     * Arrays to work in, owned by the caller: for one thread at a time.
     *
     * @param d entries of a row, at least 1
     */
    public static double[][] work(int d) {
        Arguments.atLeast("d", d, 1);
        int block = Math.multiplyExact(ROWS, d);
        return new double[][] {
            new double[block],
            new double[Math.multiplyExact(DIGITS, block)],
            new double[Math.multiplyExact(DIGITS, block)],
            new double[Math.multiplyExact(d, d)],
            new double[DoubleProduct.workLength(d, DIGITS * ROWS)],
            new double[ExactSums.workLength(d)],
            new double[d],
        };
    }

    /**
     * {@link #add(float[][], int, int, int, double[][], double[][])} row by row, of any number of rows.
     *
     * @param work {@link ExactSums#workLength ExactSums.workLength(d)} doubles
     */
    public static void addEach(float[][] x, int rows, int d, int sign, double[][] sums, double[] work) {
        Arguments.atLeast("d", d, 1);
        Arguments.length("work", work.length, ExactSums.workLength(d));
        check(x, rows, d, sign, sums);
        addRows(x, rows, d, sign, sums, work);
    }

    private static void addRows(float[][] x, int rows, int d, int sign, double[][] sums, double[] work) {
        // the sums of one i stay in the cache for all rows
        for (int i = 0; i < d; i++) {
            for (int n = 0; n < rows; n++) {
                if (x[n][i] != 0) {
                    ExactSums.add(x[n], i + 1, sign * x[n][i], sums[i], work);
                }
            }
        }
    }

    /**
     * sums_i += sign Σ_n x_ni x_nj for j ≤ i, exactly.
     *
     * @param x rows of at least d finite floats; read
     * @param rows how many of them, 0..{@value #ROWS}
     * @param d entries of a row
     * @param sign +1 or −1
     * @param sums for each i = 0..d−1 the {@linkplain ExactSums exact sums} of i + 1 entries; added to
     * @param work {@link #work work(d)}
     * @throws IllegalArgumentException if a number or a length is out of range, or an entry is not finite; then nothing was
     *         added
     */
    public static void add(float[][] x, int rows, int d, int sign, double[][] sums, double[][] work) {
        Arguments.atLeast("d", d, 1);
        if (rows > ROWS) {
            throw new IllegalArgumentException("rows = " + rows + ", expected 0.." + ROWS);
        }
        Arguments.length("work", work.length, POWERS + 1);
        Arguments.length("work[" + POWERS + "]", work[POWERS].length, d);
        check(x, rows, d, sign, sums);
        int digits = digits(x, rows, d, work);
        if (digits > DIGITS) {
            addRows(x, rows, d, sign, sums, work[ENTRIES]);
            return;
        }
        int length = padded(rows);
        for (int p = 0; p <= 2 * (digits - 1); p++) {
            int first = Math.max(0, p - digits + 1);
            int count = Math.min(p, digits - 1) - first + 1;
            Arrays.fill(work[PRODUCT], 0, d * d, 0);
            DoubleProduct.addSymmetric(d, count * length, work[FORWARD], first * length * d, 1, d, work[BACKWARD],
                    (digits - 1 - p + first) * length * d, d, 1, work[PRODUCT], 0, d, work[PACKED]);
            addProduct(d, sign, Math.scalb(1.0 * ROWS * DIGITS, -BITS * p), sums, work);
        }
    }

    private static void check(float[][] x, int rows, int d, int sign, double[][] sums) {
        if (rows < 0 || rows > x.length) {
            throw new IllegalArgumentException("rows = " + rows + ", expected 0.." + x.length);
        }
        if (sign != 1 && sign != -1) {
            throw new IllegalArgumentException("sign = " + sign + ", expected -1 or +1");
        }
        Arguments.length("sums", sums.length, d);
        for (int i = 0; i < d; i++) {
            // no text is made of a name before it is needed
            if (sums[i].length < ExactSums.length(i + 1)) {
                Arguments.length("sums[" + i + "]", sums[i].length, ExactSums.length(i + 1));
            }
        }
        Kernels kernels = Implementation.kernels();
        for (int n = 0; n < rows; n++) {
            if (x[n].length < d) {
                Arguments.length("x[" + n + "]", x[n].length, d);
            }
            if (!Float.isFinite(kernels.greatestMagnitude(x[n], d))) {
                throw new IllegalArgumentException("x[" + n + "] has an entry that is not finite, expected finite numbers");
            }
        }
    }

    private static int padded(int rows) {
        return rows + LANES - 1 & -LANES;
    }

    /** Cuts the rows into digits, and says into how many; more than there is room for where something is left over. */
    private static int digits(float[][] x, int rows, int d, double[][] work) {
        scale(x, rows, d, work[SCALED], work[POWERS]);
        Kernels kernels = Implementation.kernels();
        int size = padded(rows) * d;
        int digits = 0;
        boolean left = true;
        while (left && digits < DIGITS) {
            Arrays.fill(work[FORWARD], digits * size, (digits + 1) * size, 0);
            left = kernels.split(work[SCALED], 0, size, Math.scalb(0x1.8p52, -(BITS - 1) - BITS * digits), work[FORWARD],
                    digits * size);
            digits++;
        }
        if (left) {
            return DIGITS + 1;
        }
        for (int s = 0; s < digits; s++) {
            System.arraycopy(work[FORWARD], s * size, work[BACKWARD], (digits - 1 - s) * size, size);
        }
        return digits;
    }

    /** Each column less than 1, by a power of two, and rows of zeros behind. */
    private static void scale(float[][] x, int rows, int d, double[] scaled, double[] powers) {
        Arrays.fill(powers, 0, d, 0);
        for (int n = 0; n < rows; n++) {
            for (int j = 0; j < d; j++) {
                powers[j] = Math.max(powers[j], Math.abs(x[n][j]));
            }
        }
        for (int j = 0; j < d; j++) {
            powers[j] = powers[j] == 0 ? 1 : Math.scalb(2.0, 1 + Math.getExponent(powers[j]));
        }
        for (int n = 0; n < rows; n++) {
            for (int j = 0; j < d; j++) {
                scaled[n * d + j] = x[n][j] / powers[j];
            }
        }
        Arrays.fill(scaled, rows * d, padded(rows) * d, 0);
    }

    /** The lower triangle of a sum of products, which are at most {@code bound} before they are scaled back. */
    private static void addProduct(int d, int sign, double bound, double[][] sums, double[][] work) {
        double[] product = work[PRODUCT];
        double[] entries = work[ENTRIES];
        double[] powers = work[POWERS];
        double greatest = 0;
        for (int i = 0; i < d; i++) {
            greatest = Math.max(greatest, powers[i]);
            double scale = sign * powers[i];
            for (int j = 0; j <= i; j++) {
                entries[j] = product[i * d + j] * (scale * powers[j]);
            }
            ExactSums.addWork(i + 1, bound * powers[i] * greatest, sums[i], entries);
        }
    }
}
