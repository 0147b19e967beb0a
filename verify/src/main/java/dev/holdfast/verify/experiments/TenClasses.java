package dev.holdfast.verify.experiments;

import dev.holdfast.model.LinearTransformer;
import dev.holdfast.model.MultiClassifier;
import dev.holdfast.model.Rows;
import dev.holdfast.model.Threat;
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
import java.util.stream.IntStream;

/** All classes of a data set at once, learnt in context, with certificates. */
record TenClasses(String data) implements Experiment {
    /** Of features of demonstrations: what a heap of 1 GB has room for. */
    private static final int MOST_FEATURES = 1 << 26;

    private static final int QUICK_DEMONSTRATIONS = 6000;
    private static final int QUICK_QUERIES = 1000;
    private static final double EPSILON = 0.1;

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

    private interface Scheme {
        MultiClassifier<Integer> learn(LinearTransformer transformer, Labelled demonstrations);
    }

    private static final Map<String, Scheme> SCHEMES = Map.of(
            "one-vs-rest", (transformer, all) -> transformer.learnRest(all.x(), all.y()),
            "one-vs-one", (transformer, all) -> transformer.learnPairs(all.x(), all.y()));

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
        return 2 * SCHEMES.size();
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
        List<Sweep.Point> points = new ArrayList<>();
        for (String scheme : SCHEMES.keySet().stream().sorted().toList()) {
            for (Weights weights : Weights.ideal(d)) {
                points.add(new Sweep.Point(1, (t, numbers) -> numbers.addAll(weights.name() + ", " + scheme,
                        PaperFigures.REAL_EPSILONS, SCHEMES.get(scheme)
                                .learn(weights.transformer(), demonstrations)
                                .robustAccuracy(queries.x(), queries.y(), Threat.linf(),
                                        PaperFigures.REAL_EPSILONS))));
            }
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
                                + where + ". Exact for one-vs-rest, a lower bound for one-vs-one. Each binary problem"
                                + " is centred and aligned on its own demonstrations.",
                        PaperFigures.EPSILON, PaperFigures.ACCURACY, series)),
                List.of(new Table(id() + "-accuracy", "Certified accuracy on " + name,
                        "Share of queries; " + where + ".", BaselineComparison.epsilonColumns("classifier"), rows))));
    }

    private static String text(Found found) {
        String clean = best(found, 0);
        String robust = best(found, EPSILON);
        return OpenQuestions.say("All classes are learnt in context, binary classifier by binary classifier, and each"
                + " answer has a certificate. Most answers are right with %s, %.3f; at ε = 0.1 most are right and"
                + " certified with %s, %.3f.", clean, found.at(clean, 0), robust, found.at(robust, EPSILON));
    }

    private static String best(Found found, double epsilon) {
        return found.estimates().keySet().stream()
                .max(Comparator.comparingDouble(name -> found.at(name, epsilon)))
                .orElseThrow();
    }
}
