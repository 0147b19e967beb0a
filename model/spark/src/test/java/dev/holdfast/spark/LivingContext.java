package dev.holdfast.spark;

import dev.holdfast.model.State;
import java.util.Iterator;
import java.util.List;
import org.apache.spark.api.java.function.VoidFunction2;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * An example: a context that lives on a stream. Each batch has demonstrations to add and, where {@code correction} is true,
 * such as were added before and turn out to be wrong. Those are removed exactly: what is left has the bits of a context that
 * never saw them. Give it to {@code foreachBatch}.
 *
 * <p>Additions are summed where rows are; corrections are few, and come to the driver one by one. A batch whose number was
 * seen is left out: Spark gives one again after a failure. Who wants to go on after the driver's own end saves
 * the state with the number.
 */
final class LivingContext implements VoidFunction2<Dataset<Row>, Long> {
    private static final long serialVersionUID = 1;

    private final HoldfastClassifier classifier;
    private final State<Object> state;
    private long seen = -1;

    LivingContext(HoldfastClassifier classifier, int d, List<String> classes) {
        this.classifier = classifier;
        this.state = classifier.emptyState(d, classes);
    }

    @Override
    public synchronized void call(Dataset<Row> batch, Long number) {
        if (number <= seen) {
            return;
        }
        // first, since a row may be added and corrected in one batch
        classifier.addTo(state, batch.filter("NOT correction"));
        Iterator<Row> corrections =
                batch.filter("correction").select("features", "label").toLocalIterator();
        while (corrections.hasNext()) {
            Row row = corrections.next();
            state.remove(floats(row.getAs(0)), row.getString(1));
        }
        seen = number;
    }

    private static float[] floats(Vector features) {
        float[] x = new float[features.size()];
        for (int j = 0; j < x.length; j++) {
            x[j] = (float) features.apply(j);
        }
        return x;
    }

    /** What the stream has taught so far. */
    synchronized HoldfastModel model() {
        return classifier.model(state);
    }
}
