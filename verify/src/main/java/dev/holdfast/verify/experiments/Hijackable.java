package dev.holdfast.verify.experiments;

import dev.holdfast.model.DeepTransformer;
import dev.holdfast.model.Hijacking;
import dev.holdfast.model.HijackingBound;
import dev.holdfast.model.Learner;
import dev.holdfast.model.LinearTransformer;
import dev.holdfast.model.RobustBayes;
import dev.holdfast.model.Rows;
import dev.holdfast.model.Threat;
import java.util.List;
import java.util.OptionalInt;

/** How few hijacked demonstrations change an answer, in one form for every learner that says so. */
public interface Hijackable {
    /** More than any number of demonstrations. */
    long NEVER = Long.MAX_VALUE;
    /** What may be done to demonstrations. */
    List<String> CHANGES = List.of("replaced", "added", "moved");

    /**
     * Numbers of changed demonstrations below which an answer certainly stands, {@link #NEVER} where it stands whatever is
     * changed.
     *
     * @param score f(x) with the demonstrations as they are; its sign is the answer
     * @param numbers one for each kind of change; here, {@link #CHANGES}
     */
    record Fewest(double score, long... numbers) {}

    /** @param query d finite features; read, not kept */
    Fewest of(float[] query);

    /**
     * Where all that is learnt is learnt from the hijacked demonstrations: bounds.
     *
     * @param learner a transformer of one layer aligns by the demonstrations
     * @param y −1 or +1, one a row
     * @param threat of ℓ∞, with a box in which all rows lie
     * @param epsilon how far each feature of a demonstration moves
     * @throws IllegalStateException if no bound is known of this robust Bayes
     */
    static Hijackable of(Learner learner, Rows x, int[] y, Threat threat, double epsilon) {
        HijackingBound bound = bound(learner, x, y, threat, epsilon);
        return query -> new Fewest(bound.classifier().score(query), orNever(bound.replacementsToChange(query)),
                // of more added rows than there are demonstrations it says nothing
                bound.additionsToChange(query).orElse(bound.demonstrations() + 1),
                // a search of its own, for nothing where nothing moves
                epsilon > 0 ? orNever(bound.movesToChange(query)) : NEVER);
    }

    private static HijackingBound bound(Learner learner, Rows x, int[] y, Threat threat, double epsilon) {
        if (learner instanceof LinearTransformer layer) {
            return layer.hijackingWithAlignment(x, y, threat, epsilon);
        }
        return learner instanceof DeepTransformer layers
                ? layers.hijacking(x, y, threat, epsilon)
                : ((RobustBayes) learner).hijacking(x, y, threat, epsilon);
    }

    /** Where the transformer's alignment stays whatever is done to the demonstrations: the smallest numbers that there are. */
    static Hijackable exact(LinearTransformer transformer, Rows x, int[] y, Threat threat, double epsilon) {
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
