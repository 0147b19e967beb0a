package dev.holdfast.model;

import dev.holdfast.model.sums.ClassMoments;
import dev.holdfast.model.sums.Moments;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.Arrays;

/**
 * What a one-layer transformer sees of demonstrations, read from the moments of their classes in place of the rows: the
 * centring and signs of two sides, and a = Σ (p·z) z of z = (s ∘ (x − m), y).
 *
 * <p>What cancels is summed exactly, but for the d² products in g = (Σ x xᵀ)(s ∘ p). Of exact moments these are summed in
 * pairs of doubles: with u = 2⁻⁵³ and γ_k = k u/(1 − k u), a_i is rounded once, and is within
 * (1 + u) γ_{d+4}² Σ_j |p_j Σ_n x_ni x_nj| + u |a_i| of its exact value for these m and s.
 */
final class MomentReading {
    /** Enough for a number half-way between two floats, and to tell a mean from it: that is no nearer than 2⁻¹⁸¹. */
    private static final int DECIMALS = 150;

    private final ClassMoments moments;
    private final int d;
    /** The union that was asked for last: one-vs-rest has the same for every class. */
    private Moments union;

    private int[] unionOf;

    /** @param moments that nobody else has hold of */
    MomentReading(ClassMoments moments, int d) {
        this.moments = moments;
        this.d = d;
    }

    /** The rows of one label: their number or weight, their sum, and how far rounding may have moved it. */
    private record Side(BigDecimal size, BigDecimal[] sum, double[] error) {}

    /** Throws if a class has no demonstration. */
    static void checkNotEmpty(State<?> now, Split split) {
        for (int c : split.all()) {
            if (!(now.classMoments("the moments of classes").of(c).size() > 0)) {
                throw new IllegalStateException("size(" + now.classes().get(c)
                        + ") = 0, expected at least 1 demonstration of this class");
            }
        }
    }

    /** @param now a state of moments that nobody else has hold of */
    static Alignment alignment(State<?> now, Split split) {
        checkNotEmpty(now, split);
        MomentReading reading = new MomentReading(now.classMoments("the means of classes"), now.features());
        return reading.alignment(reading.side(split.plus()), reading.side(split.minus()));
    }

    private Side side(int[] classes) {
        BigDecimal size = BigDecimal.ZERO;
        BigDecimal[] sum = new BigDecimal[d];
        Arrays.fill(sum, BigDecimal.ZERO);
        double[] error = new double[d];
        for (int c : classes) {
            size = size.add(new BigDecimal(moments.of(c).size()));
            BigDecimal[] more = moments.of(c).sum();
            double[] moreError = moments.of(c).sumError();
            for (int j = 0; j < d; j++) {
                sum[j] = sum[j].add(more[j]);
                error[j] += moreError == null ? 0 : moreError[j];
            }
        }
        return new Side(size, sum, error);
    }

    private Alignment alignment(Side plus, Side minus) {
        BigDecimal n = plus.size.add(minus.size);
        float[] mean = new float[d];
        float[] sign = new float[d];
        for (int j = 0; j < d; j++) {
            mean[j] = quotient(plus.sum[j].add(minus.sum[j]), n);
            // N Σ y x_j − Σ y Σ x_j is twice this; what rounding may have made says nothing
            BigDecimal more = plus.sum[j].multiply(minus.size).subtract(minus.sum[j].multiply(plus.size));
            BigDecimal most = new BigDecimal(plus.error[j]).multiply(minus.size)
                    .add(new BigDecimal(minus.error[j]).multiply(plus.size));
            sign[j] = more.abs().compareTo(most) <= 0 ? 0 : more.signum();
        }
        return Alignment.of(mean, sign);
    }

    /** sum/n, rounded once. */
    private static float quotient(BigDecimal sum, BigDecimal n) {
        return sum.divide(n, DECIMALS, RoundingMode.HALF_EVEN).floatValue();
    }

    private Moments union(int[] classes) {
        int[] sorted = classes.clone();
        Arrays.sort(sorted);
        if (!Arrays.equals(sorted, unionOf)) {
            union = moments.union(sorted);
            unionOf = sorted;
        }
        return union;
    }

    /** What a transformer sees: N, a, and the alignment that made its rows. */
    record Attention(double n, double[] a, Alignment alignment) {}

    /**
     * With q = s ∘ p, t = Σ x, u = Σ y x, b = Σ y and g = (Σ x xᵀ) q, a_i = s_i (g_i − m_i t·q − (t_i − N m_i) m·q +
     * p_d (u_i − b m_i)) and a_d = (u − b m)·q + N p_d.
     *
     * @param fixed {@code null} for that of these rows
     */
    Attention attention(Split split, float[] p, Alignment fixed) {
        Side plus = side(split.plus());
        Side minus = side(split.minus());
        Alignment alignment = fixed == null ? alignment(plus, minus) : fixed;
        float[] m = alignment.mean();
        float[] s = alignment.sign();
        float[] q = alignment.raw(Arrays.copyOf(p, d));
        // of fast moments the size and the sum that belong to g, to the last bit: a distant mean cancels between them
        Moments all = union(split.all());
        BigDecimal[] g = all.times(q);
        BigDecimal[] total = all.sum();
        BigDecimal n = new BigDecimal(all.size());
        BigDecimal label = new BigDecimal(p[d]);
        BigDecimal balance = plus.size.subtract(minus.size);
        BigDecimal tq = BigDecimal.ZERO;
        BigDecimal mq = BigDecimal.ZERO;
        BigDecimal last = label.multiply(n);
        BigDecimal[] aligned = new BigDecimal[d];
        for (int i = 0; i < d; i++) {
            BigDecimal mean = new BigDecimal(m[i]);
            BigDecimal weight = new BigDecimal(q[i]);
            aligned[i] = plus.sum[i].subtract(minus.sum[i]).subtract(mean.multiply(balance));
            tq = tq.add(total[i].multiply(weight));
            mq = mq.add(mean.multiply(weight));
            last = last.add(aligned[i].multiply(weight));
        }
        double[] a = new double[d + 1];
        for (int i = 0; i < d; i++) {
            BigDecimal mean = new BigDecimal(m[i]);
            BigDecimal centred = g[i]
                    .subtract(mean.multiply(tq))
                    .subtract(total[i].subtract(mean.multiply(n)).multiply(mq))
                    .add(label.multiply(aligned[i]));
            a[i] = centred.multiply(BigDecimal.valueOf((long) s[i])).doubleValue();
        }
        a[d] = last.doubleValue();
        return new Attention(n.doubleValue(), a, alignment);
    }
}
