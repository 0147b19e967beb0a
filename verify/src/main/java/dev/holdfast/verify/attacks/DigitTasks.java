package dev.holdfast.verify.attacks;

import dev.holdfast.model.Classifier;
import dev.holdfast.model.Learner;
import dev.holdfast.model.Rows;
import dev.holdfast.model.State;
import dev.holdfast.verify.attacks.Functions.Scheme;
import dev.holdfast.verify.data.DataSet;
import dev.holdfast.verify.data.Digits;
import dev.holdfast.verify.data.LabelledImages;
import dev.holdfast.verify.reference.ExactAdversary.Norm;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;

/** Classifiers of the handwritten digits that ship inside, and their queries: nothing about them is made to be hard. */
final class DigitTasks {
    private static final List<String> LEARNERS = List.of("adversarial", "mean", "bayes:linf:0.1");
    private static final int CLASSES = 10;
    private static final int QUERIES = 8;

    private static final DataSet DATA = Digits.load();
    private static final int D = DATA.queries().features();
    /** By learner. */
    private static final List<Functions> REST = new ArrayList<>();

    private static final List<Functions> PAIRS = new ArrayList<>();
    /** All of them. */
    private static final List<Functions> BINARY = new ArrayList<>();

    private static final float[] ZEROS = new float[D];
    private static final float[] ONES = new float[D];

    /** How much a pixel may move, by its column. */
    private static final float[] BUDGETS = new float[D];

    static {
        Arrays.fill(ONES, 1);
        for (int j = 0; j < D; j++) {
            BUDGETS[j] = (j % 8) / 10f;
        }
        LEARNERS.forEach(DigitTasks::learn);
    }

    private DigitTasks() {}

    private static void learn(String name) {
        Learner learner = Learner.named(name, D).orElseThrow().forRawRows();
        LabelledImages images = DATA.demonstrations();
        float[][] rows = new float[images.count()][];
        Arrays.setAll(rows, n -> row(images, n));
        Rows x = Rows.copyOf(rows);
        List<Integer> labels = IntStream.range(0, rows.length).mapToObj(images::label).toList();
        State<Integer> state = learner.state(D, IntStream.range(0, CLASSES).boxed().toList());
        state.addAll(x, labels);
        REST.add(functions(Scheme.REST, IntStream.range(0, CLASSES)
                .mapToObj(k -> learner.learn(x, labels.stream().mapToInt(label -> label == k ? 1 : -1).toArray()))
                .toList()));
        List<Classifier> pairs = new ArrayList<>();
        for (int i = 0; i < CLASSES; i++) {
            for (int j = i + 1; j < CLASSES; j++) {
                pairs.add(learner.learn(state.only(List.of(i, j))));
            }
        }
        PAIRS.add(functions(Scheme.PAIRS, pairs));
        pairs.forEach(pair -> BINARY.add(Functions.sign(pair.weights(), pair.intercept())));
    }

    private static float[] row(LabelledImages images, int n) {
        float[] row = new float[D];
        images.copyRow(n, row, 0);
        return row;
    }

    private static Functions functions(Scheme scheme, List<Classifier> each) {
        return new Functions(scheme, CLASSES, each.stream().map(Classifier::weights).toArray(float[][]::new),
                each.stream().mapToDouble(Classifier::intercept).toArray());
    }

    static List<Case> binary(RandomGenerator random) {
        return cases(BINARY, random);
    }

    static List<Case> rest(RandomGenerator random) {
        return cases(REST, random);
    }

    static List<Case> pairs(RandomGenerator random) {
        return cases(PAIRS, random);
    }

    private static List<Case> cases(List<Functions> all, RandomGenerator random) {
        Functions functions = all.get(random.nextInt(all.size()));
        Norm norm = Claim.norm(random);
        boolean box = random.nextBoolean();
        float[] budgets = random.nextInt(4) == 0 ? BUDGETS : null;
        Allowed allowed = new Allowed(norm, box ? ZEROS : null, box ? ONES : null, budgets);
        return random.ints(QUERIES, 0, DATA.queries().count())
                .mapToObj(n -> new Case(functions, row(DATA.queries(), n), allowed))
                .toList();
    }
}
