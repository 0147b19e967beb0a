package dev.holdfast.model.sums;

import dev.holdfast.model.archive.FlatJson;
import dev.holdfast.model.archive.Hash;
import dev.holdfast.model.archive.Npz;
import java.math.BigDecimal;
import java.util.Map;

/**
 * First and second moments of the rows of one class: how many there are, Σ x, and Σ x xᵀ or its diagonal. Belongs to one
 * thread at a time.
 */
public sealed interface Moments permits ExactMoments, FastMoments {
    /** Whether all of Σ x xᵀ is kept, or its diagonal alone. */
    boolean hasProducts();

    /** How many rows, or the sum of their weights. */
    double size();

    /** Throws if there is no room for so many rows more. */
    void checkAdd(int rows);

    /** Takes off a row; throws if there is none, or where the sums show that this one was never added. */
    void remove(float[] x);

    /** Multiplies all weights by a factor, 0..1. */
    void fade(double factor);

    /** Throws if there is no room for the rows of another. */
    void checkMerge(Moments other);

    /** @param other of the same kind and shape; may be changed in what does not show */
    void merge(Moments other);

    /** Joins rows that wait to the rest. */
    void settle();

    Moments copy();

    /** Σ x; of fast moments as their mean has it. */
    BigDecimal[] sum();

    /** How far {@link #sum} may be from the exact sums, at most; {@code null} where it is exact. */
    double[] sumError();

    /** (Σ x xᵀ) q; only where {@link #hasProducts}. */
    BigDecimal[] times(float[] q);

    /** The mean, d entries. @param mean overwritten; of no rows 0 */
    void mean(double[] mean);

    /**
     * Σ (x − mean)(x − mean)ᵀ, d × d, both triangles; only where {@link #hasProducts}. It may be what these moments keep: to
     * be read alone, and not beyond their next change.
     */
    double[] scatter();

    /**
     * Adds Σ (x − mean)(x − mean)ᵀ, d × d, both triangles, or its diagonal, d entries.
     *
     * @param products whether all of it; then {@link #hasProducts}
     */
    void addScatter(double[] scatter, boolean products);

    /** Adds everything to what goes into a file, in arrays whose names end in {@code suffix}. */
    void to(Map<String, Npz.Array> arrays, FlatJson meta, String suffix);

    void to(Hash hash);
}
