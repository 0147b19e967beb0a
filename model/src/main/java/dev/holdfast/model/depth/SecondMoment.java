package dev.holdfast.model.depth;

import dev.holdfast.model.depth.FamilyRecursion.Products;

/** C of a layer, a linear map in coordinates of some basis. Immutable. */
abstract class SecondMoment {
    /** C v; owned by the caller. */
    abstract double[] times(double[] v);

    /** Cᵀ v; owned by the caller. */
    abstract double[] transposed(double[] v);

    /**
     * C of the next layer: C + 2α C² + α² C³ + (2β + β²e) b b*ᵀ + αβ (b (C b)*ᵀ + (C b) b*ᵀ).
     *
     * @param dual b*, the coordinates of v ↦ b·v; {@code cbDual} are those of v ↦ (C b)·v
     */
    abstract SecondMoment next(Products by, double e, double[] b, double[] dual, double[] cb, double[] cbDual);

    /** At least the root of the sum of C's squared entries. */
    abstract double norm();
}
