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

    /** Of {@link FixedLearning#smallHash}: what the slower ways to a minimum find, among others. */
    static final String SMALL = "4a79641e4542b34d12ca7089575ce49948bbfc0d379365123a7d263e7d824feb";

    static final String DEPTH = "3e3b2243a19bb79c61537502d7a0a300161d32d0287d10c0ec9bdeb1ca8d6c77";

    /** Of what is certified of {@link FixedCertificates}. */
    static final String CERTIFICATES = "896322e6b1e025ab1c21215499af44ebc98c2fb6f9a61c08f2ef5de2a6c0c545";

    @Test
    void ofRobustBayesAreTheSameEverywhere() throws Exception {
        assertEquals(BAYES, FixedLearning.hash());
    }

    @Test
    void ofSmallAndHardProblemsAreTheSameEverywhere() throws Exception {
        assertEquals(SMALL, FixedLearning.smallHash());
    }

    @Test
    void ofSeveralLayersAreTheSameEverywhere() throws Exception {
        assertEquals(DEPTH, FixedLearning.depthHash());
    }

    @Test
    void ofCertificatesAreTheSameEverywhere() throws Exception {
        assertEquals(CERTIFICATES, FixedCertificates.hash());
    }
}
