package dev.holdfast.model;

import dev.holdfast.model.InContextClassifier.Origin;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/**
 * A classifier of many classes as an {@link Npz}: {@code w} and {@code c}, a row and a number for each of its functions,
 * the names of its {@code classes}, and {@code meta} with what the functions tell apart and its origin.
 */
final class MultiClassifierFile {
    private static final Set<String> NAMES = Set.of("c", "classes", "meta", "w");
    private static final String FORMAT = "holdfast-classes";
    private static final int VERSION = 1;
    private static final String REST = "rest";
    private static final String PAIRS = "pairs";

    private MultiClassifierFile() {}

    static <L> void write(Path file, MultiClassifier<L> classifier, Function<? super L, String> name)
            throws IOException {
        Scheme scheme = classifier.scheme();
        InContextClassifier[] functions = scheme.functions();
        double[] c = new double[functions.length];
        for (int k = 0; k < c.length; k++) {
            c[k] = functions[k].intercept();
        }
        FlatJson meta = new FlatJson()
                .put("format", FORMAT)
                .put("version", VERSION)
                .put("features", classifier.features())
                .put("scheme", scheme instanceof OneVersusRest ? REST : PAIRS);
        ClassifierFile.put(classifier.origin(), meta);
        Npz.write(file, Map.of(
                "w", Npz.Array.rows(c.length, classifier.features(), (k, row) ->
                        System.arraycopy(functions[k].weights(), 0, row, 0, row.length)),
                "c", Npz.Array.of(c, c.length),
                "classes", Npz.Array.of(Names.of(classifier.classes(), name).toString()),
                "meta", Npz.Array.of(meta.toString())));
    }

    static <L> MultiClassifier<L> read(Path path, Function<String, ? extends L> label) throws IOException {
        try (Npz file = Npz.open(path)) {
            file.checkNames(NAMES, "w, c, classes and meta alone");
            FlatJson meta = file.meta(FORMAT, VERSION);
            int d = file.features(meta);
            List<L> classes = Names.labels(file, label);
            boolean pairs = file.inMeta(() -> isPairs(meta.text("scheme")));
            InContextClassifier[] functions =
                    functions(file, pairs ? Scheme.pairs(classes.size()) : classes.size(), d);
            Optional<Origin> origin = file.inMeta(() -> ClassifierFile.origin(meta));
            try {
                return new MultiClassifier<>(classes,
                        pairs ? new OneVersusOne(classes.size(), functions) : OneVersusRest.onGrids(functions),
                        ClassifierFile.supplier(origin));
            } catch (IllegalArgumentException e) {
                throw new IOException(path + ": w and c: " + e.getMessage(), e);
            }
        }
    }

    private static boolean isPairs(String scheme) {
        if (!scheme.equals(REST) && !scheme.equals(PAIRS)) {
            throw new IllegalArgumentException(
                    "scheme = " + Npz.printable(scheme) + ", expected " + REST + " or " + PAIRS);
        }
        return scheme.equals(PAIRS);
    }

    private static InContextClassifier[] functions(Npz file, int count, int d) throws IOException {
        double[] c = file.finiteDoubles("c", count);
        float[][] w = new float[count][d];
        file.floats("w", (index, value) -> w[index / d][index % d] = value, count, d);
        InContextClassifier[] functions = new InContextClassifier[count];
        for (int k = 0; k < count; k++) {
            functions[k] = new InContextClassifier(w[k], c[k], Preprocessing.none(d), null);
        }
        return functions;
    }
}
