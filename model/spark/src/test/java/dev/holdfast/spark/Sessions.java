package dev.holdfast.spark;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.apache.spark.sql.SparkSession;

/** Sessions for tests, one at a time: a JVM has one context. */
final class Sessions {
    private Sessions() {}

    /** Two threads of this JVM. */
    static SparkSession local() {
        return session("local[2]", Map.of());
    }

    /** @param more settings, over those of all sessions */
    static SparkSession local(Map<String, String> more) {
        return session("local[2]", more);
    }

    /** Two executors of one core, each a JVM, which have vectors or fail. */
    static SparkSession cluster() {
        return cluster(2);
    }

    /** Executors of one core and 1 GB. */
    static SparkSession cluster(int executors) {
        return session("local-cluster[" + executors + ",1,1024]", Map.of());
    }

    private static SparkSession session(String master, Map<String, String> more) {
        SparkSession.getDefaultSession().foreach(old -> {
            old.stop();
            return null;
        });
        try {
            Files.createDirectories(Path.of(System.getenv("SPARK_HOME"), "jars"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        SparkSession.Builder builder = SparkSession.builder()
                .master(master)
                .appName("holdfast")
                .config("spark.ui.enabled", "false")
                .config("spark.driver.host", "127.0.0.1")
                .config("spark.driver.bindAddress", "127.0.0.1")
                .config("spark.sql.shuffle.partitions", "2")
                .config("spark.sql.warehouse.dir", Path.of("warehouse").toUri().toString())
                .config("spark.executor.extraClassPath", System.getProperty("java.class.path"))
                .config("spark.executorEnv.JAVA_HOME", System.getProperty("java.home"))
                .config("spark.executor.extraJavaOptions", "-Dholdfast.simd=require");
        more.forEach(builder::config);
        return builder.getOrCreate();
    }
}
