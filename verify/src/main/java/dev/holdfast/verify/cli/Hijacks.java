package dev.holdfast.verify.cli;

import dev.holdfast.model.Hijacking;
import dev.holdfast.model.LinearTransformer;
import dev.holdfast.model.Rows;
import dev.holdfast.model.Threat;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.stream.LongStream;

/**
 * Columns of an answer: the smallest numbers of demonstrations, replaced, added or moved, that may change it; fewer certainly
 * leave it. Of two classes, and with the means and signs that the demonstrations have as they are.
 */
final class Hijacks {
    private final LinearTransformer transformer;
    private final Rows x;
    private final int[] y;
    private final String positive;
    private final Threat threat;
    /** How far demonstrations move, or {@code null}. */
    private final Double epsilon;

    /**
     * @param transformer whose alignment is fixed
     * @param x demonstrations, in the threat's box
     * @param y −1 or +1, one a row
     * @param positive the class that is +1
     */
    Hijacks(LinearTransformer transformer, Rows x, int[] y, String positive, Threat threat, Double epsilon) {
        this.transformer = transformer;
        this.x = x;
        this.y = y;
        this.positive = positive;
        this.threat = threat;
        this.epsilon = epsilon;
    }

    List<String> names() {
        return epsilon == null ? List.of("replaced", "added") : List.of("replaced", "added", "moved");
    }

    /** A number for each of the names, {@code Infinity} where none changes the answer. */
    List<String> of(float[] query, String predicted) {
        Hijacking hijacking = transformer.hijacking(x, y, query, threat, epsilon == null ? 0 : epsilon);
        // an answer that other roundings have made another is none to be certain of
        boolean open = hijacking.score() > 0 != predicted.equals(positive);
        List<String> numbers = new ArrayList<>();
        numbers.add(number(open, hijacking.replacementsToChange().stream().asLongStream()));
        numbers.add(number(open, hijacking.additionsToChange().stream()));
        if (epsilon != null) {
            numbers.add(number(open, hijacking.movesToChange().stream().asLongStream()));
        }
        return numbers;
    }

    private static String number(boolean open, LongStream smallest) {
        OptionalLong number = smallest.findFirst();
        return open ? "0" : number.isPresent() ? Long.toString(number.getAsLong()) : "Infinity";
    }
}
