package dev.holdfast.bench;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.holdfast.verify.reference.Reference;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The bodies of the benchmark of bulk adds. */
class BulkAddBenchmarkTest {
    @ParameterizedTest
    @ValueSource(ints = {20, 100, 784})
    void bothAreTheContextPass(int d) {
        BulkAddBenchmark benchmark = new BulkAddBenchmark();
        benchmark.d = d;
        benchmark.prepare();
        benchmark.accumulate();
        benchmark.addAll();
        assertEquals(BulkAddBenchmark.N, benchmark.state.size());
        assertArrayEquals(benchmark.a, benchmark.state.attention());
        double[][] x = Doubles.rows(benchmark.x, BulkAddBenchmark.N, d);
        double[] y = Doubles.of(benchmark.labels);
        double[] p = Doubles.of(benchmark.p);
        double[] expected = Reference.contextState(x, y, p);
        double[] magnitude = Reference.contextState(
                Doubles.magnitudes(x), Doubles.magnitudes(new double[][] {y})[0], p);
        // the kernel's bound, and the reference's own
        double gamma = Reference.gamma(Math.ceilDiv(d, 16) + 256 + 6, 0x1p-24)
                + Reference.gamma(d + 2 + BulkAddBenchmark.N, 0x1p-53);
        for (int j = 0; j <= d; j++) {
            assertEquals(expected[j], benchmark.a[j], gamma * magnitude[j]);
        }
    }
}
