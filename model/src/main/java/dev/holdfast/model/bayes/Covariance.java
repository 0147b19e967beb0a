package dev.holdfast.model.bayes;

import dev.holdfast.model.archive.Hash;
import dev.holdfast.model.certificate.Norm;

/**
 * The covariance Σ of two normal classes, and the solver of min ½ wᵀΣw − μᵀw + ε‖w‖ that goes with its form. Its least
 * eigenvalue is positive. Belongs to one thread at a time.
 *
 * <p>Optimality is checked, not hoped for: with z = μ − Σw and any z' of size at most ε, w is above the minimum by at most
 * ε‖w‖ − z'·w + ‖z − z'‖²/2κ, where κ is at most the least eigenvalue of Σ.
 */
public abstract sealed class Covariance permits DenseCovariance, DiagonalCovariance {
    /** A gap up to which a minimum is taken as it is: what is promised, 10⁻⁹, with room for what floats do to it. */
    private static final double ENOUGH = 0x1p-33;

    final int d;
    /** At most the least eigenvalue. */
    final double floor;

    Covariance(int d, double floor) {
        this.d = d;
        this.floor = floor;
    }

    /**
     * The share ρ of the mean variance that the estimate of Chen, Wiesel, Eldar and Hero (2010) mixes into a covariance S
     * of n rows: (1 − ρ) S + ρ (tr S/d) I, oracle approximating shrinkage.
     *
     * @param trace tr S
     * @param square tr S²
     */
    static double shrinkage(double trace, double square, double n, int d) {
        double t = trace / d;
        double alpha = square / ((double) d * d);
        double spread = alpha - t * t / d;
        return spread > 0 ? Math.min(1, (alpha + t * t) / ((n + 1) * spread)) : 1;
    }

    /**
     * The minimum, or {@code null} where it is w = 0: the size of μ is at most ε.
     *
     * @param mu half of the difference of the classes' means, d entries; read
     * @param start d entries near the minimum, such as one for another ε, or {@code null}; read
     */
    public final Solution solve(double[] mu, Penalty penalty, double[] start) {
        if (penalty.size(mu) <= penalty.epsilon) {
            return null;
        }
        double[] w = minimum(mu, penalty, start);
        Solution solution = judged(mu, penalty, w);
        if (solution.gap() > ENOUGH) {
            solution = better(solution, judged(mu, penalty, again(mu, penalty, w)));
        }
        if (solution.gap() > ENOUGH) {
            solution = better(solution, judged(mu, penalty, along(mu, penalty)));
        }
        return solution.gap() < Double.POSITIVE_INFINITY ? solution : null;
    }

    /** By what they are above the minimum, not by what share of their own variance that is. */
    private static Solution better(Solution one, Solution other) {
        boolean known = other.gap() < Double.POSITIVE_INFINITY;
        return known && !(one.gap() * one.variance() <= other.gap() * other.variance()) ? other : one;
    }

    /** With a gap of +∞ where w is no weights at all. */
    private Solution judged(double[] mu, Penalty penalty, double[] w) {
        double[] z = residual(mu, w);
        double margin = 0;
        double variance = 0;
        for (int j = 0; j < d; j++) {
            margin += mu[j] * w[j];
            variance += w[j] * (mu[j] - z[j]);
        }
        if (!(variance > 0x1p-20 * margin)) {
            // near the limit z is nearly μ, and the difference has few digits left
            variance = variance(w);
        }
        double norm = penalty.dualNorm(w);
        double above = Math.min(above(w, z, penalty.inside(z), norm, penalty),
                above(w, z, penalty.facing(z, w), norm, penalty));
        double gap = above * (1 + 0x1p-20) / (variance / 2);
        return new Solution(w, margin, variance, norm, variance > 0 && gap >= 0 ? gap : Double.POSITIVE_INFINITY);
    }

    private double above(double[] w, double[] z, double[] inside, double norm, Penalty penalty) {
        double distance = 0;
        for (int j = 0; j < d; j++) {
            // z itself is rounded
            double outside = Math.abs(z[j] - inside[j]) + 0x1p-52 * Math.abs(z[j]);
            distance += outside * outside;
        }
        return complementarity(w, inside, norm, penalty) + (distance == 0 ? 0 : distance / (2 * floor));
    }

    private double variance(double[] w) {
        double[] image = residual(new double[d], w);
        double variance = 0;
        for (int j = 0; j < d; j++) {
            variance -= w[j] * image[j];
        }
        return variance;
    }

    /** The best multiple of the direction in which μ is greatest: all that is left where ε is within rounding of its size. */
    private double[] along(double[] mu, Penalty penalty) {
        double[] w = penalty.direction(mu);
        double excess = penalty.size(mu) - penalty.epsilon;
        double length = excess == Double.POSITIVE_INFINITY ? 0 : excess * penalty.dualNorm(w) / variance(w);
        for (int j = 0; j < d; j++) {
            w[j] *= length;
        }
        return w;
    }

    /** ε‖w‖ − z'·w, rounded up. */
    private double complementarity(double[] w, double[] inside, double norm, Penalty penalty) {
        double sum = 0;
        double magnitudes = 0;
        for (int j = 0; j < d; j++) {
            double product = w[j] * inside[j];
            magnitudes += Math.abs(product);
            // in ℓ∞ each feature has its share, and no digits are lost between them
            sum += penalty.norm == Norm.LINF
                    ? Math.abs(w[j]) * (penalty.epsilon * penalty.b[j] - Math.signum(w[j]) * inside[j])
                    : -product;
        }
        if (penalty.norm == Norm.LINF) {
            // each difference, and each product εb, is rounded once
            return sum + 0x1p-52 * magnitudes;
        }
        return Math.max(0, sum + penalty.epsilon * norm) + (d + 8) * 0x1p-53 * (magnitudes + penalty.epsilon * norm);
    }

    abstract double[] minimum(double[] mu, Penalty penalty, double[] start);

    /**
     * The minimum once more, where the way of {@link #minimum} has lost too many digits, by one that is slower.
     *
     * @param w what that has found; read
     */
    abstract double[] again(double[] mu, Penalty penalty, double[] w);

    /** μ − Σw, each entry in pairs of doubles, rounded once. */
    abstract double[] residual(double[] mu, double[] w);

    /** Adds Σ. */
    public abstract void to(Hash hash);

    /**
     * τ with τ‖u(τ)‖ = ε where u(τ) = (A + τI)⁻¹ν and ‖ν‖ > ε > 0, by Newton's method on 1/‖u‖ − τ/ε, which is concave: from
     * the right it comes down to the root without passing it.
     */
    abstract static class Secular {
        /** Moves to τ. Returns ‖u‖. */
        abstract double at(double tau);

        /** uᵀ(A + τI)⁻¹u at the τ of the last call. */
        abstract double slope();

        /** @param nu ‖ν‖ @param greatest at least the greatest eigenvalue of A */
        final double root(double nu, double greatest, double epsilon) {
            double tau = epsilon * greatest / (nu - epsilon);
            for (int k = 0; k < 200; k++) {
                double norm = at(tau);
                double value = 1 / norm - tau / epsilon;
                double derivative = slope() / (norm * norm * norm) - 1 / epsilon;
                double next = tau - value / derivative;
                if (!(next < tau * (1 - 0x1p-51)) || !(next > 0)) {
                    break;
                }
                tau = next;
            }
            return tau;
        }
    }
}
