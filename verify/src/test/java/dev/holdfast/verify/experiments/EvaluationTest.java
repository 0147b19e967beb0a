package dev.holdfast.verify.experiments;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.holdfast.model.Rows;
import dev.holdfast.verify.tasks.NormalTasks;
import dev.holdfast.verify.tasks.Task;
import dev.holdfast.verify.tasks.TaskFamily;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class EvaluationTest {
    private static final TaskFamily TASKS = new NormalTasks(
            new NormalTasks.Sizes(12, 50, 40, 3), new NormalTasks.Features(2, 5, 3, 1, 0.1, 0.2));
    private static final List<NamedLearner> WEIGHTS =
            List.of(NamedLearner.named("adversarial", 10), NamedLearner.named("standard", 10));

    @Test
    void resultsDoNotDependOnThreads() {
        double[] epsilons = {0.2, 0, 0.1};
        List<Evaluation.Result> one = Evaluation.run(TASKS, WEIGHTS, epsilons, 1, () -> {});
        AtomicInteger done = new AtomicInteger();
        assertEquals(one, Evaluation.run(TASKS, WEIGHTS, epsilons, 5, done::incrementAndGet));
        assertEquals(12, done.get());
    }

    /** One feature that is the label on task 0, and the label's opposite among the queries of task 1: accuracies 1, 0. */
    @Test
    void meanAndSampleDeviationAreOverTasks() {
        TaskFamily two = new TaskFamily() {
            @Override
            public int count() {
                return 2;
            }

            @Override
            public int features() {
                return 1;
            }

            @Override
            public Task task(int t) {
                Rows rows = Rows.copyOf(new float[] {1}, new float[] {-1});
                int[] y = {1, -1};
                return new Task(rows, y, rows, t == 0 ? y : new int[] {-1, 1});
            }
        };
        List<Evaluation.Result> results =
                Evaluation.run(two, List.of(NamedLearner.named("adversarial", 1)), new double[] {0.5}, 1, () -> {});
        assertEquals(List.of(new Evaluation.Result("adversarial", 0.5, 0.5, Math.sqrt(0.5), 2)), results);
    }

    @Test
    void aTaskThatFailsFailsTheRun() {
        TaskFamily broken = new TaskFamily() {
            @Override
            public int count() {
                return 3;
            }

            @Override
            public int features() {
                return 10;
            }

            @Override
            public Task task(int t) {
                if (t == 1) {
                    throw new IllegalArgumentException("task 1 is broken");
                }
                return TASKS.task(t);
            }
        };
        Exception e = assertThrows(IllegalArgumentException.class,
                () -> Evaluation.run(broken, WEIGHTS, new double[] {0}, 2, () -> {}));
        assertEquals("task 1 is broken", e.getMessage());
    }
}
