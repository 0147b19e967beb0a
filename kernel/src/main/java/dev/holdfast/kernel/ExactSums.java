package dev.holdfast.kernel;

import java.math.BigDecimal;
import java.util.Arrays;

/**
 * Sums of products of two floats, without any rounding: Σ_n s_n z_n for vectors z_n, to which terms may be added and
 * from which they may be subtracted for ever. What is left is the exact sum, in whatever order they came and went.
 *
 * <p>A product of two floats is exact in double, a multiple of 2⁻²⁹⁸ and less than 2²⁵⁶. A sum is kept as digits of 40
 * bits with a sign: plane k holds for every entry a multiple of its unit 2^{40k−298}, in a double. A double has room
 * for nearly 2¹⁴ such digits, so that most additions touch no more planes than a row's products have bits in, and
 * carry nothing. Array {@code sums} holds the planes and how full they are; all zeros are an empty sum.
 *
 * <p>Sums stay exact while they are less than 2³¹³: whoever adds 2⁵⁷ terms should count them.
 */
public final class ExactSums {
    /** Bits of a digit. */
    private static final int WIDTH = 40;
    /** The least bit of a product of two floats is 2^LEAST. */
    private static final int LEAST = -298;
    /** Products reach plane 13, carries the next one. */
    private static final int PLANES = 15;
    /** So many digits of at most 2³⁹ units, one more and a carry from the plane below make less than 2⁵³ units. */
    private static final int FULL = (1 << 14) - 2;
    /** Planes are whole vectors. */
    private static final int LANES = 8;

    private ExactSums() {}

    /** Length of {@code sums} for vectors of {@code size} entries. */
    public static int length(int size) {
        Arguments.atLeast("size", size, 1);
        return Math.addExact(Math.multiplyExact(PLANES, stride(size)), 1);
    }

    /** Length of the {@code work} array of {@link #add}. */
    public static int workLength(int size) {
        Arguments.atLeast("size", size, 1);
        return stride(size);
    }

    private static int stride(int size) {
        return Math.multiplyExact(-Math.floorDiv(-size, LANES), LANES);
    }

    /** Where {@code sums} says how many digits of 2³⁹ units, at most, its entries are made of. */
    private static int weight(int size) {
        return PLANES * stride(size);
    }

    /**
     * sums += s·z, exactly. With −s it takes back what s added.
     *
     * @param z {@code size} finite floats; read
     * @param size entries of a vector
     * @param s finite
     * @param sums {@link #length} doubles; added to
     * @param work {@link #workLength} doubles
     * @throws IllegalArgumentException if a length is out of range, z or s is not finite, or {@code work} is
     *         {@code sums}
     */
    public static void add(float[] z, int size, float s, double[] sums, double[] work) {
        float greatest = checkedGreatest(z, size, sums, work);
        if (!Float.isFinite(s)) {
            throw new IllegalArgumentException("s = " + s + ", expected a finite number");
        }
        multiply(z, size, s, work);
        addWork(size, Math.abs((double) s * greatest), sums, work);
    }

    /**
     * sums += s·z∘z, exactly: the squares of the entries. With −s it takes back what s added.
     *
     * @param z {@code size} finite floats; read
     * @param size entries of a vector
     * @param s +1 or −1
     * @param sums {@link #length} doubles; added to
     * @param work {@link #workLength} doubles
     * @throws IllegalArgumentException if a length or s is out of range, z is not finite, or {@code work} is
     *         {@code sums}
     */
    public static void addSquares(float[] z, int size, int s, double[] sums, double[] work) {
        double greatest = checkedGreatest(z, size, sums, work);
        if (s != 1 && s != -1) {
            throw new IllegalArgumentException("s = " + s + ", expected -1 or +1");
        }
        for (int j = 0; j < size; j++) {
            work[j] = s * ((double) z[j] * z[j]);
        }
        addWork(size, greatest * greatest, sums, work);
    }

    /** max |z_j|, once everything else has been checked. */
    private static float checkedGreatest(float[] z, int size, double[] sums, double[] work) {
        Arguments.length("work", work.length, workLength(size));
        Arguments.length("sums", sums.length, length(size));
        Arguments.length("z", z.length, size);
        Arguments.distinct("work", work, "sums", sums);
        float greatest = Implementation.kernels().greatestMagnitude(z, size);
        if (!Float.isFinite(greatest)) {
            throw new IllegalArgumentException("z has an entry " + greatest + ", expected finite numbers");
        }
        return greatest;
    }

    /** sums += work, whose entries are multiples of 2^LEAST, and at most {@code greatest} in magnitude; work is spent. */
    static void addWork(int size, double greatest, double[] sums, double[] work) {
        Kernels kernels = Implementation.kernels();
        makeRoom(sums, size, 1);
        int stride = stride(size);
        Arrays.fill(work, size, stride, 0);
        int k = plane(greatest);
        while (k >= 0 && kernels.split(work, 0, stride, rounder(k), sums, k * stride)) {
            k--;
        }
    }

    private static void multiply(float[] z, int size, double s, double[] products) {
        for (int j = 0; j < size; j++) {
            products[j] = s * z[j];
        }
    }

    /** The lowest plane of which {@code greatest} is at most 2³⁹ units, or else the top one; less than 0 for 0. */
    private static int plane(double greatest) {
        return Math.min(-Math.floorDiv(LEAST + WIDTH - 2 - Math.getExponent(greatest), WIDTH), PLANES - 1);
    }

    /** Its last bit is the unit of plane k: what is added to it, and it taken off again, is rounded to units. */
    private static double rounder(int k) {
        return Math.scalb(0x1.8p52, LEAST + WIDTH * k);
    }

    /** Carries if {@code more} digits would be too many. */
    private static void makeRoom(double[] sums, int size, double more) {
        int weight = weight(size);
        if (sums[weight] + more > FULL) {
            carry(sums, size);
        }
        sums[weight] += more;
    }

    /**
     * Leaves −2³⁹ to 2³⁹ − 1 units in any entry below the top plane: the sums are the same, and equal sums are equal arrays,
     * whatever they came from and whatever was added and taken back, but for the sign of a 0.
     *
     * @param sums {@link #length} doubles; digits are carried
     * @param size entries of a vector
     * @throws IllegalArgumentException if the length is out of range
     */
    public static void carry(double[] sums, int size) {
        Arguments.length("sums", sums.length, length(size));
        Kernels kernels = Implementation.kernels();
        int stride = stride(size);
        for (int k = 0; k < PLANES - 1; k++) {
            kernels.split(sums, k * stride, stride, rounder(k + 1), sums, (k + 1) * stride);
            double half = Math.scalb(1.0, LEAST + WIDTH * (k + 1) - 1);
            for (int j = k * stride; j < (k + 1) * stride; j++) {
                // a tie, which the rounding above leaves on either side
                double more = sums[j] == half ? 2 * half : 0;
                sums[j] -= more;
                sums[j + stride] += more;
            }
        }
        sums[weight(size)] = 1;
    }

    /**
     * Whether so many additions can have left these sums: for sums that come from elsewhere, such as a file. Others
     * would not stay exact.
     *
     * @param sums {@link #length} doubles; read
     * @param size entries of a vector
     * @param terms how many were added or subtracted, those of merged sums included, 0 or more
     * @throws IllegalArgumentException if the length is out of range
     */
    public static boolean areExact(double[] sums, int size, long terms) {
        Arguments.length("sums", sums.length, length(size));
        int stride = stride(size);
        double weight = sums[weight(size)];
        boolean exact = weight >= 0 && weight <= FULL && weight == Math.rint(weight);
        for (int k = 0; k < PLANES; k++) {
            double unit = Math.scalb(1.0, LEAST + WIDTH * k);
            // the top plane has carries alone, of sums of half its unit or more: 32 terms, and no digit before
            double most = k < PLANES - 1 ? weight * (1L << WIDTH - 1) : terms / 32;
            for (int j = 0; j < stride; j++) {
                double digit = sums[k * stride + j] / unit;
                exact &= Math.abs(digit) <= (j < size ? most : 0) && digit == Math.rint(digit);
            }
        }
        return exact;
    }

    /**
     * sums += other, exactly.
     *
     * @param other {@link #length} doubles; read
     * @param size entries of a vector
     * @param sums {@link #length} doubles; added to
     * @throws IllegalArgumentException if a length is out of range, or the arrays are the same
     */
    public static void merge(double[] other, int size, double[] sums) {
        Arguments.length("other", other.length, length(size));
        Arguments.length("sums", sums.length, length(size));
        Arguments.distinct("sums", sums, "other", other);
        int weight = weight(size);
        makeRoom(sums, size, other[weight]);
        for (int i = 0; i < weight; i++) {
            sums[i] += other[i];
        }
        // a full one and the one digit that a carry had left
        makeRoom(sums, size, 0);
    }

    /**
     * a = sums, each entry rounded once to the nearest double, ties to even; a sum of 0 is +0.
     *
     * @param sums {@link #length} doubles; digits are carried, the sums that they mean stay
     * @param size entries of a vector
     * @param a {@code size} doubles; overwritten
     * @throws IllegalArgumentException if a length is out of range, or the arrays are the same
     */
    public static void round(double[] sums, int size, double[] a) {
        Arguments.length("sums", sums.length, length(size));
        Arguments.length("a", a.length, size);
        Arguments.distinct("a", a, "sums", sums);
        carry(sums, size);
        for (int j = 0; j < size; j++) {
            a[j] = rounded(sums, j, stride(size));
        }
    }

    /**
     * a + rest = sums, within 2⁻¹⁰⁶ of them relatively: a is rounded as {@link #round(double[], int, double[])} does,
     * and so is what that has left out, rest = sums − a.
     *
     * @param sums {@link #length} doubles; digits move, the sums that they mean stay
     * @param size entries of a vector
     * @param a {@code size} doubles; overwritten
     * @param rest {@code size} doubles; overwritten
     * @param work {@link #workLength} doubles
     * @throws IllegalArgumentException if a length is out of range, or two of the arrays are the same
     */
    public static void round(double[] sums, int size, double[] a, double[] rest, double[] work) {
        Arguments.length("work", work.length, workLength(size));
        Arguments.length("rest", rest.length, size);
        Arguments.distinct("rest", rest, "a", a);
        Arguments.distinct("rest", rest, "sums", sums);
        Arguments.distinct("work", work, "sums", sums);
        Arguments.distinct("work", work, "a", a);
        Arguments.distinct("work", work, "rest", rest);
        round(sums, size, a);
        add(a, size, -1, sums, work);
        round(sums, size, rest);
        add(a, size, 1, sums, work);
    }

    /** sums += sign·a, for rounded sums a, which are multiples of 2^LEAST as well. */
    private static void add(double[] a, int size, int sign, double[] sums, double[] work) {
        double greatest = 0;
        for (int j = 0; j < size; j++) {
            work[j] = sign * a[j];
            greatest = Math.max(greatest, Math.abs(a[j]));
        }
        addWork(size, greatest, sums, work);
    }

    private static void checkEntry(double[] sums, int size, int j) {
        Arguments.length("sums", sums.length, length(size));
        if (j < 0 || j >= size) {
            throw new IllegalArgumentException("j = " + j + ", expected 0.." + (size - 1));
        }
    }

    /**
     * One of the sums, exactly.
     *
     * @param sums {@link #length} doubles; read
     * @param size entries of a vector
     * @param j 0..size−1
     * @throws IllegalArgumentException if a length or j is out of range
     */
    public static BigDecimal exact(double[] sums, int size, int j) {
        checkEntry(sums, size, j);
        BigDecimal sum = BigDecimal.ZERO;
        for (int k = 0; k < PLANES; k++) {
            double digit = sums[k * stride(size) + j];
            if (digit != 0) {
                sum = sum.add(new BigDecimal(digit));
            }
        }
        return sum;
    }

    /**
     * One of the sums, within 2⁻⁴⁰ of it relatively, in a few additions; NaN where its digits cancel too much for that.
     *
     * @param sums {@link #length} doubles; read
     * @param size entries of a vector
     * @param j 0..size−1
     * @throws IllegalArgumentException if a length or j is out of range
     */
    public static double near(double[] sums, int size, int j) {
        checkEntry(sums, size, j);
        int stride = stride(size);
        double sum = 0;
        double magnitudes = 0;
        for (int i = j; i < PLANES * stride; i += stride) {
            sum += sums[i];
            magnitudes += Math.abs(sums[i]);
        }
        // each of fewer than 16 additions loses 2⁻⁵³ of the magnitudes at most
        return magnitudes * 0x1p-49 <= Math.abs(sum) * 0x1p-41 ? sum : Double.NaN;
    }

    /**
     * Whether all sums are 0.
     *
     * @param sums {@link #length} doubles; digits are carried, the sums that they mean stay
     * @param size entries of a vector
     * @throws IllegalArgumentException if the length is out of range
     */
    public static boolean areZero(double[] sums, int size) {
        carry(sums, size);
        // after a carry a digit other than 0 outweighs all below it together
        for (int i = 0; i < weight(size); i++) {
            if (sums[i] != 0) {
                return false;
            }
        }
        return true;
    }

    /** After a carry, a digit other than 0 outweighs all below it together. */
    private static double rounded(double[] sums, int j, int stride) {
        int k = (PLANES - 1) * stride + j;
        double sum = sums[k];
        double error = 0;
        while (k >= stride && error == 0) {
            k -= stride;
            double before = sum;
            sum = before + sums[k];
            error = sums[k] - (sum - before);
        }
        double rest = 0;
        while (k >= stride && rest == 0) {
            k -= stride;
            rest = sums[k];
        }
        // the rest matters where the sum so far was a tie: then twice the error leads to the other neighbour
        double other = sum + 2 * error;
        return error * rest > 0 && other - sum == 2 * error ? other : sum;
    }
}
