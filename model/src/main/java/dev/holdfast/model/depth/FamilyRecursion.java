package dev.holdfast.model.depth;

/**
 * The transformer of four numbers a layer, P_l = p_x Π_x + p_y Π_y and Q_l = q_x Π_x + q_y Π_y, in the basis in which
 * S̄ = (1/N) Σ x xᵀ is diagonal: there S̄ is k numbers s, and m̄ = (1/N) Σ y x is k numbers m. Nothing else of the
 * demonstrations reaches it.
 *
 * <p>Layer l sees B = A G Aᵀ, with A = A⁽ˡ⁻¹⁾, in the blocks C (k × k), b (k) and e, at first diag(s), m and 1; it maps
 * them to H B Hᵀ, where H = I + P B Q. The classifier is the last row of H_L ⋯ H_1 without its last entry.
 */
public final class FamilyRecursion {
    private FamilyRecursion() {}

    /**
     * The classifier's weights in the basis of s, k entries; owned by the caller.
     *
     * @param layers p_x, p_y, q_x, q_y of each layer; read
     * @param s eigenvalues of S̄, k entries; read
     * @param m m̄ in their basis, k entries; read
     */
    public static double[] weights(double[][] layers, double[] s, double[] m) {
        int k = s.length;
        int depth = layers.length;
        double[][] c = new double[depth][k * k];
        double[][] b = new double[depth][k];
        double[] e = new double[depth];
        for (int i = 0; i < k; i++) {
            c[0][i * k + i] = s[i];
            b[0][i] = m[i];
        }
        e[0] = 1;
        for (int l = 1; l < depth; l++) {
            e[l] = next(layers[l - 1], k, c[l - 1], b[l - 1], e[l - 1], c[l], b[l]);
        }
        // a row times H_L, then H_{L−1}, …
        double[] w = new double[k];
        double last = 1;
        for (int l = depth - 1; l >= 0; l--) {
            double[] p = layers[l];
            double alpha = p[0] * p[2];
            double beta = p[0] * p[3];
            double gamma = p[1] * p[2];
            double delta = p[1] * p[3];
            double[] image = times(c[l], w);
            double dot = dot(b[l], w);
            for (int i = 0; i < k; i++) {
                w[i] += alpha * image[i] + gamma * last * b[l][i];
            }
            last += beta * dot + delta * e[l] * last;
        }
        return w;
    }

    /** H B Hᵀ. Returns its last entry. */
    private static double next(double[] layer, int k, double[] c, double[] b, double e, double[] nextC, double[] nextB) {
        double alpha = layer[0] * layer[2];
        double beta = layer[0] * layer[3];
        double gamma = layer[1] * layer[2];
        double delta = layer[1] * layer[3];
        double[] square = times(c, c, k);
        double[] cube = times(c, square, k);
        double[] cb = times(c, b);
        double[] t = new double[k];
        for (int i = 0; i < k; i++) {
            t[i] = gamma * cb[i] + (1 + delta * e) * b[i];
        }
        double tau = gamma * dot(b, b) + e * (1 + delta * e);
        double[] ct = times(c, t);
        for (int i = 0; i < k; i++) {
            for (int j = 0; j < k; j++) {
                int ij = i * k + j;
                nextC[ij] = c[ij] + 2 * alpha * square[ij] + alpha * alpha * cube[ij]
                        + (2 * beta + beta * beta * e) * b[i] * b[j] + alpha * beta * (b[i] * cb[j] + cb[i] * b[j]);
            }
            nextB[i] = t[i] + alpha * ct[i] + beta * tau * b[i];
        }
        return gamma * dot(b, t) + (1 + delta * e) * tau;
    }

    private static double[] times(double[] c, double[] v) {
        int k = v.length;
        double[] out = new double[k];
        for (int i = 0; i < k; i++) {
            for (int j = 0; j < k; j++) {
                out[i] += c[i * k + j] * v[j];
            }
        }
        return out;
    }

    private static double[] times(double[] x, double[] y, int k) {
        double[] out = new double[k * k];
        for (int i = 0; i < k; i++) {
            for (int l = 0; l < k; l++) {
                double a = x[i * k + l];
                for (int j = 0; j < k; j++) {
                    out[i * k + j] += a * y[l * k + j];
                }
            }
        }
        return out;
    }

    private static double dot(double[] x, double[] y) {
        double sum = 0;
        for (int i = 0; i < x.length; i++) {
            sum += x[i] * y[i];
        }
        return sum;
    }
}
