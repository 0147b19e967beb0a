package dev.holdfast.model;

import dev.holdfast.model.archive.Hash;
import dev.holdfast.model.archive.Product;
import dev.holdfast.model.bayes.Covariance;
import dev.holdfast.model.bayes.Penalty;
import dev.holdfast.model.bayes.Solution;
import dev.holdfast.model.sums.ClassMoments;
import java.util.List;
import java.util.Optional;

/**
 * One reading of a state by {@link RobustBayes}: the sizes and means of the classes and the covariance within them, which
 * all its classifiers share. Belongs to one thread.
 */
final class BayesReading {
    private final RobustBayes learner;
    private final State<?> now;
    private final ClassMoments moments;
    private final int d;
    private final double[] size;
    private final double[][] mean;
    /** Made when it is first needed. */
    private Covariance covariance;

    private String covarianceHash;

    /** Two sides of a split: how many rows, their means, half of the difference of these, and the point between. */
    private record Pair(double plus, double minus, double[] plusMean, double[] minusMean, double[] mu, double[] middle) {}

    /**
     * Throws if the state keeps too little, or a class has no demonstration.
     *
     * @param now that nobody else has hold of
     */
    BayesReading(RobustBayes learner, State<?> now) {
        this.learner = learner;
        this.now = now;
        this.d = now.features();
        int classes = now.classes().size();
        learner.threat().checkFeatures(d);
        this.moments = learner.isFull() ? now.momentsFor(learner.name()) : now.variancesFor(learner.name());
        double[] priors = learner.priors();
        if (priors != null && priors.length != 0 && priors.length != classes) {
            throw new IllegalArgumentException(
                    "priors.length = " + priors.length + ", expected " + classes + ", one for each class");
        }
        this.size = new double[classes];
        this.mean = new double[classes][d];
        for (int c = 0; c < classes; c++) {
            size[c] = moments.of(c).size();
            if (!(size[c] > 0)) {
                throw new IllegalStateException("size(" + now.classes().get(c)
                        + ") = 0, expected at least 1 demonstration of this class");
            }
            moments.of(c).mean(mean[c]);
        }
    }

    /** Keeps all. */
    private BayesReading(BayesReading other, double[] size, double[][] mean) {
        this.learner = other.learner;
        this.now = other.now;
        this.moments = other.moments;
        this.d = other.d;
        this.size = size;
        this.mean = mean;
    }

    /** The scatter within classes, d × d, or its diagonal where there are no correlations, in a new array. */
    double[] scatter() {
        double[] scatter = new double[learner.isFull() ? Math.multiplyExact(d, d) : d];
        for (int c = 0; c < size.length; c++) {
            moments.of(c).addScatter(scatter, learner.isFull());
        }
        return scatter;
    }

    /**
     * The reading without a row x of class c: its mean is (N m − x)/(N − 1), and the scatter loses
     * (x − m)(x − m)ᵀ N/(N − 1).
     *
     * @param scatter of all rows; read
     * @throws IllegalStateException if the row is the only one of its class, or no variance is left
     */
    BayesReading without(float[] x, int c, double[] scatter) {
        double n = size[c];
        if (!(n > 1)) {
            throw new IllegalStateException(
                    "size(" + now.classes().get(c) + ") = " + n + ", expected more than 1 to leave a row out");
        }
        double[] delta = new double[d];
        double[] meanLeft = new double[d];
        for (int j = 0; j < d; j++) {
            delta[j] = x[j] - mean[c][j];
            meanLeft[j] = mean[c][j] - delta[j] / (n - 1);
        }
        double[] left = scatter.clone();
        double factor = n / (n - 1);
        for (int i = 0; i < d; i++) {
            if (learner.isFull()) {
                for (int j = 0; j < d; j++) {
                    left[i * d + j] -= factor * delta[i] * delta[j];
                }
            } else {
                left[i] = Math.max(0, left[i] - factor * delta[i] * delta[i]);
            }
        }
        double[] sizes = size.clone();
        sizes[c] = n - 1;
        double[][] means = mean.clone();
        means[c] = meanLeft;
        BayesReading without = new BayesReading(this, sizes, means);
        without.covariance = learner.covariance(left, d, without.total());
        if (without.covariance == null) {
            throw new IllegalStateException("without one row the demonstrations of each class are all equal, expected"
                    + " some that differ, or a ridge");
        }
        return without;
    }

    private double total() {
        double total = 0;
        for (double each : size) {
            total += each;
        }
        return total;
    }

    /** Σ; throws where there is none. */
    private Covariance covariance() {
        if (covariance == null) {
            covariance = learner.covariance(scatter(), d, total());
        }
        if (covariance == null) {
            throw new IllegalStateException("the demonstrations of each class are all equal, expected some that differ"
                    + " for the covariance within classes, or a ridge in its place");
        }
        return covariance;
    }

    /** The least size of half the difference of two classes' means: from there on one pair cannot be learnt. */
    double limit() {
        double least = Double.POSITIVE_INFINITY;
        for (Split split : Split.pairs(size.length)) {
            least = Math.min(least, learner.penalty(d).size(pair(split).mu));
        }
        return least;
    }

    /** Room for where the classifiers of {@link #pairs} are found. */
    double[][] starts() {
        return new double[Scheme.pairs(size.length)][];
    }

    /**
     * Classifiers of all pairs against another size than the learner's, below the {@link #limit}; they have neither models
     * nor origins.
     *
     * @param starts where each is looked for, {@code null} for anywhere; overwritten by where it was found
     */
    <L> MultiClassifier<L> pairs(List<L> classes, double epsilon, double[][] starts) {
        Split[] splits = Split.pairs(size.length);
        Penalty penalty = learner.withEpsilon(epsilon).penalty(d);
        Classifier[] byPair = new Classifier[splits.length];
        for (int k = 0; k < splits.length; k++) {
            Pair pair = pair(splits[k]);
            Solution solution = covariance().solve(pair.mu, penalty, starts[k]);
            starts[k] = solution.w();
            float[] w = floats(solution.w());
            double c = intercept(w, pair.middle, logOdds(splits[k], pair));
            byPair[k] = new Classifier(w, c, Alignment.none(d), null, null);
        }
        return MultiClassifier.pairs(classes, byPair);
    }

    private Pair pair(Split split) {
        double plus = 0;
        double minus = 0;
        for (int c : split.plus()) {
            plus += size[c];
        }
        for (int c : split.minus()) {
            minus += size[c];
        }
        double[] plusMean = mean(split.plus(), plus);
        double[] minusMean = mean(split.minus(), minus);
        double[] mu = new double[d];
        double[] middle = new double[d];
        for (int j = 0; j < d; j++) {
            mu[j] = (plusMean[j] - minusMean[j]) / 2;
            middle[j] = (plusMean[j] + minusMean[j]) / 2;
        }
        return new Pair(plus, minus, plusMean, minusMean, mu, middle);
    }

    private double[] mean(int[] of, double total) {
        if (of.length == 1) {
            return mean[of[0]];
        }
        double[] sum = new double[d];
        for (int c : of) {
            for (int j = 0; j < d; j++) {
                sum[j] += size[c] / total * mean[c][j];
            }
        }
        return sum;
    }

    private double logOdds(Split split, Pair pair) {
        if (learner.priors() == null) {
            return 0;
        }
        return learner.priors().length == 0
                ? StrictMath.log(pair.plus / pair.minus)
                : StrictMath.log(sum(split.plus()) / sum(split.minus()));
    }

    private double sum(int[] of) {
        double sum = 0;
        for (int c : of) {
            sum += learner.priors()[c];
        }
        return sum;
    }

    /** The classifier of a split, with its model and its origin; throws where nothing can be learnt. */
    Classifier classifier(Split split) {
        Pair pair = pair(split);
        Penalty penalty = learner.penalty(d);
        Solution solution = covariance().solve(pair.mu, penalty, null);
        if (solution == null && penalty.size(pair.mu) > learner.epsilon()) {
            throw new IllegalStateException(learner.name() + ": the covariance is singular within rounding, expected a greater"
                    + " ridge, or shrinkage");
        }
        if (solution == null) {
            throw new IllegalStateException("epsilon = " + learner.epsilon() + " is at least " + penalty.size(pair.mu)
                    + ", half of the distance between the means of " + names(split.plus()) + " and "
                    + names(split.minus()) + ": at this size nothing robust can be learnt, expected less");
        }
        double logOdds = logOdds(split, pair);
        float[] w = floats(solution.w());
        GaussianModel gaussian = new GaussianModel(learner.epsilon(), solution.margin(), Math.sqrt(solution.variance()),
                solution.dualNorm(), logOdds, solution.gap());
        Classifier.Origin origin = new Classifier.Origin(pair.plus + pair.minus, hash(pair), learner.name(), Optional.empty(),
                Product.NAME);
        return new Classifier(w, intercept(w, pair.middle, logOdds), Alignment.none(d), gaussian, () -> origin);
    }

    private String names(int[] of) {
        return of.length > 1 ? "the rest" : String.valueOf(now.classes().get(of[0]));
    }

    private String hash(Pair pair) {
        return new Hash()
                .add(pair.plus, pair.minus)
                .add(pair.plusMean)
                .add(pair.minusMean)
                .add(covarianceHash())
                .hex();
    }

    /** Taken once, for all classifiers. */
    private String covarianceHash() {
        if (covarianceHash == null) {
            Hash hash = new Hash();
            covariance().to(hash);
            covarianceHash = hash.hex();
        }
        return covarianceHash;
    }

    private static double intercept(float[] w, double[] middle, double logOdds) {
        double sum = 0;
        for (int j = 0; j < w.length; j++) {
            sum += w[j] * middle[j];
        }
        return logOdds / 2 - sum;
    }

    private static float[] floats(double[] w) {
        float[] rounded = new float[w.length];
        for (int j = 0; j < w.length; j++) {
            rounded[j] = (float) w[j];
            if (!Float.isFinite(rounded[j])) {
                throw new IllegalStateException("w[" + j + "] = " + w[j] + ", expected a number that is finite as a float:"
                        + " the covariance within classes is too small");
            }
        }
        return rounded;
    }
}
