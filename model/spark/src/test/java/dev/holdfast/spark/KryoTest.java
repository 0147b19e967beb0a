package dev.holdfast.spark;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.holdfast.model.RobustBayes;
import java.util.Map;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Test;

/** Spark may be told to use Kryo, which writes fields. */
class KryoTest {
    @Test
    void statesAndModelsSurviveKryo() {
        SparkSession session =
                Sessions.local(Map.of("spark.serializer", "org.apache.spark.serializer.KryoSerializer"));
        try {
            Table table = new Table(200, 3, 3, 5);
            HoldfastModel model = new HoldfastClassifier().setEpsilon(0.1).fit(table.strings(session).repartition(5));
            assertEquals(table.pairs(RobustBayes.linf(0.1)), model.classifier());
            assertEquals(200, model.transform(table.strings(session)).filter("radius >= 0").count());
        } finally {
            session.stop();
        }
    }
}
