package dev.holdfast.model;

import dev.holdfast.model.MultiClassifier.Answer;
import java.util.Arrays;

/**
 * The class with most votes, one from the binary classifier of each pair of classes; where f = 0, the first of the pair
 * has it.
 *
 * <p>While a perturbation is smaller than a pair's radius, its vote stays. A rival r of the winner c takes over when it
 * has gained g votes on c, g = V_c − V_r, and one more if it comes after c. A vote of c that c loses is one gained, so
 * is a vote that r wins, and the pair of the two is both. Within ε, no more can be gained than there are such votes
 * with radii up to ε: the least size at which they may be g is the g-th of these radii in order, and no smaller one
 * changes the answer.
 */
final class OneVersusOne implements Scheme {
    private final int classes;
    /** In the order of {@link Scheme#pair}; the first class of a pair is +1. */
    private final Classifier[] byPair;

    private interface Answering {
        double of(int c, int r);
    }

    /** Keeps {@code byPair}. */
    OneVersusOne(int classes, Classifier[] byPair) {
        this.classes = classes;
        this.byPair = byPair;
    }

    @Override
    public Classifier[] functions() {
        return byPair;
    }

    @Override
    public int features() {
        return byPair[0].features();
    }

    @Override
    public double[] scores(float[] x) {
        return Arrays.stream(votes(won(x))).asDoubleStream().toArray();
    }

    /** {@inheritDoc} With 1/r = 1 + e^−2f these are 1/(1 + Σ_r e^−2f), in logarithms. */
    @Override
    public double[] logProbabilities(float[] x) {
        double[][] exponents = new double[classes][classes];
        for (int c = 0; c < classes; c++) {
            for (int r = c + 1; r < classes; r++) {
                double twice = 2 * byPair[Scheme.pair(c, r, classes)].score(x);
                exponents[c][r] = -twice;
                exponents[r][c] = twice;
            }
        }
        // the class itself has the exponent 0, which is the 1 of the sum
        return Arrays.stream(exponents).mapToDouble(each -> -logSum(each)).toArray();
    }

    /** log Σ e^t without overflow. */
    private static double logSum(double[] t) {
        double greatest = Arrays.stream(t).max().orElseThrow();
        double sum = 0;
        for (double each : t) {
            sum += StrictMath.exp(each - greatest);
        }
        return greatest + StrictMath.log(sum);
    }

    @Override
    public int winner(float[] x) {
        return winner(votes(won(x)));
    }

    private static int winner(int[] votes) {
        int winner = 0;
        for (int k = 1; k < votes.length; k++) {
            winner = votes[k] > votes[winner] ? k : winner;
        }
        return winner;
    }

    @Override
    public Answer<Integer> answer(float[] x, Threat threat) {
        double[][] radii = new double[classes][classes];
        boolean[][] won = won((c, r) -> {
            double radius = byPair[Scheme.pair(c, r, classes)].signedRadius(x, threat);
            radii[c][r] = Math.abs(radius);
            radii[r][c] = radii[c][r];
            return radius;
        });
        int[] votes = votes(won);
        int winner = winner(votes);
        double radius = Double.POSITIVE_INFINITY;
        double[] gains = new double[2 * classes];
        for (int r = 0; r < classes; r++) {
            if (r != winner) {
                int count = 0;
                for (int k = 0; k < classes; k++) {
                    if (won[winner][k]) {
                        gains[count++] = radii[winner][k];
                    }
                    if (won[k][r]) {
                        gains[count++] = radii[k][r];
                    }
                }
                Arrays.sort(gains, 0, count);
                int needed = votes[winner] - votes[r] + (r > winner ? 1 : 0);
                radius = Math.min(radius, gains[needed - 1]);
            }
        }
        return new Answer<>(winner, votes[winner], radius);
    }

    private boolean[][] won(float[] x) {
        return won((c, r) -> byPair[Scheme.pair(c, r, classes)].predict(x));
    }

    /**
     * Whether class c has the vote of its pair with r; nobody has one against itself.
     *
     * @param answer of a pair, c &lt; r, by its sign
     */
    private boolean[][] won(Answering answer) {
        boolean[][] won = new boolean[classes][classes];
        for (int c = 0; c < classes; c++) {
            for (int r = c + 1; r < classes; r++) {
                // f = 0 is +0; a radius too small for a double keeps its sign
                won[c][r] = Math.copySign(1, answer.of(c, r)) > 0;
                won[r][c] = !won[c][r];
            }
        }
        return won;
    }

    private static int[] votes(boolean[][] won) {
        int[] votes = new int[won.length];
        for (int c = 0; c < votes.length; c++) {
            for (boolean vote : won[c]) {
                votes[c] += vote ? 1 : 0;
            }
        }
        return votes;
    }
}
