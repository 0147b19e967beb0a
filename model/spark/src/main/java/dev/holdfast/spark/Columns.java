package dev.holdfast.spark;

import java.util.Arrays;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/** Columns of a schema by name. */
final class Columns {
    private Columns() {}

    static boolean has(StructType schema, String column) {
        return Arrays.asList(schema.fieldNames()).contains(column);
    }

    /** Throws unless there is one of that name. */
    static StructField field(StructType schema, String column) {
        if (!has(schema, column)) {
            throw new IllegalArgumentException("column '" + column + "' is missing, expected it among "
                    + Arrays.toString(schema.fieldNames()));
        }
        return schema.apply(column);
    }
}
