package dev.holdfast.model.sums;

import dev.holdfast.kernel.ExactProducts;
import dev.holdfast.kernel.ExactSums;
import dev.holdfast.model.archive.FlatJson;
import dev.holdfast.model.archive.Hash;
import dev.holdfast.model.archive.Npz;
import java.io.IOException;
import java.math.BigDecimal;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/**
 * Moments of rows that come and go, without any rounding (the kernel's {@link ExactSums}): whatever is read has the same
 * bits for every order of adding, removing and merging that ends with the same rows. They take 120 bytes an entry of
 * Σ x and of the lower triangle of Σ x xᵀ, or of its diagonal.
 */
public final class ExactMoments implements Moments {
    static final List<String> NAMES = List.of("sum", "squares");

    private final int d;
    private final boolean products;
    private final Count count;
    /** Σ x. */
    private final double[] sum;
    /** Σ x_i x_j, j = 0..i, of every i: whole rows, so that each is a sum of prefixes of x; or Σ x_j² of every j as one. */
    private final double[][] squares;

    private final double[] work;

    ExactMoments(int d, boolean products) {
        this(d, products, new Count(), new double[ExactSums.length(d)], new double[products ? d : 1][]);
        Arrays.setAll(squares, i -> new double[ExactSums.length(entries(i))]);
    }

    private ExactMoments(int d, boolean products, Count count, double[] sum, double[][] squares) {
        this.d = d;
        this.products = products;
        this.count = count;
        this.sum = sum;
        this.squares = squares;
        this.work = new double[ExactSums.workLength(d)];
    }

    /** How many entries {@code squares[i]} is of. */
    private int entries(int i) {
        return products ? i + 1 : d;
    }

    @Override
    public boolean hasProducts() {
        return products;
    }

    @Override
    public double size() {
        return count.size();
    }

    @Override
    public void checkAdd(int rows) {
        count.checkAdd(rows);
    }

    @Override
    public void checkMerge(Moments other) {
        count.checkMerge(((ExactMoments) other).count);
    }

    /**
     * Adds finite rows, x[n] for n < rows; room for them has been checked.
     *
     * @param products to work in, for at most {@link ExactProducts#ROWS} rows; {@code null} to add row by row
     */
    void add(float[][] x, int rows, double[][] products) {
        add(x, rows, 1, products);
        count.add(rows);
    }

    @Override
    public void remove(float[] x) {
        count.checkRemove();
        float[][] row = {x};
        add(row, 1, -1, null);
        String left = whatNoRowsHave(x, count.size() - 1);
        if (left != null) {
            add(row, 1, 1, null);
            throw Sums.neverAdded(left);
        }
        count.remove();
    }

    /** What these sums have that n rows cannot, as far as the features of x show; {@code null} for nothing. */
    private String whatNoRowsHave(float[] x, long n) {
        if (n == 0) {
            boolean zero = ExactSums.areZero(sum, d);
            for (int i = 0; i < squares.length; i++) {
                zero &= ExactSums.areZero(squares[i], entries(i));
            }
            return zero ? null : "no rows, but sums that are not 0";
        }
        for (int j = 0; j < d; j++) {
            double[] of = squares[products ? j : 0];
            int size = entries(products ? j : 0);
            if (x[j] != 0 && !haveVariance(ExactSums.near(sum, d, j), ExactSums.near(of, size, j), n)
                    && ExactSums.exact(of, size, j).multiply(BigDecimal.valueOf(n))
                            .compareTo(ExactSums.exact(sum, d, j).pow(2)) < 0) {
                return "a negative variance of feature " + j;
            }
        }
        return null;
    }

    /** Whether N Σ x² ≥ (Σ x)² for certain, from numbers that are near these sums, or NaN. */
    private static boolean haveVariance(double near, double nearSquares, long n) {
        return near * near * (1 + 0x1p-30) <= n * nearSquares;
    }

    private void add(float[][] x, int rows, int sign, double[][] productsWork) {
        for (int n = 0; n < rows; n++) {
            ExactSums.add(x[n], d, sign, sum, work);
        }
        if (!products) {
            for (int n = 0; n < rows; n++) {
                ExactSums.addSquares(x[n], d, sign, squares[0], work);
            }
        } else if (productsWork != null) {
            ExactProducts.add(x, rows, d, sign, squares, productsWork);
        } else {
            ExactProducts.addEach(x, rows, d, sign, squares, work);
        }
    }

    @Override
    public void fade(double factor) {
        throw new UnsupportedOperationException("exact moments have rows of weight 1 alone");
    }

    @Override
    public void merge(Moments other) {
        ExactMoments from = (ExactMoments) other;
        ExactSums.merge(from.sum, d, sum);
        for (int i = 0; i < squares.length; i++) {
            ExactSums.merge(from.squares[i], entries(i), squares[i]);
        }
        count.merge(from.count);
    }

    @Override
    public void settle() {
        // no row waits
    }

    @Override
    public ExactMoments copy() {
        return new ExactMoments(d, products, count.copy(), sum.clone(),
                Arrays.stream(squares).map(double[]::clone).toArray(double[][]::new));
    }

    @Override
    public BigDecimal[] sum() {
        BigDecimal[] exact = new BigDecimal[d];
        for (int j = 0; j < d; j++) {
            exact[j] = ExactSums.exact(sum, d, j);
        }
        return exact;
    }

    @Override
    public double[] sumError() {
        return null;
    }

    @Override
    public void mean(double[] mean) {
        double[] low = new double[d];
        ExactSums.round(sum, d, mean, low, work);
        for (int j = 0; j < d; j++) {
            mean[j] = count.size() == 0 ? 0 : quotient(mean[j], low[j], count.size());
        }
    }

    /** (high + low)/n, but for a rounding of the last bit. */
    private static double quotient(double high, double low, double n) {
        double q = high / n;
        return q + (Math.fma(-q, n, high) + low) / n;
    }

    @Override
    public double[] scatter() {
        double[] scatter = new double[Math.multiplyExact(d, d)];
        addScatter(scatter, true);
        return scatter;
    }

    /**
     * Each entry is Σ x_i x_j − Σ x_i Σ x_j/N in pairs of doubles, within about 2⁻¹⁰² of the greater of the two, and then
     * rounded once.
     */
    @Override
    public void addScatter(double[] scatter, boolean allProducts) {
        if (count.size() == 0) {
            return;
        }
        double[] high = new double[d];
        double[] low = new double[d];
        ExactSums.round(sum, d, high, low, work);
        double[] entries = new double[d];
        double[] rest = new double[d];
        for (int i = 0; i < squares.length; i++) {
            ExactSums.round(squares[i], entries(i), entries, rest, work);
            for (int j = products && !allProducts ? i : 0; j < entries(i); j++) {
                int row = products ? i : j;
                double about = about(entries[j], rest[j], high[row], low[row], high[j], low[j], count.size());
                if (!allProducts) {
                    scatter[j] += Math.max(0, about);
                } else {
                    double entry = row == j ? Math.max(0, about) : about;
                    scatter[row * d + j] += entry;
                    scatter[j * d + row] = scatter[row * d + j];
                }
            }
        }
    }

    /** s − t u/n of pairs of doubles. */
    private static double about(double s, double sLow, double t, double tLow, double u, double uLow, double n) {
        double product = t * u;
        double productLow = Math.fma(t, u, -product) + (t * uLow + tLow * u);
        double q = product / n;
        double qLow = (Math.fma(-q, n, product) + productLow) / n;
        double difference = s - q;
        double fromQ = s - difference;
        double error = (s - (difference + fromQ)) + (fromQ - q);
        return difference + (error + (sLow - qLow));
    }

    @Override
    public void to(Map<String, Npz.Array> arrays, FlatJson meta, String suffix) {
        carry();
        boolean ofRows = ExactSums.areExact(sum, d, count.size());
        for (int i = 0; i < squares.length; i++) {
            ofRows &= ExactSums.areExact(squares[i], entries(i), count.size());
        }
        count.to(meta, suffix, ofRows);
        arrays.put("sum" + suffix, Npz.Array.of(sum, sum.length));
        arrays.put("squares" + suffix, Npz.Array.of(squares));
    }

    @Override
    public void to(Hash hash) {
        carry();
        hash.add((double) count.size()).addSparse(sum);
        for (double[] of : squares) {
            hash.addSparse(of);
        }
    }

    /** Leaves equal sums alike. */
    private void carry() {
        ExactSums.carry(sum, d);
        for (int i = 0; i < squares.length; i++) {
            ExactSums.carry(squares[i], entries(i));
        }
    }

    static ExactMoments from(Npz file, FlatJson meta, String suffix, int d, boolean products) throws IOException {
        Count count = file.inMeta(() -> Count.of(meta, suffix));
        ExactMoments moments = new ExactMoments(d, products, count,
                exact(file, "sum" + suffix, file.doubles("sum" + suffix, ExactSums.length(d)), d, count),
                new double[products ? d : 1][]);
        int length = 0;
        for (int i = 0; i < moments.squares.length; i++) {
            length = Math.addExact(length, ExactSums.length(moments.entries(i)));
        }
        double[] all = file.doubles("squares" + suffix, length);
        int from = 0;
        for (int i = 0; i < moments.squares.length; i++) {
            int to = from + ExactSums.length(moments.entries(i));
            moments.squares[i] =
                    exact(file, "squares" + suffix, Arrays.copyOfRange(all, from, to), moments.entries(i), count);
            from = to;
        }
        return moments;
    }

    /** The sums themselves; throws unless so many additions can have left them. */
    static double[] exact(Npz file, String name, double[] sums, int size, Count count) throws IOException {
        if (!ExactSums.areExact(sums, size, count.updates())) {
            throw file.bad(name, "numbers that no additions leave", "exact sums");
        }
        return sums;
    }

    /**
     * Each entry is the exact sum of two doubles. Products and sums of doubles leave their rounding errors, which are
     * added up beside: with u = 2⁻⁵³ an entry is within γ_{d+4}² Σ_j |Σ_n x_ni x_nj| |q_j|, where γ_k = k u/(1 − k u).
     */
    @Override
    public BigDecimal[] times(float[] q) {
        double[] high = new double[d];
        double[] low = new double[d];
        double[] entries = new double[d];
        double[] rest = new double[d];
        for (int i = 0; i < d; i++) {
            ExactSums.round(squares[i], i + 1, entries, rest, work);
            for (int j = 0; j <= i; j++) {
                addProduct(entries[j], rest[j], q[j], high, low, i);
                if (j < i) {
                    addProduct(entries[j], rest[j], q[i], high, low, j);
                }
            }
        }
        BigDecimal[] product = new BigDecimal[d];
        for (int i = 0; i < d; i++) {
            product[i] = new BigDecimal(high[i]).add(new BigDecimal(low[i]));
        }
        return product;
    }

    /** Nothing underflows: entries are multiples of 2⁻²⁹⁸, floats of 2⁻¹⁴⁹. */
    private static void addProduct(double entry, double rest, double q, double[] high, double[] low, int i) {
        double product = entry * q;
        double productError = Math.fma(entry, q, -product);
        double before = high[i];
        double after = before + product;
        double added = after - before;
        double sumError = (before - (after - added)) + (product - added);
        high[i] = after;
        low[i] += sumError + Math.fma(rest, q, productError);
    }
}
