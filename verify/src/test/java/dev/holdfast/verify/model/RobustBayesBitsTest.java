package dev.holdfast.verify.model;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.holdfast.model.Classifier;
import dev.holdfast.model.Learner;
import dev.holdfast.model.MultiClassifier;
import dev.holdfast.model.RobustBayes;
import dev.holdfast.model.Rows;
import dev.holdfast.model.State;
import dev.holdfast.model.Threat;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/**
 * The bits of robust Bayes are the same on every machine: a constant holds them, in the run with vectors and in the one in
 * plain Java, whatever has been compiled by then. A change of an order of sums in the kernels, of a step of a solver or of
 * what is drawn here changes it, and the failing test shows the new one.
 */
class RobustBayesBitsTest {
    private static final String BITS = "e2957ba976075f717927ecef070138a8ea1410446377c5b9c6831c08e67fefe0";

    @Test
    void areTheSameEverywhere() throws Exception {
        MessageDigest digest = MessageDigest.getInstance("SHA-256");
        for (int d : new int[] {1, 7, 40, 130}) {
            Random random = new Random(d);
            int rows = 300;
            float[] x = new float[rows * d];
            List<String> y = IntStream.range(0, rows).mapToObj(n -> "abc".substring(n % 3, n % 3 + 1)).toList();
            for (int n = 0; n < rows; n++) {
                float before = 0;
                for (int j = 0; j < d; j++) {
                    before = 0.7f * before + (float) random.nextGaussian();
                    x[n * d + j] = before + (j % 3 == n % 3 ? 1 : 0) + 0.5f * (n % 3) + j;
                }
            }
            float[] budgets = new float[d];
            for (int j = 0; j < d; j++) {
                budgets[j] = j % 5 == 4 ? 0 : 1 + j % 2;
            }
            for (Threat threat : List.of(Threat.linf(), Threat.l2(), Threat.l1(), Threat.linf().withBudgets(budgets),
                    Threat.l2().withBudgets(budgets), Threat.l1().withBudgets(budgets))) {
                RobustBayes bayes = RobustBayes.against(threat, 0.05);
                for (Learner learner : List.of(bayes, bayes.diagonal(), bayes.identity(), bayes.ridge(0.1), bayes.countedPriors())) {
                    add(digest, learner, Rows.view(x, d), y);
                }
            }
        }
        assertEquals(BITS, HexFormat.of().formatHex(digest.digest()));
    }

    private static void add(MessageDigest digest, Learner learner, Rows x, List<String> y) {
        int d = x.features();
        State<String> fast = learner.state(d, List.of("a", "b", "c"));
        State<String> exact = fast.exact();
        fast.addAll(x, y);
        exact.addAll(x, y);
        for (State<String> state : List.of(fast, exact)) {
            add(digest, learner.learn(state.only(List.of("b", "c"))));
            MultiClassifier<String> pairs = learner.learnPairs(state);
            MultiClassifier<String> rest = learner.learnRest(state);
            float[] query = new float[d];
            for (int j = 0; j < d; j++) {
                query[j] = j + 0.5f;
            }
            add(digest, pairs.probabilities(query));
            add(digest, rest.scores(query));
        }
    }

    private static void add(MessageDigest digest, Classifier classifier) {
        ByteBuffer bytes = ByteBuffer.allocate(Float.BYTES * classifier.features());
        for (float w : classifier.weights()) {
            bytes.putFloat(w);
        }
        digest.update(bytes.array());
        add(digest, classifier.intercept(), classifier.gaussian().orElseThrow().accuracy(0.05),
                classifier.gaussian().orElseThrow().gap());
    }

    private static void add(MessageDigest digest, double... values) {
        ByteBuffer bytes = ByteBuffer.allocate(Double.BYTES * values.length);
        for (double value : values) {
            bytes.putDouble(value);
        }
        digest.update(bytes.array());
    }
}
