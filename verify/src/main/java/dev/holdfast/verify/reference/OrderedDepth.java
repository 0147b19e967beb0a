package dev.holdfast.verify.reference;

/**
 * The order of the kernel's losses and gradients of the family of four numbers a layer: one task, one operation after the
 * other, in float.
 */
public final class OrderedDepth {
    private final float[] alpha;
    private final float[] beta;
    private final float[] gamma;
    private final float[] delta;
    private final int depth;
    private final int k;
    private final float[] s;
    // of the state that layer l sees
    private final float[][][] c;
    private final float[][][] derivative;
    private final float[][] cb;
    private final float[][] b;
    private final float[][] t;
    private final float[][] r;
    private final float[][] rBar;
    private final float[] e;
    private final float[] phi;
    private final float[] tau;
    private final float[] bb;
    private final float[] bt;
    private final float[] rho;
    private final float[] br;
    private final float[] rhoBar;
    private final float[] eBar;
    /** For α, β, γ and δ of each layer. */
    private final float[][] bars;

    private final double loss;

    /** A task's loss, and its gradient for α, β, γ and δ. */
    public record Result(double loss, float[][] bars) {}

    private OrderedDepth(double[] layers, float[] s, float[] m, float[] z, double radius) {
        depth = layers.length / 4;
        k = s.length;
        this.s = s;
        alpha = products(layers, 0, 2);
        beta = products(layers, 0, 3);
        gamma = products(layers, 1, 2);
        delta = products(layers, 1, 3);
        c = new float[depth][k][k];
        derivative = new float[depth][k][k];
        cb = new float[depth][];
        b = new float[depth][];
        t = new float[depth][];
        r = new float[depth][];
        rBar = new float[depth][];
        e = new float[depth];
        phi = new float[depth];
        tau = new float[depth];
        bb = new float[depth];
        bt = new float[depth];
        rho = new float[depth];
        br = new float[depth];
        rhoBar = new float[depth];
        eBar = new float[depth];
        bars = new float[depth][4];
        b[0] = m;
        e[0] = 1;
        for (int i = 0; i < k; i++) {
            c[0][i][i] = s[i];
        }
        for (int l = 0; l < depth - 1; l++) {
            next(l);
        }
        float[] w = weights();
        double norm = Math.sqrt(dot(w, w));
        double margin = dot(w, z) - radius * norm;
        double small = StrictMath.exp(-Math.abs(margin));
        loss = StrictMath.log1p(small) + Math.max(-margin, 0);
        double slope = -(margin > 0 ? small : 1) / (1 + small);
        float share = norm == 0 ? 0 : (float) (-slope * radius / norm);
        rBar[0] = combine((float) slope, z, share, w, 0, z);
        float[] bBar = backThroughWeights();
        float[][] g = null;
        for (int l = depth - 2; l >= 0; l--) {
            Back back = new Back(l, bBar, g);
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
        return new Result(ordered.loss, ordered.bars);
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

    private static float[] products(double[] layers, int p, int q) {
        float[] out = new float[layers.length / 4];
        for (int l = 0; l < out.length; l++) {
            out[l] = (float) (layers[4 * l + p] * layers[4 * l + q]);
        }
        return out;
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

    private float[] image(int l, float[] v) {
        if (l > 0) {
            return image(c[l], v);
        }
        float[] out = new float[k];
        for (int i = 0; i < k; i++) {
            out[i] = s[i] * v[i];
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

    private static float combine(float p, float x, float q, float y, float r, float z) {
        return Math.fma(r, z, Math.fma(q, y, p * x));
    }

    private static float[] combine(float p, float[] x, float q, float[] y, float r, float[] z) {
        float[] out = new float[x.length];
        for (int i = 0; i < x.length; i++) {
            out[i] = combine(p, x[i], q, y[i], r, z[i]);
        }
        return out;
    }

    private void next(int l) {
        cb[l] = image(l, b[l]);
        bb[l] = dot(b[l], b[l]);
        phi[l] = 1 + delta[l] * e[l];
        tau[l] = gamma[l] * bb[l] + e[l] * phi[l];
        t[l] = combine(gamma[l], cb[l], phi[l], b[l], 0, b[l]);
        bt[l] = dot(b[l], t[l]);
        e[l + 1] = gamma[l] * bt[l] + phi[l] * tau[l];
        b[l + 1] = combine(1, t[l], alpha[l], image(l, t[l]), beta[l] * tau[l], b[l]);
        if (l < depth - 2) {
            nextC(l);
        }
    }

    private void nextC(int l) {
        float kappa = 2 * beta[l] + beta[l] * beta[l] * e[l];
        float[] byCb = combine(alpha[l] * beta[l], b[l], 0, b[l], 0, b[l]);
        float[] byB = combine(alpha[l] * beta[l], cb[l], kappa, b[l], 0, b[l]);
        float[][] polynomial = new float[k][k];
        for (int i = 0; i < k; i++) {
            for (int j = 0; j <= i; j++) {
                float square = 0;
                for (int n = 0; n < k && l > 0; n++) {
                    square = Math.fma(c[l][n][i], c[l][n][j], square);
                }
                derivative[l][i][j] = derivative[l][j][i] = Math.fma(2 * alpha[l], square, 2 * c[l][i][j]);
                polynomial[i][j] = polynomial[j][i] =
                        Math.fma(alpha[l] * alpha[l], square, 2 * alpha[l] * c[l][i][j]);
            }
        }
        for (int i = 0; i < k; i++) {
            for (int j = 0; j <= i; j++) {
                float sum = c[l][i][j];
                if (l == 0) {
                    float factor = 1 + alpha[0] * s[i];
                    sum = i == j ? s[i] * factor * factor : 0;
                    derivative[0][i][j] = i == j ? 2 * s[i] * s[i] * factor : 0;
                }
                sum = Math.fma(byCb[i], cb[l][j], sum);
                sum = Math.fma(byB[i], b[l][j], sum);
                for (int n = 0; n < k && l > 0; n++) {
                    sum = Math.fma(polynomial[n][i], c[l][n][j], sum);
                }
                c[l + 1][i][j] = c[l + 1][j][i] = sum;
            }
        }
    }

    private float[] weights() {
        int last = depth - 1;
        rho[last] = 1;
        float[] out = combine(gamma[last], b[last], 0, b[last], 0, b[last]);
        for (int l = last - 1; l >= 0; l--) {
            r[l] = out;
            rho[l] = rho[l + 1] + beta[l + 1] * br[l + 1] + delta[l + 1] * e[l + 1] * rho[l + 1];
            br[l] = dot(b[l], r[l]);
            out = combine(1, r[l], alpha[l], image(l, r[l]), gamma[l] * rho[l], b[l]);
        }
        return out;
    }

    private float[] backThroughWeights() {
        int last = depth - 1;
        for (int l = 0; l < last; l++) {
            float[] image = image(l, rBar[l]);
            float rb = dot(rBar[l], b[l]);
            bars[l][0] += dot(image, r[l]);
            bars[l][1] += rhoBar[l] * br[l];
            bars[l][2] += rho[l] * rb;
            bars[l][3] += rhoBar[l] * e[l] * rho[l];
            eBar[l] = rhoBar[l] * delta[l] * rho[l];
            rhoBar[l + 1] = phi[l] * rhoBar[l] + gamma[l] * rb;
            rBar[l + 1] = combine(1, rBar[l], alpha[l], image, beta[l] * rhoBar[l], b[l]);
        }
        bars[last][2] += dot(rBar[last], b[last]);
        bars[last][3] += rhoBar[last] * e[last];
        eBar[last] = delta[last] * rhoBar[last];
        return combine(gamma[last], rBar[last], 0, rBar[last], 0, rBar[last]);
    }

    /** From the gradients for state l + 1, of which that for C may be {@code null}, to those for state l. */
    private final class Back {
        final float[] forB;
        final float[][] forC;

        Back(int l, float[] bBar, float[][] g) {
            float[] image = image(l, bBar);
            bars[l][0] += dot(image, t[l]);
            float bBarB = dot(bBar, b[l]);
            float[] tBar = combine(1, bBar, alpha[l], image, gamma[l] * eBar[l + 1], b[l]);
            float tauBar = beta[l] * bBarB + phi[l] * eBar[l + 1];
            float phiBar = eBar[l + 1] * tau[l] + tauBar * e[l] + dot(tBar, b[l]);
            bars[l][1] += tau[l] * bBarB;
            bars[l][2] += eBar[l + 1] * bt[l] + tauBar * bb[l] + dot(tBar, cb[l]);
            bars[l][3] += phiBar * e[l];
            eBar[l] += tauBar * phi[l] + phiBar * delta[l];
            float[] gb = tBar;
            float[] gcb = null;
            float[][] q = null;
            if (g != null) {
                gb = image(g, b[l]);
                gcb = image(g, cb[l]);
                float kappaBar = dot(b[l], gb);
                float cross = dot(cb[l], gb);
                q = product(l, g);
                bars[l][0] += byPolynomial(l, g, q) + 2 * beta[l] * cross;
                bars[l][1] += kappaBar * (2 + 2 * beta[l] * e[l]) + 2 * alpha[l] * cross;
                eBar[l] += kappaBar * beta[l] * beta[l];
            }
            if (l == 0) {
                forB = null;
                forC = null;
                return;
            }
            float[] cBar = combine(gamma[l], tBar, g == null ? 0 : 2 * alpha[l] * beta[l], gb, 0, b[l]);
            forC = gradientOfC(l, bBar, cBar, g, q);
            float[] sum = combine(beta[l] * tau[l], bBar, gamma[l] * eBar[l + 1], t[l], 2 * gamma[l] * tauBar, b[l]);
            sum = combine(1, sum, phi[l], tBar, 1, image(l, cBar));
            sum = combine(1, sum, gamma[l] * rho[l], rBar[l], beta[l] * rhoBar[l], r[l]);
            if (g != null) {
                sum = combine(1, sum, 2 * (2 * beta[l] + beta[l] * beta[l] * e[l]), gb, 2 * alpha[l] * beta[l], gcb);
            }
            forB = sum;
        }

        /** (GC)ᵀ. */
        private float[][] product(int l, float[][] g) {
            float[][] q = new float[k][k];
            for (int i = 0; i < k; i++) {
                for (int j = 0; j < k; j++) {
                    for (int n = 0; n < k && l > 0; n++) {
                        q[i][j] = Math.fma(c[l][n][i], g[n][j], q[i][j]);
                    }
                }
            }
            return q;
        }

        private float byPolynomial(int l, float[][] g, float[][] q) {
            if (l == 0) {
                float sum = 0;
                for (int i = 0; i < k; i++) {
                    sum += g[i][i] * derivative[0][i][i];
                }
                return sum;
            }
            float[] x = new float[k * k];
            float[] y = new float[k * k];
            for (int i = 0; i < k * k; i++) {
                x[i] = q[i / k][i % k];
                y[i] = derivative[l][i / k][i % k];
            }
            return dot(x, y);
        }

        private float[][] gradientOfC(int l, float[] bBar, float[] cBar, float[][] g, float[][] q) {
            float[] none = new float[k];
            float[] half = combine(0.5f, cBar, 0, cBar, 0, cBar);
            float[] byT = combine(0.5f * alpha[l], bBar, 0, bBar, 0, bBar);
            float[] byR = combine(0.5f * alpha[l], rBar[l], 0, rBar[l], 0, rBar[l]);
            float[][] v = new float[k][k];
            for (int i = 0; i < k; i++) {
                for (int j = 0; j < k; j++) {
                    float sum = g == null ? 0 : 2 * alpha[l] * q[i][j];
                    sum = Math.fma(none[i], cb[l][j], sum);
                    sum = Math.fma(half[i], b[l][j], sum);
                    for (int n = 0; n < k && g != null; n++) {
                        float square = alpha[l] * alpha[l];
                        float left = Math.fma(square * 0.5f, q[i][n], square * q[n][i]);
                        sum = Math.fma(left, c[l][n][j], sum);
                    }
                    sum = Math.fma(byT[i], t[l][j], sum);
                    v[i][j] = Math.fma(byR[i], r[l][j], sum);
                }
            }
            float[][] out = new float[k][k];
            for (int i = 0; i < k; i++) {
                for (int j = 0; j <= i; j++) {
                    out[i][j] = out[j][i] = v[i][j] + v[j][i] + (g == null ? 0 : g[i][j]);
                }
            }
            return out;
        }
    }
}
