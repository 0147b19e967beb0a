package dev.holdfast.model;

import dev.holdfast.kernel.DoubleProduct;
import dev.holdfast.kernel.RandomStreams;
import dev.holdfast.kernel.Tridiagonal;
import dev.holdfast.model.archive.Npz;
import dev.holdfast.model.depth.Merging;
import dev.holdfast.model.depth.Spectrum;

/**
 * A task of a {@link GaussianMixture}, drawn without its rows: S̄ = (1/N) Σ x xᵀ and m̄ = (1/N) Σ y x of N demonstrations,
 * which are all that a transformer of the family of four numbers a layer reads, and a query z of label 1.
 *
 * <p>Their law is that of the rows. With a = y x ~ N(μ, Σ), x xᵀ = a aᵀ, so m̄ ~ N(μ, Σ/N), and N(S̄ − m̄ m̄ᵀ) = W, which is
 * independent of it, has Wishart's law of N − 1 degrees of freedom: W = Σ^½ T Tᵀ Σ^½, where T has min(d, N − 1) columns,
 * zeros above its diagonal, T_ii² ~ χ² of N − 1 − i degrees of freedom, i from 0, and standard normal numbers below. U is
 * the identity: the family turns with its tasks.
 *
 * <p>Source: M. S. Bartlett, "On the theory of statistical regression" (Proceedings of the Royal Society of Edinburgh 53,
 * 1933); χ² by G. Marsaglia, W. W. Tsang, "A simple method for generating gamma variables" (ACM Transactions on Mathematical
 * Software 26, 2000). Normal numbers are {@link RandomStreams#normals}, floats. Immutable.
 */
public final class MixtureTask {
    private final double[] secondMoment;
    private final double[] mean;
    private final double[] query;

    private MixtureTask(double[] secondMoment, double[] mean, double[] query) {
        this.secondMoment = secondMoment;
        this.mean = mean;
        this.query = query;
    }

    /**
     * Draws a task, the same to the bit everywhere.
     *
     * @param mixture whose ε is of no matter
     * @param demonstrations N, at least 1
     * @param seed which tasks there are
     * @param task which of them this is
     * @throws IllegalArgumentException if N is 0 or less, or S̄ does not fit an array
     */
    public static MixtureTask draw(GaussianMixture mixture, int demonstrations, long seed, long task) {
        Rows.atLeast("demonstrations", demonstrations, 1);
        double[] mu = mixture.mean();
        double[] deviations = mixture.variances();
        int d = mu.length;
        if ((long) d * d > Npz.MOST_ELEMENTS) {
            throw new IllegalArgumentException("mixture has " + d + " features, expected d² to fit in one array");
        }
        for (int i = 0; i < d; i++) {
            deviations[i] = Math.sqrt(deviations[i]);
        }
        int[] stream = new int[RandomStreams.STATE];
        RandomStreams.start(seed, task, stream);
        double[] mean = normals(stream, mu, deviations, 1 / Math.sqrt(demonstrations));
        double[] query = normals(stream, mu, deviations, 1);
        double[] factor = factor(stream, deviations, demonstrations);
        double[] secondMoment = new double[d * d];
        for (int i = 0; i < d; i++) {
            for (int j = 0; j < d; j++) {
                secondMoment[i * d + j] = mean[i] * mean[j];
            }
        }
        int columns = factor.length / d;
        DoubleProduct.add(d, d, columns, factor, 0, columns, 1, factor, 0, 1, columns, secondMoment, 0, d,
                new double[DoubleProduct.workLength(d, columns)]);
        return new MixtureTask(secondMoment, mean, query);
    }

    private static double[] normals(int[] stream, double[] mu, double[] deviations, double scale) {
        int d = mu.length;
        float[] drawn = new float[d];
        RandomStreams.normals(stream, drawn, 0, d);
        double[] out = new double[d];
        for (int i = 0; i < d; i++) {
            out[i] = mu[i] + scale * deviations[i] * drawn[i];
        }
        return out;
    }

    /** Σ^½ T/√N, d rows. */
    private static double[] factor(int[] stream, double[] deviations, int demonstrations) {
        int d = deviations.length;
        int columns = Math.min(d, demonstrations - 1);
        double[] factor = new double[d * columns];
        float[] drawn = new float[columns];
        double scale = 1 / Math.sqrt(demonstrations);
        for (int i = 0; i < d; i++) {
            int below = Math.min(i, columns);
            RandomStreams.normals(stream, drawn, 0, below);
            for (int j = 0; j < below; j++) {
                factor[i * columns + j] = scale * deviations[i] * drawn[j];
            }
        }
        for (int i = 0; i < columns; i++) {
            factor[i * columns + i] = scale * deviations[i] * Math.sqrt(chiSquare(stream, demonstrations - 1 - i));
        }
        return factor;
    }

    /**
     * Of at least one degree of freedom: the square of a normal number for one; else 2g, where g = c(1 + x/√(9c))³ has the
     * density of a gamma law of c + ⅓ if a normal x and a uniform u pass ln u < ½x² + c − g + c ln(g/c).
     */
    private static double chiSquare(int[] stream, int degrees) {
        float[] x = new float[1];
        int[] word = new int[1];
        double c = degrees / 2.0 - 1 / 3.0;
        while (true) {
            RandomStreams.normals(stream, x, 0, 1);
            if (degrees == 1) {
                return (double) x[0] * x[0];
            }
            RandomStreams.words(stream, word, 0, 1);
            double u = (Integer.toUnsignedLong(word[0]) + 0.5) * 0x1p-32;
            double root = 1 + x[0] / (3 * Math.sqrt(c));
            double cube = root * root * root;
            double half = 0.5 * x[0] * x[0];
            if (root > 0 && StrictMath.log(u) < half + c * (1 - cube + StrictMath.log(cube))) {
                return 2 * c * cube;
            }
        }
    }

    /** A copy of S̄, d × d, row-major. */
    public double[] secondMoment() {
        return secondMoment.clone();
    }

    /** A copy of m̄. */
    public double[] mean() {
        return mean.clone();
    }

    /** A copy of z. */
    public double[] query() {
        return query.clone();
    }

    /** What reaches the family: S̄'s eigenvalues, and m̄ and z in the basis of its eigenvectors. */
    public Nodes nodes() {
        int d = mean.length;
        double[] a = secondMoment();
        double[] diagonal = new double[d];
        double[] off = new double[d];
        double[] scale = new double[d];
        double[] m = mean();
        double[] z = query();
        Tridiagonal.reduce(a, d, diagonal, off, scale, new double[Tridiagonal.reduceWorkLength(d)]);
        Tridiagonal.toBasis(a, scale, d, m);
        Tridiagonal.toBasis(a, scale, d, z);
        Spectrum.rotate(diagonal, off, m, z);
        return new Nodes(diagonal, m, z);
    }

    @Override
    public String toString() {
        return "task of " + mean.length + " features";
    }

    /**
     * What a transformer of the family sees of a task.
     *
     * @param s eigenvalues of S̄
     * @param m m̄ in the basis of S̄'s eigenvectors, as many entries
     * @param z the query in that basis, as many entries
     */
    public record Nodes(double[] s, double[] m, double[] z) {
        /** Keeps the arrays. */
        public Nodes {
            Rows.atLeast("s.length", s.length, 1);
            check("m", m.length, s.length);
            check("z", z.length, s.length);
        }

        private static void check(String name, int length, int expected) {
            if (length != expected) {
                throw new IllegalArgumentException(name + ".length = " + length + ", expected s.length = " + expected);
            }
        }

        /**
         * Fewer nodes, s ascending. Nodes of one eigenvalue become one of the same w·z and ‖w‖₂; where eigenvalues
         * differ, they do so as long as Σ |m_i|(|m_i| + |z_i|) |s_i − s| stays within 2⁻²⁴ Σ |m_i|(|m_i| + |z_i|) s_i:
         * that is what the rounding of all s_i to float may cost.
         */
        public Nodes merged() {
            double[][] rows = Merging.merge(s, m, z);
            return new Nodes(rows[0], rows[1], rows[2]);
        }

        @Override
        public String toString() {
            return s.length + " nodes";
        }
    }
}
