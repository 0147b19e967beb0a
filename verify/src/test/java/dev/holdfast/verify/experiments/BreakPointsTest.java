package dev.holdfast.verify.experiments;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;

/** Break points and exponents where they are known. */
class BreakPointsTest {
    /** A hundred roundings of numbers below 20, over a spread of the logarithms that is greater than 1. */
    private static final double ROUNDING = 100 * 20 * 0x1p-52;

    /** Falls from 1 on a straight line through ½ at {@code point}. */
    private static double breakPoint(double point) {
        return BreakPoints.breakPoint(count -> 1 - count / (2 * point));
    }

    @Test
    void aStraightFallIsMetExactly() {
        for (double point : new double[] {1, 1.5, 2, 3.25, 37.75, 100, 12345.5}) {
            assertEquals(point, breakPoint(point), point * ROUNDING);
        }
    }

    @Test
    void whatIsBrokenFromTheStartIsSaid() {
        String message = assertThrows(IllegalStateException.class, () -> breakPoint(0.75)).getMessage();
        assertEquals("accuracy = " + (1 - 1 / 1.5) + " for one feature, expected at least 0.5", message);
    }

    @Test
    void exponentsOfPowersAreRecovered() {
        double[] x = {8, 12, 16, 24, 32, 48, 64};
        for (double exponent : new double[] {-1, 0, 1, 1.5, 2}) {
            double[] y = new double[x.length];
            for (int i = 0; i < y.length; i++) {
                y[i] = breakPoint(3000 * Math.pow(x[i] / 8, exponent));
            }
            PowerLaw law = PowerLaw.fit(x, y);
            assertEquals(exponent, law.exponent(), ROUNDING);
            // the scatter is rounding alone, and t is less than 3 for five degrees of freedom
            assertEquals(0, law.half(), 3 * ROUNDING);
        }
    }

    /** ln y = 0, 1, 5 over ln x = 0, 1, 2: slope 5/2, residuals ½, −1, ½, so s² = 3/2 over Σ(u − ū)² = 2. */
    @Test
    void theIntervalIsStudentsT() {
        PowerLaw law = PowerLaw.fit(
                new double[] {1, Math.E, Math.exp(2)}, new double[] {1, Math.E, Math.exp(5)});
        assertEquals(2.5, law.exponent(), ROUNDING);
        assertEquals(12.7062047 * Math.sqrt(0.75), law.half(), 1e-7);
    }
}
