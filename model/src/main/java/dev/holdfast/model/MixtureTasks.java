package dev.holdfast.model;

import dev.holdfast.kernel.DepthGradient;
import dev.holdfast.kernel.Workers;
import java.util.Arrays;
import java.util.Comparator;

/**
 * The tasks of one or more runs, drawn when they are first asked for: their merged nodes, in blocks of those that have about
 * as many. Safe for use by several threads.
 */
final class MixtureTasks {
    private final GaussianMixture mixture;
    private final int tasks;
    private final int demonstrations;
    private final long seed;
    private Block[] blocks;

    /**
     * Tasks that are differentiated together.
     *
     * @param k nodes of each, as {@link DepthGradient#paddedLength} has them
     * @param count how many tasks; the rest of {@code nodes} is 0
     */
    record Block(float[] nodes, int k, int count) {}

    MixtureTasks(GaussianMixture mixture, int tasks, int demonstrations, long seed) {
        this.mixture = mixture;
        this.tasks = tasks;
        this.demonstrations = demonstrations;
        this.seed = seed;
    }

    /** The same for any number of workers. */
    synchronized Block[] blocks(Workers workers) {
        if (blocks == null) {
            MixtureTask.Nodes[] nodes = new MixtureTask.Nodes[tasks];
            workers.forEach(tasks, (worker, task) ->
                    nodes[task] = MixtureTask.draw(mixture, demonstrations, seed, task).nodes().merged());
            // a stable sort
            Arrays.sort(nodes, Comparator.comparingInt(each -> DepthGradient.paddedLength(each.s().length)));
            Block[] packed = new Block[(tasks - 1) / DepthGradient.BLOCK + 1];
            Arrays.setAll(packed, i -> block(nodes, i * DepthGradient.BLOCK));
            blocks = packed;
        }
        return blocks;
    }

    private static Block block(MixtureTask.Nodes[] nodes, int first) {
        int count = Math.min(DepthGradient.BLOCK, nodes.length - first);
        int k = DepthGradient.paddedLength(nodes[first + count - 1].s().length);
        float[] packed = new float[3 * k * DepthGradient.BLOCK];
        for (int task = 0; task < count; task++) {
            MixtureTask.Nodes each = nodes[first + task];
            put(each.s(), packed, task);
            put(each.m(), packed, k * DepthGradient.BLOCK + task);
            put(each.z(), packed, 2 * k * DepthGradient.BLOCK + task);
        }
        return new Block(packed, k, count);
    }

    private static void put(double[] values, float[] packed, int o) {
        for (int i = 0; i < values.length; i++) {
            packed[o + i * DepthGradient.BLOCK] = (float) values[i];
        }
    }
}
