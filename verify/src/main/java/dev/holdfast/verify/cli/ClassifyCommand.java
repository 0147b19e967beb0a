package dev.holdfast.verify.cli;

import dev.holdfast.model.Learner;
import dev.holdfast.model.MultiClassifier;
import dev.holdfast.model.RobustBayes;
import dev.holdfast.model.Rows;
import dev.holdfast.model.State;
import dev.holdfast.model.Threat;
import dev.holdfast.model.archive.AtomicFile;
import dev.holdfast.verify.data.CsvSamples;
import dev.holdfast.verify.data.DataException;
import dev.holdfast.verify.data.Decimals;
import dev.holdfast.verify.data.Rounding;
import dev.holdfast.verify.experiments.Hijackable;
import dev.holdfast.verify.experiments.NamedLearner;
import java.io.IOException;
import java.io.InputStream;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;
import java.util.stream.Stream;
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
    /** What an exact sum takes for each pair of features. */
    private static final int BYTES_PER_EXACT_PAIR = 120;
    /** What a fast sum takes for each pair of features, both ways round. */
    private static final int BYTES_PER_FAST_PAIR = 16;
    /** Squares of numbers that a learner makes of fast sums, and of exact ones. */
    private static final int FAST_SQUARES = 3, EXACT_SQUARES = 6;
    /** What a classifier takes beside its weights: measured, as the numbers of squares are. */
    private static final int BYTES_PER_CLASSIFIER = 500;
    /** What a row that is kept takes beside its features and their copy: a label, and what bounds keep of it. */
    private static final int BYTES_PER_ROW = 150;
    /** What the names of learners begin with that need no pairs of features. */
    private static final String WITHOUT_PAIRS = "bayes-";
    private static final BigDecimal GREATEST = new BigDecimal(State.GREATEST_FEATURE);
    /** Rows that are added together. */
    private static final int BLOCK = 256;

    @Option(names = "--context", required = true, paramLabel = "FILE",
            description = "demonstrations, FILE.csv, or what --save wrote, FILE.npz")
    private Path context;

    @Option(names = "--label", paramLabel = "COLUMN", description = "the column of the label")
    private String label;

    @Option(names = "--input", required = true, paramLabel = "FILE.csv", description = "queries")
    private Path input;

    @Option(names = "--out", required = true, paramLabel = "FILE.csv",
            description = "answers, a line a query: predicted, score, radius and, with --epsilon, certified;"
                    + " columns of --hijacked follow")
    private Path out;

    @Option(names = "--weights", paramLabel = "NAME",
            description = "the learner: " + NamedLearner.NAMES + " (default: bayes:NORM:E with the --norm and the"
                    + " --epsilon, else 0, and with --pairs unless --rest is given)")
    private String weights;

    @Option(names = "--priors", paramLabel = "HOW",
            description = "how likely the classes are to a bayes learner: equal (default) or counted")
    private String priors;

    @Option(names = "--norm", defaultValue = "linf", paramLabel = "NORM", description = "linf, l2 or l1")
    private String norm;

    @Option(names = "--box", split = ",", paramLabel = "LOW,HIGH", description = "perturbed queries stay within")
    private BigDecimal[] box;

    @Option(names = "--epsilon", paramLabel = "E", description = "radius to certify, in the units of the columns")
    private BigDecimal epsilon;

    private boolean pairs;

    @Option(names = "--hijacked",
            description = "also how few demonstrations may change an answer if any rows in the --box replace them, if such"
                    + " rows are added or, with --epsilon, if demonstrations move by up to E in each feature: columns"
                    + " replaced, added, moved. For two classes")
    private boolean hijacked;

    private Hijacks hijacks;

    @ArgGroup
    private final Scheme scheme = new Scheme();

    @Option(names = "--save", paramLabel = "FILE.npz", description = "file for the context, for any learner later")
    private Path save;

    @Option(names = "--exact", description = "keep sums without rounding, the same for every order of the rows")
    private boolean exact;

    /** One way of the two. */
    private static final class Scheme {
        @Option(names = "--rest", description = "each class against the rest (default where --weights is given)")
        private boolean rest;

        @Option(names = "--pairs", description = "each class against each other, by votes")
        private boolean pairs;
    }

    @Override
    public Integer call() throws IOException {
        check();
        Threat threat = threat();
        boolean named = weights != null;
        if (!named) {
            weights = "bayes:" + norm + ":" + (epsilon == null ? 0.0 : epsilon.doubleValue());
        }
        pairs = scheme.pairs || !named && !scheme.rest;
        State<String> state = isSaved() ? load() : learn();
        Learner learner = learner(state.features());
        MultiClassifier<String> classifier = pairs ? learner.learnPairs(state) : learner.learnRest(state);
        Answers answers = new Answers(classifier, threat, rounding(), epsilon, hijacks);
        try (CsvSamples queries = CsvSamples.withFeatures(input, state.featureNames(), label);
                Progress progress = Progress.ofFile("classify", input)) {
            if (isSaved() && label != null && !queries.hasLabels()) {
                throw new DataException(input + ": no column '" + label + "', expected it for --label");
            }
            if (box != null) {
                queries.inBox(box[0], box[1]);
            }
            Options.write("--out", out, file -> answers.write(queries, file, progress));
            if (queries.hasLabels()) {
                System.out.print(answers.summary());
            }
        }
        if (save != null) {
            state.save(save, Function.identity());
        }
        if (!named) {
            // last, so that an error is the only line
            System.err.println("holdfast: no --weights, so learnt by " + weights + (pairs ? " --pairs" : " --rest"));
        }
        return 0;
    }

    private Learner learner(int d) {
        Learner learner = NamedLearner.named(weights, d).learner().forRawRows();
        return learner instanceof RobustBayes bayes && "counted".equals(priors) ? bayes.countedPriors() : learner;
    }

    private void check() {
        if (weights != null) {
            NamedLearner.check(weights);
        }
        if (priors != null && !priors.equals("equal") && !priors.equals("counted")) {
            throw Options.bad("--priors", priors, "equal or counted");
        }
        if (priors != null && weights != null && !weights.startsWith("bayes")) {
            throw Options.bad("--priors", priors, "it with a bayes learner alone, not with --weights " + weights);
        }
        if (exact && isSaved()) {
            throw Options.bad("--exact", true, "it where rows are read; " + context + " holds sums that were kept before");
        }
        if (box != null && (box.length != 2 || box[0].compareTo(box[1]) > 0)) {
            throw Options.bad("--box", join(box), "two numbers, LOW,HIGH, the first not greater");
        }
        if (epsilon != null) {
            Options.notNegative("--epsilon", epsilon.doubleValue());
        }
        if (hijacked) {
            checkHijacked();
        }
        if (!isSaved() && label == null) {
            throw new IllegalArgumentException("--label is missing, expected the column of the label in " + context);
        }
        new UsedFiles()
                .reads("--context", context)
                .reads("--input", input)
                .reads("--weights", NamedLearner.file(weights))
                .writes("--out", out)
                .writes("--save", save);
    }

    private void checkHijacked() {
        if (isSaved()) {
            throw Options.bad("--hijacked", true, "it where rows are read; " + context + " holds sums alone");
        }
        if (!norm.equals("linf")) {
            throw Options.bad("--norm", norm, "linf with --hijacked: each feature of a demonstration moves by itself");
        }
        if (box == null) {
            throw Options.bad("--hijacked", true, "it with --box LOW,HIGH, where the rows of the adversary lie: without one"
                    + " any single row can change any answer");
        }
        if (box[0].compareTo(GREATEST.negate()) < 0 || box[1].compareTo(GREATEST) > 0) {
            throw Options.bad("--box", join(box), "edges from -" + GREATEST + " to " + GREATEST + " with --hijacked, as"
                    + " demonstrations have to lie there");
        }
    }

    private static String join(BigDecimal[] values) {
        return Stream.of(values).map(BigDecimal::toString).collect(Collectors.joining(","));
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
        // outwards, so that nothing between the decimals is left out
        return box == null ? threat : threat.inBox(Decimals.floor(box[0]), Decimals.ceil(box[1]));
    }

    /** What the rounding of a query takes from its radius. */
    private ToDoubleFunction<Rounding> rounding() {
        return switch (norm) {
            case "linf" -> Rounding::linf;
            case "l2" -> Rounding::l2;
            default -> Rounding::l1;
        };
    }

    private State<String> load() {
        State<String> state;
        try {
            state = State.load(context, Function.identity());
        } catch (IOException e) {
            throw new DataException(e.getMessage(), e);
        }
        if (state.featureNames().isEmpty()) {
            throw new DataException(context + ": a state without names of features, expected those of the columns that"
                    + " --input has: State.named gives them");
        }
        checkMemory(state.features(), state.classes().size(), state.isExact(), 1, 0);
        return state;
    }

    private State<String> learn() throws IOException {
        if (!UsedFiles.isReadOnce(context)) {
            return learn(context);
        }
        Path copy = Files.createTempFile("holdfast", ".csv");
        try {
            copy(copy);
            return learn(copy);
        } finally {
            Files.delete(copy);
        }
    }

    /** Copies what can be read once. */
    private void copy(Path to) throws IOException {
        try (InputStream in = Files.newInputStream(context)) {
            Files.copy(in, to, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            throw new IOException(context + ": " + AtomicFile.reason(e) + ", expected room for a copy of it in "
                    + to.getParent(), e);
        }
    }

    /**
     * Reads the demonstrations twice, for their classes and for themselves, so that memory need not hold them, unless answers
     * are to say how few of them change those.
     */
    private State<String> learn(Path file) throws IOException {
        Set<String> classes = new LinkedHashSet<>();
        long rows = 0;
        try (CsvSamples samples = CsvSamples.labelled(context, file, label)) {
            while (samples.nextLabel()) {
                classes.add(samples.label());
                rows++;
            }
        }
        if (classes.size() < 2) {
            throw new DataException(context + ", column '" + label + "': " + classes.size()
                    + " classes, expected at least 2");
        }
        if (hijacked && classes.size() > 2) {
            throw new DataException(context + ", column '" + label + "': " + classes.size()
                    + " classes, expected 2 with --hijacked");
        }
        try (CsvSamples samples = CsvSamples.labelled(context, file, label);
                Progress progress = Progress.ofFile("learn", file)) {
            State<String> state = emptyState(samples.features(), List.copyOf(classes), hijacked ? rows : 0);
            samples.inBox(hijacked ? box[0] : GREATEST.negate(), hijacked ? box[1] : GREATEST);
            int d = state.features();
            int length = hijacked ? (int) rows : BLOCK;
            float[] block = new float[length * d];
            List<String> labels = new ArrayList<>(length);
            float[] x = new float[d];
            while (samples.next(x)) {
                if (labels.size() == length) {
                    add(state, block, labels);
                    labels.clear();
                }
                System.arraycopy(x, 0, block, labels.size() * d, d);
                labels.add(samples.label());
                progress.at(samples.bytesRead());
            }
            add(state, block, labels);
            if (hijacked) {
                hijacks = hijacks(state, block, labels);
            }
            return state;
        }
    }

    /** @param block of all rows of the state, with these labels; kept */
    private Hijacks hijacks(State<String> state, float[] block, List<String> labels) {
        String positive = state.classes().getFirst();
        int[] y = labels.stream().mapToInt(each -> each.equals(positive) ? 1 : -1).toArray();
        // moved decimals are rounded as they were before, each time by half a step of the box's greatest float at the most
        double step = Math.ulp(Math.max(-Decimals.floor(box[0]), Decimals.ceil(box[1])));
        double reach = epsilon == null ? 0 : Math.nextUp(Decimals.ceilDouble(epsilon) + step);
        Rows x = Rows.view(block, state.features());
        return new Hijacks(Hijackable.of(learner(x.features()), x, y, threat(), reach), positive, epsilon != null);
    }

    private static void add(State<String> state, float[] block, List<String> labels) {
        state.addAll(Rows.view(block, state.features()).first(labels.size()), labels);
    }

    /** One for every learner where it is saved, else for this one. @param rows that are kept beside it */
    private State<String> emptyState(List<String> features, List<String> classes, double rows) {
        int d = features.size();
        checkMemory(d, classes.size(), exact, 2, rows);
        State<String> state = save == null ? learner(d).state(d, classes) : State.moments(d, classes);
        return (exact ? state.exact() : state).named(features);
    }

    /** @param copies of the sums that are still to be made: a learner reads one */
    private void checkMemory(int d, double classes, boolean isExact, int copies, double rows) {
        double functions = pairs ? classes * (classes - 1) / 2 : classes;
        Memory memory = new Memory()
                .objects(functions, BYTES_PER_CLASSIFIER + 3.0 * Float.BYTES * d)
                .objects(rows, BYTES_PER_ROW)
                .arrays(2, rows * d, Float.BYTES)
                // one-vs-rest has room for the difference of each two
                .arrays(1, classes * (classes - 1) / 2, Integer.BYTES);
        if (save != null || !weights.startsWith(WITHOUT_PAIRS)) {
            memory.objects(copies * classes * d * (d + 1.0) / 2, isExact ? BYTES_PER_EXACT_PAIR : BYTES_PER_FAST_PAIR)
                    .arrays(isExact ? EXACT_SQUARES : FAST_SQUARES, (double) d * d, Double.BYTES);
        }
        memory.check(context + ": " + d + " features and " + (int) classes + " classes");
    }
}
