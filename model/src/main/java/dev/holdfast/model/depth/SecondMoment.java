package dev.holdfast.model.depth;

import dev.holdfast.model.depth.FamilyRecursion.Products;

/** C of a layer, a linear map in coordinates of some basis. Immutable. */
public interface SecondMoment {
    /** C v; owned by the caller. */
    double[] times(double[] v);

    /** Cᵀ v; owned by the caller. */
    double[] transposed(double[] v);

    /**
     * C of the next layer: C + 2α C² + α² C³ + (2β + β²e) b b*ᵀ + αβ (b (C b)*ᵀ + (C b) b*ᵀ).
     *
     * @param dual b*, the coordinates of v ↦ b·v; cbDual those of v ↦ (C b)·v
     */
    SecondMoment next(Products by, double e, double[] b, double[] dual, double[] cb, double[] cbDual);
}
