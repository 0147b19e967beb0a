package dev.holdfast.bench;

import dev.holdfast.kernel.LinearAttention;
import org.openjdk.jmh.annotations.Benchmark;

/** The scores of one task's queries: f_n = w·x_n + c. */
public class ScoresBenchmark extends StreamedBenchmark {
    static final double C = 3;

    float[] w;
    double[] f;

    @Override
    void prepare(String method) {
        Numbers numbers = new Numbers();
        makeTasks(numbers, (long) n * d);
        w = numbers.floats(d);
        f = new double[n];
    }

    @Override
    void run() {
        LinearAttention.scores(x[nextTask()], 0, d, n, d, w, C, f, 0);
    }

    /** The limit: a read of x and w. */
    @Benchmark
    public float readStream() {
        return Streams.read(x[nextTask()]) + Streams.read(w);
    }
}
