package dev.holdfast.bench;

/**
 * What a peer should return for {@link Numbers}, by plain sums in double, and how far float may be off. The inputs are
 * integers: sums whose terms stay below 2²⁴ in all are exact in float in any order; beyond, each of the roundings in
 * the way costs at most γ_k times the sum of the magnitudes.
 */
record Expected(double[] values, double[] bounds) {
    private static final double HALF_ULP = 0x1p-24;
    private static final double EXACT = 0x1p24;

    /** a = Σ_n (p·z_n) z_n of one task. */
    static Expected context(float[] x, float[] y, float[] p) {
        int d = p.length - 1;
        double[] a = new double[d + 1];
        double[] magnitudes = new double[d + 1];
        for (int n = 0; n < y.length; n++) {
            double s = p[d] * y[n];
            double magnitude = Math.abs(s);
            for (int j = 0; j < d; j++) {
                s += p[j] * x[n * d + j];
                magnitude += Math.abs(p[j] * x[n * d + j]);
            }
            for (int j = 0; j <= d; j++) {
                double z = j == d ? y[n] : x[n * d + j];
                a[j] += s * z;
                magnitudes[j] += magnitude * Math.abs(z);
            }
        }
        return of(a, magnitudes, y.length + d + 1);
    }

    /** A B r for random r, by which a product is checked without another product. */
    static Expected product(float[] a, float[] b, int m, int k, int n, double[] r) {
        return of(times(a, m, k, times(b, k, n, r)), new double[m], 0);
    }

    /** Zᵀ (Z r) for random r, z holding n rows of {@code size} entries. */
    static Expected gram(float[] z, int n, int size, double[] r) {
        double[] s = times(z, n, size, r);
        double[] sums = new double[size];
        for (int row = 0; row < n; row++) {
            for (int j = 0; j < size; j++) {
                sums[j] += s[row] * z[row * size + j];
            }
        }
        return of(sums, new double[size], 0);
    }

    /** C r. */
    static double[] times(float[] c, int rows, int columns, double[] r) {
        double[] sums = new double[rows];
        for (int i = 0; i < rows; i++) {
            for (int j = 0; j < columns; j++) {
                sums[i] += c[i * columns + j] * r[j];
            }
        }
        return sums;
    }

    private static Expected of(double[] values, double[] magnitudes, int roundings) {
        double gamma = roundings * HALF_ULP / (1 - roundings * HALF_ULP);
        double[] bounds = new double[values.length];
        for (int i = 0; i < bounds.length; i++) {
            bounds[i] = magnitudes[i] < EXACT ? 0 : gamma * magnitudes[i];
        }
        return new Expected(values, bounds);
    }

    void check(String name, float[] actual) {
        double[] widened = new double[actual.length];
        for (int i = 0; i < actual.length; i++) {
            widened[i] = actual[i];
        }
        check(name, widened);
    }

    void check(String name, double[] actual) {
        for (int i = 0; i < values.length; i++) {
            if (!(Math.abs(actual[i] - values[i]) <= bounds[i])) {
                throw new IllegalStateException(name + "[" + i + "] = " + actual[i] + ", expected " + values[i]
                        + " within " + bounds[i]);
            }
        }
    }
}
