package dev.holdfast.model;

import java.util.Arrays;

/**
 * Demonstrations of two classes about their classes' means, and what rows of an adversary may be against these: for bounds
 * on hijacked learning. Immutable.
 */
final class ClassRows {
    final int rows;
    final int d;
    private final float[] x;
    final int[] y;
    /** n₊ and n₋. */
    final int plus;

    final int minus;
    final double[] plusMean;
    final double[] minusMean;
    /** The box's edges; {@code null} without one. */
    final double[] lower;

    final double[] upper;
    /** ε b_j. */
    final double[] reach;
    /** At least the magnitude of any row's feature, hijacked or not, moved ones included. */
    final double[] greatest;

    /** @param x copied */
    ClassRows(Rows x, int[] y, Threat threat, double epsilon) {
        this.rows = x.rows();
        this.d = x.features();
        this.x = x.toArray();
        this.y = y.clone();
        double[][] sums = new double[2][d];
        int[] sizes = new int[2];
        this.greatest = new double[d];
        for (int n = 0; n < rows; n++) {
            int c = y[n] > 0 ? 1 : 0;
            sizes[c]++;
            for (int j = 0; j < d; j++) {
                sums[c][j] += this.x[n * d + j];
                greatest[j] = Math.max(greatest[j], Math.abs(this.x[n * d + j]));
            }
        }
        this.plus = sizes[1];
        this.minus = sizes[0];
        for (int j = 0; j < d; j++) {
            sums[0][j] /= minus;
            sums[1][j] /= plus;
        }
        this.minusMean = sums[0];
        this.plusMean = sums[1];
        float[] budgets = threat.budgets(d);
        this.reach = new double[d];
        this.lower = threat.hasBox() ? new double[d] : null;
        this.upper = threat.hasBox() ? new double[d] : null;
        for (int j = 0; j < d; j++) {
            reach[j] = epsilon * budgets[j];
            if (lower != null) {
                lower[j] = threat.lower(j);
                upper[j] = threat.upper(j);
                greatest[j] = Math.max(greatest[j], Math.max(Math.abs(lower[j]), Math.abs(upper[j])));
            }
            greatest[j] += reach[j];
        }
    }

    /** The smaller class has so many. */
    int smaller() {
        return Math.min(plus, minus);
    }

    double[] mean(int label) {
        return label > 0 ? plusMean : minusMean;
    }

    int size(int label) {
        return label > 0 ? plus : minus;
    }

    /** Row n less its class's mean. @param out d entries, overwritten */
    double[] deviation(int n, double[] out) {
        double[] mean = mean(y[n]);
        for (int j = 0; j < d; j++) {
            out[j] = x[n * d + j] - mean[j];
        }
        return out;
    }

    /** The mean of all rows. */
    double[] mean() {
        double[] mean = new double[d];
        for (int j = 0; j < d; j++) {
            mean[j] = (plus == 0 ? 0 : plus * plusMean[j]) / rows + (minus == 0 ? 0 : minus * minusMean[j]) / rows;
        }
        return mean;
    }

    /** Row n as it is. @param out d entries or more, of which d are overwritten */
    double[] row(int n, double[] out) {
        for (int j = 0; j < d; j++) {
            out[j] = x[n * d + j];
        }
        return out;
    }

    /** (x_n − μ_{y_n})·v of every row. */
    double[] deviationsTimes(double[] v) {
        double[] offset = {dot(v, minusMean), dot(v, plusMean)};
        double[] out = times(v);
        for (int n = 0; n < rows; n++) {
            out[n] -= offset[y[n] > 0 ? 1 : 0];
        }
        return out;
    }

    /** x_n·v of every row. @param v d entries or more, of which d are read */
    double[] times(double[] v) {
        double[] out = new double[rows];
        for (int n = 0; n < rows; n++) {
            double first = 0;
            double second = 0;
            double third = 0;
            double fourth = 0;
            int o = n * d;
            int j = 0;
            for (; j + 3 < d; j += 4) {
                first += x[o + j] * v[j];
                second += x[o + j + 1] * v[j + 1];
                third += x[o + j + 2] * v[j + 2];
                fourth += x[o + j + 3] * v[j + 3];
            }
            for (; j < d; j++) {
                first += x[o + j] * v[j];
            }
            out[n] = first + second + (third + fourth);
        }
        return out;
    }

    /** The feature of every row of a class, less the class's mean, ascending. */
    double[] column(int j, int label) {
        double mean = mean(label)[j];
        double[] column = new double[size(label)];
        int k = 0;
        for (int n = 0; n < rows; n++) {
            if (y[n] == label) {
                column[k++] = x[n * d + j] - mean;
            }
        }
        Arrays.sort(column);
        return column;
    }

    /** The greatest |x − μ_j|, over the box and both classes. */
    double boxDeviation(int j) {
        return Math.max(Math.max(upper[j] - plusMean[j], plusMean[j] - lower[j]),
                Math.max(upper[j] - minusMean[j], minusMean[j] - lower[j]));
    }

    /** Over the entries of v; u may have more. */
    static double dot(double[] u, double[] v) {
        double sum = 0;
        for (int j = 0; j < v.length; j++) {
            sum += u[j] * v[j];
        }
        return sum;
    }

    /** The sum of the k greatest of these, those below 0 left out. */
    static double greatest(double[] values, int k) {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        double sum = 0;
        for (int i = sorted.length - 1; i >= 0 && i >= sorted.length - k && sorted[i] > 0; i--) {
            sum += sorted[i];
        }
        return sum;
    }
}
