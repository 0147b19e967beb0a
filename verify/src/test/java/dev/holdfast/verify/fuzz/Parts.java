package dev.holdfast.verify.fuzz;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * An input of several parts, with a line between each two: bytes that come and go in one leave the others where they are,
 * as they would not behind lengths.
 */
public final class Parts {
    private static final String BREAK = "\n--\n";

    private Parts() {}

    public static byte[] join(List<byte[]> parts) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (int k = 0; k < parts.size(); k++) {
            out.writeBytes(k == 0 ? new byte[0] : bytes(BREAK));
            out.writeBytes(parts.get(k));
        }
        return out.toByteArray();
    }

    /** At least one. */
    public static List<byte[]> split(byte[] input) {
        List<byte[]> parts = new ArrayList<>();
        for (String part : new String(input, StandardCharsets.ISO_8859_1).split(BREAK, -1)) {
            parts.add(bytes(part));
        }
        return parts;
    }

    /** A part that begins with a line of its own. */
    public static byte[] headed(String line, byte[] content) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.writeBytes(bytes(line + "\n"));
        out.writeBytes(content);
        return out.toByteArray();
    }

    /** The first line, without its end. */
    public static String line(byte[] part) {
        String text = new String(part, StandardCharsets.ISO_8859_1);
        int end = text.indexOf('\n');
        return end < 0 ? text : text.substring(0, end);
    }

    /** What stands behind the first line. */
    public static byte[] behindLine(byte[] part) {
        String text = new String(part, StandardCharsets.ISO_8859_1);
        int end = text.indexOf('\n');
        return bytes(end < 0 ? "" : text.substring(end + 1));
    }

    /** A byte a character. */
    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }
}
