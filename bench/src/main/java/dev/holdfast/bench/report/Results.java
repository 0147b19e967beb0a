package dev.holdfast.bench.report;

import com.google.gson.GsonBuilder;
import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import joptsimple.OptionException;
import joptsimple.OptionParser;
import joptsimple.OptionSet;
import joptsimple.OptionSpec;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;

/**
 * Measures everything that RESULTS.md shows, at every width that the machine's vectors can have, and writes it. Each
 * width has a JVM of its own, whose environment holds the peers to it, too.
 */
public final class Results {
    private final OptionParser parser = new OptionParser();
    private final OptionSpec<String> out = parser.accepts("out", "directory of RESULTS.md")
            .withRequiredArg()
            .defaultsTo("bench");
    private final OptionSpec<String> only = parser.accepts("only", "measure these suites alone; others keep their numbers: "
                    + Suite.all().stream().map(Suite::name).collect(Collectors.joining(", ")))
            .withRequiredArg()
            .withValuesSeparatedBy(',');
    private final OptionSpec<String> bits = parser.accepts("bits", "measure vectors of this width alone, and write no page: "
                    + Width.all().stream().map(Width::toString).collect(Collectors.joining(" or ")))
            .withRequiredArg();
    private final OptionSpec<Void> quick = parser.accepts("quick", "one short fork: to try the command, not to publish");
    private final OptionSpec<Void> render = parser.accepts("render", "measure nothing, write the page anew");
    private final OptionSpec<Void> help = parser.accepts("help", "this text").forHelp();

    private Results() {}

    /** Runs the command. */
    public static void main(String[] arguments) throws IOException, RunnerException, InterruptedException {
        Results results = new Results();
        try {
            OptionSet options = results.parser.parse(arguments);
            if (options.has(results.help)) {
                results.parser.printHelpOn(System.out);
            } else {
                results.run(options, arguments);
            }
        } catch (OptionException | IllegalArgumentException e) {
            System.err.println("results: " + e.getMessage());
            System.exit(2);
        }
    }

    private void run(OptionSet options, String[] arguments) throws IOException, RunnerException, InterruptedException {
        Path directory = Path.of(options.valueOf(out));
        Path raw = Files.createDirectories(directory.resolve("results"));
        if (options.has(bits)) {
            measure(raw, options.valuesOf(only), options.has(quick), Width.named(options.valueOf(bits)));
            return;
        }
        if (!options.has(render)) {
            for (Width width : Width.all()) {
                width.run(Results.class, arguments);
            }
        }
        List<Measured> measured = Measured.in(raw);
        Roofline.draw(measured, raw.resolve("roofline"));
        // what the module for Spark printed, which JMH does not run
        Path spark = raw.resolve("spark.md");
        String page = Page.of(measured) + (Files.exists(spark) ? "\n## Spark\n\n" + Files.readString(spark) : "");
        Files.writeString(directory.resolve("RESULTS.md"), page);
    }

    private static void measure(Path raw, List<String> only, boolean quick, Width width)
            throws IOException, RunnerException {
        String machine = Machine.describe();
        String commit = Machine.commit(); // before the first numbers change the files of a clean one
        for (Suite suite : Suite.all()) {
            if (!only.isEmpty() && !only.contains(suite.name())) {
                continue;
            }
            if (Runtime.getRuntime().availableProcessors() < suite.processors()) {
                System.err.printf("results: %s needs %d processors, and has %d%n", suite.name(), suite.processors(),
                        Runtime.getRuntime().availableProcessors());
                continue;
            }
            // a run that is cut off leaves the former numbers
            Path unfinished = Files.createTempFile(suite.name(), ".json");
            new Runner(suite.options(quick, width, unfinished.toString()).build()).run();
            Files.writeString(raw.resolve(suite.name() + "." + width.bits() + ".json"),
                    publishable(Files.readString(unfinished), commit, machine, width.bits()));
            Files.delete(unfinished);
        }
    }

    /** JMH's numbers with the commit and the machine, and without the place of the JVM, which is nobody's concern. */
    private static String publishable(String json, String commit, String machine, int bits) {
        JsonArray runs = JsonParser.parseString(json).getAsJsonArray();
        for (JsonElement run : runs) {
            run.getAsJsonObject().remove("jvm");
            run.getAsJsonObject().addProperty("commit", commit);
            run.getAsJsonObject().addProperty("bits", bits);
            run.getAsJsonObject().addProperty("machine", machine);
        }
        return new GsonBuilder().setPrettyPrinting().disableHtmlEscaping().create().toJson(runs) + "\n";
    }
}
