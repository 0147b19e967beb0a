package dev.holdfast.model;

import dev.holdfast.kernel.ExactSums;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;

/**
 * A context of many classes as an {@link Npz}: for class c the exact sums of its {@link Moments}, {@code sum_c} and
 * {@code squares_c}; the names of its {@code classes} and of its {@code features}; and {@code meta} with how many rows
 * there are.
 */
final class GramContextFile {
    private static final String FORMAT = "holdfast-gram-context";
    private static final int VERSION = 1;

    private GramContextFile() {}

    /** @param context of which nobody else has hold */
    static <L> void write(Path file, GramContext<L> context, Function<? super L, String> name) throws IOException {
        FlatJson meta = new FlatJson()
                .put("format", FORMAT)
                .put("version", VERSION)
                .put("features", context.features());
        context.count().to(meta);
        Map<String, Npz.Array> arrays = new HashMap<>();
        Hash hash = new Hash();
        for (int c = 0; c < context.classes().size(); c++) {
            Moments moments = context.moments().get(c);
            double[] sum = moments.carriedSum();
            double[][] squares = moments.carriedSquares();
            meta.put("size_" + c, moments.size());
            hash.add((double) moments.size()).add(sum);
            for (double[] row : squares) {
                hash.add(row);
            }
            arrays.put("sum_" + c, Npz.Array.of(sum, sum.length));
            arrays.put("squares_" + c, Npz.Array.of(squares));
        }
        arrays.put("classes", Npz.Array.of(Names.of(context.classes(), name).toString()));
        arrays.put("features", Npz.Array.of(Names.of(context.featureNames(), feature -> feature).toString()));
        meta.put("demonstrations_sha256", hash.hex()).put("product", WeightsFile.PRODUCT);
        arrays.put("meta", Npz.Array.of(meta.toString()));
        Npz.write(file, arrays);
    }

    static <L> GramContext<L> read(Path path, Function<String, ? extends L> label) throws IOException {
        try (Npz file = Npz.open(path)) {
            FlatJson meta = file.meta(FORMAT, VERSION);
            List<L> classes = Names.labels(file, label);
            Set<String> names = new HashSet<>(Set.of("classes", "features", "meta"));
            for (int c = 0; c < classes.size(); c++) {
                names.add("sum_" + c);
                names.add("squares_" + c);
            }
            file.checkNames(names, "sum and squares of each class, classes, features and meta alone");
            int d = file.features(meta);
            if (d > GramContext.MOST_FEATURES) {
                throw file.bad("meta", "features = " + d, "at most " + GramContext.MOST_FEATURES);
            }
            List<String> features = Names.in(file, "features");
            if (!features.isEmpty() && features.size() != d) {
                throw file.bad("features", features.size() + " names", d + ", or none");
            }
            Count count = file.inMeta(() -> Count.of(meta));
            List<Moments> moments = new ArrayList<>();
            long total = 0;
            for (int c = 0; c < classes.size(); c++) {
                String key = "size_" + c;
                long size = file.inMeta(() -> meta.integer(key));
                total += size;
                if (size < 0 || total > count.size()) {
                    throw file.bad("meta", key + " = " + size, "sizes of classes that add up to the size");
                }
                moments.add(moments(file, c, d, (int) size));
            }
            if (total != count.size()) {
                throw file.bad("meta", "size = " + count.size(), "the sum of the classes' sizes, " + total);
            }
            return new GramContext<>(d, features, classes, moments, count);
        }
    }

    private static Moments moments(Npz file, int c, int d, int size) throws IOException {
        int length = 0;
        for (int i = 1; i <= d; i++) {
            length = Math.addExact(length, ExactSums.length(i));
        }
        double[] all = file.doubles("squares_" + c, length);
        double[][] squares = new double[d][];
        int from = 0;
        for (int i = 0; i < d; i++) {
            squares[i] = new double[ExactSums.length(i + 1)];
            System.arraycopy(all, from, squares[i], 0, squares[i].length);
            ContextFile.exactSums(file, "squares_" + c, squares[i], i + 1);
            from += squares[i].length;
        }
        String name = "sum_" + c;
        double[] sum = file.doubles(name, ExactSums.length(d));
        return new Moments(d, size, ContextFile.exactSums(file, name, sum, d), squares);
    }
}
