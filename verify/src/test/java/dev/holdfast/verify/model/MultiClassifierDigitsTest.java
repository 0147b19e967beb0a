package dev.holdfast.verify.model;

import static dev.holdfast.verify.model.ClassifierPropertyTest.doubles;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import dev.holdfast.model.LinearTransformer;
import dev.holdfast.model.Rows;
import dev.holdfast.model.Threat;
import dev.holdfast.verify.data.Digits;
import dev.holdfast.verify.data.LabelledImages;
import dev.holdfast.verify.reference.Reference;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Ten digits: the accuracy of both schemes, clean and certified in ℓ∞, is that of the formulas in float64. */
class MultiClassifierDigitsTest {
    private static final int CLASSES = 10;
    private static final int D = 64;
    private static final double[] EPSILONS = {0, 0.05, 0.1};
    private static final LabelledImages DEMONSTRATIONS = Digits.load().demonstrations();
    private static final LabelledImages QUERIES = Digits.load().queries();

    /** f(x) = w·x + c. */
    private record Function(double[] w, double c) {
        double score(double[] x) {
            return Reference.score(w, x) + c;
        }

        /** The most that ε takes from a margin of sign {@code sign} when features stay in 0..1, if they have to. */
        double price(double[] x, double sign, double epsilon, boolean boxed) {
            double sum = 0;
            for (int j = 0; j < D; j++) {
                double room = sign * w[j] > 0 ? x[j] : 1 - x[j];
                sum += Math.abs(w[j]) * (boxed ? Math.min(epsilon, room) : epsilon);
            }
            return sum;
        }

        /** Whether no perturbation within ε takes all of the margin. */
        boolean holds(double[] x, double epsilon, boolean boxed) {
            double score = score(x);
            return Math.abs(score) > price(x, Math.signum(score), epsilon, boxed);
        }

        Function minus(Function other) {
            return new Function(IntStream.range(0, D).mapToDouble(j -> w[j] - other.w[j]).toArray(), c - other.c);
        }
    }

    @ParameterizedTest
    @CsvSource({"true, true", "true, false", "false, true", "false, false"})
    void accuracyIsThatOfTheFormulas(boolean adversarial, boolean boxed) {
        LinearTransformer transformer = adversarial ? LinearTransformer.adversarial(D) : LinearTransformer.standard(D);
        Threat threat = boxed ? Threat.linf().inBox(0, 1) : Threat.linf();
        Rows x = Rows.copyOf(images(DEMONSTRATIONS));
        Rows queries = Rows.copyOf(images(QUERIES));
        assertArrayEquals(rest(adversarial, boxed),
                transformer.aligned().learnRest(x, labels(DEMONSTRATIONS))
                        .robustAccuracy(queries, labels(QUERIES), threat, EPSILONS));
        assertArrayEquals(pairs(adversarial, boxed),
                transformer.aligned().learnPairs(x, labels(DEMONSTRATIONS))
                        .robustAccuracy(queries, labels(QUERIES), threat, EPSILONS));
    }

    private static float[][] images(LabelledImages images) {
        float[][] x = new float[images.count()][D];
        for (int n = 0; n < x.length; n++) {
            images.copyRow(n, x[n], 0);
        }
        return x;
    }

    private static List<String> labels(LabelledImages images) {
        return IntStream.range(0, images.count())
                .mapToObj(n -> "digit " + images.label(n))
                .toList();
    }

    private static double[] rest(boolean adversarial, boolean boxed) {
        List<Function> f = IntStream.range(0, CLASSES)
                .mapToObj(c -> learnt(adversarial, n -> true, c))
                .toList();
        return share((x, y, epsilon) -> IntStream.range(0, CLASSES).filter(r -> r != y).allMatch(r -> {
            Function difference = f.get(y).minus(f.get(r));
            return difference.score(x) > difference.price(x, 1, epsilon, boxed);
        }));
    }

    private static double[] pairs(boolean adversarial, boolean boxed) {
        // classes in the order in which they appear
        int[] order = IntStream.range(0, DEMONSTRATIONS.count())
                .map(DEMONSTRATIONS::label)
                .distinct()
                .toArray();
        Function[][] f = new Function[CLASSES][CLASSES];
        for (int c = 0; c < CLASSES; c++) {
            for (int r = c + 1; r < CLASSES; r++) {
                int first = order[c];
                int other = order[r];
                f[c][r] = learnt(adversarial,
                        n -> DEMONSTRATIONS.label(n) == first || DEMONSTRATIONS.label(n) == other, first);
            }
        }
        return share((x, y, epsilon) -> {
            boolean[][] won = new boolean[CLASSES][CLASSES];
            boolean[][] holds = new boolean[CLASSES][CLASSES];
            for (int c = 0; c < CLASSES; c++) {
                for (int r = c + 1; r < CLASSES; r++) {
                    won[c][r] = f[c][r].score(x) >= 0;
                    won[r][c] = !won[c][r];
                    holds[c][r] = f[c][r].holds(x, epsilon, boxed);
                    holds[r][c] = holds[c][r];
                }
            }
            int right = IntStream.range(0, CLASSES).filter(k -> order[k] == y).findFirst().orElseThrow();
            return remains(won, holds, right);
        });
    }

    /** Whether c wins, and against each rival even if all votes that do not hold go the rival's way. */
    private static boolean remains(boolean[][] won, boolean[][] holds, int c) {
        for (int r = 0; r < CLASSES; r++) {
            int lead = 0;
            for (int k = 0; k < CLASSES; k++) {
                lead += won[c][k] && holds[c][k] ? 1 : 0;
                lead -= r != k && !(won[k][r] && holds[k][r]) ? 1 : 0;
            }
            if (r != c && (lead < 0 || lead == 0 && r < c)) {
                return false;
            }
        }
        return true;
    }

    @FunctionalInterface
    private interface Right {
        boolean at(double[] x, int y, double epsilon);
    }

    private static double[] share(Right right) {
        float[][] x = images(QUERIES);
        double[] share = new double[EPSILONS.length];
        for (int e = 0; e < share.length; e++) {
            int count = 0;
            for (int n = 0; n < x.length; n++) {
                count += right.at(doubles(x[n]), QUERIES.label(n), EPSILONS[e]) ? 1 : 0;
            }
            share[e] = (double) count / x.length;
        }
        return share;
    }

    /** What a transformer with ideal weights learns from some demonstrations, centred and aligned: +1 for one class. */
    private static Function learnt(boolean adversarial, IntPredicate member, int positive) {
        float[][] images = images(DEMONSTRATIONS);
        List<double[]> x = new ArrayList<>();
        List<Double> labels = new ArrayList<>();
        for (int n = 0; n < images.length; n++) {
            if (member.test(n)) {
                x.add(doubles(images[n]));
                labels.add(DEMONSTRATIONS.label(n) == positive ? 1.0 : -1.0);
            }
        }
        double[] y = labels.stream().mapToDouble(label -> label).toArray();
        double balance = Arrays.stream(y).sum();
        double[] mean = new double[D];
        double[] sign = new double[D];
        for (int j = 0; j < D; j++) {
            int feature = j;
            // sums of sixteenths are exact: where a feature says nothing, its sign is 0
            double sum = x.stream().mapToDouble(row -> row[feature]).sum();
            double aligned = IntStream.range(0, y.length).mapToDouble(n -> y[n] * x.get(n)[feature]).sum();
            mean[j] = sum / y.length;
            sign[j] = Math.signum(y.length * aligned - balance * sum);
        }
        double[][] z = new double[y.length][D];
        for (int n = 0; n < y.length; n++) {
            for (int j = 0; j < D; j++) {
                z[n][j] = sign[j] * (x.get(n)[j] - mean[j]);
            }
        }
        double[] p = new double[D + 1];
        Arrays.fill(p, 1);
        double[][] qBar = new double[D + 1][D];
        for (int i = 0; i <= D; i++) {
            for (int j = 0; j < D; j++) {
                qBar[i][j] = !adversarial || i == j ? 1 : 0;
            }
        }
        double[] w = Reference.readout(qBar, Reference.contextState(z, y, p), y.length);
        double c = 0;
        for (int j = 0; j < D; j++) {
            w[j] *= sign[j];
            c -= w[j] * mean[j];
        }
        return new Function(w, c);
    }
}
