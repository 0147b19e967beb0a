package dev.holdfast.kernel;

import java.util.Arrays;

/**
 * The forward pass of one linear-attention layer.
 *
 * <p>A layer with parameters P and Q maps N demonstrations z_n = (x_n, y_n) ∈ R^{d+1} and a query x ∈ R^d to
 * P · (Z Zᵀ/N) · Q · (x, 0). With p the last row of P and Q̄ the first d columns of Q, its last entry is
 *
 * <pre>
 *     a = Σ_n (p·z_n) z_n      the context state        {@link #accumulate}
 *     w = Q̄ᵀ a / N             the classifier           {@link #readout}
 *     f(x) = w·x               the score                {@link #scores}
 * </pre>
 *
 * and the whole of it is W (x, 0) with W = P (G/N) Q̄ and G = Z Zᵀ: {@link #gram}, {@link #outputs}.
 *
 * <p>Source: Kumano, Kera, Yamasaki, "Adversarially Pretrained Transformers May Be Universally Robust In-Context
 * Learners", ICLR 2026 (arXiv 2505.14042), section 3. Conventions on arrays and on the order of sums: see the package.
 */
public final class LinearAttention {
    /**
     * Sums over demonstrations run in float within a block of this many rows, counted from the first row of a call, and
     * in double across blocks. A state fed in pieces of a multiple of this many rows has the bits of one call.
     */
    public static final int BLOCK = 256;

    /** Fewer floats than these are read by one thread before another one has started. */
    private static final long PARALLEL_FLOATS = 1 << 19;
    /** What a worker takes at a time: enough to hide the cost of taking it. */
    private static final int PIECE_FLOATS = 1 << 17;

    private LinearAttention() {}

    /** Length of the {@code work} array of {@link #accumulate}. */
    public static int contextWorkLength(int d) {
        Arguments.atLeast("d", d, 1);
        return ContextWork.length(d);
    }

    /**
     * a += Σ_n (p·z_n) z_n over rows n = 0..rows−1: one pass over the demonstrations.
     *
     * <p>Order of sums: s_n = fma(p_d, y_n, p·x_n) with p·x_n a dot product in 16 float lanes. Within a block, a_j for
     * j &lt; d takes s_n x_nj in float by one fused multiply-add a row from +0, n ascending, and a_d is the dot product
     * of s and y in 16 float lanes. Block after block is added to {@code a} in double.
     *
     * <p>With u = 2⁻²⁴ and γ_k = k u/(1 − k u), the error of a_j is at most γ_k Σ_n |z_nj| Σ_i |p_i z_ni| for
     * k = ⌈d/16⌉ + min(N, 256) + 6, barring underflow and overflow: it does not grow with N.
     *
     * @param x features: row n starts at {@code xOffset + n·stride}; read
     * @param rows number of demonstrations; 0 leaves {@code a} as it is
     * @param d number of features
     * @param y labels, row n's at {@code yOffset + n}; read
     * @param p last row of P, d+1 entries; read
     * @param a context state, d+1 entries; added to
     * @param work {@link #contextWorkLength} floats
     * @throws IllegalArgumentException if an offset, a stride or a length is out of range, or arrays that are written
     *         are not arrays of their own
     */
    public static void accumulate(float[] x, int xOffset, int stride, int rows, int d, float[] y, int yOffset,
            float[] p, double[] a, float[] work) {
        checkContext(x, xOffset, stride, rows, d, y, yOffset, p, a, work);
        Kernels kernels = Implementation.kernels();
        copyPadded(p, d, work);
        for (int n = 0; n < rows; n += BLOCK) {
            int count = Math.min(BLOCK, rows - n);
            a[d] += kernels.addBlock(x, xOffset + n * stride, stride, count, d, y, yOffset + n, p[d], work);
            for (int j = 0; j < d; j++) {
                a[j] += work[ContextWork.SUM + j];
            }
        }
    }

    /** The checks of a context pass over rows of floats by one thread. */
    static void checkContext(float[] x, int xOffset, int stride, int rows, int d, float[] y, int yOffset, float[] p,
            double[] a, float[] work) {
        Arguments.length("work", work.length, contextWorkLength(d));
        checkContext(x.length, xOffset, stride, rows, d, y, yOffset, p, a);
        checkOwn("work", work, x, y, p);
    }

    private static void checkContext(
            int xLength, int xOffset, int stride, int rows, int d, float[] y, int yOffset, float[] p, double[] a) {
        Arguments.matrix("x", xLength, xOffset, stride, rows, d);
        Arguments.range("y", y.length, yOffset, rows);
        Arguments.length("p", p.length, d + 1L);
        Arguments.length("a", a.length, d + 1L);
    }

    /** What a context pass writes beside {@code a} is none of its inputs. */
    private static void checkOwn(String name, float[] own, Object x, float[] y, float[] p) {
        Arguments.distinct(name, own, "x", x);
        Arguments.distinct(name, own, "y", y);
        Arguments.distinct(name, own, "p", p);
    }

    private static void copyPadded(float[] p, int d, float[] work) {
        int start = ContextWork.p(d);
        System.arraycopy(p, 0, work, start, d);
        Arrays.fill(work, start + d, ContextWork.lanes(d), 0f);
    }

    /** Length of the {@code sums} array of {@link #accumulate} by workers: d+1 floats a block. */
    public static int contextSumsLength(int rows, int d) {
        Arguments.atLeast("rows", rows, 0);
        Arguments.atLeast("d", d, 1);
        return Math.multiplyExact(blocks(rows), Math.addExact(d, 1));
    }

    /** Whole blocks and the rest: rows / BLOCK, rounded up. */
    private static int blocks(int rows) {
        return -Math.floorDiv(-rows, BLOCK);
    }

    /**
     * {@link #accumulate(float[], int, int, int, int, float[], int, float[], double[], float[])}, bit for bit, by several
     * threads: they take blocks of rows, whose sums are then added to {@code a} in their order. Where there is too little
     * to do for two threads, the caller does all of it. The tasks for the executor are all that is allocated.
     *
     * @param sums {@link #contextSumsLength} floats, with meaningless contents on entry and return
     * @param work one array of {@link #contextWorkLength} floats a worker
     */
    public static void accumulate(float[] x, int xOffset, int stride, int rows, int d, float[] y, int yOffset,
            float[] p, double[] a, float[] sums, float[][] work, Workers workers) {
        checkShared(x, xOffset, stride, rows, d, y, yOffset, p, a, sums, work, workers.count());
        if (workers.count() == 1 || (long) rows * d < PARALLEL_FLOATS) {
            accumulate(x, xOffset, stride, rows, d, y, yOffset, p, a, work[0]);
            return;
        }
        Kernels kernels = Implementation.kernels();
        int blocks = blocks(rows);
        int together = Math.max(1, PIECE_FLOATS / BLOCK / d);
        for (int worker = 0; worker < workers.count(); worker++) {
            copyPadded(p, d, work[worker]);
        }
        workers.forEach((blocks + together - 1) / together, (worker, piece) -> {
            int end = Math.min((piece + 1) * together, blocks);
            for (int block = piece * together; block < end; block++) {
                int n = block * BLOCK;
                int sum = block * (d + 1);
                sums[sum + d] = kernels.addBlock(x, xOffset + n * stride, stride, Math.min(BLOCK, rows - n), d, y,
                        yOffset + n, p[d], work[worker]);
                System.arraycopy(work[worker], ContextWork.SUM, sums, sum, d);
            }
        });
        addSums(sums, blocks, a, d + 1);
    }

    private static void checkShared(float[] x, int xOffset, int stride, int rows, int d, float[] y, int yOffset,
            float[] p, double[] a, float[] sums, float[][] work, int count) {
        Arguments.length("work", work.length, count);
        Arguments.length("sums", sums.length, contextSumsLength(rows, d));
        checkContext(x.length, xOffset, stride, rows, d, y, yOffset, p, a);
        checkOwn("sums", sums, x, y, p);
        for (int worker = 0; worker < count; worker++) {
            Arguments.length("work", work[worker].length, contextWorkLength(d));
            Arguments.distinct("work", work[worker], "sums", sums);
            for (int other = 0; other < worker; other++) {
                Arguments.distinct("work", work[worker], "another worker's", work[other]);
            }
            checkOwn("work", work[worker], x, y, p);
        }
    }

    private static void addSums(float[] sums, int blocks, double[] a, int size) {
        for (int block = 0; block < blocks; block++) {
            for (int j = 0; j < size; j++) {
                a[j] += sums[block * size + j];
            }
        }
    }

    /**
     * a += Σ_n (p·z_n) z_n over rows of unsigned bytes b_n, whose features x_nj = scale_j·b_nj + shift_j are never written
     * anywhere: with u_j = p_j scale_j and c = Σ_j p_j shift_j, s_n = u·b_n + c + p_d y_n, and
     * a_j = scale_j Σ_n s_n b_nj + shift_j Σ_n s_n. An image over 255, centred and aligned by signs, is such a map.
     *
     * <p>Order of sums: u_j is rounded to float; c is a dot product in 8 double lanes, rounded to float;
     * s_n = fma(p_d, y_n, (u·b_n) + c) with u·b_n a dot product in 16 float lanes. Within a block, B_j takes s_n b_nj in
     * float by one fused multiply-add a row from +0, n ascending, S = Σ_n s_n is summed in 8 double lanes, and the label's
     * part is the dot product of s and y in 16 float lanes. Block after block, a_j += fma(scale_j, B_j, shift_j·S) and the
     * label's part is added to a_d, in double.
     *
     * <p>With u = 2⁻²⁴ and m_nj = |scale_j| b_nj + |shift_j|, m_nd = |y_n|, the error of a_j is at most
     * γ_k Σ_n m_nj Σ_i |p_i| m_ni for k = ⌈d/16⌉ + min(N, 256) + 8, barring underflow and overflow.
     *
     * @param x unsigned bytes: row n starts at {@code xOffset + n·stride}; read
     * @param rows number of demonstrations; 0 leaves {@code a} as it is
     * @param d number of features
     * @param scale d entries; read
     * @param shift d entries; read
     * @param y labels, row n's at {@code yOffset + n}; read
     * @param p last row of P, d+1 entries; read
     * @param a context state, d+1 entries; added to
     * @param work {@link #contextWorkLength(int)} floats
     * @throws IllegalArgumentException as for rows of floats
     */
    public static void accumulate(byte[] x, int xOffset, int stride, int rows, int d, float[] scale, float[] shift,
            float[] y, int yOffset, float[] p, double[] a, float[] work) {
        Arguments.length("work", work.length, contextWorkLength(d));
        checkContext(x.length, xOffset, stride, rows, d, y, yOffset, p, a);
        Arguments.length("scale", scale.length, d);
        Arguments.length("shift", shift.length, d);
        checkOwn("work", work, x, y, p);
        Arguments.distinct("work", work, "scale", scale);
        Arguments.distinct("work", work, "shift", shift);
        Kernels kernels = Implementation.kernels();
        copyPadded(p, d, work);
        int u = ContextWork.p(d);
        for (int j = 0; j < d; j++) {
            work[u + j] = p[j] * scale[j];
        }
        float c = (float) dotInDouble(p, shift, d);
        for (int n = 0; n < rows; n += BLOCK) {
            int count = Math.min(BLOCK, rows - n);
            a[d] += kernels.addBlock(x, xOffset + n * stride, stride, count, d, c, y, yOffset + n, p[d], work);
            double sum = sumInDouble(work, count);
            for (int j = 0; j < d; j++) {
                a[j] += Math.fma((double) scale[j], (double) work[ContextWork.SUM + j], shift[j] * sum);
            }
        }
    }

    /** Σ_j p_j q_j in 8 double lanes; products of floats are exact in double. */
    private static double dotInDouble(float[] p, float[] q, int d) {
        double s0 = 0, s1 = 0, s2 = 0, s3 = 0, s4 = 0, s5 = 0, s6 = 0, s7 = 0;
        for (int j = 0; j < d; j += 8) {
            s0 += product(p, q, j, d);
            s1 += product(p, q, j + 1, d);
            s2 += product(p, q, j + 2, d);
            s3 += product(p, q, j + 3, d);
            s4 += product(p, q, j + 4, d);
            s5 += product(p, q, j + 5, d);
            s6 += product(p, q, j + 6, d);
            s7 += product(p, q, j + 7, d);
        }
        return ((s0 + s4) + (s2 + s6)) + ((s1 + s5) + (s3 + s7));
    }

    private static double product(float[] p, float[] q, int j, int d) {
        return j < d ? (double) p[j] * q[j] : 0;
    }

    /** Σ_n s_n in 8 double lanes. */
    private static double sumInDouble(float[] s, int count) {
        double s0 = 0, s1 = 0, s2 = 0, s3 = 0, s4 = 0, s5 = 0, s6 = 0, s7 = 0;
        int n = 0;
        for (; n <= count - 8; n += 8) {
            s0 += s[n];
            s1 += s[n + 1];
            s2 += s[n + 2];
            s3 += s[n + 3];
            s4 += s[n + 4];
            s5 += s[n + 5];
            s6 += s[n + 6];
            s7 += s[n + 7];
        }
        s0 += n < count ? s[n] : 0;
        s1 += n + 1 < count ? s[n + 1] : 0;
        s2 += n + 2 < count ? s[n + 2] : 0;
        s3 += n + 3 < count ? s[n + 3] : 0;
        s4 += n + 4 < count ? s[n + 4] : 0;
        s5 += n + 5 < count ? s[n + 5] : 0;
        s6 += n + 6 < count ? s[n + 6] : 0;
        return ((s0 + s4) + (s2 + s6)) + ((s1 + s5) + (s3 + s7));
    }

    /** Length of the {@code work} array of {@link #gram}. */
    public static int gramWorkLength(int d) {
        Arguments.atLeast("d", d, 1);
        return MatrixProduct.gramWorkLength(Math.addExact(d, 1));
    }

    /**
     * G += Z Zᵀ = Σ_n z_n z_nᵀ over rows n = 0..rows−1, symmetric, both triangles.
     *
     * <p>Order of sums: within a block, G_ij takes z_ni z_nj in float by one fused multiply-add a row from +0, n
     * ascending. Block after block is added to {@code g} in double.
     *
     * @param x features: row n starts at {@code xOffset + n·stride}; read
     * @param rows number of demonstrations; 0 leaves {@code g} as it is
     * @param d number of features
     * @param y labels, row n's at {@code yOffset + n}; read
     * @param g (d+1) × (d+1), symmetric on entry; added to
     * @param work {@link #gramWorkLength} floats
     * @throws IllegalArgumentException as {@link #accumulate}
     */
    public static void gram(float[] x, int xOffset, int stride, int rows, int d, float[] y, int yOffset, double[] g,
            float[] work) {
        Arguments.length("work", work.length, gramWorkLength(d));
        Arguments.matrix("x", x.length, xOffset, stride, rows, d);
        Arguments.range("y", y.length, yOffset, rows);
        Arguments.length("g", g.length, (d + 1L) * (d + 1L));
        Arguments.distinct("work", work, "x", x);
        Arguments.distinct("work", work, "y", y);
        for (int n = 0; n < rows; n += BLOCK) {
            int count = Math.min(BLOCK, rows - n);
            MatrixProduct.addGramBlock(x, xOffset + n * stride, stride, count, d, y, yOffset + n, g, work);
        }
        MatrixProduct.mirror(g, d + 1);
    }

    /**
     * w = Q̄ᵀ a / n for a dense Q̄: w_j = (Σ_i Q̄_ij a_i) / n.
     *
     * <p>Order of sums: in double by fused multiply-adds from +0, i = 0..d ascending; divided, then rounded to float.
     *
     * @param qBar (d+1) × d, row-major without gaps; read
     * @param d number of features
     * @param a context state, d+1 entries; read
     * @param n number of demonstrations in {@code a}, N
     * @param w d entries; overwritten
     * @throws IllegalArgumentException if a length is out of range, n is not positive, or {@code w} is {@code qBar}
     */
    public static void readout(float[] qBar, int d, double[] a, double n, float[] w) {
        checkReadout(d, a, n, w);
        Arguments.length("qBar", qBar.length, (d + 1L) * d);
        Arguments.distinct("w", w, "qBar", qBar);
        Implementation.kernels().readout(qBar, d, a, n, w);
    }

    /** Length of the {@code work} array of {@link #readout(float[], int, double[], int, double, float[], float[])}. */
    public static int readoutWorkLength(int d, int tasks) {
        Arguments.atLeast("d", d, 1);
        Arguments.atLeast("tasks", tasks, 0);
        return Math.addExact(Math.multiplyExact(tasks, d + 1), MatrixProduct.workLength(d, d + 1));
    }

    /**
     * W = (A/n) Q̄: the classifiers of a batch of tasks, one a row, for a dense Q̄. Each a_i/n is rounded to float, and
     * the product is a {@link MatrixProduct}: faster than a readout a task, and rounded more often.
     *
     * @param qBar (d+1) × d, row-major without gaps; read
     * @param d number of features
     * @param a context states, tasks × (d+1), row-major without gaps; read
     * @param tasks number of tasks
     * @param n number of demonstrations in each state, N
     * @param w classifiers, tasks × d, row-major without gaps; overwritten
     * @param work {@link #readoutWorkLength} floats
     * @throws IllegalArgumentException if a length is out of range, n is not positive, or arrays that are written are not
     *         arrays of their own
     */
    public static void readout(float[] qBar, int d, double[] a, int tasks, double n, float[] w, float[] work) {
        Arguments.length("work", work.length, readoutWorkLength(d, tasks));
        Arguments.length("qBar", qBar.length, (d + 1L) * d);
        Arguments.length("a", a.length, (d + 1L) * tasks);
        Arguments.length("w", w.length, (long) d * tasks);
        checkCount(n);
        Arguments.distinct("w", w, "qBar", qBar);
        Arguments.distinct("w", w, "work", work);
        Arguments.distinct("work", work, "qBar", qBar);
        int entries = tasks * (d + 1);
        for (int i = 0; i < entries; i++) {
            work[i] = (float) (a[i] / n);
        }
        MatrixProduct.blocks(tasks, d, d + 1, work, 0, d + 1, 1, qBar, 0, d, 1, w, 0, d, work, entries);
    }

    /**
     * w = Q̄ᵀ a / n in O(d), for Q̄ = diag(δ) + b·11ᵀ above the label row q:
     * w_j = (δ_j a_j + b Σ_{i&lt;d} a_i + q_j a_d) / n.
     *
     * <p>Order of sums: fma(δ_j, a_j, fma(q_j, a_d, b·S)) in double, with S = Σ_{i&lt;d} a_i in 8 double lanes, and +0
     * for b·S where b = 0; divided, then rounded to float.
     *
     * @param delta δ, d entries; read
     * @param b the constant that every entry of the upper d × d has
     * @param label the label row q, d entries; read
     * @param d number of features
     * @param a context state, d+1 entries; read
     * @param n number of demonstrations in {@code a}, N
     * @param w d entries; overwritten
     * @throws IllegalArgumentException if a length is out of range, n is not positive, or {@code w} is an input
     */
    public static void readout(float[] delta, float b, float[] label, int d, double[] a, double n, float[] w) {
        checkReadout(d, a, n, w);
        Arguments.length("delta", delta.length, d);
        Arguments.length("label", label.length, d);
        Arguments.distinct("w", w, "delta", delta);
        Arguments.distinct("w", w, "label", label);
        Kernels kernels = Implementation.kernels();
        double shared = b == 0 ? 0 : b * kernels.sum(a, d);
        kernels.readout(delta, label, shared, d, a, n, w);
    }

    private static void checkReadout(int d, double[] a, double n, float[] w) {
        Arguments.atLeast("d", d, 1);
        Arguments.length("a", a.length, d + 1L);
        Arguments.length("w", w.length, d);
        checkCount(n);
    }

    private static void checkCount(double n) {
        if (!(n > 0)) {
            throw new IllegalArgumentException("n = " + n + ", expected a positive number of demonstrations");
        }
    }

    /**
     * f_n = w·x_n + c over query rows n = 0..rows−1.
     *
     * <p>Order of sums: a dot product in 8 double lanes, then + c. The products are exact, so that f is within
     * γ_{⌈d/8⌉+4} (Σ_j |w_j x_j| + |c|) of the exact value, γ_k = k·2⁻⁵³/(1 − k·2⁻⁵³).
     *
     * @param x queries: row n starts at {@code xOffset + n·stride}; read
     * @param rows number of queries
     * @param d number of features
     * @param w classifier, d entries; read
     * @param c intercept, 0 for the bare transformer
     * @param f scores, row n's at {@code fOffset + n}; overwritten
     * @throws IllegalArgumentException if an offset, a stride or a length is out of range
     */
    public static void scores(float[] x, int xOffset, int stride, int rows, int d, float[] w, double c, double[] f,
            int fOffset) {
        Arguments.atLeast("d", d, 1);
        Arguments.matrix("x", x.length, xOffset, stride, rows, d);
        Arguments.length("w", w.length, d);
        Arguments.range("f", f.length, fOffset, rows);
        Implementation.kernels().scores(x, xOffset, stride, rows, d, w, c, f, fOffset);
    }

    /**
     * w·x + c of one query: what {@link #scores} says of it, to the bit.
     *
     * @param x the query, d features from {@code xOffset} on; read
     * @param d number of features
     * @param w classifier, d entries; read
     * @param c intercept
     * @throws IllegalArgumentException if an offset or a length is out of range
     */
    public static double score(float[] x, int xOffset, int d, float[] w, double c) {
        Arguments.atLeast("d", d, 1);
        Arguments.range("x", x.length, xOffset, d);
        Arguments.length("w", w.length, d);
        return Implementation.kernels().score(x, xOffset, d, w) + c;
    }

    /**
     * w·x + c of one query, as a number whose sign is certain: 0 where the exact sum is 0, else between 0 and the exact
     * sum, of which at most 2⁻²³ is lost. NaN where rounding leaves the sign or that precision open, and where an
     * entry is not finite.
     *
     * <p>Order of sums: lanes are double, products exact. The terms up to the last multiple of 32 are a dot product in
     * 32 lanes, but before lanes are added, lane j mod 8 takes each term j that is left, j ascending; then + c makes it
     * f. With m = max_j |x_j|, k = ⌊d/32⌋ + 20 and E = k·2⁻⁵³ (‖w‖₁m + |c|), where ‖w‖₁m, the sum and the product with
     * k·2⁻⁵³ are rounded one after the other, f − E·sign(f) is returned if E ≤ 2⁻²⁴ |f|, and NaN otherwise.
     *
     * <p>E bounds the error: no term is rounded more than ⌊d/32⌋ + 4 times in its lane, 5 times in the fold and once
     * with c, and Σ_j |w_j x_j| ≤ ‖w‖₁m. The other 10 of k are more than enough, for every d, for γ_k > k·2⁻⁵³, for what
     * {@code norm1} lacks of ‖w‖₁, for the roundings of E and for that of the difference.
     *
     * @param x the query, d features from {@code xOffset} on; read
     * @param d number of features
     * @param w classifier, d entries; read
     * @param norm1 ‖w‖₁ as {@link AdversarialGradient#norm1} says
     * @param c intercept
     * @throws IllegalArgumentException if an offset or a length is out of range
     */
    public static double certainScore(float[] x, int xOffset, int d, float[] w, double norm1, double c) {
        Arguments.atLeast("d", d, 1);
        Arguments.range("x", x.length, xOffset, d);
        Arguments.length("w", w.length, d);
        return Implementation.kernels().certainScore(x, xOffset, d, w, norm1, c);
    }

    /** Length of the {@code work} array of {@link #outputs}. */
    public static int outputsWorkLength(int d, int rows) {
        Arguments.atLeast("d", d, 1);
        Arguments.atLeast("rows", rows, 0);
        int size = d + 1;
        return Math.addExact(
                MatrixProduct.workLength(Math.max(size, rows), size), Math.multiplyExact(3 * size, size));
    }

    /**
     * The full form O = P (G/n) Q [X; 0]: every output of the layer for every query, one column a query.
     *
     * <p>Order of sums: G/n is rounded to float; then P·(G/n), that times Q̄, and that times X, each a
     * {@link MatrixProduct}. The last row of O approximates {@link #scores} but is rounded more often.
     *
     * @param bigP P, (d+1) × (d+1), row-major without gaps; read
     * @param bigQ Q, (d+1) × (d+1), row-major without gaps; its last column meets the empty label slot and is not read
     * @param g G = Z Zᵀ, (d+1) × (d+1); read
     * @param n number of demonstrations in {@code g}, N
     * @param d number of features
     * @param x queries: row m starts at {@code xOffset + m·stride}; read
     * @param rows number of queries, M
     * @param out O, (d+1) × M: row i starts at {@code outOffset + i·outStride}; overwritten
     * @param work {@link #outputsWorkLength outputsWorkLength(d, rows)} floats
     * @throws IllegalArgumentException if an offset, a stride or a length is out of range, n is not positive, or arrays
     *         that are written are not arrays of their own
     */
    public static void outputs(float[] bigP, float[] bigQ, double[] g, double n, int d, float[] x, int xOffset,
            int stride, int rows, float[] out, int outOffset, int outStride, float[] work) {
        Arguments.length("work", work.length, outputsWorkLength(d, rows));
        int size = d + 1;
        int square = size * size;
        Arguments.length("bigP", bigP.length, square);
        Arguments.length("bigQ", bigQ.length, square);
        Arguments.length("g", g.length, square);
        checkCount(n);
        Arguments.matrix("x", x.length, xOffset, stride, rows, d);
        Arguments.matrix("out", out.length, outOffset, outStride, size, rows);
        Arguments.distinct("out", out, "bigP", bigP);
        Arguments.distinct("out", out, "bigQ", bigQ);
        Arguments.distinct("out", out, "x", x);
        Arguments.distinct("work", work, "bigP", bigP);
        Arguments.distinct("work", work, "bigQ", bigQ);
        Arguments.distinct("work", work, "x", x);
        Arguments.distinct("out", out, "work", work);
        for (int i = 0; i < square; i++) {
            work[i] = (float) (g[i] / n);
        }
        int t = square;
        int w = 2 * square;
        int room = 3 * square;
        MatrixProduct.blocks(size, size, size, bigP, 0, size, 1, work, 0, size, 1, work, t, size, work, room);
        MatrixProduct.blocks(size, d, size, work, t, size, 1, bigQ, 0, size, 1, work, w, d, work, room);
        MatrixProduct.blocks(size, rows, d, work, w, d, 1, x, xOffset, 1, stride, out, outOffset, outStride, work, room);
    }
}
