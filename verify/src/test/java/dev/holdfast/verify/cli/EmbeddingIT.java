package dev.holdfast.verify.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.holdfast.model.LinearTransformer;
import dev.holdfast.model.Provenance;
import dev.holdfast.verify.Jdk;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * The README's examples, compiled by JDK 17 and run in fresh JVMs of 17 and 25; that of embedding in each of the ways to
 * load it.
 */
class EmbeddingIT {
    private static final Path LIBRARIES =
            Path.of(System.getProperty("holdfast.command")).resolveSibling("../lib").normalize();

    private static final String VECTORS = "jdk.incubator.vector";
    private static final String MISSING =
            "scalar, because the module jdk.incubator.vector is missing: run with --add-modules jdk.incubator.vector";
    /** A block with a class of its own: others are parts of programs. */
    private static final Pattern EXAMPLE =
            Pattern.compile("```java\n((?:(?!```).)*?public class (\\w+) .*?)```", Pattern.DOTALL);

    /** The classes of the examples. */
    @TempDir
    static Path examples;

    /** Those of {@link Loading}. */
    @TempDir
    static Path loading;

    @TempDir
    Path directory;

    @BeforeAll
    static void compile() throws Exception {
        List<String> arguments = new ArrayList<>(List.of("-encoding", "US-ASCII", "-Xlint:all", "-Werror", "--class-path", Delivery.SINGLE.path()));
        Matcher example = EXAMPLE.matcher(Files.readString(Path.of("../README.md")));
        while (example.find()) {
            arguments.add(Files.writeString(examples.resolve(example.group(2) + ".java"), example.group(1)).toString());
        }
        Jdk.OLDEST.run(examples, "javac", arguments);
        Jdk.OLDEST.run(Path.of("."), "javac",
                List.of("-d", loading.toString(), "src/test/java/dev/holdfast/verify/cli/Loading.java"));
    }

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
                return find(Path.of("../model/single/target"), ".*-single-(?!.*-(sources|javadoc)).*\\.jar", 1);
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
                assertEquals(expected, jars.size(), "in " + directory);
                return String.join(System.getProperty("path.separator"), jars);
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void modulePath(Delivery delivery) throws Exception {
        String[] options = {"--module-path", delivery.path(), "--add-modules", delivery.module};
        embed(MISSING, options);
        options[3] += "," + VECTORS;
        embed("simd-", options);
    }

    @ParameterizedTest
    @EnumSource
    void classPath(Delivery delivery) throws Exception {
        embed(MISSING, "--class-path", delivery.path());
        embed("simd-", "--class-path", delivery.path(), "--add-modules", VECTORS);
    }

    /** A module that says so itself needs no flag. */
    @Test
    void moduleThatRequiresVectors() throws Exception {
        Path module = Files.writeString(directory.resolve("module-info.java"),
                "module app { requires dev.holdfast.model; requires " + VECTORS + "; }");
        Path example = Files.writeString(directory.resolve("Learn.java"),
                "package app;" + Files.readString(examples.resolve("Learn.java")));
        Path application = directory.resolve("app");
        Jdk.OLDEST.run(directory, "javac", List.of("--module-path", Delivery.THIN.path(), "-d", application.toString(),
                module.toString(), example.toString()));
        String path = Delivery.THIN.path() + System.getProperty("path.separator") + application;
        embed("simd-", List.of("--module-path", path, "--module", "app/app.Learn"));
    }

    /** What a container loads when it runs, by {@link Loading}. */
    @ParameterizedTest
    @CsvSource({"layer, THIN", "layer, SINGLE", "child-first, SINGLE", "bundle, SINGLE"})
    void containers(String how, Delivery delivery) throws Exception {
        List<String> program = new ArrayList<>(List.of("--class-path", loading.toString(), Loading.class.getName(), how,
                delivery.module, examples.toString(), "Learn"));
        program.addAll(List.of(delivery.path().split(System.getProperty("path.separator"))));
        embed(MISSING, program);
        program.addAll(0, List.of("--add-modules", VECTORS));
        embed(how.equals("bundle") ? "scalar, because the class loader of Holdfast does not see the package " + VECTORS
                : "simd-", program);
    }

    @Test
    void pretrainingInThreeLines() throws Exception {
        run(Jdk.OLDEST, "Pretrain", "--module-path", Delivery.SINGLE.path(), "--add-modules", Delivery.SINGLE.module);
        LinearTransformer weights = LinearTransformer.load(directory.resolve("weights.npz"));
        assertEquals(Optional.of(new Provenance("pretraining", 0.1, 0.098, 1, 100)), weights.provenance());
        // as on JDK 25
        assertEquals(List.of(623129951, -2105786590),
                List.of(Arrays.hashCode(weights.bigP()), Arrays.hashCode(weights.bigQ())));
    }

    /** What an example of the README prints: a number is n, with or without a sign, a fraction and an exponent. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            Classify | Answer[label=cat, score=n, radius=n] / unless it is moved by half: Optional.empty / \
            how likely each is: [n, n, n]
            Certify  | answer and radius in one: n / worst query within n: [n, n] / accuracy at n, n, n: [n, n, n] / \
            labels to flip before the answer changes: OptionalInt[n]
            Stream   | as before, to the bit: true
            Forget   | never seen: true, in a file: true, in a classifier: true, nothing else removed: true / \
            never seen: true, in a file: true, in a classifier: true, nothing else removed: true
            Save     | [0-9a-f]{64}
            """)
    void examplesRun(String example, String expected) throws Exception {
        for (Jdk jdk : Jdk.values()) {
            String out = run(jdk, example, "--module-path", Delivery.SINGLE.path(), "--add-modules", Delivery.SINGLE.module);
            String printed = out.lines().filter(line -> !line.contains("Holdfast kernels") && !line.contains("<clinit>")
                    && !line.startsWith("WARNING:")).collect(Collectors.joining(" / "));
            assertTrue(printed.matches(expected)
                    || printed.replaceAll("[-+]?\\d+(\\.\\d+)?(E-?\\d+)?", "n").equals(expected), out);
        }
    }

    private void embed(String kernels, String... options) throws Exception {
        embed(kernels, command("Learn", options));
    }

    /** The first example answers on each JDK, and one line says which kernels run. */
    private void embed(String kernels, List<String> command) throws Exception {
        for (Jdk jdk : Jdk.values()) {
            String out = jdk.run(directory, "java", command);
            assertTrue(out.contains("answer 1, certain within "), out);
            List<String> said = out.lines().filter(line -> line.contains("Holdfast kernels")).toList();
            assertEquals(1, said.size(), out);
            assertTrue(said.get(0).contains("Holdfast kernels: " + kernels), out);
        }
    }

    /** Everything that an example printed. */
    private String run(Jdk jdk, String example, String... options) throws Exception {
        return jdk.run(directory, "java", command(example, options));
    }

    private static List<String> command(String example, String... options) {
        List<String> arguments = new ArrayList<>(List.of(options));
        int classPath = arguments.indexOf("--class-path") + 1;
        if (classPath > 0) {
            arguments.set(classPath, arguments.get(classPath) + System.getProperty("path.separator") + examples);
        } else {
            arguments.addAll(List.of("--class-path", examples.toString()));
        }
        arguments.add(example);
        return arguments;
    }
}
