package dev.holdfast.bench.peers;

import org.ejml.data.FMatrixRMaj;
import org.ejml.dense.row.CommonOps_FDRM;

/** C = A B by EJML, in one thread. */
public final class EjmlProduct implements MatrixPeer {
    private final FMatrixRMaj a;
    private final FMatrixRMaj b;
    private final FMatrixRMaj c;

    /** For A, m × k, and B, k × n, row-major; they are kept. */
    public EjmlProduct(int m, int k, int n, float[] a, float[] b) {
        this.a = FMatrixRMaj.wrap(m, k, a);
        this.b = FMatrixRMaj.wrap(k, n, b);
        c = new FMatrixRMaj(m, n);
    }

    @Override
    public void run() {
        CommonOps_FDRM.mult(a, b, c);
    }

    @Override
    public float[] result() {
        return c.data;
    }
}
