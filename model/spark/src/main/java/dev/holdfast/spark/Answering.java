package dev.holdfast.spark;

import dev.holdfast.model.MultiClassifier;
import dev.holdfast.model.Rows;
import dev.holdfast.model.Threat;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import org.apache.spark.api.java.function.MapPartitionsFunction;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.ml.linalg.Vectors;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;

/** Answers the rows of a partition block by block, with one array for the features of a block. */
final class Answering implements MapPartitionsFunction<Row, Row> {
    private static final long serialVersionUID = 1;
    /** Rows that are answered together. */
    private static final int BLOCK = 256;

    private final Broadcast<Shared<MultiClassifier<Object>>> classifier;
    private final Features features;
    /** Where the features are in a row. */
    private final int place;
    private final AnswerColumns columns;
    private final Threat threat;
    private final double epsilon;
    private final InvalidRow invalid;

    Answering(Broadcast<Shared<MultiClassifier<Object>>> classifier, Features features, int place, AnswerColumns columns,
            Threat threat, double epsilon, InvalidRow invalid) {
        this.classifier = classifier;
        this.features = features;
        this.place = place;
        this.columns = columns;
        this.threat = threat;
        this.epsilon = epsilon;
        this.invalid = invalid;
    }

    @Override
    public Iterator<Row> call(Iterator<Row> rows) {
        return new Answered(rows, classifier.value().value());
    }

    private final class Answered implements Iterator<Row> {
        private final Iterator<Row> rows;
        private final MultiClassifier<Object> classifier;
        private final int d;
        private final float[] block;
        /** Of the block; valid ones have features in it, in this order. */
        private final List<Row> asked = new ArrayList<>(BLOCK);

        private final boolean[] isValid = new boolean[BLOCK];
        private Iterator<Row> answers = List.<Row>of().iterator();

        Answered(Iterator<Row> rows, MultiClassifier<Object> classifier) {
            this.rows = rows;
            this.classifier = classifier;
            this.d = classifier.features();
            this.block = new float[Math.multiplyExact(BLOCK, d)];
        }

        @Override
        public boolean hasNext() {
            while (!answers.hasNext() && rows.hasNext()) {
                answers = answer(read());
            }
            return answers.hasNext();
        }

        @Override
        public Row next() {
            if (!hasNext()) {
                throw new NoSuchElementException();
            }
            return answers.next();
        }

        /** Number of valid rows. */
        private int read() {
            asked.clear();
            int valid = 0;
            while (asked.size() < BLOCK && rows.hasNext()) {
                Row row = rows.next();
                String problem = features.read(row.get(place), block, valid * d);
                if (problem != null && invalid == InvalidRow.ERROR) {
                    throw InvalidRow.error(features.column(), problem);
                }
                if (problem == null || invalid == InvalidRow.KEEP) {
                    isValid[asked.size()] = problem == null;
                    asked.add(row);
                }
                valid += problem == null ? 1 : 0;
            }
            return valid;
        }

        private Iterator<Row> answer(int valid) {
            Rows queries = Rows.view(block, 0, d, valid, d);
            boolean radii = columns.has(AnswerColumns.Kind.RADIUS) || columns.has(AnswerColumns.Kind.CERTIFIED);
            List<MultiClassifier.Answer<Object>> answers = radii ? classifier.answers(queries, threat) : null;
            List<Object> labels = radii ? null : classifier.predict(queries);
            boolean raw = columns.has(AnswerColumns.Kind.RAW);
            double[] scores = raw ? classifier.scores(queries) : null;
            int k = classifier.classes().size();
            float[] query = new float[d];
            List<Row> answered = new ArrayList<>(asked.size());
            int n = 0;
            for (int i = 0; i < asked.size(); i++) {
                Row row = asked.get(i);
                int length = row.length();
                Object[] values = new Object[length + columns.kinds().size()];
                for (int j = 0; j < length; j++) {
                    values[j] = row.get(j);
                }
                if (isValid[i]) {
                    for (AnswerColumns.Kind kind : columns.kinds()) {
                        values[length++] = switch (kind) {
                            case PREDICTION -> radii ? answers.get(n).label() : labels.get(n);
                            case RAW -> Vectors.dense(Arrays.copyOfRange(scores, n * k, (n + 1) * k));
                            case PROBABILITY -> {
                                System.arraycopy(block, n * d, query, 0, d);
                                yield Vectors.dense(classifier.probabilities(query));
                            }
                            case RADIUS -> answers.get(n).radius();
                            case CERTIFIED -> answers.get(n).radius() > epsilon;
                        };
                    }
                    n++;
                }
                answered.add(RowFactory.create(values));
            }
            return answered.iterator();
        }
    }
}
