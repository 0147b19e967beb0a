package dev.holdfast.model;

import dev.holdfast.model.bayes.Normal;
import dev.holdfast.model.depth.Ridge;
import dev.holdfast.model.depth.Vectors;
import java.io.Serializable;
import java.util.Arrays;
import java.util.Objects;

/**
 * Tasks whose two classes are normal, and each task turned in its own way: y is −1 or +1 with equal probability, a ~ N(μ, Σ)
 * and x = y U a, where U is an orthogonal matrix that a task draws uniformly (Haar) and no learner is told. An adversary may
 * move a query by Δ of ‖Δ‖₂ ≤ ε√d.
 *
 * <p>Σ is diagonal here, since U turns it anyway. All that is said of a classifier w is for U = I, which is no restriction,
 * and exact: its error under attack is Φ(−(μ·w − ε√d‖w‖₂)/(wᵀΣw)^½), Φ being the standard normal distribution. The least
 * such error is that of the robust Bayes classifier w = (Σ + τI)⁻¹μ, where τ solves τ‖(Σ + τI)⁻¹μ‖₂ = ε√d.
 *
 * <p>Source: Kumano, "Adversarially Trained Linear Transformers Are Optimal Robust In-Context Learners for Gaussian
 * Mixtures" (arXiv 2610.07754). Immutable; arrays are copied in and out.
 */
public final class GaussianMixture implements Serializable {
    private static final long serialVersionUID = 1;

    private static final int A1_FEATURES = 100;
    private static final int A1_TOUCHED = 10;

    /** Between these, quotients of what is given neither overflow nor vanish. */
    private static final double LEAST = 1e-100, GREATEST = 1e100;

    private final double[] mean;
    private final double[] variances;
    private final double epsilon;

    private GaussianMixture(double[] mean, double[] variances, double epsilon) {
        this.mean = mean;
        this.variances = variances;
        this.epsilon = epsilon;
    }

    /**
     * @param mean μ, d entries, each 0 or of size 10⁻¹⁰⁰ to 10¹⁰⁰
     * @param variances the diagonal of Σ, d entries of 10⁻¹⁰⁰ to 10¹⁰⁰
     * @param epsilon ε, 0 to 10¹⁰⁰: a perturbation's size is at most ε√d
     */
    public static GaussianMixture of(double[] mean, double[] variances, double epsilon) {
        Objects.requireNonNull(mean, "mean");
        Objects.requireNonNull(variances, "variances");
        if (mean.length == 0 || variances.length != mean.length) {
            throw new IllegalArgumentException("variances.length = " + variances.length
                    + ", expected as many as mean.length = " + mean.length + ", at least 1");
        }
        for (int i = 0; i < mean.length; i++) {
            check("mean[" + i + "]", mean[i], mean[i] == 0 || inRange(Math.abs(mean[i])), "0 or of size 1e-100..1e100");
            check("variances[" + i + "]", variances[i], inRange(variances[i]), "in 1e-100..1e100");
        }
        check("epsilon", epsilon, epsilon >= 0 && epsilon <= GREATEST, "in 0..1e100");
        return new GaussianMixture(mean.clone(), variances.clone(), epsilon);
    }

    private static boolean inRange(double size) {
        return size >= LEAST && size <= GREATEST;
    }

    private static void check(String name, double value, boolean inside, String expected) {
        if (!inside || !Double.isFinite(value)) {
            throw new IllegalArgumentException(name + " = " + value + ", expected a number " + expected);
        }
    }

    /**
     * The setting of the source's experiments: d = 100, ε = .08; for i ≤ 10 μ_i = i/10 with variance
     * μ_i 10^(−1+2(i−1)/9), for the others μ_i = 0 with variance 10⁻⁶.
     */
    public static GaussianMixture a1() {
        double[] mean = new double[A1_FEATURES];
        double[] variances = new double[A1_FEATURES];
        Arrays.fill(variances, 1e-6);
        for (int i = 1; i <= A1_TOUCHED; i++) {
            mean[i - 1] = i / 10.0;
            variances[i - 1] = mean[i - 1] * StrictMath.pow(10, -1 + 2 * (i - 1) / 9.0);
        }
        return new GaussianMixture(mean, variances, 0.08);
    }

    /** Number of features, d. */
    public int features() {
        return mean.length;
    }

    /** A copy of μ. */
    public double[] mean() {
        return mean.clone();
    }

    /** A copy of Σ's diagonal. */
    public double[] variances() {
        return variances.clone();
    }

    /** ε. */
    public double epsilon() {
        return epsilon;
    }

    /** ε√d, the size that a perturbation has at most. */
    public double radius() {
        return epsilon * Math.sqrt(mean.length);
    }

    /** The same tasks against another adversary. */
    public GaussianMixture against(double epsilon) {
        return of(mean, variances, epsilon);
    }

    /**
     * The probability that w answers a query wrongly, or is made to by a perturbation of size {@code attack}.
     *
     * @param w the classifier's weights, d entries, for U = I; w = 0 errs always
     * @param attack at least 0; 0 for the clean error, {@link #radius} for the robust one
     */
    public double error(double[] w, double attack) {
        Objects.requireNonNull(w, "w");
        if (w.length != mean.length) {
            throw new IllegalArgumentException("w.length = " + w.length + ", expected " + mean.length);
        }
        check("attack", attack, attack >= 0, "that is finite and at least 0");
        double scale = 0;
        for (int i = 0; i < w.length; i++) {
            check("w[" + i + "]", w[i], true, "that is finite");
            scale = Math.max(scale, Math.abs(w[i]));
        }
        if (scale == 0) {
            return 1;
        }
        double margin = 0;
        double variance = 0;
        double square = 0;
        for (int i = 0; i < w.length; i++) {
            double v = w[i] / scale;
            margin += mean[i] * v;
            variance += variances[i] * v * v;
            square += v * v;
        }
        return Normal.cdf((attack * Math.sqrt(square) - margin) / Math.sqrt(variance));
    }

    /**
     * The weights of the robust Bayes classifier, (Σ + τI)⁻¹μ; owned by the caller.
     *
     * @throws IllegalStateException if ε√d ≥ ‖μ‖₂: the adversary can make the classes one, and nothing can be learnt
     */
    public double[] robustBayes() {
        return shrunk(tau());
    }

    /**
     * τ, by bisection to the last bit.
     *
     * @throws IllegalStateException if ε√d ≥ ‖μ‖₂: the adversary can make the classes one, and nothing can be learnt
     */
    public double tau() {
        double radius = radius();
        double length = Vectors.length(mean);
        if (radius >= length) {
            throw new IllegalStateException("ε√d = " + radius + " of ε = " + epsilon
                    + ", expected less than ‖μ‖₂ = " + length + ": the adversary can make the two classes one");
        }
        // τ‖(Σ + τI)⁻¹μ‖ grows from 0 to ‖μ‖, and is at least ‖μ‖τ/(σ + τ) for the greatest variance σ
        double high = radius * Arrays.stream(variances).max().getAsDouble() / (length - radius);
        return Ridge.solve(this::shrunk, radius, high);
    }

    private double[] shrunk(double tau) {
        double[] w = new double[mean.length];
        for (int i = 0; i < w.length; i++) {
            w[i] = mean[i] / (variances[i] + tau);
        }
        return w;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof GaussianMixture mixture
                && Arrays.equals(mean, mixture.mean)
                && Arrays.equals(variances, mixture.variances)
                && epsilon == mixture.epsilon;
    }

    @Override
    public int hashCode() {
        return Objects.hash(Arrays.hashCode(mean), Arrays.hashCode(variances), epsilon);
    }

    @Override
    public String toString() {
        return "Gaussian mixture of " + mean.length + " features, ε = " + epsilon;
    }
}
