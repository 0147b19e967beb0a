package dev.holdfast.verify.experiments;

import dev.holdfast.model.Classifier;
import dev.holdfast.model.DeepTransformer;
import dev.holdfast.model.DeepTransformer.Layer;
import dev.holdfast.model.GaussianMixture;
import dev.holdfast.model.Learner;
import dev.holdfast.model.RobustBayes;
import dev.holdfast.model.Rows;
import dev.holdfast.model.Threat;
import dev.holdfast.verify.report.Axis;
import dev.holdfast.verify.report.Finding;
import dev.holdfast.verify.report.Lines;
import dev.holdfast.verify.tasks.PairTasks;
import dev.holdfast.verify.tasks.Task;
import dev.holdfast.verify.tasks.TaskFamily;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * Depth on real tasks: family weights that were pretrained on setting A1, or on a mixture like the pairs of the first half
 * of the classes, tested on the pairs of the other half under ℓ2.
 */
record DepthOnPairs(String data) implements Experiment {
    private static final int TASKS = 1000;
    private static final int QUICK_TASKS = 32;

    /** All eigenvalues of real data differ, and an update costs their number to the third power. */
    private static final int FITTED_DEPTH = 3;

    /** About as many as a pair of digits has. */
    private static final int DEMONSTRATIONS = 200;

    /** More features are not brought to the axes of their covariance. */
    private static final int MOST_FEATURES = 100;

    /** What a variance has at least, as in setting A1. */
    private static final double LEAST_VARIANCE = 1e-6;

    private static final int STEPS = 8;

    /** Of the steps of the grid, the one that learners are against. */
    private static final int MET = 4;

    @Override
    public String id() {
        return "depth-" + data;
    }

    @Override
    public String title() {
        return "Depth on real tasks: " + PaperFigures.title(data);
    }

    private PairTasks pairs(Scale scale) {
        return new PairTasks(scale.dataSet(data), 0);
    }

    private int[] pairs(Scale scale, boolean seen) {
        int classes = scale.dataSet(data).demonstrations().classes();
        List<Integer> numbers = new ArrayList<>();
        int pair = 0;
        for (int i = 0; i < classes; i++) {
            for (int j = i + 1; j < classes; j++, pair++) {
                if (seen ? j < classes / 2 : i >= classes / 2) {
                    numbers.add(pair);
                }
            }
        }
        return numbers.stream().mapToInt(Integer::intValue).toArray();
    }

    private static boolean fits(int d) {
        return d <= MOST_FEATURES;
    }

    @Override
    public int steps(Scale scale) {
        return FollowUp.updates(scale) * (fits(pairs(scale).features()) ? 2 : 1) + pairs(scale, false).length;
    }

    @Override
    public Outcome run(Scale scale, Runnable step) {
        TaskFamily raw = pairs(scale).unaligned();
        int d = raw.features();
        double[] epsilons = IntStream.rangeClosed(0, STEPS).mapToDouble(i -> i * Math.sqrt(d) / 64).toArray();
        double met = epsilons[MET];
        DeepTransformer onA1 = FollowUp.withWorkers(scale, workers -> FollowUp.train(FollowUp.A1, FollowUp.depth(scale),
                scale.quick() ? QUICK_TASKS : TASKS, DEMONSTRATIONS, 0, scale, workers, step)).transformer();
        DeepTransformer onOthers = fits(d) ? onOthers(raw, met, scale, step) : null;
        int[] unseen = pairs(scale, false);
        Map<String, List<Estimate>> estimates = Sweep.run(List.of(new Sweep.Point(unseen.length, (t, numbers) -> {
            Task task = raw.task(unseen[t]);
            for (NamedLearner each : NamedLearner.ideal(d)) {
                add(each.name() + ", one layer", each.transformer().aligned(), task, epsilons, numbers);
            }
            add(FollowUp.BAYES, RobustBayes.l2(met), task, epsilons, numbers);
            add("depth " + onA1.depth() + ", pretrained on A1", scaled(onA1, task.demonstrations()).centred(), task,
                    epsilons, numbers);
            if (onOthers != null) {
                add("depth " + onOthers.depth() + ", pretrained on other classes", onOthers.centred(), task, epsilons,
                        numbers);
            }
        })), scale.threads(), step);
        String name = PaperFigures.title(data);
        return new Outcome(new Finding(id(), title(), text(estimates, met, fits(d)),
                List.of(new Lines(id(), "Accuracy on " + name + " under ℓ2, unseen pairs", OpenQuestions.say(
                        "Raw pixels; %d pairs of the second half of the classes. Robust Bayes is against ε = %.2f. Deep"
                                + " transformers are centred on each pair's demonstrations. Mean over pairs, band ± one"
                                + " standard deviation over pairs.", unseen.length, met),
                        new Axis("radius ε of the adversary's ℓ2 ball", false), PaperFigures.ACCURACY,
                        Sweep.series(estimates))),
                List.of()));
    }

    private static void add(String name, Learner learner, Task task, double[] epsilons, Sweep.Numbers numbers) {
        Classifier classifier = learner.learn(task.demonstrations(), task.y());
        numbers.addAll(name, epsilons,
                classifier.robustAccuracy(task.queries(), task.answers(), Threat.l2(), epsilons));
    }

    /**
     * The same transformer of rows that are multiplied by the c at which their mean square length is that of A1: c x in
     * place of x gives the weights c w, and is q_x c² in place of q_x.
     */
    private static DeepTransformer scaled(DeepTransformer transformer, Rows x) {
        double[] mean = new double[x.features()];
        float[] features = x.toArray();
        double squares = 0;
        for (int i = 0; i < features.length; i++) {
            mean[i % mean.length] += (double) features[i] / x.rows();
            squares += (double) features[i] * features[i] / x.rows();
        }
        double c2 = (squares(FollowUp.A1.mean()) + Arrays.stream(FollowUp.A1.variances()).sum())
                / (squares - squares(mean));
        return DeepTransformer.family(mean.length, transformer.layers().stream()
                .map(layer -> new Layer(layer.px(), layer.py(), c2 * layer.qx(), layer.qy()))
                .toList());
    }

    private static double squares(double[] v) {
        return Arrays.stream(v).map(entry -> entry * entry).sum();
    }

    /** Pretrained on a mixture with the pairs' mean variances and squared means on the axes of their covariance. */
    private DeepTransformer onOthers(TaskFamily raw, double met, Scale scale, Runnable step) {
        int d = raw.features();
        double[] variances = new double[d];
        double[] squares = new double[d];
        int[] seen = pairs(scale, true);
        for (int pair : seen) {
            Task task = raw.task(pair);
            addAxes(task.demonstrations().toArray(), task.y(), d, seen.length, variances, squares);
        }
        for (int i = 0; i < d; i++) {
            variances[i] = Math.max(variances[i], LEAST_VARIANCE);
        }
        GaussianMixture mixture = GaussianMixture.of(Arrays.stream(squares).map(Math::sqrt).toArray(), variances,
                met / Math.sqrt(d));
        return FollowUp.withWorkers(scale, workers -> FollowUp.train(mixture, FITTED_DEPTH,
                scale.quick() ? QUICK_TASKS : TASKS, DEMONSTRATIONS, 0, scale, workers, step)).transformer();
    }

    /** Adds a share of a pair's variances, descending, and of the squares of half the difference of means on their axes. */
    private static void addAxes(float[] x, int[] y, int d, int pairs, double[] variances, double[] squares) {
        double[][] means = new double[2][d];
        int[] counts = new int[2];
        for (int n = 0; n < y.length; n++) {
            int c = y[n] > 0 ? 1 : 0;
            counts[c]++;
            for (int i = 0; i < d; i++) {
                means[c][i] += x[n * d + i];
            }
        }
        for (int c = 0; c < 2; c++) {
            for (int i = 0; i < d; i++) {
                means[c][i] /= counts[c];
            }
        }
        double[][] covariance = new double[d][d];
        for (int n = 0; n < y.length; n++) {
            double[] mean = means[y[n] > 0 ? 1 : 0];
            for (int i = 0; i < d; i++) {
                double away = (x[n * d + i] - mean[i]) / y.length;
                for (int j = 0; j < d; j++) {
                    covariance[i][j] += away * (x[n * d + j] - mean[j]);
                }
            }
        }
        SymmetricEigen eigen = SymmetricEigen.of(covariance);
        int[] order = IntStream.range(0, d)
                .boxed()
                .sorted(Comparator.comparingDouble(i -> -eigen.values()[i]))
                .mapToInt(Integer::intValue)
                .toArray();
        for (int i = 0; i < d; i++) {
            double half = 0;
            for (int j = 0; j < d; j++) {
                half += eigen.vectors()[j][order[i]] * (means[1][j] - means[0][j]) / 2;
            }
            variances[i] += eigen.values()[order[i]] / pairs;
            squares[i] += half * half / pairs;
        }
    }

    private static String text(Map<String, List<Estimate>> estimates, double met, boolean fitted) {
        List<String> found = new ArrayList<>();
        estimates.forEach((name, list) -> found.add(OpenQuestions.say("%s %.3f and %.3f", name,
                list.getFirst().mean(), list.get(MET).mean())));
        return "Weights of the family serve any number of features, but a polynomial is good only where it was trained:"
                + " those of A1 see rows that are multiplied by one number a pair, without labels, so that their mean"
                + " square length about their mean is A1's." + (fitted
                        ? " The others were pretrained on a mixture that has, on the axes of the covariance, the mean"
                                + " variances and squared differences of the pairs of the first half of the classes."
                        : "")
                + OpenQuestions.say(" Accuracy on unseen pairs, clean and at ε = %.2f: ", met)
                + String.join("; ", found) + ".";
    }
}
