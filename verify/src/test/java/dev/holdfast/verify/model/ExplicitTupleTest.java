package dev.holdfast.verify.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.holdfast.model.GaussianMixture;
import dev.holdfast.verify.reference.ExactLayers;
import dev.holdfast.verify.reference.Field;
import dev.holdfast.verify.reference.Field.Fraction;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Lemma B.7's layers make b(s) = C/(s + τ) of every eigenvalue s, by the recursion of the transformer. */
class ExplicitTupleTest {
    /** Without any rounding, for eigenvalues, parts of μ, τ and C that are small fractions. */
    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 5})
    void inFractionsTheLemmaHoldsExactly(int r) {
        Field<Fraction> field = Field.FRACTIONS;
        ExactLayers<Fraction> layers = new ExactLayers<>(field);
        Random random = new Random(r);
        for (int t = 0; t < (r < 5 ? 10 : 2); t++) {
            List<Fraction> s = new ArrayList<>();
            List<Fraction> m = new ArrayList<>();
            for (int i = 0; i < r; i++) {
                s.add(field.of(1 + i + random.nextInt(4) / 4.0));
                m.add(field.of((1 + random.nextInt(8)) / 4.0 * (random.nextBoolean() ? 1 : -1)));
            }
            Fraction tau = field.of(random.nextInt(5) / 2.0);
            Fraction goal = field.of(1 + random.nextInt(9) / 2.0);
            List<List<Fraction>> tuple = layers.tuple(s, m, tau, goal);
            assertEquals(r, tuple.size());
            List<Fraction> w = layers.weights(tuple, layers.diagonal(s, m));
            for (int i = 0; i < r; i++) {
                assertEquals(field.over(goal, field.plus(s.get(i), tau)), field.over(w.get(i), m.get(i)));
            }
        }
    }

    /**
     * A1's ten eigenvalues, in decimals of ever more digits, until all ten digits that one would look at are right and 20
     * more: what is not settled grows as 3¹⁰ in its logarithm, so that thousands of digits are lost on the way.
     */
    @Test
    @Tag("once")
    void ofA1TheLemmaHoldsToThirtyDigits() {
        GaussianMixture a1 = GaussianMixture.a1();
        double[][] spectrum = spectrum(a1.mean(), a1.variances(), 10);
        int digits = 1000;
        while (!holds(spectrum, a1.tau(), digits)) {
            digits *= 2;
            assertTrue(digits < 1_000_000, digits + " digits");
        }
        assertTrue(digits > 1000, "no digits were lost");
    }

    private static boolean holds(double[][] spectrum, double tau, int digits) {
        Field<BigDecimal> field = Field.decimals(digits);
        ExactLayers<BigDecimal> layers = new ExactLayers<>(field);
        List<BigDecimal> s = new ArrayList<>();
        List<BigDecimal> m = new ArrayList<>();
        for (int i = 0; i < spectrum[0].length; i++) {
            s.add(new BigDecimal(spectrum[0][i]));
            m.add(new BigDecimal(spectrum[1][i]));
        }
        BigDecimal ridge = new BigDecimal(tau);
        List<BigDecimal> w = layers.weights(layers.tuple(s, m, ridge, BigDecimal.ONE), layers.diagonal(s, m));
        for (int i = 0; i < w.size(); i++) {
            BigDecimal one = field.times(field.over(w.get(i), m.get(i)), s.get(i).add(ridge));
            if (one.subtract(BigDecimal.ONE).abs().compareTo(new BigDecimal("1e-30")) > 0) {
                return false;
            }
        }
        return true;
    }

    /** Eigenvalues of Σ + μμᵀ, by bisection between the variances, and μ's parts in their directions; of the first r features. */
    private static double[][] spectrum(double[] mean, double[] variances, int r) {
        double[] sorted = IntStream.range(0, r).mapToDouble(i -> variances[i]).sorted().toArray();
        double[][] spectrum = new double[2][r];
        for (int i = 0; i < r; i++) {
            double low = sorted[i];
            double high = i + 1 < r ? sorted[i + 1] : low + 10;
            for (int k = 0; k < 60; k++) {
                double middle = (low + high) / 2;
                if (1 + sum(mean, variances, r, middle, 1) < 0) {
                    low = middle;
                } else {
                    high = middle;
                }
            }
            spectrum[0][i] = high;
            spectrum[1][i] = 1 / Math.sqrt(sum(mean, variances, r, high, 2));
        }
        return spectrum;
    }

    private static double sum(double[] mean, double[] variances, int r, double s, int power) {
        double sum = 0;
        for (int j = 0; j < r; j++) {
            sum += mean[j] * mean[j] / Math.pow(variances[j] - s, power);
        }
        return sum;
    }
}
