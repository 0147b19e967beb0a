package dev.holdfast.model;

import dev.holdfast.model.archive.FlatJson;
import dev.holdfast.model.archive.Hash;
import dev.holdfast.model.archive.Names;
import dev.holdfast.model.archive.Npz;
import dev.holdfast.model.archive.Product;
import dev.holdfast.model.sums.AttentionSums;
import dev.holdfast.model.sums.ClassMoments;
import dev.holdfast.model.sums.Sums;
import java.io.IOException;
import java.io.InputStream;
import java.io.InvalidObjectException;
import java.io.ObjectInputStream;
import java.io.OutputStream;
import java.io.Serializable;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collector;

/**
 * What is kept of demonstrations: sums over them, from which a {@link Learner} reads a classifier at any time, with no
 * pass over the rows. Rows are added as they come, states are merged, and the rows themselves are never kept.
 *
 * <p>Three kinds, by what they keep of every class, for d features and K classes:
 *
 * <ul>
 * <li>{@link #moments}: N, Σ x and Σ x xᵀ, O(K d²). Every learner reads from it.
 * <li>{@link #variances}: N, Σ x and Σ x_j², O(K d). {@link RobustBayes} without correlations reads from it.
 * <li>{@link #attention}: a = Σ (p·z) z for the p of one {@link LinearTransformer} and two classes, O(d). Transformers
 *     with that p read from it.
 * </ul>
 *
 * <p>Each comes in two ways of keeping its sums. A <b>fast</b> state, which these three make, keeps doubles: 8 bytes a
 * sum, rows at the speed of the kernel; {@link #fade} makes what is there count for less, and no row can be removed. An
 * {@link #exact} one keeps sums without any rounding, 120 bytes each: rows can be removed, and what is read has the same
 * bits for every order of adding, removing and merging that ends with the same rows. What was added and removed again
 * leaves no trace, in files neither, and {@link #hash} is the receipt for it.
 *
 * <p>Updates are refused before they change anything. A feature must be finite and at most {@value #GREATEST_FEATURE} in
 * magnitude: a greater one would make every later reading overflow. A fast state of one p looks at its sums alone, not
 * at the rows, and lets a greater one pass where they would still be read. What is removed must have been added: a state
 * refuses it where no rows would have the sums that are left, a feature with a negative variance or no row and a sum
 * that is not 0. It cannot tell otherwise, and holds the difference.
 *
 * <p>The last N demonstrations of a stream are an exact state and a queue:
 * <pre>{@code
 * window.add(demonstration);
 * state.add(demonstration.x(), demonstration.label());
 * if (window.size() > n) {
 *     State.Demonstration<String> oldest = window.remove();
 *     state.remove(oldest.x(), oldest.label());
 * }
 * }</pre>
 *
 * <p>Forgetting by time, with time constant τ, is a fast state that fades once a time Δt has gone by:
 * <pre>{@code
 * state.fade(Math.exp(-elapsed / tau));
 * state.add(x, label);
 * }</pre>
 *
 * <p>Safe for use by several threads: each method acts on the whole state at one moment, one after the other, but
 * {@link #merge} reads its argument at one moment and changes this state at a later one, and {@link #toString} waits for
 * nobody. Learners read from a copy, while updates go on, and what was learnt answers without looking at the state again:
 * no answer waits for an update. Whoever reads from the state, or takes a copy, waits for the update that goes on, and for
 * nothing else: labels, lists and functions of the caller's are asked before or after. An update of many rows takes as
 * long as they do. Where nobody may wait for that, they are added to a state of their own, which takes no longer to merge
 * than to copy:
 * <pre>{@code
 * State<String> part = State.moments(d, classes);
 * part.addAll(rows, labels);
 * state.merge(part);
 * }</pre>
 *
 * @param <L> a label: anything with {@code equals} and {@code hashCode}
 */
@SuppressWarnings("serial") // another object is written
public final class State<L> implements Serializable {
    /** 2⁴⁸: with it no ideal weights of at most 2¹⁴ features overflow a float, nor does any second moment. */
    public static final float GREATEST_FEATURE = Sums.GREATEST_FEATURE;

    /** All exact sums of a class would fit in one array. */
    private static final int MOST_FEATURES = 1 << 14;

    /** So would those of one class's Σ x. */
    private static final int MOST_EXACT_FEATURES = 1 << 27;

    private static final int FIRST = 4;
    private static final long serialVersionUID = 1;

    private enum Kind {
        ATTENTION,
        VARIANCES,
        MOMENTS
    }

    private final Kind kind;
    private final int d;
    /** d, or none. */
    private final List<String> featureNames;

    private final List<L> classes;
    private final Map<L, Integer> numbers = new HashMap<>();
    /** The first classes, a few. */
    private final Object[] first;

    /** Of {@link #attention}: whose p and alignment the sums have; or else {@code null}. */
    private final LinearTransformer transformer;
    /** Guards the sums. */
    private final Object lock = new Object();

    private final Sums sums;

    /**
     * A demonstration as an element of a stream.
     *
     * @param x d features; neither copied nor changed
     */
    public record Demonstration<L>(float[] x, L label) implements Serializable {
        /** Neither is {@code null}. */
        public Demonstration {
            Objects.requireNonNull(x, "x");
            Objects.requireNonNull(label, "label");
        }

        /** Whether the other one has equal features and an equal label. */
        @Override
        public boolean equals(Object other) {
            return other instanceof Demonstration<?> z && Arrays.equals(x, z.x) && Objects.equals(label, z.label);
        }

        @Override
        public int hashCode() {
            return 31 * Arrays.hashCode(x) + Objects.hashCode(label);
        }

        @Override
        public String toString() {
            return label + " " + Shown.of(x);
        }
    }

    /** Keeps all. */
    private State(Kind kind, int d, List<String> featureNames, List<L> classes, LinearTransformer transformer, Sums sums) {
        this.kind = kind;
        this.d = d;
        this.featureNames = featureNames;
        this.classes = classes;
        this.transformer = transformer;
        this.sums = sums;
        for (int c = 0; c < classes.size(); c++) {
            numbers.put(classes.get(c), c);
        }
        this.first = classes.subList(0, Math.min(FIRST, classes.size())).toArray();
    }

    /**
     * An empty, fast state of every class's N, Σ x and Σ x xᵀ, from which every learner reads.
     *
     * @param d number of features, at most 16,384
     * @param classes labels, at least two, all different; a copy is kept
     */
    public static <L> State<L> moments(int d, List<L> classes) {
        return ofClasses(Kind.MOMENTS, d, List.of(), classes, false);
    }

    /**
     * An empty, fast state of every class's N, Σ x and Σ x_j², from which {@link RobustBayes#diagonal} and
     * {@link RobustBayes#identity} read.
     *
     * @param d number of features
     * @param classes labels, at least two, all different; a copy is kept
     */
    public static <L> State<L> variances(int d, List<L> classes) {
        return ofClasses(Kind.VARIANCES, d, List.of(), classes, false);
    }

    private static <L> State<L> ofClasses(Kind kind, int d, List<String> names, List<L> classes, boolean exact) {
        Rows.checkFeatureCount(d);
        checkFeatures("d", kind, d, exact);
        List<L> checked = checked(classes);
        return new State<>(kind, d, names, checked, null,
                ClassMoments.empty(d, checked.size(), kind == Kind.MOMENTS, exact));
    }

    /**
     * An empty, fast state of a = Σ (p·z) z with z = (x, y), which is all that a transformer sees of demonstrations:
     * d+1 sums. Rows that are added to an empty one in one call give the classifier that {@code transformer} learns from
     * them, to the bit.
     *
     * @param transformer whose p it is; its alignment, if it has a fixed one, is applied to every row
     * @param classes two labels, that of y = +1 and that of y = −1; a copy is kept
     * @throws IllegalArgumentException if the transformer {@linkplain LinearTransformer#aligned() aligns} rows by
     *         themselves, for which these sums are too few
     */
    public static <L> State<L> attention(LinearTransformer transformer, List<L> classes) {
        return attention(transformer, classes, List.of(), false);
    }

    private static <L> State<L> attention(
            LinearTransformer transformer, List<L> classes, List<String> names, boolean exact) {
        List<L> checked = checked(classes);
        if (checked.size() != 2) {
            throw new IllegalArgumentException("number of classes = " + checked.size() + ", expected 2");
        }
        checkFeatures("d", Kind.ATTENTION, transformer.features(), exact);
        if (transformer.alignsByItself()) {
            throw new IllegalArgumentException("transformer centres and aligns the rows it learns from, expected one that"
                    + " takes them as they are or by a fixed alignment: a state of one p keeps too little for that");
        }
        return new State<>(Kind.ATTENTION, transformer.features(), names, checked, transformer,
                AttentionSums.empty(transformer.p(), transformer.rowMap(), exact));
    }

    /** Throws unless there is room for the sums of d features. */
    private static Kind checkFeatures(String name, Kind kind, int d, boolean exact) {
        int most = kind == Kind.MOMENTS ? MOST_FEATURES : exact ? MOST_EXACT_FEATURES : Integer.MAX_VALUE;
        if (d > most) {
            throw new IllegalArgumentException(name + " = " + d + ", expected at most " + most);
        }
        return kind;
    }

    /** A copy of at least two labels; throws unless all differ. */
    static <L> List<L> checked(List<L> classes) {
        Rows.atLeast("number of classes", classes.size(), 2);
        Set<L> seen = new HashSet<>();
        int k = 0;
        for (L label : classes) {
            if (label == null) {
                throw new IllegalArgumentException("classes[" + k + "] = null, expected a label");
            }
            if (!seen.add(label)) {
                throw new IllegalArgumentException("classes[" + k + "] = " + label + ", expected it once");
            }
            k++;
        }
        return List.copyOf(classes);
    }

    /** An empty state that keeps the same, for the same classes, without any rounding, so that rows can be removed. */
    public State<L> exact() {
        return empty(featureNames, true);
    }

    /**
     * An empty state that keeps the same, in the same way, and whose features have names. Its files keep them, so
     * does what is learnt from it, and {@linkplain Rows#named named} rows need the same names in the same order.
     *
     * @param features d names, all different; a copy is kept
     */
    public State<L> named(List<String> features) {
        return empty(Rows.checkedNames(features, d), sums.isExact());
    }

    private State<L> empty(List<String> names, boolean exact) {
        return kind == Kind.ATTENTION
                ? attention(transformer, classes, names, exact)
                : ofClasses(kind, d, names, classes, exact);
    }

    /**
     * Collects demonstrations into a state; parallel streams give an exact one the same bits as sequential ones.
     *
     * @param empty makes an empty state, such as {@code () -> State.moments(d, classes).exact()}
     */
    public static <L> Collector<Demonstration<L>, ?, State<L>> collector(Supplier<State<L>> empty) {
        Objects.requireNonNull(empty, "empty");
        return Collector.of(empty, (state, z) -> state.add(z.x(), z.label()), (left, right) -> {
            left.merge(right);
            return left;
        }, Collector.Characteristics.UNORDERED, Collector.Characteristics.IDENTITY_FINISH);
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

    /** Whether rows can be removed. */
    public boolean isExact() {
        return sums.isExact();
    }

    /** Number of demonstrations: those added less those removed; where they fade, the sum of their weights. */
    public double size() {
        synchronized (lock) {
            return sums.size();
        }
    }

    /**
     * Number of demonstrations of a class, or the sum of their weights.
     *
     * @throws IllegalStateException if this is a state of one p, which does not keep it
     */
    public double size(L label) {
        int c = number("label", label);
        synchronized (lock) {
            return classMoments("the number of rows of a class").of(c).size();
        }
    }

    /**
     * Adds a demonstration.
     *
     * @param x d features; read, not kept
     * @param label its class
     * @throws IllegalStateException if an exact state has 2³¹ − 1 demonstrations of a class
     */
    public void add(float[] x, L label) {
        checkLength(x);
        addNumbered(Rows.view(x, d), new int[] {number("label", label)});
    }

    /**
     * Adds demonstrations, all of them or, if one is refused, none. It takes less time than one by one.
     *
     * @param x rows of d features, 0 or more, by the same names if they and this state have names; read, not kept,
     *        and not changed meanwhile
     * @param y their classes, one a row
     * @throws IllegalStateException if an exact state would have more than 2³¹ − 1 demonstrations of a class
     */
    public void addAll(Rows x, List<? extends L> y) {
        x.checkFeatures(d, featureNames);
        x.checkLabels("y.size()", y.size());
        int[] c = new int[x.rows()];
        int row = 0;
        for (L label : y) {
            int known = known(label);
            // no text is made of a label before it is needed
            c[row] = known >= 0 ? known : number("y[" + row + "]", label);
            row++;
        }
        addNumbered(x, c);
    }

    /** The number of a label that is one of the first few classes' own objects, or else −1: most labels are, and no hash is taken. */
    private int known(L label) {
        for (int c = 0; c < first.length; c++) {
            if (label == first[c]) {
                return c;
            }
        }
        return -1;
    }

    /** Adds rows whose classes are known by their numbers. */
    void addNumbered(Rows x, int[] c) {
        // the fast sums of one p show by themselves that a row was too great: no pass over the rows to look for it
        boolean looks = kind != Kind.ATTENTION || isExact();
        if (looks) {
            x.checkMagnitude(GREATEST_FEATURE);
        }
        try {
            synchronized (lock) {
                sums.add(x.array(), x.offset(), x.stride(), c);
            }
        } catch (IllegalArgumentException e) {
            x.checkMagnitude(GREATEST_FEATURE);
            throw e;
        }
    }

    /**
     * Removes a demonstration that was added.
     *
     * @param x its features, equal to those added; read, not kept
     * @param label its class
     * @throws IllegalStateException if this is a fast state, or the class has no demonstration
     * @throws IllegalArgumentException where the sums show that it was never added: no rows would have those that are
     *        left
     */
    public void remove(float[] x, L label) {
        checkLength(x);
        int c = number("label", label);
        Rows.view(x, d).checkMagnitude(GREATEST_FEATURE);
        if (!isExact()) {
            throw new IllegalStateException("a fast state keeps no row apart, expected an exact one to remove a row from");
        }
        synchronized (lock) {
            if (sums instanceof ClassMoments moments && moments.of(c).size() == 0) {
                throw new IllegalStateException(
                        "size(" + label + ") = 0, expected at least 1 demonstration of this class");
            }
            sums.remove(x, c);
        }
    }

    /**
     * Multiplies the weight of every demonstration that is there by a factor. Once they weigh less than 2⁻⁹⁰⁰ in all,
     * they are gone.
     *
     * @param factor 0..1
     * @throws IllegalStateException if this is an exact state
     */
    public void fade(double factor) {
        if (!(factor >= 0 && factor <= 1)) {
            throw new IllegalArgumentException("factor = " + factor + ", expected 0..1");
        }
        if (isExact()) {
            throw new IllegalStateException("an exact state has rows of weight 1 alone, expected a fast one to fade");
        }
        synchronized (lock) {
            sums.fade(factor);
        }
    }

    /**
     * Adds all demonstrations of another state, with their weights.
     *
     * @param other one that keeps the same, in the same way, for as many features by the same names and the same classes
     *        in the same order, and of the same p and alignment; it may be this state itself; read
     * @throws IllegalStateException if a sum has no room for them
     */
    public void merge(State<L> other) {
        if (other.kind != kind || other.isExact() != isExact()) {
            throw new IllegalArgumentException("other is " + other.keeps() + ", expected " + keeps() + " as this one is");
        }
        if (other.d != d) {
            throw new IllegalArgumentException("other has " + other.d + " features, expected " + d);
        }
        if (!other.featureNames.equals(featureNames)) {
            throw new IllegalArgumentException("other has features by other names, expected those of this state");
        }
        if (!other.classes.equals(classes)) {
            throw new IllegalArgumentException(
                    "other has classes " + other.classes + ", expected " + classes + " as this state has");
        }
        if (kind == Kind.ATTENTION) {
            transformer.checkSameRows("other", other.transformer);
        }
        // a copy, so that no thread ever holds two locks
        Sums copy = other.copySums();
        synchronized (lock) {
            sums.merge(copy);
        }
    }

    private String keeps() {
        String way = isExact() ? "an exact state " : "a fast state ";
        return way + switch (kind) {
            case ATTENTION -> "of one p";
            case VARIANCES -> "of variances";
            case MOMENTS -> "of moments";
        };
    }

    /** A state of the same demonstrations with a life of its own. */
    public State<L> copy() {
        return new State<>(kind, d, featureNames, classes, transformer, copySums());
    }

    /**
     * A state of the demonstrations of some classes alone, with a life of its own.
     *
     * @param some at least two of {@link #classes}, all different, in any order; a copy is kept
     * @throws IllegalStateException if this is a state of one p
     */
    public State<L> only(List<L> some) {
        List<L> checked = checked(Objects.requireNonNull(some, "some"));
        int[] numbered = new int[checked.size()];
        for (int k = 0; k < numbered.length; k++) {
            numbered[k] = number("some[" + k + "]", checked.get(k));
        }
        synchronized (lock) {
            return new State<>(
                    kind, d, featureNames, checked, null, classMoments("the rows of a class apart").only(numbered));
        }
    }

    private Sums copySums() {
        synchronized (lock) {
            return sums.copy();
        }
    }

    /**
     * The context state a = Σ_n ω_n (p·z_n) z_n of a state of one p, d+1 entries, owned by the caller. An exact one
     * rounds each entry once.
     *
     * @throws IllegalStateException if this is a state of another kind
     */
    public double[] attention() {
        synchronized (lock) {
            return attentionSums("a").state();
        }
    }

    /**
     * Centring and sign alignment of two classes as they are now. Of an exact state the means are exact, rounded once to
     * float, and the signs are those of the exact Σ_n y_n (x_nj − Σ_n x_nj/N). Of a fast one a sign that rounding may
     * have made is 0, too.
     *
     * @param positive the class of label +1
     * @param negative the class of label −1
     * @throws IllegalStateException if one of them has no demonstration, or this is a state of one p
     */
    public Alignment alignment(L positive, L negative) {
        int plus = number("positive", positive);
        int minus = number("negative", negative);
        if (plus == minus) {
            throw new IllegalArgumentException("negative = " + negative + ", expected a class other than positive");
        }
        State<L> now = copy();
        now.classMoments("the means of classes");
        return MomentReading.alignment(now, new Split(new int[] {plus}, new int[] {minus}));
    }

    /**
     * Writes this state, as it is at one moment, to a file of NumPy's .npz format, which replaces {@code file} in one
     * step: a crash at any moment leaves the whole old file or the whole new one. It has the sums, the names of classes
     * and features and, in {@code meta}, the versions of the format and of Holdfast, and the {@link #hash}. Of an exact
     * state the same rows give the same bytes, whatever came and went, and in whatever order.
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
        // a function of the user's may throw: before anything of the state has been touched
        String names = Names.of(classes, name).toString();
        Sums now;
        synchronized (lock) {
            sums.settle();
            now = sums.copy();
        }
        FlatJson meta = Format.STATE.meta(d)
                .put("keeps", kind.name().toLowerCase(Locale.ROOT))
                .put("sums", isExact() ? "exact" : "fast");
        Map<String, Npz.Array> arrays = new HashMap<>();
        now.to(arrays, meta);
        if (kind == Kind.ATTENTION) {
            arrays.put("p", Npz.Array.of(transformer.p(), d + 1));
            transformer.fixedAlignment().to(arrays);
        }
        arrays.put("classes", Npz.Array.of(names));
        arrays.put("features", Npz.Array.of(Names.of(featureNames, feature -> feature).toString()));
        meta.put("demonstrations_sha256", hash(now)).put("product", Product.NAME);
        arrays.put("meta", Npz.Array.of(meta.toString()));
        return arrays;
    }

    /**
     * SHA-256, in hexadecimal, of the number of rows and of the sums that are kept, class by class; not of names. The hash
     * of an exact state is a receipt: it has every bit of the sums, which follow from the rows that are there alone. The same
     * rows give the same hash, whatever came and went, in whatever order, merged, saved and loaded, on any machine.
     *
     * <p>That rows have been removed can be shown in two ways, up to a collision of SHA-256. Where the rows that stay are at
     * hand, a state that never saw the others, {@link #exact()} and {@link #addAll} of these, has the same hash. Where they
     * are not, a {@link #copy} to which the removed rows are added has the hash from before. A row that differs in one bit
     * gives another hash, but for what the sums themselves do not tell apart: in a state of one p, rows with p·z = 0.
     *
     * <p>It is a receipt for this state alone: not for copies, files and classifiers from before. The hash of a fast state
     * depends on its history by roundings; from it no row can be removed, and it proves nothing of that kind.
     */
    public String hash() {
        return hash(copySums());
    }

    private static String hash(Sums sums) {
        Hash hash = new Hash();
        sums.to(hash);
        return hash.hex();
    }

    /**
     * Reads a state of moments or variances that {@link #save} wrote. It goes on where that was, to the bit.
     *
     * @param label of a name; an IllegalArgumentException of its refuses the file
     * @throws IOException if there is no such file, it is not what it should be, it is a state of one p, or its format
     *         has another version; the message names the file, the array, what was found and what was expected
     */
    public static <L> State<L> load(Path file, Function<String, ? extends L> label) throws IOException {
        return read(Npz.read(file), label, null);
    }

    /**
     * {@link #load(Path, Function)} from a stream, which stays open; the bytes of the file are taken, none behind them.
     */
    public static <L> State<L> load(InputStream in, Function<String, ? extends L> label) throws IOException {
        return read(Npz.read(in), label, null);
    }

    /** {@link #load(Path, Function)} from bytes, from the buffer's position on, which moves behind them. */
    public static <L> State<L> load(ByteBuffer bytes, Function<String, ? extends L> label) throws IOException {
        return read(Npz.read(bytes), label, null);
    }

    /**
     * Reads a state of one p that {@link #save} wrote. It goes on where that was, to the bit.
     *
     * @param label of a name; an IllegalArgumentException of its refuses the file
     * @param transformer with the p of the one that the state was made for; its Q̄ may be another. It must take rows as
     *        they are: the file has their alignment
     * @throws IOException as {@link #load(Path, Function)}, and if its p is another, or it is not of one p
     */
    public static <L> State<L> load(Path file, Function<String, ? extends L> label, LinearTransformer transformer)
            throws IOException {
        checkTakesRows(transformer);
        return read(Npz.read(file), label, transformer);
    }

    /**
     * {@link #load(Path, Function, LinearTransformer)} from a stream, which stays open; the bytes of the file are taken,
     * none behind them.
     */
    public static <L> State<L> load(
            InputStream in, Function<String, ? extends L> label, LinearTransformer transformer) throws IOException {
        checkTakesRows(transformer);
        return read(Npz.read(in), label, transformer);
    }

    /** {@link #load(Path, Function, LinearTransformer)} from the buffer's position on, which moves behind the file. */
    public static <L> State<L> load(
            ByteBuffer bytes, Function<String, ? extends L> label, LinearTransformer transformer) throws IOException {
        checkTakesRows(transformer);
        return read(Npz.read(bytes), label, transformer);
    }

    private static void checkTakesRows(LinearTransformer transformer) {
        if (transformer.alignsByItself() || transformer.rowMap() != null) {
            throw new IllegalArgumentException(
                    "transformer has an alignment of its own, expected one that takes rows as they are");
        }
    }

    /** @param transformer of a state of one p, or {@code null}; the alignment of the file is in place of its own */
    static <L> State<L> read(Npz file, Function<String, ? extends L> label, LinearTransformer transformer)
            throws IOException {
        FlatJson meta = Format.STATE.meta(file);
        Kind kind = file.inMeta(() -> kind(meta.text("keeps")));
        boolean exact = file.inMeta(() -> isExact(meta.text("sums")));
        int d = file.features(meta);
        List<L> classes = Names.labels(file, label);
        List<String> names = Names.features(file, d);
        if (kind != Kind.ATTENTION && transformer != null) {
            throw file.bad("meta", "a state of " + meta.text("keeps"), "one of the transformer's p");
        }
        if (kind == Kind.ATTENTION) {
            return readAttention(file, meta, d, classes, names, transformer, exact);
        }
        file.inMeta(() -> checkFeatures("features", kind, d, exact));
        checkNames(file, ClassMoments.names(classes.size(), exact));
        return new State<>(kind, d, names, classes, null,
                ClassMoments.from(file, meta, d, classes.size(), kind == Kind.MOMENTS, exact));
    }

    private Object writeReplace() {
        return Serialized.of(
                Format.STATE, toBytes(label -> String.valueOf(numbers.get(label))), classes, transformer);
    }

    private void readObject(ObjectInputStream in) throws InvalidObjectException {
        throw Serialized.expected();
    }

    private static <L> State<L> readAttention(Npz file, FlatJson meta, int d, List<L> classes, List<String> names,
            LinearTransformer transformer, boolean exact) throws IOException {
        if (transformer == null) {
            throw file.bad("meta", "a state of one p", "one of moments or variances, or the transformer of this one");
        }
        Set<String> known = new HashSet<>(Set.of("p", "mean", "sign"));
        known.addAll(AttentionSums.names(exact));
        checkNames(file, known);
        if (transformer.features() != d) {
            throw file.bad("meta", "features = " + d, transformer.features() + " as the transformer has");
        }
        if (classes.size() != 2) {
            throw file.bad("classes", classes.size() + " names", "2");
        }
        if (!Arrays.equals(file.floats("p", d + 1), transformer.p())) {
            throw file.bad("p", "another vector than the transformer's", "the same");
        }
        LinearTransformer aligned = transformer.aligned(Alignment.from(file, d));
        return new State<>(Kind.ATTENTION, d, names, classes, aligned,
                AttentionSums.from(file, meta, aligned.p(), aligned.rowMap(), exact));
    }

    private static void checkNames(Npz file, Set<String> sums) throws IOException {
        Set<String> known = new HashSet<>(Set.of("classes", "features", "meta"));
        known.addAll(sums);
        file.checkNames(known, String.join(", ", sums.stream().sorted().toList()) + ", classes, features and meta alone");
    }

    private static Kind kind(String text) {
        for (Kind kind : Kind.values()) {
            if (kind.name().toLowerCase(Locale.ROOT).equals(text)) {
                return kind;
            }
        }
        throw new IllegalArgumentException(
                "keeps = " + Npz.printable(text) + ", expected attention, variances or moments");
    }

    private static boolean isExact(String text) {
        if (!text.equals("exact") && !text.equals("fast")) {
            throw new IllegalArgumentException("sums = " + Npz.printable(text) + ", expected exact or fast");
        }
        return text.equals("exact");
    }

    /** The moments of classes; throws unless they are kept. Not a copy. */
    ClassMoments classMoments(String what) {
        if (sums instanceof ClassMoments moments) {
            return moments;
        }
        throw new IllegalStateException("this is " + keeps() + ", which does not keep " + what);
    }

    /** The moments of classes with all of Σ x xᵀ; throws unless they are kept. Not a copy. */
    ClassMoments momentsFor(String learner) {
        if (sums instanceof ClassMoments moments && moments.hasProducts()) {
            return moments;
        }
        throw new IllegalStateException(
                learner + " needs a state of moments, Σ x xᵀ of each class, and this is " + keeps());
    }

    /** The moments of classes with at least the diagonal of Σ x xᵀ; throws unless they are kept. Not a copy. */
    ClassMoments variancesFor(String learner) {
        if (sums instanceof ClassMoments moments) {
            return moments;
        }
        throw new IllegalStateException(
                learner + " needs a state of variances or moments, and this is " + keeps());
    }

    /** Whether this is a state of one p. */
    boolean isAttention() {
        return kind == Kind.ATTENTION;
    }

    /** Whose p and alignment a state of one p has. */
    LinearTransformer transformer() {
        return transformer;
    }

    private AttentionSums attentionSums(String what) {
        if (sums instanceof AttentionSums attention) {
            return attention;
        }
        throw new IllegalStateException("this is " + keeps() + ", which does not keep " + what);
    }

    private void checkLength(float[] x) {
        if (x.length != d) {
            throw new IllegalArgumentException("x.length = " + x.length + ", expected " + d);
        }
    }

    /** Where a label is among the classes; throws unless it is there. */
    int number(String name, L label) {
        Integer c = numbers.get(label);
        if (c == null) {
            throw new IllegalArgumentException(name + " = " + label + ", expected one of the classes " + classes);
        }
        return c;
    }

    /** What is kept, of how many rows of which classes. While another thread changes the state, the number may be of no moment. */
    @Override
    public String toString() {
        // without the lock: a debugger asks while another thread has it
        return keeps() + " of " + d + " features, size " + sums.size() + ", classes " + Shown.of(classes);
    }
}
