package dev.holdfast.model;

import dev.holdfast.kernel.LinearAttention;
import dev.holdfast.kernel.Workers;
import dev.holdfast.model.archive.Hash;
import dev.holdfast.model.archive.Npz;
import dev.holdfast.model.archive.Product;
import dev.holdfast.model.sums.AttentionSums;
import java.io.IOException;
import java.io.InputStream;
import java.io.InvalidObjectException;
import java.io.ObjectInputStream;
import java.io.OutputStream;
import java.io.Serializable;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * A single-layer linear transformer: its weights, and learning in context with them.
 *
 * <p>From demonstrations z_n = (x_n, y_n) it builds the linear classifier w = Q̄ᵀ a / N with a = Σ_n (p·z_n) z_n in one
 * pass, without training: p is the last row of P, Q̄ the first d columns of Q. The two ideal results of pretraining
 * are {@link #standard} and {@link #adversarial}; the latter is robust on tasks it has never seen. Rows of one label
 * alone are demonstrations, too: w points to where they are, or away from it. An {@link #aligned()} transformer needs
 * both, as every reading of a state of {@linkplain State#moments moments} does.
 *
 * <p>Source: Kumano, Kera, Yamasaki, ICLR 2026 (arXiv 2505.14042), sections 3 and 4. Immutable; arrays are copied in
 * and out.
 */
@SuppressWarnings("serial") // another object is written
public final class LinearTransformer extends Learner implements Serializable {
    private static final long serialVersionUID = 1;

    /** Last row of P, d+1 entries. */
    private final float[] p;

    private final QBar qBar;
    /** P and Q, (d+1) × (d+1), where they were given in full, or else {@code null}. */
    private final float[] bigP;

    private final float[] bigQ;
    /** Or {@code null}. */
    private final Provenance provenance;

    /** That of every row; {@code null} where rows are taken as they are, or by their own. */
    private final Alignment alignment;

    private final boolean alignsByItself;
    private final int d;

    private LinearTransformer(float[] p, QBar qBar, float[] bigP, float[] bigQ, Provenance provenance,
            Alignment alignment, boolean alignsByItself) {
        this.p = p;
        this.qBar = qBar;
        this.bigP = bigP;
        this.bigQ = bigQ;
        this.provenance = provenance;
        this.alignment = alignment;
        this.alignsByItself = alignsByItself;
        this.d = p.length - 1;
    }

    /** The result of standard pretraining: p = 1, Q̄ = all ones. Accurate, and easy to fool. */
    public static LinearTransformer standard(int d) {
        Rows.checkFeatureCount(d);
        return structured(constant(d + 1, 1), new float[d], 1, constant(d, 1));
    }

    /** The result of adversarial pretraining: p = 1, Q̄ = the identity above a label row of zeros. */
    public static LinearTransformer adversarial(int d) {
        Rows.checkFeatureCount(d);
        return structured(constant(d + 1, 1), constant(d, 1), 0, new float[d]);
    }

    private static float[] constant(int length, float value) {
        float[] array = new float[length];
        Arrays.fill(array, value);
        return array;
    }

    /**
     * Weights with Q̄ = diag(δ) + b·11ᵀ above a label row, in O(d) memory.
     *
     * @param p last row of P, d+1 entries
     * @param delta δ, d entries
     * @param b the constant added to every entry of the upper d × d
     * @param label the label row, d entries
     */
    public static LinearTransformer structured(float[] p, float[] delta, float b, float[] label) {
        Objects.requireNonNull(label, "label");
        int d = featuresOf(p);
        checkWeights("delta", delta, d);
        checkWeights("b", new float[] {b}, 1);
        checkWeights("label", label, d);
        return of(p.clone(), QBar.structured(delta.clone(), b, label.clone()));
    }

    /**
     * Weights with any Q̄.
     *
     * @param p last row of P, d+1 entries
     * @param qBar first d columns of Q, (d+1) × d, row-major
     */
    public static LinearTransformer of(float[] p, float[] qBar) {
        int d = featuresOf(p);
        checkWeights("qBar", qBar, (d + 1L) * d);
        return of(p.clone(), QBar.of(d, qBar));
    }

    /** Keeps {@code p}. */
    static LinearTransformer of(float[] p, QBar qBar) {
        return new LinearTransformer(p, qBar, null, null, null, null, false);
    }

    /**
     * All of P and Q, for {@link #outputs}; {@link #learn} reads P's last row and Q's first d columns.
     *
     * @param bigP P, (d+1) × (d+1), row-major
     * @param bigQ Q, (d+1) × (d+1), row-major
     */
    public static LinearTransformer full(float[] bigP, float[] bigQ) {
        Objects.requireNonNull(bigQ, "bigQ");
        int size = (int) Math.round(Math.sqrt(bigP.length));
        if (size < 2 || (long) size * size != bigP.length) {
            throw new IllegalArgumentException(
                    "bigP.length = " + bigP.length + ", expected the square of d+1, at least 4");
        }
        checkWeights("bigP", bigP, bigP.length);
        checkWeights("bigQ", bigQ, bigP.length);
        int d = size - 1;
        float[] p = Arrays.copyOfRange(bigP, d * size, size * size);
        return full(p, QBar.of(d, bigQ), bigP.clone(), bigQ.clone());
    }

    /** Keeps the arrays; {@code p} is the last row of P, {@code qBar} the first columns of Q. */
    static LinearTransformer full(float[] p, QBar qBar, float[] bigP, float[] bigQ) {
        return new LinearTransformer(p, qBar, bigP, bigQ, null, null, false);
    }

    private static int featuresOf(float[] p) {
        if (p.length < 2) {
            throw new IllegalArgumentException("p.length = " + p.length + ", expected d+1, at least 2");
        }
        checkWeights("p", p, p.length);
        return p.length - 1;
    }

    static void checkWeights(String name, float[] weights, long length) {
        Objects.requireNonNull(weights, name);
        if (weights.length != length) {
            throw new IllegalArgumentException(name + ".length = " + weights.length + ", expected " + length);
        }
        for (int i = 0; i < weights.length; i++) {
            if (!Float.isFinite(weights[i])) {
                throw new IllegalArgumentException(
                        name + "[" + i + "] = " + weights[i] + ", expected a finite number");
            }
        }
    }

    /**
     * Writes these weights to a file of NumPy's .npz format, which replaces {@code file} in one step: a crash at any
     * moment leaves the whole old file or the whole new one. On one JDK the same weights give the same bytes.
     *
     * <p>The arrays are {@code p} (d+1), {@code Q} (d+1 × d+1) and, if the weights were given in full, {@code P}
     * (d+1 × d+1), all float32, and {@code meta}, a JSON object as text: format, version, features, product and, if it
     * is known, the {@link #provenance}. Q's last column, which never reaches f, is zero where it was not given; the
     * diagonal of structured weights is b + δ, rounded to float.
     *
     * @param file of the default file system; where it is a symbolic link, what it points to is replaced
     * @throws IOException if the file cannot be written whole; an old one is then as it was
     * @throws IllegalArgumentException if Q has more entries than an array holds, (d+1)² &gt; 2³¹ − 9; no file is
     *         touched
     */
    public void save(Path file) throws IOException {
        Npz.write(file, WeightsFile.arrays(this));
    }

    /** Writes the bytes of {@linkplain #save(Path) the file} to a stream, which is flushed and stays open. */
    public void save(OutputStream out) throws IOException {
        Npz.write(out, WeightsFile.arrays(this));
    }

    /** The bytes of {@linkplain #save(Path) the file}, owned by the caller. */
    public byte[] toBytes() {
        return Npz.bytes(WeightsFile.arrays(this));
    }

    /**
     * Reads weights that {@link #save} wrote, or {@code numpy.savez} or {@code numpy.savez_compressed}: {@code P} and
     * {@code Q}; or {@code p}, the last row of P, and {@code Q}. Q may lack its last column. Elements are float32, or
     * float64 and rounded, in either order of bytes and of elements. A Q̄ that is diag(δ) + b·11ᵀ above a label row, to
     * the bit, takes O(d) memory, here and in {@link #of(float[], float[])}.
     *
     * <p>Pickled objects, other arrays, other types and numbers that are not finite are refused. So is a file that was
     * cut short, and one with a byte changed, unless the byte says nothing of the weights: the CRC-32 of each array is
     * checked, which finds every change of one stored byte and all but one in 2³² of a deflated one. Memory is taken
     * for no more than the file can hold, which is 1032 times its size where it is deflated.
     *
     * @throws IOException if there is no such file or it is not what it should be; the message names the file, the
     *         array, what was found and what was expected
     */
    public static LinearTransformer load(Path file) throws IOException {
        return WeightsFile.read(Npz.read(file));
    }

    /** {@link #load(Path)} from a stream, which stays open; the bytes of the file are taken, none behind them. */
    public static LinearTransformer load(InputStream in) throws IOException {
        return WeightsFile.read(Npz.read(in));
    }

    /** {@link #load(Path)} from bytes, from the buffer's position on, which moves behind them. */
    public static LinearTransformer load(ByteBuffer bytes) throws IOException {
        return WeightsFile.read(Npz.read(bytes));
    }

    private Object writeReplace() {
        return Serialized.of(toBytes(), alignment, alignsByItself);
    }

    private void readObject(ObjectInputStream in) throws InvalidObjectException {
        throw Serialized.expected();
    }

    /** Where the weights came from, if that is known. */
    public Optional<Provenance> provenance() {
        return Optional.ofNullable(provenance);
    }

    /** The same weights, said to come from {@code provenance}. */
    public LinearTransformer withProvenance(Provenance provenance) {
        return new LinearTransformer(
                p, qBar, bigP, bigQ, Objects.requireNonNull(provenance, "provenance"), alignment, alignsByItself);
    }

    /**
     * The same weights, learning from demonstrations that it centres and aligns by themselves, as {@link Alignment#fit}
     * says; classifiers take raw queries. It is what data need whose features do not have mean 0 and do not all grow with
     * the label. How rows are aligned is no part of the weights that {@link #save} writes.
     */
    public LinearTransformer aligned() {
        return new LinearTransformer(p, qBar, bigP, bigQ, provenance, null, true);
    }

    /**
     * The same weights, learning from demonstrations as {@code alignment} maps them, whatever they are; classifiers take
     * raw queries: the map is folded into their weights and their intercept.
     *
     * @param alignment of d features
     */
    public LinearTransformer aligned(Alignment alignment) {
        if (alignment.features() != d) {
            throw new IllegalArgumentException("alignment has " + alignment.features() + " features, expected " + d);
        }
        return new LinearTransformer(p, qBar, bigP, bigQ, provenance, alignment, false);
    }

    /** {@inheritDoc} Weights of a transformer are for their own d alone. */
    @Override
    public LinearTransformer withFeatures(int d) {
        if (d != this.d) {
            throw new IllegalStateException("weights for " + this.d + " features, expected " + d);
        }
        return this;
    }

    /** {@link #aligned()}. */
    @Override
    public LinearTransformer forRawRows() {
        return aligned();
    }

    /** Whether rows are centred and aligned by themselves. */
    boolean alignsByItself() {
        return alignsByItself;
    }

    /** What every row goes through that is not aligned by itself. */
    Alignment fixedAlignment() {
        return alignment == null ? Alignment.none(d) : alignment;
    }

    /** {@link #fixedAlignment} of one row; {@code null} where it changes nothing. */
    AttentionSums.RowMap rowMap() {
        return alignment == null || alignment.equals(Alignment.none(d)) ? null : alignment::applyRow;
    }

    /** Throws unless states of the other may be added to states of this one. */
    void checkSameRows(String name, LinearTransformer other) {
        if (!Arrays.equals(p, other.p)) {
            throw new IllegalArgumentException(
                    name + " has a transformer with another p, expected the p of this state");
        }
        if (!fixedAlignment().equals(other.fixedAlignment())) {
            throw new IllegalArgumentException(
                    name + " has another alignment, expected the means and signs of this state");
        }
    }

    @Override
    public String name() {
        return alignsByItself ? "aligned transformer" : "transformer";
    }

    /** {@inheritDoc} A transformer reads {@linkplain State#moments moments}, or a {@linkplain State#attention state of its p}. */
    @Override
    public <L> State<L> state(int d, List<L> classes) {
        if (d != this.d) {
            throw new IllegalArgumentException("d = " + d + ", expected " + this.d + " as the transformer has");
        }
        return State.moments(d, classes);
    }

    /** Number of features, d. */
    public int features() {
        return d;
    }

    /** Not a copy. */
    float[] p() {
        return p;
    }

    QBar qBar() {
        return qBar;
    }

    /** Not a copy; {@code null} where P was not given in full. */
    float[] givenP() {
        return bigP;
    }

    /** Not a copy; {@code null} where Q was not given in full. */
    float[] givenQ() {
        return bigQ;
    }

    /**
     * P, (d+1) × (d+1), row-major, owned by the caller; its last row is p. Rows that were not given are zero.
     *
     * @throws IllegalStateException if it has more entries than an array holds
     */
    public float[] bigP() {
        return bigP != null ? bigP.clone() : fullP();
    }

    /**
     * Q, (d+1) × (d+1), row-major, owned by the caller; its first d columns are Q̄. A last column that was not given is
     * zero.
     *
     * @throws IllegalStateException if it has more entries than an array holds
     */
    public float[] bigQ() {
        return bigQ != null ? bigQ.clone() : fullQ();
    }

    /** {@inheritDoc} Rows are taken as they are, unless this transformer is an {@linkplain #aligned() aligned} one. */
    @Override
    public Classifier learn(Rows x, int[] y) {
        if (alignsByItself) {
            return aligned(Alignment.fit(x, y)).learn(x, y);
        }
        float[] labels = checkDemonstrations(x, y);
        double[] a = new double[d + 1];
        AttentionSums.accumulate(x.array(), x.offset(), x.stride(), labels, rowMap(), d, p, a,
                new float[LinearAttention.contextWorkLength(d)]);
        return learnt(a, x);
    }

    /**
     * {@link #learn(Rows, int[])} by several threads, with the same result to the bit: for one huge task. A batch of
     * tasks is shared by {@link Workers#forEach}, a task a piece. An aligned transformer learns by the caller alone.
     *
     * @param workers the caller and an executor
     */
    public Classifier learn(Rows x, int[] y, Workers workers) {
        if (alignsByItself || rowMap() != null) {
            return learn(x, y);
        }
        float[] labels = checkDemonstrations(x, y);
        double[] a = new double[d + 1];
        LinearAttention.accumulate(x.array(), x.offset(), x.stride(), x.rows(), d, labels, 0, p, a,
                new float[LinearAttention.contextSumsLength(x.rows(), d)],
                new float[workers.count()][LinearAttention.contextWorkLength(d)], workers);
        return learnt(a, x);
    }

    private Classifier learnt(double[] a, Rows x) {
        float[] w = new float[d];
        qBar.readout(a, x.rows(), w);
        // a feature that is not finite makes p·z, hence the label's entry of a, not finite: no pass of its own to check
        checkFinite(a, x);
        for (float wj : w) {
            if (!Float.isFinite(wj)) {
                throw x.tooLarge("the classifier w");
            }
        }
        return folded(w, x.rows(), a, fixedAlignment()).named(x.featureNames());
    }

    /** The classifier of raw rows that answers as w = Q̄ᵀ a / n does on aligned ones. Keeps {@code a}. */
    private Classifier folded(float[] w, double n, double[] a, Alignment of) {
        return new Classifier(of.raw(w), of.intercept(w), of, null, origin(n, a));
    }

    /**
     * {@inheritDoc} The classifier of a pair is {@link #learn(Rows, int[])} of the demonstrations of the two alone, in
     * their order.
     */
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
        Arrays.setAll(byClass, c -> learn(x, all.labels(c)));
        return MultiClassifier.rest(all.classes(), byClass).named(x.featureNames());
    }

    @Override
    Classifier[] read(State<?> now, Split[] splits) {
        if (now.features() != d) {
            throw new IllegalArgumentException("state has " + now.features() + " features, expected " + d);
        }
        if (now.isAttention() && !alignsByItself) {
            checkReads(now.transformer());
            return new Classifier[] {readout(now.attention(), now.size(), now.transformer().fixedAlignment())};
        }
        MomentReading reading = new MomentReading(now.momentsFor(name()), d);
        Classifier[] classifiers = new Classifier[splits.length];
        for (int k = 0; k < splits.length; k++) {
            MomentReading.checkNotEmpty(now, splits[k]);
            MomentReading.Attention seen =
                    reading.attention(splits[k], p, alignsByItself ? null : fixedAlignment());
            classifiers[k] = readout(seen.a(), seen.n(), seen.alignment());
        }
        return classifiers;
    }

    /** Throws unless this transformer has the p of a state, and its alignment, or none. */
    private void checkReads(LinearTransformer of) {
        if (!Arrays.equals(p, of.p)) {
            throw new IllegalArgumentException("state has another p than this transformer, expected the same");
        }
        if (alignment != null && !alignment.equals(of.fixedAlignment())) {
            throw new IllegalArgumentException("state has another alignment than this transformer, expected the same");
        }
    }

    /** w = Q̄ᵀ a / n, folded. */
    private Classifier readout(double[] a, double n, Alignment of) {
        float[] w = new float[d];
        qBar.readout(a, n, w);
        for (int j = 0; j < d; j++) {
            if (!Float.isFinite(w[j])) {
                throw new IllegalStateException("w[" + j + "] = " + w[j] + ", expected a finite number");
            }
        }
        return folded(w, n, a, of);
    }

    /**
     * What each demonstration has to do with the answer to a query, and how many flipped labels or removed
     * demonstrations it takes to change it, for the classifier that {@link #learn(Rows, int[])} makes. The alignment is
     * the same whatever is flipped or removed, even if it is that of these demonstrations.
     *
     * @param x at least one demonstration of d finite features; read, not kept
     * @param y labels, −1 or +1, one a row; read, not kept
     * @param query d finite features; read, not kept
     */
    public Influence influence(Rows x, int[] y, float[] query) {
        float[] labels = checkDemonstrations(x, y);
        checkWeights("query", query, d);
        Alignment of = alignsByItself ? Alignment.fit(x, y) : fixedAlignment();
        return Influence.of(p, qBar, of, x, labels, query);
    }

    /**
     * How many replaced, added or moved demonstrations it takes to change the answer to a query, for the classifier that
     * {@link #learn(Rows, int[])} makes. The alignment is the same whatever is done to the demonstrations, even if it is that
     * of these demonstrations.
     *
     * @param x at least one demonstration of d finite features, in the threat's box if there is one; read, not kept
     * @param y labels, −1 or +1, one a row; read, not kept
     * @param query d finite features; read, not kept
     * @param threat of ℓ∞: where rows of the adversary lie, by its box, whose edges are finite, and how far features move,
     *        by its budgets; without a box demonstrations are moved only
     * @param epsilon ε: feature j of a moved demonstration moves by at most ε b_j; finite, at least 0
     */
    public Hijacking hijacking(Rows x, int[] y, float[] query, Threat threat, double epsilon) {
        float[] labels = checkDemonstrations(x, y);
        checkWeights("query", query, d);
        Hijacking.check(x, threat, epsilon);
        Alignment of = alignsByItself ? Alignment.fit(x, y) : fixedAlignment();
        return Hijacking.of(p, qBar, of, x, labels, query, threat, epsilon);
    }

    /**
     * The same where the alignment is no constant: how many replaced, added or moved demonstrations it takes at least to
     * change an answer of the classifier that the {@link #aligned()} layer makes of them, whose means and signs are those of
     * the hijacked rows. A bound that is sound, and not exact. Who can replace a whole class certainly changes every answer.
     *
     * <p>For each number of changes it costs O(N d + d²) once and then O(N d + d log d) a query.
     *
     * @param x demonstrations of both labels, of d finite features, in the threat's box if there is one; copied
     * @param y labels, −1 or +1, one a row; copied
     * @param threat of ℓ∞, as for {@link #hijacking}
     * @param epsilon ε: feature j of a moved demonstration moves by at most ε b_j; finite, at least 0
     */
    public HijackingBound hijackingWithAlignment(Rows x, int[] y, Threat threat, double epsilon) {
        checkDemonstrations(x, y);
        Hijacking.check(x, threat, epsilon);
        Alignment fitted = Alignment.fit(x, y);
        return new LayerHijacking(p, qBar, aligned().learn(x, y), fitted, x, y, threat, epsilon);
    }

    /** What a classifier has learnt from n demonstrations of this state. Keeps {@code a}. */
    private Supplier<Classifier.Origin> origin(double n, double[] a) {
        return () -> {
            Hash weights = new Hash().add(p);
            qBar.to(weights);
            return new Classifier.Origin(
                    n, new Hash().add(n).add(a).hex(), "transformer:" + weights.hex(), provenance(), Product.NAME);
        };
    }

    private float[] checkDemonstrations(Rows x, int[] y) {
        Rows.atLeast("number of demonstrations", x.rows(), 1);
        x.checkFeatures(d);
        return x.labels(y);
    }

    private static void checkFinite(double[] sums, Rows x) {
        for (double sum : sums) {
            if (!Double.isFinite(sum)) {
                throw x.tooLarge("a sum over the demonstrations");
            }
        }
    }

    /**
     * The full form: every output of the layer, O(X) = P (Z Zᵀ/N) Q [X; 0]. Its last row is the scores, rounded more
     * often than {@link Classifier#scores}. Rows of P that were not given are zero.
     *
     * @param x at least one demonstration of d finite features
     * @param y labels, −1 or +1, one a row
     * @param queries M queries of d features
     * @return O, (d+1) × M, row-major, owned by the caller
     */
    public float[] outputs(Rows x, int[] y, Rows queries) {
        float[] labels = checkDemonstrations(x, y);
        queries.checkFeatures(d, x.featureNames());
        if (alignsByItself || rowMap() != null) {
            Alignment of = alignsByItself ? Alignment.fit(x, y) : alignment;
            return aligned(Alignment.none(d)).outputs(of.apply(x), y, of.apply(queries));
        }
        int size = d + 1;
        double[] g = new double[Math.multiplyExact(size, size)];
        LinearAttention.gram(x.array(), x.offset(), x.stride(), x.rows(), d, labels, 0, g,
                new float[LinearAttention.gramWorkLength(d)]);
        checkFinite(g, x);
        float[] out = new float[Math.multiplyExact(size, queries.rows())];
        LinearAttention.outputs(fullP(), fullQ(), g, x.rows(), d, queries.array(), queries.offset(),
                queries.stride(), queries.rows(), out, 0, queries.rows(),
                new float[LinearAttention.outputsWorkLength(d, queries.rows())]);
        return out;
    }

    private float[] fullP() {
        if (bigP != null) {
            return bigP;
        }
        int size = d + 1;
        float[] full = square(size);
        System.arraycopy(p, 0, full, d * size, size);
        return full;
    }

    private float[] fullQ() {
        if (bigQ != null) {
            return bigQ;
        }
        int size = d + 1;
        float[] full = square(size);
        for (int i = 0; i < size; i++) {
            qBar.row(i, full, i * size);
        }
        return full;
    }

    private static float[] square(int size) {
        if (!Npz.fits(size)) {
            throw new IllegalStateException(
                    "d = " + (size - 1) + ", expected at most 46339: P and Q would have more entries than an array holds");
        }
        return new float[size * size];
    }

    /** Whether the other one has the same weights, from the same provenance, and aligns rows in the same way. */
    @Override
    public boolean equals(Object other) {
        return other instanceof LinearTransformer transformer
                && Arrays.equals(p, transformer.p)
                && qBar.equals(transformer.qBar)
                && Arrays.equals(bigP, transformer.bigP)
                && Arrays.equals(bigQ, transformer.bigQ)
                && Objects.equals(provenance, transformer.provenance)
                && Objects.equals(alignment, transformer.alignment)
                && alignsByItself == transformer.alignsByItself;
    }

    @Override
    public int hashCode() {
        return Objects.hash(Arrays.hashCode(p), qBar, provenance, alignment, alignsByItself);
    }

    @Override
    public String toString() {
        return name() + " of " + d + " features, p = " + Shown.of(p) + provenance().map(from -> ", " + from).orElse("")
                + (alignment == null ? "" : ", " + alignment);
    }
}
