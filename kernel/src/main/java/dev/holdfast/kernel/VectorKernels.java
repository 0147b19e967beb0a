package dev.holdfast.kernel;

import static dev.holdfast.kernel.Lanes.D;
import static dev.holdfast.kernel.Lanes.DOUBLES;
import static dev.holdfast.kernel.Lanes.DOUBLE_LANES;
import static dev.holdfast.kernel.Lanes.EDGE;
import static dev.holdfast.kernel.Lanes.F;
import static dev.holdfast.kernel.Lanes.FLOATS;
import static dev.holdfast.kernel.Lanes.H;
import static dev.holdfast.kernel.Lanes.HALF_FLOATS;
import static dev.holdfast.kernel.Lanes.HALF_INTS;
import static dev.holdfast.kernel.Lanes.HI;
import static dev.holdfast.kernel.Lanes.L;
import static dev.holdfast.kernel.Lanes.LANES;
import static dev.holdfast.kernel.Lanes.LD;
import static dev.holdfast.kernel.Lanes.PARTS;
import static dev.holdfast.kernel.Lanes.SWAP_1D;
import static dev.holdfast.kernel.Lanes.SWAP_2D;
import static dev.holdfast.kernel.Lanes.SWAP_4D;
import static dev.holdfast.kernel.Lanes.UPPER_1D;
import static dev.holdfast.kernel.Lanes.UPPER_2D;
import static dev.holdfast.kernel.Lanes.UPPER_4D;
import static jdk.incubator.vector.VectorOperators.D2F;
import static jdk.incubator.vector.VectorOperators.F2D;
import static jdk.incubator.vector.VectorOperators.FMA;

import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.LongVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;

/**
 * The Vector API. Whatever the hardware's width, eight accumulators run side by side, enough to hide the latency of a
 * fused multiply-add: the 16 float lanes (8 double lanes) of a row fill 1, 2 or 4 of them, so that 8, 4 or 2 rows go
 * together. The constants below are {@code static final} and depend on the width alone, so the compiler removes the
 * branches of the other widths.
 */
final class VectorKernels implements Kernels {
    static final int BITS = Lanes.BITS;

    /** Sums and scores in vectors of two doubles are no faster than plain Java's, and the compiler boxes some of them. */
    private static final ScalarKernels PLAIN = new ScalarKernels();
    /**
     * Whether masks and unsigned bytes are the compiler's work. JDK 17's makes an object of every mask that is computed,
     * and its widening of bytes without their signs throws; 18 to 20 are not known to be better.
     */
    static final boolean MODERN = Runtime.version().feature() > 20;
    /** What runs in plain Java although vectors run, for the log. */
    static final String LACKS = MODERN ? "" : "; normal numbers, scores at a box's corners and the last columns of attacks"
            + " run in plain Java before JDK 21";
    /** Rows whose last columns are shifted together. */
    private static final int SHIFT_ROWS = 16;

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
        if (PARTS > 2) {
            PLAIN.scores(x, xOffset, stride, rows, d, w, c, f, fOffset);
            return;
        }
        int read = (d & -DOUBLE_LANES) + DOUBLE_LANES;
        int inside = Lanes.rowsInside(x.length, xOffset, stride, rows, read);
        int n = inside & -4;
        if (PARTS == 1) {
            scoreFours(x, xOffset, stride, n, d, w, c, f, fOffset);
        } else {
            scoreFourHalves(x, xOffset, stride, n, d, w, c, f, fOffset);
        }
        for (; n < rows; n++) {
            f[fOffset + n] = dot(x, xOffset + n * stride, d, w) + c;
        }
    }

    /**
     * {@link #scores} of four rows at a time, behind which one more chunk may be read; a product of two floats is exact
     * in double, fused or not. The last chunk may be empty: it adds +0, and no lane is ever −0. Conversions to double
     * are what bounds the loop in the cache.
     */
    private static void scoreFours(float[] x, int xOffset, int stride, int rows, int d, float[] w, double c,
            double[] f, int fo) {
        int whole = d & -DOUBLE_LANES, left = d - whole;
        VectorMask<Float> m = H.indexInRange(0, left);
        IntVector kept = IntVector.fromArray(HI, EDGE, 2 * LANES - left);
        DoubleVector last = DOUBLES.cast(FloatVector.fromArray(H, w, whole, m).convertShape(F2D, D, 0));
        for (int n = 0; n < rows; n += 4) {
            int o = xOffset + n * stride, o1 = o + stride, o2 = o1 + stride, o3 = o2 + stride;
            DoubleVector s0 = DoubleVector.zero(D), s1 = s0, s2 = s0, s3 = s0;
            for (int j = 0; j < whole; j += DOUBLE_LANES) {
                DoubleVector wj = DOUBLES.cast(FloatVector.fromArray(H, w, j).convertShape(F2D, D, 0));
                s0 = wj.fma(DOUBLES.cast(FloatVector.fromArray(H, x, o + j).convertShape(F2D, D, 0)), DOUBLES.cast(s0));
                s1 = wj.fma(DOUBLES.cast(FloatVector.fromArray(H, x, o1 + j).convertShape(F2D, D, 0)), DOUBLES.cast(s1));
                s2 = wj.fma(DOUBLES.cast(FloatVector.fromArray(H, x, o2 + j).convertShape(F2D, D, 0)), DOUBLES.cast(s2));
                s3 = wj.fma(DOUBLES.cast(FloatVector.fromArray(H, x, o3 + j).convertShape(F2D, D, 0)), DOUBLES.cast(s3));
            }
            FloatVector x0 = FloatVector.fromArray(H, x, o + whole).reinterpretAsInts().and(kept).reinterpretAsFloats();
            s0 = last.fma(DOUBLES.cast(x0.convertShape(F2D, D, 0)), DOUBLES.cast(s0));
            FloatVector x1 = FloatVector.fromArray(H, x, o1 + whole).reinterpretAsInts().and(kept).reinterpretAsFloats();
            s1 = last.fma(DOUBLES.cast(x1.convertShape(F2D, D, 0)), DOUBLES.cast(s1));
            FloatVector x2 = FloatVector.fromArray(H, x, o2 + whole).reinterpretAsInts().and(kept).reinterpretAsFloats();
            s2 = last.fma(DOUBLES.cast(x2.convertShape(F2D, D, 0)), DOUBLES.cast(s2));
            FloatVector x3 = FloatVector.fromArray(H, x, o3 + whole).reinterpretAsInts().and(kept).reinterpretAsFloats();
            s3 = last.fma(DOUBLES.cast(x3.convertShape(F2D, D, 0)), DOUBLES.cast(s3));
            s0 = s0.blend(s2, UPPER_4D).add(s2.blend(s0, UPPER_4D).rearrange(SWAP_4D));
            s1 = s1.blend(s3, UPPER_4D).add(s3.blend(s1, UPPER_4D).rearrange(SWAP_4D));
            DoubleVector v = s0.blend(s1, UPPER_2D).add(s1.blend(s0, UPPER_2D).rearrange(SWAP_2D));
            v = v.add(v.rearrange(SWAP_1D));
            f[fo + n] = v.lane(0) + c;
            f[fo + n + 1] = v.lane(2 & LD - 1) + c;
            f[fo + n + 2] = v.lane(4 & LD - 1) + c;
            f[fo + n + 3] = v.lane(6 & LD - 1) + c;
        }
    }

    /**
     * {@link #scoreFours} in vectors of four doubles, two a row.
     */
    private static void scoreFourHalves(float[] x, int xOffset, int stride, int rows, int d, float[] w, double c,
            double[] f, int fo) {
        int whole = d & -DOUBLE_LANES, left = d - whole;
        VectorMask<Float> m0 = H.indexInRange(0, left), m1 = H.indexInRange(LD, left);
        IntVector kept0 = IntVector.fromArray(HI, EDGE, 2 * LANES - left);
        IntVector kept1 = IntVector.fromArray(HI, EDGE, 2 * LANES - Math.max(left - LD, 0));
        DoubleVector last0 = DOUBLES.cast(FloatVector.fromArray(H, w, whole, m0).convertShape(F2D, D, 0));
        DoubleVector last1 = DOUBLES.cast(FloatVector.fromArray(H, w, whole + LD, m1).convertShape(F2D, D, 0));
        for (int n = 0; n < rows; n += 4) {
            int o = xOffset + n * stride, o1 = o + stride, o2 = o1 + stride, o3 = o2 + stride;
            DoubleVector s0 = DoubleVector.zero(D), s1 = s0, s2 = s0, s3 = s0, t0 = s0, t1 = s0, t2 = s0, t3 = s0;
            for (int j = 0; j < whole; j += DOUBLE_LANES) {
                DoubleVector v = DOUBLES.cast(FloatVector.fromArray(H, w, j).convertShape(F2D, D, 0));
                FloatVector sx0 = FloatVector.fromArray(H, x, o + j);
                FloatVector sx1 = FloatVector.fromArray(H, x, o1 + j);
                FloatVector sx2 = FloatVector.fromArray(H, x, o2 + j);
                FloatVector sx3 = FloatVector.fromArray(H, x, o3 + j);
                s0 = DOUBLES.cast(sx0.convertShape(F2D, D, 0)).lanewise(FMA, v, DOUBLES.cast(s0));
                s1 = DOUBLES.cast(sx1.convertShape(F2D, D, 0)).lanewise(FMA, v, DOUBLES.cast(s1));
                s2 = DOUBLES.cast(sx2.convertShape(F2D, D, 0)).lanewise(FMA, v, DOUBLES.cast(s2));
                s3 = DOUBLES.cast(sx3.convertShape(F2D, D, 0)).lanewise(FMA, v, DOUBLES.cast(s3));
                v = DOUBLES.cast(FloatVector.fromArray(H, w, j + LD).convertShape(F2D, D, 0));
                FloatVector tx0 = FloatVector.fromArray(H, x, o + j + LD);
                FloatVector tx1 = FloatVector.fromArray(H, x, o1 + j + LD);
                FloatVector tx2 = FloatVector.fromArray(H, x, o2 + j + LD);
                FloatVector tx3 = FloatVector.fromArray(H, x, o3 + j + LD);
                t0 = DOUBLES.cast(tx0.convertShape(F2D, D, 0)).lanewise(FMA, v, DOUBLES.cast(t0));
                t1 = DOUBLES.cast(tx1.convertShape(F2D, D, 0)).lanewise(FMA, v, DOUBLES.cast(t1));
                t2 = DOUBLES.cast(tx2.convertShape(F2D, D, 0)).lanewise(FMA, v, DOUBLES.cast(t2));
                t3 = DOUBLES.cast(tx3.convertShape(F2D, D, 0)).lanewise(FMA, v, DOUBLES.cast(t3));
            }
            if (left > 0) {
                FloatVector sx0 = FloatVector.fromArray(H, x, o + whole)
                        .reinterpretAsInts().and(kept0).reinterpretAsFloats();
                FloatVector sx1 = FloatVector.fromArray(H, x, o1 + whole)
                        .reinterpretAsInts().and(kept0).reinterpretAsFloats();
                FloatVector sx2 = FloatVector.fromArray(H, x, o2 + whole)
                        .reinterpretAsInts().and(kept0).reinterpretAsFloats();
                FloatVector sx3 = FloatVector.fromArray(H, x, o3 + whole)
                        .reinterpretAsInts().and(kept0).reinterpretAsFloats();
                s0 = DOUBLES.cast(sx0.convertShape(F2D, D, 0)).lanewise(FMA, last0, DOUBLES.cast(s0));
                s1 = DOUBLES.cast(sx1.convertShape(F2D, D, 0)).lanewise(FMA, last0, DOUBLES.cast(s1));
                s2 = DOUBLES.cast(sx2.convertShape(F2D, D, 0)).lanewise(FMA, last0, DOUBLES.cast(s2));
                s3 = DOUBLES.cast(sx3.convertShape(F2D, D, 0)).lanewise(FMA, last0, DOUBLES.cast(s3));
                if (left > LD) {
                    FloatVector tx0 = FloatVector.fromArray(H, x, o + whole + LD)
                            .reinterpretAsInts().and(kept1).reinterpretAsFloats();
                    FloatVector tx1 = FloatVector.fromArray(H, x, o1 + whole + LD)
                            .reinterpretAsInts().and(kept1).reinterpretAsFloats();
                    FloatVector tx2 = FloatVector.fromArray(H, x, o2 + whole + LD)
                            .reinterpretAsInts().and(kept1).reinterpretAsFloats();
                    FloatVector tx3 = FloatVector.fromArray(H, x, o3 + whole + LD)
                            .reinterpretAsInts().and(kept1).reinterpretAsFloats();
                    t0 = DOUBLES.cast(tx0.convertShape(F2D, D, 0)).lanewise(FMA, last1, DOUBLES.cast(t0));
                    t1 = DOUBLES.cast(tx1.convertShape(F2D, D, 0)).lanewise(FMA, last1, DOUBLES.cast(t1));
                    t2 = DOUBLES.cast(tx2.convertShape(F2D, D, 0)).lanewise(FMA, last1, DOUBLES.cast(t2));
                    t3 = DOUBLES.cast(tx3.convertShape(F2D, D, 0)).lanewise(FMA, last1, DOUBLES.cast(t3));
                }
            }
            s0 = DOUBLES.cast(s0).add(DOUBLES.cast(t0));
            s1 = DOUBLES.cast(s1).add(DOUBLES.cast(t1));
            s2 = DOUBLES.cast(s2).add(DOUBLES.cast(t2));
            s3 = DOUBLES.cast(s3).add(DOUBLES.cast(t3));
            DoubleVector v = s0.blend(s2, UPPER_2D).add(s2.blend(s0, UPPER_2D).rearrange(SWAP_2D));
            DoubleVector u = s1.blend(s3, UPPER_2D).add(s3.blend(s1, UPPER_2D).rearrange(SWAP_2D));
            v.blend(u, UPPER_1D).add(u.blend(v, UPPER_1D).rearrange(SWAP_1D)).add(c).intoArray(f, fo + n);
        }
    }

    @Override
    public double score(float[] x, int o, int d, float[] w) {
        return PARTS > 2 ? PLAIN.score(x, o, d, w) : dot(x, o, d, w);
    }

    /** w·x of one row. The last chunk may be empty: it adds +0, and no lane is ever −0. */
    private static double dot(float[] x, int o, int d, float[] w) {
        DoubleVector s0 = DoubleVector.zero(D), s1 = s0;
        int whole = d & -DOUBLE_LANES;
        for (int j = 0; j < whole; j += DOUBLE_LANES) {
            DoubleVector w0 = DOUBLES.cast(FloatVector.fromArray(H, w, j).convertShape(F2D, D, 0));
            s0 = w0.fma(DOUBLES.cast(FloatVector.fromArray(H, x, o + j).convertShape(F2D, D, 0)), DOUBLES.cast(s0));
            if (PARTS > 1) {
                DoubleVector w1 = DOUBLES.cast(FloatVector.fromArray(H, w, j + LD).convertShape(F2D, D, 0));
                s1 = w1.fma(DOUBLES.cast(FloatVector.fromArray(H, x, o + j + LD).convertShape(F2D, D, 0)), DOUBLES.cast(s1));
            }
        }
        VectorMask<Float> m0 = H.indexInRange(whole, d);
        DoubleVector w0 = DOUBLES.cast(FloatVector.fromArray(H, w, whole, m0).convertShape(F2D, D, 0));
        s0 = w0.fma(DOUBLES.cast(FloatVector.fromArray(H, x, o + whole, m0).convertShape(F2D, D, 0)), DOUBLES.cast(s0));
        if (PARTS > 1) {
            VectorMask<Float> m1 = H.indexInRange(whole + LD, d);
            DoubleVector w1 = DOUBLES.cast(FloatVector.fromArray(H, w, whole + LD, m1).convertShape(F2D, D, 0));
            s0 = s0.add(w1.fma(DOUBLES.cast(FloatVector.fromArray(H, x, o + whole + LD, m1).convertShape(F2D, D, 0)), s1));
        }
        s0 = LD > 4 ? s0.add(s0.rearrange(SWAP_4D)) : s0;
        s0 = s0.add(s0.rearrange(SWAP_2D));
        return s0.add(s0.rearrange(SWAP_1D)).lane(0);
    }

    @Override
    public double certainScore(float[] x, int o, int d, float[] w, double norm1, double c) {
        return PARTS > 2 ? PLAIN.certainScore(x, o, d, w, norm1, c) : certain(x, o, d, w, norm1, c);
    }

    /**
     * One pass if a vector has 8 lanes, else a pass for each half of every 8. Magnitudes are compared as integers, in one
     * instruction; floats need several. What a loop carries is an argument of its next value, not what this is called
     * on: the compiler, which knows its class only after the loop, might box it.
     */
    private static double certain(float[] x, int o, int d, float[] w, double norm1, double c) {
        DoubleVector sum = DoubleVector.zero(D);
        IntVector greatest = FloatVector.zero(H).reinterpretAsInts();
        int whole = d & -ScalarKernels.CERTAIN_LANES, eights = d & -DOUBLE_LANES;
        for (int l = 0; l < DOUBLE_LANES; l += LD) {
            DoubleVector s0 = DoubleVector.zero(D), s8 = s0, s16 = s0, s24 = s0;
            int j = l;
            for (; j < whole; j += ScalarKernels.CERTAIN_LANES) {
                FloatVector x0 = HALF_FLOATS.cast(FloatVector.fromArray(H, x, o + j));
                DoubleVector w0 = DOUBLES.cast(FloatVector.fromArray(H, w, j).convertShape(F2D, D, 0));
                s0 = w0.fma(DOUBLES.cast(x0.convertShape(F2D, D, 0)), DOUBLES.cast(s0));
                greatest = HALF_INTS.cast(x0.reinterpretAsInts()).and(Integer.MAX_VALUE).max(HALF_INTS.cast(greatest));
                FloatVector x8 = HALF_FLOATS.cast(FloatVector.fromArray(H, x, o + j + 8));
                DoubleVector w8 = DOUBLES.cast(FloatVector.fromArray(H, w, j + 8).convertShape(F2D, D, 0));
                s8 = w8.fma(DOUBLES.cast(x8.convertShape(F2D, D, 0)), DOUBLES.cast(s8));
                greatest = HALF_INTS.cast(x8.reinterpretAsInts()).and(Integer.MAX_VALUE).max(HALF_INTS.cast(greatest));
                FloatVector x16 = HALF_FLOATS.cast(FloatVector.fromArray(H, x, o + j + 16));
                DoubleVector w16 = DOUBLES.cast(FloatVector.fromArray(H, w, j + 16).convertShape(F2D, D, 0));
                s16 = w16.fma(DOUBLES.cast(x16.convertShape(F2D, D, 0)), DOUBLES.cast(s16));
                greatest = HALF_INTS.cast(x16.reinterpretAsInts()).and(Integer.MAX_VALUE).max(HALF_INTS.cast(greatest));
                FloatVector x24 = HALF_FLOATS.cast(FloatVector.fromArray(H, x, o + j + 24));
                DoubleVector w24 = DOUBLES.cast(FloatVector.fromArray(H, w, j + 24).convertShape(F2D, D, 0));
                s24 = w24.fma(DOUBLES.cast(x24.convertShape(F2D, D, 0)), DOUBLES.cast(s24));
                greatest = HALF_INTS.cast(x24.reinterpretAsInts()).and(Integer.MAX_VALUE).max(HALF_INTS.cast(greatest));
            }
            for (; j < eights; j += DOUBLE_LANES) {
                FloatVector xj = HALF_FLOATS.cast(FloatVector.fromArray(H, x, o + j));
                DoubleVector wj = DOUBLES.cast(FloatVector.fromArray(H, w, j).convertShape(F2D, D, 0));
                s0 = wj.fma(DOUBLES.cast(xj.convertShape(F2D, D, 0)), DOUBLES.cast(s0));
                greatest = HALF_INTS.cast(xj.reinterpretAsInts()).and(Integer.MAX_VALUE).max(HALF_INTS.cast(greatest));
            }
            if (j < d) {
                VectorMask<Float> m = H.indexInRange(j, d);
                FloatVector xj = HALF_FLOATS.cast(FloatVector.fromArray(H, x, o + j, m));
                DoubleVector wj = DOUBLES.cast(FloatVector.fromArray(H, w, j, m).convertShape(F2D, D, 0));
                s0 = wj.fma(DOUBLES.cast(xj.convertShape(F2D, D, 0)), DOUBLES.cast(s0));
                greatest = HALF_INTS.cast(xj.reinterpretAsInts()).and(Integer.MAX_VALUE).max(HALF_INTS.cast(greatest));
            }
            sum = DOUBLES.cast(s0).add(DOUBLES.cast(s16)).add(DOUBLES.cast(s8).add(DOUBLES.cast(s24))).add(DOUBLES.cast(sum));
        }
        sum = LD > 4 ? sum.add(sum.rearrange(SWAP_4D)) : sum;
        sum = sum.add(sum.rearrange(SWAP_2D));
        sum = sum.add(sum.rearrange(SWAP_1D));
        int terms = d / ScalarKernels.CERTAIN_LANES;
        return ScalarKernels.certain(sum.lane(0), HALF_INTS.cast(greatest).reduceLanes(VectorOperators.MAX), terms, norm1, c);
    }

    @Override
    public boolean inside(float[] x, int o, int d, float[] lower, float[] upper) {
        return VectorBox.inside(x, o, d, lower, upper);
    }

    @Override
    public double cornerScore(float[] x, int o, int d, float[] edge, float[] b, double[] v, float theta, float[] w,
            double norm1, double c, double[] moving) {
        return PARTS > 2 || !MODERN
                ? PLAIN.cornerScore(x, o, d, edge, b, v, theta, w, norm1, c, moving)
                : VectorBox.cornerScore(x, o, d, edge, b, v, theta, w, norm1, c, moving);
    }

    @Override
    public void shift(float[] x, int xOffset, int stride, int rows, int d, float[] y, int yOffset, float[] w,
            float epsilon, float[] out, int outOffset, int outStride) {
        int whole = F.loopBound(d);
        // the last columns of some rows while these are in the first-level cache
        for (int n = 0; n < rows; n += SHIFT_ROWS) {
            int end = Math.min(n + SHIFT_ROWS, rows);
            for (int r = n; r < end; r++) {
                shiftRow(x, xOffset + r * stride, whole, w, -epsilon * y[yOffset + r], out, outOffset + r * outStride);
            }
            if (whole < d && !MODERN) {
                ScalarKernels.shift(x, xOffset + n * stride + whole, stride, end - n, d - whole, y, yOffset + n, w, whole,
                        epsilon, out, outOffset + n * outStride + whole, outStride);
            } else if (whole < d) {
                shiftTails(x, xOffset + n * stride + whole, stride, end - n, d - whole, y, yOffset + n, w, whole,
                        epsilon, out, outOffset + n * outStride + whole, outStride);
            }
        }
    }

    private static void shiftRow(float[] x, int o, int whole, float[] w, float step, float[] out, int to) {
        FloatVector v = FloatVector.broadcast(F, step);
        for (int j = 0; j < whole; j += L) {
            FloatVector wj = FloatVector.fromArray(F, w, j);
            FloatVector xj = FloatVector.fromArray(F, x, o + j);
            xj.add(v, wj.compare(VectorOperators.GT, 0)).sub(v, wj.compare(VectorOperators.LT, 0)).intoArray(out, to + j);
        }
    }

    private static void shiftTails(float[] x, int o, int stride, int rows, int left, float[] y, int yOffset, float[] w,
            int wo, float epsilon, float[] out, int to, int outStride) {
        VectorMask<Float> m = F.indexInRange(0, left);
        FloatVector tail = FloatVector.fromArray(F, w, wo, m);
        VectorMask<Float> up = tail.compare(VectorOperators.GT, 0), down = tail.compare(VectorOperators.LT, 0);
        for (int r = 0; r < rows; r++) {
            float step = -epsilon * y[yOffset + r];
            FloatVector xr = FloatVector.fromArray(F, x, o + r * stride, m);
            xr.add(step, up).sub(step, down).intoArray(out, to + r * outStride, m);
        }
    }

    @Override
    public double sumOfMagnitudes(float[] w, int d) {
        if (PARTS > 2) {
            return PLAIN.sumOfMagnitudes(w, d);
        }
        DoubleVector sum = DoubleVector.zero(D);
        int whole = d & -DOUBLE_LANES;
        for (int l = 0; l < DOUBLE_LANES; l += LD) {
            DoubleVector s = DoubleVector.zero(D);
            for (int j = l; j < whole; j += DOUBLE_LANES) {
                s = DOUBLES.cast(FloatVector.fromArray(H, w, j).abs().convertShape(F2D, D, 0)).add(DOUBLES.cast(s));
            }
            if (whole + l < d) {
                FloatVector last = FloatVector.fromArray(H, w, whole + l, H.indexInRange(whole + l, d));
                s = DOUBLES.cast(last.abs().convertShape(F2D, D, 0)).add(DOUBLES.cast(s));
            }
            sum = sum.add(DOUBLES.cast(s));
        }
        sum = LD > 4 ? sum.add(sum.rearrange(SWAP_4D)) : sum;
        sum = sum.add(sum.rearrange(SWAP_2D));
        return sum.add(sum.rearrange(SWAP_1D)).lane(0);
    }

    @Override
    public float greatestMagnitude(float[] w, int d) {
        FloatVector greatest = FloatVector.zero(F);
        int whole = F.loopBound(d);
        for (int j = 0; j < whole; j += L) {
            greatest = FloatVector.fromArray(F, w, j).abs().max(FLOATS.cast(greatest));
        }
        float most = FLOATS.cast(greatest).reduceLanes(VectorOperators.MAX);
        for (int j = whole; j < d; j++) {
            most = Math.max(Math.abs(w[j]), most);
        }
        return most;
    }

    @Override
    public double sum(double[] a, int d) {
        if (PARTS > 2) {
            return PLAIN.sum(a, d);
        }
        DoubleVector sum = DoubleVector.zero(D);
        int whole = d & -DOUBLE_LANES;
        for (int l = 0; l < DOUBLE_LANES; l += LD) {
            DoubleVector s = DoubleVector.zero(D);
            for (int j = l; j < whole; j += DOUBLE_LANES) {
                s = DoubleVector.fromArray(D, a, j).add(DOUBLES.cast(s));
            }
            if (whole + l < d) {
                DoubleVector last = DoubleVector.fromArray(D, a, whole + l, D.indexInRange(whole + l, d));
                s = last.add(DOUBLES.cast(s));
            }
            sum = sum.add(DOUBLES.cast(s));
        }
        sum = LD > 4 ? sum.add(sum.rearrange(SWAP_4D)) : sum;
        sum = sum.add(sum.rearrange(SWAP_2D));
        return sum.add(sum.rearrange(SWAP_1D)).lane(0);
    }

    @Override
    public boolean split(double[] t, int tOffset, int count, double rounder, double[] sums, int sumsOffset) {
        DoubleVector all = DoubleVector.broadcast(D, rounder);
        LongVector left = DoubleVector.zero(D).reinterpretAsLongs();
        for (int j = 0; j < count; j += LD) {
            DoubleVector tj = DoubleVector.fromArray(D, t, tOffset + j);
            DoubleVector q = tj.add(all).sub(all);
            DoubleVector rest = tj.sub(q);
            DoubleVector.fromArray(D, sums, sumsOffset + j).add(q).intoArray(sums, sumsOffset + j);
            DOUBLES.cast(rest).intoArray(t, tOffset + j);
            left = rest.reinterpretAsLongs().or(left);
        }
        // −0 is nothing left
        return (left.reduceLanes(VectorOperators.OR) & Long.MAX_VALUE) != 0;
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
            s0 = ai.fma(DOUBLES.cast(FloatVector.fromArray(H, qBar, o).convertShape(F2D, D, 0)), DOUBLES.cast(s0));
            s1 = ai.fma(DOUBLES.cast(FloatVector.fromArray(H, qBar, o + LD).convertShape(F2D, D, 0)), DOUBLES.cast(s1));
            s2 = ai.fma(DOUBLES.cast(FloatVector.fromArray(H, qBar, o + 2 * LD).convertShape(F2D, D, 0)), DOUBLES.cast(s2));
            s3 = ai.fma(DOUBLES.cast(FloatVector.fromArray(H, qBar, o + 3 * LD).convertShape(F2D, D, 0)), DOUBLES.cast(s3));
        }
        ((FloatVector) s0.div(n).convertShape(D2F, H, 0)).intoArray(w, j);
        ((FloatVector) s1.div(n).convertShape(D2F, H, 0)).intoArray(w, j + LD);
        ((FloatVector) s2.div(n).convertShape(D2F, H, 0)).intoArray(w, j + 2 * LD);
        ((FloatVector) s3.div(n).convertShape(D2F, H, 0)).intoArray(w, j + 3 * LD);
    }

    @Override
    public void readout(float[] delta, float[] label, double shared, int d, double[] a, double n, float[] w) {
        DoubleVector ad = DoubleVector.broadcast(D, a[d]);
        DoubleVector all = DoubleVector.broadcast(D, shared);
        int j = 0;
        for (; j <= d - LD; j += LD) {
            DoubleVector row = ad.fma(DOUBLES.cast(FloatVector.fromArray(H, label, j).convertShape(F2D, D, 0)), all);
            DoubleVector aj = DoubleVector.fromArray(D, a, j);
            DoubleVector sum = aj.fma(DOUBLES.cast(FloatVector.fromArray(H, delta, j).convertShape(F2D, D, 0)), row);
            ((FloatVector) sum.div(n).convertShape(D2F, H, 0)).intoArray(w, j);
        }
        for (; j < d; j++) {
            w[j] = (float) (Math.fma(delta[j], a[j], Math.fma(label[j], a[d], shared)) / n);
        }
    }

    @Override
    public void uniforms(int[] state, float scale, float[] out, int o, int count) {
        VectorStreams.uniforms(state, scale, out, o, count);
    }

    @Override
    public void normals(int[] state, float[] out, int o, int count) {
        if (MODERN) {
            VectorStreams.normals(state, out, o, count);
        } else {
            PLAIN.normals(state, out, o, count);
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
    public int tileStep() {
        return VectorTile.STEP;
    }

    @Override
    public void tile(float[] a, int aOffset, float[] b, int bOffset, int k, int used, float[] t, int tOffset,
            int tStride) {
        if (used <= VectorTile.STEP && VectorTile.STEP < VectorTile.COLUMNS) {
            VectorTile.eightHalfRows(a, aOffset, b, bOffset, k, t, tOffset, tStride);
        } else if (VectorTile.ROWS == 8) {
            VectorTile.eightRows(a, aOffset, b, bOffset, k, t, tOffset, tStride);
        } else {
            VectorTile.fourRows(a, aOffset, b, bOffset, k, t, tOffset, tStride);
        }
    }

    @Override
    public void packPanels(float[] from, int o, int lines, int step, int depth, int width, float[] out, int to) {
        VectorTile.packPanels(from, o, lines, step, depth, width, out, to);
    }

    @Override
    public void packRows(float[] from, int o, int stride, int depth, int width, float[] out, int to) {
        VectorTile.packRows(from, o, stride, depth, width, out, to);
    }

    @Override
    public void addTile(float[] t, int tOffset, float[] c, int cOffset, int cStride) {
        VectorTile.add(t, tOffset, c, cOffset, cStride);
    }

    @Override
    public void addTile(float[] t, int tOffset, double[] g, int gOffset, int gStride) {
        VectorTile.add(t, tOffset, g, gOffset, gStride);
    }

    @Override
    public double dot(double[] a, int ao, double[] b, int bo, int n) {
        return PARTS > 2 ? PLAIN.dot(a, ao, b, bo, n) : VectorSolvers.dot(a, ao, b, bo, n);
    }

    @Override
    public void subtractDots(double[] a, int ao, int stride, int rows, int n, double[] x, int xo, double[] z, int zo) {
        if (PARTS > 2) {
            PLAIN.subtractDots(a, ao, stride, rows, n, x, xo, z, zo);
        } else {
            VectorSolvers.subtractDots(a, ao, stride, rows, n, x, xo, z, zo);
        }
    }

    @Override
    public void subtractProducts(double[] packed, int a, int b, int n, double[] out, int o, int stride, int rows) {
        VectorSolvers.subtractProducts(packed, a, b, n, out, o, stride, rows);
    }

    @Override
    public void solveFourRows(double[] r, int ro, int rStride, double[] x, int xo, int xStride, int columns) {
        VectorSolvers.solveFourRows(r, ro, rStride, x, xo, xStride, columns);
    }

    @Override
    public void subtractRow(double c, double[] a, int o, int n, double[] z, int zo) {
        VectorSolvers.subtractRow(c, a, o, n, z, zo);
    }

    @Override
    public void subtractRows(double[] a, int o0, double c0, int o1, double c1, int o2, double c2, int o3, double c3,
            int n, double[] z, int zo) {
        VectorSolvers.subtractRows(a, o0, c0, o1, c1, o2, c2, o3, c3, n, z, zo);
    }

    @Override
    public void symmetricRows(double[] a, int o, int stride, int rows, int n, double[] work, int vRow, int vColumn,
            int pRow, int pColumn) {
        if (PARTS > 2) {
            PLAIN.symmetricRows(a, o, stride, rows, n, work, vRow, vColumn, pRow, pColumn);
        } else {
            VectorSolvers.symmetricRows(a, o, stride, rows, n, work, vRow, vColumn, pRow, pColumn);
        }
    }

    @Override
    public void subtractPairs(double[] work, int length, int row, int column, double[] a, int o, int stride, int rows,
            int n) {
        VectorSolvers.subtractPairs(work, length, row, column, a, o, stride, rows, n);
    }

    @Override
    public void taskProducts(float[] w, int k, int q, int a, int b, int n, int c, int d, int m, int p, int x, int out,
            boolean lower) {
        VectorTasks.products(w, k, q, a, b, n, c, d, m, p, x, out, lower);
    }

    @Override
    public void taskSet(float[] w, int entry, float value) {
        VectorTasks.set(w, entry, value);
    }

    @Override
    public void taskImage(float[] w, int c, int k, int v, int out) {
        VectorTasks.image(w, c, k, v, out);
    }

    @Override
    public void taskDot(float[] w, int a, int b, int n, int out) {
        VectorTasks.dot(w, a, b, n, out);
    }

    @Override
    public void taskCombine(float[] w, int n, int p, int x, int q, int y, int r, int z, int out) {
        VectorTasks.combine(w, n, p, x, q, y, r, z, out);
    }

    @Override
    public void taskCombine(float[] w, int n, int p, int x, int q, int y, int out) {
        VectorTasks.combine(w, n, p, x, q, y, out);
    }

    @Override
    public void taskAddTransposed(float[] w, int k, int p, int q, int x, int out) {
        VectorTasks.addTransposed(w, k, p, q, x, out);
    }

    @Override
    public void taskSymmetrize(float[] w, int k, int x, int out) {
        VectorTasks.symmetrize(w, k, x, out);
    }

    @Override
    public void taskMirror(float[] w, int k, int x) {
        VectorTasks.mirror(w, k, x);
    }

    @Override
    public void taskMultiply(float[] w, int n, int x, int y, int out) {
        VectorTasks.multiply(w, n, x, y, out);
    }
}
