package dev.holdfast.verify.experiments;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.holdfast.model.Alignment;
import dev.holdfast.model.Classifier;
import dev.holdfast.model.Hijacking;
import dev.holdfast.model.LinearTransformer;
import dev.holdfast.model.MultiClassifier;
import dev.holdfast.model.Rows;
import dev.holdfast.model.Threat;
import dev.holdfast.verify.data.DataSet;
import dev.holdfast.verify.data.Digits;
import dev.holdfast.verify.data.LabelledImages;
import dev.holdfast.verify.experiments.PairQuestion.Pair;
import dev.holdfast.verify.report.Figure;
import dev.holdfast.verify.report.Lines;
import dev.holdfast.verify.report.ReportJson;
import dev.holdfast.verify.report.Series;
import dev.holdfast.verify.report.Table;
import dev.holdfast.verify.tasks.PairTasks;
import dev.holdfast.verify.tasks.Task;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

class OpenQuestionsTest {
    private static Scale scale(int threads) {
        return new Scale(true, 20, 60, 30, 5, threads, Map.of());
    }

    /** Every experiment, small, with one thread and with three: the same bytes, whole figures, unique ids. */
    @Test
    @Tag("once")
    void findingsAreWholeAndDoNotDependOnThreads() {
        Set<String> ids = new HashSet<>();
        for (Experiment experiment : OpenQuestions.of(scale(1))) {
            AtomicInteger steps = new AtomicInteger();
            Outcome one = experiment.run(scale(1), steps::incrementAndGet);
            assertEquals(experiment.steps(scale(1)), steps.get(), experiment.id());
            assertEquals(json(one), json(experiment.run(scale(3), () -> {})));
            assertEquals(experiment.id(), one.finding().id());
            assertEquals(experiment.title(), one.finding().title());
            assertFalse(one.finding().text().isBlank());
            for (Figure figure : one.finding().figures()) {
                assertTrue(ids.add(figure.id()), figure.id());
                assertWhole((Lines) figure);
            }
            for (Table table : one.finding().tables()) {
                assertTrue(ids.add(table.id()), table.id());
                assertWhole(table);
            }
            for (Table table : one.times()) {
                assertTrue(ids.add(table.id()), table.id());
                assertWhole(table);
            }
        }
    }

    private static String json(Outcome outcome) {
        return ReportJson.write(outcome.finding());
    }

    private static void assertWhole(Lines lines) {
        assertFalse(lines.caption().isBlank() || lines.title().isBlank(), lines.id());
        assertFalse(lines.x().label().isBlank() || lines.y().label().isBlank(), lines.id());
        assertFalse(lines.series().isEmpty(), lines.id());
        for (Series series : lines.series()) {
            assertEquals(series.x().length, series.y().length, lines.id());
            for (int i = 1; i < series.x().length; i++) {
                assertTrue(series.x()[i - 1] < series.x()[i], lines.id());
            }
            assertFalse(lines.x().logarithmic() && series.x()[0] <= 0, lines.id());
        }
    }

    private static void assertWhole(Table table) {
        assertFalse(table.rows().isEmpty(), table.id());
        for (List<Object> row : table.rows()) {
            assertEquals(table.columns().size(), row.size(), table.id());
        }
    }

    private static Pair random(long seed, int rows, int queries, int d) {
        Random random = new Random(seed);
        float[][] x = new float[rows + queries][d];
        int[] y = new int[rows + queries];
        for (int n = 0; n < y.length; n++) {
            y[n] = n % 2 == 0 ? 1 : -1;
            for (int j = 0; j < d; j++) {
                x[n][j] = (float) (0.3 * y[n] + random.nextGaussian());
            }
        }
        Rows demonstrations = Rows.copyOf(Arrays.copyOf(x, rows));
        int[] labels = Arrays.copyOf(y, rows);
        return new Pair(demonstrations, labels, Alignment.fit(demonstrations, labels),
                Rows.copyOf(Arrays.copyOfRange(x, rows, y.length)), Arrays.copyOfRange(y, rows, y.length));
    }

    private static Map<String, Double> numbers(PairQuestion.Measure measure, Pair pair) {
        Map<String, Double> numbers = new HashMap<>();
        measure.of(pair, (series, x, value) -> numbers.put(series + " at " + x, value));
        return numbers;
    }

    /** Where the N demonstrations are the whole split there is nothing to look ahead to. */
    @Test
    void withoutLookingAheadOnlyTheAlignmentDiffers() {
        Pair pair = random(3, 100, 60, 6);
        Map<String, Double> numbers = numbers(OpenQuestions::measureFew, pair);
        for (String weights : List.of("standard", "adversarial")) {
            for (String kind : List.of("clean/", "robust/")) {
                assertEquals(numbers.get(kind + weights + ", whole split at 100.0"),
                        numbers.get(kind + weights + ", N alone at 100.0"));
            }
        }
        int n = 20;
        Rows x = pair.x().first(n);
        int[] y = Arrays.copyOf(pair.y(), n);
        Alignment own = Alignment.fit(x, y);
        Classifier classifier = NamedLearner.ideal(6).getLast().transformer().learn(own.apply(x), y);
        double[] expected = classifier.robustAccuracy(own.apply(pair.queries()), pair.answers(), 0, 0.1);
        assertEquals(expected[0], numbers.get("clean/adversarial, N alone at 20.0"));
        assertEquals(expected[1], numbers.get("robust/adversarial, N alone at 20.0"));
        Classifier ahead = NamedLearner.ideal(6).getLast().transformer()
                .learn(pair.alignment().apply(x), y);
        assertEquals(ahead.robustAccuracy(pair.alignment().apply(pair.queries()), pair.answers(), 0)[0],
                numbers.get("clean/adversarial, whole split at 20.0"));
    }

    /** All 2¹⁰ ways to flip the labels of ten demonstrations. */
    @Test
    void accuracyUnderFlippedLabelsIsThatOfTheWorstSubset() {
        int rows = 10;
        int queries = 20;
        Pair pair = random(8, rows, queries, 3);
        Map<String, Double> numbers = numbers(ContextAttacks::measureFlips, pair);
        for (NamedLearner weights : NamedLearner.ideal(3)) {
            int[] fewest = new int[queries];
            Arrays.fill(fewest, rows + 1);
            for (int subset = 0; subset < 1 << rows; subset++) {
                int[] flipped = pair.y().clone();
                for (int n = 0; n < rows; n++) {
                    flipped[n] *= (subset >> n & 1) == 1 ? -1 : 1;
                }
                int[] answers = weights.transformer()
                        .aligned(pair.alignment())
                        .learn(pair.x(), flipped)
                        .predict(pair.queries());
                for (int m = 0; m < queries; m++) {
                    if (answers[m] != pair.answers()[m]) {
                        fewest[m] = Math.min(fewest[m], Integer.bitCount(subset));
                    }
                }
            }
            for (int percent = 10; percent <= 100; percent += 10) {
                int k = percent / 10;
                double right = Arrays.stream(fewest).filter(flips -> flips > k).count() / (double) queries;
                assertEquals(right, numbers.get("accuracy/" + weights.name() + " at " + (double) percent));
            }
        }
    }

    private static Pair inPixels(Pair pair) {
        return new Pair(inPixels(pair.x()), pair.y(), Alignment.fit(inPixels(pair.x()), pair.y()), inPixels(pair.queries()),
                pair.answers());
    }

    private static Rows inPixels(Rows rows) {
        float[] x = rows.toArray();
        for (int i = 0; i < x.length; i++) {
            x[i] = Math.clamp(0.5f + 0.2f * x[i], 0, 1);
        }
        return Rows.view(x, rows.features());
    }

    /**
     * The worst replaced and added demonstrations of each query, learnt from. Standard weights have margins within
     * roundings. What is moved is replaced, too.
     */
    @Test
    void accuracyUnderHijackedDemonstrationsIsThatOfTheWorst() {
        int rows = 10;
        int queries = 20;
        Pair pair = inPixels(random(9, rows, queries, 3));
        ContextAttacks.Size all = new ContextAttacks.Size(rows, queries);
        Map<String, Double> numbers = numbers((each, out) -> ContextAttacks.measureHijacked(each, all, out), pair);
        for (NamedLearner weights : NamedLearner.ideal(3)) {
            LinearTransformer transformer = weights.transformer().aligned(pair.alignment());
            for (int k : new int[] {0, 1, 2, 3, 5, 10}) {
                int replaced = 0;
                int added = 0;
                for (int m = 0; m < queries; m++) {
                    float[] query = Arrays.copyOfRange(pair.queries().toArray(), 3 * m, 3 * m + 3);
                    Hijacking worst = transformer.hijacking(pair.x(), pair.y(), query, Threat.linf().inBox(0, 1), 0.1);
                    int answer = pair.answers()[m];
                    // an answer that is wrong as it is could only be made right
                    if (pair.learn(weights.transformer()).predict(query) == answer) {
                        int[] places = worst.worstReplacements(k);
                        int[] behind = IntStream.range(rows, rows + k).toArray();
                        replaced += learnt(transformer, pair, rows, worst, places).predict(query) == answer ? 1 : 0;
                        added += learnt(transformer, pair, rows + k, worst, behind).predict(query) == answer ? 1 : 0;
                    }
                }
                String at = "/" + weights.name() + " at " + 10.0 * k;
                double shareReplaced = (double) replaced / queries;
                double shareAdded = (double) added / queries;
                if (weights.name().equals("adversarial")) {
                    assertEquals(shareReplaced, numbers.get("replaced" + at));
                    assertEquals(shareAdded, numbers.get("added" + at));
                }
                assertTrue(numbers.get("replaced" + at) <= shareReplaced && numbers.get("added" + at) <= shareAdded, at);
                assertTrue(numbers.get("moved" + at) >= numbers.get("replaced" + at), at);
            }
        }
    }

    /** From the demonstrations with the worst row in these places. */
    private static Classifier learnt(LinearTransformer transformer, Pair pair, int rows, Hijacking worst, int[] places) {
        float[] x = Arrays.copyOf(pair.x().toArray(), 3 * rows);
        int[] y = Arrays.copyOf(pair.y(), rows);
        for (int place : places) {
            System.arraycopy(worst.worstRow(), 0, x, 3 * place, 3);
            y[place] = worst.worstLabel();
        }
        return transformer.learn(Rows.view(x, 3), y);
    }

    @Test
    void alignedPairsAreTheTasksOfThePaper() {
        PairTasks tasks = new PairTasks(Digits.load(), 0);
        for (int t = 0; t < tasks.count(); t += 11) {
            Task raw = tasks.unaligned().task(t);
            Task task = tasks.task(t);
            Task aligned = Pair.of(raw, tasks.demonstrations()).aligned();
            assertArrayEquals(task.demonstrations().toArray(), aligned.demonstrations().toArray());
            assertArrayEquals(task.queries().toArray(), aligned.queries().toArray());
            assertArrayEquals(task.y(), aligned.y());
            assertArrayEquals(task.answers(), aligned.answers());
            assertTrue(raw.y().length >= task.y().length);
        }
    }

    /** The digits once more, by the loader and the model alone. */
    @Test
    @Tag("once")
    void allClassesAreThoseOfTheDataSet() {
        DataSet digits = Digits.load();
        MultiClassifier<Integer> classifier = NamedLearner.ideal(64).getLast().transformer()
                .aligned()
                .learnPairs(rows(digits.demonstrations()), labels(digits.demonstrations()));
        List<Integer> labels = labels(digits.queries());
        float[] x = rows(digits.queries()).toArray();
        int right = 0;
        for (int n = 0; n < labels.size(); n++) {
            float[] query = Arrays.copyOfRange(x, 64 * n, 64 * n + 64);
            right += classifier.predict(query).equals(labels.get(n)) && classifier.radius(query) > 0.1 ? 1 : 0;
        }
        Lines lines = (Lines) new TenClasses("digits")
                .run(Scale.full(1, 2, Map.of()), () -> {}).finding().figures().getFirst();
        Series series = lines.series().stream()
                .filter(each -> each.name().equals("adversarial, one-vs-one"))
                .findFirst()
                .orElseThrow();
        assertEquals(0.1, series.x()[2]);
        assertEquals((double) right / labels.size(), series.y()[2]);
    }

    private static Rows rows(LabelledImages images) {
        float[] x = new float[images.count() * images.features()];
        for (int n = 0; n < images.count(); n++) {
            images.copyRow(n, x, n * images.features());
        }
        return Rows.view(x, images.features());
    }

    private static List<Integer> labels(LabelledImages images) {
        return IntStream.range(0, images.count()).mapToObj(images::label).toList();
    }

    @Test
    void demonstrationsNeededAreThoseFromWhichOnAllAreNear() {
        double[] means = {0.9, 0.5, 0.895, 0.9, 0.905};
        Estimate[] estimates = new Estimate[means.length];
        for (int i = 0; i < means.length; i++) {
            estimates[i] = new Estimate(1 << i, means[i], 0, 1);
        }
        assertEquals(4, DemonstrationsNeeded.needed(List.of(estimates), 0.9));
        assertTrue(Double.isNaN(DemonstrationsNeeded.needed(List.of(estimates), 0.5)));
        assertEquals(1, DemonstrationsNeeded.needed(List.of(estimates[0]), 0.9));
    }
}
