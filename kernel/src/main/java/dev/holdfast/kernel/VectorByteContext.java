package dev.holdfast.kernel;

import static dev.holdfast.kernel.Lanes.BITS;
import static dev.holdfast.kernel.Lanes.F;
import static dev.holdfast.kernel.Lanes.L;
import static dev.holdfast.kernel.Lanes.LANES;
import static dev.holdfast.kernel.Lanes.PARTS;
import static dev.holdfast.kernel.Lanes.fma;
import static dev.holdfast.kernel.Lanes.fold;
import static dev.holdfast.kernel.Lanes.load;

import java.util.Arrays;
import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorShape;
import jdk.incubator.vector.VectorSpecies;

/**
 * {@link VectorContext} for rows of unsigned bytes, which become floats in the registers. What is read past the end of
 * a row is finite, and meets zeros of p or sums that nobody reads: no mask is needed.
 */
final class VectorByteContext {
    private static final VectorSpecies<Integer> I = VectorSpecies.of(int.class, VectorShape.forBitSize(BITS));
    /** At least 64 bits: at 128-bit vectors half of the bytes read are not used. */
    private static final VectorSpecies<Byte> B = VectorSpecies.of(byte.class, VectorShape.forBitSize(Math.max(64, 8 * L)));

    /** Bytes of a line of the cache. */
    private static final int LINE = 64;

    private static final int S = ContextWork.S;
    private static final int SUM = ContextWork.SUM;

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

    private static FloatVector bytes(byte[] x, int o) {
        IntVector wide = (IntVector) ByteVector.fromArray(B, x, o).convertShape(VectorOperators.ZERO_EXTEND_B2I, I, 0);
        return (FloatVector) wide.convertShape(VectorOperators.I2F, F, 0);
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
        FloatVector p0 = load(work, po), p1 = load(work, po + L), zero = FloatVector.zero(F);
        FloatVector p2 = PARTS == 1 ? zero : load(work, po + 2 * L), p3 = PARTS == 1 ? zero : load(work, po + 3 * L);
        FloatVector t0 = zero, t1 = zero, t2 = zero, t3 = zero;
        for (int n = 0; n < rows; n++) {
            int o = xOffset + n * stride;
            FloatVector x0 = bytes(x, o), x1 = bytes(x, o + L);
            FloatVector x2 = PARTS == 1 ? zero : bytes(x, o + 2 * L), x3 = PARTS == 1 ? zero : bytes(x, o + 3 * L);
            FloatVector s = fma(x0, p0, zero);
            s = PARTS == 1 ? fma(x1, p1, s) : fma(x2, p2, s).add(fma(x3, p3, fma(x1, p1, zero)));
            s = fma(label, FloatVector.broadcast(F, y[yOffset + n]), fold(s).add(intercept));
            work[S + n] = s.lane(0);
            t0 = fma(x0, s, t0);
            t1 = fma(x1, s, t1);
            if (PARTS > 1) {
                t2 = fma(x2, s, t2);
                t3 = fma(x3, s, t3);
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
            FloatVector s0 = FloatVector.zero(F), s1 = s0;
            for (int j = part; j < end; j += LANES) {
                FloatVector p = load(work, po + j);
                s0 = fma(bytes(x, o + j), p, s0);
                s1 = fma(bytes(x, o1 + j), p, s1);
            }
            s0.intoArray(work, lanes + part);
            s1.intoArray(work, lanes + LANES + part);
        }
    }

    /** sum += s_0 x_0 + s_1 x_1. */
    private static void addPair(byte[] x, int o, int o1, int d, float[] work, int so) {
        FloatVector w0 = FloatVector.broadcast(F, work[so]), w1 = FloatVector.broadcast(F, work[so + 1]);
        for (int j = 0; j < d; j += L) {
            fma(bytes(x, o1 + j), w1, fma(bytes(x, o + j), w0, load(work, SUM + j))).intoArray(work, SUM + j);
        }
    }

    /** s = the folded lanes of two rows, plus c and the label's share. */
    private static void foldPair(float[] work, int lanes, float c, float[] y, int yo, float pd, int so) {
        work[so] = Math.fma(pd, y[yo], VectorContext.foldRow(work, lanes) + c);
        work[so + 1] = Math.fma(pd, y[yo + 1], VectorContext.foldRow(work, lanes + LANES) + c);
    }
}
