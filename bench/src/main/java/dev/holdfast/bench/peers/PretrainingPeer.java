package dev.holdfast.bench.peers;

/** Adversarial pretraining by a library that draws its own tasks and keeps its own weights, all .001 at first. */
public interface PretrainingPeer {
    /** One step; returns the mean loss of its tasks. */
    double step();

    /**
     * The mean gradient of the loss for p, then for Q̄ row by row, over tasks given by their aligned samples y·x.
     *
     * @param x of each task, N demonstrations and the query, rows of d
     */
    float[] gradient(float[][] x);
}
