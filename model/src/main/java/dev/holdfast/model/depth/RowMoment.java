package dev.holdfast.model.depth;

import dev.holdfast.model.depth.FamilyRecursion.Products;
import java.util.ArrayList;
import java.util.List;

/** S̄ of rows, by a pass over them for each vector, and what layers with α = 0 have added, c b bᵀ each. */
final class RowMoment extends SecondMoment {
    private final CentredRows rows;
    private final List<Added> added;

    private record Added(double c, double[] b) {}

    RowMoment(CentredRows rows) {
        this(rows, List.of());
    }

    private RowMoment(CentredRows rows, List<Added> added) {
        this.rows = rows;
        this.added = added;
    }

    @Override
    double[] times(double[] v) {
        double[] out = rows.both(v);
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
        return new RowMoment(rows, more);
    }

    @Override
    double norm() {
        double norm = rows.squares();
        for (Added each : added) {
            norm += Math.abs(each.c) * Vectors.dot(each.b, each.b);
        }
        return norm;
    }
}
