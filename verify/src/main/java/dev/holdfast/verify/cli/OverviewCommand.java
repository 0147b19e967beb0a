package dev.holdfast.verify.cli;

import dev.holdfast.kernel.Implementation;
import dev.holdfast.verify.data.Digits;
import dev.holdfast.verify.experiments.Evaluation;
import dev.holdfast.verify.experiments.Weights;
import dev.holdfast.verify.tasks.NormalTasks;
import dev.holdfast.verify.tasks.PairTasks;
import dev.holdfast.verify.tasks.PretrainingTasks;
import dev.holdfast.verify.tasks.TaskFamily;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

/** {@code holdfast overview}: digits and both synthetic families, standard against adversarial, in one table. */
@Command(
        name = "overview",
        description = "Digits and both synthetic families, standard against adversarial, in one table.",
        mixinStandardHelpOptions = true)
final class OverviewCommand implements Callable<Integer> {
    @Override
    public Integer call() {
        long start = System.nanoTime();
        String implementation = Implementation.name();
        var sizes = new NormalTasks.Sizes(200, 1000, 1000, 1);
        System.out.println("Accuracy ± its standard deviation over tasks, learnt in context from clean demonstrations,"
                + " attacked within ε in ℓ∞");
        show("digits", new PairTasks(Digits.load(), 0));
        show("normal", new NormalTasks(sizes, new NormalTasks.Features(10, 90, 0, 1, 0.1, 0.1)));
        show("pretraining", new PretrainingTasks(sizes, 100, 0.1));
        System.out.printf(Locale.ROOT, "%n%.2f s, %s%n", (System.nanoTime() - start) / 1e9, implementation);
        return 0;
    }

    private static void show(String name, TaskFamily family) {
        List<Weights> weights = Weights.ideal(family.features());
        try (Progress progress = Progress.of(name, family.count())) {
            int threads = Runtime.getRuntime().availableProcessors();
            List<Evaluation.Result> results =
                    Evaluation.run(family, weights, EvaluateCommand.EPSILONS, threads, progress::step);
            System.out.println();
            System.out.print(ResultTable.of(name, results));
        }
    }
}
