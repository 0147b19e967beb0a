package dev.holdfast.verify.model;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.holdfast.model.LinearTransformer;
import dev.holdfast.model.Provenance;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** Writes the weights files in target/weights that .ci/read_weights.py reads with NumPy. */
class WeightsForNumPyIT {
    private static final int D = 5;

    @Test
    void filesOfEveryFormAreThere() throws IOException {
        Path directory = Files.createDirectories(Path.of("target", "weights"));
        float[] bigP = new float[(D + 1) * (D + 1)];
        float[] bigQ = bigP.clone();
        for (int k = 0; k < bigP.length; k++) {
            bigP[k] = k / 10f;
            bigQ[k] = -k / 7f;
        }
        LinearTransformer.full(bigP, bigQ)
                .withProvenance(new Provenance("pretraining λ", 0.1, 1e-5, Long.MIN_VALUE, 100))
                .save(directory.resolve("full.npz"));
        LinearTransformer.standard(D).save(directory.resolve("standard.npz"));
        LinearTransformer.adversarial(1000)
                .withProvenance(new Provenance("optimum", 0.1, 0.05, 0, 0))
                .save(directory.resolve("adversarial.npz"));
        assertEquals(D, LinearTransformer.load(directory.resolve("full.npz")).features());
    }
}
