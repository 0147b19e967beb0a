package dev.holdfast.verify.cli;

import dev.holdfast.model.GramContext;
import dev.holdfast.model.LinearTransformer;
import dev.holdfast.model.MultiClassifier;
import dev.holdfast.model.Threat;
import dev.holdfast.verify.data.CsvSamples;
import dev.holdfast.verify.data.DataException;
import dev.holdfast.verify.experiments.Weights;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.DoubleStream;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code holdfast classify}: learns from one CSV file, answers every row of another, and says how far to trust it. */
@Command(
        name = "classify",
        description = "Learns classes from a CSV file in context and answers the rows of another, with certified radii.",
        mixinStandardHelpOptions = true,
        showDefaultValues = true)
final class ClassifyCommand implements Callable<Integer> {
    private static final String SAVED = ".npz";
    /** What an exact sum takes, of which a class has one for each pair of features. */
    private static final double BYTES_PER_PAIR = 120;

    @Option(names = "--context", required = true, paramLabel = "FILE",
            description = "demonstrations, FILE.csv, or what --save wrote, FILE.npz")
    private Path context;

    @Option(names = "--label", paramLabel = "COLUMN", description = "the column of the label")
    private String label;

    @Option(names = "--input", required = true, paramLabel = "FILE.csv", description = "queries")
    private Path input;

    @Option(names = "--out", required = true, paramLabel = "FILE.csv",
            description = "answers, a line a query: predicted, score, radius and, with --epsilon, certified")
    private Path out;

    @Option(names = "--weights", defaultValue = "adversarial", paramLabel = "NAME",
            description = "the transformer: standard, adversarial or a weights file, FILE.npz")
    private String weights;

    @Option(names = "--norm", defaultValue = "linf", paramLabel = "NORM", description = "linf, l2 or l1")
    private String norm;

    @Option(names = "--box", split = ",", paramLabel = "LOW,HIGH", description = "perturbed queries stay within")
    private double[] box;

    @Option(names = "--epsilon", paramLabel = "E", description = "radius to certify, in the units of the columns")
    private Double epsilon;

    @ArgGroup
    private final Scheme scheme = new Scheme();

    @Option(names = "--save", paramLabel = "FILE.npz", description = "file for the context, for any weights later")
    private Path save;

    /** One way of the two. */
    private static final class Scheme {
        @Option(names = "--rest", description = "each class against the rest (default)")
        private boolean rest;

        @Option(names = "--pairs", description = "each class against each other, by votes")
        private boolean pairs;
    }

    @Override
    public Integer call() throws IOException {
        check();
        Threat threat = threat();
        GramContext<String> learnt = isSaved() ? load() : learn();
        LinearTransformer transformer = Weights.named(weights, learnt.features()).transformer();
        MultiClassifier<String> classifier =
                scheme.pairs ? learnt.pairs(transformer) : learnt.rest(transformer);
        Answers answers = new Answers(classifier, threat, epsilon);
        try (CsvSamples queries = CsvSamples.withFeatures(input, learnt.featureNames(), label);
                Progress progress = Progress.ofFile("classify", input)) {
            if (box != null) {
                queries.inBox(box[0], box[1]);
            }
            Options.write("--out", out, file -> answers.write(queries, file, progress));
            if (queries.hasLabels()) {
                System.out.print(answers.summary());
            }
        }
        if (save != null) {
            save(learnt);
        }
        return 0;
    }

    private void check() {
        Weights.check(weights);
        if (box != null && (box.length != 2 || !(box[0] <= box[1]))) {
            throw Options.bad("--box", join(box), "two numbers, LOW,HIGH, the first not greater");
        }
        if (epsilon != null) {
            Options.notNegative("--epsilon", epsilon);
        }
        if (!isSaved() && label == null) {
            throw new IllegalArgumentException("--label is missing, expected the column of the label in " + context);
        }
        Options.fileToWrite("--out", out);
        Options.fileToWrite("--save", save);
    }

    private static String join(double[] values) {
        return DoubleStream.of(values).mapToObj(Double::toString).collect(Collectors.joining(","));
    }

    private boolean isSaved() {
        return context.toString().endsWith(SAVED);
    }

    private Threat threat() {
        Threat threat = switch (norm) {
            case "linf" -> Threat.linf();
            case "l2" -> Threat.l2();
            case "l1" -> Threat.l1();
            default -> throw Options.bad("--norm", norm, "linf, l2 or l1");
        };
        return box == null ? threat : threat.inBox(box[0], box[1]);
    }

    private GramContext<String> load() {
        try {
            return GramContext.load(context, Function.identity());
        } catch (IOException e) {
            throw new DataException(e.getMessage(), e);
        }
    }

    /** Reads the demonstrations twice, for their classes and for themselves, so that they need not be kept. */
    private GramContext<String> learn() throws IOException {
        Set<String> classes = new LinkedHashSet<>();
        try (CsvSamples samples = CsvSamples.labelled(context, label)) {
            while (samples.nextLabel()) {
                classes.add(samples.label());
            }
        }
        if (classes.size() < 2) {
            throw new DataException(context + ", column '" + label + "': " + classes.size()
                    + " classes, expected at least 2");
        }
        try (CsvSamples samples = CsvSamples.labelled(context, label);
                Progress progress = Progress.ofFile("learn", context)) {
            checkMemory(samples.features().size(), classes.size());
            GramContext<String> learnt = GramContext.of(samples.features(), List.copyOf(classes));
            float[] x = new float[learnt.features()];
            while (samples.next(x)) {
                try {
                    learnt.add(x, samples.label());
                } catch (IllegalArgumentException e) {
                    throw samples.bad(e.getMessage());
                }
                progress.at(samples.bytesRead());
            }
            return learnt;
        }
    }

    /** The sums, and as much again while they are read out. */
    private void checkMemory(long d, long classes) {
        double megabytes = BYTES_PER_PAIR * classes * d * (d + 1) / 1e6;
        double heap = Runtime.getRuntime().maxMemory() / 1e6;
        if (megabytes > heap) {
            throw new DataException(String.format(Locale.ROOT,
                    "%s: %d features and %d classes, which need %.0f MB, expected at most the heap's %.0f MB",
                    context, d, classes, megabytes, heap));
        }
    }

    private void save(GramContext<String> learnt) {
        try {
            learnt.save(save, Function.identity());
        } catch (IOException e) {
            throw Options.notWritten("--save", save);
        }
    }
}
