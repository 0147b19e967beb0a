package dev.holdfast.verify.reference;

import dev.holdfast.verify.reference.ExactAdversary.Norm;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * The least size ‖Δ/b‖ of a perturbation, with x+Δ in a box, that takes a linear function f(x) = w·x + c of real numbers
 * to 0 or to the other sign: a fraction of integers, for ℓ2 its square, and no number is rounded on the way.
 *
 * <p>Features reach their edges one after the other, as {@link ExactAdversary} describes; the first that need not reach
 * its edge says which fraction it is.
 */
public final class ExactRadius implements Comparable<ExactRadius> {
    /** More bits than a double has, so that a quotient of two such numbers is one but for its last bit. */
    private static final int BITS = 64;

    private final int sign;
    private final boolean squared;
    /** The radius or its square; {@code null} where nothing takes all of f. */
    private final Fraction value;

    private ExactRadius(int sign, boolean squared, Fraction value) {
        this.sign = sign;
        this.squared = squared;
        this.value = value;
    }

    /** n/d, d &gt; 0; not reduced. */
    private record Fraction(Dyadic n, Dyadic d) implements Comparable<Fraction> {
        static final Fraction ZERO = new Fraction(Dyadic.ZERO, Dyadic.of(1));

        Fraction plus(Fraction other) {
            return n.m().signum() == 0 ? other : new Fraction(n.times(other.d).plus(other.n.times(d)), d.times(other.d));
        }

        @Override
        public int compareTo(Fraction other) {
            return n.times(other.d).compareTo(other.n.times(d));
        }
    }

    /**
     * A feature that f depends on and that may move.
     *
     * @param w |w_j|
     * @param b b_j
     * @param room the distance to the edge that it is driven to, or {@code null} if there is none
     */
    private record Feature(Dyadic w, Dyadic b, Dyadic room) {
        Dyadic v() {
            return w.times(b);
        }

        Dyadic cost(Norm norm) {
            return norm == Norm.L2 ? v().times(v()) : v();
        }

        /** Where it ends on the common path. */
        Fraction end(Norm norm) {
            return new Fraction(room, norm == Norm.L2 ? v().times(b) : b);
        }

        /** What it adds to the size, for ℓ2 to its square, at its edge. */
        Fraction spent(Norm norm) {
            return norm == Norm.L2 ? new Fraction(room.times(room), b.times(b)) : new Fraction(room, b);
        }
    }

    /**
     * Reads its arrays.
     *
     * @param w d weights
     * @param x d finite features inside the box
     * @param lower the box's lower edges, −∞ for none; {@code null} for none at all
     * @param upper its upper edges, likewise
     * @param b budgets, 0 freezes a feature; {@code null} where all are 1
     */
    public static ExactRadius of(Norm norm, Dyadic[] w, Dyadic c, float[] x, float[] lower, float[] upper, float[] b) {
        Dyadic f = score(w, c, x);
        int sign = f.m().signum();
        if (sign == 0) {
            return new ExactRadius(0, false, Fraction.ZERO);
        }
        Dyadic one = Dyadic.of(1);
        List<Feature> moving = new ArrayList<>();
        for (int j = 0; j < x.length; j++) {
            int slope = sign * w[j].m().signum();
            if (slope == 0 || b != null && b[j] == 0) {
                continue;
            }
            float edge = slope > 0 ? edge(lower, j, Float.NEGATIVE_INFINITY) : edge(upper, j, Float.POSITIVE_INFINITY);
            if (edge != x[j]) {
                moving.add(new Feature(w[j].abs(), b == null ? one : Dyadic.of(b[j]),
                        Float.isInfinite(edge) ? null : Dyadic.of(edge).minus(Dyadic.of(x[j])).abs()));
            }
        }
        return new ExactRadius(sign, norm == Norm.L2, size(norm, moving, f.abs()));
    }

    private static float edge(float[] edges, int j, float none) {
        return edges == null ? none : edges[j];
    }

    /** w·x + c. */
    public static Dyadic score(Dyadic[] w, Dyadic c, float[] x) {
        Dyadic sum = c;
        for (int j = 0; j < x.length; j++) {
            sum = sum.plus(w[j].times(x[j]));
        }
        return sum;
    }

    private static Fraction size(Norm norm, List<Feature> moving, Dyadic margin) {
        if (moving.stream().anyMatch(feature -> feature.room() != null) || norm == Norm.L1) {
            moving.sort(order(norm));
        }
        Dyadic left = margin;
        Fraction spent = Fraction.ZERO;
        // what a unit costs of those that have not ended
        Dyadic others = Dyadic.ZERO;
        for (Feature feature : moving) {
            others = others.plus(feature.cost(norm));
        }
        for (Feature feature : moving) {
            Dyadic cost = norm == Norm.L1 ? feature.v() : others;
            if (feature.room() == null) {
                return spent.plus(last(norm, left, cost));
            }
            Fraction end = norm == Norm.L1 ? feature.spent(norm) : feature.end(norm);
            if (left.times(end.d()).compareTo(cost.times(end.n())) <= 0) {
                return spent.plus(last(norm, left, cost));
            }
            left = left.minus(feature.w().times(feature.room()));
            others = others.minus(feature.cost(norm));
            spent = norm == Norm.LINF ? spent : spent.plus(feature.spent(norm));
        }
        return null;
    }

    /** The size of those that take what is left, for ℓ2 its square. */
    private static Fraction last(Norm norm, Dyadic left, Dyadic cost) {
        return new Fraction(norm == Norm.L2 ? left.times(left) : left, cost);
    }

    /** In which they reach their edges. */
    private static Comparator<Feature> order(Norm norm) {
        return norm == Norm.L1
                ? Comparator.comparing(Feature::v).reversed()
                : Comparator.comparing((Feature feature) -> feature.room() == null)
                        .thenComparing((one, other) ->
                                one.room() == null ? 0 : one.end(norm).compareTo(other.end(norm)));
    }

    /** The sign of f(x). */
    public int sign() {
        return sign;
    }

    /** Whether nothing that is allowed takes all of f. */
    public boolean isEndless() {
        return value == null;
    }

    /** Of the same norm. */
    @Override
    public int compareTo(ExactRadius other) {
        if (value == null || other.value == null) {
            return Boolean.compare(value == null, other.value == null);
        }
        return value.compareTo(other.value);
    }

    /** The sign of the difference of this radius and r, which is not below 0 and may be infinite. */
    public int compareTo(double r) {
        if (value == null || r == Double.POSITIVE_INFINITY) {
            return Boolean.compare(value == null, r == Double.POSITIVE_INFINITY);
        }
        return value.n().compareTo(times(r));
    }

    /** r or its square times the denominator. */
    private Dyadic times(double r) {
        return squared ? value.d().times(r).times(r) : value.d().times(r);
    }

    /**
     * The share of this radius that r lacks, 1 − r/R, negative where r is greater; 1 where this is infinite and r is
     * not, −∞ the other way round, or where a share is beyond the doubles.
     */
    public double loss(double r) {
        if (value == null || r == Double.POSITIVE_INFINITY) {
            return value != null ? Double.NEGATIVE_INFINITY : r == Double.POSITIVE_INFINITY ? 0 : 1;
        }
        double lost = ratio(value.n().minus(times(r)), value.n());
        // 1 − q² = (1 − q)(1 + q), if q² is a double
        return squared && Double.isFinite(lost) ? lost / (1 + Math.sqrt(Math.max(0, 1 - lost))) : lost;
    }

    /** a/b for b &gt; 0; it may overflow or underflow. */
    private static double ratio(Dyadic a, Dyadic b) {
        Dyadic up = leading(a);
        Dyadic down = leading(b);
        double ratio = up.m().doubleValue() / down.m().doubleValue();
        return Math.scalb(ratio, (int) Math.max(-3000, Math.min(3000, (long) up.e() - down.e())));
    }

    private static Dyadic leading(Dyadic value) {
        int drop = Math.max(0, value.m().bitLength() - BITS);
        BigInteger m = value.m().shiftRight(drop);
        return new Dyadic(m, value.e() + drop);
    }
}
