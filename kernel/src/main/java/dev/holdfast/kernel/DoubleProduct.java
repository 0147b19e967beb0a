package dev.holdfast.kernel;

/**
 * Products in double: C += A B, y += A x and y += Aᵀ x, and less work where C or A is symmetric. {@link MatrixProduct} has
 * floats. Conventions on arrays: see the package.
 *
 * <p>Of A B a block of 128 terms is packed, 16 lines side by side, as in {@link Cholesky}: whatever a tile reads lies
 * behind one another.
 */
public final class DoubleProduct {
    /** Terms that are packed together: of 16 lines 16 KB, half of a first-level cache. */
    private static final int BLOCK = 128;
    /** Columns of B that are packed together: 256 KB, which stay in a second-level cache for all rows of A. */
    private static final int COLUMNS = 256;

    private static final int WIDTH = Kernels.PACKED;
    /** Entries of {@code work} before what is packed: a tile of which C has a part only. */
    private static final int EDGE = WIDTH * WIDTH;
    /** Rows that {@link Kernels#subtractRows} takes together. */
    private static final int GROUP = 4;
    /** Rows of a symmetric matrix that are read together: the columns before them are whole chunks of a dot product. */
    private static final int ROWS = 8;

    private DoubleProduct() {}

    /** Length of the {@code work} array of {@link #add}, which A and B are packed into: at most 35,072. */
    public static int workLength(int n, int k) {
        Arguments.atLeast("n", n, 0);
        Arguments.atLeast("k", k, 0);
        return EDGE + Math.min(BLOCK, k) * (WIDTH + padded(Math.min(COLUMNS, n)));
    }

    /** A multiple of 16. */
    private static int padded(int n) {
        return n + WIDTH - 1 & -WIDTH;
    }

    /**
     * C += A B: C_ij += Σ_l A_il B_lj, with A m × k, B k × n, C m × n.
     *
     * <p>Element (i, l) of A is at {@code aOffset + i·aRow + l·aColumn}, and so on for B: a transposed matrix is the
     * same array with the two steps exchanged. C is row-major.
     *
     * <p>Order of sums: C_ij takes A_il B_lj by fused multiply-adds, l = 0..k−1 ascending; a zero is +0.
     *
     * @param m rows of A and C
     * @param n columns of B and C
     * @param k columns of A, rows of B
     * @param a A; read
     * @param b B, which may be A; read
     * @param c C: row i starts at {@code cOffset + i·cStride}; added to
     * @param work {@link #workLength workLength(n, k)} doubles
     * @throws IllegalArgumentException if a count is negative, an offset, a step or a length is out of range, or arrays
     *         that are written are not arrays of their own
     */
    public static void add(int m, int n, int k, double[] a, int aOffset, int aRow, int aColumn, double[] b, int bOffset,
            int bRow, int bColumn, double[] c, int cOffset, int cStride, double[] work) {
        add(m, n, k, a, aOffset, aRow, aColumn, b, bOffset, bRow, bColumn, c, cOffset, cStride, work, false);
    }

    /**
     * C += A B where A B and C are symmetric: the sums of {@link #add} on the diagonal and above, and below it the same bits.
     * About half of the multiply-adds.
     *
     * @param n rows and columns of C
     * @param k columns of A, rows of B
     * @param a A; read
     * @param b B, which may be A; read
     * @param c C: row i starts at {@code cOffset + i·cStride}; what is on the diagonal and above is added to, the rest
     *        overwritten
     * @param work {@link #workLength workLength(n, k)} doubles
     * @throws IllegalArgumentException as {@link #add} throws it
     */
    public static void addSymmetric(int n, int k, double[] a, int aOffset, int aRow, int aColumn, double[] b, int bOffset,
            int bRow, int bColumn, double[] c, int cOffset, int cStride, double[] work) {
        add(n, n, k, a, aOffset, aRow, aColumn, b, bOffset, bRow, bColumn, c, cOffset, cStride, work, true);
        for (int i = 0; i < n; i += WIDTH) {
            mirror(c, cOffset, cStride, i, Math.min(i + WIDTH, n), n);
        }
    }

    /** Rows of the upper triangle to columns, some at a time: a line of the cache has entries of several columns. */
    private static void mirror(double[] c, int o, int stride, int from, int to, int n) {
        for (int j = from + 1; j < n; j++) {
            for (int i = from; i < Math.min(to, j); i++) {
                c[o + j * stride + i] = c[o + i * stride + j];
            }
        }
    }

    /** @param upper whether tiles that lie below the diagonal are left out */
    private static void add(int m, int n, int k, double[] a, int aOffset, int aRow, int aColumn, double[] b, int bOffset,
            int bRow, int bColumn, double[] c, int cOffset, int cStride, double[] work, boolean upper) {
        // first n, which is all that a symmetric product has
        Arguments.atLeast("n", n, 0);
        Arguments.atLeast("m", m, 0);
        Arguments.atLeast("k", k, 0);
        Arguments.strided("a", a.length, aOffset, m, aRow, k, aColumn);
        Arguments.strided("b", b.length, bOffset, k, bRow, n, bColumn);
        Arguments.matrix("c", c.length, cOffset, cStride, m, n);
        Arguments.length("work", work.length, workLength(n, k));
        Arguments.distinct("c", c, "a", a);
        Arguments.distinct("c", c, "b", b);
        Arguments.distinct("work", work, "a", a);
        Arguments.distinct("work", work, "b", b);
        Arguments.distinct("work", work, "c", c);
        Kernels kernels = Implementation.kernels();
        int panels = EDGE + Math.min(BLOCK, k) * WIDTH;
        for (int j = 0; j < n; j += COLUMNS) {
            int columns = Math.min(COLUMNS, n - j);
            for (int l = 0; l < k; l += BLOCK) {
                int depth = Math.min(BLOCK, k - l);
                pack(b, bOffset + l * bRow + j * bColumn, bColumn, columns, bRow, depth, 1, work, panels);
                for (int i = 0; i < m && (!upper || i < j + columns); i += WIDTH) {
                    int rows = Math.min(WIDTH, m - i);
                    // what is subtracted has its sign changed
                    pack(a, aOffset + i * aRow + l * aColumn, aRow, rows, aColumn, depth, -1, work, EDGE);
                    for (int tile = upper ? Math.max(0, i - j) : 0; tile < columns; tile += WIDTH) {
                        Cholesky.subtract(kernels, work, EDGE, panels + tile * depth, depth, c,
                                cOffset + i * cStride + j + tile, cStride, rows, Math.min(WIDTH, columns - tile));
                    }
                }
            }
        }
        for (int i = 0; i < m; i++) {
            positiveZeros(c, cOffset + i * cStride, n);
        }
    }

    private static void positiveZeros(double[] c, int o, int n) {
        for (int j = o; j < o + n; j++) {
            c[j] += 0.0;
        }
    }

    /**
     * Lines side by side, 16 at a time: element l of line r, at from[o + r·line + l·step], goes to place l·16 + r mod 16 of
     * panel r / 16, with its sign or not. Of a panel that is not full the rest is left as it was.
     */
    private static void pack(double[] from, int o, int line, int lines, int step, int depth, double sign, double[] work,
            int to) {
        for (int r = 0; r < lines; r += WIDTH) {
            int side = Math.min(WIDTH, lines - r);
            int panel = to + r * depth;
            if (line == 1) {
                for (int l = 0; l < depth; l++) {
                    packLine(from, o + r + l * step, 1, side, sign, work, panel + l * WIDTH, 1);
                }
            } else {
                for (int s = 0; s < side; s++) {
                    packLine(from, o + (r + s) * line, step, depth, sign, work, panel + s, WIDTH);
                }
            }
        }
    }

    private static void packLine(
            double[] from, int o, int step, int count, double sign, double[] work, int to, int place) {
        for (int i = 0; i < count; i++) {
            work[to + i * place] = sign * from[o + i * step];
        }
    }

    /**
     * y += A x.
     *
     * <p>Order of sums: y_i += a_i·x, a dot product in 8 double lanes; a zero is +0.
     *
     * @param a A: row i starts at {@code aOffset + i·aStride}; read
     * @param rows rows of A
     * @param columns columns of A, at least 1
     * @param x {@code columns} entries; read
     * @param y {@code rows} entries; added to
     * @throws IllegalArgumentException if an offset, a stride or a length is out of range, or {@code y} is an input
     */
    public static void addTimes(double[] a, int aOffset, int aStride, int rows, int columns, double[] x, double[] y) {
        checkVectors(a, aOffset, aStride, rows, columns, x, columns, y, rows);
        negate(y, rows);
        Implementation.kernels().subtractDots(a, aOffset, aStride, rows, columns, x, 0, y, 0);
        negate(y, rows);
    }

    private static void negate(double[] y, int count) {
        for (int i = 0; i < count; i++) {
            y[i] = 0.0 - y[i];
        }
    }

    private static void checkVectors(double[] a, int aOffset, int aStride, int rows, int columns, double[] x, int xLength,
            double[] y, int yLength) {
        Arguments.atLeast("columns", columns, 1);
        Arguments.matrix("a", a.length, aOffset, aStride, rows, columns);
        Arguments.length("x", x.length, xLength);
        Arguments.length("y", y.length, yLength);
        Arguments.distinct("y", y, "a", a);
        Arguments.distinct("y", y, "x", x);
    }

    /**
     * y += Aᵀ x.
     *
     * <p>Order of sums: y_j takes x_i a_ij by fused multiply-adds, i = 0..rows−1 ascending.
     *
     * @param a A: row i starts at {@code aOffset + i·aStride}; read
     * @param rows rows of A
     * @param columns columns of A, at least 1
     * @param x {@code rows} entries; read
     * @param y {@code columns} entries; added to
     * @throws IllegalArgumentException if an offset, a stride or a length is out of range, or {@code y} is an input
     */
    public static void addTransposedTimes(
            double[] a, int aOffset, int aStride, int rows, int columns, double[] x, double[] y) {
        checkVectors(a, aOffset, aStride, rows, columns, x, rows, y, columns);
        addTransposedTimes(Implementation.kernels(), a, aOffset, aStride, rows, columns, x, 0, y, 0);
    }

    private static void addTransposedTimes(Kernels kernels, double[] a, int aOffset, int aStride, int rows, int columns,
            double[] x, int xo, double[] y, int yo) {
        int i = 0;
        for (; i <= rows - GROUP; i += GROUP) {
            int o = aOffset + i * aStride;
            int r = xo + i;
            kernels.subtractRows(a, o, -x[r], o + aStride, -x[r + 1], o + 2 * aStride, -x[r + 2], o + 3 * aStride,
                    -x[r + 3], columns, y, yo);
        }
        for (; i < rows; i++) {
            kernels.subtractRow(-x[xo + i], a, aOffset + i * aStride, columns, y, yo);
        }
    }

    /** Length of the {@code work} array of {@link #addSymmetricTimes}. */
    public static int symmetricWorkLength(int d) {
        Arguments.atLeast("d", d, 1);
        return Math.multiplyExact(2, d);
    }

    /**
     * y += A x of a symmetric A, of which about half is read: of rows 8b..8b+7 the columns up to 8b+7.
     *
     * <p>Order of sums: with J = 8⌊i/8⌋, y_i takes Σ_{j&lt;J} a_ij x_j, a dot product in 8 double lanes, where J &gt; 0; then
     * a_ji x_j by fused multiply-adds, j = J..d−1 ascending.
     *
     * @param a A, d × d, row-major without gaps; read
     * @param d number of rows
     * @param x d entries; read
     * @param y d entries; added to
     * @param work {@link #symmetricWorkLength} doubles
     * @throws IllegalArgumentException if a length is out of range, or arrays that are written are not arrays of their own
     */
    public static void addSymmetricTimes(double[] a, int d, double[] x, double[] y, double[] work) {
        Arguments.square("a", a.length, d);
        Arguments.length("x", x.length, d);
        Arguments.length("y", y.length, d);
        Arguments.length("work", work.length, symmetricWorkLength(d));
        Arguments.distinct("y", y, "a", a);
        Arguments.distinct("y", y, "x", x);
        Arguments.distinct("work", work, "a", a);
        Arguments.distinct("work", work, "x", x);
        Arguments.distinct("work", work, "y", y);
        Kernels kernels = Implementation.kernels();
        System.arraycopy(x, 0, work, 0, d);
        System.arraycopy(y, 0, work, d, d);
        for (int i = 0; i < d; i += ROWS) {
            int rows = Math.min(ROWS, d - i);
            if (i > 0) {
                kernels.symmetricRows(a, i * d, d, rows, i, work, i, 0, d + i, d);
            }
            // a row of the block on the diagonal is a column
            addTransposedTimes(kernels, a, i * d + i, d, rows, rows, work, i, work, d + i);
        }
        System.arraycopy(work, d, y, 0, d);
    }
}
