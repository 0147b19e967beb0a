package dev.holdfast.bench.peers;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.NDScope;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import dev.holdfast.model.Pretraining.Settings;
import java.util.Arrays;
import java.util.Random;

/**
 * What a step of pretraining by PyTorch shares, in whichever order its products are: some tasks at a time are drawn
 * into one array, so that they stay in the cache and share the cost of a call, and the weights move by momentum inside
 * a box.
 */
abstract class AbstractPyTorchPretraining implements PretrainingPeer {
    private static final float START = 0.001f;
    private static final double MOMENTUM = 0.9;

    /** Tasks of one array, K: fewer pay more for calls at d = 20, more leave the cache at d = 100. */
    private static final int TASKS = 16;

    final NDManager manager;
    final int d;
    final int n;
    final float epsilon;

    private final Settings settings;
    private final Random random = new Random(1);
    private final NDArray one;
    private final NDIndex labels;
    private final NDIndex queries;
    private final NDArray[] weights;
    private final NDArray[] velocity;
    private final NDArray[] gradient;

    /** With weights of these shapes. */
    AbstractPyTorchPretraining(Settings settings, int threads, Shape... shapes) {
        this.settings = settings;
        d = settings.d();
        n = settings.demonstrations();
        epsilon = (float) settings.epsilon();
        manager = PyTorch.manager(threads);
        one = manager.create(1f);
        labels = new NDIndex("..., {}", d);
        queries = new NDIndex(":, {}, :{}", n, d);
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

    /** x − ε·sign(w) of the queries of K tasks, from w of each, both K × d. */
    final NDArray worst(NDArray tasks, NDArray w) {
        return tasks.get(queries).sub(w.sign().muli(epsilon));
    }

    /**
     * Differentiates K tasks and returns the sum of their losses.
     *
     * @param tasks K × (N+1) × (d+1): rows (x, 1), N demonstrations and the query of each task
     */
    abstract NDArray differentiate(NDArray tasks);

    /** p's gradient, then Q̄'s, from the gradients of the weights. */
    abstract float[] gradient(NDArray[] sums);

    @Override
    public final double step() {
        double loss = 0;
        for (int first = 0; first < settings.batch(); first += TASKS) {
            try (NDScope _ = new NDScope()) {
                loss += differentiate(draw(Math.min(TASKS, settings.batch() - first))).getFloat();
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

    private NDArray draw(int count) {
        NDArray tasks = manager.randomUniform(0, (float) settings.lambda(), new Shape(count, n + 1, d + 1));
        tasks.set(labels, one);
        for (int task = 0; task < count; task++) {
            tasks.set(new NDIndex().addIndices(task).addAllDim().addIndices(random.nextInt(d)), one);
        }
        return tasks;
    }

    @Override
    public final float[] gradient(float[][] x) {
        float[] ones = new float[n + 1];
        Arrays.fill(ones, 1);
        NDArray tasks = manager.create(new Shape(x.length, n + 1, d + 1));
        for (int task = 0; task < x.length; task++) {
            tasks.set(new NDIndex("{}", task), PyTorch.matrix(manager, PyTorch.demonstrations(x[task], ones), n + 1));
        }
        differentiate(tasks);
        for (NDArray sum : gradient) {
            sum.divi(x.length);
        }
        return gradient(gradient);
    }
}
