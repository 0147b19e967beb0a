package dev.holdfast.bench;

import dev.holdfast.bench.peers.ContextPeer;
import dev.holdfast.bench.peers.EjmlContext;
import dev.holdfast.bench.peers.NetlibContext;
import dev.holdfast.bench.peers.OpenBlasContext;
import dev.holdfast.kernel.LinearAttention;
import org.openjdk.jmh.annotations.Benchmark;

/** The context state of one task, a += Σ_n (p·z_n) z_n, by Holdfast and by the peers that every build has. */
public abstract class AbstractContextBenchmark extends StreamedBenchmark {
    float[] p;
    double[] a;

    /** The library that runs; {@code null} where it is Holdfast or the limit. */
    ContextPeer peer;

    private float[] work;

    @Override
    void prepare(String method) {
        Numbers numbers = new Numbers();
        p = numbers.floats(d + 1);
        peer = peer(method);
        long floats = n * (d + 1L);
        if (peer == null) {
            makeTasks(numbers, floats);
            a = new double[d + 1];
            work = new float[LinearAttention.contextWorkLength(d)];
        } else {
            makeTasks(numbers, floats, this::give);
        }
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
