package dev.holdfast.model;

import dev.holdfast.model.archive.Npz;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * Whatever reads a classifier from demonstrations, without training: from rows, or from a {@link State} that keeps
 * enough of them; for two classes or for many.
 *
 * <p>Many classes are told apart by binary classifiers, in one of two ways that {@link MultiClassifier} describes: one
 * for each pair of classes, or one for each class against the rest.
 *
 * <p>What is learnt keeps the features' names, if the rows or the state have them.
 *
 * <p>Immutable and safe to share between threads.
 */
public abstract sealed class Learner permits LinearTransformer, DeepTransformer, RobustBayes {
    /** What {@link #named} knows, for help and errors. */
    public static final String NAMES = "standard, adversarial, mean, bayes:NORM:E, bayes-diagonal:NORM:E or"
            + " bayes-identity:NORM:E with a NORM of linf, l2 or l1 and, if wanted, :RIDGE in place of shrinkage";

    Learner() {}

    /**
     * The learner that a name like those of {@link #NAMES} means, or none if it means none: {@link LinearTransformer#standard},
     * {@link LinearTransformer#adversarial}, the {@link DeepTransformer} of one layer whose w is the mean of y x, or
     * {@link RobustBayes}, in full, diagonal or of the identity, against perturbations of size E in a norm.
     *
     * @param d number of features
     */
    public static Optional<Learner> named(String name, int d) {
        Objects.requireNonNull(name, "name");
        Rows.checkFeatureCount(d);
        return LearnerNames.learner(name, d);
    }

    /**
     * Reads a transformer of one layer or of several, whichever the file has.
     *
     * @throws IOException if there is no such file, it is not what it should be, or its format has another version; the
     *         message names the file, the array, what was found and what was expected
     */
    public static Learner load(Path file) throws IOException {
        return read(Npz.read(file));
    }

    /** {@link #load(Path)} from a stream, which stays open; the bytes of the file are taken, none behind them. */
    public static Learner load(InputStream in) throws IOException {
        return read(Npz.read(in));
    }

    /** {@link #load(Path)} from bytes, from the buffer's position on, which moves behind them. */
    public static Learner load(ByteBuffer bytes) throws IOException {
        return read(Npz.read(bytes));
    }

    private static Learner read(Npz file) throws IOException {
        return DepthFile.isOne(file) ? DepthFile.read(file) : WeightsFile.read(file);
    }

    /** What this learner is called in errors and in the {@linkplain Classifier#origin origin} of what it learns. */
    public abstract String name();

    /**
     * This learner for d features: itself, or the same four numbers a layer for another d.
     *
     * @throws IllegalStateException if it has weights for another number of features
     */
    public abstract Learner withFeatures(int d);

    /**
     * This learner for features of any mean: {@link LinearTransformer#aligned()}, {@link DeepTransformer#centred}, or
     * {@link RobustBayes} itself, which takes them as they are. What is learnt takes raw queries, too.
     */
    public abstract Learner forRawRows();

    /**
     * An empty state that keeps what this learner reads, and is fast; {@link State#exact} makes it one from which rows can
     * be removed.
     *
     * @param d number of features
     * @param classes labels, at least two, all different
     */
    public abstract <L> State<L> state(int d, List<L> classes);

    /**
     * Learns from demonstrations of two classes.
     *
     * @param x at least one demonstration of d finite features; read, not kept
     * @param y labels, −1 or +1, one a row; read, not kept
     */
    public Classifier learn(Rows x, int[] y) {
        Rows.atLeast("number of demonstrations", x.rows(), 1);
        float[] labels = x.labels(y);
        int[] numbers = new int[labels.length];
        for (int n = 0; n < numbers.length; n++) {
            numbers[n] = labels[n] > 0 ? 0 : 1;
        }
        State<Integer> state = state(x.features(), List.of(1, -1));
        state.addNumbered(x, numbers);
        return readAll(state, Split.pairs(2))[0].named(x.featureNames());
    }

    /**
     * Learns to tell each class from each other: see {@link MultiClassifier}. The first class of a pair, in the order of
     * first appearance, is +1.
     *
     * @param x demonstrations of d finite features; read, not kept
     * @param y labels, one a row, none {@code null}, of at least two classes; these are in order of first appearance
     */
    public <L> MultiClassifier<L> learnPairs(Rows x, List<L> y) {
        return learnPairs(state(LabelledRows.of(x, y)));
    }

    /**
     * Learns to tell each class from the rest: see {@link MultiClassifier}. The class is +1, the others are −1.
     *
     * @param x demonstrations of d finite features; read, not kept
     * @param y labels, one a row, none {@code null}, of at least two classes; these are in order of first appearance
     */
    public <L> MultiClassifier<L> learnRest(Rows x, List<L> y) {
        return learnRest(state(LabelledRows.of(x, y)));
    }

    /** By {@link #learn(Rows, int[])} of the demonstrations of each two classes alone, in their order. */
    final <L> MultiClassifier<L> learnEachPair(Rows x, List<L> y) {
        LabelledRows<L> all = LabelledRows.of(x, y);
        int classes = all.classes().size();
        Classifier[] byPair = new Classifier[Scheme.pairs(classes)];
        for (int c = 0; c < classes; c++) {
            for (int r = c + 1; r < classes; r++) {
                LabelledRows.Pair pair = all.pair(c, r);
                try {
                    byPair[Scheme.pair(c, r, classes)] = learn(pair.x(), pair.y());
                } catch (IllegalArgumentException e) {
                    // the row by its number among all, not among those of the pair
                    x.checkMagnitude(State.GREATEST_FEATURE);
                    throw e;
                }
            }
        }
        return MultiClassifier.pairs(all.classes(), byPair).named(x.featureNames());
    }

    private <L> State<L> state(LabelledRows<L> all) {
        List<String> names = all.x().featureNames();
        State<L> unnamed = state(all.x().features(), all.classes());
        State<L> state = names.isEmpty() ? unnamed : unnamed.named(names);
        state.addNumbered(all.x(), all.numbers());
        return state;
    }

    /**
     * What this learner makes of the two classes of a state as they are now; the first of them is +1.
     *
     * @throws IllegalStateException if the state keeps too little, a class has no demonstration, or a weight is too large
     *         for floats
     */
    public final Classifier learn(State<?> state) {
        if (state.classes().size() != 2) {
            throw new IllegalArgumentException("state has " + state.classes().size()
                    + " classes, expected 2; learnPairs and learnRest learn more");
        }
        return readAll(state.copy(), Split.pairs(2))[0].named(state.featureNames());
    }

    /**
     * One-vs-one over all classes of a state as they are now; the first class of a pair, in the order of
     * {@link State#classes}, is +1.
     *
     * @throws IllegalStateException if the state keeps too little, a class has no demonstration, or a weight is too large
     *         for floats
     */
    public final <L> MultiClassifier<L> learnPairs(State<L> state) {
        return MultiClassifier.pairs(state.classes(), readAll(state.copy(), Split.pairs(state.classes().size())))
                .named(state.featureNames());
    }

    /**
     * One-vs-rest over all classes of a state as they are now.
     *
     * @throws IllegalStateException if the state keeps too little, a class has no demonstration, or a weight is too large
     *         for floats
     */
    public final <L> MultiClassifier<L> learnRest(State<L> state) {
        return MultiClassifier.rest(state.classes(), readAll(state.copy(), Split.rest(state.classes().size())))
                .named(state.featureNames());
    }

    private Classifier[] readAll(State<?> now, Split[] splits) {
        if (!(now.size() > 0)) {
            throw new IllegalStateException("size = 0, expected at least 1 demonstration");
        }
        return read(now, splits);
    }

    /**
     * A classifier for each split.
     *
     * @param now a state that is not empty and that nobody else has hold of
     */
    abstract Classifier[] read(State<?> now, Split[] splits);
}
