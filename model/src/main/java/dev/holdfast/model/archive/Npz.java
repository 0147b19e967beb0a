package dev.holdfast.model.archive;

import java.io.Closeable;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.util.Arrays;
import java.util.Collections;
import java.util.Enumeration;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;

/**
 * NumPy's .npz: a zip of named arrays, one .npy each. Written: float, double, long and text, in C order, deflated; the
 * same arrays give the same bytes. Read: the same types as {@code numpy.savez} and {@code savez_compressed} write them.
 *
 * <p>What an entry announces is held against the size of the file before memory is taken for it, and its CRC-32 is
 * checked before its array is given away. Errors in reading are {@link IOException}: one line that names the file, the
 * array, what was found and what was expected.
 */
public final class Npz implements Closeable {
    /** More elements than these have no room in a Java array. */
    public static final int MOST_ELEMENTS = Integer.MAX_VALUE - 8;

    private static final String SUFFIX = ".npy";
    /** Elements start at a multiple of this many bytes. */
    private static final int ALIGNMENT = 64;
    /** Deflate cannot shrink by more: an entry that announces more than this holds less than it says. */
    private static final long GREATEST_RATIO = 1032;

    private static final int BUFFER = 1 << 16;
    /** One stamp for all; the very first of a zip's calendar would bring a second one, in the zone of the machine. */
    private static final LocalDateTime STAMP = LocalDateTime.of(1980, 2, 1, 0, 0);

    private final Path file;
    private final ZipFile zip;
    private final Map<String, ZipEntry> entries = new TreeMap<>();

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
     * Replaces a file by one with these arrays, in the order of their names, as {@link AtomicFile#replace} does.
     *
     * @throws IOException if the file cannot be written; the old one is then as it was
     */
    public static void write(Path file, Map<String, Array> arrays) throws IOException {
        AtomicFile.replace(file, out -> {
            try (ZipOutputStream zip = new ZipOutputStream(out)) {
                for (Map.Entry<String, Array> named : new TreeMap<>(arrays).entrySet()) {
                    ZipEntry entry = new ZipEntry(named.getKey() + SUFFIX);
                    entry.setTimeLocal(STAMP);
                    zip.putNextEntry(entry);
                    zip.write(named.getValue().header());
                    Output elements = new Output(zip);
                    named.getValue().elements.to(elements);
                    elements.flush();
                    zip.closeEntry();
                }
            }
        });
    }

    /** Whether an array holds as many elements as a square matrix of this size. */
    public static boolean fits(long size) {
        return size * size <= MOST_ELEMENTS;
    }

    private Npz(Path file, ZipFile zip) {
        this.file = file;
        this.zip = zip;
    }

    /** Opens a file and reads which arrays it has. */
    public static Npz open(Path file) throws IOException {
        ZipFile zip;
        try {
            zip = new ZipFile(file.toFile());
        } catch (IOException e) {
            throw new IOException(file + ": " + AtomicFile.reason(e) + ", expected a whole NumPy .npz file", e);
        }
        Npz npz = new Npz(file, zip);
        try {
            npz.list(Files.size(file));
            return npz;
        } catch (IOException | RuntimeException e) {
            npz.close();
            throw e;
        }
    }

    private void list(long fileSize) throws IOException {
        for (ZipEntry entry : Collections.list(zip.entries())) {
            String name = entry.getName();
            String array = name.endsWith(SUFFIX) ? name.substring(0, name.length() - SUFFIX.length()) : name;
            if (entries.put(array, entry) != null) {
                throw bad(array, "a second array of this name", "one");
            }
            long packed = Math.min(entry.getCompressedSize(), fileSize);
            if (entry.getSize() > GREATEST_RATIO * packed) {
                throw bad(array, entry.getSize() + " bytes announced", "at most " + GREATEST_RATIO * packed);
            }
        }
    }

    @Override
    public void close() throws IOException {
        zip.close();
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
        ZipEntry entry = entries.get(name);
        if (entry == null) {
            throw bad(name, "no such array", "it beside " + printable(names().toString()));
        }
        return new NpyInput(file + ": " + name, () -> zip.getInputStream(entry), entry.getSize(), entry.getCrc());
    }

    /** The object of {@code meta}, which describes a file of this format in this version. */
    public FlatJson meta(String format, int version) throws IOException {
        return meta(format, version, Set.of());
    }

    /** {@link #meta(String, int)}. @param old formats that this one is in place of */
    public FlatJson meta(String format, int version, Set<String> old) throws IOException {
        String text = text("meta");
        return inMeta(() -> {
            FlatJson meta = FlatJson.parse(text);
            if (old.contains(meta.text("format"))) {
                throw new IllegalArgumentException("format = " + meta.text("format") + ", expected " + format
                        + ": an older Holdfast wrote this file, and this one cannot read it; add the demonstrations"
                        + " anew");
            }
            meta.checkFormat(format, version);
            return meta;
        });
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
            throw new IOException(file + ": meta: " + e.getMessage(), e);
        }
    }

    /** The error for an array that is not what it should be. */
    public IOException bad(String name, String found, String expected) {
        return new IOException(file + ": " + printable(name) + ": " + found + ", expected " + expected);
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
