package dev.holdfast.bench;

import dev.holdfast.kernel.Implementation;
import dev.holdfast.model.InContextClassifier;
import dev.holdfast.model.LinearTransformer;
import dev.holdfast.model.Rows;
import dev.holdfast.model.Threat;
import java.util.concurrent.TimeUnit;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;
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
    private static final VectorSpecies<Float> F = FloatVector.SPECIES_PREFERRED;
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

    /** The limit: a dot product of floats by the Vector API, in one vector of sums a register, and no contract. */
    @Benchmark
    public float dot() {
        FloatVector s0 = FloatVector.zero(F), s1 = s0, s2 = s0, s3 = s0;
        int step = 4 * F.length();
        int j = 0;
        for (; j + step <= d; j += step) {
            s0 = product(j, s0);
            s1 = product(j + F.length(), s1);
            s2 = product(j + 2 * F.length(), s2);
            s3 = product(j + 3 * F.length(), s3);
        }
        float sum = s0.add(s1).add(s2.add(s3)).reduceLanes(VectorOperators.ADD);
        for (; j < d; j++) {
            sum = Math.fma(w[j], query[j], sum);
        }
        return sum;
    }

    private FloatVector product(int j, FloatVector sum) {
        return FloatVector.fromArray(F, w, j).lanewise(VectorOperators.FMA, FloatVector.fromArray(F, query, j), sum);
    }

    /** The sign of f(x), certain to be that of the exact sum. */
    @Benchmark
    public int classify() {
        return classifier.predict(query);
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
