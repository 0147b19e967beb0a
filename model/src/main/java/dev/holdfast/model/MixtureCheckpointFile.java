package dev.holdfast.model;

import dev.holdfast.model.MixturePretraining.Settings;
import dev.holdfast.model.archive.FlatJson;
import dev.holdfast.model.archive.Npz;
import dev.holdfast.model.archive.Product;
import java.io.IOException;
import java.util.Map;

/**
 * A run of pretraining on a mixture as an {@link Npz}: {@code numbers}, p_x, p_y, q_x and q_y of each layer, as they are, and
 * {@code best}, as they were where the loss was least; {@code m} and {@code v}, Adam's means of gradients and of their
 * squares; {@code loss} and {@code seconds} of every update; {@code mu} and {@code variances}, the mixture's; the other
 * settings in {@code meta}.
 */
final class MixtureCheckpointFile {
    private static final String COSINE = "cosine";
    private static final String CONSTANT = "constant";

    private MixtureCheckpointFile() {}

    /** What a checkpoint holds. */
    record Content(Settings settings, Adam adam, double[] best, double[] loss, double[] seconds) {}

    static Map<String, Npz.Array> arrays(Content content) {
        Settings settings = content.settings();
        GaussianMixture mixture = settings.mixture();
        FlatJson meta = Format.MIXTURE.meta(mixture.features())
                .put("epsilon", mixture.epsilon())
                .put("depth", settings.depth())
                .put("tasks", settings.tasks())
                .put("demonstrations", settings.demonstrations())
                .put("updates", settings.updates())
                .put("schedule", settings.cosine() ? COSINE : CONSTANT)
                .put("seed", settings.seed())
                .put("product", Product.NAME);
        return Map.of(
                "numbers", layers(content.adam().theta()),
                "m", layers(content.adam().m()),
                "v", layers(content.adam().v()),
                "best", layers(content.best()),
                "loss", Npz.Array.of(content.loss(), content.loss().length),
                "seconds", Npz.Array.of(content.seconds(), content.seconds().length),
                "mu", Npz.Array.of(mixture.mean(), mixture.features()),
                "variances", Npz.Array.of(mixture.variances(), mixture.features()),
                "meta", Npz.Array.of(meta.toString()));
    }

    private static Npz.Array layers(double[] numbers) {
        return Npz.Array.of(numbers.clone(), numbers.length / MixturePretraining.NUMBERS, MixturePretraining.NUMBERS);
    }

    static Content read(Npz file) throws IOException {
        FlatJson meta = Format.MIXTURE.meta(file);
        int d = file.features(meta);
        double[] mu = file.finiteDoubles("mu", d);
        double[] variances = file.finiteDoubles("variances", d);
        Settings settings = file.inMeta(() -> settings(meta, mu, variances));
        int depth = settings.depth();
        int updates = file.shape("loss").length == 1 ? file.shape("loss")[0] : 0;
        if (updates > settings.updates()) {
            throw file.bad("loss", updates + " numbers", "at most " + settings.updates() + ", one an update");
        }
        Adam adam = new Adam(layers(file, "numbers", depth), layers(file, "m", depth), layers(file, "v", depth));
        for (double square : adam.v()) {
            if (square < 0) {
                throw file.bad("v", square + " among the numbers", "each at least 0");
            }
        }
        return new Content(settings, adam, layers(file, "best", depth), file.finiteDoubles("loss", updates),
                file.finiteDoubles("seconds", updates));
    }

    private static double[] layers(Npz file, String name, int depth) throws IOException {
        return file.finiteDoubles(name, depth, MixturePretraining.NUMBERS);
    }

    private static Settings settings(FlatJson meta, double[] mu, double[] variances) {
        String schedule = meta.text("schedule");
        if (!schedule.equals(COSINE) && !schedule.equals(CONSTANT)) {
            throw new IllegalArgumentException(
                    "schedule = " + Npz.printable(schedule) + ", expected " + CONSTANT + " or " + COSINE);
        }
        return new Settings(GaussianMixture.of(mu, variances, meta.number("epsilon")), meta.int32("depth"),
                meta.int32("tasks"), meta.int32("demonstrations"), meta.int32("updates"),
                schedule.equals(COSINE), meta.integer("seed"));
    }
}
