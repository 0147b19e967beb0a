package dev.holdfast.verify.report;

import java.util.List;

/**
 * A table.
 *
 * @param id lower-case words with dashes, unique in a report
 * @param rows as many cells as there are columns: String, Double or Integer; {@code null} and NaN are empty
 */
public record Table(String id, String title, String caption, List<String> columns, List<List<Object>> rows) {}
