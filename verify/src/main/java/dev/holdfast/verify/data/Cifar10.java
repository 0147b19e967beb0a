package dev.holdfast.verify.data;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** CIFAR-10 in its binary version: records of a label and 3 × 32 × 32 bytes; pixels are divided by 255. */
public final class Cifar10 {
    private static final int PIXELS = 3 * 32 * 32;
    private static final int RECORD = 1 + PIXELS;
    private static final int GREATEST_COUNT = 10_000;

    private Cifar10() {}

    /**
     * Reads data_batch_1.bin … data_batch_5.bin and test_batch.bin, here or in cifar-10-batches-bin.
     *
     * @throws DataException if a file is missing or is not what it should be
     */
    public static DataSet load(Path directory) {
        Path inner = ImageFiles.directory(directory).resolve("cifar-10-batches-bin");
        Path files = Files.isDirectory(inner) ? inner : directory;
        List<String> training = List.of(
                "data_batch_1.bin", "data_batch_2.bin", "data_batch_3.bin", "data_batch_4.bin", "data_batch_5.bin");
        return new DataSet("cifar10", images(files, training), images(files, List.of("test_batch.bin")));
    }

    private static LabelledImages images(Path directory, List<String> names) {
        int[] counts = names.stream().mapToInt(name -> count(directory.resolve(name))).toArray();
        int total = 0;
        for (int count : counts) {
            total += count;
        }
        byte[] pixels = new byte[total * PIXELS];
        byte[] labels = new byte[total];
        byte[] row = new byte[RECORD];
        int image = 0;
        for (int k = 0; k < counts.length; k++) {
            Path file = directory.resolve(names.get(k));
            try (InputStream in = new BufferedInputStream(Files.newInputStream(file), 1 << 16)) {
                for (int n = 0; n < counts[k]; n++, image++) {
                    ImageFiles.fill(in, row, file, "record " + n);
                    labels[image] = ImageFiles.label(row[0], file, n);
                    System.arraycopy(row, 1, pixels, image * PIXELS, PIXELS);
                }
            } catch (IOException e) {
                throw new DataException(file + ": " + ImageFiles.reason(e) + ", expected a whole file", e);
            }
        }
        return new LabelledImages(pixels, labels, PIXELS, ImageFiles.CLASSES, 255);
    }

    private static int count(Path file) {
        if (!Files.isRegularFile(file)) {
            throw new DataException(file + ": no such file, expected the binary version of CIFAR-10");
        }
        try {
            long size = Files.size(file);
            if (size == 0 || size % RECORD != 0 || size > (long) RECORD * GREATEST_COUNT) {
                throw new DataException(file + ": " + size + " bytes, expected 1.." + GREATEST_COUNT
                        + " records of " + RECORD + " bytes");
            }
            return (int) (size / RECORD);
        } catch (IOException e) {
            throw new DataException(file + ": " + ImageFiles.reason(e) + ", expected a whole file", e);
        }
    }
}
