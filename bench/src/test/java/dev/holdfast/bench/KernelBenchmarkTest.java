package dev.holdfast.bench;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.holdfast.verify.reference.Reference;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The bodies of the benchmarks that repeat one call. */
class KernelBenchmarkTest {
    /** Half an ulp of a float, relative. */
    private static final double FLOAT = 0x1p-24;

    @ParameterizedTest
    @ValueSource(ints = {20, 100, 784})
    void gram(int d) {
        GramBenchmark benchmark = new GramBenchmark();
        benchmark.d = d;
        benchmark.n = 100;
        benchmark.prepare("holdfast");
        benchmark.run();
        double[][] expected = Reference.gram(Doubles.rows(benchmark.x, 100, d), Doubles.of(benchmark.y));
        for (int i = 0; i <= d; i++) {
            for (int j = 0; j <= d; j++) {
                assertEquals(expected[i][j], benchmark.g[i * (d + 1) + j]);
            }
        }
        assertEquals(sum(benchmark.x) + sum(benchmark.y), benchmark.readStream());
        benchmark.product();
        assertArrayEquals(benchmark.g, Doubles.of(benchmark.c));
    }

    @ParameterizedTest
    @CsvSource({"dense,20", "dense,100", "dense,784", "structured,20", "structured,100", "structured,784",
        "structured,3072"})
    void readout(String form, int d) {
        ReadoutBenchmark benchmark = new ReadoutBenchmark();
        benchmark.form = form;
        benchmark.d = d;
        benchmark.prepare("holdfast");
        benchmark.run();
        double[][] qBar = form.equals("dense") ? Doubles.rows(benchmark.qBar, d + 1, d) : structured(benchmark);
        double[] expected = Reference.readout(qBar, benchmark.a, ReadoutBenchmark.N);
        for (int j = 0; j < d; j++) {
            // the sum is exact; the division and the step to float are rounded
            assertEquals(expected[j], benchmark.w[j], Math.abs(expected[j]) * (FLOAT + 0x1p-52));
        }
        double sum = form.equals("dense") ? sum(benchmark.qBar) : sum(benchmark.delta) + sum(benchmark.label);
        for (double value : benchmark.a) {
            sum += value;
        }
        assertEquals(sum, benchmark.readStream());
    }

    private static double[][] structured(ReadoutBenchmark benchmark) {
        int d = benchmark.d;
        double[][] qBar = new double[d + 1][d];
        for (int i = 0; i < d; i++) {
            for (int j = 0; j < d; j++) {
                qBar[i][j] = ReadoutBenchmark.B;
            }
            qBar[i][i] += benchmark.delta[i];
            qBar[d][i] = benchmark.label[i];
        }
        return qBar;
    }

    @ParameterizedTest
    @ValueSource(ints = {20, 100, 784, 3072})
    void norms(int d) {
        NormBenchmark benchmark = new NormBenchmark();
        benchmark.d = d;
        benchmark.prepare("holdfast");
        double[] w = Doubles.of(benchmark.w);
        benchmark.order = "1";
        benchmark.run();
        assertEquals(Reference.norm1(w), benchmark.norm);
        benchmark.order = "2";
        benchmark.run();
        assertEquals(Reference.norm2(w), benchmark.norm);
        benchmark.order = "inf";
        benchmark.run();
        assertEquals(Reference.normInfinity(w), benchmark.norm);
        assertEquals(sum(benchmark.w), benchmark.readStream());
    }

    @ParameterizedTest
    @CsvSource({"20,50", "100,50", "300,7"})
    void outputs(int d, int queries) {
        OutputsBenchmark benchmark = new OutputsBenchmark();
        benchmark.d = d;
        benchmark.n = 70;
        benchmark.queries = queries;
        benchmark.prepare("holdfast");
        benchmark.run();
        int size = d + 1;
        double[][] p = Doubles.rows(benchmark.bigP, size, size);
        double[][] q = Doubles.rows(benchmark.bigQ, size, size);
        double[][] x = Doubles.rows(benchmark.x, 70, d);
        double[] y = Doubles.of(benchmark.y);
        double[][] query = Doubles.rows(benchmark.query, queries, d);
        double[] ones = y.clone();
        Arrays.fill(ones, 1);
        double[][] expected = Reference.outputs(p, q, x, y, query);
        double[][] magnitude = Reference.outputs(Doubles.magnitudes(p), Doubles.magnitudes(q), Doubles.magnitudes(x),
                ones, Doubles.magnitudes(query));
        // G is exact, G/N is rounded once in double and once to float; in each of three products a term is rounded at
        // most once a step and once a block of 256; the reference's own error is that of the last factor
        int steps = size + size / 256 + 1;
        double bound = Reference.gamma(3 * steps + 2, FLOAT) * (1 + 0x1p-20);
        for (int i = 0; i < size; i++) {
            for (int m = 0; m < queries; m++) {
                assertEquals(expected[i][m], benchmark.out[i * queries + m], bound * magnitude[i][m]);
            }
        }
        double sum = sum(benchmark.bigP) + sum(benchmark.bigQ) + sum(benchmark.query);
        for (double value : benchmark.g) {
            sum += value;
        }
        assertEquals(sum, benchmark.readStream());
    }

    @ParameterizedTest
    @CsvSource({"512,64,40", "5,300,7", "64,512,64"})
    void product(int m, int k, int n) {
        ProductBenchmark benchmark = new ProductBenchmark();
        benchmark.m = m;
        benchmark.k = k;
        benchmark.n = n;
        benchmark.prepare("holdfast");
        benchmark.run();
        double[][] expected = Reference.product(Doubles.rows(benchmark.a, m, k), Doubles.rows(benchmark.b, k, n));
        double[][] c = Doubles.rows(benchmark.c, m, n);
        for (int i = 0; i < m; i++) {
            assertArrayEquals(expected[i], c[i]);
        }
    }

    @ParameterizedTest
    @CsvSource({"batch,1", "batch,2", "huge,1", "huge,2"})
    void workers(String work, int workers) {
        WorkersBenchmark benchmark = new WorkersBenchmark();
        benchmark.work = work;
        benchmark.workers = workers;
        benchmark.d = 20;
        benchmark.n = 1000;
        benchmark.tasks = 20;
        benchmark.prepare("holdfast");
        benchmark.run();
        for (int task = 0; task < benchmark.x.length; task++) {
            double[] y = Doubles.of(benchmark.y[task]);
            double[][] x = Doubles.rows(benchmark.x[task], y.length, benchmark.d);
            assertArrayEquals(Reference.contextState(x, y, Doubles.of(benchmark.p)), benchmark.a[task]);
        }
    }

    /** s → s/2 + 1 ends at 2 in every lane of twelve sums. */
    @Test
    void peak() {
        float sum = new PeakBenchmark().peak();
        assertEquals(0, sum % (12 * 2));
        assertTrue(sum >= 12 * 2 * 2);
    }

    @Test
    void aMethodRunsWhatItsNameSays() {
        assertDoesNotThrow(() -> KernelBenchmark.checkImplementation("holdfast", "simd-256"));
        assertDoesNotThrow(() -> KernelBenchmark.checkImplementation("holdfastBytes", "simd-512"));
        assertDoesNotThrow(() -> KernelBenchmark.checkImplementation("scalar", "scalar"));
        assertDoesNotThrow(() -> KernelBenchmark.checkImplementation("readStream", "scalar"));
        assertThrows(IllegalStateException.class, () -> KernelBenchmark.checkImplementation("holdfast", "scalar"));
        assertThrows(IllegalStateException.class, () -> KernelBenchmark.checkImplementation("scalar", "simd-128"));
    }

    private static float sum(float[] x) {
        float sum = 0;
        for (float value : x) {
            sum += value;
        }
        return sum;
    }
}
