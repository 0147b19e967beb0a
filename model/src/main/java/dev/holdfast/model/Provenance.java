package dev.holdfast.model;

/**
 * Where weights came from.
 *
 * @param method what made them, such as {@code pretraining} or {@code optimum}
 * @param lambda λ of the pretraining tasks, finite, at least 0
 * @param epsilon ε of the adversary in pretraining, finite, at least 0
 * @param seed seed of the tasks that were drawn; 0 where none were
 * @param steps steps of the optimiser, at least 0
 */
public record Provenance(String method, double lambda, double epsilon, long seed, int steps) {
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
}
