package dev.holdfast.verify.reference;

import java.math.BigDecimal;
import java.math.RoundingMode;

/** Answers for many classes by their definitions: in exact numbers, and by trying everything. */
public final class ManyClasses {
    private static final BigDecimal TWO = BigDecimal.valueOf(2);
    private static final BigDecimal HALF = new BigDecimal("0.5");

    private ManyClasses() {}

    /**
     * The nearest multiples of a power of two, of two the even one: of 2^(e − bits), where 2^e is the greatest power of
     * two up to the greatest magnitude, but of none below 2^least.
     */
    public static BigDecimal[] onGrid(double[] values, int bits, int least) {
        BigDecimal greatest = BigDecimal.ZERO;
        for (double value : values) {
            greatest = greatest.max(new BigDecimal(value).abs());
        }
        BigDecimal unit = HALF.pow(-least);
        if (greatest.signum() > 0) {
            unit = unit.max(powerUpTo(greatest).multiply(HALF.pow(bits)));
        }
        BigDecimal[] out = new BigDecimal[values.length];
        for (int k = 0; k < out.length; k++) {
            out[k] = new BigDecimal(values[k])
                    .divide(unit)
                    .setScale(0, RoundingMode.HALF_EVEN)
                    .multiply(unit);
        }
        return out;
    }

    private static BigDecimal powerUpTo(BigDecimal value) {
        BigDecimal power = BigDecimal.ONE;
        while (power.compareTo(value) > 0) {
            power = power.multiply(HALF);
        }
        while (power.multiply(TWO).compareTo(value) <= 0) {
            power = power.multiply(TWO);
        }
        return power;
    }

    /** The first of the greatest. */
    public static <T extends Comparable<T>> int winner(T[] scores) {
        int winner = 0;
        for (int k = 1; k < scores.length; k++) {
            winner = scores[k].compareTo(scores[winner]) > 0 ? k : winner;
        }
        return winner;
    }

    /**
     * How many pairs each class wins.
     *
     * @param f {@code f[c][r]} for c &lt; r is the score of class c against r; a pair's first class wins a score of 0
     */
    public static Integer[] votes(BigDecimal[][] f) {
        Integer[] votes = new Integer[f.length];
        for (int c = 0; c < f.length; c++) {
            votes[c] = 0;
            for (int r = 0; r < f.length; r++) {
                boolean won = c < r && f[c][r].signum() >= 0 || c > r && f[r][c].signum() < 0;
                votes[c] += won ? 1 : 0;
            }
        }
        return votes;
    }

    /**
     * The least size at which flipped votes can change the winner: the least over all sets of pairs that do, of the
     * greatest radius in the set.
     *
     * @param f as in {@link #votes}
     * @param radius {@code radius[c][r]} for c &lt; r is the size at which the vote of the pair may flip
     */
    public static double leastSize(BigDecimal[][] f, double[][] radius) {
        int classes = f.length;
        int winner = winner(votes(f));
        double least = Double.POSITIVE_INFINITY;
        for (int set = 0; set < 1 << classes * (classes - 1) / 2; set++) {
            BigDecimal[][] flipped = new BigDecimal[classes][classes];
            double size = 0;
            int pair = 0;
            for (int c = 0; c < classes; c++) {
                for (int r = c + 1; r < classes; r++) {
                    boolean flips = (set >> pair++ & 1) != 0;
                    boolean first = f[c][r].signum() >= 0;
                    flipped[c][r] = first == flips ? BigDecimal.ONE.negate() : BigDecimal.ONE;
                    size = flips ? Math.max(size, radius[c][r]) : size;
                }
            }
            if (winner(votes(flipped)) != winner) {
                least = Math.min(least, size);
            }
        }
        return least;
    }
}
