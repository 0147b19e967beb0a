package dev.holdfast.bench.peers;

import dev.ludovic.netlib.blas.BLAS;
import dev.ludovic.netlib.blas.JavaBLAS;

/** netlib's BLAS by the Vector API, which is not public by name. */
final class Netlib {
    private Netlib() {}

    static BLAS vectorBlas() {
        BLAS blas = JavaBLAS.getInstance();
        String name = blas.getClass().getSimpleName();
        System.out.println("netlib: " + name);
        if (!name.equals("VectorBLAS")) {
            throw new IllegalStateException("netlib runs " + name + ", expected VectorBLAS");
        }
        return blas;
    }
}
