package dev.holdfast.bench;

import dev.holdfast.kernel.Implementation;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;
import org.openjdk.jmh.infra.BenchmarkParams;

/**
 * What the benchmarks of all operations share: one call of the operation, timed by the Vector API and in plain Java,
 * each in JVMs of its own. Results go to fields, so that no call can be left out.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(value = 3, jvmArgsAppend = {
    KernelBenchmark.ADD_MODULES, KernelBenchmark.VECTOR, KernelBenchmark.NATIVE, KernelBenchmark.HEAP})
public abstract class KernelBenchmark {
    static final String ADD_MODULES = "--add-modules";
    static final String VECTOR = "jdk.incubator.vector";

    /** The peers call native code. */
    static final String NATIVE = "--enable-native-access=ALL-UNNAMED";

    /** Holds the 2 GiB of {@link StreamedBenchmark}. */
    static final String HEAP = "-Xmx4g";

    static final String SIMD = "-Dholdfast.simd=require";
    static final String NO_SIMD = "-Dholdfast.simd=off";

    /** Says which implementation runs, fails if it is not the one that the method's name promises, makes the inputs. */
    @Setup
    public final void setUp(BenchmarkParams params) {
        String benchmark = params.getBenchmark();
        String method = benchmark.substring(benchmark.lastIndexOf('.') + 1);
        String running = Implementation.name();
        System.out.println("Holdfast kernels: " + running);
        checkImplementation(method, running);
        prepare(method);
    }

    static void checkImplementation(String method, String running) {
        boolean simd = running.startsWith("simd");
        if (method.startsWith("holdfast") && !simd || method.equals("scalar") && simd) {
            throw new IllegalStateException(method + " runs " + running);
        }
    }

    /** Makes what this benchmark method needs and nothing else: a JVM times one method only. */
    abstract void prepare(String method);

    /** The operation, once. */
    abstract void run();

    /** The operation by the Vector API. */
    @Benchmark
    @Fork(value = 3, jvmArgsAppend = {ADD_MODULES, VECTOR, NATIVE, HEAP, SIMD})
    public void holdfast() {
        run();
    }

    /** The operation in plain Java. */
    @Benchmark
    @Fork(value = 3, jvmArgsAppend = {ADD_MODULES, VECTOR, NATIVE, HEAP, NO_SIMD})
    public void scalar() {
        run();
    }
}
