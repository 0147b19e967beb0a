package dev.holdfast.spark;

import dev.holdfast.model.Learner;
import dev.holdfast.model.MultiClassifier;
import dev.holdfast.model.State;
import java.util.ArrayList;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.ml.Estimator;
import org.apache.spark.ml.param.ParamMap;
import org.apache.spark.ml.util.DefaultParamsReader;
import org.apache.spark.ml.util.DefaultParamsWritable;
import org.apache.spark.ml.util.Identifiable$;
import org.apache.spark.ml.util.MLReader;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/**
 * Learns a classifier with certificates from a table, in one pass: each partition sums its rows to a {@link State}, the
 * states are merged, and a {@link Learner} reads the classifier from their sum. With {@link #exact} sums, the default, the
 * model has the same bits for every order and partitioning of the rows, and for tasks that ran more than once.
 */
public final class HoldfastClassifier extends Estimator<HoldfastModel>
        implements HoldfastParams<HoldfastClassifier>, DefaultParamsWritable {
    private static final long serialVersionUID = 1;
    /** Of the tree by which states are merged: of P partitions, one task merges about √P. */
    private static final int DEPTH = 2;

    private final String uid;
    private final ParamSet own;

    /** With a name of its own. */
    public HoldfastClassifier() {
        this(Identifiable$.MODULE$.randomUID("holdfast"));
    }

    /** @param uid the name of this stage */
    public HoldfastClassifier(String uid) {
        this.uid = uid;
        this.own = new ParamSet(this);
        own.setDefaults(this);
    }

    @Override
    public String uid() {
        return uid;
    }

    @Override
    public ParamSet own() {
        return own;
    }

    /** Sets {@link #labelCol}. */
    public HoldfastClassifier setLabelCol(String value) {
        set(labelCol(), value);
        return this;
    }

    /** Sets {@link #learner}. */
    public HoldfastClassifier setLearner(String value) {
        set(learner(), value);
        return this;
    }

    /** Sets {@link #scheme}. */
    public HoldfastClassifier setScheme(String value) {
        set(scheme(), value);
        return this;
    }

    /** Sets {@link #exact}. */
    public HoldfastClassifier setExact(boolean value) {
        set(exact(), value);
        return this;
    }

    /** The learner's name, or that of the one which the norm and the epsilon ask for. */
    private String learnerName() {
        return isDefined(learner())
                ? getOrDefault(learner())
                : "bayes:" + getOrDefault(norm()) + ":" + getOrDefault(epsilon());
    }

    /**
     * Learns.
     *
     * @param dataset with the columns {@link #featuresCol} and {@link #labelCol}
     */
    @Override
    public HoldfastModel fit(Dataset<?> dataset) {
        transformSchema(dataset.schema());
        Labels labels = Labels.of(dataset, getOrDefault(labelCol()));
        int d = Features.count(dataset, getOrDefault(featuresCol()));
        State<Object> state = sum(dataset, labels, d);
        return model(present(labels, state), labels.values(), dataset);
    }

    /**
     * Adds the rows of a table to a state, which may go on as {@link State} says: rows are added as they come, removed,
     * merged.
     *
     * @param dataset with the columns {@link #featuresCol} and {@link #labelCol}
     * @param state one that this learner reads, exact if {@link #exact} is set and else fast, whose classes are all of type
     *        {@code Double} or all {@code String}; a label that is none of them is invalid
     */
    public void addTo(State<Object> state, Dataset<?> dataset) {
        String column = getOrDefault(labelCol());
        boolean strings = Labels.isString(Labels.field(dataset.schema(), column));
        if (strings != Labels.areStrings(state.classes())) {
            throw new IllegalArgumentException("state has classes " + state.classes() + ", expected "
                    + (strings ? "strings" : "numbers of type Double") + " as column '" + column + "' has");
        }
        state.merge(sum(dataset, new Labels(column, state.classes(), null), state.features()));
    }

    /**
     * An empty state that this learner reads, exact or fast as {@link #exact} says.
     *
     * @param d number of features
     * @param classes all {@code Double} or all {@code String}
     */
    public State<Object> emptyState(int d, List<?> classes) {
        return new EmptyState(named(d, new Configuration()), d, (Boolean) getOrDefault(exact())).of(new ArrayList<>(classes));
    }

    /**
     * The model of a state as it is now.
     *
     * @param state one that this learner reads, whose classes are all {@code Double} or all {@code String}
     */
    public HoldfastModel model(State<Object> state) {
        return model(state, null, new Configuration());
    }

    private State<Object> sum(Dataset<?> dataset, Labels labels, int d) {
        String column = getOrDefault(featuresCol());
        StructField field = Features.field(dataset.schema(), column);
        Features features = new Features(column, field.dataType(), d, -State.GREATEST_FEATURE, State.GREATEST_FEATURE);
        EmptyState empty = new EmptyState(named(d, configuration(dataset)), d, (Boolean) getOrDefault(exact()));
        InvalidRow invalid = InvalidRow.named(getOrDefault(handleInvalid()));
        JavaRDD<Shared<State<Object>>> states = dataset
                .select(dataset.col(column), Labels.column(dataset, labels.column()))
                .queryExecution()
                .toRdd()
                .toJavaRDD()
                .mapPartitions(new PartitionLearning(features, labels, empty, invalid));
        Shared<State<Object>> sum =
                states.treeAggregate(null, PartitionLearning::merge, PartitionLearning::merge, DEPTH, true);
        return sum == null ? empty.of(labels.classes()) : sum.value();
    }

    /** Of the classes that have rows; throws where some have none and rows may not be invalid. */
    private State<Object> present(Labels labels, State<Object> state) {
        List<Object> present = new ArrayList<>();
        for (Object label : labels.classes()) {
            if (state.size(label) > 0) {
                present.add(label);
            } else if (InvalidRow.named(getOrDefault(handleInvalid())) == InvalidRow.ERROR) {
                throw InvalidRow.error(labels.column(), "no row of class " + Labels.name(label) + ", expected at least 1 of each;"
                        + " handleInvalid = skip leaves the class out");
            }
        }
        if (present.size() < 2) {
            throw InvalidRow.error(labels.column(), "valid rows of the classes " + present + " alone, expected at least 2 classes");
        }
        return present.size() == labels.classes().size() ? state : state.only(present);
    }

    private HoldfastModel model(State<Object> state, String[] values, Dataset<?> dataset) {
        return model(state, values, configuration(dataset));
    }

    private HoldfastModel model(State<Object> state, String[] values, Configuration configuration) {
        MultiClassifier<Object> classifier =
                Scheme.learn(getOrDefault(scheme()), named(state.features(), configuration), state);
        return copyValues(new HoldfastModel(uid, classifier, values), ParamMap.empty()).setParent(this);
    }

    private Learner named(int d, Configuration configuration) {
        return LearnerByName.learner(learnerName(), d, configuration);
    }

    private static Configuration configuration(Dataset<?> dataset) {
        return dataset.sparkSession().sparkContext().hadoopConfiguration();
    }

    /** The schema with the columns of answers; throws unless columns and parameters are what they should be. */
    @Override
    public StructType transformSchema(StructType schema) {
        Features.field(schema, getOrDefault(featuresCol()));
        StructField label = Labels.field(schema, getOrDefault(labelCol()));
        LearnerByName.check(learnerName());
        threat();
        boolean nullable = InvalidRow.named(getOrDefault(handleInvalid())) == InvalidRow.KEEP;
        return new AnswerColumns(this, LearnerByName.hasProbabilities(learnerName()))
                .addTo(schema, Labels.isString(label), nullable, null, null);
    }

    @Override
    public HoldfastClassifier copy(ParamMap extra) {
        return defaultCopy(extra);
    }

    /** Reads what {@code write} or {@code save} wrote. */
    public static MLReader<HoldfastClassifier> read() {
        return new DefaultParamsReader<>();
    }

    /** {@link #read} from a path. */
    public static HoldfastClassifier load(String path) {
        return read().load(path);
    }
}
