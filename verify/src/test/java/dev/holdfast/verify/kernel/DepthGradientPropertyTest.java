package dev.holdfast.verify.kernel;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import dev.holdfast.kernel.DepthGradient;
import dev.holdfast.verify.reference.FamilyReference;
import dev.holdfast.verify.reference.Reference;
import dev.holdfast.verify.reference.Tape;
import java.util.Arrays;
import java.util.Random;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

/** Losses and gradients of the family of four numbers a layer, against automatic differentiation of the dense recursion. */
class DepthGradientPropertyTest {
    private static final double U = 0x1p-24;

    /** Numbers of the layers, and tasks of k nodes as the kernel takes them. */
    private record Case(double[] layers, int depth, int nodes, int k, float[] tasks, int count, double radius) {
        static Case draw(Random random, int depth, int nodes, double scale) {
            double[] layers = random.doubles(4L * depth).map(u -> scale * (2 * u - 1)).toArray();
            if (random.nextInt(4) == 0) {
                // what is 0 stays 0, and layers do nothing
                for (int i = 0; i < layers.length; i++) {
                    layers[i] = random.nextBoolean() ? 0 : layers[i];
                }
            }
            int k = DepthGradient.paddedLength(nodes);
            float[] tasks = new float[3 * k * DepthGradient.BLOCK];
            for (int i = 0; i < k; i++) {
                for (int t = 0; t < DepthGradient.BLOCK && i < nodes; t++) {
                    boolean none = random.nextInt(10) == 0;
                    tasks[i * DepthGradient.BLOCK + t] = none ? 0 : random.nextFloat();
                    tasks[(k + i) * DepthGradient.BLOCK + t] = none ? 0 : 2 * random.nextFloat() - 1;
                    tasks[(2 * k + i) * DepthGradient.BLOCK + t] = (float) random.nextGaussian();
                }
            }
            double radius = random.nextInt(4) == 0 ? 0 : random.nextDouble();
            return new Case(layers, depth, nodes, k, tasks, 1 + random.nextInt(DepthGradient.BLOCK), radius);
        }

        double[] row(int which, int task) {
            double[] row = new double[nodes];
            for (int i = 0; i < nodes; i++) {
                row[i] = tasks[(which * k + i) * DepthGradient.BLOCK + task];
            }
            return row;
        }

        double kernel(double[] gradient) {
            float[] work = new float[DepthGradient.workLength(depth, k)];
            Arrays.fill(work, Float.NaN);
            return DepthGradient.lossGradient(layers, depth, tasks, 0, k, count, radius, gradient, work);
        }

        /**
         * The (1 + δ) that a term of a result has at most. With q of them on the terms of C, b and e, those of C' have
         * 3q + 2k + 15: k a product of matrices, and what coefficients and sums add. That is less than 3ˡ(k + 8) in layer l.
         * Those of w add q + k + 8 a layer, those of the gradients 2q + 4k + 30 a layer on the way back, 3q + k² in the last
         * product. All of it is below 4·3ᴸ(2k + 15) + k².
         */
        double roundings() {
            return 4 * Math.pow(3, depth) * (2 * k + 15) + k * k;
        }
    }

    /** What a task should give, and by how much the kernel may miss it. */
    private record Task(double loss, double errorOfLoss, double[] gradient, double[] errorOfGradient) {
        /**
         * w is a polynomial with positive coefficients, and so are its derivatives: evaluated at magnitudes they give the
         * sums of magnitudes of all terms, of which γ is the share that rounding may change. The loss has slopes of at most 1
         * and its slope of at most ¼.
         */
        static Task of(Case c, int t) {
            double[] z = c.row(2, t);
            Tape tape = new Tape();
            int[] numbers = tape.put(c.layers);
            int[] w = FamilyReference.weights(tape, numbers, c.row(0, t), c.row(1, t));
            int loss = FamilyReference.loss(tape, w, z, c.radius);

            Tape magnitudes = new Tape();
            int[] great = magnitudes.put(magnitudes(c.layers));
            int[] greatW = FamilyReference.weights(magnitudes, great, c.row(0, t), magnitudes(c.row(1, t)));
            double gamma = Reference.gamma((int) c.roundings(), U);
            double[] values = tape.values(w);
            double[] error = magnitudes.values(greatW);
            double square = 0;
            double squareOfError = 0;
            double product = 0;
            double errorOfMargin = 0;
            for (int i = 0; i < z.length; i++) {
                error[i] *= gamma;
                square += values[i] * values[i];
                squareOfError += error[i] * error[i];
                product += Math.abs(z[i]) * (Math.abs(values[i]) + error[i]);
                errorOfMargin += Math.abs(z[i]) * error[i];
            }
            double norm = Math.sqrt(square);
            double errorOfNorm = Math.sqrt(squareOfError) + (c.k + 2) * U * (norm + Math.sqrt(squareOfError));
            errorOfMargin += (c.k + 2) * U * product + c.radius * errorOfNorm;

            double[] bar = tape.gradient(loss, w);
            int sum = magnitudes.put(0);
            double slope = 1; // at most
            for (int i = 0; i < z.length; i++) {
                double unit = norm == 0 ? 0 : Math.abs(values[i]) / norm;
                // the least norm that the kernel may have
                double least = norm - errorOfNorm;
                double errorOfUnit = norm == 0 ? 0 : least > 0 ? (error[i] + unit * errorOfNorm) / least : 2;
                double errorOfBar = (errorOfMargin / 4 + 4 * U) * (Math.abs(z[i]) + c.radius * unit)
                        + slope * c.radius * (errorOfUnit + 4 * U);
                sum = magnitudes.add(sum, magnitudes.scale(greatW[i], gamma * (Math.abs(bar[i]) + errorOfBar) + errorOfBar));
            }
            return new Task(tape.value(loss), errorOfMargin + 1e-13, tape.gradient(loss, numbers),
                    magnitudes.gradient(sum, great));
        }

        private static double[] magnitudes(double[] values) {
            return Arrays.stream(values).map(Math::abs).toArray();
        }
    }

    private static void check(Case c) {
        double[] gradient = new double[c.layers.length];
        double loss = c.kernel(gradient);
        double exact = 0;
        double error = 0;
        double[] exactGradient = new double[gradient.length];
        double[] errors = new double[gradient.length];
        for (int t = 0; t < c.count; t++) {
            Task task = Task.of(c, t);
            exact += task.loss;
            error += task.errorOfLoss;
            for (int i = 0; i < gradient.length; i++) {
                exactGradient[i] += task.gradient[i];
                errors[i] += task.errorOfGradient[i];
            }
        }
        assertEquals(exact, loss, error);
        for (int i = 0; i < gradient.length; i++) {
            assertEquals(exactGradient[i], gradient[i], errors[i] + 1e-13, "number " + i + " of " + c);
        }
    }

    @Property(tries = 60, edgeCases = EdgeCasesMode.NONE)
    void lossesAndGradientsAreWithinTheirBounds(@ForAll long seed) {
        Random random = new Random(seed);
        check(Case.draw(random, 1 + random.nextInt(4), 1 + random.nextInt(7), 0.5 + random.nextDouble() / 2));
    }

    /** As deep as the paper goes, with numbers as training starts from. */
    @Property(tries = 6, edgeCases = EdgeCasesMode.NONE)
    void deepOnesToo(@ForAll long seed) {
        Random random = new Random(seed);
        check(Case.draw(random, 5 + random.nextInt(6), 1 + random.nextInt(10), 0.1));
    }

    /**
     * Of a smooth function a central difference of step h misses the derivative by a third of what it changes when h is
     * doubled, up to terms of the fourth power and the rounding of the losses.
     */
    @Property(tries = 30, edgeCases = EdgeCasesMode.NONE)
    void automaticDerivativesAreThoseOfFiniteDifferences(@ForAll long seed) {
        Random random = new Random(seed);
        Case c = Case.draw(random, 1 + random.nextInt(4), 1 + random.nextInt(5), 1);
        Tape tape = new Tape();
        int[] numbers = tape.put(c.layers);
        int[] w = FamilyReference.weights(tape, numbers, c.row(0, 0), c.row(1, 0));
        double[] exact = tape.gradient(FamilyReference.loss(tape, w, c.row(2, 0), c.radius), numbers);
        if (Arrays.stream(tape.values(w)).allMatch(each -> each == 0)) {
            return; // the norm has no slope
        }
        double h = 0x1p-14;
        for (int i = 0; i < exact.length; i++) {
            double fine = difference(c, i, h);
            double coarse = difference(c, i, 2 * h);
            double rounding = 1e-13 * (1 + Math.abs(exact[i])) / h;
            assertEquals(exact[i], fine, Math.abs(fine - coarse) + rounding);
        }
    }

    private static double difference(Case c, int i, double h) {
        return (loss(c, i, h) - loss(c, i, -h)) / (2 * h);
    }

    private static double loss(Case c, int i, double step) {
        double[] layers = c.layers.clone();
        layers[i] += step;
        Tape tape = new Tape();
        int[] w = FamilyReference.weights(tape, tape.put(layers), c.row(0, 0), c.row(1, 0));
        return tape.value(FamilyReference.loss(tape, w, c.row(2, 0), c.radius));
    }

    /** Even and odd nodes keep their turns, so that the bits stay. */
    @Property(tries = 60, edgeCases = EdgeCasesMode.NONE)
    void nodesOfZeroChangeNothing(@ForAll long seed) {
        Random random = new Random(seed);
        Case c = Case.draw(random, 1 + random.nextInt(5), 1 + random.nextInt(8), 0.5);
        int k = c.k + 2 + 2 * random.nextInt(4);
        float[] tasks = new float[3 * k * DepthGradient.BLOCK];
        for (int which = 0; which < 3; which++) {
            System.arraycopy(c.tasks, which * c.k * DepthGradient.BLOCK, tasks, which * k * DepthGradient.BLOCK,
                    c.k * DepthGradient.BLOCK);
        }
        double[] gradient = new double[c.layers.length];
        double[] padded = new double[c.layers.length];
        double loss = c.kernel(gradient);
        assertEquals(loss, new Case(c.layers, c.depth, c.nodes, k, tasks, c.count, c.radius).kernel(padded));
        assertArrayEquals(gradient, padded);
    }

    /** Tasks do not see one another: a block is the sum of its tasks in their order, each alone in a block. */
    @Property(tries = 60, edgeCases = EdgeCasesMode.NONE)
    void aBlockIsTheSumOfItsTasks(@ForAll long seed) {
        Random random = new Random(seed);
        Case c = Case.draw(random, 1 + random.nextInt(6), 1 + random.nextInt(8), 0.4);
        double[] gradient = new double[c.layers.length];
        double loss = c.kernel(gradient);
        double sum = 0;
        for (int t = 0; t < c.count; t++) {
            float[] alone = new float[c.tasks.length];
            for (int i = 0; i < 3 * c.k; i++) {
                alone[i * DepthGradient.BLOCK] = c.tasks[i * DepthGradient.BLOCK + t];
            }
            sum += new Case(c.layers, c.depth, c.nodes, c.k, alone, 1, c.radius).kernel(new double[c.layers.length]);
        }
        assertEquals(sum, loss);
    }

    /** Of w = 0 the norm's slope is taken as 0: layers that do nothing have the gradient of −w·z/2. */
    @Test
    void weightsOfZero() {
        Case c = Case.draw(new Random(3), 3, 5, 1);
        Arrays.fill(c.layers, 0);
        double[] gradient = new double[12];
        assertEquals(c.count * Math.log(2), c.kernel(gradient), 1e-14 * c.count);
        assertArrayEquals(new double[12], gradient);
        c.layers[9] = 1; // p_y of the last layer: w = q_x m̄
        c.kernel(gradient);
        double slope = 0;
        double magnitude = 0;
        for (int t = 0; t < c.count; t++) {
            for (int i = 0; i < 5; i++) {
                slope -= 0.5 * c.row(1, t)[i] * c.row(2, t)[i];
                magnitude += 0.5 * Math.abs(c.row(1, t)[i] * c.row(2, t)[i]);
            }
        }
        // a dot product, and a coefficient on either side
        assertEquals(slope, gradient[10], Reference.gamma(c.k + 4, U) * magnitude);
        gradient[10] = 0;
        assertArrayEquals(new double[12], gradient);
    }

    /** No number of a float: what comes of it is not finite, and is no number that one could take for a gradient. */
    @Test
    void whatOverflowsIsNotFinite() {
        Case c = Case.draw(new Random(4), 4, 5, 1);
        for (int i = 0; i < c.tasks.length; i++) {
            c.tasks[i] *= 1e30f;
        }
        Arrays.fill(c.layers, 1);
        double[] gradient = new double[16];
        double loss = c.kernel(gradient);
        assertFalse(Double.isFinite(loss + Arrays.stream(gradient).sum()), loss + ", " + Arrays.toString(gradient));
    }
}
