package dev.holdfast.verify.model;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.holdfast.model.Classifier;
import dev.holdfast.model.GaussianModel;
import dev.holdfast.model.MultiClassifier;
import dev.holdfast.model.RobustBayes;
import dev.holdfast.model.State;
import dev.holdfast.verify.model.RobustBayesPropertyTest.Kind;
import dev.holdfast.verify.model.RobustBayesPropertyTest.Sample;
import dev.holdfast.verify.reference.RobustBayesReference;
import dev.holdfast.verify.reference.RobustBayesReference.Form;
import dev.holdfast.verify.reference.RobustBayesReference.Moments;
import dev.holdfast.verify.reference.RobustBayesReference.Norm;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.ShrinkingMode;

/** Exact states give the same bits whatever came and went; fast ones what their roundings leave of that. */
class RobustBayesStatesTest {
    /** Rows whose products the kernel adds up in floats before it goes on in doubles. */
    private static final int BLOCK = 256;

    private static State<Integer> empty(Sample sample, Form form, boolean exact) {
        State<Integer> state = form == Form.FULL
                ? State.moments(sample.d(), sample.classList())
                : State.variances(sample.d(), sample.classList());
        return exact ? state.exact() : state;
    }

    private static void assertSame(Classifier expected, Classifier actual) {
        assertArrayEquals(expected.weights(), actual.weights());
        assertEquals(expected.intercept(), actual.intercept());
        assertEquals(expected.gaussian(), actual.gaussian());
        assertEquals(expected.origin(), actual.origin());
    }

    /** In another order, in two parts that are merged, with rows that come and go. */
    private static State<Integer> withHistory(Random random, Sample sample, Form form) {
        List<Integer> order = new ArrayList<>(IntStream.range(0, sample.x().length).boxed().toList());
        Collections.shuffle(order, random);
        State<Integer> left = empty(sample, form, true);
        State<Integer> right = empty(sample, form, true);
        for (int n : order) {
            State<Integer> part = random.nextBoolean() ? left : right;
            if (random.nextInt(3) == 0) {
                float[] passing = new float[sample.d()];
                for (int j = 0; j < passing.length; j++) {
                    passing[j] = (float) (1e6 * random.nextGaussian());
                }
                int label = random.nextInt(sample.classes());
                part.add(passing, label);
                part.add(sample.x()[n], sample.y()[n]);
                part.remove(passing, label);
            } else {
                part.add(sample.x()[n], sample.y()[n]);
            }
        }
        left.merge(right);
        return left;
    }

    @Property(tries = 25, edgeCases = EdgeCasesMode.NONE, shrinking = ShrinkingMode.OFF)
    void historyLeavesNoTrace(@ForAll long seed) {
        Random random = new Random(seed);
        int classes = 2 + random.nextInt(3);
        Kind kind = Kind.values()[random.nextInt(Kind.values().length)];
        int d = 1 + random.nextInt(15);
        Sample sample = Sample.draw(random, kind, classes + random.nextInt(40), d, classes);
        for (Form form : Form.values()) {
            State<Integer> once = sample.addTo(empty(sample, form, true));
            State<Integer> history = withHistory(random, sample, form);
            for (Norm norm : Norm.values()) {
                RobustBayes learner = RobustBayesPropertyTest.withForm(
                        RobustBayes.against(RobustBayesPropertyTest.threat(norm), 0), form).ridge(0.1);
                double limit = learner.limit(once);
                assertEquals(limit, learner.limit(history));
                if (limit == 0) {
                    continue;
                }
                RobustBayes against = learner.withEpsilon(0.3 * limit);
                if (classes == 2) {
                    assertSame(against.learn(once), against.learn(history));
                }
                float[] row = sample.x()[0];
                MultiClassifier<Integer> pairs = against.learnPairs(once);
                assertArrayEquals(pairs.probabilities(row), against.learnPairs(history).probabilities(row));
                assertEquals(pairs.origin(), against.learnPairs(history).origin());
                // a class against the rest may be nearer than two classes are
                RobustBayes rest = learner.withEpsilon(0);
                MultiClassifier<Integer> ofOnce = orNull(() -> rest.learnRest(once));
                MultiClassifier<Integer> ofHistory = orNull(() -> rest.learnRest(history));
                assertEquals(ofOnce == null, ofHistory == null);
                if (ofOnce != null) {
                    assertArrayEquals(ofOnce.scores(row), ofHistory.scores(row));
                }
            }
        }
    }

    /** What is learnt, or {@code null} where a class has the mean of the rest, as one in the middle of three may have. */
    private static MultiClassifier<Integer> orNull(Supplier<MultiClassifier<Integer>> learning) {
        try {
            return learning.get();
        } catch (IllegalStateException nothing) {
            assertTrue(nothing.getMessage().contains("nothing robust can be learnt"), nothing.getMessage());
            return null;
        }
    }

    @Property(tries = 30, edgeCases = EdgeCasesMode.NONE, shrinking = ShrinkingMode.OFF)
    void rowsAreAStateOfThem(@ForAll long seed) {
        Random random = new Random(seed);
        Kind kind = Kind.values()[random.nextInt(Kind.values().length)];
        Sample sample = Sample.draw(random, kind, 2 + random.nextInt(600), 1 + random.nextInt(15), 2);
        int[] y = IntStream.of(sample.y()).map(c -> c == 0 ? 1 : -1).toArray();
        for (Form form : Form.values()) {
            RobustBayes learner =
                    RobustBayesPropertyTest.withForm(RobustBayes.l2(0), form).ridge(0.5).countedPriors();
            State<Integer> state = sample.addTo(learner.state(sample.d(), List.of(0, 1)));
            if (learner.limit(state) > 0) {
                Classifier expected = learner.learn(state);
                assertSame(expected, learner.learn(sample.rows(), y));
                // a copy, and a state that was read from, are as good
                assertSame(expected, learner.learn(state.copy()));
                assertSame(expected, learner.learn(state));
            }
        }
    }

    /**
     * A fast state's scatter is of floats: deviations from a float next to the mean are rounded to 2⁻²⁴ of themselves, their
     * products added up in floats over a block, and the difference of mean and float adds to what is added up.
     */
    @Property(tries = 40, edgeCases = EdgeCasesMode.NONE, shrinking = ShrinkingMode.OFF)
    void fastStatesAreNear(@ForAll long seed) {
        Random random = new Random(seed);
        Kind kind = Kind.values()[random.nextInt(Kind.values().length)];
        int d = 1 + random.nextInt(20);
        Sample sample = Sample.draw(random, kind, 10 + random.nextInt(1500), d, 2);
        Moments moments = sample.moments();
        double n = moments.total();
        double worst = 0;
        for (int j = 0; j < d; j++) {
            double deviation = Math.sqrt(moments.scatter()[j][j] / n);
            worst = Math.max(worst, deviation == 0 ? 0 : 0x1p-24 * moments.magnitude()[j] / deviation);
        }
        double relative = (BLOCK + 8) * 0x1p-24 * (1 + worst) * (1 + worst);
        for (Norm norm : Norm.values()) {
            for (Form form : Form.values()) {
                RobustBayes learner = RobustBayesPropertyTest.withForm(
                        RobustBayes.against(RobustBayesPropertyTest.threat(norm), 0), form)
                        .ridge(Math.max(0x1p-20, 0.01 * moments.scatter()[0][0] / n));
                State<Integer> exact = sample.addTo(empty(sample, form, true));
                State<Integer> fast = sample.addTo(empty(sample, form, false));
                double epsilon = 0.4 * learner.limit(exact);
                if (epsilon == 0) {
                    continue;
                }
                Classifier one = learner.withEpsilon(epsilon).learn(exact);
                Classifier other = learner.withEpsilon(epsilon).learn(fast);
                double difference = value(one) - value(other);
                assertEquals(0, difference, slack(one, moments, relative) + slack(other, moments, relative));
            }
        }
    }

    private static double value(Classifier learnt) {
        GaussianModel model = learnt.gaussian().orElseThrow();
        return model.deviation() * model.deviation() / 2 - model.margin() + model.epsilon() * model.dualNorm();
    }

    /** ½ Σ |w_i| |w_j| (error of S_ij) + Σ |w_j| (error of μ_j), the gap, and roundings of the value. */
    private static double slack(Classifier learnt, Moments moments, double relative) {
        GaussianModel model = learnt.gaussian().orElseThrow();
        float[] w = learnt.weights();
        double spread = 0;
        double linear = 0;
        double magnitudes = 0;
        for (int j = 0; j < w.length; j++) {
            double deviation = Math.sqrt(moments.scatter()[j][j] / moments.total());
            spread += Math.abs(w[j]) * deviation;
            // means of fast states: a float near it, and the mean of deviations that are floats
            linear += Math.abs(w[j]) * (0x1p-50 * moments.magnitude()[j] + (BLOCK + 8) * 0x1p-24 * deviation
                    + (BLOCK + 8) * 0x1p-48 * moments.magnitude()[j]);
            magnitudes += Math.abs(w[j]) * moments.magnitude()[j];
        }
        return relative * spread * spread / 2 + linear + model.gap() * model.deviation() * model.deviation() / 2
                + RobustBayesReference.gamma(2 * w.length + 16)
                        * (model.deviation() * model.deviation() + magnitudes + model.epsilon() * model.dualNorm());
    }

    /** What a state of variances says is what one of moments says of them. */
    @Property(tries = 20, edgeCases = EdgeCasesMode.NONE, shrinking = ShrinkingMode.OFF)
    void variancesAreTheDiagonalOfMoments(@ForAll long seed) {
        Random random = new Random(seed);
        Sample sample = Sample.draw(random, Kind.CORRELATED, 3 + random.nextInt(50), 1 + random.nextInt(15), 2);
        for (Norm norm : Norm.values()) {
            for (Form form : new Form[] {Form.DIAGONAL, Form.IDENTITY}) {
                RobustBayes clean = RobustBayesPropertyTest.withForm(
                        RobustBayes.against(RobustBayesPropertyTest.threat(norm), 0), form);
                RobustBayes learner = clean.withEpsilon(0.3 * clean.limit(sample.exact()));
                assertSame(learner.learn(sample.addTo(empty(sample, Form.FULL, true))),
                        learner.learn(sample.addTo(empty(sample, form, true))));
            }
        }
    }

    @Example
    void correlationsNeedAStateOfMoments() {
        Sample sample = Sample.draw(new Random(1), Kind.CORRELATED, 20, 3, 2);
        State<Integer> variances = sample.addTo(empty(sample, Form.DIAGONAL, true));
        IllegalStateException error =
                assertThrows(IllegalStateException.class, () -> RobustBayes.linf(0).learn(variances));
        assertTrue(error.getMessage().contains("bayes:linf:0.0 needs a state of moments"), error.getMessage());
    }

    /** Σ x xᵀ far from 0: the scatter is about the mean all the same. */
    @Example
    void distantMeansCostAnExactStateNothing() {
        float[][] near = {{1, 2}, {3, 5}, {-2, 0}, {-4, 3}, {0, 1}, {-3, -2}};
        float[][] far = new float[near.length][2];
        for (int n = 0; n < near.length; n++) {
            for (int j = 0; j < 2; j++) {
                far[n][j] = near[n][j] + 0x1p20f;
            }
        }
        int[] y = {0, 0, 1, 1, 0, 1};
        RobustBayes learner = RobustBayes.l2(0.5);
        float[] expected = learner.learn(new Sample(near, y, 2).exact()).weights();
        float[] actual = learner.learn(new Sample(far, y, 2).exact()).weights();
        // means of three rows: a third of 2⁻⁵³ of 2²⁰ is lost of each
        assertArrayEquals(expected, actual, 0x1p-24f);
    }
}
