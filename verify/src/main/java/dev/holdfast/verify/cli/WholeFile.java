package dev.holdfast.verify.cli;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/** Files that are there whole or as they were before. */
final class WholeFile {
    private WholeFile() {}

    /** What a file holds, to a buffered stream. */
    interface Content {
        void to(OutputStream out) throws IOException;
    }

    static void write(String option, Path file, byte[] content) throws IOException {
        write(option, file, out -> out.write(content));
    }

    /** Writes beside the file that an option names and moves the result to its place; an error leaves nothing. */
    static void write(String option, Path file, Content content) throws IOException {
        Path target = file.toAbsolutePath();
        Path temporary = target.resolveSibling(target.getFileName() + ".part");
        try {
            try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(temporary), 1 << 16)) {
                content.to(out);
            }
            Files.move(temporary, target, StandardCopyOption.ATOMIC_MOVE);
        } catch (FileSystemException e) {
            throw notWritten(option, file);
        } finally {
            Files.deleteIfExists(temporary);
        }
    }

    static IllegalArgumentException notWritten(String option, Path file) {
        return Options.bad(option, file, "a file that can be written in a directory that exists");
    }
}
