package dev.holdfast.bench;

import dev.holdfast.bench.peers.ContextPeer;
import dev.holdfast.bench.peers.EjmlContext;
import dev.holdfast.bench.peers.NetlibContext;
import dev.holdfast.bench.peers.OpenBlasContext;
import dev.holdfast.kernel.LinearAttention;
import java.util.Arrays;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Fork;

/** The context state of one task, a += Σ_n (p·z_n) z_n, by Holdfast and by the peers that every build has. */
public abstract class AbstractContextBenchmark extends StreamedBenchmark {
    float[] p;
    double[] a;

    /** The library that runs; {@code null} where it is Holdfast or the limit. */
    ContextPeer peer;

    /** bytes[task], n × d, of {@code holdfastBytes} alone: the feature of a byte b is b − 2. */
    byte[][] bytes;

    private float[] scale;
    private float[] shift;
    private float[] work;

    @Override
    void prepare(String method) {
        Numbers numbers = new Numbers();
        p = numbers.floats(d + 1);
        peer = peer(method);
        a = new double[d + 1];
        work = new float[LinearAttention.contextWorkLength(d)];
        long floats = n * (d + 1L);
        if (peer != null) {
            makeTasks(numbers, floats, this::give);
        } else if (method.equals("holdfastBytes")) {
            makeBytes(numbers);
        } else {
            makeTasks(numbers, floats);
        }
    }

    private void makeBytes(Numbers numbers) {
        tasks = countTasks(n * (long) (d + Float.BYTES));
        bytes = new byte[tasks][];
        y = new float[tasks][];
        for (int task = 0; task < tasks; task++) {
            bytes[task] = numbers.bytes(n * d);
            y[task] = numbers.labels(n);
        }
        scale = new float[d];
        shift = new float[d];
        Arrays.fill(scale, 1);
        Arrays.fill(shift, -2);
    }

    /** The library of a method's name; {@code null} where it is none. */
    ContextPeer peer(String method) {
        return switch (method) {
            case "openblas" -> new OpenBlasContext(n, d, p);
            case "netlib" -> new NetlibContext(n, d, p);
            case "ejml" -> new EjmlContext(n, d, p);
            default -> null;
        };
    }

    private void give(float[] features, float[] labels) {
        peer.add(features, labels);
        if (tasks == 0) {
            peer.run(0);
            Expected.context(features, labels, p).check("a", peer.state());
        }
    }

    @Override
    void run() {
        int task = nextTask();
        LinearAttention.accumulate(x[task], 0, d, n, d, y[task], 0, p, a, work);
    }

    /** Holdfast on rows of bytes, a quarter of the floats' size. */
    @Benchmark
    @Fork(value = 3, jvmArgsAppend = {ADD_MODULES, VECTOR, NATIVE, HEAP, SIMD})
    public void holdfastBytes() {
        int task = nextTask();
        LinearAttention.accumulate(bytes[task], 0, d, n, d, scale, shift, y[task], 0, p, a, work);
    }

    /** The limit: a read of x and y. */
    @Benchmark
    public float readStream() {
        int task = nextTask();
        return Streams.read(x[task]) + Streams.read(y[task]);
    }

    /** OpenBLAS, native memory: two products of a matrix and a vector. */
    @Benchmark
    public void openblas() {
        peer.run(nextTask());
    }

    /** netlib's BLAS by the Vector API: two products of a matrix and a vector. */
    @Benchmark
    public void netlib() {
        peer.run(nextTask());
    }

    /** EJML: two products of a matrix and a vector. */
    @Benchmark
    public void ejml() {
        peer.run(nextTask());
    }
}
