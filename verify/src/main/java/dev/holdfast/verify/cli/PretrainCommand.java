package dev.holdfast.verify.cli;

import com.google.gson.Gson;
import de.siegmar.fastcsv.writer.CsvWriter;
import dev.holdfast.kernel.Implementation;
import dev.holdfast.kernel.Workers;
import dev.holdfast.model.GaussianMixture;
import dev.holdfast.model.LinearTransformer;
import dev.holdfast.model.MixturePretraining;
import dev.holdfast.model.Pretraining;
import dev.holdfast.verify.data.MixtureFile;
import java.io.IOException;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.DoubleSummaryStatistics;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.ToDoubleFunction;
import java.util.function.ToIntFunction;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code holdfast pretrain}: adversarial pretraining to a file of weights. */
@Command(
        name = "pretrain",
        description = "Adversarial pretraining to a file of weights: of one layer by stochastic gradient descent, or of four"
                + " numbers a layer on the tasks of a Gaussian mixture by Adam.",
        footer = "An interrupted run goes on from its checkpoint, to the same bits.",
        mixinStandardHelpOptions = true,
        showDefaultValues = true)
final class PretrainCommand implements Callable<Integer> {
    /** What an interrupted run may lose. */
    static final double CHECKPOINT_SECONDS = 1;

    private static final int MOST_RUNS = 1000;

    private static final List<String> PRETRAINING = List.of("pretraining");
    private static final List<String> MIXTURE = List.of("mixture");
    private static final List<String> SCHEDULES = List.of("constant", "cosine");
    /** Which family an option belongs to, if not to both. */
    private static final Map<String, List<String>> KINDS = Map.ofEntries(
            Map.entry("--features", PRETRAINING),
            Map.entry("--lambda", PRETRAINING),
            Map.entry("--steps", PRETRAINING),
            Map.entry("--batch", PRETRAINING),
            Map.entry("--learning-rate", PRETRAINING),
            Map.entry("--setting", MIXTURE),
            Map.entry("--depth", MIXTURE),
            Map.entry("--tasks", MIXTURE),
            Map.entry("--updates", MIXTURE),
            Map.entry("--schedule", MIXTURE),
            Map.entry("--runs", MIXTURE));

    @Spec
    private CommandSpec spec;

    @Option(names = "--family", defaultValue = "pretraining", paramLabel = "FAMILY",
            description = "which tasks: pretraining, those of one layer, or mixture, those of several")
    private String family;

    @Option(names = "--features", paramLabel = "d", description = "features of a pretraining task")
    private Integer features;

    @Option(names = "--epsilon", paramLabel = "E",
            description = "radius of the adversary's ball; of a mixture it is E√d (default: the setting's E), 0 for none")
    private Double epsilon;

    @Option(names = "--lambda", defaultValue = "0.1", paramLabel = "L", description = "λ of pretraining tasks, 0..1")
    private double lambda;

    @Option(names = "--steps", defaultValue = "100", paramLabel = "S",
            description = "steps of stochastic gradient descent in all")
    private int steps;

    @Option(names = "--batch", defaultValue = "1000", paramLabel = "B", description = "pretraining tasks a step")
    private int batch;

    @Option(names = "--demonstrations", defaultValue = "1000", paramLabel = "N", description = "demonstrations a task")
    private int demonstrations;

    @Option(names = "--learning-rate", defaultValue = "0.2", paramLabel = "R",
            description = "the first learning rate on pretraining tasks; it falls tenfold where the loss stops to improve")
    private double learningRate;

    @Option(names = "--setting", paramLabel = "SETTING", description = "what the mixture is: " + MixtureFile.NAMES)
    private String setting;

    @Option(names = "--depth", paramLabel = "L", description = "layers of four numbers that learn a mixture")
    private Integer depth;

    @Option(names = "--tasks", defaultValue = "1000", paramLabel = "T", description = "tasks of a mixture, in every update")
    private int tasks;

    @Option(names = "--updates", defaultValue = "2500", paramLabel = "U", description = "updates by Adam on a mixture")
    private int updates;

    @Option(names = "--schedule", defaultValue = "constant", paramLabel = "NAME",
            description = "of the rate on a mixture, .01 after 30 updates: constant, or cosine, which ends at .001")
    private String schedule;

    @Option(names = "--runs", defaultValue = "1", paramLabel = "R",
            description = "runs on mixtures, of seeds S, S+1, …; files W.npz are then W-1.npz, W-2.npz, …")
    private int runs;

    @Option(names = "--seed", defaultValue = "1", paramLabel = "S", description = "which tasks are drawn")
    private long seed;

    @Option(names = "--threads", paramLabel = "T", showDefaultValue = CommandLine.Help.Visibility.NEVER,
            description = "threads (default: one a core); the weights do not depend on it")
    private int threads = Runtime.getRuntime().availableProcessors();

    @Option(names = "--checkpoint", paramLabel = "FILE",
            description = "where the run is kept every second; if it is there, the run goes on from it")
    private Path checkpoint;

    @Option(names = "--history", paramLabel = "FILE.csv", description = "step, loss, learning rate and seconds as CSV")
    private Path history;

    @Option(names = "--out", required = true, paramLabel = "WEIGHTS.npz", description = "where the weights go")
    private Path out;

    @Option(names = "--json", description = "print JSON in place of a sentence")
    private boolean json;

    /** What {@code --json} prints; seconds are those of this run alone, which began after {@code resumed} steps. */
    private record Report(int features, double lambda, double epsilon, int steps, int resumed, double loss,
            double learningRate, double seconds, int threads, String implementation, String out) {}

    /** What {@code --json} prints of runs on a mixture. */
    private record MixtureReport(String setting, double epsilon, int depth, int tasks, int demonstrations, String schedule,
            List<MixtureRuns.Run> runs, double seconds, int threads, String implementation) {}

    @Override
    public Integer call() throws IOException {
        long start = System.nanoTime();
        if (!PRETRAINING.contains(family) && !MIXTURE.contains(family)) {
            throw Options.bad("--family", family, "pretraining or mixture");
        }
        Options.belong(spec, "--family", family, KINDS);
        Options.atLeast("--demonstrations", demonstrations, 1);
        Options.threads(threads);
        if (epsilon != null) {
            Options.notNegative("--epsilon", epsilon);
        }
        if (MIXTURE.contains(family)) {
            mixture(start);
        } else {
            singleLayer(start);
        }
        return 0;
    }

    private <T> T needed(String option, T value) {
        if (value == null) {
            throw new IllegalArgumentException(option + " is missing, expected it with --family " + family);
        }
        return value;
    }

    private void singleLayer(long start) throws IOException {
        check();
        String implementation = Implementation.name();
        Pretraining pretraining = begin();
        int resumed = pretraining.history().size();
        run(pretraining);
        LinearTransformer transformer = pretraining.transformer();
        transformer.save(out);
        if (history != null) {
            Options.write("--history", history, csv(pretraining.history(), Pretraining.Step::step,
                    Pretraining.Step::loss, Pretraining.Step::learningRate, Pretraining.Step::seconds));
        }
        Pretraining.Step last = pretraining.history().getLast();
        Report report = new Report(features, lambda, epsilon, last.step(), resumed, last.loss(), last.learningRate(),
                (System.nanoTime() - start) / 1e9, threads, implementation, out.toString());
        if (json) {
            System.out.println(new Gson().toJson(report));
        } else {
            System.out.printf(Locale.ROOT, "%d steps, loss %.6g, learning rate %.3g: %s%n%s%n%.2f s, %d threads, %s%n",
                    report.steps(), report.loss(), report.learningRate(), out, learnt(transformer), report.seconds(),
                    threads, implementation);
        }
    }

    private void mixture(long start) throws IOException {
        Options.atLeast("--depth", needed("--depth", depth), 1);
        Options.atLeast("--tasks", tasks, 1);
        Options.atLeast("--updates", updates, 1);
        if (runs < 1 || runs > MOST_RUNS) {
            throw Options.bad("--runs", runs, "at least 1 and at most " + MOST_RUNS);
        }
        if (!SCHEDULES.contains(schedule)) {
            throw Options.bad("--schedule", schedule, String.join(" or ", SCHEDULES));
        }
        GaussianMixture mixture = MixtureFile.load(needed("--setting", setting));
        if (epsilon != null) {
            mixture = mixture.against(epsilon);
        }
        MixtureRuns all = new MixtureRuns(
                new MixturePretraining.Settings(
                        mixture, depth, tasks, demonstrations, updates, schedule.equals("cosine"), seed),
                runs, threads, checkpoint, history, out);
        all.check(MixtureFile.file(setting));
        String implementation = Implementation.name();
        MixtureReport report = new MixtureReport(setting, mixture.epsilon(), depth, tasks, demonstrations, schedule, all.run(),
                (System.nanoTime() - start) / 1e9, threads, implementation);
        if (json) {
            System.out.println(new Gson().toJson(report));
            return;
        }
        for (MixtureRuns.Run run : report.runs()) {
            System.out.printf(Locale.ROOT, "%d updates%s, least loss %.6g, %.2f s: %s%n", run.updates(),
                    run.diverged() ? ", then the loss overflowed" : "", run.leastLoss(), run.seconds(), run.out());
        }
        System.out.printf(Locale.ROOT, "%.2f s, %d threads, %s%n", report.seconds(), threads, implementation);
    }

    private void check() {
        Options.savedFeatures(needed("--features", features));
        needed("--epsilon", epsilon);
        Options.lambda(lambda);
        Options.atLeast("--steps", steps, 1);
        Options.atLeast("--batch", batch, 1);
        if (!(learningRate > 0) || learningRate > Float.MAX_VALUE) {
            throw Options.bad("--learning-rate", learningRate, "a finite number above 0");
        }
        new UsedFiles()
                .writes("--out", out)
                .writes("--checkpoint", checkpoint)
                .writes("--history", history);
        double weights = (features + 1.0) * (features + 1.0);
        new Memory()
                // two in double that are trained, what changes them, and P, Q and their copies when they are saved
                .arrays(3, weights, Double.BYTES)
                .arrays(6, weights, Float.BYTES)
                .arrays(3, batch * (features + 1.0), Float.BYTES)
                .arrays(threads, (demonstrations + 1.0) * features, Float.BYTES)
                .check(String.format(Locale.ROOT, "--features %d, --batch %d, --demonstrations %d and --threads %d",
                        features, batch, demonstrations, threads));
    }

    /** The run of the checkpoint, if there is one, or a new one. */
    private Pretraining begin() throws IOException {
        var settings = new Pretraining.Settings(
                features, lambda, epsilon, batch, demonstrations, learningRate, seed);
        if (checkpoint == null || !Files.exists(checkpoint)) {
            return new Pretraining(settings);
        }
        Pretraining resumed = Pretraining.load(checkpoint);
        if (!resumed.settings().equals(settings)) {
            throw Options.bad("--checkpoint", checkpoint + " of " + resumed.settings(), settings.toString());
        }
        if (resumed.history().size() > steps) {
            throw Options.bad("--steps", steps, "at least the " + resumed.history().size()
                    + " that the checkpoint " + checkpoint + " has taken");
        }
        return resumed;
    }

    private void run(Pretraining pretraining) throws IOException {
        try (ExecutorService pool = Executors.newFixedThreadPool(threads);
                Progress progress = Progress.of("pretrain", steps, pretraining.history().size())) {
            Workers workers = Workers.of(pool, threads);
            double unsaved = 0;
            for (int done = pretraining.history().size(); done < steps; done++) {
                Pretraining.Step step = pretraining.step(workers);
                progress.step(String.format(Locale.ROOT, "loss %.4g, rate %.3g", step.loss(), step.learningRate()));
                unsaved += step.seconds();
                if (checkpoint != null && (unsaved >= CHECKPOINT_SECONDS || done == steps - 1)) {
                    pretraining.save(checkpoint);
                    unsaved = 0;
                }
            }
        }
    }

    /** What a heat map of the weights would show. */
    private static String learnt(LinearTransformer transformer) {
        int d = transformer.features();
        float[] bigP = transformer.bigP();
        float[] bigQ = transformer.bigQ();
        var p = new DoubleSummaryStatistics();
        var diagonal = new DoubleSummaryStatistics();
        var others = new DoubleSummaryStatistics();
        var labelRow = new DoubleSummaryStatistics();
        for (int i = 0; i <= d; i++) {
            p.accept(bigP[d * (d + 1) + i]);
            for (int j = 0; j < d; j++) {
                (i == d ? labelRow : i == j ? diagonal : others).accept(bigQ[i * (d + 1) + j]);
            }
        }
        String weights = "p " + range(p) + "; Q̄'s diagonal " + range(diagonal)
                + (d > 1 ? ", beside it " + range(others) : "") + ", label row " + range(labelRow);
        return p.getMax() == 0 ? "nothing is learnt at this ε: " + weights : weights;
    }

    private static String range(DoubleSummaryStatistics entries) {
        return String.format(Locale.ROOT, "%.3g to %.3g", entries.getMin(), entries.getMax());
    }

    static <S> byte[] csv(List<S> steps, ToIntFunction<S> step, ToDoubleFunction<S> loss, ToDoubleFunction<S> rate,
            ToDoubleFunction<S> seconds) throws IOException {
        StringWriter text = new StringWriter();
        try (CsvWriter csv = CsvWriter.builder().build(text)) {
            csv.writeRecord("step", "loss", "learning_rate", "seconds");
            for (S each : steps) {
                csv.writeRecord(Integer.toString(step.applyAsInt(each)), Double.toString(loss.applyAsDouble(each)),
                        Double.toString(rate.applyAsDouble(each)), Double.toString(seconds.applyAsDouble(each)));
            }
        }
        return text.toString().getBytes(StandardCharsets.UTF_8);
    }
}
