package dev.holdfast.verify.experiments;

import dev.holdfast.model.Classifier;
import dev.holdfast.model.RobustBayes;
import dev.holdfast.model.Rows;
import dev.holdfast.verify.baselines.LinearFit;
import dev.holdfast.verify.experiments.PairQuestion.Found;
import dev.holdfast.verify.report.Finding;
import dev.holdfast.verify.report.Lines;
import dev.holdfast.verify.report.Table;
import dev.holdfast.verify.tasks.PairTasks;
import dev.holdfast.verify.tasks.Task;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * Learning in context beside linear classifiers that are trained on every task, on the same aligned pairs of one
 * data set and with the same certificates.
 */
record BaselineComparison(String data) implements Experiment {
    private static final double RIDGE_LAMBDA = 0.1;
    private static final double LOGISTIC_LAMBDA = 0.01;
    /** What adversarial training trains against. */
    private static final double EPSILON = 0.1;

    private static final String TRANSFORMER = "adversarial, in context";
    private static final String OURS = "robust Bayes, in context";

    private interface Learning {
        Classifier of(Rows x, int[] y);
    }

    private record Method(String name, Learning learning) {}

    private static List<Method> methods(int d) {
        List<NamedLearner> ideal = NamedLearner.ideal(d);
        return List.of(
                new Method("standard, in context", ideal.getFirst().transformer()::learn),
                new Method(TRANSFORMER, ideal.getLast().transformer()::learn),
                new Method(OURS, RobustBayes.linf(EPSILON)::learn),
                new Method(OURS + ", Σ diagonal", RobustBayes.linf(EPSILON).diagonal()::learn),
                new Method(OURS + ", Σ = σ²I", RobustBayes.linf(EPSILON).identity()::learn),
                new Method("difference of means", (x, y) -> LinearFit.meanDifference(x, y).classifier()),
                new Method("ridge regression", (x, y) -> LinearFit.ridge(x, y, RIDGE_LAMBDA).classifier()),
                new Method("logistic regression",
                        (x, y) -> LinearFit.logistic(x, y, LOGISTIC_LAMBDA, 0).classifier()),
                new Method("adversarial logistic regression",
                        (x, y) -> LinearFit.logistic(x, y, LOGISTIC_LAMBDA, EPSILON).classifier()));
    }

    @Override
    public String id() {
        return "baselines-" + data;
    }

    @Override
    public String title() {
        return "In context or trained on each task: " + PaperFigures.title(data);
    }

    @Override
    public int steps(Scale scale) {
        return PairQuestion.pairs(scale, data, new PairTasks(scale.dataSet(data), 0)).length;
    }

    @Override
    public Outcome run(Scale scale, Runnable step) {
        PairTasks family = new PairTasks(scale.dataSet(data), 0);
        int[] pairs = PairQuestion.pairs(scale, data, family);
        List<Method> methods = methods(family.features());
        double[][] seconds = new double[methods.size()][pairs.length];
        Map<String, List<Estimate>> estimates = Sweep.run(List.of(new Sweep.Point(pairs.length, (t, numbers) -> {
            Task task = family.task(pairs[t]);
            for (int m = 0; m < methods.size(); m++) {
                long start = System.nanoTime();
                Classifier classifier = methods.get(m).learning().of(task.demonstrations(), task.y());
                seconds[m][t] = (System.nanoTime() - start) / 1e9;
                numbers.addAll(methods.get(m).name(), PaperFigures.REAL_EPSILONS, classifier.robustAccuracy(
                        task.queries(), task.answers(), PaperFigures.REAL_EPSILONS));
            }
        })), scale.threads(), step);
        String name = PaperFigures.title(data);
        String where = OpenQuestions.say("%d pairs of classes, %d demonstrations each", pairs.length,
                family.demonstrations());
        String settings = OpenQuestions.say(" λ = %.2f for ridge and %.2f for logistic regression, chosen once, not for"
                + " each task; adversarial training and robust Bayes are against ε = %.1f.", RIDGE_LAMBDA, LOGISTIC_LAMBDA, EPSILON);
        Finding finding = new Finding(id(), title(), text(estimates),
                List.of(new Lines("baselines-" + data, "Accuracy on " + name + " against ε, in context and trained",
                        "All learn the same aligned pairs: " + where + "." + settings
                                + " Mean over pairs, band ± one standard deviation over pairs.",
                        PaperFigures.EPSILON, PaperFigures.ACCURACY, Sweep.series(estimates))),
                List.of(accuracies(estimates, name, where)));
        return new Outcome(finding, List.of(times(methods, seconds, name, where)));
    }

    private Table accuracies(Map<String, List<Estimate>> estimates, String name, String where) {
        List<List<Object>> rows = new ArrayList<>();
        estimates.forEach((method, list) -> {
            List<Object> row = new ArrayList<>(List.of(method));
            list.forEach(estimate -> row.add(estimate.mean()));
            rows.add(row);
        });
        return new Table("baselines-" + data + "-accuracy", "Accuracy on " + name, "Mean over " + where + ".",
                epsilonColumns("classifier"), rows);
    }

    /** {@code first}, and a column for each ε of real tasks. */
    static List<String> epsilonColumns(String first) {
        return Stream.concat(Stream.of(first),
                Arrays.stream(PaperFigures.REAL_EPSILONS).mapToObj(epsilon -> "ε = " + epsilon)).toList();
    }

    private Table times(List<Method> methods, double[][] seconds, String name, String where) {
        List<List<Object>> rows = new ArrayList<>();
        for (int m = 0; m < seconds.length; m++) {
            double[] sorted = seconds[m].clone();
            Arrays.sort(sorted);
            rows.add(List.of(methods.get(m).name(), 1000 * sorted[sorted.length / 2],
                    1000 * sorted[sorted.length - 1]));
        }
        return new Table("baselines-" + data + "-times", "Time to learn one task of " + name,
                "Wall-clock milliseconds on one thread of those at work, alignment apart; " + where + ".",
                List.of("classifier", "median ms", "longest ms"), rows);
    }

    /** Who wins at ε = 0 and at the ε that adversarial training is for, and by how much. */
    private static String text(Map<String, List<Estimate>> estimates) {
        return "Learning in context trains nothing; the baselines are trained on each task, linear like it, and have"
                + " the same exact certificates. " + winner(estimates, 0) + " " + winner(estimates, EPSILON);
    }

    private static String winner(Map<String, List<Estimate>> estimates, double epsilon) {
        Found found = new Found(estimates);
        double ours = found.at(OURS, epsilon);
        String best = OURS;
        List<String> better = new ArrayList<>();
        for (String method : estimates.keySet()) {
            double accuracy = found.at(method, epsilon);
            if (accuracy > found.at(best, epsilon)) {
                best = method;
            }
            if (accuracy > ours) {
                better.add(OpenQuestions.say("%s (%.3f)", method, accuracy));
            }
        }
        String result = OpenQuestions.say(
                "At ε = %.1f the best is %s; robust Bayes in context, with all correlations, has %.3f", epsilon, best, ours);
        return better.isEmpty() ? result + ", and nothing is better." : result + ". Better than these: "
                + String.join(", ", better) + ".";
    }
}
