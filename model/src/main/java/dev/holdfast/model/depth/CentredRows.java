package dev.holdfast.model.depth;

import dev.holdfast.kernel.DoubleProduct;
import java.util.Arrays;

/** Rows x_n less a mean, the rows of a matrix X in double. Belongs to one thread. */
public final class CentredRows implements MomentMap {
    /** So many doubles are made once, 1 MB; of more rows a block at a time, again for each pass. */
    private static final long WHOLE = 1 << 17;
    /** Doubles of a block: 16 KB, which are read twice while they are in the first-level cache. */
    private static final int BLOCK = 1 << 11;
    /** Rows that are read together, at least. */
    private static final int GROUP = 4;
    /** Entries of a chunk of a dot product: no row ends within one. */
    private static final int CHUNK = 8;
    /** Rows of a product of matrices. */
    private static final int PRODUCT = 128;

    private final float[] x;
    private final int offset;
    private final int stride;
    private final int rows;
    private final int d;
    private final float[] mean;
    /** Entries of a row in {@link #wide}, the last ones 0. */
    private final int width;
    /** Rows of a block. */
    private final int block;
    private final boolean whole;
    /** All rows, or those of a block. */
    private final double[] wide;
    /** Where the block of rows that was loaded last is in {@link #wide}. */
    private int place;
    /** A vector of features, then 0. */
    private final double[] features;
    /** A number for each row of a block. */
    private final double[] part;

    /**
     * @param x row n of d features starts at {@code offset + n·stride}; read, not kept longer than this object
     * @param mean d entries; kept
     */
    public CentredRows(float[] x, int offset, int stride, int rows, int d, float[] mean) {
        this.x = x;
        this.offset = offset;
        this.stride = stride;
        this.rows = rows;
        this.d = d;
        this.mean = mean;
        this.width = Math.addExact(d, CHUNK - 1) & -CHUNK;
        this.block = Math.min(Math.max(GROUP, BLOCK / width & -GROUP), rows);
        this.whole = (long) rows * width <= WHOLE;
        this.wide = new double[Math.multiplyExact(whole ? rows : block, width)];
        this.features = new double[width];
        this.part = new double[block];
        if (whole) {
            load(0, rows, wide, width);
        }
    }

    /** N. */
    int count() {
        return rows;
    }

    int features() {
        return d;
    }

    private void load(int n, int count, double[] out, int step) {
        for (int r = 0; r < count; r++) {
            loadRow(offset + (n + r) * stride, out, r * step);
        }
    }

    private void loadRow(int from, double[] out, int to) {
        for (int j = 0; j < d; j++) {
            out[to + j] = (double) x[from + j] - mean[j];
        }
    }

    /** Loads the block of rows from n on; how many there are. */
    private int loadBlock(int n) {
        int count = Math.min(block, rows - n);
        if (whole) {
            place = n * width;
        } else {
            load(n, count, wide, width);
        }
        return count;
    }

    /** The products of the rows that are loaded with {@link #features}. */
    private void multiply(int count) {
        Arrays.fill(part, 0);
        DoubleProduct.addTimes(wide, place, width, count, width, features, part);
    }

    /** X v, N entries. */
    public double[] times(double[] v) {
        System.arraycopy(v, 0, features, 0, d);
        double[] out = new double[rows];
        for (int n = 0; n < rows; n += block) {
            int count = loadBlock(n);
            multiply(count);
            System.arraycopy(part, 0, out, n, count);
        }
        return out;
    }

    /** Xᵀ c, d entries. */
    public double[] transposed(double[] c) {
        double[] out = new double[d];
        for (int n = 0; n < rows; n += block) {
            int count = loadBlock(n);
            System.arraycopy(c, n, part, 0, count);
            DoubleProduct.addTransposedTimes(wide, place, width, count, d, part, out);
        }
        return out;
    }

    /** (1/N) Xᵀ X v, in one pass. */
    @Override
    public double[] secondTimes(double[] v) {
        System.arraycopy(v, 0, features, 0, d);
        double[] out = new double[d];
        for (int n = 0; n < rows; n += block) {
            int count = loadBlock(n);
            multiply(count);
            DoubleProduct.addTransposedTimes(wide, place, width, count, d, part, out);
        }
        return divided(out);
    }

    /** S̄ = (1/N) XᵀX, d × d. */
    public double[] second() {
        double[] out = new double[Math.multiplyExact(d, d)];
        double[] part = new double[Math.multiplyExact(Math.min(PRODUCT, rows), d)];
        double[] work = new double[DoubleProduct.workLength(d, PRODUCT)];
        for (int n = 0; n < rows; n += PRODUCT) {
            int count = Math.min(PRODUCT, rows - n);
            load(n, count, part, d);
            DoubleProduct.addSymmetric(d, count, part, 0, 1, d, part, 0, d, 1, out, 0, d, work);
        }
        return divided(out);
    }

    /** (1/N) X Xᵀ, N × N. */
    double[] gram() {
        double[] all = new double[Math.multiplyExact(rows, d)];
        load(0, rows, all, d);
        double[] out = new double[Math.multiplyExact(rows, rows)];
        DoubleProduct.addSymmetric(rows, d, all, 0, d, 1, all, 0, 1, d, out, 0, rows,
                new double[DoubleProduct.workLength(rows, d)]);
        return divided(out);
    }

    private double[] divided(double[] sums) {
        for (int i = 0; i < sums.length; i++) {
            sums[i] /= rows;
        }
        return sums;
    }

    /** (1/N) Σ ‖x_n‖², the trace of S̄. */
    @Override
    public double trace() {
        double[] row = new double[d];
        double sum = 0;
        for (int n = 0; n < rows; n++) {
            loadRow(offset + n * stride, row, 0);
            for (int j = 0; j < d; j++) {
                sum += row[j] * row[j];
            }
        }
        return sum / rows;
    }
}
