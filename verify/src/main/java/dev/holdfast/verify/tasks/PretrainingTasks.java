package dev.holdfast.verify.tasks;

import java.util.random.RandomGenerator;

/** The tasks of pretraining: y·x_c = 1 for one feature c, uniform in 1..d, and y·x_i ~ U[0, λ) for the others. */
public final class PretrainingTasks extends DrawnTasks {
    private final int d;
    private final float lambda;

    public PretrainingTasks(Sizes sizes, int d, double lambda) {
        super(sizes);
        this.d = d;
        this.lambda = (float) lambda;
    }

    @Override
    public int features() {
        return d;
    }

    @Override
    Sampler sampler(RandomGenerator random) {
        int c = random.nextInt(d);
        return (source, x, offset) -> {
            for (int j = 0; j < d; j++) {
                x[offset + j] = j == c ? 1 : lambda * source.nextFloat();
            }
        };
    }
}
