package dev.holdfast.bench;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.holdfast.verify.reference.OrderedReference;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the benchmarks of solvers run has the bits of the model of its order; peers are checked before they are timed. */
class SolversBenchmarkTest {
    private static SolversBenchmark prepared(String operation, int d, String method) {
        SolversBenchmark benchmark = new SolversBenchmark();
        benchmark.operation = operation;
        benchmark.d = d;
        benchmark.prepare(method);
        return benchmark;
    }

    private static double[][] rows(double[] values, int d) {
        double[][] rows = new double[d][d];
        for (int i = 0; i < d; i++) {
            System.arraycopy(values, i * d, rows[i], 0, d);
        }
        return rows;
    }

    private static double[] flat(double[][] rows) {
        double[] values = new double[rows.length * rows.length];
        for (int i = 0; i < rows.length; i++) {
            System.arraycopy(rows[i], 0, values, i * rows.length, rows.length);
        }
        return values;
    }

    @ParameterizedTest
    @CsvSource({"factor,20", "factor,100", "inverse,20", "inverse,100", "solve,20", "solve,100", "reduce,20",
        "reduce,100"})
    void holdfast(String operation, int d) {
        SolversBenchmark benchmark = prepared(operation, d, "holdfast");
        benchmark.run();
        benchmark.run();
        double[][] r = rows(benchmark.a, d);
        assertEquals(d, OrderedReference.cholesky(r));
        double[][] l = new double[d][d];
        for (int i = 0; i < d; i++) {
            for (int j = 0; j <= i; j++) {
                l[i][j] = r[j][i];
            }
        }
        switch (operation) {
            case "factor" -> assertArrayEquals(flat(l), benchmark.result());
            case "inverse" -> assertArrayEquals(flat(OrderedReference.choleskyInverse(r)), benchmark.result());
            case "solve" -> assertArrayEquals(OrderedReference.choleskySolve(r, benchmark.b), benchmark.result());
            default -> {
                OrderedReference.TridiagonalForm form = OrderedReference.tridiagonal(rows(benchmark.a, d));
                assertArrayEquals(form.diagonal(), benchmark.diagonal);
                assertArrayEquals(form.off(), benchmark.off);
            }
        }
    }

    @ParameterizedTest
    @CsvSource({"factor", "inverse", "solve", "reduce"})
    void peers(String operation) {
        prepared(operation, 100, "openblas").openblas();
        prepared(operation, 100, "ejml").ejml();
    }

    @ParameterizedTest
    @CsvSource({"sweep,20", "sweep,100", "residual,20", "residual,100"})
    void descent(String operation, int d) {
        DescentBenchmark benchmark = new DescentBenchmark();
        benchmark.operation = operation;
        benchmark.d = d;
        benchmark.prepare("holdfast");
        benchmark.run();
        double[] w = benchmark.w.clone();
        double[][] a = rows(benchmark.a, d);
        if (operation.equals("residual")) {
            assertArrayEquals(OrderedReference.residual(a, benchmark.mu, w), benchmark.z);
            return;
        }
        double[] z = benchmark.mu.clone();
        double[] lambda = new double[d];
        double[] expected = new double[d];
        Arrays.fill(lambda, 0x1p-10);
        OrderedReference.sweep(a, lambda, expected, z);
        assertArrayEquals(expected, w);
        assertArrayEquals(z, benchmark.z);
        for (double wj : w) {
            // a coordinate that stayed would have cost nothing
            assertNotEquals(0, wj);
        }
    }

    @ParameterizedTest
    @CsvSource({"20", "100"})
    void shifted(int d) {
        DescentBenchmark benchmark = new DescentBenchmark();
        benchmark.operation = "residual";
        benchmark.d = d;
        benchmark.prepare("holdfast");
        OrderedReference.TridiagonalForm form = OrderedReference.tridiagonal(rows(benchmark.a, d));
        benchmark.operation = "shifted";
        benchmark.prepare("holdfast");
        benchmark.run();
        assertArrayEquals(form.fromBasis(form.solve(1, form.toBasis(benchmark.mu))), benchmark.z);
    }

    @Test
    void anUnknownOperationFails() {
        assertThrows(IllegalArgumentException.class, () -> prepared("cube", 3, "holdfast").run());
    }
}
