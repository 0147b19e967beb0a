package dev.holdfast.model;

import dev.holdfast.kernel.LinearAttention;
import java.util.Arrays;

/**
 * A transformer behind a preprocessing, which is folded into what it learns: what its contexts have in common, from a
 * raw row to a classifier of raw rows. Immutable.
 */
final class FoldedTransformer {
    private final LinearTransformer transformer;
    private final Preprocessing preprocessing;
    private final int d;
    /** Whether the preprocessing leaves rows as they are. */
    private final boolean plain;

    /** Both of d features. */
    FoldedTransformer(LinearTransformer transformer, Preprocessing preprocessing) {
        this.transformer = transformer;
        this.preprocessing = preprocessing;
        this.d = transformer.features();
        this.plain = preprocessing.isSame(Preprocessing.none(d));
    }

    int features() {
        return d;
    }

    Preprocessing preprocessing() {
        return preprocessing;
    }

    /** What a classifier of this state has learnt from. */
    InContextClassifier.Origin origin(double n, double[] a) {
        return transformer.origin(n, a).get();
    }

    /** Not a copy. */
    float[] p() {
        return transformer.p();
    }

    /** The label as a float; throws unless there are d features and a label of −1 or +1. */
    float checkRow(float[] x, int y) {
        if (x.length != d) {
            throw new IllegalArgumentException("x.length = " + x.length + ", expected " + d);
        }
        return Rows.checkedLabel("y", y);
    }

    /** Throws unless states of the other may be added to states of this one. */
    void checkSame(FoldedTransformer other) {
        if (!Arrays.equals(p(), other.p())) {
            throw new IllegalArgumentException(
                    "other has a transformer with another p, expected the p of this context");
        }
        if (!preprocessing.isSame(other.preprocessing)) {
            throw new IllegalArgumentException(
                    "other has another preprocessing, expected the means and signs of this context");
        }
    }

    /** z = (s ∘ (x − m), label) of the row of x from o. */
    void load(float[] x, int o, float label, float[] z) {
        preprocessing.applyRow(x, o, z, 0);
        z[d] = label;
    }

    /**
     * a += Σ_n (p·z_n) z_n over raw rows, in blocks of the kernel's.
     *
     * @param work the kernel's, for d
     */
    void accumulate(Rows x, float[] labels, double[] a, float[] work) {
        if (plain) {
            LinearAttention.accumulate(
                    x.array(), x.offset(), x.stride(), x.rows(), d, labels, 0, p(), a, work);
            return;
        }
        float[] block = new float[Math.multiplyExact(Math.min(LinearAttention.BLOCK, x.rows()), d)];
        for (int n = 0; n < x.rows(); n += LinearAttention.BLOCK) {
            int end = Math.min(n + LinearAttention.BLOCK, x.rows());
            preprocessing.apply(x, n, end, block);
            LinearAttention.accumulate(block, 0, d, end - n, d, labels, n, p(), a, work);
        }
    }

    /**
     * w = Q̄ᵀ a / n, folded.
     *
     * @throws IllegalStateException if w is too large for floats
     */
    InContextClassifier classifier(double[] a, double n) {
        float[] w = new float[d];
        transformer.qBar().readout(a, n, w);
        for (int j = 0; j < d; j++) {
            if (!Float.isFinite(w[j])) {
                throw new IllegalStateException("w[" + j + "] = " + w[j] + ", expected a finite number");
            }
        }
        return folded(w, n, a);
    }

    /** The classifier of raw rows that answers as w = Q̄ᵀ a / n does on preprocessed ones. Keeps {@code a}. */
    InContextClassifier folded(float[] w, double n, double[] a) {
        return new InContextClassifier(
                preprocessing.raw(w), preprocessing.intercept(w), preprocessing, transformer.origin(n, a));
    }
}
