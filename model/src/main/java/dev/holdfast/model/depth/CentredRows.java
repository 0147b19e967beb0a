package dev.holdfast.model.depth;

import dev.holdfast.kernel.DoubleProduct;
import java.util.Arrays;

/** Rows x_n less a mean, the rows of a matrix X in double. Belongs to one thread. */
public final class CentredRows {
    /** So many doubles are made once, 8 MB; of more rows a block at a time, again for each pass. */
    private static final long WHOLE = 1 << 20;
    /** Doubles of a block, in whole rows: 64 KB, which are read twice while they are in the second-level cache. */
    private static final int BLOCK = 1 << 13;
    /** Rows of a product of matrices. */
    private static final int PRODUCT = 128;

    private final float[] x;
    private final int offset;
    private final int stride;
    private final int rows;
    private final int d;
    private final float[] mean;
    private final boolean whole;
    /** Rows that are read together. */
    private final int block;
    /** All rows, or those of a block. */
    private final double[] wide;

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
        this.whole = (long) rows * d <= WHOLE;
        this.block = Math.min(Math.max(4, BLOCK / d), rows);
        this.wide = new double[Math.multiplyExact(whole ? rows : block, d)];
        if (whole) {
            load(0, rows, wide);
        }
    }

    /** N. */
    int count() {
        return rows;
    }

    int features() {
        return d;
    }

    private void load(int n, int count, double[] out) {
        for (int r = 0; r < count; r++) {
            loadRow(offset + (n + r) * stride, out, r * d);
        }
    }

    private void loadRow(int from, double[] out, int to) {
        for (int j = 0; j < d; j++) {
            out[to + j] = (double) x[from + j] - mean[j];
        }
    }

    private int blockAt(int n) {
        return Math.min(block, rows - n);
    }

    /** Where the block of rows from n on is in {@link #wide}. */
    private int place(int n) {
        if (whole) {
            return n * d;
        }
        load(n, blockAt(n), wide);
        return 0;
    }

    /** X v, N entries. */
    public double[] times(double[] v) {
        double[] out = new double[rows];
        for (int n = 0; n < rows; n += block) {
            double[] part = new double[blockAt(n)];
            DoubleProduct.addTimes(wide, place(n), d, part.length, d, v, part);
            System.arraycopy(part, 0, out, n, part.length);
        }
        return out;
    }

    /** Xᵀ c, d entries. */
    public double[] transposed(double[] c) {
        double[] out = new double[d];
        for (int n = 0; n < rows; n += block) {
            int count = blockAt(n);
            DoubleProduct.addTransposedTimes(wide, place(n), d, count, d, Arrays.copyOfRange(c, n, n + count), out);
        }
        return out;
    }

    /** (1/N) Xᵀ X v, d entries, in one pass. */
    double[] both(double[] v) {
        double[] out = new double[d];
        for (int n = 0; n < rows; n += block) {
            int place = place(n);
            double[] part = new double[blockAt(n)];
            DoubleProduct.addTimes(wide, place, d, part.length, d, v, part);
            DoubleProduct.addTransposedTimes(wide, place, d, part.length, d, part, out);
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
            load(n, count, part);
            DoubleProduct.add(d, d, count, part, 0, 1, d, part, 0, d, 1, out, 0, d, work);
        }
        return divided(out);
    }

    /** (1/N) X Xᵀ, N × N. */
    double[] gram() {
        double[] all = new double[Math.multiplyExact(rows, d)];
        load(0, rows, all);
        double[] out = new double[Math.multiplyExact(rows, rows)];
        DoubleProduct.add(rows, rows, d, all, 0, d, 1, all, 0, 1, d, out, 0, rows,
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
    public double squares() {
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
