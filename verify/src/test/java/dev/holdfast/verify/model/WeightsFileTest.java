package dev.holdfast.verify.model;

import static dev.holdfast.verify.model.ClassifierPropertyTest.labels;
import static dev.holdfast.verify.model.ClassifierPropertyTest.reals;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.holdfast.model.LinearTransformer;
import dev.holdfast.model.Provenance;
import dev.holdfast.model.Rows;
import dev.holdfast.verify.FreshFile;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TimeZone;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Weights files: what is written, what is read of NumPy's, and what is refused. */
class WeightsFileTest {
    /** P and Q of write_weights.py, which stands beside the files it wrote. */
    private static final float[] P = {0, 0.1f, 0.2f, 1, 1.1f, 1.2f, 2, 2.1f, 2.2f};

    private static final float[] Q = {0, 0.1f, 0.2f, -0.1f, 0, 0.1f, -0.2f, -0.1f, 0};

    @TempDir
    Path directory;

    private Path numpy(String name) throws IOException {
        try (InputStream in = WeightsFileTest.class.getResourceAsStream(name)) {
            Path file = directory.resolve(name);
            Files.copy(in, file);
            return file;
        }
    }

    private Path file(String name) {
        return directory.resolve(name);
    }

    /** The bytes that a transformer is saved as: all of its weights, and where they came from. */
    private byte[] saved(LinearTransformer transformer) throws IOException {
        Path file = file("saved.npz");
        transformer.save(file);
        return Files.readAllBytes(file);
    }

    @ParameterizedTest
    @ValueSource(strings = {"authors", "compressed", "double", "fortran", "fortran-double-compressed", "big-endian",
        "all", "version-2", "version-3"})
    void whatNumPyWroteLoadsInFull(String name) throws IOException {
        LinearTransformer loaded = LinearTransformer.load(numpy(name + ".npz"));
        assertEquals(2, loaded.features());
        assertEquals(Optional.empty(), loaded.provenance());
        assertArrayEquals(saved(LinearTransformer.full(P, Q)), saved(loaded));
        Rows x = Rows.copyOf(reals(new Random(1), 9, 2));
        int[] y = labels(new Random(2), 9);
        assertArrayEquals(LinearTransformer.full(P, Q).learn(x, y).weights(), loaded.learn(x, y).weights());
        assertArrayEquals(LinearTransformer.full(P, Q).outputs(x, y, x), loaded.outputs(x, y, x));
    }

    @ParameterizedTest
    @ValueSource(strings = {"last-row", "first-columns"})
    void whatNumPyWroteLoadsWithoutTheRestOfP(String name) throws IOException {
        LinearTransformer loaded = LinearTransformer.load(numpy(name + ".npz"));
        LinearTransformer expected =
                LinearTransformer.of(new float[] {2, 2.1f, 2.2f}, new float[] {0, 0.1f, -0.1f, 0, -0.2f, -0.1f});
        assertArrayEquals(saved(expected), saved(loaded));
    }

    @ParameterizedTest
    @ValueSource(strings = {"meta", "meta-big-endian"})
    void metaThatNumPyWroteIsRead(String name) throws IOException {
        LinearTransformer loaded = LinearTransformer.load(numpy(name + ".npz"));
        assertEquals(new Provenance("λ \ud835\udecc", 0.1, 1e-5, Long.MAX_VALUE, 100),
                loaded.provenance().orElseThrow());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            pickled   | P: dtype '|O', expected numbers or a text: pickled objects are refused
            shape     | P: the shape (2, 3), expected (2, 2)
            columns   | Q: the shape (3, 1), expected (3, 3)
            number    | P: the shape (), expected d+1, at least 2, for the first size
            nan       | Q: NaN at element 2, expected a finite float
            infinity  | P: -Infinity at element 1, expected a finite float
            overflow  | P: 1.0E39 at element 3, expected a finite float
            integers  | Q: dtype '<i4', expected f4, f8, i8 or U behind < or >
            longs     | Q: dtype '<i8', expected f4 or f8
            half      | Q: dtype '<f2', expected f4, f8, i8 or U behind < or >
            complex   | Q: dtype '<c8', expected f4, f8, i8 or U behind < or >
            record    | Q: the header {'descr': [('x', '<f4')],
            row       | p: another vector than the last row of P, expected the same
            missing   | Q: no such array, expected it beside [P]
            more      | loss: an array of this name, expected p, Q, P and meta alone
            unnamed   | arr_0: an array of this name, expected p, Q, P and meta alone
            newer     | meta: version = 2, expected 1: the file is newer than this program
            features  | meta: features = 3, expected 2 as Q has
            seed      | meta: no seed, expected an integer
            json      | meta: JSON that goes wrong at character
            bytes     | meta: dtype '|S
            """)
    void whatNumPyWroteIsRefusedByName(String name, String message) throws IOException {
        assertRefused(numpy("bad-" + name + ".npz"), message);
    }

    @Test
    void fullWeightsAreWrittenAsTheyAre() throws IOException {
        LinearTransformer transformer = LinearTransformer.full(P, Q).withProvenance(
                new Provenance("pretraining \"\\\n\u0001 ε", 0.1, 0.098, -7, 100));
        Map<String, byte[]> entries = entries(transformer);
        assertEquals(Set.of("P.npy", "Q.npy", "p.npy", "meta.npy"), entries.keySet());
        assertArrayEquals(P, SmallNpz.floats("(3, 3)", entries.get("P.npy")));
        assertArrayEquals(Q, SmallNpz.floats("(3, 3)", entries.get("Q.npy")));
        assertArrayEquals(Arrays.copyOfRange(P, 6, 9), SmallNpz.floats("(3,)", entries.get("p.npy")));
        JsonObject meta = meta(entries);
        assertEquals(Set.of("format", "version", "features", "method", "lambda", "epsilon", "seed", "steps", "product"),
                meta.keySet());
        assertEquals("holdfast-weights", meta.get("format").getAsString());
        assertEquals(1, meta.get("version").getAsInt());
        assertEquals(2, meta.get("features").getAsInt());
        assertEquals("pretraining \"\\\n\u0001 ε", meta.get("method").getAsString());
        assertEquals(0.1, meta.get("lambda").getAsDouble());
        assertEquals(0.098, meta.get("epsilon").getAsDouble());
        assertEquals(-7, meta.get("seed").getAsLong());
        assertEquals(100, meta.get("steps").getAsInt());
        String product = meta.get("product").getAsString();
        assertTrue(product.matches("holdfast \\d+\\.\\d+\\.\\d+(-SNAPSHOT)?"), product);
    }

    @Test
    void weightsOfNoKnownOriginSaySoByTheKeysTheyLack() throws IOException {
        Map<String, byte[]> entries = entries(LinearTransformer.standard(2));
        assertEquals(Set.of("Q.npy", "p.npy", "meta.npy"), entries.keySet());
        assertArrayEquals(new float[] {1, 1, 0, 1, 1, 0, 1, 1, 0}, SmallNpz.floats("(3, 3)", entries.get("Q.npy")));
        assertEquals(Set.of("format", "version", "features", "product"), meta(entries).keySet());
    }

    private Map<String, byte[]> entries(LinearTransformer transformer) throws IOException {
        saved(transformer);
        return SmallNpz.read(file("saved.npz"));
    }

    private static JsonObject meta(Map<String, byte[]> entries) {
        return JsonParser.parseString(SmallNpz.text(entries.get("meta.npy"))).getAsJsonObject();
    }

    @Test
    void theSameWeightsGiveTheSameBytesInEveryTimeZone() throws IOException {
        TimeZone here = TimeZone.getDefault();
        try {
            TimeZone.setDefault(TimeZone.getTimeZone("Asia/Tokyo"));
            byte[] east = saved(LinearTransformer.standard(2));
            TimeZone.setDefault(TimeZone.getTimeZone("America/Lima"));
            assertArrayEquals(east, saved(LinearTransformer.standard(2)));
        } finally {
            TimeZone.setDefault(here);
        }
    }

    @Test
    void weightsWhoseQHasNoPlaceInAnArrayAreRefusedBeforeAnyFileIsTouched() throws IOException {
        byte[] old = saved(LinearTransformer.standard(2));
        String said = assertThrows(IllegalArgumentException.class,
                () -> LinearTransformer.standard(46_340).save(file("saved.npz"))).getMessage();
        assertTrue(said.contains("d = 46340, expected (d+1)² at most 2147483639"), said);
        assertArrayEquals(old, Files.readAllBytes(file("saved.npz")));
        assertOnlyFiles("saved.npz");
    }

    @Test
    void aSymbolicLinkStaysAndItsTargetIsReplaced() throws IOException {
        Path elsewhere = Files.createDirectory(file("elsewhere"));
        LinearTransformer.standard(2).save(elsewhere.resolve("target.npz"));
        Path link = Files.createSymbolicLink(file("link.npz"), Path.of("elsewhere", "target.npz"));
        LinearTransformer.adversarial(2).save(link);
        assertTrue(Files.isSymbolicLink(link));
        assertArrayEquals(saved(LinearTransformer.adversarial(2)), Files.readAllBytes(elsewhere.resolve("target.npz")));
        assertOnlyFiles("elsewhere", "link.npz", "saved.npz");
    }

    @Test
    void whatIsNoFileIsNotReplaced() throws IOException {
        Files.createDirectory(file("directory.npz"));
        for (String name : List.of("directory.npz", "nowhere/file.npz")) {
            String said = assertThrows(IOException.class,
                    () -> LinearTransformer.standard(2).save(file(name))).getMessage();
            assertTrue(said.startsWith(file(name) + ": ") && said.contains("expected"), said);
        }
        assertOnlyFiles("directory.npz");
        assertRefused(file("directory.npz"), "expected a");
        assertRefused(file("nowhere.npz"), "no such file, expected a NumPy .npz file");
    }

    @Test
    void anInterruptedThreadSavesAndLoads() throws IOException {
        Thread.currentThread().interrupt();
        byte[] whole = saved(LinearTransformer.standard(2));
        assertArrayEquals(whole, saved(LinearTransformer.load(file("saved.npz"))));
        assertTrue(Thread.interrupted());
    }

    private void assertOnlyFiles(String... names) throws IOException {
        try (var files = Files.list(directory)) {
            assertEquals(Set.of(names), Set.copyOf(files.map(file -> file.getFileName().toString()).toList()));
        }
    }

    /** Ours, deflated; and NumPy's, stored. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aFileCutShortAnywhereIsRefused(boolean stored) throws IOException {
        byte[] whole = whole(stored);
        for (int length = 0; length < whole.length; length++) {
            assertRefused(spoilt(Arrays.copyOf(whole, length)), "");
        }
    }

    /** The CRC-32 finds every change of one stored byte, and one of 2³² changes of a deflated one may pass it. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aChangedByteIsRefusedOrSaysNothingOfTheWeights(boolean stored) throws IOException {
        byte[] bytes = whole(stored);
        LinearTransformer expected = LinearTransformer.load(spoilt(bytes));
        Rows x = Rows.copyOf(reals(new Random(3), 9, 2));
        int[] y = labels(new Random(4), 9);
        float[] outputs = expected.outputs(x, y, x);
        int refused = 0;
        for (int at = 0; at < bytes.length; at++) {
            for (int change : new int[] {0x01, 0x20, 0x80, 0xff}) {
                bytes[at] ^= (byte) change;
                Path file = spoilt(bytes);
                bytes[at] ^= (byte) change;
                LinearTransformer loaded;
                try {
                    loaded = LinearTransformer.load(file);
                } catch (IOException e) {
                    assertTrue(e.getMessage().startsWith(file + ": "), e.getMessage());
                    assertEquals(1, e.getMessage().lines().count(), e.getMessage());
                    refused++;
                    continue;
                }
                assertEquals(expected.provenance(), loaded.provenance());
                assertArrayEquals(outputs, loaded.outputs(x, y, x), "byte " + at + " changed by " + change);
            }
        }
        // headers and elements alone are more than half of either file
        assertTrue(refused > 2 * bytes.length, refused + " of " + 4 * bytes.length);
    }

    /** A new file: some file systems write one that is truncated and written anew to disk at once. */
    private Path spoilt(byte[] bytes) throws IOException {
        Files.deleteIfExists(file("spoilt.npz"));
        return FreshFile.write(file("spoilt.npz"), bytes);
    }

    private byte[] whole(boolean stored) throws IOException {
        return stored
                ? Files.readAllBytes(numpy("meta.npz"))
                : saved(LinearTransformer.full(P, Q).withProvenance(new Provenance("pretraining", 0.1, 0.098, 1, 100)));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            {'descr': '<f4', 'fortran_order': False, 'shape': (4,), }       | 8 bytes of elements, expected 16 for <f4
            {'descr': '<f4', 'fortran_order': False, 'shape': (1,), }       | 8 bytes of elements, expected 4 for <f4
            {'descr': '<f4', 'fortran_order': False, 'shape': (-2,), }      | the header {'descr': '<f4',
            {'descr': '<f4', 'fortran_order': False, 'shape': (2147483640,), }  | expected at most 2147483639 elements
            {'descr': '<f4', 'fortran_order': False, 'shape': (65536, 65536), } | expected at most 2147483639 elements
            {'descr': '<f4', 'fortran_order': False, 'shape': (4294967296, 0), } | expected at most 2147483639 elements
            {'descr': '<f4', 'fortran_order': False, 'shape': (99999999999999999999,), } | expected at most 2147483639
            {'descr': '<f4', 'fortran_order': False, 'shape': (2 2,), }     | expected at most 2147483639 elements
            {'descr': '<f4', 'fortran_order': False, 'shape': (2,,), }      | expected at most 2147483639 elements
            {'descr': '<f4', 'fortran_order': False, }                      | the header {'descr': '<f4',
            {'descr': '<f4', 'fortran_order': 0, 'shape': (2,), }           | the header {'descr': '<f4',
            {'descr': '<f4', 'fortran_order': False, 'shape': (2,), } + 1   | the header {'descr': '<f4',
            {'descr': '<f4', 'fortran_order': False, 'shape': (2,),         | the header {'descr': '<f4',
            'descr': '<f4', 'fortran_order': False, 'shape': (2,), }        | the header 'descr': '<f4',
            {'descr': '=f4', 'fortran_order': False, 'shape': (2,), }       | dtype '=f4', expected f4, f8, i8 or U
            {'descr': '<U1', 'fortran_order': False, 'shape': (2,), }       | dtype '<U1', expected f4 or f8
            """)
    void aHeaderThatIsNotWhatItShouldBeIsNamed(String header, String message) throws IOException {
        byte[] q = npy(SmallNpz.header("(2, 2)"), 1, 2, 3, 4);
        assertEquals(1, LinearTransformer.load(SmallNpz.write(file("good.npz"),
                npy("{ 'shape':(2,),'fortran_order':True , 'descr':'<f4'}\n", 1, 2), q)).features());
        assertRefused(SmallNpz.write(file("bad.npz"), npy(header, 1, 2), q), message);
    }

    private static byte[] npy(String header, float... elements) {
        return SmallNpz.npy(header, elements);
    }

    @Test
    void aMagicNumberAVersionOrALengthThatIsNoneIsNamed() throws IOException {
        byte[] q = npy(SmallNpz.header("(2, 2)"), 1, 2, 3, 4);
        String header = SmallNpz.header("(2,)");
        byte[] p = npy(header, 1, 2);
        p[0] = 'N';
        assertRefused(SmallNpz.write(file("bad.npz"), p, q), "p: no header of .npy 1.0, 2.0 or 3.0");
        for (int major : new int[] {0, 4}) {
            p = SmallNpz.npy(major, header.length(), header, new float[] {1, 2});
            assertRefused(SmallNpz.write(file("bad.npz"), p, q), "p: no header of .npy 1.0, 2.0 or 3.0");
        }
        p = SmallNpz.npy(2, 10_001, header + " ".repeat(10_001), new float[] {1, 2});
        assertRefused(SmallNpz.write(file("bad.npz"), p, q), "p: a header of 10001 bytes, expected at most 10000");
        p = SmallNpz.npy(3, -1, header, new float[] {1, 2});
        assertRefused(SmallNpz.write(file("bad.npz"), p, q), "p: a header of 4294967295 bytes, expected at most 10000");
        p = SmallNpz.npy(1, header.length() + 9, header, new float[] {1, 2});
        assertRefused(SmallNpz.write(file("bad.npz"), p, q), "p: the end after ");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            {^, "steps": 1e999}           | JSON that goes wrong at character
            {^, "steps": 1} x             | expected the end
            {^, "steps": 1                | expected }
            {^, "steps": 1,}              | expected "
            {^, steps: 1}                 | expected "
            {^, "steps" 1}                | expected :
            {^, "steps": 1, "steps": 1}   | JSON with the key steps twice, expected it once
            {^, "steps": 01}              | expected }
            {^, "steps": +1}              | expected a string or a number
            {^, "steps": 1.}              | expected }
            {^, "steps": true}            | expected a string or a number
            {^, "steps": [1]}             | expected a string or a number
            {^, "steps": {}}              | expected a string or a number
            {^, "steps": "1"}             | steps = 1, expected an integer
            {^, "steps": 1.0}             | steps = 1.0, expected an integer
            {^, "steps": 3000000000}      | steps = 3000000000, expected 0..2147483647
            {^, "steps": 99999999999999999999} | steps = 1.0E20, expected an integer
            {^, "steps": -1}              | steps = -1, expected at least 0
            {^, "x": "\\x"}               | expected one of
            {^, "x": "\\u00g0"}           | expected four hexadecimal digits
            {^, "x": "                    | expected the end of a string
            {"format": "other\\n"}         | format = other, expected holdfast-weights
            {"format": 1}                 | format = 1, expected a string
            {}                            | no format, expected a string
            []                            | expected {
            {"format": "holdfast-weights", "version": 1, "features": 1, "seed": 1} | no method, expected a string
            """)
    void aMetaThatIsNotWhatItShouldBeIsNamed(String meta, String message) throws IOException {
        String rest = "\"format\": \"holdfast-weights\", \"version\": 1, \"features\": 1, "
                + "\"method\": \"\\u0061\\/\", \"lambda\": 1E-1, \"epsilon\": 0, \"seed\": -0";
        LinearTransformer loaded = LinearTransformer.load(withMeta(" {\t" + rest + ",\n\"steps\": 1 }\r "));
        assertEquals(new Provenance("a/", 0.1, 0, 0, 1), loaded.provenance().orElseThrow());
        assertRefused(withMeta(meta.replace("^", rest)), "meta: ");
        assertRefused(withMeta(meta.replace("^", rest)), message);
    }

    private Path withMeta(String meta) throws IOException {
        return SmallNpz.write(file("meta.npz"), Map.of("p.npy", npy(SmallNpz.header("(2,)"), 1, 2), "Q.npy",
                npy(SmallNpz.header("(2, 2)"), 1, 2, 3, 4), "meta.npy", SmallNpz.npy(meta)));
    }

    /** Both arrays say what they hold, and the other is no text. */
    @Test
    void aTextThatIsNoneIsNamed() throws IOException {
        assertRefused(withMeta("\0"), "meta: JSON that goes wrong at character 0, expected {");
        byte[] text = SmallNpz.npy("x");
        text[text.length - 2] = 0x11;
        assertRefused(SmallNpz.write(file("text.npz"), Map.of("p.npy", npy(SmallNpz.header("(2,)"), 1, 2), "Q.npy",
                npy(SmallNpz.header("(2, 2)"), 1, 2, 3, 4), "meta.npy", text)), "meta: U+110078, expected a text");
    }

    @Test
    void anArrayThatIsThereTwiceIsRefused() throws IOException {
        Map<String, byte[]> entries = new LinkedHashMap<>();
        entries.put("p.npy", npy(SmallNpz.header("(2,)"), 1, 2));
        entries.put("Q.npy", npy(SmallNpz.header("(2, 2)"), 1, 2, 3, 4));
        entries.put("q.npy", npy(SmallNpz.header("(2, 2)"), 5, 6, 7, 8));
        String latin1 = Files.readString(SmallNpz.write(file("twice.npz"), entries), StandardCharsets.ISO_8859_1);
        Files.writeString(file("twice.npz"), latin1.replace("q.npy", "Q.npy"), StandardCharsets.ISO_8859_1);
        assertRefused(file("twice.npz"), "Q: a second array of this name, expected one");
    }

    /** The directory announces 2 GB. */
    @Test
    void aDirectoryThatSaysMoreThanThereIsIsRefused() throws IOException {
        byte[] p = npy(SmallNpz.header("(2,)"), 1, 2);
        byte[] q = npy(SmallNpz.header("(2, 2)"), 1, 2, 3, 4);
        Path file = SmallNpz.write(file("absurd.npz"), p, q);
        byte[] bytes = Files.readAllBytes(file);
        int central = new String(bytes, StandardCharsets.ISO_8859_1).lastIndexOf("PK\1\2");
        // the uncompressed size, 24 bytes into the last entry of the central directory
        bytes[central + 27] = 0x7f;
        FreshFile.write(file, bytes);
        assertRefused(file, " in the place of Q.npy, ");
    }

    @Test
    void theFormsOfAProvenanceThatAreNoneAreNamed() {
        Map.<String, Executable>of(
                "method = \" \", expected a name", () -> new Provenance(" ", 0, 0, 0, 0),
                "lambda = NaN, expected a finite number", () -> new Provenance("optimum", Double.NaN, 0, 0, 0),
                "epsilon = -1.0, expected a finite number", () -> new Provenance("optimum", 0, -1, 0, 0),
                "lambda = Infinity, expected a finite", () -> new Provenance("optimum", 1.0 / 0, 0, 0, 0),
                "steps = -1, expected at least 0", () -> new Provenance("optimum", 0, 0, 0, -1))
                .forEach((message, misuse) -> {
                    String said = assertThrows(IllegalArgumentException.class, misuse).getMessage();
                    assertTrue(said.contains(message), said);
                });
    }

    private static void assertRefused(Path file, String message) {
        String said = assertThrows(IOException.class, () -> LinearTransformer.load(file)).getMessage();
        assertTrue(said.startsWith(file + ": ") && said.contains(message) && said.contains("expected"), said);
        assertEquals(1, said.lines().count(), said);
    }
}
