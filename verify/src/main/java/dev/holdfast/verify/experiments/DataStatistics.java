package dev.holdfast.verify.experiments;

import dev.holdfast.model.LinearTransformer;
import dev.holdfast.verify.report.Axis;
import dev.holdfast.verify.report.Finding;
import dev.holdfast.verify.report.Lines;
import dev.holdfast.verify.report.Series;
import dev.holdfast.verify.tasks.PairTasks;
import dev.holdfast.verify.tasks.Task;
import java.util.Arrays;
import java.util.List;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;

/**
 * The paper's figure 5 for one data set: with u = y x of aligned demonstrations, the means E[u_i] and the row sums
 * of the covariance, Σ_j Cov(u_i, u_j) = Cov(u_i, Σ_j u_j), each sorted within a pair of classes.
 */
record DataStatistics(String data) implements Experiment {
    private static final String MEANS = "E[y xᵢ]";
    private static final String ROW_SUMS = "Σⱼ Cov(y xᵢ, y xⱼ)";

    @Override
    public String id() {
        return "figure-5-" + data;
    }

    @Override
    public String title() {
        return "The paper's figure 5: what features tell of labels, " + PaperFigures.title(data);
    }

    @Override
    public int steps(Scale scale) {
        return Sweep.tasks(points(scale));
    }

    private List<Sweep.Point> points(Scale scale) {
        return List.of(new Sweep.Point(new PairTasks(scale.dataSet(data), 0), DataStatistics::measure));
    }

    @Override
    public Outcome run(Scale scale, Runnable step) {
        List<Series> series = Sweep.series(Sweep.run(points(scale), scale.threads(), step));
        String name = PaperFigures.title(data);
        String caption = "Features of each pair of classes sorted from the greatest down, after centring and alignment"
                + " of signs; demonstrations cut to the smallest pair's count. Mean over all pairs, band ± one"
                + " standard deviation over pairs.";
        Axis rank = new Axis("rank of the feature within its pair", false);
        return new Outcome(new Finding(id(), title(),
                "Against an adversary of radius ε a feature helps, on average, where its mean E[y xᵢ] lies above ε, and"
                        + " harms where it lies below. Where a row of the covariance sums to less than 0, a feature"
                        + " moves against the others.",
                List.of(
                        new Lines(id() + "-means", "Mean of label times feature, " + name, caption, rank,
                                new Axis(MEANS, false), series.subList(0, 1)),
                        new Lines(id() + "-covariances", "Row sums of the covariance, " + name, caption, rank,
                                new Axis(ROW_SUMS, false), series.subList(1, 2))),
                List.of()));
    }

    /** Both are context states: with p = (0, …, 0, 1) that of Σ y z, with p = (1, …, 1, 0) that of Σ (Σ_j x_j) z. */
    private static void measure(Task task, Sweep.Numbers numbers) {
        int d = task.demonstrations().features();
        float[] label = new float[d + 1];
        label[d] = 1;
        float[] features = new float[d + 1];
        Arrays.fill(features, 0, d, 1);
        double[] mean = perDemonstration(label, task);
        double[] rowSum = perDemonstration(features, task);
        double total = DoubleStream.of(mean).sum();
        for (int i = 0; i < d; i++) {
            rowSum[i] -= mean[i] * total;
        }
        addSorted(MEANS, mean, numbers);
        addSorted(ROW_SUMS, rowSum, numbers);
    }

    /** Σ_n (p·z_n) x_n / N. */
    private static double[] perDemonstration(float[] p, Task task) {
        int d = task.demonstrations().features();
        float[] identity = new float[d];
        Arrays.fill(identity, 1);
        float[] w = LinearTransformer.structured(p, identity, 0, new float[d])
                .learn(task.demonstrations(), task.y())
                .weights();
        return IntStream.range(0, d).mapToDouble(i -> w[i]).toArray();
    }

    private static void addSorted(String series, double[] values, Sweep.Numbers numbers) {
        Arrays.sort(values);
        for (int rank = 1; rank <= values.length; rank++) {
            numbers.add(series, rank, values[values.length - rank]);
        }
    }
}
