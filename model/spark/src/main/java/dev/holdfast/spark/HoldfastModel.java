package dev.holdfast.spark;

import dev.holdfast.model.MultiClassifier;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import org.apache.spark.SparkContext;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.ml.Model;
import org.apache.spark.ml.param.ParamMap;
import org.apache.spark.ml.util.DefaultParamsReader;
import org.apache.spark.ml.util.DefaultParamsReader$;
import org.apache.spark.ml.util.DefaultParamsWriter$;
import org.apache.spark.ml.util.MLReader;
import org.apache.spark.ml.util.MLWritable;
import org.apache.spark.ml.util.MLWriter;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/**
 * What {@link HoldfastClassifier} learns: answers rows, each with its scores, probabilities, radius and whether it is
 * certified. Answers are about the features rounded to floats.
 */
public final class HoldfastModel extends Model<HoldfastModel> implements HoldfastParams<HoldfastModel>, MLWritable {
    private static final long serialVersionUID = 1;

    private static final StructType FILE = new StructType()
            .add("classifier", DataTypes.BinaryType, false)
            .add("strings", DataTypes.BooleanType, false)
            .add("values", DataTypes.createArrayType(DataTypes.StringType), true);

    private final String uid;
    private final ParamSet own;
    private final MultiClassifier<Object> classifier;
    /** What the classes 0, 1, … stand for, or {@code null}. */
    private final String[] values;

    private transient Broadcast<Shared<MultiClassifier<Object>>> broadcast;
    /** Whose {@link #broadcast} it is. */
    private transient SparkContext context;

    HoldfastModel(String uid, MultiClassifier<Object> classifier, String[] values) {
        this.uid = uid;
        this.classifier = classifier;
        this.values = values;
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

    /** The classifier itself; its labels are {@code Double} or {@code String}. */
    public MultiClassifier<Object> classifier() {
        return classifier;
    }

    /** Number of classes. */
    public int numClasses() {
        return classifier.classes().size();
    }

    /** Number of features. */
    public int numFeatures() {
        return classifier.features();
    }

    private boolean hasStrings() {
        return Labels.areStrings(classifier.classes());
    }

    private AnswerColumns columns() {
        return new AnswerColumns(this, classifier.hasProbabilities());
    }

    private InvalidRow invalid() {
        return InvalidRow.named(getOrDefault(handleInvalid()));
    }

    /** The schema with the columns of answers, whose metadata name the classes. */
    @Override
    public StructType transformSchema(StructType schema) {
        Features.field(schema, getOrDefault(featuresCol()));
        List<String> classes = classifier.classes().stream().map(Labels::name).collect(Collectors.toList());
        return columns().addTo(schema, hasStrings(), invalid() == InvalidRow.KEEP, classes, values);
    }

    /** The rows with their answers. */
    @Override
    public Dataset<Row> transform(Dataset<?> dataset) {
        StructType schema = dataset.schema();
        StructType answered = transformSchema(schema);
        Answering answering = new Answering(broadcast(dataset.sparkSession().sparkContext()), features(schema),
                schema.fieldIndex(getOrDefault(featuresCol())), columns(), threat(), (Double) getOrDefault(epsilon()),
                invalid());
        Dataset<Row> answers = dataset.toDF().mapPartitions(answering, Encoders.row(answered));
        // encoders know no metadata
        return answers.select(Arrays.stream(answered.fields())
                .map(field -> answers.col("`" + field.name() + "`").as(field.name(), field.metadata()))
                .toArray(Column[]::new));
    }

    private Features features(StructType schema) {
        String column = getOrDefault(featuresCol());
        double[] box = Threats.box(this);
        return new Features(column, schema.apply(column).dataType(), numFeatures(), Threats.low(box), Threats.high(box));
    }

    /** Sent once to each executor, however many tables are answered. */
    private synchronized Broadcast<Shared<MultiClassifier<Object>>> broadcast(SparkContext now) {
        if (context != now) {
            broadcast = JavaSparkContext.fromSparkContext(now).broadcast(new Shared<>(classifier));
            context = now;
        }
        return broadcast;
    }

    @Override
    public HoldfastModel copy(ParamMap extra) {
        return copyValues(new HoldfastModel(uid, classifier, values), extra).setParent(parent());
    }

    @Override
    public MLWriter write() {
        return new Writer(this);
    }

    /** Reads what {@code write} or {@code save} wrote. */
    public static MLReader<HoldfastModel> read() {
        return new Reader();
    }

    /** {@link #read} from a path. */
    public static HoldfastModel load(String path) {
        return read().load(path);
    }

    /** Parameters as Spark writes them, and a row with the classifier's file. */
    private static final class Writer extends MLWriter {
        private final HoldfastModel model;

        Writer(HoldfastModel model) {
            this.model = model;
        }

        @Override
        public void saveImpl(String path) {
            SparkSession session = sparkSession();
            DefaultParamsWriter$.MODULE$.saveMetadata(model, path, session);
            Row row = RowFactory.create(model.classifier.toBytes(Labels::name), model.hasStrings(), model.values);
            session.createDataFrame(List.of(row), FILE).coalesce(1).write().parquet(data(path));
        }
    }

    private static final class Reader extends MLReader<HoldfastModel> {
        @Override
        public HoldfastModel load(String path) {
            SparkSession session = sparkSession();
            DefaultParamsReader.Metadata metadata =
                    DefaultParamsReader$.MODULE$.loadMetadata(path, session, HoldfastModel.class.getName());
            Row row = session.read().parquet(data(path)).select("classifier", "strings", "values").head();
            HoldfastModel model = new HoldfastModel(metadata.uid(), classifier(path, row.getAs(0), row.getBoolean(1)),
                    row.isNullAt(2) ? null : row.<String>getList(2).toArray(new String[0]));
            metadata.getAndSetParams(model, metadata.getAndSetParams$default$2());
            return model;
        }

        private static MultiClassifier<Object> classifier(String path, byte[] bytes, boolean strings) {
            try {
                return MultiClassifier.load(
                        ByteBuffer.wrap(bytes), name -> strings ? (Object) name : (Object) Double.valueOf(name));
            } catch (IOException e) {
                throw new UncheckedIOException(path + ": " + e.getMessage(), e);
            }
        }
    }

    private static String data(String path) {
        return path + "/data";
    }

    @Override
    public String toString() {
        return "HoldfastModel: uid = " + uid + ", " + classifier;
    }
}
