package dev.holdfast.bench;

import dev.holdfast.kernel.LinearAttention;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;

/** Every output of the layer for every query, from a Gram matrix: O = P (G/N) Q [X; 0]. */
public class OutputsBenchmark extends KernelBenchmark {
    @Param({"20", "100", "784"})
    int d;

    /** Demonstrations, N. */
    @Param("1000")
    int n;

    @Param("1000")
    int queries;

    float[] bigP;
    float[] bigQ;
    float[] x;
    float[] y;
    double[] g;
    float[] query;
    float[] out;
    private float[] work;

    @Override
    void prepare(String method) {
        Numbers numbers = new Numbers();
        int square = (d + 1) * (d + 1);
        bigP = numbers.floats(square);
        bigQ = numbers.floats(square);
        x = numbers.floats(n * d);
        y = numbers.labels(n);
        g = new double[square];
        LinearAttention.gram(x, 0, d, n, d, y, 0, g, new float[LinearAttention.gramWorkLength(d)]);
        query = numbers.floats(queries * d);
        out = new float[(d + 1) * queries];
        work = new float[LinearAttention.outputsWorkLength(d, queries)];
    }

    @Override
    void run() {
        LinearAttention.outputs(bigP, bigQ, g, n, d, query, 0, d, queries, out, 0, queries, work);
    }

    /** A read of the inputs; the arithmetic takes longer. */
    @Benchmark
    public double readStream() {
        return Streams.read(g) + Streams.read(bigP) + Streams.read(bigQ) + Streams.read(query);
    }
}
