package dev.holdfast.kernel;

import static dev.holdfast.kernel.Kernels.TASKS;
import static dev.holdfast.kernel.Kernels.place;

import java.util.Arrays;

/**
 * Loss and gradient of the transformer of four numbers a layer, P_l = p_x Π_x + p_y Π_y and Q_l = q_x Π_x + q_y Π_y, on
 * {@value #BLOCK} tasks side by side, each a lane, in float.
 *
 * <p>A task is k nodes (s, m, z): the eigenvalues of S̄ = (1/N) Σ x xᵀ, and in its basis m̄ = (1/N) Σ y x and a query of
 * label 1. With α = p_x q_x, β = p_x q_y, γ = p_y q_x and δ = p_y q_y of a layer, and the blocks C (k × k), b (k) and e of
 * the B = A G Aᵀ that it sees, at first diag(s), m and 1, the next layer sees
 *
 * <pre>
 *     C' = C + 2αC² + α²C³ + (2β + β²e) b bᵀ + αβ(b (Cb)ᵀ + (Cb) bᵀ)
 *     b' = t + αCt + βτ b        with φ = 1 + δe, t = γCb + φb, τ = γ bᵀb + φe
 *     e' = γ bᵀt + φτ
 * </pre>
 *
 * and w is r after all layers, from the last one to the first, from r = 0 and ρ = 1:
 *
 * <pre>
 *     r' = r + αCr + γρ b        ρ' = ρ + β bᵀr + δe ρ
 * </pre>
 *
 * A task's loss is ln(1 + exp(−(w·z − ε' ‖w‖₂))), the logistic loss of a query that has been moved by ε' against w; where
 * w = 0, ‖w‖₂ has the slope 0. Nodes with s = m = z = 0 change nothing.
 *
 * <p>Order of sums. An image C v and a product of matrices take their terms in ascending order by fused multiply-adds from
 * +0, or from what they are added to; a dot product is the sum over even nodes plus that over odd ones; k is made even and at
 * least 4 by nodes of 0. A lane never meets another before the end, where losses and gradients are added in double, task by
 * task. Conventions on arrays: see the package.
 */
public final class DepthGradient {
    /** Tasks of a block. */
    public static final int BLOCK = TASKS;

    // entries that are the same in every call
    private static final int ZERO = 0;
    private static final int ONE = 1;
    private static final int TWO = 2;
    private static final int HALF = 3;
    // numbers of a task that do not outlive a method
    private static final int FIRST = 4;
    private static final int SECOND = 5;
    private static final int THIRD = 6;
    private static final int FOURTH = 7;
    private static final int LAYERS = 8;

    // entries of a layer: its own numbers, in every lane
    private static final int ALPHA = 0;
    private static final int BETA = 1;
    private static final int GAMMA = 2;
    private static final int DELTA = 3;
    private static final int ALPHA_BETA = 4;
    private static final int TWICE_ALPHA_BETA = 5;
    private static final int TWICE_ALPHA = 6;
    private static final int ALPHA_SQUARED = 7;
    private static final int HALF_ALPHA = 8;
    // then a task's numbers
    private static final int E = 9;
    private static final int PHI = 10;
    private static final int TAU = 11;
    /** 2β + β²e. */
    private static final int KAPPA = 12;
    /** bᵀb. */
    private static final int BB = 13;
    /** bᵀt. */
    private static final int BT = 14;
    private static final int RHO = 15;
    /** bᵀr. */
    private static final int BR = 16;
    private static final int RHO_BAR = 17;
    private static final int E_BAR = 18;
    private static final int BETA_TAU = 19;
    private static final int GAMMA_RHO = 20;
    private static final int BETA_RHO_BAR = 21;
    /** Of α, β, γ and δ. */
    private static final int BARS = 22;
    private static final int NUMBERS = 26;

    // rows of k entries that follow: Cb, b, t, r, the gradient for r', then C and Y = C + αC²
    private static final int CB = 0;
    private static final int B = 1;
    private static final int T = 2;
    private static final int R = 3;
    private static final int R_BAR = 4;
    private static final int C = 5;

    // rows of k entries in the scratch behind all layers
    private static final int IMAGE = 0;
    private static final int T_BAR = 1;
    private static final int CB_BAR = 2;
    private static final int B_BAR = 3;
    private static final int GB = 4;
    private static final int GCB = 5;
    private static final int WEIGHTS = 6;
    /** Left sides of outer products, up to three. */
    private static final int LEFT = 7;
    private static final int SCRATCH_ROWS = 10;

    private static final int OWN_PAGES = 1 << 20;

    private DepthGradient() {}

    /** Nodes that a task of k nodes has in {@code tasks}: k, made even and at least 4 by nodes of 0. */
    public static int paddedLength(int k) {
        Arguments.atLeast("k", k, 1);
        return Math.max(4, Math.addExact(k, k & 1));
    }

    /**
     * Length of the {@code work} array for {@code depth} layers and k nodes, as {@link #paddedLength} has them: at least 2²⁰
     * floats. G1, the JVM's usual collector, gives so large an array pages of its own if the heap is below 32 GB, and then
     * an entry is a line of the cache; where vectors lie across two lines, all of it takes a seventh longer.
     */
    public static int workLength(int depth, int k) {
        check(depth, k);
        long entries = LAYERS + (long) depth * layerLength(k) + (SCRATCH_ROWS + 4L * k) * k;
        return Math.max(OWN_PAGES, Math.toIntExact(Math.addExact(Kernels.LEAD, Math.multiplyExact(entries, (long) TASKS))));
    }

    private static void check(int depth, int k) {
        Arguments.atLeast("depth", depth, 1);
        if (k < 4 || k % 2 != 0) {
            throw new IllegalArgumentException("k = " + k + ", expected an even number, at least 4");
        }
    }

    private static long layerLength(int k) {
        return NUMBERS + (2L * k + C) * k;
    }

    private static int number(int k, int l, int which) {
        return LAYERS + l * (int) layerLength(k) + which;
    }

    private static int row(int k, int l, int which) {
        return LAYERS + l * (int) layerLength(k) + NUMBERS + which * k;
    }

    /** Y; of a diagonal C, the row of s y. */
    private static int y(int k, int l) {
        return row(k, l, C + k);
    }

    private static int scratch(int k, int depth, int which) {
        return LAYERS + depth * (int) layerLength(k) + which * k;
    }

    /** The gradient for the next layer's C. */
    private static int g(int k, int depth) {
        return scratch(k, depth, SCRATCH_ROWS);
    }

    /** (GC)ᵀ. */
    private static int q(int k, int depth) {
        return scratch(k, depth, SCRATCH_ROWS + k);
    }

    private static int sum(int k, int depth) {
        return scratch(k, depth, SCRATCH_ROWS + 2 * k);
    }

    private static int v(int k, int depth) {
        return scratch(k, depth, SCRATCH_ROWS + 3 * k);
    }

    /**
     * Losses and gradients of a block of tasks.
     *
     * <p>Where a number does not fit a float, the sums are not finite.
     *
     * @param layers p_x, p_y, q_x and q_y of the first layer, then of the second, …: 4·depth numbers; read
     * @param depth number of layers, at least 1
     * @param tasks s_i of {@value #BLOCK} tasks, i = 0..k−1, then m_i, then z_i: 3·k·{@value #BLOCK} floats from {@code
     *        offset} on; read
     * @param k nodes of a task, even, at least 4
     * @param count how many of the tasks count, 1..{@value #BLOCK}; the others are read, and change nothing
     * @param radius ε', at least 0
     * @param gradient the sum of the tasks' gradients, as many numbers as {@code layers}; overwritten
     * @param work {@link #workLength} floats
     * @return the sum of the tasks' losses
     */
    public static double lossGradient(double[] layers, int depth, float[] tasks, int offset, int k, int count,
            double radius, double[] gradient, float[] work) {
        Arguments.length("work", work.length, workLength(depth, k));
        Arguments.length("layers", layers.length, 4L * depth);
        Arguments.range("tasks", tasks.length, offset, 3L * k * TASKS);
        if (count < 1 || count > TASKS) {
            throw new IllegalArgumentException("count = " + count + ", expected 1.." + TASKS);
        }
        if (!(radius >= 0 && radius <= Double.MAX_VALUE)) {
            throw new IllegalArgumentException("radius = " + radius + ", expected a finite number, at least 0");
        }
        Arguments.length("gradient", gradient.length, 4L * depth);
        Arguments.distinct("gradient", gradient, "layers", layers);
        Arguments.distinct("work", work, "tasks", tasks);
        Kernels kernels = Implementation.kernels();
        start(kernels, layers, tasks, offset, depth, k, work);
        for (int l = 0; l < depth - 1; l++) {
            next(kernels, depth, l, k, work);
        }
        weights(kernels, depth, k, work);
        double loss = loss(kernels, tasks, offset, depth, k, count, radius, work);
        backThroughWeights(kernels, depth, k, work);
        for (int l = depth - 2; l >= 0; l--) {
            back(kernels, depth, l, k, work);
        }
        sum(layers, depth, k, count, work, gradient);
        return loss;
    }

    /** Constants, and what the first layer sees. */
    private static void start(Kernels kernels, double[] layers, float[] tasks, int offset, int depth, int k, float[] w) {
        kernels.taskSet(w, ZERO, 0);
        kernels.taskSet(w, ONE, 1);
        kernels.taskSet(w, TWO, 2);
        kernels.taskSet(w, HALF, 0.5f);
        for (int l = 0; l < depth; l++) {
            int o = 4 * l;
            int first = number(k, l, 0);
            float alpha = (float) (layers[o] * layers[o + 2]);
            float beta = (float) (layers[o] * layers[o + 3]);
            kernels.taskSet(w, first + ALPHA, alpha);
            kernels.taskSet(w, first + BETA, beta);
            kernels.taskSet(w, first + GAMMA, (float) (layers[o + 1] * layers[o + 2]));
            kernels.taskSet(w, first + DELTA, (float) (layers[o + 1] * layers[o + 3]));
            kernels.taskSet(w, first + ALPHA_BETA, alpha * beta);
            kernels.taskSet(w, first + TWICE_ALPHA_BETA, 2 * alpha * beta);
            kernels.taskSet(w, first + TWICE_ALPHA, 2 * alpha);
            kernels.taskSet(w, first + ALPHA_SQUARED, alpha * alpha);
            kernels.taskSet(w, first + HALF_ALPHA, 0.5f * alpha);
        }
        kernels.taskSet(w, number(k, 0, E), 1);
        // a diagonal as one row
        System.arraycopy(tasks, offset, w, place(row(k, 0, C)), k * TASKS);
        System.arraycopy(tasks, offset + k * TASKS, w, place(row(k, 0, B)), k * TASKS);
    }

    /** C v, where the first C is a diagonal. */
    private static void image(Kernels kernels, int l, int k, int v, int out, float[] w) {
        if (l > 0) {
            kernels.taskImage(w, row(k, l, C), k, v, out);
            return;
        }
        kernels.taskMultiply(w, k, row(k, 0, C), v, out);
    }

    /** A number of each task: p x + q y + r z. */
    private static void number(Kernels kernels, int p, int x, int q, int y, int r, int z, int out, float[] w) {
        kernels.taskCombine(w, 1, p, x, q, y, r, z, out);
    }

    private static void number(Kernels kernels, int p, int x, int q, int y, int out, float[] w) {
        kernels.taskCombine(w, 1, p, x, q, y, out);
    }

    private static void number(Kernels kernels, int p, int x, int out, float[] w) {
        kernels.taskMultiply(w, 1, p, x, out);
    }

    /** A row, factor x. */
    private static void scale(Kernels kernels, int k, int factor, int x, int out, float[] w) {
        kernels.taskCombine(w, k, factor, x, ZERO, x, out);
    }

    /** What layer l + 1 sees: the last one needs no C. */
    private static void next(Kernels kernels, int depth, int l, int k, float[] w) {
        int n = number(k, l, 0);
        int b = row(k, l, B);
        int cb = row(k, l, CB);
        int t = row(k, l, T);
        number(kernels, ONE, ONE, n + DELTA, n + E, n + PHI, w);
        image(kernels, l, k, b, cb, w);
        kernels.taskDot(w, b, b, k, n + BB);
        number(kernels, n + GAMMA, n + BB, n + E, n + PHI, n + TAU, w);
        number(kernels, n + BETA, n + TAU, n + BETA_TAU, w);
        kernels.taskCombine(w, k, n + GAMMA, cb, n + PHI, b, t);
        int ct = scratch(k, depth, IMAGE);
        image(kernels, l, k, t, ct, w);
        kernels.taskDot(w, b, t, k, n + BT);
        number(kernels, n + GAMMA, n + BT, n + PHI, n + TAU, number(k, l + 1, E), w);
        kernels.taskCombine(w, k, ONE, t, n + ALPHA, ct, n + BETA_TAU, b, row(k, l + 1, B));
        if (l < depth - 2) {
            nextC(kernels, depth, l, k, w);
        }
    }

    /** C' = Y + αCY + the outer products of αβ b and Cb, and of αβ Cb + (2β + β²e) b and b. */
    private static void nextC(Kernels kernels, int depth, int l, int k, float[] w) {
        int n = number(k, l, 0);
        int c = row(k, l, C);
        int b = row(k, l, B);
        int cb = row(k, l, CB);
        int left = scratch(k, depth, LEFT);
        number(kernels, TWO, ONE, n + BETA, n + E, FIRST, w);
        number(kernels, n + BETA, FIRST, n + KAPPA, w);
        scale(kernels, k, n + ALPHA_BETA, b, left, w);
        kernels.taskCombine(w, k, n + ALPHA_BETA, cb, n + KAPPA, b, left + k);
        int next = row(k, l + 1, C);
        if (l == 0) {
            diagonalC(kernels, depth, k, w);
            kernels.taskProducts(w, k, ZERO, c, c, 0, left, cb, 2, ONE, v(k, depth), next, true);
        } else {
            int y = y(k, l);
            kernels.taskProducts(w, k, n + ALPHA, c, c, k, left, cb, 0, ONE, c, y, true);
            kernels.taskMirror(w, k, y);
            kernels.taskProducts(w, k, n + ALPHA, c, y, k, left, cb, 2, ONE, y, next, true);
        }
        kernels.taskMirror(w, k, next);
    }

    /** y = s + αs², s y, and y + αs y on the diagonal of a matrix that is 0 elsewhere. */
    private static void diagonalC(Kernels kernels, int depth, int k, float[] w) {
        int s = row(k, 0, C);
        int alpha = number(k, 0, ALPHA);
        int y = scratch(k, depth, IMAGE);
        int sy = y(k, 0);
        kernels.taskMultiply(w, k, s, s, sy);
        kernels.taskCombine(w, k, ONE, s, alpha, sy, y);
        kernels.taskMultiply(w, k, s, y, sy);
        kernels.taskCombine(w, k, ONE, y, alpha, sy, y);
        int out = place(v(k, depth));
        Arrays.fill(w, out, out + k * k * TASKS, 0);
        for (int i = 0; i < k; i++) {
            System.arraycopy(w, place(y + i), w, out + i * (k + 1) * TASKS, TASKS);
        }
    }

    /** w. A layer's row r is what it is given by the layers after it. */
    private static void weights(Kernels kernels, int depth, int k, float[] w) {
        int last = depth - 1;
        int n = number(k, last, 0);
        kernels.taskSet(w, n + RHO, 1);
        kernels.taskSet(w, n + BR, 0);
        number(kernels, ONE, ONE, n + DELTA, n + E, n + PHI, w);
        scale(kernels, k, n + GAMMA, row(k, last, B), given(last, depth, k), w);
        for (int l = last - 1; l >= 0; l--) {
            int above = n;
            n = number(k, l, 0);
            number(kernels, above + PHI, above + RHO, above + BETA, above + BR, n + RHO, w);
            number(kernels, n + GAMMA, n + RHO, n + GAMMA_RHO, w);
            int r = row(k, l, R);
            int b = row(k, l, B);
            kernels.taskDot(w, b, r, k, n + BR);
            int image = scratch(k, depth, IMAGE);
            image(kernels, l, k, r, image, w);
            kernels.taskCombine(w, k, ONE, r, n + ALPHA, image, n + GAMMA_RHO, b, given(l, depth, k));
        }
    }

    /** Where layer l's r' goes: to the layer before it, and from the first to w. */
    private static int given(int l, int depth, int k) {
        return l == 0 ? scratch(k, depth, WEIGHTS) : row(k, l - 1, R);
    }

    /** The sum of the losses, and the gradient for w. */
    private static double loss(Kernels kernels, float[] tasks, int offset, int depth, int k, int count, double radius,
            float[] w) {
        int z = scratch(k, depth, IMAGE);
        int weights = scratch(k, depth, WEIGHTS);
        System.arraycopy(tasks, offset + 2 * k * TASKS, w, place(z), k * TASKS);
        kernels.taskDot(w, weights, z, k, THIRD);
        kernels.taskDot(w, weights, weights, k, FOURTH);
        double sum = 0;
        kernels.taskSet(w, FIRST, 0);
        kernels.taskSet(w, SECOND, 0);
        for (int i = 0; i < count; i++) {
            double norm = Math.sqrt(w[place(FOURTH) + i]);
            double margin = w[place(THIRD) + i] - radius * norm;
            double small = StrictMath.exp(-Math.abs(margin));
            sum += StrictMath.log1p(small) + Math.max(-margin, 0);
            double slope = -(margin > 0 ? small : 1) / (1 + small);
            w[place(FIRST) + i] = (float) slope;
            w[place(SECOND) + i] = norm == 0 ? 0 : (float) (-slope * radius / norm);
        }
        kernels.taskCombine(w, k, FIRST, z, SECOND, weights, row(k, 0, R_BAR));
        return sum;
    }

    /** From w to what each layer was given, and the part of the gradients that this decides. */
    private static void backThroughWeights(Kernels kernels, int depth, int k, float[] w) {
        kernels.taskSet(w, number(k, 0, RHO_BAR), 0);
        for (int l = 0; l < depth - 1; l++) {
            int n = number(k, l, 0);
            int b = row(k, l, B);
            int bar = row(k, l, R_BAR);
            int image = scratch(k, depth, IMAGE);
            image(kernels, l, k, bar, image, w);
            kernels.taskDot(w, image, row(k, l, R), k, n + BARS);
            kernels.taskDot(w, bar, b, k, FIRST);
            number(kernels, n + RHO_BAR, n + RHO, SECOND, w);
            number(kernels, n + RHO_BAR, n + BR, n + BARS + 1, w);
            number(kernels, n + RHO, FIRST, n + BARS + 2, w);
            number(kernels, SECOND, n + E, n + BARS + 3, w);
            number(kernels, n + DELTA, SECOND, n + E_BAR, w);
            number(kernels, n + BETA, n + RHO_BAR, n + BETA_RHO_BAR, w);
            number(kernels, n + PHI, n + RHO_BAR, n + GAMMA, FIRST, number(k, l + 1, RHO_BAR), w);
            kernels.taskCombine(w, k, ONE, bar, n + ALPHA, image, n + BETA_RHO_BAR, b, row(k, l + 1, R_BAR));
        }
        int n = number(k, depth - 1, 0);
        int bar = row(k, depth - 1, R_BAR);
        kernels.taskSet(w, n + BARS, 0);
        kernels.taskSet(w, n + BARS + 1, 0);
        kernels.taskDot(w, bar, row(k, depth - 1, B), k, n + BARS + 2);
        number(kernels, n + RHO_BAR, n + E, n + BARS + 3, w);
        number(kernels, n + DELTA, n + RHO_BAR, n + E_BAR, w);
        scale(kernels, k, n + GAMMA, bar, scratch(k, depth, B_BAR), w);
    }

    /** From the gradients for what layer l + 1 sees to those for layer l and for what it sees. */
    private static void back(Kernels kernels, int depth, int l, int k, float[] w) {
        int n = number(k, l, 0);
        int b = row(k, l, B);
        int bBar = scratch(k, depth, B_BAR);
        int image = scratch(k, depth, IMAGE);
        int tBar = scratch(k, depth, T_BAR);
        image(kernels, l, k, bBar, image, w);
        kernels.taskDot(w, image, row(k, l, T), k, FIRST);
        number(kernels, ONE, n + BARS, ONE, FIRST, n + BARS, w);
        number(kernels, n + GAMMA, number(k, l + 1, E_BAR), SECOND, w);
        kernels.taskCombine(w, k, ONE, bBar, n + ALPHA, image, SECOND, b, tBar);
        backThroughNumbers(kernels, depth, l, k, w);
        boolean hasC = l < depth - 2;
        if (hasC) {
            backThroughC(kernels, depth, l, k, w);
        }
        if (l > 0) {
            int gb = hasC ? scratch(k, depth, GB) : tBar;
            kernels.taskCombine(w, k, n + GAMMA, tBar, hasC ? n + TWICE_ALPHA_BETA : ZERO, gb,
                    scratch(k, depth, CB_BAR));
            gradientOfC(kernels, hasC, depth, l, k, w);
            gradientOfB(kernels, hasC, depth, l, k, w);
        }
    }

    /** β, γ, δ and e by way of t, τ and e'; γē' is in SECOND and stays there, τ̄ is left in THIRD. */
    private static void backThroughNumbers(Kernels kernels, int depth, int l, int k, float[] w) {
        int n = number(k, l, 0);
        int eBar = number(k, l + 1, E_BAR);
        int tBar = scratch(k, depth, T_BAR);
        kernels.taskDot(w, scratch(k, depth, B_BAR), row(k, l, B), k, FIRST);
        number(kernels, n + BETA, FIRST, n + PHI, eBar, THIRD, w);
        number(kernels, ONE, n + BARS + 1, n + TAU, FIRST, n + BARS + 1, w);
        number(kernels, ONE, n + BARS + 2, eBar, n + BT, THIRD, n + BB, n + BARS + 2, w);
        kernels.taskDot(w, tBar, row(k, l, CB), k, FIRST);
        number(kernels, ONE, n + BARS + 2, ONE, FIRST, n + BARS + 2, w);
        kernels.taskDot(w, tBar, row(k, l, B), k, FIRST);
        // φ̄
        number(kernels, ONE, FIRST, eBar, n + TAU, THIRD, n + E, FOURTH, w);
        number(kernels, ONE, n + BARS + 3, FOURTH, n + E, n + BARS + 3, w);
        number(kernels, ONE, n + E_BAR, THIRD, n + PHI, FOURTH, n + DELTA, n + E_BAR, w);
    }

    /** α, β and e by way of C', whose gradient is G; Gb, G(Cb) and, but for a diagonal C, (GC)ᵀ are left. */
    private static void backThroughC(Kernels kernels, int depth, int l, int k, float[] w) {
        int n = number(k, l, 0);
        int g = g(k, depth);
        int b = row(k, l, B);
        int cb = row(k, l, CB);
        int gb = scratch(k, depth, GB);
        kernels.taskImage(w, g, k, b, gb);
        kernels.taskImage(w, g, k, cb, scratch(k, depth, GCB));
        // the polynomial of C has the derivative 2CY in α
        if (l == 0) {
            int diagonal = scratch(k, depth, IMAGE);
            for (int i = 0; i < k; i++) {
                System.arraycopy(w, place(g + i * (k + 1)), w, place(diagonal + i), TASKS);
            }
            kernels.taskDot(w, diagonal, y(k, 0), k, FIRST);
        } else {
            int q = q(k, depth);
            int c = row(k, l, C);
            kernels.taskProducts(w, k, ONE, c, g, k, c, c, 0, ZERO, c, q, false);
            kernels.taskDot(w, q, y(k, l), k * k, FIRST);
        }
        number(kernels, ONE, n + BARS, TWO, FIRST, n + BARS, w);
        kernels.taskDot(w, cb, gb, k, FIRST);
        number(kernels, TWO, FIRST, FIRST, w);
        number(kernels, ONE, n + BARS, n + BETA, FIRST, n + BARS, w);
        number(kernels, ONE, n + BARS + 1, n + ALPHA, FIRST, n + BARS + 1, w);
        // κ̄, and κ's derivatives 2 + 2βe in β and β² in e
        kernels.taskDot(w, b, gb, k, FIRST);
        number(kernels, n + BETA, n + E, FOURTH, w);
        number(kernels, TWO, ONE, TWO, FOURTH, FOURTH, w);
        number(kernels, ONE, n + BARS + 1, FOURTH, FIRST, n + BARS + 1, w);
        number(kernels, n + BETA, FIRST, FOURTH, w);
        number(kernels, ONE, n + E_BAR, n + BETA, FOURTH, n + E_BAR, w);
    }

    /**
     * C̄ = G + V + Vᵀ with V = 2αR + α²(R + ½Rᵀ)C + half of the outer products of c̄, αb̄' and αr̄' with b, t and r, where
     * R = GC and c̄ is the gradient for Cb; Rᵀ will do for R where it stands alone.
     */
    private static void gradientOfC(Kernels kernels, boolean hasC, int depth, int l, int k, float[] w) {
        int n = number(k, l, 0);
        int c = row(k, l, C);
        int left = scratch(k, depth, LEFT);
        scale(kernels, k, HALF, scratch(k, depth, CB_BAR), left, w);
        scale(kernels, k, n + HALF_ALPHA, scratch(k, depth, B_BAR), left + k, w);
        scale(kernels, k, n + HALF_ALPHA, row(k, l, R_BAR), left + 2 * k, w);
        int g = g(k, depth);
        int v = v(k, depth);
        int b = row(k, l, B);
        if (hasC) {
            int q = q(k, depth);
            int sum = sum(k, depth);
            kernels.taskAddTransposed(w, k, ONE, HALF, q, sum);
            kernels.taskProducts(w, k, n + ALPHA_SQUARED, sum, c, k, left, b, 3, n + TWICE_ALPHA, q, v, false);
        } else {
            Arrays.fill(w, place(g), place(g + k * k), 0);
            kernels.taskProducts(w, k, ZERO, c, c, 0, left, b, 3, ZERO, c, v, false);
        }
        kernels.taskSymmetrize(w, k, v, g);
    }

    /** b̄ = βτ b̄' + γē' t + 2γτ̄ b + φ t̄ + C c̄ + γρ r̄' + βρ̄' r, and where there is a C', 2(2β + β²e) Gb + 2αβ G(Cb). */
    private static void gradientOfB(Kernels kernels, boolean hasC, int depth, int l, int k, float[] w) {
        int n = number(k, l, 0);
        int bBar = scratch(k, depth, B_BAR);
        int image = scratch(k, depth, IMAGE);
        number(kernels, n + GAMMA, THIRD, n + GAMMA, THIRD, THIRD, w);
        number(kernels, TWO, n + KAPPA, FIRST, w);
        image(kernels, l, k, scratch(k, depth, CB_BAR), image, w);
        kernels.taskCombine(w, k, n + BETA_TAU, bBar, SECOND, row(k, l, T), THIRD, row(k, l, B), bBar);
        kernels.taskCombine(w, k, ONE, bBar, n + PHI, scratch(k, depth, T_BAR), ONE, image, bBar);
        kernels.taskCombine(w, k, ONE, bBar, n + GAMMA_RHO, row(k, l, R_BAR), n + BETA_RHO_BAR, row(k, l, R), bBar);
        if (hasC) {
            kernels.taskCombine(w, k, ONE, bBar, FIRST, scratch(k, depth, GB), n + TWICE_ALPHA_BETA,
                    scratch(k, depth, GCB), bBar);
        }
    }

    /** Over the tasks that count, and from α, β, γ and δ to p_x, p_y, q_x and q_y. */
    private static void sum(double[] layers, int depth, int k, int count, float[] w, double[] gradient) {
        for (int l = 0; l < depth; l++) {
            double alpha = sum(w, number(k, l, BARS), count);
            double beta = sum(w, number(k, l, BARS) + 1, count);
            double gamma = sum(w, number(k, l, BARS) + 2, count);
            double delta = sum(w, number(k, l, BARS) + 3, count);
            int o = 4 * l;
            gradient[o] = alpha * layers[o + 2] + beta * layers[o + 3];
            gradient[o + 1] = gamma * layers[o + 2] + delta * layers[o + 3];
            gradient[o + 2] = alpha * layers[o] + gamma * layers[o + 1];
            gradient[o + 3] = beta * layers[o] + delta * layers[o + 1];
        }
    }

    private static double sum(float[] w, int entry, int count) {
        double sum = 0;
        for (int i = 0; i < count; i++) {
            sum += w[place(entry) + i];
        }
        return sum;
    }
}
