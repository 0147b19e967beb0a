package dev.holdfast.verify.experiments;

import dev.holdfast.model.DeepTransformer;
import dev.holdfast.model.Learner;
import dev.holdfast.model.LinearTransformer;
import dev.holdfast.model.RobustBayes;
import dev.holdfast.model.archive.Npz;
import dev.holdfast.verify.data.DataException;
import dev.holdfast.verify.data.Decimals;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** A learner by its name on the command line. */
public record NamedLearner(String name, Learner learner) {
    /** What a name may be, for help and errors. */
    public static final String NAMES = "standard, adversarial, mean, bayes:NORM:E, bayes-diagonal:NORM:E or"
            + " bayes-identity:NORM:E with a NORM of linf, l2 or l1 and, if wanted, :RIDGE in place of shrinkage, or a weights"
            + " file, FILE.npz";

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
            // one layer of P = Π_y and Q = Π_x: w = (1/N) Σ y x
            case "mean" -> new NamedLearner(name, DeepTransformer.family(d, List.of(new DeepTransformer.Layer(0, 1, 1, 0))));
            default -> new NamedLearner(name, bayes(name).orElseThrow(() -> new IllegalArgumentException(
                    "--weights = " + name + ", expected " + NAMES)));
        };
    }

    /** What a name like {@code bayes-diagonal:l2:0.5} or {@code bayes:l2:0.5:1e-9} says, if it says something. */
    private static Optional<RobustBayes> bayes(String name) {
        String[] parts = name.split(":", -1);
        if (parts.length < 3 || parts.length > 4 || !parts[0].startsWith(BAYES)) {
            return Optional.empty();
        }
        double epsilon;
        double ridge;
        try {
            epsilon = Decimals.toDouble(parts[2]);
            ridge = parts.length == 4 ? Decimals.toDouble(parts[3]) : Double.NaN;
        } catch (NumberFormatException e) {
            return Optional.empty();
        }
        if (!(epsilon >= 0) || epsilon > Float.MAX_VALUE || ridge <= 0 || ridge > Float.MAX_VALUE) {
            return Optional.empty();
        }
        Optional<RobustBayes> full = switch (parts[1]) {
            case "linf" -> Optional.of(RobustBayes.linf(epsilon));
            case "l2" -> Optional.of(RobustBayes.l2(epsilon));
            case "l1" -> Optional.of(RobustBayes.l1(epsilon));
            default -> Optional.empty();
        };
        full = full.map(bayes -> Double.isNaN(ridge) ? bayes : bayes.ridge(ridge));
        return switch (parts[0]) {
            case BAYES -> full;
            case BAYES + "-diagonal" -> full.map(RobustBayes::diagonal);
            case BAYES + "-identity" -> full.map(RobustBayes::identity);
            default -> Optional.empty();
        };
    }

    private static Learner load(Path file, int d) {
        try {
            return isDeep(file) ? deep(file, d) : single(file, d);
        } catch (IOException e) {
            throw new DataException(e.getMessage(), e);
        }
    }

    /** Whether a file has layers by number. What can be read once only is taken for one layer. */
    private static boolean isDeep(Path file) throws IOException {
        if (!Files.isRegularFile(file)) {
            return false;
        }
        Set<String> names = Npz.read(file).names();
        return names.contains("layer_1") || names.contains("P_1");
    }

    private static Learner single(Path file, int d) throws IOException {
        LinearTransformer transformer = LinearTransformer.load(file);
        checkFeatures(file, transformer.features(), d);
        return transformer;
    }

    /** Four numbers a layer are for any d. */
    private static Learner deep(Path file, int d) throws IOException {
        DeepTransformer transformer = DeepTransformer.load(file);
        if (!transformer.layers().isEmpty()) {
            return transformer.withFeatures(d);
        }
        checkFeatures(file, transformer.features(), d);
        return transformer;
    }

    private static void checkFeatures(Path file, int features, int d) {
        if (features != d) {
            throw new DataException(file + ": weights for " + features + " features, expected " + d
                    + " as the tasks have");
        }
    }

    /** The learner, which is a transformer. */
    LinearTransformer transformer() {
        return (LinearTransformer) learner;
    }
}
