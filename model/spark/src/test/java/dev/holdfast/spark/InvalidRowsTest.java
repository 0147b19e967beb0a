package dev.holdfast.spark;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.holdfast.model.RobustBayes;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Supplier;
import org.apache.spark.ml.attribute.NominalAttribute;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.ml.linalg.Vectors;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Whatever a row may have that cannot be learnt from or answered: its column and its value are named, or it is left out. */
class InvalidRowsTest {
    private static final Table TABLE = new Table(60, 3, 3, 2);
    private static final StructType ARRAYS = new StructType()
            .add("features", DataTypes.createArrayType(DataTypes.DoubleType))
            .add("label", DataTypes.DoubleType);
    private static SparkSession session;

    @BeforeAll
    static void start() {
        session = Sessions.local();
    }

    @AfterAll
    static void stop() {
        session.stop();
    }

    private static void refused(String message, Supplier<?> call) {
        Throwable thrown = assertThrows(Exception.class, call::get);
        StringBuilder messages = new StringBuilder();
        for (Throwable each = thrown; each != null; each = each.getCause()) {
            messages.append(each.getMessage()).append('\n');
        }
        assertTrue(messages.toString().contains(message), messages.toString());
    }

    private static List<Row> valid() {
        List<Row> rows = new ArrayList<>();
        for (int n = 0; n < TABLE.x.length; n++) {
            rows.add(RowFactory.create(Table.vector(TABLE.x[n]), TABLE.name(n)));
        }
        return rows;
    }

    private static Dataset<Row> with(Object features, Object label) {
        List<Row> rows = valid();
        rows.add(30, RowFactory.create(features, label));
        return session.createDataFrame(rows, Table.STRINGS);
    }

    @Test
    void rowsThatCannotBeLearntFrom() {
        Object good = Vectors.dense(1, 2, 3);
        Object[][] cases = {
            {null, "class 0", "column 'features' has null, expected 3 numbers"},
            {Vectors.dense(1, 2), "class 0", "column 'features' has 2 numbers, expected 3"},
            {Vectors.sparse(4, new int[] {1}, new double[] {1}), "class 0", "column 'features' has 4 numbers, expected 3"},
            {Vectors.dense(1, Double.NaN, 3), "class 0", "column 'features' has NaN at index 1, expected a number in -2.8147"},
            {Vectors.dense(1, 2, Double.POSITIVE_INFINITY), "class 0", "column 'features' has Infinity at index 2, expected"},
            {Vectors.sparse(3, new int[] {1}, new double[] {-1e300}), "class 0", "column 'features' has -1.0E300 at index 1"},
            {good, null, "column 'label' has null, expected one of [class 0, class 1, class 2]"}
        };
        HoldfastClassifier classifier = new HoldfastClassifier().setLearner("bayes:linf:0.05");
        for (Object[] each : cases) {
            Dataset<Row> rows = with(each[0], each[1]);
            refused((String) each[2], () -> classifier.setHandleInvalid("error").fit(rows));
            for (String mode : List.of("skip", "keep")) {
                assertEquals(TABLE.pairs(RobustBayes.linf(0.05)), classifier.setHandleInvalid(mode).fit(rows).classifier());
            }
        }
    }

    @Test
    void rowsThatCannotBeAnswered() {
        HoldfastModel model = new HoldfastClassifier().fit(TABLE.strings(session));
        Object[][] cases = {
            {null, "column 'features' has null, expected 3 numbers"},
            {Vectors.dense(1, 2), "column 'features' has 2 numbers, expected 3"},
            {Vectors.dense(1, Double.NaN, 3), "column 'features' has NaN at index 1, expected a number in"},
            {Vectors.sparse(3, new int[] {0}, new double[] {1e39}), "column 'features' has 1.0E39 at index 0, expected"}
        };
        for (Object[] each : cases) {
            Dataset<Row> rows = with(each[0], "class 0").coalesce(1);
            refused((String) each[1], () -> model.setHandleInvalid("error").transform(rows).collectAsList());
            List<Row> skipped = model.setHandleInvalid("skip").transform(rows).select("prediction", "radius").collectAsList();
            List<Row> kept = model.setHandleInvalid("keep").transform(rows)
                    .select("prediction", "radius", "rawPrediction", "probability", "certified").collectAsList();
            assertEquals(TABLE.x.length, skipped.size());
            assertEquals(TABLE.x.length + 1, kept.size());
            for (int j = 0; j < 5; j++) {
                assertNull(kept.get(30).get(j));
            }
            for (int n = 0; n < skipped.size(); n++) {
                Row same = kept.get(n < 30 ? n : n + 1);
                assertEquals(skipped.get(n), RowFactory.create(same.get(0), same.get(1)));
                assertEquals(model.classifier().predict(TABLE.x[n]), same.get(0));
            }
        }
    }

    @Test
    void queriesStayInTheBox() {
        HoldfastModel model = new HoldfastClassifier().setBox(-50, 50).fit(TABLE.strings(session));
        refused("column 'features' has 50.1 at index 2, expected a number in -50.0..50.0",
                () -> model.transform(query(Vectors.dense(0, 0, 50.1))).collectAsList());
        refused("column 'features' has 0.0 at index 0, expected a number in 1.0..50.0",
                () -> model.setBox(1, 50).transform(query(Vectors.sparse(3, new int[] {1}, new double[] {2}))).collectAsList());
        assertEquals(1, model.setBox(0, 50).transform(query(Vectors.sparse(3, new int[] {1}, new double[] {50}))).count());
    }

    private static Dataset<Row> query(Vector features) {
        return session.createDataFrame(List.of(RowFactory.create(features, "class 0")), Table.STRINGS);
    }

    @Test
    void arraysMayHoldNulls() {
        List<Row> rows = new ArrayList<>();
        for (int n = 0; n < 9; n++) {
            rows.add(RowFactory.create(Arrays.asList(1.0 * n, 2.0, 0.5 * n), n % 2.0));
        }
        rows.add(RowFactory.create(Arrays.asList(1.0, null, 2.0), 0.0));
        Dataset<Row> table = session.createDataFrame(rows, ARRAYS);
        HoldfastClassifier classifier = new HoldfastClassifier().setLearner("mean");
        refused("column 'features' has null at index 1, expected a number in", () -> classifier.fit(table));
        HoldfastModel model = classifier.setHandleInvalid("skip").fit(table);
        refused("column 'features' has null at index 1, expected a number in",
                () -> model.setHandleInvalid("error").transform(table).collectAsList());
        assertEquals(9, model.setHandleInvalid("skip").transform(table).count());
    }

    @Test
    void tablesWithTooLittle() {
        HoldfastClassifier classifier = new HoldfastClassifier();
        Dataset<Row> rows = TABLE.strings(session);
        refused("column 'label' has 0 classes [], expected at least 2", () -> classifier.fit(rows.limit(0)));
        refused("column 'label' has 1 classes [class 1], expected at least 2",
                () -> classifier.fit(rows.filter("label = 'class 1'")));
        // values that metadata name, and no row has
        Dataset<Row> numbers = TABLE.numbers(session);
        Dataset<Row> named = numbers.filter("label < 2").withColumn("label", numbers.col("label").as("label",
                NominalAttribute.defaultAttr().withName("label").withValues(new String[] {"a", "b", "c"}).toMetadata()));
        refused("column 'label' has no row of class 2, expected at least 1 of each", () -> classifier.fit(named));
        HoldfastModel model = new HoldfastClassifier().setHandleInvalid("skip").fit(named);
        assertEquals(List.of(0.0, 1.0), model.classifier().classes());
        refused("column 'label' has valid rows of the classes [0.0] alone, expected at least 2 classes",
                () -> new HoldfastClassifier().setHandleInvalid("skip").fit(named.filter("label < 1")));
        // a label that metadata do not name
        Dataset<Row> unseen = numbers.withColumn("label", numbers.col("label").as("label",
                NominalAttribute.defaultAttr().withName("label").withValues(new String[] {"a", "b"}).toMetadata()));
        refused("column 'label' has 2.0, expected one of [0.0, 1.0]", () -> classifier.fit(unseen));
        assertEquals(model.classifier(), new HoldfastClassifier().setHandleInvalid("skip").fit(unseen).classifier());
    }

    @Test
    void parametersAndColumnsAreChecked() {
        Dataset<Row> rows = TABLE.strings(session);
        refused("column 'x' is missing, expected it among [features, label]",
                () -> new HoldfastClassifier().setFeaturesCol("x").fit(rows));
        refused("column 'y' is missing", () -> new HoldfastClassifier().setLabelCol("y").fit(rows));
        refused("column 'label' is of type string, expected a vector, array<float> or array<double>",
                () -> new HoldfastClassifier().setFeaturesCol("label").fit(rows));
        refused("expected a number or a string", () -> new HoldfastClassifier().setLabelCol("features").fit(rows));
        refused("column 'label' is there already", () -> new HoldfastClassifier().setPredictionCol("label").fit(rows));
        refused("learner = plain, expected standard, adversarial", () -> new HoldfastClassifier().setLearner("plain").fit(rows));
        refused("learner = missing.npz: ", () -> new HoldfastClassifier().setLearner("missing.npz").fit(rows));
        refused("norm", () -> new HoldfastClassifier().setNorm("l3"));
        refused("epsilon", () -> new HoldfastClassifier().setEpsilon(-1));
        refused("box = [1.0, 0.0], expected two finite numbers", () -> new HoldfastClassifier().setBox(1, 0));
        refused("state has classes [0.0, 1.0], expected strings as column 'label' has", () -> {
            HoldfastClassifier classifier = new HoldfastClassifier();
            classifier.addTo(classifier.emptyState(3, List.of(0.0, 1.0)), rows);
            return null;
        });
    }

    @Test
    void emptyPartitionsAreNoRows() {
        Dataset<Row> rows = TABLE.strings(session);
        assertEquals(new HoldfastClassifier().fit(rows).classifier(),
                new HoldfastClassifier().fit(rows.repartition(9, functions.lit(1))).classifier());
    }
}
