package dev.holdfast.verify.tasks;

import dev.holdfast.kernel.RandomStreams;

/**
 * Tasks of robust, vulnerable and irrelevant features: y·x_i ~ N(α, α²), N(β, β²) and N(0, γ²), with the features'
 * positions permuted at random in each task. Robust features are less predictive where their deviation is greater than
 * the paper's α.
 */
public final class NormalTasks extends DrawnTasks {
    private final Features features;

    /**
     * How many features are robust, vulnerable and irrelevant, their α, β and γ, and the deviation of a robust one.
     */
    public record Features(
            int robust, int vulnerable, int irrelevant, double alpha, double beta, double gamma, double robustSd) {
        /** The paper's: the deviation of a robust feature is α. */
        public Features(int robust, int vulnerable, int irrelevant, double alpha, double beta, double gamma) {
            this(robust, vulnerable, irrelevant, alpha, beta, gamma, alpha);
        }
    }

    /**
     * The law of one task: y·x_i ~ N(mean_i, sd_i²), independent.
     *
     * @param mean d entries
     * @param sd d entries
     */
    public record Law(float[] mean, float[] sd) {
        /**
         * What learning from N → ∞ demonstrations with p = 1 and Q̄ = the identity comes to:
         * w_i = E[(Σ_k y x_k + 1) y x_i] = μ_i (Σ_k μ_k + 1) + σ_i².
         */
        public float[] adversarialLimit() {
            double sum = 1;
            for (float each : mean) {
                sum += each;
            }
            float[] w = new float[mean.length];
            for (int i = 0; i < w.length; i++) {
                w[i] = (float) (mean[i] * sum + (double) sd[i] * sd[i]);
            }
            return w;
        }
    }

    public NormalTasks(Sizes sizes, Features features) {
        super(sizes);
        this.features = features;
    }

    @Override
    public int features() {
        return features.robust() + features.vulnerable() + features.irrelevant();
    }

    /** The law of task {@code t}. */
    public Law law(int t) {
        return law(stream(t));
    }

    private Law law(int[] stream) {
        int d = features();
        float[] mean = new float[d];
        float[] sd = new float[d];
        for (int j = 0; j < d; j++) {
            boolean robust = j < features.robust();
            boolean vulnerable = !robust && j < features.robust() + features.vulnerable();
            mean[j] = (float) (robust ? features.alpha() : vulnerable ? features.beta() : 0);
            sd[j] = (float) (robust ? features.robustSd() : vulnerable ? features.beta() : features.gamma());
        }
        int[] words = new int[d];
        RandomStreams.words(stream, words, 0, d);
        for (int j = d - 1; j > 0; j--) {
            int k = below(j + 1, words[j]);
            swap(mean, j, k);
            swap(sd, j, k);
        }
        return new Law(mean, sd);
    }

    @Override
    Sampler sampler(int[] stream) {
        int d = features();
        Law law = law(stream);
        float[] mean = law.mean();
        float[] sd = law.sd();
        return x -> {
            RandomStreams.normals(stream, x, 0, x.length);
            for (int row = 0; row < x.length; row += d) {
                for (int j = 0; j < d; j++) {
                    x[row + j] = mean[j] + sd[j] * x[row + j];
                }
            }
        };
    }

    private static void swap(float[] array, int j, int k) {
        float kept = array[j];
        array[j] = array[k];
        array[k] = kept;
    }
}
