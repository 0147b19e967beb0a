package dev.holdfast.verify.report;

import java.util.Arrays;
import java.util.List;
import java.util.function.DoubleUnaryOperator;
import java.util.stream.DoubleStream;
import java.util.stream.Stream;

/**
 * A figure as SVG. Colours, dashes and fonts are left to plot.css, so that a figure follows the scheme of its reader and
 * goes on paper. No font is asked for its widths: every machine draws the same bytes.
 */
final class FigureSvg {
    private static final double WIDTH = 420, PLOT_HEIGHT = 230, LEAST_MAP = 140, GREATEST_MAP = 330;

    /** The widest average of a character at the 13 px of plot.css. */
    private static final double CHARACTER = 7.7;

    private static final double LINE = 19, GAP = 8, MARGIN = 5, SAMPLE = 30, BAR = 14;

    /** A line shows at most so many of its points. */
    private static final int MARKERS = 20;

    /** From the middle: circle, square, triangle, diamond, triangle upside down, plus, cross, bar. */
    private static final String[] MARKER = {
        "m-3.5 0a3.5 3.5 0 1 0 7 0a3.5 3.5 0 1 0-7 0z", "m-3.2-3.2h6.4v6.4h-6.4z", "m0-4.4l4.2 7.4h-8.4z",
        "m0-4.8l4.2 4.8l-4.2 4.8l-4.2-4.8z", "m0 4.4l4.2-7.4h-8.4z",
        "m-1.2-4.2h2.4v3h3v2.4h-3v3h-2.4v-3h-3v-2.4h3z", "m0-1.7l2.4-2.4l1.7 1.7l-2.4 2.4l2.4 2.4l-1.7 1.7l-2.4-2.4"
            + "l-2.4 2.4l-1.7-1.7l2.4-2.4l-2.4-2.4l1.7-1.7z", "m-1.5-4.5h3v9h-3z"
    };

    private final Figure figure;
    private final Markup content = new Markup();
    private List<String> colours = List.of();
    private double left, right, top, bottom;

    private FigureSvg(Figure figure) {
        this.figure = figure;
    }

    /** To stand in a page that holds plot.css. */
    static String inline(Figure figure) {
        return new FigureSvg(figure).svg("");
    }

    /** A file of its own. */
    static String alone(Figure figure, String style) {
        return new FigureSvg(figure).svg(style);
    }

    private String svg(String style) {
        String description = switch (figure) {
            case Lines lines -> draw(lines);
            case HeatMap map -> draw(map);
        };
        double height = bottom + 2 * LINE + GAP;
        String title = id("title"), summary = id("summary");
        Markup svg = new Markup().open("svg", "xmlns", "http://www.w3.org/2000/svg", "class", "plot", "viewBox",
                "0 0 " + Markup.number(WIDTH) + " " + Markup.number(height), "role", "img", "aria-labelledby",
                title + " " + summary);
        svg.element("title", figure.title(), "id", title).element("desc", description, "id", summary);
        if (!style.isEmpty()) {
            svg.open("style").raw(style).close();
        }
        return svg.raw(content.toString()).close().toString();
    }

    /** Unique in a page: no id of a figure has a dot. */
    private String id(String part) {
        return "figure." + figure.id() + "." + part;
    }

    private String draw(Lines lines) {
        Ruler x = Ruler.around(lines.x().logarithmic(), lines.series().stream().flatMapToDouble(s -> Arrays.stream(s.x())));
        Ruler y = Ruler.around(lines.y().logarithmic(), lines.series().stream()
                .flatMap(s -> Stream.of(s.y(), s.low(), s.high()))
                .filter(numbers -> numbers != null)
                .flatMapToDouble(Arrays::stream));
        left = MARGIN + width(y.ticks()) + GAP;
        right = WIDTH - 2 * GAP;
        colours = lines.series().stream().map(FigureSvg::family).distinct().toList();
        top = (isNamedByAxis(lines) ? MARGIN : legend(lines.series()) + GAP / 2) + LINE + GAP;
        bottom = top + PLOT_HEIGHT;
        axes(lines.x(), x, lines.y(), y, false);
        DoubleUnaryOperator across = v -> left + x.place(v) * (right - left);
        DoubleUnaryOperator down = v -> bottom - y.place(v) * (bottom - top);
        // bands below all lines
        for (int i = 0; i < lines.series().size(); i++) {
            Series s = lines.series().get(i);
            if (s.low() != null) {
                content.empty("path", "class", "band " + style(s, i), "d", band(s, across, down));
            }
        }
        for (int i = 0; i < lines.series().size(); i++) {
            Series s = lines.series().get(i);
            content.open("g", "class", style(s, i));
            content.empty("path", "class", "line", "d", path(s.x(), s.y(), 0, s.x().length, across, down));
            for (int n = 0; n < s.x().length; n += Math.ceilDiv(s.x().length, MARKERS)) {
                if (!Double.isNaN(s.y()[n])) {
                    marker(i, across.applyAsDouble(s.x()[n]), down.applyAsDouble(s.y()[n]),
                            s.name() + ": " + inWords(s, n));
                }
            }
            content.close();
        }
        return lines.y().label() + " against " + lines.x().label() + ": "
                + String.join("; ", lines.series().stream().map(FigureSvg::inWords).toList());
    }

    private static String inWords(Series s) {
        int last = s.x().length - 1;
        return s.name() + (last < 0 ? ", no point"
                : ", from " + inWords(s, 0) + " to " + inWords(s, last));
    }

    private static String inWords(Series s, int n) {
        return (float) s.y()[n] + " at " + (float) s.x()[n];
    }

    /** Lines of names from the top on, as many to a line as have room; returns where they end. */
    private double legend(List<Series> series) {
        double x = MARGIN, y = MARGIN + LINE / 2;
        for (int i = 0; i < series.size(); i++) {
            Series s = series.get(i);
            double width = SAMPLE + width(s.name()) + 2 * GAP;
            if (x > MARGIN && x + width > WIDTH) {
                x = MARGIN;
                y += LINE;
            }
            content.open("g", "class", style(s, i));
            content.empty("path", "class", "line", "d", "M" + point(x, y) + "h24");
            marker(i, x + 12, y, s.name());
            content.close();
            text(s.name(), x + SAMPLE, y, "start");
            x += width;
        }
        return y + LINE / 2;
    }

    private void marker(int series, double x, double y, String title) {
        content.open("path", "class", "marker", "d",
                "M" + point(x, y) + MARKER[(series + series / MARKER.length) % MARKER.length]);
        content.element("title", title).close();
    }

    /** A colour for a family, a dash for each of its lines and others; with the markers, 64 lines differ in print. */
    private String style(Series s, int number) {
        return "c" + colours.indexOf(family(s)) % MARKER.length + " d" + number % MARKER.length;
    }

    private static String family(Series s) {
        return s.name().split(",", 2)[0];
    }

    private static boolean isNamedByAxis(Lines lines) {
        return lines.series().size() == 1 && lines.series().getFirst().name().equals(lines.y().label());
    }

    private static String band(Series s, DoubleUnaryOperator across, DoubleUnaryOperator down) {
        StringBuilder path = new StringBuilder();
        for (int from = 0, to; from < s.x().length; from = to + 1) {
            for (to = from; to < s.x().length && !Double.isNaN(s.low()[to]) && !Double.isNaN(s.high()[to]); to++) {
            }
            if (to > from) {
                path.append(path(s.x(), s.high(), from, to, across, down));
                path.append(path(s.x(), s.low(), to - 1, from - 1, across, down).replace('M', 'L')).append('z');
            }
        }
        return path.toString();
    }

    /** From the point {@code from} up or down to the one before {@code to}; after a NaN it starts anew. */
    private static String path(
            double[] x, double[] y, int from, int to, DoubleUnaryOperator across, DoubleUnaryOperator down) {
        StringBuilder path = new StringBuilder();
        char next = 'M';
        for (int n = from; n != to; n += from < to ? 1 : -1) {
            if (Double.isNaN(y[n])) {
                next = 'M';
                continue;
            }
            path.append(next).append(point(across.applyAsDouble(x[n]), down.applyAsDouble(y[n])));
            next = 'L';
        }
        return path.toString();
    }

    private String draw(HeatMap map) {
        int rows = map.values().length, columns = map.values()[0].length;
        double least = stream(map).min().getAsDouble(), greatest = stream(map).max().getAsDouble();
        String range = "from " + (float) least + " to " + (float) greatest;
        if (least >= 0 && greatest <= 1) {
            // weights and accuracies: one scale for all of them
            least = 0;
            greatest = 1;
        } else if (least == greatest) {
            least -= 0.5;
            greatest += 0.5;
        }
        Ruler x = new Ruler(false, 0.5, columns + 0.5);
        Ruler y = new Ruler(false, 0.5, rows + 0.5);
        Ruler colours = new Ruler(false, least, greatest);
        left = MARGIN + width(Integer.toString(rows)) + GAP;
        right = WIDTH - MARGIN - width(colours.ticks()) - GAP - BAR - 2 * GAP;
        top = MARGIN + LINE + GAP;
        bottom = top + Math.clamp((right - left) * rows / columns, LEAST_MAP, GREATEST_MAP);
        cells(map, colours);
        axes(map.x(), x, map.y(), y, true);
        bar(colours);
        return rows + " rows (" + map.y().label() + ") of " + columns + " columns (" + map.x().label() + "), " + range;
    }

    private static DoubleStream stream(HeatMap map) {
        return Arrays.stream(map.values()).flatMapToDouble(Arrays::stream);
    }

    /** One path for each of 255 opacities: runs of cells of one opacity, row by row. */
    private void cells(HeatMap map, Ruler colours) {
        StringBuilder[] paths = new StringBuilder[256];
        double[][] values = map.values();
        for (int row = 0; row < values.length; row++) {
            for (int from = 0, to; from < values[row].length; from = to) {
                int opacity = opacity(colours, values[row][from]);
                for (to = from + 1; to < values[row].length && opacity(colours, values[row][to]) == opacity; to++) {
                }
                if (paths[opacity] == null) {
                    paths[opacity] = new StringBuilder();
                }
                paths[opacity].append("M" + from + " " + row + "h" + (to - from) + "v1h" + (from - to) + "z");
            }
        }
        content.open("g", "class", "cells", "transform", "translate(" + point(left, top) + ") scale(" + (float) ((right - left) / values[0].length) + " " + (float) ((bottom - top) / values.length)
                + ")");
        for (int opacity = 1; opacity < paths.length; opacity++) {
            if (paths[opacity] != null) {
                content.empty("path", "fill-opacity", (float) opacity / 255, "d", paths[opacity]);
            }
        }
        content.close();
    }

    private static int opacity(Ruler colours, double value) {
        return (int) Math.rint(255 * colours.place(value));
    }

    private void bar(Ruler colours) {
        double x = right + 2 * GAP;
        content.open("linearGradient", "id", id("bar"), "x1", 0, "x2", 0, "y1", 1, "y2", 0);
        content.empty("stop", "class", "full", "offset", 0, "stop-opacity", 0);
        content.empty("stop", "class", "full", "offset", 1).close();
        content.empty("rect", "x", x, "y", top, "width", BAR, "height", bottom - top, "fill", "url(#" + id("bar") + ")");
        content.empty("rect", "class", "frame", "x", x, "y", top, "width", BAR, "height", bottom - top);
        for (Ruler.Tick tick : colours.ticks()) {
            double y = bottom - colours.place(tick.value()) * (bottom - top);
            content.empty("path", "class", "axis", "d", "M" + point(x + BAR, y) + "h4");
            text(tick.label(), x + BAR + GAP, y, "start");
        }
    }

    /** Ticks, their numbers and the titles, around what lies between left, right, top and bottom. */
    private void axes(Axis across, Ruler x, Axis up, Ruler y, boolean matrix) {
        List<Ruler.Tick> columns = matrix ? whole(x) : x.ticks(), rows = matrix ? whole(y) : y.ticks();
        StringBuilder lines = new StringBuilder(), ticks = new StringBuilder();
        for (Ruler.Tick tick : columns) {
            double place = left + x.place(tick.value()) * (right - left);
            ticks.append("M" + point(place, bottom) + (tick.label().isEmpty() ? "v2.5" : "v4"));
            if (!tick.label().isEmpty()) {
                lines.append("M" + point(place, top) + "V" + Markup.number(bottom));
                text(tick.label(), place, bottom + 4 + LINE / 2, "middle");
            }
        }
        for (Ruler.Tick tick : rows) {
            double from = y.place(tick.value());
            // a matrix has its first row at the top
            double place = bottom - (matrix ? 1 - from : from) * (bottom - top);
            ticks.append("M" + point(left, place) + (tick.label().isEmpty() ? "h-2.5" : "h-4"));
            if (!tick.label().isEmpty()) {
                lines.append("M" + point(left, place) + "H" + Markup.number(right));
                text(tick.label(), left - GAP, place, "end");
            }
        }
        if (!matrix) {
            content.empty("path", "class", "grid", "d", lines);
        }
        content.empty("path", "class", "axis", "d", ticks);
        content.empty("rect", "class", "frame", "x", left, "y", top, "width", right - left, "height", bottom - top);
        text(up.label(), MARGIN, top - GAP - LINE / 2, "start");
        text(across.label(), (left + right) / 2, bottom + 4 + 3 * LINE / 2, "middle");
    }

    /** Rows and columns are counted. */
    private static List<Ruler.Tick> whole(Ruler ruler) {
        return ruler.ticks().stream().filter(tick -> tick.value() == Math.rint(tick.value())).toList();
    }

    private void text(String text, double x, double y, String anchor) {
        content.element("text", text, "x", x, "y", y, "dy", ".35em", "text-anchor", anchor);
    }

    private static String point(double x, double y) {
        return Markup.number(x) + " " + Markup.number(y);
    }

    private static double width(List<Ruler.Tick> ticks) {
        return ticks.stream().mapToDouble(tick -> width(tick.label())).max().orElse(0);
    }

    private static double width(String text) {
        return CHARACTER * text.codePointCount(0, text.length());
    }
}
