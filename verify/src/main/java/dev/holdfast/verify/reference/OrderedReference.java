package dev.holdfast.verify.reference;

/**
 * The kernels' arithmetic to the bit: every operation in float or double, in the documented order, one after the other.
 * {@link Reference} says what a result should be near to; this class says which bits it has. It is written from the
 * contract and shares no code with what it judges.
 *
 * <p>A matrix is an array of its rows; d is the number of features, and z_n = (x_n, y_n).
 */
public final class OrderedReference {
    /** Rows, or terms of a product's sum, that are summed in float before they join the rest. */
    private static final int BLOCK = 256;

    private static final int FLOAT_LANES = 16;
    private static final int DOUBLE_LANES = 8;

    private OrderedReference() {}

    /**
     * x·p over the first d entries in 16 float lanes. The row is continued by terms (+0)·(+0) to a whole number of
     * lanes: they turn a lane that underflowed to −0 into +0, and change nothing else.
     */
    public static float dot(float[] x, float[] p, int d) {
        float[] lanes = new float[FLOAT_LANES];
        for (int j = 0; j < d || j % FLOAT_LANES > 0; j++) {
            float xj = j < d ? x[j] : 0;
            float pj = j < d ? p[j] : 0;
            lanes[j % FLOAT_LANES] = Math.fma(xj, pj, lanes[j % FLOAT_LANES]);
        }
        for (int half = FLOAT_LANES / 2; half > 0; half /= 2) {
            for (int l = 0; l < half; l++) {
                lanes[l] += lanes[l + half];
            }
        }
        return lanes[0];
    }

    /** x·w in 8 double lanes. A product of two floats is exact, and no lane ever holds −0. */
    private static double wideDot(float[] x, float[] w) {
        double[] terms = new double[w.length];
        for (int j = 0; j < w.length; j++) {
            terms[j] = (double) x[j] * w[j];
        }
        return sum(terms, terms.length);
    }

    /** Σ of the first d terms in 8 double lanes. */
    private static double sum(double[] terms, int d) {
        double[] lanes = new double[DOUBLE_LANES];
        for (int j = 0; j < d; j++) {
            lanes[j % DOUBLE_LANES] += terms[j];
        }
        return folded(lanes);
    }

    private static double folded(double[] lanes) {
        for (int half = lanes.length / 2; half > 0; half /= 2) {
            for (int l = 0; l < half; l++) {
                lanes[l] += lanes[l + half];
            }
        }
        return lanes[0];
    }

    /** a += Σ_n (p·z_n) z_n: float within a block of rows, double across blocks. */
    public static void addContext(double[] a, float[][] x, float[] y, float[] p) {
        int d = p.length - 1;
        for (int from = 0; from < x.length; from += BLOCK) {
            int count = Math.min(BLOCK, x.length - from);
            float[] s = new float[count];
            float[] labels = new float[count];
            float[] block = new float[d];
            for (int n = 0; n < count; n++) {
                labels[n] = y[from + n];
                s[n] = Math.fma(p[d], labels[n], dot(x[from + n], p, d));
                for (int j = 0; j < d; j++) {
                    block[j] = Math.fma(s[n], x[from + n][j], block[j]);
                }
            }
            for (int j = 0; j < d; j++) {
                a[j] += block[j];
            }
            a[d] += dot(s, labels, count);
        }
    }

    /**
     * a += Σ_n (p·z_n) z_n for features scale_j·b_nj + shift_j of unsigned bytes b: scale and shift are folded into the
     * weights before the pass and into the state after each block.
     */
    public static void addContext(double[] a, byte[][] b, float[] scale, float[] shift, float[] y, float[] p) {
        int d = p.length - 1;
        float[] u = new float[d];
        double[] shifts = new double[d];
        for (int j = 0; j < d; j++) {
            u[j] = p[j] * scale[j];
            shifts[j] = (double) p[j] * shift[j];
        }
        float c = (float) sum(shifts, d);
        for (int from = 0; from < b.length; from += BLOCK) {
            int count = Math.min(BLOCK, b.length - from);
            float[] s = new float[count];
            double[] wideS = new double[count];
            float[] labels = new float[count];
            float[] block = new float[d];
            for (int n = 0; n < count; n++) {
                float[] row = new float[d];
                for (int j = 0; j < d; j++) {
                    row[j] = Byte.toUnsignedInt(b[from + n][j]);
                }
                labels[n] = y[from + n];
                s[n] = Math.fma(p[d], labels[n], dot(u, row, d) + c);
                wideS[n] = s[n];
                for (int j = 0; j < d; j++) {
                    block[j] = Math.fma(s[n], row[j], block[j]);
                }
            }
            double sumOfS = sum(wideS, count);
            for (int j = 0; j < d; j++) {
                a[j] += Math.fma((double) scale[j], (double) block[j], shift[j] * sumOfS);
            }
            a[d] += dot(s, labels, count);
        }
    }

    /** G += Z Zᵀ: float within a block of rows, double across blocks. */
    public static void addGram(double[][] g, float[][] x, float[] y) {
        int d = g.length - 1;
        for (int from = 0; from < x.length; from += BLOCK) {
            float[][] block = new float[d + 1][d + 1];
            for (int n = from; n < Math.min(from + BLOCK, x.length); n++) {
                for (int i = 0; i <= d; i++) {
                    for (int j = 0; j <= d; j++) {
                        block[i][j] = Math.fma(i < d ? x[n][i] : y[n], j < d ? x[n][j] : y[n], block[i][j]);
                    }
                }
            }
            for (int i = 0; i <= d; i++) {
                for (int j = 0; j <= d; j++) {
                    g[i][j] += block[i][j];
                }
            }
        }
    }

    /** w = Q̄ᵀ a / n for a dense Q̄ of d+1 rows. */
    public static float[] readout(float[][] qBar, double[] a, double n) {
        int d = qBar.length - 1;
        float[] w = new float[d];
        for (int j = 0; j < d; j++) {
            double sum = 0;
            for (int i = 0; i <= d; i++) {
                sum = Math.fma(qBar[i][j], a[i], sum);
            }
            w[j] = (float) (sum / n);
        }
        return w;
    }

    /** w = Q̄ᵀ a / n for Q̄ = diag(δ) + b·11ᵀ above the label row; b = 0 leaves Σ a_i out, whatever it is. */
    public static float[] readout(float[] delta, float b, float[] label, double[] a, double n) {
        int d = delta.length;
        double shared = b == 0 ? 0 : b * sum(a, d);
        float[] w = new float[d];
        for (int j = 0; j < d; j++) {
            w[j] = (float) (Math.fma(delta[j], a[j], Math.fma(label[j], a[d], shared)) / n);
        }
        return w;
    }

    /** w·x + c. */
    public static double score(float[] x, float[] w, double c) {
        return wideDot(x, w) + c;
    }

    /**
     * w·x + c, moved towards 0 by a bound on its error, or NaN: 32 double lanes for the terms up to the last multiple of
     * 32, and lane j mod 8 for each term j that is left.
     */
    public static double certainScore(float[] x, float[] w, double c) {
        double[] lanes = new double[32];
        int whole = w.length / 32 * 32;
        double greatest = 0;
        for (int j = 0; j < w.length; j++) {
            lanes[j % (j < whole ? 32 : 8)] += (double) w[j] * x[j];
            greatest = Math.max(greatest, Math.abs(x[j]));
        }
        return certain(folded(lanes) + c, whole / 32, norm1(w) * greatest + Math.abs(c));
    }

    /** f towards 0 by a bound on its error, or NaN. @param terms of a lane; @param magnitude of them all, at least */
    private static double certain(double f, int terms, double magnitude) {
        double error = (terms + 20) * 0x1p-53 * magnitude;
        return Double.isFinite(f) && error <= Math.abs(f) * 0x1p-24 ? f - Math.signum(f) * error : Double.NaN;
    }

    /**
     * The score of the query whose features stand at their edges where the room to these is at most b_j θ, with the bound
     * of {@link #certainScore} for 8 lanes; then what the others cost, and how many these are.
     */
    public static double[] cornerScore(float[] x, float[] edge, float[] b, float theta, float[] w, double c) {
        double[] terms = new double[w.length];
        double[] prices = new double[w.length];
        double greatest = 0;
        int others = 0;
        for (int j = 0; j < w.length; j++) {
            float corner = x[j];
            if (Math.abs(edge[j] - x[j]) <= b[j] * theta) {
                corner = edge[j];
            } else {
                prices[j] = Math.abs((double) w[j]) * b[j];
                others++;
            }
            terms[j] = (double) w[j] * corner;
            greatest = Math.max(greatest, Math.abs(corner));
        }
        double score = certain(
                sum(terms, terms.length) + c, w.length / 8, norm1(w) * greatest + Math.abs(c));
        return new double[] {score, sum(prices, prices.length), others};
    }

    /** ‖w‖₁. */
    public static double norm1(float[] w) {
        double[] terms = new double[w.length];
        for (int j = 0; j < w.length; j++) {
            terms[j] = Math.abs(w[j]);
        }
        return sum(terms, terms.length);
    }

    /** ‖w‖₂. */
    public static double norm2(float[] w) {
        return Math.sqrt(wideDot(w, w));
    }

    /** ‖w‖_∞. */
    public static double normInfinity(float[] w) {
        double greatest = 0;
        for (float wj : w) {
            greatest = Math.max(greatest, Math.abs(wj));
        }
        return greatest;
    }

    /** x − ε·y·sign(w), each entry rounded once to float; where w_j = 0, x_j keeps its bits. */
    public static float[] perturb(float[] x, float y, float[] w, float epsilon) {
        float step = -epsilon * y;
        float[] out = new float[w.length];
        for (int j = 0; j < w.length; j++) {
            out[j] = w[j] > 0 ? x[j] + step : w[j] < 0 ? x[j] - step : x[j];
        }
        return out;
    }

    /** A task's loss and its gradient: ∂L/∂p, and ∂L/∂Q̄ = du worstᵀ. */
    public record LossGradient(double loss, float[] dp, float[] du, float[] worst) {}

    /** The loss −y w·x' of a task at the attacked query x', and its gradient there. */
    public static LossGradient lossGradient(
            float[][] x, float[] y, float[] p, float[][] qBar, float[] query, float label, float epsilon) {
        double[] a = new double[p.length];
        addContext(a, x, y, p);
        float[] w = readout(qBar, a, x.length);
        float[] worst = perturb(query, label, w, epsilon);
        float[] image = new float[p.length];
        for (int i = 0; i < p.length; i++) {
            image[i] = (float) score(qBar[i], worst, 0);
        }
        double[] b = new double[p.length];
        addContext(b, x, y, image);
        return new LossGradient(
                -label * score(worst, w, 0), mean(b, x.length, -label), mean(a, x.length, -label), worst);
    }

    /** sign·a/n, divided in double. */
    private static float[] mean(double[] a, double n, float sign) {
        float[] out = new float[a.length];
        for (int i = 0; i < a.length; i++) {
            out[i] = sign * (float) (a[i] / n);
        }
        return out;
    }

    /** v ← μ·v + g and θ ← θ − η·v into [low, high]. */
    public static void descend(double[] theta, double[] velocity, double[] gradient, double rate, double momentum,
            double low, double high) {
        for (int i = 0; i < theta.length; i++) {
            double kept = momentum * velocity[i];
            velocity[i] = kept + gradient[i];
            theta[i] = Math.min(high, Math.max(Math.fma(-velocity[i], rate, theta[i]), low));
        }
    }

    /** A B with n columns: float within a block of terms, and in float across blocks, the first one overwriting. */
    public static float[][] product(float[][] a, float[][] b, int n) {
        int k = b.length;
        float[][] c = new float[a.length][n];
        for (int i = 0; i < a.length; i++) {
            for (int j = 0; j < n; j++) {
                for (int from = 0; from < k; from += BLOCK) {
                    float block = 0;
                    for (int l = from; l < Math.min(from + BLOCK, k); l++) {
                        block = Math.fma(a[i][l], b[l][j], block);
                    }
                    c[i][j] = from == 0 ? block : c[i][j] + block;
                }
            }
        }
        return c;
    }

    /** C + A B in double: one multiply-add a term, in their order, and no zero is −0. */
    public static double[][] sumOfProducts(double[][] a, double[][] b, double[][] c) {
        double[][] out = new double[c.length][];
        for (int i = 0; i < c.length; i++) {
            out[i] = c[i].clone();
            for (int l = 0; l < b.length; l++) {
                for (int j = 0; j < out[i].length; j++) {
                    out[i][j] = Math.fma(a[i][l], b[l][j], out[i][j]);
                }
            }
            for (int j = 0; j < out[i].length; j++) {
                out[i][j] += 0.0;
            }
        }
        return out;
    }

    /** y + A x: dot products in 8 double lanes, and no zero is −0. */
    public static double[] sumOfDots(double[][] a, double[] x, double[] y) {
        double[] out = new double[y.length];
        for (int i = 0; i < y.length; i++) {
            out[i] = y[i] + dot(a[i], x, 0, x.length) + 0.0;
        }
        return out;
    }

    /** y + Aᵀ x: one multiply-add a row, in their order. */
    public static double[] sumOfRows(double[][] a, double[] x, double[] y) {
        double[] out = y.clone();
        for (int i = 0; i < a.length; i++) {
            for (int j = 0; j < y.length; j++) {
                out[j] = Math.fma(x[i], a[i][j], out[j]);
            }
        }
        return out;
    }

    /** y + A x: the columns before a block of eight in 8 double lanes, then one multiply-add each, in their order. */
    public static double[] sumOfSymmetric(double[][] a, double[] x, double[] y) {
        double[] out = y.clone();
        for (int i = 0; i < y.length; i++) {
            int first = i / 8 * 8;
            if (first > 0) {
                out[i] += dot(a[i], x, 0, first);
            }
            for (int j = first; j < x.length; j++) {
                out[i] = Math.fma(x[j], a[j][i], out[i]);
            }
        }
        return out;
    }

    /** O = P (G/n) Q [X; 0]: ((P·(G/n))·Q̄)·X, where G/n is rounded to float and Q̄ is Q without its last column. */
    public static float[][] outputs(float[][] bigP, float[][] bigQ, double[][] g, double n, float[][] queries) {
        int size = g.length;
        int d = size - 1;
        float[][] mean = new float[size][size];
        for (int i = 0; i < size; i++) {
            for (int j = 0; j < size; j++) {
                mean[i][j] = (float) (g[i][j] / n);
            }
        }
        float[][] columns = new float[d][queries.length];
        for (int m = 0; m < queries.length; m++) {
            for (int j = 0; j < d; j++) {
                columns[j][m] = queries[m][j];
            }
        }
        return product(product(product(bigP, mean, size), bigQ, d), columns, queries.length);
    }

    /** x·y over entries from..to−1 in 8 double lanes, the first entry's lane being 0. */
    private static double dot(double[] x, double[] y, int from, int to) {
        double[] lanes = new double[DOUBLE_LANES];
        for (int j = from; j < to || (j - from) % DOUBLE_LANES > 0; j++) {
            int l = (j - from) % DOUBLE_LANES;
            lanes[l] = j < to ? Math.fma(x[j], y[j], lanes[l]) : lanes[l] + 0.0;
        }
        return folded(lanes);
    }

    /** s less Σ_k u_k v_k over k = from..to−1, one after the other. */
    private static double less(double s, double[][] u, int i, double[][] v, int j, int from, int to) {
        double left = s;
        for (int k = from; k < to; k++) {
            left = Math.fma(-u[k][i], v[k][j], left);
        }
        return left;
    }

    /** Replaces the upper triangle of A by its Cholesky factor; the index of the first pivot that is not positive, or d. */
    public static int cholesky(double[][] a) {
        for (int i = 0; i < a.length; i++) {
            double pivot = less(a[i][i], a, i, a, i, 0, i);
            if (!(pivot > 0)) {
                return i;
            }
            a[i][i] = Math.sqrt(pivot);
            for (int j = i + 1; j < a.length; j++) {
                a[i][j] = (less(a[i][j], a, i, a, j, 0, i) + 0.0) * (1 / a[i][i]);
            }
        }
        return a.length;
    }

    /** x of RᵀR x = b. */
    public static double[] choleskySolve(double[][] r, double[] b) {
        int d = r.length;
        double[] x = b.clone();
        for (int i = 0; i < d; i++) {
            for (int k = 0; k < i; k++) {
                x[i] = Math.fma(-r[k][i], x[k], x[i]);
            }
            x[i] /= r[i][i];
        }
        for (int i = d - 1; i >= 0; i--) {
            int end = Math.min(i / 4 * 4 + 4, d);
            double s = end < d ? x[i] - dot(r[i], x, end, d) : x[i];
            for (int k = end - 1; k > i; k--) {
                s = Math.fma(-r[i][k], x[k], s);
            }
            x[i] = s / r[i][i];
        }
        return x;
    }

    /** N = R⁻ᵀ. */
    public static double[][] inverseRows(double[][] r) {
        double[][] n = new double[r.length][r.length];
        for (int i = 0; i < r.length; i++) {
            for (int j = 0; j <= i; j++) {
                n[i][j] = (less(i == j ? 1 : 0, r, i, n, j, j, i) + 0.0) * (1 / r[i][i]);
            }
        }
        return n;
    }

    /** (RᵀR)⁻¹ = NᵀN. */
    public static double[][] choleskyInverse(double[][] r) {
        int d = r.length;
        double[][] n = inverseRows(r);
        double[][] inverse = new double[d][d];
        for (int i = 0; i < d; i++) {
            for (int j = i; j < d; j++) {
                double sum = 0;
                for (int k = j; k < d; k++) {
                    sum = Math.fma(n[k][i], n[k][j], sum);
                }
                inverse[i][j] = sum == 0 ? 0 : sum;
                inverse[j][i] = inverse[i][j];
            }
        }
        return inverse;
    }

    /** μ − A w. */
    public static double[] residual(double[][] a, double[] mu, double[] w) {
        double[] z = new double[a.length];
        for (int i = 0; i < z.length; i++) {
            z[i] = mu[i] - dot(a[i], w, 0, w.length);
        }
        return z;
    }

    /** One sweep of coordinate descent over w and z; Σ a_jj δ_j². */
    public static double sweep(double[][] a, double[] lambda, double[] w, double[] z) {
        double sum = 0;
        for (int j = 0; j < w.length; j++) {
            double g = Math.fma(a[j][j], w[j], z[j]);
            double kept = Math.abs(g) > lambda[j] ? g - Math.copySign(lambda[j], g) : 0;
            double v = kept / a[j][j];
            double delta = v - w[j];
            if (delta != 0) {
                w[j] = v;
                sum = Math.fma(a[j][j] * delta, delta, sum);
                for (int i = 0; i < z.length; i++) {
                    z[i] = Math.fma(-delta, a[j][i], z[i]);
                }
            }
        }
        return sum;
    }

    /** A = Q T Qᵀ: T's diagonal and what is beside it, and reflections I − c_k v_k v_kᵀ. */
    public record TridiagonalForm(double[] diagonal, double[] off, double[] c, double[][] v) {
        /** x := H_k x for one k after the other. */
        private void reflect(int k, double[] x) {
            if (c[k] != 0) {
                double t = c[k] * dot(v[k], x, k + 1, x.length);
                for (int j = k + 1; j < x.length; j++) {
                    x[j] = Math.fma(-t, v[k][j], x[j]);
                }
            }
        }

        /** Qᵀ x. */
        public double[] toBasis(double[] x) {
            double[] y = x.clone();
            for (int k = 0; k < y.length - 2; k++) {
                reflect(k, y);
            }
            return y;
        }

        /** Q x. */
        public double[] fromBasis(double[] x) {
            double[] y = x.clone();
            for (int k = y.length - 3; k >= 0; k--) {
                reflect(k, y);
            }
            return y;
        }

        /** (T + τI)⁻¹ x. */
        public double[] solve(double tau, double[] x) {
            int d = x.length;
            double[] y = x.clone();
            double[] pivot = new double[d];
            for (int k = 0; k < d; k++) {
                pivot[k] = diagonal[k] + tau;
                if (k > 0) {
                    double l = off[k - 1] / pivot[k - 1];
                    pivot[k] = Math.fma(-l, off[k - 1], pivot[k]);
                    y[k] = Math.fma(-l, y[k - 1], y[k]);
                }
            }
            for (int k = d - 1; k >= 0; k--) {
                y[k] = (k < d - 1 ? Math.fma(-off[k], y[k + 1], y[k]) : y[k]) / pivot[k];
            }
            return y;
        }
    }

    /** The tridiagonal form of a symmetric A, by reflections in panels of eight. */
    public static TridiagonalForm tridiagonal(double[][] a) {
        int d = a.length;
        double[][] now = new double[d][];
        for (int i = 0; i < d; i++) {
            now[i] = a[i].clone();
        }
        double[][] v = new double[d][d];
        double[][] w = new double[d][d];
        TridiagonalForm form = new TridiagonalForm(new double[d], new double[d], new double[d], v);
        int first = 0;
        for (int k = 0; k < d - 2; k++) {
            if (k - first == 8) {
                for (int i = k; i < d; i++) {
                    takePairs(now[i], v, w, first, k, i);
                }
                first = k;
            }
            double[] row = now[k].clone();
            takePairs(row, v, w, first, k, k);
            form.diagonal[k] = row[k];
            form.c[k] = reflection(row, k, v[k], form.off);
            if (form.c[k] != 0) {
                w[k] = partner(now, v, w, first, k, form.c[k]);
            }
        }
        for (int i = Math.max(d - 2, 0); i < d; i++) {
            takePairs(now[i], v, w, first, d - 2, i);
            form.diagonal[i] = now[i][i];
            form.off[i] = i < d - 1 ? now[i][i + 1] : 0;
        }
        return form;
    }

    /** a_ij for j ≥ i, less what the pairs first..end−1 take off. */
    private static void takePairs(double[] row, double[][] v, double[][] w, int first, int end, int i) {
        for (int q = first; q < end; q++) {
            for (int j = i; j < row.length; j++) {
                row[j] = Math.fma(-w[q][i], v[q][j], Math.fma(-v[q][i], w[q][j], row[j]));
            }
        }
    }

    /** Sets v and T_k,k+1; c. */
    private static double reflection(double[] row, int k, double[] v, double[] off) {
        int s = k + 1;
        double greatest = 0;
        for (int j = s + 1; j < row.length; j++) {
            greatest = Math.max(greatest, Math.abs(row[j]));
        }
        if (greatest == 0) {
            off[k] = row[s];
            return 0;
        }
        int e = Math.getExponent(Math.max(greatest, Math.abs(row[s])));
        for (int j = s; j < row.length; j++) {
            v[j] = Math.scalb(row[j], -e);
        }
        double norm = Math.sqrt(dot(v, v, s, v.length));
        double c = 1 / (norm * (norm + Math.abs(v[s])));
        double sigma = Math.copySign(norm, v[s]);
        off[k] = Math.scalb(-sigma, e);
        v[s] += sigma;
        return c;
    }

    /** w_k, from A as it was when the panel began. */
    private static double[] partner(double[][] a, double[][] v, double[][] w, int first, int k, double c) {
        int d = a.length;
        double[] p = new double[d];
        for (int j = k + 1; j < d; j++) {
            // blocks end 0, 8, 16, … before d, and the first one of the panel's rows may be cut
            int end = d - (d - 1 - j) / 8 * 8;
            for (int i = k + 1; i < end; i++) {
                p[j] = Math.fma(v[k][i], i < j ? a[i][j] : a[j][i], p[j]);
            }
            p[j] += dot(a[j], v[k], end, d);
        }
        double[] wv = new double[k];
        double[] vv = new double[k];
        for (int q = first; q < k; q++) {
            wv[q] = 0 - dot(w[q], v[k], k + 1, d);
            vv[q] = 0 - dot(v[q], v[k], k + 1, d);
        }
        for (int q = first; q < k; q++) {
            for (int j = k + 1; j < d; j++) {
                p[j] = Math.fma(vv[q], w[q][j], Math.fma(wv[q], v[q][j], p[j]));
            }
        }
        double share = -(0.5 * c * (c * dot(p, v[k], k + 1, d)));
        for (int j = k + 1; j < d; j++) {
            p[j] = Math.fma(share, v[k][j], c * p[j]);
        }
        return p;
    }
}
