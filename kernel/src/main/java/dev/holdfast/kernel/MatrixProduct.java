package dev.holdfast.kernel;

/**
 * The product of two matrices: both are packed into panels that the cache holds and that {@link Kernels#tile} reads
 * in order. Conventions on arrays: see the package.
 */
public final class MatrixProduct {
    /** Terms of one sum that run through the registers in one go. */
    private static final int BLOCK = LinearAttention.BLOCK;

    /** Columns of B that are packed together: BLOCK × this many floats stay in the second-level cache. */
    private static final int COLUMNS = 512;

    private MatrixProduct() {}

    /** Length of the {@code work} array of {@link #multiply}. */
    public static int workLength() {
        return BLOCK * COLUMNS + (BLOCK + Implementation.kernels().tileColumns()) * Kernels.TILE_ROWS;
    }

    /**
     * C = A B: C_ij = Σ_l A_il B_lj, with A m × k, B k × n, C m × n.
     *
     * <p>Element (i, l) of A is at {@code aOffset + i·aRow + l·aColumn}, and so on for B: a transposed matrix is the
     * same array with the two steps exchanged. C is row-major.
     *
     * <p>Order of sums: l runs in blocks of 256; within a block by fused multiply-adds in float from +0, l ascending;
     * the first block overwrites C, each later one is added to it in float.
     *
     * @param m rows of A and C
     * @param n columns of B and C
     * @param k columns of A, rows of B; 0 makes C zero
     * @param a A; read
     * @param b B; read
     * @param c C: row i starts at {@code cOffset + i·cStride}; overwritten, never read before
     * @param work {@link #workLength} floats
     * @throws IllegalArgumentException if a count is negative, an offset, a step or a length is out of range, or arrays
     *         that are written are not arrays of their own
     */
    public static void multiply(int m, int n, int k, float[] a, int aOffset, int aRow, int aColumn, float[] b,
            int bOffset, int bRow, int bColumn, float[] c, int cOffset, int cStride, float[] work) {
        Arguments.atLeast("m", m, 0);
        Arguments.atLeast("n", n, 0);
        Arguments.atLeast("k", k, 0);
        checkStrided("a", a, aOffset, m, aRow, k, aColumn);
        checkStrided("b", b, bOffset, k, bRow, n, bColumn);
        Arguments.matrix("c", c.length, cOffset, cStride, m, n);
        Arguments.length("work", work.length, workLength());
        Arguments.distinct("c", c, "a", a);
        Arguments.distinct("c", c, "b", b);
        Arguments.distinct("work", work, "a", a);
        Arguments.distinct("work", work, "b", b);
        Arguments.distinct("work", work, "c", c);
        blocks(m, n, k, a, aOffset, aRow, aColumn, b, bOffset, bRow, bColumn, c, cOffset, cStride, work, 0);
    }

    private static void checkStrided(String name, float[] array, int offset, int rows, int row, int columns,
            int column) {
        if (row < 0 || column < 0) {
            throw new IllegalArgumentException(name + "Row = " + row + " and " + name + "Column = " + column
                    + ", expected both at least 0");
        }
        boolean empty = rows == 0 || columns == 0;
        Arguments.range(name, array.length, offset, empty ? 0 : (rows - 1L) * row + (columns - 1L) * column + 1);
    }

    /** {@link #multiply} with room in {@code work} from {@code room} on; C and the room may share an array with A or B. */
    static void blocks(int m, int n, int k, float[] a, int aOffset, int aRow, int aColumn, float[] b, int bOffset,
            int bRow, int bColumn, float[] c, int cOffset, int cStride, float[] work, int room) {
        Kernels kernels = Implementation.kernels();
        int width = kernels.tileColumns();
        int aPanel = room + BLOCK * COLUMNS;
        int tile = aPanel + BLOCK * Kernels.TILE_ROWS;
        for (int l = 0; l == 0 || l < k; l += BLOCK) {
            int depth = Math.min(BLOCK, k - l);
            for (int jj = 0; jj < n; jj += COLUMNS) {
                int end = Math.min(jj + COLUMNS, n);
                for (int j = jj; j < end; j += width) {
                    pack(b, bOffset + l * bRow + j * bColumn, bColumn, Math.min(width, end - j), bRow, depth, width,
                            work, room + (j - jj) * BLOCK);
                }
                for (int i = 0; i < m; i += Kernels.TILE_ROWS) {
                    int rows = Math.min(Kernels.TILE_ROWS, m - i);
                    pack(a, aOffset + i * aRow + l * aColumn, aRow, rows, aColumn, depth, Kernels.TILE_ROWS, work,
                            aPanel);
                    for (int j = jj; j < end; j += width) {
                        kernels.tile(work, aPanel, work, room + (j - jj) * BLOCK, depth, work, tile);
                        store(work, tile, width, rows, Math.min(width, end - j), l > 0, c,
                                cOffset + i * cStride + j, cStride);
                    }
                }
            }
        }
    }

    /**
     * Panel: out[l·width + r] = element l of line r, for {@code lines} lines of {@code depth} elements; zero for the
     * lines that are missing up to {@code width}.
     */
    private static void pack(float[] from, int offset, int lineStep, int lines, int step, int depth, int width,
            float[] out, int outOffset) {
        for (int l = 0; l < depth; l++) {
            int o = offset + l * step;
            int to = outOffset + l * width;
            for (int r = 0; r < lines; r++) {
                out[to + r] = from[o + r * lineStep];
            }
            for (int r = lines; r < width; r++) {
                out[to + r] = 0;
            }
        }
    }

    private static void store(float[] t, int tile, int width, int rows, int columns, boolean add, float[] c,
            int cOffset, int cStride) {
        for (int r = 0; r < rows; r++) {
            int from = tile + r * width;
            int to = cOffset + r * cStride;
            for (int j = 0; j < columns; j++) {
                c[to + j] = add ? c[to + j] + t[from + j] : t[from + j];
            }
        }
    }

    /** The smallest multiple of the tile's columns that holds {@code columns}. */
    static int padded(int columns) {
        int width = Implementation.kernels().tileColumns();
        return (columns + width - 1) / width * width;
    }

    /** Adds Σ_n z_n z_nᵀ of one block of demonstrations to the upper triangle of g. */
    static void addGramBlock(float[] x, int xOffset, int stride, int count, int d, float[] y, int yOffset, double[] g,
            float[] work) {
        Kernels kernels = Implementation.kernels();
        int size = d + 1;
        int width = kernels.tileColumns();
        int aPanel = BLOCK * padded(size);
        int tile = aPanel + BLOCK * Kernels.TILE_ROWS;
        for (int j = 0; j < size; j += width) {
            packDemonstrations(x, xOffset, stride, count, d, y, yOffset, j, width, work, j * BLOCK);
        }
        for (int i = 0; i < size; i += Kernels.TILE_ROWS) {
            int rows = Math.min(Kernels.TILE_ROWS, size - i);
            packDemonstrations(x, xOffset, stride, count, d, y, yOffset, i, Kernels.TILE_ROWS, work, aPanel);
            for (int j = i / width * width; j < size; j += width) {
                kernels.tile(work, aPanel, work, j * BLOCK, count, work, tile);
                for (int r = 0; r < rows; r++) {
                    for (int k = Math.max(j, i + r); k < Math.min(j + width, size); k++) {
                        g[(i + r) * size + k] += work[tile + r * width + k - j];
                    }
                }
            }
        }
    }

    /** Packs entries j..j+width−1 of the demonstrations z, the label being entry d. */
    private static void packDemonstrations(float[] x, int xOffset, int stride, int count, int d, float[] y,
            int yOffset, int j, int width, float[] out, int outOffset) {
        pack(x, xOffset + j, 1, Math.min(width, d - j), stride, count, width, out, outOffset);
        if (d - j < width) {
            for (int n = 0; n < count; n++) {
                out[outOffset + n * width + d - j] = y[yOffset + n];
            }
        }
    }
}
