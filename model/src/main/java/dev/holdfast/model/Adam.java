package dev.holdfast.model;

/**
 * Adam as PyTorch has it, with its defaults β₁ = .9, β₂ = .999 and 10⁻⁸: m ← β₁m + (1 − β₁)g, v ← β₂v + (1 − β₂)g², and
 * θ ← θ − η/(1 − β₁ᵗ) m/(√v/√(1 − β₂ᵗ) + 10⁻⁸) in step t.
 *
 * <p>Source: D. P. Kingma, J. Ba, "Adam: A Method for Stochastic Optimization" (2015).
 *
 * @param theta θ; changed by a step, as m and v are
 */
record Adam(double[] theta, double[] m, double[] v) {
    private static final double BETA_1 = 0.9;
    private static final double BETA_2 = 0.999;
    private static final double LEAST = 1e-8;

    /** @param t the step's number, from 1 */
    void step(double[] gradient, double rate, int t) {
        double size = rate / (1 - StrictMath.pow(BETA_1, t));
        double root = Math.sqrt(1 - StrictMath.pow(BETA_2, t));
        for (int i = 0; i < theta.length; i++) {
            double g = gradient[i];
            m[i] = BETA_1 * m[i] + (1 - BETA_1) * g;
            v[i] = BETA_2 * v[i] + (1 - BETA_2) * g * g;
            theta[i] -= size * m[i] / (Math.sqrt(v[i]) / root + LEAST);
        }
    }
}
