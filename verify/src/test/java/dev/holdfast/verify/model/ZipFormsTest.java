package dev.holdfast.verify.model;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.holdfast.model.archive.Npz;
import java.io.ByteArrayInputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Random;
import java.util.zip.CRC32;
import java.util.zip.Deflater;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.ShrinkingMode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An .npz file is read in every form that APPNOTE.TXT leaves to who writes a zip, and what is damaged in it is found. */
class ZipFormsTest {
    private static final int IN_EXTRA = -1;

    /**
     * How a zip is written.
     *
     * @param behind whether sizes stand behind the entry, which is deflated then
     * @param wideSize whether an entry's size has 64 bits
     * @param widePacked whether the size of its packed bytes has
     * @param before whether another extra field comes before that for 64 bits
     * @param after whether one comes after it
     */
    private record Form(boolean deflated, boolean behind, boolean wideSize, boolean widePacked, boolean before, boolean after,
            boolean comments, boolean end64) {
        static Form draw(Random random) {
            boolean deflated = random.nextBoolean();
            return new Form(deflated, deflated && random.nextBoolean(), random.nextBoolean(), random.nextBoolean(),
                    random.nextBoolean(), random.nextBoolean(), random.nextBoolean(), random.nextBoolean());
        }

        /**
         * A zip of p and q, little-endian.
         *
         * @param told is given the bytes that say something of the entries, or where they are
         */
        byte[] zip(float[] p, float[] q, BitSet told) {
            byte[][] contents = {npy(p), npy(q)};
            String[] names = {"p.npy", "q.npy"};
            ByteBuffer zip = ByteBuffer.allocate(2000 + 8 * (contents[0].length + contents[1].length))
                    .order(ByteOrder.LITTLE_ENDIAN);
            boolean wide = wideSize || widePacked;
            for (int k = 0; k < 2; k++) {
                byte[] packed = packed(contents[k]);
                signature(zip, 0x04034b50, told);
                zip.putShort((short) 45).putShort((short) (behind ? 8 : 0)).putShort((short) (deflated ? 8 : 0)).putInt(0x00410021);
                told.set(zip.position() - 6, zip.position() - 4);
                if (behind) {
                    zip.putInt(0).putInt(wide ? IN_EXTRA : 0).putInt(wide ? IN_EXTRA : 0);
                } else {
                    sizes(zip, contents[k], packed, told);
                }
                byte[] extra = extra(behind ? 0 : contents[k].length, behind ? 0 : packed.length, behind);
                lengths(zip, names[k], extra, told);
                name(zip, names[k], told);
                zip.put(extra).put(packed);
                if (!deflated) {
                    // the last bits of what is deflated mean nothing
                    told.set(zip.position() - packed.length, zip.position());
                }
                if (behind) {
                    int from = zip.position();
                    zip.putInt(0x08074b50).putInt(crc(contents[k]));
                    if (wide) {
                        zip.putLong(packed.length).putLong(contents[k].length);
                    } else {
                        zip.putInt(packed.length).putInt(contents[k].length);
                    }
                    told.set(from, zip.position());
                }
            }
            for (int k = 0; k < 2; k++) {
                byte[] packed = packed(contents[k]);
                byte[] extra = extra(contents[k].length, packed.length, false);
                String comment = comments ? "of " + names[k] : "";
                signature(zip, 0x02014b50, told);
                zip.putShort((short) 45).putShort((short) 45).putShort((short) (behind ? 8 : 0));
                zip.putShort((short) (deflated ? 8 : 0)).putInt(0x00410021);
                sizes(zip, contents[k], packed, told);
                lengths(zip, names[k], extra, told);
                zip.putShort((short) comment.length());
                zip.putShort((short) 0).putShort((short) 0).putInt(0).putInt(0);
                name(zip, names[k], told);
                zip.put(extra).put(ascii(comment));
            }
            if (end64) {
                signature(zip, 0x06064b50, told);
                zip.putLong(44).put(new byte[44]);
                told.set(zip.position() - 52, zip.position() - 44);
                signature(zip, 0x07064b50, told);
                zip.put(new byte[16]);
            }
            String comment = comments ? "all of it" : "";
            signature(zip, 0x06054b50, told);
            zip.putShort((short) 0).putShort((short) 0).putShort((short) 2).putShort((short) 2);
            told.set(zip.position() - 2, zip.position());
            zip.putInt(0).putInt(0).putShort((short) comment.length()).put(ascii(comment));
            return Arrays.copyOf(zip.array(), zip.position());
        }

        private static void signature(ByteBuffer zip, int signature, BitSet told) {
            zip.putInt(signature);
            told.set(zip.position() - 4, zip.position());
        }

        private void sizes(ByteBuffer zip, byte[] content, byte[] packed, BitSet told) {
            zip.putInt(crc(content)).putInt(widePacked ? IN_EXTRA : packed.length).putInt(wideSize ? IN_EXTRA : content.length);
            told.set(zip.position() - 12, zip.position());
        }

        private static void lengths(ByteBuffer zip, String name, byte[] extra, BitSet told) {
            zip.putShort((short) name.length()).putShort((short) extra.length);
            told.set(zip.position() - 4, zip.position());
        }

        private static void name(ByteBuffer zip, String name, BitSet told) {
            zip.put(ascii(name));
            told.set(zip.position() - name.length(), zip.position());
        }

        private byte[] packed(byte[] content) {
            if (!deflated) {
                return content;
            }
            Deflater deflater = new Deflater(Deflater.DEFAULT_COMPRESSION, true);
            deflater.setInput(content);
            deflater.finish();
            byte[] packed = new byte[2 * content.length + 100];
            int length = deflater.deflate(packed);
            deflater.end();
            return Arrays.copyOf(packed, length);
        }

        /** @param both whether both sizes are there, as where they are not known yet */
        private byte[] extra(long size, long packed, boolean both) {
            ByteBuffer extra = ByteBuffer.allocate(100).order(ByteOrder.LITTLE_ENDIAN);
            if (before) {
                extra.putShort((short) 0x5455).putShort((short) 5).put((byte) 1).putInt(7);
            }
            if (wideSize || widePacked) {
                boolean hasSize = wideSize || both;
                boolean hasPacked = widePacked || both;
                extra.putShort((short) 1).putShort((short) (8 * ((hasSize ? 1 : 0) + (hasPacked ? 1 : 0))));
                if (hasSize) {
                    extra.putLong(size);
                }
                if (hasPacked) {
                    extra.putLong(packed);
                }
            }
            if (after) {
                extra.putShort((short) 0x7875).putShort((short) 3).put(new byte[3]);
            }
            return Arrays.copyOf(extra.array(), extra.position());
        }
    }

    private static byte[] npy(float[] values) {
        return SmallNpz.npy(SmallNpz.header("(" + values.length + ",)"), values);
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    private static int crc(byte[] content) {
        CRC32 crc = new CRC32();
        crc.update(content);
        return (int) crc.getValue();
    }

    private static float[] drawn(Random random, int length) {
        float[] values = new float[length];
        for (int i = 0; i < length; i++) {
            values[i] = random.nextFloat();
        }
        return values;
    }

    /** Gives fewer bytes than it is asked for. */
    private static InputStream slow(byte[] bytes, Random random) {
        return new FilterInputStream(new ByteArrayInputStream(bytes)) {
            @Override
            public int read(byte[] to, int from, int most) throws IOException {
                return super.read(to, from, most == 0 ? 0 : 1 + random.nextInt(most));
            }
        };
    }

    @Property(tries = 300, edgeCases = EdgeCasesMode.NONE, shrinking = ShrinkingMode.OFF)
    void everyFormIsReadAndNothingBehindIt(@ForAll long seed) throws IOException {
        Random random = new Random(seed);
        // seldom longer than any buffer
        int most = random.nextInt(20) == 0 ? 60_000 : 40;
        float[] p = drawn(random, 1 + random.nextInt(most));
        float[] q = drawn(random, 1 + random.nextInt(most));
        byte[] zip = Form.draw(random).zip(p, q, new BitSet());
        byte[] more = Arrays.copyOf(zip, zip.length + 100);
        Arrays.fill(more, zip.length, more.length, (byte) 77);
        InputStream in = slow(more, random);
        Npz npz = Npz.read(in);
        assertArrayEquals(p, npz.floats("p", p.length));
        assertArrayEquals(q, npz.floats("q", q.length));
        byte[] behind = in.readAllBytes();
        assertArrayEquals(Arrays.copyOfRange(more, zip.length, more.length), behind);
    }

    @Property(tries = 40, edgeCases = EdgeCasesMode.NONE, shrinking = ShrinkingMode.OFF)
    void aChangedByteIsFoundOrChangesNothing(@ForAll long seed) throws IOException {
        Random random = new Random(seed);
        float[] p = drawn(random, 3);
        float[] q = drawn(random, 5);
        Form form = Form.draw(random);
        BitSet told = new BitSet();
        byte[] zip = form.zip(p, q, told);
        for (int at = 0; at < zip.length; at++) {
            byte[] changed = zip.clone();
            changed[at] ^= (byte) (1 << random.nextInt(8));
            if (told.get(at)) {
                String what = form + ", byte " + at;
                assertThrows(IOException.class, () -> read(changed, p, q), what);
            } else {
                try {
                    read(changed, p, q);
                } catch (IOException e) {
                    // such as a length of 64 bits that is not there
                }
            }
        }
    }

    private static void read(byte[] zip, float[] p, float[] q) throws IOException {
        Npz npz = Npz.read(new ByteArrayInputStream(zip));
        assertArrayEquals(p, npz.floats("p", p.length));
        assertArrayEquals(q, npz.floats("q", q.length));
    }

    @Property(tries = 20, edgeCases = EdgeCasesMode.NONE, shrinking = ShrinkingMode.OFF)
    void aZipCutShortIsRefused(@ForAll long seed) {
        Random random = new Random(seed);
        byte[] zip = Form.draw(random).zip(drawn(random, 3), drawn(random, 5), new BitSet());
        for (int length = 0; length < zip.length; length++) {
            byte[] cut = Arrays.copyOf(zip, length);
            assertThrows(IOException.class, () -> Npz.read(slow(cut, random)));
        }
    }

    @Test
    void bytesBehindTheZipAreNoPartOfAFile(@TempDir Path directory) throws IOException {
        byte[] zip = Form.draw(new Random(1)).zip(new float[] {1}, new float[] {2}, new BitSet());
        Path file = directory.resolve("more.npz");
        for (int more : new int[] {0, 1, 'P', 255}) {
            byte[] longer = Arrays.copyOf(zip, zip.length + 1);
            longer[zip.length] = (byte) more;
            Files.write(file, longer);
            String said = assertThrows(IOException.class, () -> Npz.read(file)).getMessage();
            assertEquals(file + ": bytes behind the end, expected a whole NumPy .npz file", said);
        }
    }

    @Test
    void whatAFileSaysOfItselfIsOneLineOfAHundredLetters() {
        assertEquals("x".repeat(100), Npz.printable("x".repeat(100)));
        assertEquals("x".repeat(100) + "…", Npz.printable("x".repeat(101)));
        assertEquals("a?b?? c", Npz.printable(" a\nb\u00e4\0 c "));
    }
}
