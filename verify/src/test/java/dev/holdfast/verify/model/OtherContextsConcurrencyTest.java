package dev.holdfast.verify.model;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.holdfast.model.FadingContext;
import dev.holdfast.model.GramContext;
import dev.holdfast.model.InContextClassifier;
import dev.holdfast.model.LinearTransformer;
import dev.holdfast.model.Rows;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A fading context, and one of many classes, in the hands of several threads. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class OtherContextsConcurrencyTest {
    private static final int D = 20;
    private static final int THREADS = 4;
    private static final int ROUNDS = 300;

    private final LinearTransformer transformer = LinearTransformer.adversarial(D);

    /** All rows are the same one, so that a/N has one value: any other is of a torn state. */
    @Test
    void everyFadingSnapshotIsOfOneMoment() throws Exception {
        float[] x = new float[D];
        Arrays.fill(x, 3);
        FadingContext context = transformer.fadingContext();
        context.add(x, 1);
        FadingContext one = context.copy();
        float[] w = context.classifier().weights();
        Rows pair = Rows.copyOf(x, x);
        Callable<Void> writer = () -> {
            for (int i = 0; i < ROUNDS; i++) {
                context.add(x, 1);
                context.addAll(pair, new int[] {1, 1});
                context.merge(one);
                context.decay(1);
            }
            return null;
        };
        Callable<Void> reader = () -> {
            assertArrayEquals(w, context.classifier().weights());
            FadingContext copy = context.copy();
            assertEquals(copy.size() * (D * 3.0 + 1), copy.state()[D]);
            return null;
        };
        hammer(writer, reader);
        assertEquals(1 + 4 * ROUNDS * THREADS, context.size());
        assertEquals(context.size() * (D * 3.0 + 1) * 3, context.state()[0]);
    }

    /** Rows of two classes come and go in pairs of one and the other: their classifier stays the same. */
    @Test
    void everySnapshotOfManyClassesIsOfOneMoment() throws Exception {
        float[] plus = new float[D];
        Arrays.fill(plus, 3);
        float[] minus = new float[D];
        Arrays.fill(minus, -1);
        GramContext<Character> context = GramContext.of(D, List.of('+', '-'));
        Rows pair = Rows.copyOf(plus, minus);
        List<Character> labels = List.of('+', '-');
        context.addAll(pair, labels);
        GramContext<Character> one = context.copy();
        InContextClassifier classifier = context.classifier(transformer, '+', '-');
        double[] scores = context.rest(transformer).scores(plus);
        Callable<Void> writer = () -> {
            for (int i = 0; i < ROUNDS; i++) {
                context.addAll(pair, labels);
                context.merge(one);
            }
            return null;
        };
        Callable<Void> reader = () -> {
            InContextClassifier now = context.classifier(transformer, '+', '-');
            assertArrayEquals(classifier.weights(), now.weights());
            assertEquals(classifier.intercept(), now.intercept());
            assertArrayEquals(classifier.preprocessing().mean(), context.preprocessing('+', '-').mean());
            assertArrayEquals(scores, context.rest(transformer).scores(plus));
            GramContext<Character> copy = context.copy();
            assertEquals(copy.size('+'), copy.size('-'));
            assertEquals(copy.size(), copy.size('+') + copy.size('-'));
            return null;
        };
        hammer(writer, reader);
        assertEquals(2 + 4 * ROUNDS * THREADS, context.size());
    }

    /** Every thread adds rows of its own and removes them in another order; what was there stays, to the bit. */
    @Test
    void noUpdateOfManyClassesIsLost() throws Exception {
        GramContext<Integer> context = GramContext.of(D, List.of(0, 1));
        float[][] stay = rows(0, 6);
        for (int n = 0; n < stay.length; n++) {
            context.add(stay[n], n % 2);
        }
        GramContext<Integer> alone = context.copy();
        List<Callable<Void>> work = new ArrayList<>();
        for (int thread = 1; thread <= THREADS; thread++) {
            float[][] x = rows(thread, 30);
            work.add(() -> {
                for (int i = 0; i < 10; i++) {
                    for (int n = 0; n < x.length; n++) {
                        context.add(x[n], n % 2);
                    }
                    for (int n = x.length - 1; n >= 0; n--) {
                        context.remove(x[n], n % 2);
                    }
                }
                return null;
            });
        }
        try (ExecutorService threads = Executors.newFixedThreadPool(THREADS)) {
            for (Future<Void> future : threads.invokeAll(work)) {
                future.get();
            }
        }
        for (int n = 0; n < 4; n++) {
            assertEquals(alone.size(), context.size());
            assertArrayEquals(alone.classifier(transformer, 1, 0).weights(),
                    context.classifier(transformer, 1, 0).weights());
            alone.remove(stay[n], n % 2);
            context.remove(stay[n], n % 2);
        }
    }

    /** Contexts merged into each other at the same time do not wait for ever. */
    @Test
    void contextsMergeIntoEachOther() throws Exception {
        float[] x = new float[D];
        Arrays.fill(x, 1);
        for (int round = 0; round < ROUNDS; round++) {
            FadingContext left = transformer.fadingContext();
            FadingContext right = transformer.fadingContext();
            left.add(x, 1);
            right.add(x, 1);
            GramContext<Integer> top = GramContext.of(D, List.of(0, 1));
            GramContext<Integer> bottom = top.copy();
            top.add(x, 0);
            bottom.add(x, 1);
            List<Callable<Void>> work = List.of(() -> merge(left, right, top, bottom),
                    () -> merge(right, left, bottom, top));
            try (ExecutorService threads = Executors.newFixedThreadPool(2)) {
                for (Future<Void> future : threads.invokeAll(work)) {
                    future.get();
                }
            }
            assertEquals(left.size() * (D + 1), left.state()[0]);
            assertEquals(top.size(), top.size(0) + top.size(1));
        }
    }

    private static Void merge(FadingContext into, FadingContext from, GramContext<Integer> intoMany,
            GramContext<Integer> fromMany) {
        for (int i = 0; i < 8; i++) {
            into.merge(from);
            intoMany.merge(fromMany);
        }
        return null;
    }

    private static void hammer(Callable<Void> writer, Callable<Void> reader) throws Exception {
        AtomicBoolean done = new AtomicBoolean();
        Callable<Void> reading = () -> {
            do {
                reader.call();
            } while (!done.get());
            return null;
        };
        try (ExecutorService threads = Executors.newFixedThreadPool(2 * THREADS)) {
            List<Future<Void>> writers = new ArrayList<>();
            List<Future<Void>> readers = new ArrayList<>();
            for (int thread = 0; thread < THREADS; thread++) {
                writers.add(threads.submit(writer));
                readers.add(threads.submit(reading));
            }
            try {
                for (Future<Void> future : writers) {
                    future.get();
                }
            } finally {
                done.set(true);
            }
            for (Future<Void> future : readers) {
                future.get();
            }
        }
    }

    private static float[][] rows(long seed, int count) {
        Random random = new Random(seed);
        float[][] x = InContextClassifierPropertyTest.reals(random, count, D);
        for (float[] row : x) {
            row[random.nextInt(D)] *= Math.scalb(1f, random.nextInt(-140, 40));
        }
        return x;
    }
}
