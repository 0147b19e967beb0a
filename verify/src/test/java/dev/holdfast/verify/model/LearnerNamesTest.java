package dev.holdfast.verify.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.holdfast.model.DeepTransformer;
import dev.holdfast.model.Learner;
import dev.holdfast.model.LinearTransformer;
import dev.holdfast.model.RobustBayes;
import dev.holdfast.model.Rows;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Learners by name, from files, for other features, and for rows as they are. */
class LearnerNamesTest {
    private static final DeepTransformer FAMILY = DeepTransformer.family(
            2, List.of(new DeepTransformer.Layer(0, 1, 1, 0), new DeepTransformer.Layer(1, 1, 0.5, 0)));
    private static final DeepTransformer MATRICES = DeepTransformer.of(LinearTransformer.standard(2));

    @TempDir
    Path directory;

    @Test
    void everyNameMeansALearner() {
        Map<String, Learner> learners = Map.ofEntries(
                Map.entry("standard", LinearTransformer.standard(3)),
                Map.entry("adversarial", LinearTransformer.adversarial(3)),
                Map.entry("mean", DeepTransformer.family(3, List.of(new DeepTransformer.Layer(0, 1, 1, 0)))),
                Map.entry("bayes:linf:0.1", RobustBayes.linf(0.1)),
                Map.entry("bayes:l2:.5", RobustBayes.l2(0.5)),
                Map.entry("bayes:l1:1e-3", RobustBayes.l1(0.001)),
                Map.entry("bayes:l1:+2.", RobustBayes.l1(2)),
                Map.entry("bayes-diagonal:l2:0", RobustBayes.l2(0).diagonal()),
                Map.entry("bayes-identity:linf:0.25", RobustBayes.linf(0.25).identity()),
                Map.entry("bayes:l2:0.5:1e-9", RobustBayes.l2(0.5).ridge(1e-9)),
                Map.entry("bayes-diagonal:linf:3:2", RobustBayes.linf(3).ridge(2).diagonal()));
        learners.forEach((name, learner) -> assertEquals(Optional.of(learner), Learner.named(name, 3), name));
    }

    /** What robust Bayes is called in errors is its name here. */
    @Test
    void namesOfRobustBayesComeBack() {
        for (RobustBayes bayes : List.of(RobustBayes.linf(0.1), RobustBayes.l2(3e-5).diagonal(), RobustBayes.l1(1e6).identity())) {
            assertEquals(Optional.of(bayes), Learner.named(bayes.name(), 1));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "Standard", "standard ", "plain", "bayes", "bayes:l2", "bayes:l4:1", "bayes:l2:-1", "bayes:l2:1:0",
            "bayes:l2:1:-1", "bayes:l2:1:1:1", "bayes:l2:", "bayes:l2:.", "bayes:l2:NaN", "bayes:l2:1d", "bayes:l2:0x1p-3",
            "bayes:l2:1e39", "bayes:l2:1:1e39", "bayes:l2:1:", "bayesian:l2:1", "bayes-full:l2:1", "w.npz"})
    void otherNamesMeanNone(String name) {
        assertEquals(Optional.empty(), Learner.named(name, 3));
    }

    @Test
    void featuresAreAtLeastOne() {
        String message = assertThrows(IllegalArgumentException.class, () -> Learner.named("bayes:l2:1", 0)).getMessage();
        assertEquals("d = 0, expected at least 1", message);
    }

    @Test
    void filesHaveOneLayerOrSeveral() throws IOException {
        LinearTransformer one = LinearTransformer.adversarial(3);
        one.save(directory.resolve("one.npz"));
        FAMILY.save(directory.resolve("family.npz"));
        assertEquals(one, Learner.load(directory.resolve("one.npz")));
        assertEquals(FAMILY, Learner.load(directory.resolve("family.npz")));
        assertEquals(MATRICES, Learner.load(new ByteArrayInputStream(MATRICES.toBytes())));
        assertEquals(FAMILY, Learner.load(ByteBuffer.wrap(FAMILY.toBytes())));
        byte[] classifier = RobustBayes.l2(0).ridge(1)
                .learn(Rows.copyOf(new float[] {1}, new float[] {-1}), new int[] {1, -1}).toBytes();
        assertThrows(IOException.class, () -> Learner.load(ByteBuffer.wrap(classifier)));
    }

    @Test
    void weightsAreForTheirFeatures() {
        LinearTransformer one = LinearTransformer.standard(3);
        assertSame(one, one.withFeatures(3));
        assertSame(MATRICES, MATRICES.withFeatures(2));
        assertEquals(7, FAMILY.withFeatures(7).features());
        RobustBayes bayes = RobustBayes.l2(1);
        assertSame(bayes, bayes.withFeatures(5));
        for (Learner weights : List.of(one, MATRICES)) {
            String message = assertThrows(IllegalStateException.class, () -> weights.withFeatures(4)).getMessage();
            assertTrue(message.matches("weights for [23] features, expected 4"), message);
        }
    }

    @Test
    void rowsAsTheyAre() {
        LinearTransformer one = LinearTransformer.standard(2);
        assertEquals(one.aligned(), one.forRawRows());
        assertEquals(FAMILY.centred(), FAMILY.forRawRows());
        RobustBayes bayes = RobustBayes.l2(1);
        assertSame(bayes, bayes.forRawRows());
    }

    @Test
    void probabilitiesComeWithGaussianModels() {
        Rows x = Rows.copyOf(new float[] {1, 2}, new float[] {-1, 0}, new float[] {0.5f, 1});
        List<String> y = List.of("a", "b", "a");
        assertTrue(RobustBayes.l2(0).ridge(1).learnPairs(x, y).hasProbabilities());
        assertTrue(RobustBayes.l2(0).ridge(1).learnRest(x, y).hasProbabilities());
        assertFalse(LinearTransformer.standard(2).aligned().learnPairs(x, y).hasProbabilities());
    }
}
