package dev.holdfast.spark;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.holdfast.model.RobustBayes;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.streaming.StreamingQuery;
import org.apache.spark.sql.streaming.Trigger;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Streams: a context that lives on, and answers to queries as they come. */
class StreamingTest {
    private static final StructType SCHEMA = Table.STRINGS.add("correction", DataTypes.BooleanType);
    private static final Table TABLE = new Table(90, 3, 3, 6);

    @TempDir
    Path directory;

    private void write(SparkSession session, List<Row> rows) {
        session.createDataFrame(rows, SCHEMA).coalesce(1).write().mode("append").parquet(directory.resolve("in").toString());
    }

    @Test
    void correctionsLeaveNoTrace() throws Exception {
        SparkSession session = Sessions.local();
        try {
            List<Row> first = new ArrayList<>();
            List<Row> second = new ArrayList<>();
            for (int n = 0; n < TABLE.x.length; n++) {
                (n < 50 ? first : second).add(RowFactory.create(Table.vector(TABLE.x[n]), TABLE.name(n), false));
            }
            Row wrong = RowFactory.create(Table.vector(new float[] {1e10f, 1e-10f, 3}), "class 1", false);
            first.add(wrong);
            second.add(RowFactory.create(wrong.get(0), wrong.get(1), true));
            write(session, first);
            write(session, second);

            LivingContext context = new LivingContext(
                    new HoldfastClassifier().setEpsilon(0.1), 3, List.of("class 0", "class 1", "class 2"));
            Dataset<Row> stream = session.readStream().schema(SCHEMA).option("maxFilesPerTrigger", "1")
                    .parquet(directory.resolve("in").toString());
            StreamingQuery learning = stream.writeStream().foreachBatch(context)
                    .option("checkpointLocation", directory.resolve("learning").toString())
                    .trigger(Trigger.AvailableNow()).start();
            learning.awaitTermination();
            HoldfastModel model = context.model();
            assertEquals(TABLE.pairs(RobustBayes.linf(0.1)), model.classifier());
            // a batch that comes again is no second one
            context.call(session.createDataFrame(first, SCHEMA), 0L);
            assertEquals(model.classifier(), context.model().classifier());

            String out = directory.resolve("out").toString();
            StreamingQuery answering = model.transform(stream).writeStream().format("parquet").option("path", out)
                    .option("checkpointLocation", directory.resolve("answering").toString())
                    .trigger(Trigger.AvailableNow()).start();
            answering.awaitTermination();
            assertEquals(92, session.read().parquet(out).filter("prediction IS NOT NULL AND radius >= 0").count());
        } finally {
            session.stop();
        }
    }
}
