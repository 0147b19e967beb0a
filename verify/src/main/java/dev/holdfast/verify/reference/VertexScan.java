package dev.holdfast.verify.reference;

/**
 * The least of {@link PopulationLoss} by a scan over what symmetry leaves of the vertices p: k ones among p_1..p_d and
 * the label's entry b, 2(d+1) candidates. For each, the (d+1) × d gains of Q̄ have at most eight values, by whether row
 * i is a feature of p, another feature or the label, and whether column j is i itself, a feature of p or another: a few
 * operations a candidate, and no claim about which of them gain.
 */
public final class VertexScan {
    private final int d;
    private final double lambda;
    private final double epsilon;

    /**
     * A candidate.
     *
     * @param ones k
     * @param label b
     * @param loss the least loss for this p
     * @param error a bound on the loss's rounding error
     * @param offDiagonal whether an entry of Q̄ gains that is neither on the diagonal nor in the label row
     * @param labelRow whether an entry of the label row gains
     */
    public record Candidate(
            int ones, int label, double loss, double error, boolean offDiagonal, boolean labelRow) {}

    public VertexScan(int d, double lambda, double epsilon) {
        this.d = d;
        this.lambda = lambda;
        this.epsilon = epsilon;
    }

    /** The candidate of least loss; of equal ones that with the most ones. */
    public Candidate best() {
        Candidate best = candidate(d, 1);
        for (int k = d; k >= 0; k--) {
            for (int b = 1; b >= 0; b--) {
                Candidate candidate = candidate(k, b);
                if (candidate.loss() < best.loss()) {
                    best = candidate;
                }
            }
        }
        return best;
    }

    /** One candidate. */
    public Candidate candidate(int k, int b) {
        Sum sum = new Sum();
        double s = lambda / 2;
        for (int t = 0; t <= 1; t++) {
            // row i is a feature with p_i = t: h is (E[G|c] p)_i for c = i, for c another one of p, for any other c
            double rows = t == 1 ? k : d - k;
            double inP = k - t;
            double notInP = d - k - (1 - t);
            double square = t * lambda * lambda / 3;
            double self = t + s * inP + b;
            double hIn = square + s * s * (inP - 1) + s + s * b;
            double hOut = square + s * s * inP + s * b;
            double others = self + inP * hIn + notInP * hOut;
            sum.add(rows, self, others - self);
            sum.offDiagonal |= sum.add(rows * inP, hIn, others - hIn);
            sum.offDiagonal |= sum.add(rows * notInP, hOut, others - hOut);
        }
        double hIn = s * (k - 1) + 1 + b;
        double hOut = s * k + b;
        double all = k * hIn + (d - k) * hOut;
        sum.labelRow |= sum.add(k, hIn, all - hIn);
        sum.labelRow |= sum.add(d - k, hOut, all - hOut);
        return new Candidate(k, b, -sum.gain / d, sum.error / d, sum.offDiagonal, sum.labelRow);
    }

    private final class Sum {
        private double gain;
        private double error;
        private boolean offDiagonal;
        private boolean labelRow;

        /** `count` entries of own·(1 − ε) + rest·(λ/2 − ε), if there are any and they gain. */
        boolean add(double count, double own, double rest) {
            double entry = own * (1 - epsilon) + rest * (lambda / 2 - epsilon);
            // no more than 40 roundings lie on the way of any number to a loss
            double rounding = Reference.gamma(40, 0x1p-53)
                    * (own * (1 + epsilon) + (own + rest + own) * (lambda / 2 + epsilon));
            if (count <= 0) {
                return false;
            }
            gain += count * Math.max(0, entry);
            error += entry > -rounding ? count * rounding : 0;
            return entry > 0;
        }
    }
}
