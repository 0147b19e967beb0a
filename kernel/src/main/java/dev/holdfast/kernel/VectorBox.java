package dev.holdfast.kernel;

import static dev.holdfast.kernel.Lanes.D;
import static dev.holdfast.kernel.Lanes.DOUBLES;
import static dev.holdfast.kernel.Lanes.DOUBLE_LANES;
import static dev.holdfast.kernel.Lanes.F;
import static dev.holdfast.kernel.Lanes.H;
import static dev.holdfast.kernel.Lanes.L;
import static dev.holdfast.kernel.Lanes.LD;
import static dev.holdfast.kernel.Lanes.SWAP_1D;
import static dev.holdfast.kernel.Lanes.SWAP_2D;
import static dev.holdfast.kernel.Lanes.SWAP_4D;
import static dev.holdfast.kernel.Lanes.UPPER_2D;
import static dev.holdfast.kernel.Lanes.UPPER_4D;
import static jdk.incubator.vector.VectorOperators.F2D;
import static jdk.incubator.vector.VectorOperators.FMA;
import static jdk.incubator.vector.VectorOperators.GE;
import static jdk.incubator.vector.VectorOperators.LE;
import static jdk.incubator.vector.VectorOperators.MAX;

import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorMask;

/** One query in a box. */
final class VectorBox {
    private VectorBox() {}

    /** Three loads, two comparisons and a branch a vector. */
    static boolean inside(float[] x, int o, int d, float[] lower, float[] upper) {
        boolean each = lower.length > 1;
        FloatVector l = FloatVector.broadcast(F, lower[0]), u = FloatVector.broadcast(F, upper[0]);
        int whole = F.loopBound(d);
        for (int j = 0; j < whole; j += L) {
            FloatVector xj = FloatVector.fromArray(F, x, o + j);
            VectorMask<Float> above = xj.compare(GE, each ? FloatVector.fromArray(F, lower, j) : l);
            if (!above.and(xj.compare(LE, each ? FloatVector.fromArray(F, upper, j) : u)).allTrue()) {
                return false;
            }
        }
        VectorMask<Float> m = F.indexInRange(whole, d);
        FloatVector xj = FloatVector.fromArray(F, x, o + whole, m);
        VectorMask<Float> above = xj.compare(GE, each ? FloatVector.fromArray(F, lower, whole, m) : l);
        return !m.andNot(above.and(xj.compare(LE, each ? FloatVector.fromArray(F, upper, whole, m) : u))).anyTrue();
    }

    /**
     * A pass for each vector of every 8 doubles. A step has five loads, the widest of doubles, two conversions and eleven
     * operations more, which bound it.
     */
    static double cornerScore(float[] x, int o, int d, float[] edge, float[] b, double[] v, float theta, float[] w,
            double norm1, double c, double[] moving) {
        DoubleVector sum = DoubleVector.zero(D), price = sum;
        IntVector greatest = FloatVector.zero(H).reinterpretAsInts();
        int ended = 0, whole = d & -DOUBLE_LANES;
        for (int l = 0; l < DOUBLE_LANES; l += LD) {
            DoubleVector s = DoubleVector.zero(D), p = s;
            for (int j = l; j < whole; j += DOUBLE_LANES) {
                FloatVector xj = FloatVector.fromArray(H, x, o + j), ej = FloatVector.fromArray(H, edge, j);
                VectorMask<Float> ends = ej.sub(xj).abs().compare(LE, FloatVector.fromArray(H, b, j).mul(theta));
                FloatVector corner = xj.blend(ej, ends);
                DoubleVector wj = DOUBLES.cast(FloatVector.fromArray(H, w, j).convertShape(F2D, D, 0));
                s = DOUBLES.cast(corner.convertShape(F2D, D, 0)).lanewise(FMA, wj, s);
                p = DoubleVector.fromArray(D, v, j).blend(0, ends.cast(D)).add(p);
                greatest = corner.reinterpretAsInts().and(Integer.MAX_VALUE).max(greatest);
                ended += ends.trueCount();
            }
            int j = whole + l;
            if (j < d) {
                VectorMask<Float> m = H.indexInRange(j, d);
                FloatVector xj = FloatVector.fromArray(H, x, o + j, m), ej = FloatVector.fromArray(H, edge, j, m);
                VectorMask<Float> ends = ej.sub(xj).abs().compare(LE, FloatVector.fromArray(H, b, j, m).mul(theta), m);
                FloatVector corner = xj.blend(ej, ends);
                DoubleVector wj = DOUBLES.cast(FloatVector.fromArray(H, w, j, m).convertShape(F2D, D, 0));
                s = DOUBLES.cast(corner.convertShape(F2D, D, 0)).lanewise(FMA, wj, s);
                p = DoubleVector.fromArray(D, v, j, m.cast(D)).blend(0, ends.cast(D)).add(p);
                greatest = corner.reinterpretAsInts().and(Integer.MAX_VALUE).max(greatest);
                ended += ends.trueCount();
            }
            sum = s.add(sum);
            price = p.add(price);
        }
        // one half of a vector for each of them
        DoubleVector both = LD > 4
                ? sum.blend(price, UPPER_4D).add(price.blend(sum, UPPER_4D).rearrange(SWAP_4D))
                : sum.blend(price, UPPER_2D).add(price.blend(sum, UPPER_2D).rearrange(SWAP_2D));
        both = LD > 4 ? both.add(both.rearrange(SWAP_2D)) : both;
        both = both.add(both.rearrange(SWAP_1D));
        moving[0] = both.lane(LD / 2);
        moving[1] = d - ended;
        return ScalarKernels.certain(both.lane(0), greatest.reduceLanes(MAX), d / DOUBLE_LANES, norm1, c);
    }
}
