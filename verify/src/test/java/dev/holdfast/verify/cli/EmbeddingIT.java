package dev.holdfast.verify.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.holdfast.model.LinearTransformer;
import dev.holdfast.model.Provenance;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The README's examples, compiled and run in a fresh JVM; that of embedding in each of the three run modes. */
class EmbeddingIT {
    private static final Path LIBRARIES =
            Path.of(System.getProperty("holdfast.command")).resolveSibling("../lib").normalize();

    @TempDir
    Path directory;

    @Test
    void modulePath() throws Exception {
        String out = embed("--module-path", jars(), "--add-modules", "dev.holdfast.model");
        assertTrue(out.contains("Holdfast kernels: simd-"), out);
    }

    @Test
    void pretrainingInThreeLines() throws Exception {
        run("## Pretraining", "--module-path", jars(), "--add-modules", "dev.holdfast.model");
        LinearTransformer weights = LinearTransformer.load(directory.resolve("weights.npz"));
        assertEquals(Optional.of(new Provenance("pretraining", 0.1, 0.098, 1, 100)), weights.provenance());
    }

    @Test
    void classPathWithTheModuleAdded() throws Exception {
        String out = embed("--class-path", jars(), "--add-modules", "jdk.incubator.vector");
        assertTrue(out.contains("Holdfast kernels: simd-"), out);
    }

    @Test
    void classPathFallsBackToPlainJavaWithOneWarning() throws Exception {
        String out = embed("--class-path", jars());
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

    /** Everything the example of embedding printed; its answers have been checked. */
    private String embed(String... options) throws Exception {
        String out = run("## Embedding", options);
        assertTrue(out.contains("answer 1, certain within ±"), out);
        return out;
    }

    /** Everything that the first Java block of a section of the README printed. */
    private String run(String section, String... options) throws Exception {
        String readme = Files.readString(Path.of("../README.md"));
        int start = readme.indexOf("```java\n", readme.indexOf(section)) + "```java\n".length();
        String block = readme.substring(start, readme.indexOf("```", start));
        Path example = Files.writeString(directory.resolve("Example.java"), block);
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of(options));
        command.add(example.toString());
        Process process = new ProcessBuilder(command)
                .directory(directory.toFile())
                .redirectErrorStream(true)
                .start();
        String out = new String(process.getInputStream().readAllBytes());
        assertEquals(0, process.waitFor(), out);
        return out;
    }
}
