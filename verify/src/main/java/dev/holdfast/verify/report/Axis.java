package dev.holdfast.verify.report;

/**
 * An axis of a figure.
 *
 * @param label what it measures, with the unit if there is one
 */
public record Axis(String label, boolean logarithmic) {}
