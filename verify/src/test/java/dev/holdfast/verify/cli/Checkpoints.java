package dev.holdfast.verify.cli;

import dev.holdfast.model.MixturePretraining;
import dev.holdfast.model.Pretraining;
import java.io.IOException;
import java.nio.ByteBuffer;

/** A run of pretraining of either family. */
final class Checkpoints {
    private Checkpoints() {}

    /** Throws unless it is a whole one. */
    static void load(byte[] bytes) throws IOException {
        try {
            Pretraining.load(ByteBuffer.wrap(bytes));
        } catch (IOException e) {
            if (!e.getMessage().contains("mixture")) {
                throw e;
            }
            MixturePretraining.load(ByteBuffer.wrap(bytes));
        }
    }
}
