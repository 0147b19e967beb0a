package dev.holdfast.bench;

import dev.holdfast.bench.peers.EjmlSolver;
import dev.holdfast.bench.peers.OpenBlasSolver;
import dev.holdfast.bench.peers.SolverPeer;
import dev.holdfast.kernel.Cholesky;
import dev.holdfast.kernel.Tridiagonal;
import java.util.Arrays;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;

/**
 * Symmetric positive definite matrices in double: A = RᵀR, A⁻¹ from R, A⁻¹b from R, and A = Q T Qᵀ. Where the operation
 * overwrites its matrix, a copy of it is part of the time, for every library.
 */
public class SolversBenchmark extends KernelBenchmark {
    @Param({"factor", "inverse", "solve", "reduce"})
    String operation;

    @Param({"100", "784"})
    int d;

    /** A: the integers' Gram matrix, whose diagonal is 2d larger. */
    double[] a;

    double[] b;
    double[] matrix;
    double[] inverse;
    double[] x;
    double[] diagonal;
    double[] off;
    double[] scale;

    /** The library that runs; {@code null} where it is Holdfast or the limit. */
    SolverPeer peer;

    private double[] factorWork;
    private double[] work;

    @Override
    void prepare(String method) {
        Numbers numbers = new Numbers();
        double[] z = numbers.doubles(d * d);
        a = new double[d * d];
        for (int i = 0; i < d; i++) {
            for (int j = 0; j <= i; j++) {
                double sum = i == j ? 2 * d : 0;
                for (int k = 0; k < d; k++) {
                    sum += z[i * d + k] * z[j * d + k];
                }
                a[i * d + j] = sum;
                a[j * d + i] = sum;
            }
        }
        b = numbers.doubles(d);
        matrix = a.clone();
        inverse = new double[d * d];
        x = new double[d];
        diagonal = new double[d];
        off = new double[d];
        scale = new double[d];
        factorWork = new double[Cholesky.factorWorkLength(d)];
        work = new double[Math.max(Cholesky.inverseWorkLength(d), Tridiagonal.reduceWorkLength(d))];
        if (operation.equals("inverse") || operation.equals("solve")) {
            Cholesky.factor(matrix, d, factorWork);
        }
        peer = switch (method) {
            case "openblas" -> new OpenBlasSolver(operation, d, a, b);
            case "ejml" -> new EjmlSolver(operation, d, a, b);
            default -> null;
        };
        if (peer != null) {
            peer.run();
            expected().check(operation, normal(peer.result()));
        }
    }

    /**
     * What each library returns, by Holdfast, whose own result is held to the reference by its tests. Both may be off by a
     * multiple of d ulps of the greatest entry: A's condition number is below 10.
     */
    private Expected expected() {
        run();
        double[] values = normal(result());
        double greatest = 0;
        for (double value : values) {
            greatest = Math.max(greatest, Math.abs(value));
        }
        double[] bounds = new double[values.length];
        Arrays.fill(bounds, 100.0 * d * 0x1p-53 * greatest);
        return new Expected(values, bounds);
    }

    double[] result() {
        switch (operation) {
            case "factor" -> {
                double[] l = new double[d * d];
                for (int i = 0; i < d; i++) {
                    for (int j = 0; j <= i; j++) {
                        l[i * d + j] = matrix[j * d + i];
                    }
                }
                return l;
            }
            case "inverse" -> {
                return inverse;
            }
            case "solve" -> {
                return x;
            }
            default -> {
                double[] t = Arrays.copyOf(diagonal, 2 * d);
                System.arraycopy(off, 0, t, d, d);
                return t;
            }
        }
    }

    /** Signs beside T's diagonal are each library's own; and T itself depends on where a library begins. */
    private double[] normal(double[] values) {
        if (!operation.equals("reduce")) {
            return values;
        }
        // what no orthogonal basis changes: the sum of T's diagonal, and of all its squares
        double trace = 0;
        double squares = 0;
        for (int i = 0; i < d; i++) {
            trace += values[i];
            squares += values[i] * values[i] + 2 * values[d + i] * values[d + i];
        }
        return new double[] {trace, Math.sqrt(squares)};
    }

    @Override
    void run() {
        switch (operation) {
            case "factor" -> {
                System.arraycopy(a, 0, matrix, 0, d * d);
                Cholesky.factor(matrix, d, factorWork);
            }
            case "inverse" -> Cholesky.inverse(matrix, d, inverse, work);
            case "solve" -> {
                System.arraycopy(b, 0, x, 0, d);
                Cholesky.solve(matrix, d, x);
            }
            case "reduce" -> {
                System.arraycopy(a, 0, matrix, 0, d * d);
                Tridiagonal.reduce(matrix, d, diagonal, off, scale, work);
            }
            default -> throw new IllegalArgumentException("operation = " + operation);
        }
    }

    /** A read of the matrix: what a solution is bound by; the others spend d times as much arithmetic on it. */
    @Benchmark
    public double readStream() {
        return Streams.read(matrix);
    }

    /** OpenBLAS's LAPACK, native memory. */
    @Benchmark
    public void openblas() {
        peer.run();
    }

    /** EJML. */
    @Benchmark
    public void ejml() {
        peer.run();
    }
}
