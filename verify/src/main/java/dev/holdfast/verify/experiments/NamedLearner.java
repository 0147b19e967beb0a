package dev.holdfast.verify.experiments;

import dev.holdfast.model.Learner;
import dev.holdfast.model.LinearTransformer;
import dev.holdfast.model.RobustBayes;
import dev.holdfast.verify.data.DataException;
import dev.holdfast.verify.data.Decimals;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** A learner by its name on the command line. */
public record NamedLearner(String name, Learner learner) {
    /** What a name may be, for help and errors. */
    public static final String NAMES = "standard, adversarial, bayes:NORM:E, bayes-diagonal:NORM:E or bayes-identity:NORM:E"
            + " with a NORM of linf, l2 or l1, or a weights file, FILE.npz";

    private static final String FILE = ".npz";
    private static final String BAYES = "bayes";

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
        if (file != null) {
            return new NamedLearner(name, load(file, d));
        }
        return switch (name) {
            case "standard" -> new NamedLearner(name, LinearTransformer.standard(d));
            case "adversarial" -> new NamedLearner(name, LinearTransformer.adversarial(d));
            default -> new NamedLearner(name, bayes(name).orElseThrow(() -> new IllegalArgumentException(
                    "--weights = " + name + ", expected " + NAMES)));
        };
    }

    /** What a name like {@code bayes-diagonal:l2:0.5} says, if it says something. */
    private static Optional<RobustBayes> bayes(String name) {
        String[] parts = name.split(":", -1);
        if (parts.length != 3 || !parts[0].startsWith(BAYES)) {
            return Optional.empty();
        }
        double epsilon;
        try {
            epsilon = Decimals.toDouble(parts[2]);
        } catch (NumberFormatException e) {
            return Optional.empty();
        }
        if (!(epsilon >= 0) || epsilon > Float.MAX_VALUE) {
            return Optional.empty();
        }
        Optional<RobustBayes> full = switch (parts[1]) {
            case "linf" -> Optional.of(RobustBayes.linf(epsilon));
            case "l2" -> Optional.of(RobustBayes.l2(epsilon));
            case "l1" -> Optional.of(RobustBayes.l1(epsilon));
            default -> Optional.empty();
        };
        return switch (parts[0]) {
            case BAYES -> full;
            case BAYES + "-diagonal" -> full.map(RobustBayes::diagonal);
            case BAYES + "-identity" -> full.map(RobustBayes::identity);
            default -> Optional.empty();
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

    /** The learner, which is a transformer. */
    LinearTransformer transformer() {
        return (LinearTransformer) learner;
    }
}
