package dev.holdfast.spark;

import dev.holdfast.model.Rows;
import dev.holdfast.model.State;
import java.io.IOException;
import java.io.ObjectOutputStream;
import java.io.Serializable;
import java.util.Arrays;

/**
 * A state that grows by blocks of rows: one array for the rows of a block, however many blocks there are. Whoever adds a
 * row writes its features to {@link #block} from {@link #offset} on and then says its class.
 *
 * <p>Public because Spark asks it of what an aggregate keeps; not for callers.
 */
public final class StateBuilder implements Serializable {
    private static final long serialVersionUID = 1;
    /** Rows that are added together: so many of each class that exact sums take them as products of matrices. */
    private static final int MOST_ROWS = 1024;
    /** Numbers of a block, at most, unless one row has more: 4 MB. */
    private static final int MOST_NUMBERS = 1 << 20;

    private final State<Object> state;
    private transient float[] block;
    private transient Object[] labels;
    private transient int rows;

    StateBuilder(State<Object> state) {
        this.state = state;
    }

    float[] block() {
        if (block == null) {
            int d = state.features();
            labels = new Object[Math.max(1, Math.min(MOST_ROWS, MOST_NUMBERS / d))];
            block = new float[labels.length * d];
        }
        return block;
    }

    int offset() {
        return rows * state.features();
    }

    /** Adds the row that is at {@link #offset}. */
    void add(Object label) {
        labels[rows++] = label;
        if (rows == labels.length) {
            flush();
        }
    }

    private void flush() {
        if (rows > 0) {
            int d = state.features();
            state.addAll(Rows.view(block, 0, d, rows, d), Arrays.asList(labels).subList(0, rows));
            rows = 0;
        }
    }

    /** The state with all rows. */
    State<Object> state() {
        flush();
        return state;
    }

    private void writeObject(ObjectOutputStream out) throws IOException {
        flush();
        out.defaultWriteObject();
    }
}
