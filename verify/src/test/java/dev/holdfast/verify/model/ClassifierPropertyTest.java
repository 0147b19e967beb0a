package dev.holdfast.verify.model;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.holdfast.model.Alignment;
import dev.holdfast.model.Classifier;
import dev.holdfast.model.GaussianModel;
import dev.holdfast.model.LinearTransformer;
import dev.holdfast.model.RobustBayes;
import dev.holdfast.model.Rows;
import dev.holdfast.model.Threat;
import dev.holdfast.verify.reference.Reference;
import java.util.Arrays;
import java.util.Optional;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

/** What a classifier says of itself, against the reference and against brute force. */
class ClassifierPropertyTest {
    private static final double HALF_ULP = 0x1p-24;

    @Property(tries = 200)
    void answersAreThoseOfTheFormulas(
            @ForAll @IntRange(min = 1, max = 40) int d, @ForAll @IntRange(min = 1, max = 50) int n, @ForAll long seed) {
        Random random = new Random(seed);
        float[][] x = integers(random, n, d);
        int[] y = labels(random, n);
        float[] p = integers(random, 1, d + 1)[0];
        float[] qBar = integers(random, 1, (d + 1) * d)[0];
        Classifier classifier = LinearTransformer.of(p, qBar).learn(Rows.copyOf(x), y);

        double[] a = Reference.contextState(doubles(x), doubles(y), doubles(p));
        double[] w = Reference.readout(doubles(matrix(qBar, d + 1, d)), a, n);
        for (int j = 0; j < d; j++) {
            // a is exact: integers; w is rounded twice, by the division and to float
            assertEquals(w[j], classifier.weights()[j], Math.abs(w[j]) * (HALF_ULP + 0x1p-52));
        }
        float[] query = integers(random, 1, d)[0];
        double f = Reference.score(doubles(classifier.weights()), doubles(query));
        double magnitude = 0;
        for (int j = 0; j < d; j++) {
            magnitude += Math.abs(classifier.weights()[j] * (double) query[j]);
        }
        double bound = Reference.gamma(2 * d, 0x1p-53) * magnitude;
        assertEquals(f, classifier.score(query), bound);
        if (Math.abs(f) > bound) {
            assertEquals((int) Math.signum(f), classifier.predict(query));
        }
    }

    @Property(tries = 200)
    void noPerturbationInTheBallBeatsTheAttackAndTheAttackReachesItsBound(
            @ForAll @IntRange(min = 1, max = 40) int d, @ForAll long seed) {
        Random random = new Random(seed);
        Classifier classifier = learnt(random, d);
        double[] w = doubles(classifier.weights());
        float[] query = reals(random, 1, d)[0];
        int label = random.nextBoolean() ? 1 : -1;
        double epsilon = (float) random.nextDouble();
        float[] worst = classifier.attack(query, label, epsilon);

        double attacked = label * Reference.score(w, doubles(worst));
        double least = label * Reference.score(w, doubles(query)) - epsilon * Reference.norm1(w);
        // each attacked feature is rounded once, towards x; the two scores are float64 sums of d terms
        double rounding = 0;
        double magnitude = 0;
        for (int j = 0; j < d; j++) {
            rounding += Math.abs(w[j]) * 2 * HALF_ULP * (Math.abs(query[j]) + epsilon);
            magnitude += Math.abs(w[j]) * (Math.abs(query[j]) + epsilon);
        }
        double bound = rounding + 2 * Reference.gamma(2 * d, 0x1p-53) * magnitude;
        assertEquals(least, attacked, bound);
        for (int trial = 0; trial < 50; trial++) {
            double[] other = doubles(query);
            for (int j = 0; j < d; j++) {
                other[j] += epsilon * (trial % 2 == 0 ? 2 * random.nextDouble() - 1 : random.nextBoolean() ? 1 : -1);
            }
            assertTrue(label * Reference.score(w, other) >= attacked - bound);
        }
    }

    @Property(tries = 200)
    void radiusAgreesWithBisection(@ForAll @IntRange(min = 1, max = 40) int d, @ForAll long seed) {
        Random random = new Random(seed);
        Classifier classifier = learnt(random, d);
        double[] w = doubles(classifier.weights());
        float[] query = reals(random, 1, d)[0];
        double f = Reference.score(w, doubles(query));
        if (f == 0 || Reference.norm1(w) == 0) {
            assertEquals(0, classifier.predict(query));
            assertEquals(0, classifier.radius(query));
            return;
        }
        int answer = (int) Math.signum(f);
        assertEquals(answer * classifier.radius(query), classifier.signedRadius(query));
        double low = 0;
        double high = 2 * Math.abs(f) / Reference.norm1(w) + 1;
        for (int step = 0; step < 200; step++) {
            double middle = (low + high) / 2;
            double margin = answer * Reference.score(w, Reference.attack(doubles(query), answer, w, middle));
            if (margin > 0) {
                low = middle;
            } else {
                high = middle;
            }
        }
        // bisection carries the float64 rounding of a score of d terms, divided by the norm; a radius loses 10⁻⁶
        double magnitude = 0;
        for (int j = 0; j < d; j++) {
            magnitude += Math.abs(w[j]) * (Math.abs(query[j]) + high);
        }
        double bound = 3 * Reference.gamma(2 * d + 2, 0x1p-53) * magnitude / Reference.norm1(w);
        double radius = classifier.radius(query);
        assertTrue(radius <= low + bound && radius >= low * (1 - 1e-6) - bound);
    }

    @Property(tries = 100)
    void robustAccuracyCountsTheRadiiAbove(@ForAll @IntRange(min = 1, max = 60) int m, @ForAll long seed) {
        Random random = new Random(seed);
        Classifier classifier = learnt(random, 5);
        Rows queries = Rows.copyOf(reals(random, m, 5));
        int[] y = labels(random, m);
        double[] radii = classifier.signedRadii(queries, y);
        double[] epsilons = {0.1, 0, Math.max(0, radii[0]), 0.3};
        double[] expected = new double[epsilons.length];
        for (int e = 0; e < epsilons.length; e++) {
            int robust = 0;
            for (double radius : radii) {
                robust += radius > epsilons[e] ? 1 : 0;
            }
            expected[e] = (double) robust / m;
        }
        assertArrayEquals(expected, classifier.robustAccuracy(queries, y, epsilons));
    }

    @Property(tries = 100)
    void batchesAnswerAsSingleQueriesDo(@ForAll @IntRange(min = 1, max = 40) int d, @ForAll long seed) {
        Random random = new Random(seed);
        Classifier classifier = learnt(random, d);
        float[][] queries = reals(random, 11, d);
        int[] y = labels(random, 11);
        double[] scores = classifier.scores(Rows.copyOf(queries));
        int[] answers = classifier.predict(Rows.copyOf(queries));
        float[] attacked = classifier.attack(Rows.copyOf(queries), y, 0.25);
        for (int n = 0; n < 11; n++) {
            assertEquals(scores[n], classifier.score(queries[n]));
            assertEquals(answers[n], classifier.predict(queries[n]));
            float[] row = Arrays.copyOfRange(attacked, n * d, n * d + d);
            assertArrayEquals(row, classifier.attack(queries[n], y[n], 0.25));
        }
    }

    @Property(tries = 100)
    void foldedAlignmentAnswersAsAlignedRowsDo(
            @ForAll @IntRange(min = 1, max = 30) int d, @ForAll @IntRange(min = 2, max = 300) int n,
            @ForAll long seed) {
        Random random = new Random(seed);
        Rows x = Rows.copyOf(reals(random, n, d));
        int[] y = labels(random, n);
        Alignment alignment = Alignment.fit(x, y);
        LinearTransformer transformer = LinearTransformer.adversarial(d);
        Classifier raw = transformer.aligned(alignment).learn(x, y);
        Classifier ofAligned = transformer.learn(alignment.apply(x), y);
        float[] mean = alignment.mean();
        float[] sign = alignment.sign();
        float[] query = reals(random, 1, d)[0];
        double f = 0;
        double magnitude = 0;
        for (int j = 0; j < d; j++) {
            assertEquals(sign[j] * ofAligned.weights()[j], raw.weights()[j]);
            f += raw.weights()[j] * ((double) query[j] - mean[j]);
            magnitude += Math.abs(raw.weights()[j]) * (double) (Math.abs(query[j]) + Math.abs(mean[j]));
        }
        assertEquals(f, raw.score(query), Reference.gamma(4 * d + 4, 0x1p-53) * magnitude);
    }

    /** 1/(1 + e^−2f) without overflow, and the other label has the rest; a transformer has no such model. */
    @Property(tries = 200)
    void aGaussianModelSaysHowLikelyALabelIs(@ForAll @IntRange(min = 1, max = 12) int d,
            @ForAll @IntRange(min = -20, max = 20) int power, @ForAll long seed) {
        Random random = new Random(seed);
        float[][] x = reals(random, 6, d);
        int[] y = {1, 1, 1, -1, -1, -1};
        RobustBayes learner = RobustBayes.l2(0).countedPriors();
        Classifier classifier = learner.learn(Rows.copyOf(x), y);
        float[] query = reals(random, 1, d)[0];
        for (int j = 0; j < d; j++) {
            query[j] = Math.scalb(query[j], power);
        }
        double twice = 2 * classifier.score(query);
        double p = classifier.probability(query);
        assertTrue(p >= 0 && p <= 1);
        // an exponential within an ulp on each side, a sum and a quotient
        double expected = 1 / (1 + Math.exp(-twice));
        assertEquals(expected, p, Reference.gamma(12, 0x1p-53) * expected + Double.MIN_NORMAL);
        assertEquals(Optional.empty(), Classifier.of(classifier.weights(), classifier.intercept()).gaussian());
        assertEquals(Optional.empty(), learnt(random, d).gaussian());
        GaussianModel model = classifier.gaussian().orElseThrow();
        assertEquals(learner.epsilon(), model.epsilon());
        assertEquals(0, model.logOdds());
        double size = 0;
        for (float w : classifier.weights()) {
            size += w * (double) w;
        }
        // of weights that are rounded to floats
        assertEquals(Math.sqrt(size), model.dualNorm(),
                Reference.gamma(d + 4, HALF_ULP) * Math.sqrt(size) + d * Float.MIN_VALUE);
    }

    @Property(tries = 100)
    void anyLinearClassifierHasTheSameCertificates(@ForAll @IntRange(min = 1, max = 40) int d, @ForAll long seed) {
        Random random = new Random(seed);
        float[][] rows = reals(random, 7, d);
        Rows x = Rows.copyOf(rows);
        int[] y = labels(random, 7);
        Alignment alignment = Alignment.fit(x, y);
        Classifier learnt = LinearTransformer.adversarial(d).aligned(alignment).learn(x, y);
        float[] w = learnt.weights();
        Classifier given = Classifier.of(w, learnt.intercept());
        w[0]++; // a copy was taken
        assertArrayEquals(learnt.weights(), given.weights());
        assertArrayEquals(Alignment.none(d).sign(), given.alignment().sign());
        assertTrue(given.origin().isEmpty());
        for (Threat threat : new Threat[] {Threat.linf().inBox(-9, 9), Threat.l2(), Threat.l1()}) {
            assertArrayEquals(learnt.signedRadii(x, y, threat), given.signedRadii(x, y, threat));
            assertArrayEquals(learnt.attack(x, y, threat, 0.3), given.attack(x, y, threat, 0.3));
        }
    }

    private static Classifier learnt(Random random, int d) {
        int n = 1 + random.nextInt(20);
        return LinearTransformer.adversarial(d).learn(Rows.copyOf(reals(random, n, d)), labels(random, n));
    }

    static float[][] reals(Random random, int rows, int d) {
        float[][] x = new float[rows][d];
        for (float[] row : x) {
            for (int j = 0; j < d; j++) {
                row[j] = (float) random.nextGaussian();
            }
        }
        return x;
    }

    static float[][] integers(Random random, int rows, int d) {
        float[][] x = new float[rows][d];
        for (float[] row : x) {
            for (int j = 0; j < d; j++) {
                row[j] = random.nextInt(7) - 3;
            }
        }
        return x;
    }

    /** Both labels, if there is room for them. */
    static int[] labels(Random random, int n) {
        int[] y = new int[n];
        for (int i = 0; i < n; i++) {
            y[i] = random.nextBoolean() ? 1 : -1;
        }
        if (n > 1 && Math.abs(Arrays.stream(y).sum()) == n) {
            y[random.nextInt(n)] *= -1;
        }
        return y;
    }

    static float[][] matrix(float[] flat, int rows, int columns) {
        float[][] matrix = new float[rows][];
        for (int i = 0; i < rows; i++) {
            matrix[i] = Arrays.copyOfRange(flat, i * columns, (i + 1) * columns);
        }
        return matrix;
    }

    static double[] doubles(float[] values) {
        double[] out = new double[values.length];
        for (int i = 0; i < out.length; i++) {
            out[i] = values[i];
        }
        return out;
    }

    static double[] doubles(int[] values) {
        return Arrays.stream(values).asDoubleStream().toArray();
    }

    static double[][] doubles(float[][] values) {
        return Arrays.stream(values)
                .map(ClassifierPropertyTest::doubles)
                .toArray(double[][]::new);
    }
}
