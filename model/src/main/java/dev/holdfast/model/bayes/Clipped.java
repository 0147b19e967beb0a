package dev.holdfast.model.bayes;

import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * The minimum of ½ wᵀΣw − μᵀw + ε max b_j|w_j| by active sets: features at a bound ±t/b_j keep their sides of it, and the
 * other weights and t then solve a linear system, in Σ itself. A weight that would pass its bound on the way there stops the
 * step and stays at the bound; where none does, the feature whose z = μ − Σw is farthest on the wrong side is let go. Each
 * step leads down, and there are finitely many sets. From sets that are nearly right it takes few steps, of O(d³) each.
 */
final class Clipped {
    private final double[] sigma;
    private final int d;
    private final double[] mu;
    private final Penalty penalty;
    private final double[] deviation;
    private final double[] w;
    private double t;
    /** By feature: −1 or +1 at its bound, 0 elsewhere. */
    private final int[] side;

    /**
     * @param sigma d × d, symmetric, both triangles; read
     * @param start w near the minimum; read
     * @param left z near that of the minimum, 0 where a weight is not at its bound; read
     */
    Clipped(double[] sigma, int d, double[] mu, Penalty penalty, double[] start, double[] left) {
        this.sigma = sigma;
        this.d = d;
        this.mu = mu;
        this.penalty = penalty;
        this.deviation = new double[d];
        this.w = start.clone();
        this.side = new int[d];
        for (int j = 0; j < d; j++) {
            deviation[j] = Math.sqrt(sigma[j * d + j]);
            if (left[j] != 0 && penalty.b[j] > 0) {
                side[j] = left[j] > 0 ? 1 : -1;
                t = Math.max(t, penalty.b[j] * Math.abs(w[j]));
            }
        }
    }

    /** The minimum, or the last point on the way to it where rounding leaves no way on. */
    double[] minimum() {
        for (int j = 0; j < d; j++) {
            if (penalty.b[j] > 0) {
                double bound = t / penalty.b[j];
                w[j] = side[j] == 0 ? Math.max(-bound, Math.min(w[j], bound)) : side[j] * bound;
            }
        }
        if (!(t > 0 && descend()) && startAtZero()) {
            descend();
        }
        return w;
    }

    /** Returns false if t becomes 0 or there is no way on. */
    private boolean descend() {
        for (int pass = 0; pass < 3 * d + 50; pass++) {
            int[] free = IntStream.range(0, d).filter(j -> side[j] == 0).toArray();
            double[] next = solution(free);
            if (next == null) {
                return false;
            }
            boolean stopped = move(free, next);
            if (!(t > 0)) {
                return false;
            }
            if (!stopped && !letGo()) {
                return true;
            }
        }
        return false;
    }

    /** To t = 0, where only frozen features have weights; the others take their sides from z. False if that is the minimum. */
    private boolean startAtZero() {
        int[] frozen = IntStream.range(0, d).filter(j -> penalty.b[j] == 0).toArray();
        int f = frozen.length;
        Arrays.fill(w, 0);
        t = 0;
        if (f > 0) {
            double[] system = new double[f * f];
            double[] right = new double[f];
            for (int i = 0; i < f; i++) {
                right[i] = mu[frozen[i]];
                for (int j = 0; j < f; j++) {
                    system[i * f + j] = sigma[frozen[i] * d + frozen[j]];
                }
            }
            double[] factor = system.clone();
            if (!DenseCovariance.factor(factor, f)) {
                return false;
            }
            double[] solved = DenseCovariance.refined(system, factor, f, right);
            for (int i = 0; i < f; i++) {
                w[frozen[i]] = solved[i];
            }
        }
        double[] z = DenseCovariance.residual(sigma, d, mu, w);
        double size = 0;
        for (int j = 0; j < d; j++) {
            side[j] = penalty.b[j] == 0 ? 0 : z[j] < 0 ? -1 : 1;
            size += penalty.b[j] == 0 ? 0 : Math.abs(z[j]) / penalty.b[j];
        }
        return size > penalty.epsilon;
    }

    /** The free weights and t for the sides as they are; {@code null} where rounding leaves no positive definite system. */
    private double[] solution(int[] free) {
        int f = free.length;
        double[] bound = new double[d];
        for (int j = 0; j < d; j++) {
            bound[j] = side[j] == 0 ? 0 : side[j] / penalty.b[j];
        }
        double[] image = DenseCovariance.residual(sigma, d, new double[d], bound);
        double[] system = new double[(f + 1) * (f + 1)];
        double[] right = new double[f + 1];
        right[f] = -penalty.epsilon;
        for (int j = 0; j < d; j++) {
            right[f] += bound[j] * mu[j];
            system[f * (f + 1) + f] -= bound[j] * image[j];
        }
        for (int i = 0; i < f; i++) {
            right[i] = mu[free[i]];
            system[i * (f + 1) + f] = -image[free[i]];
            system[f * (f + 1) + i] = -image[free[i]];
            for (int j = 0; j < f; j++) {
                system[i * (f + 1) + j] = sigma[free[i] * d + free[j]];
            }
        }
        double[] factor = system.clone();
        return DenseCovariance.factor(factor, f + 1) ? DenseCovariance.refined(system, factor, f + 1, right) : null;
    }

    /** As far towards {@code next} as all weights stay within their bounds. Returns whether one has stopped the step. */
    private boolean move(int[] free, double[] next) {
        double nextT = next[free.length];
        double length = 1;
        int stop = -1;
        int stopSide = 0;
        for (int i = 0; i < free.length; i++) {
            double b = penalty.b[free[i]];
            for (int sign = -1; sign <= 1 && b > 0; sign += 2) {
                double before = Math.max(0, t - sign * b * w[free[i]]);
                double after = nextT - sign * b * next[i];
                if (after < -0x1p-48 * Math.abs(nextT) && before < length * (before - after)) {
                    length = before / (before - after);
                    stop = free[i];
                    stopSide = sign;
                }
            }
        }
        t += length * (nextT - t);
        for (int i = 0; i < free.length; i++) {
            w[free[i]] += length * (next[i] - w[free[i]]);
        }
        if (stop >= 0) {
            side[stop] = stopSide;
        }
        for (int j = 0; j < d; j++) {
            if (side[j] != 0) {
                w[j] = side[j] * (t / penalty.b[j]);
            }
        }
        return stop >= 0;
    }

    /** Lets the feature go whose z is most on the wrong side, beyond what roundings of w do to it; false if there is none. */
    private boolean letGo() {
        double[] z = DenseCovariance.residual(sigma, d, mu, w);
        double spread = 0;
        for (int j = 0; j < d; j++) {
            spread += deviation[j] * Math.abs(w[j]);
        }
        int worst = -1;
        double most = 0;
        for (int j = 0; j < d; j++) {
            double wrong = -side[j] * z[j];
            if (wrong > 0x1p-48 * (Math.abs(mu[j]) + deviation[j] * spread) && wrong / penalty.b[j] > most) {
                most = wrong / penalty.b[j];
                worst = j;
            }
        }
        if (worst >= 0) {
            side[worst] = 0;
        }
        return worst >= 0;
    }
}
