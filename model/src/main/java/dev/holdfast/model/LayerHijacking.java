package dev.holdfast.model;

import dev.holdfast.kernel.LinearAttention;
import dev.holdfast.model.certificate.Zonogon;

/**
 * A bound on one hijacked layer that centres and aligns by the hijacked rows themselves. With the shares of an alignment that
 * stays, z = s ∘ (x − m), a mean that moves by Δ makes of Σ (p·z)(v·z)
 *
 * <pre>
 *     Σ (p·z)(v·z) − N Δ·w' − N (p̃·Δ)(ṽ·Δ) − Y (p_d ṽ·Δ + v_d p̃·Δ)        p̃ = s ∘ p, ṽ = s ∘ v, Y = Σ y
 * </pre>
 *
 * and N Δ is a sum over changed rows, as the first term is: these two are taken at the worst rows, and what is of second order
 * in k/N by magnitudes. A feature whose sign may change has s_j = 0 there, and what it adds is bounded by itself: see
 * decisions/0018.
 */
final class LayerHijacking extends HijackingBound {
    private final float[] p;
    private final QBar qBar;
    private final ClassRows rows;
    private final int d;
    private final double n;
    private final Tokens tokens;
    private final float[] sign;
    /** Σ (x_j − m_j)²/N. */
    private final double[] variance;

    LayerHijacking(float[] p, QBar qBar, Classifier classifier, Alignment alignment, Rows x, int[] y, Threat threat,
            double epsilon) {
        super(classifier, x, threat);
        this.p = p;
        this.qBar = qBar;
        this.rows = new ClassRows(x, y, threat, epsilon);
        this.d = rows.d;
        this.n = rows.rows;
        this.sign = alignment.sign();
        this.tokens = new Tokens(rows, rows.mean());
        this.variance = new double[d];
        double[] z = new double[d + 1];
        for (int i = 0; i < rows.rows; i++) {
            tokens.get(i, z);
            for (int j = 0; j < d; j++) {
                variance[j] += z[j] * z[j] / n;
            }
        }
    }

    /** Σ_i u_i z_i. */
    private double[] sums(double[] u) {
        double[] out = new double[d + 1];
        double[] z = new double[d + 1];
        for (int i = 0; i < u.length; i++) {
            tokens.get(i, z);
            for (int j = 0; j <= d; j++) {
                out[j] += u[i] * z[j];
            }
        }
        return out;
    }

    private final class Level implements Prepared {
        private final boolean known;
        private final Change change;
        private final int k;
        private final double more;
        /** s, and 0 where it may change. */
        private final double[] s = new double[d];

        private final boolean[] open = new boolean[d];
        /** At least |N'Δ_j|. */
        private final double[] shift = new double[d];
        /** At least the root of the mean of (x_j − m_j)². */
        private final double[] deviation = new double[d];
        /** p·z of every row, and the sums of that times x − m and y. */
        private double[] forms;

        private double[] sums;
        /** At least how far these sums are from those of the hijacked rows about their mean. */
        private double[] off;

        private double[] w;
        private double[] wForms;
        private final double[] ends = new double[2];
        /** At least |p̃·Δ|, |Σ y|, and |p·u| of the open features, root mean square. */
        private double pShift;

        private double labels;
        private double pOpen;
        private double second;
        private double relative;
        private double pSize;

        Level(Change change, int k) {
            this.change = change;
            this.k = k;
            this.more = n + change.come(k) - change.gone(k);
            this.known = !change.mayEmpty(rows.smaller(), k);
            if (known) {
                make();
            }
        }

        private void make() {
            double roundings = (d - 1) / 16 + 1 + Math.min(more, LinearAttention.BLOCK) + 16 + (16.0 * d + 4 * more) * 0x1p-29;
            relative = roundings * 0x1p-23;
            labels = Math.abs(rows.plus - rows.minus) + 2.0 * change.come(k);
            double[] pTilde = new double[d];
            double[] greatest = new double[d];
            double formLow = 0;
            double formHigh = 0;
            double formReach = 0;
            for (int j = 0; j < d; j++) {
                double rounded = more * 0x1p-22 * rows.greatest[j];
                greatest[j] = tokens.greatest(j);
                double apart = Math.abs(rows.plusMean[j] - rows.minusMean[j]);
                // both classes' means can move towards each other
                open[j] = sign[j] == 0 ? k > 0 : apart <= closer(j) + 0x1p-22 * rows.greatest[j];
                s[j] = open[j] ? 0 : sign[j];
                shift[j] = moved(j) + rounded;
                deviation[j] = change == Change.MOVED
                        ? Math.sqrt(variance[j]) + rows.reach[j] * Math.sqrt(k / n)
                        : Math.sqrt(variance[j] + k / n * (greatest[j] * greatest[j]));
                pTilde[j] = s[j] * p[j];
                pShift += Math.abs(pTilde[j]) * shift[j] / n;
                formLow += Math.min(pTilde[j] * tokens.lower[j], pTilde[j] * tokens.upper[j]);
                formHigh += Math.max(pTilde[j] * tokens.lower[j], pTilde[j] * tokens.upper[j]);
                formReach += Math.abs(pTilde[j]) * rows.reach[j];
                pOpen += open[j] ? Math.abs(p[j]) * (deviation[j] + shift[j] / n) : 0;
                pSize += Math.abs(p[j]) * (deviation[j] + shift[j] / n);
            }
            pSize += Math.abs(p[d]);
            double most = Math.max(-formLow, formHigh) + Math.abs(p[d]);
            forms = tokens.times(pTilde, p[d]);
            sums = sums(forms);
            off = new double[d + 1];
            for (int i = 0; i <= d; i++) {
                double size = i < d ? greatest[i] : 1;
                double own = i < d ? rows.reach[i] : 0;
                double each = change == Change.MOVED
                        ? formReach * size + most * own
                        : (change == Change.ADDED ? 1 : 2) * most * size;
                double centring = i < d ? (more * pShift + Math.abs(p[d]) * labels) * shift[i] / n : pShift * labels;
                off[i] = k * each + centring;
            }
            w = new double[d];
            float[] row = new float[d];
            double[] wSize = new double[d];
            for (int i = 0; i <= d; i++) {
                double a = (i < d ? s[i] : 1) * sums[i] / n;
                qBar.row(i, row, 0);
                for (int j = 0; j < d; j++) {
                    w[j] += row[j] * a;
                    wSize[j] += Math.abs(row[j] * a);
                }
            }
            double[] sizes = new double[d + 1];
            double[] ignored = new double[d + 1];
            double[] shifts = new double[d];
            for (int j = 0; j < d; j++) {
                w[j] *= s[j];
                double one = w[j] * tokens.lower[j];
                double other = w[j] * tokens.upper[j];
                ends[0] += Math.min(one, other);
                ends[1] += Math.max(one, other);
                shifts[j] = Math.abs(s[j]) * shift[j];
                second += more * 0x1p-22 * rows.greatest[j] * Math.abs(w[j]) + wSize[j] * shift[j] * (d + 64) * 0x1p-50;
            }
            wForms = tokens.times(w, 0);
            qBar.times(shifts, shifts, ignored, sizes);
            // N' Δ·(w' − w): sums of N' rows are divided by N', those of N by N
            for (int i = 0; i <= d; i++) {
                double scale = i < d ? Math.abs(s[i]) : 1;
                second += sizes[i] * scale * (off[i] / more + Math.abs(sums[i]) * (1 / n - 1 / more));
            }
        }

        /** At least |N'Δ_j|. */
        private double moved(int j) {
            double each = switch (change) {
                case MOVED -> rows.reach[j];
                case ADDED -> tokens.greatest(j);
                // one row leaves where another comes
                case REPLACED -> tokens.upper[j] - tokens.lower[j];
            };
            return k * each;
        }

        /** By how much the difference of the classes' means may shrink. */
        private double closer(int j) {
            if (change == Change.MOVED) {
                return rows.reach[j] * Math.min(k / (double) rows.smaller(), 2);
            }
            double size = change == Change.ADDED ? rows.smaller() + k / 2.0 : rows.smaller() - k;
            double apart = rows.boxDeviation(j);
            return k / size * apart * (change == Change.REPLACED ? 2 : 1);
        }

        @Override
        public boolean stands(float[] query, int answer) {
            if (!known) {
                return false;
            }
            double[] centred = new double[d];
            double[] q = new double[d];
            double[] h = new double[d];
            double[] openQuery = new double[d];
            double[] shifts = new double[d];
            for (int j = 0; j < d; j++) {
                centred[j] = query[j] - tokens.mean[j];
                q[j] = s[j] * centred[j];
                double rounded = 0x1p-18 * (Math.abs(query[j]) + rows.greatest[j]);
                h[j] = Math.abs(centred[j]) + shift[j] / n + rounded;
                openQuery[j] = open[j] ? h[j] : 0;
                shifts[j] = Math.abs(s[j]) * shift[j] / n;
            }
            double[] v = new double[d + 1];
            double[] size = new double[d + 1];
            qBar.times(q, h, v, size);
            double[] fromOpen = new double[d + 1];
            double[] change = new double[d + 1];
            double[] ignored = new double[d + 1];
            qBar.times(openQuery, openQuery, ignored, fromOpen);
            qBar.times(shifts, shifts, ignored, change);
            double[] vTilde = new double[d];
            double vShift = 0;
            double vOpen = 0;
            double vSize = size[d];
            double[] pTilde = new double[d];
            for (int j = 0; j < d; j++) {
                vTilde[j] = s[j] * v[j];
                pTilde[j] = s[j] * p[j];
                // v itself moves by what the mean does, which N Δ·w' has accounted for
                vShift += Math.abs(vTilde[j]) * shift[j] / n;
                vOpen += open[j] ? (Math.abs(v[j]) + change[j]) * (deviation[j] + shift[j] / n) : 0;
                vSize += size[j] * (deviation[j] + shift[j] / n);
            }
            double[] t = tokens.times(vTilde, v[d]);
            double[] losses = new double[rows.rows];
            double sum = 0;
            for (int i = 0; i < losses.length; i++) {
                double share = answer * forms[i] * t[i];
                sum += share;
                losses[i] = share - answer * wForms[i];
            }
            double bound = sum - losses(answer, v, vTilde, pTilde, losses);
            bound -= second + more * pShift * vShift + labels * (Math.abs(p[d]) * vShift + Math.abs(v[d]) * pShift);
            bound -= ofOpen(v, vTilde, t, change, fromOpen, vOpen, vShift);
            return bound > relative * more * pSize * vSize;
        }

        /** The most that k changed rows take from the shares and Δ·w. */
        private double losses(int answer, double[] v, double[] vTilde, double[] pTilde, double[] losses) {
            if (k == 0) {
                return 0;
            }
            Zonogon zonogon = new Zonogon(pTilde, vTilde);
            if (change == Change.MOVED) {
                double[] low = new double[d];
                double[] high = new double[d];
                double[] z = new double[d + 1];
                double reach = 0;
                for (int j = 0; j < d; j++) {
                    reach += Math.abs(w[j]) * rows.reach[j];
                }
                for (int i = 0; i < losses.length; i++) {
                    tokens.around(tokens.get(i, z), low, high);
                    losses[i] -= zonogon.least(answer, p[d] * rows.y[i], v[d] * rows.y[i], low, high)
                            - answer * wForms[i] - reach;
                }
                return ClassRows.greatest(losses, k);
            }
            double least = Math.min(zonogon.least(answer, p[d], v[d], tokens.lower, tokens.upper),
                    zonogon.least(answer, -p[d], -v[d], tokens.lower, tokens.upper)) - (answer > 0 ? ends[1] : -ends[0]);
            if (change == Change.ADDED) {
                return k * Math.max(0, -least);
            }
            for (int i = 0; i < losses.length; i++) {
                losses[i] -= least;
            }
            return ClassRows.greatest(losses, k);
        }

        /** What features add whose sign may be any. */
        private double ofOpen(double[] v, double[] vTilde, double[] t, double[] change, double[] fromOpen, double vOpen,
                double vShift) {
            boolean any = false;
            double low = 0;
            double high = 0;
            double reach = 0;
            double moved = change[d];
            for (int j = 0; j < d; j++) {
                any |= open[j];
                low += Math.min(vTilde[j] * tokens.lower[j], vTilde[j] * tokens.upper[j]);
                high += Math.max(vTilde[j] * tokens.lower[j], vTilde[j] * tokens.upper[j]);
                reach += Math.abs(vTilde[j]) * rows.reach[j];
                moved += change[j] * Math.abs(s[j]) * deviation[j];
            }
            if (!any) {
                return 0;
            }
            double most = Math.max(-low, high) + Math.abs(v[d]);
            double[] crossed = sums(t);
            double all = more * pOpen * vOpen;
            for (int j = 0; j < d; j++) {
                double size = tokens.greatest(j);
                if (open[j]) {
                    all += (Math.abs(v[j]) + change[j]) * (Math.abs(sums[j]) + off[j]);
                    double each = this.change == Change.MOVED
                            ? reach * size + most * rows.reach[j]
                            : (this.change == Change.ADDED ? 1 : 2) * most * size;
                    all += Math.abs(p[j]) * (Math.abs(crossed[j]) + k * each
                            + (more * vShift + Math.abs(v[d]) * labels) * shift[j] / n
                            + more * moved * (deviation[j] + shift[j] / n));
                }
                all += fromOpen[j] * (Math.abs(sums[j]) + off[j] + more * pOpen * (deviation[j] + shift[j] / n))
                        * (open[j] || s[j] != 0 ? 1 : 0);
            }
            return all + fromOpen[d] * (Math.abs(sums[d]) + off[d] + more * pOpen);
        }
    }

    @Override
    Prepared prepare(Change change, int k) {
        return new Level(change, k);
    }
}
