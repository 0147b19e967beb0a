package dev.holdfast.verify.experiments;

import dev.holdfast.verify.experiments.Sweep.Point;
import dev.holdfast.verify.report.Finding;
import dev.holdfast.verify.report.Table;
import dev.holdfast.verify.tasks.PairTasks;
import dev.holdfast.verify.tasks.TaskFamily;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;

/** Every published number beside ours, with a verdict: on fixed data they agree in digits, on drawn tasks in law. */
record PublishedNumbers() implements Experiment {
    /** How far accuracies on fixed data may lie apart: sums in another order move single queries. */
    private static final String FIXED = "0.0001";

    /** How many standard errors means over drawn tasks may lie apart: a right one lies further once in 15,000. */
    private static final int STANDARD_ERRORS = 4;

    private static final String PAPER = "the paper";
    private static final String CODE = "the authors' code";
    private static final String AGREES = "agrees";

    /**
     * Four accuracies: standard weights clean and at ε, adversarial weights clean and at ε.
     *
     * @param data the name of a data set; empty for drawn tasks
     * @param tasks how many were drawn; 0 for fixed data
     * @param accuracies as they were written; empty where there is none
     */
    private record Published(String name, String source, String data, int tasks, Function<Scale, TaskFamily> family,
            double epsilon, List<String> accuracies) {
        boolean runs(Scale scale) {
            return data.isEmpty() || scale.dataSets().contains(data);
        }

        List<Point> points(Scale scale) {
            TaskFamily tasks = family.apply(scale);
            return List.of(new Point(tasks, Sweep.accuracy(NamedLearner.ideal(tasks.features()), 0, epsilon)));
        }
    }

    private static final List<Published> ALL = List.of(
            drawn("pretraining tasks, d = 100", PAPER, 1000, scale -> PaperFigures.pretraining(scale, 100), 0.15,
                    "1.00000", "0.00000", "1.00000", "1.00000"),
            drawn("normal tasks, 10 robust, 90 vulnerable", PAPER, 1000,
                    scale -> PaperFigures.normal(scale, 10, 90, 0), 0.3, "1.00000", "0.00041", "0.99969", "0.95250"),
            drawn("normal tasks, 4 robust, 90 vulnerable", CODE, 200,
                    scale -> PaperFigures.normal(scale, 4, 90, 0), 0.2, "", "0.0043", "", "0.8799"),
            drawn("normal tasks, 10 robust, 50 irrelevant", CODE, 200,
                    scale -> PaperFigures.normal(scale, 10, 0, 50), 0.2, "", "0.268", "", "0.9937"),
            pairs("mnist", 0, PAPER, 0.1, "0.94614", "0.04126", "0.93375", "0.72159"),
            pairs("fashion", 0, PAPER, 0.15, "0.91766", "0.20241", "0.89729", "0.62698"),
            pairs("cifar10", 0, PAPER, 0.1, "0.68232", "0.21202", "0.64256", "0.34546"),
            pairs("fashion", 0, CODE, 0.15, "0.917644", "0.202400", "0.897300", "0.626989"),
            pairs("fashion", 10, CODE, 0.1, "", "", "0.891267", "0.725500"),
            pairs("digits", 0, CODE, 0.1, "0.961656", "0.363399", "0.962237", "0.822948"));

    private static Published drawn(String name, String source, int tasks, Function<Scale, TaskFamily> family,
            double epsilon, String... accuracies) {
        return new Published(name, source, "", tasks, family, epsilon, List.of(accuracies));
    }

    private static Published pairs(String data, int kept, String source, double epsilon, String... accuracies) {
        return new Published(PaperFigures.title(data) + ", 45 pairs, N = " + (kept == 0 ? "all" : kept), source, data,
                0, scale -> new PairTasks(scale.dataSet(data), kept), epsilon, List.of(accuracies));
    }

    @Override
    public String id() {
        return "published-numbers";
    }

    @Override
    public String title() {
        return "Published numbers beside ours";
    }

    @Override
    public int steps(Scale scale) {
        return ALL.stream()
                .filter(published -> published.runs(scale))
                .mapToInt(published -> Sweep.tasks(published.points(scale)))
                .sum();
    }

    @Override
    public Outcome run(Scale scale, Runnable step) {
        List<List<Object>> rows = new ArrayList<>();
        for (Published published : ALL) {
            List<Estimate> ours = published.runs(scale)
                    ? Sweep.run(published.points(scale), scale.threads(), step).values().stream()
                            .flatMap(List::stream)
                            .toList()
                    : List.of();
            for (int i = 0; i < published.accuracies().size(); i++) {
                if (!published.accuracies().get(i).isEmpty()) {
                    rows.add(row(published, i, ours, scale));
                }
            }
        }
        long run = rows.stream().filter(row -> row.get(5) != null).count();
        long agree = rows.stream().filter(row -> row.getLast().toString().startsWith(AGREES)).count();
        return new Outcome(new Finding(id(), title(), agree + " of the " + run + " numbers that were run agree; "
                + (rows.size() - run) + " need data that were not given.", List.of(), List.of(new Table(id() + "-table",
                        title(), "Mean accuracies, clean (ε = 0) and under the closed-form adversary. On fixed data"
                                + " they agree if they lie within " + FIXED + ". On drawn tasks they agree within "
                                + STANDARD_ERRORS + " standard errors of the difference, beyond the rounding of what"
                                + " was published: both means are of tasks drawn apart.",
                        List.of("tasks", "published by", "weights", "ε", "published", "ours", "difference",
                                "standard error", "verdict"),
                        rows))));
    }

    /** Accuracy number i of those published, ours being in the same order. */
    private static List<Object> row(Published published, int i, List<Estimate> ours, Scale scale) {
        BigDecimal theirs = new BigDecimal(published.accuracies().get(i));
        List<Object> cells = new ArrayList<>(Arrays.asList(published.name(), published.source(),
                i < 2 ? "standard" : "adversarial", i % 2 == 0 ? 0.0 : published.epsilon(), theirs.doubleValue()));
        if (ours.isEmpty()) {
            cells.addAll(Arrays.asList(null, null, null, "not run: needs --data " + published.data() + "=DIR"));
            return cells;
        }
        double difference = ours.get(i).mean() - theirs.doubleValue();
        cells.addAll(Arrays.asList(ours.get(i).mean(), difference));
        if (published.tasks() == 0) {
            boolean agrees = Math.abs(difference) <= Double.parseDouble(FIXED);
            cells.addAll(Arrays.asList(null, verdict(agrees, "within " + FIXED)));
            return cells;
        }
        // the deviation over tasks, but no less than that of queries, of which rare errors may leave none to be seen
        double variance = Math.max(ours.get(i).sd() * ours.get(i).sd(),
                theirs.doubleValue() * (1 - theirs.doubleValue()) / scale.queries());
        double standardError = Math.sqrt(variance / ours.get(i).tasks() + variance / published.tasks());
        double rounding = theirs.ulp().doubleValue() / 2;
        boolean agrees = Math.abs(difference) <= STANDARD_ERRORS * standardError + rounding;
        cells.addAll(Arrays.asList(standardError, verdict(agrees, "within " + STANDARD_ERRORS + " standard errors")));
        return cells;
    }

    private static String verdict(boolean agrees, String bound) {
        return agrees ? AGREES + ": " + bound : "differs: not " + bound;
    }
}
