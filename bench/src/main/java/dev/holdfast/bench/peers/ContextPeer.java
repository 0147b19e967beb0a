package dev.holdfast.bench.peers;

/**
 * The context state of tasks that a library holds in its own form: s = X p + p_d·y, a_{0..d−1} = Xᵀ s, a_d = s·y, the
 * two products of a matrix and a vector that a = Σ_n (p·z_n) z_n is.
 */
public interface ContextPeer {
    /** Takes one more task: x, n × d, and its labels; may keep the arrays. */
    void add(float[] x, float[] y);

    /** The context state of the task that was added as number {@code task}. */
    void run(int task);

    /** What {@link #run} left: d+1 entries. */
    float[] state();
}
