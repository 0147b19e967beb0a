package dev.holdfast.kernel;

import java.util.Arrays;

/**
 * Symmetric positive definite systems in double, by A = RᵀR with R upper triangular and positive on its diagonal.
 *
 * <p>A matrix is d × d, row-major without gaps: entry (i, j) is at {@code i·d + j}. Arrays may be longer, so that a
 * smaller matrix may lie at the front of a larger one's array. Conventions on arrays: see the package.
 *
 * <p>Let γ_k = k·2⁻⁵³/(1 − k·2⁻⁵³), all of it barring underflow and overflow. Multiplying A by 4ᵏ multiplies R by 2ᵏ
 * and A⁻¹ by 4⁻ᵏ, to the bit.
 *
 * <p>Rows are taken off later rows a panel of 64 at a time. The panel lies in {@code work} once more, 16 columns side by
 * side: then whatever the tile reads lies behind one another, and its place is a constant times the row.
 */
public final class Cholesky {
    /** Rows of a panel: what lies in {@code work} of 16 columns, 8 KB, stays in the first-level cache. */
    private static final int PANEL = 64;
    /** Rows that solve their system together. */
    private static final int GROUP = 4;
    /** Columns side by side. */
    private static final int WIDTH = Kernels.PACKED;
    /** Entries of {@code work} before what is packed: a tile of which the matrix has a part only. */
    private static final int EDGE = WIDTH * WIDTH;

    private Cholesky() {}

    /** Length of the {@code work} array of {@link #factor}. */
    public static int factorWorkLength(int d) {
        return Math.addExact(EDGE, packedLength(d));
    }

    private static int packedLength(int d) {
        Arguments.atLeast("d", d, 1);
        return Math.multiplyExact(padded(d), depth(d));
    }

    /** A multiple of 16. */
    private static int padded(int d) {
        return Math.addExact(d, WIDTH - 1) & -WIDTH;
    }

    /** Room for the rows of a panel. */
    private static int depth(int d) {
        return Math.min(PANEL, padded(d));
    }

    /** The place of row k of a panel and a column of a multiple of 16, {@code depth} rows deep. */
    private static int place(int packed, int depth, int k, int column) {
        return packed + column * depth + k * WIDTH;
    }

    /**
     * Replaces the upper triangle of A, the diagonal included, by R. What lies below the diagonal is not read, and is
     * left unspecified.
     *
     * <p>Order of sums: s = a_ij, then s = fma(−r_ki, r_kj, s) for k = 0..i−1 ascending; r_ii = √s, and for j > i
     * r_ij = (s + 0)·(1/r_ii).
     *
     * <p>|A − RᵀR| ≤ γ_{d+1} |R|ᵀ|R|, entry by entry.
     *
     * @param a A, of which the upper triangle is read; overwritten by R
     * @param d number of rows
     * @param work {@link #factorWorkLength} doubles
     * @return d, or the index of the first pivot s that is not positive, or is NaN: then A is not positive definite as far
     *         as double can tell, and rows from that index on are left unspecified
     * @throws IllegalArgumentException if a length is out of range, or {@code work} is {@code a}
     */
    public static int factor(double[] a, int d, double[] work) {
        Arguments.square("a", a.length, d);
        Arguments.length("work", work.length, factorWorkLength(d));
        Arguments.distinct("work", work, "a", a);
        Kernels kernels = Implementation.kernels();
        int depth = depth(d);
        for (int panel = 0; panel < d; panel += PANEL) {
            int end = Math.min(panel + PANEL, d);
            for (int i = panel; i < end; i += GROUP) {
                int rows = Math.min(GROUP, end - i);
                for (int j = i & -WIDTH; j < d; j += WIDTH) {
                    int from = place(EDGE, depth, 0, i & -WIDTH) + i % WIDTH;
                    subtract(kernels, work, from, place(EDGE, depth, 0, j), i - panel, a, i * d + j, d, rows,
                            Math.min(WIDTH, d - j));
                }
                int good = factorGroup(a, i * d + i, d, rows);
                solveRows(kernels, a, i * d + i, d, good, a, i * d + i + rows, d, d - i - rows);
                if (good < rows) {
                    return i + good;
                }
                pack(a, i * d, d, rows, i & -WIDTH, d, work, place(EDGE, depth, i - panel, 0), depth);
            }
            for (int j = end; j < d; j += WIDTH) {
                for (int i = end; i <= j; i += WIDTH) {
                    subtract(kernels, work, place(EDGE, depth, 0, i), place(EDGE, depth, 0, j), end - panel, a, i * d + j,
                            d, Math.min(WIDTH, d - i), Math.min(WIDTH, d - j));
                }
            }
        }
        return d;
    }

    /** The block on the diagonal, of which the upper triangle is read and written; how many pivots are positive. */
    private static int factorGroup(double[] a, int o, int d, int rows) {
        for (int i = 0; i < rows; i++) {
            double pivot = lessRows(a, o, d, i, i);
            if (!(pivot > 0)) {
                return i;
            }
            double root = Math.sqrt(pivot);
            double reciprocal = 1 / root;
            a[o + i * d + i] = root;
            for (int j = i + 1; j < rows; j++) {
                a[o + i * d + j] = (lessRows(a, o, d, i, j) + 0.0) * reciprocal;
            }
        }
        return rows;
    }

    /** Entry (i, j) of a block, without what the rows above it take off. */
    private static double lessRows(double[] a, int o, int d, int i, int j) {
        double s = a[o + i * d + j];
        for (int k = 0; k < i; k++) {
            s = Math.fma(-a[o + k * d + i], a[o + k * d + j], s);
        }
        return s;
    }

    /** Rows x_i of a system with the block of R at ro: x_i = (x_i − Σ_{k<i} r_ki x_k + 0)·(1/r_ii), k ascending. */
    private static void solveRows(Kernels kernels, double[] r, int ro, int d, int rows, double[] x, int xo, int stride,
            int columns) {
        if (rows == GROUP) {
            kernels.solveFourRows(r, ro, d, x, xo, stride, columns);
            return;
        }
        for (int i = 0; i < rows; i++) {
            int row = xo + i * stride;
            for (int k = 0; k < i; k++) {
                kernels.subtractRow(r[ro + k * d + i], x, xo + k * stride, columns, x, row);
            }
            double reciprocal = 1 / r[ro + i * d + i];
            for (int j = row; j < row + columns; j++) {
                x[j] = (x[j] + 0.0) * reciprocal;
            }
        }
    }

    /** Columns from..to−1 of some rows, of which {@code from} is a multiple of 16; {@code place} is that of column 0. */
    private static void pack(
            double[] a, int o, int stride, int rows, int from, int to, double[] work, int place, int depth) {
        for (int j = from; j < to; j += WIDTH) {
            int columns = Math.min(WIDTH, to - j);
            for (int r = 0; r < rows; r++) {
                System.arraycopy(a, o + r * stride + j, work, place + j * depth + r * WIDTH, columns);
            }
        }
    }

    /** {@link Kernels#subtractProducts} on any part of a tile; {@code work} has room for one at its front. */
    static void subtract(Kernels kernels, double[] work, int a, int b, int n, double[] out, int o, int stride, int rows,
            int columns) {
        if (n == 0) {
            return;
        }
        if (rows % GROUP == 0 && columns == WIDTH) {
            kernels.subtractProducts(work, a, b, n, out, o, stride, rows);
            return;
        }
        for (int r = 0; r < rows; r++) {
            System.arraycopy(out, o + r * stride, work, r * WIDTH, columns);
        }
        kernels.subtractProducts(work, a, b, n, work, 0, WIDTH, rows + GROUP - 1 & -GROUP);
        for (int r = 0; r < rows; r++) {
            System.arraycopy(work, r * WIDTH, out, o + r * stride, columns);
        }
    }

    /**
     * x := A⁻¹ x, from R: Rᵀy = x, then R x = y.
     *
     * <p>Order of sums: s = x_i, then s = fma(−r_ki, y_k, s) for k = 0..i−1 ascending, and y_i = s/r_ii. Then for
     * i = d−1..0 descending, with J = min(4⌊i/4⌋ + 4, d): s = y_i − Σ_{k≥J} r_ik x_k, a dot product in 8 double lanes;
     * then s = fma(−r_ik, x_k, s) for k = J−1..i+1 descending, and x_i = s/r_ii.
     *
     * <p>The result is the exact solution of (A + E) x = b with |E| ≤ γ_{2d+⌈d/8⌉+11} |R|ᵀ|R| for the A that R was made
     * of.
     *
     * @param r R, of which the upper triangle is read
     * @param d number of rows
     * @param x b, d entries; overwritten by the solution
     * @throws IllegalArgumentException if a length is out of range, or {@code x} is {@code r}
     */
    public static void solve(double[] r, int d, double[] x) {
        Arguments.square("r", r.length, d);
        Arguments.length("x", x.length, d);
        Arguments.distinct("x", x, "r", r);
        Kernels kernels = Implementation.kernels();
        for (int i = 0; i < d; i += GROUP) {
            substitute(kernels, r, d, i, Math.min(GROUP, d - i), x);
        }
        for (int i = d - 1 & -GROUP; i >= 0; i -= GROUP) {
            int end = Math.min(i + GROUP, d);
            if (end < d) {
                kernels.subtractDots(r, i * d + end, d, GROUP, d - end, x, end, x, i);
            }
            for (int row = end - 1; row >= i; row--) {
                double s = x[row];
                for (int k = end - 1; k > row; k--) {
                    s = Math.fma(-r[row * d + k], x[k], s);
                }
                x[row] = s / r[row * d + row];
            }
        }
    }

    /** Entries from i on of y, which are then taken off the ones after. */
    private static void substitute(Kernels kernels, double[] r, int d, int i, int rows, double[] x) {
        for (int j = i; j < i + rows; j++) {
            double s = x[j];
            for (int k = i; k < j; k++) {
                s = Math.fma(-r[k * d + j], x[k], s);
            }
            x[j] = s / r[j * d + j];
        }
        int after = i + GROUP;
        if (after < d) {
            int o = i * d + after;
            kernels.subtractRows(r, o, x[i], o + d, x[i + 1], o + 2 * d, x[i + 2], o + 3 * d, x[i + 3], d - after, x, after);
        }
    }

    /** Length of the {@code work} array of {@link #inverse}. */
    public static int inverseWorkLength(int d) {
        int packed = packedLength(d);
        return Math.addExact(EDGE + Math.multiplyExact(padded(d), padded(d)), Math.multiplyExact(2, packed));
    }

    /**
     * All of A⁻¹ from R, whose bits are symmetric.
     *
     * <p>Order of sums, with N = R⁻ᵀ, lower triangular: s = +0 for j &lt; i and 1 for j = i, then s = fma(−r_ki, n_kj, s)
     * for k = j..i−1 ascending, and n_ij = (s + 0)·(1/r_ii). Then (A⁻¹)_ij = Σ_k n_ki n_kj for i ≤ j, by fused
     * multiply-adds from +0, k = j..d−1 ascending; a zero is +0.
     *
     * <p>|RᵀN − I| ≤ γ_{d+1} |R|ᵀ|N|, and the last product is within γ_d |N|ᵀ|N|.
     *
     * @param r R, of which the upper triangle is read
     * @param d number of rows
     * @param inverse A⁻¹, both triangles; overwritten
     * @param work {@link #inverseWorkLength} doubles
     * @throws IllegalArgumentException if a length is out of range, or arrays that are written are not arrays of their
     *         own
     */
    public static void inverse(double[] r, int d, double[] inverse, double[] work) {
        Arguments.square("r", r.length, d);
        Arguments.square("inverse", inverse.length, d);
        Arguments.length("work", work.length, inverseWorkLength(d));
        Arguments.distinct("inverse", inverse, "r", r);
        Arguments.distinct("work", work, "r", r);
        Arguments.distinct("inverse", inverse, "work", work);
        Kernels kernels = Implementation.kernels();
        int stride = padded(d);
        int depth = depth(d);
        int n = EDGE;
        int nPacked = n + stride * stride;
        int rPacked = nPacked + stride * depth;
        Arrays.fill(work, n, nPacked, 0);
        for (int i = 0; i < d; i++) {
            work[n + i * stride + i] = 1;
        }
        Arrays.fill(inverse, 0, d * d, 0);
        for (int panel = 0; panel < d; panel += PANEL) {
            int end = Math.min(panel + PANEL, d);
            pack(r, panel * d, d, end - panel, panel, d, work, rPacked, depth);
            for (int i = panel; i < end; i += GROUP) {
                int rows = Math.min(GROUP, end - i);
                int from = place(rPacked, depth, 0, i & -WIDTH) + i % WIDTH;
                for (int j = 0; j < i; j += WIDTH) {
                    int skipped = Math.max(0, j - panel) * WIDTH;
                    subtract(kernels, work, from + skipped, place(nPacked, depth, 0, j) + skipped,
                            i - Math.max(panel, j), work, n + i * stride + j, stride, GROUP, WIDTH);
                }
                solveRows(kernels, r, i * d + i, d, rows, work, n + i * stride, stride, i + rows);
                pack(work, n + i * stride, stride, rows, 0, padded(i + rows), work, place(nPacked, depth, i - panel, 0), depth);
            }
            for (int j = 0; j < end; j += WIDTH) {
                // n_kj is 0 for k < j
                int skipped = Math.max(0, j - panel) * WIDTH;
                int b = place(nPacked, depth, 0, j) + skipped;
                int terms = end - Math.max(panel, j);
                for (int i = end; i < d; i += WIDTH) {
                    subtract(kernels, work, place(rPacked, depth, 0, i) + skipped, b, terms, work, n + i * stride + j,
                            stride, WIDTH, WIDTH);
                }
                for (int i = 0; i <= j; i += WIDTH) {
                    subtract(kernels, work, place(nPacked, depth, 0, i) + skipped, b, terms, inverse, i * d + j, d,
                            Math.min(WIDTH, d - i), Math.min(WIDTH, d - j));
                }
            }
        }
        negateAndMirror(inverse, d);
    }

    /** The upper triangle with its sign changed, and opposite, some rows at a time: their columns share lines of the cache. */
    private static void negateAndMirror(double[] a, int d) {
        for (int block = 0; block < d; block += WIDTH) {
            for (int j = block; j < d; j++) {
                for (int i = block; i < Math.min(block + WIDTH, j + 1); i++) {
                    double v = 0 - a[i * d + j];
                    a[i * d + j] = v;
                    a[j * d + i] = v;
                }
            }
        }
    }
}
