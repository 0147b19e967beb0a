package dev.holdfast.verify.experiments;

import dev.holdfast.model.GaussianMixture;
import dev.holdfast.model.State;
import java.util.ArrayList;
import java.util.List;

/**
 * Accuracy of learners on contexts of a mixture against ε, as the command line shows it. Nothing is asked: what a classifier
 * errs under attack is known. A context of which a transformer makes no classifier counts as answered wrongly.
 *
 * @param count how many contexts are drawn of each size
 */
public record MixtureEvaluation(GaussianMixture mixture, int count, long seed) {
    /**
     * One point.
     *
     * @param epsilon of perturbations of a length up to ε√d
     * @param accuracy mean over contexts
     * @param sd sample standard deviation over contexts; {@code null} for a single one
     */
    public record Result(String weights, int demonstrations, double epsilon, double accuracy, Double sd, int contexts) {
        /** As a line of a table for each number of demonstrations. */
        public Evaluation.Result inTable() {
            return new Evaluation.Result(weights + ", N = " + demonstrations, epsilon, accuracy, sd, contexts);
        }
    }

    /**
     * Results for each of {@code learners} and, within it, each number of demonstrations and each ε.
     *
     * @param demonstrations at least one number, all different
     * @param epsilons finite, at least 0
     * @param threads how many contexts are read at once; the results do not depend on it
     * @param contextDone runs after each context, on any thread
     */
    public List<Result> run(List<NamedLearner> learners, int[] demonstrations, double[] epsilons, int threads,
            Runnable contextDone) {
        List<List<List<Estimate>>> bySize = new ArrayList<>();
        for (int n : demonstrations) {
            MixtureContexts contexts = new MixtureContexts(mixture, n, seed);
            Sweep.Point point = new Sweep.Point(count, (t, numbers) -> measure(contexts.state(t), learners, epsilons, numbers));
            bySize.add(List.copyOf(Sweep.run(List.of(point), threads, contextDone).values()));
        }
        List<Result> results = new ArrayList<>();
        for (int i = 0; i < learners.size(); i++) {
            for (int k = 0; k < demonstrations.length; k++) {
                for (Estimate at : bySize.get(k).get(i)) {
                    Double sd = at.tasks() > 1 ? at.sd() : null;
                    results.add(new Result(learners.get(i).name(), demonstrations[k], at.x(), at.mean(), sd, at.tasks()));
                }
            }
        }
        return results;
    }

    private void measure(State<Integer> context, List<NamedLearner> learners, double[] epsilons, Sweep.Numbers numbers) {
        for (NamedLearner each : learners) {
            double[] w = MixtureContexts.weights(each.learner(), context);
            for (double epsilon : epsilons) {
                numbers.add(each.name(), epsilon, 1 - mixture.error(w, mixture.against(epsilon).radius()));
            }
        }
    }
}
