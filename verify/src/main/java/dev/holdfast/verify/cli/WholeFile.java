package dev.holdfast.verify.cli;

import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/** Files that are there whole or as they were before. */
final class WholeFile {
    private WholeFile() {}

    /** Writes beside the file that an option names and moves the result to its place. */
    static void write(String option, Path file, byte[] content) throws IOException {
        Path target = file.toAbsolutePath();
        Path temporary = target.resolveSibling(target.getFileName() + ".part");
        try {
            Files.write(temporary, content);
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
