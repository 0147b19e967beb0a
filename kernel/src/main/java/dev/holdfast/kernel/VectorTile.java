package dev.holdfast.kernel;

import static dev.holdfast.kernel.Lanes.D;
import static dev.holdfast.kernel.Lanes.F;
import static dev.holdfast.kernel.Lanes.FLOATS;
import static dev.holdfast.kernel.Lanes.H;
import static dev.holdfast.kernel.Lanes.L;
import static dev.holdfast.kernel.Lanes.LD;

import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorShape;
import jdk.incubator.vector.VectorShuffle;
import jdk.incubator.vector.VectorSpecies;

/**
 * The tile of a product: two vectors wide, and as high as the registers allow. AVX-512 has 32 of them: 16 accumulators,
 * a row of B and one entry of A. Where there are 16, eight accumulators hide the latency and no more than that; with
 * twelve the compiler, which loads four entries of A ahead, spills two of them and takes twice the time.
 */
final class VectorTile {
    static final int ROWS = L > 8 ? 8 : 4;
    static final int COLUMNS = 2 * L;
    /** Four rows of one vector would wait for their additions as long as four of two. */
    static final int STEP = ROWS == 8 ? L : COLUMNS;

    /** A row of a's panels. */
    private static final VectorSpecies<Float> A = VectorSpecies.of(float.class, VectorShape.forBitSize(32 * ROWS));

    private static final Class<FloatVector> A_ROWS = Lanes.exact(A.vectorType());

    // of two rows, what one gives the other when a square is transposed
    private static final VectorShuffle<Float> SWAP_4 = VectorShuffle.fromOp(A, l -> l ^ 4 & ROWS - 1);
    private static final VectorShuffle<Float> SWAP_2 = VectorShuffle.fromOp(A, l -> l ^ 2);
    private static final VectorShuffle<Float> SWAP_1 = VectorShuffle.fromOp(A, l -> l ^ 1);
    private static final VectorMask<Float> UPPER_4 = VectorMask.fromLong(A, 0xF0);
    private static final VectorMask<Float> UPPER_2 = VectorMask.fromLong(A, 0xCC);
    private static final VectorMask<Float> UPPER_1 = VectorMask.fromLong(A, 0xAA);

    private VectorTile() {}

    /** {@link Kernels#tile} for ROWS = 4. */
    static void fourRows(float[] a, int ao, float[] b, int bo, int k, float[] t, int to, int stride) {
        FloatVector s00 = FloatVector.zero(F), s01 = s00, s10 = s00, s11 = s00, s20 = s00, s21 = s00, s30 = s00, s31 = s00;
        for (int l = 0; l < k; l++) {
            FloatVector b0 = FloatVector.fromArray(F, b, bo + l * COLUMNS);
            FloatVector b1 = FloatVector.fromArray(F, b, bo + l * COLUMNS + L);
            FloatVector a0 = FloatVector.broadcast(F, a[ao + l * 4]);
            s00 = b0.fma(a0, FLOATS.cast(s00));
            s01 = b1.fma(a0, FLOATS.cast(s01));
            FloatVector a1 = FloatVector.broadcast(F, a[ao + l * 4 + 1]);
            s10 = b0.fma(a1, FLOATS.cast(s10));
            s11 = b1.fma(a1, FLOATS.cast(s11));
            FloatVector a2 = FloatVector.broadcast(F, a[ao + l * 4 + 2]);
            s20 = b0.fma(a2, FLOATS.cast(s20));
            s21 = b1.fma(a2, FLOATS.cast(s21));
            FloatVector a3 = FloatVector.broadcast(F, a[ao + l * 4 + 3]);
            s30 = b0.fma(a3, FLOATS.cast(s30));
            s31 = b1.fma(a3, FLOATS.cast(s31));
        }
        FLOATS.cast(s00).intoArray(t, to);
        FLOATS.cast(s01).intoArray(t, to + L);
        FLOATS.cast(s10).intoArray(t, to + stride);
        FLOATS.cast(s11).intoArray(t, to + stride + L);
        FLOATS.cast(s20).intoArray(t, to + 2 * stride);
        FLOATS.cast(s21).intoArray(t, to + 2 * stride + L);
        FLOATS.cast(s30).intoArray(t, to + 3 * stride);
        FLOATS.cast(s31).intoArray(t, to + 3 * stride + L);
    }

    /** {@link Kernels#tile} for ROWS = 8. */
    static void eightRows(float[] a, int ao, float[] b, int bo, int k, float[] t, int to, int stride) {
        FloatVector s00 = FloatVector.zero(F), s01 = s00, s10 = s00, s11 = s00, s20 = s00, s21 = s00, s30 = s00, s31 = s00;
        FloatVector s40 = s00, s41 = s00, s50 = s00, s51 = s00, s60 = s00, s61 = s00, s70 = s00, s71 = s00;
        for (int l = 0; l < k; l++) {
            FloatVector b0 = FloatVector.fromArray(F, b, bo + l * COLUMNS);
            FloatVector b1 = FloatVector.fromArray(F, b, bo + l * COLUMNS + L);
            FloatVector a0 = FloatVector.broadcast(F, a[ao + l * 8]);
            s00 = b0.fma(a0, FLOATS.cast(s00));
            s01 = b1.fma(a0, FLOATS.cast(s01));
            FloatVector a1 = FloatVector.broadcast(F, a[ao + l * 8 + 1]);
            s10 = b0.fma(a1, FLOATS.cast(s10));
            s11 = b1.fma(a1, FLOATS.cast(s11));
            FloatVector a2 = FloatVector.broadcast(F, a[ao + l * 8 + 2]);
            s20 = b0.fma(a2, FLOATS.cast(s20));
            s21 = b1.fma(a2, FLOATS.cast(s21));
            FloatVector a3 = FloatVector.broadcast(F, a[ao + l * 8 + 3]);
            s30 = b0.fma(a3, FLOATS.cast(s30));
            s31 = b1.fma(a3, FLOATS.cast(s31));
            FloatVector a4 = FloatVector.broadcast(F, a[ao + l * 8 + 4]);
            s40 = b0.fma(a4, FLOATS.cast(s40));
            s41 = b1.fma(a4, FLOATS.cast(s41));
            FloatVector a5 = FloatVector.broadcast(F, a[ao + l * 8 + 5]);
            s50 = b0.fma(a5, FLOATS.cast(s50));
            s51 = b1.fma(a5, FLOATS.cast(s51));
            FloatVector a6 = FloatVector.broadcast(F, a[ao + l * 8 + 6]);
            s60 = b0.fma(a6, FLOATS.cast(s60));
            s61 = b1.fma(a6, FLOATS.cast(s61));
            FloatVector a7 = FloatVector.broadcast(F, a[ao + l * 8 + 7]);
            s70 = b0.fma(a7, FLOATS.cast(s70));
            s71 = b1.fma(a7, FLOATS.cast(s71));
        }
        FLOATS.cast(s00).intoArray(t, to);
        FLOATS.cast(s01).intoArray(t, to + L);
        FLOATS.cast(s10).intoArray(t, to + stride);
        FLOATS.cast(s11).intoArray(t, to + stride + L);
        FLOATS.cast(s20).intoArray(t, to + 2 * stride);
        FLOATS.cast(s21).intoArray(t, to + 2 * stride + L);
        FLOATS.cast(s30).intoArray(t, to + 3 * stride);
        FLOATS.cast(s31).intoArray(t, to + 3 * stride + L);
        FLOATS.cast(s40).intoArray(t, to + 4 * stride);
        FLOATS.cast(s41).intoArray(t, to + 4 * stride + L);
        FLOATS.cast(s50).intoArray(t, to + 5 * stride);
        FLOATS.cast(s51).intoArray(t, to + 5 * stride + L);
        FLOATS.cast(s60).intoArray(t, to + 6 * stride);
        FLOATS.cast(s61).intoArray(t, to + 6 * stride + L);
        FLOATS.cast(s70).intoArray(t, to + 7 * stride);
        FLOATS.cast(s71).intoArray(t, to + 7 * stride + L);
    }

    /** The left half of {@link #eightRows}: eight accumulators hide the latency by themselves. */
    static void eightHalfRows(float[] a, int ao, float[] b, int bo, int k, float[] t, int to, int stride) {
        FloatVector s0 = FloatVector.zero(F), s1 = s0, s2 = s0, s3 = s0, s4 = s0, s5 = s0, s6 = s0, s7 = s0;
        for (int l = 0; l < k; l++) {
            FloatVector row = FloatVector.fromArray(F, b, bo + l * COLUMNS);
            int o = ao + l * 8;
            s0 = row.fma(FloatVector.broadcast(F, a[o]), FLOATS.cast(s0));
            s1 = row.fma(FloatVector.broadcast(F, a[o + 1]), FLOATS.cast(s1));
            s2 = row.fma(FloatVector.broadcast(F, a[o + 2]), FLOATS.cast(s2));
            s3 = row.fma(FloatVector.broadcast(F, a[o + 3]), FLOATS.cast(s3));
            s4 = row.fma(FloatVector.broadcast(F, a[o + 4]), FLOATS.cast(s4));
            s5 = row.fma(FloatVector.broadcast(F, a[o + 5]), FLOATS.cast(s5));
            s6 = row.fma(FloatVector.broadcast(F, a[o + 6]), FLOATS.cast(s6));
            s7 = row.fma(FloatVector.broadcast(F, a[o + 7]), FLOATS.cast(s7));
        }
        FLOATS.cast(s0).intoArray(t, to);
        FLOATS.cast(s1).intoArray(t, to + stride);
        FLOATS.cast(s2).intoArray(t, to + 2 * stride);
        FLOATS.cast(s3).intoArray(t, to + 3 * stride);
        FLOATS.cast(s4).intoArray(t, to + 4 * stride);
        FLOATS.cast(s5).intoArray(t, to + 5 * stride);
        FLOATS.cast(s6).intoArray(t, to + 6 * stride);
        FLOATS.cast(s7).intoArray(t, to + 7 * stride);
    }

    /** {@link Kernels#packPanels}: two vectors a row of b's panels, one of a's, which may be a half. */
    static void packPanels(float[] from, int o, int lines, int step, int depth, int width, float[] out, int to) {
        for (int line = 0; line < lines; line += width) {
            int f = o + line, t = to + line * depth;
            for (int l = 0; l < depth; l++) {
                if (width == COLUMNS) {
                    FLOATS.cast(FloatVector.fromArray(F, from, f)).intoArray(out, t);
                    FLOATS.cast(FloatVector.fromArray(F, from, f + L)).intoArray(out, t + L);
                } else {
                    A_ROWS.cast(FloatVector.fromArray(A, from, f)).intoArray(out, t);
                }
                f += step;
                t += width;
            }
        }
    }

    /** {@link Kernels#packRows}, a square of ROWS × ROWS at a time. */
    static void packRows(float[] from, int o, int stride, int depth, int width, float[] out, int to) {
        int whole = depth & -ROWS;
        for (int l = 0; l < whole; l += ROWS) {
            if (ROWS == 8) {
                eightByEight(from, o + l, stride, width, out, to + l * width);
            } else {
                fourByFour(from, o + l, stride, width, out, to + l * width);
            }
        }
        for (int l = whole; l < depth; l++) {
            for (int r = 0; r < ROWS; r++) {
                out[to + l * width + r] = from[o + r * stride + l];
            }
        }
    }

    /** Two exchanges of halves between rows: eight rearrangements and blends, four loads and stores. */
    private static void fourByFour(float[] from, int o, int stride, int width, float[] out, int to) {
        FloatVector x0 = FloatVector.fromArray(A, from, o), x1 = FloatVector.fromArray(A, from, o + stride);
        FloatVector x2 = FloatVector.fromArray(A, from, o + 2 * stride);
        FloatVector x3 = FloatVector.fromArray(A, from, o + 3 * stride);
        FloatVector y0 = x0.blend(x2.rearrange(SWAP_2), UPPER_2), y2 = x0.rearrange(SWAP_2).blend(x2, UPPER_2);
        FloatVector y1 = x1.blend(x3.rearrange(SWAP_2), UPPER_2), y3 = x1.rearrange(SWAP_2).blend(x3, UPPER_2);
        y0.blend(y1.rearrange(SWAP_1), UPPER_1).intoArray(out, to);
        y0.rearrange(SWAP_1).blend(y1, UPPER_1).intoArray(out, to + width);
        y2.blend(y3.rearrange(SWAP_1), UPPER_1).intoArray(out, to + 2 * width);
        y2.rearrange(SWAP_1).blend(y3, UPPER_1).intoArray(out, to + 3 * width);
    }

    /** Three exchanges of halves between rows: 48 rearrangements and blends, eight loads and stores. */
    private static void eightByEight(float[] from, int o, int stride, int width, float[] out, int to) {
        FloatVector x0 = FloatVector.fromArray(A, from, o), x1 = FloatVector.fromArray(A, from, o + stride);
        FloatVector x2 = FloatVector.fromArray(A, from, o + 2 * stride);
        FloatVector x3 = FloatVector.fromArray(A, from, o + 3 * stride);
        FloatVector x4 = FloatVector.fromArray(A, from, o + 4 * stride);
        FloatVector x5 = FloatVector.fromArray(A, from, o + 5 * stride);
        FloatVector x6 = FloatVector.fromArray(A, from, o + 6 * stride);
        FloatVector x7 = FloatVector.fromArray(A, from, o + 7 * stride);
        FloatVector y0 = x0.blend(x4.rearrange(SWAP_4), UPPER_4), y4 = x0.rearrange(SWAP_4).blend(x4, UPPER_4);
        FloatVector y1 = x1.blend(x5.rearrange(SWAP_4), UPPER_4), y5 = x1.rearrange(SWAP_4).blend(x5, UPPER_4);
        FloatVector y2 = x2.blend(x6.rearrange(SWAP_4), UPPER_4), y6 = x2.rearrange(SWAP_4).blend(x6, UPPER_4);
        FloatVector y3 = x3.blend(x7.rearrange(SWAP_4), UPPER_4), y7 = x3.rearrange(SWAP_4).blend(x7, UPPER_4);
        x0 = y0.blend(y2.rearrange(SWAP_2), UPPER_2);
        x2 = y0.rearrange(SWAP_2).blend(y2, UPPER_2);
        x1 = y1.blend(y3.rearrange(SWAP_2), UPPER_2);
        x3 = y1.rearrange(SWAP_2).blend(y3, UPPER_2);
        x4 = y4.blend(y6.rearrange(SWAP_2), UPPER_2);
        x6 = y4.rearrange(SWAP_2).blend(y6, UPPER_2);
        x5 = y5.blend(y7.rearrange(SWAP_2), UPPER_2);
        x7 = y5.rearrange(SWAP_2).blend(y7, UPPER_2);
        x0.blend(x1.rearrange(SWAP_1), UPPER_1).intoArray(out, to);
        x0.rearrange(SWAP_1).blend(x1, UPPER_1).intoArray(out, to + width);
        x2.blend(x3.rearrange(SWAP_1), UPPER_1).intoArray(out, to + 2 * width);
        x2.rearrange(SWAP_1).blend(x3, UPPER_1).intoArray(out, to + 3 * width);
        x4.blend(x5.rearrange(SWAP_1), UPPER_1).intoArray(out, to + 4 * width);
        x4.rearrange(SWAP_1).blend(x5, UPPER_1).intoArray(out, to + 5 * width);
        x6.blend(x7.rearrange(SWAP_1), UPPER_1).intoArray(out, to + 6 * width);
        x6.rearrange(SWAP_1).blend(x7, UPPER_1).intoArray(out, to + 7 * width);
    }

    static void add(float[] t, int to, float[] c, int co, int stride) {
        for (int r = 0; r < ROWS; r++) {
            int from = to + r * COLUMNS;
            int o = co + r * stride;
            FloatVector.fromArray(F, c, o).add(FloatVector.fromArray(F, t, from)).intoArray(c, o);
            FloatVector.fromArray(F, c, o + L).add(FloatVector.fromArray(F, t, from + L)).intoArray(c, o + L);
        }
    }

    static void add(float[] t, int to, double[] g, int go, int stride) {
        for (int r = 0; r < ROWS; r++) {
            for (int j = 0; j < COLUMNS; j += LD) {
                int o = go + r * stride + j;
                DoubleVector sum = (DoubleVector) FloatVector.fromArray(H, t, to + r * COLUMNS + j)
                        .convertShape(VectorOperators.F2D, D, 0);
                DoubleVector.fromArray(D, g, o).add(sum).intoArray(g, o);
            }
        }
    }
}
