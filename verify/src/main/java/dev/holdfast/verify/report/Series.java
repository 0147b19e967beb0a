package dev.holdfast.verify.report;

/**
 * One line of a figure, with the band around it.
 *
 * @param x ascending
 * @param y one value for each x; NaN where there is none
 * @param low lower edge of the band, or {@code null} without one
 * @param high upper edge of the band, or {@code null} without one
 */
public record Series(String name, double[] x, double[] y, double[] low, double[] high) {}
