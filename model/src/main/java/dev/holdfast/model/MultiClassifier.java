package dev.holdfast.model;

import dev.holdfast.model.InContextClassifier.Origin;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * A classifier for many classes, with labels of any type: what {@link LinearTransformer#learnRest} and
 * {@link LinearTransformer#learnPairs} make of binary {@link InContextClassifier}s. With K classes:
 *
 * <p><b>One-vs-rest</b>: class c has f_c(x) = w_c·x + c_c, learnt with +1 for its demonstrations and −1 for all others.
 * The answer is the class of the greatest exact f_c, of equal ones the first. Its radius is exact, as a binary one is:
 * the least over rivals r of (f_c − f_r)/‖w_c − w_r‖ in the dual norm, or of what the threat makes of it. The functions
 * are those of the binary classifiers rounded to grids, so that the difference of two is exact in floats: weights of
 * feature j to multiples of a power of two that is at most 2⁻²² of the greatest |w_cj|, intercepts of one that is at
 * most 2⁻⁵¹ of the greatest. This classifier <i>is</i> the rounded one; its answers, scores and radii are those of the
 * rounded functions. A query takes 2K − 2 differences, which are made when they are first needed and kept: 4d bytes and
 * a little for a pair, of which there are K(K−1)/2.
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
public final class MultiClassifier<L> {
    private final List<L> classes;
    private final Map<L, Integer> numbers = new HashMap<>();
    private final Scheme scheme;
    /** Or {@code null}. */
    private final Supplier<Origin> origin;

    /**
     * What there is to say of one query.
     *
     * @param label the class
     * @param score its f_c(x), summed in double, or the number of its votes
     * @param radius no smaller perturbation changes the label
     */
    public record Answer<L>(L label, double score, double radius) {}

    /** @param origin what {@link #origin()} gives, or {@code null} */
    MultiClassifier(List<L> classes, Scheme scheme, Supplier<Origin> origin) {
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
     * @throws IllegalArgumentException if a weight is 2¹²⁶ or more
     */
    static <L> MultiClassifier<L> rest(List<L> classes, InContextClassifier[] byClass) {
        return new MultiClassifier<>(classes, OneVersusRest.of(byClass), origin(byClass, byClass.length));
    }

    /**
     * One-vs-one.
     *
     * @param classes at least two, distinct
     * @param byPair a classifier a pair: +1 for the first, −1 for the second; (0, 1), (0, 2), …, (0, K−1), (1, 2), …;
     *        kept
     */
    static <L> MultiClassifier<L> pairs(List<L> classes, InContextClassifier[] byPair) {
        return new MultiClassifier<>(classes, new OneVersusOne(classes.size(), byPair),
                origin(byPair, classes.size() - 1));
    }

    /** That of functions which each demonstration has {@code times} a part in, if they have one; or else {@code null}. */
    private static Supplier<Origin> origin(InContextClassifier[] functions, int times) {
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
            Origin first = origins.getFirst();
            return new Origin(
                    demonstrations / times, hash.hex(), first.weightsHash(), first.weights(), first.product());
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
     * {@code w} and {@code c}, a row and a number for each class or pair of classes, the names of the {@code classes},
     * and {@code meta}, a JSON object as text, with the version of the format and the {@link #origin}.
     *
     * @param name of a label; all differ
     * @throws IOException if the file cannot be written whole; an old one is then as it was
     */
    public void save(Path file, Function<? super L, String> name) throws IOException {
        MultiClassifierFile.write(file, this, name);
    }

    /**
     * Reads a classifier that {@link #save} wrote: it answers with the same bits.
     *
     * @param label of a name
     * @throws IOException if there is no such file, it is not what it should be, or its format has another version; the
     *         message names the file, the array, what was found and what was expected
     */
    public static <L> MultiClassifier<L> load(Path file, Function<String, ? extends L> label) throws IOException {
        return MultiClassifierFile.read(file, label);
    }

    Scheme scheme() {
        return scheme;
    }

    /** Number of features, d. */
    public int features() {
        return scheme.features();
    }

    /** The classes, K, in their order; unmodifiable. */
    public List<L> classes() {
        return classes;
    }

    /** By class, in a new array: f_c(x), summed in double; or the number of votes. */
    public double[] scores(float[] x) {
        return scheme.scores(x);
    }

    /** The answer: the class of the greatest exact f_c(x), or the one with most votes. */
    public L predict(float[] x) {
        return classes.get(scheme.winner(x));
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
        InContextClassifier.checkEpsilon("epsilon", epsilon);
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
     * The signed radii of queries, in a new array: {@link #radius(float[], Threat)} where the answer is y, and minus
     * that where it is not: no smaller perturbation changes the answer, so none makes it right.
     *
     * @param x queries of d finite features inside the threat's box
     * @param y labels, each one of {@link #classes}, one a row
     */
    public double[] radii(Rows x, List<L> y, Threat threat) {
        x.checkFeatures(features());
        int[] labels = numbers(x, y);
        threat.checkFeatures(features());
        float[] row = new float[features()];
        double[] radii = new double[labels.length];
        for (int n = 0; n < radii.length; n++) {
            threat.checkInside(x.copyFinite(n, row), n);
            Answer<Integer> answer = scheme.answer(row, threat);
            // 0 − in place of a sign: 0 has none
            radii[n] = answer.label == labels[n] ? answer.radius : 0 - answer.radius;
        }
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
     * @param epsilons finite, at least 0, in any order
     * @return for each ε the share of queries whose signed radius is greater, owned by the caller
     */
    public double[] robustAccuracy(Rows x, List<L> y, Threat threat, double... epsilons) {
        InContextClassifier.checkCurve(x, epsilons);
        return InContextClassifier.shareAbove(radii(x, y, threat), epsilons);
    }

    /** What {@link LinearTransformer#learnRest} says. */
    static <L> MultiClassifier<L> learnRest(LinearTransformer transformer, Rows x, List<L> y) {
        Demonstrations<L> all = Demonstrations.of(x, y);
        InContextClassifier[] byClass = new InContextClassifier[all.classes.size()];
        for (int c = 0; c < byClass.length; c++) {
            int[] labels = new int[all.number.length];
            for (int n = 0; n < labels.length; n++) {
                labels[n] = all.number[n] == c ? 1 : -1;
            }
            byClass[c] = transformer.learn(Preprocessing.fit(x, labels), x, labels);
        }
        return rest(all.classes, byClass);
    }

    /** What {@link LinearTransformer#learnPairs} says. */
    static <L> MultiClassifier<L> learnPairs(LinearTransformer transformer, Rows x, List<L> y) {
        Demonstrations<L> all = Demonstrations.of(x, y);
        int classes = all.classes.size();
        InContextClassifier[] byPair = new InContextClassifier[Scheme.pairs(classes)];
        for (int c = 0; c < classes; c++) {
            for (int r = c + 1; r < classes; r++) {
                int[] members = all.members(c, r);
                float[] rows = new float[Math.multiplyExact(members.length, x.features())];
                int[] labels = new int[members.length];
                for (int n = 0; n < members.length; n++) {
                    System.arraycopy(x.array(), x.start(members[n]), rows, n * x.features(), x.features());
                    labels[n] = all.number[members[n]] == c ? 1 : -1;
                }
                Rows pair = Rows.view(rows, x.features());
                byPair[Scheme.pair(c, r, classes)] =
                        transformer.learn(Preprocessing.fit(pair, labels), pair, labels);
            }
        }
        return pairs(all.classes, byPair);
    }

    /**
     * The classes among demonstrations.
     *
     * @param classes in order of first appearance
     * @param number of each demonstration's class among them
     */
    private record Demonstrations<L>(List<L> classes, int[] number) {
        static <L> Demonstrations<L> of(Rows x, List<L> y) {
            Rows.atLeast("number of demonstrations", x.rows(), 1);
            x.checkLabels("y.size()", y.size());
            Map<L, Integer> numbers = new LinkedHashMap<>();
            int[] number = new int[x.rows()];
            int n = 0;
            for (L label : y) {
                if (label == null) {
                    throw new IllegalArgumentException("y[" + n + "] = null, expected a label");
                }
                numbers.putIfAbsent(label, numbers.size());
                number[n++] = numbers.get(label);
            }
            Rows.atLeast("number of classes in y", numbers.size(), 2);
            return new Demonstrations<>(List.copyOf(numbers.keySet()), number);
        }

        /** The demonstrations of classes c and r. */
        int[] members(int c, int r) {
            return IntStream.range(0, number.length)
                    .filter(n -> number[n] == c || number[n] == r)
                    .toArray();
        }
    }
}
