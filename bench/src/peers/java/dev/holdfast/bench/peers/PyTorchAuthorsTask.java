package dev.holdfast.bench.peers;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.Shape;
import java.util.Arrays;

/**
 * A whole task by PyTorch in the authors' order: ((P · Z Zᵀ/N) · Q) · [X; 0] with every matrix in full. The attack takes
 * w from the last row of the product of the first three.
 */
public final class PyTorchAuthorsTask extends AbstractPyTorchTask {
    private final int n;
    private final int d;

    /** Z, (d+1) × n. */
    private final NDArray z;

    private final NDArray bigP;
    private final NDArray bigQ;

    /** [X; 0], (d+1) × m. */
    private final NDArray columns;

    private final NDIndex lastRow;
    private final NDIndex classifier;
    private NDArray context;

    /** For demonstrations and queries by rows, with their labels; they are copied. */
    public PyTorchAuthorsTask(float[] x, float[] y, float[] queries, float[] labels, float epsilon) {
        super(queries, labels, epsilon);
        n = y.length;
        d = x.length / n;
        z = columns(x, y);
        bigP = lastRowOfOnes();
        bigQ = identityOfFeatures();
        columns = columns(queries, new float[labels.length]);
        lastRow = new NDIndex("{}", d);
        classifier = new NDIndex("{}, :{}", d, d);
    }

    private NDArray columns(float[] rows, float[] last) {
        float[] values = PyTorch.demonstrations(rows, last);
        int size = d + 1;
        float[] transposed = new float[values.length];
        for (int row = 0; row < last.length; row++) {
            for (int i = 0; i < size; i++) {
                transposed[i * last.length + row] = values[row * size + i];
            }
        }
        return PyTorch.matrix(manager, transposed, size);
    }

    private NDArray lastRowOfOnes() {
        float[] p = new float[(d + 1) * (d + 1)];
        Arrays.fill(p, d * (d + 1), p.length, 1);
        return manager.create(p, new Shape(d + 1, d + 1));
    }

    private NDArray identityOfFeatures() {
        float[] q = new float[(d + 1) * (d + 1)];
        for (int i = 0; i < d; i++) {
            q[i * (d + 1) + i] = 1;
        }
        return manager.create(q, new Shape(d + 1, d + 1));
    }

    @Override
    NDArray learn() {
        context = bigP.matMul(z.matMul(z.transpose()).div(n)).matMul(bigQ);
        return context.get(classifier);
    }

    @Override
    NDArray scores(NDArray w) {
        return context.matMul(columns).get(lastRow);
    }
}
