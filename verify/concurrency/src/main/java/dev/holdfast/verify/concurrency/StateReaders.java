package dev.holdfast.verify.concurrency;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import dev.holdfast.model.State;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.infra.results.DDD_Result;
import org.openjdk.jcstress.infra.results.LLL_Result;
import org.openjdk.jcstress.infra.results.LL_Result;

/**
 * One thread adds A and B in one call while another reads: it finds both or neither, and its reading leaves no trace. A letter
 * is a row, see {@link Contents}.
 */
public class StateReaders {
    private StateReaders() {}

    @JCStressTest
    @Outcome(id = {"-, -, AB", "-, AB, AB", "AB, AB, AB"}, expect = ACCEPTABLE, desc = "before or after")
    @Outcome(expect = FORBIDDEN, desc = "in the middle, or back in time")
    @org.openjdk.jcstress.annotations.State
    public static class CopyBesideAdd {
        private final Contents kind = Contents.next();
        private final State<Character> state = kind.times(0, 0);

        @Actor
        public void add() {
            Contents.addBoth(state);
        }

        @Actor
        public void copy(LLL_Result r) {
            r.r1 = kind.of(state.copy());
            r.r2 = kind.of(state.copy());
        }

        @Arbiter
        public void end(LLL_Result r) {
            r.r3 = kind.of(state);
        }
    }

    @JCStressTest
    @Outcome(id = {"0.0, 0.0, 2.0", "0.0, 2.0, 2.0", "2.0, 2.0, 2.0"}, expect = ACCEPTABLE, desc = "before or after")
    @Outcome(expect = FORBIDDEN, desc = "in the middle, torn, or back in time")
    @org.openjdk.jcstress.annotations.State
    public static class SizeBesideAdd {
        private final State<Character> state = Contents.next().times(0, 0);

        @Actor
        public void add() {
            Contents.addBoth(state);
        }

        @Actor
        public void size(DDD_Result r) {
            r.r1 = state.size();
            r.r2 = state.size();
        }

        @Arbiter
        public void end(DDD_Result r) {
            r.r3 = state.size();
        }
    }

    @JCStressTest
    @Outcome(id = {"-, AB", "AB, AB"}, expect = ACCEPTABLE, desc = "before or after")
    @Outcome(expect = FORBIDDEN, desc = "in the middle")
    @org.openjdk.jcstress.annotations.State
    public static class HashBesideAdd {
        private final Contents kind = Contents.next();
        private final State<Character> state = kind.times(0, 0);

        @Actor
        public void add() {
            Contents.addBoth(state);
        }

        @Actor
        public void hash(LL_Result r) {
            r.r1 = kind.ofHash(state.hash());
        }

        @Arbiter
        public void end(LL_Result r) {
            r.r2 = kind.of(state);
        }
    }

    /** Saving joins what waits. */
    @JCStressTest
    @Outcome(id = {"-, AB", "AB, AB"}, expect = ACCEPTABLE, desc = "before or after")
    @Outcome(expect = FORBIDDEN, desc = "in the middle, or a row that waited was lost or came twice")
    @org.openjdk.jcstress.annotations.State
    public static class SaveBesideAdd {
        private final Contents kind = Contents.next();
        private final State<Character> state = kind.times(0, 0);

        @Actor
        public void add() {
            Contents.addBoth(state);
        }

        @Actor
        public void save(LL_Result r) {
            r.r1 = kind.ofFile(state.toBytes(String::valueOf));
        }

        @Arbiter
        public void end(LL_Result r) {
            r.r2 = kind.of(state);
        }
    }

    /** From A and B in equal numbers every learner learns the same. */
    @JCStressTest
    @Outcome(id = "right, AABB", expect = ACCEPTABLE, desc = "before or after")
    @Outcome(expect = FORBIDDEN, desc = "learnt from the middle")
    @org.openjdk.jcstress.annotations.State
    public static class LearnBesideAdd {
        private final Contents kind = Contents.next();
        private final State<Character> state = kind.times(1, 1);

        @Actor
        public void add() {
            Contents.addBoth(state);
        }

        @Actor
        public void learn(LL_Result r) {
            r.r1 = kind.learnt(state);
        }

        @Arbiter
        public void end(LL_Result r) {
            r.r2 = kind.of(state);
        }
    }
}
