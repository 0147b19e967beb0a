package dev.holdfast.model;

import dev.holdfast.model.MultiClassifier.Answer;

/** How binary classifiers answer for many classes, which are numbers from 0 on here. Immutable to whoever looks. */
sealed interface Scheme permits OneVersusRest, OneVersusOne {
    /** Those of the classes, or of their pairs. Not a copy. */
    Classifier[] functions();

    /** d. */
    int features();

    /** A score a class, in a new array. */
    double[] scores(float[] x);

    /** The logarithm of each class's probability but for a common term, of functions with Gaussian models. */
    double[] logProbabilities(float[] x);

    /** The class that answers; of equal ones the first. */
    int winner(float[] x);

    /** The {@link #winner} with its score and its radius: no smaller perturbation that the threat allows changes it. */
    Answer<Integer> answer(float[] x, Threat threat);

    /** How many pairs K classes have. */
    static int pairs(int classes) {
        if (classes > 1 << 16) {
            throw new IllegalArgumentException(
                    "number of classes = " + classes + ", expected at most 65536, whose pairs can be counted");
        }
        return (int) (classes * (classes - 1L) / 2);
    }

    /** Where the pair c &lt; r stands in (0, 1), (0, 2), …, (0, K−1), (1, 2), …. */
    static int pair(int c, int r, int classes) {
        return (int) (c * (2L * classes - c - 1) / 2) + r - c - 1;
    }
}
