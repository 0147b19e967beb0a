package dev.holdfast.verify.experiments;

import dev.holdfast.verify.tasks.PairTasks;
import dev.holdfast.verify.tasks.TaskFamily;
import java.util.ArrayList;
import java.util.List;

/** Accuracy of learners on one family of tasks against ε, as the command line shows it. */
public final class Evaluation {
    /**
     * One point.
     *
     * @param accuracy mean over tasks
     * @param sd sample standard deviation over tasks; {@code null} for a single task
     */
    public record Result(String weights, double epsilon, double accuracy, Double sd, int tasks) {}

    private Evaluation() {}

    /**
     * Results for each of {@code weights} and, within it, each ε.
     *
     * @param epsilons finite, at least 0
     * @param threads how many tasks run at once; the results do not depend on it
     * @param taskDone runs after each task, on any thread
     */
    public static List<Result> run(
            TaskFamily family, List<NamedLearner> weights, double[] epsilons, int threads, Runnable taskDone) {
        List<Result> results = new ArrayList<>();
        Sweep.Point point = family instanceof PairTasks pairs
                ? Sweep.accuracyOnPairs(pairs, weights, epsilons)
                : new Sweep.Point(family, Sweep.accuracy(weights, epsilons));
        Sweep.run(List.of(point), threads, taskDone)
                .forEach((name, estimates) -> {
                    for (Estimate at : estimates) {
                        Double sd = at.tasks() > 1 ? at.sd() : null;
                        results.add(new Result(name, at.x(), at.mean(), sd, at.tasks()));
                    }
                });
        return results;
    }
}
