package dev.holdfast.verify.model;

import static dev.holdfast.verify.model.ClassifierPropertyTest.labels;
import static dev.holdfast.verify.model.ClassifierPropertyTest.reals;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.holdfast.model.Alignment;
import dev.holdfast.model.Classifier.Origin;
import dev.holdfast.model.Classifier;
import dev.holdfast.model.LinearTransformer;
import dev.holdfast.model.Provenance;
import dev.holdfast.model.RobustBayes;
import dev.holdfast.model.Rows;
import dev.holdfast.model.State;
import dev.holdfast.verify.FreshFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
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

/** Classifiers and alignments on their way through files: every bit comes back, or a refusal says why not. */
class ClassifierFileTest {
    private static final RobustBayes BAYES = RobustBayes.linf(0.01).priors(0.3, 0.7);

    @TempDir
    Path directory;

    private Path file() {
        return directory.resolve("saved.npz");
    }

    private static Rows rows(int seed, int n, int d) {
        return Rows.copyOf(reals(new Random(seed), n, d));
    }

    private static Classifier learnt(LinearTransformer transformer, int seed) {
        Rows x = rows(seed, 9, transformer.features());
        int[] y = labels(new Random(seed), 9);
        return transformer.aligned(Alignment.fit(x, y)).learn(x, y);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 17, 100})
    void aClassifierKeepsEveryBit(int d) throws IOException {
        Classifier classifier = learnt(LinearTransformer.standard(d), d);
        classifier.save(file());
        Classifier loaded = Classifier.load(file());
        assertArrayEquals(classifier.weights(), loaded.weights());
        assertEquals(classifier.intercept(), loaded.intercept());
        assertArrayEquals(classifier.alignment().mean(), loaded.alignment().mean());
        assertArrayEquals(classifier.alignment().sign(), loaded.alignment().sign());
        assertEquals(classifier.origin(), loaded.origin());
        assertEquals(Optional.empty(), loaded.gaussian());
        Rows queries = rows(-d, 5, d);
        assertArrayEquals(classifier.scores(queries), loaded.scores(queries));
        byte[] bytes = Files.readAllBytes(file());
        loaded.save(file());
        assertArrayEquals(bytes, Files.readAllBytes(file()));
    }

    /** Rows of two classes that lie apart. */
    private static Classifier bayes(int d) {
        float[][] x = reals(new Random(d), 9, d);
        int[] y = labels(new Random(d), 9);
        y[0] = 1;
        y[1] = -1;
        for (int n = 0; n < x.length; n++) {
            for (int j = 0; j < d; j++) {
                x[n][j] += 2 * y[n];
            }
        }
        return BAYES.learn(Rows.copyOf(x), y);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 17})
    void aGaussianModelKeepsEveryBit(int d) throws IOException {
        Classifier classifier = bayes(d);
        classifier.save(file());
        Classifier loaded = Classifier.load(file());
        assertEquals(classifier.gaussian().orElseThrow(), loaded.gaussian().orElseThrow());
        assertEquals(BAYES.name(), loaded.origin().orElseThrow().learner());
        assertEquals(classifier.origin(), loaded.origin());
        assertArrayEquals(classifier.weights(), loaded.weights());
        assertEquals(classifier.intercept(), loaded.intercept());
        float[] query = reals(new Random(-d), 1, d)[0];
        assertEquals(classifier.probability(query), loaded.probability(query));
        byte[] bytes = Files.readAllBytes(file());
        loaded.save(file());
        assertArrayEquals(bytes, Files.readAllBytes(file()));
    }

    /** ε, margin, deviation, dual norm, log-odds and gap, in this order. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            0 | -0.5     | epsilon = -0.5, expected a finite number, at least 0
            1 | NaN      | margin = NaN, expected a finite number, finite
            2 | 0        | deviation = 0.0, expected a finite number, positive
            3 | Infinity | dualNorm = Infinity, expected a finite number, at least 0
            4 | Infinity | logOdds = Infinity, expected a finite number, finite
            5 | -1       | gap = -1.0, expected a finite number, at least 0
            """)
    void numbersOfNoGaussianModelAreRefused(int at, double value, String message) throws IOException {
        bayes(2).save(file());
        change("gaussian.npy", npy -> {
            ByteBuffer changed = ByteBuffer.wrap(npy.clone()).order(ByteOrder.LITTLE_ENDIAN);
            return changed.putDouble(npy.length - 8 * (6 - at), value).array();
        });
        IOException e = assertThrows(IOException.class, () -> Classifier.load(file()));
        assertEquals(file() + ": gaussian: " + message + ", expected the numbers of a Gaussian model", e.getMessage());
    }

    /** As it was written before classifiers had Gaussian models: the same arrays, the hash of weights by its old name. */
    @Test
    void aFileOfTheFirstVersionIsRefused() throws IOException {
        learnt(LinearTransformer.standard(2), 1).save(file());
        change("meta.npy", npy -> {
            String meta = SmallNpz.text(npy)
                    .replace("\"version\": 2", "\"version\": 1")
                    .replace("\"learner\": \"transformer:", "\"weights_sha256\": \"");
            assertTrue(meta.contains("\"version\": 1") && meta.contains("weights_sha256"), meta);
            return SmallNpz.npy(meta);
        });
        IOException e = assertThrows(IOException.class, () -> Classifier.load(file()));
        assertEquals(file() + ": meta: version = 1, expected 2", e.getMessage());
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 17, 100})
    void anAlignmentKeepsEveryBit(int d) throws IOException {
        Alignment alignment = Alignment.fit(rows(d, 9, d), labels(new Random(d), 9));
        alignment.save(file());
        Alignment loaded = Alignment.load(file());
        assertArrayEquals(alignment.mean(), loaded.mean());
        assertArrayEquals(alignment.sign(), loaded.sign());
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
        assertNotEquals(origin.learner(),
                LinearTransformer.standard(d).learn(Rows.copyOf(x), y).origin().orElseThrow().learner());
        // two entries off the diagonal differ: Q̄ is dense, and hashed as it is
        assertEquals("transformer:" + sha256(new float[] {1, 1, 1, 1, 1, 0, 0, 5, 2, 0, 0, 0, 3, 0, 1, 0}),
                origin.learner());
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
        State<Integer> state = State.attention(transformer, List.of(1, -1)).exact();
        state.add(x[0], 1);
        state.add(x[1], -1);
        State<Integer> other = State.attention(transformer, List.of(1, -1)).exact();
        other.add(x[1], -1);
        other.add(x[2], -1);
        other.add(x[0], 1);
        assertNotEquals(transformer.learn(state).origin(), transformer.learn(other).origin());
        other.remove(x[2], -1);
        assertEquals(transformer.learn(state).origin(), transformer.learn(other).origin());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            "version": 2                         | "version": 0                  | meta: version = 0, expected 2
            "version": 2                         | "version": 3                  | meta: version = 3, expected 2: the file is newer than this program
            "format": "holdfast-classifier"      | "format": "holdfast-weights"  | it holds the weights of a transformer, expected a classifier
            "features": 2                        | "features": 3                 | w: the shape (2,), expected (3,)
            "features": 2                        | "features": 0                 | meta: features = 0, expected 1..
            "demonstrations":                    | "demonstrators":              | meta: no demonstrations, expected a number
            "demonstrations_sha256": "           | "demonstrations_sha256": "no  | meta: demonstrations_sha256 = no
            "learner"                            | "learned"                     | meta: no learner, expected a string
            """)
    void metaThatIsNotWhatItShouldBeIsRefused(String from, String to, String message) throws IOException {
        learnt(LinearTransformer.standard(2), 1).save(file());
        change("meta.npy", npy -> SmallNpz.npy(SmallNpz.text(npy).replace(from, to)));
        IOException e = assertThrows(IOException.class, () -> Classifier.load(file()));
        assertTrue(e.getMessage().startsWith(file() + ": " + message), e.getMessage());
    }

    private void change(String entry, UnaryOperator<byte[]> change) throws IOException {
        Map<String, byte[]> entries = new LinkedHashMap<>(SmallNpz.read(file()));
        entries.computeIfPresent(entry, (name, npy) -> change.apply(npy));
        SmallNpz.write(file(), entries);
    }

    @Test
    void anyOtherFileIsRefused() throws IOException {
        Alignment.none(2).save(file());
        IOException e = assertThrows(IOException.class, () -> Classifier.load(file()));
        assertEquals(file() + ": it holds an alignment, expected a classifier", e.getMessage());
        LinearTransformer.standard(2).save(file());
        e = assertThrows(IOException.class, () -> Alignment.load(file()));
        assertEquals(file() + ": it holds the weights of a transformer, expected an alignment", e.getMessage());
    }

    @Test
    void aSignIsOneOfThree() throws IOException {
        Alignment.none(2).save(file());
        change("sign.npy", npy -> SmallNpz.npy(SmallNpz.header("(2,)"), new float[] {1, 0.5f}));
        IOException e = assertThrows(IOException.class, () -> Alignment.load(file()));
        assertEquals(file() + ": sign: 0.5 among the numbers, expected each -1, 0 or 1", e.getMessage());
    }

    /** A byte that is changed, or lost with all behind it, is found, or says nothing of the classifier. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void damageIsFound(boolean gaussian) throws IOException {
        Classifier classifier = gaussian ? bayes(2) : learnt(LinearTransformer.standard(2), 1);
        classifier.save(file());
        byte[] whole = Files.readAllBytes(file());
        for (int at = 0; at < whole.length; at++) {
            byte[] damaged = whole.clone();
            damaged[at] ^= 0x40;
            FreshFile.write(file(), damaged);
            assertSameOrRefused(classifier);
            FreshFile.write(file(), Arrays.copyOf(whole, at));
            assertThrows(IOException.class, () -> Classifier.load(file()));
        }
    }

    private void assertSameOrRefused(Classifier classifier) {
        Classifier loaded;
        try {
            loaded = Classifier.load(file());
        } catch (IOException e) {
            assertTrue(e.getMessage().startsWith(file() + ": "), e.getMessage());
            return;
        }
        assertArrayEquals(classifier.weights(), loaded.weights());
        assertEquals(classifier.intercept(), loaded.intercept());
        assertEquals(classifier.origin(), loaded.origin());
        assertEquals(classifier.gaussian(), loaded.gaussian());
    }

    @Test
    void aWriteThatFailsLeavesNothing() throws IOException {
        Path missing = directory.resolve("missing").resolve("c.npz");
        assertThrows(IOException.class, () -> learnt(LinearTransformer.standard(2), 1).save(missing));
        Path folder = Files.createDirectory(directory.resolve("folder"));
        assertThrows(IOException.class, () -> Alignment.none(2).save(folder));
        try (var files = Files.list(directory)) {
            assertFalse(files.anyMatch(f -> !f.equals(folder)));
        }
    }
}
