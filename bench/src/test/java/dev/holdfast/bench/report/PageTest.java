package dev.holdfast.bench.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Medians over forks, rates and verdicts, from numbers made up for the purpose. */
class PageTest {
    private static final String RUN = """
            {"benchmark": "dev.holdfast.bench.ScoresBenchmark.%s", "params": {"d": "100", "n": "1000", "residency": "memory"},
             "jvmArgs": ["-Xmx4g", "-Da=b"], "commit": "abc1234",
             "primaryMetric": {"rawData": %s}, "secondaryMetrics": {}}""";

    @TempDir
    Path directory;

    private List<Measured> scores(String holdfast, String readStream) throws IOException {
        Files.writeString(directory.resolve("scores.json"),
                "[" + RUN.formatted("holdfast", holdfast) + ", " + RUN.formatted("readStream", readStream) + "]");
        return Measured.in(directory);
    }

    @Test
    void theMedianIsThatOfTheForksMedians() throws IOException {
        Measured measured = scores("[[1, 2, 30], [50, 4, 3], [9, 8, 7]]", "[[1]]").getFirst();
        assertEquals(new Measured("ScoresBenchmark", "holdfast",
                Map.of("d", "100", "n", "1000", "residency", "memory"), 4, 2, 8, Double.NaN, "-Xmx4g -Da=b",
                "abc1234"),
                measured);
    }

    /** 400,000 bytes in 20 µs are 20 GB/s, and the stream's 16 µs are .8 of its limit. */
    @Test
    void aRateStandsBesideItsLimitAndItsTarget() throws IOException {
        String page = Page.of(scores("[[20], [10], [40]]", "[[16]]"), "");
        assertTrue(page.contains("| 100, 1000 | 25.0 [25.0, 25.0] | 20.0 [10.0, 40.0] | 0.80, **not met** |"), page);
        assertTrue(page.contains("* Commit abc1234: ScoresBenchmark\n"), page);
        assertTrue(Page.of(scores("[[20]]", "[[19.5]]"), "").contains("| 0.98, met |"));
    }
}
