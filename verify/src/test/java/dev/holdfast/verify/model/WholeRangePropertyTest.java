package dev.holdfast.verify.model;

import static dev.holdfast.verify.model.CertificatePropertyTest.LOSS;
import static dev.holdfast.verify.model.CertificatePropertyTest.filled;
import static dev.holdfast.verify.model.CertificatePropertyTest.plain;
import static dev.holdfast.verify.model.WorstQuery.atMost;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.holdfast.model.Classifier;
import dev.holdfast.model.Threat;
import dev.holdfast.verify.fuzz.Numbers;
import dev.holdfast.verify.reference.ExactAdversary;
import dev.holdfast.verify.reference.ExactAdversary.Norm;
import java.math.BigDecimal;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Answers, radii and attacks for numbers of any finite exponent, against exact numbers. */
class WholeRangePropertyTest {
    /** A size at which nothing of a box is left. */
    private static final BigDecimal ENDLESS = new BigDecimal("1e1000");

    /** Finite floats: all exponents are equally likely, or those about one of them. */
    private static final class Floats {
        private final Random random;
        private final int middle;
        private final int spread;

        Floats(Random random) {
            this.random = random;
            middle = random.nextInt(277) - 149;
            spread = random.nextBoolean() ? 277 : 1 + random.nextInt(30);
        }

        float magnitude() {
            int exponent = Math.clamp(middle + random.nextInt(2 * spread + 1) - spread, -149, 127);
            float magnitude = Math.min(Math.scalb(1 + random.nextFloat(), exponent), Float.MAX_VALUE);
            return random.nextInt(12) == 0 ? 0 : magnitude;
        }

        float next() {
            return random.nextBoolean() ? magnitude() : -magnitude();
        }
    }

    private static double intercept(Random random) {
        double magnitude = Math.min(Math.scalb(1 + random.nextDouble(), random.nextInt(2098) - 1074), Double.MAX_VALUE);
        return random.nextBoolean() ? magnitude : -magnitude;
    }

    static final class Case {
        final Norm norm;
        final float[] w;
        final float[] x;
        final float[] b;
        final float[] lower;
        final float[] upper;
        final double c;
        final Classifier classifier;
        final Threat threat;

        Case(Random random, Norm norm, int d) {
            this.norm = norm;
            w = new float[d];
            x = new float[d];
            b = filled(d, 1);
            lower = filled(d, Float.NEGATIVE_INFINITY);
            upper = filled(d, Float.POSITIVE_INFINITY);
            boolean boxed = random.nextInt(3) > 0;
            boolean budgets = random.nextInt(3) > 0;
            Floats weights = new Floats(random);
            Floats features = new Floats(random);
            Floats units = new Floats(random);
            for (int j = 0; j < d; j++) {
                w[j] = weights.next();
                x[j] = features.next();
                b[j] = budgets ? units.magnitude() : 1;
                if (boxed) {
                    float edge = features.next();
                    float other = random.nextInt(4) == 0 ? edge < x[j] ? upper[j] : lower[j] : features.next();
                    lower[j] = Math.min(x[j], Math.min(edge, other));
                    upper[j] = Math.max(x[j], Math.max(edge, other));
                }
            }
            c = switch (random.nextInt(4)) {
                case 0 -> 0;
                case 1 -> leaving(random);
                default -> intercept(random);
            };
            classifier = Classifier.of(w, c);
            Threat bound = boxed ? plain(norm).inBox(lower, upper) : plain(norm);
            threat = budgets ? bound.withBudgets(b) : bound;
        }

        private Case(Norm norm, float[] w, double c, float[] x, float[] b, float[] lower, float[] upper) {
            this.norm = norm;
            this.w = w;
            this.c = c;
            this.x = x;
            this.b = b;
            this.lower = lower;
            this.upper = upper;
            classifier = Classifier.of(w, c);
            threat = plain(norm).inBox(lower, upper).withBudgets(b);
        }

        /** One of what a fuzzer makes, or {@code null} where it is refused, which it is only for what stands there. */
        static Case read(Numbers input) {
            Norm norm = Norm.values()[input.below(3)];
            int d = 1 + input.below(5);
            float[] w = input.any(d);
            float[] x = input.any(d);
            float[] b = input.any(d);
            float[] lower = input.any(d);
            float[] upper = input.any(d);
            boolean plain = input.below(2) == 0;
            double c = input.below(2) == 0 ? input.any() : (double) input.any() * input.any();
            boolean bad = !Double.isFinite(c);
            for (int j = 0; j < d; j++) {
                if (plain) {
                    lower[j] = Float.NEGATIVE_INFINITY;
                    upper[j] = Float.POSITIVE_INFINITY;
                }
                if (lower[j] > upper[j]) {
                    float edge = lower[j];
                    lower[j] = upper[j];
                    upper[j] = edge;
                }
                bad |= !Float.isFinite(w[j]) || !(b[j] >= 0 && b[j] < Float.POSITIVE_INFINITY)
                        || !(lower[j] <= upper[j]) || lower[j] == Float.POSITIVE_INFINITY
                        || upper[j] == Float.NEGATIVE_INFINITY;
            }
            Case one;
            try {
                one = new Case(norm, w, c, x, b, lower, upper);
            } catch (IllegalArgumentException e) {
                assertTrue(bad, () -> "refused for nothing: " + e);
                return null;
            }
            assertTrue(!bad, "taken as it is");
            boolean outside = false;
            for (int j = 0; j < d; j++) {
                outside |= !(x[j] >= lower[j] && x[j] <= upper[j]) || Float.isInfinite(x[j]);
            }
            if (outside) {
                assertThrows(IllegalArgumentException.class, () -> one.classifier.radius(x, one.threat));
            }
            return outside ? null : one;
        }

        /** Of w·x, or of the score where some features are at their edges, nothing but what rounding leaves. */
        private double leaving(Random random) {
            float[] corner = x.clone();
            for (int j = 0; j < corner.length; j++) {
                float edge = random.nextBoolean() ? lower[j] : upper[j];
                corner[j] = random.nextBoolean() || Float.isInfinite(edge) ? x[j] : edge;
            }
            return -ExactAdversary.score(w, corner, 0).doubleValue();
        }

        /** What takes from the margin of label y. */
        ExactAdversary against(int y) {
            float[] edge = new float[x.length];
            for (int j = 0; j < edge.length; j++) {
                edge[j] = y * Math.signum(w[j]) > 0 ? lower[j] : upper[j];
            }
            return new ExactAdversary(norm, w, b, x, edge);
        }
    }

    /** By hand: what was 0 or infinite. */
    @ParameterizedTest
    @CsvSource({"L2, 0x1p420, 0x1p-298, 0x1p718", "L2, 0x1p-900, 0x1p-20, 0x1p-880", "LINF, 0x1p800, 0x1p-120, 0x1p920",
        "L1, 0x1p1000, 0x1p-298, 0x1.fffffffffffffp1023", "LINF, 0x1p-1074, 0x1p10, 0"})
    void extremes(Norm norm, double c, double v, double radius) {
        float[] b = {(float) Math.max(Float.MIN_VALUE, Math.min(v, 1))};
        Classifier classifier = Classifier.of(new float[] {(float) (v / b[0])}, c);
        for (Threat threat : new Threat[] {plain(norm), plain(norm).inBox(Float.NEGATIVE_INFINITY, Float.MAX_VALUE)}) {
            double found = classifier.radius(new float[1], threat.withBudgets(b));
            assertTrue(found <= radius && found >= radius * (1 - 1e-6), found + " expected " + radius);
        }
    }

    @Property(tries = 600)
    void radiusIsSoundAndTight(@ForAll Norm norm, @ForAll @IntRange(min = 1, max = 6) int d, @ForAll long seed) {
        checkRadius(new Case(new Random(seed), norm, d));
    }

    static void checkRadius(Case one) {
        BigDecimal score = ExactAdversary.score(one.w, one.x, one.c);
        double signed = one.classifier.signedRadius(one.x, one.threat);
        double radius = Math.abs(signed);
        assertEquals(score.signum(), one.classifier.predict(one.x));
        assertEquals(radius, one.classifier.radius(one.x, one.threat));
        if (score.signum() == 0) {
            assertEquals(0, radius);
            return;
        }
        assertEquals(score.signum(), Math.copySign(1, signed));
        ExactAdversary adversary = one.against(score.signum());
        BigDecimal margin = score.abs();
        if (radius == Double.POSITIVE_INFINITY) {
            assertTrue(adversary.price(ENDLESS).compareTo(margin) < 0, "finite");
            return;
        }
        BigDecimal size = new BigDecimal(radius);
        assertTrue(adversary.price(size).compareTo(atMost(margin)) <= 0, "unsound");
        // rounding in units of the smallest double is not relative
        BigDecimal larger = size.add(size.multiply(LOSS)).max(new BigDecimal(radius + 2 * Double.MIN_VALUE));
        // beyond the greatest double there is none to be nearer
        if (Double.isFinite(larger.doubleValue())) {
            assertTrue(atMost(adversary.price(larger)).compareTo(margin) >= 0, "lossy");
        }
    }

    @Property(tries = 600)
    void attackIsInsideAndTakesWhatFloatsCan(@ForAll Norm norm, @ForAll @IntRange(min = 1, max = 6) int d,
            @ForAll long seed) {
        Random random = new Random(seed);
        Case one = new Case(random, norm, d);
        int y = random.nextBoolean() ? 1 : -1;
        double epsilon = Math.min(Math.abs(intercept(random)), Float.MAX_VALUE);
        checkAttack(one, y, epsilon, random.nextBoolean());
    }

    /** @param inside whether ε is at most the radius */
    static void checkAttack(Case one, int y, double most, boolean inside) {
        double epsilon = inside ? Math.min(one.classifier.radius(one.x, one.threat), most) : most;
        float[] worst;
        try {
            worst = one.classifier.attack(one.x, y, one.threat, epsilon);
        } catch (IllegalArgumentException e) {
            assertEquals("x is too large: an attacked feature overflowed", e.getMessage());
            return;
        }
        new WorstQuery(one.norm, one.w, one.b, one.x, one.lower, one.upper)
                .check(one.against(y), y, epsilon, worst, LOSS);
    }
}
