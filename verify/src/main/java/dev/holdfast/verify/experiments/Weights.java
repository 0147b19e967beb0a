package dev.holdfast.verify.experiments;

import dev.holdfast.model.LinearTransformer;
import dev.holdfast.verify.data.DataException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** A transformer by its name on the command line. */
public record Weights(String name, LinearTransformer transformer) {
    private static final String FILE = ".npz";

    /** Throws unless {@code name} is {@code standard}, {@code adversarial} or the name of a weights file. */
    public static void check(String name) {
        if (!name.endsWith(FILE)) {
            named(name, 1);
        }
    }

    /** The two ideal results of pretraining: standard, then adversarial. */
    public static List<Weights> ideal(int d) {
        return List.of(named("standard", d), named("adversarial", d));
    }

    /**
     * {@code standard}, {@code adversarial} or the weights in a file whose name ends in {@code .npz}, for d features.
     *
     * @throws DataException if a file is missing, not what it should be, or has weights for other features
     */
    public static Weights named(String name, int d) {
        if (name.endsWith(FILE)) {
            return new Weights(name, load(Path.of(name), d));
        }
        return switch (name) {
            case "standard" -> new Weights(name, LinearTransformer.standard(d));
            case "adversarial" -> new Weights(name, LinearTransformer.adversarial(d));
            default -> throw new IllegalArgumentException(
                    "--weights = " + name + ", expected standard, adversarial or a file that ends in " + FILE);
        };
    }

    private static LinearTransformer load(Path file, int d) {
        LinearTransformer transformer;
        try {
            transformer = LinearTransformer.load(file);
        } catch (IOException e) {
            throw new DataException(e.getMessage(), e);
        }
        if (transformer.features() != d) {
            throw new DataException(file + ": weights for " + transformer.features() + " features, expected " + d
                    + " as the tasks have");
        }
        return transformer;
    }
}
