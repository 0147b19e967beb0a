package dev.holdfast.verify.kernel;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.holdfast.kernel.Cholesky;
import dev.holdfast.kernel.CoordinateDescent;
import dev.holdfast.kernel.Tridiagonal;
import dev.holdfast.verify.reference.Dyadic;
import dev.holdfast.verify.reference.OrderedReference;
import java.util.Arrays;
import java.util.Random;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Solvers against exact arithmetic: their documented bounds, multiplied by 1 − k u so that every quantity is dyadic, and
 * cases where every number is exact.
 */
class SolversPropertyTest {
    private static final double U = 0x1p-53;

    /** Symmetric positive definite: B Bᵀ of small integers, plus a little, or far from singular, or all but. */
    private static double[][] positive(Random random, int d) {
        int[][] b = new int[d][d];
        for (int[] row : b) {
            Arrays.setAll(row, j -> random.nextInt(9) - 4);
        }
        double more = Math.scalb(1.0, -random.nextInt(20));
        double[][] a = new double[d][d];
        for (int i = 0; i < d; i++) {
            for (int j = 0; j <= i; j++) {
                double sum = i == j ? more : 0;
                for (int k = 0; k < d; k++) {
                    sum += b[i][k] * b[j][k];
                }
                a[i][j] = sum;
                a[j][i] = sum;
            }
        }
        return a;
    }

    private static double[][] symmetric(Random random, int d) {
        double[][] a = new double[d][d];
        for (int i = 0; i < d; i++) {
            for (int j = 0; j <= i; j++) {
                a[i][j] = random.nextInt(5) == 0 ? 0 : random.nextGaussian() * Math.scalb(1.0, random.nextInt(9) - 4);
                a[j][i] = a[i][j];
            }
        }
        return a;
    }

    private static double[] vector(Random random, int d) {
        double[] x = new double[d];
        Arrays.setAll(x, j -> random.nextGaussian());
        return x;
    }

    private static double[] flat(double[][] a) {
        return Arrays.stream(a).flatMapToDouble(Arrays::stream).toArray();
    }

    private static double[] times(double[] a, double factor) {
        return Arrays.stream(a).map(x -> x * factor).toArray();
    }

    private static Dyadic[] exact(double[] x) {
        return Arrays.stream(x).mapToObj(Dyadic::of).toArray(Dyadic[]::new);
    }

    private static Dyadic[][] exact(double[][] a) {
        return Arrays.stream(a).map(SolversPropertyTest::exact).toArray(Dyadic[][]::new);
    }

    private static Dyadic[] abs(Dyadic[] x) {
        return Arrays.stream(x).map(Dyadic::abs).toArray(Dyadic[]::new);
    }

    private static Dyadic[][] abs(Dyadic[][] a) {
        return Arrays.stream(a).map(SolversPropertyTest::abs).toArray(Dyadic[][]::new);
    }

    private static Dyadic dot(Dyadic[] x, Dyadic[] y) {
        Dyadic sum = Dyadic.ZERO;
        for (int j = 0; j < x.length; j++) {
            sum = sum.plus(x[j].times(y[j]));
        }
        return sum;
    }

    private static Dyadic[] times(Dyadic[][] a, Dyadic[] x) {
        return Arrays.stream(a).map(row -> dot(row, x)).toArray(Dyadic[]::new);
    }

    private static Dyadic[][] transposed(Dyadic[][] a) {
        Dyadic[][] out = new Dyadic[a[0].length][a.length];
        for (int i = 0; i < a.length; i++) {
            for (int j = 0; j < out.length; j++) {
                out[j][i] = a[i][j];
            }
        }
        return out;
    }

    /** Σ of squares. */
    private static Dyadic squares(Dyadic[][] a) {
        Dyadic sum = Dyadic.ZERO;
        for (Dyadic[] row : a) {
            sum = sum.plus(dot(row, row));
        }
        return sum;
    }

    /** |error| ≤ γ_k bound. */
    private static void assertWithin(int k, Dyadic error, Dyadic bound) {
        assertTrue(error.abs().times(1 - k * U).compareTo(bound.times(k * U)) <= 0,
                () -> error + " is more than γ_" + k + " of " + bound);
    }

    private static int factor(double[] a, int d) {
        return Cholesky.factor(a, d, new double[Cholesky.factorWorkLength(d)]);
    }

    private static double[][] upper(double[] r, int d) {
        double[][] out = new double[d][d];
        for (int i = 0; i < d; i++) {
            System.arraycopy(r, i * d + i, out[i], i, d - i);
        }
        return out;
    }

    @Property(tries = 60, edgeCases = EdgeCasesMode.NONE)
    void aFactorAndWhatItSolvesAreWithinTheirBounds(@ForAll long seed) {
        Random random = new Random(seed);
        int d = 1 + random.nextInt(40);
        double[][] a = positive(random, d);
        double[] r = flat(a);
        int good = factor(r, d);
        if (good < d) {
            // rank was lacking but for what was added, which rounding may take
            return;
        }
        double[][] factor = upper(r, d);
        Dyadic[][] exactL = transposed(exact(factor));
        Dyadic[][] exactA = exact(a);
        Dyadic[][] magnitude = new Dyadic[d][d];
        for (int i = 0; i < d; i++) {
            for (int j = 0; j < d; j++) {
                magnitude[i][j] = dot(abs(exactL[i]), abs(exactL[j]));
                assertWithin(d + 1, exactA[i][j].minus(dot(exactL[i], exactL[j])), magnitude[i][j]);
            }
        }

        double[] b = vector(random, d);
        double[] x = b.clone();
        Cholesky.solve(r, d, x);
        Dyadic[] product = times(exactA, exact(x));
        Dyadic[] most = times(magnitude, abs(exact(x)));
        for (int i = 0; i < d; i++) {
            assertWithin(2 * d + (d + 7) / 8 + 11, product[i].minus(Dyadic.of(b[i])), most[i]);
        }

        double[] inverse = new double[d * d];
        Cholesky.inverse(r, d, inverse, new double[Cholesky.inverseWorkLength(d)]);
        // the bits of N are the reference's, as BitsPropertyTest says
        Dyadic[][] columns = transposed(exact(OrderedReference.inverseRows(factor)));
        for (int i = 0; i < d; i++) {
            for (int j = 0; j < d; j++) {
                Dyadic identity = Dyadic.of(i == j ? 1 : 0);
                assertWithin(d + 1, dot(exactL[i], columns[j]).minus(identity),
                        dot(abs(exactL[i]), abs(columns[j])));
                assertWithin(d, Dyadic.of(inverse[i * d + j]).minus(dot(columns[i], columns[j])),
                        dot(abs(columns[i]), abs(columns[j])));
                assertEquals(inverse[i * d + j], inverse[j * d + i]);
            }
        }
    }

    /** R of small integers with a power of two on its diagonal: every number on the way is an integer, or a dyadic. */
    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 7, 8, 9, 16, 23, 40, 64, 65, 100, 129})
    void integersAreFactoredExactly(int d) {
        Random random = new Random(d);
        double[][] r = new double[d][d];
        double[] x = new double[d];
        for (int i = 0; i < d; i++) {
            for (int j = 0; j < i; j++) {
                r[j][i] = random.nextInt(7) - 3;
            }
            r[i][i] = 1 << random.nextInt(3);
            x[i] = random.nextInt(21) - 10;
        }
        double[] a = new double[d * d + 5];
        double[] b = new double[d + 5];
        for (int i = 0; i < d; i++) {
            for (int j = 0; j < d; j++) {
                for (int k = 0; k <= Math.min(i, j); k++) {
                    a[i * d + j] += r[k][i] * r[k][j];
                }
                b[i] += a[i * d + j] * x[j];
            }
        }
        assertEquals(d, factor(a, d));
        for (int i = 0; i < d; i++) {
            assertArrayEquals(Arrays.copyOfRange(r[i], i, d), Arrays.copyOfRange(a, i * d + i, (i + 1) * d));
        }
        Cholesky.solve(a, d, b);
        assertArrayEquals(x, Arrays.copyOf(b, d));
    }

    /** In whatever block and lane it lies, the first pivot that is not positive is the one that is named. */
    @ParameterizedTest
    @ValueSource(ints = {1, 7, 8, 9, 30, 64, 70, 100})
    void theFirstPivotThatIsNotPositiveIsNamed(int d) {
        double[][] a = positive(new Random(d), d);
        double[] r = flat(a);
        assertEquals(d, factor(r, d));
        for (int i = 0; i < d; i++) {
            for (double pivot : new double[] {0, -1, Double.NaN}) {
                double[] bad = new double[d * d];
                for (int k = 0; k < d; k++) {
                    bad[k * d + k] = 4;
                }
                bad[i * d + i] = pivot;
                assertEquals(i, factor(bad, d));
            }
        }
        // rank 1: the second pivot is exactly 0
        double[] ones = new double[d * d];
        Arrays.fill(ones, 9);
        assertEquals(Math.min(d, 1), factor(ones, d));
    }

    @Property(tries = 100, edgeCases = EdgeCasesMode.NONE)
    void powersOfTwoGoThroughToTheBit(@ForAll long seed) {
        Random random = new Random(seed);
        int d = 1 + random.nextInt(70);
        int e = random.nextInt(200) - 100;
        double two = Math.scalb(1.0, e);
        double four = two * two;
        double[] a = flat(positive(random, d));
        double[] r = a.clone();
        double[] scaled = times(a, four);
        int good = factor(r, d);
        assertEquals(good, factor(scaled, d));
        if (good == d) {
            double[] inverse = new double[d * d];
            double[] other = new double[d * d];
            double[] work = new double[Cholesky.inverseWorkLength(d)];
            Cholesky.inverse(r, d, inverse, work);
            Cholesky.inverse(scaled, d, other, work);
            assertArrayEquals(times(inverse, 1 / four), other);
            for (int i = 0; i < d; i++) {
                Arrays.fill(r, i * d, i * d + i, 0);
                Arrays.fill(scaled, i * d, i * d + i, 0);
            }
            assertArrayEquals(times(r, two), scaled);
        }

        double[] lambda = times(vector(random, d), 1);
        Arrays.setAll(lambda, j -> Math.abs(lambda[j]));
        double[] w = new double[d];
        double[] same = new double[d];
        double[] z = vector(random, d);
        double[] more = times(z, two);
        for (int sweep = 0; sweep < 3; sweep++) {
            double fall = CoordinateDescent.sweep(a, d, lambda, w, z);
            assertEquals(fall * two, CoordinateDescent.sweep(times(a, two), d, times(lambda, two), same, more));
        }
        assertArrayEquals(w, same);
        assertArrayEquals(times(z, two), more);

        Reduced form = Reduced.of(flat(symmetricOf(a, d, random)), d);
        Reduced larger = Reduced.of(times(form.matrix, two), d);
        assertArrayEquals(times(form.diagonal, two), larger.diagonal);
        assertArrayEquals(times(form.off, two), larger.off);
        assertArrayEquals(form.scale, larger.scale);
        double[] x = vector(random, d);
        double[] y = x.clone();
        Tridiagonal.toBasis(form.v, form.scale, d, x);
        Tridiagonal.toBasis(larger.v, larger.scale, d, y);
        assertArrayEquals(x, y);
    }

    private static double[][] symmetricOf(double[] a, int d, Random random) {
        double[][] out = symmetric(random, d);
        if (random.nextBoolean()) {
            for (int i = 0; i < d; i++) {
                out[i] = Arrays.copyOfRange(a, i * d, (i + 1) * d);
            }
        }
        return out;
    }

    @Property(tries = 100, edgeCases = EdgeCasesMode.NONE)
    void aResidualIsWithinItsBound(@ForAll Matrix.Entries entries, @ForAll long seed) {
        Random random = new Random(seed);
        int d = 1 + random.nextInt(40);
        double[] a = Matrix.doubles(Matrix.vector(random, entries, d * d));
        double[] mu = Matrix.doubles(Matrix.vector(random, entries, d));
        double[] w = Matrix.doubles(Matrix.vector(random, entries, d));
        double[] z = new double[d];
        CoordinateDescent.residual(a, d, mu, w, z);
        for (int i = 0; i < d; i++) {
            Dyadic[] row = exact(Arrays.copyOfRange(a, i * d, (i + 1) * d));
            Dyadic mui = Dyadic.of(mu[i]);
            assertWithin((d + 7) / 8 + 4, Dyadic.of(z[i]).minus(mui.minus(dot(row, exact(w)))),
                    mui.abs().plus(dot(abs(row), abs(exact(w)))));
        }
    }

    /** Powers of two on the diagonal and small integers elsewhere: a sweep rounds nothing. */
    @Property(tries = 200, edgeCases = EdgeCasesMode.NONE)
    void aSweepOfIntegersIsExact(@ForAll long seed) {
        Random random = new Random(seed);
        int d = 1 + random.nextInt(9);
        double[][] a = new double[d][d];
        double[] lambda = new double[d];
        double[] mu = new double[d];
        for (int i = 0; i < d; i++) {
            for (int j = 0; j < i; j++) {
                a[i][j] = random.nextInt(3) - 1;
                a[j][i] = a[i][j];
            }
            a[i][i] = 4 << random.nextInt(2);
            mu[i] = random.nextInt(41) - 20;
            lambda[i] = random.nextInt(5) == 0 ? Double.POSITIVE_INFINITY : random.nextInt(8);
        }
        double[] w = new double[d];
        double[] z = mu.clone();
        double fall = CoordinateDescent.sweep(flat(a), d, lambda, w, z);
        Dyadic[] point = exact(w);
        Dyadic[] product = times(exact(a), point);
        for (int i = 0; i < d; i++) {
            assertEquals(0, Dyadic.of(mu[i]).minus(product[i]).compareTo(Dyadic.of(z[i])));
            assertTrue(lambda[i] < Double.POSITIVE_INFINITY || w[i] == 0);
        }
        // the last coordinate is at its minimum: 0 is in a subgradient
        int last = d - 1;
        assertTrue(w[last] == 0 ? Math.abs(z[last]) <= lambda[last] : z[last] == Math.signum(w[last]) * lambda[last]);
        Dyadic objective = dot(point, product).times(0.5).minus(dot(point, exact(mu)));
        for (int i = 0; i < d; i++) {
            objective = w[i] == 0 ? objective : objective.plus(Dyadic.of(w[i]).abs().times(lambda[i]));
        }
        assertTrue(objective.plus(Dyadic.of(fall).times(0.5)).compareTo(Dyadic.ZERO) <= 0);
    }

    /** A coordinate that stays where it is leaves every bit of z; one at ∞ goes to 0. */
    @Test
    void aCoordinateThatStaysChangesNothing() {
        double[] a = {2, 1, 1, 2};
        double[] w = {0, 1};
        double[] z = {-0.0, 3};
        assertEquals(0, CoordinateDescent.sweep(a, 2, new double[] {0.5, 3}, w, z));
        assertArrayEquals(new double[] {-0.0, 3}, z);
        assertEquals(2, CoordinateDescent.sweep(a, 2, new double[] {9, Double.POSITIVE_INFINITY}, w, z));
        assertArrayEquals(new double[] {0, 0}, w);
        assertArrayEquals(new double[] {1, 5}, z);
    }

    private record Reduced(double[] matrix, double[] v, double[] diagonal, double[] off, double[] scale) {
        static Reduced of(double[] a, int d) {
            Reduced form = new Reduced(a, a.clone(), new double[d], new double[d], new double[d]);
            Tridiagonal.reduce(form.v, d, form.diagonal, form.off, form.scale,
                    new double[Tridiagonal.reduceWorkLength(d)]);
            return form;
        }

        /** The rows of Q: the exact product of the reflections, applied to unit vectors. */
        Dyadic[][] basis() {
            int d = diagonal.length;
            Dyadic[][] q = new Dyadic[d][d];
            for (int i = 0; i < d; i++) {
                Arrays.fill(q[i], Dyadic.ZERO);
                q[i][i] = Dyadic.of(1);
                for (int k = 0; k < d - 2; k++) {
                    Dyadic[] vk = exact(Arrays.copyOfRange(v, k * d, (k + 1) * d));
                    Arrays.fill(vk, 0, k + 1, Dyadic.ZERO);
                    Dyadic t = dot(vk, q[i]).times(scale[k]);
                    for (int j = k + 1; j < d; j++) {
                        q[i][j] = q[i][j].minus(t.times(vk[j]));
                    }
                }
            }
            return q;
        }
    }

    /** Norms are compared by their squares. */
    @Property(tries = 40, edgeCases = EdgeCasesMode.NONE)
    void aTridiagonalFormIsWithinItsBounds(@ForAll long seed) {
        Random random = new Random(seed);
        int d = 1 + random.nextInt(14);
        double[][] a = random.nextBoolean() ? symmetric(random, d) : positive(random, d);
        Reduced form = Reduced.of(flat(a), d);
        Dyadic[][] q = form.basis();
        Dyadic[][] columns = transposed(q);
        double k = 4.0 * d * ((d + 7) / 8 + 12) * U;
        Dyadic[][] error = new Dyadic[d][d];
        for (int i = 0; i < d; i++) {
            for (int j = 0; j < d; j++) {
                error[i][j] = dot(columns[i], columns[j]).minus(Dyadic.of(i == j ? 1 : 0));
            }
        }
        assertTrue(squares(error).times((1 - k) * (1 - k)).compareTo(Dyadic.of(k * k)) <= 0);

        k = 70.0 * d * (d + 200) * U;
        for (int i = 0; i < d; i++) {
            for (int j = 0; j < d; j++) {
                Dyadic entry = Dyadic.ZERO;
                for (int r = 0; r < d; r++) {
                    Dyadic tq = q[j][r].times(form.diagonal[r]);
                    tq = r > 0 ? tq.plus(q[j][r - 1].times(form.off[r - 1])) : tq;
                    tq = r < d - 1 ? tq.plus(q[j][r + 1].times(form.off[r])) : tq;
                    entry = entry.plus(q[i][r].times(tq));
                }
                error[i][j] = entry.minus(Dyadic.of(a[i][j]));
            }
        }
        Dyadic all = squares(exact(a));
        assertTrue(squares(error).times((1 - k) * (1 - k)).compareTo(all.times(k * k)) <= 0);
    }

    /** A matrix that is tridiagonal already comes back as it is, and Q is the identity, to the bit. */
    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 8, 9, 17, 40})
    void aTridiagonalMatrixIsItsOwnForm(int d) {
        Random random = new Random(d);
        double[] diagonal = vector(random, d);
        double[] off = vector(random, d);
        off[d - 1] = 0;
        double[] a = new double[d * d];
        for (int i = 0; i < d; i++) {
            a[i * d + i] = diagonal[i];
            if (i < d - 1) {
                a[i * d + i + 1] = off[i];
                a[(i + 1) * d + i] = off[i];
            }
        }
        Reduced form = Reduced.of(a, d);
        assertArrayEquals(diagonal, form.diagonal);
        assertArrayEquals(off, form.off);
        assertArrayEquals(new double[d], form.scale);
        double[] x = vector(random, d);
        double[] y = x.clone();
        Tridiagonal.toBasis(form.v, form.scale, d, y);
        Tridiagonal.fromBasis(form.v, form.scale, d, y);
        assertArrayEquals(x, y);
    }

    /** (3, 4) has norm 5. */
    @Test
    void aReflectionByHand() {
        Reduced form = Reduced.of(new double[] {7, 3, 4, 3, 1, 0, 4, 0, 1}, 3);
        assertEquals(-5, form.off[0]);
        assertEquals(7, form.diagonal[0]);
        // (3 + 5, 4) over 4, by the power of two; 2/(vᵀv) = 2/5
        assertEquals(2, form.v[1]);
        assertEquals(1, form.v[2]);
        assertEquals(0.4, form.scale[0]);
    }

    @Property(tries = 200, edgeCases = EdgeCasesMode.NONE)
    void aTridiagonalSystemIsSolvedWithinItsBound(@ForAll long seed) {
        Random random = new Random(seed);
        int d = 1 + random.nextInt(60);
        double[] off = vector(random, d);
        double[] diagonal = new double[d];
        double tau = random.nextInt(3) == 0 ? 0 : Math.scalb(random.nextDouble(), random.nextInt(20) - 10);
        for (int i = 0; i < d; i++) {
            diagonal[i] = (i > 0 ? Math.abs(off[i - 1]) : 0) + (i < d - 1 ? Math.abs(off[i]) : 0) + 0x1p-20;
        }
        double[] b = vector(random, d);
        double[] x = b.clone();
        Tridiagonal.solve(diagonal, off, tau, d, x, new double[d]);
        Dyadic[] exactX = exact(x);
        for (int i = 0; i < d; i++) {
            Dyadic entry = Dyadic.of(diagonal[i]).plus(Dyadic.of(tau));
            Dyadic product = entry.times(exactX[i]);
            Dyadic most = entry.abs().times(exactX[i].abs());
            if (i > 0) {
                product = product.plus(exactX[i - 1].times(off[i - 1]));
                most = most.plus(exactX[i - 1].times(off[i - 1]).abs());
            }
            if (i < d - 1) {
                product = product.plus(exactX[i + 1].times(off[i]));
                most = most.plus(exactX[i + 1].times(off[i]).abs());
            }
            assertWithin(10, product.minus(Dyadic.of(b[i])), most);
        }
    }
}
