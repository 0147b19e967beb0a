package dev.holdfast.verify.reference;

import java.util.Arrays;

/**
 * Derivatives in double by reverse automatic differentiation: every operation is written down, with its derivatives, as it is
 * done, and read backwards. A number is its place on the tape.
 */
public final class Tape {
    private double[] value = new double[1024];
    private int[] left = new int[1024];
    private int[] right = new int[1024];
    private double[] byLeft = new double[1024];
    private double[] byRight = new double[1024];
    private int count;

    /** An empty tape. */
    public Tape() {}

    private int write(double result, int a, double byA, int b, double byB) {
        if (count == value.length) {
            value = Arrays.copyOf(value, 2 * count);
            left = Arrays.copyOf(left, 2 * count);
            right = Arrays.copyOf(right, 2 * count);
            byLeft = Arrays.copyOf(byLeft, 2 * count);
            byRight = Arrays.copyOf(byRight, 2 * count);
        }
        value[count] = result;
        left[count] = a;
        right[count] = b;
        byLeft[count] = byA;
        byRight[count] = byB;
        return count++;
    }

    /** A number of its own. */
    public int put(double number) {
        return write(number, 0, 0, 0, 0);
    }

    /** Numbers of their own. */
    public int[] put(double[] numbers) {
        return Arrays.stream(numbers).mapToInt(this::put).toArray();
    }

    public int add(int a, int b) {
        return write(value[a] + value[b], a, 1, b, 1);
    }

    public int multiply(int a, int b) {
        return write(value[a] * value[b], a, value[b], b, value[a]);
    }

    /** a·factor. */
    public int scale(int a, double factor) {
        return write(value[a] * factor, a, factor, a, 0);
    }

    /** √a, with the slope 0 at 0. */
    public int root(int a) {
        double root = Math.sqrt(value[a]);
        return write(root, a, root == 0 ? 0 : 0.5 / root, a, 0);
    }

    /** ln(1 + exp(−a)). */
    public int logistic(int a) {
        double small = Math.exp(-Math.abs(value[a]));
        double loss = Math.log1p(small) + Math.max(-value[a], 0);
        return write(loss, a, -(value[a] > 0 ? small : 1) / (1 + small), a, 0);
    }

    public double value(int a) {
        return value[a];
    }

    public double[] values(int[] numbers) {
        return Arrays.stream(numbers).mapToDouble(a -> value[a]).toArray();
    }

    /** Derivatives of {@code result} by each of the numbers. */
    public double[] gradient(int result, int[] numbers) {
        double[] bar = new double[count];
        bar[result] = 1;
        for (int i = count - 1; i >= 0; i--) {
            if (bar[i] != 0) {
                double own = bar[i];
                bar[left[i]] += own * byLeft[i];
                bar[right[i]] += own * byRight[i];
            }
        }
        return Arrays.stream(numbers).mapToDouble(a -> bar[a]).toArray();
    }
}
