package dev.holdfast.verify.kernel;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.holdfast.kernel.LinearAttention;
import dev.holdfast.verify.kernel.Matrix.Entries;
import dev.holdfast.verify.reference.Reference;
import java.util.Arrays;
import java.util.Random;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

/**
 * The forward pass against the reference: exactly on small integers, within the a-priori bound elsewhere. Each property
 * runs for every d from 1 to 70 and for some beyond.
 */
class LinearAttentionPropertyTest {
    /** Unit roundoffs, and half the spacing of subnormal floats: what one operation that underflows may lose. */
    private static final double FLOAT = 0x1p-24;

    private static final double DOUBLE = 0x1p-53;
    private static final double UNDERFLOW = 0x1p-150;

    private static final int[] FEATURES = IntStream.concat(
                    IntStream.rangeClosed(1, 70), IntStream.of(71, 96, 100, 127, 129, 257, 784, 1000))
            .toArray();
    private static final int[] ROWS = {1, 2, 3, 7, 8, 9, 15, 17, 40, 255, 256, 257, 300, 520};

    private static int rows(Random random) {
        return ROWS[random.nextInt(ROWS.length)];
    }

    @Property(tries = 12)
    void contextStateIsWithinItsBound(@ForAll Entries entries, @ForAll long seed) {
        Random random = new Random(seed);
        for (int d : FEATURES) {
            checkContextState(d, rows(random), entries, random);
        }
    }

    private static void checkContextState(int d, int n, Entries entries, Random random) {
        Matrix x = Matrix.draw(random, entries, n, d);
        float[] y = Matrix.labels(random, n + 2);
        float[] p = Matrix.vector(random, entries, d + 1);
        double[] a = new double[d + 1];
        accumulate(x, y, 2, p, a, 0, n);

        double[] labels = Arrays.copyOfRange(Matrix.doubles(y), 2, n + 2);
        double[] expected = Reference.contextState(x.doubles(), labels, Matrix.doubles(p));
        double[] magnitude = Reference.contextState(
                x.magnitudes(), Matrix.magnitudes(labels), Matrix.magnitudes(Matrix.doubles(p)));
        assertEqualOrWithin(entries, expected, a, magnitude, roundings(d, n), underflow(d, n, x));
    }

    /**
     * Float roundings on a term's way into a: its lane's share of d multiply-adds, the fold, the label, then a block's
     * row-wise multiply-adds (for the label's entry: 16 lanes of them and the fold, which are fewer).
     */
    private static int roundings(int d, int n) {
        return (d + 15) / 16 + 4 + 1 + Math.min(n, LinearAttention.BLOCK) + 5;
    }

    /** d + 1 operations may underflow in each s_n, and each is multiplied by x_nj; one more in each row's addition. */
    private static double underflow(int d, int n, Matrix x) {
        double greatest = 1;
        for (double[] row : x.magnitudes()) {
            greatest = Math.max(greatest, Reference.normInfinity(row));
        }
        return UNDERFLOW * n * ((d + 2) * greatest + 1);
    }

    private static void assertEqualOrWithin(Entries entries, double[] expected, double[] actual, double[] magnitude,
            int floatRoundings, double underflow) {
        for (int i = 0; i < expected.length; i++) {
            // the reference rounds in double too: fewer than 4000 times a term here
            double bound = entries == Entries.SMALL_INTEGERS
                    ? 0
                    : Reference.gamma(floatRoundings, FLOAT) * magnitude[i]
                            + Reference.gamma(4000, DOUBLE) * magnitude[i]
                            + underflow;
            assertEquals(expected[i], actual[i], bound, "entry " + i);
        }
    }

    private static void accumulate(Matrix x, float[] y, int yOffset, float[] p, double[] a, int from, int to) {
        int d = x.columns();
        LinearAttention.accumulate(x.array(), x.offset() + from * x.stride(), x.stride(), to - from, d, y,
                yOffset + from, p, a, new float[LinearAttention.contextWorkLength(d)]);
    }

    @Property(tries = 2)
    void aStateFedInBlocksHasTheBitsOfOneCall(@ForAll long seed) {
        Random random = new Random(seed);
        for (int d : FEATURES) {
            checkBlocks(d, random);
        }
    }

    private static void checkBlocks(int d, Random random) {
        int n = 3 * LinearAttention.BLOCK + 77;
        Matrix x = Matrix.draw(random, Entries.NORMAL, n, d);
        float[] y = Matrix.labels(random, n);
        float[] p = Matrix.vector(random, Entries.NORMAL, d + 1);
        double[] whole = new double[d + 1];
        accumulate(x, y, 0, p, whole, 0, n);
        double[] pieces = new double[d + 1];
        int cut = LinearAttention.BLOCK * (1 + random.nextInt(3));
        accumulate(x, y, 0, p, pieces, 0, cut);
        accumulate(x, y, 0, p, pieces, cut, cut);
        accumulate(x, y, 0, p, pieces, cut, n);
        assertArrayEquals(whole, pieces);
    }

    @Property(tries = 8)
    void gramIsWithinItsBound(@ForAll Entries entries, @ForAll long seed) {
        Random random = new Random(seed);
        for (int d : FEATURES) {
            checkGram(d, d > 128 ? 9 : rows(random), entries, random);
        }
    }

    private static void checkGram(int d, int n, Entries entries, Random random) {
        Matrix x = Matrix.draw(random, entries, n, d);
        float[] y = Matrix.labels(random, n);
        double[] g = new double[(d + 1) * (d + 1)];
        LinearAttention.gram(x.array(), x.offset(), x.stride(), n, d, y, 0, g,
                new float[LinearAttention.gramWorkLength(d)]);
        double[][] expected = Reference.gram(x.doubles(), Matrix.doubles(y));
        double[][] magnitude = Reference.gram(x.magnitudes(), Matrix.magnitudes(Matrix.doubles(y)));
        for (int i = 0; i <= d; i++) {
            double[] row = Arrays.copyOfRange(g, i * (d + 1), (i + 1) * (d + 1));
            assertEqualOrWithin(
                    entries, expected[i], row, magnitude[i], Math.min(n, LinearAttention.BLOCK), UNDERFLOW * n);
        }
    }

    @Property(tries = 8)
    void readoutsAreWithinTheirBoundAndTheSameForTheSameWeights(@ForAll Entries entries, @ForAll long seed) {
        Random random = new Random(seed);
        for (int d : FEATURES) {
            checkReadouts(d, entries, random);
        }
    }

    private static void checkReadouts(int d, Entries entries, Random random) {
        double[] a = Matrix.doubles(Matrix.vector(random, entries, d + 1));
        double n = 1 << random.nextInt(8);
        float[] delta = Matrix.vector(random, entries, d);
        float[] label = Matrix.vector(random, entries, d);
        float b = entries == Entries.SMALL_INTEGERS ? 2 : 0;
        float[] qBar = new float[(d + 1) * d];
        double[][] dense = new double[d + 1][d];
        for (int i = 0; i <= d; i++) {
            for (int j = 0; j < d; j++) {
                qBar[i * d + j] = i == d ? label[j] : i == j ? b + delta[j] : b;
                dense[i][j] = qBar[i * d + j];
            }
        }
        double[] expected = Reference.readout(dense, a, n);
        double[] magnitude = Reference.readout(Matrix.magnitudes(dense), Matrix.magnitudes(a), n);
        float[] w = new float[d];
        LinearAttention.readout(qBar, d, a, n, w);
        float[] structured = new float[d];
        LinearAttention.readout(delta, b, label, d, a, n, structured);
        for (int j = 0; j < d; j++) {
            // in double all the way, then rounded once to float
            double bound = Math.abs(expected[j]) * FLOAT + UNDERFLOW
                    + (1 + FLOAT) * 2 * Reference.gamma(d + 3, DOUBLE) * magnitude[j];
            assertEquals(expected[j], w[j], bound);
            assertEquals(expected[j], structured[j], bound);
            if (entries == Entries.SMALL_INTEGERS) {
                assertEquals((float) expected[j], w[j]);
                assertEquals((float) expected[j], structured[j]);
            }
        }
    }

    @Property(tries = 12)
    void scoresAreWithinTheirBoundAndNothingElseIsWritten(@ForAll Entries entries, @ForAll long seed) {
        Random random = new Random(seed);
        for (int d : FEATURES) {
            checkScores(d, Math.min(rows(random), 40), entries, random);
        }
    }

    private static void checkScores(int d, int m, Entries entries, Random random) {
        Matrix x = Matrix.draw(random, entries, m, d);
        float[] w = Matrix.vector(random, entries, d);
        double c = random.nextInt(9) - 4;
        double[] f = new double[m + 4];
        Arrays.fill(f, Double.NaN);
        LinearAttention.scores(x.array(), x.offset(), x.stride(), m, d, w, c, f, 1);
        assertTrue(Double.isNaN(f[0]) && Double.isNaN(f[m + 1]) && Double.isNaN(f[m + 3]));
        for (int n = 0; n < m; n++) {
            double expected = Reference.score(Matrix.doubles(w), x.doubles()[n]) + c;
            double magnitude = Reference.score(Matrix.magnitudes(Matrix.doubles(w)), x.magnitudes()[n]) + Math.abs(c);
            double bound = entries == Entries.SMALL_INTEGERS
                    ? 0
                    : (Reference.gamma((d + 7) / 8 + 4, DOUBLE) + Reference.gamma(d + 1, DOUBLE)) * magnitude;
            assertEquals(expected, f[n + 1], bound);
        }
    }

    @Property(tries = 150)
    void outputsAreExactOnSmallIntegersAndWithinTheirBoundElsewhere(@ForAll Entries entries, @ForAll long seed) {
        Random random = new Random(seed);
        int d = 1 + random.nextInt(40);
        int size = d + 1;
        boolean exact = entries == Entries.SMALL_INTEGERS;
        int n = exact ? 4 : 1 + random.nextInt(300);
        Matrix x = Matrix.draw(random, entries, n, d);
        float[] y = Matrix.labels(random, n);
        int m = 1 + random.nextInt(40);
        Matrix queries = Matrix.draw(random, entries, m, d);
        // ones and zeros keep three products of integers below 2^24 quarters
        Entries weights = exact ? Entries.SMALL_INTEGERS : Entries.NORMAL;
        Matrix bigP = new Matrix(sparse(random, weights, size, exact), 0, size, size, size);
        Matrix bigQ = new Matrix(sparse(random, weights, size, exact), 0, size, size, size);
        double[] g = new double[size * size];
        LinearAttention.gram(x.array(), x.offset(), x.stride(), n, d, y, 0, g,
                new float[LinearAttention.gramWorkLength(d)]);
        Matrix out = Matrix.poison(2, m + 1, size, m);
        LinearAttention.outputs(bigP.array(), bigQ.array(), g, n, d, queries.array(), queries.offset(),
                queries.stride(), m, out.array(), out.offset(), out.stride(),
                new float[LinearAttention.outputsWorkLength(d)]);
        assertTrue(out.isIntact());

        double[] labels = Matrix.doubles(y);
        double[][] expected = Reference.outputs(bigP.doubles(), bigQ.doubles(), x.doubles(), labels, queries.doubles());
        double[][] magnitude = Reference.outputs(bigP.magnitudes(), bigQ.magnitudes(), x.magnitudes(),
                Matrix.magnitudes(labels), queries.magnitudes());
        // Gram block, its rounding to float, and three products of at most d+1 terms
        int roundings = Math.min(n, LinearAttention.BLOCK) + 1 + 3 * size;
        double[][] actual = out.doubles();
        for (int i = 0; i < size; i++) {
            // an operation that underflows is multiplied by what follows: entries of 10^7 at most, thrice
            assertEqualOrWithin(entries, expected[i], actual[i], magnitude[i], roundings, UNDERFLOW * 1e30);
        }
    }

    private static float[] sparse(Random random, Entries entries, int size, boolean sparse) {
        float[] matrix = Matrix.vector(random, entries, size * size);
        for (int k = 0; sparse && k < matrix.length; k++) {
            matrix[k] = random.nextInt(4) == 0 ? Math.signum(matrix[k]) : 0;
        }
        return matrix;
    }
}
