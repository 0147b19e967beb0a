package dev.holdfast.model;

/**
 * Demonstrations as a layer sees them, z_n = (x_n − m, y_n), and where features of an adversary's rows lie: for bounds on
 * hijacked layers. Immutable.
 */
final class Tokens {
    private final ClassRows rows;
    private final int d;
    /** m. */
    final double[] mean;
    /** Where x_j − m_j lies, of rows in the box, or without one of demonstrations, moved or not. */
    final double[] lower;

    final double[] upper;

    /** @param mean kept */
    Tokens(ClassRows rows, double[] mean) {
        this.rows = rows;
        this.d = rows.d;
        this.mean = mean;
        this.lower = new double[d];
        this.upper = new double[d];
        double[] z = new double[d + 1];
        for (int n = 0; n < rows.rows && rows.lower == null; n++) {
            get(n, z);
            for (int j = 0; j < d; j++) {
                lower[j] = Math.min(lower[j], z[j] - rows.reach[j]);
                upper[j] = Math.max(upper[j], z[j] + rows.reach[j]);
            }
        }
        for (int j = 0; j < d && rows.lower != null; j++) {
            lower[j] = rows.lower[j] - mean[j];
            upper[j] = rows.upper[j] - mean[j];
        }
    }

    /** z_n. @param out d + 1 entries, overwritten */
    double[] get(int n, double[] out) {
        rows.row(n, out);
        for (int j = 0; j < d; j++) {
            out[j] -= mean[j];
        }
        out[d] = rows.y[n];
        return out;
    }

    /** z_n·(v, label) of every row. @param v d entries or more, of which d are read */
    double[] times(double[] v, double label) {
        double[] out = rows.times(v);
        double offset = ClassRows.dot(v, mean);
        for (int n = 0; n < out.length; n++) {
            out[n] = out[n] - offset + label * rows.y[n];
        }
        return out;
    }

    /** At least |x_j − m_j|. */
    double greatest(int j) {
        return Math.max(-lower[j], upper[j]);
    }

    /** Between what the features of a moved row lie: {@code low} and {@code high}, d entries each, are overwritten. */
    void around(double[] z, double[] low, double[] high) {
        for (int j = 0; j < d; j++) {
            low[j] = Math.max(lower[j], z[j] - rows.reach[j]);
            high[j] = Math.min(upper[j], z[j] + rows.reach[j]);
        }
    }
}
