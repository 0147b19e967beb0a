package dev.holdfast.verify.fuzz;

import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What every fuzz target begins with, what has found something (the resources beside this class, a folder a target), and a
 * moment of changes at random.
 */
class KeptInputsTest {
    private static final long NANOSECONDS = 60_000_000;
    private static final int LEAST = 20;
    private static final List<byte[]> TOKENS = Inputs.tokens();

    static Set<String> targets() {
        return Targets.all().keySet();
    }

    @ParameterizedTest
    @MethodSource("targets")
    void whateverIsFedEndsWell(String name) throws Exception {
        Target target = Targets.all().get(name);
        List<byte[]> inputs = Inputs.of(name);
        for (byte[] input : inputs) {
            feed(target, input);
        }
        long end = System.nanoTime() + NANOSECONDS;
        Random random = new Random(1);
        for (int k = 0; k < LEAST || System.nanoTime() < end; k++) {
            feed(target, changed(inputs, random));
        }
    }

    private static void feed(Target target, byte[] input) {
        try {
            target.feed(input.clone());
        } catch (Throwable e) {
            throw new AssertionError("the input, in Base64: " + Base64.getEncoder().encodeToString(input), e);
        }
    }

    private static byte[] changed(List<byte[]> inputs, Random random) {
        byte[] input = inputs.get(random.nextInt(inputs.size()));
        for (int change = random.nextInt(3); change >= 0; change--) {
            int at = random.nextInt(input.length + 1);
            int end = Math.min(input.length, at + random.nextInt(6));
            byte[] other = inputs.get(random.nextInt(inputs.size()));
            input = switch (random.nextInt(5)) {
                case 0 -> with(input, at, end, new byte[0]);
                case 1 -> with(input, at, end, TOKENS.get(random.nextInt(TOKENS.size())));
                case 2 -> with(input, at, input.length, Arrays.copyOfRange(other, Math.min(at, other.length), other.length));
                case 3 -> Arrays.copyOf(input, at);
                default -> with(input, at, Math.min(input.length, at + 1), new byte[] {(byte) random.nextInt()});
            };
        }
        return input;
    }

    /** With other bytes from {@code at} to {@code end}. */
    private static byte[] with(byte[] input, int at, int end, byte[] bytes) {
        byte[] out = Arrays.copyOf(input, at + bytes.length + input.length - end);
        System.arraycopy(bytes, 0, out, at, bytes.length);
        System.arraycopy(input, end, out, at + bytes.length, input.length - end);
        return out;
    }
}
