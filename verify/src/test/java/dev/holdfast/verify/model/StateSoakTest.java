package dev.holdfast.verify.model;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.holdfast.model.Classifier;
import dev.holdfast.model.LinearTransformer;
import dev.holdfast.model.RobustBayes;
import dev.holdfast.model.Rows;
import dev.holdfast.model.State;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/**
 * Four writers send rows through one window, one context and a fast state each while four readers learn, and at the end every
 * state has the bits of a single thread that went through the same rows. It takes a second, or as many minutes as
 * {@code -Dholdfast.soak.minutes} says, with 10⁸ rows an hour; then it also holds memory flat and says what it measured.
 */
class StateSoakTest {
    static {
        // what tests alone read is no part of the module
        StateSoakTest.class.getModule().addReads(ModuleLayer.boot().findModule("java.management").orElseThrow());
    }

    private static final int D = 20;
    private static final int WRITERS = 4;
    private static final int READERS = 4;
    /** Rows of a writer that stay in the window. */
    private static final int WINDOW = 1000;
    /** Rows that a writer makes at a time. */
    private static final int BLOCK = 64;

    private static final double ROWS_A_MINUTE = 1e8 / 60;
    private static final double MINUTES = Double.parseDouble(System.getProperty("holdfast.soak.minutes", "0"));
    /** Those of a short run make each writer's window go round several times. */
    private static final long BLOCKS = MINUTES == 0
            ? 6 * WINDOW / BLOCK
            : (long) Math.ceil(MINUTES * ROWS_A_MINUTE / WRITERS / BLOCK);
    private static final int SAMPLES = 20;
    /** No object is smaller. */
    private static final int LEAST_OBJECT = 16;

    private static final List<Character> CLASSES = List.of('+', '-');

    /** p is the first feature's, which is 1 in every row: a is the sum of all z, and starts with how many there are. */
    private static final LinearTransformer COUNTING = counting();

    private static LinearTransformer counting() {
        float[] p = new float[D + 1];
        p[0] = 1;
        float[] delta = new float[D];
        Arrays.fill(delta, 1);
        return LinearTransformer.structured(p, delta, 0, new float[D]);
    }

    /** What all writers share: a window of moments, and an exact state of one p that only grows. */
    private record Shared(State<Character> window, State<Character> context) {
        static Shared empty() {
            return new Shared(State.moments(D, CLASSES).exact(), State.attention(COUNTING, CLASSES).exact());
        }
    }

    /** One writer's rows, which its number alone decides, on their way through the states. */
    private static final class Writer {
        private final Shared shared;
        /** This writer's alone, so that even a fast state has the bits of the rows. */
        private final State<Character> fading = State.moments(D, CLASSES);

        private final Random random;
        private final float[][] kept = new float[WINDOW][D];
        private final List<Character> labels = new ArrayList<>(Collections.nCopies(WINDOW, '+'));
        private int next;
        private long rows;

        Writer(int number, Shared shared) {
            this.shared = shared;
            this.random = new Random(number);
        }

        /** A block of rows: into every state, and out of the window as many of the oldest. */
        void block(long number) {
            float[] features = new float[BLOCK * D];
            List<Character> y = new ArrayList<>(BLOCK);
            for (int n = 0; n < BLOCK; n++) {
                y.add(row(features, n * D));
            }
            Rows x = Rows.view(features, D);
            if (number % 2 == 0) {
                shared.context.addAll(x, y);
            } else {
                State<Character> part = State.attention(COUNTING, CLASSES).exact();
                part.addAll(x, y);
                shared.context.merge(part);
            }
            fading.addAll(x, y);
            if (number % 16 == 0) {
                fading.fade(0.5);
            }
            for (int n = 0; n < BLOCK; n++) {
                slide(features, n * D, y.get(n));
            }
        }

        private char row(float[] x, int o) {
            char label = random.nextBoolean() ? '+' : '-';
            x[o] = 1;
            for (int j = 1; j < D; j++) {
                x[o + j] = random.nextFloat() - (label == '+' ? 0.25f : 0.75f);
            }
            // sums of rows of so unlike sizes are exact only where nothing is rounded
            x[o + 1 + random.nextInt(D - 1)] *= Math.scalb(1f, random.nextInt(-60, 30));
            return label;
        }

        private void slide(float[] x, int o, char label) {
            float[] row = new float[D];
            System.arraycopy(x, o, row, 0, D);
            shared.window.add(row, label);
            if (rows >= WINDOW) {
                shared.window.remove(kept[next], labels.get(next));
            }
            kept[next] = row;
            labels.set(next, label);
            next = (next + 1) % WINDOW;
            rows++;
        }

        /** The rows that are in the window now. */
        void addKept(State<Character> to) {
            for (int n = 0; n < Math.min(rows, WINDOW); n++) {
                to.add(kept[n], labels.get(n));
            }
        }
    }

    @Test
    void theFinalBitsAreThoseOfASingleThread() throws Exception {
        Shared shared = Shared.empty();
        Shared replayed = Shared.empty();
        List<Writer> writers = writers(shared);
        List<Writer> alone = writers(replayed);
        AtomicBoolean done = new AtomicBoolean();
        AtomicLong reads = new AtomicLong();
        AtomicLong blocks = new AtomicLong();
        List<Future<?>> work = new ArrayList<>();
        List<Future<?>> others = new ArrayList<>();
        long start = System.nanoTime();
        try (ExecutorService threads = Executors.newCachedThreadPool()) {
            for (Writer writer : writers) {
                work.add(threads.submit(() -> write(writer, start, blocks)));
            }
            for (int reader = 0; reader < READERS; reader++) {
                int number = reader;
                others.add(threads.submit(() -> read(shared, writers, number, reads, done)));
            }
            // on states of its own
            others.add(threads.submit(() -> alone.forEach(StateSoakTest::replay)));
            others.add(threads.submit(() -> watch(start, blocks, reads, done)));
            try {
                for (Future<?> each : work) {
                    each.get();
                }
            } finally {
                done.set(true);
            }
            for (Future<?> each : others) {
                each.get();
            }
        }
        assertTrue(reads.get() >= READERS, reads + " reads");
        assertEquals((double) WRITERS * BLOCKS * BLOCK, shared.context.size());
        assertSame(replayed.context, shared.context);
        assertSame(replayed.window, shared.window);
        for (int k = 0; k < WRITERS; k++) {
            assertSame(alone.get(k).fading, writers.get(k).fading);
        }
        State<Character> last = State.moments(D, CLASSES).exact();
        writers.forEach(writer -> writer.addKept(last));
        assertEquals(WRITERS * WINDOW, last.size());
        assertEquals(last.hash(), shared.window.hash());
    }

    private static List<Writer> writers(Shared shared) {
        List<Writer> writers = new ArrayList<>();
        for (int k = 0; k < WRITERS; k++) {
            writers.add(new Writer(k, shared));
        }
        return writers;
    }

    /** To the bit, down to the file. */
    private static void assertSame(State<Character> expected, State<Character> state) {
        assertEquals(expected.hash(), state.hash());
        assertArrayEquals(expected.toBytes(String::valueOf), state.toBytes(String::valueOf));
    }

    private static void replay(Writer writer) {
        for (long block = 0; block < BLOCKS; block++) {
            writer.block(block);
        }
    }

    /** All blocks, evenly over the minutes. */
    private static Void write(Writer writer, long start, AtomicLong blocks) throws InterruptedException {
        double nanosABlock = MINUTES * 6e10 / BLOCKS;
        for (long block = 0; block < BLOCKS; block++) {
            writer.block(block);
            blocks.incrementAndGet();
            double early = start + (block + 1) * nanosABlock - System.nanoTime();
            if (early > 1e7) {
                Thread.sleep((long) (early / 1e6));
            }
        }
        return null;
    }

    private static Void read(Shared shared, List<Writer> writers, int number, AtomicLong reads, AtomicBoolean done)
            throws Exception {
        Random random = new Random(-1 - number);
        do {
            State<Character> context = shared.context.copy();
            // counted by the rows and by their first feature
            assertEquals(context.size(), context.attention()[0]);
            State<Character> window = shared.window.copy();
            assertEquals(window.size(), window.size('+') + window.size('-'));
            // a writer adds a row before it takes one
            assertTrue(window.size() <= WRITERS * (WINDOW + 1), "size = " + window.size());
            if (window.size('+') > 0 && window.size('-') > 0) {
                assertEquals(1, window.alignment('+', '-').mean()[0]);
                float[] query = new float[D];
                query[random.nextInt(D)] = 1;
                Classifier classifier = RobustBayes.linf(0.01).ridge(1).learn(shared.window);
                // the first feature never varies, so it tells nothing
                assertEquals(0, classifier.weights()[0]);
                assertTrue(Double.isFinite(classifier.score(query)));
            }
            byte[] saved = shared.window.toBytes(String::valueOf);
            State<Character> loaded = State.load(ByteBuffer.wrap(saved), name -> name.charAt(0));
            assertEquals(loaded.hash(), loaded.copy().hash());
            State<Character> fading = writers.get(random.nextInt(WRITERS)).fading.copy();
            if (fading.size('+') > 0 && fading.size('-') > 0) {
                assertEquals(1, fading.alignment('+', '-').mean()[0]);
            }
            reads.incrementAndGet();
            Thread.sleep(2);
        } while (!done.get());
        return null;
    }

    /** Of a long run: what is left after a collection of all garbage, from a quarter of the rows on, is the same but for noise. */
    private static Void watch(long start, AtomicLong blocks, AtomicLong reads, AtomicBoolean done) throws Exception {
        if (MINUTES == 0) {
            return null;
        }
        long all = WRITERS * BLOCKS;
        List<Long> heap = new ArrayList<>();
        long quarter = 0;
        for (int sample = 1; sample <= SAMPLES; sample++) {
            while (blocks.get() < all * sample / SAMPLES && !done.get()) {
                Thread.sleep(50);
            }
            heap.add(left());
            quarter = heap.get(Math.min(heap.size(), SAMPLES / 4) - 1);
            System.out.printf(Locale.ROOT, "soak: %.1f min, %d rows, %d reads, heap after collection %.2f MB, resident %s%n",
                    (System.nanoTime() - start) / 6e10, blocks.get() * BLOCK, reads.get(), heap.getLast() / 1e6, resident());
        }
        long rows = all * BLOCK * 3 / 4;
        long grown = heap.getLast() - quarter;
        System.out.printf(Locale.ROOT, "soak: heap grew by %d bytes in the last %d rows%n", grown, rows);
        if (rows >= 10_000_000) {
            // not even the least object for every thousand rows
            assertTrue(grown < rows / 1000 * LEAST_OBJECT, "the heap grew by " + grown + " bytes");
        }
        return null;
    }

    /** The least of several looks: threads go on meanwhile. */
    private static long left() {
        long least = Long.MAX_VALUE;
        for (int look = 0; look < 10; look++) {
            System.gc();
            least = Math.min(least, ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed());
        }
        return least;
    }

    private static String resident() throws IOException {
        Path status = Path.of("/proc/self/status");
        if (!Files.exists(status)) {
            return "unknown";
        }
        return Files.readAllLines(status).stream()
                .filter(line -> line.startsWith("VmRSS"))
                .map(line -> line.replaceAll("VmRSS:\\s*", ""))
                .findFirst()
                .orElse("unknown");
    }
}
