package dev.holdfast.spark;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.ml.attribute.Attribute;
import org.apache.spark.ml.attribute.AttributeGroup;
import org.apache.spark.ml.attribute.NominalAttribute;
import org.apache.spark.ml.attribute.NumericAttribute;
import org.apache.spark.ml.linalg.SQLDataTypes;
import org.apache.spark.ml.param.Param;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.Metadata;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/** The columns that answers add to a table, and their names, types and metadata. */
final class AnswerColumns implements Serializable {
    private static final long serialVersionUID = 1;

    enum Kind {
        PREDICTION,
        RAW,
        PROBABILITY,
        RADIUS,
        CERTIFIED
    }

    private final List<Kind> kinds = new ArrayList<>();
    private final List<String> names = new ArrayList<>();

    AnswerColumns(HoldfastParams<?> params, boolean hasProbabilities) {
        add(Kind.PREDICTION, params, params.predictionCol());
        add(Kind.RAW, params, params.rawPredictionCol());
        if (hasProbabilities) {
            add(Kind.PROBABILITY, params, params.probabilityCol());
        }
        add(Kind.RADIUS, params, params.radiusCol());
        add(Kind.CERTIFIED, params, params.certifiedCol());
    }

    private void add(Kind kind, HoldfastParams<?> params, Param<String> column) {
        String name = params.getOrDefault(column);
        if (!name.isEmpty()) {
            kinds.add(kind);
            names.add(name);
        }
    }

    List<Kind> kinds() {
        return kinds;
    }

    boolean has(Kind kind) {
        return kinds.contains(kind);
    }

    /**
     * The schema with these columns behind its own.
     *
     * @param strings whether labels are strings
     * @param classes the classes' names, or {@code null} where they are not known yet
     * @param values what the classes 0, 1, … stand for, or {@code null}
     */
    StructType addTo(StructType schema, boolean strings, boolean nullable, List<String> classes, String[] values) {
        StructType all = schema;
        for (int k = 0; k < kinds.size(); k++) {
            String name = names.get(k);
            if (Columns.has(all, name)) {
                throw new IllegalArgumentException("column '" + name + "' is there already, expected a new name for answers");
            }
            Metadata metadata = metadata(kinds.get(k), name, classes, values);
            all = all.add(new StructField(name, type(kinds.get(k), strings), nullable, metadata));
        }
        return all;
    }

    private static DataType type(Kind kind, boolean strings) {
        return switch (kind) {
            case PREDICTION -> strings ? DataTypes.StringType : DataTypes.DoubleType;
            case RAW, PROBABILITY -> SQLDataTypes.VectorType();
            case RADIUS -> DataTypes.DoubleType;
            case CERTIFIED -> DataTypes.BooleanType;
        };
    }

    private static Metadata metadata(Kind kind, String name, List<String> classes, String[] values) {
        if (kind == Kind.PREDICTION && values != null) {
            return NominalAttribute.defaultAttr().withName(name).withValues(values).toMetadata();
        }
        if ((kind == Kind.RAW || kind == Kind.PROBABILITY) && classes != null) {
            Attribute[] each = classes.stream()
                    .map(label -> NumericAttribute.defaultAttr().withName(label))
                    .toArray(Attribute[]::new);
            return new AttributeGroup(name, each).toMetadata();
        }
        return Metadata.empty();
    }
}
