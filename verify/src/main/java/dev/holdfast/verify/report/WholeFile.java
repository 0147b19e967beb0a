package dev.holdfast.verify.report;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFileAttributeView;
import java.util.concurrent.ThreadLocalRandom;

/** Files that are there whole or as they were before. */
public final class WholeFile {
    /** As many links on the way to a file as Linux follows. */
    private static final int MOST_LINKS = 40;

    private WholeFile() {}

    /** What a file holds, to a buffered stream. */
    public interface Content {
        void to(OutputStream out) throws IOException;
    }

    public static void write(Path file, byte[] content) throws IOException {
        write(file, out -> out.write(content));
    }

    /**
     * Writes beside the file that is there or that a link points to, moves the result to its place and keeps its
     * permissions; an error leaves nothing. A device or a pipe is written to as what it is.
     */
    public static void write(Path file, Content content) throws IOException {
        Path target = target(file);
        if (Files.exists(target) && !Files.isRegularFile(target)) {
            to(target, content);
            return;
        }
        String number = Long.toHexString(ThreadLocalRandom.current().nextLong());
        Path temporary = target.resolveSibling("." + target.getFileName() + "." + number + ".part");
        try {
            to(temporary, content);
            PosixFileAttributeView old = Files.getFileAttributeView(target, PosixFileAttributeView.class);
            if (old != null && Files.exists(target)) {
                Files.setPosixFilePermissions(temporary, old.readAttributes().permissions());
            }
            Files.move(temporary, target, StandardCopyOption.ATOMIC_MOVE);
        } finally {
            Files.deleteIfExists(temporary);
        }
    }

    /** Where a file lies or would lie, links followed; a link that leads nowhere is itself. */
    public static Path target(Path file) {
        Path target = file.toAbsolutePath();
        try {
            for (int links = 0; links < MOST_LINKS && Files.isSymbolicLink(target); links++) {
                target = target.resolveSibling(Files.readSymbolicLink(target));
            }
            Path directory = target.getParent();
            return directory == null ? target : directory.toRealPath().resolve(target.getFileName());
        } catch (IOException e) {
            return target.normalize();
        }
    }

    private static void to(Path file, Content content) throws IOException {
        try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(file), 1 << 16)) {
            content.to(out);
        }
    }
}
