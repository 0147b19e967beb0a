package dev.holdfast.verify.kernel;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.holdfast.kernel.LinearAttention;
import dev.holdfast.verify.kernel.Matrix.Entries;
import java.util.Arrays;
import java.util.Random;
import java.util.stream.IntStream;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Every operation has the bits of the model of its order: no tolerance, whatever the data. */
class BitsPropertyTest {
    private static final int[] LONG_ROWS = {96, 127, 128, 129, 257, 383, 384, 385, 400, 500};
    private static final int[] BLOCK_EDGES = {0, 255, 256, 257, 511, 512, 513, 600};

    @Property(tries = 3000)
    void everyOperationHasTheBitsOfItsOrder(
            @ForAll Operation operation, @ForAll Entries entries, @ForAll long seed) {
        Random random = new Random(seed);
        check(operation, entries, 1 + random.nextInt(70), random.nextInt(24), random);
    }

    @Property(tries = 300, edgeCases = EdgeCasesMode.NONE)
    void blocksOfRowsHaveTheBitsOfTheirOrder(
            @ForAll Operation operation, @ForAll Entries entries, @ForAll long seed) {
        Random random = new Random(seed);
        int rows = random.nextBoolean() ? BLOCK_EDGES[random.nextInt(BLOCK_EDGES.length)] : random.nextInt(601);
        check(operation, entries, 1 + random.nextInt(36), rows, random);
    }

    @Property(tries = 100, edgeCases = EdgeCasesMode.NONE)
    void longRowsHaveTheBitsOfTheirOrder(@ForAll Operation operation, @ForAll Entries entries, @ForAll long seed) {
        Random random = new Random(seed);
        check(operation, entries, LONG_ROWS[random.nextInt(LONG_ROWS.length)], random.nextInt(20), random);
    }

    @Property(tries = 300, edgeCases = EdgeCasesMode.NONE)
    void longRowsOfWholeLinesHaveTheBitsOfTheirOrder(@ForAll Entries entries, @ForAll long seed) {
        Random random = new Random(seed);
        check(Operation.CONTEXT_OF_LINES, entries, 384 + random.nextInt(40), random.nextInt(40), random);
    }

    private static void check(Operation operation, Entries entries, int d, int rows, Random random) {
        Operation.Call call = operation.draw(random, entries, d, rows);
        assertArrayEquals(
                call.ordered().get(), call.kernel().get(), () -> operation + ", d = " + d + ", rows = " + rows);
    }

    /**
     * A double is seldom so near the middle of two floats that its last bit shows in the float it is rounded to. Here
     * a_j / n lies in the middle exactly: a product with 1/n, or a sum that was rounded on the way, would miss it.
     */
    @Property(tries = 300, edgeCases = EdgeCasesMode.NONE)
    void aReadoutHalfwayBetweenTwoFloatsIsRoundedToTheEvenOne(@ForAll long seed) {
        Random random = new Random(seed);
        int d = 1 + random.nextInt(70);
        double n = 3 + 2 * random.nextInt(500);
        float[] even = new float[d];
        double[] a = new double[d + 1];
        float[] ones = new float[d];
        Arrays.fill(ones, 1);
        float[] identity = new float[(d + 1) * d];
        for (int j = 0; j < d; j++) {
            int lower = 1 << 23 | random.nextInt(1 << 23);
            even[j] = lower + (lower & 1);
            a[j] = (lower + 0.5) * n;
            identity[j * d + j] = 1;
        }
        float[] w = new float[d];
        LinearAttention.readout(identity, d, a, n, w);
        assertArrayEquals(even, w);
        LinearAttention.readout(ones, 0, new float[d], d, a, n, w);
        assertArrayEquals(even, w);
    }

    /**
     * In row k every product underflows to −0, and its label is 0. If whole lanes hold the row, all of them end at −0,
     * and so does s_k; else the continuation turns the lanes that it meets into +0, and s_k is +0. The rows before
     * leave −0 in the first entry of the state, whose sign s_k decides; the rows after have no share in it.
     */
    @ParameterizedTest
    @CsvSource({"false, false", "true, false", "false, true", "true, true"})
    void aLaneThatUnderflowedToMinusZeroMeetsTheContinuationOfTheRow(boolean arrayEndsWithTheRows, boolean lines) {
        int rows = 40;
        IntStream lengths = IntStream.concat(IntStream.rangeClosed(1, 70), IntStream.of(383, 384, 385, 397, 400, 784));
        for (int d : lengths.toArray()) {
            int stride = lines ? d + 15 & -16 : d;
            for (int k = 1; k < rows; k++) {
                int offset = lines ? k % 16 : 0;
                float[] x = new float[offset + (rows - 1) * stride + d + (arrayEndsWithTheRows ? 0 : 100)];
                Arrays.fill(x, Float.MIN_VALUE);
                float[] y = new float[rows];
                Arrays.fill(y, 1);
                y[k] = 0;
                for (int n = k + 1; n < rows; n++) {
                    x[offset + n * stride] = 0;
                }
                float[] p = new float[d + 1];
                Arrays.fill(p, -0.25f);
                double[] a = new double[d + 1];
                a[0] = -0.0;
                LinearAttention.accumulate(
                        x, offset, stride, rows, d, y, 0, p, a, new float[LinearAttention.contextWorkLength(d)]);
                assertEquals(d % 16 == 0 ? -0.0 : 0.0, a[0], "d = " + d + ", row " + k);
            }
        }
    }
}
