package dev.holdfast.verify.model;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.holdfast.model.Classifier;
import dev.holdfast.model.GaussianModel;
import dev.holdfast.model.RobustBayes;
import dev.holdfast.model.Rows;
import dev.holdfast.model.State;
import dev.holdfast.model.Threat;
import dev.holdfast.verify.model.RobustBayesPropertyTest.Kind;
import dev.holdfast.verify.model.RobustBayesPropertyTest.Sample;
import dev.holdfast.verify.reference.RobustBayesReference;
import dev.holdfast.verify.reference.RobustBayesReference.Form;
import dev.holdfast.verify.reference.RobustBayesReference.Norm;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.ShrinkingMode;
import net.jqwik.api.constraints.IntRange;

/** Units of features, priors, and demonstrations that are few, equal, huge or tiny. */
class RobustBayesUnitsTest {
    private static float[][] times(float[][] x, float factor) {
        float[][] out = new float[x.length][x[0].length];
        for (int n = 0; n < x.length; n++) {
            for (int j = 0; j < x[n].length; j++) {
                out[n][j] = x[n][j] * factor;
            }
        }
        return out;
    }

    private static Classifier learn(RobustBayes learner, float[][] x, int[] y, boolean exact) {
        State<Integer> state = learner.state(x[0].length, List.of(0, 1));
        return learner.learn(new Sample(x, y, 2).addTo(exact ? state.exact() : state));
    }

    @Property(tries = 60, edgeCases = EdgeCasesMode.NONE, shrinking = ShrinkingMode.OFF)
    void powersOfTwoChangeNoBit(@ForAll long seed, @ForAll @IntRange(min = -40, max = 40) int k) {
        Random random = new Random(seed);
        int d = 1 + random.nextInt(30);
        Kind kind = Kind.values()[random.nextInt(Kind.values().length)];
        Norm norm = Norm.values()[random.nextInt(3)];
        boolean exact = random.nextBoolean();
        Sample drawn = Sample.draw(random, kind, 10 + random.nextInt(60), d, 2);
        // features up to 10⁶ in other units: 2⁴⁰ times the greatest is still one that a state takes
        Sample sample = new Sample(times(drawn.x(), kind == Kind.UNITS ? 0x1p-13f : 1), drawn.y(), 2);
        float[] budgets = new float[d];
        for (int j = 0; j < d; j++) {
            budgets[j] = random.nextInt(4) == 0 ? 0 : (float) Math.pow(2, 8 * random.nextDouble() - 4);
        }
        Threat plain = RobustBayesPropertyTest.threat(norm);
        Threat threat = random.nextBoolean() ? plain : plain.withBudgets(budgets);
        double epsilon = 0.3 * random.nextDouble();
        double ridge = random.nextBoolean() ? Math.pow(10, -4 * random.nextDouble()) : Double.NaN;
        RobustBayes learner = RobustBayesPropertyTest.withForm(RobustBayes.against(threat, epsilon),
                Form.values()[random.nextInt(3)]);
        if (!Double.isNaN(ridge)) {
            learner = learner.ridge(ridge);
        }
        float unit = Math.scalb(1f, k);
        RobustBayes scaled = learner.withEpsilon(Math.scalb(epsilon, k));
        if (!Double.isNaN(ridge)) {
            scaled = scaled.ridge(Math.scalb(ridge, 2 * k));
        }
        float[][] x = times(sample.x(), unit);
        double limit = learner.limit(sample.addTo(State.moments(d, List.of(0, 1))));
        if (limit <= epsilon) {
            RobustBayes none = scaled;
            assertThrows(IllegalStateException.class, () -> learn(none, x, sample.y(), exact));
            return;
        }
        Classifier one = learn(learner, sample.x(), sample.y(), exact);
        Classifier other = learn(scaled, x, sample.y(), exact);
        float[] w = one.weights();
        float[] actual = other.weights();
        for (int j = 0; j < d; j++) {
            // below the least normal float bits are lost
            boolean whole = Math.abs(w[j]) >= Float.MIN_NORMAL && Math.abs(Math.scalb(w[j], -k)) >= Float.MIN_NORMAL;
            assertEquals(Math.scalb(w[j], -k), actual[j], whole ? 0 : Math.scalb(0x1p-149f, Math.max(0, -k)));
        }
        assertEquals(one.intercept(), other.intercept());
        GaussianModel model = one.gaussian().orElseThrow();
        assertEquals(model.deviation(), other.gaussian().orElseThrow().deviation());
        assertEquals(model.gap(), other.gaussian().orElseThrow().gap());
        for (int n = 0; n < x.length; n++) {
            assertEquals(one.predict(sample.x()[n]), other.predict(x[n]));
            assertEquals(one.signedRadius(sample.x()[n], plain),
                    Math.scalb(other.signedRadius(x[n], plain), -k));
        }
    }

    /**
     * A ridge far below the rounding of the variances leaves Σ singular where rows are few or repeat: that is said, or a gap
     * says what came of it, and neither takes the time of a search without end.
     */
    @Property(tries = 40, edgeCases = EdgeCasesMode.NONE, shrinking = ShrinkingMode.OFF)
    void aRidgeOfNothingEndsSoon(@ForAll long seed) {
        Random random = new Random(seed);
        int d = 2 + random.nextInt(8);
        int n = 2 + random.nextInt(10);
        float[][] x = new float[n][];
        for (int i = 0; i < n; i++) {
            x[i] = i > 3 && random.nextInt(3) > 0 ? x[3] : ClassifierPropertyTest.reals(random, 1, d)[0];
        }
        Sample sample = new Sample(x, IntStream.range(0, n).map(i -> i % 2).toArray(), 2);
        for (Norm norm : Norm.values()) {
            for (Form form : Form.values()) {
                RobustBayes plain = RobustBayes.against(RobustBayesPropertyTest.threat(norm), 0);
                RobustBayes learner =
                        RobustBayesPropertyTest.withForm(plain, form).ridge(Math.pow(10, -20 - random.nextInt(18)));
                double epsilon = random.nextDouble() * learner.limit(sample.exact());
                long start = System.nanoTime();
                try {
                    assertTrue(learner.withEpsilon(epsilon).learn(sample.exact()).gaussian().orElseThrow().gap() >= 0);
                } catch (IllegalStateException e) {
                    assertTrue(e.getMessage().contains("expected a greater ridge") || e.getMessage().contains("too small"),
                            e.getMessage());
                }
                assertTrue(System.nanoTime() - start < 10_000_000_000L, learner.name() + " took more than 10 s");
            }
        }
    }

    /** Features are integers, so that a thousand times each is a float; only what weights lose as floats is left. */
    @Property(tries = 30, edgeCases = EdgeCasesMode.NONE, shrinking = ShrinkingMode.OFF)
    void aThousandChangesNoAnswer(@ForAll long seed) {
        Random random = new Random(seed);
        int d = 1 + random.nextInt(20);
        Norm norm = Norm.values()[random.nextInt(3)];
        Sample drawn = Sample.draw(random, Kind.CORRELATED, 40 + random.nextInt(60), d, 2);
        float[][] x = times(drawn.x(), 64);
        for (float[] row : x) {
            for (int j = 0; j < d; j++) {
                row[j] = (float) Math.rint(row[j]);
            }
        }
        Sample sample = new Sample(x, drawn.y(), 2);
        RobustBayes learner = RobustBayes.against(RobustBayesPropertyTest.threat(norm), 0);
        State<Integer> state = sample.exact();
        double epsilon = 0.5 * learner.limit(state);
        Classifier one = learner.withEpsilon(epsilon).learn(state);
        Classifier other = learn(learner.withEpsilon(1000 * epsilon), times(x, 1000), sample.y(), true);
        float[] w = one.weights();
        int answered = 0;
        for (float[] row : x) {
            double magnitude = Math.abs(one.intercept());
            for (int j = 0; j < d; j++) {
                magnitude += Math.abs(w[j] * row[j]);
            }
            // each weight may be another float, and the two minima may be apart by their gaps
            if (Math.abs(one.score(row)) > 0x1p-16 * magnitude) {
                answered++;
                assertEquals(one.predict(row), other.predict(times(new float[][] {row}, 1000)[0]));
            }
        }
        assertTrue(answered > x.length / 2, answered + " of " + x.length);
    }

    @Property(tries = 10, edgeCases = EdgeCasesMode.NONE, shrinking = ShrinkingMode.OFF)
    void onePercentPositives(@ForAll long seed) {
        Random random = new Random(seed);
        int d = 1 + random.nextInt(8);
        int n = 5000;
        float[][] x = new float[n][d];
        int[] y = new int[n];
        for (int i = 0; i < n; i++) {
            y[i] = i % 100 == 0 ? 1 : -1;
            for (int j = 0; j < d; j++) {
                x[i][j] = (float) random.nextGaussian();
            }
            x[i][0] += 3 * y[i];
        }
        for (Norm norm : Norm.values()) {
            Classifier learnt = RobustBayes.against(RobustBayesPropertyTest.threat(norm), 0.1).learn(Rows.copyOf(x), y);
            float[] w = learnt.weights();
            double norm2 = Math.sqrt(IntStream.range(0, d).mapToDouble(j -> (double) w[j] * w[j]).sum());
            // f of a negative is normal with mean c − 3 w_0 and deviation ‖w‖₂
            double falsePositives = RobustBayesReference.normal((learnt.intercept() - 3 * w[0]) / norm2);
            assertTrue(falsePositives < 0.01, norm + " " + falsePositives);
        }
    }

    @Property(tries = 6, edgeCases = EdgeCasesMode.NONE, shrinking = ShrinkingMode.OFF)
    void accuracyIsThatOfDraws(@ForAll long seed) {
        Random random = new Random(seed);
        int d = 1 + random.nextInt(4);
        Sample sample = Sample.draw(random, Kind.CORRELATED, 100, d, 2);
        State<Integer> state = sample.exact();
        Norm norm = Norm.values()[random.nextInt(3)];
        RobustBayes learner = RobustBayes.against(RobustBayesPropertyTest.threat(norm), 0).priors(1 + random.nextInt(5), 2);
        double epsilon = 0.4 * learner.limit(state);
        for (RobustBayes each : List.of(learner, RobustBayes.against(RobustBayesPropertyTest.threat(norm), 0))) {
            Classifier learnt = each.withEpsilon(epsilon).learn(state);
            GaussianModel model = learnt.gaussian().orElseThrow();
            double[] w = RobustBayesPropertyTest.doubles(learnt.weights());
            double[] mu = sample.moments().mu(0, 1);
            double[] middle = sample.moments().middle(0, 1);
            double[][] root = RobustBayesReference.factor(
                    RobustBayesReference.covariance(sample.moments(), Form.FULL, Double.NaN));
            double positive = 1 / (1 + Math.exp(-model.logOdds()));
            double price = RobustBayesReference.dualNorm(norm, unit(d), w);
            int draws = 40_000;
            int clean = 0;
            int robust = 0;
            for (int k = 0; k < draws; k++) {
                int label = random.nextDouble() < positive ? 1 : -1;
                double[] normal = random.doubles(d).map(u -> random.nextGaussian()).toArray();
                double score = learnt.intercept();
                for (int i = 0; i < d; i++) {
                    double value = middle[i] + label * mu[i];
                    for (int j = 0; j <= i; j++) {
                        value += root[i][j] * normal[j];
                    }
                    score += w[i] * value;
                }
                clean += label * score > 0 ? 1 : 0;
                robust += label * score > epsilon * price ? 1 : 0;
            }
            // Hoeffding: P(|share − p| ≥ t) ≤ 2 exp(−2 n t²), 10⁻¹² here
            double bound = Math.sqrt(Math.log(2e12) / (2 * draws));
            assertEquals(model.accuracy(0), (double) clean / draws, bound);
            assertEquals(model.accuracy(epsilon), (double) robust / draws, bound);
        }
    }

    private static double[] unit(int d) {
        double[] b = new double[d];
        Arrays.fill(b, 1);
        return b;
    }

    /** With unequal priors ½ ln(π₊/π₋) is the best threshold against the attack: accuracy falls on both sides of it. */
    @Property(tries = 100, edgeCases = EdgeCasesMode.NONE, shrinking = ShrinkingMode.OFF)
    void thresholdIsTheBest(@ForAll long seed) {
        Random random = new Random(seed);
        int d = 1 + random.nextInt(10);
        Sample sample = Sample.draw(random, Kind.CORRELATED, 60, d, 2);
        State<Integer> state = sample.exact();
        Norm norm = Norm.values()[random.nextInt(3)];
        RobustBayes learner =
                RobustBayes.against(RobustBayesPropertyTest.threat(norm), 0).priors(0.5 + 4 * random.nextDouble(), 1);
        double epsilon = 0.5 * random.nextDouble() * learner.limit(state);
        GaussianModel model = learner.withEpsilon(epsilon).learn(state).gaussian().orElseThrow();
        double positive = 1 / (1 + Math.exp(-model.logOdds()));
        double left = model.margin() - epsilon * model.dualNorm();
        double best = model.accuracy(epsilon);
        for (double shift : new double[] {-3, -0.3, -0.01, 0.01, 0.3, 3}) {
            double h = model.logOdds() / 2 + shift * model.deviation();
            double other = positive * RobustBayesReference.normal((left + h) / model.deviation())
                    + (1 - positive) * RobustBayesReference.normal((left - h) / model.deviation());
            // both formulas are within 10⁻¹² of the truth; that wᵀΣw = μᵀw − ε‖w‖ holds but for the gap
            assertTrue(other <= best + 2e-12 + Math.sqrt(model.gap()), shift + ": " + other + " > " + best);
        }
    }

    @Property(tries = 30, edgeCases = EdgeCasesMode.NONE, shrinking = ShrinkingMode.OFF)
    void priorsMoveTheIntercept(@ForAll long seed) {
        Random random = new Random(seed);
        int d = 1 + random.nextInt(10);
        Sample sample = Sample.draw(random, Kind.CORRELATED, 60, d, 2);
        State<Integer> state = sample.exact();
        double plus = state.size(0);
        double minus = state.size(1);
        Classifier equal = RobustBayes.linf(0).learn(state);
        Classifier counted = RobustBayes.linf(0).countedPriors().learn(state);
        Classifier told = RobustBayes.linf(0).priors(3 * plus, 3 * minus).learn(state);
        assertArrayEquals(equal.weights(), counted.weights());
        assertEquals(counted.intercept(), told.intercept(), Math.ulp(counted.intercept()) + 0x1p-51);
        double half = Math.log(plus / minus) / 2;
        // one rounding of the sum of two numbers, and those of the logarithm
        assertEquals(half, counted.intercept() - equal.intercept(),
                4 * RobustBayesReference.U * (Math.abs(equal.intercept()) + Math.abs(half)));
    }

    @Example
    void oneFeature() {
        // means 3 and 1, variance within classes (1 + 1 + 4 + 4)/4: μ = 1, m = 2, σ² = 2.5, w = (μ − ε)/σ²
        float[][] x = {{4}, {2}, {3}, {-1}};
        int[] y = {1, 1, -1, -1};
        for (Norm norm : Norm.values()) {
            Classifier learnt = RobustBayes.against(RobustBayesPropertyTest.threat(norm), 0.25).learn(Rows.copyOf(x), y);
            assertEquals(0.75f / 2.5f, learnt.weights()[0], Math.ulp(0.3f));
            assertEquals(-2 * 0.3, learnt.intercept(), 2 * Math.ulp(0.3f));
            assertEquals(1, RobustBayes.against(RobustBayesPropertyTest.threat(norm), 0)
                    .limit(new Sample(x, new int[] {0, 0, 1, 1}, 2).exact()));
        }
    }

    @Example
    void rowsThatDoNotVary() {
        float[][] x = {{1, 2}, {1, 2}, {3, 5}, {3, 5}};
        int[] y = {1, 1, -1, -1};
        for (Form form : Form.values()) {
            RobustBayes learner = RobustBayesPropertyTest.withForm(RobustBayes.linf(0.1), form);
            IllegalStateException error =
                    assertThrows(IllegalStateException.class, () -> learner.learn(Rows.copyOf(x), y));
            assertTrue(error.getMessage().contains("ridge"), error.getMessage());
            // Σ = 2I, μ = (−1, −1.5)
            assertArrayEquals(new float[] {-0.45f, -0.7f}, learner.ridge(2).learn(Rows.copyOf(x), y).weights(), 1e-7f);
        }
    }

    @Example
    void twoRowsAndOneRowOfAClass() {
        float[][] two = {{1, 0}, {0, 2}};
        assertThrows(IllegalStateException.class, () -> RobustBayes.linf(0).learn(Rows.copyOf(two), new int[] {1, -1}));
        assertArrayEquals(new float[] {0.5f, -1}, RobustBayes.linf(0).ridge(1).learn(Rows.copyOf(two), new int[] {1, -1})
                .weights());
        // the scatter is all of the other class: x₁ = 0, 2 and x₂ = 2, 4 give S = [[2, 2], [2, 2]]/3
        float[][] three = {{5, 5}, {0, 2}, {2, 4}};
        Classifier learnt = RobustBayes.linf(0).ridge(1).learn(Rows.copyOf(three), new int[] {1, -1, -1});
        // μ = (2, 1), Σ = [[5, 2], [2, 5]]/3, Σ⁻¹μ = 3/21 (8, 1)
        assertArrayEquals(new float[] {8f / 7, 1f / 7}, learnt.weights(), 1e-6f);
        IllegalStateException error = assertThrows(IllegalStateException.class,
                () -> RobustBayes.linf(0).learn(Rows.copyOf(three), new int[] {1, 1, 1}));
        assertTrue(error.getMessage().contains("size(-1) = 0"), error.getMessage());
    }

    @Example
    void equalMeansTeachNothing() {
        float[][] x = {{1, 2}, {3, 4}, {1, 4}, {3, 2}};
        for (Norm norm : Norm.values()) {
            RobustBayes learner = RobustBayes.against(RobustBayesPropertyTest.threat(norm), 0);
            assertEquals(0, learner.limit(new Sample(x, new int[] {0, 0, 1, 1}, 2).exact()));
            IllegalStateException error = assertThrows(IllegalStateException.class,
                    () -> learner.learn(Rows.copyOf(x), new int[] {1, 1, -1, -1}));
            assertTrue(error.getMessage().contains("nothing robust can be learnt"), error.getMessage());
        }
    }

    /** Twins share the weight of one: in ℓ2 equally. A feature that never varies and does not tell classes apart has none. */
    @Property(tries = 30, edgeCases = EdgeCasesMode.NONE, shrinking = ShrinkingMode.OFF)
    void twinsAndConstants(@ForAll long seed) {
        Random random = new Random(seed);
        Sample sample = Sample.draw(random, Kind.CORRELATED, 50, 4, 2);
        float[][] x = new float[50][6];
        for (int n = 0; n < 50; n++) {
            System.arraycopy(sample.x()[n], 0, x[n], 0, 4);
            x[n][4] = x[n][0];
            x[n][5] = 0.1f;
        }
        for (Norm norm : Norm.values()) {
            RobustBayes learner = RobustBayes.against(RobustBayesPropertyTest.threat(norm), 0);
            double epsilon = 0.3 * learner.limit(new Sample(x, sample.y(), 2).exact());
            Classifier learnt = learn(learner.withEpsilon(epsilon), x, sample.y(), true);
            float[] w = learnt.weights();
            float greatest = 0;
            for (float each : w) {
                greatest = Math.max(greatest, Math.abs(each));
            }
            if (norm == Norm.L2) {
                assertEquals(w[0], w[4], 0x1p-20f * greatest);
            }
            // its mean is exact in both classes: μ = 0 and no correlation
            assertEquals(0, w[5], 0x1p-20f * greatest);
            assertTrue(learnt.gaussian().orElseThrow().gap() < 1e-9);
        }
    }

    @Property(tries = 20, edgeCases = EdgeCasesMode.NONE, shrinking = ShrinkingMode.OFF)
    void hugeAndTiny(@ForAll long seed) {
        Random random = new Random(seed);
        int d = 1 + random.nextInt(20);
        Sample sample = Sample.draw(random, Kind.CORRELATED, 60, d, 2);
        for (float scale : new float[] {1e12f, 1e-20f}) {
            Sample scaled = new Sample(times(sample.x(), scale), sample.y(), 2);
            for (Norm norm : Norm.values()) {
                RobustBayes learner = RobustBayes.against(RobustBayesPropertyTest.threat(norm), 0);
                for (boolean exact : new boolean[] {true, false}) {
                    State<Integer> empty = State.moments(d, List.of(0, 1));
                    State<Integer> state = scaled.addTo(exact ? empty.exact() : empty);
                    double epsilon = 0.4 * learner.limit(state);
                    Classifier learnt = learner.withEpsilon(epsilon).learn(state);
                    GaussianModel model = learnt.gaussian().orElseThrow();
                    assertTrue(model.gap() < 1e-9, scale + " " + norm + " " + model);
                    // σ_f and with it accuracies have no unit: floats of rows change them by some 2⁻²⁴ of their spread
                    State<Integer> plain = sample.addTo(exact ? State.moments(d, List.of(0, 1)).exact()
                            : State.moments(d, List.of(0, 1)));
                    GaussianModel other =
                            learner.withEpsilon(0.4 * learner.limit(plain)).learn(plain).gaussian().orElseThrow();
                    assertEquals(other.accuracy(0), model.accuracy(0), 0x1p-24 * 60 * d);
                }
            }
        }
    }
}
