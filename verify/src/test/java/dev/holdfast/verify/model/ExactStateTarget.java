package dev.holdfast.verify.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.holdfast.model.LinearTransformer;
import dev.holdfast.model.State;
import dev.holdfast.verify.fuzz.Numbers;
import dev.holdfast.verify.fuzz.Target;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * An exact state to which rows of any floats come, from which they go, and that is merged, saved and loaded: it is the state
 * of the rows that are left, to the bit, and what it refuses leaves it as it was.
 */
public final class ExactStateTarget implements Target {
    private static final int SEEDS = 16;
    private static final int OPERATIONS = 24;
    private static final int MOST_ROWS = 64;

    @Override
    public List<byte[]> seeds() {
        List<byte[]> seeds = new ArrayList<>();
        for (int k = 0; k < SEEDS; k++) {
            byte[] bytes = new byte[16 + 8 * k];
            new Random(k).nextBytes(bytes);
            seeds.add(bytes);
        }
        return seeds;
    }

    @Override
    public void feed(byte[] input) throws IOException {
        new Run(new Numbers(input)).run();
    }

    private record Row(float[] x, int label) {}

    private static final class Run {
        private final Numbers input;
        private final int kind;
        private final int d;
        private final List<Integer> classes;
        private final LinearTransformer transformer;
        private final List<Row> rows = new ArrayList<>();
        private State<Integer> state;

        Run(Numbers input) {
            this.input = input;
            kind = input.below(3);
            d = 1 + input.below(3);
            classes = kind == 2 || input.below(2) == 0 ? List.of(0, 1) : List.of(0, 1, 2);
            transformer = input.below(2) == 0 ? LinearTransformer.standard(d) : LinearTransformer.adversarial(d);
            state = empty();
        }

        private State<Integer> empty() {
            return switch (kind) {
                case 0 -> State.moments(d, classes).exact();
                case 1 -> State.variances(d, classes).exact();
                default -> State.attention(transformer, classes).exact();
            };
        }

        void run() throws IOException {
            for (int k = 0; k < OPERATIONS; k++) {
                switch (input.below(8)) {
                    case 0, 1, 2, 3 -> add();
                    case 4 -> removeOne();
                    case 5 -> removeAny();
                    case 6 -> reload();
                    default -> merge();
                }
            }
            State<Integer> other = empty();
            for (Row row : rows.reversed()) {
                other.add(row.x, row.label);
            }
            assertEquals(other.hash(), state.hash());
            assertEquals(other.size(), state.size());
        }

        private void add() {
            Row row = new Row(input.any(d), input.below(classes.size()));
            String before = state.hash();
            try {
                state.add(row.x, row.label);
                rows.add(row);
            } catch (IllegalArgumentException e) {
                assertEquals(before, state.hash());
                float most = 0;
                boolean finite = true;
                for (float each : row.x) {
                    most = Math.max(most, Math.abs(each));
                    finite &= Float.isFinite(each);
                }
                assertTrue(!finite || most > State.GREATEST_FEATURE, () -> "refused for nothing: " + e);
            }
        }

        private void removeOne() {
            if (!rows.isEmpty()) {
                Row row = rows.remove(input.below(rows.size()));
                state.remove(row.x, row.label);
            }
        }

        /** A row that was added never, or by chance: it is refused, or comes back without a trace. */
        private void removeAny() {
            Row row = new Row(input.any(d), input.below(classes.size()));
            String before = state.hash();
            try {
                state.remove(row.x, row.label);
                state.add(row.x, row.label);
            } catch (IllegalArgumentException | IllegalStateException e) {
                assertEquals(1, e.getMessage().lines().count(), e.getMessage());
            }
            assertEquals(before, state.hash());
        }

        private void reload() throws IOException {
            ByteBuffer bytes = ByteBuffer.wrap(state.toBytes(Object::toString));
            String before = state.hash();
            state = kind == 2 ? State.load(bytes, Integer::valueOf, transformer) : State.load(bytes, Integer::valueOf);
            assertEquals(before, state.hash());
        }

        private void merge() {
            if (rows.size() <= MOST_ROWS / 2) {
                state.merge(input.below(2) == 0 ? state : state.copy());
                rows.addAll(List.copyOf(rows));
            }
        }
    }
}
