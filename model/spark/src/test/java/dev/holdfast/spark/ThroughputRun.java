package dev.holdfast.spark;

import dev.holdfast.model.State;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import org.apache.spark.api.java.function.MapFunction;
import org.apache.spark.ml.classification.LogisticRegression;
import org.apache.spark.ml.classification.NaiveBayes;
import org.apache.spark.ml.linalg.SQLDataTypes;
import org.apache.spark.ml.linalg.Vectors;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/**
 * Rows a second of learning, as ratios to reading the same Parquet and to Spark's own learners, in one run: what is compared
 * takes turns. Prints Markdown. Arguments: {@code speed}, {@code weak} or {@code memory}; the number of repetitions; the number
 * of numbers in a table, rows times features.
 */
final class ThroughputRun {
    private static final int[] FEATURES = {20, 100, 784};
    /** Numbers of a table: a file of some 200 MB. */
    private static final long NUMBERS = 40_000_000;

    private ThroughputRun() {}

    private interface Pass {
        void run(Dataset<Row> rows);
    }

    private static final class Timed {
        final String name;
        final Pass pass;
        final List<Double> seconds = new ArrayList<>();

        Timed(String name, Pass pass) {
            this.name = name;
            this.pass = pass;
        }

        void run(Dataset<Row> rows) {
            long start = System.nanoTime();
            pass.run(rows);
            seconds.add((System.nanoTime() - start) / 1e9);
        }

        /** 2 is the median. */
        double quartile(int which) {
            double[] sorted = seconds.stream().mapToDouble(x -> x).sorted().toArray();
            return sorted[(sorted.length - 1) * which / 4];
        }
    }

    public static void main(String[] arguments) {
        String what = arguments.length == 0 ? "speed" : arguments[0];
        int repetitions = arguments.length < 2 ? 5 : Integer.parseInt(arguments[1]);
        long numbers = arguments.length < 3 ? NUMBERS : Long.parseLong(arguments[2]);
        switch (what) {
            case "speed" -> speed(repetitions, numbers);
            case "weak" -> weak(repetitions, numbers);
            case "memory" -> memory(arguments.length < 3 ? 10_000_000 : numbers / 100);
            default -> throw new IllegalArgumentException("argument = " + what + ", expected speed, weak or memory");
        }
    }

    /** A file of rows of two classes, whose features are not negative, for naive Bayes; as long as it is there, it stays. */
    private static Dataset<Row> table(SparkSession session, int d, long rows, int partitions) {
        String path = "throughput-" + d + "-" + rows + "-" + partitions;
        StructType schema = new StructType()
                .add("features", SQLDataTypes.VectorType(), false)
                .add("label", DataTypes.DoubleType, false);
        session.range(0, rows, 1, partitions).map((MapFunction<Long, Row>) n -> {
            Random random = new Random(n);
            double[] x = new double[d];
            double y = n % 2;
            for (int j = 0; j < d; j++) {
                x[j] = Math.abs((float) (random.nextGaussian() + y * (j % 2)));
            }
            return RowFactory.create(Vectors.dense(x), y);
        }, Encoders.row(schema)).write().mode("ignore").parquet(path);
        return session.read().parquet(path);
    }

    /** Every number is read and summed, in a loop without an object a row. */
    private static void read(Dataset<Row> rows) {
        Features features = new Features("features", SQLDataTypes.VectorType(), Features.count(rows, "features"),
                -Float.MAX_VALUE, Float.MAX_VALUE);
        double sum = rows.select("features", "label").queryExecution().toRdd().toJavaRDD().mapPartitions(each -> {
            float[] x = new float[features.count()];
            double all = 0;
            while (each.hasNext()) {
                features.read(each.next(), x, 0);
                for (float value : x) {
                    all += value;
                }
            }
            return List.of(all).iterator();
        }).reduce(Double::sum);
        if (!(sum > 0)) {
            throw new AssertionError(sum);
        }
    }

    /** Spark's own count and sum of a column of doubles, which reads the label alone. */
    private static void count(Dataset<Row> rows) {
        Column label = rows.col("label");
        rows.agg(functions.count(label), functions.sum(label)).head();
    }

    private static Pass state(String learner, boolean exact) {
        return rows -> {
            HoldfastClassifier classifier = new HoldfastClassifier().setLearner(learner).setExact(exact);
            State<Object> state = classifier.emptyState(Features.count(rows, "features"), List.of(0.0, 1.0));
            classifier.addTo(state, rows);
        };
    }

    private static void speed(int repetitions, long numbers) {
        SparkSession session = Sessions.local();
        System.out.println("Rows a second, median of " + repetitions + " (quartiles), and the median's ratio to reading."
                + " JDK " + System.getProperty("java.version") + ", Spark " + session.version() + ", local[2].");
        for (int d : FEATURES) {
            long rows = numbers / d;
            Dataset<Row> table = table(session, d, rows, 4);
            List<Timed> all = List.of(
                    new Timed("reading and summing every number", ThroughputRun::read),
                    new Timed("counting labels", ThroughputRun::count),
                    new Timed("O(d), exact", state("bayes-diagonal:l2:0.1", true)),
                    new Timed("O(d), fast", state("bayes-diagonal:l2:0.1", false)),
                    new Timed("O(d²), exact", state("bayes:l2:0.1", true)),
                    new Timed("O(d²), fast", state("bayes:l2:0.1", false)),
                    new Timed("fit, O(d²), exact, labels found", t -> new HoldfastClassifier().setEpsilon(0.1).setNorm("l2").fit(t)),
                    new Timed("NaiveBayes", t -> new NaiveBayes().fit(t)),
                    new Timed("LogisticRegression, 1 iteration", t -> new LogisticRegression().setMaxIter(1).fit(t)),
                    new Timed("LogisticRegression, to the end", t -> new LogisticRegression().fit(t)));
            for (int i = 0; i <= repetitions; i++) {
                if (i == 1) {
                    // the first turn compiled
                    all.forEach(timed -> timed.seconds.clear());
                }
                all.forEach(timed -> timed.run(table));
            }
            System.out.println();
            System.out.println("| d = " + d + ", " + rows + " rows | rows/s | quartiles | of reading |");
            System.out.println("|---|---:|---:|---:|");
            double reading = all.get(0).quartile(2);
            for (Timed timed : all) {
                System.out.println(String.format(Locale.ROOT, "| %s | %,.0f | %,.0f–%,.0f | %.2f |", timed.name,
                        rows / timed.quartile(2), rows / timed.quartile(3), rows / timed.quartile(1),
                        reading / timed.quartile(2)));
            }
        }
        session.stop();
    }

    /** Twice the rows on twice the executors of one core each. */
    private static void weak(int repetitions, long numbers) {
        int d = 100;
        long rows = numbers / d / 2;
        System.out.println("| executors of one core | rows | seconds | quartiles |");
        System.out.println("|---:|---:|---:|---:|");
        for (int executors : new int[] {1, 2}) {
            SparkSession session = Sessions.cluster(executors);
            Dataset<Row> table = table(session, d, rows * executors, 4 * executors);
            Timed timed = new Timed("", state("bayes:l2:0.1", true));
            for (int i = 0; i <= repetitions; i++) {
                timed.run(table);
            }
            timed.seconds.remove(0);
            System.out.println(String.format(Locale.ROOT, "| %d | %,d | %.2f | %.2f–%.2f |", executors, rows * executors,
                    timed.quartile(2), timed.quartile(1), timed.quartile(3)));
            session.stop();
        }
    }

    /** One executor of 1 GB, and one partition of all rows. */
    private static void memory(long rows) {
        SparkSession session = Sessions.cluster(1);
        Dataset<Row> table = table(session, 100, rows, 1).coalesce(1);
        long start = System.nanoTime();
        HoldfastModel model = new HoldfastClassifier().setLearner("bayes:l2:0.1").fit(table);
        System.out.println(String.format(Locale.ROOT, "%,d rows of 100 features, %d partition, an executor of 1 GB: %.0f s, %s",
                rows, table.javaRDD().getNumPartitions(), (System.nanoTime() - start) / 1e9,
                Arrays.toString(model.classifier().classes().toArray())));
        session.stop();
    }
}
