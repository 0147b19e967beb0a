package dev.holdfast.verify.experiments;

import dev.holdfast.verify.tasks.Task;
import dev.holdfast.verify.tasks.TaskFamily;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** Accuracy of transformers on a family of tasks against ε: each task is made once and serves every ε and weight. */
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
            TaskFamily family, List<Weights> weights, double[] epsilons, int threads, Runnable taskDone) {
        List<Future<double[][]>> tasks = new ArrayList<>();
        try (ExecutorService pool = Executors.newFixedThreadPool(threads)) {
            for (int t = 0; t < family.count(); t++) {
                int number = t;
                tasks.add(pool.submit(() -> {
                    double[][] accuracy = evaluate(family.task(number), weights, epsilons);
                    taskDone.run();
                    return accuracy;
                }));
            }
            return summarise(await(pool, tasks), weights, epsilons);
        }
    }

    private static double[][] evaluate(Task task, List<Weights> weights, double[] epsilons) {
        double[][] accuracy = new double[weights.size()][];
        for (int k = 0; k < accuracy.length; k++) {
            accuracy[k] = weights.get(k)
                    .transformer()
                    .learn(task.demonstrations(), task.y())
                    .robustAccuracy(task.queries(), task.answers(), epsilons);
        }
        return accuracy;
    }

    private static double[][][] await(ExecutorService pool, List<Future<double[][]>> tasks) {
        double[][][] accuracy = new double[tasks.size()][][];
        try {
            for (int t = 0; t < accuracy.length; t++) {
                accuracy[t] = tasks.get(t).get();
            }
            return accuracy;
        } catch (ExecutionException e) {
            pool.shutdownNow();
            throw e.getCause() instanceof RuntimeException cause ? cause : new IllegalStateException(e.getCause());
        } catch (InterruptedException e) {
            pool.shutdownNow();
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }

    private static List<Result> summarise(double[][][] accuracy, List<Weights> weights, double[] epsilons) {
        List<Result> results = new ArrayList<>();
        int count = accuracy.length;
        for (int k = 0; k < weights.size(); k++) {
            for (int e = 0; e < epsilons.length; e++) {
                double sum = 0;
                for (double[][] task : accuracy) {
                    sum += task[k][e];
                }
                double mean = sum / count;
                double squares = 0;
                for (double[][] task : accuracy) {
                    squares += (task[k][e] - mean) * (task[k][e] - mean);
                }
                Double sd = count > 1 ? Math.sqrt(squares / (count - 1)) : null;
                results.add(new Result(weights.get(k).name(), epsilons[e], mean, sd, count));
            }
        }
        return results;
    }
}
