package dev.holdfast.verify.reference;

import java.util.random.RandomGenerator;

/**
 * The loss that pretraining minimises, by its definition in matrices and vectors: for weights p (d+1) and Q̄
 * ((d+1) × d) that are nowhere negative, −(1/d) Σ_c pᵀ E[G|c] Q̄ m_c, c being the feature of a task with y·x_c = 1, the
 * others being y·x_i ~ U[0, λ), and ε the radius of the adversary's ball. With −ε in place of ε every term is positive
 * and at least as great: the same methods then give the magnitudes that bound rounding errors.
 */
public final class PopulationLoss {
    private final int d;
    private final double lambda;
    private final double epsilon;

    public PopulationLoss(int d, double lambda, double epsilon) {
        this.d = d;
        this.lambda = lambda;
        this.epsilon = epsilon;
    }

    /** E[z zᵀ | c], (d+1) × (d+1): y·x_c and y·y are 1, and what is independent has the product of its means. */
    private double[][] gram(int c) {
        double[] mean = new double[d + 1];
        for (int i = 0; i <= d; i++) {
            mean[i] = i == c || i == d ? 1 : lambda / 2;
        }
        double[][] g = new double[d + 1][d + 1];
        for (int i = 0; i <= d; i++) {
            for (int l = 0; l <= d; l++) {
                g[i][l] = i == l && i != c && i != d ? lambda * lambda / 3 : mean[i] * mean[l];
            }
        }
        return g;
    }

    /** m_c, the mean of the attacked query times its label, d. */
    private double[] query(int c) {
        double[] m = new double[d];
        for (int j = 0; j < d; j++) {
            m[j] = (j == c ? 1 : lambda / 2) - epsilon;
        }
        return m;
    }

    /** What p gains, (1/d) Σ_c E[G|c] Q̄ m_c: the loss's gradient by p, negated. */
    public double[] gainOfP(double[][] qBar) {
        double[] gain = new double[d + 1];
        for (int c = 0; c < d; c++) {
            double[] m = query(c);
            double[] v = new double[d + 1];
            for (int i = 0; i <= d; i++) {
                v[i] = Reference.score(qBar[i], m);
            }
            double[][] g = gram(c);
            for (int i = 0; i <= d; i++) {
                gain[i] += Reference.score(g[i], v) / d;
            }
        }
        return gain;
    }

    /** What Q̄ gains, (1/d) Σ_c E[G|c] p m_cᵀ: the loss's gradient by Q̄, negated. */
    public double[][] gainOfQBar(double[] p) {
        double[][] gain = new double[d + 1][d];
        for (int c = 0; c < d; c++) {
            double[][] g = gram(c);
            double[] m = query(c);
            for (int i = 0; i <= d; i++) {
                double h = Reference.score(g[i], p);
                for (int j = 0; j < d; j++) {
                    gain[i][j] += h * m[j] / d;
                }
            }
        }
        return gain;
    }

    /** The loss of given weights. */
    public double of(double[] p, double[][] qBar) {
        return -Reference.score(p, gainOfP(qBar));
    }

    /** The least loss for this p: Q̄ is 1 where it gains. */
    public double least(double[] p) {
        double gain = 0;
        for (double[] row : gainOfQBar(p)) {
            for (double entry : row) {
                gain += Math.max(0, entry);
            }
        }
        return -gain;
    }

    /** The least loss over all 2^(d+1) vertices p. */
    public double least() {
        double least = 0;
        for (int vertex = 0; vertex < 1 << d + 1; vertex++) {
            double[] p = new double[d + 1];
            for (int i = 0; i <= d; i++) {
                p[i] = vertex >> i & 1;
            }
            least = Math.min(least, least(p));
        }
        return least;
    }

    /**
     * A bound on the error of any loss here, relative to its magnitude: a product has at most 10 roundings, and lies in
     * sums of d+1, of d and of (d+1)d terms.
     */
    public static double relativeError(int d) {
        return Reference.gamma(10 + d + 1 + d + (d + 1) * d, 0x1p-53);
    }

    /** A mean over draws, and its standard error. */
    public record Mean(double mean, double standardError) {}

    /**
     * The loss as the mean over drawn tasks, each with one demonstration and one query, which is attacked by
     * −ε·y·sign(w): no expectation is worked out.
     */
    public Mean sampled(double[] p, double[][] qBar, int tasks, RandomGenerator random) {
        double sum = 0;
        double squares = 0;
        for (int t = 0; t < tasks; t++) {
            int c = random.nextInt(d);
            double y = random.nextBoolean() ? 1 : -1;
            double[] w = Reference.readout(qBar, Reference.contextState(
                    new double[][] {sample(c, y, random)}, new double[] {y}, p), 1);
            double answer = random.nextBoolean() ? 1 : -1;
            double[] worst = Reference.attack(sample(c, answer, random), answer, w, epsilon);
            double loss = -answer * Reference.score(w, worst);
            sum += loss;
            squares += loss * loss;
        }
        double mean = sum / tasks;
        return new Mean(mean, Math.sqrt((squares / tasks - mean * mean) / (tasks - 1)));
    }

    private double[] sample(int c, double y, RandomGenerator random) {
        double[] x = new double[d];
        for (int j = 0; j < d; j++) {
            x[j] = y * (j == c ? 1 : lambda * random.nextDouble());
        }
        return x;
    }
}
