package dev.holdfast.verify.experiments;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.holdfast.model.DeepTransformer;
import dev.holdfast.model.DeepTransformer.Layer;
import dev.holdfast.model.GaussianMixture;
import dev.holdfast.model.State;
import dev.holdfast.verify.report.Figure;
import dev.holdfast.verify.report.Lines;
import dev.holdfast.verify.report.ReportJson;
import dev.holdfast.verify.report.Series;
import dev.holdfast.verify.report.Table;
import java.math.BigDecimal;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

class FollowUpTest {
    private static final GaussianMixture A1 = GaussianMixture.a1();

    private static Scale scale(int threads) {
        return new Scale(true, 6, 60, 30, 5, threads, Map.of());
    }

    /** Every experiment, small, with one thread and with three: the same bytes, whole figures, unique ids. */
    @Test
    @Tag("once")
    void findingsAreWholeAndDoNotDependOnThreads() {
        Set<String> ids = new HashSet<>();
        for (Experiment experiment : FollowUp.of(scale(1))) {
            AtomicInteger steps = new AtomicInteger();
            Outcome one = experiment.run(scale(1), steps::incrementAndGet);
            assertEquals(experiment.steps(scale(1)), steps.get(), experiment.id());
            assertEquals(ReportJson.write(one.finding()),
                    ReportJson.write(experiment.run(scale(3), () -> {}).finding()), experiment.id());
            assertEquals(experiment.id(), one.finding().id());
            assertEquals(experiment.title(), one.finding().title());
            assertFalse(one.finding().text().isBlank());
            assertFalse(one.finding().text().contains("NaN"), one.finding().text());
            for (Figure figure : one.finding().figures()) {
                assertTrue(ids.add(figure.id()), figure.id());
                assertWhole((Lines) figure);
            }
            for (Table table : Stream.concat(one.finding().tables().stream(), one.times().stream()).toList()) {
                assertTrue(ids.add(table.id()), table.id());
                assertWhole(table);
            }
        }
    }

    private static void assertWhole(Lines lines) {
        assertFalse(lines.caption().isBlank() || lines.title().isBlank(), lines.id());
        assertFalse(lines.series().isEmpty(), lines.id());
        for (Series series : lines.series()) {
            for (int i = 1; i < series.x().length; i++) {
                assertTrue(series.x()[i - 1] < series.x()[i], lines.id());
            }
        }
    }

    /** No cell is empty: a column of nothing but NaN is another one after it was kept. */
    private static void assertWhole(Table table) {
        assertFalse(table.rows().isEmpty(), table.id());
        for (List<Object> row : table.rows()) {
            assertFalse(row.stream().anyMatch(Objects::isNull) || row.contains(Double.NaN), table.id());
        }
    }

    /** Within what was published and ours, and half a unit of the last place of each published number. */
    @Test
    void aPublishedNumberAgreesWithinBothSpreadsAndItsRounding() {
        assertEquals("agrees: within both spreads added", verdict("adversarial", 67.8 + 0.3 + 0.2 + 0.09));
        assertEquals("differs: not within both spreads added", verdict("adversarial", 67.8 + 0.3 + 0.2 + 0.11));
        assertEquals("agrees: within both spreads added", verdict("adversarial", 67.8 - 0.3 - 0.2 - 0.09));
        assertEquals("differs: not within both spreads added", verdict("adversarial", 67.8 - 0.3 - 0.2 - 0.11));
        assertEquals("agrees: within the published spread", verdict("standard", 67.8 + 0.3 + 0.09));
        assertEquals("differs: not within the published spread", verdict("standard", 67.8 + 0.3 + 0.11));
    }

    private static String verdict(String kind, double ours) {
        return TableA1.verdict(
                kind, new BigDecimal("67.8"), new BigDecimal("0.3"), new Estimate(10, ours / 100, 0.002, 5));
    }

    /** A mirror image changes neither moment, and the means of the classes are ±m̄: robust Bayes has no intercept. */
    @Test
    void contextsAreSymmetricAndRepeatThemselves() {
        MixtureContexts contexts = new MixtureContexts(A1, 700, 3);
        State<Integer> state = contexts.state(2);
        assertEquals(1400, state.size());
        assertEquals(700, state.size(1));
        assertEquals(state.hash(), new MixtureContexts(A1, 700, 3).state(2).hash());
        assertFalse(state.hash().equals(contexts.state(1).hash()));
        assertFalse(state.hash().equals(new MixtureContexts(A1, 700, 4).state(2).hash()));
        assertEquals(0, Math.abs(FollowUp.plugIn(A1.radius()).learn(state).intercept()));
    }

    /** m̄_j ~ N(μ_j, σ_j/N): one of a hundred is beyond 6 deviations once in five million draws. */
    @Test
    void theMeanOfAContextIsThatOfTheMixture() {
        int n = 4000;
        float[] mean = MEAN.learn(new MixtureContexts(A1, n, 11).state(0)).weights();
        for (int j = 0; j < mean.length; j++) {
            // the least of these is 10⁻⁴, and roundings to float are far below it
            assertEquals(A1.mean()[j], mean[j], 6 * Math.sqrt(A1.variances()[j] / n), "feature " + j);
        }
    }

    private static final DeepTransformer MEAN = DeepTransformer.family(100, List.of(new Layer(0, 1, 1, 0)));

    /** The second pass has two roundings of each entry for each row before, and a product of rows d here. */
    @Test
    void rotationsAreOrthogonal() {
        double[][] u = new MixtureContexts(A1, 1, 7).rotation(4);
        for (int i = 0; i < u.length; i++) {
            for (int j = 0; j <= i; j++) {
                double product = 0;
                for (int k = 0; k < u.length; k++) {
                    product += u[i][k] * u[j][k];
                }
                assertEquals(i == j ? 1 : 0, product, 4 * u.length * 0x1p-53, i + ", " + j);
            }
        }
    }

    /** The family turns with the task, so that its clean accuracy stays; under ℓ∞ it is that of queries that are counted. */
    @Test
    void accuracyUnderLinfOfATurnedTaskIsThatOfItsQueries() {
        MixtureContexts contexts = new MixtureContexts(A1, 300, 2);
        double[][] u = contexts.rotation(1);
        double[] w = MixtureContexts.weights(MEAN, contexts.state(1, u));
        double[] same = MixtureContexts.weights(MEAN, contexts.state(1));
        // rows, of a length below 25, and w are rounded to 2⁻²⁴ of themselves, so that w is off by δ = 30 · 2⁻²⁴ at most;
        // and Φ(μ·w/(wᵀΣw)^½), whose argument is below 2, by at most (‖μ‖ + 2 max σ^½) δ/(wᵀΣw)^½ < 5 δ
        assertEquals(DepthAgainstLinf.accuracy(same, null, 0), DepthAgainstLinf.accuracy(w, u, 0), 150 * 0x1p-24);
        double epsilon = 0.05;
        Random random = new Random(3);
        int queries = 20_000;
        int right = 0;
        for (int q = 0; q < queries; q++) {
            double margin = 0;
            double[] a = new double[w.length];
            for (int j = 0; j < a.length; j++) {
                a[j] = A1.mean()[j] + Math.sqrt(A1.variances()[j]) * random.nextGaussian();
            }
            for (int i = 0; i < a.length; i++) {
                double x = 0;
                for (int j = 0; j < a.length; j++) {
                    x += u[i][j] * a[j];
                }
                margin += w[i] * x - epsilon * Math.abs(w[i]);
            }
            right += margin > 0 ? 1 : 0;
        }
        // Hoeffding: further apart once in 10⁷
        double allowed = Math.sqrt(Math.log(2e7) / 2 / queries);
        assertEquals(DepthAgainstLinf.accuracy(w, u, epsilon), (double) right / queries, allowed);
    }

    /** Ten layers that each cube a factor of 10⁶: no float holds that, and every experiment counts it as answered wrongly. */
    @Test
    void weightsThatFitNoFloatCountAsWrong() {
        DeepTransformer huge = DeepTransformer.family(100, Collections.nCopies(10, new Layer(1e3, 1, 1e3, 0)));
        MixtureContexts contexts = new MixtureContexts(A1, 20, 5);
        State<Integer> context = contexts.state(0);
        assertThrows(IllegalStateException.class, () -> huge.learn(context));
        assertArrayEquals(new double[] {0, 0}, contexts.accuracy(huge, context));
        assertEquals(0, DepthAgainstLinf.accuracy(MixtureContexts.weights(huge, context), contexts.rotation(0), 0));
        List<MixtureEvaluation.Result> results = new MixtureEvaluation(A1, 1, 5)
                .run(List.of(new NamedLearner("huge", huge)), new int[] {20}, new double[] {0}, 1, () -> {});
        assertEquals(0, results.get(0).accuracy());
    }

    /** b(s) = 1 of the mean, 2t + t²s of two layers P = Π_y, Q = tΠ_x: by hand, to the rounding of floats. */
    @Test
    void polynomialsAreThoseOfTheLayers() {
        SecondMomentNodes nodes = new SecondMomentNodes(A1);
        double[] s = nodes.eigenvalues();
        assertEquals(10, s.length);
        double trace = Arrays.stream(A1.mean()).map(m -> m * m).sum() + Arrays.stream(A1.variances()).limit(10).sum();
        // a root moves by at most 13 · 2⁻⁵³ of the distance to a pole, 13 being the roundings of a sum of ten terms
        assertEquals(trace, Arrays.stream(s).sum(), 10 * 13 * 0x1p-53 * trace);
        double t = -0.125;
        double[] one = nodes.values(DeepTransformer.family(10, List.of(new Layer(0, 1, 1, 0))));
        double[] two = nodes.values(
                DeepTransformer.family(10, List.of(new Layer(0, 1, t, 0), new Layer(0, 1, t, 0))));
        for (int i = 0; i < s.length; i++) {
            // twenty rows of floats and w have 24 roundings in a sum, the second moment being at most its trace
            double rounding = 24 * 0x1p-24 * inverses(s[i]);
            assertEquals(1, one[i], rounding);
            assertEquals(2 * t + t * t * s[i], two[i], rounding * (2 * Math.abs(t) + 2 * t * t * trace));
        }
        double[] bayes = Arrays.stream(s).map(each -> 1 / (each + 1)).toArray();
        double[] twice = Arrays.stream(bayes).map(each -> -2 * each).toArray();
        // ten terms a sum
        assertEquals(0, nodes.deviation(nodes.scaled(twice, bayes), bayes), 30 * 0x1p-53);
    }

    /** What b(s) moves by where each w_j moves by ‖μ‖. */
    private static double inverses(double s) {
        double sum = 0;
        for (int j = 0; j < 10; j++) {
            sum += A1.mean()[j] / Math.abs(s - A1.variances()[j]);
        }
        return sum * Math.sqrt(Arrays.stream(A1.mean()).map(m -> m * m).sum());
    }

    @Test
    void eigenvectorsDiagonalise() {
        int n = 12;
        Random random = new Random(8);
        double[][] a = new double[n][n];
        for (int i = 0; i < n; i++) {
            for (int j = 0; j <= i; j++) {
                a[i][j] = random.nextGaussian();
                a[j][i] = a[i][j];
            }
        }
        double norm = Math.sqrt(Arrays.stream(a).flatMapToDouble(Arrays::stream).map(entry -> entry * entry).sum());
        double[][] kept = Arrays.stream(a).map(double[]::clone).toArray(double[][]::new);
        SymmetricEigen eigen = SymmetricEigen.of(a);
        for (int i = 0; i < n; i++) {
            for (int j = 0; j < n; j++) {
                double product = 0;
                for (int k = 0; k < n; k++) {
                    product += eigen.vectors()[i][k] * eigen.values()[k] * eigen.vectors()[j][k];
                }
                // ten sweeps, more than it takes, of 66 rotations, each off by 8 roundings
                assertEquals(kept[i][j], product, 660 * 8 * 0x1p-53 * norm);
            }
        }
    }
}
