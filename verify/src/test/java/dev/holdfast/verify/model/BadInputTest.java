package dev.holdfast.verify.model;

import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.holdfast.model.Alignment;
import dev.holdfast.model.Classifier;
import dev.holdfast.model.DesignCurve;
import dev.holdfast.model.ExactOptimum;
import dev.holdfast.model.Influence;
import dev.holdfast.model.LinearTransformer;
import dev.holdfast.model.MultiClassifier;
import dev.holdfast.model.RobustBayes;
import dev.holdfast.model.Rows;
import dev.holdfast.model.State;
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
    private static final Classifier CLASSIFIER = TRANSFORMER.learn(X, Y);
    private static final State<Integer> MOMENTS = State.moments(2, List.of(0, 1)).exact();
    private static final State<Integer> ATTENTION = State.attention(TRANSFORMER, List.of(1, -1));
    private static final State<Integer> SEEN = ATTENTION.copy();
    /** Two rows of each class, whose means are (0, 2), (0, −2) and (0, −2). */
    private static final State<Integer> THREE = State.moments(2, List.of(0, 1, 2));
    private static final Alignment ALIGNMENT = Alignment.fit(X, Y);
    private static final RobustBayes BAYES = RobustBayes.linf(0.5);

    static {
        SEEN.addAll(X, List.of(1, -1));
        THREE.addAll(rows(1, 2, -1, 2, 2, -2, -2, -2, 1, -2, -1, -2), List.of(0, 0, 1, 1, 2, 2));
    }

    private static final State<Integer> STATE = THREE.only(List.of(0, 1));

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
                Map.entry("x has 1.0E30 in row 1, feature 0, expected a number of magnitude at most 2.8147498E14",
                        () -> TRANSFORMER.learn(rows(3, 1, 1e30f, 0), Y)),
                Map.entry("x has 1.0E30 in row 1, feature 0, expected a number of magnitude at most",
                        () -> TRANSFORMER.aligned().learn(rows(3, 1, 1e30f, 0), Y)),
                Map.entry("x is too large: the classifier w overflowed",
                        () -> LinearTransformer
                                .structured(new float[] {1, 1, 1}, new float[] {1e38f, 1}, 0, new float[2])
                                .learn(rows(10, 10, 0, 0), Y)),
                Map.entry("x has 0 rows, expected at least 1", () -> Rows.copyOf(List.of())),
                Map.entry("x[1].length = 1, expected 2 as x[0] has",
                        () -> Rows.copyOf(List.of(new float[2], new float[1]))),
                Map.entry("x[1].length = 3, expected 1 as x[0] has", () -> Rows.copyOf(new double[1], new double[3])),
                Map.entry("x[1][0] = -1.0E39, expected a number in the range of floats",
                        () -> Rows.copyOf(new double[] {1}, new double[] {-1e39})),
                Map.entry("x has -Infinity in row 0, feature 1",
                        () -> TRANSFORMER.learn(Rows.copyOf(new double[] {0, infinity}, new double[2]), Y)),
                Map.entry("y has no label -1, expected demonstrations of both labels",
                        () -> Alignment.fit(X, new int[] {1, 1})),
                Map.entry("y has no label -1, expected demonstrations of both labels",
                        () -> TRANSFORMER.aligned().learn(X, new int[] {1, 1})),
                Map.entry("y has no label 1, expected demonstrations of both labels",
                        () -> TRANSFORMER.aligned().influence(X, new int[] {-1, -1}, new float[2])),
                Map.entry("y has no label 1, expected demonstrations of both labels",
                        () -> TRANSFORMER.aligned().outputs(X, new int[] {-1, -1}, X)),
                Map.entry("x has NaN in row 3, feature 1",
                        () -> TRANSFORMER.learnPairs(rows(1, 1, 2, 1, 2, 1, 0, nan), List.of(0, 1, 0, 2))),
                Map.entry("x has 1.0E30 in row 3, feature 0",
                        () -> TRANSFORMER.learnPairs(rows(1, 1, 2, 1, 2, 1, 1e30f, 0), List.of(0, 1, 0, 2))),
                Map.entry("d = 2147483647, expected at most 2147483638",
                        () -> LinearTransformer.adversarial(Integer.MAX_VALUE)),
                Map.entry("d = 2147483639, expected at most 2147483638", () -> LinearTransformer.standard(2147483639)),
                Map.entry("d = 2147483647, expected at most 2147483638", () -> Alignment.none(Integer.MAX_VALUE)),
                Map.entry("d = 2147483647, expected at most 2147483638",
                        () -> State.variances(Integer.MAX_VALUE, LABELS)),
                Map.entry("d = 2147483647, expected at most 2147483638",
                        () -> ExactOptimum.of(Integer.MAX_VALUE, 0.1, 0.1).transformer()),
                Map.entry("epsilons.length = 0, expected at least 1", () -> CLASSIFIER.robustAccuracy(X, Y)),
                Map.entry("epsilons.length = 0, expected at least 1",
                        () -> REST.robustAccuracy(X, LABELS, Threat.linf())),
                Map.entry("attacks.length = 0, expected at least 1", () -> curve(new double[] {0})),
                Map.entry("number of demonstrations = 0",
                        () -> TRANSFORMER.learn(Rows.view(new float[0], 0, 2, 0, 2), new int[0])),
                Map.entry("x has 3 features a row, expected 2",
                        () -> TRANSFORMER.learn(Rows.copyOf(new float[3]), new int[] {1})),
                Map.entry("alignment has 3 features, expected 2", () -> TRANSFORMER.aligned(Alignment.none(3))),
                Map.entry("d = 3, expected 2 as the transformer has", () -> TRANSFORMER.state(3, List.of(0, 1))),
                Map.entry("query.length = 3, expected 2", () -> TRANSFORMER.influence(X, Y, new float[3])),
                Map.entry("query[1] = NaN", () -> TRANSFORMER.influence(X, Y, new float[] {0, nan})),
                Map.entry("query is too large: entry 0 of Q̄x overflowed",
                        () -> LinearTransformer.standard(2).influence(X, Y, new float[] {3e38f, 3e38f})),
                Map.entry("x has 3.0E38 in row 0, feature 0, expected a number of magnitude at most",
                        () -> TRANSFORMER.aligned().influence(
                                rows(3e38f, 0, 3e38f, 0, -3e38f, 0), new int[] {1, -1, 1}, new float[2])),
                Map.entry("x has Infinity in row 1, feature 1",
                        () -> TRANSFORMER.influence(rows(1, 2, 0, -infinity), Y, new float[2])),
                Map.entry("y[0] = 3, expected -1 or +1",
                        () -> TRANSFORMER.influence(X, new int[] {3, 1}, new float[2])),
                Map.entry("k = 3, expected 0..2", () -> INFLUENCE.marginAfterFlips(3)),
                Map.entry("k = -1, expected 0..2", () -> INFLUENCE.worstFlips(-1)),
                Map.entry("k = 2, expected 0..1", () -> INFLUENCE.marginAfterRemovals(2)),
                Map.entry("k = -2, expected 0..1", () -> INFLUENCE.worstRemovals(-2)),
                Map.entry("x has NaN in row 0, feature 0", () -> Alignment.fit(rows(nan, 2, 0, 0), Y)),
                Map.entry("w.length = 0, expected at least 1", () -> Classifier.of(new float[0], 0)),
                Map.entry("w[1] = -Infinity, expected a finite number",
                        () -> Classifier.of(new float[] {0, infinity}, 0)),
                Map.entry("c = NaN, expected a finite number",
                        () -> Classifier.of(new float[1], Double.NaN)),
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
                        () -> CLASSIFIER.signedRadii(rows(0, 0, 0, nan), Y, Threat.linf().inBox(0, 1))),
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
                        () -> CLASSIFIER.signedRadii(X, Y, Threat.linf().inBox(new float[3], new float[3]))),
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
                Map.entry("functions.size() = 1, expected 2, one for each class",
                        () -> MultiClassifier.ofRest(LABELS, List.of(CLASSIFIER))),
                Map.entry("functions[1] has 3 features, expected 2 as functions[0] has",
                        () -> MultiClassifier.ofRest(LABELS, List.of(CLASSIFIER, Classifier.of(new float[3], 0)))),
                Map.entry("classes[1] = cat, expected it once",
                        () -> MultiClassifier.ofRest(List.of("cat", "cat"), List.of(CLASSIFIER, CLASSIFIER))),
                Map.entry("has a weight of magnitude 1.0E38 for feature 0, expected less than 2^126",
                        () -> MultiClassifier.ofRest(LABELS, List.of(Classifier.of(new float[] {1e38f}, 0),
                                Classifier.of(new float[] {0}, 0)))),
                Map.entry("has an intercept of magnitude 1.0E308, expected less than 2^1022",
                        () -> MultiClassifier.ofRest(LABELS, List.of(Classifier.of(new float[1], 1e308),
                                Classifier.of(new float[1], -1e308)))),
                Map.entry("y[1] = cow, expected one of the 2 classes",
                        () -> PAIRS.signedRadii(X, List.of("dog", "cow"), Threat.l2())),
                Map.entry("y[0] = null, expected one of the 2 classes",
                        () -> REST.signedRadii(X, Arrays.asList(null, "dog"), Threat.l2())),
                Map.entry("x has 1 features a row, expected 2", () -> REST.predict(Rows.view(new float[2], 1))),
                Map.entry("x has 3 features a row, expected 2", () -> PAIRS.scores(Rows.view(new float[3], 3))),
                Map.entry("x has 1 features a row, expected 2",
                        () -> REST.answers(Rows.view(new float[2], 1), Threat.linf())),
                Map.entry("x has NaN in row 1, feature 0", () -> PAIRS.predict(rows(0, 0, nan, 0))),
                Map.entry("x has -Infinity in row 0, feature 1", () -> REST.scores(rows(0, infinity, 0, 0))),
                Map.entry("x has 2.0 in row 0, feature 1, expected 0.0..1.0, the threat's box",
                        () -> PAIRS.answers(X, Threat.l1().inBox(0, 1))),
                Map.entry("threat has budgets of 3 features, expected 2",
                        () -> REST.answers(Rows.view(new float[0], 2), Threat.l1().withBudgets(new float[3]))),
                Map.entry("x.length = 5, expected 2", () -> REST.answer(new float[5], Threat.linf())),
                Map.entry("x.length = 0, expected 2", () -> PAIRS.predict(new float[0])),
                Map.entry("x has Infinity in row 0, feature 1", () -> REST.predict(new float[] {0, -infinity})),
                Map.entry("x has Infinity in row 2, feature 0",
                        () -> PAIRS.signedRadii(rows(0, 0, 0, 0, -infinity, 0), List.of("cat", "cat", "cat"), Threat.l1())),
                Map.entry("x has 5.0 in row 0, feature 1, expected 0.0..1.0, the threat's box",
                        () -> REST.radius(new float[] {0, 5}, Threat.linf().inBox(0, 1))),
                Map.entry("x has -1.0 in row 1, feature 0, expected 0.0..3.0, the threat's box",
                        () -> PAIRS.signedRadii(X, LABELS, Threat.linf().inBox(0, 3))),
                Map.entry("threat has a box of 1 features, expected 2",
                        () -> REST.signedRadii(X, LABELS, Threat.linf().inBox(new float[1], new float[1]))),
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
                Map.entry("factor = -0.5, expected 0..1", () -> ATTENTION.fade(-0.5)),
                Map.entry("factor = NaN, expected 0..1", () -> ATTENTION.fade(Double.NaN)),
                Map.entry("factor = 1.5, expected", () -> ATTENTION.fade(1.5)),
                Map.entry("factor = 2.0, expected", () -> MOMENTS.fade(2)),
                Map.entry("x has NaN in row 1, feature 0, expected a finite number",
                        () -> ATTENTION.addAll(rows(1, 2, nan, 0), List.of(1, -1))),
                Map.entry("label = -2, expected one of the classes [1, -1]", () -> ATTENTION.add(new float[2], -2)),
                Map.entry("number of classes = 3, expected 2",
                        () -> State.attention(TRANSFORMER, List.of(1, -1, 0))),
                Map.entry("transformer centres and aligns the rows it learns from, expected one that takes them as they are",
                        () -> State.attention(TRANSFORMER.aligned(), List.of(1, -1))),
                Map.entry("d = -5, expected at least 1", () -> State.moments(-5, List.of(0, 1))),
                Map.entry("d = 0, expected at least 1", () -> State.variances(0, List.of(0, 1))),
                Map.entry("d = 16385, expected at most 16384", () -> State.moments(16385, List.of(0, 1))),
                Map.entry("number of classes = 1, expected at least 2", () -> State.moments(2, List.of(0))),
                Map.entry("classes[2] = 0, expected it once", () -> State.variances(2, List.of(0, 1, 0))),
                Map.entry("classes[1] = null, expected a label", () -> State.moments(2, Arrays.asList(0, null))),
                Map.entry("features[1] = a, expected a name unlike those before it",
                        () -> MOMENTS.named(List.of("a", "a"))),
                Map.entry("features[0] = null, expected a name", () -> MOMENTS.named(Arrays.asList(null, "a"))),
                Map.entry("features.size() = 3, expected 2", () -> ATTENTION.named(List.of("a", "b", "c"))),
                Map.entry("other has features by other names, expected those of this state",
                        () -> MOMENTS.merge(MOMENTS.named(List.of("a", "b")))),
                Map.entry("label = 2, expected one of the classes [0, 1]", () -> MOMENTS.add(new float[2], 2)),
                Map.entry("label = null, expected one of the classes", () -> MOMENTS.size(null)),
                Map.entry("label = 3, expected one of", () -> MOMENTS.remove(new float[2], 3)),
                Map.entry("y[1] = 7, expected one of the classes [0, 1]", () -> MOMENTS.addAll(X, List.of(0, 7))),
                Map.entry("y.size() = 5, expected one label a row, 2",
                        () -> MOMENTS.addAll(X, List.of(0, 1, 0, 1, 1))),
                Map.entry("x has 5 features a row, expected 2",
                        () -> MOMENTS.addAll(Rows.copyOf(new float[5]), List.of(0))),
                Map.entry("x.length = 6, expected 2", () -> MOMENTS.add(new float[6], 0)),
                Map.entry("x.length = 1, expected 2", () -> MOMENTS.remove(new float[1], 0)),
                Map.entry("x has -Infinity in row 0, feature 0, expected a finite number",
                        () -> MOMENTS.add(new float[] {infinity, 0}, 0)),
                Map.entry("x has 2.81475E14 in row 0, feature 1, expected a number of magnitude at most 2.8147498E14",
                        () -> MOMENTS.add(new float[] {0, Math.nextUp(State.GREATEST_FEATURE)}, 0)),
                Map.entry("positive = 4, expected one of the classes", () -> MOMENTS.alignment(4, 0)),
                Map.entry("negative = 5, expected one of the classes", () -> MOMENTS.alignment(0, 5)),
                Map.entry("negative = 1, expected a class other than positive", () -> MOMENTS.alignment(1, 1)),
                Map.entry("some[1] = 4, expected one of the classes", () -> MOMENTS.only(List.of(0, 4))),
                Map.entry("number of classes = 1, expected at least 2", () -> MOMENTS.only(List.of(0))),
                Map.entry("state has 2 features, expected 3",
                        () -> LinearTransformer.adversarial(3).aligned().learnRest(STATE)),
                Map.entry("state has 2 features, expected 4",
                        () -> LinearTransformer.adversarial(4).aligned().learnPairs(STATE)),
                Map.entry("state has 2 features, expected 1", () -> LinearTransformer.adversarial(1).learn(STATE)),
                Map.entry("state has 3 classes, expected 2; learnPairs and learnRest learn more",
                        () -> TRANSFORMER.learn(State.moments(2, List.of(1, 2, 3)))),
                Map.entry("state has another p than this transformer, expected the same",
                        () -> CertificatePropertyTest.reader(2).learn(SEEN)),
                Map.entry("state has another alignment than this transformer, expected the same",
                        () -> TRANSFORMER.aligned(ALIGNMENT).learn(SEEN)),
                Map.entry("other has 4 features, expected 2", () -> MOMENTS.merge(State.moments(4, List.of(0, 1)).exact())),
                Map.entry("other has classes [1, 0], expected [0, 1] as this state has",
                        () -> MOMENTS.merge(State.moments(2, List.of(1, 0)).exact())),
                Map.entry("other is a fast state of moments, expected an exact state of moments as this one is",
                        () -> MOMENTS.merge(State.moments(2, List.of(0, 1)))),
                Map.entry("other is an exact state of variances, expected an exact state of moments as this one is",
                        () -> MOMENTS.merge(State.variances(2, List.of(0, 1)).exact())),
                Map.entry("other has a transformer with another p, expected the p of this state",
                        () -> ATTENTION.merge(State.attention(CertificatePropertyTest.reader(2), List.of(1, -1)))),
                Map.entry("other has another alignment, expected the means and signs of this state",
                        () -> ATTENTION.merge(State.attention(TRANSFORMER.aligned(ALIGNMENT), List.of(1, -1)))),
                Map.entry("threat has a box, expected none to learn against",
                        () -> RobustBayes.against(Threat.l2().inBox(0, 1), 0.1)),
                Map.entry("epsilon = -0.1, expected a finite number, at least 0", () -> RobustBayes.linf(-0.1)),
                Map.entry("epsilon = NaN", () -> RobustBayes.l2(Double.NaN)),
                Map.entry("epsilon = Infinity", () -> RobustBayes.l1(Double.POSITIVE_INFINITY)),
                Map.entry("epsilon = -1.0", () -> BAYES.withEpsilon(-1)),
                Map.entry("tau = 0.0, expected a finite number above 0", () -> BAYES.ridge(0)),
                Map.entry("tau = -1.0, expected", () -> BAYES.ridge(-1)),
                Map.entry("tau = NaN, expected", () -> BAYES.diagonal().ridge(Double.NaN)),
                Map.entry("tau = Infinity, expected", () -> BAYES.ridge(Double.POSITIVE_INFINITY)),
                Map.entry("priors.length = 1, expected at least 2", () -> BAYES.priors(1)),
                Map.entry("priors[1] = 0.0, expected a finite number above 0", () -> BAYES.priors(1, 0)),
                Map.entry("priors[0] = NaN, expected", () -> BAYES.priors(Double.NaN, 1)),
                Map.entry("priors[2] = Infinity, expected", () -> BAYES.priors(1, 1, Double.POSITIVE_INFINITY)),
                Map.entry("priors.length = 3, expected 2, one for each class", () -> BAYES.priors(1, 2, 3).learn(X, Y)),
                Map.entry("priors.length = 2, expected 3, one for each class",
                        () -> BAYES.priors(1, 2).learnRest(THREE)),
                Map.entry("threat has budgets of 3 features, expected 2",
                        () -> RobustBayes.against(Threat.linf().withBudgets(new float[3]), 0.1).learn(STATE)),
                Map.entry("threat has budgets of 1 features, expected 2",
                        () -> RobustBayes.against(Threat.l1().withBudgets(new float[1]), 0).diagonal().learn(X, Y)),
                Map.entry("threat freezes feature 2, expected one of 0..1",
                        () -> RobustBayes.against(Threat.l2().freeze(2), 0.1).limit(STATE)),
                Map.entry("number of demonstrations = 0, expected at least 1",
                        () -> BAYES.learn(Rows.view(new float[0], 2), new int[0])),
                Map.entry("y[0] = 2, expected -1 or +1", () -> BAYES.learn(X, new int[] {2, 1})),
                Map.entry("x has NaN in row 0, feature 0", () -> BAYES.learn(rows(nan, 0, 0, 0), Y)),
                Map.entry("number of classes in y = 1, expected at least 2",
                        () -> BAYES.learnPairs(X, List.of("cat", "cat"))),
                Map.entry("designs.length = 0, expected at least 1", () -> curve(new double[0], 0)),
                Map.entry("designs[1] = 0.1, expected more than 0.1 before it",
                        () -> curve(new double[] {0.1, 0.1}, 0)),
                Map.entry("designs[0] = -1.0, expected a finite number, at least 0", () -> curve(new double[] {-1}, 0)),
                Map.entry("designs[1] = NaN, expected", () -> curve(new double[] {0, Double.NaN}, 0)),
                Map.entry("attacks[1] = -2.0, expected", () -> curve(new double[] {0}, 0, -2)),
                Map.entry("number of queries = 0, expected at least 1",
                        () -> BAYES.curve(STATE, Rows.view(new float[0], 2), List.of(), new double[] {0}, 0)),
                Map.entry("x has 3 features a row, expected 2",
                        () -> BAYES.curve(STATE, Rows.view(new float[3], 3), List.of(0), new double[] {0}, 0)),
                Map.entry("y[1] = 2, expected one of the 2 classes",
                        () -> BAYES.curve(STATE, X, List.of(0, 2), new double[] {0}, 0)),
                Map.entry("designs[0] = NaN, expected",
                        () -> BAYES.leaveOneOut(STATE, X, List.of(0, 1), new double[] {Double.NaN}, 0)),
                Map.entry("y.size() = 1, expected one label a row, 2",
                        () -> BAYES.leaveOneOut(STATE, X, List.of(0), new double[] {0}, 0)),
                Map.entry("y[1] = 9, expected one of the classes [0, 1]",
                        () -> BAYES.leaveOneOut(STATE, X, List.of(0, 9), new double[] {0}, 0)),
                Map.entry("y[0] = null, expected one of the classes [0, 1]",
                        () -> BAYES.leaveOneOut(STATE, X, Arrays.asList(null, 1), new double[] {0}, 0)),
                Map.entry("x has 1 features a row, expected 2",
                        () -> BAYES.leaveOneOut(STATE, Rows.view(new float[2], 1), List.of(0, 1), new double[] {0}, 0)),
                Map.entry("design = 1, expected 0..0", () -> curve(new double[] {0}, 0).accuracy(1, 0)),
                Map.entry("attack = -1, expected 0..1", () -> curve(new double[] {0}, 0, 1).accuracy(0, -1)),
                Map.entry("attack = 2, expected 0..1", () -> curve(new double[] {0}, 0, 1).best(2)),
                Map.entry("attack = -0.5, expected a finite number, at least 0",
                        () -> BAYES.learn(STATE).gaussian().orElseThrow().accuracy(-0.5)),
                Map.entry("x.length = 3, expected 2", () -> BAYES.learn(STATE).probability(new float[3])),
                Map.entry("x.length = 1, expected 2", () -> BAYES.learnPairs(STATE).probabilities(new float[1])),
                Map.entry("x has NaN in row 0, feature 1",
                        () -> BAYES.learnRest(STATE).probabilities(new float[] {0, nan})),
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
                Map.entry("x has 0 rows", () -> Rows.copyOf(new float[0][])),
                Map.entry("x.length = 5, expected a multiple of d = 2", () -> Rows.view(new float[5], 2)),
                Map.entry("stride = 1, expected at least 2", () -> Rows.view(new float[5], 0, 1, 2, 2)),
                Map.entry("offset = -1", () -> Rows.view(new float[5], -1, 2, 2, 2)),
                Map.entry("x.length = 5, expected at least 6", () -> Rows.view(new float[5], 2, 2, 2, 2)),
                Map.entry("x.length = 5, expected at least 4294967294",
                        () -> Rows.view(new float[5], 0, 2, Integer.MAX_VALUE, 2)))
                .map(entry -> Arguments.of(entry.getKey(), entry.getValue()));
    }

    /** What cannot be done although each argument could be right. */
    static Stream<Arguments> impossible() {
        State<Integer> one = State.moments(2, List.of(0, 1));
        one.add(new float[] {1, 2}, 0);
        State<Integer> single = one.copy();
        single.addAll(rows(0, 0, 1, 0), List.of(1, 1));
        State<Integer> equal = State.moments(2, List.of(0, 1));
        equal.addAll(rows(1, 2, 1, 2, 0, 0), List.of(0, 0, 1));
        State<Integer> twice = State.moments(2, List.of(0, 1));
        twice.addAll(rows(1, 2, -1, 2, 0, 0, 0, 0), List.of(0, 0, 1, 1));
        State<Integer> variances = State.variances(2, List.of(0, 1));
        variances.addAll(X, List.of(0, 1));
        State<Integer> empty = State.attention(TRANSFORMER, List.of(1, -1)).exact();
        return Stream.<Map.Entry<String, Executable>>of(
                Map.entry("size = 0, expected at least 1 demonstration", () -> TRANSFORMER.learn(MOMENTS)),
                Map.entry("size = 0, expected at least 1 demonstration", () -> BAYES.learnRest(MOMENTS)),
                Map.entry("size = 0, expected at least 1 demonstration", () -> TRANSFORMER.learn(ATTENTION)),
                Map.entry("size(1) = 0, expected at least 1 demonstration", () -> BAYES.learn(one)),
                Map.entry("size(1) = 0, expected at least 1 demonstration", () -> BAYES.identity().learnPairs(one)),
                Map.entry("size(1) = 0, expected at least 1 demonstration", () -> BAYES.limit(one)),
                Map.entry("size(1) = 0, expected at least 1 demonstration",
                        () -> TRANSFORMER.aligned().learnRest(one)),
                Map.entry("size(1) = 0, expected at least 1 demonstration", () -> one.alignment(0, 1)),
                Map.entry("size(0) = 0, expected at least 1 demonstration of this class",
                        () -> MOMENTS.remove(new float[2], 0)),
                Map.entry("size = 0, expected at least 1", () -> empty.remove(new float[2], 1)),
                Map.entry("the demonstrations of each class are all equal, expected some that differ",
                        () -> BAYES.learn(equal)),
                Map.entry("the demonstrations of each class are all equal", () -> BAYES.diagonal().learnPairs(equal)),
                Map.entry("the demonstrations of each class are all equal", () -> BAYES.identity().learnRest(equal)),
                Map.entry("epsilon = 2.0 is at least 2.0, half of the distance between the means of 0 and 1: at this size"
                        + " nothing robust can be learnt, expected less", () -> BAYES.withEpsilon(2).learn(STATE)),
                Map.entry("epsilon = 3.0 is at least 2.0, half of the distance between the means of 0 and the rest: at this"
                        + " size nothing robust can be learnt",
                        () -> RobustBayes.l2(3).diagonal().learnRest(THREE)),
                Map.entry("epsilon = 2.0 is at least 2.0, half of the distance between the means of 0 and 1",
                        () -> RobustBayes.l1(2).identity().learnPairs(STATE)),
                Map.entry("epsilon = 0.0 is at least 0.0, half of the distance",
                        () -> RobustBayes.linf(0).learn(rows(1, 2, 3, 2, 2, 4, 2, 0), new int[] {1, 1, -1, -1})),
                Map.entry("bayes:linf:0.5 needs a state of moments, Σ x xᵀ of each class, and this is a fast state of"
                        + " variances", () -> BAYES.learn(variances)),
                Map.entry("transformer needs a state of moments", () -> TRANSFORMER.learn(variances)),
                Map.entry("bayes-diagonal:linf:0.5 needs a state of variances or moments, and this is a fast state of one p",
                        () -> BAYES.diagonal().learn(SEEN)),
                Map.entry("bayes:linf:0.5 needs a state of moments", () -> BAYES.limit(SEEN)),
                Map.entry("aligned transformer needs a state of moments", () -> TRANSFORMER.aligned().learn(SEEN)),
                Map.entry("this is a fast state of one p, which does not keep the number of rows of a class",
                        () -> SEEN.size(1)),
                Map.entry("this is a fast state of one p, which does not keep the means of classes",
                        () -> SEEN.alignment(1, -1)),
                Map.entry("this is a fast state of one p, which does not keep the rows of a class apart",
                        () -> SEEN.only(List.of(-1, 1))),
                Map.entry("this is an exact state of moments, which does not keep a", () -> MOMENTS.attention()),
                Map.entry("a fast state keeps no row apart, expected an exact one to remove a row from",
                        () -> STATE.remove(new float[] {1, 2}, 0)),
                Map.entry("an exact state has rows of weight 1 alone, expected a fast one to fade",
                        () -> MOMENTS.fade(0.5)),
                Map.entry("size(0) = 1.0, expected more than 1 to leave a row out",
                        () -> BAYES.leaveOneOut(single, X, List.of(0, 1), new double[] {0}, 0)),
                Map.entry("without one row the demonstrations of each class are all equal",
                        () -> BAYES.leaveOneOut(twice, X, List.of(0, 1), new double[] {0}, 0)),
                Map.entry("nothing robust can be learnt at any of the sizes, expected a smaller one",
                        () -> curve(new double[] {2, 3}, 0).best(0)),
                Map.entry("this classifier has no Gaussian model, expected one that RobustBayes made",
                        () -> CLASSIFIER.probability(new float[2])),
                Map.entry("this classifier has no Gaussian model", () -> REST.probabilities(new float[2])),
                Map.entry("this classifier has no Gaussian model", () -> PAIRS.probabilities(new float[2])),
                Map.entry("expected a number that is finite as a float: the covariance within classes is too small",
                        () -> RobustBayes.linf(0).ridge(1e-40).learn(rows(1, 2, -1, 0), Y)))
                .map(entry -> Arguments.of(entry.getKey(), entry.getValue()));
    }

    private static DesignCurve curve(double[] designs, double... attacks) {
        return BAYES.curve(STATE, X, List.of(0, 1), designs, attacks);
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

    @ParameterizedTest(name = "{0}")
    @MethodSource("impossible")
    void isSaid(String message, Executable misuse) {
        String said = assertThrows(IllegalStateException.class, misuse).getMessage();
        assertTrue(said.contains(message), said);
    }
}
