package dev.holdfast.kernel;

import static dev.holdfast.kernel.Lanes.F;
import static dev.holdfast.kernel.Lanes.I;
import static dev.holdfast.kernel.Lanes.L;
import static dev.holdfast.kernel.Lanes.LANES;
import static dev.holdfast.kernel.Lanes.PARTS;
import static dev.holdfast.kernel.Lanes.SWAP_1;
import static dev.holdfast.kernel.Lanes.SWAP_2;
import static dev.holdfast.kernel.Lanes.SWAP_4;
import static dev.holdfast.kernel.Lanes.SWAP_8;
import static dev.holdfast.kernel.Lanes.UPPER_1;
import static dev.holdfast.kernel.Lanes.UPPER_2;
import static dev.holdfast.kernel.Lanes.UPPER_4;
import static dev.holdfast.kernel.Lanes.UPPER_8;
import static dev.holdfast.kernel.Lanes.fma;
import static dev.holdfast.kernel.Lanes.fold;
import static dev.holdfast.kernel.Lanes.load;

import java.util.Arrays;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorShuffle;

/**
 * One block of the context pass. A row is read twice, for s_n = p·z_n and for s_n x_n, and comes from memory once: the
 * second time, a group of 16 rows is in a near cache. Rows of at most two chunks stay in registers between the two.
 *
 * <p>Vectors that read past the end of a row are cut off by a blend; the last rows, behind which the array may end, are
 * copied to a padded one: masked loads are slow on narrow hardware. The sums and p have room for whole chunks.
 */
final class VectorContext {
    private static final int S = ContextWork.S;
    private static final int SUM = ContextWork.SUM;

    /** Rows whose sums are folded together. */
    private static final int GROUP = 16;
    /** Rows whose dot products run together, in eight accumulators: enough to hide the latency of an addition. */
    private static final int DOT_ROWS = 8 / PARTS;
    private static final int P1 = 1 % PARTS * L, P2 = 2 % PARTS * L, P3 = 3 % PARTS * L;
    private static final int R1 = 1 / PARTS, R2 = 2 / PARTS, R3 = 3 / PARTS;
    private static final int R4 = 4 / PARTS, R5 = 5 / PARTS, R6 = 6 / PARTS, R7 = 7 / PARTS;
    /** All bits set, then none: what is read from 16 − k on keeps k elements. */
    private static final int[] EDGE = new int[2 * LANES];

    static {
        Arrays.fill(EDGE, 0, LANES, -1);
    }

    private VectorContext() {}

    static float addBlock(float[] x, int xOffset, int stride, int rows, int d, float[] y, int yOffset, float pd,
            float[] work) {
        int po = ContextWork.p(d), lanes = ContextWork.lanes(d);
        Arrays.fill(work, SUM, po, 0f);
        boolean narrow = d <= 2 * LANES && PARTS <= 2;
        int read = narrow ? 2 * LANES : ContextWork.wholeChunks(d);
        int inside = Lanes.rowsInside(x.length, xOffset, stride, rows, read);
        int n = narrow
                ? narrow(x, xOffset, stride, inside, d, y, yOffset, pd, work)
                : grouped(x, xOffset, stride, inside, d, y, yOffset, pd, work);
        int row = ContextWork.row(d);
        for (; n < rows; n++) {
            copyPadded(x, xOffset + n * stride, d, work, row);
            work[S + n] = Math.fma(pd, y[yOffset + n], dot(work, row, d, work, po, work, lanes));
            addRow(work, row, d, work, S + n);
        }
        return labelDot(y, yOffset, rows, work, row, lanes);
    }

    /** A row, continued by zeros to a whole chunk. */
    private static void copyPadded(float[] x, int o, int d, float[] work, int row) {
        System.arraycopy(x, o, work, row, d);
        Arrays.fill(work, row + d, row + ContextWork.wholeChunks(d), 0f);
    }

    /** s·y. */
    static float labelDot(float[] y, int yOffset, int rows, float[] work, int row, int lanes) {
        int whole = rows & -LANES;
        Arrays.fill(work, lanes, lanes + LANES, 0f);
        addProducts(y, yOffset, whole, work, S, work, lanes);
        if (whole < rows) {
            copyPadded(y, yOffset + whole, rows - whole, work, row);
            Arrays.fill(work, S + rows, S + whole + LANES, 0f);
            addProducts(work, row, LANES, work, S + whole, work, lanes);
        }
        return foldRow(work, lanes);
    }

    /** p·x of one row that whole chunks may be read of. */
    static float dot(float[] x, int o, int d, float[] p, int po, float[] work, int lanes) {
        Arrays.fill(work, lanes, lanes + LANES, 0f);
        addProducts(x, o, ContextWork.wholeChunks(d), p, po, work, lanes);
        return foldRow(work, lanes);
    }

    /** Adds the products of whole chunks to the lanes of one row. */
    private static void addProducts(float[] x, int o, int length, float[] p, int po, float[] work, int lanes) {
        for (int part = 0; part < LANES; part += L) {
            FloatVector s = load(work, lanes + part);
            for (int j = part; j < length; j += LANES) {
                s = fma(load(x, o + j), load(p, po + j), s);
            }
            s.intoArray(work, lanes + part);
        }
    }

    /** The sum of the 16 lanes of one row. */
    static float foldRow(float[] work, int lanes) {
        FloatVector v = load(work, lanes);
        if (PARTS == 4) {
            v = v.add(load(work, lanes + 2 * L)).add(load(work, lanes + L).add(load(work, lanes + 3 * L)));
        } else if (PARTS == 2) {
            v = v.add(load(work, lanes + L));
        }
        return fold(v).lane(0);
    }

    /** sum += s x of one row that whole chunks may be read of. */
    static void addRow(float[] x, int o, int d, float[] work, int so) {
        FloatVector s = FloatVector.broadcast(F, work[so]);
        for (int j = 0; j < d; j += L) {
            fma(load(x, o + j), s, load(work, SUM + j)).intoArray(work, SUM + j);
        }
    }

    /** Rows of at most two chunks: nothing but s is stored before the last row. */
    private static int narrow(float[] x, int xOffset, int stride, int rows, int d, float[] y, int yOffset, float pd,
            float[] work) {
        int po = ContextWork.p(d);
        VectorMask<Float> m0 = F.indexInRange(0, d), m1 = F.indexInRange(L, d);
        VectorMask<Float> m2 = F.indexInRange(2 * L, d), m3 = F.indexInRange(3 * L, d);
        FloatVector label = FloatVector.broadcast(F, pd), zero = FloatVector.zero(F);
        FloatVector p0 = load(work, po), p1 = load(work, po + L);
        FloatVector p2 = PARTS == 1 ? zero : load(work, po + 2 * L), p3 = PARTS == 1 ? zero : load(work, po + 3 * L);
        FloatVector t0 = zero, t1 = zero, t2 = zero, t3 = zero;
        for (int n = 0; n < rows; n++) {
            int o = xOffset + n * stride;
            FloatVector x0 = load(x, o, m0), x1 = load(x, o + L, m1);
            FloatVector s;
            if (PARTS == 1) {
                s = fma(x0, p0, zero);
                s = fold(d <= LANES ? s : fma(x1, p1, s));
            } else {
                FloatVector x2 = load(x, o + 2 * L, m2), x3 = load(x, o + 3 * L, m3);
                s = fma(x0, p0, zero);
                FloatVector upper = fma(x1, p1, zero);
                s = fold(d <= LANES ? s.add(upper) : fma(x2, p2, s).add(fma(x3, p3, upper)));
            }
            s = fma(label, FloatVector.broadcast(F, y[yOffset + n]), s);
            work[S + n] = s.lane(0);
            t0 = fma(x0, s, t0);
            t1 = fma(x1, s, t1);
            if (PARTS > 1) {
                t2 = fma(load(x, o + 2 * L), s, t2);
                t3 = fma(load(x, o + 3 * L), s, t3);
            }
        }
        t0.intoArray(work, SUM);
        t1.intoArray(work, SUM + L);
        if (PARTS > 1) {
            t2.intoArray(work, SUM + 2 * L);
            t3.intoArray(work, SUM + 3 * L);
        }
        return rows;
    }

    /** Groups of 16 rows, whose folds share their shuffles. */
    private static int grouped(float[] x, int xOffset, int stride, int rows, int d, float[] y, int yOffset, float pd,
            float[] work) {
        int lanes = ContextWork.lanes(d);
        int n = 0;
        for (; n + GROUP <= rows; n += GROUP) {
            int o = xOffset + n * stride;
            for (int r = 0; r < GROUP; r += DOT_ROWS) {
                dots(x, o + r * stride, stride, d, work, lanes + r * LANES);
            }
            for (int r = 0; r < GROUP; r += L) {
                foldGroup(work, lanes + r * LANES, y, yOffset + n + r, pd, S + n + r);
            }
            addEight(x, o, stride, d, work, S + n);
            addEight(x, o + 8 * stride, stride, d, work, S + n + 8);
        }
        return n;
    }

    /**
     * The lanes of DOT_ROWS rows, one after the other: accumulator q holds part q mod PARTS of row q / PARTS. A step loads
     * eight vectors of x, and PARTS of p, for eight fused multiply-adds.
     */
    private static void dots(float[] x, int o, int stride, int d, float[] work, int lanes) {
        int whole = d & -LANES, po = ContextWork.p(d);
        int o1 = o + R1 * stride + P1, o2 = o + R2 * stride + P2, o3 = o + R3 * stride + P3;
        int o4 = o + R4 * stride, o5 = o + R5 * stride + P1, o6 = o + R6 * stride + P2, o7 = o + R7 * stride + P3;
        FloatVector s0 = FloatVector.zero(F), s1 = s0, s2 = s0, s3 = s0, s4 = s0, s5 = s0, s6 = s0, s7 = s0;
        for (int j = 0; j < whole; j += LANES) {
            FloatVector p0 = load(work, po + j), p1 = load(work, po + P1 + j);
            FloatVector p2 = load(work, po + P2 + j), p3 = load(work, po + P3 + j);
            s0 = fma(load(x, o + j), p0, s0);
            s1 = fma(load(x, o1 + j), p1, s1);
            s2 = fma(load(x, o2 + j), p2, s2);
            s3 = fma(load(x, o3 + j), p3, s3);
            s4 = fma(load(x, o4 + j), p0, s4);
            s5 = fma(load(x, o5 + j), p1, s5);
            s6 = fma(load(x, o6 + j), p2, s6);
            s7 = fma(load(x, o7 + j), p3, s7);
        }
        s0.intoArray(work, lanes);
        s1.intoArray(work, lanes + L);
        s2.intoArray(work, lanes + 2 * L);
        s3.intoArray(work, lanes + 3 * L);
        s4.intoArray(work, lanes + 4 * L);
        s5.intoArray(work, lanes + 5 * L);
        s6.intoArray(work, lanes + 6 * L);
        s7.intoArray(work, lanes + 7 * L);
        for (int part = 0; whole < d && part < LANES; part += L) {
            dotsTail(x, o + whole + part, stride, LANES - (d - whole) + part, work, po + whole + part, lanes + part);
        }
    }

    /** {@link #dots} for a part of the last chunk, with the bits of EDGE that keep what is before the row's end. */
    private static void dotsTail(float[] x, int o, int stride, int edge, float[] work, int po, int lanes) {
        IntVector kept = IntVector.fromArray(I, EDGE, edge);
        FloatVector p = load(work, po);
        for (int r = 0; r < DOT_ROWS; r++) {
            int to = lanes + r * LANES;
            FloatVector v = load(x, o + r * stride).reinterpretAsInts().and(kept).reinterpretAsFloats();
            fma(v, p, load(work, to)).intoArray(work, to);
        }
    }

    /**
     * s of L rows from their lanes. Where two rows have h lanes each, half of a vector is the first row's, half the
     * second's, and one exchange of halves folds both.
     */
    private static void foldGroup(float[] work, int lanes, float[] y, int yo, float pd, int so) {
        for (int i = 0; PARTS > 1 && i < L; i++) {
            int o = lanes + i * LANES;
            FloatVector v = load(work, o);
            (PARTS == 4
                            ? v.add(load(work, o + 2 * L)).add(load(work, o + L).add(load(work, o + 3 * L)))
                            : v.add(load(work, o + L)))
                    .intoArray(work, o);
        }
        for (int i = 0; L > 8 && i < 8; i++) {
            int o = lanes + i * LANES;
            foldTwo(load(work, o), load(work, o + 8 * LANES), UPPER_8, SWAP_8).intoArray(work, o);
        }
        for (int i = 0; L > 4 && i < 4; i++) {
            int o = lanes + i * LANES;
            foldTwo(load(work, o), load(work, o + 4 * LANES), UPPER_4, SWAP_4).intoArray(work, o);
        }
        for (int i = 0; i < 2; i++) {
            int o = lanes + i * LANES;
            foldTwo(load(work, o), load(work, o + 2 * LANES), UPPER_2, SWAP_2).intoArray(work, o);
        }
        FloatVector s = foldTwo(load(work, lanes), load(work, lanes + LANES), UPPER_1, SWAP_1);
        fma(load(y, yo), FloatVector.broadcast(F, pd), s).intoArray(work, so);
    }

    private static FloatVector foldTwo(
            FloatVector a, FloatVector b, VectorMask<Float> upper, VectorShuffle<Float> swap) {
        return a.blend(b, upper).add(b.blend(a, upper).rearrange(swap));
    }

    /** Eight rows share one load and one store of the sums. */
    private static void addEight(float[] x, int o, int stride, int d, float[] work, int so) {
        FloatVector w0 = FloatVector.broadcast(F, work[so]), w1 = FloatVector.broadcast(F, work[so + 1]);
        FloatVector w2 = FloatVector.broadcast(F, work[so + 2]), w3 = FloatVector.broadcast(F, work[so + 3]);
        FloatVector w4 = FloatVector.broadcast(F, work[so + 4]), w5 = FloatVector.broadcast(F, work[so + 5]);
        FloatVector w6 = FloatVector.broadcast(F, work[so + 6]), w7 = FloatVector.broadcast(F, work[so + 7]);
        int o1 = o + stride, o2 = o1 + stride, o3 = o2 + stride, o4 = o3 + stride;
        int o5 = o4 + stride, o6 = o5 + stride, o7 = o6 + stride;
        for (int j = 0; j < d; j += L) {
            FloatVector t = fma(load(x, o + j), w0, load(work, SUM + j));
            t = fma(load(x, o1 + j), w1, t);
            t = fma(load(x, o2 + j), w2, t);
            t = fma(load(x, o3 + j), w3, t);
            t = fma(load(x, o4 + j), w4, t);
            t = fma(load(x, o5 + j), w5, t);
            t = fma(load(x, o6 + j), w6, t);
            fma(load(x, o7 + j), w7, t).intoArray(work, SUM + j);
        }
    }
}
