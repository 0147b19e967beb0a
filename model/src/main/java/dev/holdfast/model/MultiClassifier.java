package dev.holdfast.model;

import dev.holdfast.model.Classifier.Origin;
import dev.holdfast.model.archive.FlatJson;
import dev.holdfast.model.archive.Hash;
import dev.holdfast.model.archive.Names;
import dev.holdfast.model.archive.Npz;
import dev.holdfast.model.archive.Product;
import java.io.IOException;
import java.io.InputStream;
import java.io.InvalidObjectException;
import java.io.ObjectInputStream;
import java.io.OutputStream;
import java.io.Serializable;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * A classifier for many classes, with labels of any type: what {@link Learner#learnRest} and
 * {@link Learner#learnPairs} make of binary {@link Classifier}s. With K classes:
 *
 * <p><b>One-vs-rest</b>: class c has f_c(x) = w_c·x + c_c, learnt with +1 for its demonstrations and −1 for all others.
 * The answer is the class of the greatest exact f_c, of equal ones the first. Its radius is exact, as a binary one is:
 * the least over rivals r of (f_c − f_r)/‖w_c − w_r‖ in the dual norm, or of what the threat makes of it. The functions
 * are those of the binary classifiers rounded to grids, so that the difference of two is exact in floats: weights of
 * feature j to multiples of a power of two that is at most 2⁻²² of the greatest |w_cj|, intercepts of one that is at
 * most 2⁻⁵¹ of the greatest. This classifier <i>is</i> the rounded one; its answers, scores and radii are those of the
 * rounded functions. A query takes 2K − 2 differences, which are made when they are first needed and, of up to 1,000
 * classes, kept: 4d bytes and a little for a pair, of which there are K(K−1)/2.
 *
 * <p><b>One-vs-one</b>: each pair of classes has a binary classifier, learnt from the demonstrations of these two, and
 * gives a vote to one of them, to the first where f = 0. The answer is the class with most votes, of equal ones the
 * first. Its radius is a lower bound: no smaller perturbation changes enough of the votes, were it to change each that
 * is within its reach. A query takes K(K−1)/2 binary radii and O(K² log K) to sort them.
 *
 * <p>First is whichever class comes first in {@link #classes}. A query counts as right at ε if its answer is and the
 * radius is greater; a tie of one-vs-rest has radius 0 and is wrong. Like a binary one, this classifier certifies real
 * numbers: no perturbation of real numbers that is smaller than the radius and that the threat allows changes the
 * answer.
 *
 * <p>Immutable and safe to share between threads, if the labels are.
 *
 * @param <L> a label: anything with {@code equals} and {@code hashCode}
 */
@SuppressWarnings("serial") // another object is written
public final class MultiClassifier<L> implements Serializable {
    private static final long serialVersionUID = 1;
    private static final String REST = "rest";
    private static final String PAIRS = "pairs";

    private final List<L> classes;
    private final Map<L, Integer> numbers = new HashMap<>();
    private final Scheme scheme;
    /** Or {@code null}. */
    private final Supplier<Origin> origin;
    /** d, or none. */
    private final List<String> featureNames;

    /**
     * What there is to say of one query.
     *
     * @param label the class
     * @param score its f_c(x), summed in double, or the number of its votes
     * @param radius no smaller perturbation changes the label
     */
    public record Answer<L>(L label, double score, double radius) implements Serializable {
        /** The label is not {@code null}. */
        public Answer {
            Objects.requireNonNull(label, "label");
        }
    }

    /** @param origin what {@link #origin()} gives, or {@code null} */
    MultiClassifier(List<L> classes, Scheme scheme, Supplier<Origin> origin) {
        this(classes, scheme, origin, List.of());
    }

    private MultiClassifier(List<L> classes, Scheme scheme, Supplier<Origin> origin, List<String> featureNames) {
        this.featureNames = featureNames;
        this.classes = List.copyOf(classes);
        this.scheme = scheme;
        this.origin = origin;
        for (int k = 0; k < this.classes.size(); k++) {
            numbers.put(this.classes.get(k), k);
        }
    }

    /**
     * One-vs-rest.
     *
     * @param classes at least two, distinct
     * @param byClass a classifier a class: +1 for it, −1 for the others
     * @throws IllegalArgumentException if a weight is 2¹²⁶ or more, or an intercept 2¹⁰²²
     */
    static <L> MultiClassifier<L> rest(List<L> classes, Classifier[] byClass) {
        return new MultiClassifier<>(classes, OneVersusRest.of(byClass), origin(byClass, byClass.length));
    }

    /**
     * The class of the greatest of any linear functions, however they were trained, with the certificates of one-vs-rest;
     * it has no {@link #origin}.
     *
     * @param classes at least two labels, all different
     * @param functions one a class, all of as many features
     * @throws IllegalArgumentException if a weight is 2¹²⁶ or more, or an intercept 2¹⁰²²
     */
    public static <L> MultiClassifier<L> ofRest(List<L> classes, List<Classifier> functions) {
        List<L> checked = State.checked(classes);
        if (functions.size() != checked.size()) {
            throw new IllegalArgumentException("functions.size() = " + functions.size() + ", expected "
                    + checked.size() + ", one for each class");
        }
        for (int k = 1; k < functions.size(); k++) {
            if (functions.get(k).features() != functions.get(0).features()) {
                throw new IllegalArgumentException("functions[" + k + "] has " + functions.get(k).features()
                        + " features, expected " + functions.get(0).features() + " as functions[0] has");
            }
            if (!functions.get(k).featureNames().equals(functions.get(0).featureNames())) {
                throw new IllegalArgumentException("functions[" + k + "] has features by other names, expected those of"
                        + " functions[0]");
            }
        }
        return new MultiClassifier<>(checked, OneVersusRest.of(functions.toArray(new Classifier[0])), null,
                functions.get(0).featureNames());
    }

    /**
     * One-vs-one.
     *
     * @param classes at least two, distinct
     * @param byPair a classifier a pair: +1 for the first, −1 for the second; (0, 1), (0, 2), …, (0, K−1), (1, 2), …;
     *        kept
     */
    static <L> MultiClassifier<L> pairs(List<L> classes, Classifier[] byPair) {
        return new MultiClassifier<>(classes, new OneVersusOne(classes.size(), byPair),
                origin(byPair, classes.size() - 1));
    }

    /** That of functions which each demonstration has {@code times} a part in, if they have one; or else {@code null}. */
    private static Supplier<Origin> origin(Classifier[] functions, int times) {
        if (!functions[0].hasOrigin()) {
            return null;
        }
        return () -> {
            double demonstrations = 0;
            Hash hash = new Hash();
            // each of them takes hashes
            List<Origin> origins =
                    Stream.of(functions).map(function -> function.origin().orElseThrow()).toList();
            for (Origin each : origins) {
                demonstrations += each.demonstrations();
                hash.add(each.demonstrationsHash());
            }
            Origin first = origins.get(0);
            return new Origin(
                    demonstrations / times, hash.hex(), first.learner(), first.weights(), first.product());
        };
    }

    /**
     * What this classifier has learnt from, if that is known. The hash is SHA-256 of those of its binary classifiers, in
     * hexadecimal, one after the other.
     */
    public Optional<Origin> origin() {
        return Optional.ofNullable(origin).map(Supplier::get);
    }

    /**
     * Writes this classifier to a file of NumPy's .npz format, in one step as {@link LinearTransformer#save} does:
     * {@code w} and {@code c}, a row and a number for each class or pair of classes, their Gaussian models and the
     * names of the {@code features} if they have them, the names of the {@code classes}, and {@code meta}, a JSON
     * object as text, with the version of the format and the {@link #origin}.
     *
     * @param name of a label; all differ
     * @throws IOException if the file cannot be written whole; an old one is then as it was
     */
    public void save(Path file, Function<? super L, String> name) throws IOException {
        Npz.write(file, arrays(name));
    }

    /** Writes the bytes of {@linkplain #save(Path, Function) the file} to a stream, which is flushed and stays open. */
    public void save(OutputStream out, Function<? super L, String> name) throws IOException {
        Npz.write(out, arrays(name));
    }

    /** The bytes of {@linkplain #save(Path, Function) the file}, owned by the caller. */
    public byte[] toBytes(Function<? super L, String> name) {
        return Npz.bytes(arrays(name));
    }

    private Map<String, Npz.Array> arrays(Function<? super L, String> name) {
        Classifier[] functions = scheme.functions();
        double[] c = new double[functions.length];
        double[] models = new double[functions.length * Classifier.GAUSSIAN];
        boolean gaussian = hasProbabilities();
        for (int k = 0; k < c.length; k++) {
            c[k] = functions[k].intercept();
            if (gaussian) {
                functions[k].gaussianTo(models, k * Classifier.GAUSSIAN);
            }
        }
        FlatJson meta = Format.CLASSES.meta(features())
                .put("scheme", scheme instanceof OneVersusRest ? REST : PAIRS);
        Optional<Origin> known = origin();
        known.ifPresent(from -> from.to(meta));
        meta.put("product", known.map(Origin::product).orElse(Product.NAME));
        Map<String, Npz.Array> arrays = new HashMap<>(Map.of(
                "w", Npz.Array.rows(c.length, features(), (k, row) ->
                        System.arraycopy(functions[k].weights(), 0, row, 0, row.length)),
                "c", Npz.Array.of(c, c.length),
                "classes", Npz.Array.of(Names.of(classes, name).toString()),
                "meta", Npz.Array.of(meta.toString())));
        Names.features(featureNames, arrays);
        if (gaussian) {
            arrays.put("gaussian", Npz.Array.of(models, c.length, Classifier.GAUSSIAN));
        }
        return arrays;
    }

    /**
     * Reads a classifier that {@link #save} wrote: it answers with the same bits.
     *
     * @param label of a name; an IllegalArgumentException of its refuses the file
     * @throws IOException if there is no such file, it is not what it should be, or its format has another version; the
     *         message names the file, the array, what was found and what was expected
     */
    public static <L> MultiClassifier<L> load(Path file, Function<String, ? extends L> label) throws IOException {
        return read(Npz.read(file), label);
    }

    /**
     * {@link #load(Path, Function)} from a stream, which stays open; the bytes of the file are taken, none behind them.
     */
    public static <L> MultiClassifier<L> load(InputStream in, Function<String, ? extends L> label) throws IOException {
        return read(Npz.read(in), label);
    }

    /** {@link #load(Path, Function)} from bytes, from the buffer's position on, which moves behind them. */
    public static <L> MultiClassifier<L> load(ByteBuffer bytes, Function<String, ? extends L> label)
            throws IOException {
        return read(Npz.read(bytes), label);
    }

    static <L> MultiClassifier<L> read(Npz file, Function<String, ? extends L> label) throws IOException {
        FlatJson meta = Format.CLASSES.meta(file);
        file.checkNames(Set.of("c", "classes", "features", "gaussian", "meta", "w"),
                "w, c, gaussian, classes, features and meta alone");
        int d = file.features(meta);
        List<L> classes = Names.labels(file, label);
        boolean pairs = file.inMeta(() -> isPairs(meta.text("scheme")));
        Classifier[] functions = functions(file, classes.size(), pairs, d);
        Optional<Origin> origin = file.inMeta(() -> Origin.of(meta));
        try {
            return new MultiClassifier<>(classes,
                    pairs ? new OneVersusOne(classes.size(), functions) : OneVersusRest.onGrids(functions),
                    Classifier.supplier(origin),
                    file.names().contains("features") ? Names.features(file, d) : List.of());
        } catch (IllegalArgumentException e) {
            throw file.bad("w and c", e.getMessage(), "all on one, where differences are exact");
        }
    }

    private Object writeReplace() {
        return Serialized.of(
                Format.CLASSES, toBytes(label -> String.valueOf(numbers.get(label))), classes, null);
    }

    private void readObject(ObjectInputStream in) throws InvalidObjectException {
        throw Serialized.expected();
    }

    private static boolean isPairs(String scheme) {
        if (!scheme.equals(REST) && !scheme.equals(PAIRS)) {
            throw new IllegalArgumentException(
                    "scheme = " + Npz.printable(scheme) + ", expected " + REST + " or " + PAIRS);
        }
        return scheme.equals(PAIRS);
    }

    private static Classifier[] functions(Npz file, int classes, boolean pairs, int d) throws IOException {
        int count = pairs ? file.inMeta(() -> Scheme.pairs(classes)) : classes;
        double[] c = file.finiteDoubles("c", count);
        float[] w = file.floats("w", count, d);
        double[] models =
                file.names().contains("gaussian") ? file.doubles("gaussian", count, Classifier.GAUSSIAN) : null;
        Alignment none = Alignment.none(d);
        Classifier[] functions = new Classifier[count];
        for (int k = 0; k < count; k++) {
            functions[k] = new Classifier(Arrays.copyOfRange(w, k * d, (k + 1) * d), c[k], none,
                    models == null ? null : Classifier.gaussian(file, models, k * Classifier.GAUSSIAN), null);
        }
        return functions;
    }

    /** Whether the binary classifiers have Gaussian models, as those of {@link RobustBayes} do: {@link #probabilities} needs them. */
    public boolean hasProbabilities() {
        return Stream.of(scheme.functions()).allMatch(function -> function.gaussian().isPresent());
    }

    Scheme scheme() {
        return scheme;
    }

    /** Number of features, d. */
    public int features() {
        return scheme.features();
    }

    /** The features' names, d, or none if they have none; unmodifiable. */
    public List<String> featureNames() {
        return featureNames;
    }

    /**
     * The same classifier, whose features have names: its files keep them, and {@linkplain Rows#named named} queries
     * need the same names in the same order.
     *
     * @param features d names, all different, or none; a copy is kept
     */
    public MultiClassifier<L> named(List<String> features) {
        return features.equals(featureNames) ? this : new MultiClassifier<>(classes, scheme, origin,
                features.isEmpty() ? List.of() : Rows.checkedNames(features, features()));
    }

    /** The classes, K, in their order; unmodifiable. */
    public List<L> classes() {
        return classes;
    }

    /** By class, in a new array: f_c(x), summed in double; or the number of votes. */
    public double[] scores(float[] x) {
        return scheme.scores(x);
    }

    /**
     * {@link #scores(float[])} of every query.
     *
     * @return rows × K, row-major without gaps, owned by the caller
     */
    public double[] scores(Rows x) {
        int k = classes.size();
        double[] scores = new double[Math.multiplyExact(x.rows(), k)];
        forEach(x, (n, row) -> System.arraycopy(scheme.scores(row), 0, scores, n * k, k));
        return scores;
    }

    /** The answer: the class of the greatest exact f_c(x), or the one with most votes. */
    public L predict(float[] x) {
        return classes.get(scheme.winner(x));
    }

    /** {@link #predict(float[])} for every query, in a new list. */
    public List<L> predict(Rows x) {
        List<L> labels = new ArrayList<>(x.rows());
        forEach(x, (n, row) -> labels.add(predict(row)));
        return labels;
    }

    /**
     * {@link #answer(float[], Threat)} for every query, in a new list.
     *
     * @param x queries of d finite features inside the threat's box
     */
    public List<Answer<L>> answers(Rows x, Threat threat) {
        threat.checkFeatures(features());
        List<Answer<L>> answers = new ArrayList<>(x.rows());
        forEach(x, (n, row) -> {
            threat.checkInside(row, n);
            answers.add(answer(row, threat));
        });
        return answers;
    }

    private interface Query {
        /** Query n; the row is overwritten by the next one. */
        void ask(int n, float[] row);
    }

    private void forEach(Rows x, Query query) {
        x.checkFeatures(features(), featureNames);
        float[] row = new float[features()];
        for (int n = 0; n < x.rows(); n++) {
            query.ask(n, x.copyFinite(n, row));
        }
    }

    /**
     * The probability of each class given x, by class in a new array, under the {@linkplain Classifier#gaussian Gaussian
     * models} of the binary classifiers. One-vs-one couples their {@link Classifier#probability probabilities} r_cr as
     * Price, Knerr, Personnaz and Dreyfus (1995) do, P(c) = 1/(Σ_r 1/r_cr − (K − 2)), divided by their sum: at ε = 0 these
     * are the exact probabilities of normal classes with one covariance. One-vs-rest divides the probability of each class
     * against the rest by their sum.
     *
     * @throws IllegalStateException if the classifiers have no such model
     */
    public double[] probabilities(float[] x) {
        if (!hasProbabilities()) {
            throw new IllegalStateException("this classifier has no Gaussian model, expected one that RobustBayes made");
        }
        double[] p = scheme.logProbabilities(x);
        double greatest = Arrays.stream(p).max().orElseThrow();
        double sum = 0;
        for (int k = 0; k < p.length; k++) {
            p[k] = StrictMath.exp(p[k] - greatest);
            sum += p[k];
        }
        for (int k = 0; k < p.length; k++) {
            p[k] /= sum;
        }
        return p;
    }

    /** {@link #radius(float[], Threat)} under {@link Threat#linf}. */
    public double radius(float[] x) {
        return radius(x, Threat.linf());
    }

    /**
     * The radius of a query: no perturbation of smaller size that the threat allows changes the answer. It is 0 where
     * two classes have the greatest f_c, or where the answer hangs on a pair with f = 0; and +∞ where nothing that the
     * threat allows changes the answer.
     *
     * @param x d finite features inside the threat's box
     * @param threat what an adversary may do; its box or budgets, if it has them by feature, are of d features
     */
    public double radius(float[] x, Threat threat) {
        return scheme.answer(x, threat).radius;
    }

    /**
     * The answer where it is certain within ε, or none: it is empty unless the radius is greater than ε.
     *
     * @param x d finite features inside the threat's box
     * @param epsilon size of the perturbation, finite, at least 0
     */
    public Optional<L> predict(float[] x, Threat threat, double epsilon) {
        Classifier.checkEpsilon("epsilon", epsilon);
        Answer<L> answer = answer(x, threat);
        return answer.radius > epsilon ? Optional.of(answer.label) : Optional.empty();
    }

    /**
     * The answer with its score and its radius.
     *
     * @param x d finite features inside the threat's box
     */
    public Answer<L> answer(float[] x, Threat threat) {
        Answer<Integer> answer = scheme.answer(x, threat);
        return new Answer<>(classes.get(answer.label), answer.score, answer.radius);
    }

    /**
     * A signed radius for every query, in a new array: {@link #radius(float[], Threat)} where the answer is y, and minus
     * that where it is not: no smaller perturbation changes the answer, so none makes it right.
     *
     * @param x queries of d finite features inside the threat's box
     * @param y labels, each one of {@link #classes}, one a row
     */
    public double[] signedRadii(Rows x, List<L> y, Threat threat) {
        x.checkFeatures(features(), featureNames);
        int[] labels = numbers(x, y);
        threat.checkFeatures(features());
        double[] radii = new double[labels.length];
        forEach(x, (n, row) -> {
            threat.checkInside(row, n);
            Answer<Integer> answer = scheme.answer(row, threat);
            // 0 − in place of a sign: 0 has none
            radii[n] = answer.label == labels[n] ? answer.radius : 0 - answer.radius;
        });
        return radii;
    }

    private int[] numbers(Rows x, List<L> y) {
        x.checkLabels("y.size()", y.size());
        int[] labels = new int[x.rows()];
        int n = 0;
        for (L label : y) {
            Integer number = numbers.get(label);
            if (number == null) {
                throw new IllegalArgumentException(
                        "y[" + n + "] = " + label + ", expected one of the " + classes.size() + " classes");
            }
            labels[n++] = number;
        }
        return labels;
    }

    /**
     * Accuracy under the worst perturbation that the threat allows, for every ε from one pass over the radii. For
     * one-vs-one it is a lower bound.
     *
     * @param x at least one query of d finite features inside the threat's box
     * @param y labels, each one of {@link #classes}, one a row
     * @param epsilons at least one, finite, at least 0, in any order
     * @return for each ε the share of queries whose signed radius is greater, owned by the caller
     */
    public double[] robustAccuracy(Rows x, List<L> y, Threat threat, double... epsilons) {
        Classifier.checkCurve(x, "epsilons", epsilons);
        return Classifier.shareAbove(signedRadii(x, y, threat), epsilons);
    }

    /** Whether the other one has the same classes, functions, feature names, scheme and {@link #origin}. */
    @Override
    public boolean equals(Object other) {
        return other instanceof MultiClassifier<?> classifier
                && classes.equals(classifier.classes)
                && scheme.getClass() == classifier.scheme.getClass()
                && featureNames.equals(classifier.featureNames)
                && Arrays.equals(scheme.functions(), classifier.scheme.functions(), Classifier.BY_ANSWERS)
                && origin().equals(classifier.origin());
    }

    @Override
    public int hashCode() {
        return 31 * classes.hashCode() + Arrays.hashCode(scheme.functions());
    }

    @Override
    public String toString() {
        return "classifier of " + classes.size() + " classes " + Shown.of(classes) + ", "
                + (scheme instanceof OneVersusRest ? "one-vs-rest" : "one-vs-one") + ", " + features() + " features";
    }
}
