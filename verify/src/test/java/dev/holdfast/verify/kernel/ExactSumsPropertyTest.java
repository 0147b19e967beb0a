package dev.holdfast.verify.kernel;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.holdfast.kernel.ExactSums;
import java.math.BigDecimal;
import java.util.Arrays;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Sums of products of floats against BigDecimal: not one bit is lost, and reading rounds once. */
class ExactSumsPropertyTest {
    private static final float LEAST = Float.MIN_VALUE;
    private static final float MOST = Float.MAX_VALUE;

    /** A sum and its exact value, entry by entry. */
    private static final class Judged {
        final int size;
        final double[] sums;
        final double[] work;
        final BigDecimal[] exact;
        long terms;

        Judged(int size) {
            this.size = size;
            this.sums = new double[ExactSums.length(size)];
            this.work = new double[ExactSums.workLength(size)];
            this.exact = new BigDecimal[size];
            Arrays.fill(exact, BigDecimal.ZERO);
        }

        void add(float[] z, float s) {
            Arrays.fill(work, Double.NaN);
            ExactSums.add(z, size, s, sums, work);
            terms++;
            for (int j = 0; j < size; j++) {
                exact[j] = exact[j].add(new BigDecimal(s).multiply(new BigDecimal(z[j])));
            }
        }

        void addSquares(float[] z, int s) {
            Arrays.fill(work, Double.NaN);
            ExactSums.addSquares(z, size, s, sums, work);
            terms++;
            for (int j = 0; j < size; j++) {
                exact[j] = exact[j].add(new BigDecimal(z[j]).pow(2).multiply(BigDecimal.valueOf(s)));
            }
        }

        void add(float[] z, float s, int times) {
            for (int i = 0; i < times; i++) {
                ExactSums.add(z, size, s, sums, work);
            }
            terms += times;
            for (int j = 0; j < size; j++) {
                exact[j] = exact[j].add(
                        new BigDecimal(s).multiply(new BigDecimal(z[j])).multiply(BigDecimal.valueOf(times)));
            }
        }

        void merge(Judged other) {
            ExactSums.merge(other.sums, size, sums);
            terms += other.terms;
            for (int j = 0; j < size; j++) {
                exact[j] = exact[j].add(other.exact[j]);
            }
        }

        Judged copy() {
            Judged copy = new Judged(size);
            copy.merge(this);
            return copy;
        }

        /** Equal to the bit, so that 0 is +0; what a sum is as two doubles, or exactly, leaves it as it is. */
        void check() {
            assertTrue(ExactSums.areExact(sums, size, terms));
            double[] expected = Arrays.stream(exact).mapToDouble(BigDecimal::doubleValue).toArray();
            double[] left = new double[size];
            Arrays.setAll(left, j -> exact[j].subtract(new BigDecimal(expected[j])).doubleValue());
            double[] a = new double[size];
            double[] rest = new double[size];
            checkExact();
            Arrays.fill(work, Double.NaN);
            ExactSums.round(sums, size, a, rest, work);
            assertArrayEquals(expected, a);
            assertArrayEquals(left, rest);
            checkExact();
            Arrays.fill(a, Double.NaN);
            ExactSums.round(sums, size, a);
            assertArrayEquals(expected, a);
        }

        private void checkExact() {
            for (int j = 0; j < size; j++) {
                assertEquals(0, exact[j].compareTo(ExactSums.exact(sums, size, j)));
            }
        }
    }

    /** Half a unit of the next plane is a digit of either sign: which one must not tell what a sum came from. */
    @Test
    void equalSumsHaveEqualDigitsOnceTheyAreCarried() {
        double[] out = new double[1];
        for (int k = 0; k < 13; k++) {
            int exponent = 40 * k - 298 + 39;
            float[] z = {(float) Math.scalb(1.0, exponent / 2)};
            float s = (float) Math.scalb(1.0, exponent - exponent / 2);
            Judged once = new Judged(1);
            once.add(z, s);
            Judged thereAndBack = new Judged(1);
            thereAndBack.add(z, s, 2);
            ExactSums.round(thereAndBack.sums, 1, out);
            thereAndBack.add(z, -s);
            ExactSums.carry(once.sums, 1);
            ExactSums.carry(thereAndBack.sums, 1);
            assertArrayEquals(once.sums, thereAndBack.sums, "2^" + exponent);
        }
    }

    /** What no additions leave: a digit of half a unit, one too large, one of no entry, and a weight that counts nothing. */
    @Test
    void sumsFromElsewhereAreSeenThrough() {
        Judged sum = new Judged(3);
        sum.add(new float[] {1, -3, 0x1p-100f}, 0x1p20f);
        int planes = 15;
        int stride = (sum.sums.length - 1) / planes;
        for (int k = 0; k < planes; k++) {
            double unit = Math.scalb(1.0, 40 * k - 298);
            assertSeenThrough(sum, k * stride, 0.5 * unit);
            assertSeenThrough(sum, k * stride + 1, (k < planes - 1 ? 0x1p39 + 1 : 1) * unit);
            assertSeenThrough(sum, k * stride + 3, unit);
            assertSeenThrough(sum, k * stride + 2, Double.NaN);
        }
        for (double weight : new double[] {-1, 0.5, 1 << 14, Double.NaN, Double.POSITIVE_INFINITY}) {
            assertSeenThrough(sum, planes * stride, weight);
        }
        assertTrue(ExactSums.areExact(sum.sums, 3, 1));
    }

    private static void assertSeenThrough(Judged sum, int at, double value) {
        double[] sums = sum.sums.clone();
        sums[at] = value;
        assertFalse(ExactSums.areExact(sums, 3, 1), at + ": " + value);
    }

    /** Top digits that as many additions can have left, of the greatest number of them, merge without losing a unit. */
    @Test
    void theTopDigitIsBoundByTheNumberOfTerms() {
        int size = 1;
        int top = 14 * 8;
        double unit = 0x1p262;
        double[] sums = new double[ExactSums.length(size)];
        sums[sums.length - 1] = 1;
        for (long terms : new long[] {32, 64, 1L << 56, 1L << 57}) {
            sums[top] = unit * (terms / 32);
            assertTrue(ExactSums.areExact(sums, size, terms));
            sums[top] = -sums[top];
            assertTrue(ExactSums.areExact(sums, size, terms));
            sums[top] = unit * (terms / 32 + 1);
            assertFalse(ExactSums.areExact(sums, size, terms));
            assertFalse(ExactSums.areExact(sums, size, 31));
        }
        // half of the greatest number each, and odd
        sums[top] = unit * ((1L << 51) - 1);
        sums[0] = 0x1p-298;
        assertTrue(ExactSums.areExact(sums, size, 1L << 56));
        double[] merged = sums.clone();
        ExactSums.merge(sums, size, merged);
        assertEquals(0, ExactSums.exact(merged, size, 0)
                .compareTo(ExactSums.exact(sums, size, 0).multiply(BigDecimal.TWO)));
    }

    @Property(tries = 300)
    void nearIsNear(@ForAll @IntRange(min = 1, max = 9) int size, @ForAll long seed) {
        Random random = new Random(seed);
        Judged sum = new Judged(size);
        int found = 0;
        for (int n = 0; n < 40; n++) {
            float[] z = new float[size];
            for (int j = 0; j < size; j++) {
                z[j] = Math.scalb((float) random.nextGaussian(), random.nextInt(200) - 150);
            }
            sum.add(z, random.nextInt(3) == 0 ? -1 : 1);
            for (int j = 0; j < size; j++) {
                double near = ExactSums.near(sum.sums, size, j);
                if (!Double.isNaN(near)) {
                    found++;
                    BigDecimal off = new BigDecimal(near).subtract(sum.exact[j]).abs();
                    assertTrue(off.compareTo(sum.exact[j].abs().multiply(new BigDecimal(0x1p-40))) <= 0);
                }
            }
            assertEquals(Arrays.stream(sum.exact).allMatch(exact -> exact.signum() == 0),
                    ExactSums.areZero(sum.sums, size));
        }
        assertTrue(found > 20 * size, "" + found);
        Judged minus = new Judged(size);
        for (int j = 0; j < size; j++) {
            assertEquals(0, ExactSums.near(minus.sums, size, j));
        }
        assertTrue(ExactSums.areZero(minus.sums, size));
    }

    @Property(tries = 300)
    void anyFloatsAreSummedExactly(@ForAll @IntRange(min = 1, max = 40) int size, @ForAll long seed) {
        Random random = new Random(seed);
        Judged sum = new Judged(size);
        Judged other = new Judged(size);
        for (int n = 0; n < 30; n++) {
            float[] z = hostile(random, size);
            float s = hostile(random, 1)[0];
            (random.nextBoolean() ? sum : other).add(z, s);
            if (random.nextInt(4) == 0) {
                other.add(z, -s);
            }
            sum.check();
        }
        sum.merge(other);
        sum.check();
        other.check();
    }

    /** Squares come and go, beside products, without one bit lost; z is read. */
    @Property(tries = 300)
    void anySquaresAreSummedExactly(@ForAll @IntRange(min = 1, max = 40) int size, @ForAll long seed) {
        Random random = new Random(seed);
        Judged sum = new Judged(size);
        Judged other = new Judged(size);
        for (int n = 0; n < 30; n++) {
            float[] z = hostile(random, size);
            float[] read = z.clone();
            int s = random.nextInt(3) == 0 ? -1 : 1;
            (random.nextBoolean() ? sum : other).addSquares(z, s);
            if (random.nextInt(4) == 0) {
                other.addSquares(z, -s);
                sum.add(z, hostile(random, 1)[0]);
            }
            assertArrayEquals(read, z);
            sum.check();
        }
        sum.merge(other);
        sum.check();
        other.check();
    }

    /** They are the diagonal of products: what squares add, products of each entry with itself take off, to nothing. */
    @Property(tries = 100)
    void squaresAreProductsWithThemselves(@ForAll @IntRange(min = 1, max = 20) int size, @ForAll long seed) {
        float[] z = hostile(new Random(seed), size);
        Judged sum = new Judged(size);
        sum.addSquares(z, 1);
        for (int j = 0; j < size; j++) {
            float[] alone = new float[size];
            alone[j] = z[j];
            sum.add(alone, -z[j]);
        }
        sum.check();
        for (int j = 0; j < size; j++) {
            assertEquals(0, sum.exact[j].signum());
        }
    }

    @Test
    void theGreatestAndTheLeastSquaresAreSummedExactly() {
        float[] z = {MOST, LEAST, -MOST, -LEAST, 0, -0f, Float.MIN_NORMAL, 1};
        for (int size = 1; size <= z.length; size++) {
            Judged sum = new Judged(size);
            for (int n = 0; n < 20000; n++) {
                ExactSums.addSquares(z, size, 1, sum.sums, sum.work);
            }
            sum.terms = 20000;
            for (int j = 0; j < size; j++) {
                sum.exact[j] = new BigDecimal(z[j]).pow(2).multiply(BigDecimal.valueOf(20000));
            }
            sum.check();
        }
    }

    /** Any finite floats, or powers of two of any exponent, or small integers, whose sums often cancel. */
    private static float[] hostile(Random random, int size) {
        float[] z = new float[size];
        int kind = random.nextInt(3);
        for (int j = 0; j < size; j++) {
            float value =
                    kind == 0 ? Float.intBitsToFloat(random.nextInt()) : Math.scalb(1f, random.nextInt(-149, 128));
            z[j] = kind == 2 ? random.nextInt(-2, 3) : Float.isFinite(value) ? value : MOST;
        }
        return z;
    }

    /** Sums of a few signed powers of two: most are ties, which a term far below decides, or no term. */
    @Property(tries = 500)
    void tiesAreDecidedByWhatIsFarBelow(@ForAll long seed) {
        Random random = new Random(seed);
        int[] exponents = {-298, -297, -150, -1, 0, 1, 2, 51, 52, 53, 54, 55, 106, 107, 200};
        Judged sum = new Judged(1);
        for (int n = 0; n < 6; n++) {
            int e = exponents[random.nextInt(exponents.length)];
            sum.add(new float[] {Math.scalb(1f, e / 2)}, (random.nextBoolean() ? 1 : -1) * Math.scalb(1f, e - e / 2));
            sum.check();
        }
    }

    @Test
    void oneTieIsDecidedBothWays() {
        for (float below : new float[] {-LEAST, 0, LEAST}) {
            for (float sign : new float[] {-1, 1}) {
                Judged sum = new Judged(1);
                sum.add(new float[] {0x1p53f}, sign);
                sum.add(new float[] {1}, sign);
                sum.add(new float[] {LEAST}, sign * below);
                sum.check();
            }
        }
    }

    /**
     * As many terms as fill the digits, whose significands have an odd number of 39 bits and so fill one digit alone
     * wherever these begin: 40 exponents in a row meet every place in a digit.
     */
    @ParameterizedTest
    @ValueSource(ints = {16381, 16382, 16383, 16384, 20000})
    void digitsAreCarriedBeforeTheyOverflow(int times) {
        float[] z = new float[40];
        for (int scale : new int[] {-149, -20, 60}) {
            for (int j = 0; j < z.length; j++) {
                z[j] = Math.scalb((1 << 20) - 1f, scale + j);
            }
            for (float s : new float[] {(1 << 19) - 1, -Math.scalb((1 << 19) - 1f, -149)}) {
                Judged sum = new Judged(z.length);
                sum.add(z, s, times);
                Judged other = new Judged(z.length);
                other.add(z, s, times - 1);
                sum.merge(other);
                other.add(z, -s, times - 2);
                other.check();
                sum.add(z, -s, 2 * times - 2);
                sum.check();
            }
        }
    }

    /** 2⁵⁷ − 1 of the greatest products, of which none is left in the end but one. */
    @Test
    void manyOfTheGreatestProductsAreSummedExactly() {
        float[] z = {MOST, -MOST, 1, LEAST};
        Judged sum = new Judged(z.length);
        sum.add(z, MOST);
        Judged opposite = new Judged(z.length);
        opposite.add(z, -MOST);
        for (int doubling = 1; doubling < 57; doubling++) {
            sum.merge(sum.copy());
            sum.add(z, MOST);
            sum.check();
            opposite.merge(opposite.copy());
        }
        opposite.check();
        opposite.merge(sum);
        opposite.check();
    }
}
