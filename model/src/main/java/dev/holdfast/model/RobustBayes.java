package dev.holdfast.model;

import dev.holdfast.model.bayes.Covariance;
import dev.holdfast.model.bayes.DenseCovariance;
import dev.holdfast.model.bayes.DiagonalCovariance;
import dev.holdfast.model.bayes.Penalty;
import dev.holdfast.model.certificate.Norm;
import java.io.Serializable;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
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
public final class RobustBayes extends Learner implements Serializable {
    private static final long serialVersionUID = 1;

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

    /** Itself: it is for any number of features. */
    @Override
    public RobustBayes withFeatures(int d) {
        Rows.checkFeatureCount(d);
        return this;
    }

    /** Itself: it takes features of any mean. */
    @Override
    public RobustBayes forRawRows() {
        return this;
    }

    /** What was serialised is checked and copied like any argument. */
    private Object readResolve() {
        RobustBayes bayes = against(threat, epsilon);
        bayes = Double.isNaN(ridge) ? bayes : bayes.ridge(ridge);
        bayes = switch (form) {
            case FULL -> bayes;
            case DIAGONAL -> bayes.diagonal();
            case IDENTITY -> bayes.identity();
        };
        if (priors == null) {
            return bayes;
        }
        return priors.length == 0 ? bayes.countedPriors() : bayes.priors(priors);
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
        return new BayesReading(this, state.copy()).limit();
    }

    /** ε‖w‖ for d features. */
    Penalty penalty(int d) {
        return new Penalty(threat.reach(d), d, epsilon);
    }

    /** Whether Σ has correlations. */
    boolean isFull() {
        return form == Form.FULL;
    }

    /**
     * Between what numbers ln(π₊/π₋) is where up to {@code gone} rows of a class of this size leave it, and up to {@code come}
     * join it.
     */
    double[] logOdds(double plus, double minus, double gone, double come) {
        if (priors == null) {
            return new double[2];
        }
        double room = 0x1p-40;
        double least = priors.length == 0 ? (plus - gone) / (minus + come) : priors[0] / priors[1];
        double greatest = priors.length == 0 ? (plus + come) / (minus - gone) : priors[0] / priors[1];
        return new double[] {StrictMath.log(least) - room, StrictMath.log(greatest) + room};
    }

    /** Whether Σ has no correlations, and one variance for all features. */
    boolean isIdentity() {
        return form == Form.IDENTITY;
    }

    /** Whether there is no ridge. */
    boolean isShrunk() {
        return Double.isNaN(ridge);
    }

    /** τ, NaN for shrinkage. */
    double ridge() {
        return ridge;
    }

    /** {@code null} where classes are equally likely, empty where they are counted. Not a copy. */
    double[] priors() {
        return priors;
    }

    /**
     * Σ of a scatter within classes.
     *
     * @param scatter d × d, or its diagonal where there are no correlations; overwritten and kept
     * @param n how many rows it is of
     * @return {@code null} where it is 0 and there is no ridge
     */
    Covariance covariance(double[] scatter, int d, double n) {
        return switch (form) {
            case FULL -> DenseCovariance.of(scatter, d, n, ridge);
            case DIAGONAL -> DiagonalCovariance.of(scatter, n, ridge);
            case IDENTITY -> DiagonalCovariance.identity(scatter, n, ridge);
        };
    }

    @Override
    Classifier[] read(State<?> now, Split[] splits) {
        BayesReading reading = new BayesReading(this, now);
        Classifier[] classifiers = new Classifier[splits.length];
        for (int k = 0; k < splits.length; k++) {
            classifiers[k] = reading.classifier(splits[k]);
        }
        return classifiers;
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
     * @param attacks at least one size of attack under this learner's threat, finite, at least 0
     */
    public <L> DesignCurve curve(State<L> state, Rows x, List<L> y, double[] designs, double... attacks) {
        Objects.requireNonNull(attacks, "attacks");
        DesignCurve.check(designs);
        Classifier.checkCurve(x, "attacks", attacks);
        x.checkFeatures(state.features(), state.featureNames());
        BayesReading shared = new BayesReading(this, state.copy());
        double limit = shared.limit();
        double[] possible = DoubleStream.of(designs).filter(design -> design < limit).toArray();
        double[][] accuracy = new double[possible.length][];
        double[][] starts = shared.starts();
        for (int i = 0; i < possible.length; i++) {
            accuracy[i] = shared.pairs(state.classes(), possible[i], starts)
                    .robustAccuracy(x, y, threat, attacks);
        }
        return new DesignCurve(possible, attacks, accuracy);
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
        Objects.requireNonNull(attacks, "attacks");
        DesignCurve.check(designs);
        Classifier.checkCurve(x, "attacks", attacks);
        return new LeaveOneOut<>(this, state.copy(), x, y).curve(designs, attacks);
    }

    /**
     * How many replaced, added or moved demonstrations it takes at least to change an answer of the classifier that
     * {@link #learn(Rows, int[])} makes of them: a bound that is sound, and not exact. Means, covariance and shrinkage are
     * those of the hijacked rows. Who can replace a whole class certainly changes every answer.
     *
     * <p>With all correlations it takes O(N d² + d³) once for each number of changes that is asked about, and then O(N d + d²) a
     * query; else O(N d) and O(d). A {@link #ridge} of its own makes the bound stronger: with shrinkage few rows of the
     * adversary move ρ, too.
     *
     * @param x at least one demonstration of each label, of d finite features, in the threat's box if there is one; copied
     * @param y labels, −1 or +1, one a row; copied
     * @param threat of ℓ∞: where rows of the adversary lie, by its box, whose edges are finite, and how far features of
     *        demonstrations move, by its budgets; without a box they are moved only. It need not be what is learnt against
     * @param epsilon ε: feature j of a moved demonstration moves by at most ε b_j; finite, at least 0
     * @throws IllegalStateException if nothing can be learnt from the demonstrations as they are; or if this learner is
     *         without correlations, against another norm than ℓ∞: no bound is known of it
     */
    public HijackingBound hijacking(Rows x, int[] y, Threat threat, double epsilon) {
        Objects.requireNonNull(threat, "threat");
        if (form != Form.FULL && this.threat.norm() != Norm.LINF) {
            throw new IllegalStateException(name() + ", expected linf, or all correlations: of others without them no bound"
                    + " on hijacked demonstrations is known");
        }
        Classifier classifier = learn(x, y);
        Hijacking.check(x, threat, epsilon);
        if (form != Form.FULL) {
            return new DiagonalHijacking(this, classifier, x, y, threat, epsilon);
        }
        State<Integer> state = State.moments(x.features(), List.of(1, -1));
        state.addNumbered(x, Arrays.stream(y).map(label -> label > 0 ? 0 : 1).toArray());
        return new BayesHijacking(this, classifier, x, y, threat, epsilon, new BayesReading(this, state).scatter());
    }

    /** Whether the other one learns in the same way against the same. */
    @Override
    public boolean equals(Object other) {
        return other instanceof RobustBayes bayes
                && threat.equals(bayes.threat)
                && Double.compare(epsilon, bayes.epsilon) == 0
                && form == bayes.form
                && Double.compare(ridge, bayes.ridge) == 0
                && Arrays.equals(priors, bayes.priors);
    }

    @Override
    public int hashCode() {
        return Objects.hash(threat, epsilon, form, ridge, Arrays.hashCode(priors));
    }

    /** Its {@link #name}, and the threat where that is more than a norm. */
    @Override
    public String toString() {
        return threat.isPlain() ? name() : name() + ", against " + threat;
    }
}
