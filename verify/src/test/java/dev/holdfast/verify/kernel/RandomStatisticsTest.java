package dev.holdfast.verify.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.holdfast.kernel.RandomStreams;
import dev.holdfast.verify.reference.Reference;
import java.util.Arrays;
import java.util.function.DoubleUnaryOperator;
import java.util.function.LongUnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Random numbers against their laws. The seeds are fixed; before they were, a generator of independent numbers would
 * have failed each check with a probability of at most 10⁻¹⁰, and the fewer than a thousand together of 10⁻⁷.
 *
 * <p>No threshold is one of a limit theorem, but for Pearson's. A sum S of independent centred terms is beyond
 * √(2 v x) + c x with a probability of at most 2 e⁻ˣ if its terms' variances add up to v and none is greater than 3c
 * (Bernstein). So is a sum of products of independent normal numbers, with c = 1, and one of their squares less 1, with
 * c = 2 (Laurent and Massart); one of normal numbers, with c = 0. A distribution function is off by (x/2n)^½ as seldom
 * (Massart), and counts by a divergence of x/n (Chernoff).
 */
class RandomStatisticsTest {
    private static final double X = Math.log(2e10);
    private static final int N = 1 << 21;
    /**
     * What grid and rounding (see {@link RandomStreamsTest}) may move a distribution function by; sums of normal
     * numbers are moved by less than a thousandth of their thresholds.
     */
    private static final double GRID = 0x1p-20;

    private static void assertCentred(String what, double sum, double variance, double c) {
        double bound = Math.sqrt(2 * variance * X) + c * X;
        assertTrue(Math.abs(sum) <= bound, () -> what + ": " + sum + " is beyond " + bound);
    }

    /** Kolmogorov and Smirnov's distance. */
    private static void assertDistributed(float[] numbers, DoubleUnaryOperator law) {
        float[] sorted = numbers.clone();
        Arrays.sort(sorted);
        double n = sorted.length;
        double distance = 0;
        for (int i = 0; i < n; i++) {
            double f = law.applyAsDouble(sorted[i]);
            distance = Math.max(distance, Math.max((i + 1) / n - f, f - i / n));
        }
        double bound = Math.sqrt(X / (2 * n)) + GRID;
        assertTrue(distance <= bound, distance + " is beyond " + bound);
    }

    /** Of n events of probability p, {@code count} happened. */
    private static void assertCount(String what, long count, double n, double p) {
        double q = count / n;
        double divergence = (q == 0 ? 0 : q * Math.log(q / p)) + (q == 1 ? 0 : (1 - q) * Math.log((1 - q) / (1 - p)));
        assertTrue(n * divergence <= X, () -> what + ": " + count + " times, expected about " + n * p);
    }

    private static int[] stream(long seed, long stream) {
        int[] state = new int[RandomStreams.STATE];
        RandomStreams.start(seed, stream, state);
        return state;
    }

    private static int[] words(long seed, long stream, int count) {
        int[] words = new int[count];
        RandomStreams.words(stream(seed, stream), words, 0, count);
        return words;
    }

    private static float[] uniforms(long seed, float high) {
        float[] out = new float[N];
        RandomStreams.uniforms(stream(seed, 0), high, out, 0, N);
        return out;
    }

    private static float[] normals(long seed) {
        float[] out = new float[N];
        RandomStreams.normals(stream(seed, 0), out, 0, N);
        return out;
    }

    /** Less than half a unit of the last of 32 bits from uniform in [−½, ½). */
    private static double centred(int word) {
        return (word + 0.5) * 0x1p-32;
    }

    @ParameterizedTest
    @ValueSource(floats = {1, 0.1f, 3e5f})
    void uniformNumbersAreUniform(float high) {
        float[] numbers = uniforms(11, high);
        double mean = 0;
        double variance = 0;
        for (float number : numbers) {
            assertTrue(number >= 0 && number < high);
            // in the middle of its cell of the grid
            double centred = number / (double) high + 0x1p-25 - 0.5;
            mean += centred;
            variance += centred * centred - 1 / 12.0;
        }
        // grid and rounding: less than 2^-23 a number
        assertCentred("mean", Math.max(0, Math.abs(mean) - N * 0x1p-23), N / 12.0, 1 / 6.0);
        assertCentred("variance", Math.max(0, Math.abs(variance) - N * 0x1p-23), N / 180.0, 1 / 18.0);
        assertDistributed(numbers, x -> x / high);
    }

    @Test
    void aBoundOf0Gives0() {
        for (float number : uniforms(12, 0)) {
            assertEquals(0f, number);
        }
    }

    @Test
    void allBitsOfUniformNumbersAreBalanced() {
        long[] ones = new long[24];
        for (float number : uniforms(13, 1)) {
            int bits = (int) (number * 0x1p24f);
            assertEquals(number, bits * 0x1p-24f);
            for (int b = 0; b < ones.length; b++) {
                ones[b] += bits >>> b & 1;
            }
        }
        for (int b = 0; b < ones.length; b++) {
            assertCount("bit " + b, ones[b], N, 0.5);
        }
    }

    /** Pearson's χ² of 256 cells, near enough to a sum of 255 squares of normal numbers: a cell has 8192 words. */
    @ParameterizedTest
    @ValueSource(ints = {0, 8, 16, 24})
    void allValuesOfAByteAreAsLikely(int shift) {
        long[] counts = new long[256];
        for (int word : words(14, 0, N)) {
            counts[word >>> shift & 255]++;
        }
        double expected = N / 256.0;
        double chiSquare = 0;
        for (long count : counts) {
            chiSquare += (count - expected) * (count - expected) / expected;
        }
        assertCentred("χ²", chiSquare - 255, 2 * 255, 2);
    }

    @Test
    void normalNumbersHaveTheirMoments() {
        double[] sums = new double[5];
        for (float z : normals(21)) {
            assertTrue(Math.abs(z) < 6.6);
            double square = (double) z * z;
            sums[1] += z;
            sums[2] += square - 1;
            sums[3] += square * z;
            sums[4] += square * square - 3;
        }
        assertCentred("mean", sums[1], N, 0);
        assertCentred("variance", sums[2], 2.0 * N, 2);
        // no number is beyond 6.6; variances by the moments of a normal number, 15 and 105 − 9
        assertCentred("third moment", sums[3], 15.0 * N, Math.pow(6.6, 3) / 3);
        assertCentred("fourth moment", sums[4], 96.0 * N, Math.pow(6.6, 4) / 3);
    }

    @Test
    void normalNumbersAreNormal() {
        float[] numbers = normals(22);
        assertDistributed(numbers, Reference::normalCdf);
        for (int sigmas = 1; sigmas <= 5; sigmas++) {
            long above = 0;
            long below = 0;
            for (float z : numbers) {
                above += z > sigmas ? 1 : 0;
                below += z < -sigmas ? 1 : 0;
            }
            assertCount("above " + sigmas, above, N, Reference.normalCdf(-sigmas));
            assertCount("below " + -sigmas, below, N, Reference.normalCdf(-sigmas));
        }
    }

    /** A pair shares its radius: its squares are independent only if the radius has the right law. */
    @Test
    void theTwoNumbersOfAPairAreUnrelated() {
        float[] numbers = normals(23);
        double products = 0;
        double squares = 0;
        int n = 0;
        for (int i = 0; i < N; i += 32) {
            for (int l = i; l < i + 16; l++, n++) {
                double z = numbers[l];
                double partner = numbers[l + 16];
                products += z * partner;
                squares += (z * z - 1) * (partner * partner - 1);
            }
        }
        assertCentred("products", products, n, 1);
        // r² is at most 43, so that no product of squares less 1 is above 21.5²
        assertCentred("products of squares", squares, 4.0 * n, 21.5 * 21.5 / 3);
    }

    @Test
    void theReferenceKnowsTheNormalDistribution() {
        // Abramowitz and Stegun, tables 26.1 and 26.2
        assertEquals(0.841344746068543, Reference.normalCdf(1), 1e-13);
        assertEquals(0.977249868051821, Reference.normalCdf(2), 1e-13);
        assertEquals(1 - 0.998650101968370, Reference.normalCdf(-3), 1e-13);
        assertEquals(2.866515719e-7, Reference.normalCdf(-5), 1e-13);
    }

    /**
     * Products of numbers that are 1..64 apart: of one step's lanes, of one lane's steps. Every number is in one of
     * them alone, so that products are independent.
     */
    @Test
    void numbersAreUnrelatedToThoseAfterThem() {
        int[] words = words(31, 0, N);
        float[] normals = normals(32);
        for (int lag = 1; lag <= 64; lag++) {
            double products = 0;
            double normalProducts = 0;
            long agreeing = 0;
            int n = 0;
            for (int from = 0; from + 2 * lag <= N; from += 2 * lag) {
                for (int i = from; i < from + lag; i++, n++) {
                    products += centred(words[i]) * centred(words[i + lag]);
                    normalProducts += (double) normals[i] * normals[i + lag];
                    agreeing += Integer.bitCount(words[i] ^ words[i + lag]);
                }
            }
            assertUnrelated("lag " + lag, products, agreeing, n);
            assertCentred("normal numbers, lag " + lag, normalProducts, n, 1);
        }
    }

    private static void assertUnrelated(String what, double products, long differingBits, int n) {
        assertCentred(what, products, n / 144.0, 1 / 12.0);
        assertCount(what + ", differing bits", differingBits, 32.0 * n, 0.5);
    }

    private static void assertUnrelated(String what, int[] one, int[] other) {
        double products = 0;
        long bits = 0;
        for (int i = 0; i < one.length; i++) {
            products += centred(one[i]) * centred(other[i]);
            bits += Integer.bitCount(one[i] ^ other[i]);
        }
        assertUnrelated(what, products, bits, one.length);
    }

    /** The first words of many streams: nowhere are two streams nearer to one another than where they start. */
    private static int[] starts(LongUnaryOperator seed, LongUnaryOperator stream) {
        int each = 96;
        int[] words = new int[each << 13];
        for (int i = 0; i < words.length / each; i++) {
            RandomStreams.words(stream(seed.applyAsLong(i), stream.applyAsLong(i)), words, i * each, each);
        }
        return words;
    }

    @Test
    void streamsOfOneSeedAreUnrelated() {
        assertUnrelated("neighbouring streams", starts(i -> 41, i -> 2 * i), starts(i -> 41, i -> 2 * i + 1));
        assertUnrelated("streams 1000 apart", starts(i -> 42, i -> i / 1000 * 2000 + i % 1000),
                starts(i -> 42, i -> i / 1000 * 2000 + i % 1000 + 1000));
        assertUnrelated("streams 0 and 1 for long", words(43, 0, N), words(43, 1, N));
    }

    @Test
    void streamsOfSeedsAreUnrelated() {
        assertUnrelated("neighbouring seeds", starts(i -> 2 * i, i -> 0), starts(i -> 2 * i + 1, i -> 0));
        assertUnrelated("seed and stream swapped", starts(i -> i, i -> 20_000 - i), starts(i -> 20_000 - i, i -> i));
    }
}
