package dev.holdfast.kernel;

import static dev.holdfast.kernel.Lanes.EDGE;
import static dev.holdfast.kernel.Lanes.F;
import static dev.holdfast.kernel.Lanes.FLOATS;
import static dev.holdfast.kernel.Lanes.I;
import static dev.holdfast.kernel.Lanes.L;
import static dev.holdfast.kernel.Lanes.LANES;
import static dev.holdfast.kernel.Lanes.PARTS;
import static jdk.incubator.vector.FloatVector.fromArray;

import java.util.Arrays;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorMask;

/**
 * One block of the context pass. A row is read twice, for s_n = p·z_n and for s_n x_n, and comes from memory once: the
 * second time, the rows of a group, 32 KB of them at most, are in the first-level cache. A group goes through phases,
 * each a loop of its own over all its rows: the 16 lanes of every row, their folds, the sums.
 *
 * <p>The last vector of a row is cut off by an AND of bits; the last rows, behind which the array may end, are copied
 * to a padded one: masked loads are slow on narrow hardware. The sums and p have room for a whole panel.
 *
 * <p>A load is the second factor of its product: the compiler makes it an operand of the instruction, where a first
 * factor takes a register and an instruction of its own, and 256 bits have 16 registers.
 */
final class VectorContext {
    private static final int S = ContextWork.S;
    private static final int Y = ContextWork.Y;
    private static final int SUM = ContextWork.SUM;

    /** Rows of a group, at most. */
    private static final int GROUP = ContextWork.ROWS;
    /** Floats of a group, at most: 32 KB. */
    private static final int GROUP_SIZE = 8192;
    /** Vectors of p or of the sums that stay in registers while the rows go by. */
    private static final int PANEL = 8;
    /** Features from which on a row's own loops are long enough to be fast. */
    private static final int WIDE = 384;

    /** Floats between the start of a cache line and the first element of an array that starts with one, by its header. */
    private static final int HEADER = 4;

    /**
     * Rows whose dot products run together: enough accumulators to hide the latency of an addition, and no more streams
     * from memory than that. At 256 bits, two rows take as long as four in the cache and less from memory.
     */
    private static final int DOT_ROWS = PARTS == 1 ? 8 : 2;
    private static final int P1 = 1 % PARTS * L, P2 = 2 % PARTS * L, P3 = 3 % PARTS * L;
    private static final int R1 = 1 / PARTS, R2 = 2 / PARTS, R3 = 3 / PARTS;
    private static final int R4 = 4 / PARTS, R5 = 5 / PARTS, R6 = 6 / PARTS, R7 = 7 / PARTS;
    private VectorContext() {}

    static float addBlock(float[] x, int xOffset, int stride, int rows, int d, float[] y, int yOffset, float pd,
            float[] work) {
        Arrays.fill(work, SUM, ContextWork.p(d), 0f);
        System.arraycopy(y, yOffset, work, Y, rows);
        // a load of the compiler's may be checked against the end of the whole panel: every row has room for it
        if (d <= 2 * LANES && PARTS <= 2) {
            int n = Lanes.rowsInside(x.length, xOffset, stride, rows, 2 * LANES);
            if (PARTS == 1) {
                narrow(x, xOffset, stride, n, d, pd, work);
            } else {
                overlapped(x, xOffset, stride, n, d, pd, work);
            }
            paddedRows(x, xOffset, stride, n, rows, d, 0, pd, work);
        } else if (d < WIDE && PARTS <= 2) {
            int panel = PANEL * LANES;
            int n = Lanes.rowsInside(x.length, xOffset, stride, rows, (d - 1 & -panel) + panel);
            panels(x, xOffset, stride, n, d, pd, work);
            paddedRows(x, xOffset, stride, n, rows, d, 0, pd, work);
        } else {
            alignedRows(x, xOffset, stride, rows, d, pd, work);
        }
        return labelDot(work, rows, d);
    }

    /** Rows from n on, one by one, each copied behind {@code head} zeros and continued by zeros to a whole chunk. */
    private static void paddedRows(float[] x, int xOffset, int stride, int n, int rows, int d, int head, float pd,
            float[] work) {
        int row = ContextWork.row(d), length = chunksRead(head, d);
        for (; n < rows; n++) {
            Arrays.fill(work, row, row + length, 0f);
            System.arraycopy(x, xOffset + n * stride, work, row + head, d);
            float s = dot(work, row, length, work, ContextWork.p(d), work, ContextWork.lanes(d));
            work[S + n] = Math.fma(pd, work[Y + n], s);
            addRow(work, row, head + d, work, S + n);
        }
    }

    /** s·y of what work keeps of them. */
    static float labelDot(float[] work, int rows, int d) {
        int whole = ContextWork.wholeChunks(rows);
        Arrays.fill(work, S + rows, S + whole, 0f);
        Arrays.fill(work, Y + rows, Y + whole, 0f);
        return dot(work, Y, rows, work, S, work, ContextWork.lanes(d));
    }

    /** p·x of one row that whole chunks may be read of. */
    static float dot(float[] x, int o, int d, float[] p, int po, float[] work, int lanes) {
        rowLanes(x, o, ContextWork.wholeChunks(d), p, po, work, lanes);
        return foldRow(work, lanes);
    }

    /** The lanes of one row of whole chunks. */
    private static void rowLanes(float[] x, int o, int length, float[] p, int po, float[] work, int lanes) {
        for (int part = 0; part < LANES; part += L) {
            FloatVector s = FloatVector.zero(F);
            for (int j = part; j < length; j += LANES) {
                s = fromArray(F, x, o + j).fma(fromArray(F, p, po + j), s);
            }
            FLOATS.cast(s).intoArray(work, lanes + part);
        }
    }

    /** The sum of the 16 lanes of one row. */
    static float foldRow(float[] work, int lanes) {
        if (PARTS > 1) {
            addParts(work, lanes, lanes);
        }
        FloatVector s = fromArray(F, work, lanes);
        s = L > 8 ? s.add(s.rearrange(Lanes.SWAP_8)) : s;
        s = L > 4 ? FLOATS.cast(s).add(FLOATS.cast(s).rearrange(Lanes.SWAP_4)) : s;
        s = FLOATS.cast(s).add(FLOATS.cast(s).rearrange(Lanes.SWAP_2));
        return s.add(s.rearrange(Lanes.SWAP_1)).lane(0);
    }

    /** The parts of the 16 lanes of one row, added. */
    private static void addParts(float[] work, int lanes, int to) {
        FloatVector s = fromArray(F, work, lanes), t = fromArray(F, work, lanes + L);
        if (PARTS == 4) {
            s = s.add(fromArray(F, work, lanes + 2 * L));
            t = t.add(fromArray(F, work, lanes + 3 * L));
        }
        FLOATS.cast(FLOATS.cast(s).add(FLOATS.cast(t))).intoArray(work, to);
    }

    /** sum += s x of one row that whole chunks may be read of. */
    static void addRow(float[] x, int o, int d, float[] work, int so) {
        FloatVector s = FloatVector.broadcast(F, work[so]);
        for (int j = 0; j < d; j += L) {
            s.fma(FLOATS.cast(fromArray(F, x, o + j)), FLOATS.cast(fromArray(F, work, SUM + j))).intoArray(work, SUM + j);
        }
    }

    /**
     * Rows of at most two vectors, which stay in registers between their two uses: nothing but s is stored before the
     * last row. Bound: the four steps of the fold, 15 operations a row.
     */
    private static void narrow(float[] x, int xOffset, int stride, int rows, int d, float pd, float[] work) {
        int po = ContextWork.p(d);
        VectorMask<Float> m0 = F.indexInRange(0, d), m1 = F.indexInRange(L, d);
        FloatVector label = FloatVector.broadcast(F, pd), zero = FloatVector.zero(F);
        FloatVector p0 = fromArray(F, work, po), p1 = fromArray(F, work, po + L);
        FloatVector t0 = FloatVector.zero(F), t1 = FloatVector.zero(F);
        for (int n = 0; n < rows; n++) {
            int o = xOffset + n * stride;
            FloatVector x0 = zero.blend(fromArray(F, x, o), m0), x1 = zero.blend(fromArray(F, x, o + L), m1);
            FloatVector s = x0.fma(p0, zero);
            s = d <= LANES ? s : x1.fma(p1, s);
            s = s.add(s.rearrange(Lanes.SWAP_8));
            s = s.add(s.rearrange(Lanes.SWAP_4));
            s = s.add(s.rearrange(Lanes.SWAP_2));
            s = s.add(s.rearrange(Lanes.SWAP_1));
            s = label.fma(FloatVector.broadcast(F, work[Y + n]), s);
            work[S + n] = s.lane(0);
            t0 = x0.fma(s, t0);
            t1 = x1.fma(s, t1);
        }
        FLOATS.cast(t0).intoArray(work, SUM);
        FLOATS.cast(t1).intoArray(work, SUM + L);
    }

    /**
     * Rows of at most four vectors of eight: the sums of one group, which wait for the additions before them, run beside
     * the lanes of the next.
     */
    private static void overlapped(float[] x, int xOffset, int stride, int rows, int d, float pd, float[] work) {
        int lanes = ContextWork.lanes(d), n = 0;
        for (; n + GROUP <= rows; n += GROUP) {
            lanesAndSums(true, n > 0, x, xOffset + n * stride, GROUP * stride, stride, GROUP, d, work, S + n - GROUP);
            folds(work, lanes, GROUP, pd, n);
        }
        if (n > 0) {
            lanesAndSums(false, true, x, xOffset + n * stride, GROUP * stride, stride, GROUP, d, work, S + n - GROUP);
        }
        if (n < rows) {
            lanesAndSums(true, false, x, xOffset + n * stride, 0, stride, rows - n, d, work, S + n);
            folds(work, lanes, rows - n, pd, n);
            lanesAndSums(false, true, x, xOffset + n * stride, 0, stride, rows - n, d, work, S + n);
        }
    }

    /**
     * The lanes of rows from o on, their two parts added, and the sums of as many rows from o − back on. A row of three
     * vectors has six loads, and one of s, one store, nine operations. An odd number of vectors leaves the second part one
     * short: adding 0 is what the zeros that continue the row would do, −0 becomes +0.
     */
    private static void lanesAndSums(boolean lanes, boolean sums, float[] x, int o, int back, int stride, int rows, int d,
            float[] work, int so) {
        int v = (d + L - 1) / L, po = ContextWork.p(d), to = ContextWork.lanes(d);
        IntVector kept = IntVector.fromArray(I, EDGE, 2 * LANES - d + (v - 1) * L);
        FloatVector zero = FloatVector.zero(F);
        FloatVector p0 = fromArray(F, work, po), p1 = fromArray(F, work, po + L);
        FloatVector p2 = fromArray(F, work, po + 2 * L), p3 = fromArray(F, work, po + 3 * L);
        FloatVector t0 = fromArray(F, work, SUM), t1 = fromArray(F, work, SUM + L);
        FloatVector t2 = fromArray(F, work, SUM + 2 * L), t3 = fromArray(F, work, SUM + 3 * L);
        for (int n = 0; n < rows; n++) {
            if (lanes) {
                FloatVector last = fromArray(F, x, o + (v - 1) * L).reinterpretAsInts().and(kept).reinterpretAsFloats();
                FloatVector a = p0.fma(FLOATS.cast(v == 1 ? last : fromArray(F, x, o)), zero), b = zero;
                if (v > 1) {
                    b = p1.fma(FLOATS.cast(v == 2 ? last : fromArray(F, x, o + L)), zero);
                    a = v == 2 ? a : p2.fma(v == 3 ? last : fromArray(F, x, o + 2 * L), a);
                    b = v == 2 ? b : v == 3 ? b.add(zero) : p3.fma(last, b);
                }
                a = FLOATS.cast(a).add(FLOATS.cast(b));
                FLOATS.cast(a).intoArray(work, to);
            }
            FloatVector s = sums ? FloatVector.broadcast(F, work[so + n]) : zero;
            int before = o - back;
            t0 = sums ? s.fma(fromArray(F, x, before), FLOATS.cast(t0)) : zero;
            t1 = sums && v > 1 ? s.fma(fromArray(F, x, before + L), FLOATS.cast(t1)) : zero;
            t2 = sums && v > 2 ? s.fma(fromArray(F, x, before + 2 * L), FLOATS.cast(t2)) : zero;
            t3 = sums && v > 3 ? s.fma(fromArray(F, x, before + 3 * L), FLOATS.cast(t3)) : zero;
            o += stride;
            to += L;
        }
        if (sums) {
            FLOATS.cast(t0).intoArray(work, SUM);
            FLOATS.cast(t1).intoArray(work, SUM + L);
            FLOATS.cast(t2).intoArray(work, SUM + 2 * L);
            FLOATS.cast(t3).intoArray(work, SUM + 3 * L);
        }
    }

    /** Rows in panels of eight chunks, whose dot products take one part of the lanes after the other. */
    private static void panels(float[] x, int xOffset, int stride, int rows, int d, float pd, float[] work) {
        int lanes = ContextWork.lanes(d), po = ContextWork.p(d);
        int group = Math.min(Math.max(GROUP_SIZE / d & -LANES, LANES), GROUP);
        int chunks = (d + LANES - 1) / LANES, vectors = (d + L - 1) / L, edge = 2 * LANES - 1 - (d - 1 & LANES - 1);
        for (int n = 0; n < rows; n += group) {
            int count = Math.min(group, rows - n), o = xOffset + n * stride;
            for (int part = 0; part < LANES; part += L) {
                for (int c = 0; c < chunks; c += PANEL) {
                    int left = Math.min(PANEL, chunks - c), j = c * LANES + part;
                    boolean last = c + left == chunks;
                    dotPanel(left, c == 0, last && part > 0, x, o + j, stride, count, last ? edge + part : LANES, work, po + j,
                            lanes + part * GROUP, lanes);
                }
            }
            folds(work, lanes, count, pd, n);
            for (int v = 0; v < vectors; v += PANEL) {
                addPanel(Math.min(PANEL, vectors - v), x, o + v * L, stride, count, work, S + n, SUM + v * L);
            }
        }
    }

    /**
     * One part of the lanes of rows, over chunks of a panel: from the start or from where the panel before has left
     * them; {@code plus} adds them to the other part, where they are needed. A row has a load and an operation a chunk,
     * and one store.
     */
    private static void dotPanel(int chunks, boolean first, boolean plus, float[] x, int o, int stride, int rows, int edge,
            float[] work, int po, int to, int sum) {
        IntVector kept = IntVector.fromArray(I, EDGE, edge);
        FloatVector p0 = fromArray(F, work, po), p1 = fromArray(F, work, po + LANES);
        FloatVector p2 = fromArray(F, work, po + 2 * LANES), p3 = fromArray(F, work, po + 3 * LANES);
        FloatVector p4 = fromArray(F, work, po + 4 * LANES), p5 = fromArray(F, work, po + 5 * LANES);
        FloatVector p6 = fromArray(F, work, po + 6 * LANES), p = fromArray(F, work, po + (chunks - 1) * LANES);
        for (int n = 0; n < rows; n++) {
            FloatVector s = first ? FloatVector.zero(F) : fromArray(F, work, to);
            s = chunks > 1 ? p0.fma(fromArray(F, x, o), FLOATS.cast(s)) : s;
            s = chunks > 2 ? p1.fma(fromArray(F, x, o + LANES), FLOATS.cast(s)) : s;
            s = chunks > 3 ? p2.fma(fromArray(F, x, o + 2 * LANES), FLOATS.cast(s)) : s;
            s = chunks > 4 ? p3.fma(fromArray(F, x, o + 3 * LANES), FLOATS.cast(s)) : s;
            s = chunks > 5 ? p4.fma(fromArray(F, x, o + 4 * LANES), FLOATS.cast(s)) : s;
            s = chunks > 6 ? p5.fma(fromArray(F, x, o + 5 * LANES), FLOATS.cast(s)) : s;
            s = chunks > 7 ? p6.fma(fromArray(F, x, o + 6 * LANES), FLOATS.cast(s)) : s;
            FloatVector last = fromArray(F, x, o + (chunks - 1) * LANES);
            s = last.reinterpretAsInts().and(kept).reinterpretAsFloats().fma(p, FLOATS.cast(s));
            if (plus) {
                fromArray(F, work, sum).add(FLOATS.cast(s)).intoArray(work, sum);
            } else {
                FLOATS.cast(s).intoArray(work, to);
            }
            o += stride;
            to += L;
            sum += L;
        }
    }

    /** The sums of v vectors of columns. A row has v + 1 loads and v operations. */
    private static void addPanel(int v, float[] x, int o, int stride, int rows, float[] work, int so, int to) {
        FloatVector t0 = fromArray(F, work, to), t1 = fromArray(F, work, to + L);
        FloatVector t2 = fromArray(F, work, to + 2 * L), t3 = fromArray(F, work, to + 3 * L);
        FloatVector t4 = fromArray(F, work, to + 4 * L), t5 = fromArray(F, work, to + 5 * L);
        FloatVector t6 = fromArray(F, work, to + 6 * L), t7 = fromArray(F, work, to + 7 * L);
        for (int n = 0; n < rows; n++) {
            FloatVector s = FloatVector.broadcast(F, work[so + n]);
            t0 = s.fma(fromArray(F, x, o), FLOATS.cast(t0));
            t1 = v > 1 ? s.fma(fromArray(F, x, o + L), FLOATS.cast(t1)) : s;
            t2 = v > 2 ? s.fma(fromArray(F, x, o + 2 * L), FLOATS.cast(t2)) : s;
            t3 = v > 3 ? s.fma(fromArray(F, x, o + 3 * L), FLOATS.cast(t3)) : s;
            t4 = v > 4 ? s.fma(fromArray(F, x, o + 4 * L), FLOATS.cast(t4)) : s;
            t5 = v > 5 ? s.fma(fromArray(F, x, o + 5 * L), FLOATS.cast(t5)) : s;
            t6 = v > 6 ? s.fma(fromArray(F, x, o + 6 * L), FLOATS.cast(t6)) : s;
            t7 = v > 7 ? s.fma(fromArray(F, x, o + 7 * L), FLOATS.cast(t7)) : s;
            o += stride;
        }
        FLOATS.cast(t0).intoArray(work, to);
        FLOATS.cast(t1).intoArray(work, to + L);
        FLOATS.cast(t2).intoArray(work, to + 2 * L);
        FLOATS.cast(t3).intoArray(work, to + 3 * L);
        FLOATS.cast(t4).intoArray(work, to + 4 * L);
        FLOATS.cast(t5).intoArray(work, to + 5 * L);
        FLOATS.cast(t6).intoArray(work, to + 6 * L);
        FLOATS.cast(t7).intoArray(work, to + 7 * L);
    }

    /**
     * Rows that all start as far behind a line of the cache are read from that line on: a load that crosses a line costs
     * as much as two, and a large array starts with a line. What is read before a row is cut off; p and the sums are
     * moved as far. The lanes turn by it, and their fold by halves is the same: lanes that are 8, 4, 2 or 1 apart stay so.
     * A lane takes the zeros that continue a row to a whole chunk; of what is read beyond it takes −0, which changes none.
     */
    private static void alignedRows(float[] x, int xOffset, int stride, int rows, int d, float pd, float[] work) {
        int head = d >= WIDE && stride % LANES == 0 ? xOffset + HEADER & LANES - 1 : 0, p = ContextWork.p(d);
        System.arraycopy(work, p, work, p + head, d);
        Arrays.fill(work, p, p + head, 0f);
        int length = chunksRead(head, d);
        Arrays.fill(work, p + head + ContextWork.wholeChunks(d), p + length, -0f);
        int n = xOffset < head ? 1 : 0;
        paddedRows(x, xOffset, stride, 0, n, d, head, pd, work);
        int inside = Lanes.rowsInside(x.length, xOffset, stride, rows, length - head);
        n = wide(x, xOffset - head, stride, n, inside, d, head, pd, work);
        paddedRows(x, xOffset, stride, n, rows, d, head, pd, work);
        System.arraycopy(work, p + head, work, p, d);
        Arrays.fill(work, p + d, p + length, 0f);
        System.arraycopy(work, SUM + head, work, SUM, d);
    }

    /** Floats of a row's whole chunks behind its head, whole chunks of them. */
    private static int chunksRead(int head, int d) {
        return ContextWork.wholeChunks(head + ContextWork.wholeChunks(d));
    }

    /**
     * Long rows from n on, in eights: accumulators for the dot products of a few, eight rows for one load of the sums.
     *
     * @return the first row that is left
     */
    private static int wide(float[] x, int xOffset, int stride, int n, int rows, int d, int head, float pd, float[] work) {
        int lanes = ContextWork.lanes(d), po = ContextWork.p(d), end = head + d, length = chunksRead(head, d);
        int whole = Math.max(end & -LANES, LANES), firstEdge = d < LANES ? 2 * LANES - d : LANES - head;
        int group = Math.min(Math.max(GROUP_SIZE / d & -8, 8), GROUP);
        for (int count = 0; n <= rows - 8; n += count) {
            count = Math.min(group, rows - n & -8);
            int o = xOffset + n * stride;
            for (int r = 0; r < count; r += DOT_ROWS) {
                dotsEdge(true, x, o + r * stride, stride, firstEdge, work, po, lanes + r * LANES);
            }
            for (int r = 0; r < count; r += DOT_ROWS) {
                dots(x, o + r * stride, stride, whole, work, po, lanes + r * LANES);
            }
            for (int j = whole; j < length; j += LANES) {
                int edge = 2 * LANES - Math.max(end - j, 0);
                for (int r = 0; r < count; r += DOT_ROWS) {
                    dotsEdge(false, x, o + r * stride + j, stride, edge, work, po + j, lanes + r * LANES);
                }
            }
            for (int r = 0; PARTS > 1 && r < count; r++) {
                addParts(work, lanes + r * LANES, lanes + r * L);
            }
            folds(work, lanes, count, pd, n);
            for (int r = 0; r < count; r += 8) {
                addEight(x, o + r * stride, stride, end, work, S + n + r);
            }
        }
        return n;
    }

    /** The first chunk of DOT_ROWS rows, or one of the last, with the bits of EDGE that keep what belongs to the rows. */
    private static void dotsEdge(boolean first, float[] x, int o, int stride, int edge, float[] work, int po, int lanes) {
        for (int part = 0; part < LANES; part += L) {
            IntVector kept = IntVector.fromArray(I, EDGE, edge + part);
            FloatVector p = fromArray(F, work, po + part);
            for (int r = 0; r < DOT_ROWS; r++) {
                int to = lanes + part + r * LANES;
                FloatVector s = first ? FloatVector.zero(F) : fromArray(F, work, to);
                FloatVector v = fromArray(F, x, o + part + r * stride).reinterpretAsInts().and(kept).reinterpretAsFloats();
                v.fma(p, s).intoArray(work, to);
            }
        }
    }

    /**
     * The lanes of DOT_ROWS rows, one after the other, from the second chunk on: accumulator q holds part q mod PARTS of
     * row q / PARTS. A step loads as many vectors of x as there are accumulators, and PARTS of p.
     */
    private static void dots(float[] x, int o, int stride, int whole, float[] work, int po, int lanes) {
        int o1 = o + R1 * stride + P1, o2 = o + R2 * stride + P2, o3 = o + R3 * stride + P3;
        int o4 = o + R4 * stride, o5 = o + R5 * stride + P1, o6 = o + R6 * stride + P2, o7 = o + R7 * stride + P3;
        FloatVector s0 = fromArray(F, work, lanes), s1 = fromArray(F, work, lanes + L);
        FloatVector s2 = fromArray(F, work, lanes + 2 * L), s3 = fromArray(F, work, lanes + 3 * L);
        FloatVector s4 = fromArray(F, work, lanes + 4 * L), s5 = fromArray(F, work, lanes + 5 * L);
        FloatVector s6 = fromArray(F, work, lanes + 6 * L), s7 = fromArray(F, work, lanes + 7 * L);
        for (int j = LANES; j < whole; j += LANES) {
            FloatVector p0 = fromArray(F, work, po + j), p1 = fromArray(F, work, po + P1 + j);
            FloatVector p2 = fromArray(F, work, po + P2 + j), p3 = fromArray(F, work, po + P3 + j);
            s0 = p0.fma(fromArray(F, x, o + j), FLOATS.cast(s0));
            s1 = p1.fma(fromArray(F, x, o1 + j), FLOATS.cast(s1));
            s2 = p2.fma(fromArray(F, x, o2 + j), FLOATS.cast(s2));
            s3 = p3.fma(fromArray(F, x, o3 + j), FLOATS.cast(s3));
            if (PARTS != 2) {
                s4 = p0.fma(fromArray(F, x, o4 + j), FLOATS.cast(s4));
                s5 = p1.fma(fromArray(F, x, o5 + j), FLOATS.cast(s5));
                s6 = p2.fma(fromArray(F, x, o6 + j), FLOATS.cast(s6));
                s7 = p3.fma(fromArray(F, x, o7 + j), FLOATS.cast(s7));
            }
        }
        FLOATS.cast(s0).intoArray(work, lanes);
        FLOATS.cast(s1).intoArray(work, lanes + L);
        FLOATS.cast(s2).intoArray(work, lanes + 2 * L);
        FLOATS.cast(s3).intoArray(work, lanes + 3 * L);
        if (PARTS != 2) {
            FLOATS.cast(s4).intoArray(work, lanes + 4 * L);
            FLOATS.cast(s5).intoArray(work, lanes + 5 * L);
            FLOATS.cast(s6).intoArray(work, lanes + 6 * L);
            FLOATS.cast(s7).intoArray(work, lanes + 7 * L);
        }
    }

    /**
     * s of rows from n on, from L lanes each; what it stores beyond the rows is overwritten or not read. Where two rows
     * have h lanes each, half of a vector is the first one's, half the second's, and one exchange of halves folds both.
     */
    private static void folds(float[] work, int lanes, int rows, float pd, int n) {
        for (int r = 0; r < rows; r += L) {
            int o = lanes + r * L;
            for (int i = 0; L > 8 && i < 8; i++) {
                FloatVector v = fromArray(F, work, o + i * L), w = fromArray(F, work, o + (i + 8) * L);
                v.blend(w, Lanes.UPPER_8).add(w.blend(v, Lanes.UPPER_8).rearrange(Lanes.SWAP_8)).intoArray(work, o + i * L);
            }
            for (int i = 0; L > 4 && i < 4; i++) {
                FloatVector v = fromArray(F, work, o + i * L), w = fromArray(F, work, o + (i + 4) * L);
                v.blend(w, Lanes.UPPER_4).add(w.blend(v, Lanes.UPPER_4).rearrange(Lanes.SWAP_4)).intoArray(work, o + i * L);
            }
            FloatVector v0 = fromArray(F, work, o), v1 = fromArray(F, work, o + L);
            FloatVector v2 = fromArray(F, work, o + 2 * L), v3 = fromArray(F, work, o + 3 * L);
            FloatVector v = v0.blend(v2, Lanes.UPPER_2).add(v2.blend(v0, Lanes.UPPER_2).rearrange(Lanes.SWAP_2));
            FloatVector w = v1.blend(v3, Lanes.UPPER_2).add(v3.blend(v1, Lanes.UPPER_2).rearrange(Lanes.SWAP_2));
            FloatVector s = v.blend(w, Lanes.UPPER_1).add(w.blend(v, Lanes.UPPER_1).rearrange(Lanes.SWAP_1));
            fromArray(F, work, Y + n + r).fma(FloatVector.broadcast(F, pd), s).intoArray(work, S + n + r);
        }
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
            FloatVector t = w0.fma(FLOATS.cast(fromArray(F, x, o + j)), FLOATS.cast(fromArray(F, work, SUM + j)));
            t = FLOATS.cast(w1).fma(FLOATS.cast(fromArray(F, x, o1 + j)), FLOATS.cast(t));
            t = FLOATS.cast(w2).fma(FLOATS.cast(fromArray(F, x, o2 + j)), FLOATS.cast(t));
            t = FLOATS.cast(w3).fma(FLOATS.cast(fromArray(F, x, o3 + j)), FLOATS.cast(t));
            t = FLOATS.cast(w4).fma(FLOATS.cast(fromArray(F, x, o4 + j)), FLOATS.cast(t));
            t = FLOATS.cast(w5).fma(FLOATS.cast(fromArray(F, x, o5 + j)), FLOATS.cast(t));
            t = FLOATS.cast(w6).fma(FLOATS.cast(fromArray(F, x, o6 + j)), FLOATS.cast(t));
            FLOATS.cast(FLOATS.cast(w7).fma(FLOATS.cast(fromArray(F, x, o7 + j)), FLOATS.cast(t))).intoArray(work, SUM + j);
        }
    }
}
