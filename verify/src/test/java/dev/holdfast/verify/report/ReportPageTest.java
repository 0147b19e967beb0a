package dev.holdfast.verify.report;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import de.siegmar.fastcsv.reader.CsvReader;
import de.siegmar.fastcsv.reader.CsvRecord;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.DoubleSummaryStatistics;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.Node;
import org.w3c.dom.NodeList;

/** The page and its files, which are XML too: what a reader is told is what the findings hold. */
@Tag("once")
class ReportPageTest {
    /** Half of the last digit of a coordinate. */
    private static final double ROUNDING = 0.005;

    private static final String WRITABLE = SampleReport.HOSTILE.replace('\u0001', '\uFFFD');

    @TempDir
    static Path directory;

    private static Document page;

    @BeforeAll
    static void write() throws Exception {
        ReportPage.write(directory, SampleReport.FINDINGS, SampleReport.TIMES);
        page = parse("report.html");
    }

    private static Document parse(String file) throws Exception {
        return DocumentBuilderFactory.newInstance().newDocumentBuilder().parse(directory.resolve(file).toFile());
    }

    private static List<Element> all(Node within, String name) {
        NodeList nodes = within instanceof Document document
                ? document.getElementsByTagName(name)
                : ((Element) within).getElementsByTagName(name);
        return IntStream.range(0, nodes.getLength()).mapToObj(i -> (Element) nodes.item(i)).toList();
    }

    private static Element byId(String id) {
        return all(page, "*").stream()
                .filter(element -> element.getAttribute("id").equals(id))
                .findFirst()
                .orElseThrow(() -> new AssertionError("nothing has the id " + id));
    }

    private static String text(Element element) {
        return element.getTextContent().strip().replaceAll("\\s+", " ");
    }

    private static List<String> texts(Node within, String name) {
        return all(within, name).stream().map(ReportPageTest::text).toList();
    }

    private static String writable(String text) {
        return text.replace('\u0001', '\uFFFD');
    }

    @Test
    void noTextBecomesMarkup() throws IOException {
        assertTrue(all(page, "script").isEmpty());
        assertEquals(List.of(WRITABLE), texts(byId("baselines"), "p"));
        Element table = byId("table.baselines-table");
        assertEquals(WRITABLE, texts(table, "th").getFirst());
        assertTrue(texts(table, "caption").getFirst().contains(WRITABLE));
        // an attribute
        String verdict = "\"><b>&amp;";
        Table bad = new Table("bad", "", "", List.of("", "verdict"), List.of(List.of("", verdict)));
        Path other = directory.resolve("other");
        ReportPage.write(other, List.of(new Finding("bad", "", "", List.of(), List.of(bad))), List.of());
        assertTrue(Files.readString(other.resolve("report.html"))
                .contains("data-verdict=\"&quot;&gt;&lt;b&gt;&amp;amp;\">&quot;&gt;&lt;b&gt;&amp;amp;</td>"));
    }

    @Test
    void charactersThatXmlCannotWriteAreReplaced() throws Exception {
        String text = "a\u0000\u0008\u007f\u0085\ud800\ufffe\uffff\ud83d\ude00b";
        Path other = directory.resolve("characters");
        ReportPage.write(other, List.of(SampleReport.failed("a", "t", text)), List.of());
        assertTrue(Files.readString(other.resolve("report.html")).contains("a" + "\ufffd".repeat(7) + "\ud83d\ude00b"));
    }

    /** All but the section of times, and the numbers of its tables. */
    @Test
    void otherTimesChangeNothingElse() throws IOException {
        Path other = directory.resolve("times");
        Table times = SampleReport.TIMES.getFirst();
        List<List<Object>> rows = new ArrayList<>(times.rows());
        rows.add(rows.getFirst());
        ReportPage.write(other, SampleReport.FINDINGS,
                List.of(new Table(times.id(), times.title(), times.caption(), times.columns(), rows)));
        try (Stream<Path> files = Files.walk(other)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                String name = other.relativize(file).toString();
                String whole = Files.readString(directory.resolve(name));
                String changed = Files.readString(file);
                boolean isTimes = name.equals("numbers/" + times.id() + ".csv");
                assertEquals(isTimes || name.equals("report.html"), !whole.equals(changed), name);
                assertTrue(isTimes || withoutTimes(whole).equals(withoutTimes(changed)), name);
            }
        }
    }

    private static String withoutTimes(String page) {
        return page.replaceFirst("(?s)<section id=\"times.section\".*?</section>", "");
    }

    @Test
    void everyPartIsThereInItsOrder() {
        List<String> titles = SampleReport.FINDINGS.stream().map(Finding::title).toList();
        List<String> contents = texts(all(page, "nav").getFirst(), "a");
        assertEquals(titles, contents.subList(0, titles.size()));
        assertEquals("Times", contents.getLast());
        assertEquals(List.of("The standard weights break first.", "Both are ideal weights."),
                texts(byId("epsilon"), "p"));
        assertEquals(List.of("epsilon", "weights", "cifar", "baselines", "times.section"),
                all(page, "section").stream().map(section -> section.getAttribute("id")).toList());
    }

    @Test
    void aPartThatFailedIsMarkedInWords() {
        assertEquals("1 of 4 parts failed. Each is marked below.",
                texts(all(page, "header").getFirst(), "p").getLast());
        assertTrue(texts(all(page, "nav").getFirst(), "li").contains("CIFAR-10 failed"));
        assertEquals(List.of("This part failed: DIR/data_batch_1.bin is not there."), texts(byId("cifar"), "p"));
        assertEquals("3. CIFAR-10 failed", texts(byId("cifar"), "h2").getFirst());
        assertFalse(byId("weights").getTextContent().contains("failed"));
    }

    @Test
    void idsAreUniqueAndLinksLeadSomewhere() {
        Set<String> ids = new HashSet<>();
        for (Element element : all(page, "*")) {
            String id = element.getAttribute("id");
            assertTrue(id.isEmpty() || ids.add(id), id);
        }
        for (Element element : all(page, "*")) {
            for (String id : element.getAttribute("aria-labelledby").split(" ")) {
                assertTrue(id.isEmpty() || ids.contains(id), id);
            }
            String fill = element.getAttribute("fill");
            assertTrue(fill.isEmpty() || ids.contains(fill.replaceAll("url\\(#(.*)\\)", "$1")), fill);
        }
        for (Element link : all(page, "a")) {
            String target = link.getAttribute("href");
            assertTrue(target.startsWith("#") ? ids.contains(target.substring(1))
                    : Files.isRegularFile(directory.resolve(target)), target);
        }
    }

    @Test
    void theHeadIsComplete() throws IOException {
        assertEquals("en", page.getDocumentElement().getAttribute("lang"));
        assertEquals(List.of("", "width=device-width, initial-scale=1"),
                all(page, "meta").stream().map(meta -> meta.getAttribute("content")).toList());
        assertEquals(texts(page, "h1"), texts(all(page, "head").getFirst(), "title"));
        assertTrue(Files.readString(directory.resolve("report.html")).startsWith("<!DOCTYPE html>\n<html lang=\"en\""));
    }

    @Test
    void everyFigureHasTitleDescriptionAxesAndCaption() throws Exception {
        int number = 0;
        for (Figure figure : SampleReport.figures().toList()) {
            Element box = byId("figure." + figure.id());
            String caption = texts(box, "figcaption").getFirst();
            assertTrue(caption.startsWith("Figure " + ++number + ". " + writable(figure.title())), caption);
            assertTrue(caption.contains(writable(figure.caption())), caption);
            Axis x = figure instanceof Lines lines ? lines.x() : ((HeatMap) figure).x();
            Axis y = figure instanceof Lines lines ? lines.y() : ((HeatMap) figure).y();
            for (Element svg : List.of(all(box, "svg").getFirst(),
                    parse("figures/" + figure.id() + ".svg").getDocumentElement())) {
                assertEquals("img", svg.getAttribute("role"));
                assertTrue(svg.getAttribute("viewBox").matches("0 0 420 \\d+(\\.\\d+)?"), svg.getAttribute("viewBox"));
                Map<String, String> named = new TreeMap<>();
                all(svg, "*").forEach(element -> named.put(element.getAttribute("id"), text(element)));
                String[] labels = svg.getAttribute("aria-labelledby").split(" ");
                assertEquals(writable(figure.title()), named.get(labels[0]));
                assertTrue(named.get(labels[1]).contains(writable(x.label())), named.get(labels[1]));
                assertTrue(named.get(labels[1]).contains(writable(y.label())), named.get(labels[1]));
                List<String> texts = texts(svg, "text");
                assertTrue(texts.contains(writable(x.label())), texts.toString());
                assertTrue(texts.contains(writable(y.label())), texts.toString());
                if (figure instanceof Lines lines) {
                    lines.series().forEach(s -> assertTrue(texts.contains(writable(s.name())), texts.toString()));
                }
            }
        }
    }

    @Test
    void theNumbersAreTheFiguresAndTheTables() throws IOException {
        for (Figure figure : SampleReport.figures().toList()) {
            List<List<String>> expected = new ArrayList<>();
            switch (figure) {
                case Lines lines -> {
                    expected.add(List.of("series", lines.x().label(), lines.y().label(), "low", "high"));
                    for (Series s : lines.series()) {
                        for (int n = 0; n < s.x().length; n++) {
                            expected.add(List.of(s.name(), number(s.x()[n]), number(s.y()[n]),
                                    s.low() == null ? "" : number(s.low()[n]),
                                    s.high() == null ? "" : number(s.high()[n])));
                        }
                    }
                }
                case HeatMap map -> {
                    expected.add(List.of("row", "column", "value"));
                    for (int i = 0; i < map.values().length; i++) {
                        for (int j = 0; j < map.values()[i].length; j++) {
                            expected.add(List.of("" + (i + 1), "" + (j + 1), number(map.values()[i][j])));
                        }
                    }
                }
            }
            assertEquals(expected, csv(figure.id()));
        }
        for (Table table : SampleReport.tables().toList()) {
            List<List<String>> expected = new ArrayList<>(List.of(table.columns()));
            for (List<Object> row : table.rows()) {
                expected.add(row.stream()
                        .map(cell -> cell == null ? "" : cell instanceof Double v ? number(v) : cell.toString())
                        .toList());
            }
            assertEquals(expected, csv(table.id()));
        }
    }

    private static String number(double value) {
        return Double.isNaN(value) ? "" : Double.toString(value);
    }

    private static List<List<String>> csv(String id) throws IOException {
        Path file = directory.resolve("numbers").resolve(id + ".csv");
        try (CsvReader<CsvRecord> csv = CsvReader.builder().ofCsvRecord(file)) {
            return csv.stream().map(CsvRecord::getFields).toList();
        }
    }

    @Test
    void markersLieWhereTheTicksSay() throws Exception {
        int markers = 0;
        for (Figure figure : SampleReport.figures().toList()) {
            if (!(figure instanceof Lines lines)) {
                continue;
            }
            Element svg = parse("figures/" + figure.id() + ".svg").getDocumentElement();
            Scale x = new Scale(ticks(svg, "middle", "x"), lines.x().logarithmic());
            Scale y = new Scale(ticks(svg, "end", "y"), lines.y().logarithmic());
            // a group of line and markers for each series, after those of the legend
            List<Element> groups = all(svg, "g");
            int first = groups.size() - lines.series().size();
            for (int i = 0; i < lines.series().size(); i++) {
                Series s = lines.series().get(i);
                List<Element> paths = all(groups.get(first + i), "path");
                int every = Math.ceilDiv(s.x().length, 20);
                int drawn = 1;
                for (int n = 0; n < s.x().length; n += every) {
                    if (!Double.isNaN(s.y()[n])) {
                        double[] at = coordinates(paths.get(drawn++).getAttribute("d")).getFirst();
                        x.assertAt(s.x()[n], at[0]);
                        y.assertAt(s.y()[n], at[1]);
                        markers++;
                    }
                }
                assertEquals(drawn, paths.size());
                // the line goes through all of them, and is broken where a number is missing
                String line = paths.getFirst().getAttribute("d");
                List<double[]> points = coordinates(line);
                int[] there = IntStream.range(0, s.x().length).filter(n -> !Double.isNaN(s.y()[n])).toArray();
                assertEquals(there.length, points.size());
                for (int k = 0; k < there.length; k++) {
                    x.assertAt(s.x()[there[k]], points.get(k)[0]);
                    y.assertAt(s.y()[there[k]], points.get(k)[1]);
                }
                long starts = IntStream.range(0, there.length)
                        .filter(k -> k == 0 || there[k] > there[k - 1] + 1)
                        .count();
                assertEquals(starts, line.chars().filter(c -> c == 'M').count());
            }
        }
        assertTrue(markers > 100, "" + markers);
    }

    @Test
    void bandsGoAlongHighAndBackAlongLow() throws Exception {
        Lines lines = (Lines) SampleReport.FINDINGS.getFirst().figures().getFirst();
        Element svg = parse("figures/" + lines.id() + ".svg").getDocumentElement();
        Scale x = new Scale(ticks(svg, "middle", "x"), false), y = new Scale(ticks(svg, "end", "y"), false);
        List<Element> bands = all(svg, "path").stream()
                .filter(path -> path.getAttribute("class").startsWith("band "))
                .toList();
        assertEquals(lines.series().size(), bands.size());
        for (int i = 0; i < bands.size(); i++) {
            Series s = lines.series().get(i);
            List<double[]> outline = coordinates(bands.get(i).getAttribute("d"));
            int count = s.x().length;
            assertEquals(2 * count, outline.size());
            for (int n = 0; n < count; n++) {
                x.assertAt(s.x()[n], outline.get(n)[0]);
                y.assertAt(s.high()[n], outline.get(n)[1]);
                x.assertAt(s.x()[n], outline.get(2 * count - 1 - n)[0]);
                y.assertAt(s.low()[n], outline.get(2 * count - 1 - n)[1]);
            }
        }
    }

    /** The points after M and L, which are absolute. */
    private static List<double[]> coordinates(String path) {
        return Pattern.compile("[ML]([-\\d.]+) ([-\\d.]+)").matcher(path).results()
                .map(m -> new double[] {Double.parseDouble(m.group(1)), Double.parseDouble(m.group(2))})
                .toList();
    }

    /** Numbers of an axis and where they lie. */
    private static TreeMap<Double, Double> ticks(Element svg, String anchor, String coordinate) {
        TreeMap<Double, Double> ticks = new TreeMap<>();
        for (Element text : all(svg, "text")) {
            String label = text(text);
            if (text.getAttribute("text-anchor").equals(anchor) && label.matches("[−\\d.·⁰¹²³⁴⁵⁶⁷⁸⁹⁻]+")) {
                ticks.put(parsed(label).doubleValue(), Double.parseDouble(text.getAttribute(coordinate)));
            }
        }
        return ticks;
    }

    /** 12.5, −0.1, 10⁻⁵ or 2·10⁶. */
    private static BigDecimal parsed(String label) {
        Matcher parts = Pattern.compile("(?:([−\\d.]+)·)?10([⁻⁰¹²³⁴⁵⁶⁷⁸⁹]+)|([−\\d.]+)").matcher(label);
        assertTrue(parts.matches(), label);
        if (parts.group(3) != null) {
            return new BigDecimal(parts.group(3).replace('−', '-'));
        }
        String exponent = parts.group(2).replace('⁻', '-');
        for (int digit = 0; digit < 10; digit++) {
            exponent = exponent.replace("⁰¹²³⁴⁵⁶⁷⁸⁹".charAt(digit), (char) ('0' + digit));
        }
        String mantissa = parts.group(1) == null ? "1" : parts.group(1).replace('−', '-');
        return new BigDecimal(mantissa).scaleByPowerOfTen(Integer.parseInt(exponent));
    }

    /** Through the outermost two ticks of an axis. */
    private record Scale(TreeMap<Double, Double> ticks, boolean logarithmic) {
        Scale {
            assertTrue(ticks.size() >= 2, ticks.toString());
        }

        /** As far off as rounding to two decimals may put the ticks and the place itself. */
        void assertAt(double value, double place) {
            double from = ticks.firstEntry().getValue(), to = ticks.lastEntry().getValue();
            double first = scaled(ticks.firstKey()), t = (scaled(value) - first) / (scaled(ticks.lastKey()) - first);
            // 1e-9: what is lost in float64 here, with room
            assertEquals(from + t * (to - from), place, ROUNDING * (1 + Math.abs(t) + Math.abs(1 - t)) + 1e-9);
        }

        private double scaled(double value) {
            return logarithmic ? Math.log10(value) : value;
        }
    }

    @Test
    void cellsAreAsOpaqueAsTheirNumbersAreGreat() throws Exception {
        for (Figure figure : SampleReport.figures().toList()) {
            if (!(figure instanceof HeatMap map)) {
                continue;
            }
            double[][] values = map.values();
            DoubleSummaryStatistics range = Arrays.stream(values)
                    .flatMapToDouble(Arrays::stream)
                    .filter(value -> !Double.isNaN(value))
                    .summaryStatistics();
            double least = range.getMin(), greatest = range.getMax();
            boolean share = least >= 0 && greatest <= 1;
            double[][] seen = new double[values.length][values[0].length];
            Element svg = parse("figures/" + figure.id() + ".svg").getDocumentElement();
            for (Element path : all(all(svg, "g").getFirst(), "path")) {
                Matcher run = Pattern.compile("M(\\d+) (\\d+)h(\\d+)v1h-\\3z").matcher(path.getAttribute("d"));
                while (run.find()) {
                    for (int j = 0; j < Integer.parseInt(run.group(3)); j++) {
                        seen[Integer.parseInt(run.group(2))][Integer.parseInt(run.group(1)) + j] +=
                                Double.parseDouble(path.getAttribute("fill-opacity"));
                    }
                }
            }
            for (int i = 0; i < values.length; i++) {
                for (int j = 0; j < values[i].length; j++) {
                    double expected = share ? values[i][j] : (values[i][j] - least) / (greatest - least);
                    // one of 255 steps, written as a float; no cell where there is no number
                    assertEquals(Double.isNaN(expected) ? 0 : expected, seen[i][j], 0.5 / 255 + 1e-7);
                }
            }
        }
    }

    @Test
    void ticksAreRoundDistinctAndEnoughForEveryRange() throws Exception {
        double[][] ranges = {{0, 1}, {0.9, 0.95}, {-3, 7}, {-1e-9, 2e-9}, {1e7, 3e7}, {5, 5}, {0, 0}, {-40, -39.5},
            {99_999, 100_001}, {1, 1000}, {1, 2000}, {5, 180}, {100, 180}, {3, 3}, {1e-12, 1e12}, {1e-5, 0.5}};
        for (double[] range : ranges) {
            for (boolean logarithmic : new boolean[] {false, true}) {
                if (logarithmic && range[0] <= 0) {
                    continue;
                }
                Axis axis = new Axis("an axis", logarithmic);
                Series series = new Series("s", range, range, null, null);
                Lines lines = new Lines("range", "t", "c", axis, axis, List.of(series));
                Finding finding = new Finding("f", "f", "f", List.of(lines), List.of());
                ReportPage.write(directory.resolve("ranges"), List.of(finding), List.of());
                Element svg = parse("ranges/figures/range.svg").getDocumentElement();
                for (TreeMap<Double, Double> ticks : List.of(ticks(svg, "middle", "x"), ticks(svg, "end", "y"))) {
                    String message = Arrays.toString(range) + " " + logarithmic + ": " + ticks;
                    assertTrue(ticks.size() >= 3 && ticks.size() <= 8, message);
                }
                Scale x = new Scale(ticks(svg, "middle", "x"), logarithmic);
                for (Map.Entry<Double, Double> tick : x.ticks().entrySet()) {
                    x.assertAt(tick.getKey(), tick.getValue());
                }
            }
        }
    }

    @Test
    void tablesAreForEyesAndEars() {
        Element table = byId("table.published");
        assertEquals(List.of("tasks", "weights", "ε", "drawn", "published", "ours", "difference", "s.e.", "verdict"),
                texts(all(table, "thead").getFirst(), "th"));
        for (Element cell : all(table, "th")) {
            boolean head = cell.getParentNode().getParentNode().getNodeName().equals("thead");
            assertEquals(head ? "col" : "row", cell.getAttribute("scope"));
        }
        List<Element> rows = all(all(table, "tbody").getFirst(), "tr");
        assertEquals(List.of("standard", "0.15", "1000", "0.00000", "0.00000", "0.00000", "0.00000", "agrees"),
                texts(rows.get(0), "td"));
        assertEquals(List.of("adversarial", "0.30", "1000", "0.95250", "0.95251", "2.2e−11", "0.00021",
                "agrees: within 4 standard errors"), texts(rows.get(1), "td"));
        assertEquals(List.of("standard", "0.10", "45", "0.04126", "", "", "", "not run: needs --data mnist=DIR"),
                texts(rows.get(2), "td"));
        assertEquals(List.of("adversarial", "0.15", "45", "0.62698", "0.61000", "−0.01698", "0.00001",
                "differs: not within 0.0001"), texts(rows.get(3), "td"));
        assertEquals(List.of("words", "number", "number", "number", "number", "number", "number", "verdict"),
                all(rows.get(3), "td").stream().map(cell -> cell.getAttribute("class")).toList());
        assertEquals(List.of("0.039", "182.2"), texts(byId("table.times"), "td"));
        List<String> captions = texts(page, "caption");
        assertEquals(SampleReport.tables().count(), captions.size());
        assertTrue(captions.getFirst().startsWith("Table 1. Published numbers beside ours. Means over tasks."));
    }

    @Test
    void theSameFindingsGiveTheSameBytes() throws IOException {
        Path again = directory.resolve("again");
        ReportPage.write(again, SampleReport.FINDINGS, SampleReport.TIMES);
        List<Path> files;
        try (Stream<Path> all = Files.walk(again)) {
            files = all.filter(Files::isRegularFile).map(again::relativize).sorted().toList();
        }
        assertEquals(1 + 2 * SampleReport.figures().count() + SampleReport.tables().count(), files.size());
        for (Path file : files) {
            assertArrayEquals(Files.readAllBytes(directory.resolve(file)), Files.readAllBytes(again.resolve(file)));
        }
    }

    @Test
    void misusesAreNamed() {
        Axis linear = new Axis("a", false), logarithmic = new Axis("a", true);
        double[] one = {1}, two = {1, 2}, zero = {0}, nan = {Double.NaN}, infinite = {Double.POSITIVE_INFINITY};
        Table table = new Table("t", "", "", List.of("a"), List.of());
        Finding failed = SampleReport.failed("a", "", "");
        Finding first = new Finding("a", "", "", List.of(), List.of(table));
        Finding second = new Finding("b", "", "", List.of(), List.of(table));
        Map<String, Runnable> misuses = new HashMap<>();
        for (String id : List.of("A b", "../a", "", "-")) {
            misuses.put("finding id = " + id + ", expected lower-case-with-dashes",
                    () -> write(SampleReport.failed(id, "", "")));
        }
        misuses.put("finding id = a twice, expected once", () -> write(failed, failed));
        misuses.put("figure or table id = t twice, expected once", () -> write(first, second));
        misuses.put("series s: y.length = 2, expected 1 as of x", () -> new Series("s", one, two, null, null));
        misuses.put("series s: low.length = 2, expected 1 as of x", () -> new Series("s", one, one, two, one));
        misuses.put("series s: high.length = 2, expected 1 as of x", () -> new Series("s", one, one, one, two));
        misuses.put("series s: low or high alone, expected both or neither",
                () -> new Series("s", one, one, one, null));
        misuses.put("series s: x[0] = NaN, expected a finite number", () -> lines(linear, linear, nan, one));
        misuses.put("series s: y[0] = Infinity, expected a finite number", () -> lines(linear, linear, one, infinite));
        misuses.put("series s: y[0] = 0.0, expected a finite number above 0, the axis being logarithmic",
                () -> lines(linear, logarithmic, one, zero));
        misuses.put("heat map h: no values, expected at least one", () -> heatMap(new double[0]));
        misuses.put("heat map h: values[1].length = 2, expected 1 as of the first row", () -> heatMap(one, two));
        misuses.put("table t: 2 cells in row 0, expected 1 as there are columns",
                () -> new Table("t", "", "", List.of("a"), List.of(List.of("b", 1))));
        misuses.forEach((message, misuse) ->
                assertEquals(message, assertThrows(IllegalArgumentException.class, misuse::run).getMessage()));
    }

    private static Lines lines(Axis x, Axis y, double[] xs, double[] ys) {
        return new Lines("l", "", "", x, y, List.of(new Series("s", xs, ys, null, null)));
    }

    private static HeatMap heatMap(double[]... values) {
        return new HeatMap("h", "", "", new Axis("a", false), new Axis("a", false), values);
    }

    private static void write(Finding... findings) {
        try {
            ReportPage.write(directory.resolve("misuse"), List.of(findings), List.of());
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }
}
