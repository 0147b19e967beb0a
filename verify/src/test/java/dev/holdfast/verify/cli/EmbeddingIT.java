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
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** The README's examples, compiled and run in a fresh JVM; that of embedding in each of the three run modes. */
class EmbeddingIT {
    private static final Path LIBRARIES =
            Path.of(System.getProperty("holdfast.command")).resolveSibling("../lib").normalize();

    @TempDir
    Path directory;

    /** How Holdfast comes: two thin jars, or a single one, whose module has a name of its own. */
    private enum Delivery {
        THIN("dev.holdfast.model") {
            @Override
            String path() throws IOException {
                return find(LIBRARIES, ".*holdfast-(kernel|model)-[^/]*\\.jar", 2);
            }
        },
        SINGLE("dev.holdfast") {
            @Override
            String path() throws IOException {
                return find(Path.of("../model/target"), ".*-single\\.jar", 1);
            }
        };

        final String module;

        Delivery(String module) {
            this.module = module;
        }

        /** The jars, as the JVM takes them. */
        abstract String path() throws IOException;

        private static String find(Path directory, String pattern, int expected) throws IOException {
            try (var files = Files.list(directory)) {
                List<String> jars = files.map(file -> file.toAbsolutePath().toString())
                        .filter(name -> name.matches(pattern))
                        .toList();
                assertEquals(expected, jars.size());
                return String.join(System.getProperty("path.separator"), jars);
            }
        }
    }

    @ParameterizedTest
    @EnumSource(Delivery.class)
    void modulePath(Delivery delivery) throws Exception {
        String out = embed("--module-path", delivery.path(), "--add-modules", delivery.module);
        assertTrue(out.contains("Holdfast kernels: simd-"), out);
    }

    @Test
    void pretrainingInThreeLines() throws Exception {
        run("## Pretraining", "--module-path", Delivery.SINGLE.path(), "--add-modules", Delivery.SINGLE.module);
        LinearTransformer weights = LinearTransformer.load(directory.resolve("weights.npz"));
        assertEquals(Optional.of(new Provenance("pretraining", 0.1, 0.098, 1, 100)), weights.provenance());
    }

    /** What an example of the README prints: a number is n, with or without a sign, a fraction and an exponent. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            **Classify.** | Answer[label=cat, score=n, radius=n] / unless it is moved by half: Optional.empty / \
            how likely each is: [n, n, n]
            **Certify.**  | answer and radius in one: n / worst query within n: [n, n] / accuracy at n, n, n: [n, n, n] / \
            labels to flip before the answer changes: OptionalInt[n]
            **Stream.**   | as before, to the bit: true
            **Save.**     | [0-9a-f]{64}
            """)
    void examplesRun(String section, String expected) throws Exception {
        String out = run(section, "--module-path", Delivery.SINGLE.path(), "--add-modules", Delivery.SINGLE.module);
        String printed = out.lines().filter(line -> !line.contains("Holdfast kernels") && !line.contains("<clinit>")
                && !line.startsWith("WARNING:")).collect(Collectors.joining(" / "));
        assertTrue(printed.matches(expected)
                || printed.replaceAll("[-+]?\\d+(\\.\\d+)?(E-?\\d+)?", "n").equals(expected), out);
    }

    @ParameterizedTest
    @EnumSource(Delivery.class)
    void classPathWithTheModuleAdded(Delivery delivery) throws Exception {
        String out = embed("--class-path", delivery.path(), "--add-modules", "jdk.incubator.vector");
        assertTrue(out.contains("Holdfast kernels: simd-"), out);
    }

    @ParameterizedTest
    @EnumSource(Delivery.class)
    void classPathFallsBackToPlainJavaWithOneWarning(Delivery delivery) throws Exception {
        String out = embed("--class-path", delivery.path());
        assertEquals(1, out.lines().filter(line -> line.contains("Holdfast kernels: scalar")).count(), out);
        assertTrue(out.contains("--add-modules jdk.incubator.vector"), out);
    }

    /** Everything the example of embedding printed; its answers have been checked. */
    private String embed(String... options) throws Exception {
        String out = run("**Learn.**", options);
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
