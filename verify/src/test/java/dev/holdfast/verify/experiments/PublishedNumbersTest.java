package dev.holdfast.verify.experiments;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.holdfast.verify.data.DataSet;
import dev.holdfast.verify.data.Digits;
import dev.holdfast.verify.data.Idx;
import dev.holdfast.verify.tasks.NormalTasks;
import dev.holdfast.verify.tasks.PairTasks;
import dev.holdfast.verify.tasks.PretrainingTasks;
import dev.holdfast.verify.tasks.TaskFamily;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The numbers that the authors' code gives in float32 on the same data, and on tasks of the same distribution. */
class PublishedNumbersTest {
    private static final double FOUR_STANDARD_ERRORS = 4;

    @Test
    void digits() {
        DataSet digits = Digits.load();
        List<Evaluation.Result> results = run(new PairTasks(digits, 0), 0, 0.1);
        assertAccuracies(results, 0.0005, 0.961656, 0.363399, 0.962237, 0.822948);
    }

    @Test
    @Tag("fashion")
    void fashionMnist() {
        DataSet fashion = Idx.load(Path.of(System.getProperty("holdfast.fashion")));
        assertAccuracies(run(new PairTasks(fashion, 0), 0, 0.15), 0.0003, 0.917644, 0.202400, 0.897300, 0.626989);
        List<Evaluation.Result> few = run(new PairTasks(fashion, 10), 0, 0.1);
        assertAccuracies(few.subList(2, 4), 0.0003, 0.891267, 0.725500);
    }

    @Test
    void normalTasksWithFourRobustFeatures() {
        List<Evaluation.Result> results = run(
                new NormalTasks(sizes(200), new NormalTasks.Features(4, 90, 0, 1, 0.1, 0.1)), 0.2);
        assertWithin(results.get(0), 0.0043, 0.0002);
        assertWithin(results.get(1), 0.8799, 0.0007);
    }

    @Test
    void normalTasksWithIrrelevantFeatures() {
        List<Evaluation.Result> results = run(
                new NormalTasks(sizes(200), new NormalTasks.Features(10, 0, 50, 1, 0.1, 0.1)), 0.2);
        assertWithin(results.get(0), 0.268, 0.001);
        assertWithin(results.get(1), 0.9937, 0.0002);
    }

    @Test
    void pretrainingTasks() {
        List<Evaluation.Result> results = run(new PretrainingTasks(sizes(50), 100, 0.1), 0, 0.15);
        assertAccuracies(results, 0.0005, 1, 0, 1, 1);
    }

    /** The table of the report, at as many tasks as the authors' code ran. */
    @Test
    void everyNumberOfTheReportThatRunsAgrees() {
        List<String> verdicts = verdicts(new Scale(false, 50, 1000, 1000, 7, 2, Map.of()));
        assertEquals(16, verdicts.stream().filter(verdict -> verdict.startsWith("agrees: ")).count());
        assertEquals(18, verdicts.stream().filter(verdict -> verdict.startsWith("not run: needs --data ")).count());
        assertEquals(34, verdicts.size());
    }

    @Test
    @Tag("fashion")
    void everyNumberOfTheReportOnFashionMnistAgrees() {
        Map<String, Path> data = Map.of("fashion", Path.of(System.getProperty("holdfast.fashion")));
        List<String> verdicts = verdicts(new Scale(false, 50, 1000, 1000, 7, 2, data));
        assertEquals(26, verdicts.stream().filter(verdict -> verdict.startsWith("agrees: ")).count());
    }

    /**
     * From a single demonstration: standard weights weigh all features alike then too, adversarial ones do not, and
     * each of their four numbers on normal tasks is another.
     */
    @Test
    void numbersOfOtherTasksDiffer() {
        List<String> verdicts = verdicts(new Scale(false, 50, 1, 1000, 7, 2, Map.of()));
        assertEquals(4, verdicts.stream().filter("differs: not within 4 standard errors"::equals).count());
        assertEquals(12, verdicts.stream().filter(verdict -> verdict.startsWith("agrees: ")).count());
    }

    private static List<String> verdicts(Scale scale) {
        Experiment numbers = PaperFigures.of(scale).getLast();
        return numbers.run(scale, () -> {}).finding().tables().getFirst().rows().stream()
                .map(row -> row.getLast().toString())
                .toList();
    }

    private static NormalTasks.Sizes sizes(int count) {
        return new NormalTasks.Sizes(count, 1000, 1000, 7);
    }

    private static List<Evaluation.Result> run(TaskFamily family, double... epsilons) {
        return Evaluation.run(family, NamedLearner.ideal(family.features()), epsilons, 2, () -> {});
    }

    private static void assertAccuracies(List<Evaluation.Result> results, double tolerance, double... expected) {
        assertEquals(expected.length, results.size());
        for (int i = 0; i < expected.length; i++) {
            assertEquals(expected[i], results.get(i).accuracy(), tolerance, results.get(i).toString());
        }
    }

    /** Both means are of 200 tasks: the difference has both standard errors. */
    private static void assertWithin(Evaluation.Result result, double expected, double standardError) {
        double ours = result.sd() / Math.sqrt(result.tasks());
        double tolerance = FOUR_STANDARD_ERRORS * Math.hypot(ours, standardError);
        assertEquals(expected, result.accuracy(), tolerance, result.toString());
    }
}
