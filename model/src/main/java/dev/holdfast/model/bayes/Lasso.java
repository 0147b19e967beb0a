package dev.holdfast.model.bayes;

import dev.holdfast.kernel.Cholesky;
import dev.holdfast.kernel.CoordinateDescent;
import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * The minimum of ½ wᵀAw − μᵀw + Σ λ_j|w_j| for a positive definite A: coordinate descent finds which features have weights
 * and of which sign, and a linear system of these alone then gives the weights to the last digits. A feature whose weight
 * must change its sign on the way there stops the step where the objective is least along it, and descent goes on: the
 * objective falls with every step, and there are finitely many sets of signs.
 */
final class Lasso {
    private static final int SWEEPS = 10;
    /** After so many passes sweeps between steps no longer help: where A is nearly singular, they undo what steps do. */
    private static final int PATIENCE = 6;

    private enum Step {
        /** To the minimum. */
        SOLVED,
        /** To the minimum for these signs, and features that have no weight should have one. */
        KEPT,
        /** To where a weight has changed its sign or become 0. */
        MOVED,
        /** Nowhere: rounding has left no positive definite matrix. */
        NONE
    }
    /** Of a problem, in all; far more than any took: a bound, so that nothing runs for ever. The gap says what came of it. */
    private static final int MOST_PASSES = 2000;
    /** By what a z_j may exceed its λ_j, against the greatest |μ|: what is left to the gap. */
    private static final double OPEN = 0x1p-42;
    /** The same against the magnitudes that z_j is a sum of: roundings of z. */
    private static final double ROUNDING = 0x1p-50;
    /** A fall of the objective, against wᵀAw, that no digit of it shows. */
    private static final double STILL = 0x1p-80;

    private final double[] a;
    private final int d;
    private final double[] mu;
    private final double[] lambda;
    private final double[] w;
    private final double[] z;
    private final double open;
    private final double[] deviation;
    private int passes;

    private Lasso(double[] a, int d, double[] mu, double[] lambda, double[] w) {
        this.a = a;
        this.d = d;
        this.mu = mu;
        this.lambda = lambda;
        this.w = w;
        this.z = new double[d];
        this.open = OPEN * Arrays.stream(mu).map(Math::abs).max().orElse(0);
        this.deviation = new double[d];
        Arrays.setAll(deviation, j -> Math.sqrt(a[j * d + j]));
    }

    /**
     * @param a d × d, symmetric, both triangles; read
     * @param lambda at least 0; +∞ keeps a weight at 0; read
     * @param w d entries near the minimum, 0 where λ is +∞; overwritten by the minimum
     * @return whether it was found; it is not where A is singular within rounding, so that descent has no end
     */
    static boolean solve(double[] a, int d, double[] mu, double[] lambda, double[] w) {
        return new Lasso(a, d, mu, lambda, w).solve();
    }

    private boolean solve() {
        CoordinateDescent.residual(a, d, mu, w, z);
        while (passes < MOST_PASSES) {
            double spread = IntStream.range(0, d).mapToDouble(j -> deviation[j] * Math.abs(w[j])).sum();
            int[] working = IntStream.range(0, d).filter(j -> mayHaveWeight(j, spread)).toArray();
            boolean grown = IntStream.of(working).anyMatch(j -> w[j] == 0 && lambda[j] > 0) || passes == 0;
            if (!grown || !new Part(working).solve()) {
                return true;
            }
            CoordinateDescent.residual(a, d, mu, w, z);
        }
        return false;
    }

    private boolean mayHaveWeight(int j, double spread) {
        return w[j] != 0 || lambda[j] == 0 || Math.abs(z[j]) > lambda[j] + open(j, spread);
    }

    /** Where all of w is 0, z is exact. @param spread Σ_i |w_i| a_ii^½ */
    private double open(int j, double spread) {
        return spread == 0 ? 0 : open + ROUNDING * deviation[j] * spread;
    }

    /** The problem of some features, the others having no weight, in arrays without gaps. */
    private final class Part {
        private final int[] features;
        private final int k;
        private final double[] matrix;
        private final double[] muPart;
        private final double[] lambdaPart;
        private final double[] wPart;
        private final double[] zPart;

        Part(int[] features) {
            this.features = features;
            this.k = features.length;
            this.matrix = gather(features);
            this.muPart = IntStream.of(features).mapToDouble(j -> mu[j]).toArray();
            this.lambdaPart = IntStream.of(features).mapToDouble(j -> lambda[j]).toArray();
            this.wPart = IntStream.of(features).mapToDouble(j -> w[j]).toArray();
            this.zPart = new double[k];
        }

        private double[] gather(int[] rows) {
            double[] part = new double[Math.multiplyExact(rows.length, rows.length)];
            for (int i = 0; i < rows.length; i++) {
                for (int j = 0; j < rows.length; j++) {
                    part[i * rows.length + j] = a[rows[i] * d + rows[j]];
                }
            }
            return part;
        }

        /** Returns whether the objective has fallen by more than roundings of it. */
        boolean solve() {
            boolean solved = k == 0;
            boolean fallen = false;
            for (int pass = 0; passes < MOST_PASSES && !solved; pass++, passes++) {
                CoordinateDescent.residual(matrix, k, muPart, wPart, zPart);
                double first = CoordinateDescent.sweep(matrix, k, lambdaPart, wPart, zPart);
                double fall = first;
                if (first <= STILL * variance()) {
                    break;
                }
                fallen = true;
                for (int s = 1; s < SWEEPS && fall > 0x1p-20 * first; s++) {
                    fall = CoordinateDescent.sweep(matrix, k, lambdaPart, wPart, zPart);
                }
                Step step = step();
                for (int more = 0; pass >= PATIENCE && step == Step.MOVED && more < 2 * k; more++) {
                    step = step();
                }
                solved = step == Step.SOLVED;
            }
            for (int i = 0; i < k; i++) {
                w[features[i]] = wPart[i];
            }
            return fallen;
        }

        /** wᵀAw, of which z has roundings. */
        private double variance() {
            double sum = 0;
            for (int i = 0; i < k; i++) {
                sum += wPart[i] * (muPart[i] - zPart[i]);
            }
            return sum;
        }

        /** To the minimum for the signs as they are, or as far as that leads down. */
        private Step step() {
            int[] support = IntStream.range(0, k)
                    .filter(i -> wPart[i] != 0 || lambdaPart[i] == 0)
                    .toArray();
            int size = support.length;
            double[] target = new double[size];
            for (int i = 0; i < size; i++) {
                int j = support[i];
                target[i] = lambdaPart[j] == 0 ? muPart[j] : muPart[j] - Math.copySign(lambdaPart[j], wPart[j]);
            }
            double[] v = solution(support, target);
            if (v == null) {
                return Step.NONE;
            }
            if (keepsSigns(support, v)) {
                Arrays.fill(wPart, 0);
                for (int i = 0; i < size; i++) {
                    wPart[support[i]] = v[i];
                }
                CoordinateDescent.residual(matrix, k, muPart, wPart, zPart);
                double spread = 0;
                for (int i = 0; i < k; i++) {
                    spread += deviation[features[i]] * Math.abs(wPart[i]);
                }
                double rounded = spread;
                return IntStream.range(0, k).allMatch(
                                i -> wPart[i] != 0 || Math.abs(zPart[i]) <= lambdaPart[i] + open(features[i], rounded))
                        ? Step.SOLVED
                        : Step.KEPT;
            }
            moveTowards(support, v, target);
            return Step.MOVED;
        }

        /** {@code null} where rounding has left no positive definite matrix. */
        private double[] solution(int[] support, double[] target) {
            int size = support.length;
            double[] v = target.clone();
            if (size == 0) {
                return v;
            }
            double[] system = gatherPart(support);
            double[] factor = system.clone();
            if (!DenseCovariance.factor(factor, size)) {
                return null;
            }
            Cholesky.solve(factor, size, v);
            // once more for what the first solution has left
            double[] left = DenseCovariance.residual(system, size, target, v);
            Cholesky.solve(factor, size, left);
            for (int i = 0; i < size; i++) {
                v[i] += left[i];
            }
            return v;
        }

        private double[] gatherPart(int[] rows) {
            int size = rows.length;
            double[] part = new double[size * size];
            for (int i = 0; i < size; i++) {
                for (int j = 0; j < size; j++) {
                    part[i * size + j] = matrix[rows[i] * k + rows[j]];
                }
            }
            return part;
        }

        private boolean keepsSigns(int[] support, double[] v) {
            for (int i = 0; i < v.length; i++) {
                int j = support[i];
                if (lambdaPart[j] > 0 && Math.signum(v[i]) != Math.signum(wPart[j])) {
                    return false;
                }
            }
            return true;
        }

        /**
         * From w to v as far as the objective falls. Its derivative at t is that of the quadratic part, αt − α, and a jump of
         * 2λ_j|v_j − w_j| wherever a weight passes 0.
         */
        private void moveTowards(int[] support, double[] v, double[] target) {
            CoordinateDescent.residual(matrix, k, muPart, wPart, zPart);
            double alpha = 0;
            for (int i = 0; i < v.length; i++) {
                int j = support[i];
                // A(v − w) is what w leaves of the target
                alpha += (v[i] - wPart[j]) * (target[i] - (muPart[j] - zPart[j]));
            }
            int[] crossings = IntStream.range(0, v.length)
                    .filter(i -> lambdaPart[support[i]] > 0 && v[i] * wPart[support[i]] <= 0)
                    .boxed()
                    .sorted((p, q) -> Double.compare(crossing(support, v, p), crossing(support, v, q)))
                    .mapToInt(i -> i)
                    .toArray();
            double slope = -alpha;
            double t = 1;
            int stop = -1;
            for (int i : crossings) {
                double at = crossing(support, v, i);
                if (slope + alpha * at >= 0) {
                    t = -slope / alpha;
                    break;
                }
                slope += 2 * lambdaPart[support[i]] * Math.abs(v[i] - wPart[support[i]]);
                if (slope + alpha * at >= 0) {
                    t = at;
                    stop = i;
                    break;
                }
            }
            if (stop < 0 && alpha > 0) {
                t = Math.min(1, -slope / alpha);
            }
            for (int i = 0; i < v.length; i++) {
                int j = support[i];
                wPart[j] = i == stop ? 0 : wPart[j] + t * (v[i] - wPart[j]);
            }
        }

        /** Where on the way from w to v weight i is 0. */
        private double crossing(int[] support, double[] v, int i) {
            double from = wPart[support[i]];
            return from / (from - v[i]);
        }
    }
}
