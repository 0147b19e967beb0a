package dev.holdfast.model;

import java.util.Arrays;
import java.util.OptionalInt;

/**
 * What each demonstration has to do with one answer, and how many of them it takes to change it, in closed form.
 *
 * <p>Demonstration n gives the score f(x) = w·x the share (p·z_n)(z_n·v)/N with v = Q̄x. With the alignment left
 * as it is, nothing else depends on z_n, so that flipping y_n or removing z_n changes its own share alone:
 *
 * <pre>
 *     N f(x) = Σ_n s_n,   s_n = (r_n + p_d y_n)(t_n + v_d y_n),   r_n = p·(x_n, 0),   t_n = v·(x_n, 0)
 *     flipping y_n adds −2 y_n (r_n v_d + p_d t_n) to N f(x);   removing z_n takes s_n from it, and N becomes N − 1
 * </pre>
 *
 * The worst k flips or removals are those of the k greatest losses: no search over subsets. The answer is sign f(x); it
 * has changed once that is another one or 0. An answer of 0 is none: its margin is 0 whatever is done, and 0 flips or
 * removals change it.
 *
 * <p>Shares, scores and margins are those of exact arithmetic on the aligned rows, within {@link #error}, which
 * also bounds how far they are from what {@link Classifier#score} says after learning from the changed
 * demonstrations. {@link #flipsToChange} and {@link #removalsToChange} are rounded towards the smaller number by it:
 * fewer changes leave both the exact answer and the learnt one as it is. Where features, weights and query are small
 * integers there is no error but that of the division by N.
 *
 * <p>{@link LinearTransformer#influence} makes one in O(N d + N log N), and O(d²) more where Q̄ is dense; memory is
 * O(N). {@link DeepTransformer#influence} says what shares are where there are several layers, of which no removals are
 * known: a flip changes the sign of a share and nothing else. Immutable.
 */
public final class Influence {
    /** s_n. */
    private final double[] shares;
    /** What a flip of y_n takes from |Σ s_n|; 0 where it would add to it. */
    private final double[] flipLosses;
    /** What is left of |Σ s_n| by the worst k changes, k ascending; below 0 once the answer is the other one. */
    private final double[] afterFlips;

    /** {@code null} where removals have no closed form. */
    private final double[] afterRemovals;

    /** Why they have none, or {@code null}. */
    private final String noRemovals;

    private final double sum;
    /** On the error of a sum of shares. */
    private final double bound;

    private Influence(double[] shares, double[] flips, double bound, String noRemovals) {
        this.shares = shares;
        this.bound = bound;
        this.noRemovals = noRemovals;
        // not DoubleStream.sum, whose order is open
        this.sum = Arrays.stream(shares).reduce(0, Double::sum);
        int rows = shares.length;
        this.flipLosses = new double[rows];
        for (int n = 0; n < rows; n++) {
            flipLosses[n] = Math.max(0, Math.signum(sum) * flips[n]);
        }
        this.afterFlips = after(Math.abs(sum), flipLosses, rows);
        this.afterRemovals = noRemovals == null ? after(Math.abs(sum), removalLosses(), rows - 1) : null;
    }

    /**
     * Where a flipped label changes the sign of its share and nothing else, and a removal changes all shares, unless there
     * is one layer.
     *
     * @param shares s_n; kept
     * @param bound on the error of a sum of shares
     * @param depth of the transformer, for errors
     */
    static Influence ofFlips(double[] shares, double bound, int depth) {
        double[] flips = Arrays.stream(shares).map(share -> 2 * share).toArray();
        return new Influence(shares, flips, bound, depth == 1 ? null : "a removed demonstration changes the shares of all others where there are "
                + depth + " layers, expected one layer, or flips");
    }

    private double[] afterRemovals() {
        if (noRemovals != null) {
            throw new IllegalStateException(noRemovals);
        }
        return afterRemovals;
    }

    private double[] removalLosses() {
        double[] losses = new double[shares.length];
        for (int n = 0; n < losses.length; n++) {
            losses[n] = Math.signum(sum) * shares[n];
        }
        return losses;
    }

    /** {@code start} less the k greatest losses, for k = 0..most. */
    static double[] after(double start, double[] losses, int most) {
        double[] sorted = losses.clone();
        Arrays.sort(sorted);
        double[] after = new double[most + 1];
        double lost = 0;
        for (int k = 0; k <= most; k++) {
            after[k] = start - lost;
            lost += k < most ? sorted[sorted.length - 1 - k] : 0;
        }
        return after;
    }

    /** Of checked arguments; {@code y} are the labels, and nothing is kept. */
    static Influence of(float[] p, QBar qBar, Alignment alignment, Rows x, float[] y, float[] query) {
        Shares shares = new Shares(p, qBar, alignment, x, y, query);
        return new Influence(shares.shares(), shares.flips(), shares.bound(), null);
    }

    /** Number of demonstrations, N. */
    public int demonstrations() {
        return shares.length;
    }

    /** f(x); its sign is the answer. */
    public double score() {
        return sum / shares.length;
    }

    /**
     * How far rounding can part the score, the exact f(x) and the score of the classifier that
     * {@link LinearTransformer#learn(Rows, int[])} makes: no two of them by more. It holds for any
     * labels flipped, and N/(N−k) times it for any k demonstrations removed.
     *
     * <p>Of one layer it is γ_K Σ_n (Σ_i |p_i z_ni|)(Σ_ij |z_ni Q̄_ij x_j|)/N for K = ⌈d/16⌉ + min(N, 256) + 12 roundings to
     * float, γ_K = K 2⁻²⁴/(1 − K 2⁻²⁴), and a little for alignment, roundings to double and underflow. Of a
     * {@link DeepTransformer} it is 2⁻²⁴ of the longest w that any labels make, times the query's length, and what the
     * roundings of each layer in double grow to by the norms that its products have, barring underflow of doubles.
     */
    public double error() {
        return bound / shares.length;
    }

    /** Each demonstration's share of the score, which is their sum; N entries, owned by the caller. */
    public double[] shares() {
        double[] out = new double[shares.length];
        for (int n = 0; n < out.length; n++) {
            out[n] = shares[n] / out.length;
        }
        return out;
    }

    /**
     * For each demonstration f(x) without it; what it is less than {@link #score} is the demonstration's influence.
     *
     * @return N entries, owned by the caller
     * @throws IllegalStateException if there is one demonstration alone, or removals are not known
     */
    public double[] leaveOneOut() {
        afterRemovals();
        int others = shares.length - 1;
        if (others == 0) {
            throw new IllegalStateException("number of demonstrations = 1, expected at least 2 to leave one out");
        }
        double[] out = new double[shares.length];
        for (int n = 0; n < out.length; n++) {
            out[n] = (sum - shares[n]) / others;
        }
        return out;
    }

    /**
     * The least answer·f(x) after at most {@code k} labels were flipped: the answer stands while it is positive. It
     * does not grow with k.
     *
     * @param k 0..N
     */
    public double marginAfterFlips(int k) {
        check(k, afterFlips);
        return afterFlips[k] / shares.length;
    }

    /**
     * The least answer·f(x) after at most {@code k} demonstrations were removed: the answer stands while it is
     * positive. It does not grow with k, but for rounding.
     *
     * @param k 0..N−1
     * @throws IllegalStateException if removals are not known
     */
    public double marginAfterRemovals(int k) {
        check(k, afterRemovals());
        return afterRemovals[k] / (shares.length - k);
    }

    /**
     * The demonstrations whose flipped labels leave {@link #marginAfterFlips marginAfterFlips(k)}: fewer than {@code k}
     * where more would help the answer.
     *
     * @param k 0..N
     * @return ascending, owned by the caller
     */
    public int[] worstFlips(int k) {
        check(k, afterFlips);
        return Arrays.stream(greatest(flipLosses, k)).filter(n -> flipLosses[n] > 0).toArray();
    }

    /**
     * The {@code k} demonstrations whose removal leaves {@link #marginAfterRemovals marginAfterRemovals(k)}.
     *
     * @param k 0..N−1
     * @return ascending, owned by the caller
     * @throws IllegalStateException if removals are not known
     */
    public int[] worstRemovals(int k) {
        check(k, afterRemovals());
        return greatest(removalLosses(), k);
    }

    /** The indices of the k greatest losses, ascending; of equal ones the first. */
    static int[] greatest(double[] losses, int k) {
        int[] out = new int[k];
        if (k == 0) {
            return out;
        }
        double[] sorted = losses.clone();
        Arrays.sort(sorted);
        double least = sorted[sorted.length - k];
        int ties = k;
        for (double loss : losses) {
            ties -= loss > least ? 1 : 0;
        }
        int found = 0;
        for (int n = 0; n < losses.length; n++) {
            if (losses[n] > least || losses[n] == least && ties-- > 0) {
                out[found++] = n;
            }
        }
        return out;
    }

    static void check(int k, double[] after) {
        if (k < 0 || k >= after.length) {
            throw new IllegalArgumentException("k = " + k + ", expected 0.." + (after.length - 1));
        }
    }

    /**
     * The smallest number of flipped labels that changes the answer. Fewer certainly do not, so that where rounding
     * leaves it open it may be smaller than the exact number; 0 if the answer itself is open.
     *
     * @return empty if no flips change the answer
     */
    public OptionalInt flipsToChange() {
        return toChange(afterFlips);
    }

    /**
     * The smallest number of removed demonstrations that changes the answer. Fewer certainly do not, so that where
     * rounding leaves it open it may be smaller than the exact number; 0 if the answer itself is open.
     *
     * @return empty if any demonstration alone gives this answer
     * @throws IllegalStateException if removals are not known
     */
    public OptionalInt removalsToChange() {
        return toChange(afterRemovals());
    }

    private OptionalInt toChange(double[] after) {
        for (int k = 0; k < after.length; k++) {
            if (after[k] <= bound) {
                return OptionalInt.of(k);
            }
        }
        return OptionalInt.empty();
    }

    @Override
    public String toString() {
        return "influence of " + shares.length + " demonstrations, score " + score() + " ± " + error() + ", shares "
                + Shown.of(shares.length, n -> shares[n] / shares.length);
    }
}
