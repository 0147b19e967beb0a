package dev.holdfast.kernel;

import static dev.holdfast.kernel.Kernels.TASKS;

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

    // entries that are the same in every call, and room for coefficients
    private static final int ZERO = 0;
    private static final int ONE = 1;
    private static final int HALF = 2;
    private static final int FIRST = 3;
    private static final int SECOND = 4;
    private static final int THIRD = 5;
    private static final int DOT = 6;
    private static final int SECOND_DOT = 7;
    private static final int STATES = 8;

    // numbers of a task that a layer's state has, an entry each
    private static final int E = 0;
    private static final int PHI = 1;
    private static final int TAU = 2;
    /** bᵀb. */
    private static final int BB = 3;
    /** bᵀt. */
    private static final int BT = 4;
    private static final int RHO = 5;
    /** bᵀr. */
    private static final int BR = 6;
    private static final int RHO_BAR = 7;
    private static final int E_BAR = 8;
    /** Of α, β, γ and δ. */
    private static final int BARS = 9;
    private static final int NUMBERS = 13;

    // rows of k entries that follow: Cb, b, the rows of C, t, r, the gradient for r', the rows of ∂C'/∂α
    private static final int CB = 0;
    private static final int B = 1;
    private static final int C = 2;

    // rows of k entries in the scratch behind all states
    private static final int IMAGE = 0;
    private static final int T_BAR = 1;
    private static final int CB_BAR = 2;
    private static final int B_BAR = 3;
    private static final int GB = 4;
    private static final int GCB = 5;
    private static final int WEIGHTS = 6;
    private static final int SCRATCH_ROWS = 7;

    private DepthGradient() {}

    /** Nodes that a task of k nodes has in {@code tasks}: k, made even and at least 4 by nodes of 0. */
    public static int paddedLength(int k) {
        Arguments.atLeast("k", k, 1);
        return Math.max(4, Math.addExact(k, k & 1));
    }

    /** Length of the {@code work} array for {@code depth} layers and k nodes, as {@link #paddedLength} has them. */
    public static int workLength(int depth, int k) {
        check(depth, k);
        long entries = STATES + (long) depth * stateLength(k) + (SCRATCH_ROWS + 4L * k + 4) * k;
        return Math.toIntExact(Math.multiplyExact(entries, (long) TASKS));
    }

    private static void check(int depth, int k) {
        Arguments.atLeast("depth", depth, 1);
        if (k < 4 || k % 2 != 0) {
            throw new IllegalArgumentException("k = " + k + ", expected an even number, at least 4");
        }
    }

    private static long stateLength(int k) {
        return NUMBERS + (2L * k + 5) * k;
    }

    private static int number(int k, int l, int which) {
        return STATES + l * (int) stateLength(k) + which;
    }

    private static int row(int k, int l, int which) {
        return STATES + l * (int) stateLength(k) + NUMBERS + which * k;
    }

    private static int scratch(int k, int depth, int which) {
        return STATES + depth * (int) stateLength(k) + which * k;
    }

    private static int left(int k, int depth) {
        return scratch(k, depth, SCRATCH_ROWS);
    }

    /** (GC)ᵀ. */
    private static int q(int k, int depth) {
        return scratch(k, depth, SCRATCH_ROWS + k + 4);
    }

    private static int v(int k, int depth) {
        return scratch(k, depth, SCRATCH_ROWS + 2 * k + 4);
    }

    /** The gradient for the next state's C. */
    private static int g(int k, int depth) {
        return scratch(k, depth, SCRATCH_ROWS + 3 * k + 4);
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
        start(tasks, offset, depth, k, work);
        for (int l = 0; l < depth - 1; l++) {
            next(kernels, layers, depth, l, k, work);
        }
        weights(kernels, layers, depth, k, work);
        double loss = loss(kernels, tasks, offset, depth, k, count, radius, work);
        backThroughWeights(kernels, layers, depth, k, work);
        for (int l = depth - 2; l >= 0; l--) {
            back(kernels, layers, depth, l, k, work);
        }
        sum(layers, depth, k, count, work, gradient);
        return loss;
    }

    // a layer's α, β, γ and δ

    private static float alpha(double[] layers, int l) {
        return (float) (layers[4 * l] * layers[4 * l + 2]);
    }

    private static float beta(double[] layers, int l) {
        return (float) (layers[4 * l] * layers[4 * l + 3]);
    }

    private static float gamma(double[] layers, int l) {
        return (float) (layers[4 * l + 1] * layers[4 * l + 2]);
    }

    private static float delta(double[] layers, int l) {
        return (float) (layers[4 * l + 1] * layers[4 * l + 3]);
    }

    /** Constants, and the first state. */
    private static void start(float[] tasks, int offset, int depth, int k, float[] w) {
        set(w, ZERO, 0);
        set(w, ONE, 1);
        set(w, HALF, 0.5f);
        for (int l = 0; l < depth; l++) {
            Arrays.fill(w, number(k, l, BARS) * TASKS, number(k, l, NUMBERS) * TASKS, 0);
        }
        set(w, number(k, 0, E), 1);
        // a diagonal as one row
        System.arraycopy(tasks, offset, w, row(k, 0, C) * TASKS, k * TASKS);
        System.arraycopy(tasks, offset + k * TASKS, w, row(k, 0, B) * TASKS, k * TASKS);
    }

    private static void set(float[] w, int entry, float value) {
        Arrays.fill(w, entry * TASKS, (entry + 1) * TASKS, value);
    }

    /** C v, where the first C is a diagonal. */
    private static void image(Kernels kernels, int l, int k, int v, int out, float[] w) {
        if (l > 0) {
            kernels.taskImage(w, row(k, l, C), k, v, out);
            return;
        }
        kernels.taskMultiply(w, k, row(k, 0, C), v, out);
    }

    /** What layer l + 1 sees: the last one needs no C. */
    private static void next(Kernels kernels, double[] layers, int depth, int l, int k, float[] w) {
        float alpha = alpha(layers, l);
        float beta = beta(layers, l);
        float gamma = gamma(layers, l);
        float delta = delta(layers, l);
        int b = row(k, l, B);
        int t = row(k, l, k + 2);
        image(kernels, l, k, b, row(k, l, CB), w);
        kernels.taskDot(w, b, b, k, number(k, l, BB));
        set(w, FIRST, gamma);
        for (int i = 0; i < TASKS; i++) {
            float e = w[number(k, l, E) * TASKS + i];
            float phi = 1 + delta * e;
            w[number(k, l, PHI) * TASKS + i] = phi;
            w[number(k, l, TAU) * TASKS + i] = gamma * w[number(k, l, BB) * TASKS + i] + e * phi;
        }
        kernels.taskCombine(w, k, FIRST, row(k, l, CB), number(k, l, PHI), b, ZERO, b, t);
        int ct = scratch(k, depth, IMAGE);
        image(kernels, l, k, t, ct, w);
        kernels.taskDot(w, b, t, k, number(k, l, BT));
        set(w, FIRST, alpha);
        for (int i = 0; i < TASKS; i++) {
            float tau = w[number(k, l, TAU) * TASKS + i];
            w[SECOND * TASKS + i] = beta * tau;
            w[number(k, l + 1, E) * TASKS + i] =
                    gamma * w[number(k, l, BT) * TASKS + i] + w[number(k, l, PHI) * TASKS + i] * tau;
        }
        kernels.taskCombine(w, k, ONE, t, FIRST, ct, SECOND, b, row(k, l + 1, B));
        if (l < depth - 2) {
            nextC(kernels, alpha, beta, depth, l, k, w);
        }
    }

    /**
     * C' = C + Σ of products: C times 2αC + α²C², Cb times αβ b, and b times (2β + β²e) b + αβ Cb. Of a diagonal C the
     * products with C are one line.
     */
    private static void nextC(Kernels kernels, float alpha, float beta, int depth, int l, int k, float[] w) {
        int c = row(k, l, C);
        int left = left(k, depth);
        int derivative = row(k, l, k + 5);
        set(w, FIRST, alpha * beta);
        for (int i = 0; i < TASKS; i++) {
            w[SECOND * TASKS + i] = 2 * beta + beta * beta * w[number(k, l, E) * TASKS + i];
        }
        kernels.taskCombine(w, k, FIRST, row(k, l, B), ZERO, c, ZERO, c, left);
        kernels.taskCombine(w, k, FIRST, row(k, l, CB), SECOND, row(k, l, B), ZERO, c, left + k);
        int next = row(k, l + 1, C);
        if (l == 0) {
            diagonalC(alpha, depth, k, w);
            kernels.taskProducts(w, left, k, row(k, 0, CB), k, 2, ONE, v(k, depth), k, 1, next, k, k, k, true);
            kernels.taskMirror(w, k, next);
            return;
        }
        kernels.taskProducts(w, c, k, c, k, k, ZERO, ZERO, 0, 0, derivative, k, k, k, true);
        set(w, FIRST, 2);
        set(w, SECOND, 2 * alpha);
        set(w, THIRD, alpha * alpha);
        kernels.taskCombineSymmetric(w, k, c, derivative, FIRST, SECOND, derivative, SECOND, THIRD, left + 2 * k);
        kernels.taskProducts(w, left, k, row(k, l, CB), k, k + 2, ONE, c, k, 1, next, k, k, k, true);
        kernels.taskMirror(w, k, next);
    }

    /** s(1 + αs)² as a diagonal, and 2s²(1 + αs), its derivative in α, as one row. */
    private static void diagonalC(float alpha, int depth, int k, float[] w) {
        int out = v(k, depth);
        Arrays.fill(w, out * TASKS, (out + k * k) * TASKS, 0);
        for (int i = 0; i < k; i++) {
            int from = (row(k, 0, C) + i) * TASKS;
            int to = (out + i * k + i) * TASKS;
            int derivative = (row(k, 0, k + 5) + i) * TASKS;
            for (int t = 0; t < TASKS; t++) {
                float s = w[from + t];
                float factor = 1 + alpha * s;
                w[to + t] = s * factor * factor;
                w[derivative + t] = 2 * s * s * factor;
            }
        }
    }

    /** w. A state's row r is what its layer is given. */
    private static void weights(Kernels kernels, double[] layers, int depth, int k, float[] w) {
        int last = depth - 1;
        set(w, FIRST, gamma(layers, last));
        set(w, number(k, last, RHO), 1);
        int b = row(k, last, B);
        kernels.taskCombine(w, k, FIRST, b, ZERO, b, ZERO, b, given(last, depth, k));
        for (int l = last; l > 0; l--) {
            float above = beta(layers, l);
            float delta = delta(layers, l);
            for (int i = 0; i < TASKS; i++) {
                float rho = w[number(k, l, RHO) * TASKS + i];
                float br = l == last ? 0 : w[number(k, l, BR) * TASKS + i];
                w[number(k, l - 1, RHO) * TASKS + i] = rho + above * br + delta * w[number(k, l, E) * TASKS + i] * rho;
            }
            int r = row(k, l - 1, k + 3);
            b = row(k, l - 1, B);
            kernels.taskDot(w, b, r, k, number(k, l - 1, BR));
            int image = scratch(k, depth, IMAGE);
            image(kernels, l - 1, k, r, image, w);
            set(w, FIRST, alpha(layers, l - 1));
            float gamma = gamma(layers, l - 1);
            for (int i = 0; i < TASKS; i++) {
                w[SECOND * TASKS + i] = gamma * w[number(k, l - 1, RHO) * TASKS + i];
            }
            kernels.taskCombine(w, k, ONE, r, FIRST, image, SECOND, b, given(l - 1, depth, k));
        }
    }

    /** Where layer l's r' goes: to the layer before it, and from the first to w. */
    private static int given(int l, int depth, int k) {
        return l == 0 ? scratch(k, depth, WEIGHTS) : row(k, l - 1, k + 3);
    }

    /** The sum of the losses, and the gradient for w. */
    private static double loss(Kernels kernels, float[] tasks, int offset, int depth, int k, int count, double radius,
            float[] w) {
        int z = left(k, depth);
        int weights = scratch(k, depth, WEIGHTS);
        System.arraycopy(tasks, offset + 2 * k * TASKS, w, z * TASKS, k * TASKS);
        kernels.taskDot(w, weights, z, k, DOT);
        kernels.taskDot(w, weights, weights, k, SECOND_DOT);
        double sum = 0;
        set(w, FIRST, 0);
        set(w, SECOND, 0);
        for (int i = 0; i < count; i++) {
            double norm = Math.sqrt(w[SECOND_DOT * TASKS + i]);
            double margin = w[DOT * TASKS + i] - radius * norm;
            double small = StrictMath.exp(-Math.abs(margin));
            sum += StrictMath.log1p(small) + Math.max(-margin, 0);
            double slope = -(margin > 0 ? small : 1) / (1 + small);
            w[FIRST * TASKS + i] = (float) slope;
            w[SECOND * TASKS + i] = norm == 0 ? 0 : (float) (-slope * radius / norm);
        }
        kernels.taskCombine(w, k, FIRST, z, SECOND, weights, ZERO, z, row(k, 0, k + 4));
        return sum;
    }

    /** From w to what each layer was given, and the part of the gradients that this decides. */
    private static void backThroughWeights(Kernels kernels, double[] layers, int depth, int k, float[] w) {
        set(w, number(k, 0, RHO_BAR), 0);
        for (int l = 0; l < depth - 1; l++) {
            int b = row(k, l, B);
            int bar = row(k, l, k + 4);
            int image = scratch(k, depth, IMAGE);
            image(kernels, l, k, bar, image, w);
            kernels.taskDot(w, image, row(k, l, k + 3), k, DOT);
            kernels.taskDot(w, bar, b, k, SECOND_DOT);
            set(w, FIRST, alpha(layers, l));
            float beta = beta(layers, l);
            float gamma = gamma(layers, l);
            float delta = delta(layers, l);
            for (int i = 0; i < TASKS; i++) {
                float rho = w[number(k, l, RHO) * TASKS + i];
                float rhoBar = w[number(k, l, RHO_BAR) * TASKS + i];
                float e = w[number(k, l, E) * TASKS + i];
                float rb = w[SECOND_DOT * TASKS + i];
                w[(number(k, l, BARS)) * TASKS + i] += w[DOT * TASKS + i];
                w[(number(k, l, BARS) + 1) * TASKS + i] += rhoBar * w[number(k, l, BR) * TASKS + i];
                w[(number(k, l, BARS) + 2) * TASKS + i] += rho * rb;
                w[(number(k, l, BARS) + 3) * TASKS + i] += rhoBar * e * rho;
                w[number(k, l, E_BAR) * TASKS + i] = rhoBar * delta * rho;
                w[SECOND * TASKS + i] = beta * rhoBar;
                w[number(k, l + 1, RHO_BAR) * TASKS + i] = w[number(k, l, PHI) * TASKS + i] * rhoBar + gamma * rb;
            }
            kernels.taskCombine(w, k, ONE, bar, FIRST, image, SECOND, b, row(k, l + 1, k + 4));
        }
        int last = depth - 1;
        int bar = row(k, last, k + 4);
        kernels.taskDot(w, bar, row(k, last, B), k, SECOND_DOT);
        float delta = delta(layers, last);
        for (int i = 0; i < TASKS; i++) {
            float rhoBar = w[number(k, last, RHO_BAR) * TASKS + i];
            w[(number(k, last, BARS) + 2) * TASKS + i] += w[SECOND_DOT * TASKS + i];
            w[(number(k, last, BARS) + 3) * TASKS + i] += rhoBar * w[number(k, last, E) * TASKS + i];
            w[number(k, last, E_BAR) * TASKS + i] = delta * rhoBar;
        }
        set(w, FIRST, gamma(layers, last));
        kernels.taskCombine(w, k, FIRST, bar, ZERO, bar, ZERO, bar, scratch(k, depth, B_BAR));
    }

    /** From the gradients for state l + 1 to those for layer l and for state l. */
    private static void back(Kernels kernels, double[] layers, int depth, int l, int k, float[] w) {
        float alpha = alpha(layers, l);
        float gamma = gamma(layers, l);
        int b = row(k, l, B);
        int cb = row(k, l, CB);
        int t = row(k, l, k + 2);
        int bBar = scratch(k, depth, B_BAR);
        int image = scratch(k, depth, IMAGE);
        int tBar = scratch(k, depth, T_BAR);
        image(kernels, l, k, bBar, image, w);
        kernels.taskDot(w, image, t, k, DOT);
        kernels.taskDot(w, bBar, b, k, SECOND_DOT);
        for (int i = 0; i < TASKS; i++) {
            w[(number(k, l, BARS)) * TASKS + i] += w[DOT * TASKS + i];
            w[SECOND * TASKS + i] = gamma * w[number(k, l + 1, E_BAR) * TASKS + i];
        }
        set(w, FIRST, alpha);
        kernels.taskCombine(w, k, ONE, bBar, FIRST, image, SECOND, b, tBar);
        kernels.taskDot(w, tBar, cb, k, FIRST);
        kernels.taskDot(w, tBar, b, k, DOT);
        backThroughNumbers(layers, l, k, w);
        boolean hasC = l < depth - 2;
        if (hasC) {
            backThroughC(kernels, layers, depth, l, k, w);
        }
        if (l > 0) {
            set(w, FIRST, gamma);
            set(w, SECOND, hasC ? 2 * alpha * beta(layers, l) : 0);
            kernels.taskCombine(w, k, FIRST, tBar, SECOND, scratch(k, depth, hasC ? GB : T_BAR), ZERO, b,
                    scratch(k, depth, CB_BAR));
            outer(kernels, alpha, depth, l, k, w);
            gradientOfC(kernels, alpha, hasC, depth, l, k, w);
            gradientOfB(kernels, layers, hasC, depth, l, k, w);
        }
    }

    /** γ, δ and e by way of t, τ and e'; b̄'·b is in SECOND_DOT, t̄·Cb in FIRST and t̄·b in DOT; τ̄ is left in THIRD. */
    private static void backThroughNumbers(double[] layers, int l, int k, float[] w) {
        float beta = beta(layers, l);
        float delta = delta(layers, l);
        for (int i = 0; i < TASKS; i++) {
            float e = w[number(k, l, E) * TASKS + i];
            float phi = w[number(k, l, PHI) * TASKS + i];
            float tau = w[number(k, l, TAU) * TASKS + i];
            float eBar = w[number(k, l + 1, E_BAR) * TASKS + i];
            float bBarB = w[SECOND_DOT * TASKS + i];
            float tauBar = beta * bBarB + phi * eBar;
            float phiBar = eBar * tau + tauBar * e + w[DOT * TASKS + i];
            w[THIRD * TASKS + i] = tauBar;
            w[(number(k, l, BARS) + 1) * TASKS + i] += tau * bBarB;
            w[(number(k, l, BARS) + 2) * TASKS + i] += eBar * w[number(k, l, BT) * TASKS + i]
                    + tauBar * w[number(k, l, BB) * TASKS + i] + w[FIRST * TASKS + i];
            w[(number(k, l, BARS) + 3) * TASKS + i] += phiBar * e;
            w[number(k, l, E_BAR) * TASKS + i] += tauBar * phi + phiBar * delta;
        }
    }

    /** α, β and e by way of C', whose gradient is G; Gb, G(Cb) and, but for a diagonal C, (GC)ᵀ are left. */
    private static void backThroughC(Kernels kernels, double[] layers, int depth, int l, int k, float[] w) {
        float alpha = alpha(layers, l);
        float beta = beta(layers, l);
        int g = g(k, depth);
        int b = row(k, l, B);
        int cb = row(k, l, CB);
        int gb = scratch(k, depth, GB);
        kernels.taskImage(w, g, k, b, gb);
        kernels.taskImage(w, g, k, cb, scratch(k, depth, GCB));
        kernels.taskDot(w, b, gb, k, DOT);
        kernels.taskDot(w, cb, gb, k, SECOND_DOT);
        if (l == 0) {
            dotDiagonal(g, row(k, 0, k + 5), k, w);
        } else {
            kernels.taskProducts(w, row(k, l, C), k, g, k, k, ZERO, ZERO, 0, 0, q(k, depth), k, k, k, false);
            kernels.taskDot(w, q(k, depth), row(k, l, k + 5), k * k, FIRST);
        }
        for (int i = 0; i < TASKS; i++) {
            float e = w[number(k, l, E) * TASKS + i];
            float kappaBar = w[DOT * TASKS + i];
            float cross = w[SECOND_DOT * TASKS + i];
            w[(number(k, l, BARS)) * TASKS + i] += w[FIRST * TASKS + i] + 2 * beta * cross;
            w[(number(k, l, BARS) + 1) * TASKS + i] += kappaBar * (2 + 2 * beta * e) + 2 * alpha * cross;
            w[number(k, l, E_BAR) * TASKS + i] += kappaBar * beta * beta;
        }
    }

    private static void dotDiagonal(int g, int v, int k, float[] w) {
        set(w, FIRST, 0);
        for (int i = 0; i < k; i++) {
            for (int t = 0; t < TASKS; t++) {
                w[FIRST * TASKS + t] += w[(g + i * k + i) * TASKS + t] * w[(v + i) * TASKS + t];
            }
        }
    }

    /**
     * Half of the outer products of C's gradient, as rows that face those of Cb, b, C, t and r: nothing, ½ c̄, room for k
     * rows, ½α b̄' and ½α r̄', where c̄ is the gradient for Cb.
     */
    private static void outer(Kernels kernels, float alpha, int depth, int l, int k, float[] w) {
        int left = left(k, depth);
        int bar = scratch(k, depth, CB_BAR);
        Arrays.fill(w, left * TASKS, (left + k) * TASKS, 0);
        kernels.taskCombine(w, k, HALF, bar, ZERO, bar, ZERO, bar, left + k);
        set(w, FIRST, 0.5f * alpha);
        bar = scratch(k, depth, B_BAR);
        kernels.taskCombine(w, k, FIRST, bar, ZERO, bar, ZERO, bar, left + (k + 2) * k);
        bar = row(k, l, k + 4);
        kernels.taskCombine(w, k, FIRST, bar, ZERO, bar, ZERO, bar, left + (k + 3) * k);
    }

    /**
     * C̄ = G + V + Vᵀ with V = 2αR + α²(R + ½Rᵀ)C + the outer products, R = GC; Rᵀ will do for R where it stands alone.
     */
    private static void gradientOfC(Kernels kernels, float alpha, boolean hasC, int depth, int l, int k, float[] w) {
        int left = left(k, depth);
        int q = q(k, depth);
        int v = v(k, depth);
        int g = g(k, depth);
        if (hasC) {
            set(w, FIRST, alpha * alpha);
            set(w, SECOND, alpha * alpha * 0.5f);
            kernels.taskAddTransposed(w, k, FIRST, SECOND, q, left + 2 * k);
            set(w, FIRST, 2 * alpha);
            kernels.taskProducts(w, left, k, row(k, l, CB), k, k + 4, FIRST, q, k, 1, v, k, k, k, false);
        } else {
            Arrays.fill(w, g * TASKS, (g + k * k) * TASKS, 0);
            kernels.taskProducts(w, left, k, row(k, l, CB), k, 2, ZERO, ZERO, 0, 0, q, k, k, k, false);
            kernels.taskProducts(w, left + (k + 2) * k, k, row(k, l, k + 2), k, 2, ONE, q, k, 1, v, k, k, k, false);
        }
        kernels.taskSymmetrize(w, k, v, g);
    }

    /** b̄ = βτ b̄' + γē' t + 2γτ̄ b + φ t̄ + C c̄ + γρ r̄' + βρ̄' r, and where there is a C', 2(2β + β²e) Gb + 2αβ G(Cb). */
    private static void gradientOfB(Kernels kernels, double[] layers, boolean hasC, int depth, int l, int k, float[] w) {
        float beta = beta(layers, l);
        float gamma = gamma(layers, l);
        int bBar = scratch(k, depth, B_BAR);
        int image = scratch(k, depth, IMAGE);
        image(kernels, l, k, scratch(k, depth, CB_BAR), image, w);
        for (int i = 0; i < TASKS; i++) {
            w[FIRST * TASKS + i] = beta * w[number(k, l, TAU) * TASKS + i];
            w[SECOND * TASKS + i] = gamma * w[number(k, l + 1, E_BAR) * TASKS + i];
            w[THIRD * TASKS + i] = 2 * gamma * w[THIRD * TASKS + i];
        }
        kernels.taskCombine(w, k, FIRST, bBar, SECOND, row(k, l, k + 2), THIRD, row(k, l, B), bBar);
        kernels.taskCombine(w, k, ONE, bBar, number(k, l, PHI), scratch(k, depth, T_BAR), ONE, image, bBar);
        for (int i = 0; i < TASKS; i++) {
            w[FIRST * TASKS + i] = gamma * w[number(k, l, RHO) * TASKS + i];
            w[SECOND * TASKS + i] = beta * w[number(k, l, RHO_BAR) * TASKS + i];
        }
        kernels.taskCombine(w, k, ONE, bBar, FIRST, row(k, l, k + 4), SECOND, row(k, l, k + 3), bBar);
        if (hasC) {
            for (int i = 0; i < TASKS; i++) {
                w[FIRST * TASKS + i] = 2 * (2 * beta + beta * beta * w[number(k, l, E) * TASKS + i]);
            }
            set(w, SECOND, 2 * alpha(layers, l) * beta);
            kernels.taskCombine(w, k, ONE, bBar, FIRST, scratch(k, depth, GB), SECOND, scratch(k, depth, GCB), bBar);
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
            sum += w[entry * TASKS + i];
        }
        return sum;
    }
}
