package dev.holdfast.model.certificate;

import dev.holdfast.kernel.AdversarialGradient;
import java.util.Arrays;

/**
 * A {@link Reach} against one linear function: exact radii and worst queries, rounded to the safe side. Immutable.
 *
 * <p>In the units t_j = |Δ_j|/b_j and v_j = |w_j| b_j, the most that size ε takes from a margin is the greatest Σ v_j
 * t_j over ‖t‖ ≤ ε and t_j ≤ ρ_j, the room that the box leaves. The optima for all ε lie on one path along which
 * features reach their edges one after the other and stay there. With θ growing from 0,
 *
 * <pre>
 *     ℓ∞   t_j = min(θ, ρ_j)        edges in the order of ρ_j         a unit of θ costs Σ v_j
 *     ℓ2   t_j = min(θ v_j, ρ_j)    edges in the order of ρ_j/v_j     a unit of θ costs Σ v_j²
 *     ℓ1   t_j = θ up to ρ_j        one by one, greatest v_j first    a unit of θ costs v_j
 * </pre>
 *
 * with sums over the features that still move. What is left of a margin when the first k are at their edges is the
 * score of the query that has those edges for features, so that no rounded numbers are subtracted: see
 * decisions/0006.
 */
public final class Adversary {
    private final LinearFunction f;
    private final Reach reach;
    private final Norm norm;
    /**
     * More than the relative error of any size here: about 2d roundings, and what {@link Path#reach} decides wrongly in
     * ℓ2, at most 2⁻⁴⁴.
     */
    private final double slack;
    /** What a unit of θ costs while no feature is at its edge. */
    private final double price;
    /** Or {@code null}. */
    private final Corners corners;

    /** @param reach of as many features as {@code f} has */
    public Adversary(LinearFunction f, Reach reach) {
        int d = f.w().length;
        this.f = f;
        this.reach = reach;
        this.norm = reach.norm();
        this.slack = (d + 1024) * 0x1p-52;
        this.price = reach.budgets() == null ? plainPrice(f, norm) : price();
        this.corners = Corners.of(f, reach);
    }

    private static double plainPrice(LinearFunction f, Norm norm) {
        int d = f.w().length;
        return switch (norm) {
            case LINF -> f.norm1();
            case L2 -> {
                double norm2 = AdversarialGradient.norm2(f.w(), d);
                yield norm2 * norm2;
            }
            case L1 -> AdversarialGradient.normInfinity(f.w(), d);
        };
    }

    private double price() {
        double sum = 0;
        for (int j = 0; j < f.w().length; j++) {
            sum = together(sum, v(j));
        }
        return sum;
    }

    /** What a unit of θ costs if a feature of this v moves, too. */
    private double together(double cost, double v) {
        return switch (norm) {
            case LINF -> cost + v;
            case L2 -> cost + v * v;
            case L1 -> Math.max(cost, v);
        };
    }

    /** |w_j| b_j, exact. */
    private double v(int j) {
        return Math.abs((double) f.w()[j]) * reach.budget(j);
    }

    /** Where feature j ends when it takes from the margin of label y; it may be infinite. */
    private float edge(int j, int y) {
        return reach.edge(j, y * f.w()[j]);
    }

    /**
     * The least size of a perturbation of x that takes all of the margin, rounded towards 0, with the sign of f(x); ±∞ if
     * there is none, 0 where f(x) = 0. A size beyond all doubles is the greatest, one below them 0 with a sign.
     *
     * @param x a query inside the box; read
     * @param score f(x) as {@link LinearFunction#certain} says
     */
    public double signedRadius(float[] x, double score) {
        if (score == 0) {
            return 0;
        }
        double margin = Math.abs(score);
        double size = reach.hasBox() ? inBox(x, (int) Math.signum(score), margin) : reach(margin, 0, price);
        double down = size * (1 - slack);
        // of subnormal numbers the quotient and the product may have been rounded up by half a unit each
        return Math.copySign(down < Double.MIN_NORMAL ? Math.max(0, Math.nextDown(down)) : down, score);
    }

    private double inBox(float[] x, int y, double margin) {
        double size = corners == null ? Double.NaN : corners.reach(x, y, margin, price);
        return Double.isNaN(size) ? new Path(x, y).reach(margin) : size;
    }

    /** The size at which features that cost {@code price} have taken the margin, others being at their edges. */
    private double reach(double margin, double spent, double price) {
        if (price == 0) {
            return Double.POSITIVE_INFINITY;
        }
        double last = margin / (norm == Norm.L2 ? Math.sqrt(price) : price);
        return Math.min(size(last, spent), Double.MAX_VALUE);
    }

    /**
     * ‖t‖ on the path.
     *
     * @param last that of the features that still move
     * @param spent Σ ρ_j (ℓ1) or Σ ρ_j² (ℓ2) of those that are at their edges
     */
    private double size(double last, double spent) {
        return switch (norm) {
            case LINF -> last;
            case L2 -> Math.hypot(Math.sqrt(spent), last);
            case L1 -> spent + last;
        };
    }

    /**
     * The worst query for label y within size ε of x, each entry rounded towards x, hence inside ball and box; an entry
     * that leaves the range of floats is infinite.
     *
     * @param x a query inside the box; read
     * @param out overwritten from {@code o} on
     */
    public void attack(float[] x, int y, double epsilon, float[] out, int o) {
        if (norm == Norm.L1) {
            System.arraycopy(x, 0, out, o, x.length);
            new Path(x, y).spend(epsilon, out, o);
            return;
        }
        double theta = norm == Norm.LINF ? epsilon : theta(x, y, epsilon * (1 - slack));
        for (int j = 0; j < x.length; j++) {
            double v = v(j);
            double step = norm == Norm.LINF ? productDown(theta, reach.budget(j)) : theta * v * reach.budget(j);
            out[o + j] = v == 0 ? x[j] : moved(x[j], j, y, step);
        }
    }

    /** θ of an ℓ2 size. */
    private double theta(float[] x, int y, double size) {
        return reach.hasBox() ? new Path(x, y).theta(size) : size / Math.sqrt(price);
    }

    /** x_j after a step that takes from the margin of label y, no farther than the box. */
    private float moved(float xj, int j, int y, double step) {
        // 0 − in place of a sign: 0 has none
        return y * f.w()[j] > 0
                ? Math.max(0 - stepUp(-xj, step), reach.lower(j))
                : Math.min(stepUp(xj, step), reach.upper(j));
    }

    /** The greatest float up to x + step; ∞ beyond them all. */
    private static float stepUp(float x, double step) {
        double most = sumDown(x, step);
        float y = (float) most;
        return y > most && y != Float.POSITIVE_INFINITY ? Math.nextDown(y) : y;
    }

    /** A double up to a + b, which is a + b if that is a double. */
    private static double sumDown(double a, double b) {
        double s = a + b;
        double fromB = s - a;
        double error = (a - (s - fromB)) + (b - fromB);
        return error < 0 ? Math.nextDown(s) : s;
    }

    /** A double up to a·b; underflow is below any step between floats. */
    private static double productDown(double a, double b) {
        double product = a * b;
        return Math.fma(a, b, -product) < 0 ? Math.nextDown(product) : product;
    }

    /** |x − y|/b, rounded away from 0. */
    private static double sizeUp(float x, float y, double b) {
        double distance = -sumDown(Math.min(x, y), -Math.max(x, y));
        double size = distance / b;
        return Math.fma(size, b, -distance) < 0 ? Math.nextUp(size) : size;
    }

    /** From x in the direction that takes from the margin of label y. A move is a feature that reaches an edge of the box. */
    private final class Path {
        /** Costs that differ by less decide no order: the errors of both sides of a comparison. */
        private final double tie = 2 * LinearFunction.LOSS + slack;

        private final float[] x;
        private final int y;
        /** The last bits of a move are its feature, the others those of its {@link #order}. */
        private final long features;
        /** The first {@code count}, in the order in which they end. */
        private final long[] moves;
        private int count;
        /** The feature with no edge that costs most, or −1. */
        private int endless = -1;
        /** By k: what a unit of θ costs when the first k are at their edges. */
        private final double[] price;

        Path(float[] x, int y) {
            this.x = x;
            this.y = y;
            features = 2L * Integer.highestOneBit(x.length) - 1;
            moves = new long[x.length];
            double rest = collect();
            sort();
            // what costs less than a feature with no edge never has its turn
            while (norm == Norm.L1 && count > 0 && v(feature(count - 1)) <= rest) {
                count--;
            }
            price = new double[count + 1];
            price[count] = rest;
            for (int k = count - 1; k >= 0; k--) {
                price[k] = together(price[k + 1], v(feature(k)));
            }
        }

        /** Collects the features that have an edge to reach. Returns the price of those that have none. */
        private double collect() {
            double rest = 0;
            for (int j = 0; j < x.length; j++) {
                double v = v(j);
                float edge = edge(j, y);
                if (v > 0 && Float.isInfinite(edge)) {
                    endless = endless < 0 || v > v(endless) ? j : endless;
                    rest = together(rest, v);
                } else if (v > 0 && edge != x[j]) {
                    moves[count++] = order(j) & ~features | j;
                }
            }
            return rest;
        }

        /** Least first: bits of positive numbers are in the order of these. In ℓ1 the greatest v comes first. */
        private long order(int j) {
            return norm == Norm.L1 ? ~Double.doubleToRawLongBits(v(j)) : Double.doubleToRawLongBits(end(j));
        }

        private void sort() {
            Arrays.sort(moves, 0, count);
            // where the features have hidden the bits that differ
            for (int k = 1; k < count; k++) {
                long move = moves[k];
                int i = k;
                while (i > 0 && ((moves[i - 1] ^ move) & ~features) == 0
                        && order(feature(i - 1)) > order((int) (move & features))) {
                    moves[i] = moves[i - 1];
                    i--;
                }
                moves[i] = move;
            }
        }

        private int feature(int k) {
            return (int) (moves[k] & features);
        }

        /** ρ_j. */
        private double room(int j) {
            return Math.abs((double) edge(j, y) - x[j]) / reach.budget(j);
        }

        /** θ where feature j is at its edge, in ℓ∞ and ℓ2. */
        private double end(int j) {
            return norm == Norm.L2 ? room(j) / v(j) : room(j);
        }

        /** What feature j adds to what is spent, at its edge: see {@link #size}. */
        private double share(int j) {
            double room = room(j);
            return norm == Norm.L2 ? room * room : room;
        }

        /**
         * The size that takes the margin, +∞ if none does: by bisection for the first move that need not end. Any k
         * gives a size that is too small, the right one the greatest.
         */
        double reach(double margin) {
            // the query with its first moves at their edges
            float[] corner = x.clone();
            double left = margin;
            double spent = 0;
            int low = 0;
            int high = count;
            while (low < high) {
                int k = (low + high) >>> 1;
                for (int i = low; i <= k; i++) {
                    corner[feature(i)] = edge(feature(i), y);
                }
                double after = y * f.certain(corner, 0);
                // θ = end takes end · price from what is left, of which move k's share is in the corner on both sides
                double others = norm == Norm.L1 ? 0 : price[k + 1];
                if (after <= (1 - tie) * (end(feature(k)) * others)) {
                    for (int i = low; i <= k; i++) {
                        corner[feature(i)] = x[feature(i)];
                    }
                    high = k;
                } else {
                    for (int i = low; i <= k; i++) {
                        spent += share(feature(i));
                    }
                    low = k + 1;
                    left = after;
                }
            }
            return Adversary.this.reach(left, spent, price[low]);
        }

        /** θ of an ℓ2 size, +∞ if there is no room for it. */
        double theta(double size) {
            int k = 0;
            double ended = 0;
            double spent = 0;
            while (k < count && size(end(feature(k)) * Math.sqrt(price[k]), spent) < size) {
                ended = end(feature(k));
                spent += share(feature(k));
                k++;
            }
            if (price[k] == 0) {
                return Double.POSITIVE_INFINITY;
            }
            // where the moves that have ended spent all but what was rounded, the difference may be 0: none starts again
            return Math.max(ended, Math.sqrt(Math.max(0, size * size - spent)) / Math.sqrt(price[k]));
        }

        /** Spends an ℓ1 size on one feature after the other. */
        void spend(double size, float[] out, int o) {
            double left = size;
            for (int k = 0; k < count; k++) {
                int j = feature(k);
                out[o + j] = moved(x[j], j, y, productDown(left, reach.budget(j)));
                if (out[o + j] != edge(j, y)) {
                    return;
                }
                left = sumDown(left, -sizeUp(x[j], edge(j, y), reach.budget(j)));
            }
            if (endless >= 0) {
                out[o + endless] = moved(x[endless], endless, y, productDown(left, reach.budget(endless)));
            }
        }
    }
}
