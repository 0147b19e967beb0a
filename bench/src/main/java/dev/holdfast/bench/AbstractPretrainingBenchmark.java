package dev.holdfast.bench;

import dev.holdfast.bench.peers.PretrainingPeer;
import dev.holdfast.kernel.Workers;
import dev.holdfast.model.Pretraining;
import java.util.concurrent.ForkJoinPool;
import org.openjdk.jmh.annotations.Param;

/** One step of adversarial pretraining: draws a batch of tasks, attacks and differentiates each, moves the weights. */
public abstract class AbstractPretrainingBenchmark extends KernelBenchmark {
    static final double LAMBDA = 0.1;
    static final double EPSILON = 0.06;
    static final double LEARNING_RATE = 0.2;

    @Param({"20", "100"})
    int d;

    /** Tasks a step, B. */
    @Param("1000")
    int batch;

    /** Demonstrations a task, N. */
    @Param("1000")
    int n;

    /** Threads; as many for a peer. */
    @Param({"1", "2"})
    int workers;

    Pretraining pretraining;

    /** The library that runs; {@code null} where it is Holdfast. */
    PretrainingPeer peer;

    private Workers threads;

    @Override
    void prepare(String method) {
        peer = peer(method);
        pretraining = new Pretraining(settings());
        threads = workers == 1 ? Workers.one() : Workers.of(ForkJoinPool.commonPool(), workers);
    }

    Pretraining.Settings settings() {
        return new Pretraining.Settings(d, LAMBDA, EPSILON, batch, n, LEARNING_RATE, 1);
    }

    /** The library of a method's name; {@code null} where it is none. */
    PretrainingPeer peer(String method) {
        return null;
    }

    @Override
    void run() {
        pretraining.step(threads);
    }
}
