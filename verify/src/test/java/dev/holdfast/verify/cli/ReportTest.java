package dev.holdfast.verify.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonElement;
import com.google.gson.JsonParser;
import dev.holdfast.verify.data.SmallFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code report} as other programs call it. */
@Tag("once")
class ReportTest {
    private Path directory;

    @BeforeEach
    void emptyDirectory() throws IOException {
        directory = Launcher.emptyDirectory();
    }

    /** The quick report; then one that was interrupted before its last parts, on other threads. */
    @Test
    void aQuickReportIsWrittenAndAnInterruptedOneGoesOnToTheSameBytes() throws IOException {
        String out = Launcher.runHere("report", "--quick", "--out", "r", "--seed", "3").successful();
        Path page = Path.of("r", "report.html");
        assertTrue(out.startsWith(page + System.lineSeparator()), out);
        byte[] shown = Files.readAllBytes(directory.resolve(page));
        Path json = directory.resolve("r/report.json");
        byte[] whole = Files.readAllBytes(json);
        List<String> ids = StreamSupport.stream(
                        JsonParser.parseString(Files.readString(json)).getAsJsonArray().spliterator(), false)
                .map(JsonElement::getAsJsonObject)
                .map(finding -> finding.get("id").getAsString())
                .collect(Collectors.toList());
        assertTrue(ids.containsAll(List.of("figure-1", "figure-2", "figure-3-digits", "figure-4-d20", "figure-5-digits",
                "published-numbers", "flips-digits", "hijacked-digits", "depth-figure-1", "depth-table-a1",
                "depth-digits")), ids.toString());
        for (String id : ids) {
            assertTrue(Files.isRegularFile(directory.resolve("r/parts/" + id + ".json")), id);
        }
        for (String figure : List.of("figure-3-digits-epsilon.svg", "phases.svg")) {
            assertEquals(-1, Files.mismatch(Path.of("../../figures", figure), directory.resolve("r/figures").resolve(figure)),
                    "README shows another " + figure);
        }
        Files.delete(json);
        Files.delete(directory.resolve("r/parts/figure-3-digits.json"));
        Files.delete(directory.resolve("r/parts/figure-5-digits.json"));
        Launcher.runHere("report", "--quick", "--out", "r", "--seed", "3", "--threads", "3").successful();
        assertArrayEquals(whole, Files.readAllBytes(json));
        assertArrayEquals(shown, Files.readAllBytes(directory.resolve(page)));
    }

    /** What is asked for alone, and the rest later beside it. */
    @Test
    void someParts() throws IOException {
        Launcher.runHere("report", "--quick", "--only", "phases,depth-polynomials", "--out", "r").successful();
        try (Stream<Path> parts = Files.list(directory.resolve("r/parts"))) {
            assertEquals(List.of("depth-polynomials.json", "phases.json"),
                    parts.map(part -> part.getFileName().toString()).sorted().toList());
        }
        assertTrue(Files.readString(directory.resolve("r/report.html")).contains("id=\"figure.depth-polynomials\""));
    }

    /** Data with fewer demonstrations than figure 3 asks for. */
    @Test
    void aPartThatFailsIsMarkedAndTheRestComesWithExitCode1() throws IOException {
        SmallFiles.idx(directory.resolve("small"), false, 50, 20);
        Launcher.Outcome outcome = Launcher.runHere("report", "--quick", "--data", "fashion=small");
        assertEquals(1, outcome.exit(), outcome.err());
        assertTrue(outcome.err().contains("holdfast: figure-3-fashion failed"), outcome.err());
        String json = Files.readString(directory.resolve("report/report.json"));
        assertTrue(json.contains("This part failed: count = 50, expected 0..10"), json);
        assertTrue(Files.isRegularFile(directory.resolve("report/report.html")));
        assertTrue(Files.isRegularFile(directory.resolve("report/parts/figure-5-fashion.json")));
        assertFalse(Files.exists(directory.resolve("report/parts/figure-3-fashion.json")));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            report --quick --threads 0              | --threads = 0, expected at least 1
            report --quick --data letters=nowhere   | --data = letters=nowhere, expected names among [fashion,
            report --quick --data fashion=nowhere   | nowhere: not a directory
            report --quick --data fashion           | --data
            report --quick --data fashion=empty     | empty: no t10k-labels-idx1-ubyte
            report --quick --only figure-9          | --only = figure-9, expected names among [figure-1, figure-2,
            report --quick --seed x                 | 'x' is not a long
            report --quick --out file               | --out = file, expected a directory that is there or can be made
            """)
    void badUsageIsOneLineAndExitCode2(String arguments, String message) throws IOException {
        Files.createDirectory(directory.resolve("empty"));
        Files.writeString(directory.resolve("file"), "");
        Launcher.runHere(arguments.split(" ")).isBadUsage(message);
        assertEquals("", Files.readString(directory.resolve("file")));
    }
}
