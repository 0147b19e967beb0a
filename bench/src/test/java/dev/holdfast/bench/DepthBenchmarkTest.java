package dev.holdfast.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.holdfast.model.Classifier;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The bodies of the benchmark of depth: {@code prepare} holds OpenBLAS to Holdfast; what is left is that both are something. */
class DepthBenchmarkTest {
    @ParameterizedTest
    @CsvSource({"20, 100, 2", "20, 100, 10", "20, 1000, 10", "100, 100, 10", "100, 1000, 2"})
    void bodies(int d, int rows, int depth) {
        DepthBenchmark benchmark = new DepthBenchmark();
        benchmark.d = d;
        benchmark.rows = rows;
        benchmark.depth = depth;
        benchmark.prepare();
        for (Classifier learnt : List.of(benchmark.full(), benchmark.family(), benchmark.vectors(), benchmark.rows())) {
            double sum = 0;
            for (float w : learnt.weights()) {
                sum += Math.abs(w);
            }
            assertTrue(sum > 0);
        }
        // the same layers by two ways, each rounded once
        for (int j = 0; j < d; j++) {
            float w = benchmark.rows().weights()[j];
            assertEquals(w, benchmark.vectors().weights()[j], 2 * Math.ulp(w));
        }
        assertEquals(rows, benchmark.state.size());
        benchmark.openblasFull();
        benchmark.openblasFamily();
        benchmark.openblasVectors();
        benchmark.openblasRows();
        assertTrue(benchmark.readMoments() > 0);
        benchmark.readRows();
    }
}
