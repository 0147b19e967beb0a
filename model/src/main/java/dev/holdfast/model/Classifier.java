package dev.holdfast.model;

import dev.holdfast.kernel.LinearAttention;
import dev.holdfast.model.archive.FlatJson;
import dev.holdfast.model.archive.Names;
import dev.holdfast.model.archive.Npz;
import dev.holdfast.model.archive.Product;
import dev.holdfast.model.certificate.Adversary;
import dev.holdfast.model.certificate.LinearFunction;
import dev.holdfast.model.certificate.Norm;
import java.io.IOException;
import java.io.InputStream;
import java.io.InvalidObjectException;
import java.io.ObjectInputStream;
import java.io.OutputStream;
import java.io.Serializable;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.regex.Pattern;

/**
 * What a {@link Learner} has learnt: the linear classifier f(x) = w·x + c on raw features, with its closed-form
 * adversary. w is a vector of floats, c a double.
 *
 * <p>Over ‖Δ‖_∞ ≤ ε the least y f(x+Δ) is y f(x) − ε‖w‖₁, reached at Δ = −ε·y·sign(w); a {@link Threat} has other norms
 * and more that binds Δ, with its own least y f(x+Δ). A query counts as right at ε if that is positive; f(x) = 0 is
 * wrong.
 *
 * <p>What is certified holds for real numbers, not up to rounding. Answers are the sign of the exact w·x + c. A
 * radius is rounded towards 0: no smaller Δ of real numbers that the threat allows changes the exact sign, and of the
 * exact radius at most 3 (2⁻²³ + (d + 1024) 2⁻⁵²) is lost, relatively, which is below 10⁻⁶ up to d = 2²⁹: a score may
 * lack 2⁻²³ of itself, what decides which features end at the box may be wrong by twice that, and for roundings d + 1024
 * times 2⁻⁵² is set aside in each. An attacked query lies in the ball and in the box, exactly. All of it holds for every
 * finite w, c, query, edge and budget; a radius beyond the doubles is the greatest of them, and one of subnormal size
 * may lack two units of 2⁻¹⁰⁷⁴ besides, so that one below 2⁻¹⁰⁷³ may be 0.
 *
 * <p>Immutable and safe to share between threads.
 */
@SuppressWarnings("serial") // another object is written
public final class Classifier implements Serializable {
    private static final long serialVersionUID = 1;
    private static final Pattern SHA_256 = Pattern.compile("[0-9a-f]{64}");
    /** 0 for two of the same answers and the same Gaussian model. */
    static final Comparator<Classifier> BY_ANSWERS = (one, other) -> Arrays.equals(one.w, other.w)
            && Double.compare(one.c, other.c) == 0
            && Objects.equals(one.gaussian, other.gaussian) ? 0 : 1;

    /** The numbers of a {@link GaussianModel} in files. */
    static final int GAUSSIAN = 6;

    private final float[] w;
    private final double c;
    private final LinearFunction function;
    /** By norm: the threats that are nothing but one. */
    private final Adversary[] plain = new Adversary[Norm.values().length];

    /** The last threat that was more than a norm, and what it means here; any thread may replace it. */
    private volatile Bound last;

    private final Alignment alignment;
    /** Or {@code null}. */
    private final GaussianModel gaussian;
    /** Or {@code null}. Hashes are taken when somebody asks. */
    private final Supplier<Origin> origin;
    /** d, or none. */
    private final List<String> featureNames;

    /**
     * What a classifier has learnt from.
     *
     * @param demonstrations how many, N
     * @param demonstrationsHash SHA-256, in hexadecimal, of all that the learner saw of the demonstrations, with the same
     *        bits on every platform: for a transformer N and the context state a = Σ_n (p·z_n) z_n as doubles,
     *        little-endian; for one of several layers N, m̄ = Σ_n y_n x_n/N and, in place of all of S̄, w before it was
     *        rounded; for {@link RobustBayes} the numbers and means of both sides and the covariance within classes
     * @param learner its {@linkplain Learner#name name}; of a transformer {@code transformer:} and SHA-256 of p and Q̄, of one
     *        of several layers {@code deep-transformer:} and SHA-256 of their numbers
     * @param weights where a transformer's weights came from, if that is known
     * @param product the program and version that learnt
     */
    public record Origin(
            double demonstrations,
            String demonstrationsHash,
            String learner,
            Optional<Provenance> weights,
            String product) {
        /** Nothing is {@code null}. */
        public Origin {
            Objects.requireNonNull(demonstrationsHash, "demonstrationsHash");
            Objects.requireNonNull(learner, "learner");
            Objects.requireNonNull(weights, "weights");
            Objects.requireNonNull(product, "product");
        }

        /** Says it in a file. */
        void to(FlatJson meta) {
            meta.put("demonstrations", demonstrations)
                    .put("demonstrations_sha256", demonstrationsHash)
                    .put("learner", learner);
            weights.ifPresent(provenance -> provenance.to(meta));
        }

        /** What a file says, if it does. */
        static Optional<Origin> of(FlatJson meta) {
            if (!meta.has("demonstrations_sha256")) {
                return Optional.empty();
            }
            String hash = meta.text("demonstrations_sha256");
            if (!SHA_256.matcher(hash).matches()) {
                throw new IllegalArgumentException(
                        "demonstrations_sha256 = " + Npz.printable(hash) + ", expected 64 hexadecimal digits");
            }
            return Optional.of(new Origin(meta.number("demonstrations"), hash, meta.text("learner"),
                    Provenance.of(meta), meta.text("product")));
        }
    }

    /**
     * Keeps {@code w}.
     *
     * @param gaussian what {@link #gaussian()} gives, or {@code null}
     * @param origin what {@link #origin()} gives, or {@code null}
     */
    Classifier(float[] w, double c, Alignment alignment, GaussianModel gaussian, Supplier<Origin> origin) {
        this(w, c, alignment, gaussian, origin, List.of());
    }

    private Classifier(float[] w, double c, Alignment alignment, GaussianModel gaussian, Supplier<Origin> origin,
            List<String> featureNames) {
        this.w = w;
        this.c = c;
        this.function = new LinearFunction(w, c);
        for (Threat threat : new Threat[] {Threat.linf(), Threat.l2(), Threat.l1()}) {
            plain[threat.norm().ordinal()] = new Adversary(function, threat.reach(w.length));
        }
        this.alignment = alignment;
        this.gaussian = gaussian;
        this.origin = origin;
        this.featureNames = featureNames;
    }

    /**
     * Any linear classifier f(x) = w·x + c, however it was trained, with the same certificates; it has no
     * {@link #origin}.
     *
     * @param w at least one finite number; copied
     * @param c finite
     */
    public static Classifier of(float[] w, double c) {
        Rows.atLeast("w.length", w.length, 1);
        for (int j = 0; j < w.length; j++) {
            if (!Float.isFinite(w[j])) {
                throw new IllegalArgumentException("w[" + j + "] = " + w[j] + ", expected a finite number");
            }
        }
        if (!Double.isFinite(c)) {
            throw new IllegalArgumentException("c = " + c + ", expected a finite number");
        }
        return new Classifier(w.clone(), c, Alignment.none(w.length), null, null);
    }

    /**
     * Writes this classifier to a file of NumPy's .npz format, in one step as {@link LinearTransformer#save} does:
     * {@code w}, {@code c}, {@code mean} and {@code sign}, the numbers of the {@link #gaussian} model and the names
     * of the {@code features} if there are any, and {@code meta}, a JSON object as text, with the version of the
     * format and the {@link #origin}.
     *
     * @throws IOException if the file cannot be written whole; an old one is then as it was
     */
    public void save(Path file) throws IOException {
        Npz.write(file, arrays());
    }

    /** Writes the bytes of {@linkplain #save(Path) the file} to a stream, which is flushed and stays open. */
    public void save(OutputStream out) throws IOException {
        Npz.write(out, arrays());
    }

    /** The bytes of {@linkplain #save(Path) the file}, owned by the caller. */
    public byte[] toBytes() {
        return Npz.bytes(arrays());
    }

    private Map<String, Npz.Array> arrays() {
        int d = features();
        FlatJson meta = Format.CLASSIFIER.meta(d);
        Optional<Origin> known = origin();
        known.ifPresent(from -> from.to(meta));
        meta.put("product", known.map(Origin::product).orElse(Product.NAME));
        Map<String, Npz.Array> arrays = new HashMap<>(Map.of(
                "w", Npz.Array.of(w, d),
                "c", Npz.Array.of(new double[] {c}),
                "meta", Npz.Array.of(meta.toString())));
        alignment.to(arrays);
        Names.features(featureNames, arrays);
        if (gaussian != null) {
            double[] row = new double[GAUSSIAN];
            gaussianTo(row, 0);
            arrays.put("gaussian", Npz.Array.of(row, GAUSSIAN));
        }
        return arrays;
    }

    /**
     * Reads a classifier that {@link #save} wrote: it answers with the same bits.
     *
     * @throws IOException if there is no such file, it is not what it should be, or its format has another version; the
     *         message names the file, the array, what was found and what was expected
     */
    public static Classifier load(Path file) throws IOException {
        return read(Npz.read(file));
    }

    /** {@link #load(Path)} from a stream, which stays open; the bytes of the file are taken, none behind them. */
    public static Classifier load(InputStream in) throws IOException {
        return read(Npz.read(in));
    }

    /** {@link #load(Path)} from bytes, from the buffer's position on, which moves behind them. */
    public static Classifier load(ByteBuffer bytes) throws IOException {
        return read(Npz.read(bytes));
    }

    static Classifier read(Npz file) throws IOException {
        FlatJson meta = Format.CLASSIFIER.meta(file);
        file.checkNames(Set.of("c", "features", "gaussian", "mean", "meta", "sign", "w"),
                "w, c, mean, sign, gaussian, features and meta alone");
        int d = file.features(meta);
        double c = file.finiteDoubles("c")[0];
        GaussianModel model =
                file.names().contains("gaussian") ? gaussian(file, file.doubles("gaussian", GAUSSIAN), 0) : null;
        return new Classifier(file.floats("w", d), c, Alignment.from(file, d), model,
                supplier(file.inMeta(() -> Origin.of(meta))),
                file.names().contains("features") ? Names.features(file, d) : List.of());
    }

    private Object writeReplace() {
        return Serialized.of(Format.CLASSIFIER, toBytes());
    }

    private void readObject(ObjectInputStream in) throws InvalidObjectException {
        throw Serialized.expected();
    }

    /** The numbers of the Gaussian model, which is there, from {@code row[o]} on. */
    void gaussianTo(double[] row, int o) {
        row[o] = gaussian.epsilon();
        row[o + 1] = gaussian.margin();
        row[o + 2] = gaussian.deviation();
        row[o + 3] = gaussian.dualNorm();
        row[o + 4] = gaussian.logOdds();
        row[o + 5] = gaussian.gap();
    }

    /** What {@link #gaussianTo} wrote. */
    static GaussianModel gaussian(Npz file, double[] row, int o) throws IOException {
        try {
            return new GaussianModel(row[o], row[o + 1], row[o + 2], row[o + 3], row[o + 4], row[o + 5]);
        } catch (IllegalArgumentException e) {
            throw file.bad("gaussian", e.getMessage(), "the numbers of a Gaussian model");
        }
    }

    /** What the constructor takes: {@code null} where nothing is known. */
    static Supplier<Origin> supplier(Optional<Origin> origin) {
        return origin.isPresent() ? origin::get : null;
    }

    /** Whether {@link #origin} says something, without taking a hash. */
    boolean hasOrigin() {
        return origin != null;
    }

    /** What this classifier has learnt from, if it has learnt. Each call takes the hashes of a classifier that is in no file. */
    public Optional<Origin> origin() {
        return Optional.ofNullable(origin).map(Supplier::get);
    }

    /** Number of features, d. */
    public int features() {
        return w.length;
    }

    float weight(int j) {
        return w[j];
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
    public Classifier named(List<String> features) {
        return features.equals(featureNames) ? this : new Classifier(w, c, alignment, gaussian, origin,
                features.isEmpty() ? List.of() : Rows.checkedNames(features, w.length));
    }

    /** A copy of w, d entries. */
    public float[] weights() {
        return w.clone();
    }

    /** The intercept c; 0 without centring. */
    public double intercept() {
        return c;
    }

    /** The centring and signs that are folded into {@link #weights} and {@link #intercept}. */
    public Alignment alignment() {
        return alignment;
    }

    /**
     * What the learner expects of this classifier if classes are normal: its accuracy, clean and robust, and how near it
     * is to the best one. Only {@link RobustBayes} says it.
     */
    public Optional<GaussianModel> gaussian() {
        return Optional.ofNullable(gaussian);
    }

    /**
     * The probability of +1 given x, 1/(1 + e^−2f(x)), under the {@link #gaussian Gaussian model} in which every query has
     * been moved by the worst perturbation of size ε; for ε = 0 that is the model itself.
     *
     * @throws IllegalStateException if this classifier has no such model
     */
    public double probability(float[] x) {
        if (gaussian == null) {
            throw new IllegalStateException("this classifier has no Gaussian model, expected one that RobustBayes made");
        }
        return GaussianModel.logistic(2 * score(x));
    }

    /** f(x), summed in double. */
    public double score(float[] x) {
        checkLength(x);
        return finite(LinearAttention.score(x, 0, w.length, w, c), x);
    }

    private void checkLength(float[] x) {
        if (x.length != w.length) {
            throw new IllegalArgumentException("x.length = " + x.length + ", expected " + w.length);
        }
    }

    private static double finite(double score, float[] x) {
        if (!Double.isFinite(score)) {
            throw Rows.view(x, x.length).notFinite("a score");
        }
        return score;
    }

    /**
     * f of every query, summed in double.
     *
     * @return one score a row, owned by the caller
     */
    public double[] scores(Rows x) {
        x.checkFeatures(w.length, featureNames);
        double[] f = new double[x.rows()];
        LinearAttention.scores(x.array(), x.offset(), x.stride(), x.rows(), w.length, w, c, f, 0);
        for (double score : f) {
            if (!Double.isFinite(score)) {
                throw x.notFinite("a score");
            }
        }
        return f;
    }

    /** −1 or +1, the sign of the exact f(x); 0 where f(x) = 0. */
    public int predict(float[] x) {
        checkLength(x);
        return (int) Math.signum(finite(function.certain(x, 0), x));
    }

    /** {@link #predict} for every query, in a new array. */
    public int[] predict(Rows x) {
        double[] scores = certain(x);
        int[] answers = new int[scores.length];
        for (int n = 0; n < answers.length; n++) {
            answers[n] = (int) Math.signum(scores[n]);
        }
        return answers;
    }

    private double[] certain(Rows x) {
        x.checkFeatures(w.length, featureNames);
        double[] scores = new double[x.rows()];
        for (int n = 0; n < scores.length; n++) {
            scores[n] = function.certain(x.array(), x.start(n));
            if (!Double.isFinite(scores[n])) {
                throw x.notFinite("a score");
            }
        }
        return scores;
    }

    /** The ℓ∞ radius |f(x)|/‖w‖₁ of a query: {@link #radius(float[], Threat)} under {@link Threat#linf}. */
    public double radius(float[] x) {
        return radius(x, Threat.linf());
    }

    /**
     * The radius of a query: no perturbation of smaller size that the threat allows changes the answer. It is 0 where
     * f(x) = 0, and else only where no double is small enough; it is +∞ where nothing that the threat allows changes
     * the answer.
     *
     * @param x d finite features inside the threat's box
     * @param threat what an adversary may do; its box or budgets, if it has them by feature, are of d features
     */
    public double radius(float[] x, Threat threat) {
        return Math.abs(signedRadius(x, threat));
    }

    /** f(x)/‖w‖₁, a query's answer and ℓ∞ radius: {@link #signedRadius(float[], Threat)} under {@link Threat#linf}. */
    public double signedRadius(float[] x) {
        return signedRadius(x, Threat.linf());
    }

    /**
     * A query's answer and radius in one number and one pass over x: its sign is {@link #predict(float[])}, its
     * magnitude {@link #radius(float[], Threat)}. So it is 0 where f(x) = 0, −0 or +0 where no double is small enough,
     * and ±∞ where nothing that the threat allows changes the answer. A threat that is nothing but a norm allocates
     * nothing, unless f(x) is within rounding of 0.
     *
     * @param x d finite features inside the threat's box
     * @param threat as for {@link #radius(float[], Threat)}
     */
    public double signedRadius(float[] x, Threat threat) {
        checkLength(x);
        Adversary adversary = adversary(threat);
        double score = finite(function.certain(x, 0), x);
        threat.checkInside(x, 0);
        return adversary.signedRadius(x, score);
    }

    private Adversary adversary(Threat threat) {
        if (threat.isPlain()) {
            return plain[threat.norm().ordinal()];
        }
        Bound bound = last;
        if (bound == null || bound.threat != threat) {
            bound = new Bound(threat, new Adversary(function, threat.reach(w.length)));
            last = bound;
        }
        return bound.adversary;
    }

    private record Bound(Threat threat, Adversary adversary) {}

    /** y f(x)/‖w‖₁ of queries: {@link #signedRadii(Rows, int[], Threat)} under {@link Threat#linf}. */
    public double[] signedRadii(Rows x, int[] y) {
        return signedRadii(x, y, Threat.linf());
    }

    /**
     * y times {@link #signedRadius(float[], Threat)} of every query, in a new array: positive where the answer is y, 0
     * where f(x) = 0, and negative where the answer is wrong already: no smaller perturbation makes it right.
     *
     * @param x queries of d finite features inside the threat's box
     * @param y labels, −1 or +1, one a row
     */
    public double[] signedRadii(Rows x, int[] y, Threat threat) {
        double[] radii = certain(x);
        float[] labels = x.labels(y);
        Adversary adversary = adversary(threat);
        float[] row = new float[w.length];
        for (int n = 0; n < radii.length; n++) {
            threat.checkInside(x.copy(n, row), n);
            double radius = adversary.signedRadius(row, radii[n]);
            // 0 − in place of a sign: 0 has none
            radii[n] = labels[n] > 0 ? radius : 0 - radius;
        }
        return radii;
    }

    /** The worst query within ε of x in ℓ∞: {@link #attack(float[], int, Threat, double)} under {@link Threat#linf}. */
    public float[] attack(float[] x, int y, double epsilon) {
        return attack(x, y, Threat.linf(), epsilon);
    }

    /**
     * The worst query for the label y that the threat allows within ε of x: the least y f. Its entries are rounded
     * towards x, so that it lies in the ball and the box; features that do not change f stay as they are.
     *
     * @param x d finite features inside the threat's box
     * @param y −1 or +1
     * @param epsilon size of the perturbation, finite, at least 0
     * @return d features, owned by the caller
     */
    public float[] attack(float[] x, int y, Threat threat, double epsilon) {
        Rows.checkedLabel("y", y);
        checkLength(x);
        return attack(Rows.view(x, w.length), new int[] {y}, threat, epsilon);
    }

    /** {@link #attack(Rows, int[], Threat, double)} under {@link Threat#linf}. */
    public float[] attack(Rows x, int[] y, double epsilon) {
        return attack(x, y, Threat.linf(), epsilon);
    }

    /**
     * {@link #attack(float[], int, Threat, double)} for every query.
     *
     * @return rows × d, row-major without gaps, owned by the caller
     */
    public float[] attack(Rows x, int[] y, Threat threat, double epsilon) {
        x.checkFeatures(w.length, featureNames);
        x.labels(y);
        checkEpsilon("epsilon", epsilon);
        Adversary adversary = adversary(threat);
        float[] row = new float[w.length];
        float[] out = new float[Math.multiplyExact(x.rows(), w.length)];
        for (int n = 0; n < y.length; n++) {
            threat.checkInside(x.copy(n, row), n);
            adversary.attack(row, y[n], epsilon, out, n * w.length);
        }
        for (float entry : out) {
            if (!Float.isFinite(entry)) {
                throw x.notFinite("an attacked feature");
            }
        }
        return out;
    }

    static void checkEpsilon(String name, double epsilon) {
        if (!(epsilon >= 0) || epsilon > Float.MAX_VALUE) {
            throw new IllegalArgumentException(name + " = " + epsilon + ", expected a finite number, at least 0");
        }
    }

    /** {@link #robustAccuracy(Rows, int[], Threat, double...)} under {@link Threat#linf}. */
    public double[] robustAccuracy(Rows x, int[] y, double... epsilons) {
        return robustAccuracy(x, y, Threat.linf(), epsilons);
    }

    /**
     * Accuracy under the worst perturbation that the threat allows, for every ε from one pass over the radii.
     *
     * @param x at least one query of d finite features inside the threat's box
     * @param y labels, −1 or +1, one a row
     * @param epsilons at least one, finite, at least 0, in any order
     * @return for each ε the share of queries whose radius is greater, owned by the caller
     */
    public double[] robustAccuracy(Rows x, int[] y, Threat threat, double... epsilons) {
        checkCurve(x, "epsilons", epsilons);
        return shareAbove(signedRadii(x, y, threat), epsilons);
    }

    /** Throws unless there are queries, and sizes of perturbations. */
    static void checkCurve(Rows x, String name, double[] epsilons) {
        Rows.atLeast("number of queries", x.rows(), 1);
        Rows.atLeast(name + ".length", epsilons.length, 1);
        for (int i = 0; i < epsilons.length; i++) {
            checkEpsilon(name + "[" + i + "]", epsilons[i]);
        }
    }

    /** For each ε the share of radii that are greater. Sorts the radii. */
    static double[] shareAbove(double[] radii, double[] epsilons) {
        Arrays.sort(radii);
        double[] accuracy = new double[epsilons.length];
        for (int i = 0; i < epsilons.length; i++) {
            accuracy[i] = (double) (radii.length - atMost(radii, epsilons[i])) / radii.length;
        }
        return accuracy;
    }

    /** How many of the sorted values are at most {@code bound}. */
    private static int atMost(double[] sorted, double bound) {
        int low = 0;
        int high = sorted.length;
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (sorted[middle] <= bound) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }

    /** Whether the other one has the same w, c, feature names, alignment, Gaussian model and {@link #origin}. */
    @Override
    public boolean equals(Object other) {
        return other instanceof Classifier classifier
                && BY_ANSWERS.compare(this, classifier) == 0
                && featureNames.equals(classifier.featureNames)
                && alignment.equals(classifier.alignment)
                && origin().equals(classifier.origin());
    }

    @Override
    public int hashCode() {
        return Objects.hash(Arrays.hashCode(w), c);
    }

    @Override
    public String toString() {
        return "classifier of " + w.length + " features, w = " + Shown.of(w) + ", c = " + c;
    }
}
