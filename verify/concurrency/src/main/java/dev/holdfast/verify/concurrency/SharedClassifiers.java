package dev.holdfast.verify.concurrency;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import dev.holdfast.model.Classifier;
import dev.holdfast.model.Threat;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.D_Result;
import org.openjdk.jcstress.infra.results.LL_Result;

/** A classifier is immutable: it is whole for whoever gets hold of it, and answers all threads at once. */
public class SharedClassifiers {
    private static final float[] QUERY = {2, 2};
    private static final Threat BOXED = Threat.linf().inBox(0, 2);
    private static final Threat FROZEN = Threat.linf().freeze(1);

    private SharedClassifiers() {}

    private static Classifier classifier() {
        return Classifier.of(new float[] {1, 1}, -2);
    }

    /** It goes to another thread through a field that nothing guards. f(2, 2) = 2. */
    @JCStressTest
    @Outcome(id = {"NaN", "2.0"}, expect = ACCEPTABLE, desc = "not yet there, or whole")
    @Outcome(expect = FORBIDDEN, desc = "in the making")
    @State
    public static class Published {
        private Classifier classifier;

        @Actor
        public void publish() {
            classifier = classifier();
        }

        @Actor
        public void answer(D_Result r) {
            Classifier now = classifier;
            r.r1 = now == null ? Double.NaN : now.score(QUERY);
        }
    }

    /** What it remembers of its last threat is not another thread's. */
    @JCStressTest
    @Outcome(id = "own, own", expect = ACCEPTABLE, desc = "each its own threat's")
    @Outcome(expect = FORBIDDEN, desc = "another threat's")
    @State
    public static class TwoThreats {
        private static final double BOXED_RADIUS = classifier().radius(QUERY, BOXED);
        private static final double FROZEN_RADIUS = classifier().radius(QUERY, FROZEN);

        private final Classifier classifier = classifier();

        @Actor
        public void boxed(LL_Result r) {
            double radius = classifier.radius(QUERY, BOXED);
            r.r1 = radius == BOXED_RADIUS ? "own" : radius;
        }

        @Actor
        public void frozen(LL_Result r) {
            double radius = classifier.radius(QUERY, FROZEN);
            r.r2 = radius == FROZEN_RADIUS && radius != BOXED_RADIUS ? "own" : radius;
        }
    }
}
