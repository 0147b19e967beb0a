package dev.holdfast.model.depth;

/**
 * The transformer of any P_l and Q_l, on G = (1/N) Σ z zᵀ. Layer l sees B = A G Aᵀ, with A = A⁽ˡ⁻¹⁾, at first G, and maps it
 * to H B Hᵀ, where H = I + P B Q. The classifier is the last row of H_L ⋯ H_1 without its last entry.
 */
public final class GeneralRecursion {
    private GeneralRecursion() {}

    /**
     * The last row of H_L ⋯ H_1, d+1 entries; owned by the caller.
     *
     * @param bigP P_l, each (d+1) × (d+1), row-major; read
     * @param bigQ Q_l; read
     * @param g G, (d+1) × (d+1); kept
     */
    public static double[] lastRow(float[][] bigP, float[][] bigQ, double[] g, int size) {
        int depth = bigP.length;
        double[][] b = new double[depth][];
        b[0] = g;
        for (int l = 1; l < depth; l++) {
            double[] p = doubles(bigP[l - 1]);
            double[] q = doubles(bigQ[l - 1]);
            double[] h = product(product(p, b[l - 1], size), q, size);
            for (int i = 0; i < size; i++) {
                h[i * size + i] += 1;
            }
            b[l] = product(product(h, b[l - 1], size), transposed(h, size), size);
        }
        double[] row = new double[size];
        row[size - 1] = 1;
        for (int l = depth - 1; l >= 0; l--) {
            double[] more = times(times(times(row, doubles(bigP[l]), size), b[l], size), doubles(bigQ[l]), size);
            for (int i = 0; i < size; i++) {
                row[i] += more[i];
            }
        }
        return row;
    }

    private static double[] doubles(float[] values) {
        double[] out = new double[values.length];
        for (int i = 0; i < out.length; i++) {
            out[i] = values[i];
        }
        return out;
    }

    private static double[] transposed(double[] x, int size) {
        double[] out = new double[x.length];
        for (int i = 0; i < size; i++) {
            for (int j = 0; j < size; j++) {
                out[j * size + i] = x[i * size + j];
            }
        }
        return out;
    }

    private static double[] times(double[] row, double[] x, int size) {
        double[] out = new double[size];
        for (int i = 0; i < size; i++) {
            for (int j = 0; j < size; j++) {
                out[j] += row[i] * x[i * size + j];
            }
        }
        return out;
    }

    private static double[] product(double[] x, double[] y, int size) {
        double[] out = new double[size * size];
        for (int i = 0; i < size; i++) {
            for (int l = 0; l < size; l++) {
                double a = x[i * size + l];
                for (int j = 0; j < size; j++) {
                    out[i * size + j] += a * y[l * size + j];
                }
            }
        }
        return out;
    }
}
