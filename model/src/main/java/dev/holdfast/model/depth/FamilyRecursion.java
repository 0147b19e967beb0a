package dev.holdfast.model.depth;

import java.util.Arrays;

/**
 * The transformer of four numbers a layer, P_l = p_x Π_x + p_y Π_y and Q_l = q_x Π_x + q_y Π_y. Of the demonstrations
 * S̄ = (1/N) Σ x xᵀ and m̄ = (1/N) Σ y x alone reach it.
 *
 * <p>Layer l sees B = A G Aᵀ, with A = A⁽ˡ⁻¹⁾, in the blocks C (d × d), b (d) and e, at first S̄, m̄ and 1; it maps them to
 * H B Hᵀ, where H = I + P B Q. With α = p_x q_x, β = p_x q_y, γ = p_y q_x, δ = p_y q_y and t = γ C b + (1 + δe) b,
 * τ = γ b·b + e(1 + δe),
 *
 * <pre>
 *     C becomes C + 2α C² + α² C³ + (2β + β²e) b bᵀ + αβ (b (C b)ᵀ + (C b) bᵀ)
 *     b becomes t + α C t + βτ b
 *     e becomes γ b·t + (1 + δe) τ
 * </pre>
 *
 * The classifier is the last row of H_L ⋯ H_1 without its last entry: a row (w, ω), at first (0, 1), that is multiplied by
 * H_L, then by H_{L−1}, …: w becomes w + α C w + γ ω b, and ω becomes ω + β b·w + δ e ω. Nothing is divided.
 */
public final class FamilyRecursion {
    private FamilyRecursion() {}

    /** What the four numbers of a layer make together. */
    record Products(double alpha, double beta, double gamma, double delta) {
        static Products of(double[] layer) {
            return new Products(layer[0] * layer[2], layer[0] * layer[3], layer[1] * layer[2], layer[1] * layer[3]);
        }
    }

    /**
     * The classifier's weights in the basis in which S̄ is diagonal, k entries; owned by the caller.
     *
     * @param layers p_x, p_y, q_x, q_y of each layer; read
     * @param s eigenvalues of S̄, k entries; read
     * @param m m̄ in their basis, k entries; read
     */
    public static double[] weights(double[][] layers, double[] s, double[] m) {
        int k = s.length;
        double[] c = new double[k * k];
        for (int i = 0; i < k; i++) {
            c[i * k + i] = s[i];
        }
        return weights(layers, new DenseMoment(c, k), m, m);
    }

    /**
     * The classifier's weights in coordinates of any kind; owned by the caller.
     *
     * @param layers p_x, p_y, q_x, q_y of each layer; read
     * @param s S̄, which maps coordinates to coordinates
     * @param m the coordinates of m̄; read
     * @param dual the coordinates of v ↦ m̄·v: those of m̄ themselves, if the basis is orthonormal; read
     */
    public static double[] weights(double[][] layers, SecondMoment s, double[] m, double[] dual) {
        int depth = layers.length;
        SecondMoment[] c = new SecondMoment[depth];
        double[][] b = new double[depth][];
        double[][] bDual = new double[depth][];
        double[] e = new double[depth];
        c[0] = s;
        b[0] = m;
        bDual[0] = dual;
        e[0] = 1;
        for (int l = 1; l < depth; l++) {
            Products by = Products.of(layers[l - 1]);
            double scale = 1 + by.delta * e[l - 1];
            double[] cb = c[l - 1].times(b[l - 1]);
            double[] cbDual = bDual[l - 1] == b[l - 1] ? cb : c[l - 1].transposed(bDual[l - 1]);
            double[] t = sum(by.gamma, cb, scale, b[l - 1]);
            double[] tDual = cbDual == cb ? t : sum(by.gamma, cbDual, scale, bDual[l - 1]);
            double tau = by.gamma * dot(bDual[l - 1], b[l - 1]) + e[l - 1] * scale;
            e[l] = by.gamma * dot(bDual[l - 1], t) + scale * tau;
            double[] ct = by.alpha == 0 ? new double[t.length] : c[l - 1].times(t);
            b[l] = sum(by.alpha, ct, by.beta * tau, b[l - 1], t);
            if (tDual == t) {
                bDual[l] = b[l];
            } else {
                double[] ctDual = by.alpha == 0 ? ct : c[l - 1].transposed(tDual);
                bDual[l] = sum(by.alpha, ctDual, by.beta * tau, bDual[l - 1], tDual);
            }
            c[l] = c[l - 1].next(by, e[l - 1], b[l - 1], bDual[l - 1], cb, cbDual);
        }
        double[] w = new double[m.length];
        double last = 1;
        for (int l = depth - 1; l >= 0; l--) {
            Products by = Products.of(layers[l]);
            double dot = dot(bDual[l], w);
            double[] image = by.alpha == 0 || l == depth - 1 ? new double[w.length] : c[l].times(w);
            w = sum(by.alpha, image, by.gamma * last, b[l], w);
            last += by.beta * dot + by.delta * e[l] * last;
        }
        return w;
    }

    private static double[] sum(double s, double[] x, double t, double[] y) {
        double[] out = new double[x.length];
        Arrays.setAll(out, i -> s * x[i] + t * y[i]);
        return out;
    }

    private static double[] sum(double s, double[] x, double t, double[] y, double[] z) {
        double[] out = new double[x.length];
        Arrays.setAll(out, i -> z[i] + s * x[i] + t * y[i]);
        return out;
    }

    static double dot(double[] x, double[] y) {
        double sum = 0;
        for (int i = 0; i < x.length; i++) {
            sum += x[i] * y[i];
        }
        return sum;
    }
}
