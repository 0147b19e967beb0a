package dev.holdfast.verify.attacks;

import dev.holdfast.verify.reference.ExactAdversary.Norm;

/**
 * What an adversary may do to a query: Δ of the size ‖Δ/b‖, with x+Δ in a box.
 *
 * @param norm in which Δ/b is measured
 * @param lower the box's lower edges, one a feature, −∞ for none; {@code null} without a box
 * @param upper its upper edges, likewise
 * @param budgets b, finite, 0 for a feature that does not move; {@code null} where all are 1
 */
public record Allowed(Norm norm, float[] lower, float[] upper, float[] budgets) {
    /** b_j. */
    float budget(int j) {
        return budgets == null ? 1 : budgets[j];
    }

    /** Where feature j ends that is driven downwards or upwards; it may be infinite. */
    float edge(int j, boolean down) {
        if (lower == null) {
            return down ? Float.NEGATIVE_INFINITY : Float.POSITIVE_INFINITY;
        }
        return down ? lower[j] : upper[j];
    }
}
