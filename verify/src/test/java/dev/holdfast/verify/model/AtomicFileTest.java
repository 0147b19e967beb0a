package dev.holdfast.verify.model;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.holdfast.model.archive.AtomicFile;
import dev.holdfast.verify.ChildJvm;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The one writer of files: what is there stays what it is, and whole. */
class AtomicFileTest {
    @TempDir
    Path directory;

    private Path file(String name) {
        return directory.resolve(name);
    }

    private static void write(Path file, String text) throws IOException {
        AtomicFile.replace(file, out -> out.write(text.getBytes(StandardCharsets.UTF_8)));
    }

    private void assertFiles(String... names) throws IOException {
        try (var files = Files.list(directory)) {
            assertEquals(Set.of(names), files.map(file -> file.getFileName().toString()).collect(Collectors.toSet()));
        }
    }

    /** Writers of one file at once: each writes half of its bytes, and the rest when all have done so. */
    @Test
    void twoRunsAtOnceDoNotMix() throws Exception {
        byte[][] contents = IntStream.range(0, 8).mapToObj(k -> {
            byte[] bytes = new byte[1 << 18];
            Arrays.fill(bytes, (byte) k);
            return bytes;
        }).toArray(byte[][]::new);
        List<CompletableFuture<Void>> writers = Arrays.stream(contents)
                .map(bytes -> CompletableFuture.runAsync(() -> {
                    try {
                        AtomicFile.replace(file("one"), out -> {
                            out.write(bytes, 0, bytes.length / 2);
                            Thread.yield();
                            out.write(bytes, bytes.length / 2, bytes.length / 2);
                        });
                    } catch (IOException e) {
                        throw new AssertionError(e);
                    }
                }))
                .toList();
        for (CompletableFuture<Void> writer : writers) {
            writer.get();
        }
        byte[] left = Files.readAllBytes(file("one"));
        assertArrayEquals(contents[left[0]], left);
        assertFiles("one");
    }

    @Test
    void aFailureLeavesWhatWasThereAndNothingElse() throws IOException {
        Files.writeString(file("old"), "old");
        for (String name : List.of("old", "new")) {
            assertThrows(IOException.class, () -> AtomicFile.replace(file(name), out -> {
                out.write(new byte[1 << 20]);
                throw new IOException("full");
            }));
            assertThrows(StackOverflowError.class, () -> AtomicFile.replace(file(name), out -> {
                throw new StackOverflowError();
            }));
        }
        assertThrows(IOException.class, () -> write(directory, "x"));
        assertThrows(IOException.class, () -> write(file("nowhere/file"), "x"));
        assertEquals("old", Files.readString(file("old")));
        assertFiles("old");
    }

    /** A name has no room for a second one in it. */
    @Test
    void theLongestNameIsWritten() throws IOException {
        String name = "x".repeat(255);
        write(file(name), "new");
        write(file(name), "newer");
        assertEquals("newer", Files.readString(file(name)));
    }

    @Test
    @EnabledOnOs({OS.LINUX, OS.MAC})
    void linksAreFollowedToTheirTargetAlsoWhereItIsNotThere() throws IOException {
        Files.createDirectory(file("elsewhere"));
        Files.createSymbolicLink(file("first"), Path.of("elsewhere", "second"));
        Files.createSymbolicLink(file("elsewhere/second"), Path.of("..", "target"));
        write(file("first"), "new");
        write(file("first"), "newer");
        assertTrue(Files.isSymbolicLink(file("first")) && Files.isSymbolicLink(file("elsewhere/second")));
        assertTrue(Files.isRegularFile(file("target"), LinkOption.NOFOLLOW_LINKS));
        assertEquals("newer", Files.readString(file("target")));
        assertFiles("first", "elsewhere", "target");
        Files.createSymbolicLink(file("circle"), Path.of("circle"));
        assertThrows(IOException.class, () -> write(file("circle"), "new"));
        Files.createSymbolicLink(file("lost"), Path.of("nowhere", "target"));
        assertThrows(IOException.class, () -> write(file("lost"), "new"));
        assertFiles("first", "elsewhere", "target", "circle", "lost");
    }

    /** Only the superuser can give a file to somebody else; for others the file is theirs before and after. */
    @ParameterizedTest
    @ValueSource(strings = {"unix:uid", "unix:gid"})
    @EnabledOnOs({OS.LINUX, OS.MAC})
    void aReplacedFileKeepsItsOwnerAndItsGroup(String whose) throws IOException {
        Files.writeString(file("old"), "old");
        try {
            Files.setAttribute(file("old"), whose, 12345);
        } catch (IOException e) {
            // as others do
        }
        Object before = Files.getAttribute(file("old"), whose);
        write(file("old"), "new");
        assertEquals("new", Files.readString(file("old")));
        assertEquals(before, Files.getAttribute(file("old"), whose));
    }

    @ParameterizedTest
    @ValueSource(strings = {"rw-------", "rwxrwxrwx", "rw-rw-r--", "-w-------"})
    @EnabledOnOs({OS.LINUX, OS.MAC})
    void aReplacedFileKeepsItsPermissions(String permissions) throws IOException {
        Files.writeString(file("old"), "old");
        Files.setPosixFilePermissions(file("old"), PosixFilePermissions.fromString(permissions));
        Set<PosixFilePermission> old = Files.getPosixFilePermissions(file("old"));
        AtomicFile.replace(file("old"), out -> {
            out.write('x');
            try (var files = Files.list(directory)) {
                for (Path each : files.toList()) {
                    // never more open than it was, not even while it is written
                    assertTrue(old.containsAll(Files.getPosixFilePermissions(each)));
                }
            }
        });
        assertEquals(permissions, PosixFilePermissions.toString(Files.getPosixFilePermissions(file("old"))));
        assertEquals(1, Files.size(file("old")));
    }

    /** Who may not write a file may not replace it either; root may do all. */
    @Test
    @EnabledOnOs({OS.LINUX, OS.MAC})
    void aReadOnlyFileStays() throws IOException {
        Files.writeString(file("old"), "old");
        Files.setPosixFilePermissions(file("old"), PosixFilePermissions.fromString("r--r--r--"));
        if (Files.isWritable(file("old"))) {
            write(file("old"), "new");
            assertEquals("new", Files.readString(file("old")));
        } else {
            assertThrows(IOException.class, () -> write(file("old"), "new"));
            assertEquals("old", Files.readString(file("old")));
        }
        assertFiles("old");
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void devicesAndPipesAreWrittenToAsWhatTheyAre() throws Exception {
        write(Path.of("/dev/null"), "gone");
        assertTrue(Files.exists(Path.of("/dev/null")) && !Files.isRegularFile(Path.of("/dev/null")));
        assertThrows(IOException.class, () -> write(Path.of("/dev/full"), "no room"));
        assertEquals(0, new ProcessBuilder("mkfifo", file("pipe").toString()).start().waitFor());
        Files.createSymbolicLink(file("link"), Path.of("pipe"));
        for (String name : List.of("pipe", "link")) {
            CompletableFuture<byte[]> read = CompletableFuture.supplyAsync(() -> {
                try (InputStream in = Files.newInputStream(file("pipe"))) {
                    return in.readAllBytes();
                } catch (IOException e) {
                    throw new AssertionError(e);
                }
            });
            write(file(name), "through");
            assertEquals("through", new String(read.get(), StandardCharsets.UTF_8));
        }
        assertFiles("pipe", "link");
    }

    /** What a process has open is written to at its end, be it a pipe or a file, by whichever name. */
    @ParameterizedTest
    @ValueSource(strings = {"/dev/stdout", "/dev/fd/1", "/proc/self/fd/1"})
    @EnabledOnOs(OS.LINUX)
    void standardOutputIsWrittenTo(String name) throws Exception {
        Path out = file("out");
        Files.writeString(out, "before,");
        ProcessBuilder program = ChildJvm.of(List.of(), WeightsProgram.class, "write", name);
        assertEquals(0, program.redirectOutput(ProcessBuilder.Redirect.appendTo(out.toFile())).start().waitFor());
        assertEquals("before,new", Files.readString(out));
        Process piped = program.redirectOutput(ProcessBuilder.Redirect.PIPE).start();
        assertEquals("new", new String(piped.getInputStream().readAllBytes(), StandardCharsets.UTF_8));
        assertEquals(0, piped.waitFor());
        assertFiles("out");
    }
}
