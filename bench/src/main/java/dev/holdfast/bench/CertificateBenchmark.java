package dev.holdfast.bench;

import dev.holdfast.kernel.Implementation;
import dev.holdfast.model.InContextClassifier;
import dev.holdfast.model.LinearTransformer;
import dev.holdfast.model.Rows;
import dev.holdfast.model.Threat;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** One query at a time, as a service gets them: its answer, its certificate, its worst perturbation. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(value = 3, jvmArgsAppend = {KernelBenchmark.ADD_MODULES, KernelBenchmark.VECTOR, KernelBenchmark.SIMD})
public class CertificateBenchmark {
    private static final Threat LINF = Threat.linf();
    private static final Threat BOX = Threat.linf().inBox(-4, 4);
    private static final double EPSILON = 0.1;

    @Param({"100", "784"})
    int d;

    float[] w;
    float[] query;
    InContextClassifier classifier;

    /** Says which implementation runs; the flag of the forks makes sure that it is the Vector API. */
    @Setup
    public void setUp() {
        System.out.println("Holdfast kernels: " + Implementation.name());
        prepare();
    }

    void prepare() {
        Numbers numbers = new Numbers();
        int n = 1000;
        float[] x = numbers.floats(n * d);
        int[] y = new int[n];
        float[] labels = numbers.labels(n);
        for (int i = 0; i < n; i++) {
            y[i] = (int) labels[i];
        }
        classifier = LinearTransformer.adversarial(d).learn(Rows.view(x, d), y);
        w = classifier.weights();
        query = numbers.floats(d);
    }

    /** The limit: a dot product of floats, with no contract. */
    @Benchmark
    public float dot() {
        return Streams.dot(w, query, d);
    }

    /** The sign of f(x), certain to be that of the exact sum. */
    @Benchmark
    public int classify() {
        return classifier.predict(query);
    }

    /** Both in one call: the certified radius in ℓ∞ with the sign of f(x). */
    @Benchmark
    public double certify() {
        return classifier.signedRadius(query, LINF);
    }

    /** The certified radius in ℓ∞. */
    @Benchmark
    public double radius() {
        return classifier.radius(query, LINF);
    }

    /** The certified radius in ℓ∞ within a box. */
    @Benchmark
    public double radiusBox() {
        return classifier.radius(query, BOX);
    }

    /** The worst query within ε in ℓ∞. */
    @Benchmark
    public float[] attack() {
        return classifier.attack(query, 1, LINF, EPSILON);
    }
}
