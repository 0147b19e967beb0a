package dev.holdfast.model;

import dev.holdfast.kernel.Cholesky;
import dev.holdfast.kernel.LinearAttention;
import dev.holdfast.model.bayes.DenseCovariance;
import dev.holdfast.model.bayes.Penalty;
import dev.holdfast.model.bayes.Solution;
import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * A bound on hijacked {@link RobustBayes} with all correlations. With one intercept a class, θ = (w, b₊, b₋) and
 * e_n = (x_n − μ_{y_n}, −1 at y_n), it is the minimum of a sum over rows,
 *
 * <pre>
 *     (1/2N) Σ_n (e_n·θ)² − ½ (b₊ − b₋) + ½ τ‖w‖² + ε‖w‖
 * </pre>
 *
 * which is convex, so that what k rows change is bounded by what they add to its gradient: the theorem, its proof and what
 * it is worth are in decisions/0018.
 */
final class BayesHijacking extends HijackingBound {
    /** Of how many rows the matrix of leverages is made: N² d. */
    private static final int MOST_PAIRS = 2048;
    /** At least (10⁻⁹)^½: by what share of its length a solution may be off that has the gap which is promised. */
    private static final double GAP = 0x1p-14;

    private final RobustBayes learner;
    private final ClassRows rows;
    private final int d;
    private final double n;
    private final Penalty penalty;
    /** (1/N) times the scatter within classes. */
    private final double[] s;

    private final double trace;
    private final double norm;
    /** ‖x_n − μ‖², by which one row adds to the trace. */
    private final double[] squares;

    private final double[] middle;
    /** The reference: its ridge, w, Σw, μ − Σw, the rows' errors e_n·θ; {@code null} where there is none. */
    private final double[] w;

    private final double tau;
    private final double[] image;
    private final double[] z;
    private final double[] errors;

    /** @param scatter of the rows within classes, d × d; overwritten */
    BayesHijacking(RobustBayes learner, Classifier classifier, Rows x, int[] y, Threat threat, double epsilon,
            double[] scatter) {
        super(classifier, x, threat);
        this.learner = learner;
        this.rows = new ClassRows(x, y, threat, epsilon);
        this.d = rows.d;
        this.n = rows.rows;
        this.penalty = learner.penalty(d);
        this.s = scatter;
        double sum = 0;
        double square = 0;
        for (int i = 0; i < d * d; i++) {
            s[i] /= n;
            square += s[i] * s[i];
        }
        for (int j = 0; j < d; j++) {
            sum += s[j * d + j];
        }
        this.trace = sum;
        this.norm = Math.sqrt(square);
        this.squares = new double[rows.rows];
        double[] a = new double[d];
        for (int i = 0; i < rows.rows; i++) {
            rows.deviation(i, a);
            squares[i] = ClassRows.dot(a, a);
        }
        double[] mu = new double[d];
        this.middle = new double[d];
        for (int j = 0; j < d; j++) {
            mu[j] = (rows.plusMean[j] - rows.minusMean[j]) / 2;
            middle[j] = (rows.plusMean[j] + rows.minusMean[j]) / 2;
        }
        double[] one = {n, n};
        Shrinkage now = learner.isShrunk()
                ? Shrinkage.of(new double[] {trace, trace}, new double[] {norm, norm}, one, d, trace, 1)
                : Shrinkage.ridge(learner.ridge());
        this.tau = now.greatest();
        Solution solution = now.greatest() < Double.POSITIVE_INFINITY && now.least() > 0
                ? DenseCovariance.of(scatterOf(), d, n, tau).solve(mu, penalty, null)
                : null;
        this.w = solution == null ? null : solution.w();
        this.image = w == null ? null : product(s, w);
        this.z = w == null ? null : new double[d];
        this.errors = w == null ? null : rows.deviationsTimes(w);
        for (int j = 0; j < d && w != null; j++) {
            image[j] += tau * w[j];
            z[j] = mu[j] - image[j];
        }
        for (int i = 0; i < rows.rows && w != null; i++) {
            errors[i] -= intercept(y[i]);
        }
    }

    private double[] scatterOf() {
        return Arrays.stream(s).map(entry -> entry * n).toArray();
    }

    /** b_y of the reference, from the class's mean. */
    private double intercept(int label) {
        return label * n / (2 * rows.size(label));
    }

    private static double[] product(double[] matrix, double[] v) {
        int d = v.length;
        double[] out = new double[d];
        for (int i = 0; i < d; i++) {
            if (v[i] != 0) {
                for (int j = 0; j < d; j++) {
                    out[j] += matrix[i * d + j] * v[i];
                }
            }
        }
        return out;
    }

    private final class Level implements Prepared {
        /** Whether anything can be said at all. */
        private final boolean known;

        private final int k;
        /** Whether changed rows are seen to leave and to come again, each by itself; else all of them move together. */
        private final boolean removes;
        /** Of rows that move together: at least what their errors and moves add to the gradient, and |w·Δx|. */
        private double pull;

        private double reach;
        private final boolean together;
        private Shrinkage ridge;
        /** R with RᵀR = S + τI for the least τ there may be, less {@link #off}. */
        private double[] factor;

        private double least;
        /** Against that matrix, how far any of those is from it of which a solution is the exact one. */
        private double off;
        /** At least the greatest eigenvalue of the leverages of any k rows. */
        private double eta;

        private double[] leverages;
        /** The rows' (e_n·G⁻¹(w, 0, 0)), and the same of the reference itself. */
        private double[] share;

        private double ridgeSquare;
        /** What k changed rows add, at most: of moved rows one each, of others the same. */
        private double[] added;

        private double addedAlike;
        /** At least the length of what roundings add to the gradient. */
        private double rounding;
        /** At least ‖θ'‖ of what is learnt, and ‖w'‖₂. */
        private double length;

        private double weights;
        private int[] active;
        private double[] activeFactor;
        private double[] odds;
        private double[] shift;

        Level(Change change, int k, boolean together) {
            this.k = k;
            this.together = together;
            this.removes = change != Change.ADDED && k > 0 && !together;
            this.known = w != null && !change.mayEmpty(rows.smaller(), k) && make(change);
        }

        private boolean make(Change change) {
            double more = change == Change.ADDED ? 1 + k / n : 1;
            double roundings = (Math.min(n * more, LinearAttention.BLOCK) + 6) * 0x1p-24 + (n * more + d + 64) * 0x1p-50;
            double[] traces = {trace, trace};
            double[] norms = {norm, norm};
            double[] variances = new double[d];
            Arrays.setAll(variances, j -> s[j * d + j]);
            if (change == Change.MOVED) {
                double moved = Math.sqrt(k / n) * Math.sqrt(ClassRows.dot(rows.reach, rows.reach));
                traces = squared(Math.sqrt(trace), moved);
                norms = squared(Math.sqrt(norm), moved);
                Arrays.setAll(variances, j -> squared(Math.sqrt(s[j * d + j]), Math.sqrt(k / n) * rows.reach[j])[1]);
            } else if (k > 0) {
                double square = 0;
                for (int j = 0; j < d; j++) {
                    double deviation = rows.boxDeviation(j);
                    square += deviation * deviation;
                    variances[j] += k / n * (deviation * deviation);
                }
                double gone = removes ? ClassRows.greatest(squares, k) / n * rows.smaller() / (rows.smaller() - k) : 0;
                traces = new double[] {(trace - gone) / more, trace + k / n * square};
                norms = new double[] {(norm - gone) / more, norm + k / n * square};
            }
            double rounded = 2 * roundings * traces[1];
            widen(traces, rounded);
            widen(norms, rounded);
            ridge = learner.isShrunk()
                    ? Shrinkage.of(traces, norms, new double[] {n, n * more}, d,
                            change == Change.MOVED ? traces[1] : Math.min(traces[1], trace + rounded), Math.max(1, k)).times(more)
                    : Shrinkage.ridge(learner.ridge()).times(more);
            double meanError = (n * more + 64) * 0x1p-50 * Math.sqrt(ClassRows.dot(rows.greatest, rows.greatest));
            least = ridge.least() - 2 * rounded - 2 * meanError;
            if (!(ridge.greatest() < Double.POSITIVE_INFINITY) || !(least > ridge.least() / 2)) {
                return false;
            }
            this.off = (d + 8) * 0x1p-45 * (trace + d * least) / least;
            factor = s.clone();
            for (int j = 0; j < d; j++) {
                factor[j * d + j] += least;
            }
            if (!(this.off < 0x1p-10) || Cholesky.factor(factor, d, new double[Cholesky.factorWorkLength(d)]) != d) {
                return false;
            }
            for (int j = 0; j < d; j++) {
                reach += Math.abs(w[j]) * rows.reach[j];
            }
            eta = together ? moved() : removes ? leverage() * (1 + 4 * this.off) : 0;
            if (!(eta < 1)) {
                return false;
            }
            double spread = 0;
            for (int j = 0; j < d; j++) {
                spread += Math.abs(w[j]) * Math.sqrt(variances[j]);
            }
            rounding = 2 * roundings * Math.sqrt(traces[1]) * spread + 4 * meanError * (1 + Math.sqrt(ClassRows.dot(w, w)));
            double[] solved = solved(w);
            share = rows.deviationsTimes(solved);
            ridgeSquare = ClassRows.dot(w, solved);
            length = Math.sqrt((ClassRows.dot(image, solved(image)) + interceptSquare()) * (1 + this.off) / (1 - eta));
            weights = length / Math.sqrt(least);
            added(change);
            active();
            odds = odds(change);
            shift = shift(change);
            return true;
        }

        private static double[] squared(double root, double reach) {
            double lower = Math.max(0, root - reach);
            return new double[] {lower * lower, (root + reach) * (root + reach)};
        }

        private static void widen(double[] range, double by) {
            range[0] -= by;
            range[1] += by;
        }

        private double[] solved(double[] v) {
            double[] out = v.clone();
            Cholesky.solve(factor, d, out);
            return out;
        }

        /** 1 − λ², where moved rows leave λ of the length of any δ: that of their moves is at most (k/N)^½ Σ|δ_j| reach_j. */
        private double moved() {
            double[] inverse = inverse();
            double sum = 0;
            for (int i = 0; i < d; i++) {
                for (int j = 0; j < d; j++) {
                    sum += Math.abs(inverse[i * d + j]) * rows.reach[i] * rows.reach[j];
                }
            }
            double kappa = Math.sqrt(sum * (1 + 4 * off));
            double[] sizes = Arrays.stream(errors).map(Math::abs).toArray();
            pull = ClassRows.greatest(sizes, k) / n * kappa;
            double left = 1 - Math.sqrt(k / n) * kappa;
            return left > 0 ? 1 - left * left : 1;
        }

        private double[] inverse() {
            double[] inverse = new double[d * d];
            Cholesky.inverse(factor, d, inverse, new double[Cholesky.inverseWorkLength(d)]);
            return inverse;
        }

        /** The greatest eigenvalue of the leverages of k rows is at most their sum, and at most a sum of one of its rows. */
        private double leverage() {
            int count = rows.rows;
            double[] inverse = inverse();
            leverages = new double[count];
            boolean pairs = k > 1 && count <= MOST_PAIRS;
            double[][] images = new double[pairs ? count : 0][];
            double[] a = new double[d];
            for (int i = 0; i < count; i++) {
                rows.deviation(i, a);
                double[] image = product(inverse, a);
                leverages[i] = ClassRows.dot(a, image) / n + 1.0 / rows.size(rows.y[i]);
                if (pairs) {
                    images[i] = image;
                }
            }
            double most = ClassRows.greatest(leverages, k);
            if (!pairs) {
                return most;
            }
            double greatest = 0;
            for (int i = 0; i < count; i++) {
                double[] with = rows.deviationsTimes(images[i]);
                for (int m = 0; m < count; m++) {
                    with[m] = m == i ? 0
                            : Math.abs(with[m] / n + (rows.y[m] == rows.y[i] ? 1.0 / rows.size(rows.y[i]) : 0));
                }
                greatest = Math.max(greatest, leverages[i] + ClassRows.greatest(with, k - 1));
            }
            return Math.min(most, greatest);
        }

        private void added(Change change) {
            added = new double[change == Change.MOVED ? rows.rows : 0];
            for (int i = 0; i < added.length; i++) {
                double error = Math.abs(errors[i]) + reach;
                added[i] = error * error;
            }
            if (change == Change.MOVED || k == 0) {
                return;
            }
            double most = 0;
            for (int label = -1; label <= 1; label += 2) {
                double low = -intercept(label);
                double high = low;
                double[] mean = rows.mean(label);
                for (int j = 0; j < d; j++) {
                    double one = w[j] * (rows.lower[j] - mean[j]);
                    double other = w[j] * (rows.upper[j] - mean[j]);
                    low += Math.min(one, other);
                    high += Math.max(one, other);
                }
                most = Math.max(most, Math.max(-low, high));
            }
            addedAlike = most * most;
        }

        private void active() {
            active = IntStream.range(0, d).filter(j -> w[j] != 0).toArray();
            int size = active.length;
            activeFactor = new double[size * size];
            for (int i = 0; i < size; i++) {
                for (int j = 0; j < size; j++) {
                    activeFactor[i * size + j] = s[active[i] * d + active[j]] + (i == j ? least : 0);
                }
            }
            // of a matrix that has one, a part has one
            if (Cholesky.factor(activeFactor, size, new double[Cholesky.factorWorkLength(size)]) != size) {
                activeFactor = null;
            }
        }

        /** What is least for the query where features without a weight may move freely: these then cost nothing more. */
        private double[] target(double[] c) {
            double[] part = new double[active.length];
            Arrays.setAll(part, i -> c[active[i]]);
            if (activeFactor != null) {
                Cholesky.solve(activeFactor, part.length, part);
            }
            double[] v = new double[d];
            for (int i = 0; i < part.length; i++) {
                v[active[i]] = part[i];
            }
            return product(s, v);
        }

        private double[] odds(Change change) {
            double[] range = learner.logOdds(rows.plus, rows.minus, change.gone(k), change.come(k));
            // an answer that the odds alone would give stands for nothing: from such rows there may be nothing to learn
            return new double[] {Math.min(0, Math.min(range[0] * ridge.leastShare(), range[0] * ridge.greatestShare()) / 2),
                Math.max(0, Math.max(range[1] * ridge.leastShare(), range[1] * ridge.greatestShare()) / 2)};
        }

        /** By how much ¼N(1/n₊ − 1/n₋), which parts f from −½(b₊ + b₋), may grow. */
        private double[] shift(Change change) {
            double gone = change.gone(k);
            double come = change.come(k);
            double now = 1.0 / rows.plus - 1.0 / rows.minus;
            return new double[] {n / 4 * (1 / (rows.plus + come) - 1 / (rows.minus - gone) - now),
                n / 4 * (1 / (rows.plus - gone) - 1 / (rows.minus + come) - now)};
        }

        private double interceptSquare() {
            return n / 4 * (1.0 / rows.plus + 1.0 / rows.minus);
        }

        @Override
        public boolean stands(float[] query, int answer) {
            if (!known) {
                return false;
            }
            double[] c = new double[d];
            double squares = 0;
            double margin = 0;
            for (int j = 0; j < d; j++) {
                c[j] = answer * (query[j] - middle[j]);
                margin += w[j] * c[j];
                squares += (double) query[j] * query[j] + rows.greatest[j] * rows.greatest[j];
            }
            margin += answer > 0 ? odds[0] + shift[0] : -odds[1] - shift[1];
            double[] first = solved(c);
            double whole = Math.sqrt((ClassRows.dot(c, first) + interceptSquare()) * (1 + off) / (1 - eta));
            margin -= GAP * whole * length;
            margin -= (0x1p-22 + (d + 64) * 0x1p-50) * Math.sqrt(2 * squares) * weights;
            if (!(margin > 0)) {
                return false;
            }
            double[] target = target(c);
            double ridges = Math.max(ridge.greatest() - tau, tau - ridge.least()) * Math.sqrt(ridgeSquare);
            double gradient = ridges + rounding / Math.sqrt(least);
            double rowsAlike = (together ? k * reach * reach * (1 - eta)
                    : added.length > 0 ? ClassRows.greatest(added, k) : k * addedAlike) / n;
            double alike = Math.sqrt(rowsAlike + (gradient + pull) * (gradient + pull));
            double nu = whole / Math.max(alike, 0x1p-30 * whole);
            for (int round = 0; round < 4; round++) {
                double[] g = gradient(c, target, nu);
                double[] v = new double[d];
                for (int j = 0; j < d; j++) {
                    v[j] = c[j] + nu * (g[j] - z[j]);
                }
                double[] solved = solved(v);
                double square = ClassRows.dot(v, solved) + interceptSquare();
                if (fall(solved, square, nu, answer) + nu * penalty.missing(g, w) < margin) {
                    return true;
                }
                nu = Math.sqrt(square) / Math.max(alike, 0x1p-30 * whole);
            }
            return false;
        }

        /** A gradient of ε‖w‖ at the reference, which turns c into what is near the target as far as it is free. */
        private double[] gradient(double[] c, double[] target, double nu) {
            double[] wanted = new double[d];
            for (int j = 0; j < d; j++) {
                wanted[j] = z[j] + (target[j] - c[j]) / nu;
            }
            return penalty.facing(wanted, w);
        }

        /** The most that the answer·f may fall, at either end of the ridge. */
        private double fall(double[] solved, double square, double nu, int answer) {
            double[] q = removes ? rows.deviationsTimes(solved) : new double[0];
            double cross = ClassRows.dot(w, solved);
            double worst = 0;
            for (int end = 0; end < 2; end++) {
                double step = nu * ((end == 0 ? ridge.least() : ridge.greatest()) - tau);
                double length = Math.max(0, square + 2 * step * cross + step * step * ridgeSquare) * (1 + 4 * off)
                        + 4 * off * square;
                if (together) {
                    double root = Math.sqrt(length) + nu * (pull + rounding / Math.sqrt(least));
                    worst = Math.max(worst, root * root / (2 * nu * (1 - eta)) + nu * k * reach * reach / (2 * n));
                    continue;
                }
                double[] losses = new double[rows.rows];
                double alike = added.length > 0 ? 0 : nu * nu * addedAlike / n;
                double root = Math.sqrt(length);
                for (int i = 0; i < losses.length && removes; i++) {
                    double at = q[i] + step * share[i] + answer * n / (2.0 * rows.size(rows.y[i]));
                    double error = Math.abs(at - nu * errors[i]) + 4 * off * Math.sqrt(n * leverages[i]) * root;
                    losses[i] = (error * error / (1 - eta) - nu * nu * errors[i] * errors[i]
                            + (added.length > 0 ? nu * nu * added[i] : 0)) / n;
                }
                double all = length + ClassRows.greatest(losses, k) + k * alike;
                double rounded = nu * rounding / Math.sqrt(least);
                // (√W + r)² ≤ W + 2r(√W + r) with a W that may be as great as what is known of it
                all += 2 * rounded * Math.sqrt(all) + rounded * rounded;
                worst = Math.max(worst, all / (4 * nu));
            }
            return worst * (1 + 0x1p-30);
        }
    }

    /** Up to four binary digits: each k takes O(N d² + d³). */
    @Override
    int shared(int k) {
        int last = (1 << Math.max(0, 28 - Integer.numberOfLeadingZeros(k))) - 1;
        return (k + last) & ~last;
    }

    @Override
    Prepared prepare(Change change, int k) {
        Level each = new Level(change, k, false);
        if (change != Change.MOVED) {
            return each;
        }
        Level together = new Level(change, k, true);
        return (query, answer) -> each.stands(query, answer) || together.stands(query, answer);
    }
}
