package dev.holdfast.bench;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.holdfast.verify.reference.Reference;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** PyTorch, which only the profile {@code peers} has. */
class PyTorchTest {
    @ParameterizedTest
    @CsvSource({"20,memory", "784,cache"})
    void contextState(int d, String residency) {
        PeersTest.contextState(new ContextBenchmark(), "pytorch", d, residency);
    }

    /** On integers and a power of two everything but ε is exact: see {@link TaskBenchmarkTest} for Holdfast's own. */
    @ParameterizedTest
    @ValueSource(strings = {"pytorch", "pytorchAuthors"})
    void wholeTask(String method) {
        TaskBenchmark benchmark = new TaskBenchmark();
        TaskBenchmarkTest.size(benchmark, 100, 256, 50);
        benchmark.prepare(method);
        benchmark.peer.run();
        benchmark.run();
        assertArrayEquals(benchmark.f, Doubles.of(benchmark.peer.scores()));
        assertArrayEquals(benchmark.out, benchmark.peer.attacked());
        float[] robust = benchmark.peer.robustScores();
        for (int i = 0; i < robust.length; i++) {
            // ε‖w‖₁ is rounded once, the difference once
            double price = Math.abs(benchmark.labels[i] * benchmark.f[i] - benchmark.robust[i]);
            assertEquals(benchmark.robust[i], robust[i], 0x1p-24 * (price + Math.abs(benchmark.robust[i])) * (1 + 0x1p-20));
        }
    }

    /**
     * The first step's gradient on small integers. At weights of .001 a path from an entry to the gradient has at most
     * N + 2(d+1) + 6 roundings before the sum over tasks, in any order of products, and one a task in it.
     *
     * <p>Then the first loss of tasks that the peer draws itself. At equal weights s it is −s² mean((Σz)²) (Σx − dε), where
     * Σz is from 2 to 2 + r and Σx from 1 to 1 + r, r = (d−1)λ.
     */
    @ParameterizedTest
    @ValueSource(strings = {"pytorch", "pytorchAuthors"})
    void pretraining(String method) {
        PretrainingBenchmark benchmark = new PretrainingBenchmark();
        PretrainingBenchmarkTest.size(benchmark, 5, 20, 12, 1);
        benchmark.prepare(method);
        float[][] x = PretrainingBenchmarkTest.tasks(benchmark);
        float[] gradient = benchmark.peer.gradient(x);
        double[] expected = PretrainingBenchmarkTest.gradient(benchmark, x, AbstractPretrainingBenchmark.EPSILON, false);
        double[] magnitude = PretrainingBenchmarkTest.gradient(benchmark, x, AbstractPretrainingBenchmark.EPSILON, true);
        double bound = Reference.gamma(2 * (benchmark.n + 2 * benchmark.d + 8) + benchmark.batch, 0x1p-24);
        assertEquals(expected.length, gradient.length);
        for (int i = 0; i < expected.length; i++) {
            assertEquals(expected[i], gradient[i], bound * magnitude[i], "entry " + i);
        }
        double s = 0.001;
        double r = (benchmark.d - 1) * AbstractPretrainingBenchmark.LAMBDA;
        double price = benchmark.d * AbstractPretrainingBenchmark.EPSILON;
        double least = s * s * 4 * (1 - price);
        double most = s * s * (2 + r) * (2 + r) * (1 + r - price);
        double loss = benchmark.peer.step();
        double rounding = bound * s * s * (2 + r) * (2 + r) * (1 + r + price);
        assertEquals(-(least + most) / 2, loss, (most - least) / 2 + rounding);
    }
}
