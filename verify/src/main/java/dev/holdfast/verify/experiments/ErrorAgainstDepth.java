package dev.holdfast.verify.experiments;

import dev.holdfast.kernel.Workers;
import dev.holdfast.model.DepthOptimum;
import dev.holdfast.model.MixturePretraining;
import dev.holdfast.verify.experiments.FollowUp.Trained;
import dev.holdfast.verify.report.Axis;
import dev.holdfast.verify.report.Finding;
import dev.holdfast.verify.report.Lines;
import dev.holdfast.verify.report.Series;
import dev.holdfast.verify.report.Table;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/** The follow-up's figure 1: robust error of pretrained transformers against their depth, beside the best of each depth. */
final class ErrorAgainstDepth implements Experiment {
    private static final int DEPTHS = 10;
    private static final int QUICK_DEPTHS = 3;
    private static final int TASKS = 40_000;
    private static final int QUICK_TASKS = 32;
    private static final int DEMONSTRATIONS = 100_000;
    private static final int QUICK_DEMONSTRATIONS = 1000;
    private static final int RUNS = 3;
    private static final int QUICK_RUNS = 2;

    /** So many demonstrations leave little to average over. */
    private static final int CONTEXTS = 20;
    private static final int QUICK_CONTEXTS = 2;

    private static final String BEST = "the best of each depth, N = ∞";
    private static final Axis L = new Axis("layers L", false);
    private static final Axis ERROR = new Axis("robust error", false);
    private static final Axis EXCESS = new Axis("robust error less robust Bayes'", true);

    @Override
    public String id() {
        return "depth-figure-1";
    }

    @Override
    public String title() {
        return "The follow-up's figure 1: error against depth";
    }

    private static int depths(Scale scale) {
        return scale.quick() ? QUICK_DEPTHS : DEPTHS;
    }

    private static int runs(Scale scale) {
        return scale.quick() ? QUICK_RUNS : RUNS;
    }

    private static int demonstrations(Scale scale) {
        return scale.quick() ? QUICK_DEMONSTRATIONS : DEMONSTRATIONS;
    }

    private static int contexts(Scale scale) {
        return scale.quick() ? QUICK_CONTEXTS : CONTEXTS;
    }

    @Override
    public int steps(Scale scale) {
        return depths(scale) * runs(scale) * FollowUp.updates(scale) + 1 + contexts(scale);
    }

    @Override
    public Outcome run(Scale scale, Runnable step) {
        int tasks = scale.quick() ? QUICK_TASKS : TASKS;
        Map<String, List<Trained>> trained = FollowUp.withWorkers(scale, workers -> train(tasks, scale, workers, step));
        List<DepthOptimum> best = DepthOptimum.upTo(FollowUp.A1, depths(scale));
        step.run();
        Map<String, Estimate> accuracy = FollowUp.accuracy(trained,
                FollowUp.contexts(FollowUp.A1, demonstrations(scale), scale), contexts(scale), scale, step);
        String setting = OpenQuestions.say("Setting A1, T = %d tasks, N = %d, %d updates, %d runs.", tasks,
                demonstrations(scale), FollowUp.updates(scale), runs(scale));
        return new Outcome(finding(accuracy, best, setting, FollowUp.ended(trained.values(), scale), scale), List.of(times(trained, setting)));
    }

    /** By depth; the depths of a run share its tasks. */
    private static Map<String, List<Trained>> train(int tasks, Scale scale, Workers workers, Runnable step) {
        Map<String, List<Trained>> trained = new LinkedHashMap<>();
        for (int run = 0; run < runs(scale); run++) {
            MixturePretraining first = new MixturePretraining(new MixturePretraining.Settings(FollowUp.A1, 1, tasks,
                    demonstrations(scale), FollowUp.updates(scale), true, scale.seed() + run));
            for (int l = 1; l <= depths(scale); l++) {
                trained.computeIfAbsent(name(l), key -> new ArrayList<>())
                        .add(FollowUp.train(l == 1 ? first : first.ofDepth(l), workers, step));
            }
        }
        return trained;
    }

    private static String name(int depth) {
        return "L = " + depth;
    }

    private static Estimate error(Estimate accuracy, double x) {
        return new Estimate(x, 1 - accuracy.mean(), accuracy.sd(), accuracy.tasks());
    }

    private Finding finding(Map<String, Estimate> accuracy, List<DepthOptimum> best, String setting, String ended,
            Scale scale) {
        List<Estimate> pretrained = IntStream.rangeClosed(1, best.size())
                .mapToObj(l -> error(accuracy.get(name(l)), l))
                .toList();
        double untrained = 1 - accuracy.get(FollowUp.UNTRAINED).mean();
        double bayes = FollowUp.A1.error(FollowUp.A1.robustBayes(), FollowUp.A1.radius());
        double[] x = IntStream.rangeClosed(1, best.size()).asDoubleStream().toArray();
        double[] optimum = best.stream().mapToDouble(DepthOptimum::error).toArray();
        double[] ours = pretrained.stream().mapToDouble(Estimate::mean).toArray();
        List<Series> series = new ArrayList<>(Sweep.series(Map.of("pretrained", pretrained)));
        series.add(new Series(BEST, x, optimum, null, null));
        series.add(FollowUp.level(FollowUp.BAYES + ", exact", x, bayes));
        String contexts = " Exact error of what is learnt, mean over " + contexts(scale) + FollowUp.SPREAD;
        List<List<Object>> rows = new ArrayList<>();
        for (int i = 0; i < x.length; i++) {
            rows.add(List.of(i + 1, ours[i], pretrained.get(i).sd(), optimum[i], best.get(i).bound(), ours[i] - bayes,
                    optimum[i] - bayes));
        }
        return new Finding(id(), title(), text(pretrained, best, bayes, untrained) + ended,
                List.of(
                        new Lines(id(), "Robust error against depth", setting + contexts, L, ERROR, series),
                        new Lines(id() + "-excess", "What is missing to robust Bayes, against depth",
                                setting + " A gap means that nothing is missing in double precision.", L, EXCESS,
                                List.of(new Series("pretrained", x, above(ours, bayes), null, null),
                                        new Series(BEST, x, above(optimum, bayes), null, null),
                                        new Series(FollowUp.BAYES + ", read from the same contexts", x,
                                                above(FollowUp.level("", x, untrained).y(), bayes), null, null)))),
                List.of(exact(), new Table(id() + "-table", "Robust error by depth",
                        setting + " The best is found by search for N = ∞; no weights of the family and the depth are"
                                + " below the bound."
                                + " Robust Bayes has " + bayes + ".",
                        List.of("L", "pretrained", "± over runs", "best, N = ∞", "bound", "pretrained less Bayes",
                                "best less Bayes"),
                        rows)));
    }

    /** What no demonstrations and no search are needed for. */
    private static Table exact() {
        double[] bayes = FollowUp.A1.robustBayes();
        double[] mean = FollowUp.A1.mean();
        double[] clean = FollowUp.A1.against(0).robustBayes();
        List<List<Object>> rows = new ArrayList<>();
        for (Map.Entry<String, double[]> w : List.of(Map.entry("robust Bayes, (Σ + τI)⁻¹μ", bayes),
                Map.entry("Bayes, Σ⁻¹μ", clean), Map.entry("mean direction, μ", mean))) {
            rows.add(List.of(w.getKey(), FollowUp.A1.error(w.getValue(), 0),
                    FollowUp.A1.error(w.getValue(), FollowUp.A1.radius())));
        }
        return new Table("depth-exact", "Exact errors of setting A1",
                "τ = " + FollowUp.A1.tau() + ". Standard pretraining goes to Bayes, depth 1 to the mean direction.",
                List.of("classifier", "clean error", "robust error"), rows);
    }

    private static double[] above(double[] errors, double bayes) {
        return Arrays.stream(errors).map(error -> error > bayes ? error - bayes : Double.NaN).toArray();
    }

    private static String text(List<Estimate> pretrained, List<DepthOptimum> best, double bayes, double untrained) {
        List<String> found = new ArrayList<>();
        for (int i = 0; i < best.size(); i++) {
            found.add(OpenQuestions.say("%.5f at L = %d (best %.6f)", pretrained.get(i).mean(), i + 1,
                    best.get(i).error()));
        }
        double first = best.getFirst().error();
        return OpenQuestions.say("The paper proves that depth L ≥ r reaches the robust Bayes error, r = 10 being the number"
                + " of distinct variances that the mean meets here. Robust Bayes has %.8f, and %.6f where it reads means"
                + " and covariance from the same contexts. Pretrained transformers have %s. In the limit of many"
                + " demonstrations a second layer makes up for %.2f %% of what one layer misses.",
                bayes, untrained, String.join(", ", found), 100 * (first - best.get(1).error()) / (first - bayes));
    }

    private Table times(Map<String, List<Trained>> trained, String setting) {
        List<List<Object>> rows = new ArrayList<>();
        trained.forEach((depth, runs) ->
                rows.add(List.of(depth, runs.stream().mapToDouble(Trained::seconds).sum())));
        return new Table(id() + "-times", "Time to pretrain for the figure of depth",
                setting + " Wall-clock seconds of all runs, all threads at work; the depths of a run share its tasks, which"
                        + " are drawn in the time of L = 1.",
                List.of("depth", "seconds"), rows);
    }
}
