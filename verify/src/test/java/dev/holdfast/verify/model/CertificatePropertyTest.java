package dev.holdfast.verify.model;

import static dev.holdfast.verify.model.ClassifierPropertyTest.labels;
import static dev.holdfast.verify.model.WorstQuery.atMost;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.holdfast.model.Alignment;
import dev.holdfast.model.Classifier;
import dev.holdfast.model.LinearTransformer;
import dev.holdfast.model.Rows;
import dev.holdfast.model.Threat;
import dev.holdfast.verify.reference.ExactAdversary.Norm;
import dev.holdfast.verify.reference.ExactAdversary;
import java.math.BigDecimal;
import java.util.Arrays;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Radii and attacked queries under every threat, against the exact price of a perturbation. */
class CertificatePropertyTest {
    /** What the classifier promises to lose of a radius at most. */
    static final BigDecimal LOSS = new BigDecimal("1e-6");
    /** What attacks lose of a price beside their entries' rounding: see {@link #attackIsInsideAndWorst}. */
    private static final double ROUNDINGS = 0x1p-51;

    /** Weights, features and what else makes rounding hard. */
    enum Entries {
        REALS {
            @Override
            float next(Random random, int j) {
                return (float) random.nextGaussian();
            }
        },
        INTEGERS {
            @Override
            float next(Random random, int j) {
                return random.nextInt(5) - 2;
            }
        },
        ALL_MAGNITUDES {
            @Override
            float next(Random random, int j) {
                return Math.scalb((float) random.nextGaussian(), random.nextInt(190) - 130);
            }
        },
        ONE_HUGE {
            @Override
            float next(Random random, int j) {
                return (j == 0 ? 0x1p60f : 0x1p-40f) * (float) random.nextGaussian();
            }
        },
        SUBNORMAL {
            @Override
            float next(Random random, int j) {
                return (random.nextInt(9) - 4) * Float.MIN_VALUE;
            }
        },
        EQUAL {
            @Override
            float next(Random random, int j) {
                return random.nextBoolean() ? 0.1f : -0.1f;
            }
        },
        MOSTLY_ZERO {
            @Override
            float next(Random random, int j) {
                return random.nextInt(3) > 0 ? (random.nextBoolean() ? 0f : -0f) : 1 / 3f;
            }
        };

        abstract float next(Random random, int j);

        float[] draw(Random random, int d) {
            float[] out = new float[d];
            for (int j = 0; j < d; j++) {
                out[j] = next(random, j);
            }
            return out;
        }
    }

    /** A classifier, a query and a threat with all that it consists of. */
    static final class Case {
        final Classifier classifier;
        final float[] w;
        final double c;
        final float[] x;
        final Norm norm;
        final float[] lower;
        final float[] upper;
        final float[] b;
        Threat threat;

        Case(Random random, Norm norm, Entries weights, Entries features, int d) {
            this(random, norm, classifier(random, weights, d), query(random, features, d));
        }

        Case(Random random, Norm norm, Classifier classifier, float[] x) {
            this(random, norm, classifier, classifier.weights(), classifier.intercept(), x);
        }

        /** Of w·x + c, which need be no classifier's. */
        Case(Random random, Norm norm, float[] w, double c, float[] x) {
            this(random, norm, null, w, c, x);
        }

        private Case(Random random, Norm norm, Classifier classifier, float[] w, double c, float[] x) {
            int d = x.length;
            this.classifier = classifier;
            this.norm = norm;
            this.x = x;
            this.w = w;
            this.c = c;
            if (random.nextInt(3) > 0) {
                cancel(random);
            }
            lower = filled(d, Float.NEGATIVE_INFINITY);
            upper = filled(d, Float.POSITIVE_INFINITY);
            b = filled(d, 1);
            threat = plain(norm);
            bind(random);
        }

        private void bind(Random random) {
            switch (random.nextInt(4)) {
                case 0 -> {
                    for (int j = 0; j < x.length; j++) {
                        lower[j] = random.nextInt(6) == 0 ? lower[j] : x[j] - room(random, j);
                        upper[j] = random.nextInt(6) == 0 ? upper[j] : x[j] + room(random, j);
                    }
                    if (random.nextBoolean()) {
                        cancelAtCorner(random);
                    }
                    threat = threat.inBox(lower, upper);
                }
                case 1 -> {
                    float reach = 0;
                    for (float xj : x) {
                        reach = Math.max(reach, Math.abs(xj));
                    }
                    Arrays.fill(lower, -reach);
                    Arrays.fill(upper, 2 * reach);
                    threat = threat.inBox(-reach, 2 * reach);
                }
                default -> {}
            }
            if (random.nextInt(3) == 0) {
                for (int j = 0; j < x.length; j++) {
                    b[j] = random.nextInt(4) == 0 ? 0 : Math.scalb(random.nextFloat(), random.nextInt(8) - 4);
                }
                threat = threat.withBudgets(b);
            }
            if (random.nextInt(3) == 0) {
                int j = random.nextInt(x.length);
                b[j] = 0;
                threat = threat.freeze(j);
            }
        }

        private float room(Random random, int j) {
            return switch (random.nextInt(4)) {
                case 0 -> 0;
                case 1 -> Math.abs(x[j]);
                case 2 -> random.nextFloat();
                default -> Math.scalb(1f, random.nextInt(60) - 30);
            };
        }

        /** Lets one feature take back what the others give, up to its rounding. */
        private void cancel(Random random) {
            int j = random.nextInt(x.length);
            x[j] = 0;
            double others = ExactAdversary.score(w, x, c).doubleValue();
            float back = (float) (-others / w[j]);
            x[j] = Float.isFinite(2 * back) ? back : 0;
        }

        /** Moves an edge so that the corner where the box ends leaves of the margin what rounding leaves. */
        private void cancelAtCorner(Random random) {
            int y = score().signum();
            float[] corner = x.clone();
            for (int j = 0; j < x.length; j++) {
                float edge = y * w[j] > 0 ? lower[j] : upper[j];
                corner[j] = w[j] != 0 && Float.isFinite(edge) ? edge : x[j];
            }
            int j = random.nextInt(x.length);
            corner[j] = 0;
            float back = (float) (-ExactAdversary.score(w, corner, c).doubleValue() / w[j]);
            if (y * w[j] > 0 && back < x[j]) {
                lower[j] = Math.max(back, -Float.MAX_VALUE);
            } else if (y * w[j] < 0 && back > x[j]) {
                upper[j] = Math.min(back, Float.MAX_VALUE);
            }
        }

        BigDecimal score() {
            return ExactAdversary.score(w, x, c);
        }

        /** What takes from the margin of label y. */
        ExactAdversary against(int y) {
            return against(w, y);
        }

        /** What takes from y w·x. */
        ExactAdversary against(float[] w, int y) {
            float[] edge = new float[x.length];
            for (int j = 0; j < edge.length; j++) {
                edge[j] = y * w[j] > 0 ? lower[j] : upper[j];
            }
            return new ExactAdversary(norm, w, b, x, edge);
        }
    }

    private static float[] query(Random random, Entries features, int d) {
        return features.draw(random, d);
    }

    /** w is a demonstration, or its distance from some mean: then there is an intercept. */
    static Classifier classifier(Random random, Entries weights, int d) {
        float[] w = weights.draw(random, d);
        return random.nextBoolean() ? withWeights(w) : centred(random, w);
    }

    /** p reads the label, Q̄ is the identity, and one demonstration is w. */
    static Classifier withWeights(float[] w) {
        return reader(w.length).learn(Rows.copyOf(w), new int[] {1});
    }

    static LinearTransformer reader(int d) {
        float[] p = new float[d + 1];
        p[d] = 1;
        return LinearTransformer.structured(p, filled(d, 1), 0, new float[d]);
    }

    private static Classifier centred(Random random, float[] w) {
        int d = w.length;
        Rows x = Rows.copyOf(Entries.REALS.draw(random, d), Entries.REALS.draw(random, d));
        Alignment alignment = Alignment.fit(x, new int[] {1, -1});
        return reader(d).aligned(alignment).learn(Rows.copyOf(w), new int[] {1});
    }

    static float[] filled(int d, float value) {
        float[] out = new float[d];
        Arrays.fill(out, value);
        return out;
    }

    static Threat plain(Norm norm) {
        return switch (norm) {
            case LINF -> Threat.linf();
            case L2 -> Threat.l2();
            case L1 -> Threat.l1();
        };
    }

    @Property(tries = 5000)
    void radiusIsSoundAndTight(@ForAll Norm norm, @ForAll Entries weights, @ForAll Entries features,
            @ForAll @IntRange(min = 1, max = 12) int d, @ForAll long seed) {
        checkRadius(new Case(new Random(seed), norm, weights, features, d));
    }

    @ParameterizedTest
    @EnumSource(Entries.class)
    void radiusIsSoundAndTightForManyFeatures(Entries weights) {
        Random random = new Random(weights.ordinal());
        for (Norm norm : Norm.values()) {
            for (int d : norm == Norm.LINF ? new int[] {100, 784, 3072} : new int[] {100, 300}) {
                checkRadius(new Case(random, norm, weights, Entries.REALS, d));
            }
        }
    }

    /** No size below the radius buys the whole margin, one that is larger by the loss does. */
    private static void checkRadius(Case one) {
        BigDecimal score = one.score();
        assertEquals(score.signum(), one.classifier.predict(one.x));
        double radius = one.classifier.radius(one.x, one.threat);
        assertEquals(score.signum() == 0 ? 0 : score.signum() * radius,
                one.classifier.signedRadius(one.x, one.threat));
        if (score.signum() == 0) {
            assertEquals(0, radius);
            return;
        }
        assertTrue(radius > 0);
        ExactAdversary adversary = one.against(score.signum());
        BigDecimal margin = score.abs();
        if (radius == Double.POSITIVE_INFINITY) {
            // the size that is spent has no bound: all that is in the box
            assertTrue(adversary.price(new BigDecimal("1e200")).compareTo(margin) < 0);
            return;
        }
        BigDecimal size = new BigDecimal(radius);
        assertTrue(adversary.price(size).compareTo(margin) <= 0, "unsound");
        BigDecimal larger = size.add(size.multiply(LOSS));
        assertTrue(atMost(adversary.price(larger)).compareTo(margin) >= 0, "lossy");
    }

    @Property(tries = 5000)
    void attackIsInsideAndWorst(@ForAll Norm norm, @ForAll Entries weights, @ForAll Entries features,
            @ForAll @IntRange(min = 1, max = 12) int d, @ForAll long seed) {
        Random random = new Random(seed);
        Case one = new Case(random, norm, weights, features, d);
        int y = random.nextBoolean() ? 1 : -1;
        double radius = one.classifier.radius(one.x, one.threat);
        double epsilon = switch (random.nextInt(4)) {
            case 0 -> 0;
            case 1 -> Math.min(radius, 1e30);
            case 2 -> 0.25;
            default -> random.nextDouble() * Math.scalb(1.0, random.nextInt(60) - 30);
        };
        float[] worst = one.classifier.attack(one.x, y, one.threat, epsilon);
        // d + 1024 times 2⁻⁵² are set aside of a size, and at most as much is lost; prices grow no faster than sizes
        new WorstQuery(norm, one.w, one.b, one.x, one.lower, one.upper)
                .check(one.against(y), y, epsilon, worst, new BigDecimal((d + 1024) * ROUNDINGS));
    }

    /** The reference's price against points of ball and box, its corners among them. */
    @Property(tries = 500)
    void noPointBeatsThePrice(@ForAll Norm norm, @ForAll @IntRange(min = 1, max = 6) int d, @ForAll long seed) {
        Random random = new Random(seed);
        Case one = new Case(random, norm, Entries.REALS, Entries.REALS, d);
        double epsilon = random.nextDouble() * 2;
        BigDecimal price = one.against(1).price(new BigDecimal(epsilon));
        BigDecimal ball = new BigDecimal(epsilon).pow(norm == Norm.L2 ? 2 : 1);
        for (int trial = 0; trial < 60; trial++) {
            float[] other = point(random, one, epsilon);
            BigDecimal size = ExactAdversary.size(norm, one.b, one.x, other);
            if (size != null && size.compareTo(ball) <= 0) {
                BigDecimal taken = one.score().subtract(ExactAdversary.score(one.w, other, one.c));
                assertTrue(taken.compareTo(atMost(price)) <= 0);
            }
        }
    }

    /** Some of the features move, shares of the ball apart, towards their edges. */
    static float[] point(Random random, Case one, double epsilon) {
        float[] other = one.x.clone();
        double size = epsilon;
        for (int j : random.ints(one.x.length, 0, one.x.length).toArray()) {
            double step = (random.nextInt(3) == 0 ? size : size * random.nextDouble()) * one.b[j];
            boolean down = random.nextInt(5) == 0 ? random.nextBoolean() : one.w[j] > 0;
            other[j] = (float) Math.clamp(one.x[j] + (down ? -step : step), one.lower[j], one.upper[j]);
            double share = one.norm == Norm.LINF ? 0 : step / Math.max(one.b[j], Float.MIN_VALUE);
            size = one.norm == Norm.L2
                    ? Math.sqrt(Math.max(0, size * size - share * share))
                    : Math.max(0, size - share);
        }
        return other;
    }

    @Property(tries = 300)
    void freezingIsDroppingTheFeature(@ForAll Norm norm, @ForAll boolean boxed,
            @ForAll @IntRange(min = 2, max = 12) int d, @ForAll long seed) {
        Random random = new Random(seed);
        float[] w = Entries.INTEGERS.draw(random, d);
        float[] x = Entries.INTEGERS.draw(random, d);
        int frozen = random.nextInt(d);
        // without its weight the feature says nothing; what it said goes into another one, as these are integers
        float[] without = w.clone();
        without[frozen] = 0;
        float[] longer = Arrays.copyOf(without, d + 1);
        float[] query = Arrays.copyOf(x, d + 1);
        longer[d] = w[frozen];
        query[d] = x[frozen];
        Threat threat = boxed ? plain(norm).inBox(-2, 2.5) : plain(norm);
        Classifier classifier = withWeights(w);
        double expected = withWeights(longer).radius(query, threat.freeze(d));
        double radius = classifier.radius(x, threat.freeze(frozen));
        assertEquals(expected, radius, infinityAs(expected, 0) * LOSS.doubleValue());
        float[] b = filled(d, 1);
        b[frozen] = 0;
        assertEquals(radius, classifier.radius(x, threat.withBudgets(b)));
        assertArrayEquals(classifier.attack(x, 1, threat.freeze(frozen), 0.75),
                classifier.attack(x, 1, threat.withBudgets(b), 0.75));
        assertEquals(x[frozen], classifier.attack(x, 1, threat.freeze(frozen), 0.75)[frozen]);
    }

    private static double infinityAs(double value, double other) {
        return Double.isInfinite(value) ? other : value;
    }

    /** x_j in units of b_j, a power of two: all numbers of one have the digits of the other. */
    @Property(tries = 300)
    void budgetsAreUnits(@ForAll Norm norm, @ForAll boolean boxed,
            @ForAll @IntRange(min = 1, max = 12) int d, @ForAll long seed) {
        Random random = new Random(seed);
        float[] w = Entries.INTEGERS.draw(random, d);
        float[] x = Entries.INTEGERS.draw(random, d);
        float[] b = new float[d];
        float[] scaledW = new float[d];
        float[] scaledX = new float[d];
        float[] lower = filled(d, -2);
        float[] upper = filled(d, 3);
        float[] scaledLower = new float[d];
        float[] scaledUpper = new float[d];
        for (int j = 0; j < d; j++) {
            b[j] = Math.scalb(1f, random.nextInt(9) - 4);
            scaledW[j] = w[j] * b[j];
            scaledX[j] = x[j] / b[j];
            scaledLower[j] = lower[j] / b[j];
            scaledUpper[j] = upper[j] / b[j];
        }
        Threat threat = plain(norm).withBudgets(b);
        Threat units = plain(norm);
        if (boxed) {
            threat = threat.inBox(lower, upper);
            units = units.inBox(scaledLower, scaledUpper);
        }
        float[] attacked = withWeights(w).attack(x, 1, threat, 0.75);
        float[] scaled = withWeights(scaledW).attack(scaledX, 1, units, 0.75);
        if (norm != Norm.L2) {
            for (int j = 0; j < d; j++) {
                scaled[j] *= b[j];
            }
            assertArrayEquals(scaled, attacked);
        }
        double expected = withWeights(scaledW).radius(scaledX, units);
        assertEquals(expected, withWeights(w).radius(x, threat), infinityAs(expected, 0) * LOSS.doubleValue());
    }

    @Property(tries = 200)
    void curvesCountRadiiAndBatchesAnswerAsSingleQueriesDo(@ForAll Norm norm, @ForAll boolean boxed,
            @ForAll @IntRange(min = 1, max = 12) int d, @ForAll long seed) {
        Random random = new Random(seed);
        Classifier classifier = classifier(random, Entries.REALS, d);
        Threat threat = boxed ? plain(norm).inBox(-2, 2) : plain(norm).freeze(random.nextInt(d));
        int rows = 1 + random.nextInt(20);
        float[][] x = new float[rows][];
        for (int n = 0; n < rows; n++) {
            x[n] = Entries.INTEGERS.draw(random, d);
        }
        int[] y = labels(random, rows);
        // rows that lie apart in an array of NaN
        float[] apart = filled(3 + rows * (d + 2), Float.NaN);
        for (int n = 0; n < rows; n++) {
            System.arraycopy(x[n], 0, apart, 3 + n * (d + 2), d);
        }
        Rows queries = Rows.view(apart, 3, d + 2, rows, d);
        double[] radii = classifier.signedRadii(queries, y, threat);
        float[] attacked = classifier.attack(queries, y, threat, 0.3);
        int[] answers = classifier.predict(queries);
        double[] epsilons = {0.2, 0, Math.abs(infinityAs(radii[0], 7)), 1};
        int[] right = new int[epsilons.length];
        for (int n = 0; n < rows; n++) {
            assertEquals(answers[n], classifier.predict(x[n]));
            double radius = classifier.radius(x[n], threat);
            assertEquals(answers[n] == 0 ? 0 : answers[n] * y[n] * radius, radii[n]);
            assertArrayEquals(classifier.attack(x[n], y[n], threat, 0.3),
                    Arrays.copyOfRange(attacked, n * d, n * d + d));
            for (int e = 0; e < epsilons.length; e++) {
                right[e] += radii[n] > epsilons[e] ? 1 : 0;
            }
        }
        double[] curve = classifier.robustAccuracy(queries, y, threat, epsilons);
        for (int e = 0; e < epsilons.length; e++) {
            assertEquals((double) right[e] / rows, curve[e]);
        }
    }
}
