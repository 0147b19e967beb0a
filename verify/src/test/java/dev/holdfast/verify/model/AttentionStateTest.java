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
import dev.holdfast.model.State.Demonstration;
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

/** What a transformer of one p sees of demonstrations that come and go, to the bit. */
class AttentionStateTest {
    private static final List<Integer> CLASSES = List.of(1, -1);

    private static State<Integer> exact(LinearTransformer transformer) {
        return State.attention(transformer, CLASSES).exact();
    }

    @Property(tries = 100)
    void stateIsTheExactSumRoundedOnce(@ForAll @IntRange(min = 1, max = 40) int d, @ForAll long seed) {
        Random random = new Random(seed);
        float[] p = hostile(random, d + 1, -60, 20);
        State<Integer> state = exact(transformer(p));
        BigDecimal[] exact = new BigDecimal[d + 1];
        Arrays.fill(exact, BigDecimal.ZERO);
        List<Demonstration<Integer>> there = new ArrayList<>();
        for (int step = 0; step < 40; step++) {
            boolean removes = !there.isEmpty() && random.nextInt(3) == 0;
            Demonstration<Integer> z = removes ? there.remove(random.nextInt(there.size())) : hostile(random, d);
            if (removes) {
                state.remove(z.x(), z.label());
            } else {
                there.add(z);
                state.add(z.x(), z.label());
            }
            float[] row = row(z);
            BigDecimal s = new BigDecimal((float) OrderedReference.score(row, p, 0) * (removes ? -1 : 1));
            for (int j = 0; j <= d; j++) {
                exact[j] = exact[j].add(s.multiply(new BigDecimal(row[j])));
            }
            assertEquals(there.size(), state.size());
            assertArrayEquals(
                    Arrays.stream(exact).mapToDouble(BigDecimal::doubleValue).toArray(), state.attention());
        }
    }

    /** Rows that stay and guests come to several parts in any order; guests leave any part, before or after merges. */
    @Property(tries = 100)
    void orderSplitMergesAndGuestsLeaveNoTrace(@ForAll @IntRange(min = 1, max = 40) int d, @ForAll long seed) {
        Random random = new Random(seed);
        LinearTransformer transformer = transformer(hostile(random, d + 1, -60, 20));
        List<Demonstration<Integer>> kept = demonstrations(random, 1 + random.nextInt(20), d);
        List<Demonstration<Integer>> guests = demonstrations(random, random.nextInt(20), d);
        List<State<Integer>> parts = new ArrayList<>();
        for (int i = 0; i < 1 + random.nextInt(6); i++) {
            parts.add(exact(transformer));
        }
        List<Demonstration<Integer>> arriving = new ArrayList<>(kept);
        arriving.addAll(guests);
        Collections.shuffle(arriving, random);
        List<Demonstration<Integer>> leaving = new ArrayList<>(guests);
        Collections.shuffle(leaving, random);
        arriving.forEach(z -> any(parts, random).add(z.x(), z.label()));
        while (parts.size() > 1 || !leaving.isEmpty()) {
            State<Integer> state = any(parts, random);
            if (random.nextBoolean() && !leaving.isEmpty() && state.size() > 0) {
                left(state, leaving);
            } else if (parts.size() > 1) {
                parts.remove(state);
                any(parts, random).merge(state);
            }
        }
        State<Integer> alone = exact(transformer);
        kept.forEach(z -> alone.add(z.x(), z.label()));
        State<Integer> whole = parts.getFirst();
        assertSame(alone, whole, transformer);
        // what the rounding of a reading may have hidden
        for (Demonstration<Integer> z : kept) {
            whole.remove(z.x(), z.label());
            alone.remove(z.x(), z.label());
            assertSame(alone, whole, transformer);
        }
        assertArrayEquals(new double[d + 1], whole.attention());
    }

    @Property(tries = 50)
    void rowsAtOnceAreRowsOneByOne(@ForAll @IntRange(min = 1, max = 40) int d, @ForAll long seed) {
        Random random = new Random(seed);
        LinearTransformer transformer = LinearTransformer.adversarial(d);
        List<Demonstration<Integer>> demonstrations = demonstrations(random, 12, d);
        State<Integer> single = exact(transformer);
        float[] wide = new float[2 + 12 * (d + 3)];
        Arrays.fill(wide, Float.NaN);
        List<Integer> y = new ArrayList<>();
        for (int n = 0; n < 12; n++) {
            Demonstration<Integer> z = demonstrations.get(n);
            single.add(z.x(), z.label());
            System.arraycopy(z.x(), 0, wide, 2 + n * (d + 3), d);
            y.add(z.label());
        }
        State<Integer> all = exact(transformer);
        all.addAll(Rows.view(wide, 2, d + 3, 12, d), y);
        assertSame(single, all, transformer);
        all.addAll(Rows.view(wide, 0, d, 0, d), List.of());
        assertSame(single, all, transformer);
    }

    @Property(tries = 20)
    void parallelStreamsCollectTheSameBits(@ForAll @IntRange(min = 1, max = 40) int d, @ForAll long seed) {
        Random random = new Random(seed);
        LinearTransformer transformer = LinearTransformer.adversarial(d);
        List<Demonstration<Integer>> demonstrations = demonstrations(random, 500, d);
        State<Integer> sequential = demonstrations.stream().collect(State.collector(() -> exact(transformer)));
        State<Integer> parallel = demonstrations.parallelStream().collect(State.collector(() -> exact(transformer)));
        assertEquals(500, sequential.size());
        assertSame(sequential, parallel, transformer);
        State<Integer> oneByOne = exact(transformer);
        demonstrations.forEach(z -> oneByOne.add(z.x(), z.label()));
        assertSame(oneByOne, parallel, transformer);
    }

    /** Raw rows in, a classifier of raw rows out: between them, a state of rows that were aligned before. */
    @Property(tries = 100)
    void alignsRowsOnTheirWayIn(@ForAll @IntRange(min = 1, max = 40) int d, @ForAll long seed) {
        Random random = new Random(seed);
        LinearTransformer transformer = transformer(hostile(random, d + 1, -60, 20));
        List<Demonstration<Integer>> demonstrations = demonstrations(random, 20, d);
        Rows rows = Rows.copyOf(demonstrations.stream().map(Demonstration::x).toArray(float[][]::new));
        List<Integer> y = demonstrations.stream().map(Demonstration::label).toList();
        Alignment alignment = Alignment.fit(rows, y.stream().mapToInt(label -> label).toArray());
        State<Integer> all = exact(transformer.aligned(alignment));
        all.addAll(rows, y);
        State<Integer> folded = exact(transformer.aligned(alignment));
        State<Integer> inside = exact(transformer);
        for (Demonstration<Integer> z : demonstrations) {
            folded.add(z.x(), z.label());
            inside.add(aligned(z.x(), alignment), z.label());
        }
        assertSame(folded, all, transformer);
        State<Integer> copy = all.copy();
        all.merge(folded);
        for (Demonstration<Integer> z : demonstrations) {
            assertArrayEquals(inside.attention(), folded.attention());
            float[] w = weights(transformer, inside);
            float[] raw = weights(transformer, folded);
            assertEquals(w.length, raw.length);
            double intercept = 0;
            for (int j = 0; j < w.length; j++) {
                assertEquals(alignment.sign()[j] * w[j], raw[j]);
                intercept -= (double) raw[j] * alignment.mean()[j];
            }
            if (w.length > 0) {
                assertEquals(intercept, transformer.learn(folded).intercept());
                assertArrayEquals(alignment.mean(), transformer.learn(folded).alignment().mean());
            }
            all.remove(z.x(), z.label());
            folded.remove(z.x(), z.label());
            inside.remove(aligned(z.x(), alignment), z.label());
        }
        assertArrayEquals(new double[d + 1], folded.attention());
        assertSame(copy, all, transformer);
    }

    private static float[] aligned(float[] x, Alignment alignment) {
        float[] out = new float[x.length];
        for (int j = 0; j < x.length; j++) {
            out[j] = alignment.sign()[j] * (x[j] - alignment.mean()[j]);
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
            State<Integer> state = exact(transformer);
            state.addAll(x, boxed(y));
            Classifier classifier = transformer.learn(state);
            assertArrayEquals(transformer.learn(x, y).weights(), classifier.weights());
            assertEquals(0, classifier.intercept());
        }
    }

    /** The documented bounds: the state's own, and that of {@code learn}. */
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
        State<Integer> state = exact(transformer);
        state.addAll(Rows.copyOf(x), boxed(y));
        Dyadic[] exact = new Dyadic[d + 1];
        Dyadic[] magnitude = new Dyadic[d + 1];
        Arrays.fill(exact, Dyadic.ZERO);
        Arrays.fill(magnitude, Dyadic.ZERO);
        for (int i = 0; i < n; i++) {
            float[] z = row(new Demonstration<>(x[i], y[i]));
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
        double[] a = state.attention();
        for (int j = 0; j <= d; j++) {
            assertTrue(Dyadic.of(a[j]).minus(exact[j]).abs().compareTo(magnitude[j].times(0x1p-23)) <= 0);
        }
        float[] w = transformer.learn(state).weights();
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
        LinearTransformer transformer = LinearTransformer.adversarial(d);
        State<Integer> state = exact(transformer);
        state.add(reals(random, 1, d)[0], 1);
        Classifier classifier = transformer.learn(state);
        float[] w = classifier.weights();
        double[] a = state.attention();
        State<Integer> copy = state.copy();
        state.add(reals(random, 1, d)[0], -1);
        double[] later = state.attention();
        assertArrayEquals(w, classifier.weights());
        assertArrayEquals(a, copy.attention());
        assertArrayEquals(w, transformer.learn(copy).weights());
        copy.merge(state);
        assertEquals(3, copy.size());
        assertArrayEquals(later, state.attention());
    }

    /** The recipe of the class's documentation. */
    @Property(tries = 20)
    void aQueueMakesAWindow(@ForAll @IntRange(min = 1, max = 10) int n, @ForAll long seed) {
        Random random = new Random(seed);
        LinearTransformer transformer = LinearTransformer.adversarial(7);
        State<Integer> state = exact(transformer);
        Queue<Demonstration<Integer>> window = new ArrayDeque<>();
        List<Demonstration<Integer>> stream = demonstrations(random, 40, 7);
        for (int i = 0; i < stream.size(); i++) {
            Demonstration<Integer> demonstration = stream.get(i);
            window.add(demonstration);
            state.add(demonstration.x(), demonstration.label());
            if (window.size() > n) {
                Demonstration<Integer> oldest = window.remove();
                state.remove(oldest.x(), oldest.label());
            }
            List<Demonstration<Integer>> last = stream.subList(Math.max(0, i + 1 - n), i + 1);
            assertSame(last.stream().collect(State.collector(() -> exact(transformer))), state, transformer);
        }
    }

    @Test
    void aRefusedUpdateChangesNothing() {
        LinearTransformer transformer = LinearTransformer.adversarial(3);
        State<Integer> state = exact(transformer);
        float[] nan = {1, Float.NaN, 0};
        float[] infinite = {0, 0, Float.NEGATIVE_INFINITY};
        float[] great = {0, 1e30f, 0};
        float[] beyond = {Math.nextUp(-State.GREATEST_FEATURE), 0, Math.nextDown(-State.GREATEST_FEATURE)};
        float[] good = {1, 2, 3};
        State<Integer> other = exact(LinearTransformer.structured(new float[] {1, 1, 1, 2}, good, 0, good));
        other.add(good, 1);
        state.add(good, 1);
        double[] a = state.attention();
        refused(state, "x has NaN in row 0, feature 1, expected a finite number", () -> state.add(nan, 1));
        refused(state, "x has -Infinity in row 0, feature 2, expected a finite number",
                () -> state.remove(infinite, 1));
        String most = ", expected a number of magnitude at most 2.8147498E14";
        refused(state, "x has 1.0E30 in row 0, feature 1" + most, () -> state.add(great, 1));
        refused(state, "x has 1.0E30 in row 0, feature 1" + most, () -> state.remove(great, -1));
        refused(state, "x has -2.81475E14 in row 0, feature 2" + most, () -> state.add(beyond, 1));
        refused(state, "label = 0, expected one of the classes [1, -1]", () -> state.add(good, 0));
        refused(state, "label = 2, expected one of the classes [1, -1]", () -> state.remove(good, 2));
        refused(state, "x.length = 2, expected 3", () -> state.add(new float[2], 1));
        refused(state, "x.length = 4, expected 3", () -> state.remove(new float[4], 1));
        for (float[] bad : new float[][] {nan, infinite, great, beyond}) {
            refused(state, "x has ", () -> state.addAll(Rows.copyOf(good, bad), List.of(1, 1)));
        }
        refused(state, "y[1] = 3, expected one of the classes [1, -1]",
                () -> state.addAll(Rows.copyOf(good, good), List.of(1, 3)));
        refused(state, "y.size() = 1, expected one label a row, 2",
                () -> state.addAll(Rows.copyOf(good, good), List.of(1)));
        refused(state, "x has 2 features a row, expected 3",
                () -> state.addAll(Rows.copyOf(new float[2]), List.of(1)));
        refused(state, "other has a transformer with another p, expected the p of this state",
                () -> state.merge(other));
        Alignment centred = Alignment.fit(Rows.copyOf(good, new float[3]), new int[] {1, -1});
        refused(state, "other has another alignment, expected the means and signs of this state",
                () -> state.merge(exact(transformer.aligned(centred))));
        state.remove(good, 1);
        assertArrayEquals(new double[4], state.attention());
        assertEmpty(() -> state.remove(good, 1));
        assertEmpty(() -> transformer.learn(state));
        assertArrayEquals(new double[4], state.attention());
        assertEquals(0, state.size());
        state.add(good, 1);
        assertArrayEquals(a, state.attention());
    }

    /** Of features that may come, those of which p makes more than a float are refused in their turn. */
    @Test
    void whatOverflowsInFrontOfPChangesNothing() {
        LinearTransformer transformer = transformer(new float[] {0x1p90f, 1, 1});
        Alignment near = Alignment.fit(Rows.copyOf(new float[] {2, 0}, new float[] {0, 1}), new int[] {1, -1});
        float[] good = {1, 2};
        float[] large = {0x1p38f, 0};
        for (State<Integer> state : List.of(exact(transformer), exact(transformer.aligned(near)))) {
            state.add(good, 1);
            refused(state, "x is too large: p·z of row 0 overflowed", () -> state.add(large, 1));
            refused(state, "x is too large: p·z of row 0 overflowed", () -> state.remove(large, -1));
            refused(state, "x is too large: p·z of row 1 overflowed",
                    () -> state.addAll(Rows.copyOf(good, large), List.of(1, 1)));
            state.remove(good, 1);
            assertArrayEquals(new double[3], state.attention());
        }
    }

    private static void refused(State<Integer> state, String message, Executable update) {
        double[] a = state.attention();
        String hash = state.hash();
        String said = assertThrows(IllegalArgumentException.class, update).getMessage();
        assertTrue(said.contains(message), said);
        assertArrayEquals(a, state.attention());
        assertEquals(hash, state.hash());
    }

    private static void assertEmpty(Executable action) {
        assertEquals("size = 0, expected at least 1 demonstration",
                assertThrows(IllegalStateException.class, action).getMessage());
    }

    @Test
    void sumsGrowBeyondFloatsAndComeBack() {
        LinearTransformer transformer = transformer(new float[] {0x1p79f, 0});
        State<Integer> state = exact(transformer);
        state.add(new float[] {1}, 1);
        double[] a = state.attention();
        state.add(new float[] {State.GREATEST_FEATURE}, 1);
        assertEquals(0x1p175, state.attention()[0] - a[0]);
        assertEquals("w[0] = Infinity, expected a finite number",
                assertThrows(IllegalStateException.class, () -> transformer.learn(state)).getMessage());
        state.remove(new float[] {State.GREATEST_FEATURE}, 1);
        assertArrayEquals(a, state.attention());
        // a = (2⁷⁹, 2⁷⁹), to which the label row adds the second entry
        assertEquals(0x1p80f, transformer.learn(state).weights()[0]);
    }

    /** Lets the last of these leave a state, unless that shows that it is in another one. */
    static <L> void left(State<L> state, List<Demonstration<L>> leaving) {
        Demonstration<L> z = leaving.getLast();
        try {
            state.remove(z.x(), z.label());
            leaving.removeLast();
        } catch (IllegalArgumentException e) {
            assertTrue(e.getMessage().startsWith("x was never added to its class"), e.getMessage());
        }
    }

    /** 2³¹ demonstrations, or 2⁵⁷ updates of no more than one demonstration at a time, by merges with itself. */
    @Test
    void countsThatWouldOverflowAreRefused() {
        LinearTransformer transformer = LinearTransformer.adversarial(2);
        State<Integer> many = exact(transformer);
        many.add(new float[] {State.GREATEST_FEATURE, 1}, 1);
        for (int i = 0; i < 30; i++) {
            many.merge(many);
        }
        double[] a = many.attention();
        assertEquals("size = 1073741824 and 1073741824 more, expected at most 2147483647",
                assertThrows(IllegalStateException.class, () -> many.merge(many)).getMessage());
        assertArrayEquals(a, many.attention());
        many.merge(removedFrom(many));
        assertEquals(Integer.MAX_VALUE, many.size());
        assertThrows(IllegalStateException.class, () -> many.add(new float[2], 1));
        assertThrows(IllegalStateException.class, () -> many.addAll(Rows.copyOf(new float[2]), List.of(1)));
        assertEquals(Integer.MAX_VALUE, many.size());
        // p·z is the large feature, to which 1 and 1 add nothing in a float
        assertEquals((double) State.GREATEST_FEATURE * Integer.MAX_VALUE, many.attention()[1]);

        State<Integer> busy = exact(transformer);
        busy.add(new float[] {1, 1}, 1);
        busy.remove(new float[] {1, 1}, 1);
        for (int i = 0; i < 56; i++) {
            busy.merge(busy);
        }
        assertThrows(IllegalStateException.class, () -> busy.merge(busy));
        assertThrows(IllegalStateException.class, () -> busy.add(new float[2], 1));
        assertArrayEquals(new double[3], busy.attention());
        assertEquals(0, busy.size());
    }

    private static State<Integer> removedFrom(State<Integer> state) {
        State<Integer> one = state.copy();
        one.remove(new float[] {State.GREATEST_FEATURE, 1}, 1);
        return one;
    }

    private static State<Integer> any(List<State<Integer>> states, Random random) {
        return states.get(random.nextInt(states.size()));
    }

    /** Q̄ does not matter to the state; the label row lets a_d into the classifier. */
    private static LinearTransformer transformer(float[] p) {
        float[] delta = new float[p.length - 1];
        Arrays.fill(delta, 1);
        return LinearTransformer.structured(p, delta, 0, delta);
    }

    private static float[] row(Demonstration<Integer> z) {
        float[] row = Arrays.copyOf(z.x(), z.x().length + 1);
        row[z.x().length] = z.label();
        return row;
    }

    private static List<Demonstration<Integer>> demonstrations(Random random, int count, int d) {
        List<Demonstration<Integer>> demonstrations = new ArrayList<>();
        for (int n = 0; n < count; n++) {
            demonstrations.add(hostile(random, d));
        }
        return demonstrations;
    }

    private static Demonstration<Integer> hostile(Random random, int d) {
        int most = new int[] {-100, 0, 47}[random.nextInt(3)];
        return new Demonstration<>(hostile(random, d, -149, most), random.nextBoolean() ? 1 : -1);
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

    private static void assertSame(State<Integer> expected, State<Integer> actual, LinearTransformer transformer) {
        assertEquals(expected.size(), actual.size());
        assertArrayEquals(expected.attention(), actual.attention());
        assertEquals(expected.hash(), actual.hash());
        assertArrayEquals(weights(transformer, expected), weights(transformer, actual));
    }

    /** None where there is no classifier, for lack of demonstrations or of range. */
    private static float[] weights(LinearTransformer transformer, State<Integer> state) {
        try {
            return transformer.learn(state).weights();
        } catch (IllegalStateException e) {
            return new float[0];
        }
    }
}
