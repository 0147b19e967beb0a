package dev.holdfast.bench;

import dev.holdfast.kernel.LinearAttention;
import dev.holdfast.model.FadingContext;
import dev.holdfast.model.LinearTransformer;
import dev.holdfast.model.Rows;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.OutputTimeUnit;

/** A thousand rows at once to a context that keeps plain sums, beside the kernel's bare pass over them. */
@OutputTimeUnit(TimeUnit.MICROSECONDS)
public class BulkAddBenchmark extends ModelBenchmark {
    static final int N = 1000;

    float[] x;
    float[] labels;
    int[] y;
    float[] p;
    double[] a;
    FadingContext context;

    private float[] work;
    private Rows rows;

    @Override
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
