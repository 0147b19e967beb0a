package dev.holdfast.verify.model;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.holdfast.model.Alignment;
import dev.holdfast.model.Hijacking;
import dev.holdfast.model.LinearTransformer;
import dev.holdfast.model.Rows;
import dev.holdfast.model.Threat;
import java.util.Arrays;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Random;
import java.util.function.DoubleBinaryOperator;
import java.util.function.IntToDoubleFunction;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

/** Hijacked demonstrations against search: over subsets of them, over all edges of a box, and by learning anew. */
class HijackingPropertyTest {
    /** Demonstrations, a transformer and a query; small integers, so that no sum of either is rounded, or reals. */
    private static final class Case {
        final int d;
        final int rows;
        final float[] p;
        final float[] qBar;
        final float[] x;
        final int[] y;
        final float[] query;
        final float[] lower;
        final float[] upper;
        final double epsilon;
        final Threat threat;
        final LinearTransformer transformer;
        final Alignment alignment;

        Case(Random random, int d, int rows, boolean integers) {
            this.d = d;
            this.rows = rows;
            p = draw(random, d + 1, integers);
            qBar = draw(random, (d + 1) * d, integers);
            query = draw(random, d, integers);
            x = draw(random, rows * d, integers);
            y = random.ints(rows, 0, 2).map(u -> 2 * u - 1).toArray();
            lower = new float[d];
            upper = new float[d];
            for (int j = 0; j < d; j++) {
                lower[j] = upper[j] = x[j];
                for (int n = 0; n < rows; n++) {
                    lower[j] = Math.min(lower[j], x[n * d + j]);
                    upper[j] = Math.max(upper[j], x[n * d + j]);
                }
                lower[j] -= random.nextInt(3);
                upper[j] += random.nextInt(3);
            }
            epsilon = random.nextInt(4) / 2.0;
            float[] budgets = new float[d];
            for (int j = 0; j < d; j++) {
                budgets[j] = random.nextInt(3);
            }
            threat = Threat.linf().inBox(lower, upper).withBudgets(budgets);
            LinearTransformer plain = LinearTransformer.of(p, qBar);
            boolean both = Arrays.stream(y).sum() != rows && Arrays.stream(y).sum() != -rows;
            alignment = !integers && both && random.nextBoolean() ? Alignment.fit(rows(), y) : Alignment.none(d);
            transformer = plain.aligned(alignment);
            reach = new float[d];
            for (int j = 0; j < d; j++) {
                reach[j] = (float) (epsilon * budgets[j]);
            }
        }

        final float[] reach;

        private static float[] draw(Random random, int count, boolean integers) {
            float[] out = new float[count];
            for (int i = 0; i < count; i++) {
                out[i] = integers ? random.nextInt(7) - 3 : (float) random.nextGaussian();
            }
            return out;
        }

        Rows rows() {
            return Rows.view(x, d);
        }

        Hijacking hijacking() {
            return transformer.hijacking(rows(), y, query, threat, epsilon);
        }

        /** p·z and Q̄x·z of a row, by the definition. */
        private double[] forms(double[] raw, int label) {
            float[] mean = alignment.mean();
            float[] sign = alignment.sign();
            double[] q = new double[d];
            double[] z = new double[d + 1];
            for (int j = 0; j < d; j++) {
                q[j] = sign[j] * ((double) query[j] - mean[j]);
                z[j] = sign[j] * (raw[j] - mean[j]);
            }
            z[d] = label;
            double[] out = new double[2];
            for (int i = 0; i <= d; i++) {
                double v = 0;
                for (int j = 0; j < d; j++) {
                    v += qBar[i * d + j] * q[j];
                }
                out[0] += p[i] * z[i];
                out[1] += v * z[i];
            }
            return out;
        }

        double share(int n) {
            double[] raw = new double[d];
            for (int j = 0; j < d; j++) {
                raw[j] = x[n * d + j];
            }
            double[] forms = forms(raw, y[n]);
            return forms[0] * forms[1];
        }

        double sum() {
            double sum = 0;
            for (int n = 0; n < rows; n++) {
                sum += share(n);
            }
            return sum;
        }

        double answer() {
            return Math.signum(sum());
        }

        /** The least answer·share over all edges of the box: a product of two linear functions has its least value on one. */
        double least(DoubleBinaryOperator from, DoubleBinaryOperator to, int label) {
            double least = Double.POSITIVE_INFINITY;
            for (int corner = 0; corner < 1 << d; corner++) {
                double[] raw = new double[d];
                for (int j = 0; j < d; j++) {
                    raw[j] = ((corner >> j & 1) == 0 ? from : to).applyAsDouble(j, 0);
                }
                double[] a = forms(raw, label);
                least = Math.min(least, answer() * a[0] * a[1]);
                for (int j = 0; j < d; j++) {
                    double[] other = raw.clone();
                    other[j] = ((corner >> j & 1) == 0 ? to : from).applyAsDouble(j, 0);
                    double[] b = forms(other, label);
                    double da = b[0] - a[0];
                    double db = b[1] - a[1];
                    double t = -(a[0] * db + a[1] * da) / (2 * da * db);
                    if (t > 0 && t < 1) {
                        least = Math.min(least, answer() * (a[0] + t * da) * (a[1] + t * db));
                    }
                }
            }
            return least;
        }

        double worstShare() {
            return Math.min(least((j, o) -> lower[(int) j], (j, o) -> upper[(int) j], 1),
                    least((j, o) -> lower[(int) j], (j, o) -> upper[(int) j], -1));
        }

        double movedShare(int n) {
            return least((j, o) -> Math.max(lower[(int) j], x[n * d + (int) j] - epsilonReach((int) j)),
                    (j, o) -> Math.min(upper[(int) j], x[n * d + (int) j] + epsilonReach((int) j)), y[n]);
        }

        private double epsilonReach(int j) {
            return reach[j];
        }

        /** The least answer·Σ over all subsets of at most k demonstrations, each of which takes its own other share. */
        double overSubsets(int k, double[] others) {
            double least = Double.POSITIVE_INFINITY;
            for (int subset = 0; subset < 1 << rows; subset++) {
                if (Integer.bitCount(subset) <= k) {
                    double sum = 0;
                    for (int n = 0; n < rows; n++) {
                        sum += (subset >> n & 1) == 0 ? answer() * share(n) : others[n];
                    }
                    least = Math.min(least, sum);
                }
            }
            return least;
        }
    }

    /** Of what is compared, in doubles of either side: a few hundred roundings of sums of this size. */
    private static double tolerance(Case c) {
        double size = 0;
        for (int n = 0; n < c.rows; n++) {
            size += 1 + Math.abs(c.share(n));
        }
        double greatest = 0;
        for (int j = 0; j < c.d; j++) {
            greatest = Math.max(greatest, Math.max(Math.abs(c.lower[j]), Math.abs(c.upper[j])) + 3);
        }
        double weights = 0;
        for (float each : c.qBar) {
            weights += Math.abs(each);
        }
        double forms = (c.d + 1) * greatest * 8;
        return (size + c.rows * forms * forms * (1 + weights)) * 0x1p-44;
    }

    @Property(tries = 400)
    void replacementsAreTheWorstOfAllSubsetsAndRows(
            @ForAll @IntRange(min = 1, max = 4) int d, @ForAll @IntRange(min = 1, max = 6) int rows, @ForAll long seed) {
        Case c = new Case(new Random(seed), d, rows, true);
        Hijacking hijacking = c.hijacking();
        assertEquals(c.sum() / rows, hijacking.score(), tolerance(c));
        double[] others = new double[rows];
        Arrays.fill(others, c.worstShare());
        checkOverSubsets(c, others, hijacking::marginAfterReplacements);
    }

    @Property(tries = 400)
    void movesAreTheWorstOfAllSubsetsAndMoves(
            @ForAll @IntRange(min = 1, max = 4) int d, @ForAll @IntRange(min = 1, max = 6) int rows, @ForAll long seed) {
        Case c = new Case(new Random(seed), d, rows, true);
        double[] others = IntStream.range(0, rows).mapToDouble(c::movedShare).toArray();
        checkOverSubsets(c, others, c.hijacking()::marginAfterMoves);
    }

    private static void checkOverSubsets(Case c, double[] others, IntToDoubleFunction margin) {
        for (int k = 0; k <= c.rows; k++) {
            assertEquals(c.overSubsets(k, others) / c.rows, margin.applyAsDouble(k), tolerance(c), "k = " + k);
        }
    }

    @Property(tries = 400)
    void additionsAreTheWorstOfAllNumbers(
            @ForAll @IntRange(min = 1, max = 4) int d, @ForAll @IntRange(min = 1, max = 6) int rows, @ForAll long seed) {
        Case c = new Case(new Random(seed), d, rows, true);
        Hijacking hijacking = c.hijacking();
        double sum = Math.abs(c.sum());
        double least = sum / rows;
        for (int k = 0; k <= 20; k++) {
            least = Math.min(least, (sum + k * c.worstShare()) / (rows + k));
            assertEquals(least, hijacking.marginAfterAdditions(k), tolerance(c), "k = " + k);
        }
    }

    /** What is learnt with the worst row in the worst places has the margin that was foretold, and fewer rows leave the answer. */
    @Property(tries = 300)
    void whatIsLearntFromHijackedDemonstrationsHasTheMarginForetold(
            @ForAll @IntRange(min = 1, max = 30) int d, @ForAll @IntRange(min = 1, max = 40) int rows, @ForAll long seed) {
        Random random = new Random(seed);
        Case c = new Case(random, d, rows, false);
        Hijacking hijacking = c.hijacking();
        double sign = hijacking.score() < 0 ? -1 : 1;
        int changing = hijacking.replacementsToChange().orElse(rows + 1);
        for (int k = 0; k <= rows; k++) {
            float[] hijacked = c.x.clone();
            int[] y = c.y.clone();
            for (int n : hijacking.worstReplacements(k)) {
                System.arraycopy(hijacking.worstRow(), 0, hijacked, n * d, d);
                y[n] = hijacking.worstLabel();
            }
            double learnt = sign * c.transformer.learn(Rows.view(hijacked, d), y).score(c.query);
            double bound = bound(c, rows, k);
            assertEquals(hijacking.marginAfterReplacements(k), learnt, bound, "k = " + k);
            if (k < changing) {
                assertTrue(learnt > 0, "k = " + k + " of " + changing + ": " + learnt);
            }
            if (k == changing) {
                assertTrue(hijacking.marginAfterReplacements(k) <= bound, "k = " + k);
            }
        }
    }

    /**
     * A bound by magnitudes on any margin: rows are within the box, and the worst one was rounded to float, which moves each
     * of both functions by 2⁻²⁴ of a feature's magnitude.
     */
    private static double bound(Case c, int rows, int changed) {
        double p = 0;
        double v = 0;
        float[] mean = c.alignment.mean();
        for (int i = 0; i <= c.d; i++) {
            double size = i == c.d ? 1 : Math.max(Math.abs(c.lower[i]), Math.abs(c.upper[i])) + Math.abs(mean[i]);
            double row = 0;
            for (int j = 0; j < c.d; j++) {
                row += Math.abs(c.qBar[i * c.d + j]) * (Math.abs(c.query[j]) + Math.abs(mean[j]));
            }
            p += Math.abs(c.p[i]) * size;
            v += row * size;
        }
        double roundings = (c.d + 15) / 16 + rows + 24;
        return roundings * 0x1p-23 * p * v;
    }

    @Property(tries = 300)
    void noRowsThatAreDrawnDoWorse(
            @ForAll @IntRange(min = 1, max = 12) int d, @ForAll @IntRange(min = 1, max = 20) int rows, @ForAll long seed) {
        Random random = new Random(seed);
        Case c = new Case(random, d, rows, false);
        Hijacking hijacking = c.hijacking();
        double sign = hijacking.score() < 0 ? -1 : 1;
        int k = random.nextInt(rows + 1);
        float[] replaced = c.x.clone();
        float[] moved = c.x.clone();
        int[] y = c.y.clone();
        for (int n = 0; n < k; n++) {
            boolean corners = random.nextBoolean();
            for (int j = 0; j < d; j++) {
                float u = corners ? random.nextInt(2) : random.nextFloat();
                replaced[n * d + j] = c.lower[j] + u * (c.upper[j] - c.lower[j]);
                float to = moved[n * d + j] + (2 * u - 1) * c.reach[j];
                moved[n * d + j] = Math.max(c.lower[j], Math.min(c.upper[j], to));
            }
            y[n] = 2 * random.nextInt(2) - 1;
        }
        double bound = bound(c, rows, k);
        double afterReplacing = sign * c.transformer.learn(Rows.view(replaced, d), y).score(c.query);
        assertTrue(afterReplacing >= hijacking.marginAfterReplacements(k) - bound, "replaced");
        double afterMoving = sign * c.transformer.learn(Rows.view(moved, d), c.y).score(c.query);
        assertTrue(afterMoving >= hijacking.marginAfterMoves(k) - bound, "moved");
        if (k < hijacking.movesToChange().orElse(rows + 1)) {
            assertTrue(afterMoving > 0, "moved by less than what changes the answer");
        }
    }

    /** One feature, weights p = (1, 0) and Q̄ = (1, 0)ᵀ: shares are x² · query. */
    @Test
    void anAnswerThatNoRowOfTheBoxSpeaksAgainstStands() {
        LinearTransformer squares = LinearTransformer.of(new float[] {1, 0}, new float[] {1, 0});
        Rows x = Rows.copyOf(new float[][] {{1}, {2}});
        Hijacking hijacking =
                squares.hijacking(x, new int[] {1, -1}, new float[] {1}, Threat.linf().inBox(1, 2), 0.5);
        assertEquals(2.5, hijacking.score());
        assertEquals(1, hijacking.marginAfterReplacements(2));
        assertArrayEquals(new int[] {1}, hijacking.worstReplacements(2));
        assertArrayEquals(new float[] {1}, hijacking.worstRow());
        assertEquals(OptionalInt.empty(), hijacking.replacementsToChange());
        assertEquals(OptionalLong.empty(), hijacking.additionsToChange());
        assertEquals(OptionalInt.empty(), hijacking.movesToChange());
        assertEquals((1 + 1.5 * 1.5) / 2, hijacking.marginAfterMoves(2));
    }

    /** As above, in a box round 0 with a label that counts: p = (0, 1), Q̄ = (1, 0)ᵀ, so that shares are y x · query. */
    @Test
    void numbersOfRowsThatChangeAnAnswer() {
        LinearTransformer mean = LinearTransformer.of(new float[] {0, 1}, new float[] {1, 0});
        Rows x = Rows.copyOf(new float[][] {{1}, {-1}, {1}, {1}});
        int[] y = {1, -1, 1, 1};
        Hijacking hijacking = mean.hijacking(x, y, new float[] {1}, Threat.linf().inBox(-2, 1), 0.5);
        assertEquals(1, hijacking.score());
        // each takes 1 + 2
        assertEquals(OptionalInt.of(2), hijacking.replacementsToChange());
        assertEquals(0.25, hijacking.marginAfterReplacements(1));
        assertEquals(OptionalLong.of(2), hijacking.additionsToChange());
        assertEquals(OptionalInt.empty(), hijacking.movesToChange());
        assertEquals(0.5, hijacking.marginAfterMoves(4));
    }

    @Test
    void whatIsRefused() {
        LinearTransformer transformer = LinearTransformer.standard(2);
        Rows x = Rows.copyOf(new float[][] {{0, 1}});
        int[] y = {1};
        float[] query = new float[2];
        Threat box = Threat.linf().inBox(0, 1);
        refused("threat is l2 in the box 0.0..1.0, expected linf", transformer, x, Threat.l2().inBox(0, 1), 0);
        refused("threat has the box 0.0..Infinity for feature 0, expected finite edges", transformer, x,
                Threat.linf().inBox(0, Double.POSITIVE_INFINITY), 0);
        refused("epsilon = -1.0, expected a finite number, at least 0", transformer, x, box, -1);
        refused("x has 1.0 in row 0, feature 1, expected 0.0..0.5", transformer, x, Threat.linf().inBox(0, 0.5), 0);
        Hijacking moves = transformer.hijacking(x, y, query, Threat.linf(), 0.1);
        assertEquals(OptionalInt.of(0), moves.movesToChange());
        Exception noBox = assertThrows(IllegalStateException.class, moves::replacementsToChange);
        assertTrue(noBox.getMessage().startsWith("the threat has no box"), noBox.getMessage());
        Exception k = assertThrows(IllegalArgumentException.class, () -> moves.marginAfterMoves(2));
        assertEquals("k = 2, expected 0..1", k.getMessage());
    }

    private static void refused(String message, LinearTransformer transformer, Rows x, Threat threat, double epsilon) {
        Exception thrown = assertThrows(IllegalArgumentException.class,
                () -> transformer.hijacking(x, new int[] {1}, new float[2], threat, epsilon));
        assertTrue(thrown.getMessage().startsWith(message), thrown.getMessage());
    }
}
