package dev.holdfast.verify.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.holdfast.kernel.AdversarialGradient;
import dev.holdfast.verify.kernel.Matrix.Entries;
import dev.holdfast.verify.reference.Reference;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

class AdversarialGradientPropertyTest {
    @Property(tries = 300)
    void normsAreWithinTheirBound(
            @ForAll @IntRange(min = 1, max = 1100) int d, @ForAll Entries entries, @ForAll long seed) {
        float[] w = Matrix.vector(new Random(seed), entries, d);
        double[] exact = Matrix.doubles(w);
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
        float[] y = Matrix.labels(random, rows + 1);
        float[] w = Matrix.vector(random, Entries.HOSTILE, d);
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
}
