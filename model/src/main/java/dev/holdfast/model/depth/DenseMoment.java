package dev.holdfast.model.depth;

import dev.holdfast.kernel.DoubleProduct;
import dev.holdfast.model.depth.FamilyRecursion.Products;

/** As a matrix. */
final class DenseMoment extends SecondMoment {
    private final double[] c;
    private final int k;
    /** Whether half of each product will do. */
    private final boolean symmetric;

    /** @param c k × k, row-major, symmetric; kept */
    DenseMoment(double[] c, int k) {
        this(c, k, true);
    }

    private DenseMoment(double[] c, int k, boolean symmetric) {
        this.c = c;
        this.k = k;
        this.symmetric = symmetric;
    }

    @Override
    double[] times(double[] v) {
        double[] out = new double[k];
        DoubleProduct.addTimes(c, 0, k, k, k, v, out);
        return out;
    }

    @Override
    double[] transposed(double[] v) {
        double[] out = new double[k];
        DoubleProduct.addTransposedTimes(c, 0, k, k, k, v, out);
        return out;
    }

    @Override
    SecondMoment next(Products by, double e, double[] b, double[] dual, double[] cb, double[] cbDual) {
        if (by.alpha() == 0 && by.beta() == 0) {
            return this;
        }
        double[] next = c.clone();
        if (by.alpha() != 0) {
            double[] work = new double[DoubleProduct.workLength(k, k)];
            double[] inner = new double[c.length];
            addProduct(c, inner, work);
            for (int i = 0; i < inner.length; i++) {
                inner[i] = by.alpha() * (2 * c[i] + by.alpha() * inner[i]);
            }
            addProduct(inner, next, work);
        }
        double own = 2 * by.beta() + by.beta() * by.beta() * e;
        double mixed = by.alpha() * by.beta();
        for (int i = 0; i < k && by.beta() != 0; i++) {
            double one = own * b[i] + mixed * cb[i];
            double other = mixed * b[i];
            for (int j = 0; j < k; j++) {
                next[i * k + j] += one * dual[j] + other * cbDual[j];
            }
        }
        return new DenseMoment(next, k, symmetric && (by.beta() == 0 || dual == b));
    }

    /** C times a polynomial of C. */
    private void addProduct(double[] polynomial, double[] to, double[] work) {
        if (symmetric) {
            DoubleProduct.addSymmetric(k, k, c, 0, k, 1, polynomial, 0, k, 1, to, 0, k, work);
        } else {
            DoubleProduct.add(k, k, k, c, 0, k, 1, polynomial, 0, k, 1, to, 0, k, work);
        }
    }

    @Override
    double norm() {
        double squares = 0;
        for (double each : c) {
            squares += each * each;
        }
        return Math.sqrt(squares);
    }
}
