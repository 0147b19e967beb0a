package dev.holdfast.verify.model;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.holdfast.model.Classifier;
import dev.holdfast.model.Rows;
import dev.holdfast.model.Threat;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

/** w = (4, 2, 1) and x = (1, 1, 1), so that f(x) = 7: by hand. */
class ThreatTest {
    private static final float INFINITY = Float.POSITIVE_INFINITY;
    private static final Classifier CLASSIFIER = CertificatePropertyTest.withWeights(new float[] {4, 2, 1});

    private static void assertRadius(double expected, Threat threat) {
        double radius = CLASSIFIER.radius(new float[] {1, 1, 1}, threat);
        // towards 0, by no more than the classifier promises
        assertTrue(radius <= expected && radius >= expected * (1 - 1e-6), radius + ", expected " + expected);
        assertArrayEquals(new double[] {-radius},
                CLASSIFIER.signedRadii(Rows.copyOf(new float[] {1, 1, 1}), new int[] {-1}, threat));
    }

    private static void assertAttack(Threat threat, double epsilon, float... expected) {
        assertArrayEquals(expected, CLASSIFIER.attack(new float[] {1, 1, 1}, 1, threat, epsilon));
    }

    @Test
    void norms() {
        assertRadius(1, Threat.linf());
        assertRadius(7 / Math.sqrt(21), Threat.l2());
        assertRadius(1.75, Threat.l1());
        assertAttack(Threat.linf(), 0.25, 0.75f, 0.75f, 0.75f);
        assertAttack(Threat.l1(), 0.25, 0.75f, 1, 1);
    }

    @Test
    void aBoxEndsWhereItsCornerDoes() {
        // f(0, 0, 0) = 0 is reached, and is no answer
        assertRadius(1, Threat.linf().inBox(0, 1));
        assertRadius(Math.sqrt(3), Threat.l2().inBox(0, 1));
        assertRadius(3, Threat.l1().inBox(0, 1));
        for (Threat threat : new Threat[] {Threat.linf(), Threat.l2(), Threat.l1()}) {
            Threat boxed = threat.inBox(Math.nextUp(0f), 1);
            assertEquals(Double.POSITIVE_INFINITY, CLASSIFIER.radius(new float[] {1, 1, 1}, boxed));
            assertAttack(threat.inBox(0, 1), 9, 0, 0, 0);
        }
    }

    @Test
    void featuresStopAtTheirEdgesOneAfterTheOther() {
        float[] lower = {0.5f, -INFINITY, 0};
        float[] upper = {INFINITY, INFINITY, 1};
        // ℓ∞ and ℓ2: 4 · .5 + 1 · 1 at their edges, 2 · 2 is left
        assertRadius(2, Threat.linf().inBox(lower, upper));
        // ℓ1: 4 · .5, then 2 · 2.5; the third never has its turn
        assertRadius(0.5 + 2.5, Threat.l1().inBox(lower, upper));
        // ℓ2: t = θ v with 4θ > .5 > θ ≤ 1, so that 7 = 4 · .5 + (4 + 1) θ
        assertRadius(Math.sqrt(0.25 + 4 + 1), Threat.l2().inBox(lower, upper));
        assertAttack(Threat.linf().inBox(lower, upper), 0.75, 0.5f, 0.25f, 0.25f);
        assertAttack(Threat.l1().inBox(lower, upper), 1.5, 0.5f, 0, 1);
    }

    /** Two ends within 2⁻²³ of each other, and behind them a feature that costs next to nothing. */
    @Test
    void endsThatAlmostTieDoNotHideWhatComesAfterThem() {
        float[] x = {1, Math.nextUp(1f), 1e6f};
        Threat threat = Threat.linf().inBox(new float[] {0, 0, -INFINITY}, x);
        double radius = CertificatePropertyTest.withWeights(new float[] {1, 1, 0x1p-60f}).radius(x, threat);
        assertTrue(radius <= 1e6 && radius >= 1e6 * (1 - 1e-6), "" + radius);
    }

    /** v is 1 + 2⁻²² and 1 + 2⁻²² + 2⁻⁴⁶, whose bits differ where those of a move's feature lie. */
    @Test
    void theDearestOfManyFeaturesGoesFirstByHoweverLittle() {
        float next = Math.nextUp(1f);
        float[] w = new float[1000];
        w[0] = Math.nextUp(next);
        w[1] = next;
        float[] b = CertificatePropertyTest.filled(1000, 1);
        b[1] = next;
        Threat threat = Threat.l1().inBox(-1, 1).withBudgets(b);
        float[] worst = CertificatePropertyTest.withWeights(w).attack(new float[1000], 1, threat, 0.5);
        assertArrayEquals(new float[] {0, -0.5f * next}, Arrays.copyOf(worst, 2));
    }

    @Test
    void budgetsAndFrozenFeatures() {
        float[] b = {0, 1, 3};
        assertRadius(7.0 / 5, Threat.linf().withBudgets(b));
        assertRadius(7.0 / 3, Threat.l1().withBudgets(b));
        assertRadius(7.0 / 3, Threat.linf().freeze(0));
        assertRadius(7, Threat.l2().freeze(0).freeze(1));
        assertEquals(Double.POSITIVE_INFINITY, CLASSIFIER.radius(new float[] {1, 1, 1}, Threat.l2().freeze(2, 0, 1)));
        assertAttack(Threat.linf().withBudgets(b), 0.25, 1, 0.75f, 0.25f);
        assertAttack(Threat.l1().withBudgets(b), 0.25, 1, 1, 0.25f);
        assertAttack(Threat.l2().freeze(0, 1, 2), 0.25, 1, 1, 1);
        // a later box or budget replaces an earlier one, frozen features add up
        assertRadius(7.0 / 2, Threat.linf().inBox(0, 1).withBudgets(b).inBox(-INFINITY, INFINITY)
                .freeze(0).withBudgets(new float[] {1, 1, 1}).freeze(2));
    }

    @Test
    void arraysAreCopied() {
        float[] lower = {0, 0, 0};
        float[] upper = {1, 1, 1};
        float[] b = {1, 1, 1};
        Threat threat = Threat.linf().inBox(lower, upper).withBudgets(b);
        lower[0] = 5;
        upper[1] = -5;
        b[2] = 0;
        assertRadius(1, threat);
    }
}
