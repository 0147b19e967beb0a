package dev.holdfast.verify.model;

import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.holdfast.verify.reference.ExactAdversary;
import dev.holdfast.verify.reference.ExactAdversary.Norm;
import java.math.BigDecimal;

/** What an attack on w·x may be, checked in exact arithmetic: budgets b (d), a box from lower to upper around x. */
record WorstQuery(Norm norm, float[] w, float[] b, float[] x, float[] lower, float[] upper) {
    /**
     * {@code worst} is in the box and in the ball of size ε, and takes the adversary's price from y w·x, but for what
     * lies between two floats and {@code share} of the price, which was lost to rounding of sizes.
     */
    void check(ExactAdversary adversary, int y, double epsilon, float[] worst, BigDecimal share) {
        BigDecimal betweenFloats = BigDecimal.ZERO;
        for (int j = 0; j < x.length; j++) {
            assertTrue(worst[j] >= lower[j] && worst[j] <= upper[j]);
            // rounded towards x
            betweenFloats = betweenFloats.add(new BigDecimal((double) Math.abs(w[j]) * Math.ulp(worst[j])));
        }
        BigDecimal size = ExactAdversary.size(norm, b, x, worst);
        assertNotNull(size, "a frozen feature moved");
        BigDecimal ball = new BigDecimal(epsilon).pow(norm == Norm.L2 ? 2 : 1);
        assertTrue(size.compareTo(ball) <= 0, "outside the ball");
        BigDecimal price = adversary.price(new BigDecimal(epsilon));
        BigDecimal taken = ExactAdversary.score(w, x, 0)
                .subtract(ExactAdversary.score(w, worst, 0))
                .multiply(BigDecimal.valueOf(y));
        BigDecimal least = price.subtract(betweenFloats).subtract(price.multiply(share));
        assertTrue(taken.compareTo(atMost(price)) <= 0, "more than the price");
        assertTrue(taken.compareTo(least) >= 0, "less than the price");
    }

    /** The greatest that a price can be that the reference gives, whose roots have finitely many digits. */
    static BigDecimal atMost(BigDecimal price) {
        return price.add(price.multiply(ExactAdversary.ERROR));
    }
}
