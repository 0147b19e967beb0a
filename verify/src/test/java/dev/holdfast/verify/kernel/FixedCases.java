package dev.holdfast.verify.kernel;

import dev.holdfast.kernel.Implementation;
import dev.holdfast.verify.kernel.Matrix.Entries;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.Set;

/**
 * A thousand calls over all operations, the same ones everywhere, and one hash of all their results; then a hundred of
 * the operations that came later. {@link Random} and not another generator: its algorithm, that of normal numbers
 * included, is specified to the bit.
 *
 * <p>As a program it answers the calls as often as its argument says and prints a line before the last time, so that
 * whoever reads the compiler's log sees what had been compiled by then.
 */
final class FixedCases {
    private static final int COUNT = 1000;
    /** Operations that came when the thousand had their hash: they have calls and a hash of their own. */
    private static final EnumSet<Operation> LATER = EnumSet.of(Operation.CORNER_SCORES, Operation.INSIDE);
    private static final int LATER_COUNT = 100;
    /** Other places of what has a hash already, and other uses of inner loops that have one. */
    private static final EnumSet<Operation> UNHASHED = EnumSet.of(Operation.CONTEXT_OF_LINES, Operation.DOUBLE_PRODUCTS, Operation.DEPTH_GRADIENT);
    private static final int[] BLOCK_EDGES = {255, 256, 257, 511, 513, 530};

    private FixedCases() {}

    static List<Operation.Call> draw() {
        EnumSet<Operation> first = EnumSet.complementOf(LATER);
        first.removeAll(UNHASHED);
        return draw(first, COUNT);
    }

    static List<Operation.Call> drawLater() {
        return draw(LATER, LATER_COUNT);
    }

    private static List<Operation.Call> draw(Set<Operation> drawn, int count) {
        Random random = new Random(2505_14042);
        Operation[] operations = drawn.toArray(Operation[]::new);
        Entries[] kinds = Entries.values();
        List<Operation.Call> calls = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            Operation operation = operations[i % operations.length];
            Entries entries = random.nextInt(4) == 0 ? Entries.UNDERFLOWING : kinds[random.nextInt(kinds.length)];
            int[] shape = shape(operation, i / operations.length % 20, random);
            calls.add(operation.draw(random, entries, shape[0], shape[1]));
        }
        return calls;
    }

    /**
     * Features and rows. Few calls are long: where nothing is compiled, a vector operation takes as long as hundreds of
     * plain ones. Whole chunks of 16 features are where a row is not continued.
     */
    private static int[] shape(Operation operation, int turn, Random random) {
        boolean linear = Set.of(Operation.CONTEXT, Operation.CONTEXT_IN_PIECES, Operation.SCORES).contains(operation);
        if (turn == 0) {
            return new int[] {1 + random.nextInt(20), BLOCK_EDGES[random.nextInt(BLOCK_EDGES.length)]};
        } else if (turn < 5) {
            return new int[] {16 * (1 + random.nextInt(3)), random.nextInt(12)};
        } else if (turn < 8 && linear) {
            return new int[] {33 + random.nextInt(40), 16 + random.nextInt(24)};
        } else if (turn < 10 && linear) {
            return new int[] {380 + random.nextInt(24), 2 + random.nextInt(8)};
        }
        return new int[] {1 + random.nextInt(36), random.nextInt(12)};
    }

    static String kernelHash(List<Operation.Call> calls) {
        MessageDigest digest = sha256();
        calls.forEach(call -> update(digest, call.kernel().get()));
        return HexFormat.of().formatHex(digest.digest());
    }

    static String orderedHash(List<Operation.Call> calls) {
        MessageDigest digest = sha256();
        calls.forEach(call -> update(digest, call.ordered().get()));
        return HexFormat.of().formatHex(digest.digest());
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void update(MessageDigest digest, long[] bits) {
        for (long b : bits) {
            if (b == Float.floatToIntBits(Float.NaN) || b == Double.doubleToLongBits(Double.NaN)) {
                throw new IllegalStateException("a result is not a number: two such results tell nothing apart");
            }
        }
        ByteBuffer bytes = ByteBuffer.allocate(Long.BYTES * bits.length);
        bytes.asLongBuffer().put(bits);
        digest.update(bytes);
    }

    /** Prints {@code ran <implementation> <hash> <hash of the later calls>}; the hashes were the same every time. */
    public static void main(String[] arguments) {
        int times = Integer.parseInt(arguments[0]);
        List<Operation.Call> calls = draw();
        List<Operation.Call> later = drawLater();
        String hash = kernelHash(calls) + " " + kernelHash(later);
        for (int i = 1; i < times; i++) {
            if (i == times - 1) {
                System.out.println("last time");
            }
            String again = kernelHash(calls) + " " + kernelHash(later);
            if (!again.equals(hash)) {
                throw new IllegalStateException("time " + i + " gave " + again + ", the first gave " + hash);
            }
        }
        System.out.println("ran " + Implementation.name() + " " + hash);
    }
}
