package dev.holdfast.model;

import dev.holdfast.model.InContextClassifier.Origin;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.regex.Pattern;

/**
 * A classifier as an {@link Npz}: {@code w}, {@code c}, the {@code mean} and {@code sign} that are folded into them, and
 * {@code meta} with its origin.
 */
final class ClassifierFile {
    private static final Set<String> NAMES = Set.of("c", "mean", "meta", "sign", "w");
    private static final String FORMAT = "holdfast-classifier";
    private static final int VERSION = 1;
    private static final Pattern SHA_256 = Pattern.compile("[0-9a-f]{64}");

    private ClassifierFile() {}

    static void write(Path file, InContextClassifier classifier) throws IOException {
        int d = classifier.features();
        FlatJson meta = new FlatJson().put("format", FORMAT).put("version", VERSION).put("features", d);
        put(classifier.origin(), meta);
        Map<String, Npz.Array> arrays = new HashMap<>(Map.of(
                "w", Npz.Array.of(classifier.weights(), d),
                "c", Npz.Array.of(new double[] {classifier.intercept()}),
                "meta", Npz.Array.of(meta.toString())));
        PreprocessingFile.put(classifier.preprocessing(), arrays);
        Npz.write(file, arrays);
    }

    static InContextClassifier read(Path path) throws IOException {
        try (Npz file = Npz.open(path)) {
            file.checkNames(NAMES, "w, c, mean, sign and meta alone");
            FlatJson meta = file.meta(FORMAT, VERSION);
            int d = file.features(meta);
            double[] c = file.doubles("c");
            if (!Double.isFinite(c[0])) {
                throw file.bad("c", String.valueOf(c[0]), "a finite number");
            }
            return new InContextClassifier(file.floats("w", d), c[0], PreprocessingFile.get(file, d),
                    supplier(file.inMeta(() -> origin(meta))));
        }
    }

    /** Says in a file where its numbers come from. */
    static void put(Optional<Origin> origin, FlatJson meta) {
        origin.ifPresent(known -> {
            meta.put("demonstrations", known.demonstrations())
                    .put("demonstrations_sha256", known.demonstrationsHash())
                    .put("weights_sha256", known.weightsHash());
            known.weights().ifPresent(provenance -> provenance.to(meta));
        });
        meta.put("product", origin.map(Origin::product).orElse(WeightsFile.PRODUCT));
    }

    static Optional<Origin> origin(FlatJson meta) {
        if (!meta.has("demonstrations_sha256")) {
            return Optional.empty();
        }
        return Optional.of(new Origin(meta.number("demonstrations"), sha256(meta, "demonstrations_sha256"),
                sha256(meta, "weights_sha256"), Provenance.of(meta), meta.text("product")));
    }

    /** What {@link InContextClassifier#origin()} asks: {@code null} where nothing is known. */
    static Supplier<Origin> supplier(Optional<Origin> origin) {
        return origin.isPresent() ? origin::get : null;
    }

    private static String sha256(FlatJson meta, String key) {
        if (!SHA_256.matcher(meta.text(key)).matches()) {
            throw new IllegalArgumentException(
                    key + " = " + Npz.printable(meta.text(key)) + ", expected 64 hexadecimal digits");
        }
        return meta.text(key);
    }
}
