package dev.holdfast.verify.kernel;

import com.sun.management.ThreadMXBean;
import dev.holdfast.kernel.AdversarialGradient;
import dev.holdfast.kernel.Cholesky;
import dev.holdfast.kernel.CoordinateDescent;
import dev.holdfast.kernel.DepthGradient;
import dev.holdfast.kernel.DoubleProduct;
import dev.holdfast.kernel.ExactProducts;
import dev.holdfast.kernel.ExactSums;
import dev.holdfast.kernel.Implementation;
import dev.holdfast.kernel.LinearAttention;
import dev.holdfast.kernel.MatrixProduct;
import dev.holdfast.kernel.ProjectedDescent;
import dev.holdfast.kernel.RandomStreams;
import dev.holdfast.kernel.Tridiagonal;
import dev.holdfast.kernel.Workers;
import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;

/**
 * Every operation of the kernel, called until the compiler is done with it and its loops allocate nothing. A vector that
 * the compiler boxes is an object of 40 to 96 bytes, for good. Each operation takes hundreds of steps here, so that boxes
 * in a loop are tens of kilobytes; a box or two beside the loops, which the compiler leaves in some JVMs and not in
 * others, cost a few nanoseconds.
 *
 * <p>Whoever runs it says {@code -Xbatch}: a call waits for its compilation then, and the count of calls does not depend on how
 * busy the machine is.
 */
final class SteadyCalls {
    private static final int ROWS = 300;
    /** Calls that are counted together. */
    private static final int BATCH = 20;
    /** Bytes a call that are not boxes in a loop. */
    private static final long FEW = 1024;
    /** Features of what takes a single row. */
    private static final int LONG = 4000;
    /** Batches of few bytes, one after the other, that are enough. */
    private static final int CLEAN = 5;
    /** After which an operation is not waited for: more calls than the last compiler wants to see. */
    private static final int BATCHES = 2000;

    private SteadyCalls() {}

    /** By the method's name and what tells its calls apart: each way that a kernel has through its rows is taken. */
    static Map<String, Runnable> calls() {
        Map<String, Runnable> calls = new LinkedHashMap<>();
        for (int d : new int[] {20, 28, 100, 400}) {
            addRows(calls, d, " " + d);
            addRow(calls, LONG + d, " " + (LONG + d));
        }
        addProducts(calls, 100);
        addSolvers(calls, 100);
        addSums(calls, 100);
        addDepth(calls, 10, 12);
        int[] state = new int[RandomStreams.STATE];
        int[] words = new int[1000];
        float[] out = new float[1000];
        calls.put("start", () -> RandomStreams.start(1, 2, state));
        calls.put("words", () -> RandomStreams.words(state, words, 0, words.length));
        calls.put("uniforms", () -> RandomStreams.uniforms(state, 1, out, 0, out.length));
        calls.put("normals", () -> RandomStreams.normals(state, out, 0, out.length));
        return calls;
    }

    private static void addRows(Map<String, Runnable> calls, int d, String name) {
        Random random = new Random(d);
        float[] x = floats(random, ROWS * d);
        float[] y = floats(random, ROWS);
        byte[] bytes = new byte[ROWS * d];
        random.nextBytes(bytes);
        float[] p = floats(random, d + 1);
        float[] w = floats(random, d);
        float[] ones = new float[d];
        Arrays.fill(ones, 1);
        double[] a = new double[d + 1];
        double[] f = new double[ROWS];
        float[] work = new float[LinearAttention.contextWorkLength(d)];
        float[] out = new float[ROWS * d];
        float[][] works = {work};
        float[] sums = new float[LinearAttention.contextSumsLength(ROWS, d)];
        calls.put("accumulate" + name, () -> LinearAttention.accumulate(x, 0, d, ROWS, d, y, 0, p, a, work));
        calls.put("accumulate workers" + name, () -> LinearAttention.accumulate(
                x, 0, d, ROWS, d, y, 0, p, a, sums, works, Workers.one()));
        calls.put("accumulate bytes" + name, () -> LinearAttention.accumulate(
                bytes, 0, d, ROWS, d, ones, w, y, 0, p, a, work));
        calls.put("scores" + name, () -> LinearAttention.scores(x, 0, d, ROWS, d, w, 1, f, 0));
        calls.put("perturb" + name, () -> AdversarialGradient.perturb(x, 0, d, ROWS, d, y, 0, w, 0.1f, out, 0, d));
    }

    private static void addDepth(Map<String, Runnable> calls, int depth, int k) {
        Random random = new Random(k);
        double[] layers = doubles(random, 4 * depth);
        for (int i = 0; i < layers.length; i++) {
            layers[i] *= 0.1;
        }
        float[] tasks = floats(random, 3 * k * DepthGradient.BLOCK);
        double[] gradient = new double[layers.length];
        float[] work = new float[DepthGradient.workLength(depth, k)];
        calls.put("lossGradient depth", () -> DepthGradient.lossGradient(
                layers, depth, tasks, 0, k, DepthGradient.BLOCK, 0.5, gradient, work));
    }

    private static void addRow(Map<String, Runnable> calls, int d, String name) {
        Random random = new Random(d);
        float[] x = floats(random, d);
        float[] w = floats(random, d);
        float[] ones = new float[d];
        Arrays.fill(ones, 1);
        double[] v = doubles(random, d);
        double[] a = doubles(random, d + 1);
        double[] moving = new double[2];
        calls.put("score" + name, () -> LinearAttention.score(x, 0, d, w, 1));
        calls.put("certainScore" + name, () -> LinearAttention.certainScore(x, 0, d, w, 1, 1));
        calls.put("cornerScore" + name, () -> AdversarialGradient.cornerScore(
                x, 0, d, w, ones, v, 0.5f, w, 1, 1, moving));
        float[] low = {-99};
        float[] high = {99};
        calls.put("inside" + name, () -> AdversarialGradient.inside(x, 0, d, low, high));
        calls.put("norm1" + name, () -> AdversarialGradient.norm1(w, d));
        calls.put("norm2" + name, () -> AdversarialGradient.norm2(w, d));
        calls.put("normInfinity" + name, () -> AdversarialGradient.normInfinity(w, d));
        float[] label = floats(random, d);
        float[] read = new float[d];
        calls.put("readout structured" + name, () -> LinearAttention.readout(w, 0.5f, label, d, a, ROWS, read));
    }

    private static void addProducts(Map<String, Runnable> calls, int d) {
        Random random = new Random(2);
        int size = d + 1;
        float[] x = floats(random, ROWS * d);
        float[] y = floats(random, ROWS);
        float[] qBar = floats(random, size * d);
        float[] square = floats(random, size * size);
        double[] g = doubles(random, size * size);
        double[] a = doubles(random, 10 * size);
        float[] w = new float[10 * d];
        float[] gramWork = new float[LinearAttention.gramWorkLength(d)];
        float[] readoutWork = new float[LinearAttention.readoutWorkLength(d, 10)];
        float[] outputsWork = new float[LinearAttention.outputsWorkLength(d, ROWS)];
        float[] productWork = new float[MatrixProduct.workLength(d, ROWS)];
        float[] contextWork = new float[LinearAttention.contextWorkLength(d)];
        float[] out = new float[size * ROWS];
        float[] dp = new float[size];
        float[] du = new float[size];
        float[] worst = new float[d];
        double[] state = new double[AdversarialGradient.gradientStateLength(d)];
        calls.put("gram", () -> LinearAttention.gram(x, 0, d, ROWS, d, y, 0, g, gramWork));
        calls.put("readout", () -> LinearAttention.readout(qBar, d, a, ROWS, w));
        calls.put("readout batch", () -> LinearAttention.readout(qBar, d, a, 10, ROWS, w, readoutWork));
        calls.put("outputs", () -> LinearAttention.outputs(
                square, square, g, ROWS, d, x, 0, d, ROWS, out, 0, ROWS, outputsWork));
        calls.put("multiply", () -> MatrixProduct.multiply(
                d, d, ROWS, x, 0, 1, d, x, 0, d, 1, out, 0, d, productWork));
        calls.put("multiply rows", () -> MatrixProduct.multiply(
                ROWS, d, d, x, 0, d, 1, square, 0, size, 1, out, 0, d, productWork));
        calls.put("lossGradient", () -> AdversarialGradient.lossGradient(
                x, 0, d, ROWS, d, y, 0, square, qBar, x, 0, 1, 0.1f, dp, du, worst, state, contextWork));
    }

    private static void addSolvers(Map<String, Runnable> calls, int d) {
        Random random = new Random(3);
        double[] matrix = new double[d * d];
        for (int i = 0; i < d; i++) {
            for (int j = 0; j <= i; j++) {
                matrix[i * d + j] = matrix[j * d + i] = i == j ? d : random.nextDouble() - 0.5;
            }
        }
        double[] a = matrix.clone();
        double[] l = matrix.clone();
        double[] factorWork = new double[Cholesky.factorWorkLength(d)];
        Cholesky.factor(l, d, factorWork);
        double[] inverse = new double[d * d];
        double[] inverseWork = new double[Cholesky.inverseWorkLength(d)];
        double[] lambda = doubles(random, d);
        double[] mu = doubles(random, d);
        double[] w = doubles(random, d);
        double[] z = doubles(random, d);
        double[] x = doubles(random, d);
        double[] diagonal = new double[d];
        double[] off = new double[d];
        double[] scale = new double[d];
        double[] reduceWork = new double[Tridiagonal.reduceWorkLength(d)];
        double[] velocity = new double[d];
        calls.put("factor", () -> {
            System.arraycopy(matrix, 0, a, 0, a.length);
            Cholesky.factor(a, d, factorWork);
        });
        calls.put("solve", () -> {
            System.arraycopy(mu, 0, x, 0, d);
            Cholesky.solve(l, d, x);
        });
        calls.put("inverse", () -> Cholesky.inverse(l, d, inverse, inverseWork));
        calls.put("sweep", () -> CoordinateDescent.sweep(matrix, d, lambda, w, z));
        calls.put("residual", () -> CoordinateDescent.residual(matrix, d, mu, w, z));
        calls.put("reduce", () -> {
            System.arraycopy(matrix, 0, a, 0, a.length);
            Tridiagonal.reduce(a, d, diagonal, off, scale, reduceWork);
        });
        calls.put("toBasis", () -> Tridiagonal.toBasis(a, scale, d, x));
        calls.put("fromBasis", () -> Tridiagonal.fromBasis(a, scale, d, x));
        calls.put("solve tridiagonal", () -> Tridiagonal.solve(diagonal, off, d, d, x, reduceWork));
        double[] productWork = new double[DoubleProduct.workLength(d, d)];
        calls.put("add product", () -> {
            Arrays.fill(inverse, 0);
            DoubleProduct.add(d, d, d, matrix, 0, d, 1, matrix, 0, 1, d, inverse, 0, d, productWork);
        });
        calls.put("addSymmetric", () -> {
            Arrays.fill(inverse, 0);
            DoubleProduct.addSymmetric(d, d, matrix, 0, d, 1, matrix, 0, 1, d, inverse, 0, d, productWork);
        });
        calls.put("addTimes", () -> DoubleProduct.addTimes(matrix, 0, d, d, d, mu, z));
        calls.put("addTimes of whole chunks", () -> DoubleProduct.addTimes(matrix, 0, d, d, d & -8, mu, z));
        calls.put("addTransposedTimes", () -> DoubleProduct.addTransposedTimes(matrix, 0, d, d, d, mu, z));
        calls.put("addSymmetricTimes", () -> DoubleProduct.addSymmetricTimes(matrix, d, mu, z, reduceWork));
        calls.put("step", () -> ProjectedDescent.step(x, velocity, mu, 0.1, 0.9, -1, 1));
    }

    private static void addSums(Map<String, Runnable> calls, int size) {
        Random random = new Random(4);
        float[] z = floats(random, size);
        double[] sums = new double[ExactSums.length(size)];
        double[] other = new double[ExactSums.length(size)];
        double[] squares = new double[ExactSums.length(size)];
        double[] work = new double[ExactSums.workLength(size)];
        double[] a = new double[size];
        double[] rest = new double[size];
        ExactSums.add(z, size, 1, other, work);
        calls.put("add", () -> {
            ExactSums.add(z, size, 0.5f, sums, work);
            ExactSums.add(z, size, -0.5f, sums, work);
        });
        calls.put("addSquares", () -> {
            ExactSums.addSquares(z, size, 1, squares, work);
            ExactSums.addSquares(z, size, -1, squares, work);
        });
        float[][] rows = new float[ExactProducts.ROWS][];
        Arrays.setAll(rows, n -> floats(random, size));
        double[][] products = new double[size][];
        Arrays.setAll(products, i -> new double[ExactSums.length(i + 1)]);
        double[][] productsWork = ExactProducts.work(size);
        calls.put("add block", () -> {
            ExactProducts.add(rows, rows.length, size, 1, products, productsWork);
            ExactProducts.add(rows, rows.length, size, -1, products, productsWork);
        });
        calls.put("addEach", () -> {
            ExactProducts.addEach(rows, rows.length, size, 1, products, work);
            ExactProducts.addEach(rows, rows.length, size, -1, products, work);
        });
        calls.put("merge", () -> {
            Arrays.fill(sums, 0);
            ExactSums.merge(other, size, sums);
        });
        calls.put("carry", () -> ExactSums.carry(sums, size));
        calls.put("areExact", () -> ExactSums.areExact(sums, size, 1));
        calls.put("near", () -> ExactSums.near(sums, size, 0));
        calls.put("areZero", () -> ExactSums.areZero(sums, size));
        calls.put("round", () -> ExactSums.round(sums, size, a));
        calls.put("round rest", () -> ExactSums.round(sums, size, a, rest, work));
    }

    private static float[] floats(Random random, int count) {
        float[] out = new float[count];
        for (int i = 0; i < count; i++) {
            out[i] = (float) random.nextGaussian();
        }
        return out;
    }

    private static double[] doubles(Random random, int count) {
        return random.doubles(count).toArray();
    }

    /** Bytes a call once the compiler is done, or the least that was seen. */
    private static long bytes(Runnable call) {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long least = Long.MAX_VALUE;
        int clean = 0;
        for (int n = 0; clean < CLEAN && n < BATCHES; n++) {
            long before = threads.getCurrentThreadAllocatedBytes();
            for (int i = 0; i < BATCH; i++) {
                call.run();
            }
            long bytes = (threads.getCurrentThreadAllocatedBytes() - before) / BATCH;
            least = Math.min(least, bytes);
            clean = bytes <= FEW ? clean + 1 : 0;
        }
        return clean == CLEAN ? least : Math.max(FEW + 1, least);
    }

    /** Prints what kernels run, and a line for each operation that goes on allocating. */
    public static void main(String[] arguments) {
        System.out.println("runs " + Implementation.name());
        calls().forEach((name, call) -> {
            long bytes = bytes(call);
            if (bytes > FEW) {
                System.out.println("allocates: " + name + " " + bytes);
            }
        });
        System.out.println("done");
    }
}
