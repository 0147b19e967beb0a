package dev.holdfast.verify.model;

import dev.holdfast.model.State;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** What tests of states share: labels, and the sums that a state writes into its file. */
final class States {
    private States() {}

    static List<Integer> boxed(int[] y) {
        return Arrays.stream(y).boxed().toList();
    }

    /** The entries of a state's file, by name; labels are named by their texts. */
    static Map<String, byte[]> saved(State<?> state) {
        try {
            Path file = Files.createTempFile("state", ".npz");
            try {
                state.save(file, String::valueOf);
                return SmallNpz.read(file);
            } finally {
                Files.delete(file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The last {@code count} doubles of a .npy: all of them, if it has so many. */
    static double[] doubles(byte[] npy, int count) {
        double[] values = new double[count];
        ByteBuffer.wrap(npy, npy.length - Double.BYTES * count, Double.BYTES * count)
                .order(ByteOrder.LITTLE_ENDIAN)
                .asDoubleBuffer()
                .get(values);
        return values;
    }

    /**
     * What a fast state keeps of one class, in doubles.
     *
     * @param scatter d × d for moments, d for variances
     */
    record Fast(double size, double[] mean, double[] scatter) {
        /** Of class number c of the entries of a file. */
        static Fast of(Map<String, byte[]> entries, int c, int d, boolean products) {
            String meta = SmallNpz.text(entries.get("meta.npy"));
            String size = meta.replaceFirst(".*\"size_" + c + "\": ([^,]*),.*", "$1");
            return new Fast(Double.parseDouble(size), doubles(entries.get("mean_" + c + ".npy"), d),
                    doubles(entries.get("scatter_" + c + ".npy"), products ? d * d : d));
        }
    }
}
