package dev.holdfast.verify.concurrency;

import dev.holdfast.model.Learner;
import dev.holdfast.model.LinearTransformer;
import dev.holdfast.model.RobustBayes;
import dev.holdfast.model.Rows;
import dev.holdfast.model.State;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * States of all kinds that hold two rows alone, A of one class and B of the other, any number of times: the hash of all that
 * such a state keeps tells how often, whatever the order, and a state that is torn has another. Nothing is rounded.
 */
enum Contents {
    FAST_ATTENTION,
    FAST_VARIANCES,
    FAST_MOMENTS,
    EXACT_ATTENTION,
    EXACT_VARIANCES,
    EXACT_MOMENTS;

    private static final float[] A = {1, 3};
    private static final float[] B = {2, -1};
    private static final Rows PAIR = Rows.copyOf(A, B);
    private static final List<Character> LABELS = List.of('A', 'B');
    private static final LinearTransformer TRANSFORMER = LinearTransformer.adversarial(2);
    private static final AtomicInteger MADE = new AtomicInteger();
    private static final int MOST = 4;

    /** What a state of each hash holds, in letters: {@code -} for nothing, a small one for half a row. */
    private final Map<String, String> names = new HashMap<>();

    static {
        // not in the constructor, which runs before there are rows
        for (Contents kind : Contents.values()) {
            kind.nameAll();
        }
    }

    private void nameAll() {
        for (int a = 0; a <= MOST; a++) {
            for (int b = 0; b <= MOST; b++) {
                names.put(times(a, b).hash(), "A".repeat(a) + "B".repeat(b) + (a + b == 0 ? "-" : ""));
            }
        }
        if (!isExact()) {
            State<Character> half = times(1, 0);
            half.fade(0.5);
            names.put(half.hash(), "a");
            addB(half);
            names.put(half.hash(), "aB");
            half = times(1, 1);
            half.fade(0.5);
            names.put(half.hash(), "ab");
        }
    }

    /** One kind after the other. */
    static Contents next() {
        return of(Contents.values());
    }

    /** One exact kind after the other. */
    static Contents nextExact() {
        return of(EXACT_ATTENTION, EXACT_VARIANCES, EXACT_MOMENTS);
    }

    /** One fast kind after the other. */
    static Contents nextFast() {
        return of(FAST_ATTENTION, FAST_VARIANCES, FAST_MOMENTS);
    }

    private static Contents of(Contents... kinds) {
        return kinds[Math.floorMod(MADE.getAndIncrement(), kinds.length)];
    }

    private boolean isExact() {
        return ordinal() >= EXACT_ATTENTION.ordinal();
    }

    private State<Character> empty() {
        State<Character> fast = switch (this) {
            case FAST_ATTENTION, EXACT_ATTENTION -> State.attention(TRANSFORMER, LABELS);
            case FAST_VARIANCES, EXACT_VARIANCES -> State.variances(2, LABELS);
            case FAST_MOMENTS, EXACT_MOMENTS -> State.moments(2, LABELS);
        };
        return isExact() ? fast.exact() : fast;
    }

    /** A state with so many rows A and B. */
    State<Character> times(int a, int b) {
        State<Character> state = empty();
        for (int n = 0; n < a; n++) {
            addA(state);
        }
        for (int n = 0; n < b; n++) {
            addB(state);
        }
        return state;
    }

    static void addA(State<Character> state) {
        state.add(A, 'A');
    }

    static void removeA(State<Character> state) {
        state.remove(A, 'A');
    }

    static void addB(State<Character> state) {
        state.add(B, 'B');
    }

    /** Both in one call, so that one is never there without the other. */
    static void addBoth(State<Character> state) {
        state.addAll(PAIR, LABELS);
    }

    /** What a state holds that nobody changes. */
    String of(State<Character> state) {
        return ofHash(state.hash());
    }

    String ofHash(String hash) {
        return names.getOrDefault(hash, "torn " + this + " " + hash);
    }

    /** What a file of a state holds. */
    String ofFile(byte[] file) {
        try {
            boolean isAttention = this == FAST_ATTENTION || this == EXACT_ATTENTION;
            State<Character> state = isAttention
                    ? State.load(ByteBuffer.wrap(file), name -> name.charAt(0), TRANSFORMER)
                    : State.load(ByteBuffer.wrap(file), name -> name.charAt(0));
            return of(state);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Whether every learner learns from A and B, once or in equal numbers, what it learns from each once. */
    String learnt(State<Character> state) {
        List<String> wrong = new ArrayList<>();
        for (Learner learner : learners()) {
            float[] right = learner.learn(times(1, 1)).weights();
            float[] now = learner.learn(state).weights();
            if (!Arrays.equals(right, now)) {
                wrong.add(this + ": " + learner.name() + " " + Arrays.toString(now));
            }
        }
        return wrong.isEmpty() ? "right" : wrong.toString();
    }

    /** Rows of a class are all alike: what they vary by is the ridge. */
    private List<Learner> learners() {
        Learner bayes = RobustBayes.linf(0.25).diagonal().ridge(1);
        return switch (this) {
            case FAST_ATTENTION, EXACT_ATTENTION -> List.of(TRANSFORMER);
            case FAST_VARIANCES, EXACT_VARIANCES -> List.of(bayes);
            case FAST_MOMENTS, EXACT_MOMENTS -> List.of(TRANSFORMER.aligned(), bayes, RobustBayes.linf(0.25).ridge(1));
        };
    }
}
