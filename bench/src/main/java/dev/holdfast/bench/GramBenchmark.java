package dev.holdfast.bench;

import dev.holdfast.bench.peers.MatrixPeer;
import dev.holdfast.bench.peers.OpenBlasGram;
import dev.holdfast.kernel.LinearAttention;
import dev.holdfast.kernel.MatrixProduct;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Param;

/** The Gram matrix of one task: G += Z Zᵀ. */
public class GramBenchmark extends KernelBenchmark {
    @Param({"20", "100", "784"})
    int d;

    @Param("1000")
    int n;

    float[] x;
    float[] y;
    double[] g;

    /** Z by rows, n × (d+1): the labels follow the features. */
    float[] z;

    /** Z Zᵀ of {@link #product}. */
    float[] c;

    /** The library that runs; {@code null} where it is Holdfast or the limit. */
    MatrixPeer peer;

    private int size;
    private float[] work;
    private float[] productWork;

    @Override
    void prepare(String method) {
        Numbers numbers = new Numbers();
        size = d + 1;
        x = numbers.floats(n * d);
        y = numbers.labels(n);
        z = demonstrations();
        g = new double[size * size];
        c = new float[size * size];
        work = new float[LinearAttention.gramWorkLength(d)];
        productWork = new float[MatrixProduct.workLength(d + 1, n)];
        if (method.equals("openblas")) {
            peer = new OpenBlasGram(n, size, z);
            peer.run();
            double[] r = numbers.doubles(size);
            Expected.gram(z, n, size, r).check("G r", Expected.times(peer.result(), size, size, r));
        }
    }

    private float[] demonstrations() {
        float[] rows = new float[n * size];
        for (int row = 0; row < n; row++) {
            System.arraycopy(x, row * d, rows, row * size, d);
            rows[row * size + d] = y[row];
        }
        return rows;
    }

    @Override
    void run() {
        LinearAttention.gram(x, 0, d, n, d, y, 0, g, work);
    }

    /** A read of x and y; the arithmetic takes longer. */
    @Benchmark
    public float readStream() {
        return Streams.read(x) + Streams.read(y);
    }

    /** Z Zᵀ as a product that knows of no symmetry. */
    @Benchmark
    @Fork(value = 3, jvmArgsAppend = {ADD_MODULES, VECTOR, NATIVE, HEAP, SIMD})
    public void product() {
        MatrixProduct.multiply(size, size, n, z, 0, 1, size, z, 0, size, 1, c, 0, size, productWork);
    }

    /** OpenBLAS, native memory: one triangle of Z Zᵀ. */
    @Benchmark
    public void openblas() {
        peer.run();
    }
}
