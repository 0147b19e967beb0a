package dev.holdfast.verify.model;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import java.util.zip.ZipOutputStream;

/** Small .npz files, written and read by the tests themselves, entry by entry. */
final class SmallNpz {
    private SmallNpz() {}

    /** A zip of these entries, in their order. */
    static Path write(Path file, Map<String, byte[]> entries) throws IOException {
        Files.deleteIfExists(file); // see FreshFile
        try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(file))) {
            for (Map.Entry<String, byte[]> entry : entries.entrySet()) {
                zip.putNextEntry(new ZipEntry(entry.getKey()));
                zip.write(entry.getValue());
            }
        }
        return file;
    }

    /** Two arrays, {@code p.npy} and {@code Q.npy}. */
    static Path write(Path file, byte[] p, byte[] q) throws IOException {
        Map<String, byte[]> entries = new LinkedHashMap<>();
        entries.put("p.npy", p);
        entries.put("Q.npy", q);
        return write(file, entries);
    }

    /** A .npy of version 1.0 with this header, whatever it says, and floats. */
    static byte[] npy(String header, float[] elements) {
        return npy(1, header.length(), header, elements);
    }

    static byte[] npy(int major, int length, String header, float[] elements) {
        ByteBuffer npy = ByteBuffer.allocate(12 + header.length() + 4 * elements.length)
                .order(ByteOrder.LITTLE_ENDIAN)
                .put("\u0093NUMPY".getBytes(StandardCharsets.ISO_8859_1))
                .put((byte) major)
                .put((byte) 0);
        if (major == 1) {
            npy.putShort((short) length);
        } else {
            npy.putInt(length);
        }
        npy.put(header.getBytes(StandardCharsets.ISO_8859_1));
        for (float element : elements) {
            npy.putFloat(element);
        }
        byte[] bytes = new byte[npy.position()];
        npy.flip().get(bytes);
        return bytes;
    }

    /** A .npy that is a text, as NumPy writes it. */
    static byte[] npy(String text) {
        int[] points = text.codePoints().toArray();
        float[] elements = new float[points.length];
        for (int k = 0; k < points.length; k++) {
            elements[k] = Float.intBitsToFloat(points[k]);
        }
        return npy("{'descr': '<U" + points.length + "', 'fortran_order': False, 'shape': (), }", elements);
    }

    /** The header that NumPy writes, without its padding, for little-endian floats. */
    static String header(String shape) {
        return "{'descr': '<f4', 'fortran_order': False, 'shape': " + shape + ", }";
    }

    /** The entries of a file, by name. */
    static Map<String, byte[]> read(Path file) throws IOException {
        return read(Files.readAllBytes(file));
    }

    static Map<String, byte[]> read(byte[] file) throws IOException {
        Map<String, byte[]> entries = new LinkedHashMap<>();
        try (ZipInputStream zip = new ZipInputStream(new ByteArrayInputStream(file))) {
            for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
                entries.put(entry.getName(), zip.readAllBytes());
            }
        }
        return entries;
    }

    /** The floats behind the header of a .npy of version 1.0, which must be this one. */
    static float[] floats(String shape, byte[] npy) {
        ByteBuffer elements = elements(header(shape), npy);
        float[] floats = new float[elements.remaining() / Float.BYTES];
        elements.asFloatBuffer().get(floats);
        return floats;
    }

    /** The text of a .npy of version 1.0. */
    static String text(byte[] npy) {
        int points = (npy.length - elementsAt(npy)) / Integer.BYTES;
        ByteBuffer elements =
                elements("{'descr': '<U" + points + "', 'fortran_order': False, 'shape': (), }", npy);
        StringBuilder text = new StringBuilder();
        while (elements.hasRemaining()) {
            text.appendCodePoint(elements.getInt());
        }
        return text.toString();
    }

    private static ByteBuffer elements(String header, byte[] npy) {
        int at = elementsAt(npy);
        String found = new String(npy, 0, at, StandardCharsets.ISO_8859_1);
        String expected = "\u0093NUMPY\1\0" + (char) ((at - 10) & 0xff) + (char) ((at - 10) >> 8) + header;
        if (at % 64 != 0 || !found.stripTrailing().equals(expected) || !found.endsWith("\n")) {
            throw new AssertionError("found the header " + found + ", expected " + expected + ", padded to 64");
        }
        return ByteBuffer.wrap(npy, at, npy.length - at).slice().order(ByteOrder.LITTLE_ENDIAN);
    }

    private static int elementsAt(byte[] npy) {
        return 10 + Byte.toUnsignedInt(npy[8]) + 256 * Byte.toUnsignedInt(npy[9]);
    }
}
