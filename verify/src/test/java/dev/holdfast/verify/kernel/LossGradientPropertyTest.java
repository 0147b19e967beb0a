package dev.holdfast.verify.kernel;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.holdfast.kernel.AdversarialGradient;
import dev.holdfast.kernel.LinearAttention;
import dev.holdfast.verify.kernel.Matrix.Entries;
import dev.holdfast.verify.reference.Reference;
import java.util.Arrays;
import java.util.Random;
import java.util.function.DoubleSupplier;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

/** The gradient of one task against matrices in float64, and those against differences of the loss. */
class LossGradientPropertyTest {
    private static final double U = 0x1p-24;
    private static final double DOUBLE_U = 0x1p-53;

    /** A task, its weights, and the query. */
    private record Case(Matrix x, float[] y, float[] p, Matrix qBar, float[] query, float label, float epsilon) {
        static Case draw(Random random, Entries entries, int d, int rows) {
            return new Case(Matrix.draw(random, entries, rows, d), Matrix.labels(random, rows),
                    Matrix.vector(random, entries.tamed(), d + 1),
                    new Matrix(Matrix.vector(random, entries.tamed(), (d + 1) * d), 0, d, d + 1, d),
                    Matrix.vector(random, entries.tamed(), d), random.nextBoolean() ? 1 : -1,
                    random.nextInt(5) / 4f);
        }

        int d() {
            return x.columns();
        }

        double[] w() {
            double[] a = Reference.contextState(x.doubles(), Matrix.doubles(y), Matrix.doubles(p));
            return Reference.readout(qBar.doubles(), a, x.rows());
        }

        /** Every number's magnitude: sums that are free of cancellation, Σ|…|, which errors are relative to. */
        Case magnitudes() {
            return mapped(0);
        }

        /** Magnitudes of weights that grew by more than 1, rounding included. */
        Case grown() {
            return mapped(1.5f);
        }

        private Case mapped(float growth) {
            float[] ones = new float[y.length];
            Arrays.fill(ones, 1);
            return new Case(new Matrix(magnitudes(x.array(), 0), x.offset(), x.stride(), x.rows(), d()), ones,
                    magnitudes(p, growth),
                    new Matrix(magnitudes(qBar.array(), growth), 0, d(), d() + 1, d()), query, -1, epsilon);
        }

        private static float[] magnitudes(float[] values, float growth) {
            float[] out = new float[values.length];
            for (int i = 0; i < out.length; i++) {
                out[i] = Math.abs(values[i]) + growth;
            }
            return out;
        }

        Reference.LossGradient reference(double[] worst) {
            return Reference.lossGradient(
                    x.doubles(), Matrix.doubles(y), Matrix.doubles(p), qBar.doubles(), worst, label);
        }

        Result kernel() {
            int d = d();
            float[] dp = new float[d + 1];
            float[] du = new float[d + 1];
            float[] worst = new float[d];
            double loss = AdversarialGradient.lossGradient(x.array(), x.offset(), x.stride(), x.rows(), d, y, 0, p,
                    qBar.array(), query, 0, label, epsilon, dp, du, worst,
                    new double[AdversarialGradient.gradientStateLength(d)],
                    new float[LinearAttention.contextWorkLength(d)]);
            return new Result(loss, dp, du, worst);
        }
    }

    private record Result(double loss, float[] dp, float[] du, float[] worst) {}

    /** Of these no product of five underflows. */
    private static final Entries[] ORDINARY = {
        Entries.NORMAL, Entries.SMALL_INTEGERS, Entries.CANCELLING, Entries.HUGE
    };

    /** Roundings of a context state: see {@link LinearAttention#accumulate}. */
    private static int roundings(int d, int rows) {
        return (d + 15) / 16 + Math.min(rows, 256) + 6;
    }

    /**
     * The reference differentiates at the kernel's own x', so that only the sign of a w_j that is nearly 0 is left
     * open: of any other, x'_j must have moved against it. Beside the roundings of a context state: du and the means
     * are divided and rounded to float; Q̄ x' and w are rounded to float; all that is done in double, here and there,
     * comes to less than one more rounding in each.
     */
    @Property(tries = 300, edgeCases = EdgeCasesMode.NONE)
    void aGradientIsWithinItsBound(@ForAll long seed) {
        Random random = new Random(seed);
        int d = 1 + random.nextInt(40);
        int rows = random.nextInt(5) == 0 ? 250 + random.nextInt(300) : 1 + random.nextInt(30);
        Case task = Case.draw(random, ORDINARY[random.nextInt(ORDINARY.length)], d, rows);
        Result result = task.kernel();
        double[] worst = Matrix.doubles(result.worst);
        Reference.LossGradient exact = task.reference(worst);
        Reference.LossGradient terms = task.magnitudes().reference(Matrix.magnitudes(worst));
        int k = roundings(d, rows);
        assertEquals(exact.loss(), result.loss, Reference.gamma(k + 3, U) * terms.loss());
        for (int i = 0; i <= d; i++) {
            assertEquals(exact.dp()[i], result.dp[i], Reference.gamma(k + 4, U) * terms.dp()[i]);
            for (int j = 0; j < d; j++) {
                assertEquals(exact.dqBar()[i][j], (double) result.du[i] * result.worst[j],
                        Reference.gamma(k + 3, U) * terms.dqBar()[i][j]);
            }
        }
        double[] w = task.w();
        double[] termsOfW = task.magnitudes().w();
        for (int j = 0; j < d; j++) {
            float step = task.epsilon * task.label;
            float[] moved = {task.query[j] - step, task.query[j], task.query[j] + step};
            int sign = (int) Math.signum(w[j]);
            boolean certain = Math.abs(w[j]) > Reference.gamma(k + 3, U) * termsOfW[j];
            float at = result.worst[j];
            assertTrue(certain ? at == moved[1 - sign] : at == moved[0] || at == moved[1] || at == moved[2],
                    () -> "w = " + Arrays.toString(w) + ", x' = " + Arrays.toString(result.worst));
        }
    }

    /** With entries of −3..3, quarters for ε and a power of two for N, no number needs more bits than a float has. */
    @Property(tries = 300, edgeCases = EdgeCasesMode.NONE)
    void aGradientOfSmallIntegersIsExact(@ForAll long seed) {
        Random random = new Random(seed);
        Case task = Case.draw(random, Entries.SMALL_INTEGERS, 1 + random.nextInt(20), 1 << random.nextInt(7));
        Result result = task.kernel();
        double[] worst = Reference.attack(Matrix.doubles(task.query), task.label, task.w(), task.epsilon);
        assertSame(worst, result.worst);
        Reference.LossGradient exact = task.reference(worst);
        assertEquals(0, exact.loss() - result.loss);
        assertSame(exact.dp(), result.dp);
        for (int i = 0; i <= task.d(); i++) {
            for (int j = 0; j < task.d(); j++) {
                assertEquals(0, exact.dqBar()[i][j] - (double) result.du[i] * result.worst[j]);
            }
        }
    }

    /** But for the signs of zeros. */
    private static void assertSame(double[] expected, float[] actual) {
        assertEquals(expected.length, actual.length);
        for (int i = 0; i < actual.length; i++) {
            assertEquals(0, expected[i] - actual[i]);
        }
    }

    /** z zᵀ and y x are what they were, and every product on the way is, or is what it was with the other sign. */
    @Property(tries = 300, edgeCases = EdgeCasesMode.NONE)
    void aSampleOfTheOtherSignGivesTheSameBits(@ForAll long seed) {
        Random random = new Random(seed);
        int d = 1 + random.nextInt(70);
        int rows = 1 + random.nextInt(40);
        Case task = Case.draw(random, ORDINARY[random.nextInt(ORDINARY.length)], d, rows);
        Result result = task.kernel();
        boolean ofTheQuery = random.nextBoolean();
        float[] query = task.query.clone();
        Matrix x = new Matrix(task.x.array().clone(), task.x.offset(), task.x.stride(), rows, d);
        float[] y = task.y.clone();
        for (int n = 0; n < rows; n++) {
            if (random.nextBoolean()) {
                y[n] = -y[n];
                negate(x.array(), x.offset() + n * x.stride(), d);
            }
        }
        if (ofTheQuery) {
            negate(query, 0, d);
        }
        Result other = new Case(x, y, task.p, task.qBar, query, ofTheQuery ? -task.label : task.label, task.epsilon)
                .kernel();
        assertEquals(unsigned(result.loss), unsigned(other.loss));
        assertArrayEquals(unsigned(result.dp), unsigned(other.dp));
        if (ofTheQuery) {
            // both factors of ∂L/∂Q̄ turn round, and their product does not
            negate(other.du, 0, d + 1);
            negate(other.worst, 0, d);
        }
        assertArrayEquals(unsigned(result.du), unsigned(other.du));
        assertArrayEquals(unsigned(result.worst), unsigned(other.worst));
    }

    private static void negate(float[] array, int from, int count) {
        for (int i = from; i < from + count; i++) {
            array[i] = -array[i];
        }
    }

    /** +0 for either zero. */
    private static double unsigned(double value) {
        return value + 0.0;
    }

    private static float[] unsigned(float[] values) {
        float[] out = values.clone();
        for (int i = 0; i < out.length; i++) {
            out[i] += 0f;
        }
        return out;
    }

    /**
     * With the attack held fixed, the loss is linear in each weight, and a central difference of any width is exact but
     * for rounding.
     */
    @Property(tries = 100, edgeCases = EdgeCasesMode.NONE)
    void theReferenceIsTheDifferenceOfLossesUnderAFixedAttack(@ForAll long seed) {
        Random random = new Random(seed);
        Case task = Case.draw(random, Entries.NORMAL, 1 + random.nextInt(5), 1 + random.nextInt(6));
        double[] worst = Reference.attack(Matrix.doubles(task.query), task.label, task.w(), task.epsilon);
        assertDifferences(task, worst, 1, (p, qBar) -> loss(task, p, qBar, worst));
    }

    /**
     * The loss at the worst corner of the ball, found by trying all of them, has the gradient of the attack that is
     * held fixed there (Danskin), where no w_j is 0. Along one weight w is linear too: no corner takes over if h times
     * what a weight that grows by 1 changes of w_j at most is less than half of w_j. The difference is exact then, too.
     */
    @Property(tries = 60, edgeCases = EdgeCasesMode.NONE)
    void theReferenceIsTheDifferenceOfLossesAtTheWorstCorner(@ForAll long seed) {
        Random random = new Random(seed);
        Case task = Case.draw(random, Entries.NORMAL, 1 + random.nextInt(4), 1 + random.nextInt(6));
        int d = task.d();
        double[] w = task.w();
        Case grown = task.grown();
        double[] change = grown.w();
        double h = 1;
        for (int j = 0; j < d; j++) {
            while (h * change[j] > Math.abs(w[j]) / 2) {
                h /= 2;
            }
        }
        double[] query = Matrix.doubles(task.query);
        double[] worst = Reference.attack(query, task.label, w, task.epsilon);
        assertDifferences(task, worst, h, (p, qBar) -> {
            double greatest = Double.NEGATIVE_INFINITY;
            for (int corner = 0; corner < 1 << d; corner++) {
                double[] at = query.clone();
                for (int j = 0; j < d; j++) {
                    at[j] += (corner >> j & 1) == 0 ? task.epsilon : -task.epsilon;
                }
                greatest = Math.max(greatest, loss(task, p, qBar, at));
            }
            return greatest;
        });
    }

    private static double loss(Case task, double[] p, double[][] qBar, double[] at) {
        return Reference.lossGradient(task.x.doubles(), Matrix.doubles(task.y), p, qBar, at, task.label).loss();
    }

    private interface Loss {
        double of(double[] p, double[][] qBar);
    }

    /**
     * A loss is a sum of terms that N + 1 operations of G and 2 (d + 1) + d of the products have rounded, and 4 of the
     * attack and the label; so is its derivative. A difference quotient has the errors of two losses over 2h. No term
     * is greater than with all weights grown by 1.
     */
    private static void assertDifferences(Case task, double[] worst, double h, Loss loss) {
        double[] p = Matrix.doubles(task.p);
        double[][] qBar = task.qBar.doubles();
        Reference.LossGradient gradient = task.reference(worst);
        double[] far = Matrix.magnitudes(Matrix.doubles(task.query));
        Arrays.setAll(far, j -> far[j] + task.epsilon);
        double error = Reference.gamma(task.x.rows() + 1 + 3 * (task.d() + 1) + 4, DOUBLE_U)
                * task.grown().reference(far).loss();
        double bound = 2 * error / (2 * h) + error;
        for (int i = 0; i < p.length; i++) {
            assertEquals(difference(h, p, i, () -> loss.of(p, qBar)), gradient.dp()[i], bound);
            for (int j = 0; j < task.d(); j++) {
                assertEquals(difference(h, qBar[i], j, () -> loss.of(p, qBar)), gradient.dqBar()[i][j], bound);
            }
        }
    }

    /** (L(θ_i + h) − L(θ_i − h)) / 2h. */
    private static double difference(double h, double[] theta, int i, DoubleSupplier loss) {
        double middle = theta[i];
        theta[i] = middle + h;
        double after = loss.getAsDouble();
        theta[i] = middle - h;
        double before = loss.getAsDouble();
        theta[i] = middle;
        return (after - before) / (2 * h);
    }
}
