package dev.holdfast.verify.baselines;

import dev.holdfast.model.Rows;

/**
 * What training makes least: F(w, c) = (1/N) Σ_n ℓ(y_n (w·x_n + c) − ε‖w‖₁) + (λ/2)‖w‖², convex. For an ℓ that falls,
 * the first term is the mean loss under the worst ‖Δ‖_∞ ≤ ε.
 */
final class Risk {
    /** ℓ of the margin m. */
    enum Loss {
        /** (1 − m)²/2. */
        SQUARED {
            @Override
            double value(double m) {
                return (1 - m) * (1 - m) / 2;
            }

            @Override
            double slope(double m) {
                return m - 1;
            }
        },
        /** log(1 + e^−m). */
        LOGISTIC {
            @Override
            double value(double m) {
                return Math.max(0, -m) + StrictMath.log1p(StrictMath.exp(-Math.abs(m)));
            }

            @Override
            double slope(double m) {
                return -1 / (1 + StrictMath.exp(m));
            }
        };

        abstract double value(double m);

        abstract double slope(double m);
    }

    private final Loss loss;
    private final float[] x;
    private final int[] y;
    private final int d;
    private final double lambda;
    private final double epsilon;

    Risk(Loss loss, Rows x, int[] y, double lambda, double epsilon) {
        if (y.length != x.rows() || y.length == 0) {
            throw new IllegalArgumentException(
                    "y.length = " + y.length + ", expected one label a row, " + x.rows() + ", at least 1");
        }
        if (!(lambda > 0) || lambda == Double.POSITIVE_INFINITY) {
            throw new IllegalArgumentException("lambda = " + lambda + ", expected a finite number, greater than 0");
        }
        if (!(epsilon >= 0) || epsilon == Double.POSITIVE_INFINITY) {
            throw new IllegalArgumentException("epsilon = " + epsilon + ", expected a finite number, at least 0");
        }
        this.loss = loss;
        this.x = x.toArray();
        this.y = y;
        this.d = x.features();
        this.lambda = lambda;
        this.epsilon = epsilon;
    }

    int features() {
        return d;
    }

    /**
     * F, and what it grows by.
     *
     * @param v w, then c: d+1 entries
     * @param gradient takes d+2 entries: ∂F/∂w with ‖w‖₁ held, ∂F/∂c, and ∂F/∂‖w‖₁, which is 0 if ε is
     */
    double at(double[] v, double[] gradient) {
        double norm1 = 0;
        double penalty = 0;
        for (int j = 0; j < d; j++) {
            norm1 += Math.abs(v[j]);
            penalty += v[j] * v[j];
            gradient[j] = 0;
        }
        double sum = 0;
        double slopes = 0;
        double shares = 0;
        for (int n = 0; n < y.length; n++) {
            double m = y[n] * (dot(v, n * d) + v[d]) - epsilon * norm1;
            double slope = loss.slope(m);
            sum += loss.value(m);
            slopes += slope;
            shares += slope * y[n];
            add(slope * y[n], n * d, gradient);
        }
        int count = y.length;
        for (int j = 0; j < d; j++) {
            gradient[j] = gradient[j] / count + lambda * v[j];
        }
        gradient[d] = shares / count;
        gradient[d + 1] = -epsilon * slopes / count;
        return sum / count + lambda / 2 * penalty;
    }

    /** How far the sums' rounding may part two values of F that are near {@code value}: N units of 2⁻⁵³ each. */
    double rounding(double value) {
        return y.length * 0x1p-52 * value;
    }

    /** w·x_n in four chains, since one alone waits for its own additions. */
    private double dot(double[] w, int o) {
        double s0 = 0;
        double s1 = 0;
        double s2 = 0;
        double s3 = 0;
        int j = 0;
        for (; j <= d - 4; j += 4) {
            s0 += w[j] * x[o + j];
            s1 += w[j + 1] * x[o + j + 1];
            s2 += w[j + 2] * x[o + j + 2];
            s3 += w[j + 3] * x[o + j + 3];
        }
        for (; j < d; j++) {
            s0 += w[j] * x[o + j];
        }
        return s0 + s1 + (s2 + s3);
    }

    private void add(double factor, int o, double[] gradient) {
        for (int j = 0; j < d; j++) {
            gradient[j] += factor * x[o + j];
        }
    }
}
