package dev.holdfast.verify.reference;

import java.math.BigInteger;
import java.util.Arrays;

/**
 * Learning from two classes of rows that are centred and aligned, in exact numbers, row by row: nothing is expanded, so
 * that nothing cancels.
 *
 * @param x rows of d features
 * @param y labels, −1 or +1
 */
public record CentredLearning(Dyadic[][] x, int[] y) {
    /**
     * The float nearest to the mean of a feature, of two the even one: no other float is nearer to N of it than Σ x.
     */
    public boolean isNearestToMean(float mean, int j) {
        Dyadic sum = sum(j, false);
        Dyadic distance = distance(mean, sum);
        int below = distance.compareTo(distance(Math.nextDown(mean), sum));
        int above = distance.compareTo(distance(Math.nextUp(mean), sum));
        boolean even = (Float.floatToRawIntBits(mean) & 1) == 0;
        return below <= 0 && above <= 0 && (even || below < 0 && above < 0);
    }

    private Dyadic distance(float mean, Dyadic sum) {
        return Dyadic.of(mean).times(x.length).minus(sum).abs();
    }

    /** The sign of N Σ y x_j − Σ y Σ x_j. */
    public int sign(int j) {
        int balance = 0;
        for (int label : y) {
            balance += label;
        }
        return sum(j, true).times(x.length).compareTo(sum(j, false).times(balance));
    }

    private Dyadic sum(int j, boolean aligned) {
        Dyadic sum = Dyadic.ZERO;
        for (int n = 0; n < x.length; n++) {
            sum = sum.plus(aligned ? x[n][j].times(y[n]) : x[n][j]);
        }
        return sum;
    }

    /** Row n as s ∘ (x − m), and its label. */
    private Dyadic[] centred(int n, Dyadic[] mean, Dyadic[] sign) {
        Dyadic[] z = new Dyadic[mean.length + 1];
        for (int j = 0; j < mean.length; j++) {
            z[j] = sign[j].times(x[n][j].minus(mean[j]));
        }
        z[mean.length] = new Dyadic(BigInteger.valueOf(y[n]), 0);
        return z;
    }

    /** a = Σ_n (p·z_n) z_n. */
    public Dyadic[] state(Dyadic[] mean, Dyadic[] sign, Dyadic[] p) {
        return state(mean, sign, p, false);
    }

    /** Σ_n |z_n| Σ_i |p_i z_ni|. */
    public Dyadic[] magnitude(Dyadic[] mean, Dyadic[] sign, Dyadic[] p) {
        return state(mean, sign, p, true);
    }

    private Dyadic[] state(Dyadic[] mean, Dyadic[] sign, Dyadic[] p, boolean magnitudes) {
        Dyadic[] a = new Dyadic[p.length];
        Arrays.fill(a, Dyadic.ZERO);
        for (int n = 0; n < x.length; n++) {
            Dyadic[] z = centred(n, mean, sign);
            Dyadic share = Dyadic.ZERO;
            for (int j = 0; j < p.length; j++) {
                Dyadic term = p[j].times(z[j]);
                share = share.plus(magnitudes ? term.abs() : term);
            }
            for (int j = 0; j < p.length; j++) {
                a[j] = a[j].plus(share.times(magnitudes ? z[j].abs() : z[j]));
            }
        }
        return a;
    }

    /** Σ_j |p_j Σ_n x_ni x_nj| for i = 0..d−1: of what is not centred. */
    public Dyadic[] rawMagnitude(Dyadic[] p) {
        Dyadic[] magnitude = new Dyadic[p.length - 1];
        for (int i = 0; i < magnitude.length; i++) {
            magnitude[i] = Dyadic.ZERO;
            for (int j = 0; j < magnitude.length; j++) {
                Dyadic product = Dyadic.ZERO;
                for (Dyadic[] row : x) {
                    product = product.plus(row[i].times(row[j]));
                }
                magnitude[i] = magnitude[i].plus(product.times(p[j]).abs());
            }
        }
        return magnitude;
    }
}
