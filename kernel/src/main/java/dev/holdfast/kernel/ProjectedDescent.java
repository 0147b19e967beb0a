package dev.holdfast.kernel;

import java.util.Objects;

/**
 * Gradient descent with momentum inside a box, as PyTorch's SGD (no dampening, no Nesterov) followed by a clamp. It runs
 * in double: weights change by far less than their float's last bit where the learning rate has fallen.
 */
public final class ProjectedDescent {
    private ProjectedDescent() {}

    /**
     * One step: v ← μ·v + g, θ ← θ − η·v, then θ into [low, high].
     *
     * <p>Rounding: μ·v and the sum each once, θ − η·v once, by a fused multiply-add.
     *
     * @param theta θ, the weights; changed
     * @param velocity v, as many entries, 0 before the first step; changed
     * @param gradient g, as many entries; read
     * @param rate η, the learning rate, finite, at least 0
     * @param momentum μ, within [0, 1]
     * @param low the box
     * @param high the box, at least {@code low}
     * @throws IllegalArgumentException if lengths differ, a number is out of range, or arrays are the same
     */
    public static void step(double[] theta, double[] velocity, double[] gradient, double rate, double momentum,
            double low, double high) {
        checkLength("velocity", velocity, theta);
        checkLength("gradient", gradient, theta);
        Arguments.distinct("velocity", velocity, "theta", theta);
        Arguments.distinct("velocity", velocity, "gradient", gradient);
        Arguments.distinct("theta", theta, "gradient", gradient);
        checkNumber("rate", rate, Double.MAX_VALUE);
        checkNumber("momentum", momentum, 1);
        if (!(low <= high)) {
            throw new IllegalArgumentException("high = " + high + ", expected at least low = " + low);
        }
        for (int i = 0; i < theta.length; i++) {
            velocity[i] = momentum * velocity[i] + gradient[i];
            theta[i] = Math.min(high, Math.max(low, Math.fma(-rate, velocity[i], theta[i])));
        }
    }

    private static void checkLength(String name, double[] array, double[] theta) {
        Objects.requireNonNull(array, name);
        if (array.length != theta.length) {
            throw new IllegalArgumentException(
                    name + ".length = " + array.length + ", expected theta.length = " + theta.length);
        }
    }

    private static void checkNumber(String name, double value, double most) {
        if (!(value >= 0 && value <= most)) {
            throw new IllegalArgumentException(
                    name + " = " + value + ", expected a number from 0 to " + (most == 1 ? "1" : "the largest finite"));
        }
    }
}
