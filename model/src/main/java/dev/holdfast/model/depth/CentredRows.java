package dev.holdfast.model.depth;

import dev.holdfast.kernel.DoubleProduct;
import java.util.Arrays;

/**
 * Rows x_n less a mean, the rows of a matrix X in double, which is never written as a whole. Belongs to one thread.
 */
public final class CentredRows {
    /** Rows that are in double at a time. */
    private static final int BLOCK = 64;

    private final float[] x;
    private final int offset;
    private final int stride;
    private final int rows;
    private final int d;
    private final float[] mean;
    private final double[] block;

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
        this.block = new double[Math.multiplyExact(Math.min(BLOCK, rows), d)];
    }

    /** N. */
    int count() {
        return rows;
    }

    int features() {
        return d;
    }

    /** Rows from n on, as many as there are in a block, to {@code out}; how many. */
    private int load(int n, double[] out) {
        int count = Math.min(BLOCK, rows - n);
        for (int r = 0; r < count; r++) {
            loadRow(offset + (n + r) * stride, out, r * d);
        }
        return count;
    }

    private void loadRow(int from, double[] out, int to) {
        for (int j = 0; j < d; j++) {
            out[to + j] = (double) x[from + j] - mean[j];
        }
    }

    /** X v, N entries. */
    public double[] times(double[] v) {
        double[] out = new double[rows];
        for (int n = 0; n < rows; n += BLOCK) {
            int count = load(n, block);
            double[] part = new double[count];
            DoubleProduct.addTimes(block, 0, d, count, d, v, part);
            System.arraycopy(part, 0, out, n, count);
        }
        return out;
    }

    /** Xᵀ c, d entries. */
    public double[] transposed(double[] c) {
        double[] out = new double[d];
        for (int n = 0; n < rows; n += BLOCK) {
            int count = load(n, block);
            DoubleProduct.addTransposedTimes(block, 0, d, count, d, Arrays.copyOfRange(c, n, n + count), out);
        }
        return out;
    }

    /** (1/N) Xᵀ X v, d entries, in one pass. */
    double[] both(double[] v) {
        double[] out = new double[d];
        for (int n = 0; n < rows; n += BLOCK) {
            int count = load(n, block);
            double[] part = new double[count];
            DoubleProduct.addTimes(block, 0, d, count, d, v, part);
            DoubleProduct.addTransposedTimes(block, 0, d, count, d, part, out);
        }
        return divided(out);
    }

    /** S̄ = (1/N) XᵀX, d × d. */
    public double[] second() {
        double[] out = new double[Math.multiplyExact(d, d)];
        double[] work = new double[DoubleProduct.workLength(d, BLOCK)];
        for (int n = 0; n < rows; n += BLOCK) {
            int count = load(n, block);
            DoubleProduct.add(d, d, count, block, 0, 1, d, block, 0, d, 1, out, 0, d, work);
        }
        return divided(out);
    }

    /** (1/N) X Xᵀ, N × N. */
    double[] gram() {
        double[] all = new double[Math.multiplyExact(rows, d)];
        for (int n = 0; n < rows; n++) {
            loadRow(offset + n * stride, all, n * d);
        }
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
        double sum = 0;
        for (int n = 0; n < rows; n++) {
            loadRow(offset + n * stride, block, 0);
            for (int j = 0; j < d; j++) {
                sum += block[j] * block[j];
            }
        }
        return sum / rows;
    }
}
