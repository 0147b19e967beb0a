package dev.holdfast.verify.experiments;

import dev.holdfast.kernel.Workers;
import dev.holdfast.model.LinearTransformer;
import dev.holdfast.model.Pretraining;
import dev.holdfast.verify.experiments.GridExperiment.Panel;
import dev.holdfast.verify.experiments.Sweep.Point;
import dev.holdfast.verify.report.Axis;
import dev.holdfast.verify.report.Figure;
import dev.holdfast.verify.report.Finding;
import dev.holdfast.verify.report.HeatMap;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * The paper's figure 4 for one number of features: P and Q of three transformers that are trained here, and how
 * accurate they are beside the ideal ones.
 */
record TrainedWeights(int d, List<Setting> settings) implements Experiment {
    private static final int STEPS = 100;

    private static final int TASKS = 1000;
    private static final int DEMONSTRATIONS = 1000;

    /** So few are enough for what the text says of P and Q. */
    private static final int QUICK_TASKS = 200;
    private static final int QUICK_DEMONSTRATIONS = 100;

    /** An adversary that pretraining meets, and the first learning rate. */
    record Setting(String name, double epsilon, double learningRate) {}

    @Override
    public String id() {
        return "figure-4-d" + d;
    }

    @Override
    public String title() {
        return "The paper's figure 4: weights, trained here, d = " + d;
    }

    @Override
    public int steps(Scale scale) {
        return STEPS * settings.size() + evaluations(List.of()).stream().mapToInt(panel -> panel.steps(scale)).sum();
    }

    private static int tasks(Scale scale) {
        return scale.quick() ? QUICK_TASKS : TASKS;
    }

    private static int demonstrations(Scale scale) {
        return scale.quick() ? QUICK_DEMONSTRATIONS : DEMONSTRATIONS;
    }

    @Override
    public Outcome run(Scale scale, Runnable step) {
        List<Figure> figures = new ArrayList<>();
        List<NamedLearner> weights = new ArrayList<>(NamedLearner.ideal(d));
        try (ExecutorService pool = Executors.newFixedThreadPool(scale.threads())) {
            Workers workers = Workers.of(pool, scale.threads());
            for (Setting setting : settings) {
                LinearTransformer transformer = train(setting, scale, workers, step);
                weights.add(new NamedLearner(setting.name() + ", trained", transformer));
                figures.add(heatMap("P", setting, transformer.bigP()));
                figures.add(heatMap("Q", setting, transformer.bigQ()));
            }
        }
        evaluations(weights).forEach(panel -> figures.add(panel.draw(scale, step)));
        return new Outcome(new Finding(id(), title(), "Pretraining with " + d + " features from 0.001 in every entry: "
                + STEPS + " steps of " + tasks(scale) + " tasks of " + demonstrations(scale) + " demonstrations, λ = " + PaperFigures.LAMBDA
                + ". Without an adversary all entries that reach the answer grow to 1; with a weak one Q becomes the"
                + " identity; with a strong one p falls to 0, and nothing is learnt. P's rows but the last and Q's last"
                + " column never reach the answer and stay as they were.", figures, List.of()));
    }

    private LinearTransformer train(Setting setting, Scale scale, Workers workers, Runnable step) {
        Pretraining pretraining = new Pretraining(new Pretraining.Settings(d, PaperFigures.LAMBDA, setting.epsilon(),
                tasks(scale), demonstrations(scale), setting.learningRate(), scale.seed()));
        for (int i = 0; i < STEPS; i++) {
            pretraining.step(workers);
            step.run();
        }
        return pretraining.transformer();
    }

    private HeatMap heatMap(String matrix, Setting setting, float[] entries) {
        double[][] values = new double[d + 1][d + 1];
        for (int i = 0; i < entries.length; i++) {
            // the shortest decimal of the float, not all digits of its double
            values[i / (d + 1)][i % (d + 1)] = Double.parseDouble(Float.toString(entries[i]));
        }
        return new HeatMap(id() + "-" + setting.name() + "-" + matrix.toLowerCase(Locale.ROOT),
                matrix + " of the " + setting.name() + " weights, d = " + d,
                "Trained " + (setting.epsilon() == 0 ? "without an adversary" : "at ε = " + setting.epsilon())
                        + "; first learning rate " + setting.learningRate() + ", entries in 0..1. The last row and"
                        + " column are the label's.",
                new Axis("column", false), new Axis("row", false), values);
    }

    /** Ideal and trained weights on tasks like those of pretraining, and on tasks that it never drew. */
    private List<Panel> evaluations(List<NamedLearner> weights) {
        int robust = d / 10;
        return List.of(
                new Panel(id() + "-pretraining-tasks", "Trained weights on pretraining tasks, d = " + d,
                        "Ideal and trained weights against ε, λ = " + PaperFigures.LAMBDA + ".", PaperFigures.EPSILON,
                        PaperFigures.ACCURACY,
                        scale -> List.of(new Point(PaperFigures.pretraining(scale, d),
                                Sweep.accuracy(weights, scale.grid(PaperFigures.PRETRAINING_EPSILONS))))),
                new Panel(id() + "-normal-tasks", "Trained weights on normal tasks, d = " + d,
                        "Ideal and trained weights against ε, " + robust + " robust and " + (d - robust)
                                + " vulnerable features.", PaperFigures.EPSILON, PaperFigures.ACCURACY,
                        scale -> List.of(new Point(PaperFigures.normal(scale, robust, d - robust, 0),
                                Sweep.accuracy(weights, scale.grid(PaperFigures.NORMAL_EPSILONS))))));
    }
}
