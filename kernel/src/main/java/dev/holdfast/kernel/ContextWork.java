package dev.holdfast.kernel;

/** The parts of the {@code work} array of the context pass. */
final class ContextWork {
    /** s of one block. */
    static final int S = 0;
    /** The sums of one block, Σ_n s_n x_n, with room for two whole chunks at least. */
    static final int SUM = LinearAttention.BLOCK;

    private static final int LANES = 16;

    private ContextWork() {}

    /** d, rounded up to whole chunks of 16. */
    static int wholeChunks(int d) {
        return d + LANES - 1 & -LANES;
    }

    private static int room(int d) {
        return Math.max(2 * LANES, wholeChunks(d));
    }

    /** The first d entries of p, continued by zeros. */
    static int p(int d) {
        return SUM + room(d);
    }

    /** The lanes of a group of 16 rows. */
    static int lanes(int d) {
        return p(d) + room(d);
    }

    /** One padded row. */
    static int row(int d) {
        return lanes(d) + 16 * LANES;
    }

    static int length(int d) {
        return Math.addExact(Math.multiplyExact(3, Math.addExact(d, 2 * LANES)), SUM + 16 * LANES);
    }
}
