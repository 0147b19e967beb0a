package dev.holdfast.verify.experiments;

import dev.holdfast.model.ExactOptimum;
import dev.holdfast.verify.report.Finding;
import dev.holdfast.verify.report.Table;
import java.util.ArrayList;
import java.util.List;

/** What pretraining approaches, for every ε: the phases of {@link ExactOptimum}. */
final class Phases implements Experiment {
    private static final int MOST_FEATURES = 1000;
    private static final int[] FEATURES = {5, 10, 20, 50, 100, 200, 500, 1000};

    @Override
    public String id() {
        return "phases";
    }

    @Override
    public String title() {
        return "What pretraining approaches, for every ε";
    }

    @Override
    public int steps(Scale scale) {
        return 1;
    }

    @Override
    public Outcome run(Scale scale, Runnable step) {
        List<List<Object>> rows = new ArrayList<>();
        for (int d : FEATURES) {
            List<Object> row = new ArrayList<>(List.of(d));
            for (double threshold : ExactOptimum.thresholds(d, PaperFigures.LAMBDA)) {
                row.add(threshold);
            }
            rows.add(row);
        }
        Finding finding = new Finding(id(), title(), OpenQuestions.say(
                "The paper solves pretraining for ε = 0, for ε = ε_b and for ε ≥ ε_d. Its population objective has an"
                        + " exact optimum for every ε: as ε grows, all weights are 1 (standard), then Q̄ is the"
                        + " identity above a label row, then the identity (adversarial), then the identity on fewer and"
                        + " fewer features, and from ε_d on nothing is learnt. At d = 100 the adversarial weights are"
                        + " optimal for ε from %.4f to %.4f.",
                ExactOptimum.thresholds(100, PaperFigures.LAMBDA)[1],
                ExactOptimum.thresholds(100, PaperFigures.LAMBDA)[2]),
                List.of(new PhaseDiagram(PaperFigures.LAMBDA, MOST_FEATURES).lines("phases",
                        "The exact result of pretraining against d and ε",
                        "λ = 0.1. Between two lines one kind of weights is optimal; the first two lines lie close"
                                + " together. In closed form, without sampling.")),
                List.of(new Table("phase-thresholds", "Thresholds of ε", "λ = 0.1, in closed form.",
                        List.of("d", "ε_a", "ε_b", "ε_c", "ε_d"), rows)));
        step.run();
        return new Outcome(finding);
    }
}
