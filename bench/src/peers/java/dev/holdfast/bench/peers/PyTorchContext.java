package dev.holdfast.bench.peers;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.util.ArrayList;
import java.util.List;

/** The context state by two products of a matrix and a vector of PyTorch, over Z with the labels inside. */
public final class PyTorchContext implements ContextPeer {
    private final NDManager manager = PyTorch.manager();
    private final List<NDArray> z = new ArrayList<>();
    private final NDArray p;
    private final int n;
    private final int d;
    private NDArray a;

    /** For tasks of n rows of d features; p, d+1 entries, is copied. */
    public PyTorchContext(int n, int d, float[] p) {
        this.n = n;
        this.d = d;
        this.p = manager.create(p);
        a = manager.zeros(this.p.getShape());
    }

    @Override
    public void add(float[] features, float[] labels) {
        z.add(PyTorch.matrix(manager, PyTorch.demonstrations(features, labels), n));
    }

    @Override
    public void run(int task) {
        NDArray rows = z.get(task);
        a.close();
        try (NDArray s = rows.matMul(p)) {
            a = s.matMul(rows);
        }
    }

    @Override
    public float[] state() {
        return a.toFloatArray();
    }
}
