package dev.holdfast.verify.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.holdfast.model.Learner;
import dev.holdfast.model.LinearTransformer;
import dev.holdfast.model.MultiClassifier;
import dev.holdfast.model.RobustBayes;
import dev.holdfast.model.Rows;
import dev.holdfast.model.State;
import dev.holdfast.model.Threat;
import dev.holdfast.verify.cli.Launcher.Outcome;
import dev.holdfast.verify.data.Digits;
import dev.holdfast.verify.data.LabelledImages;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code holdfast classify} on files in its working directory: the digits, and what is no CSV of digits. */
@Tag("once")
class ClassifyFilesTest {
    private static final String SMALL = "a,b,class\n1,0,x\n0,1,y\n1,0.5,x\n0.25,1,y\n";

    private Path directory;

    @BeforeEach
    void writeSmallFiles() throws IOException {
        directory = Launcher.emptyDirectory();
        write("small.csv", SMALL);
        write("ask.csv", "b,a\n0,1\n1,0\n");
    }

    private void write(String name, String content) throws IOException {
        Files.writeString(directory.resolve(name), content);
    }

    private String read(String name) throws IOException {
        return Files.readString(directory.resolve(name));
    }

    private Outcome run(String arguments) {
        return Launcher.runHere(("classify " + arguments).split(" "));
    }

    private void writeDigits(String name, LabelledImages images) throws IOException {
        int d = images.features();
        float[] x = new float[d];
        try (BufferedWriter out = Files.newBufferedWriter(directory.resolve(name))) {
            out.write(String.join(",", IntStream.range(0, d).mapToObj(j -> "p" + j).toList()) + ",digit\n");
            for (int n = 0; n < images.count(); n++) {
                images.copyRow(n, x, 0);
                for (float value : x) {
                    out.write(value + ",");
                }
                out.write(images.label(n) + "\n");
            }
        }
    }

    private static MultiClassifier<String> expected(LabelledImages images, String weights, boolean pairs) {
        int d = images.features();
        Learner learner = switch (weights) {
            case "standard" -> LinearTransformer.standard(d).aligned();
            case "adversarial" -> LinearTransformer.adversarial(d).aligned();
            case "bayes:linf:0.05" -> RobustBayes.linf(0.05);
            case "bayes-diagonal:l2:0.3 --priors counted" -> RobustBayes.l2(0.3).diagonal().countedPriors();
            case "bayes-identity:l1:0.5 --priors equal" -> RobustBayes.l1(0.5).identity();
            default -> throw new IllegalArgumentException(weights);
        };
        List<String> labels = IntStream.range(0, images.count()).mapToObj(n -> "" + images.label(n)).toList();
        State<String> state = learner.state(d, labels.stream().distinct().toList()).exact();
        float[] x = new float[images.count() * d];
        for (int n = 0; n < images.count(); n++) {
            images.copyRow(n, x, n * d);
        }
        state.addAll(Rows.view(x, d), labels);
        return pairs ? learner.learnPairs(state) : learner.learnRest(state);
    }

    /** Each answer to the bit, and the summary from the answers. */
    @ParameterizedTest
    @CsvSource({
        "adversarial, --rest", "standard, --pairs", "bayes:linf:0.05, --pairs",
        "bayes-diagonal:l2:0.3 --priors counted, --rest", "bayes-identity:l1:0.5 --priors equal, --pairs"
    })
    void answersAreTheModels(String weights, String scheme) throws IOException {
        LabelledImages train = Digits.load().demonstrations();
        LabelledImages queries = Digits.load().queries();
        writeDigits("train.csv", train);
        writeDigits("queries.csv", queries);
        String summary = run("--context train.csv --label digit --input queries.csv --out answers.csv --box 0,1"
                + " --epsilon 0.05 --exact --weights " + weights + " " + scheme).successful();
        MultiClassifier<String> classifier = expected(train, weights, scheme.equals("--pairs"));
        List<String> lines = new ArrayList<>(List.of("predicted,score,radius,certified"));
        int[][] counts = new int[11][3];
        float[] x = new float[queries.features()];
        for (int n = 0; n < queries.count(); n++) {
            queries.copyRow(n, x, 0);
            MultiClassifier.Answer<String> answer = classifier.answer(x, Threat.linf().inBox(0, 1));
            boolean certified = answer.radius() > 0.05;
            lines.add(answer.label() + "," + answer.score() + "," + answer.radius() + "," + certified);
            boolean right = answer.label().equals("" + queries.label(n));
            for (int k : new int[] {classifier.classes().indexOf("" + queries.label(n)), 10}) {
                counts[k][0]++;
                counts[k][1] += right ? 1 : 0;
                counts[k][2] += right && certified ? 1 : 0;
            }
        }
        assertEquals(lines, read("answers.csv").lines().toList());
        List<String> table = new ArrayList<>(List.of("class queries clean certified at 0.05"));
        List<String> names = Stream.concat(classifier.classes().stream(), Stream.of("all")).toList();
        for (int k = 0; k < counts.length; k++) {
            table.add(String.format(Locale.ROOT, "%s %d %.4f %.4f", names.get(k), counts[k][0],
                    (double) counts[k][1] / counts[k][0], (double) counts[k][2] / counts[k][0]));
        }
        assertEquals(table, summary.lines().map(line -> line.replaceAll(" +", " ")).toList());
    }

    /** What is learnt, and how, where nothing says it. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', nullValues = "none", textBlock = """
            none                                 | bayes:linf:0.0 --pairs
            --norm l2                            | bayes:l2:0.0 --pairs
            --norm l1 --epsilon 0.2              | bayes:l1:0.2 --pairs
            --epsilon 0.1 --rest                 | bayes:linf:0.1 --rest
            --epsilon 0.1 --pairs                | bayes:linf:0.1 --pairs
            --priors counted --epsilon 0.1       | bayes:linf:0.1 --pairs
            """)
    void withoutWeightsItLearnsByRobustBayesAndSaysSo(String given, String learnt) throws IOException {
        write("small.csv", SMALL + "0.5,1,y\n");
        String common = "--context small.csv --label class --input ask.csv --out ";
        String options = given == null ? "" : " " + given;
        assertEquals("", run(common + "first.csv" + options).saying("no --weights, so learnt by " + learnt));
        String explicit = " --weights " + learnt + options.replace(" --rest", "").replace(" --pairs", "");
        assertEquals("", run(common + "second.csv" + explicit).successful());
        assertEquals(read("second.csv"), read("first.csv"));
    }

    /** Three of one class against two of the other, with rows halfway between: counted priors give them to the greater. */
    @Test
    void priorsMoveTheBoundary() throws IOException {
        write("three.csv", "a,class\n-1,x\n1,x\n0,x\n9,y\n11,y\n");
        write("ask.csv", "a\n5.0078125\n");
        String common = "--context three.csv --label class --input ask.csv --out answers.csv --weights bayes:linf:1";
        for (String[] each : new String[][] {{"", "y"}, {" --priors equal", "y"}, {" --priors counted", "x"}}) {
            run(common + each[0] + " --pairs").successful();
            assertTrue(read("answers.csv").lines().toList().get(1).startsWith(each[1] + ","), each[0]);
        }
    }

    /** Whatever the learner and the scheme: they are chosen when the context is read. */
    @Test
    void aSavedContextAnswersAsItsDemonstrations() throws IOException {
        String common = " --input ask.csv --norm l2 ";
        run("--context small.csv --label class --out first.csv --save saved.npz --exact" + common)
                .saying("no --weights, so learnt by bayes:l2:0.0 --pairs");
        for (String choice : List.of("--weights adversarial --rest", "--weights standard --pairs",
                "--weights bayes:linf:0.1 --pairs", "--weights bayes-diagonal:l1:0.1 --priors counted --rest",
                "--weights bayes-identity:l2:0.1")) {
            run("--context small.csv --label class --out fresh.csv --exact " + choice + common).successful();
            run("--context saved.npz --out saved.csv " + choice + common).successful();
            assertEquals(read("fresh.csv"), read("saved.csv"));
        }
        run("--context saved.npz --out again.csv" + common).saying("no --weights, so learnt by bayes:l2:0.0 --pairs");
        assertEquals(read("first.csv"), read("again.csv"));
    }

    /** Of fast sums, which are as good a context, in another file. */
    @Test
    void fastAndExactSumsAreSaved() throws IOException {
        String common = "--input ask.csv --weights adversarial --context ";
        run(common + "small.csv --label class --out fast.csv --save fast.npz").successful();
        run(common + "small.csv --label class --out exact.csv --save exact.npz --exact").successful();
        assertFalse(State.load(directory.resolve("fast.npz"), name -> name).isExact());
        assertTrue(State.load(directory.resolve("exact.npz"), name -> name).isExact());
        run(common + "fast.npz --out again.csv").successful();
        assertEquals(read("fast.csv"), read("again.csv"));
        // quarters and their products have no rounding in either
        assertEquals(read("fast.csv"), read("exact.csv"));
    }

    /** The order of the rows says which class comes first, and nothing else where sums are exact. */
    @Test
    void exactSumsAreTheSameForEveryOrderOfRows() throws IOException {
        write("one.csv", "a,b,class\n.1,.7,x\n.3,1e9,y\n.2,-1e9,x\n.25,.125,y\n1e-9,3,x\n7,.1,y\n");
        write("other.csv", "a,b,class\n1e-9,3,x\n7,.1,y\n.25,.125,y\n.2,-1e9,x\n.1,.7,x\n.3,1e9,y\n");
        String common = " --label class --input ask.csv --weights bayes:l2:0.01 --exact";
        run("--context one.csv --out one.out --save one.npz" + common).successful();
        run("--context other.csv --out other.out --save other.npz" + common).successful();
        assertEquals(read("one.out"), read("other.out"));
        assertEquals(State.load(directory.resolve("one.npz"), name -> name).hash(),
                State.load(directory.resolve("other.npz"), name -> name).hash());
    }

    @Test
    void columnsAreFoundByTheirNames() throws IOException {
        write("other.csv", "\ufeffid,class,a,b\r\nfirst,x,1,0\r\n\"se,cond\",y,0,1\r\n");
        String common = "--context small.csv --label class --weights adversarial --input ";
        run(common + "ask.csv --out ask.out").successful();
        String summary = run(common + "other.csv --out other.out").successful();
        assertEquals(read("ask.out"), read("other.out"));
        assertTrue(summary.startsWith("class"), summary);
        assertFalse(summary.contains("certified"), summary);
        assertEquals(List.of("x", "y"), read("ask.out").lines().skip(1).map(line -> line.split(",")[0]).toList());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '~', textBlock = """
            a,b,class\\n1,0,x\\n0,one,y\\n | a,b\\n1,0\\n      | bad.csv, line 3, column 'b': 'one', expected a finite
            a,b,class\\n1,0,x\\n0,NaN,y\\n | a,b\\n1,0\\n      | bad.csv, line 3, column 'b': 'NaN', expected a finite
            a,b,class\\n1,0,x\\n0,1\\n     | a,b\\n1,0\\n      | bad.csv, line 3: 2 columns, expected 3 as the header
            a,b,class\\n1,0,x\\n0,1,x\\n   | a,b\\n1,0\\n      | bad.csv, column 'class': 1 classes, expected at least 2
            a,b,kind\\n1,0,x\\n0,1,y\\n    | a,b\\n1,0\\n      | bad.csv: no column 'class', expected it for the label
            class\\nx\\ny\\n               | a,b\\n1,0\\n      | bad.csv: no column beside 'class', expected at least one
            a,a,class\\n1,0,x\\n0,1,y\\n   | a,b\\n1,0\\n      | bad.csv, line 1: two columns 'a', expected each name once
            a,b,class\\n1,0,x\\n0,1,y\\n   | a,c\\n1,0\\n      | ask.csv: no column 'b', expected it as the context has it
            a,b,class\\n1,0,x\\n0,1,y\\n   | a,b\\n1,0\\n1,\\n | ask.csv, line 3, column 'b': '', expected a finite number
            a,b,class\\n1,0,x\\n0,1,y\\n   | a,b\\n1,0\\n1,2\\n | ask.csv, line 3, column 'b': '2', expected a number in
            a,b,class\\n1,0,x\\n0,1,y\\n   | a,b,class\\n1,0,z\\n | ask.csv, line 2, column 'class': 'z', expected one of
            a,b,class\\n1,0,x\\n0,1,y\\n   | a,b\\n"1,0\\n     | ask.csv
            a,b,class\\n1,0,x\\n0,3e14,y\\n | a,b\\n1,0\\n     | bad.csv, line 3, column 'b': '3e14', expected a number in
            ~~                           | a,b\\n1,0\\n      | bad.csv: no line, expected a header
            """)
    void aBadRowIsNamedAndNothingStays(String context, String queries, String message) throws IOException {
        write("bad.csv", context.replace("\\n", "\n"));
        write("ask.csv", queries.replace("\\n", "\n"));
        write("answers.csv", "old");
        String arguments = "--context bad.csv --label class --input ask.csv --out answers.csv --save saved.npz --box 0,1";
        run(arguments + " --weights adversarial").isBadUsage(message);
        run(arguments + " --weights standard --exact --pairs").isBadUsage(message);
        nothingStays();
    }

    private void nothingStays() throws IOException {
        assertEquals("old", read("answers.csv"));
        try (Stream<Path> files = Files.list(directory)) {
            List<String> names = files.map(file -> file.getFileName().toString()).sorted().toList();
            assertEquals(List.of("answers.csv", "ask.csv", "bad.csv", "small.csv"), names);
        }
    }

    /** The default learner's, which says no more than the error. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            a,b,class\\n1,0,x\\n0,1,y\\n                 |              | the demonstrations of each class are all equal, expected
            a,b,class\\n1,0,x\\n0,1,x\\n1,0,y\\n0,1,y\\n     |              | epsilon = 0.0 is at least 0.0, half of the distance between
            a,b,class\\n1,0,x\\n0,0,x\\n1,4,y\\n0,4,y\\n     | --epsilon 2  | epsilon = 2.0 is at least 2.0, half of the distance between
            a,b,class\\n1,0,x\\n0,0,x\\n1,4,y\\n0,4,y\\n     | --box 0,0.5  | ask.csv, line 2, column 'a': '1', expected a number in
            """)
    void whatCannotBeLearntIsSaid(String context, String options, String message) throws IOException {
        write("bad.csv", context.replace("\\n", "\n"));
        write("ask.csv", "a,b\n1,0\n");
        write("answers.csv", "old");
        run("--context bad.csv --label class --input ask.csv --out answers.csv --save saved.npz "
                + (options == null ? "--norm linf" : options)).isBadUsage(message);
        nothingStays();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            --context nowhere.csv --label class                       | nowhere.csv: no such file, expected one that --context
            --context nowhere.npz                                     | nowhere.npz
            --context small.csv                                       | --label is missing, expected the column
            --context small.csv --label class --norm l3               | --norm = l3, expected linf, l2 or l1
            --context small.csv --label class --box 1,0               | --box = 1,0, expected two numbers
            --context small.csv --label class --box 1                 | --box = 1, expected two numbers
            --context small.csv --label class --epsilon -1            | --epsilon = -1.0, expected a finite number
            --context small.csv --label class --priors even           | --priors = even, expected equal or counted
            --context small.csv --label class --priors equal --weights standard | --priors = equal, expected it with a bayes learner alone, not with --weights standard
            --context saved.npz --exact                               | --exact = true, expected it where rows are read; saved.npz holds sums that were kept before
            --context small.csv --label class --weights bayes:linf:9  | epsilon = 9.0 is at least
            --context small.csv --label class --rest --pairs          | mutually exclusive
            --context small.csv --label class --save nowhere/s.npz    | --save = nowhere/s.npz, expected a file that can be
            """)
    void badUsageIsOneLineAndExitCode2(String arguments, String message) {
        run(arguments + " --input ask.csv --out answers.csv").isBadUsage(message);
        assertFalse(Files.exists(directory.resolve("answers.csv")));
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "plain", "bayes", "bayes:linf", "bayes:linf:", "bayes:linf:x", "bayes:linf:-1", "bayes:linf:NaN",
        "bayes:l2:Infinity", "bayes:l1:0.1:0", "bayes:l3:0.1", "bayes:LINF:0.1", "bayesian:linf:0.1", "bayes-full:l2:1"
    })
    void aBadNameOfALearnerIsNamed(String name) {
        Outcome outcome = run("--context small.csv --label class --input ask.csv --out answers.csv --weights " + name);
        String expected = "--weights = " + name + ", expected standard, adversarial, mean, bayes:NORM:E, bayes-diagonal:NORM:E or"
                + " bayes-identity:NORM:E with a NORM of linf, l2 or l1 and, if wanted, :RIDGE in place of shrinkage, or a weights"
                + " file, FILE.npz";
        outcome.isBadUsage(expected);
        assertEquals("holdfast: " + expected, outcome.err().strip());
        assertFalse(Files.exists(directory.resolve("answers.csv")));
    }

    @Test
    void sumsThatNoHeapHoldsAreRefusedBeforeTheyAreMade() throws IOException {
        int d = 12_000;
        String names = String.join(",", IntStream.range(0, d).mapToObj(j -> "f" + j).toList());
        String zeros = String.join(",", Collections.nCopies(d, "0"));
        write("wide.csv", names + ",class\n" + zeros + ",x\n" + zeros + ",y\n");
        run("--context wide.csv --label class --input ask.csv --out answers.csv --exact")
                .isBadUsage("wide.csv: 12000 features and 2 classes, which need 41475 MB, expected at most the heap's");
    }

    /** README's table of the digits, from a run with each learner, scheme and ε. */
    @Test
    void theReadmeSaysWhatComesOut() throws IOException {
        writeDigits("train.csv", Digits.load().demonstrations());
        writeDigits("queries.csv", Digits.load().queries());
        String readme = Files.readString(Path.of("../../../README.md"));
        for (String[] row : new String[][] {{"one-vs-rest", "--rest"}, {"one-vs-one", "--pairs"}}) {
            for (String weights : List.of("standard", "adversarial", "bayes:linf:0.1")) {
                String common = "--context train.csv --label digit --input queries.csv --out answers.csv --box 0,1 "
                        + row[1] + " --weights " + weights + " --epsilon ";
                String[] all = last(run(common + "0.05").successful());
                assertTrue(readme.contains(String.format("| %s, %s | %s | %s | %s |", weights, row[0], all[2], all[3],
                        last(run(common + "0.1").successful())[3])), String.join(" ", all));
            }
        }
    }

    /** The columns of the last line. */
    private static String[] last(String summary) {
        return summary.lines().reduce((a, b) -> b).orElseThrow().split(" +");
    }
}
