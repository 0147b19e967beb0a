package dev.holdfast.verify.kernel;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.holdfast.kernel.AdversarialGradient;
import dev.holdfast.kernel.LinearAttention;
import dev.holdfast.kernel.MatrixProduct;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Every misuse of a kernel names the argument, its value and what was expected, and writes nothing. */
class BadArgumentsTest {
    private static final int D = 3;
    private static final float[] X = new float[12];
    private static final float[] Y = new float[4];
    private static final float[] P = new float[D + 1];
    private static final float[] Q = new float[(D + 1) * D];
    private static final float[] W = new float[D];
    private static final float[] OUT = new float[16];
    private static final float[] WORK = new float[LinearAttention.contextWorkLength(D)];
    private static final float[] GRAM_WORK = new float[LinearAttention.gramWorkLength(D)];
    private static final float[] PRODUCT_WORK = new float[MatrixProduct.workLength()];
    private static final double[] A = new double[D + 1];
    private static final double[] G = new double[(D + 1) * (D + 1)];
    private static final double[] F = new double[4];

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
        return misuses.entrySet().stream().map(entry -> Arguments.of(entry.getKey(), entry.getValue()));
    }

    private static void context(
            int offset, int stride, int rows, int d, float[] y, float[] p, double[] a, float[] work) {
        LinearAttention.accumulate(X, offset, stride, rows, d, y, 0, p, a, work);
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
        assertArrayEquals(new float[16], OUT);
        assertArrayEquals(new float[12], X);
        assertArrayEquals(new double[4], A);
        assertArrayEquals(new double[16], G);
        assertArrayEquals(new double[4], F);
    }
}
