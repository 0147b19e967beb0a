package dev.holdfast.verify.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.holdfast.model.DeepTransformer;
import dev.holdfast.model.HijackingBound;
import dev.holdfast.model.Learner;
import dev.holdfast.model.LinearTransformer;
import dev.holdfast.model.MultiClassifier;
import dev.holdfast.model.RobustBayes;
import dev.holdfast.model.Rows;
import dev.holdfast.model.State;
import dev.holdfast.model.Threat;
import dev.holdfast.verify.experiments.Hijackable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.math.MathContext;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code holdfast classify} in this JVM: what it answers, and what it refuses. */
class ClassifyTest {
    private static final String CONTEXT = "a,class\n-1.5,x\n-0.5,x\n1.5,y\n0.5,y\n";

    @TempDir
    Path directory;

    private void write(String name, String content) {
        try {
            Files.writeString(directory.resolve(name), content);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Words; a file's name begins with a slash, which is that of the directory. */
    private Launcher.Outcome run(String arguments) {
        List<String> words = new ArrayList<>(List.of("classify"));
        for (String word : arguments.split(" ")) {
            words.add(word.startsWith("/") ? directory + word : word);
        }
        return Launcher.runHere(words.toArray(String[]::new));
    }

    /** Its columns could be any. */
    @Test
    void aStateWithoutNamesOfFeaturesIsRefused() throws IOException {
        State<String> state = State.moments(1, List.of("x", "y"));
        state.add(new float[] {1}, "x");
        state.add(new float[] {-1}, "y");
        state.save(directory.resolve("s.npz"), name -> name);
        write("q.csv", "a\n5\n-5\n");
        run("--context /s.npz --input /q.csv --out /o.csv --weights adversarial")
                .isBadUsage("s.npz: a state without names of features, expected those of the columns");
        assertFalse(Files.exists(directory.resolve("o.csv")));
    }

    /** Its label belongs to the queries alone. */
    @Test
    void aLabelThatTheQueriesLackIsNamed() throws IOException {
        write("c.csv", CONTEXT);
        write("q.csv", "a,class\n5,y\n");
        String common = " --input /q.csv --out /o.csv --weights adversarial --label ";
        run("--context /c.csv --save /s.npz" + common + "class").successful();
        run("--context /s.npz" + common + "class").successful();
        Files.delete(directory.resolve("o.csv"));
        run("--context /s.npz" + common + "clas").isBadUsage("q.csv: no column 'clas', expected it for --label");
        assertFalse(Files.exists(directory.resolve("o.csv")));
    }

    /** By whatever name; errors call it by its own. */
    @Test
    void aPipeIsReadOnce() throws Exception {
        Path pipe = directory.resolve("pipe");
        assertEquals(0, new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor());
        write("q.csv", "a\n5\n");
        String common = " --label class --out /o.csv --weights adversarial --input ";
        Thread.startVirtualThread(() -> write("pipe", CONTEXT));
        run("--context /pipe" + common + "/q.csv").successful();
        assertTrue(Files.readString(directory.resolve("o.csv")).lines().toList().get(1).startsWith("y,"));
        Thread.startVirtualThread(() -> write("pipe", "a,class\n1,x\n"));
        run("--context /pipe" + common + "/q.csv").isBadUsage(pipe + ", column 'class': 1 classes");
        run("--context /pipe" + common + "/pipe").isBadUsage("--input = " + pipe
                + ", expected another file than that of --context: this one can be read once");
    }

    /**
     * Two classes at −1 and 1, whose boundary is 0: a query's exact radius is what stands in the file, in any norm, and
     * in the box the room up to its edge decides nothing.
     */
    @ParameterizedTest
    @CsvSource({
        "0.6, 1", "0.1, 1", "0.5, 1", "-0.3, 1", "16777217, 16777217", "0.9, 0.9", "1e-30, 1", "33554431.7, 99999999",
        "0.00000000000000000000000000000000000000000000000001, 1"
    })
    void theCertificateHoldsForTheDecimalOfTheFile(String field, String edge) throws IOException {
        write("c.csv", CONTEXT);
        write("q.csv", "a\n" + field + "\n");
        BigDecimal exact = new BigDecimal(field).abs();
        for (String norm : List.of("linf", "l2", "l1")) {
            for (String box : List.of("", " --box -" + edge + "," + edge)) {
                run("--context /c.csv --label class --input /q.csv --out /o.csv --weights bayes-identity:linf:0 --rest"
                        + " --epsilon " + exact + " --norm " + norm + box).successful();
                String[] answer = Files.readAllLines(directory.resolve("o.csv")).get(1).split(",");
                BigDecimal radius = new BigDecimal(answer[2]);
                assertTrue(radius.compareTo(exact) <= 0, radius + " > " + exact);
                assertTrue(radius.doubleValue() >= exact.doubleValue() * (1 - 0x1p-22) - 0x1p-149,
                        radius + " < " + exact);
                assertEquals("false", answer[3]);
            }
        }
    }

    /** In the norm that is asked for: the radius of the row of floats without its distance from the decimals. */
    @ParameterizedTest
    @CsvSource({"linf", "l2", "l1"})
    void theDistanceOfTheRoundingIsTakenOff(String norm) throws IOException {
        write("c.csv", "a,b,c,class\n1,0,2,x\n0,1,0,x\n9,8,7,y\n6,9,8,y\n");
        write("q.csv", "a,b,c\n0.1,1.7,16777217.3\n-5.3,0.2,0.3\n5,5.1,5.2\n0.5,1,2\n");
        run("--context /c.csv --label class --input /q.csv --out /o.csv --weights bayes-diagonal:l2:0.5 --rest --norm "
                + norm).successful();
        State<String> state = State.variances(3, List.of("x", "y"));
        state.addAll(Rows.copyOf(new float[][] {{1, 0, 2}, {0, 1, 0}, {9, 8, 7}, {6, 9, 8}}),
                List.of("x", "x", "y", "y"));
        MultiClassifier<String> classifier = RobustBayes.l2(0.5).diagonal().learnRest(state);
        Threat threat = norm.equals("linf") ? Threat.linf() : norm.equals("l2") ? Threat.l2() : Threat.l1();
        List<String> queries = Files.readAllLines(directory.resolve("q.csv"));
        List<String> answers = Files.readAllLines(directory.resolve("o.csv"));
        for (int n = 1; n < queries.size(); n++) {
            float[] x = new float[3];
            BigDecimal[] moved = new BigDecimal[3];
            for (int j = 0; j < 3; j++) {
                BigDecimal decimal = new BigDecimal(queries.get(n).split(",")[j]);
                x[j] = decimal.floatValue();
                moved[j] = decimal.subtract(new BigDecimal(x[j])).abs();
            }
            BigDecimal distance = switch (norm) {
                case "linf" -> moved[0].max(moved[1]).max(moved[2]);
                case "l2" -> moved[0].pow(2).add(moved[1].pow(2)).add(moved[2].pow(2)).sqrt(MathContext.DECIMAL128);
                default -> moved[0].add(moved[1]).add(moved[2]);
            };
            BigDecimal expected = new BigDecimal(classifier.radius(x, threat)).subtract(distance);
            double radius = Double.parseDouble(answers.get(n).split(",")[2]);
            assertTrue(new BigDecimal(radius).compareTo(expected) <= 0, radius + " > " + expected);
            // six steps of the sums, and one of the difference, each of at most an ulp of the greater number
            assertTrue(radius >= expected.doubleValue() - 7 * Math.ulp(expected.doubleValue()),
                    radius + " < " + expected);
        }
    }

    /** 0.9 as a float is less than 0.9: a box that ended there would leave out what changes the answer. */
    @Test
    void theBoxIsRoundedOutwards() throws IOException {
        write("c.csv", "a,class\n-1,x\n-1,x\n-0.5,x\n-1.5,x\n2.8,y\n2.8,y\n2.3,y\n3.3,y\n");
        write("q.csv", "a\n0\n");
        run("--context /c.csv --label class --input /q.csv --out /o.csv --weights bayes-identity:linf:0 --rest"
                + " --box 0,0.9").successful();
        String answer = Files.readAllLines(directory.resolve("o.csv")).get(1);
        assertTrue(answer.startsWith("x,") && !answer.contains("Infinity"), answer);
    }

    private static final String SQUARE = "a,b,class\n1,0,x\n0,1,y\n1,0.5,x\n0.25,1,y\n";

    /**
     * The numbers of the model, behind the other columns as they are without them. Decimals that move by ε are floats that
     * move by a rounding more at either end.
     */
    @ParameterizedTest
    @CsvSource({"adversarial --rest, 0.01", "standard --pairs --exact, 0.02", "/w.npz --rest, 0.01", "mean, 0.01", "bayes-diagonal:linf:0.1, 0.01",
        "bayes:l2:0.1 --pairs, 0.01"})
    void howFewHijackedDemonstrationsMayChangeAnAnswer(String weights, double epsilon) throws IOException {
        LinearTransformer.of(new float[] {1, 0.5f, 2}, new float[] {1, 0.25f, -0.5f, 1, 0, 0.75f})
                .save(directory.resolve("w.npz"));
        write("c.csv", context(60));
        write("q.csv", "a,b\n0,1\n1,0\n0.5,0.4\n0.45,0.65\n0.5,0.55\n");
        String common = "--context /c.csv --label class --input /q.csv --out /o.csv --box 0,1 --weights " + weights;
        run(common + " --hijacked").successful();
        List<String> replaced = Files.readAllLines(directory.resolve("o.csv"));
        run(common + " --epsilon " + epsilon).successful();
        List<String> plain = Files.readAllLines(directory.resolve("o.csv"));
        run(common + " --hijacked --epsilon " + epsilon).successful();
        List<String> answers = Files.readAllLines(directory.resolve("o.csv"));
        assertEquals("predicted,score,radius,replaced,added", replaced.getFirst());
        assertEquals("predicted,score,radius,certified,replaced,added,moved", answers.getFirst());
        HijackingBound nearer = bound(weights.split(" ")[0], epsilon);
        HijackingBound further = bound(weights.split(" ")[0], epsilon + 0x1p-20);
        float[][] queries = {{0, 1}, {1, 0}, {0.5f, 0.4f}, {0.45f, 0.65f}, {0.5f, 0.55f}};
        for (int m = 0; m < queries.length; m++) {
            String numbers = "," + number(nearer.replacementsToChange(queries[m]).orElse(-1)) + ","
                    + nearer.additionsToChange(queries[m]).orElse(61);
            String answer = answers.get(m + 1);
            assertEquals(plain.get(m + 1) + numbers, answer.substring(0, answer.lastIndexOf(',')));
            assertTrue(replaced.get(m + 1).endsWith(numbers), replaced.get(m + 1));
            double moved = Double.parseDouble(answer.substring(answer.lastIndexOf(',') + 1));
            assertTrue(moved <= Double.parseDouble(number(nearer.movesToChange(queries[m]).orElse(-1)))
                    && moved >= Double.parseDouble(number(further.movesToChange(queries[m]).orElse(-1))), answer);
        }
    }

    private HijackingBound bound(String weights, double epsilon) throws IOException {
        Learner learner = weights.startsWith("/")
                ? Learner.load(directory.resolve("w.npz")) : Learner.named(weights, 2).orElseThrow();
        Threat threat = Threat.linf().inBox(0, 1);
        return learner instanceof RobustBayes bayes ? bayes.hijacking(rows(60), labels(60), threat, epsilon)
                : learner instanceof DeepTransformer layers
                ? layers.forRawRows().hijacking(rows(60), labels(60), threat, epsilon)
                : ((LinearTransformer) learner).hijackingWithAlignment(rows(60), labels(60), threat, epsilon);
    }

    private static String number(int number) {
        return number < 0 ? "Infinity" : Integer.toString(number);
    }

    /** In sixteenths: a is low and b high in one class, and the other way round in the other. */
    private static Rows rows(int count) {
        float[] x = new float[2 * count];
        for (int n = 0; n < count; n++) {
            float low = n % 7 / 16f;
            float high = (16 - n % 5) / 16f;
            x[2 * n] = n % 2 == 0 ? high : low;
            x[2 * n + 1] = n % 2 == 0 ? low : high;
        }
        return Rows.view(x, 2);
    }

    private static int[] labels(int count) {
        return IntStream.range(0, count).map(n -> n % 2 == 0 ? 1 : -1).toArray();
    }

    private static String context(int count) {
        float[] x = rows(count).toArray();
        return "a,b,class\n" + IntStream.range(0, count)
                .mapToObj(n -> x[2 * n] + "," + x[2 * n + 1] + (n % 2 == 0 ? ",x\n" : ",y\n"))
                .collect(Collectors.joining());
    }

    /** Sums may round to another answer than rows do. */
    @Test
    void ofAnAnswerThatRowsDoNotGiveNothingIsCertain() {
        Hijackable context = query -> new Hijackable.Fewest(0.5, 3, Hijackable.NEVER, 2);
        assertEquals(List.of("3", "Infinity", "2"), new Hijacks(context, "x", true).of(new float[2], "x"));
        assertEquals(List.of("3", "Infinity"), new Hijacks(context, "x", false).of(new float[2], "x"));
        assertEquals(List.of("0", "0", "0"), new Hijacks(context, "x", true).of(new float[2], "y"));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            /c.csv --box 0,1 --weights bayes-identity:l2:0.1 | expected linf, or all correlations
            /c.csv --weights adversarial                     | --hijacked = true, expected it with --box LOW,HIGH, where
            /c.csv --weights adversarial --box 0,1e15        | --box = 0,1E+15, expected edges from -281474976710656 to 281474976710656 with
            /c.csv --weights adversarial --box 0,1 --norm l2 | --norm = l2, expected linf with --hijacked
            /s.npz --weights adversarial --box 0,1           | s.npz holds sums alone
            /three.csv --weights adversarial --box 0,1       | three.csv, column 'class': 3 classes, expected 2 with --hijacked
            /c.csv --weights adversarial --box 0.1,1         | c.csv, line 2, column 'b': '0', expected a number in the box 0.1..1
            """)
    void whatCannotBeHijackedIsSaid(String arguments, String message) throws IOException {
        write("c.csv", SQUARE);
        write("three.csv", SQUARE + "0,0,z\n");
        write("q.csv", "a,b\n0,1\n");
        run("--label class --input /q.csv --out /o.csv --hijacked --context " + arguments).isBadUsage(message);
        assertFalse(Files.exists(directory.resolve("o.csv")));
    }
}
