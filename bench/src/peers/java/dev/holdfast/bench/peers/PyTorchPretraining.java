package dev.holdfast.bench.peers;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.Shape;
import dev.holdfast.model.Pretraining.Settings;

/** Pretraining by PyTorch in the order that costs it least: products of a matrix and a vector. */
public final class PyTorchPretraining extends AbstractPyTorchPretraining {
    private final NDIndex features;
    private final NDIndex label;
    private final NDIndex demonstrations;
    private final NDIndex query;

    /** With these threads. */
    public PyTorchPretraining(Settings settings, int threads) {
        super(settings, threads, new Shape(settings.d() + 1), new Shape(settings.d() + 1, settings.d()));
        int d = settings.d();
        int n = settings.demonstrations();
        features = new NDIndex(":{}", d);
        label = new NDIndex("{}", d);
        demonstrations = new NDIndex(":{}", n);
        query = new NDIndex("{}", n);
    }

    @Override
    NDArray differentiate(NDArray x) {
        NDArray rows = x.get(demonstrations);
        NDArray q = weights(1);
        NDArray u = state(rows, weights(0));
        NDArray w = u.matMul(q);
        NDArray worst = x.get(query).sub(w.sign().muli(epsilon));
        addGradient(0, state(rows, q.matMul(worst)).negi());
        addGradient(1, u.expandDims(1).matMul(worst.expandDims(0)).negi());
        return w.muli(worst).sum().negi();
    }

    /** Σ_n (p·z_n) z_n / N of rows whose labels are 1, d+1 entries. */
    private NDArray state(NDArray rows, NDArray p) {
        NDArray s = rows.matMul(p.get(features)).addi(p.get(label));
        return s.matMul(rows).concat(s.sum().expandDims(0)).divi(settings.demonstrations());
    }

    @Override
    float[] gradient(NDArray[] sums) {
        return sums[0].concat(sums[1].flatten()).toFloatArray();
    }
}
