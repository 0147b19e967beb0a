package dev.holdfast.model;

import java.io.IOException;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * A context of many classes from which any weights read: demonstrations of labels of any type are added and removed,
 * and centring and sign alignment follow them exactly. {@link Context} takes less, O(d), for one transformer, two
 * classes and a preprocessing that stays.
 *
 * <p>For every class it keeps the number of its rows, Σ x and the triangle of Σ x xᵀ, not the rows, each sum without
 * any rounding: 120 bytes a pair of features, some 60 d² bytes a class. A row costs one update of each sum of its
 * class but those of features that are 0: O(d²). So all that is read has the same bits for every order of adding,
 * removing and merging that ends with the same rows, and what was added and removed again leaves no trace.
 *
 * <p>Of two classes, +1 and −1, with N rows in all, {@link #preprocessing} has the exact means, rounded once to float,
 * and the signs of the exact Σ_n y_n (x_nj − Σ_n x_nj/N). With z_n = (s ∘ (x_n − m), y_n), {@link #classifier} has
 * a = Σ_n (p·z_n) z_n from the sums and w = Q̄ᵀ a / N, folded to raw features. What cancels is summed exactly, but for
 * the d² products in g = (Σ x xᵀ)(s ∘ p), which are summed in pairs of doubles: with u = 2⁻⁵³ and γ_k = k u/(1 − k u),
 * a_i is rounded once, and is within (1 + u) γ_{d+4}² Σ_j |p_j Σ_n x_ni x_nj| + u |a_i| of its exact value for these m
 * and s. In {@link LinearTransformer#learn(Preprocessing, Rows, int[])} every centred feature is rounded to float, too.
 *
 * <p>Updates are refused before they change anything; no sum overflows. What is removed must have been added to its
 * class: the context cannot tell, and otherwise holds the difference.
 *
 * <p>Safe for use by several threads: each method acts on the whole context at one moment, one after the other, but
 * {@link #merge} reads its argument at one moment and changes this context at a later one. Classifiers are computed
 * from a copy of the sums, while updates go on; they are immutable, and classifying takes no lock.
 *
 * @param <L> a label: anything with {@code equals} and {@code hashCode}
 */
public final class GramContext<L> {
    /** All sums of a class would fit in one array. */
    static final int MOST_FEATURES = 1 << 14;
    /** Rows that are added together. */
    private static final int BLOCK = 64;
    /** Enough for a number half-way between two floats, and to tell a mean from it: that is no nearer than 2⁻¹⁸¹. */
    private static final int DECIMALS = 150;

    private final int d;
    /** d, or none. */
    private final List<String> featureNames;

    private final List<L> classes;
    private final Map<L, Integer> numbers = new HashMap<>();
    /** Guards everything below. */
    private final Object lock = new Object();

    private final List<Moments> moments;
    private final Count count;
    /** Rows on their way into the sums. */
    private final float[][] block = new float[BLOCK][];

    /** Keeps all. */
    GramContext(int d, List<String> featureNames, List<L> classes, List<Moments> moments, Count count) {
        this.d = d;
        this.featureNames = featureNames;
        this.classes = classes;
        for (int c = 0; c < classes.size(); c++) {
            numbers.put(classes.get(c), c);
        }
        this.moments = moments;
        this.count = count;
    }

    /**
     * An empty context.
     *
     * @param d number of features, at most 16,384
     * @param classes labels, at least two, all different; a copy is kept
     */
    public static <L> GramContext<L> of(int d, List<L> classes) {
        return of(d, List.of(), classes);
    }

    /**
     * An empty context whose features have names, which its files keep.
     *
     * @param features names, at most 16,384, all different; a copy is kept
     * @param classes labels, at least two, all different; a copy is kept
     */
    public static <L> GramContext<L> of(List<String> features, List<L> classes) {
        checkDistinct("features", "a name", features);
        return of(features.size(), List.copyOf(features), classes);
    }

    private static <L> GramContext<L> of(int d, List<String> featureNames, List<L> classes) {
        Rows.atLeast("d", d, 1);
        if (d > MOST_FEATURES) {
            throw new IllegalArgumentException("d = " + d + ", expected at most " + MOST_FEATURES
                    + ": a class has sums of d(d+1)/2 pairs of features");
        }
        Rows.atLeast("number of classes", classes.size(), 2);
        checkDistinct("classes", "a label", classes);
        List<Moments> moments =
                Stream.generate(() -> new Moments(d)).limit(classes.size()).toList();
        return new GramContext<>(d, featureNames, List.copyOf(classes), moments, new Count());
    }

    private static void checkDistinct(String name, String what, List<?> list) {
        Set<Object> seen = new HashSet<>();
        int k = 0;
        for (Object next : list) {
            if (next == null || !seen.add(next)) {
                throw new IllegalArgumentException(
                        name + "[" + k + "] = " + next + ", expected " + what + " unlike those before it");
            }
            k++;
        }
    }

    /** Number of features, d. */
    public int features() {
        return d;
    }

    /** The features' names, d, or none if they have none; unmodifiable. */
    public List<String> featureNames() {
        return featureNames;
    }

    /** The classes in the order they were given; unmodifiable. */
    public List<L> classes() {
        return classes;
    }

    /** Number of demonstrations: those added less those removed. */
    public int size() {
        synchronized (lock) {
            return count.size();
        }
    }

    /** Number of demonstrations of a class. */
    public int size(L label) {
        int c = number("label", label);
        synchronized (lock) {
            return moments.get(c).size();
        }
    }

    /**
     * Adds a demonstration.
     *
     * @param x d finite features; read, not kept
     * @param label its class
     * @throws IllegalStateException if there are 2³¹ − 1 demonstrations
     */
    public void add(float[] x, L label) {
        checkLength(x);
        int c = number("label", label);
        synchronized (lock) {
            count.checkAdd(1);
            load(Rows.view(x, d), 0, 0);
            moments.get(c).add(block, 1, 1);
            count.add(1);
        }
    }

    /**
     * Adds demonstrations, all of them or, if one is refused, none. It takes less time than one by one.
     *
     * @param x rows of d finite features, 0 or more; read, not kept, and not changed meanwhile
     * @param y their classes, one a row
     * @throws IllegalStateException if there would be more than 2³¹ − 1 demonstrations
     */
    public void addAll(Rows x, List<L> y) {
        x.checkFeatures(d);
        x.checkLabels("y.size()", y.size());
        List<List<Integer>> members = new ArrayList<>();
        for (int c = 0; c < classes.size(); c++) {
            members.add(new ArrayList<>());
        }
        int row = 0;
        for (L label : y) {
            members.get(number("y[" + row + "]", label)).add(row);
            row++;
        }
        synchronized (lock) {
            count.checkAdd(x.rows());
            for (int n = 0; n < x.rows(); n++) {
                load(x, n, 0);
            }
            for (int c = 0; c < classes.size(); c++) {
                addRows(x, members.get(c), moments.get(c));
            }
            count.add(x.rows());
        }
    }

    private void addRows(Rows x, List<Integer> members, Moments into) {
        for (int from = 0; from < members.size(); from += BLOCK) {
            int rows = Math.min(BLOCK, members.size() - from);
            for (int n = 0; n < rows; n++) {
                load(x, members.get(from + n), n);
            }
            into.add(block, rows, 1);
        }
    }

    /**
     * Removes a demonstration that was added.
     *
     * @param x its features, equal to those added; read, not kept
     * @param label its class
     * @throws IllegalStateException if the class has no demonstration
     */
    public void remove(float[] x, L label) {
        checkLength(x);
        int c = number("label", label);
        synchronized (lock) {
            checkNotEmpty(c);
            count.checkRemove();
            load(Rows.view(x, d), 0, 0);
            moments.get(c).add(block, 1, -1);
            count.remove();
        }
    }

    /**
     * Adds all demonstrations of another context.
     *
     * @param other of as many features, by the same names, and the same classes in the same order; it may be this
     *        context itself; read
     * @throws IllegalStateException if there would be more than 2³¹ − 1 demonstrations
     */
    public void merge(GramContext<L> other) {
        if (other.d != d) {
            throw new IllegalArgumentException("other has " + other.d + " features, expected " + d);
        }
        if (!other.featureNames.equals(featureNames)) {
            throw new IllegalArgumentException("other has features by other names, expected those of this context");
        }
        if (!other.classes.equals(classes)) {
            throw new IllegalArgumentException(
                    "other has classes " + other.classes + ", expected " + classes + " as this context has");
        }
        // a copy, so that no thread ever holds two locks
        GramContext<L> copy = other.copy();
        synchronized (lock) {
            count.checkMerge(copy.count);
            for (int c = 0; c < classes.size(); c++) {
                moments.get(c).merge(copy.moments.get(c));
            }
            count.merge(copy.count);
        }
    }

    /** A context of the same demonstrations with a life of its own. */
    public GramContext<L> copy() {
        synchronized (lock) {
            return new GramContext<>(
                    d, featureNames, classes, moments.stream().map(Moments::copy).toList(), count.copy());
        }
    }

    /**
     * Writes this context, as it is at one moment, to a file of NumPy's .npz format, in one step as
     * {@link LinearTransformer#save} does: its exact sums, the names of classes and features, and in {@code meta} the
     * version of the format, how many rows there are, and SHA-256 of every class's number of rows and sums. The same
     * rows give the same hash, whatever came and went, and in whatever order.
     *
     * @param name of a label; all differ
     * @throws IOException if the file cannot be written whole; an old one is then as it was
     */
    public void save(Path file, Function<? super L, String> name) throws IOException {
        GramContextFile.write(file, copy(), name);
    }

    /**
     * Reads a context that {@link #save} wrote. It goes on where that was, to the bit.
     *
     * @param label of a name
     * @throws IOException if there is no such file, it is not what it should be, or its format has another version; the
     *         message names the file, the array, what was found and what was expected
     */
    public static <L> GramContext<L> load(Path file, Function<String, ? extends L> label) throws IOException {
        return GramContextFile.read(file, label);
    }

    /** Not copies: of a context that nobody else has hold of. */
    List<Moments> moments() {
        return moments;
    }

    Count count() {
        return count;
    }

    /**
     * Centring and sign alignment of two classes as they are now, as {@link Preprocessing#fit} would but exactly.
     *
     * @param positive the class of label +1
     * @param negative the class of label −1
     * @throws IllegalStateException if one of them has no demonstration
     */
    public Preprocessing preprocessing(L positive, L negative) {
        int[] pair = pair(positive, negative);
        synchronized (lock) {
            return preprocessing(side(pair[0]), side(pair[1]));
        }
    }

    /**
     * What a transformer learns from two classes as they are now, with their {@link #preprocessing}. It takes O(d²)
     * time, and memory for the sums of two classes.
     *
     * @param transformer of d features
     * @param positive the class of label +1
     * @param negative the class of label −1
     * @throws IllegalStateException if one of them has no demonstration, or w is too large for floats
     */
    public InContextClassifier classifier(LinearTransformer transformer, L positive, L negative) {
        checkTransformer(transformer);
        int[] pair = pair(positive, negative);
        Side plus;
        Side minus;
        Moments both;
        synchronized (lock) {
            plus = side(pair[0]);
            minus = side(pair[1]);
            both = both(pair[0], pair[1]);
        }
        return classifier(transformer, plus, minus, both);
    }

    /**
     * One-vs-rest over all classes as they are now: a class's binary classifier is what {@link #classifier} is of the
     * class and of all others taken together. It takes the memory of this context again, and O(K d²) time for K
     * classes.
     *
     * @param transformer of d features
     * @throws IllegalStateException if a class has no demonstration, or w is too large for floats
     */
    public MultiClassifier<L> rest(LinearTransformer transformer) {
        checkTransformer(transformer);
        GramContext<L> now = copy();
        Side[] sides = now.sides();
        Moments all = new Moments(d);
        now.moments.forEach(all::merge);
        Side total = new Side(all.size(), all.sum());
        InContextClassifier[] byClass = new InContextClassifier[sides.length];
        for (int c = 0; c < sides.length; c++) {
            byClass[c] = classifier(transformer, sides[c], total.without(sides[c]), all);
        }
        return MultiClassifier.rest(classes, byClass);
    }

    /**
     * One-vs-one over all classes as they are now: a pair's binary classifier is {@link #classifier} of the two, the
     * first of which in the order of {@link #classes} is +1. It takes the memory of this context again, and O(K² d²)
     * time for K classes.
     *
     * @param transformer of d features
     * @throws IllegalStateException if a class has no demonstration, or w is too large for floats
     */
    public MultiClassifier<L> pairs(LinearTransformer transformer) {
        checkTransformer(transformer);
        GramContext<L> now = copy();
        Side[] sides = now.sides();
        InContextClassifier[] byPair = new InContextClassifier[Scheme.pairs(sides.length)];
        for (int c = 0; c < sides.length; c++) {
            for (int r = c + 1; r < sides.length; r++) {
                byPair[Scheme.pair(c, r, sides.length)] =
                        classifier(transformer, sides[c], sides[r], now.both(c, r));
            }
        }
        return MultiClassifier.pairs(classes, byPair);
    }

    private Side[] sides() {
        Side[] sides = new Side[classes.size()];
        for (int c = 0; c < sides.length; c++) {
            sides[c] = side(c);
        }
        return sides;
    }

    private Moments both(int c, int r) {
        Moments both = moments.get(c).copy();
        both.merge(moments.get(r));
        return both;
    }

    /** The rows of one label: how many, and their exact sum. */
    private record Side(int size, BigDecimal[] sum) {
        Side without(Side part) {
            BigDecimal[] left = new BigDecimal[sum.length];
            Arrays.setAll(left, j -> sum[j].subtract(part.sum[j]));
            return new Side(size - part.size, left);
        }
    }

    private Side side(int c) {
        checkNotEmpty(c);
        return new Side(moments.get(c).size(), moments.get(c).sum());
    }

    private Preprocessing preprocessing(Side plus, Side minus) {
        BigDecimal n = BigDecimal.valueOf(plus.size).add(BigDecimal.valueOf(minus.size));
        float[] mean = new float[d];
        float[] sign = new float[d];
        for (int j = 0; j < d; j++) {
            mean[j] = quotient(plus.sum[j].add(minus.sum[j]), n);
            // N Σ y x_j − Σ y Σ x_j is twice this
            sign[j] = times(plus.sum[j], minus.size).compareTo(times(minus.sum[j], plus.size));
        }
        return Preprocessing.of(mean, sign);
    }

    private static BigDecimal times(BigDecimal sum, long factor) {
        return sum.multiply(BigDecimal.valueOf(factor));
    }

    /** sum/n, rounded once. */
    private static float quotient(BigDecimal sum, BigDecimal n) {
        return sum.divide(n, DECIMALS, RoundingMode.HALF_EVEN).floatValue();
    }

    /**
     * With q = s ∘ p, t = Σ x, u = Σ y x, b = Σ y and g = (Σ x xᵀ) q, a_i = s_i (g_i − m_i t·q − (t_i − N m_i) m·q +
     * p_d (u_i − b m_i)) and a_d = (u − b m)·q + N p_d.
     */
    private InContextClassifier classifier(LinearTransformer transformer, Side plus, Side minus, Moments both) {
        Preprocessing preprocessing = preprocessing(plus, minus);
        float[] m = preprocessing.mean();
        float[] s = preprocessing.sign();
        float[] p = transformer.p();
        float[] q = preprocessing.raw(Arrays.copyOf(p, d));
        BigDecimal[] g = both.times(q);
        BigDecimal label = new BigDecimal(p[d]);
        long n = (long) plus.size + minus.size;
        BigDecimal tq = BigDecimal.ZERO;
        BigDecimal mq = BigDecimal.ZERO;
        BigDecimal last = times(label, n);
        BigDecimal[] total = new BigDecimal[d];
        BigDecimal[] aligned = new BigDecimal[d];
        for (int i = 0; i < d; i++) {
            BigDecimal mean = new BigDecimal(m[i]);
            BigDecimal weight = new BigDecimal(q[i]);
            total[i] = plus.sum[i].add(minus.sum[i]);
            aligned[i] = plus.sum[i].subtract(minus.sum[i]).subtract(times(mean, (long) plus.size - minus.size));
            tq = tq.add(total[i].multiply(weight));
            mq = mq.add(mean.multiply(weight));
            last = last.add(aligned[i].multiply(weight));
        }
        double[] a = new double[d + 1];
        for (int i = 0; i < d; i++) {
            BigDecimal mean = new BigDecimal(m[i]);
            BigDecimal centred = g[i]
                    .subtract(mean.multiply(tq))
                    .subtract(total[i].subtract(times(mean, n)).multiply(mq))
                    .add(label.multiply(aligned[i]));
            a[i] = times(centred, (long) s[i]).doubleValue();
        }
        a[d] = last.doubleValue();
        return new FoldedTransformer(transformer, preprocessing).classifier(a, n);
    }

    private void checkTransformer(LinearTransformer transformer) {
        if (transformer.features() != d) {
            throw new IllegalArgumentException(
                    "transformer has " + transformer.features() + " features, expected " + d);
        }
    }

    private void checkLength(float[] x) {
        if (x.length != d) {
            throw new IllegalArgumentException("x.length = " + x.length + ", expected " + d);
        }
    }

    private int number(String name, L label) {
        Integer c = numbers.get(label);
        if (c == null) {
            throw new IllegalArgumentException(name + " = " + label + ", expected one of the classes " + classes);
        }
        return c;
    }

    private int[] pair(L positive, L negative) {
        int[] pair = {number("positive", positive), number("negative", negative)};
        if (pair[0] == pair[1]) {
            throw new IllegalArgumentException(
                    "negative = " + negative + ", expected a class other than positive");
        }
        return pair;
    }

    private void checkNotEmpty(int c) {
        if (moments.get(c).size() == 0) {
            throw new IllegalStateException(
                    "size(" + classes.get(c) + ") = 0, expected at least 1 demonstration of this class");
        }
    }

    /** Row n of x to the block's row {@code to}; throws unless it is finite. */
    private void load(Rows x, int n, int to) {
        if (block[to] == null) {
            block[to] = new float[d];
        }
        x.copyFinite(n, block[to]);
    }
}
