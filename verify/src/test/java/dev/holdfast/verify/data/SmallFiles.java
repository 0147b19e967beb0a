package dev.holdfast.verify.data;

import dev.holdfast.verify.FreshFile;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.zip.GZIPOutputStream;

/** Small files of the real formats, written by the tests. */
public final class SmallFiles {
    static final int SIDE = 3;
    static final int TRAINING = 12;
    static final int TEST = 11;

    private SmallFiles() {}

    /** A whole MNIST directory: item n has class n mod 10 and pixels n, n+1, … . */
    static Path idx(Path directory, boolean zipped) {
        return idx(directory, zipped, TRAINING, TEST);
    }

    /** {@link #idx(Path, boolean)} of as many items. */
    public static Path idx(Path directory, boolean zipped, int training, int test) {
        write(directory, "train-images-idx3-ubyte", zipped, idxImages(training));
        write(directory, "train-labels-idx1-ubyte", zipped, idxLabels(training));
        write(directory, "t10k-images-idx3-ubyte", zipped, idxImages(test));
        write(directory, "t10k-labels-idx1-ubyte", zipped, idxLabels(test));
        return directory;
    }

    static byte[] idxImages(int count) {
        ByteBuffer buffer = ByteBuffer.allocate(16 + count * SIDE * SIDE);
        buffer.putInt(0x803).putInt(count).putInt(SIDE).putInt(SIDE);
        for (int n = 0; n < count; n++) {
            for (int j = 0; j < SIDE * SIDE; j++) {
                buffer.put((byte) (250 + n + j));
            }
        }
        return buffer.array();
    }

    public static byte[] idxLabels(int count) {
        ByteBuffer buffer = ByteBuffer.allocate(8 + count).putInt(0x801).putInt(count);
        for (int n = 0; n < count; n++) {
            buffer.put((byte) (n % 10));
        }
        return buffer.array();
    }

    static Path cifar(Path directory) {
        for (int k = 1; k <= 5; k++) {
            write(directory, "data_batch_" + k + ".bin", false, cifarRecords(2 * k - 2, 2));
        }
        write(directory, "test_batch.bin", false, cifarRecords(0, 10));
        return directory;
    }

    /** Records whose label and every pixel is first, first + 1, … . */
    static byte[] cifarRecords(int first, int count) {
        byte[] records = new byte[count * 3073];
        for (int n = 0; n < count; n++) {
            Arrays.fill(records, n * 3073, (n + 1) * 3073, (byte) (first + n));
        }
        return records;
    }

    public static Path write(Path directory, String name, boolean zipped, byte[] bytes) {
        try {
            Files.createDirectories(directory);
            return FreshFile.write(directory.resolve(zipped ? name + ".gz" : name), zipped ? gzip(bytes) : bytes);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static byte[] gzip(byte[] bytes) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (GZIPOutputStream zip = new GZIPOutputStream(out)) {
            zip.write(bytes);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return out.toByteArray();
    }
}
