package dev.holdfast.model.depth;

import java.util.function.DoubleFunction;

/** τ of a robust Bayes classifier. */
public final class Ridge {
    private Ridge() {}

    /**
     * τ, to the last bit, of τ‖u(τ)‖₂ = radius, by bisection.
     *
     * @param u (Σ + τI)⁻¹μ for each τ; τ‖u(τ)‖₂ grows with τ
     * @param radius at least 0
     * @param high no less than τ
     */
    public static double solve(DoubleFunction<double[]> u, double radius, double high) {
        if (radius == 0) {
            return 0;
        }
        double low = 0;
        while (true) {
            double middle = low + (high - low) / 2;
            if (middle == low || middle == high) {
                return high;
            }
            if (middle * Vectors.length(u.apply(middle)) < radius) {
                low = middle;
            } else {
                high = middle;
            }
        }
    }
}
