package dev.holdfast.verify.experiments;

import dev.holdfast.kernel.Workers;
import dev.holdfast.model.GaussianMixture;
import dev.holdfast.verify.experiments.FollowUp.Trained;
import dev.holdfast.verify.report.Axis;
import dev.holdfast.verify.report.Finding;
import dev.holdfast.verify.report.Lines;
import dev.holdfast.verify.report.Series;
import dev.holdfast.verify.report.Table;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * The follow-up's Table A1 beside ours: accuracy against the number of demonstrations, of transformers that are pretrained
 * with as many, and of robust Bayes, which is not pretrained; and the curves of the pretraining.
 */
final class TableA1 implements Experiment {
    private static final int TASKS = 1000;
    private static final int QUICK_TASKS = 32;
    private static final int RUNS = 5;
    private static final int QUICK_RUNS = 2;
    private static final int[] DEMONSTRATIONS = {10, 50, 100, 500, 1000};
    private static final int[] QUICK_DEMONSTRATIONS = {10, 100};

    /** Contexts, beside what tasks with queries have. */
    private static final int MORE = 4;

    /** Points of a training curve, at most. */
    private static final int CURVE = 60;

    /** N, pretraining, then accuracy in per cent and its spread over five runs, clean and robust. */
    private static final String PUBLISHED = """
            10 standard 84.6 4.2 63.5 4.5
            10 adversarial 84.8 0.7 67.8 0.3
            50 standard 95.1 4.3 52.8 20.6
            50 adversarial 92.4 0.3 75.5 0.1
            100 standard 98.0 0.6 45.1 15.9
            100 adversarial 93.6 0.3 76.6 0.1
            500 standard 98.7 0.2 39.6 7.0
            500 adversarial 94.1 0.3 77.5 0.1
            1000 standard 98.4 0.6 45.1 13.0
            1000 adversarial 94.0 0.1 77.6 0.1
            """;

    private static final List<String> KINDS = List.of(FollowUp.STANDARD, FollowUp.ADVERSARIAL);
    private static final Axis N = new Axis("demonstrations N", true);

    @Override
    public String id() {
        return "depth-table-a1";
    }

    @Override
    public String title() {
        return "The follow-up's table A1: accuracy against N, published and ours";
    }

    private static int[] demonstrations(Scale scale) {
        return scale.quick() ? QUICK_DEMONSTRATIONS : DEMONSTRATIONS;
    }

    private static int runs(Scale scale) {
        return scale.quick() ? QUICK_RUNS : RUNS;
    }

    private static int tasks(Scale scale) {
        return scale.quick() ? QUICK_TASKS : TASKS;
    }

    /** An error of a context takes no query, and what few demonstrations teach varies. */
    private static int contexts(Scale scale) {
        return scale.quick() ? scale.tasks() : MORE * scale.tasks();
    }

    @Override
    public int steps(Scale scale) {
        return demonstrations(scale).length * (KINDS.size() * runs(scale) * FollowUp.updates(scale) + contexts(scale));
    }

    @Override
    public Outcome run(Scale scale, Runnable step) {
        Map<String, List<Estimate>> accuracy = new LinkedHashMap<>();
        List<Series> curves = new ArrayList<>();
        List<List<Trained>> all = new ArrayList<>();
        List<List<Object>> times = new ArrayList<>();
        for (int n : demonstrations(scale)) {
            Map<String, List<Trained>> trained = new LinkedHashMap<>();
            for (String kind : KINDS) {
                List<Trained> runs = FollowUp.withWorkers(scale, workers -> train(kind, n, scale, workers, step));
                trained.put(kind, runs);
                all.add(runs);
                curves.add(curve(kind + ", N = " + n, runs.getFirst().losses()));
                times.add(List.of(kind, n, runs.stream().mapToDouble(Trained::seconds).average().orElseThrow(),
                        runs.stream().mapToDouble(Trained::seconds).max().orElseThrow()));
            }
            FollowUp.accuracy(trained, FollowUp.contexts(FollowUp.A1, n, scale), contexts(scale), scale, step)
                    .forEach((name, estimate) ->
                            accuracy.computeIfAbsent(name, key -> new ArrayList<>()).add(estimate.at(n)));
        }
        return new Outcome(finding(accuracy, curves, FollowUp.ended(all, scale), scale), List.of(new Table(id() + "-times",
                "Time to pretrain for table A1",
                setting(scale) + " Wall-clock seconds of " + FollowUp.updates(scale) + " updates and of drawing the tasks,"
                        + " all threads at work.",
                List.of("pretraining", "N", "seconds, mean of runs", "longest"), times)));
    }

    private static List<Trained> train(String kind, int n, Scale scale, Workers workers, Runnable step) {
        GaussianMixture met = kind.equals(FollowUp.STANDARD) ? FollowUp.A1.against(0) : FollowUp.A1;
        return IntStream.range(0, runs(scale))
                .mapToObj(run -> FollowUp.train(met, FollowUp.depth(scale), tasks(scale), n, run, scale, workers, step))
                .toList();
    }

    /** On a grid that is even on a logarithmic axis. */
    private static Series curve(String name, double[] losses) {
        double[] updates = IntStream.rangeClosed(0, CURVE)
                .mapToDouble(i -> Math.round(StrictMath.pow(losses.length, (double) i / CURVE)))
                .distinct()
                .toArray();
        return new Series(name, updates, Arrays.stream(updates).map(update -> losses[(int) update - 1]).toArray(),
                null, null);
    }

    private Finding finding(Map<String, List<Estimate>> accuracy, List<Series> curves, String ended, Scale scale) {
        List<List<Object>> rows = rows(accuracy, scale);
        double[] x = Arrays.stream(demonstrations(scale)).asDoubleStream().toArray();
        List<Series> robust = new ArrayList<>(Sweep.series(chosen(accuracy, "")));
        robust.add(FollowUp.level(FollowUp.BAYES + ", N = ∞", x, 1 - exact(FollowUp.A1.radius())));
        List<Series> clean = new ArrayList<>(Sweep.series(chosen(accuracy, FollowUp.CLEAN)));
        clean.add(FollowUp.level(FollowUp.BAYES + ", N = ∞", x, 1 - exact(0)));
        String caption = setting(scale) + " Exact accuracy of what is learnt, mean over " + contexts(scale)
                + FollowUp.SPREAD;
        return new Finding(id(), title(), text(accuracy, rows, scale) + ended,
                List.of(
                        new Lines(id() + "-robust", "Robust accuracy against N", caption, N, FollowUp.ACCURACY, robust),
                        new Lines(id() + "-clean", "Clean accuracy against N", caption, N, FollowUp.ACCURACY, clean),
                        new Lines(id() + "-training", "Training curves",
                                setting(scale) + " The first run of each; an adversarial loss is that under attack.",
                                new Axis("update", true), new Axis("mean logistic loss over tasks", false), curves)),
                List.of(new Table(id(), title(),
                        setting(scale) + " Per cent, mean ± standard deviation over runs. Adversarial rows agree within"
                                + " both spreads added, standard ones within the published spread, beyond the rounding"
                                + " of what was published.",
                        List.of("pretraining", "N", "accuracy", "published", "±", "ours", "± (ours)", "difference",
                                "verdict"),
                        rows)));
    }

    private static double exact(double attack) {
        return FollowUp.A1.error(FollowUp.A1.robustBayes(), attack);
    }

    private static Map<String, List<Estimate>> chosen(Map<String, List<Estimate>> accuracy, String attack) {
        Map<String, List<Estimate>> chosen = new LinkedHashMap<>();
        for (String kind : List.of(FollowUp.STANDARD, FollowUp.ADVERSARIAL, FollowUp.UNTRAINED)) {
            chosen.put(kind, accuracy.get(kind + attack));
        }
        return chosen;
    }

    private static String setting(Scale scale) {
        return OpenQuestions.say("Setting A1, L = %d, T = %d tasks, %d runs.", FollowUp.depth(scale), tasks(scale),
                runs(scale));
    }

    private static List<List<Object>> rows(Map<String, List<Estimate>> accuracy, Scale scale) {
        List<List<Object>> rows = new ArrayList<>();
        for (String line : PUBLISHED.lines().toList()) {
            String[] words = line.split(" ");
            int n = Integer.parseInt(words[0]);
            for (int i = 2; i < words.length; i += 2) {
                String attack = i == 2 ? FollowUp.CLEAN : "";
                Estimate ours = at(accuracy.get(words[1] + attack), n);
                if (ours != null) {
                    rows.add(row(words[1], n, i == 2 ? "clean" : "robust", new BigDecimal(words[i]),
                            new BigDecimal(words[i + 1]), ours, scale));
                }
            }
        }
        return rows;
    }

    private static Estimate at(List<Estimate> estimates, int n) {
        return estimates.stream().filter(estimate -> estimate.x() == n).findFirst().orElse(null);
    }

    private static List<Object> row(String kind, int n, String attack, BigDecimal mean, BigDecimal spread,
            Estimate ours, Scale scale) {
        double difference = 100 * ours.mean() - mean.doubleValue();
        return List.of(kind, n, attack, mean.doubleValue(), spread.doubleValue(), 100 * ours.mean(), 100 * ours.sd(),
                difference, scale.quick() ? "not compared: a smaller setting" : verdict(kind, mean, spread, ours));
    }

    /** Half a unit of the last place is what each published number may have lost by rounding. */
    static String verdict(String kind, BigDecimal mean, BigDecimal spread, Estimate ours) {
        boolean standard = kind.equals(FollowUp.STANDARD);
        double rounding = (mean.ulp().doubleValue() + spread.ulp().doubleValue()) / 2;
        double allowed = spread.doubleValue() + (standard ? 0 : 100 * ours.sd()) + rounding;
        boolean agrees = Math.abs(100 * ours.mean() - mean.doubleValue()) <= allowed;
        return (agrees ? "agrees: within " : "differs: not within ")
                + (standard ? "the published spread" : "both spreads added");
    }

    private static String text(Map<String, List<Estimate>> accuracy, List<List<Object>> rows, Scale scale) {
        long agree = rows.stream().filter(row -> row.getLast().toString().startsWith("agrees")).count();
        List<Estimate> adversarial = accuracy.get(FollowUp.ADVERSARIAL);
        List<Estimate> untrained = accuracy.get(FollowUp.UNTRAINED);
        List<String> compared = new ArrayList<>();
        for (int i = 0; i < adversarial.size(); i++) {
            compared.add(OpenQuestions.say("%.4f and %.4f at N = %d", adversarial.get(i).mean(), untrained.get(i).mean(),
                    (int) adversarial.get(i).x()));
        }
        double spread = accuracy.get(FollowUp.STANDARD).stream().mapToDouble(Estimate::sd).max().orElseThrow();
        return (scale.quick() ? "The quick report pretrains a smaller setting, whose numbers are not compared."
                : agree + " of the " + rows.size() + " published numbers agree.")
                + " Robust accuracy of what was pretrained adversarially, and of robust Bayes, which reads means and"
                + " covariance of the same contexts and was never pretrained: " + String.join(", ", compared) + "; "
                + from(adversarial, untrained) + OpenQuestions.say(
                        " Standard pretraining cares for no adversary: its robust accuracy spreads by up to %.3f (one"
                                + " standard deviation) over runs.", spread);
    }

    /** From which N on robust Bayes is at least as good, to within both spreads. */
    private static String from(List<Estimate> adversarial, List<Estimate> untrained) {
        int from = adversarial.size();
        while (from > 0 && untrained.get(from - 1).mean() >= adversarial.get(from - 1).mean()
                - adversarial.get(from - 1).sd() - untrained.get(from - 1).sd()) {
            from--;
        }
        return from == adversarial.size() ? "with the most demonstrations pretraining is ahead."
                : OpenQuestions.say("from N = %d on the rule is at least as good, to within both spreads added.",
                        (int) adversarial.get(from).x());
    }
}
