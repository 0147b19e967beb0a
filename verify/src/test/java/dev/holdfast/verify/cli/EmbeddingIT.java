package dev.holdfast.verify.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The README's embedding example, compiled and run in a fresh JVM in each of the three run modes. */
class EmbeddingIT {
    private static final Path LIBRARIES =
            Path.of(System.getProperty("holdfast.command")).resolveSibling("../lib").normalize();

    @TempDir
    Path directory;

    @Test
    void modulePath() throws Exception {
        String out = run("--module-path", jars(), "--add-modules", "dev.holdfast.model");
        assertTrue(out.contains("Holdfast kernels: simd-"), out);
    }

    @Test
    void classPathWithTheModuleAdded() throws Exception {
        String out = run("--class-path", jars(), "--add-modules", "jdk.incubator.vector");
        assertTrue(out.contains("Holdfast kernels: simd-"), out);
    }

    @Test
    void classPathFallsBackToPlainJavaWithOneWarning() throws Exception {
        String out = run("--class-path", jars());
        assertEquals(1, out.lines().filter(line -> line.contains("Holdfast kernels: scalar")).count(), out);
        assertTrue(out.contains("--add-modules jdk.incubator.vector"), out);
    }

    private static String jars() throws IOException {
        try (var files = Files.list(LIBRARIES)) {
            List<String> jars = files.map(Path::toString)
                    .filter(name -> name.matches(".*holdfast-(kernel|model)-[^/]*\\.jar"))
                    .toList();
            assertEquals(2, jars.size());
            return String.join(System.getProperty("path.separator"), jars);
        }
    }

    /** Everything the example printed; its answers have been checked. */
    private String run(String... options) throws Exception {
        Path example = Files.writeString(directory.resolve("Example.java"), example());
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of(options));
        command.add(example.toString());
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String out = new String(process.getInputStream().readAllBytes());
        assertEquals(0, process.waitFor(), out);
        assertTrue(out.contains("answer 1, certain within ±"), out);
        return out;
    }

    /** The first Java block of the README. */
    private static String example() throws IOException {
        String readme = Files.readString(Path.of("../README.md"));
        int start = readme.indexOf("```java\n") + "```java\n".length();
        return readme.substring(start, readme.indexOf("```", start));
    }
}
