package dev.holdfast.model.archive;

import java.io.BufferedOutputStream;
import java.io.File;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.FileChannel;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.FileSystemException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import java.util.regex.Pattern;

/**
 * The one way in which this project writes a file. It is replaced in one step: whoever looks, even after a crash, finds
 * the whole old file or the whole new one.
 */
public final class AtomicFile {
    /** More links than these go in a circle. */
    private static final int MOST_LINKS = 40;
    /** On Linux, the directory of what a process has open, by number: links to names that may be no files. */
    private static final Pattern OPEN = Pattern.compile("/proc/.+/fd");

    private AtomicFile() {}

    /** What the new file holds. */
    public interface Content {
        /** Writes everything to a buffered stream, and may close it. */
        void to(OutputStream out) throws IOException;
    }

    /**
     * Writes a temporary file beside {@code file}, which is on disk before it takes the name. A symbolic link stays,
     * and what it points to is replaced, or made if it is not there. A file that is replaced hands on its permissions,
     * and its owner and group where that is allowed. What is no regular file, such as {@code /dev/null}, {@code
     * /dev/stdout} or a pipe, is written to; so is what a process has open, such as {@code /dev/fd/1}: at the end of it.
     *
     * <p>An error leaves the old file and no temporary one; a JVM that dies may leave one, whose name is
     * {@code .holdfast-}, a number and {@code .tmp}. Where a file system has no atomic move, there is a moment without
     * either file.
     *
     * @param file of any file system
     * @throws IOException if the new file cannot be written whole, or {@code file} is a directory, or read-only
     */
    public static void replace(Path file, Content content) throws IOException {
        if (Files.isDirectory(file)) {
            throw new IOException("it is a directory");
        }
        Path target = target(file);
        if (Files.exists(file) && !Files.isRegularFile(file) || isOpen(target)) {
            try (OutputStream out = Files.newOutputStream(file, StandardOpenOption.WRITE, StandardOpenOption.APPEND)) {
                write(out, content);
            }
        } else {
            replaceRegular(target, content);
        }
    }

    /** {@link #replace}, whose error names the file: for whoever knows no better word for it, such as an option. */
    public static void save(Path file, Content content) throws IOException {
        try {
            replace(file, content);
        } catch (IOException e) {
            throw new IOException(file + ": " + reason(e) + ", expected a file that can be written whole", e);
        }
    }

    /**
     * Where a file is, or will be when it is written: its absolute path, or that behind all links, up to one of what a
     * process has open.
     *
     * @throws IOException if the links go in a circle
     */
    public static Path target(Path file) throws IOException {
        Path target = file.toAbsolutePath();
        for (int links = 0; Files.isSymbolicLink(target) && !isOpen(target); links++) {
            if (links == MOST_LINKS) {
                throw new IOException("its links go in a circle");
            }
            target = target.resolveSibling(Files.readSymbolicLink(target));
        }
        return target;
    }

    private static boolean isOpen(Path target) throws IOException {
        return Files.isSymbolicLink(target) && OPEN.matcher(target.getParent().toRealPath().toString()).matches();
    }

    /** What went wrong, in words: the message of a file system's exception may be the name of the file alone. */
    public static String reason(IOException e) {
        return e instanceof FileSystemException || e.getMessage() == null
                ? e.getClass().getSimpleName()
                : e.getMessage();
    }

    private static void replaceRegular(Path target, Content content) throws IOException {
        if (Files.exists(target) && !Files.isWritable(target)) {
            throw new IOException("it is read-only");
        }
        PosixFileAttributes old = attributes(target);
        String number = Long.toHexString(ThreadLocalRandom.current().nextLong());
        Path temporary = target.resolveSibling(".holdfast-" + number + ".tmp");
        // never more open than the old file, not even for a moment
        Files.createFile(temporary, old == null ? new FileAttribute<?>[0] : new FileAttribute<?>[] {writable(old)});
        try {
            write(temporary, content);
            if (old != null) {
                inherit(temporary, old);
            }
            move(temporary, target);
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

    /** Those of a file that is there, on a file system that has them; or else {@code null}. */
    private static PosixFileAttributes attributes(Path target) throws IOException {
        PosixFileAttributeView view = Files.getFileAttributeView(target, PosixFileAttributeView.class);
        return view == null || Files.notExists(target) ? null : view.readAttributes();
    }

    /** Those permissions, and one without which the file could not be written. */
    private static FileAttribute<?> writable(PosixFileAttributes old) {
        Set<PosixFilePermission> permissions = new HashSet<>(old.permissions());
        permissions.add(PosixFilePermission.OWNER_WRITE);
        return PosixFilePermissions.asFileAttribute(permissions);
    }

    private static void inherit(Path temporary, PosixFileAttributes old) throws IOException {
        PosixFileAttributeView view = Files.getFileAttributeView(temporary, PosixFileAttributeView.class);
        PosixFileAttributes now = view.readAttributes();
        try {
            if (!now.group().equals(old.group())) {
                view.setGroup(old.group());
            }
            if (!now.owner().equals(old.owner())) {
                view.setOwner(old.owner());
            }
        } catch (IOException e) {
            // not everybody may give a file away
        }
        view.setPermissions(old.permissions());
    }

    private static void move(Path temporary, Path target) throws IOException {
        try {
            // a zip file system takes no notice of the first, and must be told the second
            Files.move(temporary, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (AtomicMoveNotSupportedException e) {
            Files.move(temporary, target, StandardCopyOption.REPLACE_EXISTING);
        }
    }

    /** By a stream, not a channel: an interrupted thread may still save what it has. */
    private static void write(Path temporary, Content content) throws IOException {
        if (temporary.getFileSystem() != FileSystems.getDefault()) {
            try (OutputStream out = Files.newOutputStream(temporary)) {
                write(out, content);
            }
            return;
        }
        File file = temporary.toFile();
        try (FileOutputStream out = new FileOutputStream(file)) {
            write(out, content);
            out.getFD().sync();
        }
    }

    private static void write(OutputStream out, Content content) throws IOException {
        OutputStream open = new BufferedOutputStream(out, 1 << 16) {
            @Override
            public void close() throws IOException {
                flush();
            }
        };
        content.to(open);
        open.flush();
    }

    /** Puts the new name on disk, where directories can be opened; elsewhere the platform does so in its own time. */
    private static void syncDirectory(Path directory) {
        try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
            channel.force(true);
        } catch (IOException | UnsupportedOperationException e) {
            // the file is whole under its new name, and an error would say that it is not
        }
    }
}
