package dev.holdfast.model.depth;

import dev.holdfast.kernel.DoubleProduct;

/**
 * The transformer of any P_l and Q_l, on G = (1/N) Σ z zᵀ. Layer l sees B = A G Aᵀ, with A = A⁽ˡ⁻¹⁾, at first G, and maps it
 * to H B Hᵀ, where H = I + P B Q. The classifier is the last row of H_L ⋯ H_1 without its last entry.
 *
 * <p>B itself is needed before the last layer but one, at four products of matrices a layer, of the last half; the rest is vectors.
 */
public final class GeneralRecursion {
    private final int size;
    private final double[][] p;
    private final double[][] q;
    /** Before each layer but the last; of one layer G alone. */
    private final double[][] b;

    private final double[] work;

    /**
     * @param bigP P_l, each (d+1) × (d+1), row-major; read
     * @param bigQ Q_l; read
     * @param g G, (d+1) × (d+1); kept
     * @param size d+1
     */
    public GeneralRecursion(float[][] bigP, float[][] bigQ, double[] g, int size) {
        int depth = bigP.length;
        this.size = size;
        this.p = doubles(bigP);
        this.q = doubles(bigQ);
        this.b = new double[Math.max(1, depth - 1)][];
        this.work = new double[DoubleProduct.workLength(size, size)];
        b[0] = g;
        for (int l = 0; l < depth - 2; l++) {
            double[] h = product(product(p[l], b[l]), q[l]);
            for (int i = 0; i < size; i++) {
                h[i * size + i] += 1;
            }
            b[l + 1] = new double[g.length];
            DoubleProduct.addSymmetric(size, size, product(h, b[l]), 0, size, 1, h, 0, 1, size, b[l + 1], 0, size, work);
        }
    }

    private static double[][] doubles(float[][] matrices) {
        double[][] out = new double[matrices.length][matrices[0].length];
        for (int l = 0; l < out.length; l++) {
            for (int i = 0; i < out[l].length; i++) {
                out[l][i] = matrices[l][i];
            }
        }
        return out;
    }

    private double[] product(double[] x, double[] y) {
        double[] out = new double[x.length];
        DoubleProduct.add(size, size, size, x, 0, size, 1, y, 0, size, 1, out, 0, size, work);
        return out;
    }

    /** The last row of H_L ⋯ H_1, d+1 entries; owned by the caller. */
    public double[] lastRow() {
        double[] row = new double[size];
        row[size - 1] = 1;
        for (int l = p.length - 1; l >= 0; l--) {
            add(transposed(q[l], before(l, transposed(p[l], row))), row);
        }
        return row;
    }

    /** B before layer l, counted from 0, times v. */
    private double[] before(int l, double[] v) {
        if (l < b.length) {
            return times(b[l], v);
        }
        // H B Hᵀ v
        double[] u = v.clone();
        add(transposed(q[l - 1], times(b[l - 1], transposed(p[l - 1], v))), u);
        double[] image = times(b[l - 1], u);
        return plusLayer(l - 1, image);
    }

    /** H v of layer l. */
    private double[] plusLayer(int l, double[] v) {
        double[] out = v.clone();
        add(times(p[l], times(b[l], times(q[l], v))), out);
        return out;
    }

    private static void add(double[] more, double[] to) {
        for (int i = 0; i < to.length; i++) {
            to[i] += more[i];
        }
    }

    private double[] times(double[] x, double[] v) {
        double[] out = new double[size];
        DoubleProduct.addTimes(x, 0, size, size, size, v, out);
        return out;
    }

    private double[] transposed(double[] x, double[] v) {
        double[] out = new double[size];
        DoubleProduct.addTransposedTimes(x, 0, size, size, size, v, out);
        return out;
    }

    /**
     * g of a query for which f = m̄·g, where labels reach the classifier by m̄ alone: P_l = diag(P_xx, p_yy), of the last one
     * its last row, and Q_l = diag(Q_xx, 0), and G has 0 for m̄.
     *
     * <p>With z_l = H_l z_{l−1} the query after l layers, and b_l = H_l (I + p_yy C Q_xxᵀ) b_{l−1} for m̄, f is
     * Σ_l p_yy b_{l−1}·Q_xx z_{l−1}; g collects what stands before b_0, from the last layer on.
     *
     * @param query d entries; read
     * @return d+1 entries, the last of which is 0, owned by the caller
     */
    public double[] ofQuery(double[] query) {
        int depth = p.length;
        double[][] asked = new double[depth][];
        double[] z = new double[size];
        System.arraycopy(query, 0, z, 0, size - 1);
        for (int l = 0; l < depth; l++) {
            asked[l] = times(q[l], z);
            asked[l][size - 1] = 0;
            double py = p[l][size * size - 1];
            for (int i = 0; i < size; i++) {
                asked[l][i] *= py;
            }
            z = l < depth - 1 ? plusLayer(l, z) : z;
        }
        double[] g = asked[depth - 1];
        for (int l = depth - 2; l >= 0; l--) {
            double[] back = g.clone();
            add(transposed(q[l], times(b[l], transposed(p[l], g))), back);
            double py = p[l][size * size - 1];
            double[] more = times(q[l], times(b[l], back));
            for (int i = 0; i < size; i++) {
                back[i] += py * more[i] + asked[l][i];
            }
            g = back;
        }
        return g;
    }

    /**
     * What becomes of m̄ where {@link #ofQuery} holds.
     *
     * @param trace of S̄
     * @param rounding the relative rounding of one product
     */
    public Growth growth(double trace, double rounding) {
        int depth = p.length;
        double[] norms = new double[depth - 1];
        double[] alpha = new double[depth];
        double[] gamma = new double[depth];
        double[] scale = new double[depth];
        for (int l = 0; l < depth; l++) {
            double asks = norm(q[l]);
            alpha[l] = norm(p[l]) * asks;
            gamma[l] = Math.abs(p[l][size * size - 1]) * asks;
            scale[l] = 1;
        }
        for (int l = 0; l < norms.length; l++) {
            double squares = 0;
            // but for the label's own moment
            for (int i = 0; i < b[l].length - 1; i++) {
                squares += b[l][i] * b[l][i];
            }
            norms[l] = Math.sqrt(squares);
        }
        return Growth.of(alpha, gamma, scale, norms, trace, rounding);
    }

    /** At least the most that the features' part of a matrix, or of its magnitudes, lengthens a vector. */
    private double norm(double[] x) {
        double[] columns = new double[size - 1];
        double row = 0;
        double column = 0;
        for (int i = 0; i < size - 1; i++) {
            double sum = 0;
            for (int j = 0; j < size - 1; j++) {
                sum += Math.abs(x[i * size + j]);
                columns[j] += Math.abs(x[i * size + j]);
            }
            row = Math.max(row, sum);
        }
        for (double sum : columns) {
            column = Math.max(column, sum);
        }
        return Math.sqrt(row) * Math.sqrt(column);
    }
}
