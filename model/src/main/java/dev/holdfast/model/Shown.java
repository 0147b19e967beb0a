package dev.holdfast.model;

import java.util.Collection;
import java.util.Iterator;
import java.util.StringJoiner;
import java.util.function.IntFunction;

/** Arrays and lists in a {@code toString}: the first few entries, which a debugger's line has room for. */
final class Shown {
    private static final int MOST = 8;

    private Shown() {}

    static String of(float... values) {
        return of(values.length, i -> values[i]);
    }

    static String of(int... values) {
        return of(values.length, i -> values[i]);
    }

    static String of(Collection<?> values) {
        Iterator<?> each = values.iterator();
        return of(values.size(), i -> each.next());
    }

    /** @param entry asked for in order */
    static String of(int count, IntFunction<Object> entry) {
        StringJoiner shown = new StringJoiner(", ", "[", "]");
        for (int i = 0; i < Math.min(MOST, count); i++) {
            shown.add(String.valueOf(entry.apply(i)));
        }
        return count > MOST ? shown.add("… " + count + " in all").toString() : shown.toString();
    }
}
