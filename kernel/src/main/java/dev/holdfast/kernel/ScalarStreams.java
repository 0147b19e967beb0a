package dev.holdfast.kernel;

import static dev.holdfast.kernel.RandomStreams.LANES;

/** {@link RandomStreams}' numbers, one after the other, and the constants that the vector twin shares. */
final class ScalarStreams {
    /** Of a normal number's second word: sign of the first number; the next bit is that of the second. */
    static final int SIGN = 1 << 31;
    /** The others: where in its quarter of a turn the angle is. */
    static final int ANGLE = (1 << 30) - 1;

    static final float ANGLE_STEP = 0x1p-30f;
    /** The bits of √½, where the exponent of a logarithm's argument changes. */
    static final int ROOT_HALF = 0x3F3504F3;

    // minimax by Remez' exchange; the errors are those of the coefficients after they were rounded to float

    static final float LN_2 = -2 * 0.693147182f;
    /** −2 ln(1+f)/f for 1+f within [√½, √2): relative error 5.9·10⁻⁸. */
    static final float L0 = -2, L1 = 0.999999762f, L2 = -0.666683733f, L3 = 0.500041485f, L4 = -0.399136662f,
            L5 = 0.331247866f, L6 = -0.299045324f, L7 = 0.287336916f, L8 = -0.174447194f;
    /** sin(t·π/2)/t by powers of t², for t within [0, 1]: relative error 4.3·10⁻⁸. */
    static final float S0 = 1.57079637f, S1 = -0.645963728f, S2 = 0.0796896815f, S3 = -0.00467376644f,
            S4 = 0.000151485132f;
    /** cos(t·π/2) by powers of t², for t within [0, 1]: error 8.3·10⁻⁸. */
    static final float C0 = 0.99999994f, C1 = -1.23369825f, C2 = 0.253650755f, C3 = -0.0208106283f,
            C4 = 0.000858190644f;

    private ScalarStreams() {}

    /** A step of lane l: xoshiro128++. */
    private static int next(int[] state, int l) {
        int s0 = state[l];
        int s1 = state[LANES + l];
        int s2 = state[2 * LANES + l] ^ s0;
        int s3 = state[3 * LANES + l];
        int word = Integer.rotateLeft(s0 + s3, 7) + s0;
        s3 ^= s1;
        state[l] = s0 ^ s3;
        state[LANES + l] = s1 ^ s2;
        state[2 * LANES + l] = s2 ^ s1 << 9;
        state[3 * LANES + l] = Integer.rotateLeft(s3, 11);
        return word;
    }

    static void words(int[] state, int[] out, int o, int count) {
        for (int i = 0; i < count; i += LANES) {
            for (int l = 0; l < LANES; l++) {
                int word = next(state, l);
                if (i + l < count) {
                    out[o + i + l] = word;
                }
            }
        }
    }

    static void uniforms(int[] state, float scale, float[] out, int o, int count) {
        for (int i = 0; i < count; i += LANES) {
            for (int l = 0; l < LANES; l++) {
                float uniform = (next(state, l) >>> 8) * scale;
                if (i + l < count) {
                    out[o + i + l] = uniform;
                }
            }
        }
    }

    static void normals(int[] state, float[] out, int o, int count) {
        for (int i = 0; i < count; i += 2 * LANES) {
            for (int l = 0; l < LANES; l++) {
                float r = radius(next(state, l));
                int word = next(state, l);
                float t = (word & ANGLE) * ANGLE_STEP;
                float t2 = t * t;
                float cos = Math.fma(t2, Math.fma(t2, Math.fma(t2, Math.fma(t2, C4, C3), C2), C1), C0);
                float sin = t * Math.fma(t2, Math.fma(t2, Math.fma(t2, Math.fma(t2, S4, S3), S2), S1), S0);
                if (i + l < count) {
                    out[o + i + l] = signed(r, word & SIGN) * cos;
                }
                if (i + LANES + l < count) {
                    out[o + i + LANES + l] = signed(r, word << 1 & SIGN) * sin;
                }
            }
        }
    }

    private static float signed(float r, int sign) {
        return Float.intBitsToFloat(Float.floatToRawIntBits(r) ^ sign);
    }

    /** (−2 ln U)^½ for U = (⌊word/2⌋ | 1)/2³¹. */
    private static float radius(int word) {
        int bits = Float.floatToRawIntBits(word >>> 1 | 1);
        int e = bits - ROOT_HALF >> 23;
        float f = Float.intBitsToFloat(bits - (e << 23)) - 1;
        float log = Math.fma(f, Math.fma(f, Math.fma(f, Math.fma(f, L8, L7), L6), L5), L4);
        log = Math.fma(f, Math.fma(f, Math.fma(f, Math.fma(f, log, L3), L2), L1), L0);
        return (float) Math.sqrt(Math.fma(e - 31, LN_2, f * log));
    }
}
