package dev.holdfast.model;

import dev.holdfast.model.DeepTransformer.Layer;

/** How labels reach the classifier of a {@link DeepTransformer}: by m̄ alone, or otherwise. */
final class LabelPaths {
    private static final String OTHERWISE = ": through them labels reach the classifier by more than the mean of y x,"
            + " and flips have no closed form; expected ";

    private LabelPaths() {}

    /** Throws unless m̄ is their only way. */
    static void check(DeepTransformer transformer) {
        int depth = transformer.depth();
        for (int l = 1; l <= transformer.layers().size(); l++) {
            check(transformer.layers().get(l - 1), l, depth);
        }
        for (int l = 1; l <= transformer.matrices().size(); l++) {
            LinearTransformer layer = transformer.matrices().get(l - 1);
            int d = transformer.features();
            check("P", layer.givenP(), d, l, l < depth);
            check("Q", layer.givenQ(), d, l, true);
            checkZero("Q", layer.givenQ(), d, l, d, d);
        }
    }

    private static void check(Layer layer, int l, int depth) {
        // of the last layer the features are not read any more; before the first the label's own moment is 1
        if (layer.qy() != 0 && layer.px() != 0 && l < depth) {
            throw new IllegalStateException("layer " + l + " has p_x = " + layer.px() + " and q_y = " + layer.qy() + OTHERWISE
                    + "one of them 0");
        }
        if (layer.qy() != 0 && layer.py() != 0 && l > 1) {
            throw new IllegalStateException("layer " + l + " has p_y = " + layer.py() + " and q_y = " + layer.qy() + OTHERWISE
                    + "one of them 0");
        }
    }

    /** Row d and column d of a matrix, which bind features and labels, and Q's corner; of the last P the last row is read alone. */
    private static void check(String name, float[] matrix, int d, int l, boolean column) {
        for (int j = 0; j < d; j++) {
            checkZero(name, matrix, d, l, d, j);
            if (column) {
                checkZero(name, matrix, d, l, j, d);
            }
        }
    }

    private static void checkZero(String name, float[] matrix, int d, int l, int i, int j) {
        float entry = matrix[i * (d + 1) + j];
        if (entry != 0) {
            throw new IllegalStateException("layer " + l + " has " + name + "[" + i + "][" + j + "] = " + entry + OTHERWISE
                    + "0 there");
        }
    }
}
