package dev.holdfast.verify.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.Gson;
import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.holdfast.kernel.RandomStreams;
import dev.holdfast.model.LinearTransformer;
import dev.holdfast.model.RobustBayes;
import dev.holdfast.verify.cli.Launcher.Outcome;
import dev.holdfast.verify.data.Digits;
import dev.holdfast.verify.experiments.Evaluation;
import dev.holdfast.verify.experiments.NamedLearner;
import dev.holdfast.verify.tasks.NormalTasks;
import dev.holdfast.verify.tasks.PairTasks;
import dev.holdfast.verify.tasks.TaskFamily;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code holdfast evaluate}, and what it refuses. */
@Tag("once")
class EvaluateTest {
    private Path directory;

    @BeforeEach
    void emptyDirectory() throws IOException {
        directory = Launcher.emptyDirectory();
    }

    private Outcome run(String... arguments) {
        return Launcher.runHere(arguments);
    }

    @Test
    void everyFamilyThatIsDrawnHasItsTable() {
        for (String family : List.of("normal", "pretraining")) {
            Outcome outcome = run("evaluate", "--tasks", family, "--count", "3", "--queries", "10", "--threads", "1");
            assertEquals(0, outcome.exit(), outcome.err());
            assertTrue(outcome.out().contains("standard") && outcome.out().contains("adversarial"), outcome.out());
            assertEquals("", outcome.err());
        }
    }

    @Test
    void theSeedDecidesAndThreadsDoNot() {
        String[] common = {"evaluate", "--tasks", "normal", "--count", "4", "--d-rob", "2", "--d-vul", "8", "--json"};
        String one = results(common, "--seed", "5", "--threads", "1");
        assertEquals(one, results(common, "--seed", "5", "--threads", "3"));
        assertFalse(one.equals(results(common, "--seed", "6", "--threads", "1")));
    }

    private String results(String[] common, String... more) {
        List<String> arguments = new ArrayList<>(List.of(common));
        arguments.addAll(List.of(more));
        Outcome outcome = run(arguments.toArray(String[]::new));
        assertEquals(0, outcome.exit(), outcome.err());
        return JsonParser.parseString(outcome.out()).getAsJsonObject().get("results").toString();
    }

    @Test
    void weightsOfAFileAnswerAsTheWeightsThatWereSaved() throws IOException {
        LinearTransformer.adversarial(64).save(directory.resolve("saved.npz"));
        Outcome outcome = run("evaluate", "--tasks", "digits", "--weights", "adversarial,saved.npz", "--json");
        assertEquals(0, outcome.exit(), outcome.err());
        JsonArray results = JsonParser.parseString(outcome.out()).getAsJsonObject().getAsJsonArray("results");
        assertEquals(14, results.size());
        for (int e = 0; e < 7; e++) {
            JsonObject given = results.get(e).getAsJsonObject();
            JsonObject read = results.get(7 + e).getAsJsonObject();
            assertEquals("saved.npz", read.get("weights").getAsString());
            assertEquals(given.get("accuracy"), read.get("accuracy"));
        }
    }

    /** In a JVM of its own, as in this one, whatever the family. */
    @Test
    void robustBayesAnswersAsTheModelDoes() {
        Map<String, RobustBayes> learners = new LinkedHashMap<>();
        learners.put("bayes:linf:0.1", RobustBayes.linf(0.1));
        learners.put("bayes-diagonal:l2:0.5", RobustBayes.l2(0.5).diagonal());
        learners.put("bayes-identity:l1:1", RobustBayes.l1(1).identity());
        List<NamedLearner> named = new ArrayList<>();
        learners.forEach((name, learner) -> named.add(new NamedLearner(name, learner)));
        double[] epsilons = {0, 0.1};
        Map<String, TaskFamily> families = Map.of(
                "digits", new PairTasks(Digits.load(), 0),
                "normal --count 3 --demonstrations 300 --queries 50 --seed 9", new NormalTasks(
                        new NormalTasks.Sizes(3, 300, 50, 9), new NormalTasks.Features(10, 90, 0, 1, 0.1, 0.1)));
        families.forEach((arguments, family) -> {
            String out = run(("evaluate --epsilons 0,0.1 --json --weights " + String.join(",", learners.keySet())
                    + " --tasks " + arguments).split(" ")).successful();
            JsonArray results = JsonParser.parseString(out).getAsJsonObject().getAsJsonArray("results");
            List<Evaluation.Result> found = new ArrayList<>();
            for (JsonElement result : results) {
                found.add(new Gson().fromJson(result, Evaluation.Result.class));
            }
            assertEquals(Evaluation.run(family, named, epsilons, 2, () -> {}), found);
        });
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            evaluate                                              | --tasks
            evaluate --tasks letters                              | --tasks = letters, expected digits
            evaluate --tasks digits --epsilons 0,-0.1             | --epsilons = -0.1
            evaluate --tasks digits --epsilons NaN                | 'NaN' is not a decimal number
            evaluate --tasks digits --epsilons x                  | 'x' is not a decimal number
            evaluate --tasks digits --weights plain               | --weights = plain, expected standard, adversarial, mean, bayes:NORM:E, bayes-diagonal:NORM:E or bayes-identity:NORM:E with a NORM of linf, l2 or l1 and, if wanted, :RIDGE in place of shrinkage, or a weights file, FILE.npz
            evaluate --tasks digits --weights standard,bayes:l2   | --weights = bayes:l2, expected standard, adversarial, mean, bayes:NORM:E,
            evaluate --tasks digits --weights bayes:l4:1          | --weights = bayes:l4:1, expected standard
            evaluate --tasks digits --weights bayes-diagonal:l2:- | --weights = bayes-diagonal:l2:-, expected standard
            evaluate --tasks digits --weights bayes:linf:1        | epsilon = 1.0 is at least
            evaluate --tasks digits --weights nowhere.npz         | nowhere.npz: no such file, expected a NumPy .npz
            evaluate --tasks digits --weights small.npz           | small.npz: weights for 3 features, expected 64
            evaluate --tasks digits --weights cut.npz             | cut.npz: it ends too early, expected a whole
            evaluate --tasks digits --demonstrations 0            | --demonstrations = 0, expected at least 1
            evaluate --tasks digits --demonstrations 9999         | expected at most the smallest pair's
            evaluate --tasks digits --threads 0                   | --threads = 0, expected at least 1
            evaluate --tasks normal --d-rob 0 --d-vul 0           | expected at least 1
            evaluate --tasks normal --alpha 0x1p3                 | '0x1p3' is not a decimal number
            evaluate --tasks pretraining --features 0             | --features = 0
            evaluate --tasks idx                                  | --data is missing
            evaluate --tasks idx --data nowhere                   | nowhere
            evaluate --tasks cifar10 --data nowhere               | nowhere
            evaluate --tasks digits --speed 3                     | --speed
            random --streams 0                                    | --streams = 0, expected at least 1
            random --streams 1000001                              | --streams = 1000001, expected at least 1 and at most
            random --count -1                                     | --count = -1, expected at least 0
            random --seed x                                       | 'x' is not a long
            """)
    void badUsageIsOneLineAndExitCode2(String arguments, String message) throws IOException {
        Path small = directory.resolve("small.npz");
        LinearTransformer.standard(3).save(small);
        Files.write(directory.resolve("cut.npz"), Arrays.copyOf(Files.readAllBytes(small), 100));
        run(arguments.split(" ")).isBadUsage(message);
    }
}
