package dev.holdfast.verify.model;

import static dev.holdfast.verify.model.ClassifierPropertyTest.doubles;
import static dev.holdfast.verify.model.ClassifierPropertyTest.integers;
import static dev.holdfast.verify.model.ClassifierPropertyTest.labels;
import static dev.holdfast.verify.model.ClassifierPropertyTest.matrix;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.holdfast.kernel.Workers;
import dev.holdfast.model.Alignment;
import dev.holdfast.model.Classifier;
import dev.holdfast.model.Influence;
import dev.holdfast.model.LinearTransformer;
import dev.holdfast.model.Provenance;
import dev.holdfast.model.Rows;
import dev.holdfast.model.State;
import dev.holdfast.verify.reference.Reference;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LinearTransformerTest {
    /** By hand: z = (1, 2, 1) and (3, −1, −1); p = 1 gives p·z = 4 and 1; a = 4 z₁ + z₂ = (7, 7, 3). */
    @Test
    void aTaskWorkedOutByHand() {
        Rows x = Rows.copyOf(new float[] {1, 2}, new float[] {3, -1});
        int[] y = {1, -1};
        Classifier adversarial = LinearTransformer.adversarial(2).learn(x, y);
        Classifier standard = LinearTransformer.standard(2).learn(x, y);
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
    void alignmentCentresAndAligns() {
        Rows x = Rows.copyOf(new float[] {1, 4, 2, 5}, new float[] {3, 2, 2, 5}, new float[] {2, 3, 2, 5});
        Alignment fitted = Alignment.fit(x, new int[] {1, -1, 1});
        assertArrayEquals(new float[] {2, 3, 2, 5}, fitted.mean());
        assertArrayEquals(new float[] {-1, 1, 0, 0}, fitted.sign());
        Rows none = Alignment.none(4).apply(x);
        assertArrayEquals(LinearTransformer.standard(4).learn(x, new int[] {1, 1, 1}).weights(),
                LinearTransformer.standard(4).learn(none, new int[] {1, 1, 1}).weights());
    }

    /** By themselves is by the alignment that fits them, whatever is asked of it. */
    @ParameterizedTest
    @ValueSource(ints = {1, 2, 7, 20})
    void alignedByThemselvesIsByTheirOwnFit(int d) throws IOException {
        Random random = new Random(d);
        Rows x = Rows.copyOf(ClassifierPropertyTest.reals(random, 9, d));
        int[] y = labels(random, 9);
        float[] query = ClassifierPropertyTest.reals(random, 1, d)[0];
        Rows queries = Rows.copyOf(query, query);
        Alignment fit = Alignment.fit(x, y);
        LinearTransformer plain = LinearTransformer.of(integers(random, 1, d + 1)[0], integers(random, 1, (d + 1) * d)[0]);
        Classifier expected = plain.aligned(fit).learn(x, y);
        Provenance provenance = new Provenance("pretraining", 0.1, 0.2, 7, 100);
        for (LinearTransformer aligned : List.of(plain.aligned(), plain.aligned(Alignment.none(d)).aligned(),
                plain.aligned().withProvenance(provenance), plain.aligned(fit), plain.aligned().aligned(fit),
                plain.aligned(fit).withProvenance(provenance))) {
            for (Classifier found : List.of(aligned.learn(x, y), aligned.learn(x, y, Workers.common()))) {
                assertArrayEquals(expected.weights(), found.weights());
                assertEquals(expected.intercept(), found.intercept());
                assertArrayEquals(fit.mean(), found.alignment().mean());
                assertArrayEquals(fit.sign(), found.alignment().sign());
            }
            assertArrayEquals(plain.outputs(fit.apply(x), y, fit.apply(queries)), aligned.outputs(x, y, queries));
            Influence influence = aligned.influence(x, y, query);
            assertEquals(plain.aligned(fit).influence(x, y, query).score(), influence.score());
            assertArrayEquals(plain.aligned(fit).influence(x, y, query).shares(), influence.shares());
            // how rows are aligned is no part of the weights
            Path file = Files.createTempFile("weights", ".npz");
            try {
                aligned.save(file);
                assertArrayEquals(plain.learn(x, y).weights(), LinearTransformer.load(file).learn(x, y).weights());
            } finally {
                Files.delete(file);
            }
        }
        assertEquals(0, plain.learn(x, y).intercept());
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

    @Test
    void rowsComeAsAnyArrays() {
        double[][] x = {{0.1, -1, 1e-60}, {16777217, 3, Float.MAX_VALUE}};
        float[][] rounded = {{0.1f, -1, 0}, {16777216, 3, Float.MAX_VALUE}};
        float[] flat = Rows.copyOf(rounded).toArray();
        for (Rows rows : List.of(Rows.copyOf(x), Rows.copyOf(List.of(rounded)), Rows.view(flat, 3))) {
            assertEquals(2, rows.rows());
            assertEquals(3, rows.features());
            assertArrayEquals(flat, rows.toArray());
        }
        assertArrayEquals(rounded[1], Rows.copyOf(x[1]).toArray());
        Rows copy = Rows.copyOf(List.of(rounded));
        rounded[0][0] = 5;
        assertArrayEquals(flat, copy.toArray());
    }

    /** Shares of ones that are equal in both classes, and that are equal but for one row. */
    @ParameterizedTest
    @ValueSource(ints = {3, 7, 10, 49, 1100})
    void aFeatureWhoseSharesAreEqualHasNoSign(int half) {
        Random random = new Random(half);
        int d = 7;
        int n = 3 * half;
        for (int trial = 0; trial < 8; trial++) {
            // the last rows are of +1, twice as many as those of −1
            float[][] x = new float[n][d];
            for (int j = 0; j < d; j++) {
                float one = j < 4 ? 1 : j < 6 ? 0.1f : 1e-30f;
                int share = random.nextInt(half + 1);
                int more = j % 2 == 0 ? 0 : share > 0 ? -1 : 1;
                for (int i = 0; i < n; i++) {
                    boolean has = i < half ? i < share : i - half < 2 * share + more;
                    x[i][j] = has ? one : 0;
                }
            }
            float[] expected = new float[d];
            for (int j = 1; j < d; j += 2) {
                // as one row of +1 fewer or more says
                expected[j] = x[0][j] > 0 ? -1 : 1;
            }
            List<Integer> order = new ArrayList<>(IntStream.range(0, n).boxed().toList());
            Collections.shuffle(order, random);
            Rows rows = Rows.copyOf(order.stream().map(i -> x[i]).toArray(float[][]::new));
            List<Integer> y = order.stream().map(i -> i < half ? -1 : 1).toList();
            int[] labels = y.stream().mapToInt(label -> label).toArray();
            assertArrayEquals(expected, Alignment.fit(rows, labels).sign());
            for (State<Integer> fast : List.of(State.moments(d, List.of(1, -1)), State.variances(d, List.of(1, -1)))) {
                for (State<Integer> state : List.of(fast, fast.exact())) {
                    state.addAll(rows, y);
                    assertArrayEquals(expected, state.alignment(1, -1).sign(), () -> "exact: " + state.isExact());
                }
            }
            float[] w = LinearTransformer.adversarial(d).aligned().learn(rows, labels).weights();
            for (int j = 0; j < d; j += 2) {
                assertEquals(0, w[j]);
            }
        }
    }
}
