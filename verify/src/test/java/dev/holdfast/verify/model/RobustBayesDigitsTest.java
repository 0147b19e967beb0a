package dev.holdfast.verify.model;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.holdfast.model.Classifier;
import dev.holdfast.model.MultiClassifier;
import dev.holdfast.model.RobustBayes;
import dev.holdfast.model.Rows;
import dev.holdfast.model.Threat;
import dev.holdfast.verify.data.DataSet;
import dev.holdfast.verify.data.Digits;
import dev.holdfast.verify.data.Idx;
import dev.holdfast.verify.data.LabelledImages;
import dev.holdfast.verify.tasks.PairTasks;
import dev.holdfast.verify.tasks.Task;
import dev.holdfast.verify.tasks.TaskFamily;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The numbers of real tasks that were measured with NumPy, pixels as they are. */
class RobustBayesDigitsTest {
    /** What four decimals and ties between floats and doubles leave. */
    private static final double WITHIN = 0.001;

    private static final double[] ATTACKS = {0, 0.05, 0.1, 0.15, 0.2};

    /** Mean over all pairs; pixels and ε are multiplied by {@code unit}. */
    private static double[] accuracy(DataSet data, RobustBayes learner, float unit, double... attacks) {
        PairTasks pairs = new PairTasks(data, 0);
        TaskFamily raw = pairs.unaligned();
        double[] sum = new double[attacks.length];
        for (int t = 0; t < raw.count(); t++) {
            Task task = raw.task(t);
            int kept = pairs.demonstrations();
            Classifier learnt = learner.withEpsilon(learner.epsilon() * unit)
                    .learn(times(task.demonstrations().first(kept), unit), Arrays.copyOf(task.y(), kept));
            assertTrue(learnt.gaussian().orElseThrow().gap() < 1e-9, learnt.gaussian().toString());
            double[] shares = learnt.robustAccuracy(times(task.queries(), unit), task.answers(),
                    DoubleStream.of(attacks).map(attack -> attack * unit).toArray());
            for (int k = 0; k < shares.length; k++) {
                sum[k] += shares[k] / raw.count();
            }
        }
        return sum;
    }

    private static Rows times(Rows rows, float unit) {
        float[] x = rows.toArray();
        for (int i = 0; i < x.length; i++) {
            x[i] *= unit;
        }
        return Rows.view(x, rows.features());
    }

    @Test
    void digitsWithoutCorrelations() {
        double[] expected = {0.9714, 0.9467, 0.9050, 0.8369, 0.7280};
        RobustBayes learner = RobustBayes.linf(0.1).identity();
        assertEquals("bayes-identity:linf:0.1", learner.name());
        double[] actual = accuracy(Digits.load(), learner, 1, ATTACKS);
        assertArrayEquals(expected, actual, WITHIN);
        // another unit of pixels changes no answer
        assertArrayEquals(actual, accuracy(Digits.load(), learner, 1024, ATTACKS));
    }

    @Test
    void digits() {
        double[] expected = {0.9788, 0.9638, 0.9280, 0.8623, 0.7486};
        RobustBayes learner = RobustBayes.linf(0.1);
        assertEquals("bayes:linf:0.1", learner.name());
        double[] actual = accuracy(Digits.load(), learner, 1, ATTACKS);
        assertArrayEquals(expected, actual, WITHIN);
        assertArrayEquals(actual, accuracy(Digits.load(), learner, 1024, ATTACKS));
    }

    @Test
    void tenClassesOfDigits() {
        LabelledImages demonstrations = Digits.load().demonstrations();
        LabelledImages queries = Digits.load().queries();
        MultiClassifier<Integer> pairs =
                RobustBayes.linf(0.1).learnPairs(rows(demonstrations), labels(demonstrations));
        assertAtLeast(0.89, 0.72, pairs, queries);
        // Σ = S + .03 I as it was measured
        MultiClassifier<Integer> ridged =
                RobustBayes.linf(0.1).ridge(0.03).learnPairs(rows(demonstrations), labels(demonstrations));
        assertArrayEquals(new double[] {0.8959, 0.8319, 0.7327},
                ridged.robustAccuracy(rows(queries), labels(queries), Threat.linf(), 0, 0.05, 0.1), 0.0015);
    }

    private static void assertAtLeast(double clean, double certified, MultiClassifier<Integer> pairs, LabelledImages queries) {
        double[] accuracy = pairs.robustAccuracy(rows(queries), labels(queries), Threat.linf(), 0, 0.1);
        assertTrue(accuracy[0] >= clean, "clean " + accuracy[0]);
        assertTrue(accuracy[1] >= certified, "certified " + accuracy[1]);
    }

    private static Rows rows(LabelledImages images) {
        float[] x = new float[images.count() * images.features()];
        for (int n = 0; n < images.count(); n++) {
            images.copyRow(n, x, n * images.features());
        }
        return Rows.view(x, images.features());
    }

    private static List<Integer> labels(LabelledImages images) {
        return IntStream.range(0, images.count()).mapToObj(images::label).toList();
    }

    @Test
    @Tag("fashion")
    @Tag("once") // plain Java has the same bits, and takes a minute
    void fashionMnist() {
        DataSet fashion = Idx.load(Path.of(System.getProperty("holdfast.fashion")));
        assertArrayEquals(new double[] {0.9482, 0.9261, 0.8936},
                accuracy(fashion, RobustBayes.linf(0.1), 1, 0, 0.05, 0.1), WITHIN);
    }
}
