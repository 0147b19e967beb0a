package dev.holdfast.model.depth;

import java.util.Arrays;

/**
 * What layers p_x, p_y, q_x, q_y make of moments [S̄ m̄; m̄ᵀ 1] that need not be diagonal, and how it changes with each of
 * these numbers. Layer l sees B_{l−1} and maps it to B_l = H_l B_{l−1} H_lᵀ, where H_l = I + P_l B_{l−1} Q_l; the classifier
 * w is the last row of H_L ⋯ H_1 without its last entry. Derivatives go forward with the products: dB_l = dH_l B_{l−1} H_lᵀ
 * + its transpose + H_l dB_{l−1} H_lᵀ.
 */
final class FamilyTangents {
    private final double[] start;
    private final int n;
    private final double[][] h;
    /** B_{l−1}, and B_{l−1} H_lᵀ. */
    private final double[][] b, bh;
    /** v_l = e_{k+1}ᵀ H_L ⋯ H_{l+1}. */
    private final double[][] rows;

    /**
     * @param start [S̄ m̄; m̄ᵀ 1], (k+1) × (k+1), symmetric; kept, not changed
     * @param depth number of layers
     */
    FamilyTangents(double[] start, int depth) {
        this.start = start;
        this.n = (int) Math.round(Math.sqrt(start.length));
        this.h = new double[depth][n * n];
        this.b = new double[depth + 1][];
        this.bh = new double[depth][];
        this.rows = new double[depth + 1][];
    }

    /** w, k entries, of 4 numbers a layer; owned by the caller. */
    double[] weights(double[] layers) {
        b[0] = start;
        for (int l = 0; l < h.length; l++) {
            for (int i = 0; i < n; i++) {
                for (int j = 0; j < n; j++) {
                    h[l][i * n + j] = p(layers, l, i) * b[l][i * n + j] * q(layers, l, j) + (i == j ? 1 : 0);
                }
            }
            bh[l] = timesTransposed(b[l], h[l]);
            b[l + 1] = times(h[l], bh[l]);
        }
        rows[h.length] = new double[n];
        rows[h.length][n - 1] = 1;
        for (int l = h.length - 1; l >= 0; l--) {
            rows[l] = rowTimes(rows[l + 1], h[l]);
        }
        double[] w = new double[n - 1];
        System.arraycopy(rows[0], 0, w, 0, n - 1);
        return w;
    }

    /** ∂w/∂(layers[i]) in row i, 4L × k, where {@link #weights} was last; owned by the caller. */
    double[][] derivatives(double[] layers) {
        double[][] derivatives = new double[layers.length][n - 1];
        for (int i = 0; i < layers.length; i++) {
            System.arraycopy(derivative(layers, i), 0, derivatives[i], 0, n - 1);
        }
        return derivatives;
    }

    private double[] derivative(double[] layers, int which) {
        int first = which / 4;
        int last = h.length - 1;
        double[][] changes = new double[h.length][];
        double[] dh = ownChange(layers, which);
        double[] db = null;
        changes[first] = rowTimes(rows[first + 1], dh);
        for (int l = first + 1; l <= last; l++) {
            if (l == last) {
                changes[l] = lastChange(layers, dh, db);
            } else {
                db = change(l - 1, dh, db);
                dh = between(layers, l, db);
                changes[l] = rowTimes(rows[l + 1], dh);
            }
        }
        double[] row = new double[n];
        for (int l = last; l >= 0; l--) {
            row = rowTimes(row, h[l]);
            if (changes[l] != null) {
                for (int j = 0; j < n; j++) {
                    row[j] += changes[l][j];
                }
            }
        }
        return row;
    }

    /** dB behind layer l, counted from 0; {@code db} is that before it, {@code null} for 0. */
    private double[] change(int l, double[] dh, double[] db) {
        double[] one = times(dh, bh[l]);
        double[] both = db == null ? new double[n * n] : times(h[l], timesTransposed(db, h[l]));
        for (int i = 0; i < n; i++) {
            for (int j = 0; j < n; j++) {
                both[i * n + j] += one[i * n + j] + one[j * n + i];
            }
        }
        return both;
    }

    /** What the last layer's row changes: of dB before it, {@link #change}, the last row is enough, and needs no products. */
    private double[] lastChange(double[] layers, double[] dh, double[] db) {
        int l = h.length - 2;
        int label = (n - 1) * n;
        double[] row = rowTimes(Arrays.copyOfRange(dh, label, n * n), bh[l]);
        double[] image = db == null ? new double[n] : rowTimes(Arrays.copyOfRange(h[l], label, n * n), db);
        for (int j = 0; j < n; j++) {
            for (int k = 0; k < n; k++) {
                row[j] += dh[j * n + k] * bh[l][k * n + n - 1] + image[k] * h[l][j * n + k];
            }
        }
        for (int j = 0; j < n; j++) {
            row[j] *= p(layers, l + 1, n - 1) * q(layers, l + 1, j);
        }
        return row;
    }

    /** dH of a layer by one of its own four numbers: I of that place in P or Q in place of P or Q. */
    private double[] ownChange(double[] layers, int which) {
        int l = which / 4;
        boolean ofP = which % 4 < 2;
        boolean ofLabel = which % 2 == 1;
        double[] dh = new double[n * n];
        for (int i = 0; i < n; i++) {
            for (int j = 0; j < n; j++) {
                boolean isThere = ((ofP ? i : j) == n - 1) == ofLabel;
                if (isThere) {
                    dh[i * n + j] = b[l][i * n + j] * (ofP ? q(layers, l, j) : p(layers, l, i));
                }
            }
        }
        return dh;
    }

    /** P dB Q. */
    private double[] between(double[] layers, int l, double[] db) {
        double[] dh = new double[n * n];
        for (int i = 0; i < n; i++) {
            for (int j = 0; j < n; j++) {
                dh[i * n + j] = p(layers, l, i) * db[i * n + j] * q(layers, l, j);
            }
        }
        return dh;
    }

    private double p(double[] layers, int l, int i) {
        return layers[4 * l + (i == n - 1 ? 1 : 0)];
    }

    private double q(double[] layers, int l, int j) {
        return layers[4 * l + 2 + (j == n - 1 ? 1 : 0)];
    }

    private double[] times(double[] x, double[] y) {
        double[] out = new double[n * n];
        for (int i = 0; i < n; i++) {
            for (int k = 0; k < n; k++) {
                double a = x[i * n + k];
                if (a == 0) {
                    continue; // half of what one number changes
                }
                for (int j = 0; j < n; j++) {
                    out[i * n + j] += a * y[k * n + j];
                }
            }
        }
        return out;
    }

    private double[] timesTransposed(double[] x, double[] y) {
        double[] transposed = new double[n * n];
        for (int i = 0; i < n; i++) {
            for (int j = 0; j < n; j++) {
                transposed[i * n + j] = y[j * n + i];
            }
        }
        return times(x, transposed);
    }

    private double[] rowTimes(double[] row, double[] x) {
        double[] out = new double[n];
        for (int i = 0; i < n; i++) {
            for (int j = 0; j < n; j++) {
                out[j] += row[i] * x[i * n + j];
            }
        }
        return out;
    }
}
