package dev.holdfast.model.archive;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * One NumPy array on its way from a file: float32, float64, int64 or text, little- or big-endian, in C or Fortran
 * order. What was pickled is refused unread.
 *
 * <p>Source: the format's description in {@code numpy.lib.format}, versions 1.0 to 3.0.
 */
final class NpyInput implements Closeable {
    /** In Latin-1. */
    static final String MAGIC = "\u0093NUMPY";
    /** NumPy reads no longer header from a file it does not trust. */
    private static final int LONGEST_HEADER = 10_000;

    private static final int BUFFER = 1 << 16;
    /** An item of the header, a Python dictionary of these three in any order. */
    private static final Pattern ITEM = Pattern.compile("\\s*+(?:'descr'\\s*+:\\s*+'([^']*+)'"
            + "|'fortran_order'\\s*+:\\s*+(True|False)|'shape'\\s*+:\\s*+\\(([\\d, ]*+)\\))\\s*+(?:,|(?=\\}))");
    private static final Pattern TYPE = Pattern.compile("[<>](?:(f4|f8|i8)|U(\\d{1,9}))");

    /** File and array, for errors. */
    private final String where;

    private final InputStream in;
    /** Bytes of the entry that have not been read. */
    private long left;

    private final ByteBuffer buffer;
    private String descr;
    /** f4, f8, i8 or U. */
    private String type;

    private boolean fortran;
    private int[] shape;
    private int count;
    /** Bytes of an element. */
    private long width;

    /**
     * Reads the header of an array and holds it against the size of its entry.
     *
     * @param where the file and the array, for errors
     * @param size bytes of the entry, unpacked, all of which are there
     */
    NpyInput(String where, InputStream in, long size) throws IOException {
        this.where = where;
        this.in = in;
        this.left = size;
        this.buffer = ByteBuffer.allocate((int) Math.min(BUFFER, size));
        parse(header());
        readType();
        if (count * width != left) {
            throw bad(left + " bytes of elements", count * width + " for " + descr + " of shape " + Npz.tuple(shape));
        }
    }

    private String header() throws IOException {
        fill(MAGIC.length() + 2);
        String magic = latin1(MAGIC.length());
        int major = buffer.get();
        int minor = buffer.get();
        if (!magic.equals(MAGIC) || major < 1 || major > 3 || minor != 0) {
            throw bad("no header of .npy 1.0, 2.0 or 3.0", "one");
        }
        buffer.order(ByteOrder.LITTLE_ENDIAN);
        fill(major == 1 ? Short.BYTES : Integer.BYTES);
        long length = major == 1 ? Short.toUnsignedLong(buffer.getShort()) : Integer.toUnsignedLong(buffer.getInt());
        if (length > LONGEST_HEADER) {
            throw bad("a header of " + length + " bytes", "at most " + LONGEST_HEADER);
        }
        fill((int) length);
        return latin1((int) length);
    }

    private String latin1(int length) {
        byte[] bytes = new byte[length];
        buffer.get(bytes);
        return new String(bytes, StandardCharsets.ISO_8859_1);
    }

    private void parse(String header) throws IOException {
        String sizes = null;
        String order = null;
        int at = 1;
        Matcher item = ITEM.matcher(header);
        while (at < header.length() && item.region(at, header.length()).lookingAt()) {
            descr = item.group(1) == null ? descr : item.group(1);
            order = item.group(2) == null ? order : item.group(2);
            sizes = item.group(3) == null ? sizes : item.group(3);
            at = item.end();
        }
        if (descr == null || order == null || sizes == null || !header.startsWith("{")
                || !header.substring(at).strip().equals("}")) {
            throw bad("the header " + Npz.printable(header),
                    "{'descr': '…', 'fortran_order': True or False, 'shape': (…)}");
        }
        fortran = order.equals("True");
        readShape(sizes);
    }

    private void readShape(String sizes) throws IOException {
        String[] words = sizes.isBlank() ? new String[0] : sizes.strip().replaceFirst(",$", "").split(",", -1);
        shape = new int[words.length];
        long product = 1;
        for (int k = 0; k < words.length; k++) {
            String word = words[k].strip();
            boolean fits = word.matches("\\d{1,10}") && Long.parseLong(word) <= Npz.MOST_ELEMENTS;
            product = fits ? product * Long.parseLong(word) : Long.MAX_VALUE;
            if (product > Npz.MOST_ELEMENTS) {
                throw bad("the shape (" + Npz.printable(sizes) + ")", "at most " + Npz.MOST_ELEMENTS + " elements");
            }
            shape[k] = Integer.parseInt(word);
        }
        count = (int) product;
    }

    private void readType() throws IOException {
        if (descr.equals("|O")) {
            throw bad("dtype '|O'", "numbers or a text: pickled objects are refused");
        }
        Matcher matcher = TYPE.matcher(descr);
        if (!matcher.matches()) {
            throw bad("dtype '" + Npz.printable(descr) + "'", "f4, f8, i8 or U behind < or >");
        }
        type = matcher.group(1) == null ? "U" : matcher.group(1);
        width = type.equals("U") ? 4L * Integer.parseInt(matcher.group(2)) : type.charAt(1) - '0';
        buffer.order(descr.startsWith("<") ? ByteOrder.LITTLE_ENDIAN : ByteOrder.BIG_ENDIAN);
    }

    int[] shape() {
        return shape;
    }

    /** Each float in the order of the file. */
    void floats(int[] expected, Npz.FloatSink sink) throws IOException {
        check("f4 or f8", expected);
        floats(sink);
    }

    float[] floats(int[] expected) throws IOException {
        check("f4 or f8", expected);
        float[] values = new float[count];
        floats((index, value) -> values[index] = value);
        return values;
    }

    private void floats(Npz.FloatSink sink) throws IOException {
        for (int k = 0; k < count; k++) {
            double value = real();
            if (!Float.isFinite((float) value)) {
                throw bad(value + " at element " + index(k), "a finite float");
            }
            sink.accept(index(k), (float) value);
        }
    }

    double[] doubles(int[] expected) throws IOException {
        check("f4 or f8", expected);
        double[] values = new double[count];
        for (int k = 0; k < count; k++) {
            values[index(k)] = real();
        }
        return values;
    }

    long[] longs(int[] expected) throws IOException {
        check("i8", expected);
        long[] values = new long[count];
        for (int k = 0; k < count; k++) {
            values[index(k)] = next().getLong();
        }
        return values;
    }

    String text() throws IOException {
        check("U");
        StringBuilder text = new StringBuilder();
        int length = 0;
        for (long k = 0; k < width; k += Integer.BYTES) {
            int point = next().getInt();
            if (!Character.isValidCodePoint(point)) {
                throw bad("U+" + Integer.toHexString(point), "a text of code points");
            }
            text.appendCodePoint(point);
            length = point == 0 ? length : text.length();
        }
        text.setLength(length);
        return text.toString();
    }

    /** @param types one of these is the type of the elements */
    private void check(String types, int... expected) throws IOException {
        if (!types.contains(type)) {
            throw bad("dtype '" + descr + "'", types);
        }
        if (!Arrays.equals(shape, expected)) {
            throw bad("the shape " + Npz.tuple(shape), Npz.tuple(expected));
        }
    }

    private double real() throws IOException {
        return width == Float.BYTES ? next().getFloat() : next().getDouble();
    }

    /** The buffer, with at least one element in it. */
    private ByteBuffer next() throws IOException {
        if (!buffer.hasRemaining()) {
            fill((int) Math.min(buffer.capacity(), left));
        }
        return buffer;
    }

    /** Place in C order of the element that is the k-th of the file. */
    private int index(int k) {
        if (!fortran) {
            return k;
        }
        int index = 0;
        int stride = count;
        int rest = k;
        for (int size : shape) {
            stride /= size;
            index += rest % size * stride;
            rest /= size;
        }
        return index;
    }

    private void fill(int bytes) throws IOException {
        if (bytes > left) {
            throw bad("the end after " + left + " bytes", bytes + " more");
        }
        in.readNBytes(buffer.array(), 0, bytes);
        left -= bytes;
        buffer.clear().limit(bytes);
    }

    private IOException bad(String found, String expected) {
        return new IOException(where + ": " + found + ", expected " + expected);
    }

    @Override
    public void close() throws IOException {
        in.close();
    }
}
