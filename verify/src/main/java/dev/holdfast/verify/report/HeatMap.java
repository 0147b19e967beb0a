package dev.holdfast.verify.report;

/**
 * A figure of a matrix, an entry a cell.
 *
 * @param values rows of one length, the first at the top
 */
public record HeatMap(String id, String title, String caption, Axis x, Axis y, double[][] values) implements Figure {}
