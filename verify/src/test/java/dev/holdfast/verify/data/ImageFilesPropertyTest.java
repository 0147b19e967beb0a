package dev.holdfast.verify.data;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.holdfast.verify.FreshFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.function.Function;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeContainer;

/** Whatever happens to a file of a data set, the loader returns or throws a DataException, never anything else. */
class ImageFilesPropertyTest {
    private static final List<String> IDX = List.of("train-images-idx3-ubyte", "train-labels-idx1-ubyte",
            "t10k-images-idx3-ubyte", "t10k-labels-idx1-ubyte");

    private static Path root;

    @BeforeContainer
    static void createFiles() throws IOException {
        root = Files.createTempDirectory("holdfast");
        SmallFiles.cifar(root.resolve("cifar"));
    }

    @AfterContainer
    static void deleteFiles() throws IOException {
        try (var files = Files.walk(root)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }

    @Property(tries = 300, seed = "1")
    void aCutIdxFileIsNamed(@ForAll boolean zipped, @ForAll @IntRange(max = 3) int member,
            @ForAll @IntRange(min = 1, max = 40) int count, @ForAll @IntRange(max = 999_999) int where)
            throws IOException {
        Path directory = idx(zipped, member, count);
        Path file = file(directory, zipped, member);
        byte[] whole = Files.readAllBytes(file);
        FreshFile.write(file, Arrays.copyOf(whole, where(where, whole.length)));
        assertNamed(Idx::load, directory, file);
    }

    @Property(tries = 300, seed = "2")
    void aCutCifarFileIsNamed(@ForAll @IntRange(min = 1, max = 5) int batch, @ForAll @IntRange(max = 999_999) int where)
            throws IOException {
        Path directory = root.resolve("cifar");
        Path file = directory.resolve("data_batch_" + batch + ".bin");
        byte[] whole = Files.readAllBytes(file);
        int length = where(where, whole.length);
        try {
            FreshFile.write(file, Arrays.copyOf(whole, length));
            if (length == 3073) {
                assertEquals(9, Cifar10.load(directory).demonstrations().count());
            } else {
                assertNamed(Cifar10::load, directory, file);
            }
        } finally {
            FreshFile.write(file, whole);
        }
    }

    /** A changed pixel is no error, and neither is a changed time in a gzip header. */
    @Property(tries = 1000, seed = "3")
    void aChangedBitIsReadOrNamed(@ForAll boolean zipped, @ForAll @IntRange(max = 3) int member,
            @ForAll @IntRange(max = 999_999) int where, @ForAll @IntRange(max = 7) int bit) throws IOException {
        Path directory = idx(zipped, member, 12);
        Path file = file(directory, zipped, member);
        byte[] bytes = Files.readAllBytes(file);
        bytes[where(where, bytes.length)] ^= (byte) (1 << bit);
        FreshFile.write(file, bytes);
        try {
            Idx.load(directory);
        } catch (DataException e) {
            // images and labels that do not fit each other, or splits that do not, may be told of either
            assertTrue(e.getMessage().startsWith(directory.toString()), e.getMessage());
        }
    }

    /** Spreads over 0..length−1, so that every length is reached whatever the file. */
    private static int where(int millionths, int length) {
        return (int) ((long) millionths * length / 1_000_000);
    }

    /** A whole directory in which the named member and its partner have {@code count} items. */
    private static Path idx(boolean zipped, int member, int count) {
        Path directory = SmallFiles.idx(root.resolve(zipped ? "zipped" : "plain"), zipped);
        int images = member / 2 * 2;
        SmallFiles.write(directory, IDX.get(images), zipped, SmallFiles.idxImages(count));
        SmallFiles.write(directory, IDX.get(images + 1), zipped, SmallFiles.idxLabels(count));
        return directory;
    }

    private static Path file(Path directory, boolean zipped, int member) {
        return directory.resolve(IDX.get(member) + (zipped ? ".gz" : ""));
    }

    private static void assertNamed(Function<Path, DataSet> loader, Path directory, Path file) {
        String said = assertThrows(DataException.class, () -> loader.apply(directory)).getMessage();
        assertTrue(said.startsWith(file + ": ") && said.contains("expected") && !said.contains("null"), said);
    }
}
