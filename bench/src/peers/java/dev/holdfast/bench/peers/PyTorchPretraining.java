package dev.holdfast.bench.peers;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.Shape;
import dev.holdfast.model.Pretraining.Settings;

/** Pretraining by PyTorch in the order that costs it least: products of a matrix and a vector, all of a chunk together. */
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
        demonstrations = new NDIndex(":, :{}", n);
        query = new NDIndex(":, {}", n);
    }

    @Override
    NDArray differentiate(NDArray x) {
        NDArray rows = x.get(demonstrations);
        NDArray p = weights(0);
        NDArray q = weights(1);
        NDArray u = state(rows, rows.matMul(p.get(features)).addi(p.get(label)));
        NDArray w = u.matMul(q);
        NDArray worst = x.get(query).sub(w.sign().muli(epsilon));
        NDArray v = worst.matMul(q.transpose());
        NDArray columns = v.get(new NDIndex(":, :{}", settings.d())).expandDims(2);
        NDArray s = rows.matMul(columns).squeeze(2).addi(v.get(new NDIndex(":, {}:", settings.d())));
        addGradient(0, state(rows, s).sum(new int[] {0}).negi());
        addGradient(1, u.transpose().matMul(worst).negi());
        return w.muli(worst).sum().negi();
    }

    /** Σ_n s_n z_n / N of every task, (tasks, d+1). */
    private NDArray state(NDArray rows, NDArray s) {
        NDArray sums = s.expandDims(1).matMul(rows).squeeze(1);
        return sums.concat(s.sum(new int[] {1}, true), 1).divi(settings.demonstrations());
    }

    @Override
    float[] gradient(NDArray[] sums) {
        return sums[0].concat(sums[1].flatten()).toFloatArray();
    }
}
