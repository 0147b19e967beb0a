package dev.holdfast.model.bayes;

/** Sums of products in pairs of doubles, after Knuth and Dekker. */
final class Precise {
    private Precise() {}

    /** high + low −= s·row, each entry by itself. */
    static void subtract(double[] row, int o, double s, double[] high, double[] low, int d) {
        for (int i = 0; i < d; i++) {
            double product = -s * row[o + i];
            double productError = Math.fma(-s, row[o + i], -product);
            double before = high[i];
            double sum = before + product;
            double added = sum - before;
            low[i] += (before - (sum - added)) + (product - added) + productError;
            high[i] = sum;
        }
    }

    /** row·v, rounded once from a pair. */
    static double dot(double[] row, int o, double[] v, int d) {
        double high = 0;
        double low = 0;
        for (int i = 0; i < d; i++) {
            double product = row[o + i] * v[i];
            double productError = Math.fma(row[o + i], v[i], -product);
            double sum = high + product;
            double added = sum - high;
            low += (high - (sum - added)) + (product - added) + productError;
            high = sum;
        }
        return high + low;
    }
}
