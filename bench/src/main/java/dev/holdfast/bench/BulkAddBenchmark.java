package dev.holdfast.bench;

import dev.holdfast.kernel.Implementation;
import dev.holdfast.kernel.LinearAttention;
import dev.holdfast.model.FadingContext;
import dev.holdfast.model.LinearTransformer;
import dev.holdfast.model.Rows;
import java.util.Arrays;
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

/** A thousand rows at once to a context that keeps plain sums, beside the kernel's bare pass over them. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(value = 3, jvmArgsAppend = {KernelBenchmark.ADD_MODULES, KernelBenchmark.VECTOR, KernelBenchmark.SIMD})
public class BulkAddBenchmark {
    static final int N = 1000;

    @Param({"100", "784"})
    int d;

    float[] x;
    float[] labels;
    int[] y;
    float[] p;
    double[] a;
    FadingContext context;

    private float[] work;
    private Rows rows;

    /** Says which implementation runs; the flag of the forks makes sure that it is the Vector API. */
    @Setup
    public void setUp() {
        System.out.println("Holdfast kernels: " + Implementation.name());
        prepare();
    }

    void prepare() {
        Numbers numbers = new Numbers();
        x = numbers.floats(N * d);
        labels = numbers.labels(N);
        y = new int[N];
        for (int n = 0; n < N; n++) {
            y[n] = (int) labels[n];
        }
        p = new float[d + 1];
        Arrays.fill(p, 1);
        a = new double[d + 1];
        work = new float[LinearAttention.contextWorkLength(d)];
        rows = Rows.view(x, d);
        context = LinearTransformer.adversarial(d).fadingContext();
    }

    /** The limit: the kernel's pass, which checks no row and adds to sums of its caller's. */
    @Benchmark
    public void accumulate() {
        LinearAttention.accumulate(x, 0, d, N, d, labels, 0, p, a, work);
    }

    /** All of them to a fading context, or none. */
    @Benchmark
    public void addAll() {
        context.addAll(rows, y);
    }
}
