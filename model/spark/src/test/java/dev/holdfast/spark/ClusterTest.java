package dev.holdfast.spark;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.holdfast.model.Learner;
import dev.holdfast.model.MultiClassifier;
import dev.holdfast.model.RobustBayes;
import dev.holdfast.model.State;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.spark.api.java.function.MapFunction;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Several JVMs learn what one does, to the bit. */
class ClusterTest {
    private static final int D = 7;
    private static final Table TABLE = new Table(1999, D, 3, 1);
    private static SparkSession session;

    @TempDir
    Path directory;

    @BeforeAll
    static void start() {
        session = Sessions.cluster();
    }

    @AfterAll
    static void stop() {
        session.stop();
    }

    @ParameterizedTest
    @CsvSource({
        "bayes:linf:0.05, pairs", "bayes:l2:0.1, rest", "bayes-diagonal:l2:0.1, pairs", "adversarial, rest", "mean, pairs"
    })
    void everyPartitioningGivesTheSameBits(String name, String scheme) {
        Learner learner = Learner.named(name, D).orElseThrow().forRawRows();
        State<Object> state = TABLE.state(learner);
        MultiClassifier<Object> one = scheme.equals("pairs") ? learner.learnPairs(state) : learner.learnRest(state);
        HoldfastClassifier classifier = new HoldfastClassifier().setLearner(name).setScheme(scheme);
        Dataset<Row> rows = TABLE.strings(session);
        // the second by a shuffle that reorders rows, the third with empty partitions
        Stream.of(rows.coalesce(1), rows.repartition(5), rows.limit(1999).repartition(7, rows.col("label")))
                .forEach(each -> {
                    MultiClassifier<Object> many = classifier.fit(each).classifier();
                    assertEquals(one, many);
                    assertArrayEquals(one.toBytes(Labels::name), many.toBytes(Labels::name));
                });
    }

    @Test
    void executorsThatDieLeaveNoTrace() {
        HoldfastClassifier classifier = new HoldfastClassifier().setLearner("bayes:linf:0.05");
        State<Object> expected = TABLE.state(RobustBayes.linf(0.05));
        State<Object> state = classifier.emptyState(D, expected.classes());
        String marker = directory.resolve("died").toString();
        Dataset<Row> deadly = TABLE.strings(session).repartition(4).map((MapFunction<Row, Row>) row -> {
            if (row.getString(1).equals("class 2") && Files.notExists(Path.of(marker))) {
                Files.createFile(Path.of(marker));
                Runtime.getRuntime().halt(1);
            }
            return row;
        }, Encoders.row(Table.STRINGS));
        classifier.addTo(state, deadly);
        assertTrue(Files.exists(Path.of(marker)));
        assertEquals(expected.hash(), state.hash());
    }

    @Test
    void answersAreThoseOfOneMachine() {
        MultiClassifier<Object> one = TABLE.pairs(RobustBayes.linf(0.05));
        Dataset<Row> answered = new HoldfastClassifier().setEpsilon(0.05).fit(TABLE.strings(session))
                .transform(TABLE.strings(session).coalesce(1));
        List<Object> labels = answered.select("prediction").collectAsList().stream()
                .map(row -> row.get(0)).collect(Collectors.toList());
        List<Double> radii = answered.select("radius").collectAsList().stream()
                .map(row -> row.getDouble(0)).collect(Collectors.toList());
        for (int n = 0; n < TABLE.x.length; n++) {
            assertEquals(one.predict(TABLE.x[n]), labels.get(n));
            assertEquals(one.radius(TABLE.x[n]), radii.get(n));
        }
    }
}
