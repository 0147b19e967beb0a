package dev.holdfast.spark;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.holdfast.model.LinearTransformer;
import dev.holdfast.model.MultiClassifier;
import dev.holdfast.model.RobustBayes;
import dev.holdfast.model.State;
import dev.holdfast.model.Threat;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.spark.ml.Pipeline;
import org.apache.spark.ml.PipelineModel;
import org.apache.spark.ml.PipelineStage;
import org.apache.spark.ml.attribute.AttributeGroup;
import org.apache.spark.ml.evaluation.MulticlassClassificationEvaluator;
import org.apache.spark.ml.feature.IndexToString;
import org.apache.spark.ml.feature.StringIndexer;
import org.apache.spark.ml.feature.VectorAssembler;
import org.apache.spark.ml.linalg.SQLDataTypes;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.ml.linalg.Vectors;
import org.apache.spark.ml.param.ParamMap;
import org.apache.spark.ml.tuning.CrossValidator;
import org.apache.spark.ml.tuning.CrossValidatorModel;
import org.apache.spark.ml.tuning.ParamGridBuilder;
import org.apache.spark.ml.util.MLReader;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An estimator and a model among Spark's own. */
class PipelineTest {
    private static final Table TABLE = new Table(300, 4, 3, 3);
    private static SparkSession session;

    @TempDir
    Path directory;

    @BeforeAll
    static void start() {
        session = Sessions.local();
    }

    @AfterAll
    static void stop() {
        session.stop();
    }

    @Test
    void schemasAreThoseOfWhatComes() {
        Dataset<Row> strings = TABLE.strings(session);
        for (String mode : List.of("error", "keep")) {
            HoldfastClassifier classifier = new HoldfastClassifier().setHandleInvalid(mode);
            StructType planned = classifier.transformSchema(strings.schema());
            HoldfastModel model = classifier.fit(strings);
            StructType announced = model.transformSchema(strings.schema());
            Dataset<Row> answered = model.transform(strings);
            assertEquals(announced, answered.schema());
            assertEquals(List.of("features", "label", "prediction", "rawPrediction", "probability", "radius", "certified"),
                    List.of(planned.fieldNames()));
            for (String name : planned.fieldNames()) {
                assertEquals(planned.apply(name).dataType(), announced.apply(name).dataType());
                assertEquals(planned.apply(name).nullable(), announced.apply(name).nullable());
            }
            assertEquals(DataTypes.StringType, announced.apply("prediction").dataType());
            assertEquals(mode.equals("keep"), announced.apply("radius").nullable());
            AttributeGroup scores = AttributeGroup.fromStructField(answered.schema().apply("rawPrediction"));
            assertEquals("class 1", scores.getAttr(1).name().get());
        }
        // numbers are answered by numbers, and transformers have no probabilities
        StructType numbers = new HoldfastClassifier().setLearner("standard").setRadiusCol("").setCertifiedCol("")
                .fit(TABLE.numbers(session)).transformSchema(Table.NUMBERS);
        assertEquals(List.of("features", "label", "prediction", "rawPrediction"), List.of(numbers.fieldNames()));
        assertEquals(DataTypes.DoubleType, numbers.apply("prediction").dataType());
    }

    @Test
    void everyColumnSaysWhatTheClassifierDoes() {
        HoldfastModel model = new HoldfastClassifier().setNorm("l2").setEpsilon(0.3).setBox(-100, 100)
                .fit(TABLE.strings(session));
        MultiClassifier<Object> one = TABLE.pairs(RobustBayes.l2(0.3));
        assertEquals(one, model.classifier());
        Threat threat = Threat.l2().inBox(-100, 100);
        List<Row> answers = model.transform(TABLE.strings(session).coalesce(1)).collectAsList();
        assertEquals(TABLE.x.length, answers.size());
        int certified = 0;
        for (int n = 0; n < answers.size(); n++) {
            Row answer = answers.get(n);
            assertEquals(TABLE.name(n), answer.getString(1));
            assertEquals(one.predict(TABLE.x[n]), answer.get(2));
            assertArrayEquals(one.scores(TABLE.x[n]), answer.<Vector>getAs(3).toArray());
            assertArrayEquals(one.probabilities(TABLE.x[n]), answer.<Vector>getAs(4).toArray());
            assertEquals(one.radius(TABLE.x[n], threat), answer.getDouble(5));
            assertEquals(one.radius(TABLE.x[n], threat) > 0.3, answer.getBoolean(6));
            certified += answer.getBoolean(6) ? 1 : 0;
        }
        assertTrue(certified > 0 && certified < answers.size(), certified + " certified");
        // without radii
        List<Row> plain = model.copy(ParamMap.empty()).setRadiusCol("").setCertifiedCol("").setRawPredictionCol("")
                .transform(TABLE.strings(session).coalesce(1)).collectAsList();
        for (int n = 0; n < plain.size(); n++) {
            assertEquals(answers.get(n).get(2), plain.get(n).get(2));
            assertEquals(4, plain.get(n).length());
        }
    }

    @Test
    void featuresMayBeOfAnyKind() {
        StructType schema = new StructType()
                .add("dense", SQLDataTypes.VectorType())
                .add("sparse", SQLDataTypes.VectorType())
                .add("doubles", DataTypes.createArrayType(DataTypes.DoubleType))
                .add("floats", DataTypes.createArrayType(DataTypes.FloatType, false))
                .add("label", DataTypes.StringType);
        List<Row> rows = new ArrayList<>();
        for (int n = 0; n < TABLE.x.length; n++) {
            List<Float> floats = new ArrayList<>();
            List<Double> doubles = new ArrayList<>();
            for (float value : TABLE.x[n]) {
                floats.add(value);
                // rounds to the float
                doubles.add(Math.nextUp((double) value));
            }
            Vector dense = Table.vector(TABLE.x[n]);
            rows.add(RowFactory.create(dense, dense.toSparse(), doubles, floats, TABLE.name(n)));
        }
        Dataset<Row> table = session.createDataFrame(rows, schema);
        MultiClassifier<Object> one = TABLE.pairs(RobustBayes.linf(0));
        for (String column : List.of("dense", "sparse", "doubles", "floats")) {
            HoldfastModel model = new HoldfastClassifier().setFeaturesCol(column).fit(table);
            assertEquals(one, model.classifier(), column);
            List<Row> answers = model.transform(table.coalesce(1)).select("prediction").collectAsList();
            for (int n = 0; n < answers.size(); n++) {
                assertEquals(one.predict(TABLE.x[n]), answers.get(n).get(0));
            }
        }
    }

    @Test
    void labelsMayBeOfAnyNumber() {
        for (DataType type : List.of(DataTypes.IntegerType, DataTypes.LongType, DataTypes.FloatType, DataTypes.ShortType)) {
            Dataset<Row> table = TABLE.numbers(session);
            HoldfastModel model = new HoldfastClassifier().fit(table.withColumn("label", table.col("label").cast(type)));
            assertEquals(List.of(0.0, 1.0, 2.0), model.classifier().classes());
        }
    }

    @Test
    void indexedLabelsComeBackAsTheyWere() throws IOException {
        List<Row> rows = new ArrayList<>();
        for (int n = 0; n < TABLE.x.length; n++) {
            rows.add(RowFactory.create(TABLE.x[n][0], TABLE.x[n][1], TABLE.x[n][2], TABLE.x[n][3], TABLE.name(n)));
        }
        StructType schema = new StructType().add("name", DataTypes.StringType);
        StructType features = new StructType();
        for (String name : List.of("a", "b", "c", "d")) {
            features = features.add(name, DataTypes.FloatType);
        }
        Dataset<Row> table = session.createDataFrame(rows, features.add(schema.apply("name")));
        Pipeline pipeline = new Pipeline().setStages(new PipelineStage[] {
            new StringIndexer().setInputCol("name").setOutputCol("label"),
            new VectorAssembler().setInputCols(new String[] {"a", "b", "c", "d"}).setOutputCol("features"),
            new HoldfastClassifier().setEpsilon(0.1),
            new IndexToString().setInputCol("prediction").setOutputCol("answer")
        });
        PipelineModel model = pipeline.fit(table);
        List<Row> answers = model.transform(table.coalesce(1)).select("answer").collectAsList();
        MultiClassifier<Object> one = TABLE.pairs(RobustBayes.linf(0.1));
        // the indexer orders classes of one size by name, as strings are
        for (int n = 0; n < answers.size(); n++) {
            assertEquals(one.predict(TABLE.x[n]), answers.get(n).get(0));
        }

        pipeline.save(directory.resolve("pipeline").toString());
        model.save(directory.resolve("model").toString());
        HoldfastClassifier stage = (HoldfastClassifier) Pipeline.load(directory.resolve("pipeline").toString()).getStages()[2];
        assertEquals(0.1, stage.getOrDefault(stage.epsilon()));
        PipelineModel loaded = PipelineModel.load(directory.resolve("model").toString());
        assertEquals(answers, loaded.transform(table.coalesce(1)).select("answer").collectAsList());
    }

    @Test
    void crossValidationChoosesAmongLearners() {
        HoldfastClassifier classifier = new HoldfastClassifier();
        ParamMap[] grid = new ParamGridBuilder()
                .addGrid(classifier.learner(), scala.jdk.javaapi.CollectionConverters.asScala(List.of("mean", "bayes:l2:0.1")))
                .build();
        CrossValidatorModel chosen = new CrossValidator()
                .setEstimator(classifier)
                .setEstimatorParamMaps(grid)
                .setEvaluator(new MulticlassClassificationEvaluator().setMetricName("accuracy"))
                .setNumFolds(3)
                .setSeed(1)
                .fit(TABLE.numbers(session));
        double[] accuracies = chosen.avgMetrics();
        assertEquals(2, accuracies.length);
        // three classes: chance is a third
        assertTrue(accuracies[0] > 0.5 && accuracies[1] > 0.5, accuracies[0] + " " + accuracies[1]);
        HoldfastModel best = (HoldfastModel) chosen.bestModel();
        assertEquals(accuracies[0] >= accuracies[1] ? "mean" : "bayes:l2:0.1", best.getOrDefault(best.learner()));
    }

    @Test
    void whatWasSavedLoadsInAnotherSession() throws IOException {
        HoldfastClassifier classifier = new HoldfastClassifier().setLearner("bayes-diagonal:l1:0.5:2").setScheme("rest")
                .setNorm("l1").setEpsilon(0.25).setBox(-100, 100).setExact(false).setHandleInvalid("keep");
        String estimator = directory.resolve("estimator").toString();
        classifier.save(estimator);
        HoldfastModel model = classifier.fit(TABLE.strings(session).coalesce(1));
        String saved = directory.resolve("saved").toString();
        model.save(saved);
        model.write().overwrite().save(saved);

        SparkSession other = session.newSession();
        HoldfastClassifier loadedClassifier = HoldfastClassifier.load(estimator);
        MLReader<HoldfastModel> reader = HoldfastModel.read();
        reader.session(other);
        HoldfastModel loaded = reader.load(saved);
        assertEquals(classifier.uid(), loadedClassifier.uid());
        assertEquals(explained(classifier), explained(loadedClassifier));
        assertEquals(model.uid(), loaded.uid());
        assertEquals(explained(model), explained(loaded));
        assertEquals(model.classifier(), loaded.classifier());
        assertEquals(model.transform(TABLE.strings(session).coalesce(1)).collectAsList(),
                loaded.transform(TABLE.strings(other).coalesce(1)).collectAsList());
        assertFalse(loaded.hasParent());
        assertEquals(model.classifier(), loadedClassifier.fit(TABLE.strings(session).coalesce(1)).classifier());

        HoldfastModel numbers = new HoldfastClassifier().fit(TABLE.numbers(session));
        numbers.save(directory.resolve("numbers").toString());
        HoldfastModel back = HoldfastModel.load(directory.resolve("numbers").toString());
        assertEquals(numbers.classifier(), back.classifier());
        assertEquals(List.of(0.0, 1.0, 2.0), back.classifier().classes());
    }

    /** All parameters with their values; an array prints its address. */
    private static String explained(HoldfastParams<?> params) {
        return params.explainParams().replaceAll("\\[D@[0-9a-f]+", Arrays.toString(params.getOrDefault(params.box())));
    }

    @Test
    void weightsComeFromAFile() throws IOException {
        Path file = directory.resolve("weights.npz");
        LinearTransformer weights = LinearTransformer.adversarial(4);
        weights.save(file);
        assertEquals(TABLE.pairs(weights.aligned()),
                new HoldfastClassifier().setLearner(file.toString()).fit(TABLE.strings(session)).classifier());
    }

    @Test
    void copiesHaveParametersOfTheirOwn() {
        HoldfastClassifier classifier = new HoldfastClassifier();
        HoldfastClassifier copy = classifier.copy(new ParamMap().put(classifier.scheme(), "rest"));
        assertEquals("rest", copy.getOrDefault(copy.scheme()));
        assertEquals("pairs", classifier.getOrDefault(classifier.scheme()));
        assertEquals(14, classifier.params().length);
    }

    @Test
    void statesGoOn() {
        HoldfastClassifier classifier = new HoldfastClassifier().setLearner("bayes:l2:0.1");
        State<Object> expected = TABLE.state(RobustBayes.l2(0.1));
        State<Object> state = classifier.emptyState(4, expected.classes());
        Dataset<Row> rows = TABLE.strings(session);
        classifier.addTo(state, rows.filter("label = 'class 1'"));
        classifier.addTo(state, rows.filter("label != 'class 1'"));
        classifier.addTo(state, rows.limit(0));
        assertEquals(expected.hash(), state.hash());
        state.add(new float[] {1, 2, 3, 4}, "class 0");
        state.remove(new float[] {1, 2, 3, 4}, "class 0");
        assertEquals(RobustBayes.l2(0.1).learnPairs(expected), classifier.model(state).classifier());
        Vector query = Vectors.dense(1, 2, 3, 4);
        Dataset<Row> one = session.createDataFrame(List.of(RowFactory.create(query, "class 0")), Table.STRINGS);
        assertEquals(1, classifier.model(state).transform(one).count());
    }
}
