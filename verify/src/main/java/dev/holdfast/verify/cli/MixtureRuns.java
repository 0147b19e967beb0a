package dev.holdfast.verify.cli;

import dev.holdfast.kernel.DepthGradient;
import dev.holdfast.kernel.Workers;
import dev.holdfast.model.MixturePretraining;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * Runs of pretraining on a mixture, one after the other, of seeds that follow one another. Where there are several, each file
 * {@code name.ending} is one a run: {@code name-1.ending}, {@code name-2.ending}, ….
 *
 * @param settings those of the first run
 * @param checkpoint where a run is kept, or {@code null}
 * @param history where its updates go, or {@code null}
 * @param out where its weights go
 */
record MixtureRuns(MixturePretraining.Settings settings, int runs, int threads, Path checkpoint, Path history, Path out) {
    /**
     * What {@code --json} prints of a run; seconds are those of this command alone.
     *
     * @param diverged whether it ended before its last update, where the loss overflowed
     */
    record Run(long seed, int updates, int resumed, boolean diverged, double leastLoss, double seconds, String out) {}

    /**
     * All files, before anything is drawn.
     *
     * @param setting the mixture's file, or {@code null}
     */
    void check(Path setting) {
        for (int run = 1; run <= runs; run++) {
            new UsedFiles()
                    .reads("--setting", setting)
                    .writes("--out", of(out, run))
                    .writes("--checkpoint", of(checkpoint, run))
                    .writes("--history", of(history, run));
        }
        double d = settings.mixture().features();
        int k = DepthGradient.paddedLength(settings.mixture().features());
        new Memory()
                // a task's nodes in double, and in float
                .objects(settings.tasks(), 3 * d * (Double.BYTES + Float.BYTES))
                // a task that is drawn, and what becomes of it
                .arrays(5.0 * threads, d * d, Double.BYTES)
                .arrays(threads, DepthGradient.workLength(settings.depth(), k), Float.BYTES)
                .check(String.format(Locale.ROOT, "--depth %d, --tasks %d of %d features and --threads %d",
                        settings.depth(), settings.tasks(), settings.mixture().features(), threads));
    }

    List<Run> run() throws IOException {
        List<Run> done = new ArrayList<>();
        List<MixturePretraining> begun = new ArrayList<>();
        int before = 0;
        for (int run = 1; run <= runs; run++) {
            begun.add(begin(run));
            before += begun.getLast().history().size();
        }
        try (ExecutorService pool = Executors.newFixedThreadPool(threads);
                Progress progress = Progress.of("pretrain", (int) Math.min(Integer.MAX_VALUE,
                        (long) runs * settings.updates()), before)) {
            for (int run = 1; run <= runs; run++) {
                // a run's tasks are not kept beside the next one's
                done.add(run(begun.set(run - 1, null), run, Workers.of(pool, threads), progress));
            }
        }
        return done;
    }

    /** The run of its checkpoint, if there is one, or a new one. */
    private MixturePretraining begin(int run) throws IOException {
        var own = new MixturePretraining.Settings(settings.mixture(), settings.depth(), settings.tasks(),
                settings.demonstrations(), settings.updates(), settings.cosine(), settings.seed() + run - 1);
        Path file = of(checkpoint, run);
        if (file == null || !Files.exists(file)) {
            return new MixturePretraining(own);
        }
        MixturePretraining resumed = MixturePretraining.load(file);
        if (!resumed.settings().equals(own)) {
            throw Options.bad("--checkpoint", file + " of " + resumed.settings(), own.toString());
        }
        return resumed;
    }

    private Run run(MixturePretraining pretraining, int run, Workers workers, Progress progress) throws IOException {
        long start = System.nanoTime();
        int resumed = pretraining.history().size();
        double unsaved = 0;
        for (int made = resumed; made < settings.updates() && step(pretraining, workers, progress); made++) {
            unsaved += pretraining.history().getLast().seconds();
            if (checkpoint != null && (unsaved >= PretrainCommand.CHECKPOINT_SECONDS || made == settings.updates() - 1)) {
                pretraining.save(of(checkpoint, run));
                unsaved = 0;
            }
        }
        pretraining.transformer().save(of(out, run));
        if (history != null) {
            Options.write("--history", of(history, run), PretrainCommand.csv(pretraining.history(),
                    MixturePretraining.Step::step, MixturePretraining.Step::loss, MixturePretraining.Step::learningRate,
                    MixturePretraining.Step::seconds));
        }
        double least = pretraining.history().stream().mapToDouble(MixturePretraining.Step::loss).min().getAsDouble();
        return new Run(pretraining.settings().seed(), pretraining.history().size(), resumed, pretraining.hasDiverged(), least,
                (System.nanoTime() - start) / 1e9, of(out, run).toString());
    }

    /** Whether there was one; a run that diverges ends, with what it had until then. */
    private static boolean step(MixturePretraining pretraining, Workers workers, Progress progress) {
        try {
            progress.step(String.format(Locale.ROOT, "loss %.5g", pretraining.step(workers).loss()));
            return true;
        } catch (IllegalStateException e) {
            if (!pretraining.hasDiverged()) {
                throw e;
            }
            return false;
        }
    }

    private Path of(Path file, int run) {
        if (file == null || runs == 1) {
            return file;
        }
        String name = file.getFileName().toString();
        int dot = name.lastIndexOf('.');
        int end = dot > 0 ? dot : name.length();
        return file.resolveSibling(name.substring(0, end) + "-" + run + name.substring(end));
    }
}
