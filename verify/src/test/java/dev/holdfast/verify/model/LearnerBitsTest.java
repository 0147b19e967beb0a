package dev.holdfast.verify.model;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

/**
 * The bits of what is learnt are the same on every machine: a constant holds them, in the run with vectors and in the one in
 * plain Java, whatever has been compiled by then. A change of an order of sums in the kernels, of a step of a learner or of
 * what {@link FixedLearning} draws changes it, and the failing test shows the new one.
 */
class LearnerBitsTest {
    static final String BAYES = "e2957ba976075f717927ecef070138a8ea1410446377c5b9c6831c08e67fefe0";

    static final String DEPTH = "3e3b2243a19bb79c61537502d7a0a300161d32d0287d10c0ec9bdeb1ca8d6c77";

    @Test
    void ofRobustBayesAreTheSameEverywhere() throws Exception {
        assertEquals(BAYES, FixedLearning.hash());
    }

    @Test
    void ofSeveralLayersAreTheSameEverywhere() throws Exception {
        assertEquals(DEPTH, FixedLearning.depthHash());
    }
}
