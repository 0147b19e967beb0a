package dev.holdfast.kernel;

import static dev.holdfast.kernel.Kernels.TASKS;
import static dev.holdfast.kernel.Lanes.F;
import static dev.holdfast.kernel.Lanes.FLOATS;
import static dev.holdfast.kernel.Lanes.L;

import jdk.incubator.vector.FloatVector;

/**
 * The inner loops over tasks that lie side by side: a task is a lane, so nothing is ever summed across a vector, and any
 * width has the same bits. Tiles have eight accumulators: two rows and two columns by two vectors, or four rows and two
 * columns where one vector holds all tasks.
 */
final class VectorTasks {
    /** Two vectors; all tasks where vectors have 256 bits or more. */
    private static final int PAIR = Math.min(2 * L, TASKS);

    private VectorTasks() {}

    static void products(float[] w, int a, int aStep, int b, int bStep, int n, int x, int xRow, int xColumn, int out,
            int outRow, int rows, int columns, boolean lower) {
        int height = L == TASKS ? 4 : 2;
        for (int first = 0; first < rows; first += height) {
            int i = Math.min(first, rows - height);
            int end = lower ? Math.min(i + height, columns) : columns;
            for (int j = 0; j < end; j += 2) {
                int from = (a + i) * TASKS;
                int factor = (b + j) * TASKS;
                int start = (x + i * xRow + j * xColumn) * TASKS;
                int to = (out + i * outRow + j) * TASKS;
                if (L == TASKS) {
                    fourByTwo(w, from, aStep * TASKS, factor, bStep * TASKS, n, start, xRow * TASKS, xColumn * TASKS, to,
                            outRow * TASKS);
                } else {
                    for (int t = 0; t < TASKS; t += PAIR) {
                        twoByTwo(w, from + t, aStep * TASKS, factor + t, bStep * TASKS, n, start + t, xRow * TASKS,
                                xColumn * TASKS, to + t, outRow * TASKS);
                    }
                }
            }
        }
        if (lower) {
            mirror(w, out * TASKS, outRow * TASKS, rows);
        }
    }

    /** A loop that counts nothing: the compiler would cut one that does into three, and k is short. */
    private static void twoByTwo(float[] w, int a, int aStep, int b, int bStep, int n, int x, int xRow, int xColumn,
            int out, int outRow) {
        FloatVector s00 = FloatVector.fromArray(F, w, x), t00 = FloatVector.fromArray(F, w, x + L);
        FloatVector s01 = FloatVector.fromArray(F, w, x + xColumn), t01 = FloatVector.fromArray(F, w, x + xColumn + L);
        FloatVector s10 = FloatVector.fromArray(F, w, x + xRow), t10 = FloatVector.fromArray(F, w, x + xRow + L);
        FloatVector s11 = FloatVector.fromArray(F, w, x + xRow + xColumn);
        FloatVector t11 = FloatVector.fromArray(F, w, x + xRow + xColumn + L);
        for (int end = a + n * aStep; a != end; ) {
            FloatVector b0 = FloatVector.fromArray(F, w, b), b1 = FloatVector.fromArray(F, w, b + TASKS);
            FloatVector v = FloatVector.fromArray(F, w, a);
            s00 = v.fma(b0, FLOATS.cast(s00));
            s01 = v.fma(b1, FLOATS.cast(s01));
            v = FloatVector.fromArray(F, w, a + TASKS);
            s10 = v.fma(b0, FLOATS.cast(s10));
            s11 = v.fma(b1, FLOATS.cast(s11));
            b0 = FloatVector.fromArray(F, w, b + L);
            b1 = FloatVector.fromArray(F, w, b + TASKS + L);
            v = FloatVector.fromArray(F, w, a + L);
            t00 = v.fma(b0, FLOATS.cast(t00));
            t01 = v.fma(b1, FLOATS.cast(t01));
            v = FloatVector.fromArray(F, w, a + TASKS + L);
            t10 = v.fma(b0, FLOATS.cast(t10));
            t11 = v.fma(b1, FLOATS.cast(t11));
            a += aStep;
            b += bStep;
            b0 = FloatVector.fromArray(F, w, b);
            b1 = FloatVector.fromArray(F, w, b + TASKS);
            v = FloatVector.fromArray(F, w, a);
            s00 = v.fma(b0, FLOATS.cast(s00));
            s01 = v.fma(b1, FLOATS.cast(s01));
            v = FloatVector.fromArray(F, w, a + TASKS);
            s10 = v.fma(b0, FLOATS.cast(s10));
            s11 = v.fma(b1, FLOATS.cast(s11));
            b0 = FloatVector.fromArray(F, w, b + L);
            b1 = FloatVector.fromArray(F, w, b + TASKS + L);
            v = FloatVector.fromArray(F, w, a + L);
            t00 = v.fma(b0, FLOATS.cast(t00));
            t01 = v.fma(b1, FLOATS.cast(t01));
            v = FloatVector.fromArray(F, w, a + TASKS + L);
            t10 = v.fma(b0, FLOATS.cast(t10));
            t11 = v.fma(b1, FLOATS.cast(t11));
            a += aStep;
            b += bStep;
        }
        FLOATS.cast(s00).intoArray(w, out);
        FLOATS.cast(t00).intoArray(w, out + L);
        FLOATS.cast(s01).intoArray(w, out + TASKS);
        FLOATS.cast(t01).intoArray(w, out + TASKS + L);
        FLOATS.cast(s10).intoArray(w, out + outRow);
        FLOATS.cast(t10).intoArray(w, out + outRow + L);
        FLOATS.cast(s11).intoArray(w, out + outRow + TASKS);
        FLOATS.cast(t11).intoArray(w, out + outRow + TASKS + L);
    }

    private static void fourByTwo(float[] w, int a, int aStep, int b, int bStep, int n, int x, int xRow, int xColumn,
            int out, int outRow) {
        FloatVector s00 = FloatVector.fromArray(F, w, x), s01 = FloatVector.fromArray(F, w, x + xColumn);
        x += xRow;
        FloatVector s10 = FloatVector.fromArray(F, w, x), s11 = FloatVector.fromArray(F, w, x + xColumn);
        x += xRow;
        FloatVector s20 = FloatVector.fromArray(F, w, x), s21 = FloatVector.fromArray(F, w, x + xColumn);
        x += xRow;
        FloatVector s30 = FloatVector.fromArray(F, w, x), s31 = FloatVector.fromArray(F, w, x + xColumn);
        for (int end = a + n * aStep; a != end; ) {
            FloatVector b0 = FloatVector.fromArray(F, w, b), b1 = FloatVector.fromArray(F, w, b + TASKS);
            FloatVector v = FloatVector.fromArray(F, w, a);
            s00 = v.fma(b0, FLOATS.cast(s00));
            s01 = v.fma(b1, FLOATS.cast(s01));
            v = FloatVector.fromArray(F, w, a + TASKS);
            s10 = v.fma(b0, FLOATS.cast(s10));
            s11 = v.fma(b1, FLOATS.cast(s11));
            v = FloatVector.fromArray(F, w, a + 2 * TASKS);
            s20 = v.fma(b0, FLOATS.cast(s20));
            s21 = v.fma(b1, FLOATS.cast(s21));
            v = FloatVector.fromArray(F, w, a + 3 * TASKS);
            s30 = v.fma(b0, FLOATS.cast(s30));
            s31 = v.fma(b1, FLOATS.cast(s31));
            a += aStep;
            b += bStep;
        }
        FLOATS.cast(s00).intoArray(w, out);
        FLOATS.cast(s01).intoArray(w, out + TASKS);
        out += outRow;
        FLOATS.cast(s10).intoArray(w, out);
        FLOATS.cast(s11).intoArray(w, out + TASKS);
        out += outRow;
        FLOATS.cast(s20).intoArray(w, out);
        FLOATS.cast(s21).intoArray(w, out + TASKS);
        out += outRow;
        FLOATS.cast(s30).intoArray(w, out);
        FLOATS.cast(s31).intoArray(w, out + TASKS);
    }

    /** What is below the diagonal, above it. */
    private static void mirror(float[] w, int o, int row, int rows) {
        for (int i = 1; i < rows; i++) {
            int from = o + i * row, to = o + i * TASKS;
            for (int j = 0; j < i; j++) {
                for (int t = 0; t < TASKS; t += L) {
                    FloatVector.fromArray(F, w, from + t).intoArray(w, to + t);
                }
                from += TASKS;
                to += row;
            }
        }
    }

    static void image(float[] w, int c, int k, int v, int out) {
        for (int first = 0; first < k; first += 4) {
            int i = Math.min(first, k - 4);
            for (int t = 0; t < TASKS; t += PAIR) {
                if (L == TASKS) {
                    fourRows(w, (c + i) * TASKS, k * TASKS, k, v * TASKS, (out + i) * TASKS);
                } else {
                    fourPairs(w, (c + i) * TASKS + t, k * TASKS, k, v * TASKS + t, (out + i) * TASKS + t);
                }
            }
        }
    }

    private static void fourPairs(float[] w, int c, int step, int k, int v, int out) {
        FloatVector s0 = FloatVector.zero(F), s1 = s0, s2 = s0, s3 = s0, t0 = s0, t1 = s0, t2 = s0, t3 = s0;
        for (int end = v + k * TASKS; v != end; v += TASKS) {
            FloatVector x = FloatVector.fromArray(F, w, v), y = FloatVector.fromArray(F, w, v + L);
            s0 = FloatVector.fromArray(F, w, c).fma(x, FLOATS.cast(s0));
            t0 = FloatVector.fromArray(F, w, c + L).fma(y, FLOATS.cast(t0));
            s1 = FloatVector.fromArray(F, w, c + TASKS).fma(x, FLOATS.cast(s1));
            t1 = FloatVector.fromArray(F, w, c + TASKS + L).fma(y, FLOATS.cast(t1));
            s2 = FloatVector.fromArray(F, w, c + 2 * TASKS).fma(x, FLOATS.cast(s2));
            t2 = FloatVector.fromArray(F, w, c + 2 * TASKS + L).fma(y, FLOATS.cast(t2));
            s3 = FloatVector.fromArray(F, w, c + 3 * TASKS).fma(x, FLOATS.cast(s3));
            t3 = FloatVector.fromArray(F, w, c + 3 * TASKS + L).fma(y, FLOATS.cast(t3));
            c += step;
        }
        FLOATS.cast(s0).intoArray(w, out);
        FLOATS.cast(t0).intoArray(w, out + L);
        FLOATS.cast(s1).intoArray(w, out + TASKS);
        FLOATS.cast(t1).intoArray(w, out + TASKS + L);
        FLOATS.cast(s2).intoArray(w, out + 2 * TASKS);
        FLOATS.cast(t2).intoArray(w, out + 2 * TASKS + L);
        FLOATS.cast(s3).intoArray(w, out + 3 * TASKS);
        FLOATS.cast(t3).intoArray(w, out + 3 * TASKS + L);
    }

    private static void fourRows(float[] w, int c, int step, int k, int v, int out) {
        FloatVector s0 = FloatVector.zero(F), s1 = s0, s2 = s0, s3 = s0;
        for (int end = v + k * TASKS; v != end; v += TASKS) {
            FloatVector x = FloatVector.fromArray(F, w, v);
            s0 = FloatVector.fromArray(F, w, c).fma(x, FLOATS.cast(s0));
            s1 = FloatVector.fromArray(F, w, c + TASKS).fma(x, FLOATS.cast(s1));
            s2 = FloatVector.fromArray(F, w, c + 2 * TASKS).fma(x, FLOATS.cast(s2));
            s3 = FloatVector.fromArray(F, w, c + 3 * TASKS).fma(x, FLOATS.cast(s3));
            c += step;
        }
        FLOATS.cast(s0).intoArray(w, out);
        FLOATS.cast(s1).intoArray(w, out + TASKS);
        FLOATS.cast(s2).intoArray(w, out + 2 * TASKS);
        FLOATS.cast(s3).intoArray(w, out + 3 * TASKS);
    }

    static void dot(float[] w, int a, int b, int n, int out) {
        for (int t = 0; t < TASKS; t += PAIR) {
            dotPair(w, a * TASKS + t, b * TASKS + t, n, out * TASKS + t);
        }
    }

    private static void dotPair(float[] w, int a, int b, int n, int out) {
        FloatVector s0 = FloatVector.zero(F), s1 = s0, t0 = s0, t1 = s0;
        for (int end = a + n * TASKS; a != end; a += 2 * TASKS) {
            s0 = FloatVector.fromArray(F, w, a).fma(FloatVector.fromArray(F, w, b), FLOATS.cast(s0));
            s1 = FloatVector.fromArray(F, w, a + TASKS).fma(FloatVector.fromArray(F, w, b + TASKS), FLOATS.cast(s1));
            if (L < TASKS) {
                t0 = FloatVector.fromArray(F, w, a + L).fma(FloatVector.fromArray(F, w, b + L), FLOATS.cast(t0));
                t1 = FloatVector.fromArray(F, w, a + TASKS + L)
                        .fma(FloatVector.fromArray(F, w, b + TASKS + L), FLOATS.cast(t1));
            }
            b += 2 * TASKS;
        }
        FLOATS.cast(s0).add(FLOATS.cast(s1)).intoArray(w, out);
        if (L < TASKS) {
            FLOATS.cast(t0).add(FLOATS.cast(t1)).intoArray(w, out + L);
        }
    }

    static void combine(float[] w, int n, int p, int x, int q, int y, int r, int z, int out) {
        for (int t = 0; t < TASKS; t += L) {
            FloatVector c0 = FloatVector.fromArray(F, w, p * TASKS + t);
            FloatVector c1 = FloatVector.fromArray(F, w, q * TASKS + t);
            FloatVector c2 = FloatVector.fromArray(F, w, r * TASKS + t);
            int xo = x * TASKS + t, yo = y * TASKS + t, zo = z * TASKS + t, o = out * TASKS + t;
            for (int i = 0; i < n * TASKS; i += TASKS) {
                FloatVector sum = FloatVector.fromArray(F, w, xo + i).mul(c0);
                sum = FloatVector.fromArray(F, w, yo + i).fma(c1, sum);
                FloatVector.fromArray(F, w, zo + i).fma(c2, sum).intoArray(w, o + i);
            }
        }
    }

    static void addTransposed(float[] w, int k, int p, int q, int x, int out) {
        for (int t = 0; t < TASKS; t += L) {
            FloatVector c0 = FloatVector.fromArray(F, w, p * TASKS + t);
            FloatVector c1 = FloatVector.fromArray(F, w, q * TASKS + t);
            for (int i = 0; i < k; i++) {
                int own = (x + i * k) * TASKS + t, other = (x + i) * TASKS + t, to = (out + i * k) * TASKS + t;
                for (int j = 0; j < k; j++) {
                    FloatVector sum = FloatVector.fromArray(F, w, own).mul(c0);
                    FloatVector.fromArray(F, w, other).fma(c1, sum).intoArray(w, to);
                    own += TASKS;
                    other += k * TASKS;
                    to += TASKS;
                }
            }
        }
    }
}
