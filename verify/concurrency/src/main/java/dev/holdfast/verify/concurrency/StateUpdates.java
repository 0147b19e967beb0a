package dev.holdfast.verify.concurrency;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import dev.holdfast.model.State;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.infra.results.LLL_Result;
import org.openjdk.jcstress.infra.results.LL_Result;

/**
 * Two threads change one state, and each looks at it after its own change: all that was seen, and what is there at the end,
 * is what one order of the two changes leaves. A letter is a row, see {@link Contents}.
 */
public class StateUpdates {
    private StateUpdates() {}

    /** Neither row is lost, and each thread sees its own. */
    @JCStressTest
    @Outcome(id = {"A, AB, AB", "AB, B, AB", "AB, AB, AB"}, expect = ACCEPTABLE, desc = "one after the other")
    @Outcome(expect = FORBIDDEN, desc = "a row was lost, or half of one was there")
    @org.openjdk.jcstress.annotations.State
    public static class AddBesideAdd {
        private final Contents kind = Contents.next();
        private final State<Character> state = kind.times(0, 0);

        @Actor
        public void addA(LLL_Result r) {
            Contents.addA(state);
            r.r1 = kind.of(state.copy());
        }

        @Actor
        public void addB(LLL_Result r) {
            Contents.addB(state);
            r.r2 = kind.of(state.copy());
        }

        @Arbiter
        public void end(LLL_Result r) {
            r.r3 = kind.of(state);
        }
    }

    @JCStressTest
    @Outcome(id = {"-, B, B", "B, AB, B", "B, B, B"}, expect = ACCEPTABLE, desc = "one after the other")
    @Outcome(expect = FORBIDDEN, desc = "a row was lost, came back, or half of one was there")
    @org.openjdk.jcstress.annotations.State
    public static class RemoveBesideAdd {
        private final Contents kind = Contents.nextExact();
        private final State<Character> state = kind.times(1, 0);

        @Actor
        public void removeA(LLL_Result r) {
            Contents.removeA(state);
            r.r1 = kind.of(state.copy());
        }

        @Actor
        public void addB(LLL_Result r) {
            Contents.addB(state);
            r.r2 = kind.of(state.copy());
        }

        @Arbiter
        public void end(LLL_Result r) {
            r.r3 = kind.of(state);
        }
    }

    /** A row that comes after has its full weight, one that comes before has half of it. */
    @JCStressTest
    @Outcome(id = {"a, aB, aB", "aB, aB, aB"}, expect = ACCEPTABLE, desc = "first fading, then a row")
    @Outcome(id = {"ab, AB, ab", "ab, ab, ab"}, expect = ACCEPTABLE, desc = "first a row, then fading")
    @Outcome(expect = FORBIDDEN, desc = "a row was lost, or faded in part")
    @org.openjdk.jcstress.annotations.State
    public static class FadeBesideAdd {
        private final Contents kind = Contents.nextFast();
        private final State<Character> state = kind.times(1, 0);

        @Actor
        public void fade(LLL_Result r) {
            state.fade(0.5);
            r.r1 = kind.of(state.copy());
        }

        @Actor
        public void addB(LLL_Result r) {
            Contents.addB(state);
            r.r2 = kind.of(state.copy());
        }

        @Arbiter
        public void end(LLL_Result r) {
            r.r3 = kind.of(state);
        }
    }

    /**
     * Two states merge into each other. None waits for ever, or this test would not end; a merge reads one state at one
     * moment and changes the other at a later one, so both may have read before either was changed.
     */
    @JCStressTest
    @Outcome(id = {"AB, ABB", "AAB, AB"}, expect = ACCEPTABLE, desc = "one after the other")
    @Outcome(id = "AB, AB", expect = ACCEPTABLE, desc = "both have read before either was changed")
    @Outcome(expect = FORBIDDEN, desc = "a row was lost, or half of one was there")
    @org.openjdk.jcstress.annotations.State
    public static class MergeBothWays {
        private final Contents kind = Contents.next();
        private final State<Character> left = kind.times(1, 0);
        private final State<Character> right = kind.times(0, 1);

        @Actor
        public void left() {
            left.merge(right);
        }

        @Actor
        public void right() {
            right.merge(left);
        }

        @Arbiter
        public void end(LL_Result r) {
            r.r1 = kind.of(left);
            r.r2 = kind.of(right);
        }
    }

    /** A state that is merged into itself while a row comes. */
    @JCStressTest
    @Outcome(id = {"AA, AAB", "AAB, AAB", "AABB, AABB"}, expect = ACCEPTABLE, desc = "one after the other")
    @Outcome(expect = FORBIDDEN, desc = "a row was lost, or half of one was there")
    @org.openjdk.jcstress.annotations.State
    public static class MergeItselfBesideAdd {
        private final Contents kind = Contents.next();
        private final State<Character> state = kind.times(1, 0);

        @Actor
        public void merge(LL_Result r) {
            state.merge(state);
            r.r1 = kind.of(state.copy());
        }

        @Actor
        public void addB() {
            Contents.addB(state);
        }

        @Arbiter
        public void end(LL_Result r) {
            r.r2 = kind.of(state);
        }
    }
}
