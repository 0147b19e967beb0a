package dev.holdfast.verify.experiments;

import dev.holdfast.model.Classifier;
import dev.holdfast.model.LinearTransformer;
import dev.holdfast.model.Alignment;
import dev.holdfast.model.Rows;
import dev.holdfast.verify.report.Axis;
import dev.holdfast.verify.report.Figure;
import dev.holdfast.verify.report.Finding;
import dev.holdfast.verify.report.Lines;
import dev.holdfast.verify.report.Series;
import dev.holdfast.verify.tasks.PairTasks;
import dev.holdfast.verify.tasks.Task;
import dev.holdfast.verify.tasks.TaskFamily;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * A question to the pairs of classes of one data set: one pass over them fills all panels.
 *
 * @param data the data set's name
 * @param measure what is measured of a pair; a series is named {@code PANEL/NAME}
 * @param text what was found, from the estimates
 */
record PairQuestion(
        String id, String title, String data, Measure measure, List<Panel> panels,
        Function<Found, String> text) implements Experiment {
    /** Of the pairs of a larger data set, a quick look takes one in so many. */
    private static final int QUICK = 9;

    /** What is measured of a pair. */
    interface Measure {
        void of(Pair pair, Sweep.Numbers numbers);
    }

    /**
     * A figure of this question: its id is the question's, a dash and {@code key}.
     *
     * @param key what the names of its series start with, before the slash
     */
    record Panel(String key, String title, String caption, Axis x, Axis y) {}

    /**
     * A pair of classes as it is, and the alignment that its whole training split has.
     *
     * @param x demonstrations, cut to the smallest pair's count
     * @param alignment {@code null} where there is none
     */
    record Pair(Rows x, int[] y, Alignment alignment, Rows queries, int[] answers) {
        static Pair of(Task task, int demonstrations) {
            return new Pair(task.demonstrations().first(demonstrations), Arrays.copyOf(task.y(), demonstrations),
                    Alignment.fit(task.demonstrations(), task.y()), task.queries(), task.answers());
        }

        /** The first demonstrations and queries, or all, if there are fewer. */
        Pair first(int demonstrations, int queries) {
            int n = Math.min(demonstrations, y.length);
            int m = Math.min(queries, answers.length);
            return new Pair(x.first(n), Arrays.copyOf(y, n), alignment, this.queries.first(m), Arrays.copyOf(answers, m));
        }

        /** A classifier of raw queries: an adversary moves raw features, and those that were dropped change nothing. */
        Classifier learn(LinearTransformer transformer) {
            return transformer.aligned(alignment).learn(x, y);
        }

        /** The pair as the paper has it: an adversary moves aligned features, those that were dropped as well. */
        Task aligned() {
            return new Task(alignment.apply(x), y, alignment.apply(queries), answers);
        }
    }

    /** Means over tasks, for texts. */
    record Found(Map<String, List<Estimate>> estimates) {
        /** The mean of a series at x. */
        double at(String series, double x) {
            return estimates.get(series).stream()
                    .filter(estimate -> estimate.x() == x)
                    .findFirst()
                    .orElseThrow(() -> new IllegalArgumentException("x = " + x + " is not in " + series))
                    .mean();
        }
    }

    /** Which pairs are asked. */
    static int[] pairs(Scale scale, String data, TaskFamily family) {
        int stride = scale.quick() && !data.equals("digits") ? QUICK : 1;
        int[] pairs = new int[Math.ceilDiv(family.count(), stride)];
        Arrays.setAll(pairs, t -> t * stride);
        return pairs;
    }

    @Override
    public int steps(Scale scale) {
        return pairs(scale, data, new PairTasks(scale.dataSet(data), 0)).length;
    }

    @Override
    public Outcome run(Scale scale, Runnable step) {
        PairTasks tasks = new PairTasks(scale.dataSet(data), 0);
        TaskFamily raw = tasks.unaligned();
        int[] pairs = pairs(scale, data, raw);
        Map<String, List<Estimate>> estimates = Sweep.run(List.of(new Sweep.Point(pairs.length, (t, numbers) ->
                measure.of(Pair.of(raw.task(pairs[t]), tasks.demonstrations()), numbers))), scale.threads(), step);
        List<Figure> figures = new ArrayList<>();
        for (Panel panel : panels) {
            figures.add(new Lines(id + "-" + panel.key(), panel.title(),
                    panel.caption() + " Mean over " + pairs.length
                            + " pairs of classes, band ± one standard deviation over pairs.",
                    panel.x(), panel.y(), series(panel.key() + "/", estimates)));
        }
        return new Outcome(new Finding(id, title, text.apply(new Found(estimates)), figures, List.of()));
    }

    private static List<Series> series(String prefix, Map<String, List<Estimate>> estimates) {
        Map<String, List<Estimate>> chosen = new LinkedHashMap<>();
        estimates.forEach((name, list) -> {
            if (name.startsWith(prefix)) {
                chosen.put(name.substring(prefix.length()), list);
            }
        });
        return Sweep.series(chosen);
    }
}
