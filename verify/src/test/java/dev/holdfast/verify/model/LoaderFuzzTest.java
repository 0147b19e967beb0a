package dev.holdfast.verify.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;

/**
 * Every loader is fed files that are damaged at random: what is no file of ours ends in an exception of one line, soon
 * and with little memory; what loads can be saved, and loads again. It takes a second, or as many as
 * {@code -Dholdfast.fuzz.seconds} says.
 */
class LoaderFuzzTest {
    private static final List<Saved> SAVED = Saved.all();
    /** What numbers in texts become. */
    private static final List<String> NUMBERS =
            List.of("0", "-1", "1", "2", "255", "65537", "2147483647", "4294967296", "1e308", "-0.0", "1e-320", "x", "");

    private final List<Map<String, byte[]>> whole = new ArrayList<>();

    @Test
    void whateverIsReadEndsWell() throws IOException {
        for (Saved saved : SAVED) {
            whole.add(SmallNpz.read(saved.bytes().get()));
        }
        long end = System.nanoTime() + 1_000_000_000 * Long.getLong("holdfast.fuzz.seconds", 1);
        long first = Long.getLong("holdfast.fuzz.seed", 1);
        int loaded = 0;
        long seed = first;
        for (; System.nanoTime() < end || seed < first + 100; seed++) {
            Random random = new Random(seed);
            try {
                loaded += feed(SAVED.get(random.nextInt(SAVED.size())), damaged(random)) ? 1 : 0;
            } catch (Throwable e) {
                throw new AssertionError("seed " + seed, e);
            }
        }
        assertTrue(loaded > 0 && loaded < seed - first, loaded + " of " + (seed - first) + " loaded");
    }

    /** Whether it is read. */
    private static boolean feed(Saved saved, byte[] bytes) throws IOException {
        long start = System.nanoTime();
        long before = Allocated.bytes();
        Object loaded = null;
        try {
            loaded = saved.buffer().load(ByteBuffer.wrap(bytes));
        } catch (IOException e) {
            assertEquals(1, e.getMessage().lines().count(), e.getMessage());
            assertTrue(e.getMessage().length() < 1000, e.getMessage());
        }
        long taken = Allocated.bytes() - before;
        assertTrue(taken < (4 << 20) + 64L * bytes.length, taken + " bytes for " + bytes.length);
        assertTrue(System.nanoTime() - start < 10_000_000_000L, "it took more than 10 s");
        if (loaded == null) {
            return false;
        }
        byte[] again = saved.again(loaded).bytes().get();
        assertTrue(Arrays.equals(again, saved.again(saved.buffer().load(ByteBuffer.wrap(again))).bytes().get()));
        return true;
    }

    /** A file of one kind, with entries of others, other numbers, other bytes, or an end too soon. */
    private byte[] damaged(Random random) throws IOException {
        Map<String, byte[]> entries = new LinkedHashMap<>(whole.get(random.nextInt(whole.size())));
        byte[] meta = entries.get("meta.npy");
        for (int change = random.nextInt(3); change > 0; change--) {
            List<String> names = List.copyOf(entries.keySet());
            String name = names.get(random.nextInt(names.size()));
            byte[] npy = entries.get(name);
            switch (random.nextInt(5)) {
                case 0 -> entries.remove(name);
                case 1 -> entries.putAll(whole.get(random.nextInt(whole.size())));
                case 2 -> entries.put(name, withOtherBytes(npy, random));
                case 3 -> entries.put(name, Arrays.copyOf(npy, random.nextInt(2 * npy.length + 1)));
                default -> entries.put("meta.npy", withOtherNumber(meta, random));
            }
        }
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
            for (Map.Entry<String, byte[]> entry : entries.entrySet()) {
                zip.putNextEntry(new ZipEntry(entry.getKey()));
                zip.write(entry.getValue());
            }
        }
        byte[] zip = bytes.toByteArray();
        return switch (random.nextInt(4)) {
            case 0 -> withOtherBytes(zip, random);
            case 1 -> Arrays.copyOf(zip, random.nextInt(zip.length + 9));
            default -> zip;
        };
    }

    private static byte[] withOtherBytes(byte[] bytes, Random random) {
        byte[] other = bytes.clone();
        for (int k = random.nextInt(4); k >= 0 && other.length > 0; k--) {
            other[random.nextInt(other.length)] = (byte) (random.nextBoolean() ? random.nextInt() : 0xff);
        }
        return other;
    }

    private static byte[] withOtherNumber(byte[] meta, Random random) {
        String[] parts = SmallNpz.text(meta).split("(?<=[: ])(?=[-\\d])", -1);
        int part = random.nextInt(parts.length);
        parts[part] = parts[part].replaceFirst("^-?\\d[\\d.eE-]*", NUMBERS.get(random.nextInt(NUMBERS.size())));
        return SmallNpz.npy(String.join("", parts));
    }
}
