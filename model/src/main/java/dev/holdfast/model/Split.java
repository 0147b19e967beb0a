package dev.holdfast.model;

import java.util.Arrays;

/** Classes by their numbers, told apart by one binary classifier: {@code plus} is +1, {@code minus} is −1. */
record Split(int[] plus, int[] minus) {
    /** Every pair c < r, in the order of {@link Scheme#pair}. */
    static Split[] pairs(int classes) {
        Split[] splits = new Split[Scheme.pairs(classes)];
        for (int c = 0; c < classes; c++) {
            for (int r = c + 1; r < classes; r++) {
                splits[Scheme.pair(c, r, classes)] = new Split(new int[] {c}, new int[] {r});
            }
        }
        return splits;
    }

    /** Every class against all others. */
    static Split[] rest(int classes) {
        Split[] splits = new Split[classes];
        for (int c = 0; c < classes; c++) {
            int[] others = new int[classes - 1];
            for (int r = 0; r < others.length; r++) {
                others[r] = r < c ? r : r + 1;
            }
            splits[c] = new Split(new int[] {c}, others);
        }
        return splits;
    }

    /** Both sides. */
    int[] all() {
        int[] all = Arrays.copyOf(plus, plus.length + minus.length);
        System.arraycopy(minus, 0, all, plus.length, minus.length);
        return all;
    }
}
