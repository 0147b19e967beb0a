package dev.holdfast.bench.peers;

import dev.ludovic.netlib.blas.BLAS;
import dev.ludovic.netlib.blas.JavaBLAS;

/** netlib's BLAS by the Vector API, which is not public by name. */
final class Netlib {
    private Netlib() {}

    static BLAS vectorBlas() {
        // the native twin comes along, and loads the system's libblas.so.3: where that is an OpenBLAS, too, its symbols and
        // those of our peer are mixed, and calls of either crash
        System.setProperty("dev.ludovic.netlib.blas.nativeLib", "none");
        BLAS blas = JavaBLAS.getInstance();
        String name = blas.getClass().getSimpleName();
        System.out.println("netlib: " + name);
        if (!name.equals("VectorBLAS")) {
            throw new IllegalStateException("netlib runs " + name + ", expected VectorBLAS");
        }
        return blas;
    }
}
