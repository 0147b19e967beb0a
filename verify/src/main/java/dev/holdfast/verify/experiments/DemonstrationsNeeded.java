package dev.holdfast.verify.experiments;

import dev.holdfast.verify.report.Axis;
import dev.holdfast.verify.report.Finding;
import dev.holdfast.verify.report.Lines;
import dev.holdfast.verify.report.Series;
import dev.holdfast.verify.tasks.NormalTasks;
import dev.holdfast.verify.tasks.Task;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/**
 * How many demonstrations adversarial weights need as robust features become less predictive: the smallest N of a grid
 * from which on mean exact accuracy is within .01 of that for N → ∞.
 */
final class DemonstrationsNeeded implements Experiment {
    private static final double NEAR = 0.01;
    private static final int[] GRID = {
        1, 2, 3, 4, 6, 8, 12, 16, 24, 32, 48, 64, 96, 128, 192, 256, 384, 512, 768, 1024, 1536, 2048, 3072, 4096
    };
    @Override
    public String id() {
        return "demonstrations-needed";
    }

    @Override
    public String title() {
        return "How many demonstrations it takes";
    }

    @Override
    public int steps(Scale scale) {
        return scale.grid(TradeOff.NOISE).length * TradeOff.tasks(scale);
    }

    @Override
    public Outcome run(Scale scale, Runnable step) {
        double[] noises = scale.grid(TradeOff.NOISE);
        double[] clean = new double[noises.length];
        double[] robust = new double[noises.length];
        double[] cleanLimit = new double[noises.length];
        double[] robustLimit = new double[noises.length];
        for (int i = 0; i < noises.length; i++) {
            NormalTasks tasks = new NormalTasks(
                    new NormalTasks.Sizes(TradeOff.tasks(scale), GRID[GRID.length - 1], 0, scale.seed()),
                    TradeOff.features(noises[i]));
            NormalTasks.Law law = tasks.law(0);
            Map<String, List<Estimate>> estimates = Sweep.run(
                    List.of(new Sweep.Point(tasks.count(), (t, numbers) -> measure(tasks, t, numbers))),
                    scale.threads(), step);
            cleanLimit[i] = ExactAccuracy.of(law, law.adversarialLimit(), 0);
            robustLimit[i] = ExactAccuracy.of(law, law.adversarialLimit(), TradeOff.EPSILON);
            clean[i] = needed(estimates.get("clean"), cleanLimit[i]);
            robust[i] = needed(estimates.get("robust"), robustLimit[i]);
        }
        String text = OpenQuestions.say("%s %s", tell("clean", noises, clean, cleanLimit),
                tell("robust", noises, robust, robustLimit));
        return new Outcome(new Finding(id(), title(), text,
                List.of(new Lines("demonstrations-needed",
                        "Demonstrations needed as robust features become less predictive",
                        OpenQuestions.say("Smallest N of a grid of two values an octave up to %d, from which on the"
                                + " mean exact accuracy of adversarial weights is within 0.01 of that of N = ∞; a gap"
                                + " means more. d_rob = 10, d_vul = 90, α = 1, β = 0.1, ε = 0.2; mean over %d tasks.",
                                GRID[GRID.length - 1], TradeOff.tasks(scale)),
                        TradeOff.NOISE_AXIS, new Axis("demonstrations N", true), List.of(
                                new Series("clean accuracy", noises, clean, null, null),
                                new Series("robust accuracy", noises, robust, null, null)))),
                List.of()));
    }

    /** From where to where the number grows, and what accuracy is to be had there and at the end. */
    private static String tell(String kind, double[] noises, double[] needed, double[] limit) {
        int most = 0;
        for (int i = 1; i < needed.length; i++) {
            // NaN, more than the grid has, compares as the greatest
            most = Double.compare(needed[i], needed[most]) > 0 ? i : most;
        }
        int last = needed.length - 1;
        return OpenQuestions.say("To come within 0.01 of the %s accuracy of N = ∞, adversarial weights need N = %s at"
                + " σ = %.1f α and most, N = %s, at σ = %.1f α; the accuracy to be had is %.3f and %.3f there, and %.3f"
                + " at σ = %.1f α with N = %s.", kind, number(needed[0]), noises[0],
                number(needed[most]), noises[most], limit[0], limit[most], limit[last], noises[last],
                number(needed[last]));
    }

    private static String number(double n) {
        return Double.isNaN(n) ? "more than " + GRID[GRID.length - 1] : String.valueOf((int) n);
    }

    private static void measure(NormalTasks tasks, int t, Sweep.Numbers numbers) {
        Task task = tasks.task(t);
        NormalTasks.Law law = tasks.law(t);
        NamedLearner adversarial = NamedLearner.ideal(tasks.features()).getLast();
        for (int n : GRID) {
            float[] w = adversarial.transformer()
                    .learn(task.demonstrations().first(n), Arrays.copyOf(task.y(), n))
                    .weights();
            numbers.add("clean", n, ExactAccuracy.of(law, w, 0));
            numbers.add("robust", n, ExactAccuracy.of(law, w, TradeOff.EPSILON));
        }
    }

    /** The first x from which on all means are near the limit; NaN if the last is not. */
    static double needed(List<Estimate> estimates, double limit) {
        double needed = Double.NaN;
        for (Estimate estimate : estimates.reversed()) {
            if (Math.abs(estimate.mean() - limit) > NEAR) {
                return needed;
            }
            needed = estimate.x();
        }
        return needed;
    }
}
