package dev.holdfast.model.archive;

import java.io.ByteArrayOutputStream;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.util.Arrays;
import java.util.Collections;
import java.util.Enumeration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/**
 * NumPy's .npz: a zip of named arrays, one .npy each. Written: float, double, long and text, in C order, deflated; the
 * same arrays give the same bytes. Read: the same types as {@code numpy.savez} and {@code savez_compressed} write them.
 *
 * <p>What an entry announces is held against the size of the file before memory is taken for it, and its CRC-32 is
 * checked before its array is given away. Errors in reading are {@link IOException}: one line that names the file, the
 * array, what was found and what was expected.
 */
public final class Npz {
    /** More elements than these have no room in a Java array. */
    public static final int MOST_ELEMENTS = Integer.MAX_VALUE - 8;

    /** What nine digits of a header can say. */
    private static final int MOST_POINTS = 999_999_999;

    private static final String SUFFIX = ".npy";
    /** Elements start at a multiple of this many bytes. */
    private static final int ALIGNMENT = 64;
    private static final int BUFFER = 1 << 16;
    /** One stamp for all; the very first of a zip's calendar would bring a second one, in the zone of the machine. */
    private static final LocalDateTime STAMP = LocalDateTime.of(1980, 2, 1, 0, 0);

    /** What was read, for errors. */
    private final String where;

    private final Map<String, ZipInput.Entry> entries = new TreeMap<>();

    /** An array to write: its NumPy type, its shape and its elements in C order, read when the file is written. */
    public static final class Array {
        private final String type;
        private final int[] shape;
        private final Elements elements;

        private Array(String type, int[] shape, Elements elements) {
            this.type = type;
            this.shape = shape;
            this.elements = elements;
        }

        public static Array of(float[] values, int... shape) {
            checkLength(values.length, shape);
            return new Array("<f4", shape, out -> out.floats(values));
        }

        public static Array of(double[] values, int... shape) {
            checkLength(values.length, shape);
            return new Array("<f8", shape, out -> out.doubles(values));
        }

        /** Rows of any lengths, one after the other as one vector. */
        public static Array of(double[][] rows) {
            int count = Arrays.stream(rows).mapToInt(row -> row.length).reduce(0, Math::addExact);
            return new Array("<f8", new int[] {count}, out -> {
                for (double[] row : rows) {
                    out.doubles(row);
                }
            });
        }

        public static Array of(long[] values, int... shape) {
            checkLength(values.length, shape);
            return new Array("<i8", shape, out -> {
                for (long value : values) {
                    out.room(Long.BYTES).putLong(value);
                }
            });
        }

        /** A text, of shape (). Zeros at its end are lost, as in NumPy. */
        public static Array of(String text) {
            int[] points = text.isEmpty() ? new int[1] : text.codePoints().toArray();
            if (points.length > MOST_POINTS) {
                throw new IllegalArgumentException(
                        "a text of " + points.length + " code points, expected at most " + MOST_POINTS);
            }
            return new Array("<U" + points.length, new int[0], out -> {
                for (int point : points) {
                    out.room(Integer.BYTES).putInt(point);
                }
            });
        }

        /** A matrix of floats that is made while it is written, each row in the same array. */
        public static Array rows(int rows, int columns, Row row) {
            return new Array("<f4", new int[] {rows, columns}, out -> {
                float[] values = new float[columns];
                for (int i = 0; i < rows; i++) {
                    row.to(i, values);
                    out.floats(values);
                }
            });
        }

        private static void checkLength(int length, int[] shape) {
            long count = Arrays.stream(shape).asLongStream().reduce(1, Math::multiplyExact);
            if (length != count) {
                throw new IllegalArgumentException(
                        "values.length = " + length + ", expected " + count + " for the shape " + tuple(shape));
            }
        }

        private byte[] header() {
            String dictionary =
                    "{'descr': '" + type + "', 'fortran_order': False, 'shape': " + tuple(shape) + ", }";
            int before = NpyInput.MAGIC.length() + 2 + Short.BYTES;
            int length = (before + dictionary.length() + ALIGNMENT) / ALIGNMENT * ALIGNMENT;
            ByteBuffer header = ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN);
            header.put(NpyInput.MAGIC.getBytes(StandardCharsets.ISO_8859_1));
            header.put((byte) 1).put((byte) 0).putShort((short) (length - before));
            header.put(dictionary.getBytes(StandardCharsets.US_ASCII));
            while (header.remaining() > 1) {
                header.put((byte) ' ');
            }
            return header.put((byte) '\n').array();
        }
    }

    /** Row i of a matrix, to {@code values}. */
    public interface Row {
        void to(int i, float[] values);
    }

    private interface Elements {
        void to(Output out) throws IOException;
    }

    /** Little-endian elements on their way to a stream. */
    private static final class Output {
        private final OutputStream out;
        private final ByteBuffer buffer = ByteBuffer.allocate(BUFFER).order(ByteOrder.LITTLE_ENDIAN);

        Output(OutputStream out) {
            this.out = out;
        }

        ByteBuffer room(int bytes) throws IOException {
            if (buffer.remaining() < bytes) {
                flush();
            }
            return buffer;
        }

        void floats(float[] values) throws IOException {
            for (float value : values) {
                room(Float.BYTES).putFloat(value);
            }
        }

        void doubles(double[] values) throws IOException {
            for (double value : values) {
                room(Double.BYTES).putDouble(value);
            }
        }

        void flush() throws IOException {
            out.write(buffer.array(), 0, buffer.position());
            buffer.clear();
        }
    }

    /**
     * Replaces a file by one with these arrays, in the order of their names, as {@link AtomicFile#save} does.
     *
     * @throws IOException if the file cannot be written; the old one is then as it was
     */
    public static void write(Path file, Map<String, Array> arrays) throws IOException {
        AtomicFile.save(file, out -> write(out, arrays));
    }

    /** Writes what {@link #write(Path, Map)} does to a stream, which is not closed. */
    public static void write(OutputStream out, Map<String, Array> arrays) throws IOException {
        Objects.requireNonNull(out, "out");
        // closed for the deflater's memory
        try (ZipOutputStream zip = new ZipOutputStream(new Unclosed(out))) {
            Output elements = new Output(zip);
            for (Map.Entry<String, Array> named : new TreeMap<>(arrays).entrySet()) {
                ZipEntry entry = new ZipEntry(named.getKey() + SUFFIX);
                entry.setTimeLocal(STAMP);
                zip.putNextEntry(entry);
                zip.write(named.getValue().header());
                named.getValue().elements.to(elements);
                elements.flush();
                zip.closeEntry();
            }
        }
    }

    /** What {@link #write(Path, Map)} writes. */
    public static byte[] bytes(Map<String, Array> arrays) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try {
            write(out, arrays);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return out.toByteArray();
    }

    /** A stream that stays open when this is closed. */
    private static final class Unclosed extends FilterOutputStream {
        Unclosed(OutputStream out) {
            super(out);
        }

        @Override
        public void write(byte[] bytes, int from, int count) throws IOException {
            out.write(bytes, from, count);
        }

        @Override
        public void close() throws IOException {
            flush();
        }
    }

    /** Whether an array holds as many elements as a square matrix of this size. */
    public static boolean fits(long size) {
        return size * size <= MOST_ELEMENTS;
    }

    private Npz(String where, List<ZipInput.Entry> entries) throws IOException {
        this.where = where;
        for (ZipInput.Entry entry : entries) {
            String name = entry.name();
            String array = name.endsWith(SUFFIX) ? name.substring(0, name.length() - SUFFIX.length()) : name;
            if (this.entries.put(array, entry) != null) {
                throw bad(array, "a second array of this name", "one");
            }
        }
    }

    /**
     * Reads a file of any file system, all of it, into the memory of its size.
     *
     * @throws NoSuchFileException if there is none
     */
    public static Npz read(Path file) throws IOException {
        Objects.requireNonNull(file, "file");
        try (InputStream in = Files.newInputStream(file)) {
            Npz npz = new Npz(file.toString(), ZipInput.read(file.toString(), in));
            if (in.read() >= 0) {
                throw new IOException(file + ": bytes behind the end, expected a whole NumPy .npz file");
            }
            return npz;
        } catch (NoSuchFileException e) {
            throw new NoSuchFileException(file.toString(), null, "no such file, expected a NumPy .npz file");
        } catch (FileSystemException e) {
            throw new IOException(file + ": " + AtomicFile.reason(e) + ", expected a NumPy .npz file", e);
        }
    }

    /** Reads what {@link #write(OutputStream, Map)} wrote, and no byte behind it; the stream is not closed. */
    public static Npz read(InputStream in) throws IOException {
        Objects.requireNonNull(in, "in");
        return new Npz("the stream", ZipInput.read("the stream", in));
    }

    /** Reads what {@link #bytes} gave, from the buffer's position on, which moves behind it. */
    public static Npz read(ByteBuffer bytes) throws IOException {
        Objects.requireNonNull(bytes, "bytes");
        return new Npz("the bytes", ZipInput.read("the bytes", new InputStream() {
            @Override
            public int read() {
                return bytes.hasRemaining() ? Byte.toUnsignedInt(bytes.get()) : -1;
            }

            @Override
            public int read(byte[] to, int from, int most) {
                int count = Math.min(most, bytes.remaining());
                bytes.get(to, from, count);
                return count == 0 ? -1 : count;
            }
        }));
    }

    /** Names of the arrays, sorted. */
    public Set<String> names() {
        return Collections.unmodifiableSet(entries.keySet());
    }

    /** Throws if there is an array of a name that is not known. */
    public void checkNames(Set<String> known, String expected) throws IOException {
        for (String name : names()) {
            if (!known.contains(name)) {
                throw bad(name, "an array of this name", expected);
            }
        }
    }

    /** The shape that the array's header announces. */
    public int[] shape(String name) throws IOException {
        try (NpyInput in = input(name)) {
            return in.shape();
        }
    }

    /** What takes a float; {@code index} is its place in C order. */
    public interface FloatSink {
        void accept(int index, float value);
    }

    /**
     * The elements of an array of float32 or float64 as floats, one by one in the order of the file. An element whose
     * float is not finite is an error.
     */
    public void floats(String name, FloatSink sink, int... shape) throws IOException {
        try (NpyInput in = input(name)) {
            in.floats(shape, sink);
        }
    }

    /** An array of float32 or float64 as floats, all finite, in C order. */
    public float[] floats(String name, int... shape) throws IOException {
        try (NpyInput in = input(name)) {
            return in.floats(shape);
        }
    }

    /** An array of float32 or float64 as doubles, finite or not, in C order. */
    public double[] doubles(String name, int... shape) throws IOException {
        try (NpyInput in = input(name)) {
            return in.doubles(shape);
        }
    }

    /** {@link #doubles}, all finite. */
    public double[] finiteDoubles(String name, int... shape) throws IOException {
        double[] values = doubles(name, shape);
        for (double value : values) {
            if (!Double.isFinite(value)) {
                throw bad(name, value + " among the numbers", "finite numbers");
            }
        }
        return values;
    }

    /** An array of int64, in C order. */
    public long[] longs(String name, int... shape) throws IOException {
        try (NpyInput in = input(name)) {
            return in.longs(shape);
        }
    }

    /** A text: an array of shape (). */
    public String text(String name) throws IOException {
        try (NpyInput in = input(name)) {
            return in.text();
        }
    }

    private NpyInput input(String name) throws IOException {
        ZipInput.Entry entry = entries.get(name);
        if (entry == null) {
            throw bad(name, "no such array", "it beside " + printable(names().toString()));
        }
        InputStream in = entry.open();
        try {
            return new NpyInput(where + ": " + printable(name), in, entry.size());
        } catch (IOException | RuntimeException e) {
            in.close();
            throw e;
        }
    }

    /** The object of {@code meta}. */
    public FlatJson meta() throws IOException {
        String text = text("meta");
        return inMeta(() -> FlatJson.parse(text));
    }

    /** The error for a file that holds something else. */
    public IOException holds(String found, String expected) {
        return new IOException(where + ": it holds " + found + ", expected " + expected);
    }

    /** The number of features that meta announces, d. */
    public int features(FlatJson meta) throws IOException {
        return inMeta(() -> {
            long d = meta.integer("features");
            if (d < 1 || d > MOST_ELEMENTS) {
                throw new IllegalArgumentException("features = " + d + ", expected 1.." + MOST_ELEMENTS);
            }
            return (int) d;
        });
    }

    /** What {@code meta} gives; what it complains of is an error of the file. */
    public <T> T inMeta(Supplier<T> reading) throws IOException {
        try {
            return reading.get();
        } catch (IllegalArgumentException e) {
            throw new IOException(where + ": meta: " + e.getMessage(), e);
        }
    }

    /** The error for an array that is not what it should be. */
    public IOException bad(String name, String found, String expected) {
        return new IOException(where + ": " + printable(name) + ": " + found + ", expected " + expected);
    }

    /** What a file says of itself, for an error: one line, in ASCII, of a length to read. */
    public static String printable(String text) {
        String line = text.strip().replaceAll("[^ -~]", "?");
        return line.length() > 100 ? line.substring(0, 100) + "…" : line;
    }

    /** A shape as Python writes it: (), (3,), (3, 4). */
    public static String tuple(int... shape) {
        return Arrays.stream(shape)
                .mapToObj(Integer::toString)
                .collect(Collectors.joining(", ", "(", shape.length == 1 ? ",)" : ")"));
    }
}
