package dev.holdfast.spark;

import dev.holdfast.model.Learner;
import dev.holdfast.model.MultiClassifier;
import dev.holdfast.model.State;
import java.util.List;

/** How many classes are told apart by binary classifiers. */
final class Scheme {
    static final String PAIRS = "pairs";
    static final List<String> NAMES = List.of(PAIRS, "rest");

    private Scheme() {}

    static <L> MultiClassifier<L> learn(String scheme, Learner learner, State<L> state) {
        return scheme.equals(PAIRS) ? learner.learnPairs(state) : learner.learnRest(state);
    }
}
