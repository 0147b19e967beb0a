package dev.holdfast.spark;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.holdfast.model.MultiClassifier;
import dev.holdfast.model.RobustBayes;
import dev.holdfast.model.State;
import dev.holdfast.model.Threat;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import org.apache.spark.ml.functions;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What SQL asks. */
class FunctionsTest {
    private static final Table TABLE = new Table(600, 3, 3, 4);
    private static SparkSession session;

    @BeforeAll
    static void start() {
        session = Sessions.local();
        Dataset<Row> rows = TABLE.strings(session);
        rows.withColumn("list", functions.vector_to_array(rows.col("features"), "float64")).repartition(5)
                .createOrReplaceTempView("demonstrations");
    }

    @AfterAll
    static void stop() {
        session.stop();
    }

    private static State<Object> state(byte[] bytes) throws IOException {
        return State.load(ByteBuffer.wrap(bytes), name -> name);
    }

    @Test
    void statesOfGroupsAreExact() throws IOException {
        List<String> classes = List.of("class 0", "class 1", "class 2");
        HoldfastFunctions.registerState(session, "bayes:l2:0.1", 3, classes);
        Row all = session.sql("SELECT holdfast_state(list, label) FROM demonstrations").head();
        assertEquals(TABLE.state(RobustBayes.l2(0.1)).hash(), state(all.getAs(0)).hash());
        State<Object> merged = RobustBayes.l2(0.1).<Object>state(3, List.copyOf(classes)).exact();
        List<Row> groups = session.sql("SELECT list[0] > 0, holdfast_state(list, label) FROM demonstrations GROUP BY 1")
                .collectAsList();
        assertEquals(2, groups.size());
        for (Row group : groups) {
            merged.merge(state(group.getAs(1)));
        }
        assertEquals(TABLE.state(RobustBayes.l2(0.1)).hash(), merged.hash());
    }

    @Test
    void statesOfInvalidRowsAreErrors() {
        HoldfastFunctions.registerState(session, "mean", 3, List.of("class 0", "class 1", "class 2"));
        for (List<String> each : List.of(
                List.of("array(1, 2)", "'class 0'", "column 'features' has 2 numbers, expected 3"),
                List.of("NULL", "'class 0'", "column 'features' has null, expected 3 numbers"),
                List.of("array(1, double('NaN'), 2)", "'class 0'", "column 'features' has NaN at index 1"),
                List.of("array(1, 2, 3)", "'x'", "column 'label' has 'x', expected one of [class 0, class 1, class 2]"),
                List.of("array(1, 2, 3)", "NULL", "column 'label' has null, expected one of"))) {
            String query = "SELECT holdfast_state(" + each.get(0) + ", " + each.get(1) + ")";
            Exception thrown = assertThrows(Exception.class, () -> session.sql(query).collectAsList());
            StringBuilder messages = new StringBuilder();
            for (Throwable cause = thrown; cause != null; cause = cause.getCause()) {
                messages.append(cause.getMessage()).append('\n');
            }
            assertTrue(messages.toString().contains(each.get(2)), messages.toString());
        }
        assertThrows(IllegalArgumentException.class,
                () -> HoldfastFunctions.registerState(session, "mean", 3, List.of("a", "a")));
    }

    @Test
    void answersAndRadiiComeFromAModel() {
        MultiClassifier<Object> one = TABLE.pairs(RobustBayes.l2(0.1));
        HoldfastModel model = new HoldfastClassifier().setNorm("l2").setEpsilon(0.1).fit(TABLE.strings(session));
        HoldfastFunctions.register(session, model);
        TABLE.strings(session).coalesce(1).createOrReplaceTempView("queries");
        List<Row> answers = session.sql("SELECT holdfast_predict(features), holdfast_radius(features) FROM queries")
                .collectAsList();
        for (int n = 0; n < answers.size(); n++) {
            assertEquals(one.predict(TABLE.x[n]), answers.get(n).get(0));
            assertEquals(one.radius(TABLE.x[n], Threat.l2()), answers.get(n).get(1));
        }
        Row arrays = session.sql("SELECT holdfast_predict(array(1D, 2D, 3D)), holdfast_predict(array(1F, 2F, 3F)),"
                + " holdfast_radius(NULL)").head();
        assertEquals(one.predict(new float[] {1, 2, 3}), arrays.get(0));
        assertEquals(arrays.get(0), arrays.get(1));
        assertTrue(arrays.isNullAt(2));
        HoldfastFunctions.register(session, new HoldfastClassifier().fit(TABLE.numbers(session)));
        assertTrue(session.sql("SELECT holdfast_predict(array(1D, 2D, 3D))").head().get(0) instanceof Double);
    }
}
