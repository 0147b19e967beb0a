package dev.holdfast.model.depth;

/**
 * The family on rows, in double throughout, by the cheapest way for N rows of d features:
 *
 * <ul>
 * <li>where no layer needs powers of C, L − 1 passes over the rows, 2(L − 1) N d multiply-adds, or by S̄ where that takes
 *     fewer, N d²/2 + (L − 1) d²;
 * <li>else where N &lt; d, in coordinates in which a vector is Xᵀ times them: S̄ is then (1/N) X Xᵀ, O(N² d + L N³);
 * <li>else by S̄, O(N d² + L d³).
 * </ul>
 *
 * Belongs to one thread.
 */
public final class RowLearning {
    private final double[][] layers;
    private final CentredRows rows;
    private final boolean inRows;
    private final SecondMoment second;

    /** @param layers p_x, p_y, q_x, q_y of each layer; kept */
    public RowLearning(double[][] layers, CentredRows rows) {
        this.layers = layers;
        this.rows = rows;
        boolean byVectors = FamilyRecursion.isByVectors(layers);
        this.inRows = !byVectors && rows.count() < rows.features();
        if (byVectors && arePassesCheaper(layers.length - 1, rows.count(), rows.features())) {
            this.second = new VectorMoment(rows);
        } else if (inRows) {
            this.second = new DenseMoment(rows.gram(), rows.count());
        } else {
            this.second = new DenseMoment(rows.second(), rows.features());
        }
    }

    private static boolean arePassesCheaper(double products, int n, int d) {
        return 2 * products * n <= (0.5 * n + products) * d;
    }

    /**
     * The weights of the classifier, d entries; owned by the caller.
     *
     * @param y labels, N entries; read
     * @param m m̄ = (1/N) Xᵀ y; read
     */
    public double[] weights(double[] y, double[] m) {
        if (!inRows) {
            return FamilyRecursion.run(layers, second, m, m).w();
        }
        double[] share = new double[y.length];
        for (int n = 0; n < y.length; n++) {
            share[n] = y[n] / y.length;
        }
        return rows.transposed(FamilyRecursion.run(layers, second, share, second.times(y)).w());
    }

    /** What flipped labels leave of an answer: x_n·g of each row, where f = (1/N) Σ y_n x_n·g, and how it grew. */
    public record Answer(double[] shares, Growth growth) {}

    /**
     * Where labels reach the classifier by m̄ alone: it is then a polynomial of S̄ times m̄, and g the same one times the
     * query, which X takes to the same one of (1/N) X Xᵀ times X query.
     *
     * @param query less the mean; read
     * @param trace of S̄
     * @param rounding the relative rounding of one product
     */
    public Answer answer(double[] query, double trace, double rounding) {
        double[] start = inRows ? rows.times(query) : query;
        FamilyRecursion.Run run = FamilyRecursion.run(layers, second, start, start);
        int depth = layers.length;
        double[] alpha = new double[depth];
        double[] gamma = new double[depth];
        double[] scale = new double[depth];
        for (int l = 0; l < depth; l++) {
            FamilyRecursion.Products by = FamilyRecursion.Products.of(layers[l]);
            alpha[l] = Math.abs(by.alpha());
            gamma[l] = Math.abs(by.gamma());
            scale[l] = Math.abs(1 + by.delta());
        }
        double[] norms = new double[depth - 1];
        for (int l = 0; l < norms.length; l++) {
            norms[l] = run.c()[l].norm();
        }
        Growth growth = Growth.of(alpha, gamma, scale, norms, trace, rounding);
        return new Answer(inRows ? run.w() : rows.times(run.w()), growth);
    }
}
