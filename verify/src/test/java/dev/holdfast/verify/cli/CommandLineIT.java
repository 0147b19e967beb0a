package dev.holdfast.verify.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.holdfast.kernel.RandomStreams;
import dev.holdfast.verify.cli.Launcher.Outcome;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The launcher as other programs call it. */
class CommandLineIT {
    @TempDir
    Path directory;

    @Test
    void evaluatePrintsJsonAlone() {
        Outcome outcome = Launcher.run(directory, "evaluate", "--tasks", "digits", "--epsilons", "0,0.1", "--json");
        assertEquals(0, outcome.exit(), outcome.err());
        assertEquals("", outcome.err());
        JsonObject report = JsonParser.parseString(outcome.out()).getAsJsonObject();
        assertEquals("digits", report.get("tasks").getAsString());
        assertTrue(report.get("implementation").getAsString().matches("simd-(128|256|512)"), outcome.out());
        assertTrue(report.get("seconds").getAsDouble() > 0);
        JsonObject last = report.getAsJsonArray("results").get(3).getAsJsonObject();
        assertEquals("adversarial", last.get("weights").getAsString());
        assertEquals(0.1, last.get("epsilon").getAsDouble());
        assertEquals(0.822948, last.get("accuracy").getAsDouble(), 0.0005);
        assertTrue(last.get("sd").getAsDouble() > 0);
        assertEquals(45, last.get("tasks").getAsInt());
    }

    /** Of a command whose output is not text. */
    private static Process start(String... arguments) throws IOException {
        return new ProcessBuilder(Launcher.command(arguments)).start();
    }

    /** Streams take turns of 16 words, and each goes on where it was. */
    @Test
    void randomWritesTheWordsOfStreamsInTurns() throws IOException, InterruptedException {
        int turns = 7;
        Process process = start("random", "--seed", "-5", "--streams", "3", "--count", "" + (16 * turns - 1));
        byte[] bytes = process.getInputStream().readAllBytes();
        assertEquals(0, process.waitFor());
        int[][] states = new int[3][RandomStreams.STATE];
        for (int stream = 0; stream < states.length; stream++) {
            RandomStreams.start(-5, stream, states[stream]);
        }
        ByteBuffer expected = ByteBuffer.allocate(64 * turns).order(ByteOrder.LITTLE_ENDIAN);
        int[] words = new int[16];
        for (int turn = 0; turn < turns; turn++) {
            RandomStreams.words(states[turn % states.length], words, 0, words.length);
            IntStream.of(words).forEach(expected::putInt);
        }
        assertArrayEquals(Arrays.copyOf(expected.array(), expected.capacity() - Integer.BYTES), bytes);
    }

    @Test
    void randomEndsQuietlyWhenItsReaderHasEnough() throws IOException, InterruptedException {
        Process process = start("random");
        try (InputStream out = process.getInputStream()) {
            assertEquals(1 << 20, out.readNBytes(1 << 20).length);
        }
        assertEquals("", new String(process.getErrorStream().readAllBytes()));
        assertEquals(0, process.waitFor());
    }
}
