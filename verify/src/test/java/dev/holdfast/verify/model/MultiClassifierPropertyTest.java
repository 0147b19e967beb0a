package dev.holdfast.verify.model;

import static dev.holdfast.verify.model.CertificatePropertyTest.LOSS;
import static dev.holdfast.verify.model.WorstQuery.atMost;
import static dev.holdfast.verify.model.CertificatePropertyTest.filled;
import static dev.holdfast.verify.model.CertificatePropertyTest.plain;
import static dev.holdfast.verify.model.CertificatePropertyTest.point;
import static dev.holdfast.verify.model.CertificatePropertyTest.reader;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.holdfast.model.Alignment;
import dev.holdfast.model.Classifier;
import dev.holdfast.model.LinearTransformer;
import dev.holdfast.model.MultiClassifier;
import dev.holdfast.model.RobustBayes;
import dev.holdfast.model.Rows;
import dev.holdfast.model.State;
import dev.holdfast.model.Threat;
import dev.holdfast.verify.model.CertificatePropertyTest.Case;
import dev.holdfast.verify.model.CertificatePropertyTest.Entries;
import dev.holdfast.verify.reference.ExactAdversary.Norm;
import dev.holdfast.verify.reference.ExactAdversary;
import dev.holdfast.verify.reference.ManyClasses;
import dev.holdfast.verify.reference.Reference;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

/** Answers and radii for many classes, against their definitions in exact numbers and against brute force. */
class MultiClassifierPropertyTest {
    /** Below it a probability has lost bits. */
    private static final double UNDERFLOW = Double.MIN_NORMAL;

    enum Colour {
        RED,
        GREEN,
        BLUE,
        YELLOW,
        BLACK
    }

    /** Demonstrations of classes that are numbered in order of first appearance. */
    private record Demonstrations(float[][] x, int[] number, int classes) {
        static Demonstrations draw(Random random, Entries entries, int classes, int d) {
            int rows = classes + random.nextInt(2 * classes);
            float[][] x = new float[rows][];
            int[] number = new int[rows];
            int seen = 0;
            for (int n = 0; n < rows; n++) {
                x[n] = n > 0 && random.nextInt(5) == 0 ? x[n - 1].clone() : entries.draw(random, d);
                // classes that have not been seen have to come, in their order
                boolean next = seen == 0 || rows - n == classes - seen || seen < classes && random.nextBoolean();
                number[n] = next ? seen++ : random.nextInt(seen);
            }
            return new Demonstrations(x, number, classes);
        }

        Rows rows() {
            return Rows.copyOf(x);
        }

        <L> List<L> labels(IntFunction<L> label) {
            return Arrays.stream(number).mapToObj(label).toList();
        }

        /** +1 for class c, −1 for all others. */
        Classifier one(Way way, int c) {
            return way.learn(x, Arrays.stream(number).map(k -> k == c ? 1 : -1).toArray());
        }

        /** Class c is +1, r is −1, others are not there. */
        Classifier pair(Way way, int c, int r) {
            int[] members = IntStream.range(0, x.length)
                    .filter(n -> number[n] == c || number[n] == r)
                    .toArray();
            return way.learn(Arrays.stream(members).mapToObj(n -> x[n]).toArray(float[][]::new),
                    Arrays.stream(members).map(n -> number[n] == c ? 1 : -1).toArray());
        }
    }

    /** Weights that take rows as they are, or as they are aligned by themselves. */
    private record Way(LinearTransformer weights, boolean aligned) {
        /** One that reads labels alone, so that no product overflows, or an ideal one. */
        static Way draw(Random random, Entries demonstrations, int d) {
            boolean labelsAlone = demonstrations == Entries.ALL_MAGNITUDES || demonstrations == Entries.ONE_HUGE;
            LinearTransformer weights = labelsAlone || random.nextBoolean() ? reader(d)
                    : random.nextBoolean() ? LinearTransformer.adversarial(d) : LinearTransformer.standard(d);
            return new Way(weights, random.nextBoolean());
        }

        LinearTransformer transformer() {
            return aligned ? weights.aligned() : weights;
        }

        /** What it learns from two classes, by an alignment that is made apart. */
        Classifier learn(float[][] x, int[] y) {
            Rows rows = Rows.copyOf(x);
            return (aligned ? weights.aligned(Alignment.fit(rows, y)) : weights).learn(rows, y);
        }
    }

    /** The functions of one-vs-rest, in exact numbers on their grids. */
    private static final class Functions {
        final float[][] w;
        final double[] c;

        Functions(Classifier[] byClass) {
            int d = byClass[0].features();
            w = new float[byClass.length][d];
            for (int j = 0; j < d; j++) {
                int feature = j;
                BigDecimal[] column = ManyClasses.onGrid(
                        Arrays.stream(byClass).mapToDouble(f -> f.weights()[feature]).toArray(), 22, -149);
                for (int k = 0; k < w.length; k++) {
                    w[k][j] = asFloat(column[k]);
                }
            }
            c = Arrays.stream(ManyClasses.onGrid(
                            Arrays.stream(byClass).mapToDouble(Classifier::intercept).toArray(), 51, -1074))
                    .mapToDouble(MultiClassifierPropertyTest::asDouble)
                    .toArray();
        }

        BigDecimal[] scores(float[] x) {
            BigDecimal[] scores = new BigDecimal[w.length];
            for (int k = 0; k < w.length; k++) {
                scores[k] = ExactAdversary.score(w[k], x, c[k]);
            }
            return scores;
        }

        /** w_k − w_r, which are floats. */
        float[] difference(int k, int r) {
            float[] difference = new float[w[k].length];
            for (int j = 0; j < difference.length; j++) {
                difference[j] = asFloat(new BigDecimal(w[k][j]).subtract(new BigDecimal(w[r][j])));
            }
            return difference;
        }

        double intercept(int k, int r) {
            return asDouble(new BigDecimal(c[k]).subtract(new BigDecimal(c[r])));
        }
    }

    private static float asFloat(BigDecimal value) {
        assertEquals(0, new BigDecimal(value.floatValue()).compareTo(value), "no float");
        return value.floatValue();
    }

    private static double asDouble(BigDecimal value) {
        assertEquals(0, new BigDecimal(value.doubleValue()).compareTo(value), "no double");
        return value.doubleValue();
    }

    @Property(tries = 2000)
    void restAnswersByTheGreatestFunctionAndItsRadiusIsExact(@ForAll Norm norm, @ForAll Entries demonstrations,
            @ForAll Entries features, @ForAll @IntRange(min = 2, max = 5) int classes,
            @ForAll @IntRange(min = 1, max = 8) int d, @ForAll long seed) {
        Random random = new Random(seed);
        Demonstrations all = Demonstrations.draw(random, demonstrations, classes, d);
        Way way = Way.draw(random, demonstrations, d);
        MultiClassifier<Integer> classifier = way.transformer().learnRest(all.rows(), all.labels(k -> 10 * k));
        Functions f = new Functions(IntStream.range(0, classes)
                .mapToObj(k -> all.one(way, k))
                .toArray(Classifier[]::new));
        int one = random.nextInt(classes);
        int other = (one + 1 + random.nextInt(classes - 1)) % classes;
        Case query = new Case(
                random, norm, f.difference(one, other), f.intercept(one, other), features.draw(random, d));
        checkRest(classifier, f, query);
    }

    private static void checkRest(MultiClassifier<Integer> classifier, Functions f, Case query) {
        BigDecimal[] scores = f.scores(query.x);
        int winner = ManyClasses.winner(scores);
        assertEquals(10 * winner, classifier.predict(query.x));
        double[] rounded = classifier.scores(query.x);
        for (int k = 0; k < scores.length; k++) {
            double magnitude = Math.abs(f.c[k]);
            for (int j = 0; j < query.x.length; j++) {
                magnitude += Math.abs((double) f.w[k][j] * query.x[j]);
            }
            BigDecimal error = scores[k].subtract(new BigDecimal(rounded[k])).abs();
            double bound = Reference.gamma(query.x.length + 2, 0x1p-53) * magnitude;
            assertTrue(error.compareTo(new BigDecimal(bound)) <= 0);
        }
        double radius = classifier.radius(query.x, query.threat);
        boolean reached = radius == Double.POSITIVE_INFINITY;
        for (int r = 0; r < scores.length; r++) {
            BigDecimal margin = scores[winner].subtract(scores[r]);
            if (r == winner) {
                continue;
            }
            if (margin.signum() == 0) {
                assertEquals(0, radius);
                return;
            }
            ExactAdversary rival = query.against(f.difference(winner, r), 1);
            if (radius == Double.POSITIVE_INFINITY) {
                assertTrue(rival.price(new BigDecimal("1e200")).compareTo(margin) < 0);
                continue;
            }
            BigDecimal size = new BigDecimal(radius);
            assertTrue(rival.price(size).compareTo(margin) <= 0, "unsound");
            BigDecimal larger = size.add(size.multiply(LOSS));
            reached |= atMost(rival.price(larger)).compareTo(margin) >= 0;
        }
        assertTrue(reached, "lossy");
    }

    @Property(tries = 1000)
    void pairsAnswerByMostVotesAndTheirRadiusIsThatOfTheLeastSetOfVotes(@ForAll Norm norm,
            @ForAll Entries demonstrations, @ForAll Entries features, @ForAll @IntRange(min = 2, max = 5) int classes,
            @ForAll @IntRange(min = 1, max = 6) int d, @ForAll long seed) {
        Random random = new Random(seed);
        Demonstrations all = Demonstrations.draw(random, demonstrations, classes, d);
        Way way = Way.draw(random, demonstrations, d);
        MultiClassifier<String> classifier = way.transformer().learnPairs(all.rows(), all.labels(k -> "class " + k));
        List<Classifier> byPair = new ArrayList<>();
        for (int c = 0; c < classes; c++) {
            for (int r = c + 1; r < classes; r++) {
                byPair.add(all.pair(way, c, r));
            }
        }
        Classifier some = byPair.get(random.nextInt(byPair.size()));
        Case query = new Case(random, norm, some, features.draw(random, d));
        BigDecimal[][] f = byPair(byPair, query.x);
        Integer[] votes = ManyClasses.votes(f);
        String winner = "class " + ManyClasses.winner(votes);
        assertEquals(winner, classifier.predict(query.x));
        assertArrayEquals(Arrays.stream(votes).mapToDouble(v -> v).toArray(), classifier.scores(query.x));

        double[][] radii = new double[classes][classes];
        int pair = 0;
        for (int c = 0; c < classes; c++) {
            for (int r = c + 1; r < classes; r++) {
                radii[c][r] = byPair.get(pair++).radius(query.x, query.threat);
            }
        }
        double radius = classifier.radius(query.x, query.threat);
        assertEquals(ManyClasses.leastSize(f, radii), radius);
        checkNoneChanges(random, byPair, query, Math.min(radius, 1e30), winner);
    }

    /** f of each pair at x, by exact sums. */
    private static BigDecimal[][] byPair(List<Classifier> byPair, float[] x) {
        int classes = (int) Math.sqrt(2 * byPair.size()) + 1;
        BigDecimal[][] f = new BigDecimal[classes][classes];
        int pair = 0;
        for (int c = 0; c < classes; c++) {
            for (int r = c + 1; r < classes; r++) {
                Classifier one = byPair.get(pair++);
                f[c][r] = ExactAdversary.score(one.weights(), x, one.intercept());
            }
        }
        return f;
    }

    /** The worst queries for and against each pair, and points among them, inside the radius. */
    private static void checkNoneChanges(
            Random random, List<Classifier> byPair, Case query, double radius, String winner) {
        BigDecimal ball = new BigDecimal(radius).pow(query.norm == Norm.L2 ? 2 : 1);
        double inside = radius * (1 - 0x1p-30);
        List<float[]> others = new ArrayList<>();
        for (Classifier one : byPair) {
            for (int y = -1; y <= 1; y += 2) {
                others.add(one.attack(query.x, y, query.threat, inside));
            }
        }
        for (int trial = 0; trial < 10; trial++) {
            others.add(point(random, query, inside));
        }
        for (float[] other : others) {
            BigDecimal size = ExactAdversary.size(query.norm, query.b, query.x, other);
            if (size != null && size.compareTo(ball) < 0) {
                assertEquals(winner, "class " + ManyClasses.winner(ManyClasses.votes(byPair(byPair, other))));
            }
        }
    }

    @Property(tries = 300)
    void twoClassesAnswerAsOneBinaryClassifier(@ForAll Norm norm, @ForAll boolean boxed,
            @ForAll @IntRange(min = 1, max = 8) int d, @ForAll long seed) {
        Random random = new Random(seed);
        // two demonstrations of small integers: w and c are multiples of ½, which no grid rounds
        float[][] x = {Entries.INTEGERS.draw(random, d), Entries.INTEGERS.draw(random, d)};
        Rows rows = Rows.copyOf(x);
        LinearTransformer transformer = LinearTransformer.adversarial(d).aligned();
        int[] y = {1, -1};
        Classifier binary = transformer.aligned(Alignment.fit(rows, y)).learn(rows, y);
        float[] query = Entries.INTEGERS.draw(random, d);
        Threat threat = boxed ? plain(norm).inBox(-2, 2.5) : plain(norm).freeze(random.nextInt(d));
        List<Colour> labels = List.of(Colour.BLUE, Colour.RED);
        Colour expected = binary.predict(query) >= 0 ? Colour.BLUE : Colour.RED;
        for (MultiClassifier<Colour> many :
                List.of(transformer.learnRest(rows, labels), transformer.learnPairs(rows, labels))) {
            assertEquals(labels, many.classes());
            assertEquals(d, many.features());
            assertEquals(expected, many.predict(query));
            assertEquals(binary.radius(query, threat), many.radius(query, threat));
            assertEquals(binary.radius(query), many.radius(query));
        }
        assertArrayEquals(new double[] {binary.score(query), -binary.score(query)},
                transformer.learnRest(rows, labels).scores(query), 0.0);
    }

    @Property(tries = 200)
    void whatIsSaidOfAQueryAgrees(@ForAll Norm norm, @ForAll boolean boxed, @ForAll boolean rest,
            @ForAll @IntRange(min = 2, max = 5) int classes, @ForAll @IntRange(min = 1, max = 8) int d,
            @ForAll long seed) {
        Random random = new Random(seed);
        Entries entries = random.nextBoolean() ? Entries.REALS : Entries.INTEGERS;
        Demonstrations all = Demonstrations.draw(random, entries, classes, d);
        LinearTransformer transformer = LinearTransformer.adversarial(d).aligned();
        List<Colour> y = all.labels(k -> Colour.values()[classes - 1 - k]);
        MultiClassifier<Colour> classifier =
                rest ? transformer.learnRest(all.rows(), y) : transformer.learnPairs(all.rows(), y);
        Threat threat = boxed ? plain(norm).inBox(-2, 2) : plain(norm).freeze(random.nextInt(d));
        int rows = 1 + random.nextInt(10);
        float[] apart = filled(3 + rows * (d + 2), Float.NaN);
        List<float[]> x = new ArrayList<>();
        List<Colour> asked = new ArrayList<>();
        for (int n = 0; n < rows; n++) {
            x.add(Entries.INTEGERS.draw(random, d));
            System.arraycopy(x.get(n), 0, apart, 3 + n * (d + 2), d);
            asked.add(Colour.values()[random.nextInt(classes)]);
        }
        Rows queries = Rows.view(apart, 3, d + 2, rows, d);
        double[] scores = classifier.scores(queries);
        assertEquals(rows * classes, scores.length);
        List<Colour> predicted = classifier.predict(queries);
        List<MultiClassifier.Answer<Colour>> answers = classifier.answers(queries, threat);
        assertEquals(rows, predicted.size());
        assertEquals(rows, answers.size());
        double[] radii = classifier.signedRadii(queries, asked, threat);
        double[] epsilons = {0.3, 0, 1.5, Math.max(0, Math.min(radii[0], 1e30))};
        int[] right = new int[epsilons.length];
        for (int n = 0; n < rows; n++) {
            Colour label = classifier.predict(x.get(n));
            double radius = classifier.radius(x.get(n), threat);
            double score = classifier.scores(x.get(n))[classifier.classes().indexOf(label)];
            assertEquals(new MultiClassifier.Answer<>(label, score, radius), classifier.answer(x.get(n), threat));
            assertEquals(classifier.answer(x.get(n), threat), answers.get(n));
            assertEquals(label, predicted.get(n));
            assertArrayEquals(classifier.scores(x.get(n)), Arrays.copyOfRange(scores, n * classes, (n + 1) * classes));
            assertEquals(label == asked.get(n) || radius == 0 ? radius : -radius, radii[n]);
            for (int e = 0; e < epsilons.length; e++) {
                assertEquals(radius > epsilons[e] ? Optional.of(label) : Optional.empty(),
                        classifier.predict(x.get(n), threat, epsilons[e]));
                right[e] += label == asked.get(n) && radius > epsilons[e] ? 1 : 0;
            }
        }
        double[] curve = classifier.robustAccuracy(queries, asked, threat, epsilons);
        for (int e = 0; e < epsilons.length; e++) {
            assertEquals((double) right[e] / rows, curve[e]);
        }
    }

    /** Classes of the same rows, moved: then a state of two of them has the covariance of all, to the bit. */
    private static State<Integer> moved(Random random, RobustBayes learner, int classes, int d) {
        List<Integer> labels = IntStream.range(0, classes).boxed().toList();
        State<Integer> state = learner.state(d, labels).exact();
        List<float[]> rows = new ArrayList<>();
        for (int n = 0; n < 4; n++) {
            float[] row = Entries.INTEGERS.draw(random, d);
            row[n % d] += 3;
            rows.add(row);
        }
        for (int c = 0; c < classes; c++) {
            float[] centre = Entries.INTEGERS.draw(random, d);
            centre[0] = 4 << c;
            for (float[] row : rows) {
                for (int sign = -1; sign <= 1; sign += 2) {
                    float[] x = centre.clone();
                    for (int j = 0; j < d; j++) {
                        x[j] += sign * row[j];
                    }
                    state.add(x, c);
                }
            }
        }
        return state;
    }

    /** Any form of the learner, at half of the size at which nothing can be learnt. */
    private static RobustBayes bayes(Random random, Norm norm, int form) {
        RobustBayes full = RobustBayes.against(plain(norm), 0).ridge(0.5 + random.nextInt(3));
        return form == 0 ? full : form == 1 ? full.diagonal() : full.identity();
    }

    @Property(tries = 200)
    void pairsCoupleTheProbabilitiesOfTheirPairs(@ForAll Norm norm, @ForAll @IntRange(max = 2) int form,
            @ForAll boolean robust, @ForAll @IntRange(min = 2, max = 5) int classes,
            @ForAll @IntRange(min = 1, max = 6) int d, @ForAll long seed) {
        Random random = new Random(seed);
        RobustBayes of = bayes(random, norm, form);
        State<Integer> state = moved(random, of, classes, d);
        RobustBayes learner = robust ? of.withEpsilon(of.limit(state) / 2) : of;
        MultiClassifier<Integer> classifier = learner.learnPairs(state);
        float[] x = Entries.REALS.draw(random, d);
        double[] p = new double[classes];
        double sum = 0;
        // of the sums of up to K numbers, whose differences to K − 2 are at least 1, and of exponents
        double error = 0;
        for (int c = 0; c < classes; c++) {
            double inverse = 0;
            for (int r = 0; r < classes; r++) {
                if (r != c) {
                    // the first of a pair is +1
                    Classifier pair = learner.learn(state.only(List.of(Math.min(c, r), Math.max(c, r))));
                    double f = c < r ? pair.score(x) : -pair.score(x);
                    inverse += 1 + Math.exp(-2 * f);
                    error = Math.max(error, Reference.gamma(classes + 8, 0x1p-52) * (classes + Math.abs(2 * f)));
                }
            }
            p[c] = 1 / (inverse - (classes - 2));
            sum += p[c];
        }
        double[] found = classifier.probabilities(x);
        assertEquals(1, Arrays.stream(found).sum(), Reference.gamma(2 * classes, 0x1p-53));
        for (int c = 0; c < classes; c++) {
            assertEquals(p[c] / sum, found[c], Math.expm1(4 * error) * (p[c] / sum) + UNDERFLOW);
        }
    }

    /** Against the densities: Σ is a multiple of the identity, and classes are as likely as they are told to be. */
    @Property(tries = 200)
    void withoutAnAdversaryPairsHaveTheProbabilitiesOfNormalClasses(
            @ForAll @IntRange(min = 2, max = 5) int classes, @ForAll @IntRange(min = 1, max = 6) int d,
            @ForAll long seed) {
        Random random = new Random(seed);
        double[] priors = random.doubles(classes, 0.1, 1).toArray();
        RobustBayes learner = RobustBayes.l2(0).identity().priors(priors);
        Demonstrations all = Demonstrations.draw(random, Entries.INTEGERS, classes, d);
        // a row that is not its class's mean, so that there is a variance
        float[][] rows = Arrays.copyOf(all.x, all.x.length + 1);
        rows[all.x.length] = all.x[0].clone();
        rows[all.x.length][0] += 2;
        int[] number = Arrays.copyOf(all.number, rows.length);
        // classes whose means differ
        for (int n = 0; n < rows.length; n++) {
            rows[n] = rows[n].clone();
            rows[n][0] += 6 * number[n];
        }
        double[][] mean = new double[classes][d];
        int[] size = new int[classes];
        for (int n = 0; n < rows.length; n++) {
            size[number[n]]++;
            for (int j = 0; j < d; j++) {
                mean[number[n]][j] += rows[n][j];
            }
        }
        for (int c = 0; c < classes; c++) {
            for (int j = 0; j < d; j++) {
                mean[c][j] /= size[c];
            }
        }
        double far = Arrays.stream(mean).flatMapToDouble(Arrays::stream).map(Math::abs).max().orElseThrow();
        double variance = 0;
        double squares = 0;
        for (int n = 0; n < rows.length; n++) {
            for (int j = 0; j < d; j++) {
                variance += Math.pow(rows[n][j] - mean[number[n]][j], 2) / (rows.length * d);
                squares += rows[n][j] * (double) rows[n][j] / (rows.length * d);
            }
        }
        float[] x = Entries.INTEGERS.draw(random, d);
        x[0] += random.nextInt(6 * classes);
        double[] exponent = new double[classes];
        // of an exponent: weights are rounded to floats once; the rest are sums in double, of magnitudes that cancel
        double error = 0;
        double rounding = Reference.gamma(8 * rows.length * d + 50, 0x1p-53);
        for (int c = 0; c < classes; c++) {
            exponent[c] = Math.log(priors[c]);
            double magnitude = 0;
            for (int j = 0; j < d; j++) {
                exponent[c] -= Math.pow(x[j] - mean[c][j], 2) / (2 * variance);
                magnitude += Math.pow(Math.abs(x[j]) + Math.abs(mean[c][j]) + far, 2) / variance;
            }
            error = Math.max(error,
                    magnitude * (0x1p-24 + rounding * (1 + squares / variance)) + rounding * (1 + Math.abs(exponent[c])));
        }
        double greatest = Arrays.stream(exponent).max().orElseThrow();
        double sum = Arrays.stream(exponent).map(e -> Math.exp(e - greatest)).sum();
        List<Integer> y = Arrays.stream(number).boxed().toList();
        State<Integer> exact = learner.state(d, IntStream.range(0, classes).boxed().toList()).exact();
        exact.addAll(Rows.copyOf(rows), y);
        for (double[] found : List.of(learner.learnPairs(Rows.copyOf(rows), y).probabilities(x),
                learner.learnPairs(exact).probabilities(x))) {
            for (int c = 0; c < classes; c++) {
                double expected = Math.exp(exponent[c] - greatest) / sum;
                assertEquals(expected, found[c], Math.expm1(2 * error) * expected + UNDERFLOW);
            }
        }
    }

    @Property(tries = 200)
    void restDividesTheProbabilitiesOfEachClassAgainstTheRest(@ForAll Norm norm, @ForAll @IntRange(max = 2) int form,
            @ForAll boolean robust, @ForAll @IntRange(min = 2, max = 5) int classes,
            @ForAll @IntRange(min = 1, max = 6) int d, @ForAll long seed) {
        Random random = new Random(seed);
        RobustBayes of = bayes(random, norm, form);
        State<Integer> state = moved(random, of, classes, d);
        MultiClassifier<Integer> classifier = of.withEpsilon(robust ? 0x1p-20 : 0).learnRest(state);
        float[] x = Entries.REALS.draw(random, d);
        double[] p = classifier.scores(x);
        double error = 0;
        for (int c = 0; c < classes; c++) {
            error = Math.max(error, Reference.gamma(classes + 8, 0x1p-52) * (2 + Math.abs(2 * p[c])));
            p[c] = 1 / (1 + Math.exp(-2 * p[c]));
        }
        double sum = Arrays.stream(p).sum();
        double[] found = classifier.probabilities(x);
        for (int c = 0; c < classes; c++) {
            assertEquals(p[c] / sum, found[c], Math.expm1(4 * error) * (p[c] / sum) + UNDERFLOW);
        }
    }

    /** Any functions, one of a Gaussian model among them: that is not enough for probabilities, or for its file. */
    @Property(tries = 100)
    void anyFunctionsHaveTheCertificatesOfOneVersusRest(@ForAll Norm norm, @ForAll Entries features,
            @ForAll @IntRange(min = 2, max = 5) int classes, @ForAll @IntRange(min = 1, max = 8) int d,
            @ForAll long seed) throws IOException {
        Random random = new Random(seed);
        List<Classifier> functions = new ArrayList<>();
        functions.add(RobustBayes.l2(0).ridge(1).learn(Rows.copyOf(new float[d], filled(d, 1)), new int[] {1, -1}));
        for (int k = 1; k < classes; k++) {
            functions.add(Classifier.of(Entries.REALS.draw(random, d), random.nextGaussian()));
        }
        MultiClassifier<Integer> classifier = MultiClassifier.ofRest(
                IntStream.range(0, classes).mapToObj(k -> 10 * k).toList(), functions);
        assertEquals(Optional.empty(), classifier.origin());
        Functions f = new Functions(functions.toArray(Classifier[]::new));
        Case query = new Case(random, norm, f.difference(0, 1), f.intercept(0, 1), features.draw(random, d));
        checkRest(classifier, f, query);
        assertThrows(IllegalStateException.class, () -> classifier.probabilities(query.x));
        Path file = Files.createTempFile("classifier", ".npz");
        try {
            classifier.save(file, label -> "" + label);
            checkRest(MultiClassifier.load(file, Integer::valueOf), f, query);
        } finally {
            Files.delete(file);
        }
    }

    @Example
    void equalClassesAnswerByTheFirstAndAreCertainOfNothing() {
        Rows x = Rows.copyOf(new float[] {1, 2}, new float[] {1, 2}, new float[] {-1, -2});
        List<String> y = List.of("second", "first", "other");
        float[] query = {3, 1};
        for (MultiClassifier<String> classifier : List.of(
                LinearTransformer.adversarial(2).aligned().learnRest(x, y),
                LinearTransformer.adversarial(2).aligned().learnPairs(x, y))) {
            assertEquals(y, classifier.classes());
            assertEquals("second", classifier.predict(query));
            assertEquals(0, classifier.radius(query));
            assertEquals(Optional.empty(), classifier.predict(query, Threat.l2(), 0));
            assertArrayEquals(new double[] {0}, classifier.robustAccuracy(Rows.copyOf(query), List.of("second"),
                    Threat.linf(), 0));
        }
    }

    /** Rivals change the answer at their own sizes: on a line, 0, 4 and 10 have their boundaries where sums say. */
    @Example
    void votesOnALine() {
        Rows x = Rows.copyOf(new float[] {0}, new float[] {4}, new float[] {10});
        MultiClassifier<Integer> classifier = LinearTransformer.adversarial(1).aligned().learnPairs(x, List.of(0, 4, 10));
        // boundaries halfway: 2, 5 and 7
        assertArrayEquals(new double[] {0, 2, 1}, classifier.scores(new float[] {5.5f}));
        assertEquals(4, classifier.predict(new float[] {5.5f}));
        // 10 needs one vote to be equal and two to win: both lie in its pair with 4
        assertEquals(1.5, classifier.radius(new float[] {5.5f}), 1.5e-6);
        assertEquals(0, classifier.predict(new float[] {-1}));
        assertEquals(3, classifier.radius(new float[] {-1}), 3e-6);
    }

    /** Differences are made when they are needed; all threads see the same. */
    @Example
    void threadsThatShareAClassifierAgree() {
        Random random = new Random(1);
        Demonstrations all = Demonstrations.draw(random, Entries.REALS, 30, 20);
        List<Integer> y = all.labels(k -> k);
        float[][] queries = ClassifierPropertyTest.reals(random, 200, 20);
        MultiClassifier<Integer> alone = LinearTransformer.adversarial(20).aligned().learnRest(all.rows(), y);
        MultiClassifier<Integer> shared = LinearTransformer.adversarial(20).aligned().learnRest(all.rows(), y);
        List<MultiClassifier.Answer<Integer>> answers = Collections.nCopies(4, queries).parallelStream()
                .flatMap(Arrays::stream)
                .map(x -> shared.answer(x, Threat.l2()))
                .toList();
        for (int n = 0; n < answers.size(); n++) {
            assertEquals(alone.answer(queries[n % queries.length], Threat.l2()), answers.get(n));
        }
    }
}
