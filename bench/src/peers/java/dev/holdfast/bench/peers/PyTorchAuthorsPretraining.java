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
    private final NDIndex classifier;

    /** With these threads. */
    public PyTorchAuthorsPretraining(Settings settings, int threads) {
        super(settings, threads, square(settings), square(settings));
        demonstrations = new NDIndex(":{}", settings.demonstrations());
        query = new NDIndex("{}", settings.demonstrations());
        classifier = new NDIndex("{}, :{}", settings.d(), settings.d());
    }

    private static Shape square(Settings settings) {
        return new Shape(settings.d() + 1, settings.d() + 1);
    }

    @Override
    NDArray differentiate(NDArray x) {
        int d = settings.d();
        NDArray z = x.get(demonstrations).concat(manager.ones(new Shape(settings.demonstrations(), 1)), 1);
        NDArray g = z.transpose().matMul(z).divi(settings.demonstrations());
        NDArray pg = weights(0).matMul(g);
        NDArray all = pg.matMul(weights(1));
        NDArray worst = x.get(query).sub(all.get(classifier).sign().muli(epsilon));
        NDArray column = worst.concat(manager.zeros(new Shape(1))).expandDims(1);
        NDArray outputs = all.matMul(column);
        // the loss takes the last output alone, so its gradient there is −1, and 0 elsewhere
        NDArray upstream = manager.zeros(new Shape(d + 1, 1));
        upstream.set(new NDIndex("{}", d), -1);
        addGradient(0, upstream.matMul(g.matMul(weights(1).matMul(column)).transpose()));
        addGradient(1, pg.transpose().matMul(upstream).matMul(column.transpose()));
        return outputs.get(new NDIndex("{}", d)).sum().negi();
    }

    @Override
    float[] gradient(NDArray[] sums) {
        int d = settings.d();
        NDArray dp = sums[0].get(new NDIndex("{}", d));
        return dp.concat(sums[1].get(new NDIndex(":, :{}", d)).flatten()).toFloatArray();
    }
}
