package dev.holdfast.model.bayes;

import dev.holdfast.kernel.Cholesky;
import dev.holdfast.kernel.Tridiagonal;
import dev.holdfast.model.archive.Hash;
import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * A covariance with all its correlations. What does not depend on μ is made once, when it is first needed, and shared by
 * all pairs of classes: for ℓ1 the inverse, for ℓ2 a tridiagonal form.
 */
public final class DenseCovariance extends Covariance {
    /** d × d, both triangles. */
    private final double[] sigma;

    private double[] inverse;
    /** z of the last problem with ℓ1. */
    private double[] left;
    private Basis basis;

    /** Keeps {@code sigma}. */
    private DenseCovariance(int d, double[] sigma, double floor) {
        super(d, floor);
        this.sigma = sigma;
    }

    /**
     * The covariance within classes, shrunk towards its mean variance; or with a ridge.
     *
     * @param scatter n times the covariance, d × d, both triangles; overwritten and kept
     * @param ridge what is added to every variance in place of shrinkage; NaN for none
     * @return {@code null} if all variances are 0 and there is no ridge
     */
    public static DenseCovariance of(double[] scatter, int d, double n, double ridge) {
        double trace = 0;
        double square = 0;
        for (int i = 0; i < d; i++) {
            trace += scatter[i * d + i] / n;
            double row = 0;
            for (int j = 0; j < d; j++) {
                double entry = scatter[i * d + j] / n;
                scatter[i * d + j] = entry;
                row += entry * entry;
            }
            square += row;
        }
        boolean shrinks = Double.isNaN(ridge);
        if (shrinks && trace == 0) {
            return null;
        }
        double rho = shrinks ? shrinkage(trace, square, n, d) : 0;
        double more = shrinks ? rho * (trace / d) : ridge;
        for (int i = 0; i < d * d; i++) {
            scatter[i] *= 1 - rho;
        }
        for (int i = 0; i < d; i++) {
            scatter[i * d + i] += more;
        }
        // roundings of entries move eigenvalues by less than this
        return new DenseCovariance(d, scatter, Math.max(more - 0x1p-50 * trace, more * 0x1p-10));
    }

    @Override
    double[] minimum(double[] mu, Penalty penalty, double[] start) {
        return switch (penalty.norm) {
            case LINF -> sparse(mu, penalty, start);
            case L2 -> shrunk(mu, penalty);
            case L1 -> clipped(mu, penalty);
        };
    }

    @Override
    double[] again(double[] mu, Penalty penalty, double[] w) {
        return switch (penalty.norm) {
            case LINF -> sparse(mu, penalty, null);
            case L2 -> ridged(mu, penalty, w);
            case L1 -> penalty.epsilon == 0
                    ? ridged(mu, penalty, w)
                    : new Clipped(sigma, d, mu, penalty, w, left).minimum();
        };
    }

    private double[] sparse(double[] mu, Penalty penalty, double[] start) {
        double[] w = start == null ? new double[d] : start.clone();
        double[] lambda = new double[d];
        Arrays.setAll(lambda, j -> penalty.epsilon * penalty.b[j]);
        Lasso.solve(sigma, d, mu, lambda, w);
        return w;
    }

    /**
     * With u = b ∘ w, (B⁻¹ΣB⁻¹ + τI) u = B⁻¹μ with τ‖u‖ = ε. Features that do not move, b_j = 0, are eliminated first: given
     * the others' weights, theirs solve a linear system.
     */
    private double[] shrunk(double[] mu, Penalty penalty) {
        if (basis == null || !Arrays.equals(basis.b, penalty.b)) {
            basis = new Basis(penalty.b);
        }
        return basis.solve(mu, penalty.epsilon);
    }

    /** Σ of the features that move, in units of their budgets, given those that do not, as Q T Qᵀ. */
    private final class Basis {
        private final double[] b;
        private final int[] moving;
        private final int[] frozen;
        /** A Cholesky factor of the frozen features' Σ, and Σ between frozen (rows) and moving features. */
        private final double[] frozenFactor;

        private final double[] between;
        private final double trace;
        private final double[] q;
        private final double[] diagonal;
        private final double[] off;
        private final double[] scale;

        Basis(double[] b) {
            this.b = b;
            this.moving = IntStream.range(0, d).filter(j -> b[j] > 0).toArray();
            this.frozen = IntStream.range(0, d).filter(j -> b[j] == 0).toArray();
            this.frozenFactor = part(frozen, frozen);
            this.between = part(frozen, moving);
            int m = moving.length;
            int f = frozen.length;
            q = part(moving, moving);
            if (f > 0) {
                factor(frozenFactor, f);
                double[][] solved = new double[m][];
                for (int j = 0; j < m; j++) {
                    solved[j] = column(between, f, m, j);
                    Cholesky.solve(frozenFactor, f, solved[j]);
                }
                for (int i = 0; i < m; i++) {
                    for (int j = 0; j <= i; j++) {
                        double sum = 0;
                        for (int k = 0; k < f; k++) {
                            sum += between[k * m + i] * solved[j][k];
                        }
                        q[i * m + j] -= sum;
                        q[j * m + i] = q[i * m + j];
                    }
                }
            }
            double sum = 0;
            for (int i = 0; i < m; i++) {
                for (int j = 0; j < m; j++) {
                    q[i * m + j] /= b[moving[i]] * b[moving[j]];
                }
                sum += q[i * m + i];
            }
            trace = sum;
            diagonal = new double[m];
            off = new double[m];
            scale = new double[m];
            if (m > 0) {
                Tridiagonal.reduce(q, m, diagonal, off, scale, new double[Tridiagonal.reduceWorkLength(m)]);
            }
        }

        private double[] part(int[] rows, int[] columns) {
            double[] part = new double[Math.multiplyExact(rows.length, columns.length)];
            for (int i = 0; i < rows.length; i++) {
                for (int j = 0; j < columns.length; j++) {
                    part[i * columns.length + j] = sigma[rows[i] * d + columns[j]];
                }
            }
            return part;
        }

        private static double[] column(double[] matrix, int rows, int columns, int j) {
            double[] column = new double[rows];
            for (int i = 0; i < rows; i++) {
                column[i] = matrix[i * columns + j];
            }
            return column;
        }

        double[] solve(double[] mu, double epsilon) {
            int m = moving.length;
            int f = frozen.length;
            double[] fixed = IntStream.of(frozen).mapToDouble(j -> mu[j]).toArray();
            if (f > 0) {
                Cholesky.solve(frozenFactor, f, fixed);
            }
            double[] nu = new double[m];
            double norm = 0;
            for (int j = 0; j < m; j++) {
                double sum = mu[moving[j]];
                for (int k = 0; k < f; k++) {
                    sum -= between[k * m + j] * fixed[k];
                }
                nu[j] = sum / b[moving[j]];
                norm += nu[j] * nu[j];
            }
            norm = Math.sqrt(norm);
            double[] w = new double[d];
            if (m > 0 && norm > epsilon) {
                double[] u = scaled(nu, norm, epsilon);
                for (int j = 0; j < m; j++) {
                    w[moving[j]] = u[j] / b[moving[j]];
                }
            }
            double[] rest = IntStream.of(frozen).mapToDouble(j -> mu[j]).toArray();
            for (int k = 0; k < f; k++) {
                for (int j = 0; j < m; j++) {
                    rest[k] -= between[k * m + j] * w[moving[j]];
                }
            }
            if (f > 0) {
                Cholesky.solve(frozenFactor, f, rest);
            }
            for (int k = 0; k < f; k++) {
                w[frozen[k]] = rest[k];
            }
            return w;
        }

        private double[] scaled(double[] nu, double norm, double epsilon) {
            int m = nu.length;
            double[] work = new double[m];
            double[] t = nu.clone();
            Tridiagonal.toBasis(q, scale, m, t);
            double[] u = new double[m];
            Secular secular = new Secular() {
                private double last;

                @Override
                double at(double tau) {
                    last = tau;
                    System.arraycopy(t, 0, u, 0, m);
                    Tridiagonal.solve(diagonal, off, tau, m, u, work);
                    return Math.sqrt(dot(u, u));
                }

                @Override
                double slope() {
                    double[] v = u.clone();
                    Tridiagonal.solve(diagonal, off, last, m, v, work);
                    return dot(u, v);
                }
            };
            secular.at(epsilon == 0 ? 0 : secular.root(norm, trace, epsilon));
            Tridiagonal.fromBasis(q, scale, m, u);
            return u;
        }
    }

    /** The root of τ‖w‖ = ε with (Σ + τB²) w = μ from where w is, by a factor for each τ: neither budgets nor Σ are transformed. */
    private double[] ridged(double[] mu, Penalty penalty, double[] start) {
        double norm = penalty.dualNorm(start);
        if (!(norm > 0) && penalty.epsilon > 0) {
            return start;
        }
        double tau = penalty.epsilon == 0 ? 0 : penalty.epsilon / norm;
        double[] w = start;
        for (int k = 0; k < 8; k++) {
            double[] system = sigma.clone();
            for (int j = 0; j < d; j++) {
                system[j * d + j] += tau * (penalty.b[j] * penalty.b[j]);
            }
            double[] factor = system.clone();
            if (!(tau < Double.POSITIVE_INFINITY) || !factor(factor, d)) {
                return w;
            }
            w = refined(system, factor, d, mu);
            norm = penalty.dualNorm(w);
            double[] image = new double[d];
            for (int j = 0; j < d; j++) {
                image[j] = penalty.b[j] * penalty.b[j] * w[j];
            }
            double[] solved = image.clone();
            Cholesky.solve(factor, d, solved);
            // Newton's method, as in Secular
            double value = 1 / norm - tau / penalty.epsilon;
            double derivative = dot(image, solved) / (norm * norm * norm) - 1 / penalty.epsilon;
            double next = tau - value / derivative;
            if (!(next > 0) || Math.abs(next - tau) <= 0x1p-51 * tau) {
                return w;
            }
            tau = next;
        }
        return w;
    }

    /** {@link Cholesky#factor}; false where A is not positive definite as far as double can tell. */
    static boolean factor(double[] a, int d) {
        return Cholesky.factor(a, d, new double[Cholesky.factorWorkLength(d)]) == d;
    }

    /** A⁻¹b from a factor of A, with what each solution leaves solved for again. */
    static double[] refined(double[] a, double[] factor, int d, double[] b) {
        double[] x = b.clone();
        Cholesky.solve(factor, d, x);
        for (int k = 0; k < 3; k++) {
            double[] left = residual(a, d, b, x);
            Cholesky.solve(factor, d, left);
            for (int j = 0; j < d; j++) {
                x[j] += left[j];
            }
        }
        return x;
    }

    private static double dot(double[] u, double[] v) {
        double sum = 0;
        for (int j = 0; j < u.length; j++) {
            sum += u[j] * v[j];
        }
        return sum;
    }

    /**
     * By the dual: z = μ − Σw is what is left of a lasso with the matrix Σ⁻¹, min ½ (μ − z)ᵀΣ⁻¹(μ − z) + t Σ|z_j|/b_j, at the
     * t where the size of z is ε; t is then the dual norm of w. For the same support and signs z is linear in t, so that
     * Newton's method on t ends at the root once they are found.
     */
    private double[] clipped(double[] mu, Penalty penalty) {
        if (inverse == null) {
            double[] factor = sigma.clone();
            factor(factor, d);
            inverse = new double[sigma.length];
            Cholesky.inverse(factor, d, inverse, new double[Cholesky.inverseWorkLength(d)]);
        }
        double[] full = new double[d];
        for (int i = 0; i < d; i++) {
            full[i] = Precise.dot(inverse, i * d, mu, d);
        }
        if (penalty.epsilon == 0) {
            return full;
        }
        double[] z = new double[d];
        double[] lambda = new double[d];
        double low = 0;
        double high = 0;
        for (int j = 0; j < d; j++) {
            high = Math.max(high, penalty.b[j] * Math.abs(full[j]));
        }
        // where no feature moves at all, z = 0 at t = high; Newton starts there
        double t = high;
        for (int k = 0; k < 60; k++) {
            double level = t;
            Arrays.setAll(lambda, j -> penalty.b[j] == 0 ? Double.POSITIVE_INFINITY : level / penalty.b[j]);
            boolean found = Lasso.solve(inverse, d, full, lambda, z);
            double excess = penalty.size(z) - penalty.epsilon;
            if (excess < 0) {
                high = Math.min(high, t);
            } else {
                low = Math.max(low, t);
            }
            double next = t + excess / slope(z, full, penalty, level);
            if (!(next > low && next < high)) {
                next = (low + high) / 2;
            }
            if (!found || Math.abs(next - t) <= 0x1p-48 * t || high - low <= 0x1p-48 * high) {
                break;
            }
            t = next;
        }
        left = z;
        double[] rest = new double[d];
        for (int j = 0; j < d; j++) {
            rest[j] = mu[j] - z[j];
        }
        double[] w = new double[d];
        for (int i = 0; i < d; i++) {
            w[i] = Precise.dot(inverse, i * d, rest, d);
            // on the bound exactly, where the solution is
            if (z[i] != 0) {
                w[i] = Math.copySign(t / penalty.b[i], z[i]);
            }
        }
        return w;
    }

    /** −d‖z/b‖/dt for the support and signs of z, or of what comes first where that is 0. */
    private double slope(double[] z, double[] full, Penalty penalty, double t) {
        int[] support = IntStream.range(0, d)
                .filter(j -> penalty.b[j] > 0 && (z[j] != 0 || penalty.b[j] * Math.abs(full[j]) >= t))
                .toArray();
        int size = support.length;
        if (size == 0) {
            return 0;
        }
        double[] part = new double[size * size];
        double[] c = new double[size];
        for (int i = 0; i < size; i++) {
            int row = support[i];
            c[i] = Math.copySign(1 / penalty.b[row], z[row] == 0 ? full[row] : z[row]);
            for (int j = 0; j < size; j++) {
                part[i * size + j] = inverse[row * d + support[j]];
            }
        }
        double[] v = c.clone();
        factor(part, size);
        Cholesky.solve(part, size, v);
        return dot(c, v);
    }

    @Override
    double[] residual(double[] mu, double[] w) {
        return residual(sigma, d, mu, w);
    }

    /** μ − Aw, each entry in pairs of doubles, rounded once. */
    static double[] residual(double[] a, int d, double[] mu, double[] w) {
        int[] support = IntStream.range(0, d).filter(j -> w[j] != 0).toArray();
        double[] high = Arrays.copyOf(mu, d);
        double[] low = new double[d];
        for (int j : support) {
            Precise.subtract(a, j * d, w[j], high, low, d);
        }
        for (int i = 0; i < d; i++) {
            high[i] += low[i];
        }
        return high;
    }

    @Override
    public void to(Hash hash) {
        for (int i = 0; i < d; i++) {
            hash.add(Arrays.copyOfRange(sigma, i * d, i * d + i + 1));
        }
    }
}
