package dev.holdfast.verify.model;

import static dev.holdfast.verify.reference.RobustBayesReference.U;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.holdfast.model.Classifier;
import dev.holdfast.model.MultiClassifier;
import dev.holdfast.model.RobustBayes;
import dev.holdfast.model.State;
import dev.holdfast.verify.model.RobustBayesPropertyTest.Kind;
import dev.holdfast.verify.model.RobustBayesPropertyTest.Sample;
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

/** Many classes with one covariance: pairs, rest, and the probabilities of normal classes. */
class RobustBayesClassesTest {
    private static double[] ones(int d) {
        double[] b = new double[d];
        Arrays.fill(b, 1);
        return b;
    }

    /** f(x) of the reference, and how far the model's may be from it. */
    private record Score(double value, double error) {}

    private static Score score(Moments moments, double[][] sigma, double floor, double[] plus, double[] minus, Norm norm,
            double epsilon, double logOdds, float[] x) {
        int d = x.length;
        double[] mu = IntStream.range(0, d).mapToDouble(j -> (plus[j] - minus[j]) / 2).toArray();
        Problem problem = new Problem(sigma, mu, norm, ones(d), epsilon);
        Solution solution = RobustBayesReference.solve(problem);
        double value = logOdds / 2;
        double magnitudes = Math.abs(logOdds);
        double distance = 0;
        double spread = 0;
        double linear = 0;
        for (int j = 0; j < d; j++) {
            double from = x[j] - (plus[j] + minus[j]) / 2;
            value += solution.w()[j] * from;
            // floats of w; doubles of the point between, and of the rounded intercept
            magnitudes += Math.abs(solution.w()[j]) * (Math.abs(x[j]) + moments.magnitude()[j]);
            distance += from * from;
            spread += Math.abs(solution.w()[j]) * Math.sqrt(sigma[j][j]);
            linear += Math.abs(solution.w()[j]) * 8 * U * moments.magnitude()[j];
        }
        // the model's own gap is at most 10⁻⁹ of ½ wᵀΣw; what moments may differ by as in RobustBayesPropertyTest
        double relative = moments.relativeError() + RobustBayesReference.gamma(8);
        double above = 1e-9 * problem.variance(solution.w()) / 2 + solution.gap() + relative * spread * spread
                + 2 * linear + 2 * problem.rounding(solution.w());
        // |δ·from| ≤ ‖δ‖ ‖from‖ with κ‖δ‖² ≤ 2 above; 2⁻²² for a grid of one-vs-rest
        return new Score(value, 2 * Math.sqrt(2 * above / floor) * Math.sqrt(distance) + 0x1p-21 * magnitudes);
    }

    @Property(tries = 15, edgeCases = EdgeCasesMode.NONE, shrinking = ShrinkingMode.OFF)
    void pairsAndRestAreTheReferences(@ForAll long seed) {
        Random random = new Random(seed);
        int classes = 3 + random.nextInt(3);
        int d = 1 + random.nextInt(15);
        Sample sample = Sample.draw(random, Kind.CORRELATED, 30 + random.nextInt(100), d, classes);
        Moments moments = sample.moments();
        State<Integer> state = sample.exact();
        double[] priors = random.doubles(classes, 0.2, 3).toArray();
        double ridge = 0.5 + random.nextDouble();
        double[][] sigma = RobustBayesReference.covariance(moments, Form.FULL, ridge);
        for (Norm norm : Norm.values()) {
            RobustBayes learner =
                    RobustBayes.against(RobustBayesPropertyTest.threat(norm), 0).ridge(ridge).priors(priors);
            double limit = Double.POSITIVE_INFINITY;
            for (int c = 0; c < classes; c++) {
                for (int r = c + 1; r < classes; r++) {
                    limit = Math.min(limit, RobustBayesReference.size(norm, ones(d), moments.mu(c, r)));
                }
            }
            assertEquals(limit, learner.limit(state),
                    4 * U * Arrays.stream(moments.magnitude()).sum() + RobustBayesReference.gamma(d + 8) * limit);
            double epsilon = 0.5 * limit;
            MultiClassifier<Integer> pairs = learner.withEpsilon(epsilon).learnPairs(state);
            for (int k = 0; k < 5; k++) {
                float[] x = sample.x()[random.nextInt(sample.x().length)];
                checkPairs(moments, sigma, ridge, norm, epsilon, priors, x, pairs.probabilities(x));
            }
            checkRest(moments, sigma, ridge, norm, learner, state, priors, sample.x()[0]);
        }
    }

    /** P(c) in proportion to 1/(1 + Σ_r exp(−2 f_cr)); an error of η in each f leaves a factor of e^±4η. */
    private static void checkPairs(Moments moments, double[][] sigma, double floor, Norm norm, double epsilon,
            double[] priors, float[] x, double[] actual) {
        int classes = priors.length;
        double[] expected = new double[classes];
        double error = 0;
        for (int c = 0; c < classes; c++) {
            double sum = 1;
            for (int r = 0; r < classes; r++) {
                if (r != c) {
                    Score score = score(moments, sigma, floor, moments.mean()[c], moments.mean()[r], norm, epsilon,
                            Math.log(priors[c] / priors[r]), x);
                    sum += Math.exp(-2 * score.value);
                    error = Math.max(error, score.error);
                }
            }
            expected[c] = 1 / sum;
        }
        double total = Arrays.stream(expected).sum();
        assertEquals(1, Arrays.stream(actual).sum(), classes * 4 * U);
        for (int c = 0; c < classes; c++) {
            assertEquals(expected[c] / total, actual[c], (Math.expm1(4 * error) + 1e-14) * expected[c] / total);
        }
    }

    private static void checkRest(Moments moments, double[][] sigma, double floor, Norm norm, RobustBayes learner,
            State<Integer> state, double[] priors, float[] x) {
        int classes = priors.length;
        double limit = Double.POSITIVE_INFINITY;
        double[][] rest = new double[classes][];
        for (int c = 0; c < classes; c++) {
            int one = c;
            rest[c] = moments.meanOf(IntStream.range(0, classes).filter(r -> r != one).toArray());
            double[] mean = moments.mean()[c];
            double[] others = rest[c];
            limit = Math.min(limit, RobustBayesReference.size(norm, ones(x.length),
                    IntStream.range(0, x.length).mapToDouble(j -> (mean[j] - others[j]) / 2).toArray()));
        }
        double epsilon = 0.5 * limit;
        double[] scores = learner.withEpsilon(epsilon).learnRest(state).scores(x);
        double greatest = 0;
        Score[] expected = new Score[classes];
        for (int c = 0; c < classes; c++) {
            expected[c] = score(moments, sigma, floor, moments.mean()[c], rest[c], norm, epsilon,
                    Math.log(priors[c] / (Arrays.stream(priors).sum() - priors[c])), x);
            greatest = Math.max(greatest, expected[c].error);
        }
        for (int c = 0; c < classes; c++) {
            // all functions lie on the grid of the greatest weights
            assertEquals(expected[c].value, scores[c], classes * greatest);
        }
    }

    /** At ε = 0 they are softmax(ln π_c + m_c·Σ⁻¹x − ½ m_c·Σ⁻¹m_c): linear discriminants. */
    @Property(tries = 40, edgeCases = EdgeCasesMode.NONE, shrinking = ShrinkingMode.OFF)
    void probabilitiesAreThoseOfNormalClasses(@ForAll long seed) {
        Random random = new Random(seed);
        int classes = 2 + random.nextInt(5);
        int d = 1 + random.nextInt(12);
        Sample sample = Sample.draw(random, Kind.CORRELATED, 40 + random.nextInt(100), d, classes);
        Moments moments = sample.moments();
        double[][] sigma = RobustBayesReference.covariance(moments, Form.FULL, 1);
        double[][] factor = RobustBayesReference.factor(sigma);
        RobustBayes learner = RobustBayes.linf(0).ridge(1);
        double[] priors = random.doubles(classes, 0.2, 3).toArray();
        int scheme = random.nextInt(3);
        if (scheme == 0) {
            learner = learner.priors(priors);
        } else if (scheme == 1) {
            learner = learner.countedPriors();
            priors = moments.size();
        } else {
            Arrays.fill(priors, 1);
        }
        MultiClassifier<Integer> learnt = learner.learnPairs(sample.exact());
        for (float[] x : sample.x()) {
            double[] discriminant = new double[classes];
            double error = 0;
            // about the first mean, so that no digits are lost to where the classes are
            double[] origin = moments.mean()[0];
            double[] at = IntStream.range(0, d).mapToDouble(j -> x[j] - origin[j]).toArray();
            for (int c = 0; c < classes; c++) {
                double[] mean = moments.mean()[c];
                double[] from = IntStream.range(0, d).mapToDouble(j -> mean[j] - origin[j]).toArray();
                double[] w = RobustBayesReference.solve(factor, from);
                discriminant[c] = Math.log(priors[c]) + RobustBayesReference.dot(w, at)
                        - RobustBayesReference.dot(w, from) / 2;
                for (int j = 0; j < d; j++) {
                    error += Math.abs(w[j]) * (Math.abs(x[j]) + moments.magnitude()[j]);
                }
            }
            double most = Arrays.stream(discriminant).max().orElseThrow();
            double[] expected = Arrays.stream(discriminant).map(each -> Math.exp(each - most)).toArray();
            double sum = Arrays.stream(expected).sum();
            double[] actual = learnt.probabilities(x);
            assertEquals(1, Arrays.stream(actual).sum(), classes * 4 * U);
            for (int c = 0; c < classes; c++) {
                // each f = w·x + c has its w rounded to floats: 2⁻²⁴ of all products, in exponents twice of both sides; the
                // condition of Σ = S + I is at most 1 + tr S, and the gap 10⁻⁹ counts by its root but is far below
                assertEquals(expected[c] / sum, actual[c],
                        Math.expm1(4 * 0x1p-24 * error + 1e-9) * expected[c] / sum + Double.MIN_NORMAL);
            }
        }
    }

    @Example
    void extremeScoresGiveNoNaN() {
        Sample sample = Sample.draw(new Random(5), Kind.CORRELATED, 200, 4, 4);
        RobustBayes learner = RobustBayes.l2(0.001).ridge(1e-3);
        for (MultiClassifier<Integer> learnt :
                List.of(learner.learnPairs(sample.exact()), learner.withEpsilon(0).learnRest(sample.exact()))) {
            for (float size : new float[] {0, 1, 1e3f, 1e10f, 1e25f, 1e34f, -1e34f}) {
                for (int j = 0; j < 4; j++) {
                    float[] x = new float[4];
                    x[j] = size;
                    double[] p = learnt.probabilities(x);
                    assertEquals(1, Arrays.stream(p).sum(), 16 * U, "size " + size);
                    assertTrue(Arrays.stream(p).allMatch(each -> each >= 0 && each <= 1), Arrays.toString(p));
                }
            }
        }
    }

    /** Only two classes: the pair's probability is the binary classifier's. */
    @Property(tries = 30, edgeCases = EdgeCasesMode.NONE, shrinking = ShrinkingMode.OFF)
    void twoClassesAreOnePair(@ForAll long seed) {
        Random random = new Random(seed);
        Sample sample = Sample.draw(random, Kind.CORRELATED, 50, 5, 2);
        RobustBayes learner = RobustBayes.l1(0).priors(2, 1);
        double epsilon = 0.4 * learner.limit(sample.exact());
        Classifier binary = learner.withEpsilon(epsilon).learn(sample.exact());
        MultiClassifier<Integer> pairs = learner.withEpsilon(epsilon).learnPairs(sample.exact());
        for (float[] x : sample.x()) {
            double p = binary.probability(x);
            // a quotient of exponentials in both
            assertEquals(p, pairs.probabilities(x)[0], 16 * U * (1 + Math.abs(binary.score(x))) * p + 16 * U);
            assertEquals(binary.predict(x) > 0 ? 0 : 1, pairs.predict(x));
        }
    }
}
