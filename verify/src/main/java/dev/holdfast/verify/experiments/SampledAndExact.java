package dev.holdfast.verify.experiments;

import dev.holdfast.verify.report.Axis;
import dev.holdfast.verify.report.Finding;
import dev.holdfast.verify.report.Lines;
import dev.holdfast.verify.report.Series;
import dev.holdfast.verify.report.Table;
import dev.holdfast.verify.tasks.NormalTasks;
import dev.holdfast.verify.tasks.Task;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Robust accuracy of normal tasks, counted on queries, beside what {@link ExactAccuracy} says of the same tasks. */
final class SampledAndExact implements Experiment {
    private static final NormalTasks.Features FEATURES = new NormalTasks.Features(10, 90, 0, 1, 0.1, 0.1);

    @Override
    public String id() {
        return "sampled-and-exact";
    }

    @Override
    public String title() {
        return "Robust accuracy without queries";
    }

    @Override
    public int steps(Scale scale) {
        return scale.tasks();
    }

    @Override
    public Outcome run(Scale scale, Runnable step) {
        NormalTasks family = new NormalTasks(scale.sizes(), FEATURES);
        List<NamedLearner> weights = NamedLearner.ideal(family.features());
        Map<String, List<Estimate>> estimates =
                Sweep.run(List.of(new Sweep.Point(family.count(), (t, numbers) -> {
                    Task task = family.task(t);
                    for (NamedLearner each : weights) {
                        measure(each, task, family.law(t), numbers);
                    }
                })), scale.threads(), step);
        List<Series> series = new ArrayList<>();
        List<List<Object>> rows = new ArrayList<>();
        double greatest = 0;
        for (NamedLearner each : weights) {
            List<Estimate> sampled = estimates.get(each.name());
            List<Estimate> exact = estimates.get(exact(each));
            List<Estimate> variance = estimates.get(variance(each));
            series.addAll(Sweep.series(Map.of(each.name() + ", sampled", sampled)));
            series.addAll(Sweep.series(Map.of(exact(each), exact)));
            for (int e = 0; e < PaperFigures.NORMAL_EPSILONS.length; e++) {
                double difference = sampled.get(e).mean() - exact.get(e).mean();
                double standardError = Math.sqrt(variance.get(e).mean() / scale.queries() / scale.tasks());
                // where every task is certain there is no error to measure by
                double z = standardError > 0 ? difference / standardError : Double.NaN;
                greatest = Math.max(greatest, Double.isNaN(z) ? 0 : Math.abs(z));
                rows.add(List.of(each.name(), PaperFigures.NORMAL_EPSILONS[e], sampled.get(e).mean(), exact.get(e).mean(), difference,
                        standardError, z));
            }
        }
        String where = OpenQuestions.say("%d tasks of d_rob = %d, d_vul = %d, N = %d, %d queries each",
                scale.tasks(), FEATURES.robust(), FEATURES.vulnerable(), scale.demonstrations(), scale.queries());
        String text = OpenQuestions.say(
                "Given w, a query's margin on a normal task is normal, so that a task's robust accuracy is Φ((Σ w_i μ_i"
                        + " − ε‖w‖₁)/(Σ w_i² σ_i²)^½) with no query drawn. The sampled mean is at most %.2f standard"
                        + " errors from it, over %d means of %s.",
                greatest, rows.size(), where);
        return new Outcome(new Finding(id(), title(), text,
                List.of(new Lines("sampled-and-exact", "Sampled and exact robust accuracy",
                        "Mean over " + where + "; bands are ± one standard deviation over tasks. Sampled and exact"
                                + " lines lie on each other.",
                        new Axis("ℓ∞ radius ε", false), new Axis("robust accuracy", false), series)),
                List.of(new Table("sampled-and-exact-z", "Sampled less exact",
                        "Mean robust accuracy over " + where + "; the standard error is that of counting queries, given"
                                + " each task's exact accuracy; z is the difference in standard errors.",
                        List.of("weights", "ε", "sampled", "exact", "difference", "s.e.", "z"), rows))));
    }

    private static void measure(NamedLearner weights, Task task, NormalTasks.Law law, Sweep.Numbers numbers) {
        var classifier = weights.transformer().learn(task.demonstrations(), task.y());
        double[] epsilons = PaperFigures.NORMAL_EPSILONS;
        numbers.addAll(weights.name(), epsilons,
                classifier.robustAccuracy(task.queries(), task.answers(), epsilons));
        float[] w = classifier.weights();
        for (int e = 0; e < epsilons.length; e++) {
            double exact = ExactAccuracy.of(law, w, epsilons[e]);
            numbers.add(exact(weights), epsilons[e], exact);
            numbers.add(variance(weights), epsilons[e], exact * (1 - exact));
        }
    }

    private static String exact(NamedLearner weights) {
        return weights.name() + ", exact";
    }

    private static String variance(NamedLearner weights) {
        return weights.name() + ", variance";
    }
}
