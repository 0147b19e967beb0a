package dev.holdfast.model;

import dev.holdfast.kernel.ExactSums;
import dev.holdfast.model.archive.FlatJson;
import dev.holdfast.model.archive.Npz;
import dev.holdfast.model.archive.Product;
import java.io.IOException;
import java.io.InputStream;
import java.io.InvalidObjectException;
import java.io.ObjectInputStream;
import java.io.OutputStream;
import java.io.Serializable;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/**
 * Centring and sign alignment: x ↦ s ∘ (x − m), with m the features' means over the demonstrations and s_j the sign of
 * Σ_n y_n (x_nj − m_j), so that every feature of the demonstrations grows with the label. A feature that says nothing
 * about the label there (the sum is 0) has s_j = 0 and is dropped.
 *
 * <p>Source: the paper's section 5 on real data, where pretraining assumed E[y x_j] ≥ 0. Immutable.
 */
@SuppressWarnings("serial") // another object is written
public final class Alignment implements Serializable {
    private static final long serialVersionUID = 1;

    private final float[] mean;
    private final float[] sign;

    private Alignment(float[] mean, float[] sign) {
        this.mean = mean;
        this.sign = sign;
    }

    /** No change: mean 0, sign +1. */
    public static Alignment none(int d) {
        Rows.checkFeatureCount(d);
        return centring(new float[d]);
    }

    /** Signs of +1. Keeps the array. */
    static Alignment centring(float[] mean) {
        float[] sign = new float[mean.length];
        Arrays.fill(sign, 1);
        return new Alignment(mean, sign);
    }

    /** Keeps the arrays. */
    static Alignment of(float[] mean, float[] sign) {
        return new Alignment(mean, sign);
    }

    /**
     * Means and signs of demonstrations. Sums are carried in double; signs are those of the exact sums, 0 where these
     * are, as for a feature of zeros and ones that is as frequent in both classes.
     *
     * @param x demonstrations of both labels, finite
     * @param y labels, −1 or +1, one a row
     */
    public static Alignment fit(Rows x, int[] y) {
        Rows.atLeast("number of demonstrations", x.rows(), 1);
        float[] labels = x.labels(y);
        checkHas(-1, y);
        checkHas(1, y);
        int d = x.features();
        double[] plus = new double[d];
        double[] minus = new double[d];
        double[] magnitude = new double[d];
        double balance = 0;
        for (int n = 0; n < x.rows(); n++) {
            addRow(x.array(), x.start(n), d, labels[n] > 0 ? plus : minus, magnitude);
            balance += labels[n];
        }
        float[] mean = new float[d];
        float[] sign = new float[d];
        int[] open = new int[d];
        int count = 0;
        // N roundings of either sum and a few more, those of this number included
        double relative = (2.0 * x.rows() + 16) * 0x1p-53;
        for (int j = 0; j < d; j++) {
            double centre = (plus[j] + minus[j]) / x.rows();
            mean[j] = (float) centre;
            if (!Float.isFinite(mean[j])) {
                throw x.tooLarge("the mean of feature " + j);
            }
            double aligned = plus[j] - minus[j] - balance * centre;
            sign[j] = (float) Math.signum(aligned);
            if (magnitude[j] > 0 && Math.abs(aligned) <= relative * magnitude[j]) {
                open[count++] = j;
            }
        }
        if (count > 0) {
            decide(x, labels, (long) balance, Arrays.copyOf(open, count), sign);
        }
        return new Alignment(mean, sign);
    }

    /** The signs of these features from exact sums: N Σ y x_j − Σ y Σ x_j. */
    private static void decide(Rows x, float[] y, long balance, int[] features, float[] sign) {
        int size = features.length;
        float[] row = new float[size];
        double[] sum = new double[ExactSums.length(size)];
        double[] aligned = new double[ExactSums.length(size)];
        double[] work = new double[ExactSums.workLength(size)];
        for (int n = 0; n < x.rows(); n++) {
            for (int i = 0; i < size; i++) {
                row[i] = x.array()[x.start(n) + features[i]];
            }
            ExactSums.add(row, size, 1, sum, work);
            ExactSums.add(row, size, y[n], aligned, work);
        }
        for (int i = 0; i < size; i++) {
            BigDecimal own = ExactSums.exact(aligned, size, i).multiply(BigDecimal.valueOf(x.rows()));
            sign[features[i]] = own.compareTo(ExactSums.exact(sum, size, i).multiply(BigDecimal.valueOf(balance)));
        }
    }

    /** Means of at least one row, carried in double. */
    static float[] mean(Rows x) {
        int d = x.features();
        double[] sum = new double[d];
        for (int n = 0; n < x.rows(); n++) {
            for (int j = 0; j < d; j++) {
                sum[j] += x.array()[x.start(n) + j];
            }
        }
        float[] mean = new float[d];
        for (int j = 0; j < d; j++) {
            mean[j] = (float) (sum[j] / x.rows());
        }
        return mean;
    }

    /** Throws unless a demonstration has this label: with one label alone no feature says anything about it. */
    private static void checkHas(int label, int[] y) {
        for (int each : y) {
            if (each == label) {
                return;
            }
        }
        throw new IllegalArgumentException(
                "y has no label " + label + ", expected demonstrations of both labels to align");
    }

    private static void addRow(float[] x, int o, int d, double[] sum, double[] magnitude) {
        for (int j = 0; j < d; j++) {
            double value = x[o + j];
            sum[j] += value;
            magnitude[j] += Math.abs(value);
        }
    }

    /**
     * Writes {@code mean} and {@code sign} to a file of NumPy's .npz format, in one step as
     * {@link LinearTransformer#save} does.
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
        Map<String, Npz.Array> arrays = new HashMap<>();
        to(arrays);
        FlatJson meta = Format.ALIGNMENT.meta(features()).put("product", Product.NAME);
        arrays.put("meta", Npz.Array.of(meta.toString()));
        return arrays;
    }

    /**
     * Reads what {@link #save} wrote.
     *
     * @throws IOException if there is no such file or it is not what it should be; the message names the file, the
     *         array, what was found and what was expected
     */
    public static Alignment load(Path file) throws IOException {
        return read(Npz.read(file));
    }

    /** {@link #load(Path)} from a stream, which stays open; the bytes of the file are taken, none behind them. */
    public static Alignment load(InputStream in) throws IOException {
        return read(Npz.read(in));
    }

    /** {@link #load(Path)} from bytes, from the buffer's position on, which moves behind them. */
    public static Alignment load(ByteBuffer bytes) throws IOException {
        return read(Npz.read(bytes));
    }

    static Alignment read(Npz file) throws IOException {
        FlatJson meta = Format.ALIGNMENT.meta(file);
        file.checkNames(Set.of("mean", "meta", "sign"), "mean, sign and meta alone");
        return from(file, file.features(meta));
    }

    private Object writeReplace() {
        return Serialized.of(Format.ALIGNMENT, toBytes());
    }

    private void readObject(ObjectInputStream in) throws InvalidObjectException {
        throw Serialized.expected();
    }

    /** Adds both arrays to what goes into a file. */
    void to(Map<String, Npz.Array> arrays) {
        arrays.put("mean", Npz.Array.of(mean, mean.length));
        arrays.put("sign", Npz.Array.of(sign, sign.length));
    }

    /** What {@link #to} added. */
    static Alignment from(Npz file, int d) throws IOException {
        float[] sign = file.floats("sign", d);
        for (float s : sign) {
            if (s != Math.signum(s)) {
                throw file.bad("sign", s + " among the numbers", "each -1, 0 or 1");
            }
        }
        return of(file.floats("mean", d), sign);
    }

    /** Number of features, d. */
    public int features() {
        return mean.length;
    }

    /** A copy of the means m, d entries. */
    public float[] mean() {
        return mean.clone();
    }

    /** A copy of the signs s, d entries of −1, 0 or +1. */
    public float[] sign() {
        return sign.clone();
    }

    /** Whether the other one has the same means and signs. */
    @Override
    public boolean equals(Object other) {
        return other instanceof Alignment alignment
                && Arrays.equals(mean, alignment.mean)
                && Arrays.equals(sign, alignment.sign);
    }

    @Override
    public int hashCode() {
        return 31 * Arrays.hashCode(mean) + Arrays.hashCode(sign);
    }

    @Override
    public String toString() {
        return "alignment of " + features() + " features, mean " + Shown.of(mean) + ", sign " + Shown.of(sign);
    }

    /** The rows s ∘ (x − m), in a new array, without gaps. */
    public Rows apply(Rows x) {
        x.checkFeatures(mean.length);
        float[] out = new float[Math.multiplyExact(x.rows(), mean.length)];
        apply(x, 0, x.rows(), out);
        return x.likeThese(out);
    }

    /**
     * Replaces every row x of a row-major array without gaps by s ∘ (x − m): for sets too large to hold twice.
     *
     * @param x whole rows of d features; changed
     */
    public void applyInPlace(float[] x) {
        Rows rows = Rows.view(x, mean.length);
        apply(rows, 0, rows.rows(), x);
    }

    /** Rows from..to of x, aligned, to out, where row n may stand in its own place. */
    void apply(Rows x, int from, int to, float[] out) {
        for (int n = from; n < to; n++) {
            applyRow(x.array(), x.start(n), out, (n - from) * mean.length);
        }
    }

    /** The row of x from o, aligned, to {@code out}. */
    void applyRow(float[] x, int o, float[] out, int to) {
        for (int j = 0; j < mean.length; j++) {
            out[to + j] = sign[j] * (x[o + j] - mean[j]);
        }
    }

    /** The classifier of raw rows that answers as {@code w} does on aligned ones: its weights s ∘ w, exact. */
    float[] raw(float[] w) {
        float[] v = new float[w.length];
        for (int j = 0; j < w.length; j++) {
            v[j] = sign[j] * w[j];
        }
        return v;
    }

    /** The intercept that goes with {@link #raw}: −(s ∘ w)·m. */
    double intercept(float[] w) {
        double sum = 0;
        for (int j = 0; j < w.length; j++) {
            sum -= (double) (sign[j] * w[j]) * mean[j];
        }
        return sum;
    }
}
