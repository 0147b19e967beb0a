package dev.holdfast.model;

import java.io.BufferedOutputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.ThreadLocalRandom;

/** Replaces a file in one step: whoever looks, even after a crash, finds the whole old file or the whole new one. */
final class AtomicFile {
    private AtomicFile() {}

    /** What the new file holds. */
    interface Content {
        /** Writes everything; the stream is buffered, and closed or not as {@code Content} likes. */
        void to(OutputStream out) throws IOException;
    }

    /**
     * Writes a temporary file beside {@code file}, on disk before it takes the name. A symbolic link stays, and what it
     * points to is replaced. An error leaves the old file and no temporary one; a JVM that dies leaves one, named with a
     * dot, the file's name and {@code .tmp}.
     *
     * @throws IOException if the new file cannot be written whole, or {@code file} is there and no regular file
     */
    static void replace(Path file, Content content) throws IOException {
        Path target = (Files.isSymbolicLink(file) ? file.toRealPath() : file).toAbsolutePath();
        if (Files.exists(target) && !Files.isRegularFile(target)) {
            throw new IOException(file + ": no regular file, expected one or none to replace");
        }
        Path directory = target.getParent();
        if (directory == null || !Files.isDirectory(directory)) {
            throw new NoSuchFileException(file.toString(), null, "no directory " + directory + ", expected it");
        }
        Path temporary = directory.resolve(
                "." + target.getFileName() + "." + Long.toHexString(ThreadLocalRandom.current().nextLong()) + ".tmp");
        Files.createFile(temporary);
        try {
            write(temporary, content);
            Files.move(temporary, target, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException | RuntimeException | Error e) {
            Files.deleteIfExists(temporary);
            throw e;
        }
        sync(directory);
    }

    /** By a stream, not a channel: an interrupted thread may still save what it has. */
    private static void write(Path file, Content content) throws IOException {
        try (FileOutputStream out = new FileOutputStream(file.toFile())) {
            BufferedOutputStream buffered = new BufferedOutputStream(out, 1 << 16);
            content.to(buffered);
            buffered.flush();
            out.getFD().sync();
        }
    }

    /** Puts the new name on disk, where directories can be opened; elsewhere the platform does so in its own time. */
    private static void sync(Path directory) {
        try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
            channel.force(true);
        } catch (IOException e) {
            // the file is whole under its new name, and saying otherwise would be wrong
        }
    }
}
