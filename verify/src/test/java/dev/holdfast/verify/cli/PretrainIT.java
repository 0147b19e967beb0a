package dev.holdfast.verify.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonParser;
import dev.holdfast.model.LinearTransformer;
import dev.holdfast.model.Pretraining;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code holdfast pretrain} where it is killed, and in a heap that is small. */
class PretrainIT {
    @TempDir
    Path directory;

    private Launcher.Outcome run(String arguments) {
        return Launcher.run(directory, arguments.split(" "));
    }

    /** A checkpoint alone is left of a run that was killed; what follows has the bytes of a run that was not. */
    @Test
    void aKilledRunGoesOnFromItsCheckpoint() throws IOException, InterruptedException {
        String common = "pretrain --features 40 --epsilon 0.1 --batch 300 --steps 400 ";
        Process process = new ProcessBuilder(Launcher.command((common + "--checkpoint c.npz --out w.npz").split(" ")))
                .directory(directory.toFile())
                .start();
        Path checkpoint = directory.resolve("c.npz");
        for (int wait = 0; wait < 3000 && !Files.exists(checkpoint) && process.isAlive(); wait++) {
            Thread.sleep(20);
        }
        process.destroyForcibly();
        assertTrue(process.waitFor(1, TimeUnit.MINUTES));
        int taken = Pretraining.load(checkpoint).history().size();
        assertTrue(taken > 0 && taken < 400, taken + " steps");
        assertFalse(Files.exists(directory.resolve("w.npz")));
        String json = run(common + "--checkpoint c.npz --out w.npz --history h.csv --json").successful();
        assertEquals(taken, JsonParser.parseString(json).getAsJsonObject().get("resumed").getAsInt());
        assertEquals(401, Files.readAllLines(directory.resolve("h.csv")).size());
        run(common + "--threads 1 --out whole.npz").successful();
        assertEquals(-1, Files.mismatch(directory.resolve("w.npz"), directory.resolve("whole.npz")));
    }

    /** A step at d = 100 passes over 400 MB of demonstrations; none of them is ever all there. */
    @Test
    void fullSizeFitsAHeapOf64Megabytes() throws IOException, InterruptedException {
        ProcessBuilder builder = new ProcessBuilder(Launcher.command(
                        "pretrain", "--features", "100", "--epsilon", "0.06", "--steps", "3", "--out", "w.npz"))
                .directory(directory.toFile())
                .inheritIO();
        builder.environment().put("HOLDFAST_OPTS", "-Xmx64m");
        assertEquals(0, builder.start().waitFor());
        assertEquals(100, LinearTransformer.load(directory.resolve("w.npz")).features());
    }
}
