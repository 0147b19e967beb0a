package dev.holdfast.model;

import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/** Preprocessing as an {@link Npz}: {@code mean}, {@code sign} and {@code meta}; the first two are in other files, too. */
final class PreprocessingFile {
    private static final Set<String> NAMES = Set.of("mean", "meta", "sign");
    private static final String FORMAT = "holdfast-preprocessing";
    private static final int VERSION = 1;

    private PreprocessingFile() {}

    static void write(Path file, Preprocessing preprocessing) throws IOException {
        FlatJson meta = new FlatJson()
                .put("format", FORMAT)
                .put("version", VERSION)
                .put("features", preprocessing.features())
                .put("product", WeightsFile.PRODUCT);
        Map<String, Npz.Array> arrays = new HashMap<>();
        arrays.put("meta", Npz.Array.of(meta.toString()));
        put(preprocessing, arrays);
        Npz.write(file, arrays);
    }

    static Preprocessing read(Path path) throws IOException {
        try (Npz file = Npz.open(path)) {
            file.checkNames(NAMES, "mean, sign and meta alone");
            return get(file, file.features(file.meta(FORMAT, VERSION)));
        }
    }

    static void put(Preprocessing preprocessing, Map<String, Npz.Array> arrays) {
        int d = preprocessing.features();
        arrays.put("mean", Npz.Array.of(preprocessing.mean(), d));
        arrays.put("sign", Npz.Array.of(preprocessing.sign(), d));
    }

    static Preprocessing get(Npz file, int d) throws IOException {
        float[] sign = file.floats("sign", d);
        for (float s : sign) {
            if (s != Math.signum(s)) {
                throw file.bad("sign", s + " among the numbers", "each -1, 0 or 1");
            }
        }
        return Preprocessing.of(file.floats("mean", d), sign);
    }
}
