package dev.holdfast.model;

import dev.holdfast.model.MultiClassifier.Answer;
import java.util.Arrays;

/**
 * The class of the greatest f_c(x) = w_c·x + c_c. Functions lie on grids, where the difference of any two is exact, and
 * so a binary classifier like any other: see decisions/0009.
 */
final class OneVersusRest implements Scheme {
    /**
     * With 2^e the power of two in the greatest number, the grid's unit is 2^(e−22): numbers have at most 2²³ units,
     * differences 2²⁴, and a float has 24 bits.
     */
    private static final int FLOAT_BITS = 22;

    /** The same for the 53 bits of a double. */
    private static final int DOUBLE_BITS = 51;

    /** No difference of two smaller numbers overflows, in a float and in a double. */
    private static final float FLOAT_LIMIT = 0x1p126f;

    private static final double DOUBLE_LIMIT = 0x1p1022;
    /** Differences are kept of so many classes at most. */
    private static final int MOST_KEPT = 1000;

    private final Classifier[] byClass;
    private final Alignment raw;
    /**
     * f_c − f_r for c &lt; r, or {@code null}; there are none of so many classes that all of them would take memory in
     * gigabytes. Threads that race for one make equal ones, and what is immutable needs no lock to be seen whole.
     */
    private final Classifier[] differences;

    /** Functions on grids; the array is kept. */
    private OneVersusRest(Classifier[] byClass) {
        this.byClass = byClass;
        this.raw = Alignment.none(byClass[0].features());
        this.differences = new Classifier[byClass.length > MOST_KEPT ? 0 : Scheme.pairs(byClass.length)];
    }

    /** Puts functions on grids. Throws if weights or intercepts are too large for their differences. */
    static OneVersusRest of(Classifier[] functions) {
        float[][] w = new float[functions.length][];
        double[] c = new double[functions.length];
        for (int k = 0; k < functions.length; k++) {
            w[k] = functions[k].weights();
            c[k] = functions[k].intercept();
        }
        for (int j = 0; j < w[0].length; j++) {
            toGrid(w, j);
        }
        toGrid(c);
        Classifier[] byClass = new Classifier[functions.length];
        for (int k = 0; k < functions.length; k++) {
            byClass[k] = new Classifier(
                    w[k], c[k], functions[k].alignment(), functions[k].gaussian().orElse(null), null);
        }
        return new OneVersusRest(byClass);
    }

    /** Functions that {@link #of} has put on grids; throws if they are on none. */
    static OneVersusRest onGrids(Classifier[] byClass) {
        double[] each = new double[byClass.length];
        for (int k = 0; k < byClass.length; k++) {
            each[k] = byClass[k].intercept();
        }
        checkGrid("intercepts", each, DOUBLE_BITS, DOUBLE_LIMIT);
        int d = byClass[0].features();
        for (int j = 0; j < d; j++) {
            for (int k = 0; k < byClass.length; k++) {
                each[k] = byClass[k].weight(j);
            }
            checkGrid("weights of feature " + j, each, FLOAT_BITS, FLOAT_LIMIT);
        }
        return new OneVersusRest(byClass);
    }

    /** Throws unless all are multiples of one power of two, at most 2^(bits + 1) times it: then each difference is exact. */
    private static void checkGrid(String what, double[] values, int bits, double limit) {
        double greatest = 0;
        int unit = Integer.MAX_VALUE;
        for (double value : values) {
            greatest = Math.max(greatest, Math.abs(value));
            unit = value == 0 ? unit : Math.min(unit, lastBit(value));
        }
        if (greatest > limit || greatest > 0 && greatest > Math.scalb(1.0, unit + bits + 1)) {
            throw new IllegalArgumentException(what + " on no common grid");
        }
    }

    /** The exponent of the last bit that is set. */
    private static int lastBit(double value) {
        int exponent = Math.max(Math.getExponent(value), Double.MIN_EXPONENT);
        return exponent - 52 + Long.numberOfTrailingZeros(Double.doubleToRawLongBits(value) | 1L << 52);
    }

    private static void toGrid(float[][] w, int j) {
        float greatest = 0;
        for (float[] wk : w) {
            greatest = Math.max(greatest, Math.abs(wk[j]));
        }
        if (greatest >= FLOAT_LIMIT) {
            throw new IllegalArgumentException("the classifier w of a class has a weight of magnitude " + greatest
                    + " for feature " + j + ", expected less than 2^126, so that no difference overflows");
        }
        // zero and subnormal numbers have the exponent −127: their grid is that of all floats
        int unit = Math.getExponent(greatest) - FLOAT_BITS;
        for (float[] wk : w) {
            wk[j] = (float) toGrid(wk[j], unit);
        }
    }

    private static void toGrid(double[] c) {
        double greatest = 0;
        for (double ck : c) {
            greatest = Math.max(greatest, Math.abs(ck));
        }
        if (greatest >= DOUBLE_LIMIT) {
            throw new IllegalArgumentException("the classifier w of a class has an intercept of magnitude " + greatest
                    + ", expected less than 2^1022, so that no difference overflows");
        }
        int unit = Math.getExponent(greatest) - DOUBLE_BITS;
        for (int k = 0; k < c.length; k++) {
            c[k] = toGrid(c[k], unit);
        }
    }

    /** The multiple of 2^unit that is nearest. */
    private static double toGrid(double value, int unit) {
        return Math.scalb(Math.rint(Math.scalb(value, -unit)), unit);
    }

    @Override
    public Classifier[] functions() {
        return byClass;
    }

    @Override
    public int features() {
        return raw.features();
    }

    @Override
    public double[] scores(float[] x) {
        double[] scores = new double[byClass.length];
        for (int k = 0; k < scores.length; k++) {
            scores[k] = byClass[k].score(x);
        }
        return scores;
    }

    @Override
    public double[] logProbabilities(float[] x) {
        return Arrays.stream(byClass).mapToDouble(function -> logLogistic(2 * function.score(x))).toArray();
    }

    /** log 1/(1 + e^−t) without overflow. */
    private static double logLogistic(double t) {
        return Math.min(t, 0) - StrictMath.log1p(StrictMath.exp(-Math.abs(t)));
    }

    @Override
    public int winner(float[] x) {
        int winner = 0;
        for (int k = 1; k < byClass.length; k++) {
            winner = difference(winner, k).predict(x) < 0 ? k : winner;
        }
        return winner;
    }

    @Override
    public Answer<Integer> answer(float[] x, Threat threat) {
        int winner = winner(x);
        double radius = Double.POSITIVE_INFINITY;
        for (int k = 0; k < byClass.length; k++) {
            if (k != winner) {
                Classifier difference = difference(Math.min(k, winner), Math.max(k, winner));
                radius = Math.min(radius, difference.radius(x, threat));
            }
        }
        return new Answer<>(winner, byClass[winner].score(x), radius);
    }

    /** f_c − f_r, c &lt; r. */
    private Classifier difference(int c, int r) {
        if (differences.length == 0) {
            return subtract(c, r);
        }
        int pair = Scheme.pair(c, r, byClass.length);
        Classifier difference = differences[pair];
        if (difference == null) {
            difference = subtract(c, r);
            differences[pair] = difference;
        }
        return difference;
    }

    private Classifier subtract(int c, int r) {
        float[] w = byClass[c].weights();
        for (int j = 0; j < w.length; j++) {
            w[j] -= byClass[r].weight(j);
        }
        return new Classifier(w, byClass[c].intercept() - byClass[r].intercept(), raw, null, null);
    }
}
