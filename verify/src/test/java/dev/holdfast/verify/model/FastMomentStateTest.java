package dev.holdfast.verify.model;

import static dev.holdfast.verify.model.ClassifierPropertyTest.reals;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.holdfast.model.Classifier;
import dev.holdfast.model.Learner;
import dev.holdfast.model.LinearTransformer;
import dev.holdfast.model.RobustBayes;
import dev.holdfast.model.Rows;
import dev.holdfast.model.State;
import dev.holdfast.verify.reference.CentredLearning;
import dev.holdfast.verify.reference.CentredSums;
import dev.holdfast.verify.reference.Dyadic;
import dev.holdfast.verify.reference.Reference;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

/** Fast moments and variances: what files have of them, and what learners read, against exact numbers and exact states. */
class FastMomentStateTest {
    private static final List<String> CLASSES = List.of("a", "b");
    private static final MathContext DIGITS = new MathContext(60);
    /** Rows that are summed at once. */
    private static final int BLOCK = 1024;

    private static State<String> fast(int d, boolean products) {
        return products ? State.moments(d, CLASSES) : State.variances(d, CLASSES);
    }

    /** What features look like: each has its own place, unit and drift. */
    private enum Data {
        REALS,
        /** As far from 0 as leaves a deviation of 1 in a float. */
        FAR,
        /** 10⁻²⁰ beside 10¹². */
        UNITS,
        /** Other means in each batch of rows. */
        DRIFT;

        float[][] draw(Random random, int rows, int d, int batch) {
            float[][] x = reals(random, rows, d);
            for (float[] row : x) {
                for (int j = 0; j < d; j++) {
                    row[j] = switch (this) {
                        case REALS -> row[j];
                        case FAR -> (j % 2 == 0 ? 0x1p21f : -0x1p21f) + row[j];
                        case UNITS -> row[j] * (j % 2 == 0 ? 1e-20f : 1e12f);
                        case DRIFT -> row[j] + 1000 * batch * (j % 3 - 1);
                    };
                }
            }
            return x;
        }
    }

    /**
     * Batches, merges of parts and fading, in any order, and what must come out of the steps that the formulas take.
     * The reference follows blocks and merges, so that its bounds are those of what was computed.
     */
    @Property(tries = 60, edgeCases = EdgeCasesMode.NONE)
    void staysWithinItsBound(
            @ForAll Data data, @ForAll @IntRange(min = 1, max = 9) int d, @ForAll boolean products,
            @ForAll long seed) {
        Random random = new Random(seed);
        State<String> state = fast(d, products);
        CentredSums[] exact = {new CentredSums(d, products), new CentredSums(d, products)};
        for (int step = 0; step < 6; step++) {
            int batch = step;
            switch (random.nextInt(4)) {
                case 0 -> {
                    double factor = random.nextBoolean() ? 0.5 : 1 - random.nextDouble() / 2;
                    state.fade(factor);
                    for (CentredSums sums : exact) {
                        sums.fade(factor);
                    }
                }
                case 1 -> {
                    State<String> part = fast(d, products);
                    CentredSums[] exactPart = {new CentredSums(d, products), new CentredSums(d, products)};
                    add(part, exactPart, data.draw(random, 1 + random.nextInt(40), d, batch), random);
                    state.merge(part);
                    for (int c = 0; c < 2; c++) {
                        exact[c].merge(exactPart[c]);
                    }
                }
                default -> add(state, exact,
                        data.draw(random, random.nextInt(8) == 0 ? BLOCK + 200 : 1 + random.nextInt(60), d, batch),
                        random);
            }
        }
        check(state, exact, d, products);
    }

    private static void add(State<String> state, CentredSums[] exact, float[][] x, Random random) {
        List<String> y = new ArrayList<>();
        for (float[] row : x) {
            int c = random.nextInt(5) == 0 ? 1 : 0;
            y.add(CLASSES.get(c));
            exact[c].add(row);
        }
        state.addAll(Rows.copyOf(x), y);
    }

    private static void check(State<String> state, CentredSums[] exact, int d, boolean products) {
        Map<String, byte[]> saved = States.saved(state);
        for (int c = 0; c < 2; c++) {
            States.Fast fast = States.Fast.of(saved, c, d, products);
            exact[c].check(fast.size(), fast.mean(), fast.scatter());
            assertEquals(fast.size(), state.size(CLASSES.get(c)));
        }
    }

    /** A block ends at 1024 rows, and the next begins: 0, 1 and 2 blocks, and one row more or less. */
    @Property(tries = 24, edgeCases = EdgeCasesMode.NONE)
    void staysWithinItsBoundAroundBlocks(@ForAll Data data, @ForAll boolean products, @ForAll long seed) {
        Random random = new Random(seed);
        for (int rows : new int[] {0, 1, 2, BLOCK - 1, BLOCK, BLOCK + 1, 2 * BLOCK, 2 * BLOCK + 1}) {
            int d = 1 + random.nextInt(3);
            State<String> state = fast(d, products);
            CentredSums[] exact = {new CentredSums(d, products), new CentredSums(d, products)};
            float[][] x = data.draw(random, rows, d, 1);
            for (float[] row : x) {
                exact[0].add(row);
            }
            int first = random.nextInt(rows + 1);
            for (int[] part : new int[][] {{0, first}, {first, rows}}) {
                float[][] some = Arrays.copyOfRange(x, part[0], part[1]);
                if (some.length > 0) {
                    state.addAll(Rows.copyOf(some), Collections.nCopies(some.length, "a"));
                }
            }
            check(state, exact, d, products);
        }
    }

    /** Integers near 2²¹, in numbers that divide them, are not rounded: fast and exact states say the same. */
    @Property(tries = 60)
    void isTheExactStateWhereArithmeticIsExact(
            @ForAll @IntRange(min = 1, max = 20) int d, @ForAll boolean products, @ForAll boolean far,
            @ForAll long seed) {
        Random random = new Random(seed);
        State<String> state = fast(d, products);
        State<String> exact = state.exact();
        State<String> right = fast(d, products);
        for (int part = 0; part < 2; part++) {
            // pairs of x and 2m − x, so that every part has the mean m of its class, an even integer
            for (int n = 0; n < 32; n++) {
                float[] x = new float[d];
                float[] mirrored = new float[d];
                for (int j = 0; j < d; j++) {
                    float mean = (far ? 0x1p21f : 0) + 2 * (n % 2) * (j % 3);
                    float deviation = random.nextInt(9) - 4;
                    x[j] = mean + deviation;
                    mirrored[j] = mean - deviation;
                }
                for (State<String> each : List.of(part == 0 ? state : right, exact)) {
                    each.add(x, CLASSES.get(n % 2));
                    each.add(mirrored, CLASSES.get(n % 2));
                }
            }
        }
        state.merge(right);
        List<Learner> learners = new ArrayList<>(List.of(RobustBayes.linf(0.25).diagonal(),
                RobustBayes.l2(0.25).identity().ridge(1), RobustBayes.l1(0.25).diagonal().ridge(0.5)));
        if (products) {
            float[] ones = new float[d];
            Arrays.fill(ones, 1);
            LinearTransformer transformer =
                    LinearTransformer.structured(ClassifierPropertyTest.integers(random, 1, d + 1)[0], ones, 1, ones);
            learners.addAll(List.of(transformer, transformer.aligned(), RobustBayes.linf(0.25).ridge(1),
                    RobustBayes.l2(0.25), RobustBayes.l1(0.25).ridge(2)));
        }
        for (Learner learner : learners) {
            assertSame(() -> learner.learn(exact), () -> learner.learn(state));
        }
        assertArrayEquals(exact.alignment("b", "a").mean(), state.alignment("b", "a").mean());
        assertArrayEquals(exact.alignment("b", "a").sign(), state.alignment("b", "a").sign());
    }

    private interface Learnt {
        Classifier classifier();
    }

    /** The same bits, or the same refusal: of means that are equal nothing robust can be learnt. */
    private static void assertSame(Learnt expected, Learnt actual) {
        Classifier classifier;
        try {
            classifier = expected.classifier();
        } catch (IllegalStateException e) {
            assertEquals(e.getMessage(),
                    assertThrows(IllegalStateException.class, actual::classifier).getMessage());
            return;
        }
        Classifier other = actual.classifier();
        assertArrayEquals(classifier.weights(), other.weights());
        assertEquals(classifier.intercept(), other.intercept());
        assertEquals(classifier.gaussian(), other.gaussian());
        assertEquals(classifier.origin(), other.origin());
    }

    /**
     * w = (S + τI)⁻¹μ in one feature, read from either state: with σ² = S/N + τ, w and the model's margin μ²/σ² and
     * deviation |μ|/σ tell both. One feature is left of all that could go wrong in between: the exact state rounds its
     * mean and its scatter once, but for a last bit, and each formula takes fewer than 16 operations.
     */
    @Property(tries = 100, edgeCases = EdgeCasesMode.NONE)
    void anExactStateReadsWhatItHas(@ForAll Data data, @ForAll boolean products, @ForAll long seed) {
        Random random = new Random(seed);
        // the first feature of the units is the small one
        double tau = data == Data.UNITS ? 1e-40 : 1;
        State<String> state = fast(1, products).exact();
        int[] size = {2 + random.nextInt(20), 2 + random.nextInt(20)};
        BigDecimal[] mean = new BigDecimal[2];
        BigDecimal within = BigDecimal.ZERO;
        for (int c = 0; c < 2; c++) {
            BigDecimal sum = BigDecimal.ZERO;
            BigDecimal squares = BigDecimal.ZERO;
            for (float[] x : data.draw(random, size[c], 1, c)) {
                state.add(x, CLASSES.get(c));
                BigDecimal value = new BigDecimal(x[0]);
                sum = sum.add(value);
                squares = squares.add(value.multiply(value));
            }
            BigDecimal n = BigDecimal.valueOf(size[c]);
            mean[c] = sum.divide(n, DIGITS);
            // exact but for 60 digits, of which cancellation takes 13 at most
            within = within.add(squares.multiply(n).subtract(sum.multiply(sum)).divide(n, DIGITS));
        }
        double variance = within.divide(BigDecimal.valueOf(size[0] + size[1]), DIGITS)
                .add(new BigDecimal(tau)).doubleValue();
        double half = mean[0].subtract(mean[1]).doubleValue() / 2;
        double middle = mean[0].add(mean[1]).doubleValue() / 2;
        // what the roundings of the means may leave of their difference
        double slack = 2 * 0x1p-53 * (Math.abs(mean[0].doubleValue()) + Math.abs(mean[1].doubleValue()))
                + 16 * 0x1p-53 * Math.abs(half);
        RobustBayes bayes = RobustBayes.linf(0).ridge(tau);
        Learner learner = products ? bayes : bayes.diagonal();
        if (mean[0].compareTo(mean[1]) == 0) {
            // few rows so far from 0 that they have few digits may have one mean: equal to the bit, nothing is learnt
            assertEquals(0, bayes.diagonal().limit(state));
            assertThrows(IllegalStateException.class, () -> learner.learn(state));
            return;
        }
        Classifier classifier = learner.learn(state);
        assertEquals(Math.abs(half), bayes.diagonal().limit(state), slack);
        double share = 16 * 0x1p-53;
        assertEquals(half / variance, classifier.weights()[0],
                slack / variance + (0x1p-24 + share) * (Math.abs(half) + slack) / variance);
        double margin = classifier.gaussian().orElseThrow().margin();
        double most = (Math.abs(half) + slack) * (Math.abs(half) + slack);
        assertEquals(half * half / variance, margin, (most - half * half + share * most) / variance);
        double w = classifier.weights()[0];
        assertEquals(-w * middle, classifier.intercept(), Math.abs(w)
                * (4 * 0x1p-53) * (Math.abs(mean[0].doubleValue()) + Math.abs(mean[1].doubleValue())));
    }

    /**
     * What an aligned transformer reads: with the mean M and the scatter S of all rows, D = M − m for the m that it
     * centres with and q = s ∘ p, a = s ∘ (S q + N D (D·q) + p_d Σ_c y_c N_c (M_c − m)). Errors of S, M and M_c come in as
     * they stand there, and S q is summed in double: γ_{d+1} Σ_j |S_ij q_j|. A distant M costs nothing more.
     */
    @Property(tries = 80, edgeCases = EdgeCasesMode.NONE)
    void aTransformerReadsWithinTheBoundOfTheSums(
            @ForAll Data data, @ForAll @IntRange(min = 1, max = 9) int d, @ForAll long seed) {
        Random random = new Random(seed);
        State<String> state = State.moments(d, CLASSES);
        CentredSums[] exact = {new CentredSums(d, true), new CentredSums(d, true)};
        List<Dyadic[]> x = new ArrayList<>();
        List<Integer> y = new ArrayList<>();
        for (int batch = 0; batch < 2; batch++) {
            for (float[] row : data.draw(random, 2 + random.nextInt(40), d, batch)) {
                int c = y.size() < 2 ? y.size() : random.nextInt(2);
                state.add(row, CLASSES.get(c));
                exact[c].add(row);
                x.add(Dyadic.of(row));
                y.add(c == 0 ? 1 : -1);
            }
        }
        int[] size = {Collections.frequency(y, 1), Collections.frequency(y, -1)};
        int n = y.size();
        float[] p = reals(random, 1, d + 1)[0];
        float[] ones = new float[d];
        Arrays.fill(ones, 1);
        Classifier classifier =
                LinearTransformer.structured(p, ones, 0, new float[d]).aligned().learn(state);
        float[] m = classifier.alignment().mean();
        float[] s = classifier.alignment().sign();
        Dyadic[] a = new CentredLearning(x.toArray(Dyadic[][]::new), y.stream().mapToInt(label -> label).toArray())
                .state(Dyadic.of(m), Dyadic.of(s), Dyadic.of(p));
        CentredSums all = new CentredSums(d, true);
        all.merge(exact[0]);
        all.merge(exact[1]);
        double[] apart = new double[d];
        double along = 0;
        double alongError = 0;
        for (int j = 0; j < d; j++) {
            apart[j] = Math.abs(all.mean(j).subtract(new BigDecimal(m[j])).doubleValue()) + all.meanError(j);
            along += Math.abs(p[j]) * apart[j];
            alongError += Math.abs(p[j]) * all.meanError(j);
        }
        for (int i = 0; i < d; i++) {
            double bound = n * (all.meanError(i) * along + apart[i] * alongError)
                    + Math.abs(p[d]) * (size[0] * exact[0].meanError(i) + size[1] * exact[1].meanError(i));
            for (int j = 0; j < d; j++) {
                double magnitude = Math.abs(all.scatter(i, j).doubleValue()) + all.scatterError(i, j);
                bound += Math.abs(p[j])
                        * (all.scatterError(i, j) + Reference.gamma(d + 1, 0x1p-53) * magnitude);
            }
            Dyadic w = Dyadic.of(classifier.weights()[i]).times(s[i]);
            // a is rounded once, w = a/N divided in double and rounded to float; the bound itself is summed in double
            Dyadic most = Dyadic.of(bound * (1 + 0x1p-30)).plus(a[i].abs().times(0x1p-53))
                    .plus(w.abs().times(0x1p-24 + 0x1p-47).times(n)).plus(Dyadic.of(n * Float.MIN_VALUE));
            Dyadic off = w.times(n).minus(a[i]).abs();
            assertTrue(off.compareTo(most) <= 0);
        }
    }

    /** A row of weight ω counts as ω rows: N, mean and scatter scale, and learners see no other factor. */
    @Property(tries = 50)
    void fadingByPowersOfTwoIsWeightingExactly(
            @ForAll @IntRange(min = 1, max = 12) int d, @ForAll boolean products,
            @ForAll @IntRange(min = 1, max = 100) int k, @ForAll long seed) {
        Random random = new Random(seed);
        State<String> state = fast(d, products);
        CentredSums[] unused = {new CentredSums(d, products), new CentredSums(d, products)};
        add(state, unused, reals(random, 40, d), random);
        state.add(reals(random, 1, d)[0], "b");
        Map<String, byte[]> before = States.saved(state);
        Learner learner = RobustBayes.linf(0.01).diagonal().ridge(1);
        State<String> faded = state.copy();
        faded.fade(Math.scalb(1.0, -k));
        Map<String, byte[]> after = States.saved(faded);
        for (int c = 0; c < 2; c++) {
            States.Fast whole = States.Fast.of(before, c, d, products);
            States.Fast part = States.Fast.of(after, c, d, products);
            assertEquals(Math.scalb(whole.size(), -k), part.size());
            assertArrayEquals(whole.mean(), part.mean());
            assertArrayEquals(Arrays.stream(whole.scatter()).map(s -> Math.scalb(s, -k)).toArray(), part.scatter());
        }
        assertSame(() -> withoutOrigin(learner.learn(state)), () -> withoutOrigin(learner.learn(faded)));
    }

    /** The number of demonstrations is part of an origin, and differs. */
    private static Classifier withoutOrigin(Classifier classifier) {
        return Classifier.of(classifier.weights(), classifier.intercept());
    }

    /** All features in units 2ᵏ times as small: means scale by 2ᵏ, scatters by 4ᵏ, and what is learnt by 2⁻ᵏ. */
    @Property(tries = 60)
    void aPowerOfTwoOfUnitsScalesWhatIsReadExactly(
            @ForAll @IntRange(min = 1, max = 12) int d, @ForAll boolean products,
            @ForAll @IntRange(min = -40, max = 25) int k, @ForAll long seed) {
        Random random = new Random(seed);
        State<String> state = fast(d, products);
        State<String> scaled = fast(d, products);
        for (int part = 0; part < 3; part++) {
            State<String> more = fast(d, products);
            State<String> moreScaled = fast(d, products);
            for (float[] x : Data.FAR.draw(random, 30, d, part)) {
                float[] y = new float[d];
                for (int j = 0; j < d; j++) {
                    y[j] = Math.scalb(x[j], k);
                }
                String label = CLASSES.get(random.nextInt(2));
                more.add(x, label);
                moreScaled.add(y, label);
            }
            state.merge(more);
            scaled.merge(moreScaled);
            state.fade(0.7);
            scaled.fade(0.7);
        }
        Map<String, byte[]> entries = States.saved(state);
        Map<String, byte[]> scaledEntries = States.saved(scaled);
        for (int c = 0; c < 2; c++) {
            States.Fast one = States.Fast.of(entries, c, d, products);
            States.Fast other = States.Fast.of(scaledEntries, c, d, products);
            assertEquals(one.size(), other.size());
            assertArrayEquals(Arrays.stream(one.mean()).map(m -> Math.scalb(m, k)).toArray(), other.mean());
            assertArrayEquals(Arrays.stream(one.scatter()).map(s -> Math.scalb(s, 2 * k)).toArray(), other.scatter());
        }
        RobustBayes bayes = RobustBayes.linf(0x1p-10).ridge(1);
        RobustBayes scaledBayes = RobustBayes.linf(Math.scalb(0x1p-10, k)).ridge(Math.scalb(1.0, 2 * k));
        double limit = bayes.diagonal().limit(state);
        assertEquals(Math.scalb(limit, k), scaledBayes.diagonal().limit(scaled));
        // else nothing can be learnt, of either
        if (limit > 0x1p-10) {
            Classifier one = (products ? bayes : bayes.diagonal()).learn(state);
            Classifier other = (products ? scaledBayes : scaledBayes.diagonal()).learn(scaled);
            for (int j = 0; j < d; j++) {
                assertEquals(Math.scalb(one.weights()[j], -k), other.weights()[j]);
            }
            assertEquals(one.intercept(), other.intercept());
        }
    }

    /** One unit of 2ᵏ for one feature alone: its digits are its own. */
    @Property(tries = 40)
    void unitsOfOneFeatureLeaveTheOthersAlone(
            @ForAll @IntRange(min = 2, max = 9) int d, @ForAll boolean products,
            @ForAll @IntRange(min = -60, max = 25) int k, @ForAll long seed) {
        Random random = new Random(seed);
        State<String> state = fast(d, products);
        State<String> scaled = fast(d, products);
        for (float[] x : Data.FAR.draw(random, 50, d, 0)) {
            String label = CLASSES.get(random.nextInt(2));
            state.add(x, label);
            float[] y = x.clone();
            y[0] = Math.scalb(x[0], k);
            scaled.add(y, label);
        }
        Map<String, byte[]> entries = States.saved(state);
        Map<String, byte[]> scaledEntries = States.saved(scaled);
        for (int c = 0; c < 2; c++) {
            States.Fast one = States.Fast.of(entries, c, d, products);
            States.Fast other = States.Fast.of(scaledEntries, c, d, products);
            for (int i = 0; i < d; i++) {
                int unit = i == 0 ? k : 0;
                assertEquals(Math.scalb(one.mean()[i], unit), other.mean()[i]);
                if (!products) {
                    assertEquals(Math.scalb(one.scatter()[i], 2 * unit), other.scatter()[i]);
                }
                for (int j = 0; products && j < d; j++) {
                    assertEquals(Math.scalb(one.scatter()[i * d + j], unit + (j == 0 ? k : 0)),
                            other.scatter()[i * d + j]);
                }
            }
        }
    }

    @Test
    void whatIsForgottenLeavesNothing() {
        for (boolean products : new boolean[] {true, false}) {
            State<String> state = fast(2, products);
            String empty = state.hash();
            Learner learner = RobustBayes.linf(0).diagonal().ridge(1);
            state.addAll(Rows.copyOf(new float[] {3, 1}, new float[] {5, 0}), List.of("a", "b"));
            float[] w = learner.learn(state).weights();
            state.fade(0x1p-900);
            assertEquals(0x1p-900, state.size("a"));
            assertArrayEquals(w, learner.learn(state).weights());
            state.fade(0.5);
            assertEquals(0, state.size());
            assertEquals(empty, state.hash());
            assertEquals("size = 0, expected at least 1 demonstration",
                    assertThrows(IllegalStateException.class, () -> learner.learn(state)).getMessage());
            state.add(new float[] {1, 2}, "a");
            state.fade(0);
            assertEquals(empty, state.hash());
            state.addAll(Rows.copyOf(new float[] {3, 1}, new float[] {5, 0}), List.of("a", "b"));
            assertArrayEquals(w, learner.learn(state).weights());
        }
    }

    /** Weights double by merges until there is no room. */
    @Test
    void weightsThatWouldOverflowAreRefused() {
        for (boolean products : new boolean[] {true, false}) {
            State<String> state = fast(2, products);
            state.add(new float[] {State.GREATEST_FEATURE, 1}, "a");
            state.add(new float[] {-State.GREATEST_FEATURE, 1}, "a");
            for (int i = 1; i < 900; i++) {
                state.merge(state);
            }
            assertEquals(0x1p900, state.size("a"));
            String hash = state.hash();
            String most = String.valueOf(0x1p900);
            assertEquals("size = " + most + " and " + most + " more, expected at most " + most,
                    assertThrows(IllegalStateException.class, () -> state.merge(state)).getMessage());
            assertEquals(hash, state.hash());
            States.Fast fast = States.Fast.of(States.saved(state), 0, 2, products);
            assertArrayEquals(new double[] {0, 1}, fast.mean());
            // 2⁹⁰⁰ rows, each 2⁴⁸ from the mean
            assertEquals(0x1p996, fast.scatter()[0]);
        }
    }

    /** Rows at the ends of what may come. */
    @Test
    void theGreatestAndTheLeastFeaturesAreSummed() {
        float[][] x = {{State.GREATEST_FEATURE, Float.MIN_VALUE, 0}, {-State.GREATEST_FEATURE, 0, -0f},
            {State.GREATEST_FEATURE, 3 * Float.MIN_VALUE, 0}, {-State.GREATEST_FEATURE, 0, 0}};
        for (boolean products : new boolean[] {true, false}) {
            State<String> state = fast(3, products);
            state.addAll(Rows.copyOf(x), Collections.nCopies(4, "a"));
            CentredSums[] exact = {new CentredSums(3, products), new CentredSums(3, products)};
            for (float[] row : x) {
                exact[0].add(row);
            }
            check(state, exact, 3, products);
            States.Fast fast = States.Fast.of(States.saved(state), 0, 3, products);
            assertArrayEquals(new double[] {0, Float.MIN_VALUE, 0}, fast.mean());
            int step = products ? 4 : 1;
            assertEquals(0x1p98, fast.scatter()[0]);
            assertEquals(6 * (double) Float.MIN_VALUE * Float.MIN_VALUE, fast.scatter()[step]);
            assertEquals(0, fast.scatter()[2 * step]);
        }
    }
}
