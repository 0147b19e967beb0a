package dev.holdfast.model;

import dev.holdfast.model.DeepTransformer.Layer;
import dev.holdfast.model.depth.ExplicitTuple;
import dev.holdfast.model.depth.FamilySearch;
import dev.holdfast.model.depth.Population;
import dev.holdfast.model.depth.SecondLayer;
import dev.holdfast.model.depth.Subspace;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The most robust transformer of the family of four numbers a layer on tasks of a {@link GaussianMixture}, by depth, in the
 * limit of endlessly many demonstrations, where S̄ = S = Σ + μμᵀ and m̄ = μ. Nothing is drawn.
 *
 * <p>With L layers w = p(S)μ, where p has a degree of at most (3ᴸ − 3)/2: 0, 3, 12, 39, … . The robust Bayes classifier among
 * all such w is a {@link #bound}, and no weights of this depth pass it. One layer reaches it, w being a multiple of μ; so do
 * two, but for polynomials without their cube; and so do as many layers as {@link #krylovDimension} r, or two where
 * r ≤ 4, and for these it is the robust Bayes error itself. Between, from 3 layers on, it is that or nearly, and what is
 * reached is found by a search: {@link #error} is that of the weights here, in double, and stands above the bound by all
 * that the search or rounding lacks. The search is the same everywhere, to the bit.
 *
 * <p>Source: Kumano, arXiv 2610.07754, Theorem 3.2, Lemma B.7 and Theorem D.1; the bound and the closed form of D.1 are
 * derived in model/decisions/0016. Immutable.
 */
public final class DepthOptimum {
    /** A relative error that the error has anyway, by Φ's. */
    private static final double RESOLUTION = 2e-13;

    private final GaussianMixture mixture;
    private final DeepTransformer transformer;
    private final double[] weights;
    private final double error;
    private final double bound;

    private DepthOptimum(GaussianMixture mixture, double[] layers) {
        this.mixture = mixture;
        this.transformer = DeepTransformer.family(mixture.features(), layers(layers));
        Population population = population(mixture);
        this.weights = population.spread(new FamilySearch(population, mixture.radius()).weights(layers));
        for (double w : weights) {
            if (!Double.isFinite(w)) {
                throw overflow(layers.length / 4);
            }
        }
        this.error = mixture.error(weights, mixture.radius());
        this.bound = Math.min(error, mixture.error(population.spread(best(mixture, depth())), mixture.radius()));
    }

    private static List<Layer> layers(double[] numbers) {
        List<Layer> layers = new ArrayList<>();
        for (int l = 0; l < numbers.length; l += 4) {
            layers.add(new Layer(numbers[l], numbers[l + 1], numbers[l + 2], numbers[l + 3]));
        }
        return layers;
    }

    private static Population population(GaussianMixture mixture) {
        return new Population(mixture.mean(), mixture.variances());
    }

    private static IllegalStateException overflow(int depth) {
        return new IllegalStateException("weights of depth " + depth + " overflow in double, expected finite ones");
    }

    /**
     * r, the number of distinct variances whose features μ touches: the dimension of the span of μ, Σμ, Σ²μ, … .
     */
    public static int krylovDimension(GaussianMixture mixture) {
        return population(mixture).size();
    }

    /**
     * The optimum of a depth; see {@link #upTo}.
     *
     * @param depth L, at least 1
     * @throws IllegalStateException if ε√d ≥ ‖μ‖₂: the adversary can make the classes one, and nothing can be learnt
     */
    public static DepthOptimum of(GaussianMixture mixture, int depth) {
        return upTo(mixture, depth).get(depth - 1);
    }

    /**
     * The optimum of each depth from 1 to {@code depth}. A search begins where the depth before ended, with a new layer that
     * changes nothing at one of the places for it, so errors do not grow; from the depth on that reaches robust Bayes,
     * layers of 0 are added.
     *
     * @param depth L, at least 1
     * @throws IllegalStateException if ε√d ≥ ‖μ‖₂: the adversary can make the classes one, and nothing can be learnt
     */
    public static List<DepthOptimum> upTo(GaussianMixture mixture, int depth) {
        double robust = mixture.error(mixture.robustBayes(), mixture.radius());
        Rows.atLeast("depth", depth, 1);
        FamilySearch search = new FamilySearch(population(mixture), mixture.radius());
        List<DepthOptimum> optima = new ArrayList<>();
        double[] layers = search.first();
        for (int l = 1; l <= depth; l++) {
            if (l > 1) {
                boolean isReached = optima.get(l - 2).error <= robust * (1 + RESOLUTION);
                layers = isReached ? Arrays.copyOf(layers, 4 * l) : search.deeper(layers, best(mixture, l));
            }
            optima.add(new DepthOptimum(mixture, layers));
        }
        return optima;
    }

    /**
     * The least logistic loss under attack that two layers have of which P_1 = P_2 = Q_1 = I: the risk is convex in Q_2, and
     * this is its minimum, in closed form. For r ≤ 2 it has the direction of the robust Bayes classifier.
     *
     * @throws IllegalStateException if ε√d ≥ ‖μ‖₂, or double cannot hold the weights
     */
    public static DepthOptimum convex(GaussianMixture mixture) {
        mixture.tau();
        return whole(mixture, SecondLayer.layers(population(mixture), mixture.radius()));
    }

    /**
     * Layers in closed form that are the robust Bayes classifier, of Lemma B.7: a theorem's witness. Its numbers grow as
     * 3ʳ in their logarithms, and so does what rounding makes of them: {@link #error} says what is left.
     *
     * @param depth L, at least {@link #krylovDimension} r; the layers from r + 1 on are 0
     * @throws IllegalStateException if ε√d ≥ ‖μ‖₂, or double cannot hold the weights
     */
    public static DepthOptimum explicit(GaussianMixture mixture, int depth) {
        Population population = population(mixture);
        if (depth < population.size()) {
            throw new IllegalArgumentException("depth = " + depth + ", expected at least r = " + population.size()
                    + ", the number of distinct variances whose features μ touches");
        }
        return whole(mixture, new ExplicitTuple(population, mixture.tau()).layers(depth));
    }

    private static DepthOptimum whole(GaussianMixture mixture, double[] layers) {
        for (double number : layers) {
            if (!Double.isFinite(number)) {
                throw overflow(layers.length / 4);
            }
        }
        return new DepthOptimum(mixture, layers);
    }

    /** In the population's directions, the best w = p(S)μ with p of a degree up to (3ᴸ − 3)/2. */
    private static double[] best(GaussianMixture mixture, int depth) {
        Population population = population(mixture);
        long terms = 1;
        for (int l = 1; l < depth && terms < population.size(); l++) {
            terms = 3 * terms + 1;
        }
        int size = (int) Math.min(terms, population.size());
        return Subspace.krylov(population, size).best(mixture.radius());
    }

    /** L, the number of layers. */
    public int depth() {
        return transformer.depth();
    }

    /** The robust error of these weights: under perturbations of size {@linkplain GaussianMixture#radius ε√d}. */
    public double error() {
        return error;
    }

    /** The clean error of these weights. */
    public double cleanError() {
        return mixture.error(weights, 0);
    }

    /**
     * A robust error that no weights of the family of this depth pass: that of the best w = p(S)μ with p of a degree up to
     * (3ᴸ − 3)/2, computed in double, and no more than {@link #error}.
     */
    public double bound() {
        return bound;
    }

    /** A copy of w for U = I, d entries. */
    public double[] weights() {
        return weights.clone();
    }

    /** The layers, as a learner of the mixture's d features; {@link Provenance} is for the caller to add. */
    public DeepTransformer transformer() {
        return transformer;
    }

    @Override
    public String toString() {
        return "Optimum of depth " + depth() + ", robust error " + error + ", bound " + bound;
    }
}
