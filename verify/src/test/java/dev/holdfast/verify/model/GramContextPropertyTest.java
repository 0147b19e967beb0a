package dev.holdfast.verify.model;

import static dev.holdfast.verify.model.InContextClassifierPropertyTest.integers;
import static dev.holdfast.verify.model.InContextClassifierPropertyTest.reals;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.holdfast.model.GramContext;
import dev.holdfast.model.InContextClassifier;
import dev.holdfast.model.LinearTransformer;
import dev.holdfast.model.MultiClassifier;
import dev.holdfast.model.Preprocessing;
import dev.holdfast.model.Rows;
import dev.holdfast.verify.reference.CentredLearning;
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

/** A context from which any weights read, to the bit. */
class GramContextPropertyTest {
    private static final List<String> CLASSES = List.of("a", "b", "c");

    private record Labelled(float[] x, String label) {}

    /** Huge beside tiny, whatever came and went: means are the nearest floats, signs those of exact sums. */
    @Property(tries = 100)
    void preprocessingIsExact(@ForAll @IntRange(min = 1, max = 20) int d, @ForAll long seed) {
        Random random = new Random(seed);
        GramContext<String> context = GramContext.of(d, CLASSES);
        List<Labelled> there = new ArrayList<>();
        for (int step = 0; step < 30; step++) {
            boolean removes = there.size() > 4 && random.nextInt(3) == 0;
            Labelled z = removes ? there.remove(random.nextInt(there.size())) : hostile(random, d);
            if (removes) {
                context.remove(z.x, z.label);
            } else {
                there.add(z);
                context.add(z.x, z.label);
            }
            assertEquals(there.size(), context.size());
            if (context.size("a") > 0 && context.size("c") > 0) {
                checkPreprocessing(context.preprocessing("c", "a"), pair(there, "c", "a"));
            }
        }
    }

    private static void checkPreprocessing(Preprocessing preprocessing, CentredLearning exact) {
        for (int j = 0; j < preprocessing.features(); j++) {
            assertTrue(exact.isNearestToMean(preprocessing.mean()[j], j));
            assertEquals(exact.sign(j), preprocessing.sign()[j]);
        }
    }

    private static CentredLearning pair(List<Labelled> all, String positive, String negative) {
        List<Labelled> rows = all.stream()
                .filter(z -> z.label.equals(positive) || z.label.equals(negative)).toList();
        return new CentredLearning(
                rows.stream().map(z -> Dyadic.of(z.x)).toArray(Dyadic[][]::new),
                rows.stream().mapToInt(z -> z.label.equals(positive) ? 1 : -1).toArray());
    }

    /** Means half-way between two floats, but for a term far below that decides, or none. */
    @Property(tries = 300)
    void meansNextToTiesAreRoundedOnce(@ForAll long seed) {
        Random random = new Random(seed);
        List<Labelled> rows = new ArrayList<>();
        int n = 1 + random.nextInt(3);
        float value = 1 + random.nextInt(4) * Math.ulp(1f);
        for (int i = 0; i < 2 * n; i++) {
            rows.add(new Labelled(new float[] {value + (i < n ? Math.ulp(1f) : 0)}, CLASSES.get(i % 2)));
        }
        rows.add(new Labelled(new float[] {random.nextInt(-1, 2) * Float.MIN_VALUE}, "a"));
        rows.add(new Labelled(new float[] {2 * value + Math.ulp(1f)}, "b"));
        GramContext<String> context = filled(1, rows);
        checkPreprocessing(context.preprocessing("a", "b"), pair(rows, "a", "b"));
    }

    /** Rows that stay and guests come to several parts in any order; guests leave any part, before or after merges. */
    @Property(tries = 60)
    void orderSplitMergesAndGuestsLeaveNoTrace(@ForAll @IntRange(min = 1, max = 20) int d, @ForAll long seed) {
        Random random = new Random(seed);
        LinearTransformer transformer = transformer(hostile(random, d + 1, -30, 20));
        List<Labelled> kept = new ArrayList<>();
        List<Labelled> guests = new ArrayList<>();
        for (int n = 0; n < 12; n++) {
            kept.add(hostile(random, d));
            guests.add(hostile(random, d));
        }
        List<GramContext<String>> parts = new ArrayList<>();
        for (int i = 0; i < 1 + random.nextInt(5); i++) {
            parts.add(GramContext.of(d, CLASSES));
        }
        List<Labelled> arriving = new ArrayList<>(kept);
        arriving.addAll(guests);
        Collections.shuffle(arriving, random);
        Collections.shuffle(guests, random);
        arriving.forEach(z -> any(parts, random).add(z.x, z.label));
        while (parts.size() > 1 || !guests.isEmpty()) {
            GramContext<String> context = any(parts, random);
            if (random.nextBoolean() && !guests.isEmpty() && context.size(guests.getLast().label) > 0) {
                Labelled z = guests.removeLast();
                context.remove(z.x, z.label);
            } else if (parts.size() > 1) {
                parts.remove(context);
                any(parts, random).merge(context);
            }
        }
        GramContext<String> whole = parts.getFirst();
        GramContext<String> alone = filled(d, kept);
        assertSame(alone, whole, transformer);
        // what the rounding of a reading may have hidden
        for (Labelled z : kept) {
            whole.remove(z.x, z.label);
            alone.remove(z.x, z.label);
            assertSame(alone, whole, transformer);
        }
    }

    private static GramContext<String> any(List<GramContext<String>> contexts, Random random) {
        return contexts.get(random.nextInt(contexts.size()));
    }

    private static GramContext<String> filled(int d, List<Labelled> rows) {
        GramContext<String> context = GramContext.of(d, CLASSES);
        rows.forEach(z -> context.add(z.x, z.label));
        return context;
    }

    private static void assertSame(
            GramContext<String> expected, GramContext<String> actual, LinearTransformer transformer) {
        assertEquals(expected.size(), actual.size());
        for (String positive : CLASSES) {
            assertEquals(expected.size(positive), actual.size(positive));
            for (String negative : CLASSES) {
                if (!positive.equals(negative) && expected.size(positive) > 0 && expected.size(negative) > 0) {
                    assertSame(() -> expected.classifier(transformer, positive, negative),
                            () -> actual.classifier(transformer, positive, negative));
                }
            }
        }
    }

    private interface Learnt {
        InContextClassifier classifier();
    }

    /** Both the same, or both too large for floats. */
    private static void assertSame(Learnt expected, Learnt actual) {
        InContextClassifier classifier;
        try {
            classifier = expected.classifier();
        } catch (IllegalStateException e) {
            assertEquals(e.getMessage(),
                    assertThrows(IllegalStateException.class, actual::classifier).getMessage());
            return;
        }
        assertSame(classifier, actual.classifier());
    }

    private static void assertSame(InContextClassifier expected, InContextClassifier actual) {
        assertArrayEquals(expected.weights(), actual.weights());
        assertEquals(expected.intercept(), actual.intercept());
        assertArrayEquals(expected.preprocessing().mean(), actual.preprocessing().mean());
        assertArrayEquals(expected.preprocessing().sign(), actual.preprocessing().sign());
    }

    @Property(tries = 20)
    void rowsAtOnceAreRowsOneByOne(
            @ForAll @IntRange(min = 1, max = 20) int d, @ForAll @IntRange(max = 300) int n, @ForAll long seed) {
        Random random = new Random(seed);
        float[] wide = new float[2 + n * (d + 3)];
        Arrays.fill(wide, Float.NaN);
        List<Labelled> rows = new ArrayList<>();
        for (int i = 0; i < n; i++) {
            rows.add(hostile(random, d));
            System.arraycopy(rows.get(i).x, 0, wide, 2 + i * (d + 3), d);
        }
        GramContext<String> all = GramContext.of(d, CLASSES);
        all.addAll(Rows.view(wide, 2, d + 3, n, d), rows.stream().map(Labelled::label).toList());
        assertSame(filled(d, rows), all, transformer(reals(random, 1, d + 1)[0]));
    }

    /** Every class has 8 rows, so that means are exact: so is the rest. */
    @Property(tries = 60)
    void answersAsLearningDoesWhereArithmeticIsExact(@ForAll @IntRange(min = 1, max = 30) int d, @ForAll long seed) {
        Random random = new Random(seed);
        List<Integer> classes = List.of(0, 1, 2, 3);
        float[][] x = integers(random, 32, d);
        List<Integer> y = new ArrayList<>(classes);
        for (int n = 4; n < 32; n++) {
            y.add(n % 4);
        }
        Collections.shuffle(y.subList(4, 32), random);
        LinearTransformer dense =
                LinearTransformer.of(integers(random, 1, d + 1)[0], integers(random, 1, (d + 1) * d)[0]);
        for (LinearTransformer transformer : new LinearTransformer[] {dense, LinearTransformer.adversarial(d)}) {
            GramContext<Integer> context = GramContext.of(d, classes);
            context.addAll(Rows.copyOf(x), y);
            int[] labels = new int[16];
            float[][] pair = new float[16][];
            int rows = 0;
            for (int n = 0; n < 32; n++) {
                if (y.get(n) == 3 || y.get(n) == 1) {
                    pair[rows] = x[n];
                    labels[rows++] = y.get(n) == 3 ? 1 : -1;
                }
            }
            Preprocessing fitted = Preprocessing.fit(Rows.copyOf(pair), labels);
            assertSame(transformer.learn(fitted, Rows.copyOf(pair), labels), context.classifier(transformer, 3, 1));
            assertSame(transformer.learnRest(Rows.copyOf(x), y), context.rest(transformer), random);
            assertSame(transformer.learnPairs(Rows.copyOf(x), y), context.pairs(transformer), random);
        }
    }

    private static void assertSame(MultiClassifier<Integer> expected, MultiClassifier<Integer> actual, Random random) {
        assertEquals(expected.classes(), actual.classes());
        for (float[] query : reals(random, 5, expected.features())) {
            assertArrayEquals(expected.scores(query), actual.scores(query));
            assertEquals(expected.radius(query), actual.radius(query));
        }
    }

    /**
     * The documented bounds, the context's own and that of {@code learn}, on rows about 0 and on rows so far from it
     * that squares and means share all digits of a double.
     */
    @Property(tries = 100)
    void staysWithinItsBoundAndNearLearning(
            @ForAll @IntRange(min = 1, max = 20) int d, @ForAll @IntRange(min = 2, max = 60) int n,
            @ForAll long seed) {
        Random random = new Random(seed);
        float offset = random.nextBoolean() ? 0x1p21f : 0;
        List<Labelled> rows = new ArrayList<>();
        for (float[] x : reals(random, n, d)) {
            for (int j = 0; j < d; j++) {
                x[j] += offset;
            }
            rows.add(new Labelled(x, CLASSES.get(rows.size() < 2 ? rows.size() : random.nextInt(2))));
        }
        float[] p = reals(random, 1, d + 1)[0];
        float[] ones = new float[d];
        Arrays.fill(ones, 1);
        LinearTransformer transformer = LinearTransformer.structured(p, ones, 0, new float[d]);
        InContextClassifier classifier = filled(d, rows).classifier(transformer, "a", "b");
        Preprocessing preprocessing = classifier.preprocessing();
        CentredLearning exact = pair(rows, "a", "b");
        Dyadic[] mean = Dyadic.of(preprocessing.mean());
        Dyadic[] sign = Dyadic.of(preprocessing.sign());
        Dyadic[] a = exact.state(mean, sign, Dyadic.of(p));
        Dyadic[] magnitude = exact.magnitude(mean, sign, Dyadic.of(p));
        Dyadic[] raw = exact.rawMagnitude(Dyadic.of(p));
        InContextClassifier learnt = transformer.learn(preprocessing, Rows.copyOf(
                rows.stream().map(Labelled::x).toArray(float[][]::new)), exact.y());
        double u = 0x1p-53;
        double squares = (1 + u) * Math.pow(Reference.gamma(d + 4, u), 2);
        // rows are rounded when they are centred
        double learning = Reference.gamma(Math.ceilDiv(d, 16) + Math.min(n, 256) + 8, 0x1p-24);
        for (int j = 0; j < d; j++) {
            Dyadic w = Dyadic.of(classifier.weights()[j]).times(sign[j]);
            Dyadic other = Dyadic.of(learnt.weights()[j]).times(sign[j]);
            Dyadic bound = raw[j].times(squares).plus(a[j].abs().times(u)).plus(rounding(w, n));
            assertTrue(w.times(n).minus(a[j]).abs().compareTo(bound) <= 0);
            Dyadic apart = bound.plus(magnitude[j].times(learning)).plus(rounding(other, n));
            assertTrue(w.minus(other).times(n).abs().compareTo(apart) <= 0);
        }
    }

    /** w = a/N is divided in double and rounded to float. */
    private static Dyadic rounding(Dyadic w, int n) {
        return w.abs().times(0x1p-24 + 0x1p-47).times(n);
    }

    @Property(tries = 20)
    void snapshotsAndCopiesLiveOnTheirOwn(@ForAll @IntRange(min = 1, max = 20) int d, @ForAll long seed) {
        Random random = new Random(seed);
        LinearTransformer transformer = LinearTransformer.adversarial(d);
        GramContext<String> context = GramContext.of(d, CLASSES);
        for (int n = 0; n < 6; n++) {
            context.add(reals(random, 1, d)[0], CLASSES.get(n % 2));
        }
        InContextClassifier classifier = context.classifier(transformer, "a", "b");
        float[] w = classifier.weights();
        GramContext<String> copy = context.copy();
        context.add(reals(random, 1, d)[0], "a");
        assertArrayEquals(w, classifier.weights());
        assertArrayEquals(w, copy.classifier(transformer, "a", "b").weights());
        float[] later = context.classifier(transformer, "a", "b").weights();
        copy.merge(context);
        copy.merge(copy);
        assertEquals(26, copy.size());
        assertEquals(14, copy.size("a"));
        assertArrayEquals(later, context.classifier(transformer, "a", "b").weights());
    }

    @Test
    void aRefusedUpdateChangesNothing() {
        LinearTransformer transformer = LinearTransformer.adversarial(2);
        float[] good = {1, 2};
        GramContext<String> context = GramContext.of(2, CLASSES);
        context.add(good, "a");
        context.add(new float[] {0, 1}, "b");
        float[][] nan = {good, {0, Float.NaN}};
        refused(context, "x has NaN in row 0, feature 1", () -> context.add(nan[1], "a"));
        refused(context, "x has NaN in row 0, feature 1", () -> context.remove(nan[1], "a"));
        refused(context, "x has NaN in row 1, feature 1",
                () -> context.addAll(Rows.copyOf(nan), List.of("a", "b")));
        refused(context, "y[1] = d, expected one of the classes [a, b, c]",
                () -> context.addAll(Rows.copyOf(good, good), List.of("a", "d")));
        refused(context, "y[0] = null, expected one of the classes",
                () -> context.addAll(Rows.copyOf(good, good), Arrays.asList(null, "a")));
        refused(context, "y.size() = 1, expected one label a row, 2",
                () -> context.addAll(Rows.copyOf(good, good), List.of("a")));
        refused(context, "x has 1 features a row, expected 2",
                () -> context.addAll(Rows.copyOf(new float[1]), List.of("a")));
        refused(context, "label = d, expected one of the classes [a, b, c]", () -> context.add(good, "d"));
        refused(context, "x.length = 3, expected 2", () -> context.remove(new float[3], "a"));
        refused(context, "other has 3 features, expected 2", () -> context.merge(GramContext.of(3, CLASSES)));
        refused(context, "other has classes [a, c, b], expected [a, b, c]",
                () -> context.merge(GramContext.of(2, List.of("a", "c", "b"))));
        for (Executable reading : new Executable[] {() -> context.remove(good, "c"),
            () -> context.preprocessing("a", "c"), () -> context.classifier(transformer, "c", "a"),
            () -> context.rest(transformer), () -> context.pairs(transformer)}) {
            assertEquals("size(c) = 0, expected at least 1 demonstration of this class",
                    assertThrows(IllegalStateException.class, reading).getMessage());
        }
    }

    private static void refused(GramContext<String> context, String message, Executable update) {
        String said = assertThrows(IllegalArgumentException.class, update).getMessage();
        assertTrue(said.contains(message), said);
        assertSame(filled(2, List.of(new Labelled(new float[] {1, 2}, "a"), new Labelled(new float[] {0, 1}, "b"))),
                context, LinearTransformer.adversarial(2));
    }

    @Test
    void countsThatWouldOverflowAreRefused() {
        GramContext<String> many = GramContext.of(1, CLASSES);
        many.add(new float[] {3}, "a");
        many.add(new float[] {1}, "b");
        for (int i = 0; i < 29; i++) {
            many.merge(many);
        }
        assertEquals(1 << 29, many.size("a"));
        assertThrows(IllegalStateException.class, () -> many.merge(many));
        assertEquals(1 << 30, many.size());
        Preprocessing preprocessing = many.preprocessing("b", "a");
        assertArrayEquals(new float[] {2}, preprocessing.mean());
        assertArrayEquals(new float[] {-1}, preprocessing.sign());
    }

    /** Q̄ does not matter to the sums. */
    private static LinearTransformer transformer(float[] p) {
        float[] delta = new float[p.length - 1];
        Arrays.fill(delta, 1);
        return LinearTransformer.structured(p, delta, 0, delta);
    }

    private static Labelled hostile(Random random, int d) {
        int most = new int[] {-100, 0, 40}[random.nextInt(3)];
        return new Labelled(hostile(random, d, -149, most), CLASSES.get(random.nextInt(CLASSES.size())));
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
}
