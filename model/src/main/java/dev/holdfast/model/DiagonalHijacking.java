package dev.holdfast.model;

import java.util.Arrays;

/**
 * A bound on hijacked {@link RobustBayes} without correlations against ℓ∞: with means and variance of each feature
 *
 * <pre>
 *     f(x) = Σ_j soft(μ_j, ε b_j)/σ_j² · (x_j − m_j)
 * </pre>
 *
 * What k rows do to a feature's μ, m and σ² lies between bounds that sorting its column gives, for every feature by itself, so
 * that only what binds features to each other is lost: see decisions/0018.
 */
final class DiagonalHijacking extends HijackingBound {
    private final RobustBayes learner;
    private final ClassRows rows;
    private final int d;
    private final double n;
    /** ε b_j of what is learnt against. */
    private final double[] lambda;
    /** Deviations from the classes' means, sorted, by feature. */
    private final double[][] plus;

    private final double[][] minus;
    private final double[] variance;

    DiagonalHijacking(RobustBayes learner, Classifier classifier, Rows x, int[] y, Threat threat, double epsilon) {
        super(classifier, x, threat);
        this.learner = learner;
        this.rows = new ClassRows(x, y, threat, epsilon);
        this.d = rows.d;
        this.n = rows.rows;
        float[] budgets = learner.threat().budgets(d);
        this.lambda = new double[d];
        this.plus = new double[d][];
        this.minus = new double[d][];
        this.variance = new double[d];
        for (int j = 0; j < d; j++) {
            lambda[j] = learner.epsilon() * budgets[j];
            plus[j] = rows.column(j, 1);
            minus[j] = rows.column(j, -1);
            variance[j] = (ClassRows.dot(plus[j], plus[j]) + ClassRows.dot(minus[j], minus[j])) / n;
        }
    }

    /** Where w_j and m_j lie. */
    private final class Level implements Prepared {
        private final boolean known;
        private final int k;
        private final Change change;
        private final double[][] w = new double[2][d];
        private final double[][] middle = new double[2][d];
        /** What f is multiplied by. */
        private double[] unit = {1, 1};

        private double[] odds;

        Level(Change change, int k) {
            this.change = change;
            this.k = k;
            this.known = !change.mayEmpty(rows.smaller(), k) && make();
        }

        private boolean make() {
            double more = change == Change.ADDED ? 1 + k / n : 1;
            double rounding = (n * more + 64) * 0x1p-50;
            double[][] mu = new double[2][d];
            double[][] sigma = new double[2][d];
            double[] total = new double[2];
            double[] square = new double[2];
            for (int j = 0; j < d; j++) {
                double half = (rows.plusMean[j] - rows.minusMean[j]) / 2;
                double point = (rows.plusMean[j] + rows.minusMean[j]) / 2;
                double error = rounding * rows.greatest[j];
                mu[0][j] = half - moved(j, -1, -1) / 2 - error;
                mu[1][j] = half + moved(j, 1, -1) / 2 + error;
                middle[0][j] = point - moved(j, -1, 1) / 2 - error;
                middle[1][j] = point + moved(j, 1, 1) / 2 + error;
                spread(j, sigma);
                sigma[0][j] = Math.max(0, sigma[0][j] * (1 - rounding) - error * error);
                sigma[1][j] = sigma[1][j] * (1 + rounding) + error * error;
                for (int side = 0; side < 2; side++) {
                    total[side] += sigma[side][j];
                    square[side] += sigma[side][j] * sigma[side][j];
                }
            }
            total = new double[] {total[0] * (1 - rounding), total[1] * (1 + rounding)};
            double[] norm = {Math.sqrt(square[0]) * (1 - rounding), Math.sqrt(square[1]) * (1 + rounding)};
            if (change != Change.MOVED && k > 0) {
                // one row has not all features at their ends of the sum
                narrow(total, norm, more);
            }
            double[][] covariance = covariance(sigma, total, norm, more, rounding);
            for (int j = 0; j < d; j++) {
                double low = covariance[0][j];
                double high = covariance[1][j];
                if (!(low > 0)) {
                    return false;
                }
                double least = soft(mu[0][j], lambda[j]);
                double most = soft(mu[1][j], lambda[j]);
                w[0][j] = least / (least < 0 ? low : high);
                w[1][j] = most / (most < 0 ? high : low);
            }
            odds = odds();
            return true;
        }

        /** Between what numbers the diagonal of Σ is; of a multiple of the identity 1, for it divides all of w alike. */
        private double[][] covariance(double[][] sigma, double[] total, double[] norm, double more, double rounding) {
            double[][] covariance = new double[2][d];
            if (learner.isIdentity()) {
                double ridge = learner.isShrunk() ? 0 : learner.ridge();
                unit = new double[] {total[0] / d + ridge, total[1] / d + ridge};
                Arrays.fill(covariance[0], unit[0] > 0 ? 1 : 0);
                Arrays.fill(covariance[1], 1);
                return covariance;
            }
            Shrinkage shrinkage = learner.isShrunk()
                    ? Shrinkage.of(total, norm, new double[] {n, n * more}, d, change == Change.MOVED
                            ? total[1] : Math.min(total[1], Arrays.stream(variance).sum() * (1 + rounding)), d)
                    : Shrinkage.ridge(learner.ridge());
            for (int j = 0; j < d; j++) {
                for (int side = 0; side < 2; side++) {
                    double mean = total[side] / d;
                    double own = sigma[side][j];
                    double one = shrinkage.leastShare() * own + (1 - shrinkage.leastShare()) * mean;
                    double other = shrinkage.greatestShare() * own + (1 - shrinkage.greatestShare()) * mean;
                    covariance[side][j] = learner.isShrunk()
                            ? side == 0 ? Math.min(one, other) : Math.max(one, other)
                            : own + learner.ridge();
                }
            }
            return covariance;
        }

        private static double soft(double mu, double lambda) {
            double left = Math.abs(mu) - lambda;
            return left > 0 ? Math.copySign(left, mu) : 0;
        }

        /**
         * How far μ₊ + both·μ₋ may move towards {@code sign}. Of the rows that leave and those that come each moves one class's
         * mean by its own distance, divided by that class's size.
         */
        private double moved(int j, int sign, int both) {
            if (k == 0) {
                return 0;
            }
            if (change == Change.MOVED) {
                return rows.reach[j] * Math.min(k / (double) rows.smaller(), 2);
            }
            double least = change == Change.ADDED ? rows.smaller() + k / 2.0 : rows.smaller() - k;
            double toPlus = Math.max(sign * (rows.lower[j] - rows.plusMean[j]), sign * (rows.upper[j] - rows.plusMean[j]));
            double toMinus = Math.max(both * sign * (rows.lower[j] - rows.minusMean[j]),
                    both * sign * (rows.upper[j] - rows.minusMean[j]));
            double all = k / least * Math.max(0, Math.max(toPlus, toMinus));
            if (change == Change.REPLACED) {
                all += removed(plus[j], -sign, minus[j], -both * sign) / least;
            }
            return all;
        }

        /** The greatest sum of k of one sign·deviations and of the others', which are sorted. */
        private double removed(double[] one, int oneSign, double[] other, int otherSign) {
            int i = 0;
            int m = 0;
            double sum = 0;
            for (int taken = 0; taken < k; taken++) {
                double first = at(one, oneSign, i);
                double second = at(other, otherSign, m);
                if (!(Math.max(first, second) > 0)) {
                    break;
                }
                sum += Math.max(first, second);
                if (first >= second) {
                    i++;
                } else {
                    m++;
                }
            }
            return sum;
        }

        /** The i-th greatest. */
        private static double at(double[] sorted, int sign, int i) {
            if (i >= sorted.length) {
                return 0;
            }
            return sign > 0 ? sorted[sorted.length - 1 - i] : -sorted[i];
        }

        private void spread(int j, double[][] sigma) {
            double now = variance[j];
            if (change == Change.MOVED) {
                double root = Math.sqrt(now);
                double reach = rows.reach[j] * Math.sqrt(k / n);
                double lower = Math.max(0, root - reach);
                sigma[0][j] = lower * lower;
                sigma[1][j] = (root + reach) * (root + reach);
                return;
            }
            sigma[0][j] = now;
            sigma[1][j] = now;
            if (k > 0) {
                double deviation = rows.boxDeviation(j);
                sigma[1][j] += k / n * (deviation * deviation);
                sigma[0][j] = change == Change.ADDED
                        ? now / (1 + k / n)
                        : Math.max(0, now - gone(j) / n * rows.smaller() / (rows.smaller() - k));
            }
        }

        /** The greatest sum of k squares. */
        private double gone(int j) {
            double[] ends = new double[4];
            int[] taken = new int[4];
            double sum = 0;
            for (int left = k; left > 0; left--) {
                ends[0] = taken[0] + taken[1] < plus[j].length ? at(plus[j], 1, taken[0]) : 0;
                ends[1] = taken[0] + taken[1] < plus[j].length ? at(plus[j], -1, taken[1]) : 0;
                ends[2] = taken[2] + taken[3] < minus[j].length ? at(minus[j], 1, taken[2]) : 0;
                ends[3] = taken[2] + taken[3] < minus[j].length ? at(minus[j], -1, taken[3]) : 0;
                int best = 0;
                for (int e = 1; e < 4; e++) {
                    best = ends[e] > ends[best] ? e : best;
                }
                taken[best]++;
                sum += ends[best] * ends[best];
            }
            return sum;
        }

        /** tr S and the root of tr S² from whole rows, where that says more. */
        private void narrow(double[] total, double[] norm, double more) {
            double sum = Arrays.stream(variance).sum();
            double length = Math.sqrt(ClassRows.dot(variance, variance));
            double square = 0;
            double fourth = 0;
            for (int j = 0; j < d; j++) {
                double deviation = rows.boxDeviation(j);
                square += deviation * deviation;
                fourth += deviation * deviation * (deviation * deviation);
            }
            double[] a = new double[d];
            double[] squares = new double[rows.rows];
            double[] fourths = new double[rows.rows];
            for (int i = 0; i < rows.rows && change == Change.REPLACED; i++) {
                rows.deviation(i, a);
                for (int j = 0; j < d; j++) {
                    double each = a[j] * a[j];
                    squares[i] += each;
                    fourths[i] += each * each;
                }
                fourths[i] = Math.sqrt(fourths[i]);
            }
            double left = change == Change.REPLACED ? rows.smaller() / (double) (rows.smaller() - k) : 0;
            double room = (n * more + d + 64) * 0x1p-50 * (sum + k / n * square);
            total[0] = Math.max(total[0], (sum - left * ClassRows.greatest(squares, k) / n) / more - room);
            total[1] = Math.min(total[1], sum + k / n * square + room);
            norm[0] = Math.max(norm[0], (length - left * ClassRows.greatest(fourths, k) / n) / more - room);
            norm[1] = Math.min(norm[1], length + k / n * Math.sqrt(fourth) + room);
        }

        private double[] odds() {
            double[] range = learner.logOdds(rows.plus, rows.minus, change.gone(k), change.come(k));
            // an answer that the odds alone would give stands for nothing: from such rows there may be nothing to learn
            return new double[] {Math.min(0, range[0] / 2 * unit[1]), Math.max(0, range[1] / 2 * unit[1])};
        }

        @Override
        public boolean stands(float[] query, int answer) {
            if (!known) {
                return false;
            }
            double least = answer > 0 ? odds[0] : -odds[1];
            double magnitudes = Math.abs(least);
            for (int j = 0; j < d; j++) {
                double low = query[j] - middle[1][j];
                double high = query[j] - middle[0][j];
                double each = Math.min(Math.min(answer * w[0][j] * low, answer * w[0][j] * high),
                        Math.min(answer * w[1][j] * low, answer * w[1][j] * high));
                least += each;
                magnitudes += Math.max(Math.abs(w[0][j]), Math.abs(w[1][j])) * (Math.abs(query[j]) + rows.greatest[j]);
            }
            return least > magnitudes * (0x1p-22 + (d + 64) * 0x1p-50) + d * 0x1p-140;
        }
    }

    @Override
    Prepared prepare(Change change, int k) {
        return new Level(change, k);
    }
}
