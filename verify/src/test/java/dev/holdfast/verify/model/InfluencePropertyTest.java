package dev.holdfast.verify.model;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.holdfast.model.Alignment;
import dev.holdfast.model.Classifier;
import dev.holdfast.model.Influence;
import dev.holdfast.model.LinearTransformer;
import dev.holdfast.model.Rows;
import dev.holdfast.verify.reference.ChangedContexts.Mean;
import dev.holdfast.verify.reference.ChangedContexts;
import dev.holdfast.verify.reference.Dyadic;
import java.util.Arrays;
import java.util.OptionalInt;
import java.util.Random;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

/** The closed forms against brute force in exact numbers, and against learning again from changed demonstrations. */
class InfluencePropertyTest {
    /** How features, weights and queries are drawn. */
    enum Numbers {
        NORMAL,
        /** Neighbours nearly cancel, so that answers hang on roundings. */
        CANCELLING,
        /** From subnormal to 10⁶. */
        HOSTILE,
        /** Products that underflow. */
        UNDERFLOWING;

        float next(Random random) {
            float normal = (float) random.nextGaussian();
            return switch (this) {
                case NORMAL -> normal;
                case CANCELLING -> (random.nextBoolean() ? 1 : -1) * (1 + 0x1p-22f * random.nextInt(3));
                case HOSTILE -> switch (random.nextInt(5)) {
                    case 0 -> random.nextBoolean() ? 0f : -0f;
                    case 1 -> Float.MIN_VALUE * (random.nextInt(2000) - 1000);
                    case 2 -> 1e6f * normal;
                    case 3 -> 1e-6f * normal;
                    default -> normal;
                };
                case UNDERFLOWING -> random.nextInt(4) == 0
                        ? 0.75f * (random.nextInt(3) - 1)
                        : Float.MIN_VALUE * (random.nextInt(9) - 4);
            };
        }
    }

    @FunctionalInterface
    private interface Draw {
        float next();

        default float[] array(int length) {
            float[] out = new float[length];
            for (int i = 0; i < length; i++) {
                out[i] = next();
            }
            return out;
        }
    }

    /** A transformer and its weights in exact numbers. */
    private record Weights(LinearTransformer transformer, Dyadic[] p, Dyadic[][] qBar) {
        /** Standard, adversarial, structured, dense or full: one of five, with Q̄ = {@code rows} + diag(δ). */
        static Weights draw(int kind, int d, Draw draw) {
            float[] p = kind < 2 ? filled(d + 1, 1) : draw.array(d + 1);
            float[] delta = kind == 0 || kind > 2 ? new float[d] : kind == 1 ? filled(d, 1) : draw.array(d);
            float b = kind == 0 ? 1 : kind == 2 ? draw.next() : 0;
            float[][] rows = new float[d + 1][];
            for (int i = 0; i <= d; i++) {
                rows[i] = kind > 2 || kind == 2 && i == d ? draw.array(d) : filled(d, i == d ? kind == 0 ? 1 : 0 : b);
            }
            LinearTransformer transformer = switch (kind) {
                case 0 -> LinearTransformer.standard(d);
                case 1 -> LinearTransformer.adversarial(d);
                case 2 -> LinearTransformer.structured(p, delta, b, rows[d]);
                case 3 -> LinearTransformer.of(p, flat(rows, d));
                default -> full(p, rows, draw);
            };
            Dyadic[][] qBar = Dyadic.of(rows);
            for (int j = 0; j < d; j++) {
                qBar[j][j] = qBar[j][j].plus(Dyadic.of(delta[j]));
            }
            return new Weights(transformer, Dyadic.of(p), qBar);
        }

        private static LinearTransformer full(float[] p, float[][] rows, Draw draw) {
            float[] bigP = draw.array(p.length * p.length);
            System.arraycopy(p, 0, bigP, bigP.length - p.length, p.length);
            float[] bigQ = draw.array(p.length * p.length);
            for (int i = 0; i < p.length; i++) {
                System.arraycopy(rows[i], 0, bigQ, i * p.length, rows[i].length);
            }
            return LinearTransformer.full(bigP, bigQ);
        }

        private static float[] filled(int length, float value) {
            float[] out = new float[length];
            Arrays.fill(out, value);
            return out;
        }

        private static float[] flat(float[][] rows, int d) {
            float[] out = new float[rows.length * d];
            for (int i = 0; i < rows.length; i++) {
                System.arraycopy(rows[i], 0, out, i * d, d);
            }
            return out;
        }
    }

    /** A task, and what the transformer sees of it in exact numbers; {@code alignment} may be null. */
    private record Task(Weights weights, Alignment alignment, float[][] x, int[] y, float[] query) {
        Influence influence() {
            LinearTransformer transformer = weights.transformer;
            return alignment == null
                    ? transformer.influence(Rows.copyOf(x), y, query)
                    : transformer.aligned(alignment).influence(Rows.copyOf(x), y, query);
        }

        /** The score after learning again. */
        double relearnt() {
            LinearTransformer transformer = weights.transformer;
            Classifier classifier = alignment == null
                    ? transformer.learn(Rows.copyOf(x), y)
                    : transformer.aligned(alignment).learn(Rows.copyOf(x), y);
            return classifier.score(query);
        }

        /** The rows as alignment rounds them, without rounding beyond that. */
        Dyadic[][] exactX() {
            Dyadic[][] out = new Dyadic[x.length][];
            for (int n = 0; n < out.length; n++) {
                float[] row = x[n].clone();
                if (alignment != null) {
                    alignment.applyInPlace(row);
                }
                out[n] = Dyadic.of(row);
            }
            return out;
        }

        /** The aligned query, not rounded at all: the classifier takes the raw one. */
        ChangedContexts reference() {
            Dyadic[] q = Dyadic.of(query);
            if (alignment != null) {
                for (int j = 0; j < q.length; j++) {
                    q[j] = q[j].minus(Dyadic.of(alignment.mean()[j])).times(alignment.sign()[j]);
                }
            }
            return new ChangedContexts(weights.p, weights.qBar, q);
        }

        Mean exact() {
            return reference().score(exactX(), y);
        }

        Task flipped(int[] which) {
            int[] labels = y.clone();
            for (int n : which) {
                labels[n] = -labels[n];
            }
            return new Task(weights, alignment, x, labels, query);
        }

        Task without(int... which) {
            int[] kept = IntStream.range(0, y.length)
                    .filter(n -> Arrays.stream(which).noneMatch(m -> m == n))
                    .toArray();
            return new Task(weights, alignment,
                    Arrays.stream(kept).mapToObj(n -> x[n]).toArray(float[][]::new),
                    Arrays.stream(kept).map(n -> y[n]).toArray(), query);
        }
    }

    /** Small integers: whatever is changed, N f is a small integer too, and an error below 1 leaves no doubt of it. */
    private static Task integerTask(Random random, int kind, boolean aligned, int n, int d) {
        int most = d > 4 ? 1 : 2;
        Weights weights = Weights.draw(kind, d, () -> random.nextInt(2 * most + 1) - most);
        // means of −1, 0, 1 and signs of −1, 0, 1
        float[] mean = ((Draw) () -> random.nextInt(3) - 1).array(d);
        float[][] pair = new float[2][d];
        for (int j = 0; j < d; j++) {
            int half = random.nextInt(3) - 1;
            pair[0][j] = mean[j] + half;
            pair[1][j] = mean[j] - half;
        }
        Draw draw = () -> random.nextInt(3) - 1;
        float[][] x = new float[n][];
        Arrays.setAll(x, i -> draw.array(d));
        return new Task(weights, aligned ? Alignment.fit(Rows.copyOf(pair), new int[] {1, -1}) : null, x,
                ClassifierPropertyTest.labels(random, n), draw.array(d));
    }

    /** Exact: a small integer over n, rounded once. */
    private static double value(Mean mean) {
        return Math.scalb(mean.total().m().doubleValue(), mean.total().e()) / mean.n();
    }

    private static OptionalInt first(int count, IntPredicate predicate) {
        return IntStream.range(0, count).filter(predicate).findFirst();
    }

    @Property(tries = 400, edgeCases = EdgeCasesMode.NONE)
    void ofIntegersEverythingIsWhatBruteForceFinds(
            @ForAll @IntRange(max = 4) int kind, @ForAll boolean aligned,
            @ForAll @IntRange(min = 1, max = 10) int n, @ForAll @IntRange(min = 1, max = 18) int d,
            @ForAll long seed) {
        Task task = integerTask(new Random(seed), kind, aligned, n, d);
        Influence influence = task.influence();
        Mean[] flips = task.reference().leastAfterFlips(task.exactX(), task.y);
        Mean[] removals = task.reference().leastAfterRemovals(task.exactX(), task.y);
        assertTrue(influence.error() * n < 1);
        assertEquals(n, influence.demonstrations());
        double score = value(task.exact());
        assertEquals(score, influence.score());
        double answer = Math.signum(score);
        for (int k = 0; k <= n; k++) {
            assertEquals(value(flips[k]), influence.marginAfterFlips(k));
            int[] worst = influence.worstFlips(k);
            assertTrue(worst.length <= k);
            assertEquals(value(flips[k]), answer * value(task.flipped(worst).exact()) + 0.0);
        }
        for (int k = 0; k < n; k++) {
            assertEquals(value(removals[k]), influence.marginAfterRemovals(k));
            int[] worst = influence.worstRemovals(k);
            assertEquals(k, Arrays.stream(worst).distinct().count());
            assertEquals(value(removals[k]), answer * value(task.without(worst).exact()) + 0.0);
        }
        assertEquals(first(n + 1, k -> flips[k].sign() <= 0), influence.flipsToChange());
        assertEquals(first(n, k -> removals[k].sign() <= 0), influence.removalsToChange());
    }

    @Property(tries = 200, edgeCases = EdgeCasesMode.NONE)
    void ofIntegersSharesAndLeaveOneOutAreThoseOfLearningAgain(
            @ForAll @IntRange(max = 4) int kind, @ForAll boolean aligned,
            @ForAll @IntRange(min = 2, max = 10) int n, @ForAll @IntRange(min = 1, max = 18) int d,
            @ForAll long seed) {
        Task task = integerTask(new Random(seed), kind, aligned, n, d);
        Influence influence = task.influence();
        double[] shares = influence.shares();
        double[] leaveOneOut = influence.leaveOneOut();
        for (int m = 0; m < n; m++) {
            int left = m;
            int[] others = IntStream.range(0, n).filter(other -> other != left).toArray();
            assertEquals(value(new Mean(task.without(others).exact().total(), n)), shares[m] + 0.0);
            assertEquals(value(task.without(m).exact()), leaveOneOut[m]);
        }
    }

    private static Task realTask(Random random, Numbers numbers, int kind, boolean alignedIfCan, int n, int d) {
        boolean aligned = alignedIfCan && n > 1;
        Draw draw = () -> numbers.next(random);
        float[][] x = new float[n][];
        Arrays.setAll(x, i -> draw.array(d));
        int[] y = ClassifierPropertyTest.labels(random, n);
        float[] offset = draw.array(d);
        if (aligned) {
            // far from 0, as raw features are: what the intercept takes away again
            for (float[] row : x) {
                for (int j = 0; j < d; j++) {
                    row[j] += 100 * offset[j];
                }
            }
        }
        Alignment alignment = aligned ? Alignment.fit(Rows.copyOf(x), y) : null;
        float[] query = switch (random.nextInt(3)) {
            case 0 -> x[random.nextInt(n)].clone();
            // f = 0 exactly, and the learnt score is what rounding the intercept leaves
            case 1 -> aligned ? alignment.mean() : new float[d];
            default -> draw.array(d);
        };
        return new Task(Weights.draw(kind, d, draw), alignment, x, y, query);
    }

    /** |stated − exact total/n| n ≤ error N. */
    private static void assertWithin(Influence influence, Mean exact, double stated) {
        Dyadic error = Dyadic.of(stated).times(exact.n()).minus(exact.total()).abs();
        Dyadic bound = Dyadic.of(influence.error()).times(influence.demonstrations());
        assertTrue(error.compareTo(bound) <= 0, () -> stated + " is off by more than its bound");
    }

    /** {@link #assertWithin} for a task after changes: the stated score, the exact one and the one learnt again. */
    private static void assertWithin(Influence influence, Task changed, double stated) {
        Mean exact = changed.exact();
        double relearnt = changed.relearnt();
        assertWithin(influence, exact, stated);
        assertWithin(influence, exact, relearnt);
        Dyadic total = Dyadic.of(relearnt).times(exact.n());
        assertWithin(influence, new Mean(total, exact.n()), stated);
    }

    @Property(tries = 300, edgeCases = EdgeCasesMode.NONE)
    void ofRealNumbersMarginsAreBruteForcesWithinTheBoundAndFewerChangesNeverChangeTheAnswer(
            @ForAll Numbers numbers, @ForAll @IntRange(max = 4) int kind, @ForAll boolean aligned,
            @ForAll @IntRange(min = 1, max = 7) int n, @ForAll @IntRange(min = 1, max = 9) int d, @ForAll long seed) {
        Task task = realTask(new Random(seed), numbers, kind, aligned, n, d);
        Influence influence = task.influence();
        Mean[] flips = task.reference().leastAfterFlips(task.exactX(), task.y);
        Mean[] removals = task.reference().leastAfterRemovals(task.exactX(), task.y);
        assertWithin(influence, task.exact(), influence.score());
        int flipsToChange = influence.flipsToChange().orElse(n + 1);
        int removalsToChange = influence.removalsToChange().orElse(n);
        for (int k = 0; k < flipsToChange; k++) {
            assertEquals(1, flips[k].sign());
        }
        for (int k = 0; k < removalsToChange; k++) {
            assertEquals(1, removals[k].sign());
        }
        if (flipsToChange > 0) {
            // the answer is certain, hence the same in exact numbers
            for (int k = 0; k <= n; k++) {
                assertWithin(influence, flips[k], influence.marginAfterFlips(k));
            }
            for (int k = 0; k < n; k++) {
                assertWithin(influence, removals[k], influence.marginAfterRemovals(k));
            }
        }
        // no more cautious than the bound: a change that is stated leaves less than twice the error
        Dyadic twice = Dyadic.of(influence.error()).times(2.0 * n);
        if (flipsToChange <= n) {
            assertTrue(flips[flipsToChange].total().compareTo(twice) <= 0);
        }
        if (removalsToChange < n) {
            assertTrue(removals[removalsToChange].total().compareTo(twice) <= 0);
        }
    }

    @Property(tries = 150, edgeCases = EdgeCasesMode.NONE)
    void learningAgainScoresAsStatedWithinTheBound(
            @ForAll Numbers numbers, @ForAll @IntRange(max = 4) int kind, @ForAll boolean aligned,
            @ForAll @IntRange(min = 1, max = 600) int n, @ForAll @IntRange(min = 1, max = 40) int d,
            @ForAll long seed) {
        Random random = new Random(seed);
        Task task = realTask(random, numbers, kind, aligned, n, n > 99 ? 1 + d / 8 : d);
        Influence influence = task.influence();
        double answer = Math.signum(influence.score());
        assertWithin(influence, task, influence.score());
        assertEquals(Math.abs(influence.score()), influence.marginAfterFlips(0));
        assertEquals(Math.abs(influence.score()), influence.marginAfterRemovals(0));

        int flips = random.nextInt(n + 1);
        Task flipped = task.flipped(influence.worstFlips(flips));
        assertWithin(influence, flipped, answer * influence.marginAfterFlips(flips));
        for (int k = 1; k <= n; k++) {
            assertTrue(influence.marginAfterFlips(k) <= influence.marginAfterFlips(k - 1));
        }

        int removals = random.nextInt(n);
        Task rest = task.without(influence.worstRemovals(removals));
        if (answer == 0) {
            // there is no answer that a removal could be worst for
            assertEquals(0, influence.marginAfterRemovals(removals));
        } else {
            assertWithin(influence, rest, answer * influence.marginAfterRemovals(removals));
        }
        if (n > 1) {
            int one = random.nextInt(n);
            assertWithin(influence, task.without(one), influence.leaveOneOut()[one]);
        }

        // just below the certified numbers, where a certificate would break first
        int certainFlips = influence.flipsToChange().orElse(n + 1) - 1;
        if (certainFlips >= 0) {
            assertEquals(answer, Math.signum(task.flipped(influence.worstFlips(certainFlips)).relearnt()));
            int certainRemovals = influence.removalsToChange().orElse(n) - 1;
            assertEquals(answer, Math.signum(task.without(influence.worstRemovals(certainRemovals)).relearnt()));
        }
    }

    /** b·11ᵀ cancels in this query, but not in the roundings of w, which swallow δ: the bound is that of |Q̄||x|. */
    @Example
    void whatCancelsInTheQueryCountsInTheBound() {
        float[] p = {1, 1, 1};
        float[] delta = {1e-9f, 2e-9f};
        float[][] constant = {{1, 1}, {1, 1}, {0, 0}};
        Dyadic[][] qBar = Dyadic.of(constant);
        for (int j = 0; j < 2; j++) {
            qBar[j][j] = qBar[j][j].plus(Dyadic.of(delta[j]));
        }
        Weights weights =
                new Weights(LinearTransformer.structured(p, delta, 1, constant[2]), Dyadic.of(p), qBar);
        Task task = new Task(weights, null, new float[][] {{0.5f, 1}, {-0.25f, -2}}, new int[] {1, -1},
                new float[] {1, -1});
        Influence influence = task.influence();
        assertEquals(0, task.relearnt());
        assertTrue(influence.score() < 0);
        assertWithin(influence, task, influence.score());
        assertEquals(OptionalInt.of(0), influence.flipsToChange());
    }

    /**
     * By hand, d = 1, p = (1, 1), Q̄ = (1, 0): s_n = (x_n + y_n) x_n q. With q = 1 and (x, y) = (2, 1), (1, 1), (−1,
     * −1), (−3, 1) the shares are 6, 2, 2 and 6; a flip takes 2 y x = 4, 2, 2 and −6.
     */
    @Example
    void aTaskWorkedOutByHand() {
        Influence influence = LinearTransformer.adversarial(1)
                .influence(Rows.view(new float[] {2, 1, -1, -3}, 1), new int[] {1, 1, -1, 1}, new float[] {1});
        assertEquals(4, influence.score());
        assertArrayEquals(new double[] {1.5, 0.5, 0.5, 1.5}, influence.shares());
        assertArrayEquals(new double[] {10 / 3.0, 14 / 3.0, 14 / 3.0, 10 / 3.0}, influence.leaveOneOut());
        assertArrayEquals(new int[] {0, 1}, influence.worstFlips(2));
        assertArrayEquals(new int[] {0, 1, 2}, influence.worstFlips(4));
        assertEquals(2.5, influence.marginAfterFlips(2));
        assertEquals(2, influence.marginAfterFlips(4));
        assertEquals(OptionalInt.empty(), influence.flipsToChange());
        assertArrayEquals(new int[] {0, 1, 3}, influence.worstRemovals(3));
        assertEquals(2, influence.marginAfterRemovals(3));
        assertEquals(OptionalInt.empty(), influence.removalsToChange());
    }

    /** Ten times the same demonstration, its share 2 or, flipped, 0: 0 is no answer, and there are ties alone. */
    @Example
    void tiesGoByTheirOrderAndAScoreOfZeroIsAChange() {
        float[] x = new float[10];
        int[] y = new int[10];
        Arrays.fill(x, 1);
        Arrays.fill(y, 1);
        LinearTransformer transformer = LinearTransformer.adversarial(1);
        Influence influence = transformer.influence(Rows.view(x, 1), y, new float[] {1});
        assertArrayEquals(new int[] {0, 1, 2}, influence.worstFlips(3));
        assertArrayEquals(new int[] {0, 1, 2}, influence.worstRemovals(3));
        assertEquals(OptionalInt.of(10), influence.flipsToChange());
        assertEquals(OptionalInt.empty(), influence.removalsToChange());
        Influence none = transformer.influence(Rows.view(x, 1), y, new float[] {0});
        assertEquals(OptionalInt.of(0), none.flipsToChange());
        assertEquals(OptionalInt.of(0), none.removalsToChange());
        assertEquals(0, none.marginAfterFlips(10));
        assertEquals(0, none.marginAfterRemovals(9));
        assertArrayEquals(new int[0], none.worstFlips(10));
    }

    @Example
    void oneDemonstrationIsNeverLeftOut() {
        Influence influence = LinearTransformer.adversarial(1)
                .influence(Rows.view(new float[] {1}, 1), new int[] {1}, new float[] {1});
        assertEquals(2, influence.marginAfterRemovals(0));
        String said = assertThrows(IllegalStateException.class, influence::leaveOneOut).getMessage();
        assertEquals("number of demonstrations = 1, expected at least 2 to leave one out", said);
    }

    @Example
    void arraysAreTheCallers() {
        Influence influence = LinearTransformer.adversarial(1)
                .influence(Rows.view(new float[] {2, 1}, 1), new int[] {1, -1}, new float[] {1});
        double[] shares = influence.shares();
        influence.shares()[0] = 7;
        influence.leaveOneOut()[0] = 7;
        assertArrayEquals(shares, influence.shares());
    }
}
