package dev.holdfast.verify.model;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.holdfast.kernel.Workers;
import dev.holdfast.model.Alignment;
import dev.holdfast.model.Classifier;
import dev.holdfast.model.Learner;
import dev.holdfast.model.LinearTransformer;
import dev.holdfast.model.MultiClassifier;
import dev.holdfast.model.RobustBayes;
import dev.holdfast.model.Rows;
import dev.holdfast.model.State;
import dev.holdfast.model.Threat;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Names of features go from rows or states into whatever is learnt and its files, and are what named rows are held
 * to.
 */
class FeatureNamesTest {
    private static final List<String> NAMES = List.of("age", "income");
    private static final List<String> LABELS = List.of("cat", "dog", "cat", "dog");
    private static final int[] Y = {1, -1, 1, -1};
    private static final Rows PLAIN =
            Rows.copyOf(new float[] {3, 1}, new float[] {-1, 0}, new float[] {4, -2}, new float[] {0, 1});
    private static final Rows X = PLAIN.named(NAMES);
    private static final Rows OTHER = PLAIN.named(List.of("income", "age"));
    private static final String REFUSED = "x has the name income for feature 0, expected age: rows need the features"
            + " that were learnt, in that order";

    @TempDir
    Path folder;

    private static void refused(String message, Executable action) {
        assertEquals(message, assertThrows(IllegalArgumentException.class, action).getMessage());
    }

    static List<Learner> learners() {
        return List.of(LinearTransformer.adversarial(2), LinearTransformer.adversarial(2).aligned(),
                LinearTransformer.adversarial(2).aligned(Alignment.fit(X, Y)), RobustBayes.linf(0.125),
                RobustBayes.l2(0).diagonal());
    }

    @ParameterizedTest
    @MethodSource("learners")
    void classifiersKeepTheNamesOfTheirRows(Learner learner) throws IOException {
        State<String> state = learner.state(2, List.of("cat", "dog")).named(NAMES);
        state.addAll(X, LABELS);
        for (Classifier classifier : List.of(learner.learn(X, Y), learner.learn(state),
                Classifier.of(new float[] {1, 2}, 3).named(NAMES))) {
            classifier.save(folder.resolve("classifier.npz"));
            for (Classifier each : List.of(classifier, Classifier.load(folder.resolve("classifier.npz")))) {
                assertEquals(NAMES, each.featureNames());
                assertArrayEquals(each.scores(PLAIN), each.scores(X));
                refused(REFUSED, () -> each.scores(OTHER));
                refused(REFUSED, () -> each.predict(OTHER));
                refused(REFUSED, () -> each.signedRadii(OTHER, Y));
                refused(REFUSED, () -> each.attack(OTHER, Y, 0.1));
                refused(REFUSED, () -> each.robustAccuracy(OTHER, Y, 0.1));
                assertEquals(List.of(), each.named(List.of()).featureNames());
                each.named(List.of()).scores(OTHER);
            }
        }
        for (MultiClassifier<String> classifier : List.of(learner.learnRest(X, LABELS), learner.learnPairs(X, LABELS),
                learner.learnRest(state), learner.learnPairs(state))) {
            classifier.save(folder.resolve("classes.npz"), label -> label);
            for (MultiClassifier<String> each : List.of(classifier,
                    MultiClassifier.load(folder.resolve("classes.npz"), name -> name))) {
                assertEquals(NAMES, each.featureNames());
                assertEquals(each.predict(PLAIN), each.predict(X));
                refused(REFUSED, () -> each.predict(OTHER));
                refused(REFUSED, () -> each.answers(OTHER, Threat.l2()));
                refused(REFUSED, () -> each.signedRadii(OTHER, LABELS, Threat.l2()));
            }
        }
        // what has no names asks for none
        assertEquals(List.of(), learner.learn(PLAIN, Y).featureNames());
        assertEquals(List.of(), learner.learnPairs(PLAIN, LABELS).featureNames());
        learner.learn(PLAIN, Y).scores(OTHER);
    }

    @Test
    void statesAndOtherReadersHoldNamedRowsToTheirNames() {
        State<String> state = State.moments(2, List.of("cat", "dog")).named(NAMES);
        state.addAll(X, LABELS);
        state.addAll(PLAIN, LABELS);
        refused(REFUSED, () -> state.addAll(OTHER, LABELS));
        assertEquals(8, state.size());
        RobustBayes bayes = RobustBayes.linf(0);
        refused(REFUSED, () -> bayes.curve(state, OTHER, LABELS, new double[] {0}, 0));
        refused(REFUSED, () -> bayes.leaveOneOut(state, OTHER, LABELS, new double[] {0}, 0));
        LinearTransformer transformer = LinearTransformer.adversarial(2);
        refused(REFUSED, () -> transformer.outputs(X, Y, OTHER));
        refused(REFUSED, () -> transformer.aligned().outputs(X, Y, OTHER));
        assertEquals(NAMES, transformer.learn(X, Y, Workers.one()).featureNames());
        assertEquals(NAMES, Alignment.fit(X, Y).apply(X).featureNames());
        Classifier named = Classifier.of(new float[2], 1).named(NAMES);
        assertEquals(NAMES, MultiClassifier.ofRest(List.of(0, 1), List.of(named, named)).featureNames());
        refused("functions[1] has features by other names, expected those of functions[0]",
                () -> MultiClassifier.ofRest(List.of(0, 1), List.of(named, Classifier.of(new float[2], 1))));
    }

    @Test
    void errorsCallRowsAndFeaturesByTheirNames() {
        Rows bad = Rows.copyOf(new float[] {1, 2}, new float[] {1, Float.NaN})
                .named(NAMES)
                .withRowNames(List.of("Ann", "Bo"));
        assertEquals(List.of("Ann", "Bo"), bad.rowNames());
        assertEquals(List.of("Ann"), bad.first(1).rowNames());
        assertEquals(NAMES, bad.first(1).featureNames());
        refused("x has NaN in row 1 (Bo), feature 1 (income), expected a finite number",
                () -> LinearTransformer.adversarial(2).learn(bad, new int[] {1, -1}));
        refused("x has 1.0E30 in row 0, feature 0 (age), expected a number of magnitude at most 2.8147498E14",
                () -> RobustBayes.linf(0).learnPairs(Rows.copyOf(new float[] {1e30f, 0}, new float[2]).named(NAMES),
                        List.of("cat", "dog")));
        refused("features.size() = 1, expected 2", () -> PLAIN.named(List.of("age")));
        refused("features[1] = age, expected a name unlike those before it", () -> PLAIN.named(List.of("age", "age")));
        refused("names.size() = 1, expected one a row, 4", () -> PLAIN.withRowNames(List.of("Ann")));
    }
}
