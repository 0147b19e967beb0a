package dev.holdfast.verify.model;

import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.holdfast.model.ExactOptimum;
import dev.holdfast.model.GramContext;
import dev.holdfast.model.InContextClassifier;
import dev.holdfast.model.Influence;
import dev.holdfast.model.LinearTransformer;
import dev.holdfast.model.MultiClassifier;
import dev.holdfast.model.Preprocessing;
import dev.holdfast.model.Rows;
import dev.holdfast.model.Threat;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Every misuse ends in one error that names the argument, the value and what was expected. */
class BadInputTest {
    private static final Rows X = Rows.copyOf(new float[] {1, 2}, new float[] {-1, 0});
    private static final int[] Y = {1, -1};
    private static final LinearTransformer TRANSFORMER = LinearTransformer.adversarial(2);
    private static final InContextClassifier CLASSIFIER = TRANSFORMER.learn(X, Y);
    private static final GramContext<Integer> GRAM = GramContext.of(2, List.of(0, 1));
    private static final Influence INFLUENCE = TRANSFORMER.influence(X, Y, new float[] {1, 1});

    private static final List<String> LABELS = List.of("cat", "dog");
    private static final MultiClassifier<String> REST = TRANSFORMER.learnRest(X, LABELS);
    private static final MultiClassifier<String> PAIRS = TRANSFORMER.learnPairs(X, LABELS);

    static Stream<Arguments> misuses() {
        float nan = Float.NaN;
        float infinity = Float.NEGATIVE_INFINITY;
        return Stream.<Map.Entry<String, Executable>>of(
                Map.entry("y[1] = 0, expected -1 or +1", () -> TRANSFORMER.learn(X, new int[] {1, 0})),
                Map.entry("y.length = 1, expected one label a row, 2", () -> TRANSFORMER.learn(X, new int[] {1})),
                Map.entry("x has NaN in row 1, feature 0", () -> TRANSFORMER.learn(rows(1, 2, nan, 0), Y)),
                Map.entry("x has -Infinity in row 0, feature 1", () -> TRANSFORMER.learn(rows(1, infinity, 0, 0), Y)),
                Map.entry("x is too large", () -> TRANSFORMER.learn(rows(3e38f, 3e38f, 0, 0), Y)),
                Map.entry("number of demonstrations = 0",
                        () -> TRANSFORMER.learn(Rows.view(new float[0], 0, 2, 0, 2), new int[0])),
                Map.entry("x has 3 features a row, expected 2",
                        () -> TRANSFORMER.learn(Rows.copyOf(new float[3]), new int[] {1})),
                Map.entry("preprocessing has 3 features, expected 2",
                        () -> TRANSFORMER.learn(Preprocessing.none(3), X, Y)),
                Map.entry("preprocessing has 1 features, expected 2",
                        () -> TRANSFORMER.influence(Preprocessing.none(1), X, Y, new float[2])),
                Map.entry("query.length = 3, expected 2", () -> TRANSFORMER.influence(X, Y, new float[3])),
                Map.entry("query[1] = NaN", () -> TRANSFORMER.influence(X, Y, new float[] {0, nan})),
                Map.entry("query is too large: entry 0 of Q̄x overflowed",
                        () -> LinearTransformer.standard(2).influence(X, Y, new float[] {3e38f, 3e38f})),
                Map.entry("x has Infinity in row 1, feature 1",
                        () -> TRANSFORMER.influence(rows(1, 2, 0, -infinity), Y, new float[2])),
                Map.entry("y[0] = 3, expected -1 or +1",
                        () -> TRANSFORMER.influence(X, new int[] {3, 1}, new float[2])),
                Map.entry("k = 3, expected 0..2", () -> INFLUENCE.marginAfterFlips(3)),
                Map.entry("k = -1, expected 0..2", () -> INFLUENCE.worstFlips(-1)),
                Map.entry("k = 2, expected 0..1", () -> INFLUENCE.marginAfterRemovals(2)),
                Map.entry("k = -2, expected 0..1", () -> INFLUENCE.worstRemovals(-2)),
                Map.entry("x has NaN in row 0, feature 0", () -> Preprocessing.fit(rows(nan, 2, 0, 0), Y)),
                Map.entry("w.length = 0, expected at least 1", () -> InContextClassifier.of(new float[0], 0)),
                Map.entry("w[1] = -Infinity, expected a finite number",
                        () -> InContextClassifier.of(new float[] {0, infinity}, 0)),
                Map.entry("c = NaN, expected a finite number",
                        () -> InContextClassifier.of(new float[1], Double.NaN)),
                Map.entry("x.length = 3, expected 2", () -> CLASSIFIER.score(new float[3])),
                Map.entry("x has NaN in row 0, feature 1", () -> CLASSIFIER.score(new float[] {0, nan})),
                Map.entry("y = 2, expected -1 or +1", () -> CLASSIFIER.attack(new float[2], 2, 0.1)),
                Map.entry("epsilon = -0.1", () -> CLASSIFIER.attack(new float[2], 1, -0.1)),
                Map.entry("epsilon = NaN", () -> CLASSIFIER.attack(new float[2], 1, Double.NaN)),
                Map.entry("epsilons[1] = Infinity",
                        () -> CLASSIFIER.robustAccuracy(X, Y, 0, Double.POSITIVE_INFINITY)),
                Map.entry("number of queries = 0",
                        () -> CLASSIFIER.robustAccuracy(Rows.view(new float[0], 2), new int[0], 0)),
                Map.entry("x.length = 1, expected 2", () -> CLASSIFIER.radius(new float[1], Threat.l2())),
                Map.entry("x.length = 4, expected 2", () -> CLASSIFIER.predict(new float[4])),
                Map.entry("x.length = 5, expected 2", () -> CLASSIFIER.signedRadius(new float[5])),
                Map.entry("x has NaN in row 0, feature 0, expected",
                        () -> CLASSIFIER.signedRadius(new float[] {nan, 0}, Threat.l2().freeze(0))),
                Map.entry("x has -0.5 in row 0, feature 1, expected 0.0..1.0, the threat's box",
                        () -> CLASSIFIER.signedRadius(new float[] {1, -0.5f}, Threat.linf().inBox(0, 1))),
                Map.entry("x has Infinity in row 0, feature 0",
                        () -> CLASSIFIER.radius(new float[] {-infinity, 0}, Threat.l1())),
                Map.entry("x has NaN in row 1, feature 1",
                        () -> CLASSIFIER.radii(rows(0, 0, 0, nan), Y, Threat.linf().inBox(0, 1))),
                Map.entry("x has -Infinity in row 1, feature 0", () -> CLASSIFIER.predict(rows(0, 0, infinity, 0))),
                Map.entry("x has 1.5 in row 0, feature 1, expected 0.0..1.0, the threat's box",
                        () -> CLASSIFIER.radius(new float[] {1, 1.5f}, Threat.l2().inBox(0, 1))),
                Map.entry("x has -1.0 in row 1, feature 0, expected 0.0..2.0, the threat's box",
                        () -> CLASSIFIER.robustAccuracy(X, Y, Threat.l1().inBox(0, 2), 0.1)),
                Map.entry("x has 2.0 in row 0, feature 1, expected -1.0..1.5, the threat's box",
                        () -> CLASSIFIER.attack(X, Y, Threat.linf().inBox(-1, 1.5), 0.1)),
                Map.entry("an attacked feature overflowed",
                        () -> CLASSIFIER.attack(new float[] {3e38f, 0}, -1, 3e38)),
                Map.entry("epsilon = Infinity",
                        () -> CLASSIFIER.attack(X, Y, Threat.l1(), Double.POSITIVE_INFINITY)),
                Map.entry("threat has a box of 3 features, expected 2",
                        () -> CLASSIFIER.radii(X, Y, Threat.linf().inBox(new float[3], new float[3]))),
                Map.entry("threat has budgets of 1 features, expected 2",
                        () -> CLASSIFIER.radius(new float[2], Threat.l2().withBudgets(new float[1]))),
                Map.entry("threat freezes feature 2, expected one of 0..1",
                        () -> CLASSIFIER.radius(new float[2], Threat.l1().freeze(0, 2))),
                Map.entry("y.size() = 3, expected one label a row, 2",
                        () -> TRANSFORMER.learnRest(X, List.of("cat", "dog", "cat"))),
                Map.entry("y.size() = 1, expected one label a row, 2",
                        () -> REST.robustAccuracy(X, List.of("cat"), Threat.linf(), 0)),
                Map.entry("y[1] = null, expected a label",
                        () -> TRANSFORMER.learnPairs(X, Arrays.asList("cat", null))),
                Map.entry("number of classes in y = 1, expected at least 2",
                        () -> TRANSFORMER.learnRest(X, List.of("cat", "cat"))),
                Map.entry("number of demonstrations = 0, expected at least 1",
                        () -> TRANSFORMER.learnPairs(Rows.view(new float[0], 2), List.of())),
                Map.entry("x has 1 features a row, expected 2",
                        () -> TRANSFORMER.learnPairs(Rows.view(new float[2], 1), LABELS)),
                Map.entry("x has -Infinity in row 1, feature 1",
                        () -> TRANSFORMER.learnRest(rows(0, 0, 0, infinity), LABELS)),
                Map.entry("has a weight of magnitude 1.2E38 for feature 0, expected less than 2^126",
                        () -> CertificatePropertyTest.reader(1)
                                .learnRest(Rows.view(new float[] {1.2e38f, -1.2e38f}, 1), LABELS)),
                Map.entry("y[1] = cow, expected one of the 2 classes",
                        () -> PAIRS.radii(X, List.of("dog", "cow"), Threat.l2())),
                Map.entry("y[0] = null, expected one of the 2 classes",
                        () -> REST.radii(X, Arrays.asList(null, "dog"), Threat.l2())),
                Map.entry("x.length = 5, expected 2", () -> REST.answer(new float[5], Threat.linf())),
                Map.entry("x.length = 0, expected 2", () -> PAIRS.predict(new float[0])),
                Map.entry("x has Infinity in row 0, feature 1", () -> REST.predict(new float[] {0, -infinity})),
                Map.entry("x has Infinity in row 2, feature 0",
                        () -> PAIRS.radii(rows(0, 0, 0, 0, -infinity, 0), List.of("cat", "cat", "cat"), Threat.l1())),
                Map.entry("x has 5.0 in row 0, feature 1, expected 0.0..1.0, the threat's box",
                        () -> REST.radius(new float[] {0, 5}, Threat.linf().inBox(0, 1))),
                Map.entry("x has -1.0 in row 1, feature 0, expected 0.0..3.0, the threat's box",
                        () -> PAIRS.radii(X, LABELS, Threat.linf().inBox(0, 3))),
                Map.entry("threat has a box of 1 features, expected 2",
                        () -> REST.radii(X, LABELS, Threat.linf().inBox(new float[1], new float[1]))),
                Map.entry("threat freezes feature 7, expected one of 0..1",
                        () -> PAIRS.radius(new float[2], Threat.l1().freeze(7))),
                Map.entry("epsilon = -3.0", () -> REST.predict(new float[2], Threat.linf(), -3)),
                Map.entry("epsilons[0] = NaN",
                        () -> PAIRS.robustAccuracy(X, LABELS, Threat.linf(), Double.NaN)),
                Map.entry("number of queries = 0, expected at least 1",
                        () -> REST.robustAccuracy(Rows.view(new float[0], 2), List.of(), Threat.l2(), 0)),
                Map.entry("lower = NaN, expected a finite number or -Infinity", () -> Threat.l1().inBox(Double.NaN, 1)),
                Map.entry("upper = 0.0, expected a finite number or Infinity, at least the lower edge 1.0",
                        () -> Threat.l1().inBox(1, 0)),
                Map.entry("lower[1] = Infinity, expected",
                        () -> Threat.l2().inBox(new float[] {0, -infinity}, new float[] {0, -infinity})),
                Map.entry("upper[0] = -Infinity, expected",
                        () -> Threat.l2().inBox(new float[] {infinity}, new float[] {infinity})),
                Map.entry("upper.length = 1, expected 2 as lower has",
                        () -> Threat.l2().inBox(new float[2], new float[1])),
                Map.entry("lower.length = 0, expected at least 1",
                        () -> Threat.l2().inBox(new float[0], new float[0])),
                Map.entry("b.length = 0, expected at least 1", () -> Threat.l2().withBudgets(new float[0])),
                Map.entry("b[1] = -1.0, expected a finite number, at least 0",
                        () -> Threat.l2().withBudgets(new float[] {0, -1})),
                Map.entry("b[0] = NaN", () -> Threat.l2().withBudgets(new float[] {nan})),
                Map.entry("features[1] = -1, expected at least 0", () -> Threat.l2().freeze(0, -1)),
                Map.entry("preprocessing has 4 features, expected 2",
                        () -> TRANSFORMER.context(Preprocessing.none(4))),
                Map.entry("preprocessing has 5 features, expected 2",
                        () -> TRANSFORMER.fadingContext(Preprocessing.none(5))),
                Map.entry("factor = -0.5, expected 0..1", () -> TRANSFORMER.fadingContext().decay(-0.5)),
                Map.entry("factor = NaN, expected 0..1", () -> TRANSFORMER.fadingContext().decay(Double.NaN)),
                Map.entry("factor = 1.5, expected", () -> TRANSFORMER.fadingContext().decay(1.5)),
                Map.entry("x has NaN in row 1, feature 0, expected a finite number",
                        () -> TRANSFORMER.fadingContext().addAll(rows(1, 2, nan, 0), Y)),
                Map.entry("y = -2, expected -1 or +1", () -> TRANSFORMER.fadingContext().add(new float[2], -2)),
                Map.entry("d = -5, expected at least 1", () -> GramContext.of(-5, List.of(0, 1))),
                Map.entry("d = 16385, expected at most 16384: a class has sums of d(d+1)/2 pairs of features",
                        () -> GramContext.of(16385, List.of(0, 1))),
                Map.entry("number of classes = 1, expected at least 2", () -> GramContext.of(2, List.of(0))),
                Map.entry("classes[2] = 0, expected a label unlike those before it",
                        () -> GramContext.of(2, List.of(0, 1, 0))),
                Map.entry("features[1] = a, expected a name unlike those before it",
                        () -> GramContext.of(List.of("a", "a"), List.of(0, 1))),
                Map.entry("other has features by other names, expected those of this context",
                        () -> GRAM.merge(GramContext.of(List.of("a", "b"), GRAM.classes()))),
                Map.entry("classes[1] = null, expected a label", () -> GramContext.of(2, Arrays.asList(0, null))),
                Map.entry("label = 2, expected one of the classes [0, 1]", () -> GRAM.add(new float[2], 2)),
                Map.entry("label = null, expected one of the classes", () -> GRAM.size(null)),
                Map.entry("label = 3, expected one of", () -> GRAM.remove(new float[2], 3)),
                Map.entry("y[1] = 7, expected one of the classes [0, 1]", () -> GRAM.addAll(X, List.of(0, 7))),
                Map.entry("y.size() = 5, expected one label a row, 2", () -> GRAM.addAll(X, List.of(0, 1, 0, 1, 1))),
                Map.entry("x has 5 features a row, expected 2",
                        () -> GRAM.addAll(Rows.copyOf(new float[5]), List.of(0))),
                Map.entry("x.length = 6, expected 2", () -> GRAM.add(new float[6], 0)),
                Map.entry("x has -Infinity in row 0, feature 0, expected a finite number",
                        () -> GRAM.add(new float[] {infinity, 0}, 0)),
                Map.entry("positive = 4, expected one of the classes", () -> GRAM.preprocessing(4, 0)),
                Map.entry("negative = 5, expected one of the classes", () -> GRAM.classifier(TRANSFORMER, 0, 5)),
                Map.entry("negative = 1, expected a class other than positive", () -> GRAM.preprocessing(1, 1)),
                Map.entry("transformer has 3 features, expected 2",
                        () -> GRAM.rest(LinearTransformer.adversarial(3))),
                Map.entry("transformer has 4 features, expected 2",
                        () -> GRAM.pairs(LinearTransformer.adversarial(4))),
                Map.entry("transformer has 1 features, expected 2",
                        () -> GRAM.classifier(LinearTransformer.adversarial(1), 0, 1)),
                Map.entry("other has 4 features, expected 2", () -> GRAM.merge(GramContext.of(4, List.of(0, 1)))),
                Map.entry("other has classes [1, 0], expected [0, 1] as this context has",
                        () -> GRAM.merge(GramContext.of(2, List.of(1, 0)))),
                Map.entry("d = 0, expected at least 1", () -> LinearTransformer.standard(0)),
                Map.entry("d = -1, expected at least 1", () -> ExactOptimum.thresholds(-1, 0.1)),
                Map.entry("lambda = 1.5, expected 0..1", () -> ExactOptimum.thresholds(2, 1.5)),
                Map.entry("lambda = NaN, expected 0..1", () -> ExactOptimum.of(2, Double.NaN, 0)),
                Map.entry("epsilon = -1.0, expected a finite number, at least 0", () -> ExactOptimum.of(2, 0.1, -1)),
                Map.entry("p.length = 1", () -> LinearTransformer.of(new float[1], new float[0])),
                Map.entry("qBar.length = 5, expected 6", () -> LinearTransformer.of(new float[3], new float[5])),
                Map.entry("p[1] = NaN", () -> LinearTransformer.of(new float[] {0, nan, 0}, new float[6])),
                Map.entry("bigP.length = 5", () -> LinearTransformer.full(new float[5], new float[5])),
                Map.entry("bigQ.length = 4, expected 9", () -> LinearTransformer.full(new float[9], new float[4])),
                Map.entry("x[1].length = 1, expected 2", () -> Rows.copyOf(new float[2], new float[1])),
                Map.entry("x has 0 rows", () -> Rows.copyOf()),
                Map.entry("x.length = 5, expected a multiple of d = 2", () -> Rows.view(new float[5], 2)),
                Map.entry("stride = 1, expected at least 2", () -> Rows.view(new float[5], 0, 1, 2, 2)),
                Map.entry("offset = -1", () -> Rows.view(new float[5], -1, 2, 2, 2)),
                Map.entry("x.length = 5, expected at least 6", () -> Rows.view(new float[5], 2, 2, 2, 2)),
                Map.entry("x.length = 5, expected at least 4294967294",
                        () -> Rows.view(new float[5], 0, 2, Integer.MAX_VALUE, 2)))
                .map(entry -> Arguments.of(entry.getKey(), entry.getValue()));
    }

    private static Rows rows(float... x) {
        return Rows.view(x, 2);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("misuses")
    void isNamed(String message, Executable misuse) {
        String said = assertThrows(IllegalArgumentException.class, misuse).getMessage();
        assertTrue(said.contains(message), said);
    }
}
