package dev.holdfast.model;

import dev.holdfast.model.bayes.Normal;
import java.io.Serializable;

/**
 * What a {@link RobustBayes} learner knows of a classifier f(x) = w·x + c that it made, if its two classes are normal with
 * the means and the covariance Σ that it found: x | y ~ N(m + yμ, Σ), with prior probabilities π₊ and π₋. All of it is a
 * model: real data are not normal, and an accuracy on held-out rows says more.
 *
 * @param epsilon ε, the size of the perturbation that w was made for
 * @param margin μ·w
 * @param deviation (wᵀΣw)^½, positive
 * @param dualNorm ‖w‖ in the dual of the threat's norm, budgets included: what a perturbation of size 1 takes from f
 * @param logOdds ln(π₊/π₋); 0 where classes are taken as equally likely
 * @param gap how far ½ wᵀΣw − μᵀw + ε‖w‖ is at most above its minimum, divided by what that is below 0; a bound in
 *        double with its roundings counted, for w before it was rounded to floats
 */
public record GaussianModel(
        double epsilon, double margin, double deviation, double dualNorm, double logOdds, double gap) implements Serializable {
    /** @throws IllegalArgumentException if a number is out of range */
    public GaussianModel {
        check("epsilon", epsilon, epsilon >= 0, "at least 0");
        check("margin", margin, true, "finite");
        check("deviation", deviation, deviation > 0, "positive");
        check("dualNorm", dualNorm, dualNorm >= 0, "at least 0");
        check("logOdds", logOdds, true, "finite");
        check("gap", gap, gap >= 0, "at least 0");
    }

    private static void check(String name, double value, boolean inside, String expected) {
        if (!inside || !Double.isFinite(value)) {
            throw new IllegalArgumentException(name + " = " + value + ", expected a finite number, " + expected);
        }
    }

    /**
     * The probability that a query is right and stays so under every perturbation of size {@code attack}: with h =
     * ½ ln(π₊/π₋), π₊ Φ((μ·w + h − attack‖w‖)/(wᵀΣw)^½) + π₋ Φ((μ·w − h − attack‖w‖)/(wᵀΣw)^½).
     *
     * @param attack finite, at least 0; 0 for the clean accuracy, {@link #epsilon} for the one that w is best at
     */
    public double accuracy(double attack) {
        Classifier.checkEpsilon("attack", attack);
        double positive = logistic(logOdds);
        double left = margin - attack * dualNorm;
        return positive * Normal.cdf((left + logOdds / 2) / deviation)
                + (1 - positive) * Normal.cdf((left - logOdds / 2) / deviation);
    }

    /** 1/(1 + e^−t), the same bits everywhere. */
    static double logistic(double t) {
        return t >= 0 ? 1 / (1 + StrictMath.exp(-t)) : StrictMath.exp(t) / (1 + StrictMath.exp(t));
    }
}
