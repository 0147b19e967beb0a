package dev.holdfast.kernel;

/** The parts of the {@code work} array of the context pass. */
final class ContextWork {
    private static final int LANES = 16;
    /** Columns of the widest panel, which the vector code may load of p and of the sums wherever a panel starts. */
    private static final int PANEL = 8 * LANES;

    /** Rows whose lanes are kept at once. */
    static final int ROWS = 64;

    /** s of one block. Whole vectors are stored. */
    static final int S = 0;
    /** y of one block. Whole vectors are loaded. */
    static final int Y = S + LinearAttention.BLOCK + LANES;
    /** The sums of one block, Σ_n s_n x_n. */
    static final int SUM = Y + LinearAttention.BLOCK + LANES;

    private ContextWork() {}

    /** d, rounded up to whole chunks of 16. */
    static int wholeChunks(int d) {
        return d + LANES - 1 & -LANES;
    }

    private static int room(int d) {
        return wholeChunks(d) + PANEL;
    }

    /** The first d entries of p, continued by zeros. */
    static int p(int d) {
        return SUM + room(d);
    }

    /** The lanes of {@link #ROWS} rows. */
    static int lanes(int d) {
        return p(d) + room(d);
    }

    /** One padded row. */
    static int row(int d) {
        return lanes(d) + ROWS * LANES;
    }

    static int length(int d) {
        int room = Math.addExact(d, LANES - 1 + PANEL);
        return Math.addExact(Math.multiplyExact(3, room), SUM + ROWS * LANES);
    }
}
