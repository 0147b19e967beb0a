package dev.holdfast.verify.cli;

import com.google.gson.GsonBuilder;
import dev.holdfast.kernel.Implementation;
import dev.holdfast.model.GaussianMixture;
import dev.holdfast.verify.data.Cifar10;
import dev.holdfast.verify.data.Digits;
import dev.holdfast.verify.data.Idx;
import dev.holdfast.verify.data.MixtureFile;
import dev.holdfast.verify.experiments.Evaluation;
import dev.holdfast.verify.experiments.MixtureContexts;
import dev.holdfast.verify.experiments.MixtureEvaluation;
import dev.holdfast.verify.experiments.NamedLearner;
import dev.holdfast.verify.tasks.NormalTasks;
import dev.holdfast.verify.tasks.PairTasks;
import dev.holdfast.verify.tasks.PretrainingTasks;
import dev.holdfast.verify.tasks.TaskFamily;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code holdfast evaluate}: accuracy of learners on one family of tasks against ε. */
@Command(
        name = "evaluate",
        description = "Accuracy on one family of tasks, clean and under the closed-form adversary.",
        mixinStandardHelpOptions = true,
        showDefaultValues = true)
final class EvaluateCommand implements Callable<Integer> {
    private static final int DEMONSTRATIONS = 1000;
    private static final List<String> NORMAL = List.of("normal");
    private static final List<String> PRETRAINING = List.of("pretraining");
    private static final List<String> MIXTURE = List.of("mixture");
    private static final List<String> WITH_QUERIES = List.of("normal", "pretraining");
    private static final List<String> DRAWN = List.of("normal", "pretraining", "mixture");
    /** Which tasks an option belongs to, if not to all. */
    private static final Map<String, List<String>> KINDS = Map.ofEntries(
            Map.entry("--data", List.of("idx", "cifar10")),
            Map.entry("--seed", DRAWN),
            Map.entry("--count", DRAWN),
            Map.entry("--queries", WITH_QUERIES),
            Map.entry("--setting", MIXTURE),
            Map.entry("--features", PRETRAINING),
            Map.entry("--lambda", PRETRAINING),
            Map.entry("--d-rob", NORMAL),
            Map.entry("--d-vul", NORMAL),
            Map.entry("--d-irr", NORMAL),
            Map.entry("--alpha", NORMAL),
            Map.entry("--beta", NORMAL),
            Map.entry("--gamma", NORMAL));
    /** Products of features that robust Bayes keeps of two classes, and makes of them. */
    private static final int SQUARES = 7;
    /** Numbers a feature that a task and a learner have beside their rows. */
    private static final int VECTORS = 8;
    /** What waits until all tasks are done: a task, and each of its accuracies. */
    private static final int BYTES_PER_TASK = 200, BYTES_PER_RESULT = 60;

    @Spec
    private CommandSpec spec;

    @Option(names = "--tasks", required = true, paramLabel = "FAMILY",
            description = "digits, idx, cifar10, normal, pretraining or mixture")
    private String tasks;

    @Option(names = "--data", paramLabel = "DIR", description = "where the files of idx or cifar10 lie")
    private Path data;

    @Option(names = "--setting", paramLabel = "SETTING", description = "what the mixture is: " + MixtureFile.NAMES)
    private String setting;

    @Option(names = "--weights", split = ",", defaultValue = "standard,adversarial", paramLabel = "NAME",
            description = "learners, separated by commas: " + NamedLearner.NAMES + "; where the weights of a mixture's context"
                    + " are too large for floats, all answers count as wrong")
    private List<String> weights;

    @Option(names = "--epsilons", split = ",", defaultValue = "0,0.05,0.1,0.15,0.2,0.25,0.3", paramLabel = "E",
            description = "radii of the adversary's ball, separated by commas; of a mixture, whose balls have the radius E√d,"
                    + " the default is 0 and the setting's")
    private double[] epsilons;

    @Option(names = "--demonstrations", split = ",", paramLabel = "N", showDefaultValue = CommandLine.Help.Visibility.NEVER,
            description = "demonstrations a task, of a mixture any number of numbers, separated by commas (default: all of a"
                    + " real pair's; 1000 of a drawn task)")
    private int[] demonstrations;

    @Option(names = "--json", description = "print JSON in place of a table")
    private boolean json;

    @Option(names = "--threads", paramLabel = "T", showDefaultValue = CommandLine.Help.Visibility.NEVER,
            description = "tasks that run at once (default: one a core)")
    private int threads = Runtime.getRuntime().availableProcessors();

    @Option(names = "--seed", defaultValue = "1", paramLabel = "S", description = "seed of drawn tasks")
    private long seed;

    @Option(names = "--count", defaultValue = "200", paramLabel = "B", description = "how many tasks are drawn")
    private int count;

    @Option(names = "--queries", defaultValue = "1000", paramLabel = "M", description = "queries of a drawn task")
    private int queries;

    @Option(names = "--features", defaultValue = "100", paramLabel = "d", description = "features of pretraining tasks")
    private int features;

    @Option(names = "--lambda", defaultValue = "0.1", paramLabel = "L", description = "λ of pretraining tasks")
    private double lambda;

    @Option(names = "--d-rob", defaultValue = "10", paramLabel = "R", description = "robust features of normal tasks")
    private int robust;

    @Option(names = "--d-vul", defaultValue = "90", paramLabel = "V", description = "their vulnerable features")
    private int vulnerable;

    @Option(names = "--d-irr", defaultValue = "0", paramLabel = "I", description = "their irrelevant features")
    private int irrelevant;

    @Option(names = "--alpha", defaultValue = "1", paramLabel = "A", description = "mean and sd of robust features")
    private double alpha;

    @Option(names = "--beta", defaultValue = "0.1", paramLabel = "B", description = "mean and sd of vulnerable features")
    private double beta;

    @Option(names = "--gamma", defaultValue = "0.1", paramLabel = "G", description = "sd of irrelevant features")
    private double gamma;

    /** What {@code --json} prints. */
    private record Report(
            String tasks, String implementation, double seconds, List<Evaluation.Result> results) {}

    /** What {@code --json} prints of a mixture. */
    private record MixtureReport(
            String tasks, String setting, String implementation, double seconds, List<MixtureEvaluation.Result> results) {}

    @Override
    public Integer call() {
        long start = System.nanoTime();
        check();
        String implementation = Implementation.name();
        if (MIXTURE.contains(tasks)) {
            return mixture(implementation, start);
        }
        TaskFamily family = family();
        List<NamedLearner> learners =
                weights.stream().map(name -> NamedLearner.named(name, family.features())).toList();
        List<Evaluation.Result> results;
        try (Progress progress = Progress.of(tasks, family.count())) {
            results = Evaluation.run(family, learners, epsilons, threads, progress::step);
        }
        Report report = new Report(tasks, implementation, (System.nanoTime() - start) / 1e9, results);
        if (json) {
            System.out.println(new GsonBuilder().serializeNulls().create().toJson(report));
        } else {
            System.out.print(ResultTable.of(tasks, results));
            System.out.printf(Locale.ROOT, "%.2f s, %s%n", report.seconds(), implementation);
        }
        return 0;
    }

    /** Contexts in place of tasks with queries: the errors of a classifier of a mixture are known. */
    private int mixture(String implementation, long start) {
        GaussianMixture mixture = MixtureFile.load(setting);
        if (!spec.commandLine().getParseResult().hasMatchedOption("--epsilons")) {
            epsilons = DoubleStream.of(0, mixture.epsilon()).distinct().toArray();
        }
        int d = mixture.features();
        double running = Math.min(threads, count);
        new Memory()
                .arrays(running * (SQUARES + 2), (double) d * d, Double.BYTES)
                .arrays(running, (double) d * MixtureContexts.BLOCK, Float.BYTES)
                .objects(count, BYTES_PER_TASK + BYTES_PER_RESULT * (double) weights.size() * epsilons.length)
                .check(String.format(Locale.ROOT, "--count %d contexts of %d features and --threads %d", count, d, threads));
        List<NamedLearner> learners = weights.stream().map(name -> NamedLearner.named(name, d)).toList();
        int[] sizes = demonstrations == null ? new int[] {DEMONSTRATIONS} : demonstrations;
        List<MixtureEvaluation.Result> results;
        try (Progress progress = Progress.of(tasks, count * sizes.length)) {
            results = new MixtureEvaluation(mixture, count, seed).run(learners, sizes, epsilons, threads, progress::step);
        }
        double seconds = (System.nanoTime() - start) / 1e9;
        if (json) {
            System.out.println(new GsonBuilder().serializeNulls().create()
                    .toJson(new MixtureReport(tasks, setting, implementation, seconds, results)));
        } else {
            System.out.print(ResultTable.of(tasks, results.stream().map(MixtureEvaluation.Result::inTable).toList()));
            System.out.printf(Locale.ROOT, "%.2f s, %s%n", seconds, implementation);
        }
        return 0;
    }

    private void check() {
        Options.belong(spec, "--tasks", tasks, KINDS);
        if (MIXTURE.contains(tasks) && setting == null) {
            throw new IllegalArgumentException("--setting is missing, expected " + MixtureFile.NAMES);
        }
        if (epsilons.length == 0) {
            throw new IllegalArgumentException("--epsilons has no number, expected at least one");
        }
        for (double epsilon : epsilons) {
            Options.notNegative("--epsilons", epsilon);
        }
        for (String name : weights) {
            NamedLearner.check(name);
        }
        if (weights.isEmpty() || weights.size() > Set.copyOf(weights).size()) {
            throw Options.bad("--weights", String.join(",", weights), "at least one learner, and each once");
        }
        Options.threads(threads);
        Options.atLeast("--count", count, 1);
        Options.atLeast("--queries", queries, 1);
        Options.atLeast("--features", features, 1);
        Options.atLeast("--d-rob", robust, 0);
        Options.atLeast("--d-vul", vulnerable, 0);
        Options.atLeast("--d-irr", irrelevant, 0);
        checkDemonstrations();
        Options.notNegative("--lambda", lambda);
        Options.notNegative("--alpha", alpha);
        Options.notNegative("--beta", beta);
        Options.notNegative("--gamma", gamma);
    }

    private void checkDemonstrations() {
        if (demonstrations == null) {
            return;
        }
        for (int each : demonstrations) {
            Options.atLeast("--demonstrations", each, 1);
        }
        int most = MIXTURE.contains(tasks) ? Integer.MAX_VALUE : 1;
        if (demonstrations.length < 1 || demonstrations.length > most
                || demonstrations.length > IntStream.of(demonstrations).distinct().count()) {
            throw Options.bad("--demonstrations", IntStream.of(demonstrations).mapToObj(Integer::toString)
                    .collect(Collectors.joining(",")), most == 1 ? "one number" : "at least one number, and each once");
        }
    }

    private TaskFamily family() {
        return switch (tasks) {
            case "digits" -> new PairTasks(Digits.load(), kept());
            case "idx" -> new PairTasks(Idx.load(directory()), kept());
            case "cifar10" -> new PairTasks(Cifar10.load(directory()), kept());
            case "normal" -> {
                double d = (double) robust + vulnerable + irrelevant;
                if (d < 1) {
                    throw Options.bad("--d-rob + --d-vul + --d-irr", 0, "at least 1");
                }
                checkMemory(d);
                yield new NormalTasks(sizes(),
                        new NormalTasks.Features(robust, vulnerable, irrelevant, alpha, beta, gamma));
            }
            case "pretraining" -> {
                checkMemory(features);
                yield new PretrainingTasks(sizes(), features, lambda);
            }
            default -> throw Options.bad("--tasks", tasks, "digits, idx, cifar10, normal, pretraining or mixture");
        };
    }

    /** Of tasks that are drawn, of d features. */
    private void checkMemory(double d) {
        PretrainingTasks.Sizes sizes = sizes();
        int running = Math.min(threads, count);
        double squares = weights.stream().anyMatch(name -> name.startsWith("bayes:")) ? SQUARES : 0;
        new Memory()
                .arrays(running, sizes.demonstrations() * d, Float.BYTES)
                .arrays(running, sizes.queries() * d, Float.BYTES)
                .arrays(running * squares, d * d, Double.BYTES)
                .arrays(VECTORS * (running + weights.size()), d, Float.BYTES)
                .objects(count, BYTES_PER_TASK + BYTES_PER_RESULT * (double) weights.size() * epsilons.length)
                .check(String.format(Locale.ROOT,
                        "--count %d tasks of %.0f features, --demonstrations %d, --queries %d and --threads %d", count, d, sizes.demonstrations(), queries, threads));
    }

    private int kept() {
        return demonstrations == null ? 0 : demonstrations[0];
    }

    private Path directory() {
        if (data == null) {
            throw new IllegalArgumentException("--data is missing, expected the directory of the files for " + tasks);
        }
        return data;
    }

    private PretrainingTasks.Sizes sizes() {
        return new PretrainingTasks.Sizes(
                count, demonstrations == null ? DEMONSTRATIONS : demonstrations[0], queries, seed);
    }
}
