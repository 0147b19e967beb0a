package dev.holdfast.bench;

import dev.holdfast.kernel.AdversarialGradient;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;

/** The price of an attack: ‖w‖₁, ‖w‖₂ or ‖w‖_∞. */
public class NormBenchmark extends KernelBenchmark {
    @Param({"1", "2", "inf"})
    String order;

    @Param({"20", "100", "784", "3072"})
    int d;

    float[] w;
    double norm;

    @Override
    void prepare(String method) {
        w = new Numbers().floats(d);
    }

    @Override
    void run() {
        norm = switch (order) {
            case "1" -> AdversarialGradient.norm1(w, d);
            case "2" -> AdversarialGradient.norm2(w, d);
            case "inf" -> AdversarialGradient.normInfinity(w, d);
            default -> throw new IllegalArgumentException("order = " + order + ", expected 1, 2 or inf");
        };
    }

    /** The limit: a read of w. */
    @Benchmark
    public float readStream() {
        return Streams.read(w);
    }
}
