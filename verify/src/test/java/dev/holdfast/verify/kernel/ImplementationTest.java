package dev.holdfast.verify.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.holdfast.kernel.Implementation;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The choice between the twins, in this JVM and in fresh ones. */
class ImplementationTest {
    private static final String PROGRAM = """
            void main() {
                try {
                    IO.println("runs " + dev.holdfast.kernel.Implementation.name());
                } catch (IllegalStateException e) {
                    IO.println("refused: " + e.getMessage());
                    System.exit(3);
                }
            }
            """;
    private static final String MODULE = "--add-modules=jdk.incubator.vector";

    @TempDir
    Path directory;

    /** The suite says which twin it wants; it must not pass on the other. */
    @Test
    void theTwinThatTheSuiteAskedForRuns() {
        String simd = System.getProperty("holdfast.simd");
        assertNotEquals(null, simd, "-Dholdfast.simd is missing, expected require or off");
        assertTrue(Implementation.name().matches(simd.equals("off") ? "scalar" : "simd-(128|256|512)"),
                Implementation.name());
    }

    @Tag("once")
    @Test
    void requireRunsVectorsWhereTheModuleIs() throws Exception {
        assertTrue(run(0, MODULE, "-Dholdfast.simd=require").contains("runs simd-"));
    }

    @Tag("once")
    @Test
    void requireFailsClearlyWhereTheModuleIsMissing() throws Exception {
        assertTrue(run(3, "-Dholdfast.simd=require").contains("refused: Holdfast kernels: the module"
                + " jdk.incubator.vector is missing: run with --add-modules jdk.incubator.vector"));
    }

    @Tag("once")
    @Test
    void autoFallsBackWithOneWarning() throws Exception {
        String out = run(0);
        assertTrue(out.contains("runs scalar"), out);
        assertEquals(1, out.lines().filter(line -> line.startsWith("WARNING: Holdfast kernels: scalar")).count(), out);
    }

    @Tag("once")
    @Test
    void autoPrefersPlainJavaWhereNothingOptimises() throws Exception {
        assertTrue(run(0, MODULE, "-Xint").contains("runs scalar"));
    }

    @Tag("once")
    @Test
    void offIsPlainJavaAndSaysSoInOneLine() throws Exception {
        String out = run(0, MODULE, "-Dholdfast.simd=off");
        assertTrue(out.contains("runs scalar"), out);
        assertTrue(out.contains("INFO: Holdfast kernels: scalar, because holdfast.simd = off"), out);
    }

    @Tag("once")
    @Test
    void narrowerVectorsRunToo() throws Exception {
        assertTrue(run(0, MODULE, "-Dholdfast.simd=require", "-XX:MaxVectorSize=16").contains("runs simd-128"));
    }

    @Tag("once")
    @Test
    void anUnknownValueIsNamed() throws Exception {
        assertTrue(run(3, "-Dholdfast.simd=maybe").contains("holdfast.simd = maybe, expected auto, require or off"));
    }

    private String run(int expectedExit, String... options) throws IOException, InterruptedException {
        Path program = Files.writeString(directory.resolve("Program.java"), PROGRAM);
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.add("--class-path");
        command.add(Path.of(URI.create(Implementation.class
                .getProtectionDomain().getCodeSource().getLocation().toString())).toString());
        command.addAll(List.of(options));
        command.add(program.toString());
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String out = new String(process.getInputStream().readAllBytes());
        assertEquals(expectedExit, process.waitFor(), out);
        return out;
    }
}
