package dev.holdfast.verify.kernel;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.holdfast.kernel.LinearAttention;
import dev.holdfast.kernel.Workers;
import dev.holdfast.verify.kernel.Matrix.Entries;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Work shared by threads: every piece once, the same bits for any number of them, and no executor that blocks it. */
class WorkersTest {
    /** More floats than one thread takes alone, and neither blocks nor pieces that come out even. */
    private static final int[][] SHAPES = {{100, 5777}, {19, 28_003}, {784, 700}};

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 16})
    void aContextStateHasTheBitsOfOneThread(int count) {
        Random random = new Random(count);
        try (ExecutorService executor = Executors.newFixedThreadPool(count)) {
            Workers workers = Workers.of(executor, count);
            for (int[] shape : SHAPES) {
                int d = shape[0];
                int rows = shape[1];
                Matrix x = Matrix.draw(random, Entries.NORMAL, rows, d);
                float[] y = Matrix.labels(random, rows);
                float[] p = Matrix.vector(random, Entries.NORMAL, d + 1);
                double[] expected = new double[d + 1];
                Arrays.fill(expected, 0.1);
                double[] actual = expected.clone();
                LinearAttention.accumulate(x.array(), x.offset(), x.stride(), rows, d, y, 0, p, expected,
                        new float[LinearAttention.contextWorkLength(d)]);
                LinearAttention.accumulate(x.array(), x.offset(), x.stride(), rows, d, y, 0, p, actual,
                        new float[LinearAttention.contextSumsLength(rows, d)],
                        new float[count][LinearAttention.contextWorkLength(d)], workers);
                assertArrayEquals(expected, actual, "d = " + d);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 16})
    void everyPieceRunsOnceAndNoTwoThreadsAreTheSameWorker(int count) {
        AtomicIntegerArray runs = new AtomicIntegerArray(1000);
        AtomicIntegerArray busy = new AtomicIntegerArray(count);
        Workers.of(ForkJoinPool.commonPool(), count).forEach(1000, (worker, piece) -> {
            assertEquals(1, busy.incrementAndGet(worker));
            runs.incrementAndGet(piece);
            busy.decrementAndGet(worker);
        });
        for (int piece = 0; piece < 1000; piece++) {
            assertEquals(1, runs.get(piece), "piece " + piece);
        }
    }

    @Test
    void noPiecesAreNoWork() {
        Workers.common().forEach(0, (worker, piece) -> {
            throw new AssertionError();
        });
        assertTrue(Workers.common().count() >= 1);
        assertEquals(1, Workers.one().count());
    }

    /** The only thread of the pool waits for the caller, so that its task never starts. */
    @Test
    void aBusyExecutorLeavesTheWorkToTheCaller() {
        CountDownLatch done = new CountDownLatch(1);
        try (ExecutorService executor = Executors.newFixedThreadPool(1)) {
            executor.execute(() -> await(done));
            AtomicIntegerArray runs = new AtomicIntegerArray(50);
            Workers.of(executor, 4).forEach(50, (worker, piece) -> runs.incrementAndGet(piece));
            for (int piece = 0; piece < 50; piece++) {
                assertEquals(1, runs.get(piece));
            }
            done.countDown();
        }
    }

    @Test
    void anExecutorMayRunItsTasksInTheCallersThreadOrRefuseThem() {
        Executor refusing = task -> {
            throw new RejectedExecutionException();
        };
        for (Executor executor : new Executor[] {Runnable::run, refusing}) {
            AtomicIntegerArray runs = new AtomicIntegerArray(20);
            Workers.of(executor, 3).forEach(20, (worker, piece) -> runs.incrementAndGet(piece));
            for (int piece = 0; piece < 20; piece++) {
                assertEquals(1, runs.get(piece));
            }
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 8})
    void whatAPieceThrowsIsThrownWhenAllHaveEnded(int count) {
        IllegalStateException thrown = new IllegalStateException("piece 3");
        AtomicIntegerArray busy = new AtomicIntegerArray(1);
        IllegalStateException caught = assertThrows(IllegalStateException.class,
                () -> Workers.of(ForkJoinPool.commonPool(), count).forEach(100, (worker, piece) -> {
                    busy.incrementAndGet(0);
                    try {
                        if (piece == 3) {
                            throw thrown;
                        }
                    } finally {
                        busy.decrementAndGet(0);
                    }
                }));
        assertSame(thrown, caught);
        assertEquals(0, busy.get(0));
    }

    /** A checked exception, which no piece can declare, reaches the caller like any other. */
    @ParameterizedTest
    @ValueSource(ints = {1, 2, 8})
    void whateverAPieceThrowsReachesTheCaller(int count) {
        for (Throwable thrown : List.of(new IOException("piece 3"), new Throwable(), new StackOverflowError())) {
            assertSame(thrown, assertThrows(Throwable.class,
                    () -> Workers.of(ForkJoinPool.commonPool(), count).forEach(100, (worker, piece) -> {
                        if (piece == 3) {
                            WorkersTest.<RuntimeException>sneak(thrown);
                        }
                    })));
        }
    }

    @SuppressWarnings("unchecked")
    private static <T extends Throwable> void sneak(Throwable thrown) throws T {
        throw (T) thrown;
    }

    /** It starts one thread and then fails, and that thread is in the middle of a piece. */
    @Test
    void piecesHaveEndedWhenAnExecutorFails() {
        AtomicIntegerArray begunAndEnded = new AtomicIntegerArray(2);
        CountDownLatch begun = new CountDownLatch(1);
        OutOfMemoryError failed = new OutOfMemoryError("unable to create native thread");
        AtomicInteger tasks = new AtomicInteger();
        Executor executor = task -> {
            if (tasks.getAndIncrement() > 0) {
                throw failed;
            }
            new Thread(task).start();
            await(begun);
        };
        assertSame(failed, assertThrows(OutOfMemoryError.class,
                () -> Workers.of(executor, 3).forEach(1000, (worker, piece) -> {
                    begunAndEnded.incrementAndGet(0);
                    begun.countDown();
                    LockSupport.parkNanos(1_000_000);
                    begunAndEnded.incrementAndGet(1);
                })));
        assertEquals(begunAndEnded.get(0), begunAndEnded.get(1));
        assertTrue(begunAndEnded.get(0) < 1000, "pieces that had not begun are left out");
    }

    /** All workers count past the last piece of as many as there can be. */
    @Test
    void thePiecesDoNotOverflow() {
        Set<Integer> pieces = ConcurrentHashMap.newKeySet();
        assertThrows(IllegalStateException.class,
                () -> Workers.of(Runnable::run, 4).forEach(Integer.MAX_VALUE, (worker, piece) -> {
                    pieces.add(piece);
                    throw new IllegalStateException();
                }));
        assertEquals(Set.of(0), pieces);
    }

    @Test
    void badArgumentsAreNamed() {
        assertEquals("count = 0, expected at least 1",
                assertThrows(IllegalArgumentException.class, () -> Workers.of(Runnable::run, 0)).getMessage());
        assertEquals("executor = null, expected an executor",
                assertThrows(IllegalArgumentException.class, () -> Workers.of(null, 1)).getMessage());
        assertEquals("pieces = -1, expected at least 0",
                assertThrows(IllegalArgumentException.class, () -> Workers.one().forEach(-1, (w, p) -> {}))
                        .getMessage());
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
