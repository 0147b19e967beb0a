package dev.holdfast.verify.experiments;

import dev.holdfast.model.Classifier;
import dev.holdfast.model.Alignment;
import dev.holdfast.model.Rows;
import dev.holdfast.model.Threat;
import dev.holdfast.verify.experiments.PairQuestion.Found;
import dev.holdfast.verify.experiments.PairQuestion.Pair;
import dev.holdfast.verify.experiments.PairQuestion.Panel;
import dev.holdfast.verify.report.Axis;
import dev.holdfast.verify.tasks.Task;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** What the paper leaves open, what it claims, and what else there is: the experiments beyond its figures. */
public final class OpenQuestions {
    /** Where texts compare. */
    static final double EPSILON = 0.1;

    private static final int[] FEW = {1, 2, 5, 10, 20, 50, 100};

    /** Of each pair; the radius in a box is found by sorting, a query at a time. */
    private static final int BOX_QUERIES = 500;

    /** Of every data set. */
    static final Threat PIXELS = Threat.linf().inBox(0, 1);

    private static final int STEPS = 8;

    private OpenQuestions() {}

    /** All of them, those on real tasks for every data set. */
    public static List<Experiment> of(Scale scale) {
        List<Experiment> experiments = new ArrayList<>(List.of(new Phases(), new SampledAndExact(), new BreakPoints(),
                new TradeOff(), new DemonstrationsNeeded()));
        for (String data : scale.dataSets()) {
            experiments.add(fewDemonstrations(data));
            experiments.add(box(data));
            experiments.add(norms(data));
            experiments.add(ContextAttacks.flips(data));
            experiments.add(ContextAttacks.hijacked(data, scale));
            experiments.add(new TenClasses(data));
            experiments.add(new BaselineComparison(data));
        }
        return experiments;
    }

    private static PairQuestion fewDemonstrations(String data) {
        Axis n = new Axis("demonstrations N", true);
        String caption = "Learnt from the first N demonstrations of a pair. “Whole split”: mean and signs of the pair's"
                + " whole training split, as in the paper; “N alone”: mean and signs of the N demonstrations.";
        String name = PaperFigures.title(data);
        return new PairQuestion("few-" + data, "Few demonstrations without looking ahead: " + name, data,
                OpenQuestions::measureFew,
                List.of(
                        new Panel("clean", "Clean accuracy on " + name + " against N", caption, n,
                                PaperFigures.ACCURACY),
                        new Panel("robust", "Robust accuracy on " + name + " against N, ε = " + EPSILON, caption, n,
                                PaperFigures.ACCURACY)),
                found -> say("The paper's curves against N take mean and signs from the whole training split. From the"
                        + " N demonstrations alone, adversarial weights reach %.3f clean and %.3f robust accuracy (ε ="
                        + " 0.1) at N = 10, where looking ahead gives %.3f and %.3f; at N = 100 it is %.3f and %.3f"
                        + " against %.3f and %.3f. A demonstration that is centred by itself is 0, so that from one"
                        + " alone nothing is learnt.",
                        found.at("clean/adversarial, N alone", 10), found.at("robust/adversarial, N alone", 10),
                        found.at("clean/adversarial, whole split", 10), found.at("robust/adversarial, whole split", 10),
                        found.at("clean/adversarial, N alone", 100), found.at("robust/adversarial, N alone", 100),
                        found.at("clean/adversarial, whole split", 100),
                        found.at("robust/adversarial, whole split", 100)));
    }

    static void measureFew(Pair pair, Sweep.Numbers numbers) {
        for (int n : FEW) {
            Pair few = new Pair(pair.x().first(n), Arrays.copyOf(pair.y(), n), pair.alignment(), pair.queries(),
                    pair.answers());
            addFew("whole split", few, numbers);
            // of one class alone nothing is learnt: no answer is right
            Alignment own = Arrays.stream(few.y()).distinct().count() < 2 ? null : Alignment.fit(few.x(), few.y());
            addFew("N alone", new Pair(few.x(), few.y(), own, few.queries(), few.answers()), numbers);
        }
    }

    private static void addFew(String alignment, Pair pair, Sweep.Numbers numbers) {
        Task task = pair.alignment() == null ? null : pair.aligned();
        for (NamedLearner weights : ideal(pair)) {
            double[] accuracy = task == null ? new double[2] : weights.transformer()
                    .learn(task.demonstrations(), task.y())
                    .robustAccuracy(task.queries(), task.answers(), 0, EPSILON);
            String name = weights.name() + ", " + alignment;
            numbers.add("clean/" + name, pair.y().length, accuracy[0]);
            numbers.add("robust/" + name, pair.y().length, accuracy[1]);
        }
    }

    private static PairQuestion box(String data) {
        String name = PaperFigures.title(data);
        return new PairQuestion("box-" + data, "An adversary that must leave an image: " + name, data,
                OpenQuestions::measureBox,
                List.of(new Panel("accuracy", "Robust accuracy on " + name + " with pixels kept in 0..1",
                        "“Aligned”: the paper's adversary moves every aligned feature. “Raw”: it moves raw"
                                + " pixels, where mean and signs are folded into the classifier and pixels that say"
                                + " nothing about the label are dropped. “In 0..1”: raw pixels that stay in their"
                                + " range. The first " + BOX_QUERIES + " queries of a pair or all, if there are fewer.",
                        PaperFigures.EPSILON, PaperFigures.ACCURACY)),
                found -> say("The paper's adversary may leave the range of pixels and move those that never change. At"
                        + " ε = 0.1 adversarial weights have %.3f of robust accuracy under it, %.3f where dropped"
                        + " pixels do not count and %.3f where pixels must stay in 0..1, too; standard weights %.3f,"
                        + " %.3f and %.3f. All are exact.",
                        found.at("accuracy/adversarial, aligned", EPSILON),
                        found.at("accuracy/adversarial, raw", EPSILON),
                        found.at("accuracy/adversarial, in 0..1", EPSILON),
                        found.at("accuracy/standard, aligned", EPSILON),
                        found.at("accuracy/standard, raw", EPSILON),
                        found.at("accuracy/standard, in 0..1", EPSILON)));
    }

    private static void measureBox(Pair all, Sweep.Numbers numbers) {
        Pair pair = all.first(all.y().length, BOX_QUERIES);
        Task task = pair.aligned();
        double[] epsilons = PaperFigures.REAL_EPSILONS;
        for (NamedLearner weights : ideal(pair)) {
            String series = "accuracy/" + weights.name() + ", ";
            Classifier paper = weights.transformer().learn(task.demonstrations(), task.y());
            curve(series + "aligned", paper, task.queries(), task.answers(), Threat.linf(), epsilons, numbers);
            Classifier raw = pair.learn(weights.transformer());
            curve(series + "raw", raw, pair.queries(), pair.answers(), Threat.linf(), epsilons, numbers);
            curve(series + "in 0..1", raw, pair.queries(), pair.answers(), PIXELS, epsilons, numbers);
        }
    }

    private static PairQuestion norms(String data) {
        String name = PaperFigures.title(data);
        String caption = "The same classifiers under an adversary of another norm, exactly, by duality. The grid grows"
                + " with d as the norm of a vector of equal entries does.";
        return new PairQuestion("norms-" + data, "Other norms: " + name, data,
                OpenQuestions::measureNorms,
                List.of(
                        new Panel("l2", "Accuracy on " + name + " under an ℓ2 adversary", caption,
                                new Axis("radius ε of the adversary's ℓ2 ball", false), PaperFigures.ACCURACY),
                        new Panel("l1", "Accuracy on " + name + " under an ℓ1 adversary", caption,
                                new Axis("radius ε of the adversary's ℓ1 ball", false), PaperFigures.ACCURACY)),
                OpenQuestions::tellNorms);
    }

    private static void measureNorms(Pair pair, Sweep.Numbers numbers) {
        Task task = pair.aligned();
        int d = pair.x().features();
        for (NamedLearner weights : ideal(pair)) {
            Classifier classifier = weights.transformer().learn(task.demonstrations(), task.y());
            curve("l2/" + weights.name(), classifier, task.queries(), task.answers(), Threat.l2(),
                    grid(Math.sqrt(d) / 32), numbers);
            curve("l1/" + weights.name(), classifier, task.queries(), task.answers(), Threat.l1(), grid(d / 64.0),
                    numbers);
        }
    }

    private static String tellNorms(Found found) {
        return "Pretraining met an ℓ∞ adversary alone. " + compare(found, "l2", "ℓ2") + " "
                + compare(found, "l1", "ℓ1");
    }

    /** What the two weights have in the middle of a norm's grid. */
    private static String compare(Found found, String key, String norm) {
        double x = found.estimates().get(key + "/standard").get(STEPS / 2).x();
        double standard = found.at(key + "/standard", x);
        double adversarial = found.at(key + "/adversarial", x);
        return say("Under %s at ε = %.2f adversarial weights keep %.3f, standard ones %.3f: %s.", norm, x, adversarial,
                standard, adversarial > standard ? "robustness carries over"
                        : adversarial < standard ? "here standard weights are the more robust" : "they are equal");
    }

    private static double[] grid(double unit) {
        double[] grid = new double[STEPS + 1];
        Arrays.setAll(grid, i -> i * unit);
        return grid;
    }

    private static List<NamedLearner> ideal(Pair pair) {
        return NamedLearner.ideal(pair.x().features());
    }

    private static void curve(String series, Classifier classifier, Rows queries, int[] answers,
            Threat threat, double[] epsilons, Sweep.Numbers numbers) {
        numbers.addAll(series, epsilons, classifier.robustAccuracy(queries, answers, threat, epsilons));
    }

    static String say(String format, Object... numbers) {
        return String.format(Locale.ROOT, format, numbers);
    }
}
