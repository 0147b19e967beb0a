package dev.holdfast.spark;

import org.apache.spark.sql.Encoder;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.expressions.Aggregator;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/** The bytes of the state of rows, each its features and its label. */
final class StateAggregator extends Aggregator<Row, StateBuilder, byte[]> {
    private static final long serialVersionUID = 1;

    /** What SQL casts its arguments to. */
    static final StructType ROW = new StructType()
            .add("features", DataTypes.createArrayType(DataTypes.DoubleType))
            .add("label", DataTypes.StringType);

    private final EmptyState empty;
    private final Features features;
    private final Labels labels;

    StateAggregator(EmptyState empty, Features features, Labels labels) {
        this.empty = empty;
        this.features = features;
        this.labels = labels;
    }

    @Override
    public StateBuilder zero() {
        return new StateBuilder(empty.of(labels.classes()));
    }

    @Override
    public StateBuilder reduce(StateBuilder builder, Row row) {
        String problem = features.read(row.get(0), builder.block(), builder.offset());
        if (problem != null) {
            throw InvalidRow.error(features.column(), problem);
        }
        int place = labels.place(row.getString(1));
        if (place < 0) {
            throw InvalidRow.error(labels.column(), labels.problem(row.getString(1)));
        }
        builder.add(labels.classes().get(place));
        return builder;
    }

    @Override
    public StateBuilder merge(StateBuilder left, StateBuilder right) {
        left.state().merge(right.state());
        return left;
    }

    @Override
    public byte[] finish(StateBuilder builder) {
        return builder.state().toBytes(Labels::name);
    }

    @Override
    public Encoder<StateBuilder> bufferEncoder() {
        return Encoders.javaSerialization(StateBuilder.class);
    }

    @Override
    public Encoder<byte[]> outputEncoder() {
        return Encoders.BINARY();
    }
}
