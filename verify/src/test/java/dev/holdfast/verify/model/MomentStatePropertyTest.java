package dev.holdfast.verify.model;

import static dev.holdfast.verify.model.ClassifierPropertyTest.integers;
import static dev.holdfast.verify.model.ClassifierPropertyTest.reals;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertThrowsExactly;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.holdfast.kernel.ExactSums;
import dev.holdfast.model.Alignment;
import dev.holdfast.model.Classifier;
import dev.holdfast.model.Learner;
import dev.holdfast.model.LinearTransformer;
import dev.holdfast.model.MultiClassifier;
import dev.holdfast.model.RobustBayes;
import dev.holdfast.model.Rows;
import dev.holdfast.model.State;
import dev.holdfast.model.State.Demonstration;
import dev.holdfast.verify.reference.CentredLearning;
import dev.holdfast.verify.reference.Dyadic;
import dev.holdfast.verify.reference.Reference;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

/** Exact moments and variances of classes, from which learners read, to the bit. */
class MomentStatePropertyTest {
    private static final List<String> CLASSES = List.of("a", "b", "c");

    /** Of the first so many classes. */
    private static State<String> exact(int d, int classes, boolean products) {
        List<String> some = CLASSES.subList(0, classes);
        return (products ? State.moments(d, some) : State.variances(d, some)).exact();
    }

    private static State<String> filled(int d, int classes, boolean products, List<Demonstration<String>> rows) {
        return rows.stream().collect(State.collector(() -> exact(d, classes, products)));
    }

    /** Huge beside tiny, whatever came and went: means are the nearest floats, signs those of exact sums. */
    @Property(tries = 100)
    void alignmentIsExact(
            @ForAll @IntRange(min = 1, max = 20) int d, @ForAll boolean products, @ForAll long seed) {
        Random random = new Random(seed);
        State<String> state = exact(d, 3, products);
        List<Demonstration<String>> there = new ArrayList<>();
        for (int step = 0; step < 30; step++) {
            boolean removes = there.size() > 4 && random.nextInt(3) == 0;
            Demonstration<String> z = removes ? there.remove(random.nextInt(there.size())) : hostile(random, d, 3);
            if (removes) {
                state.remove(z.x(), z.label());
            } else {
                there.add(z);
                state.add(z.x(), z.label());
            }
            assertEquals(there.size(), state.size());
            if (state.size("a") > 0 && state.size("c") > 0) {
                checkAlignment(state.alignment("c", "a"), pair(there, "c", "a"));
            }
        }
    }

    private static void checkAlignment(Alignment alignment, CentredLearning exact) {
        for (int j = 0; j < alignment.features(); j++) {
            assertTrue(exact.isNearestToMean(alignment.mean()[j], j));
            assertEquals(exact.sign(j), alignment.sign()[j]);
        }
    }

    private static CentredLearning pair(List<Demonstration<String>> all, String positive, String negative) {
        List<Demonstration<String>> rows = all.stream()
                .filter(z -> z.label().equals(positive) || z.label().equals(negative)).toList();
        return new CentredLearning(
                rows.stream().map(z -> Dyadic.of(z.x())).toArray(Dyadic[][]::new),
                rows.stream().mapToInt(z -> z.label().equals(positive) ? 1 : -1).toArray());
    }

    /** Means half-way between two floats, but for a term far below that decides, or none. */
    @Property(tries = 300)
    void meansNextToTiesAreRoundedOnce(@ForAll boolean products, @ForAll long seed) {
        Random random = new Random(seed);
        List<Demonstration<String>> rows = new ArrayList<>();
        int n = 1 + random.nextInt(3);
        float value = 1 + random.nextInt(4) * Math.ulp(1f);
        for (int i = 0; i < 2 * n; i++) {
            rows.add(new Demonstration<>(new float[] {value + (i < n ? Math.ulp(1f) : 0)}, CLASSES.get(i % 2)));
        }
        rows.add(new Demonstration<>(new float[] {random.nextInt(-1, 2) * Float.MIN_VALUE}, "a"));
        rows.add(new Demonstration<>(new float[] {2 * value + Math.ulp(1f)}, "b"));
        checkAlignment(filled(1, 2, products, rows).alignment("a", "b"), pair(rows, "a", "b"));
    }

    /** Whatever came and went: what a file has are the exact sums, of which variances are the diagonal of moments. */
    @Property(tries = 50)
    void filesHaveTheExactSums(@ForAll @IntRange(min = 1, max = 12) int d, @ForAll long seed) {
        Random random = new Random(seed);
        State<String> moments = exact(d, 2, true);
        State<String> variances = exact(d, 2, false);
        BigDecimal[][] sum = zeros(2, d);
        BigDecimal[][] squares = zeros(2, d * d);
        List<Demonstration<String>> there = new ArrayList<>();
        for (int step = 0; step < 30; step++) {
            boolean removes = !there.isEmpty() && random.nextInt(3) == 0;
            Demonstration<String> z = removes ? there.remove(random.nextInt(there.size())) : hostile(random, d, 2);
            for (State<String> state : List.of(moments, variances)) {
                if (removes) {
                    state.remove(z.x(), z.label());
                } else {
                    state.add(z.x(), z.label());
                }
            }
            if (!removes) {
                there.add(z);
            }
            int c = CLASSES.indexOf(z.label());
            for (int i = 0; i < d; i++) {
                BigDecimal xi = new BigDecimal(z.x()[i]).multiply(BigDecimal.valueOf(removes ? -1 : 1));
                sum[c][i] = sum[c][i].add(xi);
                for (int j = 0; j < d; j++) {
                    squares[c][i * d + j] = squares[c][i * d + j].add(xi.multiply(new BigDecimal(z.x()[j])));
                }
            }
        }
        Map<String, byte[]> savedMoments = States.saved(moments);
        Map<String, byte[]> savedVariances = States.saved(variances);
        for (int c = 0; c < 2; c++) {
            assertArrayEquals(savedMoments.get("sum_" + c + ".npy"), savedVariances.get("sum_" + c + ".npy"));
            double[] sums = States.doubles(savedMoments.get("sum_" + c + ".npy"), ExactSums.length(d));
            double[] diagonal = States.doubles(savedVariances.get("squares_" + c + ".npy"), ExactSums.length(d));
            int all = 0;
            for (int i = 0; i < d; i++) {
                all += ExactSums.length(i + 1);
            }
            double[] rows = States.doubles(savedMoments.get("squares_" + c + ".npy"), all);
            int from = 0;
            for (int i = 0; i < d; i++) {
                assertEquals(0, sum[c][i].compareTo(ExactSums.exact(sums, d, i)));
                assertEquals(0, squares[c][i * d + i].compareTo(ExactSums.exact(diagonal, d, i)));
                double[] row = Arrays.copyOfRange(rows, from, from + ExactSums.length(i + 1));
                from += row.length;
                for (int j = 0; j <= i; j++) {
                    assertEquals(0, squares[c][i * d + j].compareTo(ExactSums.exact(row, i + 1, j)));
                }
            }
        }
    }

    private static BigDecimal[][] zeros(int rows, int columns) {
        BigDecimal[][] zeros = new BigDecimal[rows][columns];
        for (BigDecimal[] row : zeros) {
            Arrays.fill(row, BigDecimal.ZERO);
        }
        return zeros;
    }

    /** Learners that need no correlations find the same in either, to the bit; only the sums that are kept differ. */
    @Property(tries = 60)
    void variancesAreTheDiagonalOfMoments(
            @ForAll @IntRange(min = 1, max = 20) int d, @ForAll @IntRange(min = 2, max = 3) int classes,
            @ForAll long seed) {
        Random random = new Random(seed);
        List<Demonstration<String>> rows = new ArrayList<>();
        for (int n = 0; n < 12; n++) {
            rows.add(new Demonstration<>(hostile(random, d, -60, 30), CLASSES.get(n % classes)));
        }
        State<String> moments = filled(d, classes, true, rows);
        State<String> variances = filled(d, classes, false, rows);
        for (Learner learner : withoutCorrelations()) {
            assertSame(moments, variances, learner);
        }
        checkSameAlignments(moments, variances);
    }

    private static List<Learner> withoutCorrelations() {
        return List.of(RobustBayes.linf(0).diagonal(), RobustBayes.l2(0.125).diagonal().ridge(1),
                RobustBayes.l1(0).identity().countedPriors());
    }

    /** Whatever reads from these sums; a system of equations is solved only where its units are not hostile. */
    private static List<Learner> learners(Random random, int d, boolean products, boolean hostile) {
        List<Learner> learners = new ArrayList<>(withoutCorrelations());
        if (products) {
            LinearTransformer transformer = transformer(hostile(random, d + 1, -30, 20));
            learners.add(transformer);
            learners.add(transformer.aligned());
        }
        if (products && !hostile) {
            learners.add(RobustBayes.l2(0));
            learners.add(RobustBayes.linf(0.125).ridge(1));
        }
        return learners;
    }

    /** Rows that stay and guests come to several parts in any order; guests leave any part, before or after merges. */
    @Property(tries = 60)
    void orderSplitMergesAndGuestsLeaveNoTrace(
            @ForAll @IntRange(min = 1, max = 20) int d, @ForAll @IntRange(min = 2, max = 3) int classes,
            @ForAll boolean products, @ForAll boolean hostile, @ForAll long seed) {
        Random random = new Random(seed);
        List<Learner> learners = learners(random, d, products, hostile);
        List<Demonstration<String>> kept = new ArrayList<>();
        List<Demonstration<String>> guests = new ArrayList<>();
        for (int n = 0; n < 12; n++) {
            for (List<Demonstration<String>> some : List.of(kept, guests)) {
                some.add(hostile
                        ? hostile(random, d, classes)
                        : new Demonstration<>(reals(random, 1, d)[0], CLASSES.get(random.nextInt(classes))));
            }
        }
        List<State<String>> parts = new ArrayList<>();
        for (int i = 0; i < 1 + random.nextInt(5); i++) {
            parts.add(exact(d, classes, products));
        }
        List<Demonstration<String>> arriving = new ArrayList<>(kept);
        arriving.addAll(guests);
        Collections.shuffle(arriving, random);
        Collections.shuffle(guests, random);
        arriving.forEach(z -> any(parts, random).add(z.x(), z.label()));
        while (parts.size() > 1 || !guests.isEmpty()) {
            State<String> state = any(parts, random);
            if (random.nextBoolean() && !guests.isEmpty() && state.size(guests.getLast().label()) > 0) {
                AttentionStateTest.left(state, guests);
            } else if (parts.size() > 1) {
                parts.remove(state);
                any(parts, random).merge(state);
            }
        }
        State<String> whole = parts.getFirst();
        State<String> alone = filled(d, classes, products, kept);
        assertSame(alone, whole, learners);
        // what the rounding of a reading may have hidden
        for (Demonstration<String> z : kept) {
            whole.remove(z.x(), z.label());
            alone.remove(z.x(), z.label());
            assertSame(alone, whole, learners);
        }
        assertEquals(exact(d, classes, products).hash(), whole.hash());
    }

    private static State<String> any(List<State<String>> states, Random random) {
        return states.get(random.nextInt(states.size()));
    }

    private static void assertSame(State<String> expected, State<String> actual, List<Learner> learners) {
        assertEquals(expected.size(), actual.size());
        for (String label : expected.classes()) {
            assertEquals(expected.size(label), actual.size(label));
        }
        assertEquals(expected.hash(), actual.hash());
        checkSameAlignments(expected, actual);
        for (Learner learner : learners) {
            assertSame(expected, actual, learner);
        }
    }

    private static void checkSameAlignments(State<String> expected, State<String> actual) {
        for (String positive : expected.classes()) {
            for (String negative : expected.classes()) {
                if (!positive.equals(negative) && expected.size(positive) > 0 && expected.size(negative) > 0) {
                    assertSame(expected.alignment(positive, negative), actual.alignment(positive, negative));
                }
            }
        }
    }

    private static void assertSame(Alignment expected, Alignment actual) {
        assertArrayEquals(expected.mean(), actual.mean());
        assertArrayEquals(expected.sign(), actual.sign());
    }

    private static void assertSame(State<String> expected, State<String> actual, Learner learner) {
        if (expected.classes().size() == 2) {
            assertSame(() -> numbers(learner.learn(expected)), () -> numbers(learner.learn(actual)));
        } else {
            assertSame(() -> numbers(learner.learnRest(expected)), () -> numbers(learner.learnRest(actual)));
            assertSame(() -> numbers(learner.learnPairs(expected)), () -> numbers(learner.learnPairs(actual)));
        }
    }

    private interface Learnt {
        List<Object> numbers();
    }

    /** Both the same, or both refused with the same words: too little has come, or what is learnt is no float. */
    private static void assertSame(Learnt expected, Learnt actual) {
        List<Object> numbers;
        try {
            numbers = expected.numbers();
        } catch (IllegalStateException | IllegalArgumentException e) {
            // the second kind from one-vs-rest, where a class has a weight whose difference to another's may overflow
            assertEquals(e.getMessage(), assertThrowsExactly(e.getClass(), actual::numbers).getMessage());
            return;
        }
        assertEquals(numbers, actual.numbers());
    }

    /** Everything that a classifier has, with the hash of what it was learnt from. */
    private static List<Object> numbers(Classifier classifier) {
        return List.of(list(classifier.weights()), classifier.intercept(), list(classifier.alignment().mean()),
                list(classifier.alignment().sign()), classifier.gaussian(), classifier.origin());
    }

    private static List<Object> list(float[] values) {
        List<Object> list = new ArrayList<>();
        for (float value : values) {
            list.add(value);
        }
        return list;
    }

    private static List<Object> numbers(MultiClassifier<String> classifier) {
        List<Object> numbers = new ArrayList<>(List.of(classifier.classes(), classifier.origin()));
        for (float[] query : reals(new Random(1), 5, classifier.features())) {
            for (double score : classifier.scores(query)) {
                numbers.add(score);
            }
            numbers.add(classifier.radius(query));
        }
        return numbers;
    }

    @Property(tries = 20)
    void rowsAtOnceAreRowsOneByOne(
            @ForAll @IntRange(min = 1, max = 20) int d, @ForAll @IntRange(max = 300) int n, @ForAll boolean products,
            @ForAll long seed) {
        Random random = new Random(seed);
        float[] wide = new float[2 + n * (d + 3)];
        Arrays.fill(wide, Float.NaN);
        List<Demonstration<String>> rows = new ArrayList<>();
        for (int i = 0; i < n; i++) {
            rows.add(hostile(random, d, 3));
            System.arraycopy(rows.get(i).x(), 0, wide, 2 + i * (d + 3), d);
        }
        State<String> all = exact(d, 3, products);
        all.addAll(Rows.view(wide, 2, d + 3, n, d), rows.stream().map(Demonstration::label).toList());
        List<Learner> learners = learners(random, d, products, true);
        assertSame(filled(d, 3, products, rows), all, learners);
        assertSame(all, rows.parallelStream().collect(State.collector(() -> exact(d, 3, products))), learners);
    }

    /** Every class has 8 rows, so that means are exact: so is the rest. */
    @Property(tries = 60)
    void answersAsLearningDoesWhereArithmeticIsExact(@ForAll @IntRange(min = 1, max = 30) int d, @ForAll long seed) {
        Random random = new Random(seed);
        List<String> classes = List.of("0", "1", "2", "3");
        float[][] x = integers(random, 32, d);
        List<String> y = new ArrayList<>(classes);
        for (int n = 4; n < 32; n++) {
            y.add(classes.get(n % 4));
        }
        Collections.shuffle(y.subList(4, 32), random);
        LinearTransformer dense =
                LinearTransformer.of(integers(random, 1, d + 1)[0], integers(random, 1, (d + 1) * d)[0]);
        for (LinearTransformer transformer : new LinearTransformer[] {dense, LinearTransformer.adversarial(d)}) {
            LinearTransformer aligned = transformer.aligned();
            State<String> state = State.moments(d, classes).exact();
            state.addAll(Rows.copyOf(x), y);
            State<String> two = State.moments(d, List.of("3", "1")).exact();
            int[] labels = new int[16];
            float[][] pair = new float[16][];
            int rows = 0;
            for (int n = 0; n < 32; n++) {
                if (y.get(n).equals("3") || y.get(n).equals("1")) {
                    pair[rows] = x[n];
                    labels[rows++] = y.get(n).equals("3") ? 1 : -1;
                    two.add(x[n], y.get(n));
                }
            }
            Alignment fitted = Alignment.fit(Rows.copyOf(pair), labels);
            assertSame(fitted, state.alignment("3", "1"));
            for (LinearTransformer each : new LinearTransformer[] {aligned, transformer.aligned(fitted), transformer}) {
                assertEquals(numbers(each.learn(Rows.copyOf(pair), labels)), numbers(each.learn(two)));
                assertEquals(numbers(each.learnRest(Rows.copyOf(x), y)), numbers(each.learnRest(state)));
                assertEquals(numbers(each.learnPairs(Rows.copyOf(x), y)), numbers(each.learnPairs(state)));
            }
        }
    }

    /**
     * The documented bounds, the state's own and that of {@code learn}, on rows about 0 and on rows so far from it that
     * squares and means share all digits of a double.
     */
    @Property(tries = 100)
    void staysWithinItsBoundAndNearLearning(
            @ForAll @IntRange(min = 1, max = 20) int d, @ForAll @IntRange(min = 2, max = 60) int n,
            @ForAll long seed) {
        Random random = new Random(seed);
        float offset = random.nextBoolean() ? 0x1p21f : 0;
        List<Demonstration<String>> rows = new ArrayList<>();
        for (float[] x : reals(random, n, d)) {
            for (int j = 0; j < d; j++) {
                x[j] += offset;
            }
            rows.add(new Demonstration<>(x, CLASSES.get(rows.size() < 2 ? rows.size() : random.nextInt(2))));
        }
        float[] p = reals(random, 1, d + 1)[0];
        float[] ones = new float[d];
        Arrays.fill(ones, 1);
        LinearTransformer transformer = LinearTransformer.structured(p, ones, 0, new float[d]);
        Classifier classifier = transformer.aligned().learn(filled(d, 2, true, rows));
        Alignment alignment = classifier.alignment();
        CentredLearning exact = pair(rows, "a", "b");
        Dyadic[] mean = Dyadic.of(alignment.mean());
        Dyadic[] sign = Dyadic.of(alignment.sign());
        Dyadic[] a = exact.state(mean, sign, Dyadic.of(p));
        Dyadic[] magnitude = exact.magnitude(mean, sign, Dyadic.of(p));
        Dyadic[] raw = exact.rawMagnitude(Dyadic.of(p));
        Classifier learnt = transformer.aligned(alignment).learn(Rows.copyOf(
                rows.stream().map(Demonstration::x).toArray(float[][]::new)), exact.y());
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
    void snapshotsAndCopiesLiveOnTheirOwn(
            @ForAll @IntRange(min = 1, max = 20) int d, @ForAll boolean products, @ForAll boolean exact,
            @ForAll long seed) {
        Random random = new Random(seed);
        Learner learner = products ? LinearTransformer.adversarial(d).aligned() : RobustBayes.linf(0).diagonal();
        List<String> two = CLASSES.subList(0, 2);
        State<String> fast = products ? State.moments(d, two) : State.variances(d, two);
        State<String> state = exact ? fast.exact() : fast;
        for (int n = 0; n < 6; n++) {
            state.add(reals(random, 1, d)[0], CLASSES.get(n % 2));
        }
        Classifier classifier = learner.learn(state);
        float[] w = classifier.weights();
        State<String> copy = state.copy();
        String hash = copy.hash();
        state.add(reals(random, 1, d)[0], "a");
        if (!exact) {
            state.fade(0.5);
        }
        assertNotEquals(hash, state.hash());
        assertEquals(hash, copy.hash());
        assertArrayEquals(w, classifier.weights());
        assertArrayEquals(w, learner.learn(copy).weights());
        float[] later = learner.learn(state).weights();
        copy.merge(state);
        copy.merge(copy);
        assertEquals(exact ? 26 : 19, copy.size());
        assertEquals(exact ? 14 : 10, copy.size("a"));
        assertArrayEquals(later, learner.learn(state).weights());
    }

    @Test
    void aRefusedUpdateChangesNothing() {
        float[] good = {1, 2};
        float[][] nan = {good, {0, Float.NaN}};
        float[][] great = {good, good, {1e30f, 0}, good};
        for (State<String> state : List.of(exact(2, 3, true), exact(2, 3, false), State.moments(2, CLASSES),
                State.variances(2, CLASSES))) {
            state.add(good, "a");
            state.add(new float[] {0, 1}, "b");
            refused(state, "x has NaN in row 0, feature 1, expected a finite number", () -> state.add(nan[1], "a"));
            refused(state, "x has NaN in row 0, feature 1, expected a finite number", () -> state.remove(nan[1], "a"));
            refused(state, "x has NaN in row 1, feature 1, expected a finite number",
                    () -> state.addAll(Rows.copyOf(nan), List.of("a", "b")));
            String most = ", expected a number of magnitude at most 2.8147498E14";
            refused(state, "x has 1.0E30 in row 0, feature 0" + most, () -> state.add(great[2], "a"));
            refused(state, "x has 1.0E30 in row 0, feature 0" + most, () -> state.remove(great[2], "b"));
            refused(state, "x has 1.0E30 in row 2, feature 0" + most,
                    () -> state.addAll(Rows.copyOf(great), List.of("a", "b", "c", "a")));
            refused(state, "x has -2.81475E14 in row 0, feature 1" + most,
                    () -> state.add(new float[] {-State.GREATEST_FEATURE, Math.nextDown(-State.GREATEST_FEATURE)}, "c"));
            refused(state, "y[1] = d, expected one of the classes [a, b, c]",
                    () -> state.addAll(Rows.copyOf(good, good), List.of("a", "d")));
            refused(state, "y[0] = null, expected one of the classes [a, b, c]",
                    () -> state.addAll(Rows.copyOf(good, good), Arrays.asList(null, "a")));
            refused(state, "y.size() = 1, expected one label a row, 2",
                    () -> state.addAll(Rows.copyOf(good, good), List.of("a")));
            refused(state, "x has 1 features a row, expected 2",
                    () -> state.addAll(Rows.copyOf(new float[1]), List.of("a")));
            refused(state, "label = d, expected one of the classes [a, b, c]", () -> state.add(good, "d"));
            refused(state, "x.length = 3, expected 2", () -> state.remove(new float[3], "a"));
            refused(state, "positive = d, expected one of the classes [a, b, c]", () -> state.alignment("d", "a"));
            refused(state, "negative = a, expected a class other than positive", () -> state.alignment("a", "a"));
            assertEquals("size(c) = 0, expected at least 1 demonstration of this class",
                    assertThrows(IllegalStateException.class, () -> state.alignment("a", "c")).getMessage());
            assertEquals(2, state.size());
        }
    }

    private static void refused(State<String> state, String message, Executable update) {
        String hash = state.hash();
        assertEquals(message, assertThrows(IllegalArgumentException.class, update).getMessage());
        assertEquals(hash, state.hash());
    }

    @Test
    void aClassWithoutRowsIsNamed() {
        State<String> state = exact(2, 3, true);
        state.add(new float[] {1, 2}, "a");
        state.add(new float[] {0, 1}, "b");
        LinearTransformer transformer = LinearTransformer.adversarial(2);
        for (Executable reading : new Executable[] {() -> state.remove(new float[2], "c"),
            () -> state.alignment("c", "a"), () -> transformer.learnRest(state),
            () -> transformer.aligned().learnPairs(state), () -> RobustBayes.linf(0).learnPairs(state),
            () -> RobustBayes.linf(0).identity().limit(state)}) {
            assertEquals("size(c) = 0, expected at least 1 demonstration of this class",
                    assertThrows(IllegalStateException.class, reading).getMessage());
        }
    }

    @Test
    void countsThatWouldOverflowAreRefused() {
        for (boolean products : new boolean[] {true, false}) {
            State<String> many = exact(1, 2, products);
            many.add(new float[] {3}, "a");
            many.add(new float[] {1}, "b");
            for (int i = 0; i < 30; i++) {
                many.merge(many);
            }
            assertEquals(1 << 30, many.size("a"));
            assertEquals("size = 1073741824 and 1073741824 more, expected at most 2147483647",
                    assertThrows(IllegalStateException.class, () -> many.merge(many)).getMessage());
            assertEquals(0x1p31, many.size());
            Alignment alignment = many.alignment("b", "a");
            assertArrayEquals(new float[] {2}, alignment.mean());
            assertArrayEquals(new float[] {-1}, alignment.sign());
            // of both classes there are more rows than one has room for: x = 2 ± 1, so that each adds 2 to N w
            if (products) {
                LinearTransformer transformer = LinearTransformer.adversarial(1).aligned();
                assertArrayEquals(new float[] {2}, transformer.learn(many).weights());
            }
        }
    }

    /** Q̄ does not matter to the sums. */
    private static LinearTransformer transformer(float[] p) {
        float[] delta = new float[p.length - 1];
        Arrays.fill(delta, 1);
        return LinearTransformer.structured(p, delta, 0, delta);
    }

    private static Demonstration<String> hostile(Random random, int d, int classes) {
        int most = new int[] {-100, 0, 40}[random.nextInt(3)];
        return new Demonstration<>(hostile(random, d, -149, most), CLASSES.get(random.nextInt(classes)));
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
