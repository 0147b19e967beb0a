package dev.holdfast.bench;

import dev.holdfast.kernel.Implementation;
import dev.holdfast.kernel.RandomStreams;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
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

/** Random floats to one array again and again: as many as a task of d = 100 and N = 1000 has, in the cache. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(value = 3, jvmArgsAppend = {KernelBenchmark.ADD_MODULES, KernelBenchmark.VECTOR, KernelBenchmark.SIMD})
public class RandomBenchmark {
    @Param("100000")
    int count;

    float[] out;

    private final int[] state = new int[RandomStreams.STATE];
    private RandomGenerator jdk;

    /** Says which implementation runs; the flag of the forks makes sure that it is the Vector API. */
    @Setup
    public void setUp() {
        System.out.println("Holdfast kernels: " + Implementation.name());
        prepare();
    }

    void prepare() {
        out = new float[count];
        RandomStreams.start(1, 0, state);
        jdk = RandomGenerator.of("L64X128MixRandom");
    }

    /** Uniform numbers of Holdfast's. */
    @Benchmark
    public void uniform() {
        RandomStreams.uniforms(state, 1, out, 0, count);
    }

    /** Normal numbers of Holdfast's. */
    @Benchmark
    public void normal() {
        RandomStreams.normals(state, out, 0, count);
    }

    /** Uniform numbers of the JDK's general-purpose generator. */
    @Benchmark
    public void jdk() {
        for (int i = 0; i < count; i++) {
            out[i] = jdk.nextFloat();
        }
    }
}
