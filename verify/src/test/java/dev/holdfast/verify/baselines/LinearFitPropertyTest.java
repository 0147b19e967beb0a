package dev.holdfast.verify.baselines;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.holdfast.model.Classifier;
import dev.holdfast.model.Rows;
import java.util.Arrays;
import java.util.Random;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;

/** Each baseline against the condition that its minimum meets and nothing else does: the objectives are convex. */
class LinearFitPropertyTest {
    /** Where training ends, and far more than sums of 60 terms below 100 lose in double. */
    private static final double TOLERANCE = 1e-6 + 1e-10;

    /** Demonstrations whose features follow their label, each to its own degree. */
    private record Data(double[][] x, int[] y) {
        static Data draw(long seed, int rows, int d) {
            Random random = new Random(seed);
            double[][] x = new double[rows][d];
            int[] y = new int[rows];
            for (int n = 0; n < rows; n++) {
                y[n] = n == 0 || n > 1 && random.nextBoolean() ? 1 : -1;
                for (int j = 0; j < d; j++) {
                    x[n][j] = (float) (y[n] * (j % 3) * 0.3 + random.nextGaussian());
                }
            }
            return new Data(x, y);
        }

        Rows rows() {
            float[][] rows = new float[x.length][x[0].length];
            for (int n = 0; n < x.length; n++) {
                for (int j = 0; j < x[n].length; j++) {
                    rows[n][j] = (float) x[n][j];
                }
            }
            return Rows.copyOf(rows);
        }

        double margin(LinearFit fit, int n) {
            double f = fit.c();
            for (int j = 0; j < x[n].length; j++) {
                f += fit.w()[j] * x[n][j];
            }
            return y[n] * f;
        }
    }

    @Example
    void meanDifferenceOfFourPoints() {
        Rows x = Rows.copyOf(
                new float[] {1, 5}, new float[] {-1, 0}, new float[] {3, 1}, new float[] {-3, 2});
        LinearFit fit = LinearFit.meanDifference(x, new int[] {1, -1, 1, -1});
        assertArrayEquals(new double[] {4, 2}, fit.w());
        // half-way between (2, 3) and (−2, 1) is (0, 2)
        assertEquals(-4, fit.c());
    }

    /** x = ±2 with labels ±1: w minimises (1 − 2w)²/2 + λw²/2, so w = 2/(4 + λ). */
    @Example
    void ridgeOfTwoPoints() {
        Rows x = Rows.copyOf(new float[] {2}, new float[] {-2});
        LinearFit fit = LinearFit.ridge(x, new int[] {1, -1}, 1);
        // the gradient is (4 + λ)(w − w*)
        assertEquals(0.4, fit.w()[0], TOLERANCE / 5);
        assertEquals(0, fit.c(), TOLERANCE);
    }

    @Property(tries = 100)
    void ridgeSolvesTheNormalEquations(
            @ForAll long seed,
            @ForAll @IntRange(min = 2, max = 60) int rows,
            @ForAll @IntRange(min = 1, max = 40) int d,
            @ForAll @DoubleRange(min = 0.01, max = 2) double lambda) {
        Data data = Data.draw(seed, rows, d);
        LinearFit fit = LinearFit.ridge(data.rows(), data.y(), lambda);
        // (XᵀX/N + λI) w + c x̄ = Xᵀy/N and w·x̄ + c = ȳ, row by row, with the matrix built first
        for (int i = 0; i <= d; i++) {
            double residual = i < d ? lambda * fit.w()[i] : 0;
            for (int j = 0; j <= d; j++) {
                double entry = 0;
                for (int n = 0; n < rows; n++) {
                    entry += feature(data, n, i) * feature(data, n, j) / rows;
                }
                residual += entry * (j < d ? fit.w()[j] : fit.c());
            }
            for (int n = 0; n < rows; n++) {
                residual -= feature(data, n, i) * data.y()[n] / rows;
            }
            assertEquals(0, residual, TOLERANCE);
        }
    }

    private static double feature(Data data, int n, int j) {
        return j < data.x()[n].length ? data.x()[n][j] : 1;
    }

    @Property(tries = 200)
    void logisticRegressionHasNoDescentDirection(
            @ForAll long seed,
            @ForAll @IntRange(min = 2, max = 60) int rows,
            @ForAll @IntRange(min = 1, max = 40) int d,
            @ForAll @DoubleRange(min = 0.01, max = 2) double lambda,
            @ForAll @DoubleRange(min = 0, max = 0.5) double drawn) {
        Data data = Data.draw(seed, rows, d);
        double epsilon = drawn < 0.1 ? 0 : drawn;
        LinearFit fit = LinearFit.logistic(data.rows(), data.y(), lambda, epsilon);
        double norm1 = 0;
        for (double w : fit.w()) {
            norm1 += Math.abs(w);
        }
        double[] gradient = new double[d];
        double intercept = 0;
        double price = 0;
        for (int n = 0; n < rows; n++) {
            double share = 1 / (1 + Math.exp(data.margin(fit, n) - epsilon * norm1)) / rows;
            intercept -= share * data.y()[n];
            price += share * epsilon;
            for (int j = 0; j < d; j++) {
                gradient[j] -= share * data.y()[n] * data.x()[n][j];
            }
        }
        assertEquals(0, intercept, TOLERANCE);
        for (int j = 0; j < d; j++) {
            double w = fit.w()[j];
            double slope = gradient[j] + lambda * w;
            // the subdifferential of ‖w‖₁ is sign(w_j), or all of [−1, 1] where w_j = 0
            double distance = w != 0 ? Math.abs(slope + price * Math.signum(w)) : Math.abs(slope) - price;
            assertTrue(distance <= TOLERANCE, "feature " + j + " descends by " + distance);
        }
    }

    /** At w = 0 every balanced share is 1/2, so nothing is learnt exactly where no class mean is farther than ε. */
    @Property(tries = 100)
    void nothingIsLearntBeyondTheMeans(
            @ForAll long seed,
            @ForAll @IntRange(min = 1, max = 20) int half,
            @ForAll @IntRange(min = 1, max = 9) int d) {
        Random random = new Random(seed);
        float[][] x = new float[2 * half][d];
        int[] y = new int[2 * half];
        double[] mean = new double[d];
        for (int n = 0; n < y.length; n++) {
            y[n] = n % 2 == 0 ? 1 : -1;
            for (int j = 0; j < d; j++) {
                x[n][j] = random.nextInt(17) - 8;
                mean[j] += y[n] * x[n][j] / y.length;
            }
        }
        double greatest = 0;
        for (double each : mean) {
            greatest = Math.max(greatest, Math.abs(each));
        }
        LinearFit beyond = LinearFit.logistic(Rows.copyOf(x), y, 0.1, greatest + 1e-5);
        assertArrayEquals(new double[d], beyond.w());
        assertEquals(0, beyond.c());
        if (greatest > 0.01) {
            double[] within = LinearFit.logistic(Rows.copyOf(x), y, 0.1, greatest - 0.01).w();
            assertTrue(Arrays.stream(within).anyMatch(w -> w != 0));
        }
    }

    @Example
    void aFitIsCertifiedAsAnyClassifier() {
        Classifier classifier = new LinearFit(new double[] {0.5, -0.25}, 1).classifier();
        assertArrayEquals(new float[] {0.5f, -0.25f}, classifier.weights());
        assertEquals(1, classifier.intercept());
        // f = 1.75, ‖w‖₁ = .75: exact but for the promised loss of 10⁻⁶
        assertEquals(1.75 / 0.75, classifier.radius(new float[] {2, 1}), 1.75 / 0.75 * 1e-6);
    }
}
