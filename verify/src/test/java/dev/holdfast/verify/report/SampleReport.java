package dev.holdfast.verify.report;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.DoubleUnaryOperator;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** A report with everything that a report may hold: bands, gaps, logarithmic axes, many lines, matrices, bad words. */
final class SampleReport {
    /** Every character that means something in markup, in CSV or in both, and one that XML cannot write. */
    static final String HOSTILE = "<script>alert(\"1\")</script> & 'more', ]]> \u0001 \u00e9ε";

    static final List<Finding> FINDINGS = List.of(
            new Finding("epsilon", "Accuracy on pretraining tasks against ε",
                    "The standard weights break first.\n\nBoth are ideal weights.",
                    List.of(curves("accuracy-epsilon"), trained("accuracy-features")), List.of(published("published"))),
            new Finding("weights", "Trained weights", "What pretraining arrives at.",
                    List.of(weights("weights-standard", 21, 1), weights("weights-adversarial", 21, 0.004),
                            signed("covariance")),
                    List.of()),
            failed("cifar", "CIFAR-10", "This part failed: DIR/data_batch_1.bin is not there."),
            new Finding("baselines", "An honest comparison", HOSTILE,
                    List.of(many("baselines-curve"), alone("alone"), hostile("hostile"), gaps("gaps")),
                    List.of(wide("baselines-table"))));

    static final List<Table> TIMES = List.of(new Table("times", "Time per task", "Two threads.",
            List.of("classifier", "time to train or learn, ms"),
            List.of(List.of("this, in context", 0.0391), List.of("logistic regression, adversarial", 182.25))));

    private SampleReport() {}

    static Finding failed(String id, String title, String reason) {
        return new Finding(id, title, reason, List.of(), List.of());
    }

    static Stream<Figure> figures() {
        return FINDINGS.stream().flatMap(f -> f.figures().stream());
    }

    static Stream<Table> tables() {
        return Stream.concat(FINDINGS.stream().flatMap(f -> f.tables().stream()), TIMES.stream());
    }

    private static Series series(String name, double[] x, DoubleUnaryOperator mean, double sd) {
        double[] y = Arrays.stream(x).map(mean).toArray();
        return new Series(name, x, y, Arrays.stream(y).map(v -> v - sd * (1 - v) - 0.005).toArray(),
                Arrays.stream(y).map(v -> v + sd * (1 - v) + 0.005).toArray());
    }

    private static Lines curves(String id) {
        double[] x = {0, 0.05, 0.06, 0.07, 0.15, 0.2, 0.21, 0.22};
        return new Lines(id, "Robust accuracy against ε at d = 100",
                "Mean over 1,000 tasks; bands are ± one standard deviation over tasks.",
                new Axis("radius of the adversary ε (ℓ∞)", false), new Axis("robust accuracy", false),
                List.of(series("standard", x, v -> 1 / (1 + Math.exp(300 * (v - 0.06))), 0.1),
                        series("adversarial", x, v -> 1 / (1 + Math.exp(200 * (v - 0.2))), 0.1)));
    }

    private static Lines trained(String id) {
        double[] x = {10, 20, 50, 100, 200, 500, 1000, 2000};
        return new Lines(id, "Robust accuracy against vulnerable features", "d_rob = 10, ε = 0.2, 1,000 tasks a point.",
                new Axis("vulnerable features d_vul", true), new Axis("robust accuracy at ε = 0.2", false),
                List.of(series("standard", x, v -> 1 / (1 + v / 40), 0.06),
                        series("adversarial", x, v -> 1 / (1 + v * v / 4e6), 0.06),
                        series("standard, trained", x, v -> 1 / (1 + v / 50), 0.06),
                        series("adversarial, trained", x, v -> 1 / (1 + v * v / 3e6), 0.06)));
    }

    private static Lines many(String id) {
        double[] x = IntStream.rangeClosed(1, 60).mapToDouble(n -> n / 100.0).toArray();
        return new Lines(id, "Nine ways to a linear classifier", "Lines alone.", new Axis("radius ε", false),
                new Axis("error, share of queries", true),
                IntStream.rangeClosed(1, 9).mapToObj(k -> new Series("way " + k, x,
                                Arrays.stream(x).map(v -> 1e-6 * Math.exp(v * (10 + 2 * k))).toArray(), null, null))
                        .toList());
    }

    private static Lines alone(String id) {
        double[] x = IntStream.rangeClosed(1, 784).mapToDouble(n -> n).toArray();
        return new Lines(id, "A line that its axis names", "", new Axis("rank of the feature", false),
                new Axis("E[y xᵢ]", false), List.of(series("E[y xᵢ]", x, v -> 1 / (1 + v / 50), 0.1)));
    }

    private static Lines hostile(String id) {
        return new Lines(id, HOSTILE, HOSTILE, new Axis(HOSTILE, false), new Axis(HOSTILE, false),
                List.of(new Series(HOSTILE + ", one point", new double[] {1}, new double[] {2}, null, null)));
    }

    private static Lines gaps(String id) {
        double[] x = {1, 2, 3, 4, 5, 6};
        double nan = Double.NaN;
        return new Lines(id, "A line with a gap", "", new Axis("flipped labels k", false), new Axis("accuracy", false),
                List.of(new Series("measured", x, new double[] {0.5, 0.7, nan, 0.6, 0.4, 0.45},
                                new double[] {0.4, 0.6, nan, 0.5, 0.3, 0.35},
                                new double[] {0.6, 0.8, nan, 0.7, 0.5, 0.55}),
                        new Series("never measured", new double[0], new double[0], null, null)));
    }

    private static HeatMap weights(String id, int size, double off) {
        double[][] values = IntStream.range(0, size).mapToObj(i -> IntStream.range(0, size - 1)
                        .mapToDouble(j -> i == j ? 1 : i == size - 1 ? 0.1 : off)
                        .toArray())
                .toArray(double[][]::new);
        return new HeatMap(id, "Q̄ after 100 steps", "d = 20, λ = 0.1.", new Axis("feature of the query", false),
                new Axis("feature of the demonstrations, then the label", false), values);
    }

    private static HeatMap signed(String id) {
        double[][] values = IntStream.range(0, 4).mapToObj(i -> IntStream.range(0, 64)
                        .mapToDouble(j -> i + j == 5 ? Double.NaN : Math.sin(0.2 * j + i))
                        .toArray())
                .toArray(double[][]::new);
        return new HeatMap(id, "Numbers of both signs", "Four rows.", new Axis("pixel", false), new Axis("pair", false),
                values);
    }

    private static Table published(String id) {
        return new Table(id, "Published numbers beside ours", "Means over tasks.",
                List.of("tasks", "weights", "ε", "drawn", "published", "ours", "difference", "s.e.", "verdict"),
                List.of(Arrays.asList("pretraining, d = 100", "standard", 0.15, 1000, 0.0, 0.0, 0.0, 0.0, "agrees"),
                        Arrays.asList("rob 10 + vul 90", "adversarial", 0.3, 1000, 0.9525, 0.952512, 2.25e-11, 0.00021,
                                "agrees: within 4 standard errors"),
                        Arrays.asList("MNIST, 45 pairs", "standard", 0.1, 45, 0.04126, null, Double.NaN, null,
                                "not run: needs --data mnist=DIR"),
                        Arrays.asList("Fashion-MNIST, 45 pairs", "adversarial", 0.15, 45, 0.62698, 0.61, -0.01698,
                                0.00001, "differs: not within 0.0001")));
    }

    private static Table wide(String id) {
        List<String> columns = new ArrayList<>(List.of(HOSTILE));
        IntStream.rangeClosed(1, 12).forEach(k -> columns.add("ε = " + k / 20.0));
        List<List<Object>> rows = IntStream.range(0, 5).mapToObj(i -> {
            List<Object> row = new ArrayList<>(List.of(i == 0 ? HOSTILE : "class means of digits " + i));
            IntStream.rangeClosed(1, 12).forEach(k -> row.add(1.0 / (i + k)));
            return row;
        }).toList();
        return new Table(id, HOSTILE, HOSTILE, columns, rows);
    }
}
