package dev.holdfast.bench;

import dev.holdfast.kernel.DepthGradient;
import org.openjdk.jmh.annotations.Param;

/** Loss and gradient of a transformer of four numbers a layer on a block of tasks of k nodes, as a worker of pretraining does it. */
public class DepthGradientBenchmark extends KernelBenchmark {
    private static final double RADIUS = 0.08;

    @Param({"10", "20"})
    int k;

    @Param({"2", "10"})
    int depth;

    double[] layers;
    double[] gradient;
    double loss;
    private float[] tasks;
    private float[] work;

    /**
     * Multiply-adds of a call that the mathematics needs where matrices meet: k³ for half of C² and half of its product with
     * C, k³ for G C and k³ for the gradient for C, in each layer whose C is a matrix and goes on to another one.
     */
    public static double multiplyAdds(int depth, int k) {
        return 3.0 * Math.max(0, depth - 3) * k * k * k * DepthGradient.BLOCK;
    }

    /** Eigenvalues from .5 to 2.5, means and queries from −1 to 1; all of the layers' numbers differ from 0. */
    @Override
    void prepare(String method) {
        int length = DepthGradient.paddedLength(k) * DepthGradient.BLOCK;
        tasks = new float[3 * length];
        float[] values = new Numbers().floats(3 * k * DepthGradient.BLOCK);
        for (int part = 0; part < 3; part++) {
            for (int i = 0; i < k * DepthGradient.BLOCK; i++) {
                float value = values[part * k * DepthGradient.BLOCK + i] / 2;
                tasks[part * length + i] = part == 0 ? 1.5f + value : value;
            }
        }
        layers = new double[4 * depth];
        for (int l = 0; l < depth; l++) {
            layers[4 * l] = -0.1;
            layers[4 * l + 1] = 0.5;
            layers[4 * l + 2] = 0.1;
            layers[4 * l + 3] = 0.01;
        }
        gradient = new double[layers.length];
        work = new float[DepthGradient.workLength(depth, DepthGradient.paddedLength(k))];
    }

    @Override
    void run() {
        loss = DepthGradient.lossGradient(layers, depth, tasks, 0, DepthGradient.paddedLength(k), DepthGradient.BLOCK, RADIUS,
                gradient, work);
    }
}
