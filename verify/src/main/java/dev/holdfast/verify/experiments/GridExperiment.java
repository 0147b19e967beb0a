package dev.holdfast.verify.experiments;

import dev.holdfast.verify.report.Axis;
import dev.holdfast.verify.report.Figure;
import dev.holdfast.verify.report.Finding;
import dev.holdfast.verify.report.Lines;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/** An experiment that is a declaration: figures, each of them a sweep over points. */
public record GridExperiment(String id, String title, String text, List<Panel> panels) implements Experiment {
    /**
     * A figure.
     *
     * @param caption without what is the same for all: number of tasks, and what the band is
     * @param points what is swept
     */
    public record Panel(
            String id, String title, String caption, Axis x, Axis y, Function<Scale, List<Sweep.Point>> points) {
        int steps(Scale scale) {
            return Sweep.tasks(points.apply(scale));
        }

        Lines draw(Scale scale, Runnable step) {
            Map<String, List<Estimate>> estimates = Sweep.run(points.apply(scale), scale.threads(), step);
            int tasks = estimates.values().iterator().next().getFirst().tasks();
            return new Lines(id, title, caption + " Mean over " + tasks
                    + " tasks at each point, band ± one standard deviation over tasks.", x, y, Sweep.series(estimates));
        }
    }

    @Override
    public int steps(Scale scale) {
        return panels.stream().mapToInt(panel -> panel.steps(scale)).sum();
    }

    @Override
    public Outcome run(Scale scale, Runnable step) {
        List<Figure> figures = new ArrayList<>();
        panels.forEach(panel -> figures.add(panel.draw(scale, step)));
        return new Outcome(new Finding(id, title, text, figures, List.of()));
    }
}
