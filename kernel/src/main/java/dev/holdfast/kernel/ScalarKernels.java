package dev.holdfast.kernel;

import java.util.Arrays;

/** Plain Java. A lane is a stride through the row; the lanes that one fold joins run side by side. */
final class ScalarKernels implements Kernels {
    private static final int ROWS = 4;
    private static final int COLUMNS = 4;
    /** Lanes of the sum of a certain score. */
    static final int CERTAIN_LANES = 32;

    @Override
    public float addBlock(float[] x, int xOffset, int stride, int rows, int d, float[] y, int yOffset, float pd,
            float[] work) {
        Arrays.fill(work, ContextWork.SUM, ContextWork.SUM + d, 0f);
        for (int n = 0; n < rows; n++) {
            int o = xOffset + n * stride;
            float s = Math.fma(pd, y[yOffset + n], dot(x, o, d, work, ContextWork.p(d)));
            addRow(x, o, d, s, work);
            work[ContextWork.S + n] = s;
        }
        return dot(y, yOffset, rows, work, ContextWork.S);
    }

    @Override
    public float addBlock(byte[] x, int xOffset, int stride, int rows, int d, float c, float[] y, int yOffset, float pd,
            float[] work) {
        int row = ContextWork.row(d);
        Arrays.fill(work, ContextWork.SUM, ContextWork.SUM + d, 0f);
        for (int n = 0; n < rows; n++) {
            for (int j = 0; j < d; j++) {
                work[row + j] = x[xOffset + n * stride + j] & 0xff;
            }
            float s = Math.fma(pd, y[yOffset + n], dot(work, row, d, work, ContextWork.p(d)) + c);
            addRow(work, row, d, s, work);
            work[ContextWork.S + n] = s;
        }
        return dot(y, yOffset, rows, work, ContextWork.S);
    }

    private static void addRow(float[] x, int o, int d, float s, float[] work) {
        for (int j = 0; j < d; j++) {
            work[ContextWork.SUM + j] = Math.fma(x[o + j], s, work[ContextWork.SUM + j]);
        }
    }

    /** A dot product in 16 lanes. */
    private static float dot(float[] x, int o, int d, float[] p, int po) {
        return (fourLanes(x, o, d, p, po, 0) + fourLanes(x, o, d, p, po, 2))
                + (fourLanes(x, o, d, p, po, 1) + fourLanes(x, o, d, p, po, 3));
    }

    /** Lanes l, l+4, l+8 and l+12 of the 16, folded to lane l of 4. A lane that ends early adds the +0 it would take. */
    private static float fourLanes(float[] x, int o, int d, float[] p, int po, int l) {
        float s0 = 0;
        float s4 = 0;
        float s8 = 0;
        float s12 = 0;
        int j = l;
        for (; j + 12 < d; j += 16) {
            s0 = Math.fma(x[o + j], p[po + j], s0);
            s4 = Math.fma(x[o + j + 4], p[po + j + 4], s4);
            s8 = Math.fma(x[o + j + 8], p[po + j + 8], s8);
            s12 = Math.fma(x[o + j + 12], p[po + j + 12], s12);
        }
        if (j - l < d) {
            s0 = j < d ? Math.fma(x[o + j], p[po + j], s0) : s0 + 0f;
            s4 = j + 4 < d ? Math.fma(x[o + j + 4], p[po + j + 4], s4) : s4 + 0f;
            s8 = j + 8 < d ? Math.fma(x[o + j + 8], p[po + j + 8], s8) : s8 + 0f;
            s12 = s12 + 0f;
        }
        return (s0 + s8) + (s4 + s12);
    }

    @Override
    public void scores(float[] x, int xOffset, int stride, int rows, int d, float[] w, double c, double[] f,
            int fOffset) {
        for (int n = 0; n < rows; n++) {
            f[fOffset + n] = score(x, xOffset + n * stride, d, w) + c;
        }
    }

    @Override
    public double score(float[] x, int o, int d, float[] w) {
        return (twoLanes(x, o, d, w, 0) + twoLanes(x, o, d, w, 2)) + (twoLanes(x, o, d, w, 1) + twoLanes(x, o, d, w, 3));
    }

    /** Lanes l and l+4 of the 8, added; a product of two floats is exact in double. */
    private static double twoLanes(float[] x, int o, int d, float[] w, int l) {
        double s0 = 0;
        double s4 = 0;
        int j = l;
        for (; j + 4 < d; j += 8) {
            s0 += (double) x[o + j] * w[j];
            s4 += (double) x[o + j + 4] * w[j + 4];
        }
        if (j < d) {
            s0 += (double) x[o + j] * w[j];
        }
        return s0 + s4;
    }

    @Override
    public double certainScore(float[] x, int o, int d, float[] w, double norm1, double c) {
        double sum = ((fold(x, o, d, w, 0) + fold(x, o, d, w, 4)) + (fold(x, o, d, w, 2) + fold(x, o, d, w, 6)))
                + ((fold(x, o, d, w, 1) + fold(x, o, d, w, 5)) + (fold(x, o, d, w, 3) + fold(x, o, d, w, 7)));
        int greatest = 0;
        for (int j = 0; j < d; j++) {
            greatest = Math.max(greatest, Float.floatToRawIntBits(x[o + j]) & Integer.MAX_VALUE);
        }
        return certain(sum, greatest, d / CERTAIN_LANES, norm1, c);
    }

    /** Lanes l, l+8, l+16 and l+24 of 32, folded to lane l of 8; lane l takes the terms behind the last 32, too. */
    private static double fold(float[] x, int o, int d, float[] w, int l) {
        double s0 = 0;
        double s8 = 0;
        double s16 = 0;
        double s24 = 0;
        int whole = d & -CERTAIN_LANES;
        int j = l;
        for (; j < whole; j += CERTAIN_LANES) {
            s0 += (double) x[o + j] * w[j];
            s8 += (double) x[o + j + 8] * w[j + 8];
            s16 += (double) x[o + j + 16] * w[j + 16];
            s24 += (double) x[o + j + 24] * w[j + 24];
        }
        for (; j < d; j += 8) {
            s0 += (double) x[o + j] * w[j];
        }
        return (s0 + s16) + (s8 + s24);
    }

    /**
     * The end of {@link Kernels#certainScore}, from w·x and from the bits of max_j |x_j|: as integers, bits of
     * magnitudes are in the order of these, with ∞ and NaN above all numbers.
     *
     * @param terms of a lane, rounded down
     */
    static double certain(double sum, int greatest, int terms, double norm1, double c) {
        double f = sum + c;
        double error = (terms + 20) * 0x1p-53 * (norm1 * Float.intBitsToFloat(greatest) + Math.abs(c));
        // if x is not finite, the comparison fails, or both sides are infinite and their difference is NaN
        return error <= 0x1p-24 * Math.abs(f) ? f - Math.copySign(error, f) : Double.NaN;
    }

    @Override
    public boolean inside(float[] x, int o, int d, float[] lower, float[] upper) {
        int all = lower.length > 1 ? -1 : 0;
        for (int j = 0; j < d; j++) {
            if (!(x[o + j] >= lower[j & all] && x[o + j] <= upper[j & all])) {
                return false;
            }
        }
        return true;
    }

    @Override
    public double cornerScore(float[] x, int o, int d, float[] edge, float[] b, double[] v, float theta, float[] w,
            double norm1, double c, double[] moving) {
        int greatest = 0;
        int others = 0;
        for (int j = 0; j < d; j++) {
            boolean ends = ends(x[o + j], edge[j], b[j], theta);
            greatest = Math.max(greatest, Float.floatToRawIntBits(ends ? edge[j] : x[o + j]) & Integer.MAX_VALUE);
            others += ends ? 0 : 1;
        }
        double sum = (corner(x, o, d, edge, b, theta, w, 0) + corner(x, o, d, edge, b, theta, w, 2))
                + (corner(x, o, d, edge, b, theta, w, 1) + corner(x, o, d, edge, b, theta, w, 3));
        moving[0] = (price(x, o, d, edge, b, v, theta, 0) + price(x, o, d, edge, b, v, theta, 2))
                + (price(x, o, d, edge, b, v, theta, 1) + price(x, o, d, edge, b, v, theta, 3));
        moving[1] = others;
        return certain(sum, greatest, d / 8, norm1, c);
    }

    private static boolean ends(float x, float edge, float b, float theta) {
        return Math.abs(edge - x) <= b * theta;
    }

    /** Lanes l and l+4 of the score at the corner, added. */
    private static double corner(float[] x, int o, int d, float[] edge, float[] b, float theta, float[] w, int l) {
        double s0 = 0;
        double s4 = 0;
        for (int j = l; j < d; j += 4) {
            double term = (double) (ends(x[o + j], edge[j], b[j], theta) ? edge[j] : x[o + j]) * w[j];
            s0 += (j & 4) == 0 ? term : 0;
            s4 += (j & 4) == 0 ? 0 : term;
        }
        return s0 + s4;
    }

    /** Lanes l and l+4 of what a unit of θ costs, added. */
    private static double price(float[] x, int o, int d, float[] edge, float[] b, double[] v, float theta, int l) {
        double s0 = 0;
        double s4 = 0;
        for (int j = l; j < d; j += 4) {
            double cost = ends(x[o + j], edge[j], b[j], theta) ? 0 : v[j];
            s0 += (j & 4) == 0 ? cost : 0;
            s4 += (j & 4) == 0 ? 0 : cost;
        }
        return s0 + s4;
    }

    @Override
    public void shift(float[] x, int xOffset, int stride, int rows, int d, float[] y, int yOffset, float[] w,
            float epsilon, float[] out, int outOffset, int outStride) {
        shift(x, xOffset, stride, rows, d, y, yOffset, w, 0, epsilon, out, outOffset, outStride);
    }

    /** {@link #shift} by the weights from wo on. */
    static void shift(float[] x, int xOffset, int stride, int rows, int d, float[] y, int yOffset, float[] w, int wo,
            float epsilon, float[] out, int outOffset, int outStride) {
        for (int n = 0; n < rows; n++) {
            int from = xOffset + n * stride;
            int to = outOffset + n * outStride;
            float step = -epsilon * y[yOffset + n];
            for (int j = 0; j < d; j++) {
                float xj = x[from + j];
                float wj = w[wo + j];
                out[to + j] = wj > 0 ? xj + step : wj < 0 ? xj - step : xj;
            }
        }
    }

    @Override
    public double sumOfMagnitudes(float[] w, int d) {
        return (twoMagnitudes(w, d, 0) + twoMagnitudes(w, d, 2)) + (twoMagnitudes(w, d, 1) + twoMagnitudes(w, d, 3));
    }

    private static double twoMagnitudes(float[] w, int d, int l) {
        double s0 = 0;
        double s4 = 0;
        int j = l;
        for (; j + 4 < d; j += 8) {
            s0 += Math.abs(w[j]);
            s4 += Math.abs(w[j + 4]);
        }
        if (j < d) {
            s0 += Math.abs(w[j]);
        }
        return s0 + s4;
    }

    @Override
    public float greatestMagnitude(float[] w, int d) {
        float greatest = 0;
        for (int j = 0; j < d; j++) {
            greatest = Math.max(greatest, Math.abs(w[j]));
        }
        return greatest;
    }

    @Override
    public double sum(double[] a, int d) {
        return (twoSums(a, d, 0) + twoSums(a, d, 2)) + (twoSums(a, d, 1) + twoSums(a, d, 3));
    }

    private static double twoSums(double[] a, int d, int l) {
        double s0 = 0;
        double s4 = 0;
        int j = l;
        for (; j + 4 < d; j += 8) {
            s0 += a[j];
            s4 += a[j + 4];
        }
        if (j < d) {
            s0 += a[j];
        }
        return s0 + s4;
    }

    @Override
    public boolean split(double[] t, int tOffset, int count, double rounder, double[] sums, int sumsOffset) {
        double left = 0;
        for (int j = 0; j < count; j++) {
            double q = (t[tOffset + j] + rounder) - rounder;
            double rest = t[tOffset + j] - q;
            sums[sumsOffset + j] += q;
            t[tOffset + j] = rest;
            left += Math.abs(rest);
        }
        return left != 0;
    }

    @Override
    public void readout(float[] qBar, int d, double[] a, double n, float[] w) {
        int j = 0;
        for (; j + 4 <= d; j += 4) {
            double s0 = 0;
            double s1 = 0;
            double s2 = 0;
            double s3 = 0;
            for (int i = 0; i <= d; i++) {
                int o = i * d + j;
                s0 = Math.fma(qBar[o], a[i], s0);
                s1 = Math.fma(qBar[o + 1], a[i], s1);
                s2 = Math.fma(qBar[o + 2], a[i], s2);
                s3 = Math.fma(qBar[o + 3], a[i], s3);
            }
            w[j] = (float) (s0 / n);
            w[j + 1] = (float) (s1 / n);
            w[j + 2] = (float) (s2 / n);
            w[j + 3] = (float) (s3 / n);
        }
        for (; j < d; j++) {
            w[j] = (float) (column(qBar, d, a, j) / n);
        }
    }

    /** Σ_i Q̄_ij a_i for one column j. */
    static double column(float[] qBar, int d, double[] a, int j) {
        double sum = 0;
        for (int i = 0; i <= d; i++) {
            sum = Math.fma(qBar[i * d + j], a[i], sum);
        }
        return sum;
    }

    @Override
    public void readout(float[] delta, float[] label, double shared, int d, double[] a, double n, float[] w) {
        for (int j = 0; j < d; j++) {
            w[j] = (float) (Math.fma(delta[j], a[j], Math.fma(label[j], a[d], shared)) / n);
        }
    }

    @Override
    public void uniforms(int[] state, float scale, float[] out, int o, int count) {
        ScalarStreams.uniforms(state, scale, out, o, count);
    }

    @Override
    public void normals(int[] state, float[] out, int o, int count) {
        ScalarStreams.normals(state, out, o, count);
    }

    @Override
    public int tileRows() {
        return ROWS;
    }

    @Override
    public int tileColumns() {
        return COLUMNS;
    }

    @Override
    public int tileStep() {
        return tileColumns();
    }

    @Override
    public void tile(float[] a, int aOffset, float[] b, int bOffset, int k, int used, float[] t, int tOffset,
            int tStride) {
        for (int r = 0; r < ROWS; r++) {
            float s0 = 0;
            float s1 = 0;
            float s2 = 0;
            float s3 = 0;
            for (int l = 0; l < k; l++) {
                float arl = a[aOffset + l * ROWS + r];
                int o = bOffset + l * COLUMNS;
                s0 = Math.fma(arl, b[o], s0);
                s1 = Math.fma(arl, b[o + 1], s1);
                s2 = Math.fma(arl, b[o + 2], s2);
                s3 = Math.fma(arl, b[o + 3], s3);
            }
            int o = tOffset + r * tStride;
            t[o] = s0;
            t[o + 1] = s1;
            t[o + 2] = s2;
            t[o + 3] = s3;
        }
    }

    @Override
    public void packPanels(float[] from, int o, int lines, int step, int depth, int width, float[] out, int to) {
        for (int l = 0; l < depth; l++) {
            for (int line = 0; line < lines; line += width) {
                System.arraycopy(from, o + l * step + line, out, to + line * depth + l * width, width);
            }
        }
    }

    @Override
    public void packRows(float[] from, int o, int stride, int depth, int width, float[] out, int to) {
        for (int l = 0, t = to; l < depth; l++, t += width) {
            for (int r = 0; r < ROWS; r++) {
                out[t + r] = from[o + r * stride + l];
            }
        }
    }

    @Override
    public void addTile(float[] t, int tOffset, float[] c, int cOffset, int cStride) {
        for (int k = 0; k < ROWS * COLUMNS; k++) {
            c[cOffset + k / COLUMNS * cStride + k % COLUMNS] += t[tOffset + k];
        }
    }

    @Override
    public void addTile(float[] t, int tOffset, double[] g, int gOffset, int gStride) {
        for (int k = 0; k < ROWS * COLUMNS; k++) {
            g[gOffset + k / COLUMNS * gStride + k % COLUMNS] += t[tOffset + k];
        }
    }

    @Override
    public double dot(double[] a, int ao, double[] b, int bo, int n) {
        return ScalarSolvers.dot(a, ao, b, bo, n);
    }

    @Override
    public void subtractDots(double[] a, int ao, int stride, int rows, int n, double[] x, int xo, double[] z, int zo) {
        ScalarSolvers.subtractDots(a, ao, stride, rows, n, x, xo, z, zo);
    }

    @Override
    public void subtractProducts(double[] packed, int a, int b, int n, double[] out, int o, int stride, int rows) {
        ScalarSolvers.subtractProducts(packed, a, b, n, out, o, stride, rows);
    }

    @Override
    public void solveFourRows(double[] r, int ro, int rStride, double[] x, int xo, int xStride, int columns) {
        ScalarSolvers.solveFourRows(r, ro, rStride, x, xo, xStride, columns);
    }

    @Override
    public void subtractRow(double c, double[] a, int o, int n, double[] z, int zo) {
        ScalarSolvers.subtractRow(c, a, o, n, z, zo);
    }

    @Override
    public void subtractRows(double[] a, int o0, double c0, int o1, double c1, int o2, double c2, int o3, double c3,
            int n, double[] z, int zo) {
        ScalarSolvers.subtractRows(a, o0, c0, o1, c1, o2, c2, o3, c3, n, z, zo);
    }

    @Override
    public void symmetricRows(double[] a, int o, int stride, int rows, int n, double[] work, int vRow, int vColumn,
            int pRow, int pColumn) {
        ScalarSolvers.symmetricRows(a, o, stride, rows, n, work, vRow, vColumn, pRow, pColumn);
    }

    @Override
    public void subtractPairs(double[] work, int length, int row, int column, double[] a, int o, int stride, int rows,
            int n) {
        ScalarSolvers.subtractPairs(work, length, row, column, a, o, stride, rows, n);
    }

    @Override
    public void taskProducts(float[] w, int k, int q, int a, int b, int n, int c, int d, int m, int p, int x, int out,
            boolean lower) {
        ScalarTasks.products(w, k, q, a, b, n, c, d, m, p, x, out, lower);
    }

    @Override
    public void taskSet(float[] w, int entry, float value) {
        ScalarTasks.set(w, entry, value);
    }

    @Override
    public void taskImage(float[] w, int c, int k, int v, int out) {
        ScalarTasks.image(w, c, k, v, out);
    }

    @Override
    public void taskDot(float[] w, int a, int b, int n, int out) {
        ScalarTasks.dot(w, a, b, n, out);
    }

    @Override
    public void taskCombine(float[] w, int n, int p, int x, int q, int y, int r, int z, int out) {
        ScalarTasks.combine(w, n, p, x, q, y, r, z, out);
    }

    @Override
    public void taskCombine(float[] w, int n, int p, int x, int q, int y, int out) {
        ScalarTasks.combine(w, n, p, x, q, y, out);
    }

    @Override
    public void taskAddTransposed(float[] w, int k, int p, int q, int x, int out) {
        ScalarTasks.addTransposed(w, k, p, q, x, out);
    }

    @Override
    public void taskSymmetrize(float[] w, int k, int x, int out) {
        ScalarTasks.symmetrize(w, k, x, out);
    }

    @Override
    public void taskMirror(float[] w, int k, int x) {
        ScalarTasks.mirror(w, k, x);
    }

    @Override
    public void taskMultiply(float[] w, int n, int x, int y, int out) {
        ScalarTasks.multiply(w, n, x, y, out);
    }
}
