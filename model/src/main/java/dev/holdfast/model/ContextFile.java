package dev.holdfast.model;

import dev.holdfast.kernel.ExactSums;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Contexts of one transformer as an {@link Npz}: {@code p}, {@code mean} and {@code sign}, which make rows what is
 * summed, the sums, and {@code meta} with how many rows they are of and the origin of what would be learnt now. A
 * {@link Context} has its exact {@code sums}, a {@link FadingContext} has {@code a}.
 */
final class ContextFile {
    private static final String EXACT = "holdfast-context";
    private static final String FADING = "holdfast-fading-context";
    private static final int VERSION = 1;

    private ContextFile() {}

    /** @param sums whose digits have been carried, so that equal sums are written alike */
    static void write(Path file, FoldedTransformer transformer, double[] sums, Count count) throws IOException {
        double[] a = new double[transformer.features() + 1];
        ExactSums.round(sums, a.length, a);
        FlatJson meta = new FlatJson().put("format", EXACT).put("version", VERSION);
        count.to(meta);
        write(file, meta, transformer, count.size(), a, "sums", sums);
    }

    static void write(Path file, FoldedTransformer transformer, double[] a, double size) throws IOException {
        FlatJson meta = new FlatJson().put("format", FADING).put("version", VERSION).put("size", size);
        write(file, meta, transformer, size, a, "a", a);
    }

    private static void write(Path file, FlatJson meta, FoldedTransformer transformer, double n, double[] a,
            String name, double[] sums) throws IOException {
        int d = transformer.features();
        meta.put("features", d);
        ClassifierFile.put(Optional.of(transformer.origin(n, a)), meta);
        Map<String, Npz.Array> arrays = new HashMap<>(Map.of(
                "p", Npz.Array.of(transformer.p(), d + 1),
                name, Npz.Array.of(sums, sums.length),
                "meta", Npz.Array.of(meta.toString())));
        PreprocessingFile.put(transformer.preprocessing(), arrays);
        Npz.write(file, arrays);
    }

    static Context readExact(Path path, LinearTransformer transformer) throws IOException {
        try (Npz file = open(path, "sums")) {
            FlatJson meta = file.meta(EXACT, VERSION);
            FoldedTransformer folded = folded(file, meta, transformer);
            int size = transformer.features() + 1;
            Count count = file.inMeta(() -> Count.of(meta));
            return new Context(folded, exactSums(file, "sums", file.doubles("sums", ExactSums.length(size)), size), count);
        }
    }

    /** The sums themselves; throws unless additions can have left them. */
    static double[] exactSums(Npz file, String name, double[] sums, int size) throws IOException {
        if (!ExactSums.areExact(sums, size)) {
            throw file.bad(name, "numbers that no additions leave", "exact sums");
        }
        return sums;
    }

    static FadingContext readFading(Path path, LinearTransformer transformer) throws IOException {
        try (Npz file = open(path, "a")) {
            FlatJson meta = file.meta(FADING, VERSION);
            FoldedTransformer folded = folded(file, meta, transformer);
            double[] a = file.finiteDoubles("a", transformer.features() + 1);
            double n = file.inMeta(() -> {
                if (!(meta.number("size") >= 0)) {
                    throw new IllegalArgumentException("size = " + meta.number("size") + ", expected at least 0");
                }
                return meta.number("size");
            });
            return new FadingContext(folded, a, n);
        }
    }

    private static Npz open(Path path, String sums) throws IOException {
        Npz file = Npz.open(path);
        try {
            file.checkNames(Set.of("p", "mean", "sign", "meta", sums), "p, mean, sign, " + sums + " and meta alone");
            return file;
        } catch (IOException e) {
            file.close();
            throw e;
        }
    }

    private static FoldedTransformer folded(Npz file, FlatJson meta, LinearTransformer transformer)
            throws IOException {
        int d = transformer.features();
        if (file.features(meta) != d) {
            throw file.bad("meta", "features = " + file.features(meta), d + " as the transformer has");
        }
        if (!Arrays.equals(file.floats("p", d + 1), transformer.p())) {
            throw file.bad("p", "another vector than the transformer's", "the same");
        }
        return new FoldedTransformer(transformer, PreprocessingFile.get(file, d));
    }
}
