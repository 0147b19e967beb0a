package dev.holdfast.bench.peers;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.Shape;
import dev.holdfast.model.Pretraining.Settings;

/**
 * Pretraining by PyTorch in the authors' order, ((P · Z Zᵀ/N) · Q) · [x; 0] with every matrix in full, and the same
 * products backwards, which their code leaves to automatic differentiation.
 */
public final class PyTorchAuthorsPretraining extends AbstractPyTorchPretraining {
    private final NDIndex demonstrations;
    private final NDIndex classifiers;
    private final NDIndex lastRow;
    private final NDIndex last;
    private final NDIndex features;

    /** The gradient for a task's outputs: the loss takes the last one alone, with a minus. */
    private final NDArray upstream;

    /** With these threads. */
    public PyTorchAuthorsPretraining(Settings settings, int threads) {
        super(settings, threads, square(settings), square(settings));
        demonstrations = new NDIndex(":, :{}", n);
        classifiers = new NDIndex(":, {}, :{}", d, d);
        lastRow = new NDIndex("{}", d);
        last = new NDIndex("..., {}", d);
        features = new NDIndex(":, :{}", d);
        upstream = manager.zeros(new Shape(d + 1, 1));
        upstream.set(lastRow, -1);
    }

    private static Shape square(Settings settings) {
        return new Shape(settings.d() + 1, settings.d() + 1);
    }

    @Override
    NDArray differentiate(NDArray tasks) {
        NDArray z = tasks.get(demonstrations);
        NDArray g = z.transpose(0, 2, 1).matMul(z).divi(n);
        NDArray pg = weights(0).matMul(g);
        NDArray pgq = pg.matMul(weights(1));
        NDArray worst = worst(tasks, pgq.get(classifiers));
        NDArray row = worst.concat(manager.zeros(new Shape(worst.size(0), 1)), 1).expandDims(1);
        NDArray outputs = row.matMul(pgq.transpose(0, 2, 1));
        NDArray dpgq = upstream.matMul(row);
        NDArray dpg = dpgq.matMul(weights(1).transpose());
        addGradient(0, dpg.matMul(g).sum(new int[] {0})); // G is its own transpose
        addGradient(1, pg.reshape(-1, d + 1).transpose().matMul(dpgq.reshape(-1, d + 1)));
        return outputs.get(last).sum().negi();
    }

    @Override
    float[] gradient(NDArray[] sums) {
        return sums[0].get(lastRow).concat(sums[1].get(features).flatten()).toFloatArray();
    }
}
