package dev.holdfast.model.archive;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;

/** Lists of names in files: a JSON object that has each by its number. */
public final class Names {
    private Names() {}

    /** Throws unless the names of all labels differ. */
    public static <L> FlatJson of(List<L> labels, Function<? super L, String> name) {
        FlatJson names = new FlatJson();
        Set<String> seen = new HashSet<>();
        for (int k = 0; k < labels.size(); k++) {
            String text = name.apply(labels.get(k));
            if (text == null || !seen.add(text)) {
                throw new IllegalArgumentException("name of " + labels.get(k) + " = " + text
                        + ", expected a name unlike those of the labels before it");
            }
            names.put(String.valueOf(k), text);
        }
        return names;
    }

    /** The names in an array of a file, in their order; all differ. */
    public static List<String> in(Npz file, String array) throws IOException {
        String text = file.text(array);
        Set<String> names = new LinkedHashSet<>();
        try {
            FlatJson object = FlatJson.parse(text);
            for (int k = 0; k < object.size(); k++) {
                String name = object.text(String.valueOf(k));
                if (!names.add(name)) {
                    throw file.bad(array, "the name " + Npz.printable(name) + " of number " + k,
                            "a name unlike those before it");
                }
            }
        } catch (IllegalArgumentException e) {
            throw file.bad(array, e.getMessage(), "a JSON object of names by number");
        }
        return List.copyOf(names);
    }

    /** Adds the names of features, if there are any, as array {@code features}. */
    public static void features(List<String> names, Map<String, Npz.Array> arrays) {
        if (!names.isEmpty()) {
            arrays.put("features", Npz.Array.of(of(names, name -> name).toString()));
        }
    }

    /** The names of d features in array {@code features}, or none. */
    public static List<String> features(Npz file, int d) throws IOException {
        List<String> names = in(file, "features");
        if (!names.isEmpty() && names.size() != d) {
            throw file.bad("features", names.size() + " names", d + ", or none");
        }
        return List.copyOf(names);
    }

    /**
     * The labels of the names in array {@code classes}: at least two, all different. A name that the function refuses by
     * an IllegalArgumentException is the file's fault.
     */
    public static <L> List<L> labels(Npz file, Function<String, ? extends L> label) throws IOException {
        List<L> labels = new ArrayList<>();
        Set<L> seen = new HashSet<>();
        for (String name : in(file, "classes")) {
            L next;
            try {
                next = label.apply(name);
            } catch (IllegalArgumentException e) {
                throw (IOException) file.bad("classes", Npz.printable(name), "the name of a label").initCause(e);
            }
            if (next == null || !seen.add(next)) {
                throw file.bad("classes", "the label " + next + " of " + Npz.printable(name),
                        "a label unlike those before it");
            }
            labels.add(next);
        }
        if (labels.size() < 2) {
            throw file.bad("classes", labels.size() + " names", "at least 2");
        }
        return labels;
    }
}
