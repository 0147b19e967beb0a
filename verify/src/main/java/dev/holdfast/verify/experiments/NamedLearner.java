package dev.holdfast.verify.experiments;

import dev.holdfast.model.Learner;
import dev.holdfast.model.LinearTransformer;
import dev.holdfast.verify.data.DataException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** A learner by its name on the command line. */
public record NamedLearner(String name, Learner learner) {
    /** What a name may be, for help and errors. */
    public static final String NAMES = Learner.NAMES + ", or a weights file, FILE.npz";

    private static final String FILE = ".npz";

    /** Throws unless {@code name} is one of {@link #NAMES}. A file is not looked at. */
    public static void check(String name) {
        if (file(name) == null) {
            named(name, 1);
        }
    }

    /** The file that a name is, {@code null} for a name that is none. */
    public static Path file(String name) {
        return name != null && name.endsWith(FILE) ? Path.of(name) : null;
    }

    /** The two ideal results of pretraining: standard, then adversarial. */
    public static List<NamedLearner> ideal(int d) {
        return List.of(named("standard", d), named("adversarial", d));
    }

    /**
     * The learner of a name, for d features.
     *
     * @throws DataException if a file is missing, not what it should be, or has weights for other features
     */
    public static NamedLearner named(String name, int d) {
        Path file = file(name);
        return new NamedLearner(name, file != null ? load(file, d) : Learner.named(name, d).orElseThrow(() ->
                new IllegalArgumentException("--weights = " + name + ", expected " + NAMES)));
    }

    private static Learner load(Path file, int d) {
        Learner learner;
        try {
            learner = Learner.load(file);
        } catch (IOException e) {
            throw new DataException(e.getMessage(), e);
        }
        try {
            return learner.withFeatures(d);
        } catch (IllegalStateException e) {
            throw new DataException(file + ": " + e.getMessage() + " as the tasks have", e);
        }
    }

    /** The learner, which is a transformer. */
    LinearTransformer transformer() {
        return (LinearTransformer) learner;
    }
}
