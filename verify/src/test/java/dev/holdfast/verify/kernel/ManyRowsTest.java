package dev.holdfast.verify.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.holdfast.kernel.LinearAttention;
import dev.holdfast.verify.reference.Dyadic;
import java.math.BigInteger;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Sums over up to 10^7 demonstrations keep the bound of 256 of them. Features are multiples of 2^-16 in [1/2, 9/16) and
 * weights multiples of 1/4, so that a term is a multiple of 2^-34 and 10^7 of them fit a long: the exact sums take
 * integers. A float sum of the same terms, as the contrast, breaks the bound. Rows repeat from block to block, so that
 * blocks that were added in float would be rounded the same way most of the time, and break it too.
 */
class ManyRowsTest {
    private static final int ROWS = 10_000_000;
    private static final int[] PREFIXES = {1 << 10, 1 << 15, 1 << 20, ROWS};
    private static final int BLOCK = 256;
    private static final int GRID = 16;
    private static final int[] QUARTERS = {3, 2, 1, 1};

    private record Demonstrations(int d, int[] grid, float[] x, float[] y) {
        static Demonstrations draw(int d) {
            SplittableRandom random = new SplittableRandom(d);
            int[] grid = new int[ROWS * d];
            float[] x = new float[ROWS * d];
            float[] y = new float[ROWS];
            for (int n = 0; n < ROWS; n++) {
                y[n] = n >= BLOCK ? y[n - BLOCK] : random.nextBoolean() ? 1 : -1;
                for (int j = n * d; j < (n + 1) * d; j++) {
                    grid[j] = n >= BLOCK ? grid[j - BLOCK * d] : (1 << GRID - 1) + random.nextInt(1 << GRID - 4);
                    x[j] = grid[j] * 0x1p-16f;
                }
            }
            return new Demonstrations(d, grid, x, y);
        }

        /** 2^16 z_nj. */
        long z(int n, int j) {
            return j < d ? grid[n * d + j] : (long) y[n] << GRID;
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3})
    void theErrorOfAContextStateDoesNotGrowWithTheRows(int d) {
        Demonstrations z = Demonstrations.draw(d);
        float[] p = new float[d + 1];
        for (int i = 0; i <= d; i++) {
            p[i] = QUARTERS[i] / 4f;
        }
        float[] work = new float[LinearAttention.contextWorkLength(d)];
        double[] pieces = new double[d + 1];
        int from = 0;
        for (int rows : PREFIXES) {
            double[] whole = new double[d + 1];
            LinearAttention.accumulate(z.x, 0, d, rows, d, z.y, 0, p, whole, work);
            LinearAttention.accumulate(z.x, from * d, d, rows - from, d, z.y, from, p, pieces, work);
            from = rows;
            for (int j = 0; j <= d; j++) {
                assertEquals(whole[j], pieces[j], "in pieces, rows = " + rows);
                assertTrue(isContext(whole[j], j, z, rows), "rows = " + rows + ", entry " + j);
            }
        }
        for (int j = 0; j < d; j++) {
            float sum = 0;
            for (int n = 0; n < ROWS; n++) {
                float s = p[d] * z.y[n];
                for (int i = 0; i < d; i++) {
                    s += p[i] * z.x[n * d + i];
                }
                sum += s * z.x[n * d + j];
            }
            assertFalse(isContext(sum, j, z, ROWS), "entry " + j + " in float");
        }
    }

    /** Within k = ⌈d/16⌉ + 256 + 6 roundings. */
    private static boolean isContext(double a, int j, Demonstrations z, int rows) {
        long exact = 0;
        long magnitude = 0;
        for (int n = 0; n < rows; n++) {
            long share = 0;
            long terms = 0;
            for (int i = 0; i <= z.d; i++) {
                share += QUARTERS[i] * z.z(n, i);
                terms += QUARTERS[i] * Math.abs(z.z(n, i));
            }
            exact += share * z.z(n, j);
            magnitude += terms * Math.abs(z.z(n, j));
        }
        return isWithin(1 + BLOCK + 6, a, exact, magnitude, -2 * GRID - 2);
    }

    @Test
    void theErrorOfAGramDoesNotGrowWithTheRows() {
        Demonstrations z = Demonstrations.draw(2);
        float[] work = new float[LinearAttention.gramWorkLength(2)];
        for (int rows : PREFIXES) {
            double[] g = new double[9];
            LinearAttention.gram(z.x, 0, 2, rows, 2, z.y, 0, g, work);
            for (int i = 0; i < 9; i++) {
                assertTrue(isGram(g[i], i / 3, i % 3, z, rows), "rows = " + rows + ", entry " + i);
            }
        }
        float sum = 0;
        for (int n = 0; n < ROWS; n++) {
            sum += z.x[2 * n] * z.x[2 * n + 1];
        }
        assertFalse(isGram(sum, 0, 1, z, ROWS), "in float");
    }

    /** Within k = 256 + 1 roundings. */
    private static boolean isGram(double g, int i, int j, Demonstrations z, int rows) {
        long exact = 0;
        long magnitude = 0;
        for (int n = 0; n < rows; n++) {
            exact += z.z(n, i) * z.z(n, j);
            magnitude += Math.abs(z.z(n, i) * z.z(n, j));
        }
        return isWithin(BLOCK + 1, g, exact, magnitude, -2 * GRID);
    }

    /** |computed − exact| (1 − k u) ≤ k u M with the exact sum and M in units of 2^e; nothing underflows. */
    private static boolean isWithin(int k, double computed, long exact, long magnitude, int e) {
        double ku = k * 0x1p-24;
        Dyadic error = Dyadic.of(computed).minus(new Dyadic(BigInteger.valueOf(exact), e)).abs();
        return error.times(1 - ku).compareTo(new Dyadic(BigInteger.valueOf(magnitude), e).times(ku)) <= 0;
    }
}
