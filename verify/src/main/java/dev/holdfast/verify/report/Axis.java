package dev.holdfast.verify.report;

/**
 * An axis of a figure.
 *
 * @param label what it counts or measures, with its unit
 */
public record Axis(String label, boolean logarithmic) {}
