package dev.holdfast.verify.baselines;

import dev.holdfast.model.Classifier;
import dev.holdfast.model.MultiClassifier;
import dev.holdfast.model.Rows;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;

/**
 * Softmax regression of K classes, trained against an adversary of ℓ∞ radius ε: f_k(x) = w_k·x + c_k with the least
 *
 * <pre>
 *     (1/N) Σ_n log(1 + Σ_{k ≠ y_n} exp(−(f_{y_n}(x_n) − f_k(x_n) − ε‖w_{y_n} − w_k‖₁))) + (λ/2) Σ_k ‖w_k‖²
 * </pre>
 *
 * in which every rival has the perturbation that is worst for it: convex, and the loss under attack where there are two
 * classes. The minimum is approached, not met: by Adam (Kingma and Ba, 2015) on batches, with a rate that falls to 0.
 */
public final class SoftmaxFit {
    private static final int BATCH = 256;
    private static final double RATE = 0.003;
    private static final double FIRST_DECAY = 0.9;
    private static final double SECOND_DECAY = 0.999;
    private static final double SMALLEST = 1e-8;

    private final float[] x;
    private final int[] y;
    private final int classes;
    private final int d;
    private final double lambda;
    private final double epsilon;
    /** By class: w_k, then c_k. */
    private final double[][] v;

    /**
     * @param y classes, 0..classes−1, one a row
     * @param lambda λ, greater than 0
     * @param epsilon ε, finite, at least 0
     */
    SoftmaxFit(Rows x, int[] y, int classes, double lambda, double epsilon) {
        this.x = x.toArray();
        this.y = y.clone();
        this.classes = classes;
        this.d = x.features();
        this.lambda = lambda;
        this.epsilon = epsilon;
        this.v = new double[classes][d + 1];
    }

    /**
     * Trains.
     *
     * @param x demonstrations
     * @param y their classes, 0..classes−1
     * @param epochs how often every row is looked at
     */
    public static MultiClassifier<Integer> train(
            Rows x, List<Integer> y, int classes, double lambda, double epsilon, int epochs) {
        SoftmaxFit fit = new SoftmaxFit(
                x, y.stream().mapToInt(Integer::intValue).toArray(), classes, lambda, epsilon);
        fit.descend(epochs);
        return fit.classifier();
    }

    void descend(int epochs) {
        int[] order = IntStream.range(0, y.length).toArray();
        Random random = new Random(1);
        double[][] gradient = new double[classes][d + 1];
        double[][] first = new double[classes][d + 1];
        double[][] second = new double[classes][d + 1];
        int steps = epochs * Math.ceilDiv(y.length, BATCH);
        int step = 0;
        double firstLeft = 1;
        double secondLeft = 1;
        for (int epoch = 0; epoch < epochs; epoch++) {
            for (int n = order.length - 1; n > 0; n--) {
                int other = random.nextInt(n + 1);
                int swapped = order[n];
                order[n] = order[other];
                order[other] = swapped;
            }
            for (int from = 0; from < order.length; from += BATCH) {
                at(Arrays.copyOfRange(order, from, Math.min(from + BATCH, order.length)), gradient);
                double rate = RATE * (1 - (double) step++ / steps);
                firstLeft *= FIRST_DECAY;
                secondLeft *= SECOND_DECAY;
                for (int k = 0; k < classes; k++) {
                    for (int j = 0; j <= d; j++) {
                        double g = gradient[k][j];
                        first[k][j] = FIRST_DECAY * first[k][j] + (1 - FIRST_DECAY) * g;
                        second[k][j] = SECOND_DECAY * second[k][j] + (1 - SECOND_DECAY) * g * g;
                        v[k][j] -= rate * first[k][j] / (1 - firstLeft)
                                / (Math.sqrt(second[k][j] / (1 - secondLeft)) + SMALLEST);
                    }
                }
            }
        }
    }

    /** The objective of all rows. */
    double objective() {
        return at(IntStream.range(0, y.length).toArray(), new double[classes][d + 1]);
    }

    /** By class: w_k, then c_k. Not a copy. */
    double[][] weights() {
        return v;
    }

    /**
     * The objective of some rows.
     *
     * @param gradient overwritten; of |t| at 0 it is 0
     */
    double at(int[] rows, double[][] gradient) {
        double[][] norm = new double[classes][classes];
        double penalty = 0;
        for (int k = 0; k < classes; k++) {
            Arrays.fill(gradient[k], 0);
            for (int r = 0; r < k; r++) {
                for (int j = 0; j < d; j++) {
                    norm[k][r] += Math.abs(v[k][j] - v[r][j]);
                }
                norm[r][k] = norm[k][r];
            }
            for (int j = 0; j < d; j++) {
                penalty += v[k][j] * v[k][j];
            }
        }
        // by class and rival: what the loss grows by with the norm of their difference
        double[][] growth = new double[classes][classes];
        double loss = 0;
        for (int n : rows) {
            loss += addRow(n, norm, growth, gradient);
        }
        for (int k = 0; k < classes; k++) {
            for (int j = 0; j < d; j++) {
                gradient[k][j] = gradient[k][j] / rows.length + lambda * v[k][j];
            }
            gradient[k][d] /= rows.length;
        }
        for (int k = 0; k < classes; k++) {
            for (int r = 0; r < k; r++) {
                double factor = epsilon * (growth[k][r] + growth[r][k]) / rows.length;
                for (int j = 0; factor != 0 && j < d; j++) {
                    double sign = Math.signum(v[k][j] - v[r][j]);
                    gradient[k][j] += factor * sign;
                    gradient[r][j] -= factor * sign;
                }
            }
        }
        return loss / rows.length + lambda / 2 * penalty;
    }

    private double addRow(int n, double[][] norm, double[][] growth, double[][] gradient) {
        int label = y[n];
        double own = score(v[label], n);
        double[] lead = new double[classes];
        double greatest = 0;
        for (int k = 0; k < classes; k++) {
            lead[k] = k == label ? 0 : score(v[k], n) - own + epsilon * norm[label][k];
            greatest = Math.max(greatest, lead[k]);
        }
        double sum = 0;
        for (int k = 0; k < classes; k++) {
            lead[k] = StrictMath.exp(lead[k] - greatest);
            sum += lead[k];
        }
        for (int k = 0; k < classes; k++) {
            double share = lead[k] / sum;
            if (k != label) {
                growth[label][k] += share;
                add(share, n, gradient[k]);
                add(-share, n, gradient[label]);
            }
        }
        return greatest + StrictMath.log(sum);
    }

    private double score(double[] w, int n) {
        double s0 = 0;
        double s1 = 0;
        double s2 = 0;
        double s3 = 0;
        int o = n * d;
        int j = 0;
        for (; j <= d - 4; j += 4) {
            s0 += w[j] * x[o + j];
            s1 += w[j + 1] * x[o + j + 1];
            s2 += w[j + 2] * x[o + j + 2];
            s3 += w[j + 3] * x[o + j + 3];
        }
        for (; j < d; j++) {
            s0 += w[j] * x[o + j];
        }
        return s0 + s1 + (s2 + s3) + w[d];
    }

    private void add(double factor, int n, double[] gradient) {
        if (factor == 0) {
            return;
        }
        int o = n * d;
        for (int j = 0; j < d; j++) {
            gradient[j] += factor * x[o + j];
        }
        gradient[d] += factor;
    }

    private MultiClassifier<Integer> classifier() {
        List<Integer> labels = new ArrayList<>();
        List<Classifier> functions = new ArrayList<>();
        for (int k = 0; k < classes; k++) {
            float[] w = new float[d];
            for (int j = 0; j < d; j++) {
                w[j] = (float) v[k][j];
            }
            labels.add(k);
            functions.add(Classifier.of(w, v[k][d]));
        }
        return MultiClassifier.ofRest(labels, functions);
    }
}
