package dev.holdfast.verify.kernel;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.holdfast.kernel.AdversarialGradient;
import dev.holdfast.kernel.LinearAttention;
import dev.holdfast.kernel.MatrixProduct;
import dev.holdfast.verify.kernel.Matrix.Entries;
import dev.holdfast.verify.reference.Dyadic;
import java.util.Arrays;
import java.util.Random;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

/**
 * The a-priori error bounds against exact arithmetic. A bound is γ_k M + η/(1 − k u): k roundings at most on the way of
 * every term, M the sum of the terms' magnitudes, η what underflow may cost. It is compared after multiplication by
 * 1 − k u, which makes every quantity dyadic, so that the tests round nothing.
 *
 * <p>A float operation that underflows is off by 2^-150 at most, a double one by 2^-1075; additions do not underflow.
 */
class ErrorBoundPropertyTest {
    private static final double U = 0x1p-24;
    private static final double DOUBLE_U = 0x1p-53;
    private static final double UNDERFLOW = 0x1p-150;

    private static final int[] FEATURES = {1, 2, 3, 7, 8, 9, 15, 16, 17, 31, 32, 33, 64, 65, 70};
    private static final int[] ROWS = {1, 2, 3, 4, 5, 6, 16, 17, 40, 255, 256, 257, 300, 520};

    private static int one(int[] of, Random random) {
        return of[random.nextInt(of.length)];
    }

    /** |computed − exact| (1 − k u) ≤ k u M + η. */
    private static void assertWithin(int k, double u, Dyadic exact, double computed, Dyadic magnitude, Dyadic eta) {
        double ku = k * u;
        Dyadic error = Dyadic.of(computed).minus(exact).abs().times(1 - ku);
        Dyadic bound = magnitude.times(ku).plus(eta);
        assertTrue(error.compareTo(bound) <= 0,
                () -> computed + " is off by more than its bound, k = " + k + ": " + error + " > " + bound);
    }

    private static Dyadic dot(Dyadic[] x, Dyadic[] y) {
        Dyadic sum = Dyadic.ZERO;
        for (int j = 0; j < x.length; j++) {
            sum = sum.plus(x[j].times(y[j]));
        }
        return sum;
    }

    private static Dyadic sum(Dyadic[] x) {
        return Arrays.stream(x).reduce(Dyadic.ZERO, Dyadic::plus);
    }

    private static Dyadic[] abs(Dyadic[] x) {
        return Arrays.stream(x).map(Dyadic::abs).toArray(Dyadic[]::new);
    }

    private static Dyadic[][] abs(Dyadic[][] x) {
        return Arrays.stream(x).map(ErrorBoundPropertyTest::abs).toArray(Dyadic[][]::new);
    }

    /** Rows z_n = (x_n, y_n). */
    private static Dyadic[][] demonstrations(Matrix x, float[] y) {
        Dyadic[][] z = new Dyadic[x.rows()][];
        float[][] rows = x.floats();
        for (int n = 0; n < z.length; n++) {
            z[n] = Dyadic.of(Arrays.copyOf(rows[n], x.columns() + 1));
            z[n][x.columns()] = Dyadic.of(y[n]);
        }
        return z;
    }

    /**
     * A term p_i z_ni z_nj is rounded by at most ⌈d/16⌉ multiply-adds of its lane, 4 additions of the fold, that of the
     * label and min(N, 256) multiply-adds of its block. For the label's own entry, a dot product of min(N, 256) terms
     * in lanes, that many are enough too: below 17 terms a lane has one of them, and of the 4 additions of the fold
     * only those round that join it with another. The at most 2^23 additions in double are one float rounding together.
     * Of the operations of s_n, d + 1 may underflow, and one more when it is multiplied by z_nj.
     */
    @Property(tries = 400, edgeCases = EdgeCasesMode.NONE)
    void aContextStateIsWithinItsBound(@ForAll Entries entries, @ForAll long seed) {
        Random random = new Random(seed);
        int d = one(FEATURES, random);
        int rows = d > 33 ? 1 + random.nextInt(40) : one(ROWS, random);
        Matrix x = Matrix.draw(random, entries, rows, d);
        float[] y = random.nextBoolean() ? Matrix.labels(random, rows) : Matrix.vector(random, entries.tamed(), rows);
        float[] p = Matrix.vector(random, entries.tamed(), d + 1);
        double[] a = new double[d + 1];
        LinearAttention.accumulate(x.array(), x.offset(), x.stride(), rows, d, y, 0, p, a,
                new float[LinearAttention.contextWorkLength(d)]);

        Dyadic[][] z = demonstrations(x, y);
        Dyadic[] weights = Dyadic.of(p);
        int k = (d + 15) / 16 + Math.min(rows, 256) + 6;
        for (int j = 0; j <= d; j++) {
            Dyadic exact = Dyadic.ZERO;
            Dyadic magnitude = Dyadic.ZERO;
            Dyadic eta = Dyadic.ZERO;
            for (Dyadic[] zn : z) {
                exact = exact.plus(dot(weights, zn).times(zn[j]));
                magnitude = magnitude.plus(dot(abs(weights), abs(zn)).times(zn[j].abs()));
                eta = eta.plus(zn[j].abs().times(d + 1)).plus(Dyadic.of(1));
            }
            assertWithin(k, U, exact, a[j], magnitude, eta.times(UNDERFLOW));
        }
    }

    /**
     * A term p_i scale_i b_ni is rounded once more than that of a float row, when scale joins p, and once more when c
     * is added; a term p_i shift_i less often. The additions in double over blocks, and S and scale·B + shift·S, are
     * one float rounding together. What scale and shift bring may cancel: the magnitudes are those of both. Sums of
     * integer multiples of floats do not underflow, so that only d products p_i scale_i, c and the label's share may,
     * and for the label's entry the products with y.
     */
    @Property(tries = 300, edgeCases = EdgeCasesMode.NONE)
    void aContextStateOfBytesIsWithinItsBound(@ForAll Entries entries, @ForAll long seed) {
        Random random = new Random(seed);
        int d = one(FEATURES, random);
        int rows = d > 33 ? 1 + random.nextInt(40) : one(ROWS, random);
        Bytes b = Bytes.draw(random, rows, d);
        float[] scale = Matrix.vector(random, entries, d);
        float[] shift = Matrix.vector(random, entries, d);
        if (random.nextBoolean()) {
            // features around 0, as alignment leaves them
            for (int j = 0; j < d; j++) {
                shift[j] = -127.5f * scale[j];
            }
        }
        float[] y = random.nextBoolean() ? Matrix.labels(random, rows) : Matrix.vector(random, entries.tamed(), rows);
        float[] p = Matrix.vector(random, entries.tamed(), d + 1);
        double[] a = new double[d + 1];
        LinearAttention.accumulate(b.array(), b.offset(), b.stride(), rows, d, scale, shift, y, 0, p, a,
                new float[LinearAttention.contextWorkLength(d)]);

        Dyadic[] weights = Dyadic.of(p);
        Dyadic[] exact = zeros(d + 1);
        Dyadic[] magnitude = zeros(d + 1);
        Dyadic[] eta = zeros(d + 1);
        for (int n = 0; n < rows; n++) {
            byte[] bytes = b.unpacked()[n];
            Dyadic[] z = new Dyadic[d + 1];
            Dyadic[] m = new Dyadic[d + 1];
            int sum = 0;
            for (int j = 0; j < d; j++) {
                int bnj = Byte.toUnsignedInt(bytes[j]);
                sum += bnj;
                Dyadic scaled = Dyadic.of(scale[j]).times(bnj);
                z[j] = scaled.plus(Dyadic.of(shift[j]));
                m[j] = scaled.abs().plus(Dyadic.of(shift[j]).abs());
            }
            z[d] = Dyadic.of(y[n]);
            m[d] = z[d].abs();
            Dyadic share = dot(weights, z);
            Dyadic terms = dot(abs(weights), m);
            for (int j = 0; j <= d; j++) {
                exact[j] = exact[j].plus(share.times(z[j]));
                magnitude[j] = magnitude[j].plus(terms.times(m[j]));
                eta[j] = eta[j].plus(m[j].times(sum + 2)).plus(Dyadic.of(j < d ? 0 : 1));
            }
        }
        for (int j = 0; j <= d; j++) {
            assertWithin((d + 15) / 16 + Math.min(rows, 256) + 8, U, exact[j], a[j], magnitude[j],
                    eta[j].times(UNDERFLOW));
        }
    }

    private static Dyadic[] zeros(int length) {
        Dyadic[] zeros = new Dyadic[length];
        Arrays.fill(zeros, Dyadic.ZERO);
        return zeros;
    }

    /** min(N, 256) multiply-adds, and one rounding for all additions in double. */
    @Property(tries = 200, edgeCases = EdgeCasesMode.NONE)
    void aGramIsWithinItsBound(@ForAll Entries entries, @ForAll long seed) {
        Random random = new Random(seed);
        int d = 1 + random.nextInt(20);
        int rows = one(ROWS, random);
        Matrix x = Matrix.draw(random, entries, rows, d);
        float[] y = Matrix.labels(random, rows);
        double[] g = new double[(d + 1) * (d + 1)];
        LinearAttention.gram(x.array(), x.offset(), x.stride(), rows, d, y, 0, g,
                new float[LinearAttention.gramWorkLength(d)]);
        Dyadic[][] columns = transposed(demonstrations(x, y));
        for (int i = 0; i <= d; i++) {
            for (int j = 0; j <= d; j++) {
                assertWithin(Math.min(rows, 256) + 1, U, dot(columns[i], columns[j]), g[i * (d + 1) + j],
                        dot(abs(columns[i]), abs(columns[j])), Dyadic.of(UNDERFLOW * rows));
            }
        }
    }

    private static Dyadic[][] transposed(Dyadic[][] rows) {
        Dyadic[][] out = new Dyadic[rows[0].length][rows.length];
        for (int i = 0; i < rows.length; i++) {
            for (int j = 0; j < out.length; j++) {
                out[j][i] = rows[i][j];
            }
        }
        return out;
    }

    /**
     * Products of two floats are exact in double, so that ⌈d/8⌉ additions of a lane round, 3 of the fold and that of c;
     * nothing underflows.
     */
    @Property(tries = 400, edgeCases = EdgeCasesMode.NONE)
    void scoresAreWithinTheirBound(@ForAll Entries entries, @ForAll long seed) {
        Random random = new Random(seed);
        int d = random.nextInt(8) == 0 ? 1000 : one(FEATURES, random);
        int rows = 1 + random.nextInt(9);
        Matrix x = Matrix.draw(random, entries, rows, d);
        float[] w = Matrix.vector(random, entries, d);
        double c = entries.next(random) / 3.0;
        double[] f = new double[rows];
        LinearAttention.scores(x.array(), x.offset(), x.stride(), rows, d, w, c, f, 0);
        Dyadic[] weights = Dyadic.of(w);
        Dyadic[][] queries = Dyadic.of(x.floats());
        for (int n = 0; n < rows; n++) {
            assertWithin((d + 7) / 8 + 4, DOUBLE_U, dot(weights, queries[n]).plus(Dyadic.of(c)), f[n],
                    dot(abs(weights), abs(queries[n])).plus(Dyadic.of(c).abs()), Dyadic.ZERO);
        }
    }

    /**
     * Between 0 and the exact value, of which it lacks 2⁻²³ at most. It is left open only if E > 2⁻²⁴ |f|, hence
     * |exact| ≤ |f| + E < (2²⁴ + 1) E, where the roundings of E and of ‖w‖₁ make less of it than one more in k.
     */
    @Property(tries = 1000, edgeCases = EdgeCasesMode.NONE)
    void aCertainScoreIsShortOfTheExactOneOrLeftOpen(@ForAll Entries entries, @ForAll long seed) {
        Random random = new Random(seed);
        int d = random.nextInt(8) == 0 ? 1000 : one(FEATURES, random);
        float[] x = Matrix.vector(random, entries, d);
        float[] w = Matrix.vector(random, entries, d);
        double others = LinearAttention.score(x, 0, d, w, 0);
        double c = switch (random.nextInt(4)) {
            case 0 -> 0;
            case 1 -> -others;
            case 2 -> -others * (1 + Math.scalb(random.nextGaussian(), -random.nextInt(60)));
            default -> entries.next(random) / 3.0;
        };
        double certain = LinearAttention.certainScore(x, 0, d, w, AdversarialGradient.norm1(w, d), c);
        Dyadic exact = dot(Dyadic.of(w), Dyadic.of(x)).plus(Dyadic.of(c));
        if (Double.isNaN(certain)) {
            double greatest = AdversarialGradient.normInfinity(x, d);
            Dyadic most = sum(abs(Dyadic.of(w))).times(greatest).plus(Dyadic.of(c).abs());
            assertTrue(exact.abs().compareTo(most.times((d / 32 + 21) * DOUBLE_U).times(0x1p24 + 1)) < 0);
            return;
        }
        Dyadic magnitude = Dyadic.of(Math.abs(certain));
        assertTrue(exact.times(certain).compareTo(Dyadic.ZERO) >= 0);
        assertTrue(magnitude.compareTo(exact.abs()) <= 0);
        assertTrue(exact.abs().times(1 - 0x1p-23).compareTo(magnitude) <= 0);
    }

    /** ⌈d/8⌉ additions of a lane and 3 of the fold; a square root halves a relative error, and rounds once. */
    @Property(tries = 400, edgeCases = EdgeCasesMode.NONE)
    void normsAreWithinTheirBound(@ForAll Entries entries, @ForAll long seed) {
        Random random = new Random(seed);
        int d = random.nextInt(8) == 0 ? 1000 : one(FEATURES, random);
        float[] w = Matrix.vector(random, entries, d);
        Dyadic[] weights = abs(Dyadic.of(w));
        int k = (d + 7) / 8 + 3;
        assertWithin(k, DOUBLE_U, sum(weights), AdversarialGradient.norm1(w, d), sum(weights), Dyadic.ZERO);
        // |r − s| ≤ γ s, squared: with γ = ku/(1 − ku), (1 − 2ku)² s² ≤ (1 − ku)² r² ≤ s²
        double ku = (k + 1) * DOUBLE_U;
        Dyadic root = Dyadic.of(AdversarialGradient.norm2(w, d)).times(1 - ku);
        Dyadic squares = dot(weights, weights);
        assertTrue(root.times(root).compareTo(squares) <= 0);
        assertTrue(root.times(root).compareTo(squares.times(1 - 2 * ku).times(1 - 2 * ku)) >= 0);
        Dyadic greatest = Arrays.stream(weights).max(Dyadic::compareTo).orElseThrow();
        assertTrue(greatest.compareTo(Dyadic.of(AdversarialGradient.normInfinity(w, d))) == 0);
    }

    /** One rounding of x − ε·y·sign(w): a label is −1 or +1, so that its product with ε is exact. */
    @Property(tries = 200, edgeCases = EdgeCasesMode.NONE)
    void aPerturbationIsRoundedOnce(@ForAll Entries entries, @ForAll long seed) {
        Random random = new Random(seed);
        int d = one(FEATURES, random);
        Matrix x = Matrix.draw(random, entries, 5, d);
        float[] y = Matrix.labels(random, 5);
        float[] w = Matrix.vector(random, Entries.HOSTILE, d);
        float epsilon = Math.abs(entries.next(random));
        float[] out = new float[5 * d];
        AdversarialGradient.perturb(x.array(), x.offset(), x.stride(), 5, d, y, 0, w, epsilon, out, 0, d);
        for (int n = 0; n < 5; n++) {
            for (int j = 0; j < d; j++) {
                Dyadic exact = Dyadic.of(x.floats()[n][j])
                        .minus(Dyadic.of(epsilon).times(y[n]).times(Math.signum(w[j])));
                Dyadic error = exact.minus(Dyadic.of(out[n * d + j])).abs();
                assertTrue(error.compareTo(exact.abs().times(U)) <= 0);
            }
        }
    }

    /** min(k, 256) multiply-adds of a block and ⌈k/256⌉ − 1 additions of blocks; each multiply-add may underflow. */
    @Property(tries = 150, edgeCases = EdgeCasesMode.NONE)
    void aProductIsWithinItsBound(@ForAll Entries entries, @ForAll long seed) {
        Random random = new Random(seed);
        int m = 1 + random.nextInt(9);
        int n = 1 + random.nextInt(35);
        int k = random.nextBoolean() ? 1 + random.nextInt(70) : one(new int[] {255, 256, 257, 512, 600}, random);
        Matrix a = Matrix.draw(random, entries, m, k);
        Matrix b = Matrix.draw(random, entries.tamed(), k, n);
        float[] c = new float[m * n];
        MatrixProduct.multiply(m, n, k, a.array(), a.offset(), a.stride(), 1, b.array(), b.offset(), b.stride(), 1, c,
                0, n, new float[MatrixProduct.workLength(n, k)]);
        Dyadic[][] left = Dyadic.of(a.floats());
        Dyadic[][] right = transposed(Dyadic.of(b.floats()));
        for (int i = 0; i < m; i++) {
            for (int j = 0; j < n; j++) {
                assertWithin(roundings(k), U, dot(left[i], right[j]), c[i * n + j], dot(abs(left[i]), abs(right[j])),
                        Dyadic.of(UNDERFLOW * k));
            }
        }
    }

    private static int roundings(int k) {
        return Math.min(k, 256) + (k + 255) / 256 - 1;
    }

    /**
     * G/n is rounded in double and to float, and three products follow. What a product loses by underflow, the next one
     * multiplies.
     */
    @Property(tries = 100, edgeCases = EdgeCasesMode.NONE)
    void outputsAreWithinTheirBound(@ForAll Entries entries, @ForAll long seed) {
        Random random = new Random(seed);
        int d = 1 + random.nextInt(12);
        int size = d + 1;
        int m = 1 + random.nextInt(6);
        double[] g = Matrix.doubles(Matrix.vector(random, entries, size * size));
        // a power of two, so that G/n is dyadic
        double n = 1 << random.nextInt(9);
        Matrix bigP = new Matrix(Matrix.vector(random, entries.tamed(), size * size), 0, size, size, size);
        Matrix bigQ = new Matrix(Matrix.vector(random, entries.tamed(), size * size), 0, size, size, size);
        Matrix x = Matrix.draw(random, entries.tamed(), m, d);
        float[] out = new float[size * m];
        LinearAttention.outputs(bigP.array(), bigQ.array(), g, n, d, x.array(), x.offset(), x.stride(), m, out, 0, m,
                new float[LinearAttention.outputsWorkLength(d, m)]);

        Dyadic[][] left = Dyadic.of(bigP.floats());
        Dyadic[][] right = Arrays.stream(Dyadic.of(bigQ.floats()))
                .map(row -> Arrays.copyOf(row, d))
                .toArray(Dyadic[][]::new);
        Dyadic[][] mean = new Dyadic[size][size];
        for (int i = 0; i < size * size; i++) {
            mean[i / size][i % size] = Dyadic.of(g[i]).times(1 / n);
        }
        Dyadic[][] queries = transposed(Dyadic.of(x.floats()));
        Dyadic[][] exact = times(times(times(left, mean), right), queries);
        Dyadic[][] magnitude = times(times(times(abs(left), abs(mean)), abs(right)), abs(queries));
        Dyadic[][] eta = filled(size, size, Dyadic.of(UNDERFLOW));
        eta = plus(times(abs(left), eta), Dyadic.of(size * UNDERFLOW));
        eta = plus(times(eta, abs(right)), Dyadic.of(size * UNDERFLOW));
        eta = plus(times(eta, abs(queries)), Dyadic.of(d * UNDERFLOW));
        int k = 2 + 2 * roundings(size) + roundings(d);
        for (int i = 0; i < size; i++) {
            for (int j = 0; j < m; j++) {
                assertWithin(k, U, exact[i][j], out[i * m + j], magnitude[i][j], eta[i][j]);
            }
        }
    }

    private static Dyadic[][] times(Dyadic[][] a, Dyadic[][] b) {
        Dyadic[][] columns = transposed(b);
        return Arrays.stream(a)
                .map(row -> Arrays.stream(columns).map(column -> dot(row, column)).toArray(Dyadic[]::new))
                .toArray(Dyadic[][]::new);
    }

    private static Dyadic[][] plus(Dyadic[][] a, Dyadic b) {
        return Arrays.stream(a)
                .map(row -> Arrays.stream(row).map(b::plus).toArray(Dyadic[]::new))
                .toArray(Dyadic[][]::new);
    }

    private static Dyadic[][] filled(int rows, int columns, Dyadic value) {
        Dyadic[][] out = new Dyadic[rows][columns];
        for (Dyadic[] row : out) {
            Arrays.fill(row, value);
        }
        return out;
    }

    /** In double: d + 1 multiply-adds and the division. */
    @Property(tries = 300, edgeCases = EdgeCasesMode.NONE)
    void aDenseReadoutIsWithinItsBound(@ForAll Entries entries, @ForAll long seed) {
        Random random = new Random(seed);
        int d = one(FEATURES, random);
        double[] a = state(random, entries, d + 1);
        double n = 1 + random.nextInt(300);
        Matrix qBar = new Matrix(Matrix.vector(random, entries, (d + 1) * d), 0, d, d + 1, d);
        float[] w = new float[d];
        LinearAttention.readout(qBar.array(), d, a, n, w);
        Dyadic[] state = dyadics(a);
        Dyadic[][] columns = transposed(Dyadic.of(qBar.floats()));
        for (int j = 0; j < d; j++) {
            assertReadout(d + 2, dot(columns[j], state), n, w[j], dot(abs(columns[j]), abs(state)));
        }
    }

    /** In double: ⌈d/8⌉ additions of a lane, 3 of the fold, the product with b, two multiply-adds and the division. */
    @Property(tries = 300, edgeCases = EdgeCasesMode.NONE)
    void aStructuredReadoutIsWithinItsBound(@ForAll Entries entries, @ForAll long seed) {
        Random random = new Random(seed);
        int d = one(FEATURES, random);
        double[] a = state(random, entries, d + 1);
        double n = 1 + random.nextInt(300);
        float[] delta = Matrix.vector(random, entries, d);
        float[] label = Matrix.vector(random, entries, d);
        float b = entries.next(random);
        float[] w = new float[d];
        LinearAttention.readout(delta, b, label, d, a, n, w);
        Dyadic[] state = dyadics(a);
        Dyadic[] features = Arrays.copyOf(state, d);
        for (int j = 0; j < d; j++) {
            Dyadic own = state[j].times(delta[j]);
            Dyadic shared = sum(features).times(b);
            Dyadic labels = state[d].times(label[j]);
            assertReadout((d + 7) / 8 + 7, own.plus(shared).plus(labels), n, w[j],
                    own.abs().plus(sum(abs(features)).times(b).abs()).plus(labels.abs()));
        }
    }

    /**
     * |w n − exact| ≤ u |exact| + γ_{k+1} M + 2^-149 n for n ≥ 1, with γ of double. The last rounding is one to float:
     * it adds u |w| and may underflow, and it makes the double roundings' γ_k a γ_{k+1} at most; the other 2^-150 is
     * more than all underflows in double together.
     */
    private static void assertReadout(int k, Dyadic exact, double n, float w, Dyadic magnitude) {
        Dyadic error = Dyadic.of(w).times(n).minus(exact).abs();
        Dyadic beside = exact.abs().times(U).plus(Dyadic.of(0x1p-149).times(n));
        double ku = (k + 1) * DOUBLE_U;
        assertTrue(error.minus(beside).times(1 - ku).compareTo(magnitude.times(ku)) <= 0,
                () -> w + " · " + n + " is off by " + error);
    }

    private static double[] state(Random random, Entries entries, int length) {
        double[] a = new double[length];
        for (int i = 0; i < length; i++) {
            a[i] = entries.next(random) * (1 + random.nextDouble());
        }
        return a;
    }

    private static Dyadic[] dyadics(double[] values) {
        return Arrays.stream(values).mapToObj(Dyadic::of).toArray(Dyadic[]::new);
    }
}
