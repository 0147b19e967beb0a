package dev.holdfast.verify.experiments;

import dev.holdfast.model.archive.AtomicFile;
import dev.holdfast.verify.report.Finding;
import dev.holdfast.verify.report.ReportJson;
import dev.holdfast.verify.report.Table;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.zip.CRC32;

/**
 * Runs experiments in order and keeps what each returned in {@code parts/ID.json}, so that an interrupted report goes
 * on where it was. A part of another scale, seed, code or data is made anew, and so is one that failed.
 */
public final class ReportRun {
    private final Path directory;
    private final List<Experiment> experiments;
    private final Scale scale;
    private final PartKey key;
    private final Map<String, Outcome> kept = new HashMap<>();

    /** What a file of a part holds. @param sum a checksum of the outcome's JSON: what was damaged is made anew */
    private record Part(PartKey key, String sum, Outcome outcome) {
        static Part of(PartKey key, Outcome outcome) {
            CRC32 sum = new CRC32();
            sum.update(ReportJson.write(outcome).getBytes(StandardCharsets.UTF_8));
            return new Part(key, Long.toHexString(sum.getValue()), outcome);
        }
    }

    /**
     * What all experiments returned, in their order.
     *
     * @param findings one an experiment; where one failed, its text is the error's sentence
     * @param times tables of wall-clock numbers
     * @param failed the ids of experiments that failed
     */
    public record Result(List<Finding> findings, List<Table> times, List<String> failed) {}

    /**
     * Looks at what is kept.
     *
     * @param directory of the report; made if it is not there
     * @param experiments whose ids differ
     * @throws IOException if the directory cannot be made or read, or the files of a data set cannot be looked at
     */
    public ReportRun(Path directory, List<Experiment> experiments, Scale scale) throws IOException {
        this.directory = directory;
        this.experiments = List.copyOf(experiments);
        this.scale = scale;
        this.key = PartKey.of(scale);
        Files.createDirectories(directory.resolve("parts"));
        for (Experiment experiment : experiments) {
            Path file = part(experiment);
            if (Files.isRegularFile(file)) {
                keep(experiment.id(), file);
            }
        }
    }

    private Path part(Experiment experiment) {
        return directory.resolve("parts").resolve(experiment.id() + ".json");
    }

    private void keep(String id, Path file) throws IOException {
        try {
            Part part = ReportJson.read(Files.readString(file), Part.class);
            if (part != null && part.outcome() != null && part.equals(Part.of(key, part.outcome()))) {
                kept.put(id, part.outcome());
            }
        } catch (CharacterCodingException | RuntimeException e) {
            // damaged, or of a version that wrote others: made anew
        }
    }

    /** How many steps are left to do. */
    public int steps() {
        return experiments.stream()
                .filter(experiment -> !kept.containsKey(experiment.id()))
                .mapToInt(experiment -> experiment.steps(scale))
                .sum();
    }

    /**
     * Runs what is not kept, then writes {@code report.json}, the findings, and {@code times.json}.
     *
     * @param step runs after each step of an experiment, on any thread
     * @throws IOException if a file cannot be written
     */
    public Result run(Consumer<Experiment> step) throws IOException {
        List<Finding> findings = new ArrayList<>();
        List<Table> times = new ArrayList<>();
        List<String> failed = new ArrayList<>();
        for (Experiment experiment : experiments) {
            try {
                Outcome outcome = kept.get(experiment.id());
                if (outcome == null) {
                    outcome = experiment.run(scale, () -> step.accept(experiment));
                    write(part(experiment), Part.of(key, outcome));
                }
                findings.add(outcome.finding());
                times.addAll(outcome.times());
            } catch (RuntimeException e) {
                failed.add(experiment.id());
                findings.add(new Finding(experiment.id(), experiment.title(), "This part failed: " + sentence(e),
                        List.of(), List.of()));
            }
        }
        write(directory.resolve("report.json"), findings);
        write(directory.resolve("times.json"), times);
        return new Result(findings, times, failed);
    }

    private static void write(Path file, Object content) throws IOException {
        byte[] json = ReportJson.write(content).getBytes(StandardCharsets.UTF_8);
        AtomicFile.save(file, out -> out.write(json));
    }

    private static String sentence(RuntimeException e) {
        return e.getMessage() == null ? e.toString() : e.getMessage();
    }
}
