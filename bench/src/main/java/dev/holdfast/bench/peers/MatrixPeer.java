package dev.holdfast.bench.peers;

/** A product of matrices that a library holds in its own form. */
public interface MatrixPeer {
    /** The product, once. */
    void run();

    /** What {@link #run} left, row-major. */
    float[] result();
}
