package dev.holdfast.verify.attacks;

import dev.holdfast.verify.reference.Dyadic;
import dev.holdfast.verify.reference.ExactAdversary.Norm;
import java.math.BigInteger;
import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * A float point as witness that a promise about one function is broken, after the rounding search of Jin, Ohrimenko and
 * Rubinstein (arXiv 2205.10159): walk from the query as far as was promised, straight at the hyperplane, and then from float
 * to float, feature by feature, as long as the point stays nearer than that. Distances are exact.
 */
final class RoundingSearch {
    private final Dyadic[] budgets;
    private final float[] w;
    private final float[] x;
    private final Allowed allowed;
    private final double radius;
    /** Of a promised size, for ℓ2 its square. */
    private final Dyadic ball;

    private RoundingSearch(float[] w, float[] x, Allowed allowed, double radius) {
        this.w = w;
        this.x = x;
        this.allowed = allowed;
        this.radius = radius;
        this.ball = allowed.norm() == Norm.L2 ? Dyadic.of(radius).times(radius) : Dyadic.of(radius);
        budgets = new Dyadic[x.length];
        Arrays.setAll(budgets, j -> Dyadic.of(allowed.budget(j)));
    }

    /**
     * A point of floats in the box, whose size from x is below the radius, that takes from f(x) = w·x + c as much as this
     * search can.
     *
     * @param sign of f(x)
     * @param radius positive; where it is infinite, the largest float stands for it
     */
    static float[] point(float[] w, float[] x, Allowed allowed, int sign, double radius) {
        return new RoundingSearch(w, x, allowed, Math.min(radius, Float.MAX_VALUE)).point(sign);
    }

    private float[] point(int sign) {
        float[] point = x.clone();
        Integer[] byPrice = IntStream.range(0, x.length)
                .filter(j -> w[j] != 0 && allowed.budget(j) > 0)
                .boxed()
                .sorted((i, j) -> Double.compare(price(j), price(i)))
                .toArray(Integer[]::new);
        double[] step = steps(byPrice);
        for (int j : byPrice) {
            boolean down = sign * w[j] > 0;
            // in double, then from float to float until it is inside
            point[j] = inBox(j, (float) (down ? x[j] - step[j] : x[j] + step[j]));
            for (int tries = 0; tries < 8 && point[j] != x[j] && !isInside(point, j); tries++) {
                point[j] = down ? Math.nextUp(point[j]) : Math.nextDown(point[j]);
            }
            if (!isInside(point, j)) {
                point[j] = x[j];
            }
        }
        for (int j : byPrice) {
            boolean down = sign * w[j] > 0;
            for (int tries = 0; tries < 4; tries++) {
                float before = point[j];
                point[j] = inBox(j, down ? Math.nextDown(before) : Math.nextUp(before));
                if (point[j] == before || !isInside(point, j)) {
                    point[j] = before;
                    break;
                }
            }
        }
        return point;
    }

    /** |w_j| b_j. */
    private double price(int j) {
        return Math.abs((double) w[j]) * allowed.budget(j);
    }

    private float inBox(int j, float value) {
        float finite = Math.clamp(value, -Float.MAX_VALUE, Float.MAX_VALUE);
        return Math.clamp(finite, allowed.edge(j, true), allowed.edge(j, false));
    }

    /** How far each feature goes if all of the radius is spent, best first. */
    private double[] steps(Integer[] byPrice) {
        double[] step = new double[x.length];
        double norm = 0;
        for (int j : byPrice) {
            norm = Math.hypot(norm, price(j));
        }
        double left = radius;
        for (int j : byPrice) {
            double b = allowed.budget(j);
            step[j] = switch (allowed.norm()) {
                case LINF -> radius * b;
                case L2 -> radius * (price(j) / norm) * b;
                case L1 -> left * b;
            };
            if (allowed.norm() == Norm.L1) {
                float edge = allowed.edge(j, w[j] > 0);
                left = Math.max(0, left - Math.max(0, Math.min(step[j], Math.abs((double) edge - x[j])) / b));
            }
        }
        return step;
    }

    /** Whether the size of point − x is below the radius, if it was before feature {@code changed} was. */
    private boolean isInside(float[] point, int changed) {
        if (allowed.norm() == Norm.LINF) {
            return moved(point, changed).compareTo(ball.times(budgets[changed])) < 0;
        }
        Dyadic n = Dyadic.ZERO;
        Dyadic d = new Dyadic(BigInteger.ONE, 0);
        for (int j = 0; j < x.length; j++) {
            if (point[j] != x[j]) {
                Dyadic moved = moved(point, j);
                Dyadic b = budgets[j];
                boolean squares = allowed.norm() == Norm.L2;
                Dyadic unit = squares ? b.times(b) : b;
                n = n.times(unit).plus((squares ? moved.times(moved) : moved).times(d));
                d = d.times(unit);
            }
        }
        return n.compareTo(ball.times(d)) < 0;
    }

    private Dyadic moved(float[] point, int j) {
        return Dyadic.of(point[j]).minus(Dyadic.of(x[j])).abs();
    }
}
