package dev.holdfast.model;

import dev.holdfast.kernel.ExactSums;
import java.math.BigDecimal;

/**
 * Exact first and second moments of rows of floats: how many there are, Σ x and the lower triangle of Σ x xᵀ. Belongs
 * to one thread at a time.
 */
final class Moments {
    private final int d;
    private int size;
    /** Σ x. */
    private final double[] sum;
    /** Σ x_i x_j, j = 0..i, of every i: whole rows, so that each is a sum of prefixes of x. */
    private final double[][] squares;

    private final double[] work;

    Moments(int d) {
        this(d, 0, new double[ExactSums.length(d)], new double[d][]);
        for (int i = 0; i < d; i++) {
            squares[i] = new double[ExactSums.length(i + 1)];
        }
    }

    /** Keeps the arrays. */
    Moments(int d, int size, double[] sum, double[][] squares) {
        this.d = d;
        this.size = size;
        this.sum = sum;
        this.squares = squares;
        this.work = new double[ExactSums.workLength(d)];
    }

    int size() {
        return size;
    }

    /** Adds finite rows, x[n] for n < count, or takes them off: sign is +1 or −1. */
    void add(float[][] x, int count, int sign) {
        for (int n = 0; n < count; n++) {
            ExactSums.add(x[n], d, sign, sum, work);
        }
        // the sums of one i stay in the cache for all rows
        for (int i = 0; i < d; i++) {
            for (int n = 0; n < count; n++) {
                if (x[n][i] != 0) {
                    ExactSums.add(x[n], i + 1, sign * x[n][i], squares[i], work);
                }
            }
        }
        size += sign * count;
    }

    void merge(Moments other) {
        ExactSums.merge(other.sum, d, sum);
        for (int i = 0; i < d; i++) {
            ExactSums.merge(other.squares[i], i + 1, squares[i]);
        }
        size += other.size;
    }

    Moments copy() {
        Moments copy = new Moments(d);
        copy.merge(this);
        return copy;
    }

    /** The exact sums of Σ x, their digits carried, so that equal sums are alike. Not a copy. */
    double[] carriedSum() {
        ExactSums.round(sum, d, work);
        return sum;
    }

    /** The exact sums of Σ x xᵀ, row by row, their digits carried. Not a copy. */
    double[][] carriedSquares() {
        for (int i = 0; i < d; i++) {
            ExactSums.round(squares[i], i + 1, work);
        }
        return squares;
    }

    /** Σ x, exactly. */
    BigDecimal[] sum() {
        BigDecimal[] exact = new BigDecimal[d];
        for (int j = 0; j < d; j++) {
            exact[j] = ExactSums.exact(sum, d, j);
        }
        return exact;
    }

    /**
     * (Σ x xᵀ) q, each entry the exact sum of two doubles. Products and sums of doubles leave their rounding errors,
     * which are added up beside: with u = 2⁻⁵³ an entry is within γ_{d+4}² Σ_j |Σ_n x_ni x_nj| |q_j|, where
     * γ_k = k u/(1 − k u).
     */
    BigDecimal[] times(float[] q) {
        double[] high = new double[d];
        double[] low = new double[d];
        double[] entries = new double[d];
        double[] rest = new double[d];
        for (int i = 0; i < d; i++) {
            ExactSums.round(squares[i], i + 1, entries, rest, work);
            for (int j = 0; j <= i; j++) {
                addProduct(entries[j], rest[j], q[j], high, low, i);
                if (j < i) {
                    addProduct(entries[j], rest[j], q[i], high, low, j);
                }
            }
        }
        BigDecimal[] product = new BigDecimal[d];
        for (int i = 0; i < d; i++) {
            product[i] = new BigDecimal(high[i]).add(new BigDecimal(low[i]));
        }
        return product;
    }

    /** Nothing underflows: entries are multiples of 2⁻²⁹⁸, floats of 2⁻¹⁴⁹. */
    private static void addProduct(double entry, double rest, double q, double[] high, double[] low, int i) {
        double product = entry * q;
        double productError = Math.fma(entry, q, -product);
        double before = high[i];
        double after = before + product;
        double added = after - before;
        double sumError = (before - (after - added)) + (product - added);
        high[i] = after;
        low[i] += sumError + Math.fma(rest, q, productError);
    }
}
