package dev.holdfast.model.sums;

import dev.holdfast.kernel.ExactSums;
import dev.holdfast.kernel.LinearAttention;
import dev.holdfast.model.archive.FlatJson;
import dev.holdfast.model.archive.Hash;
import dev.holdfast.model.archive.Npz;
import java.io.IOException;
import java.util.Arrays;
import java.util.Map;
import java.util.Set;

/**
 * The state of one p: a = Σ (p·z) z over z = (x, y), where class 0 has the label y = +1 and class 1 has −1, d+1 entries.
 */
public abstract sealed class AttentionSums implements Sums permits AttentionSums.Exact, AttentionSums.Fast {
    /** The centring and signs that rows go through. */
    public interface RowMap {
        /** The row of x from o to {@code out}, d entries from {@code to} on. */
        void apply(float[] x, int o, float[] out, int to);
    }

    final int d;
    /** d+1 entries. */
    final float[] p;
    /** {@code null} where rows stay as they are. */
    final RowMap map;

    final float[] z;

    private AttentionSums(float[] p, RowMap map) {
        this.d = p.length - 1;
        this.p = p;
        this.map = map;
        this.z = new float[d + 1];
    }

    /** No rows. @param p kept @param map {@code null} where rows stay as they are */
    public static AttentionSums empty(float[] p, RowMap map, boolean exact) {
        return exact
                ? new Exact(p, map, new double[ExactSums.length(p.length)], new Count())
                : new Fast(p, map, new double[p.length], 0);
    }

    /** The label as a float. */
    static float label(int c) {
        return c == 0 ? 1 : -1;
    }

    /** z = (the mapped row, y) of the row of x from o. */
    final void load(float[] x, int o, float label) {
        if (map == null) {
            System.arraycopy(x, o, z, 0, d);
        } else {
            map.apply(x, o, z, 0);
        }
        z[d] = label;
    }

    static IllegalArgumentException overflow(String what) {
        return new IllegalArgumentException("x is too large: " + what + " overflowed");
    }

    @Override
    public void settle() {
        // no row waits
    }

    /** a, d+1 entries, in a new array. */
    public abstract double[] state();

    /** The array of sums that {@link #to(Map, FlatJson)} adds. */
    public static Set<String> names(boolean exact) {
        return Set.of(exact ? "sums" : "a");
    }

    /** What {@link #to(Map, FlatJson)} gave. */
    public static AttentionSums from(Npz file, FlatJson meta, float[] p, RowMap map, boolean exact) throws IOException {
        if (exact) {
            Count count = file.inMeta(() -> Count.of(meta, ""));
            double[] sums = file.doubles("sums", ExactSums.length(p.length));
            return new Exact(p, map, ExactMoments.exact(file, "sums", sums, p.length, count), count);
        }
        double[] a = file.finiteDoubles("a", p.length);
        double n = file.inMeta(() -> FastMoments.size(meta, "size"));
        FastMoments.checkEmpty(file, n, "a", a);
        return new Fast(p, map, a, n);
    }

    /**
     * Without rounding, so that rows can be removed: s = p·z is a float that depends on p and z alone, a dot product in
     * 8 double lanes rounded once, and its products with z are summed exactly.
     */
    static final class Exact extends AttentionSums {
        private final double[] sums;
        private final Count count;
        private final double[] work;

        private Exact(float[] p, RowMap map, double[] sums, Count count) {
            super(p, map);
            this.sums = sums;
            this.count = count;
            this.work = new double[ExactSums.workLength(d + 1)];
        }

        @Override
        public boolean isExact() {
            return true;
        }

        @Override
        public double size() {
            return count.size();
        }

        @Override
        public void add(float[] x, int offset, int stride, int[] classes) {
            count.checkAdd(classes.length);
            if (classes.length == 1) {
                // the row is loaded, and needs not be again
                float s = share(x, offset, classes[0], 0);
                ExactSums.add(z, d + 1, s, sums, work);
                count.add(1);
                return;
            }
            float[] s = new float[classes.length];
            for (int n = 0; n < s.length; n++) {
                s[n] = share(x, offset + n * stride, classes[n], n);
            }
            for (int n = 0; n < s.length; n++) {
                load(x, offset + n * stride, label(classes[n]));
                ExactSums.add(z, d + 1, s[n], sums, work);
            }
            count.add(s.length);
        }

        @Override
        public void remove(float[] x, int c) {
            count.checkRemove();
            float s = share(x, 0, c, 0);
            ExactSums.add(z, d + 1, -s, sums, work);
            if (count.size() == 1 && !ExactSums.areZero(sums, d + 1)) {
                ExactSums.add(z, d + 1, s, sums, work);
                throw Sums.neverAdded("no rows, but sums that are not 0");
            }
            count.remove();
        }

        /** p·z of row n, from o on, which is loaded. */
        private float share(float[] x, int o, int c, int n) {
            load(x, o, label(c));
            float s = (float) LinearAttention.score(z, 0, d + 1, p, 0);
            if (!Float.isFinite(s)) {
                throw overflow("p·z of row " + n);
            }
            return s;
        }

        @Override
        public void fade(double factor) {
            throw new UnsupportedOperationException("exact sums have rows of weight 1 alone");
        }

        @Override
        public void merge(Sums other) {
            Exact same = (Exact) other;
            count.checkMerge(same.count);
            ExactSums.merge(same.sums, d + 1, sums);
            count.merge(same.count);
        }

        @Override
        public Exact copy() {
            return new Exact(p, map, sums.clone(), count.copy());
        }

        @Override
        public double[] state() {
            double[] a = new double[d + 1];
            ExactSums.round(sums, d + 1, a);
            return a;
        }

        @Override
        public void to(Map<String, Npz.Array> arrays, FlatJson meta) {
            ExactSums.carry(sums, d + 1);
            count.to(meta, "", ExactSums.areExact(sums, d + 1, count.size()));
            arrays.put("sums", Npz.Array.of(sums, sums.length));
        }

        @Override
        public void to(Hash hash) {
            ExactSums.carry(sums, d + 1);
            hash.add((double) count.size()).addSparse(sums);
        }
    }

    /** In doubles, at the speed of the kernel's pass over rows. */
    static final class Fast extends AttentionSums {
        /** What weighs less is forgotten: from here on the digits of a double, by and by, would be. */
        private static final double LEAST_SIZE = 0x1p-900;
        /**
         * Sums up to this, and a weight of 1, are read by ideal weights of up to 2¹⁴ features: no row need be looked
         * at.
         */
        private static final double ORDINARY = 0x1p113;

        private double[] a;
        private double size;
        /** What a is to be, until it is known to be finite. */
        private double[] next;

        private final float[] work;

        private Fast(float[] p, RowMap map, double[] a, double size) {
            super(p, map);
            this.a = a;
            this.size = size;
            this.next = new double[d + 1];
            this.work = new float[LinearAttention.contextWorkLength(d)];
        }

        @Override
        public boolean isExact() {
            return false;
        }

        @Override
        public double size() {
            return size;
        }

        @Override
        public void add(float[] x, int offset, int stride, int[] classes) {
            int rows = classes.length;
            float[] labels = new float[rows];
            for (int n = 0; n < rows; n++) {
                labels[n] = label(classes[n]);
            }
            System.arraycopy(a, 0, next, 0, d + 1);
            accumulate(x, offset, stride, labels, map, d, p, next, work);
            double greatest = 0;
            for (double sum : next) {
                greatest = Math.max(greatest, Math.abs(sum));
            }
            // else a weight of 1 would read what is no float
            if (!(greatest <= Float.MAX_VALUE * (size + rows))
                    || greatest > ORDINARY * (size + rows) && !areWithin(x, offset, stride, rows)) {
                throw overflow("a sum over the demonstrations");
            }
            swap(size + rows);
        }

        /** Whether no feature is too great. */
        private boolean areWithin(float[] x, int offset, int stride, int rows) {
            for (int n = 0; n < rows; n++) {
                for (int j = 0; j < d; j++) {
                    if (!(Math.abs(x[offset + n * stride + j]) <= GREATEST_FEATURE)) {
                        return false;
                    }
                }
            }
            return true;
        }

        private void swap(double newSize) {
            double[] old = a;
            a = next;
            next = old;
            size = newSize;
        }

        @Override
        public void remove(float[] x, int c) {
            throw new UnsupportedOperationException("fast sums keep no row apart");
        }

        @Override
        public void fade(double factor) {
            size *= factor;
            for (int j = 0; j <= d; j++) {
                a[j] *= factor;
            }
            if (size < LEAST_SIZE) {
                size = 0;
                Arrays.fill(a, 0);
            }
        }

        @Override
        public void merge(Sums other) {
            Fast same = (Fast) other;
            Sums.checkWeight(size, same.size);
            for (int j = 0; j <= d; j++) {
                next[j] = a[j] + same.a[j];
                if (!Double.isFinite(next[j])) {
                    throw new IllegalStateException("a[" + j + "] = " + a[j] + " and " + same.a[j]
                            + " more, expected a sum that is finite");
                }
            }
            swap(size + same.size);
        }

        @Override
        public Fast copy() {
            return new Fast(p, map, a.clone(), size);
        }

        @Override
        public double[] state() {
            return a.clone();
        }

        @Override
        public void to(Map<String, Npz.Array> arrays, FlatJson meta) {
            meta.put("size", size);
            arrays.put("a", Npz.Array.of(a, a.length));
        }

        @Override
        public void to(Hash hash) {
            hash.add(size).add(a);
        }
    }

    /**
     * a += Σ_n (p·z_n) z_n over mapped rows, in blocks of the kernel's.
     *
     * @param map {@code null} where rows stay as they are
     * @param work the kernel's, for d
     */
    public static void accumulate(float[] x, int offset, int stride, float[] labels, RowMap map, int d, float[] p,
            double[] a, float[] work) {
        if (map == null) {
            LinearAttention.accumulate(x, offset, stride, labels.length, d, labels, 0, p, a, work);
            return;
        }
        float[] block = new float[Math.multiplyExact(Math.min(LinearAttention.BLOCK, labels.length), d)];
        for (int n = 0; n < labels.length; n += LinearAttention.BLOCK) {
            int end = Math.min(n + LinearAttention.BLOCK, labels.length);
            for (int i = n; i < end; i++) {
                map.apply(x, offset + i * stride, block, (i - n) * d);
            }
            LinearAttention.accumulate(block, 0, d, end - n, d, labels, n, p, a, work);
        }
    }
}
