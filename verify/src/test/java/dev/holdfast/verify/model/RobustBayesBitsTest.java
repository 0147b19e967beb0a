package dev.holdfast.verify.model;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

/**
 * The bits of robust Bayes are the same on every machine: a constant holds them, in the run with vectors and in the one in
 * plain Java, whatever has been compiled by then. A change of an order of sums in the kernels, of a step of a solver or of
 * what {@link FixedLearning} draws changes it, and the failing test shows the new one.
 */
class RobustBayesBitsTest {
    static final String BITS = "bf27f57b3379843ccbf845341ab1d71331ac93d3c398f4bbfc95482a5d94cc5c";

    @Test
    void areTheSameEverywhere() throws Exception {
        assertEquals(BITS, FixedLearning.hash());
    }
}
