package dev.holdfast.kernel;

import java.util.Arrays;
import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorShape;
import jdk.incubator.vector.VectorShuffle;
import jdk.incubator.vector.VectorSpecies;

/**
 * The Vector API. Whatever the hardware's width, eight accumulators run side by side, enough to hide the latency of a
 * fused multiply-add: the 16 float lanes (8 double lanes) of a row fill 1, 2 or 4 of them, so that 8, 4 or 2 rows go
 * together. The constants below are {@code static final} and depend on the width alone, so the compiler removes the
 * branches of the other widths.
 */
final class VectorKernels implements Kernels {
    /** Wider hardware runs 512-bit vectors: a row has no more than 16 lanes. */
    static final int BITS = Math.min(512, VectorShape.preferredShape().vectorBitSize());

    private static final VectorSpecies<Float> F = VectorSpecies.of(float.class, VectorShape.forBitSize(BITS));
    private static final VectorSpecies<Double> D = VectorSpecies.of(double.class, VectorShape.forBitSize(BITS));
    /** As many floats as {@link #D} has doubles. */
    private static final VectorSpecies<Float> H = VectorSpecies.of(float.class, VectorShape.forBitSize(BITS / 2));

    private static final int L = F.length();
    private static final int LD = D.length();

    private static final int LANES = 16;
    private static final int DOUBLE_LANES = 8;
    /** Accumulators of one row. */
    private static final int PARTS = LANES / L;
    /** Rows that go together. */
    private static final int ROWS = 8 / PARTS;
    /** Rows whose scores go together. */
    private static final int SCORE_ROWS = 4 / PARTS;

    /** Accumulator q holds part q mod PARTS of row q / PARTS; a part starts at this lane of the 16, or of the 8. */
    private static final int P1 = 1 % PARTS, P2 = 2 % PARTS, P3 = 3 % PARTS, P5 = 5 % PARTS, P6 = 6 % PARTS,
            P7 = 7 % PARTS;
    private static final int R1 = 1 / PARTS, R2 = 2 / PARTS, R3 = 3 / PARTS, R4 = 4 / PARTS, R5 = 5 / PARTS,
            R6 = 6 / PARTS, R7 = 7 / PARTS;

    /** For a fold: swapping lanes by an exclusive or leaves the sum in every lane, in the same order at any width. */
    private static final VectorShuffle<Float> SWAP_8 = VectorShuffle.fromOp(F, l -> l ^ 8 & L - 1);
    private static final VectorShuffle<Float> SWAP_4 = VectorShuffle.fromOp(F, l -> l ^ 4 & L - 1);
    private static final VectorShuffle<Float> SWAP_2 = VectorShuffle.fromOp(F, l -> l ^ 2);
    private static final VectorShuffle<Float> SWAP_1 = VectorShuffle.fromOp(F, l -> l ^ 1);
    private static final VectorShuffle<Double> SWAP_4D = VectorShuffle.fromOp(D, l -> l ^ 4 & LD - 1);
    private static final VectorShuffle<Double> SWAP_2D = VectorShuffle.fromOp(D, l -> l ^ 2 & LD - 1);
    private static final VectorShuffle<Double> SWAP_1D = VectorShuffle.fromOp(D, l -> l ^ 1);

    // Vectors stay within a method: a method of too many vector operations is not inlined whole, and then allocates.

    @Override
    public void dots(float[] x, int xOffset, int stride, int rows, int d, float[] p, float[] s, int sOffset,
            int lanesOffset) {
        int whole = d & -LANES;
        int n = 0;
        for (; n + ROWS <= rows; n += ROWS) {
            int o = xOffset + n * stride;
            wholeChunks(x, o, stride, whole, p, s, lanesOffset);
            if (whole < d) {
                addChunk(x, o + whole, stride, ROWS, d - whole, p, whole, s, lanesOffset);
            }
            foldRows(s, lanesOffset, ROWS, sOffset + n);
        }
        for (; n < rows; n++) {
            Arrays.fill(s, lanesOffset, lanesOffset + LANES, 0f);
            for (int j = 0; j < d; j += LANES) {
                addChunk(x, xOffset + n * stride + j, stride, 1, d - j, p, j, s, lanesOffset);
            }
            foldRows(s, lanesOffset, 1, sOffset + n);
        }
    }

    /** The lanes of ROWS rows after their first {@code whole} elements, a multiple of 16: accumulator q at q·L. */
    private static void wholeChunks(float[] x, int o, int stride, int whole, float[] p, float[] lanes, int lo) {
        int o1 = o + R1 * stride + P1 * L, o2 = o + R2 * stride + P2 * L, o3 = o + R3 * stride + P3 * L;
        int o4 = o + R4 * stride, o5 = o + R5 * stride + P5 * L, o6 = o + R6 * stride + P6 * L;
        int o7 = o + R7 * stride + P7 * L;
        FloatVector s0 = FloatVector.zero(F), s1 = s0, s2 = s0, s3 = s0, s4 = s0, s5 = s0, s6 = s0, s7 = s0;
        for (int j = 0; j < whole; j += LANES) {
            s0 = load(x, o + j).lanewise(VectorOperators.FMA, load(p, j), s0);
            s1 = load(x, o1 + j).lanewise(VectorOperators.FMA, load(p, j + P1 * L), s1);
            s2 = load(x, o2 + j).lanewise(VectorOperators.FMA, load(p, j + P2 * L), s2);
            s3 = load(x, o3 + j).lanewise(VectorOperators.FMA, load(p, j + P3 * L), s3);
            s4 = load(x, o4 + j).lanewise(VectorOperators.FMA, load(p, j), s4);
            s5 = load(x, o5 + j).lanewise(VectorOperators.FMA, load(p, j + P5 * L), s5);
            s6 = load(x, o6 + j).lanewise(VectorOperators.FMA, load(p, j + P6 * L), s6);
            s7 = load(x, o7 + j).lanewise(VectorOperators.FMA, load(p, j + P7 * L), s7);
        }
        s0.intoArray(lanes, lo);
        s1.intoArray(lanes, lo + L);
        s2.intoArray(lanes, lo + 2 * L);
        s3.intoArray(lanes, lo + 3 * L);
        s4.intoArray(lanes, lo + 4 * L);
        s5.intoArray(lanes, lo + 5 * L);
        s6.intoArray(lanes, lo + 6 * L);
        s7.intoArray(lanes, lo + 7 * L);
    }

    /** Adds to the lanes of {@code rows} rows one chunk of at most 16 elements, which starts at x[o] and p[j]. */
    private static void addChunk(
            float[] x, int o, int stride, int rows, int left, float[] p, int j, float[] lanes, int lo) {
        for (int part = 0; part < LANES && part < left; part += L) {
            VectorMask<Float> m = F.indexInRange(part, left);
            FloatVector pj = FloatVector.fromArray(F, p, j + part, m);
            for (int r = 0; r < rows; r++) {
                FloatVector.fromArray(F, x, o + r * stride + part, m)
                        .lanewise(VectorOperators.FMA, pj, load(lanes, lo + r * LANES + part))
                        .intoArray(lanes, lo + r * LANES + part);
            }
        }
    }

    /** s[so + r] = the lanes of row r, folded. */
    private static void foldRows(float[] s, int lo, int rows, int so) {
        for (int r = 0; r < rows; r++) {
            int o = lo + r * LANES;
            FloatVector v = load(s, o);
            if (PARTS == 4) {
                v = v.add(load(s, o + 2 * L)).add(load(s, o + L).add(load(s, o + 3 * L)));
            } else if (PARTS == 2) {
                v = v.add(load(s, o + L));
            }
            if (L > 8) {
                v = v.add(v.rearrange(SWAP_8));
            }
            if (L > 4) {
                v = v.add(v.rearrange(SWAP_4));
            }
            v = v.add(v.rearrange(SWAP_2));
            s[so + r] = v.add(v.rearrange(SWAP_1)).lane(0);
        }
    }

    private static FloatVector load(float[] x, int o) {
        return FloatVector.fromArray(F, x, o);
    }

    @Override
    public void addRows(float[] x, int xOffset, int stride, int rows, int d, float[] s, int sOffset, float[] sum,
            int sumOffset) {
        int n = 0;
        int whole = F.loopBound(d);
        for (; n + 8 <= rows; n += 8) {
            addEight(x, xOffset + n * stride, stride, whole, s, sOffset + n, sum, sumOffset);
        }
        if (n < rows) {
            addColumns(x, xOffset + n * stride, stride, rows - n, 0, whole, s, sOffset + n, sum, sumOffset);
        }
        if (whole < d) {
            addColumns(x, xOffset, stride, rows, whole, d, s, sOffset, sum, sumOffset);
        }
    }

    /** Eight rows, up to column {@code whole}, share one load and one store of the sum. */
    private static void addEight(
            float[] x, int o, int stride, int whole, float[] s, int so, float[] sum, int sumOffset) {
        FloatVector v0 = FloatVector.broadcast(F, s[so]);
        FloatVector v1 = FloatVector.broadcast(F, s[so + 1]);
        FloatVector v2 = FloatVector.broadcast(F, s[so + 2]);
        FloatVector v3 = FloatVector.broadcast(F, s[so + 3]);
        FloatVector v4 = FloatVector.broadcast(F, s[so + 4]);
        FloatVector v5 = FloatVector.broadcast(F, s[so + 5]);
        FloatVector v6 = FloatVector.broadcast(F, s[so + 6]);
        FloatVector v7 = FloatVector.broadcast(F, s[so + 7]);
        int o1 = o + stride, o2 = o1 + stride, o3 = o2 + stride, o4 = o3 + stride;
        int o5 = o4 + stride, o6 = o5 + stride, o7 = o6 + stride;
        for (int j = 0; j < whole; j += L) {
            FloatVector t = load(sum, sumOffset + j);
            t = load(x, o + j).lanewise(VectorOperators.FMA, v0, t);
            t = load(x, o1 + j).lanewise(VectorOperators.FMA, v1, t);
            t = load(x, o2 + j).lanewise(VectorOperators.FMA, v2, t);
            t = load(x, o3 + j).lanewise(VectorOperators.FMA, v3, t);
            t = load(x, o4 + j).lanewise(VectorOperators.FMA, v4, t);
            t = load(x, o5 + j).lanewise(VectorOperators.FMA, v5, t);
            t = load(x, o6 + j).lanewise(VectorOperators.FMA, v6, t);
            t = load(x, o7 + j).lanewise(VectorOperators.FMA, v7, t);
            t.intoArray(sum, sumOffset + j);
        }
    }

    /** Columns from..to, one vector of them at a time, over all rows. */
    private static void addColumns(float[] x, int o, int stride, int rows, int from, int to, float[] s, int so,
            float[] sum, int sumOffset) {
        for (int j = from; j < to; j += L) {
            VectorMask<Float> m = F.indexInRange(j, to);
            FloatVector t = FloatVector.fromArray(F, sum, sumOffset + j, m);
            for (int r = 0; r < rows; r++) {
                t = FloatVector.fromArray(F, x, o + r * stride + j, m)
                        .lanewise(VectorOperators.FMA, FloatVector.broadcast(F, s[so + r]), t);
            }
            t.intoArray(sum, sumOffset + j, m);
        }
    }

    @Override
    public void scores(float[] x, int xOffset, int stride, int rows, int d, float[] w, double c, double[] f,
            int fOffset) {
        int n = 0;
        for (; d % DOUBLE_LANES == 0 && n + SCORE_ROWS <= rows; n += SCORE_ROWS) {
            scoreRows(x, xOffset + n * stride, stride, d, w, c, f, fOffset + n);
        }
        for (; n < rows; n++) {
            f[fOffset + n] = score(x, xOffset + n * stride, d, w) + c;
        }
    }

    /**
     * {@link #scores} of SCORE_ROWS rows of whole chunks; a product of two floats is exact in double, fused or not. Four
     * accumulators: conversions to double, one a cycle, are what bounds this loop in the cache.
     */
    private static void scoreRows(float[] x, int o, int stride, int d, float[] w, double c, double[] f, int fo) {
        int o1 = o + R1 * stride + P1 * LD, o2 = o + R2 * stride + P2 * LD, o3 = o + R3 * stride + P3 * LD;
        DoubleVector s0 = DoubleVector.zero(D), s1 = s0, s2 = s0, s3 = s0;
        for (int j = 0; j < d; j += DOUBLE_LANES) {
            s0 = widen(x, o + j).lanewise(VectorOperators.FMA, widen(w, j), s0);
            s1 = widen(x, o1 + j).lanewise(VectorOperators.FMA, widen(w, j + P1 * LD), s1);
            s2 = widen(x, o2 + j).lanewise(VectorOperators.FMA, widen(w, j + P2 * LD), s2);
            s3 = widen(x, o3 + j).lanewise(VectorOperators.FMA, widen(w, j + P3 * LD), s3);
        }
        if (PARTS == 4) {
            f[fo] = fold(s0.add(s2).add(s1.add(s3))) + c;
        } else if (PARTS == 2) {
            f[fo] = fold(s0.add(s1)) + c;
            f[fo + 1] = fold(s2.add(s3)) + c;
        } else {
            f[fo] = fold(s0) + c;
            f[fo + 1] = fold(s1) + c;
            f[fo + 2] = fold(s2) + c;
            f[fo + 3] = fold(s3) + c;
        }
    }

    /** w·x of one row. */
    private static double score(float[] x, int o, int d, float[] w) {
        DoubleVector s0 = DoubleVector.zero(D), s1 = s0, s2 = s0, s3 = s0;
        for (int j = 0; j < d; j += DOUBLE_LANES) {
            int left = d - j;
            s0 = widen(x, o + j, left, 0).lanewise(VectorOperators.FMA, widen(w, j, left, 0), s0);
            if (PARTS > 1) {
                s1 = widen(x, o + j, left, 1).lanewise(VectorOperators.FMA, widen(w, j, left, 1), s1);
            }
            if (PARTS > 2) {
                s2 = widen(x, o + j, left, 2).lanewise(VectorOperators.FMA, widen(w, j, left, 2), s2);
                s3 = widen(x, o + j, left, 3).lanewise(VectorOperators.FMA, widen(w, j, left, 3), s3);
            }
        }
        return fold(PARTS == 4 ? s0.add(s2).add(s1.add(s3)) : PARTS == 2 ? s0.add(s1) : s0);
    }

    private static DoubleVector widen(float[] x, int o) {
        return (DoubleVector) FloatVector.fromArray(H, x, o).convertShape(VectorOperators.F2D, D, 0);
    }

    private static DoubleVector widen(float[] x, int o, int left, int part) {
        return (DoubleVector) FloatVector.fromArray(H, x, o + part * LD, H.indexInRange(part * LD, left))
                .convertShape(VectorOperators.F2D, D, 0);
    }

    private static double fold(DoubleVector v) {
        DoubleVector s = v;
        if (LD > 4) {
            s = s.add(s.rearrange(SWAP_4D));
        }
        if (LD > 2) {
            s = s.add(s.rearrange(SWAP_2D));
        }
        return s.add(s.rearrange(SWAP_1D)).lane(0);
    }

    @Override
    public void shift(float[] x, int xOffset, int d, float[] w, float step, float[] out, int outOffset) {
        FloatVector v = FloatVector.broadcast(F, step);
        int j = 0;
        for (; j <= d - L; j += L) {
            FloatVector wj = load(w, j);
            FloatVector xj = load(x, xOffset + j);
            xj.blend(xj.add(v), wj.compare(VectorOperators.GT, 0))
                    .blend(xj.sub(v), wj.compare(VectorOperators.LT, 0))
                    .intoArray(out, outOffset + j);
        }
        for (; j < d; j++) {
            out[outOffset + j] = ScalarKernels.shifted(x[xOffset + j], w[j], step);
        }
    }

    @Override
    public double sumOfMagnitudes(float[] w, int d) {
        DoubleVector s0 = DoubleVector.zero(D), s1 = s0, s2 = s0, s3 = s0;
        for (int j = 0; j < d; j += DOUBLE_LANES) {
            int left = d - j;
            s0 = s0.add(widen(w, j, left, 0).abs());
            if (PARTS > 1) {
                s1 = s1.add(widen(w, j, left, 1).abs());
            }
            if (PARTS > 2) {
                s2 = s2.add(widen(w, j, left, 2).abs());
                s3 = s3.add(widen(w, j, left, 3).abs());
            }
        }
        return fold(PARTS == 4 ? s0.add(s2).add(s1.add(s3)) : PARTS == 2 ? s0.add(s1) : s0);
    }

    @Override
    public double sumOfSquares(float[] w, int d) {
        return score(w, 0, d, w);
    }

    @Override
    public float greatestMagnitude(float[] w, int d) {
        FloatVector greatest = FloatVector.zero(F);
        for (int j = 0; j < d; j += L) {
            greatest = greatest.max(FloatVector.fromArray(F, w, j, F.indexInRange(j, d)).abs());
        }
        return greatest.reduceLanes(VectorOperators.MAX);
    }

    @Override
    public double sum(double[] a, int d) {
        DoubleVector s0 = DoubleVector.zero(D), s1 = s0, s2 = s0, s3 = s0;
        for (int j = 0; j < d; j += DOUBLE_LANES) {
            int left = d - j;
            s0 = s0.add(load(a, j, left, 0));
            if (PARTS > 1) {
                s1 = s1.add(load(a, j, left, 1));
            }
            if (PARTS > 2) {
                s2 = s2.add(load(a, j, left, 2));
                s3 = s3.add(load(a, j, left, 3));
            }
        }
        return fold(PARTS == 4 ? s0.add(s2).add(s1.add(s3)) : PARTS == 2 ? s0.add(s1) : s0);
    }

    private static DoubleVector load(double[] a, int o, int left, int part) {
        return DoubleVector.fromArray(D, a, o + part * LD, D.indexInRange(part * LD, left));
    }

    @Override
    public void readout(float[] qBar, int d, double[] a, double n, float[] w) {
        int j = 0;
        for (; j <= d - 4 * LD; j += 4 * LD) {
            readColumns(qBar, d, a, n, w, j);
        }
        for (; j < d; j++) {
            w[j] = (float) (ScalarKernels.column(qBar, d, a, j) / n);
        }
    }

    /** Four vectors of columns from column j on, over all rows of Q̄. */
    private static void readColumns(float[] qBar, int d, double[] a, double n, float[] w, int j) {
        DoubleVector s0 = DoubleVector.zero(D), s1 = s0, s2 = s0, s3 = s0;
        for (int i = 0; i <= d; i++) {
            int o = i * d + j;
            DoubleVector ai = DoubleVector.broadcast(D, a[i]);
            s0 = widen(qBar, o).lanewise(VectorOperators.FMA, ai, s0);
            s1 = widen(qBar, o + LD).lanewise(VectorOperators.FMA, ai, s1);
            s2 = widen(qBar, o + 2 * LD).lanewise(VectorOperators.FMA, ai, s2);
            s3 = widen(qBar, o + 3 * LD).lanewise(VectorOperators.FMA, ai, s3);
        }
        narrow(s0.div(n), w, j);
        narrow(s1.div(n), w, j + LD);
        narrow(s2.div(n), w, j + 2 * LD);
        narrow(s3.div(n), w, j + 3 * LD);
    }

    private static void narrow(DoubleVector v, float[] w, int o) {
        ((FloatVector) v.convertShape(VectorOperators.D2F, H, 0)).intoArray(w, o);
    }

    @Override
    public void readout(float[] delta, float[] label, double shared, int d, double[] a, double n, float[] w) {
        DoubleVector ad = DoubleVector.broadcast(D, a[d]);
        DoubleVector all = DoubleVector.broadcast(D, shared);
        int j = 0;
        for (; j <= d - LD; j += LD) {
            DoubleVector row = widen(label, j).lanewise(VectorOperators.FMA, ad, all);
            DoubleVector sum = widen(delta, j).lanewise(VectorOperators.FMA, DoubleVector.fromArray(D, a, j), row);
            narrow(sum.div(n), w, j);
        }
        for (; j < d; j++) {
            w[j] = (float) (Math.fma(delta[j], a[j], Math.fma(label[j], a[d], shared)) / n);
        }
    }

    @Override
    public int tileColumns() {
        return 2 * L;
    }

    @Override
    public void tile(float[] a, int aOffset, float[] b, int bOffset, int k, float[] t, int tOffset) {
        FloatVector s00 = FloatVector.zero(F), s01 = s00, s10 = s00, s11 = s00;
        FloatVector s20 = s00, s21 = s00, s30 = s00, s31 = s00;
        for (int l = 0; l < k; l++) {
            FloatVector b0 = load(b, bOffset + l * 2 * L);
            FloatVector b1 = load(b, bOffset + l * 2 * L + L);
            FloatVector a0 = FloatVector.broadcast(F, a[aOffset + l * TILE_ROWS]);
            FloatVector a1 = FloatVector.broadcast(F, a[aOffset + l * TILE_ROWS + 1]);
            FloatVector a2 = FloatVector.broadcast(F, a[aOffset + l * TILE_ROWS + 2]);
            FloatVector a3 = FloatVector.broadcast(F, a[aOffset + l * TILE_ROWS + 3]);
            s00 = b0.lanewise(VectorOperators.FMA, a0, s00);
            s01 = b1.lanewise(VectorOperators.FMA, a0, s01);
            s10 = b0.lanewise(VectorOperators.FMA, a1, s10);
            s11 = b1.lanewise(VectorOperators.FMA, a1, s11);
            s20 = b0.lanewise(VectorOperators.FMA, a2, s20);
            s21 = b1.lanewise(VectorOperators.FMA, a2, s21);
            s30 = b0.lanewise(VectorOperators.FMA, a3, s30);
            s31 = b1.lanewise(VectorOperators.FMA, a3, s31);
        }
        s00.intoArray(t, tOffset);
        s01.intoArray(t, tOffset + L);
        s10.intoArray(t, tOffset + 2 * L);
        s11.intoArray(t, tOffset + 3 * L);
        s20.intoArray(t, tOffset + 4 * L);
        s21.intoArray(t, tOffset + 5 * L);
        s30.intoArray(t, tOffset + 6 * L);
        s31.intoArray(t, tOffset + 7 * L);
    }
}
