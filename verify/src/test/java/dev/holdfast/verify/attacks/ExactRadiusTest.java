package dev.holdfast.verify.attacks;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.holdfast.verify.attacks.Construction.Draw;
import dev.holdfast.verify.reference.Dyadic;
import dev.holdfast.verify.reference.ExactAdversary;
import dev.holdfast.verify.reference.ExactAdversary.Norm;
import dev.holdfast.verify.reference.ExactRadius;
import dev.holdfast.verify.reference.ManyClasses;
import java.math.BigDecimal;
import java.util.Arrays;
import java.util.Random;
import java.util.SplittableRandom;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The judge and the search are held to the definition of a price, with 400 digits, and to numbers by hand. */
class ExactRadiusTest {
    private static ExactRadius radius(Norm norm, float[] w, double c, float[] x, Allowed allowed) {
        return ExactRadius.of(norm, Dyadic.of(w), Dyadic.of(c), x, allowed.lower(), allowed.upper(), allowed.budgets());
    }

    private static Allowed allowed(Draw draw, Norm norm, boolean box, boolean budgets) {
        return new Allowed(norm, box ? draw.lower : null, box ? draw.upper : null, budgets ? draw.budgets : null);
    }

    /** f(1, 1) = 3 + 4 + 3 = 10. */
    @ParameterizedTest
    @CsvSource({"LINF, false, 1.4285714285714286", "L2, false, 2", "L1, false, 2.5", "LINF, true, 2.6666666666666665",
        "L1, true, 2.9166666666666665"})
    void byHand(Norm norm, boolean bound, double expected) {
        // the second feature ends after 1/2 on the way down and takes 2, of 4 at a budget of 2 a unit
        Allowed allowed = bound
                ? new Allowed(norm, new float[] {-100, 0.5f}, new float[] {1, 1}, new float[] {1, 2})
                : new Allowed(norm, null, null, null);
        ExactRadius radius = radius(norm, new float[] {3, 4}, 3, new float[] {1, 1}, allowed);
        assertEquals(0, radius.loss(expected), 0x1p-52);
        assertTrue(radius.compareTo(Math.nextUp(Math.nextUp(expected))) < 0);
        assertTrue(radius.compareTo(Math.nextDown(Math.nextDown(expected))) > 0);
    }

    @Test
    void isEndlessWhereTheBoxLeavesSomething() {
        Allowed allowed = new Allowed(Norm.L2, new float[] {-1}, new float[] {1}, null);
        assertTrue(radius(Norm.L2, new float[] {1}, 1.5, new float[1], allowed).isEndless());
        assertEquals(0, radius(Norm.L2, new float[] {1}, 1, new float[1], allowed).compareTo(1));
        assertEquals(0, radius(Norm.L2, new float[] {1}, 0, new float[1], allowed).compareTo(0));
    }

    @Test
    void lossesBeyondTheDoublesAreInfinite() {
        Allowed allowed = new Allowed(Norm.L2, null, null, null);
        assertEquals(Double.NEGATIVE_INFINITY, radius(Norm.L2, new float[] {1}, 1e-30, new float[1], allowed).loss(1e150));
        assertEquals(Double.NEGATIVE_INFINITY, radius(Norm.L2, new float[] {1}, 0, new float[1], allowed).loss(1));
    }

    @Property(tries = 300)
    void isWherePricesReachTheMargin(@ForAll Norm norm, @ForAll Construction construction, @ForAll boolean box,
            @ForAll boolean budgets, @ForAll @IntRange(min = 1, max = 6) int d, @ForAll long seed) {
        Random random = new Random(seed);
        Draw draw = construction.draw(new SplittableRandom(seed), d);
        Allowed allowed = allowed(draw, norm, box, budgets);
        ExactRadius radius = radius(norm, draw.w, draw.c, draw.x, allowed);
        BigDecimal score = ExactAdversary.score(draw.w, draw.x, draw.c);
        assertEquals(score.signum(), radius.sign());
        float[] b = new float[d];
        float[] edge = new float[d];
        for (int j = 0; j < d; j++) {
            b[j] = allowed.budget(j);
            edge[j] = allowed.edge(j, score.signum() * Math.signum(draw.w[j]) > 0);
        }
        ExactAdversary adversary = new ExactAdversary(norm, draw.w, b, draw.x, edge);
        if (radius.isEndless()) {
            assertTrue(adversary.price(new BigDecimal("1e1000")).compareTo(score.abs()) < 0);
            return;
        }
        double about = new HoldfastLibrary().certify(Functions.sign(draw.w, draw.c), draw.x, allowed).radius();
        for (int k = 0; k < 4; k++) {
            double off = Math.scalb(random.nextInt(33) - 16.0, -6 - random.nextInt(45));
            double size = Math.min(about * (1 + off), Double.MAX_VALUE);
            BigDecimal price = adversary.price(new BigDecimal(size));
            BigDecimal error = price.multiply(ExactAdversary.ERROR);
            if (price.subtract(error).compareTo(score.abs()) > 0) {
                assertTrue(radius.compareTo(size) < 0);
            } else if (price.add(error).compareTo(score.abs()) < 0) {
                assertTrue(radius.compareTo(size) > 0);
            }
        }
    }

    @Property(tries = 300)
    void searchedPointsAreNearerThanPromisedAndInTheBox(@ForAll Norm norm, @ForAll Construction construction,
            @ForAll boolean box, @ForAll boolean budgets, @ForAll @IntRange(min = 1, max = 6) int d, @ForAll long seed) {
        Draw draw = construction.draw(new SplittableRandom(seed), d);
        Allowed allowed = allowed(draw, norm, box, budgets);
        double radius = Math.scalb(1 + new Random(seed).nextDouble(), new Random(seed).nextInt(40) - 20);
        int sign = (int) Math.signum(ExactAdversary.score(draw.w, draw.x, draw.c).signum() + 0.5);
        float[] point = RoundingSearch.point(draw.w, draw.x, allowed, sign, radius);
        float[] b = new float[d];
        for (int j = 0; j < d; j++) {
            b[j] = allowed.budget(j);
            assertTrue(point[j] >= allowed.edge(j, true) && point[j] <= allowed.edge(j, false));
        }
        BigDecimal size = ExactAdversary.size(norm, b, draw.x, point);
        assertTrue(size.compareTo(new BigDecimal(radius).pow(norm == Norm.L2 ? 2 : 1)) < 0, size + " of " + radius);
    }

    /** Where one-vs-rest says that its functions lie. */
    @Property(tries = 300)
    void gridsAreThoseOfTheReference(@ForAll @IntRange(min = 2, max = 5) int classes, @ForAll long seed) {
        Random random = new Random(seed);
        double[] values = new double[classes];
        int scale = random.nextInt(2090) - 1070;
        Arrays.setAll(values, k -> Math.scalb(random.nextGaussian(), scale - random.nextInt(60)));
        double[] floats = new double[classes];
        int single = random.nextInt(270) - 149;
        Arrays.setAll(floats, k -> Math.scalb((float) random.nextGaussian(), single - random.nextInt(30)));
        checkGrid(values, 51, -1074);
        checkGrid(floats, 22, -149);
    }

    private static void checkGrid(double[] values, int bits, int least) {
        // −0 is 0
        BigDecimal[] expected = ManyClasses.onGrid(values, bits, least);
        assertArrayEquals(Arrays.stream(expected).mapToDouble(BigDecimal::doubleValue).toArray(),
                Arrays.stream(HoldfastLibrary.onGrid(values, bits, least)).map(value -> value + 0.0).toArray());
    }
}
