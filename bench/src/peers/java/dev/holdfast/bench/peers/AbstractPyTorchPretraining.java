package dev.holdfast.bench.peers;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.NDScope;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import dev.holdfast.model.Pretraining.Settings;
import java.util.Random;

/**
 * What a step of pretraining by PyTorch shares, in whichever order its products are: tasks are drawn one at a time, so
 * that each stays in the cache, and the weights move by momentum inside a box.
 */
abstract class AbstractPyTorchPretraining implements PretrainingPeer {
    private static final float START = 0.001f;
    private static final double MOMENTUM = 0.9;

    final NDManager manager;
    final Settings settings;
    final float epsilon;

    private final Random random = new Random(1);
    private final NDArray[] weights;
    private final NDArray[] velocity;
    private final NDArray[] gradient;

    /** With weights of these shapes. */
    AbstractPyTorchPretraining(Settings settings, int threads, Shape... shapes) {
        this.settings = settings;
        epsilon = (float) settings.epsilon();
        manager = PyTorch.manager(threads);
        weights = new NDArray[shapes.length];
        velocity = new NDArray[shapes.length];
        gradient = new NDArray[shapes.length];
        for (int i = 0; i < shapes.length; i++) {
            weights[i] = manager.full(shapes[i], START, DataType.FLOAT32);
            velocity[i] = manager.zeros(shapes[i]);
            gradient[i] = manager.zeros(shapes[i]);
        }
    }

    /** Weights number i. */
    final NDArray weights(int i) {
        return weights[i];
    }

    /** Adds to the sum of gradients for weights number i. */
    final void addGradient(int i, NDArray sum) {
        gradient[i].addi(sum);
    }

    /** Differentiates a task, N demonstrations and the query in rows of d, and returns its loss. */
    abstract NDArray differentiate(NDArray x);

    /** p's gradient, then Q̄'s, from the gradients of the weights. */
    abstract float[] gradient(NDArray[] sums);

    @Override
    public final double step() {
        double loss = 0;
        for (int task = 0; task < settings.batch(); task++) {
            try (NDScope _ = new NDScope()) {
                loss += differentiate(draw()).getFloat();
            }
        }
        try (NDScope _ = new NDScope()) {
            for (int i = 0; i < weights.length; i++) {
                velocity[i].muli(MOMENTUM).addi(gradient[i].div(settings.batch()));
                NDArray moved = weights[i].sub(velocity[i].mul(settings.learningRate())).clip(0, 1);
                NDScope.unregister(moved);
                weights[i].close();
                weights[i] = moved;
                gradient[i].muli(0);
            }
        }
        return loss / settings.batch();
    }

    private NDArray draw() {
        Shape shape = new Shape(settings.demonstrations() + 1, settings.d());
        NDArray x = manager.randomUniform(0, (float) settings.lambda(), shape);
        x.set(new NDIndex(":, {}", random.nextInt(settings.d())), 1);
        return x;
    }

    @Override
    public final float[] gradient(float[][] x) {
        for (float[] task : x) {
            differentiate(PyTorch.matrix(manager, task, task.length / settings.d()));
        }
        for (NDArray sum : gradient) {
            sum.divi(x.length);
        }
        return gradient(gradient);
    }
}
