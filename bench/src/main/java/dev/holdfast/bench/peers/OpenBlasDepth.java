package dev.holdfast.bench.peers;

import static org.bytedeco.openblas.global.openblas_nolapack.CblasNoTrans;
import static org.bytedeco.openblas.global.openblas_nolapack.CblasRowMajor;
import static org.bytedeco.openblas.global.openblas_nolapack.CblasTrans;
import static org.bytedeco.openblas.global.openblas_nolapack.cblas_daxpy;
import static org.bytedeco.openblas.global.openblas_nolapack.cblas_dcopy;
import static org.bytedeco.openblas.global.openblas_nolapack.cblas_dgemm;
import static org.bytedeco.openblas.global.openblas_nolapack.cblas_dgemv;
import static org.bytedeco.openblas.global.openblas_nolapack.cblas_dscal;

import org.bytedeco.javacpp.DoublePointer;

/**
 * The classifier of a linear transformer of several layers by {@code dgemm} and {@code dgemv} of OpenBLAS, in native memory:
 * products of the same matrices and vectors as Holdfast's. Rows and S̄ are there before, in double.
 */
public final class OpenBlasDepth {
    private final Way way;
    private final DoublePointer w;
    private final int length;

    private interface Way {
        void run(DoublePointer w);
    }

    private OpenBlasDepth(Way way, int length) {
        this.way = way;
        this.length = length;
        this.w = zeros(length);
    }

    private static DoublePointer zeros(long length) {
        return new DoublePointer(new double[Math.toIntExact(length)]);
    }

    /** The weights, once. */
    public void run() {
        way.run(w);
    }

    /** What {@link #run} left. */
    public double[] result() {
        double[] values = new double[length];
        w.get(values);
        return values;
    }

    private static void multiply(int k, int transposed, DoublePointer a, DoublePointer b, double beta, DoublePointer c) {
        cblas_dgemm(CblasRowMajor, CblasNoTrans, transposed, k, k, k, 1, a, k, b, k, beta, c, k);
    }

    /** y = A x + βy. */
    private static void times(int rows, int columns, DoublePointer a, DoublePointer x, double beta, DoublePointer y) {
        cblas_dgemv(CblasRowMajor, CblasNoTrans, rows, columns, 1, a, columns, x, 1, beta, y, 1);
    }

    /** y = Aᵀ x + βy. */
    private static void transposed(int rows, int columns, DoublePointer a, DoublePointer x, double beta, DoublePointer y) {
        cblas_dgemv(CblasRowMajor, CblasTrans, rows, columns, 1, a, columns, x, 1, beta, y, 1);
    }

    /**
     * Any P and Q.
     *
     * @param p of each layer, size × size, row-major; copied
     * @param g (1/N) Σ z zᵀ; copied
     */
    public static OpenBlasDepth full(int size, double[][] p, double[][] q, double[] g) {
        OpenBlas.load();
        int depth = p.length;
        DoublePointer[] bigP = copies(p);
        DoublePointer[] bigQ = copies(q);
        DoublePointer[] b = new DoublePointer[Math.max(1, depth - 1)];
        b[0] = new DoublePointer(g);
        for (int l = 1; l < b.length; l++) {
            b[l] = zeros((long) size * size);
        }
        DoublePointer h = zeros((long) size * size);
        DoublePointer t = zeros((long) size * size);
        DoublePointer one = new DoublePointer(new double[] {1});
        DoublePointer u = zeros(size);
        DoublePointer v = zeros(size);
        return new OpenBlasDepth(row -> {
            for (int l = 0; l < depth - 2; l++) {
                multiply(size, CblasNoTrans, bigP[l], b[l], 0, t);
                multiply(size, CblasNoTrans, t, bigQ[l], 0, h);
                // the diagonal, by a step of 0 on one side
                cblas_daxpy(size, 1, one, 0, h, size + 1);
                multiply(size, CblasNoTrans, h, b[l], 0, t);
                multiply(size, CblasTrans, t, h, 0, b[l + 1]);
            }
            cblas_dscal(size, 0, row, 1);
            row.put(size - 1, 1);
            for (int l = depth - 1; l >= 0; l--) {
                transposed(size, size, bigP[l], row, 0, u);
                if (l == b.length && l > 0) {
                    // H B Hᵀ u
                    transposed(size, size, bigP[l - 1], u, 0, v);
                    DoublePointer image = h;
                    times(size, size, b[l - 1], v, 0, image);
                    transposed(size, size, bigQ[l - 1], image, 1, u);
                    times(size, size, b[l - 1], u, 0, v);
                    times(size, size, bigQ[l - 1], v, 0, u);
                    times(size, size, b[l - 1], u, 0, image);
                    times(size, size, bigP[l - 1], image, 1, v);
                } else {
                    times(size, size, b[l], u, 0, v);
                }
                transposed(size, size, bigQ[l], v, 1, row);
            }
        }, size);
    }

    private static DoublePointer[] copies(double[][] matrices) {
        DoublePointer[] copies = new DoublePointer[matrices.length];
        for (int l = 0; l < copies.length; l++) {
            copies[l] = new DoublePointer(matrices[l]);
        }
        return copies;
    }

    /**
     * The family with q_y = 0, the same numbers in all layers.
     *
     * @param alpha p_x q_x
     * @param gamma p_y q_x
     * @param s S̄, d × d; copied
     * @param m m̄; copied
     */
    public static OpenBlasDepth family(int d, int depth, double alpha, double gamma, double[] s, double[] m) {
        OpenBlas.load();
        DoublePointer[] c = new DoublePointer[depth - 1];
        DoublePointer[] b = new DoublePointer[depth];
        for (int l = 0; l < depth; l++) {
            if (l < c.length) {
                c[l] = l == 0 || alpha != 0 ? new DoublePointer(s) : c[0];
            }
            b[l] = new DoublePointer(m);
        }
        DoublePointer t = zeros((long) d * d);
        DoublePointer v = zeros(d);
        DoublePointer image = zeros(d);
        return new OpenBlasDepth(w -> {
            for (int l = 0; l < depth - 1; l++) {
                if (l > 0 && alpha != 0) {
                    // C + C (2α C + α² C²)
                    cblas_dcopy(d * d, c[l - 1], 1, t, 1);
                    cblas_dgemm(CblasRowMajor, CblasNoTrans, CblasNoTrans, d, d, d, alpha * alpha, c[l - 1], d, c[l - 1], d,
                            2 * alpha, t, d);
                    cblas_dcopy(d * d, c[l - 1], 1, c[l], 1);
                    multiply(d, CblasNoTrans, c[l - 1], t, 1, c[l]);
                }
                step(d, alpha, gamma, (x, y) -> times(d, d, c[0], x, 0, y), c[l], b[l], b[l + 1], image);
            }
            cblas_dscal(d, 0, w, 1);
            for (int l = depth - 1; l >= 0; l--) {
                if (l < depth - 1 && alpha != 0) {
                    times(d, d, c[l], w, 0, v);
                    cblas_daxpy(d, alpha, v, 1, w, 1);
                }
                cblas_daxpy(d, gamma, b[l], 1, w, 1);
            }
        }, d);
    }

    private interface Map {
        void of(DoublePointer x, DoublePointer y);
    }

    /** b' = t + α C t with t = b + γ C b; for α = 0 by {@code map} alone. */
    private static void step(int d, double alpha, double gamma, Map map, DoublePointer c, DoublePointer b, DoublePointer next,
            DoublePointer image) {
        cblas_dcopy(d, b, 1, next, 1);
        if (alpha == 0) {
            map.of(b, image);
            cblas_daxpy(d, gamma, image, 1, next, 1);
            return;
        }
        times(d, d, c, b, 0, image);
        cblas_daxpy(d, gamma, image, 1, next, 1);
        times(d, d, c, next, 0, image);
        cblas_daxpy(d, alpha, image, 1, next, 1);
    }

    /**
     * The family with p_x = q_y = 0 by passes over rows.
     *
     * @param x N × d; copied
     */
    public static OpenBlasDepth rows(int d, int depth, double gamma, double[] x, double[] m) {
        OpenBlas.load();
        int rows = x.length / d;
        DoublePointer all = new DoublePointer(x);
        DoublePointer scores = zeros(rows);
        DoublePointer b = zeros(d);
        DoublePointer next = zeros(d);
        DoublePointer image = zeros(d);
        DoublePointer start = new DoublePointer(m);
        return new OpenBlasDepth(w -> {
            cblas_dscal(d, 0, w, 1);
            cblas_dcopy(d, start, 1, b, 1);
            cblas_daxpy(d, gamma, b, 1, w, 1);
            for (int l = 1; l < depth; l++) {
                step(d, 0, gamma / rows, (from, to) -> {
                    times(rows, d, all, from, 0, scores);
                    transposed(rows, d, all, scores, 0, to);
                }, null, b, next, image);
                cblas_dcopy(d, next, 1, b, 1);
                cblas_daxpy(d, gamma, b, 1, w, 1);
            }
        }, d);
    }
}
