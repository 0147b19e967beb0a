package dev.holdfast.verify.model;

import static dev.holdfast.verify.model.InContextClassifierPropertyTest.integers;
import static dev.holdfast.verify.model.InContextClassifierPropertyTest.labels;
import static dev.holdfast.verify.model.InContextClassifierPropertyTest.reals;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.holdfast.model.FadingContext;
import dev.holdfast.model.InContextClassifier;
import dev.holdfast.model.LinearTransformer;
import dev.holdfast.model.Preprocessing;
import dev.holdfast.model.Rows;
import dev.holdfast.verify.reference.Dyadic;
import dev.holdfast.verify.reference.Reference;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

/** A context that forgets by degrees. */
class FadingContextTest {
    @Property(tries = 100)
    void withoutDecayItLearnsAsTheTransformerDoesToTheBit(
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
        FadingContext plain = transformer.fadingContext();
        plain.addAll(rows, y);
        assertSame(transformer.learn(rows, y), plain.classifier());
        assertEquals(n, plain.size());
        Preprocessing preprocessing = Preprocessing.fit(rows, y);
        FadingContext folded = transformer.fadingContext(preprocessing);
        folded.addAll(rows, y);
        assertSame(transformer.learn(preprocessing, rows, y), folded.classifier());
        folded.addAll(rows.first(0), new int[0]);
        assertSame(transformer.learn(preprocessing, rows, y), folded.classifier());
    }

    private static void assertSame(InContextClassifier expected, InContextClassifier actual) {
        assertArrayEquals(expected.weights(), actual.weights());
        assertEquals(expected.intercept(), actual.intercept());
        assertArrayEquals(expected.preprocessing().mean(), actual.preprocessing().mean());
        assertArrayEquals(expected.preprocessing().sign(), actual.preprocessing().sign());
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
        double[] a = weighted.context.state();
        for (int j = 0; j <= d; j++) {
            assertEquals(0, Dyadic.of(a[j]).compareTo(weighted.state()[j]));
        }
        assertEquals(0, Dyadic.of(weighted.context.size()).compareTo(weighted.size()));
    }

    @Property(tries = 100)
    void staysWithinItsBound(@ForAll @IntRange(min = 1, max = 40) int d, @ForAll long seed) {
        Random random = new Random(seed);
        Weighted weighted = new Weighted(reals(random, 1, d + 1)[0], reals(random, 2, d));
        weighted.run(random, () -> reals(random, 1, d)[0], () -> 1 - random.nextDouble() / 2);
        double[] a = weighted.context.state();
        double fading = Reference.gamma(weighted.updates, 0x1p-53);
        double gamma = Reference.gamma(Math.ceilDiv(d, 16) + Math.min(weighted.rows.size(), 256) + 6, 0x1p-24);
        for (int j = 0; j <= d; j++) {
            Dyadic error = Dyadic.of(a[j]).minus(weighted.state()[j]).abs();
            assertTrue(error.compareTo(weighted.magnitude()[j].times(gamma + 2 * fading)) <= 0);
        }
        Dyadic error = Dyadic.of(weighted.context.size()).minus(weighted.size()).abs();
        assertTrue(error.compareTo(weighted.size().times(fading)) <= 0);
    }

    /** A context, and every row that came to it with its exact weight. */
    private static final class Weighted {
        final float[] p;
        final Preprocessing preprocessing;
        final FadingContext context;
        final List<Dyadic[]> rows = new ArrayList<>();
        final List<Dyadic> weights = new ArrayList<>();
        /** Calls: each has no more than a block of rows. */
        int updates;

        /** Two rows make a preprocessing. */
        Weighted(float[] p, float[][] centres) {
            this.p = p;
            float[] ones = new float[p.length - 1];
            Arrays.fill(ones, 1);
            this.preprocessing = Preprocessing.fit(Rows.copyOf(centres), new int[] {1, -1});
            this.context = LinearTransformer.structured(p, ones, 0, ones).fadingContext(preprocessing);
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
                        context.decay(by);
                        weights.replaceAll(weight -> weight.times(by));
                    }
                    case 1 -> {
                        float[][] x = new float[1 + random.nextInt(9)][];
                        Arrays.setAll(x, n -> row.next());
                        int[] y = labels(random, x.length);
                        context.addAll(Rows.copyOf(x), y);
                        for (int n = 0; n < x.length; n++) {
                            note(x[n], y[n]);
                        }
                    }
                    case 2 -> {
                        FadingContext other = context.copy();
                        if (rows.size() < 100) {
                            context.merge(other);
                            rows.addAll(List.copyOf(rows));
                            weights.addAll(List.copyOf(weights));
                            updates *= 2;
                        }
                    }
                    default -> {
                        float[] x = row.next();
                        context.add(x, -1);
                        note(x, -1);
                    }
                }
            }
        }

        private void note(float[] x, int y) {
            float[] preprocessed = new float[p.length];
            for (int j = 0; j < x.length; j++) {
                preprocessed[j] = preprocessing.sign()[j] * (x[j] - preprocessing.mean()[j]);
            }
            preprocessed[x.length] = y;
            rows.add(Dyadic.of(preprocessed));
            weights.add(Dyadic.of(1));
        }

        Dyadic size() {
            return weights.stream().reduce(Dyadic.ZERO, Dyadic::plus);
        }

        /** Σ_n ω_n (p·z_n) z_n. */
        Dyadic[] state() {
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
        FadingContext context = LinearTransformer.adversarial(2).fadingContext();
        context.add(new float[] {3, 1}, 1);
        float[] w = context.classifier().weights();
        context.decay(0x1p-900);
        assertEquals(0x1p-900, context.size());
        assertArrayEquals(w, context.classifier().weights());
        context.decay(0.5);
        assertEquals(0, context.size());
        assertArrayEquals(new double[3], context.state());
        assertEquals("size = 0, expected at least 1 demonstration",
                assertThrows(IllegalStateException.class, context::classifier).getMessage());
        context.add(new float[] {-3, -1}, -1);
        context.decay(Math.exp(-1000));
        assertEquals(0, context.size());
        assertArrayEquals(new double[3], context.state());
        context.add(new float[] {3, 1}, 1);
        assertArrayEquals(w, context.classifier().weights());
    }

    @Property(tries = 50)
    void snapshotsAndCopiesLiveOnTheirOwn(@ForAll @IntRange(min = 1, max = 40) int d, @ForAll long seed) {
        Random random = new Random(seed);
        FadingContext context = LinearTransformer.adversarial(d).fadingContext();
        context.add(reals(random, 1, d)[0], 1);
        InContextClassifier classifier = context.classifier();
        float[] w = classifier.weights();
        double[] a = context.state();
        FadingContext copy = context.copy();
        context.decay(0.25);
        context.add(reals(random, 1, d)[0], -1);
        context.state()[0] = Double.NaN;
        double[] later = context.state();
        assertArrayEquals(w, classifier.weights());
        assertArrayEquals(a, copy.state());
        copy.merge(context);
        assertEquals(2.25, copy.size());
        assertArrayEquals(later, context.state());
    }

    @Test
    void aRefusedUpdateChangesNothing() {
        LinearTransformer transformer = LinearTransformer.adversarial(3);
        FadingContext context = transformer.fadingContext();
        float[] nan = {1, Float.NaN, 0};
        float[] large = {Float.MAX_VALUE, Float.MAX_VALUE, 0};
        float[] good = {1, 2, 3};
        context.add(good, 1);
        refused(context, "x has NaN in row 0, feature 1", () -> context.add(nan, 1));
        refused(context, "x is too large: a sum over the demonstrations overflowed", () -> context.add(large, 1));
        refused(context, "y = 0, expected -1 or +1", () -> context.add(good, 0));
        refused(context, "x.length = 2, expected 3", () -> context.add(new float[2], 1));
        float[][] many = new float[300][];
        Arrays.fill(many, good);
        int[] y = new int[300];
        Arrays.fill(y, 1);
        for (float[] bad : new float[][] {nan, large}) {
            many[299] = bad;
            refused(context, "x ", () -> context.addAll(Rows.copyOf(many), y));
        }
        refused(context, "y.length = 300, expected one label a row, 1", () -> context.addAll(Rows.copyOf(good), y));
        refused(context, "x has 2 features a row, expected 3",
                () -> context.addAll(Rows.copyOf(new float[2]), new int[] {1}));
        for (double factor : new double[] {-1, 1.5, Double.NaN}) {
            refused(context, "factor = " + factor + ", expected 0..1", () -> context.decay(factor));
        }
        refused(context, "other has a transformer with another p", () -> context.merge(
                LinearTransformer.structured(new float[] {1, 1, 1, 2}, good, 0, good).fadingContext()));
        Preprocessing other = Preprocessing.fit(Rows.copyOf(good, new float[3]), new int[] {1, -1});
        refused(context, "other has another preprocessing", () -> context.merge(transformer.fadingContext(other)));
    }

    private static void refused(FadingContext context, String message, Executable update) {
        double[] a = context.state();
        String said = assertThrows(IllegalArgumentException.class, update).getMessage();
        assertTrue(said.contains(message), said);
        assertArrayEquals(a, context.state());
        assertEquals(1, context.size());
    }

    /** A sum doubles until the next time would be too much for a double. */
    @Test
    void sumsThatWouldOverflowAreRefused() {
        FadingContext context = LinearTransformer.adversarial(1).fadingContext();
        float[] x = {0x1p63f};
        context.add(x, 1);
        context.merge(context);
        int doublings = Math.getExponent(Double.MAX_VALUE) - Math.getExponent(context.state()[0]);
        for (int i = 0; i < doublings; i++) {
            context.merge(context);
        }
        double[] a = context.state();
        double size = context.size();
        String said = assertThrows(IllegalStateException.class, () -> context.merge(context)).getMessage();
        assertTrue(said.startsWith("a[0] = ") && said.endsWith("expected a sum that is finite"), said);
        assertArrayEquals(a, context.state());
        assertEquals(size, context.size());
        // (x + y) x is x² in floats
        assertEquals(0x1p63f, context.classifier().weights()[0] / x[0]);
    }
}
