package dev.holdfast.verify.reference;

/**
 * A random stream to the bit, one lane after the other: what {@link OrderedReference} is to sums. It is written from
 * the contract and shares no code with what it judges; the coefficients of the polynomials are part of the contract of
 * bits, and how far they are from what they approximate is tested apart from it.
 */
public final class OrderedStream {
    private static final int LANES = 16;

    /** −2 ln(1+f)/f, lowest power first. */
    private static final float[] LOGARITHM = {-2, 0.999999762f, -0.666683733f, 0.500041485f, -0.399136662f,
        0.331247866f, -0.299045324f, 0.287336916f, -0.174447194f};
    /** sin(t·π/2)/t by powers of t². */
    private static final float[] SINE = {1.57079637f, -0.645963728f, 0.0796896815f, -0.00467376644f, 0.000151485132f};
    /** cos(t·π/2) by powers of t². */
    private static final float[] COSINE = {0.99999994f, -1.23369825f, 0.253650755f, -0.0208106283f, 0.000858190644f};

    private final Lane[] lanes = new Lane[LANES];

    /** From the 64 ints of a state. */
    public OrderedStream(int[] state) {
        for (int l = 0; l < LANES; l++) {
            lanes[l] = new Lane(state[l], state[LANES + l], state[2 * LANES + l], state[3 * LANES + l]);
        }
    }

    /** The start of a stream. */
    public static OrderedStream of(long seed, long stream) {
        SplitMix64 seeds = new SplitMix64(seed);
        seeds.skip(2 * LANES * stream);
        int[] state = new int[4 * LANES];
        for (int l = 0; l < LANES; l++) {
            for (int i = 0; i < 4; i += 2) {
                long next = seeds.next();
                state[LANES * i + l] = (int) next;
                state[LANES * (i + 1) + l] = (int) (next >> Integer.SIZE);
            }
        }
        return new OrderedStream(state);
    }

    /** The state as it is now. */
    public int[] state() {
        int[] state = new int[4 * LANES];
        for (int l = 0; l < LANES; l++) {
            int[] s = {lanes[l].s0, lanes[l].s1, lanes[l].s2, lanes[l].s3};
            for (int i = 0; i < s.length; i++) {
                state[LANES * i + l] = s[i];
            }
        }
        return state;
    }

    /** A word of every lane. */
    private int[] step() {
        int[] words = new int[LANES];
        for (int l = 0; l < LANES; l++) {
            words[l] = lanes[l].next();
        }
        return words;
    }

    /** Words; those of the last step that nobody asked for are lost. */
    public int[] words(int count) {
        int[] out = new int[count];
        int[] step = {};
        for (int i = 0; i < count; i++) {
            if (i % LANES == 0) {
                step = step();
            }
            out[i] = step[i % LANES];
        }
        return out;
    }

    /** Uniform numbers from 0 to below {@code high}. A product of a float and 24 bits is exact in double. */
    public float[] uniforms(float high, int count) {
        int[] words = words(count);
        float[] out = new float[count];
        for (int i = 0; i < count; i++) {
            out[i] = (float) ((words[i] >>> 8) * (double) high * 0x1p-24);
        }
        return out;
    }

    /** Normal numbers; those of the last two steps that nobody asked for are lost. */
    public float[] normals(int count) {
        float[] out = new float[count];
        for (int i = 0; i < count; i += 2 * LANES) {
            int[] first = step();
            int[] second = step();
            for (int l = 0; l < LANES; l++) {
                float r = radius(first[l]);
                float t = (second[l] & 0x3fffffff) / (float) (1 << 30);
                float squared = t * t;
                if (i + l < count) {
                    float cosine = horner(COSINE, squared);
                    out[i + l] = second[l] >= 0 ? r * cosine : -r * cosine;
                }
                if (i + LANES + l < count) {
                    float sine = t * horner(SINE, squared);
                    out[i + LANES + l] = (second[l] & 1 << 30) == 0 ? r * sine : -r * sine;
                }
            }
        }
        return out;
    }

    /** (−2 ln U)^½ for U = (⌊word/2⌋ | 1)/2³¹, rounded to float first. */
    private static float radius(int word) {
        float u = (word >>> 1 | 1) * 0x1p-31f;
        int e = Math.getExponent(u);
        float m = Math.scalb(u, -e);
        if (m >= 2 * (float) Math.sqrt(0.5)) {
            e++;
            m /= 2;
        }
        float f = m - 1;
        float logarithm = Math.fma(e, -2 * (float) Math.log(2), f * horner(LOGARITHM, f));
        return (float) Math.sqrt(logarithm);
    }

    private static float horner(float[] coefficients, float x) {
        float value = coefficients[coefficients.length - 1];
        for (int i = coefficients.length - 2; i >= 0; i--) {
            value = Math.fma(x, value, coefficients[i]);
        }
        return value;
    }

    /** xoshiro128++, as its authors write it. */
    private static final class Lane {
        int s0;
        int s1;
        int s2;
        int s3;

        Lane(int s0, int s1, int s2, int s3) {
            this.s0 = s0;
            this.s1 = s1;
            this.s2 = s2;
            this.s3 = s3;
        }

        int next() {
            int sum = s0 + s3;
            int word = (sum << 7 | sum >>> 25) + s0;
            int shifted = s1 << 9;
            s2 ^= s0;
            s3 ^= s1;
            s1 ^= s2;
            s0 ^= s3;
            s2 ^= shifted;
            s3 = s3 << 11 | s3 >>> 21;
            return word;
        }
    }

    /** Steele, Lea and Flood's generator, with the mixing function that the authors of xoshiro seed by. */
    private static final class SplitMix64 {
        static final long GOLDEN_GAMMA = 0x9e3779b97f4a7c15L;

        long state;

        SplitMix64(long seed) {
            state = seed;
        }

        void skip(long outputs) {
            state += outputs * GOLDEN_GAMMA;
        }

        long next() {
            state += GOLDEN_GAMMA;
            long z = state;
            z ^= z >>> 30;
            z *= 0xbf58476d1ce4e5b9L;
            z ^= z >>> 27;
            z *= 0x94d049bb133111ebL;
            return z ^ z >>> 31;
        }
    }
}
