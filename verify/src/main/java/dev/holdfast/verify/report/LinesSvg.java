package dev.holdfast.verify.report;

import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;

/** Lines with markers above their bands, and a legend at the top. */
final class LinesSvg extends FigureSvg {
    private static final double HEIGHT = 230;

    /** A line in the legend, and where its name starts. */
    private static final double SAMPLE = 24, NAME = 30;

    /** A line shows at most so many of its points. */
    private static final int MARKERS = 20;

    /** From the middle: circle, square, triangle, diamond, triangle upside down, plus, cross, bar. */
    private static final String[] MARKER = {
        "m-3.5 0a3.5 3.5 0 1 0 7 0a3.5 3.5 0 1 0-7 0z",
        "m-3.2-3.2h6.4v6.4h-6.4z",
        "m0-4.4l4.2 7.4h-8.4z",
        "m0-4.8l4.2 4.8l-4.2 4.8l-4.2-4.8z",
        "m0 4.4l4.2-7.4h-8.4z",
        "m-1.2-4.2h2.4v3h3v2.4h-3v3h-2.4v-3h-3v-2.4h3z",
        "m0-1.7l2.4-2.4l1.7 1.7l-2.4 2.4l2.4 2.4l-1.7 1.7l-2.4-2.4l-2.4 2.4l-1.7-1.7l2.4-2.4l-2.4-2.4l1.7-1.7z",
        "m-1.5-4.5h3v9h-3z"
    };

    private final Lines lines;
    private final List<Series> series;
    private final List<String> families;
    private final Ruler x;
    private final Ruler y;

    LinesSvg(Lines lines) {
        super(lines);
        this.lines = lines;
        series = lines.series();
        families = series.stream().map(LinesSvg::family).distinct().toList();
        x = Ruler.around(lines.x().logarithmic(), series.stream().flatMapToDouble(s -> Arrays.stream(s.x())));
        y = Ruler.around(lines.y().logarithmic(), series.stream()
                .flatMap(s -> Stream.of(s.y(), s.low(), s.high()))
                .filter(Objects::nonNull)
                .flatMapToDouble(Arrays::stream));
    }

    @Override
    String draw() {
        left = MARGIN + width(y.ticks()) + GAP;
        right = WIDTH - 2 * GAP;
        top = MARGIN + legend() + LINE + GAP;
        bottom = top + HEIGHT;
        axes(lines.x(), x, lines.y(), y, false);
        for (int i = 0; i < series.size(); i++) {
            if (series.get(i).low() != null) {
                content.empty("path", "class", "band " + style(i), "d", band(series.get(i)));
            }
        }
        for (int i = 0; i < series.size(); i++) {
            Series s = series.get(i);
            content.open("g", "class", style(i));
            content.empty("path", "class", "line", "d", path(s.x(), s.y(), 0, s.x().length));
            for (int n = 0; n < s.x().length; n += Math.ceilDiv(s.x().length, MARKERS)) {
                if (!Double.isNaN(s.y()[n])) {
                    marker(i, place(s.x()[n], s.y()[n]), s.name() + ": " + inWords(s, n));
                }
            }
            content.close();
        }
        return lines.y().label() + " against " + lines.x().label() + ": "
                + String.join("; ", series.stream().map(LinesSvg::inWords).toList());
    }

    /** Names, as many to a line as have room; returns the height. A lone series that its axis names needs none. */
    private double legend() {
        if (series.size() == 1 && series.getFirst().name().equals(lines.y().label())) {
            return 0;
        }
        double from = MARGIN, middle = MARGIN + LINE / 2;
        for (int i = 0; i < series.size(); i++) {
            String name = series.get(i).name();
            double width = NAME + width(name) + 2 * GAP;
            if (from > MARGIN && from + width > WIDTH) {
                from = MARGIN;
                middle += LINE;
            }
            content.open("g", "class", style(i));
            content.empty("path", "class", "line", "d", "M" + point(from, middle) + "h" + Markup.number(SAMPLE));
            marker(i, point(from + SAMPLE / 2, middle), name);
            content.close();
            text(name, from + NAME, middle, "start");
            from += width;
        }
        return middle + LINE / 2;
    }

    /** After all markers with all dashes come other pairs of them. */
    private void marker(int number, String place, String title) {
        int shape = (number + number / MARKER.length) % MARKER.length;
        content.open("path", "class", "marker", "d", "M" + place + MARKER[shape]).element("title", title).close();
    }

    /** A colour for a family, a dash for a line. */
    private String style(int number) {
        return "c" + families.indexOf(family(series.get(number))) % MARKER.length + " d" + number % MARKER.length;
    }

    private static String family(Series s) {
        return s.name().split(",", 2)[0];
    }

    /** Along the upper edge and back along the lower one, for each run of points that have both. */
    private String band(Series s) {
        StringBuilder path = new StringBuilder();
        int from = 0;
        for (int n = 0; n <= s.x().length; n++) {
            if (n == s.x().length || Double.isNaN(s.low()[n]) || Double.isNaN(s.high()[n])) {
                if (n > from) {
                    path.append(path(s.x(), s.high(), from, n));
                    path.append(path(s.x(), s.low(), n - 1, from - 1).replace('M', 'L')).append('z');
                }
                from = n + 1;
            }
        }
        return path.toString();
    }

    /** From the point {@code from} up or down to the one before {@code to}; after a NaN it starts anew. */
    private String path(double[] xs, double[] ys, int from, int to) {
        StringBuilder path = new StringBuilder();
        char next = 'M';
        for (int n = from; n != to; n += from < to ? 1 : -1) {
            if (Double.isNaN(ys[n])) {
                next = 'M';
            } else {
                path.append(next).append(place(xs[n], ys[n]));
                next = 'L';
            }
        }
        return path.toString();
    }

    private String place(double valueX, double valueY) {
        return point(left + x.place(valueX) * (right - left), bottom - y.place(valueY) * (bottom - top));
    }

    private static String inWords(Series s) {
        int last = s.x().length - 1;
        return s.name() + (last < 0 ? ", no point" : ", from " + inWords(s, 0) + " to " + inWords(s, last));
    }

    private static String inWords(Series s, int n) {
        return (float) s.y()[n] + " at " + (float) s.x()[n];
    }
}
