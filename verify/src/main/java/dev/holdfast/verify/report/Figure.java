package dev.holdfast.verify.report;

/** What can be drawn. */
public sealed interface Figure permits Lines, HeatMap {
    /** Lower-case words with dashes, unique in a report. */
    String id();

    /** A few words above the figure. */
    String title();

    /** What is seen, and how it came about. */
    String caption();
}
