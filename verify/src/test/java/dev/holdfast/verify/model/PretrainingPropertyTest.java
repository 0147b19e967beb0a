package dev.holdfast.verify.model;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.holdfast.kernel.Workers;
import dev.holdfast.model.LinearTransformer;
import dev.holdfast.model.Pretraining.Settings;
import dev.holdfast.model.Pretraining;
import dev.holdfast.verify.reference.OrderedStream;
import dev.holdfast.verify.reference.Reference;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

/** Pretraining step by step, against the reference; by any number of threads; interrupted anywhere. */
class PretrainingPropertyTest {
    private static final double U = 0x1p-24;
    private static final double MOMENTUM = 0.9;

    private static Settings draw(Random random) {
        return new Settings(1 + random.nextInt(20), random.nextInt(4) == 0 ? 0 : random.nextDouble(),
                random.nextInt(4) == 0 ? 0 : random.nextDouble(), 1 + random.nextInt(20), 1 + random.nextInt(300),
                0.01 + random.nextDouble(), random.nextLong());
    }

    /** The weights that reach f, p and then Q̄ row by row. */
    private static double[] weights(LinearTransformer transformer) {
        int d = transformer.features();
        int size = d + 1;
        float[] bigP = transformer.bigP();
        float[] bigQ = transformer.bigQ();
        double[] theta = new double[size * size];
        for (int i = 0; i < size; i++) {
            theta[i] = bigP[d * size + i];
            for (int j = 0; j < d; j++) {
                theta[size + i * d + j] = bigQ[i * size + j];
            }
        }
        return theta;
    }

    /** Losses and gradients of a step, and the sums of magnitudes that their errors are relative to. */
    private record Means(double loss, double[] gradient, double termsOfLoss, double[] termsOfGradient) {}

    private static Means means(Settings settings, double[] theta, int step) {
        int d = settings.d();
        double[] p = Arrays.copyOf(theta, d + 1);
        double[][] qBar = new double[d + 1][];
        for (int i = 0; i <= d; i++) {
            qBar[i] = Arrays.copyOfRange(theta, d + 1 + i * d, d + 1 + (i + 1) * d);
        }
        double loss = 0;
        double terms = 0;
        double[] gradient = new double[theta.length];
        double[] termsOfGradient = new double[theta.length];
        for (int task = 0; task < settings.batch(); task++) {
            double[][] x = task(settings, (long) step * settings.batch() + task);
            double[] query = x[x.length - 1];
            double[][] demonstrations = Arrays.copyOf(x, x.length - 1);
            double[] y = new double[demonstrations.length];
            Arrays.fill(y, 1);
            double epsilon = (float) settings.epsilon();
            double[] w = Reference.readout(qBar, Reference.contextState(demonstrations, y, p), y.length);
            var exact = Reference.lossGradient(
                    demonstrations, y, p, qBar, Reference.attack(query, 1, w, epsilon), 1);
            double[] away = Arrays.stream(query).map(entry -> entry + epsilon).toArray();
            var magnitudes = Reference.lossGradient(demonstrations, y, p, qBar, away, -1);
            loss += exact.loss() / settings.batch();
            terms += magnitudes.loss() / settings.batch();
            add(gradient, exact, settings.batch());
            add(termsOfGradient, magnitudes, settings.batch());
        }
        return new Means(loss, gradient, terms, termsOfGradient);
    }

    private static void add(double[] sum, Reference.LossGradient task, int batch) {
        int size = task.dp().length;
        for (int i = 0; i < size; i++) {
            sum[i] += task.dp()[i] / batch;
            for (int j = 0; j < size - 1; j++) {
                sum[size + i * (size - 1) + j] += task.dqBar()[i][j] / batch;
            }
        }
    }

    /** The aligned samples y·x of a task, the query last: a stream's first word says which feature is 1. */
    private static double[][] task(Settings settings, long number) {
        int d = settings.d();
        OrderedStream stream = OrderedStream.of(settings.seed(), number);
        int c = (int) Math.floor(Integer.toUnsignedLong(stream.words(1)[0]) * 0x1p-32 * d);
        float[] uniforms = stream.uniforms((float) settings.lambda(), (settings.demonstrations() + 1) * d);
        double[][] x = new double[settings.demonstrations() + 1][d];
        for (int n = 0; n < x.length; n++) {
            for (int j = 0; j < d; j++) {
                x[n][j] = j == c ? 1 : uniforms[n * d + j];
            }
        }
        return x;
    }

    /**
     * Each step starts from the weights as they are. No number of a task is negative but x', so a context state, with k
     * roundings (see LinearAttention), keeps its relative error, and the sign of w is certain. Each path from x to a
     * gradient has at most two states, one rounding of w, x', Q̄ x', u and a result each, and one a task in the sum over
     * tasks. A velocity's error is that of the gradients it remembers; a weight is rounded to float before and after.
     */
    @Property(tries = 40, edgeCases = EdgeCasesMode.NONE)
    void everyStepIsTheReferences(@ForAll long seed) {
        Settings settings = draw(new Random(seed));
        Pretraining pretraining = new Pretraining(settings);
        int k = (settings.d() + 15) / 16 + Math.min(settings.demonstrations(), 256) + 6;
        double bound = Reference.gamma(2 * k + 6 + settings.batch(), U);
        double[] velocity = new double[(settings.d() + 1) * (settings.d() + 1)];
        double[] error = velocity.clone();
        for (int step = 0; step < 6; step++) {
            double[] theta = weights(pretraining.transformer());
            Means means = means(settings, theta, step);
            Pretraining.Step taken = pretraining.step(Workers.one());
            assertEquals(means.loss, taken.loss(), bound * means.termsOfLoss);
            double[] moved = weights(pretraining.transformer());
            for (int i = 0; i < theta.length; i++) {
                velocity[i] = MOMENTUM * velocity[i] + means.gradient[i];
                error[i] = MOMENTUM * error[i] + bound * means.termsOfGradient[i];
                double expected = Math.clamp(theta[i] - taken.learningRate() * velocity[i], 0, 1);
                assertEquals(expected, moved[i],
                        taken.learningRate() * error[i] + U * (theta[i] + expected) * (1 + 0x1p-20) + Float.MIN_VALUE);
            }
        }
    }

    /** The rate that a step moves at is PyTorch's after the losses before it: see the traces for the rule itself. */
    @Property(tries = 20, edgeCases = EdgeCasesMode.NONE)
    void theLearningRateFollowsTheLosses(@ForAll long seed) {
        Random random = new Random(seed);
        Settings settings = new Settings(1 + random.nextInt(4), 0.1, 2, 2, 2, 0.5, random.nextLong());
        Pretraining pretraining = new Pretraining(settings);
        var rate = Pretraining.LearningRate.starting(0.5);
        for (int step = 1; step <= 40; step++) {
            Pretraining.Step taken = pretraining.step(Workers.one());
            assertEquals(step, taken.step());
            assertEquals(rate.rate(), taken.learningRate());
            rate = rate.after(taken.loss());
        }
        // beyond the zero phase's threshold every weight ends at 0, and so the loss rests at 0
        assertTrue(rate.rate() < 0.5);
    }

    @Property(tries = 20, edgeCases = EdgeCasesMode.NONE)
    void anyNumberOfThreadsGivesTheSameBits(@ForAll long seed) {
        Settings settings = draw(new Random(seed));
        Pretraining alone = new Pretraining(settings);
        Pretraining together = new Pretraining(settings);
        try (ExecutorService pool = Executors.newFixedThreadPool(3)) {
            for (int step = 0; step < 4; step++) {
                double loss = alone.step(Workers.one()).loss();
                assertEquals(loss, together.step(Workers.of(pool, 1 + step)).loss());
            }
        }
        assertSame(alone, together);
    }

    private static void assertSame(Pretraining expected, Pretraining actual) {
        assertArrayEquals(expected.transformer().bigP(), actual.transformer().bigP());
        assertArrayEquals(expected.transformer().bigQ(), actual.transformer().bigQ());
    }

    /** Also after the learning rate has fallen, and with the history of the steps before. */
    @Property(tries = 10, edgeCases = EdgeCasesMode.NONE)
    void aResumedRunHasTheBitsOfOneThatWasNotInterrupted(@ForAll long seed) throws IOException {
        Random random = new Random(seed);
        Settings settings = random.nextBoolean()
                ? draw(random)
                : new Settings(2, 0.1, 2, 2, 2, 0.5, random.nextLong());
        Path file = Files.createTempFile("checkpoint", ".npz");
        try {
            Pretraining whole = new Pretraining(settings);
            Pretraining interrupted = new Pretraining(settings);
            for (int step = 0; step < 30; step++) {
                Pretraining.Step expected = whole.step(Workers.one());
                if (random.nextInt(4) == 0) {
                    interrupted.save(file);
                    List<Pretraining.Step> history = interrupted.history();
                    interrupted = Pretraining.load(file);
                    assertEquals(history, interrupted.history());
                    assertEquals(settings, interrupted.settings());
                }
                Pretraining.Step actual = interrupted.step(Workers.one());
                assertEquals(expected.loss(), actual.loss());
                assertEquals(expected.learningRate(), actual.learningRate());
            }
            assertSame(whole, interrupted);
        } finally {
            Files.delete(file);
        }
    }
}
