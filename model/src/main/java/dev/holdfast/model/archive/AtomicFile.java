package dev.holdfast.model.archive;

import java.io.BufferedOutputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.FileChannel;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.ThreadLocalRandom;

/** Replaces a file in one step: whoever looks, even after a crash, finds the whole old file or the whole new one. */
public final class AtomicFile {
    private AtomicFile() {}

    /** What the new file holds. */
    public interface Content {
        /** Writes everything to a buffered stream, and may close it. */
        void to(OutputStream out) throws IOException;
    }

    /**
     * Writes a temporary file beside {@code file}, which is on disk before it takes the name. A symbolic link stays, and
     * what it points to is replaced. An error leaves the old file and no temporary one; a JVM that dies may leave one,
     * whose name is a dot, the file's name, a number and {@code .tmp}.
     *
     * @throws IOException if the new file cannot be written whole, or {@code file} is there and no regular file
     */
    public static void replace(Path file, Content content) throws IOException {
        try {
            Path target = (Files.isSymbolicLink(file) ? file.toRealPath() : file).toAbsolutePath();
            // a rename would put a file in the place of a device
            if (Files.exists(target) && !Files.isRegularFile(target)) {
                throw new IOException("it is no regular file");
            }
            replaceRegular(target, content);
        } catch (IOException e) {
            throw new IOException(file + ": " + reason(e) + ", expected a file that can be written whole", e);
        }
    }

    /** What went wrong, in words: the message of a file system's exception may be the name of the file alone. */
    public static String reason(IOException e) {
        return e instanceof FileSystemException || e.getMessage() == null
                ? e.getClass().getSimpleName()
                : e.getMessage();
    }

    private static void replaceRegular(Path target, Content content) throws IOException {
        String number = Long.toHexString(ThreadLocalRandom.current().nextLong());
        Path temporary = target.resolveSibling("." + target.getFileName() + "." + number + ".tmp");
        Files.createFile(temporary);
        try {
            write(temporary, content);
            Files.move(temporary, target, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException | RuntimeException | Error e) {
            try {
                Files.deleteIfExists(temporary);
            } catch (IOException left) {
                e.addSuppressed(left);
            }
            throw e;
        }
        syncDirectory(target.getParent());
    }

    /** By a stream, not a channel: an interrupted thread may still save what it has. */
    private static void write(Path file, Content content) throws IOException {
        try (FileOutputStream out = new FileOutputStream(file.toFile())) {
            OutputStream open = new BufferedOutputStream(out, 1 << 16) {
                @Override
                public void close() throws IOException {
                    flush();
                }
            };
            content.to(open);
            open.flush();
            out.getFD().sync();
        }
    }

    /** Puts the new name on disk, where directories can be opened; elsewhere the platform does so in its own time. */
    private static void syncDirectory(Path directory) {
        try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
            channel.force(true);
        } catch (IOException e) {
            // the file is whole under its new name, and an error would say that it is not
        }
    }
}
