package dev.holdfast.verify.experiments;

import dev.holdfast.verify.experiments.GridExperiment.Panel;
import dev.holdfast.verify.experiments.Sweep.Point;
import dev.holdfast.verify.experiments.TrainedWeights.Setting;
import dev.holdfast.verify.report.Axis;
import dev.holdfast.verify.tasks.NormalTasks;
import dev.holdfast.verify.tasks.PairTasks;
import dev.holdfast.verify.tasks.PretrainingTasks;
import dev.holdfast.verify.tasks.Task;
import dev.holdfast.verify.tasks.TaskFamily;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import java.util.stream.DoubleStream;

/** The paper's figures and numbers: what is drawn, and over which grid. */
public final class PaperFigures {
    static final double LAMBDA = 0.1;

    /** Grids of figure 1. */
    static final double[] PRETRAINING_EPSILONS = {0, 0.05, 0.06, 0.07, 0.15, 0.2, 0.21, 0.22};

    static final double[] PRETRAINING_FEATURES = {5, 10, 20, 100, 160, 170, 180};

    /** Grids of figure 2. */
    static final double[] NORMAL_EPSILONS = {0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9};

    static final double[] ROBUST = {1, 2, 4, 6, 8, 10, 12, 14, 16, 18, 20, 22, 24, 26, 28, 30};
    static final double[] OTHERS = {
        10, 20, 30, 40, 50, 60, 70, 80, 90, 100, 200, 300, 400, 500, 600, 700, 800, 900, 1000, 2000
    };

    /** Grids of figure 3. */
    static final double[] REAL_EPSILONS = {0, 0.05, 0.1, 0.15, 0.2, 0.25, 0.3};

    static final int[] DEMONSTRATIONS = {1, 5, 10, 50, 100};
    static final int[] DEMONSTRATIONS_OF_MNIST = {1, 5, 10, 50, 100, 500, 1000};

    /** Figure 4, with 20 and with 100 features: ε and the first learning rate. */
    static final List<Setting> SETTINGS_OF_20 = List.of(new Setting("standard", 0, 0.1),
            new Setting("adversarial", 0.098, 0.1), new Setting("strong", 0.95, 0.1));

    static final List<Setting> SETTINGS_OF_100 = List.of(new Setting("standard", 0, 1),
            new Setting("adversarial", 0.06, 0.2), new Setting("strong", 0.77, 1));

    /** A point of a sweep over numbers of features, of which some are large. */
    private static final int QUICK_TASKS = 5;

    /** Tasks of so many features of one kind. */
    private interface Families {
        TaskFamily of(Scale scale, int count);
    }

    static final Axis ACCURACY = new Axis("accuracy, share of queries", false);
    static final Axis EPSILON = new Axis("radius ε of the adversary's ℓ∞ ball", false);

    private PaperFigures() {}

    /** All of them, figures 3 and 5 for every data set. */
    public static List<Experiment> of(Scale scale) {
        List<Experiment> experiments = new ArrayList<>(List.of(figure1(), figure2()));
        scale.dataSets().forEach(name -> experiments.add(figure3(name)));
        experiments.add(new TrainedWeights(20, SETTINGS_OF_20));
        if (!scale.quick()) {
            experiments.add(new TrainedWeights(100, SETTINGS_OF_100));
        }
        scale.dataSets().forEach(name -> experiments.add(new DataStatistics(name)));
        experiments.add(new PublishedNumbers());
        return experiments;
    }

    private static Experiment figure1() {
        return new GridExperiment("figure-1", "The paper's figure 1: pretraining tasks",
                "One feature tells the label, the others tell it a little: λ = 0.1. The ideal weights of standard and"
                        + " of adversarial pretraining learn each task in context from clean demonstrations and are"
                        + " attacked in closed form. Standard weights make a classifier that weighs all features alike:"
                        + " it falls where ε passes their mean, (1 + (d − 1)λ/2)/d, which is 0.0595 at d = 100."
                        + " Adversarial weights weigh each feature by what it tells.",
                List.of(
                        new Panel("figure-1-epsilon", "Accuracy on pretraining tasks against ε, d = 100",
                                "100 features, λ = 0.1.", EPSILON, ACCURACY,
                                scale -> List.of(new Point(pretraining(scale, 100),
                                        Sweep.accuracy(NamedLearner.ideal(100), scale.grid(PRETRAINING_EPSILONS))))),
                        new Panel("figure-1-features", "Accuracy on pretraining tasks against d, ε = 0.15",
                                "λ = 0.1; robust accuracy at ε = 0.15, and clean.", new Axis("features d", false),
                                ACCURACY, scale -> points(scale, PRETRAINING_FEATURES, 0.15,
                                        PaperFigures::pretraining))));
    }

    private static Experiment figure2() {
        return new GridExperiment("figure-2", "The paper's figure 2: normal tasks",
                "Tasks that pretraining never drew: robust features N(α, α²) and vulnerable ones N(β, β²), multiplied"
                        + " by the label, and irrelevant ones N(0, γ²); α = 1, β = γ = 0.1, positions permuted in every"
                        + " task. Unless an axis says otherwise, 10 features are robust, 90 vulnerable, none"
                        + " irrelevant, and ε = 0.2.",
                List.of(
                        new Panel("figure-2-epsilon", "Accuracy on normal tasks against ε",
                                "10 robust and 90 vulnerable features.", EPSILON, ACCURACY,
                                scale -> List.of(new Point(normal(scale, 10, 90, 0),
                                        Sweep.accuracy(NamedLearner.ideal(100), scale.grid(NORMAL_EPSILONS))))),
                        new Panel("figure-2-robust", "Accuracy on normal tasks against the number of robust features",
                                "90 vulnerable features; robust accuracy at ε = 0.2, and clean.",
                                new Axis("robust features", false), ACCURACY,
                                scale -> points(scale, ROBUST, 0.2, (of, count) -> normal(of, count, 90, 0))),
                        new Panel("figure-2-vulnerable",
                                "Accuracy on normal tasks against the number of vulnerable features",
                                "10 robust features; robust accuracy at ε = 0.2, and clean.",
                                new Axis("vulnerable features", true), ACCURACY,
                                scale -> points(scale, OTHERS, 0.2, (of, count) -> normal(of, 10, count, 0))),
                        new Panel("figure-2-irrelevant",
                                "Accuracy on normal tasks against the number of irrelevant features",
                                "10 robust and no vulnerable features; robust accuracy at ε = 0.2, and clean.",
                                new Axis("irrelevant features", true), ACCURACY,
                                scale -> points(scale, OTHERS, 0.2, (of, count) -> normal(of, 10, 0, count)))));
    }

    private static Experiment figure3(String name) {
        int[] demonstrations = name.equals("mnist") ? DEMONSTRATIONS_OF_MNIST : DEMONSTRATIONS;
        return new GridExperiment("figure-3-" + name, "The paper's figure 3: real tasks, " + title(name),
                "All pairs of classes. Features are centred and aligned in sign with the mean and the signs of the"
                        + " pair's whole training split, also where only the first N demonstrations are learnt from, as"
                        + " the paper does: curves against small N look ahead. Standard weights weigh all features"
                        + " alike, whatever they have learnt from: all they know is in those signs, and their curve"
                        + " against N is flat.",
                List.of(
                        new Panel("figure-3-" + name + "-epsilon", "Accuracy on " + title(name) + " against ε",
                                "Learnt from all demonstrations of a pair, cut to the smallest pair's count.", EPSILON,
                                ACCURACY, scale -> onPairs(scale, name,
                                        weights -> Sweep.accuracy(weights, REAL_EPSILONS))),
                        new Panel("figure-3-" + name + "-demonstrations", "Accuracy on " + title(name) + " against N",
                                "Learnt from the first N demonstrations; robust accuracy at ε = 0.1, and clean.",
                                new Axis("demonstrations N", true), ACCURACY, scale -> onPairs(scale, name,
                                        weights -> fewDemonstrations(weights, demonstrations)))));
    }

    static TaskFamily pretraining(Scale scale, int d) {
        return new PretrainingTasks(scale.sizes(), d, LAMBDA);
    }

    static TaskFamily normal(Scale scale, int robust, int vulnerable, int irrelevant) {
        return new NormalTasks(
                scale.sizes(), new NormalTasks.Features(robust, vulnerable, irrelevant, 1, 0.1, 0.1));
    }

    /** A family of tasks for each number of features. */
    private static List<Point> points(Scale scale, double[] counts, double epsilon, Families families) {
        Scale of = scale.quick() ? scale.withTasks(Math.min(scale.tasks(), QUICK_TASKS)) : scale;
        return DoubleStream.of(scale.grid(counts))
                .mapToObj(count -> {
                    TaskFamily family = families.of(of, (int) count);
                    return new Point(family, Sweep.accuracyAt(count, NamedLearner.ideal(family.features()), epsilon));
                })
                .toList();
    }

    private static List<Point> onPairs(Scale scale, String name, Function<List<NamedLearner>, Sweep.Measure> measure) {
        TaskFamily pairs = new PairTasks(scale.dataSet(name), 0);
        return List.of(new Point(pairs, measure.apply(NamedLearner.ideal(pairs.features()))));
    }

    /** Clean accuracy, and that at ε = 0.1, of what is learnt from the first N demonstrations, for every N. */
    private static Sweep.Measure fewDemonstrations(List<NamedLearner> weights, int[] demonstrations) {
        return (task, numbers) -> {
            for (int n : demonstrations) {
                Sweep.accuracyAt(n, weights, 0.1).of(new Task(task.demonstrations().first(n),
                        Arrays.copyOf(task.y(), n), task.queries(), task.answers()), numbers);
            }
        };
    }

    /** What a data set is called. */
    static String title(String name) {
        return switch (name) {
            case "digits" -> "8×8 digits";
            case "fashion" -> "Fashion-MNIST";
            default -> name.toUpperCase(Locale.ROOT).replace("CIFAR10", "CIFAR-10");
        };
    }
}
