package dev.holdfast.bench;

import dev.holdfast.kernel.LinearAttention;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Setup;

/** The Gram matrix of one task: G += Z Zᵀ. */
public class GramBenchmark extends KernelBenchmark {
    @Param({"20", "100", "784"})
    int d;

    @Param("1000")
    int n;

    float[] x;
    float[] y;
    double[] g;
    private float[] work;

    /** Makes the task. */
    @Setup
    public void setUp() {
        Numbers numbers = new Numbers();
        x = numbers.floats(n * d);
        y = numbers.labels(n);
        g = new double[(d + 1) * (d + 1)];
        work = new float[LinearAttention.gramWorkLength(d)];
    }

    @Override
    void run() {
        LinearAttention.gram(x, 0, d, n, d, y, 0, g, work);
    }

    /** A read of x and y; the arithmetic takes longer. */
    @Benchmark
    public float readStream() {
        return Streams.read(x) + Streams.read(y);
    }
}
