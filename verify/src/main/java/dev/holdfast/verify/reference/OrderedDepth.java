package dev.holdfast.verify.reference;

/**
 * The order of the kernel's losses and gradients of the family of four numbers a layer: one task, one operation after the
 * other, in float. Letters are those of the formulas there; a bar marks the gradient of the loss for what it stands over.
 */
public final class OrderedDepth {
    private final Layer[] layers;
    private final int k;
    private final double loss;

    /** A task's loss, and its gradient for α, β, γ and δ of each layer. */
    public record Result(double loss, float[][] bars) {}

    /** Numbers of one layer, what it sees, and what it is given by the layers after it. */
    private static final class Layer {
        final float alpha;
        final float beta;
        final float gamma;
        final float delta;
        final float alphaBeta;
        float[][] c;
        // y = c + αc²; of the first layer, whose c is a diagonal, s y
        float[][] y;
        float[] sy;
        float[] b;
        float e;
        float[] cb;
        float[] t;
        float phi;
        float tau;
        float betaTau;
        float kappa;
        float bb;
        float bt;
        float[] r;
        float rho;
        float gammaRho;
        float br;
        float[] rBar;
        float rhoBar;
        float betaRhoBar;
        float eBar;
        final float[] bars = new float[4];

        Layer(double px, double py, double qx, double qy) {
            alpha = (float) (px * qx);
            beta = (float) (px * qy);
            gamma = (float) (py * qx);
            delta = (float) (py * qy);
            alphaBeta = alpha * beta;
        }
    }

    private OrderedDepth(double[] numbers, float[] s, float[] m, float[] z, double radius) {
        layers = new Layer[numbers.length / 4];
        k = s.length;
        for (int l = 0; l < layers.length; l++) {
            layers[l] = new Layer(numbers[4 * l], numbers[4 * l + 1], numbers[4 * l + 2], numbers[4 * l + 3]);
        }
        layers[0].c = new float[k][k];
        for (int i = 0; i < k; i++) {
            layers[0].c[i][i] = s[i];
        }
        layers[0].b = m;
        layers[0].e = 1;
        for (int l = 0; l < layers.length - 1; l++) {
            next(layers[l], layers[l + 1], l == 0, l < layers.length - 2);
        }
        float[] w = weights();
        double norm = Math.sqrt(dot(w, w));
        double margin = dot(w, z) - radius * norm;
        double small = StrictMath.exp(-Math.abs(margin));
        loss = StrictMath.log1p(small) + Math.max(-margin, 0);
        double slope = -(margin > 0 ? small : 1) / (1 + small);
        float share = norm == 0 ? 0 : (float) (-slope * radius / norm);
        layers[0].rBar = combine((float) slope, z, share, w);
        float[] bBar = backThroughWeights();
        float[][] g = null;
        for (int l = layers.length - 2; l >= 0; l--) {
            Back back = new Back(layers[l], layers[l + 1].eBar, bBar, g, l == 0);
            bBar = back.forB;
            g = back.forC;
        }
    }

    /**
     * @param layers p_x, p_y, q_x, q_y of each layer
     * @param s as many nodes as the kernel has, even and at least 4
     */
    public static Result lossGradient(double[] layers, float[] s, float[] m, float[] z, double radius) {
        OrderedDepth ordered = new OrderedDepth(layers, s, m, z, radius);
        float[][] bars = new float[ordered.layers.length][];
        for (int l = 0; l < bars.length; l++) {
            bars[l] = ordered.layers[l].bars;
        }
        return new Result(ordered.loss, bars);
    }

    /** Of a block of tasks, one after the other, in double: the loss, then the gradient for {@code layers}. */
    public static double[] sum(double[] layers, Result[] tasks) {
        double[] sum = new double[1 + layers.length];
        for (Result task : tasks) {
            sum[0] += task.loss;
        }
        for (int l = 0; l < layers.length / 4; l++) {
            double[] bar = new double[4];
            for (Result task : tasks) {
                for (int i = 0; i < 4; i++) {
                    bar[i] += task.bars[l][i];
                }
            }
            int o = 4 * l;
            sum[1 + o] = bar[0] * layers[o + 2] + bar[1] * layers[o + 3];
            sum[2 + o] = bar[2] * layers[o + 2] + bar[3] * layers[o + 3];
            sum[3 + o] = bar[0] * layers[o] + bar[2] * layers[o + 1];
            sum[4 + o] = bar[1] * layers[o] + bar[3] * layers[o + 1];
        }
        return sum;
    }

    private float[] image(float[][] matrix, float[] v) {
        float[] out = new float[k];
        for (int i = 0; i < k; i++) {
            for (int l = 0; l < k; l++) {
                out[i] = Math.fma(matrix[l][i], v[l], out[i]);
            }
        }
        return out;
    }

    /** Where C is a diagonal, a product, not a sum. */
    private float[] image(Layer n, float[] v) {
        if (n != layers[0]) {
            return image(n.c, v);
        }
        float[] out = new float[k];
        for (int i = 0; i < k; i++) {
            out[i] = n.c[i][i] * v[i];
        }
        return out;
    }

    private static float dot(float[] x, float[] y) {
        float even = 0;
        float odd = 0;
        for (int i = 0; i < x.length; i += 2) {
            even = Math.fma(x[i], y[i], even);
            odd = Math.fma(x[i + 1], y[i + 1], odd);
        }
        return even + odd;
    }

    private static float dot(float[][] x, float[][] y) {
        float even = 0;
        float odd = 0;
        for (int i = 0; i < x.length; i++) {
            for (int j = 0; j < x.length; j += 2) {
                even = Math.fma(x[i][j], y[i][j], even);
                odd = Math.fma(x[i][j + 1], y[i][j + 1], odd);
            }
        }
        return even + odd;
    }

    private static float combine(float p, float x, float q, float y) {
        return Math.fma(q, y, p * x);
    }

    private static float combine(float p, float x, float q, float y, float r, float z) {
        return Math.fma(r, z, Math.fma(q, y, p * x));
    }

    private static float[] combine(float p, float[] x, float q, float[] y) {
        float[] out = new float[x.length];
        for (int i = 0; i < x.length; i++) {
            out[i] = combine(p, x[i], q, y[i]);
        }
        return out;
    }

    private static float[] combine(float p, float[] x, float q, float[] y, float r, float[] z) {
        float[] out = new float[x.length];
        for (int i = 0; i < x.length; i++) {
            out[i] = combine(p, x[i], q, y[i], r, z[i]);
        }
        return out;
    }

    /** fma(0, x, factor x): the kernel scales by the loop that adds, so that a −0 becomes +0. */
    private static float[] scale(float factor, float[] x) {
        return combine(factor, x, 0, x);
    }

    /** (q Σ_l a_li b_lj + p x_ij) + Σ_l c_li d_lj. */
    private float[][] products(float q, float[][] a, float[][] b, float p, float[][] x, float[][] c, float[][] d) {
        float[][] out = new float[k][k];
        for (int i = 0; i < k; i++) {
            for (int j = 0; j < k; j++) {
                float sum = 0;
                for (int l = 0; l < a.length; l++) {
                    sum = Math.fma(a[l][i], b[l][j], sum);
                }
                sum = Math.fma(q, sum, p * x[i][j]);
                for (int l = 0; l < c.length; l++) {
                    sum = Math.fma(c[l][i], d[l][j], sum);
                }
                out[i][j] = sum;
            }
        }
        return out;
    }

    /** What is below the diagonal, above it as well. */
    private static float[][] mirrored(float[][] x) {
        for (int i = 0; i < x.length; i++) {
            for (int j = 0; j < i; j++) {
                x[j][i] = x[i][j];
            }
        }
        return x;
    }

    private void next(Layer n, Layer next, boolean first, boolean needsC) {
        n.cb = image(n, n.b);
        n.bb = dot(n.b, n.b);
        n.phi = combine(1, 1, n.delta, n.e);
        n.tau = combine(n.gamma, n.bb, n.e, n.phi);
        n.betaTau = n.beta * n.tau;
        n.t = combine(n.gamma, n.cb, n.phi, n.b);
        n.bt = dot(n.b, n.t);
        next.e = combine(n.gamma, n.bt, n.phi, n.tau);
        next.b = combine(1, n.t, n.alpha, image(n, n.t), n.betaTau, n.b);
        if (needsC) {
            n.kappa = n.beta * combine(2, 1, n.beta, n.e);
            float[][] left = {scale(n.alphaBeta, n.b), combine(n.alphaBeta, n.cb, n.kappa, n.b)};
            float[][] right = {n.cb, n.b};
            float[][] none = {};
            if (first) {
                next.c = mirrored(products(0, none, none, 1, diagonal(n), left, right));
            } else {
                n.y = mirrored(products(n.alpha, n.c, n.c, 1, n.c, none, none));
                next.c = mirrored(products(n.alpha, n.c, n.y, 1, n.y, left, right));
            }
        }
    }

    /** Y + αCY. */
    private float[][] diagonal(Layer n) {
        float[][] out = new float[k][k];
        n.sy = new float[k];
        for (int i = 0; i < k; i++) {
            float s = n.c[i][i];
            float y = combine(1, s, n.alpha, s * s);
            n.sy[i] = s * y;
            out[i][i] = combine(1, y, n.alpha, n.sy[i]);
        }
        return out;
    }

    private float[] weights() {
        Layer n = layers[layers.length - 1];
        n.rho = 1;
        n.phi = combine(1, 1, n.delta, n.e);
        float[] out = scale(n.gamma, n.b);
        for (int l = layers.length - 2; l >= 0; l--) {
            Layer above = n;
            n = layers[l];
            n.r = out;
            n.rho = combine(above.phi, above.rho, above.beta, above.br);
            n.gammaRho = n.gamma * n.rho;
            n.br = dot(n.b, n.r);
            out = combine(1, n.r, n.alpha, image(n, n.r), n.gammaRho, n.b);
        }
        return out;
    }

    private float[] backThroughWeights() {
        for (int l = 0; l < layers.length - 1; l++) {
            Layer n = layers[l];
            Layer next = layers[l + 1];
            float[] image = image(n, n.rBar);
            float rb = dot(n.rBar, n.b);
            float both = n.rhoBar * n.rho;
            n.bars[0] = dot(image, n.r);
            n.bars[1] = n.rhoBar * n.br;
            n.bars[2] = n.rho * rb;
            n.bars[3] = both * n.e;
            n.eBar = n.delta * both;
            n.betaRhoBar = n.beta * n.rhoBar;
            next.rhoBar = combine(n.phi, n.rhoBar, n.gamma, rb);
            next.rBar = combine(1, n.rBar, n.alpha, image, n.betaRhoBar, n.b);
        }
        Layer last = layers[layers.length - 1];
        last.bars[2] = dot(last.rBar, last.b);
        last.bars[3] = last.rhoBar * last.e;
        last.eBar = last.delta * last.rhoBar;
        return scale(last.gamma, last.rBar);
    }

    /** From the gradients for what the next layer sees, of which that for C may be {@code null}, to those for what n sees. */
    private final class Back {
        final float[] forB;
        final float[][] forC;

        Back(Layer n, float eBar, float[] bBar, float[][] g, boolean first) {
            float[] image = image(n, bBar);
            n.bars[0] += dot(image, n.t);
            float gammaEBar = n.gamma * eBar;
            float[] tBar = combine(1, bBar, n.alpha, image, gammaEBar, n.b);
            float bBarB = dot(bBar, n.b);
            float tauBar = combine(n.beta, bBarB, n.phi, eBar);
            n.bars[1] = combine(1, n.bars[1], n.tau, bBarB);
            n.bars[2] = combine(1, n.bars[2], eBar, n.bt, tauBar, n.bb);
            n.bars[2] += dot(tBar, n.cb);
            float phiBar = combine(1, dot(tBar, n.b), eBar, n.tau, tauBar, n.e);
            n.bars[3] = combine(1, n.bars[3], phiBar, n.e);
            n.eBar = combine(1, n.eBar, tauBar, n.phi, phiBar, n.delta);
            float[] gb = g == null ? tBar : image(g, n.b);
            float[] gcb = g == null ? null : image(g, n.cb);
            float[][] none = {};
            float[][] q = g == null || first ? null : products(1, n.c, g, 0, n.c, none, none);
            if (g != null) {
                float byC = first ? dot(diagonalOf(g), n.sy) : dot(q, n.y);
                n.bars[0] = combine(1, n.bars[0], 2, byC);
                float cross = 2 * dot(n.cb, gb);
                n.bars[0] = combine(1, n.bars[0], n.beta, cross);
                n.bars[1] = combine(1, n.bars[1], n.alpha, cross);
                float kappaBar = dot(n.b, gb);
                n.bars[1] = combine(1, n.bars[1], combine(2, 1, 2, n.beta * n.e), kappaBar);
                n.eBar = combine(1, n.eBar, n.beta, n.beta * kappaBar);
            }
            if (first) {
                forB = null;
                forC = null;
                return;
            }
            float twiceAlphaBeta = 2 * n.alpha * n.beta;
            float[] cBar = combine(n.gamma, tBar, g == null ? 0 : twiceAlphaBeta, gb);
            float[][] left = {scale(0.5f, cBar), scale(0.5f * n.alpha, bBar), scale(0.5f * n.alpha, n.rBar)};
            float[][] right = {n.b, n.t, n.r};
            forC = symmetrized(g == null
                    ? products(0, none, none, 0, n.c, left, right)
                    : products(n.alpha * n.alpha, oneAndAHalf(q), n.c, 2 * n.alpha, q, left, right), g);
            float[] sum = combine(n.betaTau, bBar, gammaEBar, n.t, combine(n.gamma, tauBar, n.gamma, tauBar), n.b);
            sum = combine(1, sum, n.phi, tBar, 1, image(n, cBar));
            sum = combine(1, sum, n.gammaRho, n.rBar, n.betaRhoBar, n.r);
            forB = g == null ? sum : combine(1, sum, 2 * n.kappa, gb, twiceAlphaBeta, gcb);
        }

        private float[] diagonalOf(float[][] x) {
            float[] out = new float[k];
            for (int i = 0; i < k; i++) {
                out[i] = x[i][i];
            }
            return out;
        }

        /** x + ½ xᵀ. */
        private float[][] oneAndAHalf(float[][] x) {
            float[][] out = new float[k][k];
            for (int i = 0; i < k; i++) {
                for (int j = 0; j < k; j++) {
                    out[i][j] = combine(1, x[i][j], 0.5f, x[j][i]);
                }
            }
            return out;
        }

        /** (x + xᵀ) + g. */
        private float[][] symmetrized(float[][] x, float[][] g) {
            float[][] out = new float[k][k];
            for (int i = 0; i < k; i++) {
                for (int j = 0; j <= i; j++) {
                    out[i][j] = out[j][i] = x[i][j] + x[j][i] + (g == null ? 0 : g[i][j]);
                }
            }
            return out;
        }
    }
}
