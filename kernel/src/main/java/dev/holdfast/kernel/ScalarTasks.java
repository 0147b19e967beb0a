package dev.holdfast.kernel;

import static dev.holdfast.kernel.Kernels.TASKS;
import static dev.holdfast.kernel.Kernels.place;

import java.util.Arrays;

/** The inner loops over tasks that lie side by side, in plain Java: one task after the other. */
final class ScalarTasks {
    private ScalarTasks() {}

    static void products(float[] w, int k, int q, int a, int b, int n, int c, int d, int m, int p, int x, int out,
            boolean lower) {
        for (int i = 0; i < k; i++) {
            for (int j = 0; j < (lower ? i + 1 : k); j++) {
                int to = place(out + i * k + j);
                Arrays.fill(w, to, to + TASKS, 0);
                for (int l = 0; l < n; l++) {
                    addProduct(w, place(a + l * k + i), place(b + l * k + j), to);
                }
                for (int t = 0; t < TASKS; t++) {
                    float start = w[place(p) + t] * w[place(x + i * k + j) + t];
                    w[to + t] = Math.fma(w[place(q) + t], w[to + t], start);
                }
                for (int l = 0; l < m; l++) {
                    addProduct(w, place(c + l * k + i), place(d + l * k + j), to);
                }
            }
        }
    }

    static void set(float[] w, int entry, float value) {
        Arrays.fill(w, place(entry), place(entry) + TASKS, value);
    }

    static void mirror(float[] w, int k, int x) {
        for (int i = 0; i < k; i++) {
            for (int j = 0; j < i; j++) {
                System.arraycopy(w, place(x + i * k + j), w, place(x + j * k + i), TASKS);
            }
        }
    }

    static void image(float[] w, int c, int k, int v, int out) {
        for (int i = 0; i < k; i++) {
            int to = place(out + i);
            Arrays.fill(w, to, to + TASKS, 0);
            for (int l = 0; l < k; l++) {
                addProduct(w, place(c + l * k + i), place(v + l), to);
            }
        }
    }

    private static void addProduct(float[] w, int a, int b, int out) {
        for (int t = 0; t < TASKS; t++) {
            w[out + t] = Math.fma(w[a + t], w[b + t], w[out + t]);
        }
    }

    static void dot(float[] w, int a, int b, int n, int out) {
        for (int t = 0; t < TASKS; t++) {
            float even = 0;
            float odd = 0;
            for (int i = t; i < n * TASKS; i += 2 * TASKS) {
                even = Math.fma(w[place(a) + i], w[place(b) + i], even);
                odd = Math.fma(w[place(a + 1) + i], w[place(b + 1) + i], odd);
            }
            w[place(out) + t] = even + odd;
        }
    }

    static void combine(float[] w, int n, int p, int x, int q, int y, int r, int z, int out) {
        for (int i = 0; i < n * TASKS; i++) {
            int t = i % TASKS;
            float sum = w[place(p) + t] * w[place(x) + i];
            sum = Math.fma(w[place(q) + t], w[place(y) + i], sum);
            w[place(out) + i] = Math.fma(w[place(r) + t], w[place(z) + i], sum);
        }
    }

    static void combine(float[] w, int n, int p, int x, int q, int y, int out) {
        for (int i = 0; i < n * TASKS; i++) {
            int t = i % TASKS;
            w[place(out) + i] = Math.fma(w[place(q) + t], w[place(y) + i], w[place(p) + t] * w[place(x) + i]);
        }
    }

    static void multiply(float[] w, int n, int x, int y, int out) {
        for (int i = 0; i < n * TASKS; i++) {
            w[place(out) + i] = w[place(x) + i] * w[place(y) + i];
        }
    }

    static void addTransposed(float[] w, int k, int p, int q, int x, int out) {
        for (int i = 0; i < k; i++) {
            for (int j = 0; j < k; j++) {
                for (int t = 0; t < TASKS; t++) {
                    float own = w[place(p) + t] * w[place(x + i * k + j) + t];
                    w[place(out + i * k + j) + t] =
                            Math.fma(w[place(q) + t], w[place(x + j * k + i) + t], own);
                }
            }
        }
    }

    static void symmetrize(float[] w, int k, int x, int out) {
        for (int i = 0; i < k; i++) {
            for (int j = 0; j <= i; j++) {
                int row = (i * k + j) * TASKS;
                int column = (j * k + i) * TASKS;
                for (int t = 0; t < TASKS; t++) {
                    float sum = w[place(x) + row + t] + w[place(x) + column + t] + w[place(out) + row + t];
                    w[place(out) + row + t] = sum;
                    w[place(out) + column + t] = sum;
                }
            }
        }
    }
}
