package dev.holdfast.verify.kernel;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.holdfast.kernel.RandomStreams;
import dev.holdfast.verify.reference.Reference;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The generators that are published, their streams, and what becomes of a word. */
class RandomStreamsTest {
    private static final int LANES = 16;
    private static final double U = 0x1p-24;

    /**
     * The first words of xoshiro128++ from the state 1, 2, 3, 4, by its authors' xoshiro128plusplus.c; Rust's rand and
     * rand_xoshiro test theirs by them (rand/src/rngs/xoshiro128plusplus.rs).
     */
    private static final long[] XOSHIRO = {
        641, 1573767, 3222811527L, 3517856514L, 836907274, 4247214768L, 3867114732L, 1355841295, 495546011, 621204420
    };

    /** The first outputs of SplitMix64 from the state 1234567, unsigned, by splitmix64.c; Rosetta Code prints them. */
    private static final String[] SPLIT_MIX = {
        "6457827717110365317", "3203168211198807973", "9817491932198370423", "4593380528125082431",
        "16408922859458223821"
    };

    @Test
    void everyLaneHasTheKnownAnswers() {
        for (int l = 0; l < LANES; l++) {
            int[] state = new Random(l).ints(RandomStreams.STATE).toArray();
            for (int i = 0; i < 4; i++) {
                state[LANES * i + l] = i + 1;
            }
            int[] words = new int[LANES * XOSHIRO.length];
            RandomStreams.words(state, words, 0, words.length);
            for (int i = 0; i < XOSHIRO.length; i++) {
                assertEquals(XOSHIRO[i], Integer.toUnsignedLong(words[LANES * i + l]), "lane " + l + ", word " + i);
            }
        }
    }

    /** SplitMix64's outputs in their order. */
    private static long[] outputs(int[] state) {
        return IntStream.range(0, 2 * LANES)
                .mapToLong(k -> {
                    int lower = LANES * (k % 2 * 2) + k / 2;
                    return Integer.toUnsignedLong(state[lower]) | (long) state[lower + LANES] << 32;
                })
                .toArray();
    }

    @Test
    void aStreamStartsWithTheKnownAnswers() {
        int[] state = new int[RandomStreams.STATE];
        RandomStreams.start(1234567, 0, state);
        assertArrayEquals(Arrays.stream(SPLIT_MIX).mapToLong(Long::parseUnsignedLong).toArray(),
                Arrays.copyOf(outputs(state), SPLIT_MIX.length));
    }

    /** {@link SplittableRandom} is SplitMix64: whoever starts a stream after another goes on where that one ended. */
    @Test
    void streamsAreAdjoiningPiecesOfTheSequenceThatTheJdkHas() {
        Random random = new Random(1);
        for (int i = 0; i < 1000; i++) {
            long seed = random.nextLong();
            SplittableRandom jdk = new SplittableRandom(seed);
            for (long stream = 0; stream < 4; stream++) {
                int[] state = new int[RandomStreams.STATE];
                RandomStreams.start(seed, stream, state);
                assertArrayEquals(LongStream.generate(jdk::nextLong).limit(2 * LANES).toArray(), outputs(state));
            }
            // far away: the sequence's state moves by the same constant each time
            long stream = random.nextLong();
            int[] state = new int[RandomStreams.STATE];
            RandomStreams.start(seed, stream, state);
            SplittableRandom far = new SplittableRandom(seed + stream * 2 * LANES * 0x9e3779b97f4a7c15L);
            assertArrayEquals(LongStream.generate(far::nextLong).limit(2 * LANES).toArray(), outputs(state));
        }
    }

    /** Two lanes that started alike would give the same words for ever. */
    @Test
    void noTwoLanesOfAnyStreamsStartAlike() {
        Set<List<Integer>> starts = new HashSet<>();
        for (int seed = 1; seed <= 3; seed++) {
            for (int stream = 0; stream < 2000; stream++) {
                int[] state = stream(seed, stream);
                for (int l = 0; l < LANES; l++) {
                    List<Integer> lane =
                            List.of(state[l], state[LANES + l], state[2 * LANES + l], state[3 * LANES + l]);
                    assertTrue(starts.add(lane), "seed " + seed + ", stream " + stream + ", lane " + l);
                }
            }
        }
    }

    /** Sixteen words are a step, and two steps make 32 normal numbers. */
    @Test
    void piecesOfWholeStepsAreOneDraw() {
        int count = 2112;
        int[] words = new int[count];
        float[] normals = new float[count];
        RandomStreams.words(stream(3, 4), words, 0, count);
        RandomStreams.normals(stream(3, 4), normals, 0, count);
        int[] wordsInPieces = new int[count];
        float[] normalsInPieces = new float[count];
        int[] ofWords = stream(3, 4);
        int[] ofNormals = stream(3, 4);
        for (int from = 0, piece = 32; from < count; from += piece, piece = Math.min(2 * piece, count - from)) {
            RandomStreams.words(ofWords, wordsInPieces, from, piece);
            RandomStreams.normals(ofNormals, normalsInPieces, from, piece);
        }
        assertArrayEquals(words, wordsInPieces);
        assertArrayEquals(normals, normalsInPieces);
    }

    private static int[] stream(long seed, long stream) {
        int[] state = new int[RandomStreams.STATE];
        RandomStreams.start(seed, stream, state);
        return state;
    }

    /** A state from which lane l's first word is first_l and its second word second_l: a step is taken back. */
    private static int[] stateThatGives(int[] first, int[] second, Random random) {
        int[] state = new int[RandomStreams.STATE];
        for (int l = 0; l < LANES; l++) {
            // word = rotl(s0 + s3, 7) + s0, and the next s0 = s0 ^ b, s3 = rotl(b, 11), where b = s1 ^ s3
            int nextS0 = random.nextInt();
            int nextS3 = Integer.rotateRight(second[l] - nextS0, 7) - nextS0;
            int b = Integer.rotateRight(nextS3, 11);
            int s0 = nextS0 ^ b;
            int s3 = Integer.rotateRight(first[l] - s0, 7) - s0;
            state[l] = s0;
            state[LANES + l] = s3 ^ b;
            state[2 * LANES + l] = random.nextInt();
            state[3 * LANES + l] = s3;
        }
        int[] words = new int[2 * LANES];
        RandomStreams.words(state.clone(), words, 0, words.length);
        assertArrayEquals(first, Arrays.copyOf(words, LANES));
        assertArrayEquals(second, Arrays.copyOfRange(words, LANES, 2 * LANES));
        return state;
    }

    @ParameterizedTest
    @ValueSource(floats = {0, 0x1p-102f, 0x1.8p-102f, 0.1f, 1, 3, Float.MAX_VALUE})
    void aUniformNumberIsFrom0ToBelowItsBound(float high) {
        Random random = new Random(2);
        int[] largest = new int[LANES];
        Arrays.fill(largest, -1);
        int[] least = IntStream.range(0, LANES).map(l -> random.nextInt(1 << 8)).toArray();
        for (int i = 0; i < 1000; i++) {
            // its own bound first, then others of the same size
            float bound = i == 0 ? high : high * (float) (0.5 + random.nextDouble() / 2);
            bound = bound < 0x1p-102f ? high : bound;
            float[] out = new float[2 * LANES];
            RandomStreams.uniforms(stateThatGives(largest, least, random), bound, out, 0, out.length);
            for (int l = 0; l < LANES; l++) {
                assertTrue(bound == 0 ? out[l] == 0 : out[l] < bound && out[l] >= bound * (1 - 0x1p-23f));
                assertEquals(0, out[LANES + l]);
            }
        }
    }

    /**
     * How far r is off its exact value. With E = r² = −2 ln U = e·2 ln 2 + f·L, e ≥ 0: U is rounded to float, which
     * moves E by 2u(1+u) at most; the polynomial L has a relative error of 5.9·10⁻⁸, and Horner's rule rounds each of
     * its terms, of magnitudes of at most 1.55 L together, 8 times at most; the product with f, 2 ln 2 and the sum are
     * rounded once. A square root is off by ΔE/r, and by ΔE^½ where that is less; then it is rounded.
     */
    private static double radiusError(double r) {
        double square = r * r;
        double e = Math.floor(square / (2 * Math.log(2)) + 0.5) * 2 * Math.log(2);
        double fL = Math.abs(square - e);
        double off = 2 * U * (1 + U) + fL * (5.9e-8 + 1.55 * Reference.gamma(8, U) + U) + e * U;
        // the last rounding, and what is left of second order
        off = off * (1 + 0x1p-10) + square * U;
        return Math.min(off / r, Math.sqrt(off)) + 2 * U * r;
    }

    /**
     * The polynomial's own error is 8.3·10⁻⁸, and its terms are of magnitudes of at most 2.52 together. The angle is
     * rounded to float, and its square is; either moves the cosine by the angle times u at most.
     */
    private static final double COSINE_ERROR = 8.3e-8 + 2.52 * Reference.gamma(4, U) + Math.PI * U;
    /** Relative: the terms are of magnitudes of at most 2.31 times the polynomial; three roundings are beside it. */
    private static final double SINE_ERROR = 4.3e-8 + 2.31 * Reference.gamma(4, U) + Reference.gamma(3, U);

    /** Words of every number of leading zeros, and those at the ends. */
    private static int word(Random random) {
        return switch (random.nextInt(4)) {
            case 0 -> random.nextInt();
            case 1 -> (random.nextInt() | 1 << 31) >>> random.nextInt(32);
            // U next to 1, an angle next to a whole quarter
            case 2 -> -1 >>> random.nextInt(3) ^ random.nextInt(1 << random.nextInt(20));
            default -> random.nextInt(4) << 30 | random.nextInt(1 << random.nextInt(30));
        };
    }

    @Test
    void aNormalNumberIsWithinItsBoundOfBoxAndMuller() {
        Random random = new Random(3);
        for (int i = 0; i < 4000; i++) {
            int[] first = IntStream.range(0, LANES).map(l -> word(random)).toArray();
            int[] second = IntStream.range(0, LANES).map(l -> word(random)).toArray();
            if (i == 0) {
                // the farthest that a number can be from 0
                Arrays.fill(first, 0);
                Arrays.fill(second, 0);
            }
            float[] out = new float[2 * LANES];
            RandomStreams.normals(stateThatGives(first, second, random), out, 0, out.length);
            for (int l = 0; l < LANES; l++) {
                double r = Math.sqrt(-2 * Math.log((first[l] >>> 1 | 1) * 0x1p-31));
                double angle = (second[l] & (1 << 30) - 1) * 0x1p-30 * Math.PI / 2;
                double cosine = (second[l] < 0 ? -1 : 1) * r * Math.cos(angle);
                double sine = (second[l] << 1 < 0 ? -1 : 1) * r * Math.sin(angle);
                double off = radiusError(r);
                assertEquals(cosine, out[l], U * Math.abs(cosine) + off * Math.cos(angle) + (r + off) * COSINE_ERROR);
                assertEquals(
                        sine, out[LANES + l], U * Math.abs(sine) + (off + (r + off) * SINE_ERROR) * Math.sin(angle));
                assertTrue(Math.abs(out[l]) < 6.6 && Math.abs(out[LANES + l]) < 6.6);
            }
        }
    }
}
