package dev.holdfast.model.archive;

import java.io.ByteArrayInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.zip.CRC32;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;
import java.util.zip.InflaterInputStream;

/**
 * A zip on its way from any stream, of which it takes the bytes of the zip and none behind them. Entries are kept as
 * they came, packed, so that a zip takes the memory of its bytes, whatever it says of itself. All of it is checked on
 * the way: sizes and CRC-32 of each entry, by unpacking it, and that the directory at the end says the same.
 *
 * <p>Source: PKWARE's APPNOTE.TXT 6.3, with 64-bit sizes; entries are stored or deflated.
 */
final class ZipInput {
    private static final int LOCAL = 0x04034b50;
    private static final int DESCRIPTOR = 0x08074b50;
    private static final int CENTRAL = 0x02014b50;
    private static final int END_64 = 0x06064b50;
    private static final int LOCATOR_64 = 0x07064b50;
    private static final int END = 0x06054b50;
    private static final int DEFLATED = 8;
    /** A number of 32 bits that is in the extra field instead. */
    private static final long IN_EXTRA = 0xffffffffL;
    /** Behind an entry whose end only unpacking shows come more bytes than these: sizes, and its part of the directory. */
    private static final int AHEAD = 64;

    private static final int BUFFER = 1 << 16;

    private final String where;
    private final InputStream in;
    private final ByteBuffer buffer = ByteBuffer.allocate(BUFFER).order(ByteOrder.LITTLE_ENDIAN).limit(0);
    private final byte[] unpacked = new byte[BUFFER];

    /** An entry, whole. @param size bytes, unpacked */
    record Entry(String name, List<byte[]> pieces, boolean deflated, Sizes sizes) {
        long size() {
            return sizes.size;
        }

        InputStream open() {
            InputStream packed = new SequenceInputStream(
                    Collections.enumeration(pieces.stream().map(ByteArrayInputStream::new).toList()));
            return !deflated ? packed : new InflaterInputStream(packed, new Inflater(true), 1 << 13) {
                @Override
                public void close() throws IOException {
                    inf.end();
                    super.close();
                }
            };
        }
    }

    /** What is said of an entry's bytes. */
    private record Sizes(long crc, long packed, long size) {}

    private ZipInput(String where, InputStream in) {
        this.where = where;
        this.in = in;
    }

    /** The entries in their order. @param where what is read, for errors */
    static List<Entry> read(String where, InputStream in) throws IOException {
        ZipInput zip = new ZipInput(where, in);
        List<Entry> entries = new ArrayList<>();
        int signature = zip.next(Integer.BYTES).getInt();
        while (signature == LOCAL) {
            entries.add(zip.entry());
            signature = zip.next(Integer.BYTES).getInt();
        }
        zip.directory(entries, signature);
        return entries;
    }

    private Entry entry() throws IOException {
        ByteBuffer header = next(26);
        int flags = header.getShort(2);
        int method = header.getShort(4);
        Sizes sizes = sizes(header, 10);
        int nameLength = Short.toUnsignedInt(header.getShort(22));
        int extraLength = Short.toUnsignedInt(header.getShort(24));
        String name = text(nameLength);
        ByteBuffer wide = wide(extraLength);
        boolean sizesBehind = (flags & 8) != 0;
        if ((flags & 1) != 0 || method != DEFLATED && (method != 0 || sizesBehind)) {
            throw bad(Npz.printable(name) + " by method " + method + " with flags " + flags);
        }
        Kept kept = new Kept();
        if (sizesBehind) {
            inflate(name, Long.MAX_VALUE, kept);
            sizes = behind(wide != null || kept.packed >= IN_EXTRA || kept.size >= IN_EXTRA);
        } else {
            sizes = wide == null ? sizes : widened(sizes, wide);
            if (method == DEFLATED) {
                inflate(name, sizes.packed, kept);
            } else {
                store(sizes.packed, kept);
            }
        }
        if (!kept.sizes().equals(sizes)) {
            throw bad(Npz.printable(name) + " is damaged: found " + kept.sizes() + ", it says " + sizes);
        }
        return new Entry(name, kept.pieces(), method == DEFLATED, sizes);
    }

    /** The packed bytes of an entry, in pieces that grow with what is there, and what they are found to be. */
    private static final class Kept {
        private final List<byte[]> full = new ArrayList<>();
        private final CRC32 crc = new CRC32();
        private byte[] last = new byte[256];
        private int used;
        long packed;
        long size;

        void add(byte[] bytes, int from, int count) {
            packed += count;
            for (int at = from; at < from + count; ) {
                if (used == last.length) {
                    full.add(last);
                    last = new byte[Math.min(2 * last.length, 1 << 20)];
                    used = 0;
                }
                int part = Math.min(from + count - at, last.length - used);
                System.arraycopy(bytes, at, last, used, part);
                used += part;
                at += part;
            }
        }

        void unpacked(byte[] bytes, int from, int count) {
            crc.update(bytes, from, count);
            size += count;
        }

        Sizes sizes() {
            return new Sizes(crc.getValue(), packed, size);
        }

        List<byte[]> pieces() {
            full.add(Arrays.copyOf(last, used));
            return full;
        }
    }

    private void store(long size, Kept kept) throws IOException {
        for (long left = size; left != 0; left = size - kept.size) {
            if (!buffer.hasRemaining()) {
                more(left);
            }
            int count = (int) Math.min(left, buffer.remaining());
            kept.add(buffer.array(), buffer.position(), count);
            kept.unpacked(buffer.array(), buffer.position(), count);
            buffer.position(buffer.position() + count);
        }
    }

    /** @param packed how many bytes there are, or more if that is not known */
    private void inflate(String name, long packed, Kept kept) throws IOException {
        Inflater inflater = new Inflater(true);
        try {
            while (!inflater.finished()) {
                if (inflater.needsInput()) {
                    long left = packed - kept.packed;
                    if (!buffer.hasRemaining()) {
                        more(Math.min(left, packed == Long.MAX_VALUE ? AHEAD : BUFFER));
                    }
                    inflater.setInput(buffer.array(), buffer.position(), (int) Math.min(left, buffer.remaining()));
                }
                int offered = inflater.getRemaining();
                int count = inflater.inflate(unpacked);
                int taken = offered - inflater.getRemaining();
                if (count == 0 && taken == 0 && !inflater.finished()) {
                    throw bad(Npz.printable(name) + " is damaged: deflated data that does not end");
                }
                kept.unpacked(unpacked, 0, count);
                kept.add(buffer.array(), buffer.position(), taken);
                buffer.position(buffer.position() + taken);
            }
        } catch (DataFormatException e) {
            throw bad(Npz.printable(name) + " is damaged: deflated data with " + e.getMessage());
        } finally {
            inflater.end();
        }
    }

    /** What stands behind an entry. @param wide whether in 64 bits */
    private Sizes behind(boolean wide) throws IOException {
        if (next(Integer.BYTES).getInt() != DESCRIPTOR) {
            throw bad("an entry without its sizes");
        }
        ByteBuffer said = next(wide ? 20 : 12);
        long crc = Integer.toUnsignedLong(said.getInt());
        return wide ? new Sizes(crc, said.getLong(), said.getLong()) : sizes(said, 0);
    }

    private static Sizes sizes(ByteBuffer header, int at) {
        return new Sizes(Integer.toUnsignedLong(header.getInt(at)), Integer.toUnsignedLong(header.getInt(at + 4)),
                Integer.toUnsignedLong(header.getInt(at + 8)));
    }

    /** The extra field for 64 bits, or {@code null} if there is none. */
    private ByteBuffer wide(int length) throws IOException {
        ByteBuffer extra = next(length);
        while (extra.remaining() >= 4) {
            int id = extra.getShort();
            int end = extra.position() + Short.BYTES + Short.toUnsignedInt(extra.getShort(extra.position()));
            if (end > extra.limit()) {
                break;
            }
            if (id == 1) {
                return extra.position(extra.position() + Short.BYTES).limit(end);
            }
            extra.position(end);
        }
        return null;
    }

    private Sizes widened(Sizes sizes, ByteBuffer wide) throws IOException {
        boolean size = sizes.size == IN_EXTRA;
        boolean packed = sizes.packed == IN_EXTRA;
        if (wide.remaining() < (size ? Long.BYTES : 0) + (packed ? Long.BYTES : 0)) {
            throw bad("an entry without its sizes");
        }
        long wideSize = size ? wide.getLong() : sizes.size;
        long widePacked = packed ? wide.getLong() : sizes.packed;
        if (wideSize < 0 || widePacked < 0) {
            throw bad("an entry of fewer than 0 bytes");
        }
        return new Sizes(sizes.crc, widePacked, wideSize);
    }

    /** Throws unless the directory has these entries in this order, and the end comes behind it. */
    private void directory(List<Entry> entries, int signature) throws IOException {
        int next = signature;
        for (Entry entry : entries) {
            if (next != CENTRAL) {
                throw bad("no " + Npz.printable(entry.name) + " in the directory");
            }
            ByteBuffer header = next(42);
            Sizes sizes = sizes(header, 12);
            int nameLength = Short.toUnsignedInt(header.getShort(24));
            int extraLength = Short.toUnsignedInt(header.getShort(26));
            int commentLength = Short.toUnsignedInt(header.getShort(28));
            String name = text(nameLength);
            ByteBuffer wide = wide(extraLength);
            sizes = wide == null ? sizes : widened(sizes, wide);
            if (!name.equals(entry.name) || !sizes.equals(entry.sizes)) {
                throw bad("a directory that has " + Npz.printable(name) + ", " + sizes + ", in the place of "
                        + Npz.printable(entry.name) + ", " + entry.sizes);
            }
            next(commentLength);
            next = next(Integer.BYTES).getInt();
        }
        if (next == END_64) {
            long length = next(Long.BYTES).getLong();
            if (length != 44) {
                throw bad("an end of the directory of " + length + " bytes");
            }
            next((int) length);
            if (next(Integer.BYTES).getInt() != LOCATOR_64) {
                throw bad("an end of the directory without its place");
            }
            next(16);
            next = next(Integer.BYTES).getInt();
        }
        if (next != END) {
            throw bad("no zip");
        }
        ByteBuffer end = next(18);
        if (Short.toUnsignedInt(end.getShort(6)) != Math.min(entries.size(), 0xffff)) {
            throw bad("a directory of " + Short.toUnsignedInt(end.getShort(6)) + " entries behind " + entries.size());
        }
        next(Short.toUnsignedInt(end.getShort(16)));
    }

    private String text(int length) throws IOException {
        return StandardCharsets.UTF_8.decode(next(length)).toString();
    }

    /** The next bytes, at most 2¹⁶ − 1, until more are asked for. */
    private ByteBuffer next(int count) throws IOException {
        while (buffer.remaining() < count) {
            more(count - buffer.remaining());
        }
        ByteBuffer next = buffer.slice(buffer.position(), count).order(ByteOrder.LITTLE_ENDIAN);
        buffer.position(buffer.position() + count);
        return next;
    }

    /** Reads at least one byte and no more than {@code most}. */
    private void more(long most) throws IOException {
        buffer.compact();
        int read;
        try {
            read = in.read(buffer.array(), buffer.position(), (int) Math.min(most, buffer.remaining()));
        } catch (IOException e) {
            throw new IOException(where + ": " + AtomicFile.reason(e) + ", expected a whole NumPy .npz file", e);
        }
        if (read < 0) {
            throw new EOFException(where + ": it ends too early, expected a whole NumPy .npz file");
        }
        buffer.position(buffer.position() + read).flip();
    }

    private IOException bad(String found) {
        return new IOException(where + ": " + found + ", expected a whole NumPy .npz file");
    }
}
