package dev.holdfast.kernel;

/**
 * Random numbers in numbered streams, each of them the same on every machine: 16 generators xoshiro128++ side by side,
 * a lane each, whose states are consecutive outputs of SplitMix64.
 *
 * <p>A state is the caller's array of {@link #STATE} ints: {@link #start} fills it, drawing changes it, a copy of it draws
 * the same numbers again. Word i of lane l's generator is {@code state[16·i + l]}. One step of all lanes gives 16 words,
 * in the order of the lanes. A call takes whole steps; words of the last one that it has no use for are dropped.
 *
 * <p>Streams of one seed have disjoint pieces of SplitMix64's sequence, so no two lanes start at the same state; that two
 * of k lanes, each at a random place of a cycle of 2¹²⁸ − 1 states, overlap within m steps has a probability below
 * k² m/2¹²⁸. Not for secrets.
 *
 * <p>Source: D. Blackman, S. Vigna, "Scrambled Linear Pseudorandom Number Generators", ACM Transactions on Mathematical
 * Software 47 (2021); G. Steele, D. Lea, C. Flood, "Fast Splittable Pseudorandom Number Generators", OOPSLA 2014.
 * Conventions on arrays: see the package.
 */
public final class RandomStreams {
    /** Length of a state. */
    public static final int STATE = 64;

    /** Generators that run side by side. */
    static final int LANES = 16;

    /** Below this high·2⁻²⁴ would be rounded, and numbers could be above high. */
    private static final float LEAST_HIGH = 0x1p-102f;

    /** What SplitMix64 adds to its state for each output. */
    private static final long GAMMA = 0x9E3779B97F4A7C15L;

    private RandomStreams() {}

    /**
     * The start of a stream: SplitMix64 from {@code seed}, its outputs 32·stream to 32·stream + 31, two for a lane, the
     * lower half of each before its upper half.
     *
     * @param seed any number
     * @param stream any number; 2⁵⁹ of them differ
     * @param state {@link #STATE} ints; overwritten
     * @throws IllegalArgumentException if {@code state} is shorter
     */
    public static void start(long seed, long stream, int[] state) {
        Arguments.length("state", state.length, STATE);
        long sum = seed + 2 * LANES * stream * GAMMA;
        for (int l = 0; l < LANES; l++) {
            long first = mixed(sum += GAMMA);
            long second = mixed(sum += GAMMA);
            state[l] = (int) first;
            state[LANES + l] = (int) (first >>> 32);
            state[2 * LANES + l] = (int) second;
            state[3 * LANES + l] = (int) (second >>> 32);
        }
    }

    /** SplitMix64's output for a state. */
    private static long mixed(long sum) {
        long z = (sum ^ sum >>> 30) * 0xBF58476D1CE4E5B9L;
        z = (z ^ z >>> 27) * 0x94D049BB133111EBL;
        return z ^ z >>> 31;
    }

    /**
     * Random words: every int is as likely as any other.
     *
     * @param state {@link #STATE} ints; changed
     * @param out overwritten from {@code offset} on
     * @param count numbers to draw
     * @throws IllegalArgumentException if an offset or a length is out of range, or {@code out} is {@code state}
     */
    public static void words(int[] state, int[] out, int offset, int count) {
        check(state, out.length, offset, count);
        Arguments.distinct("out", out, "state", state);
        ScalarStreams.words(state, out, offset, count);
    }

    /**
     * Uniform numbers from 0 to below {@code high}: the upper 24 bits of each word times high·2⁻²⁴, rounded once.
     *
     * @param state {@link #STATE} ints; changed
     * @param high 0, or finite and at least 2⁻¹⁰²
     * @param out overwritten from {@code offset} on
     * @param count numbers to draw
     * @throws IllegalArgumentException if an offset or a length is out of range, or {@code high} is
     */
    public static void uniforms(int[] state, float high, float[] out, int offset, int count) {
        check(state, out.length, offset, count);
        if (high != 0 && !(high >= LEAST_HIGH && high <= Float.MAX_VALUE)) {
            throw new IllegalArgumentException("high = " + high + ", expected 0 or a finite number, at least 2^-102");
        }
        Implementation.kernels().uniforms(state, high * 0x1p-24f, out, offset, count);
    }

    /**
     * Normal numbers of mean 0 and variance 1, by Box and Muller's transform (Annals of Mathematical Statistics 29, 1958).
     *
     * <p>Two steps of the lanes give 32 numbers: with U = (⌊word/2⌋ | 1)/2³¹ of a lane's first word, r = (−2 ln U)^½ and
     * φ the angle of its second word, number l is r cos φ and number 16 + l is r sin φ. The word's two upper bits are the
     * signs, the others one of 2³⁰ places in a quarter of a turn. No number is beyond 6.6 in magnitude.
     *
     * <p>Arithmetic is in float: −2 ln U as e·(−2 ln 2) + f·L(f) with 1+f within [√½, √2) and L of degree 8, sine and
     * cosine by polynomials of degree 9 and 8, all by Horner's rule with fused multiply-adds.
     *
     * @param state {@link #STATE} ints; changed
     * @param out overwritten from {@code offset} on
     * @param count numbers to draw
     * @throws IllegalArgumentException if an offset or a length is out of range
     */
    public static void normals(int[] state, float[] out, int offset, int count) {
        check(state, out.length, offset, count);
        Implementation.kernels().normals(state, out, offset, count);
    }

    private static void check(int[] state, int length, int offset, int count) {
        Arguments.length("state", state.length, STATE);
        Arguments.atLeast("count", count, 0);
        Arguments.range("out", length, offset, count);
    }
}
