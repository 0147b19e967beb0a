package dev.holdfast.spark;

import dev.holdfast.model.Learner;
import dev.holdfast.model.RobustBayes;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;

/** The learner that a parameter names, for rows as they are. */
final class LearnerByName {
    static final String NAMES = Learner.NAMES + ", or a weights file, FILE.npz";

    private static final String FILE = ".npz";

    private LearnerByName() {}

    /** Throws unless the name is one; a file is not looked at. */
    static void check(String name) {
        if (!name.endsWith(FILE)) {
            named(name, 1);
        }
    }

    /** Whether what it learns has probabilities. */
    static boolean hasProbabilities(String name) {
        return !name.endsWith(FILE) && named(name, 1) instanceof RobustBayes;
    }

    /** @param configuration of the file systems that a file's path may name */
    static Learner learner(String name, int d, Configuration configuration) {
        Learner learner = name.endsWith(FILE) ? load(name, d, configuration) : named(name, d);
        return learner.forRawRows();
    }

    private static Learner named(String name, int d) {
        return Learner.named(name, d).orElseThrow(
                () -> new IllegalArgumentException("learner = " + name + ", expected " + NAMES));
    }

    private static Learner load(String name, int d, Configuration configuration) {
        Path file = new Path(name);
        try (InputStream in = new BufferedInputStream(file.getFileSystem(configuration).open(file))) {
            return Learner.load(in).withFeatures(d);
        } catch (IOException e) {
            throw new UncheckedIOException("learner = " + name + ": " + e.getMessage(), e);
        } catch (IllegalStateException e) {
            throw new IllegalArgumentException("learner = " + name + ": " + e.getMessage() + " as the rows have", e);
        }
    }
}
