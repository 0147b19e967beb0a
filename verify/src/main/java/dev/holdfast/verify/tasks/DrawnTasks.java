package dev.holdfast.verify.tasks;

import dev.holdfast.model.Rows;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;

/** Tasks whose demonstrations and queries are drawn from one distribution; one random stream for each (seed, task). */
abstract class DrawnTasks implements TaskFamily {
    private static final RandomGeneratorFactory<RandomGenerator> GENERATOR =
            RandomGeneratorFactory.of("L64X128MixRandom");
    /** The golden ratio's fraction: neighbouring (seed, task) give seeds far apart. */
    private static final long GOLDEN = 0x9E3779B97F4A7C15L;

    /** How many tasks, with how many demonstrations and queries each, from which seed. */
    public record Sizes(int count, int demonstrations, int queries, long seed) {}

    /** Writes one sample's y·x, d floats. */
    interface Sampler {
        void sample(RandomGenerator random, float[] x, int offset);
    }

    private final Sizes sizes;

    DrawnTasks(Sizes sizes) {
        this.sizes = sizes;
    }

    /** The distribution of one task. */
    abstract Sampler sampler(RandomGenerator random);

    @Override
    public final int count() {
        return sizes.count();
    }

    @Override
    public final Task task(int t) {
        RandomGenerator random = GENERATOR.create(sizes.seed() * GOLDEN + t);
        Sampler sampler = sampler(random);
        int[] y = new int[sizes.demonstrations()];
        Rows demonstrations = draw(random, sampler, y);
        int[] answers = new int[sizes.queries()];
        return new Task(demonstrations, y, draw(random, sampler, answers), answers);
    }

    private Rows draw(RandomGenerator random, Sampler sampler, int[] y) {
        int d = features();
        float[] x = new float[Math.multiplyExact(y.length, d)];
        for (int n = 0; n < y.length; n++) {
            sampler.sample(random, x, n * d);
            y[n] = random.nextBoolean() ? 1 : -1;
            if (y[n] < 0) {
                for (int j = n * d; j < n * d + d; j++) {
                    x[j] = -x[j];
                }
            }
        }
        return Rows.view(x, d);
    }
}
