package dev.holdfast.verify.model;

import static dev.holdfast.verify.model.ClassifierPropertyTest.labels;
import static dev.holdfast.verify.model.ClassifierPropertyTest.reals;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.holdfast.model.Alignment;
import dev.holdfast.model.Classifier;
import dev.holdfast.model.LinearTransformer;
import dev.holdfast.model.MultiClassifier;
import dev.holdfast.model.RobustBayes;
import dev.holdfast.model.Rows;
import dev.holdfast.model.State;
import dev.holdfast.model.Threat;
import dev.holdfast.verify.FreshFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** States and classifiers of many classes on their way through files: they go on where they were, to the bit. */
class StateFileTest {
    private static final int D = 5;
    private static final int N = 12;
    private static final List<String> FEATURES = List.of("a", "b", "A", "", "é");

    @TempDir
    Path directory;

    private final float[][] x = reals(new Random(1), N, D);
    private final int[] y = labels(new Random(2), N);
    private final List<String> names = List.of("ä", "b\"", "c\n");

    private Path file() {
        return directory.resolve("saved.npz");
    }

    private static LinearTransformer transformer() {
        return LinearTransformer.standard(D);
    }

    private String label(int n) {
        return names.get(n % 3);
    }

    /** What a state keeps, and in which way. */
    private enum Kind {
        ATTENTION("attention", true),
        FAST_ATTENTION("attention", false),
        VARIANCES("variances", true),
        FAST_VARIANCES("variances", false),
        MOMENTS("moments", true),
        FAST_MOMENTS("moments", false);

        final String keeps;
        final boolean exact;

        Kind(String keeps, boolean exact) {
            this.keeps = keeps;
            this.exact = exact;
        }

        /** @param names as many as there are classes, or more */
        State<String> empty(List<String> names) {
            State<String> fast = switch (keeps) {
                case "attention" -> State.attention(transformer(), names.subList(0, 2));
                case "variances" -> State.variances(D, names);
                default -> State.moments(D, names);
            };
            return (exact ? fast.exact() : fast).named(FEATURES);
        }

        boolean isAttention() {
            return keeps.equals("attention");
        }
    }

    private State<String> filled(Kind kind, int count) {
        State<String> state = kind.empty(names);
        for (int n = 0; n < count; n++) {
            state.add(x[n], state.classes().get(n % state.classes().size()));
        }
        return state;
    }

    private State<String> load(Kind kind) throws IOException {
        return kind.isAttention()
                ? State.load(file(), Function.identity(), transformer())
                : State.load(file(), Function.identity());
    }

    /** All that can be read of a state. */
    private static List<Object> read(State<String> state) {
        if (state.classes().size() == 2) {
            Classifier classifier = transformer().learn(state);
            return List.of(state.hash(), state.size(), Arrays.toString(state.attention()), classifier.origin(),
                    Arrays.toString(classifier.weights()), classifier.intercept());
        }
        String learnt = state.classes().stream()
                .map(label -> state.size(label) + Arrays.toString(state.alignment(label,
                        state.classes().get((state.classes().indexOf(label) + 1) % 3)).mean()))
                .toList()
                .toString();
        MultiClassifier<String> classifier = RobustBayes.linf(0).diagonal().ridge(1).learnPairs(state);
        return List.of(state.hash(), state.size(), learnt, classifier.origin(),
                Arrays.toString(classifier.scores(new float[] {1, 2, 3, 4, 5})));
    }

    @ParameterizedTest
    @EnumSource
    void everyKindGoesOn(Kind kind) throws IOException {
        State<String> state = filled(kind, 9);
        if (!kind.exact) {
            state.fade(0.3);
            // rows that wait for a block when the file is written
            state.add(x[9], state.classes().get(1));
            state.add(x[10], state.classes().get(1));
        }
        List<Object> before = read(state);
        state.save(file(), name -> name);
        State<String> loaded = load(kind);
        assertEquals(before, read(state));
        assertEquals(before, read(loaded));
        assertEquals(state.classes(), loaded.classes());
        assertEquals(FEATURES, loaded.featureNames());
        assertEquals(D, loaded.features());
        assertEquals(kind.exact, loaded.isExact());
        byte[] bytes = Files.readAllBytes(file());
        loaded.save(file(), name -> name);
        assertArrayEquals(bytes, Files.readAllBytes(file()));
        for (State<String> each : List.of(state, loaded)) {
            // to those that waited
            each.add(x[8], each.classes().get(1));
        }
        assertEquals(read(state), read(loaded));
        for (State<String> each : List.of(state, loaded)) {
            if (kind.exact) {
                each.remove(x[4], each.classes().get(4 % each.classes().size()));
            } else {
                each.fade(0.7);
            }
            each.add(x[11], each.classes().getFirst());
            each.merge(each);
        }
        assertNotEquals(before, read(state));
        assertEquals(read(state), read(loaded));
        state.merge(loaded);
        assertEquals(2 * loaded.size(), state.size());
    }

    /** More rows than are summed at once, of parts that were merged: the doubles of the file are those of the state. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void fastSumsOfManyRowsGoOn(boolean products) throws IOException {
        List<String> two = List.of("a", "b");
        State<String> state = products ? State.moments(D, two) : State.variances(D, two);
        Random random = new Random(7);
        for (int part = 0; part < 3; part++) {
            State<String> more = products ? State.moments(D, two) : State.variances(D, two);
            float[][] rows = reals(random, 1500, D);
            for (float[] row : rows) {
                row[part] += 100;
            }
            more.addAll(Rows.copyOf(rows), random.ints(1500, 0, 2).mapToObj(two::get).toList());
            state.merge(more);
            state.fade(0.9);
        }
        for (int n = 0; n < 5; n++) {
            state.add(x[n], "b");
        }
        state.save(file(), name -> name);
        State<String> loaded = State.load(file(), name -> name);
        for (int n = 5; n < N; n++) {
            assertEquals(state.hash(), loaded.hash());
            state.add(x[n], "b");
            loaded.add(x[n], "b");
        }
        assertEquals(state.hash(), loaded.hash());
    }

    /** What rows go through is in the file: a transformer with any Q̄, and the same p, reads it. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void anAlignmentGoesOn(boolean exact) throws IOException {
        Alignment alignment = Alignment.fit(Rows.copyOf(x), y);
        State<Integer> fast = State.attention(transformer().aligned(alignment), List.of(1, -1));
        State<Integer> state = exact ? fast.exact() : fast;
        state.addAll(Rows.copyOf(x).first(8), States.boxed(y).subList(0, 8));
        state.save(file(), Object::toString);
        State<Integer> loaded = State.load(file(), Integer::valueOf, LinearTransformer.adversarial(D));
        for (State<Integer> each : List.of(state, loaded)) {
            each.addAll(Rows.copyOf(x), States.boxed(y));
            each.merge(each);
        }
        assertEquals(2 * (N + 8), loaded.size());
        assertArrayEquals(state.attention(), loaded.attention());
        Classifier expected = transformer().learn(state);
        Classifier actual = transformer().learn(loaded);
        assertEquals(expected.origin(), actual.origin());
        assertArrayEquals(expected.weights(), actual.weights());
        assertEquals(expected.intercept(), actual.intercept());
        assertArrayEquals(alignment.mean(), actual.alignment().mean());
        assertArrayEquals(alignment.sign(), actual.alignment().sign());
        loaded.merge(state);
    }

    /** Whatever came and went. */
    @ParameterizedTest
    @EnumSource(names = {"ATTENTION", "VARIANCES", "MOMENTS"})
    void equalStatesAreEqualSumsInFilesAndEqualHashes(Kind kind) throws IOException {
        State<String> state = filled(kind, 6);
        state.save(file(), name -> name);
        Map<String, byte[]> entries = SmallNpz.read(file());
        String hash = hashIn(entries);
        assertEquals(state.hash(), hash);
        State<String> other = kind.empty(names);
        State<String> part = kind.empty(names);
        for (int n = N - 1; n >= 0; n--) {
            (n % 2 == 0 ? other : part).add(x[n], state.classes().get(n % state.classes().size()));
        }
        other.merge(part);
        for (int n = 6; n < N; n++) {
            other.remove(x[n], state.classes().get(n % state.classes().size()));
        }
        other.save(file(), name -> name);
        Map<String, byte[]> otherEntries = SmallNpz.read(file());
        assertEquals(hash, hashIn(otherEntries));
        assertEquals(entries.keySet(), otherEntries.keySet());
        for (Map.Entry<String, byte[]> entry : entries.entrySet()) {
            assertArrayEquals(entry.getValue(), otherEntries.get(entry.getKey()), entry.getKey());
        }
        other.add(x[0], "ä");
        assertNotEquals(hash, other.hash());
        other.save(file(), name -> name);
        assertEquals(other.hash(), hashIn(SmallNpz.read(file())));
    }

    private static String hashIn(Map<String, byte[]> entries) {
        return SmallNpz.text(entries.get("meta.npy")).replaceAll(".*demonstrations_sha256\": \"([0-9a-f]*)\".*", "$1");
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aClassifierOfManyClassesKeepsEveryBit(boolean pairs) throws IOException {
        List<Integer> labels = List.of(7, -1, 7, 3, -1, 3, 7, 7, -1, 3, 3, 3);
        Rows rows = Rows.copyOf(x);
        MultiClassifier<Integer> classifier =
                pairs ? transformer().learnPairs(rows, labels) : transformer().learnRest(rows, labels);
        assertEquals(N, classifier.origin().orElseThrow().demonstrations());
        classifier.save(file(), Object::toString);
        MultiClassifier<Integer> loaded = MultiClassifier.load(file(), Integer::valueOf);
        assertSame(classifier, loaded);
        byte[] bytes = Files.readAllBytes(file());
        loaded.save(file(), Object::toString);
        assertArrayEquals(bytes, Files.readAllBytes(file()));
    }

    private <L> void assertSame(MultiClassifier<L> expected, MultiClassifier<L> actual) {
        assertEquals(expected.classes(), actual.classes());
        assertEquals(expected.origin(), actual.origin());
        for (float[] query : x) {
            assertArrayEquals(expected.scores(query), actual.scores(query));
            assertEquals(expected.answer(query, Threat.l2()), actual.answer(query, Threat.l2()));
        }
    }

    @Test
    void namesDiffer() throws IOException {
        State<String> state = filled(Kind.MOMENTS, 3);
        IllegalArgumentException e =
                assertThrows(IllegalArgumentException.class, () -> state.save(file(), name -> "same"));
        assertTrue(e.getMessage().startsWith("name of b\" = same, expected a name unlike"), e.getMessage());
        state.save(file(), name -> name);
        IOException refused = assertThrows(IOException.class, () -> State.load(file(), name -> 1));
        assertTrue(refused.getMessage().contains("classes: the label 1 of b\", expected a label unlike"),
                refused.getMessage());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            ATTENTION      | "version": 1      | "version": 0     | meta: version = 0, expected 1
            ATTENTION      | "version": 1      | "version": 2     | meta: version = 2, expected 1: the file is newer
            ATTENTION      | "size": 12        | "size": -1       | meta: size = -1, expected 0..
            ATTENTION      | "updates": 12     | "updates": 11    | meta: updates = 11, expected from the size, 12, to
            ATTENTION      | "features": 5     | "features": 4    | features: 5 names, expected 4, or none
            ATTENTION      | holdfast-state    | holdfast-stat    | meta: format = holdfast-stat, expected holdfast-state
            ATTENTION      | "exact"           | "fast"           | sums: an array of this name, expected a, mean, p, sign
            ATTENTION      | "attention"       | "Attention"      | meta: keeps = Attention, expected attention, variances or
            ATTENTION      | "attention"       | "moments"        | meta: a state of moments, expected one of the tra
            FAST_ATTENTION | "size": 12.0      | "size": -1.0     | meta: size = -1.0, expected 0 or 1.18
            FAST_ATTENTION | "size": 12.0      | "size": -0.0     | meta: size = -0.0, expected 0 or 1.18
            FAST_ATTENTION | "size": 12.0      | "size": 1e-320   | meta: size = 1.0E-320, expected 0 or 1.18
            FAST_ATTENTION | "size": 12.0      | "size": 1e300    | meta: size = 1.0E300, expected 0 or 1.18
            FAST_ATTENTION | "size": 12.0      | "size": 0        | a:
            FAST_ATTENTION | "fast"            | "quick"          | meta: sums = quick, expected exact or fast
            MOMENTS        | "version": 1      | "version": 0     | meta: version = 0, expected 1
            MOMENTS        | "size_1": 4       | "size_1": 5      | meta: updates_1 = 4, expected from the size, 5, to
            MOMENTS        | "size_2": 4       | "size": 4        | meta: no size_2, expected an integer
            MOMENTS        | "features": 5     | "features": 4    | features: 5 names, expected 4, or none
            MOMENTS        | "features": 5     | "features": 0    | meta: features = 0, expected 1..
            MOMENTS        | "moments"         | "variances"      | squares_0: the shape
            MOMENTS        | "moments"         | "attention"      | meta: a state of one p, expected one of moments or var
            VARIANCES      | "exact"           | "fast"           | squares_0: an array of this name, expected mean_0, mean_1
            VARIANCES      | "variances"       | "moments"        | squares_0: the shape
            FAST_MOMENTS   | "size_0": 4.0     | "size_0": -4.0   | meta: size_0 = -4.0, expected 0 or 1.18
            FAST_MOMENTS   | "size_0": 4.0     | "size_0": 1e300  | meta: size_0 = 1.0E300, expected 0 or 1.18
            FAST_MOMENTS   | "size_0": 4.0     | "size_0": 1e-320 | meta: size_0 = 1.0E-320, expected 0 or 1.18
            FAST_MOMENTS   | "size_0": 4.0     | "size_0": -0.0   | meta: size_0 = -0.0, expected 0 or 1.18
            FAST_MOMENTS   | "size_0": 4.0     | "size_0": 0      | mean_0:
            FAST_MOMENTS   | "moments"         | "variances"      | scatter_0: the shape (5, 5), expected (5,)
            FAST_VARIANCES | "size_0": 4.0     | "size_0": "4"    | meta: size_0 = 4, expected a number
            """)
    void metaThatIsNotWhatItShouldBeIsRefused(Kind kind, String from, String to, String message)
            throws IOException {
        filled(kind, N).save(file(), name -> name);
        changeMeta(from, to);
        IOException e = assertThrows(IOException.class, () -> load(kind));
        assertTrue(e.getMessage().startsWith(file() + ": " + message), e.getMessage());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            "version": 2 | "version": 1  | meta: version = 1, expected 2
            "scheme": "r | "scheme": "R  | meta: scheme = Rest, expected rest or pairs
            "features": 5| "features": 6 | w: the shape (3, 5), expected (3, 6)
            """)
    void metaOfAClassifierThatIsNotWhatItShouldBeIsRefused(String from, String to, String message)
            throws IOException {
        transformer().learnRest(filled(Kind.MOMENTS, N)).save(file(), name -> name);
        changeMeta(from, to);
        IOException e = assertThrows(IOException.class, () -> MultiClassifier.load(file(), name -> name));
        assertTrue(e.getMessage().startsWith(file() + ": " + message), e.getMessage());
    }

    /** 16,385 features of moments would be sums that no array holds; of variances they are not many. */
    @Test
    void tooManyFeaturesOfMomentsAreRefused() throws IOException {
        State.moments(D, names).save(file(), name -> name);
        changeMeta("\"features\": 5", "\"features\": 16385");
        IOException e = assertThrows(IOException.class, () -> State.load(file(), name -> name));
        assertEquals(file() + ": meta: features = 16385, expected at most 16384", e.getMessage());
        assertEquals("d = 16385, expected at most 16384",
                assertThrows(IllegalArgumentException.class, () -> State.moments(16385, names)).getMessage());
        State.variances(16385, names).save(file(), name -> name);
        assertEquals(16385, State.load(file(), name -> name).features());
    }

    /** What states were before they had one format. */
    @ParameterizedTest
    @ValueSource(strings = {"holdfast-context", "holdfast-fading-context", "holdfast-gram-context"})
    void filesOfAnOlderHoldfastAreRefused(String format) throws IOException {
        for (Kind kind : Kind.values()) {
            filled(kind, N).save(file(), name -> name);
            changeMeta("holdfast-state", format);
            IOException e = assertThrows(IOException.class, () -> load(kind));
            assertEquals(file() + ": meta: format = " + format + ", expected holdfast-state: an older Holdfast wrote this"
                    + " file, and this one cannot read it; add the demonstrations anew", e.getMessage());
        }
    }

    private void changeMeta(String from, String to) throws IOException {
        change("meta.npy", npy -> {
            String meta = SmallNpz.text(npy);
            assertTrue(meta.contains(from), meta);
            return SmallNpz.npy(meta.replace(from, to));
        });
    }

    private void change(String entry, UnaryOperator<byte[]> change) throws IOException {
        Map<String, byte[]> entries = new LinkedHashMap<>(SmallNpz.read(file()));
        assertTrue(entries.containsKey(entry), entries.keySet().toString());
        entries.computeIfPresent(entry, (name, npy) -> change.apply(npy));
        SmallNpz.write(file(), entries);
    }

    /** The last double of an array becomes one that no sums leave there. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            ATTENTION      | sums      | 0.3333 | numbers that no additions leave, expected exact sums
            MOMENTS        | squares_1 | 0.3333 | numbers that no additions leave, expected exact sums
            MOMENTS        | sum_2     | 0.3333 | numbers that no additions leave, expected exact sums
            VARIANCES      | squares_0 | 0.3333 | numbers that no additions leave, expected exact sums
            FAST_ATTENTION | a         | NaN    | NaN among the numbers, expected finite numbers
            FAST_MOMENTS   | mean_0    | NaN    | NaN among the numbers, expected finite numbers
            FAST_MOMENTS   | scatter_1 | -1     | -1.0 on the diagonal, expected at least 0
            FAST_VARIANCES | scatter_1 | -1     | -1.0 on the diagonal, expected at least 0
            """)
    void sumsThatNothingLeavesAreRefused(Kind kind, String array, double value, String message) throws IOException {
        filled(kind, N).save(file(), name -> name);
        change(array + ".npy", npy -> withDouble(npy, 1, value));
        IOException e = assertThrows(IOException.class, () -> load(kind));
        assertEquals(file() + ": " + array + ": " + message, e.getMessage());
    }

    @ParameterizedTest
    @CsvSource({"FAST_MOMENTS, mean_0", "FAST_MOMENTS, scatter_1", "FAST_VARIANCES, mean_2", "FAST_VARIANCES, scatter_0",
        "FAST_ATTENTION, a"})
    void sumsOfNoDemonstrationsAreZeros(Kind kind, String array) throws IOException {
        filled(kind, 0).save(file(), name -> name);
        assertEquals(0, load(kind).size());
        change(array + ".npy", npy -> withDouble(npy, 1, 0.5));
        IOException e = assertThrows(IOException.class, () -> load(kind));
        assertEquals(file() + ": " + array + ": 0.5 among the sums of no demonstrations, expected zeros", e.getMessage());
    }

    /** Sums of a class that there is not. */
    @ParameterizedTest
    @CsvSource({"MOMENTS, sum", "MOMENTS, squares", "VARIANCES, squares", "FAST_MOMENTS, scatter", "FAST_VARIANCES, mean"})
    void arraysOfNoClassAreRefused(Kind kind, String array) throws IOException {
        filled(kind, N).save(file(), name -> name);
        Map<String, byte[]> entries = new LinkedHashMap<>(SmallNpz.read(file()));
        int classes = 0;
        while (entries.containsKey(array + "_" + classes + ".npy")) {
            classes++;
        }
        entries.put(array + "_" + classes + ".npy", entries.get(array + "_0.npy"));
        SmallNpz.write(file(), entries);
        IOException e = assertThrows(IOException.class, () -> load(kind));
        String refused = file() + ": " + array + "_" + classes + ": an array of this name, expected ";
        assertTrue(classes > 1 && e.getMessage().startsWith(refused), e.getMessage());
    }

    @Test
    void aScatterIsSymmetric() throws IOException {
        filled(Kind.FAST_MOMENTS, N).save(file(), name -> name);
        change("scatter_2.npy", npy -> withDouble(npy, 2, 0.125));
        IOException e = assertThrows(IOException.class, () -> load(Kind.FAST_MOMENTS));
        assertEquals(file() + ": scatter_2: an entry unlike its mirror image, expected a symmetric matrix",
                e.getMessage());
    }

    /** @param last 1 for the last one of all, 2 for that before it */
    private static byte[] withDouble(byte[] npy, int last, double value) {
        byte[] changed = npy.clone();
        long bits = Double.doubleToRawLongBits(value);
        for (int k = 1; k <= 8; k++) {
            changed[changed.length - 8 * (last - 1) - k] = (byte) (bits >> 8 * (8 - k));
        }
        return changed;
    }

    @Test
    void functionsOffTheGridAreRefused() throws IOException {
        transformer().aligned().learnRest(filled(Kind.MOMENTS, N)).save(file(), name -> name);
        change("c.npy", npy -> withDouble(npy, 1, 1e-30));
        IOException e = assertThrows(IOException.class, () -> MultiClassifier.load(file(), name -> name));
        assertTrue(e.getMessage().startsWith(file() + ": w and c: intercepts on no common grid, expected all on one"),
                e.getMessage());
    }

    @ParameterizedTest
    @EnumSource(names = {"ATTENTION", "FAST_ATTENTION"})
    void anotherTransformerIsRefused(Kind kind) throws IOException {
        filled(kind, N).save(file(), name -> name);
        float[] p = new float[D + 1];
        Arrays.fill(p, 1);
        p[2] = 0.5f;
        LinearTransformer other = LinearTransformer.structured(p, new float[D], 1, new float[D]);
        assertEquals(file() + ": p: another vector than the transformer's, expected the same",
                assertThrows(IOException.class, () -> State.load(file(), Function.identity(), other)).getMessage());
        assertEquals(file() + ": meta: features = 5, expected 4 as the transformer has",
                assertThrows(IOException.class,
                        () -> State.load(file(), Function.identity(), LinearTransformer.standard(4))).getMessage());
        assertEquals(file() + ": meta: a state of one p, expected one of moments or variances, or the transformer of"
                        + " this one",
                assertThrows(IOException.class, () -> State.load(file(), Function.identity())).getMessage());
        Alignment alignment = Alignment.fit(Rows.copyOf(x), y);
        for (LinearTransformer aligned : List.of(transformer().aligned(), transformer().aligned(alignment))) {
            assertEquals("transformer has an alignment of its own, expected one that takes rows as they are",
                    assertThrows(IllegalArgumentException.class,
                            () -> State.load(file(), Function.identity(), aligned)).getMessage());
        }
        // of the same p, with another Q̄
        assertEquals(N, State.load(file(), Function.identity(), LinearTransformer.adversarial(D)).size());
    }

    @ParameterizedTest
    @EnumSource(names = {"VARIANCES", "FAST_VARIANCES", "MOMENTS", "FAST_MOMENTS"})
    void aTransformerIsNoPartOfOtherKinds(Kind kind) throws IOException {
        filled(kind, N).save(file(), name -> name);
        assertEquals(file() + ": meta: a state of " + kind.keeps + ", expected one of the transformer's p",
                assertThrows(IOException.class,
                        () -> State.load(file(), Function.identity(), transformer())).getMessage());
    }

    /** A byte that is changed is found, or says nothing of what is in the file. */
    @ParameterizedTest
    @EnumSource
    void damageIsFound(Kind kind) throws Throwable {
        State<String> state = filled(kind, N);
        state.save(file(), name -> name);
        String hash = state.hash();
        checkDamage(() -> assertEquals(hash, load(kind).hash()));
    }

    @Test
    void damageOfAClassifierIsFound() throws Throwable {
        MultiClassifier<String> classifier = transformer().learnRest(filled(Kind.MOMENTS, N));
        classifier.save(file(), name -> name);
        checkDamage(() -> assertSame(classifier, MultiClassifier.load(file(), name -> name)));
    }

    /** @param load reads the file, and holds it to what was saved */
    private void checkDamage(Executable load) throws Throwable {
        byte[] whole = Files.readAllBytes(file());
        Random random = new Random(3);
        int found = 0;
        for (int k = 0; k < 300; k++) {
            byte[] damaged = whole.clone();
            damaged[random.nextInt(whole.length)] ^= (byte) (1 << random.nextInt(8));
            FreshFile.write(file(), damaged);
            try {
                load.execute();
            } catch (IOException e) {
                found++;
                assertTrue(e.getMessage().startsWith(file() + ": "), e.getMessage());
            }
            FreshFile.write(file(), Arrays.copyOf(whole, random.nextInt(whole.length)));
            assertThrows(IOException.class, load);
        }
        assertTrue(found > 0);
    }
}
