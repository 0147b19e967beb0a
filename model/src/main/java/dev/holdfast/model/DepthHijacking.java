package dev.holdfast.model;

import dev.holdfast.kernel.LinearAttention;
import dev.holdfast.model.certificate.Zonogon;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

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
    private final double[] mean;
    private final int depth;
    private final double[][] q;
    private final double[][] a;
    private final double[][] t;
    /** A_lᵀP_lᵀr_{l+1}, and its products with the rows. */
    private final double[][] alpha;

    private final double[][] alphaForms;
    private final double[] piNorm;
    private final double[] pNorm;
    private final double[] qNorm;
    private final double[] tNorm;
    private final double[] cNorm;
    private final double[] moments;
    /** w, and its products with the rows; where rows are not centred not needed. */
    private final double[] w;

    private final double[] wForms;
    /** ‖z_n‖². */
    private final double[] squares;

    private final double[] lower;
    private final double[] upper;
    private final Map<Change, Map<Integer, Level>> levels =
            Map.of(Change.REPLACED, new ConcurrentHashMap<>(), Change.ADDED, new ConcurrentHashMap<>(), Change.MOVED,
                    new ConcurrentHashMap<>());

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
        this.mean = centred ? rows.mean() : new double[d];
        this.lower = new double[d];
        this.upper = new double[d];
        this.squares = new double[rows.rows];
        this.moments = moments();
        for (int j = 0; j < d && rows.lower != null; j++) {
            lower[j] = rows.lower[j] - mean[j];
            upper[j] = rows.upper[j] - mean[j];
        }
        this.q = new double[depth][];
        this.a = new double[depth][];
        this.t = new double[depth][];
        this.alpha = new double[depth][];
        this.alphaForms = new double[depth][];
        this.piNorm = new double[depth];
        this.pNorm = new double[depth];
        this.qNorm = new double[depth];
        this.tNorm = new double[depth];
        this.cNorm = new double[depth];
        double[] at = identity();
        for (int l = 0; l < depth; l++) {
            double[] p = layers.get(l)[0];
            q[l] = layers.get(l)[1];
            a[l] = at;
            double[] c = product(product(at, moments), transposed(at));
            t[l] = product(product(p, c), q[l]);
            for (int i = 0; i < size; i++) {
                t[l][i * size + i]++;
            }
            at = product(t[l], at);
            pNorm[l] = norm(p);
            qNorm[l] = norm(q[l]);
            tNorm[l] = norm(t[l]);
            cNorm[l] = norm(c);
        }
        double[] r = new double[size];
        r[d] = 1;
        for (int l = depth - 1; l >= 0; l--) {
            double[] pi = transposedTimes(layers.get(l)[0], r);
            piNorm[l] = length(pi);
            alpha[l] = transposedTimes(a[l], pi);
            alphaForms[l] = forms(alpha[l]);
            r = transposedTimes(t[l], r);
        }
        this.w = Arrays.copyOf(r, d);
        this.wForms = forms(Arrays.copyOf(w, size));
    }

    private double[] moments() {
        double[] g = new double[size * size];
        double[] z = new double[size];
        for (int i = 0; i < rows.rows; i++) {
            z(i, z);
            squares[i] = ClassRows.dot(z, z);
            for (int j = 0; j < size; j++) {
                double each = z[j] / n;
                for (int m = 0; m < size; m++) {
                    g[j * size + m] += each * z[m];
                }
            }
            for (int j = 0; j < d; j++) {
                lower[j] = Math.min(lower[j], z[j] - rows.reach[j]);
                upper[j] = Math.max(upper[j], z[j] + rows.reach[j]);
            }
        }
        return g;
    }

    private void z(int i, double[] out) {
        rows.row(i, out);
        for (int j = 0; j < d; j++) {
            out[j] -= mean[j];
        }
        out[d] = rows.y[i];
    }

    private double[] forms(double[] v) {
        double[] out = rows.times(v);
        double offset = ClassRows.dot(v, mean);
        for (int i = 0; i < out.length; i++) {
            out[i] += v[d] * rows.y[i] - offset;
        }
        return out;
    }

    private double[] identity() {
        double[] one = new double[size * size];
        for (int i = 0; i < size; i++) {
            one[i * size + i] = 1;
        }
        return one;
    }

    private double[] transposed(double[] m) {
        double[] out = new double[m.length];
        for (int i = 0; i < size; i++) {
            for (int j = 0; j < size; j++) {
                out[j * size + i] = m[i * size + j];
            }
        }
        return out;
    }

    private double[] product(double[] left, double[] right) {
        double[] out = new double[size * size];
        for (int i = 0; i < size; i++) {
            for (int k = 0; k < size; k++) {
                double each = left[i * size + k];
                for (int j = 0; j < size && each != 0; j++) {
                    out[i * size + j] += each * right[k * size + j];
                }
            }
        }
        return out;
    }

    private double[] times(double[] m, double[] v) {
        double[] out = new double[size];
        for (int i = 0; i < size; i++) {
            double sum = 0;
            for (int j = 0; j < size; j++) {
                sum += m[i * size + j] * v[j];
            }
            out[i] = sum;
        }
        return out;
    }

    private double[] transposedTimes(double[] m, double[] v) {
        double[] out = new double[size];
        for (int i = 0; i < size; i++) {
            for (int j = 0; j < size; j++) {
                out[j] += m[i * size + j] * v[i];
            }
        }
        return out;
    }

    private static double length(double[] v) {
        return Math.sqrt(ClassRows.dot(v, v));
    }

    /** At least ‖M‖₂: the root of the trace of (MMᵀ)⁶⁴, which is at most that of d + 1 times the greatest eigenvalue's power. */
    private double norm(double[] m) {
        double[] square = product(m, transposed(m));
        double scale = 0;
        for (int step = 0, power = 1; step < 7; step++, power *= 2) {
            double trace = 0;
            for (int i = 0; i < size; i++) {
                trace += square[i * size + i];
            }
            if (!(trace > 0)) {
                return 0;
            }
            // (MMᵀ)^power = e^(scale·power) · square
            scale += Math.log(trace) / power;
            for (int i = 0; i < square.length; i++) {
                square[i] /= trace;
            }
            square = step < 6 ? product(square, square) : square;
        }
        return Math.exp(scale / 2) * (1 + 0x1p-20);
    }

    /** What all queries share that is said of at most k changes. */
    private final class Level {
        private final Change change;
        private final int k;
        private final double more;
        /** At least ‖ΔC_l‖, and how far it is from A_lΔGA_lᵀ. */
        private final double[] delta = new double[depth];

        private final double[] rest = new double[depth];
        /** At least |Δ|, and the norm of what moving the mean by Δ adds to ΔG. */
        private final double shift;

        private final double centring;
        private final double rounding;
        private final double growth;

        Level(Change change, int k) {
            this.change = change;
            this.k = k;
            this.more = change == Change.ADDED ? n + k : n;
            double box = 1;
            double wide = 0;
            double reach = 0;
            double raw = 0;
            for (int j = 0; j < d; j++) {
                double greatest = Math.max(-lower[j], upper[j]);
                box += greatest * greatest;
                wide += (upper[j] - lower[j]) * (upper[j] - lower[j]);
                reach += rows.reach[j] * rows.reach[j];
                raw += rows.greatest[j] * rows.greatest[j];
            }
            reach = Math.sqrt(reach);
            this.rounding = single
                    ? (d / 16 + 24 + Math.min(more, LinearAttention.BLOCK) + (16.0 * d + 4 * more) * 0x1p-29) * 0x1p-22
                    : (more + d + 64) * 0x1p-46;
            double each = switch (change) {
                case REPLACED -> Math.sqrt(wide);
                case ADDED -> Math.sqrt(box - 1);
                case MOVED -> reach;
            };
            double labels = Math.abs(rows.plus - rows.minus) + (change == Change.MOVED ? 0 : 2.0 * k);
            this.shift = centred ? k * each / more + 0x1p-22 * Math.sqrt(raw) : 0;
            this.centring = shift * shift + labels / more * shift;
            double first = switch (change) {
                case REPLACED -> Math.max(k * box, ClassRows.greatest(squares, k)) / n;
                case ADDED -> k / more * Math.max(box, cNorm[0]);
                case MOVED -> k / n * reach * (2 * Math.sqrt(box) + reach);
            };
            double before = 1;
            for (int l = 0; l < depth; l++) {
                if (l == 0) {
                    rest[0] = centring + rounding * (cNorm[0] + first);
                    delta[0] = first + rest[0];
                } else {
                    double h = tNorm[l - 1];
                    double turned = pNorm[l - 1] * delta[l - 1] * qNorm[l - 1];
                    double c = cNorm[l - 1] + delta[l - 1];
                    double moved = turned * c * (2 * h + turned) + rounding * (h + turned) * (h + turned) * c;
                    rest[l] = h * h * rest[l - 1] + moved;
                    delta[l] = h * h * delta[l - 1] + moved;
                }
                before *= tNorm[l] + pNorm[l] * delta[l] * qNorm[l];
            }
            this.growth = before;
        }

        boolean stands(float[] query, int answer) {
            double[] token = new double[size];
            double raw = 0;
            for (int j = 0; j < d; j++) {
                token[j] = query[j] - mean[j];
                raw += (double) query[j] * query[j] + rows.greatest[j] * rows.greatest[j];
            }
            double margin = answer * ClassRows.dot(token, w);
            double[][] beta = new double[depth][];
            double off = shift;
            double lost = (0x1p-22 + rounding) * growth * Math.sqrt(2 * raw);
            for (int l = 0; l < depth; l++) {
                double[] asked = times(q[l], token);
                beta[l] = transposedTimes(a[l], asked);
                double length = length(asked);
                lost += piNorm[l] * (rest[l] * length + delta[l] * qNorm[l] * off);
                double turned = pNorm[l] * delta[l];
                off = (tNorm[l] + turned * qNorm[l]) * off + turned * length
                        + rounding * (tNorm[l] + turned * qNorm[l]) * (length(token) + off);
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
                    z(i, z);
                    for (int j = 0; j < d; j++) {
                        low[j] = Math.max(lower[j], z[j] - rows.reach[j]);
                        high[j] = Math.min(upper[j], z[j] + rows.reach[j]);
                    }
                    losses[i] += reach - least(answer, zonogons, beta, rows.y[i], low, high);
                }
                return ClassRows.greatest(losses, k) / n;
            }
            double worst = Math.min(least(answer, zonogons, beta, 1, lower, upper),
                    least(answer, zonogons, beta, -1, lower, upper));
            for (int j = 0; j < d && centred; j++) {
                worst -= Math.max(answer * w[j] * lower[j], answer * w[j] * upper[j]);
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
        private double least(int answer, Zonogon[] zonogons, double[][] beta, int label, double[] low, double[] high) {
            double sum = 0;
            for (int l = 0; l < depth; l++) {
                sum += zonogons[l].least(answer, alpha[l][d] * label, beta[l][d] * label, low, high);
            }
            return sum;
        }
    }

    @Override
    boolean stands(float[] query, int answer, Change change, int k) {
        return levels.get(change).computeIfAbsent(k, each -> new Level(change, each)).stands(query, answer);
    }
}
