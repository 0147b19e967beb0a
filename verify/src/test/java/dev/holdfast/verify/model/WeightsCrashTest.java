package dev.holdfast.verify.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.holdfast.model.LinearTransformer;
import dev.holdfast.verify.ChildJvm;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** A weights file that is being replaced when its writer dies or its disk is full, by {@link WeightsProgram}. */
@Tag("once")
class WeightsCrashTest {
    @TempDir
    Path directory;

    /** Twelve writers, one after the other, each killed at some moment: the file is one of the two, to the byte. */
    @Test
    void aWriterThatIsKilledLeavesTheOldFileOrTheNewOne() throws Exception {
        Path file = directory.resolve("killed.npz");
        byte[][] whole = new byte[2][];
        for (int number = 0; number < 2; number++) {
            WeightsProgram.transformer(number).save(file);
            whole[number] = Files.readAllBytes(file);
        }
        Random random = new Random(1);
        for (int kill = 0; kill < 12; kill++) {
            Process writer = ChildJvm.of(List.of(), WeightsProgram.class, "forever", file.toString()).start();
            try (var lines = writer.inputReader()) {
                assertEquals("saved", lines.readLine());
                Thread.sleep(random.nextInt(50));
                writer.destroyForcibly().waitFor();
            }
            byte[] left = Files.readAllBytes(file);
            assertTrue(Arrays.equals(left, whole[0]) || Arrays.equals(left, whole[1]), left.length + " bytes");
            assertEquals(150, LinearTransformer.load(file).features());
            for (Path other : files()) {
                String name = other.getFileName().toString();
                assertTrue(other.equals(file) || name.matches("\\.holdfast-[0-9a-f]+\\.tmp"), name);
            }
        }
    }

    private List<Path> files() throws IOException {
        try (var files = Files.list(directory)) {
            return files.toList();
        }
    }

    /** The system refuses the byte after the limit, whichever it is: the old file is whole, and alone. */
    @Test
    @EnabledOnOs(OS.LINUX)
    void aWriteThatFailsAtAnyByteLeavesTheOldFileAlone() throws Exception {
        Path file = directory.resolve("limited.npz");
        String out = run(List.of(), "limits", file);
        long size = Files.size(file);
        assertTrue(size > 400, out);
        assertEquals("needs " + size + " has " + size, out.strip());
    }

    /** 8,000 features: Q has 256 MB, and the heap 32. */
    @Test
    void structuredWeightsNeedMemoryForTheirRowsAlone() throws Exception {
        Path file = directory.resolve("wide.npz");
        String out = run(List.of("-Xmx32m"), "wide", file);
        assertTrue(out.contains("the same: true"), out);
        assertTrue(Files.size(file) < 1 << 19);
    }

    private static String run(List<String> options, String task, Path file) throws Exception {
        Process process = ChildJvm.of(options, WeightsProgram.class, task, file.toString()).start();
        String out = new String(process.getInputStream().readAllBytes());
        assertEquals(0, process.waitFor(), out);
        return out;
    }
}
