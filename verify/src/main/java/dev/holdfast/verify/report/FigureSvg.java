package dev.holdfast.verify.report;

import java.util.List;

/**
 * A figure as SVG. Colours, dashes and fonts are left to plot.css, so that a figure follows the scheme of its reader
 * and goes on paper. No font is asked for its widths: every machine draws the same bytes.
 */
abstract sealed class FigureSvg permits LinesSvg, HeatMapSvg {
    static final double WIDTH = 420;

    /** A line of words, what parts two things, and what is free at the edge. */
    static final double LINE = 19, GAP = 8, MARGIN = 5;

    /** The widest average of a character at the 13 px of plot.css. */
    private static final double CHARACTER = 7.7;

    static final double TICK = 4;

    private static final double SMALL_TICK = 2.5;

    final Markup content = new Markup();

    /** What the axes enclose. */
    double left, right, top, bottom;

    private final Figure figure;

    FigureSvg(Figure figure) {
        this.figure = figure;
    }

    /** To stand in a page that holds plot.css. */
    static String inline(Figure figure) {
        return of(figure).svg("");
    }

    /** A file of its own, with plot.css. */
    static String alone(Figure figure, String style) {
        return of(figure).svg(style);
    }

    private static FigureSvg of(Figure figure) {
        return switch (figure) {
            case Lines lines -> new LinesSvg(lines);
            case HeatMap map -> new HeatMapSvg(map);
        };
    }

    /** Draws, down to {@link #bottom} and the title of the x axis below it; returns what is seen, in words. */
    abstract String draw();

    private String svg(String style) {
        String summary = draw();
        double height = bottom + 2 * LINE + GAP;
        String titleId = id("title"), summaryId = id("summary");
        Markup svg = new Markup();
        svg.open("svg", "xmlns", "http://www.w3.org/2000/svg", "class", "plot", "viewBox",
                "0 0 " + point(WIDTH, height), "role", "img", "aria-labelledby", titleId + " " + summaryId);
        svg.element("title", figure.title(), "id", titleId).element("desc", summary, "id", summaryId);
        if (!style.isEmpty()) {
            svg.open("style").raw(style).close();
        }
        return svg.raw(content.toString()).close().toString();
    }

    /** Unique in a page: no id of a figure has a dot. */
    final String id(String part) {
        return "figure." + figure.id() + "." + part;
    }

    /**
     * Ticks, their numbers and the titles.
     *
     * @param matrix whether rows and columns are counted, from the top on, and have no grid over them
     */
    final void axes(Axis across, Ruler x, Axis up, Ruler y, boolean matrix) {
        StringBuilder grid = new StringBuilder(), ticks = new StringBuilder();
        for (Ruler.Tick tick : matrix ? whole(x) : x.ticks()) {
            double place = left + x.place(tick.value()) * (right - left);
            ticks.append("M" + point(place, bottom) + "v" + length(tick));
            if (!tick.isSmall()) {
                grid.append("M" + point(place, top) + "V" + Markup.number(bottom));
                text(tick.label(), place, bottom + TICK + LINE / 2, "middle");
            }
        }
        for (Ruler.Tick tick : matrix ? whole(y) : y.ticks()) {
            double share = y.place(tick.value());
            double place = bottom - (matrix ? 1 - share : share) * (bottom - top);
            ticks.append("M" + point(left, place) + "h-" + length(tick));
            if (!tick.isSmall()) {
                grid.append("M" + point(left, place) + "H" + Markup.number(right));
                text(tick.label(), left - GAP, place, "end");
            }
        }
        if (!matrix) {
            content.empty("path", "class", "grid", "d", grid);
        }
        content.empty("path", "class", "axis", "d", ticks);
        rectangle(left, right - left, "class", "frame");
        text(up.label(), MARGIN, top - GAP - LINE / 2, "start");
        text(across.label(), (left + right) / 2, bottom + TICK + 3 * LINE / 2, "middle");
    }

    private static List<Ruler.Tick> whole(Ruler ruler) {
        return ruler.ticks().stream().filter(tick -> tick.value() == Math.rint(tick.value())).toList();
    }

    private static double length(Ruler.Tick tick) {
        return tick.isSmall() ? SMALL_TICK : TICK;
    }

    /** From top to bottom. */
    final void rectangle(double x, double width, String attribute, String value) {
        content.empty("rect", "x", x, "y", top, "width", width, "height", bottom - top, attribute, value);
    }

    /** @param anchor whether the words start, end or have their middle at x */
    final void text(String text, double x, double y, String anchor) {
        content.element("text", text, "x", x, "y", y, "dy", ".35em", "text-anchor", anchor);
    }

    static String point(double x, double y) {
        return Markup.number(x) + " " + Markup.number(y);
    }

    static double width(List<Ruler.Tick> ticks) {
        return ticks.stream().mapToDouble(tick -> width(tick.label())).max().orElse(0);
    }

    static double width(String text) {
        return CHARACTER * text.codePointCount(0, text.length());
    }
}
