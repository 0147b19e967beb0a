package dev.holdfast.model.sums;

import dev.holdfast.model.archive.FlatJson;
import dev.holdfast.model.archive.Hash;
import dev.holdfast.model.archive.Npz;
import java.util.Map;

/**
 * Sums over demonstrations of numbered classes. Belongs to one thread at a time; arguments have been checked, but for
 * what only the sums can tell. A call that throws has changed nothing.
 */
public sealed interface Sums permits ClassMoments, AttentionSums {
    /** 2⁴⁸: with it no ideal weights of at most 2¹⁴ features overflow a float, nor does any second moment. */
    float GREATEST_FEATURE = 0x1p48f;

    /** Squares of features are below 2⁹⁸: sums of so much weight are finite. */
    double MOST_WEIGHT = 0x1p900;

    /** Whether rows can be removed, and leave no bit behind; else weights can fade. */
    boolean isExact();

    /** How many rows, or the sum of their weights. */
    double size();

    /**
     * Adds rows.
     *
     * @param x finite features, row n from {@code offset + n·stride} on; read
     * @param classes the class of each row
     * @throws IllegalArgumentException if a sum would overflow
     * @throws IllegalStateException if an exact sum would have too many rows
     */
    void add(float[] x, int offset, int stride, int[] classes);

    /**
     * Takes off a row that was added.
     *
     * @throws IllegalStateException if there is none
     * @throws IllegalArgumentException where the sums show that it was never added
     */
    void remove(float[] x, int c);

    /** Multiplies all weights by a factor, 0..1. */
    void fade(double factor);

    /** Throws if fast sums of so much weight would have no room for so much more. */
    static void checkWeight(double size, double more) {
        if (size + more > MOST_WEIGHT) {
            throw new IllegalStateException(
                    "size = " + size + " and " + more + " more, expected at most " + MOST_WEIGHT);
        }
    }

    /** The error for a row whose removal leaves what no rows can. */
    static IllegalArgumentException neverAdded(String left) {
        return new IllegalArgumentException("x was never added to its class: without it there would be " + left
                + ", expected a demonstration that was added");
    }

    /** @param other of the same kind and shape, another object; may be changed in what does not show */
    void merge(Sums other);

    /**
     * Joins rows that wait for a block to the sums. What is added later is rounded in another way than it would have been
     * without, but in the same way as after a file, which has no rows.
     */
    void settle();

    Sums copy();

    /** Adds everything to what goes into a file. */
    void to(Map<String, Npz.Array> arrays, FlatJson meta);

    /**
     * Adds everything that is kept: exact sums with every bit, so that the same rows give the same hash, whatever came and
     * went, and other sums another one.
     */
    void to(Hash hash);
}
