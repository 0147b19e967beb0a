package dev.holdfast.model.sums;

import dev.holdfast.kernel.LinearAttention;
import dev.holdfast.model.archive.FlatJson;
import dev.holdfast.model.archive.Hash;
import dev.holdfast.model.archive.Npz;
import java.io.IOException;
import java.math.BigDecimal;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/**
 * Moments of rows that only come and fade, in doubles: N = Σ ω, the mean, and the scatter Σ ω (x − mean)(x − mean)ᵀ
 * about it, 8 bytes an entry. No rows are removed.
 *
 * <p>Rows wait until there are enough for a pass of the kernel's Gram matrix. A block of them is centred on its own
 * mean, rounded to float, and where deviations are unusual each feature is divided by a power of two near its own, so that neither
 * a distant mean nor an unusual unit costs digits; the block then joins the others as Chan, Golub and LeVeque (1983)
 * join the moments of two samples. An entry's error is that of floats against the scatter within blocks, and that of
 * doubles against all of it.
 */
public final class FastMoments implements Moments {
    static final List<String> NAMES = List.of("mean", "scatter");
    /** Rows of a block, of which the Gram matrix is summed at once. */
    private static final int BLOCK = 4 * LinearAttention.BLOCK;
    /** Deviations between 2^−ORDINARY and 2^ORDINARY have sums of products that are floats, to full precision. */
    private static final int ORDINARY = 30;
    /** What weighs less is forgotten: from here on the digits of a double, by and by, would be. */
    private static final double LEAST_SIZE = 0x1p-900;
    /** Where there is more weight it comes from merging: nobody has joined so many parts. */
    private static final double MOST_JOINS = 0x1p30;

    private final int d;
    private final boolean products;
    private double size;
    private final double[] mean;
    /** d × d, both triangles, or d; empty, which stands for zeros, before there are rows. */
    private double[] scatter;
    /** Whether the scatter may be that of a copy, too: then whoever changes it first takes one of its own. */
    private boolean shared;

    /** Rows that wait, without gaps. */
    private float[] waiting = {};

    private int rows;

    FastMoments(int d, boolean products) {
        this(d, products, 0, new double[d], new double[0]);
    }

    private FastMoments(int d, boolean products, double size, double[] mean, double[] scatter) {
        this.d = d;
        this.products = products;
        this.size = size;
        this.mean = mean;
        this.scatter = scatter;
    }

    private int entries() {
        return products ? Math.multiplyExact(d, d) : d;
    }

    @Override
    public boolean hasProducts() {
        return products;
    }

    @Override
    public double size() {
        return size + rows;
    }

    @Override
    public void checkAdd(int count) {
        // a double has room
    }

    @Override
    public void checkMerge(Moments other) {
        Sums.checkWeight(size(), other.size());
    }

    /** Adds the finite row of x from o. */
    void add(float[] x, int o) {
        if (rows == BLOCK) {
            join();
        }
        if (waiting.length == rows * d) {
            waiting = Arrays.copyOf(waiting, Math.multiplyExact(Math.max(8, Math.min(2 * rows, BLOCK)), d));
        }
        System.arraycopy(x, o, waiting, rows * d, d);
        rows++;
    }

    @Override
    public void remove(float[] x) {
        throw new UnsupportedOperationException("fast moments keep no row apart");
    }

    @Override
    public void fade(double factor) {
        join();
        size *= factor;
        if (size < LEAST_SIZE) {
            size = 0;
            Arrays.fill(mean, 0);
            scatter = new double[0];
            return;
        }
        own();
        for (int i = 0; i < scatter.length; i++) {
            scatter[i] *= factor;
        }
    }

    @Override
    public void merge(Moments other) {
        FastMoments from = (FastMoments) other;
        from.join();
        join();
        join(from.size, from.mean, from.scatter);
    }

    /** Joins what waits to the rest. */
    private void join() {
        if (rows == 0) {
            return;
        }
        double[] blockMean = new double[d];
        for (int n = 0; n < rows; n++) {
            addTo(blockMean, waiting, n * d, d);
        }
        for (int j = 0; j < d; j++) {
            blockMean[j] /= rows;
        }
        if (products) {
            joinProducts(blockMean);
        } else {
            join(rows, blockMean, squares(blockMean));
        }
        rows = 0;
    }

    private static void addTo(double[] sum, float[] x, int o, int d) {
        for (int j = 0; j < d; j++) {
            sum[j] += x[o + j];
        }
    }

    private static void addDeviations(double[] sum, float[] x, int o, double[] mean, int d) {
        for (int j = 0; j < d; j++) {
            sum[j] += x[o + j] - mean[j];
        }
    }

    /** With δ the difference of the means, scatters add up to what they are about the common mean but for δδᵀ N M/(N + M). */
    private void join(double more, double[] otherMean, double[] otherScatter) {
        if (more == 0) {
            return;
        }
        double[] delta = new double[d];
        double between = moveMean(more, otherMean, delta);
        if (!products) {
            for (int j = 0; j < d; j++) {
                scatter[j] += otherScatter[j] + between * (delta[j] * delta[j]);
            }
            return;
        }
        for (int i = 0; i < d; i++) {
            addRow(otherScatter, i * d, between, delta[i], delta, scatter, d);
        }
    }

    /** Makes the scatter one that can be changed. */
    private void own() {
        if (shared || scatter.length == 0) {
            scatter = Arrays.copyOf(scatter, entries());
            shared = false;
        }
    }

    /** To the common mean. Returns N M/(N + M). @param delta overwritten by the difference of the means */
    private double moveMean(double more, double[] otherMean, double[] delta) {
        own();
        double share = more / (size + more);
        double between = size * share;
        for (int j = 0; j < d; j++) {
            delta[j] = otherMean[j] - mean[j];
            // the first rows' mean is theirs, to the bit
            mean[j] = size == 0 ? otherMean[j] : mean[j] + share * delta[j];
        }
        size += more;
        return between;
    }

    /** The product of two features' δ comes first, so that both triangles have the same bits. */
    private static void addRow(double[] from, int o, double between, double own, double[] delta, double[] to, int d) {
        for (int j = 0; j < d; j++) {
            to[o + j] += from[o + j] + between * (own * delta[j]);
        }
    }

    /** The diagonal of the waiting rows' scatter, and what the rounding of their mean has left out of that. */
    private double[] squares(double[] blockMean) {
        double[] squares = new double[d];
        double[] rest = new double[d];
        for (int n = 0; n < rows; n++) {
            for (int j = 0; j < d; j++) {
                double deviation = waiting[n * d + j] - blockMean[j];
                rest[j] += deviation;
                squares[j] += deviation * deviation;
            }
        }
        for (int j = 0; j < d; j++) {
            blockMean[j] += rest[j] / rows;
            squares[j] = Math.max(0, squares[j] - rest[j] * rest[j] / rows);
        }
        return squares;
    }

    /** Joins the waiting rows, which are overwritten, and whose mean this is but for its rounding. */
    private void joinProducts(double[] blockMean) {
        // once more from the deviations, which are small: what is left is the rounding of a double
        double[] left = new double[d];
        for (int n = 0; n < rows; n++) {
            addDeviations(left, waiting, n * d, blockMean, d);
        }
        for (int j = 0; j < d; j++) {
            blockMean[j] += left[j] / rows;
        }
        float[] centre = new float[d];
        float[] greatest = new float[d];
        for (int j = 0; j < d; j++) {
            centre[j] = (float) blockMean[j];
        }
        for (int n = 0; n < rows; n++) {
            deviate(waiting, n * d, centre, greatest, d);
        }
        double[] unit = units(greatest);
        float[] ones = new float[rows];
        Arrays.fill(ones, 1);
        int stride = d + 1;
        double[] g = new double[Math.multiplyExact(stride, stride)];
        LinearAttention.gram(waiting, 0, d, rows, d, ones, 0, g, new float[LinearAttention.gramWorkLength(d)]);
        // the last row is Σ (x − centre), in units
        double[] rest = Arrays.copyOfRange(g, d * stride, d * stride + d);
        double[] delta = new double[d];
        double between = moveMean(rows, blockMean, delta);
        for (int i = 0; i < d; i++) {
            // of a feature that is constant within the block nothing is left, and less than nothing is rounding
            g[i * stride + i] = Math.max(g[i * stride + i], rest[i] * rest[i] * (1.0 / rows));
            addGram(g, i * stride, 1.0 / rows, rest[i], rest, unit[i], unit, between, delta[i], delta, scatter, i * d, d);
        }
    }

    private static void deviate(float[] x, int o, float[] centre, float[] greatest, int d) {
        for (int j = 0; j < d; j++) {
            x[o + j] -= centre[j];
            greatest[j] = Math.max(greatest[j], Math.abs(x[o + j]));
        }
    }

    /**
     * The power of two that each feature of the waiting rows is divided by: near its greatest deviation; or 1 for all,
     * where none of the deviations is so great or small that their products leave the range of floats.
     */
    private double[] units(float[] greatest) {
        double[] unit = new double[d];
        float[] inverse = new float[d];
        boolean ordinary = true;
        for (int j = 0; j < d; j++) {
            // a subnormal deviation is divided by what makes it as great as that can
            int exponent = greatest[j] == 0 ? 0 : Math.max(Math.getExponent(greatest[j]), Float.MIN_EXPONENT);
            ordinary &= Math.abs(exponent) <= ORDINARY;
            unit[j] = Math.scalb(1.0, exponent);
            inverse[j] = Math.scalb(1f, -exponent);
        }
        if (ordinary) {
            Arrays.fill(unit, 1);
            return unit;
        }
        for (int n = 0; n < rows; n++) {
            for (int j = 0; j < d; j++) {
                waiting[n * d + j] *= inverse[j];
            }
        }
        return unit;
    }

    /** A row of the scatter of a block, in units, and of what joins it to the rest; products come first, as in addRow. */
    private static void addGram(double[] g, int from, double share, double ownRest, double[] rest, double ownUnit,
            double[] unit, double between, double own, double[] delta, double[] to, int o, int d) {
        for (int j = 0; j < d; j++) {
            to[o + j] += (g[from + j] - share * (ownRest * rest[j])) * (ownUnit * unit[j]) + between * (own * delta[j]);
        }
    }

    @Override
    public void settle() {
        join();
    }

    @Override
    public FastMoments copy() {
        FastMoments copy = new FastMoments(d, products, size, mean.clone(), scatter);
        shared = true;
        copy.shared = true;
        copy.waiting = Arrays.copyOf(waiting, rows * d);
        copy.rows = rows;
        return copy;
    }

    @Override
    public BigDecimal[] sum() {
        join();
        BigDecimal n = new BigDecimal(size);
        BigDecimal[] sum = new BigDecimal[d];
        Arrays.setAll(sum, j -> n.multiply(new BigDecimal(mean[j])));
        return sum;
    }

    /**
     * N times that of the mean. Each join rounds it by less than four halves of a unit of |mean| at that time, and N
     * |mean| was never more than N (|mean| + (Σ (x − mean)²/N)^½) is now. There have been no more joins than rows.
     */
    @Override
    public double[] sumError() {
        join();
        double joins = Math.min(size + 8, MOST_JOINS);
        double[] error = new double[d];
        for (int j = 0; j < d && scatter.length > 0; j++) {
            double deviation = Math.sqrt(scatter[products ? j * (d + 1) : j] / size);
            error[j] = size * (4 * joins * 0x1p-53 * (Math.abs(mean[j]) + deviation));
        }
        return error;
    }

    @Override
    public BigDecimal[] times(float[] q) {
        join();
        BigDecimal along = BigDecimal.ZERO;
        for (int j = 0; j < d; j++) {
            along = along.add(new BigDecimal(mean[j]).multiply(new BigDecimal(q[j])));
        }
        along = along.multiply(new BigDecimal(size));
        BigDecimal[] product = new BigDecimal[d];
        for (int i = 0; i < d; i++) {
            double sum = 0;
            for (int j = 0; j < d && scatter.length > 0; j++) {
                sum += scatter[i * d + j] * q[j];
            }
            product[i] = new BigDecimal(mean[i]).multiply(along).add(new BigDecimal(sum));
        }
        return product;
    }

    @Override
    public void mean(double[] out) {
        join();
        System.arraycopy(mean, 0, out, 0, d);
    }

    @Override
    public double[] scatter() {
        join();
        return scatter.length == 0 ? new double[entries()] : scatter;
    }

    @Override
    public void addScatter(double[] out, boolean allProducts) {
        join();
        int step = products && !allProducts ? d + 1 : 1;
        for (int i = 0; i * step < scatter.length; i++) {
            out[i] += scatter[i * step];
        }
    }

    @Override
    public void to(Map<String, Npz.Array> arrays, FlatJson meta, String suffix) {
        join();
        meta.put("size" + suffix, size);
        arrays.put("mean" + suffix, Npz.Array.of(mean, d));
        double[] all = Arrays.copyOf(scatter, entries());
        arrays.put("scatter" + suffix, products ? Npz.Array.of(all, d, d) : Npz.Array.of(all, d));
    }

    @Override
    public void to(Hash hash) {
        join();
        hash.add(size).add(mean).add(Arrays.copyOf(scatter, entries()));
    }

    static FastMoments from(Npz file, FlatJson meta, String suffix, int d, boolean products) throws IOException {
        double size = file.inMeta(() -> size(meta, "size" + suffix));
        double[] scatter = products
                ? file.finiteDoubles("scatter" + suffix, d, d)
                : file.finiteDoubles("scatter" + suffix, d);
        for (int i = 0; i < d; i++) {
            for (int j = 0; products && j < i; j++) {
                if (scatter[i * d + j] != scatter[j * d + i]) {
                    throw file.bad("scatter" + suffix, "an entry unlike its mirror image", "a symmetric matrix");
                }
            }
            double square = scatter[products ? i * (d + 1) : i];
            if (square < 0) {
                throw file.bad("scatter" + suffix, square + " on the diagonal", "at least 0");
            }
        }
        double[] mean = file.finiteDoubles("mean" + suffix, d);
        checkEmpty(file, size, "mean" + suffix, mean);
        checkEmpty(file, size, "scatter" + suffix, scatter);
        return new FastMoments(d, products, size, mean, scatter);
    }

    /** The sum of weights that {@code meta} has: one that additions, fading and merging leave. */
    static double size(FlatJson meta, String key) {
        double size = meta.number(key);
        if (!(size >= LEAST_SIZE && size <= Sums.MOST_WEIGHT || Double.doubleToRawLongBits(size) == 0)) {
            throw new IllegalArgumentException(
                    key + " = " + size + ", expected 0 or " + LEAST_SIZE + ".." + Sums.MOST_WEIGHT);
        }
        return size;
    }

    /** Throws unless sums of no demonstrations are 0. */
    static void checkEmpty(Npz file, double size, String name, double[] sums) throws IOException {
        for (double sum : sums) {
            if (size == 0 && sum != 0) {
                throw file.bad(name, sum + " among the sums of no demonstrations", "zeros");
            }
        }
    }
}
