package dev.holdfast.verify.fuzz;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Jazzer on every target, in a JVM of its own on the class path, guided by what of kernel, model and verify an input reaches.
 * New inputs stay in target/fuzz/TARGET/corpus, where the next run begins; one that finds something goes to the folder
 * beside it, and the message says where.
 */
@Tag("fuzz")
class CoverageFuzzTest {
    private static final String JAZZER = "com/code_intelligence/jazzer/Jazzer";
    /** The newest class files that Jazzer 0.24 can read, those of JDK 23. What ours hold is no newer than that. */
    private static final int NEWEST = 67;

    private static final Path FUZZ = Path.of(System.getProperty("basedir", ".")).resolve("target/fuzz").toAbsolutePath();
    /** Longer than any input takes. */
    private static final int TIMEOUT_SECONDS = 30;

    /** All, or the one that is asked for. */
    static Collection<String> targets() {
        String one = System.getProperty("holdfast.fuzz.target");
        return one == null ? Targets.all().keySet() : List.of(one);
    }

    @ParameterizedTest
    @MethodSource("targets")
    void findsNothing(String name) throws Exception {
        Path directory = FUZZ.resolve(name);
        Path corpus = Files.createDirectories(directory.resolve("corpus"));
        Path findings = empty(directory.resolve("findings"));
        Path log = directory.resolve("log");
        Process process = new ProcessBuilder(command(name, corpus, seeds(name, directory), findings))
                .directory(Files.createDirectories(directory.resolve("work")).toFile())
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        try {
            int exit = process.waitFor();
            String said = Files.readString(log).lines().filter(CoverageFuzzTest::isFigure).collect(Collectors.joining("\n"));
            System.out.println("fuzzed " + name + ":\n" + said);
            // what is found does not end the search, nor does it show in how that ends
            assertEquals("0, " + List.of(), exit + ", " + files(findings), () -> "fuzzing " + name + " found something: see "
                    + log + "; an input in src/test/resources/dev/holdfast/verify/fuzz/" + name + " is fed by KeptInputsTest");
        } finally {
            process.destroyForcibly();
        }
    }

    private static List<Path> files(Path directory) throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.sorted().toList();
        }
    }

    private static Path empty(Path directory) throws IOException {
        for (Path left : files(Files.createDirectories(directory))) {
            Files.delete(left);
        }
        return directory;
    }

    private static boolean isFigure(String line) {
        return line.startsWith("Done ") || line.startsWith("stat::") || line.contains("INITED") || line.contains("DONE")
                || line.startsWith("== ") || line.contains("Test unit written") || line.startsWith("Base64");
    }

    private static List<String> command(String name, Path corpus, Path seeds, Path findings) throws IOException {
        String seconds = System.getProperty("holdfast.fuzz.seconds", "60");
        return List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                // the bits are the same, and vectors take part of what is instrumented
                "-Dholdfast.simd=off", "-XX:-OmitStackTraceInFastThrow", "-XX:+EnableDynamicAgentLoading", "-Xmx1g",
                "-XX:+UseSerialGC", "--class-path", classPath(), JAZZER.replace('/', '.'),
                "--target_class=" + FuzzedProgram.class.getName(), "--target_args=" + name,
                "--instrumentation_includes=dev.holdfast.kernel.**:dev.holdfast.model.**:dev.holdfast.verify.cli.**"
                        + ":dev.holdfast.verify.data.**:dev.holdfast.verify.report.**:de.siegmar.**:com.google.gson.**",
                // files of any name are what commands are asked for
                "--disabled_hooks=com.code_intelligence.jazzer.sanitizers.*",
                "--keep_going=5", "--reproducer_path=" + findings, "-artifact_prefix=" + findings + "/",
                "-max_total_time=" + seconds, "-timeout=" + TIMEOUT_SECONDS, "-print_final_stats=1", "-len_control=0",
                "-max_len=8192", "-dict=" + dictionary(), corpus.toString(), seeds.toString());
    }

    private static Path dictionary() throws IOException {
        List<String> lines = new ArrayList<>();
        for (byte[] token : Inputs.tokens()) {
            lines.add(HexFormat.of().withPrefix("\\x").formatHex(token).transform(hex -> '"' + hex + '"'));
        }
        return Files.write(FUZZ.resolve("dictionary"), lines);
    }

    private static Path seeds(String name, Path directory) throws Exception {
        Path seeds = empty(directory.resolve("seeds"));
        List<byte[]> inputs = Inputs.of(name);
        for (int k = 0; k < inputs.size(); k++) {
            Files.write(seeds.resolve("seed-" + k), inputs.get(k));
        }
        return seeds;
    }

    /** All that these tests see, and Jazzer; of verify in class files that it can read. */
    private static String classPath() throws IOException {
        List<String> parts = new ArrayList<>();
        String separator = System.getProperty("path.separator");
        String seen = System.getProperty("jdk.module.path", "") + separator + System.getProperty("java.class.path");
        Path tests = FUZZ.resolveSibling("test-classes");
        Path classes = FUZZ.resolveSibling("classes");
        for (String part : seen.split(separator)) {
            if (!part.isEmpty() && !List.of(classes, tests).contains(Path.of(part).toAbsolutePath())) {
                parts.add(part);
            }
        }
        parts.add(jazzer());
        parts.add(readable(classes).toString());
        parts.add(readable(tests).toString());
        return String.join(separator, parts);
    }

    private static String jazzer() {
        String found = String.valueOf(ClassLoader.getSystemResource(JAZZER + ".class"));
        if (!found.startsWith("jar:")) {
            throw new IllegalStateException("no Jazzer on the class path, expected it with -Pfuzz");
        }
        return Path.of(URI.create(found.substring("jar:".length(), found.indexOf("!/")))).toString();
    }

    /** A copy whose class files say that they are no newer. */
    private static Path readable(Path classes) throws IOException {
        Path copy = FUZZ.resolve("readable-" + classes.getFileName());
        try (Stream<Path> files = Files.walk(classes)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                byte[] bytes = Files.readAllBytes(file);
                if (file.toString().endsWith(".class") && bytes[7] > NEWEST) {
                    bytes[7] = NEWEST;
                }
                Path to = copy.resolve(classes.relativize(file));
                Files.createDirectories(to.getParent());
                Files.write(to, bytes);
            }
        }
        Files.deleteIfExists(copy.resolve("module-info.class"));
        return copy;
    }
}
