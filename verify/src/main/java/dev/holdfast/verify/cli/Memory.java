package dev.holdfast.verify.cli;

import java.util.Locale;

/** What a command is about to ask of the heap: what cannot be had is said before the work begins. */
final class Memory {
    /** More elements have no room in a Java array. */
    private static final double MOST_ELEMENTS = Integer.MAX_VALUE - 8;

    private double bytes;
    private double longest;

    /** As many arrays of so many elements at once. */
    Memory arrays(double count, double length, int elementBytes) {
        bytes += count * length * elementBytes;
        longest = Math.max(longest, length);
        return this;
    }

    /** Objects that are no arrays to speak of. */
    Memory objects(double count, double eachBytes) {
        bytes += count * eachBytes;
        return this;
    }

    /** Throws unless the heap may hold it. @param what that asks for it, in an error */
    void check(String what) {
        double heap = Runtime.getRuntime().maxMemory();
        if (bytes > heap) {
            throw new IllegalArgumentException(String.format(Locale.ROOT, "%s, which need %.0f MB, expected at most the"
                    + " heap's %.0f MB, which HOLDFAST_OPTS=-Xmx… sets", what, bytes / 1e6, heap / 1e6));
        }
        if (longest > MOST_ELEMENTS) {
            throw new IllegalArgumentException(String.format(Locale.ROOT, "%s, which need an array of %.0f elements,"
                    + " expected at most %.0f", what, longest, MOST_ELEMENTS));
        }
    }
}
