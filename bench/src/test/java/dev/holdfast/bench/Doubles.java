package dev.holdfast.bench;

/** Inputs in the shapes of the reference. */
final class Doubles {
    private Doubles() {}

    static double[] of(float[] values) {
        double[] doubles = new double[values.length];
        for (int i = 0; i < values.length; i++) {
            doubles[i] = values[i];
        }
        return doubles;
    }

    static double[][] rows(float[] values, int rows, int columns) {
        double[][] matrix = new double[rows][columns];
        for (int i = 0; i < rows; i++) {
            for (int j = 0; j < columns; j++) {
                matrix[i][j] = values[i * columns + j];
            }
        }
        return matrix;
    }

    static double[][] magnitudes(double[][] values) {
        double[][] magnitudes = new double[values.length][];
        for (int i = 0; i < values.length; i++) {
            magnitudes[i] = values[i].clone();
            for (int j = 0; j < values[i].length; j++) {
                magnitudes[i][j] = Math.abs(values[i][j]);
            }
        }
        return magnitudes;
    }
}
