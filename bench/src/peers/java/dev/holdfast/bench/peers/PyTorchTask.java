package dev.holdfast.bench.peers;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.index.NDIndex;

/** A whole task by PyTorch in the order that costs it least: a = (Z p) Z and f = X w, no matrix in between. */
public final class PyTorchTask extends AbstractPyTorchTask {
    private final NDArray z;
    private final NDArray p;
    private final NDIndex features;
    private final int n;

    /** For demonstrations and queries by rows, with their labels; they are copied. */
    public PyTorchTask(float[] x, float[] y, float[] queries, float[] labels, float epsilon) {
        super(queries, labels, epsilon);
        n = y.length;
        z = PyTorch.matrix(manager, PyTorch.demonstrations(x, y), n);
        p = manager.ones(z.getShape().slice(1));
        features = new NDIndex(":" + x.length / n);
    }

    @Override
    NDArray learn() {
        return z.matMul(p).matMul(z).get(features).div(n);
    }

    @Override
    NDArray scores(NDArray w) {
        return x.matMul(w);
    }
}
