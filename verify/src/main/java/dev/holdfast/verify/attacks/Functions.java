package dev.holdfast.verify.attacks;

/**
 * Linear functions f_k(x) = w_k·x + c_k of real numbers and how they answer, in classes that are numbers from 0 on.
 *
 * @param scheme how they answer
 * @param classes at least 2
 * @param w a row of weights a function; not copied, nobody changes it
 * @param c an intercept a function; likewise
 */
public record Functions(Scheme scheme, int classes, float[][] w, double[] c) {
    /** How functions answer. */
    public enum Scheme {
        /** One function: class 1 where f &gt; 0, class 0 where f &lt; 0; where f = 0 there is no answer to certify. */
        SIGN,
        /** One-vs-rest, a function a class: the class of the greatest, of equal ones the first. */
        REST,
        /**
         * One-vs-one, a function a pair, (0, 1), (0, 2), …, (1, 2), …: the first class of a pair has its vote where f ≥ 0,
         * the second where f &lt; 0; the answer is the class with most votes, of equal ones the first.
         */
        PAIRS
    }

    /** w·x + c alone. */
    public static Functions sign(float[] w, double c) {
        return new Functions(Scheme.SIGN, 2, new float[][] {w}, new double[] {c});
    }

    /** d. */
    public int features() {
        return w[0].length;
    }

    /** The number of the pair i &lt; j. */
    public int pair(int i, int j) {
        return i * (2 * classes - i - 1) / 2 + j - i - 1;
    }
}
