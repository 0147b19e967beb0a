package dev.holdfast.model;

import dev.holdfast.kernel.DepthGradient;
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
import java.util.Objects;

/**
 * Adversarial pretraining of the transformers of four numbers a layer on tasks of a Gaussian mixture: full-batch Adam on
 *
 * <pre>
 *     (1/T) Σ over tasks of max over ‖Δ‖₂ ≤ ε√d of ln(1 + exp(−w·(z + Δ))) = (1/T) Σ ln(1 + exp(−(w·z − ε√d ‖w‖₂)))
 * </pre>
 *
 * where w is what the transformer reads from a task's N demonstrations, and z a query of label 1, attacked in every update.
 * The numbers start as N(0, .01²); the rate grows linearly to .01 over 30 updates, and then stays, or falls to .001 as a
 * cosine does. The result are the numbers of the least loss.
 *
 * <p>The T tasks are drawn once, as {@link MixtureTask}s, and kept as the few nodes that {@link MixtureTask.Nodes#merged}
 * leaves: what an update costs does not depend on N, and on d only where Σ has many different eigenvalues. Losses and
 * gradients are taken in float ({@link DepthGradient}), sums over tasks and the numbers in double, in a fixed order: the
 * numbers after an update are the same to the bit for any number of threads and on any machine.
 *
 * <p>Source: Kumano, "Adversarially Trained Linear Transformers Are Optimal Robust In-Context Learners for Gaussian
 * Mixtures" (arXiv 2610.07754). Not safe for use by several threads at a time; a step that fails leaves everything as it
 * was.
 */
@SuppressWarnings("serial") // another object is written
public final class MixturePretraining implements Serializable {
    private static final long serialVersionUID = 1;

    /** Numbers of a layer: p_x, p_y, q_x, q_y. */
    static final int NUMBERS = 4;

    private static final double START = 0.01;
    private static final double RATE = 0.01;
    private static final double LAST_RATE = 0.001;
    private static final int WARM_UP = 30;
    /** Which random stream the first numbers are from; tasks have those from 0 on. */
    private static final long START_STREAM = -1;

    /**
     * What is trained, and on what.
     *
     * @param mixture the tasks, and the adversary's ε; 0 for standard pretraining
     * @param depth number of layers, L, at least 1
     * @param tasks T, at least 1
     * @param demonstrations demonstrations a task, N, at least 1
     * @param updates updates in all, at least 1
     * @param cosine whether the rate falls
     * @param seed which tasks are drawn, and where the numbers start
     */
    public record Settings(
            GaussianMixture mixture, int depth, int tasks, int demonstrations, int updates, boolean cosine, long seed)
            implements Serializable {
        /** Checks every number. */
        public Settings {
            Objects.requireNonNull(mixture, "mixture");
            Rows.atLeast("depth", depth, 1);
            Rows.atLeast("tasks", tasks, 1);
            Rows.atLeast("demonstrations", demonstrations, 1);
            Rows.atLeast("updates", updates, 1);
            double d = mixture.features() + 3.0;
            check("tasks", tasks, mixture, 3 * d * tasks, "all tasks");
            // see DepthGradient.workLength: 2d² entries of a block a layer, and 4d² beside them
            check("depth", depth, mixture, (2.0 * depth + 4) * (d + 3) * (d + 3) * DepthGradient.BLOCK, "a block of tasks");
        }

        private static void check(String name, int value, GaussianMixture mixture, double length, String content) {
            if (length > Npz.MOST_ELEMENTS) {
                throw new IllegalArgumentException(name + " = " + value + " of d = " + mixture.features()
                        + " features, expected what " + content + " may need to fit in one array");
            }
        }

        /** The rate of an update, from 1. */
        double rate(int update) {
            if (update <= WARM_UP) {
                return RATE * update / WARM_UP;
            }
            double share = (update - WARM_UP) / (double) (updates - WARM_UP);
            return cosine ? LAST_RATE + (RATE - LAST_RATE) * 0.5 * (1 + StrictMath.cos(Math.PI * share)) : RATE;
        }
    }

    /**
     * An update that was made.
     *
     * @param step its number, from 1
     * @param loss mean over the tasks, before the numbers moved
     * @param learningRate the rate they moved at
     * @param seconds how long it took; the first draws the tasks
     */
    public record Step(int step, double loss, double learningRate, double seconds) {}

    private final Settings settings;
    private final MixtureTasks tasks;
    private final Adam adam;
    /** The numbers of the least loss. */
    private final double[] best;

    private double leastLoss = Double.POSITIVE_INFINITY;
    private boolean diverged;
    private final List<Step> history = new ArrayList<>();
    private Room[] rooms = {};

    /** What one thread needs. */
    private record Room(float[] work, double[] gradient) {}

    /** Before the first update. */
    public MixturePretraining(Settings settings) {
        this(settings, new MixtureTasks(settings.mixture(), settings.tasks(), settings.demonstrations(), settings.seed()));
    }

    private MixturePretraining(Settings settings, MixtureTasks tasks) {
        this(settings, tasks, start(settings));
    }

    /** Keeps the arrays. */
    private MixturePretraining(Settings settings, MixtureTasks tasks, Adam adam) {
        this.settings = settings;
        this.tasks = tasks;
        this.adam = adam;
        this.best = adam.theta().clone();
    }

    private static Adam start(Settings settings) {
        int[] stream = new int[RandomStreams.STATE];
        RandomStreams.start(settings.seed(), START_STREAM, stream);
        float[] drawn = new float[NUMBERS * settings.depth()];
        RandomStreams.normals(stream, drawn, 0, drawn.length);
        double[] theta = new double[drawn.length];
        Arrays.setAll(theta, i -> START * drawn[i]);
        return new Adam(theta, new double[theta.length], new double[theta.length]);
    }

    /**
     * A run of another depth, before its first update, on the same tasks: they are drawn once for both.
     *
     * @param depth at least 1
     */
    public MixturePretraining ofDepth(int depth) {
        return new MixturePretraining(new Settings(settings.mixture(), depth, settings.tasks(), settings.demonstrations(),
                settings.updates(), settings.cosine(), settings.seed()), tasks);
    }

    /**
     * Writes everything that the next updates depend on to a file, which replaces {@code file} in one step as {@link
     * LinearTransformer#save} does. The tasks are not in it: they are drawn again.
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
        return MixtureCheckpointFile.arrays(new MixtureCheckpointFile.Content(settings, adam, best,
                history.stream().mapToDouble(Step::loss).toArray(),
                history.stream().mapToDouble(Step::seconds).toArray()));
    }

    /**
     * Goes on where {@link #save} left off: the updates from here on have the bits they would have had.
     *
     * @throws IOException if there is no such file or it is not what it should be; the message names the file, the array,
     *         what was found and what was expected
     */
    public static MixturePretraining load(Path file) throws IOException {
        return read(Npz.read(file));
    }

    /** {@link #load(Path)} from a stream, which stays open; the bytes of the file are taken, none behind them. */
    public static MixturePretraining load(InputStream in) throws IOException {
        return read(Npz.read(in));
    }

    /** {@link #load(Path)} from bytes, from the buffer's position on, which moves behind them. */
    public static MixturePretraining load(ByteBuffer bytes) throws IOException {
        return read(Npz.read(bytes));
    }

    static MixturePretraining read(Npz file) throws IOException {
        MixtureCheckpointFile.Content content = MixtureCheckpointFile.read(file);
        Settings settings = content.settings();
        MixturePretraining pretraining = new MixturePretraining(settings, new MixtureTasks(settings.mixture(),
                settings.tasks(), settings.demonstrations(), settings.seed()), content.adam());
        System.arraycopy(content.best(), 0, pretraining.best, 0, content.best().length);
        for (int i = 0; i < content.loss().length; i++) {
            pretraining.took(content.loss()[i], content.seconds()[i]);
        }
        return pretraining;
    }

    private Object writeReplace() {
        return Serialized.of(Format.MIXTURE, toBytes());
    }

    private void readObject(ObjectInputStream in) throws InvalidObjectException {
        throw Serialized.expected();
    }

    /** What is trained, and on what. */
    public Settings settings() {
        return settings;
    }

    /** A copy of the updates so far. */
    public List<Step> history() {
        return List.copyOf(history);
    }

    /**
     * One update; the first draws the tasks.
     *
     * @param workers who draws and differentiates the tasks; any number gives the same bits
     * @throws IllegalArgumentException if the mixture's numbers are so large that the first loss or its gradient overflows
     * @throws IllegalStateException if all updates have been made, or the run {@linkplain #hasDiverged diverges} in this one
     */
    public Step step(Workers workers) {
        if (history.size() == settings.updates()) {
            throw new IllegalStateException("all " + settings.updates() + " updates have been made");
        }
        long start = System.nanoTime();
        MixtureTasks.Block[] blocks = tasks.blocks(workers);
        Room[] each = rooms(workers.count(), blocks);
        double[] loss = new double[blocks.length];
        double[][] gradients = new double[blocks.length][];
        double radius = settings.mixture().radius();
        workers.forEach(blocks.length, (worker, i) -> {
            MixtureTasks.Block block = blocks[i];
            Room room = each[worker];
            loss[i] = DepthGradient.lossGradient(adam.theta(), settings.depth(), block.nodes(), 0, block.k(),
                    block.count(), radius, room.gradient(), room.work());
            gradients[i] = room.gradient().clone();
        });
        double[] gradient = new double[adam.theta().length];
        double meanLoss = mean(loss, gradients, gradient);
        if (meanLoss < leastLoss) {
            System.arraycopy(adam.theta(), 0, best, 0, best.length);
        }
        adam.step(gradient, settings.rate(history.size() + 1), history.size() + 1);
        return took(meanLoss, (System.nanoTime() - start) / 1e9);
    }

    /** Of the blocks in their order; {@code gradient} takes that of the gradients. */
    private double mean(double[] loss, double[][] gradients, double[] gradient) {
        double sum = 0;
        for (int i = 0; i < loss.length; i++) {
            sum += loss[i];
            for (int j = 0; j < gradient.length; j++) {
                gradient[j] += gradients[i][j];
            }
        }
        boolean finite = Double.isFinite(sum);
        for (int j = 0; j < gradient.length; j++) {
            gradient[j] /= settings.tasks();
            finite &= Double.isFinite(gradient[j]);
        }
        if (!finite) {
            throw overflow();
        }
        return sum / settings.tasks();
    }

    private RuntimeException overflow() {
        String where = ": the loss or its gradient overflowed in update " + (history.size() + 1);
        if (history.isEmpty()) {
            return new IllegalArgumentException(
                    "the mixture's numbers are too large for depth = " + settings.depth() + where);
        }
        diverged = true;
        return new IllegalStateException("pretraining diverged" + where + " of depth = " + settings.depth()
                + "; transformer() has the numbers of the least loss before it");
    }

    /**
     * Whether the last call of {@link #step} found that the loss or its gradient overflows where the updates have led. A run
     * that has diverged makes no more updates; its {@link #transformer} and its history are those of the updates before.
     */
    public boolean hasDiverged() {
        return diverged;
    }

    private Step took(double loss, double seconds) {
        int number = history.size() + 1;
        Step step = new Step(number, loss, settings.rate(number), seconds);
        leastLoss = Math.min(leastLoss, loss);
        history.add(step);
        return step;
    }

    private Room[] rooms(int count, MixtureTasks.Block[] blocks) {
        if (rooms.length < count) {
            // blocks are sorted by k
            int length = DepthGradient.workLength(settings.depth(), blocks[blocks.length - 1].k());
            rooms = Arrays.copyOf(rooms, count);
            Arrays.setAll(rooms, worker -> rooms[worker] == null
                    ? new Room(new float[length], new double[adam.theta().length])
                    : rooms[worker]);
        }
        return rooms;
    }

    /** A transformer of the numbers of the least loss so far; before the first update, of those that it starts from. */
    public DeepTransformer transformer() {
        List<DeepTransformer.Layer> layers = new ArrayList<>();
        for (int o = 0; o < best.length; o += NUMBERS) {
            layers.add(new DeepTransformer.Layer(best[o], best[o + 1], best[o + 2], best[o + 3]));
        }
        return DeepTransformer.family(settings.mixture().features(), layers)
                .withProvenance(new Provenance("mixture", 0, settings.mixture().epsilon(), settings.seed(), history.size()));
    }

    @Override
    public String toString() {
        return "pretraining on a mixture after " + history.size() + " updates, " + settings;
    }
}
