package dev.holdfast.verify.baselines;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.holdfast.model.MultiClassifier;
import dev.holdfast.model.Rows;
import dev.holdfast.model.Threat;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Softmax regression under attack: its gradient, and how near its minimum training comes. */
class SoftmaxFitTest {
    private static final double LAMBDA = 0.02;
    private static final double EPSILON = 0.1;

    /** Along random directions; where no difference of weights changes its sign, the objective is smooth. */
    @Test
    void gradientIsThatOfTheObjective() {
        Random random = new Random(7);
        int d = 6;
        int classes = 4;
        int[] y = IntStream.range(0, 40).map(n -> n % classes).toArray();
        SoftmaxFit fit = new SoftmaxFit(rows(random, y, d, 1), y, classes, LAMBDA, EPSILON);
        double[][] gradient = new double[classes][d + 1];
        double[][] unused = new double[classes][d + 1];
        int[] all = IntStream.range(0, y.length).toArray();
        for (int trial = 0; trial < 20; trial++) {
            double[][] direction = new double[classes][d + 1];
            for (int k = 0; k < classes; k++) {
                for (int j = 0; j <= d; j++) {
                    fit.weights()[k][j] = random.nextGaussian();
                    direction[k][j] = random.nextGaussian();
                }
            }
            fit.at(all, gradient);
            double slope = 0;
            for (int k = 0; k < classes; k++) {
                for (int j = 0; j <= d; j++) {
                    slope += gradient[k][j] * direction[k][j];
                }
            }
            double step = 1e-5;
            move(fit.weights(), direction, step);
            double above = fit.at(all, unused);
            move(fit.weights(), direction, -2 * step);
            double below = fit.at(all, unused);
            // the third derivative is below 100 for steps and rows of this size; the rest is rounding over the step
            assertEquals((above - below) / (2 * step), slope, 100 * step * step + 1e-13 / step);
        }
    }

    private static void move(double[][] v, double[][] direction, double step) {
        for (int k = 0; k < v.length; k++) {
            for (int j = 0; j < v[k].length; j++) {
                v[k][j] += step * direction[k][j];
            }
        }
    }

    /**
     * Two classes are logistic regression of half the λ, whose minimum is known; training comes within a hundredth of it.
     * A row of either class is a bit away from the other ones, so that the attack matters.
     */
    @Test
    void twoClassesComeNearTheMinimumOfLogisticRegression() {
        Random random = new Random(8);
        int d = 5;
        int[] y = IntStream.range(0, 400).map(n -> n % 2).toArray();
        Rows x = rows(random, y, d, 0.5);
        SoftmaxFit trained = new SoftmaxFit(x, y, 2, LAMBDA, EPSILON);
        trained.descend(1000);
        int[] signs = IntStream.of(y).map(label -> label == 0 ? 1 : -1).toArray();
        LinearFit exact = LinearFit.logistic(x, signs, LAMBDA / 2, EPSILON);
        SoftmaxFit minimum = new SoftmaxFit(x, y, 2, LAMBDA, EPSILON);
        for (int j = 0; j <= d; j++) {
            double half = (j < d ? exact.w()[j] : exact.c()) / 2;
            minimum.weights()[0][j] = half;
            minimum.weights()[1][j] = -half;
        }
        assertTrue(trained.objective() >= minimum.objective() * (1 - 1e-12));
        assertEquals(minimum.objective(), trained.objective(), 0.01 * minimum.objective());
    }

    /** The classifier has the scores of the weights, and its answers are those of the greatest. */
    @Test
    void theClassifierIsThatOfTheWeights() {
        Random random = new Random(9);
        int d = 3;
        List<Integer> y = IntStream.range(0, 90).mapToObj(n -> n % 3).toList();
        int[] labels = y.stream().mapToInt(Integer::intValue).toArray();
        Rows x = rows(random, labels, d, 2);
        MultiClassifier<Integer> classifier = SoftmaxFit.train(x, y, 3, LAMBDA, EPSILON, 100);
        SoftmaxFit same = new SoftmaxFit(x, labels, 3, LAMBDA, EPSILON);
        same.descend(100);
        float[] zero = new float[d];
        double[] intercepts = {same.weights()[0][d], same.weights()[1][d], same.weights()[2][d]};
        // intercepts lie on a grid of 2⁻⁵¹ of the greatest
        assertArrayEquals(intercepts, classifier.scores(zero), 0x1p-50);
        double[] accuracy = classifier.robustAccuracy(x, y, Threat.linf(), 0, EPSILON);
        assertTrue(accuracy[0] > 0.9 && accuracy[1] > 0.8 && accuracy[1] <= accuracy[0]);
    }

    /** Normal rows of variance 1 about means that are {@code apart} on a feature of their own. */
    private static Rows rows(Random random, int[] y, int d, double apart) {
        float[] x = new float[y.length * d];
        for (int n = 0; n < y.length; n++) {
            for (int j = 0; j < d; j++) {
                x[n * d + j] = (float) (random.nextGaussian() * 0.5 + (j == y[n] ? apart : 0));
            }
        }
        return Rows.view(x, d);
    }
}
