package dev.holdfast.model;

import java.util.Arrays;

/**
 * Accuracy of classifiers that were learnt against perturbations of several sizes, under attacks of several sizes: what
 * {@link RobustBayes#curve} and {@link RobustBayes#leaveOneOut} find out. Immutable.
 */
public final class DesignCurve {
    private final double[] designs;
    private final double[] attacks;
    private final double[][] accuracy;

    /** Keeps {@code accuracy}. */
    DesignCurve(double[] designs, double[] attacks, double[][] accuracy) {
        this.designs = designs.clone();
        this.attacks = attacks.clone();
        this.accuracy = accuracy;
    }

    /** Throws unless these are sizes in ascending order. */
    static void check(double[] designs) {
        Rows.atLeast("designs.length", designs.length, 1);
        for (int i = 0; i < designs.length; i++) {
            Classifier.checkEpsilon("designs[" + i + "]", designs[i]);
            if (i > 0 && !(designs[i] > designs[i - 1])) {
                throw new IllegalArgumentException(
                        "designs[" + i + "] = " + designs[i] + ", expected more than " + designs[i - 1] + " before it");
            }
        }
    }

    /** A copy of the sizes that were learnt against: those that were asked for and at which something can be learnt. */
    public double[] designs() {
        return designs.clone();
    }

    /** A copy of the sizes of attack. */
    public double[] attacks() {
        return attacks.clone();
    }

    /**
     * The share of rows that are right under attack.
     *
     * @param design the number of a size that was learnt against, from 0
     * @param attack the number of a size of attack, from 0
     */
    public double accuracy(int design, int attack) {
        checkIndex("design", design, designs.length);
        checkIndex("attack", attack, attacks.length);
        return accuracy[design][attack];
    }

    /**
     * The size to learn against that is best under one attack; of equally good ones the smallest.
     *
     * @param attack the number of a size of attack, from 0
     * @throws IllegalStateException if nothing can be learnt at any size that was asked for
     */
    public double best(int attack) {
        checkIndex("attack", attack, attacks.length);
        if (designs.length == 0) {
            throw new IllegalStateException("nothing robust can be learnt at any of the sizes, expected a smaller one");
        }
        int best = 0;
        for (int i = 1; i < designs.length; i++) {
            best = accuracy[i][attack] > accuracy[best][attack] ? i : best;
        }
        return designs[best];
    }

    private static void checkIndex(String name, int index, int count) {
        if (index < 0 || index >= count) {
            throw new IllegalArgumentException(name + " = " + index + ", expected 0.." + (count - 1));
        }
    }

    @Override
    public String toString() {
        return "designs " + Arrays.toString(designs) + ", attacks " + Arrays.toString(attacks) + ", accuracy "
                + Arrays.deepToString(accuracy);
    }
}
