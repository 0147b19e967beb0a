package dev.holdfast.bench;

import dev.holdfast.kernel.MatrixProduct;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Setup;

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
    private float[] work;

    /** Makes the factors. */
    @Setup
    public void setUp() {
        Numbers numbers = new Numbers();
        a = numbers.floats(m * k);
        b = numbers.floats(k * n);
        c = new float[m * n];
        work = new float[MatrixProduct.workLength(n, k)];
    }

    @Override
    void run() {
        MatrixProduct.multiply(m, n, k, a, 0, k, 1, b, 0, n, 1, c, 0, n, work);
    }
}
