package dev.holdfast.kernel;

import static dev.holdfast.kernel.Lanes.BITS;
import static dev.holdfast.kernel.Lanes.F;
import static dev.holdfast.kernel.Lanes.L;
import static dev.holdfast.kernel.Lanes.LANES;
import static dev.holdfast.kernel.Lanes.PARTS;
import static dev.holdfast.kernel.Lanes.fma;
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

    private static final int S = ContextWork.S;
    private static final int SUM = ContextWork.SUM;

    private VectorByteContext() {}

    static float addBlock(byte[] x, int xOffset, int stride, int rows, int d, float c, float[] y, int yOffset, float pd,
            float[] work) {
        int lanes = ContextWork.lanes(d), row = ContextWork.row(d);
        Arrays.fill(work, SUM, ContextWork.p(d), 0f);
        int read = ContextWork.wholeChunks(d) - L + B.length();
        int inside = (int) Math.min(rows, Math.max(0L, ((long) x.length - xOffset - read + stride) / stride));
        int dotted = inside < 4 ? 0 : pairs(x, xOffset, stride, inside, d, c, y, yOffset, pd, work);
        // the pair that is still to be added, and the last rows of the array
        for (int n = Math.max(0, dotted - 2); n < rows; n++) {
            copyPadded(x, xOffset + n * stride, d, work, row);
            if (n >= dotted) {
                float s = VectorContext.dot(work, row, d, work, ContextWork.p(d), work, lanes) + c;
                work[S + n] = Math.fma(pd, y[yOffset + n], s);
            }
            VectorContext.addRow(work, row, d, work, S + n);
        }
        return VectorContext.labelDot(y, yOffset, rows, work, row, lanes);
    }

    /** Pairs of rows, each added while the next one's dot products run; all but the last one. Returns how many have s. */
    private static int pairs(byte[] x, int xOffset, int stride, int rows, int d, float c, float[] y, int yOffset,
            float pd, float[] work) {
        int lanes = ContextWork.lanes(d);
        dotPair(x, xOffset, stride, d, work);
        foldPair(work, lanes, c, y, yOffset, pd, S);
        int n = 0;
        for (; n + 4 <= rows; n += 2) {
            addAndDot(x, xOffset + n * stride, stride, d, work, S + n);
            foldPair(work, lanes, c, y, yOffset + n + 2, pd, S + n + 2);
        }
        return n + 2;
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

    /** The lanes of two rows. */
    private static void dotPair(byte[] x, int o, int stride, int d, float[] work) {
        int po = ContextWork.p(d), lanes = ContextWork.lanes(d);
        Arrays.fill(work, lanes, lanes + 2 * LANES, 0f);
        for (int r = 0; r < 2; r++) {
            for (int part = 0; part < LANES; part += L) {
                int lo = lanes + r * LANES + part;
                FloatVector s = load(work, lo);
                for (int j = part; j < ContextWork.wholeChunks(d); j += LANES) {
                    s = fma(bytes(x, o + r * stride + j), load(work, po + j), s);
                }
                s.intoArray(work, lo);
            }
        }
    }

    /** Adds s_0 x_0 + s_1 x_1 to the sums, and leaves the lanes of p·x_2 and p·x_3. */
    private static void addAndDot(byte[] x, int o, int stride, int d, float[] work, int so) {
        if (PARTS == 1) {
            addAndDotLanes(x, o, stride, d, work, so);
        } else {
            for (int part = 0; part < LANES; part += 2 * L) {
                addAndDotParts(x, o, stride, d, work, so, part);
            }
        }
    }

    /** {@link #addAndDot} where one vector holds all lanes. */
    private static void addAndDotLanes(byte[] x, int o, int stride, int d, float[] work, int so) {
        int po = ContextWork.p(d), lanes = ContextWork.lanes(d), end = ContextWork.wholeChunks(d);
        int o1 = o + stride, o2 = o1 + stride, o3 = o2 + stride;
        FloatVector w0 = FloatVector.broadcast(F, work[so]), w1 = FloatVector.broadcast(F, work[so + 1]);
        FloatVector s0 = FloatVector.zero(F), s1 = s0;
        for (int j = 0; j < end; j += LANES) {
            fma(bytes(x, o1 + j), w1, fma(bytes(x, o + j), w0, load(work, SUM + j))).intoArray(work, SUM + j);
            FloatVector p = load(work, po + j);
            s0 = fma(bytes(x, o2 + j), p, s0);
            s1 = fma(bytes(x, o3 + j), p, s1);
        }
        s0.intoArray(work, lanes);
        s1.intoArray(work, lanes + LANES);
    }

    /** {@link #addAndDot} for two vectors of the lanes, from lane {@code part} on. */
    private static void addAndDotParts(byte[] x, int o, int stride, int d, float[] work, int so, int part) {
        int po = ContextWork.p(d), lanes = ContextWork.lanes(d) + part, end = ContextWork.wholeChunks(d);
        int o1 = o + stride, o2 = o1 + stride, o3 = o2 + stride;
        FloatVector w0 = FloatVector.broadcast(F, work[so]), w1 = FloatVector.broadcast(F, work[so + 1]);
        FloatVector s0 = FloatVector.zero(F), s1 = s0, s2 = s0, s3 = s0;
        for (int j = part; j < end; j += LANES) {
            int k = j + L;
            fma(bytes(x, o1 + j), w1, fma(bytes(x, o + j), w0, load(work, SUM + j))).intoArray(work, SUM + j);
            fma(bytes(x, o1 + k), w1, fma(bytes(x, o + k), w0, load(work, SUM + k))).intoArray(work, SUM + k);
            FloatVector p0 = load(work, po + j), p1 = load(work, po + k);
            s0 = fma(bytes(x, o2 + j), p0, s0);
            s1 = fma(bytes(x, o2 + k), p1, s1);
            s2 = fma(bytes(x, o3 + j), p0, s2);
            s3 = fma(bytes(x, o3 + k), p1, s3);
        }
        s0.intoArray(work, lanes);
        s1.intoArray(work, lanes + L);
        s2.intoArray(work, lanes + LANES);
        s3.intoArray(work, lanes + LANES + L);
    }

    /** s = the folded lanes of two rows, plus c and the label's share. */
    private static void foldPair(float[] work, int lanes, float c, float[] y, int yo, float pd, int so) {
        work[so] = Math.fma(pd, y[yo], VectorContext.foldRow(work, lanes) + c);
        work[so + 1] = Math.fma(pd, y[yo + 1], VectorContext.foldRow(work, lanes + LANES) + c);
    }
}
