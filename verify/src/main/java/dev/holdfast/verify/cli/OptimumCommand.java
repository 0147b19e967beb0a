package dev.holdfast.verify.cli;

import com.google.gson.Gson;
import dev.holdfast.model.ExactOptimum;
import dev.holdfast.model.ExactOptimum.Phase;
import dev.holdfast.model.Provenance;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code holdfast optimum}: the exact result of pretraining. */
@Command(
        name = "optimum",
        description = "The exact result of adversarial pretraining: its phase, its loss and the thresholds of ε.",
        mixinStandardHelpOptions = true)
final class OptimumCommand implements Callable<Integer> {
    @Option(names = "--features", required = true, paramLabel = "d", description = "features of a task")
    private int features;

    @Option(names = "--lambda", required = true, paramLabel = "L", description = "λ of the tasks, 0..1")
    private double lambda;

    @Option(names = "--epsilon", required = true, paramLabel = "E", description = "radius of the adversary's ball")
    private double epsilon;

    @Option(names = "--out", paramLabel = "WEIGHTS.npz", description = "file for the weights")
    private Path out;

    @Option(names = "--json", description = "print JSON in place of sentences")
    private boolean json;

    /** What {@code --json} prints. */
    private record Report(String phase, int ones, int label, double objective, double[] thresholds) {}

    @Override
    public Integer call() throws IOException {
        Options.atLeast("--features", features, 1);
        if (out != null) {
            Options.savedFeatures(features);
        }
        Options.lambda(lambda);
        Options.notNegative("--epsilon", epsilon);
        new UsedFiles().writes("--out", out);
        ExactOptimum optimum = ExactOptimum.of(features, lambda, epsilon);
        double[] thresholds = ExactOptimum.thresholds(features, lambda);
        if (out != null) {
            optimum.transformer().withProvenance(new Provenance("optimum", lambda, epsilon, 0, 0)).save(out);
        }
        if (json) {
            System.out.println(new Gson().toJson(new Report(optimum.phase().toString(), optimum.ones(),
                    optimum.label(), optimum.objective(), thresholds)));
        } else {
            System.out.print(text(optimum, thresholds));
        }
        return 0;
    }

    private String text(ExactOptimum optimum, double[] thresholds) {
        StringBuilder text = new StringBuilder();
        text.append("phase    ").append(optimum.phase()).append(", ").append(meaning(optimum, thresholds[3]));
        text.append(String.format(Locale.ROOT, "%nloss     %.6g%nphases   ", optimum.objective()));
        for (Phase phase : Phase.values()) {
            text.append(phase);
            if (phase != Phase.ZERO) {
                text.append(String.format(Locale.ROOT, " < %.6f ≤ ", thresholds[phase.ordinal()]));
            }
        }
        return text.append(System.lineSeparator()).toString();
    }

    private String meaning(ExactOptimum optimum, double nothing) {
        return switch (optimum.phase()) {
            case ALL_ONES -> "the standard weights: p = 1, Q̄ = all ones";
            case IDENTITY_LABEL -> "p = 1, Q̄ = the identity above a label row of ones";
            case IDENTITY -> "the adversarial weights: p = 1, Q̄ = the identity above a label row of zeros";
            case SUBSET -> "p and the diagonal of Q̄ are 1 on " + optimum.ones() + " of " + features
                    + " features, p's label entry is " + optimum.label();
            case ZERO -> String.format(Locale.ROOT,
                    "nothing is learnt at this ε: from ε = %.6f on the best weights are 0", nothing);
        };
    }
}
