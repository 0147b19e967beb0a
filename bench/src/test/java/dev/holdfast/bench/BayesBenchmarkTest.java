package dev.holdfast.bench;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.holdfast.model.Classifier;
import dev.holdfast.model.RobustBayes;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The bodies of the benchmark of robust Bayes: what they time is solved, and is of the rows they say. */
class BayesBenchmarkTest {
    /** What RobustBayes promises. */
    private static final double GAP = 1e-9;

    @ParameterizedTest
    @ValueSource(ints = {20, 100})
    void bodies(int d) {
        BayesBenchmark benchmark = new BayesBenchmark();
        benchmark.d = d;
        benchmark.prepare();
        for (Classifier solved : List.of(benchmark.linf(), benchmark.l2(), benchmark.l1(), benchmark.diagonal())) {
            assertTrue(solved.gaussian().orElseThrow().gap() <= GAP);
        }
        assertEquals(BayesBenchmark.ROWS, benchmark.add().size());
        assertEquals(BayesBenchmark.CLASSES, benchmark.tenByPairs().classes().size());
        assertEquals(BayesBenchmark.CLASSES, benchmark.tenByPairsL2().classes().size());
        // two classes by themselves are the same two as before
        assertArrayEquals(RobustBayes.linf(0.3).learn(benchmark.ten.only(List.of(0, 1))).weights(),
                benchmark.linf().weights());
        benchmark.gram();
        assertEquals(BayesBenchmark.ROWS, benchmark.g[d * (d + 1) + d]);
    }
}
