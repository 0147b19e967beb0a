package dev.holdfast.bench.peers;

import static org.bytedeco.openblas.global.openblas_nolapack.CblasNoTrans;
import static org.bytedeco.openblas.global.openblas_nolapack.CblasRowMajor;
import static org.bytedeco.openblas.global.openblas_nolapack.cblas_sgemm;

import org.bytedeco.javacpp.FloatPointer;

/** C = A B by {@code sgemm} of OpenBLAS, in native memory. */
public final class OpenBlasProduct implements MatrixPeer {
    private final int m;
    private final int k;
    private final int n;
    private final FloatPointer a;
    private final FloatPointer b;
    private final FloatPointer c;

    /** For A, m × k, and B, k × n, row-major; they are copied. */
    public OpenBlasProduct(int m, int k, int n, float[] a, float[] b) {
        OpenBlas.load();
        this.m = m;
        this.k = k;
        this.n = n;
        this.a = OpenBlas.copy(a);
        this.b = OpenBlas.copy(b);
        c = new FloatPointer((long) m * n);
    }

    @Override
    public void run() {
        cblas_sgemm(CblasRowMajor, CblasNoTrans, CblasNoTrans, m, n, k, 1, a, k, b, n, 0, c, n);
    }

    @Override
    public float[] result() {
        return OpenBlas.copy(c, m * n);
    }
}
