package dev.holdfast.bench.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.ToDoubleFunction;

/** RESULTS.md: a table an operation, each number beside its limit, its peers and its target. */
final class Page {
    private final List<Measured> measured;
    private final StringBuilder text = new StringBuilder();

    private Page(List<Measured> measured) {
        this.measured = measured;
    }

    static String of(List<Measured> measured, String machine) {
        Page page = new Page(measured);
        page.text.append("""
                # Results

                Written by `results` (see README.md), from numbers that lie in results/. One thread; every number is the
                median over forks of the forks' medians, with the least and the greatest fork in brackets, and each
                fork starts cold and measures after 1.4 seconds (whole tasks after 4.2). Ratios are those of two medians of one run:
                above 1, Holdfast is faster. Where a target is not met, the decisions of the kernel
                ([loops](../kernel/decisions/0005-three-ways-through-a-block.md),
                [tiles](../kernel/decisions/0006-a-tile-by-registers.md),
                [memory](../kernel/decisions/0008-memory-and-arithmetic-in-turn.md)) say what bounds the code and what was tried.

                """);
        page.text.append(machine);
        page.find("ContextBenchmark", "holdfast", Map.of())
                .ifPresent(m -> page.text.append("* Flags of the forks: `").append(m.flags()).append("`\n"));
        page.commits();
        page.text.append("\n![Roofline](results/roofline.svg)\n");
        page.context("memory", d -> d >= 784 ? .95 : d == 100 ? .9 : .8);
        page.context("cache", d -> Double.NaN);
        page.bytes();
        page.streamed("Scores, from memory", "ScoresBenchmark", "readStream", .95);
        page.streamed("Attack, from memory", "AttackBenchmark", "copyStream", .9);
        page.products();
        page.gram();
        page.tasks();
        page.workers();
        page.scalar();
        page.allocation();
        return page.text.toString();
    }

    private void commits() {
        Map<String, Set<String>> types = new TreeMap<>();
        measured.forEach(m -> types.computeIfAbsent(m.commit(), c -> new TreeSet<>()).add(m.type()));
        types.forEach((commit, measuredThere) -> text.append("* Commit %s: %s%n"
                .formatted(commit, String.join(", ", measuredThere))));
    }

    private void table(String title, String note, String... columns) {
        text.append("\n## ").append(title).append("\n\n").append(note).append("\n\n| ")
                .append(String.join(" | ", columns)).append(" |\n|").append("---|".repeat(columns.length)).append('\n');
    }

    private void row(List<String> cells) {
        text.append("| ").append(String.join(" | ", cells)).append(" |\n");
    }

    private Optional<Measured> find(String type, String method, Map<String, String> parameters) {
        return Measured.find(measured, type, method, parameters);
    }

    /** Those of Holdfast, one a row of a table, in the order they were measured. */
    private List<Measured> rows(String type, Map<String, String> parameters) {
        return measured.stream().filter(m -> m.is(type, "holdfast", parameters)).toList();
    }

    /** A rate, greater for less time: median [least, greatest]. */
    private static String rate(Measured m, double work) {
        return "%s [%s, %s]".formatted(number(work / m.median()), number(work / m.greatest()), number(work / m.least()));
    }

    private static String time(Measured m) {
        return "%s [%s, %s]".formatted(number(m.median()), number(m.least()), number(m.greatest()));
    }

    private static String number(double value) {
        return String.format(Locale.ROOT, value < 10 ? "%.2f" : value < 100 ? "%.1f" : "%.0f", value);
    }

    private static double ratio(Measured holdfast, Measured other) {
        return other.median() / holdfast.median();
    }

    private static String verdict(double ratio, double target) {
        return number(ratio) + (Double.isNaN(target) ? "" : ratio >= target ? ", met" : ", **not met**");
    }

    private void peer(List<String> cells, Measured ours, String method, double work, double target) {
        Optional<Measured> peer = find(ours.type(), method, ours.parameters());
        cells.add(peer.map(m -> rate(m, work)).orElse("–"));
        cells.add(peer.map(m -> verdict(ratio(ours, m), target)).orElse("–"));
    }

    private void context(String residency, ToDoubleFunction<Integer> ofLimit) {
        boolean memory = residency.equals("memory");
        table("Context pass, " + (memory ? "from memory" : "in the cache"),
                "a = Σ(p·z)z, GB of demonstrations a second. Targets: " + (memory
                        ? "≥ .95 of the read-stream at d = 784 and 3072, .9 at 100, .8 at 20; no peer faster."
                        : "≥ 1.5× OpenBLAS, 2× at d = 20. The cache is the second level for d ≤ 100, the third beyond."),
                "d, N", "read-stream", "Holdfast", "of the limit", "OpenBLAS", "×", "netlib", "×", "PyTorch", "×");
        for (Measured m : rows("ContextBenchmark", Map.of("residency", residency))) {
            int d = m.number("d");
            double work = 4e-3 * d * m.number("n");
            List<String> cells = new ArrayList<>(List.of(d + ", " + m.number("n")));
            Measured limit = find(m.type(), "readStream", m.parameters()).orElseThrow();
            cells.add(rate(limit, work));
            cells.add(rate(m, work));
            cells.add(verdict(ratio(m, limit), ofLimit.applyAsDouble(d)));
            peer(cells, m, "openblas", work, memory ? 1 : d == 20 ? 2 : 1.5);
            peer(cells, m, "netlib", work, memory ? 1 : Double.NaN);
            peer(cells, m, "pytorch", work, memory ? 1 : Double.NaN);
            row(cells);
        }
    }

    private void bytes() {
        table("Rows of bytes", "Millions of demonstrations a second, beside the float pass. Target from memory: ≥ 2×.",
                "d, N", "residency", "floats", "bytes", "×");
        for (Measured m : rows("ContextBenchmark", Map.of())) {
            find(m.type(), "holdfastBytes", m.parameters()).ifPresent(bytes -> {
                boolean memory = m.parameters().get("residency").equals("memory");
                row(List.of(m.number("d") + ", " + m.number("n"), m.parameters().get("residency"),
                        rate(m, m.number("n")), rate(bytes, m.number("n")),
                        verdict(ratio(bytes, m), memory ? 2 : Double.NaN)));
            });
        }
    }

    private void streamed(String title, String type, String stream, double target) {
        table(title, "GB of queries a second. Target: ≥ " + target + " of the " + stream + ".",
                "d, M", stream, "Holdfast", "of the limit");
        for (Measured m : rows(type, Map.of("residency", "memory"))) {
            double work = 4e-3 * m.number("d") * m.number("n");
            Measured limit = find(type, stream, m.parameters()).orElseThrow();
            row(List.of(m.number("d") + ", " + m.number("n"), rate(limit, work), rate(m, work),
                    verdict(ratio(m, limit), target)));
        }
    }

    private void products() {
        table("Matrix product", "GFLOP a second; multiply-adds in registers alone reach " + number(Roofline.peak(measured))
                + ". Target: ≥ .9× OpenBLAS.",
                "m × k × n", "Holdfast", "OpenBLAS", "×", "netlib", "×", "EJML", "×");
        for (Measured m : rows("ProductBenchmark", Map.of())) {
            double work = 2e-3 * m.number("m") * m.number("k") * m.number("n");
            List<String> cells = new ArrayList<>();
            cells.add(m.number("m") + " × " + m.number("k") + " × " + m.number("n"));
            cells.add(rate(m, work));
            peer(cells, m, "openblas", work, .9);
            peer(cells, m, "netlib", work, Double.NaN);
            peer(cells, m, "ejml", work, Double.NaN);
            row(cells);
        }
    }

    private void gram() {
        table("Gram matrix", "Z Zᵀ, µs, beside our own product that knows of no symmetry (target ≥ 1.6×) and OpenBLAS'"
                + " ssyrk, which fills one triangle and sums in float.", "d, N", "Holdfast", "product", "×", "OpenBLAS", "×");
        for (Measured m : rows("GramBenchmark", Map.of())) {
            Measured product = find(m.type(), "product", m.parameters()).orElseThrow();
            Measured openblas = find(m.type(), "openblas", m.parameters()).orElseThrow();
            row(List.of(m.number("d") + ", " + m.number("n"), time(m), time(product), verdict(ratio(m, product), 1.6),
                    time(openblas), number(ratio(m, openblas))));
        }
    }

    private void tasks() {
        table("Whole tasks", "Learn, score and attack, µs a task. Targets: ≥ 3× PyTorch in its best order of products,"
                + " ≥ 30× in the authors'.", "d, N, M", "Holdfast", "PyTorch", "×", "authors' order", "×");
        for (Measured m : rows("TaskBenchmark", Map.of())) {
            List<String> cells = new ArrayList<>();
            cells.add(m.number("d") + ", " + m.number("n") + ", " + m.number("m"));
            cells.add(time(m));
            for (String method : List.of("pytorch", "pytorchAuthors")) {
                Optional<Measured> peer = find(m.type(), method, m.parameters());
                cells.add(peer.map(Page::time).orElse("–"));
                cells.add(peer.map(p -> verdict(ratio(m, p), method.equals("pytorch") ? 3 : 30)).orElse("–"));
            }
            row(cells);
        }
    }

    private void workers() {
        table("Two workers", "256 tasks of d = 100, N = 1000, or as one task; µs. Target in the cache: ≥ 1.85×.",
                "work", "one", "two", "×");
        for (Measured one : rows("WorkersBenchmark", Map.of("workers", "1"))) {
            String work = one.parameters().get("work");
            Measured two = find(one.type(), "holdfast", Map.of("work", work, "workers", "2")).orElseThrow();
            row(List.of(work, time(one), time(two), verdict(ratio(two, one), 1.85)));
        }
    }

    private void scalar() {
        table("Vectors against plain Java", "Context pass, d = 784, N = 1000, µs.", "residency", "Holdfast", "plain Java",
                "×", "EJML", "×");
        for (Measured m : rows("ContextBenchmark", Map.of("d", "784"))) {
            List<String> cells = new ArrayList<>(List.of(m.parameters().get("residency"), time(m)));
            for (String method : List.of("scalar", "ejml")) {
                Optional<Measured> other = find(m.type(), method, m.parameters());
                cells.add(other.map(Page::time).orElse("–"));
                cells.add(other.map(o -> number(ratio(m, o))).orElse("–"));
            }
            row(cells);
        }
    }

    private void allocation() {
        table("Allocation", "Bytes a call in the cache. JMH itself allocates some 14 kB a second, which is all there is.",
                "operation", "d", "µs", "B a call", "kB a second");
        measured.stream().filter(m -> !Double.isNaN(m.bytes())).forEach(m -> row(List.of(
                m.type().replace("Benchmark", "") + (m.method().equals("holdfast") ? "" : ", bytes"),
                m.parameters().get("d"), number(m.median()), String.format(Locale.ROOT, "%.3f", m.bytes()),
                number(m.bytes() / m.median() * 1e3))));
    }
}
