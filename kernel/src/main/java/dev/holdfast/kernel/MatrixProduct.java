package dev.holdfast.kernel;

import java.util.Arrays;

/**
 * The product of two matrices. Both are packed into panels that {@link Kernels#tile} reads in order: a panel of B lies
 * in the first-level cache while it meets the panels of a block of A, which lies in the second. Conventions on arrays:
 * see the package.
 */
public final class MatrixProduct {
    /** Terms of one sum that run through the registers in one go. */
    private static final int BLOCK = LinearAttention.BLOCK;

    /** Rows of A that are packed together. */
    private static final int ROWS = 120;
    /** Columns of C that are summed up together. */
    private static final int COLUMNS = 512;
    /** Rows and columns of B that are packed together. */
    private static final int SQUARE = 2048;

    /**
     * Where panels start: the elements of an array that is large, or alone in its memory, lie 16 bytes after a line of the
     * cache, so that every vector of 64 bytes would cross from one line to the next.
     */
    private static final int ALIGNED = 12;

    private MatrixProduct() {}

    /** Length of the {@code work} array of {@link #multiply}, which B is packed into: at most 4.3 million. */
    public static int workLength(int n, int k) {
        Arguments.atLeast("n", n, 0);
        Arguments.atLeast("k", k, 0);
        return Math.min(SQUARE, k) * (padded(Math.min(SQUARE, n)) + ROWS) + tileLength() + ALIGNED;
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
     * @param work {@link #workLength workLength(n, k)} floats
     * @throws IllegalArgumentException if a count is negative, an offset, a step or a length is out of range, or arrays
     *         that are written are not arrays of their own
     */
    public static void multiply(int m, int n, int k, float[] a, int aOffset, int aRow, int aColumn, float[] b,
            int bOffset, int bRow, int bColumn, float[] c, int cOffset, int cStride, float[] work) {
        Arguments.atLeast("m", m, 0);
        Arguments.atLeast("n", n, 0);
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
        blocks(m, n, k, a, aOffset, aRow, aColumn, b, bOffset, bRow, bColumn, c, cOffset, cStride, work, ALIGNED);
    }

    /** {@link #multiply} with room in {@code work} from {@code room} on; C and the room may share an array with A or B. */
    static void blocks(int m, int n, int k, float[] a, int aOffset, int aRow, int aColumn, float[] b, int bOffset,
            int bRow, int bColumn, float[] c, int cOffset, int cStride, float[] work, int room) {
        Kernels kernels = Implementation.kernels();
        int width = kernels.tileColumns();
        int height = kernels.tileRows();
        int aPanels = room + Math.min(SQUARE, k) * padded(Math.min(SQUARE, n));
        for (int j = 0; j < n; j += SQUARE) {
            int columns = Math.min(SQUARE, n - j);
            for (int start = 0; start == 0 || start < k; start += SQUARE) {
                int end = Math.min(start + SQUARE, k);
                for (int l = start; l < end; l += BLOCK) {
                    pack(b, bOffset + l * bRow + j * bColumn, bColumn, columns, bRow, Math.min(BLOCK, end - l), width,
                            work, room + (l - start) * padded(columns));
                }
                for (int i = 0; i < m; i += ROWS) {
                    int rows = Math.min(ROWS, m - i);
                    for (int l = start; l < end; l += BLOCK) {
                        pack(a, aOffset + i * aRow + l * aColumn, aRow, rows, aColumn, Math.min(BLOCK, end - l), height,
                                work, aPanels + (l - start) * ROWS);
                    }
                    blockOfRows(kernels, rows, columns, start, end, work, room, aPanels, c,
                            cOffset + i * cStride + j, cStride);
                }
            }
        }
    }

    /** Rows of C: so many columns at a time that their part of C stays in the second-level cache over all terms. */
    private static void blockOfRows(Kernels kernels, int rows, int columns, int start, int end, float[] work, int room,
            int aPanels, float[] c, int cOffset, int cStride) {
        int tile = aPanels + ROWS * (end - start);
        for (int j = 0; j < columns; j += COLUMNS) {
            for (int l = start; l == 0 || l < end; l += BLOCK) {
                int depth = Math.min(BLOCK, end - l);
                tiles(kernels, rows, Math.min(COLUMNS, columns - j), depth, work,
                        room + (l - start) * padded(columns) + j * depth, aPanels + (l - start) * ROWS, tile, l > 0, c,
                        cOffset + j, cStride);
            }
        }
    }

    /** One block of C from packed panels. Whole tiles that overwrite go straight to C, others by way of a scratch tile. */
    private static void tiles(Kernels kernels, int rows, int columns, int depth, float[] work, int bPanels,
            int aPanels, int tile, boolean add, float[] c, int cOffset, int cStride) {
        int width = kernels.tileColumns();
        int height = kernels.tileRows();
        for (int j = 0; j < columns; j += width) {
            for (int i = 0; i < rows; i += height) {
                int a = aPanels + i * depth;
                int b = bPanels + j * depth;
                int to = cOffset + i * cStride + j;
                boolean whole = i + height <= rows && j + width <= columns;
                if (whole && !add) {
                    kernels.tile(work, a, work, b, depth, width, c, to, cStride);
                    continue;
                }
                kernels.tile(work, a, work, b, depth, columns - j, work, tile, width);
                if (whole) {
                    kernels.addTile(work, tile, c, to, cStride);
                } else {
                    store(work, tile, width, Math.min(height, rows - i), Math.min(width, columns - j), add, c, to, cStride);
                }
            }
        }
    }

    private static int tileLength() {
        return Implementation.kernels().tileRows() * Implementation.kernels().tileColumns();
    }

    /**
     * Panels of {@code width} lines, one after the other: out[l·width + r] = element l of line r, for lines of
     * {@code depth} elements; zero for the lines that are missing in the last panel.
     */
    private static void pack(float[] from, int offset, int lineStep, int lines, int step, int depth, int width,
            float[] out, int outOffset) {
        int whole = lines / width * width;
        if (whole < lines) {
            Arrays.fill(out, outOffset + whole * depth, outOffset + (whole + width) * depth, 0f);
        }
        if (lineStep == 1) {
            packAcross(from, offset, lines, step, depth, width, out, outOffset);
            return;
        }
        Kernels kernels = Implementation.kernels();
        int height = kernels.tileRows();
        for (int line = 0; line < lines; line += width) {
            int count = Math.min(width, lines - line);
            int o = offset + line * lineStep;
            int to = outOffset + line * depth;
            int r = 0;
            for (; step == 1 && r <= count - height; r += height) {
                kernels.packRows(from, o + r * lineStep, lineStep, depth, width, out, to + r);
            }
            for (; r < count; r++) {
                for (int l = 0; l < depth; l++) {
                    out[to + r + l * width] = from[o + r * lineStep + l * step];
                }
            }
        }
    }

    /** {@link #pack} for lines that lie side by side: element l of all of them is read in one go. */
    private static void packAcross(float[] from, int offset, int lines, int step, int depth, int width, float[] out,
            int outOffset) {
        int whole = lines / width * width;
        Implementation.kernels().packPanels(from, offset, whole, step, depth, width, out, outOffset);
        for (int l = 0; whole < lines && l < depth; l++) {
            System.arraycopy(from, offset + l * step + whole, out, outOffset + whole * depth + l * width, lines - whole);
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

    /** Length of the {@code work} array of {@link #addGramBlock}. */
    static int gramWorkLength(int size) {
        int width = Implementation.kernels().tileColumns();
        return Math.addExact(ALIGNED + BLOCK * width + tileLength(), Math.multiplyExact(BLOCK, gramRows(size)));
    }

    /** The smallest multiple of the tile's rows that holds {@code size}. */
    private static int gramRows(int size) {
        return multiple(size, Implementation.kernels().tileRows());
    }

    /** The smallest multiple of the tile's columns that holds {@code columns}. */
    private static int padded(int columns) {
        return multiple(columns, Implementation.kernels().tileColumns());
    }

    private static int multiple(int least, int of) {
        return (least + of - 1) / of * of;
    }

    /** Adds Σ_n z_n z_nᵀ of one block of demonstrations to the upper triangle of g: only tiles that reach it. */
    static void addGramBlock(float[] x, int xOffset, int stride, int count, int d, float[] y, int yOffset, double[] g,
            float[] work) {
        Kernels kernels = Implementation.kernels();
        int size = d + 1;
        int width = kernels.tileColumns();
        int height = kernels.tileRows();
        int bPanel = ALIGNED + BLOCK * gramRows(size);
        int tile = bPanel + BLOCK * width;
        for (int i = 0; i < size; i += height) {
            packDemonstrations(x, xOffset, stride, count, d, y, yOffset, i, height, work, ALIGNED + i * count);
        }
        for (int j = 0; j < size; j += width) {
            packDemonstrations(x, xOffset, stride, count, d, y, yOffset, j, width, work, bPanel);
            addGramTiles(kernels, j, count, size, work, bPanel, tile, g);
        }
    }

    /** The tiles of one panel of columns, from j on, down to the diagonal. */
    private static void addGramTiles(Kernels kernels, int j, int count, int size, float[] work, int bPanel, int tile,
            double[] g) {
        int width = kernels.tileColumns();
        int height = kernels.tileRows();
        int step = kernels.tileStep();
        int end = Math.min(j + width, size);
        for (int i = 0; i < end; i += height) {
            // what of a tile lies left of the diagonal is nobody's
            int left = i >= j + step ? step : 0;
            kernels.tile(work, ALIGNED + i * count, work, bPanel + left, count, end - j - left, work, tile + left, width);
            if (i + height <= size && j + width <= size && j >= i + height) {
                kernels.addTile(work, tile, g, i * size + j, size);
            } else {
                addUpper(work, tile, width, i, Math.min(i + height, size), j, end, g, size);
            }
        }
    }

    /** Adds rows i..end and columns j..columnEnd of a tile to g, where they lie on the diagonal or above. */
    private static void addUpper(float[] t, int tile, int width, int i, int end, int j, int columnEnd, double[] g,
            int size) {
        for (int r = i; r < end; r++) {
            for (int k = Math.max(j, r); k < columnEnd; k++) {
                g[r * size + k] += t[tile + (r - i) * width + k - j];
            }
        }
    }

    /** Packs entries j..j+width−1 of the demonstrations z, the label being entry d. */
    private static void packDemonstrations(float[] x, int xOffset, int stride, int count, int d, float[] y,
            int yOffset, int j, int width, float[] out, int outOffset) {
        int features = Math.min(width, d - j);
        if (features > 0) {
            pack(x, xOffset + j, 1, features, stride, count, width, out, outOffset);
        } else {
            Arrays.fill(out, outOffset, outOffset + count * width, 0f);
        }
        if (features < width) {
            for (int n = 0; n < count; n++) {
                out[outOffset + n * width + d - j] = y[yOffset + n];
            }
        }
    }

    /** Copies the upper triangle of g to the lower one, square by square: the columns it reads stay in the cache. */
    static void mirror(double[] g, int size) {
        int square = 16;
        for (int i = 0; i < size; i += square) {
            for (int j = i; j < size; j += square) {
                for (int k = j; k < Math.min(j + square, size); k++) {
                    for (int r = i; r < Math.min(i + square, k); r++) {
                        g[k * size + r] = g[r * size + k];
                    }
                }
            }
        }
    }
}
