package dev.holdfast.verify.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.holdfast.kernel.AdversarialGradient;
import dev.holdfast.verify.kernel.Matrix.Entries;
import dev.holdfast.verify.reference.Reference;
import java.util.Arrays;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

class AdversarialGradientPropertyTest {
    @Property(tries = 300)
    void normsAreWithinTheirBound(
            @ForAll @IntRange(min = 1, max = 1100) int d, @ForAll Entries entries, @ForAll long seed) {
        float[] values = Matrix.vector(new Random(seed), entries, d);
        float[] w = Matrix.amidPoison(values, 0);
        double[] exact = Matrix.doubles(values);
        // d additions at 2^-53 on either side; the square root halves the error of the squares and rounds once more
        double relative = entries == Entries.SMALL_INTEGERS ? 0 : 2 * Reference.gamma(d + 1, 0x1p-53);
        double norm1 = Reference.norm1(exact);
        double norm2 = Reference.norm2(exact);
        assertEquals(norm1, AdversarialGradient.norm1(w, d), relative * norm1);
        assertEquals(norm2, AdversarialGradient.norm2(w, d), relative * norm2);
        assertEquals(Reference.normInfinity(exact), AdversarialGradient.normInfinity(w, d));
    }

    @Property(tries = 300)
    void everyEntryMovesAgainstTheLabelAndTheWeightAndIsRoundedOnce(
            @ForAll @IntRange(min = 1, max = 90) int d, @ForAll @IntRange(min = 0, max = 9) int rows,
            @ForAll Entries entries, @ForAll long seed) {
        Random random = new Random(seed);
        Matrix x = Matrix.draw(random, entries, rows, d);
        float[] y = Matrix.amidPoison(Matrix.labels(random, rows), 1);
        float[] w = Matrix.amidPoison(Matrix.vector(random, Entries.HOSTILE, d), 0);
        float epsilon = random.nextFloat();
        Matrix out = Matrix.poison(random.nextInt(3), d + random.nextInt(3), rows, d);
        AdversarialGradient.perturb(x.array(), x.offset(), x.stride(), rows, d, y, 1, w, epsilon, out.array(),
                out.offset(), out.stride());
        assertTrue(out.isIntact());
        for (int n = 0; n < rows; n++) {
            for (int j = 0; j < d; j++) {
                float from = x.array()[x.offset() + n * x.stride() + j];
                float to = out.array()[out.offset() + n * out.stride() + j];
                // a sum of two floats is exact in double unless their exponents are over 29 apart, and then the float
                // nearest to the double is the larger of the two still
                float expected = w[j] == 0 ? from : (float) (from - (double) epsilon * y[n + 1] * Math.signum(w[j]));
                assertEquals(Float.floatToRawIntBits(expected), Float.floatToRawIntBits(to));
            }
        }
    }

    @Property(tries = 200)
    void whatIsNotANumberLiesInNoBox(@ForAll @IntRange(min = 1, max = 70) int d, @ForAll boolean each, @ForAll long seed) {
        Random random = new Random(seed);
        float[] x = Matrix.vector(random, Entries.NORMAL, d);
        float[] lower = new float[each ? d : 1];
        float[] upper = new float[lower.length];
        Arrays.fill(lower, Float.NEGATIVE_INFINITY);
        Arrays.fill(upper, Float.POSITIVE_INFINITY);
        assertTrue(AdversarialGradient.inside(x, 0, d, lower, upper));
        x[random.nextInt(d)] = Float.NaN;
        assertFalse(AdversarialGradient.inside(x, 0, d, lower, upper));
    }

    @Property(tries = 50)
    void entriesOfNoWeightKeepTheirBits(@ForAll @IntRange(min = 1, max = 70) int d, @ForAll long seed) {
        Random random = new Random(seed);
        float[] x = new float[d];
        float[] w = new float[d];
        for (int j = 0; j < d; j++) {
            x[j] = new float[] {-0f, Float.MIN_VALUE, Float.NEGATIVE_INFINITY, Float.NaN, 3}[random.nextInt(5)];
            w[j] = random.nextBoolean() ? 0f : -0f;
        }
        float[] out = new float[d];
        AdversarialGradient.perturb(x, 0, d, 1, d, new float[] {-1}, 0, w, 0.5f, out, 0, d);
        for (int j = 0; j < d; j++) {
            assertEquals(Float.floatToRawIntBits(x[j]), Float.floatToRawIntBits(out[j]));
        }
    }

    @Property(tries = 200)
    void theAttackReachesItsPriceAndNoPerturbationOfTheBallIsWorse(
            @ForAll @IntRange(min = 1, max = 150) int d, @ForAll Entries entries, @ForAll long seed) {
        Random random = new Random(seed);
        float[] x = Matrix.vector(random, entries, d);
        float[] w = Matrix.vector(random, entries, d);
        float[] y = Matrix.labels(random, 1);
        float epsilon = random.nextFloat();
        float[] out = new float[d];
        AdversarialGradient.perturb(x, 0, d, 1, d, y, 0, w, epsilon, out, 0, d);

        double[] from = Matrix.doubles(x);
        double[] weights = Matrix.doubles(w);
        double least = y[0] * Reference.score(weights, Matrix.doubles(out));
        double price = epsilon * Reference.norm1(weights);
        // u = 2^-24: each entry of the attacked point is rounded once to float, which moves f by u Σ|w_j| (|x_j| + ε)
        // at most. Beside it at most three quantities are taken in double, each with d + 2 roundings or fewer of terms
        // that sum to Σ|w_j| (|x_j| + ε); a fourth γ pays for the products of these errors.
        double terms = Reference.score(Matrix.magnitudes(weights), Matrix.magnitudes(from)) + price;
        double bound = (0x1p-24 + 4 * Reference.gamma(d + 2, 0x1p-53)) * terms;
        assertEquals(y[0] * Reference.score(weights, from) - price, least, bound);
        for (int attempt = 0; attempt < 20; attempt++) {
            double[] inside = perturbed(from, weights, y[0], epsilon, random);
            assertTrue(y[0] * Reference.score(weights, inside) >= least - bound);
        }
    }

    /** Anywhere in the ball, in one of its corners, or the reference's worst corner but for a few coordinates. */
    private static double[] perturbed(double[] x, double[] w, float y, float epsilon, Random random) {
        double[] point = Reference.attack(x, y, w, epsilon);
        int kind = random.nextInt(3);
        for (int j = 0; j < x.length; j++) {
            if (kind < 2 || random.nextInt(8) == 0) {
                double share = kind == 0 ? 2 * random.nextDouble() - 1 : random.nextBoolean() ? 1 : -1;
                point[j] = x[j] + epsilon * share;
            }
        }
        return point;
    }
}
