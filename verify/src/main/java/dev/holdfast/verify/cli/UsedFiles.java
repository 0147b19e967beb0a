package dev.holdfast.verify.cli;

import dev.holdfast.model.archive.AtomicFile;
import dev.holdfast.verify.data.DataException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The files that a command's options name, looked at before anything is read: what is read is there, what is written
 * can be, and is nothing that is read or written by another option, by whatever name or link.
 */
final class UsedFiles {
    private record Use(String option, Path file, boolean written) {}

    private final List<Use> uses = new ArrayList<>();

    /** @param file or {@code null} */
    UsedFiles reads(String option, Path file) {
        return uses(option, file, false);
    }

    /** @param file or {@code null} */
    UsedFiles writes(String option, Path file) {
        return uses(option, file, true);
    }

    private UsedFiles uses(String option, Path file, boolean written) {
        if (file != null) {
            Use use = new Use(option, file, written);
            if (written && !isWritable(file)) {
                throw Options.notWritten(option, file);
            }
            if (!written && !Files.exists(file)) {
                throw new DataException(file + ": no such file, expected one that " + option + " can read");
            }
            for (Use other : uses) {
                check(other, use);
            }
            uses.add(use);
        }
        return this;
    }

    private static boolean isWritable(Path file) {
        Path target;
        try {
            target = AtomicFile.target(file);
        } catch (IOException e) {
            return false; // links in a circle
        }
        if (Files.exists(target)) {
            // a file is made anew; a device, a pipe or what the process has open is written to
            boolean isAnew = Files.isRegularFile(target) && !Files.isSymbolicLink(target);
            return !Files.isDirectory(target) && Files.isWritable(target)
                    && (!isAnew || Files.isWritable(target.getParent()));
        }
        return target.getParent() != null && Files.isDirectory(target.getParent())
                && Files.isWritable(target.getParent());
    }

    private static void check(Use first, Use second) {
        if (!(first.written || second.written || isReadOnce(second.file)) || !isSame(first.file, second.file)) {
            return;
        }
        boolean isFirst = first.written && !second.written;
        Use bad = isFirst ? first : second;
        throw Options.bad(bad.option, bad.file, "another file than that of " + (isFirst ? second : first).option
                + (bad.written ? "" : ": this one can be read once"));
    }

    /** A pipe, or a device. */
    static boolean isReadOnce(Path file) {
        return Files.exists(file) && !Files.isRegularFile(file) && !Files.isDirectory(file);
    }

    static boolean isSame(Path one, Path other) {
        try {
            return Files.exists(one) && Files.exists(other)
                    ? Files.isSameFile(one, other)
                    : place(one).equals(place(other));
        } catch (IOException e) {
            return false; // one of them has no place to be
        }
    }

    /** Where a file is or would be, by the one name that its directory has. */
    private static Path place(Path file) throws IOException {
        Path target = AtomicFile.target(file);
        Path directory = target.getParent();
        return directory == null ? target : directory.toRealPath().resolve(target.getFileName());
    }
}
