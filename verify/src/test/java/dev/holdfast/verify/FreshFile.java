package dev.holdfast.verify;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Files that tests write again and again. */
public final class FreshFile {
    private FreshFile() {}

    /** In the place of a file that may be there: ext4 waits for the disk where one is overwritten, and a loop waits for long. */
    public static Path write(Path file, byte[] bytes) throws IOException {
        Files.deleteIfExists(file);
        return Files.write(file, bytes);
    }
}
