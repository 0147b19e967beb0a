package dev.holdfast.kernel;

import java.util.Arrays;

/**
 * Symmetric positive definite systems in double, by A = L Lᵀ with L lower triangular and positive on its diagonal.
 *
 * <p>A matrix is d × d, row-major without gaps: entry (i, j) is at {@code i·d + j}. Arrays may be longer, so that a
 * smaller matrix may lie at the front of a larger one's array. Conventions on arrays: see the package.
 *
 * <p>Let γ_k = k·2⁻⁵³/(1 − k·2⁻⁵³), all of it barring underflow and overflow. Multiplying A by 4ᵏ multiplies L by 2ᵏ
 * and A⁻¹ by 4⁻ᵏ, to the bit.
 */
public final class Cholesky {
    /** Rows and columns that are computed together: the lanes of a dot product, so that none of these has a tail. */
    private static final int BLOCK = Kernels.BLOCK;
    /** Columns that some rows meet before the next rows: the panel's own rows stay in the second-level cache. */
    private static final int PANEL = 64;
    /** Rows below a panel that go together: four rows of the panel, in the first-level cache, meet all of them. */
    private static final int ROWS = 32;

    private Cholesky() {}

    /**
     * Replaces the lower triangle of A, the diagonal included, by L. What lies above the diagonal is neither read nor
     * written.
     *
     * <p>Order of sums, with J = 8⌊j/8⌋: s = a_ij − Σ_{k<J} L_ik L_jk, a dot product in 8 double lanes; then
     * s = fma(−L_ik, L_jk, s) for k = J..j−1 ascending; then L_ij = s/L_jj for i > j, and L_jj = √s.
     *
     * <p>|A − L Lᵀ| ≤ γ_{⌈d/8⌉+11} |L| |L|ᵀ, entry by entry.
     *
     * @param a A, of which the lower triangle is read; overwritten by L
     * @param d number of rows
     * @return d, or the index of the first pivot s that is not positive, or is NaN: then A is not positive definite as far
     *         as double can tell, and rows from that index on are left unspecified
     * @throws IllegalArgumentException if a length is out of range
     */
    public static int factor(double[] a, int d) {
        Arguments.square("a", a.length, d);
        Kernels kernels = Implementation.kernels();
        for (int panel = 0; panel < d; panel += PANEL) {
            int end = Math.min(panel + PANEL, d);
            for (int i = panel; i < end; i += BLOCK) {
                int rows = Math.min(BLOCK, end - i);
                factorRows(kernels, a, d, i, rows, panel, i);
                int good = factorBlock(kernels, a, d, i, rows);
                if (good < rows) {
                    return i + good;
                }
            }
            for (int i = end; i < d; i += ROWS) {
                factorRows(kernels, a, d, i, Math.min(ROWS, d - i), panel, end);
            }
        }
        return d;
    }

    /** Columns from..to−1 of rows below them. */
    private static void factorRows(Kernels kernels, double[] a, int d, int i, int rows, int from, int to) {
        for (int j = from; j < to; j += BLOCK) {
            subtractProducts(kernels, a, i * d, d, rows, a, j * d, d, BLOCK, j, a, i * d + j, d);
            divide(a, i * d + j, d, rows, a, j * d + j, d, BLOCK);
        }
    }

    /** The block on the diagonal from row i on, right of which nothing is written; how many pivots are positive. */
    private static int factorBlock(Kernels kernels, double[] a, int d, int i, int rows) {
        for (int r = 0; r < rows; r++) {
            int row = (i + r) * d + i;
            if (i > 0) {
                kernels.subtractDots(a, i * d, d, r + 1, i, a, (i + r) * d, a, row);
            }
            divideRow(a, row, a, i * d + i, d, r);
            double s = a[row + r];
            for (int k = 0; k < r; k++) {
                s = Math.fma(-a[row + k], a[row + k], s);
            }
            if (!(s > 0)) {
                return r;
            }
            a[row + r] = Math.sqrt(s);
        }
        return rows;
    }

    /** out_rc −= a_r·b_c, dot products of n terms, n being a multiple of 8; nothing where n = 0. */
    private static void subtractProducts(Kernels kernels, double[] a, int ao, int aStride, int rows, double[] b, int bo,
            int bStride, int columns, int n, double[] out, int oo, int outStride) {
        if (n == 0) {
            return;
        }
        int r = 0;
        if (columns == BLOCK && rows >= 4) {
            r = rows & -4;
            kernels.subtractProducts(a, ao, aStride, r, b, bo, bStride, n, out, oo, outStride);
        }
        for (; r < rows; r++) {
            kernels.subtractDots(b, bo, bStride, columns, n, a, ao + r * aStride, out, oo + r * outStride);
        }
    }

    /** x_j = (x_j − Σ_{k<j} L_jk x_k) / L_jj, by fused multiply-adds, for each of some rows x. */
    private static void divide(
            double[] x, int xo, int stride, int rows, double[] l, int lo, int lStride, int columns) {
        for (int r = 0; r < rows; r++) {
            divideRow(x, xo + r * stride, l, lo, lStride, columns);
        }
    }

    /** Short loops cost more than their terms: a whole block is written out. */
    private static void divideRow(double[] x, int o, double[] l, int lo, int stride, int columns) {
        int j = 0;
        if (columns == BLOCK) {
            divideFour(x, o, l, lo, stride);
            subtractFour(x, o, l, lo + 4 * stride, stride);
            divideFour(x, o + 4, l, lo + 4 * stride + 4, stride);
            return;
        }
        for (; j < columns; j++) {
            double s = x[o + j];
            for (int k = 0; k < j; k++) {
                s = Math.fma(-x[o + k], l[lo + j * stride + k], s);
            }
            x[o + j] = s / l[lo + j * stride + j];
        }
    }

    private static void divideFour(double[] x, int o, double[] l, int lo, int stride) {
        int l1 = lo + stride;
        int l2 = l1 + stride;
        int l3 = l2 + stride;
        double x0 = x[o] / l[lo];
        double x1 = Math.fma(-x0, l[l1], x[o + 1]) / l[l1 + 1];
        double x2 = Math.fma(-x1, l[l2 + 1], Math.fma(-x0, l[l2], x[o + 2])) / l[l2 + 2];
        double x3 = Math.fma(-x2, l[l3 + 2], Math.fma(-x1, l[l3 + 1], Math.fma(-x0, l[l3], x[o + 3]))) / l[l3 + 3];
        x[o] = x0;
        x[o + 1] = x1;
        x[o + 2] = x2;
        x[o + 3] = x3;
    }

    /** What the first four of eight entries take off the last four. */
    private static void subtractFour(double[] x, int o, double[] l, int lo, int stride) {
        double x0 = x[o];
        double x1 = x[o + 1];
        double x2 = x[o + 2];
        double x3 = x[o + 3];
        for (int j = 4, k = lo; j < 8; j++, k += stride) {
            double s = Math.fma(-x1, l[k + 1], Math.fma(-x0, l[k], x[o + j]));
            x[o + j] = Math.fma(-x3, l[k + 3], Math.fma(-x2, l[k + 2], s));
        }
    }

    /**
     * x := A⁻¹ x, from L: L y = x, then Lᵀ x = y.
     *
     * <p>Order of sums: y_j as L_ij in {@link #factor}, x being one more row of A. Then for i = d−1..0 descending
     * x_i = y_i/L_ii, and y_k = fma(−x_i, L_ik, y_k) for k < i.
     *
     * <p>The result is the exact solution of (A + E) x = b with |E| ≤ γ_{d+2⌈d/8⌉+21} |L| |L|ᵀ for the A that L was made of.
     *
     * @param l L, of which the lower triangle is read
     * @param d number of rows
     * @param x b, d entries; overwritten by the solution
     * @throws IllegalArgumentException if a length is out of range, or {@code x} is {@code l}
     */
    public static void solve(double[] l, int d, double[] x) {
        Arguments.square("l", l.length, d);
        Arguments.length("x", x.length, d);
        Arguments.distinct("x", x, "l", l);
        Kernels kernels = Implementation.kernels();
        for (int i = 0; i < d; i += BLOCK) {
            int rows = Math.min(BLOCK, d - i);
            if (i > 0) {
                kernels.subtractDots(l, i * d, d, rows, i, x, 0, x, i);
            }
            divideRow(x, i, l, i * d + i, d, rows);
        }
        for (int i = (d - 1) / BLOCK * BLOCK; i >= 0; i -= BLOCK) {
            substituteBack(kernels, l, d, i, Math.min(BLOCK, d - i), x);
        }
    }

    /** The last {@code rows} entries of x, which are then taken off the ones before. */
    private static void substituteBack(Kernels kernels, double[] l, int d, int i, int rows, double[] x) {
        for (int r = rows - 1; r >= 0; r--) {
            int o = (i + r) * d + i;
            double xr = x[i + r] / l[o + r];
            x[i + r] = xr;
            for (int k = 0; k < r; k++) {
                x[i + k] = Math.fma(-xr, l[o + k], x[i + k]);
            }
        }
        int r = rows - 1;
        for (; r >= 3; r -= 4) {
            int row = i + r;
            kernels.subtractRows(l, row * d, x[row], (row - 1) * d, x[row - 1], (row - 2) * d, x[row - 2], (row - 3) * d,
                    x[row - 3], i, x, 0);
        }
        for (; r >= 0; r--) {
            kernels.subtractRow(x[i + r], l, (i + r) * d, i, x, 0);
        }
    }

    /** Length of the {@code work} array of {@link #inverse}. */
    public static int inverseWorkLength(int d) {
        Arguments.atLeast("d", d, 1);
        return Math.multiplyExact(d, padded(d));
    }

    /** A row of {@code work} ends with zeros, so that dot products to its end have no tail. */
    private static int padded(int d) {
        return Math.addExact(d, BLOCK - 1) & -BLOCK;
    }

    /**
     * All of A⁻¹ from L, whose bits are symmetric.
     *
     * <p>Order of sums: column i of M = L⁻¹ is the y of {@link #solve} for x = e_i, but for dot products that begin at
     * k = 8⌊i/8⌋. Then (A⁻¹)_ij = Σ_k M_ki M_kj for i ≥ j, a dot product in 8 double lanes from k = 8⌊i/8⌋ on, where
     * M_kj = +0 for k < j; a zero is +0.
     *
     * <p>|L M − I| ≤ γ_{⌈d/8⌉+10} |L| |M|, and the last product is within γ_{⌈d/8⌉+3} |M|ᵀ |M|.
     *
     * @param l L, of which the lower triangle is read
     * @param d number of rows
     * @param inverse A⁻¹, both triangles; overwritten
     * @param work {@link #inverseWorkLength} doubles
     * @throws IllegalArgumentException if a length is out of range, or arrays that are written are not arrays of their
     *         own
     */
    public static void inverse(double[] l, int d, double[] inverse, double[] work) {
        Arguments.square("l", l.length, d);
        Arguments.square("inverse", inverse.length, d);
        Arguments.length("work", work.length, inverseWorkLength(d));
        Arguments.distinct("inverse", inverse, "l", l);
        Arguments.distinct("work", work, "l", l);
        Arguments.distinct("inverse", inverse, "work", work);
        Kernels kernels = Implementation.kernels();
        int stride = padded(d);
        for (int panel = 0; panel < d; panel += PANEL) {
            int end = Math.min(panel + PANEL, d);
            for (int k = panel; k < d; k += BLOCK) {
                for (int i = panel; i < Math.min(end, k + 1); i += BLOCK) {
                    columns(kernels, l, d, i, k, work, stride);
                }
            }
        }
        for (int panel = 0; panel < d; panel += PANEL) {
            int end = Math.min(panel + PANEL, d);
            for (int i = panel; i < d; i += BLOCK) {
                for (int j = panel; j < Math.min(end, i + 1); j += BLOCK) {
                    products(kernels, work, stride, d, i, j, inverse);
                }
            }
        }
    }

    /** Entries k..k+7 of columns i..i+7 of M, each column being a row of {@code work}. */
    private static void columns(Kernels kernels, double[] l, int d, int i, int k, double[] work, int stride) {
        int rows = Math.min(BLOCK, d - i);
        int columns = Math.min(BLOCK, d - k);
        for (int r = 0; r < rows; r++) {
            int o = (i + r) * stride + k;
            Arrays.fill(work, o, o + BLOCK, 0);
            if (k == i) {
                work[o + r] = 1;
            }
        }
        subtractProducts(kernels, work, i * stride + i, stride, rows, l, k * d + i, d, columns, k - i, work,
                i * stride + k, stride);
        divide(work, i * stride + k, stride, rows, l, k * d + k, d, columns);
    }

    /** Entries i..i+7 by j..j+7 of A⁻¹, j ≤ i, and those opposite. */
    private static void products(Kernels kernels, double[] work, int stride, int d, int i, int j, double[] inverse) {
        int rows = Math.min(BLOCK, d - i);
        int columns = Math.min(BLOCK, d - j);
        for (int r = i; r < i + rows; r++) {
            Arrays.fill(inverse, r * d + j, r * d + j + columns, 0);
        }
        subtractProducts(kernels, work, i * stride + i, stride, rows, work, j * stride + i, stride, columns, stride - i,
                inverse, i * d + j, d);
        for (int r = i; r < i + rows; r++) {
            for (int c = j; c < Math.min(j + columns, r + 1); c++) {
                double sum = 0 - inverse[r * d + c];
                inverse[r * d + c] = sum;
                inverse[c * d + r] = sum;
            }
        }
    }
}
