package dev.holdfast.model.depth;

import static dev.holdfast.model.depth.Vectors.dot;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The best robust classifier among those of a subspace that holds μ. In an orthonormal basis v_1 = μ/‖μ‖, v_2, … in which
 * Σ is tridiagonal, T, it is the robust Bayes classifier of the mean ‖μ‖e_1 and the covariance T: (T + τI)⁻¹‖μ‖e_1.
 */
public final class Subspace {
    private final Population population;
    private final List<double[]> basis = new ArrayList<>();
    private final double length;
    /** The diagonal of T, and what stands beside it. */
    private final double[] diagonal, beside;

    private Subspace(Population population, int most) {
        this.population = population;
        this.length = Vectors.length(population.mean());
        this.diagonal = new double[most];
        this.beside = new double[most];
        add(population.mean());
    }

    /** The span of μ, Σμ, …, Σ^{n−1}μ, which is that of μ, Sμ, …, S^{n−1}μ: of all w = p(S)μ with p of a degree below n. */
    public static Subspace krylov(Population population, int n) {
        int size = Math.min(n, population.size());
        Subspace space = new Subspace(population, size);
        while (space.basis.size() < size && space.add(space.image(space.basis.size() - 1))) {
            // one more direction
        }
        return space;
    }

    /** The span of μ and v. */
    public static Subspace plane(Population population, double[] v) {
        Subspace space = new Subspace(population, 2);
        if (population.size() > 1) {
            space.add(v);
        }
        return space;
    }

    /** How many directions it has. */
    public int dimension() {
        return basis.size();
    }

    /** Adds the part of v that is new, if there is one beyond rounding. */
    private boolean add(double[] v) {
        double[] next = v.clone();
        double before = Vectors.length(next);
        // twice is enough
        for (int pass = 0; pass < 2; pass++) {
            for (double[] old : basis) {
                double part = dot(old, next);
                for (int i = 0; i < next.length; i++) {
                    next[i] -= part * old[i];
                }
            }
        }
        double left = Vectors.length(next);
        if (!(left > next.length * 0x1p-52 * before)) {
            return false;
        }
        for (int i = 0; i < next.length; i++) {
            next[i] /= left;
        }
        int j = basis.size();
        basis.add(next);
        double[] image = image(j);
        diagonal[j] = dot(next, image);
        beside[j] = j == 0 ? 0 : dot(basis.get(j - 1), image);
        return true;
    }

    private double[] image(int j) {
        double[] image = basis.get(j).clone();
        for (int i = 0; i < image.length; i++) {
            image[i] *= population.variances()[i];
        }
        return image;
    }

    /**
     * The best classifier against perturbations of length {@code radius}, below ‖μ‖; owned by the caller.
     */
    public double[] best(double radius) {
        double greatest = Arrays.stream(population.variances()).max().getAsDouble();
        double tau = Ridge.solve(this::solve, radius, radius * greatest / (length - radius));
        double[] u = solve(tau);
        double[] w = new double[population.size()];
        for (int j = 0; j < u.length; j++) {
            for (int i = 0; i < w.length; i++) {
                w[i] += u[j] * basis.get(j)[i];
            }
        }
        return w;
    }

    /** (T + τI)⁻¹‖μ‖e_1, by elimination from the last row up. */
    private double[] solve(double tau) {
        int n = basis.size();
        double[] pivots = new double[n];
        for (int j = n - 1; j >= 0; j--) {
            double taken = j < n - 1 ? beside[j + 1] * (beside[j + 1] / pivots[j + 1]) : 0;
            // no pivot is below the least eigenvalue, whatever rounding says
            pivots[j] = Math.max(diagonal[j] - taken, population.variances()[0]) + tau;
        }
        double[] u = new double[n];
        u[0] = length / pivots[0];
        for (int j = 1; j < n; j++) {
            u[j] = -beside[j] * u[j - 1] / pivots[j];
        }
        return u;
    }
}
