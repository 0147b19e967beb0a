package dev.holdfast.verify.model;

import static dev.holdfast.verify.model.InContextClassifierPropertyTest.integers;
import static dev.holdfast.verify.model.InContextClassifierPropertyTest.labels;
import static dev.holdfast.verify.model.InContextClassifierPropertyTest.reals;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.holdfast.model.Context;
import dev.holdfast.model.Context.Demonstration;
import dev.holdfast.model.InContextClassifier;
import dev.holdfast.model.LinearTransformer;
import dev.holdfast.model.Preprocessing;
import dev.holdfast.model.Rows;
import dev.holdfast.verify.reference.Dyadic;
import dev.holdfast.verify.reference.OrderedReference;
import dev.holdfast.verify.reference.Reference;
import java.math.BigDecimal;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Queue;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

/** A context of demonstrations that come and go, to the bit. */
class ContextPropertyTest {
    @Property(tries = 100)
    void stateIsTheExactSumRoundedOnce(@ForAll @IntRange(min = 1, max = 40) int d, @ForAll long seed) {
        Random random = new Random(seed);
        float[] p = hostile(random, d + 1, -60, 20);
        Context context = transformer(p).context();
        BigDecimal[] exact = new BigDecimal[d + 1];
        Arrays.fill(exact, BigDecimal.ZERO);
        List<Demonstration> there = new ArrayList<>();
        for (int step = 0; step < 40; step++) {
            boolean removes = !there.isEmpty() && random.nextInt(3) == 0;
            Demonstration z = removes ? there.remove(random.nextInt(there.size())) : hostile(random, d);
            if (removes) {
                context.remove(z.x(), z.y());
            } else {
                there.add(z);
                context.add(z.x(), z.y());
            }
            float[] row = row(z);
            BigDecimal s = new BigDecimal((float) OrderedReference.score(row, p, 0) * (removes ? -1 : 1));
            for (int j = 0; j <= d; j++) {
                exact[j] = exact[j].add(s.multiply(new BigDecimal(row[j])));
            }
            assertEquals(there.size(), context.size());
            assertArrayEquals(
                    Arrays.stream(exact).mapToDouble(BigDecimal::doubleValue).toArray(), context.state());
        }
    }

    /** Rows that stay and guests come to several parts in any order; guests leave any part, before or after merges. */
    @Property(tries = 100)
    void orderSplitMergesAndGuestsLeaveNoTrace(@ForAll @IntRange(min = 1, max = 40) int d, @ForAll long seed) {
        Random random = new Random(seed);
        LinearTransformer transformer = transformer(hostile(random, d + 1, -60, 20));
        List<Demonstration> kept = demonstrations(random, 1 + random.nextInt(20), d);
        List<Demonstration> guests = demonstrations(random, random.nextInt(20), d);
        List<Context> parts = new ArrayList<>();
        for (int i = 0; i < 1 + random.nextInt(6); i++) {
            parts.add(transformer.context());
        }
        List<Demonstration> arriving = new ArrayList<>(kept);
        arriving.addAll(guests);
        Collections.shuffle(arriving, random);
        List<Demonstration> leaving = new ArrayList<>(guests);
        Collections.shuffle(leaving, random);
        arriving.forEach(z -> any(parts, random).add(z.x(), z.y()));
        while (parts.size() > 1 || !leaving.isEmpty()) {
            Context context = any(parts, random);
            if (random.nextBoolean() && !leaving.isEmpty() && context.size() > 0) {
                Demonstration z = leaving.removeLast();
                context.remove(z.x(), z.y());
            } else if (parts.size() > 1) {
                parts.remove(context);
                any(parts, random).merge(context);
            }
        }
        Context alone = transformer.context();
        kept.forEach(z -> alone.add(z.x(), z.y()));
        Context whole = parts.getFirst();
        assertSame(alone, whole);
        // what the rounding of a reading may have hidden
        for (Demonstration z : kept) {
            whole.remove(z.x(), z.y());
            alone.remove(z.x(), z.y());
            assertSame(alone, whole);
        }
        assertArrayEquals(new double[d + 1], whole.state());
    }

    @Property(tries = 50)
    void rowsAtOnceAreRowsOneByOne(@ForAll @IntRange(min = 1, max = 40) int d, @ForAll long seed) {
        Random random = new Random(seed);
        LinearTransformer transformer = LinearTransformer.adversarial(d);
        List<Demonstration> demonstrations = demonstrations(random, 12, d);
        Context single = transformer.context();
        float[] wide = new float[2 + 12 * (d + 3)];
        Arrays.fill(wide, Float.NaN);
        int[] y = new int[12];
        for (int n = 0; n < 12; n++) {
            Demonstration z = demonstrations.get(n);
            single.add(z.x(), z.y());
            System.arraycopy(z.x(), 0, wide, 2 + n * (d + 3), d);
            y[n] = z.y();
        }
        Context all = transformer.context();
        all.addAll(Rows.view(wide, 2, d + 3, 12, d), y);
        assertSame(single, all);
        all.addAll(Rows.view(wide, 0, d, 0, d), new int[0]);
        assertSame(single, all);
    }

    @Property(tries = 20)
    void parallelStreamsCollectTheSameBits(@ForAll @IntRange(min = 1, max = 40) int d, @ForAll long seed) {
        Random random = new Random(seed);
        LinearTransformer transformer = LinearTransformer.adversarial(d);
        List<Demonstration> demonstrations = demonstrations(random, 500, d);
        Context sequential = demonstrations.stream().collect(Context.collector(transformer));
        Context parallel = demonstrations.parallelStream().collect(Context.collector(transformer));
        assertEquals(500, sequential.size());
        assertSame(sequential, parallel);
        Context oneByOne = transformer.context();
        demonstrations.forEach(z -> oneByOne.add(z.x(), z.y()));
        assertSame(oneByOne, parallel);
    }

    /** Raw rows in, a classifier of raw rows out: between them, a context of rows that were preprocessed before. */
    @Property(tries = 100)
    void preprocessesRowsOnTheirWayIn(@ForAll @IntRange(min = 1, max = 40) int d, @ForAll long seed) {
        Random random = new Random(seed);
        LinearTransformer transformer = transformer(hostile(random, d + 1, -60, 20));
        List<Demonstration> demonstrations = demonstrations(random, 20, d);
        Rows rows = Rows.copyOf(demonstrations.stream().map(Demonstration::x).toArray(float[][]::new));
        int[] y = demonstrations.stream().mapToInt(Demonstration::y).toArray();
        Preprocessing preprocessing = Preprocessing.fit(rows, y);
        Context all = transformer.context(preprocessing);
        all.addAll(rows, y);
        Context folded = transformer.context(preprocessing);
        Context inside = transformer.context();
        for (Demonstration z : demonstrations) {
            folded.add(z.x(), z.y());
            inside.add(preprocessed(z.x(), preprocessing), z.y());
        }
        assertSame(folded, all);
        Context copy = all.copy();
        all.merge(folded);
        for (Demonstration z : demonstrations) {
            assertArrayEquals(inside.state(), folded.state());
            float[] w = weights(inside);
            float[] raw = weights(folded);
            assertEquals(w.length, raw.length);
            double intercept = 0;
            for (int j = 0; j < w.length; j++) {
                assertEquals(preprocessing.sign()[j] * w[j], raw[j]);
                intercept -= (double) raw[j] * preprocessing.mean()[j];
            }
            if (w.length > 0) {
                assertEquals(intercept, folded.classifier().intercept());
                assertArrayEquals(preprocessing.mean(), folded.classifier().preprocessing().mean());
            }
            all.remove(z.x(), z.y());
            folded.remove(z.x(), z.y());
            inside.remove(preprocessed(z.x(), preprocessing), z.y());
        }
        assertArrayEquals(new double[d + 1], folded.state());
        assertSame(copy, all);
    }

    private static float[] preprocessed(float[] x, Preprocessing preprocessing) {
        float[] out = new float[x.length];
        for (int j = 0; j < x.length; j++) {
            out[j] = preprocessing.sign()[j] * (x[j] - preprocessing.mean()[j]);
        }
        return out;
    }

    @Property(tries = 200)
    void answersAsLearningDoesWhereArithmeticIsExact(
            @ForAll @IntRange(min = 1, max = 40) int d, @ForAll @IntRange(min = 1, max = 300) int n,
            @ForAll long seed) {
        Random random = new Random(seed);
        Rows x = Rows.copyOf(integers(random, n, d));
        int[] y = labels(random, n);
        LinearTransformer dense =
                LinearTransformer.of(integers(random, 1, d + 1)[0], integers(random, 1, (d + 1) * d)[0]);
        for (LinearTransformer transformer : new LinearTransformer[] {dense, LinearTransformer.standard(d)}) {
            Context context = transformer.context();
            context.addAll(x, y);
            InContextClassifier classifier = context.classifier();
            assertArrayEquals(transformer.learn(x, y).weights(), classifier.weights());
            assertEquals(0, classifier.intercept());
        }
    }

    /** The documented bounds: the context's own, and that of {@code learn}. */
    @Property(tries = 200)
    void staysWithinItsBoundAndNearLearning(
            @ForAll @IntRange(min = 1, max = 40) int d, @ForAll @IntRange(min = 1, max = 300) int n,
            @ForAll long seed) {
        Random random = new Random(seed);
        float[][] x = reals(random, n, d);
        int[] y = labels(random, n);
        float[] p = reals(random, 1, d + 1)[0];
        float[] ones = new float[d];
        Arrays.fill(ones, 1);
        LinearTransformer transformer = LinearTransformer.structured(p, ones, 0, new float[d]);
        Context context = transformer.context();
        context.addAll(Rows.copyOf(x), y);
        Dyadic[] exact = new Dyadic[d + 1];
        Dyadic[] magnitude = new Dyadic[d + 1];
        Arrays.fill(exact, Dyadic.ZERO);
        Arrays.fill(magnitude, Dyadic.ZERO);
        for (int i = 0; i < n; i++) {
            float[] z = row(new Demonstration(x[i], y[i]));
            Dyadic s = Dyadic.ZERO;
            Dyadic absolute = Dyadic.ZERO;
            for (int j = 0; j <= d; j++) {
                Dyadic term = Dyadic.of(p[j]).times(z[j]);
                s = s.plus(term);
                absolute = absolute.plus(term.abs());
            }
            for (int j = 0; j <= d; j++) {
                exact[j] = exact[j].plus(s.times(z[j]));
                magnitude[j] = magnitude[j].plus(absolute.times(Math.abs(z[j])));
            }
        }
        double[] a = context.state();
        for (int j = 0; j <= d; j++) {
            assertTrue(Dyadic.of(a[j]).minus(exact[j]).abs().compareTo(magnitude[j].times(0x1p-23)) <= 0);
        }
        float[] w = context.classifier().weights();
        float[] learnt = transformer.learn(Rows.copyOf(x), y).weights();
        double gamma = Reference.gamma(Math.ceilDiv(d, 16) + Math.min(n, 256) + 6, 0x1p-24);
        for (int j = 0; j < d; j++) {
            // w = a/N is divided in double and rounded to float, on both sides
            Dyadic rounding = Dyadic.of(w[j]).abs().plus(Dyadic.of(learnt[j]).abs()).times(0x1p-24 + 0x1p-47).times(n);
            Dyadic bound = magnitude[j].times(0x1p-23 + gamma).plus(rounding);
            assertTrue(Dyadic.of(w[j]).minus(Dyadic.of(learnt[j])).abs().times(n).compareTo(bound) <= 0);
        }
    }

    @Property(tries = 50)
    void snapshotsAndCopiesLiveOnTheirOwn(@ForAll @IntRange(min = 1, max = 40) int d, @ForAll long seed) {
        Random random = new Random(seed);
        Context context = LinearTransformer.adversarial(d).context();
        context.add(reals(random, 1, d)[0], 1);
        InContextClassifier classifier = context.classifier();
        float[] w = classifier.weights();
        double[] a = context.state();
        Context copy = context.copy();
        context.add(reals(random, 1, d)[0], -1);
        double[] later = context.state();
        assertArrayEquals(w, classifier.weights());
        assertArrayEquals(a, copy.state());
        assertArrayEquals(w, copy.classifier().weights());
        copy.merge(context);
        assertEquals(3, copy.size());
        assertArrayEquals(later, context.state());
    }

    /** The recipe of the class's documentation. */
    @Property(tries = 20)
    void aQueueMakesAWindow(@ForAll @IntRange(min = 1, max = 10) int n, @ForAll long seed) {
        Random random = new Random(seed);
        LinearTransformer transformer = LinearTransformer.adversarial(7);
        Context context = transformer.context();
        Queue<Demonstration> window = new ArrayDeque<>();
        List<Demonstration> stream = demonstrations(random, 40, 7);
        for (int i = 0; i < stream.size(); i++) {
            Demonstration demonstration = stream.get(i);
            window.add(demonstration);
            context.add(demonstration.x(), demonstration.y());
            if (window.size() > n) {
                Demonstration oldest = window.remove();
                context.remove(oldest.x(), oldest.y());
            }
            List<Demonstration> last = stream.subList(Math.max(0, i + 1 - n), i + 1);
            assertSame(last.stream().collect(Context.collector(transformer)), context);
        }
    }

    @Test
    void aRefusedUpdateChangesNothing() {
        LinearTransformer transformer = LinearTransformer.adversarial(3);
        Context context = transformer.context();
        float[] nan = {1, Float.NaN, 0};
        float[] infinite = {0, 0, Float.NEGATIVE_INFINITY};
        float[] large = {Float.MAX_VALUE, Float.MAX_VALUE, 0};
        float[] good = {1, 2, 3};
        Context other = LinearTransformer.structured(new float[] {1, 1, 1, 2}, good, 0, good).context();
        other.add(good, 1);
        context.add(good, 1);
        double[] a = context.state();
        refused(context, "x has NaN in row 0, feature 1", () -> context.add(nan, 1));
        refused(context, "x has -Infinity in row 0, feature 2", () -> context.remove(infinite, 1));
        refused(context, "x is too large: p·z overflowed", () -> context.add(large, 1));
        refused(context, "x is too large: p·z overflowed", () -> context.remove(large, -1));
        refused(context, "y = 0, expected -1 or +1", () -> context.add(good, 0));
        refused(context, "y = 2, expected -1 or +1", () -> context.remove(good, 2));
        refused(context, "x.length = 2, expected 3", () -> context.add(new float[2], 1));
        refused(context, "x.length = 4, expected 3", () -> context.remove(new float[4], 1));
        for (float[] bad : new float[][] {nan, infinite, large}) {
            refused(context, "x ", () -> context.addAll(Rows.copyOf(good, bad), new int[] {1, 1}));
        }
        refused(context, "y[1] = 3, expected -1 or +1",
                () -> context.addAll(Rows.copyOf(good, good), new int[] {1, 3}));
        refused(context, "y.length = 1, expected one label a row, 2",
                () -> context.addAll(Rows.copyOf(good, good), new int[] {1}));
        refused(context, "x has 2 features a row, expected 3",
                () -> context.addAll(Rows.copyOf(new float[2]), new int[] {1}));
        refused(context, "other has a transformer with another p", () -> context.merge(other));
        Preprocessing centred = Preprocessing.fit(
                Rows.copyOf(new float[] {-0x1p127f, 0, 0}, new float[] {-0x1p126f, 0, 1}), new int[] {1, -1});
        refused(context, "other has another preprocessing", () -> context.merge(transformer.context(centred)));
        Context folded = transformer.context(centred);
        float[] far = {Float.MAX_VALUE, 0, 0};
        refused(folded, "x is too large: p·z overflowed", () -> folded.add(far, 1));
        refused(folded, "x is too large: p·z overflowed",
                () -> folded.addAll(Rows.copyOf(good, far), new int[] {1, 1}));
        assertEquals(0, folded.size());
        assertArrayEquals(a, context.state());
        assertEquals(1, context.size());
        context.remove(good, 1);
        assertArrayEquals(new double[4], context.state());
        assertEmpty(() -> context.remove(good, 1));
        assertEmpty(context::classifier);
        assertArrayEquals(new double[4], context.state());
        assertEquals(0, context.size());
    }

    private static void refused(Context context, String message, Executable update) {
        double[] a = context.state();
        String said = assertThrows(IllegalArgumentException.class, update).getMessage();
        assertTrue(said.contains(message), said);
        assertArrayEquals(a, context.state());
    }

    private static void assertEmpty(Executable action) {
        assertEquals("size = 0, expected at least 1 demonstration",
                assertThrows(IllegalStateException.class, action).getMessage());
    }

    @Test
    void sumsGrowBeyondFloatsAndComeBack() {
        Context context = LinearTransformer.adversarial(1).context();
        context.add(new float[] {1}, 1);
        double[] a = context.state();
        context.add(new float[] {0x1p100f}, 1);
        assertEquals(0x1p200, context.state()[0]);
        assertEquals("w[0] = Infinity, expected a finite number",
                assertThrows(IllegalStateException.class, context::classifier).getMessage());
        context.remove(new float[] {0x1p100f}, 1);
        assertArrayEquals(a, context.state());
        assertEquals(2, context.classifier().weights()[0]);
    }

    /** 2³¹ demonstrations, or 2⁵⁷ updates of no more than one demonstration at a time, by merges with itself. */
    @Test
    void countsThatWouldOverflowAreRefused() {
        LinearTransformer transformer = LinearTransformer.adversarial(2);
        Context many = transformer.context();
        many.add(new float[] {Float.MAX_VALUE / 4, 1}, 1);
        for (int i = 0; i < 30; i++) {
            many.merge(many);
        }
        double[] a = many.state();
        assertThrows(IllegalStateException.class, () -> many.merge(many));
        assertArrayEquals(a, many.state());
        many.merge(removedFrom(many));
        assertEquals(Integer.MAX_VALUE, many.size());
        assertThrows(IllegalStateException.class, () -> many.add(new float[2], 1));
        assertThrows(IllegalStateException.class, () -> many.addAll(Rows.copyOf(new float[2]), new int[] {1}));
        assertEquals(Integer.MAX_VALUE, many.size());
        // p·z is the large feature, to which 1 and 1 add nothing in a float
        assertEquals(Float.MAX_VALUE / 4.0 * Integer.MAX_VALUE, many.state()[1]);

        Context busy = transformer.context();
        busy.add(new float[] {1, 1}, 1);
        busy.remove(new float[] {2, 2}, 1);
        double[] difference = busy.state();
        for (int i = 0; i < 56; i++) {
            busy.merge(busy);
        }
        double[] last = busy.state();
        for (int j = 0; j < 3; j++) {
            assertEquals(Math.scalb(difference[j], 56), last[j]);
        }
        assertThrows(IllegalStateException.class, () -> busy.merge(busy));
        assertThrows(IllegalStateException.class, () -> busy.add(new float[2], 1));
        assertArrayEquals(last, busy.state());
        assertEquals(0, busy.size());
    }

    private static Context removedFrom(Context context) {
        Context one = context.copy();
        one.remove(new float[] {Float.MAX_VALUE / 4, 1}, 1);
        return one;
    }

    private static Context any(List<Context> contexts, Random random) {
        return contexts.get(random.nextInt(contexts.size()));
    }

    /** Q̄ does not matter to the state; the label row lets a_d into the classifier. */
    private static LinearTransformer transformer(float[] p) {
        float[] delta = new float[p.length - 1];
        Arrays.fill(delta, 1);
        return LinearTransformer.structured(p, delta, 0, delta);
    }

    private static float[] row(Demonstration z) {
        float[] row = Arrays.copyOf(z.x(), z.x().length + 1);
        row[z.x().length] = z.y();
        return row;
    }

    private static List<Demonstration> demonstrations(Random random, int count, int d) {
        List<Demonstration> demonstrations = new ArrayList<>();
        for (int n = 0; n < count; n++) {
            demonstrations.add(hostile(random, d));
        }
        return demonstrations;
    }

    private static Demonstration hostile(Random random, int d) {
        int most = new int[] {-100, 0, 100}[random.nextInt(3)];
        return new Demonstration(hostile(random, d, -149, most), random.nextBoolean() ? 1 : -1);
    }

    /** Huge beside tiny, subnormal, ±0, and few significant bits beside many. */
    private static float[] hostile(Random random, int size, int least, int most) {
        float[] z = new float[size];
        for (int j = 0; j < size; j++) {
            float significand = random.nextBoolean() ? random.nextInt(-1, 2) : 2 * random.nextFloat() - 1;
            z[j] = Math.scalb(significand, random.nextInt(least, most + 1));
        }
        return z;
    }

    private static void assertSame(Context expected, Context actual) {
        assertEquals(expected.size(), actual.size());
        assertArrayEquals(expected.state(), actual.state());
        float[] weights = weights(expected);
        assertArrayEquals(weights, weights(actual));
    }

    /** None where there is no classifier, for lack of demonstrations or of range. */
    private static float[] weights(Context context) {
        try {
            return context.classifier().weights();
        } catch (IllegalStateException e) {
            return new float[0];
        }
    }
}
