package dev.holdfast.bench.peers;

import org.ejml.data.DMatrixRMaj;
import org.ejml.dense.row.decomposition.chol.CholeskyDecompositionInner_DDRM;
import org.ejml.dense.row.factory.DecompositionFactory_DDRM;
import org.ejml.dense.row.factory.LinearSolverFactory_DDRM;
import org.ejml.interfaces.decomposition.TridiagonalSimilarDecomposition_F64;
import org.ejml.interfaces.linsol.LinearSolverDense;

/** The same by EJML, in one thread. */
public final class EjmlSolver implements SolverPeer {
    private final String operation;
    private final int d;
    private final DMatrixRMaj input;
    private final DMatrixRMaj matrix;
    private final DMatrixRMaj right;
    private final DMatrixRMaj out;
    private final CholeskyDecompositionInner_DDRM cholesky = new CholeskyDecompositionInner_DDRM(true);
    private final TridiagonalSimilarDecomposition_F64<DMatrixRMaj> tridiagonal;
    private final LinearSolverDense<DMatrixRMaj> solver;

    /**
     * @param operation factor, inverse, solve or reduce
     * @param a symmetric, row-major; copied
     * @param b the right side of a system; copied
     */
    public EjmlSolver(String operation, int d, double[] a, double[] b) {
        this.operation = operation;
        this.d = d;
        input = new DMatrixRMaj(d, d, true, a);
        matrix = input.copy();
        right = new DMatrixRMaj(d, 1, true, b);
        out = operation.equals("solve") ? new DMatrixRMaj(d, 1) : new DMatrixRMaj(d, d);
        tridiagonal = DecompositionFactory_DDRM.tridiagonal(d);
        solver = LinearSolverFactory_DDRM.symmPosDef(d);
        if (!solver.setA(matrix)) {
            throw new IllegalStateException("not positive definite");
        }
    }

    @Override
    public void run() {
        switch (operation) {
            case "factor" -> {
                matrix.setTo(input);
                check(cholesky.decompose(matrix));
            }
            case "inverse" -> solver.invert(out);
            case "solve" -> solver.solve(right, out);
            default -> {
                matrix.setTo(input);
                check(tridiagonal.decompose(matrix));
            }
        }
    }

    private static void check(boolean done) {
        if (!done) {
            throw new IllegalStateException("no decomposition");
        }
    }

    @Override
    public double[] result() {
        if (operation.equals("factor")) {
            return cholesky.getT(null).data;
        }
        if (!operation.equals("reduce")) {
            return out.data.clone();
        }
        double[] diagonal = new double[d];
        double[] off = new double[d];
        tridiagonal.getDiagonal(diagonal, off);
        double[] t = new double[2 * d];
        System.arraycopy(diagonal, 0, t, 0, d);
        System.arraycopy(off, 0, t, d, d - 1);
        return t;
    }
}
