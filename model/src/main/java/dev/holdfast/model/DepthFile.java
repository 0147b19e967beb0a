package dev.holdfast.model;

import dev.holdfast.model.DeepTransformer.Layer;
import dev.holdfast.model.archive.FlatJson;
import dev.holdfast.model.archive.Npz;
import dev.holdfast.model.archive.Product;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The weights of a transformer of several layers as an {@link Npz}: {@code layer_1}, … of the family, or {@code P_1} and
 * {@code Q_1}, …; and {@code meta}, a flat JSON object.
 */
final class DepthFile {
    private static final String AS_THEY_ARE = "as they are";
    private static final String CENTRED = "centred";
    /** p_x, p_y, q_x and q_y. */
    private static final int NUMBERS = 4;

    private DepthFile() {}

    static Map<String, Npz.Array> arrays(DeepTransformer transformer) {
        int size = transformer.features() + 1;
        Map<String, Npz.Array> arrays = new HashMap<>();
        int l = 1;
        for (Layer layer : transformer.layers()) {
            double[] numbers = {layer.px(), layer.py(), layer.qx(), layer.qy()};
            arrays.put("layer_" + l++, Npz.Array.of(numbers, NUMBERS));
        }
        for (LinearTransformer layer : transformer.matrices()) {
            arrays.put("P_" + l, Npz.Array.of(layer.givenP(), size, size));
            arrays.put("Q_" + l++, Npz.Array.of(layer.givenQ(), size, size));
        }
        FlatJson meta = Format.DEPTH.meta(transformer.features())
                .put("depth", transformer.depth())
                .put("rows", transformer.isCentred() ? CENTRED : AS_THEY_ARE);
        transformer.provenance().ifPresent(provenance -> provenance.to(meta));
        arrays.put("meta", Npz.Array.of(meta.put("product", Product.NAME).toString()));
        return arrays;
    }

    /** Whether a file has layers by number. */
    static boolean isOne(Npz file) {
        return file.names().contains("layer_1") || file.names().contains("P_1");
    }

    static DeepTransformer read(Npz file) throws IOException {
        FlatJson meta = Format.DEPTH.meta(file);
        int d = file.features(meta);
        boolean family = file.names().contains("layer_1");
        int depth = file.inMeta(() -> depth(meta, (file.names().size() - 1) / (family ? 1 : 2)));
        Set<String> known = new HashSet<>(Set.of("meta"));
        for (int l = 1; l <= depth; l++) {
            known.addAll(family ? Set.of("layer_" + l) : Set.of("P_" + l, "Q_" + l));
        }
        file.checkNames(known, "layer_1, … or P_1, Q_1, … of " + depth + " layers and meta alone");
        DeepTransformer transformer = family ? family(file, d, depth) : full(file, d, depth);
        if (file.inMeta(() -> isCentred(meta.text("rows")))) {
            transformer = transformer.centred();
        }
        Optional<Provenance> provenance = file.inMeta(() -> Provenance.of(meta));
        return provenance.isPresent() ? transformer.withProvenance(provenance.get()) : transformer;
    }

    /** @param arrays how many layers the arrays are of */
    private static int depth(FlatJson meta, int arrays) {
        long depth = meta.integer("depth");
        if (depth < 1 || depth != arrays) {
            throw new IllegalArgumentException("depth = " + depth + ", expected " + Math.max(1, arrays)
                    + ", as many layers as there are arrays of");
        }
        return arrays;
    }

    private static boolean isCentred(String rows) {
        if (!rows.equals(CENTRED) && !rows.equals(AS_THEY_ARE)) {
            throw new IllegalArgumentException(
                    "rows = " + Npz.printable(rows) + ", expected " + AS_THEY_ARE + " or " + CENTRED);
        }
        return rows.equals(CENTRED);
    }

    private static DeepTransformer family(Npz file, int d, int depth) throws IOException {
        List<Layer> layers = new ArrayList<>();
        for (int l = 1; l <= depth; l++) {
            double[] numbers = file.finiteDoubles("layer_" + l, NUMBERS);
            layers.add(new Layer(numbers[0], numbers[1], numbers[2], numbers[3]));
        }
        return file.inMeta(() -> DeepTransformer.family(d, layers));
    }

    private static DeepTransformer full(Npz file, int d, int depth) throws IOException {
        if (!Npz.fits(d + 1L)) {
            throw file.bad("meta", "features = " + d, "(d+1)² at most " + Npz.MOST_ELEMENTS);
        }
        List<LinearTransformer> matrices = new ArrayList<>();
        for (int l = 1; l <= depth; l++) {
            matrices.add(LinearTransformer.full(
                    file.floats("P_" + l, d + 1, d + 1), file.floats("Q_" + l, d + 1, d + 1)));
        }
        return DeepTransformer.of(matrices);
    }
}
