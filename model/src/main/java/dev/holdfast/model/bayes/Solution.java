package dev.holdfast.model.bayes;

/**
 * A minimum of ½ wᵀΣw − μᵀw + ε‖w‖.
 *
 * @param w d entries
 * @param margin μ·w
 * @param variance wᵀΣw
 * @param dualNorm ‖w‖
 * @param gap a bound on how far w is above the minimum, divided by ½ wᵀΣw, which is how far that is below 0
 */
public record Solution(double[] w, double margin, double variance, double dualNorm, double gap) {}
