package dev.holdfast.verify.reference;

import java.math.BigDecimal;
import java.math.MathContext;

/**
 * What a perturbation may take from the margin of a linear function, by the definition of the threat and with 400
 * digits: features have weights w_j, budgets b_j and room r_j, the distance to the edge that the perturbation drives
 * them to. The exact radius of a margin F is where {@link #price} reaches F.
 */
public final class ExactAdversary {
    /** Bounds {@link #price}'s relative error: of numbers from 10⁻⁹⁰ to 10⁹⁰, differences keep over 200 digits of 400. */
    public static final BigDecimal ERROR = new BigDecimal("1e-200");

    private static final MathContext DIGITS = new MathContext(400);

    private final Norm norm;
    private final int d;
    /** |w_j| b_j. */
    private final BigDecimal[] v;
    /** r_j/b_j, {@code null} where it has no end. */
    private final BigDecimal[] room;

    /** What measures Δ/b. */
    public enum Norm {
        LINF,
        L2,
        L1
    }

    /**
     * Reads its arrays.
     *
     * @param w d weights
     * @param b budgets; 0 freezes a feature
     * @param x the query
     * @param edge where the perturbation drives each feature to, infinite if there is no edge
     */
    public ExactAdversary(Norm norm, float[] w, float[] b, float[] x, float[] edge) {
        this.norm = norm;
        this.d = w.length;
        v = new BigDecimal[d];
        room = new BigDecimal[d];
        for (int j = 0; j < d; j++) {
            v[j] = exact(w[j]).abs().multiply(exact(b[j]));
            if (b[j] == 0) {
                room[j] = BigDecimal.ZERO;
            } else if (Float.isFinite(edge[j])) {
                room[j] = exact(edge[j]).subtract(exact(x[j])).abs().divide(exact(b[j]), DIGITS);
            }
        }
    }

    private static BigDecimal exact(double value) {
        return new BigDecimal(value);
    }

    /** w·x + c. */
    public static BigDecimal score(float[] w, float[] x, double c) {
        BigDecimal sum = exact(c);
        for (int j = 0; j < w.length; j++) {
            sum = sum.add(exact(w[j]).multiply(exact(x[j])));
        }
        return sum;
    }

    /** ‖Δ/b‖ of Δ = other − x (its square for ℓ2), or {@code null} if a feature with b_j = 0 has moved. */
    public static BigDecimal size(Norm norm, float[] b, float[] x, float[] other) {
        BigDecimal size = BigDecimal.ZERO;
        for (int j = 0; j < x.length; j++) {
            BigDecimal moved = exact(other[j]).subtract(exact(x[j])).abs();
            if (moved.signum() == 0) {
                continue;
            }
            if (b[j] == 0) {
                return null;
            }
            BigDecimal t = moved.divide(exact(b[j]), DIGITS);
            size = switch (norm) {
                case LINF -> size.max(t);
                case L2 -> size.add(t.pow(2));
                case L1 -> size.add(t);
            };
        }
        return size;
    }

    /** The greatest Σ v_j t_j over ‖t‖ ≤ ε and 0 ≤ t_j ≤ r_j/b_j. */
    public BigDecimal price(BigDecimal epsilon) {
        return switch (norm) {
            case LINF -> linf(epsilon);
            case L2 -> l2(epsilon);
            case L1 -> l1(epsilon);
        };
    }

    private BigDecimal capped(int j, BigDecimal t) {
        return room[j] == null ? t : t.min(room[j]);
    }

    private BigDecimal linf(BigDecimal epsilon) {
        BigDecimal sum = BigDecimal.ZERO;
        for (int j = 0; j < d; j++) {
            sum = sum.add(v[j].multiply(capped(j, epsilon)), DIGITS);
        }
        return sum;
    }

    /** Water-filling: all share in proportion to v; what overflows is fixed at its room, and the others share again. */
    private BigDecimal l2(BigDecimal epsilon) {
        boolean[] fixed = new boolean[d];
        BigDecimal left = epsilon.pow(2);
        while (true) {
            BigDecimal squares = BigDecimal.ZERO;
            for (int j = 0; j < d; j++) {
                squares = fixed[j] ? squares : squares.add(v[j].pow(2), DIGITS);
            }
            BigDecimal theta = squares.signum() == 0
                    ? BigDecimal.ZERO
                    : left.max(BigDecimal.ZERO).divide(squares, DIGITS).sqrt(DIGITS);
            boolean again = false;
            for (int j = 0; j < d; j++) {
                if (!fixed[j] && room[j] != null && theta.multiply(v[j]).compareTo(room[j]) > 0) {
                    fixed[j] = true;
                    left = left.subtract(room[j].pow(2), DIGITS);
                    again = true;
                }
            }
            if (!again) {
                BigDecimal sum = BigDecimal.ZERO;
                for (int j = 0; j < d; j++) {
                    sum = sum.add(v[j].multiply(fixed[j] ? room[j] : theta.multiply(v[j])), DIGITS);
                }
                return sum;
            }
        }
    }

    /** The dearest feature first, to the end of its room. */
    private BigDecimal l1(BigDecimal epsilon) {
        boolean[] used = new boolean[d];
        BigDecimal left = epsilon;
        BigDecimal sum = BigDecimal.ZERO;
        for (int turn = 0; turn < d; turn++) {
            int best = -1;
            for (int j = 0; j < d; j++) {
                best = !used[j] && (best < 0 || v[j].compareTo(v[best]) > 0) ? j : best;
            }
            used[best] = true;
            BigDecimal t = capped(best, left);
            sum = sum.add(v[best].multiply(t), DIGITS);
            left = left.subtract(t, DIGITS);
        }
        return sum;
    }
}
