package dev.holdfast.bench;

import org.openjdk.jmh.annotations.Param;

/**
 * A pass over one task of n rows, n·d features and n labels. Residency {@code cache} takes the same task again and
 * again; {@code memory} takes one after the other of so many tasks that each is out of the caches when its turn comes
 * again: 1 GiB in all, or what the system property {@code holdfast.bench.bytes} says.
 */
public abstract class TaskBenchmark extends KernelBenchmark {
    @Param({"20", "100", "784", "3072"})
    int d;

    @Param("1000")
    int n;

    @Param({"memory", "cache"})
    String residency;

    long memoryBytes = Long.getLong("holdfast.bench.bytes", 1L << 30);

    /** x[task], n × d. */
    float[][] x;

    /** y[task], n labels. */
    float[][] y;

    private int next;

    /** Makes the tasks, given how many floats of one task the operation reads or writes. */
    void makeTasks(Numbers numbers, long floats) {
        boolean memory = residency.equals("memory");
        if (!memory && !residency.equals("cache")) {
            throw new IllegalArgumentException("residency = " + residency + ", expected memory or cache");
        }
        int count = memory ? Math.toIntExact(Math.ceilDiv(memoryBytes, floats * Float.BYTES)) : 1;
        x = new float[count][];
        y = new float[count][];
        for (int task = 0; task < count; task++) {
            x[task] = numbers.floats(n * d);
            y[task] = numbers.labels(n);
        }
    }

    /** The task whose turn it is. */
    int nextTask() {
        int task = next;
        next = task + 1 == x.length ? 0 : task + 1;
        return task;
    }
}
