package dev.holdfast.model;

import java.util.Arrays;
import java.util.Locale;

/**
 * The exact result of adversarial pretraining: weights in [0,1] of the least population loss, in closed form.
 *
 * <p>Pretraining minimises E max_{‖Δ‖_∞≤ε} −y f(x+Δ) over tasks in which one feature, c uniform in 1..d, has
 * y·x_c = 1, and the others y·x_i ~ U[0, λ). Where P, Q ≥ 0 the worst Δ is −ε·y, and the loss is
 *
 * <pre>{@code −(1/d) Σ_i Σ_j K_ij Q̄_ij   with   K_ij = Σ_c (E[G|c] p)_i (m_c)_j   and   G = Z Zᵀ/N}</pre>
 *
 * where m_c = E[y·x|c] − ε is 1 − ε at c and λ/2 − ε elsewhere. It is linear in p and in Q̄, so a vertex is optimal,
 * with Q̄_ij = 1 where K_ij > 0; by symmetry only d' and b matter, the number of ones among p_1..p_d and the label's
 * entry. As ε grows past four {@link #thresholds}, five kinds of vertex follow one another, see {@link Phase}. Where
 * Q̄ is the identity on d' features, the loss is −d'(α + (d'−1)β + bℓ)/d, a parabola in d': α, β and ℓ are what an
 * entry of the diagonal gains by its own feature's entry of p, by another's and by the label's.
 *
 * <p>Every gain is own·(1 − ε) + rest·(λ/2 − ε), own and rest ≥ 0 being the shares of the feature's own task and of
 * the others, and every threshold is the zero of such a gain. In double, thresholds have a relative error of at most
 * 20 u, u = 2⁻⁵³, and {@link #objective} one of 20 u times what it would be with 1 + ε and λ/2 + ε in place of the two
 * differences, whatever d is. So near a threshold the phase may be the neighbour's, which is as good to that error.
 *
 * <p>Source: the problem is that of the paper's section 3 (arXiv 2505.14042), which solves ε = 0, ε = ε_b and ε ≥ ε_d.
 * The rest is derived here; model/decisions/0004 says what of it is proven and what is tested. Immutable.
 */
public final class ExactOptimum {
    /** What is learnt, as ε grows. Prints as {@code all-ones}, {@code identity-label} and so on. */
    public enum Phase {
        /** ε &lt; ε_a: p = 1 and Q̄ = all ones, the weights of {@link LinearTransformer#standard}. */
        ALL_ONES,
        /** ε_a ≤ ε &lt; ε_b: p = 1 and Q̄ = the identity above a label row of ones. */
        IDENTITY_LABEL,
        /** ε_b ≤ ε &lt; ε_c: p = 1 and Q̄ = the identity, the weights of {@link LinearTransformer#adversarial}. */
        IDENTITY,
        /** ε_c ≤ ε &lt; ε_d: p and Q̄'s diagonal are 1 on the same d' features, 0 &lt; d' &lt; d, fewer for greater ε. */
        SUBSET,
        /** ε ≥ ε_d: nothing is learnt. No weights have a loss below 0, and these are zero. */
        ZERO;

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT).replace('_', '-');
        }
    }

    private final int d;
    private final Phase phase;
    private final int ones;
    private final int label;
    private final double objective;

    private ExactOptimum(int d, Phase phase, int ones, int label, double objective) {
        this.d = d;
        this.phase = phase;
        this.ones = ones;
        this.label = label;
        this.objective = objective;
    }

    /**
     * The optimum for d features, by the same few operations for every d.
     *
     * @param d number of features, at least 1
     * @param lambda λ, the upper bound of all features but one, 0..1
     * @param epsilon ε, the radius of the adversary's ball, finite, at least 0
     */
    public static ExactOptimum of(int d, double lambda, double epsilon) {
        double[] thresholds = thresholds(d, lambda);
        Classifier.checkEpsilon("epsilon", epsilon);
        int passed = 0;
        while (passed < thresholds.length && epsilon >= thresholds[passed]) {
            passed++;
        }
        Phase phase = Phase.values()[passed];
        if (phase == Phase.ZERO) {
            return new ExactOptimum(d, phase, 0, 0, 0);
        }
        double mean = lambda / 2;
        double others = d - 1.0;
        double alpha = gain(1, others * square(lambda), mean, epsilon);
        double beta = gain(mean, mean + (d - 2.0) * mean * mean, mean, epsilon);
        double ell = gain(1, others * mean, mean, epsilon);
        int label = ell > 0 ? 1 : 0;
        // one feature more on top of k gains α + 2kβ + bℓ, and β < 0
        int ones = phase == Phase.SUBSET
                ? (int) Math.max(1, Math.min(Math.ceil((alpha + label * ell) / (-2 * beta)), others))
                : d;
        double gain = ones * (alpha + (ones - 1.0) * beta + label * ell) / d;
        double own = ownShare(d, mean);
        if (phase == Phase.ALL_ONES) {
            double share = pairShare(d, lambda);
            gain += others * gain(share, own + (d - 2.0) * share, mean, epsilon);
        }
        if (phase != Phase.IDENTITY && phase != Phase.SUBSET) {
            gain += gain(own, others * own, mean, epsilon);
        }
        return new ExactOptimum(d, phase, ones, label, 0 - Math.max(0, gain));
    }

    /**
     * ε_a ≤ ε_b ≤ ε_c ≤ ε_d, where the phases {@link Phase#IDENTITY_LABEL} to {@link Phase#ZERO} begin. Where two are
     * equal there is no phase between: for d = 1, where Q̄ has no entry off its diagonal, all four are 1; for λ = 0
     * they are 0, 1/d, 1 and 1.
     *
     * @param d number of features, at least 1
     * @param lambda λ, 0..1
     * @return four numbers, owned by the caller
     */
    public static double[] thresholds(int d, double lambda) {
        Rows.atLeast("d", d, 1);
        if (!(lambda >= 0 && lambda <= 1)) {
            throw new IllegalArgumentException("lambda = " + lambda + ", expected 0..1");
        }
        double mean = lambda / 2;
        double others = d - 1.0;
        double own = ownShare(d, mean);
        double share = pairShare(d, lambda);
        double label = zero(1, others, mean);
        // at ε_c the last feature gains nothing: α + 2(d−1)β + ℓ = 0
        double feature = zero(own + others * mean, others * (share + mean + (d - 2.0) * mean * mean), mean);
        double nothing = zero(1, others * square(lambda), mean);
        return new double[] {
            d == 1 ? label : zero(share, own + (d - 2.0) * share, mean), label, feature, nothing
        };
    }

    /** E (y·x_i)² of i ≠ c. */
    private static double square(double lambda) {
        return lambda * lambda / 3;
    }

    /** (E[G|c] p)_c for p = 1, the same as its label's entry. */
    private static double ownShare(int d, double mean) {
        return 2 + (d - 1.0) * mean;
    }

    /** (E[G|c] p)_i for i ≠ c and p = 1. */
    private static double pairShare(int d, double lambda) {
        double mean = lambda / 2;
        return 2 * mean + square(lambda) + (d - 2.0) * mean * mean;
    }

    /** own·(1 − ε) + rest·(λ/2 − ε). */
    private static double gain(double own, double rest, double mean, double epsilon) {
        return own * (1 - epsilon) + rest * (mean - epsilon);
    }

    /** The ε at which {@link #gain} is 0. */
    private static double zero(double own, double rest, double mean) {
        return (own + rest * mean) / (own + rest);
    }

    /** What is learnt at this ε. */
    public Phase phase() {
        return phase;
    }

    /** d', the number of ones among p_1..p_d: d in the first three phases. */
    public int ones() {
        return ones;
    }

    /** p_{d+1}, the label's entry of p: 0 or 1. */
    public int label() {
        return label;
    }

    /** The least population loss E max_{‖Δ‖_∞≤ε} −y f(x+Δ), at most 0. */
    public double objective() {
        return objective;
    }

    /** The optimal weights, in O(d) memory. Where any d' features will do, they are the first. */
    public LinearTransformer transformer() {
        Rows.checkFeatureCount(d);
        float[] p = new float[d + 1];
        Arrays.fill(p, 0, ones, 1);
        p[d] = label;
        float[] delta = new float[d];
        float[] labelRow = new float[d];
        switch (phase) {
            case ALL_ONES -> Arrays.fill(labelRow, 1);
            case IDENTITY_LABEL -> {
                Arrays.fill(delta, 1);
                Arrays.fill(labelRow, 1);
            }
            default -> Arrays.fill(delta, 0, ones, 1);
        }
        return LinearTransformer.structured(p, delta, phase == Phase.ALL_ONES ? 1 : 0, labelRow);
    }

    @Override
    public String toString() {
        return phase + " of " + d + " features, " + ones + " ones, label " + label + ", objective " + objective;
    }
}
