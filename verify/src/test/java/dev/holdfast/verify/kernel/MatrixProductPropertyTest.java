package dev.holdfast.verify.kernel;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.holdfast.kernel.MatrixProduct;
import dev.holdfast.verify.kernel.Matrix.Entries;
import dev.holdfast.verify.reference.Reference;
import java.util.Arrays;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class MatrixProductPropertyTest {
    private static final int[] SIZES = {1, 2, 3, 4, 5, 15, 16, 17, 31, 33, 45, 63, 65, 101};

    @Property(tries = 300)
    void productsOfAllShapesStepsAndOffsets(
            @ForAll Entries entries, @ForAll boolean aTransposed, @ForAll boolean bTransposed, @ForAll long seed) {
        Random random = new Random(seed);
        check(random, entries, size(random), size(random), size(random), aTransposed, bTransposed);
    }

    private static int size(Random random) {
        return SIZES[random.nextInt(SIZES.length)];
    }

    @Property(tries = 6)
    void sumsLongerThanABlockAndMoreColumnsThanArePackedAtOnce(@ForAll Entries entries, @ForAll long seed) {
        Random random = new Random(seed);
        check(random, entries, 7, 1040, 10, false, true);
        check(random, entries, 5, 40, 600, true, false);
        // more than is packed of a large square
        check(random, entries, 3, 5, 2048 + 1 + random.nextInt(600), random.nextBoolean(), random.nextBoolean());
        check(random, entries, 2, 2048 + 1 + random.nextInt(600), 3, random.nextBoolean(), random.nextBoolean());
        check(random, entries, 1 + random.nextInt(20), 1 + random.nextInt(1100), 1 + random.nextInt(600),
                random.nextBoolean(), random.nextBoolean());
    }

    /** The order of a sum does not depend on where its terms lie. */
    @Property(tries = 40)
    void gapsBetweenElementsAreNeverUsed(
            @ForAll @IntRange(min = 1, max = 3) int aGap, @ForAll @IntRange(min = 1, max = 3) int bGap,
            @ForAll long seed) {
        Random random = new Random(seed);
        int m = size(random);
        int n = size(random);
        int k = size(random);
        float[] a = Matrix.vector(random, Entries.NORMAL, m * k);
        float[] b = Matrix.vector(random, Entries.NORMAL, k * n);
        float[] work = new float[MatrixProduct.workLength(n, k)];
        float[] dense = new float[m * n];
        MatrixProduct.multiply(m, n, k, a, 0, k, 1, b, 0, n, 1, dense, 0, n, work);
        float[] spread = new float[m * n];
        MatrixProduct.multiply(m, n, k, spread(a, aGap + 1), 2, k * (aGap + 1), aGap + 1, spread(b, bGap + 1), 2,
                n * (bGap + 1), bGap + 1, spread, 0, n, work);
        assertArrayEquals(dense, spread);
    }

    /** Element k at 2 + k·step, amid poison. */
    private static float[] spread(float[] values, int step) {
        float[] array = new float[2 + values.length * step];
        Arrays.fill(array, Float.NaN);
        for (int k = 0; k < values.length; k++) {
            array[2 + k * step] = values[k];
        }
        return array;
    }

    @Test
    void anEmptySumIsZeroAndAnEmptyProductWritesNothing() {
        float[] none = new float[0];
        float[] work = new float[MatrixProduct.workLength(5, 3)];
        Matrix c = Matrix.poison(1, 6, 3, 5);
        MatrixProduct.multiply(0, 5, 3, none, 0, 3, 1, new float[15], 0, 5, 1, c.array(), 1, 6, work);
        MatrixProduct.multiply(3, 0, 3, new float[9], 0, 3, 1, none, 0, 0, 1, c.array(), 1, 6, work);
        assertTrue(Float.isNaN(c.array()[1]) && c.isIntact());
        MatrixProduct.multiply(3, 5, 0, none, 0, 0, 1, none, 0, 5, 1, c.array(), 1, 6, work);
        assertTrue(c.isIntact());
        assertArrayEquals(new double[3][5], c.doubles());
    }

    private static void check(
            Random random, Entries entries, int m, int n, int k, boolean aTransposed, boolean bTransposed) {
        Matrix a = aTransposed ? Matrix.draw(random, entries, k, m) : Matrix.draw(random, entries, m, k);
        Matrix b = bTransposed ? Matrix.draw(random, entries, n, k) : Matrix.draw(random, entries, k, n);
        Matrix c = Matrix.poison(random.nextInt(3), n + random.nextInt(3), m, n);
        MatrixProduct.multiply(m, n, k,
                a.array(), a.offset(), aTransposed ? 1 : a.stride(), aTransposed ? a.stride() : 1,
                b.array(), b.offset(), bTransposed ? 1 : b.stride(), bTransposed ? b.stride() : 1,
                c.array(), c.offset(), c.stride(), new float[MatrixProduct.workLength(n, k)]);
        assertTrue(c.isIntact());

        double[][] left = aTransposed ? transposed(a.doubles()) : a.doubles();
        double[][] right = bTransposed ? transposed(b.doubles()) : b.doubles();
        double[][] expected = Reference.product(left, right);
        double[][] magnitude = Reference.product(Matrix.magnitudes(left), Matrix.magnitudes(right));
        double[][] actual = c.doubles();
        for (int i = 0; i < m; i++) {
            for (int j = 0; j < n; j++) {
                // k fused multiply-adds, one addition for each block after the first; each may underflow
                double bound = entries == Entries.SMALL_INTEGERS
                        ? 0
                        : (Reference.gamma(k + k / 256, 0x1p-24) + Reference.gamma(k, 0x1p-53)) * magnitude[i][j]
                                + k * 0x1p-149;
                assertEquals(expected[i][j], actual[i][j], bound);
            }
        }
    }

    private static double[][] transposed(double[][] matrix) {
        double[][] out = new double[matrix[0].length][matrix.length];
        for (int i = 0; i < matrix.length; i++) {
            for (int j = 0; j < matrix[0].length; j++) {
                out[j][i] = matrix[i][j];
            }
        }
        return out;
    }
}
