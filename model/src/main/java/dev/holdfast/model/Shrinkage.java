package dev.holdfast.model;

/**
 * Between what numbers the ridge lies that {@link RobustBayes} adds to the covariance S of hijacked rows. With Σ divided by
 * 1 − ρ, which multiplies w by that and changes no answer between classes that are equally likely, it is Σ = S + τI, where
 *
 * <pre>
 *     τ = (t/d) / (r − 1),   1/ρ = r = (N + 1) (φ − 1/d)/(φ + 1),   t = tr S,   φ = tr S² / t²
 * </pre>
 *
 * so that τ grows with t and falls with φ and N.
 *
 * @param least at least 0
 * @param greatest +∞ where S may be given up for a multiple of the identity
 * @param leastShare between this and {@code greatestShare} is 1 − ρ
 */
record Shrinkage(double least, double greatest, double leastShare, double greatestShare) {
    /** A ridge in place of it. */
    static Shrinkage ridge(double tau) {
        return new Shrinkage(tau, tau, 1, 1);
    }

    /**
     * S is what kept rows have, and a positive semidefinite matrix of the others. Where that has the trace x and a rank r, it
     * adds at least x²/r to tr S²: rows of the adversary cannot be long and leave φ small.
     *
     * @param trace the least and the greatest tr S
     * @param norm the least and the greatest root of tr S² of kept rows, and of all
     * @param rows the least and the greatest number
     * @param kept at least the trace of kept rows, not above the greatest of all
     * @param rank r, or more
     */
    static Shrinkage of(double[] trace, double[] norm, double[] rows, int d, double kept, double rank) {
        double leastT = Math.max(0, trace[0]);
        double leastF = Math.max(leastT / Math.sqrt(d), norm[0]);
        double greatestPhi = leastT > 0 ? Math.min(1, square(norm[1] / leastT)) : 1;
        // least where x kept = r tr S² of kept rows
        double x = kept > 0 ? Math.min(trace[1] - kept, rank * square(leastF) / kept) : trace[1];
        double leastPhi = trace[1] > 0 ? (square(leastF) + x * x / rank) / square(kept + x) : 1.0 / d;
        double most = Math.max(0, excess(greatestPhi, rows[1], d));
        double fewest = Math.max(0, excess(leastPhi, rows[0], d));
        double room = 1 + 0x1p-40;
        return new Shrinkage(leastT / d / most / room, trace[1] / d / fewest * room, fewest / (fewest + 1) / room,
                Math.min(1, most / (most + 1) * room));
    }

    private static double square(double x) {
        return x * x;
    }

    /** r − 1, at most 0 where ρ is 1. */
    private static double excess(double phi, double rows, int d) {
        return (rows + 1) * (phi - 1.0 / d) / (phi + 1) - 1;
    }

    /** That of rows which are N'/N times as many, in sums that are divided by N. @param more the greatest N'/N */
    Shrinkage times(double more) {
        return new Shrinkage(least, greatest * more, leastShare / more, greatestShare);
    }
}
