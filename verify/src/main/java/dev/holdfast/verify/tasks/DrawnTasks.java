package dev.holdfast.verify.tasks;

import dev.holdfast.kernel.RandomStreams;
import dev.holdfast.model.Rows;

/** Tasks whose demonstrations and queries are drawn from one distribution; one random stream for each (seed, task). */
abstract class DrawnTasks implements TaskFamily {
    /** How many tasks, with how many demonstrations and queries each, from which seed. */
    public record Sizes(int count, int demonstrations, int queries, long seed) {}

    /** Draws samples y·x, as many rows of d floats as {@code x} has. */
    interface Sampler {
        void sample(float[] x);
    }

    private final Sizes sizes;

    DrawnTasks(Sizes sizes) {
        this.sizes = sizes;
    }

    /** The distribution of one task, whose numbers come from this stream. */
    abstract Sampler sampler(int[] stream);

    /** A number from 0 to below {@code bound} from a random word. */
    static int below(int bound, int word) {
        return (int) (Integer.toUnsignedLong(word) * bound >>> Integer.SIZE);
    }

    @Override
    public final int count() {
        return sizes.count();
    }

    @Override
    public final Task task(int t) {
        int[] stream = stream(t);
        Sampler sampler = sampler(stream);
        int[] y = labels(stream, sizes.demonstrations());
        int[] answers = labels(stream, sizes.queries());
        return new Task(draw(sampler, y), y, draw(sampler, answers), answers);
    }

    /** The random numbers of task {@code t}, from their start. */
    final int[] stream(int t) {
        int[] stream = new int[RandomStreams.STATE];
        RandomStreams.start(sizes.seed(), t, stream);
        return stream;
    }

    private static int[] labels(int[] stream, int count) {
        int[] y = new int[count];
        RandomStreams.words(stream, y, 0, count);
        for (int n = 0; n < count; n++) {
            y[n] = y[n] < 0 ? -1 : 1;
        }
        return y;
    }

    private Rows draw(Sampler sampler, int[] y) {
        int d = features();
        float[] x = new float[Math.multiplyExact(y.length, d)];
        sampler.sample(x);
        for (int n = 0; n < y.length; n++) {
            for (int j = 0; j < d; j++) {
                x[n * d + j] *= y[n];
            }
        }
        return Rows.view(x, d);
    }
}
