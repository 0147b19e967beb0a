package dev.holdfast.bench;

import dev.holdfast.kernel.RandomStreams;
import dev.holdfast.model.LinearTransformer;
import dev.holdfast.model.State;
import java.util.Arrays;
import java.util.List;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Setup;

/**
 * One update of an exact state of one p: a row of normal numbers, from the cache, comes or goes. Every iteration starts
 * from the same state, which has more rows than an iteration removes.
 */
public class ContextUpdateBenchmark extends ModelBenchmark {
    /** Rows that take turns. */
    static final int ROWS = 16;
    /** The state has each row 2²⁶ times; to its sums it does not matter how often. */
    private static final int DOUBLINGS = 26;

    float[][] x;
    int[] y;
    /** p and a of {@link #dotAxpy}. */
    float[] p;
    float[] a;
    State<Integer> state;

    private State<Integer> full;
    private State<Integer> one;
    private int turn;
    private float sign;

    @Override
    void prepare() {
        int[] stream = new int[RandomStreams.STATE];
        RandomStreams.start(1, 0, stream);
        x = new float[ROWS][d];
        y = new int[ROWS];
        LinearTransformer transformer = LinearTransformer.standard(d);
        full = State.attention(transformer, List.of(1, -1)).exact();
        one = full.copy();
        for (int n = 0; n < ROWS; n++) {
            RandomStreams.normals(stream, x[n], 0, d);
            y[n] = n % 2 == 0 ? 1 : -1;
            full.add(x[n], y[n]);
        }
        one.add(x[0], y[0]);
        for (int i = 0; i < DOUBLINGS; i++) {
            full.merge(full);
        }
        p = new float[d + 1];
        Arrays.fill(p, 1);
        a = new float[d + 1];
        sign = 1;
        restart();
    }

    /** The same state again. */
    @Setup(Level.Iteration)
    public void restart() {
        state = full.copy();
    }

    /** Adds a row. */
    @Benchmark
    public void add() {
        int n = next();
        state.add(x[n], y[n]);
    }

    /** Removes a row. */
    @Benchmark
    public void remove() {
        int n = next();
        state.remove(x[n], y[n]);
    }

    /** Adds all rows of another state. */
    @Benchmark
    public void merge() {
        state.merge(one);
    }

    private int next() {
        turn = turn + 1 & ROWS - 1;
        return turn;
    }

    /** The limit: s = p·z and a += s z in floats, with what rounding leaves. Rows come and go in turn. */
    @Benchmark
    public void dotAxpy() {
        int n = next();
        sign = n == 0 ? -sign : sign;
        float s = sign * Math.fma(p[d], y[n], Streams.dot(p, x[n], d));
        Streams.axpy(s, x[n], a, d);
        a[d] = Math.fma(s, y[n], a[d]);
    }
}
