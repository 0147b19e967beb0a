package dev.holdfast.kernel;

import static dev.holdfast.kernel.Kernels.PACKED;
import static dev.holdfast.kernel.Lanes.D;
import static dev.holdfast.kernel.Lanes.DOUBLES;
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
    private VectorSolvers() {}

    /** The last chunk, of 1 to 8 terms, goes under a mask, whole or not. */
    static double dot(double[] a, int ao, double[] b, int bo, int n) {
        DoubleVector s0 = DoubleVector.zero(D), s1 = s0;
        int last = n - 1 & -DOUBLE_LANES;
        for (int j = 0; j < last; j += DOUBLE_LANES) {
            s0 = DoubleVector.fromArray(D, a, ao + j).fma(DoubleVector.fromArray(D, b, bo + j), DOUBLES.cast(s0));
            if (LD < DOUBLE_LANES) {
                s1 = DoubleVector.fromArray(D, a, ao + j + LD).fma(DoubleVector.fromArray(D, b, bo + j + LD), DOUBLES.cast(s1));
            }
        }
        VectorMask<Double> m = D.indexInRange(last, n);
        s0 = DoubleVector.fromArray(D, a, ao + last, m).fma(DoubleVector.fromArray(D, b, bo + last, m), DOUBLES.cast(s0));
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
            if (n % DOUBLE_LANES == 0) {
                for (; r <= rows - 4; r += 4) {
                    subtractFourWholeDots(a, ao + r * stride, stride, n, x, xo, z, zo + r);
                }
            }
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
            s0 = xj.fma(DoubleVector.fromArray(D, a, o + j), DOUBLES.cast(s0));
            s1 = xj.fma(DoubleVector.fromArray(D, a, o1 + j), DOUBLES.cast(s1));
            s2 = xj.fma(DoubleVector.fromArray(D, a, o2 + j), DOUBLES.cast(s2));
            s3 = xj.fma(DoubleVector.fromArray(D, a, o3 + j), DOUBLES.cast(s3));
        }
        VectorMask<Double> m = D.indexInRange(last, n);
        DoubleVector xj = DoubleVector.fromArray(D, x, xo + last, m);
        s0 = xj.fma(DoubleVector.fromArray(D, a, o + last, m), DOUBLES.cast(s0));
        s1 = xj.fma(DoubleVector.fromArray(D, a, o1 + last, m), DOUBLES.cast(s1));
        s2 = xj.fma(DoubleVector.fromArray(D, a, o2 + last, m), DOUBLES.cast(s2));
        s3 = xj.fma(DoubleVector.fromArray(D, a, o3 + last, m), DOUBLES.cast(s3));
        s0 = s0.blend(s2, UPPER_4D).add(s2.blend(s0, UPPER_4D).rearrange(SWAP_4D));
        s1 = s1.blend(s3, UPPER_4D).add(s3.blend(s1, UPPER_4D).rearrange(SWAP_4D));
        DoubleVector v = s0.blend(s1, UPPER_2D).add(s1.blend(s0, UPPER_2D).rearrange(SWAP_2D));
        v = v.add(v.rearrange(SWAP_1D));
        z[zo] -= v.lane(0);
        z[zo + 1] -= v.lane(2 & LD - 1);
        z[zo + 2] -= v.lane(4 & LD - 1);
        z[zo + 3] -= v.lane(6 & LD - 1);
    }

    /** Of rows without a tail, whose masks would leave no room for as many accumulators. */
    private static void subtractFourWholeDots(double[] a, int o, int stride, int n, double[] x, int xo, double[] z, int zo) {
        DoubleVector s00 = DoubleVector.zero(D), s01 = s00, s10 = s00, s11 = s00, s20 = s00, s21 = s00, s30 = s00, s31 = s00;
        int o1 = o + stride, o2 = o1 + stride, o3 = o2 + stride;
        for (int j = 0; j < n; j += DOUBLE_LANES) {
            DoubleVector x0 = DoubleVector.fromArray(D, x, xo + j), x1 = DoubleVector.fromArray(D, x, xo + j + LD);
            s00 = x0.fma(DoubleVector.fromArray(D, a, o + j), DOUBLES.cast(s00));
            s01 = x1.fma(DoubleVector.fromArray(D, a, o + j + LD), DOUBLES.cast(s01));
            s10 = x0.fma(DoubleVector.fromArray(D, a, o1 + j), DOUBLES.cast(s10));
            s11 = x1.fma(DoubleVector.fromArray(D, a, o1 + j + LD), DOUBLES.cast(s11));
            s20 = x0.fma(DoubleVector.fromArray(D, a, o2 + j), DOUBLES.cast(s20));
            s21 = x1.fma(DoubleVector.fromArray(D, a, o2 + j + LD), DOUBLES.cast(s21));
            s30 = x0.fma(DoubleVector.fromArray(D, a, o3 + j), DOUBLES.cast(s30));
            s31 = x1.fma(DoubleVector.fromArray(D, a, o3 + j + LD), DOUBLES.cast(s31));
        }
        s00 = s00.add(s01);
        s10 = s10.add(s11);
        s20 = s20.add(s21);
        s30 = s30.add(s31);
        DoubleVector v = s00.blend(s10, UPPER_2D).add(s10.blend(s00, UPPER_2D).rearrange(SWAP_2D));
        DoubleVector w = s20.blend(s30, UPPER_2D).add(s30.blend(s20, UPPER_2D).rearrange(SWAP_2D));
        v = v.blend(w, UPPER_1D).add(w.blend(v, UPPER_1D).rearrange(SWAP_1D));
        z[zo] -= v.lane(0);
        z[zo + 1] -= v.lane(2 & LD - 1);
        z[zo + 2] -= v.lane(1);
        z[zo + 3] -= v.lane(3 & LD - 1);
    }

    private static void subtractTwoDots(double[] a, int o, int stride, int n, double[] x, int xo, double[] z, int zo) {
        DoubleVector s00 = DoubleVector.zero(D), s01 = s00, s10 = s00, s11 = s00;
        int o1 = o + stride;
        int last = n - 1 & -DOUBLE_LANES;
        for (int j = 0; j < last; j += DOUBLE_LANES) {
            DoubleVector x0 = DoubleVector.fromArray(D, x, xo + j), x1 = DoubleVector.fromArray(D, x, xo + j + LD);
            s00 = x0.fma(DoubleVector.fromArray(D, a, o + j), DOUBLES.cast(s00));
            s01 = x1.fma(DoubleVector.fromArray(D, a, o + j + LD), DOUBLES.cast(s01));
            s10 = x0.fma(DoubleVector.fromArray(D, a, o1 + j), DOUBLES.cast(s10));
            s11 = x1.fma(DoubleVector.fromArray(D, a, o1 + j + LD), DOUBLES.cast(s11));
        }
        VectorMask<Double> m0 = D.indexInRange(last, n), m1 = D.indexInRange(last + LD, n);
        DoubleVector x0 = DoubleVector.fromArray(D, x, xo + last, m0);
        DoubleVector x1 = DoubleVector.fromArray(D, x, xo + last + LD, m1);
        s00 = x0.fma(DoubleVector.fromArray(D, a, o + last, m0), DOUBLES.cast(s00));
        s01 = x1.fma(DoubleVector.fromArray(D, a, o + last + LD, m1), DOUBLES.cast(s01));
        s10 = x0.fma(DoubleVector.fromArray(D, a, o1 + last, m0), DOUBLES.cast(s10));
        s11 = x1.fma(DoubleVector.fromArray(D, a, o1 + last + LD, m1), DOUBLES.cast(s11));
        s00 = s00.add(s01);
        s10 = s10.add(s11);
        DoubleVector v = s00.blend(s10, UPPER_2D).add(s10.blend(s00, UPPER_2D).rearrange(SWAP_2D));
        v = v.add(v.rearrange(SWAP_1D));
        z[zo] -= v.lane(0);
        z[zo + 1] -= v.lane(2 & LD - 1);
    }

    /** Two vectors of columns at a time: 16 accumulators, or 8 where there are 16 registers. */
    static void subtractProducts(double[] packed, int a, int b, int n, double[] out, int o, int stride, int rows) {
        for (int c = 0; c < PACKED; c += 2 * LD) {
            int r = 0;
            if (LD == DOUBLE_LANES) {
                for (; r <= rows - 8; r += 8) {
                    eightRows(packed, a + r, b + c, n, out, o + r * stride + c, stride);
                }
            }
            for (; r < rows; r += 4) {
                fourRows(packed, a + r, b + c, n, out, o + r * stride + c, stride);
            }
        }
    }

    /** Four rows of two vectors. A step loads six times for eight multiply-adds. The sums run with their signs changed, for what
     * is multiplied has its own. */
    private static void fourRows(double[] p, int a, int b, int n, double[] out, int o, int stride) {
        DoubleVector zero = DoubleVector.zero(D);
        int o1 = o + stride, o2 = o1 + stride, o3 = o2 + stride;
        DoubleVector s00 = zero.sub(DoubleVector.fromArray(D, out, o));
        DoubleVector s01 = zero.sub(DoubleVector.fromArray(D, out, o + LD));
        DoubleVector s10 = zero.sub(DoubleVector.fromArray(D, out, o1));
        DoubleVector s11 = zero.sub(DoubleVector.fromArray(D, out, o1 + LD));
        DoubleVector s20 = zero.sub(DoubleVector.fromArray(D, out, o2));
        DoubleVector s21 = zero.sub(DoubleVector.fromArray(D, out, o2 + LD));
        DoubleVector s30 = zero.sub(DoubleVector.fromArray(D, out, o3));
        DoubleVector s31 = zero.sub(DoubleVector.fromArray(D, out, o3 + LD));
        for (int k = 0; k < n * PACKED; k += PACKED) {
            DoubleVector b0 = DoubleVector.fromArray(D, p, b + k), b1 = DoubleVector.fromArray(D, p, b + k + LD);
            DoubleVector a0 = DoubleVector.broadcast(D, p[a + k]);
            s00 = b0.fma(a0, DOUBLES.cast(s00));
            s01 = b1.fma(a0, DOUBLES.cast(s01));
            DoubleVector a1 = DoubleVector.broadcast(D, p[a + k + 1]);
            s10 = b0.fma(a1, DOUBLES.cast(s10));
            s11 = b1.fma(a1, DOUBLES.cast(s11));
            DoubleVector a2 = DoubleVector.broadcast(D, p[a + k + 2]);
            s20 = b0.fma(a2, DOUBLES.cast(s20));
            s21 = b1.fma(a2, DOUBLES.cast(s21));
            DoubleVector a3 = DoubleVector.broadcast(D, p[a + k + 3]);
            s30 = b0.fma(a3, DOUBLES.cast(s30));
            s31 = b1.fma(a3, DOUBLES.cast(s31));
        }
        zero.sub(DOUBLES.cast(s00)).intoArray(out, o);
        zero.sub(DOUBLES.cast(s01)).intoArray(out, o + LD);
        zero.sub(DOUBLES.cast(s10)).intoArray(out, o1);
        zero.sub(DOUBLES.cast(s11)).intoArray(out, o1 + LD);
        zero.sub(DOUBLES.cast(s20)).intoArray(out, o2);
        zero.sub(DOUBLES.cast(s21)).intoArray(out, o2 + LD);
        zero.sub(DOUBLES.cast(s30)).intoArray(out, o3);
        zero.sub(DOUBLES.cast(s31)).intoArray(out, o3 + LD);
    }

    /** Eight rows of two vectors: ten loads for 16 multiply-adds. */
    private static void eightRows(double[] p, int a, int b, int n, double[] out, int o, int stride) {
        DoubleVector zero = DoubleVector.zero(D);
        int o1 = o + stride, o2 = o1 + stride, o3 = o2 + stride, o4 = o3 + stride, o5 = o4 + stride, o6 = o5 + stride, o7 = o6 + stride;
        DoubleVector s00 = zero.sub(DoubleVector.fromArray(D, out, o));
        DoubleVector s01 = zero.sub(DoubleVector.fromArray(D, out, o + LD));
        DoubleVector s10 = zero.sub(DoubleVector.fromArray(D, out, o1));
        DoubleVector s11 = zero.sub(DoubleVector.fromArray(D, out, o1 + LD));
        DoubleVector s20 = zero.sub(DoubleVector.fromArray(D, out, o2));
        DoubleVector s21 = zero.sub(DoubleVector.fromArray(D, out, o2 + LD));
        DoubleVector s30 = zero.sub(DoubleVector.fromArray(D, out, o3));
        DoubleVector s31 = zero.sub(DoubleVector.fromArray(D, out, o3 + LD));
        DoubleVector s40 = zero.sub(DoubleVector.fromArray(D, out, o4));
        DoubleVector s41 = zero.sub(DoubleVector.fromArray(D, out, o4 + LD));
        DoubleVector s50 = zero.sub(DoubleVector.fromArray(D, out, o5));
        DoubleVector s51 = zero.sub(DoubleVector.fromArray(D, out, o5 + LD));
        DoubleVector s60 = zero.sub(DoubleVector.fromArray(D, out, o6));
        DoubleVector s61 = zero.sub(DoubleVector.fromArray(D, out, o6 + LD));
        DoubleVector s70 = zero.sub(DoubleVector.fromArray(D, out, o7));
        DoubleVector s71 = zero.sub(DoubleVector.fromArray(D, out, o7 + LD));
        for (int k = 0; k < n * PACKED; k += PACKED) {
            DoubleVector b0 = DoubleVector.fromArray(D, p, b + k), b1 = DoubleVector.fromArray(D, p, b + k + LD);
            DoubleVector a0 = DoubleVector.broadcast(D, p[a + k]);
            s00 = b0.fma(a0, DOUBLES.cast(s00));
            s01 = b1.fma(a0, DOUBLES.cast(s01));
            DoubleVector a1 = DoubleVector.broadcast(D, p[a + k + 1]);
            s10 = b0.fma(a1, DOUBLES.cast(s10));
            s11 = b1.fma(a1, DOUBLES.cast(s11));
            DoubleVector a2 = DoubleVector.broadcast(D, p[a + k + 2]);
            s20 = b0.fma(a2, DOUBLES.cast(s20));
            s21 = b1.fma(a2, DOUBLES.cast(s21));
            DoubleVector a3 = DoubleVector.broadcast(D, p[a + k + 3]);
            s30 = b0.fma(a3, DOUBLES.cast(s30));
            s31 = b1.fma(a3, DOUBLES.cast(s31));
            DoubleVector a4 = DoubleVector.broadcast(D, p[a + k + 4]);
            s40 = b0.fma(a4, DOUBLES.cast(s40));
            s41 = b1.fma(a4, DOUBLES.cast(s41));
            DoubleVector a5 = DoubleVector.broadcast(D, p[a + k + 5]);
            s50 = b0.fma(a5, DOUBLES.cast(s50));
            s51 = b1.fma(a5, DOUBLES.cast(s51));
            DoubleVector a6 = DoubleVector.broadcast(D, p[a + k + 6]);
            s60 = b0.fma(a6, DOUBLES.cast(s60));
            s61 = b1.fma(a6, DOUBLES.cast(s61));
            DoubleVector a7 = DoubleVector.broadcast(D, p[a + k + 7]);
            s70 = b0.fma(a7, DOUBLES.cast(s70));
            s71 = b1.fma(a7, DOUBLES.cast(s71));
        }
        zero.sub(DOUBLES.cast(s00)).intoArray(out, o);
        zero.sub(DOUBLES.cast(s01)).intoArray(out, o + LD);
        zero.sub(DOUBLES.cast(s10)).intoArray(out, o1);
        zero.sub(DOUBLES.cast(s11)).intoArray(out, o1 + LD);
        zero.sub(DOUBLES.cast(s20)).intoArray(out, o2);
        zero.sub(DOUBLES.cast(s21)).intoArray(out, o2 + LD);
        zero.sub(DOUBLES.cast(s30)).intoArray(out, o3);
        zero.sub(DOUBLES.cast(s31)).intoArray(out, o3 + LD);
        zero.sub(DOUBLES.cast(s40)).intoArray(out, o4);
        zero.sub(DOUBLES.cast(s41)).intoArray(out, o4 + LD);
        zero.sub(DOUBLES.cast(s50)).intoArray(out, o5);
        zero.sub(DOUBLES.cast(s51)).intoArray(out, o5 + LD);
        zero.sub(DOUBLES.cast(s60)).intoArray(out, o6);
        zero.sub(DOUBLES.cast(s61)).intoArray(out, o6 + LD);
        zero.sub(DOUBLES.cast(s70)).intoArray(out, o7);
        zero.sub(DOUBLES.cast(s71)).intoArray(out, o7 + LD);
    }

    static void solveFourRows(double[] r, int ro, int rStride, double[] x, int xo, int xStride, int columns) {
        int r1 = ro + rStride, r2 = r1 + rStride, r3 = r2 + rStride;
        int x1 = xo + xStride, x2 = x1 + xStride, x3 = x2 + xStride;
        double f0 = 1 / r[ro], f1 = 1 / r[r1 + 1], f2 = 1 / r[r2 + 2], f3 = 1 / r[r3 + 3];
        double c01 = -r[ro + 1], c02 = -r[ro + 2], c03 = -r[ro + 3], c12 = -r[r1 + 2], c13 = -r[r1 + 3], c23 = -r[r2 + 3];
        int j = 0;
        for (; j <= columns - LD; j += LD) {
            DoubleVector v0 = DoubleVector.fromArray(D, x, xo + j).add(0).mul(f0);
            DOUBLES.cast(v0).intoArray(x, xo + j);
            DoubleVector v1 = v0.fma(DoubleVector.broadcast(D, c01), DoubleVector.fromArray(D, x, x1 + j));
            v1 = v1.add(0).mul(f1);
            DOUBLES.cast(v1).intoArray(x, x1 + j);
            DoubleVector v2 = v0.fma(DoubleVector.broadcast(D, c02), DoubleVector.fromArray(D, x, x2 + j));
            v2 = v1.fma(DoubleVector.broadcast(D, c12), v2).add(0).mul(f2);
            DOUBLES.cast(v2).intoArray(x, x2 + j);
            DoubleVector v3 = v0.fma(DoubleVector.broadcast(D, c03), DoubleVector.fromArray(D, x, x3 + j));
            v3 = v2.fma(DoubleVector.broadcast(D, c23), v1.fma(DoubleVector.broadcast(D, c13), v3)).add(0).mul(f3);
            DOUBLES.cast(v3).intoArray(x, x3 + j);
        }
        for (; j < columns; j++) {
            double v0 = (x[xo + j] + 0.0) * f0;
            double v1 = (Math.fma(v0, c01, x[x1 + j]) + 0.0) * f1;
            double v2 = (Math.fma(v1, c12, Math.fma(v0, c02, x[x2 + j])) + 0.0) * f2;
            double v3 = (Math.fma(v2, c23, Math.fma(v1, c13, Math.fma(v0, c03, x[x3 + j]))) + 0.0) * f3;
            x[xo + j] = v0;
            x[x1 + j] = v1;
            x[x2 + j] = v2;
            x[x3 + j] = v3;
        }
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
            s = m1.fma(DoubleVector.fromArray(D, a, o1 + j), DOUBLES.cast(s));
            s = m2.fma(DoubleVector.fromArray(D, a, o2 + j), DOUBLES.cast(s));
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
            s0 = a0.fma(v, DOUBLES.cast(s0));
            s1 = a1.fma(v, DOUBLES.cast(s1));
            s2 = a2.fma(v, DOUBLES.cast(s2));
            s3 = a3.fma(v, DOUBLES.cast(s3));
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
            s00 = a0.fma(v, DOUBLES.cast(s00));
            s10 = a1.fma(v, DOUBLES.cast(s10));
            a1.fma(v1, a0.fma(v0, DoubleVector.fromArray(D, work, pColumn + j))).intoArray(work, pColumn + j);
            v = DoubleVector.fromArray(D, work, vColumn + j + LD);
            a0 = DoubleVector.fromArray(D, a, o + j + LD);
            a1 = DoubleVector.fromArray(D, a, o1 + j + LD);
            s01 = a0.fma(v, DOUBLES.cast(s01));
            s11 = a1.fma(v, DOUBLES.cast(s11));
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
            s0 = aj.fma(DoubleVector.fromArray(D, work, vColumn + j), DOUBLES.cast(s0));
            aj.fma(all, DoubleVector.fromArray(D, work, pColumn + j)).intoArray(work, pColumn + j);
            if (LD < DOUBLE_LANES) {
                aj = DoubleVector.fromArray(D, a, o + j + LD);
                s1 = aj.fma(DoubleVector.fromArray(D, work, vColumn + j + LD), DOUBLES.cast(s1));
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
