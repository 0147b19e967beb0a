package dev.holdfast.verify.model;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.holdfast.model.GaussianMixture;
import dev.holdfast.model.MixtureTask;
import dev.holdfast.verify.reference.Reference;
import java.util.Arrays;
import java.util.Random;
import java.util.function.ToDoubleFunction;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** S̄, m̄ and a query, drawn without rows, have the law that rows give them; nodes say all that the family sees of them. */
class MixtureTaskTest {
    private static final double U = 0x1p-53;
    private static final int DRAWS = 4000;
    /** A test that fails by chance once in so many. */
    private static final double RARE = 1e-7;

    private static GaussianMixture mixture(int d, Random random) {
        double[] mean = random.doubles(d).map(u -> 2 * u - 1).toArray();
        double[] variances = random.doubles(d).map(u -> Math.pow(10, 2 * u - 1.5)).toArray();
        return GaussianMixture.of(mean, variances, 0);
    }

    /** S̄ in rows, m̄, and the query. */
    private record Statistics(double[][] s, double[] m, double[] z) {
        static Statistics of(MixtureTask task) {
            double[] m = task.mean();
            double[] flat = task.secondMoment();
            double[][] s = new double[m.length][];
            for (int i = 0; i < m.length; i++) {
                s[i] = Arrays.copyOfRange(flat, i * m.length, (i + 1) * m.length);
            }
            return new Statistics(s, m, task.query());
        }

        static Statistics ofRows(GaussianMixture mixture, int n, Random random) {
            int d = mixture.features();
            Statistics sums = new Statistics(new double[d][d], new double[d], row(mixture, random));
            for (int i = 0; i < n; i++) {
                double[] a = row(mixture, random);
                for (int j = 0; j < d; j++) {
                    sums.m[j] += a[j] / n;
                    for (int k = 0; k < d; k++) {
                        sums.s[j][k] += a[j] * a[k] / n;
                    }
                }
            }
            return sums;
        }

        private static double[] row(GaussianMixture mixture, Random random) {
            double[] mean = mixture.mean();
            double[] variances = mixture.variances();
            double[] a = new double[mean.length];
            for (int i = 0; i < a.length; i++) {
                a[i] = mean[i] + Math.sqrt(variances[i]) * random.nextGaussian();
            }
            return a;
        }

        double entry(int i, int j) {
            return s[i % m.length][j % m.length];
        }

        /** m̄ᵀ S̄ z. */
        double form() {
            double sum = 0;
            for (int i = 0; i < m.length; i++) {
                for (int j = 0; j < m.length; j++) {
                    sum += m[i] * s[i][j] * z[j];
                }
            }
            return sum;
        }

        /** ‖S̄ − m̄ m̄ᵀ‖². */
        double spread() {
            double sum = 0;
            for (int i = 0; i < m.length; i++) {
                for (int j = 0; j < m.length; j++) {
                    double entry = s[i][j] - m[i] * m[j];
                    sum += entry * entry;
                }
            }
            return sum;
        }
    }

    /**
     * Two samples of n of one law have distribution functions that are apart by more than c√(2/n) with a probability of less
     * than 2 exp(−2c²), in the limit (Kolmogorov, Smirnov). Exact where one of the two does not vary.
     */
    @ParameterizedTest
    @CsvSource({"1,1", "1,2", "1,7", "2,1", "3,2", "4,3", "3,3", "3,4", "5,9", "2,400", "6,3"})
    void theLawIsThatOfRows(int d, int demonstrations) {
        Random random = new Random(31L * d + demonstrations);
        GaussianMixture mixture = mixture(d, random);
        Statistics[] drawn = new Statistics[DRAWS];
        Statistics[] rows = new Statistics[DRAWS];
        Arrays.setAll(drawn, i -> Statistics.of(MixtureTask.draw(mixture, demonstrations, 7, i)));
        Arrays.setAll(rows, i -> Statistics.ofRows(mixture, demonstrations, random));
        same(drawn, rows, each -> each.m[0]);
        same(drawn, rows, each -> each.m[d - 1]);
        same(drawn, rows, each -> each.z[d / 2]);
        same(drawn, rows, each -> each.entry(0, 0));
        same(drawn, rows, each -> each.entry(0, 1));
        same(drawn, rows, each -> each.entry(1, 2));
        same(drawn, rows, each -> each.entry(d - 1, d - 1));
        same(drawn, rows, each -> each.entry(0, 0) - each.entry(d - 1, d - 1) * each.m[0]);
        same(drawn, rows, Statistics::form);
        if (demonstrations > 1) {
            same(drawn, rows, Statistics::spread);
        }
    }

    private static void same(Statistics[] drawn, Statistics[] rows, ToDoubleFunction<Statistics> functional) {
        double[] x = Arrays.stream(drawn).mapToDouble(functional).sorted().toArray();
        double[] y = Arrays.stream(rows).mapToDouble(functional).sorted().toArray();
        double apart = 0;
        for (int i = 0, j = 0; i < x.length && j < y.length; ) {
            if (x[i] <= y[j]) {
                i++;
            } else {
                j++;
            }
            apart = Math.max(apart, Math.abs(i - j) / (double) DRAWS);
        }
        double c = Math.sqrt(-Math.log(RARE / 2) / 2);
        assertTrue(apart < c * Math.sqrt(2.0 / DRAWS), "apart by " + apart);
    }

    /**
     * E m̄ = μ, cov m̄ = Σ/N, E S̄ = Σ + μμᵀ, and for W = N(S̄ − m̄ m̄ᵀ) the moments of Wishart's law: E W_ij = (N − 1)Σ_ij, var
     * W_ij = (N − 1)(1 + δ_ij)Σ_ii Σ_jj. A mean of n draws is within 5.5 of its own deviations but once in 2·10⁷; that of
     * squares has a deviation of √(κ/n) with κ, the fourth moment over the variance's square less 1, at most 14 for entries of W
     * (χ² of one degree of freedom).
     */
    @ParameterizedTest
    @CsvSource({"1,2", "3,2", "4,30", "3,1000"})
    void momentsAreThoseOfTheLaw(int d, int demonstrations) {
        GaussianMixture mixture = mixture(d, new Random(d));
        double[] mu = mixture.mean();
        double[] sigma = mixture.variances();
        int n = DRAWS;
        double[] mean = new double[d];
        double[] square = new double[d];
        double[][] w = new double[d][d];
        double[][] wSquare = new double[d][d];
        double dof = demonstrations - 1;
        for (int i = 0; i < n; i++) {
            Statistics each = Statistics.of(MixtureTask.draw(mixture, demonstrations, 9, i));
            for (int j = 0; j < d; j++) {
                double off = (each.m[j] - mu[j]) / Math.sqrt(sigma[j] / demonstrations);
                mean[j] += off / n;
                square[j] += off * off / n;
                for (int k = 0; k < d; k++) {
                    double entry = demonstrations * (each.s[j][k] - each.m[j] * each.m[k]);
                    double scaled = (entry - (j == k ? dof * sigma[j] : 0))
                            / Math.sqrt(dof * (j == k ? 2 : 1) * sigma[j] * sigma[k]);
                    w[j][k] += scaled / n;
                    wSquare[j][k] += scaled * scaled / n;
                }
            }
        }
        for (int j = 0; j < d; j++) {
            assertEquals(0, mean[j], 5.5 / Math.sqrt(n));
            assertEquals(1, square[j], 5.5 * Math.sqrt(2.0 / n));
            for (int k = 0; k < d; k++) {
                assertEquals(0, w[j][k], 5.5 / Math.sqrt(n));
                assertEquals(1, wSquare[j][k], 5.5 * Math.sqrt(14.0 / n));
            }
        }
    }

    /** Of N < d rows, N eigenvalues are not 0, and one is where N = 1: m̄ itself. */
    @ParameterizedTest
    @CsvSource({"5,1", "5,2", "8,4", "30,7", "6,6", "6,20"})
    void theRankIsThatOfRows(int d, int demonstrations) {
        MixtureTask task = MixtureTask.draw(mixture(d, new Random(d)), demonstrations, 3, 5);
        double[] s = task.nodes().s();
        Arrays.sort(s);
        double bound = Reference.gamma(roundings(d), U) * norm(task.secondMoment());
        int rank = Math.min(d, demonstrations);
        for (int i = 0; i < d - rank; i++) {
            assertEquals(0, s[i], bound);
        }
        assertTrue(s[d - rank] > bound, s[d - rank] + " is not above " + bound);
    }

    /** See Tridiagonal.reduce; at most 3d/2 steps of d rotations, each of 10 roundings of an entry. */
    private static int roundings(int d) {
        return 70 * d * (d + 200) + 15 * d * d;
    }

    private static double norm(double[] v) {
        return Math.sqrt(Arrays.stream(v).map(each -> each * each).sum());
    }

    /** Σ m_i s_iʲ z_i = m̄ᵀ S̄ʲ z, and so for m̄ with itself and z with itself, j = 0..3. */
    @Property(tries = 60, edgeCases = EdgeCasesMode.NONE)
    void nodesAreTheTaskInAnotherBasis(@ForAll long seed) {
        Random random = new Random(seed);
        int d = 1 + random.nextInt(40);
        MixtureTask task = MixtureTask.draw(mixture(d, random), 1 + random.nextInt(60), seed, 1);
        MixtureTask.Nodes nodes = task.nodes();
        Statistics dense = Statistics.of(task);
        double size = norm(task.secondMoment());
        double[][] pairs = {dense.m, dense.z};
        double[][] inBasis = {nodes.m(), nodes.z()};
        for (int a = 0; a < 2; a++) {
            for (int b = 0; b < 2; b++) {
                double[] image = pairs[b].clone();
                double power = 1;
                for (int j = 0; j < 4; j++) {
                    double sum = 0;
                    double expected = 0;
                    for (int i = 0; i < d; i++) {
                        sum += inBasis[a][i] * Math.pow(nodes.s()[i], j) * inBasis[b][i];
                        expected += pairs[a][i] * image[i];
                    }
                    // j + 2 factors, each with the error of the basis or of the spectrum, and the sums of this test
                    double gamma = Reference.gamma((j + 2) * roundings(d) + (j + 2) * 2 * d, U);
                    assertEquals(expected, sum, gamma * norm(pairs[a]) * norm(pairs[b]) * power);
                    image = times(dense.s, image);
                    power *= size;
                }
            }
        }
    }

    private static double[] times(double[][] s, double[] v) {
        return Arrays.stream(s).mapToDouble(row -> {
            double sum = 0;
            for (int i = 0; i < v.length; i++) {
                sum += row[i] * v[i];
            }
            return sum;
        }).toArray();
    }

    /** Nodes of few eigenvalues become as many; what is 0 goes. */
    @Test
    void nodesOfOneEigenvalueBecomeOne() {
        MixtureTask.Nodes merged = new MixtureTask.Nodes(
                new double[] {2, 0.5, 2, 7, 0.5, 3}, new double[] {3, 0, -4, 0, 2, 0}, new double[] {1, 5, 2, 9, -3, 0}).merged();
        assertArrayEquals(new double[] {0.5, 2}, merged.s());
        assertArrayEquals(new double[] {2, 5}, merged.m());
        assertArrayEquals(new double[] {-3, -1}, merged.z());
        MixtureTask.Nodes none = new MixtureTask.Nodes(new double[] {1, 2}, new double[2], new double[] {1, 1}).merged();
        assertArrayEquals(new double[1], none.m());
        assertArrayEquals(new double[1], none.z());
    }

    /**
     * For w = b(S̄)m̄ with a polynomial b of slopes up to b' on the spectrum, w·z moves by at most b' times what is spent, and
     * ‖w‖² by at most 2 max |b| times that.
     */
    @Property(tries = 100, edgeCases = EdgeCasesMode.NONE)
    void merelyWhatRoundingWouldCostIsSpent(@ForAll long seed) {
        Random random = new Random(seed);
        int k = 1 + random.nextInt(60);
        double[] s = new double[k];
        for (int i = 0; i < k; i++) {
            double near = 1e-3 * random.nextInt(5);
            s[i] = (random.nextBoolean() ? near : random.nextInt(5)) + Math.scalb(random.nextDouble(), -random.nextInt(50));
        }
        double[] m = random.doubles(k).map(u -> Math.scalb(u - 0.5, -random.nextInt(40))).toArray();
        double[] z = random.doubles(k).map(u -> u - 0.5).toArray();
        MixtureTask.Nodes merged = new MixtureTask.Nodes(s, m, z).merged();
        double budget = 0;
        double greatest = 0;
        for (int i = 0; i < k; i++) {
            budget += 0x1p-24 * Math.abs(m[i]) * (Math.abs(m[i]) + Math.abs(z[i])) * s[i];
            greatest = Math.max(greatest, s[i]);
        }
        double[] c = random.doubles(4).map(u -> 2 * u - 1).toArray();
        double slope = Math.abs(c[1]) + 2 * Math.abs(c[2]) * greatest + 3 * Math.abs(c[3]) * greatest * greatest;
        double most = Math.abs(c[0]) + slope * greatest;
        double rounding = Reference.gamma(4 * k + 20, U);
        double[] before = forms(c, s, m, z);
        double[] after = forms(c, merged.s(), merged.m(), merged.z());
        assertEquals(before[0], after[0], slope * budget + rounding * most * norm(m) * norm(z));
        assertEquals(before[1], after[1], 2 * most * slope * budget + rounding * most * most * norm(m) * norm(m));
        for (int i = 1; i < merged.s().length; i++) {
            assertTrue(merged.s()[i - 1] <= merged.s()[i]);
        }
    }

    /** w·z and ‖w‖² for w = b(s)m. */
    private static double[] forms(double[] c, double[] s, double[] m, double[] z) {
        double[] forms = new double[2];
        for (int i = 0; i < s.length; i++) {
            double w = m[i] * (c[0] + s[i] * (c[1] + s[i] * (c[2] + s[i] * c[3])));
            forms[0] += w * z[i];
            forms[1] += w * w;
        }
        return forms;
    }

    /** Ninety of A1's hundred eigenvalues are one, and m̄ has next to nothing there. */
    @Test
    void ofA1TenNodesAreLeft() {
        for (int task = 0; task < 20; task++) {
            assertEquals(10, MixtureTask.draw(GaussianMixture.a1(), 100_000, 1, task).nodes().merged().s().length);
            assertTrue(MixtureTask.draw(GaussianMixture.a1(), 10, 1, task).nodes().merged().s().length <= 10);
        }
    }

    @Test
    void aTaskIsTheSameWheneverItIsDrawn() {
        GaussianMixture mixture = mixture(4, new Random(2));
        MixtureTask task = MixtureTask.draw(mixture, 3, 5, 6);
        assertArrayEquals(task.secondMoment(), MixtureTask.draw(mixture.against(1), 3, 5, 6).secondMoment());
        assertTrue(task.mean()[0] != MixtureTask.draw(mixture, 3, 5, 7).mean()[0]);
        assertTrue(task.mean()[0] != MixtureTask.draw(mixture, 3, 6, 6).mean()[0]);
    }

    @Test
    void badInput() {
        assertEquals("demonstrations = 0, expected at least 1", assertThrows(IllegalArgumentException.class,
                () -> MixtureTask.draw(GaussianMixture.a1(), 0, 1, 1)).getMessage());
        assertEquals("z.length = 2, expected s.length = 1", assertThrows(IllegalArgumentException.class,
                () -> new MixtureTask.Nodes(new double[1], new double[1], new double[2])).getMessage());
        assertEquals("s.length = 0, expected at least 1", assertThrows(IllegalArgumentException.class,
                () -> new MixtureTask.Nodes(new double[0], new double[0], new double[0])).getMessage());
        // the first d whose square is more than an array may have
        double[] ones = new double[46_341];
        Arrays.fill(ones, 1);
        assertEquals("mixture has 46341 features, expected d² to fit in one array", assertThrows(IllegalArgumentException.class,
                () -> MixtureTask.draw(GaussianMixture.of(ones, ones, 0), 1, 1, 1)).getMessage());
    }
}
