package dev.holdfast.verify.model;

import static dev.holdfast.verify.model.InContextClassifierPropertyTest.labels;
import static dev.holdfast.verify.model.InContextClassifierPropertyTest.reals;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.holdfast.model.Context;
import dev.holdfast.model.FadingContext;
import dev.holdfast.model.GramContext;
import dev.holdfast.model.LinearTransformer;
import dev.holdfast.model.MultiClassifier;
import dev.holdfast.model.Preprocessing;
import dev.holdfast.model.Rows;
import dev.holdfast.model.Threat;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Contexts and classifiers of many classes on their way through files: they go on where they were, to the bit. */
class ContextFileTest {
    private static final int D = 5;
    private static final int N = 12;

    @TempDir
    Path directory;

    private final float[][] x = reals(new Random(1), N, D);
    private final int[] y = labels(new Random(2), N);
    private final List<String> names = List.of("ä", "b\"", "c\n");

    private Path file() {
        return directory.resolve("saved.npz");
    }

    private LinearTransformer transformer() {
        return LinearTransformer.standard(D);
    }

    private String label(int n) {
        return names.get(n % 3);
    }

    private static void add(Context context, float[][] x, int[] y, int from, int to) {
        for (int n = from; n < to; n++) {
            context.add(x[n], y[n]);
        }
    }

    @Test
    void aContextGoesOn() throws IOException {
        Preprocessing preprocessing = Preprocessing.fit(Rows.copyOf(x), y);
        Context context = transformer().context(preprocessing);
        add(context, x, y, 0, 8);
        context.save(file());
        Context loaded = Context.load(file(), transformer());
        assertArrayEquals(context.state(), loaded.state());
        for (Context each : List.of(context, loaded)) {
            each.remove(x[3], y[3]);
            add(each, x, y, 8, N);
            each.merge(each);
        }
        assertEquals(2 * (N - 1), loaded.size());
        assertArrayEquals(context.state(), loaded.state());
        assertEquals(context.classifier().origin(), loaded.classifier().origin());
        assertArrayEquals(context.classifier().weights(), loaded.classifier().weights());
        assertEquals(context.classifier().intercept(), loaded.classifier().intercept());
    }

    /** Whatever came and went. */
    @Test
    void equalContextsAreEqualFilesOfSums() throws IOException {
        Context context = transformer().context();
        add(context, x, y, 0, 4);
        context.save(file());
        byte[] sums = SmallNpz.read(file()).get("sums.npy");
        Context other = transformer().context();
        add(other, x, y, 0, N);
        for (int n = 4; n < N; n++) {
            other.remove(x[n], y[n]);
        }
        other.save(file());
        assertArrayEquals(sums, SmallNpz.read(file()).get("sums.npy"));
    }

    @Test
    void aFadingContextGoesOn() throws IOException {
        FadingContext context = transformer().fadingContext(Preprocessing.fit(Rows.copyOf(x), y));
        context.addAll(Rows.copyOf(x), y);
        context.decay(0.3);
        context.save(file());
        FadingContext loaded = FadingContext.load(file(), transformer());
        assertEquals(context.size(), loaded.size());
        for (FadingContext each : List.of(context, loaded)) {
            each.decay(0.7);
            each.add(x[0], y[0]);
        }
        assertArrayEquals(context.state(), loaded.state());
        assertEquals(context.classifier().origin(), loaded.classifier().origin());
        assertArrayEquals(context.classifier().weights(), loaded.classifier().weights());
    }

    private GramContext<String> gram(int count) {
        GramContext<String> context = GramContext.of(List.of("a", "b", "A", "", "é"), names);
        for (int n = 0; n < count; n++) {
            context.add(x[n], label(n));
        }
        return context;
    }

    @Test
    void aGramContextGoesOn() throws IOException {
        GramContext<String> context = gram(9);
        context.save(file(), name -> name);
        GramContext<String> loaded = GramContext.load(file(), name -> name);
        assertEquals(context.classes(), loaded.classes());
        assertEquals(context.featureNames(), loaded.featureNames());
        assertEquals(3, loaded.size("ä"));
        for (GramContext<String> each : List.of(context, loaded)) {
            each.remove(x[4], label(4));
            each.add(x[10], label(10));
        }
        assertEquals(9, loaded.size());
        assertSame(context.rest(transformer()), loaded.rest(transformer()));
        assertSame(context.pairs(LinearTransformer.adversarial(D)), loaded.pairs(LinearTransformer.adversarial(D)));
        context.merge(loaded);
        assertEquals(18, context.size());
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
    void equalGramContextsHaveEqualHashes() throws IOException {
        gram(6).save(file(), name -> name);
        String hash = meta().replaceAll(".*demonstrations_sha256", "");
        GramContext<String> other = gram(N);
        for (int n = 6; n < N; n++) {
            other.remove(x[n], label(n));
        }
        other.save(file(), name -> name);
        assertEquals(hash, meta().replaceAll(".*demonstrations_sha256", ""));
        other.add(x[0], "ä");
        other.save(file(), name -> name);
        assertTrue(!hash.equals(meta().replaceAll(".*demonstrations_sha256", "")));
    }

    private String meta() throws IOException {
        return SmallNpz.text(SmallNpz.read(file()).get("meta.npy"));
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aClassifierOfManyClassesKeepsEveryBit(boolean pairs) throws IOException {
        List<Integer> y = List.of(7, -1, 7, 3, -1, 3, 7, 7, -1, 3, 3, 3);
        Rows rows = Rows.copyOf(x);
        MultiClassifier<Integer> classifier =
                pairs ? transformer().learnPairs(rows, y) : transformer().learnRest(rows, y);
        assertEquals(N, classifier.origin().orElseThrow().demonstrations());
        classifier.save(file(), Object::toString);
        MultiClassifier<Integer> loaded = MultiClassifier.load(file(), Integer::valueOf);
        assertSame(classifier, loaded);
        byte[] bytes = Files.readAllBytes(file());
        loaded.save(file(), Object::toString);
        assertArrayEquals(bytes, Files.readAllBytes(file()));
    }

    @Test
    void namesDiffer() throws IOException {
        IllegalArgumentException e =
                assertThrows(IllegalArgumentException.class, () -> gram(3).save(file(), name -> "same"));
        assertTrue(e.getMessage().startsWith("name of b\" = same, expected a name unlike"), e.getMessage());
        gram(3).save(file(), name -> name);
        IOException refused = assertThrows(IOException.class, () -> GramContext.load(file(), name -> 1));
        assertTrue(refused.getMessage().contains("classes: the label 1 of b\", expected a label unlike"),
                refused.getMessage());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            context | "version": 1   | "version": 0      | meta: version = 0, expected 1
            context | "size": 12     | "size": -1        | meta: size = -1, expected 0..
            context | "updates": 12  | "updates": 11     | meta: updates = 11, expected from the size, 12, to
            context | "features": 5  | "features": 4     | meta: features = 4, expected 5 as the transformer has
            context | holdfast-c     | holdfast-fading-c | meta: format = holdfast-fading-context, expected holdfast-context
            fading  | "size": 12.0   | "size": -1.0      | meta: size = -1.0, expected at least 0
            fading  | "version": 1   | "version": 3      | meta: version = 3, expected 1: the file is newer
            gram    | "version": 1   | "version": 0      | meta: version = 0, expected 1
            gram    | "size_1": 4    | "size_1": 5       | meta: size_2 = 4, expected sizes of classes that add up
            gram    | "size_1": 4    | "size_1": 3       | meta: size = 12, expected the sum of the classes' sizes, 11
            gram    | "features": 5  | "features": 4     | features: 5 names, expected 4, or none
            gram    | "features": 5  | "features": 16385 | meta: features = 16385, expected at most 16384
            classes | "version": 1   | "version": 0      | meta: version = 0, expected 1
            classes | "scheme": "r   | "scheme": "R      | meta: scheme = Rest, expected rest or pairs
            classes | "features": 5  | "features": 6     | w: the shape (3, 5), expected (3, 6)
            """)
    void metaThatIsNotWhatItShouldBeIsRefused(String kind, String from, String to, String message)
            throws IOException {
        Executable load = save(kind);
        change("meta.npy", npy -> SmallNpz.npy(SmallNpz.text(npy).replace(from, to)));
        IOException e = assertThrows(IOException.class, load);
        assertTrue(e.getMessage().startsWith(file() + ": " + message), e.getMessage());
    }

    /** Saves one of the four kinds; what reads it. */
    private Executable save(String kind) throws IOException {
        switch (kind) {
            case "context" -> {
                Context context = transformer().context();
                add(context, x, y, 0, N);
                context.save(file());
                return () -> Context.load(file(), transformer());
            }
            case "fading" -> {
                FadingContext context = transformer().fadingContext();
                context.addAll(Rows.copyOf(x), y);
                context.save(file());
                return () -> FadingContext.load(file(), transformer());
            }
            case "gram" -> {
                gram(N).save(file(), name -> name);
                return () -> GramContext.load(file(), name -> name);
            }
            default -> {
                gram(N).rest(transformer()).save(file(), name -> name);
                return () -> MultiClassifier.load(file(), name -> name);
            }
        }
    }

    private void change(String entry, UnaryOperator<byte[]> change) throws IOException {
        Map<String, byte[]> entries = new LinkedHashMap<>(SmallNpz.read(file()));
        assertTrue(entries.containsKey(entry), entries.keySet().toString());
        entries.computeIfPresent(entry, (name, npy) -> change.apply(npy));
        SmallNpz.write(file(), entries);
    }

    /** The last double of an array becomes 1/3: no sum of products, no count of digits, no number on a grid of w. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            context | sums      | sums: numbers that no additions leave, expected exact sums
            gram    | squares_1 | squares_1: numbers that no additions leave, expected exact sums
            gram    | sum_2     | sum_2: numbers that no additions leave, expected exact sums
            """)
    void sumsThatNoAdditionsLeaveAreRefused(String kind, String array, String message) throws IOException {
        Executable load = save(kind);
        change(array + ".npy", npy -> withLastDouble(npy, 1 / 3.0));
        IOException e = assertThrows(IOException.class, load);
        assertEquals(file() + ": " + message, e.getMessage());
    }

    private static byte[] withLastDouble(byte[] npy, double value) {
        byte[] changed = npy.clone();
        long bits = Double.doubleToRawLongBits(value);
        for (int k = 1; k <= 8; k++) {
            changed[changed.length - k] = (byte) (bits >> 8 * (8 - k));
        }
        return changed;
    }

    @Test
    void functionsOffTheGridAreRefused() throws IOException {
        Executable load = save("classes");
        change("c.npy", npy -> withLastDouble(npy, 1e-30));
        IOException e = assertThrows(IOException.class, load);
        assertTrue(e.getMessage().startsWith(file() + ": w and c: functions 0 and 2 with a difference that is not exact"),
                e.getMessage());
    }

    @Test
    void anotherTransformerIsRefused() throws IOException {
        save("context");
        float[] p = new float[D + 1];
        Arrays.fill(p, 1);
        p[2] = 0.5f;
        LinearTransformer other = LinearTransformer.structured(p, new float[D], 1, new float[D]);
        IOException e = assertThrows(IOException.class, () -> Context.load(file(), other));
        assertEquals(file() + ": p: another vector than the transformer's, expected the same", e.getMessage());
        // of the same p, with another Q̄
        assertEquals(N, Context.load(file(), LinearTransformer.adversarial(D)).size());
    }

    /** A byte that is changed is found, or says nothing of what is in the file. */
    @ParameterizedTest
    @ValueSource(strings = {"context", "fading", "gram", "classes"})
    void damageIsFound(String kind) throws Throwable {
        Executable load = save(kind);
        byte[] whole = Files.readAllBytes(file());
        Random random = new Random(3);
        for (int k = 0; k < 300; k++) {
            byte[] damaged = whole.clone();
            damaged[random.nextInt(whole.length)] ^= (byte) (1 << random.nextInt(8));
            Files.write(file(), damaged);
            try {
                load.execute();
            } catch (IOException e) {
                assertTrue(e.getMessage().startsWith(file() + ": "), e.getMessage());
            }
            Files.write(file(), Arrays.copyOf(whole, random.nextInt(whole.length)));
            assertThrows(IOException.class, load);
        }
    }
}
