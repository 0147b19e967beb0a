package dev.holdfast.model;

import dev.holdfast.kernel.ExactSums;
import dev.holdfast.kernel.LinearAttention;
import java.util.Arrays;
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
 * <p>Updates are refused before they change anything. Sums never overflow; where s_n or w is too large for a float, the
 * row, or the reading of w, is refused. What is removed must have been added: the context cannot tell, and otherwise
 * holds the difference.
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
    /** ExactSums are exact for 2⁵⁷ terms, in whatever way they came and went. */
    private static final long MOST_UPDATES = 1L << 57;

    private final LinearTransformer transformer;
    private final int d;
    /** Guards everything below. */
    private final Object lock = new Object();

    private final double[] sums;
    private int size;
    /** Rows ever added or removed, here and in what was merged. */
    private long updates;
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

    Context(LinearTransformer transformer) {
        this(transformer, new double[ExactSums.length(transformer.features() + 1)], 0, 0);
    }

    private Context(LinearTransformer transformer, double[] sums, int size, long updates) {
        this.transformer = transformer;
        this.d = transformer.features();
        this.sums = sums;
        this.size = size;
        this.updates = updates;
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
            return size;
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
        float label = checkRow(x, y);
        synchronized (lock) {
            checkRoom(1);
            float s = share(x, 0, label);
            ExactSums.add(z, d + 1, s, sums, work);
            size++;
            updates++;
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
            checkRoom(x.rows());
            for (int n = 0; n < x.rows(); n++) {
                s[n] = share(x.array(), x.start(n), labels[n]);
            }
            for (int n = 0; n < x.rows(); n++) {
                load(x.array(), x.start(n), labels[n]);
                ExactSums.add(z, d + 1, s[n], sums, work);
            }
            size += x.rows();
            updates += x.rows();
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
        float label = checkRow(x, y);
        synchronized (lock) {
            checkNotEmpty();
            checkUpdates(1);
            float s = share(x, 0, label);
            ExactSums.add(z, d + 1, -s, sums, work);
            size--;
            updates++;
        }
    }

    /**
     * Adds all demonstrations of another context.
     *
     * @param other of a transformer with the same p, to the bit; it may be this context itself; read
     * @throws IllegalStateException if there would be more than 2³¹ − 1 demonstrations
     */
    public void merge(Context other) {
        if (!Arrays.equals(transformer.p(), other.transformer.p())) {
            throw new IllegalArgumentException(
                    "other has a transformer with another p, expected the p of this context");
        }
        // a copy, so that no thread ever holds two locks
        Context copy = other.copy();
        synchronized (lock) {
            checkSize(copy.size);
            checkUpdates(copy.updates);
            ExactSums.merge(copy.sums, d + 1, sums);
            size += copy.size;
            updates += copy.updates;
        }
    }

    /** A context of the same demonstrations with a life of its own. */
    public Context copy() {
        synchronized (lock) {
            return new Context(transformer, sums.clone(), size, updates);
        }
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
            checkNotEmpty();
            n = size;
            ExactSums.round(sums, d + 1, a);
        }
        float[] w = new float[d];
        transformer.qBar().readout(a, n, w);
        for (int j = 0; j < d; j++) {
            if (!Float.isFinite(w[j])) {
                throw new IllegalStateException("w[" + j + "] = " + w[j] + ", expected a finite number");
            }
        }
        return new InContextClassifier(w, 0, Preprocessing.none(d));
    }

    private float checkRow(float[] x, int y) {
        if (x.length != d) {
            throw new IllegalArgumentException("x.length = " + x.length + ", expected " + d);
        }
        return Rows.checkedLabel("y", y);
    }

    private void checkNotEmpty() {
        if (size == 0) {
            throw new IllegalStateException("size = 0, expected at least 1 demonstration");
        }
    }

    private void checkRoom(int more) {
        checkSize(more);
        checkUpdates(more);
    }

    private void checkSize(int more) {
        if (more > Integer.MAX_VALUE - size) {
            throw new IllegalStateException(
                    "size = " + size + " and " + more + " more, expected at most " + Integer.MAX_VALUE);
        }
    }

    private void checkUpdates(long more) {
        if (more > MOST_UPDATES - updates) {
            throw new IllegalStateException(
                    "updates = " + updates + " and " + more + " more, expected at most " + MOST_UPDATES);
        }
    }

    /** s = p·z of the row (x, label), which is loaded; throws unless it is finite, and so is every feature. */
    private float share(float[] x, int o, float label) {
        load(x, o, label);
        float s = (float) LinearAttention.score(z, 0, d + 1, transformer.p(), 0);
        if (!Float.isFinite(s)) {
            throw Rows.view(z, 0, d + 1, 1, d).notFinite("p·z");
        }
        return s;
    }

    private void load(float[] x, int o, float label) {
        System.arraycopy(x, o, z, 0, d);
        z[d] = label;
    }
}
