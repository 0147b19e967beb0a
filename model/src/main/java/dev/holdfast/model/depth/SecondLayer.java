package dev.holdfast.model.depth;

import static dev.holdfast.model.depth.Vectors.dot;

/**
 * Two layers of which the first is P = Q = I and the second has P = I: the risk is convex in the second's Q. An average over
 * rotations makes none worse, so Q = q_x Π_x + q_y Π_y is enough, and w = q_x v + (1 + q_y e)μ, where v = (I + S)b and b and
 * e are the last column of (I + G)G(I + G), G = [S μ; μᵀ 1]: all of the plane of μ and v.
 *
 * <p>The logistic loss ln(1 + e^{−t}) of t = w·a − ρ‖w‖, a ~ N(μ, Σ), is a function of t's mean M and variance V alone, that
 * falls in M and grows in V. So its minimum over a plane has the direction of the plane's robust Bayes classifier u, and
 * where V = 2M the densities of t and −t have the ratio e^t, by which the derivative along w, E[−t/(1 + e^t)], is 0: it
 * is at w = 2u, u being (T + τI)⁻¹‖μ‖e_1 in the plane's basis, for which V = M.
 */
public final class SecondLayer {
    private SecondLayer() {}

    /** The layers, p_x, p_y, q_x and q_y of each, with the least logistic loss; not finite where double cannot hold them. */
    public static double[] layers(Population population, double radius) {
        double[] mean = population.mean();
        double square = dot(mean, mean);
        // G times the last column of I + G, (μ, 2)
        double[] top = plus(image(population, mean), 2, mean);
        double bottom = square + 2;
        double e = dot(mean, top) + 2 * bottom;
        double[] b = plus(plus(top, 1, image(population, top)), bottom, mean);
        double[] v = plus(b, 1, image(population, b));
        Subspace plane = Subspace.plane(population, v);
        double[] w = plane.best(radius);
        double qx = 0;
        if (plane.dimension() > 1) {
            double[] across = plus(v, -dot(v, mean) / square, mean);
            qx = 2 * dot(w, across) / dot(across, across);
        }
        double ofMean = (2 * dot(w, mean) - qx * dot(v, mean)) / square;
        return new double[] {1, 1, 1, 1, 1, 1, qx, (ofMean - 1) / e};
    }

    /** Sx. */
    private static double[] image(Population population, double[] x) {
        double[] mean = population.mean();
        double part = dot(mean, x);
        double[] image = new double[x.length];
        for (int i = 0; i < x.length; i++) {
            image[i] = population.variances()[i] * x[i] + part * mean[i];
        }
        return image;
    }

    private static double[] plus(double[] x, double factor, double[] y) {
        double[] sum = new double[x.length];
        for (int i = 0; i < x.length; i++) {
            sum[i] = x[i] + factor * y[i];
        }
        return sum;
    }
}
