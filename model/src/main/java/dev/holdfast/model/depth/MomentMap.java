package dev.holdfast.model.depth;

/** S̄ = (1/N) Σ x xᵀ as what it makes of vectors. */
interface MomentMap {
    /** S̄ v, d entries; owned by the caller. */
    double[] secondTimes(double[] v);

    /** The trace of S̄: at least the root of the sum of its squared entries. */
    double trace();
}
