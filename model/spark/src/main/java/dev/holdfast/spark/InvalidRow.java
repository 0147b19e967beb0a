package dev.holdfast.spark;

import java.util.List;

/** What becomes of a row that cannot be learnt from or answered. */
enum InvalidRow {
    /** The job fails, and says which column has which value. */
    ERROR,
    /** The row is left out. */
    SKIP,
    /** The row stays, its answers are null; nothing is learnt from it. */
    KEEP;

    static final List<String> NAMES = List.of("error", "skip", "keep");

    static InvalidRow named(String name) {
        return values()[NAMES.indexOf(name)];
    }

    static IllegalArgumentException error(String column, String has) {
        return new IllegalArgumentException("column '" + column + "' has " + has);
    }
}
