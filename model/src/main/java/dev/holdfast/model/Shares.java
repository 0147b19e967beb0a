package dev.holdfast.model;

import dev.holdfast.kernel.LinearAttention;

/**
 * What each demonstration adds to one score of one layer, and what bounds the roundings on the way to it:
 *
 * <pre>
 *     N f(x) = Σ_n s_n,   s_n = (r_n + p_d y_n)(t_n + v_d y_n),   r_n = p·(x_n, 0),   t_n = v·(x_n, 0),   v = Q̄x
 * </pre>
 *
 * Sizes are the same sums of magnitudes. Arrays are owned by whoever asked for this.
 */
final class Shares {
    /** Below 2⁻¹²⁶ a float has no relative error bound: half a unit there is this times 2⁻²⁴. */
    private static final double TINY = Float.MIN_NORMAL;

    private static final double FLOAT_U = 0x1p-24;
    /** A rounding in double by roundings in float. */
    private static final double DOUBLE = 0x1p-29;

    private final int d;
    private final float[] p;
    private final float[] v;
    private final float[] pSize;
    private final float[] vSize;
    /** What each row adds to sizes besides a product. */
    private final double underflow;

    private final double[] shares;
    private final double[] flips;
    private double size;
    private double rSizes;
    private double tSizes;

    /** Of checked arguments; {@code y} are the labels, and nothing is kept. */
    Shares(float[] p, QBar qBar, Alignment alignment, Rows x, float[] y, float[] query) {
        this.d = query.length;
        this.p = p;
        double[] product = new double[d + 1];
        double[] magnitude = new double[d + 1];
        double querySize = times(qBar, alignment, query, product, magnitude);
        this.v = floats(product, 0);
        this.vSize = floats(magnitude, TINY);
        this.pSize = p.clone();
        toMagnitudes(pSize, pSize.length);
        double small = TINY * querySize;
        for (float each : vSize) {
            small += TINY * each;
        }
        this.underflow = small;
        this.shares = new double[x.rows()];
        this.flips = new double[x.rows()];
        add(alignment, x, y);
        // a feature that is not finite meets a vSize that is not 0: no pass of its own to check
        if (!Double.isFinite(size)) {
            throw x.tooLarge("an aligned feature");
        }
    }

    private void add(Alignment alignment, Rows x, float[] y) {
        int rows = x.rows();
        int length = Math.min(LinearAttention.BLOCK, rows);
        float[] block = new float[length * d];
        double[] r = new double[length];
        double[] t = new double[length];
        double[] rSize = new double[length];
        double[] tSize = new double[length];
        for (int n = 0; n < rows; n += LinearAttention.BLOCK) {
            int count = Math.min(LinearAttention.BLOCK, rows - n);
            alignment.apply(x, n, n + count, block);
            LinearAttention.scores(block, 0, d, count, d, p, 0, r, 0);
            LinearAttention.scores(block, 0, d, count, d, v, 0, t, 0);
            toMagnitudes(block, count * d);
            LinearAttention.scores(block, 0, d, count, d, pSize, pSize[d] + (d + 1) * TINY, rSize, 0);
            LinearAttention.scores(block, 0, d, count, d, vSize, vSize[d], tSize, 0);
            for (int i = 0; i < count; i++) {
                double label = y[n + i];
                shares[n + i] = (r[i] + p[d] * label) * (t[i] + v[d] * label);
                flips[n + i] = 2 * label * (r[i] * v[d] + p[d] * t[i]);
                size += rSize[i] * tSize[i] + underflow;
                rSizes += rSize[i];
                tSizes += tSize[i];
            }
        }
    }

    /**
     * v = Q̄q of the aligned query q, and the magnitudes |Q̄|h that errors are relative to. The classifier scores
     * the raw query, with terms of the size of |x| + |m| where q may be far smaller, but in double: h is |q| and a
     * share of |x| + |m| that makes a float's rounding out of those of a double.
     *
     * @return Σ_j h_j
     */
    private static double times(
            QBar qBar, Alignment alignment, float[] query, double[] product, double[] magnitude) {
        int d = query.length;
        float[] mean = alignment.mean();
        float[] sign = alignment.sign();
        double[] q = new double[d];
        double[] h = new double[d];
        double total = 0;
        // the intercept sums d terms, and the score ⌈d/8⌉ in a lane, 3 times halves of them, and the intercept
        double fold = (2.0 * d + 8) * DOUBLE;
        for (int j = 0; j < d; j++) {
            q[j] = sign[j] * ((double) query[j] - mean[j]);
            double raw = (double) Math.abs(query[j]) + Math.abs(mean[j]);
            h[j] = Math.abs(q[j]) + Math.abs(sign[j]) * fold * raw;
            total += h[j];
        }
        qBar.times(q, h, product, magnitude);
        return total;
    }

    private static float[] floats(double[] values, double more) {
        float[] out = new float[values.length];
        for (int i = 0; i < out.length; i++) {
            out[i] = (float) (values[i] + more);
            if (!Float.isFinite(out[i])) {
                throw new IllegalArgumentException("query is too large: entry " + i + " of Q̄x overflowed");
            }
        }
        return out;
    }

    private static void toMagnitudes(float[] values, int count) {
        for (int i = 0; i < count; i++) {
            values[i] = Math.abs(values[i]);
        }
    }

    /** s_n. */
    double[] shares() {
        return shares;
    }

    /** −2 y_n (r_n v_d + p_d t_n), which flipping y_n adds to the sum, without its sign. */
    double[] flips() {
        return flips;
    }

    /** v, d + 1 entries, not a copy. */
    float[] v() {
        return v;
    }

    /** How far rounding can part the sum of shares, the exact one and N times the learnt score. */
    double bound() {
        return gamma(shares.length) * size;
    }

    /** {@link #bound} where {@code count} rows were added to the context or stand in the place of others, by their {@link #size}. */
    double bound(double rows, double count, double size) {
        return gamma(rows) * (this.size + count * size);
    }

    /** {@link #bound} where every row's aligned features may be greater by {@code reach}. */
    double boundOfMoved(double[] reach) {
        double r = times(pSize, reach);
        double t = times(vSize, reach);
        return gamma(shares.length) * (size + r * tSizes + t * rSizes + shares.length * r * t);
    }

    /** Of a row whose aligned features are no greater than these. */
    double size(double[] features) {
        double r = pSize[d] + (d + 1) * TINY + times(pSize, features);
        double t = vSize[d] + times(vSize, features);
        return r * t + underflow;
    }

    private static double times(float[] sizes, double[] features) {
        double sum = 0;
        for (int j = 0; j < features.length; j++) {
            sum += sizes[j] * features[j];
        }
        return sum;
    }

    /**
     * γ_K for the float roundings on the way of a term: ⌈d/16⌉ + min(N, 256) + 6 of the context state, one of w, one of
     * the fold, one of v; fewer than 3d + 3N + 64 in double, where the readout, v, r_n, t_n and sums of shares and of
     * twice as large losses add up; and 3 for the bound's own roundings and the 64. A share at the end of a walk round a
     * {@link dev.holdfast.model.certificate.Zonogon} has 8d more in double.
     */
    private double gamma(double rows) {
        double roundings =
                (d - 1) / 16 + 1 + Math.min(rows, LinearAttention.BLOCK) + 12 + (11.0 * d + 3 * rows) * DOUBLE;
        double relative = roundings * FLOAT_U;
        return relative < 1 ? relative / (1 - relative) : Double.POSITIVE_INFINITY;
    }
}
