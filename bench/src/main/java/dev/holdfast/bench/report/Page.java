package dev.holdfast.bench.report;

import dev.holdfast.bench.DepthGradientBenchmark;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;

/** RESULTS.md: a table an operation, each number beside its limit, its peers and its target. */
final class Page {
    private final List<Measured> measured;
    private final StringBuilder text = new StringBuilder();

    /** What its first row writes: a table without rows is not shown. */
    private String header = "";

    private Page(List<Measured> measured) {
        this.measured = measured;
    }

    static String of(List<Measured> measured) {
        Page page = new Page(measured);
        page.text.append("""
                # Results

                Written by `results` (see README.md), from numbers that lie in results/. One thread where no other
                number stands; every number is the median over forks of the forks' medians, with the least and the
                greatest fork in brackets. Each table has a row for vectors of 512 bits and one for 256: a machine that has
                512 is held to 256 by -XX:UseAVX=2, and its peers by their environment (OPENBLAS_CORETYPE=Haswell,
                ATEN_CPU_CAPABILITY=avx2). Ratios are those of two medians of one machine, day and width: above 1,
                Holdfast is faster. Where a target is not met, the decisions of the kernel
                ([loops](../kernel/decisions/0005-ways-through-a-block.md),
                [tiles](../kernel/decisions/0006-a-tile-by-registers.md),
                [memory](../kernel/decisions/0008-memory-and-arithmetic-in-turn.md)) say what bounds the code and what was tried.

                """);
        page.machines();
        page.text.append("\n![Roofline](results/roofline.svg)\n");
        page.context("memory");
        page.context("cache");
        page.bytes();
        page.streamed("Scores, from memory", "ScoresBenchmark", "readStream", .95);
        page.streamed("Attack, from memory", "AttackBenchmark", "copyStream", .9);
        page.products();
        page.gram();
        page.solvers();
        page.bayes();
        page.depth();
        page.gradients();
        page.tasks();
        page.workers();
        page.pretraining();
        page.random();
        page.certificates();
        page.updates();
        page.bulkAdds();
        return page.text.toString();
    }

    /** Every machine and what was measured there: which benchmarks at which commit, which methods with which flags. */
    private void machines() {
        measured.stream().collect(Collectors.groupingBy(Measured::machine, TreeMap::new, Collectors.toList()))
                .forEach((machine, there) -> {
                    text.append("* ").append(machine).append('\n');
                    grouped(there, m -> "commit " + m.commit(), Measured::type);
                    grouped(there, m -> "flags `" + m.flags() + "`", Measured::method);
                });
    }

    private void grouped(List<Measured> there, Function<Measured, String> by, Function<Measured, String> shown) {
        there.stream()
                .collect(Collectors.groupingBy(by, TreeMap::new,
                        Collectors.mapping(shown, Collectors.toCollection(TreeSet::new))))
                .forEach((key, values) -> text.append("    * %s: %s%n".formatted(key, String.join(", ", values))));
    }

    private void table(String title, String note, String... columns) {
        header = "\n## " + title + "\n\n" + note + "\n\n| bits | " + String.join(" | ", columns) + " |\n|---|"
                + "---|".repeat(columns.length) + "\n";
    }

    /** Of what was measured with vectors of the width of m. */
    private void row(Measured m, List<String> cells) {
        text.append(header).append("| ").append(m.bits()).append(" | ").append(String.join(" | ", cells)).append(" |\n");
        header = "";
    }

    /** Those of Holdfast, one a row of a table, in the order they were measured, widths side by side. */
    private List<Measured> rows(String type, Map<String, String> parameters) {
        return rows(type, "holdfast", parameters);
    }

    private List<Measured> rows(String type, String method, Map<String, String> parameters) {
        return measured.stream()
                .filter(m -> m.is(type, method, parameters))
                .collect(Collectors.groupingBy(Measured::parameters, LinkedHashMap::new, Collectors.toList()))
                .values().stream()
                .flatMap(same -> same.stream().sorted(Comparator.comparing(Measured::bits).reversed()))
                .toList();
    }

    /** A rate, greater for less time: median [least, greatest]. */
    private static String rate(Measured m, double work) {
        return "%s [%s, %s]".formatted(number(work / m.median()), number(work / m.greatest()), number(work / m.least()));
    }

    private static String micros(Measured m) {
        return time(m, 1);
    }

    private static String nanos(Measured m) {
        return time(m, 1e3);
    }

    private static String millis(Measured m) {
        return time(m, 1e-3);
    }

    private static String time(Measured m, double unit) {
        return "%s [%s, %s]".formatted(
                number(m.median() * unit), number(m.least() * unit), number(m.greatest() * unit));
    }

    private static String number(double value) {
        return String.format(Locale.ROOT, value < 10 ? "%.2f" : value < 100 ? "%.1f" : "%.0f", value);
    }

    private static double ratio(Measured holdfast, Measured other) {
        return other.median() / holdfast.median();
    }

    private static String verdict(double ratio, double target) {
        return number(ratio) + mark(ratio, target);
    }

    /** Whether a target is met; nothing where there is none, NaN. */
    private static String mark(double value, double target) {
        return Double.isNaN(target) ? "" : value >= target ? ", met" : ", **not met**";
    }

    /** Time of m in units of the limit's, judged where there is a target. */
    private static String times(Measured limit, Measured m, double most) {
        double times = ratio(limit, m);
        return number(times) + mark(-times, -most);
    }

    /** Another method on the same parameters, and its ratio to Holdfast. */
    private void peer(
            List<String> cells, Measured ours, String method, Function<Measured, String> shown, double target) {
        Optional<Measured> peer = ours.beside(measured, method);
        cells.add(peer.map(shown).orElse("–"));
        cells.add(peer.map(m -> verdict(ratio(ours, m), target)).orElse("–"));
    }

    /** The best peer's time in units of ours, at least, by width, residency and features. */
    private static double besideTheBest(int bits, boolean memory, int d) {
        if (d < 784) {
            return memory || bits < 512 && d > 20 ? 1.05 : 1.2;
        }
        return bits >= 512 ? memory ? 1.3 : 1.5 : memory ? 1.25 : 1.05;
    }

    /** What of the read-stream is to be reached from memory. */
    private static double ofTheLimit(int bits, int d) {
        if (bits >= 512) {
            return d >= 784 ? .85 : Double.NaN;
        }
        return d >= 3072 ? .93 : d >= 784 ? .77 : d >= 100 ? .62 : .68;
    }

    private void context(String residency) {
        boolean memory = residency.equals("memory");
        table("Context pass, " + (memory ? "from memory" : "in the cache"),
                "a = Σ(p·z)z, GB of demonstrations a second. Targets beside the best peer: " + (memory
                        ? "≥ 1.05 at d = 20 and 100, ≥ 1.3 (512 bits) or 1.25 (256) beyond; of the read-stream ≥ .85 from"
                                + " d = 784 on (512), ≥ .68, .62, .77 and .93 (256)."
                        : "≥ 1.2 at d = 20 and 100, ≥ 1.5 beyond (512 bits); ≥ 1.2 at d = 20, ≥ 1.05 beyond (256). The cache"
                                + " is the second level for d ≤ 100, the third beyond."),
                "d, N", "read-stream", "Holdfast", "of the limit", "OpenBLAS", "netlib", "× the best peer");
        for (Measured m : rows("ContextBenchmark", Map.of("residency", residency))) {
            int d = m.number("d");
            double work = 4e-3 * d * m.number("n");
            Measured limit = m.beside(measured, "readStream").orElseThrow();
            List<String> cells = new ArrayList<>(List.of(d + ", " + m.number("n"), rate(limit, work), rate(m, work),
                    verdict(ratio(m, limit), memory ? ofTheLimit(m.bits(), d) : Double.NaN)));
            double best = Double.POSITIVE_INFINITY;
            for (String name : List.of("openblas", "netlib")) {
                Optional<Measured> peer = m.beside(measured, name);
                cells.add(peer.map(p -> rate(p, work)).orElse("–"));
                best = Math.min(best, peer.map(p -> ratio(m, p)).orElse(best));
            }
            cells.add(Double.isInfinite(best) ? "–" : verdict(best, besideTheBest(m.bits(), memory, d)));
            row(m, cells);
        }
    }

    private void bytes() {
        table("Rows of bytes", "Millions of demonstrations a second, beside the float pass. Target from memory: ≥ 2×.",
                "d, N", "residency", "floats", "bytes", "×");
        for (Measured m : rows("ContextBenchmark", Map.of())) {
            m.beside(measured, "holdfastBytes").ifPresent(bytes -> {
                boolean memory = m.parameters().get("residency").equals("memory");
                row(m, List.of(m.number("d") + ", " + m.number("n"), m.parameters().get("residency"),
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
            Measured limit = m.beside(measured, stream).orElseThrow();
            row(m, List.of(m.number("d") + ", " + m.number("n"), rate(limit, work), rate(m, work),
                    verdict(ratio(m, limit), target)));
        }
    }

    private void products() {
        table("Matrix product", "GFLOP a second; multiply-adds in registers alone reach " + number(Roofline.peak(measured))
                + ". Target: ≥ .9× OpenBLAS.",
                "m × k × n", "Holdfast", "OpenBLAS", "×");
        for (Measured m : rows("ProductBenchmark", Map.of())) {
            double work = 2e-3 * m.number("m") * m.number("k") * m.number("n");
            List<String> cells = new ArrayList<>();
            cells.add(m.number("m") + " × " + m.number("k") + " × " + m.number("n"));
            cells.add(rate(m, work));
            peer(cells, m, "openblas", p -> rate(p, work), .9);
            row(m, cells);
        }
    }

    private void gram() {
        table("Gram matrix", "Z Zᵀ, µs, beside our own product that knows of no symmetry (target ≥ 1.6×) and OpenBLAS'"
                + " ssyrk, which fills one triangle and sums in float.", "d, N", "Holdfast", "product", "×", "OpenBLAS", "×");
        for (Measured m : rows("GramBenchmark", Map.of())) {
            Measured product = m.beside(measured, "product").orElseThrow();
            List<String> cells = new ArrayList<>(List.of(m.number("d") + ", " + m.number("n"), micros(m),
                    micros(product), verdict(ratio(m, product), 1.6)));
            peer(cells, m, "openblas", Page::micros, Double.NaN);
            row(m, cells);
        }
    }

    private void solvers() {
        table("Solvers", "Symmetric matrices in double, µs: A = RᵀR, A⁻¹ from R, A⁻¹b from R and A = Q T Qᵀ beside OpenBLAS'"
                + " LAPACK (target ≥ 1×); a sweep of coordinate descent in which every coordinate moves, μ − A w, and a shifted"
                + " system in the basis Q beside a read of A.",
                "operation, d", "Holdfast", "OpenBLAS", "×", "read of A", "of the limit");
        for (String type : List.of("SolversBenchmark", "DescentBenchmark")) {
            for (Measured m : rows(type, Map.of())) {
                List<String> cells = new ArrayList<>(
                        List.of(m.parameters().get("operation") + ", " + m.number("d"), micros(m)));
                peer(cells, m, "openblas", Page::micros, 1);
                Optional<Measured> limit = m.beside(measured, "readStream");
                cells.add(limit.map(Page::micros).orElse("–"));
                cells.add(limit.map(read -> number(ratio(m, read))).orElse("–"));
                row(m, cells);
            }
        }
    }

    private void bayes() {
        table("Robust Bayes", "2,048 correlated rows of two classes to a fast state of moments, beside the bare Gram pass, and"
                + " a classifier read from a state of two classes, or of ten by pairs; ms. Target for ten classes: ≤ 20 ms"
                + " a pair.",
                "d", "Gram pass", "add", "of the limit", "ℓ∞", "ℓ2", "ℓ1", "ℓ∞, diagonal", "ten classes, ℓ∞", "a pair",
                "ten classes, ℓ2");
        for (Measured limit : rows("BayesBenchmark", "gram", Map.of())) {
            Measured add = limit.beside(measured, "add").orElseThrow();
            List<String> cells = new ArrayList<>(List.of(
                    limit.parameters().get("d"), millis(limit), millis(add), number(ratio(add, limit))));
            for (String method : List.of("linf", "l2", "l1", "diagonal", "tenByPairs")) {
                cells.add(millis(limit.beside(measured, method).orElseThrow()));
            }
            double pair = limit.beside(measured, "tenByPairs").orElseThrow().median() / 1e3 / 45;
            cells.add(number(pair) + mark(-pair, -20));
            cells.add(millis(limit.beside(measured, "tenByPairsL2").orElseThrow()));
            row(limit, cells);
        }
    }

    /** Each way of Holdfast, the peer's method, and the limit's where a read of all that is read is one. */
    private void depth() {
        table("Several layers", "A classifier of a transformer of L layers, µs: from a state of moments by any P and Q (full), by the"
                + " family with powers of C (family) and by products of S̄ and vectors (vectors); and from rows of floats (rows)."
                + " OpenBLAS has S̄, or the rows, in double, made before. The limit is a read of S̄, or of the rows, for each layer."
                + " Target: ≥ .77× OpenBLAS.",
                "way; d, N, L", "Holdfast", "OpenBLAS", "×", "limit", "of the limit");
        for (String way : List.of("full", "family", "vectors", "rows")) {
            for (Measured m : rows("DepthBenchmark", way, Map.of())) {
                List<String> cells = new ArrayList<>();
                cells.add(way + "; " + m.number("d") + ", " + m.number("rows") + ", " + m.number("depth"));
                cells.add(micros(m));
                peer(cells, m, "openblas" + way.substring(0, 1).toUpperCase(Locale.ROOT) + way.substring(1), Page::micros,
                        m.number("d") < 100 ? Double.NaN : .77);
                Optional<Measured> limit = switch (way) {
                    case "vectors" -> m.beside(measured, "readMoments");
                    case "rows" -> m.beside(measured, "readRows");
                    default -> Optional.empty();
                };
                cells.add(limit.map(Page::micros).orElse("–"));
                cells.add(limit.map(read -> number(ratio(m, read))).orElse("–"));
                row(m, cells);
            }
        }
    }

    private void gradients() {
        table("Gradients of several layers", "Loss and gradient of a block of 16 tasks of k nodes, one step of a worker of"
                + " pretraining on mixtures, µs. The limit is the multiply-adds of products of matrices, 3k³ for each of the layers that"
                + " have them, L − 3, at the rate that registers alone allow.",
                "k, L", "Holdfast", "limit", "of the limit");
        for (Measured m : rows("DepthGradientBenchmark", Map.of())) {
            double limit = 2e-3 * DepthGradientBenchmark.multiplyAdds(m.number("depth"), m.number("k"))
                    / Roofline.peakBeside(measured, m);
            boolean known = limit > 0;
            row(m, List.of(m.number("k") + ", " + m.number("depth"), micros(m), known ? number(limit) : "–",
                    known ? number(limit / m.median()) : "–"));
        }
    }

    private void tasks() {
        table("Whole tasks", "Learn, score and attack, µs a task. Targets: ≥ 3× PyTorch in its best order of products,"
                + " ≥ 30× in the authors'.", "d, N, M", "Holdfast", "PyTorch", "×", "authors' order", "×");
        for (Measured m : rows("TaskBenchmark", Map.of())) {
            List<String> cells = new ArrayList<>();
            cells.add(m.number("d") + ", " + m.number("n") + ", " + m.number("m"));
            cells.add(micros(m));
            peer(cells, m, "pytorch", Page::micros, 3);
            peer(cells, m, "pytorchAuthors", Page::micros, 30);
            row(m, cells);
        }
    }

    private void workers() {
        table("Two workers", "256 tasks of d = 100, N = 1000, or as one task; µs. Target in the cache: ≥ 1.85×.",
                "work", "one", "two", "×");
        for (Measured one : rows("WorkersBenchmark", Map.of("workers", "1"))) {
            String work = one.parameters().get("work");
            Measured two = rows(one.type(), Map.of("work", work, "workers", "2")).stream()
                    .filter(m -> m.bits() == one.bits())
                    .findFirst()
                    .orElseThrow();
            row(one, List.of(work, micros(one), micros(two), verdict(ratio(two, one), 1.85)));
        }
    }

    /** Targets are for d = 100 and both cores. */
    private void pretraining() {
        Map<String, String> judged = Map.of("d", "100", "workers", "2");
        String given = rows("PretrainingBenchmark", judged).stream()
                .map(m -> " With %d bits the ratio to that is %s.".formatted(m.bits(), verdict(5e5 / m.median(), 8)))
                .collect(Collectors.joining());
        table("A step of pretraining", "Draw, attack and differentiate 1000 tasks of N = 1000, ms; PyTorch, in its"
                + " best order of products, runs as many threads as workers, and draws on one. Target for d = 100 and two workers: ≥ 8×."
                + " It was set against .5 s a step, measured once by NumPy, task by task, with one thread." + given,
                "d, workers", "Holdfast", "PyTorch", "×");
        for (Measured m : rows("PretrainingBenchmark", Map.of())) {
            boolean judge = m.parameters().entrySet().containsAll(judged.entrySet());
            List<String> cells = new ArrayList<>(List.of(m.number("d") + ", " + m.number("workers"), millis(m)));
            peer(cells, m, "pytorch", Page::millis, judge ? 8 : Double.NaN);
            row(m, cells);
        }
    }

    private void random() {
        table("Random numbers", "G floats a second, 100,000 in the cache; the JDK's are L64X128MixRandom's. Targets:"
                + " uniform ≥ 3, normal ≥ .7.", "uniform", "normal", "uniform, JDK");
        for (Measured uniform : rows("RandomBenchmark", "uniform", Map.of())) {
            double work = 1e-3 * uniform.number("count");
            Measured normal = uniform.beside(measured, "normal").orElseThrow();
            Measured jdk = uniform.beside(measured, "jdk").orElseThrow();
            row(uniform, List.of(rate(uniform, work) + mark(work / uniform.median(), 3),
                    rate(normal, work) + mark(work / normal.median(), .7), rate(jdk, work)));
        }
    }

    private void certificates() {
        table("Certificates", "One query in the cache, ns, beside a dot product of floats; × is the time in units of"
                + " that. A certificate is answer and exact ℓ∞ radius in one call: target ≤ 3×, in a box ≤ 20×.",
                "d", "dot", "answer", "radius", "certificate", "×", "radius in a box", "×", "worst query");
        for (Measured dot : rows("CertificateBenchmark", "dot", Map.of())) {
            List<String> cells = new ArrayList<>(List.of(dot.parameters().get("d"), nanos(dot)));
            for (String method : List.of("classify", "radius")) {
                cells.add(nanos(dot.beside(measured, method).orElseThrow()));
            }
            for (String method : List.of("certify", "radiusBox")) {
                Measured m = dot.beside(measured, method).orElseThrow();
                cells.add(nanos(m));
                cells.add(times(dot, m, method.equals("certify") ? 3 : 20));
            }
            cells.add(nanos(dot.beside(measured, "attack").orElseThrow()));
            row(dot, cells);
        }
    }

    private void bulkAdds() {
        table("A bulk add", "1000 rows in the cache to a fast state of one p, beside the bare context pass. Target: ≥ .8 of"
                + " its speed.", "d", "context pass, µs", "addAll, µs", "of the limit");
        for (Measured limit : rows("BulkAddBenchmark", "accumulate", Map.of())) {
            Measured add = limit.beside(measured, "addAll").orElseThrow();
            row(limit, List.of(limit.parameters().get("d"), micros(limit), micros(add), verdict(ratio(add, limit), .8)));
        }
    }

    private void updates() {
        table("An exact state", "One row of normal numbers, added to exact sums of one p or removed, and another state"
                + " merged, ns; × is the time in units of a dot product and an axpy of floats. Target for a row: ≤ 12×.",
                "d", "dot and axpy", "add", "×", "remove", "×", "merge");
        for (Measured limit : rows("ContextUpdateBenchmark", "dotAxpy", Map.of())) {
            List<String> cells = new ArrayList<>(List.of(limit.parameters().get("d"), nanos(limit)));
            for (String method : List.of("add", "remove")) {
                Measured update = limit.beside(measured, method).orElseThrow();
                cells.add(nanos(update));
                cells.add(times(limit, update, 12));
            }
            cells.add(nanos(limit.beside(measured, "merge").orElseThrow()));
            row(limit, cells);
        }
    }
}
