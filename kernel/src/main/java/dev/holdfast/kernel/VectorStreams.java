package dev.holdfast.kernel;

import static dev.holdfast.kernel.Lanes.F;
import static dev.holdfast.kernel.Lanes.I;
import static dev.holdfast.kernel.Lanes.INTS;
import static dev.holdfast.kernel.Lanes.L;
import static dev.holdfast.kernel.RandomStreams.LANES;
import static jdk.incubator.vector.FloatVector.broadcast;
import static jdk.incubator.vector.VectorOperators.I2F;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;

/**
 * {@link RandomStreams} by vectors: where the 16 lanes fill several of them, each takes all of its steps before the next
 * begins. Normal numbers are made in three short loops over a chunk in the first-level cache, because one method of so
 * many vector operations would not be compiled as a whole: words, then radii, then both numbers, all in their places.
 */
final class VectorStreams {
    /** Numbers that go through the three loops together. */
    private static final int CHUNK = 1024;

    // constants as vectors: a scalar in a loop would be one more operation for the compiler to inline
    private static final FloatVector LN_2 = broadcast(F, ScalarStreams.LN_2), L0 = broadcast(F, ScalarStreams.L0);
    private static final FloatVector L1 = broadcast(F, ScalarStreams.L1), L2 = broadcast(F, ScalarStreams.L2);
    private static final FloatVector L3 = broadcast(F, ScalarStreams.L3), L4 = broadcast(F, ScalarStreams.L4);
    private static final FloatVector L5 = broadcast(F, ScalarStreams.L5), L6 = broadcast(F, ScalarStreams.L6);
    private static final FloatVector L7 = broadcast(F, ScalarStreams.L7), L8 = broadcast(F, ScalarStreams.L8);
    private static final FloatVector S0 = broadcast(F, ScalarStreams.S0), S1 = broadcast(F, ScalarStreams.S1);
    private static final FloatVector S2 = broadcast(F, ScalarStreams.S2), S3 = broadcast(F, ScalarStreams.S3);
    private static final FloatVector S4 = broadcast(F, ScalarStreams.S4), C0 = broadcast(F, ScalarStreams.C0);
    private static final FloatVector C1 = broadcast(F, ScalarStreams.C1), C2 = broadcast(F, ScalarStreams.C2);
    private static final FloatVector C3 = broadcast(F, ScalarStreams.C3), C4 = broadcast(F, ScalarStreams.C4);
    private static final IntVector ROOT_HALF = IntVector.broadcast(I, ScalarStreams.ROOT_HALF);
    private static final IntVector ONE = IntVector.broadcast(I, 1), SIGN = IntVector.broadcast(I, ScalarStreams.SIGN);
    private static final IntVector ANGLE = IntVector.broadcast(I, ScalarStreams.ANGLE);

    private VectorStreams() {}

    static void uniforms(int[] state, float scale, float[] out, int o, int count) {
        int whole = count & -LANES;
        for (int part = 0; part < LANES; part += L) {
            uniformsOfPart(state, part, scale, out, o, whole);
        }
        ScalarStreams.uniforms(state, scale, out, o + whole, count - whole);
    }

    private static void uniformsOfPart(int[] state, int part, float scale, float[] out, int o, int count) {
        IntVector s0 = IntVector.fromArray(I, state, part), s1 = IntVector.fromArray(I, state, LANES + part);
        IntVector s2 = IntVector.fromArray(I, state, 2 * LANES + part);
        IntVector s3 = IntVector.fromArray(I, state, 3 * LANES + part);
        for (int i = part; i < count; i += LANES) {
            IntVector word = INTS.cast(s0).add(INTS.cast(s3)).lanewise(VectorOperators.ROL, 7).add(INTS.cast(s0));
            FloatVector u = (FloatVector) word.lanewise(VectorOperators.LSHR, 8).convertShape(I2F, F, 0);
            u.mul(scale).intoArray(out, o + i);
            IntVector t = INTS.cast(s1).lanewise(VectorOperators.LSHL, 9);
            s2 = INTS.cast(s2).lanewise(VectorOperators.XOR, INTS.cast(s0));
            s3 = INTS.cast(s3).lanewise(VectorOperators.XOR, INTS.cast(s1));
            s1 = INTS.cast(s1).lanewise(VectorOperators.XOR, INTS.cast(s2));
            s0 = INTS.cast(s0).lanewise(VectorOperators.XOR, INTS.cast(s3));
            s2 = INTS.cast(s2).lanewise(VectorOperators.XOR, t);
            s3 = INTS.cast(s3).lanewise(VectorOperators.ROL, 11);
        }
        INTS.cast(s0).intoArray(state, part);
        INTS.cast(s1).intoArray(state, LANES + part);
        INTS.cast(s2).intoArray(state, 2 * LANES + part);
        INTS.cast(s3).intoArray(state, 3 * LANES + part);
    }

    static void normals(int[] state, float[] out, int o, int count) {
        int whole = count & -2 * LANES;
        for (int i = 0; i < whole; i += CHUNK) {
            int chunk = Math.min(CHUNK, whole - i);
            for (int part = 0; part < LANES; part += L) {
                wordsOfPart(state, part, out, o + i, chunk);
            }
            pairs(out, o + i, chunk);
        }
        ScalarStreams.normals(state, out, o + whole, count - whole);
    }

    /** Words, as they are, in the place of floats. */
    private static void wordsOfPart(int[] state, int part, float[] out, int o, int count) {
        IntVector s0 = IntVector.fromArray(I, state, part), s1 = IntVector.fromArray(I, state, LANES + part);
        IntVector s2 = IntVector.fromArray(I, state, 2 * LANES + part);
        IntVector s3 = IntVector.fromArray(I, state, 3 * LANES + part);
        for (int i = part; i < count; i += LANES) {
            INTS.cast(s0).add(INTS.cast(s3)).lanewise(VectorOperators.ROL, 7).add(INTS.cast(s0)).reinterpretAsFloats().intoArray(out, o + i);
            IntVector t = INTS.cast(s1).lanewise(VectorOperators.LSHL, 9);
            s2 = INTS.cast(s2).lanewise(VectorOperators.XOR, INTS.cast(s0));
            s3 = INTS.cast(s3).lanewise(VectorOperators.XOR, INTS.cast(s1));
            s1 = INTS.cast(s1).lanewise(VectorOperators.XOR, INTS.cast(s2));
            s0 = INTS.cast(s0).lanewise(VectorOperators.XOR, INTS.cast(s3));
            s2 = INTS.cast(s2).lanewise(VectorOperators.XOR, t);
            s3 = INTS.cast(s3).lanewise(VectorOperators.ROL, 11);
        }
        INTS.cast(s0).intoArray(state, part);
        INTS.cast(s1).intoArray(state, LANES + part);
        INTS.cast(s2).intoArray(state, 2 * LANES + part);
        INTS.cast(s3).intoArray(state, 3 * LANES + part);
    }

    /** Of every 32 words, the first 16 say how far from 0 the two numbers of a lane are, the others at which angle. */
    private static void pairs(float[] out, int o, int count) {
        for (int i = o; i < o + count; i += 2 * LANES) {
            for (int part = i; part < i + LANES; part += L) {
                IntVector odd = FloatVector.fromArray(F, out, part).reinterpretAsInts();
                odd = odd.lanewise(VectorOperators.LSHR, 1).or(ONE);
                IntVector bits = odd.convertShape(I2F, F, 0).reinterpretAsInts();
                IntVector e = bits.sub(ROOT_HALF).lanewise(VectorOperators.ASHR, 23);
                FloatVector f = bits.sub(e.lanewise(VectorOperators.LSHL, 23)).reinterpretAsFloats().sub(1);
                FloatVector log = f.fma(f.fma(f.fma(f.fma(L8, L7), L6), L5), L4);
                log = f.fma(f.fma(f.fma(f.fma(log, L3), L2), L1), L0);
                log = LN_2.fma(e.sub(31).convertShape(I2F, F, 0), f.mul(log));
                IntVector r = log.lanewise(VectorOperators.SQRT).reinterpretAsInts();

                IntVector word = FloatVector.fromArray(F, out, part + LANES).reinterpretAsInts();
                FloatVector t = ((FloatVector) word.and(ANGLE).convertShape(I2F, F, 0)).mul(ScalarStreams.ANGLE_STEP);
                FloatVector t2 = t.mul(t);
                FloatVector cos = t2.fma(t2.fma(t2.fma(t2.fma(C4, C3), C2), C1), C0);
                FloatVector sin = t.mul(t2.fma(t2.fma(t2.fma(t2.fma(S4, S3), S2), S1), S0));
                IntVector sign = word.lanewise(VectorOperators.AND, SIGN);
                r.lanewise(VectorOperators.XOR, sign).reinterpretAsFloats().mul(cos).intoArray(out, part);
                sign = word.lanewise(VectorOperators.LSHL, 1).lanewise(VectorOperators.AND, SIGN);
                r.lanewise(VectorOperators.XOR, sign).reinterpretAsFloats().mul(sin).intoArray(out, part + LANES);
            }
        }
    }
}
