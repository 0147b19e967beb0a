package dev.holdfast.verify.experiments;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.holdfast.model.Classifier;
import dev.holdfast.model.LinearTransformer;
import dev.holdfast.verify.tasks.NormalTasks.Law;
import dev.holdfast.verify.tasks.NormalTasks;
import dev.holdfast.verify.tasks.Task;
import org.junit.jupiter.api.Test;

/** The laws of normal tasks, and accuracies from them. */
class ExactAccuracyTest {
    private static final int QUERIES = 100_000;
    /** Hoeffding: a count of M queries is farther than this from its mean once in 10⁹. */
    private static final double COUNTING = Math.sqrt(Math.log(2e9) / (2 * QUERIES));

    private static NormalTasks tasks(int demonstrations, int queries, NormalTasks.Features features) {
        return new NormalTasks(new NormalTasks.Sizes(3, demonstrations, queries, 11), features);
    }

    @Test
    void countedAccuracyIsWithinItsBound() {
        NormalTasks tasks = tasks(200, QUERIES, new NormalTasks.Features(3, 5, 2, 1, 0.2, 0.3, 1.5));
        double[] epsilons = {0, 0.1, 0.3, 1};
        for (int t = 0; t < tasks.count(); t++) {
            Task task = tasks.task(t);
            for (NamedLearner weights : NamedLearner.ideal(tasks.features())) {
                Classifier learnt = weights.transformer().learn(task.demonstrations(), task.y());
                double[] counted = learnt.robustAccuracy(task.queries(), task.answers(), epsilons);
                for (int e = 0; e < epsilons.length; e++) {
                    double exact = ExactAccuracy.of(tasks.law(t), learnt.weights(), epsilons[e]);
                    assertEquals(exact, counted[e], COUNTING);
                }
            }
        }
    }

    @Test
    void aTaskWithoutNoiseIsRightOrWrong() {
        Law law = new Law(new float[] {1, 0.5f}, new float[2]);
        float[] w = {2, -1};
        assertEquals(1, ExactAccuracy.of(law, w, 0.25));
        assertEquals(0, ExactAccuracy.of(law, w, 0.5));
        assertEquals(0, ExactAccuracy.of(law, new float[2], 0));
    }

    /** Where nothing deviates, every row is the law's mean, and the limit is learnt from one demonstration. */
    @Test
    void rowsFollowTheLawOfTheirTask() {
        NormalTasks tasks = tasks(5, 1, new NormalTasks.Features(3, 0, 4, 2, 0, 0, 0));
        for (int t = 0; t < tasks.count(); t++) {
            Law law = tasks.law(t);
            Task task = tasks.task(t);
            float[] x = task.demonstrations().toArray();
            for (int n = 0; n < task.y().length; n++) {
                for (int j = 0; j < tasks.features(); j++) {
                    assertEquals(law.mean()[j], task.y()[n] * x[n * tasks.features() + j]);
                }
            }
            float[] learnt = LinearTransformer.adversarial(tasks.features())
                    .learn(task.demonstrations(), task.y())
                    .weights();
            assertArrayEquals(law.adversarialLimit(), learnt, "small integers are exact");
        }
    }

    /** Six standard errors, taken from the same demonstrations, and a float's rounding of the sum. */
    @Test
    void manyDemonstrationsComeNearTheLimit() {
        int count = 200_000;
        NormalTasks tasks = tasks(count, 1, new NormalTasks.Features(1, 1, 1, 1, 0.5, 0.5, 2));
        Task task = tasks.task(0);
        float[] x = task.demonstrations().toArray();
        float[] learnt =
                LinearTransformer.adversarial(3).learn(task.demonstrations(), task.y()).weights();
        float[] limit = tasks.law(0).adversarialLimit();
        for (int j = 0; j < 3; j++) {
            double squares = 0;
            double sizes = 0;
            for (int n = 0; n < count; n++) {
                double term = (x[3 * n] + x[3 * n + 1] + x[3 * n + 2] + task.y()[n]) * (double) x[3 * n + j];
                squares += (term - limit[j]) * (term - limit[j]) / count;
                sizes += Math.abs(term) / count;
            }
            double rounding = 300 * 0x1p-24 * sizes;
            assertEquals(limit[j], learnt[j], 6 * Math.sqrt(squares / count) + rounding);
        }
    }
}
