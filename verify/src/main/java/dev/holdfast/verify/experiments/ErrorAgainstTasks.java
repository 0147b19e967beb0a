package dev.holdfast.verify.experiments;

import dev.holdfast.verify.experiments.FollowUp.Trained;
import dev.holdfast.verify.report.Axis;
import dev.holdfast.verify.report.Finding;
import dev.holdfast.verify.report.Lines;
import dev.holdfast.verify.report.Series;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/** The follow-up's figure against the number of pretraining tasks T. */
final class ErrorAgainstTasks implements Experiment {
    private static final int[] TASKS = {10, 20, 50, 100, 200, 500, 1000, 2000};
    private static final int[] QUICK_TASKS = {10, 50};
    private static final int DEMONSTRATIONS = 1000;
    private static final int RUNS = 3;
    private static final int QUICK_RUNS = 2;
    private static final int QUICK_CONTEXTS = 8;

    @Override
    public String id() {
        return "depth-tasks";
    }

    @Override
    public String title() {
        return "The follow-up's figure against the number of pretraining tasks";
    }

    private static int[] tasks(Scale scale) {
        return scale.quick() ? QUICK_TASKS : TASKS;
    }

    private static int runs(Scale scale) {
        return scale.quick() ? QUICK_RUNS : RUNS;
    }

    private static int contexts(Scale scale) {
        return scale.quick() ? Math.min(scale.tasks(), QUICK_CONTEXTS) : scale.tasks();
    }

    @Override
    public int steps(Scale scale) {
        return tasks(scale).length * runs(scale) * FollowUp.updates(scale) + contexts(scale);
    }

    @Override
    public Outcome run(Scale scale, Runnable step) {
        Map<String, List<Trained>> trained = new LinkedHashMap<>();
        for (int tasks : tasks(scale)) {
            trained.put("T = " + tasks, FollowUp.withWorkers(scale, workers -> IntStream.range(0, runs(scale))
                    .mapToObj(run -> FollowUp.train(FollowUp.A1, FollowUp.depth(scale), tasks, DEMONSTRATIONS, run, scale,
                            workers, step))
                    .toList()));
        }
        Map<String, Estimate> accuracy = FollowUp.accuracy(trained,
                FollowUp.contexts(FollowUp.A1, DEMONSTRATIONS, scale), contexts(scale), scale, step);
        List<Estimate> robust = against(accuracy, "", scale);
        Map<String, List<Estimate>> lines = new LinkedHashMap<>();
        lines.put(FollowUp.ADVERSARIAL, robust);
        lines.put(FollowUp.ADVERSARIAL + FollowUp.CLEAN, against(accuracy, FollowUp.CLEAN, scale));
        double[] x = Arrays.stream(tasks(scale)).asDoubleStream().toArray();
        double untrained = accuracy.get(FollowUp.UNTRAINED).mean();
        double bayes = 1 - FollowUp.A1.error(FollowUp.A1.robustBayes(), FollowUp.A1.radius());
        List<Series> series = new ArrayList<>(Sweep.series(lines));
        series.add(FollowUp.level(FollowUp.UNTRAINED, x, untrained));
        series.add(FollowUp.level(FollowUp.BAYES + ", N = ∞", x, bayes));
        String text = OpenQuestions.say("The paper bounds what adversarial pretraining misses by the order of 1/√T + 1/N."
                + " With N = %d demonstrations, robust accuracy goes from %.4f at T = %d to %.4f at T = %d; robust Bayes,"
                + " which needs no tasks, reads %.4f from the same contexts.", DEMONSTRATIONS, robust.getFirst().mean(),
                (int) x[0], robust.getLast().mean(), (int) x[x.length - 1], untrained);
        return new Outcome(new Finding(id(), title(), text + FollowUp.ended(trained.values(), scale),
                List.of(new Lines(id(), "Accuracy against the number of pretraining tasks", OpenQuestions.say(
                        "Setting A1, L = %d, N = %d, %d runs. Exact accuracy of what is learnt, mean over %d",
                        FollowUp.depth(scale), DEMONSTRATIONS, runs(scale), contexts(scale)) + FollowUp.SPREAD,
                        new Axis("pretraining tasks T", true), FollowUp.ACCURACY, series)),
                List.of()));
    }

    private static List<Estimate> against(Map<String, Estimate> accuracy, String attack, Scale scale) {
        return Arrays.stream(tasks(scale))
                .mapToObj(tasks -> accuracy.get("T = " + tasks + attack).at(tasks))
                .toList();
    }
}
