package dev.holdfast.verify.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.holdfast.kernel.MatrixProduct;
import dev.holdfast.verify.kernel.Matrix.Entries;
import dev.holdfast.verify.reference.Reference;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

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
        check(new Random(seed), entries, 7, 1040, 10, false, true);
        check(new Random(seed), entries, 5, 40, 600, true, false);
    }

    private static void check(
            Random random, Entries entries, int m, int n, int k, boolean aTransposed, boolean bTransposed) {
        Matrix a = aTransposed ? Matrix.draw(random, entries, k, m) : Matrix.draw(random, entries, m, k);
        Matrix b = bTransposed ? Matrix.draw(random, entries, n, k) : Matrix.draw(random, entries, k, n);
        Matrix c = Matrix.poison(random.nextInt(3), n + random.nextInt(3), m, n);
        MatrixProduct.multiply(m, n, k,
                a.array(), a.offset(), aTransposed ? 1 : a.stride(), aTransposed ? a.stride() : 1,
                b.array(), b.offset(), bTransposed ? 1 : b.stride(), bTransposed ? b.stride() : 1,
                c.array(), c.offset(), c.stride(), new float[MatrixProduct.workLength()]);
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
