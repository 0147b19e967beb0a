package dev.holdfast.verify.model;

import static dev.holdfast.verify.reference.RobustBayesReference.U;
import static dev.holdfast.verify.reference.RobustBayesReference.gamma;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.holdfast.model.Classifier;
import dev.holdfast.model.GaussianModel;
import dev.holdfast.model.RobustBayes;
import dev.holdfast.model.Rows;
import dev.holdfast.model.State;
import dev.holdfast.model.Threat;
import dev.holdfast.verify.reference.RobustBayesReference;
import dev.holdfast.verify.reference.RobustBayesReference.Form;
import dev.holdfast.verify.reference.RobustBayesReference.Moments;
import dev.holdfast.verify.reference.RobustBayesReference.Norm;
import dev.holdfast.verify.reference.RobustBayesReference.Problem;
import dev.holdfast.verify.reference.RobustBayesReference.Solution;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.ShrinkingMode;

/** What RobustBayes learns is the minimum of the convex problem, by an interior-point method and by conditions of optimality. */
class RobustBayesPropertyTest {
    /** What is promised of a gap. */
    private static final double PROMISED = 1e-9;

    /** How rows are drawn. */
    enum Kind {
        CORRELATED,
        /** Units from 10⁻⁴ to 10⁴. */
        UNITS,
        /** Every second feature repeats the one before. */
        DUPLICATES,
        /** Every third feature never changes. */
        CONSTANT,
        /** Every third feature is the label: it does not vary within classes. */
        LABELS,
        /** Few directions with much variance, the others with little. */
        NEARLY_SINGULAR,
        /** Multiples of 1/16 in 0..1. */
        PIXELS
    }

    /** Rows and their classes, by number. */
    record Sample(float[][] x, int[] y, int classes) {
        static Sample draw(Random random, Kind kind, int n, int d, int classes) {
            int rank = Math.max(1, d / 2);
            double[][] loading = new double[d][rank];
            double[][] mean = new double[classes][d];
            double[] offset = new double[d];
            double[] own = new double[d];
            for (int j = 0; j < d; j++) {
                for (int k = 0; k < rank; k++) {
                    loading[j][k] = random.nextGaussian() / Math.sqrt(rank);
                }
                for (double[] each : mean) {
                    each[j] = random.nextGaussian() / 2;
                }
                offset[j] = 3 * random.nextGaussian();
                own[j] = (0.3 + random.nextDouble()) * (kind == Kind.NEARLY_SINGULAR ? 1e-3 : 1);
            }
            float[][] x = new float[n][d];
            int[] y = new int[n];
            for (int i = 0; i < n; i++) {
                y[i] = i < classes ? i : random.nextInt(classes);
                double[] factor = random.doubles(rank, -1.7, 1.7).toArray();
                for (int j = 0; j < d; j++) {
                    double value = offset[j] + mean[y[i]][j] + own[j] * random.nextGaussian()
                            + RobustBayesReference.dot(loading[j], factor);
                    x[i][j] = (float) switch (kind) {
                        case UNITS -> value * Math.pow(10, -4 + 8.0 * j / Math.max(1, d - 1));
                        case DUPLICATES -> j % 2 == 1 ? x[i][j - 1] : value;
                        case CONSTANT -> j % 3 == 2 ? 7 : value;
                        case LABELS -> j % 3 == 2 ? y[i] : value;
                        case PIXELS -> Math.clamp(Math.rint(8 + 4 * value), 0, 16) / 16;
                        case CORRELATED, NEARLY_SINGULAR -> value;
                    };
                }
            }
            return new Sample(x, y, classes);
        }

        int d() {
            return x[0].length;
        }

        Rows rows() {
            return Rows.copyOf(x);
        }

        List<Integer> labels() {
            return IntStream.of(y).boxed().toList();
        }

        List<Integer> classList() {
            return IntStream.range(0, classes).boxed().toList();
        }

        State<Integer> addTo(State<Integer> state) {
            state.addAll(rows(), labels());
            return state;
        }

        State<Integer> exact() {
            return addTo(State.moments(d(), classList()).exact());
        }

        Moments moments() {
            return RobustBayesReference.moments(x, y, classes);
        }
    }

    static Threat threat(Norm norm) {
        return switch (norm) {
            case LINF -> Threat.linf();
            case L2 -> Threat.l2();
            case L1 -> Threat.l1();
        };
    }

    static RobustBayes withForm(RobustBayes learner, Form form) {
        return switch (form) {
            case FULL -> learner;
            case DIAGONAL -> learner.diagonal();
            case IDENTITY -> learner.identity();
        };
    }

    static double[] doubles(float[] x) {
        return IntStream.range(0, x.length).mapToDouble(j -> x[j]).toArray();
    }

    /**
     * A learner, what the reference makes of the same rows, and how far the two covariances and means may be apart.
     *
     * @param floor at most the least eigenvalue of Σ
     * @param scale the limit, or where that is infinite the size of μ over the features that move
     */
    record Case(Sample sample, Form form, double ridge, RobustBayes learner, State<Integer> state, Problem problem,
            double floor, double relative, double[] meanError, double scale) {
        static Case draw(Random random, Kind kind, Form form, Norm norm, int d, int n) {
            Sample sample = Sample.draw(random, kind, n, d, 2);
            Moments moments = sample.moments();
            double trace = trace(moments);
            boolean ridged = trace == 0 || random.nextInt(3) == 0;
            double ridge = ridged ? (trace == 0 ? 1 : trace / d) * Math.pow(10, -9 * random.nextDouble()) : Double.NaN;
            float[] budgets = new float[d];
            boolean plain = random.nextBoolean();
            for (int j = 0; j < d; j++) {
                budgets[j] = plain ? 1 : random.nextInt(5) == 0 ? 0 : (float) Math.pow(2, 16 * random.nextDouble() - 8);
            }
            return of(sample, form, norm, ridge, plain ? null : budgets);
        }

        private static double trace(Moments moments) {
            return IntStream.range(0, moments.d()).mapToDouble(j -> moments.scatter()[j][j]).sum() / moments.total();
        }

        /**
         * @param ridge NaN for shrinkage
         * @param budgets {@code null} for none
         */
        static Case of(Sample sample, Form form, Norm norm, double ridge, float[] budgets) {
            int d = sample.d();
            Moments moments = sample.moments();
            double trace = trace(moments);
            boolean ridged = !Double.isNaN(ridge);
            double[] b = new double[d];
            Arrays.setAll(b, j -> budgets == null ? 1 : budgets[j]);
            Threat threat = budgets == null ? threat(norm) : threat(norm).withBudgets(budgets);
            RobustBayes learner = withForm(RobustBayes.against(threat, 0), form);
            if (ridged) {
                learner = learner.ridge(ridge);
            }
            double[][] sigma = RobustBayesReference.covariance(moments, form, ridge);
            double[] mu = moments.mu(0, 1);
            double rows = moments.total();
            // of a sum of d variances, of d² products, and of their difference, which may be N + 1 times as small
            double shrinkage = ridged ? 0 : gamma(2 * d + 16) * (rows + 2);
            double floor = ridged ? ridge : shrunkFloor(moments, form, trace);
            double[] moving = IntStream.range(0, d).mapToDouble(j -> b[j] == 0 ? 0 : mu[j]).toArray();
            double size = RobustBayesReference.size(norm, b, mu);
            return new Case(sample, form, ridge, learner, sample.exact(), new Problem(sigma, mu, norm, b, 0), floor,
                    moments.relativeError() + gamma(8) + 2 * shrinkage,
                    Arrays.stream(moments.magnitude()).map(m -> 4 * U * m).toArray(),
                    size < Double.POSITIVE_INFINITY ? size : RobustBayesReference.size(norm, b, moving));
        }

        /** ρ tr S/d, or the least variance of what has no correlations. */
        private static double shrunkFloor(Moments moments, Form form, double trace) {
            double[][] sigma = RobustBayesReference.covariance(moments, form, Double.NaN);
            if (form != Form.FULL) {
                return IntStream.range(0, sigma.length).mapToDouble(j -> sigma[j][j]).min().orElseThrow();
            }
            int d = sigma.length;
            double n = moments.total();
            double square = 0;
            for (double[] row : moments.scatter()) {
                for (double entry : row) {
                    square += entry / n * (entry / n);
                }
            }
            double t = trace / d;
            double alpha = square / d / d;
            double spread = alpha - t * t / d;
            return t * (1 - 1e-6) * (spread > 0 ? Math.min(1, (alpha + t * t) / ((n + 1) * spread)) : 1);
        }

        Problem at(double epsilon) {
            return new Problem(problem.sigma(), problem.mu(), problem.norm(), problem.b(), epsilon);
        }

        /**
         * How much the objective at w differs between the model's moments and the reference's, with the roundings of its
         * value: ½ Σ |w_i| |w_j| (what entry (i, j) may lack) + Σ |w_j| (what μ_j may lack).
         */
        double slack(Problem at, double[] w) {
            double spread = 0;
            double linear = 0;
            for (int j = 0; j < w.length; j++) {
                spread += Math.abs(w[j]) * Math.sqrt(at.sigma()[j][j]);
                linear += Math.abs(w[j]) * meanError[j];
            }
            return relative * spread * spread / 2 + linear + at.rounding(w);
        }
    }

    private static final double[] SHARES = {0, 1e-3, 0.1, 0.5, 0.9, 0.99};

    private static Kind kind(Random random) {
        return Kind.values()[random.nextInt(Kind.values().length)];
    }

    @Property(tries = 40, edgeCases = EdgeCasesMode.NONE, shrinking = ShrinkingMode.OFF)
    void isTheMinimum(@ForAll long seed) {
        Random random = new Random(seed);
        int d = 1 + random.nextInt(random.nextInt(4) == 0 ? 80 : 30);
        // also fewer rows than features, and two in all
        int n = random.nextInt(4) == 0 ? 2 + random.nextInt(5) : 2 + random.nextInt(3 * d + 20);
        Kind kind = kind(random);
        for (Norm norm : Norm.values()) {
            for (Form form : Form.values()) {
                checkMinimum(random, Case.draw(random, kind, form, norm, d, n));
            }
        }
    }

    @Property(tries = 2, edgeCases = EdgeCasesMode.NONE, shrinking = ShrinkingMode.OFF)
    void isTheMinimumForManyFeatures(@ForAll long seed) {
        Random random = new Random(seed);
        for (Norm norm : Norm.values()) {
            Case drawn = Case.draw(random, kind(random), Form.FULL, norm, 200, 60 + random.nextInt(200));
            check(random, drawn, drawn.scale * SHARES[1 + random.nextInt(SHARES.length - 1)]);
        }
    }

    private static void checkMinimum(Random random, Case drawn) {
        if (drawn.scale == 0) {
            // there is nothing between the classes that moves
            return;
        }
        boolean endless = drawn.learner.limit(drawn.state) == Double.POSITIVE_INFINITY;
        // where frozen features have a μ_j, nothing else has weights in the end
        double share = endless && random.nextBoolean() ? 2 : SHARES[random.nextInt(SHARES.length)];
        check(random, drawn, drawn.scale * share);
    }

    static void check(Random random, Case drawn, double epsilon) {
        Problem problem = drawn.at(epsilon);
        Classifier learnt = drawn.learner.withEpsilon(epsilon).learn(drawn.state);
        GaussianModel gaussian = learnt.gaussian().orElseThrow();
        String what = drawn.learner.withEpsilon(epsilon).name() + ", d " + problem.d();
        assertTrue(gaussian.gap() < PROMISED || rounding(problem.d(), gaussian) > PROMISED / 8, what + " " + gaussian);

        double[] w = doubles(learnt.weights());
        Solution solution = RobustBayesReference.solve(problem);
        double value = gaussian.deviation() * gaussian.deviation() / 2 - gaussian.margin() + epsilon * gaussian.dualNorm();
        double gaps = gaussian.gap() * gaussian.deviation() * gaussian.deviation() / 2 + solution.gap();
        double slack = drawn.slack(problem, w) + drawn.slack(problem, solution.w());
        assertEquals(solution.value(), value, gaps + 2 * slack, what);

        // F(w) ≥ F* + ½ (w − w*)ᵀΣ(w − w*), and so in the norm of Σ and, by its least eigenvalue, in that of w
        double above = gaps + 2 * slack;
        double distance = 0;
        double norm = 0;
        for (int j = 0; j < w.length; j++) {
            distance += Math.pow(w[j] - solution.w()[j], 2);
            norm += w[j] * w[j];
        }
        double apart = 2 * Math.sqrt(2 * above / drawn.floor);
        assertTrue(Math.sqrt(distance) <= apart + 0x1p-23 * Math.sqrt(norm), what + " " + Math.sqrt(distance));
        checkOptimality(drawn, problem, w, above, what);
        checkNoneIsBetter(random, problem, w, solution.w(), above, what);
    }

    /** How much of what w gains, wᵀΣw = μᵀw − ε‖w‖, is within rounding of the two numbers: large next to the limit alone. */
    static double rounding(int d, GaussianModel gaussian) {
        return (d + 8) * U * gaussian.epsilon() * gaussian.dualNorm() / (gaussian.deviation() * gaussian.deviation());
    }

    /** z = μ − Σw has size ε at most, and takes ε‖w‖ from w; but for what floats and the gap leave of w. */
    private static void checkOptimality(Case drawn, Problem problem, double[] w, double above, String what) {
        int d = problem.d();
        double spread = 0;
        for (int j = 0; j < d; j++) {
            spread += Math.abs(w[j]) * Math.sqrt(problem.sigma()[j][j]);
        }
        // in the norm of Σ: by the gap, and by 2⁻²⁴ of each weight
        double lost = Math.sqrt(2 * above) + 0x1p-24 * spread;
        double[] z = problem.residual(w);
        double[] inside = z.clone();
        double taken = 0;
        double error = 0;
        double[] change = new double[d];
        for (int i = 0; i < d; i++) {
            double deviation = Math.sqrt(problem.sigma()[i][i]);
            double most = deviation * lost + drawn.meanError[i]
                    + (gamma(d + 4) + drawn.relative) * (Math.abs(problem.mu()[i]) + deviation * spread);
            inside[i] = Math.copySign(Math.max(0, Math.abs(z[i]) - most), z[i]);
            taken += z[i] * w[i];
            error += most * Math.abs(w[i]);
            change[i] = Math.sqrt(2 * above / drawn.floor) + 0x1p-24 * Math.abs(w[i]);
        }
        double dualNorm = RobustBayesReference.dualNorm(problem.norm(), problem.b(), w);
        double allowed = problem.epsilon() * (1 + gamma(d + 8));
        // subtracting the error from each |z_j| takes from the size of z what it may be too much
        assertTrue(RobustBayesReference.size(problem.norm(), problem.b(), inside) <= allowed, what + " ‖z‖");
        assertEquals(problem.epsilon() * dualNorm, taken,
                error + 2 * problem.epsilon() * RobustBayesReference.dualNorm(problem.norm(), problem.b(), change)
                        + gamma(2 * d + 8) * (problem.epsilon() * dualNorm + Math.abs(taken)), what + " zᵀw");
    }

    /** The best multiple of any w' gains ½ e² with e = (μᵀw' − ε‖w'‖)/√(w'ᵀΣw'), and the robust error is Φ(−e). */
    private static void checkNoneIsBetter(
            Random random, Problem problem, double[] w, double[] reference, double above, String what) {
        int d = problem.d();
        double best = -problem.exponent(w);
        // floats lose ½ (2⁻²⁴ Σ |w_j| σ_j)² of the gain, and 2⁻²⁴ of what is taken from μᵀw where bounds are rounded apart
        double spread = IntStream.range(0, d).mapToDouble(j -> Math.abs(w[j]) * Math.sqrt(problem.sigma()[j][j])).sum();
        double floats = Math.pow(0x1p-24 * spread, 2) / 2
                + 0x1p-23 * problem.epsilon() * RobustBayesReference.dualNorm(problem.norm(), problem.b(), w);
        double most = Math.max(0, best) * best / 2 + above + floats;
        double size = Arrays.stream(w).map(Math::abs).max().orElseThrow();
        for (int k = 0; k < 60; k++) {
            double[] other = (k % 3 == 2 ? reference : w).clone();
            double step = Math.pow(10, -8 * random.nextDouble()) * size;
            switch (k % 4) {
                case 0 -> other[random.nextInt(d)] = 0;
                case 1 -> other[random.nextInt(d)] += step * random.nextGaussian();
                case 2 -> Arrays.setAll(other, j -> other[j] + step * random.nextGaussian());
                default -> Arrays.setAll(other, j -> random.nextGaussian() / Math.sqrt(problem.sigma()[j][j]));
            }
            double variance = problem.variance(other);
            if (variance > 0) {
                double gain = Math.max(0, -problem.exponent(other));
                double rounding = 2 * problem.rounding(other) / variance * (1 + gain);
                assertTrue(gain * gain / 2 <= most + gain * rounding + rounding * rounding,
                        what + " gains " + gain + " against " + best);
            }
        }
    }

    @Property(tries = 60, edgeCases = EdgeCasesMode.NONE, shrinking = ShrinkingMode.OFF)
    void limitIsTheBorder(@ForAll long seed) {
        Random random = new Random(seed);
        int d = 1 + random.nextInt(20);
        Norm norm = Norm.values()[random.nextInt(3)];
        Form form = Form.values()[random.nextInt(3)];
        Case drawn = Case.draw(random, kind(random), form, norm, d, 2 + random.nextInt(60));
        double limit = drawn.learner.limit(drawn.state);
        double size = RobustBayesReference.size(norm, drawn.problem.b(), drawn.problem.mu());
        if (limit == Double.POSITIVE_INFINITY) {
            assertEquals(limit, size);
            assertTrue(drawn.learner.withEpsilon(1e30).learn(drawn.state).gaussian().isPresent());
            return;
        }
        double[] errors = drawn.meanError.clone();
        for (int j = 0; j < d; j++) {
            errors[j] = drawn.problem.b()[j] == 0 ? 0 : errors[j];
        }
        assertEquals(size, limit,
                RobustBayesReference.size(norm, drawn.problem.b(), errors) + gamma(d + 8) * limit);
        for (double beyond : new double[] {limit, Math.nextUp(limit), 1.5 * limit, 1e30}) {
            IllegalStateException nothing = assertThrows(IllegalStateException.class,
                    () -> drawn.learner.withEpsilon(beyond).learn(drawn.state));
            assertTrue(nothing.getMessage().contains("nothing robust can be learnt"), nothing.getMessage());
        }
        if (limit > 0) {
            for (double share : new double[] {0, 0x1p-53, 0x1p-50, 0x1p-45, 0x1p-40, 0x1p-30, 0x1p-20}) {
                double epsilon = share == 0 ? Math.nextDown(limit) : limit * (1 - share);
                Classifier learnt = drawn.learner.withEpsilon(epsilon).learn(drawn.state);
                GaussianModel gaussian = learnt.gaussian().orElseThrow();
                assertTrue(gaussian.deviation() > 0 && Double.isFinite(gaussian.gap()), gaussian.toString());
                assertTrue(gaussian.gap() < PROMISED || rounding(d, gaussian) > PROMISED / 8,
                        drawn.learner.name() + ", d " + d + ", " + share + " " + gaussian);
            }
        }
    }

    @Property(tries = 60, edgeCases = EdgeCasesMode.NONE, shrinking = ShrinkingMode.OFF)
    void withoutCorrelationsThereAreClosedForms(@ForAll long seed) {
        Random random = new Random(seed);
        int d = 1 + random.nextInt(12);
        Case drawn = Case.draw(random, kind(random), random.nextBoolean() ? Form.DIAGONAL : Form.IDENTITY, Norm.LINF, d,
                2 + random.nextInt(60));
        if (drawn.scale == 0) {
            return;
        }
        double epsilon = 0.6 * random.nextDouble() * drawn.scale;
        double[] w = doubles(drawn.learner.withEpsilon(epsilon).learn(drawn.state).weights());
        Problem problem = drawn.at(epsilon);
        Solution solution = RobustBayesReference.solve(problem);
        double apart = Math.sqrt(2 * (solution.gap() + 2 * drawn.slack(problem, solution.w())) / drawn.floor);
        for (int j = 0; j < d; j++) {
            double mu = problem.mu()[j];
            double left = Math.max(0, Math.abs(mu) - epsilon * problem.b()[j]);
            double expected = Math.copySign(left, mu) / problem.sigma()[j][j];
            double error = (drawn.meanError[j] + 4 * U * Math.abs(mu)) / problem.sigma()[j][j]
                    + (0x1p-23 + 2 * drawn.relative) * Math.abs(expected);
            assertEquals(expected, w[j], error);
            assertEquals(expected, solution.w()[j], apart + error);
        }
    }

    /** Two features have nine patterns of signs, each of which solves a system of two. */
    @Property(tries = 200, edgeCases = EdgeCasesMode.NONE, shrinking = ShrinkingMode.OFF)
    void referenceFindsTheBestPatternOfTwo(@ForAll long seed) {
        Random random = new Random(seed);
        double correlation = 1.9 * random.nextDouble() - 0.95;
        double[] deviation = {0.5 + random.nextDouble(), 0.5 + random.nextDouble()};
        double off = correlation * deviation[0] * deviation[1];
        double[][] sigma = {{deviation[0] * deviation[0], off}, {off, deviation[1] * deviation[1]}};
        double[] mu = {random.nextGaussian(), random.nextGaussian()};
        double[] b = {0.5 + random.nextDouble(), 0.5 + random.nextDouble()};
        double epsilon = 0.9 * random.nextDouble() * RobustBayesReference.size(Norm.LINF, b, mu);
        Problem problem = new Problem(sigma, mu, Norm.LINF, b, epsilon);
        double least = 0;
        for (int s0 = -1; s0 <= 1; s0++) {
            for (int s1 = -1; s1 <= 1; s1++) {
                double r0 = mu[0] - epsilon * b[0] * s0;
                double r1 = mu[1] - epsilon * b[1] * s1;
                double determinant = sigma[0][0] * sigma[1][1] - off * off;
                double[] w = s0 != 0 && s1 != 0
                        ? new double[] {(sigma[1][1] * r0 - off * r1) / determinant,
                                (sigma[0][0] * r1 - off * r0) / determinant}
                        : new double[] {s0 == 0 ? 0 : r0 / sigma[0][0], s1 == 0 ? 0 : r1 / sigma[1][1]};
                least = Math.min(least, problem.objective(w));
            }
        }
        Solution solution = RobustBayesReference.solve(problem);
        // the determinant is at least 1 − .95² of its terms, 1/10: so many more roundings count
        double rounding = 2 * problem.rounding(solution.w()) + gamma(100) * Math.abs(least);
        assertEquals(least, solution.value(), solution.gap() + rounding);
        assertTrue(solution.gap() <= 1e-9 * -least, () -> "gap " + solution.gap() + " of " + solution.value());
    }

    /** Φ at a few places, from Abramowitz and Stegun's table 26.2 and its asymptotic end, and by symmetry. */
    @Example
    void normalDistribution() {
        assertEquals(0.5, RobustBayesReference.normal(0), 4 * U);
        assertEquals(0.841344746068543, RobustBayesReference.normal(1), 1e-15);
        assertEquals(0.977249868051821, RobustBayesReference.normal(2), 1e-15);
        assertEquals(0.998650101968370, RobustBayesReference.normal(3), 1e-15);
        assertEquals(2.866515718791939e-7, RobustBayesReference.normal(-5), 1e-20);
        assertEquals(7.619853024160527e-24, RobustBayesReference.normal(-10), 1e-36);
        for (double x = -37; x < 9; x += 0.0625) {
            GaussianModel model = new GaussianModel(0, x, 1, 0, 0, 0);
            double expected = RobustBayesReference.normal(x);
            // the two state 10⁻¹³ each; for positive x both are 1 less a tail
            assertEquals(expected, model.accuracy(0), 2e-13 * expected);
        }
    }

    @Property(tries = 300, edgeCases = EdgeCasesMode.NONE, shrinking = ShrinkingMode.OFF)
    void accuracyIsTheFormula(@ForAll long seed) {
        Random random = new Random(seed);
        double margin = 3 * random.nextGaussian();
        double deviation = 0.1 + 3 * random.nextDouble();
        double dualNorm = 2 * random.nextDouble();
        double logOdds = random.nextBoolean() ? 0 : 4 * random.nextGaussian();
        GaussianModel model = new GaussianModel(0.1, margin, deviation, dualNorm, logOdds, 0);
        for (double attack : new double[] {0, 0.1, 1}) {
            double expected = RobustBayesReference.accuracy(margin, deviation, dualNorm, logOdds, attack);
            // relative to the arguments of Φ, up to about 40, an error of some roundings counts 40² fold
            assertEquals(expected, model.accuracy(attack), 2e-13 + gamma(8) * 1600);
        }
    }

    @Example
    void patternsOfZerosAreThoseOfTheThreat() {
        // w is sparse in ℓ∞, has weights of one magnitude in ℓ1, and no zeros in ℓ2
        Random random = new Random(1);
        Sample sample = Sample.draw(random, Kind.CORRELATED, 400, 40, 2);
        State<Integer> state = sample.exact();
        for (Norm norm : Norm.values()) {
            RobustBayes learner = RobustBayes.against(threat(norm), 0);
            float[] w = learner.withEpsilon(0.7 * learner.limit(state)).learn(state).weights();
            long zeros = IntStream.range(0, w.length).filter(j -> w[j] == 0).count();
            float most = (float) doubles(w)[IntStream.range(0, w.length).reduce(
                    (i, j) -> Math.abs(w[i]) > Math.abs(w[j]) ? i : j).orElseThrow()];
            long greatest = IntStream.range(0, w.length).filter(j -> Math.abs(w[j]) == Math.abs(most)).count();
            assertEquals(norm == Norm.LINF, zeros > 0, norm + " zeros " + zeros);
            assertEquals(norm == Norm.L1, greatest > 1, norm + " greatest " + greatest);
        }
    }
}
