package dev.holdfast.bench.peers;

import dev.ludovic.netlib.blas.BLAS;

/** C = A B by {@code sgemm} of netlib, whose matrices are column-major: Cᵀ = Bᵀ Aᵀ. */
public final class NetlibProduct implements MatrixPeer {
    private final BLAS blas = Netlib.vectorBlas();
    private final int m;
    private final int k;
    private final int n;
    private final float[] a;
    private final float[] b;
    private final float[] c;

    /** For A, m × k, and B, k × n, row-major; they are kept. */
    public NetlibProduct(int m, int k, int n, float[] a, float[] b) {
        this.m = m;
        this.k = k;
        this.n = n;
        this.a = a;
        this.b = b;
        c = new float[m * n];
    }

    @Override
    public void run() {
        blas.sgemm("N", "N", n, m, k, 1, b, n, a, k, 0, c, n);
    }

    @Override
    public float[] result() {
        return c;
    }
}
