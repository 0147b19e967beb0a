package dev.holdfast.bench;

import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/**
 * The least that can be done with the bytes of an array: a pass that is bound by memory takes no less time. Eight
 * accumulators hide the latency of an addition.
 */
final class Streams {
    private static final VectorSpecies<Float> F = FloatVector.SPECIES_PREFERRED;
    private static final VectorSpecies<Double> D = DoubleVector.SPECIES_PREFERRED;
    private static final int L = F.length();
    private static final int LD = D.length();

    private Streams() {}

    /** Σ_i x_i: reads every element once. */
    static float read(float[] x) {
        FloatVector s0 = FloatVector.zero(F), s1 = s0, s2 = s0, s3 = s0, s4 = s0, s5 = s0, s6 = s0, s7 = s0;
        int i = 0;
        for (; i <= x.length - 8 * L; i += 8 * L) {
            s0 = s0.add(FloatVector.fromArray(F, x, i));
            s1 = s1.add(FloatVector.fromArray(F, x, i + L));
            s2 = s2.add(FloatVector.fromArray(F, x, i + 2 * L));
            s3 = s3.add(FloatVector.fromArray(F, x, i + 3 * L));
            s4 = s4.add(FloatVector.fromArray(F, x, i + 4 * L));
            s5 = s5.add(FloatVector.fromArray(F, x, i + 5 * L));
            s6 = s6.add(FloatVector.fromArray(F, x, i + 6 * L));
            s7 = s7.add(FloatVector.fromArray(F, x, i + 7 * L));
        }
        s0 = s0.add(s1).add(s2.add(s3)).add(s4.add(s5).add(s6.add(s7)));
        for (; i <= x.length - L; i += L) {
            s0 = s0.add(FloatVector.fromArray(F, x, i));
        }
        float sum = s0.reduceLanes(VectorOperators.ADD);
        for (; i < x.length; i++) {
            sum += x[i];
        }
        return sum;
    }

    /** Σ_i x_i: reads every element once. */
    static double read(double[] x) {
        DoubleVector s0 = DoubleVector.zero(D), s1 = s0, s2 = s0, s3 = s0, s4 = s0, s5 = s0, s6 = s0, s7 = s0;
        int i = 0;
        for (; i <= x.length - 8 * LD; i += 8 * LD) {
            s0 = s0.add(DoubleVector.fromArray(D, x, i));
            s1 = s1.add(DoubleVector.fromArray(D, x, i + LD));
            s2 = s2.add(DoubleVector.fromArray(D, x, i + 2 * LD));
            s3 = s3.add(DoubleVector.fromArray(D, x, i + 3 * LD));
            s4 = s4.add(DoubleVector.fromArray(D, x, i + 4 * LD));
            s5 = s5.add(DoubleVector.fromArray(D, x, i + 5 * LD));
            s6 = s6.add(DoubleVector.fromArray(D, x, i + 6 * LD));
            s7 = s7.add(DoubleVector.fromArray(D, x, i + 7 * LD));
        }
        s0 = s0.add(s1).add(s2.add(s3)).add(s4.add(s5).add(s6.add(s7)));
        for (; i <= x.length - LD; i += LD) {
            s0 = s0.add(DoubleVector.fromArray(D, x, i));
        }
        double sum = s0.reduceLanes(VectorOperators.ADD);
        for (; i < x.length; i++) {
            sum += x[i];
        }
        return sum;
    }

    /** Σ_j w_j x_j over j < d, in four vectors of sums and the last terms one by one. */
    static float dot(float[] w, float[] x, int d) {
        FloatVector s0 = FloatVector.zero(F), s1 = s0, s2 = s0, s3 = s0;
        int j = 0;
        for (; j <= d - 4 * L; j += 4 * L) {
            s0 = product(w, x, j, s0);
            s1 = product(w, x, j + L, s1);
            s2 = product(w, x, j + 2 * L, s2);
            s3 = product(w, x, j + 3 * L, s3);
        }
        float sum = s0.add(s1).add(s2.add(s3)).reduceLanes(VectorOperators.ADD);
        for (; j < d; j++) {
            sum = Math.fma(w[j], x[j], sum);
        }
        return sum;
    }

    private static FloatVector product(float[] w, float[] x, int j, FloatVector sum) {
        return FloatVector.fromArray(F, w, j).lanewise(VectorOperators.FMA, FloatVector.fromArray(F, x, j), sum);
    }

    /** a_j += s x_j over j < d. */
    static void axpy(float s, float[] x, float[] a, int d) {
        FloatVector all = FloatVector.broadcast(F, s);
        int j = 0;
        for (; j <= d - L; j += L) {
            FloatVector.fromArray(F, x, j).lanewise(VectorOperators.FMA, all, FloatVector.fromArray(F, a, j))
                    .intoArray(a, j);
        }
        for (; j < d; j++) {
            a[j] = Math.fma(s, x[j], a[j]);
        }
    }

    /** out = x, element by element: reads and writes each once. */
    static void copy(float[] x, float[] out) {
        int i = 0;
        for (; i <= x.length - 4 * L; i += 4 * L) {
            FloatVector.fromArray(F, x, i).intoArray(out, i);
            FloatVector.fromArray(F, x, i + L).intoArray(out, i + L);
            FloatVector.fromArray(F, x, i + 2 * L).intoArray(out, i + 2 * L);
            FloatVector.fromArray(F, x, i + 3 * L).intoArray(out, i + 3 * L);
        }
        for (; i < x.length; i++) {
            out[i] = x[i];
        }
    }
}
