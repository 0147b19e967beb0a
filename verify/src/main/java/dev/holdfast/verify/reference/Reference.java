package dev.holdfast.verify.reference;

/**
 * The formulas in float64, by the loops that they are written with; nothing here is fast, and nothing is shared with
 * what it judges. An a-priori error bound γ_n Σ|a_i b_i| takes the same methods on magnitudes.
 */
public final class Reference {
    private Reference() {}

    /** a = Σ_n (p·z_n) z_n with z_n = (x_n, y_n): d+1 entries. */
    public static double[] contextState(double[][] x, double[] y, double[] p) {
        double[] a = new double[p.length];
        for (int n = 0; n < x.length; n++) {
            double[] z = demonstration(x[n], y[n]);
            double share = score(p, z);
            for (int i = 0; i < a.length; i++) {
                a[i] += share * z[i];
            }
        }
        return a;
    }

    private static double[] demonstration(double[] x, double y) {
        double[] z = new double[x.length + 1];
        for (int j = 0; j < x.length; j++) {
            z[j] = x[j];
        }
        z[x.length] = y;
        return z;
    }

    /** G = Z Zᵀ = Σ_n z_n z_nᵀ: (d+1) × (d+1). */
    public static double[][] gram(double[][] x, double[] y) {
        int size = x[0].length + 1;
        double[][] g = new double[size][size];
        for (int n = 0; n < x.length; n++) {
            double[] z = demonstration(x[n], y[n]);
            for (int i = 0; i < size; i++) {
                for (int j = 0; j < size; j++) {
                    g[i][j] += z[i] * z[j];
                }
            }
        }
        return g;
    }

    /** Z Zᵀ/N. */
    private static double[][] meanGram(double[][] x, double[] y) {
        double[][] g = gram(x, y);
        for (double[] row : g) {
            for (int j = 0; j < row.length; j++) {
                row[j] /= x.length;
            }
        }
        return g;
    }

    /** w = Q̄ᵀ a / n for Q̄ of d+1 rows and d columns. */
    public static double[] readout(double[][] qBar, double[] a, double n) {
        double[] w = new double[qBar[0].length];
        for (int j = 0; j < w.length; j++) {
            for (int i = 0; i < a.length; i++) {
                w[j] += qBar[i][j] * a[i];
            }
            w[j] /= n;
        }
        return w;
    }

    /** w·x. */
    public static double score(double[] w, double[] x) {
        double f = 0;
        for (int j = 0; j < w.length; j++) {
            f += w[j] * x[j];
        }
        return f;
    }

    /** Σ|w_j|. */
    public static double norm1(double[] w) {
        double sum = 0;
        for (double wj : w) {
            sum += Math.abs(wj);
        }
        return sum;
    }

    /** (Σ w_j²)^½. */
    public static double norm2(double[] w) {
        return Math.sqrt(score(w, w));
    }

    /** max|w_j|. */
    public static double normInfinity(double[] w) {
        double greatest = 0;
        for (double wj : w) {
            greatest = Math.max(greatest, Math.abs(wj));
        }
        return greatest;
    }

    /** x − ε·y·sign(w), the worst query in the ℓ∞ ball. */
    public static double[] attack(double[] x, double y, double[] w, double epsilon) {
        double[] worst = new double[x.length];
        for (int j = 0; j < x.length; j++) {
            worst[j] = x[j] - epsilon * y * Math.signum(w[j]);
        }
        return worst;
    }

    /** O(X) = P (Z Zᵀ/N) Q [X; 0]: (d+1) × M for M queries. */
    public static double[][] outputs(
            double[][] bigP, double[][] bigQ, double[][] x, double[] y, double[][] queries) {
        double[][] g = meanGram(x, y);
        double[][] columns = new double[g.length][queries.length];
        for (int m = 0; m < queries.length; m++) {
            for (int j = 0; j < queries[m].length; j++) {
                columns[j][m] = queries[m][j];
            }
        }
        return product(bigP, product(g, product(bigQ, columns)));
    }

    /** A B. */
    public static double[][] product(double[][] a, double[][] b) {
        double[][] c = new double[a.length][b[0].length];
        for (int i = 0; i < a.length; i++) {
            for (int j = 0; j < b[0].length; j++) {
                for (int l = 0; l < b.length; l++) {
                    c[i][j] += a[i][l] * b[l][j];
                }
            }
        }
        return c;
    }

    /** A task's loss, and its gradient: ∂L/∂p, and ∂L/∂Q̄ row by row. */
    public record LossGradient(double loss, double[] dp, double[][] dqBar) {}

    /**
     * By the matrices themselves, with G = Z Zᵀ/N and a query x' that was attacked before: L = −y pᵀ G Q̄ x',
     * ∂L/∂p = −y G Q̄ x' and ∂L/∂Q̄ = −y (G p) x'ᵀ.
     */
    public static LossGradient lossGradient(
            double[][] x, double[] y, double[] p, double[][] qBar, double[] worst, double label) {
        double[][] g = meanGram(x, y);
        double[] v = product(g, product(qBar, worst));
        double[] u = product(g, p);
        double[] dp = new double[p.length];
        double[][] dqBar = new double[p.length][worst.length];
        for (int i = 0; i < p.length; i++) {
            dp[i] = -label * v[i];
            for (int j = 0; j < worst.length; j++) {
                dqBar[i][j] = -label * u[i] * worst[j];
            }
        }
        return new LossGradient(-label * score(p, v), dp, dqBar);
    }

    /** A x. */
    private static double[] product(double[][] a, double[] x) {
        double[] out = new double[a.length];
        for (int i = 0; i < a.length; i++) {
            out[i] = score(a[i], x);
        }
        return out;
    }

    /** v ← μ·v + g and θ ← θ − η·v into [low, high]. */
    public static void descend(double[] theta, double[] velocity, double[] gradient, double rate, double momentum,
            double low, double high) {
        for (int i = 0; i < theta.length; i++) {
            velocity[i] = momentum * velocity[i] + gradient[i];
            double moved = theta[i] - rate * velocity[i];
            theta[i] = moved < low ? low : moved > high ? high : moved;
        }
    }

    /**
     * The learning rate after each loss, by the words of PyTorch's documentation of ReduceLROnPlateau: a tenth of it,
     * once more than 10 losses in a row have not been below the best one times 1 − 10⁻⁴, where that lowers it by over
     * 10⁻⁸.
     */
    public static double[] learningRates(double rate, double[] losses) {
        double[] rates = new double[losses.length];
        double best = Double.POSITIVE_INFINITY;
        int bad = 0;
        for (int i = 0; i < losses.length; i++) {
            boolean better = losses[i] < best * (1 - 1e-4);
            best = better ? losses[i] : best;
            bad = better ? 0 : bad + 1;
            if (bad > 10) {
                bad = 0;
                rate = rate - rate * 0.1 > 1e-8 ? rate * 0.1 : rate;
            }
            rates[i] = rate;
        }
        return rates;
    }

    /**
     * Φ(x), the normal distribution function, for |x| ≤ 8: ½ + φ(x) Σ_k x^{2k+1}/(1·3·…·(2k+1)). The terms of the sum
     * have one sign and there are fewer than 200 that count, so that it is within 10⁻¹³ of the exact value.
     */
    public static double normalCdf(double x) {
        double term = x;
        double sum = x;
        for (int k = 3; sum + term != sum; k += 2) {
            term *= x * x / k;
            sum += term;
        }
        return 0.5 + sum * Math.exp(-x * x / 2) / Math.sqrt(2 * Math.PI);
    }

    /** γ_n = n u / (1 − n u): the relative error of n roundings at unit roundoff u is at most this. */
    public static double gamma(int n, double u) {
        return n * u / (1 - n * u);
    }
}
