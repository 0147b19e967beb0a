package dev.holdfast.verify.model;

import static dev.holdfast.verify.model.InContextClassifierPropertyTest.labels;
import static dev.holdfast.verify.model.InContextClassifierPropertyTest.reals;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.holdfast.model.Context;
import dev.holdfast.model.InContextClassifier;
import dev.holdfast.model.InContextClassifier.Origin;
import dev.holdfast.model.LinearTransformer;
import dev.holdfast.model.Preprocessing;
import dev.holdfast.model.Provenance;
import dev.holdfast.model.Rows;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.function.UnaryOperator;
import java.util.stream.DoubleStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Classifiers and preprocessing on their way through files: every bit comes back, or a refusal says why not. */
class ClassifierFileTest {
    @TempDir
    Path directory;

    private Path file() {
        return directory.resolve("saved.npz");
    }

    private static Rows rows(int seed, int n, int d) {
        return Rows.copyOf(reals(new Random(seed), n, d));
    }

    private static InContextClassifier learnt(LinearTransformer transformer, int seed) {
        Rows x = rows(seed, 9, transformer.features());
        int[] y = labels(new Random(seed), 9);
        return transformer.learn(Preprocessing.fit(x, y), x, y);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 17, 100})
    void aClassifierKeepsEveryBit(int d) throws IOException {
        InContextClassifier classifier = learnt(LinearTransformer.standard(d), d);
        classifier.save(file());
        InContextClassifier loaded = InContextClassifier.load(file());
        assertArrayEquals(classifier.weights(), loaded.weights());
        assertEquals(classifier.intercept(), loaded.intercept());
        assertArrayEquals(classifier.preprocessing().mean(), loaded.preprocessing().mean());
        assertArrayEquals(classifier.preprocessing().sign(), loaded.preprocessing().sign());
        assertEquals(classifier.origin(), loaded.origin());
        Rows queries = rows(-d, 5, d);
        assertArrayEquals(classifier.scores(queries), loaded.scores(queries));
        byte[] bytes = Files.readAllBytes(file());
        loaded.save(file());
        assertArrayEquals(bytes, Files.readAllBytes(file()));
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 17, 100})
    void preprocessingKeepsEveryBit(int d) throws IOException {
        Preprocessing preprocessing = Preprocessing.fit(rows(d, 9, d), labels(new Random(d), 9));
        preprocessing.save(file());
        Preprocessing loaded = Preprocessing.load(file());
        assertArrayEquals(preprocessing.mean(), loaded.mean());
        assertArrayEquals(preprocessing.sign(), loaded.sign());
    }

    /** The hashes are those of the numbers that the Javadoc names, taken here anew. */
    @Test
    void theOriginIsWhatItSays() throws Exception {
        int d = 3;
        float[][] x = {{1, 2, 0}, {3, 0, 1}, {0, -1, 2}};
        int[] y = {1, -1, 1};
        Provenance provenance = new Provenance("pretraining", 0.1, 0.2, 7, 100);
        LinearTransformer transformer = LinearTransformer.of(new float[] {1, 1, 1, 1},
                new float[] {1, 0, 0, 5, 2, 0, 0, 0, 3, 0, 1, 0}).withProvenance(provenance);
        Origin origin = transformer.learn(Rows.copyOf(x), y).origin().orElseThrow();
        double[] a = new double[d + 1];
        for (int n = 0; n < x.length; n++) {
            float[] z = {x[n][0], x[n][1], x[n][2], y[n]};
            for (int j = 0; j <= d; j++) {
                a[j] += (z[0] + z[1] + z[2] + z[3]) * z[j];
            }
        }
        assertEquals(3, origin.demonstrations());
        assertEquals(sha256(DoubleStream.concat(DoubleStream.of(3), DoubleStream.of(a)).toArray()),
                origin.demonstrationsHash());
        assertEquals(Optional.of(provenance), origin.weights());
        assertTrue(origin.product().startsWith("holdfast "), origin.product());
        assertNotEquals(origin.weightsHash(),
                LinearTransformer.standard(d).learn(Rows.copyOf(x), y).origin().orElseThrow().weightsHash());
        // two entries off the diagonal differ: Q̄ is dense, and hashed as it is
        assertEquals(sha256(new float[] {1, 1, 1, 1, 1, 0, 0, 5, 2, 0, 0, 0, 3, 0, 1, 0}), origin.weightsHash());
    }

    private static String sha256(double[] values) throws Exception {
        ByteBuffer bytes = ByteBuffer.allocate(8 * values.length).order(ByteOrder.LITTLE_ENDIAN);
        bytes.asDoubleBuffer().put(values);
        return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes.array()));
    }

    private static String sha256(float[] values) throws Exception {
        ByteBuffer bytes = ByteBuffer.allocate(4 * values.length).order(ByteOrder.LITTLE_ENDIAN);
        bytes.asFloatBuffer().put(values);
        return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes.array()));
    }

    /** In whatever order they came, and whatever came and went between. */
    @Test
    void theSameDemonstrationsHaveTheSameHash() {
        LinearTransformer transformer = LinearTransformer.adversarial(4);
        float[][] x = reals(new Random(5), 3, 4);
        Context context = transformer.context();
        context.add(x[0], 1);
        context.add(x[1], -1);
        Context other = transformer.context();
        other.add(x[1], -1);
        other.add(x[2], -1);
        other.add(x[0], 1);
        assertNotEquals(context.classifier().origin(), other.classifier().origin());
        other.remove(x[2], -1);
        assertEquals(context.classifier().origin(), other.classifier().origin());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            "version": 1                         | "version": 0                  | meta: version = 0, expected 1
            "version": 1                         | "version": 2                  | meta: version = 2, expected 1: the file is newer than this program
            "format": "holdfast-classifier"      | "format": "holdfast-weights"  | meta: format = holdfast-weights, expected holdfast-classifier
            "features": 2                        | "features": 3                 | w: the shape (2,), expected (3,)
            "features": 2                        | "features": 0                 | meta: features = 0, expected 1..
            "demonstrations":                    | "demonstrators":              | meta: no demonstrations, expected a number
            "demonstrations_sha256": "           | "demonstrations_sha256": "no  | meta: demonstrations_sha256 = no
            "weights_sha256"                     | "sha256"                      | meta: no weights_sha256, expected a string
            """)
    void metaThatIsNotWhatItShouldBeIsRefused(String from, String to, String message) throws IOException {
        learnt(LinearTransformer.standard(2), 1).save(file());
        change("meta.npy", npy -> SmallNpz.npy(SmallNpz.text(npy).replace(from, to)));
        IOException e = assertThrows(IOException.class, () -> InContextClassifier.load(file()));
        assertTrue(e.getMessage().startsWith(file() + ": " + message), e.getMessage());
    }

    private void change(String entry, UnaryOperator<byte[]> change) throws IOException {
        Map<String, byte[]> entries = new LinkedHashMap<>(SmallNpz.read(file()));
        entries.computeIfPresent(entry, (name, npy) -> change.apply(npy));
        SmallNpz.write(file(), entries);
    }

    @Test
    void anyOtherFileIsRefused() throws IOException {
        Preprocessing.none(2).save(file());
        IOException e = assertThrows(IOException.class, () -> InContextClassifier.load(file()));
        assertEquals(file() + ": meta: format = holdfast-preprocessing, expected holdfast-classifier", e.getMessage());
        LinearTransformer.standard(2).save(file());
        e = assertThrows(IOException.class, () -> Preprocessing.load(file()));
        assertEquals(file() + ": Q: an array of this name, expected mean, sign and meta alone", e.getMessage());
        assertThrows(IOException.class, () -> Preprocessing.load(directory.resolve("missing.npz")));
    }

    @Test
    void aSignIsOneOfThree() throws IOException {
        Preprocessing.none(2).save(file());
        change("sign.npy", npy -> SmallNpz.npy(SmallNpz.header("(2,)"), new float[] {1, 0.5f}));
        IOException e = assertThrows(IOException.class, () -> Preprocessing.load(file()));
        assertEquals(file() + ": sign: 0.5 among the numbers, expected each -1, 0 or 1", e.getMessage());
    }

    /** A byte that is changed, or lost with all behind it, is found, or says nothing of the classifier. */
    @Test
    void damageIsFound() throws IOException {
        InContextClassifier classifier = learnt(LinearTransformer.standard(2), 1);
        classifier.save(file());
        byte[] whole = Files.readAllBytes(file());
        for (int at = 0; at < whole.length; at++) {
            byte[] damaged = whole.clone();
            damaged[at] ^= 0x40;
            Files.write(file(), damaged);
            assertSameOrRefused(classifier);
            Files.write(file(), Arrays.copyOf(whole, at));
            assertThrows(IOException.class, () -> InContextClassifier.load(file()));
        }
    }

    private void assertSameOrRefused(InContextClassifier classifier) {
        InContextClassifier loaded;
        try {
            loaded = InContextClassifier.load(file());
        } catch (IOException e) {
            assertTrue(e.getMessage().startsWith(file() + ": "), e.getMessage());
            return;
        }
        assertArrayEquals(classifier.weights(), loaded.weights());
        assertEquals(classifier.intercept(), loaded.intercept());
        assertEquals(classifier.origin(), loaded.origin());
    }

    @Test
    void aWriteThatFailsLeavesNothing() throws IOException {
        Path missing = directory.resolve("missing").resolve("c.npz");
        assertThrows(IOException.class, () -> learnt(LinearTransformer.standard(2), 1).save(missing));
        Path folder = Files.createDirectory(directory.resolve("folder"));
        assertThrows(IOException.class, () -> Preprocessing.none(2).save(folder));
        try (var files = Files.list(directory)) {
            assertFalse(files.anyMatch(f -> !f.equals(folder)));
        }
    }
}
