package dev.holdfast.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.holdfast.kernel.Workers;
import dev.holdfast.model.Pretraining;
import dev.holdfast.verify.reference.Reference;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The bodies of the benchmarks of pretraining and of its random numbers. */
class PretrainingBenchmarkTest {
    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void aRunIsAStep(int workers) {
        PretrainingBenchmark benchmark = new PretrainingBenchmark();
        size(benchmark, 20, 30, 300, workers);
        benchmark.prepare("holdfast");
        Pretraining alone = new Pretraining(benchmark.settings());
        for (int step = 1; step <= 3; step++) {
            benchmark.run();
            double loss = alone.step(Workers.one()).loss();
            assertEquals(loss, benchmark.pretraining.history().getLast().loss());
            assertEquals(step, benchmark.pretraining.history().size());
        }
    }

    @Test
    void randomNumbersFillTheArray() {
        RandomBenchmark benchmark = new RandomBenchmark();
        benchmark.count = 10_000;
        benchmark.prepare();
        // standard errors of the mean: 1/√12 and 1 over √count
        benchmark.uniform();
        assertEquals(.5, mean(benchmark.out), 6 * Math.sqrt(1 / 12.0 / benchmark.count));
        benchmark.normal();
        assertEquals(0, mean(benchmark.out), 6 / Math.sqrt(benchmark.count));
        benchmark.jdk();
        assertEquals(.5, mean(benchmark.out), 6 * Math.sqrt(1 / 12.0 / benchmark.count));
        assertTrue(benchmark.out[benchmark.count - 1] != 0);
    }

    private static double mean(float[] x) {
        double sum = 0;
        for (float value : x) {
            sum += value;
        }
        return sum / x.length;
    }

    static void size(PretrainingBenchmark benchmark, int d, int batch, int n, int workers) {
        benchmark.d = d;
        benchmark.batch = batch;
        benchmark.n = n;
        benchmark.workers = workers;
    }

    /** Tasks of integers 0..3. */
    static float[][] tasks(PretrainingBenchmark benchmark) {
        Random random = new Random(1);
        float[][] x = new float[benchmark.batch][(benchmark.n + 1) * benchmark.d];
        for (float[] task : x) {
            for (int i = 0; i < task.length; i++) {
                task[i] = random.nextInt(4);
            }
        }
        return x;
    }

    /** The mean gradient at weights of .001, for p and for Q̄, by literal matrices; or that of magnitudes. */
    static double[] gradient(PretrainingBenchmark benchmark, float[][] x, double epsilon, boolean magnitude) {
        int d = benchmark.d;
        int n = benchmark.n;
        double start = 0.001f;
        double[] mean = new double[(d + 1) * (d + 1)];
        for (float[] task : x) {
            double[][] rows = Doubles.rows(task, n + 1, d);
            double[][] demonstrations = Arrays.copyOf(rows, n);
            double[] ones = new double[n];
            Arrays.fill(ones, 1);
            double[][] g = Reference.gram(demonstrations, ones);
            double[] u = new double[d + 1];
            double[] v = new double[d + 1];
            // every w_j is positive, so the worst query is x − ε in all features
            double worst = 0;
            for (int j = 0; j < d; j++) {
                worst += start * (rows[n][j] + (magnitude ? epsilon : -(float) epsilon));
            }
            for (int i = 0; i <= d; i++) {
                for (int k = 0; k <= d; k++) {
                    u[i] += g[i][k] / n * start;
                    v[i] += g[i][k] / n * worst;
                }
            }
            double sign = magnitude ? 1 : -1;
            for (int i = 0; i <= d; i++) {
                mean[i] += sign * v[i] / x.length;
                for (int j = 0; j < d; j++) {
                    double query = rows[n][j] + (magnitude ? epsilon : -(float) epsilon);
                    mean[d + 1 + i * d + j] += sign * u[i] * query / x.length;
                }
            }
        }
        return mean;
    }
}
