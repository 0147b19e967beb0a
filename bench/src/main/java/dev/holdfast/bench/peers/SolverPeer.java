package dev.holdfast.bench.peers;

/** A factor, or what it is good for, of a symmetric matrix that a library holds in its own form. */
public interface SolverPeer {
    /** The operation, once, from the same inputs every time. */
    void run();

    /**
     * What {@link #run} left: L with zeros above its diagonal, A⁻¹, a solution, or T's diagonal and what is beside it, of
     * which the signs are open.
     */
    double[] result();
}
