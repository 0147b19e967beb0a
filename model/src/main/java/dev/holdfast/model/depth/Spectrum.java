package dev.holdfast.model.depth;

/**
 * Eigenvalues of a symmetric tridiagonal T, and vectors in the basis of its eigenvectors, which are never formed: O(d²) for
 * d rows.
 *
 * <p>Source: implicit QL steps with Wilkinson's shift, by plane rotations; B. N. Parlett, "The Symmetric Eigenvalue Problem"
 * (1980), chapter 8.
 */
public final class Spectrum {
    /** An entry beside the diagonal that is as small beside T's greatest entry is 0: T's own rounding is larger. */
    private static final double UNIT = 0x1p-53;

    private Spectrum() {}

    /**
     * T = V diag(s) Vᵀ: {@code diagonal} becomes s, in no particular order, and each vector v becomes Vᵀv.
     *
     * @param diagonal T_kk, d entries; overwritten by s
     * @param off T_k,k+1, d entries, of which the last does not matter; overwritten
     * @param x d entries; changed
     * @param y d entries; changed
     */
    public static void rotate(double[] diagonal, double[] off, double[] x, double[] y) {
        int d = diagonal.length;
        double greatest = 0;
        for (int i = 0; i < d; i++) {
            greatest = Math.max(greatest, Math.max(Math.abs(diagonal[i]), i < d - 1 ? Math.abs(off[i]) : 0));
        }
        double least = UNIT * greatest;
        for (int first = 0; first < d; first++) {
            for (int last = end(off, first, d, least); last > first; last = end(off, first, d, least)) {
                step(diagonal, off, first, last, x, y);
            }
        }
    }

    /** The last row that is joined to {@code first} by entries that are not 0. */
    private static int end(double[] off, int first, int d, double least) {
        int last = first;
        while (last < d - 1 && Math.abs(off[last]) > least) {
            last++;
        }
        return last;
    }

    /** One step on rows first..last: rotations of rows i and i + 1, from the last ones up. */
    private static void step(double[] diagonal, double[] off, int first, int last, double[] x, double[] y) {
        double half = (diagonal[first + 1] - diagonal[first]) / (2 * off[first]);
        double root = Math.sqrt(half * half + 1);
        double shift = diagonal[first] - off[first] / (half + (half < 0 ? -root : root));
        double g = diagonal[last] - shift;
        double sine = 1;
        double cosine = 1;
        double moved = 0;
        for (int i = last - 1; i >= first; i--) {
            double f = sine * off[i];
            double b = cosine * off[i];
            double r = Math.sqrt(f * f + g * g);
            if (i < last - 1) {
                off[i + 1] = r;
            }
            if (r == 0) {
                // T falls into two
                diagonal[i + 1] -= moved;
                return;
            }
            sine = f / r;
            cosine = g / r;
            g = diagonal[i + 1] - moved;
            double t = (diagonal[i] - g) * sine + 2 * cosine * b;
            moved = sine * t;
            diagonal[i + 1] = g + moved;
            g = cosine * t - b;
            turn(x, i, sine, cosine);
            turn(y, i, sine, cosine);
        }
        diagonal[first] -= moved;
        off[first] = g;
    }

    private static void turn(double[] v, int i, double sine, double cosine) {
        double next = v[i + 1];
        v[i + 1] = sine * v[i] + cosine * next;
        v[i] = cosine * v[i] - sine * next;
    }
}
