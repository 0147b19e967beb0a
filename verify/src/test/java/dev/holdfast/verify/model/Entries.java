package dev.holdfast.verify.model;

import dev.holdfast.verify.fuzz.Parts;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/**
 * An .npz as {@link Parts}, each the name of an entry and, in the lines behind it, a text in UTF-8, the dictionary of a
 * header and elements, or any bytes: so a change is one of what the file says, where the checksums and lengths of the file
 * itself would only find it.
 */
final class Entries {
    private static final String DICTIONARY = "{'";

    private Entries() {}

    static byte[] of(byte[] npz) throws IOException {
        List<byte[]> parts = new ArrayList<>();
        for (Map.Entry<String, byte[]> entry : SmallNpz.read(npz).entrySet()) {
            parts.add(Parts.headed(entry.getKey(), plain(entry.getValue())));
        }
        return Parts.join(parts);
    }

    /** The file once for each of its arrays of floating-point numbers, whose last one is NaN. */
    static List<byte[]> withNaN(byte[] npz) throws IOException {
        List<byte[]> inputs = new ArrayList<>();
        List<byte[]> parts = Parts.split(of(npz));
        for (int k = 0; k < parts.size(); k++) {
            String dictionary = Parts.line(Parts.behindLine(parts.get(k)));
            byte[] changed = parts.get(k).clone();
            ByteBuffer numbers = ByteBuffer.wrap(changed).order(ByteOrder.LITTLE_ENDIAN);
            if (dictionary.contains("'<f8'")) {
                numbers.putDouble(changed.length - Double.BYTES, Double.NaN);
            } else if (dictionary.contains("'<f4'")) {
                numbers.putFloat(changed.length - Float.BYTES, Float.NaN);
            } else {
                continue;
            }
            List<byte[]> all = new ArrayList<>(parts);
            all.set(k, changed);
            inputs.add(Parts.join(all));
        }
        return inputs;
    }

    private static byte[] plain(byte[] npy) {
        int end = 10 + Byte.toUnsignedInt(npy[8]) + 256 * Byte.toUnsignedInt(npy[9]);
        if (npy[6] != 1 || end > npy.length) {
            return npy;
        }
        String header = new String(npy, 10, end - 10, StandardCharsets.ISO_8859_1).strip();
        if (header.startsWith("{'descr': '<U")) {
            return SmallNpz.text(npy).getBytes(StandardCharsets.UTF_8);
        }
        byte[] elements = new byte[npy.length - end];
        System.arraycopy(npy, end, elements, 0, elements.length);
        return Parts.headed(header, elements);
    }

    /** The file; a name that is there already is passed over, since this JDK's own zips have each once. */
    static byte[] zip(byte[] input) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        Set<String> names = new HashSet<>();
        try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
            for (byte[] part : Parts.split(input)) {
                String name = Parts.line(part);
                if (names.add(name)) {
                    zip.putNextEntry(new ZipEntry(name));
                    zip.write(npy(Parts.behindLine(part)));
                }
            }
        }
        return bytes.toByteArray();
    }

    private static byte[] npy(byte[] content) throws IOException {
        String text = new String(content, StandardCharsets.ISO_8859_1);
        if (text.startsWith(DICTIONARY)) {
            String header = Parts.line(content) + "\n";
            ByteArrayOutputStream npy = new ByteArrayOutputStream();
            npy.writeBytes(SmallNpz.npy(header, new float[0]));
            npy.writeBytes(Parts.behindLine(content));
            return npy.toByteArray();
        }
        return text.startsWith("\u0093NUMPY") ? content : SmallNpz.npy(new String(content, StandardCharsets.UTF_8));
    }
}
