package dev.holdfast.model;

import dev.holdfast.kernel.AdversarialGradient;
import dev.holdfast.kernel.LinearAttention;
import java.util.Arrays;

/**
 * What a transformer has learnt in context: the linear classifier f(x) = w·x + c on raw features, with its closed-form
 * adversary. w is a vector of floats, and f is summed in double.
 *
 * <p>Over ‖Δ‖_∞ ≤ ε the least y f(x+Δ) is y f(x) − ε‖w‖₁, reached at Δ = −ε·y·sign(w). A query counts as right at ε if
 * that is positive; f(x) = 0 is wrong. Immutable and safe to share between threads.
 */
public final class InContextClassifier {
    private final float[] w;
    private final double c;
    private final double norm1;
    private final Preprocessing preprocessing;

    InContextClassifier(float[] w, double c, Preprocessing preprocessing) {
        this.w = w;
        this.c = c;
        this.norm1 = AdversarialGradient.norm1(w, w.length);
        this.preprocessing = preprocessing;
    }

    /** Number of features, d. */
    public int features() {
        return w.length;
    }

    /** A copy of w, d entries. */
    public float[] weights() {
        return w.clone();
    }

    /** The intercept c; 0 without centring. */
    public double intercept() {
        return c;
    }

    /** The map that is folded into {@link #weights} and {@link #intercept}. */
    public Preprocessing preprocessing() {
        return preprocessing;
    }

    /** f(x). */
    public double score(float[] x) {
        return scores(row(x))[0];
    }

    private Rows row(float[] x) {
        if (x.length != w.length) {
            throw new IllegalArgumentException("x.length = " + x.length + ", expected " + w.length);
        }
        return Rows.view(x, w.length);
    }

    /**
     * f of every query.
     *
     * @return one score a row, owned by the caller
     */
    public double[] scores(Rows x) {
        x.checkFeatures(w.length);
        double[] f = new double[x.rows()];
        LinearAttention.scores(x.array(), x.offset(), x.stride(), x.rows(), w.length, w, c, f, 0);
        for (double score : f) {
            if (!Double.isFinite(score)) {
                throw x.notFinite("a score");
            }
        }
        return f;
    }

    /** −1 or +1, the sign of f(x); 0 where f(x) = 0. */
    public int predict(float[] x) {
        return (int) Math.signum(score(x));
    }

    /** {@link #predict} for every query, in a new array. */
    public int[] predict(Rows x) {
        double[] f = scores(x);
        int[] answers = new int[f.length];
        for (int n = 0; n < f.length; n++) {
            answers[n] = (int) Math.signum(f[n]);
        }
        return answers;
    }

    /** The ℓ∞ radius |f(x)|/‖w‖₁ of a query: no perturbation smaller than it changes the answer. */
    public double radius(float[] x) {
        return radius(Math.abs(score(x)));
    }

    /** The signed ℓ∞ radii y f(x)/‖w‖₁ of queries, in a new array: 0 or negative where the answer is wrong already. */
    public double[] radii(Rows x, int[] y) {
        float[] labels = x.labels(y);
        double[] radii = scores(x);
        for (int n = 0; n < radii.length; n++) {
            radii[n] = radius(labels[n] * radii[n]);
        }
        return radii;
    }

    /** w = 0 leaves the adversary nothing to move: the answer, if there is one, stands for every ε. */
    private double radius(double margin) {
        return margin == 0 ? 0 : margin / norm1;
    }

    /**
     * The worst query within ε of x in ℓ∞ for the label y: x − ε·y·sign(w), each entry rounded once.
     *
     * @param y −1 or +1
     * @param epsilon radius of the ball, finite, at least 0
     * @return d features, owned by the caller
     */
    public float[] attack(float[] x, int y, double epsilon) {
        Rows.checkedLabel("y", y);
        return attack(row(x), new int[] {y}, epsilon);
    }

    /**
     * {@link #attack(float[], int, double)} for every query.
     *
     * @return rows × d, row-major without gaps, owned by the caller
     */
    public float[] attack(Rows x, int[] y, double epsilon) {
        x.checkFeatures(w.length);
        float[] labels = x.labels(y);
        checkEpsilon("epsilon", epsilon);
        float[] out = new float[Math.multiplyExact(x.rows(), w.length)];
        AdversarialGradient.perturb(x.array(), x.offset(), x.stride(), x.rows(), w.length, labels, 0, w,
                (float) epsilon, out, 0, w.length);
        for (float entry : out) {
            if (!Float.isFinite(entry)) {
                throw x.notFinite("an attacked feature");
            }
        }
        return out;
    }

    static void checkEpsilon(String name, double epsilon) {
        if (!(epsilon >= 0) || epsilon > Float.MAX_VALUE) {
            throw new IllegalArgumentException(name + " = " + epsilon + ", expected a finite number, at least 0");
        }
    }

    /**
     * Accuracy under the worst ℓ∞ perturbation, for every ε from one pass over the radii.
     *
     * @param x at least one query
     * @param y labels, −1 or +1, one a row
     * @param epsilons finite, at least 0, in any order
     * @return for each ε the share of queries whose radius is greater, owned by the caller
     */
    public double[] robustAccuracy(Rows x, int[] y, double... epsilons) {
        Rows.atLeast("number of queries", x.rows(), 1);
        for (int i = 0; i < epsilons.length; i++) {
            checkEpsilon("epsilons[" + i + "]", epsilons[i]);
        }
        double[] radii = radii(x, y);
        Arrays.sort(radii);
        double[] accuracy = new double[epsilons.length];
        for (int i = 0; i < epsilons.length; i++) {
            accuracy[i] = (double) (radii.length - atMost(radii, epsilons[i])) / radii.length;
        }
        return accuracy;
    }

    /** How many of the sorted values are at most {@code bound}. */
    private static int atMost(double[] sorted, double bound) {
        int low = 0;
        int high = sorted.length;
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (sorted[middle] <= bound) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }
}
