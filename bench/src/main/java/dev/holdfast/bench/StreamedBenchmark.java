package dev.holdfast.bench;

import java.util.function.BiConsumer;
import org.openjdk.jmh.annotations.Param;

/**
 * A pass over one task of n rows, n·d features and n labels. Residency {@code cache} takes the same task again and
 * again; {@code memory} takes one after the other of so many tasks that each is out of the caches when its turn comes
 * again: 512 MiB in all, or what the system property {@code holdfast.bench.bytes} says.
 */
public abstract class StreamedBenchmark extends KernelBenchmark {
    @Param({"20", "100", "784", "3072"})
    int d;

    @Param("1000")
    int n;

    @Param({"memory", "cache"})
    String residency;

    long memoryBytes = Long.getLong("holdfast.bench.bytes", 1L << 29);

    /** How many tasks there are. */
    int tasks;

    /** x[task], n × d. */
    float[][] x;

    /** y[task], n labels. */
    float[][] y;

    private int next;

    /** The number of tasks, given how many bytes of one task the operation reads or writes. */
    int countTasks(long bytes) {
        boolean memory = residency.equals("memory");
        if (!memory && !residency.equals("cache")) {
            throw new IllegalArgumentException("residency = " + residency + ", expected memory or cache");
        }
        return memory ? Math.toIntExact(Math.ceilDiv(memoryBytes, bytes)) : 1;
    }

    /** Makes the tasks on the heap, given how many floats of one task the operation reads or writes. */
    void makeTasks(Numbers numbers, long floats) {
        int count = countTasks(floats * Float.BYTES);
        x = new float[count][];
        y = new float[count][];
        makeTasks(numbers, floats, (features, labels) -> {
            x[tasks] = features;
            y[tasks] = labels;
        });
    }

    /** Makes one task after the other and hands it to {@code keep}, with {@link #tasks} as its index. */
    void makeTasks(Numbers numbers, long floats, BiConsumer<float[], float[]> keep) {
        int count = countTasks(floats * Float.BYTES);
        for (tasks = 0; tasks < count; tasks++) {
            keep.accept(numbers.floats(n * d), numbers.labels(n));
        }
    }

    /** The task whose turn it is. */
    int nextTask() {
        int task = next;
        next = task + 1 == tasks ? 0 : task + 1;
        return task;
    }
}
