package dev.holdfast.verify.model;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.holdfast.verify.ChildJvm;
import dev.holdfast.verify.Mounted;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.Writer;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Everything that the library saves, killed in the middle, without room, without rights and beside another process: each file
 * is the old one or the new one, whole, and there is one clear error. It takes minutes: {@code -Pfaults}.
 */
@Tag("faults")
class SavedFaultsIT {
    private static final int KILLS = Integer.getInteger("holdfast.faults.kills", 200);
    private static final List<Saved> ALL = Saved.all();

    @TempDir
    Path directory;

    private Process saving(int round) throws IOException {
        return ChildJvm.of(List.of(), SavingProgram.class, directory.toString(), Integer.toString(round)).start();
    }

    /** Until all files are there; the first lines are the JVM's and the kernel's. */
    private static void awaitRound(BufferedReader lines) throws IOException {
        String line = lines.readLine();
        while (!"saved".equals(line)) {
            assertNotNull(line, "it ended before all files were there");
            line = lines.readLine();
        }
    }

    /** Each file is one that was saved, to the byte; a run of pretraining has its seconds, and saves what it was loaded from. */
    private void assertWhole() throws IOException {
        for (int number = 0; number < ALL.size(); number++) {
            Path file = SavingProgram.file(directory, number);
            byte[] bytes = Files.readAllBytes(file);
            boolean isSaved = ALL.stream().anyMatch(saved -> Arrays.equals(saved.bytes().get(), bytes));
            assertTrue(isSaved || isRun(bytes), file + " of " + bytes.length + " bytes is nothing that was saved");
        }
    }

    private static boolean isRun(byte[] bytes) {
        for (Saved saved : ALL) {
            if (saved.holds().startsWith("a run of pretraining")) {
                try {
                    return Arrays.equals(bytes, saved.again(saved.buffer().load(ByteBuffer.wrap(bytes))).bytes().get());
                } catch (IOException e) {
                    // perhaps one of the other kind
                }
            }
        }
        return false;
    }

    /** Writers of every kind in turn, one after the other, each killed within the rounds that it writes. */
    @Test
    void aWriterThatIsKilledLeavesWholeFiles() throws Exception {
        Random random = new Random(1);
        int temporaries = 0;
        for (int kill = 0; kill < KILLS; kill++) {
            Process writer = saving(kill);
            try (var lines = writer.inputReader()) {
                awaitRound(lines);
                Thread.sleep(random.nextInt(50), random.nextInt(1_000_000));
                writer.destroyForcibly().waitFor();
            }
            assertWhole();
            for (Path other : others()) {
                assertTrue(other.getFileName().toString().matches("\\.holdfast-[0-9a-f]+\\.tmp"), other.toString());
                Files.delete(other);
                temporaries++;
            }
        }
        System.out.println("faults: " + KILLS + " writers of " + ALL.size() + " kinds killed, " + temporaries
                + " temporary files left");
    }

    private List<Path> others() throws IOException {
        try (var files = Files.list(directory)) {
            return files.filter(file -> !file.getFileName().toString().matches("[0-9]+\\.npz")).toList();
        }
    }

    /** Two processes save to the same files while this one reads them. */
    @Test
    void twoProcessesOnTheSameFilesLeaveWholeOnes() throws Exception {
        List<Process> writers = new ArrayList<>(List.of(saving(0), saving(7)));
        int reads = 0;
        try {
            for (Process writer : writers) {
                awaitRound(writer.inputReader());
                // whatever it prints from here on has room
                Thread.startVirtualThread(() -> drain(writer));
            }
            for (long end = System.nanoTime() + 10_000_000_000L; System.nanoTime() < end; reads++) {
                assertWhole();
                assertTrue(writers.stream().allMatch(Process::isAlive));
            }
        } finally {
            for (Process writer : writers) {
                writer.destroyForcibly().waitFor();
            }
        }
        assertWhole();
        System.out.println("faults: " + reads + " times all files were read beside two writers");
    }

    private static void drain(Process writer) {
        try {
            writer.inputReader().transferTo(Writer.nullWriter());
        } catch (IOException e) {
            // it has been killed
        }
    }

    /** With room for ever more pages until there is enough: one error that names the file, and the old file alone. */
    @Test
    void aFullDiskLeavesTheOldFileAlone() throws Exception {
        int refusals = 0;
        try (Mounted disk = Mounted.of(directory.resolve("disk"), "256k")) {
            for (int k = 0; k < ALL.size(); k++) {
                Path file = disk.directory().resolve("file.npz");
                Saved old = ALL.get((k + 1) % ALL.size());
                Files.deleteIfExists(disk.directory().resolve("filler"));
                old.toPath().save(file);
                for (long free = 0; true; free += 4096) {
                    disk.fill(free);
                    Saved saved = ALL.get(k);
                    if (disk.free() >= free && saves(saved, file)) {
                        break;
                    }
                    refusals++;
                    assertArrayEquals(old.bytes().get(), Files.readAllBytes(file));
                    try (var files = Files.list(disk.directory())) {
                        assertEquals(2, files.count());
                    }
                }
                assertArrayEquals(ALL.get(k).bytes().get(), Files.readAllBytes(file));
            }
        }
        assertTrue(refusals >= ALL.size(), refusals + " refusals");
        System.out.println("faults: " + ALL.size() + " kinds refused " + refusals + " times for want of room");
    }

    private static boolean saves(Saved saved, Path file) {
        try {
            saved.toPath().save(file);
            return true;
        } catch (IOException e) {
            assertEquals(file + ": No space left on device, expected a file that can be written whole", e.getMessage());
            return false;
        }
    }

    /** Where not even root can write. */
    @Test
    void aReadOnlyDiskLeavesTheOldFile() throws Exception {
        try (Mounted disk = Mounted.of(directory.resolve("disk"), "256k")) {
            Path file = disk.directory().resolve("file.npz");
            ALL.getFirst().toPath().save(file);
            disk.makeReadOnly();
            for (Saved saved : ALL) {
                for (Path each : List.of(file, disk.directory().resolve("new.npz"))) {
                    String message = assertThrows(IOException.class, () -> saved.toPath().save(each)).getMessage();
                    assertTrue(message.startsWith(each + ": ") && message.lines().count() == 1, message);
                }
            }
            assertArrayEquals(ALL.getFirst().bytes().get(), Files.readAllBytes(file));
            try (var files = Files.list(disk.directory())) {
                assertEquals(1, files.count());
            }
        }
    }

    /** A device that has no room, for each kind. */
    @Test
    void aFullDeviceIsOneError() {
        for (Saved saved : ALL) {
            String message = assertThrows(IOException.class, () -> saved.toPath().save(Path.of("/dev/full"))).getMessage();
            assertEquals("/dev/full: No space left on device, expected a file that can be written whole", message);
        }
    }
}
