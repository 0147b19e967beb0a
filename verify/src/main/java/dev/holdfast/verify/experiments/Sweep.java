package dev.holdfast.verify.experiments;

import dev.holdfast.model.Classifier;
import dev.holdfast.model.RobustBayes;
import dev.holdfast.verify.report.Series;
import dev.holdfast.verify.tasks.PairTasks;
import dev.holdfast.verify.tasks.Task;
import dev.holdfast.verify.tasks.TaskFamily;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * The engine of experiments: families of tasks, each task made once for all that is measured of it, on several threads;
 * means and deviations are taken in the order of tasks, so that no number depends on the threads.
 */
public final class Sweep {
    private Sweep() {}

    /** What is measured of a task. */
    public interface Measure {
        /** Adds the task's numbers, for every task of a family the same series and x in the same order. */
        void of(Task task, Numbers numbers);
    }

    /** Takes what is measured of one task. */
    public interface Numbers {
        /** A value of one series at x. */
        void add(String series, double x, double value);

        /** The values of one series at each x. */
        default void addAll(String series, double[] x, double[] values) {
            for (int i = 0; i < x.length; i++) {
                add(series, x[i], values[i]);
            }
        }
    }

    private record Value(String series, double x, double value) {}

    /** What is measured of a task that is known by its number alone. */
    public interface Numbered {
        /** Adds the numbers of task {@code t}, for every task of a point the same series and x in the same order. */
        void of(int t, Numbers numbers);
    }

    /** A point of a sweep: at least one task, and what is measured of each. */
    public record Point(int tasks, Numbered measure) {
        /** All tasks of a family. */
        public Point(TaskFamily family, Measure measure) {
            this(family.count(), (t, numbers) -> measure.of(family.task(t), numbers));
        }
    }

    /** Accuracy of each learner, a series by its name, at x = ε, for every ε from one pass over the radii. */
    public static Measure accuracy(List<NamedLearner> weights, double... epsilons) {
        return (task, numbers) -> {
            for (NamedLearner each : weights) {
                numbers.addAll(each.name(), epsilons,
                        learn(each, task).robustAccuracy(task.queries(), task.answers(), epsilons));
            }
        };
    }

    /**
     * {@link #accuracy} on pairs of classes. {@link RobustBayes} takes them as they are, by their moments, and asks the
     * queries as they are: centring and signs change nothing for it. Transformers take them as the paper does.
     */
    public static Point accuracyOnPairs(PairTasks pairs, List<NamedLearner> learners, double... epsilons) {
        boolean byRows = learners.stream().anyMatch(each -> !(each.learner() instanceof RobustBayes));
        boolean byMoments = learners.stream().anyMatch(each -> each.learner() instanceof RobustBayes);
        return new Point(pairs.count(), (t, numbers) -> {
            Task task = byRows ? pairs.task(t) : null;
            PairTasks.Moments moments = byMoments ? pairs.moments(t) : null;
            for (NamedLearner each : learners) {
                numbers.addAll(each.name(), epsilons, each.learner() instanceof RobustBayes bayes
                        ? bayes.learn(moments.state())
                                .robustAccuracy(moments.queries(), moments.answers(), epsilons)
                        : learn(each, task).robustAccuracy(task.queries(), task.answers(), epsilons));
            }
        });
    }

    /** Clean and robust accuracy of each learner, series {@code NAME, clean} and {@code NAME}, at a given x. */
    public static Measure accuracyAt(double x, List<NamedLearner> weights, double epsilon) {
        return (task, numbers) -> {
            for (NamedLearner each : weights) {
                double[] accuracy = learn(each, task).robustAccuracy(task.queries(), task.answers(), epsilon, 0);
                numbers.add(each.name(), x, accuracy[0]);
                numbers.add(each.name() + ", clean", x, accuracy[1]);
            }
        };
    }

    private static Classifier learn(NamedLearner weights, Task task) {
        return weights.learner().learn(task.demonstrations(), task.y());
    }

    /** How many tasks the points have in all. */
    public static int tasks(List<Point> points) {
        return points.stream().mapToInt(Point::tasks).sum();
    }

    /**
     * Measures every task of every point.
     *
     * @param threads how many tasks run at once
     * @param taskDone runs after each task, on any thread
     * @return the estimates of each series, in the order of points; series in the order they were first added in
     */
    public static Map<String, List<Estimate>> run(List<Point> points, int threads, Runnable taskDone) {
        List<List<Future<List<Value>>>> measured = new ArrayList<>();
        try (ExecutorService pool = Executors.newFixedThreadPool(threads)) {
            for (Point point : points) {
                List<Future<List<Value>>> tasks = new ArrayList<>();
                for (int t = 0; t < point.tasks(); t++) {
                    int number = t;
                    tasks.add(pool.submit(() -> {
                        List<Value> values = measure(point, number);
                        taskDone.run();
                        return values;
                    }));
                }
                measured.add(tasks);
            }
            Map<String, List<Estimate>> estimates = new LinkedHashMap<>();
            for (List<Future<List<Value>>> tasks : measured) {
                summarise(await(pool, tasks), estimates);
            }
            return estimates;
        }
    }

    private static List<Value> measure(Point point, int number) {
        List<Value> values = new ArrayList<>();
        point.measure().of(number, (series, x, value) -> values.add(new Value(series, x, value)));
        return values;
    }

    private static List<List<Value>> await(ExecutorService pool, List<Future<List<Value>>> tasks) {
        try {
            List<List<Value>> values = new ArrayList<>();
            for (Future<List<Value>> task : tasks) {
                values.add(task.get());
            }
            return values;
        } catch (ExecutionException e) {
            pool.shutdownNow();
            throw e.getCause() instanceof RuntimeException cause ? cause : new IllegalStateException(e.getCause());
        } catch (InterruptedException e) {
            pool.shutdownNow();
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }

    /** Adds a point's estimates, one for each value that its tasks have. */
    private static void summarise(List<List<Value>> tasks, Map<String, List<Estimate>> estimates) {
        List<Value> first = tasks.getFirst();
        for (int t = 0; t < tasks.size(); t++) {
            check(t, tasks.get(t), first);
        }
        for (int i = 0; i < first.size(); i++) {
            int number = i;
            double[] values = tasks.stream().mapToDouble(task -> task.get(number).value()).toArray();
            estimates.computeIfAbsent(first.get(i).series(), name -> new ArrayList<>())
                    .add(Estimate.of(first.get(i).x(), values));
        }
    }

    private static void check(int task, List<Value> values, List<Value> first) {
        if (values.size() != first.size()) {
            throw new IllegalStateException("task " + task + " has " + values.size() + " numbers, expected "
                    + first.size() + " as task 0 has");
        }
        for (int i = 0; i < values.size(); i++) {
            Value value = values.get(i);
            Value expected = first.get(i);
            if (value.x() != expected.x() || !value.series().equals(expected.series())) {
                throw new IllegalStateException("task " + task + " has the number " + value.series() + " at "
                        + value.x() + ", expected " + expected.series() + " at " + expected.x() + " as task 0 has");
            }
        }
    }

    /** The series of a figure, each with the band mean ± sd. */
    public static List<Series> series(Map<String, List<Estimate>> estimates) {
        List<Series> series = new ArrayList<>();
        estimates.forEach((name, list) -> series.add(new Series(name,
                list.stream().mapToDouble(Estimate::x).toArray(),
                list.stream().mapToDouble(Estimate::mean).toArray(),
                list.stream().mapToDouble(estimate -> estimate.mean() - estimate.sd()).toArray(),
                list.stream().mapToDouble(estimate -> estimate.mean() + estimate.sd()).toArray())));
        return series;
    }
}
