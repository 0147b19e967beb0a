package dev.holdfast.verify.experiments;

import dev.holdfast.model.LinearTransformer;

/** A transformer by its name on the command line. */
public record Weights(String name, LinearTransformer transformer) {
    /** {@code standard} or {@code adversarial}, for d features. */
    public static Weights named(String name, int d) {
        return switch (name) {
            case "standard" -> new Weights(name, LinearTransformer.standard(d));
            case "adversarial" -> new Weights(name, LinearTransformer.adversarial(d));
            default -> throw new IllegalArgumentException(
                    "--weights = " + name + ", expected standard or adversarial");
        };
    }
}
