package dev.holdfast.model.certificate;

import java.util.stream.IntStream;

/**
 * The least product of two linear functions over a box: a(z) = p·z + p₀ and b(z) = v·z + v₀ for lower ≤ z ≤ upper.
 *
 * <p>The pairs (a, b) fill a convex polygon with at most 2d edges, one up and one down for each feature, which the box moves
 * along (p_j, v_j): a zonogon. A product has no least value inside, so it lies on an edge, where it is a polynomial of degree
 * two. Edges in the order of their slopes v_j/p_j go round the polygon; slopes do not depend on the box, so they are sorted
 * once: O(d log d), and O(d) for each box.
 */
public final class Zonogon {
    private final double[] p;
    private final double[] v;
    /** Features that move a or b, by slopes. */
    private final int[] order;

    private double least;
    // where it is: all features before a place in the order at one end, those behind it at the other
    private int edge;
    private double along;
    private boolean up;

    /** @param p read, kept */
    public Zonogon(double[] p, double[] v) {
        this.p = p;
        this.v = v;
        this.order = IntStream.range(0, p.length)
                .filter(j -> p[j] != 0 || v[j] != 0)
                .boxed()
                .sorted((i, j) -> Double.compare(slope(i), slope(j)))
                .mapToInt(j -> j)
                .toArray();
    }

    /** +∞ where a stands still: such an edge is walked upwards. */
    private double slope(int j) {
        return p[j] == 0 ? Double.POSITIVE_INFINITY : v[j] / p[j];
    }

    /** Whether the feature is at its lower end at the polygon's first corner, that of the least a, and of those of the least b. */
    private boolean startsLow(int j) {
        return p[j] > 0 || p[j] == 0 && v[j] > 0;
    }

    /**
     * The least sign·a(z)·b(z) over the box; {@link #worst} says where.
     *
     * @param sign −1 or 1, or 0, of which the least product is 0
     * @param lower the box's edges, finite, not above {@code upper}; read
     */
    public double least(double sign, double p0, double v0, double[] lower, double[] upper) {
        double a = p0;
        double b = v0;
        for (int j : order) {
            double z = startsLow(j) ? lower[j] : upper[j];
            a += p[j] * z;
            b += v[j] * z;
        }
        least = sign * a * b;
        edge = 0;
        along = 0;
        up = true;
        walk(sign, a, b, lower, upper, true);
        walk(sign, a, b, lower, upper, false);
        return least;
    }

    /** Round one half of the polygon, by slopes that grow or that fall. */
    private void walk(double sign, double a, double b, double[] lower, double[] upper, boolean ascending) {
        for (int i = 0; i < order.length; i++) {
            int j = order[ascending ? i : order.length - 1 - i];
            double width = startsLow(j) ? upper[j] - lower[j] : lower[j] - upper[j];
            double da = p[j] * width;
            double db = v[j] * width;
            double curve = sign * da * db;
            if (curve > 0) {
                double t = -(a * db + b * da) / (2 * da * db);
                if (t > 0 && t < 1) {
                    take(sign * (a + t * da) * (b + t * db), i, t, ascending);
                }
            }
            a += da;
            b += db;
            take(sign * a * b, i, 1, ascending);
        }
    }

    private void take(double value, int i, double t, boolean ascending) {
        if (value < least) {
            least = value;
            edge = i;
            along = t;
            up = ascending;
        }
    }

    /**
     * A place of the box where the last {@link #least} was reached; features that move neither function stand at their lower
     * end.
     */
    public double[] worst(double[] lower, double[] upper) {
        double[] z = lower.clone();
        for (int i = 0; i < order.length; i++) {
            int j = order[up ? i : order.length - 1 - i];
            double from = startsLow(j) ? lower[j] : upper[j];
            double to = startsLow(j) ? upper[j] : lower[j];
            z[j] = i < edge ? to : i > edge ? from : from + along * (to - from);
        }
        return z;
    }
}
