package dev.holdfast.verify.experiments;

import dev.holdfast.model.Learner;
import dev.holdfast.model.MultiClassifier;
import dev.holdfast.model.RobustBayes;
import dev.holdfast.model.Rows;
import dev.holdfast.model.Threat;
import dev.holdfast.verify.baselines.SoftmaxFit;
import dev.holdfast.verify.data.DataSet;
import dev.holdfast.verify.data.LabelledImages;
import dev.holdfast.verify.experiments.PairQuestion.Found;
import dev.holdfast.verify.report.Finding;
import dev.holdfast.verify.report.Lines;
import dev.holdfast.verify.report.Series;
import dev.holdfast.verify.report.Table;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.IntStream;

/** All classes of a data set at once, learnt in context or trained, with certificates. */
record TenClasses(String data) implements Experiment {
    /** Of features of demonstrations: what a heap of 1 GB has room for. */
    private static final int MOST_FEATURES = 1 << 26;

    private static final int QUICK_DEMONSTRATIONS = 6000;
    private static final int QUICK_QUERIES = 1000;
    /** What robust Bayes and adversarial training are against. */
    private static final double EPSILON = 0.1;

    private static final double SOFTMAX_LAMBDA = 1e-4;
    private static final int SOFTMAX_EPOCHS = 20;
    private static final String REST = ", one-vs-rest";
    private static final String PAIRS = ", one-vs-one";
    private static final String BAYES = "robust Bayes";
    private static final String TRAINED = "adversarial softmax, trained";

    /** Images as rows, with their classes. */
    private record Labelled(Rows x, List<Integer> y) {
        static Labelled first(LabelledImages images, int count) {
            int d = images.features();
            float[] x = new float[Math.multiplyExact(count, d)];
            for (int n = 0; n < count; n++) {
                images.copyRow(n, x, n * d);
            }
            return new Labelled(Rows.view(x, d), IntStream.range(0, count).mapToObj(images::label).toList());
        }
    }

    /** Who learns, and how the report calls it. */
    private record Method(String name, Function<Labelled, MultiClassifier<Integer>> learning) {}

    private static List<Method> methods(int d, int classes) {
        List<Method> methods = new ArrayList<>();
        for (NamedLearner each : NamedLearner.ideal(d)) {
            Learner learner = each.transformer().aligned();
            methods.add(new Method(each.name() + REST, all -> learner.learnRest(all.x(), all.y())));
            methods.add(new Method(each.name() + PAIRS, all -> learner.learnPairs(all.x(), all.y())));
        }
        Learner bayes = RobustBayes.linf(EPSILON);
        methods.add(new Method(BAYES + REST, all -> bayes.learnRest(all.x(), all.y())));
        methods.add(new Method(BAYES + PAIRS, all -> bayes.learnPairs(all.x(), all.y())));
        methods.add(new Method(TRAINED,
                all -> SoftmaxFit.train(all.x(), all.y(), classes, SOFTMAX_LAMBDA, EPSILON, SOFTMAX_EPOCHS)));
        return methods;
    }

    @Override
    public String id() {
        return "ten-classes-" + data;
    }

    @Override
    public String title() {
        return "All classes at once: " + PaperFigures.title(data);
    }

    @Override
    public int steps(Scale scale) {
        return methods(1, 2).size();
    }

    @Override
    public Outcome run(Scale scale, Runnable step) {
        DataSet set = scale.dataSet(data);
        int d = set.queries().features();
        int room = Math.min(scale.quick() ? QUICK_DEMONSTRATIONS : Integer.MAX_VALUE, MOST_FEATURES / d);
        Labelled demonstrations =
                Labelled.first(set.demonstrations(), Math.min(set.demonstrations().count(), room));
        Labelled queries = Labelled.first(set.queries(),
                Math.min(set.queries().count(), scale.quick() ? QUICK_QUERIES : Integer.MAX_VALUE));
        List<Method> methods = methods(d, set.queries().classes());
        double[] seconds = new double[methods.size()];
        List<Sweep.Point> points = new ArrayList<>();
        for (int m = 0; m < seconds.length; m++) {
            int number = m;
            Method method = methods.get(m);
            points.add(new Sweep.Point(1, (t, numbers) -> {
                long start = System.nanoTime();
                MultiClassifier<Integer> classifier = method.learning().apply(demonstrations);
                seconds[number] = (System.nanoTime() - start) / 1e9;
                numbers.addAll(method.name(), PaperFigures.REAL_EPSILONS, classifier.robustAccuracy(
                        queries.x(), queries.y(), Threat.linf(), PaperFigures.REAL_EPSILONS));
            }));
        }
        Map<String, List<Estimate>> estimates = Sweep.run(points, scale.threads(), step);
        String where = OpenQuestions.say("%d demonstrations and %d queries of %d classes", demonstrations.y().size(),
                queries.y().size(), set.queries().classes());
        List<Series> series = new ArrayList<>();
        List<List<Object>> rows = new ArrayList<>();
        estimates.forEach((name, list) -> {
            double[] accuracy = list.stream().mapToDouble(Estimate::mean).toArray();
            series.add(new Series(name, PaperFigures.REAL_EPSILONS, accuracy, null, null));
            List<Object> row = new ArrayList<>(List.of(name));
            list.forEach(estimate -> row.add(estimate.mean()));
            rows.add(row);
        });
        String name = PaperFigures.title(data);
        return new Outcome(new Finding(id(), title(), text(new Found(estimates)),
                List.of(new Lines(id(), "Certified accuracy on " + name + ", all classes",
                        "Share of queries that are right and stay so under every change of raw pixels within ε; "
                                + where + ". Exact for one-vs-rest and softmax, a lower bound for one-vs-one. For"
                                + " transformers each binary problem is centred and aligned on its own demonstrations;"
                                + " robust Bayes and softmax training are against ε = 0.1.",
                        PaperFigures.EPSILON, PaperFigures.ACCURACY, series)),
                List.of(new Table(id() + "-accuracy", "Certified accuracy on " + name,
                        "Share of queries; " + where + ".", BaselineComparison.epsilonColumns("classifier"), rows))),
                List.of(times(methods, seconds, name, where)));
    }

    private Table times(List<Method> methods, double[] seconds, String name, String where) {
        List<List<Object>> rows = new ArrayList<>();
        for (int m = 0; m < seconds.length; m++) {
            rows.add(List.of(methods.get(m).name(), seconds[m]));
        }
        return new Table(id() + "-times", "Time to learn all classes of " + name,
                "Wall-clock seconds on one thread of those at work; " + where + ".", List.of("classifier", "seconds"), rows);
    }

    private static String text(Found found) {
        String clean = best(found, 0);
        String robust = best(found, EPSILON);
        return OpenQuestions.say("All classes are learnt in context, binary classifier by binary classifier, or by"
                + " softmax regression that is trained, and each answer has a certificate. Most answers are right with %s, %.3f; at ε = 0.1 most are right and"
                + " certified with %s, %.3f.", clean, found.at(clean, 0), robust, found.at(robust, EPSILON));
    }

    private static String best(Found found, double epsilon) {
        return found.estimates().keySet().stream()
                .max(Comparator.comparingDouble(name -> found.at(name, epsilon)))
                .orElseThrow();
    }
}
