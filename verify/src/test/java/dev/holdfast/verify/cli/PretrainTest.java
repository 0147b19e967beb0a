package dev.holdfast.verify.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.holdfast.kernel.Workers;
import dev.holdfast.model.DeepTransformer;
import dev.holdfast.model.GaussianMixture;
import dev.holdfast.model.LinearTransformer;
import dev.holdfast.model.MixturePretraining;
import dev.holdfast.model.Pretraining;
import dev.holdfast.model.Provenance;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code holdfast pretrain} as a user calls it. */
@Tag("once")
class PretrainTest {
    private static final String[] SMALL = {"pretrain", "--features", "10", "--epsilon", "0.2", "--batch", "50",
        "--demonstrations", "100"};

    private Path directory;

    @BeforeEach
    void emptyDirectory() throws IOException {
        directory = Launcher.emptyDirectory();
    }

    private Launcher.Outcome run(String[] common, String... more) {
        String[] all = Arrays.copyOf(common, common.length + more.length);
        System.arraycopy(more, 0, all, common.length, more.length);
        return Launcher.runHere(all);
    }

    @Test
    void aRunLeavesWeightsAndItsHistory() throws IOException {
        String json = run(SMALL, "--steps", "30", "--seed", "7", "--out", "w.npz", "--history", "h.csv", "--json").successful();
        JsonObject report = JsonParser.parseString(json).getAsJsonObject();
        List<String> lines = Files.readAllLines(directory.resolve("h.csv"));
        assertEquals("step,loss,learning_rate,seconds", lines.getFirst());
        assertEquals(31, lines.size());
        String[] last = lines.getLast().split(",");
        assertEquals(30, report.get("steps").getAsInt());
        assertEquals("30", last[0]);
        assertEquals(report.get("loss").getAsDouble(), Double.parseDouble(last[1]));
        assertEquals(report.get("learningRate").getAsDouble(), Double.parseDouble(last[2]));
        assertTrue(Double.parseDouble(last[3]) > 0);
        assertTrue(report.get("implementation").getAsString().startsWith("simd-"), json);
        LinearTransformer weights = LinearTransformer.load(directory.resolve("w.npz"));
        assertEquals(Optional.of(new Provenance("pretraining", 0.1, 0.2, 7, 30)), weights.provenance());
        Pretraining same = new Pretraining(new Pretraining.Settings(10, 0.1, 0.2, 50, 100, 0.2, 7));
        for (int step = 0; step < 30; step++) {
            same.step(Workers.one());
        }
        assertArrayEquals(same.transformer().bigP(), weights.bigP());
        assertArrayEquals(same.transformer().bigQ(), weights.bigQ());
        try (var files = Files.list(directory)) {
            assertEquals(List.of("h.csv", "w.npz"),
                    files.map(file -> file.getFileName().toString()).sorted().toList());
        }
    }

    @Test
    void whereNothingIsLearntTheAnswerSaysSo() {
        String[] strong = {"pretrain", "--features", "4", "--epsilon", "2", "--batch", "50", "--demonstrations", "20"};
        String text = run(strong, "--out", "w.npz").successful();
        assertTrue(text.contains("nothing is learnt at this ε: p 0.00 to 0.00; "), text);
        assertFalse(run(SMALL, "--steps", "100", "--out", "w.npz").successful().contains("nothing"));
    }

    @Test
    void aRunThatDivergesLeavesTheWeightsOfItsLeastLoss() throws IOException {
        String[] common = {"pretrain", "--family", "mixture", "--setting", "a1", "--depth", "10", "--tasks", "3",
            "--demonstrations", "10", "--updates", "100", "--schedule", "cosine", "--seed", "3", "--out", "w.npz"};
        JsonObject run = JsonParser.parseString(run(common, "--json").successful()).getAsJsonObject()
                .getAsJsonArray("runs").get(0).getAsJsonObject();
        assertTrue(run.get("diverged").getAsBoolean(), run.toString());
        int made = run.get("updates").getAsInt();
        assertTrue(made < 100, run.toString());
        assertEquals(made, DeepTransformer.load(directory.resolve("w.npz")).provenance().orElseThrow().steps());
        assertTrue(run(common).successful().startsWith(made + " updates, then the loss overflowed, least loss "));
    }

    /** Each run has its seed and its files; one that has its checkpoint is not run again. */
    @Test
    void runsOnAMixtureLeaveTheirWeightsAndHistories() throws IOException {
        String[] common = {"pretrain", "--family", "mixture", "--setting", "a1", "--depth", "2", "--tasks", "20",
            "--demonstrations", "30", "--updates", "40", "--schedule", "cosine", "--epsilon", "0.05", "--seed", "7"};
        String json = run(common, "--runs", "2", "--out", "w.npz", "--history", "h.csv", "--checkpoint", "k", "--json")
                .successful();
        JsonObject report = JsonParser.parseString(json).getAsJsonObject();
        assertEquals(0.05, report.get("epsilon").getAsDouble());
        for (int run = 1; run <= 2; run++) {
            JsonObject each = report.getAsJsonArray("runs").get(run - 1).getAsJsonObject();
            List<String> lines = Files.readAllLines(directory.resolve("h-" + run + ".csv"));
            assertEquals("step,loss,learning_rate,seconds", lines.getFirst());
            assertEquals(41, lines.size());
            double least = lines.stream().skip(1).mapToDouble(line -> Double.parseDouble(line.split(",")[1])).min().getAsDouble();
            assertEquals(least, each.get("leastLoss").getAsDouble());
            assertEquals(0, each.get("resumed").getAsInt());
            var same = new MixturePretraining(new MixturePretraining.Settings(
                    GaussianMixture.a1().against(0.05), 2, 20, 30, 40, true, 6 + run));
            for (int update = 0; update < 40; update++) {
                same.step(Workers.one());
            }
            assertEquals(same.transformer(), DeepTransformer.load(directory.resolve("w-" + run + ".npz")));
            assertEquals("w-" + run + ".npz", each.get("out").getAsString());
        }
        String again = run(common, "--runs", "2", "--out", "v.npz", "--checkpoint", "k", "--json").successful();
        assertEquals(40, JsonParser.parseString(again).getAsJsonObject().getAsJsonArray("runs").get(1).getAsJsonObject()
                .get("resumed").getAsInt());
        assertEquals(-1, Files.mismatch(directory.resolve("w-2.npz"), directory.resolve("v-2.npz")));
        run(common, "--out", "u.npz").successful();
        assertEquals(-1, Files.mismatch(directory.resolve("w-1.npz"), directory.resolve("u.npz")));
        run(common, "--tasks", "21", "--runs", "2", "--out", "t.npz", "--checkpoint", "k").isBadUsage("--tasks");
        common[8] = "21";
        run(common, "--runs", "2", "--out", "t.npz", "--checkpoint", "k")
                .isBadUsage("--checkpoint = k-1 of Settings[mixture=Gaussian mixture of 100 features");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            --epsilon .1 --out w.npz                                | --features
            --features 0 --epsilon .1 --out w.npz                   | --features = 0, expected at least 1
            --features 5 --epsilon -1 --out w.npz                   | --epsilon = -1.0, expected a finite number, at least 0
            --features 5 --epsilon .1 --lambda 2 --out w.npz        | --lambda = 2.0, expected 0..1
            --features 5 --epsilon .1 --steps 0 --out w.npz         | --steps = 0, expected at least 1
            --features 5 --epsilon .1 --batch 0 --out w.npz         | --batch = 0, expected at least 1
            --features 5 --epsilon .1 --demonstrations 0 --out w.npz | --demonstrations = 0, expected at least 1
            --features 5 --epsilon .1 --threads 0 --out w.npz       | --threads = 0, expected at least 1
            --features 5 --epsilon .1 --learning-rate 0 --out w.npz | --learning-rate = 0.0, expected a finite number above 0
            --features 5 --epsilon .1 --out no/w.npz                | --out = no/w.npz, expected a file that can be
            --features 5 --epsilon .1 --history no/h --out w.npz    | --history = no/h, expected a file that can be
            --features 5 --epsilon .1 --checkpoint c.npz --out w.npz | --checkpoint = c.npz of Settings[d=3,
            --features 3 --epsilon .1 --steps 1 --batch 2 --demonstrations 4 --checkpoint c.npz --out w.npz | --steps = 1, expected at least the 2
            --features 3 --epsilon .1 --checkpoint cut.npz --out w.npz | cut.npz: it ends too early
            --features 3 --epsilon .1 --checkpoint other.npz --out w.npz | other.npz: it holds the weights of a transformer, expected a run
            """)
    void badUsageIsNamedAndWritesNothing(String arguments, String message) throws IOException {
        Pretraining two = new Pretraining(new Pretraining.Settings(3, 0.1, 0.1, 2, 4, 0.2, 1));
        two.step(Workers.one());
        two.step(Workers.one());
        Path checkpoint = directory.resolve("c.npz");
        two.save(checkpoint);
        Files.write(directory.resolve("cut.npz"), Arrays.copyOf(Files.readAllBytes(checkpoint), 200));
        two.transformer().save(directory.resolve("other.npz"));
        byte[] before = Files.readAllBytes(checkpoint);
        run(new String[] {"pretrain"}, arguments.split(" ")).isBadUsage(message);
        assertFalse(Files.exists(directory.resolve("w.npz")));
        assertArrayEquals(before, Files.readAllBytes(checkpoint));
    }
}
