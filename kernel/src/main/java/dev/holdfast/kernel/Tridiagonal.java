package dev.holdfast.kernel;

import java.util.Arrays;

/**
 * A = Q T Qᵀ for a symmetric A, with T tridiagonal and Q orthogonal, in double. In T's basis a system
 * (A + τI) x = b costs O(d) for each τ:
 *
 * <pre>
 *     reduce(a, d, diagonal, off, scale, work)         once
 *     toBasis(a, scale, d, b)                          b := Qᵀ b
 *     solve(diagonal, off, tau, d, b, work)            b := (T + τI)⁻¹ b
 *     fromBasis(a, scale, d, b)                        b := Q b
 * </pre>
 *
 * Q = H_0 H_1 ⋯ H_{d−3} with reflections H_k = I − c_k v_k v_kᵀ (Householder), v_k being 0 up to its entry k.
 *
 * <p>A is d × d, row-major without gaps. Arrays may be longer. Conventions on arrays: see the package. Nothing is
 * compared with a threshold: multiplying A by a power of two multiplies T by it, and leaves Q as it is, to the bit, barring
 * underflow and overflow.
 */
public final class Tridiagonal {
    /** Reflections that reach the rest of the matrix together. */
    private static final int PANEL = 8;
    /** Rows that {@link Kernels#symmetricRows} takes together. */
    private static final int BLOCK = Kernels.BLOCK;

    private Tridiagonal() {}

    /** Length of the {@code work} array of {@link #reduce}. */
    public static int reduceWorkLength(int d) {
        Arguments.atLeast("d", d, 1);
        return Math.multiplyExact(2 * PANEL, Math.addExact(d, 1));
    }

    /**
     * Replaces the upper triangle of A by the reflections. What lies below the diagonal is neither read nor written;
     * the diagonal loses its meaning.
     *
     * <p>Order of sums. Reflections go in panels of eight, k = 0, 8, …. Let F be the first of a panel, and
     * (v_q, w_q), q = F..k−1, its pairs so far. Then for k = F, F+1, … ≤ d−3:
     *
     * <ol>
     * <li>Row k, from the diagonal on, takes its pairs: a_kj = fma(−w_qk, v_qj, fma(−v_qk, w_qj, a_kj)), q ascending.
     *     T_kk = a_kk.
     * <li>x = (a_k,k+1, …, a_k,d−1). If all of it but x_0 is 0, then c_k = 0, T_k,k+1 = x_0, and v_k = w_k = 0. Else x is
     *     multiplied by 2⁻ᵉ, e the exponent of its greatest magnitude; ν = √(x·x), a dot product in 8 double lanes;
     *     σ = ν with the sign of x_0; c_k = 1/(ν(ν + |x_0|)); T_k,k+1 = −2ᵉσ; v_k = x, with x_0 + σ for x_0.
     * <li>p = A v_k over rows k+1..d−1, for A as it was when the panel began. These rows are cut into blocks that end at
     *     d, d−8, d−16, …. p_j starts at +0, takes v_i a_ij by fused multiply-adds for the rows i &lt; j of the blocks
     *     before its own, i ascending, and those of its own block, itself included; then the dot product in 8 double lanes with
     *     the columns of the blocks after its own is added.
     * <li>For q = F..k−1 ascending: p = fma(0 − w_q·v_k, v_q, p), then p = fma(0 − v_q·v_k, w_q, p), both dot products
     *     in 8 double lanes from entry k+1 on, and of v_k and w_q before this step changes p.
     * <li>w_k = fma(−½c(c t), v_k, c p), with c = c_k and t = p·v_k, a dot product in 8 double lanes.
     * </ol>
     *
     * When a panel ends, every entry on the diagonal or above it, in rows after its last k, takes its pairs as in step 1.
     *
     * <p>‖A − Q T Qᵀ‖_F ≤ γ_{70d(d+200)} ‖A‖_F and ‖QᵀQ − I‖_F ≤ γ_{4d(⌈d/8⌉+12)}, γ_k = k·2⁻⁵³/(1 − k·2⁻⁵³), where Q is the
     * exact product of the reflections that are returned. Of each step's 70(d+200) roundings most are those that a
     * panel's pairs can cost at worst.
     *
     * @param a A, of which the diagonal and what lies above it are read; overwritten: v_k is in row k, right of the
     *         diagonal
     * @param d number of rows
     * @param diagonal T_kk, d entries; overwritten
     * @param off T_k,k+1, d entries, of which the last is 0; overwritten
     * @param scale c_k, d entries, of which the last two are 0; overwritten
     * @param work {@link #reduceWorkLength} doubles
     * @throws IllegalArgumentException if a length is out of range, or arrays that are written are not arrays of their
     *         own
     */
    public static void reduce(double[] a, int d, double[] diagonal, double[] off, double[] scale, double[] work) {
        checkReduce(a, d, diagonal, off, scale, work);
        Kernels kernels = Implementation.kernels();
        for (int first = 0; first < d - 2; first += PANEL) {
            int end = Math.min(first + PANEL, d - 2);
            for (int k = first; k < end; k++) {
                int q = k - first;
                subtractPairs(kernels, work, d, q, k, a);
                diagonal[k] = a[k * d + k];
                reflection(kernels, a, d, k, off, scale);
                pair(kernels, a, d, k, q, scale[k], work);
            }
            subtractAll(kernels, work, d, end - first, end, a);
        }
        for (int k = Math.max(d - 2, 0); k < d; k++) {
            diagonal[k] = a[k * d + k];
            off[k] = k < d - 1 ? a[k * d + k + 1] : 0;
            scale[k] = 0;
        }
    }

    private static void checkReduce(
            double[] a, int d, double[] diagonal, double[] off, double[] scale, double[] work) {
        Arguments.square("a", a.length, d);
        Arguments.length("diagonal", diagonal.length, d);
        Arguments.length("off", off.length, d);
        Arguments.length("scale", scale.length, d);
        Arguments.length("work", work.length, reduceWorkLength(d));
        Arguments.distinct("diagonal", diagonal, "a", a);
        Arguments.distinct("off", off, "a", a);
        Arguments.distinct("scale", scale, "a", a);
        Arguments.distinct("work", work, "a", a);
        Arguments.distinct("off", off, "diagonal", diagonal);
        Arguments.distinct("scale", scale, "diagonal", diagonal);
        Arguments.distinct("work", work, "diagonal", diagonal);
        Arguments.distinct("scale", scale, "off", off);
        Arguments.distinct("work", work, "off", off);
        Arguments.distinct("work", work, "scale", scale);
    }

    /** Row i of A from the diagonal on, less its part of the first pairs, which are rows of {@code work}. */
    private static void subtractPairs(Kernels kernels, double[] work, int d, int pairs, int i, double[] a) {
        int q = 0;
        for (; q <= pairs - 2; q += 2) {
            int v = 2 * q * d + i;
            kernels.subtractRows(work, v + d, work[v], v, work[v + d], v + 3 * d, work[v + 2 * d], v + 2 * d,
                    work[v + 3 * d], d - i, a, i * d + i);
        }
        if (q < pairs) {
            int v = 2 * q * d + i;
            kernels.subtractRow(work[v], work, v + d, d - i, a, i * d + i);
            kernels.subtractRow(work[v + d], work, v, d - i, a, i * d + i);
        }
    }

    /** What {@link #subtractPairs} does, of all rows from s on, block by block: no row of a block has a tail. */
    private static void subtractAll(Kernels kernels, double[] work, int d, int pairs, int s, double[] a) {
        int end;
        for (int i = s; i < d; i = end) {
            end = blockEnd(i, d);
            for (int r = i; r < end; r++) {
                for (int j = r; j < end; j++) {
                    a[r * d + j] = lessPairs(a[r * d + j], work, d, pairs, r, j);
                }
            }
            int o = i * d + end;
            int q = 0;
            for (; q <= pairs - 2; q += 2) {
                int v = 2 * q * d;
                kernels.subtractPairs(work, d, v + i, v + end, a, o, d, end - i, d - end);
            }
            for (int r = i; r < end && q < pairs; r++, o += d) {
                int v = 2 * q * d;
                kernels.subtractRow(work[v + r], work, v + d + end, d - end, a, o);
                kernels.subtractRow(work[v + d + r], work, v + end, d - end, a, o);
            }
        }
    }

    /** An entry less its part of the first pairs. */
    private static double lessPairs(double arj, double[] work, int d, int pairs, int r, int j) {
        double s = arj;
        for (int v = 0; v < 2 * pairs * d; v += 2 * d) {
            s = Math.fma(-work[v + d + r], work[v + j], Math.fma(-work[v + r], work[v + d + j], s));
        }
        return s;
    }

    /** Where the block of row i ends: 0, 8, 16, … rows before d. */
    private static int blockEnd(int i, int d) {
        return i + (d - i - 1) % BLOCK + 1;
    }

    /** Replaces x, row k right of the diagonal, by v. */
    private static void reflection(Kernels kernels, double[] a, int d, int k, double[] off, double[] scale) {
        int o = k * d + k + 1;
        int n = d - k - 1;
        double rest = 0;
        for (int j = 1; j < n; j++) {
            rest = Math.max(rest, Math.abs(a[o + j]));
        }
        if (rest == 0) {
            off[k] = a[o];
            scale[k] = 0;
            Arrays.fill(a, o, o + n, 0);
            return;
        }
        int exponent = Math.getExponent(Math.max(rest, Math.abs(a[o])));
        double unit = Math.scalb(1.0, -exponent);
        for (int j = 0; j < n; j++) {
            a[o + j] *= unit;
        }
        double norm = Math.sqrt(kernels.dot(a, o, a, o, n));
        double signed = Math.copySign(norm, a[o]);
        off[k] = Math.scalb(-signed, exponent);
        scale[k] = 1 / (norm * (norm + Math.abs(a[o])));
        a[o] += signed;
    }

    /** v_k and w_k, as rows 2q and 2q+1 of {@code work}. */
    private static void pair(Kernels kernels, double[] a, int d, int k, int q, double c, double[] work) {
        int s = k + 1;
        int n = d - s;
        int v = 2 * q * d + s;
        int w = v + d;
        System.arraycopy(a, k * d + s, work, v, n);
        Arrays.fill(work, w, w + n, 0);
        if (c == 0) {
            return;
        }
        multiply(kernels, a, d, s, work, v - s, w - s);
        if (q > 0) {
            int room = 2 * PANEL * d;
            Arrays.fill(work, room, room + 2 * q, 0);
            kernels.subtractDots(work, s, d, 2 * q, n, work, v, work, room);
            for (int i = 0; i < q; i++) {
                int vi = 2 * i * d + s;
                kernels.subtractRow(-work[room + 2 * i + 1], work, vi, n, work, w);
                kernels.subtractRow(-work[room + 2 * i], work, vi + d, n, work, w);
            }
        }
        double share = -(0.5 * c * (c * kernels.dot(work, w, work, v, n)));
        for (int j = 0; j < n; j++) {
            work[w + j] = Math.fma(share, work[v + j], c * work[w + j]);
        }
    }

    /** p += A v over rows and columns from s on; entry j of v is at v + j of {@code work}, that of p at p + j. */
    private static void multiply(Kernels kernels, double[] a, int d, int s, double[] work, int v, int p) {
        int end;
        for (int i = s; i < d; i = end) {
            end = blockEnd(i, d);
            for (int j = i; j < end; j++) {
                double sum = work[p + j];
                for (int k = i; k < j; k++) {
                    sum = Math.fma(work[v + k], a[k * d + j], sum);
                }
                for (int k = j; k < end; k++) {
                    sum = Math.fma(work[v + k], a[j * d + k], sum);
                }
                work[p + j] = sum;
            }
            kernels.symmetricRows(a, i * d + end, d, end - i, d - end, work, v + i, v + end, p + i, p + end);
        }
    }

    /**
     * x := Qᵀ x, one reflection after the other, k ascending.
     *
     * <p>Order of sums: t = c_k (v_k·x), a dot product in 8 double lanes from entry k+1 on; x = fma(−t, v_k, x).
     *
     * @param a what {@link #reduce} left; read
     * @param scale c; read
     * @param d number of rows
     * @param x d entries; changed
     * @throws IllegalArgumentException if a length is out of range, or {@code x} is an input
     */
    public static void toBasis(double[] a, double[] scale, int d, double[] x) {
        checkBasis(a, scale, d, x);
        Kernels kernels = Implementation.kernels();
        for (int k = 0; k < d - 2; k++) {
            reflect(kernels, a, scale[k], d, k, x);
        }
    }

    /**
     * x := Q x, one reflection after the other, k descending; order of sums as in {@link #toBasis}.
     *
     * @param a what {@link #reduce} left; read
     * @param scale c; read
     * @param d number of rows
     * @param x d entries; changed
     * @throws IllegalArgumentException if a length is out of range, or {@code x} is an input
     */
    public static void fromBasis(double[] a, double[] scale, int d, double[] x) {
        checkBasis(a, scale, d, x);
        Kernels kernels = Implementation.kernels();
        for (int k = d - 3; k >= 0; k--) {
            reflect(kernels, a, scale[k], d, k, x);
        }
    }

    private static void checkBasis(double[] a, double[] scale, int d, double[] x) {
        Arguments.square("a", a.length, d);
        Arguments.length("scale", scale.length, d);
        Arguments.length("x", x.length, d);
        Arguments.distinct("x", x, "a", a);
        Arguments.distinct("x", x, "scale", scale);
    }

    private static void reflect(Kernels kernels, double[] a, double c, int d, int k, double[] x) {
        if (c == 0) {
            return;
        }
        int o = k * d + k + 1;
        int n = d - k - 1;
        kernels.subtractRow(c * kernels.dot(a, o, x, k + 1, n), a, o, n, x, k + 1);
    }

    /**
     * x := (T + τI)⁻¹ x for a positive definite T + τI: T + τI = L D Lᵀ without pivoting.
     *
     * <p>Rounding, with t_k for T_k,k+1: p_0 = T_00 + τ; l = t_{k−1}/p_{k−1}, p_k = fma(−l, t_{k−1}, T_kk + τ),
     * x_k = fma(−l, x_{k−1}, x_k), k ascending; then x_{d−1} = x_{d−1}/p_{d−1}, and
     * x_k = fma(−t_k, x_{k+1}, x_k)/p_k, k descending. The result is the exact solution for T + τI + E with
     * |E| ≤ γ_10 |T + τI|, γ_k = k·2⁻⁵³/(1 − k·2⁻⁵³), entry by entry.
     *
     * @param diagonal T_kk, d entries; read
     * @param off T_k,k+1, d−1 entries; read
     * @param tau τ, finite. Where T + τI is not positive definite, the result means nothing
     * @param d number of rows
     * @param x d entries; overwritten by the solution
     * @param work d doubles
     * @throws IllegalArgumentException if a length is out of range, τ is not finite, or arrays that are written are not
     *         arrays of their own
     */
    public static void solve(double[] diagonal, double[] off, double tau, int d, double[] x, double[] work) {
        Arguments.atLeast("d", d, 1);
        Arguments.length("diagonal", diagonal.length, d);
        Arguments.length("off", off.length, d - 1L);
        Arguments.length("x", x.length, d);
        Arguments.length("work", work.length, d);
        Arguments.distinct("x", x, "diagonal", diagonal);
        Arguments.distinct("x", x, "off", off);
        Arguments.distinct("work", work, "diagonal", diagonal);
        Arguments.distinct("work", work, "off", off);
        Arguments.distinct("work", work, "x", x);
        if (!Double.isFinite(tau)) {
            throw new IllegalArgumentException("tau = " + tau + ", expected a finite number");
        }
        work[0] = diagonal[0] + tau;
        for (int k = 1; k < d; k++) {
            double l = off[k - 1] / work[k - 1];
            work[k] = Math.fma(-l, off[k - 1], diagonal[k] + tau);
            x[k] = Math.fma(-l, x[k - 1], x[k]);
        }
        x[d - 1] /= work[d - 1];
        for (int k = d - 2; k >= 0; k--) {
            x[k] = Math.fma(-off[k], x[k + 1], x[k]) / work[k];
        }
    }
}
