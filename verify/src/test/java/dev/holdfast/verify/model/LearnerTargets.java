package dev.holdfast.verify.model;

import static dev.holdfast.verify.model.RobustBayesPropertyTest.doubles;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.holdfast.kernel.LinearAttention;
import dev.holdfast.model.Classifier;
import dev.holdfast.model.DeepTransformer;
import dev.holdfast.model.GaussianModel;
import dev.holdfast.model.Learner;
import dev.holdfast.model.LinearTransformer;
import dev.holdfast.model.RobustBayes;
import dev.holdfast.model.Rows;
import dev.holdfast.model.State;
import dev.holdfast.verify.fuzz.Numbers;
import dev.holdfast.verify.fuzz.Target;
import dev.holdfast.verify.model.RobustBayesPropertyTest.Case;
import dev.holdfast.verify.model.RobustBayesPropertyTest.Sample;
import dev.holdfast.verify.reference.Dyadic;
import dev.holdfast.verify.reference.Reference;
import dev.holdfast.verify.reference.RobustBayesReference.Form;
import dev.holdfast.verify.reference.RobustBayesReference.Norm;
import dev.holdfast.verify.reference.TokenRecursion;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Learners on small contexts of any floats: what is learnt lies within the a-priori bounds of what the reference makes of the
 * same rows, and what is refused has to be.
 */
public final class LearnerTargets {
    private static final double FLOAT = 0x1p-24;
    private static final double DOUBLE = 0x1p-53;
    /** Half the spacing of subnormal floats: what one operation that underflows may lose. */
    private static final double UNDERFLOW = 0x1p-150;
    /** Sums of floats this far below the greatest float do not overflow in whatever order. */
    private static final double NEAR_OVERFLOW = 0.99 * Float.MAX_VALUE;

    /** Of the mean variance, as in {@link RobustBayesPropertyTest}. */
    private static final double LEAST_RIDGE = 1e-9;

    private static final int SEEDS = 24;

    /** Some of the names that mean a learner. */
    private static final String MEANT =
            "(bayes(-diagonal|-identity)?:(linf|l2|l1):[0-9]{1,9}|standard|adversarial|mean)";

    private LearnerTargets() {}

    public static Map<String, Target> all() {
        return Map.of("linear-transformer", drawn(1, LearnerTargets::linear), "deep-transformer",
                drawn(2, LearnerTargets::deep), "robust-bayes", drawn(3, LearnerTargets::bayes), "radius",
                drawn(4, LearnerTargets::radius), "names", names());
    }

    private interface Feeding {
        void feed(Numbers input);
    }

    /** Begins with bytes that mean small numbers, of several lengths. */
    private static Target drawn(int seed, Feeding feeding) {
        return new Target() {
            @Override
            public List<byte[]> seeds() {
                List<byte[]> seeds = new ArrayList<>();
                for (int k = 0; k < SEEDS; k++) {
                    byte[] bytes = new byte[16 + 8 * k];
                    new Random(100 * seed + k).nextBytes(bytes);
                    for (int i = 8; i < bytes.length && k % 3 > 0; i++) {
                        bytes[i] &= 0x7f;
                    }
                    seeds.add(bytes);
                }
                return seeds;
            }

            @Override
            public void feed(byte[] input) {
                feeding.feed(new Numbers(input));
            }
        };
    }

    /** Rows and labels −1 or +1. */
    private record Context(float[][] x, int[] y) {
        static Context read(Numbers input, boolean moderate) {
            int d = 1 + input.below(6);
            int n = 1 + input.below(10);
            int[] y = input.labels(n);
            float[][] x = new float[n][];
            for (int i = 0; i < n; i++) {
                x[i] = moderate ? input.moderate(d) : input.any(d);
            }
            return new Context(x, y);
        }

        int d() {
            return x[0].length;
        }

        /** Of all features; NaN where one is. */
        double greatest() {
            double most = 0;
            for (float[] row : x) {
                for (float each : row) {
                    most = Math.max(most, Math.abs(each));
                }
            }
            return most;
        }
    }

    /** What is learnt, or the error of one line that refuses it. */
    private record Outcome(Optional<Classifier> learnt, RuntimeException refused) {
        static Outcome of(Supplier<Classifier> learning) {
            try {
                return new Outcome(Optional.of(learning.get()), null);
            } catch (IllegalArgumentException | IllegalStateException e) {
                assertEquals(1, e.getMessage().lines().count(), e.getMessage());
                return new Outcome(Optional.empty(), e);
            }
        }
    }

    private static boolean allFinite(float[]... vectors) {
        for (float[] vector : vectors) {
            for (float each : vector) {
                if (!Float.isFinite(each)) {
                    return false;
                }
            }
        }
        return true;
    }

    /** w = Q̄ᵀ a/N with a = Σ_n (p·z_n) z_n, in numbers that lose nothing. */
    private static void linear(Numbers input) {
        int kind = input.below(4);
        Context context = Context.read(input, input.below(2) == 0);
        int d = context.d();
        float[] p = input.any(d + 1);
        float[] delta = input.any(d);
        float[] label = input.any(d);
        float b = input.any();
        float[] dense = input.any((d + 1) * d);
        LinearTransformer[] made = new LinearTransformer[1];
        RuntimeException refused = Outcome.of(() -> {
            made[0] = switch (kind) {
                case 0 -> LinearTransformer.standard(d);
                case 1 -> LinearTransformer.adversarial(d);
                case 2 -> LinearTransformer.structured(p, delta, b, label);
                default -> LinearTransformer.of(p, dense);
            };
            return Classifier.of(new float[1], 0);
        }).refused();
        boolean finite = kind < 2 || allFinite(p) && (kind == 2 ? allFinite(delta, label, new float[] {b}) : allFinite(dense));
        assertEquals(finite, refused == null, () -> "weights: " + refused);
        if (!finite) {
            return;
        }
        LinearTransformer transformer = made[0];
        float[] row = kind < 2 ? lastRow(transformer) : p;
        Dyadic[][] qBar = new Dyadic[d + 1][d];
        Dyadic[][] most = new Dyadic[d + 1][d];
        float[] columns = transformer.bigQ();
        for (int i = 0; i <= d; i++) {
            for (int j = 0; j < d; j++) {
                if (kind == 2) {
                    Dyadic diagonal = i == j ? Dyadic.of(delta[j]) : Dyadic.ZERO;
                    qBar[i][j] = i == d ? Dyadic.of(label[j]) : Dyadic.of(b).plus(diagonal);
                    most[i][j] = i == d ? qBar[i][j].abs() : Dyadic.of(b).abs().plus(diagonal.abs());
                } else {
                    qBar[i][j] = Dyadic.of(kind == 3 ? dense[i * d + j] : columns[i * (d + 1) + j]);
                    most[i][j] = qBar[i][j].abs();
                }
            }
        }
        Outcome outcome = Outcome.of(() -> transformer.learn(Rows.copyOf(context.x), context.y));
        if (!allFinite(context.x)) {
            assertTrue(outcome.refused instanceof IllegalArgumentException, "a number that is not finite was learnt from");
            return;
        }
        check(outcome, context, row, qBar, most);
    }

    /** The last row of P. */
    private static float[] lastRow(LinearTransformer transformer) {
        float[] bigP = transformer.bigP();
        int size = transformer.features() + 1;
        return Arrays.copyOfRange(bigP, (size - 1) * size, size * size);
    }

    private static void check(Outcome outcome, Context context, float[] p, Dyadic[][] qBar, Dyadic[][] most) {
        int d = context.d();
        int n = context.x.length;
        Dyadic[] a = zeros(d + 1);
        Dyadic[] magnitude = zeros(d + 1);
        double greatestShare = 0;
        for (int i = 0; i < n; i++) {
            float[] z = Arrays.copyOf(context.x[i], d + 1);
            z[d] = context.y[i];
            Dyadic share = Dyadic.ZERO;
            Dyadic shareMagnitude = Dyadic.ZERO;
            for (int j = 0; j <= d; j++) {
                Dyadic term = Dyadic.of(p[j]).times(z[j]);
                share = share.plus(term);
                shareMagnitude = shareMagnitude.plus(term.abs());
            }
            greatestShare = Math.max(greatestShare, value(shareMagnitude));
            for (int j = 0; j <= d; j++) {
                a[j] = a[j].plus(share.times(z[j]));
                magnitude[j] = magnitude[j].plus(shareMagnitude.times(Math.abs(z[j])));
            }
        }
        double greatestSum = Arrays.stream(magnitude).mapToDouble(LearnerTargets::value).max().orElseThrow();
        double greatest = Math.max(greatestShare, greatestSum);
        double roundings = (d + 15) / 16 + 4 + 1 + Math.min(n, LinearAttention.BLOCK) + 5;
        double gamma = Reference.gamma((int) roundings, FLOAT) + Reference.gamma(4 * d + 16, DOUBLE);
        double underflow = UNDERFLOW * n * ((d + 2) * Math.max(1, context.greatest()) + 1);
        double[] w = new double[d];
        double[] bound = new double[d];
        for (int j = 0; j < d; j++) {
            Dyadic exact = Dyadic.ZERO;
            Dyadic all = Dyadic.ZERO;
            Dyadic lost = Dyadic.ZERO;
            for (int i = 0; i <= d; i++) {
                exact = exact.plus(qBar[i][j].times(a[i]));
                all = all.plus(most[i][j].times(magnitude[i]));
                lost = lost.plus(most[i][j].times(underflow));
            }
            greatest = Math.max(greatest, value(all) / n);
            w[j] = value(exact) / n;
            bound[j] = 2 * (gamma * value(all) + value(lost)) / n + FLOAT * Math.abs(w[j]) * (1 + 0x1p-20) + 2 * UNDERFLOW;
        }
        if (outcome.refused != null) {
            String why = outcome.refused.toString();
            double reached = greatest;
            assertTrue(greatest > NEAR_OVERFLOW, () -> why + " where nothing is above " + reached);
            return;
        }
        float[] learnt = outcome.learnt.orElseThrow().weights();
        for (int j = 0; j < d; j++) {
            assertTrue(Math.abs(learnt[j] - w[j]) <= bound[j], "w[" + j + "] = " + learnt[j] + ", expected " + w[j]
                    + " within " + bound[j]);
        }
    }

    /** Within an ulp. */
    private static double value(Dyadic x) {
        int shift = Math.max(0, x.m().bitLength() - 64);
        return Math.scalb(x.m().shiftRight(shift).doubleValue(), x.e() + shift);
    }

    private static Dyadic[] zeros(int length) {
        Dyadic[] zeros = new Dyadic[length];
        Arrays.fill(zeros, Dyadic.ZERO);
        return zeros;
    }

    private static double[][] rows(float[][] x) {
        return Arrays.stream(x).map(RobustBayesPropertyTest::doubles).toArray(double[][]::new);
    }

    private static void deep(Numbers input) {
        boolean family = input.below(3) > 0;
        int depth = 1 + input.below(4);
        Context context = Context.read(input, input.below(2) == 0);
        int d = context.d();
        DeepTransformer transformer;
        TokenRecursion.Layer[] layers = new TokenRecursion.Layer[depth];
        if (family) {
            List<DeepTransformer.Layer> numbers = new ArrayList<>();
            for (int l = 0; l < depth; l++) {
                float[] v = input.moderate(4);
                numbers.add(new DeepTransformer.Layer(v[0], v[1], v[2], v[3]));
                layers[l] = TokenRecursion.Layer.family(d, v[0], v[1], v[2], v[3]);
            }
            transformer = DeepTransformer.family(d, numbers);
        } else {
            List<float[]> bigP = new ArrayList<>();
            List<float[]> bigQ = new ArrayList<>();
            for (int l = 0; l < depth; l++) {
                bigP.add(input.moderate((d + 1) * (d + 1)));
                bigQ.add(input.moderate((d + 1) * (d + 1)));
                layers[l] = new TokenRecursion.Layer(square(bigP.get(l)), square(bigQ.get(l)));
            }
            transformer = DeepTransformer.full(bigP, bigQ);
        }
        Outcome outcome = Outcome.of(() -> transformer.learn(Rows.copyOf(context.x), context.y));
        boolean within = allFinite(context.x) && (depth == 1 || context.greatest() <= State.GREATEST_FEATURE);
        if (!within) {
            assertTrue(outcome.refused instanceof IllegalArgumentException, "what is too large was learnt from");
        } else if (depth == 1) {
            checkOne(outcome, context, layers[0]);
        } else {
            double[][] x = rows(context.x);
            if (outcome.refused == null) {
                new DeepTransformerPropertyTest.Drawn(transformer, layers)
                        .check(outcome.learnt.orElseThrow(), x, context.y, x, DOUBLE, 0);
            } else {
                double most = Arrays.stream(TokenRecursion.magnitudes(layers, x)).max().orElseThrow();
                assertTrue(most > NEAR_OVERFLOW, () -> outcome.refused + " where nothing is above " + most);
            }
        }
    }

    /** One layer is a LinearTransformer with sums of floats. */
    private static void checkOne(Outcome outcome, Context context, TokenRecursion.Layer layer) {
        int d = context.d();
        float[] p = new float[d + 1];
        Dyadic[][] qBar = new Dyadic[d + 1][d];
        Dyadic[][] most = new Dyadic[d + 1][d];
        for (int i = 0; i <= d; i++) {
            p[i] = (float) layer.p()[d][i];
            for (int j = 0; j < d; j++) {
                qBar[i][j] = Dyadic.of(layer.q()[i][j]);
                most[i][j] = qBar[i][j].abs();
            }
        }
        check(outcome, context, p, qBar, most);
    }

    private static double[][] square(float[] x) {
        int size = (int) Math.sqrt(x.length);
        return IntStream.range(0, size).mapToObj(i -> doubles(Arrays.copyOfRange(x, i * size, (i + 1) * size)))
                .toArray(double[][]::new);
    }

    private static void bayes(Numbers input) {
        Norm norm = Norm.values()[input.below(3)];
        Form form = Form.values()[input.below(3)];
        boolean ridged = input.below(2) == 0;
        boolean plain = input.below(2) == 0;
        double share = input.below(128) / 100.0;
        boolean moderate = input.below(2) == 0;
        double ridge = ridged ? Math.abs(input.moderate()) + Float.MIN_NORMAL : Double.NaN;
        Context context = Context.read(input, moderate);
        int d = context.d();
        float[] budgets = new float[d];
        for (int j = 0; j < d; j++) {
            budgets[j] = plain ? 1 : Math.abs(input.moderate());
        }
        RobustBayes shaped = RobustBayesPropertyTest.withForm(RobustBayes.against(plain
                ? RobustBayesPropertyTest.threat(norm) : RobustBayesPropertyTest.threat(norm).withBudgets(budgets), 0), form);
        RobustBayes learner = ridged ? shaped.ridge(ridge) : shaped;
        Outcome unbound = Outcome.of(() -> learner.learn(Rows.copyOf(context.x), context.y));
        if (!allFinite(context.x) || context.greatest() > State.GREATEST_FEATURE) {
            assertTrue(unbound.refused instanceof IllegalArgumentException, "what is too large was learnt from");
            return;
        }
        int[] classes = IntStream.of(context.y).map(y -> y > 0 ? 0 : 1).toArray();
        if (IntStream.of(classes).distinct().count() < 2) {
            assertTrue(unbound.refused instanceof IllegalStateException, "one class was learnt from");
            return;
        }
        Sample sample = new Sample(context.x, classes, 2);
        State<Integer> state = sample.exact();
        double limit = learner.limit(state);
        double epsilon = limit == Double.POSITIVE_INFINITY ? share : Math.min(limit * share, Float.MAX_VALUE);
        Outcome outcome = Outcome.of(() -> learner.withEpsilon(epsilon).learn(state));
        if (epsilon >= limit) {
            assertTrue(outcome.refused instanceof IllegalStateException, "learnt beyond the limit of " + limit);
            return;
        }
        if (outcome.refused != null) {
            String why = outcome.refused.getMessage();
            assertTrue(outcome.refused instanceof IllegalStateException && why.contains("expected"), why);
            return;
        }
        GaussianModel model = outcome.learnt.orElseThrow().gaussian().orElseThrow();
        assertTrue(model.deviation() > 0 && model.gap() >= 0 && Double.isFinite(model.gap()), model::toString);
        Case one = Case.of(sample, form, norm, ridge, plain ? null : budgets);
        // a ridge of less is within rounding of the variances, or near it, and the gap alone says what came of it
        double variance = IntStream.range(0, d).mapToDouble(j -> one.problem().sigma()[j][j]).average().orElseThrow();
        if (moderate && one.scale() > 0 && (!ridged || ridge >= LEAST_RIDGE * variance)) {
            RobustBayesPropertyTest.check(new Random(1), one, epsilon);
        }
    }

    private static void radius(Numbers input) {
        WholeRangePropertyTest.Case one = WholeRangePropertyTest.Case.read(input);
        if (one != null) {
            WholeRangePropertyTest.checkRadius(one);
            float epsilon = Math.abs(input.any());
            if (Float.isFinite(epsilon)) {
                WholeRangePropertyTest.checkAttack(one, input.below(2) == 0 ? 1 : -1, epsilon, input.below(2) == 0);
            }
        }
    }

    private static Target names() {
        return new Target() {
            @Override
            public List<byte[]> seeds() {
                return Stream.of("standard", "adversarial", "mean", "bayes:linf:0.1", "bayes-diagonal:l2:0:1e-9",
                        "bayes-identity:l1:.5", "bayes:l2:1e38:1e-30", "bayes:l2:1e999999999", "bayes:l2:-0", "bayes::", "")
                        .map(text -> text.getBytes(StandardCharsets.UTF_8)).toList();
            }

            @Override
            public void feed(byte[] input) {
                String name = new String(input, StandardCharsets.UTF_8);
                Optional<Learner> learner = Learner.named(name, 2);
                assertEquals(learner, Learner.named(name, 2));
                learner.ifPresent(each -> {
                    assertNotNull(each.name());
                    float[][] x = {{1, 2}, {3, -1}, {-1, 0.5f}, {0, -2}};
                    Outcome outcome = Outcome.of(() -> each.learn(Rows.copyOf(x), new int[] {1, 1, -1, -1}));
                    assertTrue(outcome.learnt.isPresent() || outcome.refused instanceof IllegalStateException,
                            () -> outcome.refused.toString());
                });
                if (learner.isEmpty()) {
                    assertTrue(!name.matches(MEANT), name);
                }
            }
        };
    }
}
