package dev.holdfast.verify.model;

import static dev.holdfast.verify.model.ClassifierPropertyTest.integers;
import static dev.holdfast.verify.model.ClassifierPropertyTest.labels;
import static dev.holdfast.verify.model.ClassifierPropertyTest.reals;
import static dev.holdfast.verify.model.States.boxed;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.holdfast.model.Alignment;
import dev.holdfast.model.Classifier;
import dev.holdfast.model.LinearTransformer;
import dev.holdfast.model.Rows;
import dev.holdfast.model.State;
import dev.holdfast.verify.reference.Dyadic;
import dev.holdfast.verify.reference.Reference;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

/** What a transformer of one p sees of demonstrations that come and fade. */
class FadingStateTest {
    private static final List<Integer> CLASSES = List.of(1, -1);

    private static State<Integer> fast(LinearTransformer transformer) {
        return State.attention(transformer, CLASSES);
    }

    @Property(tries = 100)
    void withoutFadingItLearnsAsTheTransformerDoesToTheBit(
            @ForAll @IntRange(min = 1, max = 40) int d, @ForAll @IntRange(min = 1, max = 600) int n,
            @ForAll long seed) {
        Random random = new Random(seed);
        float[] wide = new float[2 + n * (d + 3)];
        Arrays.fill(wide, Float.NaN);
        float[][] x = reals(random, n, d);
        for (int i = 0; i < n; i++) {
            System.arraycopy(x[i], 0, wide, 2 + i * (d + 3), d);
        }
        Rows rows = Rows.view(wide, 2, d + 3, n, d);
        int[] y = labels(random, n);
        float[] q = reals(random, 1, d)[0];
        LinearTransformer transformer = LinearTransformer.structured(reals(random, 1, d + 1)[0], q, 0.5f, q);
        State<Integer> plain = fast(transformer);
        plain.addAll(rows, boxed(y));
        assertSame(transformer.learn(rows, y), transformer.learn(plain));
        assertEquals(n, plain.size());
        Alignment alignment = Alignment.fit(Rows.copyOf(x[0], q), new int[] {1, -1});
        State<Integer> folded = fast(transformer.aligned(alignment));
        folded.addAll(rows, boxed(y));
        assertSame(transformer.aligned(alignment).learn(rows, y), transformer.learn(folded));
        folded.addAll(rows.first(0), List.of());
        assertSame(transformer.aligned(alignment).learn(rows, y), transformer.learn(folded));
    }

    private static void assertSame(Classifier expected, Classifier actual) {
        assertArrayEquals(expected.weights(), actual.weights());
        assertEquals(expected.intercept(), actual.intercept());
        assertArrayEquals(expected.alignment().mean(), actual.alignment().mean());
        assertArrayEquals(expected.alignment().sign(), actual.alignment().sign());
    }

    /**
     * Rows, blocks of rows, factors and merges in any order: small integers and factors of 1 and ½ have no rounding.
     */
    @Property(tries = 100)
    void isTheWeightedSumWhereArithmeticIsExact(@ForAll @IntRange(min = 1, max = 40) int d, @ForAll long seed) {
        Random random = new Random(seed);
        float[] p = integers(random, 1, d + 1)[0];
        Weighted weighted = new Weighted(p, integers(random, 2, d));
        weighted.run(random, () -> integers(random, 1, d)[0], () -> random.nextBoolean() ? 0.5 : 1);
        double[] a = weighted.state.attention();
        for (int j = 0; j <= d; j++) {
            assertEquals(0, Dyadic.of(a[j]).compareTo(weighted.sums()[j]));
        }
        assertEquals(0, Dyadic.of(weighted.state.size()).compareTo(weighted.size()));
    }

    @Property(tries = 100)
    void staysWithinItsBound(@ForAll @IntRange(min = 1, max = 40) int d, @ForAll long seed) {
        Random random = new Random(seed);
        Weighted weighted = new Weighted(reals(random, 1, d + 1)[0], reals(random, 2, d));
        weighted.run(random, () -> reals(random, 1, d)[0], () -> 1 - random.nextDouble() / 2);
        double[] a = weighted.state.attention();
        double fading = Reference.gamma(weighted.updates, 0x1p-53);
        double gamma = Reference.gamma(Math.ceilDiv(d, 16) + Math.min(weighted.rows.size(), 256) + 6, 0x1p-24);
        for (int j = 0; j <= d; j++) {
            Dyadic error = Dyadic.of(a[j]).minus(weighted.sums()[j]).abs();
            assertTrue(error.compareTo(weighted.magnitude()[j].times(gamma + 2 * fading)) <= 0);
        }
        Dyadic error = Dyadic.of(weighted.state.size()).minus(weighted.size()).abs();
        assertTrue(error.compareTo(weighted.size().times(fading)) <= 0);
    }

    /** A state, and every row that came to it with its exact weight. */
    private static final class Weighted {
        final float[] p;
        final Alignment alignment;
        final LinearTransformer transformer;
        final State<Integer> state;
        final List<Dyadic[]> rows = new ArrayList<>();
        final List<Dyadic> weights = new ArrayList<>();
        /** Calls: each has no more than a block of rows. */
        int updates;

        /** Two rows make a alignment. */
        Weighted(float[] p, float[][] centres) {
            this.p = p;
            float[] ones = new float[p.length - 1];
            Arrays.fill(ones, 1);
            this.alignment = Alignment.fit(Rows.copyOf(centres), new int[] {1, -1});
            this.transformer = LinearTransformer.structured(p, ones, 0, ones);
            this.state = fast(transformer.aligned(alignment));
        }

        interface Source<T> {
            T next();
        }

        void run(Random random, Source<float[]> row, Source<Double> factor) {
            for (int step = 0; step < 25; step++) {
                updates++;
                switch (random.nextInt(5)) {
                    case 0 -> {
                        double by = factor.next();
                        state.fade(by);
                        weights.replaceAll(weight -> weight.times(by));
                    }
                    case 1 -> {
                        float[][] x = new float[1 + random.nextInt(9)][];
                        Arrays.setAll(x, n -> row.next());
                        int[] y = labels(random, x.length);
                        state.addAll(Rows.copyOf(x), boxed(y));
                        for (int n = 0; n < x.length; n++) {
                            note(x[n], y[n]);
                        }
                    }
                    case 2 -> {
                        State<Integer> other = state.copy();
                        if (rows.size() < 100) {
                            state.merge(other);
                            rows.addAll(List.copyOf(rows));
                            weights.addAll(List.copyOf(weights));
                            updates *= 2;
                        }
                    }
                    default -> {
                        float[] x = row.next();
                        state.add(x, -1);
                        note(x, -1);
                    }
                }
            }
        }

        private void note(float[] x, int y) {
            float[] aligned = new float[p.length];
            for (int j = 0; j < x.length; j++) {
                aligned[j] = alignment.sign()[j] * (x[j] - alignment.mean()[j]);
            }
            aligned[x.length] = y;
            rows.add(Dyadic.of(aligned));
            weights.add(Dyadic.of(1));
        }

        Dyadic size() {
            return weights.stream().reduce(Dyadic.ZERO, Dyadic::plus);
        }

        /** Σ_n ω_n (p·z_n) z_n. */
        Dyadic[] sums() {
            return sum(false);
        }

        /** Σ_n ω_n |z_n| Σ_i |p_i z_ni|. */
        Dyadic[] magnitude() {
            return sum(true);
        }

        private Dyadic[] sum(boolean magnitudes) {
            Dyadic[] sum = new Dyadic[p.length];
            Arrays.fill(sum, Dyadic.ZERO);
            for (int n = 0; n < rows.size(); n++) {
                Dyadic share = Dyadic.ZERO;
                for (int j = 0; j < p.length; j++) {
                    Dyadic term = rows.get(n)[j].times(p[j]);
                    share = share.plus(magnitudes ? term.abs() : term);
                }
                for (int j = 0; j < p.length; j++) {
                    Dyadic entry = magnitudes ? rows.get(n)[j].abs() : rows.get(n)[j];
                    sum[j] = sum[j].plus(weights.get(n).times(share).times(entry));
                }
            }
            return sum;
        }
    }

    @Test
    void whatIsForgottenLeavesNothing() {
        LinearTransformer transformer = LinearTransformer.adversarial(2);
        State<Integer> state = fast(transformer);
        state.add(new float[] {3, 1}, 1);
        float[] w = transformer.learn(state).weights();
        state.fade(0x1p-900);
        assertEquals(0x1p-900, state.size());
        assertArrayEquals(w, transformer.learn(state).weights());
        state.fade(0.5);
        assertEquals(0, state.size());
        assertArrayEquals(new double[3], state.attention());
        assertEquals("size = 0, expected at least 1 demonstration",
                assertThrows(IllegalStateException.class, () -> transformer.learn(state)).getMessage());
        state.add(new float[] {-3, -1}, -1);
        state.fade(Math.exp(-1000));
        assertEquals(0, state.size());
        assertArrayEquals(new double[3], state.attention());
        state.add(new float[] {3, 1}, 1);
        assertArrayEquals(w, transformer.learn(state).weights());
    }

    @Property(tries = 50)
    void snapshotsAndCopiesLiveOnTheirOwn(@ForAll @IntRange(min = 1, max = 40) int d, @ForAll long seed) {
        Random random = new Random(seed);
        LinearTransformer transformer = LinearTransformer.adversarial(d);
        State<Integer> state = fast(transformer);
        state.add(reals(random, 1, d)[0], 1);
        Classifier classifier = transformer.learn(state);
        float[] w = classifier.weights();
        double[] a = state.attention();
        State<Integer> copy = state.copy();
        state.fade(0.25);
        state.add(reals(random, 1, d)[0], -1);
        state.attention()[0] = Double.NaN;
        double[] later = state.attention();
        assertArrayEquals(w, classifier.weights());
        assertArrayEquals(a, copy.attention());
        copy.merge(state);
        assertEquals(2.25, copy.size());
        assertArrayEquals(later, state.attention());
    }

    @Test
    void aRefusedUpdateChangesNothing() {
        LinearTransformer transformer = LinearTransformer.adversarial(3);
        State<Integer> state = fast(transformer);
        float[] nan = {1, Float.NaN, 0};
        float[] great = {0, 0, 1e30f};
        float[] good = {1, 2, 3};
        state.add(good, 1);
        refused(state, "x has NaN in row 0, feature 1, expected a finite number", () -> state.add(nan, 1));
        refused(state, "x has 1.0E30 in row 0, feature 2, expected a number of magnitude at most 2.8147498E14",
                () -> state.add(great, 1));
        refused(state, "label = 0, expected one of the classes [1, -1]", () -> state.add(good, 0));
        refused(state, "x.length = 2, expected 3", () -> state.add(new float[2], 1));
        float[][] many = new float[300][];
        Arrays.fill(many, good);
        List<Integer> y = Collections.nCopies(300, 1);
        many[299] = nan;
        refused(state, "x has NaN in row 299, feature 1", () -> state.addAll(Rows.copyOf(many), y));
        many[299] = great;
        refused(state, "x has 1.0E30 in row 299, feature 2", () -> state.addAll(Rows.copyOf(many), y));
        refused(state, "y.size() = 300, expected one label a row, 1", () -> state.addAll(Rows.copyOf(good), y));
        refused(state, "x has 2 features a row, expected 3",
                () -> state.addAll(Rows.copyOf(new float[2]), List.of(1)));
        for (double factor : new double[] {-1, 1.5, Double.NaN}) {
            refused(state, "factor = " + factor + ", expected 0..1", () -> state.fade(factor));
        }
        refused(state, "other has a transformer with another p, expected the p of this state", () -> state.merge(
                fast(LinearTransformer.structured(new float[] {1, 1, 1, 2}, good, 0, good))));
        Alignment other = Alignment.fit(Rows.copyOf(good, new float[3]), new int[] {1, -1});
        refused(state, "other has another alignment, expected the means and signs of this state",
                () -> state.merge(fast(transformer.aligned(other))));
    }

    /** Features that may come, of which p makes more than floats. */
    @Test
    void aSumThatOverflowsChangesNothing() {
        float[] p = {0x1p90f, 1, 1};
        State<Integer> state = fast(LinearTransformer.structured(p, new float[2], 1, new float[2]));
        state.add(new float[] {1, 2}, 1);
        refused(state, "x is too large: a sum over the demonstrations overflowed",
                () -> state.add(new float[] {0x1p38f, 0}, 1));
        refused(state, "x is too large: a sum over the demonstrations overflowed",
                () -> state.addAll(Rows.copyOf(new float[2], new float[] {0x1p47f, 0}), List.of(1, -1)));
    }

    private static void refused(State<Integer> state, String message, Executable update) {
        double[] a = state.attention();
        String said = assertThrows(IllegalArgumentException.class, update).getMessage();
        assertTrue(said.contains(message), said);
        assertArrayEquals(a, state.attention());
        assertEquals(1, state.size());
    }

    /** A sum doubles until the next time would be too much for a double. */
    @Test
    void sumsThatWouldOverflowAreRefused() {
        float[] p = {0x1p30f, 1};
        LinearTransformer transformer = LinearTransformer.structured(p, new float[] {1}, 0, new float[1]);
        State<Integer> state = fast(transformer);
        float[] x = {State.GREATEST_FEATURE};
        state.add(x, 1);
        state.merge(state);
        int doublings = Math.getExponent(Double.MAX_VALUE) - Math.getExponent(state.attention()[0]);
        for (int i = 0; i < doublings; i++) {
            state.merge(state);
        }
        double[] a = state.attention();
        double size = state.size();
        String said = assertThrows(IllegalStateException.class, () -> state.merge(state)).getMessage();
        assertTrue(said.startsWith("a[0] = ") && said.endsWith("expected a sum that is finite"), said);
        assertArrayEquals(a, state.attention());
        assertEquals(size, state.size());
        // (p x + y) x is p x² in floats
        assertEquals(p[0] * State.GREATEST_FEATURE, transformer.learn(state).weights()[0] / x[0]);
    }

    /**
     * Rows of 2ᵏ times the features, for a p of 2⁻ᵏ times the weights of them, have the same p·z: a has 2ᵏ times the
     * features' entries, and the label's as it was, to the bit.
     */
    @Property(tries = 50)
    void aPowerOfTwoOfUnitsScalesTheSumsExactly(
            @ForAll @IntRange(min = 1, max = 40) int d, @ForAll @IntRange(min = -40, max = 40) int k,
            @ForAll long seed) {
        Random random = new Random(seed);
        float[] p = reals(random, 1, d + 1)[0];
        float[][] x = reals(random, 300, d);
        List<Integer> y = boxed(labels(random, 300));
        float[] scaledP = p.clone();
        float[][] scaledX = new float[x.length][d];
        for (int j = 0; j < d; j++) {
            scaledP[j] = Math.scalb(p[j], -k);
            for (int n = 0; n < x.length; n++) {
                scaledX[n][j] = Math.scalb(x[n][j], k);
            }
        }
        State<Integer> state = fast(LinearTransformer.structured(p, new float[d], 1, new float[d]));
        State<Integer> scaled = fast(LinearTransformer.structured(scaledP, new float[d], 1, new float[d]));
        state.addAll(Rows.copyOf(x), y);
        scaled.addAll(Rows.copyOf(scaledX), y);
        for (State<Integer> each : List.of(state, scaled)) {
            each.fade(0.3);
            each.merge(each);
        }
        double[] a = state.attention();
        double[] b = scaled.attention();
        for (int j = 0; j < d; j++) {
            assertEquals(Math.scalb(a[j], k), b[j]);
        }
        assertEquals(a[d], b[d]);
    }
}
