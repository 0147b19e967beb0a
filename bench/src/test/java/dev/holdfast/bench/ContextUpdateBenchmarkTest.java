package dev.holdfast.bench;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.holdfast.verify.reference.Reference;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The bodies of the benchmark of a state's updates. */
class ContextUpdateBenchmarkTest {
    private static final double HALF_ULP = 0x1p-24;

    private static ContextUpdateBenchmark prepared(int d) {
        ContextUpdateBenchmark benchmark = new ContextUpdateBenchmark();
        benchmark.d = d;
        benchmark.prepare();
        return benchmark;
    }

    /** Sums are exact: a row takes what it brought, and 16 rows again and again are a power of two times them. */
    @ParameterizedTest
    @ValueSource(ints = {20, 100, 784})
    void updates(int d) {
        ContextUpdateBenchmark benchmark = prepared(d);
        double[] start = benchmark.state.attention();
        double size = benchmark.state.size();
        for (int n = 0; n < ContextUpdateBenchmark.ROWS; n++) {
            benchmark.add();
        }
        assertEquals(size + ContextUpdateBenchmark.ROWS, benchmark.state.size());
        double[] more = benchmark.state.attention();
        double times = size / ContextUpdateBenchmark.ROWS;
        for (int j = 0; j <= d; j++) {
            // rounded once each
            assertEquals(start[j] / times * (times + 1), more[j], 2 * Math.ulp(more[j]));
        }
        for (int n = 0; n < ContextUpdateBenchmark.ROWS; n++) {
            benchmark.remove();
        }
        assertEquals(size, benchmark.state.size());
        assertArrayEquals(start, benchmark.state.attention());
        benchmark.merge();
        assertEquals(size + 1, benchmark.state.size());
        benchmark.restart();
        assertArrayEquals(start, benchmark.state.attention());
    }

    /** The d + 1 terms of s are rounded as often at most, and once more in their product. */
    @ParameterizedTest
    @ValueSource(ints = {20, 100, 784})
    void dotAxpy(int d) {
        ContextUpdateBenchmark benchmark = prepared(d);
        benchmark.dotAxpy();
        double[][] x = {Doubles.of(benchmark.x[1])};
        double[] p = Doubles.of(benchmark.p);
        double[] expected = Reference.contextState(x, new double[] {benchmark.y[1]}, p);
        double[] magnitudes = Reference.contextState(Doubles.magnitudes(x), new double[] {1}, p);
        for (int j = 0; j <= d; j++) {
            assertEquals(expected[j], benchmark.a[j], Reference.gamma(d + 2, HALF_ULP) * magnitudes[j]);
        }
    }
}
