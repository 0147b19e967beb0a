package dev.holdfast.model;

import dev.holdfast.model.depth.CentredRows;
import dev.holdfast.model.depth.GeneralRecursion;
import dev.holdfast.model.depth.Growth;
import dev.holdfast.model.depth.RowLearning;
import java.util.Arrays;

/**
 * What a {@link DeepTransformer} makes of rows, in double throughout: each entry of w is rounded to float once. Labels may
 * change from call to call. Belongs to one thread.
 */
final class RowReading {
    private final DeepTransformer transformer;
    private final int count;
    private final int d;
    private final float[] mean;
    private final CentredRows rows;
    /** {@code null} where layers are given in full. */
    private final RowLearning family;
    /** S̄; {@code null} of the family. */
    private final double[] second;

    /** @param x at least one row, checked; not changed as long as this is in use */
    RowReading(DeepTransformer transformer, Rows x) {
        this.transformer = transformer;
        this.count = x.rows();
        this.d = x.features();
        this.mean = transformer.isCentred() ? Alignment.mean(x) : new float[d];
        this.rows = new CentredRows(x.array(), x.offset(), x.stride(), count, d, mean);
        boolean isFamily = !transformer.layers().isEmpty();
        this.family = isFamily ? new RowLearning(transformer.numbers(), rows) : null;
        this.second = isFamily ? null : rows.second();
    }

    Classifier classifier(double[] y) {
        double[] share = Arrays.stream(y).map(label -> label / count).toArray();
        double[] m = rows.transposed(share);
        double[] w = family != null
                ? family.weights(y, m)
                : Arrays.copyOf(DepthReading.recursion(transformer, second, m).lastRow(), d);
        return DepthReading.classifier(transformer, count, mean, m, w);
    }

    /** Where labels reach the classifier by m̄ alone. */
    Influence influence(double[] y, float[] query) {
        double[] z = new double[d];
        double squares = 0;
        double raw = 0;
        double means = 0;
        for (int j = 0; j < d; j++) {
            z[j] = (double) query[j] - mean[j];
            squares += z[j] * z[j];
            raw += (double) query[j] * query[j];
            means += (double) mean[j] * mean[j];
        }
        double trace = rows.trace();
        // a product's sums have at most N or d terms
        double roundings = (count + (double) d + 32) * 0x1p-53;
        double rounding = roundings / (1 - roundings);
        double[] shares;
        Growth growth;
        if (family != null) {
            RowLearning.Answer answer = family.answer(z, trace, rounding);
            shares = answer.shares();
            growth = answer.growth();
        } else {
            GeneralRecursion recursion = DepthReading.recursion(transformer, second, new double[d]);
            shares = rows.times(Arrays.copyOf(recursion.ofQuery(z), d));
            growth = recursion.growth(trace, rounding);
        }
        for (int n = 0; n < count; n++) {
            shares[n] *= y[n];
        }
        double error = growth.scores(trace, Math.sqrt(squares), Math.sqrt(raw) + Math.sqrt(means), rounding, d);
        return Influence.ofFlips(shares, error * count, transformer.depth());
    }
}
