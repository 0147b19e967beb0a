package dev.holdfast.kernel;

/**
 * Coordinate descent for a quadratic with weighted magnitudes, min ½ wᵀA w − μᵀw + Σ_j λ_j |w_j|, in double.
 *
 * <p>A is d × d, symmetric with a positive diagonal, row-major without gaps. Arrays may be longer, so that a smaller
 * problem may lie at the front of a larger one's. Conventions on arrays: see the package.
 */
public final class CoordinateDescent {
    /** Coordinates whose changes reach the rest of z together. */
    private static final int BLOCK = 8;

    private CoordinateDescent() {}

    /**
     * One sweep: for j = 0..d−1 ascending the objective is minimised over w_j alone.
     *
     * <pre>
     *     g = z_j + a_jj w_j
     *     v = soft(g, λ_j) / a_jj        soft(g, λ) = g − λ if g > λ, g + λ if g &lt; −λ, 0 else
     *     δ = v − w_j
     *     w_j = v,  z = z − δ a_j        if δ ≠ 0, with row j of A
     * </pre>
     *
     * <p>Rounding: g is one fused multiply-add, and each entry of z takes one a row. Where δ = 0, neither w nor z
     * change a bit. In exact arithmetic the objective falls by at least half of what is returned.
     *
     * <p>Multiplying A, z and λ by a power of two leaves w as it is to the bit, barring underflow and overflow.
     *
     * @param a A, of which rows are read
     * @param d number of coordinates
     * @param lambda λ, d entries, none negative; ∞ holds a coordinate at 0; read
     * @param w the point, d entries; changed
     * @param z μ − A w, as {@link #residual} makes it, d entries; changed along with w
     * @return Σ_j a_jj δ_j²: from +0 by s = fma(a_jj δ_j, δ_j, s), j ascending, over the coordinates that changed
     * @throws IllegalArgumentException if a length is out of range, or arrays that are written are not arrays of their
     *         own
     */
    public static double sweep(double[] a, int d, double[] lambda, double[] w, double[] z) {
        Arguments.square("a", a.length, d);
        Arguments.length("lambda", lambda.length, d);
        Arguments.length("w", w.length, d);
        Arguments.length("z", z.length, d);
        Arguments.distinct("w", w, "a", a);
        Arguments.distinct("w", w, "lambda", lambda);
        Arguments.distinct("z", z, "a", a);
        Arguments.distinct("z", z, "lambda", lambda);
        Arguments.distinct("z", z, "w", w);
        Kernels kernels = Implementation.kernels();
        double sum = 0;
        for (int from = 0; from < d; from += BLOCK) {
            sum = block(kernels, a, d, lambda, w, z, from, Math.min(from + BLOCK, d), sum);
        }
        return sum;
    }

    /** Coordinates from..to−1: z follows at once within these, and elsewhere when four rows are to be taken off. */
    private static double block(Kernels kernels, double[] a, int d, double[] lambda, double[] w, double[] z, int from,
            int to, double before) {
        double sum = before;
        int waiting = 0;
        int j0 = 0;
        int j1 = 0;
        int j2 = 0;
        double c0 = 0;
        double c1 = 0;
        double c2 = 0;
        for (int j = from; j < to; j++) {
            double ajj = a[j * d + j];
            double v = soft(Math.fma(ajj, w[j], z[j]), lambda[j]) / ajj;
            double delta = v - w[j];
            if (delta == 0) {
                continue;
            }
            w[j] = v;
            sum = Math.fma(ajj * delta, delta, sum);
            subtractWithin(delta, a, j * d, from, to, z);
            switch (waiting) {
                case 0 -> {
                    j0 = j;
                    c0 = delta;
                }
                case 1 -> {
                    j1 = j;
                    c1 = delta;
                }
                case 2 -> {
                    j2 = j;
                    c2 = delta;
                }
                default -> {
                    kernels.subtractRows(a, j0 * d, c0, j1 * d, c1, j2 * d, c2, j * d, delta, from, z, 0);
                    subtractBehind(kernels, a, d, j0, c0, j1, c1, j2, c2, j, delta, to, z);
                }
            }
            waiting = waiting + 1 & 3;
        }
        subtractWaiting(kernels, a, d, waiting, j0, c0, j1, c1, j2, c2, from, to, z);
        return sum;
    }

    private static void subtractWaiting(Kernels kernels, double[] a, int d, int waiting, int j0, double c0, int j1,
            double c1, int j2, double c2, int from, int to, double[] z) {
        if (waiting > 0) {
            subtractRow(kernels, a, d, j0, c0, from, to, z);
        }
        if (waiting > 1) {
            subtractRow(kernels, a, d, j1, c1, from, to, z);
        }
        if (waiting > 2) {
            subtractRow(kernels, a, d, j2, c2, from, to, z);
        }
    }

    /** Part of the row from {@code o} on. */
    private static void subtractWithin(double c, double[] a, int o, int from, int to, double[] z) {
        for (int i = from; i < to; i++) {
            z[i] = Math.fma(-c, a[o + i], z[i]);
        }
    }

    /** Four rows, from column {@code to} on. */
    private static void subtractBehind(Kernels kernels, double[] a, int d, int j0, double c0, int j1, double c1, int j2,
            double c2, int j3, double c3, int to, double[] z) {
        kernels.subtractRows(
                a, j0 * d + to, c0, j1 * d + to, c1, j2 * d + to, c2, j3 * d + to, c3, d - to, z, to);
    }

    /** Row j, but for what lies between from and to. */
    private static void subtractRow(Kernels kernels, double[] a, int d, int j, double c, int from, int to, double[] z) {
        kernels.subtractRow(c, a, j * d, from, z, 0);
        kernels.subtractRow(c, a, j * d + to, d - to, z, to);
    }

    private static double soft(double g, double lambda) {
        return g > lambda ? g - lambda : g < -lambda ? g + lambda : 0;
    }

    /**
     * z = μ − A w.
     *
     * <p>Order of sums: a dot product in 8 double lanes with each row, which is taken off μ_i.
     *
     * <p>|z − (μ − A w)| ≤ γ_{⌈d/8⌉+4} (|μ| + |A| |w|), entry by entry, with γ_k = k·2⁻⁵³/(1 − k·2⁻⁵³), barring underflow
     * and overflow.
     *
     * @param a A; read
     * @param d number of coordinates
     * @param mu μ, d entries; read
     * @param w the point, d entries; read
     * @param z d entries; overwritten
     * @throws IllegalArgumentException if a length is out of range, or {@code z} is an input
     */
    public static void residual(double[] a, int d, double[] mu, double[] w, double[] z) {
        Arguments.square("a", a.length, d);
        Arguments.length("mu", mu.length, d);
        Arguments.length("w", w.length, d);
        Arguments.length("z", z.length, d);
        Arguments.distinct("z", z, "a", a);
        Arguments.distinct("z", z, "mu", mu);
        Arguments.distinct("z", z, "w", w);
        System.arraycopy(mu, 0, z, 0, d);
        Implementation.kernels().subtractDots(a, 0, d, d, d, w, 0, z, 0);
    }
}
