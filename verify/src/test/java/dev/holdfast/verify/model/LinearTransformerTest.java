package dev.holdfast.verify.model;

import static dev.holdfast.verify.model.InContextClassifierPropertyTest.doubles;
import static dev.holdfast.verify.model.InContextClassifierPropertyTest.integers;
import static dev.holdfast.verify.model.InContextClassifierPropertyTest.labels;
import static dev.holdfast.verify.model.InContextClassifierPropertyTest.matrix;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.holdfast.kernel.Workers;
import dev.holdfast.model.InContextClassifier;
import dev.holdfast.model.LinearTransformer;
import dev.holdfast.model.Preprocessing;
import dev.holdfast.model.Rows;
import dev.holdfast.verify.reference.Reference;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LinearTransformerTest {
    /** By hand: z = (1, 2, 1) and (3, −1, −1); p = 1 gives p·z = 4 and 1; a = 4 z₁ + z₂ = (7, 7, 3). */
    @Test
    void aTaskWorkedOutByHand() {
        Rows x = Rows.copyOf(new float[] {1, 2}, new float[] {3, -1});
        int[] y = {1, -1};
        InContextClassifier adversarial = LinearTransformer.adversarial(2).learn(x, y);
        InContextClassifier standard = LinearTransformer.standard(2).learn(x, y);
        assertArrayEquals(new float[] {3.5f, 3.5f}, adversarial.weights());
        assertArrayEquals(new float[] {8.5f, 8.5f}, standard.weights());
        assertEquals(7, adversarial.score(new float[] {3, -1}));
        assertEquals(1, adversarial.predict(new float[] {3, -1}));
        assertEquals(-1, adversarial.predict(new float[] {-3, 1}));
        assertEquals(0, adversarial.predict(new float[] {2, -2}));
        double radius = adversarial.radius(new float[] {3, -1});
        assertTrue(radius < 1 && radius > 1 - 1e-6); // towards 0, by the classifier's promise
        assertArrayEquals(new float[] {2.5f, -1.5f}, adversarial.attack(new float[] {3, -1}, 1, 0.5));
        assertArrayEquals(new double[] {0.5, 0}, adversarial.robustAccuracy(x, y, 0, 2));
    }

    /** As many rows as several threads share, and as few as one does alone. */
    @ParameterizedTest
    @ValueSource(ints = {9, 6001})
    void severalThreadsLearnTheSameBits(int rows) {
        Random random = new Random(rows);
        Rows x = Rows.copyOf(integers(random, rows, 100));
        int[] y = labels(random, rows);
        LinearTransformer transformer = LinearTransformer.adversarial(100);
        float[] one = transformer.learn(x, y).weights();
        assertArrayEquals(one, transformer.learn(x, y, Workers.common()).weights());
        assertArrayEquals(one, transformer.learn(x, y, Workers.of(Runnable::run, 16)).weights());
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 7, 20, 33})
    void structuredWeightsAreTheDenseOnes(int d) {
        Random random = new Random(d);
        float[] p = integers(random, 1, d + 1)[0];
        float[] delta = integers(random, 1, d)[0];
        float[] label = integers(random, 1, d)[0];
        float[] qBar = new float[(d + 1) * d];
        for (int i = 0; i <= d; i++) {
            for (int j = 0; j < d; j++) {
                qBar[i * d + j] = i == d ? label[j] : i == j ? 2 + delta[j] : 2;
            }
        }
        Rows x = Rows.copyOf(integers(random, 9, d));
        int[] y = labels(random, 9);
        assertArrayEquals(LinearTransformer.of(p, qBar).learn(x, y).weights(),
                LinearTransformer.structured(p, delta, 2, label).learn(x, y).weights());
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 7, 20, 33})
    void fullFormGivesEveryOutputAndItsLastRowIsTheScores(int d) {
        Random random = new Random(d);
        int size = d + 1;
        float[] bigP = integers(random, 1, size * size)[0];
        float[] bigQ = integers(random, 1, size * size)[0];
        float[][] x = integers(random, 8, d);
        int[] y = labels(random, 8);
        float[][] queries = integers(random, 5, d);
        LinearTransformer transformer = LinearTransformer.full(bigP, bigQ);
        float[] outputs = transformer.outputs(Rows.copyOf(x), y, Rows.copyOf(queries));
        double[][] expected = Reference.outputs(doubles(matrix(bigP, size, size)), doubles(matrix(bigQ, size, size)),
                doubles(x), doubles(y), doubles(queries));
        double[] scores = transformer.learn(Rows.copyOf(x), y).scores(Rows.copyOf(queries));
        for (int m = 0; m < 5; m++) {
            for (int i = 0; i < size; i++) {
                // small integers over N = 8: the sums stay within 2^24 eighths
                assertEquals(expected[i][m], outputs[i * 5 + m]);
            }
            assertEquals(scores[m], outputs[d * 5 + m]);
        }
    }

    @Test
    void outputsOfTheIdealWeightsEndInTheirScores() {
        Random random = new Random(5);
        Rows x = Rows.copyOf(integers(random, 4, 6));
        int[] y = labels(random, 4);
        Rows queries = Rows.copyOf(integers(random, 3, 6));
        for (LinearTransformer transformer : new LinearTransformer[] {
            LinearTransformer.standard(6), LinearTransformer.adversarial(6)
        }) {
            float[] outputs = transformer.outputs(x, y, queries);
            double[] scores = transformer.learn(x, y).scores(queries);
            for (int m = 0; m < 3; m++) {
                assertEquals(scores[m], outputs[6 * 3 + m]);
                assertEquals(0, outputs[m]);
            }
        }
    }

    @Test
    void preprocessingCentresAndAligns() {
        Rows x = Rows.copyOf(new float[] {1, 4, 2, 5}, new float[] {3, 2, 2, 5}, new float[] {2, 3, 2, 5});
        Preprocessing fitted = Preprocessing.fit(x, new int[] {1, -1, 1});
        assertArrayEquals(new float[] {2, 3, 2, 5}, fitted.mean());
        assertArrayEquals(new float[] {-1, 1, 0, 0}, fitted.sign());
        Rows none = Preprocessing.none(4).apply(x);
        assertArrayEquals(LinearTransformer.standard(4).learn(x, new int[] {1, 1, 1}).weights(),
                LinearTransformer.standard(4).learn(none, new int[] {1, 1, 1}).weights());
    }

    @Test
    void stridedViewsLearnAsCopiesDo() {
        Random random = new Random(9);
        float[][] x = integers(random, 6, 3);
        float[] wide = new float[2 + 6 * 5];
        Arrays.fill(wide, Float.NaN);
        for (int n = 0; n < 6; n++) {
            System.arraycopy(x[n], 0, wide, 2 + n * 5, 3);
        }
        int[] y = labels(random, 6);
        Rows view = Rows.view(wide, 2, 5, 6, 3);
        LinearTransformer transformer = LinearTransformer.adversarial(3);
        assertArrayEquals(transformer.learn(Rows.copyOf(x), y).weights(), transformer.learn(view, y).weights());
        assertArrayEquals(Rows.copyOf(x).toArray(), view.toArray());
        assertArrayEquals(x[0], view.first(1).toArray());
    }
}
