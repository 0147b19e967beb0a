package dev.holdfast.model.bayes;

import dev.holdfast.model.certificate.Norm;
import dev.holdfast.model.certificate.Reach;
import java.util.Arrays;

/**
 * ε‖w‖, the most that a perturbation z with ‖z/b‖ ≤ ε takes from w·x: for ℓ∞ ε Σ b_j|w_j|, for ℓ2 ε (Σ (b_j w_j)²)^½, for
 * ℓ1 ε max b_j|w_j|. A feature with b_j = 0 does not move, and costs nothing.
 */
public final class Penalty {
    final Norm norm;
    final int d;
    final double[] b;
    final double epsilon;

    /** @param reach without a box, for d features */
    public Penalty(Reach reach, int d, double epsilon) {
        this.norm = reach.norm();
        this.d = d;
        this.epsilon = epsilon;
        this.b = new double[d];
        for (int j = 0; j < d; j++) {
            b[j] = reach.budgets() == null ? 1 : reach.budgets()[j];
        }
    }

    /** ‖w‖. */
    double dualNorm(double[] w) {
        double sum = 0;
        for (int j = 0; j < d; j++) {
            double v = b[j] * Math.abs(w[j]);
            sum = switch (norm) {
                case LINF -> sum + v;
                case L2 -> sum + v * v;
                case L1 -> Math.max(sum, v);
            };
        }
        return norm == Norm.L2 ? Math.sqrt(sum) : sum;
    }

    /** ‖z/b‖, the size of a perturbation; +∞ where it moves a feature that is frozen. */
    public double size(double[] z) {
        double sum = 0;
        for (int j = 0; j < d; j++) {
            double v = z[j] == 0 ? 0 : Math.abs(z[j]) / b[j];
            sum = switch (norm) {
                case LINF -> Math.max(sum, v);
                case L2 -> sum + v * v;
                case L1 -> sum + v;
            };
        }
        return norm == Norm.L2 ? Math.sqrt(sum) : sum;
    }

    /** A w with z·w = ‖z/b‖ ‖w‖, for a z that moves no frozen feature. */
    double[] direction(double[] z) {
        double[] w = new double[d];
        int greatest = 0;
        for (int j = 0; j < d; j++) {
            if (z[j] != 0 && b[j] > 0) {
                greatest = z[greatest] == 0 || Math.abs(z[j]) / b[j] > Math.abs(z[greatest]) / b[greatest] ? j : greatest;
                w[j] = norm == Norm.L2 ? z[j] / b[j] / b[j] : Math.copySign(1 / b[j], z[j]);
            }
        }
        if (norm == Norm.LINF) {
            double only = w[greatest];
            Arrays.fill(w, 0);
            w[greatest] = only;
        }
        return w;
    }

    /**
     * A perturbation of size ε at most near z that takes as much of w as any, but for its rounding; in ℓ∞ exactly that much.
     * Near a minimum what it is apart from z counts squared, while what {@link #inside} takes less counts as it is.
     */
    public double[] facing(double[] z, double[] w) {
        double[] facing = new double[d];
        double norm = dualNorm(w);
        for (int j = 0; j < d; j++) {
            double bound = epsilon * b[j];
            facing[j] = switch (this.norm) {
                case LINF -> w[j] == 0 ? Math.max(-bound, Math.min(z[j], bound)) : Math.copySign(bound, w[j]);
                case L2 -> norm == 0 ? 0 : bound * (b[j] * w[j] / norm);
                case L1 -> b[j] * Math.abs(w[j]) >= norm * (1 - 0x1p-50) && z[j] * w[j] > 0 ? z[j] : 0;
            };
        }
        double size = this.norm == Norm.LINF ? 0 : size(facing);
        for (int j = 0; j < d && size > 0; j++) {
            facing[j] *= epsilon / size * (1 - (d + 8) * 0x1p-52);
        }
        return facing;
    }

    /** At least what such a perturbation, as {@link #facing} says, takes less of w than any can. */
    public double missing(double[] facing, double[] w) {
        if (norm == Norm.LINF) {
            return 0;
        }
        double taken = 0;
        double magnitudes = 0;
        for (int j = 0; j < d; j++) {
            taken += facing[j] * w[j];
            magnitudes += Math.abs(facing[j] * w[j]);
        }
        double most = epsilon * dualNorm(w);
        return Math.max(0, most - taken) + (d + 8) * 0x1p-52 * (magnitudes + most);
    }

    /** A perturbation of size ε at most near z: a step on the way from weights to their dual bound. */
    double[] inside(double[] z) {
        double[] inside = new double[d];
        for (int j = 0; j < d; j++) {
            inside[j] = b[j] == 0 ? 0 : z[j];
        }
        if (norm == Norm.LINF) {
            for (int j = 0; j < d; j++) {
                inside[j] = Math.max(-epsilon * b[j], Math.min(inside[j], epsilon * b[j]));
            }
            return inside;
        }
        double size = size(inside);
        // a little less than ε, so that no rounding leaves it outside
        double factor = size > epsilon ? epsilon / size * (1 - (d + 8) * 0x1p-52) : 1;
        for (int j = 0; j < d; j++) {
            inside[j] *= factor;
        }
        return inside;
    }
}
