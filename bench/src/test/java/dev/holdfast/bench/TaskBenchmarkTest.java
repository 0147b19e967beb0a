package dev.holdfast.bench;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.holdfast.verify.reference.Reference;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A whole task, n a power of two, so that a/n is exact. */
class TaskBenchmarkTest {
    @ParameterizedTest
    @CsvSource({"20,256,33", "100,64,50"})
    void wholeTask(int d, int n, int m) {
        TaskBenchmark benchmark = new TaskBenchmark();
        size(benchmark, d, n, m);
        benchmark.prepare("holdfast");
        benchmark.run();
        double[] a = Reference.contextState(Doubles.rows(benchmark.x, n, d), Doubles.of(benchmark.y),
                Doubles.of(AbstractTaskBenchmark.ones(d + 1)));
        double[] w = Reference.readout(adversarial(d), a, n);
        double price = AbstractTaskBenchmark.EPSILON * Reference.norm1(w);
        double[][] queries = Doubles.rows(benchmark.queries, m, d);
        double[][] out = Doubles.rows(benchmark.out, m, d);
        for (int i = 0; i < m; i++) {
            assertEquals(Reference.score(w, queries[i]), benchmark.f[i]);
            assertEquals(benchmark.labels[i] * benchmark.f[i] - price, benchmark.robust[i]);
            double[] attacked = Reference.attack(queries[i], benchmark.labels[i], w, AbstractTaskBenchmark.EPSILON);
            for (int j = 0; j < d; j++) {
                assertEquals((float) attacked[j], out[i][j]);
            }
        }
        ExpectedTask expected = new ExpectedTask(benchmark.x, benchmark.y, benchmark.queries, benchmark.labels,
                AbstractTaskBenchmark.EPSILON);
        float[] f = floats(benchmark.f);
        float[] robust = floats(benchmark.robust);
        assertDoesNotThrow(() -> expected.check(f, benchmark.out, robust));
        benchmark.out[0] += 1;
        assertThrows(IllegalStateException.class, () -> expected.check(f, benchmark.out, robust));
    }

    static void size(TaskBenchmark benchmark, int d, int n, int m) {
        benchmark.d = d;
        benchmark.n = n;
        benchmark.m = m;
    }

    /** Q̄ = [I; 0]. */
    private static double[][] adversarial(int d) {
        double[][] qBar = new double[d + 1][d];
        for (int j = 0; j < d; j++) {
            qBar[j][j] = 1;
        }
        return qBar;
    }

    private static float[] floats(double[] values) {
        float[] floats = new float[values.length];
        for (int i = 0; i < values.length; i++) {
            floats[i] = (float) values[i];
        }
        return floats;
    }
}
