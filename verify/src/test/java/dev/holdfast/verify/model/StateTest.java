package dev.holdfast.verify.model;

import static dev.holdfast.verify.model.ClassifierPropertyTest.reals;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.holdfast.model.Alignment;
import dev.holdfast.model.Learner;
import dev.holdfast.model.LinearTransformer;
import dev.holdfast.model.RobustBayes;
import dev.holdfast.model.Rows;
import dev.holdfast.model.State;
import dev.holdfast.model.Threat;
import java.nio.file.Path;
import java.util.AbstractList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What states and learners say of what they cannot do, in full; and that it changes nothing. */
class StateTest {
    private static final List<String> CLASSES = List.of("a", "b");
    private static final LinearTransformer TRANSFORMER = LinearTransformer.adversarial(2);

    static Stream<State<String>> all() {
        return Stream.of(State.attention(TRANSFORMER, CLASSES), State.variances(2, CLASSES), State.moments(2, CLASSES))
                .flatMap(state -> Stream.of(state, state.exact()));
    }

    static Stream<State<String>> fast() {
        return all().filter(state -> !state.isExact());
    }

    static Stream<State<String>> ofClasses() {
        return all().filter(state -> !keeps(state).contains("of one p"));
    }

    private static State<String> filled(State<String> state) {
        state.addAll(Rows.copyOf(new float[] {3, 1}, new float[] {4, -2}, new float[] {-1, 0}, new float[] {0, 1}),
                List.of("a", "a", "b", "b"));
        return state;
    }

    /** What an error calls a state: as the refusal to merge with another kind does. */
    private static String keeps(State<String> state) {
        State<String> other = State.moments(2, CLASSES);
        if (!state.isExact()) {
            other = other.exact();
        }
        State<String> unlike = other;
        String said = assertThrows(IllegalArgumentException.class, () -> unlike.merge(state)).getMessage();
        return said.substring("other is ".length(), said.indexOf(", expected"));
    }

    private static void refused(Class<? extends RuntimeException> type, String message, Executable action) {
        assertEquals(message, assertThrows(type, action).getMessage());
    }

    @Test
    void statesAreMadeAsDocumented() {
        assertEquals(List.of("a fast state of one p", "an exact state of one p", "a fast state of variances",
                "an exact state of variances", "a fast state of moments", "an exact state of moments"),
                all().map(StateTest::keeps).toList());
        all().forEach(state -> {
            assertEquals(2, state.features());
            assertEquals(CLASSES, state.classes());
            assertEquals(List.of(), state.featureNames());
            assertEquals(0, state.size());
            State<String> named = state.named(List.of("x", "y"));
            assertEquals(List.of("x", "y"), named.featureNames());
            assertEquals(List.of("x", "y"), named.exact().featureNames());
            assertEquals(List.of("x", "y"), named.copy().featureNames());
            assertEquals(state.isExact(), named.isExact());
            assertTrue(named.exact().isExact());
            refused(IllegalArgumentException.class, "other has features by other names, expected those of this state",
                    () -> state.merge(named));
        });
        // what a learner asks for is fast
        assertEquals("a fast state of moments", keeps(TRANSFORMER.state(2, CLASSES)));
        assertEquals("a fast state of moments", keeps(RobustBayes.linf(0).state(2, CLASSES)));
        assertEquals("a fast state of variances", keeps(RobustBayes.linf(0).diagonal().state(2, CLASSES)));
        assertEquals("a fast state of variances", keeps(RobustBayes.linf(0).identity().state(2, CLASSES)));
        refused(IllegalArgumentException.class, "d = 3, expected 2 as the transformer has",
                () -> TRANSFORMER.state(3, CLASSES));
    }

    /** What the sums show: a sum that is left of no rows, or a feature whose variance would be negative. */
    @Test
    void whatWasNeverAddedIsNotRemoved() {
        String never = "x was never added to its class: without it there would be ";
        String expected = ", expected a demonstration that was added";
        ofClasses().filter(State::isExact).forEach(state -> {
            filled(state).add(new float[] {5, 1}, "a");
            state.add(new float[] {5, 1}, "a");
            String hash = state.hash();
            // Σ x² = 75 of x = 3, 4, 5, 5
            refused(IllegalArgumentException.class, never + "a negative variance of feature 0" + expected,
                    () -> state.remove(new float[] {9, 1}, "a"));
            // 9 + 16 + 25 + 25 − 6² = 39 of three rows with a sum of 11, 3 · 39 < 121
            refused(IllegalArgumentException.class, never + "a negative variance of feature 0" + expected,
                    () -> state.remove(new float[] {6, 1}, "a"));
            assertEquals(hash, state.hash());
            assertEquals(6, state.size());
            state.remove(new float[] {3, 1}, "a");
            state.remove(new float[] {4, -2}, "a");
            // two rows that are equal leave no room at all
            String equal = state.hash();
            for (float x : new float[] {Math.nextUp(5f), Math.nextDown(5f)}) {
                refused(IllegalArgumentException.class, never + "a negative variance of feature 0" + expected,
                        () -> state.remove(new float[] {x, 1}, "a"));
            }
            assertEquals(equal, state.hash());
        });
        all().filter(State::isExact).forEach(state -> {
            state.add(new float[] {1, 2}, "a");
            String hash = state.hash();
            refused(IllegalArgumentException.class, never + "no rows, but sums that are not 0" + expected,
                    () -> state.remove(new float[] {2, 1}, "a"));
            assertEquals(hash, state.hash());
            state.remove(new float[] {1, 2}, "a");
            assertEquals(0, state.size());
        });
    }

    /** Where sums do not show it, what is left is read, or refused in words. */
    @Test
    void whatIsLeftOfRowsThatWereNeverThereIsReadOrRefused() {
        Random random = new Random(8);
        List<Learner> learners = List.of(TRANSFORMER, TRANSFORMER.aligned(), RobustBayes.linf(0.25), RobustBayes.l2(0),
                RobustBayes.l1(0.5).ridge(1), RobustBayes.linf(0).diagonal(), RobustBayes.linf(0).identity());
        int removed = 0;
        for (int trial = 0; trial < 60; trial++) {
            State<String> state = filled(State.moments(2, CLASSES).exact());
            state.addAll(Rows.copyOf(reals(random, 4, 2)), List.of("a", "b", "a", "b"));
            try {
                state.remove(reals(random, 1, 2)[0], "a");
                removed++;
            } catch (IllegalArgumentException e) {
                assertTrue(e.getMessage().startsWith("x was never added to its class"), e.getMessage());
            }
            for (Learner learner : learners) {
                try {
                    for (float w : learner.learn(state).weights()) {
                        assertTrue(Float.isFinite(w));
                    }
                } catch (IllegalStateException e) {
                    assertTrue(e.getMessage().contains("expected"), e.getMessage());
                }
            }
        }
        assertTrue(removed > 0);
    }

    /** A row that makes ideal weights overflow is refused when it comes, not whenever they are read. */
    @Test
    void aRowThatCouldNotBeReadIsNamedWhenItComes() {
        int d = 100;
        float[] great = CertificatePropertyTest.filled(d, 3e17f);
        State<String> state = State.attention(LinearTransformer.standard(d), CLASSES);
        refused(IllegalArgumentException.class, "x has 3.0E17 in row 1, feature 0, expected a number of magnitude at"
                + " most 2.8147498E14", () -> state.addAll(Rows.copyOf(new float[d], great), List.of("a", "b")));
        assertEquals(0, state.size());
    }

    /** A function of the user's that throws, and labels that do. */
    @ParameterizedTest
    @MethodSource("all")
    void whatThrowsInABulkCallLeavesTheStateAsItWas(State<String> state) {
        State<String> twin = filled(filled(state)).copy();
        Path never = Path.of("never-written.npz");
        refused(UnsupportedOperationException.class, "no name", () -> state.save(never, label -> {
            throw new UnsupportedOperationException("no name");
        }));
        List<String> throwing = new AbstractList<>() {
            @Override
            public String get(int n) {
                if (n == 1) {
                    throw new UnsupportedOperationException("no label");
                }
                return "a";
            }

            @Override
            public int size() {
                return 3;
            }
        };
        refused(UnsupportedOperationException.class, "no label",
                () -> state.addAll(Rows.copyOf(reals(new Random(1), 3, 2)), throwing));
        float[][] more = reals(new Random(2), 4, 2);
        for (State<String> each : List.of(state, twin)) {
            each.addAll(Rows.copyOf(more), List.of("a", "b", "b", "a"));
        }
        assertEquals(twin.hash(), state.hash());
    }

    /**
     * Every merge with itself doubles the weight, and leaves what is learnt as it is; there is an end before
     * infinity.
     */
    @ParameterizedTest
    @MethodSource("fast")
    void mergingWithItselfChangesNothingThatIsLearntUntilItIsRefused(State<String> state) {
        filled(state);
        Learner learner = keeps(state).endsWith("of one p") ? TRANSFORMER
                : keeps(state).endsWith("of moments") ? TRANSFORMER.aligned()
                : RobustBayes.linf(0.25).diagonal().ridge(1);
        float[] w = learner.learn(state).weights();
        assertNotEquals(0, w[0]);
        for (int merges = 0; merges < 898; merges++) {
            state.merge(state);
            if (merges % 64 == 0) {
                assertArrayEquals(w, learner.learn(state).weights());
            }
        }
        assertArrayEquals(w, learner.learn(state).weights());
        String said = assertThrows(IllegalStateException.class, () -> {
            state.merge(state);
            state.merge(state);
        }).getMessage();
        assertTrue(said.startsWith("size = ") && said.endsWith(", expected at most " + 0x1p900), said);
        assertArrayEquals(w, learner.learn(state).weights());
    }

    /** {@code exact} and {@code named} make empty states: no row is carried over with another rounding. */
    @ParameterizedTest
    @MethodSource("all")
    void otherWaysOfKeepingStartEmpty(State<String> state) {
        filled(state);
        assertEquals(0, state.exact().size());
        assertEquals(0, state.named(List.of("x", "y")).size());
        assertEquals(4, state.size());
    }

    @Test
    void badDeclarationsAreRefused() {
        Class<IllegalArgumentException> bad = IllegalArgumentException.class;
        refused(bad, "d = 0, expected at least 1", () -> State.moments(0, CLASSES));
        refused(bad, "d = -1, expected at least 1", () -> State.variances(-1, CLASSES));
        refused(bad, "d = 16385, expected at most 16384", () -> State.moments(16385, CLASSES));
        refused(bad, "number of classes = 1, expected at least 2", () -> State.moments(2, List.of("a")));
        refused(bad, "classes[1] = null, expected a label", () -> State.variances(2, Arrays.asList("a", null)));
        refused(bad, "classes[2] = a, expected it once", () -> State.moments(2, List.of("a", "b", "a")));
        refused(bad, "number of classes = 3, expected 2",
                () -> State.attention(TRANSFORMER, List.of("a", "b", "c")));
        refused(bad, "transformer centres and aligns the rows it learns from, expected one that takes them as they are"
                + " or by a fixed alignment: a state of one p keeps too little for that",
                () -> State.attention(TRANSFORMER.aligned(), CLASSES));
        State<String> state = State.moments(2, CLASSES);
        refused(bad, "features.size() = 1, expected 2", () -> state.named(List.of("x")));
        refused(bad, "features[1] = x, expected a name unlike those before it", () -> state.named(List.of("x", "x")));
        refused(bad, "features[0] = null, expected a name unlike those before it",
                () -> state.named(Arrays.asList(null, "x")));
    }

    @ParameterizedTest
    @MethodSource("all")
    void exactStatesDoNotFadeAndFastOnesDoNotRemove(State<String> state) {
        filled(state);
        String hash = state.hash();
        if (state.isExact()) {
            refused(IllegalStateException.class,
                    "an exact state has rows of weight 1 alone, expected a fast one to fade", () -> state.fade(0.5));
            // also where nothing would change
            refused(IllegalStateException.class,
                    "an exact state has rows of weight 1 alone, expected a fast one to fade", () -> state.fade(1));
        } else {
            refused(IllegalStateException.class,
                    "a fast state keeps no row apart, expected an exact one to remove a row from",
                    () -> state.remove(new float[] {3, 1}, "a"));
        }
        for (double factor : new double[] {Double.NaN, -0.1, Math.nextUp(1.0)}) {
            refused(IllegalArgumentException.class, "factor = " + factor + ", expected 0..1", () -> state.fade(factor));
        }
        assertEquals(hash, state.hash());
        assertEquals(4, state.size());
    }

    @ParameterizedTest
    @MethodSource("all")
    void otherKindsDoNotMerge(State<String> state) {
        filled(state);
        String hash = state.hash();
        int merged = 0;
        for (State<String> other : all().map(StateTest::filled).toList()) {
            if (keeps(other).equals(keeps(state))) {
                state.copy().merge(other);
                merged++;
            } else {
                refused(IllegalArgumentException.class,
                        "other is " + keeps(other) + ", expected " + keeps(state) + " as this one is",
                        () -> state.merge(other));
            }
        }
        assertEquals(1, merged);
        assertEquals(hash, state.hash());
    }

    @ParameterizedTest
    @MethodSource("ofClasses")
    void otherShapesDoNotMerge(State<String> state) {
        boolean moments = keeps(state).endsWith("of moments");
        for (List<String> classes : List.of(List.of("b", "a"), List.of("a", "b", "c"))) {
            State<String> fast = moments ? State.moments(2, classes) : State.variances(2, classes);
            State<String> other = state.isExact() ? fast.exact() : fast;
            refused(IllegalArgumentException.class,
                    "other has classes " + classes + ", expected [a, b] as this state has", () -> state.merge(other));
        }
        State<String> fast = moments ? State.moments(3, CLASSES) : State.variances(3, CLASSES);
        State<String> other = state.isExact() ? fast.exact() : fast;
        refused(IllegalArgumentException.class, "other has 3 features, expected 2", () -> state.merge(other));
    }

    /** Each learner reads from what keeps enough, and names what it lacks. */
    @ParameterizedTest
    @MethodSource("all")
    void aLearnerRefusesAStateThatKeepsTooLittle(State<String> state) {
        filled(state);
        String keeps = keeps(state);
        boolean moments = keeps.endsWith("of moments");
        boolean classes = !keeps.endsWith("of one p");
        String needsMoments = " needs a state of moments, Σ x xᵀ of each class, and this is " + keeps;
        String needsVariances = " needs a state of variances or moments, and this is " + keeps;
        check(state, TRANSFORMER, moments || !classes, "transformer" + needsMoments);
        check(state, TRANSFORMER.aligned(), moments, "aligned transformer" + needsMoments);
        check(state, RobustBayes.linf(0.25), moments, "bayes:linf:0.25" + needsMoments);
        check(state, RobustBayes.l2(0.5).ridge(1), moments, "bayes:l2:0.5, ridge 1.0" + needsMoments);
        check(state, RobustBayes.l1(0.5).diagonal().countedPriors(), classes,
                "bayes-diagonal:l1:0.5, counted priors" + needsVariances);
        check(state, RobustBayes.against(Threat.linf(), 0).identity().priors(1, 2), classes,
                "bayes-identity:linf:0.0, priors 1.0:2.0" + needsVariances);
        if (classes) {
            refused(IllegalStateException.class, "this is " + keeps + ", which does not keep a", state::attention);
            assertEquals(2, state.size("a"));
            assertArrayEquals(new float[] {1.5f, 0}, state.alignment("a", "b").mean());
        } else {
            refused(IllegalStateException.class,
                    "this is " + keeps + ", which does not keep the number of rows of a class", () -> state.size("a"));
            refused(IllegalStateException.class, "this is " + keeps + ", which does not keep the means of classes",
                    () -> state.alignment("a", "b"));
            refused(IllegalStateException.class, "bayes:linf:0.0" + needsMoments,
                    () -> RobustBayes.linf(0).limit(state));
            assertEquals(3, state.attention().length);
        }
    }

    private static void check(State<String> state, Learner learner, boolean reads, String message) {
        String hash = state.hash();
        if (reads) {
            assertEquals(2, learner.learn(state).features());
            assertEquals(CLASSES, learner.learnPairs(state).classes());
        } else {
            refused(IllegalStateException.class, message, () -> learner.learn(state));
            refused(IllegalStateException.class, message, () -> learner.learnPairs(state));
            refused(IllegalStateException.class, message, () -> learner.learnRest(state));
        }
        assertEquals(hash, state.hash());
    }

    /** What fits no learner, or another one's: whatever the state keeps. */
    @ParameterizedTest
    @MethodSource("all")
    void otherShapesAreNotLearntFrom(State<String> state) {
        Learner learner = keeps(state).endsWith("of variances") ? RobustBayes.linf(0).diagonal().ridge(1) : TRANSFORMER;
        refused(IllegalStateException.class, "size = 0, expected at least 1 demonstration", () -> learner.learn(state));
        filled(state);
        assertEquals(2, learner.learn(state).features());
        refused(IllegalStateException.class, "size = 0, expected at least 1 demonstration",
                () -> learner.learn(state.exact()));
        if (learner == TRANSFORMER) {
            refused(IllegalArgumentException.class, "state has 2 features, expected 3",
                    () -> LinearTransformer.adversarial(3).learn(state));
        }
    }

    @Test
    void twoClassesAreLearntAsOneClassifier() {
        State<String> many = State.moments(2, List.of("a", "b", "c"));
        filled(many);
        refused(IllegalArgumentException.class, "state has 3 classes, expected 2; learnPairs and learnRest learn more",
                () -> TRANSFORMER.learn(many));
    }

    @Test
    void aStateOfOnePIsReadByThatP() {
        float[] ones = {1, 1};
        Alignment alignment = Alignment.fit(Rows.copyOf(new float[] {2, 0}, new float[2]), new int[] {1, -1});
        LinearTransformer other = LinearTransformer.structured(new float[] {1, 2, 1}, ones, 0, ones);
        for (State<String> fast : List.of(State.attention(TRANSFORMER, CLASSES),
                State.attention(TRANSFORMER.aligned(alignment), CLASSES))) {
            for (State<String> state : List.of(filled(fast), filled(fast.exact()))) {
                refused(IllegalArgumentException.class, "state has another p than this transformer, expected the same",
                        () -> other.learn(state));
                // any Q̄ of that p; the alignment is the state's
                LinearTransformer dense = LinearTransformer.standard(2);
                assertEquals(2, dense.learn(state).features());
            }
        }
        State<String> plain = filled(State.attention(TRANSFORMER, CLASSES));
        refused(IllegalArgumentException.class, "state has another alignment than this transformer, expected the same",
                () -> TRANSFORMER.aligned(alignment).learn(plain));
        State<String> aligned = filled(State.attention(TRANSFORMER.aligned(alignment), CLASSES));
        assertArrayEquals(TRANSFORMER.aligned(alignment).learn(aligned).weights(), TRANSFORMER.learn(aligned).weights());
        assertFalse(Arrays.equals(TRANSFORMER.learn(plain).weights(), TRANSFORMER.learn(aligned).weights()));
    }

    /** The recipe of the class's documentation: forgetting by time is fading by each gap. */
    @ParameterizedTest
    @MethodSource("fast")
    void gapsOfTimeFadeOneAfterTheOther(State<String> state) {
        Random random = new Random(5);
        double size = 0;
        double roundings = 0;
        for (float[] x : reals(random, 50, 2)) {
            double factor = Math.exp(-random.nextDouble());
            state.fade(factor);
            state.add(x, CLASSES.get(random.nextInt(2)));
            size = size * factor + 1;
            // a product and a sum each, in the state, whose classes fade apart, and in this reference
            roundings = roundings * factor + 4 * 0x1p-53 * size;
        }
        assertEquals(size, state.size(), roundings + 2 * 0x1p-53 * size);
    }

    /** The parts of a parallel stream are merged; of exact ones nothing shows how it was split. */
    @Test
    void aStreamIsCollectedIntoAnyKind() {
        Random random = new Random(6);
        List<State.Demonstration<String>> stream = Arrays.stream(reals(random, 200, 2))
                .map(x -> new State.Demonstration<>(x, CLASSES.get(random.nextInt(2))))
                .toList();
        all().forEach(state -> {
            State<String> sequential = stream.stream().collect(State.collector(() -> empty(state)));
            State<String> parallel = stream.parallelStream().collect(State.collector(() -> empty(state)));
            assertEquals(200, sequential.size());
            assertEquals(200, parallel.size());
            if (state.isExact()) {
                assertEquals(sequential.hash(), parallel.hash());
            }
        });
    }

    private static State<String> empty(State<String> state) {
        assertEquals(0, state.size());
        return state.copy();
    }
}
