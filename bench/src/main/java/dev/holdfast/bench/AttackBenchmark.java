package dev.holdfast.bench;

import dev.holdfast.kernel.AdversarialGradient;
import org.openjdk.jmh.annotations.Benchmark;

/** The attack on one task's queries: out_n = x_n − ε·y_n·sign(w). */
public class AttackBenchmark extends StreamedBenchmark {
    static final float EPSILON = 0.5f;

    float[] w;

    /** out[task], n × d. */
    float[][] out;

    @Override
    void prepare(String method) {
        Numbers numbers = new Numbers();
        makeTasks(numbers, 2L * n * d);
        w = numbers.floats(d);
        out = new float[tasks][n * d];
    }

    @Override
    void run() {
        int task = nextTask();
        AdversarialGradient.perturb(x[task], 0, d, n, d, y[task], 0, w, EPSILON, out[task], 0, d);
    }

    /** The limit: a copy of x. */
    @Benchmark
    public void copyStream() {
        int task = nextTask();
        Streams.copy(x[task], out[task]);
    }
}
