package dev.holdfast.verify.experiments;

import java.util.Arrays;

/**
 * A = V diag(λ) Vᵀ of a symmetric matrix, by Jacobi's rotations, which end where no entry off the diagonal is more than
 * 2⁻⁵³ ‖A‖_F.
 *
 * @param values λ, in no order
 * @param vectors V, whose column i belongs to λ_i
 */
record SymmetricEigen(double[] values, double[][] vectors) {
    /** @param a symmetric; overwritten */
    static SymmetricEigen of(double[][] a) {
        int n = a.length;
        double[][] v = new double[n][n];
        for (int i = 0; i < n; i++) {
            v[i][i] = 1;
        }
        double least = 0x1p-53 * norm(a);
        boolean changes = true;
        while (changes) {
            changes = false;
            for (int p = 0; p < n; p++) {
                for (int q = p + 1; q < n; q++) {
                    if (Math.abs(a[p][q]) > least) {
                        rotate(a, v, p, q);
                        changes = true;
                    }
                }
            }
        }
        double[] values = new double[n];
        for (int i = 0; i < n; i++) {
            values[i] = a[i][i];
        }
        return new SymmetricEigen(values, v);
    }

    private static double norm(double[][] a) {
        return Math.sqrt(Arrays.stream(a).flatMapToDouble(Arrays::stream).map(entry -> entry * entry).sum());
    }

    /** The rotation of rows and columns p and q that makes a_pq 0. */
    private static void rotate(double[][] a, double[][] v, int p, int q) {
        double theta = (a[q][q] - a[p][p]) / (2 * a[p][q]);
        double t = Math.copySign(1, theta) / (Math.abs(theta) + Math.sqrt(theta * theta + 1));
        double cos = 1 / Math.sqrt(t * t + 1);
        double sin = t * cos;
        for (int k = 0; k < a.length; k++) {
            double kp = a[k][p];
            a[k][p] = cos * kp - sin * a[k][q];
            a[k][q] = sin * kp + cos * a[k][q];
        }
        for (int k = 0; k < a.length; k++) {
            double pk = a[p][k];
            a[p][k] = cos * pk - sin * a[q][k];
            a[q][k] = sin * pk + cos * a[q][k];
            double vp = v[k][p];
            v[k][p] = cos * vp - sin * v[k][q];
            v[k][q] = sin * vp + cos * v[k][q];
        }
        a[p][q] = 0;
        a[q][p] = 0;
    }
}
