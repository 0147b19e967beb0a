package dev.holdfast.model;

import dev.holdfast.model.archive.FlatJson;
import dev.holdfast.model.archive.Npz;
import java.io.IOException;
import java.util.Set;

/** What a file holds: its {@code meta} has a name and a version for it, so that no file is taken for another one's. */
enum Format {
    WEIGHTS("holdfast-weights", 1, "the weights of a transformer"),
    DEPTH("holdfast-depth", 1, "a transformer of several layers"),
    CLASSIFIER("holdfast-classifier", 2, "a classifier"),
    CLASSES("holdfast-classes", 2, "a classifier of many classes"),
    STATE("holdfast-state", 1, "a state"),
    PRETRAINING("holdfast-pretraining", 1, "a run of pretraining"),
    MIXTURE("holdfast-mixture-pretraining", 1, "a run of pretraining on a mixture"),
    // the name of the class when the format was made
    ALIGNMENT("holdfast-preprocessing", 1, "an alignment");

    /** What states were before they had one format. */
    private static final Set<String> OLD_STATES =
            Set.of("holdfast-context", "holdfast-fading-context", "holdfast-gram-context");

    private final String text;
    private final int version;
    private final String content;

    Format(String text, int version, String content) {
        this.text = text;
        this.version = version;
        this.content = content;
    }

    /** The beginning of the {@code meta} of d features. */
    FlatJson meta(int d) {
        return new FlatJson().put("format", text).put("version", version).put("features", d);
    }

    /** The {@code meta} of a file, which must be of this format in this version. */
    FlatJson meta(Npz file) throws IOException {
        FlatJson meta = file.meta();
        String found = file.inMeta(() -> meta.text("format"));
        for (Format other : values()) {
            if (other != this && other.text.equals(found)) {
                throw file.holds(other.content, content);
            }
        }
        return file.inMeta(() -> {
            check(found);
            check(meta.integer("version"));
            return meta;
        });
    }

    private void check(String found) {
        if (!found.equals(text)) {
            throw new IllegalArgumentException("format = " + Npz.printable(found) + ", expected " + text
                    + (this == STATE && OLD_STATES.contains(found)
                            ? ": an older Holdfast wrote this file, and this one cannot read it; add the demonstrations"
                                    + " anew"
                            : ""));
        }
    }

    private void check(long found) {
        if (found != version) {
            throw new IllegalArgumentException("version = " + found + ", expected " + version
                    + (found > version ? ": the file is newer than this program" : ""));
        }
    }
}
