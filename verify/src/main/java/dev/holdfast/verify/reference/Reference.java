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
        double[][] g = gram(x, y);
        for (double[] row : g) {
            for (int j = 0; j < row.length; j++) {
                row[j] /= x.length;
            }
        }
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

    /** γ_n = n u / (1 − n u): the relative error of n roundings at unit roundoff u is at most this. */
    public static double gamma(int n, double u) {
        return n * u / (1 - n * u);
    }
}
