package dev.holdfast.verify.model;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

/**
 * The bits of robust Bayes are the same on every machine: a constant holds them, in the run with vectors and in the one in
 * plain Java, whatever has been compiled by then. A change of an order of sums in the kernels, of a step of a solver or of
 * what {@link FixedLearning} draws changes it, and the failing test shows the new one.
 */
class RobustBayesBitsTest {
    static final String BITS = "e2957ba976075f717927ecef070138a8ea1410446377c5b9c6831c08e67fefe0";

    @Test
    void areTheSameEverywhere() throws Exception {
        assertEquals(BITS, FixedLearning.hash());
    }
}
