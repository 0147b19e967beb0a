package dev.holdfast.verify.cli;

import com.google.gson.Gson;
import de.siegmar.fastcsv.writer.CsvWriter;
import dev.holdfast.kernel.Implementation;
import dev.holdfast.kernel.Workers;
import dev.holdfast.model.LinearTransformer;
import dev.holdfast.model.Pretraining;
import java.io.IOException;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.DoubleSummaryStatistics;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code holdfast pretrain}: adversarial pretraining to a file of weights. */
@Command(
        name = "pretrain",
        description = "Adversarial pretraining by stochastic gradient descent, to a file of weights.",
        footer = "An interrupted run goes on from its checkpoint, to the same bits.",
        mixinStandardHelpOptions = true,
        showDefaultValues = true)
final class PretrainCommand implements Callable<Integer> {
    /** What an interrupted run may lose. */
    private static final double CHECKPOINT_SECONDS = 1;

    @Option(names = "--features", required = true, paramLabel = "d", description = "features of a task")
    private int features;

    @Option(names = "--epsilon", required = true, paramLabel = "E", description = "radius of the adversary's ball")
    private double epsilon;

    @Option(names = "--lambda", defaultValue = "0.1", paramLabel = "L", description = "λ of the tasks, 0..1")
    private double lambda;

    @Option(names = "--steps", defaultValue = "100", paramLabel = "S", description = "steps of the optimiser in all")
    private int steps;

    @Option(names = "--batch", defaultValue = "1000", paramLabel = "B", description = "tasks a step")
    private int batch;

    @Option(names = "--demonstrations", defaultValue = "1000", paramLabel = "N", description = "demonstrations a task")
    private int demonstrations;

    @Option(names = "--learning-rate", defaultValue = "0.2", paramLabel = "R",
            description = "the first learning rate; it falls tenfold where the loss stops to improve")
    private double learningRate;

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

    @Override
    public Integer call() throws IOException {
        long start = System.nanoTime();
        check();
        String implementation = Implementation.name();
        Pretraining pretraining = begin();
        int resumed = pretraining.history().size();
        run(pretraining);
        LinearTransformer transformer = pretraining.transformer();
        transformer.save(out);
        if (history != null) {
            Options.write("--history", history, csv(pretraining.history()));
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
        return 0;
    }

    private void check() {
        Options.savedFeatures(features);
        Options.notNegative("--epsilon", epsilon);
        Options.lambda(lambda);
        Options.atLeast("--steps", steps, 1);
        Options.atLeast("--batch", batch, 1);
        Options.atLeast("--demonstrations", demonstrations, 1);
        Options.threads(threads);
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

    private static byte[] csv(List<Pretraining.Step> steps) throws IOException {
        StringWriter text = new StringWriter();
        try (CsvWriter csv = CsvWriter.builder().build(text)) {
            csv.writeRecord("step", "loss", "learning_rate", "seconds");
            for (Pretraining.Step step : steps) {
                csv.writeRecord(Integer.toString(step.step()), Double.toString(step.loss()),
                        Double.toString(step.learningRate()), Double.toString(step.seconds()));
            }
        }
        return text.toString().getBytes(StandardCharsets.UTF_8);
    }
}
