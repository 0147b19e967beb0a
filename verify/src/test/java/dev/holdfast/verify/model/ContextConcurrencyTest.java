package dev.holdfast.verify.model;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.holdfast.model.Context;
import dev.holdfast.model.LinearTransformer;
import dev.holdfast.model.Rows;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** One context in the hands of several threads: readers see whole states, and no update is lost. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class ContextConcurrencyTest {
    private static final int D = 100;
    private static final int THREADS = 4;
    private static final int ROUNDS = 500;

    private final LinearTransformer transformer = LinearTransformer.adversarial(D);

    /** All demonstrations are the same one, so that a/N has one value: any other is of a torn state. */
    @Test
    void everySnapshotIsOfOneMoment() throws Exception {
        float[] x = new float[D];
        Arrays.fill(x, 3);
        Context context = transformer.context();
        context.add(x, 1);
        Context one = context.copy();
        float[] w = context.classifier().weights();
        Rows pair = Rows.copyOf(x, x);
        AtomicBoolean done = new AtomicBoolean();
        Callable<Void> writer = () -> {
            for (int i = 0; i < ROUNDS; i++) {
                context.add(x, 1);
                context.addAll(pair, new int[] {1, 1});
                context.remove(x, 1);
                context.merge(one);
                for (int more = 0; more < 3; more++) {
                    context.remove(x, 1);
                }
            }
            return null;
        };
        Callable<Integer> reader = () -> {
            int read = 0;
            for (; !done.get() || read == 0; read++) {
                assertArrayEquals(w, context.classifier().weights());
                Context copy = context.copy();
                assertEquals(copy.size() * (D * 3.0 + 1), copy.state()[D]);
            }
            return read;
        };
        try (ExecutorService threads = Executors.newFixedThreadPool(2 * THREADS)) {
            List<Future<?>> writers = submit(threads, writer);
            List<Future<?>> readers = submit(threads, reader);
            join(writers);
            done.set(true);
            join(readers);
        }
    }

    /** Every thread adds rows of its own and removes them in another order; what was there stays, to the bit. */
    @Test
    void noUpdateIsLost() throws Exception {
        Context context = transformer.context();
        float[] stays = rows(0, 1)[0];
        context.add(stays, -1);
        double[] a = context.state();
        List<Callable<Void>> work = new ArrayList<>();
        for (int thread = 1; thread <= THREADS; thread++) {
            float[][] x = rows(thread, 50);
            work.add(() -> {
                for (int i = 0; i < ROUNDS / 10; i++) {
                    for (float[] row : x) {
                        context.add(row, 1);
                    }
                    for (int n = x.length - 1; n >= 0; n--) {
                        context.remove(x[n], 1);
                    }
                }
                return null;
            });
        }
        try (ExecutorService threads = Executors.newFixedThreadPool(THREADS)) {
            join(work.stream().<Future<?>>map(threads::submit).toList());
        }
        assertEquals(1, context.size());
        assertArrayEquals(a, context.state());
        context.remove(stays, -1);
        assertArrayEquals(new double[D + 1], context.state());
    }

    /** Two contexts merged into each other at the same time neither wait for ever nor lose their sums. */
    @Test
    void contextsMergeIntoEachOther() throws Exception {
        float[] x = new float[D];
        Arrays.fill(x, 1);
        for (int round = 0; round < ROUNDS; round++) {
            Context left = transformer.context();
            Context right = transformer.context();
            left.add(x, 1);
            right.add(x, 1);
            try (ExecutorService threads = Executors.newFixedThreadPool(2)) {
                join(List.of(
                        threads.submit(() -> mergeOften(left, right)), threads.submit(() -> mergeOften(right, left))));
            }
            for (Context context : new Context[] {left, right}) {
                assertEquals(context.size() * (D + 1.0), context.state()[0]);
            }
        }
    }

    private static Void mergeOften(Context into, Context from) {
        for (int i = 0; i < 10; i++) {
            into.merge(from);
        }
        return null;
    }

    private static float[][] rows(long seed, int count) {
        Random random = new Random(seed);
        float[][] x = InContextClassifierPropertyTest.reals(random, count, D);
        for (float[] row : x) {
            row[random.nextInt(D)] *= Math.scalb(1f, random.nextInt(-140, 60));
        }
        return x;
    }

    private static List<Future<?>> submit(ExecutorService threads, Callable<?> task) {
        List<Future<?>> futures = new ArrayList<>();
        for (int i = 0; i < THREADS; i++) {
            futures.add(threads.submit(task));
        }
        return futures;
    }

    private static void join(List<Future<?>> futures) throws ExecutionException, InterruptedException {
        for (Future<?> future : futures) {
            future.get();
        }
    }
}
