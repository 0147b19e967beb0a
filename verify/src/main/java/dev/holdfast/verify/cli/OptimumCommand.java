package dev.holdfast.verify.cli;

import com.google.gson.GsonBuilder;
import dev.holdfast.model.DeepTransformer;
import dev.holdfast.model.DepthOptimum;
import dev.holdfast.model.ExactOptimum;
import dev.holdfast.model.ExactOptimum.Phase;
import dev.holdfast.model.GaussianMixture;
import dev.holdfast.model.Provenance;
import dev.holdfast.verify.data.MixtureFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code holdfast optimum}: the exact result of pretraining, and the most robust transformer of a depth. */
@Command(
        name = "optimum",
        description = "What pretraining approaches, without sampling. Of one layer, the exact result: its phase, its loss and"
                + " the thresholds of ε. On a mixture, by depth, the least robust error of four numbers a layer, beside what"
                + " no weights of that depth pass.",
        mixinStandardHelpOptions = true)
final class OptimumCommand implements Callable<Integer> {
    private static final List<String> PRETRAINING = List.of("pretraining");
    private static final List<String> MIXTURE = List.of("mixture");
    /** Which family an option belongs to, if not to both. */
    private static final Map<String, List<String>> KINDS = Map.of(
            "--features", PRETRAINING,
            "--lambda", PRETRAINING,
            "--setting", MIXTURE,
            "--depth", MIXTURE);
    /** By then errors have long been those of robust Bayes. */
    private static final int MOST_DEPTH = 100;

    @Spec
    private CommandSpec spec;

    @Option(names = "--family", defaultValue = "pretraining", paramLabel = "FAMILY",
            description = "which tasks: pretraining, those of one layer (default), or mixture, those of several")
    private String family;

    @Option(names = "--features", paramLabel = "d", description = "features of a pretraining task")
    private Integer features;

    @Option(names = "--lambda", paramLabel = "L", description = "λ of pretraining tasks, 0..1")
    private Double lambda;

    @Option(names = "--epsilon", paramLabel = "E",
            description = "radius of the adversary's ball; of a mixture it is E√d (default: the setting's E)")
    private Double epsilon;

    @Option(names = "--setting", paramLabel = "SETTING", description = "what the mixture is: " + MixtureFile.NAMES)
    private String setting;

    @Option(names = "--depth", split = ",", defaultValue = "1,2,3,4", paramLabel = "L",
            description = "numbers of layers for a mixture, separated by commas (default: ${DEFAULT-VALUE})")
    private int[] depths;

    @Option(names = "--out", paramLabel = "WEIGHTS.npz", description = "file for the weights, of one depth")
    private Path out;

    @Option(names = "--json", description = "print JSON in place of sentences")
    private boolean json;

    /** What {@code --json} prints. */
    private record Report(String phase, int ones, int label, double objective, double[] thresholds) {}

    /** What a classifier of a mixture errs, as it is and under attack. */
    private record Errors(double cleanError, double robustError) {
        static Errors of(GaussianMixture mixture, double[] w) {
            return new Errors(mixture.error(w, 0), mixture.error(w, mixture.radius()));
        }
    }

    /** A depth's; {@code bound} is what no weights of this depth pass. */
    private record Depth(int depth, double cleanError, double robustError, double bound, List<DeepTransformer.Layer> layers) {
        static Depth of(DepthOptimum optimum) {
            return new Depth(optimum.depth(), optimum.cleanError(), optimum.error(), optimum.bound(),
                    optimum.transformer().layers());
        }
    }

    /** What {@code --json} prints of a mixture; {@code convex} is {@code null} where double cannot hold its weights. */
    private record MixtureReport(String setting, int features, int krylovDimension, double epsilon, double radius, double tau,
            Errors robustBayes, Errors bayes, Errors mean, List<Depth> depths, Depth convex) {}

    @Override
    public Integer call() throws IOException {
        if (!PRETRAINING.contains(family) && !MIXTURE.contains(family)) {
            throw Options.bad("--family", family, "pretraining or mixture");
        }
        Options.belong(spec, "--family", family, KINDS);
        if (epsilon != null) {
            Options.notNegative("--epsilon", epsilon);
        }
        new UsedFiles().writes("--out", out);
        if (MIXTURE.contains(family)) {
            mixture();
        } else {
            singleLayer();
        }
        return 0;
    }

    private <T> T needed(String option, T value) {
        if (value == null) {
            throw new IllegalArgumentException(option + " is missing, expected it with --family " + family);
        }
        return value;
    }

    private void singleLayer() throws IOException {
        Options.atLeast("--features", needed("--features", features), 1);
        if (out != null) {
            Options.savedFeatures(features);
        }
        Options.lambda(needed("--lambda", lambda));
        ExactOptimum optimum = ExactOptimum.of(features, lambda, needed("--epsilon", epsilon));
        double[] thresholds = ExactOptimum.thresholds(features, lambda);
        if (out != null) {
            optimum.transformer().withProvenance(new Provenance("optimum", lambda, epsilon, 0, 0)).save(out);
        }
        if (json) {
            print(new Report(optimum.phase().toString(), optimum.ones(), optimum.label(), optimum.objective(), thresholds));
        } else {
            System.out.print(text(optimum, thresholds));
        }
    }

    private static void print(Object report) {
        System.out.println(new GsonBuilder().serializeNulls().create().toJson(report));
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

    private void mixture() throws IOException {
        GaussianMixture mixture = MixtureFile.load(needed("--setting", setting));
        if (epsilon != null) {
            mixture = mixture.against(epsilon);
        }
        checkDepths();
        List<DepthOptimum> optima = DepthOptimum.upTo(mixture, IntStream.of(depths).max().getAsInt());
        if (out != null) {
            optima.getLast().transformer()
                    .withProvenance(new Provenance("depth-optimum", 0, mixture.epsilon(), 0, 0)).save(out);
        }
        MixtureReport report = new MixtureReport(setting, mixture.features(), DepthOptimum.krylovDimension(mixture),
                mixture.epsilon(), mixture.radius(), mixture.tau(), Errors.of(mixture, mixture.robustBayes()),
                Errors.of(mixture, mixture.against(0).robustBayes()), Errors.of(mixture, mixture.mean()),
                IntStream.of(depths).mapToObj(depth -> Depth.of(optima.get(depth - 1))).toList(), convex(mixture));
        if (json) {
            print(report);
        } else {
            System.out.print(text(report));
        }
    }

    private static Depth convex(GaussianMixture mixture) {
        try {
            return Depth.of(DepthOptimum.convex(mixture));
        } catch (IllegalStateException e) {
            return null; // beyond double
        }
    }

    private void checkDepths() {
        for (int depth : depths) {
            if (depth < 1 || depth > MOST_DEPTH) {
                throw Options.bad("--depth", depth, "at least 1 and at most " + MOST_DEPTH);
            }
        }
        String all = IntStream.of(depths).mapToObj(Integer::toString).collect(Collectors.joining(","));
        if (depths.length == 0 || IntStream.of(depths).distinct().count() < depths.length) {
            throw Options.bad("--depth", all, "at least one number, and each once");
        }
        if (out != null && depths.length > 1) {
            throw Options.bad("--out", out, "it with one --depth alone, not with " + all);
        }
    }

    private static String text(MixtureReport report) {
        StringBuilder text = new StringBuilder(String.format(Locale.ROOT,
                "%s: d = %d, r = %d, ε = %s, ε√d = %.6g, τ = %.7g%n%-25s %12s %12s %15s%n",
                Options.printable(report.setting()), report.features(), report.krylovDimension(), report.epsilon(),
                report.radius(), report.tau(), "", "clean error", "robust error", "no less than"));
        line(text, "robust Bayes", report.robustBayes(), report.robustBayes().robustError());
        line(text, "Bayes, Σ⁻¹μ", report.bayes(), null);
        line(text, "mean, μ", report.mean(), null);
        for (Depth each : report.depths()) {
            line(text, "depth " + each.depth(), new Errors(each.cleanError(), each.robustError()), each.bound());
        }
        if (report.convex() != null) {
            line(text, "depth 2, P₁ = P₂ = Q₁ = I",
                    new Errors(report.convex().cleanError(), report.convex().robustError()), null);
        }
        return text.toString();
    }

    private static void line(StringBuilder text, String name, Errors errors, Double bound) {
        text.append(String.format(Locale.ROOT, "%-25s %12.10f %12.10f", name, errors.cleanError(), errors.robustError()));
        text.append(bound == null ? "" : String.format(Locale.ROOT, " %15.10f", bound)).append(System.lineSeparator());
    }
}
