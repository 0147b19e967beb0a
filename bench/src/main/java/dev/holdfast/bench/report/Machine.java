package dev.holdfast.bench.report;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** Where numbers come from, in words that are worth publishing beside them. */
final class Machine {
    private Machine() {}

    /** Processor, operating system, JDK and day, in one line. */
    static String describe() {
        return "%s, %d cores, L3 %s; %s %s; %s %s; %s".formatted(
                lines("/proc/cpuinfo", "model name").findFirst().orElse("unknown"),
                lines("/proc/cpuinfo", "model name").count(),
                firstLine("/sys/devices/system/cpu/cpu0/cache/index3/size"), System.getProperty("os.name"),
                System.getProperty("os.arch"), System.getProperty("java.vendor"), Runtime.version(), LocalDate.now());
    }

    /** What follows the colon in the lines of a file that have this start; nothing on systems without such a file. */
    private static Stream<String> lines(String file, String start) {
        try {
            return Files.readAllLines(Path.of(file)).stream()
                    .filter(line -> line.startsWith(start))
                    .map(line -> line.substring(line.indexOf(':') + 1).strip());
        } catch (IOException e) {
            return Stream.empty();
        }
    }

    private static String firstLine(String file) {
        try {
            return Files.readAllLines(Path.of(file)).getFirst();
        } catch (IOException e) {
            return "unknown";
        }
    }

    /** What is measured, as git names it: "-dirty" where files differ from the commit, but for the numbers themselves. */
    static String commit() {
        String commit = git("describe", "--always");
        String changes = git("status", "--porcelain", "--", ":/", ":(top,exclude)bench/results",
                ":(top,exclude)bench/RESULTS.md");
        return commit == null || changes == null ? "unknown" : changes.isEmpty() ? commit : commit + "-dirty";
    }

    /** What git answers; null if it cannot. */
    private static String git(String... arguments) {
        try {
            List<String> command = Stream.concat(Stream.of("git"), Stream.of(arguments)).toList();
            Process git = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD).start();
            String answer = new String(git.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
            return git.waitFor(10, TimeUnit.SECONDS) && git.exitValue() == 0 ? answer : null;
        } catch (IOException e) {
            return null;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return null;
        }
    }
}
