package dev.holdfast.verify.experiments;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.holdfast.verify.experiments.GridExperiment.Panel;
import dev.holdfast.verify.report.Axis;
import dev.holdfast.verify.report.Finding;
import dev.holdfast.verify.report.ReportPage;
import dev.holdfast.verify.report.Table;
import dev.holdfast.verify.tasks.NormalTasks;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReportRunTest {
    @TempDir
    Path directory;

    private static Scale scale(long seed, int threads) {
        return new Scale(false, 9, 30, 20, seed, threads, Map.of());
    }

    /** A sweep over drawn tasks. */
    private static Experiment sweep(String id, int d) {
        Axis axis = new Axis("ε", false);
        return new GridExperiment(id, "Title of " + id, "Text.", List.of(new Panel(id + "-lines", "Lines", "Caption.",
                axis, axis, scale -> List.of(new Sweep.Point(
                        new NormalTasks(scale.sizes(), new NormalTasks.Features(1, d - 1, 0, 1, 0.1, 0.1)),
                        Sweep.accuracy(List.of(NamedLearner.named("standard", d)), 0.05, 0.1, 0.2))))));
    }

    /** Runs what {@code action} says, and has one table of times. */
    private static Experiment that(String id, Runnable action) {
        return new Experiment() {
            @Override
            public String id() {
                return id;
            }

            @Override
            public String title() {
                return "Title of " + id;
            }

            @Override
            public int steps(Scale scale) {
                return 1;
            }

            @Override
            public Outcome run(Scale scale, Runnable step) {
                action.run();
                step.run();
                return new Outcome(new Finding(id, title(), "", List.of(), List.of()),
                        List.of(new Table(id + "-times", "", "", List.of("s"), List.of(Arrays.asList(0.5)))));
            }
        };
    }

    private static ReportRun.Result run(Path directory, Scale scale, Experiment... experiments) throws IOException {
        return new ReportRun(directory, List.of(experiments), scale).run(experiment -> {});
    }

    private static byte[] json(Path directory) throws IOException {
        return Files.readAllBytes(directory.resolve("report.json"));
    }

    @Test
    void theSeedDecidesEveryByteAndThreadsDoNot() throws IOException {
        Experiment[] experiments = {sweep("a", 5), sweep("b", 30)};
        for (int threads = 1; threads <= 3; threads++) {
            run(directory.resolve("threads-" + threads), scale(1, threads), experiments);
        }
        run(directory.resolve("seed-2"), scale(2, 1), experiments);
        byte[] one = json(directory.resolve("threads-1"));
        assertArrayEquals(one, json(directory.resolve("threads-2")));
        assertArrayEquals(one, json(directory.resolve("threads-3")));
        assertFalse(Arrays.equals(one, json(directory.resolve("seed-2"))));
    }

    /** A report has many files: an error says which one could not be written, whatever the system says. */
    @Test
    void aFileThatCannotBeWrittenIsNamed() throws IOException {
        for (String file : List.of("report.json", "times.json", "parts/first.json")) {
            Path report = directory.resolve(file.replace('/', '-'));
            Path blocked = Files.createDirectories(report.resolve(file));
            IOException e = assertThrows(IOException.class, () -> run(report, scale(1, 1), that("first", () -> {})));
            assertEquals(blocked + ": it is a directory, expected a file that can be written whole", e.getMessage());
        }
        Path page = directory.resolve("page");
        Path blocked = Files.createDirectories(page.resolve("report.html"));
        IOException e = assertThrows(IOException.class, () -> ReportPage.write(page, List.of(), List.of()));
        assertEquals(blocked + ": it is a directory, expected a file that can be written whole", e.getMessage());
    }

    /** The machine stops in the midst of the second part: only what was not finished is done again. */
    @Test
    void anInterruptedReportGoesOnToTheSameBytes() throws IOException {
        AtomicInteger runs = new AtomicInteger();
        Experiment first = that("first", runs::incrementAndGet);
        Experiment second = sweep("second", 30);
        run(directory.resolve("whole"), scale(1, 2), first, second);
        Path cut = directory.resolve("cut");
        Experiment stops = that("second", () -> {
            throw new StackOverflowError("the machine stops");
        });
        assertThrows(StackOverflowError.class, () -> run(cut, scale(1, 2), first, stops));
        assertFalse(Files.exists(cut.resolve("report.json")));
        ReportRun resumed = new ReportRun(cut, List.of(first, second), scale(1, 3));
        assertEquals(9, resumed.steps());
        List<String> steps = new ArrayList<>();
        resumed.run(experiment -> {
            synchronized (steps) {
                steps.add(experiment.id());
            }
        });
        assertEquals(Collections.nCopies(9, "second"), steps);
        assertEquals(2, runs.get());
        assertArrayEquals(json(directory.resolve("whole")), json(cut));
        assertArrayEquals(Files.readAllBytes(directory.resolve("whole/times.json")),
                Files.readAllBytes(cut.resolve("times.json")));
    }

    @Test
    void aPartThatIsStaleOrDamagedIsMadeAnew() throws IOException {
        AtomicInteger runs = new AtomicInteger();
        Experiment experiment = that("part", runs::incrementAndGet);
        run(directory, scale(1, 1), experiment);
        run(directory, scale(1, 2), experiment);
        assertEquals(1, runs.get());
        run(directory, scale(2, 1), experiment);
        assertEquals(2, runs.get());
        run(directory, new Scale(true, 9, 30, 20, 2, 1, Map.of()), experiment);
        assertEquals(3, runs.get());
        run(directory, scale(2, 1), experiment);
        Path part = directory.resolve("parts/part.json");
        byte[] whole = Files.readAllBytes(part);
        String text = Files.readString(part);
        byte[] notText = whole.clone();
        notText[whole.length / 2] = (byte) 0xff;
        String inside = "\"outcome\":";
        for (byte[] damaged : List.of(new byte[0], "{}".getBytes(), Arrays.copyOf(whole, whole.length / 2), notText,
                "[1]".getBytes(), (text.substring(0, text.indexOf(inside)) + inside + "null}").getBytes(),
                text.replace("\"figures\":[", "\"figures\":[null,").getBytes(),
                text.replaceAll("\"tables\":\\[.*", "\"tables\":null},\"times\":[]}}").getBytes(),
                text.replaceFirst("(\"text\":\")", "$1other ").getBytes())) {
            assertFalse(Arrays.equals(whole, damaged));
            Files.write(part, damaged);
            int before = runs.get();
            run(directory, scale(2, 1), experiment);
            assertEquals(before + 1, runs.get());
            assertArrayEquals(whole, Files.readAllBytes(part));
        }
    }

    @Test
    void aPartOfOtherDataIsMadeAnew() throws IOException {
        AtomicInteger runs = new AtomicInteger();
        Experiment experiment = that("part", runs::incrementAndGet);
        Path data = Files.createDirectory(directory.resolve("data"));
        Path file = Files.writeString(data.resolve("file"), "12");
        Scale scale = new Scale(false, 9, 30, 20, 1, 1, Map.of("fashion", data));
        run(directory, scale, experiment);
        run(directory, scale, experiment);
        assertEquals(1, runs.get());
        Files.writeString(file, "123");
        run(directory, scale, experiment);
        assertEquals(2, runs.get());
        run(directory, scale(1, 1), experiment);
        assertEquals(3, runs.get());
    }

    @Test
    void aPartThatFailsIsMarkedAndTheRestComes() throws IOException {
        Experiment failing = that("failing", () -> {
            throw new IllegalArgumentException("d = 0, expected at least 1");
        });
        Experiment last = that("last", () -> {});
        ReportRun.Result result = run(directory, scale(1, 1), failing, last);
        assertEquals(List.of("failing"), result.failed());
        assertEquals(List.of("failing", "last"), result.findings().stream().map(Finding::id).toList());
        Finding marked = result.findings().getFirst();
        assertEquals("Title of failing", marked.title());
        assertEquals("This part failed: d = 0, expected at least 1", marked.text());
        assertEquals(List.of("last-times"), result.times().stream().map(Table::id).toList());
        assertTrue(new String(json(directory)).contains("This part failed: d = 0, expected at least 1"));
        assertEquals(List.of(), run(directory, scale(1, 1), that("failing", () -> {}), last).failed());
    }
}
