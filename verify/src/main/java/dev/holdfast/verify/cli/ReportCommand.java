package dev.holdfast.verify.cli;

import dev.holdfast.kernel.Implementation;
import dev.holdfast.verify.experiments.Experiment;
import dev.holdfast.verify.experiments.Experiments;
import dev.holdfast.verify.experiments.ReportRun;
import dev.holdfast.verify.experiments.Scale;
import dev.holdfast.verify.report.ReportPage;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code holdfast report}: every experiment of the paper, and what it leaves open. */
@Command(
        name = "report",
        description = "Every experiment of the paper, and what it leaves open, as a page, figures and numbers.",
        footer = "An interrupted report goes on from the parts that are finished. Exit code 1 where a part failed.",
        mixinStandardHelpOptions = true,
        showDefaultValues = true)
final class ReportCommand implements Callable<Integer> {
    @Option(names = "--out", defaultValue = "report", paramLabel = "DIR", description = "where the report goes")
    private Path out;

    @Option(names = "--data", split = ",", paramLabel = "NAME=DIR",
            showDefaultValue = CommandLine.Help.Visibility.NEVER,
            description = "data sets beside the digits, separated by commas: fashion, mnist, cifar10")
    private Map<String, Path> data = new TreeMap<>();

    @Option(names = "--quick", description = "fewer tasks and thinner grids")
    private boolean quick;

    @Option(names = "--only", split = ",", paramLabel = "ID",
            showDefaultValue = CommandLine.Help.Visibility.NEVER,
            description = "some parts alone, by the names of their files in DIR/parts, separated by commas")
    private List<String> only = new ArrayList<>();

    @Option(names = "--seed", defaultValue = "1", paramLabel = "S", description = "seed of drawn tasks")
    private long seed;

    @Option(names = "--threads", paramLabel = "T", showDefaultValue = CommandLine.Help.Visibility.NEVER,
            description = "threads (default: one a core); no result depends on it")
    private int threads = Runtime.getRuntime().availableProcessors();

    @Override
    public Integer call() throws IOException {
        long start = System.nanoTime();
        Options.threads(threads);
        for (String name : data.keySet()) {
            if (!Scale.NAMES.contains(name)) {
                throw Options.bad("--data", name + "=" + data.get(name), "names among " + Scale.NAMES);
            }
            if (UsedFiles.isSame(data.get(name), out)) {
                throw Options.bad("--out", out, "another directory than that of --data");
            }
        }
        Scale scale = quick ? Scale.quick(seed, threads, data) : Scale.full(seed, threads, data);
        ReportRun.Result result;
        ReportRun run = begin(scale);
        try (Progress progress = Progress.of("report", run.steps())) {
            result = run.run(experiment -> progress.step(experiment.id()));
        }
        ReportPage.write(out, result.findings(), result.times());
        System.out.printf(Locale.ROOT, "%s%n%.1f s, %s%n", out.resolve("report.html"),
                (System.nanoTime() - start) / 1e9, Implementation.name());
        result.failed().forEach(id -> System.err.println("holdfast: " + id + " failed"));
        return result.failed().isEmpty() ? 0 : 1;
    }

    private ReportRun begin(Scale scale) throws IOException {
        try {
            Files.createDirectories(out);
        } catch (FileSystemException e) {
            throw Options.bad("--out", out, "a directory that is there or can be made");
        }
        for (String folder : List.of("", "parts", "figures", "numbers")) {
            Path written = out.resolve(folder);
            if (Files.exists(written) && !Files.isWritable(written)) {
                throw Options.bad("--out", out, "a directory that can be written to, and all in it");
            }
        }
        return new ReportRun(out, chosen(Experiments.of(scale)), scale);
    }

    private List<Experiment> chosen(List<Experiment> experiments) {
        List<String> ids = experiments.stream().map(Experiment::id).toList();
        for (String id : only) {
            if (!ids.contains(id)) {
                throw Options.bad("--only", id, "names among " + ids);
            }
        }
        return experiments.stream().filter(each -> only.isEmpty() || only.contains(each.id())).toList();
    }
}
