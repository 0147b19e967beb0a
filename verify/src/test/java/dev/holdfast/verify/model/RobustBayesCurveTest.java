package dev.holdfast.verify.model;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.holdfast.model.DesignCurve;
import dev.holdfast.model.MultiClassifier;
import dev.holdfast.model.RobustBayes;
import dev.holdfast.model.Rows;
import dev.holdfast.model.State;
import dev.holdfast.model.Threat;
import dev.holdfast.verify.model.RobustBayesPropertyTest.Kind;
import dev.holdfast.verify.model.RobustBayesPropertyTest.Sample;
import dev.holdfast.verify.reference.RobustBayesReference.Form;
import dev.holdfast.verify.reference.RobustBayesReference.Norm;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.DoubleStream;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.ShrinkingMode;

/** Curves over designs are what each design gives when it is learnt by itself, also where each row is left out in turn. */
class RobustBayesCurveTest {
    /**
     * A way to the same minimum that starts elsewhere ends within the gap: relative 10⁻⁹ of ½ wᵀΣw, and w within the root
     * of that, 2⁻¹⁵, in the norm of Σ. Radii that are nearer to an attack than that share of themselves may be counted on
     * either side of it.
     */
    private static final double NEAR = 0x1p-14;

    private static double nearlyTied(double[] radii, double attack) {
        double greatest = DoubleStream.of(radii).map(Math::abs).max().orElseThrow();
        long tied = DoubleStream.of(radii).filter(radius -> Math.abs(radius - attack) <= NEAR * (greatest + attack)).count();
        return (double) tied / radii.length;
    }

    private static double[] designs(Random random, double limit) {
        return new double[] {0, 0.1 * limit, (0.2 + 0.5 * random.nextDouble()) * limit, 0.9 * limit, 2 * limit};
    }

    @Property(tries = 25, edgeCases = EdgeCasesMode.NONE, shrinking = ShrinkingMode.OFF)
    void eachDesignIsLearntByItself(@ForAll long seed) {
        Random random = new Random(seed);
        int classes = 2 + random.nextInt(3);
        int d = 1 + random.nextInt(15);
        Sample sample = Sample.draw(random, Kind.CORRELATED, 60 + random.nextInt(60), d, classes);
        Sample held = new Sample(Arrays.copyOfRange(sample.x(), 40, sample.x().length),
                Arrays.copyOfRange(sample.y(), 40, sample.y().length), classes);
        State<Integer> state = new Sample(Arrays.copyOf(sample.x(), 40), Arrays.copyOf(sample.y(), 40), classes)
                .addTo(State.moments(d, sample.classList()));
        for (Norm norm : Norm.values()) {
            Threat threat = RobustBayesPropertyTest.threat(norm);
            RobustBayes learner = RobustBayesPropertyTest.withForm(RobustBayes.against(threat, 0),
                    Form.values()[random.nextInt(3)]).countedPriors();
            double limit = learner.limit(state);
            double[] designs = designs(random, limit);
            double[] attacks = {0, 0.1 * limit, 0.4 * limit};
            DesignCurve curve = learner.curve(state, held.rows(), held.labels(), designs, attacks);
            assertArrayEquals(Arrays.copyOf(designs, 4), curve.designs());
            assertArrayEquals(attacks, curve.attacks());
            for (int i = 0; i < 4; i++) {
                MultiClassifier<Integer> pairs = learner.withEpsilon(designs[i]).learnPairs(state);
                double[] expected = pairs.robustAccuracy(held.rows(), held.labels(), threat, attacks);
                double[] radii = pairs.signedRadii(held.rows(), held.labels(), threat);
                for (int k = 0; k < attacks.length; k++) {
                    assertEquals(expected[k], curve.accuracy(i, k), nearlyTied(radii, attacks[k]) + 1e-12);
                }
            }
            checkBest(curve);
        }
    }

    private static void checkBest(DesignCurve curve) {
        for (int k = 0; k < curve.attacks().length; k++) {
            double best = curve.best(k);
            int at = Arrays.binarySearch(curve.designs(), best);
            for (int i = 0; i < curve.designs().length; i++) {
                assertTrue(curve.accuracy(i, k) < curve.accuracy(at, k)
                        || i >= at && curve.accuracy(i, k) == curve.accuracy(at, k), curve + ", best " + best);
            }
        }
    }

    @Property(tries = 8, edgeCases = EdgeCasesMode.NONE, shrinking = ShrinkingMode.OFF)
    void leavingOutIsRemoving(@ForAll long seed) {
        Random random = new Random(seed);
        int classes = 2 + random.nextInt(2);
        int d = 1 + random.nextInt(8);
        Sample drawn = Sample.draw(random, Kind.CORRELATED, 12 + random.nextInt(20), d, classes);
        // two rows of each class at least
        Sample sample = new Sample(doubled(drawn.x(), random), repeated(drawn.y()), classes);
        State<Integer> state = sample.exact();
        for (Norm norm : Norm.values()) {
            for (Form form : Form.values()) {
                Threat threat = RobustBayesPropertyTest.threat(norm);
                RobustBayes learner = RobustBayesPropertyTest.withForm(RobustBayes.against(threat, 0), form);
                if (random.nextBoolean()) {
                    learner = learner.ridge(0.3);
                }
                double limit = learner.limit(state);
                double[] designs = {0, 0.2 * limit, 0.5 * limit, 5 * limit};
                double[] attacks = {0, 0.2 * limit};
                checkLeavingOut(learner, threat, sample, state, designs, attacks);
            }
        }
    }

    /** A start from which all weights of a part become 0 on the way. */
    @Example
    void weightsThatVanish() {
        leavingOutIsRemoving(856830629478541040L);
    }

    private static float[][] doubled(float[][] x, Random random) {
        float[][] out = new float[2 * x.length][];
        for (int n = 0; n < x.length; n++) {
            out[n] = x[n];
            out[x.length + n] = x[n].clone();
            for (int j = 0; j < x[n].length; j++) {
                out[x.length + n][j] += (float) random.nextGaussian();
            }
        }
        return out;
    }

    private static int[] repeated(int[] y) {
        int[] out = Arrays.copyOf(y, 2 * y.length);
        System.arraycopy(y, 0, out, y.length, y.length);
        return out;
    }

    private static void checkLeavingOut(RobustBayes learner, Threat threat, Sample sample, State<Integer> state,
            double[] designs, double[] attacks) {
        int rows = sample.x().length;
        double least = learner.limit(state);
        double[][] radii = new double[designs.length][rows];
        for (int n = 0; n < rows; n++) {
            State<Integer> without = state.copy();
            without.remove(sample.x()[n], sample.y()[n]);
            least = Math.min(least, learner.limit(without));
            for (int i = 0; i < designs.length && designs[i] < least; i++) {
                radii[i][n] = learner.withEpsilon(designs[i]).learnPairs(without)
                        .signedRadii(Rows.copyOf(sample.x()[n]), List.of(sample.y()[n]), threat)[0];
            }
        }
        DesignCurve curve = learner.leaveOneOut(state, sample.rows(), sample.labels(), designs, attacks);
        double limit = least;
        double[] possible = DoubleStream.of(designs).filter(design -> design < limit).toArray();
        assertArrayEquals(possible, curve.designs());
        for (int i = 0; i < possible.length; i++) {
            for (int k = 0; k < attacks.length; k++) {
                double attack = attacks[k];
                double expected = DoubleStream.of(radii[i]).filter(radius -> radius > attack).count() / (double) rows;
                assertEquals(expected, curve.accuracy(i, k), nearlyTied(radii[i], attack) + 1e-12, learner.name());
            }
        }
    }

    @Example
    void theOnlyRowOfAClassCannotBeLeftOut() {
        Sample sample = new Sample(new float[][] {{0, 1}, {1, 0}, {4, 4}}, new int[] {0, 0, 1}, 2);
        RobustBayes learner = RobustBayes.linf(0).ridge(1);
        IllegalStateException error = assertThrows(IllegalStateException.class,
                () -> learner.leaveOneOut(sample.exact(), sample.rows(), sample.labels(), new double[] {0}, 0));
        assertTrue(error.getMessage().contains("more than 1 to leave a row out"), error.getMessage());
    }

    @Example
    void nothingCanBeLearntAtAnyDesign() {
        Sample sample = Sample.draw(new Random(3), Kind.CORRELATED, 30, 3, 2);
        RobustBayes learner = RobustBayes.linf(0);
        double limit = learner.limit(sample.exact());
        DesignCurve curve =
                learner.curve(sample.exact(), sample.rows(), sample.labels(), new double[] {limit, 2 * limit}, 0);
        assertEquals(0, curve.designs().length);
        assertThrows(IllegalStateException.class, () -> curve.best(0));
        assertThrows(IllegalArgumentException.class,
                () -> learner.curve(sample.exact(), sample.rows(), sample.labels(), new double[] {0.2, 0.1}, 0));
    }
}
