package dev.holdfast.bench;

import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The body of the benchmark of pretraining's gradient: a short step against the gradient lowers the loss. */
class DepthGradientBenchmarkTest {
    @ParameterizedTest
    @CsvSource({"10, 2", "10, 10", "20, 2", "20, 10"})
    void body(int k, int depth) {
        DepthGradientBenchmark benchmark = new DepthGradientBenchmark();
        benchmark.k = k;
        benchmark.depth = depth;
        benchmark.prepare("holdfast");
        benchmark.run();
        double before = benchmark.loss;
        double slope = 0;
        for (double each : benchmark.gradient) {
            slope += each * each;
        }
        assertTrue(before > 0 && slope > 0 && Double.isFinite(slope), before + ", " + slope);
        // to first order this takes off 2⁻⁸ of the loss, a multiple of 2¹⁰ of the rounding of its floats
        double step = 0x1p-8 * before / slope;
        for (int i = 0; i < benchmark.layers.length; i++) {
            benchmark.layers[i] -= step * benchmark.gradient[i];
        }
        benchmark.run();
        assertTrue(benchmark.loss < before, before + ", then " + benchmark.loss);
    }
}
