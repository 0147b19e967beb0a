package dev.holdfast.verify.kernel;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import dev.holdfast.kernel.ProjectedDescent;
import org.junit.jupiter.api.Test;

/** Steps by hand: every number is exact. */
class ProjectedDescentTest {
    private final double[] theta = {0.5, 0.5};
    private final double[] velocity = {0, 0};

    private void step(double g0, double g1, double rate, double momentum) {
        ProjectedDescent.step(theta, velocity, new double[] {g0, g1}, rate, momentum, 0, 1);
    }

    private void assertState(double theta0, double theta1, double velocity0, double velocity1) {
        assertArrayEquals(new double[] {theta0, theta1}, theta);
        assertArrayEquals(new double[] {velocity0, velocity1}, velocity);
    }

    @Test
    void theVelocityRemembersGradients() {
        step(1, -0.5, 0.25, 0.5);
        assertState(0.25, 0.625, 1, -0.5);
        step(-1, 0, 0.25, 0.5);
        assertState(0.375, 0.6875, -0.5, -0.25);
    }

    /** The box stops the weight, not the velocity: it has to be overcome before the weight comes back. */
    @Test
    void aWeightIsHeldInTheBoxAndItsVelocityIsNot() {
        step(4, -4, 0.25, 0.5);
        assertState(0, 1, 4, -4);
        step(-1, 1, 0.25, 0.5);
        assertState(0, 1, 1, -1);
        step(-1, 1, 0.25, 0.5);
        assertState(0.125, 0.875, -0.5, 0.5);
    }

    @Test
    void withoutMomentumTheVelocityIsTheGradient() {
        step(1, 0.25, 0.25, 0);
        step(-0.5, 0.125, 0.25, 0);
        assertState(0.375, 0.40625, -0.5, 0.125);
    }

    @Test
    void momentum1ForgetsNothing() {
        step(1, 0, 0.125, 1);
        step(1, 0, 0.125, 1);
        assertState(0.125, 0.5, 2, 0);
    }

    @Test
    void aRateOf0MovesTheVelocityAlone() {
        step(1, -3, 0, 0.5);
        step(1, -3, 0, 0.5);
        assertState(0.5, 0.5, 1.5, -4.5);
    }

    @Test
    void weightsThatStartOutsideTheBoxAreBroughtInto() {
        double[] outside = {-7, 7, 0.25};
        ProjectedDescent.step(outside, new double[3], new double[3], 1, 0.5, -0.5, 0.5);
        assertArrayEquals(new double[] {-0.5, 0.5, 0.25}, outside);
    }

    /** 1 − (1 + 2⁻³⁰)(1 − 2⁻³⁰) is 2⁻⁶⁰ if the product is not rounded by itself, and 0 if it is. */
    @Test
    void theWeightIsRoundedOnce() {
        double[] one = {1};
        ProjectedDescent.step(one, new double[1], new double[] {1 - 0x1p-30}, 1 + 0x1p-30, 0.5, 0, 1);
        assertArrayEquals(new double[] {0x1p-60}, one);
    }

    /** (1 + 2⁻³⁰)² needs 61 bits: the velocity's product is rounded before the gradient joins it. */
    @Test
    void theVelocityIsRoundedTwice() {
        double[] v = {1 - 0x1p-30};
        ProjectedDescent.step(new double[1], v, new double[] {-1 + 0x1p-29}, 0, 1 - 0x1p-30, 0, 1);
        assertArrayEquals(new double[] {0}, v);
    }
}
