package dev.holdfast.kernel;

/**
 * The inner loops, each written twice: {@link ScalarKernels} and {@link VectorKernels}. Arguments have been checked by
 * the public classes. Both give the same bits: the order of the sums is that of the package description.
 */
interface Kernels {
    /**
     * s[sOffset + n] = p·x_n over rows n: a dot product in 16 float lanes, with room for the lanes of a group of rows in
     * {@link #LANE_ROOM} floats from s[lanesOffset].
     */
    void dots(float[] x, int xOffset, int stride, int rows, int d, float[] p, float[] s, int sOffset, int lanesOffset);

    /** Eight rows of 16 lanes. */
    int LANE_ROOM = 128;

    /** sum[sumOffset + j] += Σ_n s[sOffset + n] x_nj, by one fused multiply-add a row, n ascending. */
    void addRows(float[] x, int xOffset, int stride, int rows, int d, float[] s, int sOffset, float[] sum,
            int sumOffset);

    /** f[fOffset + n] = w·x_n + c: a dot product in 8 double lanes, then + c. */
    void scores(float[] x, int xOffset, int stride, int rows, int d, float[] w, double c, double[] f, int fOffset);

    /** out_nj = x_nj + step·sign(w_j), for one row. */
    void shift(float[] x, int xOffset, int d, float[] w, float step, float[] out, int outOffset);

    /** Σ_j |w_j| in 8 double lanes. */
    double sumOfMagnitudes(float[] w, int d);

    /** Σ_j w_j² in 8 double lanes. */
    double sumOfSquares(float[] w, int d);

    /** max_j |w_j|. */
    float greatestMagnitude(float[] w, int d);

    /** Σ_j a_j in 8 double lanes. */
    double sum(double[] a, int d);

    /** w_j = (Σ_i Q̄_ij a_i) / n over i = 0..d, in double by fused multiply-adds, i ascending; rounded once to float. */
    void readout(float[] qBar, int d, double[] a, double n, float[] w);

    /** w_j = (δ_j a_j + (label_j a_d + shared)) / n, in double with fused multiply-adds; rounded once to float. */
    void readout(float[] delta, float[] label, double shared, int d, double[] a, double n, float[] w);

    /** Columns of a {@link #tile}: a multiple of 16 would be wasted on narrow vectors, hence a choice of each twin. */
    int tileColumns();

    /**
     * One tile of a product: t[tOffset + r·columns + j] = Σ_l a[aOffset + l·TILE_ROWS + r] · b[bOffset + l·columns + j]
     * over l = 0..k−1 ascending, by fused multiply-adds from +0, where columns is {@link #tileColumns()}.
     */
    void tile(float[] a, int aOffset, float[] b, int bOffset, int k, float[] t, int tOffset);

    /** Rows of a {@link #tile}. */
    int TILE_ROWS = 4;
}
