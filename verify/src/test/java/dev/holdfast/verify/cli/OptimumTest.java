package dev.holdfast.verify.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.Gson;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.holdfast.model.ExactOptimum;
import dev.holdfast.model.LinearTransformer;
import dev.holdfast.model.Provenance;
import dev.holdfast.model.Rows;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.DoubleStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code optimum} and {@code phases} as other programs call them. */
@Tag("once")
class OptimumTest {
    private Path directory;

    @BeforeEach
    void emptyDirectory() throws IOException {
        directory = Launcher.emptyDirectory();
    }

    private Launcher.Outcome run(String... arguments) {
        return Launcher.runHere(arguments);
    }

    @ParameterizedTest
    @CsvSource({"0.05, all-ones, 20, 1", "0.08, identity-label, 20, 1", "0.1, identity, 20, 1", "0.5, subset, 16, 1",
        "0.76, subset, 2, 0", "0.95, zero, 0, 0"})
    void optimumPrintsJson(String epsilon, String phase, int ones, int label) {
        String json = run("optimum", "--features", "20", "--lambda", "0.1", "--epsilon", epsilon, "--json")
                .successful();
        JsonObject report = JsonParser.parseString(json).getAsJsonObject();
        assertEquals(List.of("phase", "ones", "label", "objective", "thresholds"), List.copyOf(report.keySet()));
        assertEquals(phase, report.get("phase").getAsString());
        assertEquals(ones, report.get("ones").getAsInt());
        assertEquals(label, report.get("label").getAsInt());
        assertEquals(ExactOptimum.of(20, 0.1, Double.parseDouble(epsilon)).objective(),
                report.get("objective").getAsDouble());
        assertEquals(new Gson().toJson(ExactOptimum.thresholds(20, 0.1)), report.get("thresholds").toString());
    }

    @Test
    void optimumSaysPlainlyThatNothingIsLearntAndFromWhere() {
        String text = run("optimum", "--features", "20", "--lambda", "0.1", "--epsilon", "0.95").successful();
        assertTrue(text.contains("zero") && text.contains("nothing is learnt at this ε: from ε = 0.943417 on"), text);
        assertFalse(run("optimum", "--features", "20", "--lambda", "0.1", "--epsilon", "0.94").successful()
                .contains("nothing is learnt"));
    }

    @Test
    void theWeightsFileHoldsTheWeightsAndWhereTheyCameFrom() throws Exception {
        float[] features = new float[60];
        for (int i = 0; i < 60; i++) {
            features[i] = i * i % 7 - 3;
        }
        Rows x = Rows.view(features, 20);
        int[] y = {1, -1, 1};
        for (double epsilon : new double[] {0.05, 0.08, 0.1, 0.5, 0.95}) {
            run("optimum", "--features", "20", "--lambda", "0.1", "--epsilon", Double.toString(epsilon),
                            "--out", "weights.npz")
                    .successful();
            LinearTransformer loaded = LinearTransformer.load(directory.resolve("weights.npz"));
            assertEquals(new Provenance("optimum", 0.1, epsilon, 0, 0), loaded.provenance().orElseThrow());
            assertArrayEquals(ExactOptimum.of(20, 0.1, epsilon).transformer().learn(x, y).weights(),
                    loaded.learn(x, y).weights());
        }
    }

    @Test
    void phasesWritesTheDiagramAndItsBoundaries() throws Exception {
        run("phases", "--max-features", "50", "--out", "phases.svg", "--data", "phases.csv").successful();
        assertTrue(Files.readString(directory.resolve("phases.svg")).contains("<svg"));
        List<String> data = Files.readAllLines(directory.resolve("phases.csv"));
        assertEquals("d,epsilon_a,epsilon_b,epsilon_c,epsilon_d", data.getFirst());
        assertEquals(line(2), data.get(1));
        assertEquals(line(50), data.getLast());
        try (Stream<Path> files = Files.list(directory)) {
            assertEquals(List.of("phases.csv", "phases.svg"),
                    files.map(file -> file.getFileName().toString()).sorted().toList());
        }
    }

    private static String line(int d) {
        return d + "," + String.join(",", DoubleStream.of(ExactOptimum.thresholds(d, 0.1)).mapToObj(Double::toString)
                .toList());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            optimum --features 20 --lambda 0.1              | --epsilon
            optimum --features 0 --lambda 0.1 --epsilon 0   | --features = 0, expected at least 1
            optimum --features 2 --lambda 1.1 --epsilon 0   | --lambda = 1.1, expected 0..1
            optimum --features 2 --lambda 0.1 --epsilon 1e99 | --epsilon = 1.0E99, expected a finite number, at least 0
            optimum --features 2 --lambda 0 --epsilon 0 --out nowhere/a.npz | --out = nowhere/a.npz, expected a file that can be written
            phases                                          | --out
            phases --lambda -1 --out a.svg                  | --lambda = -1.0, expected 0..1
            phases --max-features 2 --out a.svg             | --max-features = 2, expected at least 3
            phases --out nowhere/a.svg                      | --out = nowhere/a.svg, expected a file that can be written
            """)
    void badUsageIsOneLineAndExitCode2(String arguments, String message) {
        run(arguments.split(" ")).isBadUsage(message);
    }
}
