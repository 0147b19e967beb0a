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
 * What a step of pretraining by PyTorch shares, in whichever order its products are: tasks are drawn a few at a time, so
 * that they stay in the cache, and the weights move by momentum inside a box.
 */
abstract class AbstractPyTorchPretraining implements PretrainingPeer {
    /** Tasks that are drawn together. */
    private static final int TOGETHER = 4;

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

    /** Differentiates tasks, (tasks, N+1, d) with the query last, and returns the sum of their losses. */
    abstract NDArray differentiate(NDArray x);

    /** p's gradient, then Q̄'s, from the gradients of the weights. */
    abstract float[] gradient(NDArray[] sums);

    @Override
    public final double step() {
        double loss = 0;
        for (int task = 0; task < settings.batch(); task += TOGETHER) {
            try (NDScope _ = new NDScope()) {
                loss += differentiate(draw(Math.min(TOGETHER, settings.batch() - task))).getFloat();
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

    private NDArray draw(int tasks) {
        int d = settings.d();
        float[] others = new float[tasks * d];
        float[] telling = new float[tasks * d];
        for (int task = 0; task < tasks; task++) {
            int c = random.nextInt(d);
            for (int j = 0; j < d; j++) {
                telling[task * d + j] = j == c ? 1 : 0;
                others[task * d + j] = j == c ? 0 : 1;
            }
        }
        Shape shape = new Shape(tasks, 1, d);
        return manager.randomUniform(0, (float) settings.lambda(), new Shape(tasks, settings.demonstrations() + 1, d))
                .muli(manager.create(others, shape))
                .addi(manager.create(telling, shape));
    }

    @Override
    public final float[] gradient(float[][] x) {
        int d = settings.d();
        NDArray tasks = manager.zeros(new Shape(x.length, x[0].length / d, d));
        for (int task = 0; task < x.length; task++) {
            tasks.set(new NDIndex("{}", task), PyTorch.matrix(manager, x[task], x[0].length / d));
        }
        differentiate(tasks);
        for (NDArray sum : gradient) {
            sum.divi(x.length);
        }
        return gradient(gradient);
    }
}
