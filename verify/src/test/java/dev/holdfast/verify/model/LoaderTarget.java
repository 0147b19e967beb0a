package dev.holdfast.verify.model;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.holdfast.model.Alignment;
import dev.holdfast.model.Classifier;
import dev.holdfast.model.DeepTransformer;
import dev.holdfast.model.Learner;
import dev.holdfast.model.LinearTransformer;
import dev.holdfast.model.MixturePretraining;
import dev.holdfast.model.MultiClassifier;
import dev.holdfast.model.Pretraining;
import dev.holdfast.model.RobustBayes;
import dev.holdfast.model.Rows;
import dev.holdfast.model.State;
import dev.holdfast.verify.fuzz.Inputs;
import dev.holdfast.verify.fuzz.Target;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * A loader of files: what is no file of ours ends in an exception of one line, soon and with little memory; what loads can be
 * used, and saved, and comes back the same.
 */
public final class LoaderTarget implements Target {
    /** A mistake in the files themselves takes no more than this beside what is in proportion to the file. */
    private static final long FREE = 4 << 20;

    private static final long PER_BYTE = 64;
    private static final long NANOSECONDS = 10_000_000_000L;
    /** What is used, if it is no larger: a file may say 46,339 features in a line. */
    private static final int MOST_FEATURES = 64;

    private static final long SMALL_FILE = 4096;

    private static final List<Saved> SAVED = Saved.all();

    private final List<Saved> saved;
    /** One of each way in: of those that are loaded by the same lines. */
    private final Collection<Saved> ways;
    private final boolean whole;

    private LoaderTarget(List<Saved> saved, boolean whole) {
        this.saved = saved;
        this.ways = saved.stream()
                .collect(Collectors.toMap(each -> each.buffer().getClass(), each -> each, (one, other) -> one,
                        LinkedHashMap::new))
                .values();
        this.whole = whole;
    }

    /** By name: one for each of what can be saved, made of entries, and one of the files' own bytes for all. */
    public static Map<String, Target> all() {
        Map<String, Target> targets = new TreeMap<>();
        Map<String, String> names = Map.of("weights", "the weights of a transformer", "depth",
                "a transformer of several layers", "alignment", "an alignment", "classifier", "a classifier", "classes",
                "a classifier of many classes", "pretraining", "a run of pretraining", "mixture-pretraining",
                "a run of pretraining on a mixture", "state", "a state");
        assertEquals(names.size(), SAVED.stream().map(Saved::holds).distinct().count());
        names.forEach((name, holds) -> targets.put(name,
                new LoaderTarget(SAVED.stream().filter(saved -> saved.holds().equals(holds)).toList(), false)));
        targets.put("file", new LoaderTarget(SAVED, true));
        return targets;
    }

    @Override
    public List<byte[]> seeds() throws IOException {
        List<byte[]> seeds = new ArrayList<>();
        for (Saved each : saved) {
            byte[] file = each.bytes().get();
            seeds.add(whole ? file : Entries.of(file));
            if (!whole) {
                seeds.addAll(Entries.withNaN(file));
            }
        }
        if (whole || saved.getFirst().holds().equals("the weights of a transformer")) {
            for (byte[] file : numpy()) {
                seeds.add(whole ? file : Entries.of(file));
            }
        }
        return seeds;
    }

    /** Small files that NumPy has written, good ones and bad ones. */
    private static List<byte[]> numpy() throws IOException {
        List<byte[]> read = new ArrayList<>();
        for (Path file : Inputs.beside(LoaderTarget.class, "")) {
            if (file.toString().endsWith(".npz") && Files.size(file) < SMALL_FILE) {
                read.add(Files.readAllBytes(file));
            }
        }
        return read;
    }

    @Override
    public void feed(byte[] input) throws IOException {
        byte[] file = whole ? input : Entries.zip(input);
        for (Saved way : ways) {
            feed(way, file);
        }
    }

    private void feed(Saved way, byte[] file) throws IOException {
        long start = System.nanoTime();
        long before = Allocated.bytes();
        ByteBuffer buffer = ByteBuffer.wrap(file);
        Object loaded = loadedOrRefused(way, buffer);
        long taken = Allocated.bytes() - before;
        assertTrue(System.nanoTime() - start < NANOSECONDS, "it took more than 10 s");
        if (taken > most(file)) {
            // once more: the first time it may have been for classes
            before = Allocated.bytes();
            loadedOrRefused(way, ByteBuffer.wrap(file));
            taken = Allocated.bytes() - before;
        }
        assertTrue(taken <= most(file), taken + " bytes for " + file.length);
        if (loaded == null) {
            return;
        }
        byte[] again = way.again(loaded).bytes().get();
        assertArrayEquals(again, way.again(way.buffer().load(ByteBuffer.wrap(again))).bytes().get());
        ByteArrayInputStream stream = new ByteArrayInputStream(file);
        assertArrayEquals(again, way.again(way.stream().load(stream)).bytes().get());
        assertEquals(buffer.remaining(), stream.available());
        use(loaded, file);
    }

    private static long most(byte[] file) {
        return FREE + PER_BYTE * file.length;
    }

    private static Object loadedOrRefused(Saved way, ByteBuffer bytes) {
        try {
            return way.buffer().load(bytes);
        } catch (IOException e) {
            assertEquals(1, e.getMessage().lines().count(), e.getMessage());
            assertTrue(e.getMessage().length() < 1000, e.getMessage());
            return null;
        }
    }

    private static void use(Object loaded, byte[] file) throws IOException {
        switch (loaded) {
            case LinearTransformer one -> learn(one, one.features(), file);
            case DeepTransformer deep -> learn(deep, deep.features(), file);
            case Alignment alignment when alignment.features() <= MOST_FEATURES ->
                    refusedOrNot(() -> alignment.apply(rows(alignment.features())));
            case Classifier classifier when classifier.features() <= MOST_FEATURES -> refusedOrNot(() -> answer(classifier));
            case MultiClassifier<?> classes when classes.features() <= MOST_FEATURES && classes.classes().size() < 100 ->
                    refusedOrNot(() -> answer(classes));
            case State<?> state when state.features() <= MOST_FEATURES -> learn(state);
            case Pretraining run -> run.transformer();
            case MixturePretraining run -> run.transformer();
            default -> { }
        }
    }

    private static Rows rows(int d) {
        float[] x = new float[2 * d];
        for (int j = 0; j < d; j++) {
            x[j] = 0.5f + j;
            x[d + j] = -1;
        }
        return Rows.view(x, d);
    }

    /** Whichever it is, {@link Learner#load} gives the same. */
    private static void learn(Learner learner, int d, byte[] file) throws IOException {
        assertEquals(learner, Learner.load(ByteBuffer.wrap(file)));
        if (d <= MOST_FEATURES) {
            refusedOrNot(() -> learner.learn(rows(d), new int[] {1, -1}));
        }
    }

    private static void learn(State<?> state) {
        assertEquals(state.hash(), state.copy().hash());
        if (state.classes().size() < 100) {
            refusedOrNot(() -> RobustBayes.l2(0).diagonal().learnPairs(state));
            refusedOrNot(() -> RobustBayes.linf(0.1).ridge(1).learnRest(state));
            refusedOrNot(() -> LinearTransformer.standard(state.features()).learnRest(state));
        }
    }

    private static void answer(Classifier classifier) {
        float[] x = rows(classifier.features()).first(1).toArray();
        assertTrue(Double.isFinite(classifier.intercept()), classifier::toString);
        int answer = classifier.predict(x);
        double radius = classifier.signedRadius(x);
        assertTrue(answer == 0 ? radius == 0 : Math.copySign(1, radius) == answer, answer + " within " + radius);
        classifier.attack(x, 1, 0.5);
        if (classifier.gaussian().isPresent()) {
            double p = classifier.probability(x);
            assertTrue(p >= 0 && p <= 1, "probability " + p);
        }
    }

    private static void answer(MultiClassifier<?> classes) {
        float[] x = rows(classes.features()).first(1).toArray();
        assertTrue(classes.classes().contains(classes.predict(x)));
        assertTrue(classes.radius(x) >= 0);
        if (classes.hasProbabilities()) {
            for (double p : classes.probabilities(x)) {
                assertTrue(p >= 0 && p <= 1, "probability " + p);
            }
        }
    }

    /** What rows or what is read may be too large for is said in a line. */
    private static void refusedOrNot(Runnable call) {
        try {
            call.run();
        } catch (IllegalArgumentException | IllegalStateException e) {
            assertEquals(1, e.getMessage().lines().count(), e.getMessage());
        }
    }
}
