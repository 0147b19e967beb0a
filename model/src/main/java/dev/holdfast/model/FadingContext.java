package dev.holdfast.model;

import dev.holdfast.kernel.LinearAttention;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;

/**
 * A context that fades: demonstrations are added, at the speed of {@link LinearTransformer#learn}, and {@link #decay}
 * makes those that are there count for less; none can be removed. For demonstrations that come and go exactly, see
 * {@link Context}.
 *
 * <p>It keeps a = Σ_n ω_n (p·z_n) z_n and N = Σ_n ω_n in doubles, 8 bytes a feature, where a demonstration's weight ω_n
 * is the product of all factors since it came. Forgetting by count decays before each row that is added; forgetting by
 * time, with time constant τ, decays by exp(−Δt/τ) once a time Δt has gone by:
 * {@snippet :
 * context.decay(Math.exp(-elapsed / tau));
 * context.add(x, y);
 * }
 *
 * <p>With T calls and blocks of {@value LinearAttention#BLOCK} rows, here and in what was merged, the error of a_j
 * against exact arithmetic is at most (γ_k + 2γ'_T) Σ_n ω_n |z_nj| Σ_i |p_i z_ni|, with γ_k of floats and k as in
 * {@link LinearAttention#accumulate}, and γ'_T = T·2⁻⁵³/(1 − T·2⁻⁵³), barring underflow. Rows that are added to an
 * empty context in one call give the classifier of {@code learn}, to the bit. Order and splits leave traces of this
 * size.
 *
 * <p>Updates are refused before they change anything, among them those that would make a sum overflow.
 *
 * <p>A preprocessing, if there is one, is the same for as long as the context lives: rows are raw, z_n is made of
 * s ∘ (x_n − m), rounded once a feature, and the map is folded into the classifiers.
 *
 * <p>Safe for use by several threads: each method acts on the whole context at one moment, one after the other, but
 * {@link #merge} reads its argument at one moment and changes this context at a later one. Classifiers are immutable;
 * they are unaffected by later updates, and classifying takes no lock.
 */
public final class FadingContext {
    /** What weighs less is forgotten: from here on the digits of a double, by and by, would be. */
    private static final double LEAST_SIZE = 0x1p-900;

    private final FoldedTransformer transformer;
    private final int d;
    /** Guards everything below. */
    private final Object lock = new Object();

    private double[] a;
    private double size;
    /** What a is to be, until it is known to be finite. */
    private double[] next;
    /** A row on its way into the sums. */
    private final float[] z;

    private final float[] work;

    FadingContext(FoldedTransformer transformer) {
        this(transformer, new double[transformer.features() + 1], 0);
    }

    /** Keeps {@code a}. */
    FadingContext(FoldedTransformer transformer, double[] a, double size) {
        this.transformer = transformer;
        this.d = transformer.features();
        this.a = a;
        this.size = size;
        this.next = new double[d + 1];
        this.z = new float[d + 1];
        this.work = new float[LinearAttention.contextWorkLength(d)];
    }

    /** Effective number of demonstrations, N: each counts with its weight, 1 when it comes. */
    public double size() {
        synchronized (lock) {
            return size;
        }
    }

    /**
     * Adds a demonstration.
     *
     * @param x d finite features; read, not kept
     * @param y −1 or +1
     */
    public void add(float[] x, int y) {
        float label = transformer.checkRow(x, y);
        synchronized (lock) {
            transformer.load(x, 0, label, z);
            System.arraycopy(a, 0, next, 0, d + 1);
            LinearAttention.accumulate(z, 0, d, 1, d, z, d, transformer.p(), next, work);
            checkNext(Rows.view(x, d));
            swap(size + 1);
        }
    }

    /**
     * Adds demonstrations, all of them or, if one is refused, none: one pass over them.
     *
     * @param x rows of d finite features, 0 or more; read, not kept
     * @param y labels, −1 or +1, one a row; read, not kept
     */
    public void addAll(Rows x, int[] y) {
        x.checkFeatures(d);
        float[] labels = x.labels(y);
        synchronized (lock) {
            System.arraycopy(a, 0, next, 0, d + 1);
            transformer.accumulate(x, labels, next, work);
            checkNext(x);
            swap(size + x.rows());
        }
    }

    /**
     * Multiplies the weight of every demonstration that is there, and so a and N, by a factor. Once N is less than
     * 2⁻⁹⁰⁰ the context is empty.
     *
     * @param factor 0..1
     */
    public void decay(double factor) {
        if (!(factor >= 0 && factor <= 1)) {
            throw new IllegalArgumentException("factor = " + factor + ", expected 0..1");
        }
        synchronized (lock) {
            size *= factor;
            for (int j = 0; j <= d; j++) {
                a[j] *= factor;
            }
            if (size < LEAST_SIZE) {
                size = 0;
                Arrays.fill(a, 0);
            }
        }
    }

    /**
     * Adds all demonstrations of another context, with their weights.
     *
     * @param other of a transformer with the same p, and with the same preprocessing, to the bit; it may be this
     *        context itself; read
     * @throws IllegalStateException if a sum would overflow
     */
    public void merge(FadingContext other) {
        transformer.checkSame(other.transformer);
        // a copy, so that no thread ever holds two locks
        FadingContext copy = other.copy();
        synchronized (lock) {
            for (int j = 0; j <= d; j++) {
                next[j] = a[j] + copy.a[j];
                if (!Double.isFinite(next[j])) {
                    throw new IllegalStateException("a[" + j + "] = " + a[j] + " and " + copy.a[j]
                            + " more, expected a sum that is finite");
                }
            }
            swap(size + copy.size);
        }
    }

    /** A context of the same demonstrations with a life of its own. */
    public FadingContext copy() {
        synchronized (lock) {
            return new FadingContext(transformer, a.clone(), size);
        }
    }

    /**
     * Writes this context, as it is at one moment, to a file of NumPy's .npz format, in one step as
     * {@link LinearTransformer#save} does: a and N. With them come p, the
     * preprocessing and, in {@code meta}, the version of the format and the origin that {@link #classifier} would have.
     *
     * @throws IOException if the file cannot be written whole; an old one is then as it was
     */
    public void save(Path file) throws IOException {
        FadingContext now = copy();
        ContextFile.write(file, transformer, now.a, now.size);
    }

    /**
     * Reads a context that {@link #save} wrote. It goes on where that was, to the bit.
     *
     * @param transformer with the p of the one that the context was made by; its Q̄ may be another
     * @throws IOException if there is no such file, it is not what it should be, its format has another version or its p
     *         is another; the message names the file, the array, what was found and what was expected
     */
    public static FadingContext load(Path file, LinearTransformer transformer) throws IOException {
        return ContextFile.readFading(file, transformer);
    }

    /** The context state a = Σ_n ω_n (p·z_n) z_n, d+1 entries; owned by the caller. */
    public double[] state() {
        synchronized (lock) {
            return a.clone();
        }
    }

    /**
     * What the transformer has learnt from the demonstrations as they weigh now: w = Q̄ᵀ a / N.
     *
     * @throws IllegalStateException if there is no demonstration, or w is too large for floats
     */
    public InContextClassifier classifier() {
        FadingContext now = copy();
        if (now.size == 0) {
            throw new IllegalStateException("size = 0, expected at least 1 demonstration");
        }
        return transformer.classifier(now.a, now.size);
    }

    private void checkNext(Rows x) {
        for (double sum : next) {
            if (!Double.isFinite(sum)) {
                throw x.notFinite("a sum over the demonstrations");
            }
        }
    }

    private void swap(double newSize) {
        double[] old = a;
        a = next;
        next = old;
        size = newSize;
    }
}
