package dev.holdfast.bench;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.holdfast.verify.reference.Reference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The peers that every build has, on integers, for which float is exact in any order of sums. */
class PeersTest {
    private static final int N = 260;

    @ParameterizedTest
    @CsvSource({"openblas,20,memory", "openblas,784,cache", "netlib,20,memory", "netlib,784,cache", "ejml,20,memory",
        "ejml,784,cache"})
    void contextState(String method, int d, String residency) {
        contextState(new ContextBenchmark(), method, d, residency);
    }

    static void contextState(ContextBenchmark benchmark, String method, int d, String residency) {
        StreamedBenchmarkTest.size(benchmark, d, residency, 3L * N * (d + 1));
        benchmark.prepare(method);
        ContextBenchmark same = new ContextBenchmark();
        StreamedBenchmarkTest.size(same, d, residency, 3L * N * (d + 1));
        same.prepare("holdfast");
        for (int task = 0; task < same.tasks; task++) {
            benchmark.peer.run(benchmark.nextTask());
            double[] expected = Reference.contextState(Doubles.rows(same.x[task], N, d), Doubles.of(same.y[task]),
                    Doubles.of(same.p));
            assertArrayEquals(expected, Doubles.of(benchmark.peer.state()));
        }
    }

    @ParameterizedTest
    @CsvSource({"openblas,512,64,40", "openblas,5,300,7", "netlib,512,64,40", "netlib,5,300,7", "ejml,512,64,40",
        "ejml,5,300,7"})
    void product(String method, int m, int k, int n) {
        ProductBenchmark benchmark = new ProductBenchmark();
        benchmark.m = m;
        benchmark.k = k;
        benchmark.n = n;
        benchmark.prepare(method);
        benchmark.peer.run();
        double[][] expected = Reference.product(Doubles.rows(benchmark.a, m, k), Doubles.rows(benchmark.b, k, n));
        double[][] c = Doubles.rows(benchmark.peer.result(), m, n);
        for (int i = 0; i < m; i++) {
            assertArrayEquals(expected[i], c[i]);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {20, 100})
    void gram(int d) {
        GramBenchmark benchmark = new GramBenchmark();
        benchmark.d = d;
        benchmark.n = N;
        benchmark.prepare("openblas");
        benchmark.openblas();
        double[][] expected = Reference.gram(Doubles.rows(benchmark.x, N, d), Doubles.of(benchmark.y));
        double[][] g = Doubles.rows(benchmark.peer.result(), d + 1, d + 1);
        for (int i = 0; i <= d; i++) {
            assertArrayEquals(expected[i], g[i]);
        }
    }

    @Test
    void aWrongResultIsFound() {
        float[] x = {1, 2, -1, 1};
        float[] y = {1, -1};
        float[] p = {1, 0, 2};
        Expected expected = Expected.context(x, y, p);
        double[] a = Reference.contextState(Doubles.rows(x, 2, 2), Doubles.of(y), Doubles.of(p));
        assertDoesNotThrow(() -> expected.check("a", a));
        a[1] += 0x1p-20;
        assertThrows(IllegalStateException.class, () -> expected.check("a", a));
    }
}
