package dev.holdfast.verify.model;

import static dev.holdfast.verify.model.ClassifierPropertyTest.reals;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.holdfast.model.Alignment;
import dev.holdfast.model.Classifier;
import dev.holdfast.model.Learner;
import dev.holdfast.model.LinearTransformer;
import dev.holdfast.model.MultiClassifier;
import dev.holdfast.model.RobustBayes;
import dev.holdfast.model.Rows;
import dev.holdfast.model.State;
import dev.holdfast.model.Threat;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadInfo;
import java.util.AbstractList;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** One state in the hands of several threads: readers see whole states, and no update is lost. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class StateConcurrencyTest {
    static {
        // what tests alone read is no part of the module
        StateConcurrencyTest.class.getModule().addReads(ModuleLayer.boot().findModule("java.management").orElseThrow());
    }

    private static final int D = 20;
    private static final int THREADS = 4;
    private static final int ROUNDS = 300;
    private static final List<Character> CLASSES = List.of('+', '-');
    private static final List<Character> PAIR = List.of('+', '-');

    private static final LinearTransformer TRANSFORMER = LinearTransformer.adversarial(D);

    private enum Kind {
        ATTENTION,
        VARIANCES,
        MOMENTS;

        State<Character> fast() {
            return switch (this) {
                case ATTENTION -> State.attention(TRANSFORMER, CLASSES);
                case VARIANCES -> State.variances(D, CLASSES);
                case MOMENTS -> State.moments(D, CLASSES);
            };
        }

        /** Rows of a class are all alike: what they vary by is the ridge. */
        List<Learner> learners() {
            Learner bayes = RobustBayes.linf(0.5).diagonal().ridge(1);
            return switch (this) {
                case ATTENTION -> List.of(TRANSFORMER);
                case VARIANCES -> List.of(bayes);
                case MOMENTS -> List.of(TRANSFORMER, TRANSFORMER.aligned(), bayes, RobustBayes.linf(0.5).ridge(1));
            };
        }
    }

    private static float[] row(float value) {
        float[] row = new float[D];
        Arrays.fill(row, value);
        return row;
    }

    /**
     * Rows of two classes come in pairs of one and the other, and no row differs from those of its class: each learner
     * has one classifier to read, and sums that go with the size. Any other is of a torn state.
     */
    @ParameterizedTest
    @EnumSource
    void everyExactSnapshotIsOfOneMoment(Kind kind) throws Exception {
        State<Character> state = kind.fast().exact();
        Rows pair = Rows.copyOf(row(3), row(-1));
        state.addAll(pair, PAIR);
        State<Character> one = state.copy();
        // goes beside the pairs: a state that another thread merges
        State<Character> two = state.copy();
        two.merge(one);
        Callable<Void> writer = () -> {
            for (int i = 0; i < ROUNDS; i++) {
                state.addAll(pair, PAIR);
                state.merge(one);
                state.merge(two);
            }
            return null;
        };
        hammer(writer, reader(kind, state));
        assertEquals(2 + 8 * ROUNDS * THREADS, state.size());
        checkSums(kind, state);
    }

    /** With weights that are powers of two, so that sums stay integers of a common unit: nothing is rounded. */
    @ParameterizedTest
    @EnumSource
    void everyFastSnapshotIsOfOneMoment(Kind kind) throws Exception {
        State<Character> state = kind.fast();
        Rows pair = Rows.copyOf(row(3), row(-1));
        state.addAll(pair, PAIR);
        State<Character> one = state.copy();
        Callable<Void> writer = () -> {
            for (int i = 0; i < ROUNDS; i++) {
                state.addAll(pair, PAIR);
                state.merge(one);
                state.fade(1);
                state.merge(one);
            }
            return null;
        };
        hammer(writer, reader(kind, state));
        assertEquals(2 + 6 * ROUNDS * THREADS, state.size());
        checkSums(kind, state);
        state.fade(0.5);
        checkSums(kind, state);
    }

    private static Callable<Void> reader(Kind kind, State<Character> state) {
        List<Classifier> classifiers =
                kind.learners().stream().map(learner -> learner.learn(state)).toList();
        return () -> {
            for (int k = 0; k < classifiers.size(); k++) {
                Classifier now = kind.learners().get(k).learn(state);
                assertArrayEquals(classifiers.get(k).weights(), now.weights());
                assertEquals(classifiers.get(k).intercept(), now.intercept());
                assertEquals(classifiers.get(k).gaussian(), now.gaussian());
                assertArrayEquals(classifiers.get(k).alignment().mean(), now.alignment().mean());
            }
            if (kind != Kind.ATTENTION) {
                Alignment alignment = state.alignment('+', '-');
                assertArrayEquals(row(1), alignment.mean());
                assertArrayEquals(row(1), alignment.sign());
            }
            checkSums(kind, state.copy());
            return null;
        };
    }

    /** Half of the rows are (3, …, 3; +1), half (−1, …, −1; −1). @param state that nobody changes */
    private static void checkSums(Kind kind, State<Character> state) {
        if (kind == Kind.ATTENTION) {
            double[] sums = new double[D + 1];
            Arrays.fill(sums, state.size() / 2 * (3 * (3 * D + 1) + (D + 1)));
            sums[D] = state.size() / 2 * (3 * D + 1 + D + 1);
            assertArrayEquals(sums, state.attention());
        } else {
            assertEquals(state.size('+'), state.size('-'));
            assertEquals(state.size(), state.size('+') + state.size('-'));
            assertEquals(2, RobustBayes.linf(0).diagonal().limit(state));
        }
    }

    /** Rows come and go one by one, of one class: a and N of one moment belong together. */
    @Test
    void rowsComeAndGo() throws Exception {
        State<Character> state = Kind.ATTENTION.fast().exact();
        float[] x = row(3);
        state.add(x, '+');
        State<Character> one = state.copy();
        float[] w = TRANSFORMER.learn(state).weights();
        Rows pair = Rows.copyOf(x, x);
        Callable<Void> writer = () -> {
            for (int i = 0; i < ROUNDS / 3; i++) {
                state.add(x, '+');
                state.addAll(pair, List.of('+', '+'));
                state.remove(x, '+');
                state.merge(one);
                for (int more = 0; more < 3; more++) {
                    state.remove(x, '+');
                }
            }
            return null;
        };
        hammer(writer, () -> {
            assertArrayEquals(w, TRANSFORMER.learn(state).weights());
            State<Character> copy = state.copy();
            assertEquals(copy.size() * (D * 3.0 + 1), copy.attention()[D]);
            return null;
        });
        assertEquals(1, state.size());
        assertEquals(one.hash(), state.hash());
    }

    /** Every thread adds rows of its own and removes them in another order; what was there stays, to the bit. */
    @ParameterizedTest
    @EnumSource
    void noUpdateIsLost(Kind kind) throws Exception {
        State<Character> state = kind.fast().exact();
        String empty = state.hash();
        float[][] stay = rows(0, 6);
        for (int n = 0; n < stay.length; n++) {
            state.add(stay[n], CLASSES.get(n % 2));
        }
        State<Character> alone = state.copy();
        List<Callable<Void>> work = new ArrayList<>();
        for (int thread = 1; thread <= THREADS; thread++) {
            float[][] x = rows(thread, 30);
            work.add(() -> {
                for (int i = 0; i < 10; i++) {
                    for (int n = 0; n < x.length; n++) {
                        state.add(x[n], CLASSES.get(n % 2));
                    }
                    for (int n = x.length - 1; n >= 0; n--) {
                        state.remove(x[n], CLASSES.get(n % 2));
                    }
                }
                return null;
            });
        }
        run(work);
        for (int n = 0; n < stay.length; n++) {
            assertEquals(alone.size(), state.size());
            assertEquals(alone.hash(), state.hash());
            alone.remove(stay[n], CLASSES.get(n % 2));
            state.remove(stay[n], CLASSES.get(n % 2));
        }
        assertEquals(empty, state.hash());
    }

    /** Two states merged into each other at the same time neither wait for ever nor lose their sums. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void statesMergeIntoEachOther(boolean exact) throws Exception {
        for (int round = 0; round < 100; round++) {
            for (Kind kind : Kind.values()) {
                State<Character> left = exact ? kind.fast().exact() : kind.fast();
                State<Character> right = left.copy();
                Rows pair = Rows.copyOf(row(3), row(-1));
                left.addAll(pair, PAIR);
                right.addAll(pair, PAIR);
                run(List.of(() -> mergeOften(left, right), () -> mergeOften(right, left)));
                for (State<Character> state : List.of(left, right)) {
                    // each merge adds 1 pair or more
                    assertTrue(state.size() >= 2 + 8 * 2, "size = " + state.size());
                    checkSums(kind, state);
                }
            }
        }
    }

    private static Void mergeOften(State<Character> into, State<Character> from) {
        for (int i = 0; i < 8; i++) {
            into.merge(from);
        }
        return null;
    }

    /** Saving settles what waits while rows come: every row is in the sums once. */
    @ParameterizedTest
    @EnumSource
    void hashesAndCopiesAreOfOneMoment(Kind kind) throws Exception {
        State<Character> state = kind.fast();
        Rows pair = Rows.copyOf(row(3), row(-1));
        state.addAll(pair, PAIR);
        Callable<Void> writer = () -> {
            for (int i = 0; i < 30; i++) {
                state.addAll(pair, PAIR);
            }
            return null;
        };
        hammer(writer, () -> {
            State<Character> copy = state.copy();
            assertEquals(copy.hash(), copy.hash());
            States.saved(state);
            checkSums(kind, copy);
            return null;
        });
        assertEquals(2 + 2 * 30 * THREADS, state.size());
        checkSums(kind, state);
    }

    /** What was learnt has no lock: beside writers and readers of a state it enters none that another thread has. */
    @ParameterizedTest
    @EnumSource
    void answersWaitForNobody(Kind kind) throws Exception {
        State<Character> state = kind.fast().exact();
        float[][] x = rows(1, 300);
        List<Character> y = new ArrayList<>();
        for (int n = 0; n < x.length; n++) {
            y.add(CLASSES.get(n % 2));
        }
        Rows block = Rows.copyOf(x);
        state.addAll(block, y);
        Learner learner = kind.learners().getLast();
        Classifier classifier = learner.learn(state);
        MultiClassifier<Character> several = learner.learnRest(state);
        Threat boxed = Threat.linf().inBox(-0x1p60, 0x1p60);
        int[] expected = classifier.predict(block);
        Callable<Void> answers = () -> {
            for (int n = 0; n < x.length; n++) {
                assertEquals(expected[n], classifier.predict(x[n]));
                classifier.radius(x[n], boxed);
                several.predict(x[n]);
            }
            return null;
        };
        // what is loaded and compiled at first may wait
        answers.call();
        AtomicBoolean done = new AtomicBoolean();
        try (ExecutorService threads = Executors.newFixedThreadPool(THREADS)) {
            List<Future<?>> others = new ArrayList<>();
            for (int thread = 0; thread < THREADS; thread++) {
                int number = thread;
                others.add(threads.submit(() -> {
                    while (!done.get()) {
                        if (number % 2 == 0) {
                            state.addAll(block, y);
                        } else {
                            state.copy();
                        }
                    }
                }));
            }
            try {
                double before = state.size();
                long waits = waits();
                for (int round = 0; round < 3; round++) {
                    answers.call();
                }
                assertEquals(waits, waits());
                // the writers are at it
                while (state.size() == before) {
                    Thread.onSpinWait();
                }
            } finally {
                done.set(true);
            }
            for (Future<?> other : others) {
                other.get();
            }
        }
    }

    /** How often this thread has waited for a lock or for another thread. */
    private static long waits() {
        ThreadInfo now = ManagementFactory.getThreadMXBean().getThreadInfo(Thread.currentThread().threadId());
        return now.getBlockedCount() + now.getWaitedCount();
    }

    /** Labels, lists and functions of the caller's, which may take for ever, keep nobody from the state. */
    @ParameterizedTest
    @EnumSource
    void callersCodeHoldsNobodyUp(Kind kind) throws Exception {
        CountDownLatch release = new CountDownLatch(1);
        CyclicBarrier inside = new CyclicBarrier(5);
        Runnable stop = () -> {
            try {
                inside.await();
                release.await();
            } catch (InterruptedException | BrokenBarrierException e) {
                throw new IllegalStateException(e);
            }
        };
        State<Object> state = kind == Kind.ATTENTION
                ? State.<Object>attention(TRANSFORMER, List.of('+', '-')).exact()
                : kind == Kind.VARIANCES
                        ? State.<Object>variances(D, List.of('+', '-')).exact()
                        : State.<Object>moments(D, List.of('+', '-')).exact();
        state.addAll(Rows.copyOf(row(3), row(-1)), List.of('+', '-'));
        Object slow = new Object() {
            @Override
            public boolean equals(Object other) {
                return other.equals('+');
            }

            @Override
            public int hashCode() {
                stop.run();
                return Character.hashCode('+');
            }
        };
        List<Object> slowList = new AbstractList<>() {
            @Override
            public Object get(int n) {
                stop.run();
                return '+';
            }

            @Override
            public int size() {
                return 1;
            }
        };
        try (ExecutorService threads = Executors.newFixedThreadPool(4)) {
            List<Future<?>> stopped = List.of(
                    threads.submit(() -> state.add(row(3), slow)),
                    threads.submit(() -> state.addAll(Rows.copyOf(row(3)), slowList)),
                    threads.submit(() -> state.remove(row(3), slow)),
                    threads.submit(() -> state.toBytes(label -> {
                        if (label.equals('+')) {
                            stop.run();
                        }
                        return label.toString();
                    })));
            try {
                inside.await();
                // all four are within their calls, and this thread is not kept
                state.add(row(3), '+');
                assertEquals(3, state.size());
                assertEquals(state.hash(), state.copy().hash());
                kind.learners().getFirst().learnRest(state);
                state.remove(row(3), '+');
            } finally {
                release.countDown();
            }
            for (Future<?> each : stopped) {
                each.get();
            }
        }
        assertEquals(2 + 1 + 1 - 1, state.size());
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

    private static void run(List<Callable<Void>> work) throws Exception {
        try (ExecutorService threads = Executors.newFixedThreadPool(work.size())) {
            for (Future<Void> future : threads.invokeAll(work)) {
                future.get();
            }
        }
    }

    private static float[][] rows(long seed, int count) {
        Random random = new Random(seed);
        float[][] x = reals(random, count, D);
        for (float[] row : x) {
            row[random.nextInt(D)] *= Math.scalb(1f, random.nextInt(-140, 40));
        }
        return x;
    }
}
