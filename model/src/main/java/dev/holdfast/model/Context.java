package dev.holdfast.model;

import dev.holdfast.kernel.ExactSums;
import dev.holdfast.kernel.LinearAttention;
import java.io.IOException;
import java.nio.file.Path;
import java.util.stream.Collector;

/**
 * A context that lives: demonstrations are added and removed, contexts are merged, and at any time {@link #classifier}
 * is what the transformer learns from the demonstrations that are there, with no pass over them.
 *
 * <p>It keeps a = Σ_n s_n z_n with s_n = p·z_n, not the demonstrations, in 120 bytes a feature. Bookkeeping is exact:
 * s_n is a float that depends on p and z_n alone (a dot product in 8 double lanes, rounded once), its products with z_n
 * are summed without rounding ({@link ExactSums}), and the sum is rounded once when it is read. So the result has the
 * same bits for every order of adding, removing and merging that ends with the same demonstrations, and what was added
 * and removed again leaves no trace. Against exact arithmetic the error of a_j is at most
 * 2⁻²³ Σ_n |z_nj| Σ_i |p_i z_ni|, barring underflow of s_n: it does not grow with N or with d.
 *
 * <p>A preprocessing, if there is one, is the same for as long as the context lives: rows are raw, z_n is made of
 * s ∘ (x_n − m), rounded once a feature, and the map is folded into the classifiers.
 *
 * <p>Updates are refused before they change anything. Sums never overflow; where s_n, a preprocessed feature or w is
 * too large for a float, the row, or the reading of w, is refused. What is removed must have been added: the context
 * cannot tell, and otherwise holds the difference.
 *
 * <p>Safe for use by several threads: each method acts on the whole context at one moment, one after the other, but
 * {@link #merge} reads its argument at one moment and changes this context at a later one. Classifiers are immutable;
 * they are unaffected by later updates, and classifying takes no lock.
 *
 * <p>The last N demonstrations of a stream are a context and a queue:
 * {@snippet :
 * window.add(demonstration);
 * context.add(demonstration.x(), demonstration.y());
 * if (window.size() > n) {
 *     Context.Demonstration oldest = window.remove();
 *     context.remove(oldest.x(), oldest.y());
 * }
 * }
 */
public final class Context {
    private final FoldedTransformer transformer;
    private final int d;
    /** Guards everything below. */
    private final Object lock = new Object();

    private final double[] sums;
    private final Count count;
    /** A row on its way into the sums. */
    private final float[] z;

    private final double[] work;

    /**
     * A demonstration as an element of a stream.
     *
     * @param x d features; neither copied nor changed
     * @param y −1 or +1
     */
    public record Demonstration(float[] x, int y) {}

    Context(FoldedTransformer transformer) {
        this(transformer, new double[ExactSums.length(transformer.features() + 1)], new Count());
    }

    /** Keeps all. */
    Context(FoldedTransformer transformer, double[] sums, Count count) {
        this.transformer = transformer;
        this.d = transformer.features();
        this.sums = sums;
        this.count = count;
        this.z = new float[d + 1];
        this.work = new double[ExactSums.workLength(d + 1)];
    }

    /**
     * Collects demonstrations into a new context; parallel streams give the same bits as sequential ones.
     *
     * @param transformer whose {@link LinearTransformer#context} it becomes
     */
    public static Collector<Demonstration, ?, Context> collector(LinearTransformer transformer) {
        return Collector.of(transformer::context, (context, z) -> context.add(z.x(), z.y()), (left, right) -> {
            left.merge(right);
            return left;
        }, Collector.Characteristics.UNORDERED, Collector.Characteristics.IDENTITY_FINISH);
    }

    /** Number of demonstrations, N: those added less those removed. */
    public int size() {
        synchronized (lock) {
            return count.size();
        }
    }

    /**
     * Adds a demonstration.
     *
     * @param x d finite features; read, not kept
     * @param y −1 or +1
     * @throws IllegalStateException if there are 2³¹ − 1 demonstrations
     */
    public void add(float[] x, int y) {
        float label = transformer.checkRow(x, y);
        synchronized (lock) {
            count.checkAdd(1);
            float s = share(x, 0, label);
            ExactSums.add(z, d + 1, s, sums, work);
            count.add(1);
        }
    }

    /**
     * Adds demonstrations, all of them or, if one is refused, none.
     *
     * @param x rows of d finite features, 0 or more; read, not kept
     * @param y labels, −1 or +1, one a row; read, not kept
     * @throws IllegalStateException if there would be more than 2³¹ − 1 demonstrations
     */
    public void addAll(Rows x, int[] y) {
        x.checkFeatures(d);
        float[] labels = x.labels(y);
        float[] s = new float[x.rows()];
        synchronized (lock) {
            count.checkAdd(x.rows());
            for (int n = 0; n < x.rows(); n++) {
                s[n] = share(x.array(), x.start(n), labels[n]);
            }
            for (int n = 0; n < x.rows(); n++) {
                transformer.load(x.array(), x.start(n), labels[n], z);
                ExactSums.add(z, d + 1, s[n], sums, work);
            }
            count.add(x.rows());
        }
    }

    /**
     * Removes a demonstration that was added.
     *
     * @param x its features, equal to those added; read, not kept
     * @param y its label
     * @throws IllegalStateException if there is no demonstration
     */
    public void remove(float[] x, int y) {
        float label = transformer.checkRow(x, y);
        synchronized (lock) {
            count.checkRemove();
            float s = share(x, 0, label);
            ExactSums.add(z, d + 1, -s, sums, work);
            count.remove();
        }
    }

    /**
     * Adds all demonstrations of another context.
     *
     * @param other of a transformer with the same p, and with the same preprocessing, to the bit; it may be this
     *        context itself; read
     * @throws IllegalStateException if there would be more than 2³¹ − 1 demonstrations
     */
    public void merge(Context other) {
        transformer.checkSame(other.transformer);
        // a copy, so that no thread ever holds two locks
        Context copy = other.copy();
        synchronized (lock) {
            count.checkMerge(copy.count);
            ExactSums.merge(copy.sums, d + 1, sums);
            count.merge(copy.count);
        }
    }

    /** A context of the same demonstrations with a life of its own. */
    public Context copy() {
        synchronized (lock) {
            return new Context(transformer, sums.clone(), count.copy());
        }
    }

    /**
     * Writes this context, as it is at one moment, to a file of NumPy's .npz format, in one step as
     * {@link LinearTransformer#save} does: its exact sums. With them come p, the
     * preprocessing and, in {@code meta}, the version of the format and the origin that {@link #classifier} would have.
     *
     * @throws IOException if the file cannot be written whole; an old one is then as it was
     */
    public void save(Path file) throws IOException {
        Context now = copy();
        ContextFile.write(file, transformer, now.sums, now.count);
    }

    /**
     * Reads a context that {@link #save} wrote. It goes on where that was, to the bit.
     *
     * @param transformer with the p of the one that the context was made by; its Q̄ may be another
     * @throws IOException if there is no such file, it is not what it should be, its format has another version or its p
     *         is another; the message names the file, the array, what was found and what was expected
     */
    public static Context load(Path file, LinearTransformer transformer) throws IOException {
        return ContextFile.readExact(file, transformer);
    }

    /** The context state a = Σ_n s_n z_n, d+1 entries, each rounded once to double; owned by the caller. */
    public double[] state() {
        double[] a = new double[d + 1];
        synchronized (lock) {
            ExactSums.round(sums, d + 1, a);
        }
        return a;
    }

    /**
     * What the transformer has learnt from the demonstrations that are there now: w = Q̄ᵀ a / N. It costs about as much
     * as twenty updates: keep the classifier for as long as it is recent enough.
     *
     * @throws IllegalStateException if there is no demonstration, or w is too large for floats
     */
    public InContextClassifier classifier() {
        double[] a = new double[d + 1];
        int n;
        synchronized (lock) {
            count.checkNotEmpty();
            n = count.size();
            ExactSums.round(sums, d + 1, a);
        }
        return transformer.classifier(a, n);
    }

    /** s = p·z of the row (x, label), which is loaded; throws unless it is finite, and so is every feature. */
    private float share(float[] x, int o, float label) {
        transformer.load(x, o, label, z);
        float s = (float) LinearAttention.score(z, 0, d + 1, transformer.p(), 0);
        if (!Float.isFinite(s)) {
            throw Rows.view(x, o, d, 1, d).notFinite("p·z");
        }
        return s;
    }
}
