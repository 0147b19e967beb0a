package dev.holdfast.spark;

import dev.holdfast.model.MultiClassifier;
import dev.holdfast.model.State;
import dev.holdfast.model.Threat;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.BiFunction;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.api.java.UDF1;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.DataTypes;

/** Functions of Spark SQL. Those of a vector take it as it is, as they take array&lt;float&gt; and array&lt;double&gt;. */
public final class HoldfastFunctions {
    private HoldfastFunctions() {}

    /**
     * Registers the aggregate {@code holdfast_state(features, label)}: the bytes of an exact state of the rows of a group,
     * which {@link State#load(java.nio.ByteBuffer, java.util.function.Function)} reads. Features are cast to array&lt;double&gt;,
     * labels to strings; a row with a null, or with a label that is no class, is an error.
     *
     * @param learner the learner that the state is for, by its name
     * @param d number of features
     * @param classes the labels as strings, at least two, all different
     */
    public static void registerState(SparkSession session, String learner, int d, List<String> classes) {
        List<Object> labels = new ArrayList<>(classes);
        EmptyState empty = new EmptyState(
                LearnerByName.learner(learner, d, session.sparkContext().hadoopConfiguration()), d, true);
        // what is wrong with the classes shows here, not where rows are
        empty.of(labels);
        Features features = new Features("features", StateAggregator.ROW.apply("features").dataType(), d,
                -State.GREATEST_FEATURE, State.GREATEST_FEATURE);
        session.udf().register("holdfast_state", functions.udaf(
                new StateAggregator(empty, features, new Labels("label", labels, null)),
                Encoders.row(StateAggregator.ROW)));
    }

    /**
     * Registers {@code holdfast_predict(features)}, the answer of a model, a double or a string as its labels are, and
     * {@code holdfast_radius(features)}, its radius under {@link HoldfastModel#threat}. Of features that are null they are
     * null; other invalid ones are an error.
     *
     * @param model its parameters as they are now
     */
    public static void register(SparkSession session, HoldfastModel model) {
        boolean strings = Labels.areStrings(model.classifier().classes());
        Threat threat = model.threat();
        double[] box = Threats.box(model);
        Features features = new Features("features", ArrayType.apply(DataTypes.DoubleType), model.numFeatures(),
                Threats.low(box), Threats.high(box));
        Broadcast<Shared<MultiClassifier<Object>>> classifier = JavaSparkContext.fromSparkContext(session.sparkContext())
                .broadcast(new Shared<>(model.classifier()));
        session.udf().register("holdfast_predict",
                answering(classifier, features, (one, x) -> one.predict(x)),
                strings ? DataTypes.StringType : DataTypes.DoubleType);
        session.udf().register("holdfast_radius",
                answering(classifier, features, (one, x) -> one.radius(x, threat)), DataTypes.DoubleType);
    }

    private interface Question extends BiFunction<MultiClassifier<Object>, float[], Object>, java.io.Serializable {}

    private static UDF1<Object, Object> answering(
            Broadcast<Shared<MultiClassifier<Object>>> classifier, Features features, Question question) {
        return value -> {
            if (Objects.isNull(value)) {
                return null;
            }
            float[] x = new float[features.count()];
            String problem = features.read(value, x, 0);
            if (problem != null) {
                throw InvalidRow.error(features.column(), problem);
            }
            return question.apply(classifier.value().value(), x);
        };
    }
}
