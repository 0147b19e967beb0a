package dev.holdfast.verify.cli;

import dev.holdfast.verify.experiments.Hijackable;
import dev.holdfast.verify.experiments.Hijackable.Fewest;
import java.util.List;
import java.util.stream.LongStream;

/**
 * Columns of an answer: numbers of demonstrations, replaced, added or moved, after which it may be another; fewer certainly
 * leave it.
 *
 * @param positive the class that is +1
 * @param isMoved whether demonstrations are moved, too
 */
record Hijacks(Hijackable context, String positive, boolean isMoved) {
    /** Moved ones are last. */
    List<String> names() {
        return Hijackable.CHANGES.subList(0, isMoved ? 3 : 2);
    }

    /** A number for each of the names, {@code Infinity} where none changes the answer. */
    List<String> of(float[] query, String predicted) {
        Fewest fewest = context.of(query);
        // an answer that other roundings have made another is none to be certain of
        boolean open = fewest.score() > 0 != predicted.equals(positive);
        return LongStream.of(fewest.numbers())
                .limit(names().size())
                .mapToObj(number -> open ? "0" : number == Hijackable.NEVER ? "Infinity" : Long.toString(number))
                .toList();
    }
}
