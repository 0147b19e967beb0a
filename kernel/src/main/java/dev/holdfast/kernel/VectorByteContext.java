package dev.holdfast.kernel;

import static dev.holdfast.kernel.Lanes.F;
import static dev.holdfast.kernel.Lanes.FLOATS;
import static dev.holdfast.kernel.Lanes.I;
import static dev.holdfast.kernel.Lanes.L;
import static dev.holdfast.kernel.Lanes.LANES;
import static dev.holdfast.kernel.Lanes.PARTS;
import static jdk.incubator.vector.VectorOperators.B2I;
import static jdk.incubator.vector.VectorOperators.I2F;
import static jdk.incubator.vector.VectorOperators.ZERO_EXTEND_B2I;

import java.util.Arrays;
import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.Vector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorShape;
import jdk.incubator.vector.VectorSpecies;

/**
 * {@link VectorContext} for rows of unsigned bytes, which become floats in the registers. What is read past the end of
 * a row is finite, and meets zeros of p or sums that nobody reads: no mask is needed.
 */
final class VectorByteContext {
    /** At least 64 bits: at 128-bit vectors half of the bytes read are not used. */
    private static final VectorSpecies<Byte> B = VectorSpecies.of(byte.class, VectorShape.forBitSize(Math.max(64, 8 * L)));

    /** Bytes of a line of the cache. */
    private static final int LINE = 64;

    private static final int S = ContextWork.S;
    private static final int SUM = ContextWork.SUM;

    /** Without signs where that is one instruction, else with them, to be cut off. */
    private static final VectorOperators.Conversion<Byte, Integer> WIDEN = VectorKernels.MODERN ? ZERO_EXTEND_B2I : B2I;

    private static final int LOW = VectorKernels.MODERN ? -1 : 0xff;

    private VectorByteContext() {}

    static float addBlock(byte[] x, int xOffset, int stride, int rows, int d, float c, float[] y, int yOffset, float pd,
            float[] work) {
        int lanes = ContextWork.lanes(d), row = ContextWork.row(d);
        Arrays.fill(work, SUM, ContextWork.p(d), 0f);
        System.arraycopy(y, yOffset, work, ContextWork.Y, rows);
        boolean narrow = d <= 2 * LANES && PARTS <= 2;
        int read = (narrow ? 2 * LANES : ContextWork.wholeChunks(d)) - L + B.length();
        int inside = Lanes.rowsInside(x.length, xOffset, stride, rows, read);
        int n = narrow
                ? narrow(x, xOffset, stride, inside, d, c, y, yOffset, pd, work)
                : pairs(x, xOffset, stride, inside, d, c, y, yOffset, pd, work);
        // the last rows of the array
        for (; n < rows; n++) {
            copyPadded(x, xOffset + n * stride, d, work, row);
            float s = VectorContext.dot(work, row, d, work, ContextWork.p(d), work, lanes) + c;
            work[S + n] = Math.fma(pd, y[yOffset + n], s);
            VectorContext.addRow(work, row, d, work, S + n);
        }
        return VectorContext.labelDot(work, rows, d);
    }

    /** A row as floats, continued by zeros to a whole chunk. */
    private static void copyPadded(byte[] x, int o, int d, float[] work, int row) {
        for (int j = 0; j < d; j++) {
            work[row + j] = x[o + j] & 0xff;
        }
        Arrays.fill(work, row + d, row + ContextWork.wholeChunks(d), 0f);
    }

    /** Reads about a byte of each line of the cache, so that the lines of all rows are on their way at once. */
    private static void touch(byte[] x, int xOffset, int stride, int rows, float[] work) {
        int seen = 0, step = Math.max(1, LINE / stride);
        for (int n = 0; n < rows; n += step) {
            seen |= x[xOffset + n * stride];
        }
        work[S] = seen; // or the compiler would leave the loop out
    }

    /** Rows of at most two chunks: nothing but s is stored before the last row. */
    private static int narrow(byte[] x, int xOffset, int stride, int rows, int d, float c, float[] y, int yOffset,
            float pd, float[] work) {
        int po = ContextWork.p(d);
        touch(x, xOffset, stride, rows, work);
        FloatVector intercept = FloatVector.broadcast(F, c), label = FloatVector.broadcast(F, pd);
        FloatVector p0 = FloatVector.fromArray(F, work, po), p1 = FloatVector.fromArray(F, work, po + L);
        FloatVector p2 = FloatVector.fromArray(F, work, po + 2 * L), p3 = FloatVector.fromArray(F, work, po + 3 * L);
        FloatVector zero = FloatVector.zero(F), t0 = FloatVector.zero(F), t1 = FloatVector.zero(F);
        FloatVector t2 = FloatVector.zero(F), t3 = FloatVector.zero(F);
        for (int n = 0; n < rows; n++) {
            int o = xOffset + n * stride;
            Vector<Integer> i0 = ByteVector.fromArray(B, x, o).convertShape(WIDEN, I, 0).reinterpretAsInts().and(LOW);
            Vector<Integer> i1 = ByteVector.fromArray(B, x, o + L).convertShape(WIDEN, I, 0).reinterpretAsInts().and(LOW);
            Vector<Float> x0 = i0.convertShape(I2F, F, 0), x1 = i1.convertShape(I2F, F, 0), x2 = zero, x3 = zero;
            FloatVector s = p0.fma(x0, zero);
            if (PARTS == 1) {
                s = p1.fma(x1, s);
                s = s.add(s.rearrange(Lanes.SWAP_8));
            } else {
                x2 = ByteVector.fromArray(B, x, o + 2 * L).convertShape(WIDEN, I, 0)
                        .reinterpretAsInts().and(LOW).convertShape(I2F, F, 0);
                x3 = ByteVector.fromArray(B, x, o + 3 * L).convertShape(WIDEN, I, 0)
                        .reinterpretAsInts().and(LOW).convertShape(I2F, F, 0);
                s = p2.fma(x2, s).add(p3.fma(x3, p1.fma(x1, zero)));
            }
            s = s.add(s.rearrange(Lanes.SWAP_4));
            s = s.add(s.rearrange(Lanes.SWAP_2));
            s = s.add(s.rearrange(Lanes.SWAP_1));
            s = label.fma(FloatVector.broadcast(F, y[yOffset + n]), s.add(intercept));
            work[S + n] = s.lane(0);
            t0 = s.fma(FLOATS.cast(x0), FLOATS.cast(t0));
            t1 = s.fma(FLOATS.cast(x1), FLOATS.cast(t1));
            if (PARTS > 1) {
                t2 = s.fma(FLOATS.cast(x2), FLOATS.cast(t2));
                t3 = s.fma(FLOATS.cast(x3), FLOATS.cast(t3));
            }
        }
        FLOATS.cast(t0).intoArray(work, SUM);
        FLOATS.cast(t1).intoArray(work, SUM + L);
        if (PARTS > 1) {
            FLOATS.cast(t2).intoArray(work, SUM + 2 * L);
            FLOATS.cast(t3).intoArray(work, SUM + 3 * L);
        }
        return rows;
    }

    /** Pairs of rows, read twice; the second time from the nearest cache. */
    private static int pairs(byte[] x, int xOffset, int stride, int rows, int d, float c, float[] y, int yOffset,
            float pd, float[] work) {
        int lanes = ContextWork.lanes(d);
        int n = 0;
        for (; n + 2 <= rows; n += 2) {
            int o = xOffset + n * stride;
            dotPair(x, o, o + stride, d, work, lanes);
            foldPair(work, lanes, c, y, yOffset + n, pd, S + n);
            addPair(x, o, o + stride, d, work, S + n);
        }
        return n;
    }

    /** The lanes of two rows. */
    private static void dotPair(byte[] x, int o, int o1, int d, float[] work, int lanes) {
        int po = ContextWork.p(d), end = ContextWork.wholeChunks(d);
        for (int part = 0; part < LANES; part += L) {
            FloatVector s0 = FloatVector.zero(F), s1 = FloatVector.zero(F);
            for (int j = part; j < end; j += LANES) {
                FloatVector p = FloatVector.fromArray(F, work, po + j);
                Vector<Integer> i0 = ByteVector.fromArray(B, x, o + j).convertShape(WIDEN, I, 0)
                        .reinterpretAsInts().and(LOW);
                Vector<Integer> i1 = ByteVector.fromArray(B, x, o1 + j).convertShape(WIDEN, I, 0)
                        .reinterpretAsInts().and(LOW);
                s0 = p.fma(FLOATS.cast(i0.convertShape(I2F, F, 0)), FLOATS.cast(s0));
                s1 = p.fma(FLOATS.cast(i1.convertShape(I2F, F, 0)), FLOATS.cast(s1));
            }
            FLOATS.cast(s0).intoArray(work, lanes + part);
            FLOATS.cast(s1).intoArray(work, lanes + LANES + part);
        }
    }

    /** sum += s_0 x_0 + s_1 x_1. */
    private static void addPair(byte[] x, int o, int o1, int d, float[] work, int so) {
        FloatVector w0 = FloatVector.broadcast(F, work[so]), w1 = FloatVector.broadcast(F, work[so + 1]);
        for (int j = 0; j < d; j += L) {
            Vector<Integer> i0 = ByteVector.fromArray(B, x, o + j).convertShape(WIDEN, I, 0).reinterpretAsInts().and(LOW);
            Vector<Integer> i1 = ByteVector.fromArray(B, x, o1 + j).convertShape(WIDEN, I, 0).reinterpretAsInts().and(LOW);
            FloatVector t = w0.fma(FLOATS.cast(i0.convertShape(I2F, F, 0)), FloatVector.fromArray(F, work, SUM + j));
            w1.fma(FLOATS.cast(i1.convertShape(I2F, F, 0)), FLOATS.cast(t)).intoArray(work, SUM + j);
        }
    }

    /** s = the folded lanes of two rows, plus c and the label's share. */
    private static void foldPair(float[] work, int lanes, float c, float[] y, int yo, float pd, int so) {
        work[so] = Math.fma(pd, y[yo], VectorContext.foldRow(work, lanes) + c);
        work[so + 1] = Math.fma(pd, y[yo + 1], VectorContext.foldRow(work, lanes + LANES) + c);
    }
}
