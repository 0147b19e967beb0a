package dev.holdfast.model;

import dev.holdfast.model.archive.Hash;
import dev.holdfast.model.archive.Product;
import dev.holdfast.model.bayes.Covariance;
import dev.holdfast.model.bayes.DenseCovariance;
import dev.holdfast.model.bayes.DiagonalCovariance;
import dev.holdfast.model.bayes.Penalty;
import dev.holdfast.model.bayes.Solution;
import dev.holdfast.model.sums.ClassMoments;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.DoubleStream;

/**
 * The robust Bayes classifier, read from the means and the covariance of classes: the best there is against an adversary
 * who moves each query by Δ of size up to ε, if the classes are normal with one covariance. No training, and nothing to
 * tune but ε.
 *
 * <p>With two classes x | y ~ N(m + yμ, Σ) it is f(x) = w·(x − m) + ½ ln(π₊/π₋) with
 *
 * <pre>
 *     w = argmin ½ wᵀΣw − μᵀw + ε‖w‖        ‖w‖ being the most that a Δ of size 1 takes from w·x
 * </pre>
 *
 * μ is half of the difference of the classes' means, m the point between them, and Σ the covariance within classes: over
 * all classes of the state, also where a pair of them is told apart. So the boundary has an intercept of its own, whatever
 * the numbers of rows, and a change of the units of all features changes no answer: multiplying them and ε by a power of
 * two divides w by it exactly.
 *
 * <p>Σ may have all its correlations, the default, of which only a state of {@linkplain State#moments moments} knows; or
 * none, {@link #diagonal}; or one variance for all features, {@link #identity}: these two read states of
 * {@linkplain State#variances variances}, too. From S, the covariance of the demonstrations, Σ is
 * (1 − ρ) S + ρ (tr S/d) I with the ρ of Chen, Wiesel, Eldar and Hero (2010), or S + τI with a {@link #ridge} τ.
 *
 * <p>Each w is a minimum, not the end of so many steps: {@link GaussianModel#gap} bounds what is missing, and is below
 * 10⁻⁹ but where ε is within rounding of the greatest at which anything can be learnt, (d + 8) 2⁻⁵³ ε‖w‖ being more than
 * 10⁻¹⁰ wᵀΣw, or a ridge is so small that it is within rounding of the variances. Where ε is at least the size of μ,
 * no classifier is robust, and none is made: an {@link IllegalStateException} says so.
 *
 * <p>From an exact state the classifier has the same bits whatever its history. Source: Bhagoji, Cullina and Mittal
 * (NeurIPS 2019); Dan, Wei and Ravikumar (ICML 2020). Immutable.
 */
public final class RobustBayes extends Learner {
    private enum Form {
        FULL("bayes"),
        DIAGONAL("bayes-diagonal"),
        IDENTITY("bayes-identity");

        private final String word;

        Form(String word) {
            this.word = word;
        }
    }

    private final Threat threat;
    private final double epsilon;
    private final Form form;
    /** NaN for shrinkage. */
    private final double ridge;
    /** {@code null} where classes are equally likely, empty where they are counted. */
    private final double[] priors;

    private RobustBayes(Threat threat, double epsilon, Form form, double ridge, double[] priors) {
        this.threat = threat;
        this.epsilon = epsilon;
        this.form = form;
        this.ridge = ridge;
        this.priors = priors;
    }

    /**
     * Against a threat of any norm, with budgets and frozen features; classes are taken as equally likely.
     *
     * @param threat what the adversary may do, without a box: w is for all queries alike
     * @param epsilon ε, the size of the perturbation to be robust against, finite, at least 0; 0 is Fisher's linear
     *        discriminant
     */
    public static RobustBayes against(Threat threat, double epsilon) {
        Objects.requireNonNull(threat, "threat");
        if (threat.hasBox()) {
            throw new IllegalArgumentException(
                    "threat has a box, expected none to learn against: a box binds each query in another way");
        }
        Classifier.checkEpsilon("epsilon", epsilon);
        return new RobustBayes(threat, epsilon, Form.FULL, Double.NaN, null);
    }

    /** {@link #against} {@link Threat#linf}: each feature may move by ε. */
    public static RobustBayes linf(double epsilon) {
        return against(Threat.linf(), epsilon);
    }

    /** {@link #against} {@link Threat#l2}: a query may move by a distance of ε. */
    public static RobustBayes l2(double epsilon) {
        return against(Threat.l2(), epsilon);
    }

    /** {@link #against} {@link Threat#l1}: features may move by ε in all. */
    public static RobustBayes l1(double epsilon) {
        return against(Threat.l1(), epsilon);
    }

    /** The same without correlations: Σ is diagonal. */
    public RobustBayes diagonal() {
        return new RobustBayes(threat, epsilon, Form.DIAGONAL, ridge, priors);
    }

    /** The same with one variance for all features, the mean of theirs: Σ is a multiple of the identity. */
    public RobustBayes identity() {
        return new RobustBayes(threat, epsilon, Form.IDENTITY, ridge, priors);
    }

    /**
     * The same with Σ = S + τI in place of shrinkage.
     *
     * @param tau τ, in the square of the features' unit, finite, positive
     */
    public RobustBayes ridge(double tau) {
        if (!(tau > 0) || tau == Double.POSITIVE_INFINITY) {
            throw new IllegalArgumentException("tau = " + tau + ", expected a finite number above 0");
        }
        return new RobustBayes(threat, epsilon, form, tau, priors);
    }

    /** The same with classes as likely as they are frequent in the demonstrations. */
    public RobustBayes countedPriors() {
        return new RobustBayes(threat, epsilon, form, ridge, new double[0]);
    }

    /**
     * The same with classes as likely as these say.
     *
     * @param priors a number a class in the order of the state's classes, or of first appearance, each finite and
     *        positive; their sum does not matter; copied
     */
    public RobustBayes priors(double... priors) {
        Rows.atLeast("priors.length", priors.length, 2);
        for (int c = 0; c < priors.length; c++) {
            if (!(priors[c] > 0) || priors[c] == Double.POSITIVE_INFINITY) {
                throw new IllegalArgumentException("priors[" + c + "] = " + priors[c] + ", expected a finite number above 0");
            }
        }
        return new RobustBayes(threat, epsilon, form, ridge, priors.clone());
    }

    /** The same for perturbations of another size. */
    public RobustBayes withEpsilon(double epsilon) {
        Classifier.checkEpsilon("epsilon", epsilon);
        return new RobustBayes(threat, epsilon, form, ridge, priors);
    }

    /** ε, the size of the perturbation that it learns to withstand. */
    public double epsilon() {
        return epsilon;
    }

    /** What the adversary may do. */
    public Threat threat() {
        return threat;
    }

    /** Such as {@code bayes:linf:0.1} or {@code bayes-diagonal:l2:0.5}; what else differs from the default follows. */
    @Override
    public String name() {
        StringBuilder name = new StringBuilder(form.word)
                .append(':')
                .append(threat.norm().name().toLowerCase(Locale.ROOT))
                .append(':')
                .append(epsilon);
        if (!threat.isPlain()) {
            name.append(", with budgets");
        }
        if (!Double.isNaN(ridge)) {
            name.append(", ridge ").append(ridge);
        }
        if (priors != null) {
            name.append(priors.length == 0
                    ? ", counted priors"
                    : DoubleStream.of(priors).mapToObj(Double::toString).collect(Collectors.joining(":", ", priors ", "")));
        }
        return name.toString();
    }

    /** {@inheritDoc} That is a state of moments for all correlations, else of variances. */
    @Override
    public <L> State<L> state(int d, List<L> classes) {
        return form == Form.FULL ? State.moments(d, classes) : State.variances(d, classes);
    }

    /**
     * The least size of a perturbation at which nothing can be learnt from the classes of a state as they are now: the
     * size of μ, or the least of all pairs' where there are more classes. A classifier for an ε below it exists.
     *
     * @throws IllegalStateException if a class has no demonstration, or this is a state of one p
     */
    public double limit(State<?> state) {
        Reading reading = new Reading(state.copy());
        double least = Double.POSITIVE_INFINITY;
        for (Split split : Split.pairs(reading.classes)) {
            least = Math.min(least, penalty(reading.d).size(reading.pair(split).mu));
        }
        return least;
    }

    private Penalty penalty(int d) {
        return new Penalty(threat.reach(d), d, epsilon);
    }

    @Override
    Classifier[] read(State<?> now, Split[] splits) {
        Reading reading = new Reading(now);
        Classifier[] classifiers = new Classifier[splits.length];
        for (int k = 0; k < splits.length; k++) {
            classifiers[k] = reading.classifier(splits[k]);
        }
        return classifiers;
    }

    /** Two sides of a split: how many rows, their means, half of the difference of these, and the point between. */
    private record Pair(double plus, double minus, double[] plusMean, double[] minusMean, double[] mu, double[] middle) {}

    /** What all classifiers of one reading share: sizes and means of the classes, and the covariance within them. */
    private final class Reading {
        private final State<?> now;
        private final int d;
        private final int classes;
        private final double[] size;
        private final double[][] mean;
        private final ClassMoments moments;
        private Covariance covariance;
        private String covarianceHash;

        /** @param now that nobody else has hold of */
        Reading(State<?> now) {
            this.now = now;
            this.d = now.features();
            this.classes = now.classes().size();
            threat.checkFeatures(d);
            this.moments = form == Form.FULL ? now.momentsFor(name()) : now.variancesFor(name());
            if (priors != null && priors.length != 0 && priors.length != classes) {
                throw new IllegalArgumentException("priors.length = " + priors.length + ", expected " + classes
                        + ", one for each class");
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

        private double total() {
            double total = 0;
            for (double each : size) {
                total += each;
            }
            return total;
        }

        /** Σ; throws where there is none. */
        Covariance covariance() {
            if (covariance != null) {
                return covariance;
            }
            boolean full = form == Form.FULL;
            double[] scatter = new double[full ? Math.multiplyExact(d, d) : d];
            for (int c = 0; c < classes; c++) {
                moments.of(c).addScatter(scatter, full);
            }
            covariance = of(form, scatter, d, total(), ridge);
            if (covariance == null) {
                throw new IllegalStateException("the demonstrations of each class are all equal, expected some that differ"
                        + " for the covariance within classes, or a ridge in its place");
            }
            Hash hash = new Hash();
            covariance.to(hash);
            covarianceHash = hash.hex();
            return covariance;
        }

        Pair pair(Split split) {
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
            if (priors == null) {
                return 0;
            }
            return priors.length == 0
                    ? StrictMath.log(pair.plus / pair.minus)
                    : StrictMath.log(sum(split.plus()) / sum(split.minus()));
        }

        private double sum(int[] of) {
            double sum = 0;
            for (int c : of) {
                sum += priors[c];
            }
            return sum;
        }

        Classifier classifier(Split split) {
            Pair pair = pair(split);
            Penalty penalty = penalty(d);
            Solution solution = covariance().solve(pair.mu, penalty, null);
            if (solution == null) {
                throw new IllegalStateException("epsilon = " + epsilon + " is at least " + penalty.size(pair.mu)
                        + ", half of the distance between the means of " + names(split.plus()) + " and "
                        + names(split.minus()) + ": at this size nothing robust can be learnt, expected less");
            }
            double logOdds = logOdds(split, pair);
            float[] w = floats(solution.w());
            GaussianModel gaussian = new GaussianModel(epsilon, solution.margin(), Math.sqrt(solution.variance()),
                    solution.dualNorm(), logOdds, solution.gap());
            Classifier.Origin origin = new Classifier.Origin(pair.plus + pair.minus, hash(pair), name(), Optional.empty(),
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
                    .add(covarianceHash)
                    .hex();
        }
    }

    private static Covariance of(Form form, double[] scatter, int d, double n, double ridge) {
        return switch (form) {
            case FULL -> DenseCovariance.of(scatter, d, n, ridge);
            case DIAGONAL -> DiagonalCovariance.of(scatter, n, ridge);
            case IDENTITY -> DiagonalCovariance.identity(scatter, n, ridge);
        };
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

    /**
     * Accuracy against the size that is learnt against and the size of the attack, for choosing the former: a classifier
     * for each of {@code designs}, in place of this learner's ε, and its accuracy on rows that were held out, for each of
     * {@code attacks}. Many classes are told apart by pairs.
     *
     * @param state from which all of them are read
     * @param x rows that are not in the state, at least one
     * @param y their classes
     * @param designs sizes to learn against, ascending, finite, at least 0; those at which nothing can be learnt are left
     *        out
     * @param attacks sizes of attack under this learner's threat, finite, at least 0
     */
    public <L> DesignCurve curve(State<L> state, Rows x, List<L> y, double[] designs, double... attacks) {
        DesignCurve.check(designs);
        Classifier.checkCurve(x, attacks);
        State<L> now = state.copy();
        double limit = limit(now);
        double[] possible = DoubleStream.of(designs).filter(design -> design < limit).toArray();
        double[][] accuracy = new double[possible.length][];
        Reading shared = new Reading(now);
        Covariance sigma = shared.covariance();
        Split[] splits = Split.pairs(shared.classes);
        double[][] starts = new double[splits.length][];
        for (int i = 0; i < possible.length; i++) {
            MultiClassifier<L> classifier = withEpsilon(possible[i]).pairs(now.classes(), shared, sigma, splits, starts);
            accuracy[i] = classifier.robustAccuracy(x, y, threat, attacks);
        }
        return new DesignCurve(possible, attacks, accuracy);
    }

    /** Classifiers without origins, along a path: each starts where the last one for a smaller ε ended. */
    private <L> MultiClassifier<L> pairs(
            List<L> classes, RobustBayes.Reading shared, Covariance sigma, Split[] splits, double[][] starts) {
        Classifier[] byPair = new Classifier[splits.length];
        for (int k = 0; k < splits.length; k++) {
            Pair pair = shared.pair(splits[k]);
            Solution solution = sigma.solve(pair.mu, penalty(shared.d), starts[k]);
            starts[k] = solution.w();
            float[] w = floats(solution.w());
            double c = intercept(w, pair.middle, shared.logOdds(splits[k], pair));
            byPair[k] = new Classifier(w, c, Alignment.none(shared.d), null, null);
        }
        return MultiClassifier.pairs(classes, byPair);
    }

    /**
     * {@link #curve} on the demonstrations themselves, each answered by classifiers of all the others: no rows need be held
     * out. It takes a reading for each row and design, of O(d²) and the solving.
     *
     * @param state of the rows; it needs more than one of each class
     * @param x the rows that are in the state, or some of them
     * @param y their classes
     * @throws IllegalStateException if a row is the only one of its class
     */
    public <L> DesignCurve leaveOneOut(State<L> state, Rows x, List<L> y, double[] designs, double... attacks) {
        DesignCurve.check(designs);
        Classifier.checkCurve(x, attacks);
        return new LeaveOneOut<>(state.copy(), x, y).curve(designs, attacks);
    }

    /** Sums from which one row after the other is left out. */
    private final class LeaveOneOut<L> {
        private final State<L> now;
        private final Rows x;
        private final List<L> y;
        private final Reading all;
        /** Within classes, before it is divided by N. */
        private final double[] scatter;

        LeaveOneOut(State<L> now, Rows x, List<L> y) {
            this.now = now;
            this.x = x;
            this.y = y;
            x.checkFeatures(now.features());
            x.checkLabels("y.size()", y.size());
            x.checkMagnitude(State.GREATEST_FEATURE);
            this.all = new Reading(now);
            boolean full = form == Form.FULL;
            this.scatter = new double[full ? Math.multiplyExact(all.d, all.d) : all.d];
            for (int c = 0; c < all.classes; c++) {
                all.moments.of(c).addScatter(scatter, full);
            }
        }

        DesignCurve curve(double[] designs, double[] attacks) {
            int d = all.d;
            double least = limit(now);
            Split[] splits = Split.pairs(all.classes);
            double[][][] starts = new double[designs.length][splits.length][];
            // radii by design, then row
            double[][] radii = new double[designs.length][x.rows()];
            float[] row = new float[d];
            int n = 0;
            for (L label : y) {
                int c = now.number("y[" + n + "]", label);
                x.copy(n, row);
                Reading without = without(row, c);
                least = Math.min(least, leastSize(without, splits));
                for (int i = 0; i < designs.length && designs[i] < least; i++) {
                    MultiClassifier<L> classifier = withEpsilon(designs[i])
                            .pairs(now.classes(), without, without.covariance, splits, starts[i]);
                    MultiClassifier.Answer<L> answer = classifier.answer(row, threat);
                    radii[i][n] = answer.label().equals(label) ? answer.radius() : 0 - answer.radius();
                }
                n++;
            }
            double limit = least;
            int possible = (int) DoubleStream.of(designs).filter(design -> design < limit).count();
            double[][] accuracy = new double[possible][];
            for (int i = 0; i < possible; i++) {
                accuracy[i] = Classifier.shareAbove(radii[i], attacks);
            }
            return new DesignCurve(Arrays.copyOf(designs, possible), attacks, accuracy);
        }

        private double leastSize(Reading reading, Split[] splits) {
            double least = Double.POSITIVE_INFINITY;
            for (Split split : splits) {
                least = Math.min(least, penalty(reading.d).size(reading.pair(split).mu));
            }
            return least;
        }

        /** Without a row x of class c its mean is (N m − x)/(N − 1), and the scatter loses (x − m)(x − m)ᵀ N/(N − 1). */
        private Reading without(float[] row, int c) {
            Reading without = new Reading(now);
            double size = all.size[c];
            if (!(size > 1)) {
                throw new IllegalStateException(
                        "size(" + now.classes().get(c) + ") = " + size + ", expected more than 1 to leave a row out");
            }
            double[] delta = new double[all.d];
            for (int j = 0; j < all.d; j++) {
                delta[j] = row[j] - all.mean[c][j];
                without.mean[c][j] = all.mean[c][j] - delta[j] / (size - 1);
            }
            without.size[c] = size - 1;
            double[] left = scatter.clone();
            double factor = size / (size - 1);
            for (int i = 0; i < all.d; i++) {
                if (form == Form.FULL) {
                    for (int j = 0; j < all.d; j++) {
                        left[i * all.d + j] -= factor * delta[i] * delta[j];
                    }
                } else {
                    left[i] = Math.max(0, left[i] - factor * delta[i] * delta[i]);
                }
            }
            without.covariance = of(form, left, all.d, without.total(), ridge);
            if (without.covariance == null) {
                throw new IllegalStateException("without one row the demonstrations of each class are all equal, expected"
                        + " some that differ, or a ridge");
            }
            return without;
        }
    }
}
