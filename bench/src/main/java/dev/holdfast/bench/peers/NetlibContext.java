package dev.holdfast.bench.peers;

import dev.ludovic.netlib.blas.BLAS;
import java.util.ArrayList;
import java.util.List;

/** The context state by two {@code sgemv} of netlib, whose matrices are column-major: n × d by rows is d × n. */
public final class NetlibContext implements ContextPeer {
    private final BLAS blas = Netlib.vectorBlas();
    private final int n;
    private final int d;
    private final List<float[]> x = new ArrayList<>();
    private final List<float[]> y = new ArrayList<>();
    private final float[] p;
    private final float[] s;
    private final float[] a;

    /** For tasks of n rows of d features; p, d+1 entries, is kept. */
    public NetlibContext(int n, int d, float[] p) {
        this.n = n;
        this.d = d;
        this.p = p;
        s = new float[n];
        a = new float[d + 1];
    }

    @Override
    public void add(float[] features, float[] labels) {
        x.add(features);
        y.add(labels);
    }

    @Override
    public void run(int task) {
        float[] features = x.get(task);
        float[] labels = y.get(task);
        blas.sgemv("T", d, n, 1, features, d, p, 1, 0, s, 1);
        blas.saxpy(n, p[d], labels, 1, s, 1);
        blas.sgemv("N", d, n, 1, features, d, s, 1, 0, a, 1);
        a[d] = blas.sdot(n, s, 1, labels, 1);
    }

    @Override
    public float[] state() {
        return a;
    }
}
