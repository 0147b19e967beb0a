package dev.holdfast.kernel;

import static dev.holdfast.kernel.Kernels.TASKS;
import static dev.holdfast.kernel.Kernels.place;
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

    static void products(float[] w, int k, int q, int a, int b, int n, int c, int d, int m, int p, int x, int out,
            boolean lower) {
        int row = k * TASKS;
        int height = L == TASKS ? 4 : 2;
        for (int first = 0; first < k; first += height) {
            int i = Math.min(first, k - height);
            int width = lower ? Math.min(i + height, k) : k;
            int from = place(a + i), left = place(c + i), start = place(x + i * k), to = place(out + i * k);
            if (L == TASKS) {
                fourRows(w, row, place(q), from, place(b), n, left, place(d), m, place(p), start, to, width);
            } else {
                for (int t = 0; t < TASKS; t += PAIR) {
                    twoRows(w, row, place(q) + t, from + t, place(b) + t, n, left + t, place(d) + t, m, place(p) + t,
                            start + t, to + t, width);
                }
            }
        }
    }

    /** A loop that counts nothing: the compiler would cut one that does into three, and k is short. */
    private static void twoRows(float[] w, int row, int q, int from, int factor, int n, int left, int right, int m, int p,
            int x, int out, int width) {
        for (int j = 0; j < width; j += 2) {
            FloatVector s00 = FloatVector.zero(F), s01 = s00, s10 = s00, s11 = s00, t00 = s00, t01 = s00, t10 = s00, t11 = s00;
            int a = from, b = factor;
            for (int end = a + n * row; a != end; ) {
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
                a += row;
                b += row;
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
                a += row;
                b += row;
            }
            FloatVector p0 = FloatVector.fromArray(F, w, p), p1 = FloatVector.fromArray(F, w, p + L);
            FloatVector q0 = FloatVector.fromArray(F, w, q), q1 = FloatVector.fromArray(F, w, q + L);
            s00 = FLOATS.cast(s00).fma(q0, FloatVector.fromArray(F, w, x).mul(p0));
            t00 = FLOATS.cast(t00).fma(q1, FloatVector.fromArray(F, w, x + L).mul(p1));
            s01 = FLOATS.cast(s01).fma(q0, FloatVector.fromArray(F, w, x + TASKS).mul(p0));
            t01 = FLOATS.cast(t01).fma(q1, FloatVector.fromArray(F, w, x + TASKS + L).mul(p1));
            s10 = FLOATS.cast(s10).fma(q0, FloatVector.fromArray(F, w, x + row).mul(p0));
            t10 = FLOATS.cast(t10).fma(q1, FloatVector.fromArray(F, w, x + row + L).mul(p1));
            s11 = FLOATS.cast(s11).fma(q0, FloatVector.fromArray(F, w, x + row + TASKS).mul(p0));
            t11 = FLOATS.cast(t11).fma(q1, FloatVector.fromArray(F, w, x + row + TASKS + L).mul(p1));
            a = left;
            b = right;
            for (int end = a + m * row; a != end; ) {
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
                a += row;
                b += row;
            }
            FLOATS.cast(s00).intoArray(w, out);
            FLOATS.cast(t00).intoArray(w, out + L);
            FLOATS.cast(s01).intoArray(w, out + TASKS);
            FLOATS.cast(t01).intoArray(w, out + TASKS + L);
            FLOATS.cast(s10).intoArray(w, out + row);
            FLOATS.cast(t10).intoArray(w, out + row + L);
            FLOATS.cast(s11).intoArray(w, out + row + TASKS);
            FLOATS.cast(t11).intoArray(w, out + row + TASKS + L);
            factor += 2 * TASKS;
            right += 2 * TASKS;
            x += 2 * TASKS;
            out += 2 * TASKS;
        }
    }

    private static void fourRows(float[] w, int row, int q, int from, int factor, int n, int left, int right, int m, int p,
            int x, int out, int width) {
        for (int j = 0; j < width; j += 2) {
            FloatVector s00 = FloatVector.zero(F), s01 = s00, s10 = s00, s11 = s00, s20 = s00, s21 = s00, s30 = s00, s31 = s00;
            int a = from, b = factor;
            for (int end = a + n * row; a != end; ) {
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
                a += row;
                b += row;
            }
            FloatVector p0 = FloatVector.fromArray(F, w, p), q0 = FloatVector.fromArray(F, w, q);
            s00 = FLOATS.cast(s00).fma(q0, FloatVector.fromArray(F, w, x).mul(p0));
            s01 = FLOATS.cast(s01).fma(q0, FloatVector.fromArray(F, w, x + TASKS).mul(p0));
            s10 = FLOATS.cast(s10).fma(q0, FloatVector.fromArray(F, w, x + row).mul(p0));
            s11 = FLOATS.cast(s11).fma(q0, FloatVector.fromArray(F, w, x + row + TASKS).mul(p0));
            s20 = FLOATS.cast(s20).fma(q0, FloatVector.fromArray(F, w, x + 2 * row).mul(p0));
            s21 = FLOATS.cast(s21).fma(q0, FloatVector.fromArray(F, w, x + 2 * row + TASKS).mul(p0));
            s30 = FLOATS.cast(s30).fma(q0, FloatVector.fromArray(F, w, x + 3 * row).mul(p0));
            s31 = FLOATS.cast(s31).fma(q0, FloatVector.fromArray(F, w, x + 3 * row + TASKS).mul(p0));
            a = left;
            b = right;
            for (int end = a + m * row; a != end; ) {
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
                a += row;
                b += row;
            }
            FLOATS.cast(s00).intoArray(w, out);
            FLOATS.cast(s01).intoArray(w, out + TASKS);
            FLOATS.cast(s10).intoArray(w, out + row);
            FLOATS.cast(s11).intoArray(w, out + row + TASKS);
            FLOATS.cast(s20).intoArray(w, out + 2 * row);
            FLOATS.cast(s21).intoArray(w, out + 2 * row + TASKS);
            FLOATS.cast(s30).intoArray(w, out + 3 * row);
            FLOATS.cast(s31).intoArray(w, out + 3 * row + TASKS);
            factor += 2 * TASKS;
            right += 2 * TASKS;
            x += 2 * TASKS;
            out += 2 * TASKS;
        }
    }

    static void set(float[] w, int entry, float value) {
        for (int t = 0; t < TASKS; t += L) {
            FloatVector.broadcast(F, value).intoArray(w, place(entry) + t);
        }
    }

    static void mirror(float[] w, int k, int x) {
        for (int i = 1; i < k; i++) {
            int row = place(x + i * k), column = place(x + i);
            for (int end = row + i * TASKS; row != end; row += TASKS) {
                for (int t = 0; t < TASKS; t += L) {
                    FloatVector.fromArray(F, w, row + t).intoArray(w, column + t);
                }
                column += k * TASKS;
            }
        }
    }

    static void image(float[] w, int c, int k, int v, int out) {
        for (int t = 0; t < TASKS; t += PAIR) {
            if (L == TASKS) {
                imageOfVectors(w, place(c), k, place(v), place(out));
            } else {
                imageOfPairs(w, place(c) + t, k, place(v) + t, place(out) + t);
            }
        }
    }

    private static void imageOfPairs(float[] w, int from, int k, int vector, int to) {
        for (int first = 0; first < k; first += 4) {
            int i = Math.min(first, k - 4) * TASKS;
            FloatVector s0 = FloatVector.zero(F), s1 = s0, s2 = s0, s3 = s0, t0 = s0, t1 = s0, t2 = s0, t3 = s0;
            int c = from + i, v = vector;
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
                c += k * TASKS;
            }
            int o = to + i;
            FLOATS.cast(s0).intoArray(w, o);
            FLOATS.cast(t0).intoArray(w, o + L);
            FLOATS.cast(s1).intoArray(w, o + TASKS);
            FLOATS.cast(t1).intoArray(w, o + TASKS + L);
            FLOATS.cast(s2).intoArray(w, o + 2 * TASKS);
            FLOATS.cast(t2).intoArray(w, o + 2 * TASKS + L);
            FLOATS.cast(s3).intoArray(w, o + 3 * TASKS);
            FLOATS.cast(t3).intoArray(w, o + 3 * TASKS + L);
        }
    }

    private static void imageOfVectors(float[] w, int from, int k, int vector, int to) {
        for (int first = 0; first < k; first += 4) {
            int i = Math.min(first, k - 4) * TASKS;
            FloatVector s0 = FloatVector.zero(F), s1 = s0, s2 = s0, s3 = s0;
            int c = from + i, v = vector;
            for (int end = v + k * TASKS; v != end; v += TASKS) {
                FloatVector x = FloatVector.fromArray(F, w, v);
                s0 = FloatVector.fromArray(F, w, c).fma(x, FLOATS.cast(s0));
                s1 = FloatVector.fromArray(F, w, c + TASKS).fma(x, FLOATS.cast(s1));
                s2 = FloatVector.fromArray(F, w, c + 2 * TASKS).fma(x, FLOATS.cast(s2));
                s3 = FloatVector.fromArray(F, w, c + 3 * TASKS).fma(x, FLOATS.cast(s3));
                c += k * TASKS;
            }
            int o = to + i;
            FLOATS.cast(s0).intoArray(w, o);
            FLOATS.cast(s1).intoArray(w, o + TASKS);
            FLOATS.cast(s2).intoArray(w, o + 2 * TASKS);
            FLOATS.cast(s3).intoArray(w, o + 3 * TASKS);
        }
    }

    static void dot(float[] w, int a, int b, int n, int out) {
        for (int t = 0; t < TASKS; t += PAIR) {
            dotPair(w, place(a) + t, place(b) + t, n, place(out) + t);
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
        for (int t = 0; t < TASKS; t += PAIR) {
            combinePairs(w, n, place(p) + t, place(x) + t, place(q) + t, place(y) + t, place(r) + t, place(z) + t,
                    place(out) + t);
        }
    }

    private static void combinePairs(float[] w, int n, int p, int x, int q, int y, int r, int z, int out) {
        int next = PAIR - L;
        FloatVector p0 = FloatVector.fromArray(F, w, p), p1 = FloatVector.fromArray(F, w, p + next);
        FloatVector q0 = FloatVector.fromArray(F, w, q), q1 = FloatVector.fromArray(F, w, q + next);
        FloatVector r0 = FloatVector.fromArray(F, w, r), r1 = FloatVector.fromArray(F, w, r + next);
        for (int end = x + n * TASKS; x != end; x += TASKS) {
            FloatVector sum = FloatVector.fromArray(F, w, y).fma(q0, FloatVector.fromArray(F, w, x).mul(p0));
            sum = FloatVector.fromArray(F, w, z).fma(r0, sum);
            if (L < TASKS) {
                FloatVector other = FloatVector.fromArray(F, w, y + L).fma(q1, FloatVector.fromArray(F, w, x + L).mul(p1));
                FloatVector.fromArray(F, w, z + L).fma(r1, other).intoArray(w, out + L);
            }
            sum.intoArray(w, out);
            y += TASKS;
            z += TASKS;
            out += TASKS;
        }
    }

    static void combine(float[] w, int n, int p, int x, int q, int y, int out) {
        for (int t = 0; t < TASKS; t += PAIR) {
            combinePairs(w, n, place(p) + t, place(x) + t, place(q) + t, place(y) + t, place(out) + t);
        }
    }

    private static void combinePairs(float[] w, int n, int p, int x, int q, int y, int out) {
        int next = PAIR - L;
        FloatVector p0 = FloatVector.fromArray(F, w, p), p1 = FloatVector.fromArray(F, w, p + next);
        FloatVector q0 = FloatVector.fromArray(F, w, q), q1 = FloatVector.fromArray(F, w, q + next);
        for (int end = x + n * TASKS; x != end; x += TASKS) {
            FloatVector sum = FloatVector.fromArray(F, w, y).fma(q0, FloatVector.fromArray(F, w, x).mul(p0));
            if (L < TASKS) {
                FloatVector.fromArray(F, w, y + L).fma(q1, FloatVector.fromArray(F, w, x + L).mul(p1))
                        .intoArray(w, out + L);
            }
            sum.intoArray(w, out);
            y += TASKS;
            out += TASKS;
        }
    }

    static void multiply(float[] w, int n, int x, int y, int out) {
        for (int t = 0; t < TASKS; t += L) {
            int from = place(x) + t, factor = place(y) + t, to = place(out) + t;
            for (int end = from + n * TASKS; from != end; from += TASKS) {
                FloatVector.fromArray(F, w, from).mul(FloatVector.fromArray(F, w, factor)).intoArray(w, to);
                factor += TASKS;
                to += TASKS;
            }
        }
    }

    static void addTransposed(float[] w, int k, int p, int q, int x, int out) {
        for (int t = 0; t < TASKS; t += L) {
            FloatVector c0 = FloatVector.fromArray(F, w, place(p) + t);
            FloatVector c1 = FloatVector.fromArray(F, w, place(q) + t);
            for (int i = 0; i < k; i++) {
                int row = i * k * TASKS + t, column = i * TASKS + t;
                for (int end = row + (i + 1) * TASKS; row != end; row += TASKS) {
                    FloatVector u = FloatVector.fromArray(F, w, place(x) + row);
                    FloatVector v = FloatVector.fromArray(F, w, place(x) + column);
                    v.fma(c1, u.mul(c0)).intoArray(w, place(out) + row);
                    u.fma(c1, v.mul(c0)).intoArray(w, place(out) + column);
                    column += k * TASKS;
                }
            }
        }
    }

    static void symmetrize(float[] w, int k, int x, int out) {
        for (int t = 0; t < TASKS; t += L) {
            for (int i = 0; i < k; i++) {
                int row = i * k * TASKS + t, column = i * TASKS + t;
                for (int end = row + (i + 1) * TASKS; row != end; row += TASKS) {
                    FloatVector sum = FloatVector.fromArray(F, w, place(x) + row)
                            .add(FloatVector.fromArray(F, w, place(x) + column))
                            .add(FloatVector.fromArray(F, w, place(out) + row));
                    sum.intoArray(w, place(out) + row);
                    sum.intoArray(w, place(out) + column);
                    column += k * TASKS;
                }
            }
        }
    }
}
