package dev.holdfast.model;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * Demonstrations with labels of any type.
 *
 * @param classes in order of first appearance
 * @param numbers of each demonstration's class among them
 */
record LabelledRows<L>(Rows x, List<L> classes, int[] numbers) {
    /** Throws unless there is a label for each row, none {@code null}, and there are two classes or more. */
    static <L> LabelledRows<L> of(Rows x, List<L> y) {
        Rows.atLeast("number of demonstrations", x.rows(), 1);
        x.checkLabels("y.size()", y.size());
        Map<L, Integer> seen = new LinkedHashMap<>();
        int[] numbers = new int[x.rows()];
        int n = 0;
        for (L label : y) {
            if (label == null) {
                throw new IllegalArgumentException("y[" + n + "] = null, expected a label");
            }
            seen.putIfAbsent(label, seen.size());
            numbers[n++] = seen.get(label);
        }
        Rows.atLeast("number of classes in y", seen.size(), 2);
        return new LabelledRows<>(x, List.copyOf(seen.keySet()), numbers);
    }

    /** Labels of class c against the rest. */
    int[] labels(int c) {
        return IntStream.of(numbers).map(number -> number == c ? 1 : -1).toArray();
    }

    /** Two classes alone: their rows, in their order, and labels of +1 for c and −1 for r. */
    Pair pair(int c, int r) {
        int[] members = IntStream.range(0, numbers.length)
                .filter(n -> numbers[n] == c || numbers[n] == r)
                .toArray();
        float[] rows = new float[Math.multiplyExact(members.length, x.features())];
        int[] labels = new int[members.length];
        for (int n = 0; n < members.length; n++) {
            System.arraycopy(x.array(), x.start(members[n]), rows, n * x.features(), x.features());
            labels[n] = numbers[members[n]] == c ? 1 : -1;
        }
        return new Pair(Rows.view(rows, x.features()), labels);
    }

    record Pair(Rows x, int[] y) {}
}
