package dev.holdfast.verify.tasks;

/** A numbered set of tasks. Task t is the same whoever asks, in whatever order, from whatever thread. */
public interface TaskFamily {
    /** Number of tasks. */
    int count();

    /** Number of features of every task, d. */
    int features();

    /** Task {@code t}, 0 ≤ t < {@link #count}, in arrays of its own. */
    Task task(int t);
}
