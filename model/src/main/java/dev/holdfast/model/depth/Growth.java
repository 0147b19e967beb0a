package dev.holdfast.model.depth;

/**
 * How long the classifier's weights can be and how far rounding can move them, where labels reach them by m̄ alone: both in
 * units of the length of what the layers are given for m̄.
 *
 * <p>Of each layer α = ‖P_xx‖‖Q_xx‖, γ = |p_yy|‖Q_xx‖, s = |1 + δ|, c ≥ ‖C‖ and, with h = 1 + αc, vectors are lengthened by
 * h at most, and b by h(γc + s). What C was computed with is at most Δ from the exact one: of its cubic map the next has
 * Δ h (1 + 3αc), and 8η h² c more, 8η being more than the roundings of the products that one step takes. Norms are roots of
 * sums of squares: those of a product of magnitudes are no greater than the product of norms.
 *
 * @param weights at least the length of w
 * @param error at least how far the computed w is from the exact one
 */
public record Growth(double weights, double error) {
    private static final double STEP = 8;
    /** On the roundings of the bound itself. */
    private static final double OWN = 1 + 0x1p-20;

    /**
     * @param norms of the C that were computed, before each layer but the last
     * @param trace of S̄, which C is before the first layer
     * @param rounding η, of one product
     */
    static Growth of(double[] alpha, double[] gamma, double[] scale, double[] norms, double trace, double rounding) {
        int depth = alpha.length;
        double step = STEP * rounding;
        double[] c = new double[depth];
        double[] delta = new double[depth];
        double[] b = new double[depth];
        double[] bError = new double[depth];
        c[0] = trace * OWN;
        delta[0] = step * trace;
        b[0] = 1;
        bError[0] = step;
        for (int l = 1; l < depth; l++) {
            double a = alpha[l - 1];
            double before = c[l - 1];
            double off = delta[l - 1];
            double h = 1 + a * before;
            delta[l] = off * h * (h + 2 * a * before) + step * h * h * before;
            // of the last layer's C only what vectors it makes is ever computed
            c[l] = l < norms.length ? norms[l] * OWN + delta[l] : h * h * before;
            double asked = gamma[l - 1] * before + scale[l - 1];
            double t = asked * b[l - 1];
            double tError = asked * bError[l - 1] + gamma[l - 1] * off * b[l - 1] + step * t;
            b[l] = h * t;
            bError[l] = h * tError + a * off * t + step * b[l];
        }
        double w = 0;
        double error = 0;
        for (int l = depth - 1; l >= 0; l--) {
            double more = w == 0 ? 0 : alpha[l] * c[l];
            double moreOff = w == 0 ? 0 : alpha[l] * delta[l];
            error = error * (1 + more) + moreOff * w + gamma[l] * bError[l];
            w = w * (1 + more) + gamma[l] * b[l];
            error += step * w;
        }
        return new Growth(w, error);
    }

    /**
     * How far rounding can part, at most, the mean over n of y_n x_n·g, where g was computed of a query for which f = m̄·g,
     * its exact value, and the score of the classifier of floats that was learnt, whatever the labels are.
     *
     * @param trace of S̄; no m̄ is longer than its root
     * @param query the length of the query less the mean
     * @param raw those of the query and the mean themselves, added
     */
    public double scores(double trace, double query, double raw, double rounding, int d) {
        double root = Math.sqrt(trace);
        double floats = 0x1p-24 * weights * query;
        double doubles = 2 * error * query + STEP * rounding * weights * (query + raw);
        return OWN * (root * (floats + doubles) + 0x1p-149 * d * query);
    }
}
