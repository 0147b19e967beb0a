package dev.holdfast.kernel;

import static dev.holdfast.kernel.Lanes.D;
import static dev.holdfast.kernel.Lanes.DOUBLE_LANES;
import static dev.holdfast.kernel.Lanes.F;
import static dev.holdfast.kernel.Lanes.H;
import static dev.holdfast.kernel.Lanes.L;
import static dev.holdfast.kernel.Lanes.LD;
import static dev.holdfast.kernel.Lanes.PARTS;
import static dev.holdfast.kernel.Lanes.fold;
import static dev.holdfast.kernel.Lanes.load;

import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;

/**
 * The Vector API. Whatever the hardware's width, eight accumulators run side by side, enough to hide the latency of a
 * fused multiply-add: the 16 float lanes (8 double lanes) of a row fill 1, 2 or 4 of them, so that 8, 4 or 2 rows go
 * together. The constants below are {@code static final} and depend on the width alone, so the compiler removes the
 * branches of the other widths.
 */
final class VectorKernels implements Kernels {
    static final int BITS = Lanes.BITS;

    private static final int SCORE_ROWS = 4 / PARTS;
    private static final int P1 = 1 % PARTS, P2 = 2 % PARTS, P3 = 3 % PARTS;
    private static final int R1 = 1 / PARTS, R2 = 2 / PARTS, R3 = 3 / PARTS;

    // Vectors stay within a method: a method of too many vector operations is not inlined whole, and then allocates.

    @Override
    public float addBlock(float[] x, int xOffset, int stride, int rows, int d, float[] y, int yOffset, float pd,
            float[] work) {
        return VectorContext.addBlock(x, xOffset, stride, rows, d, y, yOffset, pd, work);
    }

    @Override
    public float addBlock(byte[] x, int xOffset, int stride, int rows, int d, float c, float[] y, int yOffset, float pd,
            float[] work) {
        return VectorByteContext.addBlock(x, xOffset, stride, rows, d, c, y, yOffset, pd, work);
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
            s0 = s0.add(loadPart(a, j, left, 0));
            if (PARTS > 1) {
                s1 = s1.add(loadPart(a, j, left, 1));
            }
            if (PARTS > 2) {
                s2 = s2.add(loadPart(a, j, left, 2));
                s3 = s3.add(loadPart(a, j, left, 3));
            }
        }
        return fold(PARTS == 4 ? s0.add(s2).add(s1.add(s3)) : PARTS == 2 ? s0.add(s1) : s0);
    }

    private static DoubleVector loadPart(double[] a, int o, int left, int part) {
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
    public int tileRows() {
        return VectorTile.ROWS;
    }

    @Override
    public int tileColumns() {
        return VectorTile.COLUMNS;
    }

    @Override
    public void tile(float[] a, int aOffset, float[] b, int bOffset, int k, float[] t, int tOffset, int tStride) {
        if (VectorTile.ROWS == 8) {
            VectorTile.eightRows(a, aOffset, b, bOffset, k, t, tOffset, tStride);
        } else {
            VectorTile.fourRows(a, aOffset, b, bOffset, k, t, tOffset, tStride);
        }
    }

    @Override
    public void addTile(float[] t, int tOffset, float[] c, int cOffset, int cStride) {
        VectorTile.add(t, tOffset, c, cOffset, cStride);
    }

    @Override
    public void addTile(float[] t, int tOffset, double[] g, int gOffset, int gStride) {
        VectorTile.add(t, tOffset, g, gOffset, gStride);
    }
}
