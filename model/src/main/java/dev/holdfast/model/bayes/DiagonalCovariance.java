package dev.holdfast.model.bayes;

import dev.holdfast.model.archive.Hash;
import java.util.Arrays;
import java.util.Comparator;
import java.util.stream.IntStream;

/** A covariance without correlations: every minimum is a closed form, or that of one scalar equation. */
public final class DiagonalCovariance extends Covariance {
    private final double[] variance;

    /** Keeps {@code variance}, all positive. */
    private DiagonalCovariance(double[] variance) {
        super(variance.length, Arrays.stream(variance).min().orElseThrow());
        this.variance = variance;
    }

    /**
     * The variances of the features, shrunk towards their mean as a diagonal covariance is; or with a ridge.
     *
     * @param scatter n times the variances; overwritten and kept
     * @param ridge what is added to every variance in place of shrinkage; NaN for none
     * @return {@code null} if all variances are 0 and there is no ridge
     */
    public static DiagonalCovariance of(double[] scatter, double n, double ridge) {
        double trace = 0;
        double square = 0;
        for (int j = 0; j < scatter.length; j++) {
            scatter[j] /= n;
            trace += scatter[j];
            square += scatter[j] * scatter[j];
        }
        boolean shrinks = Double.isNaN(ridge);
        if (shrinks && trace == 0) {
            return null;
        }
        double rho = shrinks ? shrinkage(trace, square, n, scatter.length) : 0;
        double more = shrinks ? rho * (trace / scatter.length) : ridge;
        for (int j = 0; j < scatter.length; j++) {
            scatter[j] = (1 - rho) * scatter[j] + more;
        }
        return new DiagonalCovariance(scatter);
    }

    /** The mean variance for every feature, likewise. */
    public static DiagonalCovariance identity(double[] scatter, double n, double ridge) {
        double mean = 0;
        for (double entry : scatter) {
            mean += entry / n;
        }
        mean = mean / scatter.length + (Double.isNaN(ridge) ? 0 : ridge);
        if (mean == 0) {
            return null;
        }
        Arrays.fill(scatter, mean);
        return new DiagonalCovariance(scatter);
    }

    @Override
    double[] minimum(double[] mu, Penalty penalty, double[] start) {
        return switch (penalty.norm) {
            case LINF -> soft(mu, penalty);
            case L2 -> shrunk(mu, penalty);
            case L1 -> clipped(mu, penalty);
        };
    }

    /** {@inheritDoc} A closed form has nothing to add. */
    @Override
    double[] again(double[] mu, Penalty penalty, double[] w) {
        return w;
    }

    private double[] soft(double[] mu, Penalty penalty) {
        double[] w = new double[d];
        for (int j = 0; j < d; j++) {
            double left = Math.abs(mu[j]) - penalty.epsilon * penalty.b[j];
            w[j] = left > 0 ? Math.copySign(left, mu[j]) / variance[j] : 0;
        }
        return w;
    }

    /** w_j = μ_j/(σ_j² + τ b_j²) with τ‖b ∘ w‖ = ε. */
    private double[] shrunk(double[] mu, Penalty penalty) {
        double nu = 0;
        double greatest = 0;
        for (int j = 0; j < d; j++) {
            if (penalty.b[j] > 0) {
                double each = mu[j] / penalty.b[j];
                nu += each * each;
                greatest = Math.max(greatest, variance[j] / (penalty.b[j] * penalty.b[j]));
            }
        }
        nu = Math.sqrt(nu);
        double tau = Double.POSITIVE_INFINITY;
        if (penalty.epsilon == 0) {
            tau = 0;
        } else if (nu > penalty.epsilon) {
            tau = new Secular() {
                private double last;

                @Override
                double at(double tau) {
                    last = tau;
                    double sum = 0;
                    for (int j = 0; j < d; j++) {
                        double u = penalty.b[j] * mu[j] / (variance[j] + tau * penalty.b[j] * penalty.b[j]);
                        sum += u * u;
                    }
                    return Math.sqrt(sum);
                }

                @Override
                double slope() {
                    double sum = 0;
                    for (int j = 0; j < d; j++) {
                        double square = penalty.b[j] * penalty.b[j];
                        double all = variance[j] + last * square;
                        double u = penalty.b[j] * mu[j] / all;
                        sum += u * u * square / all;
                    }
                    return sum;
                }
            }.root(nu, greatest, penalty.epsilon);
        }
        double[] w = new double[d];
        for (int j = 0; j < d; j++) {
            double square = penalty.b[j] * penalty.b[j];
            w[j] = square == 0 ? mu[j] / variance[j] : mu[j] / (variance[j] + tau * square);
        }
        return w;
    }

    /**
     * w_j = μ_j/σ_j² clipped to t/b_j, where t makes what is clipped, Σ (|μ_j| − σ_j² t/b_j)/b_j over the clipped features,
     * equal to ε. Features are clipped in the order of b_j|μ_j|/σ_j².
     */
    private double[] clipped(double[] mu, Penalty penalty) {
        double[] level = new double[d];
        for (int j = 0; j < d; j++) {
            level[j] = penalty.b[j] * Math.abs(mu[j]) / variance[j];
        }
        int[] order = IntStream.range(0, d)
                .filter(j -> level[j] > 0)
                .boxed()
                .sorted(Comparator.comparingDouble(j -> -level[j]))
                .mapToInt(j -> j)
                .toArray();
        double t = Double.POSITIVE_INFINITY;
        double size = 0;
        double slope = 0;
        for (int k = 0; k < order.length; k++) {
            int j = order[k];
            size += Math.abs(mu[j]) / penalty.b[j];
            slope += variance[j] / (penalty.b[j] * penalty.b[j]);
            boolean all = k + 1 == order.length;
            double next = all ? 0 : level[order[k + 1]];
            // where frozen features alone have weights, all that moves is clipped to 0 and more would be taken
            if (penalty.epsilon > 0 && (all || size - slope * next >= penalty.epsilon)) {
                t = Math.max(0, (size - penalty.epsilon) / slope);
                break;
            }
        }
        double[] w = new double[d];
        for (int j = 0; j < d; j++) {
            double full = mu[j] / variance[j];
            w[j] = level[j] > t ? Math.copySign(t / penalty.b[j], mu[j]) : full;
        }
        return w;
    }

    @Override
    double[] residual(double[] mu, double[] w) {
        double[] z = new double[d];
        for (int j = 0; j < d; j++) {
            z[j] = Math.fma(-variance[j], w[j], mu[j]);
        }
        return z;
    }

    @Override
    public void to(Hash hash) {
        hash.add(variance);
    }
}
