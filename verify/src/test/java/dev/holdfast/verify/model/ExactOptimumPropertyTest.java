package dev.holdfast.verify.model;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.holdfast.model.Classifier;
import dev.holdfast.model.ExactOptimum.Phase;
import dev.holdfast.model.ExactOptimum;
import dev.holdfast.model.Rows;
import dev.holdfast.verify.reference.PopulationLoss;
import dev.holdfast.verify.reference.Reference;
import dev.holdfast.verify.reference.VertexScan;
import java.util.Arrays;
import java.util.Random;
import java.util.function.Predicate;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

/** The closed form against the loss's definition, brute force, the scan, drawn tasks and gradient descent. */
class ExactOptimumPropertyTest {
    private static final double U = 0x1p-53;

    /** The closed form's own roundings, relative to the loss's magnitude. */
    private static final double ERROR = Reference.gamma(20, U);

    private static double lambda(Random random) {
        return switch (random.nextInt(6)) {
            case 0 -> 0;
            case 1 -> 1;
            case 2 -> Math.pow(10, -6 * random.nextDouble());
            default -> random.nextDouble();
        };
    }

    /** An ε within one of the phases, at the start of one, or far beyond the last. */
    private static double epsilon(Random random, int d, double lambda) {
        double[] thresholds = ExactOptimum.thresholds(d, lambda);
        int phase = random.nextInt(5);
        double from = phase == 0 ? 0 : thresholds[phase - 1];
        double to = phase == 4 ? 2 : thresholds[phase];
        return switch (random.nextInt(8)) {
            case 0 -> from;
            case 1 -> random.nextInt(9) == 0 ? 1e30 : to;
            default -> from + (to - from) * random.nextDouble();
        };
    }

    private static int logUniform(Random random, int greatest) {
        return (int) Math.pow(greatest + 1.0, random.nextDouble());
    }

    private static double[] ones(int length) {
        double[] ones = new double[length];
        Arrays.fill(ones, 1);
        return ones;
    }

    /** The error of a loss by its definition and of one in closed form; for p = 1 the magnitude is the greatest. */
    private static double bound(int d, double lambda, double epsilon) {
        double magnitude = -new PopulationLoss(d, lambda, -epsilon).least(ones(d + 1));
        return (PopulationLoss.relativeError(d) + ERROR) * magnitude;
    }

    @Property(tries = 500)
    void noVertexIsBetterAndOneIsAsGood(@ForAll @IntRange(min = 1, max = 6) int d, @ForAll long seed) {
        Random random = new Random(seed);
        double lambda = lambda(random);
        double epsilon = epsilon(random, d, lambda);
        assertEquals(new PopulationLoss(d, lambda, epsilon).least(),
                ExactOptimum.of(d, lambda, epsilon).objective(), bound(d, lambda, epsilon));
    }

    @Property(tries = 300)
    void theScanFindsNothingBetter(@ForAll long seed) {
        Random random = new Random(seed);
        int d = logUniform(random, 20_000);
        double lambda = lambda(random);
        isTheBestOfTheScan(d, lambda, epsilon(random, d, lambda));
    }

    @Example
    void theScanOfAMillionFeaturesFindsNothingBetter() {
        double[] thresholds = ExactOptimum.thresholds(1_000_000, 0.1);
        double from = 0;
        for (int i = 0; i < 4; i++) {
            double epsilon = (from + thresholds[i]) / 2;
            isTheBestOfTheScan(1_000_000, 0.1, epsilon);
            ExactOptimum optimum = ExactOptimum.of(1_000_000, 0.1, epsilon);
            assertEquals(Phase.values()[i], optimum.phase());
            assertEquals(1_000_000, optimum.transformer().features());
            from = thresholds[i];
        }
    }

    private static void isTheBestOfTheScan(int d, double lambda, double epsilon) {
        ExactOptimum optimum = ExactOptimum.of(d, lambda, epsilon);
        VertexScan scan = new VertexScan(d, lambda, epsilon);
        VertexScan.Candidate best = scan.best();
        VertexScan.Candidate same = scan.candidate(optimum.ones(), optimum.label());
        // each of the two losses may be off by its error, the closed form's being less than the scan's
        double error = 2 * Math.max(best.error(), same.error());
        assertEquals(best.loss(), same.loss(), error);
        assertEquals(same.loss(), optimum.objective(), error);
    }

    @Property(tries = 100)
    void theScanIsTheDefinition(@ForAll @IntRange(min = 1, max = 8) int d, @ForAll long seed) {
        Random random = new Random(seed);
        double lambda = lambda(random);
        double epsilon = epsilon(random, d, lambda);
        for (int k = 0; k <= d; k++) {
            double[] p = new double[d + 1];
            Arrays.fill(p, 0, k, 1);
            p[d] = random.nextInt(2);
            VertexScan.Candidate candidate = new VertexScan(d, lambda, epsilon).candidate(k, (int) p[d]);
            double magnitude = -new PopulationLoss(d, lambda, -epsilon).least(p);
            assertEquals(new PopulationLoss(d, lambda, epsilon).least(p), candidate.loss(),
                    PopulationLoss.relativeError(d) * magnitude + candidate.error());
        }
    }

    @Property(tries = 60)
    void thresholdsAreThoseOfBisectionOnTheScan(@ForAll long seed) {
        Random random = new Random(seed);
        int d = logUniform(random, 300);
        double lambda = lambda(random);
        double[] thresholds = ExactOptimum.thresholds(d, lambda);
        // a gain own (1 − ε) + rest (λ/2 − ε), ε ≤ 1, changes sign where it is less than the scan's rounding of it,
        // which is at most 4 γ times its slope own + rest
        double error = 4 * Reference.gamma(40, U) + ERROR;
        assertEquals(bisect(d, lambda, best -> (best.offDiagonal() || d == 1) && best.labelRow() && best.ones() == d
                && best.loss() < 0), thresholds[0], error);
        assertEquals(bisect(d, lambda, best -> best.labelRow() && best.ones() == d && best.loss() < 0),
                thresholds[1], error);
        assertEquals(bisect(d, lambda, best -> best.loss() < 0), thresholds[3], error);
        // here the losses of d and d−1 features cross; this is the difference of their slopes
        VertexScan scan = new VertexScan(d, lambda, thresholds[2]);
        double slope = (2 + (d - 1) * (lambda * lambda / 3 + lambda / 2)
                + 2 * (d - 1) * (lambda + (d - 2) * lambda * lambda / 4)) / d;
        double crossing = (scan.candidate(d, 1).error() + scan.candidate(d - 1, 1).error()) / slope;
        assertEquals(bisect(d, lambda, best -> best.ones() == d && best.loss() < 0), thresholds[2],
                2 * crossing + ERROR);
    }

    /** Where what holds at ε = 0 and below ceases to hold. */
    private static double bisect(int d, double lambda, Predicate<VertexScan.Candidate> holds) {
        double low = 0;
        double high = 2;
        for (int step = 0; step < 60; step++) {
            double middle = (low + high) / 2;
            if (holds.test(new VertexScan(d, lambda, middle).best())) {
                low = middle;
            } else {
                high = middle;
            }
        }
        return low;
    }

    @Example
    void thresholdsOfTheAuthorsSettings() {
        double printed = 5e-7;
        assertArrayEquals(new double[] {0.074429, 0.097500, 0.484689, 0.943417}, ExactOptimum.thresholds(20, 0.1),
                printed);
        assertArrayEquals(new double[] {0.057986, 0.059500, 0.199557, 0.764286}, ExactOptimum.thresholds(100, 0.1),
                printed);
        assertArrayEquals(new double[] {1, 1, 1, 1}, ExactOptimum.thresholds(1, 0.1));
        assertArrayEquals(new double[] {0, 0.25, 1, 1}, ExactOptimum.thresholds(4, 0));
    }

    @Property(tries = 300)
    void aPhaseEndsWhereTheNextBeginsAndTheLossDoesNotJump(
            @ForAll @IntRange(min = 2, max = 100) int d, @ForAll long seed) {
        double lambda = 0.001 + 0.998 * new Random(seed).nextDouble();
        double[] thresholds = ExactOptimum.thresholds(d, lambda);
        for (int i = 0; i < 4; i++) {
            ExactOptimum before = ExactOptimum.of(d, lambda, Math.nextDown(thresholds[i]));
            ExactOptimum after = ExactOptimum.of(d, lambda, thresholds[i]);
            assertEquals(Phase.values()[i], before.phase());
            assertEquals(Phase.values()[i + 1], after.phase());
            // the loss changes by its slope times an ulp of ε, which is less than u times its magnitude
            VertexScan.Candidate magnitude = new VertexScan(d, lambda, -thresholds[i]).candidate(d, 1);
            assertEquals(before.objective(), after.objective(), 3 * ERROR * -magnitude.loss());
        }
    }

    @Property(tries = 300)
    void theSubsetShrinks(@ForAll @IntRange(min = 2, max = 1000) int d, @ForAll long seed) {
        Random random = new Random(seed);
        double lambda = random.nextDouble();
        double[] epsilons = random.doubles(50, 0, 1.5).sorted().toArray();
        ExactOptimum last = ExactOptimum.of(d, lambda, 0);
        for (double epsilon : epsilons) {
            ExactOptimum optimum = ExactOptimum.of(d, lambda, epsilon);
            assertTrue(optimum.ones() <= last.ones() && optimum.label() <= last.label());
            assertTrue(optimum.objective() >= last.objective());
            assertTrue(optimum.phase() != Phase.SUBSET || optimum.ones() > 0 && optimum.ones() < d);
            last = optimum;
        }
    }

    @Example
    void nothingIsLearntFromTheLastThresholdOn() {
        for (double epsilon : new double[] {ExactOptimum.thresholds(20, 0.1)[3], 1, Float.MAX_VALUE}) {
            ExactOptimum optimum = ExactOptimum.of(20, 0.1, epsilon);
            assertEquals("zero", optimum.phase().toString());
            assertEquals(0, optimum.ones());
            assertEquals(0, optimum.label());
            assertEquals(0.0, optimum.objective());
            Rows x = Rows.copyOf(new float[20]);
            assertArrayEquals(new float[20], optimum.transformer().learn(x, new int[] {1}).weights());
        }
    }

    /**
     * The weights as a transformer uses them. Demonstrations with y = 1 and every combination of 0, λ/2 (four times)
     * and λ in the features but c have G = E[G|c], for powers of two without rounding; w is rounded by the division by
     * N and to float.
     */
    @Property(tries = 200)
    void theTransformersLossIsTheObjective(
            @ForAll @IntRange(min = 1, max = 4) int d, @ForAll long seed) {
        Random random = new Random(seed);
        double lambda = Math.scalb(1.0, -random.nextInt(5));
        double epsilon = epsilon(random, d, lambda);
        ExactOptimum optimum = ExactOptimum.of(d, lambda, epsilon);
        double loss = 0;
        double magnitude = 0;
        for (int c = 0; c < d; c++) {
            float[] x = combinations(d, c, (float) lambda);
            int[] y = new int[x.length / d];
            Arrays.fill(y, 1);
            Classifier classifier = optimum.transformer().learn(Rows.view(x, d), y);
            for (int j = 0; j < d; j++) {
                double weight = classifier.weights()[j];
                loss -= weight * ((j == c ? 1 : lambda / 2) - epsilon) / d;
                magnitude += weight * ((j == c ? 1 : lambda / 2) + epsilon) / d;
            }
        }
        double error = 0x1p-24 + 2 * U + Reference.gamma(4 + d * d, U) + ERROR;
        assertEquals(loss, optimum.objective(), 2 * error * magnitude);
    }

    private static float[] combinations(int d, int c, float lambda) {
        float[] values = {0, lambda / 2, lambda / 2, lambda / 2, lambda / 2, lambda};
        int count = (int) Math.pow(6, d - 1);
        float[] x = new float[count * d];
        for (int n = 0; n < count; n++) {
            int digits = n;
            for (int j = 0; j < d; j++) {
                x[n * d + j] = j == c ? 1 : values[digits % 6];
                digits /= j == c ? 1 : 6;
            }
        }
        return x;
    }

    /** Of random weights and of the optimal ones; five standard errors. */
    @Example
    void theLossIsTheMeanOverDrawnTasks() {
        Random random = new Random(4);
        int d = 12;
        for (double epsilon : new double[] {0.05, 0.12, 0.3, 0.7}) {
            PopulationLoss loss = new PopulationLoss(d, 0.1, epsilon);
            double[] p = random.doubles(d + 1).toArray();
            double[][] qBar = new double[d + 1][];
            for (int i = 0; i <= d; i++) {
                qBar[i] = random.doubles(d).toArray();
            }
            PopulationLoss.Mean drawn = loss.sampled(p, qBar, 50_000, random);
            assertEquals(loss.of(p, qBar), drawn.mean(), 5 * drawn.standardError());

            ExactOptimum optimum = ExactOptimum.of(d, 0.1, epsilon);
            Arrays.fill(p, 0);
            Arrays.fill(p, 0, optimum.ones(), 1);
            p[d] = optimum.label();
            double[][] gain = loss.gainOfQBar(p);
            for (int i = 0; i <= d; i++) {
                qBar[i] = Arrays.stream(gain[i]).map(entry -> entry > 0 ? 1 : 0).toArray();
            }
            drawn = loss.sampled(p, qBar, 50_000, random);
            assertEquals(optimum.objective(), drawn.mean(), 5 * drawn.standardError());
        }
    }

    @Property(tries = 100)
    void gradientDescentNeverBeatsIt(@ForAll @IntRange(min = 1, max = 8) int d, @ForAll long seed) {
        Random random = new Random(seed);
        double lambda = lambda(random);
        double epsilon = Math.min(2, epsilon(random, d, lambda));
        PopulationLoss loss = new PopulationLoss(d, lambda, epsilon);
        double least = ExactOptimum.of(d, lambda, epsilon).objective() - bound(d, lambda, epsilon);
        double[] p = random.doubles(d + 1).toArray();
        double[][] qBar = new double[d + 1][];
        for (int i = 0; i <= d; i++) {
            qBar[i] = random.doubles(d).toArray();
        }
        for (int step = 0; step < 100; step++) {
            assertTrue(loss.of(p, qBar) >= least);
            double[] gainOfP = loss.gainOfP(qBar);
            double[][] gainOfQBar = loss.gainOfQBar(p);
            ascend(p, gainOfP);
            for (int i = 0; i <= d; i++) {
                ascend(qBar[i], gainOfQBar[i]);
            }
        }
    }

    private static void ascend(double[] weights, double[] gain) {
        for (int i = 0; i < weights.length; i++) {
            weights[i] = Math.clamp(weights[i] + 0.3 * gain[i], 0.0, 1.0);
        }
    }
}
