package dev.holdfast.kernel;

import java.util.Arrays;

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
        return Math.sqrt(Implementation.kernels().score(w, 0, d, w));
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
        checkEpsilon(epsilon);
        Implementation.kernels().shift(
                x, xOffset, stride, rows, d, y, yOffset, w, epsilon, out, outOffset, outStride);
    }

    /**
     * Whether a query lies in a box: l_j ≤ x_j ≤ u_j for every j. What is not a number lies in none.
     *
     * @param x the query, d features from {@code xOffset} on; read
     * @param lower l, one entry a feature, or one for all; read
     * @param upper u, as many entries as {@code lower} has; read
     * @throws IllegalArgumentException if an offset or a length is out of range
     */
    public static boolean inside(float[] x, int xOffset, int d, float[] lower, float[] upper) {
        Arguments.atLeast("d", d, 1);
        Arguments.range("x", x.length, xOffset, d);
        Arguments.length("lower", lower.length, lower.length == 1 ? 1 : d);
        Arguments.length("upper", upper.length, lower.length);
        return Implementation.kernels().inside(x, xOffset, d, lower, upper);
    }

    /**
     * The score of the query at which an ℓ∞ adversary of size θ is when features stop at the edges of a box: feature j
     * is at its edge e_j if |e_j − x_j| ≤ b_j θ, both sides rounded to float, and where it was, x_j, otherwise. The
     * others are what still moves: a unit of θ takes Σ v_j over them from a margin.
     *
     * <p>The score is certain as {@link LinearAttention#certainScore} is, or NaN. Order of sums: 8 double lanes, products
     * exact, k = ⌊d/8⌋ + 20. Σ v_j: 8 double lanes.
     *
     * @param x the query, d finite features from {@code xOffset} on; read
     * @param edge e, d entries, infinite where a feature has no edge or does not move; read
     * @param b budgets, d entries, finite, at least 0; read
     * @param v |w_j| b_j, d entries; read
     * @param theta θ, finite, at least 0
     * @param w classifier, d entries; read
     * @param norm1 ‖w‖₁ as {@link #norm1} says
     * @param c intercept
     * @param moving 2 entries, overwritten: Σ v_j over the features that are not at their edges, and how many these are
     * @throws IllegalArgumentException if an offset or a length is out of range, or {@code moving} is {@code v}
     */
    public static double cornerScore(float[] x, int xOffset, int d, float[] edge, float[] b, double[] v, float theta,
            float[] w, double norm1, double c, double[] moving) {
        Arguments.atLeast("d", d, 1);
        Arguments.range("x", x.length, xOffset, d);
        Arguments.length("edge", edge.length, d);
        Arguments.length("b", b.length, d);
        Arguments.length("v", v.length, d);
        Arguments.length("w", w.length, d);
        Arguments.length("moving", moving.length, 2);
        Arguments.distinct("moving", moving, "v", v);
        return Implementation.kernels().cornerScore(x, xOffset, d, edge, b, v, theta, w, norm1, c, moving);
    }

    private static void checkEpsilon(float epsilon) {
        if (!(epsilon >= 0) || epsilon == Float.POSITIVE_INFINITY) {
            throw new IllegalArgumentException("epsilon = " + epsilon + ", expected a finite number, at least 0");
        }
    }

    /** Length of the {@code state} array of {@link #lossGradient}. */
    public static int gradientStateLength(int d) {
        Arguments.atLeast("d", d, 1);
        return Math.multiplyExact(2, Math.addExact(d, 1));
    }

    /**
     * One task of adversarial pretraining: attacks its query in closed form and differentiates the loss L = −y f(x')
     * there, the attack held fixed. With G = Z Zᵀ/N of the demonstrations and u = G p
     *
     * <pre>
     *     w = Q̄ᵀ u,  x' = x − ε·y·sign(w),  L = −y w·x'
     *     ∂L/∂p = −y G Q̄ x'                {@code dp}
     *     ∂L/∂Q̄ = −y u x'ᵀ                 {@code du} and {@code worst}: du x'ᵀ with du = −y u
     * </pre>
     *
     * <p>Order of sums: {@link LinearAttention#accumulate} with p, a dense {@link LinearAttention#readout}, {@link
     * #perturb}, {@link LinearAttention#score} of x' by w and {@link LinearAttention#scores} of the rows of Q̄ by x', each
     * of these rounded to float, and {@link LinearAttention#accumulate} with them in p's place. A state is divided by N, then rounded to
     * float; G and Q̄'s gradient are never formed.
     *
     * @param x demonstrations: row n starts at {@code xOffset + n·stride}; read
     * @param rows number of demonstrations, N, at least 1
     * @param d number of features
     * @param y labels, row n's at {@code yOffset + n}; read
     * @param p last row of P, d+1 entries; read
     * @param qBar first d columns of Q, (d+1) × d, row-major without gaps; read
     * @param query x, d entries from {@code queryOffset} on; read
     * @param label y, the query's label, −1 or +1
     * @param epsilon radius of the ball, at least 0
     * @param dp ∂L/∂p, d+1 entries; overwritten
     * @param du −y u, d+1 entries; overwritten
     * @param worst x', d entries; overwritten
     * @param state {@link #gradientStateLength} doubles, with meaningless contents on entry and return
     * @param work {@link LinearAttention#contextWorkLength} floats
     * @return the loss L
     * @throws IllegalArgumentException if a count, an offset, a stride or a length is out of range, ε is negative or not a
     *         number, or arrays that are written are not arrays of their own
     */
    public static double lossGradient(float[] x, int xOffset, int stride, int rows, int d, float[] y, int yOffset,
            float[] p, float[] qBar, float[] query, int queryOffset, float label, float epsilon, float[] dp, float[] du,
            float[] worst, double[] state, float[] work) {
        checkGradient(x, xOffset, stride, rows, d, y, yOffset, p, qBar, query, queryOffset, dp, du, worst, state, work);
        checkEpsilon(epsilon);
        int size = d + 1;
        Arrays.fill(state, 0, size, 0);
        LinearAttention.accumulate(x, xOffset, stride, rows, d, y, yOffset, p, state, work);
        // until they have their results, du holds w and dp holds Q̄ x'
        LinearAttention.readout(qBar, d, state, rows, du);
        work[0] = label;
        perturb(query, queryOffset, d, 1, d, work, 0, du, epsilon, worst, 0, d);
        double loss = -label * LinearAttention.score(worst, 0, d, du, 0);
        mean(state, rows, -label, du, size);
        LinearAttention.scores(qBar, 0, d, size, d, worst, 0, state, size);
        for (int i = 0; i < size; i++) {
            dp[i] = (float) state[size + i];
        }
        Arrays.fill(state, 0, size, 0);
        LinearAttention.accumulate(x, xOffset, stride, rows, d, y, yOffset, dp, state, work);
        mean(state, rows, -label, dp, size);
        return loss;
    }

    private static void checkGradient(float[] x, int xOffset, int stride, int rows, int d, float[] y, int yOffset,
            float[] p, float[] qBar, float[] query, int queryOffset, float[] dp, float[] du, float[] worst,
            double[] state, float[] work) {
        Arguments.atLeast("rows", rows, 1);
        Arguments.length("state", state.length, gradientStateLength(d));
        LinearAttention.checkContext(x, xOffset, stride, rows, d, y, yOffset, p, state, work);
        Arguments.length("qBar", qBar.length, (d + 1L) * d);
        Arguments.range("query", query.length, queryOffset, d);
        Arguments.length("dp", dp.length, d + 1L);
        Arguments.length("du", du.length, d + 1L);
        Arguments.length("worst", worst.length, d);
        checkOwn("dp", dp, x, y, p, qBar, query);
        checkOwn("du", du, x, y, p, qBar, query);
        checkOwn("worst", worst, x, y, p, qBar, query);
        Arguments.distinct("work", work, "qBar", qBar);
        Arguments.distinct("work", work, "query", query);
        Arguments.distinct("du", du, "dp", dp);
        Arguments.distinct("worst", worst, "dp", dp);
        Arguments.distinct("worst", worst, "du", du);
        Arguments.distinct("work", work, "dp", dp);
        Arguments.distinct("work", work, "du", du);
        Arguments.distinct("work", work, "worst", worst);
    }

    private static void checkOwn(String name, float[] own, float[] x, float[] y, float[] p, float[] qBar,
            float[] query) {
        Arguments.distinct(name, own, "x", x);
        Arguments.distinct(name, own, "y", y);
        Arguments.distinct(name, own, "p", p);
        Arguments.distinct(name, own, "qBar", qBar);
        Arguments.distinct(name, own, "query", query);
    }

    /** out = factor·a/n. */
    private static void mean(double[] a, double n, float factor, float[] out, int size) {
        for (int i = 0; i < size; i++) {
            out[i] = (float) (factor * (a[i] / n));
        }
    }
}
