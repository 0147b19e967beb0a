package dev.holdfast.kernel;

/**
 * The closed-form adversary of a linear classifier f(x) = w·x. The gradient of y f(x) with respect to x is y w, the
 * same everywhere, so no search is needed: over ‖Δ‖_∞ ≤ ε the least y f(x+Δ) is y f(x) − ε‖w‖₁, reached at
 * Δ = −ε·y·sign(w); over the ℓ2 ball the price is ε‖w‖₂, over the ℓ1 ball ε‖w‖_∞.
 *
 * <p>Source: as {@link LinearAttention}, section 3; the norms are each other's duals. Conventions on arrays and on the
 * order of sums: see the package.
 */
public final class AdversarialGradient {
    private AdversarialGradient() {}

    /**
     * ‖w‖₁ = Σ_j |w_j|, in 8 double lanes.
     *
     * @param w d entries; read
     * @throws IllegalArgumentException if {@code w} has fewer than d entries
     */
    public static double norm1(float[] w, int d) {
        checkNorm(w, d);
        return Implementation.kernels().sumOfMagnitudes(w, d);
    }

    /**
     * ‖w‖₂ = (Σ_j w_j²)^½, in 8 double lanes: no float overflows or vanishes when it is squared.
     *
     * @param w d entries; read
     * @throws IllegalArgumentException if {@code w} has fewer than d entries
     */
    public static double norm2(float[] w, int d) {
        checkNorm(w, d);
        return Math.sqrt(Implementation.kernels().sumOfSquares(w, d));
    }

    /**
     * ‖w‖_∞ = max_j |w_j|, exact.
     *
     * @param w d entries; read
     * @throws IllegalArgumentException if {@code w} has fewer than d entries
     */
    public static double normInfinity(float[] w, int d) {
        checkNorm(w, d);
        return Implementation.kernels().greatestMagnitude(w, d);
    }

    private static void checkNorm(float[] w, int d) {
        Arguments.atLeast("d", d, 1);
        Arguments.length("w", w.length, d);
    }

    /**
     * The ℓ∞ perturbation of every query: out_n = x_n − ε·y_n·sign(w), with sign(0) = 0. Each entry is rounded once to
     * float; entries where w_j = 0 are copied.
     *
     * @param x queries: row n starts at {@code xOffset + n·stride}; read
     * @param rows number of queries
     * @param d number of features
     * @param y labels, −1 or +1, row n's at {@code yOffset + n}; read
     * @param w classifier, d entries; read
     * @param epsilon radius of the ball, at least 0
     * @param out row n starts at {@code outOffset + n·outStride}; overwritten
     * @throws IllegalArgumentException if an offset, a stride or a length is out of range, ε is negative or not a
     *         number, or {@code out} is an input
     */
    public static void perturb(float[] x, int xOffset, int stride, int rows, int d, float[] y, int yOffset, float[] w,
            float epsilon, float[] out, int outOffset, int outStride) {
        Arguments.atLeast("d", d, 1);
        Arguments.matrix("x", x.length, xOffset, stride, rows, d);
        Arguments.range("y", y.length, yOffset, rows);
        Arguments.length("w", w.length, d);
        Arguments.matrix("out", out.length, outOffset, outStride, rows, d);
        Arguments.distinct("out", out, "x", x);
        Arguments.distinct("out", out, "y", y);
        Arguments.distinct("out", out, "w", w);
        if (!(epsilon >= 0) || epsilon == Float.POSITIVE_INFINITY) {
            throw new IllegalArgumentException("epsilon = " + epsilon + ", expected a finite number, at least 0");
        }
        Implementation.kernels().shift(
                x, xOffset, stride, rows, d, y, yOffset, w, epsilon, out, outOffset, outStride);
    }
}
