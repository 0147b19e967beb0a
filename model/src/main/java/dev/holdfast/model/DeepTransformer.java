package dev.holdfast.model;

import dev.holdfast.model.archive.Hash;
import dev.holdfast.model.archive.Npz;
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
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * A linear transformer of several layers: its weights, and learning in context with them.
 *
 * <p>Layer l maps the tokens Z = (z_1, …, z_N, z), the demonstrations and a query whose label is 0, to
 *
 * <pre>
 *     Z + (1/N) P_l Z M Zᵀ Q_l Z        M = diag(1, …, 1, 0): nobody attends to the query
 * </pre>
 *
 * and f(x) is the query's label after the last one. It is linear in the query, and the demonstrations reach it by their
 * moments G = (1/N) Σ z_n z_nᵀ alone: with A = I before the first layer, A becomes (I + P_l A G Aᵀ Q_l) A, and w is
 * the last row of A after the last one without its last entry. So it reads any state of {@linkplain State#moments
 * moments}, as one layer does.
 *
 * <p>Layers are given in full, or are of the family that commutes with rotations of the features, of four numbers a
 * layer whatever d is: a {@link Layer}.
 *
 * <p>Source: Kumano, arXiv 2610.07754 (2026). Immutable; arrays are copied in and out.
 */
@SuppressWarnings("serial") // another object is written
public final class DeepTransformer extends Learner implements Serializable {
    private static final long serialVersionUID = 1;

    private final int d;
    /** Of the family; empty where {@link #matrices} say all. */
    private final List<Layer> layers;
    /** P_l and Q_l; empty for the family. They have no provenance and take rows as they are. */
    private final List<LinearTransformer> matrices;

    private final boolean centred;
    /** Or {@code null}. */
    private final Provenance provenance;

    /**
     * A layer of the family: P = p_x Π_x + p_y Π_y and Q = q_x Π_x + q_y Π_y, with Π_x = diag(1, …, 1, 0) and
     * Π_y = diag(0, …, 0, 1).
     *
     * @param px p_x, what reaches the features; finite, as the others are
     * @param py p_y, what reaches the label
     * @param qx q_x, what is asked of the features
     * @param qy q_y, what is asked of the label
     */
    public record Layer(double px, double py, double qx, double qy) implements Serializable {
        /** @throws IllegalArgumentException if a number is not finite */
        public Layer {
            finite("px", px);
            finite("py", py);
            finite("qx", qx);
            finite("qy", qy);
        }

        private static void finite(String name, double value) {
            if (!Double.isFinite(value)) {
                throw new IllegalArgumentException(name + " = " + value + ", expected a finite number");
            }
        }
    }

    private DeepTransformer(int d, List<Layer> layers, List<LinearTransformer> matrices, boolean centred,
            Provenance provenance) {
        this.d = d;
        this.layers = layers;
        this.matrices = matrices;
        this.centred = centred;
        this.provenance = provenance;
    }

    /**
     * Layers of the family.
     *
     * @param d number of features
     * @param layers at least one, in the order in which they act; a copy is kept
     */
    public static DeepTransformer family(int d, List<Layer> layers) {
        Objects.requireNonNull(layers, "layers");
        Rows.checkFeatureCount(d);
        checkEach("layers", layers);
        return new DeepTransformer(d, List.copyOf(layers), List.of(), false, null);
    }

    private static void checkEach(String name, List<?> list) {
        Rows.atLeast(name + ".size()", list.size(), 1);
        int l = 0;
        for (Object each : list) {
            if (each == null) {
                throw new IllegalArgumentException(name + "[" + l + "] = null, expected a layer");
            }
            l++;
        }
    }

    /**
     * Layers of any matrices.
     *
     * @param bigP P_l of each layer, (d+1) × (d+1), row-major, finite; at least one; copied
     * @param bigQ Q_l of each layer, as many
     */
    public static DeepTransformer full(List<float[]> bigP, List<float[]> bigQ) {
        Objects.requireNonNull(bigP, "bigP");
        Objects.requireNonNull(bigQ, "bigQ");
        checkEach("bigP", bigP);
        checkEach("bigQ", bigQ);
        if (bigQ.size() != bigP.size()) {
            throw new IllegalArgumentException(
                    "bigQ.size() = " + bigQ.size() + ", expected " + bigP.size() + ", as many as bigP has");
        }
        List<LinearTransformer> matrices = new ArrayList<>();
        for (int l = 0; l < bigP.size(); l++) {
            LinearTransformer.checkWeights("bigP[" + l + "]", bigP.get(l), bigP.get(0).length);
            LinearTransformer.checkWeights("bigQ[" + l + "]", bigQ.get(l), bigP.get(0).length);
            matrices.add(LinearTransformer.full(bigP.get(l), bigQ.get(l)));
        }
        return of(matrices);
    }

    /** Of one layer each, which take rows as they are. */
    static DeepTransformer of(List<LinearTransformer> matrices) {
        return new DeepTransformer(matrices.get(0).features(), List.of(), List.copyOf(matrices), false, null);
    }

    /**
     * The depth of one: what it learns from rows and from states of moments are the classifiers of {@code layer}, to the
     * bit. Rows of P and a column of Q that were not given are zero.
     *
     * @param layer one that takes rows as they are; {@link #centred} takes their mean off
     * @throws IllegalStateException if P has more entries than an array holds
     */
    public static DeepTransformer of(LinearTransformer layer) {
        if (layer.alignsByItself() || layer.rowMap() != null) {
            throw new IllegalArgumentException("layer has an alignment, expected one that takes rows as they are");
        }
        LinearTransformer whole = LinearTransformer.full(layer.p(), layer.qBar(), layer.bigP(), layer.bigQ());
        return new DeepTransformer(layer.features(), List.of(), List.of(whole), false, layer.provenance().orElse(null));
    }

    /** Number of layers, L. */
    public int depth() {
        return layers.size() + matrices.size();
    }

    /** Number of features, d. */
    public int features() {
        return d;
    }

    /** The layers of the family, unmodifiable; none where layers are given in full. */
    public List<Layer> layers() {
        return layers;
    }

    /** p_x, p_y, q_x and q_y of each layer of the family. */
    double[][] numbers() {
        return layers.stream()
                .map(layer -> new double[] {layer.px, layer.py, layer.qx, layer.qy})
                .toArray(double[][]::new);
    }

    /** P_l and Q_l of each layer; none for the family. */
    List<LinearTransformer> matrices() {
        return matrices;
    }

    /**
     * The same layers for another number of features.
     *
     * @throws IllegalStateException if layers are given in full, for other features
     */
    @Override
    public DeepTransformer withFeatures(int d) {
        Rows.checkFeatureCount(d);
        if (d == this.d) {
            return this;
        }
        if (layers.isEmpty()) {
            throw new IllegalStateException("weights for " + this.d + " features, expected " + d);
        }
        return new DeepTransformer(d, layers, matrices, centred, provenance);
    }

    /**
     * The same layers, learning from demonstrations less the mean of all those that a classifier is learnt from, rounded
     * to float; classifiers take raw queries, for it is folded into their intercepts. It is what data need whose features
     * do not have mean 0.
     */
    public DeepTransformer centred() {
        return new DeepTransformer(d, layers, matrices, true, provenance);
    }

    /** {@link #centred()}. */
    @Override
    public DeepTransformer forRawRows() {
        return centred();
    }

    /** SHA-256 of the layers, in hexadecimal. */
    String hash() {
        Hash hash = new Hash();
        for (double[] numbers : numbers()) {
            hash.add(numbers);
        }
        for (LinearTransformer layer : matrices) {
            hash.add(layer.givenP()).add(layer.givenQ());
        }
        return hash.hex();
    }

    /** Whether the mean of demonstrations is taken off. */
    boolean isCentred() {
        return centred;
    }

    /** Where the weights came from, if that is known. */
    public Optional<Provenance> provenance() {
        return Optional.ofNullable(provenance);
    }

    /** The same layers, said to come from {@code provenance}. */
    public DeepTransformer withProvenance(Provenance provenance) {
        return new DeepTransformer(d, layers, matrices, centred, Objects.requireNonNull(provenance, "provenance"));
    }

    @Override
    public String name() {
        return centred ? "centred deep transformer" : "deep transformer";
    }

    /** {@inheritDoc} That is a state of {@linkplain State#moments moments}. */
    @Override
    public <L> State<L> state(int d, List<L> classes) {
        if (d != this.d) {
            throw new IllegalArgumentException("d = " + d + ", expected " + this.d + " as the transformer has");
        }
        return State.moments(d, classes);
    }

    /**
     * {@inheritDoc} Rows of one label alone are demonstrations, too. All is carried in double, and each weight rounded to
     * float once; but one layer of matrices learns as the {@link LinearTransformer} does, to the bit.
     *
     * <p>With N rows and L layers it takes, of the family, where p_x q_x = 0 but in the last two layers, L − 1 passes over the
     * rows, O(L N d), or O((N + L) d²) where that is less; else O(N² d + L N³) where N &lt; d, or O(N d² + L d³). Layers in full take
     * O(N d² + L d³), for L ≤ 2 O(N d²). Memory is O(L) matrices.
     *
     * @throws IllegalStateException if a weight is too large for floats
     */
    @Override
    public Classifier learn(Rows x, int[] y) {
        x.checkFeatures(d);
        if (isSingle()) {
            return single(x).learn(x, y);
        }
        double[] labels = checkDemonstrations(x, y);
        return new RowReading(this, x).classifier(labels).named(x.featureNames());
    }

    private double[] checkDemonstrations(Rows x, int[] y) {
        Rows.atLeast("number of demonstrations", x.rows(), 1);
        float[] labels = x.labels(y);
        x.checkMagnitude(State.GREATEST_FEATURE);
        return IntStream.range(0, labels.length).mapToDouble(n -> labels[n]).toArray();
    }

    /** {@inheritDoc} The classifier of a pair is {@link #learn(Rows, int[])} of the demonstrations of the two alone. */
    @Override
    public <L> MultiClassifier<L> learnPairs(Rows x, List<L> y) {
        x.checkFeatures(d);
        return learnEachPair(x, y);
    }

    /** {@inheritDoc} The classifier of a class is {@link #learn(Rows, int[])} of all demonstrations. */
    @Override
    public <L> MultiClassifier<L> learnRest(Rows x, List<L> y) {
        x.checkFeatures(d);
        LabelledRows<L> all = LabelledRows.of(x, y);
        Classifier[] byClass = new Classifier[all.classes().size()];
        if (isSingle()) {
            Arrays.setAll(byClass, c -> learn(x, all.labels(c)));
        } else {
            checkDemonstrations(x, all.labels(0));
            RowReading reading = new RowReading(this, x);
            Arrays.setAll(byClass, c -> reading.classifier(IntStream.of(all.labels(c)).asDoubleStream().toArray()));
        }
        return MultiClassifier.rest(all.classes(), byClass).named(x.featureNames());
    }

    /** Whether this is one layer of matrices, a {@link LinearTransformer}. */
    private boolean isSingle() {
        return matrices.size() == 1;
    }

    private LinearTransformer single(Rows x) {
        return single(centred && x.rows() > 0 ? Alignment.mean(x) : new float[d]);
    }

    /** The one layer of matrices, less a mean. */
    private LinearTransformer single(float[] mean) {
        LinearTransformer layer = matrices.get(0).aligned(Alignment.centring(mean));
        return provenance == null ? layer : layer.withProvenance(provenance);
    }

    @Override
    Classifier[] read(State<?> now, Split[] splits) {
        if (now.features() != d) {
            throw new IllegalArgumentException("state has " + now.features() + " features, expected " + d);
        }
        Classifier[] classifiers = new Classifier[splits.length];
        if (isSingle()) {
            for (int k = 0; k < splits.length; k++) {
                float[] mean = centred ? MomentReading.alignment(now, splits[k]).mean() : new float[d];
                classifiers[k] = single(mean).read(now, new Split[] {splits[k]})[0];
            }
            return classifiers;
        }
        DepthReading reading = new DepthReading(this, now);
        for (int k = 0; k < splits.length; k++) {
            classifiers[k] = reading.classifier(splits[k]);
        }
        return classifiers;
    }

    /**
     * What each demonstration has to do with the answer to a query, and how many flipped labels it takes to change it, for
     * the classifier that {@link #learn(Rows, int[])} makes: where labels reach the classifier by m̄ = (1/N) Σ y_n x_n alone,
     * f(x) is (1/N) Σ y_n x_n·g with a g that they do not reach, so that a flipped label changes the sign of its own share.
     * That is so where, of the family,
     *
     * <ul>
     * <li>p_x q_y = 0 in all layers but the last, and
     * <li>p_y q_y = 0 in all layers but the first;
     * </ul>
     *
     * and of layers in full where each P_l is diag(P_xx, p_yy), of the last one its last row, and each Q_l is diag(Q_xx, 0).
     *
     * <p>What removed demonstrations leave has no such form, but of one layer: {@link Influence#leaveOneOut} and what else is
     * of removals refuse. The mean is the same whatever is flipped.
     *
     * @param x at least one demonstration of d finite features; read, not kept
     * @param y labels, −1 or +1, one a row; read, not kept
     * @param query d finite features; read, not kept
     * @throws IllegalStateException if labels reach the classifier otherwise; the message names the layer and its numbers
     */
    public Influence influence(Rows x, int[] y, float[] query) {
        x.checkFeatures(d);
        if (isSingle()) {
            return single(x).influence(x, y, query);
        }
        double[] labels = checkDemonstrations(x, y);
        LinearTransformer.checkWeights("query", query, d);
        LabelPaths.check(this);
        return new RowReading(this, x).influence(labels, query);
    }

    /**
     * How many replaced, added or moved demonstrations it takes at least to change an answer of the classifier that
     * {@link #learn(Rows, int[])} makes of them, with the mean of the hijacked rows where they are {@link #centred}: a bound
     * that is sound, and not exact. What is linear in the changed rows is exact but for the box of each layer, the rest by
     * norms that grow with every layer, so that the bound says little of many layers with large weights.
     *
     * <p>It costs O(N d² + L d³) and memory for 3L matrices, and then O(L (N d + d²)) a query.
     *
     * @param x at least one demonstration of d finite features, in the threat's box if there is one; copied
     * @param y labels, −1 or +1, one a row; copied
     * @param threat of ℓ∞, as for {@link LinearTransformer#hijacking}
     * @param epsilon ε: feature j of a moved demonstration moves by at most ε b_j; finite, at least 0
     */
    public HijackingBound hijacking(Rows x, int[] y, Threat threat, double epsilon) {
        x.checkFeatures(d);
        checkDemonstrations(x, y);
        Hijacking.check(x, threat, epsilon);
        return new DepthHijacking(layers.isEmpty()
                        ? matrices.stream()
                                .map(layer -> new double[][] {doubles(layer.givenP()), doubles(layer.givenQ())})
                                .toList()
                        : layers.stream()
                                .map(layer -> new double[][] {diagonal(layer.px, layer.py), diagonal(layer.qx, layer.qy)})
                                .toList(),
                centred, isSingle(), learn(x, y), x, y, threat, epsilon);
    }

    private static double[] doubles(float[] matrix) {
        double[] out = new double[matrix.length];
        for (int i = 0; i < out.length; i++) {
            out[i] = matrix[i];
        }
        return out;
    }

    /** Of (d+1) × (d+1). */
    private double[] diagonal(double x, double y) {
        double[] out = new double[Math.multiplyExact(d + 1, d + 1)];
        for (int i = 0; i <= d; i++) {
            out[i * (d + 2)] = i < d ? x : y;
        }
        return out;
    }

    /**
     * Writes these weights to a file of NumPy's .npz format, in one step as {@link LinearTransformer#save} does: of the
     * family {@code layer_1}, …, each p_x, p_y, q_x and q_y in float64; else {@code P_1}, {@code Q_1}, …, each
     * (d+1) × (d+1) in float32; and {@code meta}, a JSON object as text: format, version, features, depth, rows (as they
     * are, or centred), product and, if it is known, the {@link #provenance}.
     *
     * @throws IOException if the file cannot be written whole; an old one is then as it was
     */
    public void save(Path file) throws IOException {
        Npz.write(file, DepthFile.arrays(this));
    }

    /** Writes the bytes of {@linkplain #save(Path) the file} to a stream, which is flushed and stays open. */
    public void save(OutputStream out) throws IOException {
        Npz.write(out, DepthFile.arrays(this));
    }

    /** The bytes of {@linkplain #save(Path) the file}, owned by the caller. */
    public byte[] toBytes() {
        return Npz.bytes(DepthFile.arrays(this));
    }

    /**
     * Reads what {@link #save} wrote.
     *
     * @throws IOException if there is no such file, it is not what it should be, or its format has another version; the
     *         message names the file, the array, what was found and what was expected
     */
    public static DeepTransformer load(Path file) throws IOException {
        return DepthFile.read(Npz.read(file));
    }

    /** {@link #load(Path)} from a stream, which stays open; the bytes of the file are taken, none behind them. */
    public static DeepTransformer load(InputStream in) throws IOException {
        return DepthFile.read(Npz.read(in));
    }

    /** {@link #load(Path)} from bytes, from the buffer's position on, which moves behind them. */
    public static DeepTransformer load(ByteBuffer bytes) throws IOException {
        return DepthFile.read(Npz.read(bytes));
    }

    private Object writeReplace() {
        return Serialized.of(Format.DEPTH, toBytes());
    }

    private void readObject(ObjectInputStream in) throws InvalidObjectException {
        throw Serialized.expected();
    }

    /** Whether the other one has the same layers, given in the same way, for as many features, from the same provenance. */
    @Override
    public boolean equals(Object other) {
        return other instanceof DeepTransformer transformer
                && d == transformer.d
                && layers.equals(transformer.layers)
                && matrices.equals(transformer.matrices)
                && centred == transformer.centred
                && Objects.equals(provenance, transformer.provenance);
    }

    @Override
    public int hashCode() {
        return Objects.hash(d, layers, matrices, centred, provenance);
    }

    @Override
    public String toString() {
        return name() + " of depth " + depth() + " and " + d + " features"
                + (layers.isEmpty() ? "" : ", layers " + Shown.of(layers))
                + provenance().map(from -> ", " + from).orElse("");
    }
}
