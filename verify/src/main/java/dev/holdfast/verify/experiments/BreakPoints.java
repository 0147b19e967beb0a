package dev.holdfast.verify.experiments;

import dev.holdfast.verify.report.Axis;
import dev.holdfast.verify.report.Figure;
import dev.holdfast.verify.report.Finding;
import dev.holdfast.verify.report.Lines;
import dev.holdfast.verify.report.Series;
import dev.holdfast.verify.report.Table;
import dev.holdfast.verify.tasks.NormalTasks;
import dev.holdfast.verify.tasks.Task;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.DoubleFunction;
import java.util.function.IntToDoubleFunction;

/**
 * How many vulnerable features break a classifier: the d_vul at which the mean exact robust accuracy of normal tasks
 * falls through ½, against α/β and against d_rob, with the exponents that fit. α = 1, and ε = 2β, so that
 * vulnerable features stay vulnerable as β shrinks.
 */
final class BreakPoints implements Experiment {
    private static final double HALF = 0.5;
    private static final double EPSILON_PER_BETA = 2;
    /** Bisection ends where a break point is known to one part in this many; a straight line does the rest. */
    private static final int FINE = 64;

    private static final int TASKS = 8;
    private static final int QUICK_TASKS = 2;
    private static final double[] RATIOS = {8, 12, 16, 24, 32, 48, 64};
    private static final double[] QUICK_RATIOS = {6, 8, 12, 16};
    private static final int ROBUST_OF_RATIOS = 2;
    private static final double[] ROBUST = {1, 2, 4, 8, 16};
    private static final double RATIO_OF_ROBUST = 8;

    /** A way to come by the weights w of a task; in the limit its law says all, and one task is as good as many. */
    private record Learner(String name, boolean limit, Learning learning) {}

    private interface Learning {
        float[] of(NormalTasks tasks, int t);
    }

    private static final List<Learner> LEARNERS = List.of(
            new Learner("standard", false, (tasks, t) -> learn(tasks, t, 0)),
            new Learner("adversarial", false, (tasks, t) -> learn(tasks, t, 1)),
            new Learner("standard, N = ∞", true, (tasks, t) -> {
                float[] w = new float[tasks.features()];
                Arrays.fill(w, 1);
                return w;
            }),
            new Learner("adversarial, N = ∞", true, (tasks, t) -> tasks.law(t).adversarialLimit()));

    /** One sweep: what changes, and the features without their vulnerable ones. */
    private record Sweeping(String key, String label, double[] x, DoubleFunction<NormalTasks.Features> features) {}

    private static float[] learn(NormalTasks tasks, int t, int which) {
        Task task = tasks.task(t);
        return NamedLearner.ideal(tasks.features()).get(which).transformer()
                .learn(task.demonstrations(), task.y())
                .weights();
    }

    @Override
    public String id() {
        return "break-points";
    }

    @Override
    public String title() {
        return "How many vulnerable features break a classifier";
    }

    private static List<Sweeping> sweeps(Scale scale) {
        return List.of(
                new Sweeping("ratio", "α/β", scale.quick() ? QUICK_RATIOS : RATIOS,
                        ratio -> features(ROBUST_OF_RATIOS, ratio)),
                new Sweeping("robust", "d_rob", scale.grid(ROBUST),
                        robust -> features((int) robust, RATIO_OF_ROBUST)));
    }

    private static NormalTasks.Features features(int robust, double ratio) {
        return new NormalTasks.Features(robust, 0, 0, 1, 1 / ratio, 0);
    }

    @Override
    public int steps(Scale scale) {
        return sweeps(scale).stream().mapToInt(sweep -> sweep.x().length).sum() * LEARNERS.size();
    }

    @Override
    public Outcome run(Scale scale, Runnable step) {
        int tasks = scale.quick() ? QUICK_TASKS : TASKS;
        List<Figure> figures = new ArrayList<>();
        List<List<Object>> rows = new ArrayList<>();
        List<String> found = new ArrayList<>();
        for (Sweeping sweep : sweeps(scale)) {
            List<Series> series = new ArrayList<>();
            for (Learner learner : LEARNERS) {
                double[] y = new double[sweep.x().length];
                for (int i = 0; i < y.length; i++) {
                    NormalTasks.Features features = sweep.features().apply(sweep.x()[i]);
                    y[i] = breakPoint(count -> accuracy(learner, features, count, tasks, scale));
                    step.run();
                }
                series.add(new Series(learner.name(), sweep.x(), y, null, null));
                PowerLaw law = PowerLaw.fit(sweep.x(), y);
                rows.add(List.of(learner.name(), sweep.label(), law.exponent(), law.exponent() - law.half(),
                        law.exponent() + law.half()));
                found.add(OpenQuestions.say("%s: (%s)^(%.2f ± %.2f)", learner.name(), sweep.label(), law.exponent(),
                        law.half()));
            }
            figures.add(new Lines(id() + "-" + sweep.key(), "Vulnerable features that break, against " + sweep.label(),
                    OpenQuestions.say("d_vul at which the mean robust accuracy at ε = 2β falls through 1/2, α = 1, %s."
                            + " Exact robust accuracy of %d tasks of N = %d demonstrations for each d_vul that"
                            + " bisection tries, and in the limit N = ∞.",
                            sweep.key().equals("ratio") ? "d_rob = " + ROBUST_OF_RATIOS : "α/β = 8", tasks,
                            scale.demonstrations()),
                    new Axis(sweep.label(), true), new Axis("vulnerable features d_vul at the break", true), series));
        }
        String text = "The paper has standard weights break once d_vul exceeds the order of d_rob α/β, and adversarial"
                + " ones only at the order of d_rob (α/β)². Fitted to the break points: " + String.join("; ", found)
                + ". Intervals are 95 %, by Student's t of the points' scatter about the line. What lies above 1 and 2"
                + " in the limit N = ∞ comes from ε = 2β, which takes from the robust features as well: standard"
                + " weights break at d_vul = d_rob (α/β − 2) exactly.";
        return new Outcome(new Finding(id(), title(), text, figures,
                List.of(new Table("break-exponents", "Exponents of the break points",
                        "Least squares of log d_vul; low and high are the 95 % interval by Student's t.",
                        List.of("weights", "against", "exponent", "low", "high"), rows))));
    }

    private static double accuracy(
            Learner learner, NormalTasks.Features of, int vulnerable, int count, Scale scale) {
        NormalTasks tasks = new NormalTasks(
                new NormalTasks.Sizes(learner.limit() ? 1 : count, scale.demonstrations(), 0, scale.seed()),
                new NormalTasks.Features(of.robust(), vulnerable, 0, of.alpha(), of.beta(), of.gamma()));
        double epsilon = EPSILON_PER_BETA * of.beta();
        Sweep.Point probe = new Sweep.Point(tasks.count(), (t, numbers) -> numbers.add("accuracy", vulnerable,
                ExactAccuracy.of(tasks.law(t), learner.learning().of(tasks, t), epsilon)));
        return Sweep.run(List.of(probe), scale.threads(), () -> {}).get("accuracy").getFirst().mean();
    }

    /**
     * Where {@code accuracy} falls through ½, by doubling, bisection and a straight line between neighbours; it is at
     * least ½ for one.
     */
    static double breakPoint(IntToDoubleFunction accuracy) {
        int low = 1;
        double above = accuracy.applyAsDouble(low);
        if (above < HALF) {
            throw new IllegalStateException("accuracy = " + above + " for one feature, expected at least 0.5");
        }
        int high = 2;
        double below = accuracy.applyAsDouble(high);
        while (below >= HALF) {
            low = high;
            above = below;
            high = Math.multiplyExact(high, 2);
            below = accuracy.applyAsDouble(high);
        }
        while (high - low > Math.max(1, low / FINE)) {
            int middle = (low + high) >>> 1;
            double at = accuracy.applyAsDouble(middle);
            if (at >= HALF) {
                low = middle;
                above = at;
            } else {
                high = middle;
                below = at;
            }
        }
        return low + (high - low) * (above - HALF) / (above - below);
    }
}
