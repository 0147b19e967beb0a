package dev.holdfast.bench.peers;

/** A whole task, learnt, scored and attacked, by a library that holds it in its own form. */
public interface TaskPeer {
    /** Learns the demonstrations, scores the queries, attacks them and scores the attack. */
    void run();

    /** f(x) of every query. */
    float[] scores();

    /** x − ε·y·sign(w) of every query, m × d. */
    float[] attacked();

    /** y f(x) − ε‖w‖₁ of every query. */
    float[] robustScores();
}
