package dev.holdfast.verify.model;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.holdfast.model.Alignment;
import dev.holdfast.model.Classifier;
import dev.holdfast.model.DeepTransformer;
import dev.holdfast.model.LinearTransformer;
import dev.holdfast.model.MultiClassifier;
import dev.holdfast.model.Provenance;
import dev.holdfast.model.Rows;
import dev.holdfast.model.State;
import dev.holdfast.verify.reference.TokenRecursion;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.function.Executable;

/** What transformers of several layers learn, from rows and from states, against the recursion on tokens. */
class DeepTransformerPropertyTest {
    private static final double U = 0x1p-53;
    private static final double FLOAT_U = 0x1p-24;

    /** A transformer, and its layers as the reference takes them. */
    record Drawn(DeepTransformer transformer, TokenRecursion.Layer[] layers) {
        static Drawn family(Random random, int d, int depth, boolean byMeanAlone) {
            List<DeepTransformer.Layer> layers = new ArrayList<>();
            TokenRecursion.Layer[] reference = new TokenRecursion.Layer[depth];
            for (int l = 0; l < depth; l++) {
                double[] v = new double[4];
                // a third is 0, so that all ways are taken
                Arrays.setAll(v, i -> random.nextInt(3) == 0 ? 0 : 0.6 * random.nextGaussian());
                if (byMeanAlone) {
                    v[3] = l > 0 && l < depth - 1 ? 0 : v[3];
                    v[0] = l == 0 && l < depth - 1 && v[3] != 0 ? 0 : v[0];
                    v[1] = l > 0 && v[3] != 0 ? 0 : v[1];
                }
                layers.add(new DeepTransformer.Layer(v[0], v[1], v[2], v[3]));
                reference[l] = TokenRecursion.Layer.family(d, v[0], v[1], v[2], v[3]);
            }
            return new Drawn(DeepTransformer.family(d, layers), reference);
        }

        static Drawn full(Random random, int d, int depth, boolean byMeanAlone) {
            List<float[]> bigP = new ArrayList<>();
            List<float[]> bigQ = new ArrayList<>();
            TokenRecursion.Layer[] reference = new TokenRecursion.Layer[depth];
            double scale = 0.6 / Math.sqrt(d + 1);
            for (int l = 0; l < depth; l++) {
                double[][] p = new double[d + 1][d + 1];
                double[][] q = new double[d + 1][d + 1];
                for (int i = 0; i <= d; i++) {
                    for (int j = 0; j <= d; j++) {
                        boolean last = l == depth - 1;
                        boolean binds = byMeanAlone && (i == d) != (j == d);
                        p[i][j] = binds && !(last && i < d) ? 0 : (float) (scale * random.nextGaussian());
                        boolean corner = byMeanAlone && i == d && j == d;
                        q[i][j] = corner || binds ? 0 : (float) (scale * random.nextGaussian());
                    }
                }
                bigP.add(floats(p));
                bigQ.add(floats(q));
                reference[l] = new TokenRecursion.Layer(p, q);
            }
            return new Drawn(DeepTransformer.full(bigP, bigQ), reference);
        }

        static Drawn any(Random random, int d, int depth) {
            return random.nextInt(3) > 0 ? family(random, d, depth, false) : full(random, d, depth, false);
        }

        private static float[] floats(double[][] x) {
            float[] out = new float[x.length * x.length];
            for (int i = 0; i < out.length; i++) {
                out[i] = (float) x[i / x.length][i % x.length];
            }
            return out;
        }

        /** What is learnt, or nothing where it is refused, which it is only where some weight is about too large for a float. */
        Optional<Classifier> learnt(Supplier<Classifier> learning, double[][] x, int[] y) {
            try {
                return Optional.of(learning.get());
            } catch (IllegalStateException e) {
                BigDecimal[] exact = TokenRecursion.weights(layers, x, Arrays.stream(y).asDoubleStream().toArray());
                double greatest = Arrays.stream(exact).mapToDouble(w -> Math.abs(w.doubleValue())).max().orElseThrow();
                assertTrue(greatest > 0.99 * Float.MAX_VALUE, () -> "w up to " + greatest + " was refused: " + e);
                return Optional.empty();
            }
        }

        /** {@link #check} of the classifier that rows as they are give. */
        void check(Classifier learnt, double[][] x, int[] y, double[][] most, double u, int roundings) {
            double[] labels = Arrays.stream(y).asDoubleStream().toArray();
            BigDecimal[] exact = TokenRecursion.weights(layers, x, labels);
            double[] magnitude = TokenRecursion.magnitudes(layers, most);
            // a term has fewer than 3^L factors S̄, which bring their own roundings and those of the product that takes them in
            double all = Math.pow(3, layers.length) * (4.0 * (x.length + x[0].length) + 40) * U
                    + Math.pow(3, layers.length) * roundings * u;
            assertTrue(all < 0.5);
            double gamma = all / (1 - all);
            for (int j = 0; j < exact.length; j++) {
                double w = exact[j].doubleValue();
                // one rounding to float, of a number that is off by the rest
                double bound = gamma * magnitude[j] * (1 + FLOAT_U) + FLOAT_U * Math.abs(w) * (1 + U) + 0x1p-149;
                double error = new BigDecimal(learnt.weights()[j]).subtract(exact[j]).abs().doubleValue();
                assertTrue(error <= bound, "w[" + j + "] = " + learnt.weights()[j] + ", expected " + w + " within " + bound);
            }
        }
    }

    /** Of magnitudes for which w is a float whatever the depth, but for one draw in thousands. */
    static float[][] rows(Random random, int rows, int d) {
        float[][] x = new float[rows][d];
        float offset = random.nextInt(3) == 0 ? 1 : 0;
        for (float[] row : x) {
            for (int j = 0; j < d; j++) {
                row[j] = (float) ((random.nextGaussian() + offset) / Math.sqrt(d));
            }
        }
        return x;
    }

    static int[] labels(Random random, int rows) {
        return IntStream.range(0, rows).map(n -> random.nextBoolean() ? 1 : -1).toArray();
    }

    static double[][] doubles(float[][] x) {
        double[][] out = new double[x.length][x[0].length];
        for (int n = 0; n < x.length; n++) {
            for (int j = 0; j < out[n].length; j++) {
                out[n][j] = x[n][j];
            }
        }
        return out;
    }

    /** Rows of which each is a multiple of the greatest magnitudes: what sums about a mean are relative to. */
    private static double[][] greatest(double[][] x, double times) {
        double[] most = new double[x[0].length];
        for (double[] row : x) {
            for (int j = 0; j < row.length; j++) {
                most[j] = Math.max(most[j], times * Math.abs(row[j]));
            }
        }
        double[][] out = new double[x.length][];
        Arrays.fill(out, most);
        return out;
    }

    @Property(tries = 150, edgeCases = EdgeCasesMode.NONE)
    void rowsGiveTheClassifierOfTheTokens(@ForAll long seed) {
        Random random = new Random(seed);
        int d = 1 + random.nextInt(7);
        int rows = 1 + random.nextInt(9);
        Drawn drawn = Drawn.any(random, d, 1 + random.nextInt(5));
        float[][] x = rows(random, rows, d);
        int[] y = labels(random, rows);
        if (drawn.transformer.layers().isEmpty() && drawn.layers.length == 1) {
            return;
        }
        drawn.learnt(() -> drawn.transformer.learn(Rows.copyOf(x), y), doubles(x), y)
                .ifPresent(learnt -> drawn.check(learnt, doubles(x), y, doubles(x), U, 0));
    }

    @Property(tries = 100, edgeCases = EdgeCasesMode.NONE)
    void statesGiveTheClassifierOfTheTokens(@ForAll long seed) {
        Random random = new Random(seed);
        int d = 1 + random.nextInt(6);
        int rows = 2 + random.nextInt(8);
        Drawn drawn = Drawn.any(random, d, 2 + random.nextInt(3));
        float[][] x = rows(random, rows, d);
        int[] y = labels(random, rows);
        y[0] = 1;
        y[1] = -1;
        State<Integer> fast = drawn.transformer.state(d, List.of(1, -1));
        State<Integer> exact = fast.exact();
        fast.addAll(Rows.copyOf(x), States.boxed(y));
        exact.addAll(Rows.copyOf(x), States.boxed(y));
        Optional<Classifier> learnt = drawn.learnt(() -> drawn.transformer.learn(exact), doubles(x), y);
        // the scatter of a class and the outer product of its mean are at most these, added
        learnt.ifPresent(each -> drawn.check(each, doubles(x), y, greatest(doubles(x), 2), U, 40));
        // FastMoments: floats against the scatter within blocks, one rounding a row and a few
        drawn.learnt(() -> drawn.transformer.learn(fast), doubles(x), y)
                .ifPresent(each -> drawn.check(each, doubles(x), y, greatest(doubles(x), 2), FLOAT_U, rows + 16));

        // the same rows by another way
        State<Integer> other = fast.exact();
        List<Integer> order = new ArrayList<>(IntStream.range(0, rows).boxed().toList());
        Collections.shuffle(order, random);
        float[] gone = rows(random, 1, d)[0];
        other.add(gone, 1);
        for (int n : order) {
            other.add(x[n], y[n]);
        }
        other.remove(gone, 1);
        assertEquals(learnt, drawn.learnt(() -> drawn.transformer.learn(other), doubles(x), y));
    }

    /**
     * More rows than are made doubles at once: y x > 0 and no number of a layer is below 0, so that all that is added is
     * positive, and the weights by rows and by moments are both as exact as their rounding to float.
     */
    @Example
    void rowsThatAreReadInBlocksGiveTheClassifierOfTheirMoments() {
        Random random = new Random(4);
        int n = 2000;
        int d = 81;
        float[][] x = new float[n][d];
        int[] y = labels(random, n);
        for (int i = 0; i < n; i++) {
            for (int j = 0; j < d; j++) {
                x[i][j] = y[i] * (random.nextFloat() + 0.5f) / d;
            }
        }
        DeepTransformer transformer = DeepTransformer.family(d, List.of(new DeepTransformer.Layer(0, 1, 0.5, 0.25),
                new DeepTransformer.Layer(0, 0.5, 1, 0), new DeepTransformer.Layer(0, 2, 0.25, 0.125)));
        State<Integer> state = transformer.state(d, List.of(1, -1)).exact();
        state.addAll(Rows.copyOf(x), States.boxed(y));
        float[] byMoments = transformer.learn(state).weights();
        float[] byRows = transformer.learn(Rows.copyOf(x), y).weights();
        for (int j = 0; j < d; j++) {
            assertTrue(byMoments[j] > 0);
            assertEquals(byMoments[j], byRows[j], Math.ulp(byMoments[j]), "w[" + j + "]");
        }
    }

    /** N below d and above it, few passes and products of matrices, d far from a multiple of any vector. */
    @Property(tries = 6, edgeCases = EdgeCasesMode.NONE)
    void longerRowsGiveTheClassifierOfTheTokens(@ForAll long seed) {
        Random random = new Random(seed);
        int d = 17 + random.nextInt(20);
        int rows = random.nextBoolean() ? 3 + random.nextInt(10) : 37 + random.nextInt(40);
        Drawn drawn = random.nextBoolean() ? Drawn.family(random, d, 3, false) : Drawn.full(random, d, 3, false);
        float[][] x = rows(random, rows, d);
        int[] y = labels(random, rows);
        drawn.learnt(() -> drawn.transformer.learn(Rows.copyOf(x), y), doubles(x), y)
                .ifPresent(learnt -> drawn.check(learnt, doubles(x), y, doubles(x), U, 0));
    }

    @Property(tries = 100, edgeCases = EdgeCasesMode.NONE)
    void oneLayerIsTheTransformerOfOneLayer(@ForAll long seed) {
        Random random = new Random(seed);
        int d = 1 + random.nextInt(20);
        LinearTransformer layer = switch (random.nextInt(4)) {
            case 0 -> LinearTransformer.standard(d);
            case 1 -> LinearTransformer.adversarial(d);
            case 2 -> LinearTransformer.structured(rows(random, 1, d + 1)[0], rows(random, 1, d)[0], random.nextFloat(),
                    rows(random, 1, d)[0]);
            default -> LinearTransformer.full(rows(random, 1, (d + 1) * (d + 1))[0], rows(random, 1, (d + 1) * (d + 1))[0]);
        };
        layer = random.nextBoolean() ? layer : layer.withProvenance(new Provenance("drawn", 0.1, 0.2, 3, 4));
        DeepTransformer deep = DeepTransformer.of(layer);
        assertEquals(1, deep.depth());
        assertEquals(d, deep.features());
        int rows = 3 + random.nextInt(300);
        Rows x = Rows.copyOf(rows(random, rows, d));
        List<Integer> y = IntStream.range(0, rows).mapToObj(n -> n % 3).toList();
        int[] signs = labels(random, rows);
        Classifier same = deep.learn(x, signs);
        assertEquals(layer.learn(x, signs), same);
        assertEquals(layer.learn(x, signs).origin(), same.origin());
        assertEquals(layer.learnPairs(x, y), deep.learnPairs(x, y));
        assertEquals(layer.learnRest(x, y), deep.learnRest(x, y));
        State<Integer> state = deep.state(d, List.of(0, 1, 2)).exact();
        state.addAll(x, y);
        assertEquals(layer.learnPairs(state), deep.learnPairs(state));
        assertEquals(layer.learnRest(state), deep.learnRest(state));
        State<Integer> attention = State.attention(layer, List.of(1, -1));
        attention.addAll(x, States.boxed(signs));
        assertEquals(layer.learn(attention), deep.learn(attention));
        float[] query = rows(random, 1, d)[0];
        assertArrayEquals(layer.influence(x, signs, query).shares(), deep.influence(x, signs, query).shares());
        assertArrayEquals(layer.influence(x, signs, query).leaveOneOut(), deep.influence(x, signs, query).leaveOneOut());
    }

    /** Less the mean by hand, rounded to float: what is left are the same rows in double, and the same query. */
    @Property(tries = 100, edgeCases = EdgeCasesMode.NONE)
    void centredRowsAreRowsLessTheirMean(@ForAll long seed) {
        Random random = new Random(seed);
        int d = 1 + random.nextInt(6);
        int rows = 2 + random.nextInt(8);
        Drawn drawn = Drawn.any(random, d, 1 + random.nextInt(4));
        float[][] x = rows(random, rows, d);
        int[] y = labels(random, rows);
        y[0] = 1;
        y[1] = -1;
        DeepTransformer centred = drawn.transformer.centred();
        State<Integer> exact = centred.state(d, List.of(1, -1)).exact();
        exact.addAll(Rows.copyOf(x), States.boxed(y));
        for (Classifier learnt : List.of(centred.learn(Rows.copyOf(x), y), centred.learn(exact))) {
            float[] mean = learnt.alignment().mean();
            double[][] left = doubles(x);
            double intercept = 0;
            double magnitude = 0;
            for (int j = 0; j < d; j++) {
                double sum = 0;
                double size = 0;
                for (int n = 0; n < rows; n++) {
                    sum += x[n][j];
                    size += Math.abs(x[n][j]);
                    // a difference of floats of like exponents: exact
                    left[n][j] -= mean[j];
                }
                assertEquals(sum / rows, mean[j], FLOAT_U * Math.abs(mean[j]) + (rows + 2) * U * size);
                intercept -= (double) learnt.weights()[j] * mean[j];
                magnitude += Math.abs((double) learnt.weights()[j] * mean[j]);
            }
            assertEquals(intercept, learnt.intercept(), 2 * d * U * magnitude);
            double[][] most = greatest(doubles(x), 4);
            // one layer in full has float sums
            drawn.check(learnt, left, y, most, drawn.layers.length == 1 ? FLOAT_U : U, 40 + rows + d);
        }
    }

    @Example
    void manyClassesAreSplitsOfTwo() {
        Random random = new Random(5);
        int d = 5;
        int rows = 30;
        float[][] x = rows(random, rows, d);
        List<String> names = List.of("a", "b", "c", "d", "e");
        Rows named = Rows.copyOf(x).named(names);
        List<Integer> y = IntStream.range(0, rows).mapToObj(n -> n % 3).toList();
        for (Drawn drawn : List.of(Drawn.family(random, d, 4, false), Drawn.full(random, d, 2, false))) {
            for (DeepTransformer transformer : List.of(drawn.transformer, drawn.transformer.centred())) {
                MultiClassifier<Integer> pairs = transformer.learnPairs(named, y);
                MultiClassifier<Integer> rest = transformer.learnRest(named, y);
                assertEquals(names, pairs.featureNames());
                assertEquals(names, rest.featureNames());
                State<Integer> state = State.moments(d, List.of(0, 1, 2)).exact().named(names);
                state.addAll(named, y);
                assertEquals(names, transformer.learnPairs(state).featureNames());
                List<Classifier> byClass = new ArrayList<>();
                List<Classifier> byPair = new ArrayList<>();
                List<Classifier> byPairOfState = new ArrayList<>();
                for (int c = 0; c < 3; c++) {
                    int one = c;
                    byClass.add(transformer.learn(named, y.stream().mapToInt(label -> label == one ? 1 : -1).toArray()));
                    for (int r = c + 1; r < 3; r++) {
                        int other = r;
                        int[] members = IntStream.range(0, rows).filter(n -> y.get(n) == one || y.get(n) == other).toArray();
                        float[][] both = IntStream.of(members).mapToObj(n -> x[n]).toArray(float[][]::new);
                        int[] labels = IntStream.of(members).map(n -> y.get(n) == one ? 1 : -1).toArray();
                        byPair.add(transformer.learn(Rows.copyOf(both), labels));
                        byPairOfState.add(transformer.learn(state.only(List.of(one, other))));
                    }
                }
                MultiClassifier<Integer> ofRest = MultiClassifier.ofRest(List.of(0, 1, 2), byClass);
                for (float[] query : rows(random, 100, d)) {
                    assertArrayEquals(ofRest.scores(query), rest.scores(query));
                    assertArrayEquals(votes(byPair, query), pairs.scores(query));
                    assertArrayEquals(votes(byPairOfState, query), transformer.learnPairs(state).scores(query));
                }
            }
        }
    }

    /** Of the pairs 0 and 1, 0 and 2, 1 and 2. */
    private static double[] votes(List<Classifier> byPair, float[] query) {
        double[] votes = new double[3];
        int[][] pairs = {{0, 1}, {0, 2}, {1, 2}};
        for (int k = 0; k < pairs.length; k++) {
            votes[pairs[k][byPair.get(k).predict(query) == 1 ? 0 : 1]]++;
        }
        return votes;
    }

    @Example
    void hostileShapes() {
        DeepTransformer.Layer layer = new DeepTransformer.Layer(0.5, 1, 1, 0.25);
        // one row of one feature: by hand, x = y = 1, C = b = e = 1, w = α(γb) + γωb, ω = 1 + δe
        Classifier one = DeepTransformer.family(1, List.of(new DeepTransformer.Layer(0, 0, 0, 0), layer))
                .learn(Rows.copyOf(new float[] {1}), new int[] {1});
        assertArrayEquals(new float[] {1}, one.weights());
        // layers of zeros are none, wherever they stand
        DeepTransformer.Layer none = new DeepTransformer.Layer(0, 0, 0, 0);
        Rows x = Rows.copyOf(rows(new Random(1), 6, 3));
        int[] y = {1, -1, 1, 1, -1, -1};
        Classifier plain = DeepTransformer.family(3, List.of(layer, layer)).learn(x, y);
        assertArrayEquals(plain.weights(),
                DeepTransformer.family(3, List.of(none, layer, none, layer, none)).learn(x, y).weights());
        assertArrayEquals(new float[3], DeepTransformer.family(3, List.of(none)).learn(x, y).weights());
        // rows of one label alone, and none of them anything but 0
        assertArrayEquals(new float[3], DeepTransformer.family(3, List.of(layer, layer, layer))
                .learn(Rows.view(new float[6], 3), new int[] {1, 1}).weights());
        assertEquals(1, DeepTransformer.family(3, List.of(layer)).learn(x.first(1), new int[] {-1}).origin()
                .orElseThrow().demonstrations());

        DeepTransformer deep = DeepTransformer.family(3, Collections.nCopies(8, layer));
        float[] huge = {1e12f, -1e12f, 1};
        String message = assertThrows(IllegalStateException.class,
                () -> deep.learn(Rows.copyOf(huge, huge), new int[] {1, -1})).getMessage();
        assertTrue(message.matches("w\\[0\\] = .*, expected a number that is finite as a float: demonstrations or weights are"
                + " too large for 8 layers"), message);
        State<Integer> state = deep.state(3, List.of(1, -1));
        state.add(huge, 1);
        state.add(new float[] {1, 2, 3}, -1);
        assertThrows(IllegalStateException.class, () -> deep.learn(state));
        message = assertThrows(IllegalArgumentException.class,
                () -> deep.learn(Rows.copyOf(new float[] {1, Float.NaN, 2}), new int[] {1})).getMessage();
        assertTrue(message.contains("row 0") && message.contains("feature 1") && message.contains("NaN"), message);
        message = assertThrows(IllegalStateException.class,
                () -> deep.learn(State.variances(3, List.of(1, -1)))).getMessage();
        assertTrue(message.startsWith("size = 0"), message);
        State<Integer> variances = State.variances(3, List.of(1, -1));
        variances.addAll(x, States.boxed(y));
        message = assertThrows(IllegalStateException.class, () -> deep.learn(variances)).getMessage();
        assertEquals("deep transformer needs a state of moments, Σ x xᵀ of each class, and this is a fast state of variances",
                message);
    }

    @Example
    void badArguments() {
        DeepTransformer.Layer layer = new DeepTransformer.Layer(1, 1, 1, 1);
        refused("d = 0, expected at least 1", () -> DeepTransformer.family(0, List.of(layer)));
        refused("layers.size() = 0, expected at least 1", () -> DeepTransformer.family(1, List.of()));
        refused("layers[1] = null, expected a layer", () -> DeepTransformer.family(1, Arrays.asList(layer, null)));
        refused("qx = NaN, expected a finite number", () -> new DeepTransformer.Layer(0, 0, Double.NaN, 0));
        refused("bigQ.size() = 2, expected 1, as many as bigP has",
                () -> DeepTransformer.full(List.of(new float[4]), List.of(new float[4], new float[4])));
        refused("bigP[1].length = 9, expected 4",
                () -> DeepTransformer.full(List.of(new float[4], new float[9]), List.of(new float[4], new float[4])));
        refused("bigQ[0][2] = Infinity, expected a finite number",
                () -> DeepTransformer.full(List.of(new float[4]), List.of(new float[] {0, 0, 1 / 0f, 0})));
        refused("bigP.length = 5, expected the square of d+1, at least 4",
                () -> DeepTransformer.full(List.of(new float[5]), List.of(new float[5])));
        refused("layer has an alignment, expected one that takes rows as they are",
                () -> DeepTransformer.of(LinearTransformer.standard(2).aligned()));
        refused("layer has an alignment, expected one that takes rows as they are",
                () -> DeepTransformer.of(LinearTransformer.standard(1).aligned(Alignment.fit(
                        Rows.copyOf(new float[] {1}, new float[] {2}), new int[] {1, -1}))));
        DeepTransformer two = DeepTransformer.family(2, List.of(layer));
        refused("d = 3, expected 2 as the transformer has", () -> two.state(3, List.of(1, 2)));
        refused("x has 1 features a row, expected 2", () -> two.learn(Rows.copyOf(new float[] {1}), new int[] {1}));
        refused("state has 3 features, expected 2", () -> {
            State<Integer> state = State.moments(3, List.of(1, 2));
            state.add(new float[3], 1);
            two.learn(state);
        });
        assertEquals(List.of(layer), two.withFeatures(7).layers());
        assertEquals(7, two.withFeatures(7).features());
        String message = assertThrows(IllegalStateException.class,
                () -> DeepTransformer.of(LinearTransformer.standard(2)).withFeatures(3)).getMessage();
        assertEquals("weights for 2 features, expected 3", message);
    }

    private static void refused(String message, Executable call) {
        assertEquals(message, assertThrows(IllegalArgumentException.class, call).getMessage());
    }
}
