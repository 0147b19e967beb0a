package dev.holdfast.verify.experiments;

import dev.holdfast.verify.tasks.NormalTasks.Law;

/** Accuracy on a normal task without a query: the margin y w·x of a query is normal, too. */
public final class ExactAccuracy {
    private ExactAccuracy() {}

    /**
     * The chance that a query of the task is answered right under ‖Δ‖_∞ ≤ ε: Φ((Σ w_i μ_i − ε‖w‖₁)/(Σ w_i² σ_i²)^½).
     *
     * @param w of f(x) = w·x, as many entries as the task has features
     * @param epsilon ε, at least 0
     */
    public static double of(Law law, float[] w, double epsilon) {
        double mean = 0;
        double variance = 0;
        for (int i = 0; i < w.length; i++) {
            mean += (double) w[i] * law.mean()[i] - epsilon * Math.abs(w[i]);
            double deviation = (double) w[i] * law.sd()[i];
            variance += deviation * deviation;
        }
        if (variance == 0) {
            return mean > 0 ? 1 : 0;
        }
        return Distributions.normal(mean / Math.sqrt(variance));
    }
}
