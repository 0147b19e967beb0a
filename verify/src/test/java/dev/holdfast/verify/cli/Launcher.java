package dev.holdfast.verify.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.IntSupplier;
import java.util.stream.Stream;

/** The launcher that the build leaves, in a process of its own. */
final class Launcher {
    /** What a run ended in and printed. */
    record Outcome(int exit, String out, String err) {
        /** What went to stdout, of a run without errors. */
        String successful() {
            assertEquals(0, exit, err);
            assertEquals("", err);
            return out;
        }

        /** What went to stdout, of a run that had this one line to say beside. */
        String saying(String line) {
            assertEquals(0, exit, err);
            assertEquals("holdfast: " + line + System.lineSeparator(), err);
            return out;
        }

        /** One line on stderr, which contains {@code message}, and exit code 2. */
        void isBadUsage(String message) {
            assertEquals(2, exit, err);
            assertEquals("", out);
            assertEquals(1, err.lines().count(), err);
            assertTrue(err.startsWith("holdfast: ") && err.contains(message), err);
        }
    }

    private Launcher() {}

    static List<String> command(String... arguments) {
        List<String> command = new ArrayList<>(List.of(System.getProperty("holdfast.command")));
        command.addAll(List.of(arguments));
        return command;
    }

    /**
     * The directory in which the JVM of the tests works, and with it every command that runs here, with nothing in it: names
     * of files mean what they mean to who calls the launcher there.
     */
    static Path emptyDirectory() throws IOException {
        Path directory = Path.of("").toAbsolutePath();
        if (!directory.getFileName().toString().startsWith("work-")) {
            throw new IllegalStateException("working directory " + directory + ", expected one that the build made for tests");
        }
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.skip(1).sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
        return directory;
    }

    /** Runs all of {@code holdfast} but the launcher, in this JVM. */
    static Outcome runHere(String... arguments) {
        return here(() -> Main.run(arguments));
    }

    /** What a command ends in and prints. */
    static Outcome here(IntSupplier command) {
        PrintStream out = System.out;
        PrintStream err = System.err;
        var printed = new ByteArrayOutputStream();
        var said = new ByteArrayOutputStream();
        try {
            System.setOut(new PrintStream(printed, false, StandardCharsets.UTF_8));
            System.setErr(new PrintStream(said, false, StandardCharsets.UTF_8));
            int exit = command.getAsInt();
            System.err.flush();
            return new Outcome(exit, printed.toString(StandardCharsets.UTF_8), said.toString(StandardCharsets.UTF_8));
        } finally {
            System.setOut(out);
            System.setErr(err);
        }
    }

    /** Runs {@code holdfast} in a directory, where its output is kept meanwhile. */
    static Outcome run(Path directory, String... arguments) {
        try {
            Path out = directory.resolve("out");
            Path err = directory.resolve("err");
            ProcessBuilder builder = new ProcessBuilder(command(arguments))
                    .directory(directory.toFile())
                    .redirectOutput(out.toFile())
                    .redirectError(ProcessBuilder.Redirect.PIPE);
            Process process = builder.start();
            Files.copy(process.getErrorStream(), err);
            int exit = process.waitFor();
            Outcome outcome = new Outcome(exit, Files.readString(out), Files.readString(err));
            Files.delete(err);
            return outcome;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }
}
