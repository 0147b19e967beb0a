package dev.holdfast.verify.experiments;

import dev.holdfast.verify.report.Axis;
import dev.holdfast.verify.report.Finding;
import dev.holdfast.verify.report.Lines;
import dev.holdfast.verify.report.Series;
import dev.holdfast.verify.tasks.NormalTasks;
import dev.holdfast.verify.tasks.Task;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Accuracy against robustness as robust features tell less of the label: their deviation σ grows, their mean α stays,
 * so that a robust feature shows its label with a chance of Φ(α/σ).
 */
final class TradeOff implements Experiment {
    static final double EPSILON = 0.2;
    static final double[] NOISE = {0.5, 1, 1.5, 2, 3, 4, 6, 8, 12, 16};

    /** An exact accuracy has no error of counting: a tenth of the tasks will do. */
    private static final int FEWER = 10;

    static final Axis NOISE_AXIS = new Axis("deviation of a robust feature, σ/α", true);

    /** d_rob = 10, d_vul = 90, α = 1, β = .1, and σ. */
    static NormalTasks.Features features(double noise) {
        return new NormalTasks.Features(10, 90, 0, 1, 0.1, 0.1, noise);
    }

    static int tasks(Scale scale) {
        return Math.max(2, scale.tasks() / FEWER);
    }

    @Override
    public String id() {
        return "trade-off";
    }

    @Override
    public String title() {
        return "Accuracy or robustness";
    }

    @Override
    public int steps(Scale scale) {
        return Sweep.tasks(points(scale));
    }

    private static List<Sweep.Point> points(Scale scale) {
        List<Sweep.Point> points = new ArrayList<>();
        for (double noise : scale.grid(NOISE)) {
            NormalTasks tasks = new NormalTasks(
                    new NormalTasks.Sizes(tasks(scale), scale.demonstrations(), 0, scale.seed()), features(noise));
            List<NamedLearner> weights = NamedLearner.ideal(tasks.features());
            points.add(new Sweep.Point(tasks.count(), (t, numbers) -> {
                Task task = tasks.task(t);
                NormalTasks.Law law = tasks.law(t);
                for (NamedLearner each : weights) {
                    float[] w = each.transformer().learn(task.demonstrations(), task.y()).weights();
                    numbers.add(each.name(), noise, ExactAccuracy.of(law, w, EPSILON));
                    numbers.add(each.name() + ", clean", noise, ExactAccuracy.of(law, w, 0));
                }
            }));
        }
        return points;
    }

    @Override
    public Outcome run(Scale scale, Runnable step) {
        Map<String, List<Estimate>> estimates = Sweep.run(points(scale), scale.threads(), step);
        List<Series> series = Sweep.series(estimates);
        double worst = 0;
        double where = Double.NaN;
        double gain = Double.NaN;
        for (int i = 0; i < estimates.get("standard").size(); i++) {
            double price = estimates.get("standard, clean").get(i).mean()
                    - estimates.get("adversarial, clean").get(i).mean();
            if (price > worst) {
                worst = price;
                where = estimates.get("standard").get(i).x();
                gain = estimates.get("adversarial").get(i).mean() - estimates.get("standard").get(i).mean();
            }
        }
        String text = worst > 0
                ? OpenQuestions.say("Adversarial weights lean on robust features in proportion to their mean and to"
                        + " their variance. As these tell less of the label, clean accuracy is what robustness costs:"
                        + " the price is highest at σ = %.1f α, where a robust feature shows its label with a chance of"
                        + " %.2f: %.3f of clean accuracy less than standard weights have, for %+.3f of robust accuracy"
                        + " at ε = 0.2.", where, Distributions.normal(1 / where), worst, gain)
                : "Adversarial weights are nowhere on this grid less accurate than standard ones.";
        return new Outcome(new Finding(id(), title(), text,
                List.of(new Lines("trade-off", "Accuracy as robust features become less predictive",
                        OpenQuestions.say("d_rob = 10, d_vul = 90, α = 1, β = 0.1, N = %d. Exact accuracy, clean and at"
                                + " ε = 0.2. To the right a robust feature tells less of the label. Mean over %d tasks"
                                + " at each point, band ± one standard deviation over tasks.",
                                scale.demonstrations(), tasks(scale)),
                        NOISE_AXIS, PaperFigures.ACCURACY, series)),
                List.of()));
    }
}
