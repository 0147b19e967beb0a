package dev.holdfast.verify.report;

import java.util.List;

/**
 * A table; the cells of its first column head the rows. In a column named {@code verdict}, what starts with
 * {@code agrees} or {@code differs} stands out.
 *
 * @param id lower-case-with-dashes, unique among a report's figures and tables
 * @param rows cells for each of the columns: a String, Double or Integer; {@code null} and NaN stay empty
 */
public record Table(String id, String title, String caption, List<String> columns, List<List<Object>> rows) {
    public Table {
        for (int i = 0; i < rows.size(); i++) {
            if (rows.get(i).size() != columns.size()) {
                throw new IllegalArgumentException("table " + id + ": " + rows.get(i).size() + " cells in row " + i
                        + ", expected " + columns.size() + " as there are columns");
            }
        }
    }
}
