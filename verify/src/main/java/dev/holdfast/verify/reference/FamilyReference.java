package dev.holdfast.verify.reference;

import java.util.Arrays;

/**
 * The transformer of four numbers a layer as what it is, Z⁽ˡ⁾ = A⁽ˡ⁾Z⁽⁰⁾ with A⁽ˡ⁾ = (I + P_l A⁽ˡ⁻¹⁾ G A⁽ˡ⁻¹⁾ᵀ Q_l) A⁽ˡ⁻¹⁾, by
 * products of matrices of (k+1) × (k+1) numbers on a {@link Tape}, which knows their derivatives.
 */
public final class FamilyReference {
    private FamilyReference() {}

    /**
     * w, in the basis of s.
     *
     * @param numbers p_x, p_y, q_x, q_y of each layer, on the tape
     * @param s eigenvalues of S̄
     * @param m m̄ in their basis
     */
    public static int[] weights(Tape tape, int[] numbers, double[] s, double[] m) {
        int k = s.length;
        int one = tape.put(1);
        int[][] g = new int[k + 1][k + 1];
        int[][] a = new int[k + 1][k + 1];
        for (int i = 0; i <= k; i++) {
            for (int j = 0; j <= k; j++) {
                a[i][j] = i == j ? one : tape.put(0);
                g[i][j] = tape.put(i == k && j == k ? 1 : i == k ? m[j] : j == k ? m[i] : i == j ? s[i] : 0);
            }
        }
        for (int o = 0; o < numbers.length; o += 4) {
            int[][] h = times(tape, times(tape, a, g), transposed(a));
            for (int i = 0; i <= k; i++) {
                for (int j = 0; j <= k; j++) {
                    int p = numbers[o + (i < k ? 0 : 1)];
                    int q = numbers[o + (j < k ? 2 : 3)];
                    h[i][j] = tape.multiply(tape.multiply(p, q), h[i][j]);
                }
                h[i][i] = tape.add(h[i][i], one);
            }
            a = times(tape, h, a);
        }
        return Arrays.copyOf(a[k], k);
    }

    /** ln(1 + exp(−(w·z − radius ‖w‖₂))). */
    public static int loss(Tape tape, int[] w, double[] z, double radius) {
        int margin = tape.put(0);
        int square = tape.put(0);
        for (int i = 0; i < w.length; i++) {
            margin = tape.add(margin, tape.scale(w[i], z[i]));
            square = tape.add(square, tape.multiply(w[i], w[i]));
        }
        return tape.logistic(tape.add(margin, tape.scale(tape.root(square), -radius)));
    }

    private static int[][] times(Tape tape, int[][] x, int[][] y) {
        int n = x.length;
        int[][] out = new int[n][n];
        for (int i = 0; i < n; i++) {
            for (int j = 0; j < n; j++) {
                int sum = tape.multiply(x[i][0], y[0][j]);
                for (int l = 1; l < n; l++) {
                    sum = tape.add(sum, tape.multiply(x[i][l], y[l][j]));
                }
                out[i][j] = sum;
            }
        }
        return out;
    }

    private static int[][] transposed(int[][] x) {
        int[][] out = new int[x.length][x.length];
        for (int i = 0; i < x.length; i++) {
            for (int j = 0; j < x.length; j++) {
                out[j][i] = x[i][j];
            }
        }
        return out;
    }
}
