package dev.holdfast.model.certificate;

/**
 * What an adversary may do to a query of d features, checked: the size of Δ is the norm of Δ/b, and l ≤ x+Δ ≤ u. Arrays
 * are kept and not changed.
 */
public final class Reach {
    private final Norm norm;
    private final float[] budgets;
    private final float[] lower;
    private final float[] upper;

    /**
     * @param budgets b, one a feature; {@code null} where all are 1
     * @param lower l, one a feature or one for all, −∞ for none; {@code null} without a box
     * @param upper u, likewise
     */
    public Reach(Norm norm, float[] budgets, float[] lower, float[] upper) {
        this.norm = norm;
        this.budgets = budgets;
        this.lower = lower;
        this.upper = upper;
    }

    public Norm norm() {
        return norm;
    }

    /** Not a copy; {@code null} where all are 1. */
    public float[] budgets() {
        return budgets;
    }

    /** b_j. */
    float budget(int j) {
        return budgets == null ? 1 : budgets[j];
    }

    boolean hasBox() {
        return lower != null;
    }

    float lower(int j) {
        return at(lower, j, Float.NEGATIVE_INFINITY);
    }

    float upper(int j) {
        return at(upper, j, Float.POSITIVE_INFINITY);
    }

    /** Where feature j ends when it takes from a margin that grows with it as {@code slope} says; it may be infinite. */
    float edge(int j, float slope) {
        return slope > 0 ? lower(j) : upper(j);
    }

    private static float at(float[] edges, int j, float none) {
        if (edges == null) {
            return none;
        }
        return edges[edges.length == 1 ? 0 : j];
    }
}
