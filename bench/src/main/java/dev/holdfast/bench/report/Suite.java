package dev.holdfast.bench.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.results.format.ResultFormatType;
import org.openjdk.jmh.runner.options.ChainedOptionsBuilder;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;

/**
 * Benchmarks that are divided by one another, and therefore run together.
 *
 * @param name of its JSON file
 * @param include JMH's pattern
 * @param parameters values by name; those that are missing keep the benchmark's own
 */
record Suite(String name, String include, Map<String, String[]> parameters) {
    private static final String[] SHORT_ROWS = {"20", "100", "784"};
    private static final String[] ONE_AND_TWO = {"1", "2"};
    /** m, k and n: squares, the paper's, and some of Elasticsearch's published grid. */
    private static final int[][] PRODUCTS = {{64, 64, 64}, {256, 256, 256}, {1024, 1024, 1024}, {2048, 2048, 2048},
        {101, 3073, 45}, {785, 1000, 785}, {1000, 101, 101},
        {341, 341, 341}, {128, 3001, 2048}, {3001, 341, 341}, {4096, 128, 512}};

    /** Everything on the page. */
    static List<Suite> all() {
        List<Suite> suites = new ArrayList<>();
        String context = "ContextBenchmark.(holdfast|holdfastBytes|readStream|openblas|netlib)$";
        suites.add(new Suite("peak", "PeakBenchmark", Map.of()));
        suites.add(new Suite("context", context, Map.of("d", SHORT_ROWS, "n", new String[] {"1000"})));
        suites.add(new Suite("context3072", context, Map.of("d", new String[] {"3072"}, "n", new String[] {"500"})));
        suites.add(new Suite("gram", "GramBenchmark.(holdfast|product|openblas)$",
                Map.of("d", new String[] {"100", "784"})));
        for (int[] s : PRODUCTS) {
            suites.add(new Suite("product_" + s[0] + "_" + s[1] + "_" + s[2], "ProductBenchmark.(holdfast|openblas)$",
                    Map.of("m", new String[] {"" + s[0]}, "k", new String[] {"" + s[1]}, "n", new String[] {"" + s[2]})));
        }
        Map<String, String[]> memory = Map.of("d", SHORT_ROWS, "residency", new String[] {"memory"});
        suites.add(new Suite("scores", "ScoresBenchmark.(holdfast|readStream)$", memory));
        suites.add(new Suite("attack", "AttackBenchmark.(holdfast|copyStream)$", memory));
        suites.add(new Suite("solvers", "SolversBenchmark.(holdfast|openblas|readStream)$", Map.of()));
        suites.add(new Suite("descent", "DescentBenchmark.(holdfast|readStream)$",
                Map.of("d", new String[] {"784"})));
        suites.add(new Suite("certificates", "CertificateBenchmark", Map.of()));
        suites.add(new Suite("updates", "ContextUpdateBenchmark", Map.of()));
        suites.add(new Suite("bulk", "BulkAddBenchmark", Map.of()));
        suites.add(new Suite("task", "\\.TaskBenchmark.(holdfast|pytorch|pytorchAuthors)$", Map.of()));
        suites.add(new Suite("workers", "WorkersBenchmark.holdfast", Map.of("workers", ONE_AND_TWO)));
        suites.add(new Suite("pretraining", "PretrainingBenchmark.(holdfast|pytorch)$",
                Map.of("d", new String[] {"100"}, "workers", ONE_AND_TWO)));
        suites.add(new Suite("random", "RandomBenchmark", Map.of()));
        suites.add(new Suite("bayes", "BayesBenchmark", Map.of()));
        suites.add(new Suite("depth", "DepthBenchmark.(full|family|vectors|openblas(Full|Family|Vectors)|readMoments)$",
                Map.of("d", SHORT_ROWS, "rows", new String[] {"1000"})));
        suites.add(new Suite("depth_rows", "DepthBenchmark.(rows|openblasRows|readRows)$", Map.of("d", SHORT_ROWS)));
        suites.add(new Suite("depth_gradient", "DepthGradientBenchmark.holdfast$", Map.of()));
        return suites;
    }

    /** Suites of two workers ask for a core each. */
    int processors() {
        return parameters.containsKey("workers") ? ONE_AND_TWO.length : 1;
    }

    /** Classifiers of several layers are many, and each JVM makes its inputs and checks its peers for up to ten seconds. */
    private int forks() {
        return include.startsWith("DepthBenchmark") ? 3 : 5;
    }

    /**
     * Five forks, or three, that start cold: the compiler is done with a way through a block two seconds after the JVM's start.
     * An iteration ends with the call that outlasts it: the slowest, PyTorch's steps of pretraining, are one each.
     */
    ChainedOptionsBuilder options(boolean quick, Width width, String file) {
        ChainedOptionsBuilder options = new OptionsBuilder()
                .include(include)
                .forks(quick ? 1 : forks())
                .warmupIterations(5)
                .warmupTime(TimeValue.milliseconds(quick ? 300 : 500))
                .measurementIterations(3)
                .measurementTime(TimeValue.milliseconds(quick ? 200 : 300))
                .shouldFailOnError(true)
                .timeUnit(TimeUnit.MICROSECONDS)
                .resultFormat(ResultFormatType.JSON)
                .result(file);
        if (!width.jvmArgs().isEmpty()) {
            options.jvmArgsPrepend(width.jvmArgs().toArray(String[]::new));
        }
        parameters.forEach(options::param);
        return options;
    }
}
