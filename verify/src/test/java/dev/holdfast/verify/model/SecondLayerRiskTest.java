package dev.holdfast.verify.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.holdfast.model.DeepTransformer.Layer;
import dev.holdfast.model.DepthOptimum;
import dev.holdfast.model.GaussianMixture;
import dev.holdfast.verify.reference.ExactLayers;
import dev.holdfast.verify.reference.Field;
import dev.holdfast.verify.reference.Reference;
import java.math.BigDecimal;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

/**
 * The closed form of Theorem D.1's problem against the risk itself: E ln(1 + e^{−t}) with t = w·a − ρ‖w‖, a ~ N(μ, Σ), w being
 * what the two layers make of the moments in 40 digits, and E by quadrature.
 */
class SecondLayerRiskTest {
    private static final Field<BigDecimal> FIELD = Field.decimals(40);
    /**
     * The trapezoidal rule for ∫ f(t) φ((t − m)/s) dt/s with a step of s/16 and f analytic within π of the real axis: its
     * error is below 2e^{−2πδ/h} of the maximum for every δ with |Im t| ≤ sδ < π there, 2e^{−32πδ + δ²/2} with φ's growth;
     * here δ is at least ½, and that is below 10⁻²⁰. What lies beyond 9 s is below 10⁻¹⁷, rounding is what is left.
     */
    private static final int STEPS = 16 * 9;

    private static double risk(GaussianMixture mixture, double[] w) {
        double mean = -mixture.radius() * Reference.norm2(w);
        double variance = 0;
        for (int i = 0; i < w.length; i++) {
            mean += mixture.mean()[i] * w[i];
            variance += mixture.variances()[i] * w[i] * w[i];
        }
        double deviation = Math.sqrt(variance);
        double sum = 0;
        for (int k = -STEPS; k <= STEPS; k++) {
            double z = k / 16.0;
            double t = mean + deviation * z;
            double loss = Math.max(0, -t) + Math.log1p(Math.exp(-Math.abs(t)));
            sum += loss * Math.exp(-z * z / 2);
        }
        return sum / 16 / Math.sqrt(2 * Math.PI);
    }

    /** Each of the terms has a relative error below 10 u, and so has their sum's scale; the sum of 289 has γ₂₈₉. */
    private static double rounding(double risk) {
        return Reference.gamma(320, 0x1p-53) * risk;
    }

    private static double[] weights(GaussianMixture mixture, double qx, double qy) {
        ExactLayers<BigDecimal> exact = new ExactLayers<>(FIELD);
        return exact.weights(exact.layers(new double[] {1, 1, 1, 1, 1, 1, qx, qy}),
                        exact.moments(mixture.mean(), mixture.variances()))
                .stream().mapToDouble(FIELD::toDouble).toArray();
    }

    private static Layer second(DepthOptimum optimum) {
        assertEquals(new Layer(1, 1, 1, 1), optimum.transformer().layers().get(0));
        Layer second = optimum.transformer().layers().get(1);
        assertEquals(List.of(1.0, 1.0), List.of(second.px(), second.py()));
        return second;
    }

    /** In all directions and at all distances the risk is no less, and along every segment it is convex. */
    @Property(tries = 300)
    void theClosedFormIsTheMinimumOfAConvexRisk(@ForAll @IntRange(min = 1, max = 5) int r, @ForAll long seed) {
        Random random = new Random(seed);
        GaussianMixture mixture = Mixtures.random(random, r);
        Layer best = second(DepthOptimum.convex(mixture));
        double least = risk(mixture, weights(mixture, best.qx(), best.qy()));
        double size = Math.pow(10, 1 - 5 * random.nextDouble());
        double qx = best.qx() + size * random.nextGaussian();
        double qy = best.qy() + size * random.nextGaussian();
        double other = risk(mixture, weights(mixture, qx, qy));
        assertTrue(least <= other + rounding(least) + rounding(other), least + " and " + other);
        double farX = size * random.nextGaussian();
        double farY = size * random.nextGaussian();
        double far = risk(mixture, weights(mixture, farX, farY));
        double between = risk(mixture, weights(mixture, (qx + farX) / 2, (qy + farY) / 2));
        assertTrue(between <= (other + far) / 2 + rounding(other + far + between));
    }

    /** At the minimum a small step up and a small step down are as bad as each other: the derivative is 0. */
    @Property(tries = 100)
    void theDerivativeIsZeroThere(@ForAll @IntRange(min = 2, max = 5) int r, @ForAll long seed) {
        Random random = new Random(seed);
        GaussianMixture mixture = Mixtures.random(random, r);
        Layer best = second(DepthOptimum.convex(mixture));
        double[] w = weights(mixture, best.qx(), best.qy());
        double least = risk(mixture, w);
        double up = risk(mixture, Arrays.stream(w).map(each -> each * (1 + 0x1p-10)).toArray());
        double down = risk(mixture, Arrays.stream(w).map(each -> each * (1 - 0x1p-10)).toArray());
        double curvature = up + down - 2 * least;
        // At the minimum the odd difference is h³/3 times the third derivative, which is at most 6 times the second: the mean of
        // |t| with weights t² e^{−|t|/2}. With h = 2⁻¹⁰, 10 in place of 2 has room for what the fifth adds.
        assertTrue(Math.abs(up - down) <= 10 * 0x1p-10 * curvature + 2 * rounding(up + down + 2 * least), up + " " + down);
    }

    /** As D.1 says: robust Bayes where r ≤ 2. */
    @Property(tries = 200)
    void withTwoDirectionsItIsRobustBayes(@ForAll @IntRange(min = 1, max = 2) int r, @ForAll long seed) {
        GaussianMixture mixture = Mixtures.random(new Random(seed), r);
        DepthOptimum convex = DepthOptimum.convex(mixture);
        double[] robust = mixture.robustBayes();
        double radius = mixture.radius();
        double excess = convex.error() - mixture.error(robust, radius);
        assertTrue(Math.abs(excess) <= Mixtures.rounding(mixture, convex.weights(), radius)
                + Mixtures.rounding(mixture, robust, radius), "excess " + excess);
    }

    /** Of A1, two such layers stay above what two layers reach, which is above robust Bayes. */
    @Example
    void onA1ItIsFarFromRobustBayes() {
        GaussianMixture a1 = GaussianMixture.a1();
        double robust = a1.error(a1.robustBayes(), a1.radius());
        DepthOptimum convex = DepthOptimum.convex(a1);
        assertEquals(0.256228, convex.error(), 5e-7);
        assertTrue(convex.error() > convex.bound() && convex.bound() > robust);
    }
}
