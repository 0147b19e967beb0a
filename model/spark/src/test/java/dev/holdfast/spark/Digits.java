package dev.holdfast.spark;

import java.util.ArrayList;
import java.util.List;
import org.apache.spark.ml.evaluation.MulticlassClassificationEvaluator;
import org.apache.spark.ml.feature.VectorAssembler;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/**
 * An example, to be read like a notebook: 1,797 handwritten digits of 8 × 8 pixels, from CSV to Parquet, learnt, certified,
 * saved and loaded.
 */
final class Digits {
    private final SparkSession session;

    Digits(SparkSession session) {
        this.session = session;
    }

    /** 64 numbers and a label a line become a vector and a label a row. */
    void toParquet(String csv, String parquet) {
        Dataset<Row> lines = session.read().option("inferSchema", "true").csv(csv);
        List<String> columns = new ArrayList<>(List.of(lines.columns()));
        String label = columns.remove(64);
        new VectorAssembler().setInputCols(columns.toArray(new String[0])).setOutputCol("features").transform(lines)
                .withColumnRenamed(label, "label").select("features", "label").write().parquet(parquet);
    }

    /** A fifth for tests. The same rows each time: a row is known by its hash. */
    Dataset<Row> test(String parquet, boolean test) {
        return session.read().parquet(parquet).filter("(pmod(hash(features), 5) = 0) = " + test);
    }

    /** Each pixel has 0 to 16, and may be off by up to ε. */
    HoldfastModel learn(Dataset<Row> rows, double epsilon) {
        return new HoldfastClassifier().setNorm("linf").setEpsilon(epsilon).setBox(0, 16).fit(rows);
    }

    double accuracy(Dataset<Row> answers) {
        return new MulticlassClassificationEvaluator().setMetricName("accuracy").evaluate(answers);
    }

    /** The share of rows that are right, and stay so whatever happens within ε. */
    double certifiedAccuracy(Dataset<Row> answers) {
        return (double) answers.filter("certified AND prediction = label").count() / answers.count();
    }
}
