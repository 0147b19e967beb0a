package dev.holdfast.bench;

import dev.holdfast.kernel.Implementation;
import java.util.concurrent.TimeUnit;
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

/** What the benchmarks of the model's calls share: they have no twin in plain Java, and each has its limit beside it. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(value = 3, jvmArgsAppend = {KernelBenchmark.ADD_MODULES, KernelBenchmark.VECTOR, KernelBenchmark.SIMD})
public abstract class ModelBenchmark {
    @Param({"100", "784"})
    int d;

    /** Says which implementation runs; the flag of the forks makes sure that it is the Vector API. */
    @Setup
    public final void setUp() {
        System.out.println("Holdfast kernels: " + Implementation.name());
        prepare();
    }

    /** Makes the inputs. */
    abstract void prepare();
}
