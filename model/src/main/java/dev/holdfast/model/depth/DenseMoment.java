package dev.holdfast.model.depth;

import dev.holdfast.model.depth.FamilyRecursion.Products;

/** As a matrix. */
public final class DenseMoment implements SecondMoment {
    private final double[] c;
    private final int k;

    /** @param c k × k, row-major; kept */
    public DenseMoment(double[] c, int k) {
        this.c = c;
        this.k = k;
    }

    @Override
    public double[] times(double[] v) {
        double[] out = new double[k];
        for (int i = 0; i < k; i++) {
            for (int j = 0; j < k; j++) {
                out[i] += c[i * k + j] * v[j];
            }
        }
        return out;
    }

    @Override
    public double[] transposed(double[] v) {
        double[] out = new double[k];
        for (int i = 0; i < k; i++) {
            for (int j = 0; j < k; j++) {
                out[j] += c[i * k + j] * v[i];
            }
        }
        return out;
    }

    @Override
    public SecondMoment next(Products by, double e, double[] b, double[] dual, double[] cb, double[] cbDual) {
        if (by.alpha() == 0 && by.beta() == 0) {
            return this;
        }
        double[] next = c.clone();
        if (by.alpha() != 0) {
            double[] inner = product(c, c, k);
            for (int i = 0; i < inner.length; i++) {
                inner[i] = 2 * by.alpha() * c[i] + by.alpha() * by.alpha() * inner[i];
            }
            double[] more = product(c, inner, k);
            for (int i = 0; i < next.length; i++) {
                next[i] += more[i];
            }
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
        return new DenseMoment(next, k);
    }

    private static double[] product(double[] x, double[] y, int k) {
        double[] out = new double[k * k];
        for (int i = 0; i < k; i++) {
            for (int l = 0; l < k; l++) {
                double a = x[i * k + l];
                for (int j = 0; j < k; j++) {
                    out[i * k + j] += a * y[l * k + j];
                }
            }
        }
        return out;
    }
}
