package dev.holdfast.verify.report;

/** What is drawn, with its numbers. Ids are lower-case-with-dashes, unique among a report's figures and tables. */
public sealed interface Figure permits Lines, HeatMap {
    String id();

    String title();

    /** Sentences after the title: what is seen, over how many tasks, and what a band is. */
    String caption();
}
