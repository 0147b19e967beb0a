package dev.holdfast.verify.experiments;

import dev.holdfast.kernel.Workers;
import dev.holdfast.model.DeepTransformer;
import dev.holdfast.model.GaussianMixture;
import dev.holdfast.model.MixturePretraining;
import dev.holdfast.model.RobustBayes;
import dev.holdfast.model.State;
import dev.holdfast.verify.report.Axis;
import dev.holdfast.verify.report.Series;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Function;
import java.util.stream.IntStream;

/**
 * The follow-up paper, arXiv 2610.07754: linear transformers of depth L, adversarially pretrained on Gaussian mixtures. Its
 * figures, its table, and what lies beyond them.
 */
final class FollowUp {
    static final GaussianMixture A1 = GaussianMixture.a1();

    static final String STANDARD = "standard";
    static final String ADVERSARIAL = "adversarial";
    static final String BAYES = "robust Bayes";
    static final String CLEAN = ", clean";

    /** Robust Bayes with means and covariance of a context. */
    static final String UNTRAINED = BAYES + ", no pretraining";

    static final Axis ACCURACY = new Axis("accuracy", false);

    /** What a band or ± is, after the number of contexts. */
    static final String SPREAD = " contexts that pretraining never drew. Bands are ± one standard deviation over runs, for"
            + " robust Bayes one standard error of the mean over contexts, whose means and covariance it reads. A context from"
            + " which weights come that are too large for floats is answered wrongly.";

    private static final int UPDATES = 2500;
    private static final int QUICK_UPDATES = 300;

    private static final int DEPTH = 10;
    private static final int QUICK_DEPTH = 3;

    /** Of 1.02, which is τ in setting A1, a ten-thousandth; where N is less than d, S̄ is singular, and to within rounding. */
    static final double RIDGE = 1e-4;

    /** What one pretraining came to. @param losses the loss of each update @param seconds all of it, drawing too */
    record Trained(DeepTransformer transformer, double[] losses, double seconds) {}

    private FollowUp() {}

    static List<Experiment> of(Scale scale) {
        List<Experiment> experiments = new ArrayList<>(List.of(new ErrorAgainstDepth(), new TableA1(),
                new ErrorAgainstTasks(), new LearntPolynomials(), new DepthAgainstLinf()));
        scale.dataSets().forEach(data -> experiments.add(new DepthOnPairs(data)));
        return experiments;
    }

    static int updates(Scale scale) {
        return scale.quick() ? QUICK_UPDATES : UPDATES;
    }

    /** The depth of all transformers but those of {@link ErrorAgainstDepth}. */
    static int depth(Scale scale) {
        return scale.quick() ? QUICK_DEPTH : DEPTH;
    }

    /** Contexts for tests come from another seed than those of pretraining. */
    static MixtureContexts contexts(GaussianMixture mixture, int demonstrations, Scale scale) {
        return new MixtureContexts(mixture, demonstrations, ~scale.seed());
    }

    /** The robust Bayes rule with what a context says of μ and Σ, without pretraining. */
    static RobustBayes plugIn(double radius) {
        return RobustBayes.l2(radius).ridge(RIDGE);
    }

    /** What {@code body} returns, given as many workers as the scale has threads. */
    static <T> T withWorkers(Scale scale, Function<Workers, T> body) {
        try (ExecutorService pool = Executors.newFixedThreadPool(scale.threads())) {
            return body.apply(Workers.of(pool, scale.threads()));
        }
    }

    /** One pretraining, from the scale's seed plus {@code run}; {@code step} after each update. */
    static Trained train(GaussianMixture mixture, int depth, int tasks, int demonstrations, int run, Scale scale,
            Workers workers, Runnable step) {
        return train(new MixturePretraining(new MixturePretraining.Settings(
                mixture, depth, tasks, demonstrations, updates(scale), true, scale.seed() + run)), workers, step);
    }

    /**
     * All updates of a pretraining that has made none; fewer where the loss overflows, which leaves the weights of the least
     * loss as they were.
     */
    static Trained train(MixturePretraining pretraining, Workers workers, Runnable step) {
        long start = System.nanoTime();
        int updates = pretraining.settings().updates();
        double[] losses = new double[updates];
        int made = 0;
        try {
            while (made < updates) {
                losses[made] = pretraining.step(workers).loss();
                made++;
                step.run();
            }
        } catch (IllegalStateException e) {
            // the polynomials of deep layers have a degree of thousands, and float ends where the loss is driven over an edge
            if (!pretraining.hasDiverged()) {
                throw e;
            }
            IntStream.range(made, updates).forEach(i -> step.run());
        }
        return new Trained(pretraining.transformer(), Arrays.copyOf(losses, made), (System.nanoTime() - start) / 1e9);
    }

    /** How many of the runs ended before their last update. */
    static String ended(Collection<List<Trained>> trained, Scale scale) {
        List<Trained> all = trained.stream().flatMap(List::stream).toList();
        long early = all.stream().filter(each -> each.losses().length < updates(scale)).count();
        return early == 0 ? "" : OpenQuestions.say(" %d of %d pretrainings ended early, where the loss overflowed in float, and"
                + " have their weights of the least loss until then.", early, all.size());
    }

    /**
     * Robust accuracy of what was pretrained, by its name, and clean accuracy, by its name and {@link #CLEAN}: means and
     * deviations over runs, a run being the mean over the same contexts. {@link #UNTRAINED} with the standard error of
     * its mean over contexts.
     *
     * @param count of contexts, each of which takes a step
     */
    static Map<String, Estimate> accuracy(
            Map<String, List<Trained>> trained, MixtureContexts contexts, int count, Scale scale, Runnable step) {
        RobustBayes bayes = plugIn(contexts.mixture().radius());
        Map<String, List<Estimate>> all = Sweep.run(List.of(new Sweep.Point(count, (t, numbers) -> {
            State<Integer> context = contexts.state(t);
            trained.forEach((name, runs) -> {
                for (int run = 0; run < runs.size(); run++) {
                    add(name, run, contexts.accuracy(runs.get(run).transformer(), context), numbers);
                }
            });
            add(UNTRAINED, 0, contexts.accuracy(bayes, context), numbers);
        })), scale.threads(), step);
        Map<String, Estimate> accuracy = new LinkedHashMap<>();
        all.forEach((name, estimates) -> accuracy.put(name, name.startsWith(UNTRAINED)
                ? new Estimate(0, estimates.getFirst().mean(), estimates.getFirst().standardError(), count)
                : Estimate.of(0, estimates.stream().mapToDouble(Estimate::mean).toArray())));
        return accuracy;
    }

    private static void add(String name, int run, double[] accuracy, Sweep.Numbers numbers) {
        numbers.add(name, run, accuracy[1]);
        numbers.add(name + CLEAN, run, accuracy[0]);
    }

    /** A straight line at y. */
    static Series level(String name, double[] x, double y) {
        double[] ys = new double[x.length];
        Arrays.fill(ys, y);
        return new Series(name, x, ys, null, null);
    }
}
