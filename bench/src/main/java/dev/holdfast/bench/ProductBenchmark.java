package dev.holdfast.bench;

import dev.holdfast.bench.peers.EjmlProduct;
import dev.holdfast.bench.peers.MatrixPeer;
import dev.holdfast.bench.peers.NetlibProduct;
import dev.holdfast.bench.peers.OpenBlasProduct;
import dev.holdfast.kernel.MatrixProduct;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;

/** The product of two matrices, 2·m·n·k floating-point operations: C = A B. */
public class ProductBenchmark extends KernelBenchmark {
    @Param("512")
    int m;

    @Param("512")
    int k;

    @Param("512")
    int n;

    float[] a;
    float[] b;
    float[] c;

    /** The library that runs; {@code null} where it is Holdfast. */
    MatrixPeer peer;

    private float[] work;

    @Override
    void prepare(String method) {
        Numbers numbers = new Numbers();
        a = numbers.floats(m * k);
        b = numbers.floats(k * n);
        c = new float[m * n];
        work = new float[MatrixProduct.workLength(n, k)];
        peer = switch (method) {
            case "openblas" -> new OpenBlasProduct(m, k, n, a, b);
            case "netlib" -> new NetlibProduct(m, k, n, a, b);
            case "ejml" -> new EjmlProduct(m, k, n, a, b);
            default -> null;
        };
        if (peer != null) {
            peer.run();
            double[] r = numbers.doubles(n);
            Expected.product(a, b, m, k, n, r).check("C r", Expected.times(peer.result(), m, n, r));
        }
    }

    @Override
    void run() {
        MatrixProduct.multiply(m, n, k, a, 0, k, 1, b, 0, n, 1, c, 0, n, work);
    }

    /** OpenBLAS, native memory. */
    @Benchmark
    public void openblas() {
        peer.run();
    }

    /** netlib's BLAS by the Vector API. */
    @Benchmark
    public void netlib() {
        peer.run();
    }

    /** EJML. */
    @Benchmark
    public void ejml() {
        peer.run();
    }
}
