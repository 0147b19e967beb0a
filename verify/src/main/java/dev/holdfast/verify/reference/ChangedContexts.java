package dev.holdfast.verify.reference;

import java.util.Arrays;

/**
 * What flipped labels or removed demonstrations leave of an answer, by brute force in exact numbers: every subset is
 * changed, and learnt from anew by a = Σ_n (p·z_n) z_n, w = Q̄ᵀ a / N, f(x) = w·x.
 *
 * @param p last row of P, d+1 entries
 * @param qBar (d+1) × d
 * @param query d features
 */
public record ChangedContexts(Dyadic[] p, Dyadic[][] qBar, Dyadic[] query) {
    private static final Dyadic MINUS_ONE = Dyadic.of(-1);

    /**
     * The mean total/n, which need not be dyadic.
     *
     * @param total n f(x), or answer·n f(x)
     * @param n number of demonstrations
     */
    public record Mean(Dyadic total, int n) implements Comparable<Mean> {
        /** −1, 0 or +1. */
        public int sign() {
            return total.m().signum();
        }

        @Override
        public int compareTo(Mean other) {
            return total.times(other.n).compareTo(other.total.times(n));
        }

        private Mean negatedIf(boolean negated) {
            return negated ? new Mean(total.times(MINUS_ONE), n) : this;
        }
    }

    /** f(x) after learning from these demonstrations. */
    public Mean score(Dyadic[][] x, int[] y) {
        Dyadic[] a = zeros(p.length);
        for (int n = 0; n < x.length; n++) {
            Dyadic[] z = Arrays.copyOf(x[n], p.length);
            z[p.length - 1] = Dyadic.of(y[n]);
            Dyadic weight = dot(p, z);
            for (int i = 0; i < a.length; i++) {
                a[i] = a[i].plus(weight.times(z[i]));
            }
        }
        Dyadic[] w = zeros(query.length);
        for (int j = 0; j < w.length; j++) {
            for (int i = 0; i < a.length; i++) {
                w[j] = w[j].plus(qBar[i][j].times(a[i]));
            }
        }
        return new Mean(dot(w, query), x.length);
    }

    private static Dyadic[] zeros(int length) {
        Dyadic[] zeros = new Dyadic[length];
        Arrays.fill(zeros, Dyadic.ZERO);
        return zeros;
    }

    private static Dyadic dot(Dyadic[] x, Dyadic[] y) {
        Dyadic sum = Dyadic.ZERO;
        for (int j = 0; j < x.length; j++) {
            sum = sum.plus(x[j].times(y[j]));
        }
        return sum;
    }

    /** The least answer·f(x) over every choice of at most k labels to flip, for k = 0..N. */
    public Mean[] leastAfterFlips(Dyadic[][] x, int[] y) {
        int answer = score(x, y).sign();
        Mean[] least = new Mean[x.length + 1];
        for (int subset = 0; subset < 1 << x.length; subset++) {
            int[] flipped = y.clone();
            for (int n = 0; n < y.length; n++) {
                flipped[n] = contains(subset, n) ? -y[n] : y[n];
            }
            lower(least, Integer.bitCount(subset), margin(answer, score(x, flipped)));
        }
        return atMost(least);
    }

    /** The least answer·f(x) over every choice of at most k demonstrations to remove, for k = 0..N−1. */
    public Mean[] leastAfterRemovals(Dyadic[][] x, int[] y) {
        int answer = score(x, y).sign();
        Mean[] least = new Mean[x.length];
        for (int subset = 0; subset < (1 << x.length) - 1; subset++) {
            int left = x.length - Integer.bitCount(subset);
            Dyadic[][] keptX = new Dyadic[left][];
            int[] keptY = new int[left];
            int kept = 0;
            for (int n = 0; n < x.length; n++) {
                if (!contains(subset, n)) {
                    keptX[kept] = x[n];
                    keptY[kept++] = y[n];
                }
            }
            lower(least, x.length - left, margin(answer, score(keptX, keptY)));
        }
        return atMost(least);
    }

    private static boolean contains(int subset, int n) {
        return (subset >> n & 1) == 1;
    }

    private static Mean margin(int answer, Mean score) {
        return answer == 0 ? new Mean(Dyadic.ZERO, score.n) : score.negatedIf(answer < 0);
    }

    private static void lower(Mean[] least, int k, Mean margin) {
        if (least[k] == null || margin.compareTo(least[k]) < 0) {
            least[k] = margin;
        }
    }

    /** From exactly k changes to at most k. */
    private static Mean[] atMost(Mean[] least) {
        for (int k = 1; k < least.length; k++) {
            lower(least, k, least[k - 1]);
        }
        return least;
    }
}
