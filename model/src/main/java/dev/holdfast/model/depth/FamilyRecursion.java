package dev.holdfast.model.depth;

import static dev.holdfast.model.depth.Vectors.dot;


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
 *
 * <p>C itself is needed before the last layer but one: of a matrix it takes two products a layer, where α is not 0, and none
 * where it is.
 */
public final class FamilyRecursion {
    private FamilyRecursion() {}

    /** What the four numbers of a layer make together. */
    record Products(double alpha, double beta, double gamma, double delta) {
        /** @param layer p_x, p_y, q_x, q_y */
        static Products of(double[] layer) {
            return new Products(layer[0] * layer[2], layer[0] * layer[3], layer[1] * layer[2], layer[1] * layer[3]);
        }
    }

    /**
     * The classifier's weights, and the C that were needed on the way.
     *
     * @param c of the layers but the last; of one layer none
     */
    record Run(double[] w, SecondMoment[] c) {}

    /**
     * The classifier's weights, d entries; owned by the caller.
     *
     * @param layers p_x, p_y, q_x, q_y of each layer; read
     * @param s S̄; read
     * @param m m̄, d entries; read
     */
    public static double[] weights(double[][] layers, ScatterMap s, double[] m) {
        int d = m.length;
        return run(layers, isByVectors(layers) ? new VectorMoment(s) : new DenseMoment(s.dense(), d), m, m).w;
    }

    /** Whether no layer needs C² or C³ as a matrix. */
    static boolean isByVectors(double[][] layers) {
        for (int l = 0; l < layers.length - 2; l++) {
            if (Products.of(layers[l]).alpha != 0) {
                return false;
            }
        }
        return true;
    }

    /**
     * In coordinates of any kind.
     *
     * @param s S̄, which maps coordinates to coordinates
     * @param m the coordinates of m̄; read
     * @param dual the coordinates of v ↦ m̄·v: the same array as m, if the basis is orthonormal; read
     */
    static Run run(double[][] layers, SecondMoment s, double[] m, double[] dual) {
        int depth = layers.length;
        SecondMoment[] c = new SecondMoment[depth - 1];
        double[][] b = new double[depth][];
        double[][] bDual = new double[depth][];
        double[] e = new double[depth];
        b[0] = m;
        bDual[0] = dual;
        e[0] = 1;
        // without q_y nothing depends on e
        boolean labelled = asksLabel(layers);
        double[] cb = null;
        double[] cbDual = null;
        for (int l = 0; l < depth - 1; l++) {
            c[l] = l == 0 ? s : c[l - 1].next(Products.of(layers[l - 1]), e[l - 1], b[l - 1], bDual[l - 1], cb, cbDual);
            Products by = Products.of(layers[l]);
            double scale = 1 + product(by.delta, e[l]);
            boolean orthonormal = bDual[l] == b[l];
            cb = c[l].times(b[l]);
            cbDual = orthonormal ? cb : c[l].transposed(bDual[l]);
            double[] t = sum(by.gamma, cb, scale, b[l]);
            double[] tDual = orthonormal ? t : sum(by.gamma, cbDual, scale, bDual[l]);
            double tau = labelled ? product(by.gamma, dot(bDual[l], b[l])) + e[l] * scale : 0;
            e[l + 1] = labelled ? product(by.gamma, dot(bDual[l], t)) + scale * tau : 0;
            b[l + 1] = by.beta == 0 ? t : sum(t, by.beta * tau, b[l]);
            bDual[l + 1] = orthonormal ? b[l + 1] : by.beta == 0 ? tDual : sum(tDual, by.beta * tau, bDual[l]);
            if (by.alpha != 0) {
                b[l + 1] = sum(b[l + 1], by.alpha, c[l].times(t));
                bDual[l + 1] = orthonormal ? b[l + 1] : sum(bDual[l + 1], by.alpha, c[l].transposed(tDual));
            }
        }
        double[] w = new double[m.length];
        double last = 1;
        for (int l = depth - 1; l >= 0; l--) {
            Products by = Products.of(layers[l]);
            double label = by.beta == 0 ? 0 : by.beta * dot(bDual[l], w);
            // at first w is 0
            double[] more = by.alpha == 0 || l == depth - 1 ? w : sum(w, by.alpha, c[l].times(w));
            w = sum(more, by.gamma * last, b[l]);
            last += label + product(by.delta, e[l]) * last;
        }
        return new Run(w, c);
    }

    private static boolean asksLabel(double[][] layers) {
        for (double[] layer : layers) {
            if (layer[3] != 0) {
                return true;
            }
        }
        return false;
    }

    /** 0 where a number is 0, even if what it would multiply has overflowed. */
    private static double product(double number, double x) {
        return number == 0 ? 0 : number * x;
    }

    private static double[] sum(double s, double[] x, double t, double[] y) {
        double[] out = new double[x.length];
        for (int i = 0; i < out.length; i++) {
            out[i] = s * x[i] + t * y[i];
        }
        return out;
    }

    private static double[] sum(double[] x, double t, double[] y) {
        double[] out = new double[x.length];
        for (int i = 0; i < out.length; i++) {
            out[i] = x[i] + t * y[i];
        }
        return out;
    }
}
