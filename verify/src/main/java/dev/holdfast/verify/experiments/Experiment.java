package dev.holdfast.verify.experiments;

/** One experiment of the report. */
public interface Experiment {
    /** The id of its finding: lower-case words with dashes, unique in a report. */
    String id();

    /** The title of its finding. */
    String title();

    /** How often {@link #run} will say that a step is done. */
    int steps(Scale scale);

    /**
     * Runs it all.
     *
     * @param step runs after each step, on any thread
     */
    Outcome run(Scale scale, Runnable step);
}
