package dev.holdfast.verify.model;

import static dev.holdfast.verify.model.ClassifierPropertyTest.reals;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.holdfast.model.LinearTransformer;
import dev.holdfast.model.MultiClassifier;
import dev.holdfast.model.RobustBayes;
import dev.holdfast.model.Rows;
import dev.holdfast.model.Threat;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Classifiers of many classes and their Gaussian models on their way through files. */
class MultiClassifierFileTest {
    private static final int D = 5;
    private static final List<String> Y = List.of("ä", "b\"", "c\n", "ä", "b\"", "c\n", "c\n", "c\n", "ä");
    private static final RobustBayes BAYES = RobustBayes.l2(0.01).countedPriors();

    @TempDir
    Path directory;

    private Path file() {
        return directory.resolve("saved.npz");
    }

    private static Rows rows() {
        return Rows.copyOf(reals(new Random(1), Y.size(), D));
    }

    private static MultiClassifier<String> bayes(boolean pairs) {
        return pairs ? BAYES.learnPairs(rows(), Y) : BAYES.learnRest(rows(), Y);
    }

    private MultiClassifier<String> load() throws IOException {
        return MultiClassifier.load(file(), name -> name);
    }

    private void change(String entry, UnaryOperator<byte[]> change) throws IOException {
        Map<String, byte[]> entries = new LinkedHashMap<>(SmallNpz.read(file()));
        assertTrue(entries.containsKey(entry), entries.keySet().toString());
        entries.computeIfPresent(entry, (name, npy) -> change.apply(npy));
        SmallNpz.write(file(), entries);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void gaussianModelsKeepEveryBit(boolean pairs) throws IOException {
        MultiClassifier<String> classifier = bayes(pairs);
        classifier.save(file(), name -> name);
        MultiClassifier<String> loaded = load();
        assertEquals(classifier.classes(), loaded.classes());
        assertEquals(BAYES.name(), loaded.origin().orElseThrow().learner());
        assertEquals(classifier.origin(), loaded.origin());
        for (float[] query : reals(new Random(2), 20, D)) {
            assertArrayEquals(classifier.probabilities(query), loaded.probabilities(query));
            assertArrayEquals(classifier.scores(query), loaded.scores(query));
            assertEquals(classifier.answer(query, Threat.l2()), loaded.answer(query, Threat.l2()));
        }
        // all numbers of the models, those that no method gives included
        byte[] bytes = Files.readAllBytes(file());
        loaded.save(file(), name -> name);
        assertArrayEquals(bytes, Files.readAllBytes(file()));
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void withoutGaussianModelsThereIsNoSuchArray(boolean pairs) throws IOException {
        LinearTransformer transformer = LinearTransformer.adversarial(D).aligned();
        MultiClassifier<String> classifier = pairs ? transformer.learnPairs(rows(), Y) : transformer.learnRest(rows(), Y);
        classifier.save(file(), name -> name);
        assertTrue(!SmallNpz.read(file()).containsKey("gaussian.npy"));
        IllegalStateException e =
                assertThrows(IllegalStateException.class, () -> load().probabilities(new float[D]));
        assertEquals("this classifier has no Gaussian model, expected one that RobustBayes made", e.getMessage());
    }

    /** The deviation of the last one, the fourth number from behind. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void numbersOfNoGaussianModelAreRefused(boolean pairs) throws IOException {
        bayes(pairs).save(file(), name -> name);
        change("gaussian.npy", npy -> ByteBuffer.wrap(npy.clone())
                .order(ByteOrder.LITTLE_ENDIAN)
                .putDouble(npy.length - 8 * 4, -1)
                .array());
        IOException e = assertThrows(IOException.class, this::load);
        assertEquals(file() + ": gaussian: deviation = -1.0, expected a finite number, positive, expected the numbers of a"
                + " Gaussian model", e.getMessage());
    }

    /** As it was written before classifiers had Gaussian models: the same arrays, the hash of weights by its old name. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aFileOfTheFirstVersionIsRefused(boolean pairs) throws IOException {
        LinearTransformer transformer = LinearTransformer.adversarial(D).aligned();
        (pairs ? transformer.learnPairs(rows(), Y) : transformer.learnRest(rows(), Y)).save(file(), name -> name);
        change("meta.npy", npy -> {
            String meta = SmallNpz.text(npy)
                    .replace("\"version\": 2", "\"version\": 1")
                    .replace("\"learner\": \"transformer:", "\"weights_sha256\": \"");
            assertTrue(meta.contains("\"version\": 1") && meta.contains("weights_sha256"), meta);
            return SmallNpz.npy(meta);
        });
        IOException e = assertThrows(IOException.class, this::load);
        assertEquals(file() + ": meta: version = 1, expected 2", e.getMessage());
    }
}
