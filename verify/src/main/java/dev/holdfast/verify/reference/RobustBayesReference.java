package dev.holdfast.verify.reference;

import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * The robust Bayes classifier in float64, by other methods than the model's: moments in two passes over the rows, the
 * convex problem by an interior-point method (ℓ∞, ℓ1) or by bisection on dense systems (ℓ2), the normal distribution by
 * integration. Each solution comes with a duality gap of its own, which needs no bound on eigenvalues.
 */
public final class RobustBayesReference {
    /** Unit roundoff. */
    public static final double U = 0x1p-53;

    /** What bounds a perturbation. */
    public enum Norm {
        LINF,
        L2,
        L1
    }

    /** Which entries of the covariance count. */
    public enum Form {
        FULL,
        DIAGONAL,
        IDENTITY
    }

    private RobustBayesReference() {}

    /** γ_k = k u/(1 − k u), the relative error of k roundings. */
    public static double gamma(double k) {
        return k * U / (1 - k * U);
    }

    /**
     * Sizes, means and the scatter within classes of rows.
     *
     * @param magnitude by feature the greatest |mean| of a class
     */
    public record Moments(double[] size, double[][] mean, double[][] scatter, double[] magnitude) {
        public int d() {
            return scatter.length;
        }

        public double total() {
            return Arrays.stream(size).sum();
        }

        /** Half of the difference of the means of c and r. */
        public double[] mu(int c, int r) {
            return IntStream.range(0, d()).mapToDouble(j -> (mean[c][j] - mean[r][j]) / 2).toArray();
        }

        /** The point between the means of c and r. */
        public double[] middle(int c, int r) {
            return IntStream.range(0, d()).mapToDouble(j -> (mean[c][j] + mean[r][j]) / 2).toArray();
        }

        /** What classes {@code of} have for a mean together. */
        public double[] meanOf(int... of) {
            double rows = IntStream.of(of).mapToDouble(c -> size[c]).sum();
            return IntStream.range(0, d())
                    .mapToDouble(j -> IntStream.of(of).mapToDouble(c -> size[c] * mean[c][j]).sum() / rows)
                    .toArray();
        }

        /**
         * A bound on the error of an entry of S, relative to √(S_ii S_jj): N + 8 roundings of a sum of products of rounded
         * deviations; what the means lack enters squared, since deviations from the mean add up to 0. What does not vary has
         * deviations of exactly 0.
         */
        public double relativeError() {
            double worst = 0;
            double n = total();
            for (int j = 0; j < d(); j++) {
                double deviation = Math.sqrt(scatter[j][j] / n);
                worst = Math.max(worst, deviation == 0 ? 0 : 4 * U * magnitude[j] / deviation);
            }
            return gamma(n + 8) + worst * worst;
        }
    }

    /** @param number the class of each row, 0..classes−1 */
    public static Moments moments(float[][] x, int[] number, int classes) {
        int d = x[0].length;
        double[] size = new double[classes];
        double[][] mean = new double[classes][d];
        double[][] low = new double[classes][d];
        for (int n = 0; n < x.length; n++) {
            int c = number[n];
            size[c]++;
            for (int j = 0; j < d; j++) {
                // Knuth's sum with its error
                double before = mean[c][j];
                double sum = before + x[n][j];
                double added = sum - before;
                low[c][j] += (before - (sum - added)) + (x[n][j] - added);
                mean[c][j] = sum;
            }
        }
        double[] magnitude = new double[d];
        for (int c = 0; c < classes; c++) {
            for (int j = 0; j < d; j++) {
                mean[c][j] = (mean[c][j] + low[c][j]) / size[c];
                magnitude[j] = Math.max(magnitude[j], Math.abs(mean[c][j]));
            }
        }
        double[][] scatter = new double[d][d];
        double[] deviation = new double[d];
        for (int n = 0; n < x.length; n++) {
            for (int j = 0; j < d; j++) {
                deviation[j] = x[n][j] - mean[number[n]][j];
            }
            for (int i = 0; i < d; i++) {
                for (int j = 0; j <= i; j++) {
                    scatter[i][j] += deviation[i] * deviation[j];
                }
            }
        }
        for (int i = 0; i < d; i++) {
            for (int j = 0; j < i; j++) {
                scatter[j][i] = scatter[i][j];
            }
        }
        return new Moments(size, mean, scatter, magnitude);
    }

    /**
     * Σ: S + τI, or for τ = NaN (1 − ρ) S + ρ t I with ρ = min(1, (α + t²)/((N + 1)(α − t²/d))), t = tr S/d,
     * α = tr(S²)/d².
     *
     * @return {@code null} where S = 0 and there is no ridge
     */
    public static double[][] covariance(Moments moments, Form form, double ridge) {
        int d = moments.d();
        double n = moments.total();
        double[][] s = new double[d][d];
        double t = 0;
        for (int j = 0; j < d; j++) {
            t += moments.scatter[j][j] / n / d;
        }
        for (int i = 0; i < d; i++) {
            for (int j = 0; j < d; j++) {
                s[i][j] = switch (form) {
                    case FULL -> moments.scatter[i][j] / n;
                    case DIAGONAL -> i == j ? moments.scatter[i][j] / n : 0;
                    case IDENTITY -> i == j ? t : 0;
                };
            }
        }
        if (Double.isNaN(ridge)) {
            if (t == 0) {
                return null;
            }
            double square = 0;
            for (double[] row : s) {
                for (double entry : row) {
                    square += entry * entry;
                }
            }
            double alpha = square / ((double) d * d);
            double below = (n + 1) * (alpha - t * t / d);
            double rho = below > 0 ? Math.min(1, (alpha + t * t) / below) : 1;
            for (int i = 0; i < d; i++) {
                for (int j = 0; j < d; j++) {
                    s[i][j] = (1 - rho) * s[i][j] + (i == j ? rho * t : 0);
                }
            }
        } else {
            for (int j = 0; j < d; j++) {
                s[j][j] += ridge;
            }
        }
        return s;
    }

    /** ‖w‖, what a perturbation of size 1 takes from w·x. */
    public static double dualNorm(Norm norm, double[] b, double[] w) {
        double most = 0;
        double sum = 0;
        for (int j = 0; j < w.length; j++) {
            double v = b[j] * Math.abs(w[j]);
            most = Math.max(most, v);
            sum += norm == Norm.L2 ? v * v : v;
        }
        return norm == Norm.L1 ? most : norm == Norm.L2 ? Math.sqrt(sum) : sum;
    }

    /** ‖z/b‖; ∞ where a feature is moved that is frozen. */
    public static double size(Norm norm, double[] b, double[] z) {
        double most = 0;
        double sum = 0;
        for (int j = 0; j < z.length; j++) {
            double v = z[j] == 0 ? 0 : Math.abs(z[j]) / b[j];
            most = Math.max(most, v);
            sum += norm == Norm.L2 ? v * v : v;
        }
        return norm == Norm.LINF ? most : norm == Norm.L2 ? Math.sqrt(sum) : sum;
    }

    /** A problem min ½ wᵀΣw − μᵀw + ε‖w‖. */
    public record Problem(double[][] sigma, double[] mu, Norm norm, double[] b, double epsilon) {
        public int d() {
            return mu.length;
        }

        public double variance(double[] w) {
            double sum = 0;
            for (int i = 0; i < d(); i++) {
                sum += w[i] * dot(sigma[i], w);
            }
            return sum;
        }

        public double objective(double[] w) {
            return variance(w) / 2 - dot(mu, w) + epsilon * dualNorm(norm, b, w);
        }

        /** −(μᵀw − ε‖w‖)/√(wᵀΣw): the robust error is Φ of it. */
        public double exponent(double[] w) {
            return -(dot(mu, w) - epsilon * dualNorm(norm, b, w)) / Math.sqrt(variance(w));
        }

        /** μ − Σw. */
        public double[] residual(double[] w) {
            return IntStream.range(0, d()).mapToDouble(i -> mu[i] - dot(sigma[i], w)).toArray();
        }

        /**
         * The least value is below −this: along v with μᵀv = size(μ)‖v‖ it is at most −(size(μ) − ε)²‖v‖²/(2 vᵀΣv). Where
         * frozen features have a μ_j, v is the unit vector of the best of them.
         */
        public double depth() {
            double size = size(norm, b, mu);
            if (size == Double.POSITIVE_INFINITY) {
                return IntStream.range(0, d())
                        .filter(j -> b[j] == 0)
                        .mapToDouble(j -> mu[j] * mu[j] / (2 * sigma[j][j]))
                        .max()
                        .orElseThrow();
            }
            double[] v = new double[d()];
            int best = 0;
            for (int j = 0; j < d(); j++) {
                best = b[j] > 0 && (b[best] == 0 || Math.abs(mu[j]) / b[j] > Math.abs(mu[best]) / b[best]) ? j : best;
            }
            for (int j = 0; j < d(); j++) {
                v[j] = switch (norm) {
                    case LINF -> j == best ? Math.copySign(1 / b[j], mu[j]) : 0;
                    case L2 -> b[j] == 0 ? 0 : mu[j] / b[j] / b[j];
                    case L1 -> b[j] == 0 || mu[j] == 0 ? 0 : Math.copySign(1 / b[j], mu[j]);
                };
            }
            double most = (size - epsilon) * dualNorm(norm, b, v);
            return most * most / (2 * variance(v));
        }

        /** How far the value that is computed for w may be from the exact one: products and sums of three terms. */
        public double rounding(double[] w) {
            double spread = 0;
            double linear = 0;
            for (int j = 0; j < d(); j++) {
                spread += Math.abs(w[j]) * Math.sqrt(sigma[j][j]);
                linear += Math.abs(w[j] * mu[j]);
            }
            return gamma(2 * d() + 8) * (spread * spread / 2 + linear + epsilon * dualNorm(norm, b, w));
        }

        /**
         * How far w is at most above the minimum: for any z' of size ε at most, ε‖w‖ − z'·w + ½ eᵀΣ⁻¹e with
         * e = μ − Σw − z'.
         */
        double gap(double[] w, double[] near, double[][] factor) {
            double[] inside = near.clone();
            for (int j = 0; j < d(); j++) {
                inside[j] = b[j] == 0 ? 0 : near[j];
                if (norm == Norm.LINF) {
                    inside[j] = Math.max(-epsilon * b[j], Math.min(inside[j], epsilon * b[j]));
                }
            }
            double size = size(norm, b, inside);
            if (size > epsilon) {
                for (int j = 0; j < d(); j++) {
                    inside[j] *= epsilon / size;
                }
            }
            double[] e = residual(w);
            for (int j = 0; j < d(); j++) {
                e[j] -= inside[j];
            }
            double[] solved = solve(factor, e);
            double above = epsilon * dualNorm(norm, b, w) - dot(inside, w) + dot(e, solved) / 2;
            return Math.max(0, above);
        }
    }

    /**
     * A solution.
     *
     * @param value ½ wᵀΣw − μᵀw + ε‖w‖
     * @param gap what that is at most above the minimum, but for {@link Problem#rounding}
     */
    public record Solution(double[] w, double value, double gap) {}

    /** The minimum; its gap says how near. */
    public static Solution solve(Problem problem) {
        int d = problem.d();
        // features in units of their deviations: w = v/s
        double[] s = IntStream.range(0, d).mapToDouble(j -> Math.sqrt(problem.sigma[j][j])).toArray();
        double[][] sigma = new double[d][d];
        for (int i = 0; i < d; i++) {
            for (int j = 0; j < d; j++) {
                sigma[i][j] = problem.sigma[i][j] / s[i] / s[j];
            }
        }
        Problem scaled = new Problem(sigma,
                IntStream.range(0, d).mapToDouble(j -> problem.mu[j] / s[j]).toArray(), problem.norm,
                IntStream.range(0, d).mapToDouble(j -> problem.b[j] / s[j]).toArray(), problem.epsilon);
        double[][] factor = factor(sigma);
        boolean free = problem.epsilon == 0 || Arrays.stream(problem.b).allMatch(b -> b == 0);
        Solution solution = free
                ? unpenalised(scaled, factor)
                : problem.norm == Norm.L2 ? bisection(scaled, factor) : interior(scaled, factor);
        double[] w = IntStream.range(0, d).mapToDouble(j -> solution.w[j] / s[j]).toArray();
        return new Solution(w, problem.objective(w), solution.gap);
    }

    private static Solution unpenalised(Problem problem, double[][] factor) {
        double[] w = solve(factor, problem.mu);
        double[] more = solve(factor, problem.residual(w));
        for (int j = 0; j < w.length; j++) {
            w[j] += more[j];
        }
        return new Solution(w, problem.objective(w), problem.gap(w, new double[w.length], factor));
    }

    /** (Σ + τB²) w = μ with τ‖Bw‖ = ε: the left side grows with τ, from 0 to the size of μ. */
    private static Solution bisection(Problem problem, double[][] factor) {
        double low = 0;
        double high = 1;
        while (excess(problem, high) < 0) {
            low = high;
            high *= 16;
            if (high > 1e60) {
                // what moves has no weight at all
                return frozen(problem, factor);
            }
        }
        while (low == 0 && excess(problem, high / 16) > 0) {
            high /= 16;
        }
        low = Math.max(low, high / 16);
        if (excess(problem, low) > 0) {
            throw new IllegalStateException("no bracket");
        }
        double atLow = excess(problem, low);
        double atHigh = excess(problem, high);
        int side = 0;
        Solution best = null;
        for (int k = 0; k < 80; k++) {
            // false position with the Illinois rule, bisection where it is no use
            double middle = (low * atHigh - high * atLow) / (atHigh - atLow);
            middle = middle > low && middle < high ? middle : (low + high) / 2;
            double[] w = ridge(problem, middle);
            double at = middle * dualNorm(problem.norm, problem.b, w) - problem.epsilon;
            double[] near = new double[w.length];
            for (int j = 0; j < w.length; j++) {
                near[j] = middle * problem.b[j] * problem.b[j] * w[j];
            }
            double gap = problem.gap(w, near, factor);
            if (best == null || gap < best.gap) {
                best = new Solution(w, 0, gap);
            }
            if (at == 0 || high - low <= 4 * U * high) {
                break;
            }
            if (at < 0) {
                low = middle;
                atLow = at;
                atHigh = side < 0 ? atHigh / 2 : atHigh;
                side = -1;
            } else {
                high = middle;
                atHigh = at;
                atLow = side > 0 ? atLow / 2 : atLow;
                side = 1;
            }
        }
        return best;
    }

    /** The frozen features' weights, the others being 0. */
    private static Solution frozen(Problem problem, double[][] factor) {
        int[] frozen = IntStream.range(0, problem.d()).filter(j -> problem.b[j] == 0).toArray();
        double[] w = new double[problem.d()];
        if (frozen.length > 0) {
            double[][] part = Arrays.stream(frozen)
                    .mapToObj(i -> IntStream.of(frozen).mapToDouble(j -> problem.sigma[i][j]).toArray())
                    .toArray(double[][]::new);
            double[] solved = solve(factor(part), IntStream.of(frozen).mapToDouble(j -> problem.mu[j]).toArray());
            for (int i = 0; i < frozen.length; i++) {
                w[frozen[i]] = solved[i];
            }
        }
        return new Solution(w, 0, problem.gap(w, problem.residual(w), factor));
    }

    private static double excess(Problem problem, double tau) {
        return tau * dualNorm(problem.norm, problem.b, ridge(problem, tau)) - problem.epsilon;
    }

    private static double[] ridge(Problem problem, double tau) {
        int d = problem.d();
        double[][] system = copy(problem.sigma);
        for (int j = 0; j < d; j++) {
            system[j][j] += tau * problem.b[j] * problem.b[j];
        }
        double[][] factor = factor(system);
        double[] w = solve(factor, problem.mu);
        double[] left = IntStream.range(0, d).mapToDouble(i -> problem.mu[i] - dot(system[i], w)).toArray();
        double[] more = solve(factor, left);
        for (int j = 0; j < d; j++) {
            w[j] += more[j];
        }
        return w;
    }

    /**
     * A primal-dual interior-point method with Mehrotra's corrector. Features are in groups, each feature by itself in ℓ∞,
     * all together in ℓ1: minimise ½ wᵀΣw − μᵀw + ε Σ s_g with p_j = s_g − b_j w_j ≥ 0 and q_j = s_g + b_j w_j ≥ 0,
     * whose multipliers are α_j and γ_j. Where the minimum is, μ − Σw = b ∘ (α − γ) and Σ (α + γ) = ε in each group.
     */
    private static Solution interior(Problem problem, double[][] factor) {
        Solution solution = new Interior(problem, factor, false).solve();
        if (solution.gap > 1e-11 * problem.variance(solution.w)) {
            Solution careful = new Interior(problem, factor, true).solve();
            return careful.gap < solution.gap ? careful : solution;
        }
        return solution;
    }

    private static final class Interior {
        private final Problem problem;
        private final double[][] sigmaFactor;
        private final int d;
        private final int groups;
        private final int[] group;
        private final double[] w;
        private final double[] s;
        private final double[] p;
        private final double[] q;
        private final double[] alpha;
        private final double[] gamma;
        private final double[] b;
        private final int moving;
        /** Without the corrector and with shorter steps: slower, and it comes home where the other strays. */
        private final boolean careful;

        Interior(Problem problem, double[][] sigmaFactor, boolean careful) {
            this.careful = careful;
            this.problem = problem;
            this.sigmaFactor = sigmaFactor;
            this.b = problem.b;
            this.d = problem.d();
            this.group = new int[d];
            int count = 0;
            int move = 0;
            for (int j = 0; j < d; j++) {
                if (b[j] > 0) {
                    group[j] = problem.norm == Norm.LINF ? count++ : 0;
                    move++;
                } else {
                    group[j] = -1;
                }
            }
            this.moving = move;
            this.groups = problem.norm == Norm.LINF ? count : 1;
            w = new double[d];
            s = new double[groups];
            p = new double[d];
            q = new double[d];
            alpha = new double[d];
            gamma = new double[d];
            double share = problem.epsilon / (problem.norm == Norm.LINF ? 2 : 2 * move);
            double[] full = RobustBayesReference.solve(sigmaFactor, problem.mu);
            for (int j = 0; j < d; j++) {
                if (group[j] >= 0) {
                    s[group[j]] = Math.max(s[group[j]], b[j] * Math.abs(full[j]));
                }
            }
            double most = Arrays.stream(s).max().orElseThrow();
            for (int g = 0; g < groups; g++) {
                s[g] = Math.max(s[g], most / 64);
            }
            for (int j = 0; j < d; j++) {
                if (group[j] >= 0) {
                    p[j] = s[group[j]];
                    q[j] = p[j];
                    alpha[j] = share;
                    gamma[j] = share;
                }
            }
        }

        Solution solve() {
            Solution best = new Solution(w.clone(), 0, problem.gap(w, dual(), sigmaFactor));
            int since = 0;
            for (int k = 0; k < 200 && since < 12; k++) {
                if (!step()) {
                    break;
                }
                double gap = Math.min(problem.gap(w, dual(), sigmaFactor), problem.gap(w, problem.residual(w), sigmaFactor));
                since++;
                if (gap < best.gap) {
                    since = gap < best.gap / 2 ? 0 : since;
                    best = new Solution(w.clone(), 0, gap);
                }
                if (gap <= 1e-14 * problem.variance(w)) {
                    break;
                }
            }
            return best;
        }

        private double[] dual() {
            return IntStream.range(0, d).mapToDouble(j -> b[j] * (alpha[j] - gamma[j])).toArray();
        }

        /** One step; false where rounding leaves nothing to go by. */
        private boolean step() {
            double[][] system = copy(problem.sigma);
            double[] a = new double[d];
            double[] c = new double[d];
            double[] sum = new double[groups];
            double[] v = new double[d];
            for (int j = 0; j < d; j++) {
                if (group[j] < 0) {
                    continue;
                }
                a[j] = alpha[j] / p[j];
                c[j] = gamma[j] / q[j];
                sum[group[j]] += a[j] + c[j];
                v[j] = b[j] * (a[j] - c[j]);
                system[j][j] += b[j] * b[j] * (groups == moving ? 4 * a[j] * c[j] / (a[j] + c[j]) : a[j] + c[j]);
            }
            double[][] factor;
            try {
                factor = factor(system);
            } catch (ArithmeticException e) {
                return false;
            }
            double nu = 0;
            for (int j = 0; j < d; j++) {
                nu += p[j] * alpha[j] + q[j] * gamma[j];
            }
            nu /= 2 * moving;
            double[] ka = new double[d];
            double[] kc = new double[d];
            for (int j = 0; j < d; j++) {
                ka[j] = -p[j] * alpha[j];
                kc[j] = -q[j] * gamma[j];
            }
            Direction affine = direction(factor, a, c, sum, v, ka, kc);
            double length = affine.length(1);
            double after = 0;
            for (int j = 0; j < d; j++) {
                after += (p[j] + length * affine.p[j]) * (alpha[j] + length * affine.alpha[j])
                        + (q[j] + length * affine.q[j]) * (gamma[j] + length * affine.gamma[j]);
            }
            after /= 2 * moving;
            double centre = careful ? nu / 4 : Math.pow(after / nu, 3) * nu;
            for (int j = 0; j < d; j++) {
                ka[j] += centre - (careful ? 0 : affine.p[j] * affine.alpha[j]);
                kc[j] += centre - (careful ? 0 : affine.q[j] * affine.gamma[j]);
            }
            Direction move = direction(factor, a, c, sum, v, ka, kc);
            double step = move.length(careful ? 0.9 : 0.995);
            if (!(step > 0) || Double.isNaN(move.w[0])) {
                return false;
            }
            for (int j = 0; j < d; j++) {
                w[j] += step * move.w[j];
                p[j] += step * move.p[j];
                q[j] += step * move.q[j];
                alpha[j] += step * move.alpha[j];
                gamma[j] += step * move.gamma[j];
            }
            for (int g = 0; g < groups; g++) {
                s[g] += step * move.s[g];
            }
            return true;
        }

        private final class Direction {
            private final double[] w;
            private final double[] s = new double[groups];
            private final double[] p = new double[d];
            private final double[] q = new double[d];
            private final double[] alpha = new double[d];
            private final double[] gamma = new double[d];

            Direction(double[] w) {
                this.w = w;
            }

            /** How far nothing becomes negative, at most 1. */
            double length(double share) {
                double most = 1;
                for (int j = 0; j < d; j++) {
                    if (group[j] >= 0) {
                        most = shorter(most, share, Interior.this.p[j], p[j]);
                        most = shorter(most, share, Interior.this.q[j], q[j]);
                        most = shorter(most, share, Interior.this.alpha[j], alpha[j]);
                        most = shorter(most, share, Interior.this.gamma[j], gamma[j]);
                    }
                }
                return most;
            }

            private static double shorter(double most, double share, double value, double change) {
                return value + most * change / share < 0 ? -share * value / change : most;
            }
        }

        private Direction direction(
                double[][] factor, double[] a, double[] c, double[] sum, double[] v, double[] ka, double[] kc) {
            double[] right = problem.residual(w);
            double[] more = new double[groups];
            for (int g = 0; g < groups; g++) {
                more[g] = -problem.epsilon;
            }
            for (int j = 0; j < d; j++) {
                if (group[j] >= 0) {
                    right[j] -= b[j] * (alpha[j] - gamma[j]) + b[j] * (ka[j] / p[j] - kc[j] / q[j]);
                    more[group[j]] += alpha[j] + gamma[j] + ka[j] / p[j] + kc[j] / q[j];
                }
            }
            Direction direction;
            if (groups == moving) {
                for (int j = 0; j < d; j++) {
                    if (group[j] >= 0) {
                        right[j] += v[j] * more[group[j]] / sum[group[j]];
                    }
                }
                direction = new Direction(RobustBayesReference.solve(factor, right));
                for (int j = 0; j < d; j++) {
                    if (group[j] >= 0) {
                        direction.s[group[j]] = (more[group[j]] + v[j] * direction.w[j]) / sum[group[j]];
                    }
                }
            } else {
                double[] first = RobustBayesReference.solve(factor, right);
                double[] second = RobustBayesReference.solve(factor, v);
                double change = (more[0] + dot(v, first)) / (sum[0] - dot(v, second));
                for (int j = 0; j < d; j++) {
                    first[j] += change * second[j];
                }
                direction = new Direction(first);
                direction.s[0] = change;
            }
            for (int j = 0; j < d; j++) {
                if (group[j] >= 0) {
                    direction.p[j] = direction.s[group[j]] - b[j] * direction.w[j];
                    direction.q[j] = direction.s[group[j]] + b[j] * direction.w[j];
                    direction.alpha[j] = ka[j] / p[j] - a[j] * direction.p[j];
                    direction.gamma[j] = kc[j] / q[j] - c[j] * direction.q[j];
                }
            }
            return direction;
        }
    }

    private static double[][] copy(double[][] a) {
        return Arrays.stream(a).map(double[]::clone).toArray(double[][]::new);
    }

    /** The lower triangle of a symmetric matrix's Cholesky factor; an ArithmeticException where it is not positive definite. */
    public static double[][] factor(double[][] a) {
        int d = a.length;
        double[][] l = new double[d][];
        for (int i = 0; i < d; i++) {
            l[i] = Arrays.copyOf(a[i], i + 1);
            for (int j = 0; j <= i; j++) {
                double left = l[i][j];
                double taken = 0;
                for (int k = 0; k < j; k++) {
                    taken += l[i][k] * l[j][k];
                }
                left -= taken;
                if (i == j && !(left > 0)) {
                    throw new ArithmeticException("pivot " + i + " = " + left);
                }
                l[i][j] = i == j ? Math.sqrt(left) : left / l[j][j];
            }
        }
        return l;
    }

    /** A⁻¹b. */
    public static double[] solve(double[][] factor, double[] b) {
        int d = b.length;
        double[] x = b.clone();
        for (int i = 0; i < d; i++) {
            for (int k = 0; k < i; k++) {
                x[i] -= factor[i][k] * x[k];
            }
            x[i] /= factor[i][i];
        }
        for (int i = d - 1; i >= 0; i--) {
            x[i] /= factor[i][i];
            for (int k = 0; k < i; k++) {
                x[k] -= factor[i][k] * x[i];
            }
        }
        return x;
    }

    /** a·b. */
    public static double dot(double[] a, double[] b) {
        double sum = 0;
        for (int j = 0; j < a.length; j++) {
            sum += a[j] * b[j];
        }
        return sum;
    }

    /**
     * Φ(x): for x ≤ 0 it is φ(x) ∫₀^∞ exp(xt − t²/2) dt, by the trapezoidal rule after t = exp(s − exp(−s)), whose error
     * falls as exp(−c/h) with the step h. Relative error below 10⁻¹³ for x ≥ −37.
     */
    public static double normal(double x) {
        if (x > 0) {
            return 1 - normal(-x);
        }
        double step = 0x1p-6;
        double sum = 0;
        for (int k = -400; k <= 400; k++) {
            double at = k * step;
            double t = Math.exp(at - Math.exp(-at));
            sum += Math.exp(x * t - t * t / 2) * t * (1 + Math.exp(-at));
        }
        return Math.exp(-x * x / 2) / Math.sqrt(2 * Math.PI) * sum * step;
    }

    /** Robust accuracy of f = w·(x − m) + h with prior log-odds 2h: see SPEC §8. */
    public static double accuracy(double margin, double deviation, double dualNorm, double logOdds, double attack) {
        double plus = 1 / (1 + Math.exp(-logOdds));
        return plus * normal((margin - attack * dualNorm + logOdds / 2) / deviation)
                + (1 - plus) * normal((margin - attack * dualNorm - logOdds / 2) / deviation);
    }
}
