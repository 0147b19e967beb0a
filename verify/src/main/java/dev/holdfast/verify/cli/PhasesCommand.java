package dev.holdfast.verify.cli;

import dev.holdfast.verify.experiments.PhaseDiagram;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code holdfast phases}: where each phase of pretraining's exact result lies, ε against d. */
@Command(
        name = "phases",
        description = "Draws the phases of pretraining's exact result, ε against d.",
        mixinStandardHelpOptions = true,
        showDefaultValues = true)
final class PhasesCommand implements Callable<Integer> {
    @Option(names = "--lambda", defaultValue = "0.1", paramLabel = "L", description = "λ of the tasks, 0..1")
    private double lambda;

    @Option(names = "--max-features", defaultValue = "1000", paramLabel = "d", 
            description = "greatest d; the least is 2")
    private int maxFeatures;

    @Option(names = "--out", required = true, paramLabel = "FILE.svg", description = "the diagram")
    private Path out;

    @Option(names = "--data", paramLabel = "FILE.csv", description = "its boundaries: d and the four thresholds of ε")
    private Path data;

    @Override
    public Integer call() throws IOException {
        Options.lambda(lambda);
        Options.atLeast("--max-features", maxFeatures, 3);
        new UsedFiles().writes("--out", out).writes("--data", data);
        PhaseDiagram diagram = new PhaseDiagram(lambda, maxFeatures);
        Options.write("--out", out, diagram.svg());
        if (data != null) {
            Options.write("--data", data, diagram.csv());
        }
        return 0;
    }
}
