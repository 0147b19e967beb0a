package dev.holdfast.verify.kernel;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.holdfast.kernel.AdversarialGradient;
import dev.holdfast.kernel.Cholesky;
import dev.holdfast.kernel.CoordinateDescent;
import dev.holdfast.kernel.DepthGradient;
import dev.holdfast.kernel.DoubleProduct;
import dev.holdfast.kernel.ExactSums;
import dev.holdfast.kernel.LinearAttention;
import dev.holdfast.kernel.MatrixProduct;
import dev.holdfast.kernel.ProjectedDescent;
import dev.holdfast.kernel.RandomStreams;
import dev.holdfast.kernel.Tridiagonal;
import dev.holdfast.kernel.Workers;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Every misuse of a kernel names the argument, its value and what was expected, and writes nothing. */
class BadArgumentsTest {
    private static final int D = 3;
    private static final float[] X = ones(12);
    private static final float[] Y = ones(4);
    private static final float[] P = ones(D + 1);
    private static final float[] Q = ones((D + 1) * D);
    private static final float[] BIG = ones((D + 1) * (D + 1));
    private static final float[] W = ones(D);
    private static final float[] OUT = new float[16];
    private static final float[] WORK = new float[LinearAttention.contextWorkLength(D)];
    private static final float[] GRAM_WORK = new float[LinearAttention.gramWorkLength(D)];
    private static final float[] PRODUCT_WORK = new float[MatrixProduct.workLength(64, 64)];
    private static final float[] OUTPUTS_WORK = new float[LinearAttention.outputsWorkLength(D, 64)];
    private static final double[] A = new double[D + 1];
    private static final double[] G = new double[(D + 1) * (D + 1)];
    private static final double[] F = new double[4];
    private static final float[] DP = new float[D + 1];
    private static final float[] DU = new float[D + 1];
    private static final float[] WORST = new float[D];
    private static final double[] STATE = new double[AdversarialGradient.gradientStateLength(D)];
    private static final double[] SUMS = new double[ExactSums.length(D + 1)];
    private static final double[] SUMS_WORK = new double[ExactSums.workLength(D + 1)];
    private static final int[] RANDOM = new int[RandomStreams.STATE];
    /** Fills what a kernel could write: no sum of ones comes to it. */
    private static final float MARK = -0.3f;
    /** What a state has been filled with: a step would change it. */
    private static final int WORD = 0x12345678;

    private static final List<float[]> FLOATS = List.of(OUT, DP, DU, WORST);
    private static final List<double[]> DOUBLES = List.of(A, G, F, STATE, SUMS);

    private static float[] ones(int length) {
        float[] array = new float[length];
        Arrays.fill(array, 1);
        return array;
    }

    @BeforeEach
    void mark() {
        FLOATS.forEach(written -> Arrays.fill(written, MARK));
        DOUBLES.forEach(written -> Arrays.fill(written, MARK));
        Arrays.fill(RANDOM, WORD);
    }

    static Stream<Arguments> misuses() {
        Map<String, Executable> misuses = new LinkedHashMap<>();
        misuses.put("xOffset = -1, expected at least 0", () -> context(-1, 3, 4, D, Y, P, A, WORK));
        misuses.put("xStride = 2, expected at least the row's length 3", () -> context(0, 2, 4, D, Y, P, A, WORK));
        misuses.put("rows = -1", () -> context(0, 3, -1, D, Y, P, A, WORK));
        misuses.put("d = 0, expected at least 1", () -> context(0, 3, 4, 0, Y, P, A, WORK));
        misuses.put("x.length = 12, expected at least 13", () -> context(1, 3, 4, D, Y, P, A, WORK));
        misuses.put("x.length = 12, expected at least 6442450941",
                () -> context(0, 3, Integer.MAX_VALUE, D, Y, P, A, WORK));
        misuses.put("y.length = 3, expected at least 4", () -> context(0, 3, 4, D, new float[3], P, A, WORK));
        misuses.put("p.length = 3, expected at least 4", () -> context(0, 3, 4, D, Y, W, A, WORK));
        misuses.put("a.length = 3, expected at least 4", () -> context(0, 3, 4, D, Y, P, new double[3], WORK));
        misuses.put("work.length = 5, expected at least " + WORK.length,
                () -> context(0, 3, 4, D, Y, P, A, new float[5]));
        misuses.put("work is the same array as p", () -> context(0, 3, 4, D, Y, WORK, A, WORK));
        misuses.put("g.length = 4, expected at least 16",
                () -> LinearAttention.gram(X, 0, 3, 4, D, Y, 0, A, GRAM_WORK));
        misuses.put("yOffset = -2", () -> LinearAttention.gram(X, 0, 3, 4, D, Y, -2, G, GRAM_WORK));
        misuses.put("n = 0.0, expected a positive number", () -> LinearAttention.readout(Q, D, A, 0, OUT));
        misuses.put("n = NaN", () -> LinearAttention.readout(W, 0, W, D, A, Double.NaN, OUT));
        misuses.put("qBar.length = 4, expected at least 12", () -> LinearAttention.readout(P, D, A, 1, OUT));
        misuses.put("w is the same array as label", () -> LinearAttention.readout(W, 0, OUT, D, A, 1, OUT));
        misuses.put("x.length = 12, expected at least 13 (3 elements", () -> LinearAttention.score(X, 10, 3, W, 0));
        misuses.put("xOffset = -6", () -> LinearAttention.score(X, -6, 3, W, 0));
        misuses.put("w.length = 3, expected at least 5", () -> LinearAttention.score(X, 0, 5, W, 0));
        misuses.put("d = -9", () -> LinearAttention.score(X, 0, -9, W, 0));
        misuses.put("x.length = 12, expected at least 14 (3 elements",
                () -> LinearAttention.certainScore(X, 11, 3, W, 1, 0));
        misuses.put("xOffset = -10", () -> LinearAttention.certainScore(X, -10, 3, W, 1, 0));
        misuses.put("w.length = 3, expected at least 7", () -> LinearAttention.certainScore(X, 0, 7, W, 1, 0));
        misuses.put("d = -11", () -> LinearAttention.certainScore(X, 0, -11, W, 1, 0));
        misuses.put("lower.length = 2, expected at least 3",
                () -> AdversarialGradient.inside(X, 0, 3, new float[2], OUT));
        misuses.put("upper.length = 1, expected at least 3",
                () -> AdversarialGradient.inside(X, 0, 3, W, new float[1]));
        misuses.put("x.length = 12, expected at least 15 (3 elements",
                () -> AdversarialGradient.inside(X, 12, 3, W, W));
        misuses.put("edge.length = 3, expected at least 8",
                () -> AdversarialGradient.cornerScore(X, 0, 8, W, X, new double[8], 1, X, 1, 0, A));
        misuses.put("v.length = 4, expected at least 9",
                () -> AdversarialGradient.cornerScore(X, 0, 9, X, X, A, 1, X, 1, 0, A));
        misuses.put("moving.length = 1, expected at least 2",
                () -> AdversarialGradient.cornerScore(X, 0, 3, W, W, A, 1, W, 1, 0, new double[1]));
        misuses.put("f.length = 4, expected at least 5", () -> LinearAttention.scores(X, 0, 3, 4, D, W, 0, F, 1));
        misuses.put("w.length = 3, expected at least 4", () -> LinearAttention.scores(X, 0, 4, 3, 4, W, 0, F, 0));
        misuses.put("epsilon = -0.5", () -> perturb(-0.5f, OUT));
        misuses.put("epsilon = NaN", () -> perturb(Float.NaN, OUT));
        misuses.put("epsilon = Infinity", () -> perturb(Float.POSITIVE_INFINITY, OUT));
        misuses.put("out is the same array as x", () -> perturb(0.5f, X));
        misuses.put("w.length = 3, expected at least 9", () -> AdversarialGradient.norm1(W, 9));
        misuses.put("k = -1, expected at least 0", () -> product(2, 2, -1, X, OUT));
        misuses.put("a.length = 12, expected at least 15", () -> product(5, 1, 3, X, OUT));
        misuses.put("c is the same array as a", () -> product(2, 2, 3, X, X));
        misuses.put("c.length = 16, expected at least 18", () -> product(3, 6, 1, X, OUT));
        misuses.put("work is the same array as y", () -> context(0, 3, 4, D, WORK, P, A, WORK));
        misuses.put("work is the same array as x",
                () -> LinearAttention.gram(GRAM_WORK, 0, 3, 4, D, Y, 0, G, GRAM_WORK));
        misuses.put("work.length = 6, expected at least " + GRAM_WORK.length,
                () -> LinearAttention.gram(X, 0, 3, 4, D, Y, 0, G, new float[6]));
        misuses.put("n = -Infinity", () -> LinearAttention.readout(Q, D, A, Double.NEGATIVE_INFINITY, OUT));
        misuses.put("w.length = 2, expected at least 3", () -> LinearAttention.readout(Q, D, A, 1, new float[2]));
        misuses.put("a.length = 2, expected at least 4",
                () -> LinearAttention.readout(W, 0, W, D, new double[2], 1, OUT));
        misuses.put("delta.length = 2", () -> LinearAttention.readout(new float[2], 0, W, D, A, 1, OUT));
        misuses.put("label.length = 2", () -> LinearAttention.readout(W, 0, new float[2], D, A, 1, OUT));
        misuses.put("w is the same array as delta", () -> LinearAttention.readout(OUT, 0, W, D, A, 1, OUT));
        misuses.put("w is the same array as qBar", () -> LinearAttention.readout(OUT, D, A, 1, OUT));
        misuses.put("xOffset = -5", () -> LinearAttention.scores(X, -5, 3, 2, D, W, 0, F, 0));
        misuses.put("fOffset = -3", () -> LinearAttention.scores(X, 0, 3, 4, D, W, 0, F, -3));
        misuses.put("f.length = 4, expected at least 2147483648",
                () -> LinearAttention.scores(X, 0, 3, 1, D, W, 0, F, Integer.MAX_VALUE));
        misuses.put("x.length = 12, expected at least 2147483650",
                () -> LinearAttention.scores(X, Integer.MAX_VALUE, 3, 1, D, W, 0, F, 0));
        misuses.put("d = -7", () -> LinearAttention.scores(X, 0, 3, 4, -7, W, 0, F, 0));
        misuses.put("d = 0", () -> AdversarialGradient.norm2(W, 0));
        misuses.put("w.length = 3, expected at least 2147483647",
                () -> AdversarialGradient.normInfinity(W, Integer.MAX_VALUE));
        misuses.put("out is the same array as w", () -> AdversarialGradient.perturb(
                X, 0, 3, 4, D, Y, 0, OUT, 0.5f, OUT, 0, 3));
        misuses.put("out is the same array as y", () -> AdversarialGradient.perturb(
                X, 0, 3, 4, D, OUT, 0, W, 0.5f, OUT, 0, 3));
        misuses.put("w.length = 1, expected at least 3", () -> AdversarialGradient.perturb(
                X, 0, 3, 4, D, Y, 0, new float[1], 0.5f, OUT, 0, 3));
        misuses.put("outOffset = -4", () -> AdversarialGradient.perturb(
                X, 0, 3, 4, D, Y, 0, W, 0.5f, OUT, -4, 3));
        misuses.put("outStride = 1", () -> AdversarialGradient.perturb(X, 0, 3, 4, D, Y, 0, W, 0.5f, OUT, 0, 1));
        misuses.put("out.length = 16, expected at least 18",
                () -> AdversarialGradient.perturb(X, 0, 3, 4, D, Y, 0, W, 0.5f, OUT, 0, 5));
        misuses.put("bRow = -6", () -> MatrixProduct.multiply(
                2, 2, 2, X, 0, 2, 1, Y, 0, -6, 1, OUT, 0, 2, PRODUCT_WORK));
        misuses.put("aColumn = -8", () -> MatrixProduct.multiply(
                2, 2, 2, X, 0, 2, -8, Y, 0, 2, 1, OUT, 0, 2, PRODUCT_WORK));
        misuses.put("cStride = 0", () -> MatrixProduct.multiply(
                2, 2, 2, X, 0, 2, 1, Y, 0, 2, 1, OUT, 0, 0, PRODUCT_WORK));
        misuses.put("a.length = 12, expected at least 4611686014132420610",
                () -> MatrixProduct.multiply(2, 1, Integer.MAX_VALUE, X, 0, Integer.MAX_VALUE, Integer.MAX_VALUE, Y, 0,
                        0, 0, OUT, 0, 1, PRODUCT_WORK));
        misuses.put("work is the same array as c", () -> MatrixProduct.multiply(
                2, 2, 2, X, 0, 2, 1, Y, 0, 2, 1, PRODUCT_WORK, 0, 2, PRODUCT_WORK));
        misuses.put("work is the same array as b", () -> MatrixProduct.multiply(
                2, 2, 2, X, 0, 2, 1, PRODUCT_WORK, 0, 2, 1, OUT, 0, 2, PRODUCT_WORK));
        misuses.put("bigP.length = 12, expected at least 16", () -> outputs(X, BIG, G, 1, X, 4, OUT, 0));
        misuses.put("bigQ.length = 3, expected at least 16", () -> outputs(BIG, W, G, 1, X, 4, OUT, 0));
        misuses.put("g.length = 4", () -> outputs(BIG, BIG, A, 1, X, 4, OUT, 0));
        misuses.put("n = -2.0", () -> outputs(BIG, BIG, G, -2, X, 4, OUT, 0));
        misuses.put("x.length = 3, expected at least 12", () -> outputs(BIG, BIG, G, 1, W, 4, OUT, 0));
        misuses.put("out.length = 16, expected at least 17", () -> outputs(BIG, BIG, G, 1, X, 4, OUT, 1));
        misuses.put("outStride = 4, expected at least the row's length 5",
                () -> outputs(BIG, BIG, G, 1, new float[15], 5, OUT, 0));
        misuses.put("out is the same array as bigQ", () -> outputs(BIG, OUT, G, 1, X, 4, OUT, 0));
        misuses.put("work is the same array as bigP", () -> outputs(OUTPUTS_WORK, BIG, G, 1, X, 4, OUT, 0));
        misuses.put("out is the same array as work", () -> outputs(BIG, BIG, G, 1, X, 4, OUTPUTS_WORK, 0));
        misuses.put("scale.length = 2, expected at least 3", () -> bytes(3, 4, new float[2], W, WORK));
        misuses.put("shift.length = 1, expected at least 3", () -> bytes(3, 4, W, new float[1], WORK));
        misuses.put("x.length = 12, expected at least 15", () -> bytes(3, 5, W, W, WORK));
        misuses.put("xStride = 1, expected at least the row's length 3", () -> bytes(1, 4, W, W, WORK));
        misuses.put("work is the same array as scale", () -> bytes(3, 4, WORK, W, WORK));
        misuses.put("work is the same array as shift", () -> bytes(3, 4, W, WORK, WORK));
        misuses.put("work.length = 9, expected at least", () -> bytes(3, 4, W, W, new float[9]));
        float[] sums = new float[LinearAttention.contextSumsLength(4, D)];
        misuses.put("work.length = 1, expected at least 2", () -> shared(Y, sums, new float[][] {WORK}));
        misuses.put("work.length = 7, expected at least", () -> shared(Y, sums, new float[][] {WORK, new float[7]}));
        misuses.put("work is the same array as another worker's", () -> shared(Y, sums, new float[][] {WORK, WORK}));
        misuses.put("work is the same array as sums", () -> shared(Y, WORK, new float[][] {WORK, WORK.clone()}));
        misuses.put("sums is the same array as y", () -> shared(Y, Y, new float[][] {WORK, WORK.clone()}));
        misuses.put("sums.length = 3, expected at least 4", () -> shared(Y, W, new float[][] {WORK, WORK.clone()}));
        float[] batchWork = new float[LinearAttention.readoutWorkLength(D, 2)];
        misuses.put("a.length = 4, expected at least 8", () -> LinearAttention.readout(Q, D, A, 2, 1, OUT, batchWork));
        misuses.put("w.length = 3, expected at least 6", () -> LinearAttention.readout(Q, D, G, 2, 1, W, batchWork));
        misuses.put("n = -1.0", () -> LinearAttention.readout(Q, D, G, 2, -1, OUT, batchWork));
        misuses.put("tasks = -2, expected at least 0",
                () -> LinearAttention.readout(Q, D, G, -2, 1, OUT, batchWork));
        misuses.put("work.length = 5, expected at least " + batchWork.length,
                () -> LinearAttention.readout(Q, D, G, 2, 1, OUT, new float[5]));
        misuses.put("work is the same array as qBar",
                () -> LinearAttention.readout(batchWork, D, G, 2, 1, OUT, batchWork));
        misuses.put("rows = 0, expected at least 1", () -> gradient(0, Y, P, Q, W, 0, 0.5f, DP, DU, WORST, STATE));
        misuses.put("rows = -3, expected at least 1", () -> gradient(-3, Y, P, Q, W, 0, 0.5f, DP, DU, WORST, STATE));
        misuses.put("x.length = 12, expected at least 21",
                () -> gradient(7, new float[7], P, Q, W, 0, 0.5f, DP, DU, WORST, STATE));
        misuses.put("y.length = 2, expected at least 4",
                () -> gradient(4, new float[2], P, Q, W, 0, 0.5f, DP, DU, WORST, STATE));
        misuses.put("p.length = 2, expected at least 4",
                () -> gradient(4, Y, new float[2], Q, W, 0, 0.5f, DP, DU, WORST, STATE));
        misuses.put("qBar.length = 3, expected at least 12",
                () -> gradient(4, Y, P, W, W, 0, 0.5f, DP, DU, WORST, STATE));
        misuses.put("query.length = 3, expected at least 4",
                () -> gradient(4, Y, P, Q, W, 1, 0.5f, DP, DU, WORST, STATE));
        misuses.put("queryOffset = -1, expected at least 0",
                () -> gradient(4, Y, P, Q, W, -1, 0.5f, DP, DU, WORST, STATE));
        for (float epsilon : new float[] {-0.25f, Float.NaN, Float.POSITIVE_INFINITY}) {
            misuses.put("epsilon = " + epsilon + ", expected a finite number, at least 0",
                    () -> gradient(4, Y, P, Q, W, 0, epsilon, DP, DU, WORST, STATE));
        }
        misuses.put("dp.length = 3, expected at least 4",
                () -> gradient(4, Y, P, Q, W, 0, 0.5f, new float[3], DU, WORST, STATE));
        misuses.put("du.length = 3, expected at least 4",
                () -> gradient(4, Y, P, Q, W, 0, 0.5f, DP, new float[3], WORST, STATE));
        misuses.put("worst.length = 2, expected at least 3",
                () -> gradient(4, Y, P, Q, W, 0, 0.5f, DP, DU, new float[2], STATE));
        misuses.put("state.length = 7, expected at least 8",
                () -> gradient(4, Y, P, Q, W, 0, 0.5f, DP, DU, WORST, new double[7]));
        Map<String, float[]> inputs = new LinkedHashMap<>();
        inputs.put("x", X);
        inputs.put("y", Y);
        inputs.put("p", P);
        inputs.put("qBar", Q);
        inputs.put("query", BIG);
        inputs.forEach((name, input) -> {
            String same = " is the same array as " + name + ", expected an array of its own";
            misuses.put("dp" + same, () -> gradient(4, Y, P, Q, BIG, 0, 0.5f, input, DU, WORST, STATE));
            misuses.put("du" + same, () -> gradient(4, Y, P, Q, BIG, 0, 0.5f, DP, input, WORST, STATE));
            misuses.put("worst" + same, () -> gradient(4, Y, P, Q, BIG, 0, 0.5f, DP, DU, input, STATE));
        });
        misuses.put("du is the same array as dp", () -> gradient(4, Y, P, Q, W, 0, 0.5f, DP, DP, WORST, STATE));
        misuses.put("worst is the same array as dp", () -> gradient(4, Y, P, Q, W, 0, 0.5f, DP, DU, DP, STATE));
        misuses.put("worst is the same array as du", () -> gradient(4, Y, P, Q, W, 0, 0.5f, DP, DU, DU, STATE));
        misuses.put("work is the same array as qBar, expected an array of its own",
                () -> gradient(4, Y, P, WORK, W, 0, 0.5f, DP, DU, WORST, STATE));
        misuses.put("work is the same array as query",
                () -> gradient(4, Y, P, Q, WORK, 0, 0.5f, DP, DU, WORST, STATE));
        misuses.put("work is the same array as dp", () -> gradient(4, Y, P, Q, W, 0, 0.5f, WORK, DU, WORST, STATE));
        misuses.put("work is the same array as du", () -> gradient(4, Y, P, Q, W, 0, 0.5f, DP, WORK, WORST, STATE));
        misuses.put("work is the same array as worst", () -> gradient(4, Y, P, Q, W, 0, 0.5f, DP, DU, WORK, STATE));
        misuses.put("d = -2, expected at least 1", () -> AdversarialGradient.gradientStateLength(-2));
        double[] g = new double[4];
        misuses.put("velocity.length = 16, expected theta.length = 4", () -> step(G, g, 0.1, 0.9, 0, 1));
        misuses.put("gradient.length = 8, expected theta.length = 4", () -> step(A, STATE, 0.1, 0.9, 0, 1));
        misuses.put("velocity is the same array as theta", () -> step(F, g, 0.1, 0.9, 0, 1));
        misuses.put("velocity is the same array as gradient", () -> step(A, A, 0.1, 0.9, 0, 1));
        misuses.put("theta is the same array as gradient", () -> step(A, F, 0.1, 0.9, 0, 1));
        for (double rate : new double[] {-0.1, Double.NaN, Double.POSITIVE_INFINITY}) {
            misuses.put("rate = " + rate + ", expected a number from 0 to the largest finite",
                    () -> step(A, g, rate, 0.9, 0, 1));
        }
        for (double momentum : new double[] {-0.5, 1.5, Double.NaN}) {
            misuses.put("momentum = " + momentum + ", expected a number from 0 to 1",
                    () -> step(A, g, 0.1, momentum, 0, 1));
        }
        misuses.put("high = 0.5, expected at least low = 0.75", () -> step(A, g, 0.1, 0.9, 0.75, 0.5));
        misuses.put("high = NaN, expected at least low = 0.0", () -> step(A, g, 0.1, 0.9, 0, Double.NaN));
        misuses.put("high = 1.0, expected at least low = NaN", () -> step(A, g, 0.1, 0.9, Double.NaN, 1));
        misuses.put("state.length = 63, expected at least 64", () -> RandomStreams.start(1, 2, new int[63]));
        misuses.put("state.length = 1, expected at least 64",
                () -> RandomStreams.words(new int[1], new int[9], 0, 9));
        misuses.put("state.length = 2, expected at least 64",
                () -> RandomStreams.uniforms(new int[2], 1, OUT, 0, 9));
        misuses.put("state.length = 3, expected at least 64", () -> RandomStreams.normals(new int[3], OUT, 0, 9));
        misuses.put("out is the same array as state", () -> RandomStreams.words(RANDOM, RANDOM, 0, 9));
        misuses.put("count = -1, expected at least 0", () -> RandomStreams.words(RANDOM, new int[9], 0, -1));
        misuses.put("count = -2, expected at least 0", () -> RandomStreams.uniforms(RANDOM, 1, OUT, 0, -2));
        misuses.put("count = -3, expected at least 0", () -> RandomStreams.normals(RANDOM, OUT, 0, -3));
        misuses.put("outOffset = -7", () -> RandomStreams.words(RANDOM, new int[9], -7, 1));
        misuses.put("outOffset = -8", () -> RandomStreams.uniforms(RANDOM, 1, OUT, -8, 1));
        misuses.put("outOffset = -9", () -> RandomStreams.normals(RANDOM, OUT, -9, 1));
        misuses.put("out.length = 9, expected at least 10", () -> RandomStreams.words(RANDOM, new int[9], 3, 7));
        misuses.put("out.length = 16, expected at least 19", () -> RandomStreams.uniforms(RANDOM, 1, OUT, 0, 19));
        misuses.put("out.length = 16, expected at least 2147483650",
                () -> RandomStreams.normals(RANDOM, OUT, 3, Integer.MAX_VALUE));
        for (float high : new float[] {-1, 0x1p-103f, Float.NaN, Float.POSITIVE_INFINITY}) {
            misuses.put("high = " + high + ", expected 0 or a finite number, at least 2^-102",
                    () -> RandomStreams.uniforms(RANDOM, high, OUT, 0, 9));
        }
        misuses.put("size = 0, expected at least 1", () -> ExactSums.length(0));
        misuses.put("size = -1, expected at least 1", () -> exact(P, -1, 1, SUMS, SUMS_WORK));
        misuses.put("z.length = 3, expected at least 4", () -> exact(W, D + 1, 1, SUMS, SUMS_WORK));
        misuses.put("sums.length = 16, expected at least " + SUMS.length,
                () -> exact(P, D + 1, 1, G, SUMS_WORK));
        misuses.put("work.length = 4, expected at least " + SUMS_WORK.length, () -> exact(P, D + 1, 1, SUMS, F));
        misuses.put("work is the same array as sums", () -> exact(P, D + 1, 1, SUMS, SUMS));
        misuses.put("s = NaN, expected a finite number", () -> exact(P, D + 1, Float.NaN, SUMS, SUMS_WORK));
        misuses.put("s = -Infinity", () -> exact(P, D + 1, Float.NEGATIVE_INFINITY, SUMS, SUMS_WORK));
        for (float entry : new float[] {Float.NaN, Float.POSITIVE_INFINITY}) {
            misuses.put("z has an entry " + entry + ", expected finite numbers",
                    () -> exact(new float[] {1, 2, entry, 3}, D + 1, 1, SUMS, SUMS_WORK));
        }
        misuses.put("size = -3, expected at least 1", () -> squares(P, -3, 1, SUMS, SUMS_WORK));
        misuses.put("z.length = 2, expected at least 4", () -> squares(new float[2], D + 1, 1, SUMS, SUMS_WORK));
        misuses.put("sums.length = 3, expected at least " + SUMS.length,
                () -> squares(P, D + 1, 1, new double[3], SUMS_WORK));
        misuses.put("work.length = 2, expected at least " + SUMS_WORK.length,
                () -> squares(P, D + 1, 1, SUMS, new double[2]));
        misuses.put("work is the same array as sum", () -> squares(P, D + 1, -1, SUMS, SUMS));
        for (int sign : new int[] {0, 2, -2, Integer.MIN_VALUE}) {
            misuses.put("s = " + sign + ", expected -1 or +1", () -> squares(P, D + 1, sign, SUMS, SUMS_WORK));
        }
        for (float entry : new float[] {Float.NaN, Float.POSITIVE_INFINITY}) {
            misuses.put("z has an entry " + entry,
                    () -> squares(new float[] {1, 2, 3, -entry}, D + 1, 1, SUMS, SUMS_WORK));
        }
        misuses.put("other.length = 8, expected at least " + SUMS.length, () -> ExactSums.merge(STATE, D + 1, SUMS));
        misuses.put("sums.length = 8, expected at least " + SUMS.length, () -> ExactSums.merge(SUMS, D + 1, STATE));
        misuses.put("sums is the same array as other", () -> ExactSums.merge(SUMS, D + 1, SUMS));
        misuses.put("sums.length = 5, expected at least " + SUMS.length,
                () -> ExactSums.areExact(new double[5], D + 1, 1));
        misuses.put("sums.length = 6, expected at least " + SUMS.length, () -> ExactSums.near(new double[6], D + 1, 0));
        misuses.put("sums.length = 7, expected at least " + SUMS.length, () -> ExactSums.areZero(new double[7], D + 1));
        misuses.put("sums.length = 9, expected at least " + SUMS.length, () -> ExactSums.carry(new double[9], D + 1));
        misuses.put("j = 4, expected 0..3", () -> ExactSums.near(SUMS, D + 1, 4));
        misuses.put("sums.length = 4, expected at least " + SUMS.length, () -> ExactSums.round(F, D + 1, A));
        misuses.put("a.length = 1, expected at least 4", () -> ExactSums.round(SUMS, D + 1, new double[1]));
        misuses.put("a is the same array as sums", () -> ExactSums.round(SUMS, D + 1, SUMS));
        misuses.put("rest.length = 3, expected at least 4",
                () -> ExactSums.round(SUMS, D + 1, A, new double[3], SUMS_WORK));
        misuses.put("rest is the same array as a", () -> ExactSums.round(SUMS, D + 1, A, A, SUMS_WORK));
        misuses.put("rest is the same array as sums", () -> ExactSums.round(SUMS, D + 1, A, SUMS, SUMS_WORK));
        misuses.put("work.length = 7, expected at least 8",
                () -> ExactSums.round(SUMS, D + 1, A, new double[4], new double[7]));
        misuses.put("work is the same array as a",
                () -> ExactSums.round(SUMS, D + 1, SUMS_WORK, new double[4], SUMS_WORK));
        misuses.put("work is the same array as rest", () -> ExactSums.round(SUMS, D + 1, A, SUMS_WORK, SUMS_WORK));
        misuses.put("sums.length = 5, expected at least " + SUMS.length,
                () -> ExactSums.exact(new double[5], D + 1, 0));
        misuses.put("j = 4, expected 0..3", () -> ExactSums.exact(SUMS, D + 1, 4));
        misuses.put("j = -1, expected 0..3", () -> ExactSums.exact(SUMS, D + 1, -1));
        double[] square = new double[9];
        double[] three = new double[3];
        double[] other = new double[3];
        double[] factorWork = new double[Cholesky.factorWorkLength(D)];
        double[] inverseWork = new double[Cholesky.inverseWorkLength(D)];
        double[] reduceWork = new double[Tridiagonal.reduceWorkLength(D)];
        misuses.put("a.length = 4, expected at least 9", () -> Cholesky.factor(A, D, factorWork));
        misuses.put("d = -3, expected at least 1", () -> Cholesky.factor(G, -3, factorWork));
        misuses.put("a.length = 16, expected at least 4611686014132420609",
                () -> Cholesky.factor(G, Integer.MAX_VALUE, factorWork));
        misuses.put("work.length = 9, expected at least " + factorWork.length, () -> Cholesky.factor(G, D, square));
        misuses.put("work is the same array as a", () -> Cholesky.factor(factorWork, D, factorWork));
        misuses.put("r.length = 4, expected at least 9", () -> Cholesky.solve(A, D, G));
        misuses.put("x.length = 2, expected at least 3", () -> Cholesky.solve(G, D, new double[2]));
        misuses.put("x is the same array as r", () -> Cholesky.solve(G, D, G));
        misuses.put("r.length = 8, expected at least 9", () -> Cholesky.inverse(STATE, D, G, inverseWork));
        misuses.put("inverse.length = 4, expected at least 9", () -> Cholesky.inverse(square, D, A, inverseWork));
        misuses.put("work.length = 8, expected at least " + inverseWork.length,
                () -> Cholesky.inverse(square, D, G, STATE));
        misuses.put("inverse is the same array as r", () -> Cholesky.inverse(G, D, G, inverseWork));
        misuses.put("work is the same array as r", () -> Cholesky.inverse(inverseWork, D, G, inverseWork));
        misuses.put("inverse is the same array as work",
                () -> Cholesky.inverse(square, D, inverseWork, inverseWork));
        misuses.put("d = -4, expected at least 1", () -> Cholesky.inverseWorkLength(-4));
        misuses.put("d = 0, expected at least 1", () -> Cholesky.factorWorkLength(0));
        misuses.put("a.length = 3, expected at least 9", () -> CoordinateDescent.sweep(three, D, A, A, F));
        misuses.put("lambda.length = 3, expected at least 4", () -> CoordinateDescent.sweep(G, 4, three, A, F));
        misuses.put("w.length = 3, expected at least 4", () -> CoordinateDescent.sweep(G, 4, A, three, F));
        misuses.put("z.length = 3, expected at least 4", () -> CoordinateDescent.sweep(G, 4, A, F, three));
        misuses.put("w is the same array as a", () -> CoordinateDescent.sweep(G, D, A, G, F));
        misuses.put("w is the same array as lambda", () -> CoordinateDescent.sweep(G, D, A, A, F));
        misuses.put("z is the same array as a", () -> CoordinateDescent.sweep(G, D, A, F, G));
        misuses.put("z is the same array as lambda", () -> CoordinateDescent.sweep(G, D, A, F, A));
        misuses.put("z is the same array as w", () -> CoordinateDescent.sweep(G, D, three, A, A));
        misuses.put("mu.length = 3, expected at least 4", () -> CoordinateDescent.residual(G, 4, three, A, F));
        misuses.put("z is the same array as mu", () -> CoordinateDescent.residual(G, D, A, three, A));
        misuses.put("d = -5, expected at least 1", () -> CoordinateDescent.residual(G, -5, three, A, F));
        misuses.put("a.length = 8, expected at least 9", () -> reduce(STATE, A, F, three, reduceWork));
        misuses.put("diagonal.length = 2, expected at least 3",
                () -> reduce(G, new double[2], F, three, reduceWork));
        misuses.put("off.length = 2, expected at least 3", () -> reduce(G, A, new double[2], F, reduceWork));
        misuses.put("scale.length = 2, expected at least 3", () -> reduce(G, A, F, new double[2], reduceWork));
        misuses.put("work.length = 3, expected at least " + reduceWork.length,
                () -> reduce(G, A, F, new double[3], three));
        misuses.put("diagonal is the same array as a", () -> reduce(G, G, F, three, reduceWork));
        misuses.put("off is the same array as a", () -> reduce(G, A, G, three, reduceWork));
        misuses.put("scale is the same array as a", () -> reduce(G, A, F, G, reduceWork));
        misuses.put("work is the same array as a", () -> reduce(reduceWork, A, F, three, reduceWork));
        misuses.put("off is the same array as diagonal", () -> reduce(G, A, A, three, reduceWork));
        misuses.put("scale is the same array as diagonal", () -> reduce(G, A, F, A, reduceWork));
        misuses.put("scale is the same array as off", () -> reduce(G, A, F, F, reduceWork));
        misuses.put("work is the same array as diagonal", () -> reduce(G, reduceWork, F, three, reduceWork));
        misuses.put("work is the same array as off", () -> reduce(G, A, reduceWork, three, reduceWork));
        misuses.put("work is the same array as scale", () -> reduce(G, A, F, reduceWork, reduceWork));
        misuses.put("x.length = 1, expected at least 3", () -> Tridiagonal.toBasis(G, three, D, new double[1]));
        misuses.put("x is the same array as a", () -> Tridiagonal.toBasis(G, three, D, G));
        misuses.put("x is the same array as scale", () -> Tridiagonal.fromBasis(G, A, D, A));
        misuses.put("scale.length = 1, expected at least 3", () -> Tridiagonal.fromBasis(G, new double[1], D, A));
        misuses.put("d = -6, expected at least 1", () -> Tridiagonal.solve(A, F, 0, -6, G, STATE));
        misuses.put("off.length = 1, expected at least 2",
                () -> Tridiagonal.solve(A, new double[1], 0, D, G, STATE));
        misuses.put("x is the same array as diagonal", () -> Tridiagonal.solve(A, F, 0, D, A, STATE));
        misuses.put("x is the same array as off", () -> Tridiagonal.solve(A, F, 0, D, F, STATE));
        misuses.put("work is the same array as x", () -> Tridiagonal.solve(A, F, 0, D, G, G));
        misuses.put("work.length = 2, expected at least 3", () -> Tridiagonal.solve(A, F, 0, D, G, new double[2]));
        double[] doubleWork = new double[DoubleProduct.workLength(D, D)];
        misuses.put("m = -1, expected at least 0", () -> product(-1, D, D, G, 0, D, G, SUMS, 0, doubleWork));
        misuses.put("n = -2, expected at least 0", () -> product(D, -2, D, G, 0, D, G, SUMS, 0, doubleWork));
        misuses.put("k = -3, expected at least 0", () -> product(D, D, -3, G, 0, D, G, SUMS, 0, doubleWork));
        misuses.put("aRow = -4 and aColumn = 1", () -> product(D, D, D, G, 0, -4, G, SUMS, 0, doubleWork));
        misuses.put("aOffset = -5", () -> product(D, D, D, G, -5, D, G, SUMS, 0, doubleWork));
        misuses.put("a.length = 3, expected at least 9", () -> product(D, D, D, three, 0, D, G, SUMS, 0, doubleWork));
        misuses.put("b.length = 3, expected at least 9", () -> product(D, D, D, G, 0, D, three, SUMS, 0, doubleWork));
        misuses.put("cOffset = -6", () -> product(D, D, D, G, 0, D, G, SUMS, -6, doubleWork));
        misuses.put("c.length = 3, expected at least 9", () -> product(D, D, D, G, 0, D, G, three, 0, doubleWork));
        misuses.put("work.length = 3, expected at least " + doubleWork.length,
                () -> product(D, D, D, G, 0, D, G, SUMS, 0, three));
        misuses.put("c is the same array as a", () -> product(D, D, D, SUMS, 0, D, G, SUMS, 0, doubleWork));
        misuses.put("c is the same array as b", () -> product(D, D, D, G, 0, D, SUMS, SUMS, 0, doubleWork));
        misuses.put("work is the same array as b", () -> product(D, D, D, G, 0, D, doubleWork, SUMS, 0, doubleWork));
        misuses.put("work is the same array as c", () -> product(D, D, D, G, 0, D, G, doubleWork, 0, doubleWork));
        misuses.put("n = -7, expected at least 0", () -> DoubleProduct.workLength(-7, 1));
        misuses.put("columns = 0, expected at least 1", () -> DoubleProduct.addTimes(G, 0, D, D, 0, three, F));
        misuses.put("aStride = 2, expected at least the row's length 3",
                () -> DoubleProduct.addTimes(G, 0, 2, D, D, three, F));
        misuses.put("rows = -8, expected at least 0", () -> DoubleProduct.addTimes(G, 0, D, -8, D, three, F));
        misuses.put("y.length = 3, expected at least 4", () -> DoubleProduct.addTimes(G, 0, D, 4, D, three, other));
        misuses.put("y is the same array as x",
                () -> DoubleProduct.addTransposedTimes(G, 0, D, D, D, three, three));
        misuses.put("x.length = 3, expected at least 4",
                () -> DoubleProduct.addTransposedTimes(G, 0, D, 4, D, three, F));
        misuses.put("cStride = 2, expected at least the row's length 3",
                () -> DoubleProduct.addSymmetric(D, D, G, 0, D, 1, G, 0, 1, D, SUMS, 0, 2, doubleWork));
        misuses.put("d = -9, expected at least 1", () -> DoubleProduct.symmetricWorkLength(-9));
        misuses.put("work.length = 3, expected at least 6", () -> DoubleProduct.addSymmetricTimes(G, D, three, F, new double[D]));
        misuses.put("y is the same array as a", () -> DoubleProduct.addSymmetricTimes(G, D, three, G, new double[2 * D]));
        misuses.put("work is the same array as y", () -> DoubleProduct.addSymmetricTimes(G, D, three, STATE, STATE));
        float[] depthWork = new float[DepthGradient.workLength(1, 4)];
        float[] tasks = new float[3 * 4 * DepthGradient.BLOCK];
        double[] four = {1, 1, 1, 1};
        misuses.put("depth = 0, expected at least 1", () -> depth(four, 0, tasks, 0, 4, 1, 0, SUMS, depthWork));
        misuses.put("k = 5, expected an even number, at least 4", () -> depth(four, 1, tasks, 0, 5, 1, 0, SUMS, depthWork));
        misuses.put("k = 2, expected an even number, at least 4", () -> DepthGradient.workLength(1, 2));
        misuses.put("k = -1, expected at least 1", () -> DepthGradient.paddedLength(-1));
        misuses.put("work.length = " + tasks.length + ", expected at least " + depthWork.length,
                () -> depth(four, 1, tasks, 0, 4, 1, 0, SUMS, new float[tasks.length]));
        misuses.put("layers.length = 3, expected at least 4",
                () -> depth(three, 1, tasks, 0, 4, 1, 0, SUMS, depthWork));
        misuses.put("tasksOffset = -9", () -> depth(four, 1, tasks, -9, 4, 1, 0, SUMS, depthWork));
        misuses.put("tasks.length = 192, expected at least 193", () -> depth(four, 1, tasks, 1, 4, 1, 0, SUMS, depthWork));
        misuses.put("count = 0, expected 1..16", () -> depth(four, 1, tasks, 0, 4, 0, 0, SUMS, depthWork));
        misuses.put("count = 17, expected 1..16", () -> depth(four, 1, tasks, 0, 4, 17, 0, SUMS, depthWork));
        misuses.put("radius = -2.0", () -> depth(four, 1, tasks, 0, 4, 1, -2, SUMS, depthWork));
        misuses.put("radius = NaN", () -> depth(four, 1, tasks, 0, 4, 1, Double.NaN, SUMS, depthWork));
        misuses.put("gradient.length = 3, expected at least 4",
                () -> depth(four, 1, tasks, 0, 4, 1, 0, three, depthWork));
        misuses.put("gradient is the same array as layers", () -> depth(four, 1, tasks, 0, 4, 1, 0, four, depthWork));
        misuses.put("work is the same array as tasks", () -> depth(four, 1, depthWork, 0, 4, 1, 0, SUMS, depthWork));
        for (double tau : new double[] {Double.NaN, Double.NEGATIVE_INFINITY}) {
            misuses.put("tau = " + tau + ", expected a finite number",
                    () -> Tridiagonal.solve(A, F, tau, D, G, STATE));
        }
        return misuses.entrySet().stream().map(entry -> Arguments.of(entry.getKey(), entry.getValue()));
    }

    private static void context(
            int offset, int stride, int rows, int d, float[] y, float[] p, double[] a, float[] work) {
        LinearAttention.accumulate(X, offset, stride, rows, d, y, 0, p, a, work);
    }

    private static void bytes(int stride, int rows, float[] scale, float[] shift, float[] work) {
        LinearAttention.accumulate(new byte[12], 0, stride, rows, D, scale, shift, Y, 0, P, A, work);
    }

    private static void shared(float[] y, float[] sums, float[][] work) {
        LinearAttention.accumulate(X, 0, 3, 4, D, y, 0, P, A, sums, work, Workers.of(Runnable::run, 2));
    }

    private static void depth(double[] layers, int depth, float[] tasks, int offset, int k, int count, double radius,
            double[] gradient, float[] work) {
        DepthGradient.lossGradient(layers, depth, tasks, offset, k, count, radius, gradient, work);
    }

    private static void outputs(
            float[] bigP, float[] bigQ, double[] g, double n, float[] x, int rows, float[] out, int outOffset) {
        LinearAttention.outputs(bigP, bigQ, g, n, D, x, 0, D, rows, out, outOffset, 4, OUTPUTS_WORK);
    }

    private static void gradient(int rows, float[] y, float[] p, float[] qBar, float[] query, int queryOffset,
            float epsilon, float[] dp, float[] du, float[] worst, double[] state) {
        AdversarialGradient.lossGradient(X, 0, 3, rows, D, y, 0, p, qBar, query, queryOffset, 1, epsilon, dp, du, worst,
                state, WORK);
    }

    private static void product(int m, int n, int k, double[] a, int aOffset, int aRow, double[] b, double[] c, int cOffset,
            double[] work) {
        DoubleProduct.add(m, n, k, a, aOffset, aRow, 1, b, 0, n, 1, c, cOffset, n, work);
    }

    private static void reduce(double[] a, double[] diagonal, double[] off, double[] scale, double[] work) {
        Tridiagonal.reduce(a, D, diagonal, off, scale, work);
    }

    private static void exact(float[] z, int size, float s, double[] sums, double[] work) {
        ExactSums.add(z, size, s, sums, work);
    }

    private static void squares(float[] z, int size, int s, double[] sums, double[] work) {
        ExactSums.addSquares(z, size, s, sums, work);
    }

    private static void step(
            double[] velocity, double[] gradient, double rate, double momentum, double low, double high) {
        ProjectedDescent.step(F, velocity, gradient, rate, momentum, low, high);
    }

    private static void perturb(float epsilon, float[] out) {
        AdversarialGradient.perturb(X, 0, 3, 4, D, Y, 0, W, epsilon, out, 0, 3);
    }

    private static void product(int m, int n, int k, float[] a, float[] c) {
        MatrixProduct.multiply(m, n, k, a, 0, Math.max(k, 0), 1, new float[64], 0, n, 1, c, 0, n,
                PRODUCT_WORK);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("misuses")
    void isNamedAndWritesNothing(String message, Executable misuse) {
        String said = assertThrows(IllegalArgumentException.class, misuse).getMessage();
        assertTrue(said.contains(message), said);
        assertArrayEquals(ones(12), X);
        for (float[] written : FLOATS) {
            for (float value : written) {
                assertEquals(MARK, value);
            }
        }
        for (double[] written : DOUBLES) {
            assertTrue(Arrays.stream(written).allMatch(value -> value == MARK));
        }
        assertTrue(Arrays.stream(RANDOM).allMatch(word -> word == WORD));
    }
}
