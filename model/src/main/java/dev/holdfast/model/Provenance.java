package dev.holdfast.model;

import dev.holdfast.model.archive.FlatJson;
import java.io.Serializable;
import java.util.Optional;
import java.util.Set;

/**
 * Where weights came from.
 *
 * @param method what made them, such as {@code pretraining} or {@code optimum}
 * @param lambda λ of the pretraining tasks, finite, at least 0
 * @param epsilon ε of the adversary in pretraining, finite, at least 0
 * @param seed seed of the tasks that were drawn; 0 where none were
 * @param steps steps of the optimiser, at least 0
 */
public record Provenance(String method, double lambda, double epsilon, long seed, int steps) implements Serializable {
    /** @throws IllegalArgumentException if a component is out of range */
    public Provenance {
        if (method.isBlank()) {
            throw new IllegalArgumentException("method = \"" + method + "\", expected a name");
        }
        finite("lambda", lambda);
        finite("epsilon", epsilon);
        Rows.atLeast("steps", steps, 0);
    }

    private static void finite(String name, double value) {
        if (!(value >= 0) || value == Double.POSITIVE_INFINITY) {
            throw new IllegalArgumentException(name + " = " + value + ", expected a finite number, at least 0");
        }
    }

    void to(FlatJson meta) {
        meta.put("method", method)
                .put("lambda", lambda)
                .put("epsilon", epsilon)
                .put("seed", seed)
                .put("steps", steps);
    }

    /** What a file's meta says of it, all or nothing. */
    static Optional<Provenance> of(FlatJson meta) {
        if (Set.of("method", "lambda", "epsilon", "seed", "steps").stream().noneMatch(meta::has)) {
            return Optional.empty();
        }
        return Optional.of(new Provenance(meta.text("method"), meta.number("lambda"), meta.number("epsilon"),
                meta.integer("seed"), steps(meta.integer("steps"))));
    }

    private static int steps(long steps) {
        if (steps != (int) steps) {
            throw new IllegalArgumentException("steps = " + steps + ", expected 0.." + Integer.MAX_VALUE);
        }
        return (int) steps;
    }
}
