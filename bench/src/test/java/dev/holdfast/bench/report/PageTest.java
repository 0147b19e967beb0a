package dev.holdfast.bench.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
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
    private static final String ROWS = "'d': '100', 'n': '1000', 'residency': 'memory'";

    @TempDir
    Path directory;

    private static String run(String benchmark, String parameters, String rawData, String commit, String machine) {
        return """
                {'benchmark': 'dev.holdfast.bench.%s', 'params': {%s}, 'jvmArgs': ['-Xmx4g', '-Da=b'], 'commit': '%s',
                 'bits': 512, 'machine': '%s', 'primaryMetric': {'rawData': %s}, 'secondaryMetrics': {}}"""
                .formatted(benchmark, parameters, commit, machine, rawData).replace('\'', '"');
    }

    private static String run(String benchmark, String parameters, String rawData) {
        return run(benchmark, parameters, rawData, "abc1234", "a machine");
    }

    private List<Measured> measured(String... runs) throws IOException {
        Files.writeString(directory.resolve("suite.json"), "[" + String.join(", ", runs) + "]");
        return Measured.in(directory);
    }

    private List<Measured> scores(String holdfast, String readStream) throws IOException {
        return measured(run("ScoresBenchmark.holdfast", ROWS, holdfast),
                run("ScoresBenchmark.readStream", ROWS, readStream));
    }

    private static String pretraining(String method, int workers, int micros) {
        return run("PretrainingBenchmark." + method, "'d': '100', 'workers': '" + workers + "'", "[[" + micros + "]]");
    }

    private static void assertHas(String page, String line) {
        assertTrue(page.contains(line + "\n"), page);
    }

    @Test
    void theMedianIsThatOfTheForksMedians() throws IOException {
        Measured measured = scores("[[1, 2, 30], [50, 4, 3], [9, 8, 7]]", "[[1]]").getFirst();
        assertEquals(new Measured("ScoresBenchmark", "holdfast",
                Map.of("d", "100", "n", "1000", "residency", "memory"), 4, 2, 8, "-Xmx4g -Da=b",
                "abc1234", 512, "a machine"),
                measured);
    }

    /** 400,000 bytes in 20 µs are 20 GB/s, and the stream's 16 µs are .8 of its limit. */
    @Test
    void aRateStandsBesideItsLimitAndItsTarget() throws IOException {
        String page = Page.of(scores("[[20], [10], [40]]", "[[16]]"));
        assertHas(page, "| 100, 1000 | 25.0 [25.0, 25.0] | 20.0 [10.0, 40.0] | 0.80, **not met** |");
        assertTrue(Page.of(scores("[[20]]", "[[19.5]]")).contains("| 0.98, met |"));
    }

    @Test
    void aMachineStandsAboveWhatWasMeasuredThere() throws IOException {
        String page = Page.of(measured(run("PeakBenchmark.peak", "", "[[1]]", "c2", "new"),
                run("TaskBenchmark.holdfast", "'d': '1', 'n': '2', 'm': '3'", "[[1]]", "c1", "old"),
                run("GramBenchmark.scalar", "", "[[1]]", "c2", "new"),
                run("PeakBenchmark.peak", "", "[[1]]", "c1", "new")));
        assertHas(page, """
                * new
                    * commit c1: PeakBenchmark
                    * commit c2: GramBenchmark, PeakBenchmark
                    * flags `-Xmx4g -Da=b`: peak, scalar
                * old
                    * commit c1: TaskBenchmark
                    * flags `-Xmx4g -Da=b`: holdfast""");
    }

    @Test
    void aPeerOfAnotherMachineIsNoPeer() throws IOException {
        String parameters = "'d': '100', 'n': '1000', 'm': '10'";
        String page = Page.of(measured(run("TaskBenchmark.holdfast", parameters, "[[10]]"),
                run("TaskBenchmark.pytorch", parameters, "[[40]]", "abc1234", "another"),
                run("TaskBenchmark.pytorchAuthors", parameters, "[[250]]")));
        assertHas(page, "| 100, 1000, 10 | 10.0 [10.0, 10.0] | – | – | 250 [250, 250] | 25.0, **not met** |");
    }

    /** Ratios are those of one width, and so are targets: 1.1 times the best peer is enough with 256 bits alone. */
    @Test
    void widthsStandSideBySide() throws IOException {
        String rows = "'d': '784', 'n': '1000', 'residency': 'cache'";
        String longer = rows.replace("784", "3072");
        String page = Page.of(measured(
                ofWidth(256, "holdfast", rows, 100), ofWidth(256, "openblas", rows, 110), ofWidth(256, "readStream", rows, 50),
                ofWidth(512, "holdfast", longer, 320), ofWidth(512, "readStream", longer, 160),
                ofWidth(512, "holdfast", rows, 80), ofWidth(512, "openblas", rows, 120), ofWidth(512, "netlib", rows, 88),
                ofWidth(512, "readStream", rows, 40)));
        assertHas(page, """
                | 512 | 784, 1000 | 78.4 [78.4, 78.4] | 39.2 [39.2, 39.2] | 0.50 | 26.1 [26.1, 26.1] | 35.6 [35.6, 35.6] \
                | 1.10, **not met** |
                | 256 | 784, 1000 | 62.7 [62.7, 62.7] | 31.4 [31.4, 31.4] | 0.50 | 28.5 [28.5, 28.5] | – | 1.10, met |""");
        assertTrue(page.indexOf("| 256 | 784, 1000") < page.indexOf("| 512 | 3072, 1000"), page);
    }

    @Test
    void theRooflineIsThatOfTheWidestVectors() throws IOException {
        String shape = "'m': '10', 'k': '20', 'n': '30'";
        String wide = run("ProductBenchmark.holdfast", shape, "[[1]]");
        Path file = directory.resolve("roofline");
        Roofline.draw(measured(wide), file);
        String alone = Files.readString(directory.resolve("roofline.svg"));
        Roofline.draw(measured(wide, wide.replace("512", "256").replace("[[1]]", "[[2]]")), file);
        assertEquals(alone, Files.readString(directory.resolve("roofline.svg")));
        Roofline.draw(measured(wide.replace("512", "256").replace("[[1]]", "[[2]]")), file);
        assertFalse(alone.equals(Files.readString(directory.resolve("roofline.svg"))));
    }

    private static String ofWidth(int bits, String method, String rows, int micros) {
        return run("ContextBenchmark." + method, rows, "[[" + micros + "]]").replace("512", "" + bits);
    }

    @Test
    void aTableWithoutRowsIsNotShown() throws IOException {
        String page = Page.of(scores("[[20]]", "[[16]]"));
        assertHas(page, "## Scores, from memory");
        assertFalse(page.contains("## Attack"), page);
    }

    /** 100,000 floats in 25 µs are 4 G a second. */
    @Test
    void randomNumbersStandBesideTheirTargets() throws IOException {
        String count = "'count': '100000'";
        String page = Page.of(measured(run("RandomBenchmark.jdk", count, "[[400]]"),
                run("RandomBenchmark.normal", count, "[[200], [250], [125]]"),
                run("RandomBenchmark.uniform", count, "[[25], [20], [50]]")));
        assertHas(page, "| 4.00 [2.00, 5.00], met | 0.50 [0.40, 0.80], **not met** | 0.25 [0.25, 0.25] |");
    }

    /** Microseconds: 60 ns of 18. */
    @Test
    void aCertificateStandsBesideABareDotProduct() throws IOException {
        String page = Page.of(measured(certificate("dot", "100", ".018"), certificate("classify", "100", ".02"),
                certificate("radius", "100", ".03"), certificate("certify", "100", ".06"),
                certificate("radiusBox", "100", "2.5"), certificate("attack", "100", ".4")));
        assertHas(page, "| 100 | 18.0 [18.0, 18.0] | 20.0 [20.0, 20.0] | 30.0 [30.0, 30.0] | 60.0 [60.0, 60.0]"
                + " | 3.33, **not met** | 2500 [2500, 2500] | 139, **not met** | 400 [400, 400] |");
    }

    private static String certificate(String method, String d, String micros) {
        return run("CertificateBenchmark." + method, "'d': '" + d + "'", "[[" + micros + "]]");
    }

    @Test
    void anUpdateStandsBesideABareDotProductAndAxpy() throws IOException {
        String d = "'d': '784'";
        String page = Page.of(measured(run("ContextUpdateBenchmark.add", d, "[[.6]]"),
                run("ContextUpdateBenchmark.dotAxpy", d, "[[.05]]"), run("ContextUpdateBenchmark.merge", d, "[[7]]"),
                run("ContextUpdateBenchmark.remove", d, "[[.65]]")));
        assertHas(page, "| 784 | 50.0 [50.0, 50.0] | 600 [600, 600] | 12.0, met | 650 [650, 650] | 13.0, **not met**"
                + " | 7000 [7000, 7000] |");
    }

    @Test
    void aBulkAddIsHeldToFourFifthsOfThePass() throws IOException {
        String d = "'d': '784'";
        String page = Page.of(measured(run("BulkAddBenchmark.accumulate", d, "[[64]]"),
                run("BulkAddBenchmark.addAll", d, "[[80]]")));
        assertHas(page, "| 784 | 64.0 [64.0, 64.0] | 80.0 [80.0, 80.0] | 0.80, met |");
    }

    /** A step of 50 ms is a tenth of the .5 s that the target was set against. */
    @Test
    void aStepIsJudgedOnBothCores() throws IOException {
        String page = Page.of(measured(pretraining("holdfast", 1, 90_000), pretraining("pytorch", 1, 990_000),
                pretraining("holdfast", 2, 50_000), pretraining("pytorch", 2, 350_000)));
        assertHas(page, "| 100, 1 | 90.0 [90.0, 90.0] | 990 [990, 990] | 11.0 |");
        assertHas(page, "| 100, 2 | 50.0 [50.0, 50.0] | 350 [350, 350] | 7.00, **not met** |");
        assertTrue(page.contains("With 512 bits the ratio to that is 10.0, met."), page);
    }

    @Test
    void eachWayThroughLayersStandsBesideItsPeer() throws IOException {
        String shape = "'d': '100', 'rows': '1000', 'depth': '10'";
        String page = Page.of(measured(run("DepthBenchmark.vectors", shape, "[[10]]"),
                run("DepthBenchmark.openblasVectors", shape, "[[8]]"), run("DepthBenchmark.readMoments", shape, "[[5]]"),
                run("DepthBenchmark.full", shape, "[[40]]"), run("DepthBenchmark.openblasFull", shape, "[[20]]")));
        assertHas(page, "| full; 100, 1000, 10 | 40.0 [40.0, 40.0] | 20.0 [20.0, 20.0] | 0.50, **not met** | – | – |");
        assertHas(page, "| vectors; 100, 1000, 10 | 10.0 [10.0, 10.0] | 8.00 [8.00, 8.00] | 0.80, met | 5.00 [5.00, 5.00] | 0.50 |");
    }

    /** 7 · 3 · 1,000 · 16 multiply-adds in 84 µs are 8 GFLOP/s; a peak of 12 · 2¹⁹ in 393.216 µs is 32. */
    @Test
    void aGradientStandsBesideTheRegistersRate() throws IOException {
        String page = Page.of(measured(run("PeakBenchmark.peak", "", "[[393.216]]"),
                run("DepthGradientBenchmark.holdfast", "'k': '10', 'depth': '2'", "[[3]]"),
                run("DepthGradientBenchmark.holdfast", "'k': '10', 'depth': '10'", "[[84]]")));
        assertHas(page, "| 10, 2 | 3.00 [3.00, 3.00] | – | – |");
        assertHas(page, "| 10, 10 | 84.0 [84.0, 84.0] | 21.0 | 0.25 |");
    }
}
