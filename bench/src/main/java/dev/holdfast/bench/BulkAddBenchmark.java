package dev.holdfast.bench;

import dev.holdfast.kernel.LinearAttention;
import dev.holdfast.model.LinearTransformer;
import dev.holdfast.model.Rows;
import dev.holdfast.model.State;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.OutputTimeUnit;

/** A thousand rows at once to a fast state of one p, beside the kernel's bare pass over them. */
@OutputTimeUnit(TimeUnit.MICROSECONDS)
public class BulkAddBenchmark extends ModelBenchmark {
    static final int N = 1000;

    float[] x;
    float[] labels;
    List<Integer> y;
    float[] p;
    double[] a;
    State<Integer> state;

    private float[] work;
    private Rows rows;

    @Override
    void prepare() {
        Numbers numbers = new Numbers();
        x = numbers.floats(N * d);
        labels = numbers.labels(N);
        y = IntStream.range(0, N).mapToObj(n -> (int) labels[n]).toList();
        p = new float[d + 1];
        Arrays.fill(p, 1);
        a = new double[d + 1];
        work = new float[LinearAttention.contextWorkLength(d)];
        rows = Rows.view(x, d);
        state = State.attention(LinearTransformer.adversarial(d), List.of(1, -1));
    }

    /** The limit: the kernel's pass, which checks no row and adds to sums of its caller's. */
    @Benchmark
    public void accumulate() {
        LinearAttention.accumulate(x, 0, d, N, d, labels, 0, p, a, work);
    }

    /** All of them to the state, or none. */
    @Benchmark
    public void addAll() {
        state.addAll(rows, y);
    }
}
