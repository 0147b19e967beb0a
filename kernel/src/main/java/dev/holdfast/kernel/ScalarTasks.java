package dev.holdfast.kernel;

import static dev.holdfast.kernel.Kernels.TASKS;

import java.util.Arrays;

/** The inner loops over tasks that lie side by side, in plain Java: one task after the other. */
final class ScalarTasks {
    private ScalarTasks() {}

    static void products(float[] w, int k, int q, int a, int b, int n, int c, int d, int m, int p, int x, int out,
            boolean lower) {
        for (int i = 0; i < k; i++) {
            for (int j = 0; j < (lower ? i + 1 : k); j++) {
                int to = (out + i * k + j) * TASKS;
                Arrays.fill(w, to, to + TASKS, 0);
                for (int l = 0; l < n; l++) {
                    addProduct(w, (a + l * k + i) * TASKS, (b + l * k + j) * TASKS, to);
                }
                for (int t = 0; t < TASKS; t++) {
                    float start = w[p * TASKS + t] * w[(x + i * k + j) * TASKS + t];
                    w[to + t] = Math.fma(w[q * TASKS + t], w[to + t], start);
                }
                for (int l = 0; l < m; l++) {
                    addProduct(w, (c + l * k + i) * TASKS, (d + l * k + j) * TASKS, to);
                }
            }
        }
    }

    static void mirror(float[] w, int k, int x) {
        for (int i = 0; i < k; i++) {
            for (int j = 0; j < i; j++) {
                System.arraycopy(w, (x + i * k + j) * TASKS, w, (x + j * k + i) * TASKS, TASKS);
            }
        }
    }

    static void image(float[] w, int c, int k, int v, int out) {
        for (int i = 0; i < k; i++) {
            int to = (out + i) * TASKS;
            Arrays.fill(w, to, to + TASKS, 0);
            for (int l = 0; l < k; l++) {
                addProduct(w, (c + l * k + i) * TASKS, (v + l) * TASKS, to);
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
                even = Math.fma(w[a * TASKS + i], w[b * TASKS + i], even);
                odd = Math.fma(w[(a + 1) * TASKS + i], w[(b + 1) * TASKS + i], odd);
            }
            w[out * TASKS + t] = even + odd;
        }
    }

    static void combine(float[] w, int n, int p, int x, int q, int y, int r, int z, int out) {
        for (int i = 0; i < n * TASKS; i++) {
            int t = i % TASKS;
            float sum = w[p * TASKS + t] * w[x * TASKS + i];
            sum = Math.fma(w[q * TASKS + t], w[y * TASKS + i], sum);
            w[out * TASKS + i] = Math.fma(w[r * TASKS + t], w[z * TASKS + i], sum);
        }
    }

    static void combine(float[] w, int n, int p, int x, int q, int y, int out) {
        for (int i = 0; i < n * TASKS; i++) {
            int t = i % TASKS;
            w[out * TASKS + i] = Math.fma(w[q * TASKS + t], w[y * TASKS + i], w[p * TASKS + t] * w[x * TASKS + i]);
        }
    }

    static void multiply(float[] w, int n, int x, int y, int out) {
        for (int i = 0; i < n * TASKS; i++) {
            w[out * TASKS + i] = w[x * TASKS + i] * w[y * TASKS + i];
        }
    }

    static void addTransposed(float[] w, int k, int p, int q, int x, int out) {
        for (int i = 0; i < k; i++) {
            for (int j = 0; j < k; j++) {
                for (int t = 0; t < TASKS; t++) {
                    float own = w[p * TASKS + t] * w[(x + i * k + j) * TASKS + t];
                    w[(out + i * k + j) * TASKS + t] =
                            Math.fma(w[q * TASKS + t], w[(x + j * k + i) * TASKS + t], own);
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
                    float sum = w[x * TASKS + row + t] + w[x * TASKS + column + t] + w[out * TASKS + row + t];
                    w[out * TASKS + row + t] = sum;
                    w[out * TASKS + column + t] = sum;
                }
            }
        }
    }
}
