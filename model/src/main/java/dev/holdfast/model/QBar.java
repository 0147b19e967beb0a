package dev.holdfast.model;

import dev.holdfast.kernel.LinearAttention;
import dev.holdfast.model.archive.Hash;
import java.util.Arrays;
import java.util.Objects;

/**
 * Q̄, the first d columns of Q, (d+1) × d: in O(d) memory where it is diag(δ) + b·11ᵀ above a label row to the bit, or
 * else dense. Immutable.
 */
final class QBar {
    private final int d;
    /** Row-major; {@code null} where the structured form says all. */
    private final float[] dense;

    private final float[] delta;
    private final float b;
    private final float[] label;

    private QBar(int d, float[] dense, float[] delta, float b, float[] label) {
        this.d = d;
        this.dense = dense;
        this.delta = delta;
        this.b = b;
        this.label = label;
    }

    /**
     * diag(δ) + b·11ᵀ above {@code label}; the arrays are kept. δ and b become what {@link Builder} makes of the matrix,
     * so that the hash is the same when it comes back from a file: there is no −0, and no b beside a single δ that can
     * do without.
     */
    static QBar structured(float[] delta, float b, float[] label) {
        int d = delta.length;
        boolean alone = d == 1 && Builder.isSum(b + delta[0], b, delta[0]);
        for (int j = 0; j < d; j++) {
            delta[j] += alone ? b : 0;
        }
        return new QBar(d, null, delta, alone ? 0 : b + 0f, label);
    }

    /** The first d columns of a matrix of d+1 rows; the array is not kept. */
    static QBar of(int d, float[] matrix) {
        int columns = matrix.length / (d + 1);
        Builder builder = new Builder(d);
        for (int i = 0; i <= d; i++) {
            for (int j = 0; j < d; j++) {
                builder.set(i, j, matrix[i * columns + j]);
            }
        }
        return builder.build();
    }

    /** w = Q̄ᵀ a / n. */
    void readout(double[] a, double n, float[] w) {
        if (dense != null) {
            LinearAttention.readout(dense, d, a, n, w);
        } else {
            LinearAttention.readout(delta, b, label, d, a, n, w);
        }
    }

    /** v = Q̄ x, d+1 entries, and beside it the magnitudes |Q̄| h, where |b + δ_i| counts as |b| + |δ_i|; in double. */
    void times(double[] x, double[] h, double[] v, double[] magnitude) {
        if (dense != null) {
            for (int i = 0; i <= d; i++) {
                rowTimes(dense, i * d, i, x, h, v, magnitude);
            }
            return;
        }
        double sum = 0;
        double total = 0;
        for (int j = 0; j < d; j++) {
            sum += x[j];
            total += h[j];
        }
        for (int i = 0; i < d; i++) {
            v[i] = delta[i] * x[i] + b * sum;
            magnitude[i] = Math.abs(delta[i]) * h[i] + Math.abs(b) * total;
        }
        rowTimes(label, 0, d, x, h, v, magnitude);
    }

    private static void rowTimes(
            float[] row, int o, int i, double[] x, double[] h, double[] v, double[] magnitude) {
        double sum = 0;
        double total = 0;
        for (int j = 0; j < x.length; j++) {
            sum += row[o + j] * x[j];
            total += Math.abs(row[o + j]) * h[j];
        }
        v[i] = sum;
        magnitude[i] = total;
    }

    /** Adds the numbers by which this answers. */
    void to(Hash hash) {
        if (dense != null) {
            hash.add(dense);
        } else {
            hash.add(delta).add(b).add(label);
        }
    }

    /** Row i of Q̄ to {@code out} from {@code o}; b + δ_i is rounded to float. */
    void row(int i, float[] out, int o) {
        if (dense != null) {
            System.arraycopy(dense, i * d, out, o, d);
        } else if (i == d) {
            System.arraycopy(label, 0, out, o, d);
        } else {
            Arrays.fill(out, o, o + d, b);
            out[o + i] = b + delta[i];
        }
    }

    /** Takes the entries one by one, each once and in any order, and is dense only from the first that makes it so. */
    static final class Builder {
        private final int d;
        private final float[] diagonal;
        private final float[] label;
        private boolean known;
        private float b;
        private float[] dense;

        Builder(int d) {
            this.d = d;
            this.diagonal = new float[d];
            this.label = new float[d];
        }

        void set(int i, int j, float value) {
            if (dense != null) {
                dense[i * d + j] = value;
            } else if (i == d) {
                label[j] = value;
            } else if (i == j) {
                diagonal[j] = value;
            } else if (!known) {
                b = value;
                known = true;
            } else if (!same(value, b)) {
                spread();
                dense[i * d + j] = value;
            }
        }

        /** Entries that were set, in their places; the others hold what is overwritten later. */
        private void spread() {
            dense = new float[(d + 1) * d];
            Arrays.fill(dense, b);
            for (int j = 0; j < d; j++) {
                dense[j * d + j] = diagonal[j];
            }
            System.arraycopy(label, 0, dense, d * d, d);
        }

        QBar build() {
            float[] delta = new float[d];
            for (int j = 0; j < d && dense == null; j++) {
                delta[j] = diagonal[j] - b;
                if (!isSum(diagonal[j], b, delta[j])) {
                    spread();
                }
            }
            return dense != null ? new QBar(d, dense, null, 0, null) : new QBar(d, null, delta, b, label);
        }

        /** Whether b + δ is q exactly, and so is its float: then a readout by δ and b has lost nothing of Q̄. */
        private static boolean isSum(float q, float b, float delta) {
            // if b + δ rounds to q in double, then q minus the larger of the two is exact, and must leave the other
            return same(b + delta, q)
                    && (double) b + delta == q
                    && (double) q - b == delta
                    && (double) q - delta == b;
        }

        private static boolean same(float x, float y) {
            return Float.floatToRawIntBits(x) == Float.floatToRawIntBits(y);
        }
    }

    /** Whether the other one is kept in the same way, and has the same numbers. */
    @Override
    public boolean equals(Object other) {
        return other instanceof QBar q
                && Arrays.equals(dense, q.dense)
                && Arrays.equals(delta, q.delta)
                && b == q.b
                && Arrays.equals(label, q.label);
    }

    @Override
    public int hashCode() {
        return Objects.hash(Arrays.hashCode(dense), Arrays.hashCode(delta), b, Arrays.hashCode(label));
    }
}
