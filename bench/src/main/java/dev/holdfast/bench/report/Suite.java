package dev.holdfast.bench.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.profile.GCProfiler;
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
 * @param allocation whether bytes a call are measured, too
 */
record Suite(String name, String include, Map<String, String[]> parameters, boolean allocation) {
    private static final String[] SHORT_ROWS = {"20", "100", "784"};
    private static final String[] ONE_AND_TWO = {"1", "2"};
    private static final List<String> MODEL =
            List.of("task", "pretraining", "certificates", "certificatesAlloc", "updates", "updatesAlloc",
                    "bulk", "bayes");

    /** Everything on the page. */
    static List<Suite> all() {
        List<Suite> suites = new ArrayList<>();
        String context = "ContextBenchmark.(holdfast|holdfastBytes|readStream|openblas|netlib|pytorch)$";
        suites.add(new Suite("peak", "PeakBenchmark", Map.of(), false));
        suites.add(new Suite("context", context, Map.of("d", SHORT_ROWS, "n", new String[] {"1000"}), false));
        suites.add(new Suite("context3072", context,
                Map.of("d", new String[] {"3072"}, "n", new String[] {"500"}), false));
        suites.add(new Suite("task", "\\.TaskBenchmark", Map.of(), false));
        suites.add(new Suite("workers", "WorkersBenchmark.holdfast", Map.of("workers", ONE_AND_TWO), false));
        suites.add(new Suite("pretraining", "PretrainingBenchmark.(holdfast|scalar|pytorch|pytorchAuthors)$",
                Map.of("d", new String[] {"20", "100"}, "workers", ONE_AND_TWO), false));
        suites.add(new Suite("random", "RandomBenchmark", Map.of(), false));
        suites.add(new Suite("gram", "GramBenchmark.(holdfast|product|openblas)$",
                Map.of("d", new String[] {"100", "784"}), false));
        for (int[] s : new int[][] {{256, 256, 256}, {512, 512, 512}, {1024, 1024, 1024}, {2048, 2048, 2048},
            {101, 3073, 45}, {785, 1000, 785}, {1000, 101, 101}}) {
            suites.add(new Suite("product_" + s[0] + "_" + s[1] + "_" + s[2],
                    "ProductBenchmark.(holdfast|openblas|netlib|ejml)$",
                    Map.of("m", new String[] {"" + s[0]}, "k", new String[] {"" + s[1]}, "n", new String[] {"" + s[2]}),
                    false));
        }
        Map<String, String[]> memory = Map.of("d", SHORT_ROWS, "residency", new String[] {"memory"});
        suites.add(new Suite("scores", "ScoresBenchmark.(holdfast|readStream)$", memory, false));
        suites.add(new Suite("attack", "AttackBenchmark.(holdfast|copyStream)$", memory, false));
        suites.add(new Suite("solvers", "SolversBenchmark", Map.of(), false));
        suites.add(new Suite("descent", "DescentBenchmark", Map.of(), false));
        suites.add(new Suite("bayes", "BayesBenchmark", Map.of(), false));
        suites.add(new Suite("certificates", "CertificateBenchmark", Map.of(), false));
        suites.add(new Suite("updates", "ContextUpdateBenchmark", Map.of(), false));
        suites.add(new Suite("bulk", "BulkAddBenchmark", Map.of(), false));
        suites.add(new Suite("scalar", "ContextBenchmark.(scalar|ejml)$", Map.of("d", new String[] {"784"}), false));
        suites.add(new Suite("alloc", "(Context|Scores|Attack|Gram).*Benchmark.(holdfast|holdfastBytes)$",
                Map.of("d", SHORT_ROWS, "residency", new String[] {"cache"}), true));
        suites.add(new Suite("solversAlloc", "(Solvers|Descent)Benchmark.holdfast$", Map.of(), true));
        suites.add(new Suite("certificatesAlloc", "CertificateBenchmark.(classify|certify|radius|radiusBox)$", Map.of(),
                true));
        suites.add(new Suite("updatesAlloc", "ContextUpdateBenchmark.(add|remove|merge)$", Map.of(), true));
        return suites;
    }

    /** Suites of two workers ask for a core each; the others are best pinned to one. */
    int processors() {
        return parameters.containsKey("workers") ? ONE_AND_TWO.length : 1;
    }

    /** What goes through the model has several operations to compile, on the cores where it runs, too. */
    private int warmups() {
        return MODEL.contains(name) ? 6 : 2;
    }

    /**
     * Five forks that start cold and may warm up for less than two seconds, those of the model for less than five. An
     * iteration ends with the call that outlasts it: the slowest, PyTorch's steps of pretraining, are one each.
     */
    ChainedOptionsBuilder options(boolean quick, Width width, String file) {
        ChainedOptionsBuilder options = new OptionsBuilder()
                .include(include)
                .forks(quick ? 1 : 5)
                .warmupIterations(warmups())
                .warmupTime(TimeValue.milliseconds(quick ? 300 : 700))
                .measurementIterations(3)
                .measurementTime(TimeValue.milliseconds(quick ? 200 : 400))
                .shouldFailOnError(true)
                .timeUnit(TimeUnit.MICROSECONDS)
                .resultFormat(ResultFormatType.JSON)
                .result(file);
        if (!width.jvmArgs().isEmpty()) {
            options.jvmArgsPrepend(width.jvmArgs().toArray(String[]::new));
        }
        parameters.forEach(options::param);
        if (allocation) {
            options.addProfiler(GCProfiler.class);
        }
        return options;
    }
}
