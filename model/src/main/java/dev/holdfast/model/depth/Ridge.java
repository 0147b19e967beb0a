package dev.holdfast.model.depth;

import java.util.function.DoubleUnaryOperator;

/** τ of a robust Bayes classifier. */
public final class Ridge {
    private Ridge() {}

    /**
     * τ, to the last bit, of τ·length(τ) = radius, by bisection.
     *
     * @param length of (Σ + τI)⁻¹μ; τ·length(τ) grows with τ
     * @param radius at least 0
     * @param high no less than τ
     */
    public static double solve(DoubleUnaryOperator length, double radius, double high) {
        if (radius == 0) {
            return 0;
        }
        double low = 0;
        while (true) {
            double middle = low + (high - low) / 2;
            if (middle == low || middle == high) {
                return high;
            }
            if (middle * length.applyAsDouble(middle) < radius) {
                low = middle;
            } else {
                high = middle;
            }
        }
    }
}
