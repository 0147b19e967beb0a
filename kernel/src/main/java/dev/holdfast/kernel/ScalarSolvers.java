package dev.holdfast.kernel;

/** The inner loops of solvers in plain Java: rows of doubles. A lane is a stride through the row. */
final class ScalarSolvers {
    private ScalarSolvers() {}

    static double dot(double[] a, int ao, double[] b, int bo, int n) {
        return (twoLanes(a, ao, b, bo, n, 0) + twoLanes(a, ao, b, bo, n, 2))
                + (twoLanes(a, ao, b, bo, n, 1) + twoLanes(a, ao, b, bo, n, 3));
    }

    /** Lanes l and l+4 of the 8, added. A lane that ends early adds the +0 it would take. */
    private static double twoLanes(double[] a, int ao, double[] b, int bo, int n, int l) {
        double s0 = 0;
        double s4 = 0;
        int j = l;
        for (; j + 4 < n; j += 8) {
            s0 = Math.fma(a[ao + j], b[bo + j], s0);
            s4 = Math.fma(a[ao + j + 4], b[bo + j + 4], s4);
        }
        if (j - l < n) {
            s0 = j < n ? Math.fma(a[ao + j], b[bo + j], s0) : s0 + 0.0;
            s4 = s4 + 0.0;
        }
        return s0 + s4;
    }

    static void subtractDots(double[] a, int ao, int stride, int rows, int n, double[] x, int xo, double[] z, int zo) {
        for (int r = 0; r < rows; r++) {
            z[zo + r] -= dot(a, ao + r * stride, x, xo, n);
        }
    }

    static void subtractProducts(double[] packed, int a, int b, int n, double[] out, int o, int stride, int rows) {
        for (int r = 0; r < rows; r++) {
            for (int k = 0; k < n * 16; k += 16) {
                double c = -packed[a + k + r];
                for (int j = 0; j < 16; j++) {
                    out[o + r * stride + j] = Math.fma(c, packed[b + k + j], out[o + r * stride + j]);
                }
            }
        }
    }

    static void solveFourRows(double[] r, int ro, int rStride, double[] x, int xo, int xStride, int columns) {
        for (int i = 0; i < 4; i++) {
            int row = xo + i * xStride;
            for (int k = 0; k < i; k++) {
                subtractRow(r[ro + k * rStride + i], x, xo + k * xStride, columns, x, row);
            }
            double reciprocal = 1 / r[ro + i * rStride + i];
            for (int j = row; j < row + columns; j++) {
                x[j] = (x[j] + 0.0) * reciprocal;
            }
        }
    }

    static void subtractRow(double c, double[] a, int o, int n, double[] z, int zo) {
        for (int j = 0; j < n; j++) {
            z[zo + j] = Math.fma(-c, a[o + j], z[zo + j]);
        }
    }

    static void subtractRows(double[] a, int o0, double c0, int o1, double c1, int o2, double c2, int o3, double c3,
            int n, double[] z, int zo) {
        for (int j = 0; j < n; j++) {
            double s = Math.fma(-c0, a[o0 + j], z[zo + j]);
            s = Math.fma(-c1, a[o1 + j], s);
            s = Math.fma(-c2, a[o2 + j], s);
            z[zo + j] = Math.fma(-c3, a[o3 + j], s);
        }
    }

    static void symmetricRows(double[] a, int o, int stride, int rows, int n, double[] work, int vRow, int vColumn,
            int pRow, int pColumn) {
        for (int r = 0; r < rows; r++) {
            subtractRow(-work[vRow + r], a, o + r * stride, n, work, pColumn);
            work[pRow + r] += dot(a, o + r * stride, work, vColumn, n);
        }
    }

    static void subtractPairs(double[] work, int length, int row, int column, double[] a, int o, int stride, int rows,
            int n) {
        int column1 = column + length;
        int column2 = column1 + length;
        int column3 = column2 + length;
        for (int r = 0; r < rows; r++) {
            int v = row + r;
            subtractRows(work, column1, work[v], column, work[v + length], column3, work[v + 2 * length], column2,
                    work[v + 3 * length], n, a, o + r * stride);
        }
    }
}
