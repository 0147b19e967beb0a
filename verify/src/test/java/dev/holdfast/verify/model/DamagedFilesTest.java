package dev.holdfast.verify.model;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.holdfast.model.Classifier;
import dev.holdfast.model.LinearTransformer;
import dev.holdfast.model.MultiClassifier;
import dev.holdfast.model.RobustBayes;
import dev.holdfast.model.Rows;
import dev.holdfast.model.State;
import dev.holdfast.verify.model.Saved.From;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Whatever a file says, reading it ends in what it holds or in an exception, and takes memory for what is there. */
class DamagedFilesTest {
    private static final Pattern NUMBER = Pattern.compile("(?<![\"\\w.])-?\\d+(\\.\\d+)?([eE]-?\\d+)?");

    @TempDir
    Path directory;

    private Path file() {
        return directory.resolve("saved.npz");
    }

    static Stream<Saved> saved() {
        return Saved.all().stream();
    }

    @ParameterizedTest
    @MethodSource("saved")
    void aMissingFileIsNoSuchFile(Saved saved) {
        NoSuchFileException e = assertThrows(NoSuchFileException.class, () -> saved.path().load(file()));
        assertEquals(file() + ": no such file, expected a NumPy .npz file", e.getMessage());
    }

    @ParameterizedTest
    @MethodSource("saved")
    void aFileOfAnotherKindIsNamedByWhatItIs(Saved saved) throws IOException {
        saved.toPath().save(file());
        for (Saved other : Saved.all()) {
            if (!other.holds().equals(saved.holds())) {
                assertEquals(file() + ": it holds " + saved.holds() + ", expected " + other.holds(),
                        assertThrows(IOException.class, () -> other.path().load(file())).getMessage());
            }
        }
    }

    /** By whoever makes labels of names. */
    @Test
    void aNameThatIsNoLabelIsTheFilesFault() throws IOException {
        State.moments(1, List.of("x", "7")).save(file(), name -> name);
        IOException e = assertThrows(IOException.class, () -> State.load(file(), Integer::valueOf));
        assertEquals(file() + ": classes: x, expected the name of a label", e.getMessage());
        assertEquals(NumberFormatException.class, e.getCause().getClass());
    }

    /** Every number of every text and of every header becomes one that is too large, too small, or none. */
    @ParameterizedTest
    @MethodSource("saved")
    void numbersOfAnySizeTakeNoMemoryOfTheirSize(Saved saved) throws IOException {
        saved.toPath().save(file());
        Map<String, byte[]> entries = SmallNpz.read(file());
        for (String name : List.copyOf(entries.keySet())) {
            byte[] whole = entries.get(name);
            boolean isText = name.equals("meta.npy");
            String text = isText ? SmallNpz.text(whole) : new String(whole, StandardCharsets.ISO_8859_1);
            int end = isText ? text.length() : text.indexOf('\n');
            Matcher number = NUMBER.matcher(text).region(isText ? 0 : text.indexOf('{'), end);
            while (number.find()) {
                for (String other : List.of("0", "-1", "46341", "2000000000", "2147483648", "1e300")) {
                    String changed = text.substring(0, number.start()) + other + text.substring(number.end());
                    entries.put(name, isText ? SmallNpz.npy(changed) : header(changed));
                    SmallNpz.write(file(), entries);
                    assertTakesLittle(saved.path(), file());
                }
            }
            entries.put(name, whole);
        }
    }

    /** With the length that its header has now. */
    private static byte[] header(String npy) {
        byte[] bytes = npy.getBytes(StandardCharsets.ISO_8859_1);
        int length = npy.indexOf('\n') - 9;
        bytes[8] = (byte) length;
        bytes[9] = (byte) (length >> 8);
        return bytes;
    }

    @ParameterizedTest
    @MethodSource("saved")
    void changedBytesTakeNoMemory(Saved saved) throws IOException {
        byte[] whole = saved.bytes().get();
        Random random = new Random(1);
        for (int k = 0; k < 300; k++) {
            byte[] damaged = whole.clone();
            for (int change = 0; change <= k % 3; change++) {
                damaged[random.nextInt(whole.length)] = (byte) (k % 2 == 0 ? random.nextInt() : 0xff);
            }
            assertTakesLittle(saved.buffer(), ByteBuffer.wrap(damaged));
        }
    }

    private static <T> void assertTakesLittle(From<T> from, T what) {
        long before = Allocated.bytes();
        try {
            from.load(what);
        } catch (IOException e) {
            assertEquals(1, e.getMessage().lines().count(), e.getMessage());
        }
        long taken = Allocated.bytes() - before;
        assertTrue(taken < 4 << 20, taken + " bytes");
    }

    /** Q of zeros announces what deflate makes of nothing: p, which says how large it is, comes first. */
    @Test
    void aCheckpointTakesNoMemoryForAQThatIsNotThere() throws IOException {
        Saved saved = Saved.all().get(7);
        saved.toPath().save(file());
        Map<String, byte[]> entries = new LinkedHashMap<>(SmallNpz.read(file()));
        String text = SmallNpz.text(entries.get("meta.npy")).replace("\"features\": 3", "\"features\": 46000");
        entries.put("meta.npy", SmallNpz.npy(text));
        entries.put("p.npy", SmallNpz.npy(SmallNpz.header("(46001,)"), new float[46001]));
        SmallNpz.write(file(), entries);
        assertTakesLittle(saved.path(), file());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            {"0": "0", "1": "1", "3": "2"}           | no 2, expected a string
            {"1": "0", "2": "1", "3": "2"}           | no 0, expected a string
            {"0": "0", "1": "1", "2": "2", "x": "3"} | no 3, expected a string
            {"0": "0", "1": "1", "2": "1"}           | the name 1 of number 2, expected a name unlike those before it
            {"0": "0", "1": "1", "1": "2"}           | JSON with the key 1 twice
            """)
    void namesWithGapsAndTheSameTwiceAreRefused(String names, String message) throws IOException {
        for (Saved saved : Saved.all().subList(5, 10)) {
            saved.toPath().save(file());
            Map<String, byte[]> entries = SmallNpz.read(file());
            for (String array : List.of("classes", "features")) {
                if (entries.containsKey(array + ".npy")) {
                    Map<String, byte[]> changed = new LinkedHashMap<>(entries);
                    changed.put(array + ".npy", SmallNpz.npy(names));
                    SmallNpz.write(file(), changed);
                    IOException e = assertThrows(IOException.class, () -> saved.path().load(file()));
                    assertTrue(e.getMessage().startsWith(file() + ": " + array + ": " + message), e.getMessage());
                }
            }
        }
    }

    /** In any order. */
    @Test
    void namesInAnotherOrderAreTheSame() throws IOException {
        State.variances(1, List.of("a", "b")).save(file(), name -> name);
        Map<String, byte[]> entries = SmallNpz.read(file());
        entries.put("classes.npy", SmallNpz.npy("{\"1\": \"b\", \"0\": \"a\"}"));
        SmallNpz.write(file(), entries);
        assertEquals(List.of("a", "b"), State.load(file(), name -> name).classes());
    }

    /** What can be saved can be loaded: many classes, one-vs-rest. */
    @Test
    void sixtyThousandClassesGoOn() throws IOException {
        List<Integer> labels = IntStream.range(0, 60_000).boxed().toList();
        MultiClassifier<Integer> classifier = MultiClassifier.ofRest(labels,
                labels.stream().map(k -> Classifier.of(new float[] {k}, -0.5 * k * k)).toList());
        classifier.save(file(), Object::toString);
        MultiClassifier<Integer> loaded = MultiClassifier.load(file(), Integer::valueOf);
        assertEquals(labels, loaded.classes());
        assertEquals(1234, loaded.predict(new float[] {1234.25f}));
        assertEquals(0.25, loaded.radius(new float[] {1234.25f}), 1e-6);
    }

    /** A zip of more entries than 16 bits count. */
    @Test
    void aStateOfManyClassesGoesOn() throws IOException {
        List<Integer> labels = IntStream.range(0, 33_000).boxed().toList();
        State<Integer> state = State.variances(1, labels);
        state.add(new float[] {2}, 32_999);
        state.save(file(), Object::toString);
        State<Integer> loaded = State.load(file(), Integer::valueOf);
        assertEquals(1, loaded.size(32_999));
        assertEquals(state.hash(), loaded.hash());
    }

    @Test
    void longNamesGoOn() throws IOException {
        List<String> labels = List.of("a".repeat(700_000), "é".repeat(700_000));
        State.variances(1, labels).save(file(), name -> name);
        assertEquals(labels, State.load(file(), name -> name).classes());
    }

    @Test
    void pairsOfMoreClassesThanCanBeCountedAreRefused() throws IOException {
        List<Integer> labels = IntStream.range(0, 65_537).boxed().toList();
        State<Integer> state = State.variances(1, labels);
        assertEquals("number of classes = 65537, expected at most 65536, whose pairs can be counted",
                assertThrows(IllegalArgumentException.class,
                        () -> RobustBayes.l2(0).diagonal().learnPairs(state)).getMessage());
        LinearTransformer.standard(1).learnPairs(Rows.copyOf(new float[] {1}, new float[] {2}), List.of("a", "b"))
                .save(file(), name -> name);
        Map<String, byte[]> entries = SmallNpz.read(file());
        StringBuilder names = new StringBuilder("{\"0\": \"0\"");
        IntStream.range(1, 65_537).forEach(k -> names.append(", \"" + k + "\": \"" + k + "\""));
        entries.put("classes.npy", SmallNpz.npy(names + "}"));
        SmallNpz.write(file(), entries);
        assertEquals(file() + ": meta: number of classes = 65537, expected at most 65536, whose pairs can be counted",
                assertThrows(IOException.class, () -> MultiClassifier.load(file(), name -> name)).getMessage());
    }

    /** The same weights have the same hash when they come back. */
    @Test
    void weightsOfOneFeatureKeepTheirHash() throws IOException {
        Rows x = Rows.copyOf(new float[] {1}, new float[] {-2});
        int[] y = {1, -1};
        for (LinearTransformer transformer : List.of(LinearTransformer.standard(1), LinearTransformer.adversarial(1),
                LinearTransformer.structured(new float[] {1, 1}, new float[] {-0f}, 0.5f, new float[] {-0f}),
                LinearTransformer.structured(new float[] {1, 1, 1}, new float[] {-0f, 1}, -0f, new float[2]))) {
            transformer.save(file());
            Rows rows = transformer.features() == 1 ? x : Rows.copyOf(new float[] {1, 2}, new float[] {-2, 1});
            assertEquals(transformer.learn(rows, y).origin(),
                    LinearTransformer.load(file()).learn(rows, y).origin());
        }
    }

    /** Rows that came and went by the thousand, in which digits are carried more than once. */
    @Test
    void anExactStateKeepsNoTraceOfItsHistory() throws IOException {
        State<String> state = State.moments(2, List.of("a", "b")).exact();
        state.add(new float[] {0.3f, -7e9f}, "a");
        String hash = state.hash();
        byte[] sums = sums(state);
        Random random = new Random(1);
        float[][] x = new float[8200][2];
        for (float[] row : x) {
            row[0] = (float) Math.scalb(random.nextGaussian(), random.nextInt(-100, 40));
            row[1] = (float) Math.scalb(random.nextGaussian(), random.nextInt(-100, 40));
            state.add(row, "a");
        }
        for (float[] row : x) {
            state.remove(row, "a");
        }
        assertEquals(hash, state.hash());
        assertArrayEquals(sums, sums(state));
    }

    /** The sums of a file. */
    private byte[] sums(State<String> state) throws IOException {
        state.save(file(), name -> name);
        return SmallNpz.read(file()).get("squares_0.npy");
    }
}
