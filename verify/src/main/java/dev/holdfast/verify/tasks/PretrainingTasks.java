package dev.holdfast.verify.tasks;

import dev.holdfast.kernel.RandomStreams;

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
    Sampler sampler(int[] stream) {
        int[] word = new int[1];
        RandomStreams.words(stream, word, 0, 1);
        int c = below(d, word[0]);
        return x -> {
            RandomStreams.uniforms(stream, lambda, x, 0, x.length);
            for (int i = c; i < x.length; i += d) {
                x[i] = 1;
            }
        };
    }
}
