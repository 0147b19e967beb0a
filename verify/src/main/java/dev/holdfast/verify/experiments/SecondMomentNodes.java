package dev.holdfast.verify.experiments;

import dev.holdfast.model.GaussianMixture;
import dev.holdfast.model.Learner;
import dev.holdfast.model.Rows;
import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * A mixture's second moment S = Σ + μμᵀ where μ touches it, and what a learner makes of it: with eigenvalues s_i of S and
 * w = b(S)μ, b(s_i) for each of them.
 *
 * <p>The variances σ_j of the features with μ_j ≠ 0 must differ. Then the s_i are the roots of 1 = Σ_j μ_j²/(s − σ_j), one
 * above each σ_j and below the next (Golub 1973), with eigenvectors (μ_j/(s_i − σ_j))_j up to their lengths, whose product
 * with μ is 1; hence b(s_i) = Σ_j μ_j w_j/(s_i − σ_j).
 */
final class SecondMomentNodes {
    private final double[] mean;
    private final double[] variances;
    private final double[] s;

    SecondMomentNodes(GaussianMixture mixture) {
        double[] allMeans = mixture.mean();
        double[] allVariances = mixture.variances();
        int[] touched = IntStream.range(0, allMeans.length)
                .filter(j -> allMeans[j] != 0)
                .boxed()
                .sorted((i, j) -> Double.compare(allVariances[i], allVariances[j]))
                .mapToInt(Integer::intValue)
                .toArray();
        mean = Arrays.stream(touched).mapToDouble(j -> allMeans[j]).toArray();
        variances = Arrays.stream(touched).mapToDouble(j -> allVariances[j]).toArray();
        for (int j = 1; j < variances.length; j++) {
            if (variances[j] == variances[j - 1]) {
                throw new IllegalArgumentException(
                        "variance " + variances[j] + " twice, expected others where the mean is not 0");
            }
        }
        s = new double[mean.length];
        Arrays.setAll(s, this::root);
    }

    /** By bisection to the last bit, between σ_i and the next or, after the last, σ_i + ‖μ‖². */
    private double root(int i) {
        double low = variances[i];
        double high = i + 1 < variances.length ? variances[i + 1] : low + Arrays.stream(mean).map(m -> m * m).sum();
        for (double middle = (low + high) / 2; middle > low && middle < high; middle = (low + high) / 2) {
            double sum = 0;
            for (int j = 0; j < mean.length; j++) {
                sum += mean[j] * mean[j] / (middle - variances[j]);
            }
            if (sum > 1) {
                low = middle;
            } else {
                high = middle;
            }
        }
        return high;
    }

    /** The eigenvalues, ascending; not to be changed. */
    double[] eigenvalues() {
        return s;
    }

    /** b(s_i) of what {@code learner}, of as many features as there are eigenvalues, reads from the population's moments. */
    double[] values(Learner learner) {
        int k = mean.length;
        // demonstrations whose S̄ and m̄ are S and μ: a pair to each feature, the second by its mirror image
        float[][] x = new float[2 * k][k];
        int[] y = new int[2 * k];
        for (int i = 0; i < k; i++) {
            y[2 * i] = 1;
            y[2 * i + 1] = -1;
            for (int j = 0; j < k; j++) {
                double away = i == j ? Math.sqrt(k * variances[j]) : 0;
                x[2 * i][j] = (float) (mean[j] + away);
                x[2 * i + 1][j] = (float) (away - mean[j]);
            }
        }
        double[] w = MixtureContexts.doubles(learner.learn(Rows.copyOf(x), y).weights());
        return Arrays.stream(s).map(each -> IntStream.range(0, k)
                .mapToDouble(j -> mean[j] * w[j] / (each - variances[j]))
                .sum()).toArray();
    }

    /**
     * {@code b} times the number for which it is nearest to {@code target}, each node counting as much as μ has of it: the
     * length of w changes no answer.
     */
    double[] scaled(double[] b, double[] target) {
        double products = 0;
        double squares = 0;
        for (int i = 0; i < s.length; i++) {
            double share = share(s[i]);
            products += share * b[i] * target[i];
            squares += share * b[i] * b[i];
        }
        double scale = products / squares;
        return Arrays.stream(b).map(each -> scale * each).toArray();
    }

    /** Root mean square of b − target over that of the target, each node counting as much as μ has of it. */
    double deviation(double[] b, double[] target) {
        double squares = 0;
        double all = 0;
        for (int i = 0; i < s.length; i++) {
            double share = share(s[i]);
            squares += share * (b[i] - target[i]) * (b[i] - target[i]);
            all += share * target[i] * target[i];
        }
        return Math.sqrt(squares / all);
    }

    /** The square of μ's product with the eigenvector of length 1. */
    private double share(double eigenvalue) {
        double sum = 0;
        for (int j = 0; j < mean.length; j++) {
            double entry = mean[j] / (eigenvalue - variances[j]);
            sum += entry * entry;
        }
        return 1 / sum;
    }
}
