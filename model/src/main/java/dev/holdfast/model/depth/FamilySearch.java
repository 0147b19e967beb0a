package dev.holdfast.model.depth;

import static dev.holdfast.model.depth.Vectors.dot;

import dev.holdfast.kernel.Cholesky;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Layers of the family that are good against an adversary: a descent of ½ wᵀΣw − μᵀw + ρ‖w‖ in the layers' numbers, ρ being
 * the length of a perturbation. Over the multiples of a w its least value is −½ (μᵀw − ρ‖w‖)²/wᵀΣw: where it is least the
 * robust error is, too. It is convex in w; an update is that of Gauss, Newton, Levenberg and Marquardt, which takes the
 * second derivative in w and the first ones of w. No random numbers, and the same bits everywhere.
 *
 * <p>Layers are arrays of p_x, p_y, q_x, q_y of each.
 */
public final class FamilySearch {
    /** A new layer's p_y where p_x = 1 and q = 0: such a layer changes nothing, but grows where it is of use. */
    private static final double[] BEGINNINGS = {1, -1, 0.3, -0.3};
    /** Updates from every beginning, and from the best of them. */
    private static final int FIRST_UPDATES = 60, UPDATES = 3000;
    /** Products after which a search ends, if there are many directions. */
    private static final double WORK = 4e9;

    private static final double LEAST_DAMPING = 0x1p-50, FIRST_DAMPING = 0x1p-10, MOST_DAMPING = 0x1p40;

    /** Features are divided by it: a power of two near the root of S's trace. */
    private final double unit;
    private final double[] start;
    private final double[] mean;
    private final double[] variances;
    private final double radius;

    /** @param radius ρ, at least 0 and below ‖μ‖ */
    public FamilySearch(Population population, double radius) {
        double greatest = 0;
        for (int i = 0; i < population.size(); i++) {
            greatest = Math.max(greatest, Math.max(population.mean()[i], Math.sqrt(population.variances()[i])));
        }
        this.unit = Math.scalb(1.0, Math.getExponent(greatest));
        this.start = population.start(unit);
        this.mean = Arrays.stream(population.mean()).map(m -> m / unit).toArray();
        this.variances = Arrays.stream(population.variances()).map(v -> v / unit / unit).toArray();
        this.radius = radius / unit;
    }

    /** One layer, for which w is the best multiple of μ; owned by the caller. */
    public double[] first() {
        double margin = dot(mean, mean) - radius * Math.sqrt(dot(mean, mean));
        double variance = 0;
        for (int i = 0; i < mean.length; i++) {
            variance += variances[i] * mean[i] * mean[i];
        }
        return inUnits(new double[] {0, 1, margin / variance, 0}, unit);
    }

    /**
     * One layer more, no worse and as good as the search finds; owned by the caller.
     *
     * @param unbeaten weights in the population's directions that none are better than: the search ends where it has, but
     *        for rounding, what they have
     */
    public double[] deeper(double[] layers, double[] unbeaten) {
        double least = bestMultiple(unbeaten) * (1 - (mean.length + 3) * 0x1p-52);
        double[] shallow = inUnits(layers, 1 / unit);
        double size = mean.length + 1.0;
        double depth = layers.length / 4 + 1.0;
        double most = WORK / (6 * depth * depth * size * size * size);
        double[] best = null;
        double bestValue = Double.POSITIVE_INFINITY;
        int updates = (int) Math.min(FIRST_UPDATES, most / depth);
        for (double[] from : beginnings(shallow)) {
            double[] found = descend(from, updates, least);
            double value = objective(new FamilyTangents(start, (int) depth).weights(found));
            if (value < bestValue) {
                best = found;
                bestValue = value;
            }
            if (value <= least) {
                break;
            }
        }
        return inUnits(descend(best, (int) Math.min(UPDATES, most), least), unit);
    }

    /** The layers with a new one at each place, and one layer with new ones before and after it. */
    private List<double[]> beginnings(double[] layers) {
        int depth = layers.length / 4 + 1;
        double[] first = inUnits(first(), 1 / unit);
        List<double[]> beginnings = new ArrayList<>();
        for (int at = 0; at < depth; at++) {
            for (double beginning : BEGINNINGS) {
                beginnings.add(with(layers, at, beginning));
                double[] many = first;
                while (many.length < 4 * depth) {
                    many = with(many, many.length / 4 <= at ? 0 : many.length / 4, beginning);
                }
                beginnings.add(many);
            }
        }
        return beginnings;
    }

    /** w in the population's directions; owned by the caller. */
    public double[] weights(double[] layers) {
        double[] w = new FamilyTangents(start, layers.length / 4).weights(inUnits(layers, 1 / unit));
        return Arrays.stream(w).map(each -> each / unit).toArray();
    }

    /** Layers for features that are multiplied by {@code unit}. */
    private static double[] inUnits(double[] layers, double unit) {
        double[] other = layers.clone();
        for (int l = 2; l < layers.length; l += 4) {
            other[l] = layers[l] / unit / unit;
        }
        return other;
    }

    private static double[] with(double[] layers, int at, double beginning) {
        double[] deeper = new double[layers.length + 4];
        System.arraycopy(layers, 0, deeper, 0, 4 * at);
        deeper[4 * at] = 1;
        deeper[4 * at + 1] = beginning;
        System.arraycopy(layers, 4 * at, deeper, 4 * at + 4, layers.length - 4 * at);
        return deeper;
    }

    private double[] descend(double[] from, int updates, double least) {
        FamilyTangents family = new FamilyTangents(start, from.length / 4);
        double[] layers = from;
        double[] w = family.weights(layers);
        double value = objective(w);
        double damping = FIRST_DAMPING;
        for (int update = 0; update < updates && value > least && damping < MOST_DAMPING; update++) {
            double[][] derivatives = family.derivatives(layers);
            double[] gradient = gradient(derivatives, w);
            double[] curvature = curvature(derivatives, w);
            for (; damping < MOST_DAMPING; damping *= 4) {
                double[] next = step(layers, gradient, curvature, damping);
                double[] nextW = family.weights(next);
                double nextValue = objective(nextW);
                if (nextValue < value) {
                    layers = next;
                    w = nextW;
                    value = nextValue;
                    damping = Math.max(LEAST_DAMPING, damping / 8);
                    break;
                }
            }
        }
        return layers;
    }

    /** The least objective of multiples of w, −½ (μᵀw − ρ‖w‖)²/wᵀΣw. */
    private double bestMultiple(double[] w) {
        double variance = 0;
        for (int i = 0; i < w.length; i++) {
            variance += variances[i] * w[i] * w[i];
        }
        double margin = dot(mean, w) - radius * Math.sqrt(dot(w, w));
        return -margin * margin / variance / 2;
    }

    private double objective(double[] w) {
        double quadratic = 0;
        for (int i = 0; i < w.length; i++) {
            quadratic += variances[i] * w[i] * w[i];
        }
        return quadratic / 2 - dot(mean, w) + radius * Math.sqrt(dot(w, w));
    }

    private double[] gradient(double[][] derivatives, double[] w) {
        double length = Math.sqrt(dot(w, w));
        double[] inW = new double[w.length];
        for (int i = 0; i < w.length; i++) {
            inW[i] = variances[i] * w[i] - mean[i] + radius / length * w[i];
        }
        return Arrays.stream(derivatives).mapToDouble(row -> dot(row, inW)).toArray();
    }

    /** J(Σ + (ρ/‖w‖)(I − wwᵀ/‖w‖²))Jᵀ for derivatives J, a number of the layers a row. */
    private double[] curvature(double[][] derivatives, double[] w) {
        int count = derivatives.length;
        double square = dot(w, w);
        double ridge = radius / Math.sqrt(square);
        double[] along = Arrays.stream(derivatives).mapToDouble(row -> dot(row, w)).toArray();
        double[] curvature = new double[count * count];
        for (int i = 0; i < count; i++) {
            for (int j = i; j < count; j++) {
                double sum = -ridge * along[i] * (along[j] / square);
                for (int k = 0; k < w.length; k++) {
                    sum += derivatives[i][k] * (variances[k] + ridge) * derivatives[j][k];
                }
                curvature[i * count + j] = sum;
            }
        }
        return curvature;
    }

    /** The layers less (curvature + damping · its diagonal)⁻¹ gradient; NaN where double can not say. */
    private static double[] step(double[] layers, double[] gradient, double[] curvature, double damping) {
        int count = layers.length;
        double[] damped = curvature.clone();
        double most = 0;
        for (int i = 0; i < count; i++) {
            most = Math.max(most, curvature[i * count + i]);
        }
        for (int i = 0; i < count; i++) {
            damped[i * count + i] += damping * Math.max(curvature[i * count + i], 0x1p-40 * most);
        }
        double[] next = gradient.clone();
        if (Cholesky.factor(damped, count, new double[Cholesky.factorWorkLength(count)]) < count) {
            Arrays.fill(next, Double.NaN);
            return next;
        }
        Cholesky.solve(damped, count, next);
        for (int i = 0; i < count; i++) {
            next[i] = layers[i] - next[i];
        }
        return next;
    }
}
