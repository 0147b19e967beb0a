package dev.holdfast.model;

import dev.holdfast.kernel.DoubleProduct;
import dev.holdfast.kernel.LinearAttention;
import dev.holdfast.model.certificate.Zonogon;
import java.util.Arrays;
import java.util.List;

/**
 * A bound on hijacked layers, where f is a polynomial of the moments G of the rows. With T_l = I + P_l C_l Q_l, C_l = A_l G A_lᵀ
 * and A_{l+1} = T_l A_l of the demonstrations as they are, the query's tokens q_{l+1} = T_l q_l and the covectors
 * r_l = T_lᵀ r_{l+1} from the label of the last,
 *
 * <pre>
 *     f' − f = Σ_l r_{l+1}·P_l ΔC_l Q_l q'_l + r_0·(q'_0 − q_0)
 * </pre>
 *
 * What of it is linear in ΔG is a sum over changed rows of products of two linear functions of each, of which the worst rows are
 * taken; the rest is bounded by norms that grow from layer to layer: see decisions/0018.
 */
final class DepthHijacking extends HijackingBound {
    private final ClassRows rows;
    private final int d;
    private final int size;
    private final double n;
    private final boolean centred;
    private final boolean single;
    private final Tokens tokens;
    private final int depth;
    private final double[][] q;
    private final double[][] a;
    private final double[][] t;
    /** A_lᵀP_lᵀr_{l+1}, and its products with the rows. */
    private final double[][] alpha;

    private final double[][] alphaForms;
    /** Norms of the parts of P_lᵀr_{l+1}, P_l, Q_l, T_l and C_l, as {@link Blocks} has them. */
    private final double[][] piNorm;

    private final double[][] pNorm;
    private final double[][] qNorm;
    private final double[][] tNorm;
    private final double[][] cNorm;
    /** w, and its products with the rows; where rows are not centred not needed. */
    private final double[] w;

    private final double[] wForms;
    /** ‖x_n‖², less the mean. */
    private final double[] squares;

    /** Of the products that are made before there are queries. */
    private final double[] work;

    /** @param layers P_l and Q_l, (d+1) × (d+1), one after the other */
    DepthHijacking(List<double[][]> layers, boolean centred, boolean single, Classifier classifier, Rows x, int[] y,
            Threat threat, double epsilon) {
        super(classifier, x, threat);
        this.rows = new ClassRows(x, y, threat, epsilon);
        this.d = rows.d;
        this.size = d + 1;
        this.n = rows.rows;
        this.centred = centred;
        this.single = single;
        this.depth = layers.size();
        this.tokens = new Tokens(rows, centred ? rows.mean() : new double[d]);
        this.squares = new double[rows.rows];
        double[] moments = moments();
        this.work = new double[DoubleProduct.workLength(size, size)];
        this.q = new double[depth][];
        this.a = new double[depth][];
        this.t = new double[depth][];
        this.alpha = new double[depth][];
        this.alphaForms = new double[depth][];
        this.piNorm = new double[depth][];
        this.pNorm = new double[depth][];
        this.qNorm = new double[depth][];
        this.tNorm = new double[depth][];
        this.cNorm = new double[depth][];
        double[] at = identity();
        for (int l = 0; l < depth; l++) {
            double[] p = layers.get(l)[0];
            q[l] = layers.get(l)[1];
            a[l] = at;
            double[] c = symmetric(product(at, moments), at, size, size);
            t[l] = product(product(p, c), q[l]);
            for (int i = 0; i < size; i++) {
                t[l][i * size + i]++;
            }
            at = product(t[l], at);
            pNorm[l] = blocks(p);
            qNorm[l] = blocks(q[l]);
            tNorm[l] = blocks(t[l]);
            cNorm[l] = blocks(c);
        }
        double[] r = new double[size];
        r[d] = 1;
        for (int l = depth - 1; l >= 0; l--) {
            double[] pi = transposedTimes(layers.get(l)[0], r);
            piNorm[l] = parts(pi);
            alpha[l] = transposedTimes(a[l], pi);
            alphaForms[l] = forms(alpha[l]);
            r = transposedTimes(t[l], r);
        }
        this.w = Arrays.copyOf(r, d);
        this.wForms = tokens.times(w, 0);
    }

    private double[] moments() {
        double[] g = new double[size * size];
        double[] z = new double[size];
        for (int i = 0; i < rows.rows; i++) {
            tokens.get(i, z);
            squares[i] = ClassRows.dot(z, z) - 1;
            for (int j = 0; j < size; j++) {
                double each = z[j] / n;
                for (int m = 0; m < size; m++) {
                    g[j * size + m] += each * z[m];
                }
            }
        }
        return g;
    }

    private double[] forms(double[] v) {
        return tokens.times(v, v[d]);
    }

    private double[] identity() {
        double[] one = new double[size * size];
        for (int i = 0; i < size; i++) {
            one[i * size + i] = 1;
        }
        return one;
    }

    private double[] product(double[] left, double[] right) {
        double[] out = new double[size * size];
        DoubleProduct.add(size, size, size, left, 0, size, 1, right, 0, size, 1, out, 0, size, work);
        return out;
    }

    /** M Nᵀ, which is symmetric, of the first {@code count} rows and columns of matrices whose rows are so long. */
    private double[] symmetric(double[] m, double[] n, int length, int count) {
        double[] out = new double[count * count];
        DoubleProduct.addSymmetric(count, count, m, 0, length, 1, n, 0, 1, length, out, 0, count, work);
        return out;
    }

    private double[] times(double[] m, double[] v) {
        double[] out = new double[size];
        DoubleProduct.addTimes(m, 0, size, size, size, v, out);
        return out;
    }

    private double[] transposedTimes(double[] m, double[] v) {
        double[] out = new double[size];
        DoubleProduct.addTransposedTimes(m, 0, size, size, size, v, out);
        return out;
    }

    /** The lengths of the features and of the label. */
    private double[] parts(double[] v) {
        return new double[] {Math.sqrt(ClassRows.dot(v, Arrays.copyOf(v, d))), Math.abs(v[d])};
    }

    /** The norms of the four blocks of features and label. */
    private double[] blocks(double[] m) {
        double right = 0;
        double below = 0;
        for (int i = 0; i < d; i++) {
            right += m[i * size + d] * m[i * size + d];
            below += m[d * size + i] * m[d * size + i];
        }
        return new double[] {norm(m), Math.sqrt(right), Math.sqrt(below), Math.abs(m[d * size + d])};
    }

    /**
     * At least ‖M‖₂ of the features' block: the root of the trace of (MMᵀ)⁶⁴, which is at most that of d times the greatest
     * eigenvalue's power.
     */
    private double norm(double[] m) {
        double[] square = symmetric(m, m, size, d);
        double scale = 0;
        double power = 1;
        for (int step = 0; step < 7; step++) {
            double trace = 0;
            for (int i = 0; i < d; i++) {
                trace += square[i * d + i];
            }
            if (!(trace > 0)) {
                return 0;
            }
            // (MMᵀ)^power is e^(scale power) times what is kept of it
            scale += Math.log(trace) / power;
            for (int i = 0; i < square.length; i++) {
                square[i] /= trace;
            }
            square = step < 6 ? symmetric(square, square, d, d) : square;
            power *= 2;
        }
        return Math.exp(scale / 2) * (1 + 0x1p-20);
    }

    /**
     * Matrices of 2 × 2 norms, of blocks of features and label, row-major: those of a sum or a product are at most the sum or
     * the product of these.
     */
    private static final class Blocks {
        static double[] product(double[] a, double[] b) {
            return new double[] {a[0] * b[0] + a[1] * b[2], a[0] * b[1] + a[1] * b[3], a[2] * b[0] + a[3] * b[2],
                a[2] * b[1] + a[3] * b[3]};
        }

        static double[] sum(double[] a, double[] b) {
            return new double[] {a[0] + b[0], a[1] + b[1], a[2] + b[2], a[3] + b[3]};
        }

        static double[] times(double factor, double[] a) {
            return new double[] {factor * a[0], factor * a[1], factor * a[2], factor * a[3]};
        }

        static double[] transposed(double[] a) {
            return new double[] {a[0], a[2], a[1], a[3]};
        }

        /** MCMᵀ. */
        static double[] around(double[] m, double[] c) {
            return product(product(m, c), transposed(m));
        }

        static double[] of(double[] a, double[] v) {
            return new double[] {a[0] * v[0] + a[1] * v[1], a[2] * v[0] + a[3] * v[1]};
        }

        static double dot(double[] u, double[] v) {
            return u[0] * v[0] + u[1] * v[1];
        }
    }

    private final class Level implements Prepared {
        private final Change change;
        private final int k;
        private final double more;
        /** At least the norms of ΔC_l, and of how far it is from A_lΔGA_lᵀ. */
        private final double[][] delta = new double[depth][];

        private final double[][] rest = new double[depth][];
        /** At least |Δ|. */
        private final double shift;

        private final double rounding;
        private final double growth;

        Level(Change change, int k) {
            this.change = change;
            this.k = k;
            this.more = n + change.come(k) - change.gone(k);
            double box = 0;
            double wide = 0;
            double reach = 0;
            double raw = 0;
            for (int j = 0; j < d; j++) {
                double greatest = tokens.greatest(j);
                box += greatest * greatest;
                wide += (tokens.upper[j] - tokens.lower[j]) * (tokens.upper[j] - tokens.lower[j]);
                reach += rows.reach[j] * rows.reach[j];
                raw += rows.greatest[j] * rows.greatest[j];
            }
            reach = Math.sqrt(reach);
            this.rounding = single
                    ? (d / 16 + 24 + Math.min(more, LinearAttention.BLOCK) + (16.0 * d + 4 * more) * 0x1p-29) * 0x1p-22
                    : (more + d + 64) * 0x1p-46;
            double each = switch (change) {
                case REPLACED -> Math.sqrt(wide);
                case ADDED -> Math.sqrt(box);
                case MOVED -> reach;
            };
            double labels = Math.abs(rows.plus - rows.minus) + 2.0 * change.come(k);
            this.shift = centred ? k * each / more + 0x1p-22 * Math.sqrt(raw) : 0;
            double[] first = first(Math.sqrt(box), reach);
            double[] centring = {shift * shift, labels / more * shift, labels / more * shift, 0};
            double[] before = {1, 0, 0, 1};
            for (int l = 0; l < depth; l++) {
                if (l == 0) {
                    rest[0] = Blocks.sum(centring, Blocks.times(rounding, Blocks.sum(cNorm[0], first)));
                    delta[0] = Blocks.sum(first, rest[0]);
                } else {
                    double[] h = tNorm[l - 1];
                    double[] turned = turned(l - 1);
                    double[] both = Blocks.sum(h, turned);
                    double[] c = Blocks.sum(cNorm[l - 1], delta[l - 1]);
                    double[] half = Blocks.product(Blocks.product(turned, c), Blocks.transposed(h));
                    double[] moved = Blocks.sum(Blocks.sum(half, Blocks.transposed(half)), Blocks.around(turned, c));
                    moved = Blocks.sum(moved, Blocks.times(rounding, Blocks.around(both, c)));
                    rest[l] = Blocks.sum(Blocks.around(h, rest[l - 1]), moved);
                    delta[l] = Blocks.sum(Blocks.around(h, delta[l - 1]), moved);
                }
                before = Blocks.product(Blocks.sum(tNorm[l], turned(l)), before);
            }
            this.growth = before[2];
        }

        /** P_l ΔC_l Q_l. */
        private double[] turned(int l) {
            return Blocks.product(Blocks.product(pNorm[l], delta[l]), qNorm[l]);
        }

        /** ΔG about the mean as it is; the square of a label is 1 whatever it is. */
        private double[] first(double box, double reach) {
            double rowsGone = ClassRows.greatest(squares, k);
            double lengths = ClassRows.greatest(Arrays.stream(squares).map(each -> Math.sqrt(Math.max(0, each))).toArray(), k);
            double second = switch (change) {
                case REPLACED -> Math.max(k * box * box, rowsGone) / n;
                case ADDED -> k / more * Math.max(box * box, cNorm[0][0]);
                case MOVED -> k / n * reach * (2 * box + reach);
            };
            double cross = switch (change) {
                case REPLACED -> (k * box + lengths) / n;
                case ADDED -> k / more * (box + cNorm[0][1]);
                case MOVED -> k / n * reach;
            };
            return new double[] {second, cross, cross, 0};
        }

        @Override
        public boolean stands(float[] query, int answer) {
            double[] token = new double[size];
            double raw = 0;
            for (int j = 0; j < d; j++) {
                token[j] = query[j] - tokens.mean[j];
                raw += (double) query[j] * query[j] + rows.greatest[j] * rows.greatest[j];
            }
            double margin = answer * ClassRows.dot(token, w);
            double[][] beta = new double[depth][];
            double[] off = {shift, 0};
            double lost = (0x1p-22 + rounding) * growth * Math.sqrt(2 * raw);
            for (int l = 0; l < depth; l++) {
                double[] asked = times(q[l], token);
                beta[l] = transposedTimes(a[l], asked);
                double[] length = parts(asked);
                double[] later = Blocks.of(delta[l], Blocks.of(qNorm[l], off));
                lost += Blocks.dot(piNorm[l], Blocks.of(rest[l], length)) + Blocks.dot(piNorm[l], later);
                double[] both = Blocks.sum(tNorm[l], turned(l));
                double[] turned = Blocks.of(Blocks.product(pNorm[l], delta[l]), length);
                double[] here = parts(token);
                double[] rounded = Blocks.of(both, new double[] {here[0] + off[0], here[1] + off[1]});
                off = Blocks.of(both, off);
                for (int i = 0; i < 2; i++) {
                    off[i] += turned[i] + rounding * rounded[i];
                }
                token = times(t[l], token);
            }
            return margin - lost - first(answer, beta) > 0;
        }

        /** The most that k changed rows take by what is linear in them. */
        private double first(int answer, double[][] beta) {
            if (k == 0) {
                return 0;
            }
            double[] losses = new double[rows.rows];
            Zonogon[] zonogons = new Zonogon[depth];
            for (int l = 0; l < depth; l++) {
                double[] forms = forms(beta[l]);
                for (int i = 0; i < losses.length; i++) {
                    losses[i] += answer * alphaForms[l][i] * forms[i];
                }
                zonogons[l] = new Zonogon(Arrays.copyOf(alpha[l], d), Arrays.copyOf(beta[l], d));
            }
            double sum = Arrays.stream(losses).sum();
            if (change == Change.MOVED) {
                double[] z = new double[size];
                double[] low = new double[d];
                double[] high = new double[d];
                double reach = 0;
                for (int j = 0; j < d && centred; j++) {
                    reach += Math.abs(w[j]) * rows.reach[j];
                }
                for (int i = 0; i < losses.length; i++) {
                    tokens.around(tokens.get(i, z), low, high);
                    losses[i] += reach - least(answer, zonogons, beta, rows.y[i], low, high);
                }
                return ClassRows.greatest(losses, k) / n;
            }
            double worst = Math.min(least(answer, zonogons, beta, 1, tokens.lower, tokens.upper),
                    least(answer, zonogons, beta, -1, tokens.lower, tokens.upper));
            for (int j = 0; j < d && centred; j++) {
                worst -= Math.max(answer * w[j] * tokens.lower[j], answer * w[j] * tokens.upper[j]);
            }
            if (change == Change.ADDED) {
                return k / more * Math.max(0, sum / n - worst);
            }
            for (int i = 0; i < losses.length; i++) {
                losses[i] -= worst + (centred ? answer * wForms[i] : 0);
            }
            return ClassRows.greatest(losses, k) / n;
        }

        /** At most the least answer·Σ_l (α_l·z)(β_l·z) of a row of this label. */
        private double least(
                int answer, Zonogon[] zonogons, double[][] beta, int label, double[] low, double[] high) {
            double sum = 0;
            for (int l = 0; l < depth; l++) {
                sum += zonogons[l].least(answer, alpha[l][d] * label, beta[l][d] * label, low, high);
            }
            return sum;
        }
    }

    @Override
    Prepared prepare(Change change, int k) {
        return new Level(change, k);
    }
}
