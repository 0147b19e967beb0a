package dev.holdfast.verify;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.opentest4j.TestAbortedException;

/** A small file system in memory on a directory, which root alone can mount; gone when it is closed. */
public record Mounted(Path directory) implements AutoCloseable {
    /** @param size such as 64k; the test is left out, and says so, where nothing can be mounted */
    public static Mounted of(Path directory, String size) throws IOException {
        Files.createDirectories(directory);
        String refusal = run("mount", "-t", "tmpfs", "-o", "size=" + size, "tmpfs", directory.toString());
        if (!refusal.isEmpty()) {
            String message = "NOT RUN, because no file system can be mounted here, which takes root: " + refusal;
            System.out.println(message);
            throw new TestAbortedException(message);
        }
        return new Mounted(directory);
    }

    /** From now on nothing in it can be written, not even by root. */
    public void makeReadOnly() {
        expectNothing(run("mount", "-o", "remount,ro", directory.toString()));
    }

    public void makeWritable() {
        expectNothing(run("mount", "-o", "remount,rw", directory.toString()));
    }

    /** Bytes that are left for files. */
    public long free() throws IOException {
        return Files.getFileStore(directory).getUsableSpace();
    }

    /** Leaves room for so many bytes and no more, by a file {@code filler} in it. */
    public void fill(long free) throws IOException {
        Path filler = directory.resolve("filler");
        Files.deleteIfExists(filler);
        long bytes = free() - free;
        try (OutputStream out = Files.newOutputStream(filler)) {
            byte[] page = new byte[4096];
            for (long written = 0; written < bytes; written += page.length) {
                out.write(page);
            }
        } catch (IOException e) {
            // as full as it gets
        }
    }

    @Override
    public void close() {
        expectNothing(run("umount", directory.toString()));
    }

    private static void expectNothing(String said) {
        if (!said.isEmpty()) {
            throw new IllegalStateException(said);
        }
    }

    /** What it says where it fails. */
    private static String run(String... command) {
        try {
            Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
            String out = new String(process.getInputStream().readAllBytes()).strip();
            return process.waitFor() == 0 ? "" : out.isEmpty() ? command[0] + " failed" : out;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }
}
