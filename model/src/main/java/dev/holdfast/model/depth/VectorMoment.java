package dev.holdfast.model.depth;

import dev.holdfast.model.depth.FamilyRecursion.Products;
import java.util.ArrayList;
import java.util.List;

/** S̄ as what it makes of vectors, and what layers with α = 0 have added, c b bᵀ each. */
final class VectorMoment extends SecondMoment {
    private final MomentMap second;
    private final List<Added> added;

    private record Added(double c, double[] b) {}

    VectorMoment(MomentMap second) {
        this(second, List.of());
    }

    private VectorMoment(MomentMap second, List<Added> added) {
        this.second = second;
        this.added = added;
    }

    @Override
    double[] times(double[] v) {
        double[] out = second.secondTimes(v);
        for (Added each : added) {
            double share = each.c * Vectors.dot(each.b, v);
            for (int j = 0; j < out.length; j++) {
                out[j] += share * each.b[j];
            }
        }
        return out;
    }

    @Override
    double[] transposed(double[] v) {
        return times(v);
    }

    /** α is 0, and b is its own dual. */
    @Override
    SecondMoment next(Products by, double e, double[] b, double[] dual, double[] cb, double[] cbDual) {
        if (by.beta() == 0) {
            return this;
        }
        List<Added> more = new ArrayList<>(added);
        more.add(new Added(2 * by.beta() + by.beta() * by.beta() * e, b));
        return new VectorMoment(second, more);
    }

    @Override
    double norm() {
        double norm = second.trace();
        for (Added each : added) {
            norm += Math.abs(each.c) * Vectors.dot(each.b, each.b);
        }
        return norm;
    }
}
