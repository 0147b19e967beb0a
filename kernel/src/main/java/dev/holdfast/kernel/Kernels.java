package dev.holdfast.kernel;

/**
 * The inner loops, each written twice: {@link ScalarKernels} and {@link VectorKernels}. Arguments have been checked by
 * the public classes. Both give the same bits: the order of the sums is that of the package description.
 */
interface Kernels {
    /** Lanes of a dot product in double. */
    int BLOCK = 8;
    /** Columns that lie side by side in what {@link #subtractProducts} reads. */
    int PACKED = 16;
    /** Tasks that lie side by side: an entry of what the operations on tasks take is 16 floats, one a task. */
    int TASKS = 16;
    /** Floats before the first entry, which follow an array's header of 16 bytes: together a line of the cache. */
    int LEAD = 12;

    /** Where an entry begins. */
    static int place(int entry) {
        return LEAD + entry * TASKS;
    }

    /**
     * One block of the context pass, of at most 256 rows: work[S + n] = s_n = fma(pd, y_n, p·x_n), with p·x_n a dot
     * product in 16 float lanes; work[SUM + j] = Σ_n s_n x_nj for j < d, by one fused multiply-add a row from +0, n
     * ascending. {@code work} is laid out by {@link ContextWork}; p has been copied there.
     *
     * @return s·y, a dot product in 16 float lanes
     */
    float addBlock(float[] x, int xOffset, int stride, int rows, int d, float[] y, int yOffset, float pd, float[] work);

    /**
     * {@link #addBlock(float[], int, int, int, int, float[], int, float, float[])} of unsigned bytes b:
     * s_n = fma(pd, y_n, (p·b_n) + c).
     */
    float addBlock(byte[] x, int xOffset, int stride, int rows, int d, float c, float[] y, int yOffset, float pd,
            float[] work);

    /** f[fOffset + n] = w·x_n + c: a dot product in 8 double lanes, then + c. */
    void scores(float[] x, int xOffset, int stride, int rows, int d, float[] w, double c, double[] f, int fOffset);

    /** out_nj = x_nj − ε·y_n·sign(w_j); where w_j = 0 it is x_nj. */
    void shift(float[] x, int xOffset, int stride, int rows, int d, float[] y, int yOffset, float[] w, float epsilon,
            float[] out, int outOffset, int outStride);

    /** Σ_j |w_j| in 8 double lanes. */
    double sumOfMagnitudes(float[] w, int d);

    /** w·x for x from {@code o} on, in 8 double lanes. */
    double score(float[] x, int o, int d, float[] w);

    /** {@link LinearAttention#certainScore}, which {@link ScalarKernels#certain} ends. */
    double certainScore(float[] x, int o, int d, float[] w, double norm1, double c);

    /** Whether l_j ≤ x_j ≤ u_j for all j; arrays of one entry have it for all. */
    boolean inside(float[] x, int o, int d, float[] lower, float[] upper);

    /** {@link AdversarialGradient#cornerScore}, which {@link ScalarKernels#certain} ends. */
    double cornerScore(float[] x, int o, int d, float[] edge, float[] b, double[] v, float theta, float[] w, double norm1,
            double c, double[] moving);

    /** max_j |w_j|. */
    float greatestMagnitude(float[] w, int d);

    /** Σ_j a_j in 8 double lanes. */
    double sum(double[] a, int d);

    /**
     * Moves from t to sums what a rounding to multiples of a unit keeps: q_j = (t_j + rounder) − rounder,
     * sums_j += q_j, t_j −= q_j. Of these t_j + rounder alone is inexact. {@code count} is a multiple of 8.
     *
     * @param rounder 1.5·2⁵² units
     * @return whether any t_j other than 0 is left
     */
    boolean split(double[] t, int tOffset, int count, double rounder, double[] sums, int sumsOffset);

    /** w_j = (Σ_i Q̄_ij a_i) / n over i = 0..d, in double by fused multiply-adds, i ascending; rounded once to float. */
    void readout(float[] qBar, int d, double[] a, double n, float[] w);

    /** w_j = (δ_j a_j + (label_j a_d + shared)) / n, in double with fused multiply-adds; rounded once to float. */
    void readout(float[] delta, float[] label, double shared, int d, double[] a, double n, float[] w);

    /** {@code count} uniform numbers, (word >>> 8)·scale, in whole steps of the lanes: see {@link RandomStreams}. */
    void uniforms(int[] state, float scale, float[] out, int o, int count);

    /** {@code count} normal numbers, in whole pairs of steps of the lanes: see {@link RandomStreams}. */
    void normals(int[] state, float[] out, int o, int count);

    /** Rows of a {@link #tile}: as many as the registers hold. */
    int tileRows();

    /** Columns of a {@link #tile}: a multiple of 16 would be wasted on narrow vectors, hence a choice of each twin. */
    int tileColumns();

    /** Columns after which a tile may start anew, in b and in t; all of them where that would save nothing. */
    int tileStep();

    /**
     * One tile of a product: t[tOffset + r·tStride + j] = Σ_l a[aOffset + l·rows + r] · b[bOffset + l·columns + j] over
     * l = 0..k−1 ascending, by fused multiply-adds from +0, where rows and columns are the tile's. Columns from
     * {@code used} on may be left out.
     */
    void tile(float[] a, int aOffset, float[] b, int bOffset, int k, int used, float[] t, int tOffset, int tStride);

    /**
     * Panels of {@code width} lines that lie side by side, one panel after the other: element l of line r, at
     * from[o + l·step + r], goes to place l·width + r mod width of panel r / width. {@code width} is a tile's number of rows
     * or of columns, {@code lines} a multiple of it.
     */
    void packPanels(float[] from, int o, int lines, int step, int depth, int width, float[] out, int to);

    /** As many rows as a tile has, r, to a panel's columns: out[to + l·width + r] = from[o + r·stride + l] for l < depth. */
    void packRows(float[] from, int o, int stride, int depth, int width, float[] out, int to);

    /** c[cOffset + r·cStride + j] += a tile's entry (r, j), which lies at tOffset without gaps. */
    void addTile(float[] t, int tOffset, float[] c, int cOffset, int cStride);

    /** {@link #addTile(float[], int, float[], int, int)} in double. */
    void addTile(float[] t, int tOffset, double[] g, int gOffset, int gStride);

    /** Σ_j a_j b_j of n terms from ao and bo on, in 8 double lanes. */
    double dot(double[] a, int ao, double[] b, int bo, int n);

    /** z_r −= a_r·x for rows r = 0..rows−1 of a: dot products of n terms in 8 double lanes. */
    void subtractDots(double[] a, int ao, int stride, int rows, int n, double[] x, int xo, double[] z, int zo);

    /**
     * out_rc −= Σ_k a_kr b_kc for r = 0..rows−1 and c = 0..15, by fused multiply-adds, k = 0..n−1 ascending, where a_kr is
     * packed[a + 16k + r] and b_kc is packed[b + 16k + c]; the sign of a zero is unspecified. {@code rows} is a multiple of 4,
     * at most 16.
     */
    void subtractProducts(double[] packed, int a, int b, int n, double[] out, int o, int stride, int rows);

    /** Four rows, one after the other: x_ij = (x_ij − Σ_{k<i} r_ki x_kj + 0)·(1/r_ii) for j < columns, k ascending. */
    void solveFourRows(double[] r, int ro, int rStride, double[] x, int xo, int xStride, int columns);

    /** z_j = fma(−c, a_j, z_j) for j < n. */
    void subtractRow(double c, double[] a, int o, int n, double[] z, int zo);

    /** {@link #subtractRow} of four rows of one array, the one from o0 on first. */
    void subtractRows(double[] a, int o0, double c0, int o1, double c1, int o2, double c2, int o3, double c3, int n,
            double[] z, int zo);

    /**
     * Both products of rows r = 0..rows−1 of a, each of n entries, with parts of v, all but a being in {@code work}:
     * p_j = fma(v_r, a_rj, p_j) for j < n, where v_r is at vRow + r and p_j at pColumn + j, r ascending; and
     * p_r += Σ_j a_rj v_j in 8 double lanes, where p_r is at pRow + r and v_j at vColumn + j. n is a multiple of 8.
     */
    void symmetricRows(double[] a, int o, int stride, int rows, int n, double[] work, int vRow, int vColumn, int pRow,
            int pColumn);

    /**
     * a_rj takes two pairs (v, w) for r < rows, j < n: a_rj = fma(−w_r, v_j, fma(−v_r, w_j, a_rj)), the first pair first.
     * Vectors are rows of {@code work}, {@code length} apart: v, w, then the second v and w. The first v_r is at row + r,
     * the first v_j at column + j. n is a multiple of 8.
     */
    void subtractPairs(double[] work, int length, int row, int column, double[] a, int o, int stride, int rows, int n);

    /**
     * Products of k × k matrices of entries, for each task alone: out_ij = (q Σ_{l<n} a_li b_lj + p x_ij) + Σ_{l<m} c_li d_lj,
     * by fused multiply-adds, l ascending, the first sum from +0. All of it lies in {@code w}; places count entries: a_li is
     * at a + l·k + i, and so are the others; p and q are one entry each. n is even; k is even and at least 4. Where
     * {@code lower}, entries above the diagonal need not be computed. out overlaps nothing that is read.
     */
    void taskProducts(float[] w, int k, int q, int a, int b, int n, int c, int d, int m, int p, int x, int out,
            boolean lower);

    /** An entry of the same number for all tasks. */
    void taskSet(float[] w, int entry, float value);

    /** x_ji = x_ij for j < i < k. */
    void taskMirror(float[] w, int k, int x);

    /** out_i = Σ_l c_li v_l for i < k, by fused multiply-adds from +0, l ascending, c_li at c + l·k + i; k even, at least 4. */
    void taskImage(float[] w, int c, int k, int v, int out);

    /** out = Σ_i a_i b_i over i < n, by fused multiply-adds: those of even i from +0, those of odd i, added; n is even. */
    void taskDot(float[] w, int a, int b, int n, int out);

    /** out_i = fma(r, z_i, fma(q, y_i, p x_i)) for i < n; p, q and r are one entry each. out may be x, y or z. */
    void taskCombine(float[] w, int n, int p, int x, int q, int y, int r, int z, int out);

    /** out_i = fma(q, y_i, p x_i) for i < n; p and q are one entry each. out may be x or y. */
    void taskCombine(float[] w, int n, int p, int x, int q, int y, int out);

    /** out_i = x_i y_i for i < n. out may be x or y. */
    void taskMultiply(float[] w, int n, int x, int y, int out);

    /** out_ij = fma(q, x_ji, p x_ij) for i, j < k; p and q are one entry each. */
    void taskAddTransposed(float[] w, int k, int p, int q, int x, int out);

    /** out_ij = (x_ij + x_ji) + out_ij, and the same for out_ji, for j ≤ i < k. */
    void taskSymmetrize(float[] w, int k, int x, int out);
}
