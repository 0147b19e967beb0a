package dev.holdfast.model;

import dev.holdfast.kernel.LinearAttention;
import dev.holdfast.model.certificate.Norm;
import dev.holdfast.model.certificate.Zonogon;
import java.util.Arrays;
import java.util.OptionalInt;
import java.util.OptionalLong;

/**
 * How far an adversary who gets at the demonstrations can take one answer of a single layer: one who replaces k of them by
 * any rows with any labels, adds k such rows, or moves k of them a little. Each is answered by the exact worst case.
 *
 * <p>Demonstration n gives N f(x) the share s_n = (p·z_n)(v·z_n) with v = Q̄x, the product of two linear functions of it and
 * of nothing else, with the alignment left as it is. So the worst row there is in a box of features is a least product over a
 * box, with label −1 and with label +1, and it is the same whatever it replaces: the worst k replacements put it in the place
 * of the k greatest answer·s_n. The worst k moves are those of the k greatest losses, each within its own box.
 *
 * <p>Rows of the adversary are real numbers in the threat's box, which have the aligned features that exact arithmetic
 * gives them. What is said holds for floats among them too: {@link #error} is the bound on all roundings, those of learning
 * included, and the smallest numbers of changed rows are rounded towards fewer by it, so that fewer changes certainly leave
 * both the exact answer and the learnt one as it is. The answer is sign f(x). An answer of 0 is none: its margin is 0 whatever
 * is done, and 0 rows change it.
 *
 * <p>{@link LinearTransformer#hijacking} makes one in O(N d + d log d), with memory for N numbers. Immutable.
 */
public final class Hijacking {
    private static final long MOST_ADDITIONS = 1L << 40;

    private final int rows;
    private final double score;
    private final double error;
    /** {@code null} where the threat has no box. */
    private final Worst worst;

    private final double[] replacementLosses;
    private final double[] afterReplacements;
    private final double[] afterMoves;
    /** Of sums of shares: of the demonstrations, of a row in the box, of moved demonstrations. */
    private final Shares shares;

    private final double moveBound;

    private Hijacking(Shares shares, double sum, Worst worst, double[] moveLosses, double moveBound) {
        this.shares = shares;
        double[] each = shares.shares();
        this.rows = each.length;
        this.score = sum / rows;
        this.error = shares.bound() / rows;
        this.moveBound = moveBound;
        this.afterMoves = Influence.after(Math.abs(sum), moveLosses, rows);
        this.worst = worst;
        this.replacementLosses = worst == null ? null : new double[rows];
        for (int n = 0; worst != null && n < rows; n++) {
            replacementLosses[n] = Math.max(0, Math.signum(sum) * each[n] - worst.share);
        }
        this.afterReplacements = worst == null ? null : Influence.after(Math.abs(sum), replacementLosses, rows);
    }

    /** The row of the box whose share, times the answer, is the least, and the size of the greatest row. */
    private record Worst(double share, float[] row, int label, double size) {}

    /** Of checked arguments; {@code y} are the labels, and nothing is kept. */
    static Hijacking of(float[] p, QBar qBar, Alignment alignment, Rows x, float[] y, float[] query, Threat threat,
            double epsilon) {
        Shares shares = new Shares(p, qBar, alignment, x, y, query);
        double sum = Arrays.stream(shares.shares()).reduce(0, Double::sum);
        double sign = Math.signum(sum);
        int d = query.length;
        float[] v = shares.v();
        Zonogon zonogon = new Zonogon(doubles(p, d), doubles(v, d));
        Ranges ranges = new Ranges(alignment, threat, d);
        Worst worst = null;
        if (threat.hasBox()) {
            ranges.box();
            double minus = zonogon.least(sign, -p[d], -v[d], ranges.lower, ranges.upper);
            double[] z = zonogon.worst(ranges.lower, ranges.upper);
            double plus = zonogon.least(sign, p[d], v[d], ranges.lower, ranges.upper);
            z = plus < minus ? zonogon.worst(ranges.lower, ranges.upper) : z;
            worst = new Worst(Math.min(minus, plus), ranges.raw(z), plus < minus ? 1 : -1, shares.size(ranges.magnitudes()));
        }
        double[] losses = new double[x.rows()];
        for (int n = 0; n < losses.length && epsilon > 0; n++) {
            ranges.around(x.array(), x.start(n), epsilon);
            double least = zonogon.least(sign, p[d] * y[n], v[d] * y[n], ranges.lower, ranges.upper);
            losses[n] = Math.max(0, sign * shares.shares()[n] - least);
        }
        return new Hijacking(shares, sum, worst, losses, shares.boundOfMoved(ranges.reach(epsilon)));
    }

    private static double[] doubles(float[] values, int count) {
        double[] out = new double[count];
        for (int j = 0; j < count; j++) {
            out[j] = values[j];
        }
        return out;
    }

    /** Where aligned features may lie. */
    private static final class Ranges {
        final double[] lower;
        final double[] upper;
        private final float[] mean;
        private final float[] sign;
        private final Threat threat;
        private final float[] budgets;

        Ranges(Alignment alignment, Threat threat, int d) {
            this.mean = alignment.mean();
            this.sign = alignment.sign();
            this.threat = threat;
            this.budgets = threat.budgets(d);
            this.lower = new double[d];
            this.upper = new double[d];
        }

        void box() {
            for (int j = 0; j < lower.length; j++) {
                set(j, threat.lower(j), threat.upper(j));
            }
        }

        void around(float[] x, int o, double epsilon) {
            for (int j = 0; j < lower.length; j++) {
                double reach = epsilon * budgets[j];
                set(j, Math.max(threat.lower(j), x[o + j] - reach), Math.min(threat.upper(j), x[o + j] + reach));
            }
        }

        private void set(int j, double least, double greatest) {
            double one = sign[j] * (least - mean[j]);
            double other = sign[j] * (greatest - mean[j]);
            lower[j] = Math.min(one, other);
            upper[j] = Math.max(one, other);
        }

        double[] magnitudes() {
            double[] out = new double[lower.length];
            for (int j = 0; j < out.length; j++) {
                out[j] = Math.max(-lower[j], upper[j]);
            }
            return out;
        }

        double[] reach(double epsilon) {
            double[] out = new double[lower.length];
            for (int j = 0; j < out.length; j++) {
                out[j] = sign[j] == 0 ? 0 : epsilon * budgets[j];
            }
            return out;
        }

        /** Of the aligned row z, in the box; a feature that is dropped stands at its lower edge. */
        float[] raw(double[] z) {
            float[] out = new float[z.length];
            for (int j = 0; j < out.length; j++) {
                double x = sign[j] == 0 ? threat.lower(j) : mean[j] + sign[j] * z[j];
                out[j] = Math.min(threat.upper(j), Math.max(threat.lower(j), (float) x));
            }
            return out;
        }
    }

    /** Throws unless rows can be replaced and moved as the threat says, and lie in its box. */
    static void check(Rows x, Threat threat, double epsilon) {
        int d = x.features();
        if (threat.norm() != Norm.LINF) {
            throw new IllegalArgumentException("threat is " + threat + ", expected linf, in which each feature of a"
                    + " demonstration moves by itself");
        }
        threat.checkFeatures(d);
        for (int j = 0; j < d && threat.hasBox(); j++) {
            if (!Float.isFinite(threat.lower(j)) || !Float.isFinite(threat.upper(j))) {
                throw new IllegalArgumentException("threat has the box " + threat.lower(j) + ".." + threat.upper(j)
                        + " for feature " + j + ", expected finite edges, or no box: then rows are moved only");
            }
        }
        if (!(epsilon >= 0 && epsilon <= Double.MAX_VALUE)) {
            throw new IllegalArgumentException("epsilon = " + epsilon + ", expected a finite number, at least 0");
        }
        float[] row = new float[d];
        for (int n = 0; n < x.rows() && threat.hasBox(); n++) {
            threat.checkInside(x.copy(n, row), n);
        }
    }

    /** Number of demonstrations, N. */
    public int demonstrations() {
        return rows;
    }

    /** f(x) of the demonstrations as they are; its sign is the answer. */
    public double score() {
        return score;
    }

    /** How far rounding can part that score, the exact f(x) and what {@link Classifier#score} says after learning. */
    public double error() {
        return error;
    }

    private void checkBox() {
        if (worst == null) {
            throw new IllegalStateException("the threat has no box, expected one that says where rows may lie; without it"
                    + " any one row can change any answer");
        }
    }

    /**
     * The features of the worst row there is in the box, raw, rounded to float; d entries, owned by the caller.
     *
     * @throws IllegalStateException if the threat has no box
     */
    public float[] worstRow() {
        checkBox();
        return worst.row.clone();
    }

    /** The label, −1 or +1, that the worst row has. */
    public int worstLabel() {
        checkBox();
        return worst.label;
    }

    /**
     * The least answer·f(x) after at most {@code k} demonstrations were replaced by any rows of the box with any labels: the
     * answer stands while it is positive. It does not grow with k.
     *
     * @param k 0..N
     * @throws IllegalStateException if the threat has no box
     */
    public double marginAfterReplacements(int k) {
        checkBox();
        Influence.check(k, afterReplacements);
        return afterReplacements[k] / rows;
    }

    /**
     * The demonstrations in whose place the worst row leaves that margin: fewer than {@code k} where more would help the
     * answer.
     *
     * @param k 0..N
     * @return ascending, owned by the caller
     * @throws IllegalStateException if the threat has no box
     */
    public int[] worstReplacements(int k) {
        checkBox();
        Influence.check(k, afterReplacements);
        return Arrays.stream(Influence.greatest(replacementLosses, k)).filter(n -> replacementLosses[n] > 0).toArray();
    }

    /**
     * The smallest number of replaced demonstrations that changes the answer. Fewer certainly do not, so that where rounding
     * leaves it open it may be smaller than the exact number; 0 if the answer itself is open.
     *
     * @return empty if no rows of the box, in the place of all demonstrations, change it
     * @throws IllegalStateException if the threat has no box
     */
    public OptionalInt replacementsToChange() {
        checkBox();
        for (int k = 0; k <= rows; k++) {
            if (afterReplacements[k] <= shares.bound(rows, k, worst.size)) {
                return OptionalInt.of(k);
            }
        }
        return OptionalInt.empty();
    }

    /**
     * The least answer·f(x) after at most {@code k} rows of the box with any labels were added to the demonstrations.
     *
     * @param k at least 0
     * @throws IllegalStateException if the threat has no box
     */
    public double marginAfterAdditions(long k) {
        checkBox();
        if (k < 0) {
            throw new IllegalArgumentException("k = " + k + ", expected at least 0");
        }
        double sum = Math.abs(score * rows);
        // shares that help the answer still make its margin smaller, if they are below the mean, and never change it
        return Math.min(sum / rows, (sum + k * worst.share) / (rows + (double) k));
    }

    /**
     * The smallest number of added rows that changes the answer; as in {@link #replacementsToChange}, fewer certainly do not.
     *
     * @return empty if 2⁴⁰ of them do not
     * @throws IllegalStateException if the threat has no box
     */
    public OptionalLong additionsToChange() {
        checkBox();
        if (changesByAdditions(0)) {
            return OptionalLong.of(0);
        }
        long high = 1;
        while (!changesByAdditions(high)) {
            if (high == MOST_ADDITIONS) {
                return OptionalLong.empty();
            }
            high *= 2;
        }
        long low = high / 2;
        while (high - low > 1) {
            long middle = low + (high - low) / 2;
            if (changesByAdditions(middle)) {
                high = middle;
            } else {
                low = middle;
            }
        }
        return OptionalLong.of(high);
    }

    /** Once it is true it stays so: the margin is linear in k, and the bound from a whole block of rows on convex. */
    private boolean changesByAdditions(long k) {
        double all = Math.max(LinearAttention.BLOCK, rows + (double) k);
        return Math.abs(score * rows) + k * worst.share <= shares.bound(all, k, worst.size);
    }

    /**
     * The least answer·f(x) after at most {@code k} demonstrations were moved, each feature j of each of them by at most ε b_j
     * and within the threat's box; labels stay. It does not grow with k.
     *
     * @param k 0..N
     */
    public double marginAfterMoves(int k) {
        Influence.check(k, afterMoves);
        return afterMoves[k] / rows;
    }

    /**
     * The smallest number of moved demonstrations that changes the answer; as in {@link #replacementsToChange}, fewer
     * certainly do not.
     *
     * @return empty if the answer stands whatever is moved
     */
    public OptionalInt movesToChange() {
        for (int k = 0; k <= rows; k++) {
            if (afterMoves[k] <= (k == 0 ? shares.bound() : moveBound)) {
                return OptionalInt.of(k);
            }
        }
        return OptionalInt.empty();
    }

    @Override
    public String toString() {
        return "hijacking of " + rows + " demonstrations, score " + score + " ± " + error
                + (worst == null ? "" : ", worst row " + Shown.of(worst.row) + " with label " + worst.label);
    }
}
