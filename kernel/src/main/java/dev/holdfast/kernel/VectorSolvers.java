package dev.holdfast.kernel;

import static dev.holdfast.kernel.Lanes.D;
import static dev.holdfast.kernel.Lanes.DOUBLE_LANES;
import static dev.holdfast.kernel.Lanes.LD;
import static dev.holdfast.kernel.Lanes.SWAP_1D;
import static dev.holdfast.kernel.Lanes.SWAP_2D;
import static dev.holdfast.kernel.Lanes.SWAP_4D;
import static dev.holdfast.kernel.Lanes.UPPER_1D;
import static dev.holdfast.kernel.Lanes.UPPER_2D;
import static dev.holdfast.kernel.Lanes.UPPER_4D;
import static dev.holdfast.kernel.Lanes.fma;
import static dev.holdfast.kernel.Lanes.fold;

import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorShuffle;

/**
 * The inner loops of solvers by vectors of 8 or 4 doubles: rows of doubles. Eight accumulators or more run side by side
 * where there are enough rows; a dot product of one row has the one or two that its order allows.
 */
final class VectorSolvers {
    private static final VectorMask<Double> LOWER_4D = VectorMask.fromLong(D, 0x0F);

    private VectorSolvers() {}

    private static DoubleVector load(double[] a, int o) {
        return DoubleVector.fromArray(D, a, o);
    }

    /** One vector of two rows: each one's lanes folded to its half. */
    private static DoubleVector foldTwo(
            DoubleVector a, DoubleVector b, VectorMask<Double> upper, VectorShuffle<Double> swap) {
        return a.blend(b, upper).add(b.blend(a, upper).rearrange(swap));
    }

    /** The last chunk, of 1 to 8 terms, goes under a mask, whole or not. */
    static double dot(double[] a, int ao, double[] b, int bo, int n) {
        DoubleVector s0 = DoubleVector.zero(D), s1 = s0;
        int last = n - 1 & -DOUBLE_LANES;
        for (int j = 0; j < last; j += DOUBLE_LANES) {
            s0 = fma(load(a, ao + j), load(b, bo + j), s0);
            if (LD < DOUBLE_LANES) {
                s1 = fma(load(a, ao + j + LD), load(b, bo + j + LD), s1);
            }
        }
        VectorMask<Double> m = D.indexInRange(last, n);
        s0 = fma(DoubleVector.fromArray(D, a, ao + last, m), DoubleVector.fromArray(D, b, bo + last, m), s0);
        if (LD < DOUBLE_LANES) {
            VectorMask<Double> m1 = D.indexInRange(last + LD, n);
            s0 = s0.add(fma(DoubleVector.fromArray(D, a, ao + last + LD, m1),
                    DoubleVector.fromArray(D, b, bo + last + LD, m1), s1));
        }
        return fold(s0);
    }

    static void subtractDots(double[] a, int ao, int stride, int rows, int n, double[] x, int xo, double[] z, int zo) {
        int r = 0;
        if (LD == DOUBLE_LANES) {
            for (; r <= rows - 4; r += 4) {
                subtractFourDots(a, ao + r * stride, stride, n, x, xo, z, zo + r);
            }
        } else {
            for (; r <= rows - 2; r += 2) {
                subtractTwoDots(a, ao + r * stride, stride, n, x, xo, z, zo + r);
            }
        }
        for (; r < rows; r++) {
            z[zo + r] -= dot(a, ao + r * stride, x, xo, n);
        }
    }

    private static void subtractFourDots(double[] a, int o, int stride, int n, double[] x, int xo, double[] z, int zo) {
        DoubleVector s0 = DoubleVector.zero(D), s1 = s0, s2 = s0, s3 = s0;
        int o1 = o + stride, o2 = o1 + stride, o3 = o2 + stride;
        int last = n - 1 & -DOUBLE_LANES;
        for (int j = 0; j < last; j += DOUBLE_LANES) {
            DoubleVector xj = load(x, xo + j);
            s0 = fma(load(a, o + j), xj, s0);
            s1 = fma(load(a, o1 + j), xj, s1);
            s2 = fma(load(a, o2 + j), xj, s2);
            s3 = fma(load(a, o3 + j), xj, s3);
        }
        VectorMask<Double> m = D.indexInRange(last, n);
        DoubleVector xj = DoubleVector.fromArray(D, x, xo + last, m);
        s0 = fma(DoubleVector.fromArray(D, a, o + last, m), xj, s0);
        s1 = fma(DoubleVector.fromArray(D, a, o1 + last, m), xj, s1);
        s2 = fma(DoubleVector.fromArray(D, a, o2 + last, m), xj, s2);
        s3 = fma(DoubleVector.fromArray(D, a, o3 + last, m), xj, s3);
        DoubleVector v = foldTwo(foldTwo(s0, s2, UPPER_4D, SWAP_4D), foldTwo(s1, s3, UPPER_4D, SWAP_4D), UPPER_2D,
                SWAP_2D);
        v = v.add(v.rearrange(SWAP_1D));
        z[zo] -= v.lane(0);
        z[zo + 1] -= v.lane(2 & LD - 1);
        z[zo + 2] -= v.lane(4 & LD - 1);
        z[zo + 3] -= v.lane(6 & LD - 1);
    }

    private static void subtractTwoDots(double[] a, int o, int stride, int n, double[] x, int xo, double[] z, int zo) {
        DoubleVector s00 = DoubleVector.zero(D), s01 = s00, s10 = s00, s11 = s00;
        int o1 = o + stride;
        int last = n - 1 & -DOUBLE_LANES;
        for (int j = 0; j < last; j += DOUBLE_LANES) {
            DoubleVector x0 = load(x, xo + j), x1 = load(x, xo + j + LD);
            s00 = fma(load(a, o + j), x0, s00);
            s01 = fma(load(a, o + j + LD), x1, s01);
            s10 = fma(load(a, o1 + j), x0, s10);
            s11 = fma(load(a, o1 + j + LD), x1, s11);
        }
        VectorMask<Double> m0 = D.indexInRange(last, n), m1 = D.indexInRange(last + LD, n);
        DoubleVector x0 = DoubleVector.fromArray(D, x, xo + last, m0);
        DoubleVector x1 = DoubleVector.fromArray(D, x, xo + last + LD, m1);
        s00 = fma(DoubleVector.fromArray(D, a, o + last, m0), x0, s00);
        s01 = fma(DoubleVector.fromArray(D, a, o + last + LD, m1), x1, s01);
        s10 = fma(DoubleVector.fromArray(D, a, o1 + last, m0), x0, s10);
        s11 = fma(DoubleVector.fromArray(D, a, o1 + last + LD, m1), x1, s11);
        DoubleVector v = foldTwo(s00.add(s01), s10.add(s11), UPPER_2D, SWAP_2D);
        v = v.add(v.rearrange(SWAP_1D));
        z[zo] -= v.lane(0);
        z[zo + 1] -= v.lane(2 & LD - 1);
    }

    static void subtractProducts(double[] a, int ao, int aStride, double[] b, int bo, int bStride, int n, double[] out,
            int oo, int outStride) {
        if (LD == DOUBLE_LANES) {
            fourByFour(a, ao, aStride, b, bo, bStride, n, out, oo, outStride);
            fourByFour(a, ao, aStride, b, bo + 4 * bStride, bStride, n, out, oo + 4, outStride);
            return;
        }
        for (int r = 0; r < 4; r += 2) {
            int o = ao + r * aStride, to = oo + r * outStride;
            twoByFour(a, o, aStride, b, bo, bStride, n, out, to, outStride);
            twoByFour(a, o, aStride, b, bo + 4 * bStride, bStride, n, out, to + 4, outStride);
        }
    }

    /** Four rows of a and four of b, for vectors of 8: 16 accumulators. */
    private static void fourByFour(double[] a, int ao, int as, double[] b, int bo, int bs, int n, double[] out, int oo,
            int os) {
        DoubleVector s00 = DoubleVector.zero(D), s01 = s00, s02 = s00, s03 = s00, s10 = s00, s11 = s00, s12 = s00;
        DoubleVector s13 = s00, s20 = s00, s21 = s00, s22 = s00, s23 = s00, s30 = s00, s31 = s00, s32 = s00, s33 = s00;
        for (int j = 0; j < n; j += DOUBLE_LANES) {
            DoubleVector b0 = load(b, bo + j), b1 = load(b, bo + bs + j), b2 = load(b, bo + 2 * bs + j);
            DoubleVector b3 = load(b, bo + 3 * bs + j);
            DoubleVector a0 = load(a, ao + j);
            s00 = fma(a0, b0, s00);
            s01 = fma(a0, b1, s01);
            s02 = fma(a0, b2, s02);
            s03 = fma(a0, b3, s03);
            DoubleVector a1 = load(a, ao + as + j);
            s10 = fma(a1, b0, s10);
            s11 = fma(a1, b1, s11);
            s12 = fma(a1, b2, s12);
            s13 = fma(a1, b3, s13);
            DoubleVector a2 = load(a, ao + 2 * as + j);
            s20 = fma(a2, b0, s20);
            s21 = fma(a2, b1, s21);
            s22 = fma(a2, b2, s22);
            s23 = fma(a2, b3, s23);
            DoubleVector a3 = load(a, ao + 3 * as + j);
            s30 = fma(a3, b0, s30);
            s31 = fma(a3, b1, s31);
            s32 = fma(a3, b2, s32);
            s33 = fma(a3, b3, s33);
        }
        s00 = foldTwo(s00, s10, UPPER_4D, SWAP_4D);
        s01 = foldTwo(s01, s11, UPPER_4D, SWAP_4D);
        s02 = foldTwo(s02, s12, UPPER_4D, SWAP_4D);
        s03 = foldTwo(s03, s13, UPPER_4D, SWAP_4D);
        s20 = foldTwo(s20, s30, UPPER_4D, SWAP_4D);
        s21 = foldTwo(s21, s31, UPPER_4D, SWAP_4D);
        s22 = foldTwo(s22, s32, UPPER_4D, SWAP_4D);
        s23 = foldTwo(s23, s33, UPPER_4D, SWAP_4D);
        s00 = foldTwo(foldTwo(s00, s02, UPPER_2D, SWAP_2D), foldTwo(s01, s03, UPPER_2D, SWAP_2D), UPPER_1D, SWAP_1D);
        s20 = foldTwo(foldTwo(s20, s22, UPPER_2D, SWAP_2D), foldTwo(s21, s23, UPPER_2D, SWAP_2D), UPPER_1D, SWAP_1D);
        subtract(s00, out, oo, os);
        subtract(s20, out, oo + 2 * os, os);
    }

    /** The lower half from the row at o, the upper one from the next row. */
    private static void subtract(DoubleVector v, double[] out, int o, int stride) {
        DoubleVector.fromArray(D, out, o, LOWER_4D).sub(v).intoArray(out, o, LOWER_4D);
        int next = o + stride - 4;
        DoubleVector.fromArray(D, out, next, UPPER_4D).sub(v).intoArray(out, next, UPPER_4D);
    }

    /** Two rows of a and four of b, for vectors of 4: one half of every eight terms after the other. */
    private static void twoByFour(double[] a, int ao, int as, double[] b, int bo, int bs, int n, double[] out, int oo,
            int os) {
        // what a sum leaves as it is, be it −0
        DoubleVector s00 = DoubleVector.broadcast(D, -0.0), s01 = s00, s02 = s00, s03 = s00;
        DoubleVector s10 = s00, s11 = s00, s12 = s00, s13 = s00;
        for (int l = 0; l < DOUBLE_LANES; l += LD) {
            DoubleVector t00 = DoubleVector.zero(D), t01 = t00, t02 = t00, t03 = t00;
            DoubleVector t10 = t00, t11 = t00, t12 = t00, t13 = t00;
            for (int j = l; j < n; j += DOUBLE_LANES) {
                DoubleVector a0 = load(a, ao + j), a1 = load(a, ao + as + j);
                DoubleVector b0 = load(b, bo + j);
                t00 = fma(a0, b0, t00);
                t10 = fma(a1, b0, t10);
                DoubleVector b1 = load(b, bo + bs + j);
                t01 = fma(a0, b1, t01);
                t11 = fma(a1, b1, t11);
                DoubleVector b2 = load(b, bo + 2 * bs + j);
                t02 = fma(a0, b2, t02);
                t12 = fma(a1, b2, t12);
                DoubleVector b3 = load(b, bo + 3 * bs + j);
                t03 = fma(a0, b3, t03);
                t13 = fma(a1, b3, t13);
            }
            s00 = s00.add(t00);
            s01 = s01.add(t01);
            s02 = s02.add(t02);
            s03 = s03.add(t03);
            s10 = s10.add(t10);
            s11 = s11.add(t11);
            s12 = s12.add(t12);
            s13 = s13.add(t13);
        }
        s00 = foldTwo(foldTwo(s00, s02, UPPER_2D, SWAP_2D), foldTwo(s01, s03, UPPER_2D, SWAP_2D), UPPER_1D, SWAP_1D);
        s10 = foldTwo(foldTwo(s10, s12, UPPER_2D, SWAP_2D), foldTwo(s11, s13, UPPER_2D, SWAP_2D), UPPER_1D, SWAP_1D);
        load(out, oo).sub(s00).intoArray(out, oo);
        load(out, oo + os).sub(s10).intoArray(out, oo + os);
    }

    static void subtractRow(double c, double[] a, int o, int n, double[] z, int zo) {
        DoubleVector minus = DoubleVector.broadcast(D, -c);
        int j = 0;
        for (; j <= n - LD; j += LD) {
            fma(load(a, o + j), minus, load(z, zo + j)).intoArray(z, zo + j);
        }
        for (; j < n; j++) {
            z[zo + j] = Math.fma(-c, a[o + j], z[zo + j]);
        }
    }

    static void subtractRows(double[] a, int o0, double c0, int o1, double c1, int o2, double c2, int o3, double c3,
            int n, double[] z, int zo) {
        DoubleVector m0 = DoubleVector.broadcast(D, -c0), m1 = DoubleVector.broadcast(D, -c1);
        DoubleVector m2 = DoubleVector.broadcast(D, -c2), m3 = DoubleVector.broadcast(D, -c3);
        int j = 0;
        for (; j <= n - LD; j += LD) {
            DoubleVector s = fma(load(a, o0 + j), m0, load(z, zo + j));
            s = fma(load(a, o1 + j), m1, s);
            s = fma(load(a, o2 + j), m2, s);
            fma(load(a, o3 + j), m3, s).intoArray(z, zo + j);
        }
        for (; j < n; j++) {
            double s = Math.fma(-c0, a[o0 + j], z[zo + j]);
            s = Math.fma(-c1, a[o1 + j], s);
            s = Math.fma(-c2, a[o2 + j], s);
            z[zo + j] = Math.fma(-c3, a[o3 + j], s);
        }
    }

    static void symmetricRows(double[] a, int o, int stride, int rows, int n, double[] work, int vRow, int vColumn,
            int pRow, int pColumn) {
        int r = 0;
        if (LD == DOUBLE_LANES) {
            for (; r <= rows - 4; r += 4) {
                fourSymmetricRows(a, o + r * stride, stride, n, work, vRow + r, vColumn, pRow + r, pColumn);
            }
        } else {
            for (; r <= rows - 2; r += 2) {
                twoSymmetricRows(a, o + r * stride, stride, n, work, vRow + r, vColumn, pRow + r, pColumn);
            }
        }
        for (; r < rows; r++) {
            symmetricRow(a, o + r * stride, n, work, work[vRow + r], vColumn, pRow + r, pColumn);
        }
    }

    private static void fourSymmetricRows(double[] a, int o, int stride, int n, double[] work, int vRow, int vColumn,
            int pRow, int pColumn) {
        DoubleVector v0 = DoubleVector.broadcast(D, work[vRow]), v1 = DoubleVector.broadcast(D, work[vRow + 1]);
        DoubleVector v2 = DoubleVector.broadcast(D, work[vRow + 2]), v3 = DoubleVector.broadcast(D, work[vRow + 3]);
        DoubleVector s0 = DoubleVector.zero(D), s1 = s0, s2 = s0, s3 = s0;
        int o1 = o + stride, o2 = o1 + stride, o3 = o2 + stride;
        for (int j = 0; j < n; j += DOUBLE_LANES) {
            DoubleVector v = load(work, vColumn + j);
            DoubleVector a0 = load(a, o + j), a1 = load(a, o1 + j), a2 = load(a, o2 + j), a3 = load(a, o3 + j);
            s0 = fma(a0, v, s0);
            s1 = fma(a1, v, s1);
            s2 = fma(a2, v, s2);
            s3 = fma(a3, v, s3);
            DoubleVector p = fma(a1, v1, fma(a0, v0, load(work, pColumn + j)));
            fma(a3, v3, fma(a2, v2, p)).intoArray(work, pColumn + j);
        }
        DoubleVector v = foldTwo(foldTwo(s0, s2, UPPER_4D, SWAP_4D), foldTwo(s1, s3, UPPER_4D, SWAP_4D), UPPER_2D,
                SWAP_2D);
        v = v.add(v.rearrange(SWAP_1D));
        work[pRow] += v.lane(0);
        work[pRow + 1] += v.lane(2 & LD - 1);
        work[pRow + 2] += v.lane(4 & LD - 1);
        work[pRow + 3] += v.lane(6 & LD - 1);
    }

    private static void twoSymmetricRows(double[] a, int o, int stride, int n, double[] work, int vRow, int vColumn,
            int pRow, int pColumn) {
        DoubleVector v0 = DoubleVector.broadcast(D, work[vRow]), v1 = DoubleVector.broadcast(D, work[vRow + 1]);
        DoubleVector s00 = DoubleVector.zero(D), s01 = s00, s10 = s00, s11 = s00;
        int o1 = o + stride;
        for (int j = 0; j < n; j += DOUBLE_LANES) {
            DoubleVector v = load(work, vColumn + j);
            DoubleVector a0 = load(a, o + j), a1 = load(a, o1 + j);
            s00 = fma(a0, v, s00);
            s10 = fma(a1, v, s10);
            fma(a1, v1, fma(a0, v0, load(work, pColumn + j))).intoArray(work, pColumn + j);
            v = load(work, vColumn + j + LD);
            a0 = load(a, o + j + LD);
            a1 = load(a, o1 + j + LD);
            s01 = fma(a0, v, s01);
            s11 = fma(a1, v, s11);
            fma(a1, v1, fma(a0, v0, load(work, pColumn + j + LD))).intoArray(work, pColumn + j + LD);
        }
        DoubleVector v = foldTwo(s00.add(s01), s10.add(s11), UPPER_2D, SWAP_2D);
        v = v.add(v.rearrange(SWAP_1D));
        work[pRow] += v.lane(0);
        work[pRow + 1] += v.lane(2 & LD - 1);
    }

    private static void symmetricRow(double[] a, int o, int n, double[] work, double vr, int vColumn, int pRow,
            int pColumn) {
        DoubleVector all = DoubleVector.broadcast(D, vr);
        DoubleVector s0 = DoubleVector.zero(D), s1 = s0;
        for (int j = 0; j < n; j += DOUBLE_LANES) {
            DoubleVector aj = load(a, o + j);
            s0 = fma(aj, load(work, vColumn + j), s0);
            fma(aj, all, load(work, pColumn + j)).intoArray(work, pColumn + j);
            if (LD < DOUBLE_LANES) {
                aj = load(a, o + j + LD);
                s1 = fma(aj, load(work, vColumn + j + LD), s1);
                fma(aj, all, load(work, pColumn + j + LD)).intoArray(work, pColumn + j + LD);
            }
        }
        work[pRow] += fold(LD < DOUBLE_LANES ? s0.add(s1) : s0);
    }
}
