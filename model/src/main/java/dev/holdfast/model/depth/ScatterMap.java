package dev.holdfast.model.depth;

import dev.holdfast.kernel.DoubleProduct;

/**
 * S̄ from scatters of classes about their means: with δ a class's mean less the point that rows are counted from, N S̄ is the
 * sum of the scatters and of n δδᵀ. Products with vectors read the scatters where they are, a triangle of each. Belongs to
 * one thread.
 */
public final class ScatterMap implements MomentMap {
    private final int d;
    private final double[][] scatters;
    private final double[] sizes;
    private final double[] deltas;
    private final double n;
    private final double[] work;

    /**
     * @param scatters of each class, d × d, both triangles; read, not kept longer than this object
     * @param sizes n of each class; kept
     * @param deltas δ of each class, a row of d entries; kept
     */
    public ScatterMap(int d, double[][] scatters, double[] sizes, double[] deltas) {
        this.d = d;
        this.scatters = scatters;
        this.sizes = sizes;
        this.deltas = deltas;
        this.work = new double[DoubleProduct.symmetricWorkLength(d)];
        double sum = 0;
        for (double size : sizes) {
            sum += size;
        }
        this.n = sum;
    }

    /** The same as one matrix: less to read where there are more than two classes. */
    public ScatterMap joined() {
        return new ScatterMap(d, new double[][] {dense()}, new double[] {1}, new double[d]);
    }

    @Override
    public double[] secondTimes(double[] v) {
        double[] shares = new double[sizes.length];
        DoubleProduct.addTimes(deltas, 0, d, shares.length, d, v, shares);
        for (int k = 0; k < shares.length; k++) {
            shares[k] *= sizes[k];
        }
        double[] out = new double[d];
        DoubleProduct.addTransposedTimes(deltas, 0, d, shares.length, d, shares, out);
        for (double[] scatter : scatters) {
            DoubleProduct.addSymmetricTimes(scatter, d, v, out, work);
        }
        for (int j = 0; j < d; j++) {
            out[j] /= n;
        }
        return out;
    }

    @Override
    public double trace() {
        double sum = 0;
        for (int k = 0; k < sizes.length; k++) {
            for (int i = 0; i < d; i++) {
                double delta = deltas[k * d + i];
                sum += scatters[k][i * d + i] + sizes[k] * (delta * delta);
            }
        }
        return sum / n;
    }

    /** S̄, d × d, row-major; owned by the caller. */
    public double[] dense() {
        double[] out = scatters[0].clone();
        for (int k = 1; k < scatters.length; k++) {
            for (int i = 0; i < out.length; i++) {
                out[i] += scatters[k][i];
            }
        }
        for (int k = 0; k < sizes.length; k++) {
            for (int i = 0; i < d; i++) {
                addRow(sizes[k], deltas[k * d + i], k * d, out, i * d);
            }
        }
        for (int i = 0; i < out.length; i++) {
            out[i] /= n;
        }
        return out;
    }

    /** The product of two features comes first, so that both triangles have the same bits. */
    private void addRow(double size, double own, int from, double[] to, int o) {
        for (int j = 0; j < d; j++) {
            to[o + j] += size * (own * deltas[from + j]);
        }
    }
}
