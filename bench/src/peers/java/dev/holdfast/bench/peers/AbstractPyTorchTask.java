package dev.holdfast.bench.peers;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.NDScope;
import ai.djl.ndarray.types.Shape;

/** What a whole task by PyTorch shares, whichever way w is reached: scores, attack, robust scores. */
abstract class AbstractPyTorchTask implements TaskPeer {
    /** Owns the arrays that outlive a run. */
    final NDManager manager = PyTorch.manager();

    /** The queries, m × d. */
    final NDArray x;

    private final NDArray y;

    /** The labels as a column, for the attack. */
    private final NDArray column;

    private final float epsilon;
    private NDArray f;
    private NDArray attacked;
    private NDArray robust;

    AbstractPyTorchTask(float[] queries, float[] labels, float epsilon) {
        this.epsilon = epsilon;
        x = PyTorch.matrix(manager, queries, labels.length);
        y = manager.create(labels);
        column = manager.create(labels, new Shape(labels.length, 1));
        f = manager.create(0f);
        attacked = manager.create(0f);
        robust = manager.create(0f);
    }

    @Override
    public void run() {
        f.close();
        attacked.close();
        robust.close();
        try (NDScope _ = new NDScope()) {
            NDArray w = learn();
            f = scores(w);
            attacked = x.sub(column.mul(w.sign().mul(epsilon)));
            robust = f.mul(y).subi(w.abs().sum().mul(epsilon));
            NDScope.unregister(f, attacked, robust);
        }
    }

    /** Learns the demonstrations; w, d entries. */
    abstract NDArray learn();

    /** f of the queries. */
    abstract NDArray scores(NDArray w);

    @Override
    public float[] scores() {
        return f.toFloatArray();
    }

    @Override
    public float[] attacked() {
        return attacked.toFloatArray();
    }

    @Override
    public float[] robustScores() {
        return robust.toFloatArray();
    }
}
