package dev.holdfast.spark;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.spark.ml.attribute.Attribute;
import org.apache.spark.ml.attribute.NominalAttribute;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.catalyst.expressions.SpecializedGetters;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.NumericType;
import org.apache.spark.sql.types.StringType;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.unsafe.types.UTF8String;

/**
 * The classes that a column of labels has, in an order that no partitioning changes: numbers by size, as {@code Double},
 * or strings by their characters.
 */
final class Labels implements Serializable {
    private static final long serialVersionUID = 1;
    /** More of them are measurements rather than labels. */
    private static final int MOST_CLASSES = 10_000;

    private final String column;
    private final boolean strings;
    private final List<Object> classes;
    /** What the classes 0, 1, … stand for, as the column's metadata say, or {@code null}. */
    private final String[] values;
    /** Of numbers, ascending, or {@code null}. */
    private final double[] numbers;
    /** The place in {@link #classes} of each of {@link #numbers}. */
    private final int[] places;

    private final Map<UTF8String, Integer> placesOfStrings = new HashMap<>();

    /**
     * @param classes all {@code Double} or all {@code String}
     * @param values or {@code null}
     */
    Labels(String column, List<Object> classes, String[] values) {
        this.column = column;
        this.classes = new ArrayList<>(classes);
        this.values = values;
        this.strings = areStrings(classes);
        if (strings) {
            this.numbers = null;
            this.places = null;
            for (int k = 0; k < classes.size(); k++) {
                placesOfStrings.put(UTF8String.fromString((String) classes.get(k)), k);
            }
        } else {
            this.numbers = classes.stream().mapToDouble(label -> (Double) label).sorted().toArray();
            this.places = Arrays.stream(numbers).mapToInt(classes::indexOf).toArray();
        }
    }

    static boolean areStrings(List<?> classes) {
        return classes.get(0) instanceof String;
    }

    /** The field of a column that can be read; throws unless there is one. */
    static StructField field(StructType schema, String column) {
        StructField field = Columns.field(schema, column);
        if (!(field.dataType() instanceof NumericType) && !isString(field)) {
            throw new IllegalArgumentException("column '" + column + "' is of type " + field.dataType().catalogString()
                    + ", expected a number or a string");
        }
        return field;
    }

    static boolean isString(StructField field) {
        return field.dataType() instanceof StringType;
    }

    /** The labels of a column, from its metadata or, where they do not say, by a pass over this column alone. */
    static Labels of(Dataset<?> dataset, String column) {
        StructField field = field(dataset.schema(), column);
        String[] values = values(field);
        if (values != null) {
            List<Object> classes = new ArrayList<>();
            for (int k = 0; k < values.length; k++) {
                classes.add((double) k);
            }
            return new Labels(column, checked(column, classes), values);
        }
        Set<Object> distinct = new HashSet<>();
        for (Row row : dataset.select(column(dataset, column)).distinct().limit(MOST_CLASSES + 2).collectAsList()) {
            Object label = row.get(0);
            boolean isNumber = label instanceof Double;
            if (label instanceof String || isNumber && Double.isFinite((Double) label)) {
                // −0 is 0
                distinct.add(isNumber ? (Object) ((Double) label + 0.0) : label);
            }
        }
        List<Object> classes = new ArrayList<>(distinct);
        classes.sort(isString(field)
                ? (a, b) -> ((String) a).compareTo((String) b)
                : (a, b) -> Double.compare((Double) a, (Double) b));
        return new Labels(column, checked(column, classes), null);
    }

    private static List<Object> checked(String column, List<Object> classes) {
        if (classes.size() < 2) {
            throw InvalidRow.error(column, classes.size() + " classes " + classes + ", expected at least 2");
        }
        if (classes.size() > MOST_CLASSES) {
            throw InvalidRow.error(column, "more than " + MOST_CLASSES + " values, expected labels of fewer classes");
        }
        return classes;
    }

    private static String[] values(StructField field) {
        if (isString(field)) {
            return null;
        }
        Attribute attribute = Attribute.fromStructField(field);
        if (!(attribute instanceof NominalAttribute)) {
            return null;
        }
        NominalAttribute nominal = (NominalAttribute) attribute;
        return nominal.values().isDefined() ? nominal.values().get() : null;
    }

    /** The column as {@link #place} reads it. */
    static Column column(Dataset<?> dataset, String column) {
        Column labels = dataset.col(column);
        return isString(field(dataset.schema(), column)) ? labels : labels.cast(DataTypes.DoubleType);
    }

    /** What a class is called in files and metadata: numbers without a point where they are whole. */
    static String name(Object label) {
        if (label instanceof Double) {
            double number = (Double) label;
            return number == Math.rint(number) && Math.abs(number) < 1L << 53
                    ? String.valueOf((long) number)
                    : String.valueOf(number);
        }
        return (String) label;
    }

    String column() {
        return column;
    }

    List<Object> classes() {
        return classes;
    }

    String[] values() {
        return values;
    }

    /** The place among the classes of the label that is a row's second field, or −1. */
    int place(SpecializedGetters row) {
        if (row.isNullAt(1)) {
            return -1;
        }
        if (strings) {
            return placesOfStrings.getOrDefault(row.getUTF8String(1), -1);
        }
        int i = Arrays.binarySearch(numbers, row.getDouble(1) + 0.0);
        return i < 0 ? -1 : places[i];
    }

    /** The place among the classes, which are strings, of a label, or −1. */
    int place(String label) {
        return label == null ? -1 : placesOfStrings.getOrDefault(UTF8String.fromString(label), -1);
    }

    /** What is wrong with a row whose label has no place. */
    String problem(SpecializedGetters row) {
        if (strings) {
            return problem(row.isNullAt(1) ? null : row.getUTF8String(1).toString());
        }
        return expected(row.isNullAt(1) ? "null" : String.valueOf(row.getDouble(1)));
    }

    /** What is wrong with a label that has no place. */
    String problem(String label) {
        return expected(label == null ? "null" : "'" + label + "'");
    }

    private String expected(String value) {
        boolean few = classes.size() <= 20;
        return value + ", expected one of " + (few ? classes : classes.size() + " classes");
    }
}
