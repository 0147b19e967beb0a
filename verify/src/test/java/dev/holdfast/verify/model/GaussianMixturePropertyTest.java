package dev.holdfast.verify.model;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.holdfast.model.GaussianMixture;
import dev.holdfast.verify.reference.Reference;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.Arrays;
import java.util.Random;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

/** Errors against counting, τ against its equation, robust Bayes against every other classifier. */
class GaussianMixturePropertyTest {
    private static final double U = 0x1p-53;
    private static final MathContext DIGITS = new MathContext(50);

    /** To all digits that SPEC.md §9 gives. */
    @Example
    void thePapersSettingHasItsNumbers() {
        GaussianMixture a1 = GaussianMixture.a1();
        assertEquals(1.022267, a1.tau(), 5e-7);
        double[] robust = a1.robustBayes();
        assertEquals(0.22162257, a1.error(robust, a1.radius()), 5e-9);
        assertEquals(0.943319, 1 - a1.error(robust, 0), 5e-7);
        double[] bayes = a1.against(0).robustBayes();
        assertEquals(0.993034, 1 - a1.error(bayes, 0), 5e-7);
        assertEquals(0.054186, 1 - a1.error(bayes, a1.radius()), 5e-7);
        assertEquals(0.292111, a1.error(a1.mean(), a1.radius()), 5e-7);
    }

    /** Drawn queries, moved against w: a right error is outside Hoeffding's bound once in 10⁹ tries. */
    @Property(tries = 10)
    void theErrorIsTheShareOfQueriesThatErr(@ForAll @IntRange(min = 1, max = 4) int r, @ForAll long seed) {
        Random random = new Random(seed);
        GaussianMixture mixture = Mixtures.random(random, r);
        double[] w = Mixtures.weights(random, mixture.features());
        double attack = random.nextBoolean() ? 0 : mixture.radius();
        int queries = 100_000;
        int wrong = 0;
        for (int n = 0; n < queries; n++) {
            int y = random.nextBoolean() ? 1 : -1;
            wrong += y * score(query(mixture, random, y, w, attack), w) <= 0 ? 1 : 0;
        }
        double within = Math.sqrt(Math.log(2e9) / (2 * queries));
        assertEquals((double) wrong / queries, mixture.error(w, attack), within);
    }

    private static double[] query(GaussianMixture mixture, Random random, int y, double[] w, double attack) {
        double[] x = mixture.mean();
        double[] variances = mixture.variances();
        double length = Reference.norm2(w);
        for (int i = 0; i < x.length; i++) {
            x[i] = y * (x[i] + Math.sqrt(variances[i]) * random.nextGaussian()) - y * attack * w[i] / length;
        }
        return x;
    }

    private static double score(double[] x, double[] w) {
        double sum = 0;
        for (int i = 0; i < w.length; i++) {
            sum += x[i] * w[i];
        }
        return sum;
    }

    /**
     * τ‖(Σ + τI)⁻¹μ‖ = ε√d in 50 digits, but for what double makes of it: τ's last bit, the other side's roundings, and
     * those of the bisection's left side, a sum of d squares of quotients.
     */
    @Property(tries = 300)
    void tauSolvesItsEquation(@ForAll @IntRange(min = 1, max = 6) int r, @ForAll long seed) {
        GaussianMixture mixture = Mixtures.random(new Random(seed), r);
        double[] mean = mixture.mean();
        double[] variances = mixture.variances();
        BigDecimal tau = new BigDecimal(mixture.tau());
        BigDecimal square = BigDecimal.ZERO;
        for (int i = 0; i < mean.length; i++) {
            BigDecimal entry = new BigDecimal(mean[i]).divide(new BigDecimal(variances[i]).add(tau), DIGITS);
            square = square.add(entry.multiply(entry));
        }
        double size = tau.multiply(square.sqrt(DIGITS)).doubleValue();
        assertEquals(mixture.radius(), size, Reference.gamma(mean.length + 12, U) * mixture.radius());
    }

    @Property(tries = 300)
    void nothingIsMoreRobustThanRobustBayes(@ForAll @IntRange(min = 1, max = 6) int r, @ForAll long seed) {
        Random random = new Random(seed);
        GaussianMixture mixture = Mixtures.random(random, r);
        double[] best = mixture.robustBayes();
        double least = mixture.error(best, mixture.radius());
        double[] other = Mixtures.weights(random, best.length);
        // far away, and near
        double near = Math.pow(10, -4 * random.nextDouble()) * Reference.norm2(best);
        for (double step : new double[] {1e9, near}) {
            double[] w = best.clone();
            for (int i = 0; i < w.length; i++) {
                w[i] += step * other[i];
            }
            double slack = Mixtures.rounding(mixture, w, mixture.radius()) + Mixtures.rounding(mixture, best, mixture.radius());
            assertTrue(least <= mixture.error(w, mixture.radius()) + slack);
        }
    }

    /** Multiplying w changes nothing, neither does a change of all units; by powers of two not a bit. */
    @Property(tries = 200)
    void unitsDoNotMatter(@ForAll @IntRange(min = 1, max = 5) int r, @ForAll long seed,
            @ForAll @IntRange(min = -60, max = 60) int power) {
        Random random = new Random(seed);
        GaussianMixture mixture = Mixtures.random(random, r);
        GaussianMixture other = scaled(mixture, power);
        double[] w = Mixtures.weights(random, mixture.features());
        double unit = Math.scalb(1.0, power);
        double[] multiple = Arrays.stream(w).map(each -> each * unit).toArray();
        assertEquals(mixture.error(w, mixture.radius()), mixture.error(multiple, mixture.radius()));
        assertEquals(mixture.error(w, mixture.radius()), other.error(w, other.radius()));
        assertEquals(mixture.tau() * unit * unit, other.tau());
    }

    static GaussianMixture scaled(GaussianMixture mixture, int power) {
        double unit = Math.scalb(1.0, power);
        return GaussianMixture.of(Arrays.stream(mixture.mean()).map(m -> m * unit).toArray(),
                Arrays.stream(mixture.variances()).map(v -> v * unit * unit).toArray(), mixture.epsilon() * unit);
    }

    @Example
    void theEndsOfTheRangeAreIn() {
        double[] ends = {1e-100, 1e100};
        for (double mean : ends) {
            for (double variance : ends) {
                GaussianMixture mixture = GaussianMixture.of(new double[] {mean, 0}, new double[] {variance, 1},
                        mean * 0.5);
                double tau = mixture.tau();
                // τ μ/(σ + τ) = ε√2
                assertEquals(variance * Math.sqrt(0.5) / (1 - Math.sqrt(0.5)), tau, Reference.gamma(40, U) * tau);
                assertTrue(mixture.error(mixture.robustBayes(), mixture.radius()) <= 0.5);
            }
        }
        GaussianMixture both = GaussianMixture.of(new double[] {1e-100, -1e100}, new double[] {1e100, 1e-100}, 1e99);
        assertTrue(Double.isFinite(both.tau()) && both.tau() > 0);
        assertEquals(1, both.error(new double[2], 0));
        assertEquals(both.error(new double[] {0, -1}, 0), both.error(new double[] {Double.MIN_VALUE, -1}, 0));
    }

    @Example
    void withoutAnAdversaryTheRuleIsBayes() {
        GaussianMixture mixture = GaussianMixture.of(new double[] {1, -2}, new double[] {4, 0.5}, 0);
        assertEquals(0, mixture.tau());
        assertArrayEquals(new double[] {0.25, -4}, mixture.robustBayes());
        // Φ(−(μᵀΣ⁻¹μ)^½)
        assertEquals(Reference.normalCdf(-Math.sqrt(8.25)), mixture.error(new double[] {0.25, -4}, 0), 2e-13);
    }

    @Example
    void whatIsOutOfRangeIsNamed() {
        double[] one = {1};
        refused("variances.length = 2, expected as many as mean.length = 1", () -> GaussianMixture.of(one, new double[2], 0));
        refused("variances.length = 0, expected as many as mean.length = 0, at least 1",
                () -> GaussianMixture.of(new double[0], new double[0], 0));
        refused("mean[0] = NaN, expected a number 0 or of size", () -> GaussianMixture.of(new double[] {Double.NaN}, one, 0));
        refused("mean[0] = 1.0E-101, expected a number 0 or of size 1e-100..1e100",
                () -> GaussianMixture.of(new double[] {1e-101}, one, 0));
        refused("variances[0] = 0.0, expected a number in 1e-100..1e100", () -> GaussianMixture.of(one, new double[1], 0));
        refused("epsilon = -1.0, expected a number in 0..1e100", () -> GaussianMixture.of(one, one, -1));
        refused("epsilon = Infinity, expected", () -> GaussianMixture.of(one, one, Double.POSITIVE_INFINITY));
        GaussianMixture mixture = GaussianMixture.of(one, one, 1);
        refused("w.length = 2, expected 1", () -> mixture.error(new double[2], 0));
        refused("w[0] = Infinity, expected a number that is finite",
                () -> mixture.error(new double[] {Double.POSITIVE_INFINITY}, 0));
        refused("attack = -0.5, expected a number that is finite and at least 0", () -> mixture.error(one, -0.5));
        assertTrue(assertThrows(IllegalStateException.class, mixture::tau).getMessage()
                .startsWith("ε√d = 1.0 of ε = 1.0, expected less than ‖μ‖₂ = 1.0"));
        assertThrows(IllegalStateException.class, mixture::robustBayes);
        assertThrows(IllegalStateException.class, GaussianMixture.of(new double[1], one, 0)::tau);
    }

    private static void refused(String message, Runnable call) {
        String said = assertThrows(IllegalArgumentException.class, call::run).getMessage();
        assertTrue(said.startsWith(message), said);
    }
}
