package dev.holdfast.spark;

import dev.holdfast.model.State;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import org.apache.spark.api.java.function.FlatMapFunction;
import org.apache.spark.sql.catalyst.InternalRow;

/** The state of a partition's rows, whose first field is the features and whose second is the label; of no rows, none. */
final class PartitionLearning implements FlatMapFunction<Iterator<InternalRow>, Shared<State<Object>>> {
    private static final long serialVersionUID = 1;

    private final Features features;
    private final Labels labels;
    private final EmptyState empty;
    private final InvalidRow invalid;

    PartitionLearning(Features features, Labels labels, EmptyState empty, InvalidRow invalid) {
        this.features = features;
        this.labels = labels;
        this.empty = empty;
        this.invalid = invalid;
    }

    @Override
    public Iterator<Shared<State<Object>>> call(Iterator<InternalRow> rows) {
        if (!rows.hasNext()) {
            return Collections.emptyIterator();
        }
        List<Object> classes = labels.classes();
        StateBuilder builder = new StateBuilder(empty.of(classes));
        while (rows.hasNext()) {
            InternalRow row = rows.next();
            String problem = features.read(row, builder.block(), builder.offset());
            if (problem != null) {
                refuse(features.column(), problem);
                continue;
            }
            int place = labels.place(row);
            if (place < 0) {
                refuse(labels.column(), labels.problem(row));
                continue;
            }
            builder.add(classes.get(place));
        }
        return Collections.singleton(new Shared<>(builder.state())).iterator();
    }

    private void refuse(String column, String problem) {
        if (invalid == InvalidRow.ERROR) {
            throw InvalidRow.error(column, problem);
        }
    }

    /** The sum of two, either of which may be {@code null}, in the first. */
    static Shared<State<Object>> merge(Shared<State<Object>> left, Shared<State<Object>> right) {
        if (left == null || right == null) {
            return left == null ? right : left;
        }
        left.value().merge(right.value());
        return left;
    }
}
