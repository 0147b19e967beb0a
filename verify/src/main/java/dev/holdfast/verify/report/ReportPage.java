package dev.holdfast.verify.report;

import dev.holdfast.model.archive.AtomicFile;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The report as a reader meets it: report.html, one page that needs nothing else and no network, each figure once more
 * in figures/ID.svg, and the numbers of each figure and table in numbers/ID.csv.
 */
public final class ReportPage {
    private static final String TITLE = "Universally robust in-context classification, measured";

    private static final String INTRODUCTION =
            """
            A single-layer linear transformer, adversarially pretrained once over many tasks, learns a new task from \
            clean demonstrations alone and is robust there. This report repeats the experiments of S. Kumano, H. Kera \
            and T. Yamasaki, “Adversarially Pretrained Transformers May Be Universally Robust In-Context Learners” \
            (ICLR 2026, arXiv 2505.14042), with Holdfast, goes on to what the paper leaves open, and repeats those of the \
            follow-up, S. Kumano, “Adversarially Trained Linear Transformers Are Optimal Robust In-Context Learners for \
            Gaussian Mixtures” (2026, arXiv 2610.07754), on transformers of several layers. Robust accuracy is the share \
            of queries that no perturbation within ε turns wrong; the worst perturbation is known in closed form, so \
            nothing is searched for.""";

    private static final Pattern ID = Pattern.compile("[a-z0-9]+(-[a-z0-9]+)*");

    private final Path directory;
    private final Markup page = new Markup();
    private int figures;
    private int tables;

    private ReportPage(Path directory) {
        this.directory = directory;
    }

    /**
     * Writes the page and the files beside it; the same findings and times give the same bytes.
     *
     * @param directory is made where it is missing; files of the same names are replaced
     * @param findings in their order on the page
     * @param times tables of wall-clock numbers, at the page's end
     * @throws IllegalArgumentException for an id that is not lower-case-with-dashes or is there twice
     */
    public static void write(Path directory, List<Finding> findings, List<Table> times) throws IOException {
        checkIds("finding", findings.stream().map(Finding::id));
        Stream<Figure> figures = findings.stream().flatMap(f -> f.figures().stream());
        Stream<Table> tables = Stream.concat(findings.stream().flatMap(f -> f.tables().stream()), times.stream());
        checkIds("figure or table", Stream.concat(figures.map(Figure::id), tables.map(Table::id)));
        Files.createDirectories(directory.resolve("figures"));
        Files.createDirectories(directory.resolve("numbers"));
        new ReportPage(directory).write(findings, times);
    }

    private static void checkIds(String what, Stream<String> ids) {
        Set<String> known = new HashSet<>();
        ids.forEach(id -> {
            if (!ID.matcher(id).matches()) {
                throw new IllegalArgumentException(what + " id = " + id + ", expected lower-case-with-dashes");
            }
            if (!known.add(id)) {
                throw new IllegalArgumentException(what + " id = " + id + " twice, expected once");
            }
        });
    }

    private void write(List<Finding> findings, List<Table> times) throws IOException {
        page.raw("<!DOCTYPE html>\n").open("html", "lang", "en", "xmlns", "http://www.w3.org/1999/xhtml").open("head");
        page.empty("meta", "charset", "utf-8");
        page.empty("meta", "name", "viewport", "content", "width=device-width, initial-scale=1");
        page.element("title", TITLE);
        page.open("style").raw(resource("plot.css")).raw(resource("page.css")).close().close();
        page.open("body").open("header").element("h1", TITLE).element("p", INTRODUCTION);
        long failed = findings.stream().filter(Finding::failed).count();
        if (failed > 0) {
            page.open("p", "class", "failure").element("strong", failed + " of " + findings.size() + " parts failed.");
            page.text("Each is marked below.").close();
        }
        page.close();
        contents(findings, times);
        page.open("main");
        for (int i = 0; i < findings.size(); i++) {
            section(i + 1, findings.get(i));
        }
        if (!times.isEmpty()) {
            page.open("section", "id", "times.section", "aria-labelledby", "times.heading");
            page.element("h2", findings.size() + 1 + ". Times", "id", "times.heading");
            page.element("p", "Wall-clock times, measured on the machine that made this report, with whatever else it"
                    + " did; they are not the same twice.");
            for (Table table : times) {
                table(table);
            }
            page.close();
        }
        page.close().close().close();
        put("report.html", page.toString());
    }

    private void contents(List<Finding> findings, List<Table> times) {
        page.open("nav", "aria-labelledby", "contents.heading").element("h2", "Contents", "id", "contents.heading");
        page.open("ol");
        for (Finding finding : findings) {
            page.open("li").element("a", finding.title(), "href", "#" + finding.id());
            markFailed(finding);
            page.close();
        }
        if (!times.isEmpty()) {
            page.open("li").element("a", "Times", "href", "#times.section").close();
        }
        page.close().close();
    }

    private void markFailed(Finding finding) {
        if (finding.failed()) {
            page.text(" ").element("strong", "failed");
        }
    }

    private void section(int number, Finding finding) throws IOException {
        String heading = finding.id() + ".heading";
        page.open("section", "id", finding.id(), "aria-labelledby", heading);
        page.open("h2", "id", heading).text(number + ". " + finding.title());
        markFailed(finding);
        page.close();
        for (String paragraph : finding.text().split("\n\\s*\n")) {
            page.element("p", paragraph, "class", finding.failed() ? "failure" : "text");
        }
        if (!finding.figures().isEmpty()) {
            page.open("div", "class", "figures");
            for (Figure figure : finding.figures()) {
                figure(figure);
            }
            page.close();
        }
        for (Table table : finding.tables()) {
            table(table);
        }
        page.close();
    }

    private void figure(Figure figure) throws IOException {
        String svg = "figures/" + figure.id() + ".svg";
        put(svg, FigureSvg.alone(figure, resource("plot.css")));
        page.open("figure", "id", "figure." + figure.id()).raw(FigureSvg.inline(figure));
        page.open("figcaption").element("b", "Figure " + ++figures + ". " + sentence(figure.title()));
        page.text(figure.caption()).open("span", "class", "files").text(" ").element("a", "SVG", "href", svg);
        numbers(figure.id(), Numbers.of(figure));
        page.close().close().close();
    }

    private void table(Table table) throws IOException {
        String caption = "table." + table.id() + ".caption";
        // the box scrolls where the table is wider than the page, by keys too
        page.open("div", "class", "table", "role", "region", "tabindex", 0, "aria-labelledby", caption);
        page.open("table", "id", "table." + table.id()).open("caption", "id", caption).open("span");
        page.element("b", "Table " + ++tables + ". " + sentence(table.title())).text(table.caption());
        page.open("span", "class", "files").text(" ");
        numbers(table.id(), Numbers.of(table));
        page.close().close().close();
        List<Column> columns = Column.of(table);
        page.open("thead").open("tr");
        columns.forEach(column -> page.element("th", column.name(), "scope", "col", "class", column.style()));
        page.close().close().open("tbody");
        for (List<Object> row : table.rows()) {
            page.open("tr");
            for (int j = 0; j < columns.size(); j++) {
                Column column = columns.get(j);
                String cell = column.format(row.get(j));
                if (j == 0) {
                    page.element("th", cell, "scope", "row", "class", column.style());
                } else if (column.isVerdict()) {
                    page.element("td", cell, "class", column.style(), "data-verdict", cell);
                } else {
                    page.element("td", cell, "class", column.style());
                }
            }
            page.close();
        }
        page.close().close().close();
    }

    private void numbers(String id, String csv) throws IOException {
        String file = "numbers/" + id + ".csv";
        put(file, csv);
        page.element("a", "numbers", "href", file);
    }

    /** A title as it stands before a caption. */
    private static String sentence(String title) {
        return title.isEmpty() || ".?!".indexOf(title.charAt(title.length() - 1)) >= 0 ? title : title + ".";
    }

    private void put(String file, String content) throws IOException {
        AtomicFile.save(directory.resolve(file), out -> out.write(content.getBytes(StandardCharsets.UTF_8)));
    }

    private static String resource(String name) {
        try (InputStream in = ReportPage.class.getResourceAsStream(name)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
