package dev.holdfast.bench;

import dev.holdfast.kernel.LinearAttention;
import dev.holdfast.kernel.Workers;
import java.util.concurrent.ForkJoinPool;
import org.openjdk.jmh.annotations.Param;

/**
 * Context states by one worker and by two: a {@code batch} of tasks, a task a piece, or one {@code huge} task whose
 * blocks of rows are shared. Needs as many processors as workers.
 */
public class WorkersBenchmark extends KernelBenchmark {
    @Param({"batch", "huge"})
    String work;

    @Param({"1", "2"})
    int workers;

    @Param("100")
    int d;

    /** Rows of one of {@link #tasks} tasks, or, all together, of the huge one. */
    @Param("1000")
    int n;

    @Param("256")
    int tasks;

    float[][] x;
    float[][] y;
    float[] p;

    /** a[task]. */
    double[][] a;

    private int rows;
    private float[][] rooms;
    private float[] sums;
    private Workers threads;

    @Override
    void prepare(String method) {
        boolean batch = work.equals("batch");
        if (!batch && !work.equals("huge")) {
            throw new IllegalArgumentException("work = " + work + ", expected batch or huge");
        }
        Numbers numbers = new Numbers();
        int count = batch ? tasks : 1;
        rows = batch ? n : Math.multiplyExact(n, tasks);
        x = new float[count][];
        y = new float[count][];
        for (int task = 0; task < count; task++) {
            x[task] = numbers.floats(rows * d);
            y[task] = numbers.labels(rows);
        }
        p = numbers.floats(d + 1);
        a = new double[count][d + 1];
        rooms = new float[workers][LinearAttention.contextWorkLength(d)];
        sums = new float[LinearAttention.contextSumsLength(rows, d)];
        threads = workers == 1 ? Workers.one() : Workers.of(ForkJoinPool.commonPool(), workers);
    }

    @Override
    void run() {
        if (x.length == 1) {
            LinearAttention.accumulate(x[0], 0, d, rows, d, y[0], 0, p, a[0], sums, rooms, threads);
        } else {
            threads.forEach(x.length, (worker, task) ->
                    LinearAttention.accumulate(x[task], 0, d, n, d, y[task], 0, p, a[task], rooms[worker]));
        }
    }
}
