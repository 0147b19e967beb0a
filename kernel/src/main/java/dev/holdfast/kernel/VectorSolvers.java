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

import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.VectorMask;

/**
 * The inner loops of solvers by vectors of 8 or 4 doubles: rows of doubles. Eight accumulators or more run side by side
 * where there are enough rows; a dot product of one row has the one or two that its order allows.
 */
final class VectorSolvers {
    private static final VectorMask<Double> LOWER_4D = VectorMask.fromLong(D, 0x0F);

    private VectorSolvers() {}

    /** The last chunk, of 1 to 8 terms, goes under a mask, whole or not. */
    static double dot(double[] a, int ao, double[] b, int bo, int n) {
        DoubleVector s0 = DoubleVector.zero(D), s1 = s0;
        int last = n - 1 & -DOUBLE_LANES;
        for (int j = 0; j < last; j += DOUBLE_LANES) {
            s0 = DoubleVector.fromArray(D, a, ao + j).fma(DoubleVector.fromArray(D, b, bo + j), s0);
            if (LD < DOUBLE_LANES) {
                s1 = DoubleVector.fromArray(D, a, ao + j + LD).fma(DoubleVector.fromArray(D, b, bo + j + LD), s1);
            }
        }
        VectorMask<Double> m = D.indexInRange(last, n);
        s0 = DoubleVector.fromArray(D, a, ao + last, m).fma(DoubleVector.fromArray(D, b, bo + last, m), s0);
        if (LD < DOUBLE_LANES) {
            VectorMask<Double> m1 = D.indexInRange(last + LD, n);
            DoubleVector b1 = DoubleVector.fromArray(D, b, bo + last + LD, m1);
            s0 = s0.add(DoubleVector.fromArray(D, a, ao + last + LD, m1).fma(b1, s1));
        }
        if (LD > 4) {
            s0 = s0.add(s0.rearrange(SWAP_4D));
        }
        s0 = s0.add(s0.rearrange(SWAP_2D));
        return s0.add(s0.rearrange(SWAP_1D)).lane(0);
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
            DoubleVector xj = DoubleVector.fromArray(D, x, xo + j);
            s0 = xj.fma(DoubleVector.fromArray(D, a, o + j), s0);
            s1 = xj.fma(DoubleVector.fromArray(D, a, o1 + j), s1);
            s2 = xj.fma(DoubleVector.fromArray(D, a, o2 + j), s2);
            s3 = xj.fma(DoubleVector.fromArray(D, a, o3 + j), s3);
        }
        VectorMask<Double> m = D.indexInRange(last, n);
        DoubleVector xj = DoubleVector.fromArray(D, x, xo + last, m);
        s0 = xj.fma(DoubleVector.fromArray(D, a, o + last, m), s0);
        s1 = xj.fma(DoubleVector.fromArray(D, a, o1 + last, m), s1);
        s2 = xj.fma(DoubleVector.fromArray(D, a, o2 + last, m), s2);
        s3 = xj.fma(DoubleVector.fromArray(D, a, o3 + last, m), s3);
        s0 = s0.blend(s2, UPPER_4D).add(s2.blend(s0, UPPER_4D).rearrange(SWAP_4D));
        s1 = s1.blend(s3, UPPER_4D).add(s3.blend(s1, UPPER_4D).rearrange(SWAP_4D));
        DoubleVector v = s0.blend(s1, UPPER_2D).add(s1.blend(s0, UPPER_2D).rearrange(SWAP_2D));
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
            DoubleVector x0 = DoubleVector.fromArray(D, x, xo + j), x1 = DoubleVector.fromArray(D, x, xo + j + LD);
            s00 = x0.fma(DoubleVector.fromArray(D, a, o + j), s00);
            s01 = x1.fma(DoubleVector.fromArray(D, a, o + j + LD), s01);
            s10 = x0.fma(DoubleVector.fromArray(D, a, o1 + j), s10);
            s11 = x1.fma(DoubleVector.fromArray(D, a, o1 + j + LD), s11);
        }
        VectorMask<Double> m0 = D.indexInRange(last, n), m1 = D.indexInRange(last + LD, n);
        DoubleVector x0 = DoubleVector.fromArray(D, x, xo + last, m0);
        DoubleVector x1 = DoubleVector.fromArray(D, x, xo + last + LD, m1);
        s00 = x0.fma(DoubleVector.fromArray(D, a, o + last, m0), s00);
        s01 = x1.fma(DoubleVector.fromArray(D, a, o + last + LD, m1), s01);
        s10 = x0.fma(DoubleVector.fromArray(D, a, o1 + last, m0), s10);
        s11 = x1.fma(DoubleVector.fromArray(D, a, o1 + last + LD, m1), s11);
        s00 = s00.add(s01);
        s10 = s10.add(s11);
        DoubleVector v = s00.blend(s10, UPPER_2D).add(s10.blend(s00, UPPER_2D).rearrange(SWAP_2D));
        v = v.add(v.rearrange(SWAP_1D));
        z[zo] -= v.lane(0);
        z[zo + 1] -= v.lane(2 & LD - 1);
    }

    /** Four rows of b stay in the first-level cache while those of a go by. */
    static void subtractProducts(double[] a, int ao, int aStride, int rows, double[] b, int bo, int bStride, int n,
            double[] out, int oo, int outStride) {
        for (int c = 0; c < 8; c += 4) {
            int columns = bo + c * bStride;
            if (LD == DOUBLE_LANES) {
                for (int r = 0; r < rows; r += 4) {
                    int o = ao + r * aStride, to = oo + r * outStride + c;
                    fourByFour(a, o, aStride, b, columns, bStride, n, out, to, outStride);
                }
            } else {
                for (int r = 0; r < rows; r += 2) {
                    int o = ao + r * aStride, to = oo + r * outStride + c;
                    twoByFour(a, o, aStride, b, columns, bStride, n, out, to, outStride);
                }
            }
        }
    }

    /** Four rows of a and four of b, for vectors of 8: 16 accumulators. */
    private static void fourByFour(double[] a, int ao, int as, double[] b, int bo, int bs, int n, double[] out, int oo,
            int os) {
        DoubleVector s00 = DoubleVector.zero(D), s01 = s00, s02 = s00, s03 = s00, s10 = s00, s11 = s00, s12 = s00;
        DoubleVector s13 = s00, s20 = s00, s21 = s00, s22 = s00, s23 = s00, s30 = s00, s31 = s00, s32 = s00, s33 = s00;
        for (int j = 0; j < n; j += DOUBLE_LANES) {
            DoubleVector b0 = DoubleVector.fromArray(D, b, bo + j);
            DoubleVector b1 = DoubleVector.fromArray(D, b, bo + bs + j);
            DoubleVector b2 = DoubleVector.fromArray(D, b, bo + 2 * bs + j);
            DoubleVector b3 = DoubleVector.fromArray(D, b, bo + 3 * bs + j);
            DoubleVector a0 = DoubleVector.fromArray(D, a, ao + j);
            s00 = a0.fma(b0, s00);
            s01 = a0.fma(b1, s01);
            s02 = a0.fma(b2, s02);
            s03 = a0.fma(b3, s03);
            DoubleVector a1 = DoubleVector.fromArray(D, a, ao + as + j);
            s10 = a1.fma(b0, s10);
            s11 = a1.fma(b1, s11);
            s12 = a1.fma(b2, s12);
            s13 = a1.fma(b3, s13);
            DoubleVector a2 = DoubleVector.fromArray(D, a, ao + 2 * as + j);
            s20 = a2.fma(b0, s20);
            s21 = a2.fma(b1, s21);
            s22 = a2.fma(b2, s22);
            s23 = a2.fma(b3, s23);
            DoubleVector a3 = DoubleVector.fromArray(D, a, ao + 3 * as + j);
            s30 = a3.fma(b0, s30);
            s31 = a3.fma(b1, s31);
            s32 = a3.fma(b2, s32);
            s33 = a3.fma(b3, s33);
        }
        s00 = s00.blend(s10, UPPER_4D).add(s10.blend(s00, UPPER_4D).rearrange(SWAP_4D));
        s01 = s01.blend(s11, UPPER_4D).add(s11.blend(s01, UPPER_4D).rearrange(SWAP_4D));
        s02 = s02.blend(s12, UPPER_4D).add(s12.blend(s02, UPPER_4D).rearrange(SWAP_4D));
        s03 = s03.blend(s13, UPPER_4D).add(s13.blend(s03, UPPER_4D).rearrange(SWAP_4D));
        s20 = s20.blend(s30, UPPER_4D).add(s30.blend(s20, UPPER_4D).rearrange(SWAP_4D));
        s21 = s21.blend(s31, UPPER_4D).add(s31.blend(s21, UPPER_4D).rearrange(SWAP_4D));
        s22 = s22.blend(s32, UPPER_4D).add(s32.blend(s22, UPPER_4D).rearrange(SWAP_4D));
        s23 = s23.blend(s33, UPPER_4D).add(s33.blend(s23, UPPER_4D).rearrange(SWAP_4D));
        s00 = s00.blend(s02, UPPER_2D).add(s02.blend(s00, UPPER_2D).rearrange(SWAP_2D));
        s01 = s01.blend(s03, UPPER_2D).add(s03.blend(s01, UPPER_2D).rearrange(SWAP_2D));
        s00 = s00.blend(s01, UPPER_1D).add(s01.blend(s00, UPPER_1D).rearrange(SWAP_1D));
        s20 = s20.blend(s22, UPPER_2D).add(s22.blend(s20, UPPER_2D).rearrange(SWAP_2D));
        s21 = s21.blend(s23, UPPER_2D).add(s23.blend(s21, UPPER_2D).rearrange(SWAP_2D));
        s20 = s20.blend(s21, UPPER_1D).add(s21.blend(s20, UPPER_1D).rearrange(SWAP_1D));
        // the lower half of a vector is a row's part, the upper half the next one's
        int o1 = oo + os - 4, o2 = oo + 2 * os, o3 = o2 + os - 4;
        DoubleVector.fromArray(D, out, oo, LOWER_4D).sub(s00).intoArray(out, oo, LOWER_4D);
        DoubleVector.fromArray(D, out, o1, UPPER_4D).sub(s00).intoArray(out, o1, UPPER_4D);
        DoubleVector.fromArray(D, out, o2, LOWER_4D).sub(s20).intoArray(out, o2, LOWER_4D);
        DoubleVector.fromArray(D, out, o3, UPPER_4D).sub(s20).intoArray(out, o3, UPPER_4D);
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
                DoubleVector a0 = DoubleVector.fromArray(D, a, ao + j), a1 = DoubleVector.fromArray(D, a, ao + as + j);
                DoubleVector b0 = DoubleVector.fromArray(D, b, bo + j);
                t00 = a0.fma(b0, t00);
                t10 = a1.fma(b0, t10);
                DoubleVector b1 = DoubleVector.fromArray(D, b, bo + bs + j);
                t01 = a0.fma(b1, t01);
                t11 = a1.fma(b1, t11);
                DoubleVector b2 = DoubleVector.fromArray(D, b, bo + 2 * bs + j);
                t02 = a0.fma(b2, t02);
                t12 = a1.fma(b2, t12);
                DoubleVector b3 = DoubleVector.fromArray(D, b, bo + 3 * bs + j);
                t03 = a0.fma(b3, t03);
                t13 = a1.fma(b3, t13);
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
        s00 = s00.blend(s02, UPPER_2D).add(s02.blend(s00, UPPER_2D).rearrange(SWAP_2D));
        s01 = s01.blend(s03, UPPER_2D).add(s03.blend(s01, UPPER_2D).rearrange(SWAP_2D));
        s00 = s00.blend(s01, UPPER_1D).add(s01.blend(s00, UPPER_1D).rearrange(SWAP_1D));
        s10 = s10.blend(s12, UPPER_2D).add(s12.blend(s10, UPPER_2D).rearrange(SWAP_2D));
        s11 = s11.blend(s13, UPPER_2D).add(s13.blend(s11, UPPER_2D).rearrange(SWAP_2D));
        s10 = s10.blend(s11, UPPER_1D).add(s11.blend(s10, UPPER_1D).rearrange(SWAP_1D));
        DoubleVector.fromArray(D, out, oo).sub(s00).intoArray(out, oo);
        DoubleVector.fromArray(D, out, oo + os).sub(s10).intoArray(out, oo + os);
    }

    static void subtractRow(double c, double[] a, int o, int n, double[] z, int zo) {
        DoubleVector minus = DoubleVector.broadcast(D, -c);
        int j = 0;
        for (; j <= n - LD; j += LD) {
            minus.fma(DoubleVector.fromArray(D, a, o + j), DoubleVector.fromArray(D, z, zo + j)).intoArray(z, zo + j);
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
            DoubleVector s = m0.fma(DoubleVector.fromArray(D, a, o0 + j), DoubleVector.fromArray(D, z, zo + j));
            s = m1.fma(DoubleVector.fromArray(D, a, o1 + j), s);
            s = m2.fma(DoubleVector.fromArray(D, a, o2 + j), s);
            m3.fma(DoubleVector.fromArray(D, a, o3 + j), s).intoArray(z, zo + j);
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
            DoubleVector v = DoubleVector.fromArray(D, work, vColumn + j);
            DoubleVector a0 = DoubleVector.fromArray(D, a, o + j);
            DoubleVector a1 = DoubleVector.fromArray(D, a, o1 + j);
            DoubleVector a2 = DoubleVector.fromArray(D, a, o2 + j);
            DoubleVector a3 = DoubleVector.fromArray(D, a, o3 + j);
            s0 = a0.fma(v, s0);
            s1 = a1.fma(v, s1);
            s2 = a2.fma(v, s2);
            s3 = a3.fma(v, s3);
            DoubleVector p = a1.fma(v1, a0.fma(v0, DoubleVector.fromArray(D, work, pColumn + j)));
            a3.fma(v3, a2.fma(v2, p)).intoArray(work, pColumn + j);
        }
        s0 = s0.blend(s2, UPPER_4D).add(s2.blend(s0, UPPER_4D).rearrange(SWAP_4D));
        s1 = s1.blend(s3, UPPER_4D).add(s3.blend(s1, UPPER_4D).rearrange(SWAP_4D));
        DoubleVector v = s0.blend(s1, UPPER_2D).add(s1.blend(s0, UPPER_2D).rearrange(SWAP_2D));
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
            DoubleVector v = DoubleVector.fromArray(D, work, vColumn + j);
            DoubleVector a0 = DoubleVector.fromArray(D, a, o + j), a1 = DoubleVector.fromArray(D, a, o1 + j);
            s00 = a0.fma(v, s00);
            s10 = a1.fma(v, s10);
            a1.fma(v1, a0.fma(v0, DoubleVector.fromArray(D, work, pColumn + j))).intoArray(work, pColumn + j);
            v = DoubleVector.fromArray(D, work, vColumn + j + LD);
            a0 = DoubleVector.fromArray(D, a, o + j + LD);
            a1 = DoubleVector.fromArray(D, a, o1 + j + LD);
            s01 = a0.fma(v, s01);
            s11 = a1.fma(v, s11);
            a1.fma(v1, a0.fma(v0, DoubleVector.fromArray(D, work, pColumn + j + LD))).intoArray(work, pColumn + j + LD);
        }
        s00 = s00.add(s01);
        s10 = s10.add(s11);
        DoubleVector v = s00.blend(s10, UPPER_2D).add(s10.blend(s00, UPPER_2D).rearrange(SWAP_2D));
        v = v.add(v.rearrange(SWAP_1D));
        work[pRow] += v.lane(0);
        work[pRow + 1] += v.lane(2 & LD - 1);
    }

    private static void symmetricRow(double[] a, int o, int n, double[] work, double vr, int vColumn, int pRow,
            int pColumn) {
        DoubleVector all = DoubleVector.broadcast(D, vr);
        DoubleVector s0 = DoubleVector.zero(D), s1 = s0;
        for (int j = 0; j < n; j += DOUBLE_LANES) {
            DoubleVector aj = DoubleVector.fromArray(D, a, o + j);
            s0 = aj.fma(DoubleVector.fromArray(D, work, vColumn + j), s0);
            aj.fma(all, DoubleVector.fromArray(D, work, pColumn + j)).intoArray(work, pColumn + j);
            if (LD < DOUBLE_LANES) {
                aj = DoubleVector.fromArray(D, a, o + j + LD);
                s1 = aj.fma(DoubleVector.fromArray(D, work, vColumn + j + LD), s1);
                aj.fma(all, DoubleVector.fromArray(D, work, pColumn + j + LD)).intoArray(work, pColumn + j + LD);
            }
        }
        if (LD < DOUBLE_LANES) {
            s0 = s0.add(s1);
        }
        if (LD > 4) {
            s0 = s0.add(s0.rearrange(SWAP_4D));
        }
        s0 = s0.add(s0.rearrange(SWAP_2D));
        work[pRow] += s0.add(s0.rearrange(SWAP_1D)).lane(0);
    }

    static void subtractPairs(double[] work, int length, int row, int column, double[] a, int o, int stride, int rows,
            int n) {
        int r = 0;
        if (LD == DOUBLE_LANES) {
            for (; r <= rows - 4; r += 4) {
                subtractFourPairs(work, length, row + r, column, a, o + r * stride, stride, n);
            }
        } else {
            for (; r <= rows - 2; r += 2) {
                subtractTwoPairs(work, length, row + r, column, a, o + r * stride, stride, n);
            }
        }
        for (; r < rows; r++) {
            int v = row + r, w = v + length;
            subtractRows(work, column + length, work[v], column, work[w], column + 3 * length, work[v + 2 * length],
                    column + 2 * length, work[w + 2 * length], n, a, o + r * stride);
        }
    }

    /** Of four rows: 16 multipliers, which 32 registers hold. */
    private static void subtractFourPairs(double[] work, int length, int row, int column, double[] a, int o, int stride,
            int n) {
        int row1 = row + length, row2 = row1 + length, row3 = row2 + length;
        int column1 = column + length, column2 = column1 + length, column3 = column2 + length;
        int o1 = o + stride, o2 = o1 + stride, o3 = o2 + stride;
        DoubleVector c00 = DoubleVector.broadcast(D, -work[row]);
        DoubleVector c01 = DoubleVector.broadcast(D, -work[row1]);
        DoubleVector c02 = DoubleVector.broadcast(D, -work[row2]);
        DoubleVector c03 = DoubleVector.broadcast(D, -work[row3]);
        DoubleVector c10 = DoubleVector.broadcast(D, -work[row + 1]);
        DoubleVector c11 = DoubleVector.broadcast(D, -work[row1 + 1]);
        DoubleVector c12 = DoubleVector.broadcast(D, -work[row2 + 1]);
        DoubleVector c13 = DoubleVector.broadcast(D, -work[row3 + 1]);
        DoubleVector c20 = DoubleVector.broadcast(D, -work[row + 2]);
        DoubleVector c21 = DoubleVector.broadcast(D, -work[row1 + 2]);
        DoubleVector c22 = DoubleVector.broadcast(D, -work[row2 + 2]);
        DoubleVector c23 = DoubleVector.broadcast(D, -work[row3 + 2]);
        DoubleVector c30 = DoubleVector.broadcast(D, -work[row + 3]);
        DoubleVector c31 = DoubleVector.broadcast(D, -work[row1 + 3]);
        DoubleVector c32 = DoubleVector.broadcast(D, -work[row2 + 3]);
        DoubleVector c33 = DoubleVector.broadcast(D, -work[row3 + 3]);
        for (int j = 0; j < n; j += LD) {
            DoubleVector w0 = DoubleVector.fromArray(D, work, column1 + j);
            DoubleVector v0 = DoubleVector.fromArray(D, work, column + j);
            DoubleVector w1 = DoubleVector.fromArray(D, work, column3 + j);
            DoubleVector v1 = DoubleVector.fromArray(D, work, column2 + j);
            DoubleVector a0 = w0.fma(c00, DoubleVector.fromArray(D, a, o + j));
            v1.fma(c03, w1.fma(c02, v0.fma(c01, a0))).intoArray(a, o + j);
            DoubleVector a1 = w0.fma(c10, DoubleVector.fromArray(D, a, o1 + j));
            v1.fma(c13, w1.fma(c12, v0.fma(c11, a1))).intoArray(a, o1 + j);
            DoubleVector a2 = w0.fma(c20, DoubleVector.fromArray(D, a, o2 + j));
            v1.fma(c23, w1.fma(c22, v0.fma(c21, a2))).intoArray(a, o2 + j);
            DoubleVector a3 = w0.fma(c30, DoubleVector.fromArray(D, a, o3 + j));
            v1.fma(c33, w1.fma(c32, v0.fma(c31, a3))).intoArray(a, o3 + j);
        }
    }

    /** Of two rows: eight multipliers. */
    private static void subtractTwoPairs(double[] work, int length, int row, int column, double[] a, int o, int stride,
            int n) {
        int row1 = row + length, row2 = row1 + length, row3 = row2 + length;
        int column1 = column + length, column2 = column1 + length, column3 = column2 + length;
        int o1 = o + stride;
        DoubleVector c00 = DoubleVector.broadcast(D, -work[row]);
        DoubleVector c01 = DoubleVector.broadcast(D, -work[row1]);
        DoubleVector c02 = DoubleVector.broadcast(D, -work[row2]);
        DoubleVector c03 = DoubleVector.broadcast(D, -work[row3]);
        DoubleVector c10 = DoubleVector.broadcast(D, -work[row + 1]);
        DoubleVector c11 = DoubleVector.broadcast(D, -work[row1 + 1]);
        DoubleVector c12 = DoubleVector.broadcast(D, -work[row2 + 1]);
        DoubleVector c13 = DoubleVector.broadcast(D, -work[row3 + 1]);
        for (int j = 0; j < n; j += LD) {
            DoubleVector w0 = DoubleVector.fromArray(D, work, column1 + j);
            DoubleVector v0 = DoubleVector.fromArray(D, work, column + j);
            DoubleVector w1 = DoubleVector.fromArray(D, work, column3 + j);
            DoubleVector v1 = DoubleVector.fromArray(D, work, column2 + j);
            DoubleVector a0 = w0.fma(c00, DoubleVector.fromArray(D, a, o + j));
            v1.fma(c03, w1.fma(c02, v0.fma(c01, a0))).intoArray(a, o + j);
            DoubleVector a1 = w0.fma(c10, DoubleVector.fromArray(D, a, o1 + j));
            v1.fma(c13, w1.fma(c12, v0.fma(c11, a1))).intoArray(a, o1 + j);
        }
    }
}
