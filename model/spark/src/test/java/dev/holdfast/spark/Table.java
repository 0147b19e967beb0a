package dev.holdfast.spark;

import dev.holdfast.model.Learner;
import dev.holdfast.model.MultiClassifier;
import dev.holdfast.model.Rows;
import dev.holdfast.model.State;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.TreeSet;
import org.apache.spark.ml.linalg.SQLDataTypes;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.ml.linalg.Vectors;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/** Rows of normal classes whose features are of very different sizes, so that no order of fast sums is like another. */
final class Table {
    static final StructType STRINGS = new StructType()
            .add("features", SQLDataTypes.VectorType())
            .add("label", DataTypes.StringType);
    static final StructType NUMBERS = new StructType()
            .add("features", SQLDataTypes.VectorType())
            .add("label", DataTypes.DoubleType);

    final float[][] x;
    /** 0, 1, … */
    final int[] y;

    Table(int rows, int d, int classes, long seed) {
        Random random = new Random(seed);
        x = new float[rows][d];
        y = new int[rows];
        for (int n = 0; n < rows; n++) {
            y[n] = n % classes;
            for (int j = 0; j < d; j++) {
                x[n][j] = (float) ((random.nextGaussian() + (j % classes == y[n] ? 1.5 : 0)) * (1 + j % 3));
            }
        }
    }

    static Vector vector(float[] x) {
        double[] values = new double[x.length];
        for (int j = 0; j < values.length; j++) {
            values[j] = x[j];
        }
        return Vectors.dense(values);
    }

    String name(int n) {
        return "class " + y[n];
    }

    /** With labels "class 0", …. */
    Dataset<Row> strings(SparkSession session) {
        List<Row> rows = new ArrayList<>();
        for (int n = 0; n < x.length; n++) {
            rows.add(RowFactory.create(vector(x[n]), name(n)));
        }
        return session.createDataFrame(rows, STRINGS);
    }

    /** With labels 0, 1, …. */
    Dataset<Row> numbers(SparkSession session) {
        List<Row> rows = new ArrayList<>();
        for (int n = 0; n < x.length; n++) {
            rows.add(RowFactory.create(vector(x[n]), (double) y[n]));
        }
        return session.createDataFrame(rows, NUMBERS);
    }

    /** What one machine makes of the rows, in their order. */
    State<Object> state(Learner learner) {
        List<Object> names = new ArrayList<>();
        for (int n = 0; n < y.length; n++) {
            names.add(name(n));
        }
        State<Object> state = learner.<Object>state(x[0].length, List.copyOf(new TreeSet<>(names))).exact();
        state.addAll(Rows.copyOf(x), names);
        return state;
    }

    MultiClassifier<Object> pairs(Learner learner) {
        return learner.learnPairs(state(learner));
    }
}
