package dev.holdfast.verify.cli;

import dev.holdfast.model.archive.AtomicFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/** The checks of option values, and the files they name: an error names the option, its value and what was expected. */
final class Options {
    /** More threads than machines have cores; each takes memory that no heap counts. */
    private static final int MOST_THREADS = 1024;
    /** d with (d+1)² entries of Q in one array. */
    private static final int MOST_SAVED_FEATURES = 46_339;

    private Options() {}

    /**
     * Refuses options that are given but are another kind's.
     *
     * @param chooser the option that says which kind it is
     * @param kinds of each option the kinds that it belongs to, if not to all
     */
    static void belong(CommandSpec spec, String chooser, String kind, Map<String, List<String>> kinds) {
        for (OptionSpec option : spec.commandLine().getParseResult().matchedOptions()) {
            List<String> its = kinds.getOrDefault(option.longestName(), List.of(kind));
            if (!its.contains(kind)) {
                throw bad(option.longestName(), option.originalStringValues().getLast(),
                        "it with " + chooser + " " + String.join(" or ", its) + " alone, not with " + kind);
            }
        }
    }

    static void atLeast(String option, int value, int least) {
        if (value < least) {
            throw bad(option, value, "at least " + least);
        }
    }

    static void threads(int value) {
        if (value < 1 || value > MOST_THREADS) {
            throw bad("--threads", value, "at least 1 and at most " + MOST_THREADS);
        }
    }

    /** Of weights that go to a file. */
    static void savedFeatures(int value) {
        if (value < 1 || value > MOST_SAVED_FEATURES) {
            throw bad("--features", value, "at least 1 and at most " + MOST_SAVED_FEATURES
                    + ", whose weights have room in a file");
        }
    }

    /** ε, γ and the like. */
    static void notNegative(String option, double value) {
        if (!(value >= 0) || value > Float.MAX_VALUE) {
            throw bad(option, value, "a finite number, at least 0");
        }
    }

    static void lambda(double value) {
        if (!(value >= 0 && value <= 1)) {
            throw bad("--lambda", value, "0..1");
        }
    }

    static void write(String option, Path file, byte[] content) {
        write(option, file, out -> out.write(content));
    }

    /** Writes the file that an option names. */
    static void write(String option, Path file, AtomicFile.Content content) {
        try {
            AtomicFile.replace(file, content);
        } catch (IOException | UncheckedIOException e) {
            IOException cause = e instanceof UncheckedIOException unchecked ? unchecked.getCause() : (IOException) e;
            throw bad(option, file, "a file that can be written whole: " + AtomicFile.reason(cause));
        }
    }

    /** In one line, and without what a terminal would obey. */
    static String printable(String text) {
        StringBuilder line = new StringBuilder(text.length());
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            // ends of lines, and what writes from right to left whatever follows
            boolean isObeyed = Character.isISOControl(c)
                    || c >= '\u2028' && c <= '\u202e'
                    || c >= '\u2066' && c <= '\u2069';
            line.append(isObeyed ? String.format("\\u%04x", (int) c) : c);
        }
        return line.toString();
    }

    static IllegalArgumentException notWritten(String option, Path file) {
        return bad(option, file, "a file that can be written in a directory that exists");
    }

    static IllegalArgumentException bad(String option, Object value, String expected) {
        return new IllegalArgumentException(option + " = " + value + ", expected " + expected);
    }
}
