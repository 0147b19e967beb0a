package dev.holdfast.verify.kernel;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import de.siegmar.fastcsv.reader.CsvReader;
import de.siegmar.fastcsv.reader.CsvRecord;
import dev.holdfast.kernel.ProjectedDescent;
import dev.holdfast.model.Pretraining.LearningRate;
import dev.holdfast.verify.reference.Reference;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What PyTorch 1.13.1 did on two small problems, as traces.py recorded it, to the last bit. */
class RecordedTracesTest {
    /** As in traces.py: min −s pᵀAq/64 over p, q in [0, 1]. */
    private static final double[][] A = {
        {8, -3, 2, 0, 5, -1}, {1, 4, -6, 3, 0, -2}, {-2, 1, 3, -5, 2, -4}, {3, 0, -1, 2, -7, -3}, {-4, 2, -5, 1, -2, -1}
    };
    private static final int M = A.length;
    private static final int N = A[0].length;
    private static final double[] START = IntStream.range(0, M + N).mapToDouble(i -> 0.25 + i / 64.0).toArray();
    private static final double RATE = 0.1;
    private static final double MOMENTUM = 0.9;

    private static double[][] scaled(int step) {
        double scale = Map.of(20, 2, 62, 4).getOrDefault(step, 1) / 64.0;
        return Arrays.stream(A).map(row -> DoubleStream.of(row).map(a -> scale * a).toArray()).toArray(double[][]::new);
    }

    private static double[][] read(String name) throws IOException {
        try (InputStream in = RecordedTracesTest.class.getResourceAsStream(name);
                CsvReader<CsvRecord> reader =
                        CsvReader.builder().ofCsvRecord(new InputStreamReader(in, StandardCharsets.US_ASCII))) {
            List<CsvRecord> lines = reader.stream().toList();
            return lines.stream()
                    .skip(1)
                    .map(line -> line.getFields().stream().mapToDouble(Double::parseDouble).toArray())
                    .toArray(double[][]::new);
        }
    }

    /** Step, loss, learning rate, weights after the step. */
    private static double[][] descent() throws IOException {
        double[][] trace = read("descent.csv");
        assertEquals(100, trace.length);
        // it shows what it is for
        double[] last = trace[trace.length - 1];
        for (double end : new double[] {0, 1}) {
            assertTrue(DoubleStream.of(last).skip(3).anyMatch(weight -> weight == end));
        }
        assertTrue(DoubleStream.of(last).skip(3).anyMatch(weight -> weight > 0 && weight < 1));
        long rates = Arrays.stream(trace).mapToDouble(row -> row[2]).distinct().count();
        assertTrue(rates >= 3 && last[1] < 0, rates + " rates, last loss " + last[1]);
        return trace;
    }

    @Test
    void descentHasTheBitsOfPyTorch() throws IOException {
        double[] theta = START.clone();
        double[] velocity = new double[theta.length];
        LearningRate rate = LearningRate.starting(RATE);
        for (double[] row : descent()) {
            double[][] a = scaled((int) row[0]);
            double loss = 0;
            double[] gradient = new double[theta.length];
            for (int i = 0; i < M; i++) {
                for (int j = 0; j < N; j++) {
                    loss -= a[i][j] * theta[i] * theta[M + j];
                    gradient[i] -= a[i][j] * theta[M + j];
                    gradient[M + j] -= a[i][j] * theta[i];
                }
            }
            ProjectedDescent.step(theta, velocity, gradient, rate.rate(), MOMENTUM, 0, 1);
            assertEquals(row[1], loss);
            assertEquals(row[2], rate.rate());
            assertArrayEquals(Arrays.copyOfRange(row, 3, row.length), theta);
            rate = rate.after(loss);
        }
    }

    /**
     * The reference sums in its own order and rounds θ − η·v twice. How far it may be from PyTorch's weights is carried
     * along, on magnitudes of weights of at most 1: the terms of a loss or a gradient are rounded by at most M·N + 3
     * operations on either side; v by two on either side, θ by three together; a clamp brings two numbers no further
     * apart. One part in 2²⁰ pays for the products of errors and for the roundings of the bound itself.
     */
    @Test
    void theReferenceWorksOutTheSameTrace() throws IOException {
        double[][] trace = descent();
        double[] theta = START.clone();
        double[] velocity = new double[theta.length];
        double[] losses = new double[trace.length];
        double[] off = new double[theta.length];
        double[] velocityOff = new double[theta.length];
        double gamma = 2 * Reference.gamma(M * N + 3, 0x1p-53);
        double rate = RATE;
        for (int step = 0; step < trace.length; step++) {
            double[][] a = scaled(step + 1);
            double[][] p = {Arrays.copyOf(theta, M)};
            double[][] q = column(Arrays.copyOfRange(theta, M, M + N));
            double[][] aq = Reference.product(a, q);
            double[][] pa = Reference.product(p, a);
            losses[step] = -Reference.product(p, aq)[0][0];
            double[] gradient = new double[theta.length];
            double[] gradientOff = new double[theta.length];
            double lossOff = 0;
            Arrays.setAll(gradient, i -> i < M ? -aq[i][0] : -pa[0][i - M]);
            for (int i = 0; i < M; i++) {
                for (int j = 0; j < N; j++) {
                    double magnitude = Math.abs(a[i][j]);
                    gradientOff[i] += magnitude * (off[M + j] + gamma);
                    gradientOff[M + j] += magnitude * (off[i] + gamma);
                    lossOff += magnitude * (off[i] + off[M + j] + gamma);
                }
            }
            for (int i = 0; i < theta.length; i++) {
                double terms = MOMENTUM * Math.abs(velocity[i]) + Math.abs(gradient[i]);
                velocityOff[i] = enlarged(MOMENTUM * velocityOff[i] + gradientOff[i] + 4 * 0x1p-53 * terms);
                off[i] = enlarged(off[i] + rate * velocityOff[i] + 3 * 0x1p-53 * (1 + rate * terms));
            }
            Reference.descend(theta, velocity, gradient, rate, MOMENTUM, 0, 1);
            assertEquals(trace[step][1], losses[step], enlarged(lossOff));
            assertEquals(trace[step][2], rate);
            for (int i = 0; i < theta.length; i++) {
                assertEquals(trace[step][3 + i], theta[i], off[i], "step " + (step + 1) + ", weight " + i);
            }
            rate = Reference.learningRates(RATE, Arrays.copyOf(losses, step + 1))[step];
        }
        double greatest = DoubleStream.of(off).max().orElseThrow();
        assertTrue(greatest < 1e-9, "the bound grew to " + greatest);
    }

    private static double enlarged(double bound) {
        return bound * (1 + 0x1p-20);
    }

    private static double[][] column(double[] values) {
        return DoubleStream.of(values).mapToObj(value -> new double[] {value}).toArray(double[][]::new);
    }

    @Test
    void theLearningRateFallsWherePyTorchsDoes() throws IOException {
        double[][] trace = read("plateau.csv");
        double[] losses = Arrays.stream(trace).mapToDouble(row -> row[0]).toArray();
        double[] rates = Arrays.stream(trace).mapToDouble(row -> row[1]).toArray();
        assertTrue(rates[rates.length - 1] < 2e-8 && losses.length >= 100);
        double first = 0.001;
        assertArrayEquals(rates, Reference.learningRates(first, losses));
        LearningRate rate = LearningRate.starting(first);
        for (int i = 0; i < losses.length; i++) {
            rate = rate.after(losses[i]);
            assertEquals(rates[i], rate.rate(), "after loss " + i);
        }
    }
}
