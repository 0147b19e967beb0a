package dev.holdfast.verify.data;

import de.siegmar.fastcsv.reader.CsvParseException;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;

/** What the loaders of image files share: members, bytes and labels, with errors that name the file. */
final class ImageFiles {
    static final int CLASSES = 10;

    private ImageFiles() {}

    static Path directory(Path directory) {
        if (!Files.isDirectory(directory)) {
            throw new DataException(directory + ": not a directory, expected the directory of the data files");
        }
        return directory;
    }

    /** What went wrong, in words: some exceptions of the JDK have no message, others only repeat the path. */
    static String reason(Exception e) {
        boolean says = !(e instanceof UncheckedIOException || e instanceof CsvParseException) || e.getCause() == null;
        Throwable at = says ? e : e.getCause();
        if (at instanceof EOFException) {
            return "ends too early";
        }
        if (at instanceof CharacterCodingException) {
            return "not in UTF-8";
        }
        return at instanceof FileSystemException || at.getMessage() == null
                ? at.getClass().getSimpleName()
                : at.getMessage();
    }

    /** Fills {@code out} to its end, or says that the file is too short for what it announces. */
    static void fill(InputStream in, byte[] out, Path file, String what) throws IOException {
        int read = in.readNBytes(out, 0, out.length);
        if (read < out.length) {
            throw new DataException(file + ": ends after " + read + " bytes of " + what + ", expected " + out.length);
        }
    }

    /** The label itself, or an error that names the file and the item. */
    static byte label(byte label, Path file, int item) {
        if (label < 0 || label >= CLASSES) {
            throw new DataException(
                    file + ": label " + (label & 0xff) + " of item " + item + ", expected 0.." + (CLASSES - 1));
        }
        return label;
    }
}
