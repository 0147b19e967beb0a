package dev.holdfast.verify.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.holdfast.kernel.LinearAttention;
import dev.holdfast.verify.reference.Dyadic;
import java.math.BigInteger;
import java.util.SplittableRandom;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The context state of up to 10^7 demonstrations keeps the bound of 256 of them. Features are multiples of 2^-16 in
 * [1/2, 9/16) and weights multiples of 1/4, so that a term is a multiple of 2^-34 and 10^7 of them fit a long: the
 * exact state takes integers. A float sum of the same terms, as the contrast, breaks the bound.
 */
class ManyRowsTest {
    private static final int ROWS = 10_000_000;
    private static final int GRID = 16;
    private static final double U = 0x1p-24;

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3})
    void theErrorDoesNotGrowWithTheRows(int d) {
        int[] quarters = {3, 2, 1, 1};
        float[] p = new float[d + 1];
        for (int i = 0; i <= d; i++) {
            p[i] = quarters[i] / 4f;
        }
        SplittableRandom random = new SplittableRandom(d);
        int[] grid = new int[ROWS * d];
        float[] x = new float[ROWS * d];
        float[] y = new float[ROWS];
        for (int n = 0; n < ROWS; n++) {
            y[n] = random.nextBoolean() ? 1 : -1;
            for (int j = n * d; j < (n + 1) * d; j++) {
                grid[j] = (1 << GRID - 1) + random.nextInt(1 << GRID - 4);
                x[j] = grid[j] * 0x1p-16f;
            }
        }
        float[] work = new float[LinearAttention.contextWorkLength(d)];
        double[] pieces = new double[d + 1];
        int from = 0;
        for (int rows : new int[] {1 << 10, 1 << 15, 1 << 20, ROWS}) {
            double[] whole = new double[d + 1];
            LinearAttention.accumulate(x, 0, d, rows, d, y, 0, p, whole, work);
            LinearAttention.accumulate(x, from * d, d, rows - from, d, y, from, p, pieces, work);
            from = rows;
            for (int j = 0; j <= d; j++) {
                assertEquals(whole[j], pieces[j], "in pieces, rows = " + rows);
                assertTrue(isWithin(whole[j], j, grid, y, rows, d, quarters), "rows = " + rows + ", entry " + j);
            }
        }
        for (int j = 0; j < d; j++) {
            assertTrue(!isWithin(floatSum(j, x, y, d, p), j, grid, y, ROWS, d, quarters), "entry " + j + " in float");
        }
    }

    /** |a_j − exact| (1 − k u) ≤ k u Σ_n |z_nj| Σ_i |p_i z_ni|, k = ⌈d/16⌉ + 256 + 6; nothing underflows. */
    private static boolean isWithin(double a, int j, int[] grid, float[] y, int rows, int d, int[] quarters) {
        long exact = 0;
        long magnitude = 0;
        for (int n = 0; n < rows; n++) {
            long features = 0;
            for (int i = 0; i < d; i++) {
                features += (long) quarters[i] * grid[n * d + i];
            }
            long label = (long) quarters[d] << GRID;
            long sign = (long) y[n];
            long znj = j < d ? grid[n * d + j] : sign << GRID;
            exact += (features + sign * label) * znj;
            magnitude += (features + label) * Math.abs(znj);
        }
        double ku = (1 + LinearAttention.BLOCK + 6) * U;
        int e = -2 * GRID - 2;
        Dyadic error = Dyadic.of(a).minus(new Dyadic(BigInteger.valueOf(exact), e)).abs();
        Dyadic bound = new Dyadic(BigInteger.valueOf(magnitude), e).times(ku);
        return error.times(1 - ku).compareTo(bound) <= 0;
    }

    private static float floatSum(int j, float[] x, float[] y, int d, float[] p) {
        float sum = 0;
        for (int n = 0; n < ROWS; n++) {
            float s = p[d] * y[n];
            for (int i = 0; i < d; i++) {
                s += p[i] * x[n * d + i];
            }
            sum += s * x[n * d + j];
        }
        return sum;
    }
}
