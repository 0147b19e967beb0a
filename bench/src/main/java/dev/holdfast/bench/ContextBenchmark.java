package dev.holdfast.bench;

import dev.holdfast.kernel.LinearAttention;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Setup;

/** The context state of one task: a += Σ_n (p·z_n) z_n. */
public class ContextBenchmark extends TaskBenchmark {
    float[] p;
    double[] a;
    private float[] work;

    /** Makes the tasks and the parameters. */
    @Setup
    public void setUp() {
        Numbers numbers = new Numbers();
        makeTasks(numbers, n * (d + 1L));
        p = numbers.floats(d + 1);
        a = new double[d + 1];
        work = new float[LinearAttention.contextWorkLength(d)];
    }

    @Override
    void run() {
        int task = nextTask();
        LinearAttention.accumulate(x[task], 0, d, n, d, y[task], 0, p, a, work);
    }

    /** The limit: a read of x and y. */
    @Benchmark
    public float readStream() {
        int task = nextTask();
        return Streams.read(x[task]) + Streams.read(y[task]);
    }
}
