package dev.holdfast.model.sums;

import dev.holdfast.model.archive.FlatJson;

/** How many demonstrations exact sums are of, and how often these were changed. Belongs to one thread at a time. */
final class Count {
    /** ExactSums are exact for 2⁵⁷ terms, in whatever way they came and went. */
    private static final long MOST_UPDATES = 1L << 57;

    /** Of several classes taken together it may be more than one class has room for. */
    private long size;
    /** Rows ever added or removed, here and in what was merged. */
    private long updates;

    long size() {
        return size;
    }

    long updates() {
        return updates;
    }

    void checkNotEmpty() {
        if (size == 0) {
            throw new IllegalStateException("size = 0, expected at least 1 demonstration");
        }
    }

    /** Throws unless there is room for so many rows more. */
    void checkAdd(int rows) {
        checkRoom(rows, rows);
    }

    /** Throws unless there is a row to remove, and room for an update. */
    void checkRemove() {
        checkNotEmpty();
        checkRoom(0, 1);
    }

    /** Throws unless there is room for those of another. */
    void checkMerge(Count other) {
        checkRoom(other.size, other.updates);
    }

    private void checkRoom(long more, long moreUpdates) {
        if (more > Integer.MAX_VALUE - size) {
            throw new IllegalStateException(
                    "size = " + size + " and " + more + " more, expected at most " + Integer.MAX_VALUE);
        }
        if (moreUpdates > MOST_UPDATES - updates) {
            throw new IllegalStateException(
                    "updates = " + updates + " and " + moreUpdates + " more, expected at most " + MOST_UPDATES);
        }
    }

    void add(int rows) {
        size += rows;
        updates += rows;
    }

    void remove() {
        size--;
        updates++;
    }

    void merge(Count other) {
        size += other.size;
        updates += other.updates;
    }

    Count copy() {
        Count copy = new Count();
        copy.merge(this);
        return copy;
    }

    /**
     * Puts both numbers, under names that end in {@code suffix}.
     *
     * @param ofRows whether so many additions as there are rows can have left the sums: then these are the updates that
     *        the file has, and rows that came and went leave no trace in it
     */
    void to(FlatJson meta, String suffix, boolean ofRows) {
        meta.put("size" + suffix, size).put("updates" + suffix, ofRows ? size : updates);
    }

    /** What {@link #to} put. */
    static Count of(FlatJson meta, String suffix) {
        Count count = new Count();
        long size = meta.integer("size" + suffix);
        count.updates = meta.integer("updates" + suffix);
        if (size < 0 || size > Integer.MAX_VALUE) {
            throw new IllegalArgumentException("size" + suffix + " = " + size + ", expected 0.." + Integer.MAX_VALUE);
        }
        if (count.updates < size || count.updates > MOST_UPDATES) {
            throw new IllegalArgumentException("updates" + suffix + " = " + count.updates
                    + ", expected from the size, " + size + ", to " + MOST_UPDATES);
        }
        count.size = size;
        return count;
    }
}
