package dev.holdfast.verify.experiments;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DistributionsTest {
    private static final double PROMISED = 1e-13;

    /** Tables of twenty digits, such as those of Abramowitz and Stegun. */
    @ParameterizedTest
    @CsvSource({
        "0, 0.5", "1, 0.84134474606854294859", "2, 0.97724986805182079280", "3, 0.99865010196836990547",
        "-1, 0.15865525393145705141", "-5, 2.8665157187919391e-7", "8.5, 1", "-40, 0", "40, 1"
    })
    void normal(double x, double expected) {
        assertEquals(expected, Distributions.normal(x), PROMISED);
    }

    /** Simpson's rule with n steps errs by at most (b−a)⁵/(180 n⁴) max|φ''''|, and φ'''' is 3φ(0) < 1.2 at most. */
    @Test
    void normalIsTheIntegralOfItsDensity() {
        int steps = 2000;
        for (double a = -8.7; a < 8; a += 0.83) {
            double h = 1.0 / steps;
            double sum = 0;
            for (int i = 0; i <= steps; i++) {
                double x = a + i * h;
                double weight = i == 0 || i == steps ? 1 : i % 2 == 1 ? 4 : 2;
                sum += weight * Math.exp(-x * x / 2) / Math.sqrt(2 * Math.PI);
            }
            double rule = 1.2 / (180 * Math.pow(steps, 4));
            assertEquals(sum * h / 3, Distributions.normal(a + 1) - Distributions.normal(a), rule + 2 * PROMISED);
        }
    }

    /** The tables' last digit is rounded. */
    @ParameterizedTest
    @CsvSource({
        "0.95, 1, 12.7062047, 1e-7", "0.95, 2, 4.30265273, 1e-8", "0.95, 3, 3.18244631, 1e-8",
        "0.95, 4, 2.77644511, 1e-8", "0.95, 5, 2.57058184, 1e-8", "0.95, 10, 2.22813885, 1e-8",
        "0.99, 7, 3.49948330, 1e-8", "0.5, 1, 1, 1e-14", "0, 6, 0, 1e-14"
    })
    void student(double probability, int degrees, double expected, double digit) {
        assertEquals(expected, Distributions.student(probability, degrees), digit);
    }

    @Test
    void misuseIsNamed() {
        assertMessage("x = NaN, expected a number", () -> Distributions.normal(Double.NaN));
        assertMessage("probability = 1.0, expected 0 to below 1", () -> Distributions.student(1, 3));
        assertMessage("degrees = 0, expected at least 1", () -> Distributions.student(0.5, 0));
        assertMessage("x.length = 2 and y.length = 2, expected the same number, at least 3",
                () -> PowerLaw.fit(new double[2], new double[2]));
        assertMessage("y[1] = 0.0, expected a finite number, greater than 0",
                () -> PowerLaw.fit(new double[] {1, 2, 3}, new double[] {1, 0, 1}));
        assertMessage("x has one value alone, expected several",
                () -> PowerLaw.fit(new double[] {2, 2, 2}, new double[] {1, 2, 1}));
    }

    private static void assertMessage(String expected, Runnable misuse) {
        assertEquals(expected, assertThrows(IllegalArgumentException.class, misuse::run).getMessage());
    }
}
