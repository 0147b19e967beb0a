package dev.holdfast.bench;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.holdfast.verify.reference.Reference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The bodies of the benchmarks that walk through tasks; integers and halves keep every result exact. */
class StreamedBenchmarkTest {
    private static final int N = 260;

    @ParameterizedTest
    @CsvSource({"20,memory", "20,cache", "100,memory", "100,cache", "784,memory", "784,cache", "3072,memory"})
    void contextState(int d, String residency) {
        ContextBenchmark benchmark = new ContextBenchmark();
        size(benchmark, d, residency, 3L * N * (d + 1));
        benchmark.prepare("holdfast");
        double[] expected = new double[d + 1];
        for (int task = 0; task < benchmark.x.length; task++) {
            double[] a = Reference.contextState(Doubles.rows(benchmark.x[task], N, d), Doubles.of(benchmark.y[task]),
                    Doubles.of(benchmark.p));
            for (int j = 0; j <= d; j++) {
                expected[j] += a[j];
            }
            benchmark.run();
        }
        assertArrayEquals(expected, benchmark.a);
        for (int task = 0; task < benchmark.x.length; task++) {
            assertEquals(sum(benchmark.x[task]) + sum(benchmark.y[task]), benchmark.readStream());
        }
    }

    @ParameterizedTest
    @CsvSource({"20,memory", "784,cache"})
    void contextStateOfBytes(int d, String residency) {
        ContextBenchmark benchmark = new ContextBenchmark();
        size(benchmark, d, residency, 3L * N * (d + 1));
        benchmark.prepare("holdfastBytes");
        double[] expected = new double[d + 1];
        for (int task = 0; task < benchmark.tasks; task++) {
            double[][] x = new double[N][d];
            for (int n = 0; n < N; n++) {
                for (int j = 0; j < d; j++) {
                    x[n][j] = benchmark.bytes[task][n * d + j] - 2;
                }
            }
            double[] a = Reference.contextState(x, Doubles.of(benchmark.y[task]), Doubles.of(benchmark.p));
            for (int j = 0; j <= d; j++) {
                expected[j] += a[j];
            }
            benchmark.holdfastBytes();
        }
        assertArrayEquals(expected, benchmark.a);
    }

    @ParameterizedTest
    @CsvSource({"20,memory", "20,cache", "100,memory", "100,cache", "784,memory", "784,cache", "3072,memory"})
    void scores(int d, String residency) {
        ScoresBenchmark benchmark = new ScoresBenchmark();
        size(benchmark, d, residency, 3L * N * d);
        benchmark.prepare("holdfast");
        for (float[] x : benchmark.x) {
            benchmark.run();
            double[][] rows = Doubles.rows(x, N, d);
            for (int row = 0; row < N; row++) {
                double expected = Reference.score(Doubles.of(benchmark.w), rows[row]) + ScoresBenchmark.C;
                assertEquals(expected, benchmark.f[row]);
            }
        }
        for (float[] x : benchmark.x) {
            assertEquals(sum(x) + sum(benchmark.w), benchmark.readStream());
        }
    }

    @ParameterizedTest
    @CsvSource({"20,memory", "20,cache", "100,memory", "100,cache", "784,memory", "784,cache", "3072,memory"})
    void attack(int d, String residency) {
        AttackBenchmark benchmark = new AttackBenchmark();
        size(benchmark, d, residency, 3L * 2 * N * d);
        benchmark.prepare("holdfast");
        for (int task = 0; task < benchmark.x.length; task++) {
            benchmark.run();
            double[][] rows = Doubles.rows(benchmark.x[task], N, d);
            double[][] out = Doubles.rows(benchmark.out[task], N, d);
            double[] w = Doubles.of(benchmark.w);
            for (int row = 0; row < N; row++) {
                double y = benchmark.y[task][row];
                assertArrayEquals(Reference.attack(rows[row], y, w, AttackBenchmark.EPSILON), out[row]);
            }
        }
        for (int task = 0; task < benchmark.x.length; task++) {
            benchmark.copyStream();
            assertArrayEquals(benchmark.x[task], benchmark.out[task]);
        }
    }

    @Test
    void unknownResidency() {
        ContextBenchmark benchmark = new ContextBenchmark();
        size(benchmark, 20, "disk", 1);
        assertThrows(IllegalArgumentException.class, () -> benchmark.prepare("holdfast"));
    }

    static void size(StreamedBenchmark benchmark, int d, String residency, long floats) {
        benchmark.d = d;
        benchmark.n = N;
        benchmark.residency = residency;
        benchmark.memoryBytes = floats * Float.BYTES;
    }

    private static float sum(float[] x) {
        float sum = 0;
        for (float value : x) {
            sum += value;
        }
        return sum;
    }
}
