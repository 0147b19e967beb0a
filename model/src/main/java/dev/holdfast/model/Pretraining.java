package dev.holdfast.model;

import dev.holdfast.kernel.AdversarialGradient;
import dev.holdfast.kernel.LinearAttention;
import dev.holdfast.kernel.MatrixProduct;
import dev.holdfast.kernel.ProjectedDescent;
import dev.holdfast.kernel.RandomStreams;
import dev.holdfast.kernel.Workers;
import dev.holdfast.model.archive.Npz;
import java.io.IOException;
import java.io.InputStream;
import java.io.InvalidObjectException;
import java.io.ObjectInputStream;
import java.io.OutputStream;
import java.io.Serializable;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/**
 * Adversarial pretraining: stochastic gradient descent on
 *
 * <pre>
 *     min over P, Q ∈ [0, 1]^{(d+1)×(d+1)} of E max over ‖Δ‖_∞ ≤ ε of −y f(x + Δ)
 * </pre>
 *
 * over random tasks, one query each. A task has one feature c, uniform in 1..d, that tells the label, y·x_c = 1, and others
 * that tell it a little, y·x_i ~ U[0, λ). Every entry of P and Q starts at .001. A step draws B tasks of N demonstrations,
 * attacks their queries in closed form, descends along the mean gradient with momentum .9, and clamps every entry to
 * [0, 1]; the learning rate falls as {@link LearningRate} says. P's rows but the last and Q's last column never reach f and
 * stay where they started.
 *
 * <p>Labels are left out: z zᵀ and y x are the same for (x, y) and (−x, −y), so every sample is drawn with y = 1. A task is
 * drawn, read twice and forgotten in the cache of the thread that works on it, from a random stream of its own, so that
 * the weights after a step are the same to the bit for any number of threads and on any machine.
 *
 * <p>Source: the paper's section 4 and appendix on settings. Weights and momentum are kept in double and rounded to float
 * for each step. Not safe for use by several threads at a time; a step that fails leaves everything as it was.
 */
@SuppressWarnings("serial") // another object is written
public final class Pretraining implements Serializable {
    private static final long serialVersionUID = 1;

    private static final double START = 0.001;
    private static final double MOMENTUM = 0.9;

    /**
     * What is trained, and on what.
     *
     * @param d number of features, at least 1
     * @param lambda λ, 0 or at least 2⁻¹⁰²: how much the other features tell of the label
     * @param epsilon ε, the adversary's radius in ℓ∞, at least 0
     * @param batch tasks a step, B, at least 1
     * @param demonstrations demonstrations a task, N, at least 1
     * @param learningRate the first learning rate, positive
     * @param seed which tasks are drawn
     */
    public record Settings(
            int d, double lambda, double epsilon, int batch, int demonstrations, double learningRate, long seed) {
        /** Checks every number. */
        public Settings {
            Rows.atLeast("d", d, 1);
            Rows.atLeast("batch", batch, 1);
            Rows.atLeast("demonstrations", demonstrations, 1);
            checkNumber("lambda", lambda, lambda == 0 || lambda >= 0x1p-102, "0 or at least 2^-102");
            checkNumber("epsilon", epsilon, epsilon >= 0, "at least 0");
            checkNumber("learningRate", learningRate, learningRate > 0, "above 0");
            checkArray("demonstrations", demonstrations, d, demonstrations + 1L, "a task");
            checkArray("batch", batch, d, batch, "the gradients of a step");
            if (!Npz.fits(d + 1L)) {
                throw new IllegalArgumentException("d = " + d + ", expected Q to fit in one array");
            }
        }

        private static void checkArray(String name, int value, int d, long rows, String content) {
            if (rows * (d + 1L) > Npz.MOST_ELEMENTS) {
                throw new IllegalArgumentException(
                        name + " = " + value + " of d = " + d + " features, expected " + content + " to fit in one array");
            }
        }

        private static void checkNumber(String name, double value, boolean inside, String expected) {
            if (!inside || value > Float.MAX_VALUE) {
                throw new IllegalArgumentException(name + " = " + value + ", expected a finite number, " + expected);
            }
        }

        /** The paper's λ = .1 and B = N = 1000, a learning rate of .2 as the paper has at d = 100, and seed 1. */
        public static Settings of(int d, double epsilon) {
            return new Settings(d, 0.1, epsilon, 1000, 1000, 0.2, 1);
        }
    }

    /**
     * A step that was taken.
     *
     * @param step its number, from 1
     * @param loss mean of −y f(x') over its tasks, before the weights moved
     * @param learningRate the rate they moved at
     * @param seconds how long it took
     */
    public record Step(int step, double loss, double learningRate, double seconds) {}

    /**
     * A learning rate that falls tenfold where the loss has stopped to improve: PyTorch's ReduceLROnPlateau with its
     * defaults. A loss below best·(1 − 10⁻⁴) is an improvement and becomes the best one; after more than 10 others in a
     * row the rate falls, unless by 10⁻⁸ or less, and the count starts again. Where losses are negative, as here, the
     * threshold lies above the best loss, so that a slightly worse one counts as an improvement, and becomes the best.
     *
     * @param rate the learning rate
     * @param best the best loss so far, +∞ before the first
     * @param waited losses in a row that were no improvement
     */
    public record LearningRate(double rate, double best, int waited) {
        private static final double FACTOR = 0.1;
        private static final double THRESHOLD = 1e-4;
        private static final int PATIENCE = 10;
        private static final double LEAST_CHANGE = 1e-8;

        /** Before the first loss. */
        public static LearningRate starting(double rate) {
            return new LearningRate(rate, Double.POSITIVE_INFINITY, 0);
        }

        /** After one more loss. */
        public LearningRate after(double loss) {
            if (loss < best * (1 - THRESHOLD)) {
                return new LearningRate(rate, loss, 0);
            }
            if (waited < PATIENCE) {
                return new LearningRate(rate, best, waited + 1);
            }
            double reduced = rate * FACTOR;
            return new LearningRate(rate - reduced > LEAST_CHANGE ? reduced : rate, best, 0);
        }
    }

    private final Settings settings;
    private final List<Step> history = new ArrayList<>();
    /** p, then Q̄ row by row: the weights that reach f. */
    private final double[] theta;

    private final double[] velocity;
    /** {@code null} before a step is taken: a file says how large it is, and does not have it. */
    private Batch batch;

    private LearningRate learningRate;
    private Room[] rooms = {};

    /** Before the first step. */
    public Pretraining(Settings settings) {
        this(settings, start(settings.d() + 1), new double[(settings.d() + 1) * (settings.d() + 1)]);
    }

    /** Keeps the arrays. */
    private Pretraining(Settings settings, double[] theta, double[] velocity) {
        this.settings = settings;
        this.theta = theta;
        this.velocity = velocity;
        this.learningRate = LearningRate.starting(settings.learningRate());
    }

    private static double[] start(int size) {
        double[] theta = new double[size * size];
        Arrays.fill(theta, START);
        return theta;
    }

    /**
     * Writes everything that the next steps depend on to a file, which replaces {@code file} in one step as {@link
     * LinearTransformer#save} does.
     *
     * @throws IOException if the file cannot be written whole; an old one is then as it was
     */
    public void save(Path file) throws IOException {
        Npz.write(file, arrays());
    }

    /** Writes the bytes of {@linkplain #save(Path) the file} to a stream, which is flushed and stays open. */
    public void save(OutputStream out) throws IOException {
        Npz.write(out, arrays());
    }

    /** The bytes of {@linkplain #save(Path) the file}, owned by the caller. */
    public byte[] toBytes() {
        return Npz.bytes(arrays());
    }

    private Map<String, Npz.Array> arrays() {
        return CheckpointFile.arrays(new CheckpointFile.Content(settings, theta, velocity,
                history.stream().mapToDouble(Step::loss).toArray(),
                history.stream().mapToDouble(Step::seconds).toArray()));
    }

    /**
     * Goes on where {@link #save} left off: the steps from here on have the bits they would have had.
     *
     * @throws IOException if there is no such file or it is not what it should be; the message names the file, the array,
     *         what was found and what was expected
     */
    public static Pretraining load(Path file) throws IOException {
        return read(Npz.read(file));
    }

    /** {@link #load(Path)} from a stream, which stays open; the bytes of the file are taken, none behind them. */
    public static Pretraining load(InputStream in) throws IOException {
        return read(Npz.read(in));
    }

    /** {@link #load(Path)} from bytes, from the buffer's position on, which moves behind them. */
    public static Pretraining load(ByteBuffer bytes) throws IOException {
        return read(Npz.read(bytes));
    }

    static Pretraining read(Npz file) throws IOException {
        CheckpointFile.Content content = CheckpointFile.read(file);
        Pretraining pretraining = new Pretraining(content.settings(), content.theta(), content.velocity());
        for (int i = 0; i < content.loss().length; i++) {
            pretraining.took(content.loss()[i], content.seconds()[i]);
        }
        return pretraining;
    }

    private Object writeReplace() {
        return Serialized.of(Format.PRETRAINING, toBytes());
    }

    private void readObject(ObjectInputStream in) throws InvalidObjectException {
        throw Serialized.expected();
    }

    /** What is trained, and on what. */
    public Settings settings() {
        return settings;
    }

    /** A copy of the steps so far. */
    public List<Step> history() {
        return List.copyOf(history);
    }

    /**
     * One step.
     *
     * @param workers who draws and differentiates the tasks; any number gives the same bits
     * @throws IllegalArgumentException if λ or ε is so large that the gradient overflows
     */
    public Step step(Workers workers) {
        long start = System.nanoTime();
        int d = settings.d();
        float[] p = new float[d + 1];
        float[] qBar = new float[(d + 1) * d];
        round(theta, 0, p);
        round(theta, p.length, qBar);
        Room[] each = rooms(workers.count());
        if (batch == null) {
            batch = new Batch(settings.batch(), d);
        }
        long first = (long) history.size() * settings.batch();
        workers.forEach(settings.batch(), (worker, task) -> {
            each[worker].draw(settings, first + task);
            batch.put(task, each[worker].differentiate(settings, p, qBar), each[worker]);
        });
        double[] gradient = batch.meanGradient();
        for (double entry : gradient) {
            if (!Double.isFinite(entry)) {
                throw new IllegalArgumentException("lambda = " + settings.lambda() + " and epsilon = "
                        + settings.epsilon() + " are too large: the gradient overflowed");
            }
        }
        ProjectedDescent.step(theta, velocity, gradient, learningRate.rate(), MOMENTUM, 0, 1);
        return took(batch.meanLoss(), (System.nanoTime() - start) / 1e9);
    }

    private Step took(double loss, double seconds) {
        Step step = new Step(history.size() + 1, loss, learningRate.rate(), seconds);
        learningRate = learningRate.after(loss);
        history.add(step);
        return step;
    }

    private static void round(double[] from, int offset, float[] to) {
        for (int i = 0; i < to.length; i++) {
            to[i] = (float) from[offset + i];
        }
    }

    private Room[] rooms(int count) {
        if (rooms.length < count) {
            rooms = Arrays.copyOf(rooms, count);
            Arrays.setAll(rooms, worker -> rooms[worker] == null ? new Room(settings) : rooms[worker]);
        }
        return rooms;
    }

    /** A transformer of the weights so far, all of P and Q. */
    public LinearTransformer transformer() {
        int d = settings.d();
        int size = d + 1;
        float[] bigP = new float[size * size];
        float[] bigQ = new float[size * size];
        Arrays.fill(bigP, (float) START);
        for (int i = 0; i < size; i++) {
            bigP[d * size + i] = (float) theta[i];
            for (int j = 0; j < d; j++) {
                bigQ[i * size + j] = (float) theta[size + i * d + j];
            }
            bigQ[i * size + d] = (float) START;
        }
        return LinearTransformer.full(bigP, bigQ)
                .withProvenance(new Provenance("pretraining", settings.lambda(), settings.epsilon(), settings.seed(),
                        history.size()));
    }

    @Override
    public String toString() {
        return "pretraining after " + history.size() + " steps, " + settings;
    }

    /** What one thread needs for the task that it works on. */
    private static final class Room {
        /** Demonstrations, then the query, in rows of d. */
        final float[] x;

        final float[] y;
        final int[] random = new int[RandomStreams.STATE];
        final int[] feature = new int[1];
        final double[] state;
        final float[] work;
        final float[] dp;
        final float[] du;
        final float[] worst;

        Room(Settings settings) {
            int d = settings.d();
            x = new float[(settings.demonstrations() + 1) * d];
            y = new float[settings.demonstrations()];
            Arrays.fill(y, 1);
            state = new double[AdversarialGradient.gradientStateLength(d)];
            work = new float[LinearAttention.contextWorkLength(d)];
            dp = new float[d + 1];
            du = new float[d + 1];
            worst = new float[d];
        }

        /** Task number {@code stream}. */
        void draw(Settings settings, long stream) {
            int d = settings.d();
            RandomStreams.start(settings.seed(), stream, random);
            RandomStreams.words(random, feature, 0, 1);
            RandomStreams.uniforms(random, (float) settings.lambda(), x, 0, x.length);
            int c = (int) (Integer.toUnsignedLong(feature[0]) * d >>> 32);
            for (int i = c; i < x.length; i += d) {
                x[i] = 1;
            }
        }

        /** The task's loss; its gradient is left here. */
        double differentiate(Settings settings, float[] p, float[] qBar) {
            int d = settings.d();
            int n = settings.demonstrations();
            return AdversarialGradient.lossGradient(x, 0, d, n, d, y, 0, p, qBar, x, n * d, 1,
                    (float) settings.epsilon(), dp, du, worst, state, work);
        }
    }

    /** Losses and gradients of a step's tasks, in the order of their numbers. */
    private static final class Batch {
        final int tasks;
        final int d;
        final double[] loss;
        /** Rows of d+1. */
        final float[] dp;
        /** Rows of d+1. */
        final float[] du;
        /** Rows of d. */
        final float[] worst;

        final float[] work;

        Batch(int tasks, int d) {
            this.tasks = tasks;
            this.d = d;
            loss = new double[tasks];
            dp = new float[Math.multiplyExact(tasks, d + 1)];
            du = new float[dp.length];
            worst = new float[tasks * d];
            work = new float[MatrixProduct.workLength(d, tasks)];
        }

        void put(int task, double taskLoss, Room room) {
            loss[task] = taskLoss;
            System.arraycopy(room.dp, 0, dp, task * (d + 1), d + 1);
            System.arraycopy(room.du, 0, du, task * (d + 1), d + 1);
            System.arraycopy(room.worst, 0, worst, task * d, d);
        }

        double meanLoss() {
            double sum = 0;
            for (double l : loss) {
                sum += l;
            }
            return sum / tasks;
        }

        /** Mean of the gradients for p, summed in double, then that of du x'ᵀ, a product of two matrices in float. */
        double[] meanGradient() {
            int size = d + 1;
            double[] gradient = new double[size * size];
            for (int i = 0; i < dp.length; i++) {
                gradient[i % size] += dp[i];
            }
            float[] product = new float[size * d];
            MatrixProduct.multiply(size, d, tasks, du, 0, 1, size, worst, 0, d, 1, product, 0, d, work);
            for (int i = 0; i < product.length; i++) {
                gradient[size + i] = product[i];
            }
            for (int i = 0; i < gradient.length; i++) {
                gradient[i] /= tasks;
            }
            return gradient;
        }
    }
}
