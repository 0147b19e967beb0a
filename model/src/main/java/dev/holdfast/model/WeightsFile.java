package dev.holdfast.model;

import dev.holdfast.model.archive.FlatJson;
import dev.holdfast.model.archive.Npz;
import dev.holdfast.model.archive.Product;
import java.io.IOException;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The weights of a transformer as an {@link Npz}: {@code p}, {@code Q}, the full {@code P} where there is one, and
 * {@code meta}, a flat JSON object.
 */
final class WeightsFile {
    private static final Set<String> NAMES = Set.of("P", "Q", "meta", "p");

    private WeightsFile() {}

    static Map<String, Npz.Array> arrays(LinearTransformer transformer) {
        int d = transformer.features();
        if (!Npz.fits(d + 1L)) {
            throw new IllegalArgumentException("d = " + d
                    + ", expected (d+1)² at most " + Npz.MOST_ELEMENTS + ": a weights file holds all of Q");
        }
        int size = d + 1;
        Map<String, Npz.Array> arrays = new HashMap<>();
        arrays.put("p", Npz.Array.of(transformer.p(), size));
        if (transformer.givenP() == null) {
            // the last column, which is not known and never reaches f, stays 0
            arrays.put("Q", Npz.Array.rows(size, size, (i, row) -> transformer.qBar().row(i, row, 0)));
        } else {
            arrays.put("P", Npz.Array.of(transformer.givenP(), size, size));
            arrays.put("Q", Npz.Array.of(transformer.givenQ(), size, size));
        }
        arrays.put("meta", Npz.Array.of(meta(transformer).toString()));
        return arrays;
    }

    private static FlatJson meta(LinearTransformer transformer) {
        FlatJson meta = Format.WEIGHTS.meta(transformer.features());
        transformer.provenance().ifPresent(provenance -> provenance.to(meta));
        return meta.put("product", Product.NAME);
    }

    static LinearTransformer read(Npz file) throws IOException {
        FlatJson meta = file.names().contains("meta") ? Format.WEIGHTS.meta(file) : null;
        file.checkNames(NAMES, "p, Q, P and meta alone");
        LinearTransformer transformer = file.names().contains("P") ? full(file) : last(file);
        if (meta == null) {
            return transformer;
        }
        return file.inMeta(() -> provenance(meta, transformer.features()))
                .map(transformer::withProvenance)
                .orElse(transformer);
    }

    private static LinearTransformer full(Npz file) throws IOException {
        int size = size(file, "P");
        float[] bigP = file.floats("P", size, size);
        float[] p = Arrays.copyOfRange(bigP, bigP.length - size, bigP.length);
        if (file.names().contains("p") && !Arrays.equals(p, file.floats("p", size))) {
            throw file.bad("p", "another vector than the last row of P", "the same");
        }
        float[] bigQ = new float[bigP.length];
        return LinearTransformer.full(p, readQ(file, size, bigQ), bigP, bigQ);
    }

    private static LinearTransformer last(Npz file) throws IOException {
        int size = size(file, "p");
        return LinearTransformer.of(file.floats("p", size), readQ(file, size, null));
    }

    /** d+1, which the first array announces. */
    private static int size(Npz file, String name) throws IOException {
        int[] shape = file.shape(name);
        if (shape.length == 0 || shape[0] < 2) {
            throw file.bad(name, "the shape " + Npz.tuple(shape), "d+1, at least 2, for the first size");
        }
        return shape[0];
    }

    /** Q̄ from Q or from Q̄ itself, and Q to {@code bigQ}, if that is not {@code null}, where it has a place. */
    private static QBar readQ(Npz file, int size, float[] bigQ) throws IOException {
        int d = size - 1;
        int[] shape = file.shape("Q");
        int columns = Arrays.equals(shape, new int[] {size, d}) ? d : size;
        QBar.Builder qBar = new QBar.Builder(d);
        file.floats("Q", (index, value) -> {
            int i = index / columns;
            int j = index % columns;
            if (j < d) {
                qBar.set(i, j, value);
            }
            if (bigQ != null) {
                bigQ[i * size + j] = value;
            }
        }, size, columns);
        return qBar.build();
    }

    private static Optional<Provenance> provenance(FlatJson meta, int d) {
        if (meta.integer("features") != d) {
            throw new IllegalArgumentException(
                    "features = " + meta.integer("features") + ", expected " + d + " as Q has");
        }
        return Provenance.of(meta);
    }
}
