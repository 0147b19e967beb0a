package dev.holdfast.verify.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.holdfast.verify.FreshFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** IDX and CIFAR-10 files: whole ones are read, broken ones are named with what was found and expected. */
class ImageFilesTest {
    @TempDir
    Path directory;

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void idxFilesAreRead(boolean zipped) {
        DataSet data = Idx.load(SmallFiles.idx(directory, zipped));
        assertEquals(SmallFiles.TRAINING, data.demonstrations().count());
        assertEquals(SmallFiles.TEST, data.queries().count());
        assertEquals(9, data.demonstrations().features());
        assertEquals(1, data.demonstrations().label(11));
        float[] row = new float[11];
        data.demonstrations().copyRow(3, row, 1);
        assertArrayEquals(
                new float[] {0, 253 / 255f, 254 / 255f, 1, 0, 1 / 255f, 2 / 255f, 3 / 255f, 4 / 255f, 5 / 255f, 0}, row);
    }

    /** Dotted names are read, and a plain file goes before a gzipped one, here a broken one. */
    @Test
    void idxFilesOfOtherNamesAreRead() throws IOException {
        SmallFiles.idx(directory, false);
        for (String split : new String[] {"train", "t10k"}) {
            Files.move(directory.resolve(split + "-images-idx3-ubyte"), directory.resolve(split + "-images.idx3-ubyte"));
            Files.move(directory.resolve(split + "-labels-idx1-ubyte"), directory.resolve(split + "-labels.idx1-ubyte"));
        }
        Files.write(directory.resolve("train-images-idx3-ubyte.gz"), new byte[] {1, 2, 3});
        assertEquals(SmallFiles.TRAINING, Idx.load(directory).demonstrations().count());
    }

    @Test
    void gzipThatIsBrokenIsNamed() throws IOException {
        SmallFiles.idx(directory, true);
        Path file = directory.resolve("t10k-images-idx3-ubyte.gz");
        byte[] whole = Files.readAllBytes(file);
        byte[] changed = whole.clone();
        changed[whole.length - 8] ^= 1;
        FreshFile.write(file, changed);
        assertNamed(Idx::load, file.toString(), "Corrupt GZIP trailer, expected a whole gzip file");
        FreshFile.write(file, new byte[] {1, 2, 3});
        assertNamed(Idx::load, file.toString(), "Not in GZIP format, expected a whole gzip file");
        FreshFile.write(file, new byte[0]);
        assertNamed(Idx::load, file.toString(), "ends too early, expected a whole gzip file");
        byte[] images = SmallFiles.idxImages(SmallFiles.TEST);
        SmallFiles.write(directory, "t10k-images-idx3-ubyte", true, Arrays.copyOf(images, images.length + 1));
        assertNamed(Idx::load, file.toString(), "bytes after the last item");
    }

    @Test
    void cifarFilesAreReadHereAndInTheirOwnFolder() {
        for (Path folder : new Path[] {directory.resolve("a"), directory.resolve("b/cifar-10-batches-bin")}) {
            SmallFiles.cifar(folder);
            DataSet data = Cifar10.load(folder.endsWith("a") ? folder : folder.getParent());
            assertEquals(10, data.demonstrations().count());
            assertEquals(3072, data.queries().features());
            float[] row = new float[3072];
            data.demonstrations().copyRow(7, row, 0);
            assertEquals(7, data.demonstrations().label(7));
            assertEquals(7 / 255f, row[3071]);
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            train-images-idx3-ubyte | 0 | 2049       | magic number 0x00000801, expected 0x00000803
            t10k-labels-idx1-ubyte  | 0 | 2051       | magic number 0x00000803, expected 0x00000801
            train-images-idx3-ubyte | 4 | 0          | 0 images, expected at least 1
            train-images-idx3-ubyte | 4 | -1         | -1 images, expected at least 1
            train-images-idx3-ubyte | 4 | 2000000000 | announces 18000000000 bytes
            train-images-idx3-ubyte | 4 | 13         | announces 117 bytes of items, expected 1..108
            train-images-idx3-ubyte | 4 | 11         | bytes after the last item
            train-images-idx3-ubyte | 8 | 0          | images of 0 rows, expected 1..4096
            train-images-idx3-ubyte | 12| 5000       | images of 5000 columns, expected 1..4096
            train-labels-idx1-ubyte | 4 | 2147483647 | announces 2147483647 bytes
            train-labels-idx1-ubyte | 4 | -7         | announces -7 bytes
            """)
    void aHeaderThatIsWrongIsNamed(String file, int position, int value, String message) throws IOException {
        SmallFiles.idx(directory, false);
        byte[] bytes = Files.readAllBytes(directory.resolve(file));
        ByteBuffer.wrap(bytes).putInt(position, value);
        Files.write(directory.resolve(file), bytes);
        assertNamed(Idx::load, file, message);
    }

    /** A gzipped file of a few bytes that announces gigabytes fails before anything of that size is allocated. */
    @Test
    void aGzippedHeaderIsNotBelieved() {
        SmallFiles.idx(directory, true);
        byte[] bytes = SmallFiles.idxImages(SmallFiles.TRAINING);
        ByteBuffer.wrap(bytes).putInt(4, 200_000_000);
        SmallFiles.write(directory, "train-images-idx3-ubyte", true, bytes);
        assertNamed(Idx::load, "train-images-idx3-ubyte.gz", "announces 1800000000 bytes");
    }

    @Test
    void splitsThatDoNotFitAreNamed() {
        SmallFiles.idx(directory, false);
        SmallFiles.write(directory, "train-labels-idx1-ubyte", false, SmallFiles.idxLabels(5));
        assertNamed(Idx::load, "train-labels-idx1-ubyte", "5 labels, expected 12");
    }

    @Test
    void labelsOutOfRangeAreNamed() {
        SmallFiles.idx(directory, false);
        byte[] labels = SmallFiles.idxLabels(SmallFiles.TEST);
        labels[8 + 4] = 10;
        SmallFiles.write(directory, "t10k-labels-idx1-ubyte", false, labels);
        assertNamed(Idx::load, "t10k-labels-idx1-ubyte", "label 10 of item 4, expected 0..9");
    }

    @Test
    void imagesOfAnotherSizeAreNamed() {
        SmallFiles.idx(directory, false);
        byte[] images = Arrays.copyOf(SmallFiles.idxImages(SmallFiles.TEST), 16 + SmallFiles.TEST * 6);
        ByteBuffer.wrap(images).putInt(8, 2);
        SmallFiles.write(directory, "t10k-images-idx3-ubyte", false, images);
        assertNamed(Idx::load, directory.toString(), "test images of 2×3, expected 3×3");
    }

    @Test
    void missingMembersAndDirectoriesAreNamed() throws IOException {
        SmallFiles.idx(directory, true);
        Files.delete(directory.resolve("t10k-images-idx3-ubyte.gz"));
        assertNamed(Idx::load, directory.toString(), "no t10k-images-idx3-ubyte, expected it here");
        assertNamed(Cifar10::load, "data_batch_1.bin", "no such file");
        directory = directory.resolve("nowhere");
        assertNamed(Idx::load, "nowhere", "not a directory");
        assertNamed(Cifar10::load, "nowhere", "not a directory");
    }

    @Test
    void brokenCifarFilesAreNamed() throws IOException {
        SmallFiles.cifar(directory);
        SmallFiles.write(directory, "data_batch_3.bin", false, SmallFiles.cifarRecords(9, 2));
        assertNamed(Cifar10::load, "data_batch_3.bin", "label 10 of item 1, expected 0..9");
        SmallFiles.write(directory, "data_batch_3.bin", false, new byte[3074]);
        assertNamed(Cifar10::load, "data_batch_3.bin", "3074 bytes, expected 1..10000 records of 3073 bytes");
        SmallFiles.write(directory, "data_batch_3.bin", false, new byte[0]);
        assertNamed(Cifar10::load, "data_batch_3.bin", "0 bytes, expected 1..10000 records of 3073 bytes");
    }

    /** Every file of a directory cut at every length that is not its own. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void idxFilesCutShortAnywhereAreNamed(boolean zipped) throws IOException {
        SmallFiles.idx(directory, zipped);
        try (var files = Files.list(directory)) {
            for (Path file : files.toList()) {
                byte[] whole = Files.readAllBytes(file);
                for (int length = 0; length < whole.length; length++) {
                    FreshFile.write(file, Arrays.copyOf(whole, length));
                    assertNamed(Idx::load, file.toString(), "expected");
                }
                FreshFile.write(file, whole);
            }
        }
        assertEquals(SmallFiles.TEST, Idx.load(directory).queries().count());
    }

    @Test
    void cifarFilesCutShortAnywhereAreNamed() throws IOException {
        SmallFiles.cifar(directory);
        byte[] whole = SmallFiles.cifarRecords(0, 2);
        for (int length = 0; length < whole.length; length += length % 3073 == 3072 ? 2 : 1) {
            FreshFile.write(directory.resolve("data_batch_1.bin"), Arrays.copyOf(whole, length));
            assertNamed(Cifar10::load, "data_batch_1.bin", "records of 3073 bytes");
        }
    }

    private void assertNamed(Function<Path, DataSet> loader, String file, String message) {
        String said = assertThrows(DataException.class, () -> loader.apply(directory)).getMessage();
        assertTrue(said.contains(file) && said.contains(message) && !said.contains("null"), said);
        assertEquals(1, said.lines().count());
    }
}
