package dev.holdfast.verify.experiments;

import dev.holdfast.model.DeepTransformer;
import dev.holdfast.model.Learner;
import dev.holdfast.model.RobustBayes;
import dev.holdfast.model.State;
import dev.holdfast.verify.report.Axis;
import dev.holdfast.verify.report.Figure;
import dev.holdfast.verify.report.Finding;
import dev.holdfast.verify.report.Lines;
import dev.holdfast.verify.report.Series;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The follow-up's tasks against an ℓ∞ adversary, as they are and turned. What the family learns turns with the task, and the
 * ℓ∞ ball does not: no weights of it can leave out the features that an adversary makes useless, as robust Bayes under ℓ∞
 * does.
 */
final class DepthAgainstLinf implements Experiment {
    private static final double[] EPSILONS = {0, 0.05, 0.1, 0.15, 0.2, 0.25, 0.3};
    private static final double TOLD = 0.2;

    /** What ε√d of the ℓ2 adversary is to pretraining, and to robust Bayes under ℓ2. */
    private static final double[] RADII = {0, 0.4, 0.8, 1.2, 1.6};

    private static final int TASKS = 1000;
    private static final int QUICK_TASKS = 32;
    private static final int DEMONSTRATIONS = 1000;
    private static final int CONTEXTS = 100;
    private static final int QUICK_CONTEXTS = 2;

    private static final String LINF = FollowUp.BAYES + " under ℓ∞";
    private static final String L2 = FollowUp.BAYES + " under ℓ2";
    private static final String PRETRAINED = "pretrained";
    private static final String MEAN = "mean direction";

    private static final boolean[] TURNED = {false, true};

    @Override
    public String id() {
        return "depth-linf";
    }

    @Override
    public String title() {
        return "The follow-up's tasks against an ℓ∞ adversary";
    }

    private static int contexts(Scale scale) {
        return scale.quick() ? QUICK_CONTEXTS : CONTEXTS;
    }

    private static int tasks(Scale scale) {
        return scale.quick() ? QUICK_TASKS : TASKS;
    }

    private static double[] radii(Scale scale) {
        return scale.quick() ? new double[] {0, FollowUp.A1.radius()} : RADII;
    }

    @Override
    public int steps(Scale scale) {
        return radii(scale).length * FollowUp.updates(scale) + TURNED.length * contexts(scale);
    }

    @Override
    public Outcome run(Scale scale, Runnable step) {
        Map<String, List<Learner>> learners = learners(scale, step);
        List<Figure> figures = new ArrayList<>();
        List<String> found = new ArrayList<>();
        for (boolean turned : TURNED) {
            Map<String, double[]> accuracy = best(measure(learners, turned, scale, step));
            List<Series> series = new ArrayList<>();
            accuracy.forEach((name, values) -> series.add(new Series(name, EPSILONS, values, null, null)));
            String which = turned ? "turned" : "as they are";
            figures.add(new Lines(id() + (turned ? "-turned" : "-axes"), "Accuracy against ℓ∞, tasks " + which,
                    OpenQuestions.say("Setting A1 %s. N = %d; exact accuracy, mean over %d contexts. Pretraining (L = %d,"
                            + " T = %d) and robust Bayes under ℓ2 met several ℓ2 adversaries, and at each ε the best of"
                            + " them is shown; robust Bayes under ℓ∞ is against the ε that it meets.",
                            turned ? "with a rotation for each task" : "with U = I, so that ten features tell the label"
                                    + " and ninety do not",
                            DEMONSTRATIONS, contexts(scale), FollowUp.depth(scale), tasks(scale)),
                    PaperFigures.EPSILON, FollowUp.ACCURACY, series));
            int at = Arrays.binarySearch(EPSILONS, TOLD);
            found.add(OpenQuestions.say("%s: pretrained %.4f, robust Bayes under ℓ2 %.4f, under ℓ∞ %.4f", which,
                    accuracy.get(PRETRAINED)[at], accuracy.get(L2)[at], accuracy.get(LINF)[at]));
        }
        return new Outcome(new Finding(id(), title(), "What a transformer of the family learns turns with the task: a"
                + " polynomial of S̄ times m̄. An ℓ∞ ball does not turn, and its best classifier leaves out the features that"
                + " an adversary makes useless, which no polynomial that serves all rotations can. Accuracy at ε = "
                + TOLD + ", tasks " + String.join("; tasks ", found) + ".", figures, List.of()));
    }

    /** By name, what the best is taken of. Robust Bayes under ℓ∞ is made for each ε. */
    private static Map<String, List<Learner>> learners(Scale scale, Runnable step) {
        Map<String, List<Learner>> learners = new LinkedHashMap<>();
        int d = FollowUp.A1.features();
        learners.put(PRETRAINED, FollowUp.withWorkers(scale, workers -> Arrays.stream(radii(scale))
                .mapToObj(radius -> (Learner) FollowUp.train(FollowUp.A1.against(radius / Math.sqrt(d)),
                        FollowUp.depth(scale), tasks(scale), DEMONSTRATIONS, 0, scale, workers, step).transformer())
                .toList()));
        learners.put(L2, Arrays.stream(radii(scale)).mapToObj(radius -> (Learner) FollowUp.plugIn(radius)).toList());
        learners.put(MEAN, List.of(DeepTransformer.family(d, List.of(new DeepTransformer.Layer(0, 1, 1, 0)))));
        return learners;
    }

    private static Map<String, List<Estimate>> measure(
            Map<String, List<Learner>> learners, boolean turned, Scale scale, Runnable step) {
        MixtureContexts contexts = FollowUp.contexts(FollowUp.A1, DEMONSTRATIONS, scale);
        return Sweep.run(List.of(new Sweep.Point(contexts(scale), (t, numbers) -> {
            double[][] u = turned ? contexts.rotation(t) : null;
            State<Integer> context = contexts.state(t, u);
            for (double epsilon : EPSILONS) {
                numbers.add(LINF, epsilon, accuracy(
                        MixtureContexts.weights(RobustBayes.linf(epsilon).ridge(FollowUp.RIDGE), context), u, epsilon));
            }
            learners.forEach((name, list) -> {
                for (int i = 0; i < list.size(); i++) {
                    double[] w = MixtureContexts.weights(list.get(i), context);
                    for (double epsilon : EPSILONS) {
                        numbers.add(name + "/" + i, epsilon, accuracy(w, u, epsilon));
                    }
                }
            });
        })), scale.threads(), step);
    }

    /** Φ((μ·v − ε‖w‖₁)/(vᵀΣv)^½) with v = Uᵀw; 0 where w is 0. */
    static double accuracy(double[] w, double[][] u, double epsilon) {
        double[] mean = FollowUp.A1.mean();
        double[] variances = FollowUp.A1.variances();
        double margin = 0;
        double variance = 0;
        for (int j = 0; j < mean.length; j++) {
            double v = w[j];
            if (u != null) {
                v = 0;
                for (int i = 0; i < w.length; i++) {
                    v += u[i][j] * w[i];
                }
            }
            margin += mean[j] * v - epsilon * Math.abs(w[j]);
            variance += variances[j] * v * v;
        }
        return variance == 0 ? 0 : Distributions.normal(margin / Math.sqrt(variance));
    }

    /** At each ε the greatest mean of those whose names are the same up to the slash. */
    private static Map<String, double[]> best(Map<String, List<Estimate>> estimates) {
        Map<String, double[]> best = new LinkedHashMap<>();
        estimates.forEach((name, list) -> {
            double[] values = list.stream()
                    .sorted(Comparator.comparingDouble(Estimate::x))
                    .mapToDouble(Estimate::mean)
                    .toArray();
            best.merge(name.split("/")[0], values, DepthAgainstLinf::greater);
        });
        return best;
    }

    private static double[] greater(double[] a, double[] b) {
        double[] greater = new double[a.length];
        Arrays.setAll(greater, i -> Math.max(a[i], b[i]));
        return greater;
    }
}
