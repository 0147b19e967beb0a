package dev.holdfast.verify.experiments;

import dev.holdfast.model.DeepTransformer;
import dev.holdfast.model.DepthOptimum;
import dev.holdfast.verify.report.Axis;
import dev.holdfast.verify.report.Finding;
import dev.holdfast.verify.report.Lines;
import dev.holdfast.verify.report.Series;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/** The polynomials b_L(s) that are learnt, at the eigenvalues of the second moment, beside robust Bayes' 1/(s + τ). */
final class LearntPolynomials implements Experiment {
    private static final int DEPTHS = 4;
    private static final int QUICK_DEPTHS = 2;
    private static final int TASKS = 1000;
    private static final int QUICK_TASKS = 32;
    private static final int DEMONSTRATIONS = 1000;

    /** Of the line of 1/(s + τ). */
    private static final int POINTS = 40;

    @Override
    public String id() {
        return "depth-polynomials";
    }

    @Override
    public String title() {
        return "What depth learns: polynomials of the second moment";
    }

    private static int depths(Scale scale) {
        return scale.quick() ? QUICK_DEPTHS : DEPTHS;
    }

    @Override
    public int steps(Scale scale) {
        return 1 + FollowUp.updates(scale);
    }

    @Override
    public Outcome run(Scale scale, Runnable step) {
        double tau = FollowUp.A1.tau();
        SecondMomentNodes nodes = new SecondMomentNodes(FollowUp.A1);
        double[] s = nodes.eigenvalues();
        double[] bayes = Arrays.stream(s).map(each -> 1 / (each + tau)).toArray();
        List<Series> series = new ArrayList<>(List.of(bayes(s, tau)));
        List<String> found = new ArrayList<>();
        for (DepthOptimum optimum : DepthOptimum.upTo(FollowUp.A1, depths(scale))) {
            add("best, L = " + optimum.depth(), optimum.transformer(), nodes, bayes, series, found);
        }
        step.run();
        int tasks = scale.quick() ? QUICK_TASKS : TASKS;
        DeepTransformer pretrained = FollowUp.withWorkers(scale, workers -> FollowUp.train(FollowUp.A1,
                FollowUp.depth(scale), tasks, DEMONSTRATIONS, 0, scale, workers, step)).transformer();
        add("pretrained, L = " + FollowUp.depth(scale), pretrained, nodes, bayes, series, found);
        return new Outcome(new Finding(id(), title(),
                "A transformer of the family makes w = b(S̄)m̄ of what it sees, a polynomial b of the second moment times the"
                        + " mean. Robust Bayes is 1/(s + τ) there, up to its length, which changes no answer. Mean"
                        + " deviation from it, relative to its size and weighted by what the mean has of each eigenvalue: "
                        + String.join(", ", found) + ".",
                List.of(new Lines(id(), "b(s) at the eigenvalues of S = Σ + μμᵀ",
                        OpenQuestions.say("Setting A1, moments of the population; each b(s) is multiplied by the number"
                                + " that brings it nearest to 1/(s + τ), τ = %.6f. “Best”: the least robust error of a"
                                + " depth. “Pretrained”: on T = %d tasks of N = %d demonstrations.", tau, tasks,
                                DEMONSTRATIONS),
                        new Axis("eigenvalue s", true), new Axis("b(s)", false), series)),
                List.of()));
    }

    private static void add(String name, DeepTransformer transformer, SecondMomentNodes nodes, double[] bayes,
            List<Series> series, List<String> found) {
        double[] s = nodes.eigenvalues();
        double[] b = nodes.scaled(nodes.values(transformer.withFeatures(s.length)), bayes);
        series.add(new Series(name, s, b, null, null));
        found.add(OpenQuestions.say("%.4f (%s)", nodes.deviation(b, bayes), name));
    }

    private static Series bayes(double[] s, double tau) {
        double[] x = IntStream.rangeClosed(0, POINTS)
                .mapToDouble(i -> s[0] * StrictMath.pow(s[s.length - 1] / s[0], (double) i / POINTS))
                .toArray();
        return new Series("1/(s + τ)", x, Arrays.stream(x).map(each -> 1 / (each + tau)).toArray(), null, null);
    }
}
