package dev.holdfast.verify.cli;

import dev.holdfast.kernel.RandomStreams;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * {@code holdfast random}: the generator's words for a battery of statistical tests. The streams take turns of 16
 * words, one of each lane, so that neighbouring lanes and neighbouring streams meet as often as they can.
 */
@Command(
        name = "random",
        description = "Random 32-bit words on standard output, raw, little-endian, until the reader has enough.",
        mixinStandardHelpOptions = true,
        showDefaultValues = true)
final class RandomCommand implements Callable<Integer> {
    private static final int TURN = 16;
    /** Their states are a quarter of a gigabyte. */
    private static final int MOST_STREAMS = 1_000_000;
    /** Words that are written at a time. */
    private static final int ROOM = 1 << 16;

    @Option(names = "--seed", defaultValue = "1", paramLabel = "S", description = "seed of the streams")
    private long seed;

    @Option(names = "--streams", defaultValue = "1000", paramLabel = "K",
            description = "streams 0 to K − 1 take turns of 16 words")
    private int streams;

    @Option(names = "--count", paramLabel = "N", description = "words to write (default: without end)")
    private Long count;

    private boolean begun;

    @Override
    public Integer call() throws IOException {
        if (streams < 1 || streams > MOST_STREAMS) {
            throw Options.bad("--streams", streams, "at least 1 and at most " + MOST_STREAMS);
        }
        if (count != null && count < 0) {
            throw Options.bad("--count", count, "at least 0");
        }
        try (FileChannel out = new FileOutputStream(FileDescriptor.out).getChannel()) {
            write(out, count == null ? Long.MAX_VALUE : count);
        } catch (IOException e) {
            // without --count there is no other end than that a reader has enough; a file has none
            if (count != null || !begun || Files.isRegularFile(Path.of("/dev/stdout"))) {
                throw Main.noRoom(e);
            }
        }
        return 0;
    }

    private void write(FileChannel out, long words) throws IOException {
        int[][] states = new int[streams][RandomStreams.STATE];
        for (int stream = 0; stream < streams; stream++) {
            RandomStreams.start(seed, stream, states[stream]);
        }
        int[] room = new int[ROOM];
        ByteBuffer bytes = ByteBuffer.allocateDirect(Integer.BYTES * ROOM).order(ByteOrder.LITTLE_ENDIAN);
        int stream = 0;
        for (long left = words; left > 0; left -= ROOM) {
            for (int i = 0; i < ROOM; i += TURN) {
                RandomStreams.words(states[stream], room, i, TURN);
                stream = stream + 1 == streams ? 0 : stream + 1;
            }
            bytes.clear().asIntBuffer().put(room);
            bytes.limit(Integer.BYTES * (int) Math.min(left, ROOM));
            while (bytes.hasRemaining()) {
                out.write(bytes);
                begun = true;
            }
        }
    }
}
