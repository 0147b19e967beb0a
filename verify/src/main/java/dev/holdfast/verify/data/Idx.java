package dev.holdfast.verify.data;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;

/** MNIST and Fashion-MNIST in their IDX files, gzipped or not; pixels are divided by 255. */
public final class Idx {
    private static final int IMAGES = 0x00000803;
    private static final int LABELS = 0x00000801;
    private static final int GREATEST_SIDE = 4096;
    /** Deflate cannot shrink by more: a gzipped file that announces more than this holds less than it says. */
    private static final long GREATEST_RATIO = 1032;

    private static final int BUFFER = 1 << 16;

    private Idx() {}

    /** Images of one file. */
    private record Images(byte[] pixels, int count, int rows, int columns) {}

    /** One split, from its two files. */
    private record Split(Images images, byte[] labels) {
        LabelledImages labelled() {
            return new LabelledImages(
                    images.pixels(), labels, images.rows() * images.columns(), ImageFiles.CLASSES, 255);
        }
    }

    /**
     * Reads train-images-idx3-ubyte, train-labels-idx1-ubyte and the two of t10k, each plain or with .gz.
     *
     * @throws DataException if a file is missing or is not what it should be
     */
    public static DataSet load(Path directory) {
        ImageFiles.directory(directory);
        CompletableFuture<Split> training = CompletableFuture.supplyAsync(() -> split(directory, "train"));
        Split test = split(directory, "t10k");
        Split train = join(training);
        Images a = train.images();
        Images b = test.images();
        if (a.rows() != b.rows() || a.columns() != b.columns()) {
            throw new DataException(directory + ": test images of " + b.rows() + "×" + b.columns() + ", expected "
                    + a.rows() + "×" + a.columns() + " as the training images have");
        }
        return new DataSet(String.valueOf(directory.getFileName()), train.labelled(), test.labelled());
    }

    private static Split join(CompletableFuture<Split> future) {
        try {
            return future.join();
        } catch (CompletionException e) {
            throw e.getCause() instanceof RuntimeException cause ? cause : e;
        }
    }

    private static Split split(Path directory, String name) {
        Path labelFile = member(directory, name + "-labels", "idx1-ubyte");
        Path imageFile = member(directory, name + "-images", "idx3-ubyte");
        byte[] labels = labels(labelFile);
        Images images = images(imageFile);
        if (images.count() != labels.length) {
            throw new DataException(labelFile + ": " + labels.length + " labels, expected " + images.count()
                    + ", one for each image of " + imageFile.getFileName());
        }
        return new Split(images, labels);
    }

    /** The member as MNIST names it; some mirrors write a dot for the second hyphen. */
    private static Path member(Path directory, String name, String kind) {
        return Stream.of("-" + kind, "." + kind, "-" + kind + ".gz", "." + kind + ".gz")
                .map(ending -> directory.resolve(name + ending))
                .filter(Files::isRegularFile)
                .findFirst()
                .orElseThrow(() -> new DataException(
                        directory + ": no " + name + "-" + kind + ", expected it here, plain or with .gz"));
    }

    private static byte[] labels(Path file) {
        return read(file, in -> {
            int count = header(in, file, LABELS, 1).getInt();
            byte[] labels = allocate(file, count, 8);
            ImageFiles.fill(in, labels, file, "labels");
            for (int n = 0; n < count; n++) {
                ImageFiles.label(labels[n], file, n);
            }
            return labels;
        });
    }

    private static Images images(Path file) {
        return read(file, in -> {
            ByteBuffer header = header(in, file, IMAGES, 3);
            int count = header.getInt();
            int rows = side(header.getInt(), "rows", file);
            int columns = side(header.getInt(), "columns", file);
            if (count < 1) {
                throw new DataException(file + ": " + count + " images, expected at least 1");
            }
            byte[] pixels = allocate(file, (long) count * rows * columns, 16);
            ImageFiles.fill(in, pixels, file, "images");
            return new Images(pixels, count, rows, columns);
        });
    }

    private static int side(int value, String name, Path file) {
        if (value < 1 || value > GREATEST_SIDE) {
            throw new DataException(file + ": images of " + value + " " + name + ", expected 1.." + GREATEST_SIDE);
        }
        return value;
    }

    private interface Reading<T> {
        T from(InputStream in) throws IOException;
    }

    private static <T> T read(Path file, Reading<T> reading) {
        try (InputStream raw = Files.newInputStream(file);
                InputStream in = zipped(file)
                        ? new GZIPInputStream(raw, BUFFER)
                        : new BufferedInputStream(raw, BUFFER)) {
            T result = reading.from(in);
            if (in.read() >= 0) {
                throw new DataException(file + ": bytes after the last item, expected the end of the file");
            }
            return result;
        } catch (IOException e) {
            throw new DataException(file + ": " + ImageFiles.reason(e) + ", expected a whole "
                    + (zipped(file) ? "gzip file" : "file"), e);
        }
    }

    private static boolean zipped(Path file) {
        return file.toString().endsWith(".gz");
    }

    /** The sizes behind the magic number. */
    private static ByteBuffer header(InputStream in, Path file, int magic, int sizes) throws IOException {
        byte[] header = new byte[4 + 4 * sizes];
        ImageFiles.fill(in, header, file, "header");
        ByteBuffer buffer = ByteBuffer.wrap(header);
        int found = buffer.getInt();
        if (found != magic) {
            throw new DataException(String.format("%s: magic number 0x%08x, expected 0x%08x", file, found, magic));
        }
        return buffer;
    }

    /** Room for what the header announces, once the file's own size makes it credible. */
    private static byte[] allocate(Path file, long bytes, int header) throws IOException {
        long size = Files.size(file);
        long credible = zipped(file) ? size * GREATEST_RATIO : size - header;
        if (bytes < 1 || bytes > Integer.MAX_VALUE - 8 || bytes > credible) {
            throw new DataException(file + ": the header announces " + bytes + " bytes of items, expected 1.."
                    + Math.min(credible, Integer.MAX_VALUE - 8) + " in a file of " + size + " bytes");
        }
        return new byte[(int) bytes];
    }
}
