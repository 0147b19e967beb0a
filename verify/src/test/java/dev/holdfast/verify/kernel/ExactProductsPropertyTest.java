package dev.holdfast.verify.kernel;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.holdfast.kernel.ExactProducts;
import dev.holdfast.kernel.ExactSums;
import java.math.BigDecimal;
import java.util.Arrays;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

/** Sums of products of blocks of rows against BigDecimal: not one bit is lost, whatever magnitudes meet. */
class ExactProductsPropertyTest {
    /** By how many digits a block is cut into, and what lies at the edges of floats. */
    private enum Entries {
        /** One digit: up to 22 bits. */
        INTEGERS {
            @Override
            float next(Random random) {
                return random.nextInt(1 << 23) - (1 << 22);
            }
        },
        /** Two. */
        REALS {
            @Override
            float next(Random random) {
                return (float) random.nextGaussian();
            }
        },
        /** Three: magnitudes of 40 octaves. */
        FAR_APART {
            @Override
            float next(Random random) {
                return Math.scalb(random.nextFloat() - 0.5f, -random.nextInt(40));
            }
        },
        /** More than there is room for. */
        ALL_MAGNITUDES {
            @Override
            float next(Random random) {
                float any = Float.intBitsToFloat(random.nextInt());
                return Float.isFinite(any) ? any : Float.MAX_VALUE;
            }
        },
        /** Each rounds to a whole digit, up. */
        NEARLY_POWERS {
            @Override
            float next(Random random) {
                return (random.nextBoolean() ? 1 : -1) * Math.scalb(Math.nextDown(1f), random.nextInt(3));
            }
        },
        EXTREME {
            @Override
            float next(Random random) {
                return (random.nextBoolean() ? 1 : -1) * (random.nextBoolean() ? Float.MAX_VALUE : Math.nextDown(Float.MAX_VALUE));
            }
        },
        TINY {
            @Override
            float next(Random random) {
                return (random.nextInt(9) - 4) * Float.MIN_VALUE;
            }
        },
        ZEROS {
            @Override
            float next(Random random) {
                return random.nextInt(5) > 0 ? (random.nextBoolean() ? 0f : -0f) : 1 / 3f;
            }
        };

        abstract float next(Random random);
    }

    private static float[][] draw(Random random, Entries[] columns, int rows, int spare) {
        float[][] x = new float[rows + spare][columns.length + spare];
        for (float[] row : x) {
            Arrays.fill(row, Float.NaN);
        }
        for (int n = 0; n < rows; n++) {
            for (int j = 0; j < columns.length; j++) {
                x[n][j] = columns[j].next(random);
            }
        }
        return x;
    }

    private static double[][] empty(int d) {
        double[][] sums = new double[d][];
        Arrays.setAll(sums, i -> new double[ExactSums.length(i + 1)]);
        return sums;
    }

    private static double[][] poisoned(int d) {
        double[][] work = ExactProducts.work(d);
        for (double[] part : work) {
            Arrays.fill(part, Double.NaN);
        }
        return work;
    }

    private static void checkExact(BigDecimal[][] exact, double[][] sums, long terms) {
        for (int i = 0; i < sums.length; i++) {
            assertTrue(ExactSums.areExact(sums[i], i + 1, terms), "row " + i);
            for (int j = 0; j <= i; j++) {
                assertEquals(0, exact[i][j].compareTo(ExactSums.exact(sums[i], i + 1, j)), i + ", " + j);
            }
        }
    }

    @Property(tries = 300)
    void blocksLoseNoBitAndCanBeTakenBack(@ForAll Entries entries, @ForAll @IntRange(min = 1, max = 20) int d,
            @ForAll long seed) {
        Random random = new Random(seed);
        int rows = random.nextInt(5) == 0 ? ExactProducts.ROWS : random.nextInt(30);
        Entries[] columns = new Entries[d];
        Arrays.setAll(columns,
                j -> random.nextInt(4) > 0 ? entries : Entries.values()[random.nextInt(Entries.values().length)]);
        double[][] sums = empty(d);
        BigDecimal[][] exact = new BigDecimal[d][d];
        for (BigDecimal[] row : exact) {
            Arrays.fill(row, BigDecimal.ZERO);
        }
        double[][] work = poisoned(d);
        float[][] x = draw(random, columns, rows, random.nextInt(2));
        float[][] before = Arrays.stream(x).map(float[]::clone).toArray(float[][]::new);
        for (int sign : new int[] {1, 1, -1}) {
            ExactProducts.add(x, rows, d, sign, sums, work);
            for (int i = 0; i < d; i++) {
                for (int j = 0; j <= i; j++) {
                    for (int n = 0; n < rows; n++) {
                        exact[i][j] = exact[i][j].add(BigDecimal.valueOf(sign)
                                .multiply(new BigDecimal(x[n][i])).multiply(new BigDecimal(x[n][j])));
                    }
                }
            }
            checkExact(exact, sums, 3L * rows);
        }
        assertArrayEquals(before, x);
        // row by row takes back what the block added
        ExactProducts.addEach(x, rows, d, -1, sums, new double[ExactSums.workLength(d)]);
        for (int i = 0; i < d; i++) {
            assertTrue(ExactSums.areZero(sums[i], i + 1), "row " + i);
        }
    }

    /** A full block of the greatest products, all of one sign, again and again: digits, their sums and carries at their limits. */
    @Test
    void fullBlocksOfTheGreatestProducts() {
        int d = 3;
        for (float value : new float[] {Float.MAX_VALUE, 0x1.fffffcp0f, 0x1p22f - 1, 0x1p22f, 0x1p-149f}) {
            float[][] x = new float[ExactProducts.ROWS][d];
            for (float[] row : x) {
                Arrays.fill(row, value);
                // a bit that asks for three digits beside it
                row[1] = -value;
            }
            x[5][2] = value == Float.MAX_VALUE ? 0x1p70f : value;
            double[][] sums = empty(d);
            double[][] work = poisoned(d);
            int times = 200;
            for (int k = 0; k < times; k++) {
                ExactProducts.add(x, x.length, d, 1, sums, work);
            }
            BigDecimal square = new BigDecimal(value).pow(2).multiply(BigDecimal.valueOf((long) times * x.length));
            assertEquals(0, square.compareTo(ExactSums.exact(sums[0], 1, 0)), "value " + value);
            assertEquals(0, square.negate().compareTo(ExactSums.exact(sums[1], 2, 0)), "value " + value);
            assertEquals(0, square.compareTo(ExactSums.exact(sums[1], 2, 1)), "value " + value);
        }
    }

    @Test
    void whatIsRefusedAddsNothing() {
        int d = 2;
        double[][] sums = empty(d);
        double[][] work = ExactProducts.work(d);
        float[][] x = {{1, 2}, {3, Float.POSITIVE_INFINITY}};
        refused("x[1] has an entry that is not finite", () -> ExactProducts.add(x, 2, d, 1, sums, work));
        refused("rows = 129, expected 0..128", () -> ExactProducts.add(x, 129, d, 1, sums, work));
        refused("rows = 3, expected 0..2", () -> ExactProducts.add(x, 3, d, 1, sums, work));
        refused("rows = -1, expected 0..2", () -> ExactProducts.add(x, -1, d, 1, sums, work));
        refused("sign = 2, expected -1 or +1", () -> ExactProducts.add(x, 1, d, 2, sums, work));
        refused("d = 0, expected at least 1", () -> ExactProducts.add(x, 1, 0, 1, sums, work));
        refused("x[0].length = 2, expected at least 3",
                () -> ExactProducts.add(x, 1, 3, 1, empty(3), ExactProducts.work(3)));
        refused("sums.length = 2, expected at least 3", () -> ExactProducts.add(x, 1, 3, 1, sums, ExactProducts.work(3)));
        refused("work[6].length = 2, expected at least 3", () -> ExactProducts.add(x, 1, 3, 1, empty(3), work));
        for (int i = 0; i < d; i++) {
            assertTrue(ExactSums.areZero(sums[i], i + 1));
        }
    }

    private static void refused(String message, Executable call) {
        Exception thrown = assertThrows(IllegalArgumentException.class, call);
        assertTrue(thrown.getMessage().startsWith(message), thrown.getMessage());
    }
}
