package dev.holdfast.model;

import dev.holdfast.model.Pretraining.Settings;
import dev.holdfast.model.archive.FlatJson;
import dev.holdfast.model.archive.Npz;
import dev.holdfast.model.archive.Product;
import java.io.IOException;
import java.util.Arrays;
import java.util.Map;

/**
 * A run of pretraining as an {@link Npz}: the weights {@code p} and {@code Q} (without its last column) and their
 * velocities in double, {@code loss} and {@code seconds} of every step, and the settings in {@code meta}. The learning
 * rate follows from the losses.
 */
final class CheckpointFile {
    private CheckpointFile() {}

    /**
     * What a checkpoint holds.
     *
     * @param theta p, then Q̄ row by row
     * @param velocity of each of them
     */
    record Content(Settings settings, double[] theta, double[] velocity, double[] loss, double[] seconds) {}

    static Map<String, Npz.Array> arrays(Content content) {
        Settings settings = content.settings();
        int size = settings.d() + 1;
        FlatJson meta = Format.PRETRAINING.meta(settings.d())
                .put("lambda", settings.lambda())
                .put("epsilon", settings.epsilon())
                .put("batch", settings.batch())
                .put("demonstrations", settings.demonstrations())
                .put("learning_rate", settings.learningRate())
                .put("seed", settings.seed())
                .put("product", Product.NAME);
        return Map.of(
                "p", Npz.Array.of(Arrays.copyOf(content.theta(), size), size),
                "Q", Npz.Array.of(qBar(content.theta(), size), size, size - 1),
                "velocity_p", Npz.Array.of(Arrays.copyOf(content.velocity(), size), size),
                "velocity_Q", Npz.Array.of(qBar(content.velocity(), size), size, size - 1),
                "loss", Npz.Array.of(content.loss(), content.loss().length),
                "seconds", Npz.Array.of(content.seconds(), content.seconds().length),
                "meta", Npz.Array.of(meta.toString()));
    }

    private static double[] qBar(double[] all, int size) {
        return Arrays.copyOfRange(all, size, all.length);
    }

    static Content read(Npz file) throws IOException {
        FlatJson meta = Format.PRETRAINING.meta(file);
        Settings settings = file.inMeta(() -> settings(meta));
        int steps = file.shape("loss").length == 1 ? file.shape("loss")[0] : 0;
        double[] theta = weights(file, "p", "Q", settings.d() + 1);
        checkEach(file, "p and Q", theta, 0, 1);
        return new Content(settings, theta, finite(file, weights(file, "velocity_p", "velocity_Q", settings.d() + 1)),
                finite(file, file.doubles("loss", steps)), finite(file, file.doubles("seconds", steps)));
    }

    private static double[] weights(Npz file, String p, String q, int size) throws IOException {
        // Q shows that there is as much as the settings say
        double[] qBar = file.doubles(q, size, size - 1);
        double[] all = Arrays.copyOf(file.doubles(p, size), size * size);
        System.arraycopy(qBar, 0, all, size, qBar.length);
        return all;
    }

    private static double[] finite(Npz file, double[] values) throws IOException {
        checkEach(file, "velocity, loss and seconds", values, -Double.MAX_VALUE, Double.MAX_VALUE);
        return values;
    }

    private static void checkEach(Npz file, String names, double[] values, double low, double high) throws IOException {
        for (double value : values) {
            if (!(value >= low && value <= high)) {
                throw file.bad(names, value + " among the numbers", "each from " + low + " to " + high);
            }
        }
    }

    private static Settings settings(FlatJson meta) {
        return new Settings(meta.int32("features"), meta.number("lambda"), meta.number("epsilon"),
                meta.int32("batch"), meta.int32("demonstrations"), meta.number("learning_rate"),
                meta.integer("seed"));
    }
}
