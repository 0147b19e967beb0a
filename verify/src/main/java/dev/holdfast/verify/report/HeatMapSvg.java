package dev.holdfast.verify.report;

import java.util.Arrays;
import java.util.DoubleSummaryStatistics;

/** A matrix in opacities of one colour, and a bar that tells which is which. */
final class HeatMapSvg extends FigureSvg {
    private static final double LEAST_HEIGHT = 140, GREATEST_HEIGHT = 330, BAR = 14;

    private static final int OPACITIES = 255;

    private final HeatMap map;
    private final double[][] values;
    private final DoubleSummaryStatistics range;
    private final Ruler scale;

    HeatMapSvg(HeatMap map) {
        super(map);
        this.map = map;
        values = map.values();
        range = Arrays.stream(values).flatMapToDouble(Arrays::stream).filter(Double::isFinite).summaryStatistics();
        scale = scale(range.getMin(), range.getMax());
    }

    /** Weights and accuracies, in 0..1, have one scale for all of them. */
    private static Ruler scale(double least, double greatest) {
        if (least >= 0 && greatest <= 1) {
            return new Ruler(false, 0, 1);
        }
        return least < greatest ? new Ruler(false, least, greatest) : new Ruler(false, least - 1, least + 1);
    }

    @Override
    String draw() {
        int rows = values.length, columns = values[0].length;
        left = MARGIN + width(Integer.toString(rows)) + GAP;
        right = WIDTH - MARGIN - width(scale.ticks()) - GAP - BAR - 2 * GAP;
        top = MARGIN + LINE + GAP;
        bottom = top + Math.clamp((right - left) * rows / columns, LEAST_HEIGHT, GREATEST_HEIGHT);
        cells((right - left) / columns, (bottom - top) / rows);
        axes(map.x(), new Ruler(false, 0.5, columns + 0.5), map.y(), new Ruler(false, 0.5, rows + 0.5), true);
        bar();
        return rows + " rows (" + map.y().label() + ") of " + columns + " columns (" + map.x().label() + "), from "
                + (float) range.getMin() + " to " + (float) range.getMax();
    }

    /** One path for each opacity: runs of its cells, row by row. */
    private void cells(double width, double height) {
        StringBuilder[] paths = new StringBuilder[OPACITIES + 1];
        Arrays.setAll(paths, opacity -> new StringBuilder());
        for (int row = 0; row < values.length; row++) {
            int[] opacities = Arrays.stream(values[row]).mapToInt(this::opacity).toArray();
            int from = 0;
            for (int to = 1; to <= opacities.length; to++) {
                if (to == opacities.length || opacities[to] != opacities[from]) {
                    paths[opacities[from]].append(
                            "M" + from + " " + row + "h" + (to - from) + "v1h" + (from - to) + "z");
                    from = to;
                }
            }
        }
        content.open("g", "class", "cells", "transform",
                "translate(" + point(left, top) + ") scale(" + (float) width + " " + (float) height + ")");
        for (int opacity = 1; opacity <= OPACITIES; opacity++) {
            if (!paths[opacity].isEmpty()) {
                content.empty("path", "fill-opacity", (float) opacity / OPACITIES, "d", paths[opacity]);
            }
        }
        content.close();
    }

    private int opacity(double value) {
        return (int) Math.rint(OPACITIES * scale.place(value));
    }

    private void bar() {
        double x = right + 2 * GAP;
        content.open("linearGradient", "id", id("bar"), "x1", 0, "x2", 0, "y1", 1, "y2", 0);
        content.empty("stop", "class", "full", "offset", 0, "stop-opacity", 0);
        content.empty("stop", "class", "full", "offset", 1).close();
        rectangle(x, BAR, "fill", "url(#" + id("bar") + ")");
        rectangle(x, BAR, "class", "frame");
        for (Ruler.Tick tick : scale.ticks()) {
            double y = bottom - scale.place(tick.value()) * (bottom - top);
            content.empty("path", "class", "axis", "d", "M" + point(x + BAR, y) + "h" + TICK);
            text(tick.label(), x + BAR + GAP, y, "start");
        }
    }
}
