package dev.holdfast.spark;

import java.io.Serializable;
import java.util.Arrays;
import java.util.List;
import org.apache.spark.ml.attribute.AttributeGroup;
import org.apache.spark.ml.linalg.SQLDataTypes;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.SpecializedGetters;
import org.apache.spark.sql.catalyst.util.ArrayData;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import scala.collection.Seq;

/**
 * Reads rows' features into floats: of vectors, dense or sparse, or of arrays of floats or doubles. Doubles are rounded to
 * the nearest float. Whatever reads gives {@code null}, or what is wrong in words.
 */
final class Features implements Serializable {
    private static final long serialVersionUID = 1;

    private enum Kind {
        VECTOR,
        FLOATS,
        DOUBLES
    }

    /** The fields of a vector's struct. */
    private static final int TYPE = 0, SIZE = 1, INDICES = 2, VALUES = 3, VECTOR_FIELDS = 4;

    private static final byte DENSE = 1;

    private final String column;
    private final Kind kind;
    private final int d;
    private final float low;
    private final float high;

    /**
     * @param type that of the column
     * @param low the least value, finite
     * @param high the greatest value, finite
     */
    Features(String column, DataType type, int d, float low, float high) {
        this.column = column;
        this.kind = kind(column, type);
        this.d = d;
        this.low = low;
        this.high = high;
    }

    /** The field of a column that can be read; throws unless there is one. */
    static StructField field(StructType schema, String column) {
        StructField field = Columns.field(schema, column);
        kind(column, field.dataType());
        return field;
    }

    private static Kind kind(String column, DataType type) {
        if (type.equals(SQLDataTypes.VectorType())) {
            return Kind.VECTOR;
        }
        if (type instanceof ArrayType) {
            DataType element = ((ArrayType) type).elementType();
            if (element.equals(DataTypes.FloatType)) {
                return Kind.FLOATS;
            }
            if (element.equals(DataTypes.DoubleType)) {
                return Kind.DOUBLES;
            }
        }
        throw new IllegalArgumentException("column '" + column + "' is of type " + type.catalogString()
                + ", expected a vector, array<float> or array<double>");
    }

    /** Number of features, as the column's metadata say or, where they do not, as the first row has that is not null. */
    static int count(Dataset<?> dataset, String column) {
        StructField field = field(dataset.schema(), column);
        int d = field.dataType() instanceof ArrayType ? -1 : AttributeGroup.fromStructField(field).size();
        if (d < 0) {
            Column features = dataset.col(column);
            List<Row> first = dataset.select(features).filter(features.isNotNull()).takeAsList(1);
            if (first.isEmpty()) {
                throw InvalidRow.error(column, "no row that is not null, expected at least 1 to learn from");
            }
            Object value = first.get(0).get(0);
            d = value instanceof Vector ? ((Vector) value).size() : ((Seq<?>) value).size();
        }
        if (d == 0) {
            throw InvalidRow.error(column, "0 numbers a row, expected at least 1");
        }
        return d;
    }

    String column() {
        return column;
    }

    int count() {
        return d;
    }

    /** Reads the first field of a row of Spark's own to {@code x[offset]}, …, without an object a number. */
    String read(SpecializedGetters row, float[] x, int offset) {
        if (row.isNullAt(0)) {
            return isNull();
        }
        if (kind != Kind.VECTOR) {
            return readArray(row.getArray(0), x, offset);
        }
        InternalRow vector = row.getStruct(0, VECTOR_FIELDS);
        ArrayData values = vector.getArray(VALUES);
        return vector.getByte(TYPE) == DENSE
                ? readArray(values, x, offset)
                : readSparse(vector.getInt(SIZE), vector.getArray(INDICES), values, x, offset);
    }

    private String readArray(ArrayData values, float[] x, int offset) {
        if (values.numElements() != d) {
            return length(values.numElements());
        }
        boolean floats = kind == Kind.FLOATS;
        boolean nulls = kind != Kind.VECTOR;
        for (int j = 0; j < d; j++) {
            if (nulls && values.isNullAt(j)) {
                return entry("null", j);
            }
            double value = floats ? values.getFloat(j) : values.getDouble(j);
            x[offset + j] = (float) value;
            if (isOutside(x[offset + j])) {
                return entry(String.valueOf(value), j);
            }
        }
        return null;
    }

    private String readSparse(int size, ArrayData indices, ArrayData values, float[] x, int offset) {
        if (size != d) {
            return length(size);
        }
        int entries = indices.numElements();
        fillZeros(x, offset);
        for (int i = 0; i < entries; i++) {
            int j = indices.getInt(i);
            x[offset + j] = (float) values.getDouble(i);
            if (isOutside(x[offset + j])) {
                return entry(String.valueOf(values.getDouble(i)), j);
            }
        }
        return entries < d ? outsideZero(x, offset) : null;
    }

    private void fillZeros(float[] x, int offset) {
        Arrays.fill(x, offset, offset + d, 0);
    }

    /** A zero that a sparse vector leaves out may be outside, too. */
    private String outsideZero(float[] x, int offset) {
        if (isOutside(0)) {
            for (int j = 0; j < d; j++) {
                if (x[offset + j] == 0) {
                    return entry("0.0", j);
                }
            }
        }
        return null;
    }

    /** Reads a value as rows and functions of users have it. */
    String read(Object value, float[] x, int offset) {
        if (value == null) {
            return isNull();
        }
        int length = value instanceof Vector ? ((Vector) value).size() : ((Seq<?>) value).size();
        if (length != d) {
            return length(length);
        }
        double[] numbers = value instanceof Vector ? ((Vector) value).toArray() : null;
        for (int j = 0; j < d; j++) {
            Object number = numbers != null ? null : ((Seq<?>) value).apply(j);
            if (numbers == null && number == null) {
                return entry("null", j);
            }
            double entry = numbers != null ? numbers[j] : ((Number) number).doubleValue();
            x[offset + j] = (float) entry;
            if (isOutside(x[offset + j])) {
                return entry(String.valueOf(entry), j);
            }
        }
        return null;
    }

    /** NaN is outside. */
    private boolean isOutside(float value) {
        return !(value >= low && value <= high);
    }

    private String isNull() {
        return "null, expected " + d + " numbers";
    }

    private String length(int length) {
        return length + " numbers, expected " + d;
    }

    private String entry(String value, int j) {
        return value + " at index " + j + ", expected a number in " + low + ".." + high;
    }
}
