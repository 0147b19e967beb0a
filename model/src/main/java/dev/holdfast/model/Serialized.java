package dev.holdfast.model;

import dev.holdfast.model.archive.Npz;
import java.io.IOException;
import java.io.InvalidObjectException;
import java.io.Serializable;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/**
 * What stands for an object in Java serialisation: the bytes of its file, and what its file leaves to the caller. No
 * other class is written, so that fields may change as long as files are read.
 */
final class Serialized implements Serializable {
    private static final long serialVersionUID = 1;

    private final Format format;
    private final byte[] bytes;
    /** In the order of the classes, whose names in the file are their numbers; or {@code null}. */
    private final ArrayList<Object> labels;
    /** That of a state of one p, or {@code null}. */
    private final LinearTransformer transformer;
    /** How a transformer aligns rows, or {@code null}. */
    private final Alignment alignment;

    private final boolean alignsByItself;

    private Serialized(Format format, byte[] bytes, List<?> labels, LinearTransformer transformer, Alignment alignment,
            boolean alignsByItself) {
        this.format = format;
        this.bytes = bytes;
        this.labels = labels == null ? null : new ArrayList<>(labels);
        this.transformer = transformer;
        this.alignment = alignment;
        this.alignsByItself = alignsByItself;
    }

    static Serialized of(Format format, byte[] bytes) {
        return new Serialized(format, bytes, null, null, null, false);
    }

    /**
     * With labels.
     *
     * @param bytes with the classes' numbers for their names
     * @param transformer that of a state of one p, or {@code null}
     */
    static Serialized of(Format format, byte[] bytes, List<?> labels, LinearTransformer transformer) {
        return new Serialized(format, bytes, labels, transformer, null, false);
    }

    /** @param alignment that of every row, or {@code null} */
    static Serialized of(byte[] weights, Alignment alignment, boolean alignsByItself) {
        return new Serialized(Format.WEIGHTS, weights, null, null, alignment, alignsByItself);
    }

    /** What {@code readObject} of a class throws that this one stands for. */
    static InvalidObjectException expected() {
        return new InvalidObjectException("an object of the class itself, expected what stands for it");
    }

    private Object readResolve() throws InvalidObjectException {
        try {
            Npz file = Npz.read(ByteBuffer.wrap(bytes));
            Function<String, Object> label = name -> labels.get(Integer.parseInt(name));
            return switch (format) {
                case WEIGHTS -> aligned(WeightsFile.read(file));
                case DEPTH -> DepthFile.read(file);
                case CLASSIFIER -> Classifier.read(file);
                case CLASSES -> MultiClassifier.read(file, label);
                case STATE -> State.read(file, label, transformer);
                case PRETRAINING -> Pretraining.read(file);
                case MIXTURE -> MixturePretraining.read(file);
                case ALIGNMENT -> Alignment.read(file);
            };
        } catch (IOException | RuntimeException e) {
            InvalidObjectException invalid = new InvalidObjectException(e.getMessage());
            invalid.initCause(e);
            throw invalid;
        }
    }

    private LinearTransformer aligned(LinearTransformer weights) {
        if (alignsByItself) {
            return weights.aligned();
        }
        return alignment == null ? weights : weights.aligned(alignment);
    }
}
