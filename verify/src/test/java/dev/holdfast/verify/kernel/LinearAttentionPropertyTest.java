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
import net.jqwik.api.constraints.IntRange;

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
                    IntStream.rangeClosed(1, 70), IntStream.of(96, 100, 127, 129, 256, 257, 784, 1000))
            .toArray();
    private static final int[] ROWS = {1, 2, 3, 7, 8, 9, 15, 17, 40, 255, 256, 257, 300, 520};

    private static int rows(Random random) {
        return ROWS[random.nextInt(ROWS.length)];
    }

    /** {@link #FEATURES} and one more of 71..130. */
    private static int[] features(Random random) {
        int[] all = Arrays.copyOf(FEATURES, FEATURES.length + 1);
        all[FEATURES.length] = 71 + random.nextInt(60);
        return all;
    }

    @Property(tries = 3)
    void contextStateIsWithinItsBound(@ForAll long seed) {
        Random random = new Random(seed);
        for (Entries entries : Entries.values()) {
            for (int d : features(random)) {
                checkContextState(d, rows(random), entries, random);
            }
        }
    }

    private static void checkContextState(int d, int n, Entries entries, Random random) {
        Matrix x = Matrix.draw(random, entries, n, d);
        float[] y = Matrix.labels(random, n);
        float[] p = Matrix.vector(random, entries.tamed(), d + 1);
        double[] a = new double[d + 2];
        a[d + 1] = Double.NaN;
        accumulate(x, Matrix.amidPoison(y, 2), 2, Matrix.amidPoison(p, 0), a, 0, n);
        assertTrue(Double.isNaN(a[d + 1]));

        double[] labels = Matrix.doubles(y);
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
        return UNDERFLOW * n * ((d + 2) * Math.max(1, greatest(x)) + 1);
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

    @Property(tries = 20)
    void aStateIsAddedToAndNoRowsLeaveItAsItIs(@ForAll @IntRange(min = 1, max = 130) int d, @ForAll long seed) {
        Random random = new Random(seed);
        Matrix x = Matrix.draw(random, Entries.SMALL_INTEGERS, 300, d);
        float[] y = Matrix.labels(random, 300);
        float[] p = Matrix.vector(random, Entries.SMALL_INTEGERS, d + 1);
        double[] start = beyondFloat(d + 1);
        start[random.nextInt(d + 1)] = -0.0;
        double[] a = start.clone();
        accumulate(x, y, 0, p, a, 300, 300);
        assertArrayEquals(start, a);
        accumulate(x, y, 0, p, a, 0, 300);
        double[] expected = Reference.contextState(x.doubles(), Matrix.doubles(y), Matrix.doubles(p));
        for (int i = 0; i <= d; i++) {
            assertEquals(start[i] + expected[i], a[i], 0);
        }
    }

    /** A state that float cannot hold, and that double can with any small integer added to it. */
    private static double[] beyondFloat(int length) {
        double[] state = new double[length];
        Arrays.fill(state, 0x1p40 + 1);
        return state;
    }

    @Property(tries = 20)
    void aGramIsAddedTo(@ForAll @IntRange(min = 1, max = 100) int d, @ForAll long seed) {
        Random random = new Random(seed);
        Matrix x = Matrix.draw(random, Entries.SMALL_INTEGERS, 300, d);
        float[] y = Matrix.labels(random, 300);
        double[] g = beyondFloat((d + 1) * (d + 1));
        gram(x, y, 0, g, 300, 300);
        assertArrayEquals(beyondFloat(g.length), g);
        gram(x, y, 0, g, 0, 300);
        double[][] added = Reference.gram(x.doubles(), Matrix.doubles(y));
        double[] expected = Arrays.stream(added).flatMapToDouble(Arrays::stream).map(v -> 0x1p40 + 1 + v).toArray();
        assertArrayEquals(expected, g);
    }

    @Property(tries = 2)
    void aStateFedInBlocksHasTheBitsOfOneCall(@ForAll long seed) {
        Random random = new Random(seed);
        for (int d : features(random)) {
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

    @Property(tries = 2)
    void gramIsWithinItsBound(@ForAll long seed) {
        Random random = new Random(seed);
        for (Entries entries : Entries.values()) {
            for (int d : features(random)) {
                checkGram(d, d > 128 ? 9 : rows(random), entries, random);
            }
        }
    }

    private static void checkGram(int d, int n, Entries entries, Random random) {
        Matrix x = Matrix.draw(random, entries, n, d);
        float[] y = Matrix.labels(random, n);
        double[] g = new double[(d + 1) * (d + 1) + 1];
        g[g.length - 1] = Double.NaN;
        gram(x, Matrix.amidPoison(y, 1), 1, g, 0, n);
        assertTrue(Double.isNaN(g[g.length - 1]));
        double[][] expected = Reference.gram(x.doubles(), Matrix.doubles(y));
        double[][] magnitude = Reference.gram(x.magnitudes(), Matrix.magnitudes(Matrix.doubles(y)));
        for (int i = 0; i <= d; i++) {
            double[] row = Arrays.copyOfRange(g, i * (d + 1), (i + 1) * (d + 1));
            assertEqualOrWithin(
                    entries, expected[i], row, magnitude[i], Math.min(n, LinearAttention.BLOCK), UNDERFLOW * n);
        }
    }

    private static void gram(Matrix x, float[] y, int yOffset, double[] g, int from, int to) {
        int d = x.columns();
        LinearAttention.gram(x.array(), x.offset() + from * x.stride(), x.stride(), to - from, d, y, yOffset + from, g,
                new float[LinearAttention.gramWorkLength(d)]);
    }

    @Property(tries = 20)
    void aGramFedInBlocksHasTheBitsOfOneCallAndNoRowsLeaveItAsItIs(
            @ForAll @IntRange(min = 1, max = 100) int d, @ForAll long seed) {
        Random random = new Random(seed);
        int n = 2 * LinearAttention.BLOCK + 77;
        int cut = LinearAttention.BLOCK * (1 + random.nextInt(2));
        Matrix x = Matrix.draw(random, Entries.NORMAL, n, d);
        float[] y = Matrix.labels(random, n);
        double[] whole = new double[(d + 1) * (d + 1)];
        gram(x, y, 0, whole, 0, n);
        double[] pieces = new double[(d + 1) * (d + 1)];
        gram(x, y, 0, pieces, 0, cut);
        gram(x, y, 0, pieces, cut, cut);
        gram(x, y, 0, pieces, cut, n);
        assertArrayEquals(whole, pieces);
    }

    @Property(tries = 2)
    void readoutsAreWithinTheirBoundAndTheSameForTheSameWeights(@ForAll long seed) {
        Random random = new Random(seed);
        for (Entries entries : Entries.values()) {
            for (int d : features(random)) {
                checkReadouts(d, entries, random);
                checkStructuredReadout(d, entries, random);
            }
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
        double[] state = Arrays.copyOf(a, d + 2);
        state[d + 1] = Double.NaN;
        float[] w = Matrix.amidPoison(new float[d], 0);
        LinearAttention.readout(Matrix.amidPoison(qBar, 0), d, state, n, w);
        float[] structured = Matrix.amidPoison(new float[d], 0);
        LinearAttention.readout(
                Matrix.amidPoison(delta, 0), b, Matrix.amidPoison(label, 0), d, state, n, structured);
        assertTrue(Float.isNaN(w[d]) && Float.isNaN(structured[d]));
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

    /** With any b: the reference takes diag(δ) + b·11ᵀ in double, where b + δ_j need not be a float. */
    private static void checkStructuredReadout(int d, Entries entries, Random random) {
        double[] a = Matrix.doubles(Matrix.vector(random, entries, d + 1));
        double n = 1 + random.nextInt(300);
        float[] delta = Matrix.vector(random, entries, d);
        float[] label = Matrix.vector(random, entries, d);
        float b = entries.next(random);
        double[] expected = Reference.readout(structured(Matrix.doubles(delta), b, Matrix.doubles(label)), a, n);
        double[][] magnitudes = structured(
                Matrix.magnitudes(Matrix.doubles(delta)), Math.abs(b), Matrix.magnitudes(Matrix.doubles(label)));
        double[] magnitude = Reference.readout(magnitudes, Matrix.magnitudes(a), n);
        float[] w = new float[d];
        LinearAttention.readout(delta, b, label, d, a, n, w);
        for (int j = 0; j < d; j++) {
            // A term b·a_i is rounded in its lane of 8, thrice in the fold, then by b·S, two multiply-adds and the
            // division; in the reference by b + δ_j, the product, at most d + 1 additions and the division. Then once
            // to float, which magnifies what was there by 1 + u.
            double inDouble = Reference.gamma((d + 7) / 8 + 7, DOUBLE) + Reference.gamma(d + 4, DOUBLE);
            double bound = Math.abs(expected[j]) * FLOAT + UNDERFLOW + (1 + FLOAT) * inDouble * magnitude[j];
            assertEquals(expected[j], w[j], bound);
        }
    }

    private static double[][] structured(double[] delta, double b, double[] label) {
        int d = delta.length;
        double[][] qBar = new double[d + 1][d];
        for (int i = 0; i < d; i++) {
            Arrays.fill(qBar[i], b);
            qBar[i][i] = b + delta[i];
        }
        qBar[d] = label;
        return qBar;
    }

    @Property(tries = 3)
    void scoresAreWithinTheirBoundAndNothingElseIsWritten(@ForAll long seed) {
        Random random = new Random(seed);
        for (Entries entries : Entries.values()) {
            for (int d : features(random)) {
                checkScores(d, Math.min(rows(random), 40), entries, random);
            }
        }
    }

    private static void checkScores(int d, int m, Entries entries, Random random) {
        Matrix x = Matrix.draw(random, entries, m, d);
        float[] w = Matrix.vector(random, entries, d);
        double c = random.nextInt(9) - 4;
        double[] f = new double[m + 4];
        Arrays.fill(f, Double.NaN);
        LinearAttention.scores(x.array(), x.offset(), x.stride(), m, d,
                Matrix.amidPoison(w, 0), c, f, 1);
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
        Matrix queries = Matrix.draw(random, entries.tamed(), m, d);
        // ones and zeros keep three products of integers below 2^24 quarters
        Entries weights = exact ? Entries.SMALL_INTEGERS : Entries.NORMAL;
        Matrix bigP = new Matrix(sparse(random, weights, size, exact), 0, size, size, size);
        Matrix bigQ = new Matrix(sparse(random, weights, size, exact), 0, size, size, size);
        double[] g = new double[size * size];
        LinearAttention.gram(x.array(), x.offset(), x.stride(), n, d, y, 0, g,
                new float[LinearAttention.gramWorkLength(d)]);
        Matrix out = Matrix.poison(2, m + 1, size, m);
        // Q's last column meets the empty label slot
        float[] blanked = bigQ.array().clone();
        for (int i = 0; i < size; i++) {
            blanked[i * size + d] = Float.NaN;
        }
        LinearAttention.outputs(bigP.array(), blanked, g, n, d, queries.array(), queries.offset(),
                queries.stride(), m, out.array(), out.offset(), out.stride(),
                new float[LinearAttention.outputsWorkLength(d, m)]);
        assertTrue(out.isIntact());

        double[] labels = Matrix.doubles(y);
        double[][] expected = Reference.outputs(bigP.doubles(), bigQ.doubles(), x.doubles(), labels, queries.doubles());
        double[][] magnitude = Reference.outputs(bigP.magnitudes(), bigQ.magnitudes(), x.magnitudes(),
                Matrix.magnitudes(labels), queries.magnitudes());
        // Gram block, its rounding to float, and three products of at most d+1 terms
        int roundings = Math.min(n, LinearAttention.BLOCK) + 1 + 3 * size;
        double[][] actual = out.doubles();
        for (int i = 0; i < size; i++) {
            assertEqualOrWithin(entries, expected[i], actual[i], magnitude[i], roundings,
                    outputsUnderflow(n, bigP, bigQ, queries));
        }
    }

    /**
     * What underflow may add to an entry of O: n operations in each G_ij and one when it is rounded, and size or d in
     * each entry of a product, which also multiplies what its left factor lost. Twice, for the roundings on the way.
     */
    private static double outputsUnderflow(int n, Matrix bigP, Matrix bigQ, Matrix queries) {
        int size = bigP.rows();
        double gram = n + 1;
        double timesP = size * (greatest(bigP) * gram + 1);
        double timesQ = size * (greatest(bigQ) * timesP + 1);
        return 2 * UNDERFLOW * size * (greatest(queries) * timesQ + 1);
    }

    private static double greatest(Matrix matrix) {
        return Arrays.stream(matrix.doubles()).mapToDouble(Reference::normInfinity).max().orElse(0);
    }

    private static float[] sparse(Random random, Entries entries, int size, boolean sparse) {
        float[] matrix = Matrix.vector(random, entries, size * size);
        for (int k = 0; sparse && k < matrix.length; k++) {
            matrix[k] = random.nextInt(4) == 0 ? Math.signum(matrix[k]) : 0;
        }
        return matrix;
    }
}
