package dev.holdfast.verify.experiments;

import dev.holdfast.model.Hijacking;
import dev.holdfast.model.Learner;
import dev.holdfast.model.LinearTransformer;
import dev.holdfast.model.Rows;
import dev.holdfast.model.Threat;
import java.util.OptionalInt;

/** How few hijacked demonstrations change an answer, in one form for every learner that says so. */
public interface Hijackable {
    /** More than any number of demonstrations. */
    long NEVER = Long.MAX_VALUE;

    /**
     * The smallest numbers of changed demonstrations after which an answer may be another, {@link #NEVER} where none changes
     * it.
     *
     * @param score f(x) with the demonstrations as they are; its sign is the answer
     */
    record Fewest(double score, long replaced, long added, long moved) {}

    /** @param query d finite features; read, not kept */
    Fewest of(float[] query);

    /** Whether {@link #of(Learner, Rows, int[], Threat, double)} takes the learner. */
    static boolean isKnownOf(Learner learner) {
        return learner instanceof LinearTransformer;
    }

    /**
     * Of one context.
     *
     * @param learner a transformer of one layer, whose alignment stays whatever is done to the demonstrations
     * @param y −1 or +1, one a row
     * @param threat of ℓ∞, with a box in which all rows lie
     * @param epsilon how far each feature of a demonstration moves
     */
    static Hijackable of(Learner learner, Rows x, int[] y, Threat threat, double epsilon) {
        LinearTransformer transformer = (LinearTransformer) learner;
        return query -> {
            Hijacking hijacking = transformer.hijacking(x, y, query, threat, epsilon);
            return new Fewest(hijacking.score(), orNever(hijacking.replacementsToChange()),
                    hijacking.additionsToChange().orElse(NEVER), orNever(hijacking.movesToChange()));
        };
    }

    private static long orNever(OptionalInt number) {
        return number.isPresent() ? number.getAsInt() : NEVER;
    }
}
