package dev.holdfast.verify.report;

/**
 * A matrix as colours; rows and columns count from 1.
 *
 * @param x what the columns are
 * @param y what the rows are
 * @param values rows of one length, row 0 at the top; a cell that is NaN stays empty; the arrays are not copied
 */
public record HeatMap(String id, String title, String caption, Axis x, Axis y, double[][] values) implements Figure {
    public HeatMap {
        if (values.length == 0 || values[0].length == 0) {
            throw new IllegalArgumentException("heat map " + id + ": no values, expected at least one");
        }
        for (int i = 0; i < values.length; i++) {
            if (values[i].length != values[0].length) {
                throw new IllegalArgumentException("heat map " + id + ": values[" + i + "].length = " + values[i].length
                        + ", expected " + values[0].length + " as of the first row");
            }
        }
    }
}
