package dev.holdfast.bench.peers;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.Shape;
import dev.holdfast.model.Pretraining.Settings;

/** Pretraining by PyTorch in the order that costs it least: G is never formed, a task's Z meets vectors only. */
public final class PyTorchPretraining extends AbstractPyTorchPretraining {
    private final NDIndex demonstrations;

    /** With these threads. */
    public PyTorchPretraining(Settings settings, int threads) {
        super(settings, threads, new Shape(settings.d() + 1), new Shape(settings.d() + 1, settings.d()));
        demonstrations = new NDIndex(":, :{}", n);
    }

    @Override
    NDArray differentiate(NDArray tasks) {
        NDArray z = tasks.get(demonstrations);
        NDArray q = weights(1);
        // over the array without gaps, the query's row included, this is one product; the slice would be copied
        NDArray u = states(tasks.matMul(weights(0)).get(demonstrations).expandDims(1), z);
        NDArray w = u.matMul(q);
        NDArray worst = worst(tasks, w);
        NDArray qWorst = worst.matMul(q.transpose()).expandDims(1);
        addGradient(0, states(qWorst.matMul(z.transpose(0, 2, 1)), z).sum(new int[] {0}).negi());
        addGradient(1, u.transpose().matMul(worst).negi());
        return w.muli(worst).sum().negi();
    }

    /** Σ_n s_n z_n / N of every task, K × (d+1): rows times matrices, many times faster than matrices times columns. */
    private NDArray states(NDArray s, NDArray z) {
        return s.matMul(z).squeeze(1).divi(n);
    }

    @Override
    float[] gradient(NDArray[] sums) {
        return sums[0].concat(sums[1].flatten()).toFloatArray();
    }
}
