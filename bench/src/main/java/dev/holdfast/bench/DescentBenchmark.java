package dev.holdfast.bench;

import dev.holdfast.kernel.CoordinateDescent;
import dev.holdfast.kernel.Tridiagonal;
import java.util.Arrays;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;

/**
 * A sweep of coordinate descent from 0 in which every coordinate moves, the residual μ − A w, and a system in a
 * tridiagonal form's basis, to and fro.
 */
public class DescentBenchmark extends KernelBenchmark {
    @Param({"sweep", "residual", "shifted"})
    String operation;

    @Param({"100", "784"})
    int d;

    double[] a;
    double[] mu;
    double[] w;
    double[] z;

    private double[] lambda;
    private double[] diagonal;
    private double[] off;
    private double[] scale;
    private double[] work;

    @Override
    void prepare(String method) {
        Numbers numbers = new Numbers();
        a = new double[d * d];
        for (int i = 0; i < d; i++) {
            double[] row = numbers.doubles(i);
            for (int j = 0; j < i; j++) {
                a[i * d + j] = row[j];
                a[j * d + i] = row[j];
            }
            a[i * d + i] = 4 * d;
        }
        mu = new double[d];
        Arrays.setAll(mu, j -> 1 + j % 3);
        w = new double[d];
        z = new double[d];
        lambda = new double[d];
        Arrays.fill(lambda, 0x1p-10);
        diagonal = new double[d];
        off = new double[d];
        scale = new double[d];
        work = new double[Tridiagonal.reduceWorkLength(d)];
        if (operation.equals("shifted")) {
            Tridiagonal.reduce(a, d, diagonal, off, scale, work);
        }
    }

    @Override
    void run() {
        switch (operation) {
            case "sweep" -> {
                Arrays.fill(w, 0);
                System.arraycopy(mu, 0, z, 0, d);
                CoordinateDescent.sweep(a, d, lambda, w, z);
            }
            case "residual" -> CoordinateDescent.residual(a, d, mu, w, z);
            case "shifted" -> {
                System.arraycopy(mu, 0, z, 0, d);
                Tridiagonal.toBasis(a, scale, d, z);
                Tridiagonal.solve(diagonal, off, 1, d, z, work);
                Tridiagonal.fromBasis(a, scale, d, z);
            }
            default -> throw new IllegalArgumentException("operation = " + operation);
        }
    }

    /** The limit: a read of A. */
    @Benchmark
    public double readStream() {
        return Streams.read(a);
    }
}
