package dev.holdfast.model;

import dev.holdfast.kernel.AdversarialGradient;
import dev.holdfast.model.certificate.Norm;
import dev.holdfast.model.certificate.Reach;
import java.io.Serializable;
import java.util.Arrays;
import java.util.Locale;
import java.util.Objects;
import java.util.stream.IntStream;

/**
 * What an adversary may do to a query: a norm in which the perturbation Δ is measured, and what else binds it. All of
 * it is in the units of the raw features.
 *
 * <p>The size of Δ is ‖Δ‖ in ℓ∞, ℓ2 or ℓ1. With budgets b it is ‖Δ/b‖, so that within ε feature j moves by at most ε
 * b_j; a frozen feature has b_j = 0 and does not move. With a box l ≤ x+Δ ≤ u, too. These combine freely, each stated
 * once: a later box or budget replaces an earlier one, frozen features add up. Immutable; arrays are copied.
 *
 * <pre>{@code
 * Threat threat = Threat.linf().inBox(0, 1).freeze(3);
 * }</pre>
 */
public final class Threat implements Serializable {
    private static final long serialVersionUID = 1;

    private static final Threat LINF = new Threat(Norm.LINF, null, null, false, null, new int[0]);
    private static final Threat L2 = new Threat(Norm.L2, null, null, false, null, new int[0]);
    private static final Threat L1 = new Threat(Norm.L1, null, null, false, null, new int[0]);

    private final Norm norm;
    /** An edge a feature, or one for all of them; {@code null} without a box. */
    private final float[] lower;

    private final float[] upper;
    private final boolean boxPerFeature;
    /** Or {@code null}. */
    private final float[] budgets;

    private final int[] frozen;

    private Threat(Norm norm, float[] lower, float[] upper, boolean boxPerFeature, float[] budgets, int[] frozen) {
        this.norm = norm;
        this.lower = lower;
        this.upper = upper;
        this.boxPerFeature = boxPerFeature;
        this.budgets = budgets;
        this.frozen = frozen;
    }

    /** ℓ∞: the size of Δ is max_j |Δ_j|. */
    public static Threat linf() {
        return LINF;
    }

    /** ℓ2: the size of Δ is (Σ_j Δ_j²)^½. */
    public static Threat l2() {
        return L2;
    }

    /** ℓ1: the size of Δ is Σ_j |Δ_j|. */
    public static Threat l1() {
        return L1;
    }

    /**
     * Perturbed queries stay in the box that has the same edges for every feature. A query outside of it is an error.
     *
     * @param lower rounded to float, as features are; −∞ for none
     * @param upper rounded to float, at least {@code lower}; +∞ for none
     */
    public Threat inBox(double lower, double upper) {
        return inBox(new float[] {(float) lower}, new float[] {(float) upper}, false);
    }

    /**
     * Perturbed queries stay in the box that has edges of its own for every feature. A query outside of it is an error.
     *
     * @param lower an edge a feature, −∞ for none
     * @param upper an edge a feature, at least that of {@code lower}; +∞ for none
     */
    public Threat inBox(float[] lower, float[] upper) {
        if (lower.length == 0) {
            throw new IllegalArgumentException("lower.length = 0, expected at least 1");
        }
        if (upper.length != lower.length) {
            throw new IllegalArgumentException(
                    "upper.length = " + upper.length + ", expected " + lower.length + " as lower has");
        }
        return inBox(lower.clone(), upper.clone(), true);
    }

    private Threat inBox(float[] low, float[] high, boolean perFeature) {
        for (int j = 0; j < low.length; j++) {
            if (!(low[j] < Float.POSITIVE_INFINITY)) {
                throw bad("lower", j, perFeature, low[j] + ", expected a finite number or -Infinity");
            }
            if (!(high[j] >= low[j]) || high[j] == Float.NEGATIVE_INFINITY) {
                throw bad("upper", j, perFeature,
                        high[j] + ", expected a finite number or Infinity, at least the lower edge " + low[j]);
            }
        }
        return new Threat(norm, low, high, perFeature, budgets, frozen);
    }

    private static IllegalArgumentException bad(String name, int j, boolean perFeature, String what) {
        return new IllegalArgumentException(name + (perFeature ? "[" + j + "]" : "") + " = " + what);
    }

    /**
     * The size of Δ is that of Δ/b: within ε, feature j moves by at most ε b_j.
     *
     * @param b a budget a feature, finite, at least 0; 0 freezes it
     */
    public Threat withBudgets(float[] b) {
        if (b.length == 0) {
            throw new IllegalArgumentException("b.length = 0, expected at least 1");
        }
        for (int j = 0; j < b.length; j++) {
            if (!(b[j] >= 0) || b[j] == Float.POSITIVE_INFINITY) {
                throw new IllegalArgumentException(
                        "b[" + j + "] = " + b[j] + ", expected a finite number, at least 0");
            }
        }
        return new Threat(norm, lower, upper, boxPerFeature, b.clone(), frozen);
    }

    /**
     * These features do not move, nor do those that were frozen before.
     *
     * @param features indices from 0 on
     */
    public Threat freeze(int... features) {
        for (int i = 0; i < features.length; i++) {
            Rows.atLeast("features[" + i + "]", features[i], 0);
        }
        int[] all = IntStream.concat(IntStream.of(frozen), IntStream.of(features)).sorted().distinct().toArray();
        return new Threat(norm, lower, upper, boxPerFeature, budgets, all);
    }

    /** What was serialised is checked and copied like any argument. */
    private Object readResolve() {
        Threat threat = switch (norm) {
            case LINF -> LINF;
            case L2 -> L2;
            case L1 -> L1;
        };
        threat = lower == null ? threat : threat.inBox(lower.clone(), upper.clone(), boxPerFeature);
        threat = budgets == null ? threat : threat.withBudgets(budgets);
        return frozen.length == 0 ? threat : threat.freeze(frozen);
    }

    Norm norm() {
        return norm;
    }

    /** Whether there is nothing but the norm. */
    boolean isPlain() {
        return lower == null && budgets == null && frozen.length == 0;
    }

    boolean hasBox() {
        return lower != null;
    }

    /** l_j, −∞ where there is none. */
    float lower(int j) {
        return lower == null ? Float.NEGATIVE_INFINITY : lower[boxPerFeature ? j : 0];
    }

    /** u_j, +∞ where there is none. */
    float upper(int j) {
        return upper == null ? Float.POSITIVE_INFINITY : upper[boxPerFeature ? j : 0];
    }

    /** Throws unless this threat is one to queries of d features. */
    void checkFeatures(int d) {
        checkLength("a box", boxPerFeature ? lower : null, d);
        checkLength("budgets", budgets, d);
        for (int j : frozen) {
            if (j >= d) {
                throw new IllegalArgumentException("threat freezes feature " + j + ", expected one of 0.." + (d - 1));
            }
        }
    }

    /** What this threat means for queries of d features; throws unless it is one to them. */
    Reach reach(int d) {
        checkFeatures(d);
        return new Reach(norm, budgets == null && frozen.length == 0 ? null : budgets(d), lower, upper);
    }

    /** b, 0 where a feature is frozen, in a new array. */
    float[] budgets(int d) {
        float[] b = budgets == null ? new float[d] : budgets.clone();
        if (budgets == null) {
            Arrays.fill(b, 1);
        }
        for (int j : frozen) {
            b[j] = 0;
        }
        return b;
    }

    private static void checkLength(String what, float[] array, int d) {
        if (array != null && array.length != d) {
            throw new IllegalArgumentException(
                    "threat has " + what + " of " + array.length + " features, expected " + d);
        }
    }

    /** Throws unless x, the n-th query, lies in the box. */
    void checkInside(float[] x, int n) {
        if (lower == null || AdversarialGradient.inside(x, 0, x.length, lower, upper)) {
            return;
        }
        for (int j = 0; j < x.length; j++) {
            if (!(x[j] >= lower(j) && x[j] <= upper(j))) {
                throw new IllegalArgumentException("x has " + x[j] + " in row " + n + ", feature " + j + ", expected "
                        + lower(j) + ".." + upper(j) + ", the threat's box");
            }
        }
    }

    /** Whether the other one allows the same, said in the same way. */
    @Override
    public boolean equals(Object other) {
        return other instanceof Threat threat
                && norm == threat.norm
                && boxPerFeature == threat.boxPerFeature
                && Arrays.equals(lower, threat.lower)
                && Arrays.equals(upper, threat.upper)
                && Arrays.equals(budgets, threat.budgets)
                && Arrays.equals(frozen, threat.frozen);
    }

    @Override
    public int hashCode() {
        return Objects.hash(norm, Arrays.hashCode(lower), Arrays.hashCode(upper), Arrays.hashCode(budgets),
                Arrays.hashCode(frozen));
    }

    /** Such as {@code linf in the box 0.0..1.0, frozen [3]}. */
    @Override
    public String toString() {
        StringBuilder text = new StringBuilder(norm.name().toLowerCase(Locale.ROOT));
        if (lower != null) {
            text.append(" in the box ")
                    .append(boxPerFeature ? Shown.of(lower) + ".." + Shown.of(upper) : lower[0] + ".." + upper[0]);
        }
        if (budgets != null) {
            text.append(", budgets ").append(Shown.of(budgets));
        }
        return frozen.length == 0 ? text.toString() : text.append(", frozen ").append(Shown.of(frozen)).toString();
    }
}
