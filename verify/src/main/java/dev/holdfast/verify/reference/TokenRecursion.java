package dev.holdfast.verify.reference;

import java.math.BigDecimal;
import java.math.MathContext;
import java.util.Arrays;

/**
 * A linear transformer of any depth on its tokens, layer by layer as it is defined: Z becomes Z + (1/N) P Z M Zᵀ Q Z, where
 * M leaves out the queries. Sixty digits: what they lose is far below a double.
 */
public final class TokenRecursion {
    private static final MathContext DIGITS = new MathContext(60);

    private TokenRecursion() {}

    /** A layer's P and Q, each (d+1) × (d+1). */
    public record Layer(double[][] p, double[][] q) {
        /** P = p_x Π_x + p_y Π_y and Q = q_x Π_x + q_y Π_y. */
        public static Layer family(int d, double px, double py, double qx, double qy) {
            double[][] p = new double[d + 1][d + 1];
            double[][] q = new double[d + 1][d + 1];
            for (int i = 0; i <= d; i++) {
                p[i][i] = i < d ? px : py;
                q[i][i] = i < d ? qx : qy;
            }
            return new Layer(p, q);
        }

        private Layer magnitudes() {
            return new Layer(TokenRecursion.magnitudes(p), TokenRecursion.magnitudes(q));
        }
    }

    private static double[][] magnitudes(double[][] x) {
        double[][] out = new double[x.length][];
        for (int i = 0; i < x.length; i++) {
            out[i] = new double[x[i].length];
            for (int j = 0; j < x[i].length; j++) {
                out[i][j] = Math.abs(x[i][j]);
            }
        }
        return out;
    }

    /**
     * The classifier's weights: what the queries (1, 0, …, 0), (0, 1, 0, …, 0), … are answered.
     *
     * @param x demonstrations, N × d
     * @param y their labels
     */
    public static BigDecimal[] weights(Layer[] layers, double[][] x, double[] y) {
        int rows = x.length;
        int d = x[0].length;
        BigDecimal[][] z = new BigDecimal[d + 1][rows + d];
        for (int i = 0; i <= d; i++) {
            for (int n = 0; n < rows + d; n++) {
                z[i][n] = n < rows ? new BigDecimal(i < d ? x[n][i] : y[n]) : i == n - rows ? BigDecimal.ONE : BigDecimal.ZERO;
            }
        }
        for (Layer layer : layers) {
            z = after(layer, z, rows);
        }
        BigDecimal[] w = new BigDecimal[d];
        System.arraycopy(z[d], rows, w, 0, d);
        return w;
    }

    private static BigDecimal[][] after(Layer layer, BigDecimal[][] z, int rows) {
        int size = z.length;
        BigDecimal[][] asked = times(exact(layer.q), z);
        BigDecimal[][] attention = new BigDecimal[rows][z[0].length];
        for (int n = 0; n < rows; n++) {
            for (int m = 0; m < z[0].length; m++) {
                BigDecimal sum = BigDecimal.ZERO;
                for (int i = 0; i < size; i++) {
                    sum = sum.add(z[i][n].multiply(asked[i][m], DIGITS), DIGITS);
                }
                attention[n][m] = sum.divide(BigDecimal.valueOf(rows), DIGITS);
            }
        }
        BigDecimal[][] more = times(times(exact(layer.p), z, rows), attention);
        BigDecimal[][] out = new BigDecimal[size][z[0].length];
        for (int i = 0; i < size; i++) {
            for (int m = 0; m < z[0].length; m++) {
                out[i][m] = z[i][m].add(more[i][m], DIGITS);
            }
        }
        return out;
    }

    private static BigDecimal[][] exact(double[][] x) {
        BigDecimal[][] out = new BigDecimal[x.length][x[0].length];
        for (int i = 0; i < x.length; i++) {
            for (int j = 0; j < x[i].length; j++) {
                out[i][j] = new BigDecimal(x[i][j]);
            }
        }
        return out;
    }

    private static BigDecimal[][] times(BigDecimal[][] x, BigDecimal[][] y) {
        return times(x, y, y[0].length);
    }

    /** The first columns of a product. */
    private static BigDecimal[][] times(BigDecimal[][] x, BigDecimal[][] y, int columns) {
        BigDecimal[][] out = new BigDecimal[x.length][columns];
        for (int i = 0; i < x.length; i++) {
            for (int j = 0; j < columns; j++) {
                out[i][j] = BigDecimal.ZERO;
                for (int k = 0; k < y.length; k++) {
                    if (x[i][k].signum() != 0 && y[k][j].signum() != 0) {
                        out[i][j] = out[i][j].add(x[i][k].multiply(y[k][j], DIGITS), DIGITS);
                    }
                }
            }
        }
        return out;
    }

    /**
     * The weights with every number in place of its magnitude: what the magnitudes of all terms add up to, of which a
     * relative error of each factor is a part.
     */
    public static double[] magnitudes(Layer[] layers, double[][] x) {
        Layer[] all = new Layer[layers.length];
        for (int l = 0; l < all.length; l++) {
            all[l] = layers[l].magnitudes();
        }
        double[] y = new double[x.length];
        Arrays.fill(y, 1);
        BigDecimal[] sums = weights(all, magnitudes(x), y);
        double[] out = new double[sums.length];
        for (int j = 0; j < out.length; j++) {
            out[j] = sums[j].doubleValue();
        }
        return out;
    }
}
