package dev.holdfast.verify.data;

/** Images of d unsigned bytes each with a class each. The arrays are kept, not copied, and nobody changes them. */
public final class LabelledImages {
    private final byte[] pixels;
    private final byte[] labels;
    private final int d;
    private final int classes;
    /** A feature by its byte: 256 divisions in place of one a pixel. */
    private final float[] values = new float[256];

    /**
     * @param pixels count × d bytes, row-major
     * @param labels count classes, 0..classes−1
     * @param divisor a feature is its byte, unsigned, divided by this
     */
    LabelledImages(byte[] pixels, byte[] labels, int d, int classes, float divisor) {
        this.pixels = pixels;
        this.labels = labels;
        this.d = d;
        this.classes = classes;
        for (int value = 0; value < values.length; value++) {
            values[value] = value / divisor;
        }
    }

    /** Number of images. */
    public int count() {
        return labels.length;
    }

    /** Number of features of an image, d. */
    public int features() {
        return d;
    }

    /** Number of classes. */
    public int classes() {
        return classes;
    }

    /** How many images each class has. */
    public int[] countByClass() {
        int[] count = new int[classes];
        for (byte label : labels) {
            count[label]++;
        }
        return count;
    }

    /** The class of an image, 0..classes−1. */
    public int label(int image) {
        return labels[image];
    }

    /** Writes the d features of one image to out[offset] … . */
    public void copyRow(int image, float[] out, int offset) {
        for (int j = 0, o = image * d; j < d; j++) {
            out[offset + j] = values[pixels[o + j] & 0xff];
        }
    }
}
