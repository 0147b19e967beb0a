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
    private final NDIndex query;

    /** With these threads. */
    public PyTorchAuthorsPretraining(Settings settings, int threads) {
        super(settings, threads, square(settings), square(settings));
        demonstrations = new NDIndex(":, :{}", settings.demonstrations());
        query = new NDIndex(":, {}", settings.demonstrations());
    }

    private static Shape square(Settings settings) {
        return new Shape(settings.d() + 1, settings.d() + 1);
    }

    @Override
    NDArray differentiate(NDArray x) {
        int d = settings.d();
        long tasks = x.getShape().get(0);
        NDArray rows = x.get(demonstrations);
        NDArray z = rows.concat(manager.ones(new Shape(tasks, settings.demonstrations(), 1)), 2);
        NDArray g = z.transpose(0, 2, 1).matMul(z).divi(settings.demonstrations());
        NDArray pg = weights(0).expandDims(0).matMul(g);
        NDArray all = pg.matMul(weights(1));
        NDArray w = all.get(new NDIndex(":, {}, :{}", d, d));
        NDArray worst = x.get(query).sub(w.sign().muli(epsilon));
        NDArray column = worst.concat(manager.zeros(new Shape(tasks, 1)), 1).expandDims(2);
        NDArray outputs = all.matMul(column);
        // the loss takes the last output alone, so its gradient there is −1, and 0 elsewhere
        NDArray upstream = manager.zeros(new Shape(tasks, d + 1, 1));
        upstream.set(new NDIndex(":, {}", d), -1);
        NDArray back = g.matMul(weights(1).expandDims(0).matMul(column));
        addGradient(0, upstream.matMul(back.transpose(0, 2, 1)).sum(new int[] {0}));
        addGradient(1, pg.transpose(0, 2, 1).matMul(upstream).matMul(column.transpose(0, 2, 1)).sum(new int[] {0}));
        return outputs.get(new NDIndex(":, {}", d)).sum().negi();
    }

    @Override
    float[] gradient(NDArray[] sums) {
        int d = settings.d();
        NDArray dp = sums[0].get(new NDIndex("{}", d));
        return dp.concat(sums[1].get(new NDIndex(":, :{}", d)).flatten()).toFloatArray();
    }
}
