package dev.holdfast.model.certificate;

/**
 * ℓ∞ radii in a box by Newton's method. What size θ takes from a margin is concave in θ, so that the tangent at any θ
 * meets the margin at a size that is too small, or right where no feature reaches its edge in between. A tangent is the
 * score of the query at its {@linkplain LinearFunction#cornerScore corner} and what the other features cost: a pass over
 * the features where sorting them by their room takes ten and more, and three or four tangents are enough for most queries.
 */
final class Corners {
    /**
     * Rooms that are nearer to a size than this, relatively, are not told apart: comparisons of floats lose 2⁻²² of it, a
     * score {@link LinearFunction#LOSS}.
     */
    private static final double NEAR = 0x1p-19;
    /** Tangents after which sorting is no slower. */
    private static final int MOST = 24;
    /** Sizes and budgets from this to its inverse lose nothing else to the range of floats. */
    private static final double LEAST = 0x1p-60;

    private final LinearFunction f;
    private final float[] b;
    private final double[] v;
    /** Where features end: against label −1 first. */
    private final float[][] edges;

    private Corners(LinearFunction f, float[] b, double[] v, float[][] edges) {
        this.f = f;
        this.b = b;
        this.v = v;
        this.edges = edges;
    }

    /** {@code null} where all reaches are to be sorted. */
    static Corners of(LinearFunction f, Reach reach) {
        if (reach.norm() != Norm.LINF || !reach.hasBox()) {
            return null;
        }
        int d = f.w().length;
        float[] b = new float[d];
        double[] v = new double[d];
        float[][] edges = new float[2][d];
        for (int j = 0; j < d; j++) {
            float w = f.w()[j];
            b[j] = reach.budget(j);
            v[j] = Math.abs((double) w) * b[j];
            if (b[j] != 0 && !isModerate(b[j])) {
                return null;
            }
            edges[0][j] = v[j] > 0 ? reach.edge(j, -w) : Float.POSITIVE_INFINITY;
            edges[1][j] = v[j] > 0 ? reach.edge(j, w) : Float.POSITIVE_INFINITY;
        }
        return new Corners(f, b, v, edges);
    }

    private static boolean isModerate(double size) {
        return size >= LEAST && size <= 1 / LEAST;
    }

    /**
     * The size that takes the margin of x, NaN where that is not certain.
     *
     * @param y sign of f(x)
     * @param margin |f(x)|
     * @param price what a unit of size costs without a box
     */
    double reach(float[] x, int y, double margin, double price) {
        float[] edge = edges[y > 0 ? 1 : 0];
        double[] moving = new double[2];
        double theta = margin / price;
        double others = x.length;
        for (int tangent = 0; tangent < MOST && isModerate(theta); tangent++) {
            double left = y * f.cornerScore(x, edge, b, v, (float) (theta * (1 + NEAR)), moving);
            if (moving[1] == others) {
                return theta; // the corner of the tangent that has led here
            }
            if (left > 0 && moving[0] == 0) {
                return Double.POSITIVE_INFINITY;
            }
            double next = left / moving[0];
            if (!(left > 0 && next > theta * (1 + 3 * NEAR))) {
                return Double.NaN; // a feature that is at its edge may not have to be
            }
            others = moving[1];
            theta = next;
        }
        return Double.NaN;
    }
}
