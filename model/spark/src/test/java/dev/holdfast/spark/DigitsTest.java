package dev.holdfast.spark;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The example with real data. */
class DigitsTest {
    private static final Path CSV =
            Path.of("../../../verify/src/main/resources/dev/holdfast/verify/data/digits.csv.gz").toAbsolutePath();

    @TempDir
    Path directory;

    @Test
    void digitsAreLearntCertifiedSavedAndLoaded() throws Exception {
        SparkSession session = Sessions.local();
        try {
            Digits digits = new Digits(session);
            String parquet = directory.resolve("digits").toString();
            digits.toParquet(CSV.normalize().toString(), parquet);
            Dataset<Row> training = digits.test(parquet, false);
            Dataset<Row> test = digits.test(parquet, true);
            assertEquals(1797, training.count() + test.count());
            HoldfastModel model = digits.learn(training, 0.5);
            assertEquals(10, model.numClasses());
            Dataset<Row> answers = model.transform(test);
            double clean = digits.accuracy(answers);
            double certified = digits.certifiedAccuracy(answers);
            assertTrue(clean > 0.9, "accuracy " + clean);
            assertTrue(certified > 0.5 && certified < clean, "certified " + certified);
            model.save(directory.resolve("model").toString());
            HoldfastModel loaded = HoldfastModel.load(directory.resolve("model").toString());
            assertEquals(answers.collectAsList(), loaded.transform(test).collectAsList());
        } finally {
            session.stop();
        }
    }
}
